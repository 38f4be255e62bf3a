// SPDX-License-Identifier: Apache-2.0
// Counting by the end of a chain without making its rows: see MakeGroupedExpand.
#include <algorithm>

#include "query/operators.h"

namespace liantu::query {
namespace {

class GroupedExpand : public Operator {
 public:
  GroupedExpand(Runtime& rt, OperatorPtr chain, std::vector<const ExpandSpec*> steps, std::vector<int> keys)
      : Operator(rt, "GroupedExpand", ""), steps_(std::move(steps)), keys_(std::move(keys)), kept_(keys_.size()), saved_(keys_.size()) {
    children.push_back(std::move(chain));
  }
  ~GroupedExpand() override { ForgetCells(); }
  void Open(Row& row) override {
    Operator::Open(row);
    if (mode_ == Mode::kGrouped && first_ != nullptr) first_->Open();
    mode_ = Mode::kUnknown;
    counts_.clear();
    touched_.clear();
    ForgetCells();
    next_ = 0;
    open_run_ = more_ = false;
  }
  bool Next() override {
    if (mode_ == Mode::kUnknown && !Decide()) return false;
    if (mode_ == Mode::kChain) return input().Next();
    if (mode_ == Mode::kMatrix) return NextCell();
    while (true) {
      if (Stop()) return false;
      if (next_ < touched_.size()) {
        const uint32_t end = touched_[next_++];
        for (size_t i = 0; i < keys_.size(); ++i) at(keys_[i]) = kept_[i];
        at(steps_[0]->to) = Value::Node(column_->nodes[end]);
        rt_.weight *= std::exchange(counts_[end], 0);
        return true;
      }
      touched_.clear();
      next_ = 0;
      if (!Gather()) return false;
    }
  }

 private:
  enum class Mode : uint8_t { kUnknown, kChain, kGrouped, kMatrix };
  // A step that leads to one node at most.
  struct Hop {
    const TypeSet* types;
    Direction direction;
    const std::vector<const LabelExpr*>* labels;  // of the node that it leads to
    bool differ;                                  // its edge is not that of the hop before
  };
  static constexpr size_t kMostCells = size_t{16} << 20;

  // ---- both ends at once
  // Where the chain begins with a scan and the steps from there to the fan are single seen from the fan, both ends of an edge
  // of the fan belong to one group each: one pass over the edges in the order they lie in counts all pairs.

  // False: failed. The mode stays where it cannot be done.
  bool TryMatrix() {
    if (keys_.size() != 1) return true;
    std::vector<const ExpandSpec*> left;  // the one next to the fan first
    const Operator* op = source_;
    while (const ExpandSpec* step = op->Step()) {
      if (step->into || step->count_only || step->type_expr != nullptr || step->types.any() || step->direction == Direction::kBoth) return true;
      if (step->to != (left.empty() ? steps_.back()->from : left.back()->from)) return true;
      left.push_back(step);
      op = op->children[0].get();
    }
    const NodeScan* scan = op->Scan();
    if (scan == nullptr || scan->slot != keys_[0] || !op->children[0]->children.empty()) return true;
    if (scan->slot != (left.empty() ? steps_.back()->from : left.back()->from)) return true;
    bool differ = false;
    for (size_t i = 0; i < left.size(); ++i) {
      for (const int slot : left[i]->differ) {
        bool own = false;
        for (size_t k = i + 1; k < left.size(); ++k) own |= left[k]->rel == slot;
        if (!own) return true;
      }
      differ |= !left[i]->differ.empty();
    }
    if (differ && left.size() > 2) return true;
    LabelExpr scanned;
    scanned.name = scan->label;
    std::vector<const LabelExpr*> begin;
    if (!scan->label.empty()) begin.push_back(&scanned);
    std::vector<Hop> hops;
    for (size_t i = 0; i < left.size(); ++i) {
      const auto* labels = i + 1 < left.size() ? &left[i + 1]->to_labels : &begin;
      hops.push_back({&left[i]->types, left[i]->direction == Direction::kOut ? Direction::kIn : Direction::kOut, labels, differ && i > 0});
    }
    // A cell costs about as much to look at as an edge; without many edges for each the rows are cheaper.
    const auto column = ColumnOf(left.empty() ? begin : left[0]->to_labels, hops);
    if (column == nullptr) return !Failed();
    const size_t cells = column->nodes.size() * column_->nodes.size();
    if (!column->single || cells > kMostCells || cells > first_->snapshot()->arc_count()) return true;
    left_ = column;
    return CountCells(cells);
  }

  bool CountCells(size_t count) {
    charged_ = static_cast<int64_t>(count * sizeof(uint32_t));
    rt_.context.Charge(charged_);
    if (Failed()) return false;
    cells_.assign(count, 0);  // a snapshot has less than 2^32 arcs
    const Snapshot& s = *first_->snapshot();
    const size_t width = column_->nodes.size();
    const uint32_t* end = column_->end.data();
    const bool out = steps_.back()->direction == Direction::kOut;
    for (Vertex v = 0; v < s.vertex_count(); ++v) {
      if ((v & 4095u) == 0 && Stop()) return false;
      const uint32_t from = left_->end[v];
      if (from == SingleColumn::kNone) continue;
      uint32_t* row = &cells_[from * width];
      for (const Vertex w : out ? s.out(v) : s.in(v)) {
        if (end[w] != SingleColumn::kNone) ++row[end[w]];
      }
    }
    rt_.reads += s.vertex_count();
    cell_ = 0;
    mode_ = Mode::kMatrix;
    return true;
  }

  bool NextCell() {
    if (Stop()) return false;
    while (cell_ < cells_.size() && cells_[cell_] == 0) ++cell_;
    if (cell_ >= cells_.size()) {
      ForgetCells();
      return false;
    }
    at(keys_[0]) = Value::Node(left_->nodes[cell_ / column_->nodes.size()]);
    at(steps_[0]->to) = Value::Node(column_->nodes[cell_ % column_->nodes.size()]);
    rt_.weight *= cells_[cell_++];
    return true;
  }

  void ForgetCells() {
    std::vector<uint32_t>().swap(cells_);
    rt_.context.Charge(-std::exchange(charged_, 0));
  }

  // Counts the rows of one run of equal keys. False: there is none.
  bool Gather() {
    if (!more_) {
      if (open_run_) return false;  // the input has ended
      if (!source_->Next()) return false;
      open_run_ = true;
    } else {
      for (size_t i = 0; i < keys_.size(); ++i) at(keys_[i]) = saved_[i];
    }
    for (size_t i = 0; i < keys_.size(); ++i) kept_[i] = at(keys_[i]);
    from_ = more_ ? saved_from_ : at(steps_.back()->from);
    more_ = false;
    const Snapshot& s = *first_->snapshot();
    while (true) {
      if (Stop()) return false;
      if (from_.kind() == Kind::kNode) {
        const Vertex v = s.vertex(from_.node());
        if (v != graph::kNoVertex) {
          ++rt_.reads;
          const std::span<const Vertex> row = steps_.back()->direction == Direction::kOut ? s.out(v) : s.in(v);
          for (const Vertex w : row) {
            const uint32_t end = column_->end[w];
            if (end == SingleColumn::kNone) continue;
            if (counts_[end]++ == 0) touched_.push_back(end);
          }
        }
      }
      if (!source_->Next()) return !Failed();
      bool same = true;
      for (size_t i = 0; i < keys_.size() && same; ++i) same = Equivalent(at(keys_[i]), kept_[i]);
      from_ = at(steps_.back()->from);
      if (same) continue;
      // The row that begins the next run is in the slots; it waits until this one has been given.
      for (size_t i = 0; i < keys_.size(); ++i) saved_[i] = at(keys_[i]);
      saved_from_ = from_;
      more_ = true;
      return true;
    }
  }

  // Keeps the steps at the end that lead to one node at most, and the one before them. False: failed.
  bool Shorten() {
    size_t tail = 0;
    for (; tail + 1 < steps_.size(); ++tail) {
      const ExpandSpec& step = *steps_[tail];
      if (step.direction == Direction::kBoth) break;
      Expander expander(rt_, step.types, step.direction);
      expander.Open();
      if (!expander.Buy()) {
        if (Failed()) return false;
        break;
      }
      const Snapshot& s = *expander.snapshot();
      const std::span<const uint32_t> begin = step.direction == Direction::kOut ? s.out_offsets() : s.in_offsets();
      bool single = true;
      for (size_t v = 0; v + 1 < begin.size() && single; ++v) single = begin[v + 1] - begin[v] <= 1;
      if (!single) break;
    }
    if (tail == 0) return true;
    steps_.resize(tail + 1);
    Operator* op = children[0].get();
    for (size_t i = 0; i < steps_.size(); ++i) op = op->children[0].get();
    source_ = op;
    first_ = std::make_unique<Expander>(rt_, steps_.back()->types, steps_.back()->direction);
    first_->Open();
    return true;
  }

  bool Decide() {
    mode_ = Mode::kChain;
    if (!Lasting(rt_.view()) || steps_[0]->expected_loads < 200) return true;
    if (!Shorten() || first_ == nullptr) return !Failed();
    const ExpandSpec& first = *steps_.back();
    if (first.direction == Direction::kBoth || !first.differ.empty()) return true;
    for (size_t i = 0; i + 1 < steps_.size(); ++i) {
      if (steps_[i]->direction == Direction::kBoth) return true;
      // Among the chain's own steps edges are told apart below, two at most; of others nothing is known here.
      if (steps_[i]->differ.size() > 1) return true;
      for (const int slot : steps_[i]->differ) {
        bool own = false;
        for (size_t k = i + 1; k + 1 < steps_.size(); ++k) own |= steps_[k]->rel == slot;
        if (!own) return true;
      }
    }
    if (!first_->Buy()) return !Failed();
    std::vector<Hop> hops;
    for (size_t i = steps_.size() - 1; i-- > 0;) hops.push_back({&steps_[i]->types, steps_[i]->direction, &steps_[i]->to_labels, !steps_[i]->differ.empty()});
    column_ = ColumnOf(steps_.back()->to_labels, hops);
    if (column_ == nullptr) return !Failed();
    if (!column_->single) return true;
    if (!TryMatrix()) return false;
    if (mode_ == Mode::kMatrix) return true;
    counts_.assign(column_->nodes.size(), 0);
    mode_ = Mode::kGrouped;
    return true;
  }

  // For each vertex of the fan's snapshot that has the labels the node at the end of the hops. Null: a hop cannot use a
  // snapshot, or failed.
  std::shared_ptr<const SingleColumn> ColumnOf(const std::vector<const LabelExpr*>& labels, const std::vector<Hop>& hops) {
    std::string key;
    for (const std::string& type : steps_.back()->types.names()) key += type + "|";
    const auto add = [&](const std::vector<const LabelExpr*>& list) {
      for (const LabelExpr* label : list) key += ":" + LabelText(*label);
      return std::none_of(list.begin(), list.end(), [](const LabelExpr* label) { return label->kind == LabelExpr::Kind::kDynamic; });
    };
    key += '#';
    if (!add(labels)) return nullptr;
    for (const Hop& hop : hops) {
      key += hop.direction == Direction::kOut ? '>' : '<';
      for (const std::string& type : hop.types->names()) key += type + "|";
      if (!add(*hop.labels)) return nullptr;
      key += hop.differ ? "!" : ".";
    }
    if (auto known = rt_.Cache().FindColumn(key)) return known;
    auto made = Build(labels, hops);
    if (made != nullptr && !Failed()) rt_.Cache().KeepColumn(key, made);
    return made;
  }

  std::shared_ptr<const SingleColumn> Build(const std::vector<const LabelExpr*>& first_labels, const std::vector<Hop>& hops) {
    const Snapshot& s = *first_->snapshot();
    auto column = std::make_shared<SingleColumn>();
    std::vector<NodeId> at(s.vertex_count());
    std::vector<EdgeId> edge(s.vertex_count());
    LabelTest labels(rt_);
    for (const LabelExpr* label : first_labels) labels.Add(*label);
    for (Vertex v = 0; v < s.vertex_count(); ++v) {
      if ((v & 1023u) == 0 && Stop()) return nullptr;
      if (labels.empty() || labels.Matches(s.node_id(v), row())) at[v] = s.node_id(v);
    }
    for (const Hop& hop : hops) {
      Expander expander(rt_, *hop.types, hop.direction);
      expander.Open();
      if (!expander.Buy()) return nullptr;
      LabelTest ends(rt_);
      for (const LabelExpr* label : *hop.labels) ends.Add(*label);
      std::vector<NodeId> next(at.size());
      std::vector<EdgeId> taken(at.size());
      for (Vertex v = 0; v < s.vertex_count(); ++v) {
        if ((v & 1023u) == 0 && Stop()) return nullptr;
        if (!at[v]) continue;
        if (!expander.Load(at[v])) return nullptr;
        for (size_t k = 0; k < expander.size(); ++k) {
          const EdgeId e = expander.edge(k);
          // A chain of more than two steps could come round to an edge before the last; only a loop can here.
          if (hop.differ && e == edge[v]) continue;
          if (!ends.empty() && !ends.Matches(expander.node(k), row())) continue;
          if (next[v]) {
            column->single = false;
            return column;
          }
          next[v] = expander.node(k);
          taken[v] = e;
        }
      }
      at.swap(next);
      edge.swap(taken);
    }
    column->nodes = at;
    std::sort(column->nodes.begin(), column->nodes.end());
    column->nodes.erase(std::unique(column->nodes.begin(), column->nodes.end()), column->nodes.end());
    if (!column->nodes.empty() && !column->nodes.front()) column->nodes.erase(column->nodes.begin());
    column->end.assign(at.size(), SingleColumn::kNone);
    for (size_t v = 0; v < at.size(); ++v) {
      if (at[v]) column->end[v] = static_cast<uint32_t>(std::lower_bound(column->nodes.begin(), column->nodes.end(), at[v]) - column->nodes.begin());
    }
    return column;
  }

  std::vector<const ExpandSpec*> steps_;
  std::vector<int> keys_;
  std::vector<Value> kept_, saved_;  // the keys of this run, and of the row that begins the next
  Value from_, saved_from_;
  std::unique_ptr<Expander> first_;  // of the step that fans out
  Operator* source_ = nullptr;       // what the chain's first step reads; owned by the chain
  Mode mode_ = Mode::kUnknown;
  std::shared_ptr<const SingleColumn> column_;
  std::vector<int64_t> counts_;
  std::vector<uint32_t> touched_;
  std::shared_ptr<const SingleColumn> left_;
  std::vector<uint32_t> cells_;  // a row for each group of the left
  size_t cell_ = 0;
  int64_t charged_ = 0;
  size_t next_ = 0;
  bool open_run_ = false, more_ = false;
};

}  // namespace

OperatorPtr MakeGroupedExpand(Runtime& rt, OperatorPtr chain, std::vector<const ExpandSpec*> steps, std::vector<int> keys) {
  const double estimate = chain->estimate;
  auto op = std::make_unique<GroupedExpand>(rt, std::move(chain), std::move(steps), std::move(keys));
  op->estimate = estimate;
  return op;
}

}  // namespace liantu::query
