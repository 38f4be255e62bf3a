// SPDX-License-Identifier: Apache-2.0
// How operators reach neighbours and test labels fast. Expansion runs on adjacency blocks until the work done at this
// state of the graph would have paid for a snapshot (the rent-or-buy rule: never more than about twice the best choice),
// then on the snapshot, which all later statements at the same state share. Label tests go from records to a bit set of
// the label's nodes by the same rule, properties from records to a column of the values. A transaction's own view never
// uses any of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/node_bits.h"
#include "query/context.h"
#include "query/functions.h"
#include "query/session.h"

namespace liantu::query {

using graph::Direction;
using graph::LabelId;
using graph::PropertyId;
using graph::Snapshot;
using graph::SnapshotPtr;
using graph::TypeId;
using graph::Vertex;

// For each vertex of a snapshot which node is at the end of a chain of steps that no vertex has two of.
struct SingleColumn {
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  std::vector<uint32_t> end;   // by vertex: into `nodes`, or kNone
  std::vector<NodeId> nodes;
  bool single = true;          // false: some vertex has two; `end` is empty
};

// Whether what is derived from a view holds for later statements.
bool Lasting(const graph::ReadView& view);

// What statements at one state of the graph share. Thread-safe.
class GraphCache : public SharedRecords {
 public:
  struct Adjacency {
    std::atomic<uint64_t> work{0};   // done on adjacency blocks so far
    uint64_t threshold = 0;          // work at which a snapshot is built; set under the cache's mutex when made
    std::mutex mutex;                // held while building
    std::atomic<bool> refused{false};
    SnapshotPtr snapshot;            // set once; read under `mutex` or after `built`
    std::atomic<bool> built{false};
    std::map<std::pair<int, uint32_t>, bool> ends;  // (direction, label) → all nodes reached have the label; under `mutex`
  };
  struct Label {
    std::atomic<uint64_t> tests{0};
    uint64_t threshold = 0;
    std::mutex mutex;
    graph::NodeBits bits;  // the label's nodes
    std::atomic<bool> built{false};
  };
  struct Column {
    std::atomic<uint64_t> reads{0};
    uint64_t threshold = 0;
    std::mutex mutex;
    graph::PropertyColumnPtr values;  // null: too large
    std::atomic<bool> built{false};
  };
  static std::shared_ptr<GraphCache> Of(const graph::ReadView& view);

  std::shared_ptr<Adjacency> AdjacencyOf(const graph::ReadView& view, const std::vector<TypeId>& types);
  std::shared_ptr<Label> LabelOf(const graph::ReadView& view, LabelId label);
  uint64_t NodeCount(const graph::ReadView& view, LabelId label);
  uint64_t EdgeCount(const graph::ReadView& view, TypeId type);
  std::shared_ptr<const graph::Node> Find(NodeId id) override { return nodes_.Find(id.raw); }
  void Keep(const std::shared_ptr<const graph::Node>& node) override { nodes_.Keep(node->id.raw, node); }
  Result<graph::PropertyColumnPtr> ReadFor(const graph::ReadView& view, bool edges, PropertyId property, uint64_t records, const Budget& budget) override;
  // What an index gave for a value of late; null: not known.
  std::shared_ptr<const std::vector<NodeId>> FindSeek(const std::string& key) { return seeks_.Find(key); }
  void KeepSeek(const std::string& key, std::shared_ptr<const std::vector<NodeId>> nodes) { seeks_.Keep(key, std::move(nodes)); }
  // For each vertex of a snapshot the only node at the end of some steps, by a text that says which; null: not made yet.
  std::shared_ptr<const SingleColumn> FindColumn(const std::string& key) { return columns_.Find(key); }
  void KeepColumn(const std::string& key, std::shared_ptr<const SingleColumn> column) { columns_.Keep(key, std::move(column)); }

 private:
  // Two generations: when the young one is full it becomes the old one.
  template <class Key, class T, size_t kGeneration>
  class Recent {
   public:
    std::shared_ptr<const T> Find(const Key& key) {
      std::lock_guard lock(mutex_);
      if (const auto at = young_.find(key); at != young_.end()) return at->second;
      const auto at = old_.find(key);
      if (at == old_.end()) return nullptr;
      auto found = at->second;
      old_.erase(at);
      young_.emplace(key, found);
      return found;
    }
    void Keep(const Key& key, std::shared_ptr<const T> value) {
      std::lock_guard lock(mutex_);
      if (young_.size() >= kGeneration) {
        old_ = std::move(young_);
        young_.clear();
      }
      young_.insert_or_assign(key, std::move(value));
    }

   private:
    std::mutex mutex_;
    std::unordered_map<Key, std::shared_ptr<const T>> young_, old_;
  };
  Recent<uint64_t, graph::Node, 32768> nodes_;
  Recent<std::string, std::vector<NodeId>, 32768> seeks_;
  Recent<std::string, SingleColumn, 4> columns_;
  std::mutex mutex_;
  std::map<std::vector<uint32_t>, std::shared_ptr<Adjacency>> adjacency_;
  std::unordered_map<uint32_t, std::shared_ptr<Label>> labels_;
  std::map<std::pair<bool, uint32_t>, std::shared_ptr<Column>> properties_;  // (of edges, property)
  std::vector<std::pair<bool, uint32_t>> built_;  // of these, in the order in which they were built
  std::unordered_map<uint32_t, uint64_t> node_counts_, edge_counts_;
};

// Names of relationship types, resolved when the graph knows them. Empty: all types.
class TypeSet {
 public:
  TypeSet() = default;
  explicit TypeSet(std::vector<std::string> names) : names_(std::move(names)), any_(false) {}
  // Looks up what is not known yet. False: no edge can match.
  bool Resolve(const graph::ReadView& view);
  bool any() const { return any_; }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<TypeId>& ids() const { return ids_; }  // ascending
  bool Has(TypeId type) const;
  // Whether an edge could belong to both.
  static bool Overlap(const TypeSet& a, const TypeSet& b);

 private:
  std::vector<std::string> names_;
  bool any_ = true;
  std::vector<TypeId> ids_;
};

// What a statement's operators share.
struct Runtime {
  Runtime(Context& c, ChangeCounts& ch) : context(c), changes(ch) {}
  Context& context;
  ChangeCounts& changes;
  int slot_count = 0;         // of the statement, with the planner's own
  bool profile = false;
  uint64_t reads = 0;         // store reads and snapshot rows so far
  std::string stopped_in;     // the step of the plan that noticed first that a budget had run out
  int64_t weight = 1;         // how many rows the current row stands for (set by counting operators)
  std::shared_ptr<GraphCache> cache;  // null until asked for
  std::vector<ExprPtr> made;  // expressions that the planner needs and the text has not
  const graph::ReadView& view() const { return *context.view(); }
  GraphCache& Cache() {
    if (cache == nullptr) cache = GraphCache::Of(view());
    return *cache;
  }
  bool Take(const Status& status) {  // false: failed, and the statement now has failed
    if (!status.ok()) context.Fail(status);
    return status.ok();
  }
};

// The neighbours of one node after another.
class Expander {
 public:
  Expander(Runtime& runtime, TypeSet types, Direction direction) : rt_(runtime), types_(std::move(types)), direction_(direction) {}
  // Before the first Load and whenever the graph may have changed; looks at the graph only with the next Load.
  void Open() { opened_ = false; }
  // Many loads are to come: a snapshot is worth building at once.
  void Expect(double loads) { expected_ = loads; }
  // The neighbours of `node`. A loop comes once, also in both directions. False: failed.
  bool Load(NodeId node);
  size_t size() const { return size_; }
  NodeId node(size_t i);
  EdgeId edge(size_t i) const;
  // On a snapshot, in one direction: the vertices of all neighbours, in the order of node(i).
  std::span<const Vertex> row() const {
    if (size_ == 0) return {};
    return direction_ == Direction::kIn ? snapshot_->in(vertex_) : snapshot_->out(vertex_);
  }
  // The snapshot if it is used; the planner's whole-graph operators work on it directly.
  const SnapshotPtr& snapshot() const { return snapshot_; }
  // Whether every node that can be reached has all these labels: then none needs to be tested. Known only on a snapshot and
  // where the labels' bits are there; looked up once, worked out once for the state of the graph.
  bool Implies(class LabelTest& labels);
  // Builds the snapshot now, whatever was done so far. False: none may be used, or failed.
  bool Buy();
  TypeSet& types() { return types_; }
  Direction direction() const { return direction_; }

 private:
  void Prepare();
  void TrySnapshot(uint64_t work);
  void LookAhead(size_t i);
  struct Step { NodeId node; EdgeId edge; };
  Runtime& rt_;
  TypeSet types_;
  Direction direction_;
  double expected_ = 0;
  bool opened_ = false, none_ = false, no_memory_ = false;
  std::shared_ptr<GraphCache::Adjacency> shared_;
  SnapshotPtr snapshot_;
  // On a snapshot: the out row, then the in row.
  Vertex vertex_ = 0;
  uint32_t out_begin_ = 0;
  size_t out_size_ = 0, size_ = 0;
  static constexpr size_t kAhead = 32;
  NodeId ahead_[kAhead];
  size_t looked_from_ = 0, looked_ = 0;
  std::vector<Step> steps_;  // otherwise, and for in rows with loops in both directions
  bool listed_ = true;
};

// Whether a node satisfies label expressions.
class LabelTest {
 public:
  explicit LabelTest(Runtime& runtime) : rt_(runtime) {}
  void Add(const LabelExpr& expr);
  bool empty() const { return names_.empty() && others_.empty(); }
  // The labels that every match has, by name.
  const std::vector<std::string>& names() const { return names_; }
  void Open() { opened_ = false; }  // as for Expander
  bool Matches(NodeId node, Row& row);
  // The labels whose bits are built; false: there is more to test.
  bool Bits(std::vector<std::pair<LabelId, std::shared_ptr<GraphCache::Label>>>& out);
  std::string text() const;

 private:
  Runtime& rt_;
  std::vector<std::string> names_;
  std::vector<const LabelExpr*> others_;
  std::vector<LabelId> ids_;
  std::vector<std::shared_ptr<GraphCache::Label>> shared_;
  void Prepare();
  bool opened_ = false, impossible_ = false;
};
std::string LabelText(const LabelExpr& expr);
// The names of :A|B; none where the expression is anything more.
bool PlainTypes(const LabelExpr& expr, std::vector<std::string>& names);

}  // namespace liantu::query
