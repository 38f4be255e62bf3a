// SPDX-License-Identifier: Apache-2.0
// Parallel loops whose results do not depend on the number of threads: work is cut into blocks of a fixed size, threads
// take blocks as they come, and sums are put together in the order of the blocks. Also the shared sign that a budget is
// spent. OpenMP decides how many threads there are (OMP_NUM_THREADS).
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <vector>

#include "base/budget.h"

namespace liantu::analysis {

// Asked once a block by every thread; once spent it stays so, and blocks not yet begun are skipped.
class Stopper {
 public:
  explicit Stopper(const Budget& budget) : budget_(budget) {}
  bool Spent() {
    if (spent_.load(std::memory_order_relaxed)) return true;
    if (!budget_.Spent()) return false;
    spent_.store(true, std::memory_order_relaxed);
    return true;
  }
  bool spent() const { return spent_.load(std::memory_order_relaxed); }
  const Budget& budget() const { return budget_; }

 private:
  const Budget& budget_;
  std::atomic<bool> spent_{false};
};

// Loops of fewer steps than this (vertices or edges, well below a millisecond) run on one thread: waking others and waiting for
// them costs more than they save, above all where something else keeps the processors busy.
inline constexpr uint64_t kWorthThreads = uint64_t{1} << 18;

// f(begin, end) for [0, n) in blocks; blocks of a multiple of 64 own whole words of a bitmap. `steps`: the work of it all, 0: n.
template <class F>
void ForBlocks(size_t n, size_t block, Stopper& stop, F f, uint64_t steps = 0) {
  const size_t blocks = (n + block - 1) / block;
#pragma omp parallel for schedule(dynamic, 1) if (blocks > 1 && std::max<uint64_t>(n, steps) >= kWorthThreads)
  for (size_t b = 0; b < blocks; ++b) {
    if (!stop.Spent()) f(b * block, std::min(n, (b + 1) * block));
  }
}

// The sum of f(begin, end) over all blocks, in their order.
template <class F>
double SumBlocks(size_t n, size_t block, Stopper& stop, F f) {
  std::vector<double> parts((n + block - 1) / block, 0.0);
  ForBlocks(n, block, stop, [&](size_t begin, size_t end) { parts[begin / block] = f(begin, end); });
  double sum = 0;
  for (double part : parts) sum += part;
  return sum;
}

inline constexpr size_t kBlock = 8192;

}  // namespace liantu::analysis
