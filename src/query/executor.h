// SPDX-License-Identifier: Apache-2.0
// Running a bound statement's query. Two executors with the same answers: the planned one (plan.h, operators.h), which every
// session uses, and a small one that goes clause by clause over whole tables and takes patterns apart by brute force; it is
// the oracle of the random-query tests. Both evaluate expressions with evaluate.cc and write with write.cc.
#pragma once

#include <memory>
#include <optional>
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

// --- project.cc: what both executors share of WITH and RETURN: grouping, DISTINCT, ORDER BY, SKIP, LIMIT over materialised rows.
// Evaluates SKIP or LIMIT: a non-negative integer, else SyntaxError NegativeIntegerArgument or InvalidArgumentType.
bool RowCount(const Expr& expr, Context& context, Row& row, uint64_t& count);

}  // namespace liantu::query
