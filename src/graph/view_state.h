// SPDX-License-Identifier: Apache-2.0
// What a ReadView shares between its copies. For the .cc files that implement ReadView; everybody else uses database.h.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/adjacency.h"
#include "graph/catalog.h"
#include "graph/database.h"
#include "graph/record.h"
#include "graph/snapshot_cache.h"
#include "storage/store.h"

namespace liantu::graph {

class NameIndexChanges;

// Ranges and evidence of a transaction that is not committed yet.
struct OwnOrigins {
  std::vector<BatchRange> ranges[2];  // nodes, edges; ascending
  std::unordered_map<uint32_t, std::shared_ptr<const Evidence>> evidence;
  const BatchRange* Find(bool edges, uint64_t id) const;
};

struct ReadView::State {
  std::shared_ptr<const void> keep;  // what must outlive all of the following
  std::shared_ptr<const storage::View> view;
  std::shared_ptr<const Names> names;
  std::shared_ptr<const Ontology> ontology;
  std::shared_ptr<const IndexSet> indexes;
  std::shared_ptr<CatalogCache> cache;
  std::shared_ptr<SnapshotCache> snapshots;
  std::string folder;               // of the store on disk, for derived files; "" where there is none
  const OwnOrigins* own = nullptr;  // in a transaction
  // In a transaction: names that have not come into the index yet, and the index without them (through `view` they are
  // written first, which one look-up is not worth).
  const NameIndexChanges* new_names = nullptr;
  std::shared_ptr<const storage::View> old_names;
  // In a transaction and in a view of the past: the committed state that it was made from.
  std::shared_ptr<const State> present;

  Result<BatchRange> RangeOf(bool edges, uint64_t id) const;
  Result<std::shared_ptr<const Evidence>> EvidenceOf(EvidenceId id) const;
  Result<bool> Get(const Key& key, std::string* value) const { return view->Get(key.space, key.view(), value); }
  // False: there is no such entity.
  Result<bool> LoadNode(NodeId id, NodeRecord& record) const;
  // Those that there are, each with its place in `ids`.
  Status LoadNodes(std::span<const NodeId> ids, const std::function<Status(size_t, NodeRecord)>& row) const;
  Result<bool> LoadEdge(EdgeId id, EdgeRecord& record) const;
  // What the reader sees of a record: resolves it, and with as_of takes each property's best claim valid on that day.
  Status See(bool edge, uint64_t id, const ReadOptions& options, EntityRecord& record) const;
  Result<Node> ToNode(NodeId id, NodeRecord record, const ReadOptions& options) const;
  // nullopt: the options do not see it.
  Result<std::optional<Edge>> ToEdge(EdgeId id, EdgeRecord record, const ReadOptions& options) const;
  // The claims of an entity (property 0) or property, resolved, visible one first; empty: none.
  Result<std::vector<StoredClaim>> LoadClaims(bool edge, uint64_t id, PropertyId property,
                                              const EntityRecord& record) const;
};

inline Sight SightOf(const ReadOptions& options) {
  return {options.as_of ? options.as_of->days : Visibility::kNoDay, options.predicted};
}

}  // namespace liantu::graph
