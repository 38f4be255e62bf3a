// SPDX-License-Identifier: Apache-2.0
// The embedded store: a column family of RocksDB for each keyspace, the route in 8 big-endian bytes before the rest of
// the key (docs/storage-format.md). Only the storage module's own files see RocksDB.
//
// Who may write: a lock on the file `holder`, which also says who holds it and since when; RocksDB's own LOCK stands
// behind it. Readers of other processes take no lock: they open the files as they are and check afterwards that no
// flush or compaction came between, so that what they see is one commit's state.
#include "storage/rocksdb_store.h"

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/bytes.h"
#include "base/files.h"
#include "storage/external_sort.h"
#include "storage/wal_check.h"

namespace liantu::storage {
namespace {

namespace fs = std::filesystem;
using rocksdb::ColumnFamilyHandle;
using rocksdb::ReadOptions;
using rocksdb::Slice;

constexpr size_t kRouteBytes = 8;
constexpr uint64_t kMemtableBytes = 32ull << 20;  // of each column family
constexpr uint64_t kAllMemtableBytes = 128ull << 20;
// A log this long is replayed in about half a second; beyond it memtables are written out.
constexpr uint64_t kMaxLogBytes = 64ull << 20;
// A writer that leaves more log than this behind writes its memtables out first, so that the next open need not replay.
constexpr uint64_t kLogBytesLeftAtClose = 1ull << 20;
constexpr uint64_t kTableFileBytes = 64ull << 20;
// A bulk load up to this size is cheaper through the log than as table files.
constexpr uint64_t kSmallLoadBytes = 8ull << 20;
constexpr uint64_t kShardBytes = 1ull << 20;  // below this a keyspace is walked by one thread
constexpr auto kSyncInterval = std::chrono::seconds(1);
constexpr char kBulkPrefix[] = "bulk-";

Status From(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return {};
  const Code code = status.IsCorruption()                                  ? Code::kDamaged
                    : status.IsInvalidArgument() || status.IsNotSupported() ? Code::kInvalid
                                                                            : Code::kIo;
  const char* hint = "";
  if (code == Code::kDamaged) hint = "; stored bytes are not what was written: restore a backup or import again";
  if (status.IsNoSpace()) hint = "; the disk is full: make room and open the store again";
  return Status(code, Text(what, ": ", status.ToString(), hint));
}

// A whole key in place, without an allocation for the usual lengths.
class PhysicalKey {
 public:
  PhysicalKey(Route route, std::string_view rest) : size_(kRouteBytes + rest.size()) {
    char* out = inline_;
    if (size_ > sizeof inline_) {
      heap_.resize(size_);
      out = heap_.data();
    }
    data_ = out;
    for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<char>(route >> shift);
    if (!rest.empty()) std::memcpy(out, rest.data(), rest.size());
  }
  PhysicalKey(const PhysicalKey&) = delete;
  PhysicalKey& operator=(const PhysicalKey&) = delete;
  Slice slice() const { return {data_, size_}; }

 private:
  const size_t size_;
  const char* data_;
  char inline_[56];
  std::string heap_;
};

Route RouteOf(const Slice& key) {
  Route route = 0;
  for (size_t i = 0; i < kRouteBytes; ++i) route = route << 8 | static_cast<uint8_t>(key[i]);
  return route;
}

std::string_view View8(const Slice& key) { return {key.data() + kRouteBytes, key.size() - kRouteBytes}; }
std::string_view Bytes(const Slice& slice) { return {slice.data(), slice.size()}; }

// RocksDB writes a log of its doings into the store's folder unless it is given one; nobody reads it, and a reader
// must leave nothing behind.
class NoInfoLog : public rocksdb::Logger {
 public:
  NoInfoLog() : Logger(rocksdb::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// --- Options -------------------------------------------------------------------------------------------------------

rocksdb::Options MakeOptions(const OpenOptions& options, rocksdb::Env* env) {
  rocksdb::Options o;
  o.env = env;
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
  o.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
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

// Filters on routes answer "this node has nothing here" without a read; indexes are asked for whole keys as well. The
// two small keyspaces fit the cache anyway.
rocksdb::ColumnFamilyOptions FamilyOptions(const rocksdb::Options& options, Keyspace space) {
  rocksdb::ColumnFamilyOptions family(options);
  if (space == Keyspace::kMeta || space == Keyspace::kCatalog) return family;
  rocksdb::BlockBasedTableOptions table = *options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = space == Keyspace::kIndex || space == Keyspace::kText;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
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

// --- The folder ----------------------------------------------------------------------------------------------------

enum class FolderKind { kMissing, kEmpty, kUnfinished, kStore, kHeadless, kForeign, kNotAFolder };

// What stands at a path, from names alone.
Result<FolderKind> Inspect(const std::string& folder) {
  if (!FileExists(folder)) return FolderKind::kMissing;
  if (!IsFolder(folder)) return FolderKind::kNotAFolder;
  if (FileExists(folder + "/CURRENT")) return FolderKind::kStore;
  LT_ASSIGN(const std::vector<std::string> names, ListFolder(folder));
  std::error_code error;
  bool empty = true, tables = false, manifest = false, foreign = false;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    empty = false;
    if (entry.is_directory(error)) foreign = true;
  }
  for (const std::string& name : names) {
    if (name.ends_with(".sst")) {
      tables = true;
    } else if (name.starts_with("MANIFEST-")) {
      manifest = true;
    } else if (name != "holder" && name != "LOCK" && name != "IDENTITY" && !name.ends_with(".dbtmp") &&
               !name.ends_with(".log") && !name.starts_with("OPTIONS-")) {
      foreign = true;
    }
  }
  if (empty) return FolderKind::kEmpty;
  if (tables && manifest) return FolderKind::kHeadless;
  return foreign ? FolderKind::kForeign : FolderKind::kUnfinished;
}

struct Holder {
  int pid = 0;
  std::string since;
  bool soon = false;  // wrote with Durability::kSoon
};

Holder ReadHolder(const std::string& folder) {
  Holder holder;
  const Result<std::string> text = ReadFile(folder + "/holder");
  if (!text.ok()) return holder;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with("pid ")) holder.pid = std::atoi(std::string(line.substr(4)).c_str());
    if (line.starts_with("since ")) holder.since = line.substr(6);
    if (line == "durability soon") holder.soon = true;
  }
  return holder;
}

// The writer's lock. The kernel lets go of it with the process, so a file left by a crash locks nobody out.
class WriterLock {
 public:
  ~WriterLock() {
    if (fd_ < 0) return;
    ::unlink(path_.c_str());  // before the lock goes, so that nobody's new file is removed
    ::close(fd_);
  }

  Status Take(const std::string& folder, Durability durability) {
    path_ = folder + "/holder";
    for (int attempt = 0; fd_ < 0; ++attempt) {
      const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
      if (fd < 0) {
        return Status(Code::kIo, Text(folder, ": cannot be opened for writing: ", std::strerror(errno),
                                      "; check its rights, or open it for reading only"));
      }
      if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        ::close(fd);
        if (error != EWOULDBLOCK) {
          return Status(Code::kIo, Text(path_, ": cannot be locked: ", std::strerror(error)));
        }
        const Holder holder = ReadHolder(folder);
        // A holder that has only just locked has not written its name yet.
        if (holder.pid == 0 && attempt < 50) {
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
          continue;
        }
        return Locked(folder, holder);
      }
      // The last holder may have removed the file between our open and our lock.
      struct stat mine, there;
      if (::fstat(fd, &mine) == 0 && ::stat(path_.c_str(), &there) == 0 && mine.st_ino == there.st_ino) {
        fd_ = fd;
      } else {
        ::close(fd);
      }
    }
    before_ = ReadHolder(folder);
    char since[64];
    const std::time_t now = std::time(nullptr);
    std::tm local;
    std::strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S %z", ::localtime_r(&now, &local));
    const std::string text = Text("pid ", ::getpid(), "\nsince ", std::string_view(since), "\ndurability ",
                                  durability == Durability::kSoon ? "soon" : "every-commit", "\n");
    if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
      return Status(Code::kIo, Text(path_, ": cannot be written: ", std::strerror(errno)));
    }
    return {};
  }

  // What an earlier writer that did not close left behind.
  const Holder& before() const { return before_; }

 private:
  static Status Locked(const std::string& folder, const Holder& holder) {
    std::string who = "another process";
    if (holder.pid == ::getpid()) {
      who = Text("this very process (", holder.pid, ")");
    } else if (holder.pid != 0) {
      who = Text("process ", holder.pid);
      if (::kill(holder.pid, 0) != 0 && errno == ESRCH) who += " (of another machine or container)";
    }
    if (!holder.since.empty()) who += Text(" since ", holder.since);
    return Status(Code::kLocked, Text(folder, ": the store is open for writing in ", who,
                                      "; wait until it is done, or open the store for reading only"));
  }

  std::string path_;
  int fd_ = -1;
  Holder before_;
};

// What changes whenever the set of files that make up the store changes; log files grow with every commit.
struct Fingerprint {
  std::string manifest;
  uint64_t manifest_bytes = 0;
  std::vector<std::pair<std::string, uint64_t>> logs;

  bool SameFiles(const Fingerprint& other) const {
    return manifest == other.manifest && manifest_bytes == other.manifest_bytes;
  }
};

uint64_t FileBytes(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 ? static_cast<uint64_t>(st.st_size) : 0;
}

Fingerprint TakeFingerprint(const std::string& folder) {
  Fingerprint print;
  const Result<std::string> current = ReadFile(folder + "/CURRENT");
  if (current.ok()) print.manifest = current->substr(0, current->find('\n'));
  print.manifest_bytes = FileBytes(folder + "/" + print.manifest);
  const Result<std::vector<std::string>> names = ListFolder(folder);
  if (names.ok()) {
    for (const std::string& name : *names) {
      if (name.ends_with(".log")) print.logs.emplace_back(name, FileBytes(folder + "/" + name));
    }
  }
  return print;
}

// --- An open database ----------------------------------------------------------------------------------------------

struct Database {
  ~Database() {
    if (!db) return;
    if (!read_only && TakeFingerprint(folder).logs.size() > 0) {
      uint64_t bytes = 0;
      for (const auto& [name, size] : TakeFingerprint(folder).logs) bytes += size;
      std::vector<ColumnFamilyHandle*> all(families.begin(), families.end());
      if (bytes > kLogBytesLeftAtClose) db->Flush(rocksdb::FlushOptions(), all).PermitUncheckedError();
      db->SyncWAL().PermitUncheckedError();
    }
    for (ColumnFamilyHandle* family : families) db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    db->DestroyColumnFamilyHandle(default_family).PermitUncheckedError();
    db->Close().PermitUncheckedError();
  }

  ColumnFamilyHandle* family(Keyspace space) const { return families[static_cast<size_t>(space)]; }

  std::string folder;
  bool read_only = false;
  Durability durability = Durability::kEveryCommit;
  WriterLock lock;                   // let go after the database is closed
  std::shared_ptr<rocksdb::Env> env; // null: the default one
  rocksdb::Options options;
  std::unique_ptr<rocksdb::DB> db;
  ColumnFamilyHandle* default_family = nullptr;  // RocksDB insists on it; empty
  std::array<ColumnFamilyHandle*, kKeyspaces> families{};
  Fingerprint print;  // of a read-only one, when it was opened
};

rocksdb::Status OpenFamilies(Database& database, bool create_families) {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, FamilyOptions(database.options, Keyspace::kMeta));
  for (int i = 0; i < kKeyspaces; ++i) {
    const auto space = static_cast<Keyspace>(i);
    descriptors.emplace_back(KeyspaceName(space), FamilyOptions(database.options, space));
  }
  rocksdb::DBOptions options(database.options);
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
  if (!rocksdb::DB::ListColumnFamilies(database.options, database.folder, &names).ok()) return false;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : names) {
    bool ours = name == rocksdb::kDefaultColumnFamilyName;
    for (int i = 0; i < kKeyspaces; ++i) ours |= name == KeyspaceName(static_cast<Keyspace>(i));
    if (!ours) return false;
    descriptors.emplace_back(name, rocksdb::ColumnFamilyOptions(database.options));
  }
  std::vector<ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  if (!rocksdb::DB::OpenForReadOnly(database.options, database.folder, descriptors, &handles, &raw).ok()) return false;
  const std::unique_ptr<rocksdb::DB> db(raw);
  const bool unused = db->GetLatestSequenceNumber() == 0;
  for (ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  return unused && names.size() < kKeyspaces + 1;
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
    bool torn = false;
    for (const auto& [name, size] : TakeFingerprint(database.folder).logs) {
      const Result<WalCondition> log = CheckWal(database.folder + "/" + name);
      if (!log.ok() || (*log == WalCondition::kDamaged && !torn_anywhere)) return From(status, database.folder);
      torn |= *log != WalCondition::kWhole;
    }
    if (!torn) return From(status, database.folder);
    database.options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    database.options.avoid_flush_during_recovery = false;  // the torn log is done with
    status = OpenFamilies(database, false);
  }
  return From(status, database.folder);
}

// Opens for reading what a writer may be changing: again, until no file came or went meanwhile.
Status OpenBesideWriter(Database& database, const Budget& budget) {
  for (int attempt = 0;; ++attempt) {
    database.print = TakeFingerprint(database.folder);
    Database trial;
    trial.folder = database.folder;
    trial.read_only = true;
    trial.options = database.options;
    const Status status = OpenExisting(trial, false, ReadHolder(database.folder).soon);
    const bool unchanged = TakeFingerprint(database.folder).SameFiles(database.print);
    if (status.ok() && unchanged) {
      database.db = std::move(trial.db);
      database.default_family = trial.default_family;
      database.families = trial.families;
      return {};
    }
    if (unchanged && !status.ok()) return status;
    if (attempt == 50) {
      return Status(Code::kIo, Text(database.folder, ": the writer changes files faster than they can be opened; try "
                                                     "again when it is less busy"));
    }
    LT_TRY(budget.Check().Prefixed(Text(database.folder, ": cannot be opened in time: ")));
    std::this_thread::sleep_for(std::chrono::milliseconds(1 + attempt));
  }
}

// --- Reading -------------------------------------------------------------------------------------------------------

class RocksView : public View {
 public:
  explicit RocksView(std::shared_ptr<const Database> database) : database_(std::move(database)) {
    if (database_->read_only) {
      sequence_ = database_->db->GetLatestSequenceNumber();
    } else {
      snapshot_ = database_->db->GetSnapshot();
      sequence_ = snapshot_->GetSequenceNumber();
    }
    get_options_.snapshot = snapshot_;
    walk_options_.snapshot = snapshot_;
    walk_options_.prefix_same_as_start = true;  // stops at the end of the route, and asks the filter on routes
  }
  ~RocksView() override {
    LT_ASSERT(walkers_out_ == 0);  // a cursor that outlives its view
    for (auto& idle : idle_) idle.clear();
    if (snapshot_) database_->db->ReleaseSnapshot(snapshot_);
  }

  uint64_t sequence() const override { return sequence_; }

  Result<bool> Get(Keyspace space, KeyView key, std::string* value) const override {
    const PhysicalKey physical(key.route, key.rest);
    rocksdb::PinnableSlice pinned;
    const rocksdb::Status status =
        database_->db->Get(get_options_, database_->family(space), physical.slice(), &pinned);
    if (status.IsNotFound()) return false;
    if (!status.ok()) return Failure(status, space);
    value->assign(pinned.data(), pinned.size());
    return true;
  }

  Status MultiGet(Keyspace space, std::span<const KeyView> keys,
                  std::vector<std::optional<std::string>>* values) const override {
    constexpr size_t kPiece = 256;
    values->assign(keys.size(), std::nullopt);
    std::string bytes;
    std::array<Slice, kPiece> slices;
    std::array<rocksdb::PinnableSlice, kPiece> pinned;
    std::array<rocksdb::Status, kPiece> statuses;
    for (size_t begin = 0; begin < keys.size(); begin += kPiece) {
      const size_t count = std::min(kPiece, keys.size() - begin);
      size_t size = 0;
      for (size_t i = 0; i < count; ++i) size += kRouteBytes + keys[begin + i].rest.size();
      bytes.clear();
      bytes.reserve(size);
      for (size_t i = 0; i < count; ++i) {
        const char* start = bytes.data() + bytes.size();
        PutBigEndian(bytes, keys[begin + i].route);
        bytes += keys[begin + i].rest;
        slices[i] = Slice(start, kRouteBytes + keys[begin + i].rest.size());
        pinned[i].Reset();
      }
      database_->db->MultiGet(get_options_, database_->family(space), count, slices.data(), pinned.data(),
                              statuses.data());
      for (size_t i = 0; i < count; ++i) {
        if (statuses[i].ok()) {
          (*values)[begin + i].emplace(pinned[i].data(), pinned[i].size());
        } else if (!statuses[i].IsNotFound()) {
          return Failure(statuses[i], space);
        }
      }
    }
    return {};
  }

  std::unique_ptr<Cursor> Scan(Keyspace space, Route route, std::string_view prefix,
                               std::string_view from) const override;

  Status MultiScan(Keyspace space, std::span<const Route> routes, std::string_view prefix, uint64_t limit_each,
                   const std::function<bool(size_t, std::string_view, std::string_view)>& row) const override {
    std::unique_ptr<rocksdb::Iterator> walker = TakeWalker(space);
    Status status;
    bool stop = false;
    for (size_t i = 0; i < routes.size() && !stop && status.ok(); ++i) {
      if (limit_each == 0) break;
      const PhysicalKey start(routes[i], prefix);
      uint64_t count = 0;
      for (walker->Seek(start.slice()); walker->Valid() && walker->key().starts_with(start.slice()); walker->Next()) {
        if (!row(i, View8(walker->key()), Bytes(walker->value()))) {
          stop = true;
          break;
        }
        if (++count == limit_each) break;
      }
      if (!walker->status().ok()) status = Failure(walker->status(), space);
    }
    GiveWalker(space, std::move(walker));
    return status;
  }

  Status ForEachShard(Keyspace space, int threads, const ShardRow& row) const override {
    const std::vector<Route> splits = Splits(space, std::max(threads, 1));
    const size_t shards = splits.size() + 1;
    std::atomic<bool> stop{false};
    std::vector<Status> statuses(shards);
    const auto walk = [&](size_t shard) {
      const PhysicalKey lower(shard == 0 ? 0 : splits[shard - 1], {});
      const PhysicalKey upper(shard == splits.size() ? 0 : splits[shard], {});
      const Slice bound = upper.slice();
      ReadOptions options;
      options.snapshot = snapshot_;
      options.total_order_seek = true;
      options.fill_cache = false;
      options.readahead_size = 1 << 20;
      if (shard < splits.size()) options.iterate_upper_bound = &bound;
      const std::unique_ptr<rocksdb::Iterator> it(database_->db->NewIterator(options, database_->family(space)));
      for (it->Seek(lower.slice()); it->Valid(); it->Next()) {
        if (stop.load(std::memory_order_relaxed)) return;
        const Slice key = it->key();
        if (!row(static_cast<int>(shard), RouteOf(key), View8(key), Bytes(it->value()))) {
          stop.store(true, std::memory_order_relaxed);
          return;
        }
      }
      statuses[shard] = Failure(it->status(), space);
      if (!statuses[shard].ok()) stop.store(true, std::memory_order_relaxed);
    };
    std::vector<std::thread> others;
    for (size_t shard = 1; shard < shards; ++shard) others.emplace_back(walk, shard);
    walk(0);
    for (std::thread& other : others) other.join();
    for (const Status& status : statuses) LT_TRY(status);
    return {};
  }

  // An iterator for walks within a route. Making one costs more than a seek, so idle ones are kept.
  std::unique_ptr<rocksdb::Iterator> TakeWalker(Keyspace space) const {
    {
      std::lock_guard lock(idle_mutex_);
      ++walkers_out_;
      auto& idle = idle_[static_cast<size_t>(space)];
      if (!idle.empty()) {
        std::unique_ptr<rocksdb::Iterator> walker = std::move(idle.back());
        idle.pop_back();
        return walker;
      }
    }
    return std::unique_ptr<rocksdb::Iterator>(database_->db->NewIterator(walk_options_, database_->family(space)));
  }
  void GiveWalker(Keyspace space, std::unique_ptr<rocksdb::Iterator> walker) const {
    const bool usable = walker->status().ok();
    std::lock_guard lock(idle_mutex_);
    --walkers_out_;
    auto& idle = idle_[static_cast<size_t>(space)];
    if (usable && idle.size() < kIdleWalkers) idle.push_back(std::move(walker));
  }

  Status Failure(const rocksdb::Status& status, Keyspace space) const {
    return From(status, Text(database_->folder, ": keyspace ", KeyspaceName(space)));
  }

 private:
  static constexpr size_t kIdleWalkers = 4;  // of each keyspace

  // Routes at which to cut a keyspace into up to `parts` parts of about equal size.
  std::vector<Route> Splits(Keyspace space, int parts) const;

  const std::shared_ptr<const Database> database_;
  const rocksdb::Snapshot* snapshot_ = nullptr;
  uint64_t sequence_ = 0;
  ReadOptions get_options_;
  ReadOptions walk_options_;
  mutable std::mutex idle_mutex_;  // guards the two below
  mutable int walkers_out_ = 0;
  mutable std::array<std::vector<std::unique_ptr<rocksdb::Iterator>>, kKeyspaces> idle_;
};

class RocksCursor : public Cursor {
 public:
  RocksCursor(const RocksView& view, Keyspace space, Route route, std::string_view prefix, std::string_view from)
      : view_(view), space_(space), walker_(view.TakeWalker(space)), prefix_(route, prefix) {
    const PhysicalKey start(route, std::max(prefix, from));
    walker_->Seek(start.slice());
    Settle();
  }
  ~RocksCursor() override { view_.GiveWalker(space_, std::move(walker_)); }

  bool Valid() const override { return valid_; }
  std::string_view rest() const override {
    LT_ASSERT(valid_);
    return View8(walker_->key());
  }
  std::string_view value() const override {
    LT_ASSERT(valid_);
    return Bytes(walker_->value());
  }
  void Next() override {
    LT_ASSERT(valid_);
    walker_->Next();
    Settle();
  }
  Status status() const override { return view_.Failure(walker_->status(), space_); }

 private:
  void Settle() { valid_ = walker_->Valid() && walker_->key().starts_with(prefix_.slice()); }

  const RocksView& view_;
  const Keyspace space_;
  std::unique_ptr<rocksdb::Iterator> walker_;
  const PhysicalKey prefix_;
  bool valid_ = false;
};

std::unique_ptr<Cursor> RocksView::Scan(Keyspace space, Route route, std::string_view prefix,
                                        std::string_view from) const {
  return std::make_unique<RocksCursor>(*this, space, route, prefix, from);
}

std::vector<Route> RocksView::Splits(Keyspace space, int parts) const {
  std::vector<Route> splits;
  if (parts == 1) return splits;
  ReadOptions options;
  options.snapshot = snapshot_;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> it(database_->db->NewIterator(options, database_->family(space)));
  it->SeekToFirst();
  if (!it->Valid()) return splits;
  const Route first = RouteOf(it->key());
  it->SeekToLast();
  if (!it->Valid()) return splits;
  const Route last = RouteOf(it->key());

  // Approximate sizes of slices of equal width; slices that hold too much are cut again.
  struct Part {
    Route first, last;
    uint64_t bytes;
  };
  constexpr uint64_t kCuts = 64;
  const auto cut = [&](const Part& part) {
    const uint64_t width = std::max<uint64_t>((part.last - part.first) / kCuts, 1);
    std::vector<Part> pieces;
    for (Route begin = part.first;;) {
      const Route end = pieces.size() + 1 == kCuts || part.last - begin < width ? part.last : begin + width - 1;
      pieces.push_back({begin, end, 0});
      if (end == part.last) break;
      begin = end + 1;
    }
    std::vector<std::string> keys;
    for (const Part& piece : pieces) PutBigEndian(keys.emplace_back(), piece.first);
    keys.emplace_back(kRouteBytes, '\xff');
    if (part.last != ~Route{0}) {
      keys.back().clear();
      PutBigEndian(keys.back(), part.last + 1);
    }
    std::vector<rocksdb::Range> ranges;
    for (size_t i = 0; i < pieces.size(); ++i) ranges.emplace_back(keys[i], keys[i + 1]);
    std::vector<uint64_t> sizes(pieces.size(), 0);
    rocksdb::SizeApproximationOptions approximation;
    approximation.include_memtables = true;
    approximation.include_files = true;
    const rocksdb::Status status =
        database_->db->GetApproximateSizes(approximation, database_->family(space), ranges.data(),
                                           static_cast<int>(ranges.size()), sizes.data());
    if (!status.ok()) sizes.assign(pieces.size(), 0);  // one shard then
    for (size_t i = 0; i < pieces.size(); ++i) pieces[i].bytes = sizes[i];
    return pieces;
  };
  std::vector<Part> slices = cut({first, last, 0});
  uint64_t total = 0;
  for (const Part& slice : slices) total += slice.bytes;
  if (total < kShardBytes) return splits;
  const uint64_t coarse = total / static_cast<uint64_t>(parts) / 8;
  for (size_t i = 0; i < slices.size() && slices.size() < 4096;) {
    if (slices[i].bytes <= coarse || slices[i].first == slices[i].last) {
      ++i;
      continue;
    }
    const std::vector<Part> pieces = cut(slices[i]);
    const auto at = slices.erase(slices.begin() + static_cast<ptrdiff_t>(i));
    slices.insert(at, pieces.begin(), pieces.end());
  }
  uint64_t before = 0;
  for (size_t i = 0; i + 1 < slices.size(); ++i) {
    before += slices[i].bytes;
    const uint64_t next_cut = total * (splits.size() + 1) / static_cast<uint64_t>(parts);
    if (splits.size() + 1 < static_cast<size_t>(parts) && before >= next_cut) splits.push_back(slices[i + 1].first);
  }
  return splits;
}

// --- Writing -------------------------------------------------------------------------------------------------------

class RocksBatch : public Batch {
 public:
  // `keep` for a batch of a read-only store, which can be filled but not written: its database may be replaced.
  RocksBatch(const Database& database, std::shared_ptr<const Database> keep)
      : database_(database), keep_(std::move(keep)) {}
  void Put(Keyspace space, KeyView key, std::string_view value) override {
    const PhysicalKey physical(key.route, key.rest);
    Check(batch_.Put(database_.family(space), physical.slice(), Slice(value.data(), value.size())));
  }
  void Delete(Keyspace space, KeyView key) override {
    const PhysicalKey physical(key.route, key.rest);
    Check(batch_.Delete(database_.family(space), physical.slice()));
  }
  uint64_t bytes() const override { return batch_.Count() == 0 ? 0 : batch_.GetDataSize(); }

  rocksdb::WriteBatch& batch() { return batch_; }

 private:
  // A batch in memory fails only when a key or value is longer than RocksDB's 32-bit lengths.
  void Check(const rocksdb::Status& status) { LT_ASSERT(status.ok()); }

  const Database& database_;
  const std::shared_ptr<const Database> keep_;
  rocksdb::WriteBatch batch_;
};

// Hands the operations of a batch to the sort of a bulk load, after everything else in it.
class BatchIntoSort : public rocksdb::WriteBatch::Handler {
 public:
  BatchIntoSort(const Database& database, ExternalSort& sort) : sort_(sort) {
    for (int i = 0; i < kKeyspaces; ++i) ids_[static_cast<size_t>(i)] = database.families[static_cast<size_t>(i)]->GetID();
  }
  rocksdb::Status PutCF(uint32_t id, const Slice& key, const Slice& value) override {
    return Add(id, key, Bytes(value));
  }
  rocksdb::Status DeleteCF(uint32_t id, const Slice& key) override { return Add(id, key, std::nullopt); }
  const Status& failure() const { return failure_; }

 private:
  rocksdb::Status Add(uint32_t id, const Slice& key, std::optional<std::string_view> value) {
    const size_t space = static_cast<size_t>(std::find(ids_.begin(), ids_.end(), id) - ids_.begin());
    LT_ASSERT(space < ids_.size());
    failure_ = sort_.Add(static_cast<Keyspace>(space), {RouteOf(key), View8(key)}, value);
    return failure_.ok() ? rocksdb::Status::OK() : rocksdb::Status::Aborted();
  }

  ExternalSort& sort_;
  std::array<uint32_t, kKeyspaces> ids_{};
  Status failure_;
};

class RocksBulkLoad : public BulkLoad {
 public:
  RocksBulkLoad(std::shared_ptr<Database> database, std::string folder, uint64_t memory_bytes)
      : database_(std::move(database)), sort_(std::move(folder), memory_bytes) {}

  Status Put(Keyspace space, KeyView key, std::string_view value) override {
    LT_ASSERT(!published_);
    return sort_.Add(space, key, value);
  }

  Status Publish(Batch* with) override {
    LT_ASSERT(!published_);
    published_ = true;
    if (with) {
      rocksdb::WriteBatch& batch = static_cast<RocksBatch*>(with)->batch();
      BatchIntoSort handler(*database_, sort_);
      const rocksdb::Status status = batch.Iterate(&handler);
      batch.Clear();
      LT_TRY(handler.failure());
      LT_TRY(From(status, database_->folder));
    }
    LT_TRY(sort_.Finish());
    if (sort_.bytes() == 0) return {};
    return !sort_.spilled() && sort_.bytes() < kSmallLoadBytes ? PublishAsBatch() : PublishAsTables();
  }

 private:
  Status PublishAsBatch() {
    rocksdb::WriteBatch batch(sort_.bytes() + (64 << 10));
    for (int i = 0; i < kKeyspaces; ++i) {
      const auto space = static_cast<Keyspace>(i);
      LT_ASSIGN(const auto stream, sort_.Open(space));
      while (stream->Next()) {
        const std::string_view key = stream->key();
        const rocksdb::Status status =
            stream->value()
                ? batch.Put(database_->family(space), Slice(key.data(), key.size()),
                            Slice(stream->value()->data(), stream->value()->size()))
                : batch.Delete(database_->family(space), Slice(key.data(), key.size()));
        LT_ASSERT(status.ok());
      }
      LT_TRY(stream->status());
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    return From(database_->db->Write(options, &batch), database_->folder);
  }

  Status PublishAsTables() {
    LT_ASSIGN(const std::string folder, sort_.Folder());
    // The largest keyspaces first, so that two threads end at about the same time.
    std::array<Keyspace, kKeyspaces> order;
    for (int i = 0; i < kKeyspaces; ++i) order[static_cast<size_t>(i)] = static_cast<Keyspace>(i);
    std::stable_sort(order.begin(), order.end(),
                     [this](Keyspace a, Keyspace b) { return sort_.records(a) > sort_.records(b); });
    std::array<std::vector<std::string>, kKeyspaces> files;
    std::array<Status, kKeyspaces> statuses;
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i; (i = next.fetch_add(1)) < kKeyspaces;) {
        const auto space = static_cast<size_t>(order[i]);
        statuses[space] = WriteTables(order[i], folder, &files[space]);
      }
    };
    std::thread other(work);
    work();
    other.join();
    for (const Status& status : statuses) LT_TRY(status);

    std::vector<rocksdb::IngestExternalFileArg> args;
    for (size_t i = 0; i < kKeyspaces; ++i) {
      if (files[i].empty()) continue;
      rocksdb::IngestExternalFileArg arg;
      arg.column_family = database_->families[i];
      arg.external_files = files[i];
      arg.options.move_files = true;
      arg.options.write_global_seqno = false;
      args.push_back(std::move(arg));
    }
    // Commits made before must not be lost in a crash that this load survives.
    LT_TRY(From(database_->db->SyncWAL(), database_->folder));
    // With a snapshot open the files get a sequence of their own: views tell before from after by it.
    const rocksdb::ManagedSnapshot forces_sequence(database_->db.get());
    return From(database_->db->IngestExternalFiles(args), database_->folder);
  }

  Status WriteTables(Keyspace space, const std::string& folder, std::vector<std::string>* files) const {
    LT_ASSIGN(const auto stream, sort_.Open(space));
    rocksdb::Options options(rocksdb::DBOptions(database_->options), FamilyOptions(database_->options, space));
    std::unique_ptr<rocksdb::SstFileWriter> writer;
    rocksdb::Status status;
    while (status.ok() && stream->Next()) {
      if (!writer) {
        writer = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), options, database_->family(space));
        files->push_back(Text(folder, "/", KeyspaceName(space), "-", files->size(), ".sst"));
        status = writer->Open(files->back());
        if (!status.ok()) break;
      }
      const Slice key(stream->key().data(), stream->key().size());
      status = stream->value() ? writer->Put(key, Slice(stream->value()->data(), stream->value()->size()))
                               : writer->Delete(key);
      if (status.ok() && writer->FileSize() >= kTableFileBytes) {
        status = writer->Finish();
        writer.reset();
      }
    }
    LT_TRY(stream->status());
    if (status.ok() && writer) status = writer->Finish();
    return From(status, Text(folder, ": a sorted file of keyspace ", KeyspaceName(space)));
  }

  const std::shared_ptr<Database> database_;
  ExternalSort sort_;
  bool published_ = false;
};

// --- The store -----------------------------------------------------------------------------------------------------

class RocksStore : public Store {
 public:
  explicit RocksStore(std::shared_ptr<Database> database) : database_(std::move(database)) {
    if (!database_->read_only && database_->durability == Durability::kSoon) {
      syncer_ = std::thread([this] { SyncNowAndThen(); });
    }
  }
  ~RocksStore() override {
    if (syncer_.joinable()) {
      {
        std::lock_guard lock(sync_mutex_);
        stop_ = true;
      }
      sync_wanted_.notify_all();
      syncer_.join();
    }
  }

  std::unique_ptr<View> OpenView() const override { return std::make_unique<RocksView>(database()); }
  std::unique_ptr<Batch> NewBatch() const override {
    const std::shared_ptr<const Database> now = database();
    return std::make_unique<RocksBatch>(*now, now->read_only ? now : nullptr);
  }

  Result<uint64_t> Write(Batch* batch) override {
    LT_TRY(CheckWritable());
    rocksdb::WriteBatch& writes = static_cast<RocksBatch*>(batch)->batch();
    if (writes.Count() == 0) return database_->db->GetLatestSequenceNumber();
    rocksdb::WriteOptions options;
    options.sync = database_->durability == Durability::kEveryCommit;
    const rocksdb::Status status = database_->db->Write(options, &writes);
    writes.Clear();
    LT_TRY(From(status, Text(database_->folder, ": a commit cannot be stored")));
    if (!options.sync) {
      std::lock_guard lock(sync_mutex_);
      LT_TRY(sync_status_);
      unsynced_ = true;
      sync_wanted_.notify_one();
    }
    return database_->db->GetLatestSequenceNumber();
  }

  Result<std::unique_ptr<BulkLoad>> NewBulkLoad(uint64_t memory_bytes) override {
    LT_TRY(CheckWritable());
    return std::unique_ptr<BulkLoad>(std::make_unique<RocksBulkLoad>(
        database_, Text(database_->folder, "/", kBulkPrefix, next_bulk_.fetch_add(1)), memory_bytes));
  }

  Status Refresh(const Budget& budget) override {
    std::shared_ptr<Database> old = database();
    if (!old->read_only) return {};
    const Fingerprint now = TakeFingerprint(old->folder);
    if (now.SameFiles(old->print) && now.logs == old->print.logs) return {};
    auto fresh = std::make_shared<Database>();
    fresh->folder = old->folder;
    fresh->read_only = true;
    fresh->options = old->options;
    fresh->env = old->env;
    LT_TRY(OpenBesideWriter(*fresh, budget));
    std::lock_guard lock(database_mutex_);
    database_ = std::move(fresh);
    return {};
  }

  uint64_t SizeBytes() const override {
    const std::string& folder = database()->folder;
    const Result<std::vector<std::string>> names = ListFolder(folder);
    uint64_t bytes = 0;
    if (names.ok()) {
      for (const std::string& name : *names) {
        if (name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("MANIFEST-")) {
          bytes += FileBytes(folder + "/" + name);
        }
      }
    }
    return bytes;
  }

  Status VerifyChecksums(const Budget& budget) const override;

  std::string folder() const override { return database()->folder; }

 private:
  std::shared_ptr<Database> database() const {
    std::lock_guard lock(database_mutex_);
    return database_;
  }
  Status CheckWritable() const {
    const std::shared_ptr<Database> now = database();
    if (!now->read_only) return {};
    return Status(Code::kInvalid, Text(now->folder, ": the store was opened for reading only and cannot be written"));
  }
  void SyncNowAndThen() {
    std::unique_lock lock(sync_mutex_);
    for (;;) {
      sync_wanted_.wait(lock, [this] { return stop_ || unsynced_; });
      if (!stop_) sync_wanted_.wait_for(lock, kSyncInterval, [this] { return stop_; });
      if (unsynced_) {
        unsynced_ = false;
        lock.unlock();
        const rocksdb::Status status = database_->db->SyncWAL();
        lock.lock();
        sync_status_ = From(status, Text(database_->folder, ": commits cannot be synced to disk"));
      }
      if (stop_) return;
    }
  }

  mutable std::mutex database_mutex_;
  std::shared_ptr<Database> database_;  // of a writer: always the same
  std::atomic<uint64_t> next_bulk_{0};
  std::mutex sync_mutex_;  // guards the rest
  std::condition_variable sync_wanted_;
  bool unsynced_ = false;
  bool stop_ = false;
  Status sync_status_;
  std::thread syncer_;
};

Status RocksStore::VerifyChecksums(const Budget& budget) const {
  const std::shared_ptr<Database> now = database();
  if (!now->read_only) LT_TRY(From(now->db->DisableFileDeletions(), now->folder));
  const auto check = [&]() -> Status {
    std::vector<rocksdb::LiveFileMetaData> files;
    now->db->GetLiveFilesMetaData(&files);
    uint64_t total = 1, done = 0;
    for (const auto& file : files) total += file.size;
    rocksdb::Options options = now->options;
    rocksdb::BlockBasedTableOptions table = *options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
    table.block_cache = nullptr;  // what is checked must come from the disk
    table.no_block_cache = true;
    table.cache_index_and_filter_blocks = false;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    for (const auto& file : files) {
      LT_TRY(budget.Check());
      const std::string path = Text(now->folder, file.name);
      rocksdb::SstFileReader reader(options);
      rocksdb::Status status = reader.Open(path);
      if (status.ok()) status = reader.VerifyChecksum(ReadOptions());
      if (!status.ok() && !(now->read_only && !FileExists(path))) {
        LT_TRY(From(status, Text(path, " (keyspace ", file.column_family_name, ")")));
      }
      done += file.size;
      budget.Progress(static_cast<double>(done) / static_cast<double>(total));
    }
    for (const auto& [name, bytes] : TakeFingerprint(now->folder).logs) {
      LT_TRY(budget.Check());
      const std::string path = now->folder + "/" + name;
      LT_ASSIGN(const WalCondition condition, CheckWal(path));
      if (condition == WalCondition::kDamaged) {
        return Status(Code::kDamaged, Text(path, ": the log of commits is damaged before its end; restore a backup or "
                                                 "import again"));
      }
    }
    return {};
  };
  const Status status = check();
  if (!now->read_only) now->db->EnableFileDeletions(false).PermitUncheckedError();
  return status;
}

}  // namespace

Result<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& folder_as_given, const OpenOptions& options) {
  std::string folder = folder_as_given;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  LT_ASSIGN(FolderKind kind, Inspect(folder));
  const bool create = options.create && !options.read_only;
  switch (kind) {
    case FolderKind::kStore: break;
    case FolderKind::kMissing:
    case FolderKind::kEmpty:
    case FolderKind::kUnfinished:
      if (create) break;
      return Status(Code::kNotFound, Text(folder, ": there is no store here; make one with 'liantu init' or 'liantu "
                                                  "import', or name another folder"));
    case FolderKind::kHeadless:
      return Status(Code::kDamaged, Text(folder, ": the file CURRENT of the store is missing; restore a backup"));
    case FolderKind::kForeign:
      return Status(Code::kInvalid, Text(folder, ": the folder holds something that is not a liantu store; choose "
                                                 "another or an empty one"));
    case FolderKind::kNotAFolder:
      return Status(Code::kInvalid, Text(folder, ": is a file; a store is a folder"));
  }
  RaiseFileLimit();
  auto database = std::make_shared<Database>();
  database->folder = folder;
  database->read_only = options.read_only;
  database->durability = options.durability;
  database->options = MakeOptions(options, database->env ? database->env.get() : rocksdb::Env::Default());
  if (options.read_only) {
    LT_TRY(OpenBesideWriter(*database, Budget()));
    return std::unique_ptr<Store>(std::make_unique<RocksStore>(std::move(database)));
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Status(Code::kIo, Text(folder, ": cannot be made: ", error.message()));
  LT_TRY(database->lock.Take(folder, options.durability));
  // What unpublished loads of a crashed writer left.
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with(kBulkPrefix)) left.push_back(entry.path());
  }
  for (const fs::path& path : left) fs::remove_all(path, error);
  if (kind == FolderKind::kStore) {
    LT_TRY(OpenExisting(*database, create, database->lock.before().soon));
  } else {
    LT_TRY(From(OpenFamilies(*database, true), folder));
  }
  return std::unique_ptr<Store>(std::make_unique<RocksStore>(std::move(database)));
}

}  // namespace liantu::storage
