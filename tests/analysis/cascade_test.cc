// SPDX-License-Identifier: Apache-2.0
// Cascades: worked examples, and the formulas written out over all firms as a slow twin.
#include "analysis/cascade.h"

#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

using graph::SnapshotPtr;

TEST(ThresholdCascade, ReproducesTheWorkedExample) {
  const VectorFile file("cascade_threshold");
  Budget budget;
  for (auto& [key, seeds] : file.expected().items()) {
    const double threshold = std::stod(key.substr(6));
    for (auto& [seed, rounds] : seeds.items()) {
      const auto result = ThresholdCascade(*file.graph, {.seeds = {file.vertex.at(seed)}, .threshold = threshold}, budget);
      ASSERT_TRUE(result.ok());
      nlohmann::json found = nlohmann::json::array();
      for (const auto& round : result->rounds) {
        found.push_back(nlohmann::json::array());
        for (Vertex v : round) found.back().push_back(file.names[v]);
      }
      EXPECT_EQ(found, rounds) << key << " " << seed;
    }
  }
}

TEST(ThresholdCascade, AgreesWithRecountingEveryRound) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Vertex n = 14;
    const SnapshotPtr g = RandomSnapshot(n, 30, false, seed, true);
    Budget budget;
    const auto result = ThresholdCascade(*g, {.seeds = {0, 5, 5}, .threshold = 0.4}, budget);
    std::vector<int> round(n, -1);
    round[0] = round[5] = 0;
    for (int r = 1;; ++r) {
      std::vector<Vertex> next;
      for (Vertex v = 0; v < n; ++v) {
        double all = 0, lost = 0;
        for (size_t i = 0; i < g->in_degree(v); ++i) {
          const double w = g->weight(g->in_arc(v, i));
          all += w;
          lost += round[g->in(v)[i]] >= 0 ? w : 0;
        }
        if (round[v] < 0 && all > 0 && lost / all >= 0.4 - 1e-12) next.push_back(v);
      }
      if (next.empty()) break;
      for (Vertex v : next) round[v] = r;
    }
    uint64_t failed = 0;
    for (int r : round) failed += r >= 0;
    EXPECT_EQ(result->failed, failed);
    for (const CascadeFailure& f : result->failures) {
      EXPECT_EQ(static_cast<int>(f.round), round[f.vertex]);
      if (f.round == 0) continue;
      EXPECT_GE(f.lost_share, 0.4 - 1e-12);
      EXPECT_LT(round[f.largest_cause], round[f.vertex]);
    }
  }
}

TEST(ThresholdCascade, RefusesWhatHasNoMeaning) {
  const SnapshotPtr g = MakeSnapshot(2, {{0, 1}}, false);
  Budget budget;
  EXPECT_EQ(ThresholdCascade(*g, {.seeds = {0}, .threshold = 0}, budget).code(), Code::kInvalid);
  EXPECT_EQ(ThresholdCascade(*g, {.seeds = {0}, .threshold = 1.5}, budget).code(), Code::kInvalid);
  EXPECT_EQ(ThresholdCascade(*g, {}, budget).code(), Code::kInvalid);
  EXPECT_EQ(ThresholdCascade(*MakeSnapshot(2, {{0, 1, -1}}, false), {.seeds = {0}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(ThresholdCascade(*MakeSnapshot(2, {{0, 1}}, true), {.seeds = {0}}, budget).code(), Code::kInvalid);
}

// --- ESRI

struct EsriExample : VectorFile {
  EsriOptions options;
  EsriExample() : VectorFile("esri") {
    std::map<std::string, int32_t> sector;
    for (auto& [firm, s] : json["sector"].items()) sector[s] = 0;
    int32_t count = 0;
    for (auto& [name, s] : sector) s = count++;
    for (const std::string& name : names) options.sector.push_back(sector[json["sector"][name]]);
    options.essential.assign(static_cast<size_t>(count) * count, 1);
    for (const auto& e : edges) {
      if (e[3] == "essential") continue;
      options.essential[options.sector[vertex.at(e[0])] * static_cast<size_t>(count) + options.sector[vertex.at(e[1])]] = 0;
    }
  }
};

TEST(Esri, ReproducesTheWorkedExampleForTightAndLooseEps) {
  EsriExample file;
  Budget budget;
  for (const char* which : {"esri", "esri_with_eps_1e_2"}) {
    file.options.eps = which == std::string("esri") ? 0 : 1e-2;
    const auto result = Esri(*file.graph, file.options, budget);
    ASSERT_TRUE(result.ok()) << result.status().message();
    EXPECT_TRUE(result->all_settled);
    for (const auto& firm : result->firms) {
      ExpectMeasure(firm.esri, file.expected()[which][file.names[firm.vertex]], file.tolerance, file.names[firm.vertex]);
    }
    EXPECT_NE(result->header.definition.find(which == std::string("esri") ? "eps = 0," : "eps = 0.01,"), std::string::npos);
  }
  file.options.eps = 0;
  for (const char* failing : {"mine1", "mill1"}) {
    file.options.firms = {file.vertex.at(failing)};
    const auto shock = EsriShock(*file.graph, file.options, budget);
    for (auto& [firm, state] : file.expected()[std::string("final_state_when_") + failing + "_fails"].items()) {
      EXPECT_NEAR(shock->state[file.vertex.at(firm)], state.get<double>(), file.tolerance) << firm;
    }
    double sum = 0;
    for (const Contribution& c : shock->losses) sum += c.amount;
    ExpectMeasure(shock->esri, sum, 1e-12);
    ExpectMeasure(shock->esri, file.expected()["esri"][failing], file.tolerance);
  }
}

// The rules over all firms, nothing left out.
double SlowEsri(const Snapshot& g, const EsriOptions& o, const std::vector<Vertex>& failing) {
  const Vertex n = g.vertex_count();
  const int32_t known = *std::max_element(o.sector.begin(), o.sector.end()) + 1;
  std::vector<std::vector<double>> w(n, std::vector<double>(n, 0));
  std::vector<int> sector(n);
  std::vector<double> s(n, 0), psi(n, 1), down(n, 1), up(n, 1);
  for (Vertex v = 0; v < n; ++v) {
    sector[v] = o.sector[v] >= 0 ? o.sector[v] : known + static_cast<int>(v);
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      if (g.target(a) != v) w[v][g.target(a)] += g.weight(a), s[v] += g.weight(a);
    }
  }
  auto essential = [&](Vertex j, Vertex i) {
    return o.essential.empty() || o.sector[j] < 0 || o.sector[i] < 0 || o.essential[o.sector[j] * static_cast<size_t>(known) + o.sector[i]] != 0;
  };
  for (Vertex v : failing) psi[v] = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<double> next_down(n), next_up(n), sigma(n, 1);
    for (Vertex j = 0; j < n; ++j) {
      double left = 0;
      for (Vertex l = 0; l < n; ++l) left += sector[l] == sector[j] ? s[l] * down[l] : 0;
      sigma[j] = left > 0 ? std::min(1.0, s[j] / left) : 1;
    }
    for (Vertex i = 0; i < n; ++i) {
      std::map<int, double> inputs, lost;
      double all = 0, other = 0, worst = 0;
      for (Vertex j = 0; j < n; ++j) {
        all += w[j][i];
        if (essential(j, i)) inputs[sector[j]] += w[j][i];
      }
      for (Vertex j = 0; j < n; ++j) {
        if (w[j][i] == 0) continue;
        if (essential(j, i)) lost[sector[j]] += sigma[j] * w[j][i] / inputs[sector[j]] * (1 - down[j]);
        else other += sigma[j] * w[j][i] / all * (1 - down[j]);
      }
      for (auto& [k, x] : lost) worst = std::max(worst, x);
      next_down[i] = std::min({1 - worst, 1 - other, psi[i]});
      double kept = 0;
      for (Vertex l = 0; l < n; ++l) kept += s[i] > 0 ? w[i][l] / s[i] * up[l] : 0;
      next_up[i] = s[i] > 0 ? std::min(kept, psi[i]) : psi[i];
    }
    down = next_down, up = next_up;
  }
  double total = 0, loss = 0;
  for (Vertex v = 0; v < n; ++v) total += s[v], loss += s[v] * (1 - std::min(down[v], up[v]));
  return loss / total;
}

TEST(Esri, AgreesWithTheRulesWrittenOut) {
  for (uint64_t seed = 1; seed <= 16; ++seed) {
    const Vertex n = 12;
    const SnapshotPtr g = RandomSnapshot(n, 22, false, seed, true);
    EsriOptions options{.sector = RandomGroups(n, 4, seed, seed % 2 == 0), .eps = 0};
    options.sector[0] = 3;
    if (seed % 3 != 0) {
      Random random(seed);
      for (int i = 0; i < 16; ++i) options.essential.push_back(static_cast<uint8_t>(random.Below(2)));
    }
    Budget budget;
    const auto result = Esri(*g, options, budget);
    ASSERT_TRUE(result.ok()) << result.status().message();
    for (const auto& firm : result->firms) ExpectMeasure(firm.esri, SlowEsri(*g, options, {firm.vertex}), 1e-9);
    options.firms = {2, 7, 2};
    ExpectMeasure(EsriShock(*g, options, budget)->esri, SlowEsri(*g, options, {2, 7}), 1e-9);
  }
}

TEST(Esri, SaysWhatIsMissingAndRefusesWhatHasNoMeaning) {
  const SnapshotPtr g = MakeSnapshot(3, {{0, 1, 2}, {1, 1, 9}}, false);
  Budget budget;
  const auto result = Esri(*g, {.sector = {0, -1, 0}}, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->coverage.known_sector, 2u);
  EXPECT_EQ(result->coverage.with_supplier, 1u);
  EXPECT_EQ(result->coverage.with_buyer, 1u) << "a loop is no buyer";
  EXPECT_EQ(result->header.warnings.size(), 2u);
  EXPECT_NE(result->header.definition.find("all inputs essential"), std::string::npos);
  ExpectMeasure(result->firms[2].esri, 0, 0);
  ExpectUndefined(Esri(*MakeSnapshot(2, {}, false), {.sector = {0, 0}}, budget)->firms[0].esri);
  EXPECT_TRUE(Esri(*MakeSnapshot(0, {}, false), {}, budget).ok());
  EXPECT_EQ(Esri(*g, {.sector = {0}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Esri(*g, {.sector = {0, 1, 0}, .essential = {1}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Esri(*MakeSnapshot(2, {{0, 1, -1}}, false), {.sector = {0, 0}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(EsriShock(*g, {.sector = {0, 0, 0}}, budget).code(), Code::kInvalid);
}

TEST(Esri, StopsOnRequestWithTheFirmsThatAreDone) {
  const SnapshotPtr g = RandomSnapshot(2000, 6000, false, 1, true);  // read between two looks at the budget
  Budget budget;
  budget.Cancel();
  const auto result = Esri(*g, {.sector = RandomGroups(2000, 20, 1)}, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->header.partial);
  EXPECT_NE(result->header.stopped.find("of 2000 firms"), std::string::npos);
  uint64_t undefined = 0;
  for (const auto& firm : result->firms) undefined += !firm.esri.defined();
  EXPECT_GT(undefined, 1900u);
}

}  // namespace
}  // namespace liantu::analysis
