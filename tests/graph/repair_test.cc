// SPDX-License-Identifier: Apache-2.0
// Repair makes derived things what they were, byte by byte as far as readers can tell, leaves what it cannot know, and a
// plan changes nothing.
#include <gtest/gtest.h>

#include "graph/change_script.h"
#include "graph/graph_text.h"
#include "graph/planted_faults.h"

namespace liantu::graph {
namespace {

std::string Everything(const RepairReport& report) {
  std::string out;
  for (const auto& action : report.done) out += Text("\n  made: ", action.what, " ", action.count);
  for (const auto& why : report.why) out += "\n  why: " + why;
  for (const auto& left : report.left) out += "\n  left: " + left;
  return out;
}

TEST(Repair, MakesWhatFollowsFromRecordsAndLeavesWhatItCannotKnow) {
  const std::string sound = DatabaseText(*Planted().db);
  for (const Fault& fault : Faults()) {
    SCOPED_TRACE(fault.name);
    Planted store;
    fault.plant(store);
    const auto planted = store.Bytes();
    const RepairReport plan = Get(store.db->Repair(true, Budget()));
    EXPECT_TRUE(store.Bytes() == planted) << "the plan changed something";
    const RepairReport done = Get(store.db->Repair(false, Budget()));
    EXPECT_EQ(Everything(plan), Everything(done));
    const std::vector<std::string> left = store.Find();
    EXPECT_EQ(left, done.left);
    if (fault.heals) {
      EXPECT_TRUE(left.empty()) << Everything(done);
      EXPECT_FALSE(done.done.empty());
      EXPECT_EQ(DatabaseText(*store.db), sound);
    } else {
      ExpectFound(left, fault.expected);
    }
    // Once more finds nothing to do.
    EXPECT_TRUE(Get(store.db->Repair(false, Budget())).done.empty());
  }
}

TEST(Repair, SaysWhyALostRecordIsLeftAlone) {
  Planted store;
  store.Delete(keys::Node(store.company));
  const RepairReport report = Get(store.db->Repair(false, Budget()));
  EXPECT_TRUE(report.done.empty()) << Everything(report);
  ExpectFound(report.why, "the record of node 4 is not there; what else is stored about it is left as it is");
  Planted other;
  other.Delete(keys::EdgeChunk(2));
  const RepairReport edges = Get(other.db->Repair(false, Budget()));
  EXPECT_TRUE(edges.done.empty()) << Everything(edges);
  ExpectFound(edges.why, "edge 64 is known to both its ends, but its record is lost");
}

// Everything derived at once.
TEST(Repair, BuildsAllThatIsDerivedFromNothing) {
  for (uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    auto db = MemoryDatabase();
    ChangeScript script(20000);
    Ok(script.Run(*db, 1));
    Ok(script.Run(*db, 2));
    for (uint64_t step = 0; step < 60; ++step) Ok(script.Run(*db, 100 + seed * 1000 + step));
    const std::string sound = DatabaseText(*db);
    auto batch = db->store().NewBatch();
    const auto view = db->store().OpenView();
    for (const auto space : {storage::Keyspace::kAdjacency, storage::Keyspace::kIndex, storage::Keyspace::kText}) {
      Ok(view->ForEachShard(space, 1, [&](int, storage::Route route, std::string_view rest, std::string_view) {
        batch->Delete(space, {route, rest});
        return true;
      }));
    }
    Ok(view->ForEachShard(storage::Keyspace::kMeta, 1, [&](int, storage::Route route, std::string_view rest, std::string_view) {
      if (rest.size() == 5) batch->Delete(storage::Keyspace::kMeta, {route, rest});
      return true;
    }));
    Ok(db->store().Write(batch.get()));
    const RepairReport report = Get(db->Repair(false, Budget()));
    EXPECT_TRUE(report.left.empty()) << Everything(report);
    EXPECT_EQ(DatabaseText(*db), sound);
    for (uint64_t step = 900000; step < 900010; ++step) Ok(script.Run(*db, step));
    EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
  }
}

TEST(Repair, FindsNothingToDoInSoundStores) {
  auto db = MemoryDatabase();
  ChangeScript script(20000);
  for (uint64_t step = 1; step < 80; ++step) Ok(script.Run(*db, step));
  const uint64_t before = db->store().OpenView()->sequence();
  const RepairReport report = Get(db->Repair(false, Budget()));
  EXPECT_TRUE(report.done.empty() && report.left.empty() && report.why.empty()) << Everything(report);
  EXPECT_EQ(db->store().OpenView()->sequence(), before);
}

TEST(Repair, TwoNodesWithOneUniqueValueAreBothLeft) {
  Planted store;
  NodeRecord record;
  ASSERT_TRUE(DecodeNode(store.Value_(keys::Node(NodeId{store.company.raw + 1})), record));
  record.FindOrAdd(store.property("key")).value = Value("byd");
  std::string value;
  EncodeNode(value, record);
  store.Put(keys::Node(NodeId{store.company.raw + 1}), value);
  const RepairReport report = Get(store.db->Repair(false, Budget()));
  ExpectFound(report.why, "nodes 4 and 5 have the same key, which is to be unique");
  ExpectFound(report.left, "node 5 is not found by its key 'byd' as Company");
}

}  // namespace
}  // namespace liantu::graph
