// SPDX-License-Identifier: Apache-2.0
// The industry questions inside the query language: CALL liantu.parks(…), liantu.links(…) and so on. Each calls the same
// function as the command of that name and gives its struct as rows, nodes as nodes and ties as relationships.
#pragma once

#include "query/procedure.h"

namespace liantu::chain {

// An entity is given as a node, a key, "Label:key" or a name as `liantu find` reads it. Names come out in Chinese unless
// the options map says {lang: 'en'}.
void RegisterProcedures(query::ProcedureRegistry& registry);

}  // namespace liantu::chain
