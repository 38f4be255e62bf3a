// SPDX-License-Identifier: Apache-2.0
// Terms, plans and matching share three notions: the key (code points of the normalised name), its units (key.h) and
// the tail, the legal form at the end, whose own words are not indexed.
#include "text/search_key.h"

#include <unicode/uversion.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/result.h"
#include "text/key.h"
#include "text/normalize.h"
#include "text/pinyin.h"
#include "text/tables.h"
#include "text/utf8.h"

namespace liantu::text {
namespace {

constexpr char kWhole = 'e', kBigram = 'b', kFirstChar = 'c', kSyllables = 'p', kFirstSyllable = 'y', kInitials = 'i',
               kFirstInitials = 'h';
constexpr size_t kMaxBigramChars = 120;  // of a name or query
constexpr size_t kMaxUnits = 32;         // of a name that are spelled out

// Neighbours inside 股份有限公司, 有限责任公司, 总公司, 有限合伙 …: not indexed where they stand in the tail.
constexpr std::u32string_view kTailBigrams[] = {U"股份", U"份有", U"有限", U"限责", U"责任", U"任公", U"限公", U"公司",
                                                U"份公", U"总公", U"限合", U"合伙", U"普通", U"通合"};
bool IsTailBigram(char32_t a, char32_t b) {
  for (const auto& t : kTailBigrams) {
    if (t[0] == a && t[1] == b) return true;
  }
  return false;
}

void Sort(std::vector<std::string>& terms) {
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
}

std::string CharTerm(char kind, std::u32string_view chars) {
  std::string s(1, kind);
  for (char32_t c : chars) AppendUtf8(s, c);
  return s;
}

std::string SyllableTerm(std::string_view first, std::string_view second) {
  std::string s;
  s.reserve(first.size() + second.size() + 2);
  s += kSyllables;
  s += first;
  s += '\'';
  s += second;
  return s;
}

std::string_view Syllable(uint16_t id) { return tables::kSyllables[id]; }

// The different first letters of a unit, at most one per reading.
struct Letters {
  std::array<char, 6> letters;
  size_t size = 0;
  void Add(char c) {
    if (size < letters.size() && std::find(letters.begin(), letters.begin() + size, c) == letters.begin() + size) {
      letters[size++] = c;
    }
  }
  std::span<const char> all() const { return {letters.data(), size}; }
};
Letters InitialsOf(const Key& key, const Unit& unit) {
  Letters out;
  if (unit.han) {
    for (const uint16_t id : tables::ReadingIds(key.chars[unit.begin])) out.Add(Syllable(id)[0]);
  } else if (IsLatinOrDigit(key.chars[unit.begin])) {
    out.Add(static_cast<char>(key.chars[unit.begin]));
  }
  return out;
}

}  // namespace

std::string SearchKeyVersion() {
  constexpr std::string_view kRules = "1";  // raised when the code that makes terms changes what it makes
  char hex[17];
  std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(tables::kFingerprint));
  return Text(kRules, "-", hex, "-icu", U_ICU_VERSION_MAJOR_NUM);
}

void AppendIndexTerms(std::string_view name, std::vector<std::string>* terms) {
  const Key key = MakeKey(name);
  const size_t n = key.size();
  if (n == 0) return;
  const std::u32string_view chars = key.chars;
  const size_t tail = StemLength(key, Strip::kLegalForm);
  const auto in_tail = [&](size_t i) { return i >= tail && IsTailBigram(chars[i], chars[i + 1]); };

  terms->push_back(CharTerm(kWhole, chars.substr(0, StemLength(key, Strip::kLegalFormAndGroup))));
  terms->push_back(CharTerm(kFirstChar, chars.substr(0, 1)));
  for (size_t i = 0; i + 1 < std::min(n, kMaxBigramChars); ++i) {
    if (!in_tail(i)) terms->push_back(CharTerm(kBigram, chars.substr(i, 2)));
  }

  std::vector<Unit> units = MakeUnits(key);
  if (units.size() > kMaxUnits) units.resize(kMaxUnits);
  if (units[0].han) {
    for (const uint16_t id : tables::ReadingIds(chars[0])) {
      terms->push_back(std::string(1, kFirstSyllable).append(Syllable(id)));
    }
  }
  for (size_t u = 0; u + 1 < units.size(); ++u) {
    if (!units[u].han || !units[u + 1].han || in_tail(units[u].begin)) continue;
    for (const uint16_t a : tables::ReadingIds(chars[units[u].begin])) {
      for (const uint16_t b : tables::ReadingIds(chars[units[u + 1].begin])) {
        terms->push_back(SyllableTerm(Syllable(a), Syllable(b)));
      }
    }
  }

  // Three neighbouring initials; x and y are those of the two units before.
  Letters x, y;
  for (size_t u = 0; u < units.size() && units[u].begin < tail; ++u) {
    const Letters z = InitialsOf(key, units[u]);
    for (const char b : y.all()) {
      for (const char c : z.all()) {
        if (u == 1) terms->push_back({kFirstInitials, b, c});
        for (const char a : x.all()) terms->push_back({kInitials, a, b, c});
      }
    }
    x = y;
    y = z;
  }
}

std::vector<std::string> IndexTerms(std::string_view name) {
  std::vector<std::string> terms;
  terms.reserve(48);
  AppendIndexTerms(name, &terms);
  Sort(terms);
  return terms;
}

const char* MatchKindName(MatchKind kind) {
  switch (kind) {
    case MatchKind::kNone: return "none";
    case MatchKind::kSimilar: return "similar";
    case MatchKind::kInitials: return "initials";
    case MatchKind::kPinyin: return "pinyin";
    case MatchKind::kWords: return "words";
    case MatchKind::kPart: return "part";
    case MatchKind::kPrefix: return "prefix";
    case MatchKind::kStem: return "stem";
    case MatchKind::kExact: return "exact";
  }
  return "none";
}

// ---- plans

namespace {

// Bigram terms of chars[from, to); those of legal forms only when there are no others.
std::vector<std::string> BigramTerms(std::u32string_view chars) {
  std::vector<std::string> terms, tails;
  for (size_t i = 0; i + 1 < std::min(chars.size(), kMaxBigramChars); ++i) {
    (IsTailBigram(chars[i], chars[i + 1]) ? tails : terms).push_back(CharTerm(kBigram, chars.substr(i, 2)));
  }
  if (terms.empty()) terms = std::move(tails);
  Sort(terms);
  return terms;
}

std::vector<std::u32string_view> Words(const Key& key) {
  std::vector<std::u32string_view> words;
  for (size_t i = 0; i < key.size();) {
    size_t end = i + 1;
    while (end < key.size() && !key.starts_word(end)) ++end;
    words.push_back(std::u32string_view(key.chars).substr(i, end - i));
    i = end;
  }
  return words;
}

bool IsTailPair(std::string_view a, std::string_view b) {
  for (const auto& t : kTailBigrams) {
    for (const uint16_t x : tables::ReadingIds(t[0])) {
      if (Syllable(x) != a) continue;
      for (const uint16_t y : tables::ReadingIds(t[1])) {
        if (Syllable(y) == b) return true;
      }
    }
  }
  return false;
}

// A run of letters cut into syllables. The cuts form a graph over the positions of the text: an edge for each syllable,
// and one for an unfinished syllable at the end (somebody is still typing).
class Spelling {
 public:
  explicit Spelling(std::string_view text) : text_(text), n_(text.size()), ends_(n_ + 1), reaches_(n_ + 1, false) {
    reaches_[n_] = true;
    for (size_t i = n_; i-- > 0;) {
      for (size_t len = 1; len <= 6 && i + len <= n_; ++len) {
        if (reaches_[i + len] && IsSyllable(text_.substr(i, len))) ends_[i].push_back(i + len);
      }
      reaches_[i] = !ends_[i].empty() || IsPartial(i);
    }
  }

  bool spells() const { return n_ > 0 && reaches_[0]; }

  // Cut into the fewest units, with an unfinished one only where it must be; the positions of the cuts, 0 and n included.
  std::vector<size_t> Shortest() const {
    std::vector<size_t> cost(n_ + 1, SIZE_MAX / 2), next(n_ + 1, n_);
    cost[n_] = 0;
    for (size_t i = n_; i-- > 0;) {
      if (IsPartial(i)) cost[i] = 2 * n_ + 1;
      for (const size_t end : ends_[i]) {
        if (cost[end] + 1 <= cost[i]) cost[i] = cost[end] + 1, next[i] = end;  // of equals the longest first syllable
      }
    }
    std::vector<size_t> cuts = {0};
    while (cuts.back() < n_) cuts.push_back(next[cuts.back()]);
    return cuts;
  }

  // Pairs of syllables one of which every name that reads so must have: where all ways to cut go through one position,
  // the pairs (last syllable before it, first syllable after it). The position with the fewest pairs wins. Empty when
  // no position is common to all.
  std::vector<std::string> NecessaryPairs() const {
    std::vector<bool> reached(n_ + 1, false);
    reached[0] = true;
    std::vector<std::string> best;
    size_t furthest = 0;  // no edge from before i ends beyond this
    for (size_t i = 0; i < n_; ++i) {
      if (!reached[i]) continue;
      if (i > 0 && furthest <= i) {
        std::vector<std::string> pairs;
        bool complete = !IsPartial(i);
        for (size_t before = i >= 6 ? i - 6 : 0; before < i; ++before) {
          if (!reached[before] || std::find(ends_[before].begin(), ends_[before].end(), i) == ends_[before].end()) continue;
          for (const size_t end : ends_[i]) {
            const std::string_view a = text_.substr(before, i - before), b = text_.substr(i, end - i);
            complete &= !IsTailPair(a, b);
            pairs.push_back(SyllableTerm(a, b));
          }
        }
        if (complete && !pairs.empty() && (best.empty() || pairs.size() < best.size())) best = std::move(pairs);
      }
      for (const size_t end : ends_[i]) {
        reached[end] = true;
        furthest = std::max(furthest, end);
      }
      if (IsPartial(i)) furthest = n_;
    }
    Sort(best);
    return best;
  }

  // Up to `limit` ways to cut, as positions; for texts without a position common to all, which are short.
  std::vector<std::vector<size_t>> All(size_t limit) const {
    std::vector<std::vector<size_t>> out;
    std::vector<size_t> cuts = {0};
    Extend(cuts, limit, out);
    return out;
  }

  bool IsPartial(size_t i) const {
    const std::string_view rest = text_.substr(i);
    return rest.size() <= 5 && !IsSyllable(rest) && IsSyllablePrefix(rest);
  }

 private:
  void Extend(std::vector<size_t>& cuts, size_t limit, std::vector<std::vector<size_t>>& out) const {
    if (out.size() >= limit) return;
    const size_t i = cuts.back();
    if (i == n_) {
      out.push_back(cuts);
      return;
    }
    for (size_t k = ends_[i].size(); k-- > 0;) {
      cuts.push_back(ends_[i][k]);
      Extend(cuts, limit, out);
      cuts.pop_back();
    }
    if (IsPartial(i) && out.size() < limit) {
      cuts.push_back(n_);
      out.push_back(cuts);
      cuts.pop_back();
    }
  }

  std::string_view text_;
  size_t n_;
  std::vector<std::vector<size_t>> ends_;  // ascending
  std::vector<bool> reaches_;
};

// The terms of one way to cut a spelling: its pairs of syllables, but those of legal forms.
std::vector<std::string> PairTerms(std::string_view text, const std::vector<size_t>& cuts) {
  std::vector<std::string> terms, tails;
  for (size_t k = 0; k + 2 < cuts.size(); ++k) {
    const std::string_view a = text.substr(cuts[k], cuts[k + 1] - cuts[k]);
    const std::string_view b = text.substr(cuts[k + 1], cuts[k + 2] - cuts[k + 1]);
    if (!IsSyllable(b)) continue;  // unfinished
    (IsTailPair(a, b) ? tails : terms).push_back(SyllableTerm(a, b));
  }
  if (terms.empty()) terms = std::move(tails);
  Sort(terms);
  return terms;
}

std::vector<std::string> InitialTerms(std::string_view letters) {
  std::vector<std::string> terms;
  for (size_t i = 0; i + 2 < std::min<size_t>(letters.size(), kMaxUnits); ++i) {
    terms.push_back(std::string(1, kInitials).append(letters.substr(i, 3)));
  }
  Sort(terms);
  return terms;
}

class Planner {
 public:
  explicit Planner(std::string_view query) : key_(MakeKey(query)) {}

  SearchPlan Make() {
    const std::u32string_view q = key_.chars;
    if (q.empty()) return {};
    Add(MatchKind::kExact, {CharTerm(kWhole, q.substr(0, StemLength(key_, Strip::kLegalFormAndGroup)))});
    if (q.size() == 1) {
      Add(MatchKind::kPrefix, {CharTerm(kFirstChar, q)});
      return std::move(plan_);
    }
    const std::vector<std::string> bigrams = BigramTerms(q);
    Add(MatchKind::kPrefix, bigrams);
    AddWords();
    std::string latin;
    bool only_latin = true, any_han = false;
    for (char32_t c : q) {
      any_han |= IsHan(c);
      if (IsLatinOrDigit(c)) {
        latin += static_cast<char>(c);
      } else {
        only_latin = false;
      }
    }
    if (only_latin) {
      AddPinyin(latin);
      AddInitials(latin);
    } else if (any_han && !latin.empty()) {
      AddMixed();
    }
    AddSimilar(bigrams);
    return std::move(plan_);
  }

 private:
  void Add(MatchKind kind, std::vector<std::string> terms, size_t need = 0) {
    if (terms.empty() || plan_.alternatives.size() >= kMaxAlternatives) return;
    if (need == 0) need = terms.size();
    for (const Alternative& a : plan_.alternatives) {
      if (a.terms == terms && a.need <= need) return;
    }
    plan_.alternatives.push_back({kind, need, std::move(terms)});
  }

  void AddWords() {
    const auto words = Words(key_);
    if (words.size() < 2) return;
    std::vector<std::string> terms;
    for (const auto& word : words) {
      for (std::string& t : BigramTerms(word)) terms.push_back(std::move(t));
    }
    Sort(terms);
    Add(MatchKind::kWords, std::move(terms));
  }

  void AddPinyin(std::string_view text) {
    const Spelling spelling(text);
    if (!spelling.spells()) return;
    const std::vector<size_t> cuts = spelling.Shortest();
    Add(MatchKind::kPinyin, PairTerms(text, cuts));
    AddFirstSyllable(text, cuts);
    const std::vector<std::string> necessary = spelling.NecessaryPairs();
    if (!necessary.empty() && necessary.size() <= 6) {
      for (const std::string& pair : necessary) Add(MatchKind::kPinyin, {pair});
    } else {
      for (const auto& other : spelling.All(12)) {
        Add(MatchKind::kPinyin, PairTerms(text, other));
        AddFirstSyllable(text, other);
      }
    }
  }

  // One whole syllable, perhaps with an unfinished one after it, is sought at the beginning of names only.
  void AddFirstSyllable(std::string_view text, const std::vector<size_t>& cuts) {
    const std::string_view first = text.substr(0, cuts[1]);
    if (!IsSyllable(first)) return;
    const std::string term = std::string(1, kFirstSyllable).append(first);
    if (cuts.size() == 2) {
      Add(MatchKind::kPinyin, {term});
    } else if (cuts.size() == 3 && !IsSyllable(text.substr(cuts[1]))) {
      Add(MatchKind::kPinyin, {{kFirstInitials, first[0], text[cuts[1]]}, term});
    }
  }

  void AddInitials(std::string_view letters) {
    if (letters.size() == 2) Add(MatchKind::kInitials, {{kFirstInitials, letters[0], letters[1]}});
    Add(MatchKind::kInitials, InitialTerms(letters));
    AddUnits();
    // Letters of a legal form are not indexed; the first three are.
    if (letters.size() > 4) Add(MatchKind::kInitials, InitialTerms(letters.substr(0, 3)));
  }

  void AddMixed() { AddUnits(); }

  // Syllables, single initials and ideographs in any mixture (jiadukj, 佳都keji), cut so that syllables are as long as they
  // can be.
  void AddUnits() {
    struct Piece {
      std::string syllable;  // or a single letter
      char32_t han = 0;
    };
    std::vector<Piece> pieces;
    const std::u32string_view q = key_.chars;
    for (size_t i = 0; i < q.size();) {
      if (!IsLatinOrDigit(q[i])) {
        pieces.push_back({"", q[i++]});
        continue;
      }
      std::string run;
      while (i < q.size() && IsLatinOrDigit(q[i])) run += static_cast<char>(q[i++]);
      // Fewest pieces, a single letter counting three: dynamic programme from the end.
      std::vector<size_t> cost(run.size() + 1, 0), length(run.size() + 1, 1);
      for (size_t k = run.size(); k-- > 0;) {
        cost[k] = cost[k + 1] + 3;
        for (size_t len = 1; len <= 6 && k + len <= run.size(); ++len) {
          if (cost[k + len] + 1 <= cost[k] && IsSyllable(std::string_view(run).substr(k, len))) {
            cost[k] = cost[k + len] + 1;
            length[k] = len;
          }
        }
      }
      for (size_t k = 0; k < run.size(); k += length[k]) pieces.push_back({run.substr(k, length[k]), 0});
    }
    std::vector<std::string> terms;
    for (size_t i = 0; i + 1 < pieces.size(); ++i) {
      const Piece &a = pieces[i], &b = pieces[i + 1];
      if (a.han && b.han) {
        if (!IsTailBigram(a.han, b.han)) terms.push_back(CharTerm(kBigram, std::u32string{a.han, b.han}));
      } else if (!a.han && !b.han && IsSyllable(a.syllable) && IsSyllable(b.syllable) && a.syllable.size() > 1 &&
                 b.syllable.size() > 1 && !IsTailPair(a.syllable, b.syllable)) {
        terms.push_back(SyllableTerm(a.syllable, b.syllable));
      }
    }
    const auto initial = [&](const Piece& p) -> char {
      if (!p.han) return p.syllable[0];
      Letters letters;
      for (const uint16_t id : tables::ReadingIds(p.han)) letters.Add(Syllable(id)[0]);
      return letters.size == 1 ? letters.letters[0] : '\0';
    };
    // Only the first windows: later ones may lie in a legal form.
    for (size_t i = 0; i + 2 < pieces.size() && i < 2; ++i) {
      const std::string window = {kInitials, initial(pieces[i]), initial(pieces[i + 1]), initial(pieces[i + 2])};
      if (window.find('\0') == std::string::npos) terms.push_back(window);
    }
    if (terms.empty() && pieces.size() == 2 && initial(pieces[0]) && initial(pieces[1])) {
      terms.push_back({kFirstInitials, initial(pieces[0]), initial(pieces[1])});
      if (pieces[0].han) terms.push_back(CharTerm(kFirstChar, std::u32string_view(&pieces[0].han, 1)));
    }
    Sort(terms);
    Add(MatchKind::kInitials, std::move(terms));
  }

  void AddSimilar(const std::vector<std::string>& bigrams) {
    std::vector<std::string> sounds;
    const std::u32string_view q = key_.chars;
    const size_t end = std::min(StemLength(key_, Strip::kLegalForm), kMaxUnits);
    for (size_t i = 0; i + 1 < end; ++i) {
      const auto a = tables::ReadingIds(q[i]), b = tables::ReadingIds(q[i + 1]);
      if (!a.empty() && !b.empty()) sounds.push_back(SyllableTerm(Syllable(a[0]), Syllable(b[0])));
    }
    Sort(sounds);
    Add(MatchKind::kSimilar, std::move(sounds));
    // One wrong character spoils two neighbours.
    const size_t n = bigrams.size();
    if (n < 2) return;
    size_t need = n <= 5 ? std::max<size_t>(1, n - 2) : n * 3 / 5;
    if (IsLatinOrDigit(q[0])) need = std::min(n, std::max<size_t>(2, need));  // pairs of letters are in many names
    Add(MatchKind::kSimilar, bigrams, need);
  }

  static constexpr size_t kMaxAlternatives = 16;
  const Key key_;
  SearchPlan plan_;
};

}  // namespace

SearchPlan PlanSearch(std::string_view query) { return Planner(query).Make(); }

// ---- matching

struct Matcher::Query {
  Key key;
  std::u32string_view stem;
  std::vector<std::u32string_view> words;
  bool letters = false;  // has a letter or digit, so it may be a spelling
};

Matcher::Matcher(std::string_view query) {
  auto q = std::make_shared<Query>();
  q->key = MakeKey(query);
  q->stem = std::u32string_view(q->key.chars).substr(0, StemLength(q->key, Strip::kLegalFormAndGroup));
  q->words = Words(q->key);
  q->letters = std::any_of(q->key.chars.begin(), q->key.chars.end(), IsLatinOrDigit);
  query_ = std::move(q);
}

namespace {

// Greater is better: the kind, then a match nearer to the beginning, then a name with less besides.
Match Scored(MatchKind kind, size_t start, size_t extra) {
  const uint32_t penalty = static_cast<uint32_t>(std::min<size_t>(start, 99) * 5000 + std::min<size_t>(extra, 499) * 1000);
  return {kind, static_cast<uint32_t>(kind) * 1000000 + 999999 - penalty};
}

size_t Difference(size_t a, size_t b) { return a > b ? a - b : b - a; }

// Does the query spell some units of the name in a row? Each unit may be written as itself, by a whole reading, or by
// its initial; the last one also by the beginning of a reading. A dynamic programme over units and query positions whose
// value is (units written by their initial, first unit), the smaller the better.
Match MatchSpelling(std::u32string_view query, const Key& name) {
  struct State {
    uint32_t initials = UINT32_MAX;
    uint32_t start = 0;
    auto operator<=>(const State&) const = default;
  };
  const std::vector<Unit> units = MakeUnits(name);
  const size_t n = query.size();
  std::vector<State> now(n + 1), next(n + 1);
  Match best;
  const auto reach = [&](size_t at, State state, size_t end_unit) {
    if (at < n) {
      next[at] = std::min(next[at], state);
      return;
    }
    const size_t count = end_unit - state.start;
    const bool pinyin = state.initials == 0;
    // A short spelling inside a name matches nearly everything; it counts at the beginning only.
    if (state.start > 0 && count < (pinyin ? 2 : 3)) return;
    const Match match = Scored(pinyin ? MatchKind::kPinyin : MatchKind::kInitials, state.start, units.size() - count);
    if (match.score > best.score) best = match;
  };
  for (size_t u = 0; u < units.size(); ++u) {
    now[0] = std::min(now[0], State{0, static_cast<uint32_t>(u)});
    const std::u32string_view self = std::u32string_view(name.chars).substr(units[u].begin, units[u].end - units[u].begin);
    for (size_t at = 0; at < n; ++at) {
      if (now[at].initials == UINT32_MAX) continue;
      const State state = now[at];
      const State by_initial = {state.initials + 1, state.start};
      const std::u32string_view rest = query.substr(at);
      if (rest.substr(0, self.size()) == self) reach(at + self.size(), state, u + 1);
      if (self.size() > 1) {
        if (rest[0] == self[0]) reach(at + 1, by_initial, u + 1);
        if (rest.size() > 1 && rest.size() < self.size() && self.substr(0, rest.size()) == rest) reach(n, state, u + 1);
      }
      if (!units[u].han) continue;
      for (const uint16_t id : tables::ReadingIds(self[0])) {
        const std::string_view reading = Syllable(id);
        if (rest[0] != static_cast<char32_t>(reading[0])) continue;
        size_t same = 1;
        while (same < reading.size() && same < rest.size() && rest[same] == static_cast<char32_t>(reading[same])) ++same;
        if (same == reading.size()) {
          reach(at + same, state, u + 1);
        } else if (same == rest.size() && (same > 1 || (at > 0 && state.initials == 0))) {
          reach(n, state, u + 1);  // still typing the last syllable
        }
        reach(at + 1, by_initial, u + 1);
      }
    }
    std::swap(now, next);
    std::fill(next.begin(), next.end(), State());
  }
  return best;
}

}  // namespace

Match Matcher::Check(std::string_view name, bool suggest) const {
  const Query& q = *query_;
  const size_t m = q.key.size();
  if (m == 0) return {};
  const Key key = MakeKey(name);
  const std::u32string_view chars = key.chars, query = q.key.chars;
  if (chars == query) return Scored(MatchKind::kExact, 0, 0);
  const std::u32string_view stem = chars.substr(0, StemLength(key, Strip::kLegalFormAndGroup));
  if (stem == q.stem) return Scored(MatchKind::kStem, 0, Difference(chars.size(), m));
  if (const size_t at = chars.find(query); at != chars.npos) {
    return Scored(at == 0 ? MatchKind::kPrefix : MatchKind::kPart, at, chars.size() - m);
  }
  if (q.words.size() > 1) {
    size_t first = chars.size();
    bool all = true;
    for (const auto& word : q.words) {
      const size_t at = chars.find(word);
      all &= at != chars.npos;
      first = std::min(first, at);
    }
    if (all) return Scored(MatchKind::kWords, first, Difference(chars.size(), m));
  }
  if (q.letters && m >= 2 && m <= 200) {
    if (const Match match = MatchSpelling(query, key)) return match;
  }
  if (suggest && q.stem.size() >= 2 && q.stem.size() <= 200 && stem.size() <= 400) {
    // One edit in three to five characters, two in more; in two characters only one that sounds alike.
    const size_t cutoff = q.stem.size() < 3 ? 1 : q.stem.size() < 6 ? 2 : 4;
    const size_t cost = std::min(HalfEdits(q.stem, stem, cutoff, true), HalfEdits(query, chars, cutoff, true));
    if (cost <= cutoff) return Scored(MatchKind::kSimilar, cost * 10, Difference(stem.size(), q.stem.size()));
  }
  return {};
}

}  // namespace liantu::text
