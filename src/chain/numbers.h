// SPDX-License-Identifier: Apache-2.0
// Small numbers for the ids that a question has met, for look-ups by the hundred thousand. Ids of one store lie dense, so a
// table by id is the rule and searching the exception.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "graph/ids.h"

namespace liantu::chain {

class Numbers {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;
  // Of ids in any order, as often as they come. Numbers follow the order of the ids.
  explicit Numbers(std::vector<graph::NodeId> met) : ids_(std::move(met)) {
    if (ids_.empty()) return;
    const auto [least, greatest] = std::minmax_element(ids_.begin(), ids_.end());
    first_ = least->raw;
    const uint64_t span = greatest->raw - first_ + 1;
    if (span > 32 * ids_.size() + (1u << 16)) {
      std::sort(ids_.begin(), ids_.end());
      ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
      return;
    }
    direct_.assign(span, kNone);
    for (const graph::NodeId id : ids_) direct_[id.raw - first_] = 0;
    ids_.clear();
    for (uint64_t i = 0; i < span; ++i) {
      if (direct_[i] == kNone) continue;
      direct_[i] = static_cast<uint32_t>(ids_.size());
      ids_.push_back(graph::NodeId{first_ + i});
    }
  }
  const std::vector<graph::NodeId>& ids() const { return ids_; }
  size_t size() const { return ids_.size(); }
  uint32_t Of(graph::NodeId id) const {
    if (!direct_.empty()) return id.raw < first_ || id.raw - first_ >= direct_.size() ? kNone : direct_[id.raw - first_];
    const auto it = std::lower_bound(ids_.begin(), ids_.end(), id);
    return it == ids_.end() || *it != id ? kNone : static_cast<uint32_t>(it - ids_.begin());
  }

 private:
  std::vector<graph::NodeId> ids_;
  uint64_t first_ = 0;
  std::vector<uint32_t> direct_;  // by id from the first on
};

}  // namespace liantu::chain
