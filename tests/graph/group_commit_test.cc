// SPDX-License-Identifier: Apache-2.0
// Many writers at once: each commit is there when it returns, readers see whole commits in their order, and the writer slot is
// not held while the disk works.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "../storage/temp_folder.h"
#include "graph/database.h"
#include "graph/test_help.h"

namespace liantu::graph {
namespace {

TEST(GroupCommit, EveryWriterFindsItsCommitAndReadersSeeThemInOrder) {
  storage::TempFolder folder;
  const std::string path = folder.path() + "/db";
  constexpr int kWriters = 8, kCommits = 40;
  {
    auto database = Get(Database::Open(path, {.create = true}));
    std::atomic<bool> done{false};
    std::atomic<uint64_t> newest{0};
    std::thread reader([&] {
      uint64_t before = 0;
      while (!done) {
        const uint64_t acknowledged = newest;
        const ReadView view = Get(database->Read());
        const uint64_t nodes = Get(view.NodeCount());
        EXPECT_GE(nodes, before);  // never backwards
        EXPECT_GE(nodes, acknowledged);
        EXPECT_EQ(Get(view.Batches()).size(), nodes);  // a batch a node
        EXPECT_EQ(Get(view.NodeCount(view.label("N"))), nodes);
        before = nodes;
      }
    });
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, w] {
        for (int i = 0; i < kCommits; ++i) {
          auto tx = Get(database->Begin({.who = "writer"}));
          const NodeId id = Get(tx->CreateNode({"N"}, {{"writer", w}, {"i", i}}, {}));
          const uint64_t batch = Get(tx->Commit()).id.raw;
          // A batch a node: as many are acknowledged as the newest batch says, or the store would have forgotten one.
          for (uint64_t seen = newest; seen < batch && !newest.compare_exchange_weak(seen, batch);) {
          }
          const auto node = Get(Get(database->Read()).GetNode(id));
          ASSERT_TRUE(node.has_value());
        }
      });
    }
    for (std::thread& t : writers) t.join();
    done = true;
    reader.join();
  }
  auto database = Get(Database::Open(path, {}));
  EXPECT_EQ(Get(Get(database->Read()).NodeCount()), uint64_t{kWriters * kCommits});
  EXPECT_TRUE(Get(database->Check(true, Budget())).empty());
}

TEST(GroupCommit, WhoBeginsNextSeesACommitThatIsStillOnItsWay) {
  auto database = MemoryDatabase();
  NodeId a;
  {
    auto tx = Get(database->Begin({}));
    a = Get(tx->CreateNode({}, {}, {}));
    Get(tx->Commit());
  }
  auto tx = Get(database->Begin({}));
  EXPECT_TRUE(Get(tx->view().GetNode(a)).has_value());
}

}  // namespace
}  // namespace liantu::graph
