// SPDX-License-Identifier: Apache-2.0
// Linkage of groups: worked examples, exhaustive enumeration of the null model, slow twins on random graphs, edge cases.
#include "analysis/linkage.h"

#include <functional>
#include <numeric>
#include <set>
#include <utility>

#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

using graph::SnapshotPtr;

TEST(EiIndex, ReproducesTheWorkedExample) {
  const VectorFile file("ei_index");
  Budget budget;
  const auto result = EiIndex(*file.graph, {.groups = file.groups}, budget);
  ASSERT_TRUE(result.ok());
  ExpectMeasure(result->global.index, file.expected()["global_"], file.tolerance);
  ExpectMeasure(result->global.expected, file.expected()["expected_from_group_sizes"], file.tolerance);
  for (auto& [name, value] : file.expected()["per_group"].items()) {
    ExpectMeasure(result->per_group[file.group(name)].index, value, file.tolerance, name);
  }
  for (auto& [name, value] : file.expected()["per_node"].items()) {
    ExpectMeasure(result->per_vertex[file.vertex.at(name)].index, value, file.tolerance, name);
  }
  EXPECT_NE(result->header.projection.find("8 vertices, 10 edges"), std::string::npos);
}

TEST(EiIndex, DirectedEdgesAreTiesOnceAndWeightsAddUpWhenAsked) {
  const SnapshotPtr g = MakeSnapshot(4, {{0, 1, 3}, {1, 0, 1}, {1, 2, 2}, {2, 2, 5}, {3, 0, 9}}, false);
  Budget budget;
  const Groups groups{0, 0, 1, -1};
  auto counts = EiIndex(*g, {.groups = groups}, budget);
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->global.internal, 3);
  EXPECT_EQ(counts->global.external, 1);
  EXPECT_EQ(counts->ungrouped_edges, 1u);
  EXPECT_EQ(counts->per_group[1].internal, 1);
  EXPECT_EQ(counts->per_vertex[2].internal, 1) << "a loop is one inside tie";
  ExpectUndefined(counts->per_vertex[3].index);
  auto weights = EiIndex(*g, {.groups = groups, .weighted = true}, budget);
  ASSERT_TRUE(weights.ok());
  EXPECT_EQ(weights->global.internal, 9);
  EXPECT_EQ(weights->global.external, 2);
  const SnapshotPtr loops = MakeSnapshot(2, {{0, 0}, {0, 1}}, true);
  auto undirected = EiIndex(*loops, {.groups = {0, 1}}, budget);
  EXPECT_EQ(undirected->global.internal, 1);
  EXPECT_EQ(undirected->per_vertex[0].internal, 1);
}

TEST(EiIndex, AgreesWithCountingEdgesOneByOne) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const bool undirected = seed % 2 == 0, weighted = seed % 3 == 0;
    const SnapshotPtr g = RandomSnapshot(10, 30, undirected, seed, true);
    const Groups groups = RandomGroups(10, 3, seed, true);
    Budget budget;
    const auto result = EiIndex(*g, {.groups = groups, .weighted = weighted}, budget);
    ASSERT_TRUE(result.ok());
    std::vector<EiValue> per_group(result->per_group.size()), per_vertex(10);
    EiValue global;
    uint64_t ungrouped = 0;
    for (Vertex v = 0; v < 10; ++v) {
      bool second = false;
      for (uint32_t a = g->row_begin(v); a < g->row_end(v); ++a) {
        const Vertex t = g->target(a);
        if (undirected && (t < v || (t == v && std::exchange(second, !second)))) continue;
        const double w = weighted ? g->weight(a) : 1;
        if (groups[v] < 0 || groups[t] < 0) {
          ++ungrouped;
        } else if (groups[v] == groups[t]) {
          global.internal += w, per_group[groups[v]].internal += w, per_vertex[v].internal += w;
          if (t != v) per_vertex[t].internal += w;
        } else {
          global.external += w;
          for (Vertex end : {v, t}) per_group[groups[end]].external += w, per_vertex[end].external += w;
        }
      }
    }
    EXPECT_EQ(result->ungrouped_edges, ungrouped);
    EXPECT_EQ(result->global.internal, global.internal);
    EXPECT_EQ(result->global.external, global.external);
    for (size_t i = 0; i < per_group.size(); ++i) {
      EXPECT_EQ(result->per_group[i].internal, per_group[i].internal);
      EXPECT_EQ(result->per_group[i].external, per_group[i].external);
    }
    for (Vertex v = 0; v < 10; ++v) {
      EXPECT_EQ(result->per_vertex[v].internal, per_vertex[v].internal);
      EXPECT_EQ(result->per_vertex[v].external, per_vertex[v].external);
    }
  }
}

TEST(EiIndex, NegativeWeightsAndWrongGroupsAreRefused) {
  const SnapshotPtr g = MakeSnapshot(2, {{0, 1, -3}}, false);
  Budget budget;
  EXPECT_TRUE(EiIndex(*g, {.groups = {0, 1}}, budget).ok());
  const auto refused = EiIndex(*g, {.groups = {0, 1}, .weighted = true}, budget);
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_NE(refused.status().message().find("-3"), std::string::npos);
  EXPECT_EQ(EiIndex(*g, {.groups = {0}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(EiIndex(*g, {.groups = {0, -2}}, budget).code(), Code::kInvalid);
}

TEST(Mixing, ReproducesTheWorkedExample) {
  const VectorFile file("mixing_assortativity");
  Budget budget;
  const auto result = Mixing(*file.graph, {.groups = file.groups}, budget);
  ASSERT_TRUE(result.ok());
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      EXPECT_NEAR(result->count(a, b), file.expected()["mixing_counts"][a][b].get<double>(), file.tolerance);
      EXPECT_NEAR(result->mixing[a * 3 + b], file.expected()["mixing"][a][b].get<double>(), file.tolerance);
    }
  }
  ExpectMeasure(result->assortativity, file.expected()["assortativity"], file.tolerance);
  ExpectMeasure(result->modularity, file.expected()["modularity"], file.tolerance);
  ExpectMeasure(result->degree_assortativity, file.expected()["degree_assortativity"], file.tolerance);
}

TEST(Mixing, AgreesWithTheFormulasOverEdges) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const bool undirected = seed % 2 == 0;
    const SnapshotPtr g = RandomSnapshot(10, 25, undirected, seed);
    const Groups groups = RandomGroups(10, 3, seed);
    Budget budget;
    const auto result = Mixing(*g, {.groups = groups}, budget);
    ASSERT_TRUE(result.ok());
    std::vector<double> x, y, counts(9, 0);
    for (Vertex v = 0; v < 10; ++v) {
      for (Vertex t : g->out(v)) {
        x.push_back(g->out_degree(v)), y.push_back(g->in_degree(t));
        counts[groups[v] * 3 + groups[t]] += 1;
      }
    }
    const double n = static_cast<double>(x.size());
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < x.size(); ++i) mx += x[i] / n, my += y[i] / n;
    for (size_t i = 0; i < x.size(); ++i) xx += (x[i] - mx) * (x[i] - mx), yy += (y[i] - my) * (y[i] - my), xy += (x[i] - mx) * (y[i] - my);
    ExpectMeasure(result->degree_assortativity, xy / std::sqrt(xx * yy), 1e-12);
    double trace = 0, expected = 0;
    for (int a = 0; a < 3; ++a) {
      double row = 0, column = 0;
      for (int b = 0; b < 3; ++b) {
        EXPECT_EQ(result->count(a, b), counts[a * 3 + b]);
        row += counts[a * 3 + b] / n, column += counts[b * 3 + a] / n;
      }
      trace += counts[a * 3 + a] / n;
      expected += row * column;
    }
    ExpectMeasure(result->assortativity, (trace - expected) / (1 - expected), 1e-12);
  }
}

TEST(Mixing, OneGroupOrEqualDegreesLeaveAssortativityUndefined) {
  const SnapshotPtr ring = MakeSnapshot(3, {{0, 1}, {1, 2}, {2, 0}}, true);
  Budget budget;
  const auto result = Mixing(*ring, {.groups = {0, 0, 0}}, budget);
  ASSERT_TRUE(result.ok());
  ExpectUndefined(result->assortativity);
  ExpectUndefined(result->degree_assortativity);
  ExpectMeasure(result->modularity, 0, 1e-15);
}

TEST(ConfigurationModel, ReproducesBothWorkedExamples) {
  for (const bool directed : {false, true}) {
    const VectorFile file(directed ? "config_model_linkage_directed" : "config_model_linkage");
    Budget budget;
    const auto result = ConfigurationModel(*file.graph, {.groups = file.groups}, budget);
    ASSERT_TRUE(result.ok());
    ASSERT_EQ(result->cells.size(), file.expected().size());
    for (const LinkageCell& cell : result->cells) {
      const std::string key = file.group_names[cell.from] + (directed ? "->" : "-") + file.group_names[cell.to];
      const auto& expected = file.expected()[key];
      EXPECT_EQ(cell.observed, expected["observed"].get<uint64_t>()) << key;
      EXPECT_NEAR(cell.expected, expected["expected"].get<double>(), file.tolerance) << key;
      EXPECT_NEAR(cell.variance, expected["var"].get<double>(), file.tolerance) << key;
      ExpectMeasure(cell.z, expected["z"], file.tolerance, key);
      ExpectMeasure(cell.ratio, expected["ratio"], file.tolerance, key);
    }
  }
}

// All matchings of the stubs (undirected) or all orders of the in-stubs (directed).
TEST(ConfigurationModel, MeanAndVarianceAreThoseOfAllMatchings) {
  for (const bool undirected : {true, false}) {
    for (uint64_t seed = 1; seed <= 12; ++seed) {
      const size_t m = undirected ? 5 : 6;
      const SnapshotPtr g = RandomSnapshot(6, m, undirected, seed);
      const Groups groups = RandomGroups(6, 3, seed, seed % 2 == 0);
      Budget budget;
      const auto result = ConfigurationModel(*g, {.groups = groups}, budget);
      ASSERT_TRUE(result.ok());
      std::vector<int32_t> out, in;  // groups of the stubs
      for (Vertex v = 0; v < 6; ++v) {
        for (uint32_t i = 0; i < g->out_degree(v); ++i) out.push_back(groups[v]);
        for (uint32_t i = 0; i < g->in_degree(v); ++i) in.push_back(groups[v]);
      }
      std::map<std::pair<int, int>, std::pair<double, double>> sums;
      double matchings = 0;
      auto tally = [&](const std::vector<std::pair<int, int>>& pairs) {
        ++matchings;
        std::map<std::pair<int, int>, double> seen;
        for (auto p : pairs) {
          if (undirected && p.first > p.second) std::swap(p.first, p.second);
          ++seen[p];
        }
        for (auto& [p, x] : seen) sums[p].first += x, sums[p].second += x * x;
      };
      if (undirected) {
        std::vector<std::pair<int, int>> pairs;
        std::function<void(std::vector<int32_t>)> match = [&](std::vector<int32_t> rest) {
          if (rest.empty()) return tally(pairs);
          const int32_t first = rest[0];
          for (size_t i = 1; i < rest.size(); ++i) {
            std::vector<int32_t> next;
            for (size_t j = 1; j < rest.size(); ++j) {
              if (j != i) next.push_back(rest[j]);
            }
            pairs.emplace_back(first, rest[i]);
            match(next);
            pairs.pop_back();
          }
        };
        match(out);
      } else {
        std::vector<size_t> order(m);
        std::iota(order.begin(), order.end(), size_t{0});
        do {
          std::vector<std::pair<int, int>> pairs;
          for (size_t i = 0; i < m; ++i) pairs.emplace_back(out[i], in[order[i]]);
          tally(pairs);
        } while (std::next_permutation(order.begin(), order.end()));
      }
      for (const LinkageCell& cell : result->cells) {
        const auto [sum, squares] = sums[{cell.from, cell.to}];
        const double mean = sum / matchings;
        EXPECT_NEAR(cell.expected, mean, 1e-12);
        EXPECT_NEAR(cell.variance, squares / matchings - mean * mean, 1e-11);
        EXPECT_EQ(cell.z.defined(), cell.variance > 0);
      }
    }
  }
}

TEST(ConfigurationModel, OneGroupOfEverythingHasNoVarianceAtAnySize) {
  const SnapshotPtr g = RandomSnapshot(500, 100'000, true, 3);
  Budget budget;
  const auto result = ConfigurationModel(*g, {.groups = Groups(500, 0)}, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->cells[0].expected, 100'000);
  ExpectUndefined(result->cells[0].z);
}

TEST(ConfigurationModel, EmptyAndOneEdgeGraphsGiveReasonsInsteadOfNumbers) {
  Budget budget;
  for (bool undirected : {true, false}) {
    const auto none = ConfigurationModel(*MakeSnapshot(2, {}, undirected), {.groups = {0, 1}}, budget);
    ASSERT_TRUE(none.ok());
    for (const LinkageCell& cell : none->cells) ExpectUndefined(cell.z);
    const auto one = ConfigurationModel(*MakeSnapshot(2, {{0, 1}}, undirected), {.groups = {0, 1}}, budget);
    ASSERT_TRUE(one.ok());
    for (const LinkageCell& cell : one->cells) ExpectUndefined(cell.z);
    const auto empty = ConfigurationModel(*MakeSnapshot(0, {}, undirected), {}, budget);
    ASSERT_TRUE(empty.ok());
    EXPECT_TRUE(empty->cells.empty());
  }
}

TEST(ExplainLinkage, NamesTheVerticesThatCarryTheTies) {
  const SnapshotPtr g = MakeSnapshot(4, {{0, 2}, {2, 0}, {0, 3}, {1, 0}}, false);
  Budget budget;
  const auto top = ExplainLinkage(*g, {0, 0, 1, 1}, 0, 1, 10, budget);
  ASSERT_TRUE(top.ok());
  ASSERT_EQ(top->size(), 3u);
  EXPECT_EQ((*top)[0].from, 0u);
  EXPECT_EQ((*top)[0].amount, 3);
  EXPECT_EQ((*top)[1].from, 2u);
}

TEST(Participation, ReproducesBothWorkedExamples) {
  for (const char* name : {"participation_zscore", "participation_zscore_hub"}) {
    const VectorFile file(name);
    Budget budget;
    const auto result = Participation(*file.graph, {.groups = file.groups}, budget);
    ASSERT_TRUE(result.ok());
    for (auto& [id, value] : file.expected()["P"].items()) {
      const ParticipationVertex& v = result->vertices[file.vertex.at(id)];
      ExpectMeasure(v.participation, value, file.tolerance, id);
      ExpectMeasure(v.z, file.expected()["z"][id], file.tolerance, id);
      if (file.expected().contains("role")) {
        EXPECT_EQ(Text("R", static_cast<int>(v.role)), file.expected()["role"][id].get<std::string>()) << id;
      }
    }
  }
}

TEST(Participation, HubsOfLargeGroupsAreFoundAndIsolatesAreUndefined) {
  // A star of twelve in group 0, whose centre also reaches three vertices of group 1; vertex 15 is alone.
  std::vector<Snapshot::Edge> edges;
  for (Vertex v = 1; v < 12; ++v) edges.push_back({0, v});
  for (Vertex v = 12; v < 15; ++v) edges.push_back({0, v});
  Groups groups(16, 0);
  for (Vertex v = 12; v < 15; ++v) groups[v] = 1;
  groups[15] = 2;
  Budget budget;
  for (bool undirected : {true, false}) {
    const auto result = Participation(*MakeSnapshot(16, edges, undirected), {.groups = groups}, budget);
    ASSERT_TRUE(result.ok());
    ExpectMeasure(result->vertices[0].participation, 1 - (121.0 + 9) / 196, 1e-12);
    ExpectMeasure(result->vertices[0].z, std::sqrt(11.0), 1e-12);
    EXPECT_EQ(result->vertices[0].role, Role::kR6);
    EXPECT_EQ(result->vertices[0].inside_rank, 1u);
    EXPECT_EQ(result->vertices[1].inside_rank, 2u);
    ExpectUndefined(result->vertices[15].participation);
    ExpectUndefined(result->vertices[15].z, "group of one");
    EXPECT_EQ(result->vertices[15].role, Role::kNone);
    ExpectMeasure(result->vertices[12].z, 0, 0);
    EXPECT_STRNE(result->vertices[12].z.reason, "");
    const auto parts = ExplainParticipation(*MakeSnapshot(16, edges, undirected), {.groups = groups}, 0);
    ASSERT_EQ(parts->size(), 2u);
    EXPECT_EQ((*parts)[0].ties, 11);
  }
}

TEST(Overlap, AgreesWithComparingSetsOneByOne) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Vertex n = 14;
    const SnapshotPtr g = RandomSnapshot(n, 40, seed % 2 == 0, seed);
    Groups sides(n);
    Random random(seed + 99);
    for (int32_t& s : sides) s = static_cast<int32_t>(random.Below(3)) - 1;
    Budget budget;
    const auto result = Overlap(*g, {.sides = sides}, budget);
    ASSERT_TRUE(result.ok());
    std::map<Vertex, std::set<Vertex>> carriers;
    for (Vertex v = 0; v < n; ++v) {
      for (Vertex t : g->out(v)) {
        if (sides[v] == 0 && sides[t] == 1) carriers[v].insert(t);
        if (sides[v] == 1 && sides[t] == 0) carriers[t].insert(v);
      }
    }
    size_t pairs = 0;
    std::map<Vertex, uint64_t> lost;
    for (auto& [a, in_a] : carriers) {
      for (auto& [b, in_b] : carriers) {
        if (b <= a) continue;
        std::vector<Vertex> both;
        std::set_intersection(in_a.begin(), in_a.end(), in_b.begin(), in_b.end(), std::back_inserter(both));
        if (both.empty()) continue;
        if (both.size() == 1) ++lost[both[0]];
        ASSERT_LT(pairs, result->pairs.size());
        const OverlapPair& pair = result->pairs[pairs++];
        EXPECT_EQ(pair.a, a);
        EXPECT_EQ(pair.b, b);
        EXPECT_EQ(pair.carriers, both);
        const double x = in_a.size(), y = in_b.size(), s = both.size();
        ExpectMeasure(pair.jaccard, s / (x + y - s), 1e-12);
        ExpectMeasure(pair.cosine, s / std::sqrt(x * y), 1e-12);
      }
    }
    EXPECT_EQ(pairs, result->pairs.size());
    for (const OverlapCarrier& c : result->carriers) EXPECT_EQ(c.bridging_weight, lost[c.vertex]);
  }
}

// Walks every shortest path.
TEST(GroupBetweenness, AgreesWithWalkingAllShortestPaths) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Vertex n = 9;
    const bool undirected = seed % 2 == 0;
    const SnapshotPtr g = RandomSnapshot(n, 14, undirected, seed);
    const Groups groups = RandomGroups(n, 3, seed, true);
    Budget budget;
    const auto result = GroupBetweenness(*g, {.groups = groups}, budget);
    ASSERT_TRUE(result.ok());
    std::vector<double> expected(result->groups.size(), 0);
    for (Vertex s = 0; s < n; ++s) {
      for (Vertex t = 0; t < n; ++t) {
        if (s == t || (undirected && t < s)) continue;
        // All simple paths by depth; keep the shortest.
        std::vector<std::vector<Vertex>> best;
        std::vector<Vertex> path{s};
        std::function<void()> walk = [&] {
          if (!best.empty() && path.size() > best[0].size()) return;
          if (path.back() == t) {
            if (!best.empty() && path.size() < best[0].size()) best.clear();
            best.push_back(path);
            return;
          }
          Vertex before = kNoVertex;
          for (Vertex next : g->out(path.back())) {
            if (next == before || std::find(path.begin(), path.end(), next) != path.end()) continue;
            before = next;
            path.push_back(next);
            walk();
            path.pop_back();
          }
        };
        walk();
        for (size_t c = 0; c < expected.size(); ++c) {
          const auto in_group = [&](Vertex v) { return groups[v] == static_cast<int32_t>(c); };
          if (in_group(s) || in_group(t) || best.empty()) continue;
          double through = 0;
          for (const auto& p : best) through += std::any_of(p.begin(), p.end(), in_group);
          expected[c] += through / static_cast<double>(best.size());
        }
      }
    }
    for (size_t c = 0; c < expected.size(); ++c) EXPECT_NEAR(result->groups[c].betweenness, expected[c], 1e-9);
    const auto all_sampled = GroupBetweenness(*g, {.groups = groups, .sources = n, .seed = seed}, budget);
    for (size_t c = 0; c < expected.size(); ++c) EXPECT_NEAR(all_sampled->groups[c].betweenness, expected[c], 1e-9);
  }
}

TEST(GroupBetweenness, SamplingIsSeededAndSaysItsError) {
  const SnapshotPtr g = RandomSnapshot(200, 500, true, 5);
  const Groups groups = RandomGroups(200, 4, 5);
  Budget budget;
  const auto a = GroupBetweenness(*g, {.groups = groups, .sources = 50, .seed = 7}, budget);
  const auto b = GroupBetweenness(*g, {.groups = groups, .sources = 50, .seed = 7}, budget);
  const auto exact = GroupBetweenness(*g, {.groups = groups}, budget);
  for (size_t c = 0; c < 4; ++c) {
    EXPECT_EQ(a->groups[c].betweenness, b->groups[c].betweenness);
    ASSERT_TRUE(a->groups[c].standard_error.defined());
    EXPECT_NEAR(a->groups[c].betweenness, exact->groups[c].betweenness, 5 * *a->groups[c].standard_error);
  }
}

TEST(Linkage, CancelledCallsFailOrSayThatTheyArePartial) {
  const SnapshotPtr g = RandomSnapshot(60'000, 200'000, true, 5);
  const Groups groups = RandomGroups(60'000, 4, 5);
  Budget budget;
  budget.Cancel();
  EXPECT_EQ(EiIndex(*g, {.groups = groups}, budget).code(), Code::kCancelled);
  EXPECT_EQ(Mixing(*g, {.groups = groups}, budget).code(), Code::kCancelled);
  EXPECT_EQ(ConfigurationModel(*g, {.groups = groups}, budget).code(), Code::kCancelled);
  EXPECT_EQ(Participation(*g, {.groups = groups}, budget).code(), Code::kCancelled);
  EXPECT_EQ(GroupBetweenness(*g, {.groups = groups}, budget).code(), Code::kCancelled);
}

}  // namespace
}  // namespace liantu::analysis
