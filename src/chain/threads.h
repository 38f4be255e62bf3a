// SPDX-License-Identifier: Apache-2.0
// Work of one question shared by a few threads that are there only for it. Who uses it says what the threads share: they only
// read that, and each writes what no other touches, so that answers do not depend on how many there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "base/result.h"

namespace liantu::chain {

// Threads for so many steps of some nanoseconds each: one where starting another costs more than it saves. `asked`: as many as
// that instead, unless 0.
inline size_t ThreadsFor(uint64_t steps, size_t asked = 0) {
  constexpr uint64_t kWorthAThread = 100'000;
  constexpr size_t kMost = 8;
  if (asked > 0) return asked;
  return steps < kWorthAThread ? 1 : std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMost);
}

// job(i) for each i below n, each by a thread of its own, the first by the caller's.
template <class Job>
void EachInAThread(size_t n, const Job& job) {
  std::vector<std::thread> others;
  for (size_t i = 1; i < n; ++i) others.emplace_back([&job, i] { job(i); });
  if (n > 0) job(0);
  for (std::thread& other : others) other.join();
}

// All tasks, each once, taken in their order by so many workers as they become free. A task is told the number of its worker, for what
// each worker has of its own. Of several failures the one of the first task is returned; after a failure no more are begun.
inline Status Share(size_t workers, const std::vector<std::function<Status(size_t)>>& tasks) {
  std::vector<Status> status(tasks.size());
  std::atomic<size_t> next{0};
  std::atomic<bool> failed{false};
  EachInAThread(std::min(workers, tasks.size()), [&](size_t worker) {
    for (size_t t; !failed && (t = next++) < tasks.size();) {
      status[t] = tasks[t](worker);
      if (!status[t].ok()) failed = true;
    }
  });
  for (Status& s : status) LT_TRY(std::move(s));
  return {};
}

}  // namespace liantu::chain
