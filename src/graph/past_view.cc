// SPDX-License-Identifier: Apache-2.0
#include "graph/past_view.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "graph/journal.h"
#include "graph/name_index.h"
#include "graph/writer.h"

namespace liantu::graph {
namespace {

using storage::Cursor;
using storage::Keyspace;
using storage::KeyView;
using storage::Route;

enum class Seen { kAsItIs, kOtherwise, kNot };

// The store without what was given an id from `first` on: nodes, edges and batches.
class EarlierView : public storage::View {
 public:
  EarlierView(std::shared_ptr<const storage::View> present, const NextIds& first)
      : present_(std::move(present)), first_(first) {
    std::string own;
    PutBigEndian(own, first_.batch);
    PutBigEndian(own, present_->sequence());
    sequence_ = StableHash(own) | uint64_t{1} << 63;  // never that of a state of the store
  }

  uint64_t sequence() const override { return sequence_; }

  Result<bool> Get(Keyspace space, KeyView key, std::string* value) const override {
    if (space == Keyspace::kNode && key.route >= first_.node) return false;
    std::string stored;
    LT_ASSIGN(const bool found, present_->Get(space, key, &stored));
    if (!found) return false;
    LT_ASSIGN(const Seen seen, See(space, key.route, key.rest, stored, value));
    if (seen == Seen::kAsItIs) *value = std::move(stored);
    return seen != Seen::kNot;
  }

  Status MultiGet(Keyspace space, std::span<const KeyView> keys,
                  std::vector<std::optional<std::string>>* values) const override {
    LT_TRY(present_->MultiGet(space, keys, values));
    std::string other;
    for (size_t i = 0; i < keys.size(); ++i) {
      auto& value = (*values)[i];
      if (!value) continue;
      LT_ASSIGN(const Seen seen, See(space, keys[i].route, keys[i].rest, *value, &other));
      if (seen == Seen::kOtherwise) value = std::move(other);
      if (seen == Seen::kNot) value.reset();
    }
    return {};
  }

  std::unique_ptr<Cursor> Scan(Keyspace space, Route route, std::string_view prefix,
                               std::string_view from) const override {
    return std::make_unique<EarlierCursor>(this, space, route, present_->Scan(space, route, prefix, from));
  }

  Status MultiScan(Keyspace space, std::span<const Route> routes, std::string_view prefix, uint64_t limit_each,
                   const std::function<bool(size_t, std::string_view, std::string_view)>& row) const override {
    for (size_t i = 0; i < routes.size(); ++i) {
      auto cursor = Scan(space, routes[i], prefix, {});
      for (uint64_t n = 0; n < limit_each && cursor->Valid(); ++n, cursor->Next()) {
        if (!row(i, cursor->rest(), cursor->value())) return {};
      }
      LT_TRY(cursor->status());
    }
    return {};
  }

  Status ForEachShard(Keyspace space, int threads, const ShardRow& row) const override {
    std::mutex mutex;
    Status failure;
    LT_TRY(present_->ForEachShard(space, threads, [&](int shard, Route route, std::string_view rest,
                                                      std::string_view value) {
      std::string other;
      const auto seen = See(space, route, rest, value, &other);
      if (!seen.ok()) {
        std::lock_guard lock(mutex);
        if (failure.ok()) failure = seen.status();
        return false;
      }
      return *seen == Seen::kNot || row(shard, route, rest, *seen == Seen::kOtherwise ? std::string_view(other) : value);
    }));
    return failure;
  }

 private:
  class EarlierCursor : public Cursor {
   public:
    EarlierCursor(const EarlierView* view, Keyspace space, Route route, std::unique_ptr<Cursor> present)
        : view_(view), space_(space), route_(route), present_(std::move(present)) {
      Settle();
    }
    bool Valid() const override { return status_.ok() && present_->Valid(); }
    std::string_view rest() const override { return present_->rest(); }
    std::string_view value() const override { return seen_ == Seen::kOtherwise ? std::string_view(other_) : present_->value(); }
    void Next() override {
      present_->Next();
      Settle();
    }
    Status status() const override { return status_.ok() ? present_->status() : status_; }

   private:
    void Settle() {
      for (; present_->Valid(); present_->Next()) {
        const auto seen = view_->See(space_, route_, present_->rest(), present_->value(), &other_);
        status_ = seen.status();
        if (!seen.ok()) return;
        seen_ = *seen;
        if (seen_ != Seen::kNot) return;
      }
    }
    const EarlierView* view_;
    const Keyspace space_;
    const Route route_;
    std::unique_ptr<Cursor> present_;
    Seen seen_ = Seen::kAsItIs;
    std::string other_;
    Status status_;
  };

  // What is seen of a stored value; kOtherwise: *other instead.
  Result<Seen> See(Keyspace space, Route route, std::string_view rest, std::string_view value, std::string* other) const {
    switch (space) {
      case Keyspace::kMeta: return SeeMeta(rest, value, other);
      case Keyspace::kCatalog: {
        if (!rest.starts_with('B')) return Seen::kAsItIs;
        uint64_t batch;
        rest.remove_prefix(1);
        return GetBigEndian(rest, batch) && batch >= first_.batch ? Seen::kNot : Seen::kAsItIs;
      }
      case Keyspace::kNode: return route < first_.node ? Seen::kAsItIs : Seen::kNot;
      case Keyspace::kEdge: return SeeEdges(route, rest, value, other);
      case Keyspace::kAdjacency: return SeeNeighbours(NodeId{route}, rest, value, other);
      case Keyspace::kIndex: return SeeIndex(route, rest, value, other);
      case Keyspace::kText: return SeePostings(route, rest, value, other);
      case Keyspace::kJournal: return Seen::kAsItIs;
    }
    return Seen::kAsItIs;
  }

  Result<Seen> SeeMeta(std::string_view rest, std::string_view value, std::string* other) const {
    if (rest == keys::NextIds().rest) {
      LT_ASSIGN(NextIds next, NextIds::Load(*present_));
      next.node = first_.node;
      next.edge = first_.edge;
      next.batch = first_.batch;
      *other = next.Encode();
      return Seen::kOtherwise;
    }
    if (rest.size() != 5 || (rest[0] != 'n' && rest[0] != 'e')) return Seen::kAsItIs;
    const bool edges = rest[0] == 'e';
    std::string_view in = rest.substr(1);
    uint32_t id;
    uint64_t count, later;
    if (!GetBigEndian(in, id) || !GetVarint(value, count)) return Damaged({Keyspace::kMeta, 0, std::string(rest)}, "a count");
    if (edges) {
      LT_ASSIGN(later, LaterEdges(TypeId{id}));
    } else {
      LT_ASSIGN(later, LaterNodes(LabelId{id}));
    }
    if (later == 0) return Seen::kAsItIs;
    other->clear();
    PutVarint(*other, count - later);
    return Seen::kOtherwise;
  }

  Result<uint64_t> LaterNodes(LabelId label) const {
    const Key from = keys::LabelChunk(label, first_.node >> kIdsPerChunkBits);
    uint64_t later = 0;
    auto cursor = present_->Scan(from.space, from.route, "L", from.rest);
    for (; cursor->Valid(); cursor->Next()) {
      IdChunk chunk;
      std::string_view rest = cursor->rest().substr(1);
      uint64_t number;
      if (!GetBigEndian(rest, number) || !DecodeIdChunk(cursor->value(), chunk)) return BadLabels(from.route, cursor->rest());
      const int all = chunk.Count();
      Trim(number, chunk);
      later += static_cast<uint64_t>(all - chunk.Count());
    }
    LT_TRY(cursor->status());
    return later;
  }

  // Reads every later edge once, when the first count of edges is asked for.
  Result<uint64_t> LaterEdges(TypeId type) const {
    std::lock_guard lock(mutex_);
    if (!counted_) {
      std::map<TypeId, uint64_t> counts;
      LT_ASSIGN(const NextIds next, NextIds::Load(*present_));
      const uint64_t end = (next.edge + kEdgesPerChunk - 1) >> kEdgesPerChunkBits;
      constexpr uint64_t kAtOnce = 64;
      std::vector<KeyView> wanted;
      std::vector<std::optional<std::string>> values;
      for (uint64_t begin = keys::ChunkOf(EdgeId{first_.edge}); begin < end; begin += kAtOnce) {
        wanted.clear();
        for (uint64_t c = begin; c < std::min(end, begin + kAtOnce); ++c) wanted.push_back({c, {}});
        LT_TRY(present_->MultiGet(Keyspace::kEdge, wanted, &values));
        for (size_t i = 0; i < wanted.size(); ++i) {
          if (!values[i]) continue;
          EdgeChunkReader reader(*values[i]);
          EdgeChunkReader::Item item;
          while (reader.Next(item)) {
            if ((wanted[i].route << kEdgesPerChunkBits) + static_cast<uint64_t>(item.slot) < first_.edge) continue;
            ++counts[item.type];
            ++counts[TypeId{}];
          }
          if (reader.damaged()) return Damaged(keys::EdgeChunk(wanted[i].route), "a chunk of edges");
        }
      }
      later_edges_ = std::move(counts);
      counted_ = true;
    }
    const auto at = later_edges_.find(type);
    return at == later_edges_.end() ? 0 : at->second;
  }

  Result<Seen> SeeEdges(Route route, std::string_view rest, std::string_view value, std::string* other) const {
    const uint64_t border = keys::ChunkOf(EdgeId{first_.edge});
    if (route != border) return route < border ? Seen::kAsItIs : Seen::kNot;
    const int slots = keys::SlotOf(EdgeId{first_.edge});
    if (!rest.empty()) return rest.size() > 1 && rest[1] >= slots ? Seen::kNot : Seen::kAsItIs;
    EdgeChunk chunk;
    if (!DecodeEdgeChunk(value, chunk)) return Damaged(keys::EdgeChunk(route), "a chunk of edges");
    bool later = false;
    for (int i = slots; i < kEdgesPerChunk; ++i) {
      later = later || chunk.slots[i].has_value();
      chunk.slots[i].reset();
    }
    if (!later) return Seen::kAsItIs;
    if (chunk.empty()) return Seen::kNot;
    other->clear();
    EncodeEdgeChunk(*other, chunk);
    return Seen::kOtherwise;
  }

  // Entries are in the order of edge ids, so later ones are at the end. How many were cut off.
  size_t Trim(AdjacencyBlock& block) const {
    const auto at = std::lower_bound(block.entries.begin(), block.entries.end(), EdgeId{first_.edge},
                                     [](const Adjacent& a, EdgeId e) { return a.edge < e; });
    const auto later = static_cast<size_t>(block.entries.end() - at);
    block.entries.erase(at, block.entries.end());
    if (!block.visibility.empty()) block.visibility.resize(block.entries.size());
    return later;
  }

  Result<Seen> SeeNeighbours(NodeId node, std::string_view rest, std::string_view value, std::string* other) const {
    if (node.raw >= first_.node) return Seen::kNot;
    if (rest.empty()) return SeeHead(node, value, other);
    std::string_view in = rest.substr(std::min<size_t>(3, rest.size()));
    uint64_t last;
    AdjacencyBlock block;
    if (GetBigEndian(in, last) && last < first_.edge) return Seen::kAsItIs;
    if (!DecodeBlock(value, block)) {
      return Damaged({Keyspace::kAdjacency, node.raw, std::string(rest)}, "a block of neighbours");
    }
    if (Trim(block) == 0) return Seen::kAsItIs;
    if (block.entries.empty()) return Seen::kNot;
    other->clear();
    EncodeBlock(*other, block);
    return Seen::kOtherwise;
  }

  Result<Seen> SeeHead(NodeId node, std::string_view value, std::string* other) const {
    AdjacencyHead head;
    if (!DecodeHead(value, head)) return Damaged(keys::Head(node), Text("the neighbours of node ", node.raw));
    bool any = false;
    for (AdjacencyGroup& group : head.groups) {
      uint64_t later = Trim(group.tail);
      if (group.newest_block.raw >= first_.edge) {
        const Key from = keys::Block(node, group.direction, group.type, EdgeId{first_.edge});
        auto cursor = present_->Scan(from.space, from.route, keys::BlockPrefix(group.direction, group.type), from.rest);
        for (; cursor->Valid(); cursor->Next()) {
          AdjacencyBlock block;
          if (!DecodeBlock(cursor->value(), block)) {
            return Damaged({from.space, from.route, std::string(cursor->rest())}, "a block of neighbours");
          }
          later += Trim(block);
        }
        LT_TRY(cursor->status());
      }
      any = any || later > 0;
      group.degree -= later;
      if (group.degree == group.tail.entries.size()) group.newest_block = {};
    }
    if (!any) return Seen::kAsItIs;
    std::erase_if(head.groups, [](const AdjacencyGroup& g) { return g.degree == 0; });
    if (head.groups.empty()) return Seen::kNot;
    other->clear();
    EncodeHead(*other, head);
    return Seen::kOtherwise;
  }

  static Status BadLabels(Route route, std::string_view rest) {
    return Damaged({Keyspace::kIndex, route, std::string(rest)}, "the nodes of a label");
  }
  void Trim(uint64_t number, IdChunk& chunk) const {
    const uint64_t begin = number << kIdsPerChunkBits;
    if (begin + kIdsPerChunk <= first_.node) return;
    for (int i = begin >= first_.node ? 0 : static_cast<int>(first_.node - begin); i < kIdsPerChunk; ++i) chunk.Set(i, false);
  }

  Result<Seen> SeeIndex(Route route, std::string_view rest, std::string_view value, std::string* other) const {
    if (rest.empty()) return Seen::kAsItIs;
    NodeId node;
    if (rest[0] == 'U') {
      return GetVarint(value, node.raw) && node.raw >= first_.node ? Seen::kNot : Seen::kAsItIs;
    }
    if (rest[0] == 'I') {
      std::string_view in = rest.size() < 8 ? std::string_view() : rest.substr(rest.size() - 8);
      return GetBigEndian(in, node.raw) && node.raw >= first_.node ? Seen::kNot : Seen::kAsItIs;
    }
    std::string_view in = rest.substr(1);
    uint64_t number;
    IdChunk chunk;
    if (!GetBigEndian(in, number) || !DecodeIdChunk(value, chunk)) return BadLabels(route, rest);
    const int all = chunk.Count();
    Trim(number, chunk);
    if (chunk.Count() == all) return Seen::kAsItIs;
    if (chunk.Count() == 0) return Seen::kNot;
    other->clear();
    EncodeIdChunk(*other, chunk);
    return Seen::kOtherwise;
  }

  Result<Seen> SeePostings(Route route, std::string_view rest, std::string_view value, std::string* other) const {
    std::vector<uint64_t> ids;
    if (!DecodePostings(value, ids)) return Damaged({Keyspace::kText, route, std::string(rest)}, "a block of postings");
    const auto at = std::lower_bound(ids.begin(), ids.end(), first_.node);
    if (at == ids.end()) return Seen::kAsItIs;
    if (at == ids.begin()) return Seen::kNot;
    other->clear();
    EncodePostings(*other, {ids.begin(), at});
    return Seen::kOtherwise;
  }

  std::shared_ptr<const storage::View> present_;
  const NextIds first_;
  uint64_t sequence_;
  mutable std::mutex mutex_;  // guards what follows
  mutable bool counted_ = false;
  mutable std::map<TypeId, uint64_t> later_edges_;
};

class FailedCursor : public Cursor {
 public:
  explicit FailedCursor(Status status) : status_(std::move(status)) {}
  bool Valid() const override { return false; }
  std::string_view rest() const override { return {}; }
  std::string_view value() const override { return {}; }
  void Next() override {}
  Status status() const override { return status_; }

 private:
  Status status_;
};

// A state that cannot be read.
class FailedView : public storage::View {
 public:
  explicit FailedView(Status status) : status_(std::move(status)) {}
  uint64_t sequence() const override { return ~uint64_t{0}; }
  Result<bool> Get(Keyspace, KeyView, std::string*) const override { return status_; }
  Status MultiGet(Keyspace, std::span<const KeyView>, std::vector<std::optional<std::string>>*) const override {
    return status_;
  }
  std::unique_ptr<Cursor> Scan(Keyspace, Route, std::string_view, std::string_view) const override {
    return std::make_unique<FailedCursor>(status_);
  }
  Status MultiScan(Keyspace, std::span<const Route>, std::string_view, uint64_t,
                   const std::function<bool(size_t, std::string_view, std::string_view)>&) const override {
    return status_;
  }
  Status ForEachShard(Keyspace, int, const ShardRow&) const override { return status_; }

 private:
  Status status_;
};

// What a past state keeps alive besides the present one.
struct PastKeep {
  std::shared_ptr<const ReadView::State> present;
  std::shared_ptr<GraphWriter> writer;
};

}  // namespace

Result<std::shared_ptr<const ReadView::State>> PastState(std::shared_ptr<const ReadView::State> present, BatchId known) {
  LT_ASSIGN(const NextIds next, NextIds::Load(*present->view));
  if (known.raw >= next.batch) {
    return Status(Code::kNotFound, Text("there is no batch ", known.raw, "; the newest is ", next.batch - 1));
  }
  if (known.raw + 1 == next.batch) return present;
  NextIds first = next;
  first.batch = known.raw + 1;
  LT_TRY(ForEachBatch(*present->view, BatchId{first.batch}, [&](const BatchInfo& info) {
    if (info.first_node) first.node = std::min(first.node, info.first_node.raw);
    if (info.first_edge) first.edge = std::min(first.edge, info.first_edge.raw);
  }));
  auto earlier = std::make_shared<ReadView::State>(*present);
  earlier->view = std::make_shared<EarlierView>(present->view, first);
  earlier->keep = earlier->present = present;

  std::vector<std::pair<uint64_t, EntityState>> touched[2];
  for (const bool edges : {false, true}) {
    std::vector<uint64_t> ids;
    for (uint64_t batch = first.batch; batch < next.batch; ++batch) {
      LT_ASSIGN(const auto some, TouchedBy(*present->view, BatchId{batch}, edges));
      for (const uint64_t id : some) {
        if (id < (edges ? first.edge : first.node)) ids.push_back(id);
      }
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    touched[edges].reserve(ids.size());
    for (const uint64_t id : ids) {
      LT_ASSIGN(const auto image, ImageAfter(*present->view, edges, id, known));
      if (!image) return Damaged(keys::BeforeImage(edges, id, BatchId{first.batch}), "the journal of an entity");
      LT_ASSIGN(const BatchRange range, present->RangeOf(edges, id));
      touched[edges].emplace_back(id, StateOf(*image, edges, range.origin()));
    }
  }
  if (touched[0].empty() && touched[1].empty()) return std::shared_ptr<const ReadView::State>(std::move(earlier));

  auto writer = std::make_shared<GraphWriter>(earlier, first, BatchInfo(), GraphWriter::Purpose::kPast);
  LT_TRY(writer->Restore(touched[0], touched[1], nullptr));
  LT_TRY(writer->Flush());
  if (const Status status = writer->FlushNames(); status.code() != Code::kOutdated) {
    LT_TRY(status);  // an index of another version finds what it finds
  }
  auto past = std::make_shared<ReadView::State>(*earlier);
  past->view = std::make_shared<OverlayView>(&writer->overlay(), [](Keyspace) { return Status(); });
  past->keep = std::make_shared<PastKeep>(PastKeep{present, writer});
  return std::shared_ptr<const ReadView::State>(std::move(past));
}

std::shared_ptr<const ReadView::State> FailedState(const std::shared_ptr<const ReadView::State>& present, Status status) {
  auto failed = std::make_shared<ReadView::State>(*present);
  failed->view = std::make_shared<FailedView>(std::move(status));
  failed->keep = failed->present = present;
  return failed;
}

}  // namespace liantu::graph
