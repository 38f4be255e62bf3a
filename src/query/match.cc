// SPDX-License-Identifier: Apache-2.0
// Several patterns together, and the choice among the paths of one: SHORTEST and its kin. Functions that go on with the rest of
// a match return false to stop it all.
#include "query/match.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "query/match_walk.h"

namespace liantu::query {
namespace {

class Matcher : private PatternWalk {
 public:
  Matcher(const std::vector<const PathPattern*>& patterns, const Expr* where, const MatchOptions& options, Row& row, Context& context,
          const std::function<bool(Row&)>& on_match)
      : PatternWalk(patterns, options, row, context), patterns_(patterns), where_(where), on_match_(on_match) {}

  void Run() { Pattern(0); }

 private:
  // ---- all paths

  bool Pattern(size_t p) {
    if (context_.Stop()) return false;
    if (p == patterns_.size()) {
      for (const Path* path : done_) {
        if (!LateHolds(*path)) return !context_.failed();
      }
      if (where_ != nullptr && !Holds(*where_, row_, context_)) return !context_.failed();
      return !context_.failed() && on_match_(row_);
    }
    const PathPattern& pattern = *patterns_[p];
    if (pattern.selector != PathSelector::kNone) return Selected(p);
    Path path(pattern);
    return Walks(path, [&] { return Finished(path, p); });
  }

  bool Finished(Path& path, size_t p) {
    const PathPattern& pattern = *patterns_[p];
    if (pattern.slot == kNoSlot && pattern.mode == PathMode::kTrail) {
      done_.push_back(&path);
      const bool on = Pattern(p + 1);
      done_.pop_back();
      return on;
    }
    PathValue whole = path.Whole();
    if (!ModeHolds(pattern, whole)) return true;
    Value kept;
    if (pattern.slot != kNoSlot) {
      kept = std::exchange(Slot(pattern.slot), Value::Path(std::move(whole)));
      bound_.insert(pattern.slot);
    }
    done_.push_back(&path);
    const bool on = Pattern(p + 1);
    done_.pop_back();
    if (pattern.slot != kNoSlot) {
      bound_.erase(pattern.slot);
      Slot(pattern.slot) = kept;
    }
    return on;
  }

  // ---- SHORTEST and its kin

  // A path that may be chosen, with the slots that it fills.
  struct Found {
    Path path;
    std::vector<std::pair<int, Value>> slots;
    size_t length;
  };
  using Ends = std::pair<NodeId, NodeId>;

  void SlotsOf(const PathPattern& pattern, std::vector<std::pair<int, Value>>& out) {
    const auto add = [&](int slot) {
      if (slot != kNoSlot) out.emplace_back(slot, Slot(slot));
    };
    for (const NodePattern& node : pattern.nodes) add(node.slot);
    for (const PathStep& step : pattern.steps) {
      if (step.rel) add(step.rel->slot);
      if (step.group) {
        for (const auto& [inner, outer] : step.group->group_slots) add(outer);
      }
    }
  }

  static bool Function(const PathPattern& pattern) {
    return pattern.selector == PathSelector::kShortestPath || pattern.selector == PathSelector::kAllShortestPaths;
  }

  // Goes on with a chosen path.
  bool Choose(const Found& found, size_t p) {
    const PathPattern& pattern = *patterns_[p];
    std::vector<uint64_t> marked;
    bool fits = true;
    if (Trail(pattern)) {
      for (const auto& step : found.path.edges) {
        for (const EdgeId e : step) {
          if (!fits) break;
          fits = used_.insert(e.raw).second;
          if (fits) marked.push_back(e.raw);
        }
      }
    }
    bool on = true;
    if (fits) {
      std::vector<std::pair<int, Value>> kept;
      std::vector<int> newly;
      for (const auto& [slot, value] : found.slots) {
        kept.emplace_back(slot, std::exchange(Slot(slot), value));
        if (bound_.insert(slot).second) newly.push_back(slot);
      }
      Path path = found.path;
      on = Finished(path, p);
      for (const int slot : newly) bound_.erase(slot);
      for (size_t i = kept.size(); i-- > 0;) Slot(kept[i].first) = std::move(kept[i].second);
    }
    for (const uint64_t e : marked) used_.erase(e);
    return on;
  }

  bool Selected(size_t p) {
    const PathPattern& pattern = *patterns_[p];
    uint64_t count = 1;
    if (pattern.selector_count) {
      const Value value = Evaluate(*pattern.selector_count, row_, context_);
      if (context_.failed()) return false;
      if (value.kind() != Kind::kInteger || value.integer() < 1) {
        context_.Fail(Failure(ErrorType::kSyntaxError, value.kind() == Kind::kInteger ? "NegativeIntegerArgument" : "InvalidArgumentType",
                              pattern.selector_count->span, Text("a number of paths is a positive integer, found ", ToLiteral(value))));
        return false;
      }
      count = static_cast<uint64_t>(value.integer());
    }
    // Paths are chosen within their own pattern; what other patterns of the clause use counts afterwards.
    std::unordered_set<uint64_t> outside;
    std::swap(outside, used_);
    std::map<Ends, std::vector<Found>> found;
    bool whole = true;  // `found` has every path, not only the shortest
    if (Breadth(pattern, count)) {
      whole = false;
      ShortestPaths(pattern, found);
    } else if (options_.exhaustive || !Rankable(pattern)) {
      AllPaths(pattern, found);
    } else {
      RankedPaths(pattern, count, found);
    }
    std::swap(outside, used_);
    if (context_.failed()) return false;
    bool on = true;
    for (auto& [ends, paths] : found) {
      // shortestPath(…) is the shortest of those for which the clause's WHERE holds, where that looks at the path.
      if (Function(pattern) && where_ != nullptr && p + 1 == patterns_.size() && LooksAtPath(pattern)) {
        if (!ShortestWithin(p, ends, paths, whole)) return false;
        continue;
      }
      for (const Found* choice : Chosen(pattern.selector, count, paths)) {
        if (on) on = Choose(*choice, p);
      }
      if (!on) break;
    }
    for (const auto& [ends, paths] : found) {
      for (const Found& f : paths) context_.Charge(-Bytes(f));
    }
    return on;
  }

  static int64_t Bytes(const Found& f) { return static_cast<int64_t>(256 + f.length * 32); }

  static std::vector<const Found*> Chosen(PathSelector selector, uint64_t count, std::vector<Found>& paths) {
    std::stable_sort(paths.begin(), paths.end(), [](const Found& a, const Found& b) { return a.length < b.length; });
    std::vector<const Found*> chosen;
    uint64_t groups = 0;
    for (size_t i = 0; i < paths.size(); ++i) {
      const bool new_length = i == 0 || paths[i].length != paths[i - 1].length;
      groups += new_length;
      const bool take = selector == PathSelector::kAllShortest || selector == PathSelector::kAllShortestPaths ? groups == 1
                        : selector == PathSelector::kShortestGroups                                         ? groups <= count
                        : selector == PathSelector::kShortestK || selector == PathSelector::kAny            ? i < count
                                                                                                            : i == 0;
      if (!take) break;
      chosen.push_back(&paths[i]);
    }
    return chosen;
  }

  bool LooksAtPath(const PathPattern& pattern) const {
    std::set<int> slots;
    if (pattern.slot != kNoSlot) slots.insert(pattern.slot);
    for (const PathStep& step : pattern.steps) {
      if (step.rel && step.rel->slot != kNoSlot) slots.insert(step.rel->slot);
    }
    return Mentions(*where_, slots);
  }

  bool ShortestWithin(size_t p, const Ends& ends, std::vector<Found>& paths, bool whole) {
    const PathPattern& pattern = *patterns_[p];
    const bool all = pattern.selector == PathSelector::kAllShortestPaths;
    const auto try_paths = [&](std::vector<Found>& list, bool& any) {
      std::stable_sort(list.begin(), list.end(), [](const Found& a, const Found& b) { return a.length < b.length; });
      std::optional<size_t> length;
      for (const Found& f : list) {
        if (length && (f.length > *length || !all)) break;
        const uint64_t before = matches_;
        if (!Counting([&] { return Choose(f, p); })) return false;
        if (matches_ > before) length = f.length;
      }
      any = length.has_value();
      return true;
    };
    bool any = false;
    if (!try_paths(paths, any)) return false;
    if (any || whole) return true;
    std::map<Ends, std::vector<Found>> every;
    std::unordered_set<uint64_t> outside;
    std::swap(outside, used_);
    AllPaths(pattern, every, ends);
    std::swap(outside, used_);
    const bool on = !context_.failed() && try_paths(every[ends], any);
    for (const Found& f : every[ends]) context_.Charge(-Bytes(f));
    return on;
  }
  // Counts the matches that `next` leads to.
  bool Counting(const Next& next) {
    const auto kept = on_match_;
    on_match_ = [&](Row& row) {
      ++matches_;
      return kept(row);
    };
    const bool on = next();
    on_match_ = kept;
    return on;
  }

  void Keep(const Path& path, std::map<Ends, std::vector<Found>>& found) {
    Found f{path, {}, path.Length()};
    SlotsOf(*path.pattern, f.slots);
    context_.Charge(Bytes(f));
    found[{path.nodes.front(), path.nodes.back()}].push_back(std::move(f));
  }

  void AllPaths(const PathPattern& pattern, std::map<Ends, std::vector<Found>>& found, std::optional<Ends> only = {}) {
    Path path(pattern);
    Walks(path, [&] {
      if (only && *only != Ends(path.nodes.front(), path.nodes.back())) return !context_.Stop();
      if (LateHolds(path) && ModeHolds(pattern, path.Whole())) Keep(path, found);
      return !context_.Stop();
    });
  }

  // Whether the best ways can be found one after another: not those of shortestPath(), whose WHERE may want any of all, nor
  // those along relationships that are given.
  bool Rankable(const PathPattern& pattern) const {
    if (Function(pattern) || pattern.steps.empty()) return false;
    return std::none_of(pattern.steps.begin(), pattern.steps.end(),
                        [&](const PathStep& step) { return step.rel && Bound(step.rel->slot, step.rel->bound_before); });
  }

  void RankedPaths(const PathPattern& pattern, uint64_t count, std::map<Ends, std::vector<Found>>& found) {
    const size_t last = pattern.nodes.size() - 1;
    const auto bound = [&](size_t i) { return Bound(pattern.nodes[i].slot, pattern.nodes[i].bound_before); };
    const bool forward = bound(0) || !bound(last);
    const NodePattern& near = pattern.nodes[forward ? 0 : last];
    const NodePattern& far = pattern.nodes[forward ? last : 0];
    const auto index = [&](size_t step) { return forward ? step : pattern.steps.size() - 1 - step; };
    WalkRules rules;
    for (size_t i = 0; i < pattern.steps.size(); ++i) {
      const auto [min, max] = RoundsOf(pattern.steps[index(i)]);
      rules.steps.push_back({min, max});
    }
    rules.edges_once = Trail(pattern);
    rules.nodes_once = pattern.mode == PathMode::kAcyclic;
    rules.rounds = [&](size_t step, NodeId from) { return RoundsAt(pattern, pattern.steps[index(step)], from, forward); };
    rules.fits = [&](size_t step, NodeId at) {
      bool fits = false;
      WithNode(pattern.nodes[forward ? step + 1 : index(step)], at, [&] { return fits = true; });
      return fits;
    };
    // One relationship at a time: how far it is to the far end is soon known.
    const PathStep& only = pattern.steps[0];
    const RelPattern* rel = only.rel ? only.rel.get() : only.group->inner->steps.size() == 1 ? only.group->inner->steps[0].rel.get() : nullptr;
    if (pattern.steps.size() == 1 && rel != nullptr && (only.rel || !rel->variable_length)) {
      std::vector<graph::TypeId> types;
      if (rel->types && !PlainTypes(*rel->types, types)) types.clear();
      rules.before = [this, rel, forward, types](NodeId node) {
        std::vector<NodeId> before;
        context_.Fail(context_.view()->Expand(node, DirectionOf(*rel, !forward), types, [&](const Neighbour& n) {
          before.push_back(n.node);
          return !context_.Stop();
        }));
        return before;
      };
    }
    std::vector<NodeId> starts;
    Nodes(near, starts);
    for (const NodeId start : starts) {
      WithNode(near, start, [&] {
        RankedWalks walks(rules, start, context_);
        std::vector<NodeId> ends;
        if (Bound(far.slot, far.bound_before)) {
          if (Slot(far.slot).kind() == Kind::kNode) ends.push_back(Slot(far.slot).node());
        } else {
          ends = walks.Ends();
        }
        for (const NodeId end : ends) {
          walks.Aim(end);
          size_t taken = 0, lengths = 0, length = SIZE_MAX;
          while (const auto walk = walks.Next()) {
            size_t here = 0;
            for (const RankedWalks::Taken& t : *walk) here += t.round->edges.size();
            if (here != length && pattern.selector == PathSelector::kAllShortest && lengths == 1) break;
            if (here != length && pattern.selector == PathSelector::kShortestGroups && lengths == count) break;
            if (!KeepWalk(pattern, *walk, start, forward, found)) continue;
            lengths += here != length;
            length = here;
            ++taken;
            if (pattern.selector == PathSelector::kAnyShortest) break;
            if ((pattern.selector == PathSelector::kShortestK || pattern.selector == PathSelector::kAny) && taken == count) break;
          }
          if (context_.failed()) return false;
        }
        return true;
      });
      if (context_.failed()) return;
    }
  }

  // Lays a way out as the pattern's path and keeps it if it is one. The near end is bound.
  bool KeepWalk(const PathPattern& pattern, const std::vector<RankedWalks::Taken>& walk, NodeId start, bool forward,
                std::map<Ends, std::vector<Found>>& found) {
    Path path(pattern);
    std::vector<std::pair<int, Value>> kept;
    bool fits = true;
    // What a name stands for already it must stand for again.
    const auto set = [&](int slot, Value value) {
      if (slot == kNoSlot) return;
      if (Bound(slot, false)) {
        fits = fits && Equivalent(Slot(slot), value);
        return;
      }
      kept.emplace_back(slot, std::exchange(Slot(slot), std::move(value)));
      bound_.insert(slot);
    };
    size_t at = 0;
    NodeId node = start;
    path.nodes[forward ? 0 : pattern.steps.size()] = start;
    for (size_t step = 0; step < pattern.steps.size(); ++step) {
      const size_t i = forward ? step : pattern.steps.size() - 1 - step;
      std::vector<const Round*> taken;
      for (; at < walk.size() && walk[at].step == step; ++at) taken.push_back(walk[at].round);
      Lay(path, i, taken, forward);
      if (!taken.empty()) node = taken.back()->end;
      path.nodes[forward ? i + 1 : i] = node;
      const NodePattern& end = pattern.nodes[forward ? i + 1 : i];
      if (!end.bound_before) set(end.slot, Value::Node(node));
      if (const RelPattern* rel = pattern.steps[i].rel.get()) {
        ValueList list;
        for (const EdgeId e : path.edges[i]) list.push_back(Value::Relationship(e));
        set(rel->slot, rel->variable_length ? Value::List(std::move(list)) : Value::Relationship(path.edges[i].front()));
      } else {
        const auto& slots = pattern.steps[i].group->group_slots;
        for (size_t g = 0; g < slots.size(); ++g) set(slots[g].second, GroupList(taken, g, forward));
      }
    }
    const bool keep = fits && LateHolds(path) && ModeHolds(pattern, path.Whole());
    if (keep) Keep(path, found);
    for (size_t i = kept.size(); i-- > 0;) {
      bound_.erase(kept[i].first);
      Slot(kept[i].first) = std::move(kept[i].second);
    }
    return keep;
  }

  // Whether breadth-first search gives what the selector wants: one step of any length, nothing but the shortest.
  bool Breadth(const PathPattern& pattern, uint64_t count) const {
    if (pattern.steps.size() != 1 || !pattern.steps[0].rel || !pattern.steps[0].rel->variable_length || count != 1 ||
        pattern.mode == PathMode::kWalk) {
      return false;
    }
    const RelPattern& rel = *pattern.steps[0].rel;
    return rel.min.value_or(1) <= 1 && !rel.bound_before && !Late(rel.properties.get()) && !Late(rel.where.get()) &&
           pattern.selector != PathSelector::kShortestGroups;
  }

  void ShortestPaths(const PathPattern& pattern, std::map<Ends, std::vector<Found>>& found) {
    const RelPattern& rel = *pattern.steps[0].rel;
    const bool one = pattern.selector != PathSelector::kAllShortestPaths && pattern.selector != PathSelector::kAllShortest;
    const uint64_t max = rel.max ? static_cast<uint64_t>(*rel.max) : UINT64_MAX;
    std::vector<NodeId> starts;
    const size_t anchor = Anchor(pattern, starts);
    const bool forward = anchor == 0;
    const NodePattern& near = pattern.nodes[anchor];
    const NodePattern& far = pattern.nodes[1 - anchor];
    for (const NodeId start : starts) {
      WithNode(near, start, [&] {
        const bool aimed = Bound(far.slot, far.bound_before);
        const NodeId aim = aimed && Slot(far.slot).kind() == Kind::kNode ? Slot(far.slot).node() : NodeId{};
        if (aimed && !aim) return true;
        if (aim == start && rel.min.value_or(1) > 0 && !Function(pattern)) {
          AllPaths(pattern, found, Ends(start, start));
          return true;
        }
        struct Reached {
          uint64_t distance = 0;
          std::vector<std::pair<NodeId, EdgeId>> from;
        };
        std::map<NodeId, Reached> reached;
        std::vector<NodeId> order{start}, level{start};
        reached[start] = {};
        for (uint64_t distance = 1; distance <= max && !level.empty() && !(aim && reached.contains(aim)); ++distance) {
          std::vector<NodeId> next;
          for (const NodeId node : level) {
            for (const Neighbour& n : EdgesAt(rel, node, forward, false)) {
              const auto [at, fresh] = reached.try_emplace(n.node);
              if (fresh) {
                at->second.distance = distance;
                next.push_back(n.node);
                context_.Charge(96);
              }
              if (at->second.distance == distance && (fresh || !one)) at->second.from.emplace_back(node, n.edge);
            }
            if (context_.Stop()) return false;
          }
          order.insert(order.end(), next.begin(), next.end());
          level = std::move(next);
        }
        for (const NodeId end : order) {
          if (aim && end != aim) continue;
          if (end == start && rel.min.value_or(1) > 0) {
            if (!Function(pattern)) AllPaths(pattern, found, Ends(start, start));
            continue;
          }
          WithNode(far, end, [&] {
            Path path(pattern);
            path.nodes[anchor] = start;
            path.nodes[1 - anchor] = end;
            // Back from the end, an edge at a time.
            std::vector<EdgeId> edges;
            std::vector<NodeId> nodes;
            const std::function<bool(NodeId)> back = [&](NodeId node) {
              if (context_.Stop()) return false;
              if (node == start) {
                path.edges[0] = edges;
                path.between[0].assign(nodes.begin(), nodes.empty() ? nodes.end() : nodes.end() - 1);
                if (forward) {
                  std::reverse(path.edges[0].begin(), path.edges[0].end());
                  std::reverse(path.between[0].begin(), path.between[0].end());
                }
                Value kept;
                if (rel.slot != kNoSlot) {
                  ValueList list;
                  for (const EdgeId e : path.edges[0]) list.push_back(Value::Relationship(e));
                  kept = std::exchange(Slot(rel.slot), Value::List(std::move(list)));
                }
                if (LateHolds(path)) Keep(path, found);
                if (rel.slot != kNoSlot) Slot(rel.slot) = kept;
                return true;
              }
              for (const auto& [before, edge] : reached[node].from) {
                edges.push_back(edge);
                nodes.push_back(before);
                const bool on = back(before);
                edges.pop_back();
                nodes.pop_back();
                if (!on) return false;
              }
              return true;
            };
            return back(end);
          });
          if (context_.failed()) return false;
        }
        context_.Charge(-static_cast<int64_t>(96 * (order.size() - 1)));
        return true;
      });
      if (context_.failed()) return;
    }
  }

  const std::vector<const PathPattern*>& patterns_;
  const Expr* where_;
  std::function<bool(Row&)> on_match_;
  std::vector<const Path*> done_;
  uint64_t matches_ = 0;
};

}  // namespace

void MatchPatterns(const std::vector<const PathPattern*>& patterns, const Expr* where, const MatchOptions& options, Row& row, Context& context,
                   const std::function<bool(Row&)>& on_match) {
  Matcher(patterns, where, options, row, context, on_match).Run();
}

}  // namespace liantu::query
