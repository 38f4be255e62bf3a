// SPDX-License-Identifier: Apache-2.0
// Expressions, one row at a time: the reference meaning of every ExprKind. Patterns and subqueries go through the
// context's runner. Variables that an expression declares (comprehensions, quantifiers, reduce) live in slots of their
// own and are cleared when it is done.
#include <algorithm>
#include <array>

#include "query/function_tables.h"
#include "query/operators_scalar.h"

namespace liantu::query {
namespace {

Value EvaluateInner(const Expr& expr, Row& row, Context& context);

Value TypeFailure(Context& context, std::string_view expected, const Value& found) {
  return BadArgument(context, ErrorType::kTypeError, "InvalidArgumentType", Text("expected ", expected, ", found ", KindName(found.kind())));
}

Value Logical(const Expr& expr, Row& row, Context& context) {
  const Value left = Evaluate(*expr.args[0], row, context);
  if (context.failed()) return {};
  // The right side is not looked at once the left side decides.
  if (left.kind() == Kind::kBoolean && left.boolean() == (expr.op == Op::kOr)) return left;
  const Value right = Evaluate(*expr.args[1], row, context);
  if (context.failed()) return {};
  return expr.op == Op::kOr ? Or(context, left, right) : And(context, left, right);
}

Value Chain(const Expr& expr, Row& row, Context& context) {
  Value result = Value::Boolean(true);
  Value left = Evaluate(*expr.args[0], row, context);
  for (size_t i = 0; i < expr.ops.size(); ++i) {
    Value right = Evaluate(*expr.args[i + 1], row, context);
    if (context.failed()) return {};
    result = And(context, result, Compare(expr.ops[i], left, right));
    if (result.kind() == Kind::kBoolean && !result.boolean()) return result;
    left = std::move(right);
  }
  return result;
}

Value Call(const Expr& expr, Row& row, Context& context) {
  if (expr.aggregate != nullptr) return row[static_cast<size_t>(expr.slot)];
  LT_ASSERT(expr.function != nullptr);
  const size_t count = expr.args.size();
  // exists(pattern) asks for a match, exists(value) for a value.
  if (count == 1 && expr.args[0]->kind == ExprKind::kPattern && expr.function->name == "exists") return Evaluate(*expr.args[0], row, context);
  std::array<Value, 4> few;
  std::vector<Value> many;
  if (count > few.size()) many.resize(count);
  Value* const args = count > few.size() ? many.data() : few.data();
  for (size_t i = 0; i < count; ++i) {
    args[i] = Evaluate(*expr.args[i], row, context);
    if (context.failed()) return {};
  }
  Value out = expr.function->call(context, {args, count});
  return context.failed() ? Value() : out;
}

Value CaseOf(const Expr& expr, Row& row, Context& context) {
  const bool simple = expr.args[0] != nullptr && expr.keys.empty();
  Value subject = expr.args[0] != nullptr ? Evaluate(*expr.args[0], row, context) : Value();
  for (size_t i = 1; i + 2 < expr.args.size(); i += 2) {
    if (context.failed()) return {};
    bool hit;
    if (!expr.keys.empty()) row[static_cast<size_t>(expr.slot)] = subject;
    if (simple) hit = Equals(subject, Evaluate(*expr.args[i], row, context)) == std::optional<bool>(true);
    else hit = Holds(*expr.args[i], row, context);
    if (context.failed()) return {};
    if (hit) return Evaluate(*expr.args[i + 1], row, context);
  }
  return expr.args.back() != nullptr ? Evaluate(*expr.args.back(), row, context) : Value();
}

// A list that grows element by element, held to the memory budget as it does.
class Gathered {
 public:
  explicit Gathered(Context& context) : context_(context) {}
  bool Add(Value v) {  // false: stop
    bytes_ += sizeof(Value) + v.HeapBytes();
    list_.push_back(std::move(v));
    if (bytes_ - checked_ < kStep) return !context_.Stop();
    checked_ = bytes_;
    return Fits(context_, bytes_) && !context_.Stop();
  }
  bool empty() const { return list_.empty(); }
  const Value& front() const { return list_.front(); }
  Value Take() { return context_.failed() ? Value() : Shallow(context_, Value::List(std::move(list_))); }

 private:
  static constexpr size_t kStep = 1 << 18;
  Context& context_;
  ValueList list_;
  size_t bytes_ = 0, checked_ = 0;
};

// The list that a comprehension, quantifier or reduce goes through; none: it is null, or no list (failed).
bool ListOf(const Expr& expr, Row& row, Context& context, Value& list) {
  list = Evaluate(expr, row, context);
  if (context.failed() || list.is_null()) return false;
  if (list.kind() == Kind::kList) return true;
  TypeFailure(context, "a List", list);
  return false;
}

Value ListComprehension(const Expr& expr, Row& row, Context& context) {
  Value list;
  if (!ListOf(*expr.args[0], row, context, list)) return {};
  const Expr* const where = expr.args.size() > 1 ? expr.args[1].get() : nullptr;
  const Expr* const mapped = expr.args.size() > 2 ? expr.args[2].get() : nullptr;
  Gathered out(context);
  for (const Value& item : list.list()) {
    row[static_cast<size_t>(expr.slot)] = item;
    if (where != nullptr && !Holds(*where, row, context)) {
      if (context.Stop()) break;
      continue;
    }
    if (!out.Add(mapped != nullptr ? Evaluate(*mapped, row, context) : item)) break;
  }
  row[static_cast<size_t>(expr.slot)] = Value();
  return out.Take();
}

Value Quantifier(const Expr& expr, Row& row, Context& context) {
  Value list;
  if (!ListOf(*expr.args[0], row, context, list)) return {};
  size_t hits = 0, misses = 0, unknown = 0;
  const char kind = static_cast<char>(expr.name[0] | 0x20);  // all, any, none, single
  const bool any = kind == 'a' && (expr.name[1] | 0x20) == 'n';
  for (const Value& item : list.list()) {
    row[static_cast<size_t>(expr.slot)] = item;
    const Value v = expr.args.size() > 1 && expr.args[1] != nullptr ? Evaluate(*expr.args[1], row, context) : Value::Boolean(true);
    if (context.Stop()) break;
    if (v.is_null()) {
      ++unknown;
    } else if (v.kind() != Kind::kBoolean) {
      TypeFailure(context, "a Boolean", v);
      break;
    } else if (v.boolean()) {
      ++hits;
    } else {
      ++misses;
    }
    if (kind == 's' ? hits > 1 : any || kind == 'n' ? hits > 0 : misses > 0) break;
  }
  row[static_cast<size_t>(expr.slot)] = Value();
  if (context.failed()) return {};
  if (kind == 's') return hits > 1 ? Value::Boolean(false) : unknown > 0 ? Value() : Value::Boolean(hits == 1);
  if (any) return hits > 0 ? Value::Boolean(true) : unknown > 0 ? Value() : Value::Boolean(false);
  if (kind == 'n') return hits > 0 ? Value::Boolean(false) : unknown > 0 ? Value() : Value::Boolean(true);
  return misses > 0 ? Value::Boolean(false) : unknown > 0 ? Value() : Value::Boolean(true);
}

Value Reduce(const Expr& expr, Row& row, Context& context) {
  Value accumulated = Evaluate(*expr.args[0], row, context);
  Value list;
  if (context.failed() || !ListOf(*expr.args[1], row, context, list)) return {};
  for (const Value& item : list.list()) {
    row[static_cast<size_t>(expr.slot)] = std::move(accumulated);
    row[static_cast<size_t>(expr.slot2)] = item;
    accumulated = Evaluate(*expr.args[2], row, context);
    if (context.Stop()) break;
  }
  row[static_cast<size_t>(expr.slot)] = Value();
  row[static_cast<size_t>(expr.slot2)] = Value();
  return context.failed() ? Value() : accumulated;
}

Value MapProjection(const Expr& expr, Row& row, Context& context) {
  const Value base = Evaluate(*expr.args[0], row, context);
  if (context.failed() || base.is_null()) return {};
  if (base.kind() != Kind::kMap && base.kind() != Kind::kNode && base.kind() != Kind::kRelationship) {
    return TypeFailure(context, "a Map, Node or Relationship before { }", base);
  }
  ValueMap out;
  for (size_t i = 0; i < expr.keys.size(); ++i) {
    if (expr.args[i + 1] != nullptr) {
      out.emplace_back(expr.keys[i], Evaluate(*expr.args[i + 1], row, context));
    } else if (base.kind() == Kind::kMap) {
      out.insert(out.end(), base.map().begin(), base.map().end());
    } else {
      for (auto& entry : context.PropertiesOf(base)) out.push_back(std::move(entry));
    }
    if (context.failed()) return {};
  }
  return Shallow(context, Value::Map(std::move(out)));
}

Value HasLabels(const Expr& expr, Row& row, Context& context) {
  const Value base = Evaluate(*expr.args[0], row, context);
  if (context.failed() || base.is_null()) return {};
  std::vector<std::string> labels;
  if (base.kind() == Kind::kNode) labels = context.LabelsOf(base.node());
  else if (base.kind() == Kind::kRelationship) labels.push_back(context.TypeOf(base.relationship()));
  else return TypeFailure(context, "a Node or Relationship before a label", base);
  if (context.failed()) return {};
  const bool match = LabelsMatch(*expr.labels, labels, row, context);
  return context.failed() ? Value() : Value::Boolean(match);
}

// Patterns and subqueries: all there are of a kind, or only whether there is one.
Value PatternValue(const Expr& expr, Row& row, Context& context) {
  LT_ASSERT(context.runner != nullptr);
  switch (expr.kind) {
    case ExprKind::kPattern:
    case ExprKind::kExists: {
      bool found = false;
      if (expr.subquery != nullptr) {
        context.runner->Subquery(*expr.subquery, row, [&](const std::vector<Value>&) {
          found = true;
          return false;
        });
      } else {
        const Expr* const where = !expr.args.empty() ? expr.args[0].get() : nullptr;
        context.runner->Match(expr.patterns, where, row, [&](Row&) {
          found = true;
          return false;
        });
      }
      return context.failed() ? Value() : Value::Boolean(found);
    }
    case ExprKind::kCount: {
      int64_t count = 0;
      if (expr.subquery != nullptr) {
        context.runner->Subquery(*expr.subquery, row, [&](const std::vector<Value>&) { return ++count, !context.Stop(); });
      } else {
        const Expr* const where = !expr.args.empty() ? expr.args[0].get() : nullptr;
        context.runner->Match(expr.patterns, where, row, [&](Row&) { return ++count, !context.Stop(); });
      }
      return context.failed() ? Value() : Value::Integer(count);
    }
    default: break;
  }
  Gathered out(context);
  if (expr.kind == ExprKind::kCollect) {
    context.runner->Subquery(*expr.subquery, row, [&](const std::vector<Value>& values) { return out.Add(values.empty() ? Value() : values[0]); });
  } else if (expr.kind == ExprKind::kPatternComprehension) {
    const Expr* const where = expr.args.size() > 1 ? expr.args[0].get() : nullptr;
    context.runner->Match(expr.patterns, where, row, [&](Row& matched) { return out.Add(Evaluate(*expr.args.back(), matched, context)); });
  } else {  // shortestPath, allShortestPaths
    const bool all = expr.patterns[0].selector == PathSelector::kAllShortestPaths;
    const size_t slot = static_cast<size_t>(expr.patterns[0].slot);
    context.runner->Match(expr.patterns, nullptr, row, [&](Row& matched) { return out.Add(matched[slot]) && all; });
    if (!all) return context.failed() || out.empty() ? Value() : out.front();
  }
  return out.Take();
}

Value EvaluateInner(const Expr& expr, Row& row, Context& context) {
  auto arg = [&](size_t i) { return Evaluate(*expr.args[i], row, context); };
  switch (expr.kind) {
    case ExprKind::kLiteral: return expr.literal;
    case ExprKind::kVariable: return row[static_cast<size_t>(expr.slot)];
    case ExprKind::kParameter: {
      const Value* v = context.Parameter(expr.name);
      if (v != nullptr) return *v;
      return BadArgument(context, ErrorType::kParameterMissing, "MissingParameter", Text("the parameter $", expr.name, " was not given"));
    }
    case ExprKind::kProperty: {
      const Value base = arg(0);
      return context.failed() ? Value() : GetProperty(context, base, expr.name);
    }
    case ExprKind::kHasLabels: return HasLabels(expr, row, context);
    case ExprKind::kSubscript: {
      const Value base = arg(0), index = arg(1);
      return context.failed() ? Value() : Subscript(context, base, index);
    }
    case ExprKind::kSlice: {
      const Value base = arg(0);
      const bool has_from = expr.args[1] != nullptr, has_to = expr.args[2] != nullptr;
      const Value from = has_from ? arg(1) : Value(), to = has_to ? arg(2) : Value();
      return context.failed() ? Value() : Slice(context, base, has_from ? &from : nullptr, has_to ? &to : nullptr);
    }
    case ExprKind::kList: {
      ValueList out;
      out.reserve(expr.args.size());
      for (size_t i = 0; i < expr.args.size(); ++i) out.push_back(arg(i));
      return context.failed() ? Value() : Shallow(context, Value::List(std::move(out)));
    }
    case ExprKind::kMap: {
      ValueMap out;
      out.reserve(expr.args.size());
      for (size_t i = 0; i < expr.args.size(); ++i) out.emplace_back(expr.keys[i], arg(i));
      return context.failed() ? Value() : Shallow(context, Value::Map(std::move(out)));
    }
    case ExprKind::kMapProjection: return MapProjection(expr, row, context);
    case ExprKind::kUnary: {
      const Value v = arg(0);
      if (context.failed()) return {};
      if (expr.op == Op::kNot) return Not(context, v);
      if (expr.op == Op::kMinus) return Negate(context, v);
      if (v.is_null() || v.is_number()) return v;
      return TypeFailure(context, "a number behind '+'", v);
    }
    case ExprKind::kBinary: {
      if (expr.op == Op::kAnd || expr.op == Op::kOr) return Logical(expr, row, context);
      const Value a = arg(0), b = arg(1);
      return context.failed() ? Value() : ApplyBinary(context, expr.op, a, b);
    }
    case ExprKind::kComparison: return Chain(expr, row, context);
    case ExprKind::kIsNull: return Value::Boolean(arg(0).is_null());
    case ExprKind::kIsNotNull: return Value::Boolean(!arg(0).is_null());
    case ExprKind::kIsType: {
      const Value v = arg(0);
      if (context.failed()) return {};
      const Value fits = IsOfType(context, v, expr.name);
      return fits.is_null() ? Value() : Value::Boolean(fits.boolean() != expr.distinct);
    }
    case ExprKind::kCall: return Call(expr, row, context);
    case ExprKind::kCase: return CaseOf(expr, row, context);
    case ExprKind::kListComprehension: return ListComprehension(expr, row, context);
    case ExprKind::kQuantifier: return Quantifier(expr, row, context);
    case ExprKind::kReduce: return Reduce(expr, row, context);
    case ExprKind::kPattern:
    case ExprKind::kPatternComprehension:
    case ExprKind::kExists:
    case ExprKind::kCount:
    case ExprKind::kCollect:
    case ExprKind::kShortestPath: return PatternValue(expr, row, context);
  }
  return {};
}

// The names of $(…): a string or a list of strings.
bool DynamicMatch(const LabelExpr& expr, const std::vector<std::string>& labels, Row& row, Context& context) {
  const Value v = Evaluate(*expr.dynamic, row, context);
  if (context.failed()) return false;
  const bool any = expr.name == "any";
  auto has = [&](const Value& name) { return std::find(labels.begin(), labels.end(), name.string()) != labels.end(); };
  if (v.kind() == Kind::kString) return has(v);
  if (v.kind() != Kind::kList) {
    TypeFailure(context, "a String or a List of strings as label", v);
    return false;
  }
  for (const Value& name : v.list()) {
    if (name.kind() != Kind::kString) {
      TypeFailure(context, "a String as label", name);
      return false;
    }
    if (has(name) == any) return any;
  }
  return !any;
}

}  // namespace

Value Evaluate(const Expr& expr, Row& row, Context& context) {
  if (context.failed()) return {};
  switch (expr.kind) {  // the most frequent ones without detour
    case ExprKind::kVariable: return row[static_cast<size_t>(expr.slot)];
    case ExprKind::kLiteral: return expr.literal;
    default: break;
  }
  Value out = EvaluateInner(expr, row, context);
  if (context.failed()) {
    context.Place(expr.span);
    return {};
  }
  return out;
}

bool Holds(const Expr& expr, Row& row, Context& context) {
  const Value v = Evaluate(expr, row, context);
  if (v.is_null()) return false;
  if (v.kind() == Kind::kBoolean) return v.boolean();
  TypeFailure(context, "a Boolean", v);
  context.Place(expr.span);
  return false;
}

bool LabelsMatch(const LabelExpr& expr, const std::vector<std::string>& labels, Row& row, Context& context) {
  switch (expr.kind) {
    case LabelExpr::Kind::kName: return std::find(labels.begin(), labels.end(), expr.name) != labels.end();
    case LabelExpr::Kind::kAny: return !labels.empty();
    case LabelExpr::Kind::kNot: return !LabelsMatch(expr.parts[0], labels, row, context);
    case LabelExpr::Kind::kAnd:
      return std::all_of(expr.parts.begin(), expr.parts.end(), [&](const LabelExpr& p) { return LabelsMatch(p, labels, row, context); });
    case LabelExpr::Kind::kOr:
      return std::any_of(expr.parts.begin(), expr.parts.end(), [&](const LabelExpr& p) { return LabelsMatch(p, labels, row, context); });
    case LabelExpr::Kind::kDynamic: return DynamicMatch(expr, labels, row, context);
  }
  return false;
}

}  // namespace liantu::query
