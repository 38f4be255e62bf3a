// SPDX-License-Identifier: Apache-2.0
// What is stored for a node and for an edge, and the exact bytes of it: records, chunks of edge records, claim sets,
// indexed forms. Pure encoding: nothing here reads a store. Decoders take untrusted bytes and return false on damage.
//
// Evidence costs nothing where it is the default. In a stored record evidence 0 means the default of the id's batch
// range and batch 0 the batch of that range; in a property both mean "as the entity's own". Resolve makes them explicit,
// Compress makes them 0 again; change the entity's own evidence only in between.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/evidence.h"
#include "graph/ids.h"
#include "graph/keys.h"
#include "graph/value.h"

namespace liantu::graph {

// Defaults of the range that owns an id.
struct Origin {
  EvidenceId evidence;
  BatchId batch;
};

struct StoredProperty {
  PropertyId id;
  Value value;
  EvidenceId evidence;
  BatchId batch;
  bool claims = false;  // a claim set of two or more lies apart
  friend bool operator==(const StoredProperty&, const StoredProperty&) = default;
};

// What nodes and edges have in common.
struct EntityRecord {
  std::vector<StoredProperty> properties;  // ascending by id
  EvidenceId evidence;                     // of the entity's existence
  BatchId batch;
  bool claims = false;
  const StoredProperty* Find(PropertyId id) const;
  StoredProperty* Find(PropertyId id) { return const_cast<StoredProperty*>(std::as_const(*this).Find(id)); }
  StoredProperty& FindOrAdd(PropertyId id);
  void Remove(PropertyId id);
  friend bool operator==(const EntityRecord&, const EntityRecord&) = default;
};

struct NodeRecord : EntityRecord {
  std::vector<LabelId> labels;  // ascending
  bool HasLabel(LabelId label) const;
  friend bool operator==(const NodeRecord&, const NodeRecord&) = default;
};

struct EdgeRecord : EntityRecord {
  TypeId type;
  NodeId from, to;
  friend bool operator==(const EdgeRecord&, const EdgeRecord&) = default;
};

void Resolve(EntityRecord& record, Origin origin);
void Compress(EntityRecord& record, Origin origin);

void EncodeNode(std::string& out, const NodeRecord& record);
bool DecodeNode(std::string_view in, NodeRecord& record);

// 32 edges of consecutive ids; a missing one was never made or was deleted.
struct EdgeChunk {
  std::array<std::optional<EdgeRecord>, kEdgesPerChunk> slots;
  bool empty() const;
};
void EncodeEdgeChunk(std::string& out, const EdgeChunk& chunk);
// The same bytes, edge by edge with slots ascending, properties encoded already; for bulk loads.
class EdgeChunkWriter {
 public:
  struct Item {
    int slot = 0;
    TypeId type;
    NodeId from, to;
    EvidenceId evidence;
    BatchId batch;
    bool claims = false;
    std::string_view properties;  // as EncodeProperties gives them; empty: none
  };
  void Add(const Item& item);
  bool empty() const { return present_ == 0; }
  const std::string& Finish();  // the value; dies with the next call
 private:
  std::string bytes_;
  uint32_t present_ = 0;
  TypeId type_;
  NodeId from_, to_;
  bool finished_ = true;
};
bool DecodeEdgeChunk(std::string_view in, EdgeChunk& chunk);
// The records of a chunk one after the other, properties left encoded; for scans of the whole graph.
class EdgeChunkReader {
 public:
  struct Item {
    int slot = 0;
    TypeId type;
    NodeId from, to;
    EvidenceId evidence;  // 0: the range's default
    BatchId batch;
    bool claims = false;
    std::string_view properties;  // for DecodeProperties; empty: none
  };
  explicit EdgeChunkReader(std::string_view bytes);
  bool Next(Item& item);            // false at the end and on damage
  bool damaged() const { return damaged_; }

 private:
  std::string_view in_;
  uint32_t present_ = 0;
  bool damaged_ = false;
  Item previous_;
};
void EncodeProperties(std::string& out, const std::vector<StoredProperty>& properties);
bool DecodeProperties(std::string_view in, std::vector<StoredProperty>& properties);
// One property of an encoded list; false where it is not there (damage too: a full decode tells).
bool FindProperty(std::string_view properties, PropertyId id, Value& value);
bool FindEncoded(std::string_view properties, PropertyId id, std::string_view& value);  // left as EncodeValue gave it
// The labels in a node's record, and its encoded properties; false on damage.
bool NodeLabels(std::string_view node, std::vector<LabelId>& labels);
bool NodeProperties(std::string_view node, std::string_view& properties);

// An edge on its own (journal images): the chunk form with one record in slot 0.
void EncodeEdge(std::string& out, const EdgeRecord& record);
bool DecodeEdge(std::string_view in, EdgeRecord& record);

struct StoredClaim {
  Value value;  // null: the entity exists
  EvidenceId evidence;
  BatchId batch;
  friend bool operator==(const StoredClaim&, const StoredClaim&) = default;
};
// The visible one first, the others in the order of the rule.
void EncodeClaims(std::string& out, const std::vector<StoredClaim>& claims);
bool DecodeClaims(std::string_view in, std::vector<StoredClaim>& claims);

void EncodeEvidence(std::string& out, const Evidence& evidence);
bool DecodeEvidence(std::string_view in, Evidence& evidence);

// What stands for a value in an index key: the ordered form, or, past 128 bytes, its first 96 and a SHA-256. Equal
// values (1 and 1.0 too) have equal forms.
std::string IndexedForm(const Value& value);

// 1,024 consecutive node ids, which of them are members.
struct IdChunk {
  std::array<uint64_t, kIdsPerChunk / 64> bits{};
  bool Has(int i) const { return bits[i >> 6] >> (i & 63) & 1; }
  void Set(int i, bool on) {
    if (on) bits[i >> 6] |= 1ull << (i & 63);
    else bits[i >> 6] &= ~(1ull << (i & 63));
  }
  int Count() const;
};
// Runs of members or a bitmap, whichever is shorter.
void EncodeIdChunk(std::string& out, const IdChunk& chunk);
bool DecodeIdChunk(std::string_view in, IdChunk& chunk);

}  // namespace liantu::graph
