// SPDX-License-Identifier: Apache-2.0
// Chain measures: worked examples, power series and path walks as slow twins, refusals with their numbers.
#include <functional>
#include <numeric>

#include "analysis/input_output.h"
#include "analysis/linear.h"
#include "analysis/supply_chain.h"
#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

using graph::SnapshotPtr;
using Square = std::vector<std::vector<double>>;

Square Times(const Square& a, const Square& b) {
  Square c(a.size(), std::vector<double>(a.size(), 0));
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t k = 0; k < a.size(); ++k) {
      for (size_t j = 0; j < a.size(); ++j) c[i][j] += a[i][k] * b[k][j];
    }
  }
  return c;
}

// --- Input-output

struct LeontiefExample {
  nlohmann::json json = VectorFile("leontief").json;
  SnapshotPtr graph;
  Economy economy;
  double tolerance = 1e-8;
  LeontiefExample() {
    std::vector<Snapshot::Edge> edges;
    for (Vertex i = 0; i < 3; ++i) {
      for (Vertex j = 0; j < 3; ++j) {
        if (const double z = json["Z"][i][j]; z != 0) edges.push_back({i, j, z});
      }
    }
    graph = MakeSnapshot(3, edges, false);
    economy.final_demand = json["final_demand"].get<std::vector<double>>();
    economy.gross_output = json["gross_output"].get<std::vector<double>>();
  }
  void Expect(const Matrix& m, const char* name) const {
    for (Vertex i = 0; i < 3; ++i) {
      for (Vertex j = 0; j < 3; ++j) EXPECT_NEAR(m(i, j), json["expected"][name][i][j].get<double>(), tolerance) << name;
    }
  }
  double Value(const char* name, Vertex i) const { return json["expected"][name][i]; }
};

TEST(Leontief, ReproducesTheWorkedExampleFromOutputOrDemandOrBoth) {
  const LeontiefExample example;
  Budget budget;
  for (int given = 1; given <= 3; ++given) {
    Economy economy;
    if (given & 1) economy.final_demand = example.economy.final_demand;
    if (given & 2) economy.gross_output = example.economy.gross_output;
    const auto result = Leontief(*example.graph, economy, budget);
    ASSERT_TRUE(result.ok()) << result.status().message();
    example.Expect(result->a, "A");
    example.Expect(result->leontief, "L");
    example.Expect(result->b, "B");
    example.Expect(result->ghosh, "ghosh");
    for (Vertex i = 0; i < 3; ++i) EXPECT_NEAR(result->output_multiplier[i], example.Value("output_multiplier", i), 1e-8);
    EXPECT_TRUE(result->header.warnings.empty());
  }
}

TEST(Linkages, ReproduceTheWorkedExample) {
  const LeontiefExample example;
  Budget budget;
  const auto result = Linkages(*example.graph, example.economy, budget);
  ASSERT_TRUE(result.ok());
  for (Vertex i = 0; i < 3; ++i) {
    const auto& s = result->sectors[i];
    EXPECT_NEAR(s.backward, example.Value("backward_linkage_norm", i), 1e-8);
    EXPECT_NEAR(s.forward_leontief, example.Value("forward_linkage_leontief_norm", i), 1e-8);
    EXPECT_NEAR(s.forward_ghosh, example.Value("forward_linkage_ghosh_norm", i), 1e-8);
    EXPECT_EQ(s.key, s.backward > 1 && s.forward_ghosh > 1);
    double mean = 0, squares = 0;
    for (Vertex k = 0; k < 3; ++k) mean += example.json["expected"]["L"][k][i].get<double>() / 3;
    for (Vertex k = 0; k < 3; ++k) squares += std::pow(example.json["expected"]["L"][k][i].get<double>() - mean, 2);
    ExpectMeasure(s.backward_variation, std::sqrt(squares / 2) / mean, 1e-8);
  }
}

TEST(PropagationLength, ReproducesTheWorkedExample) {
  const LeontiefExample example;
  Budget budget;
  const auto result = AveragePropagationLength(*example.graph, {.economy = example.economy}, budget);
  ASSERT_TRUE(result.ok());
  for (Vertex i = 0; i < 3; ++i) {
    for (Vertex j = 0; j < 3; ++j) ExpectMeasure(result->At(i, j), example.json["expected"]["apl"][i][j], 1e-8);
  }
  ASSERT_FALSE(result->links.empty());
  EXPECT_EQ(result->links[0].from, 0u);
  EXPECT_EQ(result->links[0].to, 1u);
  EXPECT_NEAR(result->links[0].strength, (0.2778113299 + 0.6667471917) / 2, 1e-8);
}

TEST(Upstreamness, ReproducesTheWorkedExample) {
  const LeontiefExample example;
  Budget budget;
  const auto result = Upstreamness(*example.graph, {.economy = example.economy}, budget);
  ASSERT_TRUE(result.ok());
  for (Vertex i = 0; i < 3; ++i) {
    EXPECT_NEAR(result->upstreamness[i], example.Value("upstreamness", i), 1e-8);
    EXPECT_NEAR(result->downstreamness[i], example.Value("downstreamness", i), 1e-8);
  }
}

TEST(Upstreamness, CorrectsForNetExportsAndInventories) {
  // One sector that uses half of what stays at home.
  const SnapshotPtr g = MakeSnapshot(1, {{0, 0, 40}}, false);
  Budget budget;
  const Economy economy{.gross_output = {100}};
  const auto plain = Upstreamness(*g, {.economy = economy}, budget);
  EXPECT_NEAR(plain->upstreamness[0], 1 / 0.6, 1e-12);
  const auto corrected = Upstreamness(*g, {.economy = economy, .net_exports = {15}, .inventory_change = {5}}, budget);
  ASSERT_TRUE(corrected.ok());
  EXPECT_NEAR(corrected->upstreamness[0], 2, 1e-12);
  const auto refused = Upstreamness(*g, {.economy = economy, .net_exports = {60}}, budget);
  EXPECT_EQ(refused.code(), Code::kInvalid);
}

TEST(Extraction, ReproducesTheWorkedExampleAloneAndSolvedAgain) {
  const LeontiefExample example;
  Budget budget;
  const auto result = HypotheticalExtraction(*example.graph, {.economy = example.economy}, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_NEAR(result->total_output, 4400, 1e-8);
  for (Vertex i = 0; i < 3; ++i) {
    EXPECT_NEAR(result->losses[i].loss, example.Value("hypothetical_extraction_loss", i), 1e-8);
    const auto again = HypotheticalExtraction(*example.graph, {.economy = example.economy, .sectors = {i}, .together = true}, budget);
    EXPECT_NEAR(again->losses[0].loss, result->losses[i].loss, 1e-8);
    const auto parts = ExplainExtraction(*example.graph, example.economy, {i}, 10, budget);
    double indirect = 0;
    for (const Contribution& c : *parts) indirect += c.amount;
    EXPECT_NEAR(indirect, result->losses[i].indirect, 1e-8);
  }
  const auto all = HypotheticalExtraction(*example.graph, {.economy = example.economy, .together = true}, budget);
  EXPECT_NEAR(all->losses[0].loss, 4400, 1e-8);
}

TEST(Leontief, RefusesASeriesThatDoesNotConvergeAndSaysTheNumber) {
  const SnapshotPtr g = MakeSnapshot(2, {{0, 1, 120}, {1, 0, 90}}, false);
  Budget budget;
  const auto refused = Leontief(*g, {.gross_output = {100, 100}}, budget);
  ASSERT_EQ(refused.code(), Code::kInvalid);
  EXPECT_NE(refused.status().message().find("1.039"), std::string::npos) << refused.status().message();
  EXPECT_NE(refused.status().message().find("1.2"), std::string::npos);
  // A column sum above 1 is allowed where the radius stays below.
  const auto allowed = Leontief(*MakeSnapshot(2, {{0, 1, 120}, {1, 0, 50}}, false), {.gross_output = {100, 100}}, budget);
  ASSERT_TRUE(allowed.ok());
  EXPECT_EQ(allowed->header.warnings.size(), 1u);
  EXPECT_NEAR(allowed->leontief(0, 1), 1.2 / 0.4, 1e-12);
}

TEST(Leontief, RefusesWhatHasNoMeaning) {
  Budget budget;
  EXPECT_EQ(Leontief(*MakeSnapshot(2, {{0, 1}}, true), {.gross_output = {9, 9}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Leontief(*MakeSnapshot(2, {{0, 1, -1}}, false), {.gross_output = {9, 9}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Leontief(*MakeSnapshot(2, {{0, 1}}, false), {}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Leontief(*MakeSnapshot(2, {{0, 1}}, false), {.gross_output = {9}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Leontief(*MakeSnapshot(2, {{0, 1}}, false), {.gross_output = {9, 0}}, budget).code(), Code::kInvalid);
  EXPECT_TRUE(Leontief(*MakeSnapshot(0, {}, false), {}, budget).ok());
  const auto idle = Leontief(*MakeSnapshot(1, {}, false), {.gross_output = {0}}, budget);
  ASSERT_TRUE(idle.ok());
  EXPECT_EQ(idle->leontief(0, 0), 1);
}

// Random economies whose inputs are at most 90 % of output, some with sectors that feed nobody.
struct RandomEconomy {
  SnapshotPtr graph;
  Economy economy;
  Square a;
  explicit RandomEconomy(Vertex n, size_t edges, uint64_t seed) : a(n, std::vector<double>(n, 0)) {
    graph = RandomSnapshot(n, edges, false, seed, true);
    std::vector<double> inputs(n, 0), sales(n, 0);
    for (Vertex v = 0; v < n; ++v) {
      for (uint32_t arc = graph->row_begin(v); arc < graph->row_end(v); ++arc) {
        inputs[graph->target(arc)] += graph->weight(arc);
        a[v][graph->target(arc)] += graph->weight(arc);
      }
    }
    economy.gross_output.resize(n);
    for (Vertex v = 0; v < n; ++v) economy.gross_output[v] = inputs[v] / 0.9 + 1;
    for (auto& row : a) {
      for (Vertex v = 0; v < n; ++v) row[v] /= economy.gross_output[v];
    }
  }
};

TEST(Leontief, AgreesWithThePowerSeries) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const RandomEconomy e(12, 20, seed);
    Budget budget;
    const auto leontief = Leontief(*e.graph, e.economy, budget);
    const auto apl = AveragePropagationLength(*e.graph, {.economy = e.economy}, budget);
    ASSERT_TRUE(leontief.ok() && apl.ok());
    Square power = e.a, sum(12, std::vector<double>(12, 0)), weighted = sum;
    for (int k = 1; k < 600; ++k) {
      for (int i = 0; i < 12; ++i) {
        for (int j = 0; j < 12; ++j) sum[i][j] += power[i][j], weighted[i][j] += k * power[i][j];
      }
      power = Times(power, e.a);
    }
    for (Vertex i = 0; i < 12; ++i) {
      for (Vertex j = 0; j < 12; ++j) {
        EXPECT_NEAR(leontief->leontief(i, j), sum[i][j] + (i == j), 1e-9);
        EXPECT_EQ(apl->At(i, j).defined(), sum[i][j] > 0);
        if (sum[i][j] > 0) ExpectMeasure(apl->At(i, j), weighted[i][j] / sum[i][j], 1e-8);
      }
    }
  }
}

TEST(Linkages, SparseSumsAgreeWithTheDenseInverse) {
  const RandomEconomy e(300, 1500, 4);  // one component larger than the dense limit of the solver
  Budget budget;
  const auto dense = Leontief(*e.graph, e.economy, budget);
  const auto sparse = Upstreamness(*e.graph, {.economy = e.economy}, budget);
  const auto alone = HypotheticalExtraction(*e.graph, {.economy = e.economy, .sectors = {7}}, budget);
  const auto solved = HypotheticalExtraction(*e.graph, {.economy = e.economy, .sectors = {7}, .together = true}, budget);
  for (Vertex v = 0; v < 300; ++v) {
    EXPECT_NEAR(dense->output_multiplier[v], sparse->downstreamness[v], 1e-10);
    EXPECT_NEAR(dense->supply_multiplier[v], sparse->upstreamness[v], 1e-9);
  }
  EXPECT_NEAR(alone->losses[0].loss, solved->losses[0].loss, 1e-7);
}

TEST(SpectralRadius, IsZeroWithoutCyclesAndBoundedWithThem) {
  Budget budget;
  for (const uint32_t n : {5u, 300u}) {  // dense and iterated
    SparseMatrix path, ring;
    for (uint32_t v = 0; v < n; ++v) {
      if (v + 1 < n) path.Add(v + 1, 5);
      ring.Add((v + 1) % n, v == 0 ? 0.9 : 0.99);
      path.EndRow();
      ring.EndRow();
    }
    EXPECT_EQ(SpectralRadius({path.begin, path.column, path.value}, 1, budget)->upper, 0);
    const auto rho = SpectralRadius({ring.begin, ring.column, ring.value}, 1, budget);
    EXPECT_LT(rho->upper, 1);
    const double exact = std::pow(0.9 * std::pow(0.99, n - 1), 1.0 / n);
    EXPECT_LE(rho->lower, exact + 1e-12);
    EXPECT_GE(rho->upper, exact - 1e-12);
  }
}

// --- Trophic levels

TEST(TrophicLevels, ReproduceTheWorkedExample) {
  const VectorFile file("trophic_tiers");
  Budget budget;
  const auto result = TrophicLevels(*file.graph, budget);
  ASSERT_TRUE(result.ok());
  for (auto& [id, value] : file.expected()["levine"].items()) {
    ExpectMeasure(result->levine[file.vertex.at(id)], value, file.tolerance, id);
    EXPECT_NEAR(result->level[file.vertex.at(id)], file.expected()["mackay_h"][id].get<double>(), file.tolerance) << id;
  }
  ExpectMeasure(result->incoherence, file.expected()["F0"], file.tolerance);
  double sum = 0;
  for (const Contribution& c : result->least_coherent) sum += c.amount;
  EXPECT_NEAR(sum, *result->incoherence, 1e-12);
}

TEST(TrophicLevels, SolveTheirEquationsOnRandomGraphs) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const Vertex n = seed % 3 == 0 ? 700 : 40;  // conjugate gradients and Gauss-Seidel, or dense
    const SnapshotPtr g = RandomSnapshot(n, n * (seed % 2 ? 1 : 3), false, seed, true);
    Budget budget;
    const auto result = TrophicLevels(*g, budget);
    ASSERT_TRUE(result.ok());
    double f0 = 0, weight = 0;
    for (Vertex v = 0; v < n; ++v) {
      double in = 0, out = 0, levine = 0, lambda = 0;
      bool fed = true;
      for (size_t i = 0; i < g->in_degree(v); ++i) {
        const Vertex s = g->in(v)[i];
        const double w = g->weight(g->in_arc(v, i));
        in += w;
        lambda += w * (result->level[v] - result->level[s]);
        if (result->levine[s].defined()) levine += w * *result->levine[s];
        else fed = false;
      }
      for (uint32_t a = g->row_begin(v); a < g->row_end(v); ++a) {
        out += g->weight(a);
        lambda += g->weight(a) * (result->level[v] - result->level[g->target(a)]);
        f0 += g->weight(a) * std::pow(result->level[g->target(a)] - result->level[v] - 1, 2);
        weight += g->weight(a);
      }
      EXPECT_NEAR(lambda, in - out, 1e-8);
      EXPECT_GE(result->level[v], 0);
      if (result->levine[v].defined()) {
        EXPECT_TRUE(fed);
        ExpectMeasure(result->levine[v], 1 + (in > 0 ? levine / in : 0), 1e-9);
      }
    }
    ExpectMeasure(result->incoherence, f0 / weight, 1e-9);
  }
}

TEST(TrophicLevels, CyclesLeaveLevineUndefinedButNotMacKay) {
  Budget budget;
  // 0 -> 1 -> 2 -> 0, 2 -> 3; 4 -> 5 apart; 6 alone.
  const auto result = TrophicLevels(*MakeSnapshot(7, {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {4, 5}}, false), budget);
  ASSERT_TRUE(result.ok());
  for (Vertex v : {0, 1, 2, 3}) ExpectUndefined(result->levine[v]);
  ExpectMeasure(result->levine[4], 1, 0);
  ExpectMeasure(result->levine[5], 2, 0);
  ExpectMeasure(result->levine[6], 1, 0);
  EXPECT_EQ(result->level[4], 0);
  EXPECT_NEAR(result->level[5], 1, 1e-12);
  EXPECT_EQ(result->level[6], 0);
  const auto ring = TrophicLevels(*MakeSnapshot(3, {{0, 1}, {1, 2}, {2, 0}}, false), budget);
  ExpectMeasure(ring->incoherence, 1, 1e-12);
  EXPECT_NE(ring->header.warnings[0].find("does not exist"), std::string::npos);
  ExpectUndefined(TrophicLevels(*MakeSnapshot(2, {}, false), budget)->incoherence);
  EXPECT_EQ(TrophicLevels(*MakeSnapshot(2, {{0, 1}}, true), budget).code(), Code::kInvalid);
  EXPECT_EQ(TrophicLevels(*MakeSnapshot(2, {{0, 1, -2}}, false), budget).code(), Code::kInvalid);
  const auto loop = TrophicLevels(*MakeSnapshot(2, {{0, 0}, {0, 1}}, false), budget);
  ExpectUndefined(loop->levine[0], "its only supplier is itself");
}

// --- Tiers

TEST(Tiers, ReproduceTheWorkedExample) {
  const VectorFile file("trophic_tiers");
  Budget budget;
  const auto result = Tiers(*file.graph, {.roots = {file.vertex.at("car")}}, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->rows.size(), 5u);
  for (const TierRow& row : result->rows) {
    EXPECT_EQ(row.nearest, file.expected()["supplier_tier"][file.names[row.vertex]].get<uint32_t>());
    EXPECT_EQ(row.farthest, file.expected()["longest_supplier_depth"][file.names[row.vertex]].get<uint32_t>());
    EXPECT_FALSE(row.through_cycle);
  }
  EXPECT_EQ(ExplainTier(*result, file.vertex.at("ore")).back(), file.vertex.at("car"));
  EXPECT_EQ(ExplainTier(*result, file.vertex.at("ore")).size(), 3u);
}

TEST(Tiers, AgreeWithWalkingAllPathsInGraphsWithoutCycles) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Vertex n = 12;
    Random random(seed);
    std::vector<Snapshot::Edge> edges;
    for (int i = 0; i < 22; ++i) {
      auto a = static_cast<Vertex>(random.Below(n)), b = static_cast<Vertex>(random.Below(n));
      if (a != b) edges.push_back({std::min(a, b), std::max(a, b)});
    }
    const SnapshotPtr g = MakeSnapshot(n, edges, false);
    for (bool downstream : {false, true}) {
      const Vertex root = downstream ? 0 : n - 1;
      std::map<Vertex, std::pair<uint32_t, uint32_t>> expected;  // nearest, farthest
      std::function<void(Vertex, uint32_t)> walk = [&](Vertex v, uint32_t depth) {
        auto [it, fresh] = expected.try_emplace(v, depth, depth);
        if (!fresh) it->second = {std::min(it->second.first, depth), std::max(it->second.second, depth)};
        for (Vertex t : downstream ? g->out(v) : g->in(v)) walk(t, depth + 1);
      };
      walk(root, 0);
      Budget budget;
      const auto result = Tiers(*g, {.roots = {root}, .downstream = downstream}, budget);
      ASSERT_EQ(result->rows.size(), expected.size());
      for (const TierRow& row : result->rows) {
        EXPECT_EQ(row.nearest, expected[row.vertex].first);
        EXPECT_EQ(row.farthest, expected[row.vertex].second);
        const auto way = ExplainTier(*result, row.vertex);
        EXPECT_EQ(way.size(), row.nearest + 1);
      }
    }
  }
}

TEST(Tiers, CyclesCountOnceLimitsHoldAndLoopsDoNothing) {
  // 4 -> 3 -> (1 <-> 2) -> 0, and a loop at 3.
  const SnapshotPtr g = MakeSnapshot(6, {{4, 3}, {3, 1}, {1, 2}, {2, 1}, {2, 0}, {3, 3}}, false);
  Budget budget;
  const auto result = Tiers(*g, {.roots = {0}}, budget);
  ASSERT_EQ(result->rows.size(), 5u);
  EXPECT_EQ(result->rows[1].vertex, 2u);
  EXPECT_EQ(result->rows[2].nearest, 2u);
  EXPECT_EQ(result->rows[2].farthest, 1u);
  EXPECT_TRUE(result->rows[2].through_cycle);
  EXPECT_TRUE(result->rows[4].through_cycle);
  EXPECT_FALSE(result->rows[0].through_cycle);
  EXPECT_EQ(Tiers(*g, {.roots = {0}, .max_tier = 2}, budget)->rows.size(), 3u);
  Budget rows;
  rows.set_max_rows(2);
  const auto cut = Tiers(*g, {.roots = {0}}, rows);
  EXPECT_EQ(cut->rows.size(), 2u);
  EXPECT_TRUE(cut->header.partial);
  EXPECT_EQ(Tiers(*g, {}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Tiers(*g, {.roots = {9}}, budget).code(), Code::kInvalid);
}

// --- Shares

TEST(Shares, AddUpOverWalksAndFindTheStrongestPath) {
  for (uint64_t seed = 1; seed <= 15; ++seed) {
    const Vertex n = 8;
    const SnapshotPtr g = RandomSnapshot(n, 20, false, seed, true);
    for (bool downstream : {false, true}) {
      Budget budget;
      const auto result = SharesAlongPaths(*g, {.root = 0, .downstream = downstream, .max_steps = 5}, budget);
      ASSERT_TRUE(result.ok());
      Square s(n, std::vector<double>(n, 0));  // s[i][j]: i's share in what flows into j
      std::vector<double> into(n, 0);
      for (Vertex v = 0; v < n; ++v) {
        for (uint32_t a = g->row_begin(v); a < g->row_end(v); ++a) into[g->target(a)] += g->weight(a);
      }
      for (Vertex v = 0; v < n; ++v) {
        for (uint32_t a = g->row_begin(v); a < g->row_end(v); ++a) s[v][g->target(a)] += g->weight(a) / into[g->target(a)];
      }
      Square power = s, sum = s;
      for (int k = 2; k <= 5; ++k) {
        power = Times(power, s);
        for (Vertex i = 0; i < n; ++i) {
          for (Vertex j = 0; j < n; ++j) sum[i][j] += power[i][j];
        }
      }
      std::vector<double> best(n, 0);
      std::vector<bool> on_path(n, false);
      std::function<void(Vertex, double, int)> walk = [&](Vertex v, double product, int depth) {
        best[v] = std::max(best[v], product);
        if (depth == 5) return;
        on_path[v] = true;
        for (Vertex t = 0; t < n; ++t) {
          const double share = downstream ? s[v][t] : s[t][v];
          if (share > 0 && !on_path[t]) walk(t, product * share, depth + 1);
        }
        on_path[v] = false;
      };
      walk(0, 1, 0);
      std::map<Vertex, const ShareRow*> rows;
      for (const ShareRow& row : result->rows) rows[row.vertex] = &row;
      for (Vertex v = 1; v < n; ++v) {
        const double total = downstream ? sum[0][v] : sum[v][0];
        ASSERT_EQ(rows.count(v), total > 0 ? 1u : 0u);
        if (total == 0) continue;
        EXPECT_NEAR(rows[v]->total, total, 1e-12);
        EXPECT_NEAR(rows[v]->direct, downstream ? s[0][v] : s[v][0], 1e-12);
        EXPECT_NEAR(rows[v]->strongest, best[v], 1e-12);
        double product = 1;
        for (size_t i = 0; i + 1 < rows[v]->path.size(); ++i) {
          const Vertex a = rows[v]->path[i], b = rows[v]->path[i + 1];
          product *= downstream ? s[a][b] : s[b][a];
        }
        EXPECT_NEAR(product, rows[v]->strongest, 1e-12);
        EXPECT_EQ(rows[v]->path.front(), 0u);
        EXPECT_EQ(rows[v]->path.back(), v);
      }
    }
  }
}

TEST(Shares, WeightsThatAreNoSharesAreRefusedWithTheirSum) {
  Budget budget;
  const SnapshotPtr g = MakeSnapshot(3, {{0, 2, 0.6}, {1, 2, 0.7}}, false);
  const auto refused = SharesAlongPaths(*g, {.root = 2, .normalise = false}, budget);
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_NE(refused.status().message().find("1.3"), std::string::npos);
  const auto holdings = SharesAlongPaths(*MakeSnapshot(3, {{0, 1, 0.6}, {1, 2, 0.5}}, false),
                                         {.root = 0, .downstream = true, .normalise = false}, budget);
  ASSERT_EQ(holdings->rows.size(), 2u);
  EXPECT_NEAR(holdings->rows[1].total, 0.3, 1e-12);
}

}  // namespace
}  // namespace liantu::analysis
