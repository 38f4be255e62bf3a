// SPDX-License-Identifier: Apache-2.0
// Which slots a piece of a bound tree reads and which it declares for itself. The planner asks this to place predicates,
// to leave out values that nobody reads, and to keep only live slots in tables. Pure functions over the tree.
#pragma once

#include <vector>

#include "query/ast.h"

namespace liantu::query {

// Bit sets over slot numbers. Few statements have more than 64 slots, so the first word lies in the set itself: planning makes
// many sets.
class SlotSet {
 public:
  void Add(int slot) {
    if (slot < 0) return;
    if (slot < 64) first_ |= 1ull << slot;
    else AddHigh(static_cast<size_t>(slot) - 64);
  }
  void Add(const SlotSet& other) {
    first_ |= other.first_;
    if (!other.more_.empty()) AddHigh(other);
  }
  void Remove(const SlotSet& other);
  bool Has(int slot) const {
    if (slot < 64) return slot >= 0 && ((first_ >> slot) & 1) != 0;
    const size_t at = static_cast<size_t>(slot) - 64;
    return at / 64 < more_.size() && ((more_[at / 64] >> (at % 64)) & 1) != 0;
  }
  bool Within(const SlotSet& other) const;    // every slot of this is in other
  bool Touches(const SlotSet& other) const;   // some slot is in both
  bool empty() const;
  std::vector<int> List() const;              // ascending

 private:
  void AddHigh(size_t at);
  void AddHigh(const SlotSet& other);
  uint64_t first_ = 0;
  std::vector<uint64_t> more_;  // slots from 64 on
};

struct SlotUse {
  SlotSet used;      // read by value
  SlotSet declared;  // given their value inside
  bool reads_graph = false;  // a property, label, pattern or subquery is looked at
  bool opaque = false;       // holds a call whose value may differ each time (rand), or a subquery that writes
  std::vector<const void*> existence;  // pattern lists of which only whether they match is asked
  SlotSet Free() const { SlotSet free = used; free.Remove(declared); return free; }
};
void CollectSlots(const Expr& expr, SlotUse& use);
void CollectSlots(const LabelExpr& labels, SlotUse& use);
void CollectSlots(const PathPattern& pattern, SlotUse& use);
void CollectSlots(const Projection& projection, SlotUse& use);
void CollectSlots(const Clause& clause, SlotUse& use);
void CollectSlots(const QueryTree& query, SlotUse& use);
SlotSet FreeSlots(const Expr& expr);

}  // namespace liantu::query
