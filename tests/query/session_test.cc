// SPDX-License-Identifier: Apache-2.0
// Sessions: auto-commit, explicit transactions, failures, budgets, read-only sessions, indexes, SHOW, LOAD CSV.
#include "query/session.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "query/error.h"

namespace liantu::query {
namespace {

class Sessions : public testing::Test {
 protected:
  Sessions() {
    auto opened = graph::Database::Open("memory:", {.create = true, .ontology = graph::Ontology::None()});
    EXPECT_TRUE(opened.ok());
    db_ = *std::move(opened);
    registry_ = std::make_shared<ProcedureRegistry>();
    RegisterDatabaseProcedures(*registry_);
    engine_ = std::make_unique<Engine>(*db_, registry_);
  }

  // All rows as literals, "1, 'a' | 2, 'b'"; or the failure as "type detail" or its message.
  std::string Ask(Session& session, const std::string& text, ValueMap parameters = {}, const Budget* budget = nullptr) {
    static const Budget kNone;
    auto cursor = session.Run(text, std::move(parameters), budget ? *budget : kNone);
    if (!cursor.ok()) return Failed(cursor.status());
    std::string out;
    std::vector<Value> row;
    while (true) {
      const auto more = (*cursor)->Next(row);
      if (!more.ok()) return Failed(more.status());
      if (!*more) break;
      if (!out.empty()) out += " | ";
      for (size_t i = 0; i < row.size(); ++i) out += (i > 0 ? ", " : "") + ToLiteral(row[i]);
    }
    last_ = (*cursor)->summary();
    return out;
  }
  std::string Ask(const std::string& text, ValueMap parameters = {}) {
    Session session(*engine_, {.who = "me"});
    return Ask(session, text, std::move(parameters));
  }
  static std::string Failed(const Status& status) {
    const QueryError error = Explain(status);
    return error.type.empty() ? status.message() : error.type + " " + error.detail;
  }

  std::unique_ptr<graph::Database> db_;
  std::shared_ptr<ProcedureRegistry> registry_;
  std::unique_ptr<Engine> engine_;
  Summary last_;
};

TEST_F(Sessions, EachWritingStatementIsABatchOfItsOwn) {
  EXPECT_EQ(Ask("CREATE (:A {x: 1}) RETURN 1 AS one"), "1");
  EXPECT_EQ(last_.changes.nodes_created, 1);
  EXPECT_EQ(last_.batch.raw, 1u);
  EXPECT_EQ(last_.type, 'b');
  EXPECT_EQ(Ask("MATCH (n:A) SET n.x = 1"), "");
  EXPECT_EQ(last_.batch.raw, 0u) << "nothing changed";
  EXPECT_EQ(Ask("MATCH (n:A) DELETE n"), "");
  EXPECT_EQ(last_.batch.raw, 2u);
  EXPECT_EQ(last_.type, 'w');
}

TEST_F(Sessions, EntitiesOfAWritingStatementCanBeReadAfterItsCommit) {
  Session session(*engine_, {});
  Budget budget;
  auto cursor = session.Run("CREATE (n:A {x: 1}) RETURN n", {}, budget);
  ASSERT_TRUE(cursor.ok());
  std::vector<Value> row;
  ASSERT_TRUE(*(*cursor)->Next(row));
  EXPECT_FALSE(*(*cursor)->Next(row));
  auto again = session.Run("CREATE (n:A {x: 2}) RETURN n", {}, budget);
  ASSERT_TRUE(again.ok());
  ASSERT_TRUE(*(*again)->Next(row));
  EXPECT_EQ((*again)->context().LabelsOf(row[0].node()), std::vector<std::string>{"A"});
  EXPECT_EQ((*again)->context().PropertyOf(row[0], "x").integer(), 2);
}

TEST_F(Sessions, TransactionSeesItsOwnWritesAndOthersDoNot) {
  Session session(*engine_, {});
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE (:A {x: 1})"), "");
  EXPECT_EQ(Ask(session, "MATCH (n:A) RETURN n.x"), "1");
  EXPECT_EQ(Ask("MATCH (n) RETURN count(*)"), "0");
  const auto batch = session.Commit();
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->raw, 1u);
  EXPECT_EQ(Ask("MATCH (n) RETURN count(*)"), "1");
  EXPECT_FALSE(session.in_transaction());
}

TEST_F(Sessions, RollbackLeavesNothing) {
  Session session(*engine_, {});
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE (:A)"), "");
  session.Rollback();
  EXPECT_EQ(Ask("MATCH (n) RETURN count(*)"), "0");
  {
    Session dropped(*engine_, {});
    ASSERT_TRUE(dropped.Begin().ok());
    EXPECT_EQ(Ask(dropped, "CREATE (:A)"), "");
  }
  EXPECT_EQ(Ask("MATCH (n) RETURN count(*)"), "0");
}

TEST_F(Sessions, AReadingTransactionKeepsWhatItBeganWith) {
  EXPECT_EQ(Ask("CREATE (:A)"), "");
  Session session(*engine_, {});
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask("CREATE (:A)"), "");
  EXPECT_EQ(Ask(session, "MATCH (n) RETURN count(*)"), "1");
  ASSERT_TRUE(session.Commit().ok());
  EXPECT_EQ(Ask(session, "MATCH (n) RETURN count(*)"), "2");
}

TEST_F(Sessions, AfterAFailureATransactionCanOnlyBeRolledBack) {
  Session session(*engine_, {});
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE (:A)"), "");
  EXPECT_EQ(Ask(session, "RETURN 1 / 0"), "ArithmeticError DivisionByZero");
  EXPECT_NE(Ask(session, "RETURN 1").find("roll it back"), std::string::npos);
  EXPECT_FALSE(session.Commit().ok());
  EXPECT_FALSE(session.in_transaction());
  EXPECT_EQ(Ask(session, "MATCH (n) RETURN count(*)"), "0");
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "RETURN nothing"), "SyntaxError UndefinedVariable");
  EXPECT_FALSE(session.Commit().ok());
}

TEST_F(Sessions, RowsLeftOpenAreKeptWhenTheTransactionGoesOnOrEnds) {
  EXPECT_EQ(Ask("UNWIND range(1, 3) AS x CREATE (:A {x: x})"), "");
  Session session(*engine_, {});
  Budget budget;
  ASSERT_TRUE(session.Begin().ok());
  auto cursor = session.Run("MATCH (n:A) RETURN n ORDER BY n.x", {}, budget);
  ASSERT_TRUE(cursor.ok());
  std::vector<Value> row;
  ASSERT_TRUE(*(*cursor)->Next(row));
  EXPECT_EQ(Ask(session, "CREATE (:A {x: 0})"), "");
  ASSERT_TRUE(*(*cursor)->Next(row));
  ASSERT_TRUE(session.Commit().ok());
  ASSERT_TRUE(*(*cursor)->Next(row));
  EXPECT_EQ((*cursor)->context().PropertyOf(row[0], "x").integer(), 3);
  EXPECT_FALSE(*(*cursor)->Next(row));
}

TEST_F(Sessions, ReadOnlySessionsRefuseToWrite) {
  Session session(*engine_, {.read_only = true});
  EXPECT_NE(Ask(session, "CREATE (:A)").find("only reads"), std::string::npos);
  EXPECT_NE(Ask(session, "CREATE INDEX FOR (n:A) ON (n.x)").find("only reads"), std::string::npos);
  EXPECT_EQ(Ask(session, "MATCH (n) RETURN count(*)"), "0");
}

TEST_F(Sessions, ParametersMustBeThere) {
  EXPECT_EQ(Ask("RETURN $x AS x", {{"x", Value::Integer(3)}}), "3");
  EXPECT_EQ(Ask("RETURN $x AS x"), "ParameterMissing MissingParameter");
}

TEST_F(Sessions, ABudgetOfRowsEndsWithAFailureOrWithPartialRows) {
  Budget budget;
  budget.set_max_rows(2);
  Session strict(*engine_, {});
  EXPECT_NE(Ask(strict, "UNWIND range(1, 9) AS x RETURN x", {}, &budget).find("2 rows"), std::string::npos);
  EXPECT_EQ(Ask(strict, "UNWIND range(1, 2) AS x RETURN x", {}, &budget), "1 | 2");
  Session partial(*engine_, {.partial_results = true});
  EXPECT_EQ(Ask(partial, "UNWIND range(1, 9) AS x RETURN x", {}, &budget), "1 | 2");
  EXPECT_TRUE(last_.partial);
  EXPECT_NE(last_.stopped.find("2 rows"), std::string::npos);
  EXPECT_EQ(Ask(partial, "UNWIND range(1, 2) AS x RETURN x", {}, &budget), "1 | 2");
  EXPECT_FALSE(last_.partial);
}

TEST_F(Sessions, BudgetsOfTimeAndBytesHoldInBothExecutors) {
  // A ring where every node knows three others: -[*]-> has far more paths than can be walked.
  EXPECT_EQ(Ask("UNWIND range(0, 59) AS i CREATE (:N {i: i})"), "");
  EXPECT_EQ(Ask("MATCH (a:N), (b:N) WHERE (b.i - a.i + 60) % 60 IN [1, 7, 13] CREATE (a)-[:OWNS]->(b)"), "");
  Engine reference(*db_, registry_, /*reference=*/true);
  for (Engine* engine : {engine_.get(), &reference}) {
    Session session(*engine, {});
    {
      Budget budget;
      budget.set_timeout_ms(200);
      const auto start = std::chrono::steady_clock::now();
      EXPECT_NE(Ask(session, "MATCH p = (:N {i: 0})-[*]->(b) RETURN count(p)", {}, &budget).find("time budget"), std::string::npos);
      EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
    }
    {
      Budget budget;
      budget.set_max_bytes(4 << 20);
      budget.set_timeout_ms(60'000);
      EXPECT_NE(Ask(session, "MATCH p = (:N)-[*1..9]->() WITH collect(p) AS all RETURN size(all)", {}, &budget).find("memory budget"), std::string::npos);
    }
    {
      Budget budget;
      std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        budget.Cancel();
      });
      EXPECT_NE(Ask(session, "MATCH (a), (b), (c), (d), (e) WHERE a.i + b.i + c.i + d.i + e.i < 0 RETURN count(*)", {}, &budget).find("stopped"), std::string::npos);
      other.join();
    }
  }
}

TEST_F(Sessions, AStatementThatMeetsItsBudgetWhileWritingLeavesNothing) {
  Budget budget;
  budget.set_max_bytes(1 << 20);
  Session session(*engine_, {.partial_results = true});
  EXPECT_NE(Ask(session, "UNWIND range(1, 1000000) AS x CREATE (n:A {x: x}) RETURN n", {}, &budget).find("memory budget"), std::string::npos);
  EXPECT_EQ(Ask("MATCH (n) RETURN count(*)"), "0");
}

TEST_F(Sessions, InTransactionsCommitsAsItGoes) {
  EXPECT_EQ(Ask("UNWIND range(1, 10) AS x CALL (x) { CREATE (:A {x: 1 / (6 - x)}) } IN TRANSACTIONS OF 2 ROWS"), "ArithmeticError DivisionByZero");
  EXPECT_EQ(Ask("MATCH (n:A) RETURN count(*)"), "4") << "two batches of two rows were committed before row 6 failed";
  Session session(*engine_, {});
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "UNWIND [1] AS x CALL (x) { CREATE (:A) } IN TRANSACTIONS"), "SemanticError InvalidTransaction");
}

TEST_F(Sessions, IndexesAreMadeShownAndDropped) {
  EXPECT_EQ(Ask("CREATE (:A {x: 1})"), "");
  EXPECT_EQ(Ask("CREATE INDEX FOR (n:A) ON (n.x)"), "");
  EXPECT_EQ(last_.changes.indexes_added, 1);
  EXPECT_EQ(last_.type, 's');
  EXPECT_EQ(Ask("CREATE INDEX FOR (n:A) ON (n.x)"), "SemanticError IndexAlreadyExists");
  EXPECT_EQ(Ask("CREATE INDEX IF NOT EXISTS FOR (n:A) ON (n.x)"), "");
  EXPECT_EQ(Ask("SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE 'A' IN labelsOrTypes RETURN name, properties"), "'index_A_x', ['x']");
  EXPECT_EQ(Ask("MATCH (n:A {x: 1}) RETURN count(*)"), "1");
  EXPECT_EQ(Ask("DROP INDEX index_A_y"), "SemanticError IndexNotFound");
  EXPECT_EQ(Ask("DROP INDEX index_A_x"), "");
  EXPECT_EQ(Ask("DROP INDEX index_A_x IF EXISTS"), "");
  EXPECT_EQ(Ask("SHOW INDEXES YIELD name"), "");
}

TEST_F(Sessions, WhatTheStoreCannotEnforceIsRefused) {
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS UNIQUE"), "SemanticError UnsupportedConstraint");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR ()-[r:R]-() REQUIRE r.x IS UNIQUE"), "SemanticError UnsupportedConstraint");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: MAP"), "SemanticError UnsupportedConstraint");
  EXPECT_EQ(Ask("CREATE INDEX FOR ()-[r:R]-() ON (r.x)"), "SemanticError UnsupportedIndex");
  EXPECT_EQ(Ask("CREATE INDEX FOR (n:A) ON (n.x, n.y)"), "SemanticError UnsupportedIndex");
}

TEST_F(Sessions, IndexesMayHaveNames) {
  EXPECT_EQ(Ask("CREATE INDEX other FOR (n:A) ON (n.x)"), "");
  EXPECT_EQ(Ask("CREATE INDEX other FOR (n:A) ON (n.y)"), "SemanticError IndexAlreadyExists");
  EXPECT_EQ(Ask("CREATE INDEX other IF NOT EXISTS FOR (n:A) ON (n.y)"), "");
  EXPECT_EQ(Ask("SHOW INDEXES YIELD name, createStatement"), "'other', 'CREATE INDEX `other` FOR (n:`A`) ON (n.`x`)'");
  EXPECT_EQ(Ask("DROP INDEX other"), "");
  EXPECT_EQ(Ask("SHOW INDEXES YIELD name"), "");
}

TEST_F(Sessions, UniqueValuesStayUnique) {
  EXPECT_EQ(Ask("CREATE (:A {x: 1}), (:A {x: 1}), (:B {x: 1})"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS UNIQUE"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("SHOW CONSTRAINTS YIELD name"), "");
  EXPECT_EQ(Ask("MATCH (n:A) WITH n LIMIT 1 DELETE n"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT one FOR (n:A) REQUIRE n.x IS UNIQUE"), "");
  EXPECT_EQ(last_.changes.constraints_added, 1);
  EXPECT_EQ(Ask("CREATE CONSTRAINT two FOR (n:A) REQUIRE n.x IS UNIQUE"), "SemanticError ConstraintAlreadyExists");
  EXPECT_EQ(Ask("CREATE CONSTRAINT IF NOT EXISTS FOR (n:A) REQUIRE n.x IS UNIQUE"), "");
  EXPECT_EQ(Ask("SHOW CONSTRAINTS YIELD name, type, entityType, labelsOrTypes, properties, ownedIndex"), "'one', 'UNIQUENESS', 'NODE', ['A'], ['x'], 'one'");
  EXPECT_EQ(Ask("SHOW INDEXES YIELD name, owningConstraint"), "'one', 'one'");
  EXPECT_EQ(Ask("CREATE (:A {x: 1})"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("CREATE (:A {x: 2}), (:B {x: 2})"), "");
  EXPECT_EQ(Ask("MATCH (n:A {x: 2}) SET n.x = 1"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("MATCH (n:B {x: 1}) SET n:A"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("UNWIND [1, 2, 3, 3] AS x MERGE (n:A {x: x}) RETURN count(*)"), "4");
  EXPECT_EQ(Ask("MATCH (n:A {x: 3}) RETURN count(*)"), "1");
  EXPECT_EQ(Ask("DROP INDEX one"), "SemanticError IndexBelongsToConstraint");
  EXPECT_EQ(Ask("DROP CONSTRAINT one"), "");
  EXPECT_EQ(last_.changes.constraints_removed, 1);
  EXPECT_EQ(Ask("DROP CONSTRAINT one"), "SemanticError ConstraintNotFound");
  EXPECT_EQ(Ask("DROP CONSTRAINT one IF EXISTS"), "");
  EXPECT_EQ(Ask("CREATE (:A {x: 1})"), "");
}

TEST_F(Sessions, PropertiesAreThereAndOfTheirType) {
  EXPECT_EQ(Ask("CREATE (:A {x: 1})-[:R {w: 1}]->(:A)"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("MATCH (n:A) WHERE n.x IS NULL SET n.x = 2"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT there FOR (n:A) REQUIRE n.x IS NOT NULL"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT number FOR ()-[r:R]-() REQUIRE r.w IS :: INTEGER | LIST<FLOAT NOT NULL>"), "");
  EXPECT_EQ(Ask("CREATE (:A)"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("CREATE (n:A) SET n.x = 3"), "");  // what counts is the end
  EXPECT_EQ(Ask("MATCH (n:A {x: 3}) REMOVE n.x"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("MATCH (n:A {x: 3}) REMOVE n.x, n:A"), "");
  EXPECT_EQ(Ask("MATCH ()-[r:R]->() SET r.w = 'x'"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("MATCH ()-[r:R]->() SET r.w = [0.5]"), "");
  EXPECT_EQ(Ask("MATCH ()-[r:R]->() SET r.w = ['x']"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("MATCH (n:A {x: 1}) CREATE (n)-[:R {w: true}]->(n)"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("MATCH (n:A {x: 1}) CREATE (n)-[:R]->(n)"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT k FOR (n:K) REQUIRE n.id IS NODE KEY"), "");
  EXPECT_EQ(Ask("CREATE (:K)"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("CREATE (:K {id: 1}), (:K {id: 1})"), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_EQ(Ask("SHOW CONSTRAINTS YIELD name, type, propertyType WHERE name = 'number' RETURN type, propertyType"),
            "'RELATIONSHIP_PROPERTY_TYPE', 'INTEGER|LIST<FLOAT NOT NULL>'");
  EXPECT_EQ(Ask("SHOW CONSTRAINTS YIELD name, type RETURN collect(name), collect(type)"),
            "['k', 'number', 'there'], ['NODE_KEY', 'RELATIONSHIP_PROPERTY_TYPE', 'NODE_PROPERTY_EXISTENCE']");
  EXPECT_EQ(Ask("DROP CONSTRAINT k"), "");
  EXPECT_EQ(Ask("CREATE (:K)"), "");
  Session session(*engine_, {.who = "me"});
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE (:A)"), "");
  const auto committed = session.Commit();
  EXPECT_EQ(Explain(committed.status()).type, "ConstraintValidationFailed");
  EXPECT_EQ(Ask("MATCH (n:A) WHERE n.x IS NULL RETURN count(*)"), "0");
}

TEST_F(Sessions, ReplacedProceduresAreBoundAnew) {
  const auto table = [](int64_t x) { return *TableProcedure("test.p() :: (x :: INTEGER?)", {"x"}, {{Value::Integer(x)}}); };
  registry_->Replace(table(1));
  EXPECT_EQ(Ask("CALL test.p() YIELD x RETURN x"), "1");
  registry_->Replace(table(2));
  EXPECT_EQ(Ask("CALL test.p() YIELD x RETURN x"), "2");
  EXPECT_EQ(Ask("CALL test.q()"), "ProcedureError ProcedureNotFound");
}

TEST_F(Sessions, RunningStatementsAreShown) {
  EXPECT_EQ(Ask("SHOW TRANSACTIONS YIELD currentQuery, username RETURN username, currentQuery CONTAINS 'SHOW'"), "'me', true");
}

TEST_F(Sessions, ThePrefixSetsTheClocks) {
  EXPECT_EQ(Ask("CREATE (:A)"), "");
  EXPECT_EQ(Ask("CREATE (:A)"), "");
  EXPECT_EQ(Ask("CYPHER as_known=1 MATCH (n) RETURN count(*)"), "1");
  EXPECT_EQ(Ask("CYPHER as_known=1 CREATE (:A)"), "SemanticError InvalidArgumentValue");
  EXPECT_EQ(Ask("CYPHER as_off='2025-01-01' RETURN 1"), "SyntaxError InvalidArgumentValue");
  EXPECT_EQ(Ask("CYPHER as_of='soon' RETURN 1"), "SyntaxError InvalidArgumentValue");
}

// An index holds the values that are visible today.
TEST_F(Sessions, AnIndexIsNotAskedForWhatWasTrueOnAnotherDay) {
  auto tx = *db_->Begin({});
  const auto document = [&](const char* key) { return *tx->CreateNode({"Document"}, {{"key", key}}, {}); };
  graph::Evidence before, after;
  before.documents = {document("d1")};
  before.valid.to = graph::Date{10000};
  after.documents = {document("d2")};
  after.valid.from = graph::Date{10000};
  for (const auto& [city, name, evidence] : {std::tuple{"广州", "旧名", before}, std::tuple{"深圳", "新名", after}}) {
    ASSERT_TRUE(tx->MergeNode({"Firm"}, {{"key", "f"}, {"city", city}, {"name", name}}, evidence).ok());
  }
  ASSERT_TRUE(tx->Commit().ok());
  const auto answers = [&] {
    std::string out;
    for (const char* day : {"1990-01-01", "2020-01-01"}) {
      for (const char* condition : {"city: '广州'", "city: '深圳'", "name: '旧名'", "name: '新名'", "key: 'f'"}) {
        out += Ask(Text("CYPHER as_of='", day, "' MATCH (f:Firm {", condition, "}) RETURN count(f)"));
      }
    }
    return out;
  };
  EXPECT_EQ(answers(), "1010101011");
  ASSERT_TRUE(db_->CreateIndex("Firm", "city").ok());
  EXPECT_EQ(answers(), "1010101011");
}

TEST_F(Sessions, WhatOnlyReadsMayBeCutIntoTransactions) {
  EXPECT_EQ(Ask("UNWIND [1, 2, 3] AS x CALL (x) { RETURN x * x AS y } IN TRANSACTIONS OF 2 ROWS RETURN x, y"), "1, 1 | 2, 4 | 3, 9");
  EXPECT_EQ(Ask("UNWIND [1, 0] AS x CALL (x) { RETURN 1 / x AS y } IN TRANSACTIONS OF 1 ROW ON ERROR CONTINUE RETURN x, y"), "1, 1 | 0, null");
  EXPECT_EQ(Ask("UNWIND [1, 2] AS x CALL (x) { CREATE (:A {x: x}) } IN 4 CONCURRENT TRANSACTIONS OF 1 ROW"), "");
  EXPECT_EQ(Ask("UNWIND [1, 2] AS x CALL (x) { CREATE (:A {x: x}) } IN CONCURRENT TRANSACTIONS"), "");
  EXPECT_EQ(Ask("MATCH (n:A) RETURN count(n)"), "4");
}

TEST_F(Sessions, NamesOfAWritingTransactionAreFoundByItAlone) {
  Session writer(*engine_, {.who = "me"}), reader(*engine_, {.who = "you"});
  EXPECT_EQ(Ask("CREATE (:Firm {name: '甲', n: 1})"), "");
  ASSERT_TRUE(writer.Begin().ok());
  EXPECT_EQ(Ask(writer, "MATCH (f:Firm {name: '甲'}) SET f.name = '乙'"), "");
  EXPECT_EQ(Ask(writer, "CREATE (:Firm {name: '甲', n: 2})"), "");
  EXPECT_EQ(Ask(writer, "MATCH (f:Firm {name: '甲'}) RETURN f.n"), "2");
  EXPECT_EQ(Ask(writer, "MATCH (f {name: '乙'}) RETURN f.n"), "1");
  EXPECT_EQ(Ask(writer, "MATCH (f:Firm {name: '乙'}) DELETE f"), "");
  EXPECT_EQ(Ask(writer, "MATCH (f:Firm) WHERE f.name IN ['甲', '乙'] RETURN f.n"), "2");
  EXPECT_EQ(Ask(reader, "MATCH (f:Firm {name: '甲'}) RETURN f.n"), "1");
  ASSERT_TRUE(writer.Commit().ok());
  EXPECT_EQ(Ask(reader, "MATCH (f:Firm {name: '甲'}) RETURN f.n"), "2");
  EXPECT_EQ(Ask("CYPHER as_known=1 MATCH (f:Firm {name: '甲'}) RETURN f.n"), "1");
}

TEST_F(Sessions, ShowTakesAKindAndADatabase) {
  EXPECT_EQ(Ask("CREATE INDEX FOR (a:A) ON (a.x) OPTIONS {indexProvider: 'range-1.0'}"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR (a:A) REQUIRE a.y IS UNIQUE OPTIONS {}"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR (a:A) REQUIRE a.z IS NODE KEY"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR ()-[r:R]-() REQUIRE r.w IS NOT NULL"), "");
  EXPECT_EQ(Ask("CREATE CONSTRAINT FOR (a:A) REQUIRE a.x IS :: INTEGER"), "");
  const auto count = [&](const std::string& what) { return Ask("SHOW " + what + " YIELD name RETURN count(*)"); };
  EXPECT_EQ(count("INDEXES"), count("RANGE INDEXES"));
  EXPECT_EQ(count("FULLTEXT INDEXES"), "0");
  EXPECT_EQ(count("CONSTRAINTS"), "4");
  EXPECT_EQ(count("ALL CONSTRAINTS"), "4");
  EXPECT_EQ(count("UNIQUE CONSTRAINTS"), "1");
  EXPECT_EQ(count("NODE KEY CONSTRAINTS"), "1");
  EXPECT_EQ(count("KEY CONSTRAINTS"), "1");
  EXPECT_EQ(count("EXISTENCE CONSTRAINTS"), "1");
  EXPECT_EQ(count("NODE PROPERTY EXISTENCE CONSTRAINTS"), "0");
  EXPECT_EQ(count("RELATIONSHIP CONSTRAINTS"), "1");
  EXPECT_EQ(count("PROPERTY TYPE CONSTRAINTS"), "1");
  EXPECT_EQ(Ask("SHOW DATABASE neo4j YIELD name"), "'liantu'");
  EXPECT_EQ(Ask("SHOW DATABASE other YIELD name"), "");
  EXPECT_EQ(Ask("CREATE LOOKUP INDEX FOR (n) ON EACH labels(n)"), "SyntaxError UnsupportedIndex");
}

TEST_F(Sessions, IndexesAndConstraintsOfATransactionAreMadeWhenItCommits) {
  const auto count = [&] { return Ask("SHOW INDEXES YIELD name RETURN count(*)") + " " + Ask("SHOW CONSTRAINTS YIELD name RETURN count(*)"); };
  EXPECT_EQ(Ask("CREATE (:A {x: 1}), (:A {x: 1})"), "");
  Session session(*engine_, {.who = "me"});
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE INDEX i FOR (a:A) ON (a.y)"), "");
  EXPECT_EQ(last_.changes.indexes_added, 1u);
  EXPECT_EQ(Ask(session, "CREATE CONSTRAINT c FOR (a:A) REQUIRE a.z IS UNIQUE"), "");
  EXPECT_EQ(count(), "0 0");
  ASSERT_TRUE(session.Commit().ok());
  EXPECT_EQ(count(), "2 1");
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "DROP INDEX i"), "");
  EXPECT_EQ(Ask(session, "CREATE (:B)"), "SemanticError InvalidTransaction");
  session.Rollback();
  EXPECT_EQ(count(), "2 1");
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE INDEX i FOR (a:A) ON (a.y)"), "SemanticError IndexAlreadyExists");  // not only at the commit
  session.Rollback();
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE CONSTRAINT d FOR (a:A) REQUIRE a.x IS UNIQUE"), "");
  EXPECT_EQ(Failed(session.Commit().status()), "ConstraintValidationFailed ConstraintViolation");
  EXPECT_FALSE(session.in_transaction());
  ASSERT_TRUE(session.Begin().ok());
  EXPECT_EQ(Ask(session, "CREATE (:B)"), "");
  EXPECT_EQ(Ask(session, "DROP INDEX i"), "SemanticError InvalidTransaction");
  session.Rollback();
  EXPECT_EQ(count(), "2 1");
}

TEST_F(Sessions, WordsFromElsewhereAreAnsweredWithWhatIsWrittenHere) {
  const auto message = [&](const std::string& text) {
    Session session(*engine_, {.who = "me"});
    static const Budget kNone;
    return Explain(session.Run(text, {}, kNone).status()).message;
  };
  for (const auto& [text, part] : {std::pair{"SELECT * FROM A", "MATCH (a:Label)"}, {"MATCH (a) WHERE a.name LIKE 'x%' RETURN a", "STARTS WITH"},
                                   {"MATCH (a) RETURN a.x GROUP BY a.x", "beside an aggregate"}, {"MATCH (a) RETURN count(*) AS n HAVING n > 1", "WHERE n > 1"},
                                   {"USING PERIODIC COMMIT LOAD CSV FROM 'a' AS r RETURN r", "IN TRANSACTIONS"}, {"RETURN apoc.text.join([], '')", "APOC"},
                                   {"CALL apoc.periodic.iterate('', '', {})", "APOC"}, {"CALL gds.pageRank.stream('g')", "algo.*"}, {"RETURN 1; RETURN 2", "one statement"}, {"MATCH (a) WHERE a.x NOT IN [1] RETURN a", "NOT x IN"},
                                   {"MATCH (a) WHERE a.x IN (1, 2) RETURN a", "square brackets"}, {"MATCH (a)->(b) RETURN a", "-->"}, {"CALL db.indexes()", "SHOW INDEXES"}}) {
    EXPECT_NE(message(text).find(part), std::string::npos) << text << ": " << message(text);
  }
}

TEST_F(Sessions, ExplainRunsNothing) {
  EXPECT_EQ(Ask("EXPLAIN CREATE (:A) RETURN 1"), "");
  EXPECT_TRUE(last_.plan.has_value());
  EXPECT_EQ(Ask("MATCH (n) RETURN count(*)"), "0");
  EXPECT_EQ(Ask("PROFILE UNWIND [1, 2] AS x RETURN x"), "1 | 2");
  EXPECT_TRUE(last_.plan.has_value());
  EXPECT_TRUE(last_.profiled);
}

TEST_F(Sessions, LoadCsvStaysBelowItsFolders) {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "liantu-csv-XXXXXX").string();
  ASSERT_NE(mkdtemp(name.data()), nullptr);
  fs::create_directory(name + "/in");
  std::ofstream(name + "/in/a.csv") << "x;名\n1;甲\n;\"\"\n";
  std::ofstream(name + "/out.csv") << "x\n1\n";
  fs::create_symlink(name + "/out.csv", name + "/in/link.csv");
  Session session(*engine_, {.csv_folders = {name + "/in"}});
  EXPECT_EQ(Ask(session, "LOAD CSV WITH HEADERS FROM 'a.csv' AS r FIELDTERMINATOR ';' RETURN r.x, r.名"), "'1', '甲' | null, ''");
  EXPECT_EQ(Ask(session, "LOAD CSV FROM 'file:///a.csv' AS r FIELDTERMINATOR ';' RETURN size(r)"), "2 | 2 | 2");
  EXPECT_EQ(Ask(session, "LOAD CSV WITH HEADERS FROM 'a.csv' AS r FIELDTERMINATOR ';' WITH r, linenumber() AS n, file() AS f RETURN n, f ENDS WITH '/a.csv'"),
            "2, true | 3, true");
  EXPECT_EQ(Ask(session, "LOAD CSV FROM 'a.csv' AS r WITH r RETURN linenumber()"), "SyntaxError UndefinedVariable");
  EXPECT_EQ(Ask(session, "LOAD CSV FROM 'a.csv' AS r RETURN * LIMIT 1").find('|'), std::string::npos);
  EXPECT_EQ(Ask(session, "RETURN linenumber(), file()"), "null, null");
  // The same text as below, in GBK.
  std::ofstream(name + "/in/gbk.csv", std::ios::binary) << "\xC3\xFB,x\n\xB9\xE3\xB6\xAB\xCA\xA1\xB9\xE3\xD6\xDD\xCA\xD0\xBB\xC6\xC6\xD2\xC7\xF8\xB5\xC4\xC6\xF3\xD2\xB5\xC3\xFB\xC2\xBC\xBA\xCD\xB2\xFA\xD2\xB5\xD4\xB0\xC7\xF8,1\n";
  EXPECT_EQ(Ask(session, "LOAD CSV WITH HEADERS FROM 'gbk.csv' AS r RETURN r.名, r.x"), "'广东省广州市黄埔区的企业名录和产业园区', '1'");
  for (const char* outside : {"../out.csv", "link.csv", "/etc/passwd", "missing.csv", "https://example.org/a.csv"}) {
    EXPECT_EQ(Ask(session, "LOAD CSV FROM '" + std::string(outside) + "' AS r RETURN r"), "ArgumentError InvalidArgumentValue") << outside;
  }
  EXPECT_EQ(Ask("LOAD CSV FROM 'a.csv' AS r RETURN r"), "ArgumentError InvalidArgumentValue");
  fs::remove_all(name);
}

TEST_F(Sessions, DatabaseProceduresTellWhatIsThere) {
  EXPECT_EQ(Ask("CREATE (:甲 {x: 1})-[:R {y: 1.5}]->(:B)"), "");
  EXPECT_EQ(Ask("CALL db.labels()"), "'B' | '甲'");
  EXPECT_EQ(Ask("CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t"), "'R'");
  EXPECT_EQ(Ask("CALL db.ping()"), "true");
  EXPECT_EQ(Ask("CALL dbms.components() YIELD name RETURN name"), "'liantu'");
  EXPECT_EQ(Ask("CALL db.schema.nodeTypeProperties() YIELD nodeLabels, propertyName, propertyTypes, mandatory WHERE propertyName = 'x' RETURN nodeLabels, propertyTypes, mandatory"),
            "['甲'], ['Long'], true");
  EXPECT_EQ(Ask("CALL apoc.meta.data() YIELD label, other, elementType, type, property WHERE type = 'RELATIONSHIP' RETURN label, property, other"), "'甲', 'R', ['B']");
  EXPECT_EQ(Ask("CALL apoc.meta.data() YIELD label, elementType, type, property WHERE elementType = 'relationship' RETURN label, property, type"), "'R', 'y', 'FLOAT'");
}

TEST(DeclaredTypes, AreReadAsSignaturesWriteThem) {
  EXPECT_EQ(ParseDeclaredType("STRING?")->kinds, Only(Kind::kString));
  EXPECT_TRUE(ParseDeclaredType("STRING?")->nullable);
  EXPECT_FALSE(ParseDeclaredType(" integer ")->nullable);
  EXPECT_EQ(ParseDeclaredType("NUMBER")->kinds, kNumberKinds);
  EXPECT_EQ(ParseDeclaredType("LIST? OF STRING")->kinds, Only(Kind::kList));
  EXPECT_TRUE(ParseDeclaredType("LIST<INTEGER?>?")->nullable);
  for (const char* wrong : {"", "STRNG", "LIST OF", "LIST<STRING", "STRING x"}) EXPECT_FALSE(ParseDeclaredType(wrong).ok()) << wrong;
}

TEST_F(Sessions, NamesThatAreReadAndNotKnownAreNoticed) {
  Ask("CREATE (:Company {name: '甲'})-[:SUPPLIES {year: 2025}]->(:Company)");
  const auto noticed = [&](const std::string& text) {
    Session session(*engine_, {.who = "me"});
    static const Budget kNone;
    auto cursor = session.Run(text, {}, kNone);
    EXPECT_TRUE(cursor.ok()) << text;
    std::string out;
    for (const Notice& notice : (*cursor)->Notices()) out += Text(notice.status, " ", notice.span.begin, " ", notice.message, "\n");
    return out;
  };
  EXPECT_EQ(noticed("MATCH (c:Company)-[s:SUPPLIES]->() WHERE s.year > 2000 RETURN c.name"), "");
  EXPECT_EQ(noticed("MATCH (c:Compny)-[:SUPLIES|SUPPLIES]->({nam: 1}) RETURN c.name"),
            "01N50 9 no node has the label 'Compny'; did you mean 'Company'?\n01N51 19 no relationship has the type 'SUPLIES'; did you mean 'SUPPLIES'?\n"
            "01N52 45 nothing has a property 'nam'; did you mean 'name'?\n");
  EXPECT_EQ(noticed("RETURN COUNT { (:Zzz) } + size([(a:Company)--(b:Zzz) | b.name]) AS n, {q: 1}.q AS q"), "01N50 17 no node has the label 'Zzz'\n");
  EXPECT_EQ(noticed("MATCH (c:!Zzz) WHERE NOT c:Yyy RETURN count(c.q) AS q"), "01N50 27 no node has the label 'Yyy'\n01N52 44 nothing has a property 'q'\n");
  // What the statement itself writes is not missing.
  EXPECT_EQ(noticed("MERGE (p:Park {code: 1}) ON CREATE SET p.area = 2 SET p:Big RETURN p.code, p.area, p:Big"), "");
  EXPECT_EQ(noticed("MATCH (a) WHERE a.fresh IS NULL SET a.fresh = 1"), "");
}

}  // namespace
}  // namespace liantu::query
