// SPDX-License-Identifier: Apache-2.0
// The registry as a whole: every method is described in both languages; arguments are checked; docs/methods.md is what the
// registry says. LIANTU_REWRITE=1 writes it anew.
#include "analysis/registry.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "vector_file.h"

namespace liantu::analysis {
namespace {

graph::SnapshotPtr Small(bool undirected) {
  return MakeSnapshot(6, {{0, 1, 2, 1, 1}, {1, 2, 1, 2, 1}, {2, 0, 1, 3, 2}, {2, 3, 3, 4, 1}, {3, 4, 1, 5, 2}, {4, 5, 2, 6, 1}, {5, 3, 1, 7, 1}}, undirected);
}

TEST(Registry, EveryMethodIsDescribedInBothLanguagesWithAReference) {
  std::set<std::string> names;
  for (const Method& m : Methods()) {
    EXPECT_TRUE(names.insert(m.name).second) << m.name;
    EXPECT_FALSE(m.help_en.empty() || m.help_zh.empty() || m.reference.empty() || m.columns.empty()) << m.name;
    EXPECT_EQ(m.help_en.find('\n'), std::string::npos);
    EXPECT_NE(m.run, nullptr) << m.name;
    std::set<std::string> columns;
    for (const Column& c : m.columns) EXPECT_TRUE(columns.insert(c.name).second) << m.name;
    EXPECT_TRUE(m.score.empty() || columns.count(m.score)) << m.name;
    EXPECT_TRUE(m.score.empty() || m.explain != nullptr) << m.name << " scores nodes and cannot say what of";
    for (const Column& c : m.columns) EXPECT_TRUE(c.name == "auc" || TermZh(m, c.name) != c.name) << m.name << ": no Chinese word for " << c.name;
    for (const Argument& a : m.arguments) {
      EXPECT_FALSE(a.help_en.empty() || a.help_zh.empty()) << m.name << " " << a.name;
      EXPECT_TRUE(a.default_text.empty() || ParseArgument(a, a.default_text).ok()) << m.name << " " << a.name;
    }
  }
}

double NumberAt(const Table& table, size_t row, size_t column) { return std::get<double>(table.at(row, column)); }

TEST(Registry, ScoresComeWithTheirVerticesAndCanBeRanked) {
  const auto g = Small(true);
  auto table = *RunMethod("betweenness", *g, {}, Budget());
  EXPECT_EQ(table.row_count(), 6u);
  ASSERT_TRUE(RankRows(table, "score", 2).ok());
  EXPECT_EQ(table.row_count(), 2u);
  EXPECT_EQ(std::get<VertexCell>(table.at(0, 0)).vertex, 2u);
  EXPECT_EQ(std::get<VertexCell>(table.at(1, 0)).vertex, 3u);  // equal scores: the smaller id first
  EXPECT_EQ(NumberAt(table, 0, 1), NumberAt(table, 1, 1));
  const auto wrong = RankRows(table, "scor", 2);
  EXPECT_NE(wrong.message().find("did you mean 'score'?"), std::string::npos);
}

TEST(Registry, PathsCarryPatternsPlacesAndConstraints) {
  const auto g = Small(false);
  const auto types = [](std::string_view name) { return name == "T" ? std::optional(graph::TypeId{1}) : std::nullopt; };
  Arguments arguments{{"from", Vertex{0}}, {"to", Vertex{3}}, {"pattern", PatternText{"T{3}", types}}};
  auto table = RunMethod("k_shortest_paths", *g, arguments, Budget());
  ASSERT_TRUE(table.ok()) << table.status().message();
  ASSERT_EQ(table->row_count(), 1u);
  EXPECT_EQ(std::get<VertexList>(table->at(0, 3)).vertices, (std::vector<Vertex>{0, 1, 2, 3}));
  EXPECT_EQ(std::get<ArcList>(table->at(0, 4)).arcs.size(), 3u);
  arguments.Set("pattern", PatternText{"X", types});
  EXPECT_NE(RunMethod("shortest_path", *g, {{"from", Vertex{0}}, {"to", Vertex{3}}, {"pattern", PatternText{"X", types}}}, Budget())
                .status().message().find("unknown edge type 'X'"), std::string::npos);
  EXPECT_NE(RunMethod("shortest_path", *g, {{"from", Vertex{0}}, {"to", Vertex{3}}, {"max_changes", int64_t{1}}}, Budget())
                .status().message().find("'places'"), std::string::npos);
  const GroupColumn places{{0, 0, 0, 1, 1, 1}, {"甲", "乙"}};
  EXPECT_EQ(RunMethod("shortest_path", *g, {{"from", Vertex{0}}, {"to", Vertex{5}}, {"max_changes", int64_t{0}}, {"places", places}}, Budget())->row_count(), 0u);
  EXPECT_EQ(RunMethod("shortest_path", *g, {{"from", Vertex{0}}, {"to", Vertex{5}}, {"max_changes", int64_t{1}}, {"places", places}}, Budget())->row_count(), 1u);
}

TEST(Registry, WrongArgumentsAreRefusedWithAHint) {
  const auto g = Small(false);
  const std::pair<Arguments, const char*> cases[] = {
      {{{"dampin", 0.5}}, "did you mean 'damping'?"},
      {{{"damping", 1.5}}, "expected a value of kind number, 0 to 0.999999, found 1.5"},
      {{{"damping", std::string("x")}}, "not a number"},
      {{{"dangling", std::string("none")}}, "one of 'all' 'seeds'"},
      {{{"seeds", std::vector<Vertex>{9}}}, "vertex 9 is not one of the 6"},
      {{{"max_iterations", 1.5}}, "not a whole number"}};
  for (const auto& [arguments, message] : cases) {
    const auto r = RunMethod("pagerank", *g, arguments, Budget());
    ASSERT_FALSE(r.ok()) << message;
    EXPECT_NE(r.status().message().find(message), std::string::npos) << r.status().message();
  }
  EXPECT_NE(RunMethod("pagerang", *g, {}, Budget()).status().message().find("did you mean 'pagerank'?"), std::string::npos);
  EXPECT_NE(RunMethod("cycles", *g, {}, Budget()).status().message().find("needs the argument 'through'"), std::string::npos);
  EXPECT_NE(ExplainMethod("cycles", *g, {{"through", Vertex{0}}}, 0, Budget()).status().message().find("no explanation"), std::string::npos);
  const Argument number{.name = "x", .kind = ArgumentKind::kNumber};
  for (const char* text : {"", "1x", "nan", "0x1"}) EXPECT_FALSE(ParseArgument(number, text).ok()) << text;
  EXPECT_EQ(std::get<double>(*ParseArgument(number, "-2.5e3")), -2500);
}

TEST(Registry, ExplanationsAddUpToTheScore) {
  const auto g = Small(false);
  const auto sum = [&](const char* method, Arguments arguments) {
    const auto parts = ExplainMethod(method, *g, std::move(arguments), 3, Budget());
    double total = 0;
    for (const Contribution& c : *parts) total += c.amount;
    return total;
  };
  EXPECT_EQ(sum("degree", {}), 3);
  EXPECT_EQ(sum("strength", {{"direction", std::string("in")}}), 4);
  const auto rank = *RunMethod("pagerank", *g, {}, Budget());
  EXPECT_NEAR(sum("pagerank", {}) + 0.15 / 6, NumberAt(rank, 3, 1), 1e-9);
  const auto harmonic = *RunMethod("harmonic", *g, {}, Budget());
  EXPECT_NEAR(sum("harmonic", {}), NumberAt(harmonic, 3, 1), 1e-9);
  const auto hits = *RunMethod("hits", *g, {}, Budget());
  EXPECT_NEAR(sum("hits", {}), NumberAt(hits, 3, 2), 1e-6);
  const auto clustering = *RunMethod("clustering", *g, {}, Budget());
  EXPECT_NEAR(sum("clustering", {}), NumberAt(clustering, 3, 2), 1e-12);
  const auto trophic = *RunMethod("trophic_levels", *g, {}, Budget());
  EXPECT_NEAR(sum("trophic_levels", {}), NumberAt(trophic, 3, 2), 1e-9);
  for (const int64_t steps : {1, 2, 7}) {
    const Arguments shares{{"root", Vertex{0}}, {"downstream", true}, {"max_steps", steps}};
    double total = 0;
    const auto table = *RunMethod("shares_along_paths", *g, shares, Budget());
    for (size_t row = 0; row < table.row_count(); ++row) {
      if (std::get<VertexCell>(table.at(row, 0)).vertex == 3) total = NumberAt(table, row, 2);
    }
    EXPECT_NEAR(sum("shares_along_paths", shares), total, 1e-12) << steps;
  }
  const Arguments economy{{"final_demand", std::vector<double>(6, 5.0)}};
  const auto up = *RunMethod("upstreamness", *g, economy, Budget());
  EXPECT_NEAR(1 + sum("upstreamness", economy), NumberAt(up, 3, 1), 1e-9);
  const auto linkages = *RunMethod("backward_forward_linkages", *g, economy, Budget());
  EXPECT_NEAR(sum("backward_forward_linkages", economy), NumberAt(linkages, 3, 1), 1e-9);
  const Arguments grouped{{"groups", GroupColumn{{0, 0, 1, 1, 2, 2}, {}}}};
  EXPECT_EQ(sum("ei_index_of_nodes", grouped), NumberAt(*RunMethod("ei_index_of_nodes", *g, grouped, Budget()), 3, 2));
  EXPECT_NEAR(sum("participation", grouped), NumberAt(*RunMethod("participation", *g, grouped, Budget()), 3, 2), 1e-12);
  EXPECT_NEAR(sum("bridging", {}), NumberAt(*RunMethod("bridging", *g, {}, Budget()), 3, 3), 1e-12);
  EXPECT_NEAR(sum("supply_concentration", {}), NumberAt(*RunMethod("supply_concentration", *g, {}, Budget()), 3, 4), 1e-12);
  EXPECT_EQ(sum("sole_suppliers", {}), 1);
}

TEST(Registry, MethodsPageIsWhatTheRegistrySays) {
  const std::string path = LIANTU_SOURCE_DIR "/docs/methods.md";
  const std::string page = RenderMethodsMarkdown();
  if (std::getenv("LIANTU_REWRITE") != nullptr) std::ofstream(path, std::ios::binary) << page;
  std::ifstream in(path, std::ios::binary);
  std::stringstream committed;
  committed << in.rdbuf();
  EXPECT_TRUE(committed.str() == page) << path << " is not what the registry says; LIANTU_REWRITE=1 analysis_test writes it anew";
}

}  // namespace
}  // namespace liantu::analysis
