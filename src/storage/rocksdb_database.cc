// SPDX-License-Identifier: Apache-2.0
// Opens and closes the RocksDB of a store: its options, the lock, recovery after a crash, and reading beside a writer.
#include "storage/rocksdb_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "storage/log_file_system.h"
#include "storage/still_file_system.h"
#include "storage/wal_check.h"

namespace liantu::storage {
namespace {

using rocksdb::ColumnFamilyHandle;

constexpr uint64_t kMemtableBytes = 32ull << 20;  // of each column family
constexpr uint64_t kAllMemtableBytes = 128ull << 20;
// A log this long is replayed in about half a second; beyond it memtables are written out.
constexpr uint64_t kMaxLogBytes = 64ull << 20;
// A writer that leaves more log than this behind writes its memtables out first, so that the next open need not replay.
constexpr uint64_t kLogBytesLeftAtClose = 256ull << 10;
constexpr uint64_t kDictionarySampleBytes = 2ull << 20;  // of a table, held until its dictionary is made
constexpr int kReadAttempts = 50;

// RocksDB writes a log of its doings into the store's folder unless it is given one; nobody reads it, and a reader
// must leave nothing behind.
class NoInfoLog : public rocksdb::Logger {
 public:
  NoInfoLog() : Logger(rocksdb::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// --- Options -------------------------------------------------------------------------------------------------------

rocksdb::Options MakeOptions(const OpenOptions& options) {
  rocksdb::Options o;
  o.info_log = std::make_shared<NoInfoLog>();
  o.max_open_files = -1;  // a reader keeps reading files that the writer's compaction deletes
  o.max_file_opening_threads = 2;
  o.skip_stats_update_on_db_open = true;
  o.stats_dump_period_sec = 0;  // no timer threads
  o.stats_persist_period_sec = 0;
  o.manifest_preallocation_size = 64 << 10;
  o.max_manifest_file_size = 16 << 20;
  o.max_background_jobs = 2;
  o.bytes_per_sync = 1 << 20;
  o.db_write_buffer_size = kAllMemtableBytes;
  o.max_total_wal_size = kMaxLogBytes;
  o.avoid_flush_during_recovery = true;
  o.avoid_flush_during_shutdown = true;  // the store decides, see ~Database
  // The milder modes drop everything behind the first bad byte without a word (measured with 7.8: a byte flipped in the
  // middle of the log cost ten of twenty commits); see OpenExisting.
  o.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  o.write_buffer_size = kMemtableBytes;
  o.target_file_size_base = kTableFileBytes;
  o.max_bytes_for_level_base = 4 * kTableFileBytes;
  o.level_compaction_dynamic_level_bytes = true;
  o.compression = rocksdb::kLZ4Compression;
  o.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kRouteBytes));
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.block_size = 16 << 10;
  table.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  table.cache_index_and_filter_blocks = true;  // read when first needed, and bounded
  table.cache_index_and_filter_blocks_with_high_priority = true;
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return o;
}

// What a keyspace's tables are made of. A commit reads the heads of both its ends from their blocks, and a look-up an index
// entry: where they are cold, unpacking the block is most of it, so blocks are small there (smaller ones still would slow
// walks over all neighbours by an eighth). Records are alike from block to block: a dictionary gives back the disk that
// smaller blocks cost.
struct TableShape {
  size_t block_bytes;
  uint32_t dictionary_bytes;
};
TableShape ShapeOf(Keyspace space) {
  switch (space) {
    case Keyspace::kIndex: return {4 << 10, 0};
    case Keyspace::kAdjacency: return {8 << 10, 0};
    case Keyspace::kNode: return {8 << 10, 16 << 10};
    case Keyspace::kEdge: return {16 << 10, 16 << 10};
    default: return {16 << 10, 0};
  }
}

// A store of many files needs more descriptors than the usual soft limit of 1024.
void RaiseFileLimit() {
  struct rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  const rlim_t wanted = limit.rlim_max == RLIM_INFINITY ? 65536 : std::min<rlim_t>(limit.rlim_max, 65536);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

rocksdb::Status OpenFamilies(Database& database, bool create_families) {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, FamilyOptions(*database.options, Keyspace::kMeta));
  for (int i = 0; i < kKeyspaces; ++i) {
    const auto space = static_cast<Keyspace>(i);
    descriptors.emplace_back(KeyspaceName(space), FamilyOptions(*database.options, space));
  }
  rocksdb::DBOptions options(*database.options);
  options.create_if_missing = create_families;
  options.create_missing_column_families = create_families;
  std::vector<ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      database.read_only ? rocksdb::DB::OpenForReadOnly(options, database.folder, descriptors, &handles, &db)
                         : rocksdb::DB::Open(options, database.folder, descriptors, &handles, &db);
  if (!status.ok()) return status;
  database.db.reset(db);
  database.default_family = handles[0];
  std::copy(handles.begin() + 1, handles.end(), database.families.begin());
  return status;
}

// A database with some of our column families and no commit is one whose making was cut short.
bool IsUnfinished(const Database& database) {
  std::vector<std::string> names;
  if (!rocksdb::DB::ListColumnFamilies(*database.options, database.folder, &names).ok()) return false;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : names) {
    bool ours = name == rocksdb::kDefaultColumnFamilyName;
    for (int i = 0; i < kKeyspaces; ++i) ours |= name == KeyspaceName(static_cast<Keyspace>(i));
    if (!ours) return false;
    descriptors.emplace_back(name, rocksdb::ColumnFamilyOptions(*database.options));
  }
  std::vector<ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  if (!rocksdb::DB::OpenForReadOnly(*database.options, database.folder, descriptors, &handles, &raw).ok()) return false;
  const std::unique_ptr<rocksdb::DB> db(raw);
  const bool unused = db->GetLatestSequenceNumber() == 0;
  for (ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  return unused && names.size() < kKeyspaces + 1;
}

// A power cut can keep later bytes of a log and lose earlier ones, which are zeros then. RocksDB would pass over them and
// show the commits behind without those before: the picture's logs end where the zeros begin.
Status EndLogsAtHoles(const std::string& folder, bool torn_anywhere, StillPicture& picture) {
  for (auto& [name, bytes] : picture.logs) {
    const std::string path = folder + "/" + name;
    LT_ASSIGN(const bool good, HasNoHole(path));
    if (good) continue;
    LT_ASSIGN(const WalState log, CheckWal(path));
    if (log.condition == WalCondition::kDamaged && !torn_anywhere) {
      return Status(Code::kDamaged, Text(path, ": the log of commits has a hole with commits behind it; restore a backup or import again"));
    }
    if (log.condition != WalCondition::kWhole) bytes = log.good_bytes;  // whole: a writer went on while we looked
  }
  return {};
}

// Opens an existing store. A log whose last record was torn by a crash loses just that record, which nobody was told
// was stored; damage that has later commits behind it is not passed over.
Status OpenExisting(Database& database, bool create, bool torn_anywhere) {
  rocksdb::Status status = OpenFamilies(database, false);
  if (status.IsInvalidArgument()) {
    if (create && !database.read_only && IsUnfinished(database)) {
      status = OpenFamilies(database, true);
    } else {
      return Status(Code::kInvalid, Text(database.folder, ": a RocksDB database, but not a liantu store (",
                                         status.ToString(), "); choose another folder"));
    }
  }
  if (status.IsCorruption()) {
    bool torn = database.read_only;  // what a live writer was just appending is whole by now
    LT_ASSIGN(const StillPicture picture, TakeStillPicture(database.folder));
    for (const auto& [name, size] : picture.logs) {
      const Result<WalState> log = CheckWal(database.folder + "/" + name);
      if (!log.ok() || (log->condition == WalCondition::kDamaged && !torn_anywhere)) return FromRocks(status, database.folder);
      torn |= log->condition != WalCondition::kWhole;
    }
    if (!torn) return FromRocks(status, database.folder);
    database.options->wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    database.options->avoid_flush_during_recovery = false;  // the torn log is done with
    status = OpenFamilies(database, false);
  }
  return FromRocks(status, database.folder);
}

// Opens for reading what a writer may be changing: a still picture of it. Compaction may delete tables of the picture
// before they are open; then a new one is taken.
Result<std::shared_ptr<Database>> OpenStill(const std::string& folder, const rocksdb::Options& options,
                                            std::shared_ptr<rocksdb::FileSystem> file_system, const Budget& budget) {
  for (int attempt = 1;; ++attempt) {
    auto database = std::make_shared<Database>();
    database->folder = folder;
    database->read_only = true;
    database->file_system = file_system;
    LT_ASSIGN(database->picture, TakeStillPicture(folder));
    StillPicture shown = database->picture;
    const bool soon = ReadHolder(folder).soon;
    Status status = EndLogsAtHoles(folder, soon, shown);
    if (status.ok()) {
      database->env = rocksdb::NewCompositeEnv(NewStillFileSystem(
          file_system ? file_system : rocksdb::FileSystem::Default(), folder, shown));
      database->options = std::make_unique<rocksdb::Options>(options);
      database->options->env = database->env.get();
      status = OpenExisting(*database, false, soon);
    }
    if (status.ok()) return database;
    LT_ASSIGN(const StillPicture now, TakeStillPicture(folder));
    if (now == database->picture || attempt == kReadAttempts) return status;
    LT_TRY(budget.Check().Prefixed(Text(folder, ": cannot be opened in time: ")));
    std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
  }
}

}  // namespace

Status FromRocks(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return {};
  const Code code = status.IsCorruption()                                  ? Code::kDamaged
                    : status.IsInvalidArgument() || status.IsNotSupported() ? Code::kInvalid
                                                                            : Code::kIo;
  const char* hint = "";
  if (code == Code::kDamaged) hint = "; stored bytes are not what was written: restore a backup or import again";
  if (status.IsNoSpace()) hint = "; the disk is full: make room and open the store again";
  return Status(code, Text(what, ": ", status.ToString(), hint));
}

// Filters on routes answer "this node has nothing here" without a read; indexes are asked for whole keys as well. The
// two small keyspaces fit the cache anyway.
rocksdb::ColumnFamilyOptions FamilyOptions(const rocksdb::Options& options, Keyspace space) {
  rocksdb::ColumnFamilyOptions family(options);
  if (space == Keyspace::kMeta || space == Keyspace::kCatalog) return family;
  const TableShape shape = ShapeOf(space);
  if (space != Keyspace::kText) {
    // Where nearly everything lies in the end; what is rewritten soon stays with LZ4. Measured on ten million edges: a quarter
    // less disk for 0.1 us of processor an edge at the load.
    family.bottommost_compression = rocksdb::kZSTD;
    family.bottommost_compression_opts.level = 1;
    family.bottommost_compression_opts.max_dict_bytes = shape.dictionary_bytes;
    family.bottommost_compression_opts.max_dict_buffer_bytes = kDictionarySampleBytes;
    family.bottommost_compression_opts.enabled = true;
  }
  rocksdb::BlockBasedTableOptions table = *options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table.block_size = shape.block_bytes;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = space == Keyspace::kIndex || space == Keyspace::kText;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

Status CheckNotBroken(const Database& database) {
  if (!database.broken) return {};
  return Status(Code::kIo, Text(database.folder, ": an earlier write to the disk failed, so nothing more is written; "
                                                 "see that the disk is well and open the store again"));
}

Database::Database() = default;

Database::~Database() {
  if (!db) return;
  if (!read_only && !broken) {
    uint64_t log_bytes = 0;
    const Result<StillPicture> now = TakeStillPicture(folder);
    if (now.ok()) {
      for (const auto& [name, bytes] : now->logs) log_bytes += bytes;
    }
    // What fails here is still in the log.
    const std::vector<ColumnFamilyHandle*> all(families.begin(), families.end());
    if (log_bytes > kLogBytesLeftAtClose) db->Flush(rocksdb::FlushOptions(), all).PermitUncheckedError();
    db->SyncWAL().PermitUncheckedError();
  }
  for (ColumnFamilyHandle* family : families) db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  db->DestroyColumnFamilyHandle(default_family).PermitUncheckedError();
  db->Close().PermitUncheckedError();
}

Result<std::shared_ptr<Database>> OpenForWriting(const std::string& folder, const OpenOptions& options, bool exists,
                                                 std::shared_ptr<rocksdb::FileSystem> file_system) {
  RaiseFileLimit();
  auto database = std::make_shared<Database>();
  database->folder = folder;
  database->durability = options.durability;
  database->file_system = std::move(file_system);
  database->options = std::make_unique<rocksdb::Options>(MakeOptions(options));
  if (database->file_system) {
    database->env = rocksdb::NewCompositeEnv(database->file_system);
    database->options->env = database->env.get();
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Status(Code::kIo, Text(folder, ": cannot be made: ", error.message()));
  LT_TRY(database->lock.Take(folder, options.durability));
  std::vector<std::filesystem::path> left;  // by loads of a crashed writer
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with(kBulkPrefix)) left.push_back(entry.path());
  }
  for (const std::filesystem::path& path : left) std::filesystem::remove_all(path, error);
  if (exists) {
    const bool soon = database->lock.before().soon;
    LT_ASSIGN(const StillPicture as_left, TakeStillPicture(folder));
    StillPicture kept = as_left;
    LT_TRY(EndLogsAtHoles(folder, soon, kept));
    for (size_t i = 0; i < kept.logs.size(); ++i) {
      if (kept.logs[i] == as_left.logs[i]) continue;
      std::filesystem::resize_file(folder + "/" + kept.logs[i].first, kept.logs[i].second, error);
      if (error) return Status(Code::kIo, Text(folder, "/", kept.logs[i].first, ": cannot be cut behind its last whole commit: ", error.message()));
    }
    LT_TRY(OpenExisting(*database, options.create, soon));
  } else {
    LT_TRY(FromRocks(OpenFamilies(*database, true), folder));
  }
  return database;
}

Result<std::shared_ptr<Database>> OpenForReading(const std::string& folder, const OpenOptions& options,
                                                 std::shared_ptr<rocksdb::FileSystem> file_system) {
  RaiseFileLimit();
  return OpenStill(folder, MakeOptions(options), std::move(file_system), Budget());
}

Result<std::shared_ptr<Database>> OpenAgain(const std::shared_ptr<Database>& database, const Budget& budget) {
  LT_ASSIGN(const StillPicture now, TakeStillPicture(database->folder));
  if (now == database->picture) return database;
  rocksdb::Options options = *database->options;  // with the same cache
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  return OpenStill(database->folder, options, database->file_system, budget);
}

}  // namespace liantu::storage
