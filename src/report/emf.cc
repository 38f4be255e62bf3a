// SPDX-License-Identifier: Apache-2.0
// A drawing as an enhanced metafile: records of MS-EMF 2.3, little-endian, in tenths of a pixel.
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "report/drawing.h"

namespace liantu::report {

namespace {

// Record types.
enum : uint32_t {
  kHeader = 1, kPolygon = 3, kPolyline = 4, kPolyBezierTo = 5, kPolyBezier = 2, kSetWindowExt = 9, kSetWindowOrg = 10, kSetViewportExt = 11, kSetViewportOrg = 12,
  kEof = 14, kSetMapMode = 17, kSetBkMode = 18, kSetTextAlign = 22, kSetTextColour = 24, kMoveTo = 27, kSelectObject = 37, kCreateBrush = 39, kDeleteObject = 40,
  kEllipse = 42, kRectangle = 43, kRoundRect = 44, kLineTo = 54, kBeginPath = 59, kEndPath = 60, kCloseFigure = 61, kStrokeAndFillPath = 63, kCreateFont = 82,
  kTextOut = 84, kCreatePen = 95
};
constexpr uint32_t kPen = 1, kBrush = 2, kFont = 3;                                             // handles
constexpr uint32_t kNullBrush = 0x80000005, kNullPen = 0x80000008, kSystemFont = 0x8000000D;  // stock objects
constexpr double kUnits = 10;  // a pixel

class Metafile {
 public:
  void Begin(uint32_t type) {
    start_ = out_.size();
    U32(type);
    U32(0);
  }
  void End() {
    while (out_.size() % 4 != 0) out_ += '\0';
    Patch(start_ + 4, static_cast<uint32_t>(out_.size() - start_));
    ++records_;
  }
  void Record(uint32_t type, std::initializer_list<uint32_t> words) {
    Begin(type);
    for (const uint32_t word : words) U32(word);
    End();
  }
  void U16(uint16_t v) { out_ += {static_cast<char>(v & 0xFF), static_cast<char>(v >> 8)}; }
  void U32(uint32_t v) {
    U16(static_cast<uint16_t>(v & 0xFFFF));
    U16(static_cast<uint16_t>(v >> 16));
  }
  void At(Point p) {
    U32(Units(p.x));
    U32(Units(p.y));
  }
  void Zeros(size_t bytes) { out_.append(bytes, '\0'); }
  static uint32_t Units(double pixels) { return static_cast<uint32_t>(static_cast<int32_t>(std::lround(pixels * kUnits))); }
  void Patch(size_t at, uint32_t v) {
    for (size_t i = 0; i < 4; ++i) out_[at + i] = static_cast<char>(v >> (8 * i) & 0xFF);
  }
  size_t size() const { return out_.size(); }
  uint32_t records() const { return records_; }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
  size_t start_ = 0;
  uint32_t records_ = 0;
};

uint32_t Colour(const std::string& c) {  // 0x00bbggrr
  auto part = [&](size_t i) { return static_cast<uint32_t>(std::stoi(c.substr(i, 2), nullptr, 16)); };
  if (c.size() == 4) {
    auto digit = [&](size_t i) { return 17 * static_cast<uint32_t>(std::stoi(c.substr(i, 1), nullptr, 16)); };
    return digit(1) | digit(2) << 8 | digit(3) << 16;
  }
  return part(1) | part(3) << 8 | part(5) << 16;
}

void UsePaint(Metafile& m, const Paint& paint) {
  if (paint.stroke == "none") {
    m.Record(kSelectObject, {kNullPen});
  } else {
    constexpr uint32_t kGeometric = 0x10000, kFlatCap = 0x200;
    const uint32_t style = paint.dashes == Stroke::kDashed ? 1 : paint.dashes == Stroke::kDotted ? 2 : 0;
    m.Record(kCreatePen, {kPen, 0, 0, 0, 0, kGeometric | kFlatCap | style, Metafile::Units(paint.width), 0, Colour(paint.stroke), 0, 0});
    m.Record(kSelectObject, {kPen});
  }
  if (paint.fill == "none") {
    m.Record(kSelectObject, {kNullBrush});
  } else {
    m.Record(kCreateBrush, {kBrush, 0, Colour(paint.fill), 0});
    m.Record(kSelectObject, {kBrush});
  }
}

void DropPaint(Metafile& m, const Paint& paint) {
  m.Record(kSelectObject, {kNullPen});
  m.Record(kSelectObject, {kNullBrush});
  if (paint.stroke != "none") m.Record(kDeleteObject, {kPen});
  if (paint.fill != "none") m.Record(kDeleteObject, {kBrush});
}

void Points(Metafile& m, uint32_t type, const std::vector<Point>& points, size_t begin, size_t end) {
  m.Begin(type);
  m.Zeros(16);  // bounds: readers compute them
  m.U32(static_cast<uint32_t>(end - begin));
  for (size_t i = begin; i < end; ++i) m.At(points[i]);
  m.End();
}

struct Run {
  std::u16string text;
  std::vector<double> widths;  // of each unit, in pixels
  bool chinese = false;
};

// Latin letters and Chinese ask for different fonts.
std::vector<Run> Runs(const std::string& text, double size) {
  std::vector<Run> runs;
  for (size_t i = 0; i < text.size();) {
    size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    const std::string piece = text.substr(i, next - i);
    const auto lead = static_cast<unsigned char>(piece[0]);
    char32_t code = lead < 0x80 ? lead : piece.size() > 1 ? lead & (0xFF >> (piece.size() + 1)) : 0xFFFD;
    for (size_t k = 1; k < piece.size(); ++k) code = code << 6 | (static_cast<unsigned char>(piece[k]) & 0x3F);
    const bool chinese = lead >= 0x80;
    if (runs.empty() || runs.back().chinese != chinese) runs.push_back({.chinese = chinese});
    Run& run = runs.back();
    if (code >= 0x10000) {
      run.text += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
      run.widths.push_back(0);
      code = 0xDC00 + ((code - 0x10000) & 0x3FF);
    }
    run.text += static_cast<char16_t>(code);
    run.widths.push_back(TextWidth(piece, size));
    i = next;
  }
  return runs;
}

void WriteText(Metafile& m, const Drawing::Shape& s) {
  const Script& t = s.script;
  const double angle = t.turn * std::acos(-1.0) / 180;
  double along = t.anchor == Anchor::kStart ? 0 : TextWidth(s.text, t.size) * (t.anchor == Anchor::kMiddle ? -0.5 : -1);
  m.Record(kSetTextColour, {Colour(t.colour)});
  for (const Run& run : Runs(s.text, t.size)) {
    m.Begin(kCreateFont);
    m.U32(kFont);
    m.U32(static_cast<uint32_t>(-static_cast<int32_t>(Metafile::Units(t.size))));
    m.U32(0);
    const auto tenths = static_cast<uint32_t>(static_cast<int32_t>(std::lround(t.turn * 10)));
    m.U32(tenths);
    m.U32(tenths);
    m.U32(t.bold ? 700 : 400);
    m.Zeros(3);
    m.U16(run.chinese ? 134 : 0);  // character set (GB2312 or ANSI), then output precision
    m.Zeros(3);
    const std::u16string face = run.chinese ? u"Microsoft YaHei" : u"Arial";
    for (size_t i = 0; i < 32; ++i) m.U16(i < face.size() ? static_cast<uint16_t>(face[i]) : 0);
    m.Zeros(228);  // full name, style and the other fields of the extended form
    m.End();
    m.Record(kSelectObject, {kFont});
    m.Begin(kTextOut);
    m.Zeros(16);
    m.U32(2);           // advanced graphics mode
    m.U32(0x3F800000);  // 1.0
    m.U32(0x3F800000);
    m.At({s.points[0].x + along * std::cos(angle), s.points[0].y - along * std::sin(angle)});
    m.U32(static_cast<uint32_t>(run.text.size()));
    m.U32(76);
    m.U32(0);
    m.Zeros(16);
    m.U32(static_cast<uint32_t>(76 + (run.text.size() * 2 + 3) / 4 * 4));
    for (const char16_t unit : run.text) m.U16(static_cast<uint16_t>(unit));
    while (m.size() % 4 != 0) m.Zeros(1);
    for (const double width : run.widths) m.U32(Metafile::Units(width)), along += width;
    m.End();
    m.Record(kSelectObject, {kSystemFont});
    m.Record(kDeleteObject, {kFont});
  }
}

}  // namespace

std::string Drawing::Emf() const {
  const auto width = static_cast<uint32_t>(std::ceil(size_.width)), height = static_cast<uint32_t>(std::ceil(size_.height));
  Metafile m;
  m.Record(kHeader, {0, 0, width - 1, height - 1,                        // bounds in device pixels
                     0, 0, width * 2540 / 96, height * 2540 / 96,        // frame in hundredths of a millimetre
                     0x464D4520, 0x10000, 0, 0, 0, 0, 0, 0,              // signature, version; sizes are set at the end
                     9600, 9600, 2540, 2540});                           // a device of 96 pixels an inch
  m.Record(kSetMapMode, {8});
  m.Record(kSetWindowOrg, {0, 0});
  m.Record(kSetWindowExt, {width * static_cast<uint32_t>(kUnits), height * static_cast<uint32_t>(kUnits)});
  m.Record(kSetViewportOrg, {0, 0});
  m.Record(kSetViewportExt, {width, height});
  m.Record(kSetBkMode, {1});
  m.Record(kSetTextAlign, {24});  // at the base line
  for (const Shape& s : shapes_) {
    if (s.kind == Kind::kText) {
      WriteText(m, s);
      continue;
    }
    UsePaint(m, s.paint);
    const Point first = s.points[0];
    switch (s.kind) {
      case Kind::kRect: {
        m.Begin(s.radius > 0 ? kRoundRect : kRectangle);
        m.At(first);
        m.At({first.x + s.size.width, first.y + s.size.height});
        if (s.radius > 0) m.At({2 * s.radius, 2 * s.radius});
        m.End();
        break;
      }
      case Kind::kCircle:
        m.Begin(kEllipse);
        m.At({first.x - s.radius, first.y - s.radius});
        m.At({first.x + s.radius, first.y + s.radius});
        m.End();
        break;
      case Kind::kLines: Points(m, s.closed ? kPolygon : kPolyline, s.points, 0, s.points.size()); break;
      case Kind::kCurve: Points(m, kPolyBezier, s.points, 0, s.points.size()); break;
      case Kind::kRibbon: {
        const size_t half = s.points.size() / 2;
        const std::vector<Point> back(s.points.rbegin(), s.points.rbegin() + static_cast<ptrdiff_t>(half));
        m.Record(kBeginPath, {});
        m.Record(kMoveTo, {Metafile::Units(first.x), Metafile::Units(first.y)});
        Points(m, kPolyBezierTo, s.points, 1, half);
        m.Record(kLineTo, {Metafile::Units(back[0].x), Metafile::Units(back[0].y)});
        Points(m, kPolyBezierTo, back, 1, half);
        m.Record(kCloseFigure, {});
        m.Record(kEndPath, {});
        m.Record(kStrokeAndFillPath, {0, 0, 0, 0});
        break;
      }
      case Kind::kText: break;
    }
    DropPaint(m, s.paint);
  }
  m.Record(kEof, {0, 16, 20});
  m.Patch(48, static_cast<uint32_t>(m.size()));
  m.Patch(52, m.records());
  m.Patch(56, 4);  // handles, the first is reserved
  return m.Take();
}

}  // namespace liantu::report
