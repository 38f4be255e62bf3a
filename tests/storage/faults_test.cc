// SPDX-License-Identifier: Apache-2.0
// Writes that fail, disks that fill and power that goes: what was acknowledged is there after reopening, nothing is
// there by halves, and the caller was told.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/files.h"
#include "storage/fault_file_system.h"
#include "storage/rocksdb_store.h"
#include "storage/temp_folder.h"
#include "storage/wal_check.h"

namespace liantu::storage {
namespace {

using Tail = FaultControl::Tail;
using Plan = FaultControl::Plan;

class Faults : public testing::Test {
 protected:
  std::unique_ptr<Store> Open(Durability durability = Durability::kEveryCommit) {
    OpenOptions options;
    options.create = true;
    options.durability = durability;
    auto store = OpenRocksDbStore(path_, options, control_);
    EXPECT_TRUE(store.ok()) << store.status().message();
    return store.ok() ? *std::move(store) : nullptr;
  }

  // Commit n: the same number in three keyspaces, and a row of its own.
  static Result<uint64_t> Commit(Store& store, int n) {
    auto batch = CommitOf(store, n);
    return store.Write(batch.get());
  }
  static std::unique_ptr<Batch> CommitOf(Store& store, int n) {
    auto batch = store.NewBatch();
    const std::string number = std::to_string(n);
    batch->Put(Keyspace::kMeta, {0, "n"}, number);
    batch->Put(Keyspace::kEdge, {1, number}, std::string(static_cast<size_t>(n * 37 % 5000), 'e'));
    batch->Put(Keyspace::kJournal, {2, "n"}, number);
    return batch;
  }

  // The number of the last commit, after a check that the commits are whole and none is missing.
  static int LastCommit(const Store& store) {
    auto view = store.OpenView();
    std::string meta, journal;
    EXPECT_TRUE(view->Get(Keyspace::kMeta, {0, "n"}, &meta).ok());
    EXPECT_TRUE(view->Get(Keyspace::kJournal, {2, "n"}, &journal).ok());
    EXPECT_EQ(meta, journal);
    const int last = meta.empty() ? 0 : std::stoi(meta);
    int rows = 0;
    auto cursor = view->Scan(Keyspace::kEdge, 1, "");
    for (; cursor->Valid(); cursor->Next()) ++rows;
    EXPECT_TRUE(cursor->status().ok()) << cursor->status().message();
    EXPECT_EQ(rows, last);
    return last;
  }

  // Keeps the writer's own note across the cut: the test's store closes in good order and would remove it.
  void CutPowerAndClose(std::unique_ptr<Store> store, Tail tail) {
    const std::string holder = *ReadFile(path_ + "/holder");
    control_->CutPower();
    store.reset();
    const Status status = control_->AfterPowerCut(tail);
    ASSERT_TRUE(status.ok()) << status.message();
    std::ofstream(path_ + "/holder") << holder;
  }

  TempFolder folder_;
  const std::string path_ = folder_.path() + "/store";
  const std::shared_ptr<FaultControl> control_ = std::make_shared<FaultControl>();
};

TEST_F(Faults, AFailingWriteOrSyncOfTheLogSurfacesAndStopsWritingUntilReopened) {
  for (const bool sync : {false, true}) {
    for (const uint64_t torn : {0, 5, 60}) {
      SCOPED_TRACE(Text(sync ? "sync" : "write", " torn ", torn));
      auto store = Open();
      const int before = LastCommit(*store);
      ASSERT_TRUE(Commit(*store, before + 1).ok());
      control_->Set({.fail_write = sync ? 0u : 1u, .fail_sync = sync ? 1u : 0u, .torn_bytes = torn, .only = ".log"});
      const auto failed = Commit(*store, before + 2);
      EXPECT_EQ(failed.code(), Code::kIo);
      EXPECT_NE(failed.status().message().find("injected fault"), std::string::npos) << failed.status().message();
      EXPECT_NE(failed.status().message().find(path_), std::string::npos) << failed.status().message();
      EXPECT_TRUE(control_->failed());
      // Reading goes on, writing does not, although the disk is well again.
      EXPECT_GE(LastCommit(*store), before + 1);
      EXPECT_EQ(Commit(*store, before + 3).code(), Code::kIo);
      CutPowerAndClose(std::move(store), Tail::kLost);
      store = Open();
      EXPECT_EQ(LastCommit(*store), before + 1);
    }
  }
}

TEST_F(Faults, AfterAPowerCutExactlyTheAcknowledgedCommitsAreThere) {
  int acknowledged = 0;
  for (const Tail tail : {Tail::kLost, Tail::kHalf, Tail::kGarbage, Tail::kHoles}) {
    for (int round = 0; round < 3; ++round) {
      auto store = Open();
      for (int i = 0; i < 10; ++i) ASSERT_TRUE(Commit(*store, ++acknowledged).ok());
      // The next commit reaches the file in part but no sync.
      control_->Set({.fail_write = 1, .torn_bytes = 100u * static_cast<uint64_t>(round) + 3, .for_good = true});
      EXPECT_EQ(Commit(*store, acknowledged + 1).code(), Code::kIo);
      CutPowerAndClose(std::move(store), tail);
      EXPECT_EQ(LastCommit(*Open()), acknowledged) << static_cast<int>(tail) << " " << round;
    }
  }
}

// Every place at which a writer's disk can die, and what is left of unsynced bytes in every form.
TEST_F(Faults, WhereverTheDiskDiesTheStoreHoldsTheAcknowledgedCommitsAndAtMostTheOneUnderWay) {
  std::mt19937_64 random(5);
  int last = 0;
  for (int round = 0; round < 24; ++round) {
    SCOPED_TRACE(round);
    auto store = Open();
    ASSERT_TRUE(store);
    ASSERT_EQ(LastCommit(*store), last);
    Plan plan = {.torn_bytes = random() % 3000, .for_good = true};
    (random() % 2 ? plan.fail_write : plan.fail_sync) = 1 + random() % 12;
    control_->Set(plan);
    int acknowledged = last;
    while (Commit(*store, acknowledged + 1).ok()) ++acknowledged;
    CutPowerAndClose(std::move(store), static_cast<Tail>(random() % 4));
    store = Open();
    ASSERT_TRUE(store);
    last = LastCommit(*store);
    EXPECT_TRUE(last == acknowledged || last == acknowledged + 1) << last << " after " << acknowledged;
  }
}

// Several clients' commits wait for one sync, and the disk keeps a later page and loses an earlier one: neither are the
// commits behind the hole shown without those before, nor is it called damage.
TEST_F(Faults, CommitsThatWaitedForASyncMayLeaveHolesInTheLog) {
  for (int round = 0; round < 16; ++round) {
    SCOPED_TRACE(round);
    const int waiting = 1 + round % 4 * 13;
    auto store = Open();
    const int before = LastCommit(*store);
    int n = before;
    for (; n < before + 5; ++n) ASSERT_TRUE(Commit(*store, n + 1).ok());
    for (const int synced = n; n < synced + waiting; ++n) {
      auto batch = CommitOf(*store, n + 1);
      ASSERT_TRUE(store->Append(batch.get()).ok());
    }
    CutPowerAndClose(std::move(store), Tail::kHoles);
    OpenOptions reading;
    reading.read_only = true;
    auto reader = OpenRocksDbStore(path_, reading, nullptr);
    ASSERT_TRUE(reader.ok()) << reader.status().message();
    const int last = LastCommit(**reader);
    EXPECT_GE(last, before + 5);
    EXPECT_LT(last, waiting > 1 ? n : n + 1);
    reader->reset();
    EXPECT_EQ(LastCommit(*Open()), last);
  }
}

// A process that dies leaves the zeros that it had prepared behind its last commit.
TEST_F(Faults, ALogHasItsLengthBeforeItsCommits) {
  auto store = Open();
  for (int n = 1; n <= 20; ++n) ASSERT_TRUE(Commit(*store, n).ok());
  const std::string copy = folder_.path() + "/copy";
  std::filesystem::copy(path_, copy);
  std::string log;
  for (const auto& entry : std::filesystem::directory_iterator(copy)) {
    if (LogNumber(entry.path().string()) != 0) log = entry.path().string();
  }
  const uint64_t written = LogBytes(log);
  EXPECT_GE(std::filesystem::file_size(log), written + kLogAheadBytes / 2);
  EXPECT_EQ(CheckWal(log)->condition, WalCondition::kWhole);
  EXPECT_EQ(CheckWal(log)->good_bytes, written);
  store.reset();
  EXPECT_EQ(std::filesystem::file_size(path_ + log.substr(copy.size())), written);
  OpenOptions options;
  for (const bool reading : {true, false}) {
    options.read_only = reading;
    auto left = OpenRocksDbStore(copy, options, nullptr);
    ASSERT_TRUE(left.ok()) << left.status().message();
    EXPECT_EQ(LastCommit(**left), 20);
  }
}

TEST_F(Faults, SoonMeansAPowerCutLosesOnlyTheEnd) {
  for (const Tail tail : {Tail::kLost, Tail::kHalf, Tail::kGarbage}) {
    std::filesystem::remove_all(path_);
    auto store = Open(Durability::kSoon);
    for (int n = 1; n <= 200; ++n) ASSERT_TRUE(Commit(*store, n).ok());
    CutPowerAndClose(std::move(store), tail);
    store = Open(Durability::kSoon);
    ASSERT_TRUE(store);
    const int last = LastCommit(*store);
    EXPECT_LE(last, 200);
    // Closing in good order syncs.
    ASSERT_TRUE(Commit(*store, last + 1).ok());
    store.reset();
    ASSERT_TRUE(control_->AfterPowerCut(Tail::kLost).ok());
    EXPECT_EQ(LastCommit(*Open()), last + 1);
  }
}

TEST_F(Faults, ALoadPublishedAfterUnsyncedCommitsKeepsThem) {
  auto store = Open(Durability::kSoon);
  for (int n = 1; n <= 5; ++n) ASSERT_TRUE(Commit(*store, n).ok());
  auto bulk = store->NewBulkLoad(16 << 10);
  for (Route route = 0; route < 1000; ++route) ASSERT_TRUE((*bulk)->Put(Keyspace::kNode, {route, ""}, "x").ok());
  ASSERT_TRUE((*bulk)->Publish(nullptr).ok());
  bulk->reset();
  CutPowerAndClose(std::move(store), Tail::kLost);
  store = Open();
  EXPECT_EQ(LastCommit(*store), 5);
  std::string value;
  EXPECT_TRUE(*store->OpenView()->Get(Keyspace::kNode, {999, ""}, &value));
}

TEST_F(Faults, AFullDiskSurfacesAndLosesNothing) {
  int acknowledged = 0;
  {
    auto store = Open();
    control_->Set({.disk_bytes = 100000});
    for (;;) {
      const auto written = Commit(*store, acknowledged + 1);
      if (!written.ok()) {
        EXPECT_EQ(written.code(), Code::kIo);
        EXPECT_NE(written.status().message().find("the disk is full"), std::string::npos) << written.status().message();
        break;
      }
      ++acknowledged;
    }
    EXPECT_GT(acknowledged, 10);
    CutPowerAndClose(std::move(store), Tail::kHalf);
  }
  auto store = Open();
  EXPECT_EQ(LastCommit(*store), acknowledged);
  EXPECT_TRUE(Commit(*store, acknowledged + 1).ok());
}

// A load with a batch of counters, the disk dying at every write and sync on the way.
TEST_F(Faults, ALoadIsThereWholeOrNotAtAllWhereverTheDiskDies) {
  for (const bool sync : {true, false}) {
    int failures = 0;
    bool published = false;
    for (uint64_t at = 1; !published; ++at) {
      SCOPED_TRACE(Text(sync ? "sync " : "write ", at));
      std::filesystem::remove_all(path_);
      auto store = Open();
      ASSERT_TRUE(Commit(*store, 1).ok());
      auto bulk = store->NewBulkLoad(16 << 10);
      ASSERT_TRUE(bulk.ok());
      for (Route route = 0; route < 600; ++route) {
        ASSERT_TRUE((*bulk)->Put(Keyspace::kNode, {route, "n"}, "new").ok());
        ASSERT_TRUE((*bulk)->Put(Keyspace::kIndex, {route * 7, "i"}, "new").ok());
      }
      auto with = store->NewBatch();
      with->Put(Keyspace::kMeta, {0, "loaded"}, "yes");
      control_->Set({.fail_write = sync ? 0 : at, .fail_sync = sync ? at : 0, .torn_bytes = 40, .for_good = true});
      const Status status = (*bulk)->Publish(with.get());
      if (!status.ok()) {
        EXPECT_EQ(status.code(), Code::kIo) << status.message();
        ++failures;
      }
      published = status.ok() && !control_->failed();
      bulk->reset();
      CutPowerAndClose(std::move(store), Tail::kHalf);
      store = Open();
      ASSERT_TRUE(store);
      auto view = store->OpenView();
      std::string value;
      const bool loaded = *view->Get(Keyspace::kMeta, {0, "loaded"}, &value);
      if (status.ok()) {
        EXPECT_TRUE(loaded);
      }
      for (const Keyspace space : {Keyspace::kNode, Keyspace::kIndex}) {
        int rows = 0;
        ASSERT_TRUE(view->ForEachShard(space, 1, [&](int, Route, std::string_view, std::string_view) {
                          ++rows;
                          return true;
                        }).ok());
        EXPECT_EQ(rows, loaded ? 600 : 0);
      }
      EXPECT_EQ(LastCommit(*store), 1);
      for (const auto& entry : std::filesystem::directory_iterator(path_)) EXPECT_FALSE(entry.is_directory());
    }
    EXPECT_GT(failures, 3);
  }
}

TEST_F(Faults, AStoreWhoseMakingMeetsFaultsCanBeMadeAgain) {
  bool made = false;
  for (uint64_t at = 1; !made; at += 2) {
    SCOPED_TRACE(at);
    std::filesystem::remove_all(path_);
    control_->Set({.fail_write = at, .for_good = true});
    OpenOptions options;
    options.create = true;
    {
      auto store = OpenRocksDbStore(path_, options, control_);
      made = store.ok() && !control_->failed();
      if (!store.ok()) {
        EXPECT_EQ(store.code(), Code::kIo) << store.status().message();
      }
      control_->CutPower();
    }
    ASSERT_TRUE(control_->AfterPowerCut(Tail::kHalf).ok());
    auto store = Open();
    ASSERT_TRUE(store);
    EXPECT_TRUE(Commit(*store, 1).ok());
  }
}

}  // namespace
}  // namespace liantu::storage
