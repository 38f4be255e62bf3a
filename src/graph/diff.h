// SPDX-License-Identifier: Apache-2.0
// What is different between two views of one database: entities created, deleted and changed, property by property. The
// views may be of different batches (as_known), of different days (as_of), or both. It says what, not who: the batches
// between are in ReadView::Batches.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/database.h"

namespace liantu::graph {

struct Change {
  enum class Kind : uint8_t { kCreated, kDeleted, kChanged };  // also: begins or ceases to be seen
  Kind kind = Kind::kChanged;
  bool edge = false;
  uint64_t id = 0;
  std::optional<Node> node_before, node_after;  // of a node; absent: not there
  std::optional<Edge> edge_before, edge_after;  // of an edge
  struct Property {
    PropertyId property;
    std::optional<Value> before, after;  // of these at least one
  };
  std::vector<Property> properties;  // those that differ, ascending by number; of created and deleted entities all
  bool evidence = false;             // claims or their order differ, whether it shows or not; of kChanged only
};

// Nodes first, then edges, ids ascending; `row` returns false to stop. Cost: where only as_known differs, a look at what
// the batches between touched and made; else at every node and edge of both. What differs in nothing is not told.
Status Diff(const ReadView& before, const ReadView& after, const Budget& budget,
            const std::function<bool(const Change&)>& row);

}  // namespace liantu::graph
