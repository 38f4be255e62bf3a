// SPDX-License-Identifier: Apache-2.0
// Boxes, comparisons and text forms of query values. Integers and floats are compared exactly, never by rounding one to
// the other's type. Lists and maps nest no deeper than kMaxNesting (who builds them sees to it), so recursion is safe.
#include "query/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "graph/temporal.h"
#include "query/error.h"
#include "query/temporal.h"

namespace liantu::query {
namespace {

int Sign(bool less, bool greater) { return less ? -1 : greater ? 1 : 0; }
template <class T>
int Compare(const T& a, const T& b) { return Sign(a < b, b < a); }

int CompareIntegerFloat(int64_t i, double d) {  // d is not NaN
  if (d >= 9223372036854775808.0) return -1;
  if (d < -9223372036854775808.0) return 1;
  const int64_t whole = static_cast<int64_t>(d);
  if (i != whole) return i < whole ? -1 : 1;
  const double rest = d - static_cast<double>(whole);
  return Sign(rest > 0, rest < 0);
}

bool IsNan(const Value& v) { return v.kind() == Kind::kFloat && std::isnan(v.real()); }

// Neither is NaN.
int CompareNumbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::kInteger) {
    return b.kind() == Kind::kInteger ? Compare(a.integer(), b.integer()) : CompareIntegerFloat(a.integer(), b.real());
  }
  return b.kind() == Kind::kInteger ? -CompareIntegerFloat(b.integer(), a.real()) : Compare(a.real(), b.real());
}

// Times and datetimes stand in the order of their instants, then from west to east, then by zone name.
int CompareTimes(const graph::Time& a, const graph::Time& b) {
  const int64_t ua = a.nanos - a.offset_s * graph::kNanosPerSecond, ub = b.nanos - b.offset_s * graph::kNanosPerSecond;
  return ua != ub ? Compare(ua, ub) : Compare(a.offset_s, b.offset_s);
}
int CompareStrings(std::string_view a, std::string_view b) {
  const int c = a.compare(b);
  return Sign(c < 0, c > 0);
}

// The two have the same kind, one of the scalars that are not numbers; UTF-8 bytes sort as code points do.
int CompareScalars(const Value& a, const Value& b) {
  switch (a.kind()) {
    case Kind::kBoolean: return Compare(a.boolean(), b.boolean());
    case Kind::kString: return CompareStrings(a.string(), b.string());
    case Kind::kDate: return Compare(a.date(), b.date());
    case Kind::kLocalTime: return Compare(a.local_time(), b.local_time());
    case Kind::kTime: return CompareTimes(a.time(), b.time());
    case Kind::kLocalDateTime: return Compare(a.local_date_time(), b.local_date_time());
    case Kind::kDateTime: return Compare(a.date_time(), b.date_time());
    default: LT_ASSERT(false); return 0;
  }
}

int Rank(Kind kind) {
  switch (kind) {
    case Kind::kMap: return 0;
    case Kind::kNode: return 1;
    case Kind::kRelationship: return 2;
    case Kind::kList: return 3;
    case Kind::kPath: return 4;
    case Kind::kPoint: return 5;
    case Kind::kDateTime: return 6;
    case Kind::kLocalDateTime: return 7;
    case Kind::kDate: return 8;
    case Kind::kTime: return 9;
    case Kind::kLocalTime: return 10;
    case Kind::kDuration: return 11;
    case Kind::kString: return 12;
    case Kind::kBoolean: return 13;
    case Kind::kInteger:
    case Kind::kFloat: return 14;
    case Kind::kNull: return 15;
  }
  return 16;
}

int ComparePaths(const PathValue& a, const PathValue& b) {
  const size_t steps = std::min(a.edges.size(), b.edges.size());
  for (size_t i = 0; i <= steps; ++i) {
    if (a.nodes[i] != b.nodes[i]) return Compare(a.nodes[i], b.nodes[i]);
    if (i < steps && a.edges[i] != b.edges[i]) return Compare(a.edges[i], b.edges[i]);
  }
  return Compare(a.edges.size(), b.edges.size());
}

// Coordinate by coordinate, with NaN last so that the order stays total.
int ComparePoints(const graph::Point& a, const graph::Point& b) {
  if (a.srid != b.srid) return Compare(a.srid, b.srid);
  const double pa[] = {a.x, a.y, a.z}, pb[] = {b.x, b.y, b.z};
  for (int i = 0; i < 3; ++i) {
    if (std::isnan(pa[i]) || std::isnan(pb[i])) {
      if (std::isnan(pa[i]) != std::isnan(pb[i])) return std::isnan(pa[i]) ? 1 : -1;
    } else if (pa[i] != pb[i]) {
      return Compare(pa[i], pb[i]);
    }
  }
  return 0;
}

size_t Mix(size_t seed, size_t v) {
  uint64_t x = (seed ^ v) + 0x9E3779B97F4A7C15ull + (static_cast<uint64_t>(seed) << 6);
  x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93ull;
  return x ^ (x >> 29);
}
size_t HashDouble(double d) {
  if (std::isnan(d)) return 0x7FF8;
  if (d == 0) d = 0;  // -0.0 is 0.0
  uint64_t bits;
  std::memcpy(&bits, &d, sizeof bits);
  return Mix(14, bits);
}
// An integer that some float equals must hash as that float does.
size_t HashInteger(int64_t i) {
  const double d = static_cast<double>(i);
  return CompareIntegerFloat(i, d) == 0 ? HashDouble(d) : Mix(14, static_cast<size_t>(i));
}

constexpr size_t kBoxBytes = 32;  // head, and what the allocator adds
constexpr size_t kMostBytes = size_t{1} << 62;  // a list of one list twice, forty times over, has a size beyond all memory

uint32_t DepthOf(const ValueList& list) {
  uint32_t depth = 0;
  for (const Value& v : list) depth = std::max(depth, v.depth());
  return depth + 1;
}
uint32_t DepthOf(const ValueMap& map) {
  uint32_t depth = 0;
  for (const auto& [key, v] : map) depth = std::max(depth, v.depth());
  return depth + 1;
}

// As Java and with it Cypher's other engines write a float: 0.001 to 9999999 in full, others as 1.0E10.
std::string FloatText(double d) {
  if (std::isnan(d)) return "NaN";
  if (std::isinf(d)) return d < 0 ? "-Infinity" : "Infinity";
  if (d == 0) return std::signbit(d) ? "-0.0" : "0.0";
  char buffer[400];
  const double size = std::fabs(d);
  if (size >= 1e-3 && size < 1e7) {
    std::string out(buffer, std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::fixed).ptr);
    if (out.find('.') == out.npos) out += ".0";
    return out;
  }
  std::string out(buffer, std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::scientific).ptr);
  const size_t e = out.find('e');
  std::string digits = out.substr(0, e);
  if (digits.find('.') == digits.npos) digits += ".0";
  int exponent = 0;
  const char* from = out.data() + e + 1 + (out[e + 1] == '+');
  std::from_chars(from, out.data() + out.size(), exponent);
  return Text(digits, 'E', exponent);
}

void AppendQuoted(std::string& out, std::string_view s) {
  out += '\'';
  for (char c : s) {
    switch (c) {
      case '\'': out += "\\'"; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  out += '\'';
}

bool PlainKey(std::string_view key) {
  if (key.empty() || (key[0] >= '0' && key[0] <= '9')) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
  });
}

void AppendLiteral(std::string& out, const Value& v) {
  switch (v.kind()) {
    case Kind::kString: AppendQuoted(out, v.string()); return;
    case Kind::kList: {
      out += '[';
      for (size_t i = 0; i < v.list().size(); ++i) {
        if (i > 0) out += ", ";
        AppendLiteral(out, v.list()[i]);
      }
      out += ']';
      return;
    }
    case Kind::kMap: {
      out += '{';
      for (size_t i = 0; i < v.map().size(); ++i) {
        const auto& [key, value] = v.map()[i];
        if (i > 0) out += ", ";
        out += PlainKey(key) ? key : Text('`', key, '`');
        out += ": ";
        AppendLiteral(out, value);
      }
      out += '}';
      return;
    }
    case Kind::kNode: out += Text("(#", v.node().raw, ")"); return;
    case Kind::kRelationship: out += Text("[#", v.relationship().raw, "]"); return;
    case Kind::kPath: {
      const PathValue& p = v.path();
      out += '<';
      for (size_t i = 0; i < p.nodes.size(); ++i) {
        if (i > 0) out += Text("-[#", p.edges[i - 1].raw, "]-");
        out += Text("(#", p.nodes[i].raw, ")");
      }
      out += '>';
      return;
    }
    case Kind::kDate: out += "date("; break;
    case Kind::kLocalTime: out += "localtime("; break;
    case Kind::kTime: out += "time("; break;
    case Kind::kLocalDateTime: out += "localdatetime("; break;
    case Kind::kDateTime: out += "datetime("; break;
    case Kind::kDuration: out += "duration("; break;
    default: out += ToText(v); return;
  }
  AppendQuoted(out, ToText(v));
  out += ')';
}

}  // namespace

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "Null";
    case Kind::kBoolean: return "Boolean";
    case Kind::kInteger: return "Integer";
    case Kind::kFloat: return "Float";
    case Kind::kString: return "String";
    case Kind::kDate: return "Date";
    case Kind::kLocalTime: return "LocalTime";
    case Kind::kTime: return "Time";
    case Kind::kLocalDateTime: return "LocalDateTime";
    case Kind::kDateTime: return "DateTime";
    case Kind::kDuration: return "Duration";
    case Kind::kPoint: return "Point";
    case Kind::kList: return "List";
    case Kind::kMap: return "Map";
    case Kind::kNode: return "Node";
    case Kind::kRelationship: return "Relationship";
    case Kind::kPath: return "Path";
  }
  return "Any";
}

Value Value::String(std::string v) { return Make(Kind::kString, std::move(v)); }
Value Value::List(ValueList v) {
  const uint32_t depth = DepthOf(v);
  size_t bytes = kBoxBytes + sizeof(ValueList) + v.capacity() * sizeof(Value);
  for (const Value& item : v) bytes = std::min(bytes + item.HeapBytes(), kMostBytes);
  auto* const box = new NestedBox<ValueList>(std::move(v), bytes);
  box->depth = depth;
  return Value(Kind::kList, Bits{.box = static_cast<BoxHead*>(box)});
}
Value Value::Map(ValueMap v) {
  std::stable_sort(v.begin(), v.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t kept = 0;
  for (size_t i = 0; i < v.size(); ++i) {
    if (i + 1 < v.size() && v[i].first == v[i + 1].first) continue;
    if (kept != i) v[kept] = std::move(v[i]);
    ++kept;
  }
  v.resize(kept);
  const uint32_t depth = DepthOf(v);
  size_t bytes = kBoxBytes + sizeof(ValueMap) + v.capacity() * sizeof(ValueMap::value_type);
  for (const auto& [key, item] : v) {
    bytes = std::min(bytes + item.HeapBytes() + (key.capacity() > 15 ? key.capacity() + 16 : 0), kMostBytes);
  }
  auto* const box = new NestedBox<ValueMap>(std::move(v), bytes);
  box->depth = depth;
  return Value(Kind::kMap, Bits{.box = static_cast<BoxHead*>(box)});
}
Value Value::Path(PathValue v) {
  LT_ASSERT(v.nodes.size() == v.edges.size() + 1);
  return Make(Kind::kPath, std::move(v));
}
Value Value::Of(graph::Date v) { return Make(Kind::kDate, v); }
Value Value::Of(graph::LocalTime v) { return Make(Kind::kLocalTime, v); }
Value Value::Of(graph::Time v) { return Make(Kind::kTime, v); }
Value Value::Of(graph::LocalDateTime v) { return Make(Kind::kLocalDateTime, v); }
Value Value::Of(graph::DateTime v) { return Make(Kind::kDateTime, std::move(v)); }
Value Value::Of(graph::Duration v) { return Make(Kind::kDuration, v); }
Value Value::Of(graph::Point v) { return Make(Kind::kPoint, v); }

Value Value::Of(const graph::Value& v) {
  using Type = graph::Value::Type;
  switch (v.type()) {
    case Type::kNull: return {};
    case Type::kBoolean: return Boolean(*v.as<bool>());
    case Type::kInteger: return Integer(*v.as<int64_t>());
    case Type::kFloat: return Float(*v.as<double>());
    case Type::kString: return String(*v.as<std::string>());
    case Type::kDate: return Of(*v.as<graph::Date>());
    case Type::kLocalTime: return Of(*v.as<graph::LocalTime>());
    case Type::kTime: return Of(*v.as<graph::Time>());
    case Type::kLocalDateTime: return Of(*v.as<graph::LocalDateTime>());
    case Type::kDateTime: return Of(*v.as<graph::DateTime>());
    case Type::kDuration: return Of(*v.as<graph::Duration>());
    case Type::kPoint: return Of(*v.as<graph::Point>());
    case Type::kList: {
      ValueList out;
      out.reserve(v.as<graph::Value::List>()->size());
      for (const graph::Value& item : *v.as<graph::Value::List>()) out.push_back(Of(item));
      return List(std::move(out));
    }
  }
  return {};
}

Value Value::Of(graph::Value&& v) {
  if (v.type() == graph::Value::Type::kString) return String(std::move(v).text());
  return Of(std::as_const(v));
}

void Value::Release() {
  BoxHead* box = Box();
  if (box->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  switch (kind_) {
    case Kind::kString: delete static_cast<BoxOf<std::string>*>(box); break;
    case Kind::kDate: delete static_cast<BoxOf<graph::Date>*>(box); break;
    case Kind::kLocalTime: delete static_cast<BoxOf<graph::LocalTime>*>(box); break;
    case Kind::kTime: delete static_cast<BoxOf<graph::Time>*>(box); break;
    case Kind::kLocalDateTime: delete static_cast<BoxOf<graph::LocalDateTime>*>(box); break;
    case Kind::kDateTime: delete static_cast<BoxOf<graph::DateTime>*>(box); break;
    case Kind::kDuration: delete static_cast<BoxOf<graph::Duration>*>(box); break;
    case Kind::kPoint: delete static_cast<BoxOf<graph::Point>*>(box); break;
    case Kind::kList: delete static_cast<NestedBox<ValueList>*>(box); break;
    case Kind::kMap: delete static_cast<NestedBox<ValueMap>*>(box); break;
    case Kind::kPath: delete static_cast<BoxOf<PathValue>*>(box); break;
    default: LT_ASSERT(false);
  }
}

const Value* Value::Find(std::string_view key) const {
  const ValueMap& entries = map();
  const auto at = std::lower_bound(entries.begin(), entries.end(), key, [](const auto& e, std::string_view k) { return e.first < k; });
  return at != entries.end() && at->first == key ? &at->second : nullptr;
}

size_t Value::HeapBytes() const {
  switch (kind_) {
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kInteger:
    case Kind::kFloat:
    case Kind::kNode:
    case Kind::kRelationship: return 0;
    case Kind::kString: return kBoxBytes + sizeof(std::string) + (string().capacity() > 15 ? string().capacity() + 16 : 0);
    case Kind::kList: return static_cast<const NestedBox<ValueList>*>(Box())->bytes;
    case Kind::kMap: return static_cast<const NestedBox<ValueMap>*>(Box())->bytes;
    case Kind::kPath: return kBoxBytes + sizeof(PathValue) + (path().nodes.capacity() + path().edges.capacity()) * 8 + 32;
    default: return kBoxBytes + 48;
  }
}

std::optional<bool> Equals(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return std::nullopt;
  if (a.is_number() && b.is_number()) return !IsNan(a) && !IsNan(b) && CompareNumbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kList: {
      const ValueList &x = a.list(), &y = b.list();
      if (x.size() != y.size()) return false;
      bool unknown = false;
      for (size_t i = 0; i < x.size(); ++i) {
        const std::optional<bool> same = Equals(x[i], y[i]);
        if (!same) unknown = true;
        else if (!*same) return false;
      }
      return unknown ? std::nullopt : std::optional<bool>(true);
    }
    case Kind::kMap: {
      const ValueMap &x = a.map(), &y = b.map();
      if (x.size() != y.size()) return false;
      for (size_t i = 0; i < x.size(); ++i) {
        if (x[i].first != y[i].first) return false;
      }
      bool unknown = false;
      for (size_t i = 0; i < x.size(); ++i) {
        const std::optional<bool> same = Equals(x[i].second, y[i].second);
        if (!same) unknown = true;
        else if (!*same) return false;
      }
      return unknown ? std::nullopt : std::optional<bool>(true);
    }
    case Kind::kNode: return a.node() == b.node();
    case Kind::kRelationship: return a.relationship() == b.relationship();
    case Kind::kPath: return a.path().nodes == b.path().nodes && a.path().edges == b.path().edges;
    case Kind::kPoint: return a.point() == b.point();
    case Kind::kDuration: return a.duration() == b.duration();
    default: return CompareScalars(a, b) == 0;
  }
}

std::optional<int> CompareForInequality(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) {
    if (IsNan(a) || IsNan(b)) return std::nullopt;
    return CompareNumbers(a, b);
  }
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kBoolean:
    case Kind::kString:
    case Kind::kDate:
    case Kind::kLocalTime:
    case Kind::kTime:
    case Kind::kLocalDateTime:
    case Kind::kDateTime: return CompareScalars(a, b);
    case Kind::kList: {
      const ValueList &x = a.list(), &y = b.list();
      for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
        const std::optional<int> c = CompareForInequality(x[i], y[i]);
        if (!c) {
          // Elements without an order can still be known to be equal, as two nodes are.
          if (Equals(x[i], y[i]) == std::optional<bool>(true)) continue;
          return std::nullopt;
        }
        if (*c != 0) return c;
      }
      return Compare(x.size(), y.size());
    }
    default: return std::nullopt;
  }
}

int CompareForOrder(const Value& a, const Value& b) {
  const int ra = Rank(a.kind()), rb = Rank(b.kind());
  if (ra != rb) return Compare(ra, rb);
  switch (a.kind()) {
    case Kind::kNull: return 0;
    case Kind::kInteger:
    case Kind::kFloat: {
      const bool na = IsNan(a), nb = IsNan(b);
      return na || nb ? Compare(na, nb) : CompareNumbers(a, b);
    }
    case Kind::kNode: return Compare(a.node(), b.node());
    case Kind::kRelationship: return Compare(a.relationship(), b.relationship());
    case Kind::kPath: return ComparePaths(a.path(), b.path());
    case Kind::kPoint: return ComparePoints(a.point(), b.point());
    case Kind::kDuration: return CompareDurations(a.duration(), b.duration());
    case Kind::kList: {
      const ValueList &x = a.list(), &y = b.list();
      for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
        if (const int c = CompareForOrder(x[i], y[i]); c != 0) return c;
      }
      return Compare(x.size(), y.size());
    }
    case Kind::kMap: {
      const ValueMap &x = a.map(), &y = b.map();
      if (x.size() != y.size()) return Compare(x.size(), y.size());
      for (size_t i = 0; i < x.size(); ++i) {
        if (const int c = CompareStrings(x[i].first, y[i].first); c != 0) return c;
      }
      for (size_t i = 0; i < x.size(); ++i) {
        if (const int c = CompareForOrder(x[i].second, y[i].second); c != 0) return c;
      }
      return 0;
    }
    default: return CompareScalars(a, b);
  }
}

bool Equivalent(const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case Kind::kInteger: return a.integer() == b.integer();
      case Kind::kNode: return a.node() == b.node();
      case Kind::kRelationship: return a.relationship() == b.relationship();
      case Kind::kString: return a.string() == b.string();
      default: break;
    }
  }
  return CompareForOrder(a, b) == 0;
}

size_t Hash(const Value& value) {
  size_t h = static_cast<size_t>(Rank(value.kind()));
  switch (value.kind()) {
    case Kind::kNull: return h;
    case Kind::kBoolean: return Mix(h, value.boolean());
    case Kind::kInteger: return HashInteger(value.integer());
    case Kind::kFloat: return HashDouble(value.real());
    case Kind::kString: return Mix(h, std::hash<std::string_view>()(value.string()));
    case Kind::kDate: return Mix(h, value.date().days);
    case Kind::kLocalTime: return Mix(h, value.local_time().nanos);
    case Kind::kTime: return Mix(Mix(h, value.time().nanos), value.time().offset_s);
    case Kind::kLocalDateTime: return Mix(Mix(h, value.local_date_time().seconds), value.local_date_time().nanos);
    case Kind::kDateTime: return Mix(Mix(h, value.date_time().seconds), value.date_time().nanos);
    case Kind::kDuration: {
      const graph::Duration& d = value.duration();
      return Mix(Mix(Mix(Mix(h, d.months), d.days), d.seconds), d.nanos);
    }
    case Kind::kPoint: {
      const graph::Point& p = value.point();
      return Mix(Mix(Mix(Mix(h, p.srid), HashDouble(p.x)), HashDouble(p.y)), HashDouble(p.z));
    }
    case Kind::kNode: return Mix(h, value.node().raw);
    case Kind::kRelationship: return Mix(h, value.relationship().raw);
    case Kind::kList:
      for (const Value& v : value.list()) h = Mix(h, Hash(v));
      return h;
    case Kind::kMap:
      for (const auto& [key, v] : value.map()) h = Mix(Mix(h, std::hash<std::string_view>()(key)), Hash(v));
      return h;
    case Kind::kPath:
      for (NodeId id : value.path().nodes) h = Mix(h, id.raw);
      for (EdgeId id : value.path().edges) h = Mix(h, id.raw);
      return h;
  }
  return h;
}

std::string ToText(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull: return "null";
    case Kind::kBoolean: return value.boolean() ? "true" : "false";
    case Kind::kInteger: return std::to_string(value.integer());
    case Kind::kFloat: return FloatText(value.real());
    case Kind::kString: return value.string();
    case Kind::kDate: return graph::ToText(value.date());
    case Kind::kLocalTime: return graph::ToText(value.local_time());
    case Kind::kTime: return graph::ToText(value.time());
    case Kind::kLocalDateTime: return graph::ToText(value.local_date_time());
    case Kind::kDateTime: return graph::ToText(value.date_time());
    case Kind::kDuration: return graph::ToText(value.duration());
    case Kind::kPoint: {
      const graph::Point& p = value.point();
      std::string out = Text("point({x: ", FloatText(p.x), ", y: ", FloatText(p.y));
      if (p.srid == 4979 || p.srid == 9157) out += Text(", z: ", FloatText(p.z));
      const char* crs = p.srid == 4326 ? "wgs-84" : p.srid == 4979 ? "wgs-84-3d" : p.srid == 7203 ? "cartesian" : "cartesian-3d";
      return out + Text(", crs: '", crs, "'})");
    }
    default: return ToLiteral(value);
  }
}

std::string ToLiteral(const Value& value) {
  std::string out;
  AppendLiteral(out, value);
  return out;
}

Result<graph::Value> ToStorable(const Value& value) {
  auto refuse = [&](std::string_view why) {
    std::string shown = ToLiteral(value);
    if (shown.size() > 80) {
      size_t at = 80;
      while ((shown[at] & 0xC0) == 0x80) --at;
      shown = shown.substr(0, at) + "…";
    }
    return Failure(ErrorType::kTypeError, "InvalidPropertyType", Text("a property cannot hold ", shown, ": ", why));
  };
  switch (value.kind()) {
    case Kind::kNull: return graph::Value();
    case Kind::kBoolean: return graph::Value(value.boolean());
    case Kind::kInteger: return graph::Value(value.integer());
    case Kind::kFloat: return graph::Value(value.real());
    case Kind::kString: return graph::Value(value.string());
    case Kind::kDate: return graph::Value(value.date());
    case Kind::kLocalTime: return graph::Value(value.local_time());
    case Kind::kTime: return graph::Value(value.time());
    case Kind::kLocalDateTime: return graph::Value(value.local_date_time());
    case Kind::kDateTime: return graph::Value(value.date_time());
    case Kind::kDuration: return graph::Value(value.duration());
    case Kind::kPoint: return graph::Value(value.point());
    case Kind::kList: {
      graph::Value::List list;
      list.reserve(value.list().size());
      for (const Value& item : value.list()) {
        if (item.is_null()) return refuse("null within a list");
        if (item.kind() == Kind::kList) return refuse("a list within a list");
        LT_ASSIGN(graph::Value stored, ToStorable(item));
        list.push_back(std::move(stored));
      }
      graph::Value out(std::move(list));
      if (const Status status = graph::CheckStorable(out); !status.ok()) return refuse(status.message());
      return out;
    }
    default: return refuse(Text("it is a ", KindName(value.kind())));
  }
}

}  // namespace liantu::query
