// SPDX-License-Identifier: Apache-2.0
// Which slots a piece of a bound tree reads and which it declares for itself. The planner asks this to place predicates,
// to leave out values that nobody reads, and to keep only live slots in tables. Pure functions over the tree.
#pragma once

#include <vector>

#include "query/ast.h"

namespace liantu::query {

// Bit sets over slot numbers.
class SlotSet {
 public:
  void Add(int slot);
  void Add(const SlotSet& other);
  void Remove(const SlotSet& other);
  bool Has(int slot) const {
    return slot >= 0 && static_cast<size_t>(slot) / 64 < words_.size() && ((words_[static_cast<size_t>(slot) / 64] >> (slot % 64)) & 1) != 0;
  }
  bool Within(const SlotSet& other) const;    // every slot of this is in other
  bool Touches(const SlotSet& other) const;   // some slot is in both
  bool empty() const;
  std::vector<int> List() const;              // ascending

 private:
  std::vector<uint64_t> words_;
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
