// SPDX-License-Identifier: Apache-2.0
// Nodes, relationships and paths: their identity, labels and types, properties, ends and parts; and on what evidence
// they stand (sources, certainty, batch).
#include <algorithm>

#include "query/function_tables.h"

namespace liantu::query {
namespace {

bool IsEntity(const Value& v) { return v.kind() == Kind::kNode || v.kind() == Kind::kRelationship; }

Value Id(Context& context, Args args) {
  if (args[0].kind() == Kind::kNode) return Value::Integer(static_cast<int64_t>(args[0].node().raw));
  if (args[0].kind() == Kind::kRelationship) return Value::Integer(static_cast<int64_t>(args[0].relationship().raw));
  return WrongKind(context, "id", "a Node or Relationship", args[0]);
}
Value ElementIdOf(Context& context, Args args) {
  if (args[0].kind() == Kind::kNode) return Value::String(ElementId(args[0].node()));
  if (args[0].kind() == Kind::kRelationship) return Value::String(ElementId(args[0].relationship()));
  return WrongKind(context, "elementId", "a Node or Relationship", args[0]);
}

Value Labels(Context& context, Args args) {
  if (args[0].kind() != Kind::kNode) return WrongKind(context, "labels", "a Node", args[0]);
  ValueList out;
  for (std::string& label : context.LabelsOf(args[0].node())) out.push_back(Value::String(std::move(label)));
  return context.failed() ? Value() : Value::List(std::move(out));
}

Value Type(Context& context, Args args) {
  if (args[0].kind() != Kind::kRelationship) return WrongKind(context, "type", "a Relationship", args[0]);
  std::string type = context.TypeOf(args[0].relationship());
  return context.failed() ? Value() : Value::String(std::move(type));
}

Value Properties(Context& context, Args args) {
  if (args[0].kind() == Kind::kMap) return args[0];
  if (!IsEntity(args[0])) return WrongKind(context, "properties", "a Node, Relationship or Map", args[0]);
  ValueMap map = context.PropertiesOf(args[0]);
  return context.failed() ? Value() : Value::Map(std::move(map));
}

template <bool kStart>
Value EndOf(Context& context, Args args) {
  if (args[0].kind() != Kind::kRelationship) return WrongKind(context, kStart ? "startNode" : "endNode", "a Relationship", args[0]);
  const graph::Edge* edge = context.GetEdge(args[0].relationship());
  if (edge == nullptr) return {};
  return Value::Node(kStart ? edge->from : edge->to);
}

Value Nodes(Context& context, Args args) {
  if (args[0].kind() != Kind::kPath) return WrongKind(context, "nodes", "a Path", args[0]);
  ValueList out;
  out.reserve(args[0].path().nodes.size());
  for (NodeId id : args[0].path().nodes) out.push_back(Value::Node(id));
  return Value::List(std::move(out));
}
Value Relationships(Context& context, Args args) {
  if (args[0].kind() != Kind::kPath) return WrongKind(context, "relationships", "a Path", args[0]);
  ValueList out;
  out.reserve(args[0].path().edges.size());
  for (EdgeId id : args[0].path().edges) out.push_back(Value::Relationship(id));
  return Value::List(std::move(out));
}
Value PathLength(Context& context, Args args) {
  if (args[0].kind() != Kind::kPath) return WrongKind(context, "length", "a Path", args[0]);
  return Value::Integer(static_cast<int64_t>(args[0].path().edges.size()));
}

// The claims of an entity, or of one of its properties.
std::optional<std::vector<graph::Claim>> ClaimsOf(Context& context, std::string_view function, Args args) {
  if (!IsEntity(args[0])) {
    WrongKind(context, function, "a Node or Relationship", args[0]);
    return std::nullopt;
  }
  if (context.view() == nullptr) return std::vector<graph::Claim>();
  graph::PropertyId property;
  if (args.size() == 2) {
    if (args[1].kind() != Kind::kString) {
      WrongKind(context, function, "the name of a property", args[1]);
      return std::nullopt;
    }
    property = context.view()->property(args[1].string());
    if (!property) return std::vector<graph::Claim>();
  }
  Result<std::vector<graph::Claim>> claims = args[0].kind() == Kind::kNode ? context.view()->Claims(args[0].node(), property)
                                                                           : context.view()->Claims(args[0].relationship(), property);
  if (!claims.ok()) {
    context.Fail(claims.status());
    return std::nullopt;
  }
  return *std::move(claims);
}

Value Sources(Context& context, Args args) {
  const std::optional<std::vector<graph::Claim>> claims = ClaimsOf(context, "sources", args);
  if (!claims) return {};
  std::vector<NodeId> documents;
  for (const graph::Claim& claim : *claims) documents.insert(documents.end(), claim.evidence.documents.begin(), claim.evidence.documents.end());
  std::sort(documents.begin(), documents.end());
  documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
  ValueList out;
  for (NodeId id : documents) out.push_back(Value::Node(id));
  return Value::List(std::move(out));
}

Value CertaintyOf(Context& context, Args args) {
  const std::optional<std::vector<graph::Claim>> claims = ClaimsOf(context, "certainty", args);
  if (!claims) return {};
  for (const graph::Claim& claim : *claims) {
    if (claim.visible) return Value::String(graph::CertaintyName(claim.evidence.certainty));
  }
  return {};
}

Value Batch(Context& context, Args args) {
  if (!IsEntity(args[0])) return WrongKind(context, "batch", "a Node or Relationship", args[0]);
  if (context.view() == nullptr) return {};
  const Result<graph::ReadView::Birth> birth =
      args[0].kind() == Kind::kNode ? context.view()->BornIn(args[0].node()) : context.view()->BornIn(args[0].relationship());
  if (!birth.ok()) {
    context.Fail(birth.status());
    return {};
  }
  return Value::Integer(static_cast<int64_t>(birth->batch.raw));
}

}  // namespace

std::vector<Function> GraphFunctions() {
  const KindSet entity = kNode | kRelationship;
  return {
      {"id", 1, 1, {entity}, kInteger, Strict<Id>, true, "id(input :: NODE | RELATIONSHIP) :: INTEGER", "The number of a node or relationship."},
      {"elementId", 1, 1, {entity}, kString, Strict<ElementIdOf>, true, "elementId(input :: NODE | RELATIONSHIP) :: STRING",
       "The identifier of a node or relationship, unique among both."},
      {"labels", 1, 1, {kNode}, kList, Strict<Labels>, true, "labels(input :: NODE) :: LIST<STRING>", "The labels of a node."},
      {"type", 1, 1, {kRelationship}, kString, Strict<Type>, true, "type(input :: RELATIONSHIP) :: STRING", "The type of a relationship."},
      {"properties", 1, 1, {entity | kMap}, kMap, Strict<Properties>, true, "properties(input :: MAP | NODE | RELATIONSHIP) :: MAP",
       "All properties as a map."},
      {"startNode", 1, 1, {kRelationship}, kNode, Strict<EndOf<true>>, true, "startNode(input :: RELATIONSHIP) :: NODE",
       "The node that a relationship comes from."},
      {"endNode", 1, 1, {kRelationship}, kNode, Strict<EndOf<false>>, true, "endNode(input :: RELATIONSHIP) :: NODE",
       "The node that a relationship goes to."},
      {"nodes", 1, 1, {kPath}, kList, Strict<Nodes>, true, "nodes(input :: PATH) :: LIST<NODE>", "The nodes of a path in order."},
      {"relationships", 1, 1, {kPath}, kList, Strict<Relationships>, true, "relationships(input :: PATH) :: LIST<RELATIONSHIP>",
       "The relationships of a path in order."},
      {"length", 1, 1, {kPath}, kInteger, Strict<PathLength>, true, "length(input :: PATH) :: INTEGER", "The count of relationships of a path."},
      {"sources", 1, 2, {entity, kString}, kList, Strict<Sources>, true, "sources(input :: NODE | RELATIONSHIP, property :: STRING) :: LIST<NODE>",
       "The documents that state an entity, or the value of one of its properties."},
      {"certainty", 1, 2, {entity, kString}, kString, Strict<CertaintyOf>, true,
       "certainty(input :: NODE | RELATIONSHIP, property :: STRING) :: STRING",
       "How sure an entity or a property is: stated, inferred, derived, translated, planned, target or predicted."},
      {"batch", 1, 1, {entity}, kInteger, Strict<Batch>, true, "batch(input :: NODE | RELATIONSHIP) :: INTEGER", "The batch that made an entity."},
  };
}

}  // namespace liantu::query
