// SPDX-License-Identifier: Apache-2.0
// The industry questions and the analysis methods inside the query language: CALL liantu.parks(…), liantu.links(…) and so
// on, CALL algo.pagerank(…) and every other method of analysis/registry.h. Each calls the same function as the command of
// that name and gives its struct as rows, nodes as nodes and ties as relationships.
#pragma once

#include "graph/database.h"
#include "query/procedure.h"

namespace liantu::chain {

// An entity is given as a node, a key, "Label:key" or a name as `liantu find` reads it. Names come out in Chinese unless
// the options map says {lang: 'en'}. algo.* take a projection (a map as docs/cli.md gives it, the name of a stored one, or
// null for all economic ties) and a map of the method's arguments. `database` must outlive the registry.
void RegisterProcedures(query::ProcedureRegistry& registry, const graph::Database& database);

}  // namespace liantu::chain
