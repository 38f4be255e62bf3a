// SPDX-License-Identifier: Apache-2.0
// The ways to lay one path pattern between two nodes, the shortest first, one at a time: what SHORTEST k, SHORTEST k GROUPS and
// their kin ask for. A state is a node with what is done of the pattern there. After each way the rest is parted by where it
// first leaves that way (Lawler, Management Science 18(7), 1972; Yen, Management Science 17(11), 1971), and the best of each part is found by A*
// over states, relationships of the part's common beginning left out. So what is asked for costs some searches, not a walk
// over all trails; only where the shortest ways of a part use a relationship twice are there more searches than ways.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "query/context.h"

namespace liantu::query {

// One round of a step: the relationships it takes and the nodes between them in the order of the pattern, the node at its far
// end, and the values of a group's names.
struct Round {
  graph::NodeId end;
  std::vector<graph::EdgeId> edges;
  std::vector<graph::NodeId> between;
  std::vector<Value> group;
};

// What can be done from where. Steps count from the end that is walked from.
struct WalkRules {
  struct Step {
    uint64_t min = 1, max = 1;  // rounds
  };
  std::vector<Step> steps;
  std::function<std::vector<Round>(size_t step, graph::NodeId from)> rounds;
  std::function<bool(size_t step, graph::NodeId at)> fits;  // whether a step may end at the node
  // For patterns of one step of single relationships: the nodes one relationship before a node; null: not known.
  std::function<std::vector<graph::NodeId>(graph::NodeId)> before;
  bool edges_once = true;   // no relationship twice
  bool nodes_once = false;  // no node twice
};

class RankedWalks {
 public:
  // A round of a step. Valid as long as the object.
  struct Taken {
    size_t step;
    const Round* round;
  };
  RankedWalks(WalkRules rules, graph::NodeId from, Context& context);
  ~RankedWalks();
  // The nodes where a way can end, relationships taken twice or not, nearest in steps first.
  std::vector<graph::NodeId> Ends();
  // Begins with the ways to a node.
  void Aim(graph::NodeId to);
  // The next shortest one; none: there is no other, or the context has failed.
  std::optional<std::vector<Taken>> Next();

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct State {
    uint32_t step;
    uint64_t count;
    graph::NodeId node;
    bool operator==(const State&) const = default;
  };
  struct Hash {
    size_t operator()(const State& s) const { return (s.node.raw * 0x9E3779B97F4A7C15ull) ^ (s.count << 8) ^ s.step; }
  };
  struct Arc {
    uint32_t to;
    const Round* round;  // null: on to the next step
  };
  struct Place {
    State state;
    bool opened = false;
    std::vector<Round> rounds;
    std::vector<Arc> arcs;
  };
  struct Move {
    uint32_t state;
    uint32_t arc;
    bool operator==(const Move&) const = default;
  };
  // The best way of a part: the moves before `leaves` are common to all of it, and at that one it takes none of `barred`.
  struct Part {
    uint64_t length;
    uint64_t order;
    std::vector<Move> moves;
    size_t leaves;
    std::vector<uint32_t> barred;
    bool operator<(const Part& o) const { return length != o.length ? length > o.length : order > o.order; }
  };

  uint32_t At(const State& state);
  const std::vector<Arc>& Arcs(uint32_t state);
  const Arc& ArcOf(const Move& move) { return places_[move.state].arcs[move.arc]; }
  bool Clashes(const Arc& arc, const std::unordered_set<uint64_t>& used) const;
  bool Use(const Arc& arc, std::unordered_set<uint64_t>& used) const;
  void Solve(std::vector<Move> moves, uint32_t at, std::vector<uint32_t> barred, const std::unordered_set<uint64_t>& used);
  void LookBack();
  uint64_t AtLeast(graph::NodeId node) const;
  void Charge(int64_t bytes);

  WalkRules rules_;
  Context& context_;
  graph::NodeId from_, to_;
  std::deque<Place> places_;
  std::unordered_map<State, uint32_t, Hash> ids_;
  std::priority_queue<Part> parts_;
  uint64_t order_ = 0;
  // Seen from the aim: how far the nodes are that lie within `seen_to_`; all that reach it, if `seen_all_`.
  std::unordered_map<uint64_t, uint64_t> away_;
  uint64_t seen_to_ = 0;
  bool seen_all_ = false;
  int64_t charged_ = 0;
};

}  // namespace liantu::query
