// SPDX-License-Identifier: Apache-2.0
// What Database::Repair says it did. Repair makes anew what follows from records, catalog and journal entries: neighbours
// of both directions, degrees, member lists, index entries, counts, the name index, the finders of evidence, the
// journal's lists, and the ids to give out next. It never makes up a record, a claim, evidence or a batch: where one is
// lost, what still remembers it is left alone, and the check goes on naming it.
#pragma once

#include <string>
#include <vector>

namespace liantu::graph {

struct RepairReport {
  struct Action {
    std::string what;
    uint64_t count = 0;
  };
  std::vector<Action> done;       // or to be done, for a plan
  std::vector<std::string> left;  // problems that the deep check still finds afterwards
  std::vector<std::string> why;   // why something was left as it is
};

}  // namespace liantu::graph
