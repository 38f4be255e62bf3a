// SPDX-License-Identifier: Apache-2.0
// Pattern matching by plain backtracking: every definition of the language taken at its word, no index, no order of joins,
// exponential where the number of matches is. A budget stops it. The reference executor does all patterns so, the planned one those
// that no operator can do, from nodes that it has found already.
#pragma once

#include <functional>
#include <vector>

#include "query/context.h"

namespace liantu::query {

struct MatchOptions {
  bool repeatable = false;   // a relationship may stand for several of the patterns'
  bool exhaustive = false;   // every path is looked at, also where only the shortest are asked for
  std::vector<int> bound;    // slots of the patterns' own that the row has values for
  std::vector<int> differ;   // slots of relationships, or of lists of them, that the patterns may not take again
};

inline std::vector<const PathPattern*> Pointers(const std::vector<PathPattern>& patterns) {
  std::vector<const PathPattern*> out;
  for (const PathPattern& pattern : patterns) out.push_back(&pattern);
  return out;
}

// Calls `on_match` for every match of all the patterns together (no relationship twice among them, unless `repeatable`) for
// which `where` (may be null) holds; the row then has the slots of the patterns filled in. `on_match` returns false to stop.
// Afterwards the row is as it was. Failures go to the context.
void MatchPatterns(const std::vector<const PathPattern*>& patterns, const Expr* where, const MatchOptions& options, Row& row, Context& context,
                   const std::function<bool(Row&)>& on_match);

}  // namespace liantu::query
