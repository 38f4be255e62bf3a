// SPDX-License-Identifier: Apache-2.0
// Procedures: what CALL can call, and functions that other modules add to those of the language. query registers db.* and dbms.*; chain registers liantu.* and algo.*; the TCK's test
// procedures are tables given as text. A registry is filled before queries run (test procedures apart) and is safe to
// read from several threads; adding takes a lock.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/context.h"
#include "query/functions.h"

namespace liantu::query {

struct ChangeCounts;

// A declared type: kinds, and whether null is allowed ("STRING?"). The name is as written in signatures.
struct DeclaredType {
  std::string name = "ANY";    // STRING INTEGER FLOAT NUMBER BOOLEAN LIST? OF …, MAP, NODE, RELATIONSHIP, PATH, ANY …
  KindSet kinds = kAnyKind;
  bool nullable = true;
};
// From a signature's text, "INTEGER?" or "LIST? OF STRING". kInvalid with what was found.
Result<DeclaredType> ParseDeclaredType(std::string_view text);

struct Field {
  std::string name;
  DeclaredType type;
  bool has_default = false;
  Value default_value;
  std::string help;
};

struct Procedure {
  std::string name;             // with dots: "db.labels"
  std::vector<Field> inputs;
  std::vector<Field> outputs;   // empty: yields nothing (a void procedure)
  bool writes = false;
  std::string help;
  // Calls `row` with one value for each output; returns false to stop. Failures go to the context or the result.
  using RowSink = std::function<bool(std::vector<Value>)>;
  std::function<Status(Context& context, const std::vector<Value>& inputs, const RowSink& row)> run;
};
std::string Signature(const Procedure& procedure);  // "db.labels() :: (label :: STRING)"

class ProcedureRegistry {
 public:
  Status Add(Procedure procedure);            // kConflict: the name is taken
  void Replace(Procedure procedure);          // test procedures
  void Remove(std::string_view name);         // does nothing where there is none
  // Null: there is none. The pointer stays valid as long as the registry.
  const Procedure* Find(std::string_view name) const;
  std::vector<const Procedure*> List() const;  // by name
  std::string Nearest(std::string_view name) const;  // for "did you mean"; empty: none near
  // Functions besides those of the language (functions.h), found without regard to case: kConflict where the name is taken.
  // They are never taken away. A function's signature and help must be literals.
  Status AddFunction(Function function);
  const Function* FindFunction(std::string_view name) const;
  std::vector<const Function*> ListFunctions() const;  // by name
  // Changes whenever a procedure does: what was bound before may point to a replaced one.
  uint64_t version() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Procedure>, std::less<>> procedures_;
  std::vector<std::shared_ptr<Procedure>> replaced_;  // kept for pointers given out
  std::map<std::string, std::shared_ptr<Function>, std::less<>> functions_;  // by name in lower case
  uint64_t version_ = 0;
};

// db.labels, db.relationshipTypes, db.propertyKeys, db.schema.*, dbms.components, db.ping, … (what drivers and browsers call).
void RegisterDatabaseProcedures(ProcedureRegistry& registry);
// The rows of SHOW INDEXES and its kin, each a map by column (binder.h lists them; what is not in it is null). The running
// statements of SHOW TRANSACTIONS are the session's to give.
Status ShowRows(SchemaCommand::Show show, const ProcedureRegistry& registry, Context& context, const std::function<bool(const Value&)>& row);
std::string IndexName(std::string_view label, std::string_view property);  // of an index that was given no name
// CREATE and DROP of indexes and constraints (schema_command.cc); `context` has the database.
// With plan_only everything but what is in the nodes and relationships is looked at, and nothing done.
Status ChangeSchema(const Statement& statement, Context& context, ChangeCounts& changes, bool plan_only = false);
// SHOW INDEXES, SHOW CONSTRAINTS.
Status ShowSchema(bool constraints, const graph::Database& database, const std::function<bool(const Value&)>& row);
// A procedure that answers from a table (openCypher's TCK): signature "test.my(name :: STRING?, id :: INTEGER?) ::
// (city :: STRING?, country_code :: INTEGER?)", then rows of inputs and outputs.
Result<Procedure> TableProcedure(std::string_view signature, std::vector<std::string> columns, std::vector<std::vector<Value>> rows);

}  // namespace liantu::query
