// SPDX-License-Identifier: Apache-2.0
// Backtracking over a list of path patterns. Functions that go on with the rest of a match return false to stop it all.
#include "query/match.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "query/ranked_walks.h"

namespace liantu::query {
namespace {

using graph::Direction;
using graph::Neighbour;

// Whether an expression reads one of the slots. Patterns and subqueries are taken to do so.
bool Mentions(const Expr& expr, const std::set<int>& slots) {
  if (expr.kind == ExprKind::kVariable && slots.contains(expr.slot)) return true;
  if (!expr.patterns.empty() || expr.subquery) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return arg && Mentions(*arg, slots); });
}

class Matcher {
 public:
  Matcher(const std::vector<const PathPattern*>& patterns, const Expr* where, const MatchOptions& options, Row& row, Context& context,
          const std::function<bool(Row&)>& on_match)
      : patterns_(patterns), where_(where), options_(options), row_(row), context_(context), on_match_(on_match) {
    for (const PathPattern* pattern : patterns) CollectOwn(*pattern);
    for (const int slot : options.bound) {
      own_.erase(slot);
      bound_.insert(slot);
    }
    for (const int slot : options.differ) {
      const Value& value = Slot(slot);
      if (value.kind() == Kind::kRelationship) used_.insert(value.relationship().raw);
      if (value.kind() != Kind::kList) continue;
      for (const Value& item : value.list()) {
        if (item.kind() == Kind::kRelationship) used_.insert(item.relationship().raw);
      }
    }
  }

  void Run() { Pattern(0); }

 private:
  using Next = std::function<bool()>;

  // One path pattern on its way: what its nodes and steps stand for now. A step has the edges it took, in the order of the
  // pattern, and the nodes between them.
  struct Path {
    const PathPattern* pattern;
    std::vector<NodeId> nodes;
    std::vector<std::vector<EdgeId>> edges;
    std::vector<std::vector<NodeId>> between;
    explicit Path(const PathPattern& p) : pattern(&p), nodes(p.nodes.size()), edges(p.steps.size()), between(p.steps.size()) {}
    size_t Length() const {
      size_t length = 0;
      for (const auto& step : edges) length += step.size();
      return length;
    }
    PathValue Whole() const {
      PathValue value;
      for (size_t i = 0; i < nodes.size(); ++i) {
        value.nodes.push_back(nodes[i]);
        if (i == edges.size()) break;
        value.edges.insert(value.edges.end(), edges[i].begin(), edges[i].end());
        value.nodes.insert(value.nodes.end(), between[i].begin(), between[i].end());
        if (edges[i].empty()) value.nodes.pop_back();  // a step of length 0: one node
      }
      return value;
    }
  };
  void CollectOwn(const PathPattern& pattern) {
    for (const NodePattern& node : pattern.nodes) {
      if (!node.bound_before && node.slot != kNoSlot) own_.insert(node.slot);
    }
    for (const PathStep& step : pattern.steps) {
      if (step.rel && !step.rel->bound_before && step.rel->slot != kNoSlot) own_.insert(step.rel->slot);
      if (step.group) {
        CollectOwn(*step.group->inner);
        for (const auto& [inner, outer] : step.group->group_slots) own_.insert(outer);
      }
    }
    if (pattern.slot != kNoSlot) own_.insert(pattern.slot);
  }
  bool Late(const Expr* expr) const { return expr != nullptr && Mentions(*expr, own_); }
  Value& Slot(int slot) { return row_[static_cast<size_t>(slot)]; }
  bool Bound(int slot, bool before) const { return slot != kNoSlot && (before || bound_.contains(slot)); }

  // ---- one element

  bool PropertiesHold(const Expr* properties, const Value& entity) {
    if (properties == nullptr) return true;
    const Value wanted = Evaluate(*properties, row_, context_);
    if (context_.failed() || wanted.is_null()) return !context_.failed();
    if (wanted.kind() != Kind::kMap) {
      context_.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", properties->span,
                            Text("properties are a map, found ", ToLiteral(wanted))));
      return false;
    }
    for (const auto& [name, value] : wanted.map()) {
      if (Equals(context_.PropertyOf(entity, name), value) != std::optional(true)) return false;
      if (context_.failed()) return false;
    }
    return true;
  }

  bool NodeHolds(const NodePattern& node, NodeId id) {
    if (context_.TryGetNode(id) == nullptr) return false;
    if (node.labels && !LabelsMatch(*node.labels, context_.LabelsOf(id), row_, context_)) return false;
    if (!Late(node.properties.get()) && !PropertiesHold(node.properties.get(), Value::Node(id))) return false;
    if (node.where && !Late(node.where.get()) && !Holds(*node.where, row_, context_)) return false;
    return !context_.failed();
  }

  bool EdgeHolds(const RelPattern& rel, EdgeId id, bool late) {
    const Value value = Value::Relationship(id);
    if (Late(rel.properties.get()) == late && !PropertiesHold(rel.properties.get(), value)) return false;
    if (rel.where && Late(rel.where.get()) == late) {
      if (rel.slot == kNoSlot) return Holds(*rel.where, row_, context_);
      const Value kept = std::exchange(Slot(rel.slot), value);
      const bool holds = Holds(*rel.where, row_, context_);
      Slot(rel.slot) = kept;
      if (!holds) return false;
    }
    return !context_.failed();
  }

  bool WithNode(const NodePattern& node, NodeId id, const Next& next) {
    if (context_.Stop()) return false;
    if (node.slot == kNoSlot) return !NodeHolds(node, id) ? !context_.failed() : next();
    if (Bound(node.slot, node.bound_before)) {
      const Value& value = Slot(node.slot);
      if (value.kind() != Kind::kNode || value.node() != id) return true;
      return !NodeHolds(node, id) ? !context_.failed() : next();
    }
    const Value kept = std::exchange(Slot(node.slot), Value::Node(id));
    bound_.insert(node.slot);
    const bool on = !NodeHolds(node, id) ? !context_.failed() : next();
    bound_.erase(node.slot);
    Slot(node.slot) = kept;
    return on;
  }

  // ---- relationships at a node

  Direction DirectionOf(const RelPattern& rel, bool forward) const {
    if (rel.arrow == RelPattern::Arrow::kBoth) return Direction::kBoth;
    return (rel.arrow == RelPattern::Arrow::kRight) == forward ? Direction::kOut : Direction::kIn;
  }

  // The types of a list of names; false: another form, every type has to be looked at.
  bool PlainTypes(const LabelExpr& expr, std::vector<graph::TypeId>& types) {
    if (expr.kind == LabelExpr::Kind::kName) {
      if (const graph::TypeId id = context_.view()->type(expr.name)) types.push_back(id);
      return true;
    }
    return expr.kind == LabelExpr::Kind::kOr &&
           std::all_of(expr.parts.begin(), expr.parts.end(), [&](const LabelExpr& part) { return PlainTypes(part, types); });
  }

  // The edges that a relationship pattern can take from a node, those in use left out where `trail`.
  std::vector<Neighbour> EdgesAt(const RelPattern& rel, NodeId node, bool forward, bool trail) {
    std::vector<Neighbour> found;
    const Direction direction = DirectionOf(rel, forward);
    std::vector<graph::TypeId> types;
    const bool plain = rel.types && PlainTypes(*rel.types, types);
    if (plain && types.empty()) return found;
    if (!plain) types.clear();
    std::vector<Neighbour> all;
    context_.Fail(context_.view()->Expand(node, direction, types, [&](const Neighbour& n) {
      // A loop comes from both its ends; one of them is enough.
      if (!(direction == Direction::kBoth && n.node == node && n.direction == Direction::kIn)) all.push_back(n);
      return !context_.Stop();
    }));
    for (const Neighbour& n : all) {
      if (context_.Stop()) return {};
      if (trail && used_.contains(n.edge.raw)) continue;
      if (rel.types && !plain && !LabelsMatch(*rel.types, {context_.view()->name(n.type)}, row_, context_)) continue;
      if (EdgeHolds(rel, n.edge, false)) found.push_back(n);
    }
    return found;
  }

  bool Trail(const PathPattern& pattern) const { return !options_.repeatable && pattern.mode != PathMode::kWalk; }

  // ---- one step of a path: from node `from` at one end of step i to the other

  bool Single(Path& path, size_t i, NodeId from, bool forward, const std::function<bool(NodeId)>& to) {
    const RelPattern& rel = *path.pattern->steps[i].rel;
    const bool bound = Bound(rel.slot, rel.bound_before);
    if (bound && Slot(rel.slot).kind() != Kind::kRelationship) return true;
    const bool trail = Trail(*path.pattern);
    for (const Neighbour& n : EdgesAt(rel, from, forward, trail)) {
      if (context_.Stop()) return false;
      if (bound && Slot(rel.slot).relationship() != n.edge) continue;
      path.edges[i] = {n.edge};
      path.between[i].clear();
      Value kept;
      if (!bound && rel.slot != kNoSlot) {
        kept = std::exchange(Slot(rel.slot), Value::Relationship(n.edge));
        bound_.insert(rel.slot);
      }
      if (trail) used_.insert(n.edge.raw);
      const bool on = to(n.node);
      if (trail) used_.erase(n.edge.raw);
      if (!bound && rel.slot != kNoSlot) {
        bound_.erase(rel.slot);
        Slot(rel.slot) = kept;
      }
      if (!on) return false;
    }
    return !context_.failed();
  }

  std::vector<Round> RoundsAt(const PathPattern& pattern, const PathStep& step, NodeId from, bool forward) {
    std::vector<Round> rounds;
    if (step.rel) {
      for (const Neighbour& n : EdgesAt(*step.rel, from, forward, Trail(pattern))) rounds.push_back({n.node, {n.edge}, {}, {}});
      return rounds;
    }
    const QuantifiedGroup& group = *step.group;
    Path inner(*group.inner);
    Walk(inner, forward ? 0 : inner.nodes.size() - 1, from, [&] {
      if (!LateHolds(inner)) return !context_.failed();
      if (group.where && !Holds(*group.where, row_, context_)) return !context_.failed();
      PathValue whole = inner.Whole();
      Round round{.end = forward ? whole.nodes.back() : whole.nodes.front(), .edges = std::move(whole.edges)};
      round.between.assign(whole.nodes.begin() + 1, whole.nodes.end() - (whole.nodes.size() > 1 ? 1 : 0));
      for (const auto& [slot, outer] : group.group_slots) round.group.push_back(Slot(slot));
      rounds.push_back(std::move(round));
      return !context_.Stop();
    });
    return rounds;
  }

  // How many rounds a step has: at least, at most.
  static std::pair<uint64_t, uint64_t> RoundsOf(const PathStep& step) {
    const RelPattern* rel = step.rel.get();
    if (rel != nullptr && !rel->variable_length) return {1, 1};
    const std::optional<int64_t>& max = rel != nullptr ? rel->max : step.group->max;
    return {static_cast<uint64_t>(rel != nullptr ? rel->min.value_or(1) : step.group->min), max ? static_cast<uint64_t>(*max) : UINT64_MAX};
  }

  // The rounds taken as the path's step.
  static void Lay(Path& path, size_t i, const std::vector<const Round*>& taken, bool forward) {
    auto& edges = path.edges[i];
    auto& between = path.between[i];
    edges.clear();
    between.clear();
    for (size_t n = 0; n < taken.size(); ++n) {
      const size_t k = forward ? n : taken.size() - 1 - n;
      edges.insert(edges.end(), taken[k]->edges.begin(), taken[k]->edges.end());
      between.insert(between.end(), taken[k]->between.begin(), taken[k]->between.end());
      // The node between two rounds is the end of the one that was taken first.
      if (n + 1 < taken.size()) between.push_back(taken[forward ? k : k - 1]->end);
    }
  }
  // What a group's name stands for outside.
  static Value GroupList(const std::vector<const Round*>& taken, size_t name, bool forward) {
    ValueList list;
    for (const Round* round : taken) list.push_back(round->group[name]);
    if (!forward) std::reverse(list.begin(), list.end());
    return Value::List(std::move(list));
  }

  // A relationship with a length, or a group with a quantifier: depth first with a stack of our own, as deep as it may get.
  bool Repeated(Path& path, size_t i, NodeId from, bool forward, const std::function<bool(NodeId)>& to) {
    const PathPattern& pattern = *path.pattern;
    const PathStep& step = pattern.steps[i];
    const RelPattern* rel = step.rel.get();
    auto [min, max] = RoundsOf(step);
    const ValueList* given = nullptr;  // the variable has its relationships already
    Value given_value;
    if (rel && Bound(rel->slot, rel->bound_before)) {
      given_value = Slot(rel->slot);
      if (given_value.kind() != Kind::kList) return true;
      given = &given_value.list();
      if (given->size() < min || given->size() > max) return true;
      min = max = given->size();
    }
    const bool trail = Trail(pattern);
    std::vector<const Round*> taken;
    std::unordered_set<uint64_t> visited{from.raw};

    const auto emit = [&](NodeId end) {
      Lay(path, i, taken, forward);
      const auto& edges = path.edges[i];
      std::vector<std::pair<int, Value>> kept;
      const auto set = [&](int slot, Value value) {
        kept.emplace_back(slot, std::exchange(Slot(slot), std::move(value)));
        bound_.insert(slot);
      };
      if (rel && rel->slot != kNoSlot && given == nullptr) {
        ValueList list;
        for (const EdgeId e : edges) list.push_back(Value::Relationship(e));
        set(rel->slot, Value::List(std::move(list)));
      }
      if (step.group) {
        for (size_t g = 0; g < step.group->group_slots.size(); ++g) set(step.group->group_slots[g].second, GroupList(taken, g, forward));
      }
      const bool on = to(end);
      for (auto& [slot, value] : kept) {
        bound_.erase(slot);
        Slot(slot) = std::move(value);
      }
      return on;
    };

    struct Frame {
      std::vector<Round> rounds;
      size_t next = 0;
    };
    std::vector<Frame> stack;
    const auto push = [&](NodeId node) {
      Frame frame{RoundsAt(pattern, step, node, forward)};
      context_.Charge(static_cast<int64_t>(64 + frame.rounds.size() * (sizeof(Round) + 16)));
      stack.push_back(std::move(frame));
    };
    const auto pop = [&] {
      context_.Charge(-static_cast<int64_t>(64 + stack.back().rounds.size() * (sizeof(Round) + 16)));
      stack.pop_back();
    };
    bool on = true;
    if (min == 0) on = emit(from);
    if (on && max > 0) push(from);
    while (on && !stack.empty()) {
      if (context_.Stop()) on = false;
      Frame& frame = stack.back();
      // Going back to this frame ends the round that was taken from it.
      if (taken.size() == stack.size()) {
        const Round& done = *taken.back();
        if (trail) {
          for (const EdgeId e : done.edges) used_.erase(e.raw);
        }
        if (pattern.mode == PathMode::kAcyclic || pattern.mode == PathMode::kSimple) visited.erase(done.end.raw);
        taken.pop_back();
      }
      if (!on || frame.next == frame.rounds.size()) {
        pop();
        continue;
      }
      const Round& round = frame.rounds[frame.next++];
      if (given != nullptr) {
        const size_t k = forward ? taken.size() : given->size() - 1 - taken.size();
        if ((*given)[k].kind() != Kind::kRelationship || (*given)[k].relationship() != round.edges.front()) continue;
      }
      bool closes = false;
      if (pattern.mode == PathMode::kAcyclic || pattern.mode == PathMode::kSimple) {
        closes = round.end == from;
        if (visited.contains(round.end.raw) && !(closes && pattern.mode == PathMode::kSimple)) continue;
        if (!closes) visited.insert(round.end.raw);
      }
      taken.push_back(&round);
      if (trail) {
        for (const EdgeId e : round.edges) used_.insert(e.raw);
      }
      const NodeId end = round.end;
      if (taken.size() >= min) on = emit(end);
      if (on && taken.size() < max && !closes) {
        push(end);
      } else {
        // No deeper: undo at once.
        if (trail) {
          for (const EdgeId e : round.edges) used_.erase(e.raw);
        }
        if (!closes) visited.erase(end.raw);
        taken.pop_back();
      }
    }
    while (!stack.empty()) pop();
    return on && !context_.failed();
  }

  bool Step(Path& path, size_t i, NodeId from, bool forward, const std::function<bool(NodeId)>& to) {
    const PathStep& step = path.pattern->steps[i];
    return step.rel && !step.rel->variable_length ? Single(path, i, from, forward, to) : Repeated(path, i, from, forward, to);
  }

  // ---- one path

  // All ways to lay the pattern with its node `anchor` at `id`: to the right end first, then to the left.
  bool Walk(Path& path, size_t anchor, NodeId id, const Next& next) {
    return WithNode(path.pattern->nodes[anchor], id, [&] {
      path.nodes[anchor] = id;
      return Right(path, anchor, anchor, next);
    });
  }
  bool Right(Path& path, size_t i, size_t anchor, const Next& next) {
    if (i + 1 == path.nodes.size()) return Left(path, anchor, next);
    return Step(path, i, path.nodes[i], true, [&](NodeId id) {
      return WithNode(path.pattern->nodes[i + 1], id, [&] {
        path.nodes[i + 1] = id;
        return Right(path, i + 1, anchor, next);
      });
    });
  }
  bool Left(Path& path, size_t i, const Next& next) {
    if (i == 0) return next();
    return Step(path, i - 1, path.nodes[i], false, [&](NodeId id) {
      return WithNode(path.pattern->nodes[i - 1], id, [&] {
        path.nodes[i - 1] = id;
        return Left(path, i - 1, next);
      });
    });
  }

  // Node properties and conditions that read other variables of the pattern, once all of it is there.
  bool LateHolds(const Path& path) {
    for (size_t i = 0; i < path.nodes.size(); ++i) {
      const NodePattern& node = path.pattern->nodes[i];
      if (Late(node.properties.get()) && !PropertiesHold(node.properties.get(), Value::Node(path.nodes[i]))) return false;
      if (node.where && Late(node.where.get()) && !Holds(*node.where, row_, context_)) return false;
    }
    for (size_t i = 0; i < path.edges.size(); ++i) {
      const RelPattern* rel = path.pattern->steps[i].rel.get();
      if (rel == nullptr) continue;
      for (const EdgeId e : path.edges[i]) {
        if (!EdgeHolds(*rel, e, true)) return false;
      }
    }
    return !context_.failed();
  }

  bool ModeHolds(const PathPattern& pattern, const PathValue& whole) const {
    if (pattern.mode != PathMode::kAcyclic && pattern.mode != PathMode::kSimple) return true;
    std::unordered_set<uint64_t> seen;
    for (size_t i = 0; i < whole.nodes.size(); ++i) {
      const bool closing = pattern.mode == PathMode::kSimple && i > 0 && i + 1 == whole.nodes.size() && whole.nodes[i] == whole.nodes[0];
      if (!closing && !seen.insert(whole.nodes[i].raw).second) return false;
    }
    return true;
  }

  // A label that every match of the node has; null: none known.
  static const std::string* SureLabel(const std::optional<LabelExpr>& labels) {
    if (!labels) return nullptr;
    if (labels->kind == LabelExpr::Kind::kName) return &labels->name;
    if (labels->kind != LabelExpr::Kind::kAnd) return nullptr;
    for (const LabelExpr& part : labels->parts) {
      if (part.kind == LabelExpr::Kind::kName) return &part.name;
    }
    return nullptr;
  }

  // Where to begin, and the nodes to begin with.
  size_t Anchor(const PathPattern& pattern, std::vector<NodeId>& nodes) {
    for (size_t i = 0; i < pattern.nodes.size(); ++i) {
      const NodePattern& node = pattern.nodes[i];
      if (!Bound(node.slot, node.bound_before)) continue;
      const Value& value = Slot(node.slot);
      if (value.kind() == Kind::kNode) {
        nodes.push_back(value.node());
      } else if (!value.is_null()) {
        context_.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", node.span,
                              Text(node.name, " stands for a node here, but is ", ToLiteral(value))));
      }
      return i;
    }
    for (size_t i = 0; i < pattern.steps.size(); ++i) {
      const RelPattern* rel = pattern.steps[i].rel.get();
      if (rel == nullptr || rel->variable_length || !Bound(rel->slot, rel->bound_before)) continue;
      const Value& value = Slot(rel->slot);
      const graph::Edge* edge = value.kind() == Kind::kRelationship ? context_.TryGetEdge(value.relationship()) : nullptr;
      if (edge != nullptr) {
        nodes.push_back(edge->from);
        if (edge->to != edge->from) nodes.push_back(edge->to);
      }
      return i;
    }
    size_t anchor = 0;
    while (anchor < pattern.nodes.size() && SureLabel(pattern.nodes[anchor].labels) == nullptr) ++anchor;
    if (anchor == pattern.nodes.size()) anchor = 0;
    Nodes(pattern.nodes[anchor], nodes);
    return anchor;
  }
  // The nodes that a pattern's node may stand for, at the most.
  void Nodes(const NodePattern& node, std::vector<NodeId>& nodes) {
    if (Bound(node.slot, node.bound_before)) {
      if (Slot(node.slot).kind() == Kind::kNode) nodes.push_back(Slot(node.slot).node());
      return;
    }
    const auto add = [&](NodeId id) {
      nodes.push_back(id);
      return !context_.Stop();
    };
    const std::string* label = SureLabel(node.labels);
    if (label == nullptr) {
      context_.Fail(context_.view()->AllNodes({}, add));
    } else if (const graph::LabelId id = context_.view()->label(*label)) {
      context_.Fail(context_.view()->NodesWithLabel(id, {}, add));
    }
  }

  bool Walks(Path& path, const Next& next) {
    std::vector<NodeId> nodes;
    const size_t anchor = Anchor(*path.pattern, nodes);
    const auto bytes = static_cast<int64_t>(nodes.size() * sizeof(NodeId));
    context_.Charge(bytes);
    bool on = !context_.failed();
    for (size_t i = 0; on && i < nodes.size(); ++i) on = Walk(path, anchor, nodes[i], next);
    context_.Charge(-bytes);
    return on;
  }

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
  const MatchOptions& options_;
  Row& row_;
  Context& context_;
  std::function<bool(Row&)> on_match_;
  std::set<int> own_;                   // slots that the patterns give values to
  std::unordered_set<int> bound_;       // of those, the ones that have one now
  std::unordered_set<uint64_t> used_;   // edges in use
  std::vector<const Path*> done_;
  uint64_t matches_ = 0;
};

}  // namespace

void MatchPatterns(const std::vector<const PathPattern*>& patterns, const Expr* where, const MatchOptions& options, Row& row, Context& context,
                   const std::function<bool(Row&)>& on_match) {
  Matcher(patterns, where, options, row, context, on_match).Run();
}

}  // namespace liantu::query
