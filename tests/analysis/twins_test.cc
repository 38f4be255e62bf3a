// SPDX-License-Identifier: Apache-2.0
// Measures on random graphs against their formulas written out slowly, and against Boost.Graph where it has them: those that no
// other file tests this way.
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/clustering_coefficient.hpp>
#include <boost/graph/core_numbers.hpp>
#include <boost/graph/page_rank.hpp>
#include <eigen3/Eigen/Dense>
#include <map>
#include <set>

#include "analysis/brokerage.h"
#include "analysis/centrality.h"
#include "analysis/complementarity.h"
#include "analysis/fragility.h"
#include "analysis/gaps.h"
#include "analysis/linear.h"
#include "analysis/linkage.h"
#include "vector_file.h"

namespace liantu::analysis {
namespace {

TEST(Twins, CoreNumbersClusteringAndPageRankAgreeWithBoost) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    constexpr Vertex n = 60;
    const auto g = RandomSnapshot(n, 150, true, seed, false, true);
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> twin(n);
    for (Vertex v = 0; v < n; ++v) {
      for (Vertex u : g->out(v)) {
        if (v < u) boost::add_edge(v, u, twin);
      }
    }
    std::vector<size_t> core(n);
    boost::core_numbers(twin, boost::make_iterator_property_map(core.begin(), get(boost::vertex_index, twin)));
    const auto cores = *CoreNumbers(*g, Budget());
    const auto triangles = *Triangles(*g, Budget());
    for (Vertex v = 0; v < n; ++v) {
      EXPECT_EQ(cores.core[v], core[v]);
      EXPECT_NEAR(triangles.clustering[v], boost::clustering_coefficient<double>(twin, v), 1e-12);
    }
    // Boost's ranks sum to n and lose what comes to a vertex without out-edges: a graph that has none of them.
    std::vector<Snapshot::Edge> edges;
    Random random(seed);
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS> directed(n);
    for (Vertex v = 0; v < n; ++v) {
      for (int i = 0; i < 3; ++i) {
        edges.push_back({v, static_cast<Vertex>(random.Below(n))});
        boost::add_edge(v, edges.back().to, directed);
      }
    }
    std::vector<double> rank(n);
    boost::graph::page_rank(directed, boost::make_iterator_property_map(rank.begin(), get(boost::vertex_index, directed)), boost::graph::n_iterations(200));
    const auto ranks = *PageRank(*MakeSnapshot(n, edges, false), {}, Budget());
    for (Vertex v = 0; v < n; ++v) EXPECT_NEAR(ranks.score[v], rank[v] / n, 1e-9);
  }
}

TEST(Twins, ParticipationFollowsItsFormulas) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const bool undirected = seed % 2 == 0;
    const Vertex n = 40;
    const auto g = RandomSnapshot(n, 120, undirected, seed, true);
    const Groups groups = RandomGroups(n, 4, seed, true);
    const bool weighted = seed % 3 == 0;
    const auto r = *Participation(*g, {groups, weighted}, Budget());
    std::vector<std::map<int32_t, double>> ties(n);
    for (Vertex v = 0; v < n; ++v) {
      for (uint32_t a = g->row_begin(v); a < g->row_end(v); ++a) {
        const Vertex u = g->target(a);
        const double w = weighted ? g->weight(a) : 1;
        if (groups[u] >= 0) ties[v][groups[u]] += w;
        if (!undirected && groups[v] >= 0) ties[u][groups[v]] += w;
      }
    }
    for (Vertex v = 0; v < n; ++v) {
      double all = 0, squares = 0;
      for (const auto& [group, k] : ties[v]) all += k, squares += k * k;
      if (all == 0) {
        ExpectUndefined(r.vertices[v].participation);
      } else {
        ExpectMeasure(r.vertices[v].participation, 1 - squares / (all * all), 1e-12);
      }
      if (groups[v] < 0) {
        ExpectUndefined(r.vertices[v].z);
        continue;
      }
      double mean = 0, square = 0, count = 0;
      for (Vertex u = 0; u < n; ++u) {
        if (groups[u] == groups[v]) mean += ties[u][groups[v]], square += ties[u][groups[v]] * ties[u][groups[v]], ++count;
      }
      mean /= count;
      const double sd = std::sqrt(std::max(0.0, square / count - mean * mean));
      if (sd > 1e-9) ExpectMeasure(r.vertices[v].z, (ties[v][groups[v]] - mean) / sd, 1e-9);
    }
  }
}

TEST(Twins, SupplyConcentrationFollowsItsFormula) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Vertex n = 25;
    const auto g = RandomSnapshot(n, 120, false, seed, true);
    const Groups category = RandomGroups(n, 3, seed, true);
    const auto r = *SupplyConcentration(*g, {.supplier_category = category}, Budget());
    std::map<std::pair<Vertex, int32_t>, std::map<Vertex, double>> bought;
    for (Vertex v = 0; v < n; ++v) {
      for (uint32_t a = g->row_begin(v); a < g->row_end(v); ++a) {
        if (g->target(a) != v && category[v] >= 0) bought[{g->target(a), category[v]}][v] += g->weight(a);
      }
    }
    ASSERT_EQ(r.inputs.size(), bought.size());
    std::vector<uint32_t> sole(n, 0);
    size_t i = 0;
    for (const auto& [key, suppliers] : bought) {
      const SupplyInput& input = r.inputs[i++];
      EXPECT_EQ(std::pair(input.buyer, input.category), key);
      double all = 0, hhi = 0, most = 0;
      for (const auto& [supplier, amount] : suppliers) all += amount, most = std::max(most, amount);
      for (const auto& [supplier, amount] : suppliers) hhi += amount / all * (amount / all);
      ExpectMeasure(input.hhi, hhi, 1e-12);
      ExpectMeasure(input.effective_suppliers, 1 / hhi, 1e-9);
      ExpectMeasure(input.largest_share, most / all, 1e-12);
      EXPECT_EQ(input.suppliers, suppliers.size());
      EXPECT_EQ(input.single, suppliers.size() == 1);
      if (input.single) ++sole[suppliers.begin()->first];
    }
    EXPECT_EQ(r.sole_inputs, sole);
  }
}

TEST(Twins, BridgingIsBetweennessTimesTheCoefficientOfTheSimpleGraph) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Vertex n = 30;
    const auto g = RandomSnapshot(n, 50, seed % 2 == 0, seed);
    std::vector<std::set<Vertex>> near(n);
    std::vector<Snapshot::Edge> edges;
    for (Vertex v = 0; v < n; ++v) {
      for (Vertex u : g->out(v)) {
        if (u == v) continue;
        if (near[v].insert(u).second) edges.push_back({v, u});
        near[u].insert(v);
      }
    }
    const auto simple = MakeSnapshot(n, edges, true, true);
    const auto between = *Betweenness(*simple, {}, Budget());
    const auto r = *BridgingCentrality(*g, {}, Budget());
    for (Vertex v = 0; v < n; ++v) {
      EXPECT_NEAR(r.vertices[v].betweenness, between.score[v], 1e-9);
      double around = 0;
      for (Vertex u : near[v]) around += 1.0 / static_cast<double>(near[u].size());
      if (near[v].empty()) ExpectUndefined(r.vertices[v].bridging);
      else ExpectMeasure(r.vertices[v].bridging, between.score[v] / static_cast<double>(near[v].size()) / around, 1e-9);
    }
  }
}

// Places 0 … places-1, activities after them; `x` the amounts.
struct Table {
  Vertex places, activities;
  std::vector<std::vector<double>> x;
  graph::SnapshotPtr graph;
  SpecialisationOptions options;

  Table(Vertex p, Vertex a, size_t edges, uint64_t seed) : places(p), activities(a), x(p, std::vector<double>(a, 0)) {
    Random random(seed);
    std::vector<Snapshot::Edge> list;
    for (size_t i = 0; i < edges; ++i) {
      const auto place = static_cast<Vertex>(random.Below(p)), activity = static_cast<Vertex>(random.Below(a));
      const double amount = 1.0 + static_cast<double>(random.Below(9));
      x[place][activity] += amount;
      list.push_back(i % 2 == 0 ? Snapshot::Edge{place, p + activity, amount} : Snapshot::Edge{p + activity, place, amount});
    }
    graph = MakeSnapshot(p + a, list, false);
    options.sides.assign(p, 0);
    options.sides.resize(p + a, 1);
  }
};

TEST(Twins, SpecialisationProximityAndDensityFollowTheirFormulas) {
  for (uint64_t seed = 1; seed <= 15; ++seed) {
    const Table t(8, 11, 40, seed);
    const auto r = *Relatedness(*t.graph, t.options, Budget());
    double all = 0;
    std::vector<double> of_place(t.places, 0), of_activity(t.activities, 0);
    for (Vertex c = 0; c < t.places; ++c) {
      for (Vertex p = 0; p < t.activities; ++p) of_place[c] += t.x[c][p], of_activity[p] += t.x[c][p], all += t.x[c][p];
    }
    const auto m = [&](Vertex c, Vertex p) {
      return of_place[c] > 0 && of_activity[p] > 0 && t.x[c][p] / of_place[c] / (of_activity[p] / all) >= 1;
    };
    const auto ubiquity = [&](Vertex p) {
      double sum = 0;
      for (Vertex c = 0; c < t.places; ++c) sum += m(c, p);
      return sum;
    };
    const auto phi = [&](Vertex p, Vertex q) {
      double both = 0;
      for (Vertex c = 0; c < t.places; ++c) both += m(c, p) && m(c, q);
      const double most = std::max(ubiquity(p), ubiquity(q));
      return most > 0 ? both / most : 0;
    };
    for (Vertex c = 0; c < t.places; ++c) {
      for (Vertex p = 0; p < t.activities; ++p) {
        EXPECT_EQ(r.base.m(c, p), m(c, p));
        if (of_place[c] > 0 && of_activity[p] > 0) {
          ExpectMeasure(r.base.rca(c, p), t.x[c][p] / of_place[c] / (of_activity[p] / all), 1e-12);
        } else {
          ExpectUndefined(r.base.rca(c, p));
        }
        double held = 0, around = 0;
        for (Vertex q = 0; q < t.activities; ++q) {
          if (q == p) continue;
          held += m(c, q) ? phi(p, q) : 0;
          around += phi(p, q);
          if (std::max(ubiquity(p), ubiquity(q)) > 0) ExpectMeasure(r.proximity(p, q), phi(p, q), 1e-12);
        }
        if (around > 0) ExpectMeasure(r.density(c, p), held / around, 1e-12);
        else ExpectUndefined(r.density(c, p));
      }
    }
    // The same from the table itself, and of one place at some activities: to the last bit.
    std::vector<double> x;
    for (const auto& row : t.x) x.insert(x.end(), row.begin(), row.end());
    const auto of_table = *SpecialisationOfTable(std::move(x), t.activities, {}, Budget());
    EXPECT_EQ(of_table.specialised, r.base.specialised);
    EXPECT_EQ(of_table.ubiquity, r.base.ubiquity);
    const std::vector<uint32_t> some = {7, 0, 10, 3};
    for (Vertex c = 0; c < t.places; ++c) {
      const auto density = *DensityOf(of_table, c, some, Budget());
      for (size_t i = 0; i < some.size(); ++i) {
        EXPECT_EQ(density[i].value, r.density(c, some[i]).value);
        EXPECT_EQ(of_table.rca(c, some[i]).value, r.base.rca(c, some[i]).value);
      }
    }
  }
}

TEST(Twins, ComplexityIsTheSecondEigenvectorOfTheMatrixWrittenOut) {
  int ranked = 0;
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    const Vertex places = static_cast<Vertex>(3 + seed * 2);
    const Table t(places, 2 * places, places * 6, seed);
    const auto r = Complexity(*t.graph, t.options, Budget());
    if (!r.ok()) continue;  // falls apart, or a double eigenvalue
    ++ranked;
    const auto& base = r->base;
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(places, places);
    for (Vertex c = 0; c < places; ++c) {
      for (Vertex d = 0; d < places; ++d) {
        for (Vertex p = 0; p < t.activities; ++p) {
          if (base.m(c, p) && base.m(d, p)) matrix(c, d) += 1.0 / base.diversity[c] / base.ubiquity[p];
        }
      }
    }
    // Of the matrix as the definition has it, not symmetric: each z-score solves the equation up to the mean.
    Eigen::VectorXd eci = Eigen::VectorXd::Zero(places);
    double covariance = 0, sum = 0, squares = 0, count = 0;
    for (Vertex c = 0; c < places; ++c) {
      if (!r->eci[c].defined()) continue;
      eci(c) = *r->eci[c];
      sum += eci(c), squares += eci(c) * eci(c), ++count;
      covariance += eci(c) * base.diversity[c];
    }
    EXPECT_NEAR(sum, 0, 1e-9);
    EXPECT_NEAR(squares, count, 1e-9);
    EXPECT_GE(covariance, -1e-9);
    // M~ maps the vector K + c·1 of eigenvalue lambda to lambda K + c'·1: differences between places scale by lambda.
    const Eigen::VectorXd image = matrix * eci;
    const double lambda = r->eigenvalues[1];
    for (Vertex c = 0; c < places; ++c) {
      for (Vertex d = 0; d < c; ++d) {
        if (r->eci[c].defined() && r->eci[d].defined()) {
          EXPECT_NEAR(image(c) - image(d), lambda * (eci(c) - eci(d)), 1e-7);
        }
      }
    }
    Eigen::VectorXd all = matrix.eigenvalues().real();
    std::sort(all.data(), all.data() + places, std::greater<>());
    for (size_t i = 0; i < r->eigenvalues.size(); ++i) EXPECT_NEAR(r->eigenvalues[i], all(static_cast<Eigen::Index>(i)), 1e-9);
  }
  EXPECT_GT(ranked, 10);
}

TEST(Twins, GapsFollowTheirDefinition) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Vertex n = 9;
    const auto chain = RandomSnapshot(n, 14, false, seed);
    Random random(seed);
    GapsOptions o;
    for (int c = 0; c < 5; ++c) {
      o.places.push_back("p" + std::to_string(c));
      o.capability.emplace_back(n);
      for (double& cap : o.capability.back()) cap = static_cast<double>(random.Below(3));
    }
    const auto r = *FindGaps(*chain, o, Budget());
    ASSERT_EQ(r.places.size(), 5u);
    for (const PlaceGaps& place : r.places) {
      const auto& cap = o.capability[place.place];
      size_t missing = 0, weak = 0, held = 0;
      for (Vertex s = 0; s < n; ++s) {
        held += cap[s] > 0;
        if (cap[s] == 1) {
          EXPECT_EQ(place.weak[weak++].segment, s);
        }
        if (cap[s] > 0) continue;
        bool before = false, after = false;
        for (Vertex v = 0; v < n; ++v) {
          for (Vertex u : chain->out(v)) {
            before |= u == s && v != s && cap[v] > 0;
            after |= v == s && u != s && cap[u] > 0;
          }
        }
        const Gap& gap = place.missing[missing++];
        EXPECT_EQ(gap.segment, s);
        EXPECT_EQ(gap.kind, before && after ? GapKind::kFill : before || after ? GapKind::kExtend : GapKind::kAbsent);
        double last = 1e9;
        for (const GapCandidate& c : gap.candidates) {
          EXPECT_EQ(c.capability, o.capability[c.place][s]);
          EXPECT_GT(c.capability, 0);
          EXPECT_LE(c.capability, last);
          last = c.capability;
        }
      }
      EXPECT_EQ(place.missing.size(), missing);
      EXPECT_EQ(place.weak.size(), weak);
      ExpectMeasure(place.coverage, static_cast<double>(held) / n, 1e-15);
    }
  }
}

// Flows that go round and round almost without loss: Gauss-Seidel alone would need hundreds of thousands of sweeps.
TEST(Twins, LargeCyclesWithLittleLossAreSolvedAsEliminationSolvesThem) {
  for (const double kept : {0.5, 0.999, 0.999999}) {
    constexpr uint32_t n = 300;
    Random random(7);
    SparseMatrix m;
    Eigen::MatrixXd dense = Eigen::MatrixXd::Identity(n, n);
    std::vector<double> b(n);
    for (uint32_t v = 0; v < n; ++v) {
      // A ring and two random arcs; the last vertex loses a little, the others nothing (at 0.5 all lose half).
      const uint32_t to[3] = {(v + 1) % n, static_cast<uint32_t>(random.Below(n)), static_cast<uint32_t>(random.Below(n))};
      for (uint32_t t : to) {
        const double part = (v + 1 == n || kept == 0.5 ? kept : 1.0) / 3;
        m.Add(t, part);
        dense(v, t) -= part;
      }
      m.EndRow();
      b[v] = 1 + static_cast<double>(random.Below(5));
    }
    const auto parts = *FindStrongParts(m.begin, m.column, Budget());
    ASSERT_EQ(parts.count(), 1u);
    const auto solved = SolveFixedPoint(m, parts, b, Budget());
    ASSERT_TRUE(solved.ok()) << solved.status().message();
    const Eigen::VectorXd expected = dense.partialPivLu().solve(Eigen::Map<const Eigen::VectorXd>(b.data(), n));
    const double largest = expected.cwiseAbs().maxCoeff();
    // The error grows with the condition of the system, about n / (1 - kept).
    for (uint32_t v = 0; v < n; ++v) EXPECT_NEAR((*solved)[v], expected(v), largest * 1e-12 * n / (1 - kept)) << kept;
  }
}

}  // namespace
}  // namespace liantu::analysis
