// SPDX-License-Identifier: Apache-2.0
#include "graph/database.h"

#include <gtest/gtest.h>

#include "../storage/temp_folder.h"
#include "graph/catalog.h"
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

TEST(Database, KeepsEverythingFromOneProcessToTheNext) {
  storage::TempFolder folder;
  const std::string path = folder.path() + "/db";
  EXPECT_EQ(Database::Open(path, {}).code(), Code::kNotFound);
  {
    auto db = Get(Database::Open(path, {.create = true, .ontology = Industry()}));
    auto tx = Get(db->Begin({.who = "me", .origin = "test", .note = "first"}));
    const NodeId a = Get(tx->CreateNode({"Company", "New"}, {{"key", "a"}, {"x", 1}}, {{}, "L1"}));
    const NodeId b = Get(tx->CreateNode({"City"}, {{"key", "b"}}, {}));
    Get(tx->CreateEdge("LOCATED_IN", a, b, {{"y", 2}}, {}));
    Ok(tx->Commit());
  }
  auto db = Get(Database::Open(path, {}));
  const ReadView view = Get(db->Read());
  EXPECT_EQ(view.ontology().name(), Industry()->name());
  const auto a = Get(view.FindByKey(view.label("Company"), "a"));
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(*Get(view.GetNode(*a))->Property(view.property("x")), Value(1));
  EXPECT_EQ(Get(view.Claims(*a))[0].evidence.locator, "L1");
  EXPECT_EQ(Get(view.Expand(*a, Direction::kOut)).size(), 1u);
  EXPECT_EQ(Get(view.Batches()).at(0).note, "first");
  EXPECT_EQ(Get(db->GetStats()).nodes_by_label.at("City"), 1u);
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
  auto tx = Get(db->Begin({}));
  EXPECT_EQ(Get(tx->CreateNode({}, {}, {})).raw, 3u);
}

TEST(Database, AReaderBesideTheWriterCatchesUpWhenAsked) {
  storage::TempFolder folder;
  const std::string path = folder.path() + "/db";
  auto writer = Get(Database::Open(path, {.create = true}));
  auto tx = Get(writer->Begin({}));
  Ok(tx->CreateNode({"A"}, {{"key", "a"}}, {}));
  Ok(tx->Commit());
  auto reader = Get(Database::Open(path, {.read_only = true}));
  EXPECT_EQ(reader->Begin({}).code(), Code::kInvalid);
  EXPECT_EQ(reader->CreateIndex("A", "x").code(), Code::kInvalid);
  tx = Get(writer->Begin({}));
  Ok(tx->CreateNode({"B"}, {{"key", "b"}, {"new", 1}}, {{}, "L7"}));
  Ok(tx->Commit());
  EXPECT_EQ(Get(Get(reader->Read()).NodeCount()), 1u);
  Ok(reader->Refresh(Budget()));
  const ReadView view = Get(reader->Read());
  EXPECT_EQ(Get(view.NodeCount()), 2u);
  const auto b = Get(view.FindByKey(view.label("B"), "b"));
  ASSERT_TRUE(b.has_value());
  EXPECT_EQ(*Get(view.GetNode(*b))->Property(view.property("new")), Value(1));
  EXPECT_EQ(Get(view.Claims(*b))[0].evidence.locator, "L7");
}

TEST(Database, BatchesNeverGoBackInTime) {
  storage::TempFolder folder;
  const std::string path = folder.path() + "/db";
  const int64_t year_2100 = 4'102'444'800'000;
  {
    auto db = Get(Database::Open(path, {.create = true}));
    auto tx = Get(db->Begin({}));
    Ok(tx->CreateNode({}, {}, {}));
    BatchInfo info = Get(tx->Commit());
    info.time_ms = year_2100;  // as if the clock had been wrong
    std::string value;
    EncodeBatch(value, info);
    auto batch = db->store().NewBatch();
    batch->Put(storage::Keyspace::kCatalog, keys::Batch(info.id).view(), value);
    Ok(db->store().Write(batch.get()));
  }
  auto db = Get(Database::Open(path, {}));
  for (int i = 0; i < 2; ++i) {
    auto tx = Get(db->Begin({}));
    Ok(tx->CreateNode({}, {}, {}));
    EXPECT_EQ(Get(tx->Commit()).time_ms, year_2100);
  }
}

TEST(Database, RefusesLaterAndForeignStores) {
  const auto open_with = [](std::string_view format, bool other) {
    auto store = storage::NewMemoryStore();
    auto batch = store->NewBatch();
    if (!format.empty()) batch->Put(storage::Keyspace::kMeta, {0, "format"}, format);
    if (other) batch->Put(storage::Keyspace::kNode, {7, "x"}, "y");
    EXPECT_TRUE(store->Write(batch.get()).ok());
    return Database::Open(std::move(store), {.create = true}).code();
  };
  EXPECT_EQ(open_with("2", false), Code::kTooNew);
  EXPECT_EQ(open_with("2", true), Code::kTooNew);
  EXPECT_EQ(open_with("\x01garbage", true), Code::kDamaged);
  EXPECT_EQ(open_with("", true), Code::kInvalid);
  EXPECT_EQ(open_with("", false), Code::kOk);
}

TEST(Database, DeclaredIndexesFindWhatIsThereAndWhatComesLater) {
  Tiny g = TinyGraph("a:Company {city: Shenzhen} ; b:Company {city: Foshan}");
  const auto find = [&](const char* city) {
    const ReadView view = g.view();
    return Get(view.FindByProperty(view.label("Company"), view.property("city"), Value(city)));
  };
  EXPECT_EQ(g.view().FindByProperty(g.view().label("Company"), g.view().property("city"), Value("x")).code(), Code::kInvalid);
  Ok(g.database().CreateIndex("Company", "city"));
  Ok(g.database().CreateIndex("Company", "city"));
  EXPECT_EQ(find("Shenzhen"), std::vector<NodeId>{g["a"]});
  g.Add("c:Company {city: Shenzhen}");
  EXPECT_EQ(find("Shenzhen"), (std::vector<NodeId>{g["a"], g["c"]}));
  auto tx = Get(g.database().Begin({}));
  Ok(tx->SetProperty(g["a"], "city", Value("Foshan")));
  Ok(tx->RemoveLabel(g["b"], "Company"));
  Ok(tx->Commit());
  EXPECT_EQ(find("Foshan"), std::vector<NodeId>{g["a"]});
  ASSERT_EQ(Get(g.database().Indexes()).size(), 1u);
  EXPECT_TRUE(Get(g.database().Check(true, Budget())).empty());
  Ok(g.database().DropIndex("Company", "city"));
  EXPECT_EQ(g.database().DropIndex("Company", "city").code(), Code::kNotFound);
  EXPECT_TRUE(Get(g.database().Check(true, Budget())).empty());
}

TEST(Database, AnOntologyThatMakesKeysUniqueIsRefusedWhereTheyAreNot) {
  Tiny g = TinyGraph("a:Company; b:Company");
  auto tx = Get(g.database().Begin({}));
  Ok(tx->SetProperty(g["b"], "key", Value("a")));
  Ok(tx->Commit());
  EXPECT_EQ(g.database().SetOntology(Industry()).code(), Code::kConflict);
  EXPECT_TRUE(Get(g.database().Check(true, Budget())).empty());
  tx = Get(g.database().Begin({}));
  Ok(tx->SetProperty(g["b"], "key", Value("b")));
  Ok(tx->Commit());
  Ok(g.database().SetOntology(Industry()));
  EXPECT_EQ(Get(g.view().FindByKey(g.view().label("Company"), "b")), g["b"]);
  EXPECT_TRUE(Get(g.database().Check(true, Budget())).empty());
  tx = Get(g.database().Begin({}));
  EXPECT_EQ(tx->SetProperty(g["b"], "key", Value("a")).code(), Code::kConflict);
}

}  // namespace
}  // namespace liantu::graph
