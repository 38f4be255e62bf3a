// SPDX-License-Identifier: Apache-2.0
// Where a place or a park lies on the globe, as the data has it: its own point, else its district's, else its city's centre, which is
// said. The points are those of the sources and may be in a shifted system (GCJ-02), accurate to about a kilometre.
#pragma once

#include <optional>
#include <vector>

#include "chain/entity.h"

namespace liantu::chain {

struct GeoPosition {
  double lon = 0, lat = 0;          // degrees
  std::optional<Entity> centre_of;  // set where the point is not its own: the district or city it stands for
  std::vector<Source> sources;      // of the longitude
};

// Nothing where neither it nor the place it lies in has a point.
Result<std::optional<GeoPosition>> PositionOf(Reader& reader, NodeId id);

}  // namespace liantu::chain
