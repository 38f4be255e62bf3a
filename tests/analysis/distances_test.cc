// SPDX-License-Identifier: Apache-2.0
// Hops and distances against Boost.Graph, Bellman–Ford, and, with patterns, against the path search.
#include "analysis/distances.h"

#include <gtest/gtest.h>
#include <omp.h>

#include "analysis/paths.h"
#include "vector_file.h"

namespace liantu::analysis {
namespace {

using graph::Direction;

// Relaxes every edge until nothing changes.
std::vector<double> BellmanFord(const Snapshot& g, const std::vector<Vertex>& sources, Direction direction, bool weighted) {
  std::vector<double> d(g.vertex_count(), kInfiniteDistance);
  for (Vertex s : sources) d[s] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (Vertex u = 0; u < g.vertex_count(); ++u) {
      for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) {
        const Vertex v = g.target(a);
        const double w = weighted ? g.weight(a) : 1;
        if (direction != Direction::kIn && d[u] + w < d[v]) d[v] = d[u] + w, changed = true;
        if (direction != Direction::kOut && d[v] + w < d[u]) d[u] = d[v] + w, changed = true;
      }
    }
  }
  return d;
}

TEST(Distances, AgreeWithBellmanFordInEveryDirection) {
  for (uint64_t seed = 0; seed < 90; ++seed) {
    const Vertex n = 1 + static_cast<Vertex>(seed % 40);
    const auto g = RandomSnapshot(n, seed * 2, seed % 3 == 0, seed, true);
    const auto direction = static_cast<Direction>(seed % 3);
    std::vector<Vertex> sources{static_cast<Vertex>(seed % n)};
    if (seed % 4 == 0) sources.push_back(static_cast<Vertex>(seed / 2 % n));
    const auto hops = HopsFrom(*g, sources, {.direction = direction}, Budget());
    const auto want_hops = BellmanFord(*g, sources, direction, false);
    for (Vertex v = 0; v < n; ++v) EXPECT_EQ(hops->hops[v] == kUnreached ? kInfiniteDistance : hops->hops[v], want_hops[v]);
    const auto far = DistancesFrom(*g, sources, {.direction = direction}, Budget());
    EXPECT_EQ(far->distance, BellmanFord(*g, sources, direction, true));
    EXPECT_EQ(DistancesFrom(*g, sources, {.direction = direction, .weighted = false}, Budget())->distance, want_hops);
  }
}

TEST(Distances, FractionsZeroesAndParallelEdgesAgreeWithBellmanFord) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    std::vector<Snapshot::Edge> edges;
    for (int i = 0; i < 60; ++i) {
      const double weights[] = {0, 0.1, 1e-3, 7.25, 1e4};
      edges.push_back({static_cast<Vertex>(random.Below(20)), static_cast<Vertex>(random.Below(20)), weights[random.Below(5)]});
    }
    const auto g = MakeSnapshot(20, edges, seed % 2 == 0);
    const std::vector<Vertex> sources{3};
    const auto direction = static_cast<Direction>(seed % 3);
    const auto got = DistancesFrom(*g, sources, {.direction = direction}, Budget())->distance;
    const auto want = BellmanFord(*g, sources, direction, true);
    for (Vertex v = 0; v < 20; ++v) EXPECT_DOUBLE_EQ(got[v], want[v]);
  }
}

TEST(Distances, LargeGraphsAgreeWithBoostOnAnyNumberOfThreads) {
  for (const bool undirected : {false, true}) {
    const auto g = RandomSnapshot(60000, 300000, undirected, 5, true);
    const std::vector<Vertex> source{17};
    const auto hops = HopsFrom(*g, source, {.engine = Engine::kBoost}, Budget())->hops;
    const auto far = DistancesFrom(*g, source, {.engine = Engine::kBoost}, Budget())->distance;
    for (int threads : {1, 2, 3}) {
      omp_set_num_threads(threads);
      EXPECT_EQ(HopsFrom(*g, source, {}, Budget())->hops, hops);
      EXPECT_EQ(DistancesFrom(*g, source, {}, Budget())->distance, far);
    }
    omp_set_num_threads(omp_get_num_procs());
  }
}

TEST(Distances, HopLimitCutsOffWhatIsFarther) {
  const auto g = MakeSnapshot(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}, false);
  const std::vector<Vertex> source{0};
  for (Engine engine : {Engine::kOwn, Engine::kBoost}) {
    const auto r = HopsFrom(*g, source, {.max_hops = 2, .engine = engine}, Budget());
    EXPECT_EQ(r->hops, (std::vector<uint32_t>{0, 1, 2, kUnreached, kUnreached}));
    EXPECT_EQ(r->reached, 3u);
  }
}

TEST(Distances, PatternReachIsTheShortestMatchingWalk) {
  const auto types = [](std::string_view name) { return std::optional(graph::TypeId{name == "a" ? 1u : 2u}); };
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    std::vector<Snapshot::Edge> edges;
    for (int i = 0; i < 14; ++i) {
      edges.push_back({static_cast<Vertex>(random.Below(7)), static_cast<Vertex>(random.Below(7)), 1, 0, static_cast<uint16_t>(1 + random.Below(2))});
    }
    const auto g = MakeSnapshot(7, edges, seed % 3 == 0);
    const auto pattern = PathPattern::Compile(seed % 2 == 0 ? "a+ <b?" : "(a|b){2} .*b", Direction::kOut, g->undirected(), types);
    const std::vector<Vertex> source{0};
    const auto r = HopsFrom(*g, source, {.pattern = &*pattern}, Budget());
    PathOptions o;
    o.pattern = &*pattern;
    o.walks = true;
    for (Vertex v = 0; v < 7; ++v) {
      const auto walk = ShortestPaths(*g, 0, v, 1, o, Budget());
      EXPECT_EQ(r->hops[v], walk->paths.empty() ? kUnreached : static_cast<uint32_t>(walk->paths[0].cost)) << seed << " " << v;
    }
  }
}

TEST(Distances, BadInputIsRefusedWithAMessage) {
  const auto g = MakeSnapshot(2, {{0, 1, -1}}, false);
  const std::vector<Vertex> source{0}, none, outside{2};
  EXPECT_NE(DistancesFrom(*g, source, {}, Budget()).status().message().find("non-negative"), std::string::npos);
  EXPECT_EQ(HopsFrom(*g, none, {}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(HopsFrom(*g, outside, {}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(HopsFrom(*g, source, {.direction = Direction::kIn, .engine = Engine::kBoost}, Budget()).code(), Code::kInvalid);
}

TEST(Distances, ASpentBudgetGivesAPartialAnswer) {
  const auto g = RandomSnapshot(1000, 5000, false, 1, true);
  Budget budget;
  budget.Cancel();
  const std::vector<Vertex> source{0};
  EXPECT_TRUE(HopsFrom(*g, source, {}, budget)->header.partial);
  const auto far = DistancesFrom(*g, source, {}, budget);
  EXPECT_TRUE(far->header.partial);
  EXPECT_EQ(far->distance[0], 0);
}

}  // namespace
}  // namespace liantu::analysis
