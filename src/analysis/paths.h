// SPDX-License-Identifier: Apache-2.0
// Paths between two vertices: shortest, all shortest, the k best, and cycles through a vertex, under edge and vertex
// costs and constraints (forbidden and required vertices, a pattern of edge types, a limit of place changes, a limit of
// hops). Distances from one vertex to all are in distances.h.
//
// Order, everywhere: cost, then fewer vertices, then smaller vertices from the front (vertices are numbered by node id).
// A path is its sequence of vertices: of parallel edges the cheapest that fits is shown, the first of equals. Simple
// paths visit no vertex twice; walks may. Required vertices, patterns and place changes make simple paths NP-hard in
// the worst case (Mendelzon & Wood 1995): the search is exact, and the budget stops it where it grows too long.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/common.h"
#include "analysis/path_pattern.h"

namespace liantu::analysis {

struct Path {
  std::vector<Vertex> vertices;  // at least one
  std::vector<uint32_t> arcs;    // one less; an arc of either end's row where the search went both ways
  double cost = 0;
};

struct PathOptions {
  // kOut: along the edges, kIn: against them, kBoth: either. With a pattern, only for its unmarked types. Undirected
  // snapshots know no difference.
  graph::Direction direction = graph::Direction::kOut;
  bool weighted = false;      // an edge costs its weight (not negative); else 1
  // Added for each inner vertex: hub_penalty * log2(degree), the degree counting every edge of the projection at the
  // vertex, in and out. Keeps paths away from hubs such as a capital or a standard supplier.
  double hub_penalty = 0;
  // Above 0: instead of all the above, -log2 of the degree-weighted path product (Himmelstein & Baranzini 2015): for
  // every edge both its ends' degrees, counted over edges of its type and direction, to the power -degree_damping.
  // The best path has the largest product; product = 2^-cost. Usual: 0.4.
  double degree_damping = 0;
  std::vector<Vertex> avoid;
  std::vector<Vertex> pass;   // in any order; at most 12
  const PathPattern* pattern = nullptr;
  // At most `max_changes` edges lead from one group to another, e.g. cities (below 0: no limit). An end without a group
  // makes no change.
  Groups places;
  int max_changes = -1;
  uint32_t max_hops = 0;      // 0: no limit
  bool walks = false;         // vertices may repeat (k shortest walks, Eppstein 1998)
};

struct PathResult {
  Header header;
  std::vector<Path> paths;
};

// The k best. No path: an empty list. kInvalid: a vertex out of range or both an end and avoided, negative or infinite
// weights where weighted, more than 12 vertices to pass.
// Cost: one bidirectional search (Dijkstra's on the product of graph, pattern), whose backward half then guides an A*
// search per deviation (Yen 1971 in Lawler's 1972 partition).
Result<PathResult> ShortestPaths(const Snapshot& g, Vertex from, Vertex to, uint64_t k, const PathOptions& options,
                                 const Budget& budget);
// All that cost as little as the best, at most `limit`.
Result<PathResult> AllShortestPaths(const Snapshot& g, Vertex from, Vertex to, uint64_t limit, const PathOptions& options,
                                    const Budget& budget);
// Cycles through a vertex that visit no vertex twice, best first, at most `limit`; first and last vertex are `through`. Where
// edges may be walked both ways, cycles have at least three edges and are given once, towards the smaller second vertex
// (with a pattern: if both ways fit it). `walks` is not allowed.
Result<PathResult> CyclesThrough(const Snapshot& g, Vertex through, uint64_t limit, const PathOptions& options,
                                 const Budget& budget);

// Fewest hops, no constraints: bidirectional breadth-first search, touching only what it must (well under a millisecond on
// a million vertices). Paths as above, smaller vertices first, at most `limit`; `total` counts them all.
struct HopPathResult {
  Header header;
  std::vector<Path> paths;
  double total = 0;  // exact below 2^53
};
Result<HopPathResult> ShortestHopPaths(const Snapshot& g, Vertex from, Vertex to, graph::Direction direction, uint64_t limit,
                                       const Budget& budget);

// What a path's cost is made of, for explanations: one step an edge.
struct PathStep {
  uint32_t arc = 0;
  bool forward = true;       // walked along the stored direction (undirected snapshots: always)
  double edge_cost = 0;
  uint64_t degree = 0;       // of the vertex reached
  double vertex_cost = 0;    // the hub penalty of the vertex reached; 0 at the end
};
std::vector<PathStep> ExplainPath(const Snapshot& g, const Path& path, const PathOptions& options);

}  // namespace liantu::analysis
