// SPDX-License-Identifier: Apache-2.0
#include "graph/overlay.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "graph/bulk.h"

namespace liantu::graph {
namespace {

using storage::Cursor;
using storage::Keyspace;
using storage::KeyView;
using storage::Route;
using ChangeMap = std::map<std::string, std::optional<std::string>, std::less<>>;

// The base's keys of a route and the changes to it, as one sequence. A change hides the base's key of the same name.
class MergedCursor : public Cursor {
 public:
  MergedCursor(std::unique_ptr<Cursor> base, const ChangeMap* changes, std::string_view prefix, std::string_view from)
      : base_(std::move(base)), changes_(changes), prefix_(prefix) {
    if (changes_ != nullptr) at_ = changes_->lower_bound(std::max(prefix, from));
    Settle();
  }
  bool Valid() const override { return from_base_ || from_changes_; }
  std::string_view rest() const override { return from_changes_ ? std::string_view(at_->first) : base_->rest(); }
  std::string_view value() const override { return from_changes_ ? std::string_view(*at_->second) : base_->value(); }
  void Next() override {
    if (from_base_) base_->Next();
    else ++at_;
    Settle();
  }
  Status status() const override { return base_->status(); }

 private:
  bool HasChange() const {
    return changes_ != nullptr && at_ != changes_->end() && std::string_view(at_->first).starts_with(prefix_);
  }
  void Settle() {
    from_base_ = from_changes_ = false;
    while (true) {
      const bool base = base_->Valid();
      if (!base && !base_->status().ok()) return;
      if (!HasChange()) {
        from_base_ = base;
        return;
      }
      const int order = base ? base_->rest().compare(at_->first) : 1;
      if (order < 0) {
        from_base_ = true;
        return;
      }
      if (order == 0) base_->Next();
      if (at_->second.has_value()) {
        from_changes_ = true;
        return;
      }
      ++at_;
    }
  }
  std::unique_ptr<Cursor> base_;
  const ChangeMap* changes_;
  ChangeMap::const_iterator at_;
  std::string prefix_;
  bool from_base_ = false, from_changes_ = false;
};

class FailedCursor : public Cursor {
 public:
  explicit FailedCursor(Status status) : status_(std::move(status)) {}
  bool Valid() const override { return false; }
  std::string_view rest() const override { return {}; }
  std::string_view value() const override { return {}; }
  void Next() override {}
  Status status() const override { return status_; }

 private:
  Status status_;
};

}  // namespace

const Overlay::Changes* Overlay::Find(Keyspace space, Route route) const {
  const auto& routes = changes_[static_cast<int>(space)];
  const auto at = routes.find(route);
  return at == routes.end() ? nullptr : &at->second;
}

Result<bool> Overlay::Get(Keyspace space, KeyView key, std::string* value) const {
  if (const Changes* changes = Find(space, key.route)) {
    const auto at = changes->find(key.rest);
    if (at != changes->end()) {
      if (at->second) *value = *at->second;
      return at->second.has_value();
    }
  }
  return Below(space, key, value);
}

Result<bool> Overlay::Below(Keyspace space, KeyView key, std::string* value) const {
  if (bulk_nodes_ != nullptr && space == Keyspace::kNode && bulk_nodes_->Has(NodeId{key.route})) {
    if (!key.rest.empty()) return false;
    LT_TRY(bulk_nodes_->Read(NodeId{key.route}, value));
    return true;
  }
  return base_->Get(space, key, value);
}

std::unique_ptr<Cursor> Overlay::Scan(Keyspace space, Route route, std::string_view prefix,
                                      std::string_view from) const {
  return std::make_unique<MergedCursor>(base_->Scan(space, route, prefix, from), Find(space, route), prefix, from);
}

void Overlay::Put(const Key& key, std::string value) {
  auto& changes = changes_[static_cast<int>(key.space)][key.route];
  const auto [at, added] = changes.insert_or_assign(key.rest, std::move(value));
  keys_ += added;
}

void Overlay::Delete(const Key& key) {
  auto& changes = changes_[static_cast<int>(key.space)][key.route];
  const auto [at, added] = changes.insert_or_assign(key.rest, std::nullopt);
  keys_ += added;
}

void Overlay::MoveTo(storage::Batch& batch) {
  for (int space = 0; space < storage::kKeyspaces; ++space) {
    std::vector<Route> routes;
    routes.reserve(changes_[space].size());
    for (const auto& [route, changes] : changes_[space]) routes.push_back(route);
    std::sort(routes.begin(), routes.end());
    for (const Route route : routes) {
      const auto at = changes_[space].find(route);
      for (const auto& [rest, value] : at->second) {
        if (value) batch.Put(static_cast<Keyspace>(space), {route, rest}, *value);
        else batch.Delete(static_cast<Keyspace>(space), {route, rest});
      }
      changes_[space].erase(at);
    }
  }
  keys_ = 0;
}

Result<bool> OverlayView::Get(Keyspace space, KeyView key, std::string* value) const {
  LT_TRY(before_read_(space));
  return overlay_->Get(space, key, value);
}

Status OverlayView::MultiGet(Keyspace space, std::span<const KeyView> keys,
                             std::vector<std::optional<std::string>>* values) const {
  LT_TRY(before_read_(space));
  std::vector<KeyView> missing;
  std::vector<size_t> places;
  values->assign(keys.size(), std::nullopt);
  for (size_t i = 0; i < keys.size(); ++i) {
    if (const auto* changes = overlay_->Find(space, keys[i].route)) {
      const auto at = changes->find(keys[i].rest);
      if (at != changes->end()) {
        (*values)[i] = at->second;
        continue;
      }
    }
    if (overlay_->bulk_nodes_ != nullptr && space == Keyspace::kNode && overlay_->bulk_nodes_->Has(NodeId{keys[i].route})) {
      std::string value;
      LT_ASSIGN(const bool found, overlay_->Below(space, keys[i], &value));
      if (found) (*values)[i] = std::move(value);
      continue;
    }
    missing.push_back(keys[i]);
    places.push_back(i);
  }
  if (missing.empty()) return {};
  std::vector<std::optional<std::string>> below;
  LT_TRY(overlay_->base().MultiGet(space, missing, &below));
  for (size_t i = 0; i < places.size(); ++i) (*values)[places[i]] = std::move(below[i]);
  return {};
}

std::unique_ptr<Cursor> OverlayView::Scan(Keyspace space, Route route, std::string_view prefix,
                                          std::string_view from) const {
  if (Status status = before_read_(space); !status.ok()) return std::make_unique<FailedCursor>(std::move(status));
  return overlay_->Scan(space, route, prefix, from);
}

Status OverlayView::MultiScan(Keyspace space, std::span<const Route> routes, std::string_view prefix,
                              uint64_t limit_each,
                              const std::function<bool(size_t, std::string_view, std::string_view)>& row) const {
  LT_TRY(before_read_(space));
  for (size_t i = 0; i < routes.size(); ++i) {
    auto cursor = overlay_->Scan(space, routes[i], prefix);
    for (uint64_t n = 0; n < limit_each && cursor->Valid(); ++n, cursor->Next()) {
      if (!row(i, cursor->rest(), cursor->value())) return {};
    }
    LT_TRY(cursor->status());
  }
  return {};
}

Status OverlayView::ForEachShard(Keyspace space, int threads, const ShardRow& row) const {
  LT_TRY(before_read_(space));
  const auto& changed = overlay_->changes_[static_cast<int>(space)];
  // The base first, without the routes that the overlay touches; these then come merged, as shard 0.
  std::atomic<bool> stopped = false;
  LT_TRY(overlay_->base().ForEachShard(space, threads, [&](int shard, Route route, std::string_view rest,
                                                           std::string_view value) {
    if (changed.contains(route)) return true;
    if (row(shard, route, rest, value)) return true;
    stopped = true;
    return false;
  }));
  for (const auto& [route, changes] : changed) {
    auto cursor = overlay_->Scan(space, route, {});
    for (; !stopped && cursor->Valid(); cursor->Next()) {
      if (!row(0, route, cursor->rest(), cursor->value())) stopped = true;
    }
    LT_TRY(cursor->status());
  }
  return {};
}

}  // namespace liantu::graph
