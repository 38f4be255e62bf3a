// SPDX-License-Identifier: Apache-2.0
// Sums of the same costs in another order must tie, and 0.1 + 0.2 must tie with 0.3, or "equally short" would depend on
// rounding. Costs are therefore compared in whole units: of a power of ten where every cost is a decimal number of at most
// nine places; else of 2^-43 of the largest cost, far below what data mean. Sums of a thousand of the largest are then
// exact. Costs that are no such decimals and differ by more than 2^24 stay as they are: the small ones would suffer.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/snapshot.h"

namespace liantu::analysis {

class CostGrid {
 public:
  // First every cost that may occur (or the extremes, with one that is no decimal number), then Settle.
  void See(double cost) {
    largest_ = std::max(largest_, cost);
    if (cost <= 0) return;
    smallest_ = std::min(smallest_, cost);
    while (places_ <= kMostPlaces && !Whole(cost * kPower[places_])) ++places_;
  }
  void SeeWeights(const graph::Snapshot& g) {
    for (uint32_t a = 0; a < g.arc_count(); ++a) See(g.weight(a));
  }
  void Settle() {
    if (places_ <= kMostPlaces) {
      per_unit_ = kPower[places_];
    } else if (largest_ <= smallest_ * 0x1p24) {
      per_unit_ = std::exp2(43 - std::floor(std::log2(largest_)));
    }
  }
  // The cost as the search compares it, in units.
  double operator()(double cost) const { return per_unit_ == 0 ? cost : std::nearbyint(cost * per_unit_); }

 private:
  static bool Whole(double x) { return x > 0.5 && x < 1e9 && std::abs(x - std::nearbyint(x)) < 1e-6; }
  static constexpr int kMostPlaces = 9;
  static constexpr double kPower[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  double largest_ = 0, smallest_ = std::numeric_limits<double>::infinity();
  int places_ = 0;
  double per_unit_ = 0;
};

}  // namespace liantu::analysis
