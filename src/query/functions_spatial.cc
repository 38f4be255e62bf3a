// SPDX-License-Identifier: Apache-2.0
// Points on the Earth (WGS-84) and in the plane, with or without height: making them, distances, boxes.
#include <cmath>
#include <numbers>

#include "query/function_tables.h"

namespace liantu::query {
namespace {

constexpr double kEarthRadius = 6378140.0;  // metres; the value that openCypher's other engines use

Value MakePoint(Context& context, Args args) {
  if (args[0].kind() != Kind::kMap) return WrongKind(context, "point", "a Map", args[0]);
  auto bad = [&](std::string_view message) { return BadArgument(context, ErrorType::kArgumentError, "InvalidArgumentValue", message); };
  std::optional<double> x, y, z;
  std::optional<int32_t> srid;
  bool earth = false, plane = false;
  for (const auto& [key, v] : args[0].map()) {
    if (v.is_null()) return {};
    if (key == "crs" || key == "srid") {
      if (key == "srid" && v.kind() == Kind::kInteger) {
        srid = static_cast<int32_t>(v.integer());
      } else if (key == "crs" && v.kind() == Kind::kString) {
        std::string name = v.string();
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        srid = name == "wgs-84" ? 4326 : name == "wgs-84-3d" ? 4979 : name == "cartesian" ? 7203 : name == "cartesian-3d" ? 9157 : -1;
      } else {
        return WrongKind(context, "point", "a name for 'crs' and a number for 'srid'", v);
      }
      if (*srid != 4326 && *srid != 4979 && *srid != 7203 && *srid != 9157) {
        return bad(Text("there is no coordinate system ", ToLiteral(v), "; there are wgs-84 (4326), wgs-84-3d (4979), cartesian (7203), cartesian-3d (9157)"));
      }
      continue;
    }
    std::optional<double>* to = nullptr;
    if (key == "x" || key == "longitude") to = &x;
    if (key == "y" || key == "latitude") to = &y;
    if (key == "z" || key == "height") to = &z;
    if (to == nullptr) return bad(Text("a point has no field '", key, "'"));
    if (!v.is_number()) return WrongKind(context, "point", Text("a number for '", key, "'"), v);
    if (key == "longitude" || key == "latitude" || key == "height") earth = true;
    else plane = true;
    *to = v.number();
  }
  if (!x || !y) return bad("a point needs x and y, or longitude and latitude");
  if (earth && plane && !(z && x && y)) return bad("x, y, z and longitude, latitude, height cannot be mixed");
  if (!srid) srid = earth ? (z ? 4979 : 4326) : z ? 9157 : 7203;
  const bool third = *srid == 4979 || *srid == 9157;
  if (third != z.has_value()) return bad(third ? "this coordinate system has three dimensions: z or height is missing" : "this coordinate system has two dimensions");
  if (*srid == 4326 || *srid == 4979) {
    if (!(std::fabs(*y) <= 90)) return bad(Text("a latitude lies between -90 and 90, found ", ToText(Value::Float(*y))));
    if (!std::isfinite(*x)) return bad("a longitude is a finite number");
    *x = std::remainder(*x, 360.0);
  } else if (earth) {
    return bad("longitude and latitude belong to wgs-84, not to a Cartesian system");
  }
  return Value::Of(graph::Point{*srid, *x, *y, z.value_or(0)});
}

Value Distance(Context&, Args args) {
  if (args[0].kind() != Kind::kPoint || args[1].kind() != Kind::kPoint) return {};
  const graph::Point &a = args[0].point(), &b = args[1].point();
  if (a.srid != b.srid) return {};
  const double dz = a.z - b.z;
  if (a.srid == 7203 || a.srid == 9157) return Value::Float(std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) + dz * dz));
  const double rad = std::numbers::pi / 180;
  const double sin_y = std::sin((b.y - a.y) * rad / 2), sin_x = std::sin((b.x - a.x) * rad / 2);
  const double h = sin_y * sin_y + std::cos(a.y * rad) * std::cos(b.y * rad) * sin_x * sin_x;
  // With heights: the arc at the mean height, and the difference of heights.
  const double radius = kEarthRadius + (a.srid == 4979 ? (a.z + b.z) / 2 : 0);
  const double arc = 2 * radius * std::asin(std::min(1.0, std::sqrt(h)));
  return Value::Float(a.srid == 4979 ? std::sqrt(arc * arc + dz * dz) : arc);
}

Value WithinBox(Context&, Args args) {
  for (const Value& v : args) {
    if (v.kind() != Kind::kPoint) return {};
  }
  const graph::Point &p = args[0].point(), &low = args[1].point(), &high = args[2].point();
  if (p.srid != low.srid || p.srid != high.srid) return {};
  const bool earth = p.srid == 4326 || p.srid == 4979;
  // On the Earth a box may cross the 180th meridian: then its lower corner is the eastern one by number.
  const bool x = earth && low.x > high.x ? p.x >= low.x || p.x <= high.x : p.x >= low.x && p.x <= high.x;
  const bool z = p.srid == 4326 || p.srid == 7203 || (p.z >= low.z && p.z <= high.z);
  return Value::Boolean(x && p.y >= low.y && p.y <= high.y && z);
}

}  // namespace

std::vector<Function> SpatialFunctions() {
  return {
      {"point", 1, 1, {kMap}, kPoint, Strict<MakePoint>, true, "point(input :: MAP) :: POINT",
       "A point from x and y (and z), or longitude and latitude (and height)."},
      {"point.distance", 2, 2, {kPoint, kPoint}, kFloat, Strict<Distance>, true, "point.distance(from :: POINT, to :: POINT) :: FLOAT",
       "The distance of two points, in metres on the Earth; null for different systems."},
      {"distance", 2, 2, {kPoint, kPoint}, kFloat, Strict<Distance>, true, "distance(from :: POINT, to :: POINT) :: FLOAT",
       "The distance of two points, in metres on the Earth; null for different systems."},
      {"point.withinBBox", 3, 3, {kPoint, kPoint, kPoint}, kBoolean, Strict<WithinBox>, true,
       "point.withinBBox(point :: POINT, lowerLeft :: POINT, upperRight :: POINT) :: BOOLEAN", "Whether a point lies in a box."},
  };
}

}  // namespace liantu::query
