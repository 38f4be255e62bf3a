// SPDX-License-Identifier: Apache-2.0
// The large half of a bulk transaction (Database::BeginBulk): nodes that it creates, and edges of which at least one
// end is such a node, never pass through the overlay. Node records lie in a spool, edge rows in a sorter; at the commit
// both are written in order through storage::BulkLoad. Everything that touches what was there before goes the ordinary
// way, so the result is that of an ordinary transaction, but for edge ids: these are given at the commit, by (type,
// input file, from, to). For transaction.cc, writer.cc and database.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/database.h"
#include "graph/record.h"
#include "graph/run_sorter.h"

namespace liantu::graph {

class GraphWriter;
struct EntityEdit;

// Records of the nodes that a bulk transaction has created, and which of them has a given identifier.
class BulkNodes {
 public:
  BulkNodes(NodeId first, uint64_t memory_bytes, std::string folder) : first_(first), spool_(memory_bytes, std::move(folder)) {}
  NodeId first() const { return first_; }
  NodeId end() const { return NodeId{first_.raw + places_.size()}; }
  bool Has(NodeId id) const { return id >= first_ && id < end(); }
  // The record as it is stored. Append: of the node end().
  Status Append(std::string_view record);
  Status Replace(NodeId id, std::string_view record);
  Status Read(NodeId id, std::string* record) const { return spool_.Read(places_[id.raw - first_.raw], record); }

  // Identifiers by a hash of theirs; who finds a node so looks at its record before believing it. Ascending, unique.
  void AddIdentifier(uint64_t hash, NodeId node);
  std::vector<NodeId> FindIdentifier(uint64_t hash) const;

 private:
  struct Slot { uint64_t hash = 0, node = 0; };  // node 0: free
  void Grow();
  const NodeId first_;
  Spool spool_;
  std::vector<uint64_t> places_;
  std::vector<Slot> slots_;  // open addressing, a power of two, at most 2/3 full
  size_t used_ = 0;
};

// The claims rule, as the transaction applies it.
using AddClaim = std::function<Result<bool>(EntityEdit& edit, PropertyId property, const Value& value, EvidenceId evidence)>;

class BulkLoader {
 public:
  BulkLoader(GraphWriter& writer, storage::Store& store, const BulkOptions& options, AddClaim add_claim);
  ~BulkLoader();

  BulkNodes& nodes() { return nodes_; }
  // True where an edge between these cannot have a counterpart in the store.
  bool Takes(NodeId from, NodeId to) const { return nodes_.Has(from) || nodes_.Has(to); }
  // An edge with explicit evidence in its record. `merge`: a statement that may be one edge with others between the same
  // nodes, by `spec`'s identity (null: a type outside the ontology). Both ends must exist. Returns the statement's number.
  Result<uint64_t> AddEdge(const EdgeRecord& record, bool merge, const EdgeTypeSpec* spec);
  bool empty() const { return nodes_.first() == nodes_.end(); }  // an edge without a new node goes the ordinary way

  // Writes everything into a load. What is shared with the rest of the transaction (counts, labels, neighbours of older
  // nodes, claim sets) goes through the writer, whose Finish and the load's Publish come next.
  Result<std::unique_ptr<storage::BulkLoad>> Write();

 private:
  // An edge statement, sorted by (type, from, to, order). Small property lists lie in the row itself.
  struct EdgeRow {
    uint64_t type_from = 0, to = 0, order = 0;
    EvidenceId evidence;
    uint8_t size = 0;      // of `data`; kSpooled: it is the place in the spool
    uint8_t flags = 0;
    char data[10] = {};
    friend bool operator<(const EdgeRow& a, const EdgeRow& b) {
      if (a.type_from != b.type_from) return a.type_from < b.type_from;
      return a.to != b.to ? a.to < b.to : a.order < b.order;
    }
  };
  // One end of an edge, sorted by (node, direction, type, edge).
  struct EndRow {
    uint64_t node = 0, group_edge = 0, other = 0;
    EvidenceId evidence;
    friend bool operator<(const EndRow& a, const EndRow& b) {
      return a.node != b.node ? a.node < b.node : a.group_edge < b.group_edge;
    }
  };
  struct Merged;  // statements that became one edge
  class EdgeOut;
  class EndOut;

  TypeId TypeOf(const EdgeRow& row) const { return TypeId{static_cast<uint32_t>(row.type_from >> 48)}; }
  Status Decode(const EdgeRow& row, EdgeRecord& record) const;
  uint32_t InputOf(uint64_t order) const;
  Status WriteNodes(storage::BulkLoad& load);
  Status WriteEdges(storage::BulkLoad& load, RunSorter<EndRow>& ends);
  Result<std::vector<Merged>> MergeGroup(const std::vector<EdgeRow>& rows);

  GraphWriter& writer_;
  storage::Store& store_;
  const BulkOptions options_;
  const AddClaim add_claim_;
  const std::string folder_;
  BulkNodes nodes_;
  RunSorter<EdgeRow> edges_;
  Spool payloads_;
  uint64_t orders_ = 0;
  std::vector<std::pair<uint64_t, uint32_t>> inputs_;       // from this order on, this input
  std::map<TypeId, std::set<uint32_t>> inputs_of_type_;
  std::map<TypeId, const EdgeTypeSpec*> specs_;
  uint32_t last_input_ = 0;
  TypeId last_type_;
};

}  // namespace liantu::graph
