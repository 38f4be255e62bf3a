// SPDX-License-Identifier: Apache-2.0
// Components against Boost.Graph and against plain reachability.
#include "analysis/components.h"

#include <gtest/gtest.h>
#include <omp.h>

#include "vector_file.h"

namespace liantu::analysis {
namespace {

TEST(Components, WeakAndStrongAgreeWithBoostOnRandomGraphs) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Vertex n = static_cast<Vertex>(seed % 30);
    const auto g = RandomSnapshot(n, seed % 50, seed % 4 == 0, seed);
    EXPECT_EQ(WeakComponents(*g, Engine::kOwn, Budget())->component, WeakComponents(*g, Engine::kBoost, Budget())->component);
    EXPECT_EQ(StrongComponents(*g, Engine::kOwn, Budget())->component, StrongComponents(*g, Engine::kBoost, Budget())->component);
  }
}

TEST(Components, StrongMeansMutualReach) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const Vertex n = 12;
    const auto g = RandomSnapshot(n, 16, false, seed);
    std::vector<std::vector<uint32_t>> hops;
    for (Vertex v = 0; v < n; ++v) hops.push_back(HopsFrom(*g, std::vector<Vertex>{v}, {}, Budget())->hops);
    const auto r = StrongComponents(*g, Engine::kOwn, Budget());
    for (Vertex u = 0; u < n; ++u) {
      for (Vertex v = 0; v < n; ++v) {
        const bool mutual = hops[u][v] != kUnreached && hops[v][u] != kUnreached;
        EXPECT_EQ(r->component[u] == r->component[v], mutual);
      }
    }
  }
}

TEST(Components, LargeGraphsAgreeWithBoostOnAnyNumberOfThreads) {
  for (const bool undirected : {false, true}) {
    const auto g = RandomSnapshot(80000, 90000, undirected, 3);
    const auto weak = WeakComponents(*g, Engine::kBoost, Budget())->component;
    const auto strong = StrongComponents(*g, Engine::kBoost, Budget())->component;
    for (int threads : {1, 2, 3}) {
      omp_set_num_threads(threads);
      EXPECT_EQ(WeakComponents(*g, Engine::kOwn, Budget())->component, weak);
      EXPECT_EQ(StrongComponents(*g, Engine::kOwn, Budget())->component, strong);
    }
    omp_set_num_threads(omp_get_num_procs());
  }
}

TEST(Components, ListIsLargestFirstAndNamedByTheSmallestVertex) {
  const auto g = MakeSnapshot(7, {{5, 2}, {6, 3}, {3, 4}, {4, 6}, {1, 1}}, false);
  const auto weak = WeakComponents(*g, Engine::kOwn, Budget());
  ASSERT_EQ(weak->components.size(), 4u);
  EXPECT_EQ(weak->components[0].smallest, 3u);
  EXPECT_EQ(weak->components[0].size, 3u);
  EXPECT_EQ(weak->components[1].smallest, 2u);
  EXPECT_EQ(weak->components[2].smallest, 0u);
  EXPECT_EQ(weak->component, (std::vector<Vertex>{0, 1, 2, 3, 3, 2, 3}));
  EXPECT_EQ(StrongComponents(*g, Engine::kOwn, Budget())->components.size(), 5u);
}

TEST(Components, ASpentBudgetIsAFailureBecauseHalfAnAnswerWouldBeWrong) {
  const auto g = RandomSnapshot(1000, 3000, false, 1);
  Budget budget;
  budget.Cancel();
  EXPECT_EQ(WeakComponents(*g, Engine::kOwn, budget).code(), Code::kCancelled);
  EXPECT_EQ(StrongComponents(*g, Engine::kOwn, budget).code(), Code::kCancelled);
}

}  // namespace
}  // namespace liantu::analysis
