// SPDX-License-Identifier: Apache-2.0
// The semantic pass: resolves variables, functions, aggregates and procedures, gives out slots, checks scopes, kinds and
// aggregation rules, and raises every compile-time error of openCypher before anything runs.
#pragma once

#include <string_view>

#include "base/result.h"
#include "query/ast.h"

namespace liantu::query {

class ProcedureRegistry;  // procedure.h

// Fills in what ast.h marks "bound". The same tree must not be bound twice. Of a SHOW, query.columns and column_slots are those
// of the result, after YIELD and RETURN.
Status Bind(Statement& statement, const ProcedureRegistry& procedures);

}  // namespace liantu::query
