// SPDX-License-Identifier: Apache-2.0
// The keys that one import has seen: key → node and its labels. Compact (about 35 bytes a node and its key), because an
// import may bring ten million of them, and read with two cache misses a look-up, which a caller who knows the next keys
// can hide. Any number of threads may read while nobody adds; nothing is ever removed.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/big_memory.h"
#include "base/bytes.h"
#include "graph/ids.h"

namespace liantu::io {

class KeyMap {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;
  struct Entry {
    graph::NodeId node;
    uint32_t shape;     // the caller's number for the labels of the node
    uint32_t next;      // a later entry of the same key, or kNone
    uint32_t key_size;  // the key follows
    std::string_view key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
  };

  // Adds an entry, also where one with that key is there.
  void Add(std::string_view key, graph::NodeId node, uint32_t shape);
  // Walks the entries of a key in the order they were added: for (i = First(key); i != kNone; i = Next(i)).
  uint32_t First(std::string_view key) const { return First(key, StableHash(key)); }
  uint32_t First(std::string_view key, uint64_t hash) const;  // StableHash of the key
  uint32_t Next(uint32_t entry) const { return at(entry).next; }
  const Entry& at(uint32_t entry) const {
    return *reinterpret_cast<const Entry*>(&pages_[entry >> kPageBits][entry & ((1u << kPageBits) - 1)]);
  }
  // Brings a look-up's memory near: first the slot, and some look-ups later the entry.
  void PrefetchSlot(uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void PrefetchEntry(uint64_t hash) const {
    if (slots_.empty()) return;
    const Slot& slot = slots_[hash & (slots_.size() - 1)];
    if (slot.entry != kNone) __builtin_prefetch(&at(slot.entry));
  }
  // Calls row(entry) for the first `most`, in the order they were added.
  template <class Row>
  void ForEach(size_t most, const Row& row) const {
    for (size_t page = 0; page < pages_.size(); ++page) {
      const size_t end = page + 1 == pages_.size() ? used_ : full_[page];
      for (size_t unit = 0; unit < end && most > 0; --most) {
        const Entry& entry = at(static_cast<uint32_t>(page << kPageBits | unit));
        row(entry);
        unit += UnitsOf(entry.key_size);
      }
    }
  }
  size_t size() const { return count_; }

 private:
  struct Unit {  // not cleared when a page is made
    Unit() {}
    uint64_t bytes;
  };
  static constexpr size_t kUnit = sizeof(Unit);
  static constexpr int kPageBits = 19;  // units: 4 MiB; a longer key has a page of its own
  struct Slot {
    uint32_t tag = 0, entry = kNone;
  };
  static size_t UnitsOf(size_t key_size) { return (sizeof(Entry) + key_size + kUnit - 1) / kUnit; }
  void Grow();
  void Put(Slot slot, size_t at);

  std::vector<BigVector<Unit>> pages_;
  std::vector<size_t> full_;  // units used of each page but the last
  size_t used_ = 0;           // of the last
  size_t count_ = 0, keys_ = 0;
  BigVector<Slot> slots_;     // open addressing, a power of two, at most half full
};

}  // namespace liantu::io
