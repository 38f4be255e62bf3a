// SPDX-License-Identifier: Apache-2.0
// The query engine as programs use it: prepare a statement, run it in a session, read rows as they come. One Engine per
// database, shared by all threads; a Session and its Cursors belong to one thread at a time.
//
//   Engine engine(db, registry);
//   Session session(engine, {.who = "me"});
//   LT_ASSIGN(auto cursor, session.Run("MATCH (c:Company) RETURN c.name LIMIT $n", {{"n", Value::Integer(3)}}, budget));
//   while (true) { LT_ASSIGN(bool more, cursor->Next(row)); if (!more) break; … }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/database.h"
#include "query/notice.h"
#include "query/procedure.h"
#include "query/value.h"

namespace liantu::query {

// What a statement changed, as drivers show it.
struct ChangeCounts {
  int64_t nodes_created = 0, nodes_deleted = 0, relationships_created = 0, relationships_deleted = 0, properties_set = 0,
          labels_added = 0, labels_removed = 0, indexes_added = 0, indexes_removed = 0, constraints_added = 0,
          constraints_removed = 0;
  bool any() const;
};

struct PlanNode {             // EXPLAIN and PROFILE
  std::string op;             // "NodeByLabelScan", "Expand", …
  std::string detail;         // "(n:Company)"
  double estimated_rows = 0;
  std::vector<PlanNode> children;
  uint64_t rows = 0, reads = 0, nanos = 0;  // PROFILE
};

struct Summary {
  char type = 'r';            // 'r' read, 'b' read and write, 'w' write only, 's' schema
  ChangeCounts changes;
  std::optional<PlanNode> plan;
  bool profiled = false;
  bool partial = false;       // a budget ran out and the rows so far were given; `stopped` says which
  std::string stopped;
  graph::BatchId batch;       // of what was committed; 0: nothing
};

class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual const std::vector<std::string>& columns() const = 0;
  // The next row, or false at the end (an auto-commit statement has then been committed; a statement that writes is run
  // to its end before the first row is given). After a failure the statement's changes are gone.
  virtual Result<bool> Next(std::vector<Value>& row) = 0;
  virtual const Summary& summary() const = 0;    // whole once Next gave false
  virtual std::vector<Notice> Notices() const = 0;  // of the statement, by what the store knows now
  // To look up nodes and relationships of the rows; valid while the cursor lives, also after the end.
  virtual Context& context() = 0;
};

class Engine {
 public:
  // `reference`: run by the slow reference executor (executor.h); for tests.
  Engine(graph::Database& database, std::shared_ptr<ProcedureRegistry> procedures, bool reference = false);
  ~Engine();
  graph::Database& database();
  ProcedureRegistry& procedures();

 private:
  friend class Session;
  friend class StatementCursor;  // session.cc
  struct State;  // parsed statements by text, cached
  std::unique_ptr<State> state_;
};

struct SessionOptions {
  std::string who, origin = "query";   // of batches
  graph::ReadOptions read;             // as_of, predicted (a statement's CYPHER prefix overrides)
  bool read_only = false;              // refuses statements that write
  std::vector<std::string> csv_folders;  // LOAD CSV may read below these; empty: not at all
  bool partial_results = false;        // a spent budget ends the rows instead of failing
};

class Session {
 public:
  Session(Engine& engine, SessionOptions options);
  ~Session();                          // rolls back what is open
  // Outside a transaction: the statement is one (auto-commit). `parameters` ascending by key. The budget must outlive
  // the cursor.
  Result<std::unique_ptr<Cursor>> Run(std::string_view text, ValueMap parameters, const Budget& budget);
  // Explicit transactions. A failed statement leaves the transaction failed: only Rollback is possible.
  Status Begin(SessionOptions options);
  Status Begin();
  Result<graph::BatchId> Commit();
  void Rollback();
  bool in_transaction() const;

 private:
  friend class StatementCursor;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace liantu::query
