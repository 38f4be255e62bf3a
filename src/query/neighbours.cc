// SPDX-License-Identifier: Apache-2.0
// See neighbours.h.
#include "query/neighbours.h"

#include <algorithm>

namespace liantu::query {
namespace {

// In units of one neighbour list read from the store (some 5 us): an edge read into a snapshot costs about 1/40, a label
// bit about 1/300, a record read into a column of values about 1/40. The constants keep small graphs and single look-ups
// away from it.
constexpr uint64_t kEdgesPerRead = 40;
constexpr uint64_t kLabelBitsPerRead = 300;
constexpr uint64_t kRecordsPerRead = 40;
constexpr uint64_t kMostColumnBytes = 512ull << 20;  // of all columns of properties; the oldest go

}  // namespace

bool Lasting(const graph::ReadView& view) { return !view.in_transaction() && !view.options().as_known; }

std::shared_ptr<GraphCache> GraphCache::Of(const graph::ReadView& view) {
  const graph::ReadOptions& options = view.options();
  if (options.as_of || options.predicted || options.as_known) return std::make_shared<GraphCache>();
  return std::static_pointer_cast<GraphCache>(view.Companion([] { return std::static_pointer_cast<void>(std::make_shared<GraphCache>()); }));
}

std::shared_ptr<GraphCache::Adjacency> GraphCache::AdjacencyOf(const graph::ReadView& view, const std::vector<TypeId>& types) {
  std::vector<uint32_t> key;
  for (const TypeId type : types) key.push_back(type.raw);
  {
    std::lock_guard lock(mutex_);
    const auto at = adjacency_.find(key);
    if (at != adjacency_.end()) return at->second;
  }
  uint64_t edges = 0;
  if (types.empty()) {
    edges = EdgeCount(view, TypeId{});
  } else {
    for (const TypeId type : types) edges += EdgeCount(view, type);
  }
  auto made = std::make_shared<Adjacency>();
  made->threshold = 256 + edges / kEdgesPerRead;
  std::lock_guard lock(mutex_);
  return adjacency_.emplace(std::move(key), std::move(made)).first->second;
}

std::shared_ptr<GraphCache::Label> GraphCache::LabelOf(const graph::ReadView& view, LabelId label) {
  {
    std::lock_guard lock(mutex_);
    const auto at = labels_.find(label.raw);
    if (at != labels_.end()) return at->second;
  }
  auto made = std::make_shared<Label>();
  made->threshold = 64 + NodeCount(view, label) / kLabelBitsPerRead;
  std::lock_guard lock(mutex_);
  return labels_.emplace(label.raw, std::move(made)).first->second;
}

Result<graph::PropertyColumnPtr> GraphCache::ReadFor(const graph::ReadView& view, bool edges, PropertyId property, uint64_t records, const Budget& budget) {
  const std::pair key(edges, property.raw);
  std::shared_ptr<Column> column;
  {
    std::lock_guard lock(mutex_);
    column = properties_[key];
  }
  if (column == nullptr) {
    column = std::make_shared<Column>();
    column->threshold = 256 + (edges ? EdgeCount(view, {}) : NodeCount(view, {})) / kRecordsPerRead;
    std::lock_guard lock(mutex_);
    auto& place = properties_[key];
    if (place == nullptr) place = std::move(column);
    column = place;
  }
  if (column->built.load(std::memory_order_acquire)) return column->values;
  if (column->reads.fetch_add(records, std::memory_order_relaxed) + records < column->threshold) return graph::PropertyColumnPtr();
  std::lock_guard building(column->mutex);
  if (column->built.load(std::memory_order_relaxed)) return column->values;
  const uint64_t most = std::min(budget.max_bytes(), kMostColumnBytes);
  LT_ASSIGN(column->values, property ? view.Column(edges, property, most, budget) : view.TypeColumn(edges, most, budget));
  column->built.store(true, std::memory_order_release);
  std::lock_guard lock(mutex_);
  built_.push_back(key);
  uint64_t bytes = 0;
  for (size_t i = built_.size(); i-- > 0;) {
    const auto& values = properties_[built_[i]]->values;
    bytes += values == nullptr ? 0 : values->bytes();
    if (bytes <= kMostColumnBytes) continue;
    for (size_t gone = 0; gone <= i; ++gone) properties_.erase(built_[gone]);
    built_.erase(built_.begin(), built_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    break;
  }
  return column->values;
}

uint64_t GraphCache::NodeCount(const graph::ReadView& view, LabelId label) {
  {
    std::lock_guard lock(mutex_);
    const auto at = node_counts_.find(label.raw);
    if (at != node_counts_.end()) return at->second;
  }
  const uint64_t count = view.NodeCount(label).ValueOr(0);
  if (view.in_transaction()) return count;
  std::lock_guard lock(mutex_);
  return node_counts_[label.raw] = count;
}

uint64_t GraphCache::EdgeCount(const graph::ReadView& view, TypeId type) {
  {
    std::lock_guard lock(mutex_);
    const auto at = edge_counts_.find(type.raw);
    if (at != edge_counts_.end()) return at->second;
  }
  const uint64_t count = view.EdgeCount(type).ValueOr(0);
  if (view.in_transaction()) return count;
  std::lock_guard lock(mutex_);
  return edge_counts_[type.raw] = count;
}

// ---- types

bool TypeSet::Resolve(const graph::ReadView& view) {
  if (any_) return true;
  if (ids_.size() < names_.size()) {
    ids_.clear();
    for (const std::string& name : names_) {
      if (const TypeId id = view.type(name)) ids_.push_back(id);
    }
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  }
  return !ids_.empty();
}

bool TypeSet::Has(TypeId type) const { return any_ || std::binary_search(ids_.begin(), ids_.end(), type); }

bool TypeSet::Overlap(const TypeSet& a, const TypeSet& b) {
  if (a.any_ || b.any_) return true;
  return std::any_of(a.names_.begin(), a.names_.end(),
                     [&](const std::string& name) { return std::find(b.names_.begin(), b.names_.end(), name) != b.names_.end(); });
}

bool PlainTypes(const LabelExpr& expr, std::vector<std::string>& names) {
  if (expr.kind == LabelExpr::Kind::kName) {
    names.push_back(expr.name);
    return true;
  }
  if (expr.kind != LabelExpr::Kind::kOr) return false;
  return std::all_of(expr.parts.begin(), expr.parts.end(), [&](const LabelExpr& part) { return PlainTypes(part, names); });
}

// ---- expansion

void Expander::Prepare() {
  opened_ = true;
  const graph::ReadView& view = rt_.view();
  none_ = !types_.Resolve(view);
  if (none_) return;
  if (!Lasting(view)) {
    snapshot_ = nullptr;
    shared_ = nullptr;
    return;
  }
  if (shared_ == nullptr) shared_ = rt_.Cache().AdjacencyOf(view, types_.ids());
  if (snapshot_ == nullptr && shared_->built.load(std::memory_order_acquire)) snapshot_ = shared_->snapshot;
}

bool Expander::Buy() {
  if (!opened_) Prepare();
  if (snapshot_ != nullptr) return true;
  if (shared_ == nullptr || no_memory_ || shared_->refused.load(std::memory_order_relaxed)) return false;
  std::lock_guard lock(shared_->mutex);
  if (!shared_->built.load(std::memory_order_relaxed)) {
    graph::Projection projection;
    const graph::ReadView& view = rt_.view();
    if (types_.any()) {
      projection.types = view.type_names();
      if (projection.types.empty()) return false;
    } else {
      for (const TypeId id : types_.ids()) projection.types.push_back(view.name(id));
    }
    if (view.options().as_of) projection.as_of = graph::ToText(graph::Value(*view.options().as_of));
    projection.predicted = view.options().predicted;
    // The snapshot outlives the statement, so it is not charged to it, but a small budget must not make a large one.
    const Budget& budget = rt_.context.budget();
    auto bytes = view.EstimateSnapBytes(projection);
    no_memory_ = !bytes.ok() || *bytes > budget.max_bytes();
    if (no_memory_) return false;
    auto built = view.Snap(projection, budget);
    if (!built.ok()) {
      if (budget.Spent()) {
        rt_.context.Fail(built.status());
      } else if (built.code() == Code::kBudget) {
        no_memory_ = true;  // building takes more than what is built
      } else {
        shared_->refused = true;  // too many arcs, say: the blocks serve
      }
      return false;
    }
    shared_->snapshot = *std::move(built);
    shared_->built.store(true, std::memory_order_release);
  }
  snapshot_ = shared_->snapshot;
  return true;
}

void Expander::TrySnapshot(uint64_t work) {
  if (shared_ == nullptr) return;
  if (shared_->built.load(std::memory_order_acquire)) {
    snapshot_ = shared_->snapshot;
    return;
  }
  const uint64_t done = shared_->work.fetch_add(work, std::memory_order_relaxed) + work;
  if (done >= shared_->threshold || expected_ >= static_cast<double>(shared_->threshold)) Buy();
}

bool Expander::Load(NodeId node) {
  size_ = 0;
  if (!opened_) Prepare();
  if (none_) return true;
  ++rt_.reads;
  if (snapshot_ == nullptr) {
    TrySnapshot(1);
    if (rt_.context.failed()) return false;
  }
  if (snapshot_ != nullptr) {
    const Snapshot& s = *snapshot_;
    vertex_ = s.vertex(node);
    listed_ = false;
    looked_ = 0;
    out_size_ = 0;
    if (vertex_ == graph::kNoVertex) return true;
    out_begin_ = s.row_begin(vertex_);
    if (direction_ != Direction::kIn) out_size_ = s.out_degree(vertex_);
    size_ = out_size_;
    if (direction_ == Direction::kIn) {
      size_ = s.in_degree(vertex_);
    } else if (direction_ == Direction::kBoth) {
      const auto in = s.in(vertex_), out = s.out(vertex_);
      size_ += in.size();
      if (std::binary_search(out.begin(), out.end(), vertex_)) {
        listed_ = true;
        steps_.clear();
        for (size_t i = 0; i < out_size_; ++i) steps_.push_back({s.node_id(s.target(out_begin_ + i)), s.edge_id(out_begin_ + i)});
        for (size_t i = 0; i < in.size(); ++i) {
          if (in[i] != vertex_) steps_.push_back({s.node_id(in[i]), s.edge_id(s.in_arc(vertex_, i))});
        }
        size_ = steps_.size();
      }
    }
    return true;
  }
  listed_ = true;
  steps_.clear();
  const bool both = direction_ == Direction::kBoth;
  const Status status = rt_.view().Expand(node, direction_, types_.ids(), [&](const graph::Neighbour& n) {
    if (both && n.node == node && n.direction == Direction::kIn) return true;
    steps_.push_back({n.node, n.edge});
    return (steps_.size() & 4095u) != 0 || !rt_.context.Stop();
  });
  if (!rt_.Take(status) || rt_.context.failed()) return false;
  size_ = steps_.size();
  if (shared_ != nullptr && size_ > 32) shared_->work.fetch_add(size_ / 32, std::memory_order_relaxed);
  return true;
}

NodeId Expander::node(size_t i) {
  if (listed_) return steps_[i].node;
  if (i < looked_from_ || i >= looked_from_ + looked_) LookAhead(i);
  return ahead_[i - looked_from_];
}

// Ids of vertices and where their rows begin are spread over memory. Asked for some at a time, they arrive together.
void Expander::LookAhead(size_t i) {
  const Snapshot& s = *snapshot_;
  looked_from_ = i;
  looked_ = std::min(kAhead, size_ - i);
  const std::span<const uint32_t> offsets = direction_ == Direction::kIn ? s.in_offsets() : s.out_offsets();
  const std::span<const Vertex> in = i + looked_ > out_size_ ? s.in(vertex_) : std::span<const Vertex>();
  for (size_t k = 0; k < looked_; ++k) {
    const size_t at = i + k;
    const Vertex v = at < out_size_ ? s.target(out_begin_ + static_cast<uint32_t>(at)) : in[at - out_size_];
    __builtin_prefetch(&offsets[v]);
    ahead_[k] = s.node_id(v);
  }
}

EdgeId Expander::edge(size_t i) const {
  if (listed_) return steps_[i].edge;
  const Snapshot& s = *snapshot_;
  return s.edge_id(i < out_size_ ? out_begin_ + static_cast<uint32_t>(i) : s.in_arc(vertex_, i - out_size_));
}

bool Expander::Implies(LabelTest& labels) {
  std::vector<std::pair<LabelId, std::shared_ptr<GraphCache::Label>>> bits;
  if (snapshot_ == nullptr || shared_ == nullptr || !labels.Bits(bits)) return false;
  const Snapshot& s = *snapshot_;
  std::lock_guard lock(shared_->mutex);
  for (const auto& [id, label] : bits) {
    const auto [at, fresh] = shared_->ends.try_emplace({static_cast<int>(direction_), id.raw}, true);
    for (Vertex v = 0; fresh && at->second && v < s.vertex_count(); ++v) {
      const bool reached = (direction_ != Direction::kIn && s.in_degree(v) > 0) || (direction_ != Direction::kOut && s.out_degree(v) > 0);
      if (reached && !label->bits.Has(s.node_id(v))) at->second = false;
    }
    if (!at->second) return false;
  }
  return true;
}

// ---- labels

bool LabelTest::Bits(std::vector<std::pair<LabelId, std::shared_ptr<GraphCache::Label>>>& out) {
  if (!opened_) Prepare();
  if (impossible_ || !others_.empty() || shared_.size() != ids_.size()) return false;
  for (size_t i = 0; i < ids_.size(); ++i) {
    if (!shared_[i]->built.load(std::memory_order_acquire)) return false;
    out.emplace_back(ids_[i], shared_[i]);
  }
  return true;
}

std::string LabelText(const LabelExpr& expr) {
  const auto join = [&](const char* between) {
    std::string out;
    for (const LabelExpr& part : expr.parts) {
      if (!out.empty()) out += between;
      out += LabelText(part);
    }
    return expr.parts.size() > 1 ? "(" + out + ")" : out;
  };
  switch (expr.kind) {
    case LabelExpr::Kind::kName: return expr.name;
    case LabelExpr::Kind::kAny: return "%";
    case LabelExpr::Kind::kNot: return "!" + join("");
    case LabelExpr::Kind::kAnd: return join("&");
    case LabelExpr::Kind::kOr: return join("|");
    case LabelExpr::Kind::kDynamic: return "$(…)";
  }
  return "";
}

void LabelTest::Add(const LabelExpr& expr) {
  if (expr.kind == LabelExpr::Kind::kAnd) {
    for (const LabelExpr& part : expr.parts) Add(part);
    return;
  }
  if (expr.kind == LabelExpr::Kind::kName) {
    if (std::find(names_.begin(), names_.end(), expr.name) == names_.end()) names_.push_back(expr.name);
  } else {
    others_.push_back(&expr);
  }
}

void LabelTest::Prepare() {
  opened_ = true;
  const graph::ReadView& view = rt_.view();
  impossible_ = false;
  ids_.clear();
  for (const std::string& name : names_) {
    const LabelId id = view.label(name);
    if (!id) impossible_ = true;
    ids_.push_back(id);
  }
  if (shared_.empty() && !impossible_ && Lasting(view)) {
    for (const LabelId id : ids_) shared_.push_back(rt_.Cache().LabelOf(view, id));
  }
}

std::string LabelTest::text() const {
  std::string out;
  for (const std::string& name : names_) out += ":" + name;
  for (const LabelExpr* expr : others_) out += ":" + LabelText(*expr);
  return out;
}

bool LabelTest::Matches(NodeId node, Row& row) {
  if (!opened_) Prepare();
  if (impossible_) return false;
  const graph::Node* record = nullptr;
  for (size_t i = 0; i < ids_.size(); ++i) {
    if (i < shared_.size()) {
      GraphCache::Label& label = *shared_[i];
      if (label.built.load(std::memory_order_acquire)) {
        if (!label.bits.Has(node)) return false;
        continue;
      }
      if (label.tests.fetch_add(1, std::memory_order_relaxed) + 1 >= label.threshold) {
        std::lock_guard lock(label.mutex);
        if (!label.built.load(std::memory_order_relaxed)) {
          bool stopped = false;
          uint64_t seen = 0;
          const Status status = rt_.view().NodesWithLabel(ids_[i], NodeId{}, [&](NodeId id) {
            label.bits.Add(id);
            stopped = (++seen & 4095u) == 0 && rt_.context.Stop();
            return !stopped;
          });
          if (!rt_.Take(status) || stopped) return false;
          label.built.store(true, std::memory_order_release);
        }
        if (!label.bits.Has(node)) return false;
        continue;
      }
    }
    if (record == nullptr) {
      ++rt_.reads;
      record = rt_.context.TryGetNode(node);
      if (record == nullptr) return false;
    }
    if (!std::binary_search(record->labels.begin(), record->labels.end(), ids_[i])) return false;
  }
  for (const LabelExpr* expr : others_) {
    if (!LabelsMatch(*expr, rt_.context.LabelsOf(node), row, rt_.context)) return false;
  }
  return true;
}

}  // namespace liantu::query
