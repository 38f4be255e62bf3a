// SPDX-License-Identifier: Apache-2.0
// Expressions and patterns as text with every bracket written, to see how they were parsed.
#pragma once

#include <string>

#include "query/ast.h"

namespace liantu::query {

inline std::string Dump(const Expr& e);
inline std::string Dump(const ExprPtr& e) { return e ? Dump(*e) : "-"; }
inline std::string Dump(const PathPattern& p);

inline std::string Dump(const LabelExpr& l) {
  switch (l.kind) {
    case LabelExpr::Kind::kName:
      return l.name;
    case LabelExpr::Kind::kAny:
      return "%";
    case LabelExpr::Kind::kNot:
      return "!" + Dump(l.parts[0]);
    case LabelExpr::Kind::kDynamic:
      return "$(" + Dump(*l.dynamic) + ")";
    case LabelExpr::Kind::kAnd:
    case LabelExpr::Kind::kOr:
      break;
  }
  std::string out;
  for (const LabelExpr& part : l.parts)
    out += (out.empty() ? "(" : l.kind == LabelExpr::Kind::kAnd ? "&" : "|") + Dump(part);
  return out + ")";
}

inline std::string Dump(const NodePattern& n) {
  return "(" + n.name + (n.labels ? ":" + Dump(*n.labels) : "") + (n.properties ? " " + Dump(n.properties) : "") +
         (n.where ? " WHERE " + Dump(n.where) : "") + ")";
}
inline std::string Dump(const RelPattern& r) {
  std::string in = r.name + (r.types ? ":" + Dump(*r.types) : "");
  if (r.variable_length)
    in += "*" + (r.min ? std::to_string(*r.min) : "") + ".." + (r.max ? std::to_string(*r.max) : "");
  if (r.properties) in += " " + Dump(r.properties);
  if (r.where) in += " WHERE " + Dump(r.where);
  return (r.arrow == RelPattern::Arrow::kLeft ? "<-[" : "-[") + in +
         (r.arrow == RelPattern::Arrow::kRight ? "]->" : "]-");
}
inline std::string Dump(const QuantifiedGroup& g) {
  return "(" + Dump(*g.inner) + (g.where ? " WHERE " + Dump(g.where) : "") + "){" + std::to_string(g.min) + "," +
         (g.max ? std::to_string(*g.max) : "") + "}";
}
inline std::string Dump(const PathPattern& p) {
  static const char* const kSelectors[] = {"",          "shortestPath ",   "allShortestPaths ",
                                           "ANY ",      "ANY SHORTEST ",   "ALL SHORTEST ",
                                           "SHORTEST ", "SHORTEST GROUPS "};
  static const char* const kModes[] = {"", "WALK ", "ACYCLIC ", "SIMPLE "};
  std::string out = (p.name.empty() ? "" : p.name + " = ") + kSelectors[static_cast<int>(p.selector)] +
                    (p.selector_count ? Dump(p.selector_count) + " " : "") + kModes[static_cast<int>(p.mode)];
  for (size_t i = 0; i < p.nodes.size(); ++i) {
    out += Dump(p.nodes[i]);
    if (i < p.steps.size()) out += p.steps[i].rel ? Dump(*p.steps[i].rel) : Dump(*p.steps[i].group);
  }
  return out;
}

inline std::string Dump(const Expr& e) {
  const auto list = [&](const char* separator) {
    std::string out;
    for (size_t i = 0; i < e.args.size(); ++i) out += (i == 0 ? "" : separator) + Dump(e.args[i]);
    return out;
  };
  switch (e.kind) {
    case ExprKind::kLiteral:
      return ToLiteral(e.literal);
    case ExprKind::kParameter:
      return "$" + e.name;
    case ExprKind::kVariable:
      return e.name;
    case ExprKind::kProperty:
      return Dump(e.args[0]) + "." + e.name;
    case ExprKind::kHasLabels:
      return "(" + Dump(e.args[0]) + ":" + Dump(*e.labels) + ")";
    case ExprKind::kSubscript:
      return Dump(e.args[0]) + "[" + Dump(e.args[1]) + "]";
    case ExprKind::kSlice:
      return Dump(e.args[0]) + "[" + Dump(e.args[1]) + ".." + Dump(e.args[2]) + "]";
    case ExprKind::kList:
      return "[" + list(", ") + "]";
    case ExprKind::kMap:
    case ExprKind::kMapProjection: {
      const size_t first = e.kind == ExprKind::kMap ? 0 : 1;
      std::string out = first == 0 ? "{" : Dump(e.args[0]) + "{";
      for (size_t i = 0; i < e.keys.size(); ++i)
        out += (i == 0 ? "" : ", ") + e.keys[i] + ": " + Dump(e.args[i + first]);
      return out + "}";
    }
    case ExprKind::kUnary:
      return std::string("(") + OpText(e.op) + " " + Dump(e.args[0]) + ")";
    case ExprKind::kBinary:
      return "(" + Dump(e.args[0]) + " " + OpText(e.op) + " " + Dump(e.args[1]) + ")";
    case ExprKind::kComparison: {
      std::string out = "(" + Dump(e.args[0]);
      for (size_t i = 0; i < e.ops.size(); ++i) out += std::string(" ") + OpText(e.ops[i]) + " " + Dump(e.args[i + 1]);
      return out + ")";
    }
    case ExprKind::kIsNull:
      return "(" + Dump(e.args[0]) + " IS NULL)";
    case ExprKind::kIsNotNull:
      return "(" + Dump(e.args[0]) + " IS NOT NULL)";
    case ExprKind::kIsType:
      return "(" + Dump(e.args[0]) + (e.distinct ? " IS NOT :: " : " IS :: ") + e.name + ")";
    case ExprKind::kCall:
      return e.name + "(" + (e.star ? "*" : e.distinct ? "DISTINCT " : "") + list(", ") + ")";
    case ExprKind::kCase:
      return "CASE(" + list(", ") + ")";
    case ExprKind::kListComprehension:
      return "[" + e.keys[0] + " IN " + list(" ; ") + "]";
    case ExprKind::kPatternComprehension:
      return "[" + Dump(e.patterns[0]) + " ; " + list(" ; ") + "]";
    case ExprKind::kQuantifier:
      return e.name + "(" + e.keys[0] + " IN " + list(" ; ") + ")";
    case ExprKind::kReduce:
      return "reduce(" + e.keys[0] + ", " + e.keys[1] + " ; " + list(" ; ") + ")";
    case ExprKind::kPattern:
    case ExprKind::kShortestPath:
      return "<" + Dump(e.patterns[0]) + ">";
    case ExprKind::kExists:
    case ExprKind::kCount:
    case ExprKind::kCollect: {
      std::string out = e.kind == ExprKind::kExists ? "EXISTS{" : e.kind == ExprKind::kCount ? "COUNT{" : "COLLECT{";
      if (e.subquery) return out + "query}";
      for (size_t i = 0; i < e.patterns.size(); ++i) out += (i == 0 ? "" : ", ") + Dump(e.patterns[i]);
      return out + " ; " + list("") + "}";
    }
  }
  return "?";
}

}  // namespace liantu::query
