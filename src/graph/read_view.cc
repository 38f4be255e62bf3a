// SPDX-License-Identifier: Apache-2.0
// Reading the graph: records, neighbours, look-ups, claims, counts. Snapshots and search have files of their own.
#include <algorithm>

#include "graph/journal.h"
#include "graph/past_view.h"
#include "graph/view_state.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;
using storage::KeyView;

constexpr size_t kReadAhead = 64;  // chunks or heads asked for at once
constexpr uint64_t kDense = 4;     // ids that lie no farther apart on average are walked over

bool Wanted(std::span<const TypeId> types, TypeId type) {
  return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

const Value* FindIn(const std::vector<std::pair<PropertyId, Value>>& properties, PropertyId id) {
  const auto at = std::lower_bound(properties.begin(), properties.end(), id,
                                   [](const auto& p, PropertyId i) { return p.first < i; });
  return at != properties.end() && at->first == id ? &at->second : nullptr;
}

// Neighbouring ids lie together: walking over them costs a fraction of looking each up. A transaction's own writes may
// change what a walk stands on.
bool WalkPays(std::span<const NodeId> nodes, bool in_transaction) {
  return nodes.size() > 1 && !in_transaction && nodes.back().raw - nodes.front().raw < kDense * nodes.size() && std::is_sorted(nodes.begin(), nodes.end());
}

std::vector<storage::Route> RoutesOf(std::span<const NodeId> nodes) {
  std::vector<storage::Route> routes(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) routes[i] = nodes[i].raw;
  return routes;
}

std::vector<std::pair<PropertyId, Value>> Plain(std::vector<StoredProperty>& properties) {
  std::vector<std::pair<PropertyId, Value>> out;
  out.reserve(properties.size());
  for (StoredProperty& p : properties) out.emplace_back(p.id, std::move(p.value));
  return out;
}

}  // namespace

const Value* Node::Property(PropertyId id) const { return FindIn(properties, id); }
const Value* Edge::Property(PropertyId id) const { return FindIn(properties, id); }

// ---- state

const BatchRange* OwnOrigins::Find(bool edges, uint64_t id) const {
  const auto& list = ranges[edges];
  auto at = std::upper_bound(list.begin(), list.end(), id, [](uint64_t i, const BatchRange& r) { return i < r.first; });
  if (at == list.begin()) return nullptr;
  --at;
  return id <= at->last ? &*at : nullptr;
}

Result<BatchRange> ReadView::State::RangeOf(bool edges, uint64_t id) const {
  if (own != nullptr) {
    if (const BatchRange* range = own->Find(edges, id)) return *range;
  }
  return cache->Range(*view, edges, id);
}

Result<std::shared_ptr<const Evidence>> ReadView::State::EvidenceOf(EvidenceId id) const {
  if (own != nullptr) {
    const auto at = own->evidence.find(id.raw);
    if (at != own->evidence.end()) return at->second;
  }
  return cache->Find(*view, id);
}

Result<bool> ReadView::State::LoadNode(NodeId id, NodeRecord& record) const {
  const Key key = keys::Node(id);
  std::string value;
  LT_ASSIGN(const bool found, Get(key, &value));
  if (found && !DecodeNode(value, record)) return Damaged(key, Text("node ", id.raw));
  return found;
}

Result<bool> ReadView::State::LoadEdge(EdgeId id, EdgeRecord& record) const {
  const Key key = keys::EdgeChunk(keys::ChunkOf(id));
  std::string value;
  LT_ASSIGN(const bool found, Get(key, &value));
  if (!found) return false;
  EdgeChunkReader reader(value);
  EdgeChunkReader::Item item;
  while (reader.Next(item)) {
    if (item.slot != keys::SlotOf(id)) continue;
    record.type = item.type;
    record.from = item.from;
    record.to = item.to;
    record.evidence = item.evidence;
    record.batch = item.batch;
    record.claims = item.claims;
    if (!DecodeProperties(item.properties, record.properties)) return Damaged(key, Text("edge ", id.raw));
    return true;
  }
  if (reader.damaged()) return Damaged(key, Text("edge ", id.raw));
  return false;
}

Status ReadView::State::See(bool edge, uint64_t id, const ReadOptions& options, EntityRecord& record) const {
  if (!options.as_of) return {};
  LT_ASSIGN(const BatchRange range, RangeOf(edge, id));
  Resolve(record, range.origin());
  std::vector<StoredProperty> seen;
  for (StoredProperty& p : record.properties) {
    LT_ASSIGN(const auto evidence, EvidenceOf(p.evidence));
    if (evidence->valid.Covers(*options.as_of)) {
      seen.push_back(std::move(p));
      continue;
    }
    if (!p.claims) continue;
    LT_ASSIGN(auto claims, LoadClaims(edge, id, p.id, record));
    for (StoredClaim& claim : claims) {
      LT_ASSIGN(const auto other, EvidenceOf(claim.evidence));
      if (!other->valid.Covers(*options.as_of)) continue;
      seen.push_back({p.id, std::move(claim.value), claim.evidence, claim.batch, true});
      break;
    }
  }
  record.properties = std::move(seen);
  return {};
}

Result<Node> ReadView::State::ToNode(NodeId id, NodeRecord record, const ReadOptions& options) const {
  LT_TRY(See(false, id.raw, options, record));
  return Node{id, std::move(record.labels), Plain(record.properties)};
}

Result<std::optional<Edge>> ReadView::State::ToEdge(EdgeId id, EdgeRecord record, const ReadOptions& options) const {
  EvidenceId evidence_id = record.evidence;
  if (!evidence_id) {
    LT_ASSIGN(const BatchRange range, RangeOf(true, id.raw));
    evidence_id = range.evidence;
  }
  LT_ASSIGN(const auto evidence, EvidenceOf(evidence_id));
  if (!SightOf(options).Sees(Visibility::Of(*evidence))) return std::optional<Edge>();
  LT_TRY(See(true, id.raw, options, record));
  return std::optional<Edge>(Edge{id, record.type, record.from, record.to, Plain(record.properties), evidence->valid,
                                  evidence->certainty});
}

Result<std::vector<StoredClaim>> ReadView::State::LoadClaims(bool edge, uint64_t id, PropertyId property,
                                                             const EntityRecord& record) const {
  StoredProperty one{.evidence = record.evidence, .batch = record.batch, .claims = record.claims};
  if (property) {
    const StoredProperty* p = record.Find(property);
    if (p == nullptr) return std::vector<StoredClaim>();
    one = *p;
    if (!one.evidence) one.evidence = record.evidence;
    if (!one.batch) one.batch = record.batch;
  }
  std::vector<StoredClaim> claims;
  if (one.claims) {
    const Key key = edge ? keys::EdgeClaims(EdgeId{id}, property) : keys::NodeClaims(NodeId{id}, property);
    std::string value;
    LT_ASSIGN(const bool found, Get(key, &value));
    if (!found || !DecodeClaims(value, claims) || claims.size() < 2) {
      return Damaged(key, Text("the claims about ", edge ? "edge " : "node ", id));
    }
    return claims;
  }
  if (!one.evidence || !one.batch) {
    LT_ASSIGN(const BatchRange range, RangeOf(edge, id));
    if (!one.evidence) one.evidence = range.evidence;
    if (!one.batch) one.batch = range.batch;
  }
  claims.push_back({std::move(one.value), one.evidence, one.batch});
  return claims;
}

// ---- names

LabelId ReadView::label(std::string_view name) const { return {state_->names->Find(NameKind::kLabel, name)}; }
TypeId ReadView::type(std::string_view name) const { return {state_->names->Find(NameKind::kType, name)}; }
PropertyId ReadView::property(std::string_view name) const { return {state_->names->Find(NameKind::kProperty, name)}; }
const std::string& ReadView::name(LabelId id) const { return state_->names->name(NameKind::kLabel, id.raw); }
const std::string& ReadView::name(TypeId id) const { return state_->names->name(NameKind::kType, id.raw); }
const std::string& ReadView::name(PropertyId id) const { return state_->names->name(NameKind::kProperty, id.raw); }

std::vector<std::string> ReadView::label_names() const {
  std::vector<std::string> out;
  for (uint32_t id = 1; id <= state_->names->count(NameKind::kLabel); ++id) {
    const std::string& name = state_->names->name(NameKind::kLabel, id);
    auto count = NodeCount(LabelId{id});
    const LabelSpec* spec = ontology().Label(name);
    if ((spec != nullptr && spec->name == name) || (count.ok() && *count > 0)) out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> ReadView::type_names() const {
  std::vector<std::string> out;
  for (uint32_t id = 1; id <= state_->names->count(NameKind::kType); ++id) {
    const std::string& name = state_->names->name(NameKind::kType, id);
    auto count = EdgeCount(TypeId{id});
    const EdgeTypeSpec* spec = ontology().EdgeType(name);
    if ((spec != nullptr && spec->name == name) || (count.ok() && *count > 0)) out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> ReadView::property_names() const {
  std::vector<std::string> out;
  for (uint32_t id = 1; id <= state_->names->count(NameKind::kProperty); ++id) {
    out.push_back(state_->names->name(NameKind::kProperty, id));
  }
  std::sort(out.begin(), out.end());
  return out;
}

const Ontology& ReadView::ontology() const { return *state_->ontology; }
const ReadOptions& ReadView::options() const { return options_; }
uint64_t ReadView::sequence() const { return state_->view->sequence(); }

std::string ReadView::derived_folder() const {
  const bool plain = state_->own == nullptr && state_->present == nullptr && !options_.as_of && !options_.as_known && !options_.predicted;
  return plain && !state_->folder.empty() ? state_->folder + "/derived" : std::string();
}
bool ReadView::in_transaction() const { return state_->own != nullptr; }

ReadView ReadView::With(ReadOptions options) const {
  ReadView other = *this;
  other.options_ = options;
  if (!options.as_known) {
    other.options_.as_known = options_.as_known;
  } else if (options.as_known != options_.as_known) {
    const auto& present = state_->present ? state_->present : state_;
    auto past = PastState(present, *options.as_known);
    other.state_ = past.ok() ? *past : FailedState(present, past.status());
  }
  return other;
}

// ---- records

Result<std::optional<Node>> ReadView::GetNode(NodeId id) const {
  NodeRecord record;
  LT_ASSIGN(const bool found, state_->LoadNode(id, record));
  if (!found) return std::optional<Node>();
  LT_ASSIGN(Node node, state_->ToNode(id, std::move(record), options_));
  return std::optional<Node>(std::move(node));
}

Status ReadView::State::LoadNodes(std::span<const NodeId> ids, const std::function<Status(size_t, NodeRecord)>& row) const {
  const auto take = [&](size_t i, std::string_view value) -> Status {
    NodeRecord record;
    if (!DecodeNode(value, record)) return Damaged(keys::Node(ids[i]), Text("node ", ids[i].raw));
    return row(i, std::move(record));
  };
  if (WalkPays(ids, own != nullptr)) {
    Status status;
    LT_TRY(view->MultiScan(Keyspace::kNode, RoutesOf(ids), {}, 1, [&](size_t i, std::string_view rest, std::string_view value) {
      if (rest.empty()) status = take(i, value);
      return status.ok();
    }));
    return status;
  }
  std::vector<KeyView> wanted(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) wanted[i].route = ids[i].raw;
  std::vector<std::optional<std::string>> values;
  LT_TRY(view->MultiGet(Keyspace::kNode, wanted, &values));
  for (size_t i = 0; i < ids.size(); ++i) {
    if (values[i]) LT_TRY(take(i, *values[i]));
  }
  return {};
}

Result<std::vector<std::optional<Node>>> ReadView::GetNodes(std::span<const NodeId> ids) const {
  std::vector<std::optional<Node>> out(ids.size());
  LT_TRY(state_->LoadNodes(ids, [&](size_t i, NodeRecord record) -> Status {
    LT_ASSIGN(out[i], state_->ToNode(ids[i], std::move(record), options_));
    return {};
  }));
  return out;
}

Result<std::optional<Edge>> ReadView::GetEdge(EdgeId id) const {
  EdgeRecord record;
  LT_ASSIGN(const bool found, state_->LoadEdge(id, record));
  if (!found) return std::optional<Edge>();
  return state_->ToEdge(id, std::move(record), options_);
}

Result<std::vector<std::optional<Edge>>> ReadView::GetEdges(std::span<const EdgeId> ids) const {
  std::vector<size_t> order(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return ids[a] < ids[b]; });
  std::vector<KeyView> wanted;
  for (const size_t i : order) {
    const uint64_t chunk = keys::ChunkOf(ids[i]);
    if (wanted.empty() || wanted.back().route != chunk) wanted.push_back({chunk, {}});
  }
  std::vector<std::optional<std::string>> values;
  LT_TRY(state_->view->MultiGet(Keyspace::kEdge, wanted, &values));
  std::vector<std::optional<Edge>> out(ids.size());
  size_t loaded = wanted.size(), at = 0;
  EdgeChunk chunk;
  for (const size_t i : order) {
    while (wanted[at].route != keys::ChunkOf(ids[i])) ++at;
    if (!values[at]) continue;
    if (loaded != at && !DecodeEdgeChunk(*values[at], chunk)) {
      return Damaged(keys::EdgeChunk(wanted[at].route), Text("edge ", ids[i].raw));
    }
    loaded = at;
    const auto& slot = chunk.slots[keys::SlotOf(ids[i])];
    if (!slot) continue;
    LT_ASSIGN(out[i], state_->ToEdge(ids[i], *slot, options_));
  }
  return out;
}

// ---- neighbours

namespace {

// The neighbours of one group: blocks in key order, then the tail.
template <class Row>
Status WalkGroup(const storage::View& view, NodeId node, const GroupView& group, const Sight& sight, bool* stopped, const Row& row) {
  const auto step = [&](const Adjacent& a) {
    return row(Neighbour{a.edge, a.node, group.type, group.direction});
  };
  if (group.newest_block) {
    auto cursor = view.Scan(Keyspace::kAdjacency, node.raw, keys::BlockPrefix(group.direction, group.type));
    std::string bytes;
    for (; cursor->Valid(); cursor->Next()) {
      bytes.assign(cursor->value());  // the row may write and so change what the cursor stands on
      if (!WalkBlock(bytes, sight, stopped, step)) {
        return Damaged({Keyspace::kAdjacency, node.raw, std::string(cursor->rest())}, "a block of neighbours");
      }
      if (*stopped) return {};
    }
    LT_TRY(cursor->status());
  }
  if (!group.tail.empty() && !WalkBlock(group.tail, sight, stopped, step)) {
    return Damaged(keys::Head(node), Text("the neighbours of node ", node.raw));
  }
  return {};
}

template <class Row>
Status WalkHead(const storage::View& view, NodeId node, std::string_view head, Direction direction,
                std::span<const TypeId> types, const Sight& sight, bool* stopped, const Row& row) {
  GroupView group;
  while (!*stopped && NextGroup(head, group)) {
    if (direction != Direction::kBoth && group.direction != direction) continue;
    if (!Wanted(types, group.type)) continue;
    LT_TRY(WalkGroup(view, node, group, sight, stopped, row));
  }
  if (!*stopped && !head.empty()) return Damaged(keys::Head(node), Text("the neighbours of node ", node.raw));
  return {};
}

}  // namespace

Status ReadView::Expand(NodeId node, Direction direction, std::span<const TypeId> types,
                        const std::function<bool(const Neighbour&)>& row) const {
  std::string head;
  LT_ASSIGN(const bool found, state_->Get(keys::Head(node), &head));
  bool stopped = false;
  if (!found) return {};
  return WalkHead(*state_->view, node, head, direction, types, SightOf(options_), &stopped, row);
}

Result<std::vector<Neighbour>> ReadView::Expand(NodeId node, Direction direction,
                                                std::span<const TypeId> types) const {
  std::vector<Neighbour> out;
  LT_TRY(Expand(node, direction, types, [&](const Neighbour& n) {
    out.push_back(n);
    return true;
  }));
  return out;
}

Status ReadView::ExpandMany(std::span<const NodeId> nodes, Direction direction, std::span<const TypeId> types,
                            const std::function<bool(size_t, const Neighbour&)>& row) const {
  bool stopped = false;
  if (WalkPays(nodes, in_transaction())) {
    Status status;
    LT_TRY(state_->view->MultiScan(Keyspace::kAdjacency, RoutesOf(nodes), {}, 1, [&](size_t i, std::string_view rest, std::string_view head) {
      if (!rest.empty()) return true;  // blocks without a head: damage, which check finds
      status = WalkHead(*state_->view, nodes[i], head, direction, types, SightOf(options_), &stopped,
                        [&](const Neighbour& n) { return row(i, n); });
      return status.ok() && !stopped;
    }));
    return status;
  }
  std::vector<KeyView> wanted;
  std::vector<std::optional<std::string>> heads;
  for (size_t begin = 0; begin < nodes.size() && !stopped; begin += kReadAhead) {
    const size_t end = std::min(nodes.size(), begin + kReadAhead);
    wanted.clear();
    for (size_t i = begin; i < end; ++i) wanted.push_back({nodes[i].raw, {}});
    LT_TRY(state_->view->MultiGet(Keyspace::kAdjacency, wanted, &heads));
    for (size_t i = begin; i < end && !stopped; ++i) {
      if (!heads[i - begin]) continue;
      LT_TRY(WalkHead(*state_->view, nodes[i], *heads[i - begin], direction, types, SightOf(options_), &stopped,
                      [&](const Neighbour& n) { return row(i, n); }));
    }
  }
  return {};
}

Result<uint64_t> ReadView::Degree(NodeId node, Direction direction, TypeId type) const {
  std::string head;
  LT_ASSIGN(const bool found, state_->Get(keys::Head(node), &head));
  uint64_t degree = 0;
  if (!found) return degree;
  std::string_view in = head;
  GroupView group;
  while (NextGroup(in, group)) {
    if ((direction == Direction::kBoth || group.direction == direction) && (!type || group.type == type)) {
      degree += group.degree;
    }
  }
  if (!in.empty()) return Damaged(keys::Head(node), Text("the degrees of node ", node.raw));
  return degree;
}

// ---- look-ups

namespace {

Result<std::optional<NodeId>> GetUnique(const storage::View& view, const Key& key) {
  std::string value;
  LT_ASSIGN(const bool found, view.Get(key.space, key.view(), &value));
  if (!found) return std::optional<NodeId>();
  std::string_view in = value;
  NodeId node;
  if (!GetVarint(in, node.raw) || !in.empty()) return Damaged(key, "an index entry");
  return std::optional<NodeId>(node);
}

// Nodes under an index prefix: 'U' entries hold the node in the value, 'I' entries at the end of the key.
Status ScanIndex(const storage::View& view, const Key& prefix, std::vector<NodeId>& out) {
  auto cursor = view.Scan(prefix.space, prefix.route, prefix.rest);
  for (; cursor->Valid(); cursor->Next()) {
    NodeId node;
    std::string_view in = cursor->value();
    bool whole;
    if (prefix.rest[0] == 'U') {
      whole = GetVarint(in, node.raw) && in.empty();
    } else {
      in = cursor->rest();
      whole = in.size() >= 8;
      in.remove_prefix(whole ? in.size() - 8 : 0);
      whole = whole && GetBigEndian(in, node.raw);
    }
    if (!whole) return Damaged({prefix.space, prefix.route, std::string(cursor->rest())}, "an index entry");
    out.push_back(node);
  }
  return cursor->status();
}

void SortUnique(std::vector<NodeId>& nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

}  // namespace

Result<std::optional<NodeId>> ReadView::FindByKey(LabelId label, std::string_view key) const {
  std::vector<NodeId> found;
  if (label) {
    LT_ASSIGN(found, FindByProperty(label, state_->indexes->key(), Value(key)));
  } else {
    LT_ASSIGN(found, FindByKey(key));
  }
  return found.empty() ? std::optional<NodeId>() : found.front();
}

Result<std::vector<NodeId>> ReadView::FindByKey(std::string_view key) const {
  const std::string form = IndexedForm(Value(key));
  std::vector<NodeId> found;
  for (const char kind : {'U', 'I'}) {
    LT_TRY(ScanIndex(*state_->view, keys::IndexPrefix(kind, state_->indexes->key(), form), found));
  }
  SortUnique(found);
  return found;
}

Result<std::vector<NodeId>> ReadView::FindByProperty(LabelId label, PropertyId property, const Value& value) const {
  std::vector<NodeId> found;
  if (!label || !property || value.is_null()) return found;
  const IndexSet::Entry* index = state_->indexes->Find(label, property);
  if (index == nullptr) {
    return Status(Code::kInvalid, Text("there is no index of property '", name(property), "' of label '", name(label),
                                       "'; read the nodes of the label instead"));
  }
  const std::string form = IndexedForm(value);
  if (index->unique) {
    LT_ASSIGN(const auto node, GetUnique(*state_->view, keys::UniqueEntry(property, form, label)));
    if (node) found.push_back(*node);
    return found;
  }
  LT_TRY(ScanIndex(*state_->view, keys::PlainEntryPrefix(property, form, label), found));
  return found;
}

bool ReadView::HasIndex(LabelId label, PropertyId property) const {
  const IndexSet::Entry* index = label && property ? state_->indexes->Find(label, property) : nullptr;
  return index != nullptr && (index->identifier || !options_.as_of);
}

namespace {

Status WalkLabel(const storage::View& view, LabelId label, NodeId after, const std::function<bool(NodeId)>& row) {
  const Key from = keys::LabelChunk(label, (after.raw + 1) >> kIdsPerChunkBits);
  auto cursor = view.Scan(from.space, from.route, "L", from.rest);
  for (; cursor->Valid(); cursor->Next()) {
    std::string_view rest = cursor->rest().substr(1);
    uint64_t number;
    IdChunk chunk;
    if (!GetBigEndian(rest, number) || !rest.empty() || !DecodeIdChunk(cursor->value(), chunk)) {
      return Damaged({from.space, from.route, std::string(cursor->rest())}, "the nodes of a label");
    }
    for (int i = 0; i < kIdsPerChunk; ++i) {
      const NodeId id{(number << kIdsPerChunkBits) + static_cast<uint64_t>(i)};
      if (chunk.Has(i) && id > after && !row(id)) return {};
    }
  }
  return cursor->status();
}

}  // namespace

Status ReadView::NodesWithLabel(LabelId label, NodeId after, const std::function<bool(NodeId)>& row) const {
  return label ? WalkLabel(*state_->view, label, after, row) : Status();
}

Status ReadView::AllNodes(NodeId after, const std::function<bool(NodeId)>& row) const {
  return WalkLabel(*state_->view, LabelId{}, after, row);
}

Status ReadView::AllEdges(EdgeId after, const std::function<bool(const Edge&)>& row) const {
  LT_ASSIGN(const NextIds next, NextIds::Load(*state_->view));
  const uint64_t end = (next.edge + kEdgesPerChunk - 1) >> kEdgesPerChunkBits;
  std::vector<KeyView> wanted;
  std::vector<std::optional<std::string>> values;
  EdgeChunk chunk;
  for (uint64_t begin = keys::ChunkOf(EdgeId{after.raw + 1}); begin < end; begin += kReadAhead) {
    wanted.clear();
    for (uint64_t c = begin; c < std::min(end, begin + kReadAhead); ++c) wanted.push_back({c, {}});
    LT_TRY(state_->view->MultiGet(Keyspace::kEdge, wanted, &values));
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!values[i]) continue;
      if (!DecodeEdgeChunk(*values[i], chunk)) return Damaged(keys::EdgeChunk(wanted[i].route), "a chunk of edges");
      for (int slot = 0; slot < kEdgesPerChunk; ++slot) {
        const EdgeId id{(wanted[i].route << kEdgesPerChunkBits) + static_cast<uint64_t>(slot)};
        if (!chunk.slots[slot] || id <= after) continue;
        LT_ASSIGN(const auto edge, state_->ToEdge(id, std::move(*chunk.slots[slot]), options_));
        if (edge && !row(*edge)) return {};
      }
    }
  }
  return {};
}

// ---- evidence

Result<std::vector<Claim>> ReadView::ClaimsOf(bool edge, uint64_t id, PropertyId property) const {
  NodeRecord node_record;
  EdgeRecord edge_record;
  bool found;
  if (edge) {
    LT_ASSIGN(found, state_->LoadEdge(EdgeId{id}, edge_record));
  } else {
    LT_ASSIGN(found, state_->LoadNode(NodeId{id}, node_record));
  }
  std::vector<Claim> out;
  if (!found) return out;
  const EntityRecord& record = edge ? static_cast<EntityRecord&>(edge_record) : node_record;
  LT_ASSIGN(auto stored, state_->LoadClaims(edge, id, property, record));
  for (StoredClaim& claim : stored) {
    LT_ASSIGN(const auto evidence, state_->EvidenceOf(claim.evidence));
    out.push_back({std::move(claim.value), *evidence, claim.batch, out.empty()});
  }
  return out;
}

Result<std::vector<Claim>> ReadView::Claims(NodeId node, PropertyId property) const {
  return ClaimsOf(false, node.raw, property);
}
Result<std::vector<Claim>> ReadView::Claims(EdgeId edge, PropertyId property) const {
  return ClaimsOf(true, edge.raw, property);
}

Result<ReadView::Birth> ReadView::BirthOf(bool edge, uint64_t id) const {
  LT_ASSIGN(const BatchRange range, state_->RangeOf(edge, id));
  if (options_.as_known && range.batch > *options_.as_known) {
    return Status(Code::kNotFound, Text(edge ? "edge " : "node ", id, " was not there after batch ", options_.as_known->raw));
  }
  Birth birth{range.batch, {}};
  if (range.input != 0) {
    LT_ASSIGN(const auto info, Batch(range.batch));
    if (info && range.input <= info->inputs.size()) birth.input = info->inputs[range.input - 1].name;
  }
  return birth;
}
Result<ReadView::Birth> ReadView::BornIn(NodeId node) const { return BirthOf(false, node.raw); }
Result<ReadView::Birth> ReadView::BornIn(EdgeId edge) const { return BirthOf(true, edge.raw); }

Result<std::vector<BatchInfo>> ReadView::Batches() const {
  std::vector<BatchInfo> out;
  LT_TRY(ForEachBatch(*state_->view, BatchId{1}, [&](const BatchInfo& info) { out.push_back(info); }));
  return out;
}

Result<BatchId> ReadView::LastBatch(Date day) const {
  LT_ASSIGN(const NextIds next, NextIds::Load(*state_->view));
  constexpr int64_t kDayMs = 86'400'000;
  uint64_t low = 0, high = next.batch - 1;  // the batch is one of these; times never fall
  while (low < high) {
    const uint64_t middle = low + (high - low + 1) / 2;
    LT_ASSIGN(const auto info, Batch(BatchId{middle}));
    if (!info) return Damaged(keys::Batch(BatchId{middle}), Text("batch ", middle));
    if (info->time_ms < (day.days + 1) * kDayMs) low = middle;
    else high = middle - 1;
  }
  return BatchId{low};
}

Result<std::optional<BatchInfo>> ReadView::Batch(BatchId id) const {
  const Key key = keys::Batch(id);
  std::string value;
  LT_ASSIGN(const bool found, state_->Get(key, &value));
  if (!found) return std::optional<BatchInfo>();
  BatchInfo info;
  if (!DecodeBatch(value, id, info)) return Damaged(key, Text("batch ", id.raw));
  return std::optional<BatchInfo>(std::move(info));
}

std::shared_ptr<void> ReadView::Companion(const std::function<std::shared_ptr<void>()>& make) const {
  return in_transaction() || state_->snapshots == nullptr ? make() : state_->snapshots->Companion(sequence(), make);
}

// ---- counts

namespace {

Result<uint64_t> ReadCount(const storage::View& view, const Key& key) {
  std::string value;
  LT_ASSIGN(const bool found, view.Get(key.space, key.view(), &value));
  uint64_t count = 0;
  std::string_view in = value;
  if (found && (!GetVarint(in, count) || !in.empty())) return Damaged(key, "a count");
  return count;
}

}  // namespace

Result<uint64_t> ReadView::NodeCount(LabelId label) const { return ReadCount(*state_->view, keys::NodeCount(label)); }
Result<uint64_t> ReadView::EdgeCount(TypeId type) const { return ReadCount(*state_->view, keys::EdgeCount(type)); }

}  // namespace liantu::graph
