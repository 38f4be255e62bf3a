// SPDX-License-Identifier: Apache-2.0
// Constraints hold whatever writes: a transaction, a bulk load, an undo; they stay with the store and go with its dump.
#include <gtest/gtest.h>

#include "graph/database.h"
#include "graph/dump.h"
#include "graph/graph_text.h"
#include "storage/temp_folder.h"

namespace liantu::graph {
namespace {

constexpr uint32_t kInteger = 1u << static_cast<unsigned>(Value::Type::kInteger), kString = 1u << static_cast<unsigned>(Value::Type::kString);

void Make(Database& db) {
  Ok(db.CreateConstraint({.name = "code", .of = "Company", .property = "code", .unique = true}));
  Ok(db.CreateConstraint({.name = "named", .of = "Company", .property = "name", .exists = true}));
  Ok(db.CreateConstraint({.name = "share", .edges = true, .of = "OWNS", .property = "share", .types = kInteger, .element_types = kString, .type_text = "INTEGER|LIST<STRING NOT NULL>"}));
}

std::string Shown(const Database& db) {
  std::string out;
  for (const auto& c : Get(db.Constraints())) {
    out += Text(c.name, " ", c.edges ? "edges " : "nodes ", c.of, ".", c.property, c.unique ? " unique" : "", c.exists ? " exists" : "", " ", c.types, " ", c.element_types, " ", c.type_text, "\n");
  }
  return out;
}

const char* const kAll =
    "code nodes Company.code unique 0 0 \n"
    "named nodes Company.name exists 0 0 \n"
    "share edges OWNS.share 4 16 INTEGER|LIST<STRING NOT NULL>\n";

// A company, and one that it owns.
Status Write(Database& db, bool bulk, const Properties& company, const Properties& owns) {
  LT_ASSIGN(auto tx, bulk ? db.BeginBulk({}) : db.Begin({}));
  LT_ASSIGN(const NodeId a, tx->CreateNode({"Company"}, company, {}));
  LT_ASSIGN(const NodeId b, tx->CreateNode({"Other"}, {}, {}));
  LT_TRY(tx->CreateEdge("OWNS", a, b, owns, {}));
  return tx->Commit().status();
}

TEST(Constraints, HoldForTransactionsAndBulkLoads) {
  for (const bool bulk : {false, true}) {
    SCOPED_TRACE(bulk ? "bulk" : "transaction");
    auto db = Get(Database::Open("memory:", {.create = true, .ontology = Ontology::None()}));
    Make(*db);
    Ok(Write(*db, bulk, {{"code", 1}, {"name", "a"}}, {{"share", 10}}));
    EXPECT_EQ(Write(*db, bulk, {{"code", 1}, {"name", "a"}}, {}).code(), Code::kConflict);
    EXPECT_EQ(Write(*db, bulk, {{"code", 2}}, {}).code(), Code::kConflict);
    EXPECT_EQ(Write(*db, bulk, {{"code", 2}, {"name", "a"}}, {{"share", "ten"}}).code(), Code::kConflict);
    EXPECT_EQ(Write(*db, bulk, {{"code", 2}, {"name", "a"}}, {{"share", Value::List{1, 2}}}).code(), Code::kConflict);
    Ok(Write(*db, bulk, {{"code", 2}, {"name", "a"}}, {{"share", Value::List{"ten"}}}));
    Ok(Write(*db, bulk, {{"name", "a"}}, {}));
    EXPECT_EQ(Get(Get(db->Read()).NodeCount()), 6u);
    EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
  }
}

TEST(Constraints, UniqueOnesAloneLeaveBulkLoadsAsTheyAre) {
  auto db = Get(Database::Open("memory:", {.create = true, .ontology = Ontology::None()}));
  Ok(db->CreateConstraint({.name = "code", .of = "Company", .property = "code", .unique = true}));
  Ok(Write(*db, true, {{"code", 1}}, {}));
  EXPECT_EQ(Write(*db, true, {{"code", 1}}, {}).code(), Code::kConflict);
  EXPECT_EQ(Write(*db, false, {{"code", 1}}, {}).code(), Code::kConflict);
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
}

TEST(Constraints, HoldForWhatAnUndoBringsBack) {
  auto db = Get(Database::Open("memory:", {.create = true, .ontology = Ontology::None()}));
  Ok(Write(*db, false, {{"code", 1}}, {}));
  auto tx = Get(db->Begin({}));
  Ok(tx->SetProperty(NodeId{1}, "name", Value("a")));
  const BatchInfo named = Get(tx->Commit());
  Make(*db);
  EXPECT_EQ(db->Undo(named.id, {}, {}, Budget()).code(), Code::kConflict);
  Ok(db->DropConstraint("named"));
  EXPECT_TRUE(db->Undo(named.id, {}, {}, Budget()).ok());
}

TEST(Constraints, WhatIsThereIsLookedAtFirst) {
  auto db = Get(Database::Open("memory:", {.create = true, .ontology = Ontology::None()}));
  Ok(Write(*db, false, {{"code", 1}}, {{"share", 0.5}}));
  Ok(Write(*db, false, {{"code", 1}}, {}));
  EXPECT_EQ(db->CreateConstraint({.name = "code", .of = "Company", .property = "code", .unique = true}).code(), Code::kConflict);
  EXPECT_EQ(db->CreateConstraint({.name = "named", .of = "Company", .property = "name", .exists = true}).code(), Code::kConflict);
  EXPECT_EQ(db->CreateConstraint({.name = "share", .edges = true, .of = "OWNS", .property = "share", .types = kInteger}).code(), Code::kConflict);
  EXPECT_EQ(Shown(*db), "");
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
}

// More nodes than are read at once, in a store on disk: an index is there whole or not at all.
TEST(Constraints, IndexesOfManyNodesAreMadeAndDroppedWhole) {
  storage::TempFolder folder;
  auto db = Get(Database::Open(folder.path() + "/db", {.create = true, .ontology = Ontology::None()}));
  constexpr int64_t kNodes = 10'000;
  auto tx = Get(db->BeginBulk({}, {}));
  for (int64_t i = 0; i < kNodes; ++i) Get(tx->CreateNode({"A"}, {{"x", Value(i)}, {"y", Value(i == 9'000 ? i - 4'500 : i)}, {"text", Value(std::string(900, static_cast<char>('a' + i % 26)))}}, {}));
  Get(tx->Commit());
  const auto found = [&](const char* property, const Value& value) {
    const ReadView view = Get(db->Read());
    return Get(view.FindByProperty(view.label("A"), view.property(property), value)).size();
  };
  const Status taken = db->CreateConstraint({.name = "y", .of = "A", .property = "y", .unique = true});
  EXPECT_EQ(taken.code(), Code::kConflict);
  EXPECT_NE(taken.message().find("'4500'"), std::string::npos) << taken.message();
  Ok(db->CreateConstraint({.name = "x", .of = "A", .property = "x", .unique = true}));
  Ok(db->CreateIndex("A", "y", ""));
  Ok(db->CreateIndex("A", "text", ""));  // some 9 MB of entries
  for (int64_t i = 0; i < kNodes; i += 7) EXPECT_EQ(found("x", Value(i)), 1u) << i;
  EXPECT_EQ(found("y", Value(int64_t{4'500})), 2u);
  EXPECT_EQ(found("y", Value(int64_t{9'000})), 0u);
  EXPECT_EQ(found("text", Value(std::string(900, 'b'))), 385u);
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
  Ok(db->DropIndex("A", "text"));
  Ok(db->DropConstraint("x"));
  EXPECT_EQ(found("y", Value(int64_t{1})), 1u);
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
}

// A unique property that becomes an identifier by the ontology keeps its entries, and those of its hidden claims come; and back.
TEST(Constraints, AnIndexThatAnotherWithTheSameKeysReplacesKeepsItsEntries) {
  auto db = Get(Database::Open("memory:", {.create = true, .ontology = Ontology::None()}));
  Ok(db->CreateConstraint({.name = "code", .of = "Firm", .property = "code", .unique = true}));
  auto tx = Get(db->Begin({}));
  for (int64_t i = 0; i < 20; ++i) {
    const NodeId document = Get(tx->CreateNode({"Document"}, {{"key", Value(Text("d", i))}}, {}));
    const NodeId firm = Get(tx->MergeNode({"Firm"}, {{"key", Value(Text("f", i))}, {"code", Value(Text("c", i))}}, {})).node;
    if (i % 2 == 0) Get(tx->MergeNode({"Firm"}, {{"key", Value(Text("f", i))}, {"code", Value(Text("x", i))}}, {.documents = {document}, .certainty = Certainty::kInferred}));
    ASSERT_TRUE(firm);
  }
  Get(tx->Commit());
  const auto found = [&](const std::string& code) {
    const ReadView view = Get(db->Read());
    return Get(view.FindByProperty(view.label("Firm"), view.property("code"), Value(code))).size();
  };
  const auto ontology = Get(Ontology::Parse(R"({"name": "t", "version": 1, "common_properties": [{"name": "key", "type": "string"}, {"name": "code", "type": "string"}],
    "labels": [{"name": "Document", "properties": []}, {"name": "Firm", "properties": [], "unique": ["code"]}], "edge_types": []})", "t"));
  for (const bool identifier : {false, true, false}) {
    Ok(db->SetOntology(identifier ? ontology : Ontology::None()));
    size_t visible = 0, hidden = 0;
    for (int64_t i = 0; i < 20; ++i) visible += found(Text("c", i)), hidden += found(Text("x", i));
    EXPECT_EQ(visible + hidden, identifier ? 30u : 20u);
    EXPECT_TRUE(Get(db->Check(true, Budget())).empty()) << Get(db->Check(true, Budget())).front().what;
  }
}

TEST(Constraints, StayWithTheStoreAndItsDump) {
  storage::TempFolder folder;
  const std::string path = folder.path() + "/db";
  {
    auto db = Get(Database::Open(path, {.create = true, .ontology = Ontology::None()}));
    Make(*db);
    Ok(db->CreateIndex("Other", "x", "有名"));
    Ok(Write(*db, false, {{"code", 1}, {"name", "a"}}, {{"share", 10}}));
  }
  auto db = Get(Database::Open(path, {}));
  EXPECT_EQ(Shown(*db), kAll);
  EXPECT_EQ(Write(*db, false, {{"code", 1}, {"name", "b"}}, {}).code(), Code::kConflict);
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
  const auto dump = [](const Database& from) {
    std::string out;
    Ok(from.Dump([&](std::string_view piece) {
      out += piece;
      return Status();
    }, Budget()));
    return out;
  };
  const std::string text = dump(*db);
  auto store = storage::NewMemoryStore(3);
  Ok(LoadDump(*store, "a.dump", [&, at = size_t{0}](char* to, size_t size) mutable -> Result<size_t> {
    const size_t n = std::min(size, text.size() - at);
    text.copy(to, n, at);
    at += n;
    return n;
  }, text.size(), Budget()).status());
  auto loaded = Get(Database::Open(std::move(store), {}));
  EXPECT_EQ(Shown(*loaded), kAll);
  EXPECT_EQ(dump(*loaded), text);
  EXPECT_EQ(Get(loaded->Indexes()).back().name, "有名");
  EXPECT_EQ(Write(*loaded, false, {{"code", 2}}, {}).code(), Code::kConflict);
  EXPECT_TRUE(Get(loaded->Check(true, Budget())).empty());
}

}  // namespace
}  // namespace liantu::graph
