// SPDX-License-Identifier: Apache-2.0
// Names made of ideographs, ASCII and the usual full-width forms and punctuation are normalised by the tables here; any
// other character sends the whole name through ICU, with the same result where both can do it (a test compares them).
#include "text/normalize.h"

#include <opencc/opencc.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "base/result.h"
#include "text/key.h"
#include "text/tables.h"
#include "text/utf8.h"

namespace liantu::text {
namespace {

constexpr char32_t kSeparator = ' ';  // what a removed character becomes until the words are joined

// ASCII: letters in lower case, digits, the signs that carry meaning; '.' is decided by its neighbours; the rest separates.
constexpr std::array<char, 128> kAscii = [] {
  std::array<char, 128> t{};
  for (int c = 0; c < 128; ++c) t[c] = ' ';
  for (int c = '0'; c <= '9'; ++c) t[c] = static_cast<char>(c);
  for (int c = 'a'; c <= 'z'; ++c) t[c] = static_cast<char>(c);
  for (int c = 'A'; c <= 'Z'; ++c) t[c] = static_cast<char>(c + 'a' - 'A');
  for (const char c : {'+', '#', '%', '$', '.'}) t[static_cast<int>(c)] = c;
  return t;
}();

// Removed before compatibility folding, which would turn them into letters (™ into tm).
bool IsMark(char32_t c) { return c == 0x2122 || c == 0x2120 || c == 0xAE || c == 0xA9; }

// For characters outside ASCII, after folding.
bool Separates(char32_t c) {
  if (c >= 0x2500 && c <= 0x26FF) return true;  // box drawing, geometric shapes, bullets that look like ● ■ ★
  if (c == 0x2030 || c == 0x2031) return false;  // ‰ ‱
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SPACE_SEPARATOR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_DASH_PUNCTUATION:
    case U_START_PUNCTUATION:
    case U_END_PUNCTUATION:
    case U_CONNECTOR_PUNCTUATION:
    case U_OTHER_PUNCTUATION:
    case U_INITIAL_PUNCTUATION:
    case U_FINAL_PUNCTUATION:
    case U_MODIFIER_SYMBOL:
      return true;
    default:
      return false;
  }
}

// Characters that the fast path knows: their folded form, kSeparator, or kUnknown.
constexpr char32_t kUnknown = 0xFFFFFFFE;
inline char32_t FastFold(char32_t c) {
  if (c < 0x80) return static_cast<char32_t>(kAscii[c]);
  if (c >= tables::kFirst && c <= tables::kLast) {
    if (c >= 0x4DC0 && c <= 0x4DFF) return kUnknown;  // hexagrams
    return tables::Fold(c);
  }
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<char32_t>(kAscii[c - 0xFF01 + '!']);
  if (c == 0x3000 || (c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3011) || (c >= 0x3014 && c <= 0x301F)) {
    return kSeparator;
  }
  if ((c >= 0x2010 && c <= 0x2027 && c != 0x2024) || c == 0xB7 || c == 0x2022) {
    return kSeparator;
  }
  return kUnknown;
}

// Without ICU; false when a character is not known to FastFold.
bool FoldFast(std::string_view name, std::u32string& out) {
  for (size_t at = 0; at < name.size();) {
    const char32_t c = NextCodePoint(name, at);
    const char32_t folded = c == kBadByte ? kUnknown : FastFold(c);
    if (folded == kUnknown) return false;
    out += folded;
  }
  return true;
}

std::u32string FoldOnce(const std::u32string& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(error);
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  LT_ASSERT(U_SUCCESS(error));  // the data is linked in
  icu::UnicodeString s;
  for (char32_t c : text) s.append(static_cast<UChar32>(IsMark(c) ? kSeparator : c));
  s = nfd->normalize(casefold->normalize(s, error), error);
  icu::UnicodeString plain;
  for (int32_t i = 0; i < s.length();) {
    const UChar32 c = s.char32At(i);
    i += U16_LENGTH(c);
    if (c >= 0x300 && c <= 0x36F) continue;  // Latin, Greek and Cyrillic accents; not those of kana or Indic scripts
    if (c < 0x80) {
      plain.append(static_cast<UChar32>(kAscii[c]));
    } else {
      plain.append(Separates(static_cast<char32_t>(c)) ? static_cast<UChar32>(kSeparator) : c);
    }
  }
  s = nfc->normalize(plain, error);
  LT_ASSERT(U_SUCCESS(error));
  std::u32string out;
  for (int32_t i = 0; i < s.length();) {
    const UChar32 c = s.char32At(i);
    i += U16_LENGTH(c);
    out += tables::Fold(static_cast<char32_t>(c));
  }
  return out;
}

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

// Takes the separators out, and dots that are not inside a number.
Key Join(const std::u32string& folded) {
  Key key;
  key.chars.reserve(folded.size());
  key.starts.reserve(folded.size());
  bool start = true;
  for (size_t i = 0; i < folded.size(); ++i) {
    const char32_t c = folded[i];
    if (c == kSeparator ||
        (c == '.' && !(i > 0 && i + 1 < folded.size() && IsDigit(folded[i - 1]) && IsDigit(folded[i + 1])))) {
      start = true;
      continue;
    }
    key.chars += c;
    key.starts += start ? '\1' : '\0';
    start = false;
  }
  return key;
}

// Forms at the end of a name. Ideographs match anywhere, Latin forms only as a whole word.
struct Form {
  std::u32string_view text;
  bool group;
};
constexpr Form kForms[] = {
    {U"股份有限公司", false}, {U"有限责任公司", false}, {U"有限公司", false},  {U"股份公司", false}, {U"总公司", false},
    {U"公司", false},         {U"有限合伙", false},     {U"普通合伙", false},  {U"集团", true},      {U"group", true},
    {U"incorporated", false}, {U"corporation", false},  {U"company", false},   {U"limited", false},  {U"coltd", false},
    {U"ltd", false},          {U"inc", false},          {U"corp", false},      {U"co", false},       {U"gmbh", false},
    {U"ag", false},           {U"se", false},           {U"plc", false},       {U"llc", false},      {U"llp", false},
    {U"lp", false},           {U"sa", false},           {U"spa", false},       {U"srl", false},      {U"nv", false},
    {U"bv", false},           {U"kg", false},           {U"kgaa", false},      {U"sas", false},      {U"pte", false},
    {U"pty", false},          {U"bhd", false},          {U"sdn", false},       {U"kk", false}};

bool EndsWith(std::u32string_view s, std::u32string_view end) {
  return s.size() >= end.size() && s.substr(s.size() - end.size()) == end;
}

// A trailing form's length within the first n characters, or 0.
size_t FormAtEnd(const Key& key, size_t n, Strip strip) {
  const std::u32string_view text = std::u32string_view(key.chars).substr(0, n);
  if (EndsWith(text, U"分公司") || EndsWith(text, U"子公司")) return 0;  // a branch is another company
  for (const Form& form : kForms) {
    if (form.group && strip != Strip::kLegalFormAndGroup) continue;
    if (!EndsWith(text, form.text)) continue;
    const size_t at = n - form.text.size();
    if (IsHan(form.text[0])) return form.text.size();
    if (at > 0 && (key.starts_word(at) || !IsLatinOrDigit(text[at - 1]))) return form.text.size();
  }
  return 0;
}

// ---- pinyin in brackets

// The letters of one syllable inside brackets: tone marks off, ü as v. Empty when something else stands there.
std::string PlainSyllable(std::u32string_view text) {
  struct Letter {
    char32_t from;
    char to;
  };
  static constexpr Letter kLetters[] = {
      {U'ā', 'a'}, {U'á', 'a'}, {U'ǎ', 'a'}, {U'à', 'a'}, {U'ă', 'a'}, {U'ē', 'e'}, {U'é', 'e'}, {U'ě', 'e'}, {U'è', 'e'},
      {U'ê', 'e'}, {U'ī', 'i'}, {U'í', 'i'}, {U'ǐ', 'i'}, {U'ì', 'i'}, {U'ō', 'o'}, {U'ó', 'o'}, {U'ǒ', 'o'}, {U'ò', 'o'},
      {U'ū', 'u'}, {U'ú', 'u'}, {U'ǔ', 'u'}, {U'ù', 'u'}, {U'ǖ', 'v'}, {U'ǘ', 'v'}, {U'ǚ', 'v'}, {U'ǜ', 'v'}, {U'ü', 'v'},
      {U'ɡ', 'g'}, {U'ń', 'n'}, {U'ň', 'n'}, {U'ǹ', 'n'}};
  std::string out;
  for (char32_t c : text) {
    if (c == 0x308 && !out.empty() && out.back() == 'u') {  // ü written as u and a combining diaeresis
      out.back() = 'v';
      continue;
    }
    if (c >= 0x300 && c <= 0x36F) continue;
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (c >= 'a' && c <= 'z') {
      out += static_cast<char>(c);
      continue;
    }
    const Letter* found = nullptr;
    for (const Letter& letter : kLetters) {
      if (letter.from == c) found = &letter;
    }
    if (!found) return "";
    out += found->to;
  }
  return out;
}

bool HasReading(char32_t c, std::string_view syllable) {
  for (const char32_t form : {c, tables::Fold(c)}) {
    for (const uint16_t id : tables::ReadingIds(form)) {
      if (tables::kSyllables[id] == syllable) return true;
    }
  }
  return false;
}

constexpr char32_t kWideOpen = 0xFF08, kWideClose = 0xFF09;  // full-width ( and )

bool HasBracket(std::string_view text) {
  return text.find('(') != std::string_view::npos || text.find("\uFF08") != std::string_view::npos;
}

// ---- OpenCC

// The converter of the process; loaded at first use, about a millisecond. Its conversion is const and thread-safe.
class Converter {
 public:
  std::string Convert(const std::string& text) const {
    const bool loaded = handle_ != reinterpret_cast<opencc_t>(-1);
    char* converted = loaded ? opencc_convert_utf8(handle_, text.data(), text.size()) : nullptr;
    if (!converted) {
      std::string folded;
      for (char32_t c : ToCodePoints(text)) AppendUtf8(folded, tables::Fold(c));
      return folded;
    }
    std::string result = converted;
    opencc_convert_utf8_free(converted);
    return result;
  }

 private:
  opencc_t handle_ = opencc_open("t2s.json");  // until the process ends
};

// False for words that end like a rank and are none. 新区 is a rank in 浦东新区 too, which is left whole for that reason.
bool EndsWithRank(std::u32string_view s) {
  for (const std::u32string_view word :
       {U"园区", U"新区", U"开发区", U"片区", U"社区", U"市区", U"地区", U"景区", U"特区", U"矿区", U"核心区", U"中心区",
        U"商务区", U"服务区", U"保税区", U"示范区", U"集聚区", U"功能区", U"先行区", U"自贸区", U"贸易区", U"高新区", U"合作区",
        U"试验区", U"实验区", U"工业区", U"产业区", U"加工区", U"物流区", U"拓展区", U"发展区", U"生活区", U"协作区", U"引领区",
        U"保护区", U"经济区", U"老区", U"小区", U"校区", U"库区", U"牧区", U"战区", U"郊区", U"港区", U"大湾区", U"澳湾区",
        U"主城区", U"老城区", U"旧城区", U"中心城区", U"粤北山区", U"北部山区", U"大都市", U"大城市", U"心城市", U"慧城市",
        U"超市", U"门市", U"上市", U"股市", U"楼市", U"夜市"}) {
    if (EndsWith(s, word)) return s == U"泉港区";  // a district of 泉州
  }
  return true;
}

}  // namespace

bool IsUtf8(std::string_view bytes) { return FirstBadUtf8(bytes) == std::string_view::npos; }

size_t FirstBadUtf8(std::string_view bytes) {
  for (size_t at = 0; at < bytes.size();) {
    if (at + 8 <= bytes.size()) {
      uint64_t word;
      __builtin_memcpy(&word, bytes.data() + at, 8);
      if (!(word & 0x8080808080808080ull)) {
        at += 8;
        continue;
      }
    }
    const size_t before = at;
    if (NextCodePoint(bytes, at) == kBadByte) return before;
  }
  return std::string_view::npos;
}

std::string RepairUtf8(std::string_view bytes) {
  if (IsUtf8(bytes)) return std::string(bytes);
  return FromCodePoints(ToCodePoints(bytes));
}

bool HasTraditional(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, at);
    if (c == kBadByte) continue;
    if (c == U'沈') return true;  // becomes 沉 in a few words, 沈 elsewhere: only OpenCC's phrases know
    if (tables::Fold(c) != c) return true;
  }
  return false;
}

std::string Simplify(std::string_view text) {
  std::string now = RepairUtf8(text);
  if (!HasTraditional(now)) return now;
  static const Converter converter;
  // OpenCC takes a C string: pieces between NUL bytes are converted one by one.
  std::string out;
  for (size_t from = 0; from <= now.size();) {
    const size_t nul = std::min(now.find('\0', from), now.size());
    std::string piece = now.substr(from, nul - from);
    // A converted word can form another phrase with its neighbours; repeated until nothing changes.
    for (int round = 0; round < 4 && !piece.empty(); ++round) {
      std::string next = converter.Convert(piece);
      if (next == piece) break;
      piece = std::move(next);
    }
    out += piece;
    if (nul < now.size()) out += '\0';
    from = nul + 1;
  }
  return out;
}

Key MakeKey(std::string_view name) {
  std::string without_pinyin;
  if (HasBracket(name)) {
    without_pinyin = StripBracketPinyin(name);
    name = without_pinyin;
  }
  std::u32string folded;
  folded.reserve(name.size());
  if (FoldFast(name, folded)) return Join(folded);
  Key key = Join(FoldOnce(ToCodePoints(name)));
  // Taking characters out can bring others together that compose or fold further; more rounds settle it.
  for (int round = 0; round < 4; ++round) {
    Key next = Join(FoldOnce(key.chars));
    if (next.chars == key.chars) break;
    key = std::move(next);
  }
  return key;
}

std::string NormalizeName(std::string_view name) { return FromCodePoints(MakeKey(name).chars); }

size_t StemLength(const Key& key, Strip strip) {
  size_t n = key.size();
  for (;;) {
    const size_t form = FormAtEnd(key, n, strip);
    if (form == 0 || n - form < 2) return n;
    n -= form;
  }
}

std::string StripLegalForm(std::string_view name) {
  const Key key = MakeKey(name);
  return FromCodePoints(std::u32string_view(key.chars).substr(0, StemLength(key, Strip::kLegalFormAndGroup)));
}

std::string PlaceStem(std::string_view name) {
  const Key key = MakeKey(name);
  std::u32string_view s = key.chars;
  const auto take = [&](std::u32string_view end) {
    if (!EndsWith(s, end) || s.size() < end.size() + 2) return false;
    s.remove_suffix(end.size());
    return true;
  };
  if (take(U"特别行政区")) return FromCodePoints(s);
  if (take(U"自治区") || take(U"自治州") || take(U"自治县") || take(U"自治旗")) {
    // The peoples named before the rank, longest first where one ends with another.
    static constexpr std::u32string_view kPeoples[] = {
        U"维吾尔", U"壮族", U"回族", U"藏族", U"苗族", U"彝族", U"侗族", U"瑶族", U"白族", U"傣族", U"黎族", U"畲族", U"羌族",
        U"水族", U"土家族", U"土族", U"满族", U"蒙古族", U"蒙古", U"朝鲜族", U"哈尼族", U"哈萨克族", U"哈萨克", U"柯尔克孜",
        U"傈僳族", U"佤族", U"拉祜族", U"纳西族", U"景颇族", U"布朗族", U"布依族", U"仡佬族", U"仫佬族", U"毛南族", U"东乡族",
        U"撒拉族", U"裕固族", U"保安族", U"怒族", U"独龙族", U"普米族", U"达斡尔族", U"鄂温克族", U"塔吉克", U"锡伯", U"各族"};
    for (bool again = true; again;) {
      again = false;
      for (const auto& people : kPeoples) {
        // 内蒙古 keeps its name: what stays must be two characters.
        if (take(people)) again = true;
      }
    }
    return FromCodePoints(s);
  }
  if (EndsWithRank(s)) {
    for (const std::u32string_view rank : {U"省", U"市", U"区", U"县"}) {
      if (take(rank)) break;
    }
  }
  return FromCodePoints(s);
}

std::string StripBracketPinyin(std::string_view text) {
  if (!HasBracket(text)) return RepairUtf8(text);
  const std::u32string in = ToCodePoints(text);
  std::u32string out;
  for (size_t i = 0; i < in.size(); ++i) {
    if ((in[i] == '(' || in[i] == kWideOpen) && !out.empty() && IsHan(out.back())) {
      // A syllable has at most six letters; with combining tone marks a few code points more.
      size_t close = i + 1;
      while (close < in.size() && close <= i + 10 && in[close] != ')' && in[close] != kWideClose) ++close;
      if (close < in.size() && (in[close] == ')' || in[close] == kWideClose)) {
        const std::string syllable = PlainSyllable(std::u32string_view(in).substr(i + 1, close - i - 1));
        if (!syllable.empty() && HasReading(out.back(), syllable)) {
          i = close;
          continue;
        }
      }
    }
    out += in[i];
  }
  return FromCodePoints(out);
}

}  // namespace liantu::text
