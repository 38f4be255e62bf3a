// SPDX-License-Identifier: Apache-2.0
// Statements and clauses, and what all parts of the parser share: looking at tokens, failing, counting depth.
#include "query/parser.h"

#include "query/parser_internal.h"
#include "text/normalize.h"
#include "text/suggest.h"

namespace liantu::query {
namespace {

// For "did you mean": the words a clause or an expression goes on with.
constexpr std::string_view kKeywords[] = {
    "MATCH",  "OPTIONAL", "WHERE",    "RETURN", "WITH",    "UNWIND",  "CREATE",  "INSERT", "MERGE",  "DELETE",
    "DETACH", "REMOVE",   "UNION",    "CALL",   "YIELD",   "ORDER",   "SKIP",    "OFFSET", "LIMIT",  "FOREACH",
    "LOAD",   "DISTINCT", "CONTAINS", "STARTS", "ENDS",    "EXPLAIN", "PROFILE", "SHOW",   "DROP",   "CONSTRAINT",
    "INDEX",  "THEN",     "WHEN",     "ELSE",   "AND",     "XOR",     "NOT",     "FINISH", "FILTER", "LET",
    "DESC",   "ASC",      "SHORTEST", "SET",    "HEADERS", "FROM"};

// Words of SQL and of older Cypher, and what is written instead.
constexpr std::pair<std::string_view, std::string_view> kForeignWords[] = {
    {"SELECT", "a question is MATCH (a:Label)-[:TYPE]->(b) WHERE … RETURN a.name, b.name"},
    {"LIKE", "parts of texts are found with CONTAINS, STARTS WITH, ENDS WITH and =~ 'regular expression'"},
    {"ILIKE", "parts of texts are found with CONTAINS, STARTS WITH, ENDS WITH and =~ '(?i)regular expression'"},
    {"BETWEEN", "a range is written low <= x <= high"},
    {"GROUP", "rows are grouped by whatever stands beside an aggregate in WITH or RETURN"},
    {"NOT", "a negation stands in front, NOT x IN list"},
    {"HAVING", "groups are chosen by WITH …, count(*) AS n WHERE n > 1"},
    {"JOIN", "relationships are followed in a pattern, MATCH (a)-[:TYPE]->(b)"},
    {"UPDATE", "values are changed with MATCH … SET a.property = value"},
    {"USING", "large loads are cut up with CALL (row) { … } IN TRANSACTIONS OF 1000 ROWS"}};

bool SameWord(std::string_view word, std::string_view upper) {
  if (word.size() != upper.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    const char c = word[i] >= 'a' && word[i] <= 'z' ? static_cast<char>(word[i] - 32) : word[i];
    if (c != upper[i]) return false;
  }
  return true;
}

}  // namespace

std::string Upper(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return upper;
}

// --- Tokens

bool Parser::At(uint16_t symbol, size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kSymbol && token.symbol == symbol;
}
bool Parser::AtWord(std::string_view upper, size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kWord && SameWord(token.text, upper);
}
bool Parser::AtAnyWord(std::initializer_list<std::string_view> uppers, size_t ahead) const {
  return std::any_of(uppers.begin(), uppers.end(), [&](std::string_view word) { return AtWord(word, ahead); });
}
bool Parser::AtName(size_t ahead) const {
  const TokenKind kind = Peek(ahead).kind;
  return kind == TokenKind::kWord || kind == TokenKind::kQuotedName;
}
bool Parser::Accept(uint16_t symbol) {
  if (!At(symbol)) return false;
  ++at_;
  return true;
}
bool Parser::AcceptWord(std::string_view upper) {
  if (!AtWord(upper)) return false;
  ++at_;
  return true;
}
bool Parser::Expect(uint16_t symbol, std::string_view what) { return Accept(symbol) || Unexpected(what); }
bool Parser::ExpectWord(std::string_view upper) { return AcceptWord(upper) || Unexpected(upper); }
bool Parser::ExpectName(std::string& name, std::string_view what) {
  if (!AtName()) return Unexpected(what);
  name = Peek().text;
  ++at_;
  return true;
}

bool Parser::Fail(std::string_view detail, Span span, std::string_view message) {
  if (status_.ok()) status_ = Failure(ErrorType::kSyntaxError, detail, span, message);
  return false;
}

std::string Parser::Shown(const Token& token) const {
  if (token.kind == TokenKind::kEnd) return "the end of the query";
  return Text("'", text_.substr(token.span.begin, token.span.end - token.span.begin), "'");
}

bool Parser::Unexpected(std::string_view expected) {
  const Token& token = Peek();
  if (token.kind == TokenKind::kError) return Fail(token.detail, token.span, token.text);
  std::string hint;
  if (token.kind == TokenKind::kWord) {
    const std::string upper = Upper(token.text);
    for (const auto& [word, instead] : kForeignWords) {
      if (upper == word) return Fail("UnexpectedSyntax", token.span, Text("expected ", expected, ", found ", Shown(token), "; ", instead));
    }
    size_t best = upper.size() <= 4 ? 2 : 3;
    for (const std::string_view keyword : kKeywords) {
      const size_t distance = text::EditDistance(upper, keyword, best);
      if (distance > 0 && distance < best) {
        best = distance;
        hint = Text("; did you mean ", keyword, "?");
      }
    }
  }
  return Fail("UnexpectedSyntax", token.span, Text("expected ", expected, ", found ", Shown(token), hint));
}

bool Parser::Enter() {
  ++depth_;
  if (depth_ <= kMaxDepth) return true;
  return Fail("UnexpectedSyntax", Peek().span, Text("the query is nested more than ", kMaxDepth, " levels deep here"));
}

// --- Statements

Result<Statement> Parse(std::string_view text) {
  if (text.size() > 0x7FFFFFFF)
    return Failure(ErrorType::kSyntaxError, "UnexpectedSyntax", "a query cannot be longer than 2 GiB");
  if (const size_t bad = text::FirstBadUtf8(text); bad != std::string_view::npos) {
    const auto at = static_cast<uint32_t>(bad);
    return Failure(ErrorType::kSyntaxError, "InvalidUnicodeCharacter", Span{at, at + 1}, "the query is not UTF-8 here");
  }
  return Parser(text, Tokenize(text)).Run();
}

Result<Statement> Parser::Run() {
  Statement statement;
  statement.text = text_;
  bool fine = StatementPrefix(statement);
  if (fine) fine = AtSchemaCommand() ? Schema(statement) : Query(statement.query);
  if (fine) {
    if (Accept(';') && Peek().kind != TokenKind::kEnd)
      Fail("UnexpectedSyntax", Peek().span, "there is more behind the semicolon; one statement is run at a time");
    if (Peek().kind != TokenKind::kEnd)
      Unexpected(statement.kind == StatementKind::kQuery
                     ? "a clause such as MATCH, WITH or RETURN, or the end of the query"
                     : "the end of the command");
  }
  if (failed()) return status_;
  if (statement.kind == StatementKind::kQuery && statement.query.parts.size() == 1 &&
      statement.query.parts[0].clauses.size() == 1) {
    Clause& only = statement.query.parts[0].clauses[0];
    only.standalone = only.kind == ClauseKind::kCall;
  }
  std::sort(parameters_.begin(), parameters_.end());
  parameters_.erase(std::unique(parameters_.begin(), parameters_.end()), parameters_.end());
  statement.parameters = std::move(parameters_);
  return statement;
}

bool Parser::StatementPrefix(Statement& statement) {
  while (true) {
    if (AtWord("EXPLAIN") || AtWord("PROFILE")) {
      statement.explain = AtWord("EXPLAIN") ? ExplainMode::kExplain : ExplainMode::kProfile;
      ++at_;
    } else if (AcceptWord("CYPHER")) {
      if (Peek().kind == TokenKind::kInteger) {
        statement.options.emplace_back("version", Value::Integer(Peek().integer));
        ++at_;
      }
      while (AtName() && At('=', 1)) {
        std::string name = Peek().text;
        at_ += 2;
        const Token& value = Peek();
        if (AtWord("TRUE") || AtWord("FALSE"))
          statement.options.emplace_back(std::move(name), Value::Boolean(AtWord("TRUE")));
        else if (AtName() || value.kind == TokenKind::kString)
          statement.options.emplace_back(std::move(name), Value::String(value.text));
        else if (value.kind == TokenKind::kInteger)
          statement.options.emplace_back(std::move(name), Value::Integer(value.integer));
        else
          return Unexpected("a text, number, true or false as the option's value");
        ++at_;
      }
    } else if (AtWord("USE") && AtName(1)) {
      ++at_;
      const std::string name = Upper(Peek().text);
      if (name != "LIANTU" && name != "NEO4J") {
        return Fail("InvalidArgumentValue", Peek().span,
                    Text("there is one graph here, liantu, also called neo4j; found ", Shown(Peek())));
      }
      ++at_;
    } else {
      return true;
    }
  }
}

bool Parser::Query(QueryTree& query) {
  const Deeper deeper(*this);
  if (!deeper) return false;
  const size_t first = at_;
  while (true) {
    if (!Part(query.parts.emplace_back())) return false;
    if (!AtWord("UNION")) break;
    const Span span = Peek().span;
    ++at_;
    const bool all = AcceptWord("ALL");
    if (!all) AcceptWord("DISTINCT");
    if (!query.union_all.empty() && query.union_all.back() != all) {
      return Fail("InvalidClauseComposition", span,
                  "UNION and UNION ALL cannot be mixed in one query; put one of them into CALL { … }");
    }
    query.union_all.push_back(all);
  }
  query.span = From(first);
  return true;
}

bool Parser::AtClause() const {
  if (At('=', 1)) return false;  // the name of a path
  if (AtAnyWord({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CREATE", "INSERT", "MERGE", "SET", "REMOVE",
                 "DELETE", "DETACH", "NODETACH", "CALL", "FOREACH", "FINISH", "LET", "FILTER", "FOR"})) {
    return true;
  }
  return (AtWord("LOAD") && AtWord("CSV", 1)) || AtRowsClause();
}

// ORDER BY, SKIP, OFFSET and LIMIT that stand by themselves, as in MATCH (a) ORDER BY a.name LIMIT 10 MATCH (a)-->(b) …
bool Parser::AtRowsClause() const { return (AtWord("ORDER") && AtWord("BY", 1)) || AtAnyWord({"SKIP", "OFFSET", "LIMIT"}); }

bool Parser::Part(SingleQuery& part) {
  if (!AtClause()) return Unexpected("a clause such as MATCH, CREATE or RETURN");
  while (AtClause()) {
    if (!part.clauses.empty()) {
      const ClauseKind before = part.clauses.back().kind;
      if (before == ClauseKind::kReturn || before == ClauseKind::kFinish) {
        return Fail("UnexpectedSyntax", Peek().span,
                    Text(before == ClauseKind::kReturn ? "RETURN" : "FINISH", " ends a query; use WITH to go on"));
      }
    }
    if (!ParseClause(part.clauses)) return false;
  }
  return true;
}

bool Parser::ParseClause(std::vector<Clause>& clauses) {
  const size_t first = at_;
  Clause clause;
  bool fine = true;
  if (AcceptWord("OPTIONAL")) {
    clause.optional = true;
    if (!AtWord("MATCH") && !AtWord("CALL")) return Unexpected("MATCH or CALL after OPTIONAL");
  }
  if (AcceptWord("MATCH")) {
    fine = Match(clause);
  } else if (AcceptWord("UNWIND")) {
    fine = Unwind(clause);
  } else if (AcceptWord("FOR")) {  // GQL: FOR x IN list
    clause.kind = ClauseKind::kUnwind;
    fine =
        ExpectName(clause.name, "a variable after FOR") && ExpectWord("IN") && (clause.expr = Expression()) != nullptr;
  } else if (AcceptWord("WITH")) {
    clause.kind = ClauseKind::kWith;
    fine = ProjectionBody(clause.projection, true);
  } else if (AcceptWord("RETURN")) {
    clause.kind = ClauseKind::kReturn;
    fine = ProjectionBody(clause.projection, false);
  } else if (AcceptWord("LET")) {  // GQL: WITH *, expression AS name
    clause.kind = ClauseKind::kWith;
    clause.projection.star = true;
    do {
      ProjectionItem& item = clause.projection.items.emplace_back();
      const size_t begin = at_;
      fine = ExpectName(item.name, "a variable after LET") && Expect('=', "=") && (item.expr = Expression()) != nullptr;
      item.aliased = true;
      item.span = From(begin);
    } while (fine && Accept(','));
  } else if (AcceptWord("FILTER")) {  // GQL: WITH * WHERE
    AcceptWord("WHERE");
    clause.kind = ClauseKind::kWith;
    clause.projection.star = true;
    fine = (clause.projection.where = Expression()) != nullptr;
  } else if (AtRowsClause()) {  // WITH * ORDER BY … SKIP … LIMIT …
    clause.kind = ClauseKind::kWith;
    clause.projection.star = true;
    fine = ProjectionTail(clause.projection);
  } else if (AcceptWord("FINISH")) {
    clause.kind = ClauseKind::kFinish;
  } else if (AcceptWord("CREATE") || AcceptWord("INSERT")) {
    clause.kind = ClauseKind::kCreate;
    fine = Patterns(clause.patterns);
  } else if (AcceptWord("MERGE")) {
    fine = Merge(clause);
  } else if (AcceptWord("SET")) {
    clause.kind = ClauseKind::kSet;
    fine = SetItems(clause.items);
  } else if (AcceptWord("REMOVE")) {
    clause.kind = ClauseKind::kRemove;
    fine = RemoveItems(clause.items);
  } else if (AtAnyWord({"DELETE", "DETACH", "NODETACH"})) {
    clause.kind = ClauseKind::kDelete;
    clause.detach = AtWord("DETACH");
    if (!AtWord("DELETE")) ++at_;
    fine = ExpectWord("DELETE") && Expressions(clause.args);
  } else if (AcceptWord("CALL")) {
    fine = Call(clause);
  } else if (AcceptWord("FOREACH")) {
    fine = Foreach(clause);
  } else if (AcceptWord("LOAD")) {
    fine = LoadCsv(clause);
  } else {
    fine = Unexpected("a clause");
  }
  if (!fine) return false;
  clause.span = From(first);
  clauses.push_back(std::move(clause));
  return true;
}

bool Parser::Match(Clause& clause) {
  clause.kind = ClauseKind::kMatch;
  if (AtWord("REPEATABLE") && AtAnyWord({"ELEMENT", "ELEMENTS"}, 1)) {
    clause.repeatable = true;
    at_ += 2;
    AcceptWord("BINDINGS");
  } else if (AtWord("DIFFERENT") && AtAnyWord({"RELATIONSHIP", "RELATIONSHIPS", "EDGE", "EDGES"}, 1)) {
    at_ += 2;
    AcceptWord("BINDINGS");
  }
  if (!Patterns(clause.patterns) || !Hints()) return false;
  return !AcceptWord("WHERE") || (clause.where = Expression()) != nullptr;
}

// Neo4j's hints to its planner, USING INDEX a:Label(property), USING SCAN a:Label, USING JOIN ON a: read over.
bool Parser::Hints() {
  std::string name;
  while (AtWord("USING") && (AtAnyWord({"INDEX", "SCAN", "JOIN"}, 1) || AtWord("INDEX", 2))) {
    ++at_;
    if (AcceptWord("JOIN")) {
      if (!ExpectWord("ON")) return false;
      do {
        if (!ExpectName(name, "a variable")) return false;
      } while (Accept(','));
      continue;
    }
    const bool scan = AcceptWord("SCAN");
    if (!scan && !AcceptWord("INDEX")) at_ += 2;
    if (!scan && AtWord("SEEK") && AtName(1)) ++at_;
    if (!ExpectName(name, "a variable") || !Expect(':', ":") || !ExpectName(name, "a label or type")) return false;
    if (scan) continue;
    if (!Expect('(', "(")) return false;
    do {
      if (!ExpectName(name, "a property")) return false;
    } while (Accept(','));
    if (!Expect(')', ", or )")) return false;
  }
  return true;
}

bool Parser::Unwind(Clause& clause) {
  clause.kind = ClauseKind::kUnwind;
  return (clause.expr = Expression()) != nullptr && ExpectWord("AS") && ExpectName(clause.name, "a variable after AS");
}

bool Parser::ProjectionBody(Projection& projection, bool with) {
  if (AtWord("DISTINCT") && !At(',', 1) && !At('.', 1) && !AtWord("AS", 1)) {
    projection.distinct = true;
    ++at_;
  } else if (AtWord("ALL") && !At(',', 1) && !At('.', 1) && !At('(', 1) &&
             !AtAnyWord({"AS", "ORDER", "SKIP", "LIMIT", "WHERE", "UNION"}, 1) && Peek(1).kind != TokenKind::kEnd) {
    ++at_;  // GQL: RETURN ALL
  }
  if (!Items(projection) || !ProjectionTail(projection)) return false;
  return !with || !AcceptWord("WHERE") || (projection.where = Expression()) != nullptr;
}

bool Parser::Items(Projection& projection) {
  if (Accept('*')) {
    projection.star = true;
    if (!Accept(',')) return true;
  }
  do {
    ProjectionItem& item = projection.items.emplace_back();
    const size_t first = at_;
    if (!(item.expr = Expression())) return false;
    const Span written = From(first);
    if (AcceptWord("AS")) {
      item.aliased = true;
      if (!ExpectName(item.name, "a name after AS")) return false;
    } else if (item.expr->kind == ExprKind::kVariable) {
      item.name = item.expr->name;
    } else {
      item.name = text_.substr(written.begin, written.end - written.begin);
    }
    item.span = From(first);
  } while (Accept(','));
  return true;
}

bool Parser::ProjectionTail(Projection& projection) {
  if (AtWord("ORDER") && AtWord("BY", 1)) {
    at_ += 2;
    do {
      const size_t first = at_;
      SortItem item;
      if (!(item.expr = Expression())) return false;
      item.descending = AtAnyWord({"DESC", "DESCENDING"});
      if (item.descending || AtAnyWord({"ASC", "ASCENDING"})) ++at_;
      if (AtWord("NULLS") && AtAnyWord({"FIRST", "LAST"}, 1)) {
        const bool nulls_first = AtWord("FIRST", 1);
        at_ += 2;
        if (nulls_first != item.descending) {  // else it is so anyway: null is the greatest value
          SortItem& nulls = projection.order_by.emplace_back();
          nulls.expr = Make(ExprKind::kIsNull, first);
          nulls.expr->args.push_back(std::move(item.expr));
          nulls.descending = nulls_first;
          const size_t end = at_;
          if (!(nulls.expr = Finish(std::move(nulls.expr), first))) return false;
          at_ = first;
          if (!(item.expr = Expression())) return false;
          at_ = end;
        }
      }
      projection.order_by.push_back(std::move(item));
    } while (Accept(','));
  }
  if (AtWord("SKIP") || AtWord("OFFSET")) {
    ++at_;
    if (!(projection.skip = Expression())) return false;
  }
  if (AcceptWord("LIMIT") && !(projection.limit = Expression())) return false;
  return true;
}

bool Parser::Merge(Clause& clause) {
  clause.kind = ClauseKind::kMerge;
  if (!Pattern(clause.patterns.emplace_back(), true)) return false;
  if (At(',')) return Unexpected("one pattern only after MERGE; write MERGE again for the next");
  while (AcceptWord("ON")) {
    const bool create = AtWord("CREATE");
    if (!create && !AtWord("MATCH")) return Unexpected("CREATE or MATCH after ON");
    ++at_;
    if (!ExpectWord("SET") || !SetItems(create ? clause.on_create : clause.on_match)) return false;
  }
  return true;
}

namespace {
// The labels of SET and REMOVE: a list, no alternatives.
bool Flatten(LabelExpr& labels, std::vector<LabelExpr>& list) {
  if (labels.kind == LabelExpr::Kind::kAnd) {
    return std::all_of(labels.parts.begin(), labels.parts.end(), [&](LabelExpr& part) { return Flatten(part, list); });
  }
  if (labels.kind != LabelExpr::Kind::kName && labels.kind != LabelExpr::Kind::kDynamic) return false;
  list.push_back(std::move(labels));
  return true;
}
}  // namespace

// What SET and REMOVE begin with: labels (true in `labels`), or something that has or is a property.
bool Parser::SetTarget(SetItem& item, bool& labels) {
  const size_t first = at_;
  if (!(item.target = Postfix())) return false;
  labels = item.target->kind == ExprKind::kHasLabels || (AtWord("IS") && item.target->kind == ExprKind::kVariable);
  if (!labels) return true;
  item.kind = SetItem::Kind::kLabels;
  LabelExpr list;
  if (AtWord("IS")) {
    if (!Labels(list)) return false;
  } else {
    list = std::move(*item.target->labels);
    item.target = std::move(item.target->args[0]);
  }
  return Flatten(list, item.labels) ||
         Fail("UnexpectedSyntax", From(first), "SET and REMOVE take a list of labels, such as n:A:B, without | and !");
}

bool Parser::SetItems(std::vector<SetItem>& items) {
  do {
    SetItem& item = items.emplace_back();
    const size_t first = at_;
    bool labels = false;
    if (!SetTarget(item, labels)) return false;
    if (!labels) {
      const ExprKind kind = item.target->kind;
      const bool property = kind == ExprKind::kProperty || kind == ExprKind::kSubscript;
      if (Accept(kPlusEqual))
        item.kind = SetItem::Kind::kMerge;
      else if (Expect('=', property ? "=" : "=, += or :Label"))
        item.kind = property ? SetItem::Kind::kProperty : SetItem::Kind::kReplace;
      else
        return false;
      if (!property && kind != ExprKind::kVariable)
        return Fail("UnexpectedSyntax", item.target->span, "SET changes a variable or a property of one");
      if (property && item.kind == SetItem::Kind::kMerge)
        return Fail("UnexpectedSyntax", Previous().span,
                    "+= works on a whole node or relationship; a property is set with =");
      if (!(item.value = Expression())) return false;
    }
    item.span = From(first);
  } while (Accept(','));
  return true;
}

bool Parser::RemoveItems(std::vector<SetItem>& items) {
  do {
    SetItem& item = items.emplace_back();
    const size_t first = at_;
    bool labels = false;
    if (!SetTarget(item, labels)) return false;
    if (!labels && item.target->kind != ExprKind::kProperty && item.target->kind != ExprKind::kSubscript) {
      return Fail("UnexpectedSyntax", item.target->span, "REMOVE takes properties (n.name) and labels (n:Label)");
    }
    item.span = From(first);
  } while (Accept(','));
  return true;
}

bool Parser::Expressions(std::vector<ExprPtr>& list) {
  do {
    if (!list.emplace_back(Expression())) return false;
  } while (Accept(','));
  return true;
}

bool Parser::Call(Clause& clause) {
  if (At('{') || At('(')) return Subquery(clause);
  clause.kind = ClauseKind::kCall;
  std::string part;
  do {
    if (!ExpectName(part, "the name of a procedure, or { … }")) return false;
    clause.name += clause.name.empty() ? part : "." + part;
  } while (Accept('.'));
  if (Accept('(')) {
    if (!Accept(')') && (!Expressions(clause.args) || !Expect(')', ", or )"))) return false;
  } else {
    clause.implicit_args = true;
  }
  if (AcceptWord("YIELD")) {
    clause.has_yield = true;
    if (!Yield(clause.yields, clause.yield_star)) return false;
    if (AcceptWord("WHERE") && !(clause.where = Expression())) return false;
  }
  return true;
}

bool Parser::Yield(std::vector<YieldItem>& yields, bool& star) {
  if (Accept('-')) return true;  // nothing at all
  if (Accept('*')) {
    star = true;
    return true;
  }
  do {
    YieldItem& item = yields.emplace_back();
    const size_t first = at_;
    if (!ExpectName(item.column, "the name of a result after YIELD")) return false;
    item.name = item.column;
    if (AcceptWord("AS") && !ExpectName(item.name, "a name after AS")) return false;
    item.span = From(first);
  } while (Accept(','));
  return true;
}

bool Parser::Subquery(Clause& clause) {
  clause.kind = ClauseKind::kSubquery;
  if (Accept('(')) {
    if (Accept('*')) {
      clause.imports_all = true;
    } else if (!At(')')) {
      do {
        std::string name;
        if (!ExpectName(name, "a variable to take into the subquery, * or )")) return false;
        clause.imports.emplace_back(std::move(name), kNoSlot);
      } while (Accept(','));
    }
    if (!Expect(')', ", or )")) return false;
    clause.scoped = true;
  }
  if (!Expect('{', "{")) return false;
  const uint32_t before = BeginInner();
  clause.query = std::make_unique<QueryTree>();
  if (!Query(*clause.query) || !Expect('}', "a clause or }")) return false;
  EndInner(before);
  // With one writer at a time concurrent transactions are taken one after another.
  const size_t before_in = at_;
  if (AcceptWord("IN") && !AtWord("TRANSACTIONS")) {
    if (Peek().kind == TokenKind::kInteger || AtAnyParameter()) ++at_;
    if (!AcceptWord("CONCURRENT")) at_ = before_in;
  }
  if (at_ == before_in || !AcceptWord("TRANSACTIONS")) {
    at_ = before_in;
  } else {
    clause.in_transactions = true;
    if (AcceptWord("OF")) {
      if (!(clause.rows_per_transaction = Expression())) return false;
      if (!AcceptWord("ROWS") && !ExpectWord("ROW")) return false;
    }
    if (AtWord("ON") && AtWord("ERROR", 1)) {
      at_ += 2;
      if (AcceptWord("CONTINUE")) clause.on_error = Clause::OnError::kContinue;
      else if (AcceptWord("BREAK")) clause.on_error = Clause::OnError::kBreak;
      else if (!AcceptWord("FAIL")) return Unexpected("CONTINUE, BREAK or FAIL after ON ERROR");
    }
    if (AtWord("REPORT") && AtWord("STATUS", 1)) {
      at_ += 2;
      if (!ExpectWord("AS") || !ExpectName(clause.status_name, "a variable after AS")) return false;
      if (clause.on_error == Clause::OnError::kFail) {
        return Fail("InvalidClauseComposition", tokens_[at_ - 1].span, "REPORT STATUS needs ON ERROR CONTINUE or ON ERROR BREAK");
      }
    }
  }
  return true;
}

bool Parser::LoadCsv(Clause& clause) {
  clause.kind = ClauseKind::kLoadCsv;
  if (!ExpectWord("CSV")) return false;
  if (AcceptWord("WITH")) {
    if (!ExpectWord("HEADERS")) return false;
    clause.with_headers = true;
  }
  if (!ExpectWord("FROM") || !(clause.expr = Expression()) || !ExpectWord("AS") ||
      !ExpectName(clause.name, "a variable after AS"))
    return false;
  return !AcceptWord("FIELDTERMINATOR") || (clause.field_terminator = Expression()) != nullptr;
}

bool Parser::Foreach(Clause& clause) {
  const Deeper deeper(*this);
  if (!deeper) return false;
  clause.kind = ClauseKind::kForeach;
  if (!Expect('(', "(") || !ExpectName(clause.name, "a variable") || !ExpectWord("IN")) return false;
  {
    const BarEnds part(*this, true);
    if (!(clause.expr = Expression())) return false;
  }
  const BarEnds inside(*this, false);
  if (!Expect('|', "| after the list")) return false;
  if (!AtClause()) return Unexpected("a clause that writes, such as SET or CREATE");
  while (AtClause()) {
    const Span span = Peek().span;
    if (!ParseClause(clause.body)) return false;
    switch (clause.body.back().kind) {
      case ClauseKind::kCreate:
      case ClauseKind::kMerge:
      case ClauseKind::kSet:
      case ClauseKind::kRemove:
      case ClauseKind::kDelete:
      case ClauseKind::kForeach:
        break;
      default:
        return Fail("InvalidClauseComposition", span,
                    "FOREACH holds clauses that write: CREATE, MERGE, SET, REMOVE, DELETE, FOREACH");
    }
  }
  return Expect(')', "a clause or )");
}

}  // namespace liantu::query
