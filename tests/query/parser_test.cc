// SPDX-License-Identifier: Apache-2.0
#include "query/parser.h"

#include <gtest/gtest.h>

#include <random>

#include "query/dump.h"
#include "text/width.h"

namespace liantu::query {
namespace {

// The expression of RETURN, with all brackets; or the failure's "Detail @ the text at its place".
std::string Parsed(const std::string& expression) {
  const std::string text = "RETURN " + expression;
  const auto statement = Parse(text);
  if (!statement.ok()) {
    const QueryError error = Explain(statement.status());
    return error.detail + " @ " + text.substr(error.span.begin, error.span.end - error.span.begin);
  }
  return Dump(statement->query.parts[0].clauses[0].projection.items[0].expr);
}
std::string Pattern(const std::string& pattern) {
  const std::string text = "MATCH " + pattern + " RETURN 1";
  const auto statement = Parse(text);
  if (!statement.ok()) {
    const QueryError error = Explain(statement.status());
    return error.detail + " @ " + text.substr(error.span.begin, error.span.end - error.span.begin);
  }
  std::string out;
  for (const PathPattern& p : statement->query.parts[0].clauses[0].patterns) out += (out.empty() ? "" : ", ") + Dump(p);
  return out;
}
std::string Failed(const std::string& text) {
  const auto statement = Parse(text);
  if (statement.ok()) return "parsed";
  const QueryError error = Explain(statement.status());
  return error.detail + " @ " + text.substr(error.span.begin, error.span.end - error.span.begin);
}
std::string Message(const std::string& text) {
  const auto statement = Parse(text);
  return statement.ok() ? "parsed" : Explain(statement.status()).message;
}

TEST(Expressions, BindAsOpenCypherSays) {
  EXPECT_EQ(Parsed("a OR b XOR c AND NOT d = e"), "(a OR (b XOR (c AND (NOT (d = e)))))");
  EXPECT_EQ(Parsed("1 + 2 * 3 ^ 4 ^ 5 - 6 % 7"), "((1 + (2 * ((3 ^ 4) ^ 5))) - (6 % 7))");
  EXPECT_EQ(Parsed("-3 ^ 2"), "((- 3) ^ 2)");
  EXPECT_EQ(Parsed("- -a"), "(- (- a))");
  EXPECT_EQ(Parsed("a < b <= c <> d"), "(a < b <= c <> d)");
  EXPECT_EQ(Parsed("false = true IS NULL"), "(false = (true IS NULL))");
  EXPECT_EQ(Parsed("[1]+2 IN [3]+4"), "(([1] + 2) IN ([3] + 4))");
  EXPECT_EQ(Parsed("a = b IN c"), "(a = (b IN c))");
  EXPECT_EQ(Parsed("a STARTS WITH b AND c ENDS WITH d OR e CONTAINS f"), "(((a STARTS WITH b) AND (c ENDS WITH d)) OR (e CONTAINS f))");
  EXPECT_EQ(Parsed("a =~ 'x' + y"), "(a =~ ('x' + y))");
  EXPECT_EQ(Parsed("a || b"), "(a || b)");
  EXPECT_EQ(Parsed("NOT NOT a IS NOT NULL"), "(NOT (NOT (a IS NOT NULL)))");
  EXPECT_EQ(Parsed("a.b.c[1][2..3][..4][5..].d"), "a.b.c[1][2..3][-..4][5..-].d");
  EXPECT_EQ(Parsed("n:A:B"), "(n:(A&B))");
  EXPECT_EQ(Parsed("NOT n:A|B AND true"), "((NOT (n:(A|B))) AND true)");
  EXPECT_EQ(Parsed("x IS :: LIST<INTEGER NOT NULL> | STRING"), "(x IS :: LIST<INTEGER NOT NULL>|STRING)");
  EXPECT_EQ(Parsed("x IS NOT TYPED zoned datetime"), "(x IS NOT :: ZONED DATETIME)");
  EXPECT_EQ(Parsed("x :: INTEGER"), "(x IS :: INTEGER)");
}

TEST(Expressions, LiteralsOfAllForms) {
  EXPECT_EQ(Parsed("0xFF"), "255");
  EXPECT_EQ(Parsed("0o17"), "15");
  EXPECT_EQ(Parsed("-0x8000000000000000"), "-9223372036854775808");
  EXPECT_EQ(Parsed("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Parsed("1_000"), "1000");
  EXPECT_EQ(Parsed(".5"), "0.5");
  EXPECT_EQ(Parsed("[1e3, 1.5E-2]"), "[1000.0, 0.015]");
  EXPECT_EQ(Parsed("[1..2]"), "UnexpectedSyntax @ ..");
  EXPECT_EQ(Parsed("'a\\'b\\u4e2d\\U0001F600\\n'"), ToLiteral(Value::String("a'b中😀\n")));
  EXPECT_EQ(Parsed("'\\uD83D\\uDE00'"), ToLiteral(Value::String("😀")));
  EXPECT_EQ(Parsed("\"it's\""), ToLiteral(Value::String("it's")));
  EXPECT_EQ(Parsed("{a: 1, `b c`: [], d: {}}"), "{a: 1, b c: [], d: {}}");
  EXPECT_EQ(Parsed("[true, FALSE, Null]"), "[true, false, null]");
  EXPECT_EQ(Parsed("[$a, $0, $`b c`]"), "[$a, $0, $b c]");
  EXPECT_EQ(Parsed("9223372036854775808"), "IntegerOverflow @ 9223372036854775808");
  EXPECT_EQ(Parsed("- (9223372036854775808)"), "IntegerOverflow @ 9223372036854775808");
  EXPECT_EQ(Parsed("0x1G"), "InvalidNumberLiteral @ 0x1G");
  EXPECT_EQ(Parsed("0x"), "InvalidNumberLiteral @ 0x");
  EXPECT_EQ(Parsed("12ab"), "InvalidNumberLiteral @ 12ab");
  EXPECT_EQ(Parsed("1e999"), "FloatingPointOverflow @ 1e999");
  EXPECT_EQ(Parsed("'\\uH'"), "InvalidUnicodeLiteral @ \\uH");
  EXPECT_EQ(Parsed("'\\uD800'"), "InvalidUnicodeLiteral @ \\uD800'");
  EXPECT_EQ(Parsed("'a"), "UnexpectedSyntax @ 'a");
  EXPECT_EQ(Parsed("42 — 41"), "InvalidUnicodeCharacter @ —");
  EXPECT_EQ(Parsed("{1: 2}"), "UnexpectedSyntax @ 1");
}

TEST(Expressions, KeywordsAreNamesWhereANameCanStand) {
  EXPECT_EQ(Parsed("match.return"), "match.return");
  EXPECT_EQ(Parsed("{match: 1, null: 2, end: 3}"), "{match: 1, null: 2, end: 3}");
  EXPECT_EQ(Parsed("count + all"), "(count + all)");
  EXPECT_EQ(Parsed("null.x"), "null.x");
  EXPECT_EQ(Parsed("CASE WHEN a THEN b END"), "CASE(-, a, b, -)");
  EXPECT_EQ(Parsed("case x when 1 then 'a' when 2 then 'b' else 'c' end"), "CASE(x, 1, 'a', 2, 'b', 'c')");
  EXPECT_EQ(Failed("MATCH (n) WHERE RETURN n"), "UnexpectedSyntax @ RETURN");
  EXPECT_EQ(Pattern("(match:Return)-[set:SET]->(`a b`)"), "(match:Return)-[set:SET]->(a b)");
}

TEST(Expressions, CallsComprehensionsAndSubqueries) {
  EXPECT_EQ(Parsed("count(*)"), "count(*)");
  EXPECT_EQ(Parsed("count(DISTINCT n.x)"), "count(DISTINCT n.x)");
  EXPECT_EQ(Parsed("duration.between(date(), a.b)"), "duration.between(date(), a.b)");
  EXPECT_EQ(Parsed("[x IN xs WHERE x:A | x.y]"), "[x IN xs ; (x:A) ; x.y]");
  EXPECT_EQ(Parsed("[x IN xs | x IN [1]]"), "[x IN xs ; - ; (x IN [1])]");
  EXPECT_EQ(Parsed("[x IN xs, true]"), "[(x IN xs), true]");
  EXPECT_EQ(Parsed("[x IN xs]"), "[x IN xs ; - ; -]");
  EXPECT_EQ(Parsed("[(a)-->(b) WHERE b.x = 1 | b]"), "[(a)-[]->(b) ; (b.x = 1) ; b]");
  EXPECT_EQ(Parsed("[p = (a)<-[:T*1..2]-() | p]"), "[p = (a)<-[:T*1..2]-() ; - ; p]");
  EXPECT_EQ(Parsed("all(x IN xs WHERE x > 1)"), "all(x IN xs ; (x > 1))");
  EXPECT_EQ(Parsed("reduce(s = 0, x IN xs | s + x)"), "reduce(s, x ; 0 ; xs ; (s + x))");
  EXPECT_EQ(Parsed("EXISTS { (a)-->(b) WHERE a.x }"), "EXISTS{(a)-[]->(b) ; a.x}");
  EXPECT_EQ(Parsed("COUNT { MATCH (a) RETURN a }"), "COUNT{query}");
  EXPECT_EQ(Parsed("exists(n.x)"), "(n.x IS NOT NULL)");
  EXPECT_EQ(Parsed("exists((n)-->())"), "EXISTS{(n)-[]->() ; -}");
  EXPECT_EQ(Parsed("n {.name, .*, x, y: 1}"), "n{name: n.name, .*: -, x: x, y: 1}");
  EXPECT_EQ(Parsed("shortestPath((a)-[*]-(b))"), "<shortestPath (a)-[*..]-(b)>");
}

TEST(Expressions, ParenthesesAndPatternsAreToldApart) {
  EXPECT_EQ(Parsed("(a)-[:T]->(b)"), "<(a)-[:T]->(b)>");
  EXPECT_EQ(Parsed("(a)--(b)"), "<(a)-[]-(b)>");
  EXPECT_EQ(Parsed("(a)<--(b)"), "<(a)<-[]-(b)>");
  EXPECT_EQ(Parsed("(a) - (b)"), "(a - b)");
  EXPECT_EQ(Parsed("(1)--(2)"), "(1 - (- 2))");
  EXPECT_EQ(Parsed("(a) < -(b)"), "(a < (- b))");
  EXPECT_EQ(Parsed("(a)-[1][0]"), "(a - [1][0])");
  EXPECT_EQ(Parsed("(a:B)"), "(a:B)");
  EXPECT_EQ(Parsed("((a))-[:T]->(b)"), "UnexpectedSyntax @ :");
}

TEST(Patterns, OfOpenCypherAndBeyond) {
  EXPECT_EQ(Pattern("p = (a:A:B {x: 1})<-[r:R|S*2..5 {y: $z}]-(), (b)"), "p = (a:(A&B) {x: 1})<-[r:(R|S)*2..5 {y: $z}]-(), (b)");
  EXPECT_EQ(Pattern("()-[*]-()-[*3]-()-[*..2]-()-[*1..]-()"), "()-[*..]-()-[*3..3]-()-[*..2]-()-[*1..]-()");
  EXPECT_EQ(Pattern("(a)<-[]->(b)"), "(a)-[]-(b)");
  EXPECT_EQ(Pattern("(a:A&!B|%)"), "(a:((A&!B)|%))");
  EXPECT_EQ(Pattern("(a:(A|B)&C)-[:R|:S]->()"), "(a:((A|B)&C))-[:(R|S)]->()");
  EXPECT_EQ(Pattern("(a IS A WHERE a.x > 1)-[r WHERE r.y]->(b:$($labels))"), "(a:A WHERE (a.x > 1))-[r WHERE r.y]->(b:$($labels))");
  EXPECT_EQ(Pattern("((a)-[:供应]->(b) WHERE a.x <> b.x){1,5}"), "()((a)-[:供应]->(b) WHERE (a.x <> b.x)){1,5}()");
  EXPECT_EQ(Pattern("(a)-[:R]->+(b)((c)-->(d))*(e)"), "(a)(()-[:R]->()){1,}(b)((c)-[]->(d)){0,}(e)");
  EXPECT_EQ(Pattern("(a)-->{2}(b)--{,3}(c)"), "(a)(()-[]->()){2,2}(b)(()-[]-()){0,3}(c)");
  EXPECT_EQ(Pattern("p = SHORTEST 2 (a)-->+(b)"), "p = SHORTEST 2 (a)(()-[]->()){1,}(b)");
  EXPECT_EQ(Pattern("ALL SHORTEST (a)-->+(b), ANY (c)--(d), ANY SHORTEST ACYCLIC PATHS (e)--(f)"),
            "ALL SHORTEST (a)(()-[]->()){1,}(b), ANY (c)-[]-(d), ANY SHORTEST ACYCLIC (e)-[]-(f)");
  EXPECT_EQ(Pattern("SHORTEST $k GROUPS (a)-->*(b)"), "SHORTEST GROUPS $k (a)(()-[]->()){0,}(b)");
  EXPECT_EQ(Pattern("p = shortestPath((a)-[*]-(b))"), "p = shortestPath (a)-[*..]-(b)");
  EXPECT_EQ(Pattern("WALK (a)-->{1,2}(b)"), "WALK (a)(()-[]->()){1,2}(b)");
  EXPECT_EQ(Pattern("(a)-[:R..]->()"), "InvalidRelationshipPattern @ ..");
  EXPECT_EQ(Pattern("(a)-[:R*-2]->()"), "InvalidRelationshipPattern @ *-");
  EXPECT_EQ(Pattern("(a)(b)"), "UnexpectedSyntax @ (");
  EXPECT_EQ(Pattern("(a)-->"), "UnexpectedSyntax @ RETURN");
  EXPECT_EQ(Pattern("((a)-->(b))"), "(a)-[]->(b)");
}

TEST(Statements, ColumnsAreNamedAsWritten) {
  const auto statement = Parse("RETURN  n.x +  1 , count( * ), a AS `b c`, $p");
  ASSERT_TRUE(statement.ok());
  const auto& items = statement->query.parts[0].clauses[0].projection.items;
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[0].name, "n.x +  1");
  EXPECT_EQ(items[1].name, "count( * )");
  EXPECT_EQ(items[2].name, "b c");
  EXPECT_EQ(statement->parameters, std::vector<std::string>{"p"});
}

TEST(Statements, ChineseNamesNeedNoQuotesAndFullWidthPunctuationIsNamed) {
  EXPECT_EQ(Pattern("(企业:公司 {名称: '广汽（集团）'})-[供:供应]->(下游)"), "(企业:公司 {名称: '广汽（集团）'})-[供:供应]->(下游)");
  EXPECT_EQ(Failed("MATCH （n) RETURN n"), "InvalidUnicodeCharacter @ （");
  EXPECT_NE(Message("MATCH （n) RETURN n").find("write ("), std::string::npos);
  EXPECT_NE(Message("RETURN 'a'，1").find("write ,"), std::string::npos);
  EXPECT_EQ(Failed("RETURN “a”"), "InvalidUnicodeCharacter @ “");
  EXPECT_EQ(Failed("RETURN 1　AS x"), "parsed");  // the ideographic space is a space
}

TEST(Statements, MisspeltKeywordsAreRecognised) {
  EXPECT_NE(Message("MATCH (n) RETRUN n").find("did you mean RETURN?"), std::string::npos);
  EXPECT_NE(Message("MTCH (n) RETURN n").find("did you mean MATCH?"), std::string::npos);
  EXPECT_NE(Message("MATCH (n) RETURN n ODER BY n").find("did you mean ORDER?"), std::string::npos);
  EXPECT_NE(Message("RETURN a == b").find("one ="), std::string::npos);
  EXPECT_NE(Message("RETURN a != b").find("<>"), std::string::npos);
}

TEST(Statements, AllClausesParse) {
  for (const char* text : {
           "MATCH (a) OPTIONAL MATCH (a)-->(b) WHERE b.x WITH DISTINCT a, b ORDER BY a.x DESC, b SKIP 1 LIMIT $n WHERE a.y RETURN *",
           "MATCH REPEATABLE ELEMENTS (a)-->(b) RETURN a", "MATCH DIFFERENT RELATIONSHIPS (a)-->(b) RETURN a OFFSET 2 LIMIT 3;",
           "UNWIND [1, 2] AS x FOR y IN [3] RETURN x, y", "LET x = 1, y = 2 FILTER WHERE x < y RETURN x",
           "CREATE (a:A)-[:R {x: 1}]->(b) SET a.x = 1, a += {y: 2}, b = a, a:B:C, a['k'] = 1 REMOVE a.x, b:D DETACH DELETE a, b FINISH",
           "INSERT (a:A) RETURN a", "MERGE (a {x: 1}) ON CREATE SET a.y = 1 ON MATCH SET a.y = 2",
           "CALL db.labels() YIELD label AS l WHERE l STARTS WITH 'A' RETURN l", "CALL db.labels", "CALL p() YIELD -", "CALL p() YIELD *",
           "MATCH (a) CALL (a) { MATCH (a)-->(b) RETURN b } RETURN a, b", "CALL { MATCH (a) RETURN a UNION MATCH (b:B) RETURN b AS a } IN TRANSACTIONS OF 100 ROWS RETURN a",
           "CALL () { CREATE (x) }", "MATCH (a) CALL (*) { RETURN a.x AS x } RETURN x", "OPTIONAL CALL (a) { RETURN 1 AS y } RETURN y",
           "LOAD CSV WITH HEADERS FROM 'f.csv' AS row FIELDTERMINATOR ';' RETURN row", "FOREACH (x IN [1, 2] | CREATE ({v: x}) FOREACH (y IN [1] | MERGE (:B {y: y})))",
           "RETURN 1 AS a UNION RETURN 2 AS a", "RETURN 1 AS a UNION ALL RETURN 2 AS a", "EXPLAIN MATCH (n) RETURN n", "PROFILE MATCH (n) RETURN n",
           "CYPHER 25 as_of='2025-09-11' predicted=true MATCH (n) RETURN n", "CREATE INDEX FOR (n:A) ON (n.x, n.y)", "CREATE TEXT INDEX i IF NOT EXISTS FOR ()-[r:R]-() ON (r.x)",
           "CREATE INDEX ON :A(x)", "CREATE FULLTEXT INDEX f FOR (n:A) ON EACH [n.x]", "DROP INDEX i IF EXISTS", "DROP INDEX ON :A(x)",
           "CREATE CONSTRAINT c IF NOT EXISTS FOR (n:A) REQUIRE n.x IS UNIQUE", "CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS NODE KEY",
           "CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL", "CREATE CONSTRAINT FOR ()-[r:R]-() REQUIRE r.x IS :: INTEGER", "CREATE CONSTRAINT ON (n:A) ASSERT n.x IS UNIQUE",
           "DROP CONSTRAINT c", "SHOW INDEXES", "SHOW ALL PROCEDURES YIELD name, mode WHERE mode = 'READ' RETURN name ORDER BY name", "SHOW FUNCTIONS YIELD * ORDER BY name LIMIT 3",
           "SHOW TRANSACTIONS WHERE username = 'x'", "SHOW BUILT IN FUNCTIONS", "SHOW PROCEDURES EXECUTABLE BY CURRENT USER YIELD name", "// a comment\nRETURN /* another */ 1", "CREATE (index:A)"}) {
    const auto statement = Parse(text);
    EXPECT_TRUE(statement.ok()) << Render(statement.status(), text);
  }
}

TEST(Statements, MistakesHaveTheirPlace) {
  EXPECT_EQ(Failed(""), "UnexpectedSyntax @ ");
  EXPECT_EQ(Failed("RETURN"), "UnexpectedSyntax @ ");
  EXPECT_EQ(Failed("RETURN 1 2"), "UnexpectedSyntax @ 2");
  EXPECT_EQ(Failed("RETURN 1 RETURN 2"), "UnexpectedSyntax @ RETURN");
  EXPECT_EQ(Failed("MATCH (n RETURN n"), "UnexpectedSyntax @ RETURN");
  EXPECT_EQ(Failed("RETURN 1 AS a UNION RETURN 2 AS a UNION ALL RETURN 3 AS a"), "InvalidClauseComposition @ UNION");
  EXPECT_EQ(Failed("FOREACH (x IN [1] | MATCH (n))"), "InvalidClauseComposition @ MATCH");
  EXPECT_EQ(Failed("RETURN /* never closed"), "UnexpectedSyntax @ /* never closed");
  EXPECT_EQ(Failed("RETURN 1; RETURN 2"), "UnexpectedSyntax @ RETURN");
  EXPECT_EQ(Failed("RETURN \xff"), "InvalidUnicodeCharacter @ \xff");
}

TEST(Statements, EndIsFoundOutsideQuotesAndComments) {
  EXPECT_EQ(StatementEnd("RETURN 1; RETURN 2"), 9u);
  EXPECT_EQ(StatementEnd("RETURN ';' // ;\n, `a;b` /* ; */;x"), 32u);
  EXPECT_EQ(StatementEnd("RETURN 'a\\';'"), std::string_view::npos);
  EXPECT_EQ(StatementEnd("RETURN 1"), std::string_view::npos);
  EXPECT_EQ(StatementEnd("RETURN '"), std::string_view::npos);
  EXPECT_EQ(StatementEnd(""), std::string_view::npos);
}

TEST(Statements, DeepNestingIsAnErrorAndNotACrash) {
  const auto repeated = [](const std::string& piece, size_t n) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += piece;
    return out;
  };
  for (const std::string piece : {"(", "[", "{a: ", "NOT ", "- ", "CASE WHEN ", "[x IN ", "size(", "EXISTS { MATCH (n) WHERE ", "a[", "all(x IN y WHERE ", "(a {b: ", "COUNT {(a WHERE "}) {
    EXPECT_EQ(Failed("RETURN " + repeated(piece, 10000) + "1").substr(0, 16), "UnexpectedSyntax") << piece;
  }
  EXPECT_EQ(Failed(repeated("CALL {", 10000)).substr(0, 16), "UnexpectedSyntax");
  EXPECT_EQ(Failed(repeated("FOREACH (x IN [1] | ", 10000)).substr(0, 16), "UnexpectedSyntax");
  EXPECT_EQ(Failed("MATCH (n:" + repeated("!", 10000)).substr(0, 16), "UnexpectedSyntax");
  EXPECT_EQ(Failed("MATCH " + repeated("(", 10000)).substr(0, 16), "UnexpectedSyntax");
  EXPECT_EQ(Failed("RETURN " + repeated("[", 60) + repeated("]", 60)), "parsed");
  // Long chains: of AND and OR any number, of other operators many.
  EXPECT_EQ(Failed("RETURN true" + repeated(" OR true AND false", 20000)), "parsed");
  EXPECT_EQ(Failed("RETURN 1" + repeated(" + 1", 900)), "parsed");
  EXPECT_EQ(Failed("RETURN 1" + repeated(" + 1", 20000)).substr(0, 16), "UnexpectedSyntax");
  EXPECT_EQ(Failed("RETURN a" + repeated(".b", 20000)).substr(0, 16), "UnexpectedSyntax");
  EXPECT_EQ(Failed("RETURN a" + repeated(" < 1", 20000)), "parsed");
  EXPECT_EQ(Failed("MATCH (a)" + repeated("-->()", 20000) + " RETURN a"), "parsed");
}

TEST(Errors, TravelInAStatusAndComeBack) {
  const Status status = Failure(ErrorType::kSyntaxError, "UndefinedVariable", Span{7, 8}, "the variable x: gone");
  const QueryError error = Explain(status);
  EXPECT_EQ(error.type, "SyntaxError");
  EXPECT_EQ(error.detail, "UndefinedVariable");
  EXPECT_EQ(error.message, "the variable x: gone");
  EXPECT_EQ(error.neo4j_code, "Neo.ClientError.Statement.SyntaxError");
  EXPECT_EQ(error.gql_status, "42N62");
  EXPECT_EQ(error.span, (Span{7, 8}));
  const Status bare = Failure(ErrorType::kTypeError, "InvalidArgumentType", "no");
  EXPECT_FALSE(Explain(bare).has_place);
  EXPECT_EQ(Explain(WithPlace(bare, Span{1, 2})).span, (Span{1, 2}));
  EXPECT_EQ(Explain(WithPlace(status, Span{1, 2})).span, (Span{7, 8}));
  EXPECT_EQ(Explain(Status(Code::kIo, "disk: full")).type, "");
  EXPECT_EQ(Explain(Failure(ErrorType::kProcedureError, "ProcedureNotFound", "x")).neo4j_code, "Neo.ClientError.Procedure.ProcedureNotFound");
}

TEST(Errors, AreShownWithACaretUnderTheirPlace) {
  const std::string query = "MATCH (n)\nRETURN '广汽', 未知";
  const Status status = Failure(ErrorType::kSyntaxError, "UndefinedVariable", Span{27, 33}, "the variable 未知 is not defined");
  EXPECT_EQ(Render(status, query),
            "SyntaxError: UndefinedVariable: the variable 未知 is not defined\nline 2, column 14:\n  2 | RETURN '广汽', 未知\n                     ^^^^");
}

TEST(Errors, OfLongLinesShowThePartAroundTheirPlace) {
  for (const size_t before : {0, 30, 200, 5000}) {
    const std::string query = "RETURN " + std::string(before, 'a') + "\t'中' + ?? " + std::string(400, 'b');
    const auto begin = static_cast<uint32_t>(query.find("??"));
    const std::string shown = Render(Failure(ErrorType::kSyntaxError, "UnexpectedSyntax", Span{begin, begin + 2}, "no"), query);
    const size_t last = shown.rfind('\n'), line = shown.rfind('\n', last - 1);
    const std::string text = shown.substr(line + 1, last - line - 1), carets = shown.substr(last + 1);
    ASSERT_LT(text.size(), 220u);
    const size_t place = text.find("??");
    ASSERT_NE(place, std::string::npos) << shown;
    EXPECT_EQ(carets, std::string(text::DisplayWidth(text.substr(0, place)), ' ') + "^^") << shown;
  }
}

// Random token soup: nothing crashes, and every failure has a place inside the text and a known detail.
TEST(Parser, SurvivesTokenSoup) {
  static const char* const kPieces[] = {"MATCH", "(", ")", "[", "]", "{", "}", "-", ">", "<", "n", "r", ":A", "|", "&", "!", "%", "*", "1", "..", "2.5", "'s'", "$p", "$(", ".", ",", "=",
                                        "RETURN", "WITH", "WHERE", "AS", "CASE", "WHEN", "THEN", "END", "EXISTS", "COUNT", "CALL", "YIELD", "UNWIND", "IN", "IS", "NULL", "NOT", "AND", "+", "^",
                                        "SHORTEST", "ALL", "any(", "reduce(", "x IN", "FOREACH", "SET", "CREATE", "MERGE", "ON", "DELETE", "UNION", "ORDER BY", "LIMIT", "::", "INTEGER", "中",
                                        "`q", "`q`", "\"", "（", "//", "/*", "\n", ";", "SHOW", "INDEX", "FOR", "shortestPath(", "count(*)", "--", "-->", "({", "=~", "+="};
  std::mt19937 random(7);
  for (int round = 0; round < 30000; ++round) {
    std::string text;
    for (size_t n = random() % 24; n > 0; --n) text += std::string(kPieces[random() % std::size(kPieces)]) + (random() % 4 == 0 ? "" : " ");
    const auto statement = Parse(text);
    if (statement.ok()) continue;
    const QueryError error = Explain(statement.status());
    ASSERT_TRUE(error.has_place) << text;
    ASSERT_LE(error.span.begin, error.span.end) << text;
    ASSERT_LE(error.span.end, text.size()) << text;
    ASSERT_FALSE(Render(statement.status(), text).empty());
  }
}

}  // namespace
}  // namespace liantu::query
