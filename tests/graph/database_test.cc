// SPDX-License-Identifier: Apache-2.0
#include "graph/database.h"

#include <gtest/gtest.h>

#include "graph/test_help.h"
#include "graph/tiny_graph.h"

namespace liantu::graph {
namespace {

std::string Drawn(const Tiny& g, std::string_view node, Direction direction, std::vector<std::string> types = {}) {
  const ReadView view = g.view();
  std::vector<TypeId> ids;
  for (const std::string& type : types) ids.push_back(view.type(type));
  std::string out;
  for (const Neighbour& n : Get(view.Expand(g[std::string(node)], direction, ids))) {
    if (!out.empty()) out += " ";
    out += (n.direction == Direction::kOut ? ">" : "<") + view.name(n.type) + ":" + g.name(n.node);
  }
  return out;
}

TEST(Database, ReadsBackWhatWasDrawn) {
  Tiny g = TinyGraph("byd:Company {city: Shenzhen, employees: 900} -MEMBER_OF-> nev:Cluster <-MEMBER_OF- gac:Company;"
                     "byd -SUPPLIES {share: 0.5}-> gac; loner");
  const ReadView view = g.view();
  EXPECT_EQ(Drawn(g, "byd", Direction::kOut), ">MEMBER_OF:nev >SUPPLIES:gac");
  EXPECT_EQ(Drawn(g, "gac", Direction::kBoth), ">MEMBER_OF:nev <SUPPLIES:byd");
  EXPECT_EQ(Drawn(g, "nev", Direction::kIn), "<MEMBER_OF:byd <MEMBER_OF:gac");
  EXPECT_EQ(Drawn(g, "gac", Direction::kBoth, {"SUPPLIES"}), "<SUPPLIES:byd");
  EXPECT_EQ(Drawn(g, "gac", Direction::kBoth, {"NO_SUCH"}), "");
  EXPECT_EQ(Drawn(g, "loner", Direction::kBoth), "");
  const auto node = Get(view.GetNode(g["byd"]));
  ASSERT_TRUE(node.has_value());
  EXPECT_EQ(*node->Property(view.property("city")), Value("Shenzhen"));
  EXPECT_EQ(*node->Property(view.property("employees")), Value(900));
  const auto edge = Get(view.GetEdge(g.edges()[2]));
  ASSERT_TRUE(edge.has_value());
  EXPECT_EQ(*edge->Property(view.property("share")), Value(0.5));
  EXPECT_EQ(edge->from, g["byd"]);
  EXPECT_EQ(edge->to, g["gac"]);
  EXPECT_EQ(Get(view.NodeCount()), 4u);
  EXPECT_EQ(Get(view.NodeCount(view.label("Company"))), 2u);
  EXPECT_EQ(Get(view.EdgeCount(view.type("MEMBER_OF"))), 2u);
  EXPECT_EQ(Get(view.FindByKey("gac")), std::vector<NodeId>{g["gac"]});
  EXPECT_EQ(Get(view.FindByKey(view.label("Cluster"), "gac")), std::nullopt);
  EXPECT_EQ(Get(view.Degree(g["nev"], Direction::kIn, view.type("MEMBER_OF"))), 2u);
}

TEST(Database, ImportingTheSameRowsTwiceChangesNothing) {
  auto db = Get(Database::Open("memory:", {.create = true, .ontology = Industry()}));
  for (int round = 0; round < 2; ++round) {
    auto tx = Get(db->Begin({.who = "test", .origin = "import"}));
    Ok(tx->SetInput("companies.csv", "00"));
    const auto doc = Get(tx->MergeNode({"Document"}, {{"key", "d1"}, {"date", "2025-09-11"}, {"rank", 1}}, {}));
    const Evidence one{{doc.node}, "L11"}, two{{doc.node}, "L20"};
    const auto byd = Get(tx->MergeNode({"Company"}, {{"key", "byd"}, {"name", "比亚迪"}}, one));
    const auto again = Get(tx->MergeNode({"Company"}, {{"key", "byd"}, {"name", "比亚迪"}}, two));
    EXPECT_EQ(byd.node, again.node);
    const auto gac = Get(tx->MergeNode({"Company"}, {{"key", "gac"}}, one));
    const auto edge = Get(tx->MergeEdge("SUPPLIES", byd.node, gac.node, {{"product", "电池"}, {"share", 0.5}}, one));
    const auto other = Get(tx->MergeEdge("SUPPLIES", byd.node, gac.node, {{"product", "芯片"}}, one));
    EXPECT_NE(edge.edge, other.edge);
    const auto unknown = Get(tx->MergeEdge("KNOWS", byd.node, gac.node, {{"x", 1}}, one));
    EXPECT_EQ(byd.created, round == 0);
    EXPECT_EQ(unknown.created, round == 0);
    EXPECT_EQ(edge.changed, round == 0);
    EXPECT_EQ(tx->empty(), round == 1);
    const BatchInfo info = Get(tx->Commit());
    EXPECT_EQ(info.id.raw, round == 0 ? 1u : 0u);
    const ReadView view = Get(db->Read());
    const auto claims = Get(view.Claims(byd.node, view.property("name")));
    ASSERT_EQ(claims.size(), 1u);
    EXPECT_EQ(claims[0].evidence.locator, "L11; L20");
    EXPECT_EQ(Get(view.BornIn(byd.node)).input, "companies.csv");
    EXPECT_EQ(Get(view.Batches()).size(), 1u);
  }
}

}  // namespace
}  // namespace liantu::graph
