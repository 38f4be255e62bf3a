// SPDX-License-Identifier: Apache-2.0
// Building compressed rows: two stable counting sorts (by target, then by source), linear in vertices and arcs.
#include "graph/snapshot.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "graph/snapshot_rows.h"

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

  auto columns = std::make_unique<OwnColumns>();
  OwnColumns& c = *columns;
  c.nodes = std::move(nodes);
  IndexNodes(c);
  const bool undirected = projection.undirected;
  const size_t n = vertex_count;

  // Edges in the order of (edge id); a stable counting sort by target and then by source gives rows sorted by target.
  if (!std::is_sorted(edges.begin(), edges.end(), [](auto& a, auto& b) { return a.edge_id < b.edge_id; })) {
    std::stable_sort(edges.begin(), edges.end(), [](auto& a, auto& b) { return a.edge_id < b.edge_id; });
  }
  EdgeRange range;
  bool any_weight = false;
  for (const Edge& e : edges) {
    any_weight |= e.weight != 1.0;
    range.Add(e.edge_id, e.type);
  }
  MakeEdgeColumns(c, range, arcs);
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
  c.out_begin = begin;
  for (uint32_t a : by_target) order[begin[end_of(a, false)]++] = a;
  std::vector<uint32_t>().swap(by_target);

  c.targets.resize(arcs);
  std::vector<double> weights(any_weight ? arcs : 0);
  for (uint64_t i = 0; i < arcs; ++i) {
    const uint32_t a = order[i];
    const Edge& e = edges[undirected ? a >> 1 : a];
    c.targets[i] = end_of(a, true);
    if (any_weight) weights[i] = e.weight;
    c.SetEdge(i, e.edge_id, e.type);
  }
  MakeWeightColumn(c, std::move(weights));
  if (!undirected) MakeInRows(c);
  return Freeze(std::move(projection), std::move(columns));
}

SnapshotPtr Snapshot::OfColumns(Projection projection, const Columns& columns, std::shared_ptr<const void> owner) {
  const std::shared_ptr<Snapshot> snapshot(new Snapshot());
  snapshot->projection_ = std::move(projection);
  snapshot->c_ = columns;
  snapshot->owner_ = std::move(owner);
  snapshot->in_arcs_ = std::make_shared<InArcs>();
  return snapshot;
}

SnapshotPtr Snapshot::Named(Projection projection) const {
  const std::shared_ptr<Snapshot> snapshot(new Snapshot(*this));
  snapshot->projection_ = std::move(projection);
  return snapshot;
}

Vertex Snapshot::vertex(NodeId id) const {
  const uint64_t at = id.raw - c_.first_node;  // wraps around for smaller ids, and is then too large
  if (c_.nodes32.empty() && c_.nodes64.empty()) return at < vertex_count() ? static_cast<Vertex>(at) : kNoVertex;
  if (!c_.ranks.empty()) {
    if (at / 64 >= c_.ranks.size()) return kNoVertex;
    const RankWord& word = c_.ranks[at / 64];
    const uint64_t bit = 1ull << (at % 64);
    return (word.bits & bit) == 0 ? kNoVertex : static_cast<Vertex>(word.before + static_cast<uint64_t>(std::popcount(word.bits & (bit - 1))));
  }
  const auto find = [](const auto& ids, const auto& wanted) {
    const auto it = std::lower_bound(ids.begin(), ids.end(), wanted);
    return it == ids.end() || *it != wanted ? kNoVertex : static_cast<Vertex>(it - ids.begin());
  };
  return c_.nodes32.empty() ? find(c_.nodes64, id) : find(c_.nodes32, at);
}

uint64_t Snapshot::memory_bytes() const {
  uint64_t bytes = c_.out_begin.size_bytes() + c_.in_begin.size_bytes() + c_.targets.size_bytes() + c_.sources.size_bytes() +
                   c_.weights32.size_bytes() + c_.weights64.size_bytes() + c_.edges32.size_bytes() + c_.edges64.size_bytes() +
                   c_.edge_steps.size_bytes() + c_.edge_bases.size_bytes() + c_.far_edges.size_bytes() + c_.types8.size_bytes() +
                   c_.types16.size_bytes() + c_.nodes32.size_bytes() + c_.nodes64.size_bytes() + c_.ranks.size_bytes();
  if (in_arcs_->ready.load(std::memory_order_acquire) != nullptr) bytes += 4 * arc_count();
  return bytes;
}

}  // namespace liantu::graph
