// SPDX-License-Identifier: Apache-2.0
// The keys that one import has seen: key → node and its labels. Compact (about 45 bytes a node and its key), because an
// import may bring ten million of them. Not thread-safe; nothing is ever removed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/ids.h"

namespace liantu::io {

class KeyMap {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;
  struct Entry {
    graph::NodeId node;
    uint64_t key_at;    // into the keys
    uint32_t key_size;
    uint32_t shape;     // the caller's number for the labels of the node
    uint32_t next;      // the next entry with the same hash slot, or kNone
  };

  // Adds an entry, also where one with that key is there.
  void Add(std::string_view key, graph::NodeId node, uint32_t shape);
  // Walks the entries of a key in the order they were added: for (i = First(key); i != kNone; i = Next(i, key)).
  uint32_t First(std::string_view key) const;
  uint32_t Next(uint32_t entry, std::string_view key) const { return Match(entries_[entry].next, key); }
  const Entry& at(uint32_t entry) const { return entries_[entry]; }
  Entry& at(uint32_t entry) { return entries_[entry]; }
  std::string_view Key(const Entry& entry) const { return std::string_view(keys_).substr(entry.key_at, entry.key_size); }
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }

 private:
  uint32_t Match(uint32_t entry, std::string_view key) const;
  void Grow();
  void Link(uint32_t entry);

  std::string keys_;
  std::vector<Entry> entries_;
  struct Slot { uint32_t first = kNone, last = kNone; };
  std::vector<Slot> slots_;  // a power of two
};

}  // namespace liantu::io
