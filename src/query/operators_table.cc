// SPDX-License-Identifier: Apache-2.0
// Operators over rows whatever they hold: filters, projection, joins, barriers, subqueries, and the counting wrapper of
// PROFILE.
#include <algorithm>
#include <chrono>

#include "query/operators.h"

namespace liantu::query {
// ---- operators

namespace {

class Filter : public Operator {
 public:
  Filter(Runtime& rt, OperatorPtr input, std::vector<ConditionPtr> conditions) : Operator(rt, "Filter", ""), conditions_(std::move(conditions)) {
    children.push_back(std::move(input));
  }
  std::string Detail() const override {
    std::string out;
    for (const ConditionPtr& c : conditions_) out += (out.empty() ? "" : " AND ") + c->Shown();
    return out;
  }
  void Open(Row& row) override {
    Operator::Open(row);
    for (ConditionPtr& c : conditions_) c->Open();
  }
  bool Next() override {
    while (input().Next()) {
      bool holds = true;
      for (ConditionPtr& c : conditions_) {
        if (!c->Holds(row(), rt_)) {
          holds = false;
          break;
        }
      }
      if (Stop()) return false;
      if (holds) return true;
    }
    return false;
  }

 private:
  std::vector<ConditionPtr> conditions_;
};

class Unwind : public Operator {
 public:
  Unwind(Runtime& rt, OperatorPtr input, const Expr& list, int slot) : Operator(rt, "Unwind", ""), expr_(list), slot_(slot) {
    children.push_back(std::move(input));
  }
  std::string Detail() const override { return ExprText(expr_); }
  void Open(Row& row) override {
    Operator::Open(row);
    list_ = Value();
    next_ = 0;
    left_ = 0;
  }
  bool Next() override {
    while (true) {
      if (list_.kind() == Kind::kList && next_ < list_.list().size()) {
        if (Stop()) return false;
        at(slot_) = list_.list()[next_++];
        return true;
      }
      if (left_ > 0) {
        if (Stop()) return false;
        at(slot_) = Value::Integer(number_);
        if (--left_ > 0) number_ += step_;
        return true;
      }
      if (!input().Next()) return false;
      list_ = Value();
      next_ = 0;
      if (TakeRange()) continue;
      if (Failed()) return false;
      list_ = Evaluate(expr_, row(), rt_.context);
      if (Failed()) return false;
      if (list_.is_null() || list_.kind() == Kind::kList) continue;
      rt_.context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", expr_.span,
                               Text("UNWIND takes a list, found ", ToLiteral(list_), " (", KindName(list_.kind()), ")")));
      return false;
    }
  }

 private:
  // The numbers of range(1, 1000000000) need not stand in a list. False: no range, or one that the function has to refuse.
  bool TakeRange() {
    if (expr_.kind != ExprKind::kCall || expr_.function == nullptr || std::string_view(expr_.function->name) != "range") return false;
    Value bounds[3] = {Value(), Value(), Value::Integer(1)};
    for (size_t i = 0; i < expr_.args.size() && i < 3; ++i) {
      bounds[i] = Evaluate(*expr_.args[i], row(), rt_.context);
      if (Failed() || bounds[i].kind() != Kind::kInteger) return false;
    }
    const __int128 from = bounds[0].integer(), to = bounds[1].integer(), step = bounds[2].integer();
    if (step == 0 || (to - from) / step >= __int128{1} << 40) return false;
    left_ = (step > 0 ? from > to : from < to) ? 0 : static_cast<uint64_t>((to - from) / step) + 1;
    number_ = bounds[0].integer();
    step_ = bounds[2].integer();
    return true;
  }

  const Expr& expr_;
  int slot_;
  Value list_;
  size_t next_ = 0;
  uint64_t left_ = 0;  // of a range, from number_ on
  int64_t number_ = 0, step_ = 1;
};

std::string ItemsText(const Projection& projection) {
  std::string out;
  for (const ProjectionItem& item : projection.items) out += (out.empty() ? "" : ", ") + item.name;
  return out;
}

class ProjectOp : public Operator {
 public:
  ProjectOp(Runtime& rt, OperatorPtr input, const Projection& projection) : Operator(rt, "Projection", ""), projection_(projection) {
    for (const ProjectionItem& item : projection.items) {
      if (item.expr->kind == ExprKind::kVariable && item.expr->slot == item.slot) continue;
      items_.push_back(&item);
    }
    values_.resize(items_.size());
    children.push_back(std::move(input));
  }
  std::string Detail() const override { return ItemsText(projection_); }
  bool Next() override {
    if (!input().Next()) return false;
    for (size_t i = 0; i < items_.size(); ++i) {
      const Expr& expr = *items_[i]->expr;
      values_[i] = expr.kind == ExprKind::kVariable ? at(expr.slot) : Evaluate(expr, row(), rt_.context);
    }
    if (Stop()) return false;
    for (size_t i = 0; i < items_.size(); ++i) at(items_[i]->slot) = std::move(values_[i]);
    return true;
  }

 private:
  const Projection& projection_;
  std::vector<const ProjectionItem*> items_;
  std::vector<Value> values_;
};
class SkipLimit : public Operator {
 public:
  SkipLimit(Runtime& rt, OperatorPtr input, const Expr* skip, const Expr* limit, bool drain)
      : Operator(rt, limit ? "Limit" : "Skip", ""), skip_(skip), limit_(limit), drain_(drain) {
    children.push_back(std::move(input));
  }
  std::string Detail() const override {
    return (skip_ ? "SKIP " + ExprText(*skip_) + " " : std::string()) + (limit_ ? "LIMIT " + ExprText(*limit_) : std::string());
  }
  void Open(Row& row) override {
    Operator::Open(row);
    started_ = false;
  }
  bool Next() override {
    if (!started_) {
      started_ = true;
      uint64_t skip = 0;
      left_ = UINT64_MAX;
      if (skip_ && !RowCount(*skip_, rt_.context, row(), skip)) return false;
      if (limit_ && !RowCount(*limit_, rt_.context, row(), left_)) return false;
      for (; left_ > 0 && skip > 0; --skip) {
        if (!input().Next()) {
          left_ = 0;
          return false;
        }
      }
    }
    if (left_ == 0) {
      while (drain_ && input().Next()) {
        if (Stop()) break;
      }
      drain_ = false;
      return false;
    }
    --left_;
    return input().Next();
  }

 private:
  const Expr* skip_;
  const Expr* limit_;
  bool drain_;  // the input writes, so it has to be run to its end
  bool started_ = false;
  uint64_t left_ = 0;
};

class Eager : public Operator {
 public:
  Eager(Runtime& rt, OperatorPtr input, std::vector<int> keep) : Operator(rt, "Eager", ""), rows_(rt, std::move(keep)) {
    children.push_back(std::move(input));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    rows_.Clear();
    done_ = false;
    next_ = 0;
  }
  bool Next() override {
    if (!done_) {
      done_ = true;
      while (input().Next()) {
        rows_.Add(row());
        if (Stop()) return false;
      }
    }
    if (Failed() || next_ >= rows_.size()) {
      rows_.Clear();
      return false;
    }
    rows_.Load(next_++, row());
    return true;
  }

 private:
  RowStore rows_;
  bool done_ = false;
  size_t next_ = 0;
};

class Join : public Operator {
 public:
  Join(Runtime& rt, OperatorPtr left, OperatorPtr right, std::vector<int> right_slots, std::vector<std::pair<const Expr*, const Expr*>> keys)
      : Operator(rt, keys.empty() ? "CartesianProduct" : "HashJoin", ""), keys_(std::move(keys)), rows_(rt, std::move(right_slots)), index_(rt.context, keys_.size()) {
    for (const auto& [l, r] : keys_) detail += (detail.empty() ? "" : ", ") + ExprText(*l) + " = " + ExprText(*r);
    children.push_back(std::move(left));
    children.push_back(std::move(right));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    rows_.Clear();
    index_.Clear();
    chains_.clear();
    next_row_.clear();
    weights_.clear();
    built_ = false;
    have_left_ = false;
  }
  bool Next() override {
    std::vector<Value> key(keys_.size());
    while (true) {
      if (Stop()) return false;
      if (have_left_ && next_ < rows_.size()) {
        rows_.Load(next_, row());
        rt_.weight = left_weight_ * weights_[next_];
        next_ = keys_.empty() ? next_ + 1 : next_row_[next_];
        return true;
      }
      if (!input().Next()) return false;
      left_weight_ = std::exchange(rt_.weight, 1);
      if (!built_ && !Build()) return false;
      have_left_ = true;
      next_ = 0;
      if (keys_.empty()) continue;
      next_ = rows_.size();
      bool null = false;
      for (size_t k = 0; k < keys_.size(); ++k) {
        key[k] = Evaluate(*keys_[k].first, row(), rt_.context);
        null |= key[k].is_null();
      }
      if (Failed()) return false;
      const size_t group = null ? ValueTable::npos : index_.Find(key.data(), key.size());
      if (group != ValueTable::npos) next_ = chains_[group].first;
    }
  }

 private:
  bool Build() {
    built_ = true;
    std::vector<Value> key(keys_.size());
    while (children[1]->Next()) {
      const int64_t weight = std::exchange(rt_.weight, 1);
      if (Stop()) return false;
      const size_t i = rows_.size();
      if (!keys_.empty()) {
        bool null = false;
        for (size_t k = 0; k < keys_.size(); ++k) {
          key[k] = Evaluate(*keys_[k].second, row(), rt_.context);
          null |= key[k].is_null();
        }
        if (Failed()) return false;
        if (null) continue;
        bool added = false;
        const size_t group = index_.FindOrAdd(key.data(), key.size(), &added);
        if (added) {
          chains_.emplace_back(i, i);
        } else {
          next_row_[chains_[group].second] = i;
          chains_[group].second = i;
        }
        next_row_.push_back(SIZE_MAX);
      }
      rows_.Add(row());
      weights_.push_back(weight);
    }
    rt_.weight = 1;
    return !Failed();
  }

  std::vector<std::pair<const Expr*, const Expr*>> keys_;
  RowStore rows_;
  ValueTable index_;
  std::vector<std::pair<size_t, size_t>> chains_;  // of each key: first and last row
  std::vector<size_t> next_row_;
  std::vector<int64_t> weights_;  // how many rows each row of the right stands for
  int64_t left_weight_ = 1;
  bool built_ = false, have_left_ = false;
  size_t next_ = 0;
};

class Apply : public Operator {
 public:
  Apply(Runtime& rt, OperatorPtr left, OperatorPtr right, bool optional, std::vector<int> nulls)
      : Operator(rt, optional ? "OptionalApply" : "Apply", ""), optional_(optional), nulls_(std::move(nulls)) {
    children.push_back(std::move(left));
    children.push_back(std::move(right));
  }
  void Open(Row& row) override {
    row_ = &row;
    children[0]->Open(row);
    open_ = false;
  }
  bool Next() override {
    while (true) {
      if (Stop()) return false;
      if (open_) {
        if (children[1]->Next()) {
          any_ = true;
          return true;
        }
        open_ = false;
        if (Failed()) return false;
        if (optional_ && !any_) {
          for (const int slot : nulls_) at(slot) = Value();
          return true;
        }
      }
      if (!input().Next()) return false;
      children[1]->Open(row());
      open_ = true;
      any_ = false;
    }
  }

 private:
  bool optional_;
  std::vector<int> nulls_;
  bool open_ = false, any_ = false;
};

// Of CALL { } IN TRANSACTIONS: how many rows each takes. False: failed, as where no transaction may be begun.
bool RowsPerTransaction(const Clause& clause, Context& context, Row& row, uint64_t& rows) {
  if (!context.renew_transaction || !context.abandon_transaction) {
    context.Fail(Failure(ErrorType::kSemanticError, "InvalidTransaction", clause.span,
                         "CALL … IN TRANSACTIONS commits on its own, so it cannot run inside an open transaction"));
    return false;
  }
  rows = 1000;
  if (clause.rows_per_transaction && !RowCount(*clause.rows_per_transaction, context, row, rows)) return false;
  rows = std::max<uint64_t>(rows, 1);
  return true;
}

// Commits after every so many rows of the input, which a barrier below has read to its end.
class Batches : public Operator {
 public:
  Batches(Runtime& rt, OperatorPtr input, const Clause& clause) : Operator(rt, "TransactionBatches", ""), clause_(clause) {
    children.push_back(std::move(input));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    started_ = false;
    rows_ = 0;
  }
  bool Next() override {
    if (!started_) {
      started_ = true;
      if (!RowsPerTransaction(clause_, rt_.context, row(), per_)) return false;
    }
    if (!input().Next()) return false;
    if (rows_ > 0 && rows_ % per_ == 0) {
      rt_.context.Fail(rt_.context.renew_transaction());
      if (Failed()) return false;
    }
    ++rows_;
    return true;
  }

 private:
  const Clause& clause_;
  bool started_ = false;
  uint64_t rows_ = 0, per_ = 0;
};

// A transaction's rows are computed as a whole before the first is given: a failure may still take them back.
class ForgivingBatches : public Operator {
 public:
  ForgivingBatches(Runtime& rt, OperatorPtr left, OperatorPtr right, const Clause& clause, std::vector<int> keep, std::vector<int> adds)
      : Operator(rt, "TransactionBatches", clause.on_error == Clause::OnError::kBreak ? "ON ERROR BREAK" : "ON ERROR CONTINUE"),
        clause_(clause), keep_(std::move(keep)), adds_(std::move(adds)), held_(rt, keep_), results_(rt, Both()) {
    children.push_back(std::move(left));
    children.push_back(std::move(right));
  }
  void Open(Row& row) override {
    row_ = &row;
    children[0]->Open(row);
    started_ = broken_ = false;
    held_.Clear();
    results_.Clear();
    next_ = 0;
  }
  bool Next() override {
    if (!started_) {
      started_ = true;
      if (!RowsPerTransaction(clause_, rt_.context, row(), per_)) return false;
    }
    while (true) {
      if (Stop()) return false;
      if (next_ < results_.size()) {
        results_.Load(next_++, row());
        return true;
      }
      results_.Clear();
      held_.Clear();
      next_ = 0;
      while (held_.size() < per_ && input().Next()) held_.Add(row());
      if (Failed() || held_.size() == 0 || !Batch()) return false;
    }
  }

 private:
  std::vector<int> Both() const {
    std::vector<int> all = keep_;
    all.insert(all.end(), adds_.begin(), adds_.end());
    if (clause_.status_slot != kNoSlot) all.push_back(clause_.status_slot);
    return all;
  }
  bool Batch() {
    std::string error;
    bool committed = false;
    if (!broken_) {
      const ChangeCounts before = rt_.changes;
      SetStatus(TransactionStatus(true, true, ""));
      committed = Run();
      if (!committed) {
        error = Explain(rt_.context.status()).message;
        if (!GoOnAfter(rt_.context, rt_.changes, before)) return false;
      }
    }
    if (committed) return true;
    results_.Clear();
    for (size_t i = 0; i < held_.size(); ++i) {
      held_.Load(i, row());
      for (const int slot : adds_) at(slot) = Value();
      SetStatus(TransactionStatus(!broken_, false, error));
      results_.Add(row());
    }
    if (clause_.on_error == Clause::OnError::kBreak) broken_ = true;
    return !Failed();
  }
  bool Run() {
    for (size_t i = 0; i < held_.size(); ++i) {
      held_.Load(i, row());
      children[1]->Open(row());
      bool any = false;
      while (children[1]->Next()) {
        if (Stop()) return false;
        any = true;
        if (!adds_.empty()) results_.Add(row());
      }
      if (Failed()) return false;
      if (adds_.empty() || (!any && clause_.optional)) {
        for (const int slot : adds_) at(slot) = Value();
        results_.Add(row());
      }
    }
    rt_.context.Fail(rt_.context.renew_transaction());
    return !Failed();
  }
  void SetStatus(Value status) {
    if (clause_.status_slot != kNoSlot) at(clause_.status_slot) = std::move(status);
  }

  const Clause& clause_;
  std::vector<int> keep_, adds_;
  RowStore held_, results_;
  size_t next_ = 0;
  uint64_t per_ = 0;
  bool started_ = false, broken_ = false;
};

class RunThrough : public Operator {
 public:
  RunThrough(Runtime& rt, OperatorPtr left, OperatorPtr right) : Operator(rt, "RunThrough", "") {
    children.push_back(std::move(left));
    children.push_back(std::move(right));
  }
  void Open(Row& row) override {
    row_ = &row;
    children[0]->Open(row);
  }
  bool Next() override {
    if (!input().Next()) return false;
    children[1]->Open(row());
    while (children[1]->Next()) {
      if (Stop()) return false;
    }
    return !Failed();
  }
};

class Union : public Operator {
 public:
  Union(Runtime& rt, std::vector<OperatorPtr> parts, std::vector<std::vector<int>> columns)
      : Operator(rt, "Union", ""), columns_(std::move(columns)) {
    children = std::move(parts);
  }
  void Open(Row& row) override {
    row_ = &row;
    part_ = 0;
    children[0]->Open(row);
  }
  bool Next() override {
    while (part_ < children.size()) {
      if (Stop()) return false;
      if (children[part_]->Next()) {
        if (part_ > 0) {
          std::vector<Value> values;
          for (const int slot : columns_[part_]) values.push_back(at(slot));
          for (size_t i = 0; i < values.size(); ++i) at(columns_[0][i]) = std::move(values[i]);
        }
        return true;
      }
      if (Failed()) return false;
      if (++part_ < children.size()) children[part_]->Open(row());
    }
    return false;
  }

 private:
  std::vector<std::vector<int>> columns_;
  size_t part_ = 0;
};

class Drain : public Operator {
 public:
  Drain(Runtime& rt, OperatorPtr input) : Operator(rt, "EmptyResult", "") { children.push_back(std::move(input)); }
  bool Next() override {
    while (input().Next()) {
      if (Stop()) return false;
    }
    return false;
  }
};

class Rename : public Operator {
 public:
  Rename(Runtime& rt, OperatorPtr input, std::vector<std::pair<int, int>> slots) : Operator(rt, "Columns", ""), slots_(std::move(slots)) {
    children.push_back(std::move(input));
  }
  bool Next() override {
    if (!input().Next()) return false;
    for (const auto& [from, to] : slots_) at(to) = at(from);
    return true;
  }

 private:
  std::vector<std::pair<int, int>> slots_;
};

class Profile : public Operator {
 public:
  Profile(Runtime& rt, OperatorPtr op) : Operator(rt, "Profile", "") { children.push_back(std::move(op)); }
  bool Next() override {
    const uint64_t reads = rt_.reads;
    const auto start = std::chrono::steady_clock::now();
    const bool more = input().Next();
    nanos_ += static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start).count());
    reads_ += rt_.reads - reads;
    rows_ += more ? static_cast<uint64_t>(rt_.weight) : 0;
    return more;
  }
  uint64_t rows_ = 0, reads_ = 0, nanos_ = 0;  // reads and time of the inputs, too
};

}  // namespace

OperatorPtr MakeFilter(Runtime& rt, OperatorPtr input, std::vector<ConditionPtr> conditions) {
  if (conditions.empty()) return input;
  double estimate = input->estimate;
  for (const ConditionPtr& c : conditions) estimate *= c->selectivity;
  auto op = std::make_unique<Filter>(rt, std::move(input), std::move(conditions));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeUnwind(Runtime& rt, OperatorPtr input, const Expr& list, int slot) {
  const double estimate = input->estimate * 10;
  auto op = std::make_unique<Unwind>(rt, std::move(input), list, slot);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeProject(Runtime& rt, OperatorPtr input, const Projection& projection) {
  const double estimate = input->estimate;
  auto op = std::make_unique<ProjectOp>(rt, std::move(input), projection);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeSkipLimit(Runtime& rt, OperatorPtr input, const Expr* skip, const Expr* limit, bool drain) {
  double estimate = input->estimate;
  if (limit && limit->kind == ExprKind::kLiteral && limit->literal.is_number()) estimate = std::min(estimate, limit->literal.number());
  auto op = std::make_unique<SkipLimit>(rt, std::move(input), skip, limit, drain);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeEager(Runtime& rt, OperatorPtr input, std::vector<int> keep) {
  const double estimate = input->estimate;
  auto op = std::make_unique<Eager>(rt, std::move(input), std::move(keep));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeJoin(Runtime& rt, OperatorPtr left, OperatorPtr right, std::vector<int> right_slots,
                     std::vector<std::pair<const Expr*, const Expr*>> keys) {
  const double estimate = keys.empty() ? left->estimate * right->estimate : std::max(left->estimate, right->estimate);
  auto op = std::make_unique<Join>(rt, std::move(left), std::move(right), std::move(right_slots), std::move(keys));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeApply(Runtime& rt, OperatorPtr left, OperatorPtr right, bool optional, std::vector<int> nulls) {
  const double estimate = left->estimate * std::max(optional ? 1.0 : 0.0, right->estimate);
  auto op = std::make_unique<Apply>(rt, std::move(left), std::move(right), optional, std::move(nulls));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeRunThrough(Runtime& rt, OperatorPtr left, OperatorPtr right) {
  const double estimate = left->estimate;
  auto op = std::make_unique<RunThrough>(rt, std::move(left), std::move(right));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeForgivingBatches(Runtime& rt, OperatorPtr left, OperatorPtr right, const Clause& clause, std::vector<int> keep, std::vector<int> adds) {
  const double estimate = left->estimate;
  auto op = std::make_unique<ForgivingBatches>(rt, std::move(left), std::move(right), clause, std::move(keep), std::move(adds));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeBatches(Runtime& rt, OperatorPtr input, const Clause& clause) {
  const double estimate = input->estimate;
  auto op = std::make_unique<Batches>(rt, std::move(input), clause);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeUnion(Runtime& rt, std::vector<OperatorPtr> parts, std::vector<std::vector<int>> columns, bool distinct) {
  double estimate = 0;
  for (const OperatorPtr& part : parts) estimate += part->estimate;
  std::vector<int> slots = columns[0];
  OperatorPtr op = std::make_unique<Union>(rt, std::move(parts), std::move(columns));
  op->estimate = estimate;
  return distinct ? MakeDistinct(rt, std::move(op), std::move(slots)) : std::move(op);
}
OperatorPtr MakeRename(Runtime& rt, OperatorPtr input, std::vector<std::pair<int, int>> slots) {
  const double estimate = input->estimate;
  auto op = std::make_unique<Rename>(rt, std::move(input), std::move(slots));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeDrain(Runtime& rt, OperatorPtr input) { return std::make_unique<Drain>(rt, std::move(input)); }

OperatorPtr Profiled(Runtime& rt, OperatorPtr op) {
  for (OperatorPtr& child : op->children) child = Profiled(rt, std::move(child));
  return std::make_unique<Profile>(rt, std::move(op));
}

PlanNode Describe(const Operator& op) {
  const auto* profile = dynamic_cast<const Profile*>(&op);
  const Operator& shown = profile ? *op.children[0] : op;
  PlanNode node{shown.name, shown.Detail(), shown.estimate};
  uint64_t reads = 0, nanos = 0;
  for (const OperatorPtr& child : shown.children) {
    node.children.push_back(Describe(*child));
    if (const auto* p = dynamic_cast<const Profile*>(child.get())) {
      reads += p->reads_;
      nanos += p->nanos_;
    }
  }
  if (profile) {
    node.rows = profile->rows_;
    node.reads = profile->reads_ - std::min(reads, profile->reads_);
    node.nanos = profile->nanos_ - std::min(nanos, profile->nanos_);
  }
  return node;
}

}  // namespace liantu::query
