// SPDX-License-Identifier: Apache-2.0
// Entries lie one after the other in pages, each with its key behind it; a slot knows half of the key's hash and the
// first entry of the key.
#include "io/key_map.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "base/result.h"

namespace liantu::io {

uint64_t KeyMap::Hash(std::string_view key) {
  // Products of two 64-bit halves folded together, eight bytes at a time (the mixing of wyhash).
  constexpr uint64_t kA = 0x9E3779B97F4A7C15ull, kB = 0xD1B54A32D192ED03ull;
  const auto mix = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  uint64_t hash = kA ^ key.size();
  const char* at = key.data();
  size_t left = key.size();
  uint64_t word;
  for (; left >= 8; at += 8, left -= 8) {
    std::memcpy(&word, at, 8);
    hash = mix(hash ^ word, kB);
  }
  word = 0;
  std::memcpy(&word, at, left);
  return mix(hash ^ word, kA ^ kB);
}

void KeyMap::Put(Slot slot) {
  size_t i = Home(slot.tag);
  while (slots_[i].entry != kNone) i = i + 1 == slots_.size() ? 0 : i + 1;
  slots_[i] = slot;
}

void KeyMap::Grow() {
  BigVector<Slot> old(std::max<size_t>(1024, 2 * slots_.size()));
  std::swap(old, slots_);
  home_shift_ = 32 - std::countr_zero(slots_.size());
  LT_ASSERT(home_shift_ >= 0);
  for (const Slot& slot : old) {
    if (slot.entry != kNone) Put(slot);
  }
}

void KeyMap::Add(std::string_view key, graph::NodeId node, uint32_t shape) { Add(key, Hash(key), node, shape); }

void KeyMap::Add(std::string_view key, uint64_t hash, graph::NodeId node, uint32_t shape) {
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
  uint32_t entry = First(key, hash);
  if (entry != kNone) {
    while (at(entry).next != kNone) entry = at(entry).next;
    const_cast<Entry&>(at(entry)).next = number;
    return;
  }
  if (2 * (keys_ + 1) > slots_.size()) Grow();
  ++keys_;
  Put({TagOf(hash), number});
}

}  // namespace liantu::io
