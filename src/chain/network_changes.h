// SPDX-License-Identifier: Apache-2.0
// What has changed between two states of one store, as far as network.h is concerned: which companies' rows must be read
// anew, or that nothing short of reading all will do. Where a place or park moves, all that lies there moves with it; what
// is no company but has ties belongs to the network only because of them: such changes are not told company by company.
#pragma once

#include <cstdint>
#include <vector>

#include "base/budget.h"
#include "graph/database.h"

namespace liantu::chain {

struct NetworkChanges {
  bool one_by_one = true;               // false: read all
  std::vector<graph::NodeId> touched;   // ends of edges that came, went or changed; ascending, companies and others
  std::vector<graph::NodeId> added;     // companies; ascending
  std::vector<graph::NodeId> removed;   // former companies; ascending
  int64_t nodes = 0, edges = 0, ties = 0;  // how many more there are
};

// Cost: what the batches between the two have touched, of which no more than `most` are looked at.
Result<NetworkChanges> ChangesOfNetwork(const graph::ReadView& before, const graph::ReadView& now, size_t most, const Budget& budget);

}  // namespace liantu::chain
