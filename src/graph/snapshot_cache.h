// SPDX-License-Identifier: Apache-2.0
// The snapshots that a database has built lately, so that one asked for again at the same state is there at once, and one
// of an earlier state can be brought up to date. Thread-safe. Keeps the latest few, up to a number of bytes; who holds a
// snapshot keeps it alive beyond that. Beside them the files of the store's folder (snapshot_file.h).
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "graph/snapshot_file.h"

namespace liantu::graph {

class SnapshotCache {
 public:
  explicit SnapshotCache(const std::string& folder = {}) : files_(folder) {}
  const SnapshotFolder& files() const { return files_; }

  // Null where it is not there.
  SnapshotPtr Find(uint64_t sequence, const std::string& projection) {
    std::lock_guard lock(mutex_);
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
      if (at->sequence != sequence || at->projection != projection) continue;
      entries_.splice(entries_.begin(), entries_, at);
      return at->snapshot;
    }
    return nullptr;
  }
  // The newest of the projection that is no later than `batch`.
  std::optional<SnapshotFolder::Kept> FindEarlier(const std::string& projection, uint64_t batch) {
    std::lock_guard lock(mutex_);
    const Entry* best = nullptr;
    for (const Entry& e : entries_) {
      if (e.mark && e.projection == projection && e.mark->batch <= batch && (best == nullptr || e.mark->batch > best->mark->batch)) best = &e;
    }
    if (best == nullptr) return std::nullopt;
    return SnapshotFolder::Kept{*best->mark, best->snapshot};
  }
  // `mark` where the state is a commit of the store; then it takes the place of earlier ones of the projection.
  void Put(uint64_t sequence, const std::string& projection, const std::optional<CommitMark>& mark, SnapshotPtr snapshot) {
    std::lock_guard lock(mutex_);
    entries_.remove_if([&](const Entry& e) {
      const bool replaced = mark && e.mark && e.projection == projection && e.mark->batch < mark->batch;
      if (replaced) bytes_ -= e.bytes;
      return replaced;
    });
    const uint64_t bytes = snapshot->memory_bytes();
    bytes_ += bytes;
    entries_.push_front({sequence, projection, mark, std::move(snapshot), bytes});
    // The newest stays whatever its size.
    while (entries_.size() > kMost || (entries_.size() > 1 && bytes_ > kMostBytes)) {
      bytes_ -= entries_.back().bytes;
      entries_.pop_back();
    }
  }
  // Forgets everything, files too: what the store holds was not what it should.
  void Clear() {
    std::lock_guard lock(mutex_);
    entries_.clear();
    bytes_ = 0;
    companion_ = nullptr;
    files_.Clear();
  }
  // One object for the latest sequence that asked; an earlier one gets an object of its own.
  std::shared_ptr<void> Companion(uint64_t sequence, const std::function<std::shared_ptr<void>()>& make) {
    std::lock_guard lock(mutex_);
    if (companion_ == nullptr || sequence > companion_sequence_) {
      companion_ = make();
      companion_sequence_ = sequence;
    }
    return sequence == companion_sequence_ ? companion_ : make();
  }

 private:
  static constexpr size_t kMost = 8;
  static constexpr uint64_t kMostBytes = 1ull << 30;
  struct Entry {
    uint64_t sequence;
    std::string projection;
    std::optional<CommitMark> mark;
    SnapshotPtr snapshot;
    uint64_t bytes;  // when it was put in
  };
  const SnapshotFolder files_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // latest used first
  uint64_t bytes_ = 0;
  std::shared_ptr<void> companion_;
  uint64_t companion_sequence_ = 0;
};

}  // namespace liantu::graph
