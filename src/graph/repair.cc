// SPDX-License-Identifier: Apache-2.0
// Compares what is stored with what follows from the records (derive.h), puts the differences into an overlay, checks the
// result as if it were stored, and stores it with one write. Lost things are told from stale ones by who remembers them:
// a node that the list of all nodes names, or an edge that both its ends name, is lost, and everything about it stays.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "graph/check.h"
#include "graph/database_state.h"
#include "graph/derive.h"
#include "graph/journal.h"
#include "graph/overlay.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;
using storage::Route;

constexpr uint64_t kMemoryBytes = 256ull << 20;
constexpr size_t kIdsAtOnce = 1024;

class Repairer {
 public:
  Repairer(const ReadView::State& state, Overlay& overlay, const std::string& folder, const Budget& budget, RepairReport& report)
      : state_(state), view_(*state.view), overlay_(overlay), folder_(folder), budget_(budget), report_(report),
        deriver_(state.ontology, state.names, kMemoryBytes, folder) {}

  Status Run() {
    LT_ASSIGN(next_, NextIds::Load(view_));
    LT_TRY(LoadRanges());
    LT_TRY(RaiseIds());
    LT_TRY(LoadMembers());
    LT_TRY(Nodes());
    LT_TRY(Edges());
    LT_TRY(Members());
    LT_TRY(StrayIndexEntries());
    LT_TRY(Neighbours());
    LT_TRY(Counts());
    LT_TRY(Names());
    LT_TRY(Finders());
    return Journal();
  }

 private:
  void Done(const char* what, uint64_t count) {
    if (count > 0) report_.done.push_back({what, count});
  }
  template <class Row>
  Status ForEach(Keyspace space, const Row& row) {
    uint64_t steps = 0;
    Status stopped;
    LT_TRY(view_.ForEachShard(space, 1, [&](int, Route route, std::string_view rest, std::string_view value) {
      if (++steps % 4096 == 0) stopped = budget_.Check();
      if (stopped.ok()) stopped = row(route, rest, value);
      return stopped.ok();
    }));
    return stopped;
  }
  // Puts what differs from what is stored; true if it did.
  Result<bool> Correct(const Key& key, const std::string& value) {
    std::string old;
    LT_ASSIGN(const bool found, view_.Get(key.space, key.view(), &old));
    if (found && old == value) return false;
    overlay_.Put(key, value);
    return true;
  }

  // ---- ids and ranges

  Status LoadRanges() {
    return ForEach(Keyspace::kCatalog, [&](Route, std::string_view rest, std::string_view value) -> Status {
      if (rest.empty() || (rest[0] != 'R' && rest[0] != 'S')) return {};
      std::string_view in = rest.substr(1);
      uint64_t last;
      BatchRange range;
      if (GetBigEndian(in, last) && in.empty() && DecodeRange(value, last, range)) ranges_[rest[0] == 'S'].emplace(last, range);
      return {};
    });
  }
  const BatchRange* FindRange(bool edges, uint64_t id) const {
    const auto at = ranges_[edges].lower_bound(id);
    return at != ranges_[edges].end() && at->second.first <= id ? &at->second : nullptr;
  }

  // Ids that something has must not be given out again.
  Status RaiseIds() {
    NextIds next = next_;
    const auto raise = [](auto& to, uint64_t seen) { to = std::max<std::decay_t<decltype(to)>>(to, static_cast<std::decay_t<decltype(to)>>(seen + 1)); };
    for (const bool edges : {false, true}) {
      if (!ranges_[edges].empty()) raise(edges ? next.edge : next.node, ranges_[edges].rbegin()->first);
    }
    LT_TRY(ForEach(Keyspace::kNode, [&](Route route, std::string_view, std::string_view) {
      raise(next.node, route);
      return Status();
    }));
    LT_TRY(ForEach(Keyspace::kEdge, [&](Route route, std::string_view rest, std::string_view value) {
      EdgeChunkReader reader(value);
      EdgeChunkReader::Item item;
      while (rest.empty() && reader.Next(item)) raise(next.edge, (route << kEdgesPerChunkBits) + static_cast<uint64_t>(item.slot));
      return Status();
    }));
    LT_TRY(ForEach(Keyspace::kCatalog, [&](Route, std::string_view rest, std::string_view value) {
      std::string_view in = rest.empty() ? rest : rest.substr(1);
      uint64_t batch;
      uint32_t evidence;
      if (rest.starts_with('B') && GetBigEndian(in, batch) && in.empty()) {
        BatchInfo info;
        raise(next.batch, batch);
        if (DecodeBatch(value, BatchId{batch}, info)) {
          raise(next.node, info.last_node.raw);
          raise(next.edge, info.last_edge.raw);
        }
      }
      if (rest.starts_with('E') && GetBigEndian(in, evidence) && in.empty() && evidence < UINT32_MAX) raise(next.evidence, evidence);
      return Status();
    }));
    if (next == next_) return {};
    next_ = next;
    overlay_.Put(keys::NextIds(), next_.Encode());
    Done("the ids to give out next, which were given out already", 1);
    return {};
  }

  // ---- nodes

  using Place = std::pair<uint32_t, uint64_t>;  // label, chunk

  Status LoadMembers() {
    return ForEach(Keyspace::kIndex, [&](Route route, std::string_view rest, std::string_view value) -> Status {
      if (!rest.starts_with('L') || route > state_.names->count(NameKind::kLabel)) return {};
      std::string_view in = rest.substr(1);
      uint64_t number;
      if (!GetBigEndian(in, number) || !in.empty()) {
        stray_.push_back({Keyspace::kIndex, route, std::string(rest)});
        return {};
      }
      IdChunk chunk;
      const bool readable = DecodeIdChunk(value, chunk) && chunk.Count() > 0;
      stored_members_.emplace(Place{static_cast<uint32_t>(route), number}, readable ? std::optional(chunk) : std::nullopt);
      return {};
    });
  }
  bool Listed(LabelId label, NodeId id) const {
    const auto at = stored_members_.find({label.raw, id.raw >> kIdsPerChunkBits});
    return at != stored_members_.end() && at->second && at->second->Has(static_cast<int>(id.raw & (kIdsPerChunk - 1)));
  }
  void Lost(NodeId id, const char* how) {
    lost_nodes_.insert(id.raw);
    if (report_.why.size() < 100) report_.why.push_back(Text("the record of node ", id.raw, how, "; what else is stored about it is left as it is"));
  }

  ClaimsOfProperty ClaimsOf(NodeId id, const NodeRecord& record) const {
    return [this, id, &record](PropertyId property) { return state_.LoadClaims(false, id.raw, property, record); };
  }

  Status Nodes() {
    std::vector<storage::KeyView> keys;
    std::vector<std::optional<std::string>> values;
    std::vector<DerivedEntry> entries;
    uint64_t made = 0;
    for (uint64_t first = 1; first < next_.node; first += kIdsAtOnce) {
      LT_TRY(budget_.Check());
      keys.clear();
      for (uint64_t id = first; id < std::min(first + kIdsAtOnce, next_.node); ++id) keys.push_back({id, {}});
      LT_TRY(view_.MultiGet(Keyspace::kNode, keys, &values));
      for (size_t i = 0; i < keys.size(); ++i) {
        const NodeId id{first + i};
        NodeRecord record;
        if (!values[i]) {
          if (Listed({}, id)) Lost(id, " is not there");
          continue;
        }
        if (!DecodeNode(*values[i], record)) {
          Lost(id, " cannot be read");
          continue;
        }
        LT_TRY(deriver_.AddNode(id, record));
        if (!DeriveIndexEntries(*state_.indexes, id, record, ClaimsOf(id, record), &entries).ok()) continue;  // claims are lost; the check says so
        for (const DerivedEntry& entry : entries) {
          LT_ASSIGN(const bool other, HeldByAnother(entry, id));
          if (other) continue;
          LT_ASSIGN(const bool missing, Correct(entry.key, entry.value));
          made += missing;
        }
      }
    }
    Done("index entries made", made);
    return {};
  }
  // Two nodes with a value that is to be unique cannot both be found by it.
  Result<bool> HeldByAnother(const DerivedEntry& entry, NodeId id) {
    if (!entry.index->unique) return false;
    std::string value;
    NodeId holder;
    LT_ASSIGN(const bool found, overlay_.Get(entry.key, &value));
    std::string_view in = value;
    if (!found || !GetVarint(in, holder.raw) || holder == id) return false;
    LT_ASSIGN(const bool holds, Holds(holder, entry.key, value));
    if (holds) report_.why.push_back(Text("nodes ", holder.raw, " and ", id.raw, " have the same ", state_.names->name(NameKind::kProperty, entry.index->property.raw), ", which is to be unique"));
    return holds;
  }
  Result<bool> Holds(NodeId node, const Key& key, std::string_view value) {
    NodeRecord record;
    std::vector<DerivedEntry> entries;
    std::string bytes;
    LT_ASSIGN(const bool found, state_.Get(keys::Node(node), &bytes));
    if (!found || !DecodeNode(bytes, record)) return false;
    if (!DeriveIndexEntries(*state_.indexes, node, record, ClaimsOf(node, record), &entries).ok()) return true;  // not to be told
    return std::any_of(entries.begin(), entries.end(), [&](const DerivedEntry& e) { return e.key.route == key.route && e.key.rest == key.rest && e.value == value; });
  }

  Status Members() {
    std::map<Place, IdChunk> wanted = deriver_.members();
    for (const uint64_t id : lost_nodes_) {
      for (uint32_t label = 0; label <= state_.names->count(NameKind::kLabel); ++label) {
        if (Listed(LabelId{label}, NodeId{id})) wanted[{label, id >> kIdsPerChunkBits}].Set(static_cast<int>(id & (kIdsPerChunk - 1)), true);
      }
    }
    uint64_t changed = 0;
    for (const auto& [place, chunk] : wanted) {
      if (place.first > state_.names->count(NameKind::kLabel)) continue;  // a label without a name: the catalog is damaged
      const auto at = stored_members_.find(place);
      if (at != stored_members_.end() && at->second && at->second->bits == chunk.bits) continue;
      std::string value;
      EncodeIdChunk(value, chunk);
      overlay_.Put(keys::LabelChunk(LabelId{place.first}, place.second), std::move(value));
      ++changed;
    }
    for (const auto& [place, chunk] : stored_members_) {
      if (wanted.contains(place)) continue;
      overlay_.Delete(keys::LabelChunk(LabelId{place.first}, place.second));
      ++changed;
    }
    for (const Key& key : stray_) overlay_.Delete(key);
    Done("lists of the nodes of a label", changed + stray_.size());
    return {};
  }

  Status StrayIndexEntries() {
    uint64_t removed = 0;
    LT_TRY(ForEach(Keyspace::kIndex, [&](Route route, std::string_view rest, std::string_view value) -> Status {
      if (rest.empty() || (rest[0] != 'U' && rest[0] != 'I')) return {};
      const Key key{Keyspace::kIndex, route, std::string(rest)};
      NodeId node;
      std::string_view in = value;
      if (rest[0] == 'I' && rest.size() > 8) {
        in = rest.substr(rest.size() - 8);
        GetBigEndian(in, node.raw);
      } else {
        GetVarint(in, node.raw);
      }
      if (lost_nodes_.contains(node.raw)) return {};
      LT_ASSIGN(const bool holds, Holds(node, key, value));
      if (holds) return {};
      std::string now;  // unless it was put right already
      LT_ASSIGN(const bool found, overlay_.Get(key, &now));
      if (!found || now != value) return {};
      overlay_.Delete(key);
      ++removed;
      return {};
    }));
    Done("index entries removed", removed);
    return {};
  }

  // ---- edges and neighbours

  Status Edges() {
    exists_.assign(next_.edge, false);
    std::map<EvidenceId, Visibility> seen;
    std::vector<storage::KeyView> keys;
    std::vector<std::optional<std::string>> values;
    const uint64_t end = (next_.edge >> kEdgesPerChunkBits) + 1;
    for (uint64_t first = 0; first < end; first += kIdsAtOnce) {
      LT_TRY(budget_.Check());
      keys.clear();
      for (uint64_t number = first; number < std::min(first + kIdsAtOnce, end); ++number) keys.push_back({number, {}});
      LT_TRY(view_.MultiGet(Keyspace::kEdge, keys, &values));
      for (size_t i = 0; i < keys.size(); ++i) {
        EdgeChunk chunk;
        if (!values[i]) continue;
        if (!DecodeEdgeChunk(*values[i], chunk)) {
          keep_edges_ = true;
          report_.why.push_back(Text("the records of edges ", (first + i) << kEdgesPerChunkBits, " to ", ((first + i + 1) << kEdgesPerChunkBits) - 1,
                                     " cannot be read; neighbours and counts of edges are left as they are"));
          continue;
        }
        for (int slot = 0; slot < kEdgesPerChunk; ++slot) {
          if (!chunk.slots[slot]) continue;
          const EdgeRecord& record = *chunk.slots[slot];
          const uint64_t id = ((first + i) << kEdgesPerChunkBits) + static_cast<uint64_t>(slot);
          exists_[id] = true;
          const BatchRange* range = FindRange(true, id);
          const EvidenceId evidence = record.evidence ? record.evidence : range != nullptr ? range->evidence : EvidenceId{};
          auto at = seen.find(evidence);
          if (at == seen.end()) {
            const auto found = evidence ? state_.EvidenceOf(evidence) : Result<std::shared_ptr<const Evidence>>(Code::kDamaged, "");
            if (!found.ok()) {
              if (!keep_edges_) report_.why.push_back(Text("the evidence of edge ", id, " is lost, so when it is valid is not known; neighbours are left as they are"));
              keep_edges_ = true;
              continue;
            }
            at = seen.emplace(evidence, Visibility::Of(**found)).first;
          }
          LT_TRY(deriver_.AddEdge(EdgeId{id}, record.type, record.from, record.to, at->second));
        }
      }
    }
    return {};
  }

  // The neighbours of a node as stored.
  struct Around {
    bool sound = true;
    std::map<std::pair<Direction, TypeId>, AdjacencyBlock> groups;
    std::vector<Key> keys;
  };
  Result<Around> ReadAround(NodeId node) const {
    Around around;
    struct Last { EdgeId edge, key; };
    std::map<std::pair<Direction, TypeId>, Last> last;
    AdjacencyHead head;
    bool has_head = false;
    const auto take = [&](std::pair<Direction, TypeId> group, const AdjacencyBlock& block) {
      AdjacencyBlock& all = around.groups[group];
      for (size_t i = 0; i < block.entries.size(); ++i) {
        if (!all.entries.empty() && block.entries[i].edge <= all.entries.back().edge) {
          around.sound = false;
          return;
        }
        all.Add(block.entries[i].edge, block.entries[i].node, block.visibility.empty() ? Visibility{} : block.visibility[i]);
      }
    };
    auto cursor = view_.Scan(Keyspace::kAdjacency, node.raw, {});
    for (; cursor->Valid(); cursor->Next()) {
      const std::string_view rest = cursor->rest();
      around.keys.push_back({Keyspace::kAdjacency, node.raw, std::string(rest)});
      if (rest.empty()) {
        has_head = DecodeHead(cursor->value(), head) && !head.groups.empty();
        around.sound = around.sound && has_head;
        continue;
      }
      std::string_view in = rest.substr(1);
      uint16_t type;
      uint64_t end;
      AdjacencyBlock block;
      if ((rest[0] != 'o' && rest[0] != 'p') || !GetBigEndian(in, type) || !GetBigEndian(in, end) || !in.empty() ||
          !DecodeBlock(cursor->value(), block) || block.entries.back().edge.raw > end) {
        around.sound = false;
        continue;
      }
      const std::pair group(rest[0] == 'o' ? Direction::kOut : Direction::kIn, TypeId{type});
      if (block.entries.front().edge <= last[group].key) around.sound = false;
      last[group] = {block.entries.back().edge, EdgeId{end}};
      take(group, block);
    }
    LT_TRY(cursor->status());
    if (!has_head) head.groups.clear();
    for (const AdjacencyGroup& group : head.groups) {
      const std::pair name(group.direction, group.type);
      if (!group.tail.entries.empty() && group.tail.entries.front().edge <= last[name].key) around.sound = false;
      take(name, group.tail);
      around.sound = around.sound && around.groups[name].entries.size() == group.degree && last[name].key <= group.newest_block;
      last.erase(name);
    }
    for (const auto& [group, place] : last) around.sound = around.sound && !place.key;  // blocks that the head does not know
    return around;
  }
  static bool Same(const AdjacencyBlock& a, const AdjacencyBlock& b) {
    if (a.entries != b.entries) return false;
    const auto at = [](const AdjacencyBlock& block, size_t i) { return block.visibility.empty() ? Visibility{} : block.visibility[i]; };
    for (size_t i = 0; i < a.entries.size(); ++i) {
      if (at(a, i) != at(b, i)) return false;
    }
    return true;
  }

  Status Neighbours() {
    if (keep_edges_) return {};
    // Edges that have no record: one end may be stale, both ends remember a lost one.
    struct Ghost { bool ends[2] = {false, false}; NodeId nodes[2]; };
    std::unordered_map<uint64_t, Ghost> ghosts;
    std::unordered_set<uint64_t> left;  // nodes with neighbours
    LT_TRY(ForEach(Keyspace::kAdjacency, [&](Route route, std::string_view rest, std::string_view value) -> Status {
      left.insert(route);
      const auto look = [&](Direction direction, const AdjacencyBlock& block) {
        for (const Adjacent& entry : block.entries) {
          if (entry.edge.raw < exists_.size() && exists_[entry.edge.raw]) continue;
          Ghost& ghost = ghosts[entry.edge.raw];
          ghost.ends[static_cast<int>(direction)] = true;
          ghost.nodes[static_cast<int>(direction)] = NodeId{route};
        }
      };
      AdjacencyHead head;
      AdjacencyBlock block;
      if (rest.empty() && DecodeHead(value, head)) {
        for (const AdjacencyGroup& group : head.groups) look(group.direction, group.tail);
      } else if (!rest.empty() && DecodeBlock(value, block)) {
        look(rest[0] == 'o' ? Direction::kOut : Direction::kIn, block);
      }
      return {};
    }));
    std::unordered_set<uint64_t> kept;
    std::vector<uint64_t> lost;
    for (const auto& [edge, ghost] : ghosts) {
      if (!ghost.ends[0] || !ghost.ends[1]) continue;
      for (const NodeId node : ghost.nodes) kept.insert(node.raw);
      lost.push_back(edge);
    }
    std::sort(lost.begin(), lost.end());
    for (const uint64_t edge : lost) {
      lost_edges_ = true;
      if (report_.why.size() < 100) report_.why.push_back(Text("edge ", edge, " is known to both its ends, but its record is lost; the neighbours of nodes ", ghosts[edge].nodes[0].raw, " and ",
                                                               ghosts[edge].nodes[1].raw, " are left as they are"));
    }
    uint64_t changed = 0;
    LT_TRY(deriver_.DrainNeighbours([&](NodeId node, const std::vector<DerivedGroup>& groups) -> Status {
      left.erase(node.raw);
      if (kept.contains(node.raw) || lost_nodes_.contains(node.raw)) return {};
      LT_ASSIGN(const bool there, state_.Get(keys::Node(node), &scratch_));
      if (!there) return {};  // an edge to nowhere; the check says so
      LT_ASSIGN(const Around around, ReadAround(node));
      bool same = around.sound && around.groups.size() == groups.size();
      for (const DerivedGroup& group : groups) {
        if (!same) break;
        const auto at = around.groups.find({group.direction, group.type});
        same = at != around.groups.end() && Same(at->second, group.all);
      }
      if (same) return {};
      for (const Key& key : around.keys) overlay_.Delete(key);
      EncodeNeighbours(node, groups, [&](const Key& key, std::string value) { overlay_.Put(key, std::move(value)); });
      ++changed;
      return budget_.Check();
    }));
    for (const uint64_t node : left) {
      if (kept.contains(node) || lost_nodes_.contains(node)) continue;
      LT_ASSIGN(const Around around, ReadAround(NodeId{node}));
      for (const Key& key : around.keys) overlay_.Delete(key);
      ++changed;
    }
    Done("nodes whose neighbours and degrees were made anew", changed);
    return {};
  }

  // ---- counts, names, finders, journal

  Status Counts() {
    uint64_t changed = 0;
    const auto correct = [&](const Key& key, uint64_t count) -> Status {
      std::string old, value;
      LT_ASSIGN(const bool found, view_.Get(key.space, key.view(), &old));
      PutVarint(value, count);
      if (found ? old == value : count == 0) return {};
      overlay_.Put(key, value);
      ++changed;
      return {};
    };
    const auto of = [](const auto& counts, auto id) {
      const auto at = counts.find(id);
      return at == counts.end() ? uint64_t{0} : at->second;
    };
    if (lost_nodes_.empty()) {
      for (uint32_t label = 0; label <= state_.names->count(NameKind::kLabel); ++label) LT_TRY(correct(keys::NodeCount(LabelId{label}), of(deriver_.node_counts(), LabelId{label})));
    }
    if (!lost_edges_ && !keep_edges_) {
      for (uint32_t type = 0; type <= state_.names->count(NameKind::kType); ++type) LT_TRY(correct(keys::EdgeCount(TypeId{type}), of(deriver_.edge_counts(), TypeId{type})));
    }
    Done("counts", changed);
    return {};
  }

  Status Names() {
    LT_ASSIGN(const NameIndexHead head, LoadNameIndexHead(view_));
    if (head.version != NameIndexVersion(*state_.ontology)) return {};  // the next open for writing builds it anew
    // What stands now, list by list; a list that is not needed is what remains.
    struct Stored { std::vector<uint64_t> ids; std::vector<Key> keys; bool sound = true; uint64_t upper = 0; };
    uint64_t changed = 0;
    std::unordered_set<uint64_t> needed;  // hashes of lists
    const auto read = [&](const std::string& list, Stored* stored) -> Status {
      auto cursor = view_.Scan(Keyspace::kText, PostingRoute(list), PostingPrefix(head.generation, list));
      std::vector<uint64_t> ids;
      for (; cursor->Valid(); cursor->Next()) {
        uint8_t generation;
        std::string name;
        uint64_t upper;
        if (!DecodePostingRest(cursor->rest(), generation, name, upper) || name != list) continue;
        stored->keys.push_back({Keyspace::kText, PostingRoute(list), std::string(cursor->rest())});
        ids.clear();
        if (!DecodePostings(cursor->value(), ids) || ids.back() > upper || (!stored->ids.empty() && ids.front() <= stored->upper)) {
          stored->sound = false;
          continue;
        }
        stored->upper = upper;
        stored->ids.insert(stored->ids.end(), ids.begin(), ids.end());
      }
      stored->sound = stored->sound && (stored->keys.empty() || stored->upper == kOpenEnd || stored->upper != 0);
      return cursor->status();
    };
    const auto correct = [&](const std::string& list, std::span<const uint64_t> nodes) -> Status {
      Stored stored;
      LT_TRY(read(list, &stored));
      std::vector<uint64_t> wanted(nodes.begin(), nodes.end());
      for (const uint64_t id : stored.ids) {
        if (lost_nodes_.contains(id)) wanted.push_back(id);
      }
      std::sort(wanted.begin(), wanted.end());
      if (stored.sound && stored.ids == wanted) return {};
      for (const Key& key : stored.keys) overlay_.Delete(key);
      ++changed;
      if (wanted.empty()) return {};
      return PutPostings(head.generation, list, wanted, [](storage::KeyView, std::string*) -> Result<bool> { return false; },
                         [&](storage::KeyView key, std::string_view value) {
                           overlay_.Put({Keyspace::kText, key.route, std::string(key.rest)}, std::string(value));
                           return Status();
                         });
    };
    LT_TRY(deriver_.DrainNames([&](const std::string& list, std::span<const uint64_t> nodes) -> Status {
      needed.insert(StableHash(list));
      LT_TRY(correct(list, nodes));
      return budget_.Check();
    }));
    std::string last;
    LT_TRY(ForEach(Keyspace::kText, [&](Route route, std::string_view rest, std::string_view) -> Status {
      uint8_t generation;
      std::string list;
      uint64_t upper;
      if (!DecodePostingRest(rest, generation, list, upper)) {
        overlay_.Delete({Keyspace::kText, route, std::string(rest)});
        ++changed;
        return {};
      }
      if (generation != head.generation) return {};
      if (route != PostingRoute(list)) {
        overlay_.Delete({Keyspace::kText, route, std::string(rest)});
        ++changed;
        return {};
      }
      if (list == last || needed.contains(StableHash(list))) return {};
      last = list;
      return correct(list, {});
    }));
    Done("lists of the name index", changed);
    return {};
  }

  struct Finder {
    uint64_t hash = 0, id = 0;
    friend bool operator<(const Finder& a, const Finder& b) { return std::tie(a.hash, a.id) < std::tie(b.hash, b.id); }
  };
  Status Finders() {
    RunSorter<Finder> sorter(kMemoryBytes / 4, folder_);
    for (uint32_t id = 1; id < next_.evidence; ++id) {
      std::string content;
      LT_ASSIGN(const bool found, state_.Get(keys::EvidenceText({id}), &content));
      if (found) LT_TRY(sorter.Add({StableHash(content), id}));
    }
    uint64_t changed = 0, hash = 0;
    std::vector<uint64_t> ids;
    const auto flush = [&]() -> Status {
      if (ids.empty()) return {};
      std::string value;
      EncodeIds(value, ids);
      ids.clear();
      Key key{Keyspace::kCatalog, hash, "F"};
      PutBigEndian(key.rest, hash);
      LT_ASSIGN(const bool wrong, Correct(key, value));
      changed += wrong;
      return {};
    };
    LT_TRY(sorter.Drain([&](const Finder& finder) -> Status {
      if (finder.hash != hash) LT_TRY(flush());
      hash = finder.hash;
      ids.push_back(finder.id);
      return {};
    }));
    LT_TRY(flush());
    Done("finders of evidence", changed);
    return {};
  }

  struct Touch {
    uint64_t list = 0, id = 0;  // batch << 1 | edges
    friend bool operator<(const Touch& a, const Touch& b) { return std::tie(a.list, a.id) < std::tie(b.list, b.id); }
  };
  Status Journal() {
    RunSorter<Touch> sorter(kMemoryBytes / 4, folder_);
    LT_TRY(ForEach(Keyspace::kJournal, [&](Route route, std::string_view rest, std::string_view) -> Status {
      std::string_view in = rest.empty() ? rest : rest.substr(1);
      uint64_t batch;
      if ((rest.starts_with('N') || rest.starts_with('E')) && GetBigEndian(in, batch) && in.empty()) return sorter.Add({batch << 1 | (rest[0] == 'E'), route});
      return {};
    }));
    uint64_t changed = 0, list = 0;
    std::vector<uint64_t> ids;
    const auto flush = [&]() -> Status {
      if (ids.empty()) return {};
      const BatchId batch{list >> 1};
      const bool edges = list & 1;
      const auto stored = TouchedBy(view_, batch, edges);
      if (!stored.ok() && stored.code() != Code::kDamaged) return stored.status();
      // A list that names more than there are entries remembers lost ones.
      const bool same = stored.ok() && std::includes(stored->begin(), stored->end(), ids.begin(), ids.end());
      if (same) {
        ids.clear();
        return {};
      }
      if (stored.ok()) {
        std::vector<uint64_t> all;
        std::set_union(stored->begin(), stored->end(), ids.begin(), ids.end(), std::back_inserter(all));
        ids = std::move(all);
      }
      const Key first = keys::Touched(batch, edges, 0);
      auto cursor = view_.Scan(first.space, first.route, std::string_view(first.rest).substr(0, 2));
      for (; cursor->Valid(); cursor->Next()) overlay_.Delete({first.space, first.route, std::string(cursor->rest())});
      LT_TRY(cursor->status());
      for (size_t at = 0, chunk = 0; at < ids.size(); at += kTouchedPerChunk, ++chunk) {
        std::string value;
        EncodeIds(value, {ids.begin() + static_cast<ptrdiff_t>(at), ids.begin() + static_cast<ptrdiff_t>(std::min(ids.size(), at + kTouchedPerChunk))});
        overlay_.Put(keys::Touched(batch, edges, static_cast<uint32_t>(chunk)), std::move(value));
      }
      ids.clear();
      ++changed;
      return {};
    };
    LT_TRY(sorter.Drain([&](const Touch& touch) -> Status {
      if (touch.list != list) LT_TRY(flush());
      list = touch.list;
      ids.push_back(touch.id);
      return {};
    }));
    LT_TRY(flush());
    Done("lists of what a batch changed", changed);
    return {};
  }

  const ReadView::State& state_;
  const storage::View& view_;
  Overlay& overlay_;
  const std::string folder_;
  const Budget& budget_;
  RepairReport& report_;
  Deriver deriver_;
  NextIds next_;
  std::map<uint64_t, BatchRange> ranges_[2];  // by last id
  std::map<Place, std::optional<IdChunk>> stored_members_;  // nullopt: unreadable
  std::vector<Key> stray_;
  std::unordered_set<uint64_t> lost_nodes_;
  std::vector<bool> exists_;  // edges
  bool keep_edges_ = false, lost_edges_ = false;
  std::string scratch_;
};

}  // namespace

Result<RepairReport> Database::Repair(bool plan, const Budget& budget) {
  if (state_->read_only && !plan) return Status(Code::kInvalid, Text("'", state_->uri, "' is open for reading only"));
  LT_TRY(state_->TakeSlot());
  const std::shared_ptr<void> free_slot(nullptr, [this](void*) { state_->FreeSlot(); });
  LT_ASSIGN(const ReadView view, Read());
  RepairReport report;
  Overlay overlay(view.state_->view);
  LT_TRY(Repairer(*view.state_, overlay, state_->store->folder(), budget, report).Run());
  // As if it were stored already. What the cache has read may be what was wrong.
  auto after = std::make_shared<ReadView::State>(*view.state_);
  after->view = std::make_shared<OverlayView>(&overlay, [](storage::Keyspace) { return Status(); });
  after->cache = std::make_shared<CatalogCache>();
  ReadView repaired;
  repaired.state_ = after;
  LT_ASSIGN(const auto problems, CheckGraph(repaired, *after, state_->store.get(), true, budget));
  for (const CheckProblem& p : problems) report.left.push_back(p.what);
  if (plan || overlay.keys() == 0) return report;
  LT_ASSIGN(const NextIds next, NextIds::Load(*after->view));
  auto batch = state_->store->NewBatch();
  overlay.MoveTo(*batch);
  LT_TRY(state_->store->Write(batch.get()).status());
  state_->next = next;
  state_->snapshots->Clear();
  return report;
}

}  // namespace liantu::graph
