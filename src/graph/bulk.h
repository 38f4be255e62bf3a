// SPDX-License-Identifier: Apache-2.0
// The large half of a bulk transaction (Database::BeginBulk): nodes that it creates, and edges of which at least one
// end is such a node, never pass through the overlay. Node records and edge statements lie in spools; at the commit both
// are sorted, bucket by bucket on all threads, and written through storage::BulkLoad. Everything that touches what was there before goes the ordinary
// way, so the result is that of an ordinary transaction, but for edge ids: these are given at the commit, by (type,
// input file, from, to). For transaction.cc, writer.cc and database.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/big_memory.h"
#include "base/result.h"
#include "graph/database.h"
#include "graph/record.h"
#include "graph/spool.h"

namespace liantu::graph {

class GraphWriter;
class PostingSorter;
class RunWriter;
class SortedOutput;
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
  // For records of many nodes, ids ascending.
  class Reader {
   public:
    explicit Reader(const BulkNodes& nodes) : nodes_(nodes), reader_(nodes.spool_) {}
    Result<std::string_view> Read(NodeId id) { return reader_.Read(nodes_.places_[id.raw - nodes_.first_.raw]); }

   private:
    const BulkNodes& nodes_;
    Spool::Reader reader_;
  };

  // Identifiers by a hash of theirs; who finds a node so looks at its record before believing it. Ascending, unique.
  void AddIdentifier(uint64_t hash, NodeId node);
  std::vector<NodeId> FindIdentifier(uint64_t hash) const;
  bool HasIdentifier(uint64_t hash) const {
    if (slots_.empty()) return false;
    for (size_t at = hash & (slots_.size() - 1); slots_[at].node != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == hash) return true;
    }
    return false;
  }
  void ForgetIdentifiers() { BigVector<Slot>().swap(slots_); }
  void PrefetchIdentifier(uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }

 private:
  struct Slot { uint64_t hash = 0, node = 0; };  // node 0: free
  void Grow();
  const NodeId first_;
  Spool spool_;
  BigVector<uint64_t> places_;
  BigVector<Slot> slots_;  // open addressing, a power of two, at most 2/3 full
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
  // The same, properties as EncodeProperties gives them (empty: none), evidence in them relative to `evidence`.
  Result<uint64_t> AddEdge(TypeId type, NodeId from, NodeId to, EvidenceId evidence, std::string_view properties, bool merge,
                           const EdgeTypeSpec* spec);
  bool empty() const { return nodes_.first() == nodes_.end(); }  // an edge without a new node goes the ordinary way

  // Writes everything into a load. What is shared with the rest of the transaction (counts, labels, neighbours of older
  // nodes, claim sets) goes through the writer, whose Finish and the load's Publish come next.
  Result<std::unique_ptr<storage::BulkLoad>> Write();

 private:
  // An edge statement. Those of a type lie in buckets by the range of their start; swapped, a symmetric one counts by its
  // smaller end. In a bucket: 2 bytes of the start, varint end, varint (order - that of the one before), byte flags,
  // varint evidence where it is another than before, string properties.
  struct EdgeRow {
    uint64_t from_to = 0;  // start within its range, then the end
    uint64_t order = 0;
    uint32_t properties = 0, size = 0;  // where they lie in the bucket's bytes
    EvidenceId evidence;
    EvidenceId stored;                  // 0 where it is that of the id's range
    uint8_t flags = 0;
    bool claims = false;
    friend bool operator<(const EdgeRow& a, const EdgeRow& b) {
      return a.from_to != b.from_to ? a.from_to < b.from_to : a.order < b.order;
    }
  };
  struct Bucket {
    size_t number = 0;  // in the spool
    uint64_t statements = 0, last_order = 0;
    EvidenceId last_evidence;
    std::string pending;
  };
  struct TypeBuckets {
    const EdgeTypeSpec* spec = nullptr;
    std::set<uint32_t> inputs;
    std::map<std::pair<uint32_t, uint64_t>, Bucket> buckets;  // by 1 + input (0: of any) and range of the start
    std::vector<Bucket*> by_range;                            // those of any input
  };
  struct Statement {
    TypeId type;
    NodeId from, to;
  };
  // An edge that several statements came together in, in the stored form.
  struct Joined {
    std::string properties;
    EvidenceId evidence;
    bool claims = false;
    std::map<PropertyId, std::vector<StoredClaim>> sets;  // of two or more
  };
  struct Merged;
  struct EdgePart;
  struct NodePart;
  class Ends;

  Status Append(Bucket& bucket, const EdgeRow& row, uint64_t range, std::string_view properties);
  Status FlushBuckets();
  Status LoadBucket(Bucket& bucket, EdgePart& part);
  Statement StatementOf(TypeId type, uint64_t range, const EdgeRow& row) const;
  Status Decode(const EdgePart& part, const EdgeRow& row, EdgeRecord& record) const;
  uint32_t InputOf(uint64_t order) const;
  Result<std::vector<Merged>> MergeGroup(const EdgePart& part, std::span<const EdgeRow> rows);
  Status MergeRows(EdgePart& part);
  Status SplitByInput();
  Status PlaceEdges(EdgePart& part);
  Status EncodeEdges(EdgePart& part, Ends& ends, SortedOutput& out, size_t number);
  Status WriteNodes(RunWriter& runs);
  Status WriteIndex(RunWriter& runs, BucketSpool& entries);
  Status WritePostings(RunWriter& runs, PostingSorter& postings, bool alone);
  Status WriteEdges(RunWriter& runs, Ends& ends);
  Status WriteEnds(RunWriter& runs, Ends& ends);
  Status Told(double share);

  GraphWriter& writer_;
  storage::Store& store_;
  const BulkOptions options_;
  const AddClaim add_claim_;
  const std::string folder_;
  BulkNodes nodes_;
  BucketSpool statements_;
  std::map<TypeId, TypeBuckets> types_;
  TypeBuckets* last_buckets_ = nullptr;  // of last_type_
  size_t next_bucket_ = 0;
  uint64_t orders_ = 0;
  std::vector<std::pair<uint64_t, uint32_t>> inputs_;  // from this order on, this input
  uint32_t last_input_ = 0;
  TypeId last_type_;
  std::map<uint64_t, Joined> joined_;  // by order
};

}  // namespace liantu::graph
