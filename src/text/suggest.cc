// SPDX-License-Identifier: Apache-2.0
// Distances are over normalised keys; only EditDistance itself compares the characters as they are.
#include "text/suggest.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "text/key.h"
#include "text/normalize.h"
#include "text/search_key.h"
#include "text/utf8.h"

namespace liantu::text {
namespace {

// Optimal string alignment with costs: edit `step`, and replace(x, y) for unequal characters. Row by row; stops when a
// whole row is above the cutoff (with a swap a row can draw on the one before last, so both must be).
template <class Replace>
size_t Align(std::u32string_view a, std::u32string_view b, size_t cutoff, size_t step, bool inside, Replace replace) {
  if (!inside && (a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) * step > cutoff) return cutoff + 1;
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = inside ? 0 : j * step;
  size_t last_min = 0;
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i * step;
    size_t row_min = now[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t cost = std::min(last[j], now[j - 1]) + step;
      cost = std::min(cost, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : replace(a[i - 1], b[j - 1])));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost = std::min(cost, before[j - 2] + step);
      now[j] = cost;
      row_min = std::min(row_min, cost);
    }
    if (row_min > cutoff && last_min > cutoff) return cutoff + 1;
    last_min = row_min;
    std::swap(before, last);
    std::swap(last, now);
  }
  const size_t cost = inside ? *std::min_element(last.begin(), last.end()) : last[b.size()];
  return std::min(cost, cutoff + 1);
}

size_t CommonPrefix(std::u32string_view a, std::u32string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b, size_t cutoff) {
  return Align(ToCodePoints(a), ToCodePoints(b), cutoff, 1, false, [](char32_t, char32_t) -> size_t { return 1; });
}

size_t HalfEdits(std::u32string_view a, std::u32string_view b, size_t cutoff, bool inside) {
  return Align(a, b, cutoff, 2, inside,
               [](char32_t x, char32_t y) -> size_t { return CharactersSoundAlike(x, y) ? 1 : 2; });
}

std::vector<std::string> Closest(std::string_view wanted, std::span<const std::string> known, size_t n) {
  const Key key = MakeKey(wanted);
  if (key.size() == 0 || key.size() > 200 || n == 0) return {};
  const Matcher matcher(wanted);
  // Half edits: one edit in up to five characters, then one more for every three.
  const size_t cutoff = 2 * std::max<size_t>(1, key.size() / 3);
  struct Near {
    size_t cost;
    size_t index;
    bool operator<(const Near& o) const { return cost != o.cost ? cost < o.cost : index < o.index; }
  };
  std::vector<Near> near;
  for (size_t i = 0; i < known.size(); ++i) {
    const Key other = MakeKey(known[i]);
    if (other.size() == 0) continue;
    size_t cost = HalfEdits(key.chars, other.chars, cutoff, false);
    // Every character replaced is no likeness.
    if (cost >= 2 * std::max(key.size(), other.size())) cost = cutoff + 1;
    const MatchKind kind = matcher.Check(known[i]).kind;
    if (kind == MatchKind::kExact) {
      cost = 0;
    } else if (kind == MatchKind::kStem || kind == MatchKind::kPrefix) {
      cost = std::min<size_t>(cost, 2);
    } else if (kind >= MatchKind::kPinyin && key.size() >= 2) {
      cost = std::min<size_t>(cost, 3);
    } else if (other.size() >= 3 && key.chars.find(other.chars) != std::u32string::npos) {
      cost = std::min<size_t>(cost, 4);
    } else if (size_t same = CommonPrefix(key.chars, other.chars); same >= 4 && same * 3 >= key.size() * 2) {
      cost = std::min<size_t>(cost, 4);  // supply, supplies
    } else if (kind == MatchKind::kInitials) {
      cost = std::min<size_t>(cost, 5);
    } else if (cost > cutoff) {
      continue;
    }
    near.push_back({cost, i});
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> out;
  for (const Near& one : near) {
    if (out.size() == n) break;
    if (std::find(out.begin(), out.end(), known[one.index]) == out.end()) out.push_back(known[one.index]);
  }
  return out;
}

std::string DidYouMean(std::string_view wanted, std::span<const std::string> known, size_t n) {
  const std::vector<std::string> closest = Closest(wanted, known, n);
  if (closest.empty()) return "";
  std::string out = "; did you mean ";
  for (size_t i = 0; i < closest.size(); ++i) {
    if (i > 0) out += i + 1 == closest.size() ? " or " : ", ";
    out += Text("'", closest[i], "'");
  }
  return out + "?";
}

}  // namespace liantu::text
