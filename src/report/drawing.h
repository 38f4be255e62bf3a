// SPDX-License-Identifier: Apache-2.0
// A picture as a list of plain shapes (rectangles, circles, lines, curves, text) in pixels, y downwards, and its two vector forms:
// SVG for pages and files, EMF for word processors that do not read SVG. Both ask for no font by file and load nothing. What is
// drawn where is the business of picture.h and charts.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liantu::report {

struct Point {
  double x = 0, y = 0;
  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
};
struct Size {
  double width = 0, height = 0;
};

// Solid: stated fact; dashed: weak or planned; dotted: derived, only possible.
enum class Stroke : uint8_t { kSolid, kDashed, kDotted };

struct Paint {
  std::string fill = "none", stroke = "none";  // "#rrggbb" or "none"
  double width = 1;
  Stroke dashes = Stroke::kSolid;
};

enum class Anchor : uint8_t { kStart, kMiddle, kEnd };
struct Script {
  double size = 12;                 // of the font, in pixels
  std::string colour = "#1b1f24";
  Anchor anchor = Anchor::kStart;
  bool bold = false;
  bool halo = false;                // a white rim, to be read over lines (SVG only)
  double turn = 0;                  // degrees, anticlockwise around its anchor
};

class Drawing {
 public:
  Drawing() = default;
  // `id` is unique in a page, [a-z0-9-]; title and description are for readers who hear the picture.
  Drawing(std::string id, std::string title, std::string description);

  void Resize(Size size) { size_ = size; }
  Size size() const { return size_; }
  bool empty() const { return shapes_.empty(); }
  const std::string& id() const { return id_; }
  const std::string& title() const { return title_; }
  const std::string& description() const { return description_; }
  // Everything drawn from now on is shifted by this.
  void MoveOrigin(Point origin) { origin_ = origin; }

  // `hint` shows when a pointer rests on the shape (SVG only).
  void Rect(Point corner, Size size, const Paint& paint, double radius = 0, const std::string& hint = "");
  void Circle(Point centre, double radius, const Paint& paint, const std::string& hint = "");
  void Lines(std::vector<Point> points, bool closed, const Paint& paint, const std::string& hint = "");
  // Cubic Béziers: 1 + 3n points. With an arrow head of the stroke's colour at its end.
  void Curve(std::vector<Point> points, const Paint& paint, bool arrow = false, const std::string& hint = "");
  // The area between two curves of the same direction, closed by straight lines.
  void Ribbon(const std::vector<Point>& upper, const std::vector<Point>& lower, const Paint& paint, const std::string& hint = "");
  void Write(Point at, const std::string& text, const Script& script = {});

  // A self-contained <svg> element, the same bytes for the same shapes.
  std::string Svg() const;
  // Enhanced metafile (MS-EMF), 96 units an inch; texts are placed by our own widths.
  std::string Emf() const;

  enum class Kind : uint8_t { kRect, kCircle, kLines, kCurve, kRibbon, kText };
  struct Shape {
    Kind kind = Kind::kRect;
    std::vector<Point> points;  // corner; centre; the points; a ribbon: upper, then lower
    Size size;
    double radius = 0;
    bool closed = false;
    Paint paint;
    Script script;
    std::string text, hint;
  };
  const std::vector<Shape>& shapes() const { return shapes_; }

 private:
  Shape& Add(Kind kind, std::vector<Point> points, const Paint& paint, const std::string& hint);

  std::string id_, title_, description_;
  Size size_;
  Point origin_;
  std::vector<Shape> shapes_;
};

// About how wide a text is in a common sans-serif font: letters as in Helvetica's metrics, Chinese a square each.
double TextWidth(std::string_view text, double size);
// The text cut to that width, with "…".
std::string FitText(const std::string& text, double width, double size);
// With one digit after the point, never "-0".
std::string ShortNumber(double value);
// Between two colours "#rrggbb", share 0 … 1 of the second.
std::string Blend(const std::string& from, const std::string& to, double share);

}  // namespace liantu::report
