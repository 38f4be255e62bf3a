// SPDX-License-Identifier: Apache-2.0
// Where a store departs from its ontology: unknown labels, types and properties, values of a wrong type or not allowed,
// wrong codes, missing keys, ends that an edge type does not allow, second parents in a tree. Nothing of this is refused
// when written (openCypher must be able to create anything); this is how it is found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/database.h"

namespace liantu::graph {

struct LintFinding {
  std::string what;     // e.g. "Park.level: value not allowed"
  uint64_t count = 0;
  std::string example;  // the first, with its entity
};

// By `what`. Reads every node and edge; fails when the budget runs out.
Result<std::vector<LintFinding>> LintStore(const ReadView& view, const Budget& budget);

}  // namespace liantu::graph
