// SPDX-License-Identifier: Apache-2.0
// Building compressed rows: two stable counting sorts (by target, then by source), linear in vertices and arcs.
#include "graph/snapshot.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace liantu::graph {
namespace {

// Joins parallel edges and drops loops. An undirected edge is stored from its smaller end.
void MakeSimple(bool undirected, std::vector<Snapshot::Edge>& edges) {
  if (undirected) {
    for (Snapshot::Edge& e : edges) {
      if (e.from > e.to) std::swap(e.from, e.to);
    }
  }
  std::stable_sort(edges.begin(), edges.end(), [](const auto& a, const auto& b) {
    return std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
  size_t kept = 0;
  for (const Snapshot::Edge& e : edges) {
    if (e.from == e.to) continue;
    if (kept > 0 && edges[kept - 1].from == e.from && edges[kept - 1].to == e.to) {
      edges[kept - 1].weight += e.weight;
    } else {
      edges[kept++] = e;
    }
  }
  edges.resize(kept);
}

}  // namespace

std::string Projection::Describe() const {
  auto join = [](const std::vector<std::string>& names, const char* by) {
    std::string out;
    for (const std::string& n : names) out += (out.empty() ? "" : by) + n;
    return out;
  };
  std::string out = labels.empty() ? "(any)" : join(labels, "|");
  out += Text(" -[", types.empty() ? "economic types" : join(types, "|"), undirected ? "]- " : "]-> ");
  out += undirected ? "undirected" : reversed ? "directed, reversed" : "directed";
  out += weight.empty() ? ", unweighted" : Text(", weight ", weight);
  if (simple) out += ", simple";
  for (const Filter& f : filters) out += Text(", ", f.property, " in {", join(f.values, ", "), "}");
  if (collapse) out += Text(collapse->shared ? ", tied through shared " : ", collapsed to ", collapse->label, " by ", join(collapse->through, "|"));
  if (!as_of.empty()) out += Text(", as of ", as_of);
  if (predicted) out += ", predicted edges included";
  return out;
}

Result<SnapshotPtr> Snapshot::FromEdges(Vertex vertex_count, std::vector<Edge> edges, Projection projection,
                                        std::vector<NodeId> nodes) {
  if (vertex_count == kNoVertex) return Status(Code::kInvalid, "a snapshot holds at most 2^32-2 vertices");
  for (const Edge& e : edges) {
    if (e.from >= vertex_count || e.to >= vertex_count) {
      return Status(Code::kInvalid, Text("edge ", e.from, " -> ", e.to, " ends outside the ", vertex_count, " vertices"));
    }
    if (std::isnan(e.weight)) return Status(Code::kInvalid, Text("edge ", e.from, " -> ", e.to, " has no number as its weight"));
  }
  LT_ASSERT(nodes.empty() || (nodes.size() == vertex_count && std::is_sorted(nodes.begin(), nodes.end())));
  if (projection.reversed) {
    for (Edge& e : edges) std::swap(e.from, e.to);
  }
  if (projection.simple) MakeSimple(projection.undirected, edges);
  const uint64_t arcs = projection.undirected ? 2 * edges.size() : edges.size();
  if (arcs >= kNoVertex) return Status(Code::kInvalid, Text("a snapshot holds at most 2^32-2 arcs, not ", arcs));

  auto snapshot = std::make_shared<Snapshot>();
  Snapshot& s = *snapshot;
  s.projection_ = std::move(projection);
  s.nodes_ = std::move(nodes);
  s.IndexNodes();
  const bool undirected = s.projection_.undirected;
  const size_t n = vertex_count;

  // Edges in the order of (edge id); a stable counting sort by target and then by source gives rows sorted by target.
  if (!std::is_sorted(edges.begin(), edges.end(), [](auto& a, auto& b) { return a.edge_id < b.edge_id; })) {
    std::stable_sort(edges.begin(), edges.end(), [](auto& a, auto& b) { return a.edge_id < b.edge_id; });
  }
  bool any_weight = false, all_float = true, several_types = false;
  if (!edges.empty()) {
    s.first_edge_id_ = edges.front().edge_id;
    s.only_type_ = edges.front().type;
  }
  const bool any_id = !edges.empty() && edges.back().edge_id != 0;
  const bool near_ids = any_id && edges.back().edge_id - s.first_edge_id_ <= 0xFFFFFFFFu;
  for (const Edge& e : edges) {
    any_weight |= e.weight != 1.0;
    all_float &= static_cast<double>(static_cast<float>(e.weight)) == e.weight;
    several_types |= e.type != s.only_type_;
  }
  // An arc number before sorting: edge*2+side when undirected, the edge otherwise.
  auto end_of = [&](uint64_t arc, bool target) {
    if (!undirected) return target ? edges[arc].to : edges[arc].from;
    const Edge& e = edges[arc >> 1];
    return ((arc & 1) != 0) == target ? e.from : e.to;
  };
  std::vector<uint32_t> begin(n + 1, 0), order(arcs), by_target(arcs);
  auto offsets = [&](bool target) {
    std::fill(begin.begin(), begin.end(), 0);
    for (uint64_t a = 0; a < arcs; ++a) ++begin[end_of(a, target) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
  };
  offsets(true);
  for (uint64_t a = 0; a < arcs; ++a) by_target[begin[end_of(a, true)]++] = static_cast<uint32_t>(a);
  offsets(false);
  s.out_begin_ = begin;
  for (uint32_t a : by_target) order[begin[end_of(a, false)]++] = a;

  s.targets_.resize(arcs);
  if (any_weight) all_float ? s.weights32_.resize(arcs) : s.weights64_.resize(arcs);
  if (any_id) near_ids ? s.edge_ids32_.resize(arcs) : s.edge_ids64_.resize(arcs);
  if (several_types) s.types_.resize(arcs);
  for (uint64_t i = 0; i < arcs; ++i) {
    const uint32_t a = order[i];
    const Edge& e = edges[undirected ? a >> 1 : a];
    s.targets_[i] = end_of(a, true);
    if (any_weight) {
      if (all_float) s.weights32_[i] = static_cast<float>(e.weight);
      else s.weights64_[i] = e.weight;
    }
    if (near_ids) s.edge_ids32_[i] = static_cast<uint32_t>(e.edge_id - s.first_edge_id_);
    else if (any_id) s.edge_ids64_[i] = e.edge_id;
    if (several_types) s.types_[i] = e.type;
  }
  if (!undirected) {
    s.in_begin_.assign(n + 1, 0);
    for (Vertex t : s.targets_) ++s.in_begin_[t + 1];
    std::partial_sum(s.in_begin_.begin(), s.in_begin_.end(), s.in_begin_.begin());
    s.sources_.resize(arcs);
    s.in_arcs_.resize(arcs);
    std::vector<uint32_t> next(s.in_begin_.begin(), s.in_begin_.end() - 1);
    for (Vertex v = 0; v < n; ++v) {
      for (uint32_t a = s.out_begin_[v]; a < s.out_begin_[v + 1]; ++a) {
        const uint32_t at = next[s.targets_[a]]++;
        s.sources_[at] = v;
        s.in_arcs_[at] = a;
      }
    }
  }
  return SnapshotPtr(std::move(snapshot));
}

Vertex Snapshot::vertex(NodeId id) const {
  if (nodes_.empty()) return id.raw >= 1 && id.raw <= vertex_count() ? static_cast<Vertex>(id.raw - 1) : kNoVertex;
  if (!ranks_.empty()) {
    const uint64_t at = id.raw - nodes_.front().raw;  // wraps around for smaller ids, and is then too large
    if (at / 64 >= ranks_.size()) return kNoVertex;
    const RankWord& word = ranks_[at / 64];
    const uint64_t bit = 1ull << (at % 64);
    return (word.bits & bit) == 0 ? kNoVertex : static_cast<Vertex>(word.before + static_cast<uint64_t>(std::popcount(word.bits & (bit - 1))));
  }
  const auto it = std::lower_bound(nodes_.begin(), nodes_.end(), id);
  return it == nodes_.end() || *it != id ? kNoVertex : static_cast<Vertex>(it - nodes_.begin());
}

// At most four bytes a node; where ids are sparser than that, the binary search remains.
void Snapshot::IndexNodes() {
  if (nodes_.empty()) return;
  const uint64_t words = (nodes_.back().raw - nodes_.front().raw) / 64 + 1;
  if (words > nodes_.size() / 4 + 64) return;
  ranks_.resize(words);
  for (const NodeId id : nodes_) {
    const uint64_t at = id.raw - nodes_.front().raw;
    ranks_[at / 64].bits |= 1ull << (at % 64);
  }
  uint64_t before = 0;
  for (RankWord& word : ranks_) {
    word.before = before;
    before += static_cast<uint64_t>(std::popcount(word.bits));
  }
}

uint64_t Snapshot::memory_bytes() const {
  auto bytes = [](const auto& v) { return v.capacity() * sizeof(v[0]); };
  return bytes(out_begin_) + bytes(in_begin_) + bytes(targets_) + bytes(sources_) + bytes(in_arcs_) + bytes(weights32_) +
         bytes(weights64_) + bytes(edge_ids32_) + bytes(edge_ids64_) + bytes(types_) + bytes(nodes_) + bytes(ranks_);
}

}  // namespace liantu::graph
