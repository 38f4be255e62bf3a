// SPDX-License-Identifier: Apache-2.0
// The patterns of one MATCH to operators: see plan.h.
#include <algorithm>
#include <limits>

#include "query/plan.h"

namespace liantu::query {
namespace {

// A node is found by its name in the time in which so many are read by a scan.
constexpr double kScansPerName = 20;

void SplitAnd(const Expr& expr, std::vector<const Expr*>& out) {
  if (expr.kind == ExprKind::kBinary && expr.op == Op::kAnd) {
    for (const ExprPtr& arg : expr.args) SplitAnd(*arg, out);
  } else {
    out.push_back(&expr);
  }
}

bool Reads(const Expr* expr, const SlotSet& slots) { return expr != nullptr && FreeSlots(*expr).Touches(slots); }

bool HasFreeSlots(const LabelExpr& labels) {
  SlotUse use;
  CollectSlots(labels, use);
  return !use.Free().empty();
}

Direction Towards(const RelPattern& rel, bool from_left) {
  if (rel.arrow == RelPattern::Arrow::kBoth) return Direction::kBoth;
  return (rel.arrow == RelPattern::Arrow::kRight) == from_left ? Direction::kOut : Direction::kIn;
}

}  // namespace

class Planner::MatchPlan {
 public:
  MatchPlan(Planner& planner, const MatchInput& input) : planner_(planner), rt_(planner.rt_), input_(input), declared_(SlotsOf(*input.patterns)) {}

  void Run(Pipe& pipe) {
    constant_ = pipe.constant;
    rows_ = pipe.op->estimate;
    Gather(pipe.bound);
    CheckBound(pipe);
    ApplyReady(pipe);
    while (true) {
      SeekRelationships(pipe);
      Grow(pipe);
      rows_ = pipe.op->estimate;
      const int start = CheapestStart(pipe);
      if (start < 0) break;
      const Seek seek = SeekFor(nodes_[static_cast<size_t>(start)], pipe.bound);
      if (seek.pred != nullptr || pipe.op->estimate <= 1.5) {
        Start(pipe, start);
        continue;
      }
      // Nothing connects: the rest's next component on its own, then joined.
      Pipe right{MakeOnce(rt_), pipe.constant, pipe.constant};
      Start(right, start);  // not one that the rows so far have: it may be cheap, but it is bound
      Grow(right);
      SlotSet added = right.bound;
      added.Remove(pipe.constant);
      std::vector<std::pair<const Expr*, const Expr*>> keys = JoinKeys(pipe.bound, right.bound);
      pipe.op = MakeJoin(rt_, std::move(pipe.op), std::move(right.op), added.List(), std::move(keys));
      pipe.bound.Add(right.bound);
      ApplyReady(pipe);
    }
    for (const PathPattern& pattern : *input_.patterns) {
      if (pattern.slot == kNoSlot || !PathAsked(pattern) || Searched(pattern)) continue;
      std::vector<int> steps;
      for (const RelInfo& info : rels_) {
        if (info.path == &pattern) steps.push_back(info.slot);
      }
      if (pattern.selector == PathSelector::kNone) pipe.op = MakePathBuild(rt_, std::move(pipe.op), pattern, std::move(steps));
      pipe.bound.Add(pattern.slot);
    }
    Search(pipe);
    ApplyReady(pipe);
    std::vector<ConditionPtr> rest;
    for (Pred& pred : preds_) {
      if (pred.condition != nullptr) rest.push_back(std::move(pred.condition));
    }
    Filter(pipe, std::move(rest));
    pipe.bound.Add(declared_);
    if (rt_.context.transaction() != nullptr) return;  // nothing stays for sure where the statement may delete
    for (const NodeInfo& node : nodes_) pipe.nodes.Add(node.slot);
  }

 private:
  struct NodeInfo {
    int slot = kNoSlot;
    std::string name;
    bool bound_before = false;
    std::vector<std::string> labels;             // all of them, by name
    std::vector<const LabelExpr*> plain;         // label expressions that read no slot
    bool searched = false;                       // left to the search of its pattern
  };
  struct RelInfo {
    const RelPattern* rel = nullptr;
    const PathPattern* path = nullptr;
    size_t left = 0, right = 0;                  // into nodes_
    int slot = kNoSlot;                          // of the relationship, or of the list of them
    bool variable = false;                       // a list: with a length, or a quantifier behind it
    uint64_t min = 1, max = 1;
    TypeSet types;
    const LabelExpr* type_expr = nullptr;
    bool done = false;
    bool known = false;                          // bound before, or sought by its id
    bool selected() const { return path->selector != PathSelector::kNone; }
  };
  struct Pred {
    ConditionPtr condition;                      // null once it has been applied
    // slot.key = value, slot.key IN value, id(slot) or elementId(slot) = or IN value (key empty)
    int slot = kNoSlot;
    std::string key;
    const Expr* value = nullptr;
    bool list = false, by_id = false, by_element_id = false;
    // left = right, for joins
    const Expr* left = nullptr;
    const Expr* right = nullptr;
  };
  struct Seek {
    const Pred* pred = nullptr;
    std::string label;
    bool by_name = false;
  };

  static bool Function(PathSelector s) { return s == PathSelector::kShortestPath || s == PathSelector::kAllShortestPaths; }

  static bool Bare(const NodePattern& node) { return !node.labels && !node.properties && !node.where; }
  // The relationship of a step that one operator can follow: -[r]-, -[r*]- or -[r]-{…}; null: a group with more to it.
  static const RelPattern* Followed(const PathStep& step) {
    if (step.rel) return step.rel.get();
    const PathPattern& inner = *step.group->inner;
    const bool one = inner.steps.size() == 1 && !inner.steps[0].rel->variable_length && !step.group->where;
    return one && Bare(inner.nodes[0]) && Bare(inner.nodes[1]) ? inner.steps[0].rel.get() : nullptr;
  }

  // Whether operators can follow the pattern's steps; otherwise it is searched for by the plain matcher.
  bool Simple(const PathPattern& pattern) const {
    if (pattern.mode != PathMode::kTrail) return false;
    for (const PathStep& step : pattern.steps) {
      const RelPattern* rel = Followed(step);
      if (rel == nullptr) return false;
      if (step.rel && !rel->variable_length) continue;
      if (input_.repeatable) return false;  // operators take no relationship twice
      if (step.group != nullptr) {  // whose nodes' lists nobody may ask for
        for (const auto& [inside, outside] : step.group->group_slots) {
          if (inside != rel->slot && (input_.everything_read || read_.Has(inside) || read_.Has(outside))) return false;
        }
      }
      SlotSet others = declared_, own;
      own.Add(rel->slot);
      others.Remove(own);
      if (Reads(rel->properties.get(), declared_) || Reads(rel->where.get(), others)) return false;
      if (rel->types && HasFreeSlots(*rel->types)) return false;
    }
    if (pattern.selector == PathSelector::kNone) return true;
    // Both ends given, breadth-first search finds the shortest.
    if (pattern.steps.size() != 1 || (pattern.steps[0].rel && !pattern.steps[0].rel->variable_length)) return false;
    const RelInfo info = Info(pattern, 0);
    if (info.min > 1 || info.rel->bound_before) return false;
    if (Function(pattern.selector)) {
      // The shortest of those for which WHERE holds: only the plain matcher looks further.
      SlotSet own;
      own.Add(pattern.slot);
      own.Add(info.slot);
      return !Reads(input_.where, own);
    }
    if (pattern.selector == PathSelector::kShortestGroups || pattern.nodes[0].slot == pattern.nodes[1].slot) return false;
    const Expr* count = pattern.selector_count.get();
    return count == nullptr || (count->kind == ExprKind::kLiteral && count->literal.kind() == Kind::kInteger && count->literal.integer() == 1);
  }

  static RelInfo Info(const PathPattern& pattern, size_t i) {
    const PathStep& step = pattern.steps[i];
    const RelPattern& rel = *Followed(step);
    RelInfo info{&rel, &pattern};
    info.slot = rel.slot;
    info.known = rel.bound_before;
    info.variable = step.group != nullptr || rel.variable_length;
    if (step.group != nullptr) {
      for (const auto& [inside, outside] : step.group->group_slots) {
        if (inside == rel.slot) info.slot = outside;
      }
    }
    if (info.variable) {
      const std::optional<int64_t>& max = step.group != nullptr ? step.group->max : rel.max;
      info.min = static_cast<uint64_t>(step.group != nullptr ? step.group->min : rel.min.value_or(1));
      info.max = max ? static_cast<uint64_t>(*max) : UINT64_MAX;
    }
    if (rel.types) {
      std::vector<std::string> names;
      if (PlainTypes(*rel.types, names)) {
        info.types = TypeSet(std::move(names));
      } else {
        info.type_expr = &*rel.types;
      }
    }
    return info;
  }

  // ---- taking apart

  void AddWhere(const Expr& where) {
    std::vector<const Expr*> parts;
    SplitAnd(where, parts);
    for (const Expr* part : parts) {
      Pred pred;
      pred.condition = WhereCondition(*part);
      Recognise(*part, pred);
      preds_.push_back(std::move(pred));
    }
  }

  static void Recognise(const Expr& expr, Pred& pred) {
    const bool equal = (expr.kind == ExprKind::kComparison && expr.ops.size() == 1 && expr.ops[0] == Op::kEqual) ||
                       (expr.kind == ExprKind::kBinary && expr.op == Op::kEqual);
    const bool in = expr.kind == ExprKind::kBinary && expr.op == Op::kIn;
    if (!equal && !in) return;
    pred.condition->selectivity = 0.05;
    const auto take = [&](const Expr& side, const Expr& other) {
      if (side.kind == ExprKind::kProperty && side.args[0]->kind == ExprKind::kVariable) {
        pred.slot = side.args[0]->slot;
        pred.key = side.name;
      } else if (side.kind == ExprKind::kCall && side.function != nullptr && side.args.size() == 1 && side.args[0]->kind == ExprKind::kVariable &&
                 (side.function->name == "id" || side.function->name == "elementId")) {
        pred.slot = side.args[0]->slot;
        pred.by_id = true;
        pred.by_element_id = side.function->name == "elementId";
      } else {
        return false;
      }
      pred.value = &other;
      pred.list = in;
      return true;
    };
    // Of a.x = b.y the side that is kept is whichever can be sought; JoinKeys looks at both.
    if (equal) {
      pred.left = expr.args[0].get();
      pred.right = expr.args[1].get();
    }
    if (!take(*expr.args[0], *expr.args[1]) && equal) take(*expr.args[1], *expr.args[0]);
  }

  void AddProperties(int slot, const Expr* properties) {
    if (properties == nullptr) return;
    if (properties->kind != ExprKind::kMap) {
      preds_.push_back({PropertiesCondition(slot, *properties)});
      return;
    }
    for (size_t i = 0; i < properties->keys.size(); ++i) {
      Pred pred;
      pred.condition = PropertyCondition(slot, properties->keys[i], *properties->args[i]);
      pred.slot = slot;
      pred.key = properties->keys[i];
      pred.value = properties->args[i].get();
      pred.left = Property(slot, pred.key);
      pred.right = pred.value;
      preds_.push_back(std::move(pred));
    }
  }

  // slot.key, which stands in the text only as {key: value}.
  const Expr* Property(int slot, const std::string& key) {
    auto property = std::make_unique<Expr>();
    property->kind = ExprKind::kProperty;
    property->name = key;
    property->args.push_back(std::make_unique<Expr>());
    property->args[0]->kind = ExprKind::kVariable;
    property->args[0]->slot = slot;
    return rt_.made.emplace_back(std::move(property)).get();
  }

  size_t AddNode(const NodePattern& pattern) {
    size_t at = 0;
    while (at < nodes_.size() && nodes_[at].slot != pattern.slot) ++at;
    if (at == nodes_.size()) nodes_.push_back({pattern.slot, pattern.name, pattern.bound_before});
    NodeInfo& node = nodes_[at];
    node.bound_before |= pattern.bound_before;
    if (pattern.labels) AddLabels(node, *pattern.labels);
    AddProperties(pattern.slot, pattern.properties.get());
    if (pattern.where) AddWhere(*pattern.where);
    return at;
  }

  void AddLabels(NodeInfo& node, const LabelExpr& labels) {
    if (labels.kind == LabelExpr::Kind::kAnd) {
      for (const LabelExpr& part : labels.parts) AddLabels(node, part);
    } else if (HasFreeSlots(labels)) {
      preds_.push_back({LabelCondition(rt_, node.slot, labels)});
    } else {
      node.plain.push_back(&labels);
      if (labels.kind == LabelExpr::Kind::kName) node.labels.push_back(labels.name);
    }
  }

  void Gather(const SlotSet& bound) {
    SlotUse use;
    for (const PathPattern& pattern : *input_.patterns) CollectSlots(pattern, use);
    if (input_.where != nullptr) CollectSlots(*input_.where, use);
    read_ = use.used;
    read_.Add(input_.read_later);
    std::vector<const PathPattern*> choices;  // of those with a selector that operators can do if both ends are found
    for (const PathPattern& pattern : *input_.patterns) {
      const bool simple = Simple(pattern);
      if (simple && (pattern.selector == PathSelector::kNone || Function(pattern.selector))) {
        AddPattern(pattern);
      } else {
        (simple ? choices : searched_).push_back(&pattern);
      }
    }
    const size_t given = nodes_.size();
    // Of the others the ends, and where any path will do all nodes: the search may begin there.
    for (const PathPattern* pattern : choices) AddEnds(*pattern);
    for (const PathPattern* pattern : searched_) AddEnds(*pattern);
    if (input_.where != nullptr) AddWhere(*input_.where);
    for (size_t i = given; i < nodes_.size(); ++i) nodes_[i].searched = !nodes_[i].bound_before;
    for (const PathPattern* pattern : choices) {
      if (Begin(*pattern, bound)) {
        AddPattern(*pattern, false);
      } else {
        searched_.push_back(pattern);
      }
    }
    for (const PathPattern* pattern : searched_) {
      Begin(*pattern, bound);
      reached_.Add(SlotsOf(*pattern));
    }
    needed_ = input_.read_later;
    for (const Pred& pred : preds_) needed_.Add(pred.condition->needs);
    for (size_t j = 0; j < rels_.size() && !input_.repeatable; ++j) {
      for (size_t i = 0; i < j; ++i) {
        if (!TypeSet::Overlap(rels_[i].types, rels_[j].types)) continue;
        needed_.Add(rels_[i].slot);
        overlapping_.emplace_back(i, j);
      }
    }
    for (const PathPattern& pattern : *input_.patterns) {
      if (pattern.slot == kNoSlot || !PathAsked(pattern)) continue;
      for (const RelInfo& info : rels_) {
        if (info.path == &pattern) needed_.Add(info.slot);
      }
    }
    for (const RelInfo& info : rels_) {
      if (!searched_.empty()) needed_.Add(info.slot);
    }
    for (const PathPattern* pattern : searched_) {
      if (WantsWhere(*pattern)) needed_.Add(FreeSlots(*input_.where));
    }
  }

  void AddPattern(const PathPattern& pattern, bool conditions = true) {
    const auto add = [&](const NodePattern& node) { return conditions ? AddNode(node) : Find(node.slot); };
    size_t left = add(pattern.nodes[0]);
    for (size_t i = 0; i < pattern.steps.size(); ++i) {
      RelInfo info = Info(pattern, i);
      info.left = left;
      info.right = left = add(pattern.nodes[i + 1]);
      if (!info.variable && conditions) {
        AddProperties(info.slot, info.rel->properties.get());
        if (info.rel->where) AddWhere(*info.rel->where);
      }
      rels_.push_back(std::move(info));
    }
  }
  size_t Find(int slot) const {
    size_t at = 0;
    while (at < nodes_.size() && nodes_[at].slot != slot) ++at;
    return at;
  }

  // ---- patterns that are searched for

  static std::vector<const NodePattern*> Ends(const PathPattern& pattern) {
    std::vector<const NodePattern*> ends{&pattern.nodes.front()};
    if (pattern.selector == PathSelector::kNone) {
      for (size_t i = 1; i + 1 < pattern.nodes.size(); ++i) ends.push_back(&pattern.nodes[i]);
    }
    if (pattern.nodes.size() > 1) ends.push_back(&pattern.nodes.back());
    return ends;
  }
  void AddEnds(const PathPattern& pattern) {
    for (const NodePattern* node : Ends(pattern)) AddNode(*node);
  }
  bool Searched(const PathPattern& pattern) const { return std::find(searched_.begin(), searched_.end(), &pattern) != searched_.end(); }
  bool WantsWhere(const PathPattern& pattern) const { return Function(pattern.selector) && input_.where != nullptr; }

  // Where the search of a pattern begins: nodes that are given, that the searches before have found, or that can be sought; at
  // least one. Whether all of its ends are found so.
  bool Begin(const PathPattern& pattern, const SlotSet& bound) {
    const std::vector<const NodePattern*> ends = Ends(pattern);
    NodeInfo* least = nullptr;
    size_t found = 0;
    for (const bool seek : {false, true}) {
      for (const NodePattern* end : ends) {
        NodeInfo& node = nodes_[Find(end->slot)];
        const bool open = node.searched && !reached_.Has(node.slot);
        if (seek && open && (found == 0 || pattern.selector != PathSelector::kNone) && SeekFor(node, bound).pred != nullptr) node.searched = false;
        else if (seek || open) continue;
        ++found;
      }
    }
    if (found > 0) return found == ends.size();
    for (const NodePattern* end : ends) {
      NodeInfo& node = nodes_[Find(end->slot)];
      if (least == nullptr || Nodes(node) < Nodes(*least)) least = &node;
    }
    least->searched = false;
    return ends.size() == 1;
  }

  void Search(Pipe& pipe) {
    if (searched_.empty()) return;
    SlotSet slots;
    const Expr* where = nullptr;
    for (const PathPattern* pattern : searched_) {
      slots.Add(SlotsOf(*pattern));
      if (WantsWhere(*pattern)) where = input_.where;
    }
    MatchOptions options{.repeatable = input_.repeatable};
    SlotSet adds = slots;
    adds.Remove(pipe.bound);
    slots.Remove(adds);
    options.bound = slots.List();
    if (!input_.repeatable) {
      for (const RelInfo& info : rels_) options.differ.push_back(info.slot);
    }
    const double rows = pipe.op->estimate;
    pipe.op = MakePatternSearch(rt_, std::move(pipe.op), searched_, where, std::move(options), adds.List());
    pipe.op->estimate = rows * 10;
    pipe.bound.Add(adds);
  }

  bool Needed(int slot) const { return input_.everything_read || needed_.Has(slot); }
  bool PathAsked(const PathPattern& pattern) const { return Needed(pattern.slot); }

  // ---- putting together

  void Filter(Pipe& pipe, std::vector<ConditionPtr> conditions) {
    if (!conditions.empty()) pipe.op = MakeFilter(rt_, std::move(pipe.op), std::move(conditions));
  }

  void ApplyReady(Pipe& pipe) {
    std::vector<ConditionPtr> ready;
    for (Pred& pred : preds_) {
      if (pred.condition != nullptr && pred.condition->needs.Within(pipe.bound)) ready.push_back(std::move(pred.condition));
    }
    Filter(pipe, std::move(ready));
  }

  // Variables from before: they must stand for what the pattern says.
  void CheckBound(Pipe& pipe) {
    std::vector<ConditionPtr> labels;
    for (const NodeInfo& node : nodes_) {
      if (!node.bound_before) continue;
      if (!pipe.nodes.Has(node.slot)) pipe.op = MakeBoundCheck(rt_, std::move(pipe.op), node.slot, false);
      pipe.bound.Add(node.slot);
      for (const LabelExpr* expr : node.plain) labels.push_back(LabelCondition(rt_, node.slot, *expr));
    }
    for (const RelInfo& info : rels_) {
      if (!info.rel->bound_before) continue;
      if (!info.variable) pipe.op = MakeBoundCheck(rt_, std::move(pipe.op), info.slot, true);
      pipe.bound.Add(info.slot);
    }
    Filter(pipe, std::move(labels));
  }

  double Nodes(const NodeInfo& node) {
    const graph::ReadView& view = rt_.view();
    double least = std::numeric_limits<double>::max();
    for (const std::string& name : node.labels) {
      const LabelId id = view.label(name);
      least = std::min(least, id ? static_cast<double>(rt_.Cache().NodeCount(view, id)) : 0.0);
    }
    return node.labels.empty() ? static_cast<double>(rt_.Cache().NodeCount(view, LabelId{})) : least;
  }

  double Edges(RelInfo& info) {
    const graph::ReadView& view = rt_.view();
    if (info.types.any()) return static_cast<double>(rt_.Cache().EdgeCount(view, TypeId{}));
    if (!info.types.Resolve(view)) return 0;
    double sum = 0;
    for (const TypeId id : info.types.ids()) sum += static_cast<double>(rt_.Cache().EdgeCount(view, id));
    return sum;
  }

  // Neighbours of one node over the relationship.
  double Fanout(RelInfo& info, const NodeInfo& from, const NodeInfo& to) {
    double fanout = Edges(info) / std::max(1.0, Nodes(from));
    if (info.rel->arrow == RelPattern::Arrow::kBoth) fanout *= 2;
    // Labels of the far end that the types do not imply make it smaller; what share is not known. A label that is much
    // rarer than the edges' ends is one.
    if (!to.labels.empty() && from.labels.empty()) fanout *= 0.5;
    return fanout;
  }

  Seek SeekFor(const NodeInfo& node, const SlotSet& bound) {
    const graph::ReadView& view = rt_.view();
    Seek best;
    for (const Pred& pred : preds_) {
      const Expr* value = pred.value;
      if (pred.slot != node.slot || value == nullptr) {
        // The other side of an equality between properties.
        continue;
      }
      if (!FreeSlots(*value).Within(bound)) continue;
      if (pred.by_id) {
        if (!pred.list) return {&pred, ""};
        if (best.pred == nullptr || best.pred->list) best = {&pred, ""};
        continue;
      }
      if (best.pred != nullptr && best.pred->by_id && pred.list) continue;
      if (const PropertyId property = view.property(pred.key)) {
        for (const std::string& name : node.labels) {
          if (!view.HasIndex(view.label(name), property)) continue;
          if (best.pred == nullptr || best.by_name || (best.pred->list && !pred.list)) best = {&pred, name};
        }
      }
      if (pred.key == "name" && (best.pred == nullptr || (best.by_name && best.pred->list && !pred.list))) {
        if (const auto label = NamedLabel(node, *value)) best = {&pred, *label, true};
      }
    }
    return best;
  }

  // Of which label's nodes the name index knows all names; "": of all nodes. nullopt: it knows them not, or it is better to read the
  // nodes once than to ask it for every row.
  std::optional<std::string> NamedLabel(const NodeInfo& node, const Expr& value) {
    if (!FreeSlots(value).Within(constant_) && rows_ * kScansPerName > Nodes(node)) return std::nullopt;
    for (const std::string& name : node.labels) {
      if (rt_.view().HasNameIndex(rt_.view().label(name))) return name;
    }
    if (node.labels.empty() && rt_.view().HasNameIndex(LabelId{})) return "";
    return std::nullopt;
  }

  // -1: every node is there.
  int CheapestStart(const Pipe& pipe) {
    int best = -1;
    double least = 0;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const NodeInfo& node = nodes_[i];
      if (pipe.bound.Has(node.slot) || taken_.Has(node.slot) || node.searched) continue;
      const Seek seek = SeekFor(node, pipe.bound);
      if (seek.pred != nullptr && !seek.pred->list) return static_cast<int>(i);
      const double cost = seek.pred != nullptr ? 10 : Nodes(node);
      if (best < 0 || cost < least) {
        best = static_cast<int>(i);
        least = cost;
      }
    }
    return best;
  }

  // Relationships that are given by their ids, before anything is followed.
  void SeekRelationships(Pipe& pipe) {
    for (RelInfo& info : rels_) {
      if (info.done || info.known || info.variable || info.selected()) continue;
      const Pred* best = nullptr;
      for (const Pred& pred : preds_) {
        if (!pred.by_id || pred.slot != info.slot || !FreeSlots(*pred.value).Within(pipe.bound)) continue;
        if (best == nullptr || (best->list && !pred.list)) best = &pred;
      }
      if (best == nullptr) continue;
      pipe.op = MakeNodeSeek(rt_, std::move(pipe.op), {info.slot, "", "", best->value, best->list, false, best->by_element_id, true});
      pipe.bound.Add(info.slot);
      info.known = true;
      ApplyReady(pipe);
    }
  }

  void Start(Pipe& pipe, int which) {
    const NodeInfo& node = nodes_[static_cast<size_t>(which)];
    const Seek seek = SeekFor(node, pipe.bound);
    std::string done;
    if (seek.pred != nullptr) {
      pipe.op = MakeNodeSeek(rt_, std::move(pipe.op),
                             {node.slot, seek.label, seek.pred->key, seek.pred->value, seek.pred->list, seek.by_name, seek.pred->by_element_id});
      done = seek.label;
    } else {
      double least = 0;
      for (const std::string& name : node.labels) {
        const LabelId id = rt_.view().label(name);
        const double count = id ? static_cast<double>(rt_.Cache().NodeCount(rt_.view(), id)) : 0;
        if (done.empty() || count < least) {
          done = name;
          least = count;
        }
      }
      const double rows = pipe.op->estimate * Nodes(node);
      pipe.op = MakeNodeScan(rt_, std::move(pipe.op), {node.slot, done});
      pipe.op->estimate = rows;
    }
    pipe.bound.Add(node.slot);
    taken_.Add(node.slot);
    std::vector<ConditionPtr> labels;
    for (const LabelExpr* expr : node.plain) {
      if (expr->kind != LabelExpr::Kind::kName || expr->name != done) labels.push_back(LabelCondition(rt_, node.slot, *expr));
    }
    Filter(pipe, std::move(labels));
    ApplyReady(pipe);
  }

  // Whether all that following the relationship reads has its value: rows that are joined later are not there yet.
  static bool Readable(const RelInfo& info, const SlotSet& bound) {
    const RelPattern& rel = *info.rel;
    SlotSet own, needs;
    if (info.known) needs.Add(info.slot);
    if (info.type_expr != nullptr) {
      SlotUse use;
      CollectSlots(*info.type_expr, use);
      needs.Add(use.Free());
    }
    if (info.variable && rel.properties != nullptr) needs.Add(FreeSlots(*rel.properties));
    if (info.variable && rel.where != nullptr) {
      SlotSet read = FreeSlots(*rel.where);  // of which the relationship's own slot is each step's
      own.Add(rel.slot);
      read.Remove(own);
      needs.Add(read);
    }
    return needs.Within(bound);
  }

  // Follows relationships from what is bound, the cheapest first, until none is left that hangs on it.
  void Grow(Pipe& pipe) {
    while (true) {
      RelInfo* best = nullptr;
      double least = 0;
      size_t open = 0;
      for (RelInfo& info : rels_) open += info.done ? 0 : 1;
      for (RelInfo& info : rels_) {
        if (info.done) continue;
        const bool left = pipe.bound.Has(nodes_[info.left].slot), right = pipe.bound.Has(nodes_[info.right].slot);
        const bool known = info.known;
        if (!left && !right && (!known || info.variable)) continue;
        if (!Readable(info, pipe.bound)) continue;
        if (info.selected() && !(left && right)) continue;
        double cost = 0;
        if (known) {
          cost = -1;
        } else if (open > 1) {
          cost = left && right ? 0 : left ? Fanout(info, nodes_[info.left], nodes_[info.right]) : Fanout(info, nodes_[info.right], nodes_[info.left]);
          if (info.variable) cost = cost * 100 + 1;
        }
        if (best == nullptr || cost < least) {
          best = &info;
          least = cost;
        }
      }
      if (best == nullptr) return;
      Follow(pipe, *best);
      ApplyReady(pipe);
    }
  }

  void Follow(Pipe& pipe, RelInfo& info) {
    const size_t self = static_cast<size_t>(&info - rels_.data());
    const RelPattern& rel = *info.rel;
    const NodeInfo& left = nodes_[info.left];
    const NodeInfo& right = nodes_[info.right];
    const bool left_bound = pipe.bound.Has(left.slot), right_bound = pipe.bound.Has(right.slot);
    info.done = true;
    // From the end that is bound; from the one with the smaller fan-out where both are.
    bool forward = left_bound;
    if (left_bound && right_bound && !info.selected() && &left != &right) forward = Fanout(info, left, right) <= Fanout(info, right, left);
    const NodeInfo& from = forward ? left : right;
    const NodeInfo& to = forward ? right : left;

    ExpandSpec spec;
    spec.from = from.slot;
    spec.rel = info.slot;
    spec.to = to.slot;
    spec.write_rel = Needed(info.slot);
    spec.into = left_bound && right_bound;
    spec.types = info.types;
    spec.type_expr = info.type_expr;
    spec.direction = Towards(rel, forward);
    if (!spec.into) spec.to_labels = to.plain;
    bool overlaps = false;
    for (const auto& [i, j] : overlapping_) {
      const size_t other = i == self ? j : i;
      if ((i != self && j != self) || !rels_[other].done) {
        overlaps |= i == self || j == self;
        continue;
      }
      overlaps = true;
      const int slot = rels_[other].slot;
      spec.write_rel = spec.write_rel || !pipe.bound.Has(slot);
      if (!info.known && !info.selected() && pipe.bound.Has(slot)) {
        spec.differ.push_back(slot);
        // An edge goes out of its left end (drawn to the right), so it is among a node's outgoing ones if that is the node.
        const RelInfo& there = rels_[other];
        int at = kNoSlot;
        if (spec.direction != Direction::kBoth && !there.variable && there.rel->arrow != RelPattern::Arrow::kBoth && TypesWithin(there, info)) {
          const bool out_of_left = there.rel->arrow == RelPattern::Arrow::kRight;
          at = nodes_[(spec.direction == Direction::kOut) == out_of_left ? there.left : there.right].slot;
        }
        spec.differ_at.push_back(at);
      } else {
        preds_.push_back({DistinctCondition(slot, info.slot)});
        spec.write_rel = true;
      }
    }
    if (overlaps) spec.write_rel = true;
    const double rows = pipe.op->estimate;
    double fanout = info.known ? 1 : Fanout(info, from, to);
    spec.expected_loads = rows;

    if (!info.variable) {
      if (info.known) {
        // Seen from the pattern's left end.
        spec.direction = Towards(rel, true);
        pipe.op = MakeRelationshipEnds(rt_, std::move(pipe.op), rel.slot, left.slot, right.slot, left_bound, right_bound, std::move(spec));
        std::vector<ConditionPtr> labels;
        for (const NodeInfo* node : {&left, &right}) {
          if (pipe.bound.Has(node->slot)) continue;
          for (const LabelExpr* expr : node->plain) labels.push_back(LabelCondition(rt_, node->slot, *expr));
          if (&left == &right) break;
        }
        pipe.bound.Add(left.slot);
        pipe.bound.Add(right.slot);
        taken_.Add(left.slot);
        taken_.Add(right.slot);
        Filter(pipe, std::move(labels));
        return;
      }
      if (spec.into) fanout = std::min(1.0, fanout / std::max(1.0, Nodes(to)) * 10);
      spec.count_only = CountOnly(pipe, self, spec);
      pipe.op = MakeExpand(rt_, std::move(pipe.op), std::move(spec));
    } else {
      VarExpandSpec var;
      var.min = info.min;
      var.max = info.max;
      var.pattern = &rel;
      var.reversed = !forward;
      var.distinct_ends = input_.any_duplicates && !spec.write_rel && !overlaps && var.min <= 1 && !rel.bound_before && !info.selected();
      var.expand = std::move(spec);
      const double steps = static_cast<double>(std::min<uint64_t>(var.max, 4));
      double sum = var.min == 0 ? 1 : 0, power = 1;
      for (int i = 0; i < static_cast<int>(steps); ++i) sum += power *= std::max(0.1, fanout);
      var.expand.expected_loads = rows * sum / std::max(1.0, fanout);
      fanout = sum;
      if (info.selected()) {
        const PathSelector selector = info.path->selector;
        ShortestSpec shortest{std::move(var), PathAsked(*info.path) ? info.path->slot : kNoSlot,
                              selector == PathSelector::kAllShortestPaths || selector == PathSelector::kAllShortest, info.path, !Function(selector)};
        shortest.var.expand.expected_loads = 0;
        fanout = 1;
        pipe.op = MakeShortestPath(rt_, std::move(pipe.op), std::move(shortest));
      } else if (rel.bound_before) {
        pipe.op = MakeFollowList(rt_, std::move(pipe.op), std::move(var));
      } else {
        pipe.op = MakeVarExpand(rt_, std::move(pipe.op), std::move(var));
      }
    }
    pipe.op->estimate = rows * fanout;
    pipe.bound.Add(info.slot);
    pipe.bound.Add(to.slot);
    taken_.Add(to.slot);
  }

  // Whether an edge of the first is of the second's types for sure.
  static bool TypesWithin(const RelInfo& a, const RelInfo& b) {
    if (b.type_expr != nullptr) return false;
    if (b.types.any()) return true;
    if (a.types.any() || a.type_expr != nullptr) return false;
    return std::all_of(a.types.names().begin(), a.types.names().end(), [&](const std::string& name) {
      return std::find(b.types.names().begin(), b.types.names().end(), name) != b.types.names().end();
    });
  }

  // The last expansion of all, whose relationship and end node nobody looks at: its rows need only be counted.
  bool CountOnly(const Pipe& pipe, size_t self, const ExpandSpec& spec) const {
    if (!input_.only_counted || input_.everything_read || !searched_.empty()) return false;
    for (size_t i = 0; i < rels_.size(); ++i) {
      if (i != self && !rels_[i].done) return false;
    }
    SlotSet bound = pipe.bound;
    bound.Add(spec.to);
    for (const NodeInfo& node : nodes_) {
      if (!bound.Has(node.slot)) return false;
    }
    for (const Pred& pred : preds_) {
      if (pred.condition != nullptr) return false;
    }
    for (const PathPattern& pattern : *input_.patterns) {
      if (pattern.slot != kNoSlot && PathAsked(pattern)) return false;
    }
    return !input_.read_later.Has(spec.rel) && (spec.into || !input_.read_later.Has(spec.to));
  }

  // Equalities between an expression over one side and one over the other.
  std::vector<std::pair<const Expr*, const Expr*>> JoinKeys(const SlotSet& left, const SlotSet& right) {
    std::vector<std::pair<const Expr*, const Expr*>> keys;
    for (Pred& pred : preds_) {
      if (pred.condition == nullptr || pred.left == nullptr) continue;
      const SlotSet a = FreeSlots(*pred.left), b = FreeSlots(*pred.right);
      if (a.empty() || b.empty()) continue;
      // The condition itself is asked again afterwards: equality is stricter than equivalence (NaN, lists with null).
      if (a.Within(left) && b.Within(right)) {
        keys.emplace_back(pred.left, pred.right);
      } else if (b.Within(left) && a.Within(right)) {
        keys.emplace_back(pred.right, pred.left);
      }
    }
    return keys;
  }

  Planner& planner_;
  Runtime& rt_;
  const MatchInput& input_;
  SlotSet declared_;
  SlotSet constant_;                                 // what has the same value in every row
  double rows_ = 1;                                  // of the pipe that the next step hangs on
  SlotSet read_;                                     // slots that the clause, or what comes later, reads
  SlotSet needed_;                                   // slots that somebody reads
  SlotSet taken_;                                    // node slots that some pipe has
  std::vector<NodeInfo> nodes_;
  std::vector<RelInfo> rels_;
  std::vector<const PathPattern*> searched_;         // patterns for the plain matcher
  SlotSet reached_;                                  // what those have so far
  std::vector<Pred> preds_;
  std::vector<std::pair<size_t, size_t>> overlapping_;  // relationships that could be the same one
};

void Planner::Match(Pipe& pipe, const MatchInput& input) { MatchPlan(*this, input).Run(pipe); }

}  // namespace liantu::query
