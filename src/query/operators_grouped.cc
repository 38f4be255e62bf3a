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
  void Open(Row& row) override {
    Operator::Open(row);
    if (mode_ == Mode::kGrouped && first_ != nullptr) first_->Open();
    mode_ = Mode::kUnknown;
    counts_.clear();
    touched_.clear();
    next_ = 0;
    open_run_ = more_ = false;
  }
  bool Next() override {
    if (mode_ == Mode::kUnknown && !Decide()) return false;
    if (mode_ == Mode::kChain) return input().Next();
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
  enum class Mode : uint8_t { kUnknown, kChain, kGrouped };

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
      if (!source_->Next()) return !rt_.context.failed();
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
        if (rt_.context.failed()) return false;
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
    if (!Shorten() || first_ == nullptr) return !rt_.context.failed();
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
    if (!first_->Buy()) return !rt_.context.failed();
    std::string key;
    for (const ExpandSpec* step : steps_) {
      key += step->direction == Direction::kOut ? '>' : '<';
      for (const std::string& type : step->types.names()) key += type + "|";
      for (const LabelExpr* label : step->to_labels) {
        if (label->kind == LabelExpr::Kind::kDynamic) return true;
        key += ":" + LabelText(*label);
      }
      key += step->differ.empty() ? "." : "!";
    }
    column_ = rt_.Cache().FindColumn(key);
    if (column_ == nullptr) {
      auto made = Build();
      if (rt_.context.failed()) return false;
      if (made == nullptr) return true;
      rt_.Cache().KeepColumn(key, made);
      column_ = std::move(made);
    }
    if (!column_->single) return true;
    counts_.assign(column_->nodes.size(), 0);
    mode_ = Mode::kGrouped;
    return true;
  }

  // Null: a step cannot use a snapshot.
  std::shared_ptr<const SingleColumn> Build() {
    const Snapshot& s = *first_->snapshot();
    auto column = std::make_shared<SingleColumn>();
    // The ends of the first step: those that pass its labels.
    std::vector<NodeId> at(s.vertex_count());
    std::vector<EdgeId> edge(s.vertex_count());
    LabelTest labels(rt_);
    for (const LabelExpr* label : steps_.back()->to_labels) labels.Add(*label);
    for (Vertex v = 0; v < s.vertex_count(); ++v) {
      if ((v & 1023u) == 0 && Stop()) return nullptr;
      if (labels.empty() || labels.Matches(s.node_id(v), row())) at[v] = s.node_id(v);
    }
    for (size_t i = steps_.size() - 1; i-- > 0;) {
      const ExpandSpec& step = *steps_[i];
      Expander expander(rt_, step.types, step.direction);
      expander.Open();
      if (!expander.Buy()) return nullptr;
      LabelTest ends(rt_);
      for (const LabelExpr* label : step.to_labels) ends.Add(*label);
      std::vector<NodeId> next(at.size());
      std::vector<EdgeId> taken(at.size());
      for (Vertex v = 0; v < s.vertex_count(); ++v) {
        if ((v & 1023u) == 0 && Stop()) return nullptr;
        if (!at[v]) continue;
        if (!expander.Load(at[v])) return nullptr;
        for (size_t k = 0; k < expander.size(); ++k) {
          const EdgeId e = expander.edge(k);
          // A chain of more than two steps could come round to an edge before the last; only a loop can here.
          if (!step.differ.empty() && e == edge[v]) continue;
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
