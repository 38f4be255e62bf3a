// SPDX-License-Identifier: Apache-2.0
// Values of the query language as cells of a table (io/table.h): what people read, and JSON beside it. Nodes, relationships
// and paths are looked up in the context of the cursor that gave them.
#pragma once

#include <string>

#include "io/table.h"
#include "query/context.h"
#include "query/value.h"

namespace liantu::query {

// Scalars as they are. Otherwise the readable form is Cypher's: [1, 'a'], {k: 1}, (:Company {name: '甲'}), [:SUPPLIES {year: 2025}],
// (:A)-[:R]->(:B); and the JSON one is ToJson's.
io::Cell CellOf(const Value& value, Context& context);
std::string Readable(const Value& value, Context& context);
// Nodes {"id": "n:1", "labels": [], "properties": {}}, relationships {"id", "type", "from", "to", "properties"}, paths {"nodes",
// "relationships"}; temporal values as ISO text, points as {"srid", "x", "y"}.
std::string ToJson(const Value& value, Context& context);

}  // namespace liantu::query
