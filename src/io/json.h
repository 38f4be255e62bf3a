// SPDX-License-Identifier: Apache-2.0
// Writes JSON text, the same bytes for the same calls: members in the order given, floats by the shortest digits that
// read back equal, UTF-8 as it is. It keeps track of commas and indentation and nothing else: that keys are not repeated
// is the caller's business. Reading JSON is not done here.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/value.h"

namespace liantu::io {

// The text in double quotes. Control characters are escaped, ill-formed UTF-8 becomes U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

// A property value: numbers and booleans as such, a float always with a point or exponent (1.0), lists as arrays, a point
// as {"srid":…,"x":…,"y":…} (and z with three axes), temporal values as their ISO text. JSON has no NaN and no infinity:
// they are the strings "NaN", "Infinity" and "-Infinity".
void AppendJson(std::string& out, const graph::Value& value);
std::string ToJson(const graph::Value& value);

// Builds one document. Misuse (a key outside an object, an end that fits no begin) is a bug.
//
//   JsonWriter json(2);
//   json.BeginObject().Member("name", "广汽集团").Key("parks").BeginArray();
//   for (…) json.Value(park);
//   json.EndArray().EndObject();
//   out << json.text();
class JsonWriter {
 public:
  // `indent`: spaces per level; 0 writes everything on one line.
  explicit JsonWriter(int indent = 0) : indent_(indent) {}

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);
  JsonWriter& Value(const graph::Value& value);
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  JsonWriter& Value(T value) {
    return Raw(std::to_string(value));
  }
  JsonWriter& Null() { return Value(graph::Value()); }
  // Text that is JSON already.
  JsonWriter& Raw(std::string_view json);
  template <class T>
  JsonWriter& Member(std::string_view key, T&& value) {
    return Key(key).Value(std::forward<T>(value));
  }

  // The document so far; complete when every begin has its end.
  const std::string& text() const { return out_; }
  std::string Take() { return std::move(out_); }

 private:
  void Before();
  void NewLine();
  void Open(char bracket, bool object);
  void Close(char bracket, bool object);

  struct Level { bool object, empty; };
  std::string out_;
  std::vector<Level> levels_;
  int indent_;
  bool after_key_ = false;
};

}  // namespace liantu::io
