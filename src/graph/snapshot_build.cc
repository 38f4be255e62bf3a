// SPDX-License-Identifier: Apache-2.0
// From a read view and a projection to a snapshot. Which edges there are comes from the neighbours of nodes (their
// blocks say who sees an edge), what an edge weighs and whether a filter keeps it from the edge records; both are read
// in whole-store scans where much of the store is wanted, and node by node or edge by edge where little is. The result
// does not depend on which way was taken, nor on the number of threads.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "graph/collapse.h"
#include "graph/keys.h"
#include "graph/projection_json.h"
#include "graph/snapshot_cache.h"
#include "graph/snapshot_selection.h"
#include "graph/view_state.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

constexpr uint64_t kExpandShare = 4;  // expand node by node where the nodes are fewer than this part of all
constexpr uint64_t kLookUpShare = 8;  // likewise for edges looked up one by one
constexpr size_t kAtOnce = 4096;      // nodes or edges asked for together
constexpr uint64_t kKeptArcs = 1 << 15;     // smaller ones are built faster than they are found
constexpr uint64_t kRewriteShare = 100;     // a file is written anew when more than this part of its edges were read again

// ---- edges

// All edges of the types in one walk over all neighbours; `within` null: whatever their ends.
Result<std::vector<RawEdge>> ScanEdges(const storage::View& store, const Sight& sight, std::span<const TypeId> types, const IdNumbers* within,
                                       const Budget& budget) {
  std::vector<bool> wanted(1 << 16, false);
  for (const TypeId t : types) wanted[t.raw] = true;
  struct Shard {
    std::vector<RawEdge> edges;
    uint64_t rows = 0;
    alignas(64) char apart = 0;
  };
  std::vector<Shard> shards(static_cast<size_t>(Threads()));
  std::atomic<bool> damaged{false}, spent{false};
  std::atomic<uint64_t> total{0};
  LT_TRY(store.ForEachShard(Keyspace::kAdjacency, Threads(), [&](int number, storage::Route route, std::string_view rest, std::string_view value) {
    Shard& shard = shards[static_cast<size_t>(number)];
    if ((++shard.rows & 4095) == 0 && (budget.Spent() || !budget.CheckBytes(total * sizeof(RawEdge)).ok())) {
      spent = true;
      return false;
    }
    if (within != nullptr && !within->Has(route)) return true;
    const size_t before = shard.edges.size();
    const auto walk = [&](std::string_view block, TypeId type) {
      bool stopped = false;
      return WalkBlock(block, sight, &stopped, [&](const Adjacent& a) {
        if (within == nullptr || within->Has(a.node.raw)) shard.edges.push_back({route, a.node.raw, a.edge.raw, static_cast<uint16_t>(type.raw)});
        return true;
      });
    };
    bool good = true;
    if (rest.empty()) {
      GroupView group;
      while (good && !value.empty()) {
        good = NextGroup(value, group);
        if (good && group.direction == Direction::kOut && wanted[group.type.raw & 0xFFFF] && !group.tail.empty()) good = walk(group.tail, group.type);
      }
    } else if (rest[0] == keys::BlockPrefix(Direction::kOut, TypeId{})[0]) {
      rest.remove_prefix(1);
      uint16_t type = 0;
      good = GetBigEndian(rest, type);
      if (good && wanted[type]) good = walk(value, TypeId{type});
    }
    total += shard.edges.size() - before;
    if (!good) damaged = true;
    return good;
  }));
  if (damaged) return Status(Code::kDamaged, "the store is damaged: neighbours of a node cannot be read; run 'liantu check --deep'");
  if (spent) {
    LT_TRY(budget.Check());
    return budget.CheckBytes(total * sizeof(RawEdge));
  }
  std::vector<RawEdge> edges = std::move(shards[0].edges);
  edges.reserve(total);
  for (size_t i = 1; i < shards.size(); ++i) {
    edges.insert(edges.end(), shards[i].edges.begin(), shards[i].edges.end());
    std::vector<RawEdge>().swap(shards[i].edges);
  }
  return edges;
}

// The same from the given nodes only.
Result<std::vector<RawEdge>> ExpandEdges(const ReadView& view, const std::vector<NodeId>& nodes, std::span<const TypeId> types, const IdNumbers* within,
                                         const Budget& budget) {
  std::vector<RawEdge> edges;
  for (size_t begin = 0; begin < nodes.size(); begin += kAtOnce) {
    LT_TRY(budget.Check());
    LT_TRY(budget.CheckBytes(edges.size() * sizeof(RawEdge)));
    const auto some = std::span(nodes).subspan(begin, std::min(kAtOnce, nodes.size() - begin));
    LT_TRY(view.ExpandMany(some, Direction::kOut, types, [&](size_t i, const Neighbour& n) {
      if (within == nullptr || within->Has(n.node.raw)) edges.push_back({some[i].raw, n.node.raw, n.edge.raw, static_cast<uint16_t>(n.type.raw)});
      return true;
    }));
  }
  return edges;
}

// By edge id. Ids are dense more often than not: then each edge goes straight to its place.
void SortByEdge(std::vector<RawEdge>& edges) {
  const auto by_edge = [](const RawEdge& a, const RawEdge& b) { return a.edge < b.edge; };
  if (std::is_sorted(edges.begin(), edges.end(), by_edge)) return;
  uint64_t least = ~0ull, greatest = 0;
  for (const RawEdge& e : edges) least = std::min(least, e.edge), greatest = std::max(greatest, e.edge);
  const uint64_t width = greatest - least + 1;
  if (width / 16 > edges.size()) {
    std::sort(edges.begin(), edges.end(), by_edge);
    return;
  }
  std::vector<uint64_t> seen(width / 64 + 1, 0);
  for (const RawEdge& e : edges) seen[(e.edge - least) >> 6] |= 1ull << ((e.edge - least) & 63);
  std::vector<uint64_t> rank(seen.size());
  uint64_t count = 0;
  for (size_t w = 0; w < seen.size(); ++w) {
    rank[w] = count;
    count += static_cast<uint64_t>(__builtin_popcountll(seen[w]));
  }
  LT_ASSERT(count == edges.size());
  std::vector<RawEdge> sorted(edges.size());
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < edges.size(); ++i) {
    const uint64_t at = edges[i].edge - least;
    sorted[rank[at >> 6] + static_cast<uint64_t>(__builtin_popcountll(seen[at >> 6] & ((1ull << (at & 63)) - 1)))] = edges[i];
  }
  edges = std::move(sorted);
}

// All edges of the types that the view sees, both ends in `within` (null: any), ascending by id, where they can be had
// without a walk over the whole store; nullopt where not.
Result<std::optional<std::vector<RawEdge>>> CollectFew(const ReadView& view, const std::vector<TypeId>& types, const IdNumbers* within,
                                                       const Budget& budget) {
  LT_ASSIGN(const uint64_t wanted, CountEdges(view, types));
  std::vector<RawEdge> edges;
  if (wanted == 0) return std::optional(edges);
  LT_ASSIGN(const uint64_t all_nodes, view.NodeCount());
  if (within != nullptr && within->size() < all_nodes / kExpandShare) {
    LT_ASSIGN(edges, ExpandEdges(view, within->ids(), types, within, budget));
    SortByEdge(edges);
    return std::optional(std::move(edges));
  }
  if (within == nullptr) {
    // Where the ontology says from which labels these edges start, and these are few, expand from there. Nothing binds a
    // store to its ontology, so the stored degrees must add up to the number of such edges; if not, scan.
    std::vector<LabelId> starts;
    bool any = view.ontology().edge_types().empty();
    for (const TypeId type : types) {
      const EdgeTypeSpec* spec = view.ontology().EdgeType(view.name(type));
      if (spec == nullptr) any = true;
      if (any) break;
      for (const auto& [from, to] : spec->ends) {
        any |= from == "*";
        starts.push_back(view.label(from));
        if (spec->symmetric) starts.push_back(view.label(to)), any |= to == "*";
      }
    }
    uint64_t starting = 0;
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    for (const LabelId label : starts) {
      if (!label) continue;
      LT_ASSIGN(const uint64_t n, view.NodeCount(label));
      starting += n;
    }
    if (!any && starting < all_nodes / kExpandShare) {
      std::erase(starts, LabelId{});
      LT_ASSIGN(const std::vector<NodeId> nodes, NodesOf(view, starts));
      // Everything, seen or not, to compare with the count; then what the view sees.
      LT_ASSIGN(edges, ExpandEdges(view.With({.predicted = true}), nodes, types, nullptr, budget));
      if (edges.size() == wanted) {
        if (view.options().as_of || !view.options().predicted) {
          LT_ASSIGN(edges, ExpandEdges(view, nodes, types, nullptr, budget));
        }
        SortByEdge(edges);
        return std::optional(std::move(edges));
      }
    }
  }
  return std::optional<std::vector<RawEdge>>();
}

// The same, in any case.
Result<std::vector<RawEdge>> CollectEdges(const ReadView& view, const storage::View& store, const std::vector<TypeId>& types, const IdNumbers* within,
                                          const Budget& budget) {
  LT_ASSIGN(std::optional<std::vector<RawEdge>> few, CollectFew(view, types, within, budget));
  if (few) return *std::move(few);
  LT_ASSIGN(std::vector<RawEdge> edges, ScanEdges(store, SightOf(view.options()), types, within, budget));
  SortByEdge(edges);
  return edges;
}

// ---- weights and filters

// What the properties of an edge say. Filters: one state each.
enum : uint8_t { kMissing, kKept, kDropped };
class EdgeTests {
 public:
  EdgeTests(const Selection& s, const ReadView& view, const std::vector<RawEdge>& edges)
      : s_(s), view_(view), edges_(edges), states_(edges.size() * s.filters.size(), kMissing) {
    if (s.weighted) weights_.assign(edges.size(), s.projection.default_weight);
  }
  // May be called for different edges from different threads. `find(property, value)` is true where it is set.
  template <class Find>
  void Note(size_t edge, const Find& find) {
    Value value;
    if (s_.weighted && find(s_.weight, value)) {
      if (const std::optional<double> w = value.number(); w && !std::isnan(*w)) weights_[edge] = *w;
    }
    for (size_t f = 0; f < s_.filters.size(); ++f) {
      if (find(s_.filters[f].property, value)) states_[edge * s_.filters.size() + f] = s_.filters[f].Keeps(value) ? kKept : kDropped;
    }
  }
  // Which edges stay, and the weights of all (empty: 1 each).
  std::vector<bool> Kept() const {
    const size_t n = s_.filters.size();
    std::vector<bool> kept(edges_.size(), true);
    for (size_t f = 0; f < n; ++f) {
      std::vector<bool> lacks(1 << 16, false);
      for (const TypeId type : s_.types) {
        const EdgeTypeSpec* spec = view_.ontology().EdgeType(view_.name(type));
        lacks[type.raw] = spec == nullptr || spec->Property(view_.name(s_.filters[f].property)) == nullptr;
      }
      for (size_t i = 0; i < edges_.size(); ++i) {
        if (states_[i * n + f] != kMissing) lacks[edges_[i].type] = false;
      }
      for (size_t i = 0; i < edges_.size(); ++i) {
        const uint8_t state = states_[i * n + f];
        if (state == kDropped || (state == kMissing && !lacks[edges_[i].type])) kept[i] = false;
      }
    }
    return kept;
  }
  std::vector<double>& weights() { return weights_; }

 private:
  const Selection& s_;
  const ReadView& view_;
  const std::vector<RawEdge>& edges_;
  std::vector<uint8_t> states_;
  std::vector<double> weights_;
};

Status ReadTests(const ReadView& view, const storage::View& store, const std::vector<RawEdge>& edges, EdgeTests& tests, const Budget& budget) {
  if (edges.empty()) return {};
  LT_ASSIGN(const uint64_t all_edges, view.EdgeCount());
  // As of a day a value may be another than the one in the record; then the view itself is asked.
  if (view.options().as_of || edges.size() < all_edges / kLookUpShare) {
    const size_t parts = (edges.size() + kAtOnce - 1) / kAtOnce;
    std::vector<Status> statuses(parts);
    std::atomic<bool> stop{false};
#pragma omp parallel for schedule(dynamic)
    for (size_t part = 0; part < parts; ++part) {
      if (stop) continue;
      statuses[part] = [&]() -> Status {
        LT_TRY(budget.Check());
        const size_t begin = part * kAtOnce, end = std::min(edges.size(), begin + kAtOnce);
        std::vector<EdgeId> ids;
        for (size_t i = begin; i < end; ++i) ids.push_back(EdgeId{edges[i].edge});
        LT_ASSIGN(const auto read, view.GetEdges(ids));
        for (size_t i = begin; i < end; ++i) {
          if (!read[i - begin]) continue;
          tests.Note(i, [&](PropertyId property, Value& value) {
            const Value* v = read[i - begin]->Property(property);
            if (v != nullptr) value = *v;
            return v != nullptr;
          });
        }
        return {};
      }();
      if (!statuses[part].ok()) stop = true;
    }
    for (const Status& status : statuses) LT_TRY(status);
    return {};
  }
  std::atomic<bool> damaged{false}, spent{false};
  LT_TRY(store.ForEachShard(Keyspace::kEdge, Threads(), [&](int, storage::Route route, std::string_view rest, std::string_view value) {
    if (!rest.empty()) return true;  // claim sets
    if ((route & 4095) == 0 && budget.Spent()) {
      spent = true;
      return false;
    }
    const uint64_t first = route << kEdgesPerChunkBits;
    auto at = std::lower_bound(edges.begin(), edges.end(), first, [](const RawEdge& e, uint64_t id) { return e.edge < id; });
    if (at == edges.end() || at->edge >= first + kEdgesPerChunk) return true;
    EdgeChunkReader reader(value);
    EdgeChunkReader::Item item;
    while (reader.Next(item)) {
      const uint64_t id = first + static_cast<uint64_t>(item.slot);
      while (at != edges.end() && at->edge < id) ++at;
      if (at == edges.end() || at->edge != id) continue;
      tests.Note(static_cast<size_t>(at - edges.begin()),
                 [&](PropertyId property, Value& found) { return !item.properties.empty() && FindProperty(item.properties, property, found); });
    }
    if (reader.damaged()) damaged = true;
    return !damaged.load();
  }));
  if (damaged) return Status(Code::kDamaged, "the store is damaged: edges cannot be read; run 'liantu check --deep'");
  return spent ? budget.Check() : Status();
}

// Drops what the filters drop and fills in the weights (left empty where every edge weighs 1).
Status Weigh(const ReadView& view, const storage::View& store, const Selection& s, std::vector<RawEdge>& edges, std::vector<double>& weights,
             const Budget& budget) {
  if (!s.needs_properties()) return {};
  EdgeTests tests(s, view, edges);
  LT_TRY(ReadTests(view, store, edges, tests, budget));
  weights = std::move(tests.weights());
  if (s.filters.empty()) return {};
  const std::vector<bool> kept = tests.Kept();
  size_t n = 0;
  for (size_t i = 0; i < edges.size(); ++i) {
    if (!kept[i]) continue;
    edges[n] = edges[i];
    if (!weights.empty()) weights[n] = weights[i];
    ++n;
  }
  edges.resize(n);
  if (!weights.empty()) weights.resize(n);
  return {};
}

std::vector<Snapshot::Edge> Renumber(const IdNumbers& vertices, const std::vector<RawEdge>& edges, const std::vector<double>& weights) {
  std::vector<Snapshot::Edge> out(edges.size());
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < edges.size(); ++i) {
    out[i] = {.from = vertices.Find(edges[i].from), .to = vertices.Find(edges[i].to), .weight = weights.empty() ? 1.0 : weights[i],
              .edge_id = edges[i].edge, .type = edges[i].type};
  }
  return out;
}

Result<SnapshotPtr> Finish(IdNumbers vertices, std::vector<Snapshot::Edge> edges, Projection projection) {
  if (vertices.size() >= kNoVertex) return Status(Code::kInvalid, "a snapshot holds at most 2^32-2 vertices");
  const auto n = static_cast<Vertex>(vertices.size());
  return Snapshot::FromEdges(n, std::move(edges), std::move(projection), vertices.Take());
}

// Edges of the `through` types, each leading from the member's side, for the whole store.
Result<std::vector<RawEdge>> CollectThrough(const ReadView& view, const storage::View& store, const Selection& s, const Budget& budget) {
  std::vector<TypeId> types = s.through;
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  LT_ASSIGN(std::vector<RawEdge> edges, CollectEdges(view, store, types, nullptr, budget));
  for (RawEdge& e : edges) {
    for (size_t i = 0; i < s.through.size(); ++i) {
      if (s.through[i].raw == e.type && s.through_backwards[i]) std::swap(e.from, e.to);
    }
  }
  return edges;
}

Result<SnapshotPtr> BuildShared(const ReadView& view, const storage::View& store, const Selection& s, const Budget& budget) {
  const LabelId member_label[] = {s.group_label};
  LT_ASSIGN(std::vector<NodeId> member_ids, NodesOf(view, member_label));
  IdNumbers members(std::move(member_ids));
  LT_ASSIGN(std::vector<RawEdge> edges, CollectThrough(view, store, s, budget));
  LT_ASSIGN(std::vector<NodeId> middle_ids, NodesOf(view, s.labels));
  const IdNumbers middles(std::move(middle_ids));
  std::vector<double> weights;
  Selection filters_only = s;
  filters_only.weighted = false;
  filters_only.types = s.through;
  LT_TRY(Weigh(view, store, filters_only, edges, weights, budget));
  size_t n = 0;
  for (RawEdge e : edges) {
    // A type named without direction is taken as it fits: from the member to what is no member.
    if (!members.Has(e.from) && members.Has(e.to)) std::swap(e.from, e.to);
    if (s.any_label || middles.Has(e.to)) edges[n++] = e;
  }
  edges.resize(n);
  LT_ASSIGN(std::vector<Snapshot::Edge> ties, TieSharing(members, edges, budget));
  if (!s.projection.undirected) {
    const size_t pairs = ties.size();
    for (size_t i = 0; i < pairs; ++i) {
      Snapshot::Edge back = ties[i];
      std::swap(back.from, back.to);
      ties.push_back(back);
    }
  }
  return Finish(std::move(members), std::move(ties), s.projection);
}

// The same graph as the answer to another way of asking for it.
SnapshotPtr Called(const SnapshotPtr& snapshot, const Projection& projection) {
  return ProjectionJson(snapshot->projection()) == ProjectionJson(projection) ? snapshot : snapshot->Named(projection);
}

// Of an earlier commit too; one that the store does not have gives a mark that nothing has.
Result<CommitMark> MarkOf(const ReadView::State& state, uint64_t batch) {
  std::string text;
  if (batch > 0) {
    LT_TRY(state.Get(keys::Batch(BatchId{batch}), &text).status());
  }
  return CommitMark{batch, StableHash(text + state.ontology->json())};
}

Result<SnapshotPtr> Build(const ReadView& view, const storage::View& store, const Selection& s, const Budget& budget) {
  if (s.projection.collapse && s.projection.collapse->shared) return BuildShared(view, store, s, budget);
  LT_ASSIGN(std::vector<NodeId> labelled, NodesOf(view, s.labels));
  std::optional<IdNumbers> within;
  if (!s.any_label) within.emplace(std::move(labelled));
  LT_ASSIGN(std::optional<std::vector<RawEdge>> few, CollectFew(view, s.types, within ? &*within : nullptr, budget));
  if (!few && HasRows(s)) {
    LT_ASSIGN(SnapshotPtr made, BuildRows(view, store, s, within ? std::make_unique<IdNumbers>(*within) : nullptr, budget));
    if (made) return made;
  }
  if (!few) {
    LT_ASSIGN(few, ScanEdges(store, SightOf(view.options()), s.types, within ? &*within : nullptr, budget));
    SortByEdge(*few);
  }
  std::vector<RawEdge>& edges = *few;
  std::vector<double> weights;
  LT_TRY(Weigh(view, store, s, edges, weights, budget));
  if (!s.projection.collapse) {
    IdNumbers vertices = within ? std::move(*within) : IdNumbers(EndsOf(edges));
    LT_TRY(budget.CheckBytes(edges.size() * (sizeof(RawEdge) + sizeof(Snapshot::Edge))));
    std::vector<Snapshot::Edge> numbered = Renumber(vertices, edges, weights);
    std::vector<RawEdge>().swap(edges);
    std::vector<double>().swap(weights);
    return Finish(std::move(vertices), std::move(numbered), s.projection);
  }
  const LabelId group_label[] = {s.group_label};
  LT_ASSIGN(std::vector<NodeId> group_ids, NodesOf(view, group_label));
  IdNumbers groups(std::move(group_ids));
  LT_ASSIGN(const std::vector<RawEdge> up, CollectThrough(view, store, s, budget));
  LT_ASSIGN(std::vector<Snapshot::Edge> ties, TieGroups(groups, up, edges, weights, s.projection.undirected, budget));
  return Finish(std::move(groups), std::move(ties), s.projection);
}

}  // namespace

Result<SnapshotPtr> ReadView::Snap(const Projection& projection, const Budget& budget) const {
  LT_ASSIGN(const Selection s, Select(*this, projection));
  LT_ASSIGN(const std::string key, KeyOfSelection(*this, s));
  SnapshotCache* cache = in_transaction() ? nullptr : state_->snapshots.get();
  if (cache != nullptr) {
    if (const SnapshotPtr found = cache->Find(sequence(), key)) return Called(found, s.projection);
  }
  LT_ASSIGN(const uint64_t bytes, EstimateSnapBytes(projection));
  LT_TRY(budget.CheckBytes(bytes));
  LT_ASSIGN(const ReadView seen, SightOfSelection(*this, s));
  SnapshotPtr snapshot;
  std::optional<CommitMark> mark;  // where the view shows a commit of the store
  bool keep = false;               // as a file
  if (cache != nullptr && state_->present == nullptr) {
    LT_ASSIGN(const NextIds next, NextIds::Load(*state_->view));
    LT_ASSIGN(mark, MarkOf(*state_, next.batch - 1));
    auto earlier = cache->FindEarlier(key, mark->batch);
    if (!earlier || earlier->mark != *mark) {
      auto file = cache->files().Find(key, s.projection);
      if (file && file->mark.batch <= mark->batch && (!earlier || file->mark.batch > earlier->mark.batch)) earlier = std::move(file);
    }
    keep = true;
    if (earlier) {
      LT_ASSIGN(const CommitMark then, MarkOf(*state_, earlier->mark.batch));
      if (then == *mark && then == earlier->mark) {
        snapshot = Called(earlier->snapshot, s.projection);
        keep = false;
      } else if (then == earlier->mark) {
        uint64_t edges_read = 0;
        LT_ASSIGN(snapshot, PatchSnapshot(seen, *state_->view, s, *earlier->snapshot, BatchId{then.batch}, &edges_read, budget));
        keep = snapshot == nullptr || edges_read > snapshot->arc_count() / kRewriteShare;
      }
    }
  }
  if (snapshot == nullptr) {
    LT_ASSIGN(snapshot, Build(seen, *state_->view, s, budget));
  }
  if (keep && snapshot->arc_count() >= kKeptArcs) cache->files().Keep(key, *mark, *snapshot);
  if (cache != nullptr) cache->Put(sequence(), key, mark, snapshot);
  return snapshot;
}

Status Database::KeepSnapshot(uint64_t memory_bytes, const Budget& budget) const {
  LT_ASSIGN(const ReadView view, Read());
  LT_ASSIGN(const uint64_t bytes, view.EstimateSnapBytes({}));
  if (2 * bytes > memory_bytes) return {};
  return view.Snap({}, budget).status();
}

Result<SnapshotPtr> ReadView::SnapAround(const Projection& projection, std::span<const NodeId> seeds, int hops, uint64_t max_degree,
                                         const Budget& budget) const {
  LT_ASSIGN(const Selection s, Select(*this, projection));
  if (s.projection.collapse) return Status(Code::kInvalid, "a projection that collapses nodes cannot be taken around some of them; use the whole one");
  LT_ASSIGN(const ReadView view, SightOfSelection(*this, s));
  std::unordered_map<uint64_t, bool> allowed;  // nodes met → whether their labels are wanted
  std::vector<NodeId> frontier, vertices;
  const auto admit = [&](const std::vector<NodeId>& nodes, bool seed) -> Status {
    LT_ASSIGN(const auto read, view.GetNodes(nodes));
    for (size_t i = 0; i < nodes.size(); ++i) {
      const bool good = read[i] && (seed || s.any_label || std::any_of(s.labels.begin(), s.labels.end(), [&](LabelId l) {
                                      return std::binary_search(read[i]->labels.begin(), read[i]->labels.end(), l);
                                    }));
      if (!allowed.emplace(nodes[i].raw, good).second || !good) continue;
      frontier.push_back(nodes[i]);
      vertices.push_back(nodes[i]);
    }
    return {};
  };
  LT_TRY(admit({seeds.begin(), seeds.end()}, true));
  const std::unordered_set<NodeId> is_seed(frontier.begin(), frontier.end());

  std::vector<RawEdge> edges;
  std::vector<double> weights;
  std::unordered_set<uint64_t> taken;  // edges
  for (int hop = 0; hop < hops && !frontier.empty(); ++hop) {
    std::vector<NodeId> expanding;
    std::swap(expanding, frontier);
    std::sort(expanding.begin(), expanding.end());
    for (size_t begin = 0; begin < expanding.size(); begin += kAtOnce) {
      LT_TRY(budget.Check());
      LT_TRY(budget.CheckBytes(edges.size() * sizeof(RawEdge) + allowed.size() * 32));
      const auto some = std::span(expanding).subspan(begin, std::min(kAtOnce, expanding.size() - begin));
      struct Found {
        RawEdge edge;
        size_t node;  // index in `some`
        NodeId other;
      };
      std::vector<Found> found;
      LT_TRY(view.ExpandMany(some, Direction::kBoth, s.types, [&](size_t i, const Neighbour& n) {
        const bool out = n.direction == Direction::kOut;
        const uint64_t self = some[i].raw, other = n.node.raw;
        found.push_back({{out ? self : other, out ? other : self, n.edge.raw, static_cast<uint16_t>(n.type.raw)}, i, n.node});
        return true;
      }));
      // Ends first (labels), then properties (filters, weights), then degrees, which count what is kept.
      std::vector<NodeId> ends;
      for (const Found& f : found) {
        if (!allowed.contains(f.other.raw)) ends.push_back(f.other);
      }
      std::sort(ends.begin(), ends.end());
      ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
      std::unordered_map<uint64_t, bool> end_allowed;
      if (!s.any_label) {
        LT_ASSIGN(const auto read, view.GetNodes(ends));
        for (size_t i = 0; i < ends.size(); ++i) {
          end_allowed[ends[i].raw] = read[i] && std::any_of(s.labels.begin(), s.labels.end(), [&](LabelId l) {
            return std::binary_search(read[i]->labels.begin(), read[i]->labels.end(), l);
          });
        }
        std::erase_if(found, [&](const Found& f) {
          const auto known = allowed.find(f.other.raw);
          return known != allowed.end() ? !known->second : !end_allowed[f.other.raw];
        });
      }
      std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.edge.edge < b.edge.edge; });
      std::vector<RawEdge> some_edges;
      for (const Found& f : found) {
        if (some_edges.empty() || some_edges.back().edge != f.edge.edge) some_edges.push_back(f.edge);
      }
      std::vector<double> some_weights;
      LT_TRY(Weigh(view, *state_->view, s, some_edges, some_weights, budget));
      const auto weigh = [&](uint64_t edge) -> ptrdiff_t {  // index in some_edges, -1: filtered out
        const auto at = std::lower_bound(some_edges.begin(), some_edges.end(), edge, [](const RawEdge& e, uint64_t id) { return e.edge < id; });
        return at == some_edges.end() || at->edge != edge ? -1 : at - some_edges.begin();
      };
      std::vector<uint64_t> degree(some.size(), 0);
      for (const Found& f : found) degree[f.node] += weigh(f.edge.edge) >= 0;
      std::vector<NodeId> next;
      for (const Found& f : found) {
        const ptrdiff_t at = weigh(f.edge.edge);
        if (at < 0 || (degree[f.node] > max_degree && !is_seed.contains(some[f.node]))) continue;
        if (taken.insert(f.edge.edge).second) {
          edges.push_back(f.edge);
          if (s.weighted) weights.push_back(some_weights[static_cast<size_t>(at)]);
        }
        if (allowed.emplace(f.other.raw, true).second) next.push_back(f.other);
      }
      std::sort(next.begin(), next.end());
      frontier.insert(frontier.end(), next.begin(), next.end());
      vertices.insert(vertices.end(), next.begin(), next.end());
    }
  }
  std::sort(vertices.begin(), vertices.end());
  IdNumbers numbers(std::move(vertices));
  std::vector<Snapshot::Edge> numbered = Renumber(numbers, edges, weights);
  return Finish(std::move(numbers), std::move(numbered), s.projection);
}

Result<uint64_t> ReadView::EstimateSnapBytes(const Projection& projection) const {
  LT_ASSIGN(const Selection s, Select(*this, projection));
  uint64_t nodes = 0, edges = 0;
  if (s.projection.collapse) {
    LT_ASSIGN(nodes, NodeCount(s.group_label));
    LT_ASSIGN(edges, CountEdges(*this, s.projection.collapse->shared ? s.through : s.types));
    edges = std::min<uint64_t>(edges, nodes * nodes);
  } else {
    LT_ASSIGN(edges, CountEdges(*this, s.types));
    LT_ASSIGN(nodes, NodeCount());
    nodes = std::min(nodes, 2 * edges);
    if (!s.any_label) {
      nodes = 0;
      for (const LabelId label : s.labels) {
        LT_ASSIGN(const uint64_t n, NodeCount(label));
        nodes += n;
      }
    }
  }
  // An arc: target, edge id, type, weight; directed also source and in arc. A vertex: node id and one or two row starts.
  const uint64_t arc = 4 + 4 + (s.types.size() == 1 ? 0 : 2) + (s.weighted || s.projection.collapse ? 8 : 0);
  return s.projection.undirected ? nodes * 12 + 2 * edges * arc : nodes * 16 + edges * (arc + 8);
}

}  // namespace liantu::graph
