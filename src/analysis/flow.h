// SPDX-License-Identifier: Apache-2.0
// Flows and cuts: how much can get from here to there, what is the least that must fail to stop it, how many routes share
// nothing. An undirected edge carries its capacity either way. Loops do nothing, parallel edges add up.
//
// Our own kernels (Dinic 1970 with levels and blocking flows): Boost's need a copied graph with reverse edges and cannot be
// stopped; the tests hold both to the same values. A spent budget refuses: half a flow bounds nothing from above.
#pragma once

#include "analysis/common.h"

namespace liantu::analysis {

struct MaxFlowOptions {
  std::vector<Vertex> sources, targets;  // at least one each, none in both
  bool unit = false;                     // every edge has capacity 1 (counts routes); else the weights (non-negative)
};
struct MaxFlowResult {
  Header header;
  double flow = 0;
  std::vector<Vertex> source_side;       // what the sources still reach when the flow is full: the smallest such side
  std::vector<uint32_t> cut_arcs;        // from the source side to the other side, by arc; their capacities add up to the flow
  struct ArcFlow {
    uint32_t arc = 0;
    double flow = 0;                     // along the arc; undirected: net, on the arc that points along the flow
  };
  std::vector<ArcFlow> flows;            // arcs with flow, by arc: where it goes
  std::vector<std::vector<Vertex>> routes;  // unit: routes that share no edge, as many as the flow (Menger 1927)
};
// Maximum flow = minimum cut (Ford & Fulkerson 1956). A residual capacity below 1e-12 of the largest counts as used up.
// O(n^2 m), O(m sqrt m) for unit capacities; in practice far less.
Result<MaxFlowResult> MaxFlow(const Snapshot& g, const MaxFlowOptions& options, const Budget& budget);

struct VertexCutOptions {
  Vertex source = 0, target = 0;
};
struct VertexCutResult {
  Header header;
  uint64_t disjoint_routes = 0;            // routes that share no vertex but the ends; a direct edge counts as one
  Measure connectivity;                    // least number of other vertices whose removal parts the two; undefined where an edge joins them
  std::vector<Vertex> cut;                 // such a set, nearest to the source; empty where undefined
  std::vector<std::vector<Vertex>> routes; // the disjoint routes, ends included
};
// By splitting every vertex in two (Menger 1927; Even & Tarjan 1975).
Result<VertexCutResult> VertexCut(const Snapshot& g, const VertexCutOptions& options, const Budget& budget);

struct EdgeConnectivityOptions {
  bool weighted = false;  // least weight instead of least number of edges
};
struct EdgeConnectivityResult {
  Header header;
  Measure connectivity;                 // lambda: k-edge-connected for every k up to it; undefined below two vertices
  std::vector<Vertex> smaller_side;     // of a least cut
  std::vector<std::pair<Vertex, Vertex>> cut_edges;  // of that cut, (from, to) as stored
};
// Global minimum cut of the undirected view: flows to each vertex from all before it in breadth-first order, each stopped
// when it reaches the best cut so far. Stopped early: the best cut so far, an upper bound, marked partial.
Result<EdgeConnectivityResult> EdgeConnectivity(const Snapshot& g, const EdgeConnectivityOptions& options, const Budget& budget);

}  // namespace liantu::analysis
