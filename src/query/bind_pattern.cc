// SPDX-License-Identifier: Apache-2.0
// Patterns: which of their names are known before and which they define. In MATCH all names of the clause are defined
// first and its expressions see all of them; CREATE goes from left to right; MERGE's expressions see only what was
// there before.
#include <algorithm>

#include "query/binder_internal.h"

namespace liantu::query {
namespace {

constexpr KindSet kNode = Only(Kind::kNode), kRelationship = Only(Kind::kRelationship), kList = Only(Kind::kList),
                  kMap = Only(Kind::kMap);

std::string Conflict(const std::string& name, const Type& type, const char* wanted) {
  return Text(name, " is ", KindsText(type.kinds), " already and cannot be ", wanted, " too");
}

}  // namespace

bool Binder::BindMatch(std::vector<PathPattern>& patterns, Scope& scope, bool no_new_names) {
  const Scope before = scope;
  PatternPlace place;
  place.before = &before;
  place.no_new_names = no_new_names;
  for (PathPattern& pattern : patterns) {
    if (!DeclarePattern(pattern, scope, place)) return false;
  }
  for (PathPattern& pattern : patterns) {
    if (!BindPatternExpressions(pattern, scope)) return false;
  }
  return true;
}

bool Binder::DeclarePattern(PathPattern& pattern, Scope& scope, PatternPlace& place) {
  for (size_t i = 0; i < pattern.nodes.size(); ++i) {
    if (i > 0) {
      PathStep& step = pattern.steps[i - 1];
      if (!(step.rel ? DeclareRel(*step.rel, scope, place) : DeclareGroup(*step.group, scope, place))) return false;
    }
    if (!DeclareNode(pattern.nodes[i], scope, place)) return false;
  }
  return DeclarePath(pattern, scope);
}

bool Binder::DeclarePath(PathPattern& pattern, Scope& scope) {
  if (pattern.name.empty()) return true;
  return DeclareNew(scope, pattern.name, Scalar(Only(Kind::kPath)), pattern.span, pattern.slot);
}

bool Binder::DeclareNode(NodePattern& node, Scope& scope, PatternPlace& place) {
  if (node.name.empty()) {
    node.slot = NewSlot();
    return true;
  }
  if (const Variable* known = scope.Find(node.name)) {
    if (!known->type.MayBe(kNode))
      return Syntax("VariableTypeConflict", node.span, Conflict(node.name, known->type, "a node"));
    node.slot = known->slot;
    node.bound_before = place.before->Find(node.name) != nullptr;
    return true;
  }
  if (place.no_new_names) return Undefined(node.name, scope, node.span);
  node.slot = Declare(scope, node.name, Scalar(kNode));
  return true;
}

bool Binder::DeclareRel(RelPattern& rel, Scope& scope, PatternPlace& place) {
  if (rel.name.empty()) {
    rel.slot = NewSlot();
    return true;
  }
  const Type type = rel.variable_length ? ListOf(Scalar(kRelationship)) : Scalar(kRelationship);
  const Variable* known = scope.Find(rel.name);
  if (known != nullptr) {
    const bool fits =
        known->type.MayBe(type.kinds) && (!rel.variable_length || ElementOf(known->type).MayBe(kRelationship));
    if (!fits)
      return Syntax(
          "VariableTypeConflict", rel.span,
          Conflict(rel.name, known->type, rel.variable_length ? "a list of relationships" : "a relationship"));
  }
  if (!place.relationships.insert(rel.name).second) {
    return Syntax("RelationshipUniquenessViolation", rel.span,
                  Text(rel.name, " stands for two relationships of one pattern, which are never the same"));
  }
  if (known != nullptr) {
    rel.slot = known->slot;
    rel.bound_before = place.before->Find(rel.name) != nullptr;
    return true;
  }
  if (place.no_new_names) return Undefined(rel.name, scope, rel.span);
  rel.slot = Declare(scope, rel.name, type);
  return true;
}

// The names inside a group stand for one step there, and for the list of all steps outside.
bool Binder::DeclareGroup(QuantifiedGroup& group, Scope& scope, PatternPlace& place) {
  Scope inside{{}, nullptr};
  PatternPlace inner_place;
  const Scope nothing;
  inner_place.before = &nothing;
  if (!DeclarePattern(*group.inner, inside, inner_place)) return false;
  for (const auto& [name, variable] : inside.names) {
    if (scope.Find(name) != nullptr) {
      return Syntax(
          "VariableAlreadyBound", group.span,
          Text(name, " stands for something else already; a name inside a quantified pattern belongs to it alone"));
    }
    if (place.no_new_names) return Undefined(name, scope, group.span);
    if (variable.type.Within(kRelationship)) place.relationships.insert(name);
  }
  for (const auto& [name, variable] : inside.names)
    group.group_slots.emplace_back(variable.slot, Declare(scope, name, ListOf(variable.type)));
  // Which relationships were taken is asked for also where they have no name.
  for (const PathStep& step : group.inner->steps) {
    if (step.rel->name.empty()) group.group_slots.emplace_back(step.rel->slot, NewSlot());
  }
  return true;
}

bool Binder::BindPatternExpressions(PathPattern& pattern, const Scope& scope) {
  if (pattern.selector_count && !BindCount(pattern.selector_count, "the number of paths")) return false;
  for (NodePattern& node : pattern.nodes) {
    if (!BindNodeExpressions(node, scope)) return false;
  }
  for (PathStep& step : pattern.steps) {
    if (step.rel) {
      if (!BindRelExpressions(*step.rel, scope)) return false;
      continue;
    }
    // Inside a group its names are single nodes and relationships again.
    Scope inside{{}, &scope};
    for (const NodePattern& node : step.group->inner->nodes) {
      if (!node.name.empty()) inside.names[node.name] = {node.slot, Scalar(kNode)};
    }
    for (const PathStep& inner : step.group->inner->steps) {
      if (!inner.rel->name.empty())
        inside.names[inner.rel->name] = {
            inner.rel->slot, inner.rel->variable_length ? ListOf(Scalar(kRelationship)) : Scalar(kRelationship)};
    }
    if (!BindPatternExpressions(*step.group->inner, inside) || !BindPredicate(step.group->where, inside)) return false;
  }
  return true;
}

bool Binder::BindNodeExpressions(NodePattern& node, const Scope& scope) {
  if (node.properties && node.properties->kind == ExprKind::kParameter) {
    return Syntax(
        "InvalidParameterUse", node.properties->span,
        Text("a parameter cannot stand for all properties here; name them: {name: $", node.properties->name, ".name}"));
  }
  if (node.labels && !BindLabels(*node.labels, scope)) return false;
  Bind(node.properties, scope);
  return !failed() && BindPredicate(node.where, scope);
}

bool Binder::BindRelExpressions(RelPattern& rel, const Scope& scope) {
  if (rel.properties && rel.properties->kind == ExprKind::kParameter) {
    return Syntax("InvalidParameterUse", rel.properties->span,
                  Text("a parameter cannot stand for all properties here; name them: {since: $", rel.properties->name,
                       ".since}"));
  }
  if (rel.types && !BindLabels(*rel.types, scope)) return false;
  Bind(rel.properties, scope);
  if (failed() || !rel.where) return !failed();
  if (!rel.variable_length || rel.name.empty()) return BindPredicate(rel.where, scope);
  // In the condition of -[r:T* WHERE r.x = 1]-> the name is each relationship in turn.
  return Syntax("UnexpectedSyntax", rel.where->span,
                "a condition on each step is written with a quantifier: -[r:TYPE WHERE r.x = 1]->{1,3}");
}

bool Binder::BindLabels(LabelExpr& labels, const Scope& scope) {
  for (LabelExpr& part : labels.parts) {
    if (!BindLabels(part, scope)) return false;
  }
  if (labels.dynamic == nullptr) return true;
  ExprPtr dynamic = std::make_unique<Expr>(std::move(*labels.dynamic));
  const Type type = Bind(dynamic, scope);
  *labels.dynamic = std::move(*dynamic);
  return !failed() && CheckKinds(type, Only(Kind::kString) | kList, labels.span, "$(…)");
}

bool Binder::OnlyLabelList(const LabelExpr& labels) {
  if (labels.kind == LabelExpr::Kind::kAnd)
    return std::all_of(labels.parts.begin(), labels.parts.end(),
                       [&](const LabelExpr& part) { return OnlyLabelList(part); });
  return labels.kind == LabelExpr::Kind::kName || labels.kind == LabelExpr::Kind::kDynamic;
}

// --- CREATE and MERGE

bool Binder::BindCreate(std::vector<PathPattern>& patterns, Scope& scope, bool merge) {
  const Scope before = scope;
  const char* const clause = merge ? "MERGE" : "CREATE";
  for (PathPattern& pattern : patterns) {
    if (pattern.selector != PathSelector::kNone || pattern.mode != PathMode::kTrail) {
      return Syntax("UnexpectedSyntax", pattern.span,
                    Text(clause, " takes a plain pattern, without selectors and path modes"));
    }
    for (size_t i = 0; i < pattern.nodes.size(); ++i) {
      if (!CreateNode(pattern.nodes[i], pattern.steps.empty(), scope, before, merge)) return false;
      if (i == pattern.steps.size()) break;
      if (!pattern.steps[i].rel)
        return Syntax("CreatingVarLength", pattern.steps[i].group->span,
                      Text(clause, " makes single relationships; their number must be known"));
    }
    // Relationships after the nodes: what they may not be is said of the pattern as a whole.
    for (PathStep& step : pattern.steps) {
      if (!CreateRel(*step.rel, scope, before, merge)) return false;
    }
    if (!DeclarePath(pattern, scope)) return false;
  }
  return true;
}

bool Binder::CreateNode(NodePattern& node, bool alone, Scope& scope, const Scope& before, bool merge) {
  if (node.where)
    return Syntax("UnexpectedSyntax", node.where->span, "WHERE belongs to MATCH; what is made cannot be filtered");
  if (node.labels && !OnlyLabelList(*node.labels))
    return Syntax("UnexpectedSyntax", node.labels->span, "a new node takes a list of labels, such as :A:B");
  const Variable* known = node.name.empty() ? nullptr : scope.Find(node.name);
  if (known != nullptr) {
    if (!known->type.MayBe(kNode))
      return Syntax("VariableTypeConflict", node.span, Conflict(node.name, known->type, "a node"));
    if (alone || node.labels || node.properties) {
      return Syntax(
          "VariableAlreadyBound", node.span,
          Text(node.name, " is a node already; it can only be an end of new relationships, as (", node.name, ")"));
    }
    node.slot = known->slot;
    node.bound_before = !merge || before.Find(node.name) != nullptr;
    return true;
  }
  const Scope& visible = merge ? before : scope;
  if (merge) {
    if (!BindNodeExpressions(node, visible)) return false;
  } else {
    if (node.labels && !BindLabels(*node.labels, visible)) return false;
    const Type properties = Bind(node.properties, visible);
    if (failed() || (node.properties && !CheckKinds(properties, kMap, node.properties->span, "a node"))) return false;
  }
  node.slot = node.name.empty() ? NewSlot() : Declare(scope, node.name, Scalar(kNode));
  return true;
}

bool Binder::CreateRel(RelPattern& rel, Scope& scope, const Scope& before, bool merge) {
  const char* const clause = merge ? "MERGE" : "CREATE";
  if (rel.variable_length)
    return Syntax("CreatingVarLength", rel.span,
                  Text(clause, " makes single relationships; their number must be known"));
  if (rel.where)
    return Syntax("UnexpectedSyntax", rel.where->span, "WHERE belongs to MATCH; what is made cannot be filtered");
  if (!rel.name.empty()) {
    if (const Variable* known = scope.Find(rel.name)) {
      if (!known->type.MayBe(kRelationship))
        return Syntax("VariableTypeConflict", rel.span, Conflict(rel.name, known->type, "a relationship"));
      return Syntax("VariableAlreadyBound", rel.span,
                    Text(rel.name, " stands for a relationship already; ", clause, " makes a new one"));
    }
  }
  if (!rel.types || (rel.types->kind != LabelExpr::Kind::kName && rel.types->kind != LabelExpr::Kind::kDynamic)) {
    return Syntax("NoSingleRelationshipType", rel.span,
                  Text("a relationship made by ", clause, " has exactly one type: -[:TYPE]->"));
  }
  if (!merge && rel.arrow == RelPattern::Arrow::kBoth) {
    return Syntax("RequiresDirectedRelationship", rel.span,
                  "a relationship made by CREATE has one direction: -[:TYPE]-> or <-[:TYPE]-");
  }
  const Scope& visible = merge ? before : scope;
  if (merge) {
    if (!BindRelExpressions(rel, visible)) return false;
  } else {
    if (!BindLabels(*rel.types, visible)) return false;
    const Type properties = Bind(rel.properties, visible);
    if (failed() || (rel.properties && !CheckKinds(properties, kMap, rel.properties->span, "a relationship")))
      return false;
  }
  rel.slot = rel.name.empty() ? NewSlot() : Declare(scope, rel.name, Scalar(kRelationship));
  return true;
}

}  // namespace liantu::query
