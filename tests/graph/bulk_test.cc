// SPDX-License-Identifier: Apache-2.0
// A bulk transaction leaves what an ordinary one leaves: the same statements go into two stores, and both are read out
// whole and compared, edge ids apart. Also: spills, loads on top of a store, refusals.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "graph/database.h"

namespace liantu::graph {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.status().message();
    std::abort();
  }
  return *std::move(result);
}

std::shared_ptr<const Ontology> TestOntology() {
  return Must(Ontology::Parse(R"({"name": "t", "version": 1,
    "common_properties": [{"name": "key", "type": "string"}, {"name": "name", "type": "string", "search": "name"},
                          {"name": "aliases", "type": "string[]", "search": "alias"}, {"name": "code", "type": "string"}],
    "labels": [{"name": "Document", "key": true, "properties": [{"name": "date", "type": "date"}]},
               {"name": "Firm", "key": true, "unique": ["code"]}, {"name": "Place", "key": true}],
    "edge_types": [
      {"name": "SUPPLIES", "ends": [["Firm", "Firm"]], "identity": ["product"], "properties": [{"name": "product", "type": "string"}, {"name": "share", "type": "float"}]},
      {"name": "IN", "ends": [["*", "Place"]], "properties": [{"name": "note", "type": "string"}]},
      {"name": "SAME", "ends": [["Firm", "Firm"]], "symmetric": true, "properties": [{"name": "note", "type": "string"}]}]})", "t"));
}

std::string Shown(const Evidence& e) {
  std::string out;
  for (const NodeId d : e.documents) out += Text("d", d.raw, ",");
  return Text(out, e.locator, "/", CertaintyName(e.certainty), "/", e.valid.from ? e.valid.from->days : -1, "-", e.valid.to ? e.valid.to->days : -1);
}

template <class Id>
std::string Claims(const ReadView& view, Id id, PropertyId property) {
  std::string out;
  for (const Claim& c : Must(view.Claims(id, property))) out += Text("[", ToText(c.value), " by ", Shown(c.evidence), " b", c.batch.raw, c.visible ? "!" : "", "]");
  return out;
}

// Everything that can be read, without edge ids.
std::vector<std::string> Dump(Database& database) {
  std::vector<std::string> out;
  const ReadView view = Must(database.Read({.predicted = true}));
  EXPECT_TRUE(view.AllNodes({}, [&](NodeId id) {
    const Node node = *Must(view.GetNode(id));
    std::string line = Text("node ", id.raw, " born ", Must(view.BornIn(id)).batch.raw, " ", Must(view.BornIn(id)).input, Claims(view, id, {}));
    for (const LabelId l : node.labels) line += ":" + view.name(l);
    for (const auto& [property, value] : node.properties) {
      line += Text(" ", view.name(property), "=", ToText(value), Claims(view, id, property));
      if (const std::string* text = value.as<std::string>()) {
        std::string hits;
        for (const SearchHit& hit : Must(view.Search(*text, {}, 5))) hits += Text(" ", hit.node.raw);
        out.push_back(Text("search ", *text, ":", hits));
        if (view.name(property) == "key") {
          for (const LabelId l : node.labels) out.push_back(Text("key ", *text, " ", view.name(l), " ", Must(view.FindByKey(l, *text))->raw));
        }
      }
    }
    out.push_back(line);
    std::multiset<std::string> around;
    EXPECT_TRUE(view.Expand(id, Direction::kBoth, {}, [&](const Neighbour& n) {
      around.insert(Text(n.direction == Direction::kOut ? ">" : "<", view.name(n.type), n.node.raw, " "));
      return true;
    }).ok());
    line = Text("around ", id.raw, ": ");
    for (const std::string& s : around) line += s;
    for (const std::string& type : view.type_names()) {
      line += Text(" ", type, " ", Must(view.Degree(id, Direction::kOut, view.type(type))), "/", Must(view.Degree(id, Direction::kIn, view.type(type))));
    }
    out.push_back(line);
    return true;
  }).ok());
  std::multiset<std::string> edges;
  EXPECT_TRUE(view.AllEdges({}, [&](const Edge& e) {
    std::string line = Text("edge ", view.name(e.type), " ", e.from.raw, "->", e.to.raw, " ", CertaintyName(e.certainty), " born ", Must(view.BornIn(e.id)).batch.raw, " ",
                            Must(view.BornIn(e.id)).input, Claims(view, e.id, {}));
    for (const auto& [property, value] : e.properties) line += Text(" ", view.name(property), "=", ToText(value), Claims(view, e.id, property));
    edges.insert(line);
    return true;
  }).ok());
  out.insert(out.end(), edges.begin(), edges.end());
  for (const std::string& l : view.label_names()) out.push_back(Text("label ", l, " ", Must(view.NodeCount(view.label(l)))));
  for (const std::string& t : view.type_names()) out.push_back(Text("type ", t, " ", Must(view.EdgeCount(view.type(t)))));
  out.push_back(Text("all ", Must(view.NodeCount()), " ", Must(view.EdgeCount())));
  for (const BatchInfo& b : Must(view.Batches())) {
    out.push_back(Text("batch ", b.id.raw, " ", b.nodes_created, " ", b.edges_created, " ", b.entities_changed, " ", b.inputs.size()));
  }
  // The catalog knows its ends by other ids; what Check finds is about consistency.
  for (const CheckProblem& p : Must(database.Check(true, Budget()))) out.push_back("problem: " + p.what);
  return out;
}

// One run of an import's statements. The same seed gives the same statements, whatever takes them.
struct Feed {
  std::mt19937_64 random;
  std::vector<NodeId> nodes, documents;
  uint64_t edge_statements = 0;
  std::map<uint64_t, std::pair<bool, bool>> edge_results;  // (created, changed), by number of the MergeEdge call

  uint64_t Below(uint64_t n) { return random() % n; }
  Evidence SomeEvidence() {
    Evidence e;
    if (!documents.empty() && Below(3)) e.documents.push_back(documents[Below(documents.size())]);
    if (Below(3) == 0) e.locator = Text("L", Below(3));
    if (Below(6) == 0) e.certainty = static_cast<Certainty>(Below(7));
    if (Below(8) == 0) e.valid.from = Date{static_cast<int64_t>(Below(3)) * 100};
    if (Below(8) == 0) e.valid.to = Date{static_cast<int64_t>(Below(3)) * 100 + 50};
    return e;
  }
  void NodesInto(Transaction& tx, int count, uint64_t keys, const std::string& input) {
    ASSERT_TRUE(tx.SetInput(input, "").ok());
    for (int i = 0; i < count; ++i) {
      const uint64_t key = Below(keys);
      const bool firm = Below(3);
      Properties properties{{"key", Text(firm ? "f" : "p", key)}, {"name", Text("名", key, Below(5) ? "" : "改")}};
      if (Below(3) == 0) properties.emplace_back("code", Text("c", Below(10) ? key : Below(keys)));
      if (Below(5) == 0) properties.emplace_back("aliases", Value(Value::List{Text("别", key % 7)}));
      std::map<std::string, Evidence> overrides;
      if (Below(6) == 0) overrides["name"] = SomeEvidence();
      std::vector<std::string> labels{firm ? "Firm" : "Place"};
      if (Below(10) == 0) labels.push_back("Extra");
      const auto merged = tx.MergeNode(labels, properties, SomeEvidence(), overrides);
      if (merged.ok()) nodes.push_back(merged->node);
      else EXPECT_EQ(merged.code(), Code::kConflict) << merged.status().message();
    }
  }
  void EdgesInto(Transaction& tx, int count, const std::string& input) {
    static const char* const kTypes[] = {"SUPPLIES", "IN", "SAME", "OTHER"};
    ASSERT_TRUE(tx.SetInput(input, "").ok());
    for (int i = 0; i < count; ++i) {
      const std::string type = kTypes[Below(4)];
      // Mostly few nodes, so that statements meet.
      const auto pick = [&] { return nodes[Below(4) ? Below(std::min<size_t>(nodes.size(), 12)) : Below(nodes.size())]; };
      const NodeId from = pick(), to = pick();
      Properties properties;
      if (Below(2)) properties.emplace_back("product", Below(2) ? "电池" : "电机");
      if (Below(3) == 0) properties.emplace_back("share", static_cast<double>(Below(4)) / 4);
      if (Below(6) == 0) properties.emplace_back("note", std::string(Below(40), 'n'));
      const Evidence evidence = SomeEvidence();
      if (Below(12) == 0) {
        Must(tx.CreateEdge(type, from, to, properties, evidence));
        continue;
      }
      const auto merged = Must(tx.MergeEdge(type, from, to, properties, evidence));
      edge_results[edge_statements++] = {merged.created, merged.changed};
      if (merged.statement != 0) numbers[merged.statement] = edge_statements - 1;
    }
  }
  std::map<uint64_t, uint64_t> numbers;  // statement of a bulk load → number of the call
  void DocumentsInto(Transaction& tx, int count) {
    for (int i = 0; i < count; ++i) {
      documents.push_back(Must(tx.CreateNode({"Document"}, {{"key", Text("doc", documents.size())}, {"date", Date{static_cast<int64_t>(Below(3))}}}, {})));
    }
  }
};

void Play(Database& database, Feed& feed, bool bulk, uint64_t memory, int scale) {
  for (int round = 0; round < 3; ++round) {
    BulkOptions options{.memory_bytes = memory, .on_edge_merged = [&](uint64_t statement, bool changed) {
      if (feed.numbers.contains(statement)) feed.edge_results[feed.numbers[statement]] = {false, changed};
    }};
    const BatchInfo info{.who = "test", .origin = Text("round ", round)};
    std::unique_ptr<Transaction> tx = bulk ? Must(database.BeginBulk(info, options)) : Must(database.Begin(info));
    feed.numbers.clear();
    feed.DocumentsInto(*tx, 2);
    feed.NodesInto(*tx, 20 * scale, static_cast<uint64_t>(20 * scale * (round + 1)), "a.csv");
    feed.NodesInto(*tx, 10 * scale, static_cast<uint64_t>(20 * scale * (round + 1)), "b.csv");
    feed.EdgesInto(*tx, 60 * scale, "c.csv");
    feed.EdgesInto(*tx, 30 * scale, "d.csv");
    // A change of a node, new or old.
    ASSERT_TRUE(tx->SetProperty(feed.nodes[feed.Below(feed.nodes.size())], "name", "新名", {}).ok());
    ASSERT_TRUE(tx->AddLabel(feed.nodes[feed.Below(feed.nodes.size())], "Added").ok());
    const auto committed = tx->Commit();
    ASSERT_TRUE(committed.ok()) << committed.status().message();
  }
}

TEST(Bulk, LeavesWhatAnOrdinaryTransactionLeaves) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    auto ordinary = Must(Database::Open(storage::NewMemoryStore(seed), {.create = true, .ontology = TestOntology()}));
    auto bulk = Must(Database::Open(storage::NewMemoryStore(seed + 1), {.create = true, .ontology = TestOntology()}));
    Feed one{.random = std::mt19937_64(seed)}, two{.random = std::mt19937_64(seed)};
    const int scale = seed % 5 == 0 ? 12 : 2;
    Play(*ordinary, one, false, 0, scale);
    // Little memory, so that everything spills.
    Play(*bulk, two, true, seed % 2 ? 1 << 16 : 1 << 26, scale);
    ASSERT_EQ(one.nodes, two.nodes);
    EXPECT_EQ(one.edge_results, two.edge_results) << seed;
    const auto expected = Dump(*ordinary), found = Dump(*bulk);
    for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i) ASSERT_EQ(found[i], expected[i]) << seed;
    ASSERT_EQ(found.size(), expected.size()) << seed << ": " << found.back();
    EXPECT_TRUE(std::none_of(found.begin(), found.end(), [](const std::string& s) { return s.starts_with("problem"); }));
  }
}

TEST(Bulk, NumbersEdgesByTypeFileFromAndTo) {
  auto database = Must(Database::Open("memory:", {.create = true}));
  auto tx = Must(database->BeginBulk({}));
  std::vector<NodeId> n;
  for (int i = 0; i < 5; ++i) n.push_back(Must(tx->MergeNode({"N"}, {{"key", Text(i)}}, {})).node);
  ASSERT_TRUE(tx->SetInput("one", "").ok());
  for (const auto& [type, a, b] : std::vector<std::tuple<const char*, int, int>>{{"T", 3, 1}, {"U", 4, 0}, {"T", 1, 2}, {"T", 3, 0}}) Must(tx->MergeEdge(type, n[a], n[b], {}, {}));
  ASSERT_TRUE(tx->SetInput("two", "").ok());
  Must(tx->MergeEdge("T", n[0], n[4], {}, {}));
  Must(tx->Commit());
  std::string edges;
  const ReadView view = Must(database->Read());
  ASSERT_TRUE(view.AllEdges({}, [&](const Edge& e) {
    edges += Text(e.id.raw, ":", view.name(e.type), e.from.raw - 1, e.to.raw - 1, Must(view.BornIn(e.id)).input, " ");
    return true;
  }).ok());
  // A chunk of records begins with each file.
  EXPECT_EQ(edges, "1:T12one 2:T30one 3:T31one 32:T04two 64:U40one ");
}

TEST(Bulk, HubsGetBlocksAndTheirDegree) {
  auto database = Must(Database::Open("memory:", {.create = true}));
  NodeId old_hub;
  {
    auto tx = Must(database->Begin({}));
    old_hub = Must(tx->CreateNode({"Hub"}, {}, {}));
    Must(tx->Commit());
  }
  auto tx = Must(database->BeginBulk({}, {.memory_bytes = 1 << 20}));
  const NodeId hub = Must(tx->CreateNode({"Hub"}, {}, {}));
  constexpr uint64_t kCount = 5000;
  for (uint64_t i = 0; i < kCount; ++i) {
    const NodeId leaf = Must(tx->CreateNode({"Leaf"}, {}, {}));
    EXPECT_EQ(Must(tx->CreateEdge("T", leaf, hub, {}, {})), EdgeId{});
    Must(tx->CreateEdge("T", leaf, old_hub, {}, {}));
  }
  Must(tx->Commit());
  const ReadView view = Must(database->Read());
  for (const NodeId h : {hub, old_hub}) {
    EXPECT_EQ(Must(view.Degree(h, Direction::kIn)), kCount);
    EXPECT_EQ(Must(view.Expand(h, Direction::kBoth)).size(), kCount);
  }
  EXPECT_TRUE(Must(database->Check(true, Budget())).empty());
}

TEST(Bulk, DroppedItLeavesNothingAndIdsStayUnused) {
  auto database = Must(Database::Open("memory:", {.create = true}));
  NodeId lost;
  {
    auto tx = Must(database->BeginBulk({}));
    lost = Must(tx->MergeNode({"N"}, {{"key", "a"}, {"name", "甲"}}, {})).node;
    Must(tx->MergeEdge("T", lost, lost, {}, {}));
  }
  EXPECT_EQ(Must(Must(database->Read()).NodeCount()), 0u);
  auto tx = Must(database->Begin({}));
  EXPECT_GT(Must(tx->CreateNode({"N"}, {}, {})), lost);
}

TEST(Bulk, WhatItCannotDoItRefuses) {
  auto database = Must(Database::Open("memory:", {.create = true, .ontology = TestOntology()}));
  auto tx = Must(database->BeginBulk({}));
  const NodeId a = Must(tx->MergeNode({"Firm"}, {{"key", "a"}, {"code", "1"}}, {})).node;
  EXPECT_EQ(tx->DeleteNode(a).code(), Code::kInvalid);
  EXPECT_EQ(tx->CreateNode({"Firm"}, {{"key", "a"}}, {}).code(), Code::kConflict);
  EXPECT_EQ(tx->MergeEdge("IN", a, NodeId{99}, {}, {}).code(), Code::kNotFound);
  const NodeId b = Must(tx->MergeNode({"Firm"}, {{"key", "b"}, {"code", "2"}}, {})).node;
  EXPECT_EQ(tx->MergeNode({"Firm"}, {{"key", "a"}, {"code", "2"}}, {}).status().message(),
            Text("key 'a' belongs to node ", a.raw, " 'a', but code '2' to node ", b.raw, " 'b': one row cannot be both; correct one of the two values"));
  // Seen by id and label before the commit.
  EXPECT_TRUE(Must(tx->view().GetNode(b)).has_value());
  EXPECT_EQ(Must(tx->view().NodeCount(tx->view().label("Firm"))), 2u);
}

TEST(Bulk, TheSameAgainChangesNothing) {
  auto database = Must(Database::Open("memory:", {.create = true, .ontology = TestOntology()}));
  const auto load = [&] {
    auto tx = Must(database->BeginBulk({}));
    const NodeId a = Must(tx->MergeNode({"Firm"}, {{"key", "a"}, {"name", "甲"}}, {})).node;
    const NodeId b = Must(tx->MergeNode({"Place"}, {{"key", "b"}}, {})).node;
    Must(tx->MergeEdge("IN", a, b, {{"note", "x"}}, {}));
    return Must(tx->Commit()).id;
  };
  EXPECT_EQ(load(), BatchId{1});
  EXPECT_EQ(load(), BatchId{});
  EXPECT_EQ(Must(Must(database->Read()).EdgeCount()), 1u);
}

}  // namespace
}  // namespace liantu::graph
