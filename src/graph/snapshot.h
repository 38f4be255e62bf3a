// SPDX-License-Identifier: Apache-2.0
// The immutable graph that analysis runs on: compressed rows, out and in, with dense 32-bit vertices. What went into it
// is a Projection, and every result quotes that projection. Reading a snapshot needs no lock; any thread may.
//
// Words: a *vertex* is a dense number 0 … vertex_count()-1, in the order of node ids. An *edge* is one stored edge that
// the projection keeps (or several, where it collapses). An *arc* is one entry of an out row. In a directed snapshot
// arcs and edges are the same thing; in an undirected one every edge makes two arcs, one in each end's row (a loop makes
// two in the same row), and the in rows are the out rows. Rows are sorted by (target, edge id).
// Memory, directed: an arc 4 bytes target + 4 or 8 weight + 4 edge id (8 where ids lie more than 2^32 apart) + 2 type (0 where
// there is one type), and 8 for the in rows: 10 bytes a direction with weight and one type. A vertex 16, and up to 4 to find it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/ids.h"

namespace liantu::graph {

using Vertex = uint32_t;
inline constexpr Vertex kNoVertex = 0xFFFFFFFFu;

// Which part of the stored graph, seen how. Names, not ids, so that it can be written down and repeated.
struct Projection {
  std::string name;                     // under which it is stored and listed; may be empty
  std::vector<std::string> labels;      // nodes with any of these, and only edges between them; empty: the ends of the
                                        // kept edges
  std::vector<std::string> types;       // empty: the types that the ontology marks economic (no ontology: all)
  bool undirected = false;
  bool reversed = false;                // swap the direction of every edge
  std::string weight;                   // an edge property that is a number; empty: every edge weighs 1
  double default_weight = 1;            // where that property is missing
  bool simple = false;                  // drop loops, join parallel edges (weights add up)
  std::string as_of;                    // ISO date; empty: no filter by valid time
  bool predicted = false;               // predicted edges too
  // Keep an edge only if its property, as text, is one of these values (or a list with one of them). Types that lack the
  // property are kept: by the ontology, or, where it does not know the type, if no edge of the type has it.
  struct Filter {
    std::string property;
    std::vector<std::string> values;
  };
  std::vector<Filter> filters;
  // Collapse: instead of the members, their groups. Two members tied by a kept edge tie their groups (weights add up);
  // `through` names the edge types that lead from a member to its group (e.g. LOCATED_IN to City, followed upwards),
  // or, with `shared`, the middle nodes: two members that share a middle node become tied (weight = number shared;
  // `labels` then names the middle nodes). A type is followed from its start to its end, "<HOSTS" from end to start. A
  // member belongs to the groups that are the fewest steps away, a group to itself; ties within a group are loops.
  struct Collapse {
    std::string label;                  // the label of the groups (or, with shared, of the members)
    std::vector<std::string> through;
    bool shared = false;
  };
  std::optional<Collapse> collapse;

  // One line for result headers, e.g. "Company -[SUPPLIES]-> directed, weight share".
  std::string Describe() const;
};

class Snapshot {
 public:
  struct Edge {
    Vertex from = 0, to = 0;
    double weight = 1;
    uint64_t edge_id = 0;   // the stored edge, 0 for made-up or collapsed ones
    uint16_t type = 0;      // TypeId
  };
  // From arrays, for builders and tests. `nodes` are ascending ids (empty: 1 … vertex_count). Weights may be any number
  // that is not NaN. kInvalid: an end out of range, NaN, or more than 2^32-2 vertices or arcs.
  static Result<std::shared_ptr<const Snapshot>> FromEdges(Vertex vertex_count, std::vector<Edge> edges,
                                                           Projection projection = {}, std::vector<NodeId> nodes = {});

  const Projection& projection() const { return projection_; }
  bool undirected() const { return projection_.undirected; }
  bool weighted() const { return !weights32_.empty() || !weights64_.empty(); }
  Vertex vertex_count() const { return static_cast<Vertex>(out_begin_.size() - 1); }
  // Arcs: as many as edges if directed, twice as many if not.
  uint64_t arc_count() const { return targets_.size(); }
  uint64_t edge_count() const { return undirected() ? arc_count() / 2 : arc_count(); }

  // First arc of v's row; the row ends where the next begins.
  uint32_t row_begin(Vertex v) const { return out_begin_[v]; }
  uint32_t row_end(Vertex v) const { return out_begin_[v + 1]; }
  Vertex target(uint32_t arc) const { return targets_[arc]; }
  std::span<const Vertex> out(Vertex v) const { return {targets_.data() + out_begin_[v], targets_.data() + out_begin_[v + 1]}; }
  std::span<const Vertex> in(Vertex v) const {
    if (undirected()) return out(v);
    return {sources_.data() + in_begin_[v], sources_.data() + in_begin_[v + 1]};
  }
  // The arcs that end in v, in the order of in(v); undirected: the arcs of v's own row.
  uint32_t in_arc(Vertex v, size_t i) const {
    return undirected() ? out_begin_[v] + static_cast<uint32_t>(i) : in_arcs_[in_begin_[v] + i];
  }
  uint32_t out_degree(Vertex v) const { return out_begin_[v + 1] - out_begin_[v]; }
  uint32_t in_degree(Vertex v) const { return undirected() ? out_degree(v) : in_begin_[v + 1] - in_begin_[v]; }

  double weight(uint32_t arc) const {
    if (!weights32_.empty()) return weights32_[arc];
    return weights64_.empty() ? 1.0 : weights64_[arc];
  }
  // Raw columns for kernels. offsets has vertex_count()+1 entries.
  std::span<const uint32_t> out_offsets() const { return out_begin_; }
  std::span<const Vertex> targets() const { return targets_; }
  std::span<const uint32_t> in_offsets() const { return undirected() ? out_begin_ : in_begin_; }
  std::span<const Vertex> sources() const { return undirected() ? targets_ : sources_; }
  std::span<const float> weights32() const { return weights32_; }    // set where every weight is exact as a float
  std::span<const double> weights64() const { return weights64_; }

  EdgeId edge_id(uint32_t arc) const {
    if (!edge_ids32_.empty()) return EdgeId{first_edge_id_ + edge_ids32_[arc]};
    return EdgeId{edge_ids64_.empty() ? 0 : edge_ids64_[arc]};
  }
  TypeId type(uint32_t arc) const { return TypeId{types_.empty() ? only_type_ : types_[arc]}; }
  NodeId node_id(Vertex v) const { return nodes_.empty() ? NodeId{v + 1ull} : nodes_[v]; }
  // kNoVertex where the node is not in the projection. O(1) where ids are dense enough for a rank index, else O(log n).
  Vertex vertex(NodeId id) const;
  uint64_t memory_bytes() const;

 private:
  friend class SnapshotFile;
  Projection projection_;
  std::vector<uint32_t> out_begin_{0}, in_begin_{0};
  std::vector<Vertex> targets_, sources_;
  std::vector<uint32_t> in_arcs_;
  std::vector<float> weights32_;
  std::vector<double> weights64_;
  uint64_t first_edge_id_ = 0;
  std::vector<uint32_t> edge_ids32_;  // above first_edge_id_
  std::vector<uint64_t> edge_ids64_;
  uint16_t only_type_ = 0;            // where types_ is empty
  std::vector<uint16_t> types_;
  std::vector<NodeId> nodes_;
  // Rank index over the ids from nodes_.front() on: a bit an id, and before each 64 bits how many are set.
  struct RankWord { uint64_t bits = 0; uint64_t before = 0; };
  std::vector<RankWord> ranks_;
  void IndexNodes();
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace liantu::graph
