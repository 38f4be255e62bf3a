// SPDX-License-Identifier: Apache-2.0
// What is dumped and loaded is the same graph, with its history and all that follows from it; the same graph gives the
// same bytes; a dump that is not whole and sound is refused with its place, and nothing of it goes in.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "graph/change_script.h"
#include "graph/dump.h"
#include "graph/graph_text.h"
#include "graph/json_line.h"

namespace liantu::graph {
namespace {

std::string DumpText(const Database& db) {
  std::string out;
  Ok(db.Dump([&](std::string_view piece) {
    out += piece;
    return Status();
  }, Budget()));
  return out;
}

DumpSource From(std::string_view text, size_t piece = 1000) {
  return [text, piece, at = size_t{0}](char* to, size_t size) mutable -> Result<size_t> {
    const size_t n = std::min({size, piece, text.size() - at});
    text.copy(to, n, at);
    at += n;
    return n;
  };
}

Result<DumpCounts> Load(storage::Store& store, std::string_view text) { return LoadDump(store, "a.dump", From(text), text.size(), Budget()); }

std::unique_ptr<Database> Loaded(std::string_view text) {
  auto store = storage::NewMemoryStore(7);
  Ok(Load(*store, text));
  return Get(Database::Open(std::move(store), {}));
}

std::string Message(std::string_view text) {
  auto store = storage::NewMemoryStore();
  const auto loaded = Load(*store, text);
  EXPECT_FALSE(loaded.ok());
  // Nothing went in.
  for (int space = 0; space < storage::kKeyspaces; ++space) {
    Ok(store->OpenView()->ForEachShard(static_cast<storage::Keyspace>(space), 1, [&](int, storage::Route, std::string_view, std::string_view) {
      ADD_FAILURE() << "half a dump was loaded";
      return false;
    }));
  }
  return loaded.status().message();
}

std::unique_ptr<Database> Scripted(int steps, uint64_t seed) {
  auto db = MemoryDatabase();
  ChangeScript script(20000);
  Ok(script.Run(*db, 1));
  Ok(script.Run(*db, 2));
  for (int i = 0; i < steps; ++i) Ok(script.Run(*db, 3 + seed * 1000 + static_cast<uint64_t>(i)));
  return db;
}

TEST(Dump, ARandomGraphWithItsHistoryIsTheSameAfterALoad) {
  for (uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    const auto db = Scripted(60, seed);
    const std::string text = DumpText(*db);
    const auto again = Loaded(text);
    EXPECT_EQ(DatabaseText(*again), DatabaseText(*db));
    EXPECT_EQ(DumpText(*again), text);
    for (const CheckProblem& p : Get(again->Check(true, Budget()))) ADD_FAILURE() << p.what;
    // What was known earlier is the same.
    const auto batches = Get(Get(db->Read()).Batches());
    for (size_t i = seed % 7; i < batches.size(); i += 7) {
      const ReadOptions known{.predicted = true, .as_known = batches[i].id};
      EXPECT_EQ(GraphText(Get(again->Read(known))), GraphText(Get(db->Read(known)))) << "as known after batch " << batches[i].id.raw;
    }
    // Names are found, ids go on where they were.
    const ReadView view = Get(db->Read()), copy = Get(again->Read());
    const auto hits = Get(view.Search("比亚迪", {}, 20)), found = Get(copy.Search("比亚迪", {}, 20));
    ASSERT_EQ(found.size(), hits.size());
    for (size_t i = 0; i < hits.size(); ++i) EXPECT_EQ(found[i].node, hits[i].node);
    ChangeScript script(20000);
    for (uint64_t step = 900000; step < 900010; ++step) {
      Ok(script.Run(*db, step));
      Ok(script.Run(*again, step));
    }
    EXPECT_EQ(DatabaseText(*again), DatabaseText(*db));
  }
}

TEST(Dump, HubsAndEmptyGraphsAndGraphsWithoutOntologyAreTheSameAfterALoad) {
  auto db = MemoryDatabase();
  EXPECT_EQ(DumpText(*Loaded(DumpText(*db))), DumpText(*db));
  auto tx = Get(db->Begin({.who = "x"}));
  const NodeId hub = Get(tx->CreateNode({"Hub"}, {}, {}));
  for (int i = 0; i < 3000; ++i) {
    const NodeId node = Get(tx->CreateNode({}, {{"key", "n" + std::to_string(i)}}, {}));
    Ok(tx->CreateEdge("T", node, hub, {}, {}));
    if (i % 50 == 0) Ok(tx->CreateEdge("U", hub, hub, {}, {}));
  }
  Ok(tx->Commit());
  const std::string text = DumpText(*db);
  const auto again = Loaded(text);
  EXPECT_EQ(DatabaseText(*again), DatabaseText(*db));
  EXPECT_TRUE(Get(again->Check(true, Budget())).empty());
}

TEST(Dump, EveryValueComesBack) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<Value> values = {
      Value(true), Value(false), Value(0), Value(-7), Value(std::numeric_limits<int64_t>::min()), Value(std::numeric_limits<int64_t>::max()),
      Value(1.0), Value(-0.0), Value(0.1), Value(1e300), Value(5e-324), Value(inf), Value(-inf), Value(std::nan("")), Value(""), Value("链图 \"\\/\n\t\x01\x7f"),
      Value(std::string("bad \xff\xc0 bytes \xed\xa0\x80")), Value(std::string("nul\0nul", 7)), Value(Date{0}), Value(Date{-800000}), Value(Date{99999999}),
      Value(LocalTime{1}), Value(LocalTime{86399999999999}), Value(Time{3600000000000, -3600}), Value(Time{1, 3601}),
      Value(LocalDateTime{-5, 999999999}), Value(LocalDateTime{253402300800, 0}), Value(DateTime{1700000000, 5, 28800, "Asia/Shanghai"}),
      Value(DateTime{-1, 0, 3601, ""}), Value(Duration{1, -2, 3, 4}), Value(Duration{}), Value(Point{4326, 113.3, 23.1, 0}), Value(Point{9157, 1, 2, 3}),
      Value(Value::List{}), Value(Value::List{1, 2.5}), Value(Value::List{"a", "b"}), Value(Value::List{Date{1}, Date{2}})};
  for (const Value& value : values) {
    std::string line;
    PutDumpValue(line, value);
    SCOPED_TRACE(line);
    const auto json = ParseJsonLine(line);
    ASSERT_TRUE(json.ok()) << json.status().message();
    Value back;
    ASSERT_TRUE(ReadDumpValue(*json, back));
    std::string a, b;
    EncodeValue(a, value);
    EncodeValue(b, back);
    EXPECT_EQ(a, b);
  }
}

// A small dump, of which each line can be spoilt.
std::string Small() {
  auto db = MemoryDatabase(ScriptOntology(false));
  auto tx = Get(db->Begin({.who = "me", .origin = "a.csv", .note = "first"}));
  Ok(tx->SetInput("a.csv", "00"));
  const NodeId d1 = Get(tx->CreateNode({"Document"}, {{"key", "d1"}, {"date", "2024"}}, {}));
  const NodeId d2 = Get(tx->CreateNode({"Document"}, {{"key", "d2"}, {"date", "2025"}}, {}));
  const NodeId a = Get(tx->CreateNode({"Company"}, {{"key", "a"}, {"uscc", "U1"}, {"name", "甲"}}, {{d1}, "L1"}));
  const NodeId b = Get(tx->CreateNode({"Company"}, {{"key", "b"}}, {{d1}, "L2"}));
  Ok(tx->CreateEdge("SUPPLIES", a, b, {{"year", 2024}}, {{d1}, "L3"}));
  Ok(tx->Commit());
  tx = Get(db->Begin({.who = "me"}));
  Ok(tx->MergeNode({"Company"}, {{"key", "a"}, {"name", "甲股份"}}, {{d2}, ""}));
  Ok(tx->Commit());
  return DumpText(*db);
}

TEST(Dump, ALineThatIsWrongIsNamedWithItsPlaceAndNothingGoesIn) {
  const std::string dump = Small();
  const auto spoilt = [&](const std::string& what, const std::string& by) {
    const size_t at = dump.find(what);
    EXPECT_NE(at, std::string::npos) << what << " is not in\n" << dump;
    std::string text = dump;
    return Message(text.replace(at, what.size(), by));
  };
  Loaded(dump);
  struct Case {
    const char *what, *by, *message;
  };
  const Case cases[] = {
      {"{\"liantu_dump\":1", "{\"liantu_dmp\":1", "a.dump:1:1: this is no dump of liantu"},
      {"{\"liantu_dump\":1", "{\"liantu_dump\":2", "a.dump: a dump of version 2; this program reads version 1"},
      {"{\"next\":", "{\"nxt\":", "a.dump:2:1: lines that begin with 'nxt' are not known"},
      {"\"certainty\":\"stated\"", "\"certainty\":\"sure\"", "'sure' is no certainty"},
      {"{\"node\":2,", "{\"node\":1,", "expected a whole number from 2 to 4, found 1"},
      {"{\"node\":3,\"labels\":[\"Company\"]", "{\"node\":3,\"labels\":[\"Compny\"]", "the label 'Compny' is not among the names"},
      {"\"name\":\"甲\"", "\"name\":\"甲", "expected"},
      {"\"uscc\":\"U1\"", "\"uscc\":null", "a.dump:"},
      {"\"uscc\":\"U1\"", "\"uscc\":{\"date\":\"x\"}", "this is no value"},
      {"\"from\":3,\"to\":4", "\"from\":3,\"to\":9", "expected a whole number from 1 to 4, found 9"},
      {"\"from\":3,\"to\":4", "\"from\":3,\"too\":4", "the field 'to' is missing"},
      {"\"from\":3,\"to\":4", "\"from\":3,\"to\":4,\"x\":1", "the field 'x' is not known here"},
      {"\"year\":2024", "\"year\":2024,\"year\":2024", "'year' stands here twice"},
      {"\"year\":2024", "\"year\":99999999999999999999", "the number has more than 64 bits"},
      {"{\"before\":2", "{\"before\":1", "it was not there before batch 1"},
      {"{\"end\":{\"nodes\":4", "{\"end\":{\"nodes\":5", "lines are missing"},
      {"\"key\":\"b\"", "\"key\":\"a\"", "nodes 3 and 4 have the same value"},
      {"\"made\":\"nodes\",\"ids\":[1,", "\"made\":\"nodes\",\"ids\":[2,", "node 1 is in none of the ids that batches made"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    EXPECT_NE(spoilt(c.what, c.by).find(c.message), std::string::npos) << spoilt(c.what, c.by);
  }
  // The column counts characters.
  const std::string line = "{\"node\":3,\"labels\":[\"Company\"]";
  const std::string message = spoilt(line, "{\"甲乙\":1,,");
  EXPECT_NE(message.find(":9: expected a name in quotes, found ','"), std::string::npos) << message;
}

TEST(Dump, ADumpThatIsCutShortAnywhereIsRefused) {
  const std::string dump = Small();
  for (size_t size = 0; size + 1 < dump.size(); size += 7) {
    SCOPED_TRACE(size);
    EXPECT_FALSE(Message(std::string_view(dump).substr(0, size)).empty());
  }
  // Also where whole lines are missing.
  std::vector<size_t> starts = {0};
  for (size_t at = 0; (at = dump.find('\n', at)) != std::string::npos;) starts.push_back(++at);
  for (size_t i = 0; i + 1 < starts.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_FALSE(Message(dump.substr(0, starts[i]) + dump.substr(starts[i + 1])).empty());
  }
  Loaded(std::string_view(dump).substr(0, dump.size() - 1));  // a last line without its end is whole
}

TEST(Dump, AStoreThatHoldsSomethingIsNotLoadedInto) {
  auto store = storage::NewMemoryStore();
  const std::string dump = Small();
  Ok(Load(*store, dump));
  EXPECT_EQ(Load(*store, dump).code(), Code::kInvalid);
}

TEST(Dump, StopsWhenItsBudgetIsSpentAndWhenItsReaderFails) {
  const auto db = Scripted(60, 1);
  Budget budget;
  budget.Cancel();
  auto store = storage::NewMemoryStore();
  std::string text = DumpText(*db);
  EXPECT_EQ(db->Dump([](std::string_view) { return Status(Code::kIo, "full"); }, Budget()).code(), Code::kIo);
  EXPECT_EQ(LoadDump(*store, "x", From(text), 0, budget).code(), Code::kCancelled);
  EXPECT_EQ(LoadDump(*store, "x", [](char*, size_t) -> Result<size_t> { return Status(Code::kIo, "gone"); }, 0, Budget()).code(), Code::kIo);
}

}  // namespace
}  // namespace liantu::graph
