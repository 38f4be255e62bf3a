// SPDX-License-Identifier: Apache-2.0
// WITH and RETURN: columns, grouping, and what ORDER BY and WHERE behind them may see.
//
// Items with an aggregate are computed after grouping. What they use outside the aggregate must be a grouping key (an
// item without an aggregate) that is a variable or a property of one, or constant; such parts are rewritten to read the
// key's slot. ORDER BY and WHERE see the columns and, unless rows were grouped or made distinct, the variables of
// before; parts that are the same expression as an item are rewritten to read its slot, which is what makes ORDER BY
// a.name work after RETURN DISTINCT a.name.
#include <algorithm>

#include "query/ast_walk.h"
#include "query/binder_internal.h"

namespace liantu::query {
namespace {

ExprPtr ReadSlot(int slot, const std::string& name, Span span, uint32_t kinds) {
  auto expr = std::make_unique<Expr>();
  expr->kind = ExprKind::kVariable;
  expr->name = name;
  expr->slot = slot;
  expr->span = span;
  expr->kinds = kinds;
  return expr;
}

bool HasAggregate(ExprPtr& expr) {
  bool found = false;
  Walker walker{[&](ExprPtr& e) {
    found = found || e->aggregate != nullptr;
    return !found;
  }};
  walker.Walk(expr);
  return found;
}

// A variable, or a property of one (of one …).
bool IsSimpleKey(const Expr& expr) {
  if (expr.kind == ExprKind::kProperty) return IsSimpleKey(*expr.args[0]);
  return expr.kind == ExprKind::kVariable;
}

bool UsesSlot(ExprPtr& expr, int slot) {
  bool found = false;
  Walker walker{[&](ExprPtr& e) {
                  found = found || (e->kind == ExprKind::kVariable && e->slot == slot);
                  return !found;
                },
                [&](int& used) { found = found || used == slot; }};
  walker.Walk(expr);
  return found;
}

}  // namespace

bool Binder::BindProjection(Projection& projection, Span span, Scope& scope, bool is_return, bool named_columns) {
  if (projection.star) {
    std::vector<ProjectionItem> all;
    for (const auto& [name, variable] : scope.names) {
      ProjectionItem& item = all.emplace_back();
      item.name = name;
      item.aliased = true;
      item.span = span;
      item.expr = ReadSlot(variable.slot, name, span, variable.type.kinds);
    }
    if (all.empty() && is_return)
      return Syntax("NoVariablesInScope", span, "RETURN * needs variables, and there are none here");
    std::move(projection.items.begin(), projection.items.end(), std::back_inserter(all));
    projection.items = std::move(all);
  }
  std::vector<Type> types;
  if (!BindItems(projection, scope, types)) return false;

  // The scope after the projection.
  Scope projected{{}, scope.outer};
  for (size_t i = 0; i < projection.items.size(); ++i) {
    ProjectionItem& item = projection.items[i];
    const bool passes = item.expr->kind == ExprKind::kVariable && item.expr->name == item.name;
    item.slot = passes ? item.expr->slot : NewSlot();
    if (!projected.names.try_emplace(item.name, Variable{item.slot, types[i]}).second) {
      return Syntax("ColumnNameConflict", item.span,
                    Text("there are two columns called ", item.name, "; name one of them otherwise with AS"));
    }
    seen_.insert(item.name);
  }
  if (!BindTail(projection, scope, projected)) return false;

  if (named_columns) {
    for (const ProjectionItem& item : projection.items) {
      if (!item.aliased && item.expr->kind != ExprKind::kVariable) {
        return Syntax("NoExpressionAlias", item.span, "an expression here needs a name: expression AS name");
      }
    }
  }
  if (projection.aggregating) {
    std::vector<Expr*> kept;  // equal aggregates are computed once
    for (Expr* call : projection.aggregates) {
      if (std::none_of(kept.begin(), kept.end(), [&](Expr* other) { return SameExpression(*call, *other); }))
        kept.push_back(call);
    }
    projection.aggregates = std::move(kept);
    for (ProjectionItem& item : projection.items) {
      if (item.aggregates && !RewriteAggregating(item, projection, scope)) return false;
    }
  }
  scope = std::move(projected);
  return true;
}

bool Binder::BindItems(Projection& projection, const Scope& scope, std::vector<Type>& types) {
  for (ProjectionItem& item : projection.items) {
    std::vector<Expr*> aggregates;
    types.push_back(Bind(item.expr, scope, {.aggregates = &aggregates}));
    if (failed()) return false;
    item.aggregates = !aggregates.empty();
    projection.aggregating = projection.aggregating || item.aggregates;
    for (Expr* call : aggregates) projection.aggregates.push_back(call);
  }
  return true;
}

bool Binder::BindTail(Projection& projection, const Scope& scope, const Scope& projected) {
  // Columns first, then what was there before.
  Scope visible = projected;
  visible.outer = &scope;
  for (SortItem& sort : projection.order_by) {
    std::vector<Expr*> aggregates;
    Bind(sort.expr, visible, {.aggregates = projection.aggregating ? &aggregates : nullptr});
    if (failed() || !RewriteSort(sort.expr, projection, scope, projected)) return false;
  }
  if (projection.where) {
    if (!BindPredicate(projection.where, visible) || !RewriteSort(projection.where, projection, scope, projected))
      return false;
  }
  return (!projection.skip || BindCount(projection.skip, "SKIP")) &&
         (!projection.limit || BindCount(projection.limit, "LIMIT"));
}

bool Binder::RewriteSort(ExprPtr& expr, const Projection& projection, const Scope& scope, const Scope& projected) {
  const bool closed = projection.distinct || projection.aggregating;
  const auto item_like = [&](const Expr& e, bool simple_only) -> const ProjectionItem* {
    if (simple_only && !IsSimpleKey(e)) return nullptr;
    for (const ProjectionItem& item : projection.items) {
      if (SameExpression(*item.expr, e)) return &item;
    }
    return nullptr;
  };
  if (const ProjectionItem* item = item_like(*expr, false)) {
    expr = ReadSlot(item->slot, item->name, expr->span, expr->kinds);
    return true;
  }
  const bool aggregating = HasAggregate(expr);
  // What an expression may not read: variables of before that are no columns.
  const auto check_slot = [&](int slot, const std::string& name, Span span) {
    if (failed() || !closed) return;
    const auto is_slot = [&](const auto& entry) { return entry.second.slot == slot; };
    if (std::none_of(scope.names.begin(), scope.names.end(), is_slot) ||
        std::any_of(projected.names.begin(), projected.names.end(), is_slot))
      return;
    if (aggregating) {
      for (const ProjectionItem& item : projection.items) {
        if (!item.aggregates && UsesSlot(const_cast<ExprPtr&>(item.expr), slot)) {
          Syntax("AmbiguousAggregationExpression", span,
                 Text("beside an aggregate only columns that are variables or properties can be used; give the "
                      "expression with ",
                      name, " a name of its own"));
          return;
        }
      }
    }
    Syntax("UndefinedVariable", span,
           Text("the variable ", name, " is gone after ", projection.distinct ? "DISTINCT" : "grouping",
                "; only columns can be used here"));
  };
  Walker walker;
  walker.expr = [&](ExprPtr& e) {
    if (failed()) return false;
    if (e->aggregate != nullptr) {
      for (const Expr* call : projection.aggregates) {
        if (SameExpression(*call, *e)) {
          e = ReadSlot(call->slot, call->name, e->span, e->kinds);
          return false;
        }
      }
      bool uses = false;
      Walker inside{[&](ExprPtr& part) {
        if (part->kind == ExprKind::kVariable && !failed()) {
          uses = true;
          Syntax("UndefinedVariable", part->span,
                 Text("the variable ", part->name,
                      " is gone after grouping; sort by a column, and make the aggregate one"));
        }
        return true;
      }};
      inside.WalkChildren(*e);
      if (!uses && !failed())
        Syntax("InvalidAggregation", e->span,
               "after grouping only aggregates that are among the columns can be used; make this one a column");
      return false;
    }
    if (const ProjectionItem* item = item_like(*e, aggregating)) {
      e = ReadSlot(item->slot, item->name, e->span, e->kinds);
      return false;
    }
    if (e->kind == ExprKind::kVariable) check_slot(e->slot, e->name, e->span);
    return !failed();
  };
  walker.pattern_slot = [&](int& slot) { check_slot(slot, "of the pattern", expr->span); };
  walker.Walk(expr);
  return !failed();
}

bool Binder::RewriteAggregating(ProjectionItem& item, const Projection& projection, const Scope& scope) {
  const auto key_like = [&](const Expr& e) -> const ProjectionItem* {
    if (!IsSimpleKey(e)) return nullptr;
    for (const ProjectionItem& key : projection.items) {
      if (!key.aggregates && SameExpression(*key.expr, e)) return &key;
    }
    return nullptr;
  };
  const auto local = [&](int slot) {
    // Of a comprehension inside the item, or from outside this query: not of the rows that are grouped.
    return std::none_of(scope.names.begin(), scope.names.end(),
                        [&](const auto& entry) { return entry.second.slot == slot; });
  };
  const auto ambiguous = [&](const std::string& name, Span span) {
    Syntax("AmbiguousAggregationExpression", span,
           Text(name,
                " is used beside an aggregate, but is no column of its own; add it as a column or compute it in a WITH "
                "before"));
  };
  Walker walker;
  walker.expr = [&](ExprPtr& e) {
    if (failed()) return false;
    if (e->aggregate != nullptr) {
      for (const Expr* call : projection.aggregates) {
        if (!SameExpression(*call, *e)) continue;
        if (call != e.get()) e = ReadSlot(call->slot, call->name, e->span, e->kinds);
        break;
      }
      return false;
    }
    if (const ProjectionItem* key = key_like(*e)) {
      e = ReadSlot(key->slot, key->name, e->span, e->kinds);
      return false;
    }
    if (e->kind == ExprKind::kVariable && !local(e->slot)) ambiguous(e->name, e->span);
    return !failed();
  };
  walker.pattern_slot = [&](int& slot) {
    if (failed() || local(slot)) return;
    for (const ProjectionItem& key : projection.items) {
      if (!key.aggregates && key.expr->kind == ExprKind::kVariable && key.expr->slot == slot) {
        slot = key.slot;
        return;
      }
    }
    ambiguous("a variable of a pattern", item.span);
  };
  walker.Walk(item.expr);
  return !failed();
}

// SKIP, LIMIT and such: one number for all rows.
bool Binder::BindCount(ExprPtr& expr, const char* what) {
  const Scope nothing;
  const Type type = Bind(expr, nothing, {.constant = true});
  if (failed() || !CheckKinds(type, Only(Kind::kInteger), expr->span, what)) return false;
  const bool minus =
      expr->kind == ExprKind::kUnary && expr->op == Op::kMinus && expr->args[0]->kind == ExprKind::kLiteral;
  const Expr& number = minus ? *expr->args[0] : *expr;
  if (number.kind != ExprKind::kLiteral) return true;
  if (number.literal.is_null())
    return Syntax("InvalidArgumentType", expr->span, Text(what, " takes an Integer, not null"));
  const int64_t value = number.literal.integer();
  if (minus ? value > 0 : value < 0)
    return Syntax("NegativeIntegerArgument", expr->span, Text(what, " cannot be negative"));
  return true;
}

}  // namespace liantu::query
