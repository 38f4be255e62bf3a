// SPDX-License-Identifier: Apache-2.0
// Projections written down: the small JSON form in which users give them, results quote them and caches tell them apart.
//
//   {"types": ["SUPPLIES"], "undirected": true, "weight": "share", "as_of": "2025-09-11",
//    "filters": {"status": ["stated", "contracted"]}, "collapse": {"label": "City", "through": ["LOCATED_IN", "PART_OF"]}}
//
// Fields are those of graph/snapshot.h; what is left out has its default.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/snapshot.h"

namespace liantu::graph {

// One line, fields in a fixed order, defaults left out: equal projections give equal text.
std::string ProjectionJson(const Projection& projection);

// kInvalid with all faults, one a line, each with its place: "projection: collapse.label: expected a string, found 7".
Result<Projection> ParseProjection(std::string_view json, const std::string& where = "projection");

}  // namespace liantu::graph
