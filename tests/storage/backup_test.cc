// SPDX-License-Identifier: Apache-2.0
// Backups hold what was committed when they began, beside any writer; they share what did not change, notice what is
// damaged, and are restored whole or not at all.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "base/files.h"
#include "storage/backup.h"
#include "storage/rocksdb_store.h"
#include "storage/temp_folder.h"

namespace liantu::storage {
namespace {

namespace fs = std::filesystem;

Result<std::string> NoNote(const std::string&) { return std::string("a note"); }

class Backups : public testing::Test {
 protected:
  std::unique_ptr<Store> Open(const std::string& path, bool read_only = false) {
    auto store = OpenRocksDbStore(path, {.create = !read_only, .read_only = read_only});
    EXPECT_TRUE(store.ok()) << store.status().message();
    return store.ok() ? *std::move(store) : nullptr;
  }
  // Commit n: its number in two keyspaces and a row of its own; every 20th is a load past the log.
  static void Commit(Store& store, int n) {
    const std::string number = std::to_string(n);
    auto batch = store.NewBatch();
    batch->Put(Keyspace::kMeta, {0, "n"}, number);
    batch->Put(Keyspace::kJournal, {2, "n"}, number);
    batch->Put(Keyspace::kEdge, {1, number}, std::string(200, 'e'));
    if (n % 20 != 0) {
      const auto written = store.Write(batch.get());
      ASSERT_TRUE(written.ok()) << written.status().message();
      return;
    }
    std::mt19937_64 random(static_cast<uint64_t>(n));
    auto load = store.NewBulkLoad(1 << 20);
    ASSERT_TRUE(load.ok());
    for (Route route = 0; route < 150; ++route) {
      std::string value(64 << 10, '\0');
      for (char& c : value) c = static_cast<char>(random());
      ASSERT_TRUE((*load)->Put(Keyspace::kNode, {static_cast<Route>(n) * 1000 + route, ""}, value).ok());
    }
    ASSERT_TRUE((*load)->Publish(batch.get()).ok());
  }
  // The last commit, after a look that all up to it are whole.
  static int Last(const Store& store) {
    auto view = store.OpenView();
    std::string meta, journal, value;
    EXPECT_TRUE(view->Get(Keyspace::kMeta, {0, "n"}, &meta).ok());
    EXPECT_TRUE(view->Get(Keyspace::kJournal, {2, "n"}, &journal).ok());
    EXPECT_EQ(meta, journal);
    const int last = meta.empty() ? 0 : std::stoi(meta);
    int rows = 0;
    auto cursor = view->Scan(Keyspace::kEdge, 1, "");
    for (; cursor->Valid(); cursor->Next()) ++rows;
    EXPECT_TRUE(cursor->status().ok());
    EXPECT_EQ(rows, last);
    for (int n = 20; n <= last; n += 20) {
      for (const Route route : {0, 149}) EXPECT_TRUE(*view->Get(Keyspace::kNode, {static_cast<Route>(n) * 1000 + route, ""}, &value)) << n;
    }
    return last;
  }
  uint32_t BackUp() {
    const auto made = BackUpStore(path_, backups_, NoNote, Budget());
    EXPECT_TRUE(made.ok()) << made.status().message();
    return made.ok() ? made->number : 0;
  }
  int Restored(uint32_t number) {
    const std::string to = Text(folder_.path(), "/restored", number);
    fs::remove_all(to);
    const Status status = RestoreBackup(backups_, number, to, Budget());
    EXPECT_TRUE(status.ok()) << status.message();
    return status.ok() ? Last(*Open(to)) : -1;
  }
  static uint64_t Bytes(const std::string& folder) {
    uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) bytes += entry.is_regular_file() ? entry.file_size() : 0;
    return bytes;
  }

  TempFolder folder_;
  const std::string path_ = folder_.path() + "/store", backups_ = folder_.path() + "/backups";
};

TEST_F(Backups, EachHoldsWhatWasCommittedWhenItWasMadeAndTheyShareFiles) {
  auto store = Open(path_);
  for (int n = 1; n <= 25; ++n) Commit(*store, n);
  EXPECT_EQ(BackUp(), 1u);
  const uint64_t one = Bytes(backups_);
  for (int n = 26; n <= 30; ++n) Commit(*store, n);
  EXPECT_EQ(BackUp(), 2u);
  EXPECT_LT(Bytes(backups_), one + one / 4);
  store.reset();
  EXPECT_EQ(BackUp(), 3u);  // nobody has it open
  EXPECT_EQ(Restored(1), 25);
  EXPECT_EQ(Restored(2), 30);
  EXPECT_EQ(Restored(3), 30);
  const auto all = ListBackups(backups_);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ(all->at(0).note, "a note");
  EXPECT_GT(all->at(0).time_s, 1'600'000'000);
  ASSERT_TRUE(RemoveOldBackups(backups_, 1).ok());
  EXPECT_EQ(ListBackups(backups_)->size(), 1u);
  EXPECT_TRUE(VerifyBackup(backups_, 3, Budget()).ok());
  EXPECT_EQ(Restored(3), 30);
  // A restored store goes on as any other.
  auto restored = Open(folder_.path() + "/restored3");
  Commit(*restored, 31);
  EXPECT_EQ(Last(*restored), 31);
}

TEST_F(Backups, AreWholeWhileAWriterCommitsLoadsAndCompacts) {
  auto store = Open(path_);
  std::atomic<int> done = 0;
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int n = 1; !stop && n < 600; ++n) {
      Commit(*store, n);
      done = n;
    }
  });
  while (done < 5) std::this_thread::yield();
  for (uint32_t number = 1; number <= 6; ++number) {
    const int before = done;
    ASSERT_EQ(BackUp(), number);
    const int after = done + 1;
    const int held = Restored(number);
    EXPECT_GE(held, before);
    EXPECT_LE(held, after);
  }
  stop = true;
  writer.join();
}

TEST_F(Backups, LeaveTheStoreAsItIs) {
  {
    auto store = Open(path_);
    for (int n = 1; n <= 21; ++n) Commit(*store, n);
  }
  const auto look = [&] {
    std::map<std::string, std::string> files;
    const auto names = ListFolder(path_);
    for (const std::string& name : *names) files[name] = *ReadFile(path_ + "/" + name);
    return files;
  };
  const auto before = look();
  BackUp();
  EXPECT_TRUE(look() == before);
  EXPECT_FALSE(FileExists(backups_ + "/copying"));
}

TEST_F(Backups, ADamagedOneIsNamedAndNotRestored) {
  {
    auto store = Open(path_);
    for (int n = 1; n <= 25; ++n) Commit(*store, n);
  }
  BackUp();
  std::string table;
  for (const auto& entry : fs::recursive_directory_iterator(backups_)) {
    if (entry.path().extension() == ".sst" && entry.file_size() > 1 << 20) table = entry.path().string();
  }
  ASSERT_FALSE(table.empty());
  std::string bytes = *ReadFile(table);
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(table, std::ios::binary) << bytes;
  const Status status = VerifyBackup(backups_, 1, Budget());
  EXPECT_EQ(status.code(), Code::kDamaged);
  EXPECT_NE(status.message().find("backup 1 is damaged"), std::string::npos) << status.message();
  const std::string to = folder_.path() + "/to";
  EXPECT_EQ(RestoreBackup(backups_, 1, to, Budget()).code(), Code::kDamaged);
  EXPECT_FALSE(FileExists(to));
  EXPECT_FALSE(FileExists(to + ".restoring"));
}

TEST_F(Backups, WhatIsThereIsNeverOverwritten) {
  { auto store = Open(path_); Commit(*store, 1); }
  BackUp();
  EXPECT_EQ(RestoreBackup(backups_, 1, path_, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(RestoreBackup(backups_, 7, folder_.path() + "/to", Budget()).code(), Code::kNotFound);
  EXPECT_EQ(BackUpStore(path_, path_, NoNote, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(BackUpStore(folder_.path() + "/nothing", backups_, NoNote, Budget()).code(), Code::kNotFound);
  EXPECT_EQ(ListBackups(path_).code(), Code::kInvalid);
  EXPECT_EQ(ListBackups(folder_.path() + "/nothing").code(), Code::kNotFound);
}

TEST_F(Backups, WhatABackupThatWasCutShortLeftIsClearedAway) {
  { auto store = Open(path_); for (int n = 1; n <= 21; ++n) Commit(*store, n); }
  BackUp();
  fs::create_directories(backups_ + "/copying");
  std::ofstream(backups_ + "/copying/000001.sst") << "x";
  fs::create_directories(backups_ + "/private/2");
  std::ofstream(backups_ + "/private/2/MANIFEST-000001") << "x";
  Budget budget;
  budget.Cancel();
  EXPECT_EQ(BackUpStore(path_, backups_, NoNote, budget).code(), Code::kCancelled);
  const uint32_t number = BackUp();
  EXPECT_EQ(Restored(number), 21);
  EXPECT_FALSE(FileExists(backups_ + "/copying"));
}

TEST_F(Backups, ACheckpointIsAStoreOfItsOwn) {
  { auto store = Open(path_); for (int n = 1; n <= 21; ++n) Commit(*store, n); }
  const std::string to = folder_.path() + "/checkpoint";
  ASSERT_TRUE(MakeCheckpoint(path_, to).ok());
  EXPECT_EQ(MakeCheckpoint(path_, to).code(), Code::kInvalid);
  { auto store = Open(path_); Commit(*store, 22); EXPECT_EQ(MakeCheckpoint(path_, to + "2").code(), Code::kLocked); }
  EXPECT_EQ(Last(*Open(to)), 21);
  EXPECT_EQ(Last(*Open(path_)), 22);
}

}  // namespace
}  // namespace liantu::storage
