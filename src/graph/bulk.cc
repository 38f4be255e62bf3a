// SPDX-License-Identifier: Apache-2.0
// A bulk load from its spools to the store, in three passes: nodes with their index entries and names, by id; edges, by
// (type, from, to), where statements that are one edge meet; ends of edges, by node, which make the blocks of
// neighbours. Cost: linear but for the sorts; each pass reads what it needs once, in order.
#include "graph/bulk.h"

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "graph/name_index.h"
#include "graph/transaction_state.h"
#include "graph/writer.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

constexpr uint8_t kSpooled = 0xFF;
constexpr uint8_t kMerge = 1, kSwapped = 2;
constexpr uint64_t kLargestId = (1ull << 47) - 1;  // of what is packed beside a type
constexpr size_t kNodesAtOnce = 4096;

// Properties with their evidence; 0: that of the edge.
void EncodePayload(std::string& out, const EdgeRecord& record) {
  PutVarint(out, record.properties.size());
  for (const StoredProperty& p : record.properties) {
    PutVarint(out, p.id.raw);
    EncodeValue(out, p.value);
    PutVarint(out, p.evidence == record.evidence ? 0 : p.evidence.raw);
  }
}

bool DecodePayload(std::string_view in, EdgeRecord& record) {
  uint64_t count, id, evidence;
  if (!GetVarint(in, count)) return false;
  record.properties.resize(count);
  for (StoredProperty& p : record.properties) {
    if (!GetVarint(in, id) || !DecodeValue(in, p.value) || !GetVarint(in, evidence)) return false;
    p.id.raw = static_cast<uint32_t>(id);
    p.evidence = evidence == 0 ? record.evidence : EvidenceId{static_cast<uint32_t>(evidence)};
    p.batch = record.batch;
    p.claims = false;
  }
  return in.empty();
}

}  // namespace

// ---- nodes by id

Status BulkNodes::Append(std::string_view record) {
  LT_ASSIGN(const uint64_t place, spool_.Append(record));
  places_.push_back(place);
  return {};
}

Status BulkNodes::Replace(NodeId id, std::string_view record) {
  LT_ASSIGN(places_[id.raw - first_.raw], spool_.Append(record));
  return {};
}

void BulkNodes::Grow() {
  std::vector<Slot> old(std::max<size_t>(1024, 2 * slots_.size()));
  std::swap(old, slots_);
  for (const Slot& slot : old) {
    if (slot.node == 0) continue;
    size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].node != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

void BulkNodes::AddIdentifier(uint64_t hash, NodeId node) {
  if (3 * (used_ + 1) > 2 * slots_.size()) Grow();
  size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].node != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash && slots_[at].node == node.raw) return;
  }
  slots_[at] = {hash, node.raw};
  ++used_;
}

std::vector<NodeId> BulkNodes::FindIdentifier(uint64_t hash) const {
  std::vector<NodeId> nodes;
  if (slots_.empty()) return nodes;
  for (size_t at = hash & (slots_.size() - 1); slots_[at].node != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash) nodes.push_back(NodeId{slots_[at].node});
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

// ---- gathering edges

BulkLoader::BulkLoader(GraphWriter& writer, storage::Store& store, const BulkOptions& options, AddClaim add_claim)
    : writer_(writer),
      store_(store),
      options_(options),
      add_claim_(std::move(add_claim)),
      folder_(store.folder()),
      nodes_(NodeId{writer.next().node}, options.memory_bytes / 8, folder_),
      edges_(options.memory_bytes / 8 * 3, folder_),
      payloads_(options.memory_bytes / 8, folder_) {}

BulkLoader::~BulkLoader() = default;

Result<uint64_t> BulkLoader::AddEdge(const EdgeRecord& record, bool merge, const EdgeTypeSpec* spec) {
  LT_ASSERT(record.from.raw <= kLargestId && record.to.raw <= kLargestId);
  const bool swapped = spec != nullptr && spec->symmetric && record.to < record.from;
  EdgeRow row;
  row.type_from = uint64_t{record.type.raw} << 48 | (swapped ? record.to.raw : record.from.raw);
  row.to = swapped ? record.from.raw : record.to.raw;
  row.order = orders_;
  row.evidence = record.evidence;
  row.flags = static_cast<uint8_t>((merge ? kMerge : 0) | (swapped ? kSwapped : 0));
  std::string payload;
  EncodePayload(payload, record);
  if (payload.size() <= sizeof row.data) {
    row.size = static_cast<uint8_t>(payload.size());
    std::copy(payload.begin(), payload.end(), row.data);
  } else {
    LT_ASSIGN(const uint64_t place, payloads_.Append(payload));
    row.size = kSpooled;
    std::memcpy(row.data, &place, sizeof place);
  }
  LT_TRY(edges_.Add(row));
  const uint32_t input = writer_.input_;
  if (inputs_.empty() || inputs_.back().second != input) inputs_.emplace_back(orders_, input);
  if (const auto [at, added] = specs_.try_emplace(record.type, spec); added || last_input_ != input || last_type_ != record.type) {
    inputs_of_type_[record.type].insert(input);
  }
  last_input_ = input;
  last_type_ = record.type;
  return ++orders_;
}

Status BulkLoader::Decode(const EdgeRow& row, EdgeRecord& record) const {
  record.type = TypeOf(row);
  record.from.raw = row.type_from & ((1ull << 48) - 1);
  record.to.raw = row.to;
  if (row.flags & kSwapped) std::swap(record.from, record.to);
  record.evidence = row.evidence;
  record.batch = writer_.batch();
  record.claims = false;
  std::string spooled;
  std::string_view payload(row.data, row.size);
  if (row.size == kSpooled) {
    uint64_t place;
    std::memcpy(&place, row.data, sizeof place);
    LT_TRY(payloads_.Read(place, &spooled));
    payload = spooled;
  }
  return DecodePayload(payload, record) ? Status() : Status(Code::kIo, "a temporary file has come back changed");
}

uint32_t BulkLoader::InputOf(uint64_t order) const {
  const auto at = std::upper_bound(inputs_.begin(), inputs_.end(), order, [](uint64_t o, const auto& i) { return o < i.first; });
  return std::prev(at)->second;
}

// ---- pass 1: nodes

Status BulkLoader::WriteNodes(storage::BulkLoad& load) {
  // Names that the ordinary half of the transaction has changed are in the overlay first; lists that both halves change
  // are then joined there.
  const bool alone = writer_.name_changes_.empty() && nodes_.first().raw == 1;
  LT_TRY(writer_.FlushNames());
  const ReadView::State& state = *writer_.state_;
  struct Prepared {
    std::string record;
    bool claims = false, damaged = false;
    std::vector<EntityEdit::IndexEntry> entries;
    std::vector<std::string> lists;
  };
  const auto new_fields = [&] {
    return SearchFields(
        state.ontology, [&](LabelId id) -> const std::string& { return state.names->name(NameKind::kLabel, id.raw); },
        [&](PropertyId id) -> const std::string& { return state.names->name(NameKind::kProperty, id.raw); });
  };
  std::vector<SearchFields> fields;
  for (int i = 0; i < omp_get_max_threads(); ++i) fields.push_back(new_fields());
  PostingSorter postings(options_.memory_bytes / 4, folder_);
  for (uint64_t begin = nodes_.first().raw; begin < nodes_.end().raw; begin += kNodesAtOnce) {
    std::vector<Prepared> part(std::min<uint64_t>(kNodesAtOnce, nodes_.end().raw - begin));
    for (size_t i = 0; i < part.size(); ++i) LT_TRY(nodes_.Read(NodeId{begin + i}, &part[i].record));
#pragma omp parallel for schedule(dynamic, 64)
    for (size_t i = 0; i < part.size(); ++i) {
      Prepared& p = part[i];
      EntityEdit edit{.id = begin + i};
      p.damaged = !DecodeNode(p.record, edit.node);
      if (p.damaged) continue;
      std::vector<SearchName> names;
      fields[static_cast<size_t>(omp_get_thread_num())].Collect(edit.node.labels, edit.node.properties, &names);
      p.lists = NameLists(names);
      p.claims = std::any_of(edit.node.properties.begin(), edit.node.properties.end(), [](const StoredProperty& s) { return s.claims; });
      if (!p.claims) p.entries = *writer_.IndexEntriesOf(edit);
    }
    for (size_t i = 0; i < part.size(); ++i) {
      Prepared& p = part[i];
      const NodeId id{begin + i};
      if (p.damaged) return Status(Code::kIo, "a temporary file has come back changed");
      if (p.claims) {
        EntityEdit edit{.id = id.raw};
        LT_ASSERT(DecodeNode(p.record, edit.node));
        LT_ASSIGN(p.entries, writer_.IndexEntriesOf(edit));
      }
      const Key key = keys::Node(id);
      LT_TRY(load.Put(key.space, key.view(), p.record));
      std::string value;
      PutVarint(value, id.raw);
      for (const EntityEdit::IndexEntry& e : p.entries) {
        const Key entry = e.unique ? keys::UniqueEntry(e.property, e.form, e.label) : keys::PlainEntry(e.property, e.form, e.label, id);
        // An older node may have given the value up in this transaction; its deletion must not come last.
        if (!alone && writer_.overlay_.Touches(entry.space, entry.route)) {
          writer_.overlay_.Put(entry, e.unique ? value : std::string());
        } else {
          LT_TRY(load.Put(entry.space, entry.view(), e.unique ? std::string_view(value) : std::string_view()));
        }
      }
      LT_TRY(postings.Add(id, p.lists));
    }
  }
  LT_ASSIGN(const NameIndexHead head, LoadNameIndexHead(*state.view));
  if (head.version != NameIndexVersion(*state.ontology)) {
    return Status(Code::kOutdated, "the name index was built by another version or for another ontology and must be built again");
  }
  Status failure;
  return postings.Drain([&](const std::string& list, std::span<const uint64_t> ids) -> Status {
    LT_TRY(PutPostings(
        head.generation, list, ids,
        [&](storage::KeyView key, std::string* value) -> Result<bool> {
          if (alone) return false;
          return writer_.overlay_.Get(Keyspace::kText, key, value);
        },
        [&](storage::KeyView key, std::string_view value) -> Status {
          if (!alone && writer_.overlay_.Touches(Keyspace::kText, key.route)) {
            writer_.overlay_.Put({Keyspace::kText, key.route, std::string(key.rest)}, std::string(value));
            return {};
          }
          return load.Put(Keyspace::kText, key, value);
        }));
    return failure;
  });
}

// ---- pass 2: edges

// Gives edges their ids, in the order in which they come, and writes them.
class BulkLoader::EdgeOut {
 public:
  EdgeOut(BulkLoader& loader, storage::BulkLoad& load, RunSorter<EndRow>& ends) : l_(loader), w_(loader.writer_), load_(load), ends_(ends) {
    // Chunks of records are not shared with older edges.
    if (w_.next_.edge != 1) w_.next_.edge = (w_.next_.edge + kEdgesPerChunk - 1) / kEdgesPerChunk * kEdgesPerChunk;
  }

  // `claims`: sets of two or more that lie apart; may be null.
  Status Put(EdgeRecord record, uint32_t input, const std::map<PropertyId, std::vector<StoredClaim>>* claims) {
    const EdgeId id{w_.next_.edge++};
    LT_ASSERT(id.raw <= kLargestId);
    if (w_.input_ != input) {
      w_.input_ = input;
      w_.streaks_[1].new_input = true;
    }
    if (record.evidence != evidence_) {
      LT_ASSIGN(const auto evidence, w_.EvidenceOf(record.evidence));
      seen_ = Visibility::Of(*evidence);
      evidence_ = record.evidence;
    }
    LT_TRY(AddEnd(record.from, Direction::kOut, record.type, id, record.to));
    LT_TRY(AddEnd(record.to, Direction::kIn, record.type, id, record.from));
    w_.NoteCreated(true, id.raw, record.evidence);
    if (claims != nullptr) {
      for (const auto& [property, set] : *claims) {
        if (set.size() < 2) continue;
        std::string value;
        EncodeClaims(value, set);
        w_.overlay_.Put(keys::EdgeClaims(id, property), std::move(value));
      }
    }
    if (record.type != type_) LT_TRY(CountType(record.type));
    ++of_type_;
    Compress(record, w_.own_.ranges[1].back().origin());
    if (keys::ChunkOf(id) != number_) LT_TRY(FlushChunk());
    number_ = keys::ChunkOf(id);
    chunk_.slots[static_cast<size_t>(keys::SlotOf(id))] = std::move(record);
    ++count_;
    return {};
  }

  Status Finish() {
    LT_TRY(FlushChunk());
    LT_TRY(CountType(TypeId{}));
    w_.info_.edges_created += count_;
    return w_.CountBy(keys::EdgeCount(TypeId{}), static_cast<int64_t>(count_));
  }

 private:
  Status AddEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other) {
    if (!l_.nodes_.Has(node)) return w_.AddEnd(node, direction, type, edge, other, seen_);
    return ends_.Add({node.raw, static_cast<uint64_t>(direction) << 63 | uint64_t{type.raw} << 47 | edge.raw, other.raw, evidence_});
  }
  Status CountType(TypeId next) {
    if (of_type_ > 0) LT_TRY(w_.CountBy(keys::EdgeCount(type_), static_cast<int64_t>(of_type_)));
    of_type_ = 0;
    type_ = next;
    return {};
  }
  Status FlushChunk() {
    if (chunk_.empty()) return {};
    value_.clear();
    EncodeEdgeChunk(value_, chunk_);
    chunk_ = EdgeChunk();
    const Key key = keys::EdgeChunk(number_);
    return load_.Put(key.space, key.view(), value_);
  }

  BulkLoader& l_;
  GraphWriter& w_;
  storage::BulkLoad& load_;
  RunSorter<EndRow>& ends_;
  EvidenceId evidence_;
  Visibility seen_;
  TypeId type_;
  uint64_t of_type_ = 0, count_ = 0, number_ = 0;
  EdgeChunk chunk_;
  std::string value_;
};

struct BulkLoader::Merged {
  EntityEdit edit;
  uint64_t order = 0;
};

// By its identity an edge is found among those between the same nodes; by documents and valid time it is told whether a
// statement is about it. The same rule as Transaction::State::FindMerged.
Result<std::vector<BulkLoader::Merged>> BulkLoader::MergeGroup(const std::vector<EdgeRow>& rows) {
  const EdgeTypeSpec* spec = specs_.at(TypeOf(rows.front()));
  const Names& names = *writer_.state_->names;
  std::vector<PropertyId> identity;
  if (spec != nullptr) {
    for (const std::string& name : spec->identity) identity.push_back(PropertyId{names.Find(NameKind::kProperty, name)});
  }
  const auto identity_of = [&](const EdgeRecord& record) {
    std::string out;
    const auto add = [&](PropertyId id, const StoredProperty* p) {
      PutVarint(out, id.raw);
      if (p != nullptr) EncodeValue(out, p->value);
      else out.push_back(static_cast<char>(0xFF));  // no type's byte
    };
    for (const PropertyId id : identity) add(id, record.Find(id));
    if (spec == nullptr) {
      for (const StoredProperty& p : record.properties) add(p.id, &p);
    }
    return out;
  };
  std::vector<Merged> edges;
  std::unordered_map<std::string, std::vector<size_t>> by_identity;
  for (const EdgeRow& row : rows) {
    EdgeRecord record;
    LT_TRY(Decode(row, record));
    std::vector<size_t>& candidates = by_identity[identity_of(record)];
    Merged* same = nullptr;
    if (row.flags & kMerge) {
      LT_ASSIGN(const auto evidence, writer_.EvidenceOf(record.evidence));
      for (const size_t i : candidates) {
        LT_ASSIGN(const auto* claims, writer_.ClaimsOf(edges[i].edit, PropertyId{}));
        bool overlaps = false, documents_equal = spec != nullptr;
        for (const StoredClaim& claim : *claims) {
          LT_ASSIGN(const auto other, writer_.EvidenceOf(claim.evidence));
          overlaps = overlaps || Overlap(other->valid, evidence->valid);
          documents_equal = documents_equal || other->documents == evidence->documents;
        }
        if (!overlaps || !documents_equal) continue;
        same = &edges[i];
        break;
      }
    }
    if (same == nullptr) {
      candidates.push_back(edges.size());
      Merged& edge = edges.emplace_back();
      edge.edit.edge = edge.edit.created = true;
      edge.edit.edge_record = std::move(record);
      edge.order = row.order;
      continue;
    }
    LT_ASSIGN(bool changed, add_claim_(same->edit, PropertyId{}, Value(), record.evidence));
    for (const StoredProperty& p : record.properties) {
      LT_ASSIGN(const bool more, add_claim_(same->edit, p.id, p.value, p.evidence));
      changed |= more;
    }
    if (options_.on_edge_merged) options_.on_edge_merged(row.order + 1, changed);
  }
  return edges;
}

Status BulkLoader::WriteEdges(storage::BulkLoad& load, RunSorter<EndRow>& ends) {
  EdgeOut out(*this, load, ends);
  // A type whose statements come from several files is sorted once more, so that the edges of a file have ids in a row
  // and the file need not be noted for each.
  std::unique_ptr<RunSorter<EdgeRow>> again;
  TypeId type;
  std::unordered_map<uint64_t, EntityEdit> merged;  // by order; those with something to keep beside their row
  const auto put = [&](const EdgeRow& row) -> Status {
    const auto at = merged.find(row.order);
    const uint32_t input = InputOf(row.order);
    if (at != merged.end()) {
      LT_TRY(out.Put(std::move(at->second.edge_record), input, &at->second.claims));
      merged.erase(at);
      return {};
    }
    EdgeRecord record;
    LT_TRY(Decode(row, record));
    return out.Put(std::move(record), input, nullptr);
  };
  const auto end_type = [&]() -> Status {
    if (again == nullptr) return {};
    LT_TRY(again->Drain([&](EdgeRow row) {
      row.type_from = (row.type_from & ((1ull << 48) - 1)) | uint64_t{type.raw} << 48;
      return put(row);
    }));
    again.reset();
    return {};
  };
  const auto take = [&](EdgeRow row) -> Status {
    if (again == nullptr) return put(row);
    row.type_from = (row.type_from & ((1ull << 48) - 1)) | uint64_t{InputOf(row.order)} << 48;
    return again->Add(row);
  };
  std::vector<EdgeRow> group;
  const auto end_group = [&]() -> Status {
    if (group.empty()) return {};
    if (TypeOf(group.front()) != type) {
      LT_TRY(end_type());
      type = TypeOf(group.front());
      if (inputs_of_type_.at(type).size() > 1) again = std::make_unique<RunSorter<EdgeRow>>(options_.memory_bytes / 8, folder_);
    }
    if (group.size() == 1) {
      LT_TRY(take(group.front()));
    } else {
      LT_ASSIGN(std::vector<Merged> edges, MergeGroup(group));
      for (Merged& edge : edges) {
        const EdgeRow& row = *std::find_if(group.begin(), group.end(), [&](const EdgeRow& r) { return r.order == edge.order; });
        if (!edge.edit.claims.empty()) merged.emplace(edge.order, std::move(edge.edit));
        LT_TRY(take(row));
      }
    }
    group.clear();
    return {};
  };
  LT_TRY(edges_.Drain([&](const EdgeRow& row) -> Status {
    if (!group.empty() && (group.front().type_from != row.type_from || group.front().to != row.to)) LT_TRY(end_group());
    group.push_back(row);
    return {};
  }));
  LT_TRY(end_group());
  LT_TRY(end_type());
  return out.Finish();
}

// ---- pass 3: neighbours

class BulkLoader::EndOut {
 public:
  EndOut(GraphWriter& writer, storage::BulkLoad& load) : w_(writer), load_(load) {}
  Status Put(const EndRow& row) {
    const uint64_t group = row.group_edge >> 47;
    if (row.node != node_.raw) {
      LT_TRY(FlushNode());
      node_.raw = row.node;
      group_ = ~group;
    }
    if (group != group_) {
      LT_TRY(FlushGroup());
      group_ = group;
      AdjacencyGroup& g = head_.groups.emplace_back();
      g.direction = static_cast<Direction>(group >> 16);
      g.type.raw = static_cast<uint32_t>(group & 0xFFFF);
    }
    if (row.evidence != evidence_) {
      LT_ASSIGN(const auto evidence, w_.EvidenceOf(row.evidence));
      seen_ = Visibility::Of(*evidence);
      evidence_ = row.evidence;
    }
    AdjacencyGroup& g = head_.groups.back();
    g.tail.Add(EdgeId{row.group_edge & kLargestId}, NodeId{row.other}, seen_);
    ++g.degree;
    return g.tail.entries.size() < kBlockEdges ? Status() : CutBlock(g);
  }
  Status FlushNode() {
    if (head_.groups.empty()) return {};
    LT_TRY(FlushGroup());
    value_.clear();
    EncodeHead(value_, head_);
    head_.groups.clear();
    const Key key = keys::Head(node_);
    return load_.Put(key.space, key.view(), value_);
  }

 private:
  Status FlushGroup() {
    if (head_.groups.empty()) return {};
    AdjacencyGroup& g = head_.groups.back();
    return g.tail.entries.size() <= kTailEdges ? Status() : CutBlock(g);
  }
  Status CutBlock(AdjacencyGroup& g) {
    g.newest_block = g.tail.entries.back().edge;
    value_.clear();
    EncodeBlock(value_, g.tail);
    g.tail = AdjacencyBlock();
    const Key key = keys::Block(node_, g.direction, g.type, g.newest_block);
    return load_.Put(key.space, key.view(), value_);
  }

  GraphWriter& w_;
  storage::BulkLoad& load_;
  NodeId node_;
  uint64_t group_ = 0;
  EvidenceId evidence_;
  Visibility seen_;
  AdjacencyHead head_;
  std::string value_;
};

Result<std::unique_ptr<storage::BulkLoad>> BulkLoader::Write() {
  LT_ASSIGN(std::unique_ptr<storage::BulkLoad> load, store_.NewBulkLoad(options_.memory_bytes / 8));
  LT_TRY(WriteNodes(*load));
  if (edges_.size() > 0) {
    RunSorter<EndRow> ends(options_.memory_bytes / 8 * 3, folder_);
    LT_TRY(WriteEdges(*load, ends));
    EndOut out(writer_, *load);
    LT_TRY(ends.Drain([&](const EndRow& row) { return out.Put(row); }));
    LT_TRY(out.FlushNode());
  }
  return load;
}

}  // namespace liantu::graph
