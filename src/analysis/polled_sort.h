// SPDX-License-Identifier: Apache-2.0
// A stable sort and a fill that a budget can stop: millions of elements take longer than a call may overrun its budget. Used
// inside analysis only.
#pragma once

#include <algorithm>
#include <vector>

#include "analysis/common.h"

namespace liantu::analysis {

// Sorts short runs, then merges them. False where the budget is spent: `list` then holds anything. Lists of one run are sorted
// whatever the budget says.
template <class T, class Less>
bool PolledSort(std::vector<T>& list, const Budget& budget, Less less) {
  constexpr size_t kRun = size_t{1} << 14;
  const size_t n = list.size();
  for (size_t begin = 0; begin < n; begin += kRun) {
    if (begin > 0 && budget.Spent()) return false;
    std::stable_sort(list.begin() + static_cast<std::ptrdiff_t>(begin), list.begin() + static_cast<std::ptrdiff_t>(std::min(n, begin + kRun)), less);
  }
  if (n <= kRun) return true;
  std::vector<T> merged(n);
  Poll poll(budget);
  for (size_t run = kRun; run < n; run *= 2) {
    for (size_t begin = 0; begin < n; begin += 2 * run) {
      const size_t middle = std::min(n, begin + run), end = std::min(n, begin + 2 * run);
      for (size_t a = begin, b = middle, out = begin; out < end; ++out) {
        if (poll.Spent()) return false;
        const bool second = a == middle || (b < end && less(list[b], list[a]));
        merged[out] = std::move(list[second ? b++ : a++]);
      }
    }
    list.swap(merged);
  }
  return true;
}
// Lengthens the list to `size` elements with `value`: touching memory for the first time is slow. False where the budget is spent.
template <class T>
bool PolledFill(std::vector<T>& list, size_t size, T value, const Budget& budget) {
  list.reserve(size);
  while (list.size() < size) {
    if (budget.Spent()) return false;
    list.resize(std::min(size, list.size() + (size_t{1} << 20)), value);
  }
  return true;
}

template <class T>
bool PolledSort(std::vector<T>& list, const Budget& budget) {
  return PolledSort(list, budget, [](const T& a, const T& b) { return a < b; });
}

}  // namespace liantu::analysis
