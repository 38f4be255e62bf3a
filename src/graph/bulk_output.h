// SPDX-License-Identifier: Apache-2.0
// How the passes of a bulk load share their work among threads and still come to the same result: parts are made and
// written by any thread, and what must go by order is done between, one part after the other.
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/short_bytes.h"
#include "storage/store.h"

namespace liantu::graph {

// For each i below n: make(i, part) in any thread, then in_turn(i, part) strictly in the order of i and one at a time, then
// finish(i, part) in any thread. All return a Status; the first failure in that order ends the work and is returned. There are
// never more parts at once than threads.
template <class Part, class Make, class InTurn, class Finish>
Status InOrder(size_t n, const Make& make, const InTurn& in_turn, const Finish& finish) {
  std::atomic<size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::condition_variable moved;
  size_t turn = 0;
  Status failure;
  const auto fail = [&](Status status) {  // with the mutex held
    if (failure.ok()) failure = std::move(status);
    failed = true;
  };
  const auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < n;) {
      Part part;
      Status status = failed ? Status() : make(i, part);
      {
        std::unique_lock lock(mutex);
        moved.wait(lock, [&] { return turn == i; });
        if (status.ok() && !failed) {
          lock.unlock();  // nobody else has this turn
          status = in_turn(i, part);
          lock.lock();
        }
        if (!status.ok()) fail(std::move(status));
        ++turn;
      }
      moved.notify_all();
      if (failed) continue;
      status = finish(i, part);
      if (!status.ok()) {
        std::lock_guard lock(mutex);
        fail(std::move(status));
      }
    }
  };
  const size_t threads = std::min<size_t>(n, static_cast<size_t>(std::max(1, omp_get_max_threads())));
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return failure;
}

// Keys and values in one string, ascending.
class KeyValues {
 public:
  void Add(storage::KeyView key, std::string_view value) {
    ShortBytes route;
    route.PutVarint(key.route);
    bytes_ += route.view();
    PutString(bytes_, key.rest);
    PutString(bytes_, value);
  }
  size_t size() const { return bytes_.size(); }
  Status PutInto(storage::BulkRun& run) const {
    std::string_view in = bytes_, rest, value;
    uint64_t route = 0;
    while (!in.empty()) {
      LT_ASSERT(GetVarint(in, route) && GetString(in, rest) && GetString(in, value));
      LT_TRY(run.Put({route, rest}, value));
    }
    return {};
  }

 private:
  std::string bytes_;
};

// Writes runs in a thread of its own, so that what a pass leaves to be written at its end, and the waiting for the disk that
// comes with each file, leave no processor idle while the next pass begins. Holds one run beside the one it writes.
class RunWriter {
 public:
  explicit RunWriter(storage::BulkLoad& load) : load_(load), thread_([this] { Work(/*to_the_end=*/false); }) {}
  ~RunWriter() { Stop(); }
  // Takes the parts of one keyspace, whose keys ascend, unless another run waits; then the caller had better write them.
  bool Offer(storage::Keyspace space, std::vector<KeyValues>& parts) {
    std::lock_guard lock(mutex_);
    if (!waiting_.empty()) return false;
    Push(space, parts);
    return true;
  }
  // Takes them in any case.
  void Hand(storage::Keyspace space, std::vector<KeyValues>& parts) {
    std::lock_guard lock(mutex_);
    Push(space, parts);
  }
  Status Write(storage::Keyspace space, const std::vector<KeyValues>& parts) {
    LT_ASSIGN(const std::unique_ptr<storage::BulkRun> run, load_.NewRun(space));
    for (const KeyValues& part : parts) LT_TRY(part.PutInto(*run));
    return run->Finish();
  }
  // Once everything was given: until it is written. The first failure of what it was given.
  Status Finish() {
    Work(/*to_the_end=*/true);
    Stop();
    return failure_;
  }

 private:
  struct Run {
    storage::Keyspace space;
    std::vector<KeyValues> parts;
  };
  void Push(storage::Keyspace space, std::vector<KeyValues>& parts) {
    waiting_.push_back({space, std::exchange(parts, {})});
    changed_.notify_one();
  }
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }
  void Work(bool to_the_end) {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return to_the_end || ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const Run run = std::move(waiting_.front());
      waiting_.pop_front();
      if (!failure_.ok()) continue;
      lock.unlock();
      Status status = Write(run.space, run.parts);
      lock.lock();
      if (failure_.ok()) failure_ = std::move(status);
    }
  }
  storage::BulkLoad& load_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Run> waiting_;
  Status failure_;
  bool ended_ = false;
  std::thread thread_;  // the last: it uses the others
};

// Takes parts of one keyspace, numbered from 0 in the order of their keys, from any thread and in any order, and has
// neighbouring ones written together as runs.
class SortedOutput {
 public:
  SortedOutput(RunWriter& writer, storage::Keyspace space) : writer_(writer), space_(space) {}
  // Every number up to the largest must come, once; empty parts too.
  Status Add(size_t number, KeyValues part) {
    std::vector<KeyValues> writing;
    {
      std::lock_guard lock(mutex_);
      early_.emplace(number, std::move(part));
      while (!early_.empty() && early_.begin()->first == next_) {
        bytes_ += early_.begin()->second.size();
        ready_.push_back(std::move(early_.begin()->second));
        early_.erase(early_.begin());
        ++next_;
      }
      if (bytes_ < kRunBytes) return {};
      std::swap(writing, ready_);
      bytes_ = 0;
    }
    return writer_.Offer(space_, writing) ? Status() : writer_.Write(space_, writing);
  }
  // What is left is written by RunWriter::Finish at the latest.
  void Finish() {
    LT_ASSERT(early_.empty());
    if (bytes_ > 0) writer_.Hand(space_, ready_);
    bytes_ = 0;
  }

 private:
  static constexpr uint64_t kRunBytes = 16ull << 20;
  RunWriter& writer_;
  const storage::Keyspace space_;
  std::mutex mutex_;
  std::map<size_t, KeyValues> early_;  // whose predecessors are missing
  std::vector<KeyValues> ready_;
  size_t next_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace liantu::graph
