// SPDX-License-Identifier: Apache-2.0
// Internal to the binder, which is spread over binder.cc (queries, clauses), bind_projection.cc (WITH, RETURN),
// bind_pattern.cc and bind_expression.cc. The first failure stays; after it everybody goes home.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "query/ast.h"
#include "query/functions.h"
#include "query/procedure.h"

namespace liantu::query {

// What is known of a value before anything runs: its possible kinds (none: only null), and of a list what its elements
// are.
struct Type {
  KindSet kinds = kAnyKind;
  std::shared_ptr<const Type> element;  // null: unknown

  bool MayBe(KindSet set) const { return kinds == 0 || (kinds & set) != 0; }
  bool Within(KindSet set) const { return (kinds & ~set) == 0; }
};
inline Type Scalar(KindSet kinds) { return {kinds, nullptr}; }
inline Type ListOf(Type element) { return {Only(Kind::kList), std::make_shared<const Type>(std::move(element))}; }
Type Either(const Type& a, const Type& b);
Type ElementOf(const Type& list);      // of a list; anything where that is not known
std::string KindsText(KindSet kinds);  // "Integer or Float"

struct Variable {
  int slot = kNoSlot;
  Type type;
};
// The names visible at a place. Those of `outer` can be read but are not among the * of this query.
struct Scope {
  std::map<std::string, Variable, std::less<>> names;
  const Scope* outer = nullptr;
  Clause* csv = nullptr;  // the last LOAD CSV since a WITH: linenumber() and file() tell where its row stands

  Clause* FindCsv() const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
      if (scope->csv != nullptr) return scope->csv;
    }
    return nullptr;
  }
  const Variable* Find(std::string_view name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
      if (const auto at = scope->names.find(name); at != scope->names.end()) return &at->second;
    }
    return nullptr;
  }
};

// What may stand where an expression stands.
struct Place {
  std::vector<Expr*>* aggregates = nullptr;  // null: an aggregate is a mistake here
  bool inside_aggregate = false;
  bool predicate = false;  // patterns may stand here: the value is only asked whether it is true
  bool constant = false;   // no variables: SKIP and LIMIT
};

enum class QueryUse : uint8_t { kStatement, kCall, kExpression };

// For names of functions and procedures that Neo4j has elsewhere: where to look here, "; …"; else empty.
std::string Elsewhere(std::string_view name);

class Binder {
 public:
  Binder(Statement& statement, const ProcedureRegistry& procedures) : statement_(statement), procedures_(procedures) {}
  Status Run();

 private:
  // --- binder.cc
  bool Fail(ErrorType type, std::string_view detail, Span span, std::string_view message);  // false
  bool Syntax(std::string_view detail, Span span, std::string_view message) {
    return Fail(ErrorType::kSyntaxError, detail, span, message);
  }
  bool failed() const { return !status_.ok(); }
  int NewSlot() { return statement_.slot_count++; }
  int Declare(Scope& scope, const std::string& name, Type type);
  bool DeclareNew(Scope& scope, const std::string& name, Type type, Span span, int& slot);  // VariableAlreadyBound
  bool Undefined(const std::string& name, const Scope& scope, Span span);                   // false
  // `outer`: what the query may read from outside; `import`: what a first WITH of each part may take (CALL { WITH x …
  // }).
  bool BindQuery(QueryTree& query, const Scope* outer, const Scope* import, QueryUse use, std::vector<Type>& columns);
  bool BindPart(QueryTree& query, SingleQuery& part, Scope scope, QueryUse use, std::vector<std::string>& names,
                std::vector<int>& slots, std::vector<Type>& types);
  bool BindClause(QueryTree& query, Clause& clause, Scope& scope, QueryUse use);
  bool BindCall(QueryTree& query, Clause& clause, Scope& scope);
  bool BindYields(Clause& clause, Scope& scope);
  bool BindSubquery(QueryTree& query, Clause& clause, Scope& scope);
  bool BindSetItems(std::vector<SetItem>& items, const Scope& scope, bool remove);
  bool BindDelete(Clause& clause, const Scope& scope);
  bool BindShow();

  // --- bind_projection.cc
  bool BindProjection(Projection& projection, Span span, Scope& scope, bool is_return, bool named_columns);
  bool BindItems(Projection& projection, const Scope& scope, std::vector<Type>& types);
  bool BindTail(Projection& projection, const Scope& scope, const Scope& projected);
  bool RewriteSort(ExprPtr& expr, const Projection& projection, const Scope& scope, const Scope& projected);
  bool RewriteAggregating(ProjectionItem& item, const Projection& projection, const Scope& scope);
  bool BindCount(ExprPtr& expr, const char* what);

  // --- bind_pattern.cc
  struct PatternPlace {
    const Scope* before = nullptr;        // the names of before the clause
    std::set<std::string> relationships;  // used in this clause
    bool no_new_names = false;            // a pattern as predicate
  };
  bool BindMatch(std::vector<PathPattern>& patterns, Scope& scope, bool no_new_names);
  bool DeclarePattern(PathPattern& pattern, Scope& scope, PatternPlace& place);
  bool DeclareNode(NodePattern& node, Scope& scope, PatternPlace& place);
  bool DeclareRel(RelPattern& rel, Scope& scope, PatternPlace& place);
  bool DeclareGroup(QuantifiedGroup& group, Scope& scope, PatternPlace& place);
  bool DeclarePath(PathPattern& pattern, Scope& scope);
  bool BindPatternExpressions(PathPattern& pattern, const Scope& scope);
  bool BindNodeExpressions(NodePattern& node, const Scope& scope);
  bool BindRelExpressions(RelPattern& rel, const Scope& scope);
  bool BindCreate(std::vector<PathPattern>& patterns, Scope& scope, bool merge);
  bool CreateNode(NodePattern& node, bool alone, Scope& scope, const Scope& before, bool merge);
  bool CreateRel(RelPattern& rel, Scope& scope, const Scope& before, bool merge);
  bool BindLabels(LabelExpr& labels, const Scope& scope);
  bool OnlyLabelList(const LabelExpr& labels);

  // --- bind_expression.cc
  Type Bind(ExprPtr& expr, const Scope& scope, Place place = {});
  Type BindKind(Expr& expr, const Scope& scope, const Place& place);
  Type BindCallExpression(Expr& expr, const Scope& scope, const Place& place);
  Type BindOperator(Expr& expr, const Scope& scope, const Place& place);
  Type BindSubqueryExpression(Expr& expr, const Scope& scope, const Place& place);
  Type BindProperty(Expr& expr, const Scope& scope, const Place& place);
  bool BindPredicate(ExprPtr& expr, const Scope& scope);
  bool CheckKinds(const Type& type, KindSet allowed, Span span, std::string_view what);

  Statement& statement_;
  const ProcedureRegistry& procedures_;
  Status status_;
  bool csv_seen_ = false;       // there is a LOAD CSV before
  std::set<std::string> seen_;  // every name declared anywhere so far, for messages
};

}  // namespace liantu::query
