// SPDX-License-Identifier: Apache-2.0
// CREATE, SET, REMOVE and DELETE on the statement's transaction. Which rows are written is the executors' business.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "query/executor.h"

namespace liantu::query {
namespace {

// A failure of the graph as one of a query: a unique value that is taken is a constraint's, the rest stays what it is.
void FailWrite(Context& context, const Status& status) {
  if (status.code() == Code::kConflict) {
    context.Fail(ErrorType::kConstraintValidationFailed, "ConstraintViolation", status.message());
  } else {
    context.Fail(status);
  }
}

// The names of a list of labels or types, dynamic ones evaluated. CREATE and SET take plain names only; the binder has seen to it.
bool CollectNames(const LabelExpr& expr, Row& row, Context& context, std::vector<std::string>& names) {
  switch (expr.kind) {
    case LabelExpr::Kind::kName: names.push_back(expr.name); return true;
    case LabelExpr::Kind::kDynamic: {
      const Value value = Evaluate(*expr.dynamic, row, context);
      if (context.failed()) return false;
      if (expr.name == "any") {
        context.Fail(Failure(ErrorType::kSyntaxError, "InvalidArgumentExpression", expr.span, "$any(…) is for reading; write $all(…)"));
        return false;
      }
      if (value.kind() == Kind::kString) {
        names.push_back(value.string());
        return true;
      }
      if (value.kind() == Kind::kList) {
        for (const Value& name : value.list()) {
          if (name.kind() != Kind::kString) break;
          names.push_back(name.string());
        }
        if (std::all_of(value.list().begin(), value.list().end(), [](const Value& v) { return v.kind() == Kind::kString; })) return true;
      }
      context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", expr.span,
                           Text("a label or type is a string or a list of strings, found ", ToLiteral(value))));
      return false;
    }
    case LabelExpr::Kind::kAnd:
      for (const LabelExpr& part : expr.parts) {
        if (!CollectNames(part, row, context, names)) return false;
      }
      return true;
    default:
      context.Fail(Failure(ErrorType::kSyntaxError, "UnexpectedSyntax", expr.span,
                           "what is written needs plain labels; | ! and % are for matching only"));
      return false;
  }
}

// The map of a pattern as properties; nulls are left out.
bool EvaluateProperties(const Expr* expr, Row& row, Context& context, graph::Properties& properties) {
  if (expr == nullptr) return true;
  const Value value = Evaluate(*expr, row, context);
  if (context.failed()) return false;
  if (value.is_null()) return true;
  if (value.kind() != Kind::kMap) {
    context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", expr->span,
                         Text("properties are a map, found ", ToLiteral(value), " (", KindName(value.kind()), ")")));
    return false;
  }
  for (const auto& [name, item] : value.map()) {
    if (item.is_null()) continue;
    auto storable = ToStorable(item);
    if (!storable.ok()) {
      context.Fail(WithPlace(storable.status(), expr->span));
      return false;
    }
    properties.emplace_back(name, std::move(*storable));
  }
  return true;
}

class Creator {
 public:
  Creator(Row& row, Context& context, ChangeCounts& changes) : row_(row), context_(context), changes_(changes) {}

  bool Run(const std::vector<PathPattern>& patterns) {
    for (const PathPattern& pattern : patterns) {
      std::vector<NodeId> nodes;
      for (const NodePattern& node : pattern.nodes) {
        NodeId id;
        if (!Node(node, id)) return false;
        nodes.push_back(id);
      }
      PathValue path{.nodes = nodes};
      for (size_t i = 0; i < pattern.steps.size(); ++i) {
        EdgeId id;
        LT_ASSERT(pattern.steps[i].rel != nullptr);
        if (!Relationship(*pattern.steps[i].rel, nodes[i], nodes[i + 1], id)) return false;
        path.edges.push_back(id);
      }
      if (pattern.slot != kNoSlot) row_[static_cast<size_t>(pattern.slot)] = Value::Path(std::move(path));
    }
    context_.Written();
    return !context_.Stop();
  }

 private:
  bool Node(const NodePattern& node, NodeId& id) {
    const bool made = std::find(made_.begin(), made_.end(), node.slot) != made_.end();
    if (node.slot != kNoSlot && (node.bound_before || made)) {
      const Value& value = row_[static_cast<size_t>(node.slot)];
      if (value.kind() == Kind::kNode) {
        id = value.node();
        if (context_.GetNode(id) != nullptr) return true;
        context_.Place(node.span);
        return false;
      }
      context_.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", node.span,
                            Text("a relationship needs a node at each end, but ", node.name, " is ", ToLiteral(value))));
      return false;
    }
    std::vector<std::string> labels;
    graph::Properties properties;
    if (node.labels && !CollectNames(*node.labels, row_, context_, labels)) return false;
    if (!EvaluateProperties(node.properties.get(), row_, context_, properties)) return false;
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    auto created = context_.transaction()->CreateNode(labels, properties, {});
    if (!created.ok()) {
      FailWrite(context_, created.status());
      return false;
    }
    id = *created;
    if (node.slot != kNoSlot) {
      row_[static_cast<size_t>(node.slot)] = Value::Node(id);
      made_.push_back(node.slot);
    }
    ++changes_.nodes_created;
    changes_.labels_added += static_cast<int64_t>(labels.size());
    changes_.properties_set += static_cast<int64_t>(properties.size());
    context_.Written();  // later parts of the pattern may read it
    return true;
  }

  bool Relationship(const RelPattern& rel, NodeId left, NodeId right, EdgeId& id) {
    std::vector<std::string> types;
    graph::Properties properties;
    if (rel.types && !CollectNames(*rel.types, row_, context_, types)) return false;
    if (types.size() != 1) {
      context_.Fail(Failure(ErrorType::kSyntaxError, "NoSingleRelationshipType", rel.span,
                            Text("a relationship that is written has exactly one type, found ", types.size())));
      return false;
    }
    if (!EvaluateProperties(rel.properties.get(), row_, context_, properties)) return false;
    if (rel.arrow == RelPattern::Arrow::kLeft) std::swap(left, right);
    auto created = context_.transaction()->CreateEdge(types.front(), left, right, properties, {});
    if (!created.ok()) {
      FailWrite(context_, created.status());
      return false;
    }
    id = *created;
    if (rel.slot != kNoSlot) row_[static_cast<size_t>(rel.slot)] = Value::Relationship(id);
    ++changes_.relationships_created;
    changes_.properties_set += static_cast<int64_t>(properties.size());
    context_.Written();
    return true;
  }

  Row& row_;
  Context& context_;
  ChangeCounts& changes_;
  std::vector<int> made_;  // slots of nodes of this clause
};

// ---- SET and REMOVE

bool SetProperty(const Value& entity, const std::string& name, const Value& value, Span span, Context& context, ChangeCounts& changes) {
  graph::Value storable;
  if (!value.is_null()) {
    auto converted = ToStorable(value);
    if (!converted.ok()) {
      context.Fail(WithPlace(converted.status(), span));
      return false;
    }
    storable = std::move(*converted);
  }
  Status status;
  if (entity.kind() == Kind::kNode) {
    const graph::Node* node = context.GetNode(entity.node());
    if (node == nullptr) return false;
    if (value.is_null() && node->Property(context.view()->property(name)) == nullptr) return true;
    status = context.transaction()->SetProperty(entity.node(), name, storable);
  } else {
    const graph::Edge* edge = context.GetEdge(entity.relationship());
    if (edge == nullptr) return false;
    if (value.is_null() && edge->Property(context.view()->property(name)) == nullptr) return true;
    status = context.transaction()->SetProperty(entity.relationship(), name, storable);
  }
  if (!status.ok()) FailWrite(context, status);
  ++changes.properties_set;
  context.Written();
  return !context.failed();
}

bool IsEntity(const Value& value, Span span, Context& context) {
  if (value.kind() == Kind::kNode || value.kind() == Kind::kRelationship) return true;
  context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", span,
                       Text("only nodes and relationships can be changed, found ", ToLiteral(value), " (", KindName(value.kind()), ")")));
  return false;
}

bool SetLabels(const SetItem& item, const Value& entity, bool remove, Row& row, Context& context, ChangeCounts& changes) {
  if (entity.kind() != Kind::kNode) {
    context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", item.span,
                         Text("only nodes have labels, found ", ToLiteral(entity), " (", KindName(entity.kind()), ")")));
    return false;
  }
  std::vector<std::string> names;
  for (const LabelExpr& label : item.labels) {
    if (!CollectNames(label, row, context, names)) return false;
  }
  for (const std::string& name : names) {
    const std::vector<std::string> now = context.LabelsOf(entity.node());
    if (context.failed()) return false;
    if (std::binary_search(now.begin(), now.end(), name) != remove) continue;
    const Status status = remove ? context.transaction()->RemoveLabel(entity.node(), name) : context.transaction()->AddLabel(entity.node(), name);
    if (!status.ok()) FailWrite(context, status);
    ++(remove ? changes.labels_removed : changes.labels_added);
    context.Written();
    if (context.failed()) return false;
  }
  return true;
}

bool SetOne(const SetItem& item, bool remove, Row& row, Context& context, ChangeCounts& changes) {
  if (item.kind == SetItem::Kind::kProperty) {
    const Value entity = Evaluate(*item.target->args[0], row, context);
    std::string name = item.target->name;
    if (item.target->kind == ExprKind::kSubscript) {
      const Value key = Evaluate(*item.target->args[1], row, context);
      if (context.failed()) return false;
      if (key.kind() != Kind::kString) {
        context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", item.target->args[1]->span,
                             Text("a property's name is a string, found ", ToLiteral(key))));
        return false;
      }
      name = key.string();
    }
    const Value value = remove ? Value() : Evaluate(*item.value, row, context);
    if (context.failed()) return false;
    if (entity.is_null()) return true;
    return IsEntity(entity, item.target->args[0]->span, context) && SetProperty(entity, name, value, item.span, context, changes);
  }
  const Value entity = Evaluate(*item.target, row, context);
  if (context.failed()) return false;
  if (entity.is_null()) return true;
  if (item.kind == SetItem::Kind::kLabels) return SetLabels(item, entity, remove, row, context, changes);
  if (!IsEntity(entity, item.target->span, context)) return false;
  const Value value = Evaluate(*item.value, row, context);
  if (context.failed()) return false;
  ValueMap map;
  if (value.kind() == Kind::kMap || value.kind() == Kind::kNode || value.kind() == Kind::kRelationship) {
    map = context.PropertiesOf(value);
  } else if (!value.is_null()) {
    context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", item.value->span,
                         Text("expected a map, a node or a relationship, found ", ToLiteral(value), " (", KindName(value.kind()), ")")));
  }
  if (context.failed()) return false;
  if (item.kind == SetItem::Kind::kReplace) {
    for (const auto& [name, old] : context.PropertiesOf(entity)) {
      const auto at = std::lower_bound(map.begin(), map.end(), name, [](const auto& entry, const std::string& n) { return entry.first < n; });
      if (at != map.end() && at->first == name) continue;
      if (!SetProperty(entity, name, Value(), item.span, context, changes)) return false;
    }
  }
  for (const auto& [name, new_value] : map) {
    if (!SetProperty(entity, name, new_value, item.span, context, changes)) return false;
  }
  return !context.failed();
}

}  // namespace

bool Create(const std::vector<PathPattern>& patterns, Row& row, Context& context, ChangeCounts& changes) {
  return Creator(row, context, changes).Run(patterns);
}

bool CheckMergeProperties(const PathPattern& pattern, Row& row, Context& context) {
  const auto check = [&](const Expr* expr) {
    if (expr == nullptr) return true;
    const Value value = Evaluate(*expr, row, context);
    if (context.failed()) return false;
    if (value.kind() != Kind::kMap) return true;
    for (const auto& [name, item] : value.map()) {
      if (!item.is_null()) continue;
      context.Fail(Failure(ErrorType::kSemanticError, "MergeReadOwnWrites", expr->span,
                           Text("MERGE cannot look for a property that is null, and '", name, "' is; leave it out or give it a value")));
      return false;
    }
    return true;
  };
  for (const NodePattern& node : pattern.nodes) {
    if (!check(node.properties.get())) return false;
  }
  for (const PathStep& step : pattern.steps) {
    if (step.rel && !check(step.rel->properties.get())) return false;
  }
  return true;
}

bool SetItems(const std::vector<SetItem>& items, bool remove, Row& row, Context& context, ChangeCounts& changes) {
  for (const SetItem& item : items) {
    if (!SetOne(item, remove, row, context, changes)) return false;
  }
  return !context.Stop();
}

bool Delete(const Clause& clause, std::vector<Row>& rows, Context& context, ChangeCounts& changes) {
  std::vector<NodeId> nodes;
  std::vector<EdgeId> edges;
  std::unordered_set<uint64_t> seen_nodes, seen_edges;
  const auto add_node = [&](NodeId id) {
    if (!context.IsDeleted(id) && seen_nodes.insert(id.raw).second) nodes.push_back(id);
  };
  const auto add_edge = [&](EdgeId id) {
    if (!context.IsDeleted(id) && seen_edges.insert(id.raw).second) edges.push_back(id);
  };
  for (Row& row : rows) {
    for (const ExprPtr& arg : clause.args) {
      const Value value = Evaluate(*arg, row, context);
      if (context.Stop()) return false;
      switch (value.kind()) {
        case Kind::kNull: break;
        case Kind::kNode: add_node(value.node()); break;
        case Kind::kRelationship: add_edge(value.relationship()); break;
        case Kind::kPath:
          for (const EdgeId id : value.path().edges) add_edge(id);
          for (const NodeId id : value.path().nodes) add_node(id);
          break;
        default:
          context.Fail(Failure(ErrorType::kTypeError, "InvalidArgumentType", arg->span,
                               Text("only nodes, relationships and paths can be deleted, found ", ToLiteral(value), " (", KindName(value.kind()), ")")));
          return false;
      }
    }
  }
  // What is deleted is all of a node's relationships, those too that the reader's options hide.
  const graph::ReadView all = context.view()->With({.predicted = true});
  const auto edges_of = [&](NodeId id, std::vector<EdgeId>& out) {
    const Status status = all.Expand(id, graph::Direction::kBoth, {}, [&](const graph::Neighbour& n) {
      out.push_back(n.edge);
      return !context.Stop();
    });
    context.Fail(status);
    return !context.failed();
  };
  if (clause.detach) {
    for (const NodeId id : nodes) {
      std::vector<EdgeId> own;
      if (!edges_of(id, own)) return false;
      for (const EdgeId edge : own) add_edge(edge);
    }
  } else {
    for (const NodeId id : nodes) {
      std::vector<EdgeId> own;
      if (!edges_of(id, own)) return false;
      const size_t left = static_cast<size_t>(std::count_if(own.begin(), own.end(), [&](EdgeId e) { return !seen_edges.contains(e.raw); }));
      if (left == 0) continue;
      context.Fail(Failure(ErrorType::kConstraintVerificationFailed, "DeleteConnectedNode", clause.span,
                           Text("node ", id.raw, " still has ", left, left == 1 ? " relationship" : " relationships",
                                "; delete them too, or use DETACH DELETE")));
      return false;
    }
  }
  for (const EdgeId id : edges) {
    context.MarkDeleted(id);
    const Status status = context.transaction()->DeleteEdge(id);
    if (!status.ok()) FailWrite(context, status);
    if (context.Stop()) return false;
    ++changes.relationships_deleted;
  }
  for (const NodeId id : nodes) {
    context.MarkDeleted(id);
    const Status status = context.transaction()->DeleteNode(id);
    if (!status.ok()) FailWrite(context, status);
    if (context.Stop()) return false;
    ++changes.nodes_deleted;
  }
  context.Written();
  return !context.failed();
}

}  // namespace liantu::query
