// SPDX-License-Identifier: Apache-2.0
// Expressions. Precedence from loose to tight, as openCypher's grammar has it: OR, XOR, AND, NOT, comparison chains, IN
// and the string and null predicates, + - ||, * / %, ^, sign, then . [] : {} behind an atom. All binary operators lean
// left.
#include <algorithm>
#include <limits>

#include "query/parser.h"
#include "query/parser_internal.h"

namespace liantu::query {
namespace {

constexpr uint32_t kMaxHeight = 1000;
constexpr std::string_view kCaseSubject = " case";  // the name, which nobody can write, of a CASE's own variable

// Words that begin or join clauses and expressions. They may be names, too; they are taken as keywords where a name
// makes no sense of what follows.
constexpr std::string_view kStrongWords[] = {
    "MATCH",    "OPTIONAL", "WHERE", "RETURN", "WITH",  "UNWIND", "CREATE", "MERGE", "DELETE", "DETACH",
    "SET",      "REMOVE",   "UNION", "CALL",   "YIELD", "ORDER",  "SKIP",   "LIMIT", "OFFSET", "FOREACH",
    "LOAD",     "AS",       "AND",   "OR",     "XOR",   "NOT",    "IN",     "IS",    "STARTS", "ENDS",
    "CONTAINS", "THEN",     "WHEN",  "ELSE",   "END",   "ON",     "BY",     "ASC",   "DESC",   "DISTINCT"};

std::string Lower(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

}  // namespace

ExprPtr Parser::Make(ExprKind kind, size_t first_token) const {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->span = tokens_[first_token].span;
  return expr;
}

ExprPtr Parser::Finish(ExprPtr expr, size_t first_token, uint32_t inner_height) {
  expr->span = From(first_token);
  uint32_t height = inner_height;
  for (const ExprPtr& arg : expr->args) {
    if (arg) height = std::max<uint32_t>(height, arg->height);
  }
  ++height;
  if (height > kMaxHeight) {
    Fail(
        "UnexpectedSyntax", expr->span,
        Text("this expression has more than ", kMaxHeight, " operators on top of each other; use lists or parameters"));
    return nullptr;
  }
  expr->height = static_cast<uint16_t>(height);
  highest_ = std::max(highest_, height);
  return expr;
}

ExprPtr Parser::Binary(Op op, ExprPtr left, ExprPtr right, size_t first_token) {
  if (!left || !right) return nullptr;
  ExprPtr expr = Make(ExprKind::kBinary, first_token);
  expr->op = op;
  expr->args.push_back(std::move(left));
  expr->args.push_back(std::move(right));
  return Finish(std::move(expr), first_token);
}

// AND, OR and XOR are associative in three-valued logic, so long chains become flat trees.
ExprPtr Parser::Balanced(Op op, std::vector<ExprPtr>& parts, size_t from, size_t to) {
  if (to - from == 1) return std::move(parts[from]);
  const size_t middle = from + (to - from + 1) / 2;
  ExprPtr left = Balanced(op, parts, from, middle), right = Balanced(op, parts, middle, to);
  if (!left || !right) return nullptr;
  const Span span{left->span.begin, right->span.end};
  auto expr = std::make_unique<Expr>();
  expr->kind = ExprKind::kBinary;
  expr->op = op;
  expr->args.push_back(std::move(left));
  expr->args.push_back(std::move(right));
  expr = Finish(std::move(expr), at_ == 0 ? 0 : at_ - 1);
  if (expr) expr->span = span;
  return expr;
}

ExprPtr Parser::Expression() {
  const Deeper deeper(*this);
  return deeper ? Or() : nullptr;
}

ExprPtr Parser::Or() {
  std::vector<ExprPtr> parts;
  do {
    if (!parts.emplace_back(Xor())) return nullptr;
  } while (AcceptWord("OR"));
  return Balanced(Op::kOr, parts, 0, parts.size());
}

ExprPtr Parser::Xor() {
  std::vector<ExprPtr> parts;
  do {
    if (!parts.emplace_back(And())) return nullptr;
  } while (AcceptWord("XOR"));
  return Balanced(Op::kXor, parts, 0, parts.size());
}

ExprPtr Parser::And() {
  std::vector<ExprPtr> parts;
  do {
    if (!parts.emplace_back(Not())) return nullptr;
  } while (AcceptWord("AND"));
  return Balanced(Op::kAnd, parts, 0, parts.size());
}

ExprPtr Parser::Not() {
  const size_t first = at_;
  // A variable may be called not, but only where it cannot be the operator.
  if (!AtWord("NOT") || At(')', 1) || At(',', 1) || At('.', 1) || At('=', 1)) return Comparison();
  ++at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  ExprPtr arg = Not();
  if (!arg) return nullptr;
  ExprPtr expr = Make(ExprKind::kUnary, first);
  expr->op = Op::kNot;
  expr->args.push_back(std::move(arg));
  return Finish(std::move(expr), first);
}

ExprPtr Parser::Comparison(ExprPtr given) {
  const size_t first = at_;
  ExprPtr left = Predicate(std::move(given));
  ExprPtr chain;
  while (left || chain) {
    Op op = Op::kNone;
    if (At('='))
      op = Op::kEqual;
    else if (At(kNotEqualSign))
      op = Op::kNotEqual;
    else if (At('<'))
      op = Op::kLess;
    else if (At('>'))
      op = Op::kGreater;
    else if (At(kLessEqualSign))
      op = Op::kLessEqual;
    else if (At(kGreaterEqualSign))
      op = Op::kGreaterEqual;
    if (op == Op::kNone) break;
    ++at_;
    if (op == Op::kEqual && (At('=') || At(kMatchSign))) {
      Fail("UnexpectedSyntax", From(at_ - 1), "equality is written with one =");
      return nullptr;
    }
    ExprPtr right = Predicate();
    if (!right) return nullptr;
    if (!chain) {
      chain = Make(ExprKind::kComparison, first);
      chain->args.push_back(std::move(left));
    }
    chain->ops.push_back(op);
    chain->args.push_back(std::move(right));
  }
  if (At('!') && At('=', 1)) {
    Fail("UnexpectedSyntax", {Peek().span.begin, Peek(1).span.end}, "inequality is written <>");
    return nullptr;
  }
  return chain ? Finish(std::move(chain), first) : std::move(left);
}

ExprPtr Parser::Predicate(ExprPtr given) {
  const size_t first = at_;
  ExprPtr expr = given ? std::move(given) : Sum();
  while (expr) {
    Op op = Op::kNone;
    if (AtWord("IN")) {
      op = Op::kIn;
      ++at_;
    } else if (AtWord("STARTS") && AtWord("WITH", 1)) {
      op = Op::kStartsWith;
      at_ += 2;
    } else if (AtWord("ENDS") && AtWord("WITH", 1)) {
      op = Op::kEndsWith;
      at_ += 2;
    } else if (AtWord("CONTAINS")) {
      op = Op::kContains;
      ++at_;
    } else if (Accept(kMatchSign)) {
      op = Op::kMatches;
    } else if (AtWord("IS") || At(kDoubleColon)) {
      expr = IsSomething(std::move(expr), first);
      continue;
    } else {
      break;
    }
    expr = Binary(op, std::move(expr), Sum(), first);
  }
  return expr;
}

ExprPtr Parser::Inverse(ExprPtr expr, size_t first) {
  ExprPtr inverse = Make(ExprKind::kUnary, first);
  inverse->op = Op::kNot;
  inverse->args.push_back(std::move(expr));
  return Finish(std::move(inverse), first);
}

bool Parser::AtNormalForm() const { return AtAnyWord({"NFC", "NFD", "NFKC", "NFKD"}); }

// A word of the language as a string in upper case.
ExprPtr Parser::WordAsText() {
  ExprPtr literal = Make(ExprKind::kLiteral, at_);
  literal->literal = Value::String(Upper(Peek().text));
  ++at_;
  return Finish(std::move(literal), at_ - 1);
}

ExprPtr Parser::IsSomething(ExprPtr subject, size_t first) {
  ExprPtr expr;
  bool negated = false;
  if (AcceptWord("IS")) {
    negated = AcceptWord("NOT");
    if (AcceptWord("NULL")) {
      expr = Make(negated ? ExprKind::kIsNotNull : ExprKind::kIsNull, first);
      expr->args.push_back(std::move(subject));
      return Finish(std::move(expr), first);
    }
    if (At(':') || AtWord("LABELED")) {
      ++at_;
      if (Previous().kind == TokenKind::kWord) Accept(':');
      expr = Make(ExprKind::kHasLabels, first);
      expr->args.push_back(std::move(subject));
      if (!LabelOr(expr->labels.emplace())) return nullptr;
      expr = Finish(std::move(expr), first);
      return negated && expr ? Inverse(std::move(expr), first) : std::move(expr);
    }
  }
  if (AtWord("NORMALIZED") || (AtNormalForm() && AtWord("NORMALIZED", 1))) {
    expr = Make(ExprKind::kCall, first);
    expr->name = "isNormalized";
    expr->args.push_back(std::move(subject));
    if (AtNormalForm()) expr->args.push_back(WordAsText());
    ++at_;
    expr = Finish(std::move(expr), first);
    return negated && expr ? Inverse(std::move(expr), first) : std::move(expr);
  }
  if (!AcceptWord("TYPED") && !Accept(kDoubleColon)) {
    Unexpected("NULL, NOT NULL, NORMALIZED, :: and a type, or LABELED after IS");
    return nullptr;
  }
  expr = Make(ExprKind::kIsType, first);
  expr->distinct = negated;
  expr->args.push_back(std::move(subject));
  if (!TypeName(expr->name)) return nullptr;
  return Finish(std::move(expr), first);
}

// A type as values can have it: INTEGER, LIST<STRING NOT NULL>, ZONED DATETIME, INTEGER | FLOAT. Upper case, one space
// between words, none around < > |.
bool Parser::TypeName(std::string& name) {
  const Deeper deeper(*this);
  if (!deeper) return false;
  constexpr std::string_view kWords[] = {
      "ANY",   "ARRAY",   "BOOL",     "BOOLEAN",      "DATE",    "DATETIME", "DURATION", "EDGE",      "FLOAT",
      "INT",   "INTEGER", "LIST",     "LOCAL",        "MAP",     "NODE",     "NOTHING",  "NULL",      "NUMBER",
      "PATH",  "POINT",   "PROPERTY", "RELATIONSHIP", "SIGNED",  "STRING",   "TIME",     "TIMESTAMP", "TIMEZONE",
      "VALUE", "VARCHAR", "VERTEX",   "WITH",         "WITHOUT", "ZONE",     "ZONED"};
  const auto at_type = [&] {
    return Peek().kind == TokenKind::kWord &&
           std::binary_search(std::begin(kWords), std::end(kWords), Upper(Peek().text));
  };
  while (true) {
    if (!at_type() || AtWord("WITH")) return Unexpected("a type such as INTEGER, STRING or LIST<FLOAT>");
    bool list = false;
    for (bool more = false; at_type(); more = true) {
      if (AtWord("WITH") && !AtAnyWord({"TIME", "TIMEZONE"}, 1)) break;  // the clause
      const std::string word = Upper(Peek().text);
      if (more) name += ' ';
      name += word;
      list = word == "LIST" || word == "ARRAY";
      ++at_;
    }
    if (list && Accept('<')) {
      name += '<';
      if (!TypeName(name)) return false;
      if (!Expect('>', "> after the type of the list's elements")) return false;
      name += '>';
    }
    if (AtWord("NOT") && AtWord("NULL", 1)) {
      at_ += 2;
      name += " NOT NULL";
    }
    if (bar_ends_ || !At('|')) return true;
    ++at_;
    name += '|';
  }
}

ExprPtr Parser::Sum() {
  const size_t first = at_;
  ExprPtr expr = Product();
  while (expr && (At('+') || At('-') || At(kDoubleBar))) {
    const Op op = At('+') ? Op::kAdd : At('-') ? Op::kSubtract : Op::kConcat;
    ++at_;
    expr = Binary(op, std::move(expr), Product(), first);
  }
  return expr;
}

ExprPtr Parser::Product() {
  const size_t first = at_;
  ExprPtr expr = Power();
  while (expr && (At('*') || At('/') || At('%'))) {
    const Op op = At('*') ? Op::kMultiply : At('/') ? Op::kDivide : Op::kModulo;
    ++at_;
    expr = Binary(op, std::move(expr), Power(), first);
  }
  return expr;
}

ExprPtr Parser::Power() {
  const size_t first = at_;
  ExprPtr expr = Unary();
  while (expr && Accept('^')) expr = Binary(Op::kPower, std::move(expr), Unary(), first);
  return expr;
}

ExprPtr Parser::Unary() {
  const size_t first = at_;
  if (!At('+') && !At('-')) return Postfix();
  const bool minus = At('-');
  ++at_;
  if (minus && Peek().kind == TokenKind::kInteger && Peek().lowest) {  // the one integer that has no positive twin
    ++at_;
    ExprPtr lowest = Make(ExprKind::kLiteral, first);
    lowest->literal = Value::Integer(std::numeric_limits<int64_t>::min());
    return Finish(std::move(lowest), first);
  }
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  ExprPtr arg = Unary();
  if (!arg) return nullptr;
  ExprPtr expr = Make(ExprKind::kUnary, first);
  expr->op = minus ? Op::kMinus : Op::kPlus;
  expr->args.push_back(std::move(arg));
  return Finish(std::move(expr), first);
}

ExprPtr Parser::Postfix() {
  const size_t first = at_;
  ExprPtr expr = Atom();
  while (expr) {
    if (Accept('.')) {
      ExprPtr property = Make(ExprKind::kProperty, first);
      if (!ExpectName(property->name, "the name of a property after the dot")) return nullptr;
      property->args.push_back(std::move(expr));
      expr = Finish(std::move(property), first);
    } else if (At('[')) {
      const Deeper deeper(*this);
      if (!deeper) return nullptr;
      const BarEnds inside(*this, false);
      ++at_;
      ExprPtr from, to;
      if (!At(kDots) && !(from = Expression())) return nullptr;
      const bool slice = Accept(kDots);
      if (slice && !At(']') && !(to = Expression())) return nullptr;
      if (!Expect(']', "]")) return nullptr;
      ExprPtr access = Make(slice ? ExprKind::kSlice : ExprKind::kSubscript, first);
      access->args.push_back(std::move(expr));
      access->args.push_back(std::move(from));
      if (slice) access->args.push_back(std::move(to));
      expr = Finish(std::move(access), first);
    } else if (At(':')) {
      ExprPtr labels = Make(ExprKind::kHasLabels, first);
      labels->args.push_back(std::move(expr));
      const uint32_t before = BeginInner();
      if (!Labels(labels->labels.emplace())) return nullptr;
      return Finish(std::move(labels), first, EndInner(before));
    } else if (At('{') && expr->kind == ExprKind::kVariable) {
      expr = MapProjection(std::move(expr));
    } else {
      break;
    }
  }
  return expr;
}

ExprPtr Parser::Atom() {
  const size_t first = at_;
  const Token& token = Peek();
  switch (token.kind) {
    case TokenKind::kString:
    case TokenKind::kInteger:
    case TokenKind::kFloat: {
      if (token.lowest) {
        Fail("IntegerOverflow", token.span, "9223372036854775808 is beyond the 64-bit integers");
        return nullptr;
      }
      ExprPtr literal = Make(ExprKind::kLiteral, first);
      literal->literal = token.kind == TokenKind::kString    ? Value::String(token.text)
                         : token.kind == TokenKind::kInteger ? Value::Integer(token.integer)
                                                             : Value::Float(token.number);
      ++at_;
      return Finish(std::move(literal), first);
    }
    case TokenKind::kParameter: {
      ExprPtr parameter = Make(ExprKind::kParameter, first);
      parameter->name = token.text;
      parameters_.push_back(token.text);
      ++at_;
      return Finish(std::move(parameter), first);
    }
    case TokenKind::kWord:
      return WordAtom();
    case TokenKind::kQuotedName: {
      if (At('(', 1) || At('.', 1)) {
        size_t ahead = 0;
        while (AtName(ahead) && At('.', ahead + 1)) ahead += 2;
        if (AtName(ahead) && At('(', ahead + 1)) return FunctionCall();
      }
      ExprPtr variable = Make(ExprKind::kVariable, first);
      variable->name = token.text;
      ++at_;
      return Finish(std::move(variable), first);
    }
    case TokenKind::kSymbol:
      break;
    case TokenKind::kEnd:
    case TokenKind::kError:
      Unexpected("an expression");
      return nullptr;
  }
  if (At('(')) {
    if (AtPatternExpression()) return PatternExpression();
    const Deeper deeper(*this);
    if (!deeper) return nullptr;
    const BarEnds inside(*this, false);
    ++at_;
    ExprPtr expr = Expression();
    if (expr && At(',')) {
      Fail("UnexpectedSyntax", Peek().span, "expected ), found ','; a list is written in square brackets, [1, 2]");
      return nullptr;
    }
    if (!expr || !Expect(')', ")")) return nullptr;
    expr->span = From(first);
    return expr;
  }
  if (At('[')) return ListOrComprehension();
  if (At('{')) return Map();
  if (At('$') && At('{', 1)) {
    Fail("UnexpectedSyntax", Peek().span, "a parameter is written $name");
    return nullptr;
  }
  Unexpected("an expression");
  return nullptr;
}

ExprPtr Parser::WordAtom() {
  const size_t first = at_;
  const Token& token = Peek();
  const auto literal = [&](Value value) {
    ExprPtr expr = Make(ExprKind::kLiteral, first);
    expr->literal = std::move(value);
    ++at_;
    return Finish(std::move(expr), first);
  };
  if (!At('(', 1)) {
    if (AtWord("TRUE")) return literal(Value::Boolean(true));
    if (AtWord("FALSE")) return literal(Value::Boolean(false));
    if (AtWord("NULL")) return literal(Value());
  }
  if (AtWord("CASE") && !At('.', 1) && !At(',', 1) && !At(')', 1) && Peek(1).kind != TokenKind::kEnd) return Case();
  if (At('{', 1)) {
    if (AtWord("EXISTS")) return BracesSubquery(ExprKind::kExists);
    if (AtWord("COUNT")) return BracesSubquery(ExprKind::kCount);
    if (AtWord("COLLECT")) return BracesSubquery(ExprKind::kCollect);
  }
  if (At('(', 1)) {
    if (AtAnyWord({"ALL", "ANY", "NONE", "SINGLE"}) && AtName(2) && AtWord("IN", 3)) return QuantifierCall();
    if (AtWord("REDUCE") && AtName(2) && At('=', 3)) return Reduce();
    if (AtAnyWord({"SHORTESTPATH", "ALLSHORTESTPATHS"})) return PatternExpression();
  }
  size_t ahead = 0;
  while (AtName(ahead) && At('.', ahead + 1)) ahead += 2;
  if (AtName(ahead) && At('(', ahead + 1)) return FunctionCall();
  for (const std::string_view word : kStrongWords) {
    if (!AtWord(word)) continue;
    // As a name only where an operator, a separator or the end follows.
    const Token& next = Peek(1);
    const bool named =
        next.kind == TokenKind::kEnd ||
        (next.kind == TokenKind::kSymbol && next.symbol != '(' && next.symbol != '{' && next.symbol != '$') ||
        (next.kind == TokenKind::kWord &&
         AtAnyWord({"AS",    "AND",  "OR",  "XOR",  "IN",   "IS",  "STARTS", "ENDS",   "CONTAINS", "ORDER", "SKIP",
                    "LIMIT", "DESC", "ASC", "THEN", "ELSE", "END", "UNION",  "RETURN", "WITH",     "WHERE"},
                   1));
    if (!named) {
      Fail("UnexpectedSyntax", token.span,
           Text("expected an expression, found the keyword ", Upper(token.text),
                " (a name spelled like this needs back quotes)"));
      return nullptr;
    }
    break;
  }
  ExprPtr variable = Make(ExprKind::kVariable, first);
  variable->name = token.text;
  ++at_;
  return Finish(std::move(variable), first);
}

ExprPtr Parser::EqualsSubject(ExprPtr value) {
  const Span span = value->span;
  ExprPtr expr = Make(ExprKind::kComparison, at_ - 1);
  ExprPtr& subject = expr->args.emplace_back(Make(ExprKind::kVariable, at_ - 1));
  subject->name = kCaseSubject;
  subject->span = span;
  expr->args.push_back(std::move(value));
  expr->ops.push_back(Op::kEqual);
  expr = Finish(std::move(expr), at_ - 1);
  if (expr) expr->span = span;
  return expr;
}

// What may follow WHEN in CASE subject WHEN …: values and conditions without their left side, separated by commas.
ExprPtr Parser::WhenOfSubject(bool& condition) {
  std::vector<ExprPtr> parts;
  std::vector<bool> conditions;
  do {
    const bool half = At('=') || At(kNotEqualSign) || At('<') || At('>') || At(kLessEqualSign) || At(kGreaterEqualSign) ||
                      At(kMatchSign) || At(kDoubleColon) || (AtAnyWord({"STARTS", "ENDS"}) && AtWord("WITH", 1)) ||
                      (AtAnyWord({"IS", "IN", "CONTAINS"}) && !AtWord("THEN", 1) && !At(',', 1) && !At('.', 1) && !At('(', 1));
    conditions.push_back(half);
    if (!half) {
      parts.push_back(Expression());
    } else {
      ExprPtr subject = Make(ExprKind::kVariable, at_);
      subject->name = kCaseSubject;
      parts.push_back(Comparison(std::move(subject)));
    }
    if (!parts.back()) return nullptr;
  } while (Accept(','));
  condition = conditions[0];
  if (parts.size() == 1) return std::move(parts[0]);
  condition = true;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!conditions[i] && !(parts[i] = EqualsSubject(std::move(parts[i])))) return nullptr;
  }
  return Balanced(Op::kOr, parts, 0, parts.size());
}

ExprPtr Parser::Case() {
  const size_t first = at_++;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  ExprPtr expr = Make(ExprKind::kCase, first);
  ExprPtr subject;
  if (!AtWord("WHEN") && !(subject = Expression())) return nullptr;
  expr->args.push_back(std::move(subject));
  if (!AtWord("WHEN")) {
    Unexpected("WHEN");
    return nullptr;
  }
  std::vector<bool> conditions;  // for each WHEN behind a subject: more than one value to compare with
  bool any_condition = false;
  while (AcceptWord("WHEN")) {
    bool condition = false;
    if (!expr->args.emplace_back(expr->args[0] ? WhenOfSubject(condition) : Expression()) || !ExpectWord("THEN") ||
        !expr->args.emplace_back(Expression()))
      return nullptr;
    conditions.push_back(condition);
    any_condition |= condition;
  }
  if (any_condition) {
    expr->keys.emplace_back(kCaseSubject);
    for (size_t i = 0; i < conditions.size(); ++i) {
      ExprPtr& when = expr->args[1 + 2 * i];
      if (!conditions[i] && !(when = EqualsSubject(std::move(when)))) return nullptr;
    }
  }
  ExprPtr otherwise;
  if (AcceptWord("ELSE") && !(otherwise = Expression())) return nullptr;
  expr->args.push_back(std::move(otherwise));
  if (!AtWord("END")) {
    Unexpected("WHEN, ELSE or END");
    return nullptr;
  }
  ++at_;
  return Finish(std::move(expr), first);
}

ExprPtr Parser::ListOrComprehension() {
  const size_t first = at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  ++at_;
  // [x IN list …] unless a comma at this level says that it is a list whose first element is x IN list.
  const auto comprehension = [&] {
    if (!AtName() || !AtWord("IN", 1)) return false;
    for (size_t i = at_; i < tokens_[first].match && tokens_[first].match != kNoMatch; ++i) {
      if (tokens_[i].match != kNoMatch)
        i = tokens_[i].match;
      else if (tokens_[i].kind == TokenKind::kSymbol && tokens_[i].symbol == ',')
        return false;
    }
    return true;
  };
  if (comprehension()) {
    ExprPtr expr = Make(ExprKind::kListComprehension, first);
    expr->keys.push_back(Peek().text);
    at_ += 2;
    ExprPtr where, result;
    {
      const BarEnds part(*this, true);
      if (!expr->args.emplace_back(Expression())) return nullptr;
      if (AcceptWord("WHERE") && !(where = Expression())) return nullptr;
    }
    const BarEnds part(*this, false);
    if (Accept('|') && !(result = Expression())) return nullptr;
    if (!Expect(']', "WHERE, | or ]")) return nullptr;
    expr->args.push_back(std::move(where));
    expr->args.push_back(std::move(result));
    return Finish(std::move(expr), first);
  }
  const bool named = AtName() && At('=', 1) && (At('(', 2) || AtAnyWord({"SHORTESTPATH", "ALLSHORTESTPATHS"}, 2));
  bool pattern = At('(') && AtPatternExpression();
  if (named) {
    at_ += 2;
    pattern = !At('(') || AtPatternExpression();
    at_ -= 2;
  }
  if (pattern) {
    ExprPtr expr = Make(ExprKind::kPatternComprehension, first);
    const uint32_t before = BeginInner();
    ExprPtr where, result;
    {
      const BarEnds part(*this, false);
      if (!Pattern(expr->patterns.emplace_back(), true)) return nullptr;
    }
    {
      const BarEnds part(*this, true);
      if (AcceptWord("WHERE") && !(where = Expression())) return nullptr;
    }
    const BarEnds part(*this, false);
    if (!Expect('|', "WHERE or | after the pattern of a pattern comprehension") || !(result = Expression()) ||
        !Expect(']', "]"))
      return nullptr;
    expr->args.push_back(std::move(where));
    expr->args.push_back(std::move(result));
    return Finish(std::move(expr), first, EndInner(before));
  }
  const BarEnds inside(*this, false);
  ExprPtr list = Make(ExprKind::kList, first);
  if (!Accept(']')) {
    do {
      if (!list->args.emplace_back(Expression())) return nullptr;
    } while (Accept(','));
    if (!Expect(']', ", or ]")) return nullptr;
  }
  return Finish(std::move(list), first);
}

ExprPtr Parser::Map() {
  const size_t first = at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  const BarEnds inside(*this, false);
  ++at_;
  ExprPtr map = Make(ExprKind::kMap, first);
  if (Accept('}')) return Finish(std::move(map), first);
  do {
    if (Peek().kind == TokenKind::kError && std::string_view(Peek().detail) == "InvalidNumberLiteral") {
      Fail("UnexpectedSyntax", Peek().span, "a key of a map is a name; put other keys between back quotes");
      return nullptr;
    }
    std::string key;
    if (!ExpectName(key, map->keys.empty() ? "a key or }" : "a key") || !Expect(':', ": after the key") ||
        !map->args.emplace_back(Expression()))
      return nullptr;
    map->keys.push_back(std::move(key));
  } while (Accept(','));
  if (!Expect('}', ", or }")) return nullptr;
  return Finish(std::move(map), first);
}

ExprPtr Parser::MapProjection(ExprPtr subject) {
  const size_t first = at_ - 1;  // the subject is one name
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  const BarEnds inside(*this, false);
  ++at_;
  ExprPtr map = Make(ExprKind::kMapProjection, first);
  const std::string name = subject->name;
  const Span span = subject->span;
  map->args.push_back(std::move(subject));
  if (Accept('}')) return Finish(std::move(map), first);
  do {
    const size_t item = at_;
    if (Accept('.')) {
      if (Accept('*')) {
        map->keys.push_back(".*");
        map->args.push_back(nullptr);
        continue;
      }
      ExprPtr property = Make(ExprKind::kProperty, item);
      if (!ExpectName(property->name, "a property or * after the dot")) return nullptr;
      ExprPtr of = Make(ExprKind::kVariable, item);
      of->name = name;
      of->span = span;
      property->args.push_back(std::move(of));
      map->keys.push_back(property->name);
      if (!map->args.emplace_back(Finish(std::move(property), item))) return nullptr;
      continue;
    }
    std::string key;
    if (!ExpectName(key, "a key, .property or .* in this map projection")) return nullptr;
    if (Accept(':')) {
      if (!map->args.emplace_back(Expression())) return nullptr;
    } else {
      ExprPtr variable = Make(ExprKind::kVariable, item);
      variable->name = key;
      if (!map->args.emplace_back(Finish(std::move(variable), item))) return nullptr;
    }
    map->keys.push_back(std::move(key));
  } while (Accept(','));
  if (!Expect('}', ", or }")) return nullptr;
  return Finish(std::move(map), first);
}

ExprPtr Parser::QuantifierCall() {
  const size_t first = at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  const BarEnds inside(*this, false);
  ExprPtr expr = Make(ExprKind::kQuantifier, first);
  expr->name = Lower(Peek().text);
  expr->keys.push_back(Peek(2).text);
  at_ += 4;
  if (!expr->args.emplace_back(Expression())) return nullptr;
  if (!ExpectWord("WHERE") || !expr->args.emplace_back(Expression()) || !Expect(')', ")")) return nullptr;
  return Finish(std::move(expr), first);
}

ExprPtr Parser::Reduce() {
  const size_t first = at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  ExprPtr expr = Make(ExprKind::kReduce, first);
  at_ += 2;
  expr->keys.push_back(Peek().text);
  at_ += 2;
  const BarEnds part(*this, true);
  if (!expr->args.emplace_back(Expression()) || !Expect(',', ", after the first value")) return nullptr;
  std::string element;
  if (!ExpectName(element, "a variable") || !ExpectWord("IN") || !expr->args.emplace_back(Expression())) return nullptr;
  expr->keys.push_back(std::move(element));
  const BarEnds last(*this, false);
  if (!Expect('|', "| after the list") || !expr->args.emplace_back(Expression()) || !Expect(')', ")")) return nullptr;
  return Finish(std::move(expr), first);
}

// trim([LEADING | TRAILING | BOTH] [characters] FROM text): from the word on, or with the characters as the call's argument.
ExprPtr Parser::TrimOf(ExprPtr call, size_t first) {
  ExprPtr characters, text;
  call->name = AtWord("LEADING") ? "ltrim" : AtWord("TRAILING") ? "rtrim" : "btrim";
  if (!call->args.empty()) {
    characters = std::move(call->args[0]);
    call->args.clear();
  } else {
    ++at_;
    if (!AtWord("FROM") && !(characters = Expression())) return nullptr;
  }
  if (!ExpectWord("FROM") || !(text = Expression()) || !Expect(')', ")")) return nullptr;
  call->args.push_back(std::move(text));
  if (characters) call->args.push_back(std::move(characters));
  return Finish(std::move(call), first);
}

ExprPtr Parser::FunctionCall() {
  const size_t first = at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  const BarEnds inside(*this, false);
  ExprPtr call = Make(ExprKind::kCall, first);
  do {
    if (!call->name.empty()) call->name += '.';
    call->name += Peek().text;
    ++at_;
  } while (Accept('.'));
  call->span = From(first);
  ++at_;  // (
  const std::string lower = Lower(call->name);
  if (lower == "count" && At('*') && At(')', 1)) {
    at_ += 2;
    call->star = true;
    return Finish(std::move(call), first);
  }
  if (At('*') && At(')', 1)) {
    Fail("UnexpectedSyntax", Peek().span, Text("only count(*) takes a *, found ", call->name, "(*)"));
    return nullptr;
  }
  call->distinct = AtWord("DISTINCT") && !At(')', 1) && !At(',', 1) && !At('.', 1);
  if (call->distinct) ++at_;
  if (lower == "trim" && AtAnyWord({"LEADING", "TRAILING", "BOTH"}) && !At(')', 1) && !At(',', 1) && !At('.', 1)) {
    return TrimOf(std::move(call), first);
  }
  if (!Accept(')')) {
    do {
      if (lower == "normalize" && call->args.size() == 1 && AtNormalForm() && At(')', 1)) {
        call->args.push_back(WordAsText());
        continue;
      }
      if (!call->args.emplace_back(Expression())) return nullptr;
    } while (Accept(','));
    if (lower == "trim" && call->args.size() == 1 && AtWord("FROM")) return TrimOf(std::move(call), first);
    if (!Expect(')', ", or )")) return nullptr;
  }
  if (lower == "exists" && call->args.size() == 1 && !call->distinct) {
    // exists(n.name) and exists((a)-->(b)) of older dialects.
    if (call->args[0]->kind == ExprKind::kPattern) {
      call->kind = ExprKind::kExists;
      call->name.clear();
      call->patterns = std::move(call->args[0]->patterns);
      const uint32_t height = call->args[0]->height;
      call->args[0] = nullptr;
      return Finish(std::move(call), first, height);
    }
    if (call->args[0]->kind != ExprKind::kProperty && call->args[0]->kind != ExprKind::kSubscript) {
      Fail("InvalidArgumentExpression", call->args[0]->span,
           "exists() takes a property or a pattern; write IS NOT NULL or EXISTS { … }");
      return nullptr;
    }
    call->kind = ExprKind::kIsNotNull;
    call->name.clear();
  }
  return Finish(std::move(call), first);
}

ExprPtr Parser::BracesSubquery(ExprKind kind) {
  const size_t first = at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  const BarEnds inside(*this, false);
  at_ += 2;
  ExprPtr expr = Make(kind, first);
  const uint32_t before = BeginInner();
  if (AtClause()) {
    expr->subquery = std::make_unique<QueryTree>();
    if (!Query(*expr->subquery)) return nullptr;
  } else {
    if (kind == ExprKind::kCollect) {
      Unexpected("a query that ends in RETURN");
      return nullptr;
    }
    if (!Patterns(expr->patterns)) return nullptr;
    ExprPtr where;
    if (AcceptWord("WHERE") && !(where = Expression())) return nullptr;
    expr->args.push_back(std::move(where));
  }
  if (!Expect('}', "}")) return nullptr;
  return Finish(std::move(expr), first, EndInner(before));
}

ExprPtr Parser::PatternExpression() {
  const size_t first = at_;
  const Deeper deeper(*this);
  if (!deeper) return nullptr;
  const BarEnds inside(*this, false);
  ExprPtr expr = Make(At('(') ? ExprKind::kPattern : ExprKind::kShortestPath, first);
  const uint32_t before = BeginInner();
  if (!(At('(') ? PatternChain(expr->patterns.emplace_back()) : ShortestFunction(expr->patterns.emplace_back())))
    return nullptr;
  return Finish(std::move(expr), first, EndInner(before));
}

}  // namespace liantu::query
