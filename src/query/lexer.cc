// SPDX-License-Identifier: Apache-2.0
// The lexer, by hand, and the end of a statement for shells and files.
#include "query/lexer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <optional>

#include "base/result.h"
#include "query/parser.h"
#include "text/identifier.h"
#include "text/utf8.h"

namespace liantu::query {
namespace {

struct LookAlike {
  char32_t written;
  const char* wanted;
};
// Punctuation of Chinese keyboards and word processors, and what was meant.
constexpr std::array<LookAlike, 48> kLookAlikes = {
    {{U'（', "("},  {U'）', ")"}, {U'，', ","}, {U'、', ","}, {U'：', ":"}, {U'；', ";"}, {U'。', "."}, {U'．', "."},
     {U'［', "["},  {U'］', "]"}, {U'【', "["}, {U'】', "]"}, {U'｛', "{"}, {U'｝', "}"}, {U'＝', "="}, {U'＜', "<"},
     {U'＞', ">"},  {U'《', "<"}, {U'》', ">"}, {U'〈', "<"}, {U'〉', ">"}, {U'＋', "+"}, {U'－', "-"}, {U'＊', "*"},
     {U'／', "/"},  {U'％', "%"}, {U'＾', "^"}, {U'｜', "|"}, {U'＆', "&"}, {U'！', "!"}, {U'＄', "$"}, {U'￥', "$"},
     {U'＂', "\""}, {U'＇', "'"}, {U'“', "\""}, {U'”', "\""}, {U'‘', "'"},  {U'’', "'"},  {U'｀', "`"}, {U'—', "-"},
     {U'–', "-"},   {U'−', "-"},  {U'‐', "-"},  {U'…', ".."}, {U'×', "*"},  {U'≤', "<="}, {U'≥', ">="}, {U'≠', "<>"}}};

bool IsSpace(char32_t c) {
  if (c <= 0x20) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
  return c == 0xA0 || c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> Run() {
    while (true) {
      const size_t comment = Skip();
      if (comment != text_.size()) {
        at_ = text_.size();
        Error(comment, "UnexpectedSyntax", "this comment has no end; close it with */");
        break;
      }
      if (at_ >= text_.size()) break;
      One();
    }
    Token end;
    end.span = {static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text_.size())};
    tokens_.push_back(std::move(end));
    MatchBrackets();
    return std::move(tokens_);
  }

 private:
  char Char(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  // Over spaces and comments. The size of the text, or where a comment begins that does not end.
  size_t Skip() {
    while (at_ < text_.size()) {
      if (Char() == '/' && Char(1) == '/') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (Char() == '/' && Char(1) == '*') {
        const size_t begin = at_, end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return begin;
        at_ = end + 2;
      } else {
        size_t after = at_;
        if (!IsSpace(text::NextCodePoint(text_, after))) break;
        at_ = after;
      }
    }
    return text_.size();
  }

  Token& Add(TokenKind kind, size_t begin) {
    Token& token = tokens_.emplace_back();
    token.kind = kind;
    token.span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    return token;
  }
  void Error(size_t begin, const char* detail, std::string message) {
    Token& token = Add(TokenKind::kError, begin);
    token.detail = detail;
    token.text = std::move(message);
  }
  void Symbol(uint16_t symbol, size_t length) {
    const size_t begin = at_;
    at_ += length;
    Add(TokenKind::kSymbol, begin).symbol = symbol;
  }

  // The characters of a name from here on (digits first allowed).
  std::string_view Name() {
    const size_t begin = at_;
    while (at_ < text_.size()) {
      size_t after = at_;
      const char32_t c = text::NextCodePoint(text_, after);
      if (c == text::kBadByte || !text::IsIdentifierPart(c)) break;
      at_ = after;
    }
    return text_.substr(begin, at_ - begin);
  }

  void One() {
    const char c = Char();
    if (IsDigit(c) || (c == '.' && IsDigit(Char(1)))) return Number();
    if (c == '\'' || c == '"') return String(c);
    if (c == '`') return QuotedName(TokenKind::kQuotedName, at_);
    if (c == '$') return Parameter();
    const char d = Char(1);
    if (c == '<' && d == '=') return Symbol(kLessEqualSign, 2);
    if (c == '>' && d == '=') return Symbol(kGreaterEqualSign, 2);
    if (c == '<' && d == '>') return Symbol(kNotEqualSign, 2);
    if (c == '=' && d == '~') return Symbol(kMatchSign, 2);
    if (c == '.' && d == '.') return Symbol(kDots, 2);
    if (c == '+' && d == '=') return Symbol(kPlusEqual, 2);
    if (c == '|' && d == '|') return Symbol(kDoubleBar, 2);
    if (c == ':' && d == ':') return Symbol(kDoubleColon, 2);
    if (std::string_view("()[]{}<>=+-*/%^.,:;|&!").find(c) != std::string_view::npos)
      return Symbol(static_cast<uint16_t>(c), 1);
    Other();
  }

  void Other() {
    const size_t begin = at_;
    size_t after = at_;
    const char32_t c = text::NextCodePoint(text_, after);
    if (c != text::kBadByte && text::IsIdentifierStart(c)) {
      const std::string_view name = Name();
      Add(TokenKind::kWord, begin).text = name;
      return;
    }
    at_ = after;
    if (c == text::kBadByte) return Error(begin, "InvalidUnicodeCharacter", "the text is not UTF-8 here");
    const std::string shown(text_.substr(begin, after - begin));
    if (c < 0x80) {
      return Error(begin, "UnexpectedSyntax",
                   c < 0x20 || c == 0x7F ? Text("control character ", static_cast<int>(c), " cannot stand here")
                                         : Text("'", shown, "' means nothing in a query"));
    }
    for (const LookAlike& l : kLookAlikes) {
      if (l.written == c) {
        return Error(begin, "InvalidUnicodeCharacter",
                     Text("'", shown, "' is not the ASCII character that queries use; write ", l.wanted));
      }
    }
    Error(begin, "InvalidUnicodeCharacter",
          Text("'", shown, "' cannot stand outside quotes; put names with it between back quotes"));
  }

  void Parameter() {
    const size_t begin = at_++;
    if (Char() == '`') return QuotedName(TokenKind::kParameter, begin);
    const std::string_view name = Name();
    if (name.empty()) {
      Add(TokenKind::kSymbol, begin).symbol = '$';
      return;
    }
    Add(TokenKind::kParameter, begin).text = name;
  }

  void QuotedName(TokenKind kind, size_t begin) {
    std::string name;
    for (++at_; at_ < text_.size(); ++at_) {
      if (Char() == '`') {
        if (Char(1) != '`') {
          ++at_;
          Add(kind, begin).text = std::move(name);
          return;
        }
        ++at_;
      }
      name += Char();
    }
    Error(begin, "UnexpectedSyntax", "this name has no closing back quote");
  }

  // Reads `digits` hexadecimal digits of an escape.
  std::optional<char32_t> Hex(size_t digits) {
    char32_t value = 0;
    for (size_t i = 0; i < digits; ++i) {
      const int digit = HexDigit(Char(i));
      if (digit < 0) return {};
      value = value << 4 | static_cast<char32_t>(digit);
    }
    at_ += digits;
    return value;
  }

  void String(char quote) {
    const size_t begin = at_;
    std::string value;
    const char* detail = nullptr;
    std::string problem;
    Span place;
    const auto fail = [&](size_t from, const char* what, std::string message) {
      if (detail != nullptr) return;
      detail = what;
      problem = std::move(message);
      place = {static_cast<uint32_t>(from), static_cast<uint32_t>(std::min(at_ + 1, text_.size()))};
    };
    for (++at_; at_ < text_.size() && Char() != quote;) {
      if (Char() != '\\') {
        value += Char();
        ++at_;
        continue;
      }
      const size_t escape = at_;
      const char c = Char(1);
      at_ += 2;
      switch (c) {
        case 'b':
          value += '\b';
          break;
        case 'f':
          value += '\f';
          break;
        case 'n':
          value += '\n';
          break;
        case 'r':
          value += '\r';
          break;
        case 't':
          value += '\t';
          break;
        case '\\':
        case '\'':
        case '"':
        case '`':
        case '/':
          value += c;
          break;
        case 'u':
        case 'U': {
          std::optional<char32_t> code = Hex(c == 'u' ? 4 : 8);
          if (code && *code >= 0xD800 && *code < 0xDC00 && Char() == '\\' && Char(1) == 'u') {  // a pair of surrogates
            at_ += 2;
            const std::optional<char32_t> low = Hex(4);
            code = low && *low >= 0xDC00 && *low < 0xE000
                       ? std::optional(0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00))
                       : std::nullopt;
          }
          if (!code || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000)) {
            fail(escape, "InvalidUnicodeLiteral",
                 c == 'u' ? "\\u needs four hexadecimal digits of a character"
                          : "\\U needs eight hexadecimal digits of a character");
          } else {
            text::AppendUtf8(value, *code);
          }
          break;
        }
        default:
          if (at_ > text_.size()) at_ = text_.size();
          fail(escape, "UnexpectedSyntax",
               "unknown escape; \\\\ \\' \\\" \\b \\f \\n \\r \\t \\uXXXX \\UXXXXXXXX are known");
      }
    }
    if (at_ >= text_.size()) {
      at_ = text_.size();
      return Error(begin, "UnexpectedSyntax", Text("this text has no closing ", quote == '"' ? "\"" : "'"));
    }
    ++at_;
    if (detail != nullptr) {
      Error(begin, detail, std::move(problem));
      tokens_.back().span = place;
      return;
    }
    Add(TokenKind::kString, begin).text = std::move(value);
  }

  void BadNumber(size_t begin, const char* why) {
    Error(begin, "InvalidNumberLiteral", Text("'", text_.substr(begin, at_ - begin), "' is no number: ", why));
  }

  void Integer(size_t begin, std::string_view digits, unsigned base) {
    uint64_t value = 0;
    bool overflow = false;
    for (const char c : digits) {
      if (c == '_') continue;
      const auto digit = static_cast<uint64_t>(HexDigit(c));
      overflow = overflow || value > (std::numeric_limits<uint64_t>::max() - digit) / base;
      value = value * base + digit;
    }
    constexpr uint64_t kLowest = uint64_t{1} << 63;
    if (overflow || value > kLowest) {
      return Error(begin, "IntegerOverflow",
                   Text("'", text_.substr(begin, at_ - begin), "' is beyond the 64-bit integers"));
    }
    Token& token = Add(TokenKind::kInteger, begin);
    token.integer = static_cast<int64_t>(value);
    token.lowest = value == kLowest;
  }

  void Number() {
    const size_t begin = at_;
    if (Char() == '0' && (Char(1) == 'x' || Char(1) == 'X' || Char(1) == 'o' || Char(1) == 'O')) {
      const unsigned base = Char(1) == 'x' || Char(1) == 'X' ? 16 : 8;
      at_ += 2;
      const std::string_view digits = Name();
      const bool fine = !digits.empty() && digits.front() != '_' && digits.back() != '_' &&
                        std::all_of(digits.begin(), digits.end(), [&](char c) {
                          return c == '_' || (HexDigit(c) >= 0 && static_cast<unsigned>(HexDigit(c)) < base);
                        });
      return fine ? Integer(begin, digits, base)
                  : BadNumber(begin, base == 16 ? "0x wants hexadecimal digits" : "0o wants the digits 0 to 7");
    }
    const auto digits = [&] {
      while (IsDigit(Char()) || (Char() == '_' && at_ > begin && IsDigit(text_[at_ - 1]) && IsDigit(Char(1)))) ++at_;
    };
    digits();
    bool whole = true;
    if (Char() == '.' && IsDigit(Char(1))) {
      whole = false;
      ++at_;
      digits();
    }
    const bool sign = Char(1) == '+' || Char(1) == '-';
    if ((Char() == 'e' || Char() == 'E') && IsDigit(Char(sign ? 2 : 1))) {
      whole = false;
      at_ += sign ? 2 : 1;
      digits();
    }
    const size_t end = at_;
    if (!Name().empty()) return BadNumber(begin, "letters follow its digits");
    std::string written(text_.substr(begin, end - begin));
    if (whole) return Integer(begin, written, 10);
    std::erase(written, '_');
    const double value = std::strtod(written.c_str(), nullptr);
    if (value == std::numeric_limits<double>::infinity()) {
      return Error(begin, "FloatingPointOverflow", Text("'", written, "' is beyond the 64-bit floats"));
    }
    Add(TokenKind::kFloat, begin).number = value;
  }

  void MatchBrackets() {
    std::vector<size_t> open;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != TokenKind::kSymbol) continue;
      const uint16_t symbol = tokens_[i].symbol;
      if (symbol == '(' || symbol == '[' || symbol == '{') {
        open.push_back(i);
      } else if (symbol == ')' || symbol == ']' || symbol == '}') {
        const uint16_t opening = symbol == ')' ? '(' : symbol == ']' ? '[' : '{';
        if (open.empty() || tokens_[open.back()].symbol != opening) return;  // what follows is an error anyway
        tokens_[open.back()].match = i;
        open.pop_back();
      }
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Tokenize(std::string_view text) { return Lexer(text).Run(); }

size_t StatementEnd(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (c == ';') return at + 1;
    if (c == '/' && next == '/') {
      at = text.find('\n', at);
    } else if (c == '/' && next == '*') {
      at = text.find("*/", at + 2);
      if (at != std::string_view::npos) ++at;
    } else if (c == '`') {
      at = text.find('`', at + 1);  // a doubled one ends and begins again
    } else if (c == '\'' || c == '"') {
      for (++at; at < text.size() && text[at] != c; ++at) {
        if (text[at] == '\\') ++at;
      }
    }
    if (at == std::string_view::npos || at >= text.size()) break;
  }
  return std::string_view::npos;
}

}  // namespace liantu::query
