// SPDX-License-Identifier: Apache-2.0
// A store state with changes laid over it that nobody else sees yet: what a transaction writes into and reads from.
// Knows keys and values, not graphs. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "graph/keys.h"
#include "storage/store.h"

namespace liantu::graph {

class BulkNodes;

class Overlay {
 public:
  explicit Overlay(std::shared_ptr<const storage::View> base) : base_(std::move(base)) {}
  const storage::View& base() const { return *base_; }

  Result<bool> Get(const Key& key, std::string* value) const { return Get(key.space, key.view(), value); }
  Result<bool> Get(storage::Keyspace space, storage::KeyView key, std::string* value) const;
  std::unique_ptr<storage::Cursor> Scan(storage::Keyspace space, storage::Route route, std::string_view prefix,
                                        std::string_view from = {}) const;
  void Put(const Key& key, std::string value);
  void Delete(const Key& key);

  // Whether something of this route is changed.
  bool Touches(storage::Keyspace space, storage::Route route) const { return Find(space, route) != nullptr; }
  // Node records that neither the overlay nor the base has are read from here.
  void set_bulk_nodes(const BulkNodes* nodes) { bulk_nodes_ = nodes; }

  // All changes, routes ascending. The overlay is empty afterwards.
  void MoveTo(storage::Batch& batch);
  uint64_t keys() const { return keys_; }

 private:
  friend class OverlayView;
  using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;  // nullopt: deleted
  const Changes* Find(storage::Keyspace space, storage::Route route) const;
  Result<bool> Below(storage::Keyspace space, storage::KeyView key, std::string* value) const;
  std::shared_ptr<const storage::View> base_;
  const BulkNodes* bulk_nodes_ = nullptr;
  std::unordered_map<storage::Route, Changes> changes_[storage::kKeyspaces];
  uint64_t keys_ = 0;
};

// The overlay as a store view, for ReadView. `before_read` runs before every read, is told the keyspace (the writer
// brings the overlay up to date there) and may fail the read.
class OverlayView : public storage::View {
 public:
  OverlayView(const Overlay* overlay, std::function<Status(storage::Keyspace)> before_read)
      : overlay_(overlay), before_read_(std::move(before_read)) {}
  uint64_t sequence() const override { return overlay_->base().sequence(); }
  Result<bool> Get(storage::Keyspace space, storage::KeyView key, std::string* value) const override;
  Status MultiGet(storage::Keyspace space, std::span<const storage::KeyView> keys,
                  std::vector<std::optional<std::string>>* values) const override;
  std::unique_ptr<storage::Cursor> Scan(storage::Keyspace space, storage::Route route, std::string_view prefix,
                                        std::string_view from) const override;
  Status MultiScan(storage::Keyspace space, std::span<const storage::Route> routes, std::string_view prefix,
                   uint64_t limit_each,
                   const std::function<bool(size_t, std::string_view, std::string_view)>& row) const override;
  Status ForEachShard(storage::Keyspace space, int threads, const ShardRow& row) const override;

 private:
  const Overlay* overlay_;
  std::function<Status(storage::Keyspace)> before_read_;
};

}  // namespace liantu::graph
