// SPDX-License-Identifier: Apache-2.0
// The tree of a statement. The parser (parser.h) builds it and fills in all but what is marked "bound"; the binder
// (binder.h) resolves names, checks scopes and types, and fills in the rest; executors only read it.
//
// Variables become slots: every variable of the whole statement, named or anonymous, at any depth, has its own slot
// number, so that one row of `slot_count` values serves all clauses, and variables of before and after a WITH may stand
// in a row side by side. A name that is declared anew gets a new slot.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "query/error.h"
#include "query/value.h"

namespace liantu::query {

struct Function;        // functions.h
struct AggregateKind;   // functions.h
struct Procedure;       // procedure.h
struct Expr;
struct Clause;
struct QueryTree;
using ExprPtr = std::unique_ptr<Expr>;

constexpr int kNoSlot = -1;

// --- Patterns

// A label expression: a tree of & | ! over names, and % (any label at all). The colon list :A:B is A & B.
struct LabelExpr {
  enum class Kind : uint8_t { kName, kAny, kNot, kAnd, kOr, kDynamic } kind = Kind::kName;
  std::string name;                // kName
  std::vector<LabelExpr> parts;    // kNot one, kAnd and kOr two or more
  std::shared_ptr<Expr> dynamic;   // kDynamic: $(expression), a string or a list of strings, of which name "any" asks for one only
  Span span;
};

struct NodePattern {
  std::string name;                // empty: anonymous
  std::optional<LabelExpr> labels;
  ExprPtr properties;              // a map literal or parameter; null: none
  ExprPtr where;                   // inline WHERE; null: none
  Span span;
  int slot = kNoSlot;              // bound
  bool bound_before = false;       // bound: the variable had its value before this clause (in CREATE also: from earlier in it)
};

struct RelPattern {
  enum class Arrow : uint8_t { kLeft, kRight, kBoth } arrow = Arrow::kBoth;  // as drawn; kBoth: either direction
  std::string name;
  std::optional<LabelExpr> types;  // :A|B
  ExprPtr properties, where;
  bool variable_length = false;    // * in any form: the variable is a list of relationships
  std::optional<int64_t> min, max; // of *min..max; `*` alone has neither (1 to unbounded)
  Span span;
  int slot = kNoSlot;              // bound
  bool bound_before = false;       // bound
};

struct PathPattern;

// A quantified path pattern ((a)-[r]->(b) WHERE …){min,max}, or -[:R]->{1,3} written as a relationship with a quantifier
// (then inner has two anonymous nodes). Variables inside are lists outside.
struct QuantifiedGroup {
  std::unique_ptr<PathPattern> inner;
  ExprPtr where;
  int64_t min = 1;
  std::optional<int64_t> max;
  Span span;
  std::vector<std::pair<int, int>> group_slots;  // bound: (slot inside, slot of the list outside)
};

// nodes and steps alternate: node 0, step 0, node 1, …; a step is a relationship or a quantified group.
struct PathStep {
  std::unique_ptr<RelPattern> rel;          // exactly one of the two is set
  std::unique_ptr<QuantifiedGroup> group;
};
enum class PathSelector : uint8_t { kNone, kShortestPath, kAllShortestPaths, kAny, kAnyShortest, kAllShortest, kShortestK, kShortestGroups };
enum class PathMode : uint8_t { kTrail, kWalk, kAcyclic, kSimple };
struct PathPattern {
  std::string name;                         // p = …; empty: none
  std::vector<NodePattern> nodes;
  std::vector<PathStep> steps;              // nodes.size() - 1
  PathSelector selector = PathSelector::kNone;  // kShortestPath, kAllShortestPaths: the function forms
  ExprPtr selector_count;                   // of kAny, kShortestK, kShortestGroups; null: 1
  PathMode mode = PathMode::kTrail;
  Span span;
  int slot = kNoSlot;                       // bound: of the path variable
};

// --- Expressions

enum class ExprKind : uint8_t {
  kLiteral,       // literal
  kParameter,     // name
  kVariable,      // name, slot
  kProperty,      // args[0].name
  kHasLabels,     // args[0]:labels   (predicate; also for relationship types)
  kSubscript,     // args[0][args[1]]
  kSlice,         // args[0][args[1]..args[2]]; args[1], args[2] may be null
  kList,          // [args…]
  kMap,           // {keys[i]: args[i]}
  kMapProjection, // args[0] {items}: keys[i] with args[i+1]; key ".*" with null argument: all properties
  kUnary,         // op args[0]
  kBinary,        // args[0] op args[1]; comparisons are always kComparison
  kComparison,    // args[0] ops[0] args[1] ops[1] args[2] …: a chain, each argument evaluated once
  kIsNull,        // args[0] IS NULL
  kIsNotNull,
  kIsType,        // args[0] IS [NOT] :: TYPE; name is the type in upper case, `distinct` is the NOT
  kCall,          // name(args…): a scalar function, or an aggregate (then `aggregate` is set); count(*) has star
  kCase,          // args[0] subject or null; then pairs (when, then); the last argument is ELSE or null. With keys[0] (slot) the
                  // subject has that name in the conditions behind WHEN, else they are values to compare it with
  kListComprehension,    // [keys[0] (slot) IN args[0] WHERE args[1] | args[2]]; args[1], args[2] may be null
  kPatternComprehension, // [pattern WHERE args[0] | args[1]]; args[0] may be null
  kQuantifier,    // name: all any none single; (keys[0] (slot) IN args[0] WHERE args[1])
  kReduce,        // reduce(keys[0] (slot) = args[0], keys[1] (slot2) IN args[1] | args[2])
  kPattern,       // a pattern as a predicate: there is a match
  kExists,        // EXISTS { subquery or patterns WHERE args[0] }
  kCount,         // COUNT { … }
  kCollect,       // COLLECT { subquery }
  kShortestPath,  // shortestPath(pattern), allShortestPaths(pattern) as an expression
};

enum class Op : uint8_t {
  kNone, kOr, kXor, kAnd, kNot, kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kAdd, kSubtract, kMultiply,
  kDivide, kModulo, kPower, kPlus, kMinus, kIn, kStartsWith, kEndsWith, kContains, kMatches, kConcat
};
const char* OpText(Op op);

struct Expr {
  ExprKind kind = ExprKind::kLiteral;
  Op op = Op::kNone;
  bool distinct = false;            // of an aggregate: f(DISTINCT x)
  bool star = false;                // count(*)
  Span span;
  std::string name;                 // see ExprKind; functions as written, namespaces with dots
  std::vector<ExprPtr> args;        // null only where said above
  std::vector<std::string> keys;
  std::vector<Op> ops;
  Value literal;
  std::optional<LabelExpr> labels;
  std::vector<PathPattern> patterns;     // kPattern, kPatternComprehension, kShortestPath: one; kExists, kCount: one or more
  std::unique_ptr<QueryTree> subquery;   // kExists, kCount, kCollect with a whole query instead
  uint16_t height = 1;                   // of the tree from here down; limited, so that it can be walked recursively
  // Bound:
  uint32_t kinds = (1u << 17) - 1;       // the kinds (functions.h KindSet) the value may have, null apart
  int slot = kNoSlot, slot2 = kNoSlot;
  const Function* function = nullptr;         // kCall, scalar
  const AggregateKind* aggregate = nullptr;   // kCall, aggregate: its value is read from `slot` once grouping is done
};
// Whether two bound expressions are the same: same shape, slots, names and literals.
bool SameExpression(const Expr& a, const Expr& b);

// --- Clauses

struct ProjectionItem {
  ExprPtr expr;
  std::string name;         // the column: AS name, or the text as written
  bool aliased = false;
  Span span;
  int slot = kNoSlot;       // bound: where the value goes
  bool aggregates = false;  // bound: contains an aggregate; the others are the grouping keys
};
struct SortItem {
  ExprPtr expr;             // bound: rewritten to the slot of a projected item where it is the same expression
  bool descending = false;
};
struct Projection {
  bool distinct = false;
  bool star = false;        // bound: expanded, items hold all variables in scope, by name, first
  std::vector<ProjectionItem> items;
  std::vector<SortItem> order_by;
  ExprPtr skip, limit;
  ExprPtr where;            // WITH … WHERE
  // order_by and where may read variables from before the projection unless it is DISTINCT or aggregating: then only
  // projected slots. In aggregating items what is not inside an aggregate reads slots of grouping items too.
  // Bound: aggregate calls of items, each with its own slot (equal ones share one); empty and `aggregating` false: plain.
  std::vector<Expr*> aggregates;
  bool aggregating = false;
};

struct SetItem {
  enum class Kind : uint8_t { kProperty, kReplace, kMerge, kLabels } kind = Kind::kProperty;
  ExprPtr target;                   // kProperty: a kProperty (or kSubscript with a dynamic name) expression; else the entity
  ExprPtr value;                    // null in REMOVE
  std::vector<LabelExpr> labels;    // kLabels: names or $(…)
  Span span;
};

struct YieldItem {
  std::string column, name;  // column [AS name]
  Span span;
  int slot = kNoSlot;        // bound
  int index = -1;            // bound: which result column of the procedure
};

enum class ClauseKind : uint8_t {
  kMatch, kUnwind, kWith, kReturn, kCreate, kMerge, kSet, kRemove, kDelete, kCall, kSubquery, kLoadCsv, kForeach, kFinish
};

struct Clause {
  ClauseKind kind = ClauseKind::kReturn;
  Span span;
  bool optional = false;                 // OPTIONAL MATCH, OPTIONAL CALL
  std::vector<PathPattern> patterns;     // kMatch, kCreate; kMerge: one
  ExprPtr where;                         // kMatch; kCall with YIELD … WHERE
  bool repeatable = false;               // MATCH REPEATABLE ELEMENTS
  ExprPtr expr;                          // kUnwind, kForeach: the list; kLoadCsv: the file
  std::string name;                      // kUnwind, kLoadCsv, kForeach: the variable; kCall: the procedure, with dots
  int slot = kNoSlot;                    // bound: of `name`
  Projection projection;                 // kWith, kReturn
  std::vector<SetItem> on_create, on_match;  // kMerge
  std::vector<SetItem> items;            // kSet, kRemove
  bool detach = false;                   // kDelete
  std::vector<ExprPtr> args;             // kDelete: what; kCall: arguments
  bool implicit_args = false;            // CALL p without parentheses: arguments are parameters of the same names
  bool standalone = false;               // kCall: the whole statement
  bool yield_star = false;
  // kCall; bound: for a standalone CALL without YIELD all columns. kSubquery, bound: the columns of `query`, with the slots
  // that take their values outside.
  std::vector<YieldItem> yields;
  bool has_yield = false;
  const Procedure* procedure = nullptr;  // bound
  std::unique_ptr<QueryTree> query;      // kSubquery
  bool scoped = false;                   // CALL (…) { … }: imports are named before the braces, not by a WITH inside
  bool imports_all = false;              // CALL (*) { … }
  std::vector<std::pair<std::string, int>> imports;  // CALL (x, y) { … }; slots bound. Imported variables keep their slots.
  bool in_transactions = false;
  ExprPtr rows_per_transaction;
  // What a failure in one of the transactions does: fails the statement, leaves that transaction's rows with nulls, or those of
  // all later ones too.
  enum class OnError : uint8_t { kFail, kContinue, kBreak } on_error = OnError::kFail;
  std::string status_name;               // REPORT STATUS AS name; empty: none
  int status_slot = kNoSlot;             // bound
  bool with_headers = false;             // kLoadCsv
  int line_slot = kNoSlot, file_slot = kNoSlot;  // bound: of linenumber() and file(), where they are asked for
  ExprPtr field_terminator;
  std::vector<Clause> body;              // kForeach
};

struct SingleQuery {
  std::vector<Clause> clauses;
};
struct QueryTree {
  std::vector<SingleQuery> parts;       // joined by UNION
  std::vector<bool> union_all;          // parts.size() - 1 entries
  Span span;
  // Bound:
  std::vector<std::string> columns;               // of the result; empty: none
  std::vector<std::vector<int>> column_slots;     // for each part
  bool writes = false;
};

// --- Statements

enum class StatementKind : uint8_t { kQuery, kCreateIndex, kDropIndex, kCreateConstraint, kDropConstraint, kShow };
enum class ExplainMode : uint8_t { kNone, kExplain, kProfile };

struct SchemaCommand {            // index and constraint commands, SHOW
  std::string name;               // of the index or constraint; may be empty
  std::string variable, label;    // label, or the relationship type
  bool relationship = false;
  std::vector<std::string> properties;
  enum class Rule : uint8_t { kUnique, kExists, kType, kKey } rule = Rule::kUnique;
  std::string value_type;         // kType
  bool if_not_exists = false, if_exists = false;
  std::string index_type;         // RANGE (default), TEXT, FULLTEXT …
  enum class Show : uint8_t { kIndexes, kConstraints, kProcedures, kFunctions, kDatabases, kTransactions, kSettings, kUsers } show = Show::kIndexes;
  std::string only_type, only_entity;  // SHOW: part of the type, the entityType; name: of a database. Empty: all
  bool yield_star = false;
  std::vector<YieldItem> yields;  // SHOW … YIELD … WHERE … RETURN …; bound: without YIELD the default columns
  ExprPtr where;
  std::optional<Projection> returned;
};

struct Statement {
  std::string text;
  StatementKind kind = StatementKind::kQuery;
  ExplainMode explain = ExplainMode::kNone;
  std::vector<std::pair<std::string, Value>> options;  // CYPHER as_of='2025-09-11' predicted=true …
  QueryTree query;
  SchemaCommand schema;
  int slot_count = 0;                    // bound
  // Bound: names that the statement reads and does not write, each once, by place (notice.h).
  struct NameUse {
    enum class Of : uint8_t { kLabel, kType, kProperty } of;
    std::string name;
    Span span;
  };
  std::vector<NameUse> names;
  std::vector<std::string> parameters;   // names used, sorted
};

}  // namespace liantu::query
