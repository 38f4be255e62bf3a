// SPDX-License-Identifier: Apache-2.0
#include "query/binder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "query/dump.h"
#include "query/parser.h"
#include "query/procedure.h"

namespace liantu::query {
namespace {

const ProcedureRegistry& Procedures() {
  static ProcedureRegistry& registry = *[] {
    auto* made = new ProcedureRegistry;
    made->Replace(*TableProcedure("test.two(name :: STRING?, id :: INTEGER?) :: (a :: STRING?, b :: INTEGER?)", {"name", "id", "a", "b"}, {}));
    made->Replace(*TableProcedure("test.nothing() :: ()", {}, {}));
    return made;
  }();
  return registry;
}

Result<Statement> Bound(const std::string& text) {
  LT_ASSIGN(Statement statement, Parse(text));
  LT_TRY(Bind(statement, Procedures()));
  return statement;
}
// "fine", or "Detail @ the text at the place" (with "Type: " before it where that is not SyntaxError).
std::string Answer(const std::string& text) {
  const auto statement = Bound(text);
  if (statement.ok()) return "fine";
  const QueryError error = Explain(statement.status());
  return (error.type == "SyntaxError" ? "" : error.type + ": ") + error.detail + " @ " + text.substr(error.span.begin, error.span.end - error.span.begin);
}
const Clause& ClauseOf(const Statement& statement, size_t i) { return statement.query.parts[0].clauses[i]; }

TEST(Scopes, NamesLiveAsLongAsTheirClausesSay) {
  EXPECT_EQ(Answer("RETURN x"), "UndefinedVariable @ x");
  EXPECT_EQ(Answer("MATCH (a), (b) WITH a RETURN b"), "UndefinedVariable @ b");
  EXPECT_EQ(Answer("MATCH (a) WITH a.x AS y WHERE a.x > 1 AND y < 2 RETURN y"), "fine");
  EXPECT_EQ(Answer("MATCH (a) WITH a.x AS y ORDER BY a.z RETURN y"), "fine");
  EXPECT_EQ(Answer("MATCH (a) WITH DISTINCT a.x AS y WHERE a.z > 1 RETURN y"), "UndefinedVariable @ a");
  EXPECT_EQ(Answer("MATCH (a) RETURN DISTINCT a.x ORDER BY a.x + 1"), "fine");
  EXPECT_EQ(Answer("MATCH (a) RETURN DISTINCT a.x ORDER BY a.y"), "UndefinedVariable @ a");
  EXPECT_EQ(Answer("RETURN [x IN [1] | x] AS l, x"), "UndefinedVariable @ x");
  EXPECT_EQ(Answer("RETURN reduce(s = 0, x IN [1] | s + x + y)"), "UndefinedVariable @ y");
  EXPECT_EQ(Answer("UNWIND [1] AS x UNWIND [2] AS x RETURN x"), "VariableAlreadyBound @ UNWIND [2] AS x");
  EXPECT_EQ(Answer("MATCH (a) MATCH a = ()--() RETURN a"), "VariableAlreadyBound @ a = ()--()");
  EXPECT_EQ(Answer("MATCH (a) RETURN EXISTS { MATCH (a)-->(b) WITH b WHERE b.x = a.x RETURN b } AS e, b"), "UndefinedVariable @ b");
  EXPECT_EQ(Answer("MATCH () RETURN *"), "NoVariablesInScope @ RETURN *");
  EXPECT_EQ(Answer("MATCH (a) WITH *, 1 AS a RETURN a"), "ColumnNameConflict @ 1 AS a");
  EXPECT_EQ(Answer("RETURN 1 AS a, 2 AS a"), "ColumnNameConflict @ 2 AS a");
  EXPECT_EQ(Answer("WITH 1 + 1 RETURN 2"), "NoExpressionAlias @ 1 + 1");
  EXPECT_EQ(Answer("FOREACH (x IN [1] | CREATE (n {v: x})) RETURN x"), "UndefinedVariable @ x");
}

TEST(Scopes, Subqueries) {
  EXPECT_EQ(Answer("MATCH (a) CALL (a) { MATCH (a)-->(b) RETURN b } RETURN a, b"), "fine");
  EXPECT_EQ(Answer("MATCH (a) CALL () { MATCH (b) RETURN a.x AS y } RETURN y"), "UndefinedVariable @ a");
  EXPECT_EQ(Answer("MATCH (a) CALL { WITH a MATCH (a)-->(b) RETURN b } RETURN b"), "fine");
  EXPECT_EQ(Answer("MATCH (a) CALL { MATCH (b) WHERE b.x = a.x RETURN b } RETURN b"), "UndefinedVariable @ a");
  EXPECT_EQ(Answer("MATCH (a) CALL { MATCH (b) RETURN b.x } RETURN 1"), "NoExpressionAlias @ b.x");
  EXPECT_EQ(Answer("MATCH (a) CALL { MATCH (b) RETURN b AS a } RETURN a"), "VariableAlreadyBound @ CALL { MATCH (b) RETURN b AS a }");
  EXPECT_EQ(Answer("MATCH (a) RETURN COLLECT { MATCH (a)-->(b) RETURN b.x, b.y }"), "InvalidClauseComposition @ COLLECT { MATCH (a)-->(b) RETURN b.x, b.y }");
  EXPECT_EQ(Answer("MATCH (a) WHERE EXISTS { MATCH (a) SET a.x = 1 } RETURN a"), "InvalidClauseComposition @ SET a.x = 1");
  EXPECT_EQ(Answer("CALL (x) { RETURN 1 AS y } RETURN y"), "UndefinedVariable @ CALL (x) { RETURN 1 AS y }");
  EXPECT_EQ(Answer("CALL { CREATE (x) } RETURN 1"), "fine");
  EXPECT_EQ(Answer("RETURN 1 AS a UNION RETURN 2 AS b"), "DifferentColumnsInUnion @ RETURN 2 AS b");
  EXPECT_EQ(Answer("RETURN 1 AS a, 2 AS b UNION RETURN 3 AS b, 4 AS a"), "fine");
  EXPECT_EQ(Answer("MATCH (a)"), "InvalidClauseComposition @ MATCH (a)");
}

TEST(Grouping, OnlyKeysStandBesideAggregates) {
  EXPECT_EQ(Answer("MATCH (a) RETURN a.x, a.x + count(*)"), "fine");
  EXPECT_EQ(Answer("MATCH (a) RETURN a, a.x + count(*)"), "fine");
  EXPECT_EQ(Answer("MATCH (a) RETURN a.x + count(*)"), "AmbiguousAggregationExpression @ a");
  EXPECT_EQ(Answer("MATCH (a) RETURN a.x + a.y, a.x + a.y + count(*)"), "AmbiguousAggregationExpression @ a");
  EXPECT_EQ(Answer("MATCH (a) RETURN $p + avg(a.x) + size([y IN [1] | y]) AS z"), "fine");
  EXPECT_EQ(Answer("MATCH (a) WHERE count(a) > 1 RETURN a"), "InvalidAggregation @ count(a)");
  EXPECT_EQ(Answer("MATCH (a) RETURN count(count(*))"), "NestedAggregation @ count(*)");
  EXPECT_EQ(Answer("RETURN count(rand())"), "NonConstantExpression @ rand()");
  EXPECT_EQ(Answer("MATCH (a) RETURN a.x AS x ORDER BY count(*)"), "InvalidAggregation @ count(*)");
  EXPECT_EQ(Answer("MATCH (a) RETURN a.x AS x, count(*) ORDER BY count(*) DESC, a.x"), "fine");
  EXPECT_EQ(Answer("MATCH (a) RETURN a.x AS x, count(*) ORDER BY max(a.y)"), "UndefinedVariable @ a");
  EXPECT_EQ(Answer("MATCH (a) RETURN [x IN [1] | count(*)]"), "InvalidAggregation @ count(*)");
  EXPECT_EQ(Answer("UNWIND [count(*)] AS x RETURN x"), "InvalidAggregation @ count(*)");
}

TEST(Grouping, PartsAreRewrittenToReadTheirSlots) {
  const auto statement = Bound("MATCH (a) RETURN a.x AS k, a.x + count(*) AS n, 2 * count(*) AS m ORDER BY count(*), a.x, k + 1");
  ASSERT_TRUE(statement.ok());
  const Projection& p = ClauseOf(*statement, 1).projection;
  EXPECT_TRUE(p.aggregating);
  ASSERT_EQ(p.aggregates.size(), 1u);  // equal ones are one
  const int k = p.items[0].slot, count = p.aggregates[0]->slot;
  EXPECT_FALSE(p.items[0].aggregates);
  EXPECT_TRUE(p.items[1].aggregates);
  EXPECT_EQ(p.items[1].expr->args[0]->kind, ExprKind::kVariable);
  EXPECT_EQ(p.items[1].expr->args[0]->slot, k);
  EXPECT_EQ(p.items[2].expr->args[1]->kind, ExprKind::kVariable);
  EXPECT_EQ(p.items[2].expr->args[1]->slot, count);
  EXPECT_EQ(p.order_by[0].expr->slot, count);
  EXPECT_EQ(p.order_by[1].expr->slot, k);
  EXPECT_EQ(p.order_by[2].expr->args[0]->slot, k);
}

TEST(Grouping, StarHoldsTheVariablesByNameAndKeepsTheirSlots) {
  const auto statement = Bound("MATCH (b)-[r]->(a) WITH *, 1 AS c RETURN *");
  ASSERT_TRUE(statement.ok());
  EXPECT_EQ(statement->query.columns, (std::vector<std::string>{"a", "b", "c", "r"}));
  const auto& nodes = ClauseOf(*statement, 0).patterns[0].nodes;
  EXPECT_EQ(statement->query.column_slots[0][1], nodes[0].slot);
  EXPECT_EQ(statement->query.column_slots[0][0], nodes[1].slot);
}

TEST(Kinds, WhatCanNeverFitIsRefused) {
  EXPECT_EQ(Answer("RETURN NOT 1"), "InvalidArgumentType @ 1");
  EXPECT_EQ(Answer("RETURN true AND [true]"), "InvalidArgumentType @ [true]");
  EXPECT_EQ(Answer("RETURN 1 IN 'a'"), "InvalidArgumentType @ 'a'");
  EXPECT_EQ(Answer("RETURN all(x IN ['a'] WHERE x % 2 = 0)"), "InvalidArgumentType @ x");
  EXPECT_EQ(Answer("RETURN [x IN [1, 'a'] WHERE x % 2 = 0]"), "fine");
  EXPECT_EQ(Answer("WITH [[1], ['a']] AS l UNWIND l AS m UNWIND m AS x RETURN x * 2"), "fine");
  EXPECT_EQ(Answer("WITH [['b'], ['a']] AS l UNWIND l AS m UNWIND m AS x RETURN x * 2"), "InvalidArgumentType @ x");
  EXPECT_EQ(Answer("RETURN null AND true, NOT null, null + 1, [1, null][0] * 2, null.x"), "fine");
  EXPECT_EQ(Answer("RETURN 'a' + 1 + true + [1]"), "fine");
  EXPECT_EQ(Answer("RETURN true + 1"), "InvalidArgumentType @ true");
  EXPECT_EQ(Answer("MATCH (n) WHERE (n) RETURN n"), "InvalidArgumentType @ (n)");
  EXPECT_EQ(Answer("MATCH (n) RETURN length(n)"), "InvalidArgumentType @ n");
  EXPECT_EQ(Answer("WITH 1 AS x RETURN x.y"), "TypeError: InvalidArgumentType @ x.y");
  EXPECT_EQ(Answer("MATCH p = ()--() RETURN p.y"), "InvalidArgumentType @ p.y");
  EXPECT_EQ(Answer("MATCH (n) DELETE 1 + 1"), "InvalidArgumentType @ 1 + 1");
  EXPECT_EQ(Answer("MATCH (n) DELETE n:A"), "InvalidDelete @ n:A");
  EXPECT_EQ(Answer("WITH {a: 1} AS m SET m.x = 1"), "InvalidArgumentType @ m");
  EXPECT_EQ(Answer("MATCH (n) RETURN n SKIP n.x"), "NonConstantExpression @ n");
  EXPECT_EQ(Answer("MATCH (n) RETURN n LIMIT -1"), "NegativeIntegerArgument @ -1");
  EXPECT_EQ(Answer("MATCH (n) RETURN n LIMIT 1.5"), "InvalidArgumentType @ 1.5");
  EXPECT_EQ(Answer("MATCH (n) RETURN n SKIP toInteger(rand() * 9) LIMIT $n"), "fine");
}

TEST(Patterns, NamesStandForOneKindOfThing) {
  EXPECT_EQ(Answer("MATCH ()-[r]-() MATCH (r) RETURN r"), "VariableTypeConflict @ (r)");
  EXPECT_EQ(Answer("MATCH (r)-[r]-() RETURN r"), "VariableTypeConflict @ -[r]-");
  EXPECT_EQ(Answer("WITH 123 AS n MATCH (n) RETURN n"), "VariableTypeConflict @ (n)");
  EXPECT_EQ(Answer("WITH null AS n MATCH (n) RETURN n"), "fine");
  EXPECT_EQ(Answer("MATCH ()-[r*]-() MATCH ()-[r]-() RETURN r"), "VariableTypeConflict @ -[r]-");
  EXPECT_EQ(Answer("MATCH ()-[r1]->()-[r2]->() WITH [r1, r2] AS rs MATCH (a)-[rs*]->(b) RETURN a"), "fine");
  EXPECT_EQ(Answer("MATCH (a)-[r]->()-[r]->(a) RETURN r"), "RelationshipUniquenessViolation @ -[r]->");
  EXPECT_EQ(Answer("MATCH (a) WHERE (a)-[r]->() RETURN a"), "UndefinedVariable @ -[r]->");
  EXPECT_EQ(Answer("MATCH (a) RETURN (a)-->()"), "UnexpectedSyntax @ (a)-->()");
  EXPECT_EQ(Answer("MATCH (a) RETURN exists((a)-->()), CASE WHEN (a)-->() THEN 1 END"), "fine");
  EXPECT_EQ(Answer("MATCH (a) WHERE NOT ((a)-->() AND (a)<--()) RETURN a"), "fine");
  EXPECT_EQ(Answer("MATCH (n $p) RETURN n"), "InvalidParameterUse @ $p");
  EXPECT_EQ(Answer("CREATE (n $p) RETURN n"), "fine");
  EXPECT_EQ(Answer("MATCH ((a)-[r]->(b) WHERE a.x < b.x){1,3} RETURN size(a), r[0].x"), "fine");
  EXPECT_EQ(Answer("MATCH (a) MATCH ((a)-->(b))+ RETURN b"), "VariableAlreadyBound @ ((a)-->(b))+");
  EXPECT_EQ(Answer("MATCH (a)-->+(b) RETURN shortestPath((a)-[*]-(b))"), "fine");
  EXPECT_EQ(Answer("MATCH (a) RETURN shortestPath((a)-[*]-(b))"), "UndefinedVariable @ (b)");
  EXPECT_EQ(Answer("MATCH (a:$(1)) RETURN a"), "InvalidArgumentType @ $(1)");
}

TEST(Patterns, WhatIsMadeIsNewAndWhole) {
  EXPECT_EQ(Answer("MATCH (a) CREATE (a)"), "VariableAlreadyBound @ (a)");
  EXPECT_EQ(Answer("MATCH (a) CREATE (a)-[:R]->(b)<-[:S]-(a)"), "fine");
  EXPECT_EQ(Answer("MATCH (a) CREATE (a:A)-[:R]->(b)"), "VariableAlreadyBound @ (a:A)");
  EXPECT_EQ(Answer("CREATE ()-->()"), "NoSingleRelationshipType @ -->");
  EXPECT_EQ(Answer("CREATE ()-[:A|B]->()"), "NoSingleRelationshipType @ -[:A|B]->");
  EXPECT_EQ(Answer("CREATE ()-[:A]-()"), "RequiresDirectedRelationship @ -[:A]-");
  EXPECT_EQ(Answer("MERGE (a)-[:A]-(b)"), "fine");
  EXPECT_EQ(Answer("CREATE ()-[:A*2]->()"), "CreatingVarLength @ -[:A*2]->");
  EXPECT_EQ(Answer("CREATE ()-[:A]->{2}()"), "CreatingVarLength @ -[:A]->");
  EXPECT_EQ(Answer("MATCH ()-[r:R]->() CREATE ()-[r:R]->()"), "VariableAlreadyBound @ -[r:R]->");
  EXPECT_EQ(Answer("MATCH (a) CREATE (b {x: c.x})"), "UndefinedVariable @ c");
  EXPECT_EQ(Answer("CREATE (a {x: 1}), (b {y: a.x})"), "fine");
  EXPECT_EQ(Answer("MERGE (a {x: $p.x}) ON CREATE SET b.x = 1"), "UndefinedVariable @ b");
  EXPECT_EQ(Answer("MERGE (a $p)"), "InvalidParameterUse @ $p");
  EXPECT_EQ(Answer("CREATE (a:A|B)"), "UnexpectedSyntax @ A|B");
  EXPECT_EQ(Answer("CREATE (a:$(x))"), "UndefinedVariable @ x");
}

TEST(Patterns, SlotsAreOwnAndGroupsHaveTwo) {
  const auto statement = Bound("MATCH (a)-[r]->()((x)-[s]->(y)){1,2}(a) WITH a MATCH (a)-->(b) RETURN b");
  ASSERT_TRUE(statement.ok());
  const PathPattern& p = ClauseOf(*statement, 0).patterns[0];
  EXPECT_EQ(p.nodes[0].slot, p.nodes[2].slot);
  EXPECT_FALSE(p.nodes[2].bound_before);
  EXPECT_NE(p.nodes[1].slot, kNoSlot);
  const QuantifiedGroup& group = *p.steps[1].group;
  ASSERT_EQ(group.group_slots.size(), 3u);
  for (const auto& [inside, outside] : group.group_slots) EXPECT_NE(inside, outside);
  const PathPattern& second = ClauseOf(*statement, 2).patterns[0];
  EXPECT_TRUE(second.nodes[0].bound_before);
  EXPECT_EQ(second.nodes[0].slot, p.nodes[0].slot);
  EXPECT_FALSE(second.nodes[1].bound_before);
}

TEST(Calls, OfFunctionsAndProcedures) {
  EXPECT_EQ(Answer("RETURN toUper('a')"), "UnknownFunction @ toUper('a')");
  const std::string text = "RETURN toUper('a')";
  EXPECT_NE(Explain(Bound(text).status()).message.find("toUpper"), std::string::npos);
  EXPECT_EQ(Answer("RETURN toUpper('a', 'b')"), "InvalidNumberOfArguments @ toUpper('a', 'b')");
  EXPECT_EQ(Answer("CALL test.twoo"), "ProcedureError: ProcedureNotFound @ CALL test.twoo");
  EXPECT_EQ(Answer("CALL test.two(1, 2) YIELD a RETURN a"), "InvalidArgumentType @ 1");
  EXPECT_EQ(Answer("CALL test.two('a') YIELD a RETURN a"), "InvalidNumberOfArguments @ CALL test.two('a') YIELD a");
  EXPECT_EQ(Answer("CALL test.two YIELD a RETURN a"), "InvalidArgumentPassingMode @ CALL test.two YIELD a");
  EXPECT_EQ(Answer("CALL test.two('a', 1) YIELD * RETURN a"), "UnexpectedSyntax @ CALL test.two('a', 1) YIELD *");
  EXPECT_EQ(Answer("CALL test.two('a', 1) YIELD c RETURN c"), "UndefinedVariable @ c");
  EXPECT_EQ(Answer("CALL test.two('a', 1) YIELD a, b AS a RETURN a"), "VariableAlreadyBound @ b AS a");
  EXPECT_EQ(Answer("CALL test.two('a', 1) YIELD a AS b, b AS a RETURN a"), "fine");
  EXPECT_EQ(Answer("MATCH (n) CALL test.nothing() RETURN n"), "fine");
  EXPECT_EQ(Answer("MATCH (n) CALL test.nothing()"), "fine");
  EXPECT_EQ(Answer("CALL test.two(count(*), 1) YIELD a RETURN a"), "InvalidAggregation @ count(*)");
  const auto statement = Bound("CALL test.two");
  ASSERT_TRUE(statement.ok());
  EXPECT_EQ(statement->parameters, (std::vector<std::string>{"id", "name"}));
  EXPECT_EQ(statement->query.columns, (std::vector<std::string>{"a", "b"}));
}

TEST(Calls, ShowNamesItsColumns) {
  EXPECT_EQ(Answer("SHOW INDEXES YIELD nmae RETURN nmae"), "UndefinedVariable @ nmae");
  const auto statement = Bound("SHOW PROCEDURES YIELD name AS n, mode WHERE mode = 'READ' RETURN n ORDER BY mode");
  ASSERT_TRUE(statement.ok()) << statement.status().message();
  EXPECT_EQ(statement->query.columns, std::vector<std::string>{"n"});
}

TEST(Messages, NameWhatWasProbablyMeant) {
  EXPECT_NE(Explain(Bound("MATCH (company) RETURN compny.name").status()).message.find("company"), std::string::npos);
  EXPECT_NE(Explain(Bound("MATCH (a), (b) WITH a RETURN b").status()).message.find("hand it on"), std::string::npos);
}

TEST(Messages, EveryDetailIsInTheTableOfTheManual) {
  std::ifstream in(LIANTU_SOURCE_DIR "/docs/errors.md", std::ios::binary);
  const std::string manual{std::istreambuf_iterator<char>(in), {}};
  std::string table;
  std::string before;
  for (const ErrorDetail& detail : Details()) {
    EXPECT_LT(before, detail.name);  // looked up by halving
    before = detail.name;
    table += Text("| ", detail.name, " | ", detail.gql_status, " | ", detail.help, " |\n");
  }
  EXPECT_NE(manual.find(table), std::string::npos) << "docs/errors.md must hold these rows:\n" << table;
}

// Parts of valid queries in random order: nothing crashes, failures have a known detail and a place in the text.
TEST(Binder, SurvivesRandomQueries) {
  static const char* const kClauses[] = {"MATCH (a)-[r:R]->(b)", "OPTIONAL MATCH (a)-->(c:C {x: a.x})", "WITH a, count(*) AS n", "WITH DISTINCT a.x AS x, b ORDER BY x", "WITH *", "UNWIND [1, 'a', null] AS x",
                                         "RETURN a, n", "RETURN *", "RETURN x + 1 AS y, max(a.x) ORDER BY y", "CREATE (a)-[:R]->(d)", "SET a.x = x", "DELETE r", "MERGE (a)-[q:Q]->(:Z) ON CREATE SET q.x = 1",
                                         "CALL (a) { MATCH (a)--(e) RETURN e }", "CALL { WITH a RETURN a.y AS y }", "MATCH p = ((s)-[t]->(u)){1,3}", "WHERE EXISTS { (a)-->(v) WHERE v.x = a.x }",
                                         "RETURN [z IN collect(a) WHERE z.x | z.y] AS l", "RETURN COUNT { MATCH (a)--(w) RETURN DISTINCT w } AS c", "UNION", "FOREACH (k IN [1] | SET a.x = k)",
                                         "CALL test.two('a', 1) YIELD b", "REMOVE a:L", "RETURN all(m IN nodes(p) WHERE (m)-->())", "RETURN reduce(i = 0, j IN n | i + j) LIMIT 3"};
  std::mt19937 random(11);
  size_t fine = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (size_t n = 1 + random() % 6; n > 0; --n) text += std::string(kClauses[random() % std::size(kClauses)]) + " ";
    const auto statement = Bound(text);
    if (statement.ok()) {
      ++fine;
      continue;
    }
    const QueryError error = Explain(statement.status());
    ASSERT_TRUE(error.has_place) << text;
    ASSERT_LE(error.span.end, text.size()) << text;
    ASSERT_NE(error.gql_status, "50N42") << text << statement.status().message();
  }
  EXPECT_GT(fine, 100u);
}

}  // namespace
}  // namespace liantu::query
