// SPDX-License-Identifier: Apache-2.0
// Pictures of numbers: a matrix as a heat map, flows as a Sankey diagram, places as points on a grid of longitude and latitude, bars.
// Each gets labels and numbers ready to print and says nothing about what they mean. Layered pictures are in picture.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/drawing.h"
#include "report/picture.h"

namespace liantu::report {

struct ChartText {
  std::string id;                  // unique in the page; [a-z0-9-]
  std::string title, description;  // for readers who hear the picture
};

struct HeatMap {
  ChartText text;
  std::string row_title, column_title;
  std::vector<std::string> rows, columns;
  std::vector<std::vector<std::optional<double>>> values;  // by row; not negative; missing: nothing is known
  int digits = 0;                                          // after the point
};
Drawing DrawHeatMap(const HeatMap& map);

// Nodes stand in columns from left to right, in the order given; a flow goes from a column to a later one.
struct Sankey {
  struct Node {
    std::string label;
    size_t column = 0;
    Tone tone = Tone::kOther;
  };
  struct Flow {
    size_t from = 0, to = 0;  // nodes
    double value = 0;         // positive
    Tone tone = Tone::kOther;
  };
  ChartText text;
  std::vector<std::string> columns;  // headings; may be empty
  std::vector<Node> nodes;
  std::vector<Flow> flows;
};
Drawing DrawSankey(const Sankey& sankey);

// Geographic position in degrees, as the data has it.
struct GeoPoint {
  double lon = 0, lat = 0;
};
// Lines of a user's own map.
struct Basemap {
  std::vector<std::vector<GeoPoint>> lines;
  std::string name;  // of the file, for the caption
};
// Reads GeoJSON (RFC 7946): lines and outlines of areas, of a geometry, a feature or a collection. kInvalid: where it is not.
Result<Basemap> ReadBasemap(const std::string& path);

// Plate carrée with the scale of the middle latitude; the frame holds every point. No borders but a basemap's.
struct PointMap {
  struct Place {
    std::string label;
    GeoPoint at;
    double value = 0;           // the area of the circle; not negative
    Tone tone = Tone::kOther;
    bool approximate = false;   // stands for its district's or city's centre: drawn hollow
    std::string hint;
  };
  struct Tie {
    size_t from = 0, to = 0;    // places
    double value = 1;           // the width of the line
    Tone tone = Tone::kOther;
    Stroke stroke = Stroke::kSolid;
    std::string hint;
  };
  ChartText text;
  std::vector<Place> places;
  std::vector<Tie> ties;
  std::vector<std::pair<Tone, std::string>> tones;      // legend
  const Basemap* basemap = nullptr;
};
// `unnamed` becomes the number of places whose name found no free side; pointing at them tells it.
Drawing DrawPointMap(const PointMap& map, size_t* unnamed = nullptr);

struct Bars {
  struct Bar {
    std::string label;
    double value = 0;           // not negative
    std::string number;         // as written
    Tone tone = Tone::kFirst;
    std::string hint = {};      // what the pointer says before the number; empty: the label
  };
  ChartText text;
  std::string axis;             // what the bars count, with the unit
  std::vector<Bar> bars;
  std::vector<std::pair<Tone, std::string>> tones;      // legend; may be empty
  std::optional<double> mark;   // a line across the bars, e.g. at 1 for a quotient
};
Drawing DrawBars(const Bars& bars);

}  // namespace liantu::report
