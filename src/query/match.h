// SPDX-License-Identifier: Apache-2.0
// Pattern matching by plain backtracking, for the reference executor: every definition of the language taken at its word, no
// index, no order of joins, exponential where the number of matches is. A budget stops it.
#pragma once

#include <functional>
#include <vector>

#include "query/context.h"

namespace liantu::query {

// Calls `on_match` for every match of all the patterns together (no relationship twice among them, unless `repeatable`) for
// which `where` (may be null) holds; the row then has the slots of the patterns filled in. `on_match` returns false to stop.
// Afterwards the row is as it was. Failures go to the context.
void MatchPatterns(const std::vector<PathPattern>& patterns, const Expr* where, bool repeatable, Row& row, Context& context,
                   const std::function<bool(Row&)>& on_match);

}  // namespace liantu::query
