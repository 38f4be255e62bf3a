// SPDX-License-Identifier: Apache-2.0
// Running a bound statement's query. Two executors with the same answers: the planned one (plan.h, operators.h), which every
// session uses, and a small one that goes clause by clause over whole tables and takes patterns apart by brute force; it is
// the oracle of the random-query tests. Both evaluate expressions with evaluate.cc and write with write.cc.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "query/ast.h"
#include "query/context.h"
#include "query/session.h"

namespace liantu::query {

class RowSource {
 public:
  virtual ~RowSource() = default;
  // The values of the query's columns; false at the end or once context.failed().
  virtual bool Next(std::vector<Value>& row) = 0;
  // The plan; with what it did so far where the source was made to profile. The reference has none.
  virtual std::optional<PlanNode> Plan() const { return std::nullopt; }
};

// Both need context.view(), and context.transaction() where the query writes. What they are given must outlive them. The
// executor sets context.runner.
std::unique_ptr<RowSource> RunReference(const QueryTree& query, int slot_count, Context& context, ChangeCounts& changes);
// Planned: making the source runs nothing yet, so EXPLAIN is Plan() without Next. `profile` counts rows, store reads and
// time per operator.
std::unique_ptr<RowSource> RunPlanned(const QueryTree& query, int slot_count, Context& context, ChangeCounts& changes, bool profile = false);

// --- write.cc: one writing clause on one row. False: failed. Deletion follows openCypher: a node that still has relationships
// fails with ConstraintVerificationFailed DeleteConnectedNode when the clause ends, unless detached.
bool Create(const std::vector<PathPattern>& patterns, Row& row, Context& context, ChangeCounts& changes);
bool SetItems(const std::vector<SetItem>& items, bool remove, Row& row, Context& context, ChangeCounts& changes);
// Deletes what the rows of the whole clause name: relationships first, then nodes.
bool Delete(const Clause& clause, std::vector<Row>& rows, Context& context, ChangeCounts& changes);

// One row that MERGE made or found: the pattern is written with what the row has; its slots are filled in.
// (Merge itself is the executor's: it matches first and calls Create where nothing was found.) A null property in a pattern
// that is to be merged is SemanticError MergeReadOwnWrites.
bool CheckMergeProperties(const PathPattern& pattern, Row& row, Context& context);

// --- reference.cc, for both executors.
// The arguments of CALL for one row: defaults filled in, from parameters where it is called without parentheses, an integer made a
// float where one is asked. False: failed.
bool ProcedureInputs(const Clause& clause, Row& row, Context& context, std::vector<Value>& inputs);
// CALL { } IN TRANSACTIONS that goes on after a failure: whether this failure is one to go on after, and then gives up the
// transaction's writes (and takes them out of `changes`, which was `before`). False: the statement has failed.
bool GoOnAfter(Context& context, ChangeCounts& changes, const ChangeCounts& before);
// What REPORT STATUS says of a transaction. `error` empty: none.
Value TransactionStatus(bool started, bool committed, const std::string& error);
// The rows of LOAD CSV for one row. Failures go to the context.
class CsvRows {
 public:
  CsvRows(const Clause& clause, Row& row, Context& context);
  ~CsvRows();
  CsvRows(const CsvRows&) = delete;
  bool Next(Value& row);  // a list of strings, or a map WITH HEADERS; cells without anything are null
  void Where(Row& row) const;  // what linenumber() and file() say of that row, into their slots

 private:
  struct State;
  const Clause& clause_;
  Context& context_;
  std::unique_ptr<State> state_;
};

// --- project.cc: what both executors share of WITH and RETURN: grouping, DISTINCT, ORDER BY, SKIP, LIMIT over materialised rows.
// Evaluates SKIP or LIMIT: a non-negative integer, else SyntaxError NegativeIntegerArgument or InvalidArgumentType.
bool RowCount(const Expr& expr, Context& context, Row& row, uint64_t& count);

// About how many bytes a row holds. Charged when a row is kept in a table, given back when it is dropped.
size_t RowBytes(const Row& row);

// A set of value lists under the equivalence of DISTINCT. Charges what it holds; gives it back at its end.
class ValueSet {
 public:
  explicit ValueSet(Context& context) : context_(context) {}
  ~ValueSet() { context_.Charge(-static_cast<int64_t>(charged_)); }
  ValueSet(const ValueSet&) = delete;
  bool Insert(std::vector<Value> values);  // false: it was there
 private:
  Context& context_;
  std::unordered_multimap<size_t, std::vector<Value>> values_;
  uint64_t charged_ = 0;
};

// Rows to groups: one row for each group at the end, in order of first appearance, with the slots of keys and aggregates filled in
// (items that contain aggregates are evaluated by ProjectItems). Without keys there is one group even where there are no rows.
class Grouping {
 public:
  Grouping(const Projection& projection, Context& context);
  ~Grouping();
  Grouping(const Grouping&) = delete;
  bool Add(Row& row);  // false: failed
  // `base`: the row that a group without rows starts from.
  bool Finish(const Row& base, std::vector<Row>& rows);

 private:
  struct Group;
  Group* Find(Row& row);
  const Projection& projection_;
  Context& context_;
  std::vector<std::unique_ptr<Group>> groups_;
  std::unordered_multimap<size_t, Group*> by_key_;
  uint64_t charged_ = 0;
};

// Evaluates the items of a projection into their slots (all before the first is stored: slots may be shared). False: failed.
bool ProjectItems(const Projection& projection, Row& row, Context& context);
// ORDER BY: stable.
bool SortRows(const std::vector<SortItem>& order_by, std::vector<Row>& rows, Context& context);
// All of a WITH or RETURN, its WHERE too. Rows stay charged as they were; what is dropped is given back.
bool Project(const Projection& projection, std::vector<Row>& rows, const Row& base, Context& context);

}  // namespace liantu::query
