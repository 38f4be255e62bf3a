// SPDX-License-Identifier: Apache-2.0
// What a name index stores and how it is asked. A name becomes a small set of terms; a query becomes a plan: alternatives
// from the best to the weakest, each a set of terms; a name that has enough of an alternative's terms is a candidate, and
// a Matcher says whether and how well it really matches. Nothing here stores anything: the index itself is graph's.
//
// Terms (first byte = kind):
//   e  whole name without legal form, normalised (StripLegalForm)
//   b  two neighbouring characters of the normalised name
//   c  first character
//   p  two neighbouring syllables, "p" syllable "'" syllable; each common reading of a polyphone
//   y  first syllable
//   i  three neighbouring initials
//   h  first two initials
// The words of a legal form at the end of a name (股份有限公司 …) give no b, p and i terms, they would be in every company.
// A company name gives about 25 terms. Pairs of characters are taken from the first 120, spellings from the first 32.
//
//   SearchPlan plan = PlanSearch("jdkj");
//   Matcher matcher("jdkj");
//   for (const Alternative& a : plan.alternatives) {
//     for (name : names that have at least a.need of a.terms) if (Match m = matcher.Check(name)) hits.insert(m, name);
//     if (enough hits, and the next alternative's kind is weaker than them) break;
//   }
//
// Everything is deterministic and thread-safe; any bytes are accepted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace liantu::text {

// Names the rules and tables behind the terms. An index keeps the one it was built with; when it differs from this, its
// terms are of another version and the index must be built again.
std::string SearchKeyVersion();

// The terms of one name, sorted, unique; empty for a name with nothing to search (only punctuation). About 3 µs for a
// Chinese company name.
std::vector<std::string> IndexTerms(std::string_view name);
// The same appended to `terms` (not sorted against what is there already).
void AppendIndexTerms(std::string_view name, std::vector<std::string>* terms);

// How a name matches a query, from nothing to the same name.
enum class MatchKind : uint8_t {
  kNone,
  kSimilar,   // not a match; near enough for "did you mean"
  kInitials,  // 佳都科技 for jdkj; also mixed forms (jiadukj, 佳都kj)
  kPinyin,    // 佳都科技 for jiadukeji, jiadu, keji, jiaduk
  kWords,     // every word of the query is in the name, in any order (科技 佳都)
  kPart,      // the query is a part of the name
  kPrefix,    // the name begins with the query
  kStem,      // the same but for the legal form
  kExact,     // the same key (NormalizeName)
};
const char* MatchKindName(MatchKind kind);

struct Match {
  MatchKind kind = MatchKind::kNone;
  uint32_t score = 0;  // greater is better, also across kinds; equal scores are ordered by name, then id, by the caller
  explicit operator bool() const { return kind != MatchKind::kNone; }
};

struct Alternative {
  MatchKind kind;                  // the best kind that a name found by this alternative alone can have
  size_t need;                     // how many of the terms a candidate must have; terms.size() = all of them
  std::vector<std::string> terms;  // sorted, unique, never empty
};
struct SearchPlan {
  // Best first; at most 16. Empty when the query has nothing to search for. Alternatives of kind kSimilar come last and
  // serve suggestions only.
  std::vector<Alternative> alternatives;
};
SearchPlan PlanSearch(std::string_view query);

// A query prepared for checking many names; under 1 µs a name, some µs with `suggest`. Copies share the prepared query.
// Spellings inside a name count from two syllables or three initials on, shorter ones only at its beginning: what the
// plan fetches and what the matcher accepts go by the same rule.
class Matcher {
 public:
  explicit Matcher(std::string_view query);
  // How the name matches. kSimilar is only given where `suggest` is set (it costs an edit distance).
  Match Check(std::string_view name, bool suggest = false) const;

 private:
  struct Query;
  std::shared_ptr<const Query> query_;
};

}  // namespace liantu::text
