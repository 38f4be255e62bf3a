// SPDX-License-Identifier: Apache-2.0
// The small JSON form of a projection, as users write it and as stores keep it:
//
//   {"name": "firm-supply", "labels": ["Company"], "types": ["SUPPLIES"], "undirected": true, "reversed": false,
//    "weight": "share", "default_weight": 1, "simple": true, "as_of": "2025-09-11", "predicted": false,
//    "filters": [{"property": "status", "values": ["supply", "contract"]}],
//    "collapse": {"label": "City", "through": ["LOCATED_IN", "PART_OF"], "shared": false}}
//
// Every member may be left out.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/snapshot.h"

namespace liantu::graph {

// All faults in one message, one a line: "--projection: filters[0].valus: unknown; did you mean 'values'?".
Result<Projection> ParseProjection(std::string_view json, const std::string& where);
// One line; members that have their default are left out.
std::string ProjectionJson(const Projection& projection);

}  // namespace liantu::graph
