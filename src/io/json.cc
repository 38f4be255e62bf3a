// SPDX-License-Identifier: Apache-2.0
#include "io/json.h"

#include <charconv>
#include <cmath>

#include "text/normalize.h"

namespace liantu::io {
namespace {

void AppendFloat(std::string& out, double d) {
  if (std::isnan(d)) {
    out += "\"NaN\"";
    return;
  }
  if (std::isinf(d)) {
    out += d < 0 ? "\"-Infinity\"" : "\"Infinity\"";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, d).ptr;
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  if (!text::IsUtf8(text)) {
    const std::string repaired = text::RepairUtf8(text);
    LT_ASSERT(text::IsUtf8(repaired));
    return AppendJsonString(out, repaired);
  }
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          constexpr char kHex[] = "0123456789abcdef";
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void AppendJson(std::string& out, const graph::Value& value) {
  using Type = graph::Value::Type;
  switch (value.type()) {
    case Type::kNull: out += "null"; return;
    case Type::kBoolean: out += *value.as<bool>() ? "true" : "false"; return;
    case Type::kInteger: out += std::to_string(*value.as<int64_t>()); return;
    case Type::kFloat: AppendFloat(out, *value.as<double>()); return;
    case Type::kPoint: {
      const auto& point = *value.as<graph::Point>();
      out += "{\"srid\":" + std::to_string(point.srid) + ",\"x\":";
      AppendFloat(out, point.x);
      out += ",\"y\":";
      AppendFloat(out, point.y);
      if (point.srid == 4979 || point.srid == 9157) {
        out += ",\"z\":";
        AppendFloat(out, point.z);
      }
      out += '}';
      return;
    }
    case Type::kList: {
      out += '[';
      bool first = true;
      for (const graph::Value& item : *value.as<graph::Value::List>()) {
        if (!first) out += ',';
        first = false;
        AppendJson(out, item);
      }
      out += ']';
      return;
    }
    case Type::kString: AppendJsonString(out, value.text()); return;
    case Type::kDate:
    case Type::kLocalTime:
    case Type::kTime:
    case Type::kLocalDateTime:
    case Type::kDateTime:
    case Type::kDuration: AppendJsonString(out, graph::ToText(value)); return;
  }
  LT_ASSERT(false);
}

std::string ToJson(const graph::Value& value) {
  std::string out;
  AppendJson(out, value);
  return out;
}

void JsonWriter::NewLine() {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(levels_.size() * static_cast<size_t>(indent_), ' ');
}

// What stands between the value to come and the one before it.
void JsonWriter::Before() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) {
    LT_ASSERT(out_.empty());  // one document
    return;
  }
  LT_ASSERT(!levels_.back().object);  // a member needs a key
  if (!levels_.back().empty) out_ += ',';
  levels_.back().empty = false;
  NewLine();
}

void JsonWriter::Open(char bracket, bool object) {
  Before();
  out_ += bracket;
  levels_.push_back({object, true});
}

void JsonWriter::Close(char bracket, bool object) {
  LT_ASSERT(!levels_.empty() && levels_.back().object == object && !after_key_);
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) NewLine();
  out_ += bracket;
}

JsonWriter& JsonWriter::BeginObject() { return Open('{', true), *this; }
JsonWriter& JsonWriter::EndObject() { return Close('}', true), *this; }
JsonWriter& JsonWriter::BeginArray() { return Open('[', false), *this; }
JsonWriter& JsonWriter::EndArray() { return Close(']', false), *this; }

JsonWriter& JsonWriter::Key(std::string_view key) {
  LT_ASSERT(!levels_.empty() && levels_.back().object && !after_key_);
  if (!levels_.back().empty) out_ += ',';
  levels_.back().empty = false;
  NewLine();
  AppendJsonString(out_, key);
  out_ += indent_ == 0 ? ":" : ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::Value(const graph::Value& value) {
  Before();
  AppendJson(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Before();
  out_ += json;
  return *this;
}

}  // namespace liantu::io
