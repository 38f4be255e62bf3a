// SPDX-License-Identifier: Apache-2.0
// Pictures that several reports share, made of entities and answers: a map of places, flows between them, bars of counts, a matrix, a
// layered chain. They show what a table of the same report says and decide nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/budget.h"
#include "chain/links.h"
#include "report/charts.h"
#include "report/document.h"

namespace liantu::report {

// What all pictures of a report need.
struct PictureMaker {
  chain::Reader& reader;
  Footnotes& notes;
  const Basemap* basemap = nullptr;
  Lang lang() const { return reader.lang(); }
};

struct MapItem {
  chain::Entity place;      // a province, city, district or park
  double value = 0;
  Tone tone = Tone::kOther;
};
struct MapTie {
  chain::NodeId from, to;   // of items
  double value = 0;
  Tone tone = Tone::kOther;
  Stroke stroke = Stroke::kSolid;
};
struct MapRequest {
  std::string id, title;
  std::string unit;         // what the size of a circle counts, for the caption: "家企业"
  std::vector<MapItem> items;
  std::vector<MapTie> ties;
  std::vector<std::pair<Tone, std::string>> tones;
};
// The places that have a point and lie in the province most of them lie in; the caption counts the others and names the projection and the
// sources of the points. No figure where none has a point.
Result<std::vector<Figure>> MapFigure(const PictureMaker& maker, const MapRequest& request);

// Flows between the cities of ties, or between companies where there is one city on either side; the left side supplies. At most `most`
// nodes a column, the rest together.
struct FlowRequest {
  std::string id, title;
  std::vector<chain::Tie> ties;
  std::string left, right;  // headings of the columns
  Tone left_tone = Tone::kFirst, right_tone = Tone::kSecond;
  size_t most = 12;
};
Result<std::vector<Figure>> FlowFigure(const PictureMaker& maker, const FlowRequest& request);

// Through a middle: suppliers' cities → the entity → customers' cities.
std::vector<Figure> ThroughFigure(const PictureMaker& maker, const std::string& id, const std::string& title, const chain::Entity& middle, const std::vector<chain::Tie>& in,
                                  const std::vector<chain::Tie>& out);

// The segments of a chain with arrows where one feeds the other; each with companies as lines.
struct ChainBox {
  chain::Entity segment;
  std::string level;              // value of Segment.level
  std::vector<PictureLine> lines;
  bool missing = false;
};
struct ChainArrow {
  chain::NodeId from, to;
  Stroke stroke = Stroke::kSolid;
  std::string label;
  Tone tone = Tone::kOther;
};
struct ChainRequest {
  std::string id, title, caption;
  std::vector<ChainBox> boxes;
  std::vector<ChainArrow> arrows;  // between segments that have boxes; others are left out
  std::vector<std::pair<Tone, std::string>> tones;
  std::vector<std::pair<Stroke, std::string>> strokes;
};
Result<std::vector<Figure>> ChainFigure(const PictureMaker& maker, const ChainRequest& request);

// The short name in Chinese where there is one, else the name: what a picture has room for.
Result<std::string> ShortName(chain::Reader& reader, const chain::Entity& entity);

}  // namespace liantu::report
