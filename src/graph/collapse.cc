// SPDX-License-Identifier: Apache-2.0
#include "graph/collapse.h"

#include <algorithm>
#include <numeric>

namespace liantu::graph {
namespace {

constexpr uint64_t kMostPairs = 1ull << 31;

// Rows of a graph given by edges between dense numbers: who leads to v.
struct Rows {
  std::vector<uint64_t> begin;
  std::vector<Vertex> items;
};
template <class Key, class Item>
Rows MakeRows(size_t n, const std::vector<RawEdge>& edges, const Key& key, const Item& item) {
  Rows rows;
  rows.begin.assign(n + 1, 0);
  for (const RawEdge& e : edges) ++rows.begin[key(e) + 1];
  std::partial_sum(rows.begin.begin(), rows.begin.end(), rows.begin.begin());
  std::vector<uint64_t> next(rows.begin.begin(), rows.begin.end() - 1);
  rows.items.resize(edges.size());
  for (const RawEdge& e : edges) rows.items[next[key(e)]++] = item(e);
  return rows;
}

}  // namespace

IdNumbers::IdNumbers(std::vector<NodeId> ids) : ids_(std::move(ids)) {
  if (ids_.empty() || ids_.back().raw / 64 > 8 * ids_.size() + 1024) return;
  words_.assign(ids_.back().raw / 64 + 1, 0);
  ranks_.assign(words_.size(), 0);
  for (const NodeId id : ids_) words_[id.raw >> 6] |= 1ull << (id.raw & 63);
  Vertex rank = 0;
  for (size_t w = 0; w < words_.size(); ++w) {
    ranks_[w] = rank;
    rank += static_cast<Vertex>(__builtin_popcountll(words_[w]));
  }
}

Vertex IdNumbers::Search(uint64_t id) const {
  const auto at = std::lower_bound(ids_.begin(), ids_.end(), NodeId{id});
  return at == ids_.end() || at->raw != id ? kNoVertex : static_cast<Vertex>(at - ids_.begin());
}

std::vector<NodeId> EndsOf(const std::vector<RawEdge>& edges) {
  std::vector<NodeId> ids;
  uint64_t greatest = 0;
  for (const RawEdge& e : edges) greatest = std::max({greatest, e.from, e.to});
  if (greatest / 16 < edges.size() + 1024) {
    std::vector<bool> seen(greatest + 1, false);
    for (const RawEdge& e : edges) seen[e.from] = seen[e.to] = true;
    for (uint64_t id = 0; id <= greatest; ++id) {
      if (seen[id]) ids.push_back(NodeId{id});
    }
    return ids;
  }
  ids.reserve(2 * edges.size());
  for (const RawEdge& e : edges) {
    ids.push_back(NodeId{e.from});
    ids.push_back(NodeId{e.to});
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Result<std::vector<Snapshot::Edge>> TieGroups(const IdNumbers& groups, const std::vector<RawEdge>& up, const std::vector<RawEdge>& ties,
                                              const std::vector<double>& weights, bool undirected, const Budget& budget) {
  // Downwards from all groups at once, level by level: whoever is first reached at a level belongs to the groups of all
  // that reach it from the level above.
  std::vector<NodeId> all = EndsOf(up);
  std::vector<NodeId> nodes;
  std::set_union(all.begin(), all.end(), groups.ids().begin(), groups.ids().end(), std::back_inserter(nodes));
  const IdNumbers numbers(std::move(nodes));
  const size_t n = numbers.size();
  const Rows below = MakeRows(
      n, up, [&](const RawEdge& e) { return numbers.Find(e.to); }, [&](const RawEdge& e) { return numbers.Find(e.from); });
  constexpr uint32_t kUnreached = ~0u;
  std::vector<uint32_t> level(n, kUnreached);
  std::vector<std::vector<Vertex>> groups_of(n);
  std::vector<Vertex> frontier;
  for (Vertex g = 0; g < groups.size(); ++g) {
    const Vertex v = numbers.Find(groups.ids()[g].raw);
    level[v] = 0;
    groups_of[v] = {g};
    frontier.push_back(v);
  }
  for (uint32_t depth = 1; !frontier.empty(); ++depth) {
    LT_TRY(budget.Check());
    std::vector<Vertex> next;
    for (const Vertex v : frontier) {
      for (uint64_t i = below.begin[v]; i < below.begin[v + 1]; ++i) {
        const Vertex member = below.items[i];
        if (level[member] == kUnreached) {
          level[member] = depth;
          next.push_back(member);
        }
        if (level[member] != depth) continue;
        groups_of[member].insert(groups_of[member].end(), groups_of[v].begin(), groups_of[v].end());
      }
    }
    for (const Vertex v : next) {
      std::sort(groups_of[v].begin(), groups_of[v].end());
      groups_of[v].erase(std::unique(groups_of[v].begin(), groups_of[v].end()), groups_of[v].end());
    }
    frontier = std::move(next);
  }

  struct Sum {
    uint64_t pair;
    double weight;
    uint16_t type;
  };
  std::vector<Sum> sums;
  // Added up in place from time to time, so that many ties between few groups take little room.
  const auto add_up = [&] {
    std::stable_sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) { return a.pair < b.pair; });
    size_t kept = 0;
    for (const Sum& s : sums) {
      if (kept > 0 && sums[kept - 1].pair == s.pair) {
        sums[kept - 1].weight += s.weight;
        if (sums[kept - 1].type != s.type) sums[kept - 1].type = 0;
      } else {
        sums[kept++] = s;
      }
    }
    sums.resize(kept);
  };
  size_t room = 1 << 20;
  for (size_t i = 0; i < ties.size(); ++i) {
    const Vertex from = numbers.Find(ties[i].from), to = numbers.Find(ties[i].to);
    if (from == kNoVertex || to == kNoVertex) continue;
    for (const Vertex a : groups_of[from]) {
      for (const Vertex b : groups_of[to]) {
        const uint64_t first = undirected ? std::min(a, b) : a, second = undirected ? std::max(a, b) : b;
        sums.push_back({first << 32 | second, weights.empty() ? 1.0 : weights[i], ties[i].type});
      }
    }
    if (sums.size() >= room) {
      LT_TRY(budget.Check());
      add_up();
      LT_TRY(budget.CheckBytes(sums.size() * sizeof(Sum)));
      room = std::max(room, 2 * sums.size());
    }
  }
  add_up();
  std::vector<Snapshot::Edge> out;
  out.reserve(sums.size());
  for (const Sum& s : sums) {
    out.push_back({.from = static_cast<Vertex>(s.pair >> 32), .to = static_cast<Vertex>(s.pair), .weight = s.weight, .edge_id = 0, .type = s.type});
  }
  return out;
}

Result<std::vector<Snapshot::Edge>> TieSharing(const IdNumbers& members, const std::vector<RawEdge>& edges, const Budget& budget) {
  // (middle node, member), each once.
  std::vector<std::pair<uint64_t, Vertex>> shares;
  shares.reserve(edges.size());
  for (const RawEdge& e : edges) {
    const Vertex v = members.Find(e.from);
    if (v != kNoVertex) shares.emplace_back(e.to, v);
  }
  std::sort(shares.begin(), shares.end());
  shares.erase(std::unique(shares.begin(), shares.end()), shares.end());
  uint64_t pairs_wanted = 0, most = 0, most_at = 0;
  for (size_t i = 0, j = 0; i < shares.size(); i = j) {
    while (j < shares.size() && shares[j].first == shares[i].first) ++j;
    const uint64_t k = j - i;
    pairs_wanted += k * (k - 1) / 2;
    if (k > most) most = k, most_at = shares[i].first;
  }
  if (pairs_wanted > kMostPairs || !budget.CheckBytes(pairs_wanted * sizeof(uint64_t)).ok()) {
    return Status(Code::kBudget, Text("tying all that share a node would make ", pairs_wanted, " pairs, too many for memory; node ", most_at,
                                      " alone is shared by ", most, ": leave out such nodes by choosing labels or types"));
  }
  std::vector<uint64_t> pairs;
  pairs.reserve(pairs_wanted);
  for (size_t i = 0, j = 0; i < shares.size(); i = j) {
    while (j < shares.size() && shares[j].first == shares[i].first) ++j;
    for (size_t a = i; a < j; ++a) {
      if ((a & 1023) == 0) LT_TRY(budget.Check());
      for (size_t b = a + 1; b < j; ++b) pairs.push_back(uint64_t{shares[a].second} << 32 | shares[b].second);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<Snapshot::Edge> out;
  for (size_t i = 0, j = 0; i < pairs.size(); i = j) {
    while (j < pairs.size() && pairs[j] == pairs[i]) ++j;
    out.push_back({.from = static_cast<Vertex>(pairs[i] >> 32), .to = static_cast<Vertex>(pairs[i]), .weight = static_cast<double>(j - i)});
  }
  return out;
}

}  // namespace liantu::graph
