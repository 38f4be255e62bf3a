// SPDX-License-Identifier: Apache-2.0
// The search for the k best constrained paths. One idea carries all variants: a *subproblem* is a fixed beginning
// (prefix) with some next vertices forbidden; its best walk is found by A* on the product of graph, pattern state, number of
// place changes, required vertices passed and (where needed) hops. The best of all subproblems is the next answer; it is
// then split at every vertex behind its prefix into subproblems that exclude exactly it (Yen 1971, Lawler 1972). Where the best walk
// of a subproblem is not simple but must be, it is still a lower bound: it is split without being given out.
#include "analysis/paths.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "analysis/cost_grid.h"
#include "analysis/key_index.h"

namespace liantu::analysis {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr size_t kMaxPass = 12;

// Cost first, then hops: so that zero-cost edges still make a path longer.
struct Length {
  double cost = 0;
  uint32_t hops = 0;
  friend auto operator<=>(const Length&, const Length&) = default;
  friend Length operator+(Length a, Length b) { return {a.cost + b.cost, a.hops + b.hops}; }
};

// What one step costs and where it may go.
class Terrain {
 public:
  Terrain(const Snapshot& g, const PathOptions& options, bool comparable) : g_(g), o_(options) {
    forward_ = g.undirected() || (o_.pattern ? o_.pattern->walks(true) : o_.direction != graph::Direction::kIn);
    backward_ = !g.undirected() && (o_.pattern ? o_.pattern->walks(false) : o_.direction != graph::Direction::kOut);
    avoid_.insert(o_.avoid.begin(), o_.avoid.end());
    if (comparable) ChooseGrid();
  }
  bool both_ways() const { return g_.undirected() || (forward_ && backward_); }
  bool unit_cost() const { return !o_.weighted && o_.hub_penalty == 0 && o_.degree_damping == 0; }
  bool avoided(Vertex v) const { return !avoid_.empty() && avoid_.count(v) != 0; }

  // f(to, arc, forward) for every step from v (Next) or into v (Before; then `to` is where the step comes from).
  template <class F>
  void Next(Vertex v, F f) const {
    if (forward_) Row(v, true, f);
    if (backward_) Column(v, false, f);
  }
  template <class F>
  void Before(Vertex v, F f) const {
    if (forward_) Column(v, true, f);
    if (backward_) Row(v, false, f);
  }
  // f(arc, forward) for every edge that a step u -> v may use.
  template <class F>
  void Between(Vertex u, Vertex v, F f) const {
    if (forward_) {
      const auto row = g_.out(u);
      const auto [low, high] = std::equal_range(row.begin(), row.end(), v);
      for (auto it = low; it != high; ++it) f(g_.row_begin(u) + static_cast<uint32_t>(it - row.begin()), true);
    }
    if (backward_) {
      const auto row = g_.in(u);
      const auto [low, high] = std::equal_range(row.begin(), row.end(), v);
      for (auto it = low; it != high; ++it) f(g_.in_arc(u, it - row.begin()), false);
    }
  }

  // Costs as the search compares them (on the grid) and as the user sees them.
  double Edge(Vertex u, Vertex v, uint32_t arc, bool forward) const { return grid_(ExactEdge(u, v, arc, forward)); }
  double Inner(Vertex v) const { return o_.hub_penalty == 0 ? 0 : grid_(ExactInner(v)); }
  double ExactEdge(Vertex u, Vertex v, uint32_t arc, bool forward) const {
    if (o_.degree_damping > 0) {
      const uint32_t type = g_.type(arc).raw;
      return o_.degree_damping * (std::log2(TypeDegree(u, type, forward)) + std::log2(TypeDegree(v, type, !forward)));
    }
    return o_.weighted ? g_.weight(arc) : 1.0;
  }
  double ExactInner(Vertex v) const { return o_.hub_penalty == 0 ? 0 : o_.hub_penalty * std::log2(static_cast<double>(Degree(v))); }
  uint64_t Degree(Vertex v) const {
    return g_.undirected() ? g_.out_degree(v) : uint64_t{g_.out_degree(v)} + g_.in_degree(v);
  }

 private:
  template <class F>
  void Row(Vertex v, bool forward, F f) const {
    for (uint32_t a = g_.row_begin(v); a < g_.row_end(v); ++a) f(g_.target(a), a, forward);
  }
  template <class F>
  void Column(Vertex v, bool forward, F f) const {
    const auto in = g_.in(v);
    for (size_t i = 0; i < in.size(); ++i) f(in[i], g_.in_arc(v, i), forward);
  }

  double TypeDegree(Vertex v, uint32_t type, bool out) const {
    const uint64_t key = uint64_t{v} << 32 | uint64_t{type} << 1 | (out || g_.undirected());
    const auto [it, added] = type_degree_.try_emplace(key, 0.0);
    if (added) {
      double count = 0;
      const auto add = [&](Vertex, uint32_t arc, bool) { count += g_.type(arc).raw == type; };
      out ? Row(v, true, add) : Column(v, true, add);
      it->second = count;
    }
    return it->second;
  }

  void ChooseGrid() {
    if (unit_cost()) return;
    uint64_t most = 2;
    for (Vertex v = 0; v < g_.vertex_count(); ++v) most = std::max(most, Degree(v));
    const double most_bits = std::log2(static_cast<double>(most));
    if (o_.degree_damping > 0) {
      for (double cost : {o_.degree_damping, 2 * o_.degree_damping * most_bits, o_.degree_damping * std::log2(3.0)}) grid_.See(cost);
    } else if (o_.weighted) {
      grid_.SeeWeights(g_);
    } else {
      grid_.See(1);
    }
    if (o_.hub_penalty > 0) {
      for (double cost : {o_.hub_penalty, o_.hub_penalty * most_bits, o_.hub_penalty * std::log2(3.0)}) grid_.See(cost);
    }
    grid_.Settle();
  }

  const Snapshot& g_;
  const PathOptions& o_;
  bool forward_ = true, backward_ = false;
  std::unordered_set<Vertex> avoid_;
  CostGrid grid_;
  mutable std::unordered_map<uint64_t, double> type_degree_;
};

class Search {
 public:
  Search(const Snapshot& g, Vertex from, Vertex to, bool cycle, const PathOptions& options, const Budget& budget)
      : g_(g), from_(from), to_(to), cycle_(cycle), o_(options), budget_(budget), poll_(budget), terrain_(g, options, true) {
    states_ = o_.pattern ? o_.pattern->state_count() : 1;
    changes_ = o_.max_changes >= 0 ? o_.max_changes + 1 : 1;
    hop_levels_ = o_.max_hops > 0 && !terrain_.unit_cost() ? o_.max_hops + 1 : 1;
    for (Vertex v : o_.pass) {
      if (std::find(pass_.begin(), pass_.end(), v) == pass_.end()) pass_.push_back(v);
    }
    full_ = (1u << pass_.size()) - 1;
  }

  // 32 bits number the product states of one vertex.
  Status CheckSize() const {
    if (static_cast<double>(states_) * changes_ * hop_levels_ * (full_ + 1.0) < 0x1p32) return {};
    return {Code::kInvalid, "path search: pattern, place changes, required vertices and the hop limit together make too many "
                            "states; ask for less of them at once"};
  }

  // Gives paths in order to `take` until it says no.
  template <class Take>
  Status Run(Take take) {
    if (from_ == to_ && !cycle_ && !o_.walks) {
      Candidate trivial = Start();
      if (FinalStates(trivial).any) take(Finish(trivial));
      return {};
    }
    LookBack();
    std::priority_queue<Candidate, std::vector<Candidate>, After> candidates;
    const auto solve = [&](Candidate beginning, std::vector<Vertex> banned, bool may_stop) {
      if (auto c = Solve(std::move(beginning), std::move(banned), may_stop)) candidates.push(std::move(*c));
    };
    solve(Start(), {}, true);
    while (!candidates.empty() && !spent_) {
      const Candidate best = candidates.top();
      candidates.pop();
      const size_t end = FirstRepeat(best);
      if (end == best.vertices.size() && ValidCycle(best) && !take(Finish(best))) return {};
      // Split behind the fixed beginning. A walk may also go on behind its end.
      for (size_t i = best.fixed; i < end && !spent_; ++i) {
        const bool last = i + 1 == best.vertices.size();
        if (last && !o_.walks) break;
        std::vector<Vertex> banned = i == best.fixed ? best.banned : std::vector<Vertex>();
        if (!last) banned.push_back(best.vertices[i + 1]);
        Candidate beginning;
        beginning.vertices.assign(best.vertices.begin(), best.vertices.begin() + i + 1);
        solve(std::move(beginning), std::move(banned), !last && (i > best.fixed || best.may_stop));
      }
    }
    return spent_ ? stopped_ : Status();
  }

 private:
  struct Candidate {
    std::vector<Vertex> vertices;
    Length length;
    size_t fixed = 0;             // the index of the last vertex of the fixed beginning
    std::vector<Vertex> banned;   // next vertices forbidden there
    bool may_stop = false;        // whether ending there was still open
  };
  // For the queue: a comes after b.
  struct After {
    bool operator()(const Candidate& a, const Candidate& b) const {
      if (a.length != b.length) return a.length > b.length;
      return a.vertices > b.vertices;
    }
  };
  // A product state of one vertex with the cheapest way to it along a given sequence of vertices.
  struct Track {
    uint32_t q = 0;
    double cost = 0;
    uint32_t back = 0;  // index of the track before
    uint32_t arc = 0;
  };

  Candidate Start() const {
    Candidate c;
    c.vertices = {from_};
    return c;
  }

  // --- product states: q = ((pattern * changes + change) * masks + mask) * hop_levels + hops
  uint32_t Pack(uint32_t state, uint32_t change, uint32_t mask, uint32_t hops) const {
    return ((state * changes_ + change) * (full_ + 1) + mask) * hop_levels_ + hops;
  }
  uint32_t StartState() const { return Pack(0, 0, Passed(from_), 0); }
  uint32_t Passed(Vertex v) const {
    for (size_t i = 0; i < pass_.size(); ++i) {
      if (pass_[i] == v) return 1u << i;
    }
    return 0;
  }
  static constexpr uint32_t kNoState = 0xFFFFFFFFu;
  uint32_t PatternOf(uint32_t q) const { return q / hop_levels_ / (full_ + 1) / changes_; }
  uint32_t Step(uint32_t q, Vertex u, Vertex v, uint32_t arc, bool forward) const {
    uint32_t hops = q % hop_levels_;
    q /= hop_levels_;
    const uint32_t mask = q % (full_ + 1) | Passed(v);
    q /= full_ + 1;
    uint32_t change = q % changes_, state = q / changes_;
    if (o_.pattern) {
      state = o_.pattern->Next(static_cast<uint16_t>(state), g_.type(arc).raw, forward);
      if (state == PathPattern::kDead) return kNoState;
    }
    if (o_.max_changes >= 0 && o_.places[u] >= 0 && o_.places[v] >= 0 && o_.places[u] != o_.places[v] && ++change == changes_) {
      return kNoState;
    }
    if (hop_levels_ > 1 && ++hops == hop_levels_) return kNoState;
    return Pack(state, change, mask, hops);
  }
  bool Accepts(uint32_t q) const {
    return q / hop_levels_ % (full_ + 1) == full_ && (!o_.pattern || o_.pattern->accepting(static_cast<uint16_t>(PatternOf(q))));
  }

  // --- sequences of vertices

  // All product states at the end of a sequence, each with its cheapest cost. `final`: the last vertex is the path's end.
  std::vector<std::vector<Track>> Follow(const std::vector<Vertex>& vertices, bool final) const {
    std::vector<std::vector<Track>> tracks{{{StartState(), 0, 0, 0}}};
    for (size_t i = 1; i < vertices.size(); ++i) {
      const Vertex u = vertices[i - 1], v = vertices[i];
      std::vector<Track> next;
      for (uint32_t back = 0; back < tracks.back().size(); ++back) {
        terrain_.Between(u, v, [&](uint32_t arc, bool forward) {
          const uint32_t q = Step(tracks.back()[back].q, u, v, arc, forward);
          if (q == kNoState) return;
          const double inner = final && i + 1 == vertices.size() ? 0 : terrain_.Inner(v);
          const double cost = tracks.back()[back].cost + terrain_.Edge(u, v, arc, forward) + inner;
          auto it = std::find_if(next.begin(), next.end(), [&](const Track& t) { return t.q == q; });
          if (it == next.end()) {
            next.push_back({q, cost, back, arc});
          } else if (cost < it->cost) {
            *it = {q, cost, back, arc};
          }
        });
      }
      tracks.push_back(std::move(next));
    }
    return tracks;
  }

  struct Final {
    bool any = false;
    Length length;
    std::vector<uint32_t> arcs;
  };
  // The cheapest accepted way along a whole path, if there is one.
  Final FinalStates(const Candidate& c) const {
    const auto tracks = Follow(c.vertices, true);
    const Track* best = nullptr;
    for (const Track& t : tracks.back()) {
      if (Accepts(t.q) && (best == nullptr || t.cost < best->cost)) best = &t;
    }
    if (best == nullptr) return {};
    Final out{true, {best->cost, static_cast<uint32_t>(c.vertices.size() - 1)}, {}};
    for (size_t i = tracks.size() - 1; i > 0; --i) {
      out.arcs.push_back(best->arc);
      best = &tracks[i - 1][best->back];
    }
    std::reverse(out.arcs.begin(), out.arcs.end());
    return out;
  }

  Path Finish(const Candidate& c) const {
    Path path{c.vertices, FinalStates(c).arcs, 0};
    for (const PathStep& s : ExplainPath(g_, path, o_)) path.cost += s.edge_cost + s.vertex_cost;
    return path;
  }

  // Index of the first vertex seen before; the size where there is none (or walks may repeat).
  size_t FirstRepeat(const Candidate& c) const {
    if (o_.walks) return c.vertices.size();
    std::unordered_set<Vertex> seen;
    for (size_t i = 0; i < c.vertices.size(); ++i) {
      const bool closing = cycle_ && i > 0 && i + 1 == c.vertices.size();
      if (!seen.insert(c.vertices[i]).second && !closing) return i;
    }
    return c.vertices.size();
  }

  bool ValidCycle(const Candidate& c) const {
    if (!cycle_ || !terrain_.both_ways()) return true;
    if (c.vertices.size() < 4) return false;
    if (c.vertices[1] < c.vertices[c.vertices.size() - 2]) return true;
    if (!o_.pattern) return false;
    Candidate reversed = c;
    std::reverse(reversed.vertices.begin(), reversed.vertices.end());
    return !FinalStates(reversed).any;
  }

  // --- searches

  bool Spent(uint64_t work, uint64_t bytes) {
    if (spent_) return true;
    if (poll_.Spent(work)) stopped_ = budget_.Check();
    if (stopped_.ok()) stopped_ = budget_.CheckBytes(bytes);
    return spent_ = !stopped_.ok();
  }

  struct Queued {
    Length f;
    uint32_t entry;
    Length g;  // as of queueing, to see stale ones
    bool operator<(const Queued& other) const { return f != other.f ? f > other.f : entry > other.entry; }
  };

  // One side of the bidirectional search over (vertex, pattern state).
  struct Side {
    KeyIndex index;
    std::vector<Length> length;
    std::vector<char> settled;
    std::priority_queue<Queued> queue;
    void Reach(uint64_t key, Length l) {
      const uint32_t i = index.Insert(key);
      if (i == length.size()) {
        length.push_back({kInfinity, 0});
        settled.push_back(0);
      }
      if (settled[i] || !(l < length[i])) return;
      length[i] = l;
      queue.push({l, i, l});
    }
    // The next entry to settle, or kEmpty.
    uint32_t Top() {
      while (!queue.empty() && (settled[queue.top().entry] || queue.top().g != length[queue.top().entry])) queue.pop();
      return queue.empty() ? KeyIndex::kEmpty : queue.top().entry;
    }
    uint64_t bytes() const { return index.size() * 60 + queue.size() * sizeof(Queued); }
  };
  static uint64_t Key(Vertex v, uint32_t q) { return uint64_t{v} << 32 | q; }

  // Distances to the goal, ignoring all but graph and pattern, as far as a meeting of both directions needs them: back_ is
  // exact where settled, and everything else is at least radius_ away.
  void LookBack() {
    Side ahead;
    for (uint16_t s = 0; s < states_; ++s) {
      if (!o_.pattern || o_.pattern->accepting(s)) back_.Reach(Key(to_, s), {});
    }
    if (!cycle_) ahead.Reach(Key(from_, 0), {});
    double meeting = kInfinity;
    for (;;) {
      const uint32_t b = back_.Top(), f = ahead.Top();
      if (b == KeyIndex::kEmpty || spent_) break;
      const double back_top = back_.length[b].cost;
      // A cycle has no forward half: look back half of the shortest one.
      if (cycle_ ? back_top > meeting / 2 : f == KeyIndex::kEmpty || back_top + ahead.length[f].cost > meeting) {
        radius_ = !cycle_ && meeting == kInfinity ? kInfinity : back_top;  // infinity: all that can be reached is known
        return;
      }
      if (!cycle_ && ahead.queue.size() < back_.queue.size()) {
        ahead.queue.pop();
        ahead.settled[f] = 1;
        const Vertex u = static_cast<Vertex>(ahead.index.key(f) >> 32);
        const auto state = static_cast<uint16_t>(ahead.index.key(f));
        uint64_t work = 1;
        terrain_.Next(u, [&](Vertex v, uint32_t arc, bool forward) {
          ++work;
          if (terrain_.avoided(v)) return;
          const uint16_t next = o_.pattern ? o_.pattern->Next(state, g_.type(arc).raw, forward) : 0;
          if (next == PathPattern::kDead) return;
          const double cost = ahead.length[f].cost + terrain_.Edge(u, v, arc, forward);
          const uint64_t key = Key(v, next);
          const uint32_t met = back_.index.Find(key);
          if (met != KeyIndex::kEmpty) {
            meeting = std::min(meeting, cost + (v == to_ ? 0 : terrain_.Inner(v)) + back_.length[met].cost);
          }
          ahead.Reach(key, {cost + (v == to_ ? 0 : terrain_.Inner(v)), ahead.length[f].hops + 1});
        });
        Spent(work, back_.bytes() + ahead.bytes());
      } else {
        back_.queue.pop();
        back_.settled[b] = 1;
        const Vertex v = static_cast<Vertex>(back_.index.key(b) >> 32);
        const auto state = static_cast<uint16_t>(back_.index.key(b));
        const Length at = back_.length[b];
        const double inner = v == to_ ? 0 : terrain_.Inner(v);
        uint64_t work = 1;
        const auto reach = [&](Vertex u, uint16_t s, double cost) {
          const Length l{cost, at.hops + 1};
          const uint32_t met = ahead.index.Find(Key(u, s));
          if (met != KeyIndex::kEmpty) meeting = std::min(meeting, ahead.length[met].cost + l.cost);
          if (cycle_ && u == from_ && s == 0) meeting = std::min(meeting, l.cost);
          back_.Reach(Key(u, s), l);
        };
        terrain_.Before(v, [&](Vertex u, uint32_t arc, bool forward) {
          ++work;
          if (terrain_.avoided(u)) return;
          const double cost = terrain_.Edge(u, v, arc, forward) + inner + at.cost;
          if (!o_.pattern) return reach(u, 0, cost);
          for (uint16_t s : o_.pattern->Before(state, g_.type(arc).raw, forward)) reach(u, s, cost);
        });
        Spent(work, back_.bytes() + ahead.bytes());
      }
    }
    radius_ = kInfinity;
  }
  Length Ahead(Vertex v, uint32_t q) const {
    const uint32_t i = back_.index.Find(Key(v, PatternOf(q)));
    return i != KeyIndex::kEmpty && back_.settled[i] ? back_.length[i] : Length{radius_, 0};
  }

  // The best walk that begins with `beginning` and whose next vertex is not banned; nothing where there is none. A*; among
  // walks of equal length the one with the smallest vertices.
  std::optional<Candidate> Solve(Candidate beginning, std::vector<Vertex> banned, bool may_stop) {
    const size_t fixed = beginning.vertices.size() - 1;
    const Vertex spur = beginning.vertices.back();
    beginning.fixed = fixed;
    beginning.banned = std::move(banned);
    beginning.may_stop = may_stop;
    if (may_stop && spur == to_ && !cycle_) {
      const Final final = FinalStates(beginning);
      if (final.any) {
        beginning.length = final.length;
        return beginning;
      }
    }
    std::unordered_set<Vertex> used;
    if (!o_.walks) used.insert(beginning.vertices.begin(), beginning.vertices.end());

    // Entry 0 stands for the beginning, entry 1 for the goal; the others for (vertex, q).
    constexpr uint32_t kBeginning = 0, kGoal = 1;
    constexpr uint64_t kNoKey = ~uint64_t{0};
    KeyIndex index;
    index.Insert(kNoKey);
    index.Insert(kNoKey - 1);
    std::vector<Length> length{{0, 0}, {kInfinity, 0}};
    std::vector<uint32_t> first_link{kNil, kNil};  // the entries before, all that tie
    std::vector<std::pair<uint32_t, uint32_t>> links;
    std::priority_queue<Queued> queue;
    const auto reach = [&](uint32_t entry, uint32_t from, Length l) {
      if (entry == length.size()) {
        length.push_back({kInfinity, 0});
        first_link.push_back(kNil);
      }
      if (l > length[entry]) return false;
      const bool better = l < length[entry];
      if (better) first_link[entry] = kNil;
      links.emplace_back(from, first_link[entry]);
      first_link[entry] = static_cast<uint32_t>(links.size() - 1);
      length[entry] = l;
      return better;
    };
    uint64_t work = 0;
    const auto expand = [&](uint32_t entry, Vertex u, uint32_t q, Length at, const std::vector<Vertex>& not_next) {
      terrain_.Next(u, [&](Vertex v, uint32_t arc, bool forward) {
        ++work;
        const bool goal = v == to_;
        if (terrain_.avoided(v) || (!o_.walks && v == u && !(cycle_ && goal))) return;
        if (!not_next.empty() && std::find(not_next.begin(), not_next.end(), v) != not_next.end()) return;
        const bool closed = used.count(v) != 0;
        if (closed && !(cycle_ && goal)) return;
        const uint32_t next = Step(q, u, v, arc, forward);
        if (next == kNoState) return;
        const Length l = at + Length{terrain_.Edge(u, v, arc, forward), 1};
        if (terrain_.unit_cost() && o_.max_hops > 0 && l.hops > o_.max_hops) return;
        if (goal && Accepts(next)) reach(kGoal, entry, l);
        if (closed || (goal && !o_.walks)) return;
        const Length here = l + Length{terrain_.Inner(v), 0};
        const Length f = here + Ahead(v, next);
        if (f.cost == kInfinity || f.cost > Slack(length[kGoal].cost)) return;
        const uint32_t to = index.Insert(Key(v, next));
        if (reach(to, entry, here)) queue.push({f, to, here});
      });
    };
    const uint32_t hops = static_cast<uint32_t>(fixed);
    const auto tracks = Follow(beginning.vertices, false);
    for (const Track& t : tracks.back()) {
      expand(kBeginning, spur, t.q, {t.cost, hops}, beginning.banned);
    }
    static const std::vector<Vertex> kNone;
    while (!queue.empty() && queue.top().f.cost <= Slack(length[kGoal].cost)) {
      const Queued top = queue.top();
      queue.pop();
      if (top.g != length[top.entry]) continue;
      const uint64_t key = index.key(top.entry);
      expand(top.entry, static_cast<Vertex>(key >> 32), static_cast<uint32_t>(key), top.g, kNone);
      if (Spent(work, back_.bytes() + index.size() * 60 + links.size() * 8 + queue.size() * sizeof(Queued))) return {};
      work = 0;
    }
    if (length[kGoal].cost == kInfinity) return {};

    // All best walks, from the goal backwards; then forwards along the smallest vertices, keeping every product state
    // that the same vertices may be in.
    std::vector<std::vector<uint32_t>> after(length.size());
    std::vector<uint32_t> stack{kGoal};
    std::vector<char> seen(length.size(), 0);
    seen[kGoal] = 1;
    while (!stack.empty()) {
      const uint32_t entry = stack.back();
      stack.pop_back();
      for (uint32_t link = first_link[entry]; link != kNil; link = links[link].second) {
        const uint32_t before = links[link].first;
        after[before].push_back(entry);
        if (!seen[before] && before != kBeginning) {
          seen[before] = 1;
          stack.push_back(before);
        }
      }
    }
    const auto vertex_of = [&](uint32_t entry) { return entry == kGoal ? to_ : static_cast<Vertex>(index.key(entry) >> 32); };
    beginning.length = length[kGoal];
    for (std::vector<uint32_t> here{kBeginning}; beginning.vertices.size() <= beginning.length.hops;) {
      std::vector<uint32_t> next;
      Vertex smallest = kNoVertex;
      for (uint32_t entry : here) {
        for (uint32_t to : after[entry]) {
          const Vertex v = vertex_of(to);
          if (v < smallest) next.clear();
          smallest = std::min(smallest, v);
          if (v == smallest && std::find(next.begin(), next.end(), to) == next.end()) next.push_back(to);
        }
      }
      LT_ASSERT(!next.empty());
      beginning.vertices.push_back(smallest);
      here = std::move(next);
    }
    return beginning;
  }
  static constexpr uint32_t kNil = 0xFFFFFFFFu;
  // Up to which estimate a state may still lie on a best walk: rounding must not lose one.
  static double Slack(double cost) { return cost + std::abs(cost) * 1e-12; }

  const Snapshot& g_;
  const Vertex from_, to_;
  const bool cycle_;
  const PathOptions& o_;
  const Budget& budget_;
  Poll poll_;
  Terrain terrain_;
  uint32_t states_ = 1, changes_ = 1, hop_levels_ = 1, full_ = 0;
  std::vector<Vertex> pass_;
  Side back_;
  double radius_ = 0;
  bool spent_ = false;
  Status stopped_;
};

Status CheckOptions(const Snapshot& g, Vertex from, Vertex to, const PathOptions& o) {
  LT_TRY(CheckVertex(g, from, "from"));
  LT_TRY(CheckVertex(g, to, "to"));
  for (Vertex v : o.pass) LT_TRY(CheckVertex(g, v, "pass"));
  for (Vertex v : o.avoid) {
    LT_TRY(CheckVertex(g, v, "avoid"));
    for (const auto& [end, name] : {std::pair(from, "starts"), std::pair(to, "ends")}) {
      if (v == end) return {Code::kInvalid, Text("path search: node ", g.node_id(v).raw, ", where the path ", name, ", is to be avoided")};
    }
    if (std::find(o.pass.begin(), o.pass.end(), v) != o.pass.end()) {
      return {Code::kInvalid, Text("path search: node ", g.node_id(v).raw, " is both to be passed and to be avoided")};
    }
  }
  if (o.pass.size() > kMaxPass) {
    return {Code::kInvalid, Text("path search: at most ", kMaxPass, " nodes can be required, not ", o.pass.size())};
  }
  if (!(o.hub_penalty >= 0) || !std::isfinite(o.hub_penalty)) {
    return {Code::kInvalid, Text("path search: the hub penalty must be a number from 0, not ", o.hub_penalty)};
  }
  if (!(o.degree_damping >= 0) || !std::isfinite(o.degree_damping)) {
    return {Code::kInvalid, Text("path search: the degree damping must be a number from 0, not ", o.degree_damping)};
  }
  if (o.degree_damping > 0 && (o.weighted || o.hub_penalty > 0)) {
    return {Code::kInvalid, "path search: degree damping is a cost of its own; leave weights and the hub penalty out"};
  }
  if (o.max_changes >= 0) LT_TRY(CountGroups(g, o.places));
  if (o.weighted) LT_TRY(CheckWeights(g, "path search"));
  return {};
}

Header PathHeader(const Snapshot& g, const PathOptions& o, const char* what) {
  std::string definition = Text(what, "; cost = ");
  if (o.degree_damping > 0) {
    definition += Text("-log2 of the product of degree^-", o.degree_damping, " over both ends of every edge, degrees by edge type and direction");
  } else {
    definition += o.weighted ? "sum of weights" : "hops";
    if (o.hub_penalty > 0) definition += Text(" + ", o.hub_penalty, " * sum of log2(degree) over inner vertices");
  }
  definition += DirectionWords(g, o.direction);
  if (o.pattern) definition += Text("; edge types match ", o.pattern->text());
  if (o.max_changes >= 0) definition += Text("; at most ", o.max_changes, " place changes");
  if (o.max_hops > 0) definition += Text("; at most ", o.max_hops, " hops");
  if (!o.pass.empty()) definition += Text("; through ", o.pass.size(), " required vertices");
  if (!o.avoid.empty()) definition += Text("; ", o.avoid.size(), " vertices avoided");
  definition += o.walks ? "; walks (vertices may repeat)" : "; simple paths (no vertex twice)";
  return MakeHeader(g, std::move(definition),
                    o.degree_damping > 0 ? "Dijkstra 1959; Yen 1971; Lawler 1972; Himmelstein & Baranzini 2015" : "Dijkstra 1959; Yen 1971; Lawler 1972",
                    "none", "equal cost: fewer vertices, then smaller node ids from the front");
}

// `same_cost`: only those as cheap as the first.
Result<PathResult> Find(const Snapshot& g, Vertex from, Vertex to, bool cycle, uint64_t k, bool same_cost, const char* what,
                        const PathOptions& o, const Budget& budget) {
  LT_TRY(CheckOptions(g, from, to, o));
  PathResult out;
  out.header = PathHeader(g, o, what);
  if (k == 0) return out;
  Search search(g, from, to, cycle, o, budget);
  LT_TRY(search.CheckSize());
  Status status = search.Run([&](Path path) {
    if (same_cost && !out.paths.empty() && path.cost > out.paths[0].cost + 1e-12 * std::abs(out.paths[0].cost)) return false;
    if (const Status rows = budget.CheckRows(out.paths.size() + 1); !rows.ok()) {
      out.header.Stop(rows, Text(out.paths.size(), " paths found"));
      return false;
    }
    out.paths.push_back(std::move(path));
    return out.paths.size() < k;
  });
  if (!status.ok()) out.header.Stop(status, Text(out.paths.size(), " paths found; there may be more"));
  return out;
}

}  // namespace

Result<PathResult> ShortestPaths(const Snapshot& g, Vertex from, Vertex to, uint64_t k, const PathOptions& options,
                                 const Budget& budget) {
  return Find(g, from, to, false, k, false, k == 1 ? "shortest path" : "k shortest paths", options, budget);
}

Result<PathResult> AllShortestPaths(const Snapshot& g, Vertex from, Vertex to, uint64_t limit, const PathOptions& options,
                                    const Budget& budget) {
  return Find(g, from, to, false, limit, true, "all shortest paths", options, budget);
}

Result<PathResult> CyclesThrough(const Snapshot& g, Vertex through, uint64_t limit, const PathOptions& options, const Budget& budget) {
  if (options.walks) return Status(Code::kInvalid, "cycles visit no vertex twice: walks cannot be asked for");
  return Find(g, through, through, true, limit, false, "simple cycles through a vertex", options, budget);
}

std::vector<PathStep> ExplainPath(const Snapshot& g, const Path& path, const PathOptions& options) {
  std::vector<PathStep> steps;
  const Terrain terrain(g, options, false);
  for (size_t i = 0; i < path.arcs.size(); ++i) {
    const Vertex u = path.vertices[i], v = path.vertices[i + 1];
    const uint32_t arc = path.arcs[i];
    PathStep step;
    step.arc = arc;
    step.forward = g.undirected() || (arc >= g.row_begin(u) && arc < g.row_end(u) && g.target(arc) == v);
    step.edge_cost = terrain.ExactEdge(u, v, arc, step.forward);
    step.degree = terrain.Degree(v);
    step.vertex_cost = i + 1 < path.arcs.size() ? terrain.ExactInner(v) : 0;
    steps.push_back(step);
  }
  return steps;
}

}  // namespace liantu::analysis
