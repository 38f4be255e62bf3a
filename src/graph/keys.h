// SPDX-License-Identifier: Apache-2.0
// Every key of the store, built in one place: which keyspace, which route, which bytes. docs/storage-format.md says the
// same in prose, tests/graph/storage_format_test.cc holds both together. Values are the business of record.h,
// adjacency.h and catalog.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "graph/ids.h"
#include "storage/store.h"

namespace liantu::graph {

// What the store calls its form. Opening any other is refused.
inline constexpr std::string_view kFormat = "1";

inline constexpr int kEdgesPerChunkBits = 5;    // edge records lie 32 to a value
inline constexpr int kEdgesPerChunk = 1 << kEdgesPerChunkBits;
inline constexpr int kIdsPerChunkBits = 10;     // label membership: 1,024 node ids to a value
inline constexpr int kIdsPerChunk = 1 << kIdsPerChunkBits;
inline constexpr int kRangeBucketBits = 20;     // batch ranges are cut at multiples of 2^20 ids
inline constexpr int kBatchBucketBits = 16;
inline constexpr int kEvidenceBucketBits = 10;
inline constexpr int kTouchedPerChunk = 4096;   // touched ids to a journal value

// A key that owns its bytes. Most rests fit the string's own buffer, so no allocation.
struct Key {
  storage::Keyspace space;
  storage::Route route = 0;
  std::string rest;
  storage::KeyView view() const { return {route, rest}; }
};

namespace keys {

using storage::Keyspace;

// kMeta, route 0.
inline Key Format() { return {Keyspace::kMeta, 0, "format"}; }
inline Key NextIds() { return {Keyspace::kMeta, 0, "ids"}; }
inline Key Count(char kind, uint32_t id) {  // 'n' nodes by label, 'e' edges by type; id 0: all
  Key key{Keyspace::kMeta, 0, std::string(1, kind)};
  PutBigEndian(key.rest, id);
  return key;
}
inline Key NodeCount(LabelId label) { return Count('n', label.raw); }
inline Key EdgeCount(TypeId type) { return Count('e', type.raw); }

// kCatalog.
inline Key Name(char kind, uint32_t id) {  // 'L' label, 'T' type, 'P' property
  Key key{Keyspace::kCatalog, 0, std::string(1, kind)};
  PutBigEndian(key.rest, id);
  return key;
}
inline Key OntologyText() { return {Keyspace::kCatalog, 0, "O"}; }
inline Key StoredProjection(std::string_view name) { return {Keyspace::kCatalog, 0, "J" + std::string(name)}; }  // JSON
inline Key DeclaredIndex(LabelId label, PropertyId property) {
  Key key{Keyspace::kCatalog, 0, "X"};
  PutBigEndian(key.rest, label.raw);
  PutBigEndian(key.rest, property.raw);
  return key;
}
// `kind` 'e' (the property exists) or 't' (its type).
inline Key Constraint(char kind, bool edges, uint32_t of, PropertyId property) {
  Key key{Keyspace::kCatalog, 0, {'C', kind, edges ? 'E' : 'N'}};
  PutBigEndian(key.rest, of);
  PutBigEndian(key.rest, property.raw);
  return key;
}
inline Key Batch(BatchId batch) {
  Key key{Keyspace::kCatalog, batch.raw >> kBatchBucketBits, "B"};
  PutBigEndian(key.rest, batch.raw);
  return key;
}
// The range that ends with `last`: the first key at or after an id's own is the range that holds it.
inline Key Range(bool edges, uint64_t last) {
  Key key{Keyspace::kCatalog, last >> kRangeBucketBits, edges ? "S" : "R"};
  PutBigEndian(key.rest, last);
  return key;
}
inline Key EvidenceText(EvidenceId id) {
  Key key{Keyspace::kCatalog, id.raw >> kEvidenceBucketBits, "E"};
  PutBigEndian(key.rest, id.raw);
  return key;
}
inline Key EvidenceFinder(std::string_view content) {
  const uint64_t hash = StableHash(content);
  Key key{Keyspace::kCatalog, hash, "F"};
  PutBigEndian(key.rest, hash);
  return key;
}

// kNode: route = the node.
inline Key Node(NodeId id) { return {Keyspace::kNode, id.raw, {}}; }
inline Key NodeClaims(NodeId id, PropertyId property) {
  Key key{Keyspace::kNode, id.raw, "C"};
  PutBigEndian(key.rest, property.raw);
  return key;
}

// kEdge: route = edge id / 32.
inline uint64_t ChunkOf(EdgeId id) { return id.raw >> kEdgesPerChunkBits; }
inline int SlotOf(EdgeId id) { return static_cast<int>(id.raw & (kEdgesPerChunk - 1)); }
inline Key EdgeChunk(uint64_t chunk) { return {Keyspace::kEdge, chunk, {}}; }
inline std::string EdgeClaimsPrefix(EdgeId id) { return {'C', static_cast<char>(SlotOf(id))}; }
inline Key EdgeClaims(EdgeId id, PropertyId property) {
  Key key{Keyspace::kEdge, ChunkOf(id), EdgeClaimsPrefix(id)};
  PutBigEndian(key.rest, property.raw);
  return key;
}

// kAdjacency: route = the node.
inline Key Head(NodeId id) { return {Keyspace::kAdjacency, id.raw, {}}; }
inline std::string BlockPrefix(Direction direction, TypeId type) {
  std::string rest(1, direction == Direction::kOut ? 'o' : 'p');
  PutBigEndian(rest, static_cast<uint16_t>(type.raw));
  return rest;
}
inline Key Block(NodeId id, Direction direction, TypeId type, EdgeId last) {
  Key key{Keyspace::kAdjacency, id.raw, BlockPrefix(direction, type)};
  PutBigEndian(key.rest, last.raw);
  return key;
}

// kIndex. Label 0 holds every node.
inline Key LabelChunk(LabelId label, uint64_t chunk) {
  Key key{Keyspace::kIndex, label.raw, "L"};
  PutBigEndian(key.rest, chunk);
  return key;
}
// `form` 'U' (unique: one node a value) or 'I' (a key a node); `indexed` from IndexedForm in record.h.
inline Key IndexPrefix(char form, PropertyId property, std::string_view indexed) {
  Key key{Keyspace::kIndex, StableHash(indexed), std::string(1, form)};
  PutBigEndian(key.rest, property.raw);
  PutString(key.rest, indexed);
  return key;
}
inline Key UniqueEntry(PropertyId property, std::string_view indexed, LabelId label) {
  Key key = IndexPrefix('U', property, indexed);
  PutBigEndian(key.rest, label.raw);
  return key;
}
inline Key PlainEntryPrefix(PropertyId property, std::string_view indexed, LabelId label) {
  Key key = IndexPrefix('I', property, indexed);
  PutBigEndian(key.rest, label.raw);
  return key;
}
inline Key PlainEntry(PropertyId property, std::string_view indexed, LabelId label, NodeId node) {
  Key key = PlainEntryPrefix(property, indexed, label);
  PutBigEndian(key.rest, node.raw);
  return key;
}

// kJournal. Before-images: route = the entity's id, the batch that replaced the image, ascending, so that one forward
// seek to batch B+1 finds what held after batch B. Touched ids: route = the batch.
inline Key BeforeImage(bool edge, uint64_t id, BatchId batch) {
  Key key{Keyspace::kJournal, id, edge ? "E" : "N"};
  PutBigEndian(key.rest, batch.raw);
  return key;
}
inline Key Touched(BatchId batch, bool edges, uint32_t chunk) {
  Key key{Keyspace::kJournal, batch.raw, edges ? "Te" : "Tn"};
  PutBigEndian(key.rest, chunk);
  return key;
}

}  // namespace keys
}  // namespace liantu::graph
