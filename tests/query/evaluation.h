// SPDX-License-Identifier: Apache-2.0
// Expressions evaluated without a graph, for tests: parsed and bound as RETURN <text>, then evaluated on an empty row.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "query/binder.h"
#include "query/context.h"
#include "query/parser.h"
#include "query/procedure.h"

namespace liantu::query {

// A fixed clock cannot be set; tests that need the current time compare calls within one expression.
inline Result<Value> Evaluated(const std::string& text, const ValueMap& parameters = {}, const Budget* limits = nullptr) {
  static const Budget kNone;
  static const ProcedureRegistry kProcedures;
  LT_ASSIGN(Statement statement, Parse("RETURN " + text + " AS result"));
  LT_TRY(Bind(statement, kProcedures));
  const Budget& budget = limits != nullptr ? *limits : kNone;
  Context context(parameters, budget);
  Row row(static_cast<size_t>(statement.slot_count));
  Value out = Evaluate(*statement.query.parts[0].clauses.back().projection.items[0].expr, row, context);
  if (context.failed()) return context.status();
  return out;
}

// The result as a literal, or type and detail of the failure: "TypeError: InvalidArgumentValue".
inline std::string Shown(const std::string& text, const ValueMap& parameters = {}) {
  const Result<Value> v = Evaluated(text, parameters);
  if (v.ok()) return ToLiteral(*v);
  const QueryError error = Explain(v.status());
  return error.type.empty() ? CodeName(v.code()) : error.type + ": " + error.detail;
}

}  // namespace liantu::query
