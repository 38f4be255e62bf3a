// SPDX-License-Identifier: Apache-2.0
// The binder's frame: queries, clauses, procedures, SHOW. Scopes are passed along clause by clause; WITH makes a new
// one.
#include "query/binder.h"

#include <algorithm>

#include "query/ast_walk.h"
#include "query/binder_internal.h"
#include "text/suggest.h"

namespace liantu::query {
namespace {

constexpr KindSet kNode = Only(Kind::kNode), kRelationship = Only(Kind::kRelationship), kPath = Only(Kind::kPath),
                  kList = Only(Kind::kList), kMap = Only(Kind::kMap), kString = Only(Kind::kString);

constexpr ShowColumn kIndexColumns[] = {{"id", true},
                                        {"name", true},
                                        {"state", true},
                                        {"populationPercent", true},
                                        {"type", true},
                                        {"entityType", true},
                                        {"labelsOrTypes", true},
                                        {"properties", true},
                                        {"indexProvider", true},
                                        {"owningConstraint", true},
                                        {"lastRead", true},
                                        {"readCount", true},
                                        {"createStatement", false}};
constexpr ShowColumn kConstraintColumns[] = {{"id", true},         {"name", true},          {"type", true},
                                             {"entityType", true}, {"labelsOrTypes", true}, {"properties", true},
                                             {"ownedIndex", true}, {"propertyType", true},  {"createStatement", false}};
constexpr ShowColumn kProcedureColumns[] = {{"name", true},
                                            {"description", true},
                                            {"mode", true},
                                            {"worksOnSystem", true},
                                            {"signature", false},
                                            {"argumentDescription", false},
                                            {"returnDescription", false}};
constexpr ShowColumn kFunctionColumns[] = {{"name", true},
                                           {"category", true},
                                           {"description", true},
                                           {"signature", false},
                                           {"isBuiltIn", false},
                                           {"argumentDescription", false},
                                           {"returnDescription", false},
                                           {"aggregating", false}};
constexpr ShowColumn kDatabaseColumns[] = {
    {"name", true},    {"type", true},   {"aliases", true},         {"access", true},        {"address", true},
    {"role", true},    {"writer", true}, {"requestedStatus", true}, {"currentStatus", true}, {"statusMessage", true},
    {"default", true}, {"home", true},   {"constituents", true}};
constexpr ShowColumn kTransactionColumns[] = {{"database", true},     {"transactionId", true}, {"currentQueryId", true},
                                              {"connectionId", true}, {"clientAddress", true}, {"username", true},
                                              {"currentQuery", true}, {"startTime", true},     {"status", true},
                                              {"elapsedTime", true}};
constexpr ShowColumn kSettingColumns[] = {
    {"name", true}, {"value", true}, {"isDynamic", true}, {"defaultValue", true}, {"description", true}};
constexpr ShowColumn kUserColumns[] = {
    {"user", true}, {"roles", true}, {"passwordChangeRequired", true}, {"suspended", true}, {"home", true}};

bool Writes(ClauseKind kind) {
  return kind == ClauseKind::kCreate || kind == ClauseKind::kMerge || kind == ClauseKind::kSet ||
         kind == ClauseKind::kRemove || kind == ClauseKind::kDelete || kind == ClauseKind::kForeach;
}

const char* ClauseName(const Clause& clause) {
  switch (clause.kind) {
    case ClauseKind::kMatch:
      return clause.optional ? "OPTIONAL MATCH" : "MATCH";
    case ClauseKind::kUnwind:
      return "UNWIND";
    case ClauseKind::kWith:
      return "WITH";
    case ClauseKind::kReturn:
      return "RETURN";
    case ClauseKind::kCreate:
      return "CREATE";
    case ClauseKind::kMerge:
      return "MERGE";
    case ClauseKind::kSet:
      return "SET";
    case ClauseKind::kRemove:
      return "REMOVE";
    case ClauseKind::kDelete:
      return "DELETE";
    case ClauseKind::kCall:
    case ClauseKind::kSubquery:
      return "CALL";
    case ClauseKind::kLoadCsv:
      return "LOAD CSV";
    case ClauseKind::kForeach:
      return "FOREACH";
    case ClauseKind::kFinish:
      return "FINISH";
  }
  return "";
}

}  // namespace

std::span<const ShowColumn> ShowColumns(SchemaCommand::Show show) {
  using Show = SchemaCommand::Show;
  switch (show) {
    case Show::kIndexes:
      return kIndexColumns;
    case Show::kConstraints:
      return kConstraintColumns;
    case Show::kProcedures:
      return kProcedureColumns;
    case Show::kFunctions:
      return kFunctionColumns;
    case Show::kDatabases:
      return kDatabaseColumns;
    case Show::kTransactions:
      return kTransactionColumns;
    case Show::kSettings:
      return kSettingColumns;
    case Show::kUsers:
      return kUserColumns;
  }
  return {};
}

Status Bind(Statement& statement, const ProcedureRegistry& procedures) { return Binder(statement, procedures).Run(); }

Status Binder::Run() {
  if (statement_.kind == StatementKind::kQuery) {
    std::vector<Type> columns;
    BindQuery(statement_.query, nullptr, nullptr, QueryUse::kStatement, columns);
  } else if (statement_.kind == StatementKind::kShow) {
    BindShow();
  }
  std::sort(statement_.parameters.begin(), statement_.parameters.end());
  statement_.parameters.erase(std::unique(statement_.parameters.begin(), statement_.parameters.end()),
                              statement_.parameters.end());
  return status_;
}

bool Binder::Fail(ErrorType type, std::string_view detail, Span span, std::string_view message) {
  if (status_.ok()) status_ = Failure(type, detail, span, message);
  return false;
}

int Binder::Declare(Scope& scope, const std::string& name, Type type) {
  const int slot = NewSlot();
  scope.names[name] = {slot, std::move(type)};
  seen_.insert(name);
  return slot;
}

bool Binder::DeclareNew(Scope& scope, const std::string& name, Type type, Span span, int& slot) {
  if (scope.Find(name) != nullptr)
    return Syntax("VariableAlreadyBound", span, Text("the name ", name, " stands for something already; take another"));
  slot = Declare(scope, name, std::move(type));
  return true;
}

bool Binder::Undefined(const std::string& name, const Scope& scope, Span span) {
  if (seen_.contains(name)) {
    return Syntax(
        "UndefinedVariable", span,
        Text("the variable ", name, " is not known here; a WITH, a subquery or a comprehension does not hand it on"));
  }
  std::vector<std::string> known;
  for (const Scope* s = &scope; s != nullptr; s = s->outer) {
    for (const auto& [other, variable] : s->names) known.push_back(other);
  }
  return Syntax("UndefinedVariable", span,
                Text("the variable ", name, " is not defined", text::DidYouMean(name, known, 1)));
}

bool Binder::BindQuery(QueryTree& query, const Scope* outer, const Scope* import, QueryUse use,
                       std::vector<Type>& columns) {
  for (size_t i = 0; i < query.parts.size(); ++i) {
    SingleQuery& part = query.parts[i];
    Scope scope{{}, outer};
    if (import != nullptr && !part.clauses.empty() && part.clauses[0].kind == ClauseKind::kWith) scope = *import;
    std::vector<std::string> names;
    std::vector<int> slots;
    std::vector<Type> types;
    if (!BindPart(query, part, std::move(scope), use, names, slots, types)) return false;
    if (i == 0) {
      query.columns = std::move(names);
      query.column_slots.push_back(std::move(slots));
      columns = std::move(types);
      continue;
    }
    // The same columns, in whatever order.
    std::vector<int> ordered;
    for (size_t c = 0; c < query.columns.size(); ++c) {
      const auto at = std::find(names.begin(), names.end(), query.columns[c]);
      if (at == names.end()) break;
      ordered.push_back(slots[static_cast<size_t>(at - names.begin())]);
      columns[c] = Either(columns[c], types[static_cast<size_t>(at - names.begin())]);
    }
    if (ordered.size() != query.columns.size() || names.size() != query.columns.size()) {
      const Span span = part.clauses.empty() ? query.span : part.clauses.back().span;
      return Syntax("DifferentColumnsInUnion", span, "all parts of a UNION return columns of the same names");
    }
    query.column_slots.push_back(std::move(ordered));
  }
  return true;
}

bool Binder::BindPart(QueryTree& query, SingleQuery& part, Scope scope, QueryUse use, std::vector<std::string>& names,
                      std::vector<int>& slots, std::vector<Type>& types) {
  for (Clause& clause : part.clauses) {
    if (!BindClause(query, clause, scope, use)) return false;
  }
  const Clause& last = part.clauses.back();
  if (last.kind == ClauseKind::kReturn) {
    for (const ProjectionItem& item : last.projection.items) {
      names.push_back(item.name);
      slots.push_back(item.slot);
      types.push_back(scope.Find(item.name)->type);
    }
  } else if (last.kind == ClauseKind::kCall && last.standalone) {
    for (const YieldItem& item : last.yields) {
      names.push_back(item.name);
      slots.push_back(item.slot);
      types.push_back(scope.Find(item.name)->type);
    }
  } else if (use != QueryUse::kExpression) {
    const bool void_call =
        last.kind == ClauseKind::kCall && (last.procedure == nullptr || last.procedure->outputs.empty());
    const bool void_subquery = last.kind == ClauseKind::kSubquery && last.yields.empty();
    if (!Writes(last.kind) && last.kind != ClauseKind::kFinish && !void_call && !void_subquery) {
      return Syntax(
          "InvalidClauseComposition", last.span,
          Text("a query cannot end with ", ClauseName(last), "; end it with RETURN, FINISH or a clause that writes"));
    }
  }
  return true;
}

bool Binder::BindClause(QueryTree& query, Clause& clause, Scope& scope, QueryUse use) {
  if (Writes(clause.kind)) {
    query.writes = true;
    if (use == QueryUse::kExpression) {
      return Syntax(
          "InvalidClauseComposition", clause.span,
          Text(ClauseName(clause), " cannot stand in EXISTS, COUNT and COLLECT { … }: an expression does not write"));
    }
  }
  switch (clause.kind) {
    case ClauseKind::kMatch:
      return BindMatch(clause.patterns, scope, false) && BindPredicate(clause.where, scope);
    case ClauseKind::kUnwind: {
      const Type list = Bind(clause.expr, scope);
      return !failed() &&
             DeclareNew(scope, clause.name, list.kinds == 0 ? Scalar(0) : ElementOf(list), clause.span, clause.slot);
    }
    case ClauseKind::kWith:
      return BindProjection(clause.projection, clause.span, scope, false, true);
    case ClauseKind::kReturn:
      return BindProjection(clause.projection, clause.span, scope, true, use == QueryUse::kCall);
    case ClauseKind::kCreate:
      return BindCreate(clause.patterns, scope, false);
    case ClauseKind::kMerge:
      return BindCreate(clause.patterns, scope, true) && BindSetItems(clause.on_create, scope, false) &&
             BindSetItems(clause.on_match, scope, false);
    case ClauseKind::kSet:
      return BindSetItems(clause.items, scope, false);
    case ClauseKind::kRemove:
      return BindSetItems(clause.items, scope, true);
    case ClauseKind::kDelete:
      return BindDelete(clause, scope);
    case ClauseKind::kCall:
      if (!BindCall(query, clause, scope)) return false;
      if (use == QueryUse::kExpression && clause.procedure->writes) {
        return Syntax("InvalidClauseComposition", clause.span,
                      "a procedure that writes cannot be called in EXISTS, COUNT and COLLECT { … }");
      }
      return true;
    case ClauseKind::kSubquery:
      if (!BindSubquery(query, clause, scope)) return false;
      if (use == QueryUse::kExpression && clause.query->writes) {
        return Syntax("InvalidClauseComposition", clause.span,
                      "a subquery that writes cannot stand in EXISTS, COUNT and COLLECT { … }");
      }
      return true;
    case ClauseKind::kLoadCsv: {
      const Type file = Bind(clause.expr, scope);
      if (failed() || !CheckKinds(file, kString, clause.expr->span, "LOAD CSV")) return false;
      Bind(clause.field_terminator, scope);
      scope.csv = &clause;
      csv_seen_ = true;
      return !failed() && DeclareNew(scope, clause.name, clause.with_headers ? Scalar(kMap) : ListOf(Scalar(kString)),
                                     clause.span, clause.slot);
    }
    case ClauseKind::kForeach: {
      const Type list = Bind(clause.expr, scope);
      if (failed() || !CheckKinds(list, kList, clause.expr->span, "FOREACH")) return false;
      Scope inside{{}, &scope};
      if (!DeclareNew(inside, clause.name, ElementOf(list), clause.span, clause.slot)) return false;
      for (Clause& inner : clause.body) {
        if (!BindClause(query, inner, inside, use)) return false;
      }
      return true;
    }
    case ClauseKind::kFinish:
      return true;
  }
  return true;
}

bool Binder::BindSetItems(std::vector<SetItem>& items, const Scope& scope, bool remove) {
  const char* const clause = remove ? "REMOVE" : "SET";
  for (SetItem& item : items) {
    Expr& target = *item.target;
    if (item.kind == SetItem::Kind::kProperty) {
      const Type entity = Bind(target.args[0], scope);
      if (target.kind == ExprKind::kSubscript) Bind(target.args[1], scope);
      if (failed() || !CheckKinds(entity, kNode | kRelationship, target.args[0]->span, clause)) return false;
    } else {
      const Type entity = Bind(item.target, scope);
      if (failed() ||
          !CheckKinds(entity, item.kind == SetItem::Kind::kLabels ? kNode : kNode | kRelationship, target.span, clause))
        return false;
    }
    for (LabelExpr& label : item.labels) {
      if (!BindLabels(label, scope)) return false;
    }
    if (!item.value) continue;
    const Type value = Bind(item.value, scope);
    if (failed()) return false;
    const bool whole = item.kind == SetItem::Kind::kReplace || item.kind == SetItem::Kind::kMerge;
    if (whole && !CheckKinds(value, kMap | kNode | kRelationship, item.value->span, "SET of all properties"))
      return false;
  }
  return true;
}

bool Binder::BindDelete(Clause& clause, const Scope& scope) {
  for (ExprPtr& arg : clause.args) {
    if (arg->kind == ExprKind::kHasLabels)
      return Syntax("InvalidDelete", arg->span,
                    "DELETE takes nodes, relationships and paths; a label is taken away with REMOVE n:Label");
    const Type type = Bind(arg, scope);
    if (failed()) return false;
    const bool list_of_such = (type.kinds & kList) != 0 && ElementOf(type).MayBe(kNode | kRelationship | kPath);
    if (!list_of_such && !CheckKinds(type, kNode | kRelationship | kPath, arg->span, "DELETE")) return false;
  }
  return true;
}

bool Binder::BindCall(QueryTree& query, Clause& clause, Scope& scope) {
  clause.procedure = procedures_.Find(clause.name);
  if (clause.procedure == nullptr) {
    const std::string near = procedures_.Nearest(clause.name);
    return Fail(ErrorType::kProcedureError, "ProcedureNotFound", clause.span,
                Text("there is no procedure ", clause.name, near.empty() ? Elsewhere(clause.name) : Text("; did you mean ", near, "?")));
  }
  const Procedure& procedure = *clause.procedure;
  query.writes = query.writes || procedure.writes;
  if (clause.implicit_args) {
    if (!clause.standalone && !procedure.inputs.empty()) {
      return Syntax("InvalidArgumentPassingMode", clause.span,
                    Text("inside a query the arguments of ", clause.name, " are written out: ", Signature(procedure)));
    }
    for (const Field& input : procedure.inputs) {
      if (input.has_default) break;
      ExprPtr& arg = clause.args.emplace_back(std::make_unique<Expr>());
      arg->kind = ExprKind::kParameter;
      arg->name = input.name;
      arg->span = clause.span;
      statement_.parameters.push_back(input.name);
    }
  }
  const size_t given = clause.args.size(), most = procedure.inputs.size();
  const auto least = static_cast<size_t>(
      std::count_if(procedure.inputs.begin(), procedure.inputs.end(), [](const Field& f) { return !f.has_default; }));
  for (size_t i = 0; i < given; ++i) {
    const Type type = Bind(clause.args[i], scope);
    if (failed()) return false;
    if (i >= most) continue;
    KindSet allowed = procedure.inputs[i].type.kinds;
    if ((allowed & Only(Kind::kFloat)) != 0) allowed |= Only(Kind::kInteger);
    if (!CheckKinds(type, allowed, clause.args[i]->span,
                    Text("argument ", procedure.inputs[i].name, " of ", clause.name)))
      return false;
  }
  if (given < least || given > most) {
    return Syntax("InvalidNumberOfArguments", clause.span,
                  Text(clause.name, " is called with ", given, given == 1 ? " argument" : " arguments", "; it is ",
                       Signature(procedure)));
  }
  return BindYields(clause, scope);
}

bool Binder::BindYields(Clause& clause, Scope& scope) {
  const std::vector<Field>& outputs = clause.procedure->outputs;
  if (clause.yield_star && !clause.standalone) {
    return Syntax("UnexpectedSyntax", clause.span,
                  "YIELD * is for a CALL that stands alone; inside a query name the results");
  }
  if (clause.yield_star || (clause.standalone && !clause.has_yield)) {
    for (const Field& output : outputs)
      clause.yields.push_back({output.name, output.name, clause.span, kNoSlot, kNoSlot});
  }
  for (YieldItem& item : clause.yields) {
    const auto at =
        std::find_if(outputs.begin(), outputs.end(), [&](const Field& output) { return output.name == item.column; });
    if (at == outputs.end()) {
      std::vector<std::string> known;
      for (const Field& output : outputs) known.push_back(output.name);
      return Syntax("UndefinedVariable", item.span,
                    Text(clause.name, " has no result ", item.column, text::DidYouMean(item.column, known, 1)));
    }
    item.index = static_cast<int>(at - outputs.begin());
    if (!DeclareNew(scope, item.name, Scalar(at->type.kinds), item.span, item.slot)) return false;
  }
  return BindPredicate(clause.where, scope);
}

bool Binder::BindSubquery(QueryTree& query, Clause& clause, Scope& scope) {
  std::vector<Type> columns;
  if (clause.rows_per_transaction && !BindCount(clause.rows_per_transaction, "IN TRANSACTIONS")) return false;
  if (clause.scoped) {
    Scope visible;
    if (clause.imports_all) {
      for (const Scope* s = &scope; s != nullptr; s = s->outer) {
        for (const auto& [name, variable] : s->names) {
          if (visible.names.try_emplace(name, variable).second) clause.imports.emplace_back(name, variable.slot);
        }
      }
    } else {
      for (auto& [name, slot] : clause.imports) {
        const Variable* variable = scope.Find(name);
        if (variable == nullptr) return Undefined(name, scope, clause.span);
        visible.names[name] = *variable;
        slot = variable->slot;
      }
    }
    if (!BindQuery(*clause.query, &visible, nullptr, QueryUse::kCall, columns)) return false;
  } else {
    if (!BindQuery(*clause.query, nullptr, &scope, QueryUse::kCall, columns)) return false;
    // What the first WITH of a part took from outside.
    std::set<int> used;
    for (SingleQuery& part : clause.query->parts) {
      if (part.clauses[0].kind != ClauseKind::kWith) continue;
      for (ProjectionItem& item : part.clauses[0].projection.items) {
        Walker walker{[&](ExprPtr& e) {
                        if (e->kind == ExprKind::kVariable) used.insert(e->slot);
                        return true;
                      },
                      [&](int& slot) { used.insert(slot); }};
        walker.Walk(item.expr);
      }
    }
    for (const Scope* s = &scope; s != nullptr; s = s->outer) {
      for (const auto& [name, variable] : s->names) {
        if (used.contains(variable.slot)) clause.imports.emplace_back(name, variable.slot);
      }
    }
  }
  query.writes = query.writes || clause.query->writes;
  for (size_t i = 0; i < columns.size(); ++i) {
    YieldItem item{clause.query->columns[i], clause.query->columns[i], clause.span, kNoSlot, static_cast<int>(i)};
    if (!DeclareNew(scope, item.name, columns[i], clause.span, item.slot)) return false;
    clause.yields.push_back(std::move(item));
  }
  return clause.status_name.empty() || DeclareNew(scope, clause.status_name, Scalar(kMap), clause.span, clause.status_slot);
}

bool Binder::BindShow() {
  SchemaCommand& command = statement_.schema;
  const std::span<const ShowColumn> columns = ShowColumns(command.show);
  const bool named = !command.yields.empty();
  if (!named) {
    for (const ShowColumn& column : columns) {
      if (column.by_default || command.yield_star)
        command.yields.push_back({column.name, column.name, Span(), kNoSlot, kNoSlot});
    }
  }
  Scope scope;
  for (YieldItem& item : command.yields) {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const ShowColumn& column) { return item.column == column.name; });
    if (at == columns.end()) {
      std::vector<std::string> known;
      for (const ShowColumn& column : columns) known.push_back(column.name);
      return Syntax("UndefinedVariable", item.span,
                    Text("there is no column ", item.column, text::DidYouMean(item.column, known, 1)));
    }
    item.index = static_cast<int>(at - columns.begin());
    if (!DeclareNew(scope, item.name, {}, item.span, item.slot)) return false;
  }
  if (!BindPredicate(command.where, scope)) return false;
  if (command.returned) {
    if (command.returned->star && command.returned->items.empty()) {
      // YIELD … ORDER BY …: the columns stay as they were named, in their order.
      command.returned->star = false;
      for (const YieldItem& item : command.yields) {
        ProjectionItem& column = command.returned->items.emplace_back();
        column.name = item.name;
        column.aliased = true;
        column.expr = std::make_unique<Expr>();
        column.expr->kind = ExprKind::kVariable;
        column.expr->name = item.name;
      }
    }
    if (!BindProjection(*command.returned, Span(), scope, true, false)) return false;
    std::vector<int>& slots = statement_.query.column_slots.emplace_back();
    for (const ProjectionItem& item : command.returned->items) {
      statement_.query.columns.push_back(item.name);
      slots.push_back(item.slot);
    }
  } else {
    std::vector<int>& slots = statement_.query.column_slots.emplace_back();
    for (const YieldItem& item : command.yields) {
      statement_.query.columns.push_back(item.name);
      slots.push_back(item.slot);
    }
  }
  return true;
}

}  // namespace liantu::query
