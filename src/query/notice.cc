// SPDX-License-Identifier: Apache-2.0
#include "query/notice.h"

#include <algorithm>
#include <set>

#include "query/ast_walk.h"
#include "query/functions.h"
#include "text/suggest.h"

namespace liantu::query {
namespace {

using Use = Statement::NameUse;

class Collector {
 public:
  std::vector<Use> Take(QueryTree& query) {
    Walker walker;
    walker.expr = [this](ExprPtr& e) {
      Read(*e);
      return true;
    };
    walker.pattern = [this](const PathPattern& pattern) { Read(pattern); };
    walker.clause = [this](const Clause& clause) { Write(clause); };
    walker.Walk(query);
    std::erase_if(read_, [this](const Use& use) { return written_.count({use.of, use.name}) != 0; });
    std::sort(read_.begin(), read_.end(), [](const Use& a, const Use& b) { return a.span.begin < b.span.begin; });
    return std::move(read_);
  }

 private:
  void Read(Use::Of of, const std::string& name, Span span) {
    if (std::none_of(read_.begin(), read_.end(), [&](const Use& u) { return u.of == of && u.name == name; })) read_.push_back({of, name, span});
  }
  // What stands under NOT is not looked for.
  template <class F>
  static void ForNames(const LabelExpr& labels, const F& f) {
    if (labels.kind == LabelExpr::Kind::kName) f(labels);
    if (labels.kind == LabelExpr::Kind::kNot) return;
    for (const LabelExpr& part : labels.parts) ForNames(part, f);
  }
  template <class F>
  static void ForNames(const std::optional<LabelExpr>& labels, const F& f) {
    if (labels) ForNames(*labels, f);
  }
  template <class F>
  static void ForKeys(const ExprPtr& map, const F& f) {
    if (!map || map->kind != ExprKind::kMap) return;
    for (size_t i = 0; i < map->keys.size(); ++i) f(map->keys[i], map->args[i] ? map->args[i]->span : map->span);
  }

  void Read(const Expr& e) {
    constexpr KindSet kEntities = Only(Kind::kNode) | Only(Kind::kRelationship);
    const auto entity = [&](KindSet kinds) { return !e.args.empty() && e.args[0] && (e.args[0]->kinds & ~kinds) == 0; };
    if (e.kind == ExprKind::kProperty && entity(kEntities)) Read(Use::Of::kProperty, e.name, e.span);
    if (e.kind == ExprKind::kHasLabels && entity(Only(Kind::kNode))) {
      ForNames(e.labels, [&](const LabelExpr& label) { Read(Use::Of::kLabel, label.name, label.span); });
    }
  }
  void Read(const PathPattern& pattern) {
    const auto key = [this](const std::string& name, Span span) { Read(Use::Of::kProperty, name, span); };
    for (const NodePattern& node : pattern.nodes) {
      ForNames(node.labels, [&](const LabelExpr& label) { Read(Use::Of::kLabel, label.name, label.span); });
      ForKeys(node.properties, key);
    }
    for (const PathStep& step : pattern.steps) {
      if (!step.rel) continue;  // a group's pattern comes by itself
      ForNames(step.rel->types, [&](const LabelExpr& type) { Read(Use::Of::kType, type.name, type.span); });
      ForKeys(step.rel->properties, key);
    }
  }

  void Write(const Clause& clause) {
    if (clause.kind == ClauseKind::kCreate || clause.kind == ClauseKind::kMerge) {
      const auto key = [this](const std::string& name, Span) { written_.insert({Use::Of::kProperty, name}); };
      for (const PathPattern& pattern : clause.patterns) {
        for (const NodePattern& node : pattern.nodes) {
          ForNames(node.labels, [&](const LabelExpr& label) { written_.insert({Use::Of::kLabel, label.name}); });
          ForKeys(node.properties, key);
        }
        for (const PathStep& step : pattern.steps) {
          if (!step.rel) continue;
          ForNames(step.rel->types, [&](const LabelExpr& type) { written_.insert({Use::Of::kType, type.name}); });
          ForKeys(step.rel->properties, key);
        }
      }
    }
    for (const auto* items : {&clause.on_create, &clause.on_match, &clause.items}) {
      for (const SetItem& item : *items) {
        if (item.target && item.target->kind == ExprKind::kProperty) written_.insert({Use::Of::kProperty, item.target->name});
        ForKeys(item.value, [this](const std::string& name, Span) { written_.insert({Use::Of::kProperty, name}); });
        for (const LabelExpr& label : item.labels) {
          ForNames(label, [&](const LabelExpr& one) { written_.insert({Use::Of::kLabel, one.name}); });
        }
      }
    }
  }

  std::vector<Use> read_;
  std::set<std::pair<Use::Of, std::string>> written_;
};

}  // namespace

void CollectNames(Statement& statement) {
  if (statement.kind == StatementKind::kQuery) statement.names = Collector().Take(statement.query);
}

std::vector<Notice> Notices(const Statement& statement, const graph::ReadView& view) {
  std::vector<Notice> notices;
  const auto add = [&](const Use& use, const std::vector<std::string>& known, const char* code, const char* status, const char* title, const char* what) {
    if (std::binary_search(known.begin(), known.end(), use.name)) return;
    notices.push_back({code, status, title, Text(what, " '", use.name, "'", text::DidYouMean(use.name, known, 2)), use.span});
  };
  for (const Use& use : statement.names) {
    switch (use.of) {
      case Use::Of::kLabel:
        if (!view.label(use.name)) {
          add(use, view.label_names(), "Neo.ClientNotification.Statement.UnknownLabelWarning", "01N50", "The label is not in the store.", "no node has the label");
        }
        break;
      case Use::Of::kType:
        if (!view.type(use.name)) {
          add(use, view.type_names(), "Neo.ClientNotification.Statement.UnknownRelationshipTypeWarning", "01N51",
              "The relationship type is not in the store.", "no relationship has the type");
        }
        break;
      case Use::Of::kProperty:
        if (!view.property(use.name)) {
          add(use, view.property_names(), "Neo.ClientNotification.Statement.UnknownPropertyKeyWarning", "01N52", "The property is not in the store.",
              "nothing has a property");
        }
        break;
    }
  }
  return notices;
}

}  // namespace liantu::query
