// SPDX-License-Identifier: Apache-2.0
// The only file that knows Graphviz. Coordinates come back in points with y upwards and are turned into pixels with y
// downwards, rounded to a tenth.
#include "report/picture.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>

namespace liantu::report {

namespace {

constexpr double kPointsPerInch = 72;
constexpr double kHeading = 13, kLine = 12, kLabel = 11, kTag = 10;  // font sizes
constexpr double kLineHeight = 18, kPad = 10, kMark = 14;
constexpr double kMargin = 16, kLegend = 26;
constexpr double kBold = 1.06;                                        // how much wider bold letters are
constexpr double kMaxWidth = 230, kMaxLabel = 160;                   // longer texts end in "…"

std::string Inches(double points) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", points / kPointsPerInch);
  return text;
}

struct PlacedArrow {
  std::vector<Point> curve;  // 1 + 3n control points of cubic Béziers
  Point label;
};
struct Layout {
  double width = 0, height = 0;
  std::vector<Point> boxes;  // centres
  std::vector<PlacedArrow> arrows;
};

Size BoxSize(const PictureBox& box) {
  double width = kBold * TextWidth(box.heading, kHeading) + (box.tag.empty() ? 0 : TextWidth(box.tag, kTag) + 10);
  for (const PictureLine& line : box.lines) width = std::max(width, kMark + TextWidth(line.text, kLine));
  return {std::max(width + 2 * kPad, 70.0), kLineHeight * static_cast<double>(box.lines.size() + 1) + kPad + 2};
}

void Set(void* object, const char* name, const std::string& value) { agsafeset(object, const_cast<char*>(name), const_cast<char*>(value.c_str()), const_cast<char*>("")); }

Result<Layout> Place(const Picture& picture) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  GVC_t* context = gvContext();
  Agraph_t* graph = agopen(const_cast<char*>("picture"), Agdirected, nullptr);
  Set(graph, "rankdir", "LR");
  Set(graph, "nodesep", "0.28");
  Set(graph, "ranksep", "0.75");
  Set(graph, "splines", "spline");
  std::vector<Agnode_t*> nodes;
  for (size_t i = 0; i < picture.boxes.size(); ++i) {
    Agnode_t* node = agnode(graph, const_cast<char*>(Text("n", i).c_str()), 1);
    const Size size = BoxSize(picture.boxes[i]);
    Set(node, "shape", "box");
    Set(node, "label", "");
    Set(node, "fixedsize", "true");
    Set(node, "width", Inches(size.width));
    Set(node, "height", Inches(size.height));
    nodes.push_back(node);
  }
  std::vector<Agedge_t*> edges;
  for (size_t i = 0; i < picture.arrows.size(); ++i) {
    const PictureArrow& arrow = picture.arrows[i];
    Agedge_t* edge = agedge(graph, nodes[arrow.from], nodes[arrow.to], const_cast<char*>(Text("e", i).c_str()), 1);
    Set(edge, "arrowhead", "none");
    if (!arrow.label.empty()) {
      // An empty table of the label's size keeps its place free.
      const int width = static_cast<int>(std::ceil(TextWidth(arrow.label, kLabel))) + 8;
      char* html = agstrdup_html(graph, const_cast<char*>(Text("<TABLE BORDER=\"0\" FIXEDSIZE=\"TRUE\" WIDTH=\"", width, "\" HEIGHT=\"16\"><TR><TD></TD></TR></TABLE>").c_str()));
      agsafeset(edge, const_cast<char*>("label"), html, const_cast<char*>(""));
      agstrfree(graph, html);
    }
    edges.push_back(edge);
  }
  Layout out;
  const bool placed = gvLayout(context, graph, "dot") == 0;
  if (placed) {
    const boxf frame = GD_bb(graph);
    auto point = [&](pointf p) { return Point{p.x - frame.LL.x, frame.UR.y - p.y}; };
    out.width = frame.UR.x - frame.LL.x;
    out.height = frame.UR.y - frame.LL.y;
    for (Agnode_t* node : nodes) out.boxes.push_back(point(ND_coord(node)));
    for (Agedge_t* edge : edges) {
      PlacedArrow arrow;
      if (const splines* s = ED_spl(edge); s && s->size > 0) {
        const bezier& b = s->list[0];
        for (int i = 0; i < static_cast<int>(b.size); ++i) arrow.curve.push_back(point(b.list[i]));
      }
      if (ED_label(edge)) arrow.label = point(ED_label(edge)->pos);
      out.arrows.push_back(std::move(arrow));
    }
    gvFreeLayout(context, graph);
  }
  agclose(graph);
  gvFreeContext(context);
  if (!placed) return Status(Code::kIo, "the picture could not be laid out: Graphviz has no 'dot' layout; install its plugins (Debian: libgvc6)");
  return out;
}

void DrawBox(Drawing& out, const PictureBox& box, Point centre) {
  const Size size = BoxSize(box);
  const double left = centre.x - size.width / 2, top = centre.y - size.height / 2;
  const std::string frame = box.missing ? "#b3541e" : "#aab4c0";
  out.Rect({left, top}, size, {.fill = "#ffffff", .stroke = frame, .dashes = box.missing ? Stroke::kDashed : Stroke::kSolid}, 5);
  out.Rect({left + 1, top + 1}, {size.width - 2, kLineHeight + 5}, {.fill = box.missing ? "#fdf1e7" : "#e9eff6"}, 4);
  double x = left + kPad;
  const double baseline = top + 17;
  if (!box.tag.empty()) {
    out.Write({x, baseline - 0.5}, box.tag, {.size = kTag, .colour = "#5b6470"});
    x += TextWidth(box.tag, kTag) + 10;
  }
  out.Write({x, baseline}, box.heading, {.size = kHeading, .bold = true});
  for (size_t i = 0; i < box.lines.size(); ++i) {
    const double y = top + kLineHeight * static_cast<double>(i + 1) + 20;
    DrawMark(out, box.lines[i].tone, {left + kPad + 4, y - 4});
    out.Write({left + kPad + kMark, y}, box.lines[i].text, {.size = kLine});
  }
}

}  // namespace

const char* ToneColour(Tone tone) {
  switch (tone) {
    case Tone::kFirst: return "#0b5cad";
    case Tone::kSecond: return "#b3541e";
    case Tone::kBoth: return "#6b3fa0";
    case Tone::kOther: return "#5b6470";
  }
  return "";
}

void DrawMark(Drawing& drawing, Tone tone, Point c) {
  const Paint paint{.fill = ToneColour(tone)};
  switch (tone) {
    case Tone::kFirst: drawing.Circle(c, 4, paint); break;
    case Tone::kSecond: drawing.Rect({c.x - 4, c.y - 4}, {8, 8}, paint); break;
    case Tone::kBoth: drawing.Lines({{c.x, c.y - 5}, {c.x + 5, c.y}, {c.x, c.y + 5}, {c.x - 5, c.y}}, true, paint); break;
    case Tone::kOther: drawing.Circle(c, 3.5, {.fill = "#ffffff", .stroke = ToneColour(tone), .width = 1.5}); break;
  }
}

Result<Drawing> DrawLayered(const Picture& original) {
  Picture picture = original;
  for (PictureBox& box : picture.boxes) {
    box.heading = FitText(box.heading, kMaxWidth, kHeading);
    for (PictureLine& line : box.lines) line.text = FitText(line.text, kMaxWidth, kLine);
  }
  for (PictureArrow& arrow : picture.arrows) {
    LT_ASSERT(arrow.from < picture.boxes.size() && arrow.to < picture.boxes.size());
    arrow.label = FitText(arrow.label, kMaxLabel, kLabel);
  }
  LT_ASSIGN(const Layout layout, Place(picture));
  const double room = std::max(layout.width, 480.0);
  Drawing out(picture.id, picture.title, picture.description);
  out.MoveOrigin({kMargin + (room - layout.width) / 2, kMargin});
  for (size_t i = 0; i < picture.arrows.size(); ++i) {
    const PictureArrow& arrow = picture.arrows[i];
    out.Curve(layout.arrows[i].curve, {.stroke = ToneColour(arrow.tone), .width = arrow.stroke == Stroke::kDotted ? 1.3 : 1.8, .dashes = arrow.stroke}, true);
  }
  for (size_t i = 0; i < picture.boxes.size(); ++i) DrawBox(out, picture.boxes[i], layout.boxes[i]);
  for (size_t i = 0; i < picture.arrows.size(); ++i) {
    const Point at = layout.arrows[i].label;
    if (layout.arrows[i].curve.size() < 4) continue;
    out.Write({at.x, at.y + 4}, picture.arrows[i].label, {.size = kLabel, .colour = ToneColour(picture.arrows[i].tone), .anchor = Anchor::kMiddle, .halo = true});
  }
  // The legend wraps to the width of the picture.
  out.MoveOrigin({kMargin, layout.height + kMargin + kLegend});
  double x = 0, y = 0;
  auto entry = [&](const std::string& words, double mark) {
    const double width = mark + 8 + TextWidth(words, kLine) + 22;
    if (x > 0 && x + width > room) x = 0, y += kLegend;
    const Point at{x, y};
    x += width;
    return at;
  };
  for (const auto& [tone, words] : picture.tones) {
    const Point at = entry(words, 10);
    DrawMark(out, tone, {at.x + 5, at.y - 4});
    out.Write({at.x + 16, at.y}, words, {.size = kLine});
  }
  for (const auto& [stroke, words] : picture.strokes) {
    const Point at = entry(words, 40);
    out.Lines({{at.x, at.y - 4}, {at.x + 36, at.y - 4}}, false, {.stroke = "#1b1f24", .width = 1.8, .dashes = stroke});
    out.Write({at.x + 46, at.y}, words, {.size = kLine});
  }
  const bool has_legend = !picture.tones.empty() || !picture.strokes.empty();
  out.Resize({room + 2 * kMargin, layout.height + 2 * kMargin + (has_legend ? y + kLegend : 0)});
  return out;
}

}  // namespace liantu::report
