// SPDX-License-Identifier: Apache-2.0
// Strings, counted in Unicode code points: parts, trimming, replacing, splitting, letter case, normal forms, and the
// regular expressions of =~. The only place of the query language that needs ICU's text functions.
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "query/function_tables.h"
#include "query/operators_scalar.h"
#include "text/utf8.h"

namespace liantu::query {
namespace {

bool AllStrings(Context& context, std::string_view function, Args args, size_t count) {
  for (size_t i = 0; i < std::min(count, args.size()); ++i) {
    if (args[i].kind() != Kind::kString) {
      WrongKind(context, function, "a String", args[i]);
      return false;
    }
  }
  return true;
}

// A count of characters: a non-negative integer.
std::optional<uint64_t> CountOf(Context& context, std::string_view function, const Value& v) {
  if (v.kind() != Kind::kInteger) {
    WrongKind(context, function, "an Integer", v);
    return std::nullopt;
  }
  if (v.integer() < 0) {
    BadArgument(context, ErrorType::kArgumentError, "NumberOutOfRange", Text(function, "() takes no negative number, found ", v.integer()));
    return std::nullopt;
  }
  return static_cast<uint64_t>(v.integer());
}

bool IsAscii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return (c & 0x80) == 0; });
}
// The byte at which code point number `count` begins; the length where there are fewer.
size_t ByteOf(std::string_view s, uint64_t count) {
  size_t at = 0;
  for (; count > 0 && at < s.size(); --count) text::NextCodePoint(s, at);
  return at;
}

// Unicode's White_Space, in UTF-8.
bool IsSpace(char32_t c) {
  return (c >= 9 && c <= 13) || c == 32 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view TrimText(std::string_view s, const std::u32string* set, bool front, bool back) {
  auto in = [&](char32_t c) { return set == nullptr ? IsSpace(c) : set->find(c) != set->npos; };
  while (front && !s.empty()) {
    size_t at = 0;
    if (!in(text::NextCodePoint(s, at))) break;
    s.remove_prefix(at);
  }
  while (back && !s.empty()) {
    size_t begin = s.size() - 1;
    while (begin > 0 && (s[begin] & 0xC0) == 0x80) --begin;
    size_t at = begin;
    if (!in(text::NextCodePoint(s, at)) || at != s.size()) break;
    s.remove_suffix(s.size() - begin);
  }
  return s;
}

template <bool kFront, bool kBack>
Value Trim(Context& context, Args args) {
  if (!AllStrings(context, kFront && kBack ? "trim" : kFront ? "ltrim" : "rtrim", args, 2)) return {};
  std::u32string set;
  if (args.size() == 2) set = text::ToCodePoints(args[1].string());
  return Value::String(std::string(TrimText(args[0].string(), args.size() == 2 ? &set : nullptr, kFront, kBack)));
}

Value Left(Context& context, Args args) {
  if (!AllStrings(context, "left", args, 1)) return {};
  const std::optional<uint64_t> n = CountOf(context, "left", args[1]);
  if (!n) return {};
  return Value::String(args[0].string().substr(0, ByteOf(args[0].string(), *n)));
}

uint64_t Length(std::string_view s) {
  uint64_t n = 0;
  for (size_t at = 0; at < s.size(); ++n) text::NextCodePoint(s, at);
  return n;
}

Value Right(Context& context, Args args) {
  if (!AllStrings(context, "right", args, 1)) return {};
  const std::optional<uint64_t> n = CountOf(context, "right", args[1]);
  if (!n) return {};
  const uint64_t length = Length(args[0].string());
  return Value::String(args[0].string().substr(ByteOf(args[0].string(), length > *n ? length - *n : 0)));
}

Value Substring(Context& context, Args args) {
  if (!AllStrings(context, "substring", args, 1)) return {};
  const std::optional<uint64_t> start = CountOf(context, "substring", args[1]);
  if (!start) return {};
  const std::string_view s = args[0].string();
  const size_t begin = ByteOf(s, *start);
  size_t end = s.size();
  if (args.size() == 3) {
    const std::optional<uint64_t> n = CountOf(context, "substring", args[2]);
    if (!n) return {};
    end = begin + ByteOf(s.substr(begin), *n);
  }
  return Value::String(std::string(s.substr(begin, end - begin)));
}

Value Replace(Context& context, Args args) {
  if (!AllStrings(context, "replace", args, 3)) return {};
  const std::string &s = args[0].string(), &from = args[1].string(), &to = args[2].string();
  if (from.empty()) return args[0];
  size_t hits = 0;
  for (size_t hit = 0; (hit = s.find(from, hit)) != s.npos; hit += from.size()) {
    ++hits;
    if (context.Stop()) return {};
  }
  std::string out;  // of a known size: growing would take twice as much
  const size_t size = s.size() - hits * from.size() + hits * to.size();
  if (!Fits(context, size)) return {};
  out.reserve(size);
  size_t at = 0;
  for (size_t hit; (hit = s.find(from, at)) != s.npos; at = hit + from.size()) {
    out.append(s, at, hit - at);
    out += to;
  }
  out.append(s, at);
  return Value::String(std::move(out));
}

Value Split(Context& context, Args args) {
  if (!AllStrings(context, "split", args, 1)) return {};
  const std::string& s = args[0].string();
  std::vector<std::string> marks;
  if (args[1].kind() == Kind::kString) {
    marks.push_back(args[1].string());
  } else if (args[1].kind() == Kind::kList) {
    for (const Value& mark : args[1].list()) {
      if (mark.is_null()) return {};
      if (mark.kind() != Kind::kString) return WrongKind(context, "split", "a String or a List of strings", mark);
      marks.push_back(mark.string());
    }
  } else {
    return WrongKind(context, "split", "a String or a List of strings", args[1]);
  }
  ValueList out;
  size_t begin = 0, at = 0;
  while (at < s.size()) {
    size_t hit = 0;
    bool empty_mark = false;
    for (const std::string& mark : marks) {  // the first of the list that stands here
      if (mark.empty()) empty_mark = true;
      else if (s.compare(at, mark.size(), mark) == 0) { hit = mark.size(); break; }
    }
    if (hit > 0) {
      out.push_back(Value::String(s.substr(begin, at - begin)));
      at += hit;
      begin = at;
      if (context.Stop() || !Fits(context, out.size() * 80)) return {};
      continue;
    }
    text::NextCodePoint(s, at);
    if (empty_mark && at < s.size()) {
      out.push_back(Value::String(s.substr(begin, at - begin)));
      begin = at;
      if (context.Stop() || !Fits(context, out.size() * 80)) return {};
    }
  }
  out.push_back(Value::String(s.substr(begin)));
  return Value::List(std::move(out));
}

icu::UnicodeString Wide(const std::string& s) { return icu::UnicodeString::fromUTF8(icu::StringPiece(s.data(), static_cast<int32_t>(s.size()))); }

template <bool kUpper>
Value Case(Context& context, Args args) {
  if (!AllStrings(context, kUpper ? "toUpper" : "toLower", args, 1)) return {};
  std::string out = args[0].string();
  if (IsAscii(out)) {
    for (char& c : out) {
      if (kUpper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z') c = static_cast<char>(c ^ 0x20);
    }
    return Value::String(std::move(out));
  }
  icu::UnicodeString wide = Wide(out);
  if (kUpper) wide.toUpper(icu::Locale::getRoot());
  else wide.toLower(icu::Locale::getRoot());
  out.clear();
  wide.toUTF8String(out);
  return Value::String(std::move(out));
}

// Of normalize() and isNormalized(): null where the form is none, and the statement has failed then.
const icu::Normalizer2* NormalForm(Context& context, Args args) {
  const std::string form = args.size() == 2 ? args[1].string() : "NFC";
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = form == "NFC"    ? icu::Normalizer2::getNFCInstance(error)
                                       : form == "NFD"  ? icu::Normalizer2::getNFDInstance(error)
                                       : form == "NFKC" ? icu::Normalizer2::getNFKCInstance(error)
                                       : form == "NFKD" ? icu::Normalizer2::getNFKDInstance(error)
                                                        : nullptr;
  if (normalizer == nullptr || U_FAILURE(error)) {
    BadArgument(context, ErrorType::kArgumentError, "InvalidArgumentValue", Text("the normal forms are NFC NFD NFKC NFKD, found '", form, "'"));
    return nullptr;
  }
  return normalizer;
}

Value Normalize(Context& context, Args args) {
  if (!AllStrings(context, "normalize", args, 2)) return {};
  const icu::Normalizer2* normalizer = NormalForm(context, args);
  if (normalizer == nullptr) return {};
  UErrorCode error = U_ZERO_ERROR;
  std::string out;
  normalizer->normalize(Wide(args[0].string()), error).toUTF8String(out);
  return Value::String(std::move(out));
}

// x IS NORMALIZED; null for what is no string.
Value IsNormalized(Context& context, Args args) {
  if (args[0].kind() != Kind::kString || args.back().is_null() || !AllStrings(context, "isNormalized", args, 2)) return {};
  const icu::Normalizer2* normalizer = NormalForm(context, args);
  if (normalizer == nullptr) return {};
  UErrorCode error = U_ZERO_ERROR;
  return Value::Boolean(normalizer->isNormalized(Wide(args[0].string()), error));
}

Value CharLength(Context& context, Args args) {
  if (!AllStrings(context, "char_length", args, 1)) return {};
  return Value::Integer(static_cast<int64_t>(Length(args[0].string())));
}

}  // namespace

struct Context::Pattern {
  std::string text;
  std::unique_ptr<icu::RegexPattern> compiled;
};

Value MatchesPattern(Context& context, const Value& text, const Value& pattern) {
  if (text.is_null() || pattern.is_null() || text.kind() != Kind::kString) return {};
  if (pattern.kind() != Kind::kString) {
    return BadArgument(context, ErrorType::kTypeError, "InvalidArgumentType", Text("=~ takes a String, found ", KindName(pattern.kind())));
  }
  UErrorCode error = U_ZERO_ERROR;
  UParseError place;
  if (context.pattern == nullptr || context.pattern->text != pattern.string()) {
    auto made = std::make_shared<Context::Pattern>();
    made->text = pattern.string();
    made->compiled.reset(icu::RegexPattern::compile(Wide(pattern.string()), 0, place, error));
    if (U_FAILURE(error)) {
      return BadArgument(context, ErrorType::kArgumentError, "InvalidArgumentValue",
                         Text("'", pattern.string(), "' is no regular expression: ", u_errorName(error)));
    }
    context.pattern = std::move(made);
  }
  const icu::UnicodeString wide = Wide(text.string());
  std::unique_ptr<icu::RegexMatcher> matcher(context.pattern->compiled->matcher(wide, error));
  if (matcher) {
    matcher->setTimeLimit(2000, error);  // of steps, some milliseconds: patterns that backtrack without end are stopped
    matcher->setStackLimit(1 << 22, error);
  }
  const bool hit = matcher && matcher->matches(error);
  if (U_FAILURE(error)) {
    return BadArgument(context, ErrorType::kArgumentError, "InvalidArgumentValue",
                       Text("the regular expression '", pattern.string(), "' takes too long to decide: ", u_errorName(error)));
  }
  return Value::Boolean(hit);
}

int64_t CharacterCount(std::string_view s) { return static_cast<int64_t>(Length(s)); }

std::vector<Function> StringFunctions() {
  const KindSet s = kString, i = kInteger;
  return {
      {"left", 2, 2, {s, i}, s, Strict<Left>, true, "left(original :: STRING, length :: INTEGER) :: STRING", "The first characters."},
      {"right", 2, 2, {s, i}, s, Strict<Right>, true, "right(original :: STRING, length :: INTEGER) :: STRING", "The last characters."},
      {"substring", 2, 3, {s, i, i}, s, Strict<Substring>, true,
       "substring(original :: STRING, start :: INTEGER, length :: INTEGER) :: STRING", "The characters from `start` (0 is the first) on."},
      {"trim", 1, 2, {s, s}, s, Strict<Trim<true, true>>, true, "trim(input :: STRING) :: STRING", "Without blanks on either side."},
      {"btrim", 1, 2, {s, s}, s, Strict<Trim<true, true>>, true, "btrim(input :: STRING, characters = ' ' :: STRING) :: STRING",
       "Without blanks, or the given characters, on either side."},
      {"ltrim", 1, 2, {s, s}, s, Strict<Trim<true, false>>, true, "ltrim(input :: STRING, characters = ' ' :: STRING) :: STRING",
       "Without blanks, or the given characters, at the beginning."},
      {"rtrim", 1, 2, {s, s}, s, Strict<Trim<false, true>>, true, "rtrim(input :: STRING, characters = ' ' :: STRING) :: STRING",
       "Without blanks, or the given characters, at the end."},
      {"replace", 3, 3, {s, s, s}, s, Strict<Replace>, true, "replace(original :: STRING, search :: STRING, replace :: STRING) :: STRING",
       "Every occurrence replaced."},
      {"split", 2, 2, {s, s | kList}, kList, Strict<Split>, true, "split(original :: STRING, delimiters :: STRING | LIST<STRING>) :: LIST<STRING>",
       "The parts between delimiters."},
      {"toUpper", 1, 1, {s}, s, Strict<Case<true>>, true, "toUpper(input :: STRING) :: STRING", "In upper case."},
      {"upper", 1, 1, {s}, s, Strict<Case<true>>, true, "upper(input :: STRING) :: STRING", "In upper case."},
      {"toLower", 1, 1, {s}, s, Strict<Case<false>>, true, "toLower(input :: STRING) :: STRING", "In lower case."},
      {"lower", 1, 1, {s}, s, Strict<Case<false>>, true, "lower(input :: STRING) :: STRING", "In lower case."},
      {"normalize", 1, 2, {s, s}, s, Strict<Normalize>, true, "normalize(input :: STRING, normalForm = 'NFC' :: STRING) :: STRING",
       "In a Unicode normal form: NFC NFD NFKC NFKD."},
      {"isNormalized", 1, 2, {kAnyKind, s}, kBoolean, IsNormalized, true, "isNormalized(input :: ANY, normalForm = 'NFC' :: STRING) :: BOOLEAN",
       "Whether a string is in a Unicode normal form; also written input IS NFC NORMALIZED."},
      {"char_length", 1, 1, {s}, i, Strict<CharLength>, true, "char_length(input :: STRING) :: INTEGER", "The count of characters."},
      {"character_length", 1, 1, {s}, i, Strict<CharLength>, true, "character_length(input :: STRING) :: INTEGER", "The count of characters."},
  };
}

}  // namespace liantu::query
