// SPDX-License-Identifier: Apache-2.0
// Entries lie one after the other in pages, each with its key behind it; a slot knows half of the key's hash and the
// first entry of the key.
#include "io/key_map.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/result.h"

namespace liantu::io {

uint32_t KeyMap::First(std::string_view key, uint64_t hash) const {
  if (slots_.empty()) return kNone;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t i = hash & (slots_.size() - 1); slots_[i].entry != kNone; i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].tag == tag && at(slots_[i].entry).key() == key) return slots_[i].entry;
  }
  return kNone;
}

void KeyMap::Put(Slot slot, size_t at) {
  size_t i = at & (slots_.size() - 1);
  while (slots_[i].entry != kNone) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = slot;
}

void KeyMap::Grow() {
  BigVector<Slot> old(std::max<size_t>(1024, 2 * slots_.size()));
  std::swap(old, slots_);
  for (const Slot& slot : old) {
    if (slot.entry != kNone) Put(slot, StableHash(at(slot.entry).key()));
  }
}

void KeyMap::Add(std::string_view key, graph::NodeId node, uint32_t shape) {
  const size_t units = UnitsOf(key.size()), page = size_t{1} << kPageBits;
  if (pages_.empty() || used_ + units > page) {
    if (!pages_.empty()) full_.push_back(used_);
    pages_.emplace_back(std::max(page, units));
    used_ = 0;
  }
  LT_ASSERT(pages_.size() < (size_t{1} << (32 - kPageBits)));
  const auto number = static_cast<uint32_t>((pages_.size() - 1) << kPageBits | used_);
  char* const place = reinterpret_cast<char*>(&pages_.back()[used_]);
  new (place) Entry{node, shape, kNone, static_cast<uint32_t>(key.size())};
  std::memcpy(place + sizeof(Entry), key.data(), key.size());
  used_ = std::min(used_ + units, page);
  ++count_;
  const uint64_t hash = StableHash(key);
  uint32_t entry = First(key, hash);
  if (entry != kNone) {
    while (at(entry).next != kNone) entry = at(entry).next;
    const_cast<Entry&>(at(entry)).next = number;
    return;
  }
  if (2 * (keys_ + 1) > slots_.size()) Grow();
  ++keys_;
  Put({static_cast<uint32_t>(hash >> 32), number}, hash);
}

}  // namespace liantu::io
