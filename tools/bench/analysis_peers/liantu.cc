// SPDX-License-Identifier: Apache-2.0
// Our own kernels, as the rest of the program calls them: checks, budget and result structs included.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/centrality.h"
#include "analysis/community.h"
#include "analysis/components.h"
#include "bench.h"

namespace bench {

using namespace liantu;  // NOLINT: the peer under test
using namespace liantu::analysis;

namespace {

graph::SnapshotPtr Build(const Graph& g, bool undirected) {
  std::vector<graph::Snapshot::Edge> edges;
  edges.reserve(g.m());
  for (size_t i = 0; i < g.m(); ++i) edges.push_back({g.from[i], g.to[i], undirected ? 1.0 : g.weight[i], undirected ? 0 : i + 1, uint16_t{!undirected}});
  graph::Projection projection;
  projection.undirected = undirected;
  projection.simple = undirected;
  return *graph::Snapshot::FromEdges(g.n, std::move(edges), projection);
}

std::string SumAndMax(const std::vector<double>& x) {
  return Figures(std::accumulate(x.begin(), x.end(), 0.0), *std::max_element(x.begin(), x.end()));
}

}  // namespace

Peer Liantu(const Graph& g, const Graph& u) {
  Peer peer{.name = "liantu"};
  const double heap = HeapBytes(), start = Now();
  const graph::SnapshotPtr d = Build(g, false);
  peer.build_seconds = Now() - start;
  peer.bytes_per_edge = (HeapBytes() - heap) / static_cast<double>(g.m());
  std::vector<Task> tasks;
  if (g.name == "ball") {
    tasks = {{"betweenness, exact", [=] { return SumAndMax(Betweenness(*d, {}, Budget())->score); }}};
  } else {
    const graph::SnapshotPtr both = Build(u, true);
    tasks = {
        {"bfs, 4 sources", [=, &g] {
           double reached = 0, sum = 0;
           for (int k = 0; k < 4; ++k) {
             const auto r = HopsFrom(*d, {&g.sources[k], 1}, {}, Budget());
             reached += static_cast<double>(r->reached);
             for (uint32_t h : r->hops) sum += h == kUnreached ? 0 : h;
           }
           return Figures(reached, sum);
         }},
        {"sssp, 4 sources", [=, &g] {
           double reached = 0, sum = 0;
           for (int k = 0; k < 4; ++k) {
             const auto r = DistancesFrom(*d, {&g.sources[k], 1}, {}, Budget());
             reached += static_cast<double>(r->reached);
             for (double x : r->distance) sum += x == kInfiniteDistance ? 0 : x;
           }
           return Figures(reached, sum);
         }},
        {"pagerank, 20 rounds", [=] {
           const auto r = PageRank(*d, {.tolerance = 1e-300, .max_iterations = 20}, Budget());
           const auto top = std::max_element(r->score.begin(), r->score.end());
           return Figures(static_cast<double>(top - r->score.begin()), *top);
         }},
        {"weak components", [=] { return Figures(static_cast<double>(WeakComponents(*both, Engine::kOwn, Budget())->components.size()), 0); }},
        {"strong components", [=] { return Figures(static_cast<double>(StrongComponents(*d, Engine::kOwn, Budget())->components.size()), 0); }},
        {"triangles", [=] { return Figures(static_cast<double>(*CountTriangles(*both, Budget())), 0); }},
        {"core numbers", [=] {
           const auto r = CoreNumbers(*both, Budget());
           return Figures(r->degeneracy, std::accumulate(r->core.begin(), r->core.end(), 0.0));
         }},
        {"louvain", [=] {
           const auto r = Louvain(*both, {}, Budget());
           return Figures(std::round(*r->modularity * 1e4) / 1e4, static_cast<double>(r->communities.size()));
         }},
        {"leiden, 2 rounds", [=] {
           const auto r = Leiden(*both, {.iterations = 2}, Budget());
           return Figures(std::round(*r->modularity * 1e4) / 1e4, static_cast<double>(r->communities.size()));
         }},
        {"betweenness, 16 sources", [=, &g] { return SumAndMax(Betweenness(*d, {.sources = {g.sources, g.sources + 16}}, Budget())->score); }}};
  }
  for (const Task& t : tasks) {
    for (int threads : {1, 2}) peer.tasks.push_back({t.name, t.run, threads});
  }
  return peer;
}

}  // namespace bench
