// SPDX-License-Identifier: Apache-2.0
// The parts that the files of the embedded store share: an open database, a batch, a bulk load. For rocksdb_*.cc only;
// everybody else uses store.h. No header of RocksDB is included here.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "storage/store.h"
#include "storage/store_folder.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class FileSystem;
class Slice;
class Status;
class WriteBatch;
struct ColumnFamilyOptions;
struct Options;
}  // namespace rocksdb

namespace liantu::storage {

class LogProgress;

inline constexpr size_t kRouteBytes = 8;
inline constexpr uint64_t kTableFileBytes = 64ull << 20;
inline constexpr char kBulkPrefix[] = "bulk-";  // folders of unpublished loads

// What RocksDB says, in our words; `what` is the place.
Status FromRocks(const rocksdb::Status& status, std::string_view what);

// Closed, and its lock let go, with its last owner.
struct Database {
  Database();
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::ColumnFamilyHandle* family(Keyspace space) const { return families[static_cast<size_t>(space)]; }

  std::string folder;
  bool read_only = false;
  Durability durability = Durability::kEveryCommit;
  WriterLock lock;
  std::shared_ptr<rocksdb::FileSystem> file_system;  // as the opener gave it
  std::shared_ptr<rocksdb::Env> env;                 // what the database runs on where that is not the default
  std::unique_ptr<rocksdb::Options> options;
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* default_family = nullptr;  // RocksDB insists on it; empty
  std::array<rocksdb::ColumnFamilyHandle*, kKeyspaces> families{};
  StillPicture picture;              // of a read-only one: what it shows
  std::shared_ptr<LogProgress> log;  // of a writer that syncs every commit
  // A write of the database itself failed. RocksDB must then not be asked to sync or write any more: it stops with an
  // assertion in the builds of some distributions.
  std::atomic<bool> broken{false};
};

// Opens an existing store, or makes one in a folder that Inspect found fit. `file_system` null: the usual one.
Result<std::shared_ptr<Database>> OpenForWriting(const std::string& folder, const OpenOptions& options, bool exists,
                                                 std::shared_ptr<rocksdb::FileSystem> file_system);
Result<std::shared_ptr<Database>> OpenForReading(const std::string& folder, const OpenOptions& options,
                                                 std::shared_ptr<rocksdb::FileSystem> file_system);
// The same store as the writer left it by now; the same database where nothing changed.
Result<std::shared_ptr<Database>> OpenAgain(const std::shared_ptr<Database>& database, const Budget& budget);

// kIo where an earlier write failed.
Status CheckNotBroken(const Database& database);

rocksdb::ColumnFamilyOptions FamilyOptions(const rocksdb::Options& options, Keyspace space);

class RocksBatch : public Batch {
 public:
  // `keep` for a batch of a read-only store, which can be filled but not written: its database may be replaced.
  RocksBatch(const Database& database, std::shared_ptr<const Database> keep);
  ~RocksBatch() override;
  void Put(Keyspace space, KeyView key, std::string_view value) override;
  void Delete(Keyspace space, KeyView key) override;
  uint64_t bytes() const override;
  rocksdb::WriteBatch& writes() { return *writes_; }

 private:
  void Begin();  // before each operation: the first finds what stands in front of all

  const Database& database_;
  const std::shared_ptr<const Database> keep_;
  const std::unique_ptr<rocksdb::WriteBatch> writes_;
};

// `folder` is made when it is needed.
std::unique_ptr<BulkLoad> NewRocksBulkLoad(std::shared_ptr<Database> database, std::string folder,
                                           uint64_t memory_bytes);

}  // namespace liantu::storage
