// SPDX-License-Identifier: Apache-2.0
// The store-level half of a transaction: gives out ids, keeps records, neighbours, labels, indexes, counts and journal
// of the graph in step with each other in an overlay that nobody else sees. Which claim wins and what import may merge
// is decided in transaction.cc; here a change is simply carried out. One thread.
//
// What is written again and again (heads of hubs, the newest chunk of edges, counts) is held decoded and written to the
// overlay by Flush, which every read through the transaction's view does first.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "graph/adjacency.h"
#include "graph/catalog.h"
#include "graph/journal.h"
#include "graph/name_index.h"
#include "graph/overlay.h"
#include "graph/record.h"
#include "graph/view_state.h"

namespace liantu::graph {

// An entity taken out for a change: its record with evidence made explicit, and the claim sets that were read or changed.
struct EntityEdit {
  bool edge = false, created = false;
  uint64_t id = 0;
  NodeRecord node;      // if !edge
  EdgeRecord edge_record;
  std::map<PropertyId, std::vector<StoredClaim>> claims;  // property 0: existence; fewer than two: no set is stored
  struct IndexEntry {
    PropertyId property;
    LabelId label;
    bool unique = false;
    std::string form;
    friend auto operator<=>(const IndexEntry&, const IndexEntry&) = default;
  };
  std::vector<PropertyId> stored_sets;  // those of `claims` that are stored now
  std::vector<IndexEntry> indexed;  // as stored now, ascending
  std::vector<LabelId> labels;      // as stored now
  EvidenceId evidence;              // of the existence, as stored now
  std::vector<std::pair<std::string, bool>> names;  // as stored now; true: the key
  std::vector<PropertyId> replaced;                 // whose claims are replaced whatever they were, for the journal
  EntityRecord& record() { return edge ? static_cast<EntityRecord&>(edge_record) : node; }
  const EntityRecord& record() const { return edge ? static_cast<const EntityRecord&>(edge_record) : node; }
};

class BulkNodes;
class Transaction;
struct ReadyKind;
struct ReadyNode;

class GraphWriter {
 public:
  // kPast: what is written is for reading only, nothing is journalled (past_view.h).
  enum class Purpose : uint8_t { kCommit, kPast };
  // `base`: the committed state that the transaction starts from.
  GraphWriter(std::shared_ptr<const ReadView::State> base, const NextIds& next, const BatchInfo& info,
              Purpose purpose = Purpose::kCommit);
  GraphWriter(const GraphWriter&) = delete;

  // What readers of the transaction see. Reading through it flushes.
  const std::shared_ptr<ReadView::State>& state() { return state_; }
  const ReadView::State& base() const { return *base_; }
  BatchId batch() const { return batch_; }
  int64_t time_ms() const { return info_.time_ms; }
  const NextIds& next() const { return next_; }
  bool empty() const { return !changed_; }
  Status SetInput(const std::string& name, const std::string& sha256);
  void SetOriginHash(const std::string& sha256) { info_.origin_sha256 = sha256; }
  void SetInputHash(const std::string& name, const std::string& instead, const std::string& sha256);

  // Numbers of names and evidence, new ones where needed.
  Result<uint32_t> Intern(NameKind kind, std::string_view name);
  Result<EvidenceId> Intern(const Evidence& evidence);
  Result<std::shared_ptr<const Evidence>> EvidenceOf(EvidenceId id) { return state_->EvidenceOf(id); }

  // Nodes. Records have explicit evidence; their batch is this one.
  Result<NodeId> CreateNode(NodeRecord record);
  Result<bool> NodeExists(NodeId id);
  Result<bool> LoadNode(NodeId id, NodeRecord& record) const;  // as stored
  // Nodes of `label` that an identifier finds (unique or not), ascending.
  Result<std::vector<NodeId>> FindByIdentifier(LabelId label, const IndexSet::Entry& index, const Value& value) const;
  Status DeleteNode(NodeId id);

  // Edges.
  Result<EdgeId> CreateEdge(EdgeRecord record);
  Result<const EdgeRecord*> FindEdge(EdgeId id);  // as stored; null: none; until the next call
  // Edges of the type from → to, ascending. Reads the neighbours of the end that has fewer.
  Result<std::vector<EdgeId>> EdgesBetween(TypeId type, NodeId from, NodeId to);
  Status DeleteEdge(EdgeId id);

  // Changes of what is there: take out, change, store. nullopt: no such entity. Nothing is written before StoreEdit, and
  // nothing if it fails (kConflict: a unique value is taken). ClaimsOf: all claims of a property (0: of the existence),
  // the visible one first, to be changed in place.
  Result<std::optional<EntityEdit>> Edit(bool edge, uint64_t id);
  Result<std::vector<StoredClaim>*> ClaimsOf(EntityEdit& edit, PropertyId property);
  Status StoreEdit(EntityEdit edit);

  // Makes older entities what they are to be: changes, deletes and brings back, in an order in which nothing is in the
  // way. Ids ascending. Edges must have their ends and deleted nodes no other edges. kConflict, with the clash told: a
  // unique value is held by a node that is not in `nodes`; the writer can then only be dropped.
  using Restoration = std::pair<uint64_t, EntityState>;
  struct UniqueClash {
    NodeId node, holder;
    PropertyId property;
    std::string form;  // IndexedForm of the value
  };
  Status Restore(const std::vector<Restoration>& nodes, const std::vector<Restoration>& edges, UniqueClash* clash);
  // The batch is an undo of these: it is one even if nothing changes.
  void SetUndoes(std::vector<BatchId> undoes);
  uint64_t restored() const { return info_.entities_restored; }

  // Writes what is held decoded to the overlay; the name index, which few reads need, apart.
  Status Flush();
  Status FlushNames();
  // Ranges, journal lists, ids and the batch record; then moves all changes to `out`.
  Result<BatchInfo> Finish(int64_t time_ms, storage::Batch& out);
  // After the commit: what others may share from now on.
  std::shared_ptr<const Names> names() const { return state_->names; }
  void ShareEvidence();
  // For messages: "node 7 '比亚迪'".
  std::string Describe(NodeId id);
  Overlay& overlay() { return overlay_; }
  // From here on the nodes that are created lie there.
  void StartBulk(BulkNodes* nodes);
  // ready_node.h.
  static GraphWriter& Of(const Transaction& transaction);
  std::optional<ReadyKind> ReadyKindOf(const std::vector<std::string>& labels) const;
  const BulkNodes& bulk_nodes() const { return *bulk_nodes_; }
  // The same as CreateNode; id 0 where one of the identifiers may be in use.
  Result<NodeId> CreateReady(const ReadyNode& node);
  static uint64_t IdentifierHash(PropertyId property, LabelId label, std::string_view form);

 private:
  friend class BulkLoader;
  struct HeadEntry {
    AdjacencyHead head;
    bool dirty = false, exists = false;
  };
  struct ChunkEntry {
    EdgeChunk chunk;
    bool dirty = false;
  };
  struct GroupKey {
    NodeId node;
    Direction direction;
    TypeId type;
    friend bool operator==(const GroupKey&, const GroupKey&) = default;
  };
  struct GroupHash {
    size_t operator()(const GroupKey& k) const {
      return (k.node.raw * 0x9E3779B97F4A7C15ull) ^ (uint64_t{k.type.raw} << 1 | static_cast<uint64_t>(k.direction));
    }
  };
  using PairIndex = std::unordered_multimap<uint64_t, EdgeId>;  // neighbour → edges

  Names& MutableNames();
  void NoteCreated(bool edges, uint64_t id, EvidenceId evidence);
  Result<Origin> OriginOf(bool edge, uint64_t id) const;
  Result<HeadEntry*> HeadOf(NodeId id);
  HeadEntry& Changed(NodeId id, HeadEntry& entry);
  Result<ChunkEntry*> ChunkEntryOf(uint64_t chunk);
  void Changed(uint64_t number, ChunkEntry& entry);
  Status WalkGroup(NodeId node, const AdjacencyGroup& group, const std::function<bool(const Adjacent&)>& row);
  Status AddEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other, const Visibility& seen);
  // Calls change(block, index) on the block or tail that holds the edge.
  Status ChangeEnd(NodeId node, Direction direction, TypeId type, EdgeId edge,
                   const std::function<void(AdjacencyBlock&, size_t)>& change);
  Status RemoveEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other);
  // Like AddEnd, for an edge older than others of the group.
  Status InsertEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other, const Visibility& seen);
  Status CountBy(const Key& key, int64_t step);
  Status SetLabel(LabelId label, NodeId node, bool on);
  Status SetLabels(const std::vector<LabelId>& labels, NodeId first, NodeId end);
  Status SettleReady();
  Result<std::vector<EntityEdit::IndexEntry>> IndexEntriesOf(EntityEdit& edit);
  Status CheckUnique(const EntityEdit::IndexEntry& entry, NodeId node);
  // Nodes of a bulk load that an index entry finds, ascending.
  Result<std::vector<NodeId>> FindInBulk(const EntityEdit::IndexEntry& entry) const;
  Status PutIndex(const EntityEdit::IndexEntry& entry, NodeId node);
  void DropIndex(const EntityEdit::IndexEntry& entry, NodeId node);
  Status Journal(bool edge, uint64_t id);
  Status RestoreNode(NodeId id, const EntityState& to, UniqueClash* clash);
  Status RestoreEdge(EdgeId id, const EntityState& to);
  Status TakeOver(const EntityState& to, EntityEdit& edit);
  // The name index follows from the names that were stored to those of `after` (null: the node is gone).
  void NoteNames(NodeId node, const std::vector<std::pair<std::string, bool>>& before, const NodeRecord* after);
  Status FlushHead(NodeId id, AdjacencyHead& head);
  void NoteRuled(bool edge, uint64_t id) {
    if (!state_->indexes->declared().rules.empty()) ruled_[edge].insert(id);
  }
  Status CheckRules();

  std::shared_ptr<const ReadView::State> base_;
  Overlay overlay_;
  struct Own : OwnOrigins {
    GraphWriter* writer = nullptr;
  } own_;
  std::shared_ptr<ReadView::State> state_;
  NextIds next_;
  const NextIds first_;  // ids at and above these are this transaction's
  const BatchId batch_;
  BatchInfo info_;
  bool changed_ = false, unflushed_ = false, names_copied_ = false;
  uint32_t input_ = 0;
  struct Streak { EvidenceId evidence; int length = 0; bool new_input = true; } streaks_[2];

  std::unordered_map<std::string, EvidenceId> evidence_ids_;
  Evidence last_evidence_;
  EvidenceId last_evidence_id_;

  std::unordered_map<uint64_t, HeadEntry> heads_;
  std::vector<uint64_t> dirty_heads_;
  std::unordered_map<uint64_t, ChunkEntry> chunks_;
  std::vector<uint64_t> dirty_chunks_;
  std::unordered_map<GroupKey, PairIndex, GroupHash> pairs_;
  struct LabelKey {
    uint32_t label;
    uint64_t chunk;
    friend auto operator<=>(const LabelKey&, const LabelKey&) = default;
  };
  std::map<LabelKey, IdChunk> label_chunks_;
  std::map<std::string, uint64_t> counts_;  // by rest of the key
  // Nodes made by CreateReady in a row whose labels are not set yet, and the beginning of a record of theirs.
  std::vector<LabelId> ready_labels_;
  NodeId ready_first_, ready_end_;
  std::string ready_head_, ready_record_;
  BulkNodes* bulk_nodes_ = nullptr;
  bool older_nodes_ = true;  // there may be nodes that a bulk load did not create
  SearchFields search_fields_;
  NameIndexChanges name_changes_;
  std::unordered_set<uint64_t> touched_[2];  // older entities changed, deleted or brought back; nodes, edges
  std::unordered_set<uint64_t> ruled_[2];    // written, while there are rules that it may break; nodes, edges
  std::map<uint64_t, std::set<PropertyId>> replaced_[2];  // of these, properties replaced as a whole
  const Purpose purpose_;
};

}  // namespace liantu::graph
