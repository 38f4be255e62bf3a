// SPDX-License-Identifier: Apache-2.0
// One pass over the nodes, one over the edges.
#include "graph/ontology_lint.h"

#include <algorithm>
#include <map>
#include <set>

#include "graph/code_check.h"

namespace liantu::graph {

namespace {

class Lint {
 public:
  Lint(const ReadView& view, const Budget& budget) : view_(view), budget_(budget) {}

  Result<std::vector<LintFinding>> Run() {
    Status inner;
    std::vector<NodeId> ids;
    auto flush = [&]() {
      if (inner.ok()) inner = Nodes(ids);
      ids.clear();
      return inner.ok();
    };
    LT_TRY(view_.AllNodes({}, [&](NodeId id) {
      ids.push_back(id);
      return ids.size() < 1024 || flush();
    }));
    if (!flush()) return inner;
    LT_TRY(view_.AllEdges({}, [&](const Edge& edge) {
      if (inner.ok()) inner = OneEdge(edge);
      return inner.ok();
    }));
    LT_TRY(inner);
    std::vector<LintFinding> all;
    for (auto& [what, finding] : findings_) all.push_back(std::move(finding));
    return all;
  }

 private:
  void Find(std::string what, const std::string& example) {
    LintFinding& f = findings_[what];
    if (f.count++ == 0) {
      f.example = example;
      f.what = std::move(what);
    }
  }

  std::string Called(const Node& node) const {
    const PropertyId key = view_.property("key"), name = view_.property("name");
    for (PropertyId id : {key, name}) {
      if (const Value* value = id ? node.Property(id) : nullptr) return ToText(*value);
    }
    return Text("#", node.id.raw);
  }

  void Property(const std::string& owner, const PropertySpec* spec, const std::string& name, const Value& value, const std::string& where) {
    if (!spec) return Find(Text(owner, ".", name, ": not in the ontology"), where);
    const auto* list = value.as<Value::List>();
    const Value& one = list && !list->empty() ? (*list)[0] : value;
    const bool number = spec->type.type == Value::Type::kFloat && one.type() == Value::Type::kInteger;
    if (spec->type.list != (list != nullptr) || (!(list && list->empty()) && one.type() != spec->type.type && !number)) {
      return Find(Text(owner, ".", name, ": not of type ", ValueTypeName(spec->type)), Text(where, ": ", ToText(value)));
    }
    if (one.type() != Value::Type::kString) return;
    auto allowed = [&](const Value& v) {
      return std::any_of(spec->values.begin(), spec->values.end(), [&](const auto& a) { return a.value == v.text(); });
    };
    std::vector<const Value*> parts;
    if (list) {
      for (const Value& v : *list) parts.push_back(&v);
    } else {
      parts.push_back(&value);
    }
    for (const Value* v : parts) {
      if (!spec->values.empty() && !allowed(*v)) Find(Text(owner, ".", name, ": value not allowed"), Text(where, ": ", v->text()));
      if (!spec->format.empty() && !CheckFormat(spec->format, v->text()).ok()) {
        Find(Text(owner, ".", name, ": not a right code (", spec->format, ")"), Text(where, ": ", v->text()));
      }
    }
  }

  Status Nodes(const std::vector<NodeId>& ids) {
    LT_TRY(budget_.Check());
    LT_ASSIGN(const auto nodes, view_.GetNodes(ids));
    const PropertyId key = view_.property("key");
    for (const auto& node : nodes) {
      if (!node) continue;
      std::vector<const LabelSpec*> specs;
      std::string owner;
      for (LabelId id : node->labels) {
        const LabelSpec* spec = view_.ontology().Label(view_.name(id));
        if (spec) specs.push_back(spec);
        else Find(Text(view_.name(id), ": label not in the ontology"), Called(*node));
        if (owner.empty() || (spec && specs.size() == 1)) owner = view_.name(id);
      }
      for (const LabelSpec* spec : specs) {
        if (spec->key && !(key && node->Property(key))) Find(Text(spec->name, ": no key"), Called(*node));
      }
      if (specs.empty()) continue;
      for (const auto& [id, value] : node->properties) {
        const std::string& name = view_.name(id);
        const PropertySpec* found = nullptr;
        for (const LabelSpec* spec : specs) {
          if (!found) found = spec->Property(name);
        }
        if (!found && name == "key") continue;
        Property(owner, found, name, value, Called(*node));
      }
    }
    return {};
  }

  Result<const std::vector<std::string>*> LabelsOf(NodeId id) {
    auto it = labels_.find(id);
    if (it == labels_.end()) {
      if (labels_.size() > 100'000) labels_.clear();  // bounded memory; edges of one node come together
      LT_ASSIGN(const auto node, view_.GetNode(id));
      std::vector<std::string> names;
      if (node) {
        for (LabelId label : node->labels) names.push_back(view_.name(label));
      }
      it = labels_.emplace(id, std::move(names)).first;
    }
    return &it->second;
  }

  Status OneEdge(const Edge& edge) {
    if (++edges_ % 1024 == 0) LT_TRY(budget_.Check());
    const std::string& name = view_.name(edge.type);
    const std::string where = Text("#", edge.from.raw, " → #", edge.to.raw);
    const EdgeTypeSpec* spec = view_.ontology().EdgeType(name);
    if (!spec) {
      Find(Text(name, ": edge type not in the ontology"), where);
      return {};
    }
    LT_ASSIGN(const auto* from, LabelsOf(edge.from));
    const std::vector<std::string> from_labels = *from;
    LT_ASSIGN(const auto* to, LabelsOf(edge.to));
    if (!spec->Allows(from_labels, *to)) {
      Find(Text(name, ": from ", from_labels.empty() ? "?" : from_labels[0], " to ", to->empty() ? "?" : (*to)[0], " is not allowed"), where);
    }
    if (spec->tree && !to->empty() && !parents_.insert({edge.from, edge.type, (*to)[0]}).second) {
      Find(Text(name, ": a second parent of the same label"), where);
    }
    for (const auto& [id, value] : edge.properties) Property(name, spec->Property(view_.name(id)), view_.name(id), value, where);
    return {};
  }

  struct Parent {
    NodeId child;
    TypeId type;
    std::string label;
    friend auto operator<=>(const Parent&, const Parent&) = default;
  };
  const ReadView& view_;
  const Budget& budget_;
  std::map<std::string, LintFinding> findings_;
  std::map<NodeId, std::vector<std::string>> labels_;
  std::set<Parent> parents_;
  uint64_t edges_ = 0;
};

}  // namespace

Result<std::vector<LintFinding>> LintStore(const ReadView& view, const Budget& budget) { return Lint(view, budget).Run(); }

}  // namespace liantu::graph
