// SPDX-License-Identifier: Apache-2.0
// The industry's own functions in the query language: liantu.within(place or chain, node). What asks for tables are
// procedures (procedures.h).
#pragma once

#include "query/procedure.h"

namespace liantu::chain {

// Adds the functions to those that statements can call. Those that are there already stay.
void RegisterFunctions(query::ProcedureRegistry& registry);

}  // namespace liantu::chain
