// SPDX-License-Identifier: Apache-2.0
// Work of an import on all threads: independent jobs, and a pipeline whose parts are fetched in order, worked on by any
// thread and taken in order again.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"

namespace liantu::io {

inline size_t WorkThreads() { return std::max(1u, std::thread::hardware_concurrency()); }

// job(i) for each i below n.
template <class Job>
void InParallel(size_t n, const Job& job) {
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < n;) job(i);
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min(n, WorkThreads()); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

// fetch(part, &more) gives the parts one after the other until there are no more; work(part) in any thread; take(part, &more)
// one after the other in the order of fetching, until it wants no more. Never more parts at once than threads, of which each
// uses one again and again: fetch begins with what an earlier one left. A failure ends it and is returned.
template <class Part, class Fetch, class Work, class Take>
Status Pipeline(const Fetch& fetch, const Work& work, const Take& take) {
  std::mutex fetching, taking;
  std::condition_variable taken;
  bool ended = false;         // guarded by fetching
  uint64_t next = 0;          // guarded by fetching
  uint64_t turn = 0;          // guarded by taking
  std::atomic<bool> stop{false};
  Status failure;             // guarded by taking
  const auto run = [&] {
    Part part;
    for (;;) {
      uint64_t number;
      Status status;
      {
        std::lock_guard lock(fetching);
        if (ended || stop) return;
        bool more = true;
        status = fetch(part, &more);
        if (!status.ok() || !more) ended = true;
        if (status.ok() && !more) return;
        number = next++;
      }
      if (status.ok() && !stop) work(part);
      std::unique_lock lock(taking);
      taken.wait(lock, [&] { return turn == number; });
      if (status.ok() && !stop) {
        bool more = true;
        status = take(part, &more);
        if (!more) stop = true;
      }
      if (!status.ok()) {
        if (failure.ok() && !stop) failure = std::move(status);
        stop = true;
      }
      ++turn;
      taken.notify_all();
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < WorkThreads(); ++i) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
  return failure;
}

}  // namespace liantu::io
