// SPDX-License-Identifier: Apache-2.0
// The writer's way back: entities become what they were. Views of the past and undo say what that is; here records,
// claims, labels, indexes, names, neighbours, counts and the journal follow.
#include <algorithm>

#include "graph/writer.h"

namespace liantu::graph {

using storage::Keyspace;

void GraphWriter::SetUndoes(std::vector<BatchId> undoes) {
  info_.undoes = std::move(undoes);
  changed_ = true;
}

Status GraphWriter::Restore(const std::vector<Restoration>& nodes, const std::vector<Restoration>& edges,
                            UniqueClash* clash) {
  for (const auto& [id, to] : edges) {
    if (to.exists) continue;
    LT_ASSIGN(const EdgeRecord* stored, FindEdge(EdgeId{id}));
    if (stored != nullptr) LT_TRY(DeleteEdge(EdgeId{id}));
  }
  // All index entries of the nodes go before any comes back: values may wander from one of them to another.
  for (const auto& [id, to] : nodes) {
    LT_ASSIGN(const auto edit, Edit(false, id));
    if (!edit) continue;
    for (const auto& entry : edit->indexed) DropIndex(entry, NodeId{id});
  }
  for (const auto& [id, to] : nodes) {
    if (to.exists) continue;
    LT_ASSIGN(const bool exists, NodeExists(NodeId{id}));
    if (exists) LT_TRY(DeleteNode(NodeId{id}));
  }
  for (const auto& [id, to] : nodes) {
    if (to.exists) LT_TRY(RestoreNode(NodeId{id}, to, clash));
  }
  for (const auto& [id, to] : edges) {
    if (to.exists) LT_TRY(RestoreEdge(EdgeId{id}, to));
  }
  return {};
}

// Puts the claims and visible values of `to` into the edit; claim sets that are stored and no longer wanted go.
Status GraphWriter::TakeOver(const EntityState& to, EntityEdit& edit) {
  EntityRecord& record = edit.record();
  std::vector<PropertyId> stored;
  if (record.claims) stored.push_back({});
  for (const StoredProperty& p : record.properties) {
    if (p.claims) stored.push_back(p.id);
  }
  for (const PropertyId property : stored) {
    LT_ASSIGN(auto* claims, ClaimsOf(edit, property));
    claims->clear();
  }
  record.properties.clear();
  for (const auto& [property, claims] : to.claims) {
    const StoredClaim& seen = claims.front();
    if (!property) {
      record.evidence = seen.evidence;
      record.batch = seen.batch;
      record.claims = claims.size() > 1;
    } else {
      record.properties.push_back({property, seen.value, seen.evidence, seen.batch, claims.size() > 1});
    }
    edit.claims[property] = claims;
  }
  return {};
}

Status GraphWriter::RestoreNode(NodeId id, const EntityState& to, UniqueClash* clash) {
  LT_ASSIGN(auto found, Edit(false, id.raw));
  EntityEdit edit{.id = id.raw};
  if (found) edit = std::move(*found);
  edit.indexed.clear();  // dropped by Restore
  LT_TRY(TakeOver(to, edit));
  edit.node.labels = to.labels;
  LT_ASSIGN(const auto entries, IndexEntriesOf(edit));
  for (const auto& entry : entries) {
    if (!entry.unique) continue;
    const Key key = keys::UniqueEntry(entry.property, entry.form, entry.label);
    std::string value;
    LT_ASSIGN(const bool taken, overlay_.Get(key, &value));
    std::string_view in = value;
    NodeId holder;
    if (taken && !GetVarint(in, holder.raw)) return Damaged(key, "an index entry");
    if (!taken || holder == id) continue;
    LT_ASSERT(clash != nullptr);  // a past state is whole, nothing in it clashes
    *clash = {id, holder, entry.property, entry.form};
    return CheckUnique(entry, id);
  }
  if (!found) {
    LT_ASSIGN(HeadEntry* head, HeadOf(id));
    head->exists = true;
    LT_TRY(SetLabel(LabelId{}, id, true));
    ++info_.entities_restored;
  }
  return StoreEdit(std::move(edit));
}

Status GraphWriter::RestoreEdge(EdgeId id, const EntityState& to) {
  LT_ASSIGN(auto found, Edit(true, id.raw));
  if (found) {
    LT_TRY(TakeOver(to, *found));
    return StoreEdit(std::move(*found));
  }
  LT_TRY(Journal(true, id.raw));
  EntityEdit edit{.edge = true, .id = id.raw};
  LT_TRY(TakeOver(to, edit));
  EdgeRecord& record = edit.edge_record;
  record.type = to.type;
  record.from = to.from;
  record.to = to.to;
  LT_ASSIGN(const auto evidence, EvidenceOf(record.evidence));
  const Visibility seen = Visibility::Of(*evidence);
  LT_TRY(InsertEnd(record.from, Direction::kOut, record.type, id, record.to, seen));
  LT_TRY(InsertEnd(record.to, Direction::kIn, record.type, id, record.from, seen));
  LT_TRY(CountBy(keys::EdgeCount(TypeId{}), 1));
  LT_TRY(CountBy(keys::EdgeCount(record.type), 1));
  for (const auto& [property, claims] : edit.claims) {
    if (claims.size() < 2) continue;
    std::string value;
    EncodeClaims(value, claims);
    overlay_.Put(keys::EdgeClaims(id, property), std::move(value));
  }
  LT_ASSIGN(const Origin origin, OriginOf(true, id.raw));
  LT_ASSIGN(ChunkEntry* chunk, ChunkEntryOf(keys::ChunkOf(id)));
  Compress(record, origin);
  chunk->chunk.slots[keys::SlotOf(id)] = std::move(record);
  Changed(keys::ChunkOf(id), *chunk);
  ++info_.entities_restored;
  return {};
}

Status GraphWriter::InsertEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other,
                              const Visibility& seen) {
  LT_ASSIGN(HeadEntry* entry, HeadOf(node));
  AdjacencyGroup& group = Changed(node, *entry).head.FindOrAdd(direction, type);
  ++group.degree;
  if (const auto at = pairs_.find({node, direction, type}); at != pairs_.end()) at->second.emplace(other.raw, edge);
  if (group.newest_block < edge) {
    group.tail.Insert(edge, other, seen);
    return {};
  }
  // The block whose range it falls into; where deletions emptied and removed that, the next one, at last the newest.
  const Key from = keys::Block(node, direction, type, edge);
  auto cursor = overlay_.Scan(from.space, from.route, keys::BlockPrefix(direction, type), from.rest);
  LT_TRY(cursor->status());
  AdjacencyBlock block;
  Key key = keys::Block(node, direction, type, group.newest_block);
  if (cursor->Valid()) {
    key.rest = std::string(cursor->rest());
    if (!DecodeBlock(cursor->value(), block)) return Damaged(key, "a block of neighbours");
  }
  cursor.reset();
  block.Insert(edge, other, seen);
  std::string value;
  if (block.entries.size() > kBlockEdges) {  // the lower half becomes a block of its own
    const auto half = static_cast<ptrdiff_t>(block.entries.size() / 2);
    AdjacencyBlock lower;
    lower.entries.assign(block.entries.begin(), block.entries.begin() + half);
    block.entries.erase(block.entries.begin(), block.entries.begin() + half);
    if (!block.visibility.empty()) {
      lower.visibility.assign(block.visibility.begin(), block.visibility.begin() + half);
      block.visibility.erase(block.visibility.begin(), block.visibility.begin() + half);
    }
    EncodeBlock(value, lower);
    overlay_.Put(keys::Block(node, direction, type, lower.entries.back().edge), std::move(value));
    value.clear();
  }
  EncodeBlock(value, block);
  overlay_.Put(key, std::move(value));
  return {};
}

}  // namespace liantu::graph
