// SPDX-License-Identifier: Apache-2.0
// Batches and bulk loads of the embedded store. A load is sorted outside memory where need be; a small one is written
// as one batch, a large one as table files that are taken into the database in one step.
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/bytes.h"
#include "storage/external_sort.h"
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
      rocksdb::WriteBatch& batch = static_cast<RocksBatch*>(with)->writes();
      BatchIntoSort handler(*database_, sort_);
      const rocksdb::Status status = batch.Iterate(&handler);
      batch.Clear();
      LT_TRY(handler.failure());
      LT_TRY(FromRocks(status, database_->folder));
    }
    LT_TRY(CheckNotBroken(*database_));
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
    LT_TRY(Wrote(database_->db->SyncWAL()));
    // With a snapshot open the files get a sequence of their own: views tell before from after by it.
    const rocksdb::ManagedSnapshot forces_sequence(database_->db.get());
    return Wrote(database_->db->IngestExternalFiles(args));
  }

  Status Wrote(const rocksdb::Status& status) {
    if (!status.ok()) database_->broken = true;
    return FromRocks(status, Text(database_->folder, ": a load cannot be published"));
  }

  Status WriteTables(Keyspace space, const std::string& folder, std::vector<std::string>* files) const {
    LT_ASSIGN(const auto stream, sort_.Open(space));
    rocksdb::Options options(rocksdb::DBOptions(*database_->options), FamilyOptions(*database_->options, space));
    std::unique_ptr<rocksdb::SstFileWriter> writer;
    rocksdb::Status status;
    while (status.ok() && stream->Next()) {
      if (!writer) {
        writer = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), options, database_->family(space));
        files->push_back(Text(folder, "/", KeyspaceName(space), "-", files->size(), ".sst"));
        status = writer->Open(files->back());
        if (!status.ok()) break;
      }
      status = stream->value() ? writer->Put(ToSlice(stream->key()), ToSlice(*stream->value()))
                               : writer->Delete(ToSlice(stream->key()));
      if (status.ok() && writer->FileSize() >= kTableFileBytes) {
        status = writer->Finish();
        writer.reset();
      }
    }
    LT_TRY(stream->status());
    if (status.ok() && writer) status = writer->Finish();
    return FromRocks(status, Text(folder, ": a sorted file of keyspace ", KeyspaceName(space)));
  }

  const std::shared_ptr<Database> database_;
  ExternalSort sort_;
  bool published_ = false;
};

}  // namespace

RocksBatch::RocksBatch(const Database& database, std::shared_ptr<const Database> keep)
    : database_(database), keep_(std::move(keep)), writes_(std::make_unique<rocksdb::WriteBatch>()) {}

RocksBatch::~RocksBatch() = default;

// A batch in memory fails only where a key or value is longer than RocksDB's 32-bit lengths.
void RocksBatch::Put(Keyspace space, KeyView key, std::string_view value) {
  const KeyParts whole(key.route, key.rest);
  const Slice bytes = ToSlice(value);
  LT_ASSERT(writes_->Put(database_.family(space), rocksdb::SliceParts(whole.parts, 2), rocksdb::SliceParts(&bytes, 1))
                .ok());
}

void RocksBatch::Delete(Keyspace space, KeyView key) {
  const KeyParts whole(key.route, key.rest);
  LT_ASSERT(writes_->Delete(database_.family(space), rocksdb::SliceParts(whole.parts, 2)).ok());
}

uint64_t RocksBatch::bytes() const { return writes_->Count() == 0 ? 0 : writes_->GetDataSize(); }

std::unique_ptr<BulkLoad> NewRocksBulkLoad(std::shared_ptr<Database> database, std::string folder,
                                           uint64_t memory_bytes) {
  return std::make_unique<RocksBulkLoad>(std::move(database), std::move(folder), memory_bytes);
}

}  // namespace liantu::storage
