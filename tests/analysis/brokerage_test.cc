// SPDX-License-Identifier: Apache-2.0
// Brokerage roles, constraint and bridging: worked examples and slow twins from the matrix formulas.
#include "analysis/brokerage.h"

#include <numeric>

#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

using graph::SnapshotPtr;

TEST(GouldFernandez, ReproducesTheWorkedExample) {
  const VectorFile file("gould_fernandez");
  Budget budget;
  const auto result = GouldFernandez(*file.graph, {.groups = file.groups}, budget);
  ASSERT_TRUE(result.ok());
  for (size_t role = 0; role < kBrokerageRoles; ++role) {
    const char* name = BrokerageName(static_cast<Brokerage>(role));
    EXPECT_EQ(result->totals.count[role], file.expected()["totals"][name].get<int64_t>()) << name;
    for (auto& [id, roles] : file.expected()["roles"].items()) {
      EXPECT_EQ(result->vertices[file.vertex.at(id)].count[role], roles[name].get<int64_t>()) << id << " " << name;
    }
  }
  const auto pairs = ExplainGouldFernandez(*file.graph, {.groups = file.groups}, file.vertex.at("q1"), 100);
  EXPECT_EQ(pairs->size(), 4u);
}

TEST(GouldFernandez, AgreesWithTestingAllTriples) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const Vertex n = 11;
    const SnapshotPtr g = RandomSnapshot(n, 12 + seed * 2, seed % 3 == 0, seed);
    const Groups groups = RandomGroups(n, 3, seed, seed % 2 == 0);
    Budget budget;
    const auto result = GouldFernandez(*g, {.groups = groups}, budget);
    ASSERT_TRUE(result.ok());
    auto arc = [&](Vertex a, Vertex b) { return std::binary_search(g->out(a).begin(), g->out(a).end(), b); };
    for (Vertex b = 0; b < n; ++b) {
      std::array<int64_t, 5> expected{};
      for (Vertex i = 0; i < n; ++i) {
        for (Vertex k = 0; k < n; ++k) {
          if (i == b || k == b || i == k || groups[i] < 0 || groups[b] < 0 || groups[k] < 0) continue;
          if (!arc(i, b) || !arc(b, k) || arc(i, k)) continue;
          const int x = groups[i], y = groups[b], z = groups[k];
          ++expected[x == y && y == z ? 0 : x == z ? 1 : x == y ? 2 : y == z ? 3 : 4];
        }
      }
      EXPECT_EQ(result->vertices[b].count, expected) << "seed " << seed << " vertex " << b;
      const auto pairs = ExplainGouldFernandez(*g, {.groups = groups}, b, 1000);
      EXPECT_EQ(static_cast<int64_t>(pairs->size()), result->vertices[b].total());
    }
  }
}

TEST(GouldFernandez, ExpectedSharesAreThoseOfAllLabelOrders) {
  const Groups sizes{0, 0, 0, 1, 1, 2};
  const SnapshotPtr g = MakeSnapshot(6, {{0, 1}, {1, 2}}, false);
  Budget budget;
  const auto result = GouldFernandez(*g, {.groups = sizes}, budget);
  std::array<double, 5> seen{};
  double orders = 0;
  Groups labels = sizes;
  do {
    ++orders;
    const int x = labels[0], y = labels[1], z = labels[2];
    ++seen[x == y && y == z ? 0 : x == z ? 1 : x == y ? 2 : y == z ? 3 : 4];
  } while (std::next_permutation(labels.begin(), labels.end()));
  for (size_t role = 0; role < 5; ++role) ExpectMeasure(result->expected_share[role], seen[role] / orders, 1e-12);
}

TEST(Constraint, ReproducesTheWorkedExamples) {
  const VectorFile file("burt_constraint");
  Budget budget;
  const auto result = Constraint(*file.graph, {}, budget);
  ASSERT_TRUE(result.ok());
  for (auto& [id, value] : file.expected()["constraint"].items()) {
    const auto& v = result->vertices[file.vertex.at(id)];
    ExpectMeasure(v.constraint, value, file.tolerance, id);
    ExpectMeasure(v.effective_size, file.expected()["effective_size"][id], file.tolerance, id);
  }
}

TEST(Constraint, ReproducesTheWeightedExample) {
  const VectorFile plain("burt_constraint");
  const VectorFile file("burt_constraint", false, &plain.json["weighted_example"]["edges"]);
  Budget budget;
  const auto result = Constraint(*file.graph, {}, budget);
  for (auto& [id, value] : plain.json["weighted_example"]["constraint"].items()) {
    ExpectMeasure(result->vertices[file.vertex.at(id)].constraint, value, plain.tolerance, id);
  }
}

TEST(Constraint, AgreesWithTheMatrixFormulas) {
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    const Vertex n = 9;
    const bool weighted = seed % 2 == 0;
    const SnapshotPtr g = RandomSnapshot(n, 10 + seed, seed % 3 == 0, seed, weighted);
    std::vector<std::vector<double>> a(n, std::vector<double>(n, 0));
    for (Vertex v = 0; v < n; ++v) {
      for (uint32_t arc = g->row_begin(v); arc < g->row_end(v); ++arc) {
        if (g->target(arc) == v) continue;
        a[v][g->target(arc)] += g->weight(arc);
        a[g->target(arc)][v] += g->weight(arc);
      }
    }
    Budget budget;
    const auto result = Constraint(*g, {}, budget);
    ASSERT_TRUE(result.ok());
    auto total = [&](Vertex v) { return std::accumulate(a[v].begin(), a[v].end(), 0.0); };
    auto largest = [&](Vertex v) { return *std::max_element(a[v].begin(), a[v].end()); };
    for (Vertex i = 0; i < n; ++i) {
      if (total(i) == 0) {
        ExpectUndefined(result->vertices[i].constraint);
        continue;
      }
      double constraint = 0, size = 0;
      for (Vertex j = 0; j < n; ++j) {
        if (a[i][j] == 0) continue;
        double p = a[i][j] / total(i), redundant = 0;
        for (Vertex q = 0; q < n; ++q) {
          if (q == i || q == j || a[i][q] == 0) continue;
          p += a[i][q] / total(i) * a[q][j] / total(q);
          redundant += a[i][q] / total(i) * a[j][q] / largest(j);
        }
        constraint += p * p;
        size += 1 - redundant;
      }
      ExpectMeasure(result->vertices[i].constraint, constraint, 1e-10);
      ExpectMeasure(result->vertices[i].effective_size, size, 1e-10);
      const auto parts = ExplainConstraint(*g, {}, i, 100, budget);
      double sum = 0;
      for (const Contribution& part : *parts) sum += part.amount;
      EXPECT_NEAR(sum, constraint, 1e-10);
    }
  }
}

TEST(Bridging, ReproducesTheWorkedExampleOnAnyFormOfTheGraph) {
  const VectorFile file("bridging_centrality");
  std::vector<Snapshot::Edge> edges;
  for (const auto& e : file.edges) {
    edges.push_back({file.vertex.at(e[0]), file.vertex.at(e[1])});
    edges.push_back({file.vertex.at(e[1]), file.vertex.at(e[0])});
  }
  edges.push_back({3, 3});
  const SnapshotPtr doubled = MakeSnapshot(8, edges, false);
  Budget budget;
  for (const SnapshotPtr& g : {file.graph, doubled, MakeSnapshot(8, edges, true, true)}) {
    const auto result = BridgingCentrality(*g, {}, budget);
    ASSERT_TRUE(result.ok());
    for (auto& [id, value] : file.expected()["bridging"].items()) {
      const auto& v = result->vertices[file.vertex.at(id)];
      EXPECT_NEAR(v.betweenness, file.expected()["betweenness"][id].get<double>(), file.tolerance);
      ExpectMeasure(v.bridging_coefficient, file.expected()["bridging_coefficient"][id], file.tolerance, id);
      ExpectMeasure(v.bridging, value, file.tolerance, id);
    }
    // c1 leads by betweenness and is last by coefficient; c2 leads by coefficient and shares rank 6 of betweenness.
    ExpectMeasure(result->vertices[file.vertex.at("c1")].rank_product, 1 * 8, 0);
    ExpectMeasure(result->vertices[file.vertex.at("c2")].rank_product, 6 * 1, 0);
  }
}

TEST(Bridging, IsolatesHaveNoCoefficient) {
  Budget budget;
  const auto result = BridgingCentrality(*MakeSnapshot(3, {{0, 1}}, true), {}, budget);
  ASSERT_TRUE(result.ok());
  ExpectUndefined(result->vertices[2].bridging);
  EXPECT_EQ(result->vertices[2].betweenness, 0);
  EXPECT_TRUE(BridgingCentrality(*MakeSnapshot(0, {}, true), {}, budget).ok());
}

}  // namespace
}  // namespace liantu::analysis
