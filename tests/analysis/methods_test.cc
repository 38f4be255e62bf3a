// SPDX-License-Identifier: Apache-2.0
// Every registered method of linkage, chain, complementarity and fragility runs from the registry, and gives what its function
// gives.
#include <omp.h>

#include <limits>
#include <set>

#include "analysis/registry.h"
#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

const std::set<std::string> kGroups{"linkage", "chain", "complementarity", "fragility"};

// Some value for each argument a method asks for.
Arguments SomeArguments(const Method& method, const Snapshot& g) {
  Arguments arguments;
  const Vertex n = g.vertex_count();
  for (const Argument& a : method.arguments) {
    if (a.kind == ArgumentKind::kGroups) {
      arguments.Set(a.name, GroupColumn{RandomGroups(n, 3, 1), {"甲", "乙", "丙"}});
    } else if (a.kind == ArgumentKind::kNode) {
      arguments.Set(a.name, Vertex{a.name == "b" || a.name == "target" ? 1u : 0u});
    } else if (a.kind == ArgumentKind::kNodes) {
      const bool right = a.name == "activities" || a.name == "carriers" || a.name == "segments" || a.name == "targets";
      const bool other = method.name == "chain_gaps" && a.name == "targets";
      std::vector<Vertex> nodes;
      for (Vertex v = 0; v < 4; ++v) nodes.push_back(right && !other ? v + 4 : v);
      std::erase_if(nodes, [n](Vertex v) { return v >= n; });
      if (method.name == "max_flow" && !nodes.empty()) nodes.resize(1);
      arguments.Set(a.name, nodes);
    } else if (a.kind == ArgumentKind::kNumbers) {
      arguments.Set(a.name, std::vector<double>(n, a.name == "gross_output" ? 500.0 : 1.0));
    }
  }
  if (method.name == "complexity") arguments.Set("threshold", 0.6);  // so that the few places do not fall apart
  return arguments;
}

TEST(Methods, EveryMethodRunsFromTheRegistryAndSaysWhatItDid) {
  const graph::SnapshotPtr g = RandomSnapshot(12, 90, false, 3, true);
  std::set<std::string> names;
  size_t ran = 0;
  for (const Method& method : Methods()) {
    EXPECT_TRUE(names.insert(method.name).second) << method.name;
    EXPECT_FALSE(method.help_en.empty() || method.help_zh.empty() || method.reference.empty()) << method.name;
    if (!kGroups.count(method.group)) continue;
    Budget budget;
    const auto table = RunMethod(method.name, *g, SomeArguments(method, *g), budget);
    ASSERT_TRUE(table.ok()) << method.name << ": " << table.status().message();
    EXPECT_EQ(table->cells.size() % table->columns.size(), 0u);
    EXPECT_FALSE(table->header.definition.empty()) << method.name;
    EXPECT_NE(table->header.projection.find("12 vertices"), std::string::npos) << method.name << ": " << table->header.projection;
    if (!method.score.empty()) {
      Table ranked = *table;
      EXPECT_TRUE(RankRows(ranked, method.score, 3).ok()) << method.name;
    }
    if (method.explain != nullptr) {
      EXPECT_TRUE(ExplainMethod(method.name, *g, SomeArguments(method, *g), 1, budget).ok()) << method.name;
    }
    ++ran;
  }
  EXPECT_GE(ran, 40u);
}

TEST(Methods, EdgeCasesAreRightOrRefusedWithAMessage) {
  const std::vector<std::pair<const char*, graph::SnapshotPtr>> graphs = {
      {"empty", MakeSnapshot(0, {}, false)},
      {"one node", MakeSnapshot(1, {}, false)},
      {"one node undirected", MakeSnapshot(1, {}, true)},
      {"a loop", MakeSnapshot(1, {{0, 0, 2}}, false)},
      {"an undirected loop", MakeSnapshot(1, {{0, 0, 2}}, true)},
      {"isolated nodes", MakeSnapshot(9, {}, false)},
      {"one edge", MakeSnapshot(9, {{0, 4}}, false)},
      {"parallel edges", MakeSnapshot(9, {{0, 4}, {0, 4, 3}, {4, 0}, {4, 5}}, false)},
      {"undirected parallel edges and loops", MakeSnapshot(9, {{0, 4}, {0, 4, 3}, {4, 4}, {5, 6}}, true)},
      {"negative weight", MakeSnapshot(9, {{0, 4, -1}, {4, 5, 2}, {5, 6, 1}}, false)},
      {"zero weights", MakeSnapshot(9, {{0, 4, 0}, {4, 5, 0}, {5, 0, 0}}, false)},
      {"infinite weight", MakeSnapshot(9, {{0, 4, std::numeric_limits<double>::infinity()}, {4, 1, 2}}, false)},
      {"two parts", MakeSnapshot(9, {{0, 4}, {4, 1}, {1, 0}, {2, 6}, {6, 7}, {7, 2}}, false)}};
  for (const auto& [what, g] : graphs) {
    for (const Method& method : Methods()) {
      if (!kGroups.count(method.group)) continue;
      Budget budget;
      const auto table = RunMethod(method.name, *g, SomeArguments(method, *g), budget);
      if (!table.ok()) {
        EXPECT_EQ(table.code(), Code::kInvalid) << method.name << " on " << what;
        EXPECT_GT(table.status().message().size(), 20u) << method.name << " on " << what;
        continue;
      }
      for (const Cell& cell : table->cells) {
        const double* number = std::get_if<double>(&cell);
        EXPECT_TRUE(number == nullptr || std::isfinite(*number)) << method.name << " on " << what;
        const Missing* missing = std::get_if<Missing>(&cell);
        EXPECT_TRUE(missing == nullptr || *missing->reason != 0) << method.name << " on " << what;
      }
    }
  }
}

TEST(Methods, ResultsDoNotDependOnTheNumberOfThreads) {
  const graph::SnapshotPtr g = RandomSnapshot(300, 900, false, 3, true);
  const int threads = omp_get_max_threads();
  for (const char* name : {"esri", "group_betweenness", "bridging"}) {
    Budget budget;
    omp_set_num_threads(1);
    const auto one = RunMethod(name, *g, SomeArguments(*FindMethod(name), *g), budget);
    omp_set_num_threads(4);
    const auto four = RunMethod(name, *g, SomeArguments(*FindMethod(name), *g), budget);
    omp_set_num_threads(threads);
    ASSERT_TRUE(one.ok() && four.ok()) << name;
    ASSERT_EQ(one->cells.size(), four->cells.size());
    for (size_t i = 0; i < one->cells.size(); ++i) {
      const double* number = std::get_if<double>(&one->cells[i]);
      EXPECT_TRUE(number == nullptr || *number == std::get<double>(four->cells[i])) << name;
    }
  }
}

TEST(Methods, TablesHaveTheNumbersOfTheWorkedExamples) {
  Budget budget;
  const VectorFile file("ei_index");
  const auto ei = RunMethod("ei_index", *file.graph, {{"groups", GroupColumn{file.groups, file.group_names}}}, budget);
  ASSERT_TRUE(ei.ok());
  EXPECT_EQ(std::get<std::string>(ei->at(2, 0)), "C");
  EXPECT_NEAR(std::get<double>(ei->at(2, 4)), 1.0 / 3, 1e-12);
  const VectorFile cut("min_cut");
  const auto flow = RunMethod("max_flow", *cut.graph, {{"sources", std::vector<Vertex>{cut.vertex.at("S")}}, {"targets", std::vector<Vertex>{cut.vertex.at("T")}}}, budget);
  ASSERT_TRUE(flow.ok());
  EXPECT_EQ(flow->row_count(), 2u);
  EXPECT_EQ(std::get<double>(flow->summary[0].second), 12);
}

TEST(Methods, EssentialInputsAreReadByName) {
  const VectorFile file("esri");
  GroupColumn sectors;
  std::map<std::string, int32_t> number;
  for (auto& [firm, s] : file.json["sector"].items()) number[s] = 0;
  for (auto& [name, i] : number) i = static_cast<int32_t>(sectors.names.size()), sectors.names.push_back(name);
  for (const std::string& name : file.names) sectors.groups.push_back(number[file.json["sector"][name]]);
  Budget budget;
  const auto table = RunMethod("esri", *file.graph, {{"sectors", sectors}, {"non_essential", std::string("service>car , car>ore")}, {"eps", 0.0}}, budget);
  ASSERT_TRUE(table.ok()) << table.status().message();
  for (size_t row = 0; row < table->row_count(); ++row) {
    const Vertex v = std::get<VertexCell>(table->at(row, 0)).vertex;
    EXPECT_NEAR(std::get<double>(table->at(row, 1)), file.expected()["esri"][file.names[v]].get<double>(), file.tolerance);
  }
  for (const char* wrong : {"service", "nothing>car"}) {
    EXPECT_EQ(RunMethod("esri", *file.graph, {{"sectors", sectors}, {"non_essential", std::string(wrong)}}, budget).code(), Code::kInvalid);
  }
}

TEST(Methods, GapsAreFoundInOneGraphOfPlacesAndSegments) {
  // Segments 0 -> 1 -> 2, places 3 (holds 0 and 2) and 4 (holds 1).
  const graph::SnapshotPtr g = MakeSnapshot(5, {{0, 1}, {1, 2}, {3, 0, 2}, {3, 2, 1}, {4, 1, 5}}, false);
  Budget budget;
  const auto table = RunMethod("chain_gaps", *g, {{"places", std::vector<Vertex>{3, 4}}, {"segments", std::vector<Vertex>{0, 1, 2}}}, budget);
  ASSERT_TRUE(table.ok()) << table.status().message();
  ASSERT_EQ(table->row_count(), 3u);
  EXPECT_EQ(std::get<VertexCell>(table->at(0, 1)).vertex, 1u);
  EXPECT_EQ(std::get<std::string>(table->at(0, 2)), "fill");
  EXPECT_EQ(std::get<VertexList>(table->at(0, 5)).vertices, std::vector<Vertex>{4});
  EXPECT_EQ(std::get<std::string>(table->at(1, 2)), "extend");
}

}  // namespace
}  // namespace liantu::analysis
