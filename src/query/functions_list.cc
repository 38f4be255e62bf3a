// SPDX-License-Identifier: Apache-2.0
// Lists and maps: size, ends, parts, ranges, keys; and what takes any value at all: coalesce, nullIf, exists.
#include <algorithm>

#include "query/function_tables.h"
#include "query/operators_scalar.h"

namespace liantu::query {
namespace {

Value Size(Context& context, Args args) {
  switch (args[0].kind()) {
    case Kind::kList: return Value::Integer(static_cast<int64_t>(args[0].list().size()));
    case Kind::kString: return Value::Integer(CharacterCount(args[0].string()));
    case Kind::kMap: return Value::Integer(static_cast<int64_t>(args[0].map().size()));
    default: return WrongKind(context, "size", "a List, String or Map", args[0]);
  }
}

Value IsEmpty(Context& context, Args args) {
  switch (args[0].kind()) {
    case Kind::kList: return Value::Boolean(args[0].list().empty());
    case Kind::kString: return Value::Boolean(args[0].string().empty());
    case Kind::kMap: return Value::Boolean(args[0].map().empty());
    default: return WrongKind(context, "isEmpty", "a List, String or Map", args[0]);
  }
}

Value Head(Context& context, Args args) {
  if (args[0].kind() != Kind::kList) return WrongKind(context, "head", "a List", args[0]);
  return args[0].list().empty() ? Value() : args[0].list().front();
}
Value Last(Context& context, Args args) {
  if (args[0].kind() != Kind::kList) return WrongKind(context, "last", "a List", args[0]);
  return args[0].list().empty() ? Value() : args[0].list().back();
}
Value Tail(Context& context, Args args) {
  if (args[0].kind() != Kind::kList) return WrongKind(context, "tail", "a List", args[0]);
  const ValueList& list = args[0].list();
  return Value::List(list.empty() ? ValueList() : ValueList(list.begin() + 1, list.end()));
}

Value Reverse(Context& context, Args args) {
  if (args[0].kind() == Kind::kList) return Value::List(ValueList(args[0].list().rbegin(), args[0].list().rend()));
  if (args[0].kind() != Kind::kString) return WrongKind(context, "reverse", "a List or String", args[0]);
  const std::string& s = args[0].string();
  std::string out(s.size(), '\0');
  size_t end = s.size();
  for (size_t at = 0; at < s.size();) {
    size_t next = at + 1;
    while (next < s.size() && (s[next] & 0xC0) == 0x80) ++next;
    end -= next - at;
    std::copy(s.begin() + static_cast<ptrdiff_t>(at), s.begin() + static_cast<ptrdiff_t>(next), out.begin() + static_cast<ptrdiff_t>(end));
    at = next;
  }
  return Value::String(std::move(out));
}

Value Range(Context& context, Args args) {
  for (const Value& v : args) {
    if (v.kind() != Kind::kInteger) return WrongKind(context, "range", "integers", v);
  }
  const int64_t from = args[0].integer(), to = args[1].integer(), step = args.size() == 3 ? args[2].integer() : 1;
  if (step == 0) return BadArgument(context, ErrorType::kArgumentError, "NumberOutOfRange", "range() takes no step of 0");
  if (step > 0 ? from > to : from < to) return Value::List({});
  const unsigned __int128 width = step > 0 ? static_cast<unsigned __int128>(static_cast<__int128>(to) - from) : static_cast<unsigned __int128>(static_cast<__int128>(from) - to);
  const unsigned __int128 size = step > 0 ? static_cast<__int128>(step) : -static_cast<__int128>(step);
  const unsigned __int128 count = width / size + 1;
  if (count > (uint64_t{1} << 40) ) {
    return BadArgument(context, ErrorType::kArgumentError, "NumberOutOfRange", "range() would have more than 2^40 elements");
  }
  if (!Fits(context, static_cast<uint64_t>(count) * sizeof(Value))) return {};
  ValueList out;
  out.reserve(static_cast<size_t>(count));
  for (uint64_t i = 0; i < static_cast<uint64_t>(count); ++i) {
    if (context.Stop()) return {};
    out.push_back(Value::Integer(static_cast<int64_t>(static_cast<__int128>(from) + static_cast<__int128>(i) * step)));
  }
  return Value::List(std::move(out));
}

Value Keys(Context& context, Args args) {
  ValueList out;
  switch (args[0].kind()) {
    case Kind::kMap:
      for (const auto& [key, value] : args[0].map()) out.push_back(Value::String(key));
      break;
    case Kind::kNode:
    case Kind::kRelationship:
      for (auto& [key, value] : context.PropertiesOf(args[0])) out.push_back(Value::String(std::move(key)));
      break;
    default: return WrongKind(context, "keys", "a Map, Node or Relationship", args[0]);
  }
  return Value::List(std::move(out));
}

Value Coalesce(Context&, Args args) {
  for (const Value& v : args) {
    if (!v.is_null()) return v;
  }
  return {};
}

Value NullIf(Context&, Args args) { return Equals(args[0], args[1]) == std::optional<bool>(true) ? Value() : args[0]; }

Value Exists(Context&, Args args) { return Value::Boolean(!args[0].is_null()); }

}  // namespace

std::vector<Function> ListFunctions() {
  return {
      {"size", 1, 1, {kList | kString | kMap}, kInteger, Strict<Size>, true, "size(input :: STRING | LIST<ANY>) :: INTEGER",
       "The count of elements of a list, or of characters of a string."},
      {"isEmpty", 1, 1, {kList | kString | kMap}, kBoolean, Strict<IsEmpty>, true, "isEmpty(input :: STRING | LIST<ANY> | MAP) :: BOOLEAN",
       "Whether there is nothing in a list, string or map."},
      {"head", 1, 1, {kList}, kAnyKind, Strict<Head>, true, "head(list :: LIST<ANY>) :: ANY", "The first element."},
      {"last", 1, 1, {kList}, kAnyKind, Strict<Last>, true, "last(list :: LIST<ANY>) :: ANY", "The last element."},
      {"tail", 1, 1, {kList}, kList, Strict<Tail>, true, "tail(list :: LIST<ANY>) :: LIST<ANY>", "All elements but the first."},
      {"reverse", 1, 1, {kList | kString}, kList | kString, Strict<Reverse>, true, "reverse(input :: STRING | LIST<ANY>) :: STRING | LIST<ANY>",
       "The elements or characters from the last to the first."},
      {"range", 2, 3, {kInteger, kInteger, kInteger}, kList, Strict<Range>, true,
       "range(start :: INTEGER, end :: INTEGER, step = 1 :: INTEGER) :: LIST<INTEGER>", "The integers from start to end, both included."},
      {"keys", 1, 1, {kMap | kNode | kRelationship}, kList, Strict<Keys>, true, "keys(input :: MAP | NODE | RELATIONSHIP) :: LIST<STRING>",
       "The names of properties or map entries."},
      {"coalesce", 1, -1, {kAnyKind}, kAnyKind, Coalesce, true, "coalesce(input :: ANY, …) :: ANY", "The first argument that is not null."},
      {"nullIf", 2, 2, {kAnyKind, kAnyKind}, kAnyKind, NullIf, true, "nullIf(v1 :: ANY, v2 :: ANY) :: ANY", "null if both are equal, else the first."},
      {"exists", 1, 1, {kAnyKind}, kBoolean, Exists, true, "exists(input :: ANY) :: BOOLEAN", "Whether a property is there, or a pattern has a match."},
  };
}

}  // namespace liantu::query
