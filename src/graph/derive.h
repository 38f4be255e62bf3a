// SPDX-License-Identifier: Apache-2.0
// What in a store follows from its records: neighbours of nodes, member lists, index entries, counts, the name index.
// Ordinary writing keeps all this in step with every change (writer.h); this file computes it from the whole, for
// loading a dump and for repair. It reads no store and writes none. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/adjacency.h"
#include "graph/catalog.h"
#include "graph/name_index.h"
#include "graph/record.h"
#include "graph/run_sorter.h"

namespace liantu::graph {

// All neighbours of a node over edges of a direction and type, in one block however many they are.
struct DerivedGroup {
  Direction direction = Direction::kOut;
  TypeId type;
  AdjacencyBlock all;
};
// Head and blocks of a node; groups as Deriver gives them.
void EncodeNeighbours(NodeId node, const std::vector<DerivedGroup>& groups,
                      const std::function<void(const Key&, std::string)>& put);

// Index entries of a node. `claims` gives the claim set of a property that has one.
struct DerivedEntry {
  const IndexSet::Entry* index = nullptr;
  LabelId label;
  Key key;
  std::string value;
};
using ClaimsOfProperty = std::function<Result<std::vector<StoredClaim>>(PropertyId)>;
Status DeriveIndexEntries(const IndexSet& indexes, NodeId node, const NodeRecord& record, const ClaimsOfProperty& claims,
                          std::vector<DerivedEntry>* entries);

// Gathers nodes, then edges, both ascending by id, and gives out what follows. Past `memory_bytes` it spills to unnamed
// temporary files in `folder`.
class Deriver {
 public:
  Deriver(std::shared_ptr<const Ontology> ontology, std::shared_ptr<const Names> names, uint64_t memory_bytes,
          const std::string& folder);
  Status AddNode(NodeId id, const NodeRecord& record);
  Status AddEdge(EdgeId id, TypeId type, NodeId from, NodeId to, const Visibility& seen);

  // By type; type 0: all.
  const std::map<TypeId, uint64_t>& edge_counts() const { return edge_counts_; }
  const std::map<LabelId, uint64_t>& node_counts() const { return node_counts_; }
  // By label (0: all nodes) and number of the chunk.
  const std::map<std::pair<uint32_t, uint64_t>, IdChunk>& members() const { return members_; }
  // Once each; nodes ascending, then lists ascending.
  Status DrainNeighbours(const std::function<Status(NodeId, const std::vector<DerivedGroup>&)>& row);
  Status DrainNames(const std::function<Status(const std::string& list, std::span<const uint64_t> nodes)>& row) { return postings_.Drain(row); }

 private:
  struct End {
    uint64_t node = 0, group_edge = 0, other = 0;
    uint32_t seen = 0;  // place in visibilities_
    friend bool operator<(const End& a, const End& b) {
      return a.node != b.node ? a.node < b.node : a.group_edge < b.group_edge;
    }
  };
  static constexpr int kEdgeBits = 47;  // as in bulk loads

  std::shared_ptr<const Names> names_;
  SearchFields fields_;
  std::map<TypeId, uint64_t> edge_counts_;
  std::map<LabelId, uint64_t> node_counts_;
  std::map<std::pair<uint32_t, uint64_t>, IdChunk> members_;
  RunSorter<End> ends_;
  PostingSorter postings_;
  std::vector<Visibility> visibilities_;
  std::map<std::tuple<int64_t, int64_t, bool>, uint32_t> visibility_places_;
};

}  // namespace liantu::graph
