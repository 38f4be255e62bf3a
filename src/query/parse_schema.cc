// SPDX-License-Identifier: Apache-2.0
// CREATE and DROP of indexes and constraints, in today's form (FOR … ON, FOR … REQUIRE) and the old one (ON
// :Label(property), ON … ASSERT), and SHOW.
#include "query/parser_internal.h"

namespace liantu::query {

bool Parser::AtSchemaCommand() const {
  if (AtWord("SHOW")) return true;
  if (AtWord("DROP")) return true;
  if (!AtWord("CREATE") || At('(', 1)) return false;
  return AtAnyWord({"INDEX", "RANGE", "TEXT", "FULLTEXT", "POINT", "BTREE", "LOOKUP", "VECTOR", "CONSTRAINT"}, 1) &&
         !At('=', 2);
}

bool Parser::Schema(Statement& statement) {
  if (AcceptWord("SHOW")) return Show(statement);
  if (AcceptWord("DROP")) return Drop(statement);
  ++at_;
  return AcceptWord("CONSTRAINT") ? CreateConstraint(statement) : CreateIndex(statement);
}

// (n:Label) or ()-[r:TYPE]-().
bool Parser::SchemaPattern(SchemaCommand& command) {
  PathPattern pattern;
  if (!PatternChain(pattern)) return false;
  command.relationship = !pattern.steps.empty();
  if (pattern.steps.size() > 1 || (command.relationship && !pattern.steps[0].rel))
    return Fail("UnexpectedSyntax", pattern.span, "expected (n:Label) or ()-[r:TYPE]-()");
  const std::optional<LabelExpr>& labels = command.relationship ? pattern.steps[0].rel->types : pattern.nodes[0].labels;
  command.variable = command.relationship ? pattern.steps[0].rel->name : pattern.nodes[0].name;
  if (!labels || labels->kind != LabelExpr::Kind::kName || command.variable.empty()) {
    return Fail("UnexpectedSyntax", pattern.span,
                "expected one variable and one label or type: (n:Label) or ()-[r:TYPE]-()");
  }
  command.label = labels->name;
  return true;
}

bool Parser::SchemaProperty(SchemaCommand& command) {
  const size_t first = at_;
  std::string variable;
  if (!ExpectName(variable, "a property such as n.name") || !Expect('.', ".") ||
      !ExpectName(command.properties.emplace_back(), "a property"))
    return false;
  return variable == command.variable ||
         Fail("UndefinedVariable", tokens_[first].span, Text("the variable here is ", command.variable));
}

bool Parser::CreateIndex(Statement& statement) {
  statement.kind = StatementKind::kCreateIndex;
  SchemaCommand& command = statement.schema;
  command.index_type = "RANGE";
  if (!AtWord("INDEX")) {
    command.index_type = Upper(Peek().text);
    ++at_;
  }
  if (!ExpectWord("INDEX")) return false;
  const auto list = [&](uint16_t close) {
    do {
      if (!SchemaProperty(command)) return false;
    } while (Accept(','));
    return Expect(close, ", or the closing bracket");
  };
  if (command.index_type == "LOOKUP") {
    return Fail("UnsupportedIndex", Previous().span, "nodes are always found by label and relationships by type, no LOOKUP index is made");
  }
  if (AtWord("ON") && At(':', 1)) {  // CREATE INDEX ON :Label(property)
    at_ += 2;
    if (!ExpectName(command.label, "a label") || !Expect('(', "(")) return false;
    do {
      if (!ExpectName(command.properties.emplace_back(), "a property")) return false;
    } while (Accept(','));
    return Expect(')', ", or )");
  }
  if (AtName() && !AtWord("FOR") && !(AtWord("IF") && AtWord("NOT", 1))) {
    command.name = Peek().text;
    ++at_;
  }
  if (AcceptWord("IF")) {
    if (!ExpectWord("NOT") || !ExpectWord("EXISTS")) return false;
    command.if_not_exists = true;
  }
  if (!ExpectWord("FOR") || !SchemaPattern(command) || !ExpectWord("ON")) return false;
  const bool each = AcceptWord("EACH");
  return (each ? Expect('[', "[") && list(']') : Expect('(', "(") && list(')')) && IndexOptions();
}

// OPTIONS {…} says how Neo4j is to store an index; there is one way here.
bool Parser::IndexOptions() { return !AcceptWord("OPTIONS") || Map() != nullptr; }

bool Parser::CreateConstraint(Statement& statement) {
  statement.kind = StatementKind::kCreateConstraint;
  SchemaCommand& command = statement.schema;
  if (AtName() && !AtWord("FOR") && !AtWord("ON") && !(AtWord("IF") && AtWord("NOT", 1))) {
    command.name = Peek().text;
    ++at_;
  }
  if (AcceptWord("IF")) {
    if (!ExpectWord("NOT") || !ExpectWord("EXISTS")) return false;
    command.if_not_exists = true;
  }
  const bool old = AcceptWord("ON");
  if ((!old && !ExpectWord("FOR")) || !SchemaPattern(command) || !ExpectWord(old ? "ASSERT" : "REQUIRE")) return false;
  const size_t first = at_;
  if (AtWord("EXISTS") && At('(', 1)) {  // ASSERT exists(n.name)
    at_ += 2;
    command.rule = SchemaCommand::Rule::kExists;
    return SchemaProperty(command) && Expect(')', ")");
  }
  if (Accept('(')) {
    do {
      if (!SchemaProperty(command)) return false;
    } while (Accept(','));
    if (!Expect(')', ", or )")) return false;
  } else if (!SchemaProperty(command)) {
    return false;
  }
  const Span properties = From(first);
  const bool is = AcceptWord("IS");
  if (is && AcceptWord("UNIQUE")) {
    command.rule = SchemaCommand::Rule::kUnique;
  } else if (is && AtWord("NOT")) {
    ++at_;
    if (!ExpectWord("NULL")) return false;
    command.rule = SchemaCommand::Rule::kExists;
  } else if (is && AtAnyWord({"NODE", "RELATIONSHIP", "REL", "KEY", "UNIQUE"})) {
    if (!AtWord("KEY")) ++at_;
    if (AcceptWord("UNIQUE")) {
      command.rule = SchemaCommand::Rule::kUnique;
    } else {
      if (!ExpectWord("KEY")) return false;
      command.rule = SchemaCommand::Rule::kKey;
    }
  } else if (Accept(kDoubleColon) || AcceptWord("TYPED")) {
    command.rule = SchemaCommand::Rule::kType;
    if (!TypeName(command.value_type)) return false;
  } else {
    return Unexpected("IS UNIQUE, IS NOT NULL, IS NODE KEY or IS :: TYPE");
  }
  if (!IndexOptions()) return false;
  const bool single = command.rule == SchemaCommand::Rule::kExists || command.rule == SchemaCommand::Rule::kType;
  return !single || command.properties.size() == 1 ||
         Fail("UnexpectedSyntax", properties, "this kind of constraint is on one property");
}

bool Parser::Drop(Statement& statement) {
  SchemaCommand& command = statement.schema;
  if (AcceptWord("INDEX"))
    statement.kind = StatementKind::kDropIndex;
  else if (AcceptWord("CONSTRAINT"))
    statement.kind = StatementKind::kDropConstraint;
  else
    return Unexpected("INDEX or CONSTRAINT after DROP");
  if (statement.kind == StatementKind::kDropIndex && AtWord("ON") && At(':', 1)) {
    at_ += 2;
    if (!ExpectName(command.label, "a label") || !Expect('(', "(")) return false;
    do {
      if (!ExpectName(command.properties.emplace_back(), "a property")) return false;
    } while (Accept(','));
    return Expect(')', ", or )");
  }
  if (!ExpectName(command.name, "the name of the index or constraint")) return false;
  if (AcceptWord("IF")) {
    if (!ExpectWord("EXISTS")) return false;
    command.if_exists = true;
  }
  return true;
}

bool Parser::Show(Statement& statement) {
  statement.kind = StatementKind::kShow;
  SchemaCommand& command = statement.schema;
  using What = SchemaCommand::Show;
  // What kind of them: SHOW RANGE INDEXES, SHOW NODE KEY CONSTRAINTS, SHOW BUILT IN FUNCTIONS. The last word says of what.
  if (AtAnyWord({"NODE", "RELATIONSHIP", "REL", "RANGE", "TEXT", "POINT", "FULLTEXT", "VECTOR", "LOOKUP", "KEY", "UNIQUE",
                 "UNIQUENESS", "PROPERTY", "EXIST", "EXISTENCE"})) {
    if (AtAnyWord({"NODE", "RELATIONSHIP", "REL"})) {
      command.only_entity = AtWord("NODE") ? "NODE" : "RELATIONSHIP";
      ++at_;
    }
    if (AtAnyWord({"RANGE", "TEXT", "POINT", "FULLTEXT", "VECTOR", "LOOKUP", "KEY"})) {
      command.only_type = Upper(Peek().text);
      ++at_;
    } else if (AtAnyWord({"UNIQUE", "UNIQUENESS"})) {
      command.only_type = "UNIQUENESS";
      ++at_;
    } else {
      const bool property = AcceptWord("PROPERTY");
      if (AtAnyWord({"EXIST", "EXISTENCE"}) || (property && AtWord("TYPE"))) {
        command.only_type = AtWord("TYPE") ? "PROPERTY_TYPE" : "EXISTENCE";
        ++at_;
      }
    }
  } else {
    if (AtWord("BUILT") && AtWord("IN", 1)) ++at_;
    if (AtAnyWord({"ALL", "CURRENT", "DEFAULT", "HOME", "IN", "USER"}) && Peek(1).kind == TokenKind::kWord) ++at_;
  }
  if (AtAnyWord({"INDEX", "INDEXES"}))
    command.show = What::kIndexes;
  else if (AtAnyWord({"CONSTRAINT", "CONSTRAINTS"}))
    command.show = What::kConstraints;
  else if (AtAnyWord({"PROCEDURE", "PROCEDURES"}))
    command.show = What::kProcedures;
  else if (AtAnyWord({"FUNCTION", "FUNCTIONS"}))
    command.show = What::kFunctions;
  else if (AtAnyWord({"DATABASE", "DATABASES"}))
    command.show = What::kDatabases;
  else if (AtAnyWord({"TRANSACTION", "TRANSACTIONS"}))
    command.show = What::kTransactions;
  else if (AtAnyWord({"SETTING", "SETTINGS"}))
    command.show = What::kSettings;
  else if (AtAnyWord({"USER", "USERS"}))
    command.show = What::kUsers;
  else
    return Unexpected(
        "INDEXES, CONSTRAINTS, PROCEDURES, FUNCTIONS, DATABASES, TRANSACTIONS, SETTINGS or USERS after SHOW");
  ++at_;
  if (command.show == What::kDatabases && AtName() && !AtAnyWord({"YIELD", "WHERE"})) {
    command.name = Peek().text;
    ++at_;
  }
  if (AcceptWord("EXECUTABLE") && AcceptWord("BY")) {
    AcceptWord("CURRENT");
    if (!ExpectWord("USER")) return false;
  }
  bool yielded = false;
  if (AcceptWord("YIELD")) {
    yielded = true;
    if (!Yield(command.yields, command.yield_star)) return false;
    Projection tail;
    if (!ProjectionTail(tail)) return false;
    if (!tail.order_by.empty() || tail.skip || tail.limit) {
      tail.star = true;
      command.returned = std::move(tail);
    }
  }
  if (AcceptWord("WHERE") && !(command.where = Expression())) return false;
  if (yielded && AcceptWord("RETURN")) {
    if (command.returned)
      return Fail("UnexpectedSyntax", Previous().span, "put ORDER BY, SKIP and LIMIT behind RETURN");
    if (!ProjectionBody(command.returned.emplace(), false)) return false;
  }
  return true;
}

}  // namespace liantu::query
