// SPDX-License-Identifier: Apache-2.0
// The immutable graph that analysis runs on: compressed rows, out and in, with dense 32-bit vertices. What went into it
// is a Projection, and every result quotes that projection. Reading a snapshot needs no lock; any thread may.
//
// Words: a *vertex* is a dense number 0 … vertex_count()-1, in the order of node ids. An *edge* is one stored edge that
// the projection keeps (or several, where it collapses). An *arc* is one entry of an out row. In a directed snapshot
// arcs and edges are the same thing; in an undirected one every edge makes two arcs, one in each end's row (a loop makes
// two in the same row), and the in rows are the out rows. Rows are sorted by (target, edge id).
// Memory, directed: 4 bytes target, 1 to 2 edge id where a bulk load numbered the edges, else 4 (8 where they span more than
// 2^32), 4 or 8 weight if there are any, 1 or 2 type if there are several, 4 the in row; 8 a vertex, 12 where node ids have
// gaps. Once in_arc is asked for, 4 more an arc.
// The columns stand in memory of their own or in a mapped file (graph/snapshot_file.h); copies share them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
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

  // The columns, for who stores a snapshot or makes one from another. Offsets have vertex_count()+1 entries.
  struct RankWord { uint64_t bits = 0; uint64_t before = 0; };
  struct Columns {
    std::span<const uint32_t> out_begin, in_begin;  // undirected: no in_begin
    std::span<const Vertex> targets, sources;       // undirected: no sources
    std::span<const float> weights32;               // set where every weight is exact as a float
    std::span<const double> weights64;              // neither: every edge weighs 1
    // Edge id = first_edge + edges32; or edges64; or by edge_steps; none of them: all 0. A bulk load numbers edges by type and
    // ends, so that among 256 neighbouring arcs those of one type mostly lie within 256 ids. With edge_steps there is, for each
    // 256 arcs and each type below edge_kinds (1: all arcs have the same type, or rather no column of types), a base, and
    // edge id = first_edge + base + step. Where they do not lie so, the base is kFarEdges | i: the edge id is first_edge +
    // far_edges[i + step]. There are at least 256 far_edges behind each such i.
    static constexpr uint32_t kFarEdges = 1u << 31;
    static constexpr int kEdgeBlockBits = 8;
    uint64_t first_edge = 0;
    std::span<const uint32_t> edges32;
    std::span<const uint64_t> edges64;
    std::span<const uint8_t> edge_steps;
    std::span<const uint32_t> edge_bases, far_edges;
    uint32_t edge_kinds = 0;
    uint16_t only_type = 0;                         // the type of all arcs where there is neither column
    std::span<const uint8_t> types8;
    std::span<const uint16_t> types16;
    uint64_t first_node = 1;                        // node id = first_node + nodes32, or nodes64; neither: first_node + vertex
    std::span<const uint32_t> nodes32;
    std::span<const NodeId> nodes64;
    // Rank index over the ids from first_node on: a bit an id, and before each 64 bits how many are set. Empty where
    // ids are too sparse for it.
    std::span<const RankWord> ranks;
  };
  // Over columns that `owner` keeps alive. They are trusted.
  static std::shared_ptr<const Snapshot> OfColumns(Projection projection, const Columns& columns, std::shared_ptr<const void> owner);
  const Columns& columns() const { return c_; }
  // The same graph under another projection's name, sharing the columns.
  std::shared_ptr<const Snapshot> Named(Projection projection) const;

  const Projection& projection() const { return projection_; }
  bool undirected() const { return projection_.undirected; }
  bool weighted() const { return !c_.weights32.empty() || !c_.weights64.empty(); }
  Vertex vertex_count() const { return static_cast<Vertex>(c_.out_begin.size() - 1); }
  // Arcs: as many as edges if directed, twice as many if not.
  uint64_t arc_count() const { return c_.targets.size(); }
  uint64_t edge_count() const { return undirected() ? arc_count() / 2 : arc_count(); }

  // First arc of v's row; the row ends where the next begins.
  uint32_t row_begin(Vertex v) const { return c_.out_begin[v]; }
  uint32_t row_end(Vertex v) const { return c_.out_begin[v + 1]; }
  Vertex target(uint32_t arc) const { return c_.targets[arc]; }
  std::span<const Vertex> out(Vertex v) const { return {c_.targets.data() + c_.out_begin[v], c_.targets.data() + c_.out_begin[v + 1]}; }
  std::span<const Vertex> in(Vertex v) const {
    if (undirected()) return out(v);
    return {c_.sources.data() + c_.in_begin[v], c_.sources.data() + c_.in_begin[v + 1]};
  }
  // The arcs that end in v, in the order of in(v); undirected: the arcs of v's own row. The first call makes the column
  // they stand in, which is linear in the arcs.
  uint32_t in_arc(Vertex v, size_t i) const {
    if (undirected()) return c_.out_begin[v] + static_cast<uint32_t>(i);
    const uint32_t* arcs = in_arcs_->ready.load(std::memory_order_acquire);
    if (arcs == nullptr) arcs = MakeInArcs();
    return arcs[c_.in_begin[v] + i];
  }
  uint32_t out_degree(Vertex v) const { return c_.out_begin[v + 1] - c_.out_begin[v]; }
  uint32_t in_degree(Vertex v) const { return undirected() ? out_degree(v) : c_.in_begin[v + 1] - c_.in_begin[v]; }

  double weight(uint32_t arc) const {
    if (!c_.weights32.empty()) return c_.weights32[arc];
    return c_.weights64.empty() ? 1.0 : c_.weights64[arc];
  }
  // Raw columns for kernels. offsets has vertex_count()+1 entries.
  std::span<const uint32_t> out_offsets() const { return c_.out_begin; }
  std::span<const Vertex> targets() const { return c_.targets; }
  std::span<const uint32_t> in_offsets() const { return undirected() ? c_.out_begin : c_.in_begin; }
  std::span<const Vertex> sources() const { return undirected() ? c_.targets : c_.sources; }
  std::span<const float> weights32() const { return c_.weights32; }    // set where every weight is exact as a float
  std::span<const double> weights64() const { return c_.weights64; }

  EdgeId edge_id(uint32_t arc) const {
    if (!c_.edges32.empty()) return EdgeId{c_.first_edge + c_.edges32[arc]};
    if (!c_.edge_steps.empty()) {
      const size_t kind = c_.types8.empty() ? 0 : c_.types8[arc];
      const uint32_t base = c_.edge_bases[(arc >> Columns::kEdgeBlockBits) * size_t{c_.edge_kinds} + kind], step = c_.edge_steps[arc];
      return EdgeId{c_.first_edge + (base < Columns::kFarEdges ? base + step : c_.far_edges[base - Columns::kFarEdges + step])};
    }
    return EdgeId{c_.edges64.empty() ? 0 : c_.edges64[arc]};
  }
  TypeId type(uint32_t arc) const {
    if (!c_.types8.empty()) return TypeId{c_.types8[arc]};
    return TypeId{c_.types16.empty() ? c_.only_type : c_.types16[arc]};
  }
  NodeId node_id(Vertex v) const {
    if (!c_.nodes32.empty()) return NodeId{c_.first_node + c_.nodes32[v]};
    return c_.nodes64.empty() ? NodeId{c_.first_node + v} : c_.nodes64[v];
  }
  // kNoVertex where the node is not in the projection. O(1) where ids are dense enough for a rank index, else O(log n).
  Vertex vertex(NodeId id) const;
  // Of the columns, also where they are mapped.
  uint64_t memory_bytes() const;

 private:
  // Made at the first use, shared by copies.
  struct InArcs {
    std::mutex mutex;
    std::vector<uint32_t> arcs;
    std::atomic<const uint32_t*> ready{nullptr};
  };
  Snapshot() = default;
  Snapshot(const Snapshot&) = default;
  const uint32_t* MakeInArcs() const;
  Projection projection_;
  Columns c_;
  std::shared_ptr<const void> owner_;
  std::shared_ptr<InArcs> in_arcs_;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace liantu::graph
