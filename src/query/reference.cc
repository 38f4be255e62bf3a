// SPDX-License-Identifier: Apache-2.0
// The reference executor: one clause after the other over the whole table of rows, patterns by match.cc. It is meant to be
// seen to be right, not to be fast.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "io/csv_reader.h"
#include "query/executor.h"
#include "query/match.h"
#include "query/procedure.h"
#include "text/encoding.h"

namespace liantu::query {
namespace {

class Reference final : public RowSource, public PatternRunner {
 public:
  Reference(const QueryTree& query, int slot_count, Context& context, ChangeCounts& changes)
      : query_(query), slot_count_(static_cast<size_t>(slot_count)), context_(context), changes_(changes) {
    context.runner = this;
  }
  ~Reference() override {
    if (context_.runner == this) context_.runner = nullptr;
  }

  bool Next(std::vector<Value>& row) override {
    if (!ran_) {
      ran_ = true;
      Query(query_, Row(slot_count_), rows_);
    }
    if (context_.failed() || next_ == rows_.size()) return false;
    context_.Charge(-static_cast<int64_t>(RowBytes(rows_[next_])));
    row = std::move(rows_[next_++]);
    return true;
  }

  void Match(const std::vector<PathPattern>& patterns, const Expr* where, Row& row, const std::function<bool(Row&)>& on_match) override {
    MatchPatterns(patterns, where, false, row, context_, on_match);
  }

  void Subquery(const QueryTree& query, Row& row, const std::function<bool(const std::vector<Value>&)>& result) override {
    std::vector<Row> rows;
    if (!Query(query, row, rows, /*always=*/true)) return;
    bool more = true;
    for (Row& r : rows) {
      context_.Charge(-static_cast<int64_t>(RowBytes(r)));
      if (more && !context_.Stop()) more = result(r);
    }
  }

 private:
  // ---- tables

  bool Keep(std::vector<Row>& table, Row row) {
    context_.Charge(static_cast<int64_t>(RowBytes(row)));
    table.push_back(std::move(row));
    return !context_.Stop();
  }
  void Drop(std::vector<Row>& table) {
    int64_t bytes = 0;
    for (const Row& row : table) bytes += static_cast<int64_t>(RowBytes(row));
    table.clear();
    context_.Charge(-bytes);
  }
  static Value& Slot(Row& row, int slot) { return row[static_cast<size_t>(slot)]; }

  // ---- a query: its parts and UNION; rows of column values. `always`: empty rows where there is no column (EXISTS, COUNT).

  bool Query(const QueryTree& query, const Row& base, std::vector<Row>& out, bool always = false) {
    for (size_t p = 0; p < query.parts.size(); ++p) {
      std::vector<Row> table;
      if (!Keep(table, base)) return false;
      for (const Clause& clause : query.parts[p].clauses) {
        if (!Run(clause, table, base)) return false;
      }
      if (!query.columns.empty() || always) {
        for (Row& row : table) {
          std::vector<Value> values;
          for (size_t k = 0; k < query.columns.size(); ++k) values.push_back(Slot(row, query.column_slots[p][k]));
          if (!Keep(out, std::move(values))) return false;
        }
      }
      Drop(table);
      if (p > 0 && !query.union_all[p - 1]) {
        ValueSet seen(context_);
        std::vector<Row> kept;
        for (Row& row : out) {
          if (context_.Stop()) return false;
          if (seen.Insert(row)) {
            kept.push_back(std::move(row));
          } else {
            context_.Charge(-static_cast<int64_t>(RowBytes(row)));
          }
        }
        out = std::move(kept);
      }
    }
    return !context_.failed();
  }

  // ---- clauses: the table of before becomes the table of after

  bool Run(const Clause& clause, std::vector<Row>& table, const Row& base) {
    switch (clause.kind) {
      case ClauseKind::kMatch: return RunMatch(clause, table);
      case ClauseKind::kUnwind: return Unwind(clause, table);
      case ClauseKind::kWith:
      case ClauseKind::kReturn: return Project(clause.projection, table, base, context_);
      case ClauseKind::kCreate:
        for (Row& row : table) {
          if (!Create(clause.patterns, row, context_, changes_)) return false;
        }
        return true;
      case ClauseKind::kMerge: return Merge(clause, table);
      case ClauseKind::kSet:
      case ClauseKind::kRemove:
        for (Row& row : table) {
          if (!SetItems(clause.items, clause.kind == ClauseKind::kRemove, row, context_, changes_)) return false;
        }
        return true;
      case ClauseKind::kDelete: return Delete(clause, table, context_, changes_);
      case ClauseKind::kCall: return Call(clause, table);
      case ClauseKind::kSubquery: return RunSubquery(clause, table);
      case ClauseKind::kLoadCsv: return LoadCsv(clause, table);
      case ClauseKind::kForeach: return Foreach(clause, table, base);
      case ClauseKind::kFinish: Drop(table); return true;
    }
    LT_ASSERT(false);
  }

  bool RunMatch(const Clause& clause, std::vector<Row>& table) {
    std::vector<Row> after;
    for (Row& row : table) {
      bool any = false;
      MatchPatterns(clause.patterns, clause.where.get(), clause.repeatable, row, context_, [&](Row& match) {
        any = true;
        return Keep(after, match);
      });
      if (context_.Stop()) return false;
      if (!any && clause.optional) {
        for (const PathPattern& pattern : clause.patterns) ClearSlots(pattern, row);
        if (!Keep(after, row)) return false;
      }
    }
    Drop(table);
    table = std::move(after);
    return true;
  }

  // Without a match the variables of OPTIONAL MATCH are null.
  void ClearSlots(const PathPattern& pattern, Row& row) {
    const auto clear = [&](int slot) {
      if (slot != kNoSlot) Slot(row, slot) = Value();
    };
    clear(pattern.slot);
    for (const NodePattern& node : pattern.nodes) {
      if (!node.bound_before) clear(node.slot);
    }
    for (const PathStep& step : pattern.steps) {
      if (step.rel && !step.rel->bound_before) clear(step.rel->slot);
      if (step.group) {
        for (const auto& [inner, outer] : step.group->group_slots) clear(outer);
      }
    }
  }

  bool Unwind(const Clause& clause, std::vector<Row>& table) {
    std::vector<Row> after;
    for (Row& row : table) {
      const Value list = Evaluate(*clause.expr, row, context_);
      if (context_.failed()) return false;
      if (list.is_null()) continue;
      if (list.kind() != Kind::kList) {
        context_.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", clause.expr->span,
                              Text("UNWIND takes a list, found ", ToLiteral(list), " (", KindName(list.kind()), ")")));
        return false;
      }
      for (const Value& element : list.list()) {
        Row next = row;
        Slot(next, clause.slot) = element;
        if (!Keep(after, std::move(next))) return false;
      }
    }
    Drop(table);
    table = std::move(after);
    return true;
  }

  bool Merge(const Clause& clause, std::vector<Row>& table) {
    std::vector<Row> after;
    for (Row& row : table) {
      if (!CheckMergeProperties(clause.patterns[0], row, context_)) return false;
      const size_t first = after.size();
      MatchPatterns(clause.patterns, nullptr, false, row, context_, [&](Row& match) { return Keep(after, match); });
      if (context_.Stop()) return false;
      if (after.size() > first) {
        for (size_t i = first; i < after.size(); ++i) {
          if (!SetItems(clause.on_match, false, after[i], context_, changes_)) return false;
        }
        continue;
      }
      if (!Create(clause.patterns, row, context_, changes_) || !SetItems(clause.on_create, false, row, context_, changes_)) return false;
      if (!Keep(after, row)) return false;
    }
    Drop(table);
    table = std::move(after);
    return true;
  }

  bool Foreach(const Clause& clause, std::vector<Row>& table, const Row& base) {
    for (Row& row : table) {
      const Value list = Evaluate(*clause.expr, row, context_);
      if (context_.failed()) return false;
      if (list.is_null()) continue;
      if (list.kind() != Kind::kList) {
        context_.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", clause.expr->span,
                              Text("FOREACH takes a list, found ", ToLiteral(list), " (", KindName(list.kind()), ")")));
        return false;
      }
      for (const Value& element : list.list()) {
        std::vector<Row> inner;
        Row start = row;
        Slot(start, clause.slot) = element;
        if (!Keep(inner, std::move(start))) return false;
        for (const Clause& step : clause.body) {
          if (!Run(step, inner, base)) return false;
        }
        Drop(inner);
      }
    }
    return true;
  }

  bool Call(const Clause& clause, std::vector<Row>& table) {
    const Procedure& procedure = *clause.procedure;
    std::vector<Row> after;
    for (Row& row : table) {
      std::vector<Value> inputs;
      if (!ProcedureInputs(clause, row, context_, inputs)) return false;
      bool any = false;
      const Status status = procedure.run(context_, inputs, [&](std::vector<Value> values) {
        Row next = row;
        for (const YieldItem& item : clause.yields) Slot(next, item.slot) = values[static_cast<size_t>(item.index)];
        if (clause.where && !Holds(*clause.where, next, context_)) return !context_.Stop();
        any = true;
        return Keep(after, std::move(next));
      });
      if (procedure.writes) context_.Written();
      context_.Fail(status.ok() ? status : WithPlace(status, clause.span));
      if (context_.Stop()) return false;
      if (procedure.outputs.empty() || (!any && clause.optional)) {
        for (const YieldItem& item : clause.yields) Slot(row, item.slot) = Value();
        if (!Keep(after, row)) return false;
      }
    }
    Drop(table);
    // A procedure that yields nothing, called on its own, gives no rows.
    if (clause.standalone && procedure.outputs.empty()) Drop(after);
    table = std::move(after);
    return true;
  }

  bool RunSubquery(const Clause& clause, std::vector<Row>& table) {
    uint64_t per_transaction = 1000;
    if (clause.in_transactions) {
      if (!context_.renew_transaction) {
        context_.Fail(Failure(ErrorType::kSemanticError, "InvalidTransaction", clause.span,
                              "CALL … IN TRANSACTIONS commits on its own, so it cannot run inside an open transaction"));
        return false;
      }
      Row row(slot_count_);
      if (clause.rows_per_transaction && !RowCount(*clause.rows_per_transaction, context_, row, per_transaction)) return false;
      per_transaction = std::max<uint64_t>(per_transaction, 1);
    }
    std::vector<Row> after;
    uint64_t rows = 0;
    for (Row& row : table) {
      if (clause.in_transactions && rows > 0 && rows % per_transaction == 0) {
        context_.Fail(context_.renew_transaction());
        if (context_.failed()) return false;
      }
      ++rows;
      std::vector<Row> results;
      if (!Query(*clause.query, row, results)) return false;
      if (clause.query->columns.empty()) {
        if (!Keep(after, row)) return false;
        continue;
      }
      if (results.empty() && clause.optional) results.push_back(Row(clause.query->columns.size()));
      for (const Row& values : results) {
        Row next = row;
        for (size_t i = 0; i < values.size(); ++i) Slot(next, clause.yields[i].slot) = values[i];
        if (!Keep(after, std::move(next))) return false;
      }
      Drop(results);
    }
    Drop(table);
    table = std::move(after);
    return true;
  }

  bool LoadCsv(const Clause& clause, std::vector<Row>& table) {
    std::vector<Row> after;
    for (Row& row : table) {
      CsvRows rows(clause, row, context_);
      Value value;
      while (rows.Next(value)) {
        Row next = row;
        Slot(next, clause.slot) = value;
        if (!Keep(after, std::move(next))) return false;
      }
      if (context_.Stop()) return false;
    }
    Drop(table);
    table = std::move(after);
    return true;
  }

  const QueryTree& query_;
  const size_t slot_count_;
  Context& context_;
  ChangeCounts& changes_;
  bool ran_ = false;
  std::vector<Row> rows_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<RowSource> RunReference(const QueryTree& query, int slot_count, Context& context, ChangeCounts& changes) {
  return std::make_unique<Reference>(query, slot_count, context, changes);
}

// ---- what both executors use

bool ProcedureInputs(const Clause& clause, Row& row, Context& context, std::vector<Value>& inputs) {
  const Procedure& procedure = *clause.procedure;
  for (size_t i = 0; i < procedure.inputs.size(); ++i) {
    const Field& field = procedure.inputs[i];
    Value value = field.default_value;
    Span span = clause.span;
    if (clause.implicit_args) {
      const Value* given = context.Parameter(field.name);
      if (given == nullptr && !field.has_default) {
        context.Fail(Failure(ErrorType::kParameterMissing, "MissingParameter", clause.span,
                             Text(clause.name, " called without arguments takes them from parameters, but $", field.name, " was not given")));
        return false;
      }
      if (given != nullptr) value = *given;
    } else if (i < clause.args.size()) {
      value = Evaluate(*clause.args[i], row, context);
      span = clause.args[i]->span;
      if (context.failed()) return false;
    }
    if (value.kind() == Kind::kInteger && (field.type.kinds & Only(Kind::kInteger)) == 0 && (field.type.kinds & Only(Kind::kFloat)) != 0) {
      value = Value::Float(value.number());
    }
    const bool fits = value.is_null() ? field.type.nullable : (field.type.kinds & Only(value.kind())) != 0;
    if (!fits) {
      context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", span,
                           Text(clause.name, " takes ", field.type.name, " for ", field.name, ", found ", ToLiteral(value), " (",
                                KindName(value.kind()), ")")));
      return false;
    }
    inputs.push_back(std::move(value));
  }
  return true;
}

struct CsvRows::State {
  io::CsvReader reader;
  std::vector<std::string> header;
  bool with_headers;
};

namespace {

// UTF-8 is read piece by piece; another encoding, where the beginning of the file shows one, in memory as a whole.
Result<io::CsvReader> OpenCsv(const std::string& path, const io::CsvOptions& options, const Context& context) {
  std::ifstream in(path, std::ios::binary);
  std::string text(size_t{64} << 10, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  const std::string encoding = text::GuessEncoding(text);
  if (encoding.empty() || encoding.starts_with("UTF-8")) return io::CsvReader::Open(path, options);
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(path, error);
  if (error || bytes > context.budget().max_bytes() / 4) {
    return Status(Code::kBudget, Text(path, ": written in ", encoding, ", it has to be held in memory, and its ", bytes, " bytes are too many; turn it into UTF-8"));
  }
  in.clear();
  text.append(std::istreambuf_iterator<char>(in), {});
  LT_ASSIGN(std::string converted, text::ToUtf8(text, encoding));
  return io::CsvReader::FromText(std::move(converted), path, options);
}

}  // namespace

CsvRows::CsvRows(const Clause& clause, Row& row, Context& context) : clause_(clause), context_(context) {
  const auto fail = [&](const Expr& at, const std::string& message) {
    context_.Fail(Failure(ErrorType::kArgumentError, "InvalidArgumentValue", at.span, message));
  };
  const Value url = Evaluate(*clause.expr, row, context);
  io::CsvOptions options;
  if (clause.field_terminator) {
    const Value terminator = Evaluate(*clause.field_terminator, row, context);
    if (context.failed()) return;
    if (terminator.kind() != Kind::kString || terminator.string().size() != 1 || std::string_view("\"\r\n").find(terminator.string()[0]) != std::string_view::npos ||
        static_cast<unsigned char>(terminator.string()[0]) >= 128 || terminator.string()[0] == 0) {
      fail(*clause.field_terminator, Text("FIELDTERMINATOR takes one ASCII character, found ", ToLiteral(terminator)));
      return;
    }
    options.delimiter = terminator.string()[0];
  }
  if (context.failed()) return;
  if (url.kind() != Kind::kString) {
    fail(*clause.expr, Text("LOAD CSV takes the name of a file, found ", ToLiteral(url)));
    return;
  }
  std::string name = url.string();
  if (name.starts_with("file://")) {
    name = name.substr(7);
    while (name.starts_with("//")) name.erase(0, 1);
  } else if (name.find("://") != std::string::npos) {
    fail(*clause.expr, Text("LOAD CSV reads files only, found '", name, "'; download it into an allowed folder first"));
    return;
  }
  if (context.csv_folders.empty()) {
    fail(*clause.expr, "LOAD CSV is off here: no folder was allowed for it");
    return;
  }
  // Below an allowed folder also once links and .. are resolved; a name without a folder, or file:///name, is taken in each folder.
  std::string path;
  for (const std::string& folder : context.csv_folders) {
    std::error_code error;
    const auto root = std::filesystem::canonical(folder, error);
    if (error) continue;
    const std::filesystem::path given(name);
    for (const auto& candidate : {given.is_absolute() ? given : root / given, root / given.relative_path()}) {
      const auto whole = std::filesystem::canonical(candidate, error);
      if (error) continue;
      const auto [end, at] = std::mismatch(root.begin(), root.end(), whole.begin(), whole.end());
      if (end == root.end() && path.empty()) path = whole.string();
    }
  }
  if (path.empty()) {
    fail(*clause.expr, Text("there is no file '", name, "' in a folder that LOAD CSV may read"));
    return;
  }
  auto reader = OpenCsv(path, options, context);
  if (!reader.ok()) {
    context.Fail(reader.status());
    return;
  }
  state_ = std::make_unique<State>(State{std::move(*reader), {}, clause.with_headers});
  if (clause.with_headers) {
    auto more = state_->reader.Next();
    if (!more.ok()) {
      context.Fail(more.status());
      state_.reset();
    } else if (!*more) {
      state_.reset();
    } else {
      for (size_t i = 0; i < state_->reader.size(); ++i) state_->header.emplace_back(state_->reader[i]);
    }
  }
}

CsvRows::~CsvRows() = default;

bool CsvRows::Next(Value& row) {
  if (!state_ || context_.Stop()) return false;
  auto more = state_->reader.Next();
  if (!more.ok()) context_.Fail(more.status());
  if (!more.ok() || !*more) return false;
  const io::CsvReader& reader = state_->reader;
  if (reader.fault()) {
    context_.Fail(Failure(ErrorType::kArgumentError, "InvalidArgumentValue", clause_.span,
                          Text(reader.name(), ":", reader.fault()->place.line, ":", reader.fault()->place.column,
                               ": expected a delimiter after the closing quote, found '", reader.fault()->found, "'")));
    return false;
  }
  const auto cell = [&](size_t i) {
    return reader[i].empty() && !reader.quoted(i) ? Value() : Value::String(std::string(reader[i]));
  };
  if (state_->with_headers) {
    ValueMap map;
    for (size_t i = 0; i < state_->header.size(); ++i) map.emplace_back(state_->header[i], i < reader.size() ? cell(i) : Value());
    row = Value::Map(std::move(map));
  } else {
    ValueList list;
    for (size_t i = 0; i < reader.size(); ++i) list.push_back(cell(i));
    row = Value::List(std::move(list));
  }
  return true;
}

}  // namespace liantu::query
