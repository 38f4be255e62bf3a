// SPDX-License-Identifier: Apache-2.0
// What a running statement carries: its view of the graph (with the transaction's own writes where it has any),
// parameters, one fixed clock, random numbers, the budget, and the first failure. Expressions and functions report
// failures here and give null; operators ask failed() and stop. Belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/budget.h"
#include "graph/database.h"
#include "query/ast.h"
#include "query/value.h"

namespace liantu::query {

using Row = std::vector<Value>;  // one value for each slot of the statement

// Runs the parts of an expression that need the executor: patterns and subqueries. The executor implements it.
class PatternRunner {
 public:
  virtual ~PatternRunner() = default;
  // Calls `row` for each match of the patterns (and of `where`, may be null), with the row's slots filled in beside those
  // already there; returns false to stop. The slots of the pattern are cleared afterwards.
  virtual void Match(const std::vector<PathPattern>& patterns, const Expr* where, Row& row,
                     const std::function<bool(Row&)>& on_match) = 0;
  // Runs a subquery with the slots of `row` as they are; calls `result` with the values of its columns.
  virtual void Subquery(const QueryTree& query, Row& row, const std::function<bool(const std::vector<Value>&)>& result) = 0;
};

// Node records and columns of property values that statements at one state of the graph share. Thread-safe.
class SharedRecords {
 public:
  virtual ~SharedRecords() = default;
  virtual std::shared_ptr<const graph::Node> Find(NodeId id) = 0;  // null: not there
  virtual void Keep(const std::shared_ptr<const graph::Node>& node) = 0;
  // Told of records that were read from the store for one property, or for the types of edges or labels of nodes (property 0): null until that has cost as much as the column.
  virtual Result<graph::PropertyColumnPtr> ReadFor(const graph::ReadView& view, bool edges, graph::PropertyId property, uint64_t records, const Budget& budget) = 0;
};

class Context {
 public:
  Context(const ValueMap& parameters, const Budget& budget);
  ~Context();
  Context(const Context&) = delete;

  // --- failures: the first one stays
  void Fail(Status status) { if (status_.ok()) status_ = std::move(status); }
  // TypeError etc. with a detail word; `message` without them.
  void Fail(ErrorType type, std::string_view detail, std::string_view message) { Fail(Failure(type, detail, message)); }
  // The failure's place, where it has none yet.
  void Place(Span span) { if (failed()) status_ = WithPlace(status_, span); }
  bool failed() const { return !status_.ok(); }
  // More about the failure, behind its message.
  void AddToFailure(std::string_view more) { status_ = Status(status_.code(), Text(status_.message(), more)); }
  // Goes on after a failure whose writes were given up with abandon_transaction.
  void Forgive() {
    status_ = Status();
    deleted_nodes_.clear();
    deleted_edges_.clear();
  }
  const Status& status() const { return status_; }
  // True when the statement must stop: failed, or a budget is spent (then the failure is set). Polled in every loop;
  // cheap (looks at the clock every 256th call).
  bool Stop() { return failed() || ((++polls_ & 255u) == 0 && StopSlowly()); }
  // Bytes that rows held in tables, groups, lists and paths take; beyond the budget's limit the failure is set.
  void Charge(int64_t bytes);
  uint64_t charged() const { return charged_; }
  const Budget& budget() const { return budget_; }

  // --- inputs
  const Value* Parameter(std::string_view name) const;  // null pointer: not given
  const ValueMap& parameters() const { return parameters_; }
  // The statement's clock: the same for every call within it.
  graph::DateTime Now();          // UTC, zone "Z" (offset 0)
  // transaction() realtime() statement() of the TCK's temporal functions all read it, realtime() anew.
  static graph::DateTime RealTime();
  double Random();                // in [0, 1)
  std::string RandomUuid();

  // --- the graph; null where a statement runs without one (constant expressions)
  const graph::ReadView* view() const { return view_; }
  graph::Transaction* transaction() const { return transaction_; }
  void SetView(const graph::ReadView* view) { view_ = view; }
  void SetTransaction(graph::Transaction* transaction) { transaction_ = transaction; }
  PatternRunner* runner = nullptr;
  std::shared_ptr<SharedRecords> shared_records;  // null: none; never with a transaction's view
  std::string user;  // who asks; may be empty
  graph::Database* database = nullptr;  // for what no view tells: indexes
  // Commits what was written so far and goes on in a new transaction (CALL … IN TRANSACTIONS); empty where that cannot be. The
  // other one gives up what was written since.
  std::function<Status()> renew_transaction, abandon_transaction;
  // The last regular expression of =~, compiled (functions_string.cc).
  struct Pattern;
  std::shared_ptr<Pattern> pattern;
  // LOAD CSV may read files below these folders; empty: none.
  std::vector<std::string> csv_folders;

  // Entities, remembered until Written() is called. Null pointer: deleted in this statement or not there; using what it
  // carries is then EntityNotFound DeletedEntityAccess (already failed), except where the function's name says Try.
  const graph::Node* GetNode(NodeId id);
  const graph::Edge* GetEdge(EdgeId id);
  const graph::Node* TryGetNode(NodeId id);
  const graph::Edge* TryGetEdge(EdgeId id);
  // What a scan is about to give, ascending: a record that is asked for after the one before it is read with some that follow.
  // The ids must stay until the next call.
  void Ahead(std::span<const NodeId> ids);
  Value PropertyOf(const Value& entity, std::string_view name);  // node, relationship, map, temporal, point; null: not set
  ValueMap PropertiesOf(const Value& entity);
  std::vector<std::string> LabelsOf(NodeId id);                  // sorted
  std::string TypeOf(EdgeId id);
  // A write happened: drop what is remembered.
  void Written();
  void MarkDeleted(NodeId id) { deleted_nodes_.insert(id.raw); }
  void MarkDeleted(EdgeId id);  // before it is deleted: its type stays known
  bool IsDeleted(NodeId id) const { return deleted_nodes_.contains(id.raw); }
  bool IsDeleted(EdgeId id) const { return deleted_edges_.contains(id.raw); }

 private:
  bool StopSlowly();
  bool LoadAhead(NodeId id);
  // After labels or a type were told from records, for which so many were not read yet.
  void CountTypeReads(bool edges, uint64_t loads_before);
  uint64_t& RandomState();
  struct Cache;
  struct Property;
  Property& PropertyCalled(std::string_view name);
  Value ValueOf(bool edge, uint64_t id, std::string_view name);
  const ValueMap& parameters_;
  const Budget& budget_;
  Status status_;
  uint32_t polls_ = 0;
  uint64_t charged_ = 0;
  std::optional<graph::DateTime> now_;
  uint64_t random_state_ = 0;
  const graph::ReadView* view_ = nullptr;
  graph::Transaction* transaction_ = nullptr;
  std::unique_ptr<Cache> cache_;
  std::unordered_set<uint64_t> deleted_nodes_, deleted_edges_;
};

// --- evaluate.cc

// The value of a bound expression in a row. Failures go to the context (with the expression's place), null is returned.
Value Evaluate(const Expr& expr, Row& row, Context& context);
// As WHERE takes it: true only for true; anything but a boolean or null is a TypeError InvalidArgumentType.
bool Holds(const Expr& expr, Row& row, Context& context);
// Whether an entity's labels satisfy the expression.
bool LabelsMatch(const LabelExpr& expr, const std::vector<std::string>& labels, Row& row, Context& context);

}  // namespace liantu::query
