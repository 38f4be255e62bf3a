// SPDX-License-Identifier: Apache-2.0
#include "report/charts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "chain/help.h"
#include "report/golden.h"

namespace liantu::report {
namespace {

using chain::Get;
using Kind = Drawing::Kind;

std::vector<Drawing::Shape> Of(const Drawing& d, Kind kind) {
  std::vector<Drawing::Shape> out;
  for (const auto& s : d.shapes()) {
    if (s.kind == kind) out.push_back(s);
  }
  return out;
}
bool Writes(const Drawing& d, const std::string& text) {
  return std::any_of(d.shapes().begin(), d.shapes().end(), [&](const auto& s) { return s.kind == Kind::kText && s.text == text; });
}
// Nothing sticks out of the picture.
void ExpectInside(const Drawing& d) {
  for (const auto& s : d.shapes()) {
    double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
    auto add = [&](Point p, double r) { left = std::min(left, p.x - r), right = std::max(right, p.x + r), top = std::min(top, p.y - r), bottom = std::max(bottom, p.y + r); };
    for (const Point p : s.points) add(p, s.kind == Kind::kCircle ? s.radius : 0);
    if (s.kind == Kind::kRect) add(s.points[0] + Point{s.size.width, s.size.height}, 0);
    if (s.kind == Kind::kText && s.script.turn == 0) {
      const double width = TextWidth(s.text, s.script.size), shift = s.script.anchor == Anchor::kStart ? 0 : s.script.anchor == Anchor::kEnd ? -width : -width / 2;
      add(s.points[0] + Point{shift, 0}, 0);
      add(s.points[0] + Point{shift + width, 0}, 0);
    }
    EXPECT_GE(left, -0.1) << s.text << s.hint;
    EXPECT_GE(top, -0.1) << s.text << s.hint;
    EXPECT_LE(right, d.size().width + 0.1) << s.text << s.hint;
    EXPECT_LE(bottom, d.size().height + 0.1) << s.text << s.hint;
  }
}

TEST(Charts, AHeatMapIsDarkerWhereThereIsMoreAndMarksWhatIsNotKnown) {
  const Drawing d = DrawHeatMap({.text = {"heat", "矩阵", "x"}, .row_title = "供应方", .column_title = "客户", .rows = {"广州市", "深圳市"}, .columns = {"广州市", "深圳市"}, .values = {{0, 4}, {1, std::nullopt}}});
  const auto cells = Of(d, Kind::kRect);
  ASSERT_EQ(cells.size(), 4u);
  EXPECT_EQ(cells[0].paint.fill, "#ffffff");
  EXPECT_LT(cells[1].paint.fill, cells[2].paint.fill);  // the red part falls as the colour gets deeper
  EXPECT_EQ(cells[3].paint.fill, "#f0f1f3");
  EXPECT_TRUE(Writes(d, "–"));
  EXPECT_EQ(cells[1].hint, "广州市 → 深圳市: 4");
  ExpectInside(d);
}

TEST(Charts, LongColumnNamesAreTurnedAndStayInside) {
  HeatMap map{.text = {"heat", "t", "d"}, .rows = {"a"}, .values = {{}}};
  for (int i = 0; i < 12; ++i) map.columns.push_back("一个名字很长的产业链环节"), map.values[0].push_back(i);
  const Drawing d = DrawHeatMap(map);
  EXPECT_NE(d.Svg().find("rotate(-45"), std::string::npos);
  ExpectInside(d);
}

TEST(Charts, BandsOfASankeyAreAsWideAsTheirFlowsAndFillTheirNodes) {
  const Drawing d = DrawSankey({.text = {"flow", "t", "d"}, .columns = {"左", "右"}, .nodes = {{"a", 0}, {"b", 0}, {"c", 1}}, .flows = {{0, 2, 30}, {1, 2, 10}}});
  const auto bands = Of(d, Kind::kRibbon);
  const auto nodes = Of(d, Kind::kRect);
  ASSERT_EQ(bands.size(), 2u);
  auto width = [](const Drawing::Shape& s) { return s.points[4].y - s.points[0].y; };
  EXPECT_NEAR(width(bands[0]) / width(bands[1]), 3, 1e-9);
  EXPECT_NEAR(width(bands[0]) + width(bands[1]), nodes[2].size.height, 1e-9);
  EXPECT_NEAR(nodes[0].size.height, width(bands[0]), 1e-9);
  EXPECT_TRUE(Writes(d, "c  40"));
  ExpectInside(d);
}

TEST(Charts, NorthIsUpEastIsRightAndDistancesKeepTheirShape) {
  PointMap map{.text = {"map", "t", "d"}};
  map.places = {{"西南", {112, 22}, 1}, {"东北", {114, 24}, 1}, {"近", {112, 23}, 4, Tone::kFirst, true}};
  map.ties = {{.from = 0, .to = 1, .value = 3}};
  map.tones = {{Tone::kFirst, "A"}};
  const Drawing d = DrawPointMap(map);
  auto places = Of(d, Kind::kCircle);
  ASSERT_EQ(places.size(), 4u);  // the last is the legend's mark
  const Point sw = places[0].points[0], ne = places[1].points[0], near = places[2].points[0];
  EXPECT_LT(sw.x, ne.x);
  EXPECT_GT(sw.y, ne.y);
  // A degree of longitude is cos(latitude) of one of latitude.
  EXPECT_NEAR(((ne.x - sw.x) / 2) / (sw.y - near.y), std::cos(23 * std::acos(-1.0) / 180), 0.01);
  EXPECT_GT(places[2].radius, places[0].radius);
  EXPECT_EQ(places[2].paint.fill, "#ffffff");  // approximate: hollow
  EXPECT_TRUE(Writes(d, "112°E"));
  EXPECT_TRUE(Writes(d, "23°N"));
  ExpectInside(d);
}

TEST(Charts, OnePlaceAndNoPlaceAreMapsToo) {
  ExpectInside(DrawPointMap({.text = {"one", "t", "d"}, .places = {{"广州市", {113.28, 23.12}, 0}}}));
  EXPECT_GT(DrawPointMap({.text = {"none", "t", "d"}}).size().width, 100);
}

TEST(Charts, LabelsOfPlacesNeverLieOnEachOther) {
  PointMap map{.text = {"map", "t", "d"}};
  for (int i = 0; i < 30; ++i) map.places.push_back({Text("地点", i), {113 + 0.05 * (i % 6), 23 + 0.04 * (i / 6)}, double(i)});
  const Drawing d = DrawPointMap(map);
  std::vector<std::array<double, 4>> boxes;
  for (const auto& s : Of(d, Kind::kText)) {
    if (!s.script.halo) continue;
    const double w = TextWidth(s.text, s.script.size), x = s.points[0].x - (s.script.anchor == Anchor::kEnd ? w : s.script.anchor == Anchor::kMiddle ? w / 2 : 0);
    for (const auto& o : boxes) EXPECT_FALSE(x < o[2] && o[0] < x + w && s.points[0].y - 11 < o[3] && o[1] < s.points[0].y + 3) << s.text;
    boxes.push_back({x, s.points[0].y - 11, x + w, s.points[0].y + 3});
  }
  EXPECT_GT(boxes.size(), 5u);
}

TEST(Charts, BarsAreAsLongAsTheirNumbers) {
  const Drawing d = DrawBars({.text = {"bars", "t", "d"}, .axis = "区位商", .bars = {{"整车", 2, "2.00"}, {"电池", 1, "1.00"}, {"无", 0, "0.00"}}, .mark = 1});
  const auto bars = Of(d, Kind::kRect);
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_NEAR(bars[0].size.width, 2 * bars[1].size.width, 1e-9);
  ExpectInside(d);
}

TEST(Charts, AreDrawnAsTheirGoldenFilesSay) {
  PointMap map{.text = {"map", "地图", "两地"}, .places = {{"广州市", {113.28, 23.12}, 3, Tone::kFirst}, {"深圳市", {114.06, 22.54}, 1, Tone::kSecond, true}}, .ties = {{.from = 1, .to = 0, .value = 2, .stroke = Stroke::kDashed}}, .tones = {{Tone::kFirst, "A"}}};
  const Basemap lines{.lines = {{{113, 22.7}, {113.5, 22.8}, {114, 23}}}, .name = "x.geojson"};
  map.basemap = &lines;
  ExpectGolden("chart_map.svg", DrawPointMap(map).Svg() + "\n");
  ExpectGolden("chart_sankey.svg", DrawSankey({.text = {"flow", "流向", "d"}, .columns = {"供应方", "客户"}, .nodes = {{"广州市", 0, Tone::kFirst}, {"深圳市", 1, Tone::kSecond}, {"佛山市 <x>", 1, Tone::kSecond}}, .flows = {{0, 1, 3, Tone::kFirst}, {0, 2, 1, Tone::kFirst}}}).Svg() + "\n");
}

TEST(Basemaps, LinesAndOutlinesOfEveryGeometryAreRead) {
  const std::string path = testing::TempDir() + "base.geojson";
  auto read = [&](const std::string& text) {
    EXPECT_TRUE(WriteFileAtomic(path, text).ok());
    return ReadBasemap(path);
  };
  const auto map = Get(read(R"({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[113, 23], [114, 23]]}},
    {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[1, 1], [2, 1], [1, 1]]], [[[3, 3], [4, 3], [3, 3]], [[3.1, 3], [3.2, 3], [3.1, 3]]]]}},
    {"type": "Feature", "geometry": null}, {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}}]})"));
  EXPECT_EQ(map.lines.size(), 4u);
  EXPECT_EQ(map.name, "base.geojson");
  auto refused = [&](const std::string& text) { return read(text).status().message(); };
  EXPECT_NE(refused("[").find("not JSON"), std::string::npos);
  EXPECT_NE(refused(R"({"type": "Polygone", "coordinates": []})").find("unknown geometry type 'Polygone'"), std::string::npos);
  EXPECT_NE(refused(R"({"type": "LineString", "coordinates": [[12345678, 2], [3, 4]]})").find("not in degrees"), std::string::npos);
  EXPECT_NE(refused(R"({"type": "LineString", "coordinates": [["a", 2]]})").find("expected a position"), std::string::npos);
  EXPECT_NE(refused(R"({"type": "FeatureCollection", "features": []})").find("no lines"), std::string::npos);
  EXPECT_NE(refused("{}").find("expected an object with"), std::string::npos);
  EXPECT_FALSE(ReadBasemap(path + ".none").ok());
}

TEST(Drawings, AMetafileHasItsHeaderItsRecordsAndItsEnd) {
  Drawing d("d", "t", "x");
  d.Rect({1, 2}, {30, 40}, {.fill = "#ff0000", .stroke = "#00ff00"}, 3);
  d.Circle({5, 5}, 3, {.fill = "#fff"});
  d.Curve({{0, 0}, {1, 1}, {2, 2}, {30, 3}}, {.stroke = "#0b5cad", .dashes = Stroke::kDotted}, true);
  d.Write({10, 10}, "广汽 GAC", {.anchor = Anchor::kMiddle, .bold = true, .turn = 45});
  d.Resize({100, 60});
  const std::string emf = d.Emf();
  auto word = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(emf[at])) | static_cast<uint32_t>(static_cast<unsigned char>(emf[at + 1])) << 8 | static_cast<uint32_t>(static_cast<unsigned char>(emf[at + 2])) << 16 | static_cast<uint32_t>(static_cast<unsigned char>(emf[at + 3])) << 24; };
  EXPECT_EQ(word(0), 1u);
  EXPECT_EQ(emf.substr(40, 4), " EMF");
  EXPECT_EQ(word(48), emf.size());
  size_t records = 0;
  uint32_t last = 0;
  for (size_t at = 0; at < emf.size(); at += word(at + 4)) {
    ASSERT_GE(word(at + 4), 8u);
    ASSERT_EQ(word(at + 4) % 4, 0u);
    last = word(at);
    ++records;
  }
  EXPECT_EQ(records, word(52));
  EXPECT_EQ(last, 14u);
  EXPECT_NE(emf.find(std::string("\x7F\x5E\x7D\x6C", 4)), std::string::npos);  // 广汽 in UTF-16
}

TEST(Drawings, TextsAreCutToTheirRoomAndMeasuredByLetters) {
  EXPECT_NEAR(TextWidth("广汽", 10), 20, 1e-9);
  EXPECT_LT(TextWidth("ill", 10), TextWidth("WWW", 10));
  EXPECT_EQ(FitText("广汽集团", 40, 10), "广汽集团");
  const std::string cut = FitText("广汽集团", 35, 10);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_LE(TextWidth(cut, 10), 35);
  EXPECT_EQ(Blend("#000000", "#ffffff", 0.5), "#808080");
  EXPECT_EQ(ShortNumber(-0.04), "0");
}

}  // namespace
}  // namespace liantu::report
