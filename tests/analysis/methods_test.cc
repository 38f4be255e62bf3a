// SPDX-License-Identifier: Apache-2.0
// Every registered method, one after the other: it runs, stands edge cases, gives the same bytes on any number of threads, and
// stops when it is told to. And a few tables in detail.
#include <omp.h>

#include <limits>
#include <map>
#include <set>

#include "analysis/registry.h"
#include "some_arguments.h"
#include "vector_file.h"

namespace liantu::analysis {
namespace {

// Everything a reader can see of a result, to the last bit.
std::string Bytes(const Result<Table>& result) {
  if (!result.ok()) return result.status().message();
  std::string out = Text(result->header.definition, result->header.normalisation, result->header.stopped, "\n");
  for (const std::string& warning : result->header.warnings) out += warning + "\n";
  const auto add = [&](const Cell& cell) {
    out += std::to_string(cell.index()) + ":";
    if (const auto* missing = std::get_if<Missing>(&cell)) out += missing->reason;
    if (const auto* flag = std::get_if<bool>(&cell)) out += *flag ? "t" : "f";
    if (const auto* whole = std::get_if<int64_t>(&cell)) out += std::to_string(*whole);
    if (const auto* number = std::get_if<double>(&cell)) out += std::string(reinterpret_cast<const char*>(number), sizeof *number);
    if (const auto* text = std::get_if<std::string>(&cell)) out += *text;
    if (const auto* vertex = std::get_if<VertexCell>(&cell)) out += std::to_string(vertex->vertex);
    if (const auto* list = std::get_if<VertexList>(&cell)) {
      for (Vertex v : list->vertices) out += std::to_string(v) + ",";
    }
    if (const auto* list = std::get_if<ArcList>(&cell)) {
      for (uint32_t arc : list->arcs) out += std::to_string(arc) + ",";
    }
    out += "|";
  };
  for (const Cell& cell : result->cells) add(cell);
  for (const auto& [name, cell] : result->summary) {
    out += name + "=";
    add(cell);
  }
  return out;
}

const std::vector<Vertex> kFirst{0, 1, 2, 3, 4, 5, 6, 7};
std::vector<Vertex> FirstOf(const Snapshot& g) { return {kFirst.begin(), kFirst.begin() + std::min<Vertex>(8, g.vertex_count())}; }

// A registry method each.
class EachMethod : public testing::TestWithParam<std::string> {
 protected:
  const Method& method() const { return *FindMethod(GetParam()); }
};

TEST_P(EachMethod, RunsFromTheRegistryAndSaysWhatItDid) {
  size_t ran = 0;
  for (bool undirected : {false, true}) {
    const graph::SnapshotPtr g = RandomSnapshot(12, 90, undirected, 3, true);
    for (const auto& [what, arguments] : ArgumentVariants(method(), *g, FirstOf(*g))) {
      const auto table = RunMethod(GetParam(), *g, arguments, Budget());
      if (!table.ok()) {
        EXPECT_EQ(table.code(), Code::kInvalid) << what;
        EXPECT_GT(table.status().message().size(), 20u) << what;
        continue;
      }
      ++ran;
      EXPECT_EQ(table->cells.size() % table->columns.size(), 0u);
      EXPECT_FALSE(table->header.definition.empty() || table->header.reference.empty()) << what;
      EXPECT_FALSE(table->header.partial) << what;
      EXPECT_NE(table->header.projection.find("12 vertices"), std::string::npos) << what << ": " << table->header.projection;
      EXPECT_EQ(Bytes(table), Bytes(RunMethod(GetParam(), *g, arguments, Budget()))) << what;
      for (const auto& [name, cell] : table->summary) EXPECT_NE(TermZh(method(), name), name) << what;
      if (!method().score.empty()) {
        Table ranked = *table;
        EXPECT_TRUE(RankRows(ranked, method().score, 3).ok()) << what;
        EXPECT_LE(ranked.row_count(), 3u);
      }
      if (method().explain != nullptr) {
        const auto parts = ExplainMethod(GetParam(), *g, arguments, 1, Budget());
        EXPECT_TRUE(parts.ok()) << what << ": " << parts.status().message();
      }
    }
  }
  EXPECT_GE(ran, 1u);  // on one of the two graphs at least
}

TEST_P(EachMethod, IsRightOrRefusesWithAMessageOnEdgeCases) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<const char*, graph::SnapshotPtr>> graphs = {
      {"empty", MakeSnapshot(0, {}, false)},
      {"empty undirected", MakeSnapshot(0, {}, true)},
      {"one node", MakeSnapshot(1, {}, false)},
      {"one node undirected", MakeSnapshot(1, {}, true)},
      {"a loop", MakeSnapshot(1, {{0, 0, 2}}, false)},
      {"an undirected loop", MakeSnapshot(1, {{0, 0, 2}}, true)},
      {"isolated nodes", MakeSnapshot(9, {}, false)},
      {"isolated nodes undirected", MakeSnapshot(9, {}, true)},
      {"one edge", MakeSnapshot(9, {{0, 4}}, false)},
      {"parallel edges and loops", MakeSnapshot(9, {{0, 4}, {0, 4, 3}, {4, 0}, {4, 5}, {4, 4, 2}, {5, 5}, {0, 1}, {1, 2}}, false)},
      {"undirected parallel edges and loops", MakeSnapshot(9, {{0, 4}, {0, 4, 3}, {4, 4}, {4, 4}, {5, 6}, {4, 1}, {1, 0}}, true)},
      {"negative weight", MakeSnapshot(9, {{0, 4, -1}, {4, 5, 2}, {5, 6, 1}}, false)},
      {"negative weight undirected", MakeSnapshot(9, {{0, 4, -1}, {4, 5, 2}, {5, 6, 1}}, true)},
      {"zero weights", MakeSnapshot(9, {{0, 4, 0}, {4, 5, 0}, {5, 0, 0}}, false)},
      {"zero weights undirected", MakeSnapshot(9, {{0, 4, 0}, {4, 5, 0}, {5, 0, 0}}, true)},
      {"infinite weight", MakeSnapshot(9, {{0, 4, kInfinite}, {4, 1, 2}}, false)},
      {"two parts", MakeSnapshot(9, {{0, 4}, {4, 1}, {1, 0}, {2, 6}, {6, 7}, {7, 2}}, false)},
      {"two parts undirected", MakeSnapshot(9, {{0, 4}, {4, 1}, {1, 0}, {2, 6}, {6, 7}, {7, 2}}, true)}};
  for (const auto& [graph_name, g] : graphs) {
    for (const auto& [what, arguments] : ArgumentVariants(method(), *g, FirstOf(*g))) {
      const auto table = RunMethod(GetParam(), *g, arguments, Budget());
      if (!table.ok()) {
        EXPECT_EQ(table.code(), Code::kInvalid) << what << " on " << graph_name;
        EXPECT_GT(table.status().message().size(), 20u) << what << " on " << graph_name;
        continue;
      }
      const auto check = [&, &what = what, &graph_name = graph_name](const Cell& cell) {
        const double* number = std::get_if<double>(&cell);
        EXPECT_TRUE(number == nullptr || std::isfinite(*number)) << what << " on " << graph_name;
        const Missing* missing = std::get_if<Missing>(&cell);
        EXPECT_TRUE(missing == nullptr || *missing->reason != 0) << what << " on " << graph_name;
      };
      for (const Cell& cell : table->cells) check(cell);
      for (const auto& [name, cell] : table->summary) check(cell);
      if (method().explain != nullptr && g->vertex_count() > 0) {
        const auto parts = ExplainMethod(GetParam(), *g, arguments, 0, Budget());
        EXPECT_TRUE(parts.ok() || parts.status().message().size() > 20) << what << " on " << graph_name;
      }
    }
  }
}

TEST_P(EachMethod, GivesTheSameBytesOnOneTwoAndFourThreads) {
  const int threads = omp_get_max_threads();
  for (bool undirected : {false, true}) {
    const graph::SnapshotPtr g = RandomSnapshot(260, 900, undirected, 3, true);
    for (const auto& [what, arguments] : ArgumentVariants(method(), *g, BusiestVertices(*g))) {
      omp_set_num_threads(1);
      const std::string one = Bytes(RunMethod(GetParam(), *g, arguments, Budget()));
      for (int more : {2, 4}) {
        omp_set_num_threads(more);
        EXPECT_EQ(Bytes(RunMethod(GetParam(), *g, arguments, Budget())), one) << what << " on " << more << " threads";
      }
      omp_set_num_threads(threads);
    }
  }
}

// Small graphs run on one thread; here those whose work is near linear share a graph that is large enough for several.
TEST_P(EachMethod, GivesTheSameBytesOnAGraphThatThreadsShare) {
  static const std::set<std::string> kLinear{"hops", "distances", "degree", "strength", "pagerank", "katz", "hits", "core_number", "clustering", "weak_components",
                                             "strong_components", "leiden", "louvain", "label_propagation", "modularity", "trophic_levels", "upstreamness",
                                             "backward_forward_linkages", "betweenness", "bridging"};
  if (!kLinear.count(GetParam())) return;
  static const graph::SnapshotPtr g = RandomSnapshot(270'000, 540'000, false, 9, true);
  Arguments arguments = SomeArguments(method(), *g, BusiestVertices(*g));
  for (const Argument& a : method().arguments) {
    if (a.name == "samples") arguments.Set("samples", int64_t{17});
    if (a.name == "tolerance") arguments.Set("tolerance", 0.01);  // a few rounds tell as much as thousands
  }
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto one = RunMethod(GetParam(), *g, arguments, Budget());
  ASSERT_TRUE(one.ok()) << one.status().message();
  omp_set_num_threads(4);
  const auto four = RunMethod(GetParam(), *g, arguments, Budget());
  omp_set_num_threads(threads);
  EXPECT_TRUE(Bytes(one) == Bytes(four));
}

// A budget that is spent before the call begins: what comes back is an error that says so, or a result that says it is not whole.
// (On this graph every method has something to do before its first look at the budget is due, so "whole" would be no fault of
// the small ones; the large graph below leaves none.)
TEST_P(EachMethod, StopsWhenItIsCancelled) {
  static const graph::SnapshotPtr directed = RandomSnapshot(30'000, 120'000, false, 5, true), undirected = RandomSnapshot(30'000, 300'000, true, 5, true, true);
  const Snapshot& g = GetParam() == "eigenvector" ? *undirected : *directed;
  Arguments arguments = SomeArguments(method(), g, BusiestVertices(g));
  Budget budget;
  budget.Cancel();
  const auto result = RunMethod(GetParam(), g, arguments, budget);
  if (!result.ok() && result.code() == Code::kInvalid) return;  // whole matrices of 30,000 rows are refused first
  // Answers about one or a few nodes may be whole before the budget is looked at; so may those that only count.
  static const std::set<std::string> kShort{"shortest_path", "k_shortest_paths", "all_shortest_paths", "location_quotient", "proximity", "relatedness", "chain_gaps",
                                            "overlap", "overlap_carriers", "link_scores", "cascade", "esri_shock", "complexity"};
  if (result.ok()) {
    EXPECT_TRUE(result->header.partial || kShort.count(GetParam()));
    EXPECT_EQ(result->header.partial, !result->header.stopped.empty());
  } else {
    EXPECT_EQ(result.code(), Code::kCancelled) << result.status().message();
  }
}

TEST_P(EachMethod, ReportsProgressThatOnlySharesOfOne) {
  const graph::SnapshotPtr g = RandomSnapshot(260, 900, false, 3, true);
  Budget budget;
  bool in_range = true;
  budget.set_progress([&](double share) { in_range = in_range && share >= 0 && share <= 1; });
  RunMethod(GetParam(), *g, SomeArguments(method(), *g, BusiestVertices(*g)), budget).status().Ignore("refused ones report nothing");
  EXPECT_TRUE(in_range);
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const Method& method : Methods()) names.push_back(method.name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Registry, EachMethod, testing::ValuesIn(Names()), [](const auto& info) { return info.param; });

TEST(Methods, ATableThatComesTooLateIsCutAndSaysSo) {
  // The budget is cancelled from within, by the progress of the last round; then the grace for the rows runs out.
  const graph::SnapshotPtr g = RandomSnapshot(30'000, 60'000, false, 3);
  Budget budget;
  budget.Cancel();
  const auto table = RunMethod("pagerank", *g, {}, budget);
  ASSERT_TRUE(table.ok()) << table.status().message();
  EXPECT_TRUE(table->header.partial);
  EXPECT_NE(table->header.stopped.find("stopped on request"), std::string::npos);
  EXPECT_LE(table->row_count(), 30'000u);
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
  ASSERT_EQ(table->row_count(), 8u);
  EXPECT_EQ(std::get<VertexCell>(table->at(0, 1)).vertex, 1u);
  EXPECT_EQ(std::get<std::string>(table->at(0, 2)), "fill");
  EXPECT_EQ(std::get<VertexList>(table->at(0, 5)).vertices, std::vector<Vertex>{4});
  EXPECT_EQ(std::get<VertexCell>(table->at(1, 1)).vertex, 2u);  // one firm only
  EXPECT_EQ(std::get<std::string>(table->at(1, 2)), "strengthen");
  EXPECT_EQ(std::get<std::string>(table->at(0, 6)), "5");
  EXPECT_NEAR(std::get<double>(table->at(0, 7)), 2.0 / 3, 1e-12);
  EXPECT_EQ(std::get<std::string>(table->at(2, 2)), "broken_link");  // 0 -> 1: the place holds 0
  EXPECT_EQ(std::get<VertexCell>(table->at(2, 1)).vertex, 1u);
  EXPECT_EQ(std::get<VertexList>(table->at(2, 3)).vertices, std::vector<Vertex>{0});
  EXPECT_EQ(std::get<VertexList>(table->at(3, 4)).vertices, std::vector<Vertex>{2});
  EXPECT_EQ(std::get<std::string>(table->at(4, 2)), "extend");
}

TEST(Methods, WhatIsSuppliedMayBeReadFromTheEdges) {
  // The same seller provides steel with a rival and chips alone.
  const graph::SnapshotPtr g = MakeSnapshot(3, {{0, 2, 80, 1}, {1, 2, 20, 2}, {0, 2, 50, 3}}, false);
  GroupColumn products{{}, {"chip", "steel"}};
  for (uint32_t arc = 0; arc < g->arc_count(); ++arc) products.groups.push_back(g->edge_id(arc).raw == 3 ? 0 : 1);
  const auto table = RunMethod("supply_concentration", *g, {{"products", products}}, Budget());
  ASSERT_TRUE(table.ok()) << table.status().message();
  ASSERT_EQ(table->row_count(), 2u);
  EXPECT_EQ(std::get<std::string>(table->at(0, 1)), "chip");
  EXPECT_TRUE(std::get<bool>(table->at(0, 6)));
  EXPECT_NEAR(std::get<double>(table->at(1, 4)), 0.68, 1e-12);
  EXPECT_EQ(ExplainMethod("sole_suppliers", *g, {{"products", products}}, 0, Budget())->size(), 1u);
  products.groups.pop_back();
  EXPECT_NE(RunMethod("sole_suppliers", *g, {{"products", products}}, Budget()).status().message().find("group for each edge"), std::string::npos);
}

TEST(Methods, AWholeGroupFallsOut) {
  const graph::SnapshotPtr g = MakeSnapshot(5, {{0, 2}, {1, 2}, {2, 3}, {0, 4}}, false);
  const GroupColumn cities{{0, 0, 1, 1, 2}, {"甲", "乙", "丙"}};
  const auto table = RunMethod("removal", *g, {{"groups", cities}, {"group", std::string("甲")}}, Budget());
  ASSERT_TRUE(table.ok()) << table.status().message();
  std::map<std::string, std::string> figures;
  for (const auto& [name, cell] : table->summary) figures[name] = std::holds_alternative<std::string>(cell) ? std::get<std::string>(cell) : "";
  EXPECT_EQ(figures.at("ties 甲 → 乙"), "2 → 0");
  EXPECT_EQ(std::get<int64_t>(table->summary[0].second), 2);
  EXPECT_NE(RunMethod("removal", *g, {{"groups", cities}, {"group", std::string("丁")}}, Budget()).status().message().find("'丁'"), std::string::npos);
  EXPECT_NE(RunMethod("removal", *g, {{"group", std::string("甲")}}, Budget()).status().message().find("'groups'"), std::string::npos);
  EXPECT_NE(RunMethod("removal", *g, {}, Budget()).status().message().find("'nodes'"), std::string::npos);
}

}  // namespace
}  // namespace liantu::analysis
