// SPDX-License-Identifier: Apache-2.0
// A budget for a long call: how long it may take, how many rows it may give, how many bytes it may hold, and a flag by
// which somebody else can stop it. Every long loop polls it; a call that meets a limit stops, keeps what it has where
// that makes sense, and says which limit it was. Also carries the progress callback of the call.
// Thread-safe: Cancel may be called from any thread or a signal handler; Poll may be called from several threads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "base/result.h"

namespace liantu {

class Budget {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

  Budget() = default;
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // Limits are set before the call starts. timeout_ms counts from now.
  void set_timeout_ms(uint64_t timeout_ms) {
    timeout_ms_ = timeout_ms;
    deadline_ = timeout_ms == kNoLimit ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(timeout_ms);
  }
  void set_max_rows(uint64_t rows) { max_rows_ = rows; }
  void set_max_bytes(uint64_t bytes) { max_bytes_ = bytes; }
  uint64_t max_rows() const { return max_rows_; }
  uint64_t max_bytes() const { return max_bytes_; }

  // Called now and then with a share in [0, 1]; may be empty. Called from one thread at a time.
  void set_progress(std::function<void(double)> progress) { progress_ = std::move(progress); }
  void Progress(double share) const {
    if (progress_) progress_(share);
  }

  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // True when the call must stop. Costs a few ns but for a clock read; poll about every 10,000 steps or 10 ms.
  bool Spent() const { return cancelled() || (timeout_ms_ != kNoLimit && Clock::now() >= deadline_); }

  // Ok, or why the call must stop: kCancelled or kBudget with the limit in words.
  Status Check() const {
    if (cancelled()) return Status(Code::kCancelled, "stopped on request");
    if (timeout_ms_ != kNoLimit && Clock::now() >= deadline_) {
      return Status(Code::kBudget, Text("the time budget of ", timeout_ms_, " ms ran out"));
    }
    return {};
  }
  Status CheckRows(uint64_t rows) const {
    return rows > max_rows_ ? Status(Code::kBudget, Text("the budget of ", max_rows_, " rows ran out")) : Status();
  }
  Status CheckBytes(uint64_t bytes) const {
    return bytes > max_bytes_ ? Status(Code::kBudget, Text("the memory budget of ", max_bytes_, " bytes ran out"))
                              : Status();
  }

 private:
  uint64_t timeout_ms_ = kNoLimit;
  Clock::time_point deadline_ = Clock::time_point::max();
  uint64_t max_rows_ = kNoLimit;
  uint64_t max_bytes_ = kNoLimit;
  std::atomic<bool> cancelled_{false};
  std::function<void(double)> progress_;
};

}  // namespace liantu
