// SPDX-License-Identifier: Apache-2.0
// Walking one path pattern: all ways to lay it over the graph, step by step, by plain backtracking. For match.cc alone, which
// lays several patterns and chooses among their paths.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

#include "query/match.h"
#include "query/ranked_walks.h"

namespace liantu::query {

using graph::Direction;
using graph::Neighbour;

// Whether an expression reads one of the slots. Patterns and subqueries are taken to do so.
inline bool Mentions(const Expr& expr, const std::set<int>& slots) {
  if (expr.kind == ExprKind::kVariable && slots.contains(expr.slot)) return true;
  if (!expr.patterns.empty() || expr.subquery) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return arg && Mentions(*arg, slots); });
}

// Functions that go on with the rest of a match return false to stop it all.
class PatternWalk {
 protected:
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

  PatternWalk(const std::vector<const PathPattern*>& patterns, const MatchOptions& options, Row& row, Context& context)
      : options_(options), row_(row), context_(context) {
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

  const MatchOptions& options_;
  Row& row_;
  Context& context_;
  std::set<int> own_;                   // slots that the patterns give values to
  std::unordered_set<int> bound_;       // of those, the ones that have one now
  std::unordered_set<uint64_t> used_;   // edges in use
};

}  // namespace liantu::query
