// SPDX-License-Identifier: Apache-2.0
// A set of nodes as bits by id, for marking and look-ups by the million: ids of one store lie dense. Grows with the greatest id, an eighth
// of a byte each. Not thread-safe while it changes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "graph/ids.h"

namespace liantu::graph {

class NodeBits {
 public:
  bool Has(NodeId id) const { return id.raw / 64 < words_.size() && ((words_[id.raw / 64] >> (id.raw % 64)) & 1) != 0; }
  // False: it was there.
  bool Add(NodeId id) {
    const size_t word = id.raw / 64;
    if (word >= words_.size()) words_.resize(std::max(words_.size() * 2, word + 1));
    const uint64_t bit = 1ull << (id.raw % 64);
    const bool fresh = (words_[word] & bit) == 0;
    words_[word] |= bit;
    return fresh;
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace liantu::graph
