// SPDX-License-Identifier: Apache-2.0
// The embedded store: a column family of RocksDB for each keyspace, the route in 8 big-endian bytes before the rest of
// the key (docs/storage-format.md).
#include "storage/rocksdb_store.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "base/bytes.h"
#include "base/files.h"
#include "storage/fault_file_system.h"
#include "storage/log_file_system.h"
#include "storage/rocksdb_database.h"
#include "storage/wal_check.h"

namespace liantu::storage {
namespace {

using rocksdb::ReadOptions;
using rocksdb::Slice;

constexpr uint64_t kShardBytes = 1ull << 20;  // below this a keyspace is walked by one thread
constexpr auto kSyncInterval = std::chrono::seconds(1);
constexpr auto kLongSync = std::chrono::milliseconds(2);  // nobody waits for others longer than half of it

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

std::string_view RestOf(const Slice& key) { return {key.data() + kRouteBytes, key.size() - kRouteBytes}; }

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
    sweep_options_.snapshot = snapshot_;
    sweep_options_.total_order_seek = true;
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
    std::unique_ptr<rocksdb::Iterator> walker = TakeWalker(space, kSweep);
    Status status;
    bool stop = false;
    for (size_t i = 0; i < routes.size() && !stop && status.ok(); ++i) {
      if (limit_each == 0) break;
      const PhysicalKey start(routes[i], prefix);
      // Going on from the route before, all keys below where the walker stands are behind it. Ten steps cost about one seek.
      constexpr int kNear = 8;
      bool near = i > 0 && routes[i] > routes[i - 1] && routes[i] - routes[i - 1] <= kNear;
      for (int step = 0; near && walker->Valid() && walker->key().compare(start.slice()) < 0; ++step) {
        if (step == kNear) near = false;
        else walker->Next();
      }
      if (!near) walker->Seek(start.slice());
      uint64_t count = 0;
      for (; walker->Valid() && walker->key().starts_with(start.slice()); walker->Next()) {
        if (!row(i, RestOf(walker->key()), walker->value().ToStringView())) {
          stop = true;
          break;
        }
        if (++count == limit_each) break;
      }
      if (!walker->status().ok()) status = Failure(walker->status(), space);
    }
    GiveWalker(space, kSweep, std::move(walker));
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
        if (!row(static_cast<int>(shard), RouteOf(key), RestOf(key), it->value().ToStringView())) {
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

  // Iterators for walks within a route, and over several. Making one costs more than a seek, so idle ones are kept.
  enum Walk { kRoute, kSweep, kWalks };
  std::unique_ptr<rocksdb::Iterator> TakeWalker(Keyspace space, Walk walk) const {
    {
      std::lock_guard lock(idle_mutex_);
      ++walkers_out_;
      auto& idle = idle_[static_cast<size_t>(space) * kWalks + walk];
      if (!idle.empty()) {
        std::unique_ptr<rocksdb::Iterator> walker = std::move(idle.back());
        idle.pop_back();
        return walker;
      }
    }
    return std::unique_ptr<rocksdb::Iterator>(
        database_->db->NewIterator(walk == kSweep ? sweep_options_ : walk_options_, database_->family(space)));
  }
  void GiveWalker(Keyspace space, Walk walk, std::unique_ptr<rocksdb::Iterator> walker) const {
    const bool usable = walker->status().ok();
    std::lock_guard lock(idle_mutex_);
    --walkers_out_;
    auto& idle = idle_[static_cast<size_t>(space) * kWalks + walk];
    if (usable && idle.size() < kIdleWalkers) idle.push_back(std::move(walker));
  }

  Status Failure(const rocksdb::Status& status, Keyspace space) const {
    return FromRocks(status, Text(database_->folder, ": keyspace ", KeyspaceName(space)));
  }

 private:
  static constexpr size_t kIdleWalkers = 4;  // of each keyspace and kind

  // Routes at which to cut a keyspace into up to `parts` parts of about equal size.
  std::vector<Route> Splits(Keyspace space, int parts) const;

  const std::shared_ptr<const Database> database_;
  const rocksdb::Snapshot* snapshot_ = nullptr;
  uint64_t sequence_ = 0;
  ReadOptions get_options_;
  ReadOptions walk_options_, sweep_options_;
  mutable std::mutex idle_mutex_;  // guards the two below
  mutable int walkers_out_ = 0;
  mutable std::array<std::vector<std::unique_ptr<rocksdb::Iterator>>, kKeyspaces * kWalks> idle_;
};

class RocksCursor : public Cursor {
 public:
  RocksCursor(const RocksView& view, Keyspace space, Route route, std::string_view prefix, std::string_view from)
      : view_(view), space_(space), walker_(view.TakeWalker(space, RocksView::kRoute)), prefix_(route, prefix) {
    const PhysicalKey start(route, std::max(prefix, from));
    walker_->Seek(start.slice());
    Settle();
  }
  ~RocksCursor() override { view_.GiveWalker(space_, RocksView::kRoute, std::move(walker_)); }

  bool Valid() const override { return valid_; }
  std::string_view rest() const override {
    LT_ASSERT(valid_);
    return RestOf(walker_->key());
  }
  std::string_view value() const override {
    LT_ASSERT(valid_);
    return walker_->value().ToStringView();
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

  Result<uint64_t> Write(Batch* batch) override { return WriteAs(batch, database_->durability == Durability::kEveryCommit); }

  Result<uint64_t> Append(Batch* batch) override { return WriteAs(batch, false); }

  // Whoever comes while the disk is busy waits for the next round, which one of them runs for all. Those whom the last
  // round let go are likely to commit again at once; the round begins when they have, or after half the time that a sync
  // takes: without that two clients that take turns would get no more done than one.
  Status Sync(uint64_t sequence) override {
    if (database_->durability != Durability::kEveryCommit) return {};
    std::unique_lock lock(round_mutex_);
    if (synced_ >= sequence) return {};
    waiting_.push_back(std::this_thread::get_id());
    round_joined_.notify_one();
    while (synced_ < sequence) {
      LT_TRY(round_failure_);
      if (in_round_) {
        round_over_.wait(lock);
        continue;
      }
      in_round_ = true;
      const auto all_back = [this] {
        return std::all_of(let_go_.begin(), let_go_.end(), [this](std::thread::id id) { return std::find(waiting_.begin(), waiting_.end(), id) != waiting_.end(); });
      };
      if (!all_back()) round_joined_.wait_for(lock, sync_time_ / 2, all_back);
      let_go_ = std::exchange(waiting_, {});
      const auto begin = std::chrono::steady_clock::now();
      const uint64_t covered = database_->db->GetLatestSequenceNumber();
      lock.unlock();
      const rocksdb::Status status = database_->broken ? rocksdb::Status::IOError("an earlier write failed") : database_->db->SyncWAL();
      const auto took = std::chrono::steady_clock::now() - begin;
      lock.lock();
      in_round_ = false;
      sync_time_ += (std::min<std::chrono::steady_clock::duration>(took, kLongSync) - sync_time_) / 8;
      if (status.ok()) {
        synced_ = std::max(synced_, covered);
      } else {
        database_->broken = true;
        round_failure_ = FromRocks(status, Text(database_->folder, ": commits cannot be synced to disk"));
      }
      round_over_.notify_all();
    }
    std::erase(waiting_, std::this_thread::get_id());  // came after the round began, but in time for it
    return {};
  }

  Result<std::unique_ptr<BulkLoad>> NewBulkLoad(uint64_t memory_bytes) override {
    LT_TRY(CheckWritable());
    return NewRocksBulkLoad(database_, Text(database_->folder, "/", kBulkPrefix, next_bulk_.fetch_add(1)),
                            memory_bytes);
  }

  Status Refresh(const Budget& budget) override {
    LT_TRY(budget.Check());
    const std::shared_ptr<Database> old = database();
    if (!old->read_only) return {};
    LT_ASSIGN(std::shared_ptr<Database> fresh, OpenAgain(old, budget));
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
    if (!now->read_only) return CheckNotBroken(*now);
    return Status(Code::kInvalid, Text(now->folder, ": the store was opened for reading only and cannot be written"));
  }
  Result<uint64_t> WriteAs(Batch* batch, bool sync) {
    LT_TRY(CheckWritable());
    rocksdb::WriteBatch& writes = static_cast<RocksBatch*>(batch)->writes();
    if (writes.Count() == 0) return database_->db->GetLatestSequenceNumber();
    rocksdb::WriteOptions options;
    options.sync = sync;
    const rocksdb::Status status = database_->db->Write(options, &writes);
    writes.Clear();
    if (!status.ok()) database_->broken = true;
    LT_TRY(FromRocks(status, Text(database_->folder, ": a commit cannot be stored")));
    if (database_->durability == Durability::kSoon) {
      std::lock_guard lock(sync_mutex_);
      LT_TRY(sync_status_);
      unsynced_ = true;
      sync_wanted_.notify_one();
    }
    return database_->db->GetLatestSequenceNumber();
  }
  void SyncNowAndThen() {
    std::unique_lock lock(sync_mutex_);
    for (;;) {
      sync_wanted_.wait(lock, [this] { return stop_ || unsynced_; });
      if (!stop_) sync_wanted_.wait_for(lock, kSyncInterval, [this] { return stop_; });
      if (unsynced_) {
        unsynced_ = false;
        lock.unlock();
        const rocksdb::Status status =
            database_->broken ? rocksdb::Status::OK() : database_->db->SyncWAL();  // who broke it has said so
        if (!status.ok()) database_->broken = true;
        lock.lock();
        sync_status_ = FromRocks(status, Text(database_->folder, ": commits cannot be synced to disk"));
      }
      if (stop_) return;
    }
  }

  mutable std::mutex database_mutex_;
  std::shared_ptr<Database> database_;  // of a writer: always the same
  std::atomic<uint64_t> next_bulk_{0};
  std::mutex round_mutex_;  // guards the next eight
  std::condition_variable round_over_, round_joined_;
  std::vector<std::thread::id> waiting_, let_go_;  // who waits for the next round, who was in the last one
  std::chrono::steady_clock::duration sync_time_{0};  // of late
  bool in_round_ = false;
  uint64_t synced_ = 0;
  Status round_failure_;
  std::mutex sync_mutex_;  // guards the rest
  std::condition_variable sync_wanted_;
  bool unsynced_ = false;
  bool stop_ = false;
  Status sync_status_;
  std::thread syncer_;
};

Status RocksStore::VerifyChecksums(const Budget& budget) const {
  const std::shared_ptr<Database> now = database();
  if (!now->read_only) LT_TRY(FromRocks(now->db->DisableFileDeletions(), now->folder));
  const auto check = [&]() -> Status {
    std::vector<rocksdb::LiveFileMetaData> files;
    now->db->GetLiveFilesMetaData(&files);
    uint64_t total = 1, done = 0;
    for (const auto& file : files) total += file.size;
    rocksdb::Options options = *now->options;
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
        LT_TRY(FromRocks(status, Text(path, " (keyspace ", file.column_family_name, ")")));
      }
      done += file.size;
      budget.Progress(static_cast<double>(done) / static_cast<double>(total));
    }
    LT_ASSIGN(const StillPicture picture, TakeStillPicture(now->folder));
    for (const auto& [name, bytes] : picture.logs) {
      LT_TRY(budget.Check());
      const std::string path = now->folder + "/" + name;
      LT_ASSIGN(const WalState log, CheckWal(path));
      if (log.condition == WalCondition::kDamaged) {
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

Result<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& folder_as_given, const OpenOptions& options,
                                                std::shared_ptr<FaultControl> faults) {
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
      return Status(Code::kNotFound, Text(folder, ": there is no store here; make one with 'liantu import', or name another folder"));
    case FolderKind::kHeadless:
      return Status(Code::kDamaged, Text(folder, ": the file CURRENT of the store is missing; restore a backup"));
    case FolderKind::kForeign:
      return Status(Code::kInvalid, Text(folder, ": the folder holds something that is not a liantu store; choose "
                                                 "another or an empty one"));
    case FolderKind::kNotAFolder:
      return Status(Code::kInvalid, Text(folder, ": is a file; a store is a folder"));
  }
  std::shared_ptr<rocksdb::FileSystem> file_system;
  std::shared_ptr<LogProgress> log;
  if (!options.read_only && options.durability == Durability::kEveryCommit) {
    log = std::make_shared<LogProgress>();
    file_system = NewLogFileSystem(log);
  }
  if (faults) file_system = NewFaultFileSystem(std::move(faults), std::move(file_system));
  LT_ASSIGN(std::shared_ptr<Database> database,
            options.read_only ? OpenForReading(folder, options, std::move(file_system))
                              : OpenForWriting(folder, options, kind == FolderKind::kStore, std::move(file_system)));
  database->log = std::move(log);
  return std::unique_ptr<Store>(std::make_unique<RocksStore>(std::move(database)));
}

}  // namespace liantu::storage
