// SPDX-License-Identifier: Apache-2.0
// Integer results are checked for overflow; mixed numbers are computed as floats. A kind that an operator does not take
// is a TypeError InvalidArgumentType (the binder has refused what it could see before running).
#include "query/operators_scalar.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "query/function_tables.h"
#include "query/temporal.h"

namespace liantu::query {
namespace {

Value Mismatch(Context& context, std::string_view op, const Value& a, const Value& b) {
  return BadArgument(context, ErrorType::kTypeError, "InvalidArgumentType",
                     Text("'", op, "' is not defined for ", KindName(a.kind()), " and ", KindName(b.kind())));
}
Value Overflow(Context& context, std::string_view op, const Value& a, const Value& b) {
  return BadArgument(context, ErrorType::kArithmeticError, "IntegerOverflow",
                     Text(ToText(a), " ", op, " ", ToText(b), " is more than an Integer holds"));
}

bool IsInstant(const Value& v) { return (Only(v.kind()) & kInstantKinds) != 0; }

Value OrDuration(Context& context, const Result<graph::Duration>& d) {
  if (d.ok()) return Value::Of(*d);
  context.Fail(d.status());
  return {};
}

// What + puts behind or before a string as text.
bool HasText(const Value& v) {
  return v.is_number() || v.kind() == Kind::kBoolean || (Only(v.kind()) & (kTemporalKinds | kPoint)) != 0;
}

// `bytes`: what the two sides hold.
Value Joined(Context& context, const ValueList* front, const Value* first, const ValueList* back, const Value* last, size_t bytes) {
  const size_t count = (front != nullptr ? front->size() : 1) + (back != nullptr ? back->size() : 1);
  if (!Fits(context, count * sizeof(Value) + bytes)) return {};
  ValueList out;
  out.reserve(count);
  if (front != nullptr) out.insert(out.end(), front->begin(), front->end());
  else out.push_back(*first);
  if (back != nullptr) out.insert(out.end(), back->begin(), back->end());
  else out.push_back(*last);
  return Shallow(context, Value::List(std::move(out)));
}

Value JoinedText(Context& context, const std::string& a, const std::string& b) {
  if (!Fits(context, a.size() + b.size())) return {};
  std::string out;
  out.reserve(a.size() + b.size());
  out += a;
  out += b;
  return Value::String(std::move(out));
}

enum class Truth : uint8_t { kFalse, kTrue, kUnknown, kWrong };
Truth TruthOf(Context& context, const Value& v) {
  if (v.is_null()) return Truth::kUnknown;
  if (v.kind() == Kind::kBoolean) return v.boolean() ? Truth::kTrue : Truth::kFalse;
  BadArgument(context, ErrorType::kTypeError, "InvalidArgumentType", Text("expected a Boolean, found ", KindName(v.kind())));
  return Truth::kWrong;
}
// The value that decides AND (false) or OR (true) whatever the other side is.
Value Decide(Context& context, const Value& a, const Value& b, Truth decisive) {
  const Truth x = TruthOf(context, a), y = TruthOf(context, b);
  if (x == Truth::kWrong || y == Truth::kWrong) return {};
  if (x == decisive || y == decisive) return Value::Boolean(decisive == Truth::kTrue);
  if (x == Truth::kUnknown || y == Truth::kUnknown) return {};
  return Value::Boolean(decisive != Truth::kTrue);
}

bool IsNanNumber(const Value& v) { return v.kind() == Kind::kFloat && std::isnan(v.real()); }

Value WrongIndex(Context& context, std::string_view detail, std::string_view expected, const Value& found) {
  return BadArgument(context, ErrorType::kTypeError, detail, Text("expected ", expected, ", found ", KindName(found.kind())));
}

}  // namespace

Value Add(Context& context, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return {};
  if (a.kind() == Kind::kInteger && b.kind() == Kind::kInteger) {
    int64_t out;
    if (__builtin_add_overflow(a.integer(), b.integer(), &out)) return Overflow(context, "+", a, b);
    return Value::Integer(out);
  }
  if (a.is_number() && b.is_number()) return Value::Float(a.number() + b.number());
  if (a.kind() == Kind::kList || b.kind() == Kind::kList) {
    return Joined(context, a.kind() == Kind::kList ? &a.list() : nullptr, &a, b.kind() == Kind::kList ? &b.list() : nullptr, &b,
                  a.HeapBytes() + b.HeapBytes());
  }
  if (a.kind() == Kind::kString && b.kind() == Kind::kString) return JoinedText(context, a.string(), b.string());
  if (a.kind() == Kind::kString && HasText(b)) return JoinedText(context, a.string(), ToText(b));
  if (b.kind() == Kind::kString && HasText(a)) return JoinedText(context, ToText(a), b.string());
  if (a.kind() == Kind::kDuration && b.kind() == Kind::kDuration) return OrDuration(context, AddDurations(a.duration(), b.duration(), 1));
  if (IsInstant(a) && b.kind() == Kind::kDuration) return OrFail(context, AddDuration(a, b.duration(), 1));
  if (IsInstant(b) && a.kind() == Kind::kDuration) return OrFail(context, AddDuration(b, a.duration(), 1));
  return Mismatch(context, "+", a, b);
}

Value Subtract(Context& context, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return {};
  if (a.kind() == Kind::kInteger && b.kind() == Kind::kInteger) {
    int64_t out;
    if (__builtin_sub_overflow(a.integer(), b.integer(), &out)) return Overflow(context, "-", a, b);
    return Value::Integer(out);
  }
  if (a.is_number() && b.is_number()) return Value::Float(a.number() - b.number());
  if (a.kind() == Kind::kDuration && b.kind() == Kind::kDuration) return OrDuration(context, AddDurations(a.duration(), b.duration(), -1));
  if (IsInstant(a) && b.kind() == Kind::kDuration) return OrFail(context, AddDuration(a, b.duration(), -1));
  return Mismatch(context, "-", a, b);
}

Value Multiply(Context& context, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return {};
  if (a.kind() == Kind::kInteger && b.kind() == Kind::kInteger) {
    int64_t out;
    if (__builtin_mul_overflow(a.integer(), b.integer(), &out)) return Overflow(context, "*", a, b);
    return Value::Integer(out);
  }
  if (a.is_number() && b.is_number()) return Value::Float(a.number() * b.number());
  if (a.kind() == Kind::kDuration && b.is_number()) return OrDuration(context, ScaleDuration(a.duration(), b, false));
  if (b.kind() == Kind::kDuration && a.is_number()) return OrDuration(context, ScaleDuration(b.duration(), a, false));
  return Mismatch(context, "*", a, b);
}

Value Divide(Context& context, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return {};
  if (a.kind() == Kind::kInteger && b.kind() == Kind::kInteger) {
    if (b.integer() == 0) return BadArgument(context, ErrorType::kArithmeticError, "DivisionByZero", Text(ToText(a), " cannot be divided by zero"));
    if (b.integer() == -1 && a.integer() == std::numeric_limits<int64_t>::min()) return Overflow(context, "/", a, b);
    return Value::Integer(a.integer() / b.integer());
  }
  if (a.is_number() && b.is_number()) return Value::Float(a.number() / b.number());
  if (a.kind() == Kind::kDuration && b.is_number()) return OrDuration(context, ScaleDuration(a.duration(), b, true));
  return Mismatch(context, "/", a, b);
}

Value Modulo(Context& context, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return {};
  if (a.kind() == Kind::kInteger && b.kind() == Kind::kInteger) {
    if (b.integer() == 0) return BadArgument(context, ErrorType::kArithmeticError, "DivisionByZero", Text(ToText(a), " cannot be divided by zero"));
    return Value::Integer(b.integer() == -1 ? 0 : a.integer() % b.integer());
  }
  if (a.is_number() && b.is_number()) return Value::Float(std::fmod(a.number(), b.number()));
  return Mismatch(context, "%", a, b);
}

Value Power(Context& context, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return {};
  if (a.is_number() && b.is_number()) return Value::Float(std::pow(a.number(), b.number()));
  return Mismatch(context, "^", a, b);
}

Value Concat(Context& context, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return {};
  if (a.kind() == Kind::kString && b.kind() == Kind::kString) return JoinedText(context, a.string(), b.string());
  if (a.kind() == Kind::kList && b.kind() == Kind::kList) return Joined(context, &a.list(), nullptr, &b.list(), nullptr, a.HeapBytes() + b.HeapBytes());
  return Mismatch(context, "||", a, b);
}

Value Negate(Context& context, const Value& a) {
  if (a.is_null()) return {};
  if (a.kind() == Kind::kFloat) return Value::Float(a.real() == 0 ? 0.0 : -a.real());  // no negative zero: -.0 is 0.0
  if (a.kind() == Kind::kInteger) {
    if (a.integer() == std::numeric_limits<int64_t>::min()) {
      return BadArgument(context, ErrorType::kArithmeticError, "IntegerOverflow", Text("-(", ToText(a), ") is more than an Integer holds"));
    }
    return Value::Integer(-a.integer());
  }
  if (a.kind() == Kind::kDuration) return OrDuration(context, ScaleDuration(a.duration(), Value::Integer(-1), false));
  return BadArgument(context, ErrorType::kTypeError, "InvalidArgumentType", Text("'-' is not defined for ", KindName(a.kind())));
}

Value And(Context& context, const Value& a, const Value& b) { return Decide(context, a, b, Truth::kFalse); }
Value Or(Context& context, const Value& a, const Value& b) { return Decide(context, a, b, Truth::kTrue); }
Value Xor(Context& context, const Value& a, const Value& b) {
  const Truth x = TruthOf(context, a), y = TruthOf(context, b);
  if (x >= Truth::kUnknown || y >= Truth::kUnknown) return {};
  return Value::Boolean(x != y);
}
Value Not(Context& context, const Value& a) {
  const Truth x = TruthOf(context, a);
  return x >= Truth::kUnknown ? Value() : Value::Boolean(x == Truth::kFalse);
}

Value Compare(Op op, const Value& a, const Value& b) {
  if (op == Op::kEqual || op == Op::kNotEqual) {
    const std::optional<bool> same = Equals(a, b);
    return same ? Value::Boolean(*same == (op == Op::kEqual)) : Value();
  }
  const std::optional<int> c = CompareForInequality(a, b);
  if (!c) {
    // NaN is a number, so that it compares with numbers: never less, never more.
    return a.is_number() && b.is_number() && (IsNanNumber(a) || IsNanNumber(b)) ? Value::Boolean(false) : Value();
  }
  switch (op) {
    case Op::kLess: return Value::Boolean(*c < 0);
    case Op::kLessEqual: return Value::Boolean(*c <= 0);
    case Op::kGreater: return Value::Boolean(*c > 0);
    case Op::kGreaterEqual: return Value::Boolean(*c >= 0);
    default: LT_ASSERT(false); return {};
  }
}

Value In(Context& context, const Value& item, const Value& list) {
  if (list.is_null()) return {};
  if (list.kind() != Kind::kList) return WrongIndex(context, "InvalidArgumentType", "a List behind IN", list);
  bool unknown = false;
  for (const Value& v : list.list()) {
    const std::optional<bool> same = Equals(item, v);
    if (!same) unknown = true;
    else if (*same) return Value::Boolean(true);
    if (context.Stop()) return {};
  }
  return unknown ? Value() : Value::Boolean(false);
}

Value TestText(Op op, const Value& text, const Value& part) {
  if (text.kind() != Kind::kString || part.kind() != Kind::kString) return {};
  const std::string_view s = text.string(), p = part.string();
  return Value::Boolean(op == Op::kStartsWith ? s.starts_with(p) : op == Op::kEndsWith ? s.ends_with(p) : s.find(p) != s.npos);
}

Value ApplyBinary(Context& context, Op op, const Value& a, const Value& b) {
  switch (op) {
    case Op::kAdd: return Add(context, a, b);
    case Op::kSubtract: return Subtract(context, a, b);
    case Op::kMultiply: return Multiply(context, a, b);
    case Op::kDivide: return Divide(context, a, b);
    case Op::kModulo: return Modulo(context, a, b);
    case Op::kPower: return Power(context, a, b);
    case Op::kConcat: return Concat(context, a, b);
    case Op::kAnd: return And(context, a, b);
    case Op::kOr: return Or(context, a, b);
    case Op::kXor: return Xor(context, a, b);
    case Op::kIn: return In(context, a, b);
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kContains: return TestText(op, a, b);
    case Op::kMatches: return MatchesPattern(context, a, b);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual: return Compare(op, a, b);
    default: LT_ASSERT(false); return {};
  }
}

Value Subscript(Context& context, const Value& base, const Value& index) {
  if (base.is_null() || index.is_null()) return {};
  switch (base.kind()) {
    case Kind::kList: {
      if (index.kind() != Kind::kInteger) return WrongIndex(context, "ListElementAccessByNonInteger", "an Integer as the index of a List", index);
      const int64_t size = static_cast<int64_t>(base.list().size());
      const int64_t at = index.integer() < 0 ? index.integer() + size : index.integer();
      return at >= 0 && at < size ? base.list()[static_cast<size_t>(at)] : Value();
    }
    case Kind::kMap: {
      if (index.kind() != Kind::kString) return WrongIndex(context, "MapElementAccessByNonString", "a String as the key of a Map", index);
      const Value* entry = base.Find(index.string());
      return entry != nullptr ? *entry : Value();
    }
    case Kind::kNode:
    case Kind::kRelationship:
      if (index.kind() != Kind::kString) return WrongIndex(context, "PropertyAccessByNonString", "a String as the name of a property", index);
      return context.PropertyOf(base, index.string());
    default:
      if (index.kind() == Kind::kString && (Only(base.kind()) & (kTemporalKinds | kPoint)) != 0) return GetProperty(context, base, index.string());
      return WrongIndex(context, "InvalidArgumentType", "a List, Map, Node or Relationship before [ ]", base);
  }
}

Value Slice(Context& context, const Value& base, const Value* from, const Value* to) {
  if (base.is_null() || (from != nullptr && from->is_null()) || (to != nullptr && to->is_null())) return {};
  if (base.kind() != Kind::kList) return WrongIndex(context, "InvalidArgumentType", "a List before [ .. ]", base);
  const int64_t size = static_cast<int64_t>(base.list().size());
  int64_t bounds[2] = {0, size};
  const Value* const given[2] = {from, to};
  for (int i = 0; i < 2; ++i) {
    if (given[i] == nullptr) continue;
    if (given[i]->kind() != Kind::kInteger) return WrongIndex(context, "InvalidArgumentType", "integers as the bounds of a slice", *given[i]);
    const int64_t at = given[i]->integer();
    bounds[i] = std::clamp<int64_t>(at < 0 ? at + size : at, 0, size);
  }
  if (bounds[0] >= bounds[1]) return Value::List({});
  return Value::List(ValueList(base.list().begin() + bounds[0], base.list().begin() + bounds[1]));
}

Value GetProperty(Context& context, const Value& value, std::string_view name) {
  switch (value.kind()) {
    case Kind::kNull: return {};
    case Kind::kMap: {
      const Value* entry = value.Find(name);
      return entry != nullptr ? *entry : Value();
    }
    default: return context.PropertyOf(value, name);
  }
}

}  // namespace liantu::query
