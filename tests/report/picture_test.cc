// SPDX-License-Identifier: Apache-2.0
#include "report/picture.h"

#include <algorithm>

#include "chain/help.h"
#include "report/golden.h"

namespace liantu::report {
namespace {

using chain::Get;

Picture Three() {
  return {.id = "three",
          .title = "从隔膜到整车",
          .description = "3 个环节",
          .boxes = {{.heading = "隔膜", .tag = "上游", .lines = {{"星源材质 · 深圳市", Tone::kSecond}}},
                    {.heading = "动力电池 <系统>", .tag = "中游", .lines = {{"宁德时代 · 宁德市", Tone::kOther}, {"亿航 · 深圳市", Tone::kBoth}}},
                    {.heading = "整车", .lines = {{"一家名字非常非常非常非常非常非常非常非常长的汽车公司 · 广州市", Tone::kFirst}}}},
          .arrows = {{.from = 0, .to = 1, .label = "隔膜", .tone = Tone::kSecond}, {.from = 1, .to = 2, .stroke = Stroke::kDashed}, {.from = 0, .to = 2, .stroke = Stroke::kDotted}},
          .tones = {{Tone::kFirst, "仅 A"}, {Tone::kSecond, "仅 B"}},
          .strokes = {{Stroke::kSolid, "确定"}, {Stroke::kDotted, "推算"}}};
}

TEST(Picture, IsDrawnAsItsGoldenFileSays) { ExpectGolden("picture.svg", Get(DrawLayered(Three())).Svg() + "\n"); }

TEST(Picture, FlowsFromLeftToRightAndIsTheSameEachTime) {
  const std::string svg = Get(DrawLayered(Three())).Svg();
  EXPECT_EQ(svg, Get(DrawLayered(Three())).Svg());
  std::vector<double> lefts;  // of the boxes, in their order
  for (size_t at = 0; (at = svg.find("<rect x=\"", at)) != std::string::npos;) {
    at += 9;
    if (svg.find("stroke=\"#aab4c0\"", at) < svg.find('>', at)) lefts.push_back(std::atof(svg.c_str() + at));  // the frames
  }
  ASSERT_EQ(lefts.size(), 3u);
  EXPECT_LT(lefts[0], lefts[1]);
  EXPECT_LT(lefts[1], lefts[2]);
}

TEST(Picture, SaysWhatItShowsAndEscapesIt) {
  const std::string svg = Get(DrawLayered(Three())).Svg();
  EXPECT_NE(svg.find("<title id=\"three-title\">从隔膜到整车</title>"), std::string::npos);
  EXPECT_NE(svg.find("<desc id=\"three-desc\">3 个环节</desc>"), std::string::npos);
  EXPECT_NE(svg.find("动力电池 &lt;系统&gt;"), std::string::npos);
  EXPECT_NE(svg.find("…</text>"), std::string::npos);               // the long name is cut
  EXPECT_NE(svg.find("stroke-dasharray=\"7 4\""), std::string::npos);  // dashed
}

TEST(Picture, WithoutBoxesIsEmptyButWhole) {
  const std::string svg = Get(DrawLayered({.id = "none", .title = "x", .description = "y"})).Svg();
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_TRUE(svg.ends_with("</svg>"));
}

TEST(Picture, ALoopAndTwoArrowsBetweenTheSameBoxesAreDrawn) {
  Picture p = Three();
  p.arrows.push_back({.from = 1, .to = 1});
  p.arrows.push_back({.from = 0, .to = 1, .stroke = Stroke::kDotted});
  const Drawing drawing = Get(DrawLayered(p));
  const auto arrows = std::count_if(drawing.shapes().begin(), drawing.shapes().end(), [](const Drawing::Shape& s) { return s.kind == Drawing::Kind::kCurve; });
  EXPECT_EQ(arrows, 5);
}

}  // namespace
}  // namespace liantu::report
