// SPDX-License-Identifier: Apache-2.0
// Places on a grid of longitude and latitude, and the reading of a user's GeoJSON under it.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "report/charts.h"

namespace liantu::report {

namespace {

constexpr double kMargin = 14, kText = 12, kSmall = 10.5, kWidth = 860, kLeast = 300, kMost = 640;
constexpr const char* kMuted = "#5b6470";

// Longitudes and latitudes of the frame.
struct Frame {
  double west = 0, east = 0, south = 0, north = 0;
};

Frame FrameOf(const PointMap& map) {
  Frame f{.west = 181, .east = -181, .south = 91, .north = -91};
  for (const auto& p : map.places) {
    f.west = std::min(f.west, p.at.lon), f.east = std::max(f.east, p.at.lon);
    f.south = std::min(f.south, p.at.lat), f.north = std::max(f.north, p.at.lat);
  }
  if (map.places.empty()) return {.west = 0, .east = 1, .south = 0, .north = 1};
  // At least a tenth of a degree, with room around for labels.
  const double room = std::max({(f.east - f.west) * 0.12, (f.north - f.south) * 0.12, 0.1});
  return {.west = f.west - room, .east = f.east + room, .south = f.south - room * 0.8, .north = f.north + room * 0.8};
}

double StepFor(double span) {
  for (const double step : {0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0}) {
    if (span / step <= 8) return step;
  }
  return 30;
}

std::string Degrees(double value, const char* positive, const char* negative) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", std::abs(value));
  std::string out = text;
  while (out.ends_with("0")) out.pop_back();
  if (out.ends_with(".")) out.pop_back();
  return out + "°" + (value < 0 ? negative : positive);
}

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  bool Meets(const Box& o) const { return left < o.right && o.left < right && top < o.bottom && o.top < bottom; }
};

using Json = nlohmann::json;

Status AddLine(const Json& points, Basemap& out) {
  std::vector<GeoPoint> line;
  if (!points.is_array()) return Status(Code::kInvalid, "expected a list of positions");
  for (const Json& p : points) {
    if (!p.is_array() || p.size() < 2 || !p[0].is_number() || !p[1].is_number()) return Status(Code::kInvalid, Text("expected a position [longitude, latitude], found ", p.dump().substr(0, 60)));
    line.push_back({p[0].get<double>(), p[1].get<double>()});
    if (!(std::abs(line.back().lon) <= 180 && std::abs(line.back().lat) <= 90)) {
      return Status(Code::kInvalid, Text("position ", p.dump(), " is not in degrees of longitude and latitude (RFC 7946 wants WGS 84)"));
    }
  }
  out.lines.push_back(std::move(line));
  return {};
}

Status AddGeometry(const Json& geometry, Basemap& out) {
  if (geometry.is_null()) return {};  // a feature without a place
  if (!geometry.is_object() || !geometry.contains("type") || !geometry["type"].is_string()) return Status(Code::kInvalid, "expected an object with \"type\"");
  const std::string type = geometry["type"];
  auto list = [&](const char* name) -> Result<const Json*> {
    if (!geometry.contains(name) || (!geometry[name].is_array() && !geometry[name].is_object() && !geometry[name].is_null())) return Status(Code::kInvalid, Text("a ", type, " without \"", name, "\""));
    return &geometry[name];
  };
  if (type == "FeatureCollection" || type == "GeometryCollection") {
    LT_ASSIGN(const Json* parts, list(type == "FeatureCollection" ? "features" : "geometries"));
    for (const Json& part : *parts) LT_TRY(AddGeometry(part, out));
    return {};
  }
  if (type == "Feature") {
    LT_ASSIGN(const Json* inner, list("geometry"));
    return AddGeometry(*inner, out);
  }
  if (type == "Point" || type == "MultiPoint") return {};
  LT_ASSIGN(const Json* points, list("coordinates"));
  if (type == "LineString") return AddLine(*points, out);
  if (type == "MultiLineString" || type == "Polygon") {
    for (const Json& line : *points) LT_TRY(AddLine(line, out));
    return {};
  }
  if (type == "MultiPolygon") {
    for (const Json& area : *points) {
      for (const Json& line : area) LT_TRY(AddLine(line, out));
    }
    return {};
  }
  return Status(Code::kInvalid, Text("unknown geometry type '", type, "'"));
}

}  // namespace

Result<Basemap> ReadBasemap(const std::string& path) {
  LT_ASSIGN(const std::string text, ReadFile(path));
  Basemap out;
  out.name = path.substr(path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
  Json json;
  try {
    json = Json::parse(text);
  } catch (const std::exception& error) {
    return Status(Code::kInvalid, Text(path, ": not JSON: ", error.what()));
  }
  if (const Status status = AddGeometry(json, out); !status.ok()) return Status(Code::kInvalid, Text(path, ": not GeoJSON as RFC 7946 has it: ", status.message()));
  if (out.lines.empty()) return Status(Code::kInvalid, Text(path, ": has no lines and no areas to draw"));
  return out;
}

Drawing DrawPointMap(const PointMap& map, size_t* unnamed) {
  Drawing out(map.text.id, map.text.title, map.text.description);
  const Frame frame = FrameOf(map);
  const double middle = (frame.south + frame.north) / 2, squeeze = std::cos(middle * std::acos(-1.0) / 180);
  const double left = kMargin + 40, top = kMargin, bottom_room = 24;
  const double most = map.places.size() <= 3 ? 380 : kMost;  // a few places need no whole page
  double width = kWidth, scale = width / ((frame.east - frame.west) * squeeze), height = (frame.north - frame.south) * scale;
  if (height > most) scale *= most / height, height = most, width = (frame.east - frame.west) * squeeze * scale;
  // A flat strip of places gets room above and below, a tall one at both sides.
  const double extra = std::max(0.0, kLeast - height) / 2, beside = std::max(0.0, 420 - width) / 2;
  auto at = [&](GeoPoint p) { return Point{left + beside + (p.lon - frame.west) * squeeze * scale, top + extra + (frame.north - p.lat) * scale}; };
  height += 2 * extra;
  width += 2 * beside;
  const Frame shown{.west = frame.west - beside / squeeze / scale, .east = frame.east + beside / squeeze / scale, .south = frame.south - extra / scale, .north = frame.north + extra / scale};
  out.Rect({left, top}, {width, height}, {.fill = "#fbfcfe", .stroke = "#aab4c0"});
  if (map.basemap) {
    for (const auto& line : map.basemap->lines) {
      // Only pieces inside the frame: a line is cut where it leaves it.
      std::vector<Point> piece;
      auto flush = [&] {
        if (piece.size() > 1) out.Lines(piece, false, {.stroke = "#b9c2cd", .width = 0.8});
        piece.clear();
      };
      for (const GeoPoint& p : line) {
        if (p.lon < shown.west || p.lon > shown.east || p.lat < shown.south || p.lat > shown.north) flush();
        else piece.push_back(at(p));
      }
      flush();
    }
  }
  const double step = StepFor(std::max(shown.east - shown.west, shown.north - shown.south));
  for (int i = static_cast<int>(std::ceil(shown.west / step)); i * step <= shown.east; ++i) {
    const double x = at({i * step, 0}).x;
    out.Lines({{x, top}, {x, top + height}}, false, {.stroke = "#e3e8ef", .width = 0.8});
    out.Write({x, top + height + 15}, Degrees(i * step, "E", "W"), {.size = kSmall, .colour = kMuted, .anchor = Anchor::kMiddle});
  }
  for (int i = static_cast<int>(std::ceil(shown.south / step)); i * step <= shown.north; ++i) {
    const double y = at({0, i * step}).y;
    out.Lines({{left, y}, {left + width, y}}, false, {.stroke = "#e3e8ef", .width = 0.8});
    out.Write({left - 5, y + 4}, Degrees(i * step, "N", "S"), {.size = kSmall, .colour = kMuted, .anchor = Anchor::kEnd});
  }
  double largest = 0, widest = 0;
  for (const auto& p : map.places) largest = std::max(largest, p.value);
  for (const auto& t : map.ties) widest = std::max(widest, t.value);
  auto radius = [&](const PointMap::Place& p) { return largest > 0 ? 4 + 14 * std::sqrt(p.value / largest) : 5; };
  std::vector<Box> taken;
  for (const auto& p : map.places) {
    const Point c = at(p.at);
    const double r = radius(p);
    taken.push_back({c.x - r, c.y - r, c.x + r, c.y + r});
  }
  for (const auto& t : map.ties) {
    const Point a = at(map.places[t.from].at), b = at(map.places[t.to].at);
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    if (length < 1) continue;
    // Bent to its right, so that the two directions between two places lie apart; it ends at the rim of the circle.
    const Point side{-(b.y - a.y) / length, (b.x - a.x) / length};
    const double bow = 0.16 * length, stop = std::max(0.0, 1 - (radius(map.places[t.to]) + 1) / length);
    const Point end{a.x + (b.x - a.x) * stop, a.y + (b.y - a.y) * stop};
    out.Curve({a, {a.x + (b.x - a.x) * 0.33 + side.x * bow, a.y + (b.y - a.y) * 0.33 + side.y * bow}, {a.x + (b.x - a.x) * 0.67 + side.x * bow, a.y + (b.y - a.y) * 0.67 + side.y * bow}, end},
              {.stroke = Blend("#ffffff", ToneColour(t.tone), 0.7), .width = 1 + 5 * t.value / std::max(widest, 1.0), .dashes = t.stroke}, true, t.hint);
  }
  for (const auto& p : map.places) {
    const Point c = at(p.at);
    const std::string colour = ToneColour(p.tone);
    out.Circle(c, radius(p), {.fill = p.approximate ? "#ffffff" : Blend("#ffffff", colour, 0.75), .stroke = colour, .width = 1.5}, p.hint.empty() ? p.label : p.hint);
  }
  // Labels of the larger places first; each takes the first free side, or stays away: pointing at the circle names it.
  std::vector<size_t> order(map.places.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return map.places[a].value > map.places[b].value; });
  for (const size_t i : order) {
    const auto& p = map.places[i];
    const Point c = at(p.at);
    const double r = radius(p), w = TextWidth(p.label, kText);
    if (unnamed) ++*unnamed;
    const std::pair<Point, Anchor> sides[] = {{{c.x + r + 4, c.y + 4}, Anchor::kStart}, {{c.x - r - 4, c.y + 4}, Anchor::kEnd}, {{c.x, c.y - r - 4}, Anchor::kMiddle}, {{c.x, c.y + r + 13}, Anchor::kMiddle},
                                              {{c.x + r + 2, c.y - r - 2}, Anchor::kStart}, {{c.x + r + 2, c.y + r + 10}, Anchor::kStart}, {{c.x - r - 2, c.y - r - 2}, Anchor::kEnd}, {{c.x - r - 2, c.y + r + 10}, Anchor::kEnd}};
    for (const auto& [place, anchor] : sides) {
      const double x = anchor == Anchor::kStart ? place.x : anchor == Anchor::kEnd ? place.x - w : place.x - w / 2;
      const Box box{x, place.y - 11, x + w, place.y + 3};
      if (box.left < left + 2 || box.right > left + width - 2 || box.top < top + 2 || box.bottom > top + height - 2) continue;
      if (std::any_of(taken.begin(), taken.end(), [&](const Box& o) { return box.Meets(o); })) continue;
      taken.push_back(box);
      out.Write(place, p.label, {.size = kText, .anchor = anchor, .halo = true});
      if (unnamed) --*unnamed;
      break;
    }
  }
  double x = left, y = top + height + bottom_room + 14;
  for (const auto& [tone, words] : map.tones) {
    const double w = 16 + TextWidth(words, kText) + 24;
    if (x > left && x + w > left + width) x = left, y += 20;
    const bool hollow = std::all_of(map.places.begin(), map.places.end(), [&](const auto& p) { return p.tone != tone || p.approximate; });
    out.Circle({x + 5, y - 4}, 4.5, {.fill = hollow ? "#ffffff" : Blend("#ffffff", ToneColour(tone), 0.75), .stroke = ToneColour(tone), .width = 1.5});
    out.Write({x + 16, y}, words, {.size = kText});
    x += w;
  }
  out.Resize({left + width + kMargin + 14, (map.tones.empty() ? top + height + bottom_room : y) + kMargin});
  return out;
}

}  // namespace liantu::report
