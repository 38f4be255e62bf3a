// SPDX-License-Identifier: Apache-2.0
// Going over everything below an expression or a query: patterns and subqueries, too. For passes that collect or
// rewrite.
#pragma once

#include <functional>

#include "query/ast.h"

namespace liantu::query {

struct Walker {
  // Called for every expression (never null), outermost first; may replace it. False: do not go into it.
  std::function<bool(ExprPtr&)> expr;
  // Called for every slot of a node, relationship or path of a pattern that has a name.
  std::function<void(int& slot)> pattern_slot = {};
  // Called for every path pattern and every clause, before what is in it.
  std::function<void(const PathPattern&)> pattern = {};
  std::function<void(const Clause&)> clause = {};

  void Walk(ExprPtr& e) const;
  void WalkChildren(Expr& e) const;
  void Walk(std::vector<PathPattern>& patterns) const;
  void Walk(QueryTree& query) const;

 private:
  void Walk(LabelExpr& labels) const;
  void Walk(std::optional<LabelExpr>& labels) const;
  void Walk(Projection& projection) const;
  void Walk(std::vector<SetItem>& items) const;
  void Walk(std::vector<Clause>& clauses) const;
  void Walk(PathPattern& pattern) const;
};

}  // namespace liantu::query
