// SPDX-License-Identifier: Apache-2.0
// The walk over the tree behind slots.h.
#include "query/slots.h"

#include <algorithm>
#include <bit>

#include "query/functions.h"

namespace liantu::query {

void SlotSet::AddHigh(size_t at) {
  if (at / 64 >= more_.size()) more_.resize(at / 64 + 1);
  more_[at / 64] |= 1ull << (at % 64);
}

void SlotSet::AddHigh(const SlotSet& other) {
  if (other.more_.size() > more_.size()) more_.resize(other.more_.size());
  for (size_t i = 0; i < other.more_.size(); ++i) more_[i] |= other.more_[i];
}

void SlotSet::Remove(const SlotSet& other) {
  first_ &= ~other.first_;
  for (size_t i = 0; i < std::min(more_.size(), other.more_.size()); ++i) more_[i] &= ~other.more_[i];
}

bool SlotSet::Within(const SlotSet& other) const {
  if ((first_ & ~other.first_) != 0) return false;
  for (size_t i = 0; i < more_.size(); ++i) {
    if ((more_[i] & ~(i < other.more_.size() ? other.more_[i] : 0)) != 0) return false;
  }
  return true;
}

bool SlotSet::Touches(const SlotSet& other) const {
  if ((first_ & other.first_) != 0) return true;
  for (size_t i = 0; i < std::min(more_.size(), other.more_.size()); ++i) {
    if ((more_[i] & other.more_[i]) != 0) return true;
  }
  return false;
}

bool SlotSet::empty() const {
  return first_ == 0 && std::all_of(more_.begin(), more_.end(), [](uint64_t word) { return word == 0; });
}

std::vector<int> SlotSet::List() const {
  std::vector<int> out;
  const auto add = [&](uint64_t word, int base) {
    for (; word != 0; word &= word - 1) out.push_back(base + std::countr_zero(word));
  };
  add(first_, 0);
  for (size_t i = 0; i < more_.size(); ++i) add(more_[i], static_cast<int>((i + 1) * 64));
  return out;
}

namespace {

void Optional(const ExprPtr& expr, SlotUse& use) {
  if (expr != nullptr) CollectSlots(*expr, use);
}

void CollectItems(const std::vector<SetItem>& items, SlotUse& use) {
  for (const SetItem& item : items) {
    Optional(item.target, use);
    Optional(item.value, use);
    for (const LabelExpr& label : item.labels) CollectSlots(label, use);
  }
}

}  // namespace

void CollectSlots(const LabelExpr& labels, SlotUse& use) {
  if (labels.dynamic != nullptr) CollectSlots(*labels.dynamic, use);
  for (const LabelExpr& part : labels.parts) CollectSlots(part, use);
}

void CollectSlots(const PathPattern& pattern, SlotUse& use) {
  use.declared.Add(pattern.slot);
  Optional(pattern.selector_count, use);
  for (const NodePattern& node : pattern.nodes) {
    if (node.bound_before) {
      use.used.Add(node.slot);
    } else {
      use.declared.Add(node.slot);
    }
    if (node.labels) CollectSlots(*node.labels, use);
    Optional(node.properties, use);
    Optional(node.where, use);
  }
  for (const PathStep& step : pattern.steps) {
    if (step.rel != nullptr) {
      if (step.rel->bound_before) {
        use.used.Add(step.rel->slot);
      } else {
        use.declared.Add(step.rel->slot);
      }
      if (step.rel->types) CollectSlots(*step.rel->types, use);
      Optional(step.rel->properties, use);
      Optional(step.rel->where, use);
    }
    if (step.group != nullptr) {
      CollectSlots(*step.group->inner, use);
      Optional(step.group->where, use);
      for (const auto& [inside, outside] : step.group->group_slots) {
        use.declared.Add(inside);
        use.declared.Add(outside);
      }
    }
  }
}

void CollectSlots(const Expr& expr, SlotUse& use) {
  switch (expr.kind) {
    case ExprKind::kVariable: use.used.Add(expr.slot); break;
    case ExprKind::kProperty:
    case ExprKind::kHasLabels:
    case ExprKind::kSubscript:
    case ExprKind::kMapProjection: use.reads_graph = true; break;
    case ExprKind::kCall:
      if (expr.aggregate != nullptr) use.used.Add(expr.slot);
      if (expr.function != nullptr) {
        use.reads_graph = true;  // labels(), properties(), keys() … look at entities
        if (!expr.function->deterministic) use.opaque = true;
      }
      break;
    case ExprKind::kListComprehension:
    case ExprKind::kQuantifier: use.declared.Add(expr.slot); break;
    case ExprKind::kCase:
      if (!expr.keys.empty()) use.declared.Add(expr.slot);
      break;
    case ExprKind::kReduce:
      use.declared.Add(expr.slot);
      use.declared.Add(expr.slot2);
      break;
    case ExprKind::kPattern:
    case ExprKind::kExists:
      use.existence.push_back(&expr.patterns);
      use.reads_graph = true;
      break;
    case ExprKind::kPatternComprehension:
    case ExprKind::kCount:
    case ExprKind::kCollect:
    case ExprKind::kShortestPath: use.reads_graph = true; break;
    default: break;
  }
  if (expr.labels) CollectSlots(*expr.labels, use);
  for (const ExprPtr& arg : expr.args) Optional(arg, use);
  for (const PathPattern& pattern : expr.patterns) CollectSlots(pattern, use);
  if (expr.subquery != nullptr) {
    CollectSlots(*expr.subquery, use);
    if (expr.subquery->writes) use.opaque = true;
  }
}

void CollectSlots(const Projection& projection, SlotUse& use) {
  for (const ProjectionItem& item : projection.items) {
    Optional(item.expr, use);
    use.declared.Add(item.slot);
  }
  for (const Expr* aggregate : projection.aggregates) {
    use.declared.Add(aggregate->slot);
    for (const ExprPtr& arg : aggregate->args) Optional(arg, use);
  }
  for (const SortItem& item : projection.order_by) Optional(item.expr, use);
  Optional(projection.skip, use);
  Optional(projection.limit, use);
  Optional(projection.where, use);
}

void CollectSlots(const Clause& clause, SlotUse& use) {
  if (clause.kind == ClauseKind::kMatch || clause.kind == ClauseKind::kMerge) use.reads_graph = true;
  for (const PathPattern& pattern : clause.patterns) CollectSlots(pattern, use);
  Optional(clause.where, use);
  Optional(clause.expr, use);
  use.declared.Add(clause.slot);
  use.declared.Add(clause.line_slot);
  use.declared.Add(clause.status_slot);
  use.declared.Add(clause.file_slot);
  CollectSlots(clause.projection, use);
  CollectItems(clause.on_create, use);
  CollectItems(clause.on_match, use);
  CollectItems(clause.items, use);
  for (const ExprPtr& arg : clause.args) Optional(arg, use);
  for (const YieldItem& item : clause.yields) use.declared.Add(item.slot);
  for (const auto& [name, slot] : clause.imports) use.used.Add(slot);
  if (clause.query != nullptr) CollectSlots(*clause.query, use);
  Optional(clause.rows_per_transaction, use);
  Optional(clause.field_terminator, use);
  for (const Clause& inner : clause.body) CollectSlots(inner, use);
}

void CollectSlots(const QueryTree& query, SlotUse& use) {
  for (const SingleQuery& part : query.parts) {
    for (const Clause& clause : part.clauses) CollectSlots(clause, use);
  }
  for (const auto& slots : query.column_slots) {
    for (const int slot : slots) use.used.Add(slot);
  }
}

SlotSet FreeSlots(const Expr& expr) {
  SlotUse use;
  CollectSlots(expr, use);
  return use.Free();
}

}  // namespace liantu::query
