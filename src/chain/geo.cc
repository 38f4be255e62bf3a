// SPDX-License-Identifier: Apache-2.0
// Points of places.
#include "chain/geo.h"

#include <cmath>

namespace liantu::chain {

namespace {

Result<std::optional<GeoPosition>> OwnPoint(Reader& reader, NodeId id) {
  LT_ASSIGN(const graph::Node* node, reader.Load(id));
  if (!node) return std::optional<GeoPosition>();
  const graph::PropertyId lon_name = reader.view().property("lon"), lat_name = reader.view().property("lat");
  const graph::Value *lon = node->Property(lon_name), *lat = node->Property(lat_name);
  if (!lon || !lat || !lon->number() || !lat->number() || !std::isfinite(*lon->number()) || !std::isfinite(*lat->number())) return std::optional<GeoPosition>();
  GeoPosition out{.lon = *lon->number(), .lat = *lat->number()};
  LT_ASSIGN(const auto claims, reader.view().Claims(id, lon_name));
  if (!claims.empty()) {
    LT_ASSIGN(out.sources, reader.Sources(claims[0].evidence));
  }
  return std::optional(std::move(out));
}

}  // namespace

Result<std::optional<GeoPosition>> PositionOf(Reader& reader, NodeId id) {
  LT_ASSIGN(auto own, OwnPoint(reader, id));
  if (own) return own;
  LT_ASSIGN(const Location location, reader.Locate(id));
  for (const NodeId place : {location.district, location.city}) {
    if (!place || place == id) continue;
    LT_ASSIGN(auto centre, OwnPoint(reader, place));
    if (!centre) continue;
    LT_ASSIGN(centre->centre_of, reader.Describe(place));
    return centre;
  }
  return std::optional<GeoPosition>();
}

}  // namespace liantu::chain
