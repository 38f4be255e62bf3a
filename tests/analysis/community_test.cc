// SPDX-License-Identifier: Apache-2.0
// Communities against the worked example, against trying every partition, against their definitions and their guarantees.
#include "analysis/community.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <functional>
#include <limits>

#include "analysis/components.h"
#include "analysis/registry.h"
#include "vector_file.h"

namespace liantu::analysis {
namespace {

using Finder = Result<CommunityResult> (*)(const Snapshot&, const CommunityOptions&, const Budget&);
const Finder kFinders[] = {Louvain, Leiden, LabelPropagation};
const Finder kOptimisers[] = {Louvain, Leiden};

// Modularity by its definition, with the adjacency matrix: sum over pairs of the same group.
double SlowModularity(const Snapshot& g, const Groups& groups, const ModularityOptions& o) {
  const Vertex n = g.vertex_count();
  const bool directed = !g.undirected() && !o.ignore_direction;
  std::vector<std::vector<double>> a(n, std::vector<double>(n, 0));
  std::vector<double> out(n, 0), in(n, 0);
  double total = 0, q = 0;
  for (Vertex u = 0; u < n; ++u) {
    for (uint32_t arc = g.row_begin(u); arc < g.row_end(u); ++arc) {
      const double w = o.weighted ? g.weight(arc) : 1;
      a[u][g.target(arc)] += w;
      if (!g.undirected() && !directed) a[g.target(arc)][u] += w;
    }
  }
  for (Vertex u = 0; u < n; ++u) {
    for (Vertex v = 0; v < n; ++v) out[u] += a[u][v], in[v] += a[u][v], total += a[u][v];
  }
  for (Vertex u = 0; u < n; ++u) {
    for (Vertex v = 0; v < n; ++v) {
      if (u == v || (groups[u] == groups[v] && groups[u] >= 0)) q += a[u][v] - o.resolution * out[u] * in[v] / total;
    }
  }
  return q / total;
}

ModularityOptions Quality(const CommunityOptions& o) { return {o.weighted, o.resolution, o.ignore_direction}; }

// f with every partition of n vertices.
void ForAllPartitions(Vertex n, const std::function<void(const Groups&)>& f) {
  Groups groups(n, 0);
  std::function<void(Vertex, int32_t)> assign = [&](Vertex v, int32_t used) {
    if (v == n) return f(groups);
    for (int32_t c = 0; c <= used; ++c) {
      groups[v] = c;
      assign(v + 1, std::max(used, c + 1));
    }
  };
  assign(0, 0);
}

TEST(Community, VectorIsReproduced) {
  const VectorFile file("community");
  const double best = file.expected()["max_modularity"];
  int partitions = 0;
  std::vector<double> all;
  ForAllPartitions(8, [&](const Groups& groups) {
    ++partitions;
    all.push_back(*Modularity(*file.graph, groups, {}, Budget())->modularity);
  });
  std::sort(all.rbegin(), all.rend());
  EXPECT_EQ(partitions, file.expected()["n_partitions"]);
  EXPECT_NEAR(all[0], best, file.tolerance);
  EXPECT_NEAR(all[1], file.expected()["second_best"], file.tolerance);
  ExpectMeasure(Modularity(*file.graph, file.groups, {}, Budget())->modularity, file.expected()["given_groups_modularity"], file.tolerance);
  for (Finder finder : kOptimisers) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const auto r = finder(*file.graph, {.seed = seed}, Budget());
      ExpectMeasure(r->modularity, best, file.tolerance);
      EXPECT_EQ(r->community, file.groups);  // named a, b, c: numbered by smallest vertex they are the groups
      ASSERT_EQ(r->communities.size(), 3u);
      EXPECT_EQ(r->communities[2].smallest, 6u);
      EXPECT_EQ(r->communities[2].size, 2u);
    }
  }
}

TEST(Community, ModularityFollowsItsDefinitionOnAnyGraph) {
  for (uint64_t seed = 0; seed < 120; ++seed) {
    const Vertex n = 3 + static_cast<Vertex>(seed % 10);
    const auto g = RandomSnapshot(n, 3 + seed % 30, seed % 2 == 0, seed, true);
    const Groups groups = RandomGroups(n, 1 + static_cast<int32_t>(seed % 3), seed, seed % 4 == 0);
    const ModularityOptions o{.weighted = seed % 3 == 0, .resolution = 0.5 + static_cast<double>(seed % 4) / 2, .ignore_direction = seed % 5 == 0};
    const auto r = Modularity(*g, groups, o, Budget());
    ExpectMeasure(r->modularity, SlowModularity(*g, groups, o), 1e-12);
    double parts = 0;
    for (const Community& c : r->communities) parts += *c.modularity;
    EXPECT_NEAR(parts, *r->modularity, 1e-12);
    // What explains each vertex sums to Q as well.
    double explained = 0;
    for (Vertex v = 0; v < n; ++v) {
      const auto parts = ExplainCommunity(*g, groups, v, o, 1000, Budget());
      for (const Contribution& c : *parts) explained += c.amount;
    }
    EXPECT_NEAR(explained, *r->modularity, 1e-12);
  }
}

TEST(Community, QualityDoesNotChangeWhenVerticesAreRenumbered) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    const Vertex n = 40;
    std::vector<Vertex> renamed(n);
    for (Vertex v = 0; v < n; ++v) renamed[v] = v;
    random.Shuffle(renamed);
    std::vector<Snapshot::Edge> edges, other;
    for (int i = 0; i < 120; ++i) {
      const Vertex u = static_cast<Vertex>(random.Below(n)), v = static_cast<Vertex>(random.Below(n));
      const double w = 1 + static_cast<double>(random.Below(5));
      edges.push_back({u, v, w});
      other.push_back({renamed[u], renamed[v], w});
    }
    const Groups groups = RandomGroups(n, 5, seed);
    Groups moved(n);
    for (Vertex v = 0; v < n; ++v) moved[renamed[v]] = groups[v];
    const auto g = MakeSnapshot(n, edges, seed % 2 == 0), h = MakeSnapshot(n, other, seed % 2 == 0);
    const ModularityOptions o{.weighted = true, .resolution = 1.3};
    ExpectMeasure(Modularity(*h, moved, o, Budget())->modularity, *Modularity(*g, groups, o, Budget())->modularity, 1e-12);
  }
}

TEST(Community, LouvainAndLeidenComeNearTheBestOfAllPartitions) {
  double lost = 0;
  int runs = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const auto g = RandomSnapshot(7, 10, seed % 2 == 0, seed, true);
    const CommunityOptions o{.weighted = true, .resolution = seed % 3 == 0 ? 0.7 : 1, .ignore_direction = seed % 5 == 0, .seed = seed};
    double best = -2;
    ForAllPartitions(7, [&](const Groups& groups) { best = std::max(best, SlowModularity(*g, groups, Quality(o))); });
    for (Finder finder : kOptimisers) {
      const auto r = finder(*g, o, Budget());
      ExpectMeasure(r->modularity, SlowModularity(*g, r->community, Quality(o)), 1e-12);
      EXPECT_LE(*r->modularity, best + 1e-12);
      lost += best - *r->modularity;
      ++runs;
    }
  }
  EXPECT_LT(lost / runs, 0.01);
}

TEST(Community, TheGainsOfTheMovesSumToTheDifferenceInQuality) {
  for (uint64_t seed = 0; seed < 12; ++seed) {
    const auto g = RandomSnapshot(2000, 2500 + 500 * seed, seed % 2 == 0, seed, true);
    const CommunityOptions o{.weighted = true, .resolution = 1 + static_cast<double>(seed % 3), .seed = seed};
    for (Finder finder : kOptimisers) {
      const auto r = finder(*g, o, Budget());
      ASSERT_FALSE(r->levels.empty());
      ExpectMeasure(r->levels.back().modularity, *r->modularity, 1e-9);
      for (size_t i = 1; i < r->levels.size(); ++i) EXPECT_GE(*r->levels[i].modularity, *r->levels[i - 1].modularity - 1e-12);
    }
  }
}

// Whether every community is connected by edges inside it.
bool AllConnected(const Snapshot& g, const CommunityResult& r) {
  std::vector<Snapshot::Edge> inside;
  for (Vertex u = 0; u < g.vertex_count(); ++u) {
    for (Vertex v : g.out(u)) {
      if (r.community[u] == r.community[v]) inside.push_back({u, v});
    }
  }
  return WeakComponents(*MakeSnapshot(g.vertex_count(), inside, false), Engine::kOwn, Budget())->components.size() == r.communities.size();
}

TEST(Community, LeidenCommunitiesAreConnected) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const auto g = RandomSnapshot(400, 450 + 10 * seed, seed % 2 == 0, seed, true);
    for (double resolution : {0.0, 0.3, 1.0, 2.0}) {
      const auto r = Leiden(*g, {.weighted = seed % 3 == 0, .resolution = resolution, .seed = seed, .iterations = 1 + static_cast<uint32_t>(seed % 3)}, Budget());
      EXPECT_TRUE(AllConnected(*g, *r)) << seed << " at " << resolution;
    }
  }
}

TEST(Community, NoSingleMoveImprovesWhatLouvainAndLeidenFind) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto g = RandomSnapshot(30, 60, seed % 2 == 0, seed);
    for (Finder finder : kOptimisers) {
      const auto r = finder(*g, {.seed = seed, .iterations = 100}, Budget());
      for (Vertex v = 0; v < 30; ++v) {
        Groups moved = r->community;
        for (int32_t c = 0; c <= static_cast<int32_t>(r->communities.size()) && c < 30; ++c) {
          moved[v] = c;
          EXPECT_LE(SlowModularity(*g, moved, {}), *r->modularity + 1e-9);
        }
      }
    }
  }
}

TEST(Community, PlantedGroupsAreFoundByEveryMethodAndEveryNumberOfThreadsAlike) {
  Random random(4);
  constexpr Vertex kNodes = 40'000;  // enough for batches that the threads share
  std::vector<Snapshot::Edge> edges;
  Groups planted(kNodes);
  for (Vertex v = 0; v < kNodes; ++v) planted[v] = static_cast<int32_t>(v % 100);
  for (Vertex v = 0; v < kNodes; ++v) {
    for (int i = 0; i < 8; ++i) edges.push_back({v, static_cast<Vertex>(v % 100 + 100 * random.Below(kNodes / 100))});
    edges.push_back({v, static_cast<Vertex>(random.Below(kNodes))});
  }
  const int threads = omp_get_max_threads();
  for (bool undirected : {false, true}) {
    const auto g = MakeSnapshot(kNodes, edges, undirected);
    for (Finder finder : kFinders) {
      omp_set_num_threads(1);
      const auto one = finder(*g, {}, Budget());
      // Labels may part a group in two and stay so: nobody in it has more neighbours of the other label.
      EXPECT_GE(*ComparePartitions(*g, one->community, planted, Budget())->nmi, finder == LabelPropagation ? 0.99 : 1);
      omp_set_num_threads(4);
      const auto four = finder(*g, {}, Budget());
      EXPECT_EQ(one->community, four->community);
      EXPECT_EQ(*one->modularity, *four->modularity);
      ASSERT_EQ(one->levels.size(), four->levels.size());
      for (size_t i = 0; i < one->levels.size(); ++i) {
        EXPECT_EQ(one->levels[i].moves, four->levels[i].moves);
        EXPECT_EQ(*one->levels[i].modularity, *four->levels[i].modularity);
      }
    }
  }
  omp_set_num_threads(threads);
}

TEST(Community, AGraphWithoutCommunitiesIsTheSameForAnyNumberOfThreads) {
  const auto g = RandomSnapshot(50'000, 150'000, true, 5, true);
  const int threads = omp_get_max_threads();
  for (Finder finder : kFinders) {
    omp_set_num_threads(1);
    const auto one = finder(*g, {.weighted = true}, Budget());
    omp_set_num_threads(3);
    const auto three = finder(*g, {.weighted = true}, Budget());
    EXPECT_EQ(one->community, three->community);
    EXPECT_EQ(*one->modularity, *three->modularity);
  }
  omp_set_num_threads(threads);
}

TEST(Community, HigherResolutionMakesMoreCommunities) {
  const auto g = RandomSnapshot(300, 600, true, 6);
  for (Finder finder : kOptimisers) {
    size_t before = 0;
    for (double resolution : {0.0, 1.0, 4.0}) {
      const auto r = finder(*g, {.resolution = resolution}, Budget());
      EXPECT_GT(r->communities.size(), before);
      before = r->communities.size();
    }
  }
  // At resolution 0 the components are best.
  EXPECT_EQ(Leiden(*g, {.resolution = 0}, Budget())->communities.size(), WeakComponents(*g, Engine::kOwn, Budget())->components.size());
}

TEST(Community, TheDirectedFormSeesWhatTheUndirectedCannot) {
  const auto g = MakeSnapshot(4, {{0, 1}, {1, 2}, {2, 3}, {0, 2}}, false);
  const Groups groups = {0, 0, 1, 1};
  // M = 4, inside 1 + 1; O = (2 + 1, 1 + 0), N = (0 + 1, 2 + 1).
  ExpectMeasure(Modularity(*g, groups, {}, Budget())->modularity, 2.0 / 4 - (3 * 1 + 1 * 3) / 16.0, 1e-12);
  // K = (2 + 2, 3 + 1).
  ExpectMeasure(Modularity(*g, groups, {.ignore_direction = true}, Budget())->modularity, 2.0 / 4 - (4 * 4 + 4 * 4) / 64.0, 1e-12);
}

TEST(Community, LabelsAreThoseOfMostNeighboursWhenNothingChangesAnyMore) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto g = RandomSnapshot(200, 500, true, seed, true);
    const auto r = LabelPropagation(*g, {.weighted = true, .seed = seed}, Budget());
    for (Vertex v = 0; v < 200; ++v) {
      std::vector<double> weight(r->communities.size(), 0);
      for (uint32_t a = g->row_begin(v); a < g->row_end(v); ++a) {
        if (g->target(a) != v) weight[r->community[g->target(a)]] += g->weight(a);
      }
      EXPECT_EQ(weight[r->community[v]], *std::max_element(weight.begin(), weight.end()));
    }
  }
}

TEST(Community, CutAndConductanceFollowTheirDefinition) {
  // A triangle with one edge out to a pair; a loop on the pair.
  const std::vector<Snapshot::Edge> edges = {{0, 1, 2}, {1, 2, 2}, {2, 0, 2}, {2, 3, 3}, {3, 4, 1}, {4, 4, 1}};
  const Groups groups = {0, 0, 0, 1, 1};
  for (bool undirected : {true, false}) {
    const auto r = Modularity(*MakeSnapshot(5, edges, undirected), groups, {.weighted = true}, Budget());
    EXPECT_EQ(*r->communities[0].inside, 6);
    EXPECT_EQ(*r->communities[0].cut, 3);
    EXPECT_EQ(*r->communities[0].volume, 15);
    EXPECT_EQ(*r->communities[1].inside, 2);
    EXPECT_EQ(*r->communities[1].volume, 7);
    ExpectMeasure(r->communities[0].conductance, 3.0 / 7, 1e-12);
    ExpectMeasure(r->communities[1].conductance, 3.0 / 7, 1e-12);
    ExpectMeasure(r->coverage, 8.0 / 11, 1e-12);
    EXPECT_EQ(r->inside, (std::vector<double>{4, 4, 4, 1, 3}));
  }
  ExpectUndefined(Modularity(*MakeSnapshot(5, edges, true), {0, 0, 0, 0, 0}, {}, Budget())->communities[0].conductance);
}

TEST(Community, ComparisonsMatchValuesWorkedByHand) {
  const auto g = MakeSnapshot(6, {}, true);
  const auto compare = [&](Groups a, Groups b) { return *ComparePartitions(*g, a, b, Budget()); };
  EXPECT_EQ(*compare({0, 0, 1, 1, 2, 2}, {2, 2, 0, 0, 1, 1}).nmi, 1);
  EXPECT_EQ(*compare({0, 0, 1, 1, 2, 2}, {2, 2, 0, 0, 1, 1}).adjusted_rand, 1);
  // {a a a b b b} against {a a b b c c}: pairs 6 and 3, together in both 2, of 15. Joint counts 2, 1, 1, 2.
  const auto r = compare({0, 0, 0, 1, 1, 1}, {0, 0, 1, 1, 2, 2});
  EXPECT_NEAR(*r.adjusted_rand, (2 - 18.0 / 15) / (4.5 - 18.0 / 15), 1e-12);
  const double a = std::log(2.0), b = std::log(3.0), joint = 2 * (2.0 / 6) * std::log(3.0) + 2 * (1.0 / 6) * std::log(6.0);
  EXPECT_NEAR(*r.nmi, 2 * (a + b - joint) / (a + b), 1e-12);
  EXPECT_EQ(r.groups_a, 2);
  EXPECT_EQ(r.groups_b, 3);
  const auto one = compare({0, 0, 0, 0, 0, 0}, {3, 3, 3, 3, 3, 3});  // 0/0
  EXPECT_EQ(*one.nmi, 1);
  EXPECT_EQ(*one.adjusted_rand, 1);
  EXPECT_EQ(one.header.warnings.size(), 2u);
  const auto single = compare({0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0});
  EXPECT_EQ(*single.nmi, 1);
  EXPECT_EQ(*single.adjusted_rand, 1);
  const auto unlike = compare({0, 0, 0, 0, 0, 0}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(*unlike.nmi, 0);
  EXPECT_EQ(*unlike.adjusted_rand, 0);
  const auto some = compare({0, -1, 0, 1, 1, -1}, {-1, 0, 0, 1, 1, 1});
  EXPECT_EQ(some.vertices, 3u);
  EXPECT_EQ(some.header.warnings.size(), 1u);
  ExpectUndefined(compare({-1, -1, -1, -1, -1, -1}, {0, 0, 0, 0, 0, 0}).adjusted_rand);
}

TEST(Community, ComparisonFollowsTheDefinitionsOverPairsAndDoesNotMindTheOrder) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const Vertex n = 25;
    const auto g = MakeSnapshot(n, {}, true);
    const Groups a = RandomGroups(n, 4, seed, true), b = RandomGroups(n, 3, seed + 100, true);
    double together_a = 0, together_b = 0, both = 0, pairs = 0;
    for (Vertex u = 0; u < n; ++u) {
      for (Vertex v = 0; v < u; ++v) {
        if (a[u] < 0 || a[v] < 0 || b[u] < 0 || b[v] < 0) continue;
        ++pairs;
        together_a += a[u] == a[v];
        together_b += b[u] == b[v];
        both += a[u] == a[v] && b[u] == b[v];
      }
    }
    const double expected = together_a * together_b / pairs;
    const auto r = ComparePartitions(*g, a, b, Budget()), turned = ComparePartitions(*g, b, a, Budget());
    ExpectMeasure(r->adjusted_rand, (both - expected) / ((together_a + together_b) / 2 - expected), 1e-12);
    ExpectMeasure(r->nmi, *turned->nmi, 1e-12);
    ExpectMeasure(ComparePartitions(*g, a, a, Budget())->nmi, 1, 1e-12);
  }
}

TEST(Community, EdgeCasesAreRightOrRefused) {
  for (Vertex n : {0u, 1u, 3u}) {
    for (bool undirected : {true, false}) {
      const auto g = MakeSnapshot(n, {}, undirected);
      for (Finder finder : kFinders) {
        const auto r = finder(*g, {}, Budget());
        EXPECT_EQ(r->communities.size(), n);
        ExpectUndefined(r->modularity);
      }
      ExpectUndefined(Modularity(*g, Groups(n, 0), {}, Budget())->modularity);
    }
  }
  // One node with a loop is one community: all weight is inside, and all of it is expected there.
  const auto loop = MakeSnapshot(1, {{0, 0}}, true);
  ExpectMeasure(Leiden(*loop, {}, Budget())->modularity, 0, 1e-12);
  // Heavy loops keep two nodes apart; a parallel edge more brings them together.
  const std::vector<Snapshot::Edge> edges = {{0, 0, 2}, {0, 1, 1}, {1, 1, 2}};
  for (Finder finder : kOptimisers) {
    EXPECT_EQ(finder(*MakeSnapshot(2, edges, true), {.weighted = true}, Budget())->communities.size(), 2u);
    EXPECT_EQ(finder(*MakeSnapshot(2, {{0, 0}, {0, 1}, {0, 1}, {0, 1}}, true), {}, Budget())->communities.size(), 1u);
  }
  // Edges that weigh nothing join nobody.
  const auto weightless = MakeSnapshot(4, {{0, 1, 0}, {1, 2, 0}, {2, 3, 1}}, true);
  for (Finder finder : kFinders) EXPECT_EQ(finder(*weightless, {.weighted = true}, Budget())->communities.size(), 3u);
  const auto negative = MakeSnapshot(2, {{0, 1, -1}}, true);
  const auto infinite = MakeSnapshot(2, {{0, 1, std::numeric_limits<double>::infinity()}}, true);
  EXPECT_EQ(Snapshot::FromEdges(2, {{0, 1, std::nan("")}}).code(), Code::kInvalid);
  for (Finder finder : kFinders) {
    EXPECT_EQ(finder(*negative, {.weighted = true}, Budget()).code(), Code::kInvalid);
    EXPECT_EQ(finder(*infinite, {.weighted = true}, Budget()).code(), Code::kInvalid);
    EXPECT_EQ(finder(*negative, {.resolution = -1}, Budget()).code(), Code::kInvalid);
    EXPECT_EQ(finder(*negative, {.resolution = std::nan("")}, Budget()).code(), Code::kInvalid);
    EXPECT_EQ(finder(*negative, {.iterations = 0}, Budget()).code(), Code::kInvalid);
    EXPECT_TRUE(finder(*negative, {}, Budget()).ok());  // each edge counts 1
  }
  EXPECT_EQ(Modularity(*negative, {0, 0, 0}, {}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(Modularity(*negative, {0, 0}, {.weighted = true}, Budget()).code(), Code::kInvalid);
}

TEST(Community, ASpentBudgetGivesAWholePartitionMarkedPartial) {
  const auto g = RandomSnapshot(100'000, 500'000, true, 3);
  for (Finder finder : {Louvain, Leiden}) {
    Budget budget;  // cancelled when the first level is done
    budget.set_progress([&](double) { budget.Cancel(); });
    const auto r = finder(*g, {}, budget);
    ASSERT_TRUE(r.ok());
    EXPECT_TRUE(r->header.partial);
    EXPECT_NE(r->header.stopped.find("stopped on request"), std::string::npos);
    ASSERT_EQ(r->community.size(), 100'000u);
    EXPECT_LT(r->communities.size(), 100'000u);
    Vertex members = 0;
    for (const Community& c : r->communities) members += c.size;
    EXPECT_EQ(members, 100'000u);
  }
  Budget cancelled;
  cancelled.Cancel();
  EXPECT_EQ(Modularity(*g, Groups(100'000, 0), {}, cancelled).code(), Code::kCancelled);
  for (Finder finder : kFinders) EXPECT_EQ(finder(*g, {}, cancelled).code(), Code::kCancelled);  // all still alone: nothing found
}

TEST(Community, MethodsListTheCommunitiesLargestFirstAndCompareThem) {
  const VectorFile file("community");
  const GroupColumn given{file.groups, file.group_names};
  const auto table = RunMethod("leiden", *file.graph, {{"compare", given}, {"members", int64_t{2}}}, Budget());
  ASSERT_TRUE(table.ok()) << table.status().message();
  ASSERT_EQ(table->row_count(), 3u);
  EXPECT_EQ(std::get<int64_t>(table->at(2, 1)), 2);
  EXPECT_EQ(std::get<VertexList>(table->at(0, 2)).vertices.size(), 2u);
  std::map<std::string, Cell> summary(table->summary.begin(), table->summary.end());
  EXPECT_NEAR(std::get<double>(summary["modularity"]), 0.34, 1e-9);
  EXPECT_EQ(std::get<double>(summary["nmi"]), 1);
  EXPECT_EQ(std::get<double>(summary["adjusted_rand"]), 1);
  const auto groups = RunMethod("modularity", *file.graph, {{"groups", given}}, Budget());
  ASSERT_TRUE(groups.ok()) << groups.status().message();
  EXPECT_EQ(std::get<std::string>(groups->at(0, 0)), "A");
  const auto same = RunMethod("compare_partitions", *file.graph, {{"a", given}, {"b", given}}, Budget());
  EXPECT_EQ(std::get<double>(same->at(0, 0)), 1);
  for (const char* name : {"louvain", "label_propagation"}) EXPECT_TRUE(RunMethod(name, *file.graph, {}, Budget()).ok());
  // a2 belongs to a1 and a3 by its edges, and against its own degree: (1 - 2*3/20)/20, (1 - 2*3/20)/20, (0 - 2*2/20)/20.
  const auto why = ExplainMethod("leiden", *file.graph, {}, file.vertex.at("a2"), Budget());
  ASSERT_EQ(why->size(), 3u);
  EXPECT_NEAR((*why)[0].amount, 0.7 / 20, 1e-12);
  EXPECT_EQ((*why)[0].to, file.vertex.at("a1"));
  EXPECT_NEAR((*why)[2].amount, -0.2 / 20, 1e-12);
}

}  // namespace
}  // namespace liantu::analysis
