// SPDX-License-Identifier: Apache-2.0
#include "graph/json_line.h"

#include <charconv>
#include <cmath>

#include "text/utf8.h"

namespace liantu::graph {
namespace {

constexpr int kDeepest = 32;

class Parser {
 public:
  explicit Parser(std::string_view line) : line_(line) {}

  Result<Json> Parse() {
    Json value;
    LT_TRY(Read(value, 0));
    Blanks();
    if (at_ != line_.size()) return Bad("the end of the line");
    return value;
  }

 private:
  Status Bad(std::string_view expected) const {
    std::string found = "the end of the line";
    if (at_ < line_.size()) {
      size_t end = at_;
      const char32_t c = text::NextCodePoint(line_, end);
      found = c == text::kBadByte || c < 0x20 ? "a byte that cannot stand here" : Text("'", line_.substr(at_, end - at_), "'");
    }
    return Status(Code::kInvalid, Text(JsonColumn(line_, at_), ": expected ", expected, ", found ", found));
  }
  Status BadAt(size_t at, std::string_view what) const { return Status(Code::kInvalid, Text(JsonColumn(line_, at), ": ", what)); }
  void Blanks() {
    while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) ++at_;
  }
  bool Take(char c) {
    if (at_ == line_.size() || line_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (!line_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Status Read(Json& value, int depth) {
    if (depth > kDeepest) return BadAt(at_, "nested too deeply");
    Blanks();
    value.at = at_;
    if (at_ == line_.size()) return Bad("a value");
    switch (line_[at_]) {
      case '{': return ReadObject(value, depth);
      case '[': return ReadList(value, depth);
      case '"': value.kind = Json::Kind::kString; return ReadText(value.text);
      case 't': case 'f':
        value.kind = Json::Kind::kBoolean;
        value.boolean = line_[at_] == 't';
        return TakeWord("true") || TakeWord("false") ? Status() : Bad("a value");
      case 'n': return TakeWord("null") ? Status() : Bad("a value");
      default: return ReadNumber(value);
    }
  }
  Status ReadObject(Json& value, int depth) {
    value.kind = Json::Kind::kObject;
    ++at_;
    Blanks();
    if (Take('}')) return {};
    for (;;) {
      Blanks();
      if (at_ == line_.size() || line_[at_] != '"') return Bad("a name in quotes");
      const size_t begin = at_;
      auto& [name, member] = value.members.emplace_back();
      LT_TRY(ReadText(name));
      // Objects are small, but for the properties of a node, which are still few.
      for (size_t i = 0; i + 1 < value.members.size(); ++i) {
        if (value.members[i].first == name) return BadAt(begin, Text("'", name, "' stands here twice"));
      }
      Blanks();
      if (!Take(':')) return Bad("':'");
      LT_TRY(Read(member, depth + 1));
      Blanks();
      if (Take('}')) return {};
      if (!Take(',')) return Bad("',' or '}'");
    }
  }
  Status ReadList(Json& value, int depth) {
    value.kind = Json::Kind::kList;
    ++at_;
    Blanks();
    if (Take(']')) return {};
    for (;;) {
      LT_TRY(Read(value.items.emplace_back(), depth + 1));
      Blanks();
      if (Take(']')) return {};
      if (!Take(',')) return Bad("',' or ']'");
    }
  }
  Status ReadNumber(Json& value) {
    const size_t begin = at_;
    size_t end = at_;
    bool whole = true;
    while (end < line_.size() && std::string_view("+-.0123456789eE").find(line_[end]) != std::string_view::npos) {
      whole = whole && line_[end] != '.' && line_[end] != 'e' && line_[end] != 'E';
      ++end;
    }
    const char* first = line_.data() + begin;
    const char* last = line_.data() + end;
    if (begin == end) return Bad("a value");
    std::from_chars_result read{};
    if (whole) {
      value.kind = Json::Kind::kInteger;
      read = std::from_chars(first, last, value.integer);
      if (read.ec == std::errc::result_out_of_range) return BadAt(begin, "the number has more than 64 bits");
    } else {
      value.kind = Json::Kind::kFloat;
      read = std::from_chars(first, last, value.number);
      if (read.ec == std::errc::result_out_of_range) return BadAt(begin, "the number is out of range");
    }
    if (read.ec != std::errc() || read.ptr != last) return BadAt(begin, Text("'", line_.substr(begin, end - begin), "' is no number"));
    at_ = end;
    return {};
  }
  bool Hex4(uint32_t& code) {
    if (line_.size() - at_ < 4) return false;
    const auto [ptr, ec] = std::from_chars(line_.data() + at_, line_.data() + at_ + 4, code, 16);
    if (ec != std::errc() || ptr != line_.data() + at_ + 4) return false;
    at_ += 4;
    return true;
  }
  Status ReadText(std::string& out) {
    const size_t begin = at_++;
    for (;;) {
      size_t plain = at_;
      while (plain < line_.size() && line_[plain] != '"' && line_[plain] != '\\' && static_cast<uint8_t>(line_[plain]) >= 0x20) ++plain;
      for (size_t i = at_; i < plain;) {
        const size_t place = i;
        if (text::NextCodePoint(line_, i) == text::kBadByte) return BadAt(place, "a byte that is no UTF-8");
      }
      out += line_.substr(at_, plain - at_);
      at_ = plain;
      if (at_ == line_.size()) return BadAt(begin, "the text has no closing quote");
      if (Take('"')) return {};
      if (line_[at_] != '\\') return BadAt(at_, "a control character must be written as an escape");
      const size_t escape = at_++;
      if (at_ == line_.size()) return BadAt(begin, "the text has no closing quote");
      const char kind = line_[at_++];
      switch (kind) {
        case '"': case '\\': case '/': out += kind; break;
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'u': {
          uint32_t code = 0, low = 0;
          if (!Hex4(code)) return BadAt(escape, "expected four hex digits after \\u");
          if (code >= 0xD800 && code < 0xDC00) {
            if (!TakeWord("\\u") || !Hex4(low) || low < 0xDC00 || low > 0xDFFF) return BadAt(escape, "half of a surrogate pair");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          } else if (code >= 0xDC80 && code <= 0xDCFF) {
            out += static_cast<char>(code - 0xDC00);
            break;
          } else if (code >= 0xDC00 && code <= 0xDFFF) {
            return BadAt(escape, "half of a surrogate pair");
          }
          text::AppendUtf8(out, code);
          break;
        }
        default: return BadAt(escape, "an escape that JSON does not have");
      }
    }
  }

  const std::string_view line_;
  size_t at_ = 0;
};

}  // namespace

const char* JsonKindName(Json::Kind kind) {
  static constexpr const char* kNames[] = {"null", "a boolean", "an integer", "a float", "a text", "a list", "an object"};
  return kNames[static_cast<size_t>(kind)];
}

uint64_t JsonColumn(std::string_view line, size_t at) {
  uint64_t column = 1;
  for (size_t i = 0; i < at && i < line.size(); ++column) text::NextCodePoint(line, i);
  return column;
}

Result<Json> ParseJsonLine(std::string_view line) { return Parser(line).Parse(); }

void PutJsonText(std::string& out, std::string_view s) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (size_t i = 0; i < s.size();) {
    const size_t begin = i;
    const char32_t c = text::NextCodePoint(s, i);
    if (c == text::kBadByte) {
      const auto byte = static_cast<uint8_t>(s[begin]);
      out += "\\udc";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += s.substr(begin, i - begin);
    }
  }
  out += '"';
}

void PutJsonFloat(std::string& out, double value) {
  LT_ASSERT(std::isfinite(value));
  char buffer[40];
  const auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, value);
  LT_ASSERT(ec == std::errc());
  const std::string_view digits(buffer, static_cast<size_t>(end - buffer));
  out += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) out += ".0";
}

}  // namespace liantu::graph
