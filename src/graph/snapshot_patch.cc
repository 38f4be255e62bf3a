// SPDX-License-Identifier: Apache-2.0
// A snapshot of an earlier commit brought up to date: batches since then tell which edges they made or touched, only these
// are read from the store; all others are taken over from the old rows.
//
// Cost: a read an edge that was touched, one pass over the columns.
#include <atomic>
#include <cmath>
#include <tuple>

#include "graph/journal.h"
#include "graph/snapshot_rows.h"
#include "graph/snapshot_selection.h"
#include "graph/view_state.h"

namespace liantu::graph {
namespace {

constexpr uint64_t kWorthShare = 32;  // of the arcs; where more was touched it is built anew
constexpr size_t kAtOnce = 4096;

// Membership in a short sorted list, asked for by millions of ids that are not in it.
class FewIds {
 public:
  explicit FewIds(const std::vector<uint64_t>& ids) : ids_(ids), bits_(1 << 12, 0) {
    for (const uint64_t id : ids) bits_[id >> 6 & 4095] |= 1ull << (id & 63);
  }
  bool Has(uint64_t id) const { return (bits_[id >> 6 & 4095] >> (id & 63) & 1) != 0 && std::binary_search(ids_.begin(), ids_.end(), id); }

 private:
  const std::vector<uint64_t>& ids_;
  std::vector<uint64_t> bits_;
};

struct Added {
  Vertex from = 0, to = 0;
  uint64_t edge = 0;
  uint16_t type = 0;
  double weight = 1;
  friend bool operator<(const Added& a, const Added& b) { return std::tuple(a.from, a.to, a.edge) < std::tuple(b.from, b.to, b.edge); }
};

void SortUnique(std::vector<uint64_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

Result<SnapshotPtr> PatchSnapshot(const ReadView& view, const storage::View& store, const Selection& s, const Snapshot& old, BatchId since,
                                  uint64_t* edges_read, const Budget& budget) {
  if (!HasRows(s)) return SnapshotPtr();
  // What was touched: edges made or changed, and with labels also the edges of nodes that came or went.
  std::vector<BatchInfo> batches;
  LT_TRY(ForEachBatch(store, BatchId{since.raw + 1}, [&](const BatchInfo& info) { batches.push_back(info); }));
  const uint64_t most = old.arc_count() / kWorthShare + 1000;
  uint64_t about = 0;
  for (const BatchInfo& b : batches) about += b.edges_created + b.entities_changed + b.entities_deleted + b.entities_restored;
  if (about > most) return SnapshotPtr();
  std::vector<uint64_t> edges, nodes;
  for (const BatchInfo& b : batches) {
    if (b.first_edge) {
      if (b.last_edge.raw - b.first_edge.raw > 4 * most) return SnapshotPtr();  // a bulk load leaves gaps
      for (uint64_t id = b.first_edge.raw; id <= b.last_edge.raw; ++id) edges.push_back(id);
    }
    LT_ASSIGN(const std::vector<uint64_t> touched, TouchedBy(store, b.id, true));
    edges.insert(edges.end(), touched.begin(), touched.end());
    if (s.any_label) continue;
    LT_ASSIGN(const std::vector<uint64_t> touched_nodes, TouchedBy(store, b.id, false));
    nodes.insert(nodes.end(), touched_nodes.begin(), touched_nodes.end());
  }
  std::unique_ptr<IdNumbers> vertices;
  if (!s.any_label) {
    LT_ASSIGN(std::vector<NodeId> labelled, NodesOf(view, s.labels));
    vertices = std::make_unique<IdNumbers>(std::move(labelled));
    SortUnique(nodes);
    std::vector<NodeId> moved;
    for (const uint64_t id : nodes) {
      if ((old.vertex(NodeId{id}) != kNoVertex) != vertices->Has(id)) moved.push_back(NodeId{id});
    }
    LT_TRY(view.With({.predicted = true}).ExpandMany(moved, Direction::kBoth, s.types, [&](size_t, const Neighbour& n) {
      edges.push_back(n.edge.raw);
      return edges.size() < 4 * most;
    }));
  }
  SortUnique(edges);
  if (edges.size() >= 4 * most) return SnapshotPtr();
  *edges_read = edges.size();

  // What the touched edges are now.
  struct Found {
    uint64_t from, to, edge;
    uint16_t type;
    double weight;
  };
  std::vector<Found> found;
  std::vector<EdgeId> asked;
  for (size_t begin = 0; begin < edges.size(); begin += kAtOnce) {
    LT_TRY(budget.Check());
    asked.clear();
    for (size_t i = begin; i < std::min(edges.size(), begin + kAtOnce); ++i) asked.push_back(EdgeId{edges[i]});
    LT_ASSIGN(const auto read, view.GetEdges(asked));
    for (const auto& edge : read) {
      if (!edge || !std::binary_search(s.types.begin(), s.types.end(), edge->type)) continue;
      if (vertices && (!vertices->Has(edge->from.raw) || !vertices->Has(edge->to.raw))) continue;
      Found f{edge->from.raw, edge->to.raw, edge->id.raw, static_cast<uint16_t>(edge->type.raw), 1};
      if (s.weighted) {
        f.weight = s.projection.default_weight;
        if (const Value* value = edge->Property(s.weight)) {
          if (const std::optional<double> w = value->number(); w && !std::isnan(*w)) f.weight = *w;
        }
      }
      if (s.projection.reversed) std::swap(f.from, f.to);
      found.push_back(f);
    }
  }

  // Old arcs that go. Where no labels are given, a node without arcs goes too.
  const Snapshot::Columns& was = old.columns();
  const FewIds touched(edges);
  std::vector<uint32_t> dropped;
  for (uint32_t arc = 0; arc < old.arc_count(); ++arc) {
    if (touched.Has(old.edge_id(arc).raw)) dropped.push_back(arc);
  }
  if (!vertices) {
    std::vector<NodeId> ids, gone;
    for (const Found& f : found) ids.insert(ids.end(), {NodeId{f.from}, NodeId{f.to}});
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::pair<Vertex, uint32_t>> losses;  // a vertex, arcs that it loses
    for (const uint32_t arc : dropped) {
      const auto row = std::upper_bound(was.out_begin.begin(), was.out_begin.end(), arc) - 1;
      losses.emplace_back(static_cast<Vertex>(row - was.out_begin.begin()), 1);
      if (!old.undirected()) losses.emplace_back(old.target(arc), 1);
    }
    std::sort(losses.begin(), losses.end());
    for (size_t i = 0; i < losses.size();) {
      const Vertex v = losses[i].first;
      uint32_t lost = 0;
      for (; i < losses.size() && losses[i].first == v; ++i) ++lost;
      const uint32_t degree = old.out_degree(v) + (old.undirected() ? 0 : old.in_degree(v));
      if (lost == degree && !std::binary_search(ids.begin(), ids.end(), old.node_id(v))) gone.push_back(old.node_id(v));
    }
    std::vector<NodeId> all;
    all.reserve(old.vertex_count() + ids.size());
    size_t next = 0, out = 0;
    for (Vertex v = 0; v < old.vertex_count(); ++v) {
      const NodeId id = old.node_id(v);
      for (; next < ids.size() && ids[next] < id; ++next) all.push_back(ids[next]);
      if (next < ids.size() && ids[next] == id) ++next;
      if (out < gone.size() && gone[out] == id) ++out;
      else all.push_back(id);
    }
    all.insert(all.end(), ids.begin() + static_cast<ptrdiff_t>(next), ids.end());
    vertices = std::make_unique<IdNumbers>(std::move(all));
  }
  const size_t n = vertices->size();
  const uint64_t arcs = old.arc_count() - dropped.size() + found.size() * (s.projection.undirected ? 2 : 1);
  if (n >= kNoVertex || arcs >= kNoVertex) return SnapshotPtr();

  // New numbers of the old vertices; kNoVertex: gone, with all its arcs.
  std::vector<Vertex> number(old.vertex_count());
#pragma omp parallel for schedule(static)
  for (Vertex v = 0; v < old.vertex_count(); ++v) number[v] = vertices->Find(old.node_id(v).raw);
  std::vector<Added> added;
  EdgeRange range;
  if (old.arc_count() > 0) {
    range.Add(old.edge_id(0).raw, was.only_type);
    uint32_t greatest = 0;  // or a little more
    for (const uint32_t e : was.edges32) greatest = std::max(greatest, e);
    for (const uint32_t e : was.far_edges) greatest = std::max(greatest, e);
    for (const uint32_t base : was.edge_bases) greatest = std::max(greatest, base < Snapshot::Columns::kFarEdges ? base + 255 : 0);
    if (greatest > 0) range.Add(was.first_edge, was.only_type), range.Add(was.first_edge + greatest, was.only_type);
    for (const uint64_t e : was.edges64) range.Add(e, was.only_type);
    for (const uint8_t t : was.types8) range.AddType(t);
    for (const uint16_t t : was.types16) range.AddType(t);
  }
  bool one = !old.weighted(), exact = was.weights64.empty();
  for (const Found& f : found) {
    const Vertex from = vertices->Find(f.from), to = vertices->Find(f.to);
    added.push_back({from, to, f.edge, f.type, f.weight});
    if (s.projection.undirected) added.push_back({to, from, f.edge, f.type, f.weight});
    range.Add(f.edge, f.type);
    one &= f.weight == 1;
    exact &= static_cast<double>(static_cast<float>(f.weight)) == f.weight;
  }
  std::sort(added.begin(), added.end());

  auto columns = std::make_unique<OwnColumns>();
  OwnColumns& c = *columns;
  c.out_begin.assign(n + 1, 0);
  for (Vertex v = 0; v < old.vertex_count(); ++v) {
    if (number[v] != kNoVertex) c.out_begin[number[v] + 1] = old.out_degree(v);
  }
  for (const uint32_t arc : dropped) {
    const auto row = std::upper_bound(was.out_begin.begin(), was.out_begin.end(), arc) - 1;
    const Vertex v = number[static_cast<size_t>(row - was.out_begin.begin())];
    if (v != kNoVertex) --c.out_begin[v + 1];
  }
  for (const Added& a : added) ++c.out_begin[a.from + 1];
  for (size_t v = 0; v < n; ++v) c.out_begin[v + 1] += c.out_begin[v];
  if (c.out_begin[n] != arcs) return SnapshotPtr();  // only where the store is damaged
  c.targets.resize(arcs);
  MakeEdgeColumns(c, range, arcs);
  if (!one) exact ? c.weights32.resize(arcs) : c.weights64.resize(arcs);
  const auto put = [&](uint64_t at, Vertex target, uint64_t edge, uint16_t type, double weight) {
    c.targets[at] = target;
    c.SetEdge(at, edge, type);
    if (!c.weights32.empty()) c.weights32[at] = static_cast<float>(weight);
    else if (!c.weights64.empty()) c.weights64[at] = weight;
  };
  // Each old row is copied, less what was dropped, together with what was added to it; both are in the order of the row.
  std::atomic<bool> whole{true};
  const auto copy_row = [&](Vertex v) {
    const Vertex now = number[v];
    if (now == kNoVertex) return;
    uint64_t at = c.out_begin[now];
    auto more = std::lower_bound(added.begin(), added.end(), now, [](const Added& a, Vertex w) { return a.from < w; });
    const auto more_end = std::upper_bound(more, added.end(), now, [](Vertex w, const Added& a) { return w < a.from; });
    auto less = std::lower_bound(dropped.begin(), dropped.end(), old.row_begin(v));
    for (uint32_t arc = old.row_begin(v); arc < old.row_end(v); ++arc) {
      if (less != dropped.end() && *less == arc) {
        ++less;
        continue;
      }
      const Vertex target = number[old.target(arc)];
      if (target == kNoVertex) whole = false;
      const uint64_t edge = old.edge_id(arc).raw;
      for (; more != more_end && std::pair(more->to, more->edge) < std::pair(target, edge); ++more) put(at++, more->to, more->edge, more->type, more->weight);
      put(at++, target, edge, static_cast<uint16_t>(old.type(arc).raw), old.weight(arc));
    }
    for (; more != more_end; ++more) put(at++, more->to, more->edge, more->type, more->weight);
  };
#pragma omp parallel for schedule(dynamic, 4096)
  for (Vertex v = 0; v < old.vertex_count(); ++v) copy_row(v);
  if (!whole) return SnapshotPtr();
  // Rows of vertices that the old snapshot did not have.
  for (size_t i = 0; i < added.size();) {
    const Vertex v = added[i].from;
    const bool fresh = old.vertex(vertices->ids()[v]) == kNoVertex;
    for (uint64_t at = c.out_begin[v]; i < added.size() && added[i].from == v; ++i) {
      if (fresh) put(at++, added[i].to, added[i].edge, added[i].type, added[i].weight);
    }
  }
  if (!s.projection.undirected) MakeInRows(c);
  c.nodes = vertices->Take();
  IndexNodes(c);
  return Freeze(s.projection, std::move(columns));
}

}  // namespace liantu::graph
