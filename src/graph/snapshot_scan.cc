// SPDX-License-Identifier: Apache-2.0
// The straight way from a store to a snapshot: neighbours are stored node by node, so one walk over all of them in key
// order meets the rows one after the other; nothing is sorted but, now and then, a row. Threads take a part of the
// store each, then parts of the rows.
//
// Cost: reads every head and the blocks of the wanted types; 16 bytes an arc are held beside the result.
#include <atomic>
#include <cmath>

#include "graph/keys.h"
#include "graph/snapshot_rows.h"
#include "graph/snapshot_selection.h"
#include "graph/view_state.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

// An arc on its way: where it leads, and its edge id with the type above bit 48.
struct RowArc {
  uint64_t to = 0, code = 0;
};
constexpr int kTypeShift = 48;
constexpr uint64_t kIdMask = (1ull << kTypeShift) - 1;
constexpr uint64_t kMostNodeIds = 1ull << 36;  // for the bitmaps of ends

// What one thread met: rows in the order of arrival, each with its arcs.
struct Part {
  struct Row {
    uint64_t node = 0, begin = 0;
  };
  std::vector<RowArc> arcs;
  std::vector<Row> rows;
  std::vector<uint64_t> ends;  // a bit an id; where no labels are given
  EdgeRange range;
  uint64_t keys = 0;
  alignas(64) char apart = 0;
};

Status Damage() { return Status(Code::kDamaged, "the store is damaged: neighbours of a node cannot be read; run 'liantu check --deep'"); }

Result<std::vector<Part>> ReadRows(const storage::View& store, const Selection& s, const Sight& sight, const IdNumbers* within, uint64_t next_node,
                                   uint64_t expected, const Budget& budget) {
  std::vector<bool> wanted(1 << 16, false);
  for (const TypeId t : s.types) wanted[t.raw] = true;
  const bool outgoing = s.projection.undirected || !s.projection.reversed, incoming = s.projection.undirected || s.projection.reversed;
  const char block_keys[2] = {keys::BlockPrefix(Direction::kOut, TypeId{})[0], keys::BlockPrefix(Direction::kIn, TypeId{})[0]};
  const int threads = Threads();
  std::vector<Part> parts(static_cast<size_t>(threads));
  for (Part& part : parts) part.arcs.reserve(expected / static_cast<uint64_t>(threads) * 9 / 8);
  std::atomic<bool> damaged{false}, spent{false};
  LT_TRY(store.ForEachShard(Keyspace::kAdjacency, threads, [&](int number, storage::Route route, std::string_view rest, std::string_view value) {
    Part& part = parts[static_cast<size_t>(number)];
    if ((++part.keys & 4095) == 0 && budget.Spent()) {
      spent = true;
      return false;
    }
    if (within != nullptr && !within->Has(route)) return true;
    if (route >= next_node) return !(damaged = true);
    const size_t before = part.arcs.size();
    bool near = true;  // all ends below next_node
    const auto walk = [&](std::string_view block, TypeId type) {
      bool stopped = false;
      const uint64_t code = uint64_t{type.raw} << kTypeShift;
      const size_t first = part.arcs.size();
      const bool good = WalkBlock(block, sight, &stopped, [&](const Adjacent& a) {
        if (within == nullptr) {
          if (a.node.raw >= next_node) return near = false;
          part.ends[a.node.raw >> 6] |= 1ull << (a.node.raw & 63);
        } else if (!within->Has(a.node.raw)) {
          return true;
        }
        part.arcs.push_back({a.node.raw, code | (a.edge.raw & kIdMask)});
        return true;
      });
      if (part.arcs.size() > first) {  // a block ascends by edge id
        part.range.Add(part.arcs[first].code & kIdMask, static_cast<uint16_t>(type.raw));
        part.range.Add(part.arcs.back().code & kIdMask, static_cast<uint16_t>(type.raw));
      }
      return good;
    };
    if (within == nullptr && part.ends.empty()) part.ends.assign(next_node / 64 + 1, 0);
    bool good = true;
    if (rest.empty()) {
      GroupView group;
      while (good && !value.empty()) {
        good = NextGroup(value, group);
        if (!good || group.tail.empty() || !wanted[group.type.raw & 0xFFFF]) continue;
        if (group.direction == Direction::kOut ? outgoing : incoming) good = walk(group.tail, group.type);
      }
    } else if ((outgoing && rest[0] == block_keys[0]) || (incoming && rest[0] == block_keys[1])) {
      rest.remove_prefix(1);
      uint16_t type = 0;
      good = GetBigEndian(rest, type);
      if (good && wanted[type]) good = walk(value, TypeId{type});
    }
    if (part.arcs.size() > before) {
      if (part.rows.empty() || part.rows.back().node != route) part.rows.push_back({route, before});
      if (within == nullptr) part.ends[route >> 6] |= 1ull << (route & 63);
    }
    if (!good || !near) damaged = true;
    return good && near;
  }));
  if (damaged) return Damage();
  if (spent) LT_TRY(budget.Check());
  return parts;
}

std::unique_ptr<IdNumbers> EndsOfParts(std::vector<Part>& parts) {
  std::vector<uint64_t> all;
  for (Part& part : parts) {
    if (all.size() < part.ends.size()) all.resize(part.ends.size(), 0);
    for (size_t w = 0; w < part.ends.size(); ++w) all[w] |= part.ends[w];
    std::vector<uint64_t>().swap(part.ends);
  }
  std::vector<NodeId> ids;
  for (size_t w = 0; w < all.size(); ++w) {
    for (uint64_t bits = all[w]; bits != 0; bits &= bits - 1) ids.push_back(NodeId{64 * w + static_cast<uint64_t>(__builtin_ctzll(bits))});
  }
  return std::make_unique<IdNumbers>(std::move(ids));
}

// The weight of every edge of the types, by edge id from `first` on.
Result<std::vector<double>> ReadWeights(const storage::View& store, const Selection& s, const EdgeRange& range, const Budget& budget) {
  std::vector<bool> wanted(1 << 16, false);
  for (const TypeId t : s.types) wanted[t.raw] = true;
  std::vector<double> weights(range.greatest - range.least + 1, s.projection.default_weight);
  std::atomic<bool> damaged{false}, spent{false};
  LT_TRY(store.ForEachShard(Keyspace::kEdge, Threads(), [&](int, storage::Route route, std::string_view rest, std::string_view value) {
    if (!rest.empty()) return true;  // claim sets
    if ((route & 4095) == 0 && budget.Spent()) {
      spent = true;
      return false;
    }
    const uint64_t first = route << kEdgesPerChunkBits;
    if (first > range.greatest || first + kEdgesPerChunk <= range.least) return true;
    EdgeChunkReader reader(value);
    EdgeChunkReader::Item item;
    Value found;
    while (reader.Next(item)) {
      const uint64_t id = first + static_cast<uint64_t>(item.slot);
      if (item.properties.empty() || !wanted[item.type.raw & 0xFFFF] || id < range.least || id > range.greatest) continue;
      if (!FindProperty(item.properties, s.weight, found)) continue;
      if (const std::optional<double> w = found.number(); w && !std::isnan(*w)) weights[id - range.least] = *w;
    }
    if (reader.damaged()) damaged = true;
    return !damaged.load();
  }));
  if (damaged) return Status(Code::kDamaged, "the store is damaged: edges cannot be read; run 'liantu check --deep'");
  if (spent) LT_TRY(budget.Check());
  return weights;
}

}  // namespace

bool HasRows(const Selection& s) {
  return !s.collapsed() && !s.projection.simple && s.filters.empty() && !(s.weighted && !s.projection.as_of.empty());
}

Result<SnapshotPtr> BuildRows(const ReadView& view, const storage::View& store, const Selection& s, std::unique_ptr<IdNumbers> within,
                              const Budget& budget) {
  LT_ASSIGN(const NextIds next, NextIds::Load(store));
  if (next.node > kMostNodeIds || next.edge > kIdMask) return SnapshotPtr();
  LT_ASSIGN(uint64_t expected, CountEdges(view, s.types));
  if (s.projection.undirected) expected *= 2;
  LT_TRY(budget.CheckBytes(expected * (sizeof(RowArc) + 16)));
  LT_ASSIGN(std::vector<Part> parts, ReadRows(store, s, SightOf(view.options()), within.get(), next.node, expected, budget));
  if (!within) within = EndsOfParts(parts);
  const IdNumbers& vertices = *within;
  const size_t n = vertices.size();

  // From here on: every row with its vertex and place, ascending.
  struct Row {
    Vertex vertex = 0;
    const RowArc *begin = nullptr, *end = nullptr;
  };
  std::vector<Row> rows;
  uint64_t arcs = 0;
  EdgeRange range;
  for (const Part& part : parts) {
    for (size_t i = 0; i < part.rows.size(); ++i) {
      const uint64_t end = i + 1 < part.rows.size() ? part.rows[i + 1].begin : part.arcs.size();
      rows.push_back({vertices.Find(part.rows[i].node), part.arcs.data() + part.rows[i].begin, part.arcs.data() + end});
    }
    arcs += part.arcs.size();
    range.Join(part.range);
  }
  if (arcs >= kNoVertex) return Status(Code::kInvalid, Text("a snapshot holds at most 2^32-2 arcs, not ", arcs));
  if (n >= kNoVertex) return Status(Code::kInvalid, "a snapshot holds at most 2^32-2 vertices");
  const auto by_vertex = [](const Row& a, const Row& b) { return a.vertex < b.vertex; };
  if (!std::is_sorted(rows.begin(), rows.end(), by_vertex)) std::sort(rows.begin(), rows.end(), by_vertex);

  auto columns = std::make_unique<OwnColumns>();
  OwnColumns& c = *columns;
  c.out_begin.assign(n + 1, 0);
  for (const Row& row : rows) c.out_begin[row.vertex + 1] = static_cast<uint32_t>(row.end - row.begin);
  for (size_t v = 0; v < n; ++v) c.out_begin[v + 1] += c.out_begin[v];
  c.targets.resize(arcs);
  MakeEdgeColumns(c, range, arcs);
  std::vector<double> by_edge;
  if (s.weighted && arcs > 0) {
    if (range.greatest - range.least > 8 * arcs + (1 << 20)) return SnapshotPtr();
    LT_ASSIGN(by_edge, ReadWeights(store, s, range, budget));
  }
  std::vector<double> weights(by_edge.empty() ? 0 : arcs);
  constexpr size_t kRowsAtOnce = 4096;
  const size_t pieces = (rows.size() + kRowsAtOnce - 1) / kRowsAtOnce;
#pragma omp parallel for schedule(dynamic)
  for (size_t piece = 0; piece < pieces; ++piece) {
    std::vector<std::pair<Vertex, uint64_t>> row;  // target, edge and type
    for (size_t r = piece * kRowsAtOnce; r < std::min(rows.size(), (piece + 1) * kRowsAtOnce); ++r) {
      row.clear();
      bool sorted = true;
      for (const RowArc* a = rows[r].begin; a != rows[r].end; ++a) {
        row.emplace_back(vertices.Find(a->to), a->code);
        const size_t i = row.size() - 1;
        sorted &= i == 0 || std::pair(row[i - 1].first, row[i - 1].second & kIdMask) <= std::pair(row[i].first, row[i].second & kIdMask);
      }
      if (!sorted) {
        std::sort(row.begin(), row.end(), [](const auto& a, const auto& b) { return std::pair(a.first, a.second & kIdMask) < std::pair(b.first, b.second & kIdMask); });
      }
      uint64_t at = c.out_begin[rows[r].vertex];
      for (const auto& [target, code] : row) {
        const uint64_t edge = code & kIdMask;
        c.targets[at] = target;
        c.SetEdge(at, edge, static_cast<uint16_t>(code >> kTypeShift));
        if (!weights.empty()) weights[at] = by_edge[edge - range.least];
        ++at;
      }
    }
  }
  std::vector<Part>().swap(parts);
  std::vector<double>().swap(by_edge);
  MakeWeightColumn(c, std::move(weights));
  if (!s.projection.undirected) MakeInRows(c);
  c.nodes = within->Take();
  IndexNodes(c);
  return Freeze(s.projection, std::move(columns));
}

}  // namespace liantu::graph
