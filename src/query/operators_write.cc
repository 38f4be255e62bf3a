// SPDX-License-Identifier: Apache-2.0
// Operators that change the graph or run something from outside, a row at a time: the writing itself is write.cc, the
// arguments of procedures and the rows of CSV files are shared with the reference executor.
#include <algorithm>

#include "query/operators.h"
#include "query/procedure.h"

namespace liantu::query {
namespace {

class Write : public Operator {
 public:
  Write(Runtime& rt, OperatorPtr input, const Clause& clause)
      : Operator(rt, clause.kind == ClauseKind::kCreate ? "Create" : clause.kind == ClauseKind::kSet ? "Set" : "Remove", ""), clause_(clause) {
    children.push_back(std::move(input));
  }
  bool Next() override {
    if (!input().Next()) return false;
    if (clause_.kind == ClauseKind::kCreate) return Create(clause_.patterns, row(), rt_.context, rt_.changes);
    return SetItems(clause_.items, clause_.kind == ClauseKind::kRemove, row(), rt_.context, rt_.changes);
  }

 private:
  const Clause& clause_;
};

class DeleteRows : public Operator {
 public:
  DeleteRows(Runtime& rt, OperatorPtr input, const Clause& clause, std::vector<int> keep)
      : Operator(rt, clause.detach ? "DetachDelete" : "Delete", ""), clause_(clause), rows_(rt, keep), keep_(std::move(keep)) {
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
      std::vector<Row> all;
      int64_t charged = 0;
      while (input().Next()) {
        rows_.Add(row());
        all.push_back(row());
        const auto bytes = static_cast<int64_t>(sizeof(Row) + row().size() * sizeof(Value));
        charged += bytes;
        rt_.context.Charge(bytes);
        if (Stop()) break;
      }
      const bool good = !Failed() && Delete(clause_, all, rt_.context, rt_.changes);
      rt_.context.Charge(-charged);
      if (!good) return false;
    }
    if (Failed() || next_ >= rows_.size()) {
      rows_.Clear();
      return false;
    }
    rows_.Load(next_++, row());
    return true;
  }

 private:
  const Clause& clause_;
  RowStore rows_;
  std::vector<int> keep_;
  bool done_ = false;
  size_t next_ = 0;
};

class Merge : public Operator {
 public:
  Merge(Runtime& rt, OperatorPtr input, OperatorPtr match, const Clause& clause, std::vector<int> adds)
      : Operator(rt, "Merge", ""), clause_(clause), found_(rt, std::move(adds)) {
    children.push_back(std::move(input));
    children.push_back(std::move(match));
  }
  void Open(Row& row) override {
    row_ = &row;
    children[0]->Open(row);
    found_.Clear();
    next_ = 0;
  }
  bool Next() override {
    if (next_ < found_.size()) {
      if (Stop()) return false;
      found_.Load(next_++, row());
      return true;
    }
    found_.Clear();
    next_ = 0;
    if (!input().Next()) return false;
    if (!CheckMergeProperties(clause_.patterns[0], row(), rt_.context)) return false;
    children[1]->Open(row());
    while (children[1]->Next()) {
      found_.Add(row());
      if (Stop()) return false;
    }
    if (Failed()) return false;
    if (found_.size() == 0) {
      return Create(clause_.patterns, row(), rt_.context, rt_.changes) && SetItems(clause_.on_create, false, row(), rt_.context, rt_.changes);
    }
    for (size_t i = 0; i < found_.size(); ++i) {
      found_.Load(i, row());
      if (!SetItems(clause_.on_match, false, row(), rt_.context, rt_.changes)) return false;
    }
    found_.Load(next_++, row());
    return true;
  }

 private:
  const Clause& clause_;
  RowStore found_;
  size_t next_ = 0;
};

class Foreach : public Operator {
 public:
  Foreach(Runtime& rt, OperatorPtr input, OperatorPtr body, const Clause& clause) : Operator(rt, "Foreach", ExprText(*clause.expr)), clause_(clause) {
    children.push_back(std::move(input));
    children.push_back(std::move(body));
  }
  void Open(Row& row) override {
    row_ = &row;
    children[0]->Open(row);
  }
  bool Next() override {
    if (!input().Next()) return false;
    const Value list = Evaluate(*clause_.expr, row(), rt_.context);
    if (Failed()) return false;
    if (list.is_null()) return true;
    if (list.kind() != Kind::kList) {
      rt_.context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", clause_.expr->span,
                               Text("FOREACH takes a list, found ", ToLiteral(list), " (", KindName(list.kind()), ")")));
      return false;
    }
    for (const Value& element : list.list()) {
      at(clause_.slot) = element;
      children[1]->Open(row());
      while (children[1]->Next()) {
        if (Stop()) return false;
      }
      if (Stop()) return false;
    }
    return true;
  }

 private:
  const Clause& clause_;
};

class Call : public Operator {
 public:
  Call(Runtime& rt, OperatorPtr input, const Clause& clause) : Operator(rt, "ProcedureCall", clause.name), clause_(clause) {
    children.push_back(std::move(input));
  }
  ~Call() override { Drop(); }
  void Open(Row& row) override {
    Operator::Open(row);
    Drop();
  }
  bool Next() override {
    const Procedure& procedure = *clause_.procedure;
    while (true) {
      if (Stop()) return false;
      if (next_ < results_.size()) {
        std::vector<Value>& values = results_[next_++];
        for (size_t i = 0; i < clause_.yields.size(); ++i) at(clause_.yields[i].slot) = values[i];
        return true;
      }
      Drop();
      if (!input().Next()) return false;
      std::vector<Value> inputs;
      if (!ProcedureInputs(clause_, row(), rt_.context, inputs)) return false;
      const Status status = procedure.run(rt_.context, inputs, [&](std::vector<Value> values) {
        std::vector<Value> kept;
        for (const YieldItem& item : clause_.yields) kept.push_back(values[static_cast<size_t>(item.index)]);
        if (clause_.where != nullptr) {
          for (size_t i = 0; i < kept.size(); ++i) at(clause_.yields[i].slot) = kept[i];
          if (!Holds(*clause_.where, row(), rt_.context)) return !Stop();
        }
        const auto bytes = static_cast<int64_t>(RowBytes(kept));
        charged_ += bytes;
        rt_.context.Charge(bytes);
        results_.push_back(std::move(kept));
        return !Stop();
      });
      if (procedure.writes) rt_.context.Written();
      rt_.context.Fail(status.ok() ? status : WithPlace(status, clause_.span));
      if (Stop()) return false;
      if (procedure.outputs.empty()) {
        if (clause_.standalone) continue;  // yields nothing, and gives no rows
        return true;
      }
      if (results_.empty() && clause_.optional) results_.emplace_back(clause_.yields.size());
    }
  }

 private:
  void Drop() {
    results_.clear();
    next_ = 0;
    rt_.context.Charge(-charged_);
    charged_ = 0;
  }
  const Clause& clause_;
  std::vector<std::vector<Value>> results_;
  size_t next_ = 0;
  int64_t charged_ = 0;
};

class LoadCsv : public Operator {
 public:
  LoadCsv(Runtime& rt, OperatorPtr input, const Clause& clause) : Operator(rt, "LoadCSV", ExprText(*clause.expr)), clause_(clause) {
    children.push_back(std::move(input));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    rows_.reset();
  }
  bool Next() override {
    Value value;
    while (true) {
      if (Stop()) return false;
      if (rows_ != nullptr && rows_->Next(value)) {
        at(clause_.slot) = std::move(value);
        rows_->Where(row());
        return true;
      }
      rows_.reset();
      if (Failed() || !input().Next()) return false;
      rows_ = std::make_unique<CsvRows>(clause_, row(), rt_.context);
    }
  }

 private:
  const Clause& clause_;
  std::unique_ptr<CsvRows> rows_;
};

}  // namespace

OperatorPtr MakeWrite(Runtime& rt, OperatorPtr input, const Clause& clause) {
  const double estimate = input->estimate;
  auto op = std::make_unique<Write>(rt, std::move(input), clause);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeDelete(Runtime& rt, OperatorPtr input, const Clause& clause, std::vector<int> keep) {
  const double estimate = input->estimate;
  auto op = std::make_unique<DeleteRows>(rt, std::move(input), clause, std::move(keep));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeMerge(Runtime& rt, OperatorPtr input, OperatorPtr match, const Clause& clause, std::vector<int> adds) {
  const double estimate = input->estimate;
  auto op = std::make_unique<Merge>(rt, std::move(input), std::move(match), clause, std::move(adds));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeForeach(Runtime& rt, OperatorPtr input, OperatorPtr body, const Clause& clause) {
  const double estimate = input->estimate;
  auto op = std::make_unique<Foreach>(rt, std::move(input), std::move(body), clause);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeCall(Runtime& rt, OperatorPtr input, const Clause& clause) {
  const double estimate = input->estimate * 10;
  auto op = std::make_unique<Call>(rt, std::move(input), clause);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeLoadCsv(Runtime& rt, OperatorPtr input, const Clause& clause) {
  const double estimate = input->estimate * 1000;
  auto op = std::make_unique<LoadCsv>(rt, std::move(input), clause);
  op->estimate = estimate;
  return op;
}

}  // namespace liantu::query
