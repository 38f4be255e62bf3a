// SPDX-License-Identifier: Apache-2.0
// A chained hash table whose chains run through the entries in the order of adding.
#include "io/key_map.h"

#include "base/bytes.h"
#include "base/result.h"

namespace liantu::io {

uint32_t KeyMap::Match(uint32_t entry, std::string_view key) const {
  while (entry != kNone && Key(entries_[entry]) != key) entry = entries_[entry].next;
  return entry;
}

uint32_t KeyMap::First(std::string_view key) const {
  if (slots_.empty()) return kNone;
  return Match(slots_[StableHash(key) & (slots_.size() - 1)].first, key);
}

void KeyMap::Link(uint32_t entry) {
  Slot& slot = slots_[StableHash(Key(entries_[entry])) & (slots_.size() - 1)];
  if (slot.first == kNone) {
    slot.first = entry;
  } else {
    entries_[slot.last].next = entry;
  }
  slot.last = entry;
  entries_[entry].next = kNone;
}

void KeyMap::Grow() {
  slots_.assign(slots_.empty() ? 1024 : 2 * slots_.size(), {});
  for (uint32_t i = 0; i < size(); ++i) Link(i);
}

void KeyMap::Add(std::string_view key, graph::NodeId node, uint32_t shape) {
  LT_ASSERT(entries_.size() < kNone);
  if (entries_.size() == slots_.size()) Grow();
  entries_.push_back({node, keys_.size(), static_cast<uint32_t>(key.size()), shape, kNone});
  keys_ += key;
  Link(size() - 1);
}

}  // namespace liantu::io
