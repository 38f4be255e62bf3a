// SPDX-License-Identifier: Apache-2.0
// The store of the tests: ordered maps in memory. Every key holds its versions; a view reads the newest version that is
// not newer than itself. Versions that no open view can see are dropped as soon as a write or the end of a view makes
// them so. Routes come out of ForEachShard in an order shuffled by a seed, so that no code can rely on one.
#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include "storage/store.h"

namespace liantu::storage {
namespace {

struct Version {
  uint64_t sequence;
  std::optional<std::string> value;  // nullopt: deleted
};

struct Entry {
  std::vector<Version> versions;  // ascending
  uint64_t queued_at = 0;         // the last sequence for which it stands in State::garbage
};

using RouteMap = std::map<std::string, Entry, std::less<>>;

struct Operation {
  Keyspace space;
  Route route;
  std::string rest;
  std::optional<std::string> value;
};

// Entries that have something to drop once every view is at `sequence` or later.
struct Garbage {
  uint64_t sequence;
  Keyspace space;
  Route route;
  RouteMap::iterator entry;
};

// splitmix64's finaliser: a bijection, so that routes sort by it without ties.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

const std::string* Visible(const Entry& entry, uint64_t sequence) {
  for (size_t i = entry.versions.size(); i-- > 0;) {
    const Version& version = entry.versions[i];
    if (version.sequence <= sequence) return version.value ? &*version.value : nullptr;
  }
  return nullptr;
}

struct State {
  explicit State(uint64_t seed) : seed(seed) {}

  mutable std::shared_mutex mutex;  // guards all below
  const uint64_t seed;
  uint64_t sequence = 0;
  uint64_t bytes = 0;
  std::array<std::unordered_map<Route, RouteMap>, kKeyspaces> spaces;
  std::map<uint64_t, int> open_views;  // by sequence
  std::deque<Garbage> garbage;         // ascending sequence

  // Needs the mutex for writing.
  void Apply(std::vector<Operation>& operations) {
    const uint64_t now = ++sequence;
    for (Operation& op : operations) {
      auto& routes = spaces[static_cast<size_t>(op.space)];
      RouteMap* map;
      RouteMap::iterator it;
      if (op.value) {
        map = &routes[op.route];
        it = map->try_emplace(std::move(op.rest)).first;
        if (it->second.versions.empty()) bytes += sizeof(RouteMap::value_type) + it->first.size();
        bytes += op.value->size();
      } else {
        const auto found = routes.find(op.route);
        if (found == routes.end()) continue;
        map = &found->second;
        it = map->find(op.rest);
        if (it == map->end()) continue;
      }
      Entry& entry = it->second;
      if (!entry.versions.empty() && entry.versions.back().sequence == now) {
        if (entry.versions.back().value) bytes -= entry.versions.back().value->size();
        entry.versions.back().value = std::move(op.value);
      } else {
        entry.versions.push_back({now, std::move(op.value)});
      }
      if ((entry.versions.size() > 1 || !entry.versions.back().value) && entry.queued_at != now) {
        entry.queued_at = now;
        garbage.push_back({now, op.space, op.route, it});
      }
    }
    DropGarbage();
  }

  // Needs the mutex for writing. A node goes only when its newest version is a deletion that every view sees: no cursor
  // stands on it then, and every earlier mention of it in the queue has been taken out before.
  void DropGarbage() {
    const uint64_t oldest = open_views.empty() ? sequence : open_views.begin()->first;
    while (!garbage.empty() && garbage.front().sequence <= oldest) {
      const Garbage item = garbage.front();
      garbage.pop_front();
      std::vector<Version>& versions = item.entry->second.versions;
      size_t keep = versions.size() - 1;
      while (keep > 0 && versions[keep].sequence > oldest) --keep;
      for (size_t i = 0; i < keep; ++i) {
        if (versions[i].value) bytes -= versions[i].value->size();
      }
      versions.erase(versions.begin(), versions.begin() + static_cast<ptrdiff_t>(keep));
      if (versions.size() == 1 && !versions[0].value && versions[0].sequence == item.sequence) {
        bytes -= sizeof(RouteMap::value_type) + item.entry->first.size();
        auto& routes = spaces[static_cast<size_t>(item.space)];
        const auto route = routes.find(item.route);
        route->second.erase(item.entry);
        if (route->second.empty()) routes.erase(route);
      }
    }
  }
};

class MemoryCursor : public Cursor {
 public:
  MemoryCursor(const State& state, uint64_t sequence, Keyspace space, Route route, std::string_view prefix,
               std::string_view from)
      : state_(state), sequence_(sequence), prefix_(prefix) {
    std::shared_lock lock(state_.mutex);
    const auto& routes = state_.spaces[static_cast<size_t>(space)];
    const auto found = routes.find(route);
    if (found == routes.end()) return;
    map_ = &found->second;
    it_ = map_->lower_bound(std::max(prefix, from));
    Settle();
  }

  bool Valid() const override { return map_ != nullptr; }
  std::string_view rest() const override {
    LT_ASSERT(Valid());
    return it_->first;
  }
  std::string_view value() const override {
    LT_ASSERT(Valid());
    return value_;
  }
  void Next() override {
    LT_ASSERT(Valid());
    std::shared_lock lock(state_.mutex);
    ++it_;
    Settle();
  }
  Status status() const override { return {}; }

 private:
  // Goes on to the next visible key. Copies the value: a write may move the versions of the key; its node stays as
  // long as the view sees it.
  void Settle() {
    for (; it_ != map_->end() && std::string_view(it_->first).starts_with(prefix_); ++it_) {
      if (const std::string* value = Visible(it_->second, sequence_)) {
        value_ = *value;
        return;
      }
    }
    map_ = nullptr;
  }

  const State& state_;
  const uint64_t sequence_;
  const std::string prefix_;
  const RouteMap* map_ = nullptr;  // null: at the end
  RouteMap::const_iterator it_;
  std::string value_;
};

class MemoryView : public View {
 public:
  explicit MemoryView(std::shared_ptr<State> state) : state_(std::move(state)) {
    std::unique_lock lock(state_->mutex);
    sequence_ = state_->sequence;
    ++state_->open_views[sequence_];
  }
  ~MemoryView() override {
    std::unique_lock lock(state_->mutex);
    const auto it = state_->open_views.find(sequence_);
    if (--it->second == 0) {
      state_->open_views.erase(it);
      state_->DropGarbage();
    }
  }

  uint64_t sequence() const override { return sequence_; }

  Result<bool> Get(Keyspace space, KeyView key, std::string* value) const override {
    std::shared_lock lock(state_->mutex);
    const std::string* found = Find(space, key);
    if (found) *value = *found;
    return found != nullptr;
  }

  Status MultiGet(Keyspace space, std::span<const KeyView> keys,
                  std::vector<std::optional<std::string>>* values) const override {
    std::shared_lock lock(state_->mutex);
    values->assign(keys.size(), std::nullopt);
    for (size_t i = 0; i < keys.size(); ++i) {
      if (const std::string* found = Find(space, keys[i])) (*values)[i] = *found;
    }
    return {};
  }

  std::unique_ptr<Cursor> Scan(Keyspace space, Route route, std::string_view prefix,
                               std::string_view from) const override {
    return std::make_unique<MemoryCursor>(*state_, sequence_, space, route, prefix, from);
  }

  Status MultiScan(Keyspace space, std::span<const Route> routes, std::string_view prefix, uint64_t limit_each,
                   const std::function<bool(size_t, std::string_view, std::string_view)>& row) const override {
    for (size_t i = 0; i < routes.size(); ++i) {
      uint64_t count = 0;
      for (MemoryCursor cursor(*state_, sequence_, space, routes[i], prefix, {}); count < limit_each && cursor.Valid();
           cursor.Next(), ++count) {
        if (!row(i, cursor.rest(), cursor.value())) return {};
      }
    }
    return {};
  }

  Status ForEachShard(Keyspace space, int threads, const ShardRow& row) const override {
    std::vector<Route> routes;
    {
      std::shared_lock lock(state_->mutex);
      for (const auto& [route, map] : state_->spaces[static_cast<size_t>(space)]) routes.push_back(route);
    }
    const uint64_t salt = Mix(state_->seed);
    std::sort(routes.begin(), routes.end(), [salt](Route a, Route b) { return Mix(a ^ salt) < Mix(b ^ salt); });
    const size_t shards = static_cast<size_t>(std::max(threads, 1));
    std::atomic<bool> stop{false};
    const auto walk = [&](size_t shard) {
      const size_t end = routes.size() * (shard + 1) / shards;
      for (size_t i = routes.size() * shard / shards; i < end; ++i) {
        for (MemoryCursor cursor(*state_, sequence_, space, routes[i], {}, {}); cursor.Valid(); cursor.Next()) {
          if (stop.load(std::memory_order_relaxed)) return;
          if (!row(static_cast<int>(shard), routes[i], cursor.rest(), cursor.value())) {
            stop.store(true, std::memory_order_relaxed);
            return;
          }
        }
      }
    };
    std::vector<std::thread> others;
    for (size_t shard = 1; shard < shards; ++shard) others.emplace_back(walk, shard);
    walk(0);
    for (std::thread& other : others) other.join();
    return {};
  }

 private:
  // Needs the mutex for reading.
  const std::string* Find(Keyspace space, KeyView key) const {
    const auto& routes = state_->spaces[static_cast<size_t>(space)];
    const auto route = routes.find(key.route);
    if (route == routes.end()) return nullptr;
    const auto entry = route->second.find(key.rest);
    return entry == route->second.end() ? nullptr : Visible(entry->second, sequence_);
  }

  const std::shared_ptr<State> state_;
  uint64_t sequence_ = 0;
};

class MemoryBatch : public Batch {
 public:
  void Put(Keyspace space, KeyView key, std::string_view value) override {
    operations_.push_back({space, key.route, std::string(key.rest), std::string(value)});
    bytes_ += 8 + key.rest.size() + value.size();
  }
  void Delete(Keyspace space, KeyView key) override {
    operations_.push_back({space, key.route, std::string(key.rest), std::nullopt});
    bytes_ += 8 + key.rest.size();
  }
  uint64_t bytes() const override { return bytes_; }

  std::vector<Operation> Take() {
    bytes_ = 0;
    return std::exchange(operations_, {});
  }

 private:
  std::vector<Operation> operations_;
  uint64_t bytes_ = 0;
};

uint64_t Commit(State& state, std::vector<Operation> operations) {
  std::unique_lock lock(state.mutex);
  if (!operations.empty()) state.Apply(operations);
  return state.sequence;
}

// What runs bring, of all threads.
struct MemoryRuns {
  std::mutex mutex;
  std::vector<Operation> operations;
};

class MemoryRun : public BulkRun {
 public:
  MemoryRun(std::shared_ptr<MemoryRuns> runs, Keyspace space) : runs_(std::move(runs)), space_(space) {}
  Status Put(KeyView key, std::string_view value) override {
    LT_ASSERT(!any_ || std::pair(last_route_, std::string_view(last_rest_)) < std::pair(key.route, key.rest));
    any_ = true;
    last_route_ = key.route;
    last_rest_ = key.rest;
    held_.Put(space_, key, value);
    return {};
  }
  Status Finish() override {
    std::lock_guard lock(runs_->mutex);
    for (Operation& op : held_.Take()) runs_->operations.push_back(std::move(op));
    return {};
  }

 private:
  const std::shared_ptr<MemoryRuns> runs_;
  const Keyspace space_;
  MemoryBatch held_;
  bool any_ = false;
  Route last_route_ = 0;
  std::string last_rest_;
};

class MemoryBulkLoad : public BulkLoad {
 public:
  explicit MemoryBulkLoad(std::shared_ptr<State> state) : state_(std::move(state)) {}
  Status Put(Keyspace space, KeyView key, std::string_view value) override {
    LT_ASSERT(!published_);
    batch_.Put(space, key, value);
    return {};
  }
  Result<std::unique_ptr<BulkRun>> NewRun(Keyspace space) override {
    return std::unique_ptr<BulkRun>(std::make_unique<MemoryRun>(runs_, space));
  }
  Status Publish(Batch* with) override {
    LT_ASSERT(!published_);
    published_ = true;
    std::vector<Operation> operations = std::exchange(runs_->operations, {});
    for (Operation& op : batch_.Take()) operations.push_back(std::move(op));
    if (with) {
      for (Operation& op : static_cast<MemoryBatch*>(with)->Take()) operations.push_back(std::move(op));
    }
    Commit(*state_, std::move(operations));
    return {};
  }

 private:
  const std::shared_ptr<State> state_;
  const std::shared_ptr<MemoryRuns> runs_ = std::make_shared<MemoryRuns>();
  MemoryBatch batch_;
  bool published_ = false;
};

class MemoryStore : public Store {
 public:
  explicit MemoryStore(uint64_t seed) : state_(std::make_shared<State>(seed)) {}

  std::unique_ptr<View> OpenView() const override { return std::make_unique<MemoryView>(state_); }
  std::unique_ptr<Batch> NewBatch() const override { return std::make_unique<MemoryBatch>(); }
  Result<uint64_t> Write(Batch* batch) override {
    return Commit(*state_, static_cast<MemoryBatch*>(batch)->Take());
  }
  Result<uint64_t> Append(Batch* batch) override { return Write(batch); }
  Status Sync(uint64_t /*sequence*/) override { return {}; }
  Result<std::unique_ptr<BulkLoad>> NewBulkLoad(uint64_t /*memory_bytes*/) override {
    return std::unique_ptr<BulkLoad>(std::make_unique<MemoryBulkLoad>(state_));
  }
  Status Refresh(const Budget& /*budget*/) override { return {}; }
  uint64_t SizeBytes() const override {
    std::shared_lock lock(state_->mutex);
    return state_->bytes;
  }
  Status VerifyChecksums(const Budget& /*budget*/) const override { return {}; }
  std::string folder() const override { return ""; }

 private:
  const std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore(uint64_t seed) { return std::make_unique<MemoryStore>(seed); }

}  // namespace liantu::storage
