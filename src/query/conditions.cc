// SPDX-License-Identifier: Apache-2.0
// The predicates that the planner places, and expressions as plans show them.
#include <algorithm>

#include "query/operators.h"

namespace liantu::query {
// ---- conditions

namespace {

class ExprCondition : public Condition {
 public:
  explicit ExprCondition(const Expr& expr) : expr_(expr) {
    needs = FreeSlots(expr);
  }
  std::string Shown() const override { return ExprText(expr_); }
  bool Holds(Row& row, Runtime& rt) override { return query::Holds(expr_, row, rt.context); }

 private:
  const Expr& expr_;
};

bool HasProperty(Context& context, const Value& entity, std::string_view key, const Value& wanted) {
  if (entity.kind() == Kind::kList) {
    for (const Value& item : entity.list()) {
      if (!HasProperty(context, item, key, wanted)) return false;
    }
    return true;
  }
  return Equals(context.PropertyOf(entity, key), wanted) == std::optional(true);
}

class PropertyMapCondition : public Condition {
 public:
  PropertyMapCondition(int slot, const Expr& map) : slot_(slot), map_(map) {
    needs = FreeSlots(map);
    needs.Add(slot);
    selectivity = 0.05;
  }
  std::string Shown() const override { return ExprText(map_); }
  bool Holds(Row& row, Runtime& rt) override {
    const Value wanted = Evaluate(map_, row, rt.context);
    if (rt.context.failed() || wanted.is_null()) return !rt.context.failed();
    if (wanted.kind() != Kind::kMap) {
      rt.context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", map_.span, Text("properties are a map, found ", ToLiteral(wanted))));
      return false;
    }
    for (const auto& [key, value] : wanted.map()) {
      if (!HasProperty(rt.context, row[static_cast<size_t>(slot_)], key, value) || rt.context.failed()) return false;
    }
    return true;
  }

 private:
  int slot_;
  const Expr& map_;
};

class PropertyEqualCondition : public Condition {
 public:
  PropertyEqualCondition(int slot, const std::string& key, const Expr& value) : slot_(slot), key_(key), value_(value) {
    needs = FreeSlots(value);
    needs.Add(slot);
    selectivity = 0.05;
  }
  std::string Shown() const override { return key_ + " = " + ExprText(value_); }
  bool Holds(Row& row, Runtime& rt) override {
    const Value wanted = Evaluate(value_, row, rt.context);
    return !rt.context.failed() && HasProperty(rt.context, row[static_cast<size_t>(slot_)], key_, wanted) && !rt.context.failed();
  }

 private:
  int slot_;
  const std::string& key_;
  const Expr& value_;
};

class LabelsCondition : public Condition {
 public:
  LabelsCondition(Runtime& rt, int slot, const LabelExpr& labels) : slot_(slot), test_(rt) {
    needs.Add(slot);
    SlotUse use;
    CollectSlots(labels, use);
    needs.Add(use.Free());
    test_.Add(labels);
  }
  std::string Shown() const override { return test_.text(); }
  void Open() override { test_.Open(); }
  bool Holds(Row& row, Runtime&) override {
    const Value& value = row[static_cast<size_t>(slot_)];
    return value.kind() == Kind::kNode && test_.Matches(value.node(), row);
  }

 private:
  int slot_;
  LabelTest test_;
};

class DistinctRelationships : public Condition {
 public:
  DistinctRelationships(int a, int b) : a_(a), b_(b) {
    needs.Add(a);
    needs.Add(b);
    selectivity = 0.99;
  }
  std::string Shown() const override { return "different relationships"; }
  bool Holds(Row& row, Runtime&) override {
    const Value& a = row[static_cast<size_t>(a_)];
    const Value& b = row[static_cast<size_t>(b_)];
    if (a.kind() == Kind::kRelationship && b.kind() == Kind::kRelationship) return a.relationship() != b.relationship();
    const auto has = [](const Value& list, const Value& item) {
      return std::any_of(list.list().begin(), list.list().end(), [&](const Value& v) {
        return v.kind() == Kind::kRelationship && item.kind() == Kind::kRelationship && v.relationship() == item.relationship();
      });
    };
    if (a.kind() == Kind::kList && b.kind() == Kind::kList) {
      return std::none_of(b.list().begin(), b.list().end(), [&](const Value& v) { return has(a, v); });
    }
    if (a.kind() == Kind::kList) return !has(a, b);
    if (b.kind() == Kind::kList) return !has(b, a);
    return true;
  }

 private:
  int a_, b_;
};

}  // namespace

ConditionPtr WhereCondition(const Expr& expr) { return std::make_unique<ExprCondition>(expr); }
ConditionPtr PropertiesCondition(int slot, const Expr& map) { return std::make_unique<PropertyMapCondition>(slot, map); }
ConditionPtr PropertyCondition(int slot, const std::string& key, const Expr& value) {
  return std::make_unique<PropertyEqualCondition>(slot, key, value);
}
ConditionPtr LabelCondition(Runtime& rt, int slot, const LabelExpr& labels) { return std::make_unique<LabelsCondition>(rt, slot, labels); }
ConditionPtr DistinctCondition(int slot1, int slot2) { return std::make_unique<DistinctRelationships>(slot1, slot2); }

std::string ExprText(const Expr& expr) {
  const auto list = [&](size_t from) {
    std::string out;
    for (size_t i = from; i < expr.args.size(); ++i) {
      if (i > from) out += ", ";
      out += expr.args[i] ? ExprText(*expr.args[i]) : "";
    }
    return out;
  };
  switch (expr.kind) {
    case ExprKind::kLiteral: return ToLiteral(expr.literal);
    case ExprKind::kParameter: return "$" + expr.name;
    case ExprKind::kVariable: return expr.name.empty() ? "_" : expr.name;
    case ExprKind::kProperty: return ExprText(*expr.args[0]) + "." + expr.name;
    case ExprKind::kHasLabels: return ExprText(*expr.args[0]) + ":" + (expr.labels ? LabelText(*expr.labels) : "");
    case ExprKind::kSubscript: return ExprText(*expr.args[0]) + "[" + list(1) + "]";
    case ExprKind::kList: return "[" + list(0) + "]";
    case ExprKind::kMap: {
      std::string out = "{";
      for (size_t i = 0; i < expr.keys.size(); ++i) out += Text(i > 0 ? ", " : "", expr.keys[i], ": ", ExprText(*expr.args[i]));
      return out + "}";
    }
    case ExprKind::kUnary: return Text(OpText(expr.op), " ", list(0));
    case ExprKind::kBinary: return Text(ExprText(*expr.args[0]), " ", OpText(expr.op), " ", ExprText(*expr.args[1]));
    case ExprKind::kComparison: {
      std::string out = ExprText(*expr.args[0]);
      for (size_t i = 0; i < expr.ops.size(); ++i) out += Text(" ", OpText(expr.ops[i]), " ", ExprText(*expr.args[i + 1]));
      return out;
    }
    case ExprKind::kIsNull: return list(0) + " IS NULL";
    case ExprKind::kIsNotNull: return list(0) + " IS NOT NULL";
    case ExprKind::kCall: return expr.name + "(" + (expr.star ? "*" : std::string(expr.distinct ? "DISTINCT " : "") + list(0)) + ")";
    case ExprKind::kExists: return "EXISTS {…}";
    case ExprKind::kCount: return "COUNT {…}";
    case ExprKind::kCollect: return "COLLECT {…}";
    case ExprKind::kPattern: return "(pattern)";
    case ExprKind::kQuantifier: return expr.name + "(…)";
    default: return "…";
  }
}
}  // namespace liantu::query
