// SPDX-License-Identifier: Apache-2.0
// The semantic pass: resolves variables, functions, aggregates and procedures, gives out slots, checks scopes, kinds and
// aggregation rules, and raises every compile-time error of openCypher before anything runs.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "query/ast.h"

namespace liantu::query {

class ProcedureRegistry;  // procedure.h

// Fills in what ast.h marks "bound". The same tree must not be bound twice.
Status Bind(Statement& statement, const ProcedureRegistry& procedures);

// The columns that SHOW gives, in this order; those not by default come with YIELD only. A bound SHOW has in schema.yields what
// is asked for, each with the index into this list and the slot that WHERE and RETURN read; query.columns are the result's names.
struct ShowColumn {
  const char* name;
  bool by_default;
};
std::span<const ShowColumn> ShowColumns(SchemaCommand::Show show);

}  // namespace liantu::query
