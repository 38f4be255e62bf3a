// SPDX-License-Identifier: Apache-2.0
// Batches and bulk loads of the embedded store. A load is sorted outside memory where need be; a small one is written
// as one batch, a large one as table files that are taken into the database in one step.
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/bytes.h"
#include "storage/external_sort.h"
#include "storage/log_file_system.h"
#include "storage/rocksdb_database.h"

namespace liantu::storage {

using rocksdb::Slice;

namespace {

// A load up to this size is cheaper through the log than as table files.
constexpr uint64_t kSmallLoadBytes = 8ull << 20;

Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

// A whole key of which `route` and `rest` are parts, without copying them together.
struct KeyParts {
  KeyParts(Route route, std::string_view rest) {
    for (size_t i = 0; i < kRouteBytes; ++i) head[i] = static_cast<char>(route >> (8 * (kRouteBytes - 1 - i)));
    parts[0] = Slice(head, kRouteBytes);
    parts[1] = ToSlice(rest);
  }
  char head[kRouteBytes];
  Slice parts[2];
};

// Hands the operations of a batch to the sort of a bulk load, after everything else in it.
class BatchIntoSort : public rocksdb::WriteBatch::Handler {
 public:
  BatchIntoSort(const Database& database, ExternalSort& sort) : sort_(sort) {
    for (int i = 0; i < kKeyspaces; ++i) ids_[static_cast<size_t>(i)] = database.families[static_cast<size_t>(i)]->GetID();
  }
  rocksdb::Status PutCF(uint32_t id, const Slice& key, const Slice& value) override {
    return Add(id, key, value.ToStringView());
  }
  rocksdb::Status DeleteCF(uint32_t id, const Slice& key) override { return Add(id, key, std::nullopt); }
  const Status& failure() const { return failure_; }

 private:
  rocksdb::Status Add(uint32_t id, const Slice& key, std::optional<std::string_view> value) {
    const size_t space = static_cast<size_t>(std::find(ids_.begin(), ids_.end(), id) - ids_.begin());
    LT_ASSERT(space < ids_.size());
    std::string_view rest = key.ToStringView();
    Route route = 0;
    LT_ASSERT(GetBigEndian(rest, route));
    failure_ = sort_.Add(static_cast<Keyspace>(space), {route, rest}, value);
    return failure_.ok() ? rocksdb::Status::OK() : rocksdb::Status::Aborted();
  }

  ExternalSort& sort_;
  std::array<uint32_t, kKeyspaces> ids_{};
  Status failure_;
};

// A finished table file that is not yet in the database.
struct TableFile {
  std::string path;
  std::string smallest, largest;  // whole keys
};

// Writes ascending keys as table files.
class TableWriter {
 public:
  // `name`: of the files, without their numbers.
  TableWriter(const Database& database, Keyspace space, std::string name)
      : database_(database), space_(space), name_(std::move(name)),
        options_(rocksdb::DBOptions(*database.options), FamilyOptions(*database.options, space)) {}

  Status Put(const Slice& key, const std::optional<std::string_view>& value) {
    rocksdb::Status status;
    if (!writer_) {
      writer_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), options_, database_.family(space_));
      files_.push_back({Text(name_, "-", files_.size(), ".sst"), key.ToString(), {}});
      status = writer_->Open(files_.back().path);
    }
    if (status.ok()) status = value ? writer_->Put(key, ToSlice(*value)) : writer_->Delete(key);
    if (!status.ok()) return Told(status);  // its words take longer than the put
    return writer_->FileSize() >= kTableFileBytes ? Cut() : Status();
  }
  // The next key goes to a file of its own.
  Status Cut() {
    if (!writer_) return {};
    rocksdb::ExternalSstFileInfo info;
    const rocksdb::Status status = writer_->Finish(&info);
    writer_.reset();
    files_.back().largest = info.largest_key;
    return Told(status);
  }
  const std::vector<TableFile>& files() const { return files_; }  // after Cut
  const rocksdb::Options& options() const { return options_; }

 private:
  Status Told(const rocksdb::Status& status) const {
    return FromRocks(status, Text(name_, ": a sorted file of keyspace ", KeyspaceName(space_)));
  }
  const Database& database_;
  const Keyspace space_;
  const std::string name_;
  const rocksdb::Options options_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;
  std::vector<TableFile> files_;
};

// What the runs of a load have made so far.
struct FinishedRuns {
  std::mutex mutex;
  std::array<std::vector<TableFile>, kKeyspaces> files;
};

class RocksBulkRun : public BulkRun {
 public:
  RocksBulkRun(std::shared_ptr<Database> database, std::shared_ptr<FinishedRuns> finished, Keyspace space, std::string name)
      : database_(std::move(database)), finished_(std::move(finished)), space_(space), writer_(*database_, space, std::move(name)) {}

  Status Put(KeyView key, std::string_view value) override {
    key_.clear();
    PutBigEndian(key_, key.route);
    key_ += key.rest;
    return writer_.Put(ToSlice(key_), value);
  }
  Status Finish() override {
    LT_TRY(writer_.Cut());
    std::lock_guard lock(finished_->mutex);
    auto& files = finished_->files[static_cast<size_t>(space_)];
    files.insert(files.end(), writer_.files().begin(), writer_.files().end());
    return {};
  }

 private:
  const std::shared_ptr<Database> database_;
  const std::shared_ptr<FinishedRuns> finished_;
  const Keyspace space_;
  TableWriter writer_;
  std::string key_;
};

class RocksBulkLoad : public BulkLoad {
 public:
  RocksBulkLoad(std::shared_ptr<Database> database, std::string folder, uint64_t memory_bytes)
      : database_(std::move(database)), sort_(std::move(folder), memory_bytes) {}

  Result<std::unique_ptr<BulkRun>> NewRun(Keyspace space) override {
    std::string folder;
    {
      std::lock_guard lock(folder_mutex_);
      LT_ASSIGN(folder, sort_.Folder());
    }
    std::string name = Text(folder, "/run-", KeyspaceName(space), "-", next_run_.fetch_add(1));
    return std::unique_ptr<BulkRun>(std::make_unique<RocksBulkRun>(database_, runs_, space, std::move(name)));
  }

  Status Put(Keyspace space, KeyView key, std::string_view value) override {
    LT_ASSERT(!published_);
    return sort_.Add(space, key, value);
  }

  Status Publish(Batch* with) override {
    LT_ASSERT(!published_);
    published_ = true;
    if (with) {
      rocksdb::WriteBatch& batch = static_cast<RocksBatch*>(with)->writes();
      BatchIntoSort handler(*database_, sort_);
      const rocksdb::Status status = batch.Iterate(&handler);
      batch.Clear();
      LT_TRY(handler.failure());
      LT_TRY(FromRocks(status, database_->folder));
    }
    LT_TRY(CheckNotBroken(*database_));
    LT_TRY(sort_.Finish());
    const bool runs = std::any_of(runs_->files.begin(), runs_->files.end(), [](const auto& files) { return !files.empty(); });
    if (sort_.bytes() == 0 && !runs) return {};
    return !runs && !sort_.spilled() && sort_.bytes() < kSmallLoadBytes ? PublishAsBatch() : PublishAsTables();
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
            stream->value() ? batch.Put(database_->family(space), ToSlice(key), ToSlice(*stream->value()))
                            : batch.Delete(database_->family(space), ToSlice(key));
        LT_ASSERT(status.ok());
      }
      LT_TRY(stream->status());
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    return Wrote(database_->db->Write(options, &batch));
  }

  Status PublishAsTables() {
    LT_ASSIGN(const std::string folder, sort_.Folder());
    // The largest keyspaces first, so that two threads end at about the same time.
    std::array<Keyspace, kKeyspaces> order;
    for (int i = 0; i < kKeyspaces; ++i) order[static_cast<size_t>(i)] = static_cast<Keyspace>(i);
    std::stable_sort(order.begin(), order.end(),
                     [this](Keyspace a, Keyspace b) { return sort_.records(a) > sort_.records(b); });
    std::array<std::vector<TableFile>, kKeyspaces> files;
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
      for (const TableFile& file : files[i]) arg.external_files.push_back(file.path);
      arg.options.move_files = true;
      arg.options.write_global_seqno = false;
      args.push_back(std::move(arg));
    }
    // Commits made before must not be lost in a crash that this load survives.
    LT_TRY(Wrote(database_->db->SyncWAL()));
    // With a snapshot open the files get a sequence of their own: views tell before from after by it.
    const rocksdb::ManagedSnapshot forces_sequence(database_->db.get());
    return Wrote(database_->db->IngestExternalFiles(args));
  }

  Status Wrote(const rocksdb::Status& status) {
    if (!status.ok()) database_->broken = true;
    return FromRocks(status, Text(database_->folder, ": a load cannot be published"));
  }

  // What was sorted and what came in runs, as files that do not overlap: RocksDB would take in overlapping ones at its
  // top level and have to compact them. A run with keys that are also, or lie between, sorted ones is written anew.
  Status WriteTables(Keyspace space, const std::string& folder, std::vector<TableFile>* files) const {
    std::vector<TableFile> runs = runs_->files[static_cast<size_t>(space)];
    std::sort(runs.begin(), runs.end(), [](const TableFile& a, const TableFile& b) { return a.smallest < b.smallest; });
    for (size_t i = 1; i < runs.size(); ++i) LT_ASSERT(runs[i - 1].largest < runs[i].smallest);
    LT_ASSIGN(const auto stream, sort_.Open(space));
    TableWriter writer(*database_, space, Text(folder, "/", KeyspaceName(space)));
    auto run = runs.begin();
    bool more = stream->Next();
    while (more || run != runs.end()) {
      if (run == runs.end() || (more && stream->key() < run->smallest)) {
        LT_TRY(writer.Put(ToSlice(stream->key()), stream->value()));
        more = stream->Next();
        continue;
      }
      LT_TRY(writer.Cut());
      if (!more || stream->key() > run->largest) {
        files->push_back(*run++);
        continue;
      }
      rocksdb::SstFileReader reader(writer.options());
      LT_TRY(FromRocks(reader.Open(run->path), run->path));
      rocksdb::ReadOptions options;
      options.total_order_seek = true;
      const std::unique_ptr<rocksdb::Iterator> at(reader.NewIterator(options));
      at->SeekToFirst();
      while (at->Valid() || (more && stream->key() <= run->largest)) {
        const int order = !at->Valid() ? 1 : !more ? -1 : at->key().compare(ToSlice(stream->key()));
        if (order < 0) {
          LT_TRY(writer.Put(at->key(), at->value().ToStringView()));
        } else {
          LT_TRY(writer.Put(ToSlice(stream->key()), stream->value()));
          more = stream->Next();
        }
        if (order <= 0) at->Next();
      }
      LT_TRY(FromRocks(at->status(), run->path));
      LT_TRY(writer.Cut());
      ++run;
    }
    LT_TRY(stream->status());
    LT_TRY(writer.Cut());
    files->insert(files->end(), writer.files().begin(), writer.files().end());
    return {};
  }

  const std::shared_ptr<Database> database_;
  ExternalSort sort_;
  std::mutex folder_mutex_;
  const std::shared_ptr<FinishedRuns> runs_ = std::make_shared<FinishedRuns>();
  std::atomic<uint64_t> next_run_{0};
  bool published_ = false;
};

}  // namespace

RocksBatch::RocksBatch(const Database& database, std::shared_ptr<const Database> keep)
    : database_(database), keep_(std::move(keep)), writes_(std::make_unique<rocksdb::WriteBatch>()) {}

RocksBatch::~RocksBatch() = default;

// A batch in memory fails only where a key or value is longer than RocksDB's 32-bit lengths.
void RocksBatch::Begin() {
  if (writes_->Count() == 0 && database_.log) LT_ASSERT(writes_->PutLogData(ToBytes(database_.log->mark())).ok());
}

void RocksBatch::Put(Keyspace space, KeyView key, std::string_view value) {
  Begin();
  const KeyParts whole(key.route, key.rest);
  const Slice bytes = ToSlice(value);
  LT_ASSERT(writes_->Put(database_.family(space), rocksdb::SliceParts(whole.parts, 2), rocksdb::SliceParts(&bytes, 1))
                .ok());
}

void RocksBatch::Delete(Keyspace space, KeyView key) {
  Begin();
  const KeyParts whole(key.route, key.rest);
  LT_ASSERT(writes_->Delete(database_.family(space), rocksdb::SliceParts(whole.parts, 2)).ok());
}

uint64_t RocksBatch::bytes() const { return writes_->Count() == 0 ? 0 : writes_->GetDataSize(); }

std::unique_ptr<BulkLoad> NewRocksBulkLoad(std::shared_ptr<Database> database, std::string folder,
                                           uint64_t memory_bytes) {
  return std::make_unique<RocksBulkLoad>(std::move(database), std::move(folder), memory_bytes);
}

}  // namespace liantu::storage
