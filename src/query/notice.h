// SPDX-License-Identifier: Apache-2.0
// What a user may have got wrong without its being a fault: a statement that reads a label, a relationship type or a
// property that the store has never heard of runs, and finds nothing.
#pragma once

#include <string>
#include <vector>

#include "graph/database.h"
#include "query/ast.h"

namespace liantu::query {

struct Notice {
  const char* code;     // Neo4j's: "Neo.ClientNotification.Statement.UnknownLabelWarning"
  const char* status;   // ISO/IEC 39075 with Neo4j's subconditions: "01N50"
  const char* title;    // "The label is not in the store."
  std::string message;  // "no node has the label 'Compny'; did you mean 'Company'?"
  Span span;            // where in the statement
};

// Of a bound statement: the names it reads and does not write itself, which `view` does not know. In the order of the text.
// Cost: one look-up a name where all are known.
std::vector<Notice> Notices(const Statement& statement, const graph::ReadView& view);
// Collects what Notices() looks at; the engine calls it once after binding.
void CollectNames(Statement& statement);

}  // namespace liantu::query
