// SPDX-License-Identifier: Apache-2.0
// Looking for damage. The fast check reads the catalog, the batches and the membership lists: what is small. The deep
// one reads everything and holds every part against the others. Neither changes anything.
//
// The two directions of every edge are compared by sums of hashes, one over the edge records and one over the
// neighbours, in one pass each and constant memory; only where the sums differ does a second pass look up edge by edge
// which one is wrong. So a sound store of ten million edges is checked without ten million look-ups.
#include <algorithm>
#include <map>
#include <unordered_set>

#include "graph/check.h"
#include "graph/database_state.h"
#include "graph/journal.h"
#include "graph/name_index.h"
#include "graph/projection_json.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;
using storage::Route;

constexpr size_t kMostProblems = 1000;
constexpr uint64_t kPollEvery = 4096;

class Checker {
 public:
  Checker(const ReadView& view, const ReadView::State& state, const Budget& budget)
      : view_(view), state_(state), budget_(budget),
        fields_(
            state.ontology, [&view](LabelId id) -> const std::string& { return view.name(id); },
            [&view](PropertyId id) -> const std::string& { return view.name(id); }) {}

  Status Fast() {
    auto next = NextIds::Load(*state_.view);
    if (!next.ok()) return Note(next.status());
    next_ = *next;
    LT_TRY(CheckBatches());
    LT_TRY(CheckRanges(false));
    LT_TRY(CheckRanges(true));
    return LoadLabels();
  }

  Status Deep(const storage::Store* store) {
    if (store != nullptr) LT_TRY(Note(store->VerifyChecksums(budget_)));
    LT_TRY(CheckEvidence());
    LT_TRY(ScanNodes());
    LT_TRY(CheckLabelsEmptied());
    LT_TRY(ScanEdges());
    LT_TRY(ScanAdjacency());
    if (records_sum_ != neighbours_sum_) LT_TRY(CompareEnds());
    LT_TRY(CheckCounts());
    LT_TRY(ScanIndex());
    LT_TRY(ScanJournal());
    LT_TRY(ScanNames());
    return ScanOthers();
  }

  std::vector<CheckProblem> TakeProblems() { return std::move(problems_); }

 private:
  template <class... Pieces>
  void Problem(const Pieces&... pieces) {
    if (problems_.size() < kMostProblems) {
      problems_.push_back({Text(pieces...)});
    } else if (problems_.size() == kMostProblems) {
      problems_.push_back({Text("more than ", kMostProblems, " problems; the others are not listed")});
    }
  }
  // Damage is a finding; anything else (I/O, budget) stops the check.
  Status Note(const Status& status) {
    if (status.ok() || status.code() != Code::kDamaged) return status;
    Problem(status.message());
    return {};
  }
  void BadKey(Keyspace space, Route route, std::string_view rest, std::string_view what) {
    Problem(Damaged({space, route, std::string(rest)}, what).message());
  }
  // Every key of a keyspace; `row` returns nothing and notes what it finds.
  template <class Row>
  Status ForEach(Keyspace space, const Row& row) {
    uint64_t steps = 0;
    Status stopped;
    LT_TRY(state_.view->ForEachShard(space, 1, [&](int, Route route, std::string_view rest, std::string_view value) {
      if (++steps % kPollEvery == 0) stopped = budget_.Check();
      if (stopped.ok()) row(route, rest, value);
      return stopped.ok();
    }));
    return stopped;
  }

  // ---- catalog

  Status CheckBatches() {
    auto batches = view_.Batches();
    if (!batches.ok()) return Note(batches.status());
    uint64_t expected = 1;
    for (const BatchInfo& info : *batches) {
      if (info.id.raw != expected) Problem("batch ", expected, " is missing");
      expected = info.id.raw + 1;
      if (info.last_node.raw >= next_.node || info.last_edge.raw >= next_.edge) {
        Problem("batch ", info.id.raw, " claims ids that were never given out");
      }
    }
    if (expected != next_.batch) {
      Problem("the newest batch is ", expected - 1, ", but ", next_.batch - 1, " batches were committed");
    }
    batches_ = std::move(*batches);
    return {};
  }

  Status CheckRanges(bool edges) {
    const uint64_t end = edges ? next_.edge : next_.node;
    const char* what = edges ? "edges" : "nodes";
    auto& ranges = ranges_[edges];
    for (uint64_t bucket = 0; bucket <= end >> kRangeBucketBits; ++bucket) {
      auto cursor = state_.view->Scan(Keyspace::kCatalog, bucket, edges ? "S" : "R");
      for (; cursor->Valid(); cursor->Next()) {
        std::string_view rest = cursor->rest().substr(1);
        BatchRange range;
        uint64_t last;
        if (!GetBigEndian(rest, last) || !rest.empty() || !DecodeRange(cursor->value(), last, range)) {
          BadKey(Keyspace::kCatalog, bucket, cursor->rest(), "a batch range");
          continue;
        }
        const BatchInfo* info = FindBatch(range.batch);
        if (info == nullptr) {
          Problem(what, " ", range.first, " to ", last, " belong to batch ", range.batch.raw, ", which is not there");
        } else if (range.first < (edges ? info->first_edge.raw : info->first_node.raw) ||
                   last > (edges ? info->last_edge.raw : info->last_node.raw)) {
          Problem(what, " ", range.first, " to ", last, " lie outside the ids of their batch ", range.batch.raw);
        } else if (range.input > info->inputs.size()) {
          Problem(what, " ", range.first, " to ", last, " came from input ", range.input, " of batch ",
                  range.batch.raw, ", which has ", info->inputs.size());
        }
        if (range.evidence.raw >= next_.evidence) {
          Problem(what, " ", range.first, " to ", last, " have evidence ", range.evidence.raw, ", which is not there");
        }
        if (!ranges.empty() && ranges.back().last >= range.first) {
          Problem("the batch ranges of ", what, " overlap at ", range.first);
        }
        ranges.push_back(range);
      }
      LT_TRY(cursor->status());
    }
    return {};
  }

  const BatchInfo* FindBatch(BatchId id) const {
    const auto at = std::lower_bound(batches_.begin(), batches_.end(), id,
                                     [](const BatchInfo& b, BatchId i) { return b.id < i; });
    return at != batches_.end() && at->id == id ? &*at : nullptr;
  }
  const BatchRange* FindRange(bool edges, uint64_t id) const {
    const auto at = std::lower_bound(ranges_[edges].begin(), ranges_[edges].end(), id,
                                     [](const BatchRange& r, uint64_t i) { return r.last < i; });
    return at != ranges_[edges].end() && at->first <= id ? &*at : nullptr;
  }

  Status CheckEvidence() {
    for (uint32_t id = 1; id < next_.evidence; ++id) {
      if (id % kPollEvery == 0) LT_TRY(budget_.Check());
      const Key key = keys::EvidenceText({id});
      std::string content, finder;
      LT_ASSIGN(const bool found, state_.Get(key, &content));
      Evidence evidence;
      if (!found || !DecodeEvidence(content, evidence)) {
        Problem("evidence ", id, " is missing or cannot be read");
        continue;
      }
      if (!evidence.documents.empty() && evidence.documents.back().raw >= next_.node) {
        Problem("evidence ", id, " names document ", evidence.documents.back().raw, ", an id that was never given out");
      }
      std::vector<uint64_t> ids;
      LT_ASSIGN(const bool findable, state_.Get(keys::EvidenceFinder(content), &finder));
      if (!findable || !DecodeIds(finder, ids) || !std::binary_search(ids.begin(), ids.end(), id)) {
        Problem("evidence ", id, " is not found by its content");
      }
    }
    return {};
  }

  Status LoadLabels() {
    for (uint32_t label = 0; label <= state_.names->count(NameKind::kLabel); ++label) {
      uint64_t members = 0;
      auto cursor = state_.view->Scan(Keyspace::kIndex, label, "L");
      for (; cursor->Valid(); cursor->Next()) {
        std::string_view rest = cursor->rest().substr(1);
        uint64_t number;
        IdChunk chunk;
        if (!GetBigEndian(rest, number) || !rest.empty() || !DecodeIdChunk(cursor->value(), chunk) || chunk.Count() == 0) {
          BadKey(Keyspace::kIndex, label, cursor->rest(), "the nodes of a label");
          continue;
        }
        members += static_cast<uint64_t>(chunk.Count());
        labels_[{label, number}] = chunk;
      }
      LT_TRY(cursor->status());
      auto count = view_.NodeCount(LabelId{label});
      if (!count.ok()) {
        LT_TRY(Note(count.status()));
      } else if (*count != members) {
        Problem(label == 0 ? "the store" : Text("label '", view_.name(LabelId{label}), "'"), " counts ", *count,
                " nodes, but has ", members);
      }
    }
    return {};
  }

  // ---- records

  // What holds of nodes and edges alike.
  void CheckRecord(bool edge, uint64_t id, const EntityRecord& record, size_t claim_sets) {
    const std::string what = Text(edge ? "edge " : "node ", id);
    const BatchRange* range = FindRange(edge, id);
    if (id >= (edge ? next_.edge : next_.node)) Problem(what, " has an id that was never given out");
    if (range == nullptr) Problem(what, " belongs to no batch");
    const auto check = [&](EvidenceId evidence, BatchId batch) {
      if (evidence.raw >= next_.evidence) Problem(what, " has evidence ", evidence.raw, ", which is not there");
      if (batch.raw >= next_.batch) Problem(what, " names batch ", batch.raw, ", which is not there");
    };
    check(record.evidence, record.batch);
    EntityRecord resolved = record;
    if (range != nullptr) Resolve(resolved, range->origin());
    size_t sets = 0;
    const auto check_set = [&](PropertyId property, const StoredClaim& visible) {
      ++sets;
      auto claims = state_.LoadClaims(edge, id, property, resolved);
      if (!claims.ok()) {
        Problem(claims.status().message());
      } else if (range != nullptr && claims->front() != visible) {
        Problem(what, ": the first of the claims about ", property ? view_.name(property) : "its existence",
                " is not the one that shows");
      } else {
        for (const StoredClaim& claim : *claims) check(claim.evidence, claim.batch);
      }
    };
    if (resolved.claims) check_set({}, {Value(), resolved.evidence, resolved.batch});
    for (const StoredProperty& p : resolved.properties) {
      check(p.evidence, p.batch);
      if (p.id.raw > state_.names->count(NameKind::kProperty)) Problem(what, " has a property without a name");
      if (p.claims) check_set(p.id, {p.value, p.evidence, p.batch});
    }
    if (sets != claim_sets) Problem(what, " has ", claim_sets, " claim sets stored where ", sets, " are expected");
  }

  void CheckIndexed(NodeId id, const NodeRecord& record) {
    for (const LabelId label : record.labels) {
      for (const IndexSet::Entry& index : state_.indexes->Of(label)) {
        const StoredProperty* property = record.Find(index.property);
        if (property == nullptr) continue;
        std::vector<std::string> forms = {IndexedForm(property->value)};
        if (index.identifier && property->claims) {
          auto claims = state_.LoadClaims(false, id.raw, index.property, record);
          if (!claims.ok()) continue;  // noted by CheckRecord
          for (const StoredClaim& claim : *claims) forms.push_back(IndexedForm(claim.value));
        }
        std::sort(forms.begin(), forms.end());
        forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
        for (const std::string& form : forms) {
          const Key key = index.unique ? keys::UniqueEntry(index.property, form, label)
                                       : keys::PlainEntry(index.property, form, label, id);
          std::string value, expected;
          if (index.unique) PutVarint(expected, id.raw);
          auto found = state_.Get(key, &value);
          if (!found.ok() || !*found || value != expected) {
            Problem("node ", id.raw, " is not found by its ", view_.name(index.property), " '", ToText(property->value),
                    "' as ", view_.name(label));
          }
        }
      }
    }
  }

  Status ScanNodes() {
    NodeId at;
    NodeRecord record;
    std::vector<SearchName> names;
    size_t claim_sets = 0;
    bool readable = false;
    const auto finish = [&] {
      if (at && readable) {
        CheckRecord(false, at.raw, record, claim_sets);
        CheckIndexed(at, record);
        names.clear();
        fields_.Collect(record.labels, record.properties, &names);
        for (const std::string& list : NameLists(names)) name_sums_[at.raw] += HashName(list, at.raw);
      }
    };
    LT_TRY(ForEach(Keyspace::kNode, [&](Route route, std::string_view rest, std::string_view value) {
      if (rest.empty()) {
        finish();
        at = NodeId{route};
        claim_sets = 0;
        readable = DecodeNode(value, record);
        if (!readable) BadKey(Keyspace::kNode, route, rest, Text("node ", route));
        if (readable) TakeLabels(at, record);
        if (readable && !record.labels.empty() && record.labels.back().raw > state_.names->count(NameKind::kLabel)) {
          Problem("node ", route, " has a label without a name");
        }
        nodes_.insert(route);
        return;
      }
      if (rest[0] != 'C' || rest.size() != 5) BadKey(Keyspace::kNode, route, rest, "a key of no known kind");
      else if (route != at.raw) Problem("there are claims about node ", route, ", which is not there");
      else ++claim_sets;
    }));
    finish();
    return {};
  }

  // Clears the node's bits; what is left in the end belongs to no node.
  void TakeLabels(NodeId id, const NodeRecord& record) {
    std::vector<LabelId> all = record.labels;
    all.insert(all.begin(), LabelId{});
    for (const LabelId label : all) {
      const auto at = labels_.find({label.raw, id.raw >> kIdsPerChunkBits});
      const int bit = static_cast<int>(id.raw & (kIdsPerChunk - 1));
      if (at == labels_.end() || !at->second.Has(bit)) {
        Problem("node ", id.raw, " is missing among the nodes", label ? " of label " : "", view_.name(label));
      } else {
        at->second.Set(bit, false);
      }
    }
  }
  Status CheckLabelsEmptied() {
    for (const auto& [place, chunk] : labels_) {
      for (int i = 0; i < kIdsPerChunk && chunk.Count() > 0; ++i) {
        if (!chunk.Has(i)) continue;
        Problem("the list of nodes", place.first == 0 ? "" : " of label ", view_.name(LabelId{place.first}),
                " names node ", (place.second << kIdsPerChunkBits) + static_cast<uint64_t>(i), ", which is not one");
      }
    }
    return {};
  }

  static uint64_t HashEnd(NodeId node, Direction direction, TypeId type, EdgeId edge, NodeId other,
                          const Visibility& seen) {
    uint64_t h = 0;
    for (const uint64_t v : {node.raw, uint64_t{type.raw} << 1 | (direction == Direction::kIn ? 1 : 0), edge.raw, other.raw,
                             static_cast<uint64_t>(seen.from), static_cast<uint64_t>(seen.to),
                             uint64_t{seen.predicted}}) {
      h = (h ^ v) * 0x9E3779B97F4A7C15ull;
      h ^= h >> 29;
    }
    return h;
  }

  Status ScanEdges() {
    uint64_t chunk = ~0ull;
    std::map<int, size_t> sets;  // claim sets by slot
    std::vector<std::pair<EdgeId, EdgeRecord>> records;
    const auto finish = [&] {
      for (auto& [id, record] : records) {
        const int slot = keys::SlotOf(id);
        CheckEdge(id, record, sets[slot]);
        sets.erase(slot);
      }
      for (const auto& [slot, n] : sets) {
        Problem("there are claims about edge ", (chunk << kEdgesPerChunkBits) + static_cast<uint64_t>(slot),
                ", which is not there");
      }
      records.clear();
      sets.clear();
    };
    LT_TRY(ForEach(Keyspace::kEdge, [&](Route route, std::string_view rest, std::string_view value) {
      if (route != chunk) finish();
      chunk = route;
      if (rest.empty()) {
        EdgeChunk decoded;
        if (!DecodeEdgeChunk(value, decoded)) return BadKey(Keyspace::kEdge, route, rest, "a chunk of edges");
        for (int slot = 0; slot < kEdgesPerChunk; ++slot) {
          if (!decoded.slots[slot]) continue;
          records.emplace_back(EdgeId{(route << kEdgesPerChunkBits) + static_cast<uint64_t>(slot)},
                               std::move(*decoded.slots[slot]));
        }
        return;
      }
      if (rest[0] != 'C' || rest.size() != 6) return BadKey(Keyspace::kEdge, route, rest, "a key of no known kind");
      ++sets[rest[1]];
    }));
    finish();
    return {};
  }

  void CheckEdge(EdgeId id, const EdgeRecord& record, size_t claim_sets) {
    CheckRecord(true, id.raw, record, claim_sets);
    ++edges_;
    ++by_type_[record.type];
    if (record.type.raw > state_.names->count(NameKind::kType)) Problem("edge ", id.raw, " is of a type without a name");
    for (const NodeId end : {record.from, record.to}) {
      if (!nodes_.contains(end.raw)) Problem("edge ", id.raw, " ends at node ", end.raw, ", which is not there");
    }
    const Visibility seen = VisibilityOf(id, record);
    records_sum_ += HashEnd(record.from, Direction::kOut, record.type, id, record.to, seen);
    records_sum_ += HashEnd(record.to, Direction::kIn, record.type, id, record.from, seen);
  }

  Visibility VisibilityOf(EdgeId id, const EdgeRecord& record) {
    EvidenceId evidence = record.evidence;
    if (!evidence) {
      const BatchRange* range = FindRange(true, id.raw);
      if (range == nullptr) return {};
      evidence = range->evidence;
    }
    const auto found = state_.EvidenceOf(evidence);
    return found.ok() ? Visibility::Of(**found) : Visibility{};
  }

  // Calls row(direction, type, entry, visibility) for every neighbour of the node, and checks the form of head and blocks.
  using EndRow = std::function<void(Direction, TypeId, const Adjacent&, const Visibility&)>;
  class NodeAdjacency {
   public:
    NodeAdjacency(Checker& checker, NodeId node) : checker_(checker), node_(node) {}
    void Head(std::string_view value) {
      if (!DecodeHead(value, head_) || head_.groups.empty()) {
        checker_.BadKey(Keyspace::kAdjacency, node_.raw, {}, Text("the neighbours of node ", node_.raw));
      }
    }
    void Block(std::string_view rest, std::string_view value, const EndRow& row) {
      std::string_view in = rest.substr(1);
      uint16_t type;
      uint64_t last;
      AdjacencyBlock block;
      if ((rest[0] != 'o' && rest[0] != 'p') || !GetBigEndian(in, type) || !GetBigEndian(in, last) || !in.empty() ||
          !DecodeBlock(value, block)) {
        checker_.BadKey(Keyspace::kAdjacency, node_.raw, rest, "a block of neighbours");
        return;
      }
      const Direction direction = rest[0] == 'o' ? Direction::kOut : Direction::kIn;
      Seen& seen = seen_[{direction, TypeId{type}}];
      if (block.entries.front().edge <= seen.last || block.entries.back().edge.raw > last) {
        checker_.Problem("a block of neighbours of node ", node_.raw, " (", checker_.view_.name(TypeId{type}),
                         ") holds edges out of order");
      }
      seen.last = EdgeId{last};
      seen.newest = EdgeId{last};
      Walk(direction, TypeId{type}, block, seen, row);
    }
    void Finish(const EndRow& row) {
      for (const AdjacencyGroup& group : head_.groups) {
        Seen& seen = seen_[{group.direction, group.type}];
        if (!group.tail.entries.empty()) {
          if (group.tail.entries.front().edge <= seen.last) {
            checker_.Problem("the newest neighbours of node ", node_.raw, " (", checker_.view_.name(group.type),
                             ") are out of order");
          }
          Walk(group.direction, group.type, group.tail, seen, row);
        }
        if (seen.degree != group.degree) {
          checker_.Problem("node ", node_.raw, " counts ", group.degree, " neighbours by ",
                           checker_.view_.name(group.type), group.direction == Direction::kOut ? " (out)" : " (in)",
                           ", but has ", seen.degree);
        }
        // Deletions may empty the newest block; then the head still names where it ended.
        if (seen.newest && seen.newest > group.newest_block) {
          checker_.Problem("the head of node ", node_.raw, " does not know its newest block of ",
                           checker_.view_.name(group.type));
        }
        seen_.erase({group.direction, group.type});
      }
      for (const auto& [group, seen] : seen_) {
        checker_.Problem("node ", node_.raw, " has a block of neighbours by ", checker_.view_.name(group.second),
                         " that its head does not know");
      }
    }

   private:
    struct Seen {
      EdgeId last, newest;
      uint64_t degree = 0;
    };
    void Walk(Direction direction, TypeId type, const AdjacencyBlock& block, Seen& seen, const EndRow& row) {
      for (size_t i = 0; i < block.entries.size(); ++i) {
        ++seen.degree;
        row(direction, type, block.entries[i], block.visibility.empty() ? Visibility{} : block.visibility[i]);
      }
    }
    Checker& checker_;
    NodeId node_;
    AdjacencyHead head_;
    std::map<std::pair<Direction, TypeId>, Seen> seen_;
  };

  Status ForEachEnd(const std::function<void(NodeId, Direction, TypeId, const Adjacent&, const Visibility&)>& row) {
    std::optional<NodeAdjacency> node;
    NodeId at;
    const EndRow own = [&](Direction direction, TypeId type, const Adjacent& entry, const Visibility& seen) {
      row(at, direction, type, entry, seen);
    };
    LT_TRY(ForEach(Keyspace::kAdjacency, [&](Route route, std::string_view rest, std::string_view value) {
      if (route != at.raw || !node) {
        if (node) node->Finish(own);
        at = NodeId{route};
        node.emplace(*this, at);
        if (!nodes_.contains(route)) Problem("there are neighbours of node ", route, ", which is not there");
      }
      if (rest.empty()) node->Head(value);
      else node->Block(rest, value, own);
    }));
    if (node) node->Finish(own);
    return {};
  }

  Status ScanAdjacency() {
    return ForEachEnd([&](NodeId node, Direction direction, TypeId type, const Adjacent& entry, const Visibility& seen) {
      neighbours_sum_ += HashEnd(node, direction, type, entry.edge, entry.node, seen);
    });
  }

  // The slow pass: which edge it is. Form problems were noted by the first pass already.
  Status CompareEnds() {
    std::vector<CheckProblem> noted = std::move(problems_), found;
    problems_.clear();
    std::unordered_set<uint64_t> ends[2];  // edges seen from their out and in end
    LT_TRY(ForEachEnd([&](NodeId node, Direction direction, TypeId type, const Adjacent& entry, const Visibility& seen) {
      if (found.size() > kMostProblems) return;
      EdgeRecord record;
      auto loaded = state_.LoadEdge(entry.edge, record);
      if (!loaded.ok()) return;
      const bool out = direction == Direction::kOut;
      if (!*loaded || record.type != type || (out ? record.from : record.to) != node ||
          (out ? record.to : record.from) != entry.node) {
        found.push_back({Text("node ", node.raw, " has a neighbour ", entry.node.raw, " by edge ", entry.edge.raw,
                              ", but there is no such edge")});
      } else if (seen != VisibilityOf(entry.edge, record)) {
        found.push_back({Text("node ", node.raw, " sees edge ", entry.edge.raw, " with another valid time than the edge has")});
      }
      if (!ends[out].insert(entry.edge.raw).second) {
        found.push_back({Text("edge ", entry.edge.raw, " stands twice among the neighbours of a node")});
      }
    }));
    LT_TRY(ForEach(Keyspace::kEdge, [&](Route route, std::string_view rest, std::string_view value) {
      if (!rest.empty()) return;
      EdgeChunkReader reader(value);
      EdgeChunkReader::Item item;
      while (reader.Next(item)) {
        const uint64_t id = (route << kEdgesPerChunkBits) + static_cast<uint64_t>(item.slot);
        if (!ends[1].contains(id)) found.push_back({Text("edge ", id, " is missing among the neighbours of node ", item.from.raw)});
        if (!ends[0].contains(id)) found.push_back({Text("edge ", id, " is missing among the neighbours of node ", item.to.raw)});
      }
    }));
    problems_ = std::move(noted);
    for (const CheckProblem& p : found) Problem(p.what);
    return {};
  }

  Status CheckCounts() {
    by_type_[TypeId{}] = edges_;
    for (uint32_t type = 0; type <= state_.names->count(NameKind::kType); ++type) {
      auto count = view_.EdgeCount(TypeId{type});
      if (!count.ok()) {
        LT_TRY(Note(count.status()));
      } else if (*count != by_type_[TypeId{type}]) {
        Problem(type == 0 ? "the store" : Text("type '", view_.name(TypeId{type}), "'"), " counts ", *count,
                " edges, but has ", by_type_[TypeId{type}]);
      }
    }
    return {};
  }

  // ---- index and journal

  Status ScanIndex() {
    return ForEach(Keyspace::kIndex, [&](Route route, std::string_view rest, std::string_view value) {
      if (rest.empty() || (rest[0] != 'L' && rest[0] != 'U' && rest[0] != 'I')) {
        return BadKey(Keyspace::kIndex, route, rest, "a key of no known kind");
      }
      if (rest[0] == 'L') {
        if (route > state_.names->count(NameKind::kLabel)) Problem("there is a list of nodes of a label without a name");
        return;
      }
      std::string_view in = rest.substr(1), form;
      PropertyId property;
      LabelId label;
      NodeId node;
      bool whole = GetBigEndian(in, property.raw) && GetString(in, form) && GetBigEndian(in, label.raw);
      if (rest[0] == 'U') whole = whole && in.empty() && GetVarint(value, node.raw) && value.empty();
      else whole = whole && GetBigEndian(in, node.raw) && in.empty() && value.empty();
      if (!whole || route != StableHash(form)) return BadKey(Keyspace::kIndex, route, rest, "an index entry");
      if (!Holds(node, label, property, form, rest[0] == 'U')) {
        Problem("the index of ", view_.name(property), " of ", view_.name(label), " leads to node ", node.raw,
                ", which has no such value");
      }
    });
  }

  bool Holds(NodeId node, LabelId label, PropertyId property, std::string_view form, bool unique) {
    const IndexSet::Entry* index = state_.indexes->Find(label, property);
    NodeRecord record;
    auto found = state_.LoadNode(node, record);
    if (index == nullptr || index->unique != unique || !found.ok() || !*found || !record.HasLabel(label)) return false;
    const StoredProperty* p = record.Find(property);
    if (p == nullptr) return false;
    if (IndexedForm(p->value) == form) return true;
    if (!index->identifier || !p->claims) return false;
    auto claims = state_.LoadClaims(false, node.raw, property, record);
    return claims.ok() && std::any_of(claims->begin(), claims->end(), [&](const StoredClaim& claim) {
      return IndexedForm(claim.value) == form;
    });
  }

  static uint64_t HashTouch(bool edge, uint64_t id, uint64_t batch) {
    return HashEnd(NodeId{id}, edge ? Direction::kIn : Direction::kOut, {}, EdgeId{batch}, {}, {});
  }

  void CheckImage(bool edge, uint64_t id, uint64_t batch, const EntityImage& image) {
    if (!image.exists) return;
    const auto what = [&] { return Text("the journal of ", edge ? "edge " : "node ", id, " before batch ", batch); };
    const auto check = [&](EvidenceId evidence, BatchId by) {
      if (evidence.raw >= next_.evidence || by.raw >= batch) Problem(what(), " names evidence or a batch that was not there");
    };
    const EntityRecord& record = edge ? static_cast<const EntityRecord&>(image.edge) : image.node;
    check(record.evidence, record.batch);
    size_t sets = record.claims;
    for (const StoredProperty& p : record.properties) {
      check(p.evidence, p.batch);
      sets += p.claims;
      if (p.id.raw > state_.names->count(NameKind::kProperty)) Problem(what(), " has a property without a name");
      if (p.claims && !image.claims.contains(p.id)) Problem(what(), " lacks the claims about ", view_.name(p.id));
    }
    for (const auto& [property, claims] : image.claims) {
      for (const StoredClaim& claim : claims) check(claim.evidence, claim.batch);
    }
    if (sets != image.claims.size()) Problem(what(), " has ", image.claims.size(), " claim sets where ", sets, " are expected");
  }

  Status ScanJournal() {
    uint64_t images_sum = 0, lists_sum = 0;
    LT_TRY(ForEach(Keyspace::kJournal, [&](Route route, std::string_view rest, std::string_view value) {
      std::string_view in = rest;
      const char kind = rest.empty() ? 0 : rest[0];
      if (kind == 'T') {
        std::vector<uint64_t> ids;
        uint32_t chunk;
        in.remove_prefix(std::min<size_t>(2, in.size()));
        if (rest.size() != 6 || (rest[1] != 'n' && rest[1] != 'e') || !GetBigEndian(in, chunk) || !DecodeIds(value, ids)) {
          return BadKey(Keyspace::kJournal, route, rest, "a journal list");
        }
        for (const uint64_t id : ids) lists_sum += HashTouch(rest[1] == 'e', id, route);
        return;
      }
      uint64_t batch;
      EntityImage image;
      if (kind != 'N' && kind != 'E') return BadKey(Keyspace::kJournal, route, rest, "a key of no known kind");
      in.remove_prefix(1);
      if (!GetBigEndian(in, batch) || !in.empty() || !DecodeImage(value, kind == 'E', image)) {
        return BadKey(Keyspace::kJournal, route, rest, "a journal entry");
      }
      images_sum += HashTouch(kind == 'E', route, batch);
      CheckImage(kind == 'E', route, batch, image);
      if (batch >= next_.batch) Problem("the journal of ", kind == 'E' ? "edge " : "node ", route, " names batch ", batch, ", which is not there");
      const BatchRange* range = FindRange(kind == 'E', route);
      if (range == nullptr || range->batch.raw >= batch) {
        Problem("the journal holds ", kind == 'E' ? "edge " : "node ", route, " before batch ", batch,
                ", but it was not there before");
      }
    }));
    if (images_sum != lists_sum) Problem("the journal's lists of touched entities do not fit its entries");
    return {};
  }

  // ---- name index

  // The terms of a node's names give a sum; the postings must give the same.
  static uint64_t HashName(std::string_view list, uint64_t node) {
    return (StableHash(list) ^ node * 0x9E3779B97F4A7C15ull) * 0xBF58476D1CE4E5B9ull | 1;
  }

  Status ScanNames() {
    auto head = LoadNameIndexHead(*state_.view);
    if (!head.ok()) return Note(head.status());
    if (head->version != NameIndexVersion(*state_.ontology)) {
      Problem("the name index was built by other rules than those in force; open the store for writing once to renew it");
      return {};
    }
    std::string last_list;
    uint64_t last_upper = 0;
    LT_TRY(ForEach(Keyspace::kText, [&](Route route, std::string_view rest, std::string_view value) {
      uint8_t generation;
      std::string list;
      uint64_t upper;
      std::vector<uint64_t> ids;
      if (!DecodePostingRest(rest, generation, list, upper)) return BadKey(Keyspace::kText, route, rest, "names");
      if (generation != head->generation) return;  // left by a rebuild, which the next one clears away
      if (!DecodePostings(value, ids) || route != PostingRoute(list)) return BadKey(Keyspace::kText, route, rest, "names");
      if (ids.back() > upper || (list == last_list && ids.front() <= last_upper)) {
        BadKey(Keyspace::kText, route, rest, "a list of names out of order");
      }
      last_list = list;
      last_upper = upper;
      for (const uint64_t id : ids) name_sums_[id] -= HashName(list, id);
    }));
    for (const auto& [node, sum] : name_sums_) {
      if (sum != 0) Problem("node ", node, nodes_.contains(node) ? " is not found by just its names" : " is found by names, but is not there");
    }
    return {};
  }

  // Keys that nothing reads.
  Status ScanOthers() {
    return ForEach(Keyspace::kCatalog, [&](Route route, std::string_view rest, std::string_view value) {
      if (rest.starts_with('J')) {
        const auto projection = ParseProjection(value, "");
        if (!projection.ok() || projection->name != rest.substr(1)) Problem("the stored projection '", rest.substr(1), "' cannot be read");
      }
      if (rest.empty() || std::string_view("LTPOXCJBRSEF").find(rest[0]) == std::string_view::npos) {
        BadKey(Keyspace::kCatalog, route, rest, "a key of no known kind");
      }
    });
  }

  const ReadView& view_;
  const ReadView::State& state_;
  const Budget& budget_;
  std::vector<CheckProblem> problems_;
  NextIds next_;
  std::vector<BatchInfo> batches_;
  std::vector<BatchRange> ranges_[2];
  std::map<std::pair<uint32_t, uint64_t>, IdChunk> labels_;
  std::unordered_set<uint64_t> nodes_;
  SearchFields fields_;
  std::map<uint64_t, uint64_t> name_sums_;
  uint64_t edges_ = 0;
  std::map<TypeId, uint64_t> by_type_;
  uint64_t records_sum_ = 0, neighbours_sum_ = 0;
};

}  // namespace

Result<std::vector<CheckProblem>> CheckGraph(const ReadView& view, const ReadView::State& state, const storage::Store* store,
                                             bool deep, const Budget& budget) {
  Checker checker(view, state, budget);
  LT_TRY(checker.Fast());
  if (deep) LT_TRY(checker.Deep(store));
  return checker.TakeProblems();
}

Result<std::vector<CheckProblem>> Database::Check(bool deep, const Budget& budget) const {
  LT_ASSIGN(const ReadView view, Read());
  return CheckGraph(view, *view.state_, state_->store.get(), deep, budget);
}

}  // namespace liantu::graph
