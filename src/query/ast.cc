// SPDX-License-Identifier: Apache-2.0
// What the tree can do by itself: names of operators, comparison of expressions, walks.
#include "query/ast.h"

#include <algorithm>

#include "query/ast_walk.h"

namespace liantu::query {

const char* OpText(Op op) {
  switch (op) {
    case Op::kNone:
      return "";
    case Op::kOr:
      return "OR";
    case Op::kXor:
      return "XOR";
    case Op::kAnd:
      return "AND";
    case Op::kNot:
      return "NOT";
    case Op::kEqual:
      return "=";
    case Op::kNotEqual:
      return "<>";
    case Op::kLess:
      return "<";
    case Op::kLessEqual:
      return "<=";
    case Op::kGreater:
      return ">";
    case Op::kGreaterEqual:
      return ">=";
    case Op::kAdd:
      return "+";
    case Op::kSubtract:
      return "-";
    case Op::kMultiply:
      return "*";
    case Op::kDivide:
      return "/";
    case Op::kModulo:
      return "%";
    case Op::kPower:
      return "^";
    case Op::kPlus:
      return "+";
    case Op::kMinus:
      return "-";
    case Op::kIn:
      return "IN";
    case Op::kStartsWith:
      return "STARTS WITH";
    case Op::kEndsWith:
      return "ENDS WITH";
    case Op::kContains:
      return "CONTAINS";
    case Op::kMatches:
      return "=~";
    case Op::kConcat:
      return "||";
  }
  return "";
}

namespace {

bool Same(const ExprPtr& a, const ExprPtr& b) {
  return a == nullptr ? b == nullptr : b != nullptr && SameExpression(*a, *b);
}

bool Same(const LabelExpr& a, const LabelExpr& b) {
  return a.kind == b.kind && a.name == b.name && (a.dynamic == nullptr) == (b.dynamic == nullptr) &&
         (a.dynamic == nullptr || SameExpression(*a.dynamic, *b.dynamic)) &&
         std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                    [](const LabelExpr& x, const LabelExpr& y) { return Same(x, y); });
}

}  // namespace

bool SameExpression(const Expr& a, const Expr& b) {
  if (&a == &b) return true;
  // Comprehensions and subqueries have slots of their own, so two of them are never found to be the same.
  if (a.kind != b.kind || a.op != b.op || a.distinct != b.distinct || a.star != b.star || a.keys != b.keys ||
      a.ops != b.ops || a.args.size() != b.args.size() || !a.patterns.empty() || a.subquery != nullptr ||
      a.labels.has_value() != b.labels.has_value()) {
    return false;
  }
  switch (a.kind) {
    case ExprKind::kVariable:
      return a.slot == b.slot;
    case ExprKind::kCase:
      if (!a.keys.empty()) return false;
      break;
    case ExprKind::kListComprehension:
    case ExprKind::kQuantifier:
    case ExprKind::kReduce:
      return false;
    case ExprKind::kCall:
      if (a.function != b.function || a.aggregate != b.aggregate ||
          (a.function == nullptr && a.aggregate == nullptr && a.name != b.name))
        return false;
      break;
    case ExprKind::kLiteral:
      if (a.literal.kind() != b.literal.kind() || !Equivalent(a.literal, b.literal)) return false;
      break;
    default:
      if (a.name != b.name) return false;
  }
  if (a.labels && !Same(*a.labels, *b.labels)) return false;
  return std::equal(a.args.begin(), a.args.end(), b.args.begin(),
                    [](const ExprPtr& x, const ExprPtr& y) { return Same(x, y); });
}

// --- Walks

void Walker::Walk(ExprPtr& e) const {
  if (e != nullptr && expr(e)) WalkChildren(*e);
}

void Walker::WalkChildren(Expr& e) const {
  for (ExprPtr& arg : e.args) Walk(arg);
  Walk(e.labels);
  Walk(e.patterns);
  if (e.subquery != nullptr) Walk(*e.subquery);
}

void Walker::Walk(std::optional<LabelExpr>& labels) const {
  if (labels) Walk(*labels);
}

void Walker::Walk(LabelExpr& labels) const {
  for (LabelExpr& part : labels.parts) Walk(part);
  if (labels.dynamic != nullptr) {
    ExprPtr dynamic = std::make_unique<Expr>(std::move(*labels.dynamic));
    Walk(dynamic);
    *labels.dynamic = std::move(*dynamic);
  }
}

void Walker::Walk(std::vector<PathPattern>& patterns) const {
  for (PathPattern& path : patterns) Walk(path);
}

void Walker::Walk(PathPattern& path) const {
  if (pattern) pattern(path);
  const auto slot = [&](const std::string& name, int& value) {
    if (pattern_slot && !name.empty()) pattern_slot(value);
  };
  slot(path.name, path.slot);
  Walk(path.selector_count);
  for (NodePattern& node : path.nodes) {
    slot(node.name, node.slot);
    Walk(node.labels);
    Walk(node.properties);
    Walk(node.where);
  }
  for (PathStep& step : path.steps) {
    if (step.rel != nullptr) {
      slot(step.rel->name, step.rel->slot);
      Walk(step.rel->types);
      Walk(step.rel->properties);
      Walk(step.rel->where);
    } else {
      Walk(*step.group->inner);
      Walk(step.group->where);
    }
  }
}

void Walker::Walk(Projection& projection) const {
  for (ProjectionItem& item : projection.items) Walk(item.expr);
  for (SortItem& item : projection.order_by) Walk(item.expr);
  Walk(projection.skip);
  Walk(projection.limit);
  Walk(projection.where);
}

void Walker::Walk(std::vector<SetItem>& items) const {
  for (SetItem& item : items) {
    Walk(item.target);
    Walk(item.value);
    for (LabelExpr& label : item.labels) Walk(label);
  }
}

void Walker::Walk(std::vector<Clause>& clauses) const {
  for (Clause& one : clauses) {
    if (clause) clause(one);
    Walk(one.patterns);
    Walk(one.where);
    Walk(one.expr);
    Walk(one.projection);
    Walk(one.on_create);
    Walk(one.on_match);
    Walk(one.items);
    for (ExprPtr& arg : one.args) Walk(arg);
    if (one.query != nullptr) Walk(*one.query);
    Walk(one.rows_per_transaction);
    Walk(one.field_terminator);
    Walk(one.body);
  }
}

void Walker::Walk(QueryTree& query) const {
  for (SingleQuery& part : query.parts) Walk(part.clauses);
}

}  // namespace liantu::query
