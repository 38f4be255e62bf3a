// SPDX-License-Identifier: Apache-2.0
// From one type to another, names of types, and type tests (IS :: INTEGER).
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "query/function_tables.h"
#include "query/operators_scalar.h"

namespace liantu::query {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\f\v";

std::string_view Trimmed(std::string_view s) {
  const size_t from = s.find_first_not_of(kBlanks);
  if (from == s.npos) return {};
  return s.substr(from, s.find_last_not_of(kBlanks) - from + 1);
}

std::optional<double> FloatOf(std::string_view text) {
  std::string_view s = Trimmed(text);
  if (!s.empty() && s[0] == '+') s.remove_prefix(1);
  if (s.empty()) return std::nullopt;
  if (s == "NaN") return std::nan("");
  if (s == "Infinity") return HUGE_VAL;
  if (s == "-Infinity") return -HUGE_VAL;
  if (s.find_first_not_of("0123456789+-.eE") != s.npos) return std::nullopt;
  double out = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
  if (end != s.data() + s.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {  // too large or too small: what strtod makes of it
    return std::strtod(std::string(s).c_str(), nullptr);
  }
  if (error != std::errc()) return std::nullopt;
  return out;
}

std::optional<int64_t> Truncated(double d) {
  if (std::isnan(d) || d >= 9223372036854775808.0 || d < -9223372036854775808.0) return std::nullopt;
  return static_cast<int64_t>(d);
}

// Each gives nothing for a value that cannot be converted (`wrong` false: a text or number that makes no sense) and for
// a kind that is never converted (`wrong` true).
Value AsInteger(const Value& v, bool& wrong) {
  switch (v.kind()) {
    case Kind::kNull:
    case Kind::kInteger: return v;
    case Kind::kBoolean: return Value::Integer(v.boolean());
    case Kind::kFloat: {
      const std::optional<int64_t> i = Truncated(v.real());
      return i ? Value::Integer(*i) : Value();
    }
    case Kind::kString: {
      std::string_view s = Trimmed(v.string());
      if (!s.empty() && s[0] == '+') s.remove_prefix(1);
      int64_t i = 0;
      const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), i);
      if (error == std::errc() && end == s.data() + s.size()) return Value::Integer(i);
      if (const std::optional<double> d = FloatOf(s)) {
        if (const std::optional<int64_t> whole = Truncated(*d)) return Value::Integer(*whole);
      }
      return {};
    }
    default: wrong = true; return {};
  }
}

Value AsFloat(const Value& v, bool& wrong) {
  switch (v.kind()) {
    case Kind::kNull:
    case Kind::kFloat: return v;
    case Kind::kInteger: return Value::Float(v.number());
    case Kind::kString: {
      const std::optional<double> d = FloatOf(v.string());
      return d ? Value::Float(*d) : Value();
    }
    default: wrong = true; return {};
  }
}

Value AsBoolean(const Value& v, bool& wrong) {
  switch (v.kind()) {
    case Kind::kNull:
    case Kind::kBoolean: return v;
    case Kind::kInteger: return Value::Boolean(v.integer() != 0);
    case Kind::kString: {
      std::string s(Trimmed(v.string()));
      for (char& c : s) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      return s == "true" ? Value::Boolean(true) : s == "false" ? Value::Boolean(false) : Value();
    }
    default: wrong = true; return {};
  }
}

Value AsText(const Value& v, bool& wrong) {
  switch (v.kind()) {
    case Kind::kNull:
    case Kind::kString: return v;
    case Kind::kList:
    case Kind::kMap:
    case Kind::kNode:
    case Kind::kRelationship:
    case Kind::kPath: wrong = true; return {};
    default: return Value::String(ToText(v));
  }
}

using Conversion = Value (*)(const Value&, bool&);

template <Conversion F>
Value Convert(Context& context, Args args, const char* name, const char* expected) {
  bool wrong = false;
  Value out = F(args[0], wrong);
  return wrong ? WrongKind(context, name, expected, args[0]) : out;
}
Value ToInteger(Context& context, Args args) { return Convert<AsInteger>(context, args, "toInteger", "a number, a Boolean or a String"); }
Value ToFloat(Context& context, Args args) { return Convert<AsFloat>(context, args, "toFloat", "a number or a String"); }
Value ToBoolean(Context& context, Args args) { return Convert<AsBoolean>(context, args, "toBoolean", "a Boolean, an Integer or a String"); }
Value ToString(Context& context, Args args) { return Convert<AsText>(context, args, "toString", "a number, a Boolean, a String, a point or a temporal value"); }

template <Conversion F>
Value OrNull(Context&, Args args) {
  bool wrong = false;
  Value out = F(args[0], wrong);
  return wrong ? Value() : out;
}
template <Conversion F>
Value EachOrNull(Context& context, Args args) {
  if (args[0].kind() != Kind::kList) return WrongKind(context, "the function", "a List", args[0]);
  ValueList out;
  out.reserve(args[0].list().size());
  for (const Value& v : args[0].list()) {
    if (context.Stop()) return {};
    bool wrong = false;
    Value item = F(v, wrong);
    out.push_back(wrong ? Value() : std::move(item));
  }
  return Value::List(std::move(out));
}

Value ValueType(Context&, Args args) { return Value::String(TypeText(args[0])); }

std::string_view TypeWord(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "NULL";
    case Kind::kBoolean: return "BOOLEAN";
    case Kind::kInteger: return "INTEGER";
    case Kind::kFloat: return "FLOAT";
    case Kind::kString: return "STRING";
    case Kind::kDate: return "DATE";
    case Kind::kLocalTime: return "LOCAL TIME";
    case Kind::kTime: return "ZONED TIME";
    case Kind::kLocalDateTime: return "LOCAL DATETIME";
    case Kind::kDateTime: return "ZONED DATETIME";
    case Kind::kDuration: return "DURATION";
    case Kind::kPoint: return "POINT";
    case Kind::kList: return "LIST";
    case Kind::kMap: return "MAP";
    case Kind::kNode: return "NODE";
    case Kind::kRelationship: return "RELATIONSHIP";
    case Kind::kPath: return "PATH";
  }
  return "ANY";
}

// Reads a type and tests a value against it on the way: alternatives separated by |, each a name, LIST<…> or ARRAY<…>,
// with NOT NULL or ! behind it.
struct TypeTest {
  std::string_view in;
  bool bad = false;

  void Space() { while (!in.empty() && in.front() == ' ') in.remove_prefix(1); }
  bool Word(std::string_view word) {
    Space();
    if (!in.starts_with(word)) return false;
    const std::string_view rest = in.substr(word.size());
    if (!rest.empty() && ((rest[0] >= 'A' && rest[0] <= 'Z') || rest[0] == '_')) return false;
    in = rest;
    return true;
  }
  bool Mark(char c) {
    Space();
    if (in.empty() || in.front() != c) return false;
    in.remove_prefix(1);
    return true;
  }
  KindSet Name(bool& list) {
    if (Word("ANY")) {
      Word("PROPERTY");
      Word("VALUE");
      return kAnyKind;
    }
    if (Word("PROPERTY") && Word("VALUE")) return kAnyKind & ~(kMap | kNode | kRelationship | kPath);
    if (Word("NOTHING")) return 0;
    if (Word("NULL")) return Only(Kind::kNull);
    if (Word("BOOLEAN") || Word("BOOL")) return kBoolean;
    if (Word("INTEGER") || Word("INT64") || Word("INT")) return kInteger;
    if (Word("SIGNED")) { Word("INTEGER"); return kInteger; }
    if (Word("FLOAT64") || Word("FLOAT")) return kFloat;
    if (Word("NUMBER") || Word("NUMERIC")) return kNumberKinds;
    if (Word("STRING") || Word("VARCHAR")) return kString;
    if (Word("DATE")) return Only(Kind::kDate);
    if (Word("DURATION")) return kDuration;
    if (Word("POINT")) return kPoint;
    if (Word("LOCAL")) return Word("TIME") ? Only(Kind::kLocalTime) : Word("DATETIME") ? Only(Kind::kLocalDateTime) : (bad = true, 0u);
    if (Word("ZONED")) return Word("TIME") ? Only(Kind::kTime) : Word("DATETIME") ? Only(Kind::kDateTime) : (bad = true, 0u);
    // SQL's way: TIME WITHOUT TIME ZONE, TIMESTAMP WITH TIME ZONE (TIME ZONE may be TIMEZONE).
    const bool stamp = Word("TIMESTAMP");
    if (stamp || Word("TIME")) {
      const bool with = Word("WITH");
      if ((!with && !Word("WITHOUT")) || !(Word("TIMEZONE") || (Word("TIME") && Word("ZONE")))) {
        bad = true;
        return 0;
      }
      return Only(stamp ? (with ? Kind::kDateTime : Kind::kLocalDateTime) : with ? Kind::kTime : Kind::kLocalTime);
    }
    if (Word("NODE") || Word("VERTEX")) return kNode;
    if (Word("RELATIONSHIP") || Word("EDGE")) return kRelationship;
    if (Word("MAP")) return kMap;
    if (Word("PATH")) return kPath;
    if (Word("LIST") || Word("ARRAY")) {
      list = true;
      return kList;
    }
    bad = true;
    return 0;
  }
  bool One(const Value& v) {
    bool list = false;
    const std::string_view before = in;
    if (Word("ANY") && Mark('<')) {
      const bool hit = Test(v);
      if (!Mark('>')) bad = true;
      return hit;
    }
    in = before;
    const KindSet kinds = Name(list);
    bool fits = v.is_null() || (kinds & Only(v.kind())) != 0;
    if (list && Mark('<')) {
      const std::string_view inner = in;
      bool inside = true;
      if (v.kind() == Kind::kList) {
        for (const Value& item : v.list()) {
          in = inner;
          inside = Test(item) && inside;
        }
      }
      in = inner;
      Test(Value());  // moves behind the inner type
      if (!Mark('>')) bad = true;
      fits = fits && inside;
    }
    bool not_null = Mark('!');
    if (Word("NOT")) not_null = Word("NULL");
    if (not_null && v.is_null()) fits = false;
    return fits && (kinds != 0 || v.is_null());
  }
  bool Test(const Value& v) {
    bool hit = One(v);
    while (Mark('|')) hit = One(v) || hit;
    return hit;
  }
};

}  // namespace

std::string TypeText(const Value& value) {
  if (value.is_null()) return "NULL";
  std::string out(TypeWord(value.kind()));
  if (value.kind() == Kind::kList) {
    std::vector<std::string> inside;
    for (const Value& v : value.list()) {
      std::string type = TypeText(v);
      if (std::find(inside.begin(), inside.end(), type) == inside.end()) inside.push_back(std::move(type));
    }
    std::sort(inside.begin(), inside.end());
    out += '<';
    // Null beside one other type: that type without NOT NULL.
    if (inside.size() == 2 && std::find(inside.begin(), inside.end(), "NULL") != inside.end()) {
      std::string other = inside[0] == "NULL" ? inside[1] : inside[0];
      if (other.ends_with(" NOT NULL")) other.resize(other.size() - 9);
      inside = {other};
    }
    for (size_t i = 0; i < inside.size(); ++i) out += (i > 0 ? " | " : "") + inside[i];
    if (inside.empty()) out += "NOTHING";
    out += '>';
  }
  return out + " NOT NULL";
}

Value IsOfType(Context& context, const Value& value, std::string_view type) {
  TypeTest test{type};
  const bool hit = test.Test(value);
  test.Space();
  if (test.bad || !test.in.empty()) {
    return BadArgument(context, ErrorType::kSyntaxError, "UnexpectedSyntax",
                       Text("'", type, "' is no type; types are INTEGER FLOAT STRING BOOLEAN DATE LOCAL TIME ZONED DATETIME DURATION POINT NODE RELATIONSHIP MAP PATH LIST<…>"));
  }
  return Value::Boolean(hit);
}

std::vector<Function> ConversionFunctions() {
  const KindSet any = kAnyKind;
  return {
      {"toInteger", 1, 1, {any}, kInteger, ToInteger, true, "toInteger(input :: STRING | INTEGER | FLOAT | BOOLEAN) :: INTEGER",
       "As an integer; null for a text that is no number."},
      {"toFloat", 1, 1, {any}, kFloat, ToFloat, true, "toFloat(input :: STRING | INTEGER | FLOAT) :: FLOAT",
       "As a float; null for a text that is no number."},
      {"toBoolean", 1, 1, {any}, kBoolean, ToBoolean, true, "toBoolean(input :: STRING | BOOLEAN | INTEGER) :: BOOLEAN",
       "As a boolean; null for a text that is neither true nor false."},
      {"toString", 1, 1, {any}, kString, ToString, true, "toString(input :: ANY) :: STRING", "As a text."},
      {"toIntegerOrNull", 1, 1, {any}, kInteger, OrNull<AsInteger>, true, "toIntegerOrNull(input :: ANY) :: INTEGER", "As an integer, or null."},
      {"toFloatOrNull", 1, 1, {any}, kFloat, OrNull<AsFloat>, true, "toFloatOrNull(input :: ANY) :: FLOAT", "As a float, or null."},
      {"toBooleanOrNull", 1, 1, {any}, kBoolean, OrNull<AsBoolean>, true, "toBooleanOrNull(input :: ANY) :: BOOLEAN", "As a boolean, or null."},
      {"toStringOrNull", 1, 1, {any}, kString, OrNull<AsText>, true, "toStringOrNull(input :: ANY) :: STRING", "As a text, or null."},
      {"toIntegerList", 1, 1, {kList}, kList, Strict<EachOrNull<AsInteger>>, true, "toIntegerList(input :: LIST<ANY>) :: LIST<INTEGER>",
       "Each element as an integer, or null."},
      {"toFloatList", 1, 1, {kList}, kList, Strict<EachOrNull<AsFloat>>, true, "toFloatList(input :: LIST<ANY>) :: LIST<FLOAT>",
       "Each element as a float, or null."},
      {"toBooleanList", 1, 1, {kList}, kList, Strict<EachOrNull<AsBoolean>>, true, "toBooleanList(input :: LIST<ANY>) :: LIST<BOOLEAN>",
       "Each element as a boolean, or null."},
      {"toStringList", 1, 1, {kList}, kList, Strict<EachOrNull<AsText>>, true, "toStringList(input :: LIST<ANY>) :: LIST<STRING>",
       "Each element as a text, or null."},
      {"valueType", 1, 1, {any}, kString, ValueType, true, "valueType(input :: ANY) :: STRING", "The name of the value's type."},
  };
}

}  // namespace liantu::query
