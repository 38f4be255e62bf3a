// SPDX-License-Identifier: Apache-2.0
// The snapshots that a database has built lately, so that one asked for again at the same state is there at once.
// Thread-safe. Keeps the latest few, up to a number of bytes; who holds a snapshot keeps it alive beyond that.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "graph/snapshot.h"

namespace liantu::graph {

class SnapshotCache {
 public:
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
  void Put(uint64_t sequence, const std::string& projection, SnapshotPtr snapshot) {
    std::lock_guard lock(mutex_);
    bytes_ += snapshot->memory_bytes();
    entries_.push_front({sequence, projection, std::move(snapshot)});
    // The newest stays whatever its size.
    while (entries_.size() > kMost || (entries_.size() > 1 && bytes_ > kMostBytes)) {
      bytes_ -= entries_.back().snapshot->memory_bytes();
      entries_.pop_back();
    }
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
    SnapshotPtr snapshot;
  };
  std::mutex mutex_;
  std::list<Entry> entries_;  // latest used first
  uint64_t bytes_ = 0;
  std::shared_ptr<void> companion_;
  uint64_t companion_sequence_ = 0;
};

}  // namespace liantu::graph
