// SPDX-License-Identifier: Apache-2.0
// A table of units that stand for themselves, and multipliers that may stand before any of them. 15 亩 are a 公顷 (GB 3100 and the State
// Council's order of 1984 on legal units of measurement, which keeps 亩 beside them).
#include "chain/units.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/result.h"

namespace liantu::chain {

namespace {

struct Named {
  std::string_view text, kind;
  double scale;
};
constexpr Named kUnits[] = {
    {"元", "元", 1}, {"人民币", "元", 1}, {"元人民币", "元", 1}, {"yuan", "元", 1}, {"RMB", "元", 1}, {"CNY", "元", 1},
    {"美元", "美元", 1}, {"US dollars", "美元", 1}, {"USD", "美元", 1}, {"欧元", "欧元", 1}, {"EUR", "欧元", 1}, {"港元", "港元", 1}, {"HKD", "港元", 1},
    {"m²", "m²", 1}, {"m2", "m²", 1}, {"平方米", "m²", 1}, {"km²", "m²", 1e6}, {"km2", "m²", 1e6}, {"平方公里", "m²", 1e6}, {"平方千米", "m²", 1e6}, {"square kilometres", "m²", 1e6},
    {"公顷", "m²", 1e4}, {"ha", "m²", 1e4}, {"hm²", "m²", 1e4}, {"hectares", "m²", 1e4}, {"亩", "m²", 1e4 / 15}, {"mu", "m²", 1e4 / 15},
    {"瓦", "W", 1}, {"W", "W", 1}, {"千瓦", "W", 1e3}, {"kW", "W", 1e3}, {"兆瓦", "W", 1e6}, {"MW", "W", 1e6}, {"吉瓦", "W", 1e9}, {"GW", "W", 1e9},
    {"千瓦时", "Wh", 1e3}, {"度", "Wh", 1e3}, {"kWh", "Wh", 1e3}, {"兆瓦时", "Wh", 1e6}, {"MWh", "Wh", 1e6}, {"吉瓦时", "Wh", 1e9}, {"GWh", "Wh", 1e9},
    {"克", "kg", 1e-3}, {"千克", "kg", 1}, {"公斤", "kg", 1}, {"kg", "kg", 1}, {"吨", "kg", 1e3}, {"t", "kg", 1e3}, {"tonnes", "kg", 1e3},
    {"米", "m", 1}, {"m", "m", 1}, {"公里", "m", 1e3}, {"千米", "m", 1e3}, {"km", "m", 1e3},
    {"立方米", "m³", 1}, {"m³", "m³", 1},
    {"%", "%", 1}, {"％", "%", 1}, {"‰", "%", 0.1}, {"百分点", "百分点", 1}, {"个百分点", "百分点", 1},
};
// Longest first: 万亿 is not 万 of 亿.
constexpr Named kMultipliers[] = {{"万亿", "", 1e12}, {"千亿", "", 1e11}, {"百亿", "", 1e10}, {"十亿", "", 1e9}, {"千万", "", 1e7}, {"百万", "", 1e6}, {"十万", "", 1e5},
                                  {"亿", "", 1e8}, {"万", "", 1e4}, {"trillion", "", 1e12}, {"billion", "", 1e9}, {"million", "", 1e6}, {"thousand", "", 1e3}};

// Kinds and other words in English. Words that count pieces have none: the metric says what is counted.
constexpr std::pair<std::string_view, std::string_view> kEnglish[] = {
    {"元", "yuan"}, {"人民币", "yuan"}, {"元人民币", "yuan"}, {"美元", "US dollars"}, {"欧元", "euros"}, {"港元", "Hong Kong dollars"},
    {"平方米", "m²"}, {"平方公里", "km²"}, {"平方千米", "km²"}, {"公顷", "hectares"}, {"亩", "mu"}, {"瓦", "W"}, {"千瓦", "kW"}, {"兆瓦", "MW"}, {"吉瓦", "GW"},
    {"千瓦时", "kWh"}, {"度", "kWh"}, {"兆瓦时", "MWh"}, {"吉瓦时", "GWh"}, {"克", "g"}, {"千克", "kg"}, {"公斤", "kg"}, {"吨", "tonnes"}, {"米", "m"}, {"公里", "km"}, {"千米", "km"},
    {"立方米", "m³"}, {"％", "%"}, {"百分点", "percentage points"}, {"个百分点", "percentage points"}, {"人", "people"}, {"户", "households"}, {"年", "years"}, {"月", "months"}, {"天", "days"},
    {"辆", "vehicles"}, {"台", "units"}, {"套", "sets"}, {"件", "pieces"}, {"个", ""}, {"家", ""}, {"条", ""}, {"项", ""}, {"份", ""}, {"位", ""}, {"种", ""}, {"座", ""}, {"所", ""},
};
constexpr std::pair<double, std::string_view> kThousands[] = {{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}};

// The multiplier that a unit starts with, 1 where there is none, and the unit without it.
std::pair<double, std::string_view> SplitMultiplier(std::string_view unit) {
  for (const Named& m : kMultipliers) {
    if (unit.starts_with(m.text) && static_cast<unsigned char>(m.text.front()) >= 0x80) return {m.scale, unit.substr(m.text.size())};
  }
  return {1, unit};
}

std::string EnglishWord(std::string_view unit) {
  for (const auto& [zh, en] : kEnglish) {
    if (zh == unit) return std::string(en);
  }
  return std::string(unit);
}

std::string Short(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Unit ReadUnit(std::string_view text) {
  text = Trim(text);
  for (const Named& unit : kUnits) {
    if (unit.text == text) return {std::string(unit.kind), unit.scale};
  }
  for (const Named& multiplier : kMultipliers) {
    if (!text.starts_with(multiplier.text)) continue;
    Unit unit = ReadUnit(text.substr(multiplier.text.size()));
    unit.scale *= multiplier.scale;
    return unit;
  }
  return {std::string(text), 1};
}

std::optional<double> Converted(double value, std::string_view from, std::string_view to) {
  if (from == to) return value;
  const Unit a = ReadUnit(from), b = ReadUnit(to);
  if (a.kind != b.kind) return std::nullopt;
  // Whole powers of ten go through multiplication or division alone, so that 24000 亿元 are 2.4 万亿元 and nothing beside.
  return a.scale >= b.scale ? value * (a.scale / b.scale) : value / (b.scale / a.scale);
}

std::string EnglishUnit(std::string_view unit) {
  const auto [scale, base] = SplitMultiplier(Trim(unit));
  const std::string word = EnglishWord(base);
  if (scale == 1) return word;
  std::string out = scale == 1e4 ? "10,000" : scale == 1e5 ? "100,000" : "";
  for (const auto& [size, name] : kThousands) {
    if (out.empty() && scale >= size) out = scale == size ? std::string(name) : Text(Short(scale / size), " ", name);
  }
  return word.empty() ? out : Text(out, " ", word);
}

std::string EnglishFigure(double value, std::string_view unit) {
  const auto [scale, base] = SplitMultiplier(Trim(unit));
  const std::string word = EnglishWord(base);
  std::string out = Short(value * scale);
  for (const auto& [size, name] : kThousands) {
    if (scale > 1 && value * scale >= size) {
      out = Text(Short(value * scale / size), " ", name);
      break;
    }
  }
  return word.empty() ? out : Text(out, word == "%" ? "" : " ", word);
}

bool SameFigure(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)}); }

bool CanAgree(double a, std::string_view qualifier_a, double b, std::string_view qualifier_b) {
  const bool same = SameFigure(a, b);
  const auto below = [](std::string_view q) { return q == "up to"; };
  const auto above = [](std::string_view q) { return q == "above"; };
  if (above(qualifier_a) && above(qualifier_b)) return true;
  if (below(qualifier_a) && below(qualifier_b)) return true;
  if (above(qualifier_a)) return !below(qualifier_b) ? b > a || same : b > a;
  if (above(qualifier_b)) return !below(qualifier_a) ? a > b || same : a > b;
  if (below(qualifier_a)) return b < a || same;
  if (below(qualifier_b)) return a < b || same;
  return same;
}

}  // namespace liantu::chain
