// SPDX-License-Identifier: Apache-2.0
// The two ways to replace nodes by what they have in common: members by the groups that contain them, and pairs of
// members by the number of nodes they share. Works on lists of edges; reads no store.
#pragma once

#include <cstdint>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/ids.h"
#include "graph/snapshot.h"

namespace liantu::graph {

// A stored edge that a projection keeps, between node ids.
struct RawEdge {
  uint64_t from = 0, to = 0, edge = 0;
  uint16_t type = 0;
};

// Ascending ids with their dense numbers: a bitmap with ranks where the ids are dense enough, else binary search.
class IdNumbers {
 public:
  explicit IdNumbers(std::vector<NodeId> ids);  // ascending, unique
  const std::vector<NodeId>& ids() const { return ids_; }
  std::vector<NodeId> Take() { return std::move(ids_); }
  size_t size() const { return ids_.size(); }
  bool Has(uint64_t id) const { return Find(id) != kNoVertex; }
  Vertex Find(uint64_t id) const {
    if (!words_.empty()) {
      const uint64_t word = id >> 6;
      if (word >= words_.size() || !(words_[word] >> (id & 63) & 1)) return kNoVertex;
      return ranks_[word] + static_cast<Vertex>(__builtin_popcountll(words_[word] & ((1ull << (id & 63)) - 1)));
    }
    return Search(id);
  }

 private:
  Vertex Search(uint64_t id) const;
  std::vector<NodeId> ids_;
  std::vector<uint64_t> words_;
  std::vector<Vertex> ranks_;
};

// The ends of the edges, ascending, unique.
std::vector<NodeId> EndsOf(const std::vector<RawEdge>& edges);

// Ties between groups. `up` leads from members (from) to what contains them (to), in any number of steps; a member's
// groups are those the fewest steps away. `ties` are the members' edges, with `weights` (empty: 1 each). The result has
// one edge for each pair of groups, weights added in the order of `ties`, its type where all its ties have one; vertices
// are the numbers of `groups`. Undirected: from <= to.
Result<std::vector<Snapshot::Edge>> TieGroups(const IdNumbers& groups, const std::vector<RawEdge>& up, const std::vector<RawEdge>& ties,
                                              const std::vector<double>& weights, bool undirected, const Budget& budget);

// Ties between members that share a middle node; `edges` lead from members to middle nodes, whatever their number.
// Weight = how many they share; from < to. kBudget where the pairs would not fit.
Result<std::vector<Snapshot::Edge>> TieSharing(const IdNumbers& members, const std::vector<RawEdge>& edges, const Budget& budget);

}  // namespace liantu::graph
