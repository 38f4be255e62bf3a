// SPDX-License-Identifier: Apache-2.0
// Record form, index form, order and text of values; the texts of temporal values are in temporal.cc. Both byte forms
// are part of the storage format (docs/storage-format.md).
#include "graph/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <tuple>

#include "base/bytes.h"
#include "graph/temporal.h"
#include "text/suggest.h"

namespace liantu::graph {
namespace {

using Type = Value::Type;
using Int128 = __int128;

constexpr int kMaxListDepth = 16;  // of lists in lists, when reading bytes that nobody vouches for

struct TypeName { std::string_view name; Type type; };
constexpr TypeName kTypeNames[] = {
    // The first name of a type is the one we write.
    {"boolean", Type::kBoolean}, {"integer", Type::kInteger}, {"float", Type::kFloat}, {"string", Type::kString},
    {"date", Type::kDate}, {"localtime", Type::kLocalTime}, {"time", Type::kTime},
    {"localdatetime", Type::kLocalDateTime}, {"datetime", Type::kDateTime}, {"duration", Type::kDuration},
    {"point", Type::kPoint},
    {"int", Type::kInteger}, {"long", Type::kInteger}, {"short", Type::kInteger}, {"byte", Type::kInteger},
    {"double", Type::kFloat}, {"char", Type::kString}, {"bool", Type::kBoolean},
};

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// What is shown of a user's text in a message.
std::string Shown(std::string_view text) {
  constexpr size_t kLongest = 80;
  if (text.size() <= kLongest) return std::string(text);
  size_t end = kLongest;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

Status Expected(std::string_view what, std::string_view found, std::string_view hint = {}) {
  return Status(Code::kInvalid, Text("expected ", what, ", found '", Shown(found), "'", hint.empty() ? "" : "; ", hint));
}

Result<Value> ParseInteger(std::string_view text) {
  std::string_view digits = Trim(text);
  if (!digits.empty() && digits.front() == '+' && digits.size() > 1 && digits[1] != '-') digits.remove_prefix(1);
  int64_t v = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
  if (error == std::errc::result_out_of_range) {
    return Expected("an integer between -9223372036854775808 and 9223372036854775807", text);
  }
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return Expected("an integer", text, digits.find(',') != digits.npos ? "leave out the thousands separators" : "");
  }
  return Value(v);
}

std::optional<double> ReadFloat(std::string_view digits) {
  digits = Trim(digits);
  if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') digits.remove_prefix(1);
  double v = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
  if (end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too large is refused; too small to be told from zero is zero.
    const std::string text(digits);
    v = std::strtod(text.c_str(), nullptr);
    return std::isinf(v) ? std::nullopt : std::optional<double>(v);
  }
  return error == std::errc() ? std::optional<double>(v) : std::nullopt;
}

Result<Value> ParseFloat(std::string_view text) {
  const std::optional<double> v = ReadFloat(text);
  if (!v) return Expected("a number", text, text.find(',') != text.npos ? "leave out the thousands separators, write the decimal sign as a point" : "");
  return Value(*v);
}

Result<Value> ParseBoolean(std::string_view text) {
  const std::string word = Lower(Trim(text));
  if (word == "true") return Value(true);
  if (word == "false") return Value(false);
  return Expected("true or false", text);
}

bool HasHeight(int32_t srid) { return srid == 4979 || srid == 9157; }
bool IsSrid(int64_t srid) { return srid == 4326 || srid == 4979 || srid == 7203 || srid == 9157; }

Result<Value> CheckedPoint(Point p, std::string_view text) {
  if (p.srid == 4326 || p.srid == 4979) {
    if (!(p.x >= -180 && p.x <= 180)) return Expected("a longitude between -180 and 180", text);
    if (!(p.y >= -90 && p.y <= 90)) return Expected("a latitude between -90 and 90", text);
  }
  if (!std::isfinite(p.x) || !std::isfinite(p.y) || !std::isfinite(p.z)) return Expected("finite coordinates", text);
  return Value(p);
}

constexpr std::string_view kPointForms = "a point such as {latitude: 23.13, longitude: 113.26}, {x: 1, y: 2} or POINT(113.26 23.13)";

// {latitude: …, longitude: …, height: …} or {x: …, y: …, z: …}, with crs or srid where wanted.
Result<Value> ParsePointMap(std::string_view text, std::string_view inside) {
  std::optional<double> x, y, z;
  std::optional<int32_t> srid;
  bool geographic = false, cartesian = false;
  while (!Trim(inside).empty()) {
    const size_t comma = inside.find(',');
    const std::string_view entry = inside.substr(0, comma);
    inside = comma == inside.npos ? std::string_view() : inside.substr(comma + 1);
    const size_t colon = entry.find(':');
    if (colon == entry.npos) return Expected(kPointForms, text);
    std::string name = Lower(Trim(entry.substr(0, colon)));
    std::string_view word = Trim(entry.substr(colon + 1));
    if (word.size() >= 2 && (word.front() == '"' || word.front() == '\'') && word.back() == word.front()) {
      word = word.substr(1, word.size() - 2);
    }
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front()) {
      name = name.substr(1, name.size() - 2);
    }
    if (name == "crs") {
      const std::string crs = Lower(word);
      if (crs == "wgs-84") srid = 4326;
      else if (crs == "wgs-84-3d") srid = 4979;
      else if (crs == "cartesian") srid = 7203;
      else if (crs == "cartesian-3d") srid = 9157;
      else return Expected("one of the systems wgs-84, wgs-84-3d, cartesian, cartesian-3d", word);
      continue;
    }
    const std::optional<double> v = ReadFloat(word);
    if (!v) return Expected(Text("a number as the point's ", name), word);
    if (name == "srid") {
      if (*v != std::floor(*v) || std::abs(*v) > 1e6 || !IsSrid(static_cast<int64_t>(*v))) return Expected("srid 4326, 4979, 7203 or 9157", word);
      srid = static_cast<int32_t>(*v);
    } else if (name == "longitude" || name == "lon" || name == "x") {
      x = v;
      (name == "x" ? cartesian : geographic) = true;
    } else if (name == "latitude" || name == "lat" || name == "y") {
      y = v;
      (name == "y" ? cartesian : geographic) = true;
    } else if (name == "height" || name == "z") {
      z = v;
    } else {
      return Expected(kPointForms, text, Text("'", Shown(name), "' is no part of a point"));
    }
  }
  if (!x || !y || (geographic && cartesian)) return Expected(kPointForms, text);
  Point p;
  p.srid = srid ? *srid : geographic ? (z ? 4979 : 4326) : (z ? 9157 : 7203);
  if (HasHeight(p.srid) != z.has_value()) return Expected(z ? "no third coordinate in that system" : "a third coordinate in that system", text);
  if (geographic && p.srid != 4326 && p.srid != 4979) return Expected("x and y in a Cartesian system", text);
  p.x = *x, p.y = *y, p.z = z.value_or(0);
  return CheckedPoint(p, text);
}

// POINT(x y), POINT Z(x y z), each with CARTESIAN before it where it is not WGS-84; also SRID=n;POINT….
Result<Value> ParsePoint(std::string_view text) {
  std::string_view in = Trim(text);
  if (in.size() >= 2 && in.front() == '{' && in.back() == '}') return ParsePointMap(text, in.substr(1, in.size() - 2));
  std::string word = Lower(in);
  std::string_view rest = word;
  auto take = [&](std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest = Trim(rest.substr(prefix.size()));
    return true;
  };
  std::optional<int32_t> srid;
  const bool cartesian = take("cartesian");
  if (!cartesian && take("srid=")) {
    int32_t v = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), v);
    if (error != std::errc() || end == rest.data() + rest.size() || *end != ';' || !IsSrid(v)) return Expected("srid 4326, 4979, 7203 or 9157", text);
    srid = v;
    rest = Trim(rest.substr(static_cast<size_t>(end - rest.data()) + 1));
  }
  if (!take("point")) return Expected(kPointForms, text);
  const bool marked = take("z");
  if (rest.size() < 2 || rest.front() != '(' || rest.back() != ')') return Expected(kPointForms, text);
  rest = Trim(rest.substr(1, rest.size() - 2));
  std::vector<double> at;
  while (!rest.empty()) {
    const size_t space = rest.find_first_of(" \t");
    const std::optional<double> v = ReadFloat(rest.substr(0, space));
    if (!v || at.size() == 3) return Expected(kPointForms, text);
    at.push_back(*v);
    rest = space == rest.npos ? std::string_view() : Trim(rest.substr(space));
  }
  if (at.size() < 2 || (marked && at.size() != 3)) return Expected(kPointForms, text);
  Point p;
  p.x = at[0], p.y = at[1], p.z = at.size() == 3 ? at[2] : 0;
  p.srid = srid ? *srid : cartesian ? (at.size() == 3 ? 9157 : 7203) : (at.size() == 3 ? 4979 : 4326);
  if (HasHeight(p.srid) != (at.size() == 3)) return Expected(kPointForms, text);
  return CheckedPoint(p, text);
}

template <class T>
Result<Value> ToValue(Result<T> result) {
  if (!result.ok()) return result.status();
  return Value(*std::move(result));
}

Result<Value> ParseScalar(Type type, std::string_view text) {
  switch (type) {
    case Type::kBoolean: return ParseBoolean(text);
    case Type::kInteger: return ParseInteger(text);
    case Type::kFloat: return ParseFloat(text);
    case Type::kString: return Value(text);
    case Type::kDate: return ToValue(ParseDate(Trim(text)));
    case Type::kLocalTime: return ToValue(ParseLocalTime(Trim(text)));
    case Type::kTime: return ToValue(ParseTime(Trim(text)));
    case Type::kLocalDateTime: return ToValue(ParseLocalDateTime(Trim(text)));
    case Type::kDateTime: return ToValue(ParseDateTime(Trim(text)));
    case Type::kDuration: return ToValue(ParseDuration(Trim(text)));
    case Type::kPoint: return ParsePoint(text);
    case Type::kNull:
    case Type::kList: break;
  }
  return Status(Code::kInvalid, "a value of that type has no text form");
}

void AppendFloat(std::string& out, double v) {
  if (std::isnan(v)) {
    out += "NaN";
    return;
  }
  if (std::isinf(v)) {
    out += v < 0 ? "-Infinity" : "Infinity";
    return;
  }
  // Plain digits where a person would write them, an exponent for the very large and very small.
  std::array<char, 400> buffer;
  const double size = std::abs(v);
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e16);
  const auto [end, error] = plain ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), v, std::chars_format::fixed)
                                  : std::to_chars(buffer.data(), buffer.data() + buffer.size(), v, std::chars_format::scientific);
  out.append(buffer.data(), end);
}

void AppendText(std::string& out, const Value& value) {
  switch (value.type()) {
    case Type::kNull: return;
    case Type::kBoolean: out += *value.as<bool>() ? "true" : "false"; return;
    case Type::kInteger: out += std::to_string(*value.as<int64_t>()); return;
    case Type::kFloat: AppendFloat(out, *value.as<double>()); return;
    case Type::kString: out += value.text(); return;
    case Type::kDate: out += ToText(*value.as<Date>()); return;
    case Type::kLocalTime: out += ToText(*value.as<LocalTime>()); return;
    case Type::kTime: out += ToText(*value.as<Time>()); return;
    case Type::kLocalDateTime: out += ToText(*value.as<LocalDateTime>()); return;
    case Type::kDateTime: out += ToText(*value.as<DateTime>()); return;
    case Type::kDuration: out += ToText(*value.as<Duration>()); return;
    case Type::kPoint: {
      const Point& p = *value.as<Point>();
      if (p.srid == 7203 || p.srid == 9157) out += "CARTESIAN ";
      out += HasHeight(p.srid) ? "POINT Z(" : "POINT(";
      AppendFloat(out, p.x);
      out += ' ';
      AppendFloat(out, p.y);
      if (HasHeight(p.srid)) {
        out += ' ';
        AppendFloat(out, p.z);
      }
      out += ')';
      return;
    }
    case Type::kList: {
      bool first = true;
      for (const Value& v : *value.as<Value::List>()) {
        if (!first) out += "; ";
        first = false;
        AppendText(out, v);
      }
      return;
    }
  }
}

// ---- Record form ----
// type byte, then
//   boolean 1 byte; integer zigzag varint; float 8 bytes; string length + bytes
//   date zigzag days; localtime varint nanos; time varint nanos, zigzag offset
//   localdatetime zigzag seconds, varint nanos; datetime the same, zigzag offset, zone as string
//   duration zigzag months, days, seconds, varint nanos; point varint srid, 2 or 3 doubles
//   list varint count, then (if not 0) the common type byte and each payload; 0 as the common type: each with its own

void EncodePayload(std::string& out, const Value& value) {
  switch (value.type()) {
    case Type::kNull: return;
    case Type::kBoolean: out.push_back(*value.as<bool>() ? 1 : 0); return;
    case Type::kInteger: PutVarint(out, ZigZag(*value.as<int64_t>())); return;
    case Type::kFloat: PutDouble(out, *value.as<double>()); return;
    case Type::kString: PutString(out, value.text()); return;
    case Type::kDate: PutVarint(out, ZigZag(value.as<Date>()->days)); return;
    case Type::kLocalTime: PutVarint(out, static_cast<uint64_t>(value.as<LocalTime>()->nanos)); return;
    case Type::kTime: {
      const Time& t = *value.as<Time>();
      PutVarint(out, static_cast<uint64_t>(t.nanos));
      PutVarint(out, ZigZag(t.offset_s));
      return;
    }
    case Type::kLocalDateTime: {
      const LocalDateTime& t = *value.as<LocalDateTime>();
      PutVarint(out, ZigZag(t.seconds));
      PutVarint(out, static_cast<uint64_t>(t.nanos));
      return;
    }
    case Type::kDateTime: {
      const DateTime& t = *value.as<DateTime>();
      PutVarint(out, ZigZag(t.seconds));
      PutVarint(out, static_cast<uint64_t>(t.nanos));
      PutVarint(out, ZigZag(t.offset_s));
      PutString(out, t.zone);
      return;
    }
    case Type::kDuration: {
      const Duration& d = *value.as<Duration>();
      PutVarint(out, ZigZag(d.months));
      PutVarint(out, ZigZag(d.days));
      PutVarint(out, ZigZag(d.seconds));
      PutVarint(out, static_cast<uint64_t>(d.nanos));
      return;
    }
    case Type::kPoint: {
      const Point& p = *value.as<Point>();
      PutVarint(out, static_cast<uint64_t>(p.srid));
      PutDouble(out, p.x);
      PutDouble(out, p.y);
      if (HasHeight(p.srid)) PutDouble(out, p.z);
      return;
    }
    case Type::kList: {
      const Value::List& list = *value.as<Value::List>();
      PutVarint(out, list.size());
      if (list.empty()) return;
      const Type common = list.front().type();
      const bool mixed = common == Type::kNull || std::any_of(list.begin(), list.end(), [&](const Value& v) { return v.type() != common; });
      out.push_back(mixed ? 0 : static_cast<char>(common));
      for (const Value& v : list) {
        if (mixed) out.push_back(static_cast<char>(v.type()));
        EncodePayload(out, v);
      }
      return;
    }
  }
}

bool GetSigned(std::string_view& in, int64_t& v) {
  uint64_t raw;
  if (!GetVarint(in, raw)) return false;
  v = UnZigZag(raw);
  return true;
}
bool GetBounded(std::string_view& in, int64_t limit, int64_t& v) {  // 0 <= v < limit
  uint64_t raw;
  if (!GetVarint(in, raw) || raw >= static_cast<uint64_t>(limit)) return false;
  v = static_cast<int64_t>(raw);
  return true;
}
bool GetNanos(std::string_view& in, int32_t& v) {
  int64_t wide;
  if (!GetBounded(in, kNanosPerSecond, wide)) return false;
  v = static_cast<int32_t>(wide);
  return true;
}
bool GetOffset(std::string_view& in, int32_t& v) {
  int64_t wide;
  if (!GetSigned(in, wide) || wide < -kMaxOffset || wide > kMaxOffset) return false;
  v = static_cast<int32_t>(wide);
  return true;
}
bool GetSeconds(std::string_view& in, int64_t& v) {
  return GetSigned(in, v) && v >= (kMinDays - 1) * 86400 && v < (kMaxDays + 2) * 86400;
}

bool DecodePayload(std::string_view& in, Type type, int depth, Value& value) {
  switch (type) {
    case Type::kNull: value = Value(); return true;
    case Type::kBoolean: {
      if (in.empty() || static_cast<uint8_t>(in.front()) > 1) return false;
      value = Value(in.front() == 1);
      in.remove_prefix(1);
      return true;
    }
    case Type::kInteger: {
      int64_t v;
      if (!GetSigned(in, v)) return false;
      value = Value(v);
      return true;
    }
    case Type::kFloat: {
      double v;
      if (!GetDouble(in, v)) return false;
      value = Value(v);
      return true;
    }
    case Type::kString: {
      std::string_view v;
      if (!GetString(in, v)) return false;
      value = Value(v);
      return true;
    }
    case Type::kDate: {
      Date v;
      if (!GetSigned(in, v.days) || v.days < kMinDays || v.days > kMaxDays) return false;
      value = Value(v);
      return true;
    }
    case Type::kLocalTime: {
      LocalTime v;
      if (!GetBounded(in, kNanosPerDay, v.nanos)) return false;
      value = Value(v);
      return true;
    }
    case Type::kTime: {
      Time v;
      if (!GetBounded(in, kNanosPerDay, v.nanos) || !GetOffset(in, v.offset_s)) return false;
      value = Value(v);
      return true;
    }
    case Type::kLocalDateTime: {
      LocalDateTime v;
      if (!GetSeconds(in, v.seconds) || !GetNanos(in, v.nanos)) return false;
      value = Value(v);
      return true;
    }
    case Type::kDateTime: {
      DateTime v;
      std::string_view zone;
      if (!GetSeconds(in, v.seconds) || !GetNanos(in, v.nanos) || !GetOffset(in, v.offset_s) || !GetString(in, zone)) return false;
      v.zone = std::string(zone);
      value = Value(std::move(v));
      return true;
    }
    case Type::kDuration: {
      Duration v;
      if (!GetSigned(in, v.months) || !GetSigned(in, v.days) || !GetSigned(in, v.seconds) || !GetNanos(in, v.nanos)) return false;
      value = Value(v);
      return true;
    }
    case Type::kPoint: {
      Point v;
      uint64_t srid;
      if (!GetVarint(in, srid) || srid > 1000000 || !IsSrid(static_cast<int64_t>(srid))) return false;
      v.srid = static_cast<int32_t>(srid);
      if (!GetDouble(in, v.x) || !GetDouble(in, v.y) || (HasHeight(v.srid) && !GetDouble(in, v.z))) return false;
      value = Value(v);
      return true;
    }
    case Type::kList: {
      uint64_t count;
      if (depth >= kMaxListDepth || !GetVarint(in, count)) return false;
      Value::List list;
      if (count > 0) {
        if (in.empty()) return false;
        const auto common = static_cast<uint8_t>(in.front());
        if (common > static_cast<uint8_t>(Type::kList)) return false;
        in.remove_prefix(1);
        if (count > in.size()) return false;  // every element takes at least a byte, so a lie costs no memory
        list.reserve(count);
        for (uint64_t i = 0; i < count; ++i) {
          uint8_t type_byte = common;
          if (common == 0) {
            if (in.empty() || static_cast<uint8_t>(in.front()) > static_cast<uint8_t>(Type::kList)) return false;
            type_byte = static_cast<uint8_t>(in.front());
            in.remove_prefix(1);
          }
          if (!DecodePayload(in, static_cast<Type>(type_byte), depth + 1, list.emplace_back())) return false;
        }
      }
      value = Value(std::move(list));
      return true;
    }
  }
  return false;
}

// ---- Order ----
// The order of types, and the first byte of the index form. Room is left between them.
uint8_t OrderByte(Type type) {
  switch (type) {
    case Type::kList: return 0x10;
    case Type::kPoint: return 0x18;
    case Type::kDateTime: return 0x20;
    case Type::kLocalDateTime: return 0x28;
    case Type::kDate: return 0x30;
    case Type::kTime: return 0x38;
    case Type::kLocalTime: return 0x40;
    case Type::kDuration: return 0x48;
    case Type::kString: return 0x50;
    case Type::kBoolean: return 0x58;
    case Type::kInteger:
    case Type::kFloat: return 0x60;
    case Type::kNull: return 0x68;
  }
  return 0xFF;
}
constexpr char kListEnd = 0;  // smaller than every type's first byte: a shorter list sorts first

void PutSignedOrdered(std::string& out, int64_t v) { PutBigEndian(out, static_cast<uint64_t>(v) ^ (1ull << 63)); }

// All numbers, then the one NaN; -0.0 is 0.0.
uint64_t FloatOrder(double v) {
  if (std::isnan(v)) return ~0ull;
  if (v == 0) v = 0;
  uint64_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  return bits >> 63 ? ~bits : bits | (1ull << 63);
}

// A number as the nearest float plus what the integer lies above it, so that integers that share a nearest float keep
// their order among themselves and against that float. The remainder of a 64-bit integer is at most 512 either way.
void PutNumberOrdered(std::string& out, const Value& value) {
  double nearest = 0;
  int remainder = 0;
  if (const int64_t* i = value.as<int64_t>()) {
    nearest = static_cast<double>(*i);
    remainder = static_cast<int>(Int128(*i) - static_cast<Int128>(nearest));
  } else {
    nearest = *value.as<double>();
  }
  PutBigEndian(out, FloatOrder(nearest));
  PutBigEndian(out, static_cast<uint16_t>(remainder + 0x8000));
}

// Bytes with 00 written as 00 FF, ended by 00 00: no string's form is a prefix of another's.
void PutBytesOrdered(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    out.push_back(c);
    if (c == 0) out.push_back(static_cast<char>(0xFF));
  }
  out.append(2, '\0');
}

Int128 AverageSeconds(const Duration& d) { return Int128(d.months) * kSecondsPerMonth + Int128(d.days) * 86400 + d.seconds; }

int CompareNumbers(const Value& a, const Value& b) {
  const int64_t* ia = a.as<int64_t>();
  const int64_t* ib = b.as<int64_t>();
  if (ia && ib) return (*ia > *ib) - (*ia < *ib);
  if (!ia && !ib) {
    const uint64_t oa = FloatOrder(*a.as<double>()), ob = FloatOrder(*b.as<double>());
    return (oa > ob) - (oa < ob);
  }
  if (!ia) return -CompareNumbers(b, a);
  const double f = *b.as<double>();
  if (std::isnan(f) || f >= 0x1p63) return -1;
  if (f < -0x1p63) return 1;
  const double whole = std::trunc(f);
  const auto fi = static_cast<int64_t>(whole);
  if (*ia != fi) return *ia > fi ? 1 : -1;
  return (f < whole) - (f > whole);
}

template <class T>
int Three(const T& a, const T& b) {
  return (b < a) - (a < b);
}

}  // namespace

std::optional<double> Value::number() const {
  if (const int64_t* i = as<int64_t>()) return static_cast<double>(*i);
  if (const double* d = as<double>()) return *d;
  return std::nullopt;
}

Result<ValueType> ParseValueType(std::string_view name) {
  const std::string whole = Lower(Trim(name));
  std::string_view word = whole;
  ValueType out;
  out.list = word.ends_with("[]");
  if (out.list) word.remove_suffix(2);
  for (const TypeName& t : kTypeNames) {
    if (t.name == word) {
      out.type = t.type;
      return out;
    }
  }
  std::vector<std::string> known;
  for (const TypeName& t : kTypeNames) known.emplace_back(t.name);
  std::string hint = text::DidYouMean(word, known, 1);
  if (hint.empty()) {
    hint = "; types are";
    for (size_t i = 0; i < 11; ++i) hint += Text(i ? ", " : " ", known[i]);
    hint += ", each also as a list with []";
  }
  return Status(Code::kInvalid, Text("'", Shown(name), "' is not a type", hint));
}

std::string ValueTypeName(ValueType type) {
  std::string out = type.type == Type::kNull ? "null" : "list";
  for (const TypeName& t : kTypeNames) {
    if (t.type == type.type) {
      out = std::string(t.name);
      break;
    }
  }
  return type.list ? out + "[]" : out;
}

Result<Value> ParseValue(ValueType type, std::string_view text, char separator) {
  if (!type.list) return ParseScalar(type.type, text);
  Value::List list;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    const std::string_view element = Trim(text.substr(0, end));
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (element.empty()) continue;
    Result<Value> v = ParseScalar(type.type, element);
    if (!v.ok()) return v.status().Prefixed(Text("element ", list.size() + 1, " of the list: "));
    list.push_back(*std::move(v));
  }
  return Value(std::move(list));
}

std::string ToText(const Value& value) {
  std::string out;
  AppendText(out, value);
  return out;
}

Status CheckStorable(const Value& value) {
  if (value.is_null()) return Status(Code::kInvalid, "null is not a property value");
  const Value::List* list = value.as<Value::List>();
  if (!list || list->empty()) return {};
  const auto kind = [](const Value& v) { return v.type() == Type::kInteger ? Type::kFloat : v.type(); };
  for (const Value& v : *list) {
    if (v.is_null()) return Status(Code::kInvalid, "a list with null in it is not a property value");
    if (v.type() == Type::kList) return Status(Code::kInvalid, "a list of lists is not a property value");
    if (kind(v) != kind(list->front())) {
      return Status(Code::kInvalid, Text("a list of different types (", ValueTypeName({list->front().type()}), " and ", ValueTypeName({v.type()}),
                                         ") is not a property value"));
    }
  }
  return {};
}

void EncodeValue(std::string& out, const Value& value) {
  out.push_back(static_cast<char>(value.type()));
  EncodePayload(out, value);
}

bool DecodeValue(std::string_view& in, Value& value) {
  if (in.empty() || static_cast<uint8_t>(in.front()) > static_cast<uint8_t>(Type::kList)) return false;
  const auto type = static_cast<Type>(in.front());
  in.remove_prefix(1);
  return DecodePayload(in, type, 0, value);
}

bool SkipValue(std::string_view& in) {
  if (in.empty()) return false;
  std::string_view after = in.substr(1), text;
  uint64_t number;
  switch (static_cast<Type>(in.front())) {
    case Type::kInteger:
    case Type::kDate:
      if (!GetVarint(after, number)) return false;
      break;
    case Type::kString:
      if (!GetString(after, text)) return false;
      break;
    default: {
      Value value;
      return DecodeValue(in, value);
    }
  }
  in = after;
  return true;
}

void EncodeOrdered(std::string& out, const Value& value) {
  out.push_back(static_cast<char>(OrderByte(value.type())));
  switch (value.type()) {
    case Type::kNull: return;
    case Type::kBoolean: out.push_back(*value.as<bool>() ? 1 : 0); return;
    case Type::kInteger:
    case Type::kFloat: PutNumberOrdered(out, value); return;
    case Type::kString: PutBytesOrdered(out, value.text()); return;
    case Type::kDate: PutSignedOrdered(out, value.as<Date>()->days); return;
    case Type::kLocalTime: PutSignedOrdered(out, value.as<LocalTime>()->nanos); return;
    case Type::kTime: {
      const Time& t = *value.as<Time>();
      PutSignedOrdered(out, t.nanos - t.offset_s * kNanosPerSecond);  // the instant, then the offset
      PutSignedOrdered(out, t.offset_s);
      return;
    }
    case Type::kLocalDateTime: {
      const LocalDateTime& t = *value.as<LocalDateTime>();
      PutSignedOrdered(out, t.seconds);
      PutBigEndian(out, static_cast<uint32_t>(t.nanos));
      return;
    }
    case Type::kDateTime: {
      const DateTime& t = *value.as<DateTime>();
      PutSignedOrdered(out, t.seconds);
      PutBigEndian(out, static_cast<uint32_t>(t.nanos));
      PutSignedOrdered(out, t.offset_s);
      PutBytesOrdered(out, t.zone);
      return;
    }
    case Type::kDuration: {
      const Duration& d = *value.as<Duration>();
      const auto average = static_cast<unsigned __int128>(AverageSeconds(d)) ^ (static_cast<unsigned __int128>(1) << 127);
      PutBigEndian(out, static_cast<uint64_t>(average >> 64));
      PutBigEndian(out, static_cast<uint64_t>(average));
      PutBigEndian(out, static_cast<uint32_t>(d.nanos));
      PutSignedOrdered(out, d.months);
      PutSignedOrdered(out, d.days);
      return;
    }
    case Type::kPoint: {
      const Point& p = *value.as<Point>();
      PutBigEndian(out, static_cast<uint32_t>(p.srid));
      for (const double v : {p.x, p.y, p.z}) PutBigEndian(out, FloatOrder(v));
      return;
    }
    case Type::kList:
      for (const Value& v : *value.as<Value::List>()) EncodeOrdered(out, v);
      out.push_back(kListEnd);
      return;
  }
}

int CompareValues(const Value& a, const Value& b) {
  const uint8_t type_a = OrderByte(a.type()), type_b = OrderByte(b.type());
  if (type_a != type_b) return type_a < type_b ? -1 : 1;
  switch (a.type()) {
    case Type::kNull: return 0;
    case Type::kBoolean: return Three(*a.as<bool>(), *b.as<bool>());
    case Type::kInteger:
    case Type::kFloat: return CompareNumbers(a, b);
    case Type::kString: {
      const int c = a.text().compare(b.text());
      return (c > 0) - (c < 0);
    }
    case Type::kDate: return Three(*a.as<Date>(), *b.as<Date>());
    case Type::kLocalTime: return Three(*a.as<LocalTime>(), *b.as<LocalTime>());
    case Type::kTime: {
      const auto key = [](const Time& t) { return std::pair(t.nanos - t.offset_s * kNanosPerSecond, t.offset_s); };
      return Three(key(*a.as<Time>()), key(*b.as<Time>()));
    }
    case Type::kLocalDateTime: return Three(*a.as<LocalDateTime>(), *b.as<LocalDateTime>());
    case Type::kDateTime: return Three(*a.as<DateTime>(), *b.as<DateTime>());
    case Type::kDuration: {
      const Duration& x = *a.as<Duration>();
      const Duration& y = *b.as<Duration>();
      if (const int c = Three(AverageSeconds(x), AverageSeconds(y)); c != 0) return c;
      return Three(std::tuple(x.nanos, x.months, x.days), std::tuple(y.nanos, y.months, y.days));
    }
    case Type::kPoint: {
      const auto key = [](const Point& p) { return std::tuple(p.srid, FloatOrder(p.x), FloatOrder(p.y), FloatOrder(p.z)); };
      return Three(key(*a.as<Point>()), key(*b.as<Point>()));
    }
    case Type::kList: {
      const Value::List& x = *a.as<Value::List>();
      const Value::List& y = *b.as<Value::List>();
      for (size_t i = 0; i < x.size() && i < y.size(); ++i) {
        if (const int c = CompareValues(x[i], y[i]); c != 0) return c;
      }
      return Three(x.size(), y.size());
    }
  }
  return 0;
}

}  // namespace liantu::graph
