// SPDX-License-Identifier: Apache-2.0
#include "graph/writer.h"

#include <algorithm>
#include <utility>

#include "graph/bulk.h"
#include "graph/database.h"
#include "graph/journal.h"
#include "graph/ready_node.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

// So many creations in a row with the same evidence other than the range's start a range of their own.
constexpr int kStreak = 32;
// Groups up to this size are searched neighbour by neighbour, larger ones through a hash made on first need: between two
// hubs that costs one walk of the smaller a transaction, and nothing is stored for it.
constexpr uint64_t kWalkedGroup = 128;
constexpr size_t kHeldChunks = 1024;
constexpr size_t kHeldLabelChunks = 1024;

}  // namespace

GraphWriter::GraphWriter(std::shared_ptr<const ReadView::State> base, const NextIds& next, const BatchInfo& info,
                         Purpose purpose)
    : base_(std::move(base)), overlay_(base_->view), next_(next), first_(next), batch_{next.batch}, info_(info),
      search_fields_(
          base_->ontology,
          [this](LabelId id) -> const std::string& { return state_->names->name(NameKind::kLabel, id.raw); },
          [this](PropertyId id) -> const std::string& { return state_->names->name(NameKind::kProperty, id.raw); }),
      name_changes_(base_->ontology), purpose_(purpose) {
  state_ = std::make_shared<ReadView::State>(*base_);
  state_->view = std::make_shared<OverlayView>(
      &overlay_, [this](Keyspace space) { return space == Keyspace::kText ? FlushNames() : Flush(); });
  state_->old_names = std::make_shared<OverlayView>(&overlay_, [](Keyspace) { return Status(); });
  state_->new_names = &name_changes_;
  own_.writer = this;
  state_->own = &own_;
  state_->present = base_;
}

Status GraphWriter::SetInput(const std::string& name, const std::string& sha256) {
  const InputFile input{name, sha256};
  const auto at = std::find(info_.inputs.begin(), info_.inputs.end(), input);
  input_ = static_cast<uint32_t>(at - info_.inputs.begin()) + 1;
  if (at == info_.inputs.end()) info_.inputs.push_back(input);
  streaks_[0].new_input = streaks_[1].new_input = true;
  return {};
}

void GraphWriter::SetInputHash(const std::string& name, const std::string& instead, const std::string& sha256) {
  const auto at = std::find(info_.inputs.begin(), info_.inputs.end(), InputFile{name, instead});
  if (at != info_.inputs.end()) at->sha256 = sha256;
}

// ---- names and evidence

Names& GraphWriter::MutableNames() {
  if (!names_copied_) {
    state_->names = std::make_shared<Names>(*state_->names);
    names_copied_ = true;
  }
  return const_cast<Names&>(*state_->names);  // our own copy, see above
}

Result<uint32_t> GraphWriter::Intern(NameKind kind, std::string_view name) {
  if (const uint32_t id = state_->names->Find(kind, name)) return id;
  static constexpr const char* kWhat[] = {"label", "edge type", "property name"};
  const std::string what = kWhat[static_cast<int>(kind)];
  if (name.empty()) return Status(Code::kInvalid, Text("an empty ", what, " is not possible"));
  if (state_->names->count(kind) >= UINT16_MAX) {
    return Status(Code::kInvalid, Text("'", name, "' would be ", what, " number 65,536; a store holds 65,535"));
  }
  const uint32_t id = MutableNames().Add(kind, name);
  overlay_.Put(keys::Name(kNameKindKeys[static_cast<int>(kind)], id), std::string(name));
  return id;
}

Result<EvidenceId> GraphWriter::Intern(const Evidence& evidence) {
  if (last_evidence_id_ && evidence == last_evidence_) return last_evidence_id_;
  std::string content;
  Evidence sorted = evidence;
  std::sort(sorted.documents.begin(), sorted.documents.end());
  sorted.documents.erase(std::unique(sorted.documents.begin(), sorted.documents.end()), sorted.documents.end());
  if (!sorted.documents.empty() && !sorted.documents.front()) {
    return Status(Code::kInvalid, "evidence names a document without an id");
  }
  EncodeEvidence(content, sorted);
  EvidenceId id;
  const auto at = evidence_ids_.find(content);
  if (at != evidence_ids_.end()) {
    id = at->second;
  } else {
    LT_ASSIGN(id, base_->cache->FindId(*base_->view, content));
    if (!id) {
      if (next_.evidence == UINT32_MAX) return Status(Code::kInvalid, "the store is full: no more kinds of evidence");
      id.raw = next_.evidence++;
      own_.evidence.emplace(id.raw, std::make_shared<const Evidence>(sorted));
      overlay_.Put(keys::EvidenceText(id), content);
      const Key finder = keys::EvidenceFinder(content);
      std::string value;
      LT_ASSIGN(const bool found, overlay_.Get(finder, &value));
      std::vector<uint64_t> ids;
      if (found && !DecodeIds(value, ids)) return Damaged(finder, "an evidence finder");
      ids.push_back(id.raw);
      value.clear();
      EncodeIds(value, ids);
      overlay_.Put(finder, std::move(value));
    }
    evidence_ids_.emplace(std::move(content), id);
  }
  last_evidence_ = evidence;
  last_evidence_id_ = id;
  return id;
}

void GraphWriter::ShareEvidence() {
  for (const auto& [content, id] : evidence_ids_) {
    const auto at = own_.evidence.find(id.raw);
    if (at != own_.evidence.end()) base_->cache->Remember(id, at->second, content);
  }
}

// ---- ranges and journal

void GraphWriter::NoteCreated(bool edges, uint64_t id, EvidenceId evidence) {
  changed_ = unflushed_ = true;
  auto& ranges = own_.ranges[edges];
  Streak& streak = streaks_[edges];
  const bool moved_on = streak.length >= kStreak && evidence == streak.evidence;
  if (ranges.empty() || streak.new_input || moved_on) {
    ranges.push_back({id, id, batch_, input_, evidence});
    streak = {{}, 0, false};
    return;
  }
  ranges.back().last = id;
  if (evidence == ranges.back().evidence) {
    streak.length = 0;
  } else if (evidence == streak.evidence) {
    ++streak.length;
  } else {
    streak.evidence = evidence;
    streak.length = 1;
  }
}

Result<Origin> GraphWriter::OriginOf(bool edge, uint64_t id) const {
  LT_ASSIGN(const BatchRange range, state_->RangeOf(edge, id));
  return range.origin();
}

// Keeps the image that an older entity had before this batch: record, then each claim set.
Status GraphWriter::Journal(bool edge, uint64_t id) {
  changed_ = true;
  if (purpose_ == Purpose::kPast || id >= (edge ? first_.edge : first_.node) || !touched_[edge].insert(id).second) return {};
  std::string image, record;
  bool found;
  if (edge) {
    EdgeRecord stored;
    LT_ASSIGN(found, base_->LoadEdge(EdgeId{id}, stored));
    if (found) EncodeEdge(record, stored);
  } else {
    LT_ASSIGN(found, base_->Get(keys::Node(NodeId{id}), &record));
  }
  if (!found) {  // brought back
    overlay_.Put(keys::BeforeImage(edge, id, batch_), {});
    return {};
  }
  BeginImage(image, record);
  const Key own = edge ? keys::EdgeChunk(keys::ChunkOf(EdgeId{id})) : keys::Node(NodeId{id});
  const std::string prefix = edge ? keys::EdgeClaimsPrefix(EdgeId{id}) : "C";
  auto cursor = base_->view->Scan(own.space, own.route, prefix);
  for (; cursor->Valid(); cursor->Next()) {
    std::string_view rest = cursor->rest().substr(prefix.size());
    PropertyId property;
    if (!GetBigEndian(rest, property.raw) || !rest.empty()) {
      return Damaged({own.space, own.route, std::string(cursor->rest())}, "a claim set");
    }
    AddClaimsToImage(image, property, cursor->value());
  }
  LT_TRY(cursor->status());
  overlay_.Put(keys::BeforeImage(edge, id, batch_), std::move(image));
  return {};
}

// ---- counts and labels

Status GraphWriter::CountBy(const Key& key, int64_t step) {
  unflushed_ = true;
  auto at = counts_.find(key.rest);
  if (at == counts_.end()) {
    std::string value;
    LT_ASSIGN(const bool found, overlay_.Get(key, &value));
    uint64_t count = 0;
    std::string_view in = value;
    if (found && !GetVarint(in, count)) return Damaged(key, "a count");
    at = counts_.emplace(key.rest, count).first;
  }
  at->second += static_cast<uint64_t>(step);
  return {};
}

Status GraphWriter::SetLabel(LabelId label, NodeId node, bool on) {
  LT_TRY(SettleReady());
  unflushed_ = true;
  LT_TRY(CountBy(keys::NodeCount(label), on ? 1 : -1));
  const LabelKey place{label.raw, node.raw >> kIdsPerChunkBits};
  auto at = label_chunks_.find(place);
  if (at == label_chunks_.end()) {
    if (label_chunks_.size() >= kHeldLabelChunks) LT_TRY(Flush());
    const Key key = keys::LabelChunk(label, place.chunk);
    std::string value;
    LT_ASSIGN(const bool found, overlay_.Get(key, &value));
    IdChunk chunk;
    if (found && !DecodeIdChunk(value, chunk)) return Damaged(key, "the nodes of a label");
    at = label_chunks_.emplace(place, chunk).first;
    unflushed_ = true;
  }
  at->second.Set(static_cast<int>(node.raw & (kIdsPerChunk - 1)), on);
  return {};
}

// New nodes in a row that all have these labels, and no others.
Status GraphWriter::SetLabels(const std::vector<LabelId>& labels, NodeId first, NodeId end) {
  std::vector<LabelId> all = {LabelId{}};
  all.insert(all.end(), labels.begin(), labels.end());
  for (const LabelId label : all) {
    for (uint64_t begin = first.raw; begin < end.raw;) {
      const uint64_t stop = std::min(end.raw, (begin | (kIdsPerChunk - 1)) + 1);
      LT_TRY(SetLabel(label, NodeId{begin}, true));  // makes the chunk and the count
      IdChunk& chunk = label_chunks_.at({label.raw, begin >> kIdsPerChunkBits});
      for (uint64_t id = begin + 1; id < stop; ++id) chunk.Set(static_cast<int>(id & (kIdsPerChunk - 1)), true);
      LT_TRY(CountBy(keys::NodeCount(label), static_cast<int64_t>(stop - begin - 1)));
      begin = stop;
    }
  }
  return {};
}

Status GraphWriter::SettleReady() {
  const NodeId first = std::exchange(ready_first_, {}), end = std::exchange(ready_end_, {});
  return first == end ? Status() : SetLabels(ready_labels_, first, end);
}

void GraphWriter::StartBulk(BulkNodes* nodes) {
  bulk_nodes_ = nodes;
  older_nodes_ = nodes->first().raw > 1;
  overlay_.set_bulk_nodes(nodes);
}

// ---- nodes

Result<NodeId> GraphWriter::CreateNode(NodeRecord record) {
  const NodeId id{next_.node};
  EntityEdit edit{.created = true, .id = id.raw};
  edit.node = std::move(record);
  LT_ASSIGN(const auto entries, IndexEntriesOf(edit));
  for (const auto& entry : entries) LT_TRY(CheckUnique(entry, id));
  ++next_.node;
  NoteCreated(false, id.raw, edit.node.evidence);
  NoteRuled(false, id.raw);
  LT_TRY(SetLabel(LabelId{}, id, true));
  for (const LabelId label : edit.node.labels) LT_TRY(SetLabel(label, id, true));
  ++info_.nodes_created;
  if (bulk_nodes_ != nullptr) {
    for (const auto& entry : entries) bulk_nodes_->AddIdentifier(IdentifierHash(entry.property, entry.label, entry.form), id);
    Compress(edit.node, own_.ranges[0].back().origin());
    std::string value;
    EncodeNode(value, edit.node);
    LT_TRY(bulk_nodes_->Append(value));
    return id;
  }
  for (const auto& entry : entries) LT_TRY(PutIndex(entry, id));
  NoteNames(id, {}, &edit.node);
  Compress(edit.node, own_.ranges[0].back().origin());
  std::string value;
  EncodeNode(value, edit.node);
  overlay_.Put(keys::Node(id), std::move(value));
  heads_[id.raw].exists = true;
  return id;
}

GraphWriter& GraphWriter::Of(const Transaction& transaction) {
  return *static_cast<const Own*>(transaction.view().state_->own)->writer;
}

std::optional<ReadyKind> GraphWriter::ReadyKindOf(const std::vector<std::string>& labels) const {
  if (bulk_nodes_ == nullptr || older_nodes_) return std::nullopt;
  ReadyKind kind;
  for (const std::string& name : labels) {
    const LabelId label{state_->names->Find(NameKind::kLabel, name)};
    if (!label) return std::nullopt;
    kind.labels.push_back(label);
    for (const IndexSet::Entry& index : state_->indexes->Of(label)) {
      if (index.identifier || index.unique) kind.identifiers.emplace_back(index.property, label);
    }
  }
  std::sort(kind.labels.begin(), kind.labels.end());
  kind.labels.erase(std::unique(kind.labels.begin(), kind.labels.end()), kind.labels.end());
  return kind;
}

Result<NodeId> GraphWriter::CreateReady(const ReadyNode& node) {
  for (const uint64_t hash : node.identifiers) {
    if (bulk_nodes_->HasIdentifier(hash)) return NodeId{};
  }
  const NodeId id{next_.node++};
  NoteCreated(false, id.raw, node.evidence);
  if (ready_first_ == ready_end_ || ready_end_ != id || ready_labels_ != node.kind->labels) {
    LT_TRY(SettleReady());
    ready_labels_ = node.kind->labels;
    ready_first_ = id;
    NodeRecord record;
    record.labels = ready_labels_;
    ready_head_.clear();
    EncodeNode(ready_head_, record);
    ready_head_.pop_back();  // that it has no properties
  }
  ready_end_ = NodeId{id.raw + 1};
  ++info_.nodes_created;
  for (const uint64_t hash : node.identifiers) bulk_nodes_->AddIdentifier(hash, id);
  ready_record_.clear();
  if (node.evidence == own_.ranges[0].back().evidence) {
    ready_record_ = ready_head_;
  } else {
    NodeRecord record;
    record.labels = ready_labels_;
    record.evidence = node.evidence;
    EncodeNode(ready_record_, record);
    ready_record_.pop_back();
  }
  if (node.properties.empty()) ready_record_.push_back('\0');
  ready_record_ += node.properties;
  LT_TRY(bulk_nodes_->Append(ready_record_));
  return id;
}

Result<bool> GraphWriter::LoadNode(NodeId id, NodeRecord& record) const {
  const Key key = keys::Node(id);
  std::string value;
  LT_ASSIGN(const bool found, overlay_.Get(key, &value));
  if (found && !DecodeNode(value, record)) return Damaged(key, Text("node ", id.raw));
  return found;
}

Result<bool> GraphWriter::NodeExists(NodeId id) {
  if (bulk_nodes_ != nullptr && bulk_nodes_->Has(id)) return true;
  const auto at = heads_.find(id.raw);
  if (at != heads_.end() && at->second.exists) return true;
  // The head is needed next in any case, and who has edges exists.
  LT_ASSIGN(HeadEntry* entry, HeadOf(id));
  if (entry->head.groups.empty()) {
    std::string value;
    LT_ASSIGN(const bool found, overlay_.Get(keys::Node(id), &value));
    if (!found) return false;
  }
  return entry->exists = true;
}

Status GraphWriter::DeleteNode(NodeId id) {
  if (bulk_nodes_ != nullptr && bulk_nodes_->Has(id)) {
    return Status(Code::kInvalid, Text(Describe(id), " was created by this bulk load and cannot be deleted in it"));
  }
  LT_ASSIGN(auto edit, Edit(false, id.raw));
  if (!edit) return Status(Code::kNotFound, Text("there is no node ", id.raw, " to delete"));
  LT_ASSIGN(HeadEntry* head, HeadOf(id));
  uint64_t edges = 0;
  for (const AdjacencyGroup& group : head->head.groups) edges += group.degree;
  if (edges > 0) {
    return Status(Code::kConflict, Text(Describe(id), " still has ", edges, " edges; delete them first"));
  }
  LT_TRY(Journal(false, id.raw));
  for (const auto& entry : edit->indexed) DropIndex(entry, id);
  LT_TRY(SetLabel(LabelId{}, id, false));
  for (const LabelId label : edit->labels) LT_TRY(SetLabel(label, id, false));
  if (edit->node.claims) overlay_.Delete(keys::NodeClaims(id, {}));
  for (const StoredProperty& p : edit->node.properties) {
    if (p.claims) overlay_.Delete(keys::NodeClaims(id, p.id));
  }
  overlay_.Delete(keys::Node(id));
  NoteNames(id, edit->names, nullptr);
  head->exists = false;
  if (id.raw >= first_.node) --info_.nodes_created;
  else ++info_.entities_deleted;
  return {};
}

// ---- neighbours

Result<GraphWriter::HeadEntry*> GraphWriter::HeadOf(NodeId id) {
  const auto [at, fresh] = heads_.try_emplace(id.raw);
  if (fresh && id.raw < first_.node) {
    const Key key = keys::Head(id);
    std::string value;
    auto found = overlay_.Get(key, &value);
    if (!found.ok() || (*found && !DecodeHead(value, at->second.head))) {
      heads_.erase(at);
      LT_TRY(found);
      return Damaged(key, Text("the neighbours of node ", id.raw));
    }
  }
  return &at->second;
}

GraphWriter::HeadEntry& GraphWriter::Changed(NodeId id, HeadEntry& entry) {
  if (!entry.dirty) dirty_heads_.push_back(id.raw);
  entry.dirty = unflushed_ = true;
  return entry;
}

Status GraphWriter::WalkGroup(NodeId node, const AdjacencyGroup& group,
                              const std::function<bool(const Adjacent&)>& row) {
  bool stopped = false;
  if (group.newest_block) {
    auto cursor = overlay_.Scan(Keyspace::kAdjacency, node.raw, keys::BlockPrefix(group.direction, group.type));
    for (; cursor->Valid() && !stopped; cursor->Next()) {
      if (!WalkBlock(cursor->value(), Sight{.predicted = true}, &stopped, row)) {
        return Damaged({Keyspace::kAdjacency, node.raw, std::string(cursor->rest())}, "a block of neighbours");
      }
    }
    LT_TRY(cursor->status());
  }
  for (size_t i = 0; !stopped && i < group.tail.entries.size(); ++i) stopped = !row(group.tail.entries[i]);
  return {};
}

Status GraphWriter::AddEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other,
                           const Visibility& seen) {
  LT_ASSIGN(HeadEntry* entry, HeadOf(node));
  AdjacencyGroup& group = Changed(node, *entry).head.FindOrAdd(direction, type);
  ++group.degree;
  group.tail.Add(edge, other, seen);
  if (!pairs_.empty()) {
    const auto at = pairs_.find({node, direction, type});
    if (at != pairs_.end()) at->second.emplace(other.raw, edge);
  }
  return {};
}

Status GraphWriter::ChangeEnd(NodeId node, Direction direction, TypeId type, EdgeId edge,
                              const std::function<void(AdjacencyBlock&, size_t)>& change) {
  LT_ASSIGN(HeadEntry* entry, HeadOf(node));
  AdjacencyGroup* group = entry->head.Find(direction, type);
  if (group != nullptr) {
    const size_t i = group->tail.Find(edge);
    if (i < group->tail.entries.size()) {
      Changed(node, *entry);
      change(group->tail, i);
      return {};
    }
    const Key from = keys::Block(node, direction, type, edge);
    auto cursor = overlay_.Scan(from.space, from.route, keys::BlockPrefix(direction, type), from.rest);
    LT_TRY(cursor->status());
    AdjacencyBlock block;
    if (cursor->Valid() && DecodeBlock(cursor->value(), block) && block.Find(edge) < block.entries.size()) {
      const Key key{from.space, from.route, std::string(cursor->rest())};
      change(block, block.Find(edge));
      if (block.entries.empty()) {
        overlay_.Delete(key);
      } else {
        std::string value;
        EncodeBlock(value, block);
        overlay_.Put(key, std::move(value));
      }
      return {};
    }
  }
  return Damaged(keys::Head(node), Text("edge ", edge.raw, " among the neighbours of node ", node.raw));
}

Status GraphWriter::RemoveEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other) {
  LT_TRY(ChangeEnd(node, direction, type, edge, [](AdjacencyBlock& block, size_t i) { block.Erase(i); }));
  LT_ASSIGN(HeadEntry* entry, HeadOf(node));
  AdjacencyHead& head = Changed(node, *entry).head;
  AdjacencyGroup* group = head.Find(direction, type);
  if (--group->degree == group->tail.entries.size()) group->newest_block = {};
  if (group->degree == 0) {
    std::erase_if(head.groups, [&](const AdjacencyGroup& g) { return g.direction == direction && g.type == type; });
  }
  const auto at = pairs_.find({node, direction, type});
  if (at != pairs_.end()) {
    auto [first, last] = at->second.equal_range(other.raw);
    for (; first != last; ++first) {
      if (first->second != edge) continue;
      at->second.erase(first);
      break;
    }
  }
  return {};
}

Result<std::vector<EdgeId>> GraphWriter::EdgesBetween(TypeId type, NodeId from, NodeId to) {
  std::vector<EdgeId> edges;
  LT_ASSIGN(HeadEntry* out_head, HeadOf(from));
  AdjacencyGroup* out = out_head->head.Find(Direction::kOut, type);
  if (out == nullptr) return edges;
  LT_ASSIGN(HeadEntry* in_head, HeadOf(to));
  AdjacencyGroup* in = in_head->head.Find(Direction::kIn, type);
  if (in == nullptr) return edges;
  const bool by_out = out->degree <= in->degree;
  const NodeId node = by_out ? from : to, other = by_out ? to : from;
  const AdjacencyGroup& group = by_out ? *out : *in;
  if (group.degree <= kWalkedGroup) {
    LT_TRY(WalkGroup(node, group, [&](const Adjacent& a) {
      if (a.node == other) edges.push_back(a.edge);
      return true;
    }));
    return edges;
  }
  const auto [at, fresh] = pairs_.try_emplace({node, group.direction, type});
  if (fresh) {
    at->second.reserve(group.degree);
    LT_TRY(WalkGroup(node, group, [&](const Adjacent& a) {
      at->second.emplace(a.node.raw, a.edge);
      return true;
    }));
  }
  auto [first, last] = at->second.equal_range(other.raw);
  for (; first != last; ++first) edges.push_back(first->second);
  std::sort(edges.begin(), edges.end());
  return edges;
}

// ---- edges

Result<GraphWriter::ChunkEntry*> GraphWriter::ChunkEntryOf(uint64_t number) {
  auto at = chunks_.find(number);
  if (at != chunks_.end()) return &at->second;
  if (chunks_.size() >= kHeldChunks) {
    LT_TRY(Flush());
    chunks_.clear();
  }
  at = chunks_.try_emplace(number).first;
  const Key key = keys::EdgeChunk(number);
  std::string value;
  auto found = overlay_.Get(key, &value);
  if (!found.ok() || (*found && !DecodeEdgeChunk(value, at->second.chunk))) {
    chunks_.erase(at);
    LT_TRY(found);
    return Damaged(key, "a chunk of edges");
  }
  return &at->second;
}

void GraphWriter::Changed(uint64_t number, ChunkEntry& entry) {
  if (!entry.dirty) dirty_chunks_.push_back(number);
  entry.dirty = unflushed_ = true;
}

Result<EdgeId> GraphWriter::CreateEdge(EdgeRecord record) {
  LT_ASSIGN(const auto evidence, EvidenceOf(record.evidence));
  const EdgeId id{next_.edge};
  LT_ASSIGN(ChunkEntry* chunk, ChunkEntryOf(keys::ChunkOf(id)));
  const Visibility seen = Visibility::Of(*evidence);
  LT_TRY(HeadOf(record.to));  // whatever may fail comes before the first change
  LT_TRY(AddEnd(record.from, Direction::kOut, record.type, id, record.to, seen));
  LT_TRY(AddEnd(record.to, Direction::kIn, record.type, id, record.from, seen));
  LT_TRY(CountBy(keys::EdgeCount(TypeId{}), 1));
  LT_TRY(CountBy(keys::EdgeCount(record.type), 1));
  ++next_.edge;
  NoteCreated(true, id.raw, record.evidence);
  NoteRuled(true, id.raw);
  Compress(record, own_.ranges[1].back().origin());
  chunk->chunk.slots[keys::SlotOf(id)] = std::move(record);
  Changed(keys::ChunkOf(id), *chunk);
  ++info_.edges_created;
  return id;
}

Result<const EdgeRecord*> GraphWriter::FindEdge(EdgeId id) {
  LT_ASSIGN(ChunkEntry* entry, ChunkEntryOf(keys::ChunkOf(id)));
  const auto& slot = entry->chunk.slots[keys::SlotOf(id)];
  return slot ? &*slot : nullptr;
}

Status GraphWriter::DeleteEdge(EdgeId id) {
  LT_ASSIGN(const EdgeRecord* stored, FindEdge(id));
  if (stored == nullptr) return Status(Code::kNotFound, Text("there is no edge ", id.raw, " to delete"));
  const EdgeRecord record = *stored;
  LT_TRY(Journal(true, id.raw));
  LT_TRY(RemoveEnd(record.from, Direction::kOut, record.type, id, record.to));
  LT_TRY(RemoveEnd(record.to, Direction::kIn, record.type, id, record.from));
  LT_TRY(CountBy(keys::EdgeCount(TypeId{}), -1));
  LT_TRY(CountBy(keys::EdgeCount(record.type), -1));
  if (record.claims) overlay_.Delete(keys::EdgeClaims(id, {}));
  for (const StoredProperty& p : record.properties) {
    if (p.claims) overlay_.Delete(keys::EdgeClaims(id, p.id));
  }
  LT_ASSIGN(ChunkEntry* entry, ChunkEntryOf(keys::ChunkOf(id)));
  entry->chunk.slots[keys::SlotOf(id)].reset();
  Changed(keys::ChunkOf(id), *entry);
  if (id.raw >= first_.edge) --info_.edges_created;
  else ++info_.entities_deleted;
  return {};
}

// ---- edits

Result<std::optional<EntityEdit>> GraphWriter::Edit(bool edge, uint64_t id) {
  EntityEdit edit{.edge = edge, .id = id};
  if (edge) {
    LT_ASSIGN(const EdgeRecord* stored, FindEdge(EdgeId{id}));
    if (stored == nullptr) return std::optional<EntityEdit>();
    edit.edge_record = *stored;
  } else {
    LT_ASSIGN(const bool found, LoadNode(NodeId{id}, edit.node));
    if (!found) return std::optional<EntityEdit>();
  }
  LT_ASSIGN(const Origin origin, OriginOf(edge, id));
  Resolve(edit.record(), origin);
  edit.evidence = edit.record().evidence;
  if (!edge) {
    edit.labels = edit.node.labels;
    std::vector<SearchName> names;
    search_fields_.Collect(edit.node.labels, edit.node.properties, &names);
    for (const SearchName& name : names) edit.names.emplace_back(name.text, name.key);
    LT_ASSIGN(edit.indexed, IndexEntriesOf(edit));
  }
  return std::optional<EntityEdit>(std::move(edit));
}

Result<std::vector<StoredClaim>*> GraphWriter::ClaimsOf(EntityEdit& edit, PropertyId property) {
  auto at = edit.claims.find(property);
  if (at != edit.claims.end()) return &at->second;
  std::vector<StoredClaim> claims;
  const EntityRecord& record = edit.record();
  const StoredProperty* p = property ? record.Find(property) : nullptr;
  if (property ? p != nullptr && p->claims : record.claims) {
    const Key key = edit.edge ? keys::EdgeClaims(EdgeId{edit.id}, property) : keys::NodeClaims(NodeId{edit.id}, property);
    std::string value;
    LT_ASSIGN(const bool found, overlay_.Get(key, &value));
    if (!found || !DecodeClaims(value, claims)) return Damaged(key, "a claim set");
    edit.stored_sets.push_back(property);
  } else if (!property) {
    claims.push_back({Value(), record.evidence, record.batch});
  } else if (p != nullptr) {
    claims.push_back({p->value, p->evidence, p->batch});
  }
  return &edit.claims.emplace(property, std::move(claims)).first->second;
}

Status GraphWriter::StoreEdit(EntityEdit edit) {
  const NodeId node{edit.id};
  std::vector<EntityEdit::IndexEntry> entries;
  if (!edit.edge) {
    LT_ASSIGN(entries, IndexEntriesOf(edit));
    for (const auto& entry : entries) {
      if (!std::binary_search(edit.indexed.begin(), edit.indexed.end(), entry)) LT_TRY(CheckUnique(entry, node));
    }
  }
  LT_ASSIGN(const Origin origin, OriginOf(edit.edge, edit.id));
  LT_TRY(Journal(edit.edge, edit.id));
  NoteRuled(edit.edge, edit.id);
  if (!edit.replaced.empty() && edit.id < (edit.edge ? first_.edge : first_.node)) {
    replaced_[edit.edge][edit.id].insert(edit.replaced.begin(), edit.replaced.end());
  }
  for (const auto& [property, claims] : edit.claims) {
    const Key key = edit.edge ? keys::EdgeClaims(EdgeId{edit.id}, property) : keys::NodeClaims(node, property);
    if (claims.size() < 2) {
      const auto& stored = edit.stored_sets;
      if (std::find(stored.begin(), stored.end(), property) != stored.end()) overlay_.Delete(key);
    } else {
      std::string value;
      EncodeClaims(value, claims);
      overlay_.Put(key, std::move(value));
    }
  }
  if (edit.edge) {
    EdgeRecord& record = edit.edge_record;
    if (record.evidence != edit.evidence) {
      LT_ASSIGN(const auto before, EvidenceOf(edit.evidence));
      LT_ASSIGN(const auto after, EvidenceOf(record.evidence));
      const Visibility seen = Visibility::Of(*after);
      if (seen != Visibility::Of(*before)) {
        const auto set = [&](AdjacencyBlock& block, size_t i) { block.SetVisibility(i, seen); };
        LT_TRY(ChangeEnd(record.from, Direction::kOut, record.type, EdgeId{edit.id}, set));
        LT_TRY(ChangeEnd(record.to, Direction::kIn, record.type, EdgeId{edit.id}, set));
      }
    }
    LT_ASSIGN(ChunkEntry* chunk, ChunkEntryOf(keys::ChunkOf(EdgeId{edit.id})));
    Compress(record, origin);
    chunk->chunk.slots[keys::SlotOf(EdgeId{edit.id})] = std::move(record);
    Changed(keys::ChunkOf(EdgeId{edit.id}), *chunk);
    return {};
  }
  const bool bulk = bulk_nodes_ != nullptr && bulk_nodes_->Has(node);  // its index entries and names are made at the commit
  if (bulk) {
    for (const auto& entry : entries) bulk_nodes_->AddIdentifier(IdentifierHash(entry.property, entry.label, entry.form), node);
  } else {
    for (const auto& entry : edit.indexed) {
      if (!std::binary_search(entries.begin(), entries.end(), entry)) DropIndex(entry, node);
    }
    for (const auto& entry : entries) {
      if (!std::binary_search(edit.indexed.begin(), edit.indexed.end(), entry)) LT_TRY(PutIndex(entry, node));
    }
  }
  for (const LabelId label : edit.labels) {
    if (!edit.node.HasLabel(label)) LT_TRY(SetLabel(label, node, false));
  }
  for (const LabelId label : edit.node.labels) {
    if (!std::binary_search(edit.labels.begin(), edit.labels.end(), label)) LT_TRY(SetLabel(label, node, true));
  }
  if (!bulk) NoteNames(node, edit.names, &edit.node);
  Compress(edit.node, origin);
  std::string value;
  EncodeNode(value, edit.node);
  if (bulk) return bulk_nodes_->Replace(node, value);
  overlay_.Put(keys::Node(node), std::move(value));
  return {};
}

// ---- writing out

Status GraphWriter::FlushHead(NodeId id, AdjacencyHead& head) {
  for (AdjacencyGroup& group : head.groups) {
    AdjacencyBlock& tail = group.tail;
    while (tail.entries.size() > kTailEdges) {
      const auto n = static_cast<ptrdiff_t>(std::min(tail.entries.size(), kBlockEdges));
      AdjacencyBlock block;
      block.entries.assign(tail.entries.begin(), tail.entries.begin() + n);
      if (!tail.visibility.empty()) block.visibility.assign(tail.visibility.begin(), tail.visibility.begin() + n);
      tail.entries.erase(tail.entries.begin(), tail.entries.begin() + n);
      if (!tail.visibility.empty()) tail.visibility.erase(tail.visibility.begin(), tail.visibility.begin() + n);
      group.newest_block = block.entries.back().edge;
      std::string value;
      EncodeBlock(value, block);
      overlay_.Put(keys::Block(id, group.direction, group.type, group.newest_block), std::move(value));
    }
  }
  const Key key = keys::Head(id);
  if (head.groups.empty()) {
    overlay_.Delete(key);
    return {};
  }
  std::string value;
  EncodeHead(value, head);
  overlay_.Put(key, std::move(value));
  return {};
}

Status GraphWriter::Flush() {
  LT_TRY(SettleReady());
  if (!unflushed_) return {};
  unflushed_ = false;
  for (const uint64_t id : dirty_heads_) {
    HeadEntry& entry = heads_[id];
    entry.dirty = false;
    LT_TRY(FlushHead(NodeId{id}, entry.head));
  }
  dirty_heads_.clear();
  for (const uint64_t number : dirty_chunks_) {
    ChunkEntry& entry = chunks_[number];
    entry.dirty = false;
    if (entry.chunk.empty()) {
      overlay_.Delete(keys::EdgeChunk(number));
      continue;
    }
    std::string value;
    EncodeEdgeChunk(value, entry.chunk);
    overlay_.Put(keys::EdgeChunk(number), std::move(value));
  }
  dirty_chunks_.clear();
  for (const auto& [place, chunk] : label_chunks_) {
    const Key key = keys::LabelChunk(LabelId{place.label}, place.chunk);
    if (chunk.Count() == 0) {
      overlay_.Delete(key);
      continue;
    }
    std::string value;
    EncodeIdChunk(value, chunk);
    overlay_.Put(key, std::move(value));
  }
  label_chunks_.clear();
  for (const auto& [rest, count] : counts_) {
    std::string value;
    PutVarint(value, count);
    overlay_.Put({Keyspace::kMeta, 0, rest}, std::move(value));
  }
  overlay_.Put(keys::NextIds(), next_.Encode());
  return {};
}

// What was written as it is now, in the order of ids.
Status GraphWriter::CheckRules() {
  for (const bool edges : {false, true}) {
    std::vector<uint64_t> ids(ruled_[edges].begin(), ruled_[edges].end());
    std::sort(ids.begin(), ids.end());
    for (const uint64_t id : ids) {
      NodeRecord node;
      const EntityRecord* record = &node;
      TypeId type;
      if (edges) {
        LT_ASSIGN(const EdgeRecord* edge, FindEdge(EdgeId{id}));
        if (edge == nullptr) continue;
        record = edge;
        type = edge->type;
      } else {
        LT_ASSIGN(const bool found, LoadNode(NodeId{id}, node));
        if (!found) continue;
      }
      for (const PropertyRule& rule : state_->indexes->declared().rules) {
        if (rule.edges != edges || (edges ? type.raw != rule.of : !node.HasLabel(LabelId{rule.of}))) continue;
        const StoredProperty* p = record->Find(rule.property);
        LT_TRY(rule.Check(id, p == nullptr ? nullptr : &p->value, *state_->names));
      }
    }
  }
  return {};
}

Result<BatchInfo> GraphWriter::Finish(int64_t time_ms, storage::Batch& out) {
  next_.batch = batch_.raw + 1;
  unflushed_ = true;
  LT_TRY(CheckRules());
  LT_TRY(Flush());
  LT_TRY(FlushNames());
  info_.id = batch_;
  info_.time_ms = time_ms;
  info_.entities_changed = touched_[0].size() + touched_[1].size() - info_.entities_deleted - info_.entities_restored;
  if (next_.evidence > first_.evidence) {
    info_.first_evidence.raw = first_.evidence;
    info_.last_evidence.raw = next_.evidence - 1;
  }
  if (next_.node > first_.node) {
    info_.first_node.raw = first_.node;
    info_.last_node.raw = next_.node - 1;
  }
  if (next_.edge > first_.edge) {
    info_.first_edge.raw = first_.edge;
    info_.last_edge.raw = next_.edge - 1;
  }
  for (const bool edges : {false, true}) {
    for (BatchRange range : own_.ranges[edges]) {
      const uint64_t end = range.last;
      while (range.first <= end) {  // cut at bucket borders, so that one seek in a bucket finds any id's range
        range.last = std::min(end, range.first | ((uint64_t{1} << kRangeBucketBits) - 1));
        std::string value;
        EncodeRange(value, range);
        overlay_.Put(keys::Range(edges, range.last), std::move(value));
        range.first = range.last + 1;
      }
    }
    for (const auto& [id, properties] : replaced_[edges]) {
      const Key key = keys::BeforeImage(edges, id, batch_);
      std::string image;
      LT_ASSIGN(const bool found, overlay_.Get(key, &image));
      LT_ASSERT(found);
      for (const PropertyId property : properties) AddReplacedToImage(image, property);
      overlay_.Put(key, std::move(image));
    }
    std::vector<uint64_t> ids(touched_[edges].begin(), touched_[edges].end());
    std::sort(ids.begin(), ids.end());
    for (size_t begin = 0; begin < ids.size(); begin += kTouchedPerChunk) {
      const size_t end = std::min(ids.size(), begin + kTouchedPerChunk);
      std::string value;
      EncodeIds(value, {ids.begin() + static_cast<ptrdiff_t>(begin), ids.begin() + static_cast<ptrdiff_t>(end)});
      overlay_.Put(keys::Touched(batch_, edges, static_cast<uint32_t>(begin / kTouchedPerChunk)), std::move(value));
    }
  }
  std::string value;
  EncodeBatch(value, info_);
  overlay_.Put(keys::Batch(batch_), std::move(value));
  overlay_.MoveTo(out);
  return info_;
}

}  // namespace liantu::graph
