// SPDX-License-Identifier: Apache-2.0
// Values as they stand in a dump, written and read. Whatever value can be stored comes back the same.
#include <cmath>
#include <cstring>

#include "graph/dump.h"
#include "graph/json_line.h"

namespace liantu::graph {
namespace {

// Text where reading it gives the same value again, else the parts.
template <class Parts>
void PutTemporal(std::string& out, const char* kind, const Value& value, const Parts& parts) {
  out += Text("{\"", kind, "\":");
  const std::string text = ToText(value);
  const auto again = ParseValue({value.type()}, text);
  if (again.ok() && *again == value) {
    PutJsonText(out, text);
  } else {
    out += '[';
    parts();
    out += ']';
  }
  out += '}';
}

template <class... Numbers>
void PutNumbers(std::string& out, Numbers... numbers) {
  const char* comma = "";
  ((out += Text(comma, static_cast<int64_t>(numbers)), comma = ","), ...);
}

// Numbers of a temporal value written as its parts.
template <size_t N>
bool Numbers(const Json& json, int64_t (&out)[N]) {
  if (json.kind != Json::Kind::kList || json.items.size() < N) return false;
  for (size_t i = 0; i < N; ++i) {
    if (json.items[i].kind != Json::Kind::kInteger) return false;
    out[i] = json.items[i].integer;
  }
  return true;
}
bool Small(int64_t n) { return n >= INT32_MIN && n <= INT32_MAX; }

bool ReadTagged(const std::string& tag, const Json& json, Value& value) {
  static const std::pair<const char*, Value::Type> kTemporal[] = {
      {"date", Value::Type::kDate},         {"localtime", Value::Type::kLocalTime}, {"time", Value::Type::kTime},
      {"localdatetime", Value::Type::kLocalDateTime}, {"datetime", Value::Type::kDateTime},   {"duration", Value::Type::kDuration}};
  if (tag == "float") {
    uint64_t bits = 0;
    if (json.kind != Json::Kind::kString || json.text.size() != 16) return false;
    for (const char c : json.text) {
      const size_t digit = std::string_view("0123456789abcdef").find(c);
      if (digit == std::string_view::npos) return false;
      bits = bits << 4 | digit;
    }
    double number;
    std::memcpy(&number, &bits, sizeof number);
    value = Value(number);
    return true;
  }
  if (tag == "point") {
    if (json.kind != Json::Kind::kList || json.items.size() != 4 || json.items[0].kind != Json::Kind::kInteger) return false;
    const int64_t srid = json.items[0].integer;
    if (srid != 4326 && srid != 4979 && srid != 7203 && srid != 9157) return false;
    double parts[3];
    for (size_t i = 0; i < 3; ++i) {
      Value part;
      if (!ReadDumpValue(json.items[i + 1], part) || part.type() != Value::Type::kFloat) return false;
      parts[i] = *part.as<double>();
    }
    value = Value(Point{static_cast<int32_t>(srid), parts[0], parts[1], parts[2]});
    return true;
  }
  for (const auto& [name, type] : kTemporal) {
    if (tag != name) continue;
    if (json.kind == Json::Kind::kString) {
      auto read = ParseValue({type}, json.text);
      if (!read.ok() || read->type() != type) return false;
      value = *std::move(read);
      return true;
    }
    int64_t one[1], two[2], three[3], four[4];
    switch (type) {
      case Value::Type::kDate:
        if (!Numbers(json, one) || json.items.size() != 1) return false;
        value = Value(Date{one[0]});
        break;
      case Value::Type::kLocalTime:
        if (!Numbers(json, one) || json.items.size() != 1) return false;
        value = Value(LocalTime{one[0]});
        break;
      case Value::Type::kTime:
        if (!Numbers(json, two) || json.items.size() != 2 || !Small(two[1])) return false;
        value = Value(Time{two[0], static_cast<int32_t>(two[1])});
        break;
      case Value::Type::kLocalDateTime:
        if (!Numbers(json, two) || json.items.size() != 2 || !Small(two[1])) return false;
        value = Value(LocalDateTime{two[0], static_cast<int32_t>(two[1])});
        break;
      case Value::Type::kDateTime:
        if (!Numbers(json, three) || json.items.size() != 4 || !Small(three[1]) || !Small(three[2]) || json.items[3].kind != Json::Kind::kString) return false;
        value = Value(DateTime{three[0], static_cast<int32_t>(three[1]), static_cast<int32_t>(three[2]), json.items[3].text});
        break;
      default:
        if (!Numbers(json, four) || json.items.size() != 4 || !Small(four[3])) return false;
        value = Value(Duration{four[0], four[1], four[2], static_cast<int32_t>(four[3])});
    }
    // Parts that no value has (nanoseconds below zero …) do not survive being stored.
    std::string stored;
    EncodeValue(stored, value);
    std::string_view in = stored;
    Value again;
    return DecodeValue(in, again) && in.empty() && again == value;
  }
  return false;
}

}  // namespace

void PutDumpValue(std::string& out, const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull: out += "null"; return;
    case Value::Type::kBoolean: out += *value.as<bool>() ? "true" : "false"; return;
    case Value::Type::kInteger: out += std::to_string(*value.as<int64_t>()); return;
    case Value::Type::kFloat: {
      const double number = *value.as<double>();
      if (std::isfinite(number)) return PutJsonFloat(out, number);
      uint64_t bits;
      std::memcpy(&bits, &number, sizeof bits);
      char hex[17];
      std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(bits));
      out += Text("{\"float\":\"", std::string_view(hex), "\"}");
      return;
    }
    case Value::Type::kString: return PutJsonText(out, value.text());
    case Value::Type::kDate:
      return PutTemporal(out, "date", value, [&] { PutNumbers(out, value.as<Date>()->days); });
    case Value::Type::kLocalTime:
      return PutTemporal(out, "localtime", value, [&] { PutNumbers(out, value.as<LocalTime>()->nanos); });
    case Value::Type::kTime:
      return PutTemporal(out, "time", value, [&] { PutNumbers(out, value.as<Time>()->nanos, value.as<Time>()->offset_s); });
    case Value::Type::kLocalDateTime:
      return PutTemporal(out, "localdatetime", value, [&] { PutNumbers(out, value.as<LocalDateTime>()->seconds, value.as<LocalDateTime>()->nanos); });
    case Value::Type::kDateTime: {
      const DateTime& t = *value.as<DateTime>();
      return PutTemporal(out, "datetime", value, [&] {
        PutNumbers(out, t.seconds, t.nanos, t.offset_s);
        out += ',';
        PutJsonText(out, t.zone);
      });
    }
    case Value::Type::kDuration: {
      const Duration& d = *value.as<Duration>();
      return PutTemporal(out, "duration", value, [&] { PutNumbers(out, d.months, d.days, d.seconds, d.nanos); });
    }
    case Value::Type::kPoint: {
      const Point& p = *value.as<Point>();
      out += Text("{\"point\":[", p.srid);
      for (const double v : {p.x, p.y, p.z}) {
        out += ',';
        PutDumpValue(out, Value(v));
      }
      out += "]}";
      return;
    }
    case Value::Type::kList: {
      const char* comma = "";
      out += '[';
      for (const Value& item : *value.as<Value::List>()) {
        out += comma;
        PutDumpValue(out, item);
        comma = ",";
      }
      out += ']';
      return;
    }
  }
}

bool ReadDumpValue(const Json& json, Value& value) {
  switch (json.kind) {
    case Json::Kind::kNull: value = Value(); return true;
    case Json::Kind::kBoolean: value = Value(json.boolean); return true;
    case Json::Kind::kInteger: value = Value(json.integer); return true;
    case Json::Kind::kFloat: value = Value(json.number); return true;
    case Json::Kind::kString: value = Value(json.text); return true;
    case Json::Kind::kObject: return json.members.size() == 1 && ReadTagged(json.members[0].first, json.members[0].second, value);
    case Json::Kind::kList: {
      Value::List list;
      for (const Json& item : json.items) {
        if (!ReadDumpValue(item, list.emplace_back())) return false;
      }
      value = Value(std::move(list));
      return true;
    }
  }
  return false;
}

}  // namespace liantu::graph
