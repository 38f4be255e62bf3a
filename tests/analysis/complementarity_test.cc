// SPDX-License-Identifier: Apache-2.0
// Specialisation, relatedness, complexity and gaps: worked examples, formulas written out, refusals.
#include "analysis/complementarity.h"

#include <set>

#include "analysis/gaps.h"
#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

using graph::SnapshotPtr;

struct Table {
  SnapshotPtr graph;
  Groups sides;
};
// Places first, then activities.
Table Bipartite(const std::vector<std::vector<double>>& x, bool undirected = false) {
  const auto rows = static_cast<Vertex>(x.size()), columns = static_cast<Vertex>(x.empty() ? 0 : x[0].size());
  std::vector<Snapshot::Edge> edges;
  for (Vertex c = 0; c < rows; ++c) {
    for (Vertex p = 0; p < columns; ++p) {
      if (x[c][p] != 0) edges.push_back({c, rows + p, x[c][p]});
    }
  }
  Table table{MakeSnapshot(rows + columns, edges, undirected), Groups(rows + columns, 0)};
  for (Vertex p = 0; p < columns; ++p) table.sides[rows + p] = 1;
  return table;
}

TEST(Complementarity, ReproducesTheWorkedExample) {
  const auto json = VectorFile("product_space").json;
  const auto& expected = json["expected"];
  for (bool undirected : {false, true}) {
    const Table t = Bipartite(json["X"].get<std::vector<std::vector<double>>>(), undirected);
    Budget budget;
    const auto related = Relatedness(*t.graph, {.sides = t.sides}, budget);
    const auto complexity = Complexity(*t.graph, {.sides = t.sides}, budget);
    ASSERT_TRUE(related.ok() && complexity.ok());
    const SpecialisationResult& base = related->base;
    for (size_t c = 0; c < 5; ++c) {
      EXPECT_EQ(base.diversity[c], expected["diversity"][c].get<double>());
      ExpectMeasure(complexity->eci[c], expected["ECI"][c], 1e-8);
      EXPECT_NEAR(complexity->eigenvalues[c], expected["eigenvalues"][c].get<double>(), 1e-8);
      std::vector<std::string> missing;
      for (uint32_t p : related->missing[c]) missing.push_back(json["products"][p]);
      if (expected["ranked_missing"].contains(json["cities"][c])) {
        EXPECT_EQ(missing, expected["ranked_missing"][json["cities"][c].get<std::string>()].get<std::vector<std::string>>());
      }
      for (size_t p = 0; p < 6; ++p) {
        ExpectMeasure(base.rca(c, p), expected["RCA"][c][p], 1e-8);
        EXPECT_EQ(base.m(c, p), expected["M"][c][p].get<double>() == 1);
        ExpectMeasure(related->density(c, p), expected["density"][c][p], 1e-8);
        double sum = 0;
        for (const Contribution& part : ExplainDensity(*related, c, p, 100)) sum += part.amount;
        EXPECT_NEAR(sum, *related->density(c, p), 1e-12);
      }
    }
    for (size_t p = 0; p < 6; ++p) {
      EXPECT_EQ(base.ubiquity[p], expected["ubiquity"][p].get<double>());
      ExpectMeasure(complexity->pci[p], expected["PCI"][p], 1e-8);
      for (size_t q = 0; q < 6; ++q) ExpectMeasure(related->proximity(p, q), expected["proximity"][p][q], 1e-8);
    }
  }
}

TEST(Complementarity, MinimumCountsAndEmptyTotalsLeaveQuotientsUndefined) {
  const Table t = Bipartite({{5, 1, 0}, {4, 0, 0}, {0, 0, 0}});
  Budget budget;
  const auto result = Relatedness(*t.graph, {.sides = t.sides, .min_activity_total = 2}, budget);
  ASSERT_TRUE(result.ok());
  ExpectUndefined(result->base.rca(0, 1), "one firm in all");
  ExpectUndefined(result->base.rca(0, 2), "nobody has it");
  ExpectUndefined(result->base.rca(2, 0), "an empty place");
  ExpectMeasure(result->base.rca(1, 0), 1.0 / 0.9, 1e-12);
  EXPECT_FALSE(result->base.m(0, 1));
  ExpectUndefined(result->proximity(1, 2));
  ExpectUndefined(result->density(0, 0));
  EXPECT_EQ(result->base.header.warnings.size(), 1u);
}

TEST(Complementarity, NegativeAmountsAndWrongSidesAreRefused) {
  Budget budget;
  const Table t = Bipartite({{5, -1}});
  EXPECT_EQ(Specialisation(*t.graph, {.sides = t.sides}, budget).code(), Code::kInvalid);
  const Table good = Bipartite({{5, 1}});
  EXPECT_EQ(Specialisation(*good.graph, {.sides = {0, 1, 2}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Specialisation(*good.graph, {.sides = {0}}, budget).code(), Code::kInvalid);
  EXPECT_TRUE(Relatedness(*MakeSnapshot(0, {}, false), {}, budget).ok());
}

TEST(Complexity, RefusesUnconnectedDoubleAndEqualEigenvalues) {
  Budget budget;
  const auto message = [&](const std::vector<std::vector<double>>& x) {
    const Table t = Bipartite(x);
    const auto result = Complexity(*t.graph, {.sides = t.sides}, budget);
    EXPECT_EQ(result.code(), Code::kInvalid);
    return result.status().message();
  };
  EXPECT_NE(message({{1, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 1}}).find("unconnected"), std::string::npos);
  EXPECT_NE(message({{1, 1}, {1, 1}}).find("0"), std::string::npos);
  // Three places, each pair sharing one activity: the symmetry makes the second eigenvalue double.
  EXPECT_NE(message({{1, 1, 0}, {0, 1, 1}, {1, 0, 1}}).find("double"), std::string::npos);
  EXPECT_NE(message({{1, 1}}).find("two places"), std::string::npos);
}

TEST(Complexity, PlacesAndActivitiesWithoutSpecialisationAreLeftOut) {
  const auto json = VectorFile("product_space").json;
  auto x = json["X"].get<std::vector<std::vector<double>>>();
  x.push_back(std::vector<double>(6, 0));
  for (auto& row : x) row.push_back(0);
  const Table t = Bipartite(x);
  Budget budget;
  const auto result = Complexity(*t.graph, {.sides = t.sides}, budget);
  ASSERT_TRUE(result.ok());
  ExpectUndefined(result->eci[5]);
  ExpectUndefined(result->pci[6]);
  ExpectMeasure(result->eci[0], json["expected"]["ECI"][0], 1e-8);
}

// --- Gaps

TEST(Gaps, ReproduceTheWorkedExample) {
  const auto json = VectorFile("missing_segments").json;
  std::map<std::string, Vertex> segment;
  for (const auto& e : json["chain_edges"]) segment[e[0]] = segment[e[1]] = 0;
  std::vector<std::string> names;
  for (auto& [name, v] : segment) v = static_cast<Vertex>(names.size()), names.push_back(name);
  std::vector<Snapshot::Edge> edges;
  for (const auto& e : json["chain_edges"]) edges.push_back({segment[e[0]], segment[e[1]]});
  edges.push_back({0, 0});  // a loop changes nothing
  GapsOptions options;
  for (auto& [place, caps] : json["capability"].items()) {
    options.places.push_back(place);
    options.capability.emplace_back(names.size(), 0);
    for (auto& [s, n] : caps.items()) options.capability.back()[segment[s]] = n;
  }
  Budget budget;
  const auto result = FindGaps(*MakeSnapshot(static_cast<Vertex>(names.size()), edges, false), options, budget);
  ASSERT_TRUE(result.ok()) << result.status().message();
  for (const PlaceGaps& place : result->places) {
    const auto& expected = json["expected"][options.places[place.place]];
    ExpectMeasure(place.coverage, expected["coverage"], 1e-9);
    std::vector<std::string> missing, weak;
    for (const Gap& gap : place.missing) {
      const std::string& name = names[gap.segment];
      missing.push_back(name);
      EXPECT_EQ(GapKindName(gap.kind), expected["kind"][name].get<std::string>()) << options.places[place.place] << " " << name;
      nlohmann::json candidates = nlohmann::json::array();
      for (const GapCandidate& c : gap.candidates) candidates.push_back({options.places[c.place], static_cast<int>(c.capability)});
      EXPECT_EQ(candidates, expected["candidates"][name]);
    }
    for (const WeakSegment& w : place.weak) weak.push_back(names[w.segment]);
    EXPECT_EQ(missing, expected["missing"].get<std::vector<std::string>>());
    EXPECT_EQ(weak, expected["weak"].get<std::vector<std::string>>());
    std::set<std::pair<std::string, std::string>> broken, expected_broken;
    for (auto [a, b] : place.broken_links) broken.emplace(names[a], names[b]);
    for (const auto& e : expected["broken_links"]) expected_broken.emplace(e[0], e[1]);
    EXPECT_EQ(broken, expected_broken);
    EXPECT_EQ(place.broken_links.size(), expected["broken_links"].size());
  }
}

TEST(Gaps, ExtendedScoreConcentrationAndEvidenceAreShown) {
  const SnapshotPtr chain = MakeSnapshot(3, {{0, 1}, {1, 2}}, false);
  GapsOptions options;
  options.places = {"a", "b", "c"};
  options.capability = {{3, 0, 5}, {0, 9, 0}, {0, 2, 0}};
  options.targets = {0};
  options.concentration = {{0.4, std::nan(""), 0.2}, {0, 0, 0}, {0, 0, 0}};
  options.density_weight = 1;
  options.ties_weight = 0.5;
  options.province_weight = 2;
  options.density = {{0, 0, 0}, {0, 0.25, 0}, {0, 0.5, 0}};
  options.ties = {{0, 0, 0}, {1, 0, 0}, {0, 0, 0}};
  options.province = {44, -1, 44};
  Budget budget;
  const auto result = FindGaps(*chain, options, budget);
  ASSERT_TRUE(result.ok());
  const PlaceGaps& place = result->places[0];
  ASSERT_EQ(place.missing.size(), 1u);
  EXPECT_EQ(place.missing[0].kind, GapKind::kFill);
  EXPECT_EQ(place.missing[0].held_before, std::vector<Vertex>{0});
  EXPECT_EQ(place.missing[0].held_after, std::vector<Vertex>{2});
  EXPECT_EQ(place.missing[0].candidates[0].place, 2u);
  EXPECT_DOUBLE_EQ(place.missing[0].candidates[0].score, 2.5);
  EXPECT_DOUBLE_EQ(place.missing[0].candidates[1].score, 0.75);
  ASSERT_EQ(place.weak.size(), 1u);
  EXPECT_TRUE(place.weak[0].concentrated);
  EXPECT_FALSE(place.weak[0].single);
  EXPECT_NE(result->header.definition.find("ties"), std::string::npos);
}

TEST(Gaps, WrongTablesAreRefusedAndAnEmptyChainHasNoCoverage) {
  Budget budget;
  GapsOptions options;
  options.places = {"a"};
  options.capability = {{1}};
  EXPECT_EQ(FindGaps(*MakeSnapshot(2, {{0, 1}}, false), options, budget).code(), Code::kInvalid);
  options.capability = {{1, -1}};
  EXPECT_EQ(FindGaps(*MakeSnapshot(2, {{0, 1}}, false), options, budget).code(), Code::kInvalid);
  options.capability = {{1, 1}};
  EXPECT_EQ(FindGaps(*MakeSnapshot(2, {{0, 1}}, true), options, budget).code(), Code::kInvalid);
  options.capability = {{}};
  const auto empty = FindGaps(*MakeSnapshot(0, {}, false), options, budget);
  ASSERT_TRUE(empty.ok());
  ExpectUndefined(empty->places[0].coverage);
}

}  // namespace
}  // namespace liantu::analysis
