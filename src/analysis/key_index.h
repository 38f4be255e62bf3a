// SPDX-License-Identifier: Apache-2.0
// A hash table that numbers 64-bit keys in the order of first sight: the searches keep their states in plain arrays by that
// number. It only grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace liantu::analysis {

class KeyIndex {
 public:
  KeyIndex() : slots_(64, kEmpty) {}
  size_t size() const { return keys_.size(); }
  uint64_t key(uint32_t i) const { return keys_[i]; }
  // The number of the key; a new one is size() before the call.
  uint32_t Insert(uint64_t key) {
    if (2 * (keys_.size() + 1) > slots_.size()) Grow();
    uint32_t& slot = slots_[Slot(key)];
    if (slot == kEmpty) {
      slot = static_cast<uint32_t>(keys_.size());
      keys_.push_back(key);
    }
    return slot;
  }
  static constexpr uint32_t kEmpty = 0xFFFFFFFFu;
  uint32_t Find(uint64_t key) const { return slots_[Slot(key)]; }

 private:
  size_t Slot(uint64_t key) const {
    uint64_t h = key * 0x9E3779B97F4A7C15ull;
    h ^= h >> 32;
    const size_t mask = slots_.size() - 1;
    size_t at = h & mask;
    while (slots_[at] != kEmpty && keys_[slots_[at]] != key) at = (at + 1) & mask;
    return at;
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, kEmpty);
    for (uint32_t i = 0; i < keys_.size(); ++i) slots_[Slot(keys_[i])] = i;
  }
  std::vector<uint32_t> slots_;
  std::vector<uint64_t> keys_;
};

}  // namespace liantu::analysis
