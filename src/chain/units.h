// SPDX-License-Identifier: Apache-2.0
// Units as sources write them, so that figures of one kind can be held against each other: money (万元, 亿元, 万亿元), area (平方公里, km²,
// 公顷, 亩), power (万千瓦, 兆瓦, MW), energy, weight, per cent, and counts (辆, 万辆). Nothing is converted across kinds: an amount whose
// currency is not stated (亿) is no 亿元, and dollars are no yuan. The figure of the source itself is never changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace liantu::chain {

struct Unit {
  std::string kind;     // what it measures: "元", "m²", "W" …; a count is of its own word ("辆"), "" of a bare number
  double scale = 1;     // of the kind's own unit
};
// Any text is a unit: one that is not known measures its own word.
Unit ReadUnit(std::string_view text);

// The value in the other unit; none where the two measure different things.
std::optional<double> Converted(double value, std::string_view from, std::string_view to);

// In English: "100 million yuan", "10,000 kW", "vehicles"; "" of a word that only counts pieces (个, 家, 项 …). A unit that is not known
// stays as it is.
std::string EnglishUnit(std::string_view unit);
// A figure in English prose: "2.4 trillion yuan", "1.3 million kW", "48".
std::string EnglishFigure(double value, std::string_view unit);

// Equal but for what binary fractions cannot say.
bool SameFigure(double a, double b);

// A figure as sources qualify it: exact, about, above, up to. Whether both can be true of one thing; `b` is in the unit of `a`.
bool CanAgree(double a, std::string_view qualifier_a, double b, std::string_view qualifier_b);

}  // namespace liantu::chain
