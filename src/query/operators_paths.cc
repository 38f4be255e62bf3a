// SPDX-License-Identifier: Apache-2.0
// Operators that walk: relationships of variable length as trails (depth first) or, where only the end nodes count, as
// reachability (breadth first, every node once); shortest paths from both ends; and the plain matcher for the rest.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "query/operators.h"

namespace liantu::query {
namespace {

std::string LengthText(const VarExpandSpec& spec) {
  return Text("*", spec.min, "..", spec.max == UINT64_MAX ? std::string() : std::to_string(spec.max));
}

std::string StepText(const VarExpandSpec& spec) {
  std::string types;
  for (const std::string& name : spec.expand.types.names()) types += (types.empty() ? ":" : "|") + name;
  return Text("()", spec.expand.direction == Direction::kIn ? "<-" : "-", "[", types, LengthText(spec), "]",
              spec.expand.direction == Direction::kOut ? "->" : "-", "()");
}

// The conditions that each relationship of a walk must meet.
class StepTest {
 public:
  StepTest(Runtime& rt, const VarExpandSpec& spec) : rt_(rt), spec_(spec) {
    needed_ = spec.expand.type_expr != nullptr || (spec.pattern != nullptr && (spec.pattern->properties != nullptr || spec.pattern->where != nullptr));
  }
  bool needed() const { return needed_; }
  bool Holds(EdgeId edge, Row& row) {
    if (spec_.expand.type_expr != nullptr && !LabelsMatch(*spec_.expand.type_expr, {rt_.context.TypeOf(edge)}, row, rt_.context)) return false;
    if (spec_.pattern == nullptr) return true;
    const Value value = Value::Relationship(edge);
    if (spec_.pattern->properties != nullptr) {
      ++rt_.reads;
      const Value wanted = Evaluate(*spec_.pattern->properties, row, rt_.context);
      if (rt_.context.failed()) return false;
      if (!wanted.is_null() && wanted.kind() != Kind::kMap) {
        rt_.context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", spec_.pattern->properties->span,
                                 Text("properties are a map, found ", ToLiteral(wanted))));
        return false;
      }
      if (wanted.kind() == Kind::kMap) {
        for (const auto& [key, v] : wanted.map()) {
          if (Equals(rt_.context.PropertyOf(value, key), v) != std::optional(true)) return false;
        }
      }
    }
    if (spec_.pattern->where != nullptr) {
      Value* slot = spec_.pattern->slot == kNoSlot ? nullptr : &row[static_cast<size_t>(spec_.pattern->slot)];
      const Value kept = slot != nullptr ? std::exchange(*slot, value) : Value();
      const bool holds = query::Holds(*spec_.pattern->where, row, rt_.context);
      if (slot != nullptr) *slot = kept;
      if (!holds) return false;
    }
    return !rt_.context.failed();
  }

 private:
  Runtime& rt_;
  const VarExpandSpec& spec_;
  bool needed_ = false;
};

Value ListOf(const std::vector<EdgeId>& edges, bool reversed) {
  ValueList list;
  list.reserve(edges.size());
  for (const EdgeId edge : edges) list.push_back(Value::Relationship(edge));
  if (reversed) std::reverse(list.begin(), list.end());
  return Value::List(std::move(list));
}

bool Holds(const Value& other, EdgeId edge) {
  if (other.kind() == Kind::kRelationship) return other.relationship() == edge;
  if (other.kind() != Kind::kList) return false;
  return std::any_of(other.list().begin(), other.list().end(),
                     [&](const Value& v) { return v.kind() == Kind::kRelationship && v.relationship() == edge; });
}

// What walks share: the ends, and the tests of a step.
class Walker : public Operator {
 public:
  Walker(Runtime& rt, std::string op, OperatorPtr input, VarExpandSpec spec)
      : Operator(rt, std::move(op), ""), spec_(std::move(spec)), expander_(rt, spec_.expand.types, spec_.expand.direction), labels_(rt), test_(rt, spec_) {
    for (const LabelExpr* expr : spec_.expand.to_labels) labels_.Add(*expr);
    children.push_back(std::move(input));
    expander_.Expect(spec_.expand.expected_loads);
  }
  void Open(Row& row) override {
    Operator::Open(row);
    expander_.Open();
    labels_.Open();
    Reset();
  }

  std::string Detail() const override { return StepText(spec_); }

 protected:
  virtual void Reset() = 0;
  // The next input row with nodes at its ends.
  bool NextInput() {
    while (input().Next()) {
      if (Stop()) return false;
      const Value& from = at(spec_.expand.from);
      if (from.kind() != Kind::kNode) continue;
      from_ = from.node();
      if (spec_.expand.into) {
        const Value& to = at(spec_.expand.to);
        if (to.kind() != Kind::kNode) continue;
        to_ = to.node();
      }
      return true;
    }
    return false;
  }
  bool IsEnd(NodeId node) {
    if (spec_.expand.into) return node == to_;
    return labels_.empty() || labels_.Matches(node, row());
  }
  bool UsedOutside(EdgeId edge) {
    return std::any_of(spec_.expand.differ.begin(), spec_.expand.differ.end(), [&](int slot) { return Holds(at(slot), edge); });
  }

  VarExpandSpec spec_;
  Expander expander_;
  LabelTest labels_;
  StepTest test_;
  NodeId from_, to_;
};

class VarExpand : public Walker {
 public:
  VarExpand(Runtime& rt, OperatorPtr input, VarExpandSpec spec) : Walker(rt, "VarLengthExpand", std::move(input), std::move(spec)) {}
  ~VarExpand() override { Reset(); }
  bool Next() override {
    while (true) {
      if (Stop()) return false;
      if (!active_) {
        if (!NextInput()) return false;
        active_ = true;
        depth_ = 0;
        if (spec_.max > 0 && !Push(from_)) return false;
        if (spec_.min == 0 && IsEnd(from_)) {
          Emit(from_);
          return true;
        }
      }
      while (depth_ > 0) {
        if (Stop()) return false;
        Level& level = levels_[depth_ - 1];
        if (path_.size() == depth_) Pop();  // back from the step taken before
        if (level.next == level.steps.size()) {
          --depth_;
          continue;
        }
        const Step step = level.steps[level.next++];
        if (OnPath(step.edge) || (!spec_.expand.differ.empty() && UsedOutside(step.edge))) continue;
        if (test_.needed() && !test_.Holds(step.edge, row())) continue;
        path_.push_back(step.edge);
        if (path_.size() > kLinear) deep_.insert(step.edge.raw);
        const bool end = path_.size() >= spec_.min && IsEnd(step.node);
        if (path_.size() < spec_.max) {
          if (!Push(step.node)) return false;
        } else {
          if (end) {
            Emit(step.node);
            Pop();
            return true;
          }
          Pop();
        }
        if (end) {
          Emit(step.node);
          return true;
        }
      }
      if (Failed()) return false;
      active_ = false;
    }
  }

 private:
  static constexpr size_t kLinear = 24;
  struct Step { NodeId node; EdgeId edge; };
  struct Level {
    std::vector<Step> steps;
    size_t next = 0;
  };
  void Reset() override {
    active_ = false;
    depth_ = 0;
    path_.clear();
    deep_.clear();
    levels_.clear();
    rt_.context.Charge(-charged_);
    charged_ = 0;
  }
  void Pop() {
    if (path_.size() > kLinear) deep_.erase(path_.back().raw);
    path_.pop_back();
  }
  bool OnPath(EdgeId edge) const {
    for (size_t i = 0; i < std::min(path_.size(), kLinear); ++i) {
      if (path_[i] == edge) return true;
    }
    return path_.size() > kLinear && deep_.contains(edge.raw);
  }
  bool Push(NodeId node) {
    if (!expander_.Load(node)) return false;
    if (depth_ == levels_.size()) levels_.emplace_back();
    Level& level = levels_[depth_++];
    level.next = 0;
    const size_t held = level.steps.capacity();
    level.steps.clear();
    level.steps.reserve(expander_.size());
    for (size_t i = 0; i < expander_.size(); ++i) level.steps.push_back({expander_.node(i), expander_.edge(i)});
    if (level.steps.capacity() > held) {
      const auto bytes = static_cast<int64_t>((level.steps.capacity() - held) * sizeof(Step) + 64);
      charged_ += bytes;
      rt_.context.Charge(bytes);
    }
    return !Failed();
  }
  void Emit(NodeId node) {
    if (spec_.expand.write_rel) at(spec_.expand.rel) = ListOf(path_, spec_.reversed);
    if (!spec_.expand.into) at(spec_.expand.to) = Value::Node(node);
  }
  bool active_ = false;
  std::vector<Level> levels_;
  size_t depth_ = 0;  // levels in use; path_ has depth_ - 1 edges, or depth_ while the last step is being undone
  std::vector<EdgeId> path_;
  std::unordered_set<uint64_t> deep_;
  int64_t charged_ = 0;
};

// Every end node once, breadth first. For nodes other than the start a shortest walk is a trail. The start itself is an
// end when a cycle leads back to it: in one direction any arrival is one; in both directions a cycle needs an edge
// between two branches of the search tree (or a loop, or a parallel edge), and the first one met is a shortest.
class Reach : public Walker {
 public:
  Reach(Runtime& rt, OperatorPtr input, VarExpandSpec spec) : Walker(rt, "ReachExpand", std::move(input), std::move(spec)) {}
  ~Reach() override { Reset(); }
  bool Next() override {
    while (true) {
      if (Stop()) return false;
      while (emitted_ < ready_.size()) {
        const NodeId node = ready_[emitted_++];
        if (!(implied_ && head_ > 0) && !IsEnd(node)) continue;
        if (!spec_.expand.into) at(spec_.expand.to) = Value::Node(node);
        if (spec_.expand.into) Stopped();
        return true;
      }
      ready_.clear();
      emitted_ = 0;
      if (active_) {
        if (head_ == queue_.size()) {
          active_ = false;
          continue;
        }
        if (!Step()) return false;
        continue;
      }
      Reset();
      if (!NextInput()) return false;
      active_ = true;
      Visit(from_, 0, 0);
      if (spec_.min == 0) {
        ready_.push_back(from_);
        start_done_ = true;
      }
      if (spec_.max == 0) head_ = queue_.size();
    }
  }

 private:
  // On a snapshot `vertex` is the node's, kNoVertex for a start outside of it.
  struct Entry { NodeId node; uint32_t depth; Vertex vertex; uint64_t branch; };
  void Reset() override {
    for (const Entry& e : queue_) {
      if (snapshot_ != nullptr && e.vertex != graph::kNoVertex) bits_[e.vertex / 64] &= ~(1ull << (e.vertex % 64));
    }
    queue_.clear();
    branches_.clear();
    ready_.clear();
    emitted_ = head_ = 0;
    active_ = start_done_ = false;
    rt_.context.Charge(-charged_);
    charged_ = 0;
  }
  void Stopped() {
    head_ = queue_.size();
    ready_.clear();
    emitted_ = 0;
  }
  bool Both() const { return spec_.expand.direction == Direction::kBoth; }
  // On a snapshot. False: it was visited before.
  bool Mark(Vertex v) {
    const uint64_t bit = 1ull << (v % 64);
    if ((bits_[v / 64] & bit) != 0) return false;
    bits_[v / 64] |= bit;
    return true;
  }
  // False: it was visited before.
  bool Visit(NodeId node, uint32_t depth, uint64_t branch) {
    Vertex v = graph::kNoVertex;
    if (snapshot_ == nullptr) {
      if (!branches_.try_emplace(node.raw, branch, depth).second) return false;
      Charge(64);
    } else {
      v = snapshot_->vertex(node);
      if (v != graph::kNoVertex && !Mark(v)) return false;
    }
    queue_.push_back({node, depth, v, branch});
    Charge(sizeof(Entry));
    return true;
  }
  void Charge(int64_t bytes) {
    charged_ += bytes;
    rt_.context.Charge(bytes);
  }
  // Expands the next node of the queue.
  bool Step() {
    const Entry entry = queue_[head_++];
    if (entry.depth >= spec_.max) return true;
    // Goes over to a snapshot between two starts only, so that `bits_` and `branches_` do not mix.
    if (!expander_.Load(entry.node)) return false;
    if (head_ == 1 && expander_.snapshot() != nullptr && snapshot_ == nullptr && !Both()) {
      snapshot_ = expander_.snapshot();
      bits_.assign(snapshot_->vertex_count() / 64 + 1, 0);
      Charge(static_cast<int64_t>(bits_.size() * 8));
      charged_ -= static_cast<int64_t>(bits_.size() * 8);  // kept until the statement ends
      queue_[0].vertex = snapshot_->vertex(entry.node);
      if (queue_[0].vertex != graph::kNoVertex) Mark(queue_[0].vertex);
      branches_.clear();
      implied_ = !spec_.expand.into && (labels_.empty() || expander_.Implies(labels_));
    }
    if (snapshot_ != nullptr) return StepOnSnapshot(entry.depth + 1);
    for (size_t i = 0; i < expander_.size(); ++i) {
      if ((i & 255u) == 255u && Stop()) return false;
      const NodeId node = expander_.node(i);
      if (!start_done_ || test_.needed() || Both()) {
        const EdgeId edge = expander_.edge(i);
        if (test_.needed() && !test_.Holds(edge, row())) {
          if (Failed()) return false;
          continue;
        }
        if (Both() && !start_done_) {
          const uint64_t branch = entry.depth == 0 ? edge.raw : entry.branch;
          if (node == from_) {
            if (entry.depth == 0 || edge.raw != entry.branch) Arrive(entry.depth + 1);
          } else if (!Visit(node, entry.depth + 1, branch)) {
            // Between branches: a cycle through the start.
            const auto& [other, depth] = branches_.find(node.raw)->second;
            if (other != branch) Arrive(uint64_t{entry.depth} + depth + 1);
          } else {
            ready_.push_back(node);
          }
          continue;
        }
        if (!start_done_ && node == from_) {
          start_done_ = true;
          ready_.push_back(from_);
          continue;
        }
      }
      if (Visit(node, entry.depth + 1, entry.depth == 0 ? expander_.edge(i).raw : entry.branch)) ready_.push_back(node);
    }
    return true;
  }
  // In one direction. The ids of what is new are spread over memory; read after one another they arrive together.
  bool StepOnSnapshot(uint32_t depth) {
    const Snapshot& s = *snapshot_;
    const Vertex start = queue_[0].vertex;
    fresh_.clear();
    const std::span<const Vertex> next = expander_.row();
    for (size_t i = 0; i < next.size(); ++i) {
      if ((i & 255u) == 255u && Stop()) return false;
      const Vertex v = next[i];
      const bool back = v == start && !start_done_;
      if (!back && (bits_[v / 64] >> (v % 64) & 1) != 0) continue;
      if (test_.needed() && !test_.Holds(expander_.edge(i), row())) {
        if (Failed()) return false;
        continue;
      }
      if (back) start_done_ = true; else Mark(v);
      fresh_.push_back(v);
    }
    Charge(static_cast<int64_t>(fresh_.size() * sizeof(Entry)));
    for (const Vertex v : fresh_) {
      const NodeId node = s.node_id(v);
      ready_.push_back(node);
      if (v != start) queue_.push_back({node, depth, v, 0});
    }
    return true;
  }
  void Arrive(uint64_t length) {
    if (start_done_ || length > spec_.max) return;
    start_done_ = true;
    ready_.push_back(from_);
  }
  bool active_ = false, start_done_ = false;
  std::vector<Entry> queue_;
  size_t head_ = 0;
  std::vector<NodeId> ready_;
  std::vector<Vertex> fresh_;
  size_t emitted_ = 0;
  bool implied_ = false;  // on a snapshot: whatever is reached is an end
  SnapshotPtr snapshot_;
  std::vector<uint64_t> bits_;                           // on a snapshot: visited
  std::unordered_map<uint64_t, std::pair<uint64_t, uint32_t>> branches_;  // otherwise: visited node → its branch and depth
  int64_t charged_ = 0;
};

class FollowList : public Walker {
 public:
  FollowList(Runtime& rt, OperatorPtr input, VarExpandSpec spec) : Walker(rt, "FollowRelationships", std::move(input), std::move(spec)) {}
  bool Next() override {
    while (NextInput()) {
      const Value list = at(spec_.expand.rel);
      if (list.kind() != Kind::kList || list.list().size() < spec_.min || list.list().size() > spec_.max) continue;
      const ValueList& items = list.list();
      NodeId node = from_;
      bool good = true;
      std::unordered_set<uint64_t> seen;
      for (size_t i = 0; i < items.size() && good; ++i) {
        if (Stop()) return false;
        const Value& item = items[spec_.reversed ? items.size() - 1 - i : i];
        const graph::Edge* edge = item.kind() == Kind::kRelationship ? rt_.context.TryGetEdge(item.relationship()) : nullptr;
        good = edge != nullptr && seen.insert(edge->id.raw).second && (spec_.expand.types.any() || (spec_.expand.types.Resolve(rt_.view()) && spec_.expand.types.Has(edge->type)));
        if (!good) break;
        const EdgeId id = edge->id;
        const NodeId from = edge->from, to = edge->to;
        const Direction d = spec_.expand.direction;
        if (d != Direction::kIn && from == node) {
          node = to;
        } else if (d != Direction::kOut && to == node) {
          node = from;
        } else {
          good = false;
        }
        good = good && !UsedOutside(id) && (!test_.needed() || test_.Holds(id, row()));
      }
      if (Failed()) return false;
      if (!good || !IsEnd(node)) continue;
      if (!spec_.expand.into) at(spec_.expand.to) = Value::Node(node);
      return true;
    }
    return false;
  }

 private:
  void Reset() override {}
};

// Breadth first from both ends, the smaller frontier first, level by level. After the level in which the two meet, every
// shortest path runs through one of the meeting nodes.
class ShortestPath : public Walker {
 public:
  ShortestPath(Runtime& rt, OperatorPtr input, ShortestSpec spec)
      : Walker(rt, spec.all ? "AllShortestPaths" : "ShortestPath", std::move(input), spec.var), shortest_(std::move(spec)), back_(rt, spec_.expand.types, Turned(spec_.expand.direction)) {}
  ~ShortestPath() override { Reset(); }
  void Open(Row& row) override {
    Walker::Open(row);
    back_.Open();
  }
  bool Next() override {
    while (true) {
      if (Stop()) return false;
      if (next_ < found_.size()) {
        const Found& f = found_[next_++];
        if (spec_.expand.write_rel) at(spec_.expand.rel) = ListOf(f.edges, false);
        if (shortest_.path != kNoSlot) at(shortest_.path) = Value::Path(PathValue{f.nodes, f.edges});
        return true;
      }
      Reset();
      if (!NextInput()) return false;
      if (!Search()) return false;
    }
  }

 private:
  struct Found {
    std::vector<NodeId> nodes;
    std::vector<EdgeId> edges;
  };
  struct Reached {
    uint32_t depth;
    std::vector<std::pair<NodeId, EdgeId>> from;
  };
  using Side = std::unordered_map<uint64_t, Reached>;
  static Direction Turned(Direction d) { return d == Direction::kBoth ? d : d == Direction::kOut ? Direction::kIn : Direction::kOut; }
  void Reset() override {
    found_.clear();
    next_ = 0;
    rt_.context.Charge(-charged_);
    charged_ = 0;
  }
  void Charge(int64_t bytes) {
    charged_ += bytes;
    rt_.context.Charge(bytes);
  }
  // One more level on a side; nodes that the other side has are gathered in `meet`.
  bool Level(Expander& expander, Side& mine, const Side& other, std::vector<NodeId>& frontier, uint32_t depth, std::vector<NodeId>& meet) {
    std::vector<NodeId> next;
    for (const NodeId node : frontier) {
      if (!expander.Load(node)) return false;
      for (size_t i = 0; i < expander.size(); ++i) {
        if (Stop()) return false;
        const NodeId to = expander.node(i);
        const auto seen = mine.find(to.raw);
        if (seen != mine.end() && (seen->second.depth < depth || !shortest_.all)) continue;
        const EdgeId edge = expander.edge(i);
        if (test_.needed() && !test_.Holds(edge, row())) {
          if (Failed()) return false;
          continue;
        }
        if (seen != mine.end()) {
          seen->second.from.emplace_back(node, edge);
          Charge(16);
          continue;
        }
        mine.emplace(to.raw, Reached{depth, {{node, edge}}});
        next.push_back(to);
        Charge(112);
        if (other.contains(to.raw)) {
          meet.push_back(to);
          if (!shortest_.all) return true;
        }
      }
    }
    frontier.swap(next);
    return true;
  }
  bool Search() {
    if (from_ == to_) {
      if (spec_.min == 0) found_.push_back({{from_}, {}});
      return spec_.min == 0 || !shortest_.cycles || Cycles();
    }
    if (spec_.max == 0) return true;
    Side ahead, behind;
    ahead.emplace(from_.raw, Reached{0, {}});
    behind.emplace(to_.raw, Reached{0, {}});
    std::vector<NodeId> front{from_}, rear{to_}, meet;
    uint32_t front_depth = 0, rear_depth = 0;
    while (meet.empty() && !front.empty() && !rear.empty() && uint64_t{front_depth} + rear_depth < spec_.max) {
      if (front.size() <= rear.size()) {
        if (!Level(expander_, ahead, behind, front, ++front_depth, meet)) return false;
      } else {
        if (!Level(back_, behind, ahead, rear, ++rear_depth, meet)) return false;
      }
    }
    // Every path through each meeting node: ways back to the start times ways on to the end.
    for (const NodeId node : meet) {
      std::vector<Found> heads, tails;
      Found part{{node}, {}};
      if (!Ways(ahead, node, part, heads) || !Ways(behind, node, part, tails)) return false;
      for (const Found& head : heads) {
        for (const Found& tail : tails) {
          if (Stop()) return false;
          Found whole;
          whole.nodes.assign(head.nodes.rbegin(), head.nodes.rend());
          whole.edges.assign(head.edges.rbegin(), head.edges.rend());
          whole.nodes.insert(whole.nodes.end(), tail.nodes.begin() + 1, tail.nodes.end());
          whole.edges.insert(whole.edges.end(), tail.edges.begin(), tail.edges.end());
          Charge(static_cast<int64_t>(64 + whole.nodes.size() * 16));
          found_.push_back(std::move(whole));
          if (!shortest_.all) return true;
        }
      }
    }
    return true;
  }
  // Back to where they began: seldom asked for, so the plain matcher does it.
  bool Cycles() {
    const PathPattern& pattern = *shortest_.pattern;
    const MatchOptions options{.bound = {pattern.nodes[0].slot, pattern.nodes[1].slot}};
    MatchPatterns({&pattern}, nullptr, options, row(), rt_.context, [&](Row& match) {
      Found found{{from_}, {}};
      for (const Value& item : match[static_cast<size_t>(spec_.expand.rel)].list()) {
        const graph::Edge* edge = rt_.context.TryGetEdge(item.relationship());
        if (edge == nullptr) return false;
        found.edges.push_back(edge->id);
        found.nodes.push_back(found.nodes.back() == edge->from ? edge->to : edge->from);
      }
      Charge(static_cast<int64_t>(64 + found.nodes.size() * 16));
      found_.push_back(std::move(found));
      return !Stop();
    });
    return !Failed();
  }
  // The ways from a node back to the side's root, as lists from the node on.
  bool Ways(const Side& side, NodeId node, Found& part, std::vector<Found>& out) {
    if (Stop()) return false;
    const Reached& reached = side.at(node.raw);
    if (reached.from.empty()) {
      out.push_back(part);
      Charge(static_cast<int64_t>(64 + part.nodes.size() * 16));
      return true;
    }
    for (const auto& [before, edge] : reached.from) {
      part.nodes.push_back(before);
      part.edges.push_back(edge);
      const bool on = Ways(side, before, part, out);
      part.nodes.pop_back();
      part.edges.pop_back();
      if (!on) return false;
      if (!shortest_.all) break;
    }
    return true;
  }

  ShortestSpec shortest_;
  Expander back_;
  std::vector<Found> found_;
  size_t next_ = 0;
  int64_t charged_ = 0;
};

class PatternSearch : public Operator {
 public:
  PatternSearch(Runtime& rt, OperatorPtr input, std::vector<const PathPattern*> patterns, const Expr* where, MatchOptions options, std::vector<int> adds)
      : Operator(rt, "PatternSearch", ""), patterns_(std::move(patterns)), where_(where), options_(std::move(options)), found_(rt, std::move(adds)) {
    if (where != nullptr) detail = ExprText(*where);
    children.push_back(std::move(input));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    found_.Clear();
    next_ = 0;
  }
  bool Next() override {
    while (true) {
      if (Stop()) return false;
      if (next_ < found_.size()) {
        found_.Load(next_++, row());
        return true;
      }
      found_.Clear();
      next_ = 0;
      if (!input().Next()) return false;
      MatchPatterns(patterns_, where_, options_, row(), rt_.context, [&](Row& match) {
        found_.Add(match);
        return !Stop();
      });
      if (Failed()) return false;
    }
  }

 private:
  std::vector<const PathPattern*> patterns_;
  const Expr* where_;
  MatchOptions options_;
  RowStore found_;
  size_t next_ = 0;
};

}  // namespace

OperatorPtr MakeVarExpand(Runtime& rt, OperatorPtr input, VarExpandSpec spec) {
  if (spec.distinct_ends) return std::make_unique<Reach>(rt, std::move(input), std::move(spec));
  return std::make_unique<VarExpand>(rt, std::move(input), std::move(spec));
}
OperatorPtr MakeFollowList(Runtime& rt, OperatorPtr input, VarExpandSpec spec) {
  const double estimate = input->estimate;
  auto op = std::make_unique<FollowList>(rt, std::move(input), std::move(spec));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeShortestPath(Runtime& rt, OperatorPtr input, ShortestSpec spec) {
  const double estimate = input->estimate;
  auto op = std::make_unique<ShortestPath>(rt, std::move(input), std::move(spec));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakePatternSearch(Runtime& rt, OperatorPtr input, std::vector<const PathPattern*> patterns, const Expr* where, MatchOptions options,
                              std::vector<int> adds) {
  const double estimate = input->estimate * 10;
  auto op = std::make_unique<PatternSearch>(rt, std::move(input), std::move(patterns), where, std::move(options), std::move(adds));
  op->estimate = estimate;
  return op;
}

}  // namespace liantu::query
