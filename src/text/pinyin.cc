// SPDX-License-Identifier: Apache-2.0
// Readings come from the tables (tables.h); this file only combines them.
#include "text/pinyin.h"

#include <algorithm>
#include <unordered_set>

#include "text/key.h"
#include "text/tables.h"

namespace liantu::text {
namespace {

using Choices = std::vector<std::vector<std::string>>;  // for each unit what may stand there, the commonest first

// Joins one choice per unit, in the order: all first choices, then combinations that differ from it in one unit, in two …
class Combinations {
 public:
  Combinations(const Choices& choices, size_t limit) : choices_(choices), limit_(limit), chosen_(choices.size(), 0) {}

  std::vector<std::string> All() {
    size_t polyphones = 0;
    for (const auto& c : choices_) polyphones += c.size() > 1;
    for (size_t changes = 0; changes <= polyphones && !Full(); ++changes) Change(0, changes);
    return std::move(out_);
  }

 private:
  // Every variant costs a join, also those that spell the same; the bound on tries keeps odd names cheap.
  bool Full() const { return out_.size() >= limit_ || tries_ >= 4 * limit_; }

  void Change(size_t from, size_t changes) {
    if (Full()) return;
    if (changes == 0) {
      ++tries_;
      std::string s;
      for (size_t i = 0; i < choices_.size(); ++i) s += choices_[i][chosen_[i]];
      if (seen_.insert(s).second) out_.push_back(std::move(s));
      return;
    }
    for (size_t i = from; i < choices_.size(); ++i) {
      for (size_t k = 1; k < choices_[i].size(); ++k) {
        chosen_[i] = k;
        Change(i + 1, changes - 1);
      }
      chosen_[i] = 0;
    }
  }

  const Choices& choices_;
  const size_t limit_;
  size_t tries_ = 0;
  std::vector<size_t> chosen_;
  std::vector<std::string> out_;
  std::unordered_set<std::string> seen_;
};

std::string Latin(const Key& key, const Unit& unit) {
  std::string s;
  for (uint32_t i = unit.begin; i < unit.end; ++i) {
    if (IsLatinOrDigit(key.chars[i])) s += static_cast<char>(key.chars[i]);
  }
  return s;
}

std::string_view Syllable(uint16_t id) { return tables::kSyllables[id]; }

}  // namespace

std::vector<Unit> MakeUnits(const Key& key) {
  std::vector<Unit> units;
  units.reserve(key.size());
  for (uint32_t i = 0; i < key.size();) {
    if (!IsLatinOrDigit(key.chars[i])) {
      units.push_back({i, i + 1, IsHan(key.chars[i])});
      ++i;
      continue;
    }
    uint32_t end = i + 1;
    while (end < key.size() && !key.starts_word(end) && IsLatinOrDigit(key.chars[end])) ++end;
    if (end - i > 4) {
      units.push_back({i, end, false});
    } else {
      for (uint32_t k = i; k < end; ++k) units.push_back({k, k + 1, false});
    }
    i = end;
  }
  return units;
}

std::vector<std::string_view> Readings(char32_t character) {
  std::vector<std::string_view> out;
  for (const uint16_t id : tables::ReadingIds(character)) out.push_back(Syllable(id));
  return out;
}

bool IsSyllable(std::string_view letters) {
  return std::binary_search(tables::kSyllables, tables::kSyllables + tables::kSyllablesSize, letters);
}

bool IsSyllablePrefix(std::string_view letters) {
  const std::string_view* end = tables::kSyllables + tables::kSyllablesSize;
  const std::string_view* it = std::lower_bound(tables::kSyllables, end, letters);
  return it != end && it->substr(0, letters.size()) == letters;
}

std::vector<std::string> FullPinyin(std::string_view name, size_t max_variants) {
  const Key key = MakeKey(name);
  Choices choices;
  bool any = false;
  for (const Unit& unit : MakeUnits(key)) {
    std::vector<std::string> spellings;
    for (const uint16_t id : unit.han ? tables::ReadingIds(key.chars[unit.begin]) : std::span<const uint16_t>()) {
      spellings.emplace_back(Syllable(id));
    }
    any |= !spellings.empty();
    if (!unit.han) spellings.push_back(Latin(key, unit));
    if (!spellings.empty()) choices.push_back(std::move(spellings));
  }
  if (!any) return {};
  return Combinations(choices, max_variants).All();
}

std::vector<std::string> Initials(std::string_view name, size_t max_variants) {
  const Key key = MakeKey(name);
  Choices choices;
  for (const Unit& unit : MakeUnits(key)) {
    std::vector<std::string> letters;
    for (const uint16_t id : unit.han ? tables::ReadingIds(key.chars[unit.begin]) : std::span<const uint16_t>()) {
      std::string letter(Syllable(id).substr(0, 1));
      if (std::find(letters.begin(), letters.end(), letter) == letters.end()) letters.push_back(std::move(letter));
    }
    if (!unit.han) letters.push_back(Latin(key, unit).substr(0, 1));
    if (!letters.empty() && !letters[0].empty()) choices.push_back(std::move(letters));
  }
  if (choices.empty()) return {};
  return Combinations(choices, max_variants).All();
}

bool SoundAlike(std::string_view a, std::string_view b) {
  const Key x = MakeKey(a), y = MakeKey(b);
  if (x.size() != y.size() || x.size() == 0) return false;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!CharactersSoundAlike(x.chars[i], y.chars[i])) return false;
  }
  return true;
}

bool CharactersSoundAlike(char32_t a, char32_t b) {
  if (a == b) return true;
  const auto of_b = tables::ReadingIds(b);
  for (const uint16_t id : tables::ReadingIds(a)) {
    if (std::find(of_b.begin(), of_b.end(), id) != of_b.end()) return true;
  }
  return false;
}

}  // namespace liantu::text
