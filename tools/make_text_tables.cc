// SPDX-License-Identifier: Apache-2.0
// Turns the Unihan readings (standard input) and OpenCC's single characters into the constant tables that src/text
// compiles in: which syllables a character has, and which simplified character it folds to. Runs while the project is
// built, so that no generated file is kept and no data file is needed at run time.
//   bzcat Unihan_Readings.txt.bz2 | make_text_tables OUTPUT.cc
#include <opencc/opencc.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr char32_t kFirst = 0x3400, kLast = 0x9FFF;  // the dense part of the tables, as in src/text/tables.h

std::string ToUtf8(char32_t c) {
  std::string s;
  if (c < 0x80) {
    s += static_cast<char>(c);
  } else if (c < 0x800) {
    s += static_cast<char>(0xC0 | c >> 6);
    s += static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x10000) {
    s += static_cast<char>(0xE0 | c >> 12);
    s += static_cast<char>(0x80 | (c >> 6 & 63));
    s += static_cast<char>(0x80 | (c & 63));
  } else {
    s += static_cast<char>(0xF0 | c >> 18);
    s += static_cast<char>(0x80 | (c >> 12 & 63));
    s += static_cast<char>(0x80 | (c >> 6 & 63));
    s += static_cast<char>(0x80 | (c & 63));
  }
  return s;
}

std::u32string FromUtf8(std::string_view s) {
  std::u32string out;
  for (size_t i = 0; i < s.size();) {
    const auto b = static_cast<unsigned char>(s[i]);
    const int n = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    char32_t c = n == 1 ? b : b & (0xFF >> (n + 1));
    for (int k = 1; k < n && i + k < s.size(); ++k) c = c << 6 | (static_cast<unsigned char>(s[i + k]) & 63);
    out += c;
    i += n;
  }
  return out;
}

// One syllable without its tone: letters a-z, ü as v. Empty when there is no vowel in it (the interjections m, n, ng) or
// something else stands there.
std::string Toneless(std::string_view syllable) {
  static const std::map<char32_t, char> base = [] {
    std::map<char32_t, char> m;
    const std::pair<const char*, char> groups[] = {{"āáǎàă", 'a'}, {"ēéěèêếề", 'e'}, {"īíǐì", 'i'}, {"ōóǒò", 'o'},
                                                   {"ūúǔù", 'u'},  {"ǖǘǚǜü", 'v'}, {"ńňǹ", 'n'},  {"ḿ", 'm'}};
    for (const auto& [letters, plain] : groups) {
      for (char32_t c : FromUtf8(letters)) m[c] = plain;
    }
    return m;
  }();
  std::string out;
  bool vowel = false;
  for (char32_t c : FromUtf8(syllable)) {
    if (c >= 0x300 && c <= 0x36F) continue;
    char letter;
    if (c >= 'a' && c <= 'z') {
      letter = static_cast<char>(c);
    } else if (const auto it = base.find(c); it != base.end()) {
      letter = it->second;
    } else {
      return "";
    }
    vowel |= std::string_view("aeiouv").find(letter) != std::string_view::npos;
    out += letter;
  }
  return vowel ? out : "";
}

// The syllables named in a Unihan field, in its order: "zhǎng(1879) cháng(1179)", "038.110:cháng 466.110:zhǎng",
// "63680.020,63680.030:zhòng,chóng,tóng".
std::vector<std::string> Syllables(std::string_view field) {
  std::vector<std::string> out;
  std::istringstream in{std::string(field)};
  for (std::string entry; in >> entry;) {
    const size_t colon = entry.find(':');
    if (colon != std::string::npos) entry.erase(0, colon + 1);
    std::istringstream parts(entry);
    for (std::string part; std::getline(parts, part, ',');) {
      const std::string syllable = Toneless(part.substr(0, part.find('(')));
      if (!syllable.empty()) out.push_back(syllable);
    }
  }
  return out;
}

struct Character {
  std::vector<std::string> readings;
  char32_t fold = 0;
};

void AddReading(std::vector<std::string>& readings, const std::string& syllable, size_t limit) {
  if (readings.size() < limit && std::find(readings.begin(), readings.end(), syllable) == readings.end()) {
    readings.push_back(syllable);
  }
}

// Writes an array, 16 numbers a line.
template <class T>
void WriteArray(std::ostream& out, const char* declaration, const std::vector<T>& values) {
  out << "const " << declaration << " = {";
  for (size_t i = 0; i < values.size(); ++i) out << (i % 16 ? "" : "\n") << uint64_t{values[i]} << ",";
  out << "};\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: bzcat Unihan_Readings.txt.bz2 | make_text_tables OUTPUT.cc\n";
    return 2;
  }

  std::map<char32_t, std::map<std::string, std::string>> unihan;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.rfind("U+", 0) != 0) continue;
    const size_t tab1 = line.find('\t');
    const size_t tab2 = line.find('\t', tab1 + 1);
    if (tab2 == std::string::npos) continue;
    const std::string property = line.substr(tab1 + 1, tab2 - tab1 - 1);
    if (property != "kMandarin" && property != "kHanyuPinlu" && property != "kTGHZ2013" && property != "kXHC1983" &&
        property != "kHanyuPinyin") {
      continue;
    }
    unihan[static_cast<char32_t>(std::stoul(line.substr(2, tab1 - 2), nullptr, 16))][property] = line.substr(tab2 + 1);
  }
  if (unihan.size() < 30000) {
    std::cerr << "make_text_tables: only " << unihan.size() << " characters with readings on standard input; expected "
              << "Unihan_Readings.txt of the Unicode character database\n";
    return 1;
  }

  // Readings: the customary one, then those of the frequency list and of the newest dictionary that has the character.
  std::map<char32_t, Character> characters;
  for (auto& [c, fields] : unihan) {
    std::vector<std::string> readings;
    const auto add = [&](const char* property) {
      for (const std::string& s : Syllables(fields[property])) AddReading(readings, s, 4);
    };
    add("kMandarin");
    add("kHanyuPinlu");
    add(fields.count("kTGHZ2013") ? "kTGHZ2013" : "kXHC1983");
    if (readings.empty()) add("kHanyuPinyin");
    characters[c].readings = readings;
  }

  characters[0x3007].readings = {"ling"};           // 〇 is no ideograph to Unihan
  AddReading(characters[U'六'].readings, "lu", 4);  // 六安, 六合; the newest dictionary leaves it out

  // Folds: what OpenCC makes of a single character; and the six that it changes only inside words, because a key must
  // not depend on the neighbours.
  opencc_t opencc = opencc_open("t2s.json");
  if (opencc == reinterpret_cast<opencc_t>(-1)) {
    std::cerr << "make_text_tables: OpenCC cannot open t2s.json: " << opencc_error() << "\n";
    return 1;
  }
  const auto simplified = [&](char32_t c) {
    const std::string text = ToUtf8(c);
    char* converted = opencc_convert_utf8(opencc, text.data(), text.size());
    const std::u32string result = converted ? FromUtf8(converted) : std::u32string();
    opencc_convert_utf8_free(converted);
    return result.size() == 1 ? result[0] : c;
  };
  for (const auto& [from, to] : {std::pair<char32_t, char32_t>(kFirst, kLast), {0x20000, 0x323AF}}) {
    for (char32_t c = from; c <= to; ++c) {
      char32_t fold = c;
      for (char32_t next; (next = simplified(fold)) != fold;) fold = next;
      if (fold != c || characters.count(c)) characters[c].fold = fold;
    }
  }
  opencc_close(opencc);
  const std::u32string only_in_words = U"瞭了藉借覆复衹只祇只牴抵";
  for (size_t i = 0; i < only_in_words.size(); i += 2) characters[only_in_words[i]].fold = only_in_words[i + 1];
  for (auto& [c, entry] : characters) {
    if (entry.fold == 0) entry.fold = c;
  }
  if (characters[U'區'].fold != U'区') {
    std::cerr << "make_text_tables: OpenCC does not simplify 區; is its data installed?\n";
    return 1;
  }
  // A key holds the folded character alone, so it must be found by the readings of characters that simplified text
  // also uses unfolded: 乾 (qian) folds to 干 (gan).
  for (const auto& [c, entry] : std::map<char32_t, Character>(characters)) {
    if (entry.fold == c) continue;
    characters[entry.fold].fold = entry.fold;
    auto& target = characters[entry.fold].readings;
    if (target.empty()) target = entry.readings;
    if (unihan.count(c) && unihan[c].count("kTGHZ2013") && !entry.readings.empty()) {
      AddReading(target, entry.readings[0], 5);
    }
  }
  // ü after l and n is typed v or u.
  for (auto& [c, entry] : characters) {
    for (const std::string& s : std::vector<std::string>(entry.readings)) {
      const size_t v = s.find('v');
      if (v == std::string::npos) continue;
      AddReading(entry.readings, s.substr(0, v) + "u" + s.substr(v + 1), 6);
    }
  }

  std::set<std::string> names;
  for (const auto& [c, entry] : characters) names.insert(entry.readings.begin(), entry.readings.end());
  const std::vector<std::string> syllables(names.begin(), names.end());
  const auto id = [&](const std::string& s) {
    return static_cast<uint16_t>(std::lower_bound(syllables.begin(), syllables.end(), s) - syllables.begin());
  };
  std::vector<uint16_t> sequences = {0};  // offset 0: no reading
  std::map<std::vector<std::string>, uint16_t> offsets = {{{}, 0}};
  const auto offset = [&](const std::vector<std::string>& readings) {
    const auto [it, fresh] = offsets.try_emplace(readings, static_cast<uint16_t>(sequences.size()));
    if (fresh) {
      sequences.push_back(static_cast<uint16_t>(readings.size()));
      for (const std::string& s : readings) sequences.push_back(id(s));
    }
    return it->second;
  };
  std::vector<uint16_t> dense_readings, dense_folds;
  for (char32_t c = kFirst; c <= kLast; ++c) {
    const auto it = characters.find(c);
    dense_readings.push_back(it == characters.end() ? 0 : offset(it->second.readings));
    const char32_t fold = it == characters.end() ? c : it->second.fold;
    dense_folds.push_back(fold > 0xFFFF ? 0 : static_cast<uint16_t>(fold));
  }
  std::ostringstream sparse;
  size_t sparse_size = 0;
  for (const auto& [c, entry] : characters) {
    if (c >= kFirst && c <= kLast && entry.fold <= 0xFFFF) continue;
    sparse << "{" << uint32_t{c} << "," << uint32_t{entry.fold} << "," << offset(entry.readings) << "},"
           << (++sparse_size % 8 ? "" : "\n");
  }
  if (sequences.size() > 0xFFFF) {
    std::cerr << "make_text_tables: too many different sets of readings for 16-bit offsets\n";
    return 1;
  }

  std::ostringstream body;
  WriteArray(body, "uint16_t kReadings[]", dense_readings);
  WriteArray(body, "uint16_t kFolds[]", dense_folds);
  WriteArray(body, "uint16_t kSequences[]", sequences);
  body << "const Sparse kSparse[] = {\n" << sparse.str() << "};\nconst size_t kSparseSize = " << sparse_size << ";\n";
  body << "constinit const std::string_view kSyllables[] = {\n";
  for (size_t i = 0; i < syllables.size(); ++i) body << '"' << syllables[i] << "\"," << ((i + 1) % 16 ? "" : "\n");
  body << "};\nconst size_t kSyllablesSize = " << syllables.size() << ";\n";
  uint64_t fingerprint = 14695981039346656037ull;  // FNV-1a
  for (const unsigned char b : body.str()) fingerprint = (fingerprint ^ b) * 1099511628211ull;

  std::ofstream out(argv[1], std::ios::binary);
  out << "// Made by tools/make_text_tables.cc from Unihan and OpenCC.\n#include \"text/tables.h\"\n\n"
      << "namespace liantu::text::tables {\n"
      << body.str() << "const uint64_t kFingerprint = " << fingerprint << "ull;\n}  // namespace liantu::text::tables\n";
  out.close();
  if (!out) {
    std::cerr << "make_text_tables: cannot write " << argv[1] << "\n";
    std::remove(argv[1]);
    return 1;
  }
  return 0;
}
