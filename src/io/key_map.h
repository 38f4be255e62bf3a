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
  void Add(std::string_view key, uint64_t hash, graph::NodeId node, uint32_t shape);
  // Of a key; a good one, but not the same in the next version.
  static uint64_t Hash(std::string_view key);
  // Walks the entries of a key in the order they were added: for (i = First(key); i != kNone; i = Next(i)).
  uint32_t First(std::string_view key) const { return First(key, Hash(key)); }
  uint32_t First(std::string_view key, uint64_t hash) const { return FirstFrom(key, hash, Candidate(hash)); }
  uint32_t Next(uint32_t entry) const { return at(entry).next; }
  const Entry& at(uint32_t entry) const {
    return *reinterpret_cast<const Entry*>(&pages_[entry >> kPageBits][entry & ((1u << kPageBits) - 1)]);
  }
  // The same look-up in steps, between which a caller with many keys goes on to others while memory comes near.
  void PrefetchSlot(uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[Home(TagOf(hash))]);
  }
  // The slot at which FirstFrom begins, and a prefetch of its entry; kNone: no such key.
  uint32_t Candidate(uint64_t hash) const {
    if (slots_.empty()) return kNone;
    const uint32_t tag = TagOf(hash);
    for (size_t i = Home(tag); slots_[i].entry != kNone; i = i + 1 == slots_.size() ? 0 : i + 1) {
      if (slots_[i].tag != tag) continue;
      const char* const entry = reinterpret_cast<const char*>(&at(slots_[i].entry));
      __builtin_prefetch(entry);
      __builtin_prefetch(entry + sizeof(Entry) + kUnit);
      return static_cast<uint32_t>(i);
    }
    return kNone;
  }
  uint32_t FirstFrom(std::string_view key, uint64_t hash, uint32_t candidate) const {
    if (candidate == kNone) return kNone;
    const uint32_t tag = TagOf(hash);
    for (size_t i = candidate; slots_[i].entry != kNone; i = i + 1 == slots_.size() ? 0 : i + 1) {
      if (slots_[i].tag == tag && at(slots_[i].entry).key() == key) return slots_[i].entry;
    }
    return kNone;
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
  static uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  size_t Home(uint32_t tag) const { return static_cast<size_t>(uint64_t{tag} >> home_shift_); }
  static size_t UnitsOf(size_t key_size) { return (sizeof(Entry) + key_size + kUnit - 1) / kUnit; }
  void Grow();
  void Put(Slot slot);

  std::vector<BigVector<Unit>> pages_;
  std::vector<size_t> full_;  // units used of each page but the last
  size_t used_ = 0;           // of the last
  size_t count_ = 0, keys_ = 0;
  // Open addressing, a power of two, at most half full. A tag is the upper half of a key's hash, and its upper bits say where it
  // belongs, so that the table grows without a look at the keys.
  BigVector<Slot> slots_;
  int home_shift_ = 32;
};

}  // namespace liantu::io
