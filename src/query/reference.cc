// SPDX-License-Identifier: Apache-2.0
// The reference executor: one clause after the other over the whole table of rows, patterns by match.cc. It is meant to be
// seen to be right, not to be fast.
#include <algorithm>

#include "query/executor.h"
#include "query/match.h"
#include "query/procedure.h"

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
    MatchPatterns(Pointers(patterns), where, {.exhaustive = true}, row, context_, on_match);
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
      MatchPatterns(Pointers(clause.patterns), clause.where.get(), {.repeatable = clause.repeatable, .exhaustive = true}, row, context_, [&](Row& match) {
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
      MatchPatterns(Pointers(clause.patterns), nullptr, {.exhaustive = true}, row, context_, [&](Row& match) { return Keep(after, match); });
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

  bool SubqueryRows(const Clause& clause, const std::vector<Row>& table, size_t begin, size_t end, std::vector<Row>& after) {
    for (size_t at = begin; at < end; ++at) {
      Row row = table[at];
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
    if (!clause.in_transactions) per_transaction = table.size();
    bool broken = false;
    for (size_t begin = 0; begin < table.size(); begin += per_transaction) {
      const size_t end = std::min<size_t>(table.size(), begin + per_transaction), kept = after.size();
      if (clause.on_error == Clause::OnError::kFail) {
        if (begin > 0) context_.Fail(context_.renew_transaction());
        if (context_.failed() || !SubqueryRows(clause, table, begin, end, after)) return false;
        continue;
      }
      std::string error;
      if (!broken) {
        const ChangeCounts before = changes_;
        if (SubqueryRows(clause, table, begin, end, after)) context_.Fail(context_.renew_transaction());
        error = context_.failed() ? Explain(context_.status()).message : "";
        if (context_.failed() && !GoOnAfter(context_, changes_, before)) return false;
      }
      if (broken || !error.empty()) {
        after.resize(kept);
        for (size_t i = begin; i < end; ++i) {
          Row row = table[i];
          for (const YieldItem& item : clause.yields) Slot(row, item.slot) = Value();
          if (!Keep(after, std::move(row))) return false;
        }
      }
      if (clause.status_slot != kNoSlot) {
        for (size_t i = kept; i < after.size(); ++i) Slot(after[i], clause.status_slot) = TransactionStatus(!broken, !broken && error.empty(), error);
      }
      broken |= !error.empty() && clause.on_error == Clause::OnError::kBreak;
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
        rows.Where(next);
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

}  // namespace liantu::query
