// SPDX-License-Identifier: Apache-2.0
// A store (a memory store unless another is given) that counts what is written and read, and fails a write when told to.
#pragma once

#include <memory>

#include "storage/store.h"

namespace liantu::graph {

struct StoreCounts {
  uint64_t writes = 0, bytes_written = 0;
  uint64_t walks = 0;       // over a whole keyspace
  uint64_t bytes_read = 0;  // values that Get, MultiGet and Scan gave out
  bool fail_writes = false;
};

class CountingStore : public storage::Store {
 public:
  explicit CountingStore(StoreCounts* counts, std::unique_ptr<storage::Store> below = storage::NewMemoryStore())
      : counts_(counts), store_(std::move(below)) {}
  std::unique_ptr<storage::View> OpenView() const override { return std::make_unique<View>(counts_, store_->OpenView()); }
  std::unique_ptr<storage::Batch> NewBatch() const override { return store_->NewBatch(); }
  Result<uint64_t> Write(storage::Batch* batch) override {
    if (counts_->fail_writes) return Status(Code::kIo, "the disk is full");
    ++counts_->writes;
    counts_->bytes_written += batch->bytes();
    return store_->Write(batch);
  }
  Result<uint64_t> Append(storage::Batch* batch) override { return Write(batch); }
  Status Sync(uint64_t sequence) override { return store_->Sync(sequence); }
  Result<std::unique_ptr<storage::BulkLoad>> NewBulkLoad(uint64_t memory_bytes) override {
    return store_->NewBulkLoad(memory_bytes);
  }
  Status Refresh(const Budget& budget) override { return store_->Refresh(budget); }
  uint64_t SizeBytes() const override { return store_->SizeBytes(); }
  Status VerifyChecksums(const Budget& budget) const override { return store_->VerifyChecksums(budget); }
  std::string folder() const override { return store_->folder(); }

 private:
  class CountingCursor : public storage::Cursor {
   public:
    CountingCursor(StoreCounts* counts, std::unique_ptr<storage::Cursor> below) : counts_(counts), below_(std::move(below)) {
      Count();
    }
    bool Valid() const override { return below_->Valid(); }
    std::string_view rest() const override { return below_->rest(); }
    std::string_view value() const override { return below_->value(); }
    void Next() override {
      below_->Next();
      Count();
    }
    Status status() const override { return below_->status(); }

   private:
    void Count() {
      if (below_->Valid()) counts_->bytes_read += below_->value().size();
    }
    StoreCounts* counts_;
    std::unique_ptr<storage::Cursor> below_;
  };

  class View : public storage::View {
   public:
    View(StoreCounts* counts, std::unique_ptr<storage::View> below) : counts_(counts), below_(std::move(below)) {}
    uint64_t sequence() const override { return below_->sequence(); }
    Result<bool> Get(storage::Keyspace space, storage::KeyView key, std::string* value) const override {
      auto found = below_->Get(space, key, value);
      if (found.ok() && *found) counts_->bytes_read += value->size();
      return found;
    }
    Status MultiGet(storage::Keyspace space, std::span<const storage::KeyView> keys,
                    std::vector<std::optional<std::string>>* values) const override {
      LT_TRY(below_->MultiGet(space, keys, values));
      for (const auto& value : *values) counts_->bytes_read += value ? value->size() : 0;
      return {};
    }
    std::unique_ptr<storage::Cursor> Scan(storage::Keyspace space, storage::Route route, std::string_view prefix,
                                          std::string_view from) const override {
      return std::make_unique<CountingCursor>(counts_, below_->Scan(space, route, prefix, from));
    }
    Status MultiScan(storage::Keyspace space, std::span<const storage::Route> routes, std::string_view prefix,
                     uint64_t limit_each,
                     const std::function<bool(size_t, std::string_view, std::string_view)>& row) const override {
      return below_->MultiScan(space, routes, prefix, limit_each, row);
    }
    Status ForEachShard(storage::Keyspace space, int threads, const ShardRow& row) const override {
      ++counts_->walks;
      return below_->ForEachShard(space, threads, row);
    }

   private:
    StoreCounts* counts_;
    std::unique_ptr<storage::View> below_;
  };

  StoreCounts* counts_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace liantu::graph
