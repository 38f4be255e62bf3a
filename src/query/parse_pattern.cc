// SPDX-License-Identifier: Apache-2.0
// Patterns: nodes, relationships with lengths and quantifiers, quantified groups, label expressions, selectors and path
// modes.
#include "query/parser_internal.h"

namespace liantu::query {

bool Parser::Patterns(std::vector<PathPattern>& patterns) {
  do {
    if (!Pattern(patterns.emplace_back(), true)) return false;
  } while (Accept(','));
  return true;
}

bool Parser::Pattern(PathPattern& pattern, bool whole) {
  const Deeper deeper(*this);
  if (!deeper) return false;
  const size_t first = at_;
  if (whole && AtName() && At('=', 1)) {
    pattern.name = Peek().text;
    at_ += 2;
  }
  if (whole && AtAnyWord({"SHORTESTPATH", "ALLSHORTESTPATHS"}) && At('(', 1)) {
    if (!ShortestFunction(pattern)) return false;
  } else {
    if (whole && !At('(') && !Selector(pattern)) return false;
    if (!PatternChain(pattern)) return false;
  }
  pattern.span = From(first);
  return true;
}

// SHORTEST k [mode] [PATHS] [GROUPS], ALL SHORTEST, ANY SHORTEST, ANY k, ALL, and a mode alone: before the pattern.
bool Parser::Selector(PathPattern& pattern) {
  const auto count = [&] {
    if (Peek().kind != TokenKind::kInteger && Peek().kind != TokenKind::kParameter) return true;
    pattern.selector_count = Atom();
    return pattern.selector_count != nullptr;
  };
  if (AcceptWord("SHORTEST")) {
    pattern.selector = PathSelector::kShortestK;
    if (!count()) return false;
  } else if (AcceptWord("ALL")) {
    if (AcceptWord("SHORTEST")) pattern.selector = PathSelector::kAllShortest;
  } else if (AcceptWord("ANY")) {
    pattern.selector = AcceptWord("SHORTEST") ? PathSelector::kAnyShortest : PathSelector::kAny;
    if (pattern.selector == PathSelector::kAny && !count()) return false;
  }
  if (AcceptWord("WALK"))
    pattern.mode = PathMode::kWalk;
  else if (AcceptWord("TRAIL"))
    pattern.mode = PathMode::kTrail;
  else if (AcceptWord("ACYCLIC"))
    pattern.mode = PathMode::kAcyclic;
  else if (AcceptWord("SIMPLE"))
    pattern.mode = PathMode::kSimple;
  if (AtAnyWord({"PATH", "PATHS"})) ++at_;
  if (pattern.selector == PathSelector::kShortestK && AtAnyWord({"GROUP", "GROUPS"})) {
    ++at_;
    pattern.selector = PathSelector::kShortestGroups;
  }
  if (At('(')) return true;
  return Unexpected("a pattern such as (a)-[:TYPE]->(b)");
}

bool Parser::ShortestFunction(PathPattern& pattern) {
  const size_t first = at_;
  pattern.selector = AtWord("SHORTESTPATH") ? PathSelector::kShortestPath : PathSelector::kAllShortestPaths;
  ++at_;
  if (!Expect('(', "(") || !PatternChain(pattern) || !Expect(')', ")")) return false;
  pattern.span = From(first);
  if (pattern.steps.size() != 1 || !pattern.steps[0].rel) {
    return Fail(
        "InvalidArgumentExpression", pattern.span,
        "shortestPath() takes a pattern of one relationship, such as (a)-[:TYPE*]-(b); SHORTEST takes any pattern");
  }
  return true;
}

bool Parser::PatternChain(PathPattern& pattern) {
  const size_t first = at_;
  const auto join = [&] {  // a group stands between two nodes; where none is written there is an anonymous one
    if (pattern.nodes.size() == pattern.steps.size()) pattern.nodes.emplace_back().span = Peek().span;
  };
  while (true) {
    if (At('(') && (At('(', 1) || (AtName(1) && At('=', 2)))) {
      auto group = std::make_unique<QuantifiedGroup>();
      bool plain = false;
      if (!Group(*group, plain)) return false;
      if (plain) {
        if (!pattern.nodes.empty() || At('(') || At('-') || (At('<') && At('-', 1))) {
          return Fail("UnexpectedSyntax", group->span,
                      "a pattern in parentheses without a quantifier such as {1,5}, + or * is a path of its own; write it without the parentheses");
        }
        // The pattern as it stands inside; its WHERE is one of its last node.
        pattern.nodes = std::move(group->inner->nodes);
        pattern.steps = std::move(group->inner->steps);
        ExprPtr& where = pattern.nodes.back().where;
        where = where && group->where ? Binary(Op::kAnd, std::move(where), std::move(group->where), first)
                : group->where        ? std::move(group->where)
                                      : std::move(where);
        pattern.span = From(first);
        return true;
      }
      join();
      pattern.steps.emplace_back().group = std::move(group);
    } else if (At('(')) {
      if (pattern.nodes.size() > pattern.steps.size()) {
        return Fail("UnexpectedSyntax", Peek().span,
                    "two nodes stand side by side; there must be a relationship or a comma between them");
      }
      if (!Node(pattern.nodes.emplace_back())) return false;
    } else {
      return Unexpected("a node such as (a:Label)");
    }
    if (At('(')) continue;
    if (!At('-') && !(At('<') && At('-', 1))) break;
    join();
    RelPattern rel;
    if (!Relationship(rel)) return false;
    PathStep& step = pattern.steps.emplace_back();
    if (AtQuantifier()) {
      if (rel.variable_length)
        return Fail("UnexpectedSyntax", Peek().span,
                    "a relationship has either a length in its brackets or a quantifier behind it");
      step.group = std::make_unique<QuantifiedGroup>();
      step.group->span = rel.span;
      if (!Quantifier(step.group->min, step.group->max)) return false;
      step.group->inner = std::make_unique<PathPattern>();
      PathPattern& inner = *step.group->inner;
      inner.span = rel.span;
      inner.nodes.resize(2);
      inner.nodes[0].span = inner.nodes[1].span = rel.span;
      inner.steps.emplace_back().rel = std::make_unique<RelPattern>(std::move(rel));
    } else {
      step.rel = std::make_unique<RelPattern>(std::move(rel));
    }
    if (!At('(')) return Unexpected("a node such as (a:Label) after the relationship");
  }
  if (pattern.nodes.size() == pattern.steps.size()) pattern.nodes.emplace_back().span = Previous().span;
  pattern.span = From(first);
  return true;
}

bool Parser::Node(NodePattern& node) {
  const size_t first = at_;
  if (!Expect('(', "(")) return false;
  const BarEnds inside(*this, false);
  if (AtName() && !(AtWord("WHERE") && !At(')', 1) && !At(':', 1) && !At('{', 1)) && !(AtWord("IS") && AtName(1))) {
    node.name = Peek().text;
    ++at_;
  }
  if (At(':') || AtWord("IS")) {
    if (!Labels(node.labels.emplace())) return false;
  }
  if (!PropertyMap(node.properties)) return false;
  if (AcceptWord("WHERE") && !(node.where = Expression())) return false;
  if (!Expect(')', node.name.empty() && !node.labels ? "a variable, :Label, {properties} or ) in this node"
                                                     : "), :Label, {properties} or WHERE in this node"))
    return false;
  node.span = From(first);
  return true;
}

bool Parser::PropertyMap(ExprPtr& properties) {
  if (At('{')) return (properties = Map()) != nullptr;
  if (Peek().kind == TokenKind::kParameter) return (properties = Atom()) != nullptr;
  return true;
}

bool Parser::Relationship(RelPattern& rel) {
  const size_t first = at_;
  const bool left = Accept('<');
  if (!Expect('-', "-")) return false;
  if (At('[')) {
    const BarEnds inside(*this, false);
    ++at_;
    if (AtName() && !(AtWord("WHERE") && !At(']', 1) && !At(':', 1) && !At('{', 1) && !At('*', 1)) &&
        !(AtWord("IS") && AtName(1))) {
      rel.name = Peek().text;
      ++at_;
    }
    if (At(':') || AtWord("IS")) {
      if (!Labels(rel.types.emplace())) return false;
    }
    if (!Length(rel) || !PropertyMap(rel.properties)) return false;
    if (AcceptWord("WHERE") && !(rel.where = Expression())) return false;
    if (!Expect(']', "a variable, :TYPE, *length, {properties}, WHERE or ] in this relationship")) return false;
  }
  const bool brackets = Previous().kind == TokenKind::kSymbol && Previous().symbol == ']';
  if (!Expect('-', brackets ? "- after the brackets of a relationship" : "a relationship such as -->, --, <-- or -[:TYPE]->")) return false;
  const bool right = Accept('>');
  rel.arrow = left == right ? RelPattern::Arrow::kBoth : left ? RelPattern::Arrow::kLeft : RelPattern::Arrow::kRight;
  rel.span = From(first);
  return true;
}

bool Parser::Length(RelPattern& rel) {
  const auto invalid = [&](Span span) {
    return Fail("InvalidRelationshipPattern", span,
                "the length of a relationship is written *, *n, *n..m, *n.. or *..m with whole numbers");
  };
  if (At(kDots)) return invalid(Peek().span);
  if (!At('*')) return true;
  const size_t first = at_++;
  rel.variable_length = true;
  const auto number = [&](std::optional<int64_t>& bound) {
    if (Peek().kind == TokenKind::kInteger) {
      if (Peek().lowest) return false;
      bound = Peek().integer;
      ++at_;
    }
    return true;
  };
  if (!number(rel.min)) return invalid(Peek().span);
  if (Accept(kDots)) {
    if (!number(rel.max)) return invalid(Peek().span);
  } else {
    rel.max = rel.min;
  }
  if (At('-') || At(kDots) || Peek().kind == TokenKind::kFloat)
    return invalid({tokens_[first].span.begin, Peek().span.end});
  return true;
}

bool Parser::AtQuantifier() const {
  return At('+') || At('*') || (At('{') && (Peek(1).kind == TokenKind::kInteger || At(',', 1)));
}

bool Parser::Quantifier(int64_t& min, std::optional<int64_t>& max) {
  const size_t first = at_;
  min = 1;
  max.reset();
  if (Accept('+')) return true;
  if (Accept('*')) {
    min = 0;
    return true;
  }
  ++at_;
  const auto number = [&]() -> std::optional<int64_t> {
    if (Peek().kind != TokenKind::kInteger || Peek().lowest) return {};
    return tokens_[at_++].integer;
  };
  const std::optional<int64_t> least = number();
  min = least.value_or(0);
  if (Accept(','))
    max = number();
  else
    max = least;
  if (!Expect('}', "a quantifier such as {2}, {1,5}, {1,} or {,5}")) return false;
  if (max && (*max < min || *max == 0))
    return Fail("InvalidRelationshipPattern", From(first),
                "the upper bound of a quantifier is at least 1 and not below the lower one");
  return true;
}

bool Parser::Group(QuantifiedGroup& group, bool& plain) {
  const Deeper deeper(*this);
  if (!deeper) return false;
  const size_t first = at_;
  if (!Expect('(', "(")) return false;
  const BarEnds inside(*this, false);
  group.inner = std::make_unique<PathPattern>();
  if (AtName() && At('=', 1))
    return Fail("UnexpectedSyntax", Peek().span,
                "a path inside a quantified pattern cannot be named; name the whole path");
  if (!PatternChain(*group.inner)) return false;
  if (AcceptWord("WHERE") && !(group.where = Expression())) return false;
  if (!Expect(')', "WHERE or ) in this quantified pattern")) return false;
  group.span = From(first);
  plain = !AtQuantifier();
  if (plain) return true;
  for (const PathStep& step : group.inner->steps) {
    if (step.group) return Fail("UnexpectedSyntax", step.group->span, "a quantified pattern cannot hold another one");
  }
  if (!Quantifier(group.min, group.max)) return false;
  if (group.inner->steps.empty())
    return Fail("UnexpectedSyntax", From(first), "a quantified pattern holds at least one relationship");
  group.span = From(first);
  return true;
}

// --- Labels

// Behind a variable: ":A:B", ":A|B", ":(A|B)&!C", "IS A|B".
bool Parser::Labels(LabelExpr& labels) {
  if (!Accept(':') && !AcceptWord("IS")) return Unexpected(":");
  return LabelOr(labels);
}

bool Parser::LabelOr(LabelExpr& labels) {
  const Deeper deeper(*this);
  if (!deeper) return false;
  const size_t first = at_;
  if (!LabelAnd(labels, true)) return false;
  if (bar_ends_ || !At('|')) return true;
  LabelExpr either;
  either.kind = LabelExpr::Kind::kOr;
  either.parts.push_back(std::move(labels));
  while (Accept('|')) {
    Accept(':');  // :A|:B of older dialects
    if (!LabelAnd(either.parts.emplace_back(), false)) return false;
  }
  either.span = From(first);
  labels = std::move(either);
  return true;
}

bool Parser::LabelAnd(LabelExpr& labels, bool colons) {
  const size_t first = at_;
  if (!LabelAtom(labels)) return false;
  if (!At('&') && !(colons && At(':'))) return true;
  LabelExpr both;
  both.kind = LabelExpr::Kind::kAnd;
  both.parts.push_back(std::move(labels));
  while (At('&') || (colons && At(':'))) {
    ++at_;
    if (!LabelAtom(both.parts.emplace_back())) return false;
  }
  both.span = From(first);
  labels = std::move(both);
  return true;
}

bool Parser::LabelAtom(LabelExpr& labels) {
  const Deeper deeper(*this);
  if (!deeper) return false;
  const size_t first = at_;
  if (Accept('!')) {
    labels.kind = LabelExpr::Kind::kNot;
    if (!LabelAtom(labels.parts.emplace_back())) return false;
  } else if (Accept('%')) {
    labels.kind = LabelExpr::Kind::kAny;
  } else if (At('(')) {
    const BarEnds inside(*this, false);
    ++at_;
    if (!LabelOr(labels) || !Expect(')', ")")) return false;
  } else if ((At('$') || AtParameter("all") || AtParameter("any")) && At('(', 1)) {
    const BarEnds inside(*this, false);
    if (AtParameter("any")) labels.name = "any";
    at_ += 2;
    ExprPtr dynamic = Expression();
    if (!dynamic || !Expect(')', ")")) return false;
    labels.kind = LabelExpr::Kind::kDynamic;
    labels.dynamic = std::move(dynamic);
  } else if (!ExpectName(labels.name, "the name of a label or type, $($parameter), $all($list) or $any($list)")) {
    return false;
  }
  labels.span = From(first);
  return true;
}

// --- What an opening parenthesis begins. Decided by looking at tokens, never by trying: trying would take exponential
// time.

bool Parser::AtNode(size_t token) const {
  const auto symbol = [&](size_t i, uint16_t s) {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::kSymbol && tokens_[i].symbol == s;
  };
  if (!symbol(token, '(')) return false;
  size_t i = token + 1;
  if (tokens_[i].kind == TokenKind::kWord || tokens_[i].kind == TokenKind::kQuotedName) {
    if (symbol(i + 1, '(')) return false;  // a function
    ++i;
    if (tokens_[i].kind == TokenKind::kWord) {  // (a WHERE …), (a IS A), (WHERE …)
      const size_t ahead = i - at_;
      return AtWord("WHERE", ahead) || AtWord("IS", ahead) || AtWord("WHERE", ahead - 1);
    }
  }
  return symbol(i, ')') || symbol(i, ':') || symbol(i, '{') || tokens_[i].kind == TokenKind::kParameter ||
         tokens_[i].kind == TokenKind::kError || tokens_[i].kind == TokenKind::kEnd;
}

bool Parser::AtPatternExpression() const {
  const auto symbol = [&](size_t i, uint16_t s) {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::kSymbol && tokens_[i].symbol == s;
  };
  if (!AtNode(at_) || tokens_[at_].match == kNoMatch) return false;
  size_t i = tokens_[at_].match + 1;
  const bool left = symbol(i, '<');
  if (left) ++i;
  if (!symbol(i, '-')) return false;
  ++i;
  if (symbol(i, '[')) {
    i = tokens_[i].match;
    return i != kNoMatch && symbol(i + 1, '-') && (symbol(i + 2, '>') || symbol(i + 2, '('));
  }
  if (!symbol(i, '-')) return false;
  return left || symbol(i + 1, '>') || AtNode(i + 1);
}

}  // namespace liantu::query
