// SPDX-License-Identifier: Apache-2.0
// Heat map, Sankey diagram and bars; the map is in map.cc.
#include "report/charts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace liantu::report {

namespace {

constexpr double kMargin = 14, kText = 12, kSmall = 11;
constexpr const char* kInk = "#1b1f24";
constexpr const char* kMuted = "#5b6470";
constexpr const char* kGrid = "#d9dee5";
constexpr const char* kPaper = "#ffffff";
constexpr const char* kFull = "#0b5cad";
constexpr double kLabelRoom = 220;

std::string Plain(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

double Widest(const std::vector<std::string>& texts, double size) {
  double widest = 0;
  for (const std::string& t : texts) widest = std::max(widest, TextWidth(t, size));
  return std::min(widest, kLabelRoom);
}

}  // namespace

Drawing DrawHeatMap(const HeatMap& map) {
  Drawing out(map.text.id, map.text.title, map.text.description);
  double largest = 0, widest_value = 0;
  for (const auto& row : map.values) {
    for (const auto& v : row) {
      if (!v) continue;
      largest = std::max(largest, *v);
      widest_value = std::max(widest_value, TextWidth(Plain(*v, map.digits), kText));
    }
  }
  const double label = std::max(Widest(map.rows, kText), TextWidth(map.row_title, kSmall));
  const double widest_column = Widest(map.columns, kText);
  const double cell = std::clamp(map.columns.size() > 8 ? widest_value + 14 : std::min(widest_column + 14, 110.0), std::max(44.0, widest_value + 14), 110.0), height = 28;
  const bool turned = widest_column + 6 > cell;
  const double head = 22 + (turned ? widest_column * 0.71 + 16 : 22);
  const double left = kMargin + label + 10, top = kMargin + head;
  out.Write({left, kMargin + 10}, map.column_title, {.size = kSmall, .colour = kMuted});
  out.Write({left - 10, top - 6}, map.row_title, {.size = kSmall, .colour = kMuted, .anchor = Anchor::kEnd});
  for (size_t c = 0; c < map.columns.size(); ++c) {
    const double x = left + cell * (static_cast<double>(c) + 0.5);
    const std::string name = FitText(map.columns[c], kLabelRoom, kText);
    out.Write({turned ? x + 3 : x, top - 6}, name, {.size = kText, .anchor = turned ? Anchor::kStart : Anchor::kMiddle, .turn = turned ? 45.0 : 0});
  }
  for (size_t r = 0; r < map.rows.size(); ++r) {
    const double y = top + height * static_cast<double>(r);
    out.Write({left - 10, y + 18}, FitText(map.rows[r], kLabelRoom, kText), {.size = kText, .anchor = Anchor::kEnd});
    for (size_t c = 0; c < map.columns.size(); ++c) {
      const double x = left + cell * static_cast<double>(c);
      const auto& v = map.values[r][c];
      const double share = v && largest > 0 ? std::sqrt(*v / largest) : 0;
      out.Rect({x, y}, {cell, height}, {.fill = v ? Blend(kPaper, kFull, share * 0.92) : "#f0f1f3", .stroke = kGrid}, 0,
               Text(map.rows[r], " → ", map.columns[c], ": ", v ? Plain(*v, map.digits) : "–"));
      out.Write({x + cell / 2, y + 18}, v ? Plain(*v, map.digits) : "–", {.size = kText, .colour = share > 0.6 ? kPaper : v && *v > 0 ? kInk : kMuted, .anchor = Anchor::kMiddle});
    }
  }
  const double right = turned && !map.columns.empty() ? widest_column * 0.71 : 0;
  out.Resize({left + cell * static_cast<double>(map.columns.size()) + std::max(kMargin, right - cell / 2 + kMargin), top + height * static_cast<double>(map.rows.size()) + kMargin});
  return out;
}

Drawing DrawSankey(const Sankey& sankey) {
  Drawing out(sankey.text.id, sankey.text.title, sankey.text.description);
  constexpr double kNode = 14, kGap = 12, kSpan = 250, kLeast = 3, kHeight = 340;
  const size_t n = sankey.nodes.size();
  std::vector<double> in(n), outgoing(n), size(n), top(n);
  size_t columns = 1;
  for (const auto& node : sankey.nodes) columns = std::max(columns, node.column + 1);
  for (const auto& f : sankey.flows) outgoing[f.from] += f.value, in[f.to] += f.value;
  std::vector<double> sum(columns), count(columns);
  for (size_t i = 0; i < n; ++i) {
    size[i] = std::max(in[i], outgoing[i]);
    sum[sankey.nodes[i].column] += size[i];
    ++count[sankey.nodes[i].column];
  }
  double scale = 0;
  for (size_t c = 0; c < columns; ++c) {
    if (sum[c] > 0 && (scale == 0 || (kHeight / sum[c]) < scale)) scale = kHeight / sum[c];
  }
  scale = std::min(scale, 26.0);  // a few ties are no broad stream
  std::vector<double> used(columns);
  for (size_t i = 0; i < n; ++i) {
    double& at = used[sankey.nodes[i].column];
    top[i] = at;
    at += std::max(size[i] * scale, kLeast) + std::max(kGap, 17 - size[i] * scale);
  }
  const double tallest = n == 0 ? 0 : *std::max_element(used.begin(), used.end());
  std::vector<std::string> first, last;
  for (size_t i = 0; i < n; ++i) {
    const std::string label = Text(sankey.nodes[i].label, "  ", Plain(size[i], 0));
    if (sankey.nodes[i].column == 0) first.push_back(label);
    if (sankey.nodes[i].column + 1 == columns) last.push_back(label);
  }
  const double left = kMargin + Widest(first, kText) + 8, head = sankey.columns.empty() ? 0 : 24;
  auto x = [&](size_t column) { return left + (kSpan + kNode) * static_cast<double>(column); };
  for (size_t i = 0; i < n; ++i) top[i] += kMargin + head + (tallest - used[sankey.nodes[i].column]) / 2;
  std::vector<double> leave = top, arrive = top;
  for (const auto& f : sankey.flows) {
    const double width = std::max(f.value * scale, 1.0);
    const double x1 = x(sankey.nodes[f.from].column) + kNode, x2 = x(sankey.nodes[f.to].column), bend = (x2 - x1) / 2;
    const double y1 = leave[f.from], y2 = arrive[f.to];
    leave[f.from] += width;
    arrive[f.to] += width;
    out.Ribbon({{x1, y1}, {x1 + bend, y1}, {x2 - bend, y2}, {x2, y2}}, {{x1, y1 + width}, {x1 + bend, y1 + width}, {x2 - bend, y2 + width}, {x2, y2 + width}},
               {.fill = Blend(kPaper, ToneColour(f.tone), 0.35), .stroke = Blend(kPaper, ToneColour(f.tone), 0.55), .width = 0.5},
               Text(sankey.nodes[f.from].label, " → ", sankey.nodes[f.to].label, ": ", Plain(f.value, 0)));
  }
  for (size_t i = 0; i < n; ++i) {
    const size_t column = sankey.nodes[i].column;
    const double height = std::max(size[i] * scale, kLeast);
    out.Rect({x(column), top[i]}, {kNode, height}, {.fill = ToneColour(sankey.nodes[i].tone)}, 0, Text(sankey.nodes[i].label, ": ", Plain(size[i], 0)));
    const std::string label = FitText(Text(sankey.nodes[i].label, "  ", Plain(size[i], 0)), kLabelRoom, kText);
    const double y = top[i] + height / 2 + 4;
    if (column == 0) out.Write({x(column) - 6, y}, label, {.size = kText, .anchor = Anchor::kEnd});
    else out.Write({x(column) + kNode + 6, y}, label, {.size = kText, .halo = column + 1 < columns});
  }
  for (size_t c = 0; c < sankey.columns.size() && c < columns; ++c) {
    out.Write({x(c) + kNode / 2, kMargin + 10}, sankey.columns[c], {.size = kSmall, .colour = kMuted, .anchor = Anchor::kMiddle});
  }
  double right = x(columns - 1) + kNode + (columns > 1 ? Widest(last, kText) + 8 : 0);
  for (size_t c = 0; c < sankey.columns.size() && c < columns; ++c) right = std::max(right, x(c) + kNode / 2 + TextWidth(sankey.columns[c], kSmall) / 2);
  out.Resize({right + kMargin, tallest + head + 2 * kMargin});
  return out;
}

Drawing DrawBars(const Bars& bars) {
  Drawing out(bars.text.id, bars.text.title, bars.text.description);
  constexpr double kBar = 16, kStep = 25, kSpan = 420;
  double largest = bars.mark.value_or(0);
  std::vector<std::string> labels;
  for (const auto& b : bars.bars) largest = std::max(largest, b.value), labels.push_back(b.label);
  const double left = kMargin + Widest(labels, kText) + 8, top = kMargin + 20;
  out.Write({left, kMargin + 10}, bars.axis, {.size = kSmall, .colour = kMuted});
  double y = top, widest_number = 0;
  for (const auto& b : bars.bars) {
    const double width = largest > 0 ? kSpan * b.value / largest : 0;
    out.Write({left - 8, y + 13}, FitText(b.label, kLabelRoom, kText), {.size = kText, .anchor = Anchor::kEnd});
    if (width > 0) out.Rect({left, y}, {std::max(width, 1.0), kBar}, {.fill = ToneColour(b.tone)}, 2, Text(b.hint.empty() ? b.label : b.hint, ": ", b.number));
    out.Write({left + width + 6, y + 13}, b.number, {.size = kText});
    widest_number = std::max(widest_number, TextWidth(b.number, kText));
    y += kStep;
  }
  out.Lines({{left, top - 4}, {left, y - 4}}, false, {.stroke = kMuted});
  if (bars.mark && largest > 0) {
    const double x = left + kSpan * *bars.mark / largest;
    out.Lines({{x, top - 4}, {x, y - 4}}, false, {.stroke = kMuted, .dashes = Stroke::kDashed});
  }
  double at = left;
  if (!bars.tones.empty()) y += 16;
  for (const auto& [tone, words] : bars.tones) {
    DrawMark(out, tone, {at + 5, y - 4});
    out.Write({at + 16, y}, words, {.size = kText});
    at += 16 + TextWidth(words, kText) + 24;
  }
  out.Resize({std::max({left + kSpan + widest_number + 6 + kMargin, at, left + TextWidth(bars.axis, kSmall) + kMargin}), y + kMargin});
  return out;
}

}  // namespace liantu::report
