// SPDX-License-Identifier: Apache-2.0
// Operators that read the graph one step at a time: scans, seeks, single expansions, and putting paths together.
#include <algorithm>
#include <charconv>

#include "query/operators.h"

namespace liantu::query {
namespace {

class Once : public Operator {
 public:
  explicit Once(Runtime& rt) : Operator(rt, "Argument", "") { estimate = 1; }
  void Open(Row& row) override {
    row_ = &row;
    done_ = false;
  }
  bool Next() override { return !std::exchange(done_, true); }

 private:
  bool done_ = false;
};

class NodeScanOp : public Operator {
 public:
  NodeScanOp(Runtime& rt, OperatorPtr input, NodeScan scan)
      : Operator(rt, scan.label.empty() ? "AllNodesScan" : "NodeByLabelScan", scan.label), scan_(std::move(scan)) {
    children.push_back(std::move(input));
  }
  const NodeScan* Scan() const override { return &scan_; }
  ~NodeScanOp() override { rt_.context.Ahead({}); }
  void Open(Row& row) override {
    Operator::Open(row);
    active_ = false;
  }
  bool Next() override {
    while (true) {
      if (Stop()) return false;
      if (active_) {
        if (next_ == ids_.size() && more_) Fetch();
        if (Failed()) return false;
        if (next_ < ids_.size()) {
          at(scan_.slot) = Value::Node(ids_[next_++]);
          return true;
        }
        active_ = false;
      }
      if (!input().Next()) return false;
      active_ = true;
      more_ = true;
      last_ = NodeId{};
      batch_ = 16;
      rt_.context.Ahead({});
      ids_.clear();
      next_ = 0;
      label_ = scan_.label.empty() ? LabelId{} : rt_.view().label(scan_.label);
      if (!scan_.label.empty() && !label_) more_ = false;
    }
  }

 private:
  // Small batches first, so that LIMIT 1 reads little.
  void Fetch() {
    ids_.clear();
    next_ = 0;
    const auto row = [&](NodeId id) {
      ids_.push_back(id);
      return ids_.size() < batch_;
    };
    rt_.context.Ahead({});
    rt_.Take(label_ ? rt_.view().NodesWithLabel(label_, last_, row) : rt_.view().AllNodes(last_, row));
    if (batch_ > 16) rt_.context.Ahead(ids_);
    ++rt_.reads;
    more_ = ids_.size() == batch_;
    if (!ids_.empty()) last_ = ids_.back();
    batch_ = std::min<size_t>(batch_ * 4, 4096);
  }
  NodeScan scan_;
  LabelId label_;
  std::vector<NodeId> ids_;
  size_t next_ = 0, batch_ = 16;
  NodeId last_;
  bool active_ = false, more_ = false;
};

class NodeSeekOp : public Operator {
 public:
  NodeSeekOp(Runtime& rt, OperatorPtr input, NodeSeek seek)
      : Operator(rt, seek.relationship ? "RelationshipByIdSeek" : seek.property.empty() ? "NodeByIdSeek" : seek.by_name ? "NodeByNameSeek" : "NodeIndexSeek", ""), seek_(std::move(seek)) {
    children.push_back(std::move(input));
  }
  std::string Detail() const override {
    const std::string what = !seek_.property.empty() ? Text(seek_.label, "(", seek_.property, ")") : seek_.element_id ? "elementId" : "id";
    return Text(what, seek_.list ? " IN " : " = ", ExprText(*seek_.value));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    ids_.clear();
    next_ = 0;
  }
  bool Next() override {
    while (true) {
      if (next_ < ids_.size()) {
        const NodeId id = ids_[next_++];
        at(seek_.slot) = seek_.relationship ? Value::Relationship(EdgeId{id.raw}) : Value::Node(id);
        return true;
      }
      if (Stop() || !input().Next()) return false;
      ids_.clear();
      next_ = 0;
      all_read_ = false;
      const Value wanted = Evaluate(*seek_.value, row(), rt_.context);
      if (Failed()) return false;
      if (!seek_.list) {
        Find(wanted);
      } else if (wanted.kind() == Kind::kList) {
        for (const Value& item : wanted.list()) {
          Find(item);
          if (Stop()) return false;
        }
        if (wanted.list().size() > 1) {
          std::sort(ids_.begin(), ids_.end());
          ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
        }
      }
      if (Failed()) return false;
    }
  }

 private:
  void Find(const Value& wanted) {
    if (wanted.is_null()) return;
    ++rt_.reads;
    if (seek_.property.empty()) {
      const uint64_t id = seek_.element_id ? ElementNumber(wanted) : wanted.is_number() && wanted.number() >= 1 && wanted.number() < 1e19 ? Number(wanted) : 0;
      if (id != 0 && (seek_.relationship ? rt_.context.TryGetEdge(EdgeId{id}) != nullptr : rt_.context.TryGetNode(NodeId{id}) != nullptr)) ids_.push_back(NodeId{id});
      return;
    }
    auto stored = ToStorable(wanted);
    if (!stored.ok()) return;  // what no property can hold equals none
    const graph::ReadView& view = rt_.view();
    if (!label_) label_ = view.label(seek_.label);
    if (!label_ && !seek_.label.empty()) return;  // no node has it; label 0 stands for all
    if (!property_) property_ = view.property(seek_.property);
    std::string key;
    const bool lasting = Lasting(view);
    if (lasting) {
      key.assign(reinterpret_cast<const char*>(&label_.raw), sizeof label_.raw);
      key.append(reinterpret_cast<const char*>(&property_.raw), sizeof property_.raw);
      graph::EncodeOrdered(key, *stored);
      if (const auto known = rt_.Cache().FindSeek(key)) {
        ids_.insert(ids_.end(), known->begin(), known->end());
        return;
      }
    }
    Result<std::vector<NodeId>> found = std::vector<NodeId>();
    if (!seek_.by_name) {
      found = view.FindByProperty(label_, property_, *stored);
    } else {
      auto named = Named(wanted);
      if (named.ok() && !*named) return ReadAll();
      found = named.ok() ? Result(**std::move(named)) : named.status();
    }
    if (!found.ok()) {
      rt_.context.Fail(found.status());
      return;
    }
    ids_.insert(ids_.end(), found->begin(), found->end());
    if (lasting && found->size() < 64) rt_.Cache().KeepSeek(key, std::make_shared<const std::vector<NodeId>>(*std::move(found)));
  }
  static uint64_t Number(const Value& wanted) {
    return wanted.kind() == Kind::kInteger ? static_cast<uint64_t>(wanted.integer()) : static_cast<uint64_t>(wanted.number());
  }
  // Of an elementId; 0: none of the kind that is sought.
  uint64_t ElementNumber(const Value& wanted) const {
    if (wanted.kind() != Kind::kString || !wanted.string().starts_with(seek_.relationship ? "r:" : "n:")) return 0;
    const char* end = wanted.string().data() + wanted.string().size();
    uint64_t id = 0;
    const auto [at, error] = std::from_chars(wanted.string().data() + 2, end, id);
    return error == std::errc() && at == end ? id : 0;
  }
  Result<std::optional<std::vector<NodeId>>> Named(const Value& wanted) {
    if (wanted.kind() != Kind::kString) return std::optional<std::vector<NodeId>>();
    return rt_.view().FindByName(label_, wanted.string(), rt_.context.budget());
  }
  // What the name index does not know, such as a name that is a number, the pattern's own conditions find among all.
  void ReadAll() {
    if (std::exchange(all_read_, true)) return;
    const auto row = [&](NodeId id) {
      ids_.push_back(id);
      return !Stop();
    };
    rt_.Take(label_ ? rt_.view().NodesWithLabel(label_, NodeId{}, row) : rt_.view().AllNodes(NodeId{}, row));
  }
  NodeSeek seek_;
  LabelId label_;
  PropertyId property_;
  std::vector<NodeId> ids_;
  size_t next_ = 0;
  bool all_read_ = false;
};

class BoundCheck : public Operator {
 public:
  BoundCheck(Runtime& rt, OperatorPtr input, int slot, bool relationship) : Operator(rt, "BoundVariable", ""), slot_(slot), relationship_(relationship) {
    children.push_back(std::move(input));
  }
  bool Next() override {
    while (input().Next()) {
      if (Stop()) return false;
      const Value& value = at(slot_);
      if (value.is_null()) continue;
      // What has come into a row is in the graph, unless this statement has deleted it.
      if (relationship_ ? value.kind() == Kind::kRelationship && !rt_.context.IsDeleted(value.relationship())
                        : value.kind() == Kind::kNode && !rt_.context.IsDeleted(value.node())) {
        return true;
      }
      if (!relationship_ && value.kind() != Kind::kNode) {
        rt_.context.Fail(ErrorType::kTypeError, "InvalidArgumentType", Text("a variable stands for a node in a pattern, but is ", ToLiteral(value)));
        return false;
      }
    }
    return false;
  }

 private:
  int slot_;
  bool relationship_;
};

const char* Arrow(Direction direction, bool left) {
  if (left) return direction == Direction::kIn ? "<-" : "-";
  return direction == Direction::kOut ? "->" : "-";
}
std::string TypesText(const ExpandSpec& spec) {
  std::string out;
  for (const std::string& name : spec.types.names()) out += (out.empty() ? ":" : "|") + name;
  if (spec.type_expr != nullptr) out = ":" + LabelText(*spec.type_expr);
  return out;
}

class Expand : public Operator {
 public:
  Expand(Runtime& rt, OperatorPtr input, ExpandSpec spec)
      : Operator(rt, spec.count_only ? "ExpandCount" : spec.into ? "ExpandInto" : "Expand", ""),
        spec_(std::move(spec)), expander_(rt, spec_.types, spec_.direction), labels_(rt) {
    for (const LabelExpr* expr : spec_.to_labels) labels_.Add(*expr);
    expander_.Expect(spec_.expected_loads);
    children.push_back(std::move(input));
  }
  std::string Detail() const override {
    return Text("()", Arrow(spec_.direction, true), "[", TypesText(spec_), "]", Arrow(spec_.direction, false), "(", labels_.text(), ")");
  }
  const ExpandSpec* Step() const override { return &spec_; }
  void Open(Row& row) override {
    Operator::Open(row);
    expander_.Open();
    labels_.Open();
    implied_ = false;
    loads_ = 0;
    next_ = size_ = 0;
  }
  bool Next() override {
    while (true) {
      while (next_ < size_) {
        const size_t i = next_++;
        if (Stop()) return false;
        const NodeId node = expander_.node(i);
        if (spec_.into && node != to_) continue;
        const EdgeId edge = expander_.edge(i);
        if (!spec_.differ.empty() && Used(edge)) continue;
        if (spec_.type_expr != nullptr && !LabelsMatch(*spec_.type_expr, {rt_.context.TypeOf(edge)}, row(), rt_.context)) continue;
        if (!spec_.into && !implied_ && !labels_.empty() && !labels_.Matches(node, row())) continue;
        if (spec_.write_rel) at(spec_.rel) = Value::Relationship(edge);
        if (!spec_.into) at(spec_.to) = Value::Node(node);
        return true;
      }
      if (Stop() || !input().Next()) return false;
      const Value& from = at(spec_.from);
      size_ = next_ = 0;
      if (from.kind() != Kind::kNode) continue;
      if (spec_.into) {
        const Value& to = at(spec_.to);
        if (to.kind() != Kind::kNode) continue;
        to_ = to.node();
      }
      if (!expander_.Load(from.node())) return false;
      size_ = expander_.size();
      if (!labels_.empty() && !implied_) implied_ = (++loads_ & 15u) == 1 && expander_.Implies(labels_);
      if (spec_.count_only) {
        const int64_t count = Count();
        size_ = 0;
        if (Failed()) return false;
        if (count == 0) continue;
        rt_.weight *= count;
        return true;
      }
    }
  }

 private:
  bool Used(EdgeId edge) {
    for (const int slot : spec_.differ) {
      const Value& other = at(slot);
      if (other.kind() == Kind::kRelationship) {
        if (other.relationship() == edge) return true;
      } else if (other.kind() == Kind::kList) {
        for (const Value& item : other.list()) {
          if (item.kind() == Kind::kRelationship && item.relationship() == edge) return true;
        }
      }
    }
    return false;
  }
  int64_t Count() {
    if ((labels_.empty() || implied_) && !spec_.into && spec_.type_expr == nullptr) {
      auto count = static_cast<int64_t>(size_);
      bool known = spec_.differ_at.size() == spec_.differ.size();
      for (size_t i = 0; known && i < spec_.differ.size(); ++i) {
        known = spec_.differ_at[i] != kNoSlot && at(spec_.differ[i]).kind() == Kind::kRelationship;
        if (known && at(spec_.differ_at[i]).node() == at(spec_.from).node()) --count;
      }
      if (known) return count;
    }
    int64_t count = 0;
    for (size_t i = 0; i < size_; ++i) {
      if ((i & 1023u) == 1023u && Stop()) return 0;
      const NodeId node = expander_.node(i);
      if (spec_.into && node != to_) continue;
      if (!spec_.differ.empty() && Used(expander_.edge(i))) continue;
      if (spec_.type_expr != nullptr && !LabelsMatch(*spec_.type_expr, {rt_.context.TypeOf(expander_.edge(i))}, row(), rt_.context)) continue;
      if (!labels_.empty() && !implied_ && !labels_.Matches(node, row())) continue;
      ++count;
    }
    return count;
  }
  ExpandSpec spec_;
  Expander expander_;
  LabelTest labels_;
  bool implied_ = false;  // every node reached has the labels
  uint32_t loads_ = 0;
  size_t next_ = 0, size_ = 0;
  NodeId to_;
};

class RelationshipEnds : public Operator {
 public:
  RelationshipEnds(Runtime& rt, OperatorPtr input, int rel, int from, int to, bool from_bound, bool to_bound, ExpandSpec spec)
      : Operator(rt, "RelationshipEnds", ""), rel_(rel), from_(from), to_(to), from_bound_(from_bound), to_bound_(to_bound), spec_(std::move(spec)) {
    detail = TypesText(spec_);
    children.push_back(std::move(input));
  }
  void Open(Row& row) override {
    Operator::Open(row);
    count_ = next_ = 0;
  }
  bool Next() override {
    while (true) {
      while (next_ < count_) {
        const auto [from, to] = ends_[next_++];
        if (from_bound_ && !Is(from_, from)) continue;
        if (to_bound_ && !Is(to_, to)) continue;
        if (!from_bound_) at(from_) = Value::Node(from);
        if (to_ == from_ && from != to) continue;
        if (!to_bound_) at(to_) = Value::Node(to);
        return true;
      }
      if (Stop() || !input().Next()) return false;
      count_ = next_ = 0;
      const Value& value = at(rel_);
      if (value.kind() != Kind::kRelationship) continue;
      const graph::Edge* edge = rt_.context.TryGetEdge(value.relationship());
      ++rt_.reads;
      if (edge == nullptr) continue;
      if (!spec_.types.any() && (!spec_.types.Resolve(rt_.view()) || !spec_.types.Has(edge->type))) continue;
      if (spec_.type_expr != nullptr && !LabelsMatch(*spec_.type_expr, {rt_.context.TypeOf(edge->id)}, row(), rt_.context)) continue;
      const NodeId from = edge->from, to = edge->to;
      if (spec_.direction != Direction::kIn) ends_[count_++] = {from, to};
      if (spec_.direction == Direction::kIn || (spec_.direction == Direction::kBoth && from != to)) ends_[count_++] = {to, from};
    }
  }

 private:
  bool Is(int slot, NodeId id) { return at(slot).kind() == Kind::kNode && at(slot).node() == id; }
  int rel_, from_, to_;
  bool from_bound_, to_bound_;
  ExpandSpec spec_;
  std::pair<NodeId, NodeId> ends_[2];
  size_t count_ = 0, next_ = 0;
};

class PathBuild : public Operator {
 public:
  PathBuild(Runtime& rt, OperatorPtr input, const PathPattern& pattern, std::vector<int> steps)
      : Operator(rt, "BuildPath", pattern.name), pattern_(pattern), steps_(std::move(steps)) {
    children.push_back(std::move(input));
  }
  bool Next() override {
    while (input().Next()) {
      PathValue path;
      path.nodes.push_back(at(pattern_.nodes[0].slot).node());
      bool whole = true;
      const auto add = [&](const Value& rel) {
        const graph::Edge* edge = rel.kind() == Kind::kRelationship ? rt_.context.TryGetEdge(rel.relationship()) : nullptr;
        if (edge == nullptr) {
          whole = false;
          return;
        }
        path.edges.push_back(edge->id);
        path.nodes.push_back(path.nodes.back() == edge->from ? edge->to : edge->from);
      };
      for (size_t i = 0; i < pattern_.steps.size(); ++i) {
        const Value& rel = at(steps_[i]);
        if (rel.kind() == Kind::kList) {
          for (const Value& item : rel.list()) add(item);
        } else {
          path.edges.push_back(rel.relationship());
          path.nodes.push_back(at(pattern_.nodes[i + 1].slot).node());
        }
      }
      if (Stop()) return false;
      if (!whole) continue;
      at(pattern_.slot) = Value::Path(std::move(path));
      return true;
    }
    return false;
  }

 private:
  const PathPattern& pattern_;
  std::vector<int> steps_;
};

}  // namespace

OperatorPtr MakeOnce(Runtime& rt) { return std::make_unique<Once>(rt); }

OperatorPtr MakeNodeScan(Runtime& rt, OperatorPtr input, NodeScan scan) {
  const double estimate = input->estimate;
  auto op = std::make_unique<NodeScanOp>(rt, std::move(input), std::move(scan));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeNodeSeek(Runtime& rt, OperatorPtr input, NodeSeek seek) {
  const double estimate = input->estimate * (seek.list ? 10 : 1);
  auto op = std::make_unique<NodeSeekOp>(rt, std::move(input), std::move(seek));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeBoundCheck(Runtime& rt, OperatorPtr input, int slot, bool relationship) {
  const double estimate = input->estimate;
  auto op = std::make_unique<BoundCheck>(rt, std::move(input), slot, relationship);
  op->estimate = estimate;
  return op;
}
OperatorPtr MakeExpand(Runtime& rt, OperatorPtr input, ExpandSpec spec) { return std::make_unique<Expand>(rt, std::move(input), std::move(spec)); }
OperatorPtr MakeRelationshipEnds(Runtime& rt, OperatorPtr input, int rel, int from, int to, bool from_bound, bool to_bound, ExpandSpec spec) {
  const double estimate = input->estimate;
  auto op = std::make_unique<RelationshipEnds>(rt, std::move(input), rel, from, to, from_bound, to_bound, std::move(spec));
  op->estimate = estimate;
  return op;
}
OperatorPtr MakePathBuild(Runtime& rt, OperatorPtr input, const PathPattern& pattern, std::vector<int> steps) {
  const double estimate = input->estimate;
  auto op = std::make_unique<PathBuild>(rt, std::move(input), pattern, std::move(steps));
  op->estimate = estimate;
  return op;
}

}  // namespace liantu::query
