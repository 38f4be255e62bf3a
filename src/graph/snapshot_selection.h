// SPDX-License-Identifier: Apache-2.0
// A projection made ready for one view: its names looked up, and the sets of nodes and edges it speaks of. For the
// snapshot_*.cc files only.
#pragma once

#include <omp.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/adjacency.h"
#include "graph/collapse.h"
#include "graph/database.h"
#include "graph/snapshot.h"

namespace liantu::graph {

// A filter made ready.
struct ReadyFilter {
  PropertyId property;
  std::vector<std::string> values;  // sorted
  bool Keeps(const Value& value) const {
    if (const Value::List* list = value.as<Value::List>()) {
      return std::any_of(list->begin(), list->end(), [&](const Value& v) { return Keeps(v); });
    }
    return std::binary_search(values.begin(), values.end(), ToText(value));
  }
};

// A projection with its names looked up in a view.
struct Selection {
  Projection projection;  // as it holds: with what the view's own options add
  std::vector<TypeId> types;
  std::vector<LabelId> labels;
  bool any_label = true;
  PropertyId weight;
  bool weighted = false;
  std::vector<ReadyFilter> filters;
  LabelId group_label;
  std::vector<TypeId> through;
  std::vector<bool> through_backwards;
  bool collapsed() const { return projection.collapse.has_value(); }
  bool needs_properties() const { return weighted || !filters.empty(); }
};

Result<Selection> Select(const ReadView& view, const Projection& projection);
// The view that the selection is read through.
Result<ReadView> SightOfSelection(const ReadView& view, const Selection& s);
// What the selection is called where snapshots are kept: equal for projections that select the same, whatever their name.
Result<std::string> KeyOfSelection(const ReadView& view, const Selection& s);
// Nodes with any of the labels, ascending.
Result<std::vector<NodeId>> NodesOf(const ReadView& view, std::span<const LabelId> labels);
Result<uint64_t> CountEdges(const ReadView& view, std::span<const TypeId> types);

inline int Threads() { return std::max(1, omp_get_max_threads()); }

// ---- ways to make one

// Straight from the neighbours of all nodes to rows, for selections without filters, collapse and joined edges; properties
// only as they stand in the records (no as_of with a weight). `within` null: the ends of the edges are the vertices. Null
// where ids are too large for it.
bool HasRows(const Selection& s);
Result<SnapshotPtr> BuildRows(const ReadView& view, const storage::View& store, const Selection& s, std::unique_ptr<IdNumbers> within,
                              const Budget& budget);

// The snapshot of the selection from one that was made after batch `since`: what batches touched after it is read anew.
// Null where that would not be worth it. *edges_read: how many edges were.
Result<SnapshotPtr> PatchSnapshot(const ReadView& view, const storage::View& store, const Selection& s, const Snapshot& old, BatchId since,
                                  uint64_t* edges_read, const Budget& budget);

}  // namespace liantu::graph
