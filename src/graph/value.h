// SPDX-License-Identifier: Apache-2.0
// A property value: the storable types of openCypher. Encodings for records (compact) and for index keys (bytes that
// sort as the values do), reading from text and writing to text. Maps, nodes and paths are query values, not storable.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace liantu::graph {

struct Date { int64_t days = 0; friend auto operator<=>(const Date&, const Date&) = default; };  // since 1970-01-01
struct LocalTime { int64_t nanos = 0; friend auto operator<=>(const LocalTime&, const LocalTime&) = default; };
struct Time { int64_t nanos = 0; int32_t offset_s = 0; friend auto operator<=>(const Time&, const Time&) = default; };
struct LocalDateTime {
  int64_t seconds = 0;  // of the wall clock, since 1970-01-01T00:00
  int32_t nanos = 0;
  friend auto operator<=>(const LocalDateTime&, const LocalDateTime&) = default;
};
struct DateTime {
  int64_t seconds = 0;  // UTC
  int32_t nanos = 0;
  int32_t offset_s = 0;
  std::string zone;     // IANA name, or empty when only the offset is known
  friend auto operator<=>(const DateTime&, const DateTime&) = default;
};
struct Duration {
  int64_t months = 0, days = 0, seconds = 0;
  int32_t nanos = 0;
  friend auto operator<=>(const Duration&, const Duration&) = default;
};
struct Point {
  int32_t srid = 4326;  // 4326 WGS-84 (x longitude, y latitude), 4979 with height, 7203 and 9157 Cartesian
  double x = 0, y = 0, z = 0;
  friend auto operator<=>(const Point&, const Point&) = default;
};

class Value {
 public:
  using List = std::vector<Value>;  // homogeneous
  enum class Type : uint8_t {       // numbers are part of the format
    kNull, kBoolean, kInteger, kFloat, kString, kDate, kLocalTime, kTime, kLocalDateTime, kDateTime, kDuration, kPoint, kList
  };
  Value() = default;
  Value(bool v) : v_(v) {}                                       // NOLINT: implicit by design
  Value(int64_t v) : v_(v) {}                                    // NOLINT
  Value(int v) : v_(static_cast<int64_t>(v)) {}                  // NOLINT
  Value(double v) : v_(v) {}                                     // NOLINT
  Value(std::string v) : v_(std::move(v)) {}                     // NOLINT
  Value(std::string_view v) : v_(std::string(v)) {}              // NOLINT
  Value(const char* v) : v_(std::string(v)) {}                   // NOLINT
  Value(Date v) : v_(v) {}                                       // NOLINT
  Value(LocalTime v) : v_(v) {}                                  // NOLINT
  Value(Time v) : v_(v) {}                                       // NOLINT
  Value(LocalDateTime v) : v_(v) {}                              // NOLINT
  Value(DateTime v) : v_(std::move(v)) {}                        // NOLINT
  Value(Duration v) : v_(v) {}                                   // NOLINT
  Value(Point v) : v_(v) {}                                      // NOLINT
  Value(List v) : v_(std::move(v)) {}                            // NOLINT

  Type type() const { return static_cast<Type>(v_.index()); }
  bool is_null() const { return type() == Type::kNull; }
  // The value of that type; null pointer when it is another.
  template <class T>
  const T* as() const { return std::get_if<T>(&v_); }
  // Integer or float as a number.
  std::optional<double> number() const;
  const std::string& text() const& { return std::get<std::string>(v_); }  // strings only
  std::string text() && { return std::get<std::string>(std::move(v_)); }
  friend bool operator==(const Value&, const Value&) = default;  // exact: 1 and 1.0 differ

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Date, LocalTime, Time, LocalDateTime, DateTime,
               Duration, Point, List>
      v_;
};

// What the ontology or a CSV header calls a type: "string", "integer", "float[]" …
struct ValueType {
  Value::Type type = Value::Type::kString;
  bool list = false;
  friend bool operator==(ValueType, ValueType) = default;
};
Result<ValueType> ParseValueType(std::string_view name);  // also neo4j-admin's int long double short byte char
std::string ValueTypeName(ValueType type);

// Reads a value of that type from a CSV cell; list elements are split at `separator`, blanks around them and empty ones
// dropped. Points as ToText writes them, as {latitude: …, longitude: …} or as {x: …, y: …}. The message says what was
// expected and found. Dates are ISO 8601: 2025-09-11, 2025-09 and 2025 are read as the first day where a date is asked.
Result<Value> ParseValue(ValueType type, std::string_view text, char separator = ';');
// ISO forms for temporal values; floats by the shortest digits that read back equal; lists joined by "; "; points as
// POINT(x y) or POINT Z(x y z), with CARTESIAN before it where they are not WGS-84; null is empty.
std::string ToText(const Value& value);

// Ok, or kInvalid for what may not be a property: null, lists of lists, of nulls or of different types (integers and
// floats may mix).
Status CheckStorable(const Value& value);

// Record form: one type byte, then the shortest form.
void EncodeValue(std::string& out, const Value& value);
bool DecodeValue(std::string_view& in, Value& value);
bool SkipValue(std::string_view& in);  // past one, which is looked at only as far as that takes
// Index form: memcmp order = openCypher order inside a type; integers and floats share one order. Self-delimiting.
void EncodeOrdered(std::string& out, const Value& value);

// Total order for stable output: by type as openCypher orders types, then by value; strings as bytes.
int CompareValues(const Value& a, const Value& b);

}  // namespace liantu::graph
