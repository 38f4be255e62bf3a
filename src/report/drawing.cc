// SPDX-License-Identifier: Apache-2.0
// Shapes and their SVG form; the EMF form is in emf.cc.
#include "report/drawing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/result.h"
#include "report/document.h"
#include "text/width.h"

namespace liantu::report {

namespace {

constexpr const char* kFonts = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif";

// Widths of ASCII 32 … 126 in thousandths of an em: of Helvetica and of the Latin letters of Noto Sans CJK the wider, as either may be what shows.
constexpr std::array<uint16_t, 95> kWidths = {
    278, 323, 474, 556, 556, 921, 680, 278, 338, 338, 467, 584, 278, 347, 278, 392, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 728, 293, 535, 667, 556, 833, 723, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 338, 392, 338, 555, 559,
    606, 563, 618, 510, 620, 556, 325, 564, 607, 275, 275, 552, 284, 926, 610, 606, 620, 620, 388, 500, 377, 607, 521, 802, 500, 521, 500, 338, 270, 338, 584};

std::string Pair(Point p) { return Text(ShortNumber(p.x), " ", ShortNumber(p.y)); }

std::string CurveText(const std::vector<Point>& points, size_t begin, size_t end) {
  std::string out = "C";
  for (size_t i = begin; i < end; ++i) out += Text(i > begin ? " " : "", Pair(points[i]));
  return out;
}

std::string PaintText(const Paint& paint) {
  std::string out = Text(" fill=\"", paint.fill, "\"");
  if (paint.stroke == "none") return out;
  out += Text(" stroke=\"", paint.stroke, "\" stroke-width=\"", ShortNumber(paint.width), "\"");
  if (paint.dashes == Stroke::kDashed) out += " stroke-dasharray=\"7 4\"";
  if (paint.dashes == Stroke::kDotted) out += " stroke-dasharray=\"1.5 4\" stroke-linecap=\"round\"";
  return out;
}

}  // namespace

double TextWidth(std::string_view text, double size) {
  double thousandths = 0;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      thousandths += lead >= 32 && lead < 127 ? kWidths[lead - 32] : 0;
      ++i;
      continue;
    }
    size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    thousandths += 500.0 * static_cast<double>(text::DisplayWidth(text.substr(i, next - i)));
    i = next;
  }
  return thousandths * size / 1000;
}

std::string FitText(const std::string& text, double width, double size) {
  if (TextWidth(text, size) <= width) return text;
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    if (TextWidth(out + text.substr(i, next - i) + "…", size) > width) break;
    out += text.substr(i, next - i);
    i = next;
  }
  return out + "…";
}

std::string ShortNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string out = text;
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string Blend(const std::string& from, const std::string& to, double share) {
  auto part = [](const std::string& c, size_t i) { return std::stoi(c.substr(1 + 2 * i, 2), nullptr, 16); };
  char text[8];
  int mixed[3];
  for (size_t i = 0; i < 3; ++i) mixed[i] = static_cast<int>(std::lround(part(from, i) + (part(to, i) - part(from, i)) * share)) & 0xFF;
  std::snprintf(text, sizeof text, "#%02x%02x%02x", mixed[0], mixed[1], mixed[2]);
  return text;
}

Drawing::Drawing(std::string id, std::string title, std::string description) : id_(std::move(id)), title_(std::move(title)), description_(std::move(description)) {}

Drawing::Shape& Drawing::Add(Kind kind, std::vector<Point> points, const Paint& paint, const std::string& hint) {
  for (Point& p : points) p = p + origin_;
  shapes_.push_back({.kind = kind, .points = std::move(points), .paint = paint, .hint = hint});
  return shapes_.back();
}

void Drawing::Rect(Point corner, Size size, const Paint& paint, double radius, const std::string& hint) {
  Shape& shape = Add(Kind::kRect, {corner}, paint, hint);
  shape.size = size;
  shape.radius = radius;
}

void Drawing::Circle(Point centre, double radius, const Paint& paint, const std::string& hint) { Add(Kind::kCircle, {centre}, paint, hint).radius = radius; }

void Drawing::Lines(std::vector<Point> points, bool closed, const Paint& paint, const std::string& hint) {
  if (points.size() < 2) return;
  Add(Kind::kLines, std::move(points), paint, hint).closed = closed;
}

void Drawing::Curve(std::vector<Point> points, const Paint& paint, bool arrow, const std::string& hint) {
  if (points.size() < 4) return;
  const Point end = points.back();
  Point before = points[points.size() - 2];
  for (size_t i = points.size() - 2; i > 0 && std::hypot(end.x - before.x, end.y - before.y) < 0.5; --i) before = points[i - 1];
  Add(Kind::kCurve, std::move(points), paint, hint);
  if (!arrow) return;
  const double length = std::hypot(end.x - before.x, end.y - before.y);
  if (length < 1e-9) return;
  const Point along{(end.x - before.x) / length, (end.y - before.y) / length};
  const double head = std::max(9.0, 3 * paint.width), half = head * 0.45;
  const Point base{end.x - head * along.x, end.y - head * along.y};
  Lines({end, {base.x - half * along.y, base.y + half * along.x}, {base.x + half * along.y, base.y - half * along.x}}, true, {.fill = paint.stroke});
}

void Drawing::Ribbon(const std::vector<Point>& upper, const std::vector<Point>& lower, const Paint& paint, const std::string& hint) {
  LT_ASSERT(upper.size() == lower.size() && upper.size() >= 4);
  std::vector<Point> points = upper;
  points.insert(points.end(), lower.begin(), lower.end());
  Add(Kind::kRibbon, std::move(points), paint, hint);
}

void Drawing::Write(Point at, const std::string& text, const Script& script) {
  if (text.empty()) return;
  Shape& shape = Add(Kind::kText, {at}, {}, "");
  shape.script = script;
  shape.text = text;
}

std::string Drawing::Svg() const {
  std::string out = Text("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"", id_, "-title ", id_, "-desc\" width=\"", ShortNumber(size_.width),
                         "\" height=\"", ShortNumber(size_.height), "\" viewBox=\"0 0 ", ShortNumber(size_.width), " ", ShortNumber(size_.height), "\" font-family=\"", kFonts,
                         "\">\n<title id=\"", id_, "-title\">", EscapeHtml(title_), "</title>\n<desc id=\"", id_, "-desc\">", EscapeHtml(description_), "</desc>\n");
  for (const Shape& s : shapes_) {
    const Point first = s.points[0];
    std::string name, element;
    switch (s.kind) {
      case Kind::kRect:
        name = "rect";
        element = Text("<rect x=\"", ShortNumber(first.x), "\" y=\"", ShortNumber(first.y), "\" width=\"", ShortNumber(s.size.width), "\" height=\"", ShortNumber(s.size.height), "\"",
                       s.radius > 0 ? Text(" rx=\"", ShortNumber(s.radius), "\"") : "", PaintText(s.paint));
        break;
      case Kind::kCircle:
        name = "circle";
        element = Text("<circle cx=\"", ShortNumber(first.x), "\" cy=\"", ShortNumber(first.y), "\" r=\"", ShortNumber(s.radius), "\"", PaintText(s.paint));
        break;
      case Kind::kLines:
        name = "path";
        element = Text("<path d=\"M", Pair(first));
        for (size_t i = 1; i < s.points.size(); ++i) element += Text("L", Pair(s.points[i]));
        element += Text(s.closed ? "z\"" : "\"", PaintText(s.paint));
        break;
      case Kind::kCurve:
        name = "path";
        element = Text("<path d=\"M", Pair(first), CurveText(s.points, 1, s.points.size()), "\"", PaintText(s.paint));
        break;
      case Kind::kRibbon: {
        name = "path";
        const size_t half = s.points.size() / 2;
        std::vector<Point> back(s.points.rbegin(), s.points.rbegin() + static_cast<ptrdiff_t>(half));
        element = Text("<path d=\"M", Pair(first), CurveText(s.points, 1, half), "L", Pair(back[0]), CurveText(back, 1, half), "z\"", PaintText(s.paint));
        break;
      }
      case Kind::kText: {
        const Script& t = s.script;
        out += Text("<text x=\"", ShortNumber(first.x), "\" y=\"", ShortNumber(first.y), "\" font-size=\"", ShortNumber(t.size), "\" fill=\"", t.colour, "\"");
        if (t.anchor != Anchor::kStart) out += t.anchor == Anchor::kMiddle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
        if (t.bold) out += " font-weight=\"bold\"";
        if (t.halo) out += " stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\"";
        if (t.turn != 0) out += Text(" transform=\"rotate(", ShortNumber(-t.turn), " ", Pair(first), ")\"");
        out += Text(">", EscapeHtml(s.text), "</text>\n");
        continue;
      }
    }
    out += s.hint.empty() ? element + "/>\n" : Text(element, "><title>", EscapeHtml(s.hint), "</title></", name, ">\n");
  }
  return out + "</svg>";
}

}  // namespace liantu::report
