// SPDX-License-Identifier: Apache-2.0
// See ranked_walks.h.
#include "query/ranked_walks.h"

#include <algorithm>

namespace liantu::query {

using graph::NodeId;

namespace {

// How many nodes are looked at from the aim's side before the search from the other side begins.
constexpr size_t kLookedBack = 20'000;

uint64_t LengthOf(const Round* round) { return round == nullptr ? 0 : round->edges.size(); }

}  // namespace

RankedWalks::RankedWalks(WalkRules rules, NodeId from, Context& context) : rules_(std::move(rules)), context_(context), from_(from) {}
RankedWalks::~RankedWalks() { context_.Charge(-charged_); }

void RankedWalks::Charge(int64_t bytes) {
  charged_ += bytes;
  context_.Charge(bytes);
}

uint32_t RankedWalks::At(const State& state) {
  const auto [at, fresh] = ids_.try_emplace(state, static_cast<uint32_t>(places_.size()));
  if (fresh) {
    places_.push_back({state, false, {}, {}});
    Charge(192);
  }
  return at->second;
}

const std::vector<RankedWalks::Arc>& RankedWalks::Arcs(uint32_t id) {
  Place& place = places_[id];
  if (place.opened || place.state.step == rules_.steps.size()) return place.arcs;
  place.opened = true;
  const State state = place.state;
  const WalkRules::Step& step = rules_.steps[state.step];
  const bool single = step.min == 1 && step.max == 1;  // ends where it leads
  if (state.count < step.max) {
    place.rounds = rules_.rounds(state.step, state.node);
    // Rounds over the least number of them are not told apart where there may be any number.
    const uint64_t count = step.max == UINT64_MAX ? std::min(state.count + 1, step.min) : state.count + 1;
    for (const Round& round : place.rounds) {
      if (context_.Stop()) break;
      if (single) {
        if (rules_.fits(state.step, round.end)) place.arcs.push_back({At({state.step + 1, 0, round.end}), &round});
      } else {
        place.arcs.push_back({At({state.step, count, round.end}), &round});
      }
    }
    Charge(static_cast<int64_t>(place.rounds.size() * (sizeof(Round) + sizeof(Arc) + 48)));
  }
  if (!single && state.count >= step.min && rules_.fits(state.step, state.node)) place.arcs.push_back({At({state.step + 1, 0, state.node}), nullptr});
  return place.arcs;
}

std::vector<NodeId> RankedWalks::Ends() {
  std::vector<NodeId> ends;
  std::vector<uint32_t> queue{At({0, 0, from_})};
  std::unordered_set<uint32_t> seen{queue[0]};
  for (size_t head = 0; head < queue.size() && !context_.Stop(); ++head) {
    const uint32_t id = queue[head];
    if (places_[id].state.step == rules_.steps.size()) ends.push_back(places_[id].state.node);
    for (const Arc& arc : Arcs(id)) {
      if (seen.insert(arc.to).second) queue.push_back(arc.to);
    }
  }
  return ends;
}

void RankedWalks::Aim(NodeId to) {
  to_ = to;
  parts_ = {};
  order_ = 0;
  LookBack();
  std::unordered_set<uint64_t> used;
  if (rules_.nodes_once) used.insert(from_.raw);
  Solve({}, At({0, 0, from_}), {}, used);
}

void RankedWalks::LookBack() {
  Charge(-static_cast<int64_t>(away_.size() * 48));
  away_.clear();
  seen_to_ = 0;
  seen_all_ = false;
  if (!rules_.before) return;
  away_[to_.raw] = 0;
  std::vector<NodeId> level{to_};
  while (!level.empty() && away_.size() < kLookedBack) {
    std::vector<NodeId> next;
    for (const NodeId node : level) {
      if (context_.Stop()) return;
      for (const NodeId before : rules_.before(node)) {
        if (away_.try_emplace(before.raw, seen_to_ + 1).second) next.push_back(before);
      }
    }
    ++seen_to_;
    Charge(static_cast<int64_t>(next.size() * 48));
    level = std::move(next);
  }
  seen_all_ = level.empty();
}

uint64_t RankedWalks::AtLeast(NodeId node) const {
  if (!rules_.before) return 0;
  const auto at = away_.find(node.raw);
  return at != away_.end() ? at->second : seen_all_ ? UINT64_MAX : seen_to_ + 1;
}

bool RankedWalks::Clashes(const Arc& arc, const std::unordered_set<uint64_t>& used) const {
  if (arc.round == nullptr || used.empty()) return false;
  if (rules_.nodes_once) {
    return used.contains(arc.round->end.raw) ||
           std::any_of(arc.round->between.begin(), arc.round->between.end(), [&](NodeId n) { return used.contains(n.raw); });
  }
  return rules_.edges_once && std::any_of(arc.round->edges.begin(), arc.round->edges.end(), [&](graph::EdgeId e) { return used.contains(e.raw); });
}

// False: something was used before.
bool RankedWalks::Use(const Arc& arc, std::unordered_set<uint64_t>& used) const {
  if (arc.round == nullptr) return true;
  bool fresh = true;
  if (rules_.nodes_once) {
    for (const NodeId n : arc.round->between) fresh = used.insert(n.raw).second && fresh;
    fresh = used.insert(arc.round->end.raw).second && fresh;
  } else if (rules_.edges_once) {
    for (const graph::EdgeId e : arc.round->edges) fresh = used.insert(e.raw).second && fresh;
  }
  return fresh;
}

// The best way that begins with `moves`, stands at `at` and goes on by an arc that is not barred, as a part.
void RankedWalks::Solve(std::vector<Move> moves, uint32_t at, std::vector<uint32_t> barred, const std::unordered_set<uint64_t>& used) {
  struct Label {
    uint64_t length;
    Move came;
    bool done = false;
  };
  struct Open {
    uint64_t bound, length, order;
    uint32_t state;
    bool operator<(const Open& o) const {
      if (bound != o.bound) return bound > o.bound;
      return length != o.length ? length < o.length : order > o.order;
    }
  };
  // `at` as the place where the way leaves is not the same as `at` when it is come by again.
  std::unordered_map<uint32_t, Label> labels;
  std::priority_queue<Open> open;
  uint64_t order = 0;
  const auto go = [&](uint32_t from, uint64_t length, bool leaving) {
    const std::vector<Arc>& arcs = Arcs(from);
    for (uint32_t i = 0; i < arcs.size(); ++i) {
      const Arc& arc = arcs[i];
      if (leaving && std::find(barred.begin(), barred.end(), i) != barred.end()) continue;
      if (Clashes(arc, used)) continue;
      const State& state = places_[arc.to].state;
      const uint64_t rest = state.step == rules_.steps.size() ? (state.node == to_ ? 0 : UINT64_MAX) : AtLeast(state.node);
      if (rest == UINT64_MAX) continue;
      const uint64_t there = length + LengthOf(arc.round);
      const auto [label, fresh] = labels.try_emplace(arc.to, Label{there, {leaving ? kNone : from, i}, false});
      if (!fresh) {
        if (label->second.done || label->second.length <= there) continue;
        label->second = {there, {leaving ? kNone : from, i}, false};
      } else {
        Charge(96);
      }
      open.push({there + rest, there, order++, arc.to});
    }
  };
  uint64_t before = 0;
  for (const Move& move : moves) before += LengthOf(ArcOf(move).round);
  go(at, before, true);
  while (!open.empty()) {
    if (context_.Stop()) break;
    const Open next = open.top();
    open.pop();
    Label& label = labels.at(next.state);
    if (label.done) continue;
    label.done = true;
    if (places_[next.state].state.step == rules_.steps.size()) {
      std::vector<Move> tail;
      for (uint32_t state = next.state;;) {
        Move move = labels.at(state).came;
        const bool first = move.state == kNone;
        if (first) move.state = at;
        tail.push_back(move);
        if (first) break;
        state = move.state;
      }
      const size_t leaves = moves.size();
      moves.insert(moves.end(), tail.rbegin(), tail.rend());
      parts_.push({next.length, order_++, std::move(moves), leaves, std::move(barred)});
      break;
    }
    go(next.state, next.length, false);
  }
  // The labels go; places that were opened stay.
  Charge(-static_cast<int64_t>(labels.size() * 96));
}

std::optional<std::vector<RankedWalks::Taken>> RankedWalks::Next() {
  while (!parts_.empty() && !context_.Stop()) {
    const Part part = parts_.top();
    parts_.pop();
    std::unordered_set<uint64_t> used;
    if (rules_.nodes_once) used.insert(from_.raw);
    bool fresh = true;
    for (size_t i = 0; i < part.leaves; ++i) Use(ArcOf(part.moves[i]), used);
    for (size_t i = part.leaves; i < part.moves.size() && fresh; ++i) {
      if (context_.Stop()) return std::nullopt;
      std::vector<uint32_t> barred;
      if (i == part.leaves) barred = part.barred;
      barred.push_back(part.moves[i].arc);
      Solve({part.moves.begin(), part.moves.begin() + static_cast<ptrdiff_t>(i)}, part.moves[i].state, std::move(barred), used);
      fresh = Use(ArcOf(part.moves[i]), used);
    }
    if (!fresh) continue;
    std::vector<Taken> taken;
    for (const Move& move : part.moves) {
      const Arc& arc = ArcOf(move);
      if (arc.round != nullptr) taken.push_back({places_[move.state].state.step, arc.round});
    }
    return taken;
  }
  return std::nullopt;
}

}  // namespace liantu::query
