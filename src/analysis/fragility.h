// SPDX-License-Identifier: Apache-2.0
// Where a network breaks: articulation points and bridges, dominators of a directed supply, concentration of supply, what is
// lost when vertices are removed, percolation curves. Flows, cuts and disjoint routes are in flow.h; failures that spread
// are in cascade.h.
#pragma once

#include <functional>

#include "analysis/common.h"

namespace liantu::analysis {

// --- Articulation points, bridges, biconnected components

struct ArticulationPoint {
  Vertex vertex = 0;
  uint32_t pieces = 0;  // parts its component falls into
  uint64_t impact = 0;  // vertices that leave the largest remaining piece of its component, itself included
};
struct Bridge {
  Vertex a = 0, b = 0;   // a < b
  uint64_t cut_off = 0;  // vertices on the smaller side
};
struct CutPointsResult {
  Header header;
  std::vector<ArticulationPoint> points;                 // by vertex
  std::vector<Bridge> bridges;                           // by (a, b)
  std::vector<std::vector<Vertex>> biconnected;          // vertex sets, ascending, in lexicographic order; isolated vertices in none
};
// Hopcroft & Tarjan 1973, on the undirected view. Loops do nothing; a pair joined by two or more edges (parallel, or one each
// way) is no bridge. Linear; a spent budget refuses. Our own kernel: Boost.Graph gives neither impact nor bridges and cannot
// be stopped; the tests hold both to the same answer.
Result<CutPointsResult> CutPoints(const Snapshot& g, const Budget& budget);
// The pieces that removing v leaves of its component, largest first, each ascending. One piece or none: not an articulation point.
Result<std::vector<std::vector<Vertex>>> ExplainCutPoint(const Snapshot& g, Vertex v, const Budget& budget);

// --- Dominators

struct DominatorsOptions {
  std::vector<Vertex> sources;  // where supply starts; empty: all vertices without suppliers (loops aside)
};
struct DominatorsResult {
  Header header;
  std::vector<bool> reached;      // from the sources
  std::vector<Vertex> immediate;  // immediate dominator; kNoVertex: only the sources together, or not reached
  std::vector<uint32_t> dominated;  // other vertices that every route from the sources reaches only through this one
};
// u dominates b if every route from the sources to b passes u: a single point of failure (Lengauer & Tarjan 1979). Directed
// snapshots only. O(m log n). kInvalid where no vertex can serve as a source. Own kernel: Boost's recurses once a level of a
// path and overflows the stack on long chains, and its short form takes unreachable vertices for the entry.
Result<DominatorsResult> Dominators(const Snapshot& g, const DominatorsOptions& options, const Budget& budget);
// All dominators of v, nearest first: its single points of failure.
std::vector<Vertex> ExplainDominators(const DominatorsResult& result, Vertex v);

// --- Concentration of supply

// Herfindahl-Hirschman index of amounts: sum of squared shares in [1/n, 1]; undefined where they add up to 0.
Measure Herfindahl(const std::vector<double>& amounts);

struct SupplyConcentrationOptions {
  // What is supplied. An input of a buyer is everything it buys of one category. One of the two, or none (then all that a
  // buyer buys is one input); -1: not known, left out.
  std::vector<int32_t> arc_category;   // by arc (e.g. the product of the edge)
  Groups supplier_category;            // by vertex (e.g. the sector of the supplier)
};
struct SupplyInput {
  Vertex buyer = 0;
  int32_t category = 0;
  uint32_t suppliers = 0;
  double amount = 0;
  Measure hhi;                  // in [1/n, 1]
  Measure effective_suppliers;  // 1/HHI
  bool single = false;          // one supplier
  Vertex largest_supplier = kNoVertex;
  Measure largest_share;
};
struct SupplyConcentrationResult {
  Header header;
  std::vector<SupplyInput> inputs;   // by (buyer, category)
  std::vector<uint32_t> sole_inputs; // of each vertex: inputs of which it is the only supplier
};
// Hirschman 1945, Herfindahl 1950, per buyer and input; weights are amounts (non-negative), edges of one supplier add up,
// own supply (loops) is left out. Directed snapshots only.
Result<SupplyConcentrationResult> SupplyConcentration(const Snapshot& g, const SupplyConcentrationOptions& options, const Budget& budget);
// The same, but hands each input over as soon as it is known and keeps none: `inputs` stays empty.
Result<SupplyConcentrationResult> SupplyConcentration(const Snapshot& g, const SupplyConcentrationOptions& options, const Budget& budget,
                                                      const std::function<void(const SupplyInput&)>& take);

// --- Removal

inline constexpr int32_t kMaxRemovalGroups = 2048;

struct RemovalOptions {
  std::vector<Vertex> vertices;  // a firm, or all firms of a place or segment
  Groups groups;                 // if given: ties between groups before and after; at most kMaxRemovalGroups
};
struct RemovalResult {
  Header header;
  uint64_t removed_vertices = 0, removed_edges = 0;
  double removed_weight = 0, total_weight = 0;
  uint64_t components_before = 0, components_after = 0;  // weak
  uint64_t largest_before = 0, largest_after = 0;
  std::vector<Vertex> cut_off;            // left over, but outside the largest remaining piece of their former component
  std::vector<Vertex> without_suppliers;  // had suppliers, all of them removed (undirected: neighbours)
  std::vector<Vertex> without_customers;  // had customers, all of them removed (undirected: empty)
  struct GroupTies {
    int32_t from = 0, to = 0;  // undirected: from <= to
    uint64_t before = 0, after = 0;
  };
  std::vector<GroupTies> group_ties;      // between different groups, that lose ties; by (from, to)
};
// What is lost at once when the vertices fall out; what follows from it is in cascade.h. Linear.
Result<RemovalResult> RemovalImpact(const Snapshot& g, const RemovalOptions& options, const Budget& budget);

// --- Percolation

enum class RemovalOrder : uint8_t { kDegree, kRandom, kGiven };
struct PercolationOptions {
  RemovalOrder order = RemovalOrder::kDegree;  // degree: largest first as counted at the start, ties by id
  std::vector<Vertex> given;                   // for kGiven: removed in this order; the others stay
  uint64_t seed = 1;                           // for kRandom
  uint32_t points = 100;                       // points of the curve besides the start
};
struct PercolationResult {
  Header header;
  struct Point {
    uint64_t removed = 0;
    uint64_t largest = 0;     // size of the largest weak component that is left
    uint64_t components = 0;
  };
  std::vector<Point> curve;   // evenly spaced, first with nothing removed, last with all of the order removed
  Measure robustness;         // R = 1/n sum_{Q=1..n} S(Q)/n in [0, 1/2] (Schneider et al. 2011); undefined unless all are removed
  Measure half_point;         // share of vertices removed when the largest component first falls to half its size or less
};
// The size of the largest component while vertices are removed one by one: union-find from the end, O(m a(n)).
Result<PercolationResult> Percolation(const Snapshot& g, const PercolationOptions& options, const Budget& budget);

}  // namespace liantu::analysis
