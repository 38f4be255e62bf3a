// SPDX-License-Identifier: Apache-2.0
// Internal to the parser: recursive descent over the tokens, spread over parser.cc (statements, clauses),
// parse_expression.cc, parse_pattern.cc and parse_schema.cc. The first failure stays; functions that fail return null
// or false and everybody goes home. Every function that can nest counts the depth.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/ast.h"
#include "query/lexer.h"

namespace liantu::query {

std::string Upper(std::string_view word);  // of ASCII letters

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}
  Result<Statement> Run();

 private:
  // One more level of nesting while it lives.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser), fine_(parser.Enter()) {}
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    explicit operator bool() const { return fine_; }

   private:
    Parser& parser_;
    bool fine_;
  };
  // Inside brackets a | belongs to label expressions again; directly in a comprehension it ends the part before it.
  class BarEnds {
   public:
    BarEnds(Parser& parser, bool ends) : parser_(parser), before_(parser.bar_ends_) { parser.bar_ends_ = ends; }
    ~BarEnds() { parser_.bar_ends_ = before_; }
    BarEnds(const BarEnds&) = delete;

   private:
    Parser& parser_;
    bool before_;
  };

  // --- parser.cc: tokens
  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& Previous() const { return tokens_[at_ == 0 ? 0 : at_ - 1]; }
  bool At(uint16_t symbol, size_t ahead = 0) const;
  bool AtAnyParameter() const { return Peek().kind == TokenKind::kParameter; }
  bool AtParameter(std::string_view name) const { return Peek().kind == TokenKind::kParameter && Peek().text == name; }
  bool AtWord(std::string_view upper, size_t ahead = 0) const;
  bool AtAnyWord(std::initializer_list<std::string_view> uppers, size_t ahead = 0) const;
  bool AtName(size_t ahead = 0) const;  // a word or a quoted name
  bool Accept(uint16_t symbol);
  bool AcceptWord(std::string_view upper);
  bool Expect(uint16_t symbol, std::string_view what);
  bool ExpectWord(std::string_view upper);
  bool ExpectName(std::string& name, std::string_view what);                // also its back quotes are gone
  bool Fail(std::string_view detail, Span span, std::string_view message);  // false
  bool Unexpected(std::string_view expected);                               // false
  bool failed() const { return !status_.ok(); }
  bool Enter();
  Span From(size_t first_token) const { return {tokens_[first_token].span.begin, Previous().span.end}; }
  std::string Shown(const Token& token) const;

  // --- parser.cc: statements and clauses
  bool StatementPrefix(Statement& statement);
  bool Query(QueryTree& query);
  bool Part(SingleQuery& part);
  bool AtClause() const;
  bool AtRowsClause() const;
  bool ParseClause(std::vector<Clause>& clauses);
  bool Hints();
  bool Match(Clause& clause);
  bool Unwind(Clause& clause);
  bool ProjectionBody(Projection& projection, bool with);
  bool ProjectionTail(Projection& projection);
  bool Items(Projection& projection);
  bool Merge(Clause& clause);
  bool SetItems(std::vector<SetItem>& items);
  bool RemoveItems(std::vector<SetItem>& items);
  bool SetTarget(SetItem& item, bool& labels);
  bool Call(Clause& clause);
  bool Subquery(Clause& clause);
  bool Yield(std::vector<YieldItem>& yields, bool& star);
  bool LoadCsv(Clause& clause);
  bool Foreach(Clause& clause);
  bool Expressions(std::vector<ExprPtr>& list);

  // --- parse_schema.cc
  bool AtSchemaCommand() const;
  bool Schema(Statement& statement);
  bool IndexOptions();
  bool CreateIndex(Statement& statement);
  bool CreateConstraint(Statement& statement);
  bool Drop(Statement& statement);
  bool Show(Statement& statement);
  bool SchemaPattern(SchemaCommand& command);
  bool SchemaProperty(SchemaCommand& command);

  // --- parse_pattern.cc
  bool Patterns(std::vector<PathPattern>& patterns);
  bool Pattern(PathPattern& pattern, bool whole);  // whole: with name, selector and mode
  bool Selector(PathPattern& pattern);
  bool PatternChain(PathPattern& pattern);
  bool ShortestFunction(PathPattern& pattern);
  bool Node(NodePattern& node);
  bool Relationship(RelPattern& rel);
  bool Length(RelPattern& rel);
  bool Group(QuantifiedGroup& group, bool& plain);  // plain: no quantifier follows
  bool AtQuantifier() const;
  bool Quantifier(int64_t& min, std::optional<int64_t>& max);
  bool PropertyMap(ExprPtr& properties);
  bool Labels(LabelExpr& labels);  // behind a variable: :A:B, :A|B, :(A|B)&!C, IS A|B
  bool LabelOr(LabelExpr& labels);
  bool LabelAnd(LabelExpr& labels, bool colons);
  bool LabelAtom(LabelExpr& labels);
  bool AtNode(size_t token) const;   // the tokens from there look like a node pattern
  bool AtPatternExpression() const;  // … like a pattern with at least one relationship

  // --- parse_expression.cc
  ExprPtr Expression();
  ExprPtr Or();
  ExprPtr Xor();
  ExprPtr And();
  ExprPtr Not();
  // With `given` as what stands on the left, which is not in the text then.
  ExprPtr Comparison(ExprPtr given = nullptr);
  ExprPtr Predicate(ExprPtr given = nullptr);
  ExprPtr Sum();
  ExprPtr Product();
  ExprPtr Power();
  ExprPtr Unary();
  ExprPtr Postfix();
  ExprPtr Atom();
  ExprPtr WordAtom();
  ExprPtr Case();
  ExprPtr WhenOfSubject(bool& condition);
  ExprPtr EqualsSubject(ExprPtr value);
  ExprPtr ListOrComprehension();
  ExprPtr Map();
  ExprPtr MapProjection(ExprPtr subject);
  ExprPtr QuantifierCall();
  ExprPtr Reduce();
  ExprPtr FunctionCall();
  ExprPtr BracesSubquery(ExprKind kind);
  ExprPtr PatternExpression();
  ExprPtr Inverse(ExprPtr expr, size_t first);
  bool AtNormalForm() const;
  ExprPtr WordAsText();
  ExprPtr TrimOf(ExprPtr call, size_t first);
  ExprPtr IsSomething(ExprPtr subject, size_t first);
  bool TypeName(std::string& name);
  ExprPtr Make(ExprKind kind, size_t first_token) const;
  // Sets span and height of a node whose arguments are in place; null if it is too high.
  ExprPtr Finish(ExprPtr expr, size_t first_token, uint32_t inner_height = 0);
  ExprPtr Binary(Op op, ExprPtr left, ExprPtr right, size_t first_token);
  ExprPtr Balanced(Op op, std::vector<ExprPtr>& parts, size_t from, size_t to);
  // Constructs with patterns or queries inside: measures the highest expression in between.
  uint32_t BeginInner() { return std::exchange(highest_, 0u); }
  uint32_t EndInner(uint32_t before) {
    const uint32_t inner = highest_;
    highest_ = std::max(before, inner);
    return inner + 1;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  Status status_;
  int depth_ = 0;
  bool bar_ends_ = false;
  uint32_t highest_ = 0;
  std::vector<std::string> parameters_;
};

}  // namespace liantu::query
