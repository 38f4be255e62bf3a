// SPDX-License-Identifier: Apache-2.0
// The only file that knows Graphviz. Coordinates come back in points with y upwards and are turned into pixels with y
// downwards, rounded to a tenth.
#include "report/picture.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>

#include "report/document.h"
#include "text/width.h"

namespace liantu::report {

namespace {

constexpr double kPointsPerInch = 72;
constexpr double kHeading = 13, kLine = 12, kLabel = 11, kTag = 10;  // font sizes
constexpr double kLineHeight = 18, kPad = 10, kMark = 14;
constexpr double kMargin = 16, kLegend = 26;
constexpr size_t kMaxColumns = 34;                                   // longer texts end in "…"

// A column of text/width.h is half an em of a CJK font; Latin letters of the fallback fonts are a little wider.
double TextWidth(const std::string& text, double size) { return static_cast<double>(text::DisplayWidth(text)) * size * 0.545; }

std::string Number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  std::string out = text;
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string Inches(double points) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", points / kPointsPerInch);
  return text;
}

const char* Colour(Tone tone) {
  switch (tone) {
    case Tone::kFirst: return "#0b5cad";
    case Tone::kSecond: return "#b3541e";
    case Tone::kBoth: return "#6b3fa0";
    case Tone::kOther: return "#5b6470";
  }
  return "";
}

const char* Dashes(Stroke stroke) {
  switch (stroke) {
    case Stroke::kSolid: return "";
    case Stroke::kDashed: return " stroke-dasharray=\"7 4\"";
    case Stroke::kDotted: return " stroke-dasharray=\"1.5 4\" stroke-linecap=\"round\"";
  }
  return "";
}

const char* ArrowName(Tone tone) {
  switch (tone) {
    case Tone::kFirst: return "first";
    case Tone::kSecond: return "second";
    case Tone::kBoth: return "both";
    case Tone::kOther: return "other";
  }
  return "";
}

void AppendMark(std::string& out, Tone tone, double x, double y) {
  const std::string fill = Text("\" fill=\"", Colour(tone), "\"/>");
  switch (tone) {
    case Tone::kFirst: out += Text("<circle cx=\"", Number(x), "\" cy=\"", Number(y), "\" r=\"4", fill); break;
    case Tone::kSecond: out += Text("<rect x=\"", Number(x - 4), "\" y=\"", Number(y - 4), "\" width=\"8\" height=\"8", fill); break;
    case Tone::kBoth:
      out += Text("<path d=\"M", Number(x), " ", Number(y - 5), "l5 5l-5 5l-5 -5z", fill);
      break;
    case Tone::kOther:
      out += Text("<circle cx=\"", Number(x), "\" cy=\"", Number(y), "\" r=\"3.5\" fill=\"#fff\" stroke=\"", Colour(tone), "\" stroke-width=\"1.5\"/>");
      break;
  }
}

void AppendText(std::string& out, double x, double y, double size, const char* colour, const std::string& text, const char* more = "") {
  out += Text("<text x=\"", Number(x), "\" y=\"", Number(y), "\" font-size=\"", Number(size), "\" fill=\"", colour, "\"", more, ">", EscapeHtml(text), "</text>");
}

struct Point {
  double x = 0, y = 0;
};
struct PlacedArrow {
  std::vector<Point> curve;  // 1 + 3n control points of cubic Béziers
  Point label;
};
struct Layout {
  double width = 0, height = 0;
  std::vector<Point> boxes;  // centres
  std::vector<PlacedArrow> arrows;
};

struct Size {
  double width = 0, height = 0;
};

Size BoxSize(const PictureBox& box) {
  double width = TextWidth(box.heading, kHeading) + (box.tag.empty() ? 0 : TextWidth(box.tag, kTag) + 10);
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

void AppendBox(std::string& out, const PictureBox& box, Point centre) {
  const Size size = BoxSize(box);
  const double left = centre.x - size.width / 2, top = centre.y - size.height / 2;
  out += Text("<g><rect x=\"", Number(left), "\" y=\"", Number(top), "\" width=\"", Number(size.width), "\" height=\"", Number(size.height),
              "\" rx=\"5\" fill=\"#fff\" stroke=\"#aab4c0\"/>");
  out += Text("<path d=\"M", Number(left), " ", Number(top + 5), "a5 5 0 0 1 5 -5h", Number(size.width - 10), "a5 5 0 0 1 5 5v", Number(kLineHeight + 1), "h",
              Number(-size.width), "z\" fill=\"#e9eff6\"/>");
  double x = left + kPad;
  const double baseline = top + 17;
  if (!box.tag.empty()) {
    AppendText(out, x, baseline - 0.5, kTag, "#5b6470", box.tag);
    x += TextWidth(box.tag, kTag) + 10;
  }
  AppendText(out, x, baseline, kHeading, "#1b1f24", box.heading, " font-weight=\"bold\"");
  for (size_t i = 0; i < box.lines.size(); ++i) {
    const double y = top + kLineHeight * static_cast<double>(i + 1) + 20;
    AppendMark(out, box.lines[i].tone, left + kPad + 4, y - 4);
    AppendText(out, left + kPad + kMark, y, kLine, "#1b1f24", box.lines[i].text);
  }
  out += "</g>\n";
}

void AppendArrow(std::string& out, const Picture& picture, const PictureArrow& arrow, const PlacedArrow& placed) {
  if (placed.curve.size() < 4) return;
  out += Text("<path d=\"M", Number(placed.curve[0].x), " ", Number(placed.curve[0].y), "C");
  for (size_t i = 1; i < placed.curve.size(); ++i) out += Text(i > 1 ? " " : "", Number(placed.curve[i].x), " ", Number(placed.curve[i].y));
  out += Text("\" fill=\"none\" stroke=\"", Colour(arrow.tone), "\" stroke-width=\"", arrow.stroke == Stroke::kDotted ? "1.3" : "1.8", "\"", Dashes(arrow.stroke),
              " marker-end=\"url(#", picture.id, "-", ArrowName(arrow.tone), ")\"/>\n");
}

void AppendLabel(std::string& out, const PictureArrow& arrow, const PlacedArrow& placed) {
  if (arrow.label.empty() || placed.curve.size() < 4) return;
  AppendText(out, placed.label.x, placed.label.y + 4, kLabel, Colour(arrow.tone), arrow.label,
             " text-anchor=\"middle\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\"");
  out += "\n";
}

}  // namespace

Result<std::string> DrawLayered(const Picture& original) {
  Picture picture = original;
  for (PictureBox& box : picture.boxes) {
    box.heading = text::TruncateTo(box.heading, kMaxColumns);
    for (PictureLine& line : box.lines) line.text = text::TruncateTo(line.text, kMaxColumns);
  }
  for (PictureArrow& arrow : picture.arrows) {
    LT_ASSERT(arrow.from < picture.boxes.size() && arrow.to < picture.boxes.size());
    arrow.label = text::TruncateTo(arrow.label, kMaxColumns / 2);
  }
  LT_ASSIGN(const Layout layout, Place(picture));

  // The legend wraps to the width of the picture.
  std::string legend;
  double x = 0, y = 0;
  const double room = std::max(layout.width, 480.0);
  auto entry = [&](const std::string& words, double mark) {
    const double width = mark + 8 + TextWidth(words, kLine) + 22;
    if (x > 0 && x + width > room) x = 0, y += kLegend;
    const Point at{x, y};
    x += width;
    return at;
  };
  for (const auto& [tone, words] : picture.tones) {
    const Point at = entry(words, 10);
    AppendMark(legend, tone, at.x + 5, at.y - 4);
    AppendText(legend, at.x + 16, at.y, kLine, "#1b1f24", words);
  }
  for (const auto& [stroke, words] : picture.strokes) {
    const Point at = entry(words, 40);
    legend += Text("<path d=\"M", Number(at.x), " ", Number(at.y - 4), "h36\" stroke=\"#1b1f24\" stroke-width=\"1.8\" fill=\"none\"", Dashes(stroke), "/>");
    AppendText(legend, at.x + 46, at.y, kLine, "#1b1f24", words);
  }
  const bool has_legend = !legend.empty();
  const double width = room + 2 * kMargin;
  const double height = layout.height + 2 * kMargin + (has_legend ? y + kLegend : 0);

  std::string out = Text("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"", picture.id, "-title ", picture.id, "-desc\" width=\"",
                         Number(width), "\" height=\"", Number(height), "\" viewBox=\"0 0 ", Number(width), " ", Number(height),
                         "\" font-family=\"'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif\">\n<title id=\"", picture.id,
                         "-title\">", EscapeHtml(picture.title), "</title>\n<desc id=\"", picture.id, "-desc\">", EscapeHtml(picture.description), "</desc>\n<defs>");
  for (const Tone tone : {Tone::kFirst, Tone::kSecond, Tone::kBoth, Tone::kOther}) {
    out += Text("<marker id=\"", picture.id, "-", ArrowName(tone), "\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"",
                Colour(tone), "\"/></marker>");
  }
  out += Text("</defs>\n<g transform=\"translate(", Number(kMargin + (room - layout.width) / 2), " ", Number(kMargin), ")\">\n");
  for (size_t i = 0; i < picture.arrows.size(); ++i) AppendArrow(out, picture, picture.arrows[i], layout.arrows[i]);
  for (size_t i = 0; i < picture.boxes.size(); ++i) AppendBox(out, picture.boxes[i], layout.boxes[i]);
  for (size_t i = 0; i < picture.arrows.size(); ++i) AppendLabel(out, picture.arrows[i], layout.arrows[i]);
  out += "</g>\n";
  if (has_legend) out += Text("<g transform=\"translate(", Number(kMargin), " ", Number(layout.height + kMargin + kLegend), ")\">", legend, "</g>\n");
  return out + "</svg>";
}

}  // namespace liantu::report
