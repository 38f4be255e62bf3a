// SPDX-License-Identifier: Apache-2.0
// The state machine. Every message gets exactly one answer besides records, in order: drivers count them. In FAILED, and
// while a RESET is on its way, that answer is IGNORED.
#include "server/bolt_session.h"

#include <algorithm>

#include "graph/temporal.h"
#include "query/error.h"

namespace liantu::server {

namespace {

using query::Kind;
using query::Value;

enum Message : uint8_t {
  kHello = 0x01, kGoodbye = 0x02, kReset = 0x0F, kRun = 0x10, kBegin = 0x11, kCommit = 0x12, kRollback = 0x13, kDiscard = 0x2F,
  kPull = 0x3F, kTelemetry = 0x54, kRoute = 0x66, kLogOn = 0x6A, kLogOff = 0x6B, kSuccess = 0x70, kRecord = 0x71, kIgnored = 0x7E,
  kFailure = 0x7F
};
const char* MessageName(uint8_t tag) {
  switch (tag) {
    case kHello: return "HELLO";
    case kRun: return "RUN";
    case kBegin: return "BEGIN";
    case kCommit: return "COMMIT";
    case kRollback: return "ROLLBACK";
    case kDiscard: return "DISCARD";
    case kPull: return "PULL";
    case kTelemetry: return "TELEMETRY";
    case kRoute: return "ROUTE";
    case kLogOn: return "LOGON";
    case kLogOff: return "LOGOFF";
    case kReset: return "RESET";
    default: return "this message";
  }
}

constexpr size_t kFlushBytes = 64 << 10;
constexpr auto kFlushAfter = std::chrono::milliseconds(100);
constexpr std::string_view kInvalidRequest = "Neo.ClientError.Request.Invalid";
constexpr std::string_view kDatabase = "liantu", kAlias = "neo4j";

// The entry of a map; null pointer: not there, or null.
const Value* Get(const Value& map, std::string_view key) {
  if (map.kind() != Kind::kMap) return nullptr;
  const Value* value = map.Find(key);
  return value && !value->is_null() ? value : nullptr;
}
std::string GetText(const Value& map, std::string_view key) {
  const Value* value = Get(map, key);
  return value && value->kind() == Kind::kString ? value->string() : std::string();
}

int64_t MillisecondsSince(BoltSession::Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(BoltSession::Clock::now() - start).count();
}

// ISO/IEC 39075's words for the first two characters of a status.
const char* ConditionOf(std::string_view gql_status) {
  const std::string_view group = gql_status.substr(0, 2);
  if (group == "08") return "connection exception";
  if (group == "22") return "data exception";
  if (group == "25") return "invalid transaction state";
  if (group == "40") return "transaction rollback";
  if (group == "42") return "syntax error or access rule violation";
  if (group == "G1") return "dependent object error";
  if (group == "G2") return "graph type violation";
  return "general processing exception";
}

void WritePlan(PackWriter& pack, const query::PlanNode& node, bool profiled) {
  pack.Map(profiled ? 7 : 4);
  pack.Entry("operatorType", node.op);
  pack.String("identifiers");
  pack.List(0);
  pack.String("args");
  pack.Map(profiled ? 5 : 2);
  pack.Entry("Details", node.detail);
  pack.Entry("EstimatedRows", node.estimated_rows);
  if (profiled) {
    pack.Entry("Rows", static_cast<int64_t>(node.rows));
    pack.Entry("DbHits", static_cast<int64_t>(node.reads));
    pack.Entry("Time", static_cast<int64_t>(node.nanos));
    pack.Entry("rows", static_cast<int64_t>(node.rows));
    pack.Entry("dbHits", static_cast<int64_t>(node.reads));
    pack.Entry("time", static_cast<int64_t>(node.nanos));
  }
  pack.String("children");
  pack.List(node.children.size());
  for (const query::PlanNode& child : node.children) WritePlan(pack, child, profiled);
}

}  // namespace

BoltSession::BoltSession(query::Engine& engine, const BoltSettings& settings, BoltVersion version, std::string connection_id,
                         std::string& out, std::function<bool()> flush)
    : engine_(engine), settings_(settings), version_(version), connection_id_(std::move(connection_id)), out_(out), flush_(std::move(flush)),
      forms_{.element_ids = version.major >= 5, .utc = version.major >= 5} {}

BoltSession::~BoltSession() { EndTransaction(); }

template <class Body>
void BoltSession::Answer(uint8_t tag, Body body) {
  ChunkWriter chunk(out_);
  chunk.Begin();
  PackWriter pack(out_);
  pack.Structure(tag, tag == kIgnored ? 0 : 1);
  body(pack);
  chunk.End();
}

void BoltSession::WriteSuccess() {
  Answer(kSuccess, [](PackWriter& pack) { pack.Map(0); });
}

void BoltSession::WriteFailure(const Failure& failure) {
  Answer(kFailure, [&](PackWriter& pack) {
    if (version_ < BoltVersion{5, 7}) {
      pack.Map(2);
      pack.Entry("code", failure.code);
      pack.Entry("message", failure.message);
      return;
    }
    pack.Map(5);
    pack.Entry("neo4j_code", failure.code);
    pack.Entry("message", failure.message);
    pack.Entry("gql_status", failure.gql_status);
    pack.Entry("description", Text("error: ", ConditionOf(failure.gql_status), " - ", failure.message));
    pack.String("diagnostic_record");
    pack.Map(failure.position ? 5 : 4);
    pack.Entry("OPERATION", "");
    pack.Entry("OPERATION_CODE", "0");
    pack.Entry("CURRENT_SCHEMA", "/");
    pack.Entry("_classification", failure.code.starts_with("Neo.ClientError") ? "CLIENT_ERROR" : failure.code.starts_with("Neo.TransientError") ? "TRANSIENT_ERROR" : "DATABASE_ERROR");
    if (failure.position) {
      pack.String("_position");
      pack.Map(3);
      pack.Entry("offset", failure.position->offset);
      pack.Entry("line", failure.position->line);
      pack.Entry("column", failure.position->column);
    }
  });
}

bool BoltSession::Fail(const Failure& failure) {
  EndTransaction();
  WriteFailure(failure);
  state_ = State::kFailed;
  return true;
}

bool BoltSession::Fail(const Status& status, std::string_view text) {
  query::QueryError error = query::Explain(status);
  Failure failure{.code = std::move(error.neo4j_code), .message = std::move(error.message), .gql_status = std::move(error.gql_status)};
  if (!error.detail.empty()) failure.message = Text(error.detail, ": ", failure.message);
  if (error.has_place && error.span.begin <= text.size()) {
    const query::LineColumn place = query::PlaceOf(text, error.span.begin);
    failure.message += Text(" (line ", place.line, ", column ", place.column, ")");
    failure.position = Position{static_cast<int64_t>(error.span.begin), place.line, place.column};
  }
  return Fail(failure);
}

bool BoltSession::Violation(std::string message) {
  EndTransaction();
  WriteFailure({.code = std::string(kInvalidRequest), .message = std::move(message), .gql_status = "08N06"});
  return false;
}

void BoltSession::Refuse(std::string_view why) { Violation(std::string(why)); }

// Ends what is open, committed or not. Results go before the session that they belong to.
void BoltSession::EndTransaction() {
  streams_.clear();
  session_.reset();
  deadline_.reset();
  expired_ = {};
  next_qid_ = 0;
  last_qid_ = -1;
  std::lock_guard lock(mutex_);
  budget_.reset();
}

std::shared_ptr<Budget> BoltSession::NewBudget(uint64_t timeout_ms) {
  auto budget = std::make_shared<Budget>();
  const uint64_t limit = std::min(timeout_ms, settings_.timeout_ms);
  if (limit != Budget::kNoLimit) {
    budget->set_timeout_ms(limit);
    deadline_ = Clock::now() + std::chrono::milliseconds(limit);
  }
  budget->set_max_bytes(settings_.max_bytes);
  std::lock_guard lock(mutex_);
  budget_ = budget;
  if (interrupts_ > 0 || cancelled_) budget->Cancel();
  return budget;
}

void BoltSession::Interrupt() {
  std::lock_guard lock(mutex_);
  ++interrupts_;
  if (budget_) budget_->Cancel();
}

void BoltSession::Cancel() {
  std::lock_guard lock(mutex_);
  cancelled_ = true;
  if (budget_) budget_->Cancel();
}

std::optional<BoltSession::Clock::time_point> BoltSession::deadline() const { return expired_.ok() ? deadline_ : std::nullopt; }

void BoltSession::Expire() {
  Status why;
  {
    std::lock_guard lock(mutex_);
    if (budget_) why = budget_->Check();
  }
  if (why.ok()) return;
  EndTransaction();
  expired_ = std::move(why);
}

bool BoltSession::Handle(std::string_view message) {
  PackReader reader(message);
  const auto head = reader.Next();
  if (!head.ok()) return Violation(head.status().message());
  if (head->kind != PackToken::Kind::kStructure) return Violation(Text("expected a message, found a ", PackKindName(head->kind)));
  if (head->tag == kGoodbye) return false;
  if (head->tag == kReset) return head->size == 0 && reader.at_end() ? Reset() : Violation("RESET has no fields");
  bool ignore = state_ == State::kFailed;
  if (!ignore) {
    std::lock_guard lock(mutex_);
    ignore = interrupts_ > 0 && logged_on();
  }
  if (ignore) {
    Answer(kIgnored, [](PackWriter&) {});
    return true;
  }
  std::vector<Value> fields;
  uint32_t budget = kMaxValues;
  for (uint32_t i = 0; i < head->size; ++i) {
    auto field = ReadValue(reader, forms_, budget);
    if (!field.ok()) {
      if (field.code() == Code::kInvalid || !logged_on()) return Violation(field.status().message());
      return Fail(Failure{.code = std::string(kInvalidRequest), .message = field.status().message(), .gql_status = "22N01"});
    }
    fields.push_back(*std::move(field));
  }
  if (!reader.at_end()) return Violation(Text("malformed message at byte ", reader.offset(), ": bytes after its end"));
  const bool go_on = Dispatch(head->tag, std::move(fields));
  return go_on && !gone_;
}

bool BoltSession::Dispatch(uint8_t tag, std::vector<Value> fields) {
  // How many fields a message has, and in which states it may come.
  const auto shape = [&](std::initializer_list<Kind> kinds) {
    return fields.size() == kinds.size() && std::equal(kinds.begin(), kinds.end(), fields.begin(), [](Kind kind, const Value& field) { return field.kind() == kind; });
  };
  const auto in = [&](std::initializer_list<State> states) { return std::find(states.begin(), states.end(), state_) != states.end(); };
  bool known = true, expected = false, well_formed = false;
  switch (tag) {
    case kHello: expected = in({State::kConnected}), well_formed = shape({Kind::kMap}); break;
    case kLogOn: known = version_ >= BoltVersion{5, 1}, expected = in({State::kUnauthenticated}), well_formed = shape({Kind::kMap}); break;
    case kLogOff: known = version_ >= BoltVersion{5, 1}, expected = in({State::kReady}), well_formed = shape({}); break;
    case kTelemetry: known = version_ >= BoltVersion{5, 4}, expected = in({State::kReady, State::kStreaming, State::kTxReady, State::kTxStreaming}), well_formed = shape({Kind::kInteger}); break;
    case kRoute: expected = in({State::kReady}), well_formed = shape({Kind::kMap, Kind::kList, Kind::kMap}); break;
    case kRun: expected = in({State::kReady, State::kTxReady, State::kTxStreaming}), well_formed = shape({Kind::kString, Kind::kMap, Kind::kMap}); break;
    case kPull: case kDiscard: expected = in({State::kStreaming, State::kTxStreaming}), well_formed = shape({Kind::kMap}); break;
    case kBegin: expected = in({State::kReady}), well_formed = shape({Kind::kMap}); break;
    case kCommit: case kRollback: expected = in({State::kTxReady, State::kTxStreaming}), well_formed = shape({}); break;
    default: known = false;
  }
  if (!known) return Violation(Text("message ", static_cast<int>(tag), " is not known in Bolt ", version_.major, ".", version_.minor));
  if (!expected) return Violation(Text(MessageName(tag), " is not possible in this state of the connection"));
  if (!well_formed) return Violation(Text(MessageName(tag), " has other fields than Bolt ", version_.major, ".", version_.minor, " gives it"));
  switch (tag) {
    case kHello: return Hello(fields[0]);
    case kLogOn: return LogOn(fields[0]);
    case kLogOff: return LogOff();
    case kTelemetry: WriteSuccess(); return true;
    case kRoute: return Route(fields[0], fields[2]);
    case kRun: return Run(fields[0], fields[1], fields[2]);
    case kPull: return Pull(fields[0], /*discard=*/false);
    case kDiscard: return Pull(fields[0], /*discard=*/true);
    case kBegin: return Begin(fields[0]);
    case kCommit: return Commit();
    case kRollback: return Rollback();
    default: LT_ASSERT(false);
  }
}

// ---- the beginning

namespace {

// Whether the filter in a message's entries lets warnings about unknown names through; `before` where it has none.
bool WantsNotices(const Value& extra, bool before) {
  bool wants = before;
  if (const Value* severity = Get(extra, "notifications_minimum_severity"); severity && severity->kind() == Kind::kString) wants = severity->string() != "OFF";
  for (const char* entry : {"notifications_disabled_categories", "notifications_disabled_classifications"}) {
    const Value* names = Get(extra, entry);
    if (!names || names->kind() != Kind::kList) continue;
    for (const Value& name : names->list()) {
      if (name.kind() == Kind::kString && name.string() == "UNRECOGNIZED") wants = false;
    }
  }
  return wants;
}

}  // namespace

bool BoltSession::Hello(const Value& extra) {
  wants_notices_ = WantsNotices(extra, true);
  client_ = GetText(extra, "user_agent");
  if (const Value* routing = Get(extra, "routing"); routing && routing->kind() == Kind::kMap) route_address_ = GetText(*routing, "address");
  bool patched = false;
  if (const Value* patches = Get(extra, "patch_bolt"); patches && patches->kind() == Kind::kList && version_.major == 4) {
    for (const Value& patch : patches->list()) patched |= patch.kind() == Kind::kString && patch.string() == "utc";
  }
  forms_.utc |= patched;
  if (version_ >= BoltVersion{5, 1}) {
    state_ = State::kUnauthenticated;
  } else if (!LogOn(extra)) {
    return false;
  }
  // LogOn's own SUCCESS is the LOGON message's; HELLO has this one.
  Answer(kSuccess, [&](PackWriter& pack) {
    pack.Map(patched ? 4 : 3);
    pack.Entry("server", settings_.agent);
    pack.Entry("connection_id", connection_id_);
    pack.String("hints");
    pack.Map(1);
    // Twelve keep-alives long, so that only a connection that is really gone is given up.
    pack.Entry("connection.recv_timeout_seconds", std::max<int64_t>(1, 12 * settings_.keep_alive.count() / 1000));
    if (patched) {
      pack.String("patch_bolt");
      pack.List(1);
      pack.String("utc");
    }
  });
  return true;
}

bool BoltSession::LogOn(const Value& auth) {
  // There are no users yet: any name and password are taken, which is why the server listens on the machine itself only.
  const std::string scheme = GetText(auth, "scheme");
  if (!scheme.empty() && scheme != "none" && scheme != "basic") {
    WriteFailure({.code = "Neo.ClientError.Security.Unauthorized", .message = Text("authentication scheme '", scheme, "' is not supported; use 'none' or 'basic'"), .gql_status = "42NFF"});
    return false;
  }
  user_ = GetText(auth, "principal");
  logged_on_.store(true, std::memory_order_relaxed);
  if (state_ == State::kUnauthenticated) WriteSuccess();
  state_ = State::kReady;
  return true;
}

bool BoltSession::LogOff() {
  state_ = State::kUnauthenticated;
  logged_on_.store(false, std::memory_order_relaxed);
  user_.clear();
  WriteSuccess();
  return true;
}

bool BoltSession::Reset() {
  if (!logged_on()) return Violation("RESET is not possible in this state of the connection");
  EndTransaction();
  {
    std::lock_guard lock(mutex_);
    if (interrupts_ > 0) --interrupts_;
  }
  state_ = State::kReady;
  WriteSuccess();
  return true;
}

bool BoltSession::Route(const Value& routing, const Value& extra) {
  Transaction transaction;
  if (const auto wrong = ReadTransaction(extra, transaction)) return Fail(*wrong);
  std::string address = GetText(routing, "address");
  if (address.empty()) address = route_address_.empty() ? settings_.address : route_address_;
  Answer(kSuccess, [&](PackWriter& pack) {
    pack.Map(1);
    pack.String("rt");
    pack.Map(3);
    pack.Entry("ttl", int64_t{300});
    pack.Entry("db", transaction.database);
    pack.String("servers");
    pack.List(3);
    for (const char* role : {"ROUTE", "READ", "WRITE"}) {
      pack.Map(2);
      pack.String("addresses");
      pack.List(1);
      pack.String(address);
      pack.Entry("role", role);
    }
  });
  return true;
}

// ---- transactions

std::optional<BoltSession::Failure> BoltSession::ReadTransaction(const Value& extra, Transaction& result) const {
  const auto wrong = [](std::string_view entry, std::string_view expected, const Value& found) {
    return Failure{.code = std::string(kInvalidRequest), .message = Text(entry, ": expected ", expected, ", found ", query::ToLiteral(found)), .gql_status = "22N01"};
  };
  result.database = kDatabase;
  result.notices = WantsNotices(extra, wants_notices_);
  result.options = {.who = user_.empty() ? client_ : user_, .origin = "bolt", .csv_folders = settings_.csv_folders};
  if (const Value* db = Get(extra, "db")) {
    if (db->kind() != Kind::kString) return wrong("db", "a name", *db);
    if (db->string() != kDatabase && db->string() != kAlias) {
      return Failure{.code = "Neo.ClientError.Database.DatabaseNotFound",
                     .message = Text("there is no database '", db->string(), "'; there is '", kDatabase, "', also called '", kAlias, "'"), .gql_status = "22N51"};
    }
    result.database = db->string();
  }
  if (const Value* user = Get(extra, "imp_user")) return wrong("imp_user", "nothing: there are no users to impersonate", *user);
  if (const Value* mode = Get(extra, "mode")) {
    if (mode->kind() != Kind::kString || (mode->string() != "r" && mode->string() != "w")) return wrong("mode", "'r' or 'w'", *mode);
    result.options.read_only = mode->string() == "r";
  }
  if (const Value* timeout = Get(extra, "tx_timeout")) {
    if (timeout->kind() != Kind::kInteger || timeout->integer() < 0) return wrong("tx_timeout", "milliseconds", *timeout);
    if (timeout->integer() > 0) result.timeout_ms = static_cast<uint64_t>(timeout->integer());
  }
  const Value* metadata = Get(extra, "tx_metadata");
  if (!metadata) return {};
  if (metadata->kind() != Kind::kMap) return wrong("tx_metadata", "a map", *metadata);
  if (const Value* day = Get(*metadata, "as_of")) {
    if (day->kind() == Kind::kDate) {
      result.options.read.as_of = day->date();
    } else {
      const auto parsed = graph::ParseDate(day->kind() == Kind::kString ? day->string() : "");
      if (!parsed.ok()) return wrong("tx_metadata.as_of", "a day such as '2025-09-11'", *day);
      result.options.read.as_of = *parsed;
    }
  }
  if (const Value* batch = Get(*metadata, "as_known")) {
    if (batch->kind() != Kind::kInteger || batch->integer() < 1) return wrong("tx_metadata.as_known", "the number of a batch", *batch);
    result.options.read.as_known = graph::BatchId{static_cast<uint64_t>(batch->integer())};
  }
  if (const Value* predicted = Get(*metadata, "predicted")) {
    if (predicted->kind() != Kind::kBoolean) return wrong("tx_metadata.predicted", "true or false", *predicted);
    result.options.read.predicted = predicted->boolean();
  }
  return {};
}

bool BoltSession::Begin(const Value& extra) {
  Transaction transaction;
  if (const auto wrong = ReadTransaction(extra, transaction)) return Fail(*wrong);
  database_ = transaction.database;
  notices_ = transaction.notices;
  NewBudget(transaction.timeout_ms);
  session_ = std::make_unique<query::Session>(engine_, transaction.options);
  const Status begun = session_->Begin();
  if (!begun.ok()) return Fail(begun);
  state_ = State::kTxReady;
  Answer(kSuccess, [&](PackWriter& pack) {
    const bool tell = version_ >= BoltVersion{5, 8};
    pack.Map(tell ? 1 : 0);
    if (tell) pack.Entry("db", database_);
  });
  return true;
}

bool BoltSession::Commit() {
  if (!expired_.ok()) return Fail(expired_);
  // What is left of results that were not read still happens.
  for (auto& [qid, stream] : streams_) {
    while (stream.cursor->summary().type != 'r') {
      const auto more = Peek(stream);
      if (!more.ok()) return Fail(more.status(), std::string(stream.text));
      if (!*more) break;
      Skip(stream);
    }
  }
  streams_.clear();
  auto batch = session_->Commit();
  if (!batch.ok()) return Fail(batch.status());
  EndTransaction();
  state_ = State::kReady;
  Answer(kSuccess, [&](PackWriter& pack) {
    pack.Map(2);
    pack.Entry("bookmark", Text("liantu:batch:", batch->raw));
    pack.Entry("db", database_);
  });
  return true;
}

bool BoltSession::Rollback() {
  EndTransaction();
  state_ = State::kReady;
  WriteSuccess();
  return true;
}

bool BoltSession::Run(const Value& text, const Value& parameters, const Value& extra) {
  const auto began = Clock::now();
  const bool explicit_transaction = state_ != State::kReady;
  if (!expired_.ok()) return Fail(expired_);
  if (!explicit_transaction) {
    Transaction transaction;
    if (const auto wrong = ReadTransaction(extra, transaction)) return Fail(*wrong);
    database_ = transaction.database;
    notices_ = transaction.notices;
    NewBudget(transaction.timeout_ms);
    session_ = std::make_unique<query::Session>(engine_, transaction.options);
  } else {
    // Results that are still being read belong to the time before this statement.
    for (auto& [qid, stream] : streams_) {
      const Status kept = KeepRest(stream);
      if (!kept.ok()) return Fail(kept);
    }
  }
  auto cursor = session_->Run(text.string(), parameters.map(), *budget_);
  if (!cursor.ok()) return Fail(cursor.status(), text.string());
  const int64_t qid = next_qid_++;
  last_qid_ = qid;
  Stream& stream = streams_[qid];
  stream.cursor = *std::move(cursor);
  stream.text = text.string();
  stream.began = began;
  state_ = explicit_transaction ? State::kTxStreaming : State::kStreaming;
  Answer(kSuccess, [&](PackWriter& pack) {
    const auto& columns = stream.cursor->columns();
    const bool tell = version_ >= BoltVersion{5, 8} && !explicit_transaction;
    pack.Map(2 + (explicit_transaction ? 1 : 0) + (tell ? 1 : 0));
    pack.String("fields");
    pack.List(columns.size());
    for (const std::string& column : columns) pack.String(column);
    pack.Entry("t_first", MillisecondsSince(began));
    if (explicit_transaction) pack.Entry("qid", qid);
    if (tell) pack.Entry("db", database_);
  });
  return true;
}

// ---- results

// Whether the stream has another record: kept, or in `row`.
Result<bool> BoltSession::Peek(Stream& stream) {
  if (stream.has_row || stream.kept_next < stream.kept_ends.size()) return true;
  if (stream.ended) return false;
  LT_TRY(budget_->Check());
  LT_ASSIGN(stream.has_row, stream.cursor->Next(stream.row));
  stream.ended = !stream.has_row;
  return stream.has_row;
}

// Passes over the record that Peek found.
void BoltSession::Skip(Stream& stream) {
  if (stream.kept_next < stream.kept_ends.size()) {
    ++stream.kept_next;
  } else {
    stream.has_row = false;
  }
}

// Appends the record that Peek found.
Status BoltSession::WriteRecord(Stream& stream, std::string& out) {
  if (stream.kept_next < stream.kept_ends.size()) {
    const size_t from = stream.kept_next == 0 ? 0 : stream.kept_ends[stream.kept_next - 1];
    out.append(stream.kept, from, stream.kept_ends[stream.kept_next] - from);
    ++stream.kept_next;
    return {};
  }
  ChunkWriter chunk(out);
  chunk.Begin();
  PackWriter pack(out);
  pack.Structure(kRecord, 1);
  pack.List(stream.row.size());
  query::Context& context = stream.cursor->context();
  Status status;
  for (const Value& value : stream.row) {
    status = WriteValue(pack, value, context, forms_);
    if (status.ok() && context.failed()) status = context.status();
    if (!status.ok()) {
      chunk.Drop();
      return status;
    }
  }
  chunk.End();
  stream.has_row = false;
  return {};
}

Status BoltSession::KeepRest(Stream& stream) {
  if (stream.ended) return {};
  // Not through WriteRecord for what is kept already: only the cursor's rows are added.
  while (true) {
    if (!stream.has_row) {
      LT_TRY(budget_->Check());
      LT_ASSIGN(stream.has_row, stream.cursor->Next(stream.row));
      if (!stream.has_row) break;
    }
    const size_t next = stream.kept_next;
    stream.kept_next = stream.kept_ends.size();
    const Status written = WriteRecord(stream, stream.kept);
    stream.kept_next = next;
    LT_TRY(written);
    stream.kept_ends.push_back(stream.kept.size());
    LT_TRY(budget_->CheckBytes(stream.kept.size()));
  }
  stream.ended = true;
  return {};
}

bool BoltSession::Pull(const Value& extra, bool discard) {
  if (!expired_.ok()) return Fail(expired_);
  const Value* n = Get(extra, "n");
  const Value* id = Get(extra, "qid");
  if (!n || n->kind() != Kind::kInteger || (n->integer() < 1 && n->integer() != -1)) {
    return Fail(Failure{.code = std::string(kInvalidRequest), .message = "n: expected how many records, or -1 for all", .gql_status = "22N01"});
  }
  const int64_t qid = id && id->kind() == Kind::kInteger && id->integer() != -1 ? id->integer() : last_qid_;
  const auto stream = streams_.find(qid);
  if (stream == streams_.end()) {
    return Fail(Failure{.code = std::string(kInvalidRequest), .message = Text("there is no open result with qid ", qid), .gql_status = "22N01"});
  }
  const int64_t wanted = n->integer();
  // A statement that only reads need not be run to its end for nobody.
  const bool drop = discard && wanted == -1 && stream->second.cursor->summary().type == 'r';
  for (int64_t given = 0; !drop; ++given) {
    const auto more = Peek(stream->second);
    if (!more.ok()) return Fail(more.status(), std::string(stream->second.text));
    if (!*more) break;
    if (given == wanted) {
      Answer(kSuccess, [](PackWriter& pack) {
        pack.Map(1);
        pack.Entry("has_more", true);
      });
      return true;
    }
    if (discard) {
      Skip(stream->second);
    } else {
      const Status written = WriteRecord(stream->second, out_);
      if (!written.ok()) return Fail(written);
    }
    if (out_.size() >= kFlushBytes || (!out_.empty() && (given & 15) == 0 && Clock::now() - flushed_ > kFlushAfter)) {
      flushed_ = Clock::now();
      if (!flush_()) {
        gone_ = true;
        return false;
      }
    }
  }
  WriteSummary(stream->second);
  streams_.erase(stream);
  if (state_ == State::kStreaming) {
    EndTransaction();
    state_ = State::kReady;
  } else if (streams_.empty()) {
    state_ = State::kTxReady;
  }
  return true;
}

void BoltSession::WriteSummary(const Stream& stream) {
  const query::Summary& summary = stream.cursor->summary();
  const query::ChangeCounts& c = summary.changes;
  const bool auto_commit = state_ == State::kStreaming, statuses = version_ >= BoltVersion{5, 6};
  const std::pair<const char*, int64_t> counts[] = {
      {"nodes-created", c.nodes_created}, {"nodes-deleted", c.nodes_deleted}, {"relationships-created", c.relationships_created},
      {"relationships-deleted", c.relationships_deleted}, {"properties-set", c.properties_set}, {"labels-added", c.labels_added},
      {"labels-removed", c.labels_removed}, {"indexes-added", c.indexes_added}, {"indexes-removed", c.indexes_removed},
      {"constraints-added", c.constraints_added}, {"constraints-removed", c.constraints_removed}};
  const auto changed = static_cast<size_t>(std::count_if(std::begin(counts), std::end(counts), [](const auto& e) { return e.second != 0; }));
  const std::vector<query::Notice> notices = notices_ ? stream.cursor->Notices() : std::vector<query::Notice>();
  const auto write_position = [&](PackWriter& pack, const query::Notice& notice) {
    const query::LineColumn place = query::PlaceOf(stream.text, notice.span.begin);
    pack.String(statuses ? "_position" : "position");
    pack.Map(3);
    pack.Entry("offset", static_cast<int64_t>(notice.span.begin));
    pack.Entry("line", static_cast<int64_t>(place.line));
    pack.Entry("column", static_cast<int64_t>(place.column));
  };
  Answer(kSuccess, [&](PackWriter& pack) {
    pack.Map(3 + (auto_commit && summary.batch ? 1 : 0) + (changed ? 1 : 0) + (summary.plan ? 1 : 0) + (statuses || !notices.empty() ? 1 : 0));
    pack.Entry("type", summary.type == 'b' ? "rw" : summary.type == 'w' ? "w" : summary.type == 's' ? "s" : "r");
    pack.Entry("t_last", MillisecondsSince(stream.began));
    pack.Entry("db", database_);
    if (auto_commit && summary.batch) pack.Entry("bookmark", Text("liantu:batch:", summary.batch.raw));
    if (changed) {
      pack.String("stats");
      pack.Map(changed + 1);
      pack.Entry("contains-updates", true);
      for (const auto& [name, count] : counts) {
        if (count != 0) pack.Entry(name, count);
      }
    }
    if (summary.plan) {
      pack.String(summary.profiled ? "profile" : "plan");
      WritePlan(pack, *summary.plan, summary.profiled);
    }
    if (statuses) {
      const bool omitted = stream.cursor->columns().empty();
      pack.String("statuses");
      pack.List(1 + notices.size());
      pack.Map(2);
      pack.Entry("gql_status", omitted ? "00001" : "00000");
      pack.Entry("status_description", omitted ? "note: successful completion - omitted result" : "note: successful completion");
      for (const query::Notice& notice : notices) {
        pack.Map(6);
        pack.Entry("gql_status", notice.status);
        pack.Entry("status_description", Text("warn: ", notice.message));
        pack.Entry("description", notice.message);
        pack.Entry("neo4j_code", notice.code);
        pack.Entry("title", notice.title);
        pack.String("diagnostic_record");
        pack.Map(3);
        pack.Entry("_severity", "WARNING");
        pack.Entry("_classification", "UNRECOGNIZED");
        write_position(pack, notice);
      }
    } else if (!notices.empty()) {
      pack.String("notifications");
      pack.List(notices.size());
      for (const query::Notice& notice : notices) {
        pack.Map(6);
        pack.Entry("code", notice.code);
        pack.Entry("title", notice.title);
        pack.Entry("description", notice.message);
        pack.Entry("severity", "WARNING");
        pack.Entry("category", "UNRECOGNIZED");
        write_position(pack, notice);
      }
    }
  });
}

}  // namespace liantu::server
