// SPDX-License-Identifier: Apache-2.0
// Centralities against the worked example, Boost.Graph, and their definitions worked out the slow way.
#include "analysis/centrality.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <numeric>
#include <set>

#include "vector_file.h"

namespace liantu::analysis {
namespace {

using graph::Direction;

void ExpectNear(const std::vector<double>& got, const std::vector<double>& want, double tolerance, const std::string& what) {
  ASSERT_EQ(got.size(), want.size()) << what;
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], want[i], tolerance) << what << " #" << i;
}

TEST(Centrality, VectorIsReproduced) {
  const VectorFile file("centralities");
  const Snapshot& g = *file.graph;
  const auto expect = [&](const char* name, const std::vector<double>& got) {
    for (const auto& [id, value] : file.expected()[name].items()) EXPECT_NEAR(got[file.vertex.at(id)], value.get<double>(), 1e-8) << name << " " << id;
  };
  expect("degree", Degrees(g, Direction::kBoth, false, Budget())->score);
  BetweennessOptions o;
  o.normalised = true;
  expect("betweenness_norm", Betweenness(g, o, Budget())->score);
  o.engine = Engine::kBoost;
  expect("betweenness_norm", Betweenness(g, o, Budget())->score);
  expect("closeness", Closeness(g, {}, Budget())->score);
  expect("harmonic", Harmonic(g, {}, Budget())->score);
  expect("pagerank", PageRank(g, {}, Budget())->score);
  expect("eigenvector", EigenvectorCentrality(g, {}, Budget())->score);
  const auto core = CoreNumbers(g, Budget());
  expect("core", {core->core.begin(), core->core.end()});
  const auto triangles = Triangles(g, Budget());
  expect("local_clustering", triangles->clustering);
  ExpectMeasure(triangles->transitivity, file.expected()["transitivity"], 1e-8);
  for (const Engine engine : {Engine::kOwn, Engine::kBoost}) {
    const auto edges = Betweenness(g, {.edges = true, .engine = engine}, Budget());
    for (const auto& [id, value] : file.expected()["edge_betweenness"].items()) {
      const Vertex u = file.vertex.at(id.substr(0, 2)), v = file.vertex.at(id.substr(3));
      for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) {
        if (g.target(a) != v) continue;
        EXPECT_NEAR(edges->arc_score[a], value.get<double>(), 1e-8) << id;
      }
    }
  }
}

graph::SnapshotPtr RandomLengths(Vertex n, size_t edges, bool undirected, uint64_t seed) {
  Random random(seed);
  const double lengths[] = {0.1, 0.2, 0.3, 0.5, 1};
  std::vector<Snapshot::Edge> list;
  for (size_t i = 0; i < edges; ++i) {
    list.push_back({static_cast<Vertex>(random.Below(n)), static_cast<Vertex>(random.Below(n)), lengths[random.Below(5)]});
  }
  return MakeSnapshot(n, list, undirected);
}

TEST(Centrality, BetweennessOfVerticesAndEdgesAgreesWithBoost) {
  for (uint64_t seed = 0; seed < 120; ++seed) {
    const Vertex n = 1 + static_cast<Vertex>(seed % 23);
    const bool undirected = seed % 2 == 0, weighted = seed % 3 == 0;
    // Whole lengths, for Boost compares sums of fractions as they are rounded.
    const auto g = RandomSnapshot(n, seed % 60, undirected, seed, true);
    for (bool normalised : {false, true}) {
      const auto own = Betweenness(*g, {.weighted = weighted, .normalised = normalised, .edges = true}, Budget());
      const auto boost = Betweenness(*g, {.weighted = weighted, .normalised = normalised, .edges = true, .engine = Engine::kBoost}, Budget());
      ExpectNear(own->score, boost->score, 1e-9, Text("seed ", seed));
      ExpectNear(own->arc_score, boost->arc_score, 1e-9, Text("arcs, seed ", seed));
      EXPECT_EQ(own->error_bound, 0);
    }
  }
}

// All shortest paths by distances: sigma_st = sum over edges out of s that lie on one. Slow and plain.
TEST(Centrality, BetweennessIsTheShareOfShortestPathsAlsoWithFractions) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const Vertex n = 9;
    const auto g = RandomLengths(n, 24, seed % 2 == 0, seed);
    const auto units = [&](uint32_t a) { return std::lround(g->weight(a) * 10); };
    std::vector<std::vector<long>> d(n, std::vector<long>(n, 1'000'000));
    for (Vertex u = 0; u < n; ++u) {
      d[u][u] = 0;
      for (uint32_t a = g->row_begin(u); a < g->row_end(u); ++a) d[u][g->target(a)] = std::min(d[u][g->target(a)], units(a));
    }
    for (Vertex k = 0; k < n; ++k) {
      for (Vertex i = 0; i < n; ++i) {
        for (Vertex j = 0; j < n; ++j) d[i][j] = std::min(d[i][j], d[i][k] + d[k][j]);
      }
    }
    std::vector<std::vector<double>> sigma(n, std::vector<double>(n, 0));
    for (Vertex t = 0; t < n; ++t) {
      std::vector<Vertex> order(n);
      std::iota(order.begin(), order.end(), Vertex{0});
      std::sort(order.begin(), order.end(), [&](Vertex a, Vertex b) { return d[a][t] < d[b][t]; });
      for (Vertex s : order) {
        if (s == t) sigma[s][t] = 1;
        for (uint32_t a = g->row_begin(s); s != t && a < g->row_end(s); ++a) {
          const Vertex v = g->target(a);
          if (d[s][t] < 1'000'000 && units(a) + d[v][t] == d[s][t]) sigma[s][t] += sigma[v][t];
        }
      }
    }
    std::vector<double> want(n, 0);
    for (Vertex s = 0; s < n; ++s) {
      for (Vertex t = 0; t < n; ++t) {
        if (s == t || d[s][t] >= 1'000'000) continue;
        for (Vertex v = 0; v < n; ++v) {
          if (v != s && v != t && d[s][v] + d[v][t] == d[s][t]) want[v] += sigma[s][v] * sigma[v][t] / sigma[s][t] * (g->undirected() ? 0.5 : 1);
        }
      }
    }
    ExpectNear(Betweenness(*g, {.weighted = true}, Budget())->score, want, 1e-9, Text("seed ", seed));
  }
}

TEST(Centrality, SampledBetweennessIsWithinItsBoundAndExactWithAllSources) {
  const auto g = RandomSnapshot(300, 1500, true, 7);
  const auto exact = Betweenness(*g, {}, Budget());
  const auto sampled = Betweenness(*g, {.samples = 60, .seed = 3}, Budget());
  EXPECT_EQ(sampled->sources, 60u);
  EXPECT_GT(sampled->error_bound, 0);
  double worst = 0;
  for (Vertex v = 0; v < 300; ++v) worst = std::max(worst, std::abs(sampled->score[v] - exact->score[v]));
  EXPECT_LE(worst, sampled->error_bound);
  EXPECT_GT(worst, 0);
  const auto all = Betweenness(*g, {.samples = 300}, Budget());
  ExpectNear(all->score, exact->score, 1e-6, "all sources");
  EXPECT_EQ(all->error_bound, 0);
  EXPECT_FALSE(Betweenness(*g, {.samples = 3, .sources = {1}}, Budget()).ok());
}

TEST(Centrality, GivenSourcesAddUpToTheWhole) {
  const auto g = RandomSnapshot(40, 160, false, 9);
  std::vector<Vertex> first, second;
  for (Vertex v = 0; v < 40; ++v) (v % 3 ? first : second).push_back(v);
  const auto a = Betweenness(*g, {.sources = first}, Budget()), b = Betweenness(*g, {.sources = second}, Budget());
  std::vector<double> sum(40);
  for (Vertex v = 0; v < 40; ++v) sum[v] = a->score[v] + b->score[v];
  ExpectNear(sum, Betweenness(*g, {}, Budget())->score, 1e-9, "sum");
}

TEST(Centrality, ExplanationOfBetweennessAddsUpToTheScore) {
  for (bool undirected : {false, true}) {
    const auto g = RandomSnapshot(20, 50, undirected, 4);
    const auto score = Betweenness(*g, {}, Budget())->score;
    for (Vertex v = 0; v < 20; ++v) {
      double sum = 0;
      const auto parts = ExplainBetweenness(*g, v, false, 1000, Budget());
      for (const Contribution& c : *parts) sum += c.amount;
      EXPECT_NEAR(sum, score[v], 1e-9);
    }
  }
}

TEST(Centrality, ClosenessAndHarmonicFollowTheirFormulas) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Vertex n = 1 + static_cast<Vertex>(seed * 3 % 90);  // more than one batch of 64
    const auto g = RandomSnapshot(n, seed * 2, seed % 2 == 0, seed, true);
    const auto direction = static_cast<Direction>(seed % 3);
    const bool weighted = seed % 4 == 0;
    std::vector<double> closeness(n), harmonic(n);
    for (Vertex v = 0; v < n; ++v) {
      const std::vector<Vertex> source{v};
      const auto d = DistancesFrom(*g, source, {.direction = direction, .weighted = weighted}, Budget());
      double reach = 0, sum = 0;
      for (Vertex u = 0; u < n; ++u) {
        if (u == v || d->distance[u] == kInfiniteDistance) continue;
        ++reach;
        sum += d->distance[u];
        harmonic[v] += 1 / d->distance[u];
      }
      closeness[v] = reach == 0 ? 0 : reach / (n - 1) * reach / sum;
    }
    ExpectNear(Closeness(*g, {.direction = direction, .weighted = weighted}, Budget())->score, closeness, 1e-9, Text("closeness ", seed));
    ExpectNear(Harmonic(*g, {.direction = direction, .weighted = weighted}, Budget())->score, harmonic, 1e-9, Text("harmonic ", seed));
  }
}

// The ranks, put once more into the equation that they solve.
void ExpectFixedPoint(const Snapshot& g, PageRankOptions o, double tolerance, const std::string& where) {
  const Vertex n = g.vertex_count();
  const auto r = PageRank(g, o, Budget());
  EXPECT_TRUE(r->converged) << where;
  EXPECT_NEAR(std::accumulate(r->score.begin(), r->score.end(), 0.0), 1, 1e-12) << where;
  std::vector<double> next(n, 0);
  double dangling = 0;
  for (Vertex u = 0; u < n; ++u) {
    double out = 0;
    for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) out += o.weighted ? g.weight(a) : 1;
    if (out == 0) dangling += r->score[u];
    for (uint32_t a = g.row_begin(u); out > 0 && a < g.row_end(u); ++a) next[g.target(a)] += 0.85 * r->score[u] * (o.weighted ? g.weight(a) : 1) / out;
  }
  for (Vertex v = 0; v < n; ++v) {
    const double start = o.seeds.empty() ? 1.0 / n : v == o.seeds[0];
    next[v] += 0.15 * start + 0.85 * dangling * (o.dangling_to_seeds ? start : 1.0 / n);
  }
  ExpectNear(r->score, next, tolerance, where);
}

TEST(Centrality, PageRankIsTheFixedPointOfItsEquation) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Vertex n = 1 + static_cast<Vertex>(seed % 15);
    PageRankOptions o;
    o.weighted = seed % 2 == 0;
    o.tolerance = 1e-14;
    if (seed % 4 == 1) o.seeds = {static_cast<Vertex>(seed % n)};
    o.dangling_to_seeds = seed % 8 == 1;
    ExpectFixedPoint(*RandomSnapshot(n, seed % 40, seed % 3 == 0, seed, true), o, 1e-12, Text("seed ", seed));
  }
}

// Large graphs take other roads: first digits rounded, rows by length, threads.
TEST(Centrality, PageRankOfLargeGraphsIsTheFixedPointOnAnyNumberOfThreads) {
  for (const Vertex n : {20'000u, 300'000u}) {
    std::vector<Snapshot::Edge> edges;
    Random random(n);
    for (Vertex i = 0; i < 3 * n; ++i) {
      const uint64_t hub = random.Below(1000);  // some rows of every length up to thousands, some vertices without out-edges
      const Vertex to = static_cast<Vertex>(i % 3 == 0 ? hub * hub / 1000 : random.Below(n));
      edges.push_back({static_cast<Vertex>(random.Below(n / 2)), to, static_cast<double>(random.Below(4))});
    }
    const auto g = MakeSnapshot(n, edges, false);
    for (PageRankOptions o : {PageRankOptions{}, PageRankOptions{.seeds = {17}}, PageRankOptions{.weighted = true, .seeds = {3}, .dangling_to_seeds = true}}) {
      o.tolerance = 1e-13;
      ExpectFixedPoint(*g, o, 1e-13, Text(n, " vertices"));
      omp_set_num_threads(1);
      const auto one = PageRank(*g, o, Budget())->score;
      omp_set_num_threads(3);
      EXPECT_EQ(PageRank(*g, o, Budget())->score, one);
      omp_set_num_threads(omp_get_num_procs());
    }
  }
}

TEST(Centrality, PageRankOfTheDanglingExampleSpreadsEvenly) {
  // 0 -> 1, 0 -> 2, both without out-edges; by hand: x0 = 0.05 + 0.85 (x1 + x2) / 3, x1 = x2 = x0 * 1.425 …
  const auto g = MakeSnapshot(3, {{0, 1}, {0, 2}}, false);
  const auto r = PageRank(*g, {}, Budget());
  EXPECT_NEAR(r->score[0], 1 / 3.85, 1e-9);
  EXPECT_NEAR(r->score[1], 1.425 / 3.85, 1e-9);
}

TEST(Centrality, EigenvectorKatzAndHitsSolveTheirEquations) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const Vertex n = 6;
    const bool weighted = seed % 2 == 0;
    const auto directed = RandomSnapshot(n, 18, false, seed, true);
    const auto w = [&](uint32_t a) { return weighted ? directed->weight(a) : 1.0; };
    const auto katz = Katz(*directed, {.beta = 2, .weighted = weighted, .normalised = false}, Budget());
    ASSERT_TRUE(katz.ok()) << katz.status().message();
    std::vector<double> next(n, 2);
    for (Vertex u = 0; u < n; ++u) {
      for (uint32_t a = directed->row_begin(u); a < directed->row_end(u); ++a) next[directed->target(a)] += katz->alpha * w(a) * katz->score[u];
    }
    ExpectNear(katz->score, next, 1e-8 * *std::max_element(next.begin(), next.end()), Text("katz ", seed));
    const auto hits = Hits(*directed, {.weighted = weighted}, Budget());
    if (hits.ok()) {
      std::vector<double> hub(n, 0);
      double sum = 0;
      for (Vertex u = 0; u < n; ++u) {
        for (uint32_t a = directed->row_begin(u); a < directed->row_end(u); ++a) hub[u] += w(a) * hits->authority[directed->target(a)];
        sum += hub[u];
      }
      for (double& h : hub) h /= sum;
      ExpectNear(hits->hub, hub, 1e-9, Text("hits ", seed));
    }
    const auto undirected = RandomSnapshot(n, 14, true, seed, true);
    const auto eigen = EigenvectorCentrality(*undirected, {.weighted = weighted}, Budget());
    if (eigen.ok()) {
      double norm = 0;
      for (Vertex u = 0; u < n; ++u) {
        double sum = 0;
        for (uint32_t a = undirected->row_begin(u); a < undirected->row_end(u); ++a) sum += (weighted ? undirected->weight(a) : 1) * eigen->score[undirected->target(a)];
        EXPECT_NEAR(sum, eigen->eigenvalue * eigen->score[u], 1e-8);
        EXPECT_GE(eigen->score[u], 0);
        norm += eigen->score[u] * eigen->score[u];
      }
      EXPECT_NEAR(norm, 1, 1e-12);
    }
  }
}

TEST(Centrality, EigenvectorConvergesOnABipartiteGraph) {
  const auto star = MakeSnapshot(5, {{0, 1}, {0, 2}, {0, 3}, {0, 4}}, true);
  const auto r = EigenvectorCentrality(*star, {}, Budget());
  ASSERT_TRUE(r.ok());
  EXPECT_NEAR(r->eigenvalue, 2, 1e-9);
  EXPECT_NEAR(r->score[0], std::sqrt(0.5), 1e-9);
}

TEST(Centrality, CoreNumbersAgreeWithPeelingOneByOne) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Vertex n = static_cast<Vertex>(seed % 25);
    const auto g = RandomSnapshot(n, seed, seed % 2 == 0, seed);
    std::vector<uint32_t> want(n, 0);
    for (uint32_t k = 1; k <= 2 * seed; ++k) {
      std::vector<char> in(n, 1);
      for (bool changed = true; changed;) {
        changed = false;
        for (Vertex v = 0; v < n; ++v) {
          uint32_t d = 0;
          for (Vertex w : g->out(v)) d += w != v && in[w];
          for (Vertex w : g->in(v)) d += !g->undirected() && w != v && in[w];
          if (in[v] && d < k) in[v] = 0, changed = true;
        }
      }
      for (Vertex v = 0; v < n; ++v) {
        if (in[v]) want[v] = k;
      }
    }
    const auto r = CoreNumbers(*g, Budget());
    EXPECT_EQ(r->core, want) << seed;
    EXPECT_EQ(r->degeneracy, want.empty() ? 0 : *std::max_element(want.begin(), want.end()));
  }
}

TEST(Centrality, TrianglesAgreeWithTryingAllTriples) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Vertex n = static_cast<Vertex>(seed % 20);
    const auto g = RandomSnapshot(n, seed * 2, seed % 2 == 0, seed);
    std::vector<std::set<Vertex>> next(n);
    for (Vertex u = 0; u < n; ++u) {
      for (Vertex v : g->out(u)) {
        if (u != v) next[u].insert(v), next[v].insert(u);
      }
    }
    std::vector<uint64_t> want(n, 0);
    uint64_t total = 0;
    for (Vertex a = 0; a < n; ++a) {
      for (Vertex b : next[a]) {
        for (Vertex c : next[b]) {
          if (a < b && b < c && next[a].count(c)) ++want[a], ++want[b], ++want[c], ++total;
        }
      }
    }
    const auto r = Triangles(*g, Budget());
    EXPECT_EQ(r->triangles, want) << seed;
    EXPECT_EQ(r->total, total);
    EXPECT_EQ(*CountTriangles(*g, Budget()), total);
  }
}

TEST(Centrality, ResultsAreTheSameBytesOnAnyNumberOfThreads) {
  const auto g = RandomSnapshot(20000, 90000, false, 11, true);
  const auto u = RandomSnapshot(20000, 90000, true, 11, true);
  const auto all = [&] {
    std::vector<std::vector<double>> out;
    out.push_back(PageRank(*g, {.weighted = true}, Budget())->score);
    out.push_back(Betweenness(*g, {.samples = 40}, Budget())->score);
    out.push_back(Betweenness(*u, {.edges = true, .samples = 20}, Budget())->arc_score);
    out.push_back(Katz(*g, {}, Budget())->score);
    out.push_back(Hits(*g, {.tolerance = 1e-8}, Budget())->hub);
    const auto t = Triangles(*u, Budget());
    out.push_back(t->clustering);
    return out;
  };
  omp_set_num_threads(1);
  const auto one = all();
  for (int threads : {2, 3}) {
    omp_set_num_threads(threads);
    EXPECT_EQ(all(), one);
  }
  omp_set_num_threads(omp_get_num_procs());
}

TEST(Centrality, ResultsDoNotChangeWhenVerticesAreRenumbered) {
  const Vertex n = 30;
  std::vector<Vertex> name(n);
  std::iota(name.begin(), name.end(), Vertex{0});
  Random(5).Shuffle(name);
  Random random(8);
  std::vector<Snapshot::Edge> edges, renamed;
  for (int i = 0; i < 90; ++i) {
    edges.push_back({static_cast<Vertex>(random.Below(n)), static_cast<Vertex>(random.Below(n)), 1.0 + static_cast<double>(random.Below(3))});
    renamed.push_back({name[edges.back().from], name[edges.back().to], edges.back().weight});
  }
  const auto a = MakeSnapshot(n, edges, true), b = MakeSnapshot(n, renamed, true);
  const auto same = [&](const std::vector<double>& x, const std::vector<double>& y) {
    for (Vertex v = 0; v < n; ++v) EXPECT_NEAR(x[v], y[name[v]], 1e-9);
  };
  same(Betweenness(*a, {.weighted = true}, Budget())->score, Betweenness(*b, {.weighted = true}, Budget())->score);
  same(PageRank(*a, {}, Budget())->score, PageRank(*b, {}, Budget())->score);
  same(Closeness(*a, {}, Budget())->score, Closeness(*b, {}, Budget())->score);
  same(Triangles(*a, Budget())->clustering, Triangles(*b, Budget())->clustering);
}

TEST(Centrality, EmptyOneNodeAndIsolatedAreRight) {
  for (Vertex n : {0u, 1u, 3u}) {
    for (bool undirected : {false, true}) {
      const auto g = MakeSnapshot(n, {}, undirected);
      const std::vector<double> zero(n, 0);
      EXPECT_EQ(Degrees(*g, Direction::kBoth, true, Budget())->score, zero);
      EXPECT_EQ(Betweenness(*g, {.normalised = true, .edges = true}, Budget())->score, zero);
      EXPECT_EQ(Closeness(*g, {}, Budget())->score, zero);
      EXPECT_EQ(Harmonic(*g, {.normalised = true}, Budget())->score, zero);
      const auto rank = PageRank(*g, {}, Budget());
      for (double x : rank->score) EXPECT_NEAR(x, 1.0 / n, 1e-12);
      EXPECT_EQ(CoreNumbers(*g, Budget())->degeneracy, 0u);
      ExpectUndefined(Triangles(*g, Budget())->transitivity);
      EXPECT_FALSE(EigenvectorCentrality(*g, {}, Budget()).ok());
      EXPECT_FALSE(Hits(*g, {}, Budget()).ok());
      EXPECT_TRUE(Katz(*g, {}, Budget()).ok());
    }
  }
}

TEST(Centrality, BadInputIsRefusedWithAMessage) {
  const auto negative = MakeSnapshot(3, {{0, 1, -1}, {1, 2, 2}}, true);
  const auto zero = MakeSnapshot(3, {{0, 1, 0}, {1, 2, 2}}, true);
  for (const auto& status : {Betweenness(*zero, {.weighted = true}, Budget()).status(), Closeness(*zero, {.weighted = true}, Budget()).status(),
                             PageRank(*negative, {.weighted = true}, Budget()).status(), Katz(*negative, {.weighted = true}, Budget()).status(),
                             EigenvectorCentrality(*negative, {.weighted = true}, Budget()).status()}) {
    EXPECT_EQ(status.code(), Code::kInvalid);
    EXPECT_NE(status.message().find("weights"), std::string::npos) << status.message();
  }
  EXPECT_TRUE(Betweenness(*negative, {}, Budget()).ok());
  EXPECT_FALSE(PageRank(*negative, {.damping = 1}, Budget()).ok());
  const auto cycle = MakeSnapshot(3, {{0, 1}, {1, 2}, {2, 0}}, false);
  const auto refused = Katz(*cycle, {.alpha = 1.5}, Budget());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.status().message().find("about 1.0"), std::string::npos) << refused.status().message();
  EXPECT_NE(EigenvectorCentrality(*cycle, {}, Budget()).status().message().find("undirected"), std::string::npos);
}

TEST(Centrality, ASpentBudgetGivesWhatThereIsAndSaysSo) {
  const auto g = RandomSnapshot(30000, 200000, false, 2);
  Budget budget;  // cancelled when the first sources are done
  budget.set_progress([&](double) { budget.Cancel(); });
  const auto b = Betweenness(*g, {}, budget);
  ASSERT_TRUE(b.ok());
  EXPECT_TRUE(b->header.partial);
  EXPECT_GT(b->sources, 0u);
  EXPECT_LT(b->sources, 100u);
  EXPECT_EQ(Betweenness(*g, {}, budget).code(), Code::kCancelled);  // not one source: nothing to estimate from
  Budget late;
  late.set_timeout_ms(0);
  const auto c = Closeness(*g, {}, late);
  EXPECT_TRUE(c->header.partial);
  EXPECT_TRUE(std::isnan(c->score.back()));
  const auto p = PageRank(*g, {}, late);
  EXPECT_TRUE(p->header.partial);
  EXPECT_NEAR(std::accumulate(p->score.begin(), p->score.end(), 0.0), 1, 1e-9);
  EXPECT_EQ(Triangles(*g, late).code(), Code::kBudget);
}

}  // namespace
}  // namespace liantu::analysis
