// SPDX-License-Identifier: Apache-2.0
// Engine, Session and Cursor: statements from text to rows, and the transactions around them.
#include "query/session.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>

#include "query/binder.h"
#include "query/executor.h"
#include "query/parser.h"
#include "text/suggest.h"

namespace liantu::query {

class StatementCursor;

namespace {

constexpr size_t kCachedStatements = 1000;
constexpr size_t kCachedText = 64 << 10;  // longer texts are data and will not come again

// A rule that a commit would break is a failure of the query.
Result<graph::BatchInfo> Committed(graph::Transaction& transaction) {
  auto committed = transaction.Commit();
  if (committed.status().code() != Code::kConflict) return committed;
  return Failure(ErrorType::kConstraintValidationFailed, "ConstraintViolation", committed.status().message());
}

}  // namespace

bool ChangeCounts::any() const {
  return nodes_created || nodes_deleted || relationships_created || relationships_deleted || properties_set || labels_added || labels_removed ||
         indexes_added || indexes_removed || constraints_added || constraints_removed;
}

// ---- engine

struct Engine::State {
  struct Prepared {
    std::shared_ptr<const Statement> statement;
    uint64_t version;  // of the procedures it was bound to
  };
  struct Running {
    std::string text, who;
    std::chrono::steady_clock::time_point start;
  };

  graph::Database& database;
  std::shared_ptr<ProcedureRegistry> procedures;
  std::mutex mutex;
  std::unordered_map<std::string, Prepared> prepared;
  std::map<uint64_t, Running> running;
  uint64_t next_id = 1;
  const bool reference = false;  // run by the slow executor

  Result<std::shared_ptr<const Statement>> Prepare(std::string_view text) {
    const uint64_t version = procedures->version();
    {
      std::lock_guard lock(mutex);
      const auto at = prepared.find(std::string(text));
      if (at != prepared.end() && at->second.version == version) return at->second.statement;
    }
    LT_ASSIGN(Statement parsed, Parse(text));
    auto statement = std::make_shared<Statement>(std::move(parsed));
    LT_TRY(Bind(*statement, *procedures));
    CollectNames(*statement);
    if (text.size() <= kCachedText) {
      std::lock_guard lock(mutex);
      if (prepared.size() >= kCachedStatements) prepared.clear();
      prepared.insert_or_assign(std::string(text), Prepared{statement, version});
    }
    return std::shared_ptr<const Statement>(statement);
  }
  uint64_t Enter(std::string text, std::string who) {
    std::lock_guard lock(mutex);
    running.emplace(next_id, Running{std::move(text), std::move(who), std::chrono::steady_clock::now()});
    return next_id++;
  }
  void Leave(uint64_t id) {
    std::lock_guard lock(mutex);
    running.erase(id);
  }
};

Engine::Engine(graph::Database& database, std::shared_ptr<ProcedureRegistry> procedures, bool reference)
    : state_(new State{.database = database, .procedures = std::move(procedures), .reference = reference}) {}
Engine::~Engine() = default;
graph::Database& Engine::database() { return state_->database; }
ProcedureRegistry& Engine::procedures() { return *state_->procedures; }

// ---- session

struct Session::State {
  Engine::State& engine;
  SessionOptions options;
  // Of an explicit transaction. It takes the writer's place at its first write; until then it reads what was there when it began.
  bool open = false, failed = false;
  SessionOptions transaction_options;
  std::optional<graph::ReadView> snapshot;
  std::unique_ptr<graph::Transaction> transaction;
  std::vector<std::shared_ptr<const Statement>> schema;  // changes of indexes and constraints, done at the commit
  std::vector<StatementCursor*> cursors;  // of this transaction

  State(Engine::State& engine_state, SessionOptions session_options) : engine(engine_state), options(std::move(session_options)) {}
  const SessionOptions& Now() const { return open ? transaction_options : options; }
  graph::BatchInfo Info() const { return {.who = Now().who, .origin = Now().origin}; }
  // One after the other; where one fails, those before it stay.
  Status ChangeSchemas();
  void Detach();
};

namespace {

// What a statement's CYPHER prefix asks for.
Result<graph::ReadOptions> ReadOptionsOf(const Statement& statement, graph::ReadOptions read) {
  for (const auto& [name, value] : statement.options) {
    const auto wrong = [&, &n = name, &v = value](const char* expected) {
      return Failure(ErrorType::kSyntaxError, "InvalidArgumentValue", Text("CYPHER ", n, "=", ToLiteral(v), ": expected ", expected));
    };
    if (name == "as_of") {
      if (value.kind() != Kind::kString) return wrong("a day such as '2025-09-11'");
      auto day = graph::ParseValue({graph::Value::Type::kDate}, value.string());
      if (!day.ok()) return wrong("a day such as '2025-09-11'");
      read.as_of = *day->as<graph::Date>();
    } else if (name == "as_known") {
      if (value.kind() != Kind::kInteger || value.integer() < 0) return wrong("the number of a batch");
      read.as_known = graph::BatchId{static_cast<uint64_t>(value.integer())};
    } else if (name == "predicted") {
      if (value.kind() != Kind::kBoolean) return wrong("true or false");
      read.predicted = value.boolean();
    } else {
      // Neo4j's hints to its planner change nothing about the answer and have no meaning here.
      static const std::vector<std::string> kHints = {"planner", "runtime", "connectComponentsPlanner", "updateStrategy", "expressionEngine",
                                                      "operatorEngine", "interpretedPipesFallback", "replan", "eagerAnalyzer", "labelInference",
                                                      "statefulShortestPlanningMode", "inferSchemaParts", "version"};
      if (std::find(kHints.begin(), kHints.end(), name) != kHints.end()) continue;
      return Failure(ErrorType::kSyntaxError, "InvalidArgumentValue",
                     Text("there is no option CYPHER ", name, "; there are as_of, as_known and predicted",
                          text::DidYouMean(name, std::vector<std::string>{"as_of", "as_known", "predicted"})));
    }
  }
  return read;
}

}  // namespace

class StatementCursor final : public Cursor {
 public:
  StatementCursor(Session::State* session, Engine::State& engine, std::shared_ptr<const Statement> statement, ValueMap parameters, const Budget& budget)
      : session_(session), engine_(engine), statement_(std::move(statement)), parameters_(std::move(parameters)), context_(parameters_, budget),
        explicit_(session->open), options_(session->Now()) {
    context_.database = &engine.database;
    context_.user = options_.who;
    context_.csv_folders = options_.csv_folders;
    running_ = engine.Enter(statement_->text, options_.who);
    if (explicit_) session_->cursors.push_back(this);
  }
  ~StatementCursor() override {
    if (session_ != nullptr && explicit_) std::erase(session_->cursors, this);
    source_.reset();
    Leave();
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  const Summary& summary() const override { return summary_; }
  std::vector<Notice> Notices() const override { return view_ ? query::Notices(*statement_, *view_) : std::vector<Notice>(); }
  Context& context() override { return context_; }

  Status Start() {
    Status status = Begin();
    if (!status.ok()) Failed();
    return status;
  }

  Result<bool> Next(std::vector<Value>& row) override {
    if (done_) return false;
    if (!status_.ok()) return status_;
    bool more = false;
    if (buffered_) {
      more = next_ < rows_.size();
      if (more) row = std::move(rows_[next_++]);
    } else {
      more = source_->Next(row);
      if (context_.failed()) return Stopped(context_.status());
    }
    if (!more) {
      Finish();
      return false;
    }
    if (given_ == context_.budget().max_rows()) return Stopped(context_.budget().CheckRows(given_ + 1));
    ++given_;
    return true;
  }

  // The transaction goes on with another statement, which may write: rows are taken out before.
  void Drain() {
    if (done_ || buffered_ || !source_) return;
    std::vector<Value> row;
    while (source_->Next(row)) {
      context_.Charge(static_cast<int64_t>(RowBytes(row)));
      rows_.push_back(std::move(row));
    }
    if (context_.failed()) status_ = context_.status();
    buffered_ = true;
    if (profile_) summary_.plan = source_->Plan();
    source_.reset();
  }
  // The transaction is over.
  void Detach() {
    Drain();
    session_ = nullptr;
    ReadAfterwards();
  }

 private:
  Status Begin() {
    if (explicit_ && session_->failed) {
      return Status(Code::kInvalid, "a statement of this transaction failed; roll it back, nothing else can be done with it");
    }
    for (const std::string& name : statement_->parameters) {
      if (context_.Parameter(name) == nullptr) {
        return Failure(ErrorType::kParameterMissing, "MissingParameter", Text("parameter $", name, " was not given"));
      }
    }
    LT_TRY(CheckImplicitArguments(statement_->query));
    LT_ASSIGN(read_, ReadOptionsOf(*statement_, options_.read));
    if (statement_->kind != StatementKind::kQuery) return statement_->kind == StatementKind::kShow ? Show() : Schema();
    const QueryTree& query = statement_->query;
    columns_ = query.columns;
    const bool explain = statement_->explain == ExplainMode::kExplain;
    profile_ = statement_->explain == ExplainMode::kProfile;
    const bool writes = query.writes && !explain;
    summary_.type = !query.writes ? 'r' : query.columns.empty() ? 'w' : 'b';
    if (writes && options_.read_only) {
      return Status(Code::kInvalid, "this session only reads, and the statement writes; use one that may write");
    }
    if (writes && read_.as_known) {
      return Failure(ErrorType::kSemanticError, "InvalidArgumentValue", "what was known at an earlier batch cannot be changed; leave out as_known to write");
    }
    if (explicit_ && writes && !session_->schema.empty()) {
      return Failure(ErrorType::kSemanticError, "InvalidTransaction", "a transaction that changes indexes or constraints writes nothing else; commit it first");
    }
    if (explicit_ && writes) {
      for (StatementCursor* cursor : session_->cursors) {
        if (cursor != this) cursor->Drain();
      }
    }
    LT_TRY(OpenView(writes));
    source_ = engine_.reference ? RunReference(query, statement_->slot_count, context_, summary_.changes)
                                : RunPlanned(query, statement_->slot_count, context_, summary_.changes, profile_);
    if (explain) {
      summary_.plan = source_->Plan();
      if (!summary_.plan) summary_.plan = PlanNode{.op = "Reference"};
      source_.reset();
      buffered_ = true;
      return {};
    }
    summary_.profiled = profile_;
    if (!writes) return {};
    std::vector<Value> row;
    while (source_->Next(row)) {
      context_.Charge(static_cast<int64_t>(RowBytes(row)));
      rows_.push_back(std::move(row));
      if (context_.Stop()) break;
    }
    LT_TRY(context_.status());
    buffered_ = true;
    if (profile_) summary_.plan = source_->Plan();
    source_.reset();
    if (!explicit_) {
      LT_ASSIGN(const graph::BatchInfo batch, Committed(*transaction_));
      transaction_.reset();
      summary_.batch = batch.id;
      ReadAfterwards();
      LT_TRY(context_.status());
    }
    return {};
  }

  // CALL p without parentheses takes its arguments from parameters; that one is missing is known before anything runs.
  Status CheckImplicitArguments(const QueryTree& query) const {
    for (const SingleQuery& part : query.parts) {
      for (const Clause& clause : part.clauses) {
        if (clause.kind != ClauseKind::kCall || !clause.implicit_args) continue;
        for (const Field& field : clause.procedure->inputs) {
          if (!field.has_default && context_.Parameter(field.name) == nullptr) {
            return Failure(ErrorType::kParameterMissing, "MissingParameter", clause.span,
                           Text(clause.name, " called without parentheses takes its arguments from parameters, but $", field.name, " was not given"));
          }
        }
      }
    }
    return {};
  }

  Status OpenView(bool writes) {
    if (explicit_) {
      if (writes && !session_->transaction) {
        LT_ASSIGN(session_->transaction, engine_.database.Begin(session_->Info(), &context_.budget()));
      }
      if (session_->transaction && !read_.as_known) {
        view_.emplace(session_->transaction->view().With(read_));
        if (writes) context_.SetTransaction(session_->transaction.get());
      } else if (read_.as_known) {
        LT_ASSIGN(graph::ReadView view, engine_.database.Read(read_));
        view_.emplace(std::move(view));
      } else {
        view_.emplace(session_->snapshot->With(read_));
      }
    } else if (writes) {
      LT_TRY(Renew());
      context_.renew_transaction = [this] {
        LT_ASSIGN(const graph::BatchInfo batch, Committed(*transaction_));
        if (batch.id) summary_.batch = batch.id;
        return Renew();
      };
      context_.abandon_transaction = [this] { return Renew(); };
    } else {
      LT_ASSIGN(graph::ReadView view, engine_.database.Read(read_));
      view_.emplace(std::move(view));
      // CALL … IN TRANSACTIONS that only reads has nothing to commit.
      context_.renew_transaction = context_.abandon_transaction = [] { return Status(); };
    }
    context_.SetView(&*view_);
    return {};
  }
  Status Renew() {
    transaction_.reset();
    LT_ASSIGN(transaction_, engine_.database.Begin({.who = options_.who, .origin = options_.origin}, &context_.budget()));
    view_.emplace(transaction_->view().With(read_));
    context_.SetTransaction(transaction_.get());
    context_.SetView(&*view_);
    context_.Written();
    return {};
  }
  // Entities of the rows are read from the committed state from here on.
  void ReadAfterwards() {
    context_.SetTransaction(nullptr);
    context_.Written();
    auto view = engine_.database.Read(read_);
    if (view.ok()) {
      view_.emplace(std::move(*view));
      context_.SetView(&*view_);
    } else {
      context_.SetView(nullptr);
      context_.Fail(view.status());
    }
  }

  void Finish() {
    done_ = true;
    if (profile_ && source_) summary_.plan = source_->Plan();
    source_.reset();
    Leave();
  }
  void Leave() {
    if (running_ != 0) engine_.Leave(running_);
    running_ = 0;
  }
  // A statement that failed takes its changes with it.
  void Failed() {
    source_.reset();
    rows_.clear();
    context_.SetView(nullptr);
    context_.SetTransaction(nullptr);
    view_.reset();
    transaction_.reset();
    if (explicit_ && session_ != nullptr) session_->failed = true;
    Leave();
  }
  Result<bool> Stopped(const Status& status) {
    if (options_.partial_results && status.code() == Code::kBudget && !statement_->query.writes) {
      summary_.partial = true;
      summary_.stopped = status.message();
      Finish();
      return false;
    }
    status_ = status;
    if (explicit_ && session_ != nullptr) session_->failed = true;
    source_.reset();
    Leave();
    return status;
  }

  // ---- indexes, constraints, SHOW

  Status Schema() {
    summary_.type = 's';
    buffered_ = true;
    if (statement_->explain == ExplainMode::kExplain) {
      summary_.plan = PlanNode{.op = "SchemaOperation", .detail = statement_->text};
      return {};
    }
    if (options_.read_only) return Status(Code::kInvalid, "this session only reads, and the statement changes the schema");
    if (!explicit_) return ChangeSchema(*statement_, context_, summary_.changes);
    if (session_->transaction) {
      return Failure(ErrorType::kSemanticError, "InvalidTransaction", "a transaction that has written changes no indexes or constraints; commit it first");
    }
    LT_TRY(ChangeSchema(*statement_, context_, summary_.changes, /*plan_only=*/true));
    session_->schema.push_back(statement_);
    return {};
  }

  Status Show() {
    const SchemaCommand& command = statement_->schema;
    summary_.type = 's';
    buffered_ = true;
    LT_TRY(OpenView(false));
    std::vector<Value> found;
    const auto has = [](const Value& map, std::string_view column, const std::string& part) {
      const Value* value = part.empty() ? nullptr : map.Find(column);
      return part.empty() || (value != nullptr && value->kind() == Kind::kString && value->string().find(part) != std::string::npos);
    };
    const bool elsewhere = command.show == SchemaCommand::Show::kDatabases && !command.name.empty() && command.name != "liantu" && command.name != "neo4j";
    const auto keep = [&](const Value& map) {
      if (elsewhere || !has(map, "type", command.only_type) || !has(map, "entityType", command.only_entity)) return true;
      found.push_back(map);
      return !context_.Stop();
    };
    if (command.show == SchemaCommand::Show::kTransactions) {
      std::lock_guard lock(engine_.mutex);
      for (const auto& [id, running] : engine_.running) {
        const auto elapsed = std::chrono::steady_clock::now() - running.start;
        const int64_t nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count();
        const graph::Duration duration{.seconds = nanos / 1'000'000'000, .nanos = static_cast<int32_t>(nanos % 1'000'000'000)};
        keep(Value::Map({{"database", Value::String("liantu")}, {"transactionId", Value::String(Text("liantu-transaction-", id))},
                         {"currentQueryId", Value::String(Text("query-", id))}, {"username", Value::String(running.who)},
                         {"currentQuery", Value::String(running.text)}, {"status", Value::String("Running")}, {"elapsedTime", Value::Of(duration)}}));
      }
    }
    LT_TRY(ShowRows(command.show, *engine_.procedures, context_, keep));
    const auto known = ShowColumns(command.show);
    const Row base(static_cast<size_t>(statement_->slot_count));
    std::vector<Row> rows;
    for (const Value& map : found) {
      Row row = base;
      for (const YieldItem& item : command.yields) {
        const Value* value = map.Find(known[static_cast<size_t>(item.index)].name);
        row[static_cast<size_t>(item.slot)] = value ? *value : Value();
      }
      if (command.where && !Holds(*command.where, row, context_)) continue;
      rows.push_back(std::move(row));
    }
    LT_TRY(context_.status());
    if (command.returned && !Project(*command.returned, rows, base, context_)) return context_.status();
    columns_ = statement_->query.columns;
    for (const Row& row : rows) {
      std::vector<Value> values;
      for (const int slot : statement_->query.column_slots[0]) values.push_back(row[static_cast<size_t>(slot)]);
      rows_.push_back(std::move(values));
    }
    return {};
  }

  Session::State* session_;  // null once the transaction is over
  Engine::State& engine_;
  const std::shared_ptr<const Statement> statement_;
  const ValueMap parameters_;
  Context context_;
  const bool explicit_;
  const SessionOptions options_;
  graph::ReadOptions read_;
  std::unique_ptr<graph::Transaction> transaction_;  // auto-commit, until the commit
  std::optional<graph::ReadView> view_;
  std::unique_ptr<RowSource> source_;
  std::vector<std::string> columns_;
  std::vector<std::vector<Value>> rows_;
  size_t next_ = 0;
  uint64_t given_ = 0;
  Summary summary_;
  Status status_;
  bool buffered_ = false, done_ = false, profile_ = false;
  uint64_t running_ = 0;
};

Status Session::State::ChangeSchemas() {
  const auto statements = std::exchange(schema, {});
  const ValueMap no_parameters;
  const Budget no_limits;
  Context context(no_parameters, no_limits);
  context.database = &engine.database;
  ChangeCounts changes;
  for (const auto& statement : statements) LT_TRY(query::ChangeSchema(*statement, context, changes));
  return {};
}

void Session::State::Detach() {
  for (StatementCursor* cursor : cursors) cursor->Detach();
  cursors.clear();
}

Session::Session(Engine& engine, SessionOptions options) : state_(new State(*engine.state_, std::move(options))) {}
Session::~Session() { Rollback(); }

Result<std::unique_ptr<Cursor>> Session::Run(std::string_view text, ValueMap parameters, const Budget& budget) {
  auto statement = state_->engine.Prepare(text);
  if (!statement.ok()) {
    if (state_->open) state_->failed = true;
    return statement.status();
  }
  auto cursor = std::make_unique<StatementCursor>(state_.get(), state_->engine, std::move(*statement), std::move(parameters), budget);
  LT_TRY(cursor->Start());
  return std::unique_ptr<Cursor>(std::move(cursor));
}

Status Session::Begin() { return Begin(state_->options); }

Status Session::Begin(SessionOptions options) {
  if (state_->open) return Status(Code::kInvalid, "a transaction is open already; commit it or roll it back first");
  LT_ASSIGN(graph::ReadView view, state_->engine.database.Read(options.read));
  state_->snapshot.emplace(std::move(view));
  state_->transaction_options = std::move(options);
  state_->open = true;
  state_->failed = false;
  return {};
}

Result<graph::BatchId> Session::Commit() {
  if (!state_->open) return Status(Code::kInvalid, "no transaction is open");
  if (state_->failed) {
    Rollback();
    return Status(Code::kInvalid, "a statement of this transaction failed, so it was rolled back");
  }
  for (StatementCursor* cursor : state_->cursors) cursor->Drain();
  graph::BatchId batch;
  Status status;
  if (state_->transaction) {
    auto committed = Committed(*state_->transaction);
    status = committed.status();
    if (committed.ok()) batch = committed->id;
    state_->transaction.reset();
  }
  if (!state_->schema.empty()) status = state_->ChangeSchemas();
  state_->Detach();
  state_->snapshot.reset();
  state_->open = false;
  LT_TRY(status);
  return batch;
}

void Session::Rollback() {
  if (!state_->open) return;
  for (StatementCursor* cursor : state_->cursors) cursor->Drain();
  state_->transaction.reset();
  state_->schema.clear();
  state_->Detach();
  state_->snapshot.reset();
  state_->open = false;
}

bool Session::in_transaction() const { return state_->open; }

}  // namespace liantu::query
