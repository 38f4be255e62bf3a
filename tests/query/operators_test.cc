// SPDX-License-Identifier: Apache-2.0
// The planned executor against the reference executor: the same rows for queries of every shape on small random graphs, on
// adjacency blocks, on the cached snapshot, and inside a transaction that has written.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "graph/database.h"
#include "query/binder.h"
#include "query/executor.h"
#include "query/parser.h"
#include "query/procedure.h"

namespace liantu::query {
namespace {

struct Answer {
  std::vector<std::string> rows;  // sorted, unless the query orders them
  std::string error;              // type and detail
  std::map<std::string, int> ops;
};

void CountOps(const PlanNode& node, std::map<std::string, int>& ops) {
  ++ops[node.op];
  for (const PlanNode& child : node.children) CountOps(child, ops);
}

Answer Answered(const std::string& text, const ValueMap& parameters, const graph::ReadView& view, bool planned, bool ordered, const Budget& budget) {
  Answer answer;
  auto statement = Parse(text);
  EXPECT_TRUE(statement.ok()) << text << "\n" << statement.status().message();
  if (!statement.ok()) return answer;
  ProcedureRegistry procedures;
  const Status bound = Bind(*statement, procedures);
  EXPECT_TRUE(bound.ok()) << text << "\n" << bound.message();
  if (!bound.ok()) return answer;
  Context context(parameters, budget);
  context.SetView(&view);
  ChangeCounts changes;
  auto source = planned ? RunPlanned(statement->query, statement->slot_count, context, changes) : RunReference(statement->query, statement->slot_count, context, changes);
  std::vector<Value> row;
  while (source->Next(row)) {
    std::string line;
    for (const Value& value : row) line += ToLiteral(value) + " | ";
    answer.rows.push_back(std::move(line));
  }
  if (context.failed()) {
    const QueryError error = Explain(context.status());
    answer.error = error.type + ": " + error.detail;
    answer.rows.clear();
  }
  if (!ordered) std::sort(answer.rows.begin(), answer.rows.end());
  if (planned) CountOps(*source->Plan(), answer.ops);
  return answer;
}

struct Graph {
  std::unique_ptr<graph::Database> db;
  explicit Graph(uint32_t seed, int nodes = 9, int edges = 16) {
    db = *graph::Database::Open("memory:", {.create = true});
    auto tx = *db->Begin({.who = "test", .origin = "test"});
    Fill(*tx, seed, nodes, edges);
    EXPECT_TRUE(tx->Commit().ok());
    EXPECT_TRUE(db->CreateIndex("A", "k").ok());
  }
  static void Fill(graph::Transaction& tx, uint32_t seed, int nodes, int edges) {
    std::mt19937 random(seed);
    const auto pick = [&](uint32_t n) { return static_cast<int>(random() % n); };
    std::vector<NodeId> ids;
    for (int i = 0; i < nodes; ++i) {
      std::vector<std::string> labels;
      if (pick(2) == 0) labels.push_back("A");
      if (pick(2) == 0) labels.push_back("B");
      graph::Properties properties{{"k", graph::Value(int64_t{pick(4)})}};
      if (pick(3) > 0) properties.emplace_back("v", graph::Value(int64_t{pick(5)}));
      static const graph::Value kNames[] = {graph::Value("abc"), graph::Value("ABC"), graph::Value("甲乙公司"), graph::Value("。"), graph::Value(""),
                                            graph::Value(int64_t{7}), graph::Value()};
      const graph::Value& name = kNames[pick(std::size(kNames))];
      if (!name.is_null()) properties.emplace_back("name", name);
      ids.push_back(*tx.CreateNode(labels, properties, {}));
    }
    for (int i = 0; i < edges; ++i) {
      const NodeId from = ids[static_cast<size_t>(pick(static_cast<uint32_t>(nodes)))], to = ids[static_cast<size_t>(pick(static_cast<uint32_t>(nodes)))];
      EXPECT_TRUE(tx.CreateEdge(pick(3) > 0 ? "R" : "S", from, to, {{"w", graph::Value(int64_t{pick(3)})}}, {}).ok());
    }
  }
};

const char* const kQueries[] = {
    "MATCH (n) RETURN n",
    "MATCH (n:A) RETURN n.k, n.v",
    "MATCH (n:A:B) WHERE n.v > 1 RETURN n",
    "MATCH (n:A|B) RETURN n",
    "MATCH (n:!A) RETURN n",
    "MATCH (n:A {k: 2}) RETURN n",
    "MATCH (n:A) WHERE n.k IN [1, 3, null, 1] RETURN n",
    "MATCH (n) WHERE id(n) = 3 RETURN n",
    "MATCH (n) WHERE elementId(n) = 'n:3' RETURN n",
    "MATCH (n:A) WHERE id(n) IN [1, 3, 3, null, 99, 2.0, 'x', 4.5, -1] RETURN n",
    "MATCH (n) WHERE elementId(n) IN ['n:1', 'n:01', 'r:2', 'n:', 'n:2x', 7, null, 'n:99999999999999999999', 'n:5'] RETURN n",
    "MATCH (n:A) WHERE id(n) IN [1, 2, 3, 4] AND n.k IN [1, 2] RETURN n",
    "MATCH (a)-[r]->(b) WHERE id(r) = 3 RETURN a, r, b",
    "MATCH (a:A)-[r:R]-(b) WHERE elementId(r) IN ['r:1', 'r:2', 'n:3', 'r:4', 'r:5', 'r:5', null] RETURN a, r, b",
    "MATCH (a)-[r]-(b), (b)-[s]->(c) WHERE id(r) IN [1, 2, 3] AND id(s) IN [2, 3, 4] RETURN a, r, b, s, c",
    "MATCH (a)-[r {w: 1}]->(b)-[t]->(c) WHERE id(r) IN [1, 2, 3, 4, 5, 6] RETURN a, r, b, t, c",
    "MATCH p = (a)<-[r]-(b) WHERE id(r) IN [5, 6] RETURN p",
    "MATCH (a)-[r]->(a) WHERE id(r) IN range(1, 16) RETURN a, r",
    "UNWIND [1, 2, 30] AS i MATCH ()-[r]->(b) WHERE id(r) = i RETURN i, r, b",
    "MATCH (a)-[rs*1..2]->(b) WHERE id(rs[0]) = 1 RETURN a, b",
    "MATCH (n) WHERE id(n) IN [1, 2] MATCH (n)-[r]->(m) WHERE id(r) = id(n) RETURN n, r, m",
    "OPTIONAL MATCH (a)-[r]->(b) WHERE id(r) = 99 RETURN a, r, b",
    "MATCH (a)-[r]->(b) WHERE id(r) IN [1, 2, 3] RETURN count(*)",
    "MATCH (a)-->(b) RETURN a, b",
    "MATCH (a)--(b) RETURN a, b",
    "MATCH (a)-[r:R]->(b:B) RETURN a, r, b",
    "MATCH (a)<-[r:R|S]-(b) WHERE r.w = 1 RETURN a, r, b",
    "MATCH (a)-[r]->(a) RETURN a, r",
    "MATCH (a)-[r]-(a) RETURN a, r",
    "MATCH (a)-->(b)-->(c) RETURN a, b, c",
    "MATCH (a)--(b)--(c)--(d) RETURN count(*)",
    "MATCH (a)-[:R]->(b)-[:R]->(c)-[:R]->(d) RETURN count(*)",
    "MATCH (a:A)-[:R]->(b)-[:S]->(c) RETURN a, count(*)",
    "MATCH (a:A)-[:R]->(b)-[s:S]->(c) RETURN a, count(s), count(DISTINCT c), count(c.v)",
    "MATCH (a)-->(b)-->(c)-->(a) RETURN a, b, c",
    "MATCH (a)-->(b), (a)-->(c) WHERE b.v = c.v RETURN a, b, c",
    "MATCH (a:A), (b:B) WHERE a.v = b.v RETURN a, b",
    "MATCH (a:A), (b:B) WHERE a.v = b.v + 1 AND a.k < b.k RETURN a, b",
    "MATCH (a:A), (b:B) RETURN a, b",
    "MATCH (a)-[r]->(b), (c)-[s]->(d) WHERE a.k = d.k RETURN a, b, c, d",
    "MATCH (a:A {k: 1}), (b:A) WHERE b.k = a.k + 1 RETURN a, b",
    "MATCH (a)-[*]->(b) RETURN a, b",
    "MATCH (a)-[*0..2]-(b) RETURN a, b",
    "MATCH (a:A)-[rs:R*1..3]->(b) RETURN a, rs, b",
    "MATCH (a:A)<-[rs*2..3]-(b:B) RETURN a, rs, b",
    "MATCH (a)-[rs:R* {w: 1}]->(b) RETURN a, rs, b",
    "MATCH (a)-[*1..2]->(b)-[*1..2]->(c) RETURN count(*)",
    "MATCH (a)-[*1..2]->(a) RETURN a",
    "UNWIND range(1, 5) AS x UNWIND range(x, 9, 3) AS y RETURN x, y",
    "UNWIND range(3, -4, -2) AS x UNWIND range(1, x) AS y RETURN x, y",
    "UNWIND range(9223372036854775806, 9223372036854775807) AS x RETURN x",
    "UNWIND range(1, null) AS x RETURN x",
    "UNWIND range(1, 2, 0) AS x RETURN x",
    "MATCH (a)-[:R*1..3]->(b) RETURN DISTINCT a, b",
    "MATCH (a)-[:R*]->(b) RETURN DISTINCT a, b",
    "MATCH (a)-[*]-(b) RETURN DISTINCT a, b",
    "MATCH (a)-[*1..2]-(b) RETURN DISTINCT a, b",
    "MATCH (a)-[*1..3]-(b) RETURN DISTINCT a, b",
    "MATCH (a)-[*0..3]-(b:A) RETURN DISTINCT a, b",
    "MATCH (a)-[*1..3 {w: 1}]-(b) RETURN DISTINCT a, b",
    "MATCH (a:A)-[:R*0..2]->(b) RETURN a, count(DISTINCT b)",
    "MATCH (a)-[*1..3]->(a) RETURN DISTINCT a",
    "MATCH (a)-[*1..3]-(a) RETURN DISTINCT a",
    "MATCH (a)-[:R*]->(b)-[:S]->(c) RETURN DISTINCT a, c",
    "MATCH (a)-[:R*1..2]->(b)-[:R]->(c) RETURN DISTINCT a, c",
    "MATCH p = (a:A)-->(b)-[*0..2]->(c) RETURN p",
    "MATCH p = (a:A)<-[*1..2]-(b) RETURN p, length(p)",
    "MATCH p = (a) RETURN p",
    "MATCH (a:A), (b:B) MATCH p = shortestPath((a)-[*]->(b)) RETURN a, b, length(p)",
    "MATCH (a:A), (b:B) MATCH p = allShortestPaths((a)-[*]-(b)) RETURN a, b, p",
    "MATCH (a:A), (b:B), p = shortestPath((a)-[rs:R*..3]-(b)) RETURN a, b, size(rs), length(p)",
    "MATCH (a:A), (b:B) MATCH p = shortestPath((a)-[*0..]->(b)) RETURN a, b, length(p)",
    "MATCH p = ANY SHORTEST (a:A)-[:R*]->(b:B) RETURN a, b, length(p)",
    "MATCH p = ALL SHORTEST (a:A)-[:R]->+(b:B) RETURN a, b, p",
    "MATCH p = SHORTEST 2 (a:A)-[:R*]->(b:B) RETURN a, b, length(p)",
    "MATCH ACYCLIC (a:A)-[:R*]->(b) RETURN a, b",
    "MATCH (a:A)((x)-[r:R]->(y) WHERE x.k <> y.k){1,3}(b) RETURN a, b, x, r",
    "MATCH REPEATABLE ELEMENTS (a)-[:R]->(b)<-[:R]-(c) RETURN a, b, c",
    "MATCH (a:A) OPTIONAL MATCH (a)-[r:S]->(b) RETURN a, r, b",
    "MATCH (a:A) OPTIONAL MATCH (a)-[:R]->(b:B) WHERE b.v > a.v RETURN a, b",
    "OPTIONAL MATCH (a:Nothing) OPTIONAL MATCH (a)-->(b) RETURN a, b",
    "OPTIONAL MATCH (a:Nothing) MATCH (a)-->(b) RETURN a, b",
    "MATCH (a)-[r]->(b) MATCH (c)-[r]->(d) RETURN a, b, c, d",
    "MATCH (a)-[r]->(b) MATCH (c)-[r]-(d) RETURN a, b, c, d",
    "MATCH (a)-[r]->(b) WITH r, b MATCH (b)-[s]-(c) WHERE s <> r RETURN r, s, c",
    "MATCH (a)-[r:R]->(b) WITH a, b MATCH (a)-[s]->(b) RETURN a, b, s",
    "MATCH (a)-[r]->(b)-[s]->(c) WITH [r, s] AS rs, a AS x MATCH (x)-[rs*]->(y) RETURN x, y",
    "MATCH (a)-[r]->(b)-[s]->(c) WITH [r, s] AS rs, c AS x MATCH (y)-[rs*]->(x) RETURN x, y",
    "MATCH (n) WITH n.k AS k, collect(n.v) AS vs RETURN k, size(vs)",
    "MATCH (n) RETURN n.k AS k, count(*) AS c, sum(n.v), avg(n.v), min(n.v), max(n.v), count(DISTINCT n.v)",
    "MATCH (n:Nothing) RETURN count(*), collect(n), sum(n.v)",
    "MATCH (n:Nothing) RETURN n.k, count(*)",
    "MATCH (n) RETURN n.k AS k, count(*) + 1 AS c, n.k + 1 + count(*) AS d",
    "MATCH (n) RETURN DISTINCT n.k",
    "MATCH (a)-->(b) WITH DISTINCT b MATCH (b)<--(c) RETURN b, count(DISTINCT c)",
    "MATCH (a) WITH a, size([(a)-->(b) | b]) AS d WHERE d > 1 RETURN a, d",
    "MATCH (a) WITH a, [(a)-[r]->(b:A) WHERE b.k > 0 | b.k] AS ks UNWIND ks AS k RETURN a, k",
    "MATCH (a) WHERE (a)-[:R]->(:B) RETURN a",
    "MATCH (a) WHERE NOT (a)-[:R*2]->(:B) RETURN a",
    "MATCH (a) WHERE EXISTS { (a)-[:R*]->(:A) } RETURN a",
    "MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WHERE b.k = a.k RETURN b } RETURN a",
    "MATCH (a) RETURN a, COUNT { (a)-->(b) WHERE b.k > 1 } AS c",
    "MATCH (a) RETURN a, COLLECT { MATCH (a)-->(b) RETURN b.k ORDER BY b.k } AS c",
    "MATCH (a:A) CALL { WITH a MATCH (a)-->(b) RETURN count(b) AS c } RETURN a, c",
    "MATCH (a:A) CALL (a) { MATCH (a)-->(b) RETURN b ORDER BY id(b) LIMIT 1 } RETURN a, b",
    "CALL { MATCH (n:A) RETURN n UNION MATCH (n:B) RETURN n } RETURN n",
    "MATCH (n:A) RETURN n.k AS x UNION MATCH (n:B) RETURN n.v AS x",
    "MATCH (n:A) RETURN n.k AS x UNION ALL MATCH (n:B) RETURN n.v AS x",
    "UNWIND [3, 1, 2] AS x UNWIND [x, x * 10] AS y RETURN x, y",
    "UNWIND [1, 2] AS x MATCH (n {k: x}) RETURN x, n",
    "UNWIND $list AS x MATCH (n:A {k: x}) RETURN x, n",
    "MATCH (n:A {k: $k}) RETURN n",
    "MATCH (n {v: null}) RETURN n",
    "MATCH (n) WHERE n.k = 'text' RETURN n",
    "MATCH (n) WITH n ORDER BY n.k SKIP 2 LIMIT 3 RETURN n.k",
    "MATCH (n) WITH n ORDER BY id(n) LIMIT 4 MATCH (n)-->(m) RETURN n, m",
    "MATCH (a) WITH collect(a) AS as UNWIND as AS x MATCH (x)-->(y) WHERE y IN as RETURN x, y",
    "MATCH (a:A)-[r]-(b:B) WHERE type(r) = 'R' AND (a.k = 1 OR b.k = 2) RETURN a, b",
    "MATCH (a)-[r:!S]->(b) RETURN a, r, b",
    "MATCH (a:A WHERE a.k > 1)-[r WHERE r.w > 0]->(b) RETURN a, r, b",
    "MATCH (a)-->(b) WHERE a.v / 0 = 1 RETURN a",
    "MATCH (n:A {name: 'abc'}) RETURN n",
    "MATCH (n {name: 'ABC'})-->(m) RETURN n, m",
    "MATCH (n:A) WHERE n.name = '' RETURN n",
    "MATCH (n:A) WHERE n.name = 7 RETURN n",
    "MATCH (n:A:B) WHERE n.name IN ['甲乙', '甲乙公司', 7, null, 'abc', '。', '', 'abc'] RETURN n",
    "MATCH (n:Nothing {name: 'abc'}) RETURN n",
    "UNWIND ['abc', '。', 7, null, ['abc']] AS x MATCH (n:A {name: x}) RETURN x, n",
    "MATCH (n:A) MATCH (m:B {name: n.name}) RETURN n, m",
    "MATCH (n:A {name: 'abc'}) MATCH (m:B {name: n.name}) WHERE m.k = 1 RETURN n, m",
    "MATCH (n:A) WHERE EXISTS { (:B {name: n.name})-->() } RETURN n",
    "MATCH (n:A&!B {name: 'abc'})-[:R*1..2]->(m {name: 'ABC'}) RETURN n, m",
    "MATCH p = SHORTEST 2 ({name: 'abc'})-->+({name: 'ABC'}) RETURN length(p)",
    "MATCH (a:A) MATCH (b:B {v: a.v}) RETURN a, b",
    "MATCH (a:A) MATCH (b:B {v: a.v, k: a.k})-->(c {v: a.k}) RETURN a, b, c",
    "UNWIND [1, null, 2, 2.0] AS v MATCH (b:B {v: v}) RETURN v, b",
    "MATCH (a:A) MATCH ({v: a.v})-[r {w: a.k}]->(c) RETURN a, r, c",
    "MATCH (a:A) OPTIONAL MATCH (b:B {v: a.v}) WHERE b.k > 1 RETURN a, b",
    "MATCH (a)--(b) MATCH (c)--(d) RETURN count(*)",
    "MATCH (a)-[:R]->(b) MATCH (c:A)-->(d) RETURN a, count(*)",
    "MATCH (a:A) MATCH (b)--(c), (d:B) RETURN count(*), count(c)",
    "MATCH (a:A), (b:B)-->(c) WHERE a.v = b.v RETURN count(*)",
};

const char* const kOrdered[] = {
    "MATCH (n) RETURN n.k, id(n) ORDER BY n.k DESC, id(n)",
    "MATCH (n) RETURN n.v AS v, id(n) AS i ORDER BY v, i SKIP 1 LIMIT 4",
    "MATCH (n) RETURN n.v AS v, id(n) AS i ORDER BY v DESC, i DESC LIMIT 3",
    "MATCH (n) RETURN DISTINCT n.k AS k ORDER BY k DESC",
    "MATCH (n) RETURN n.k AS k, count(*) AS c ORDER BY c DESC, k LIMIT 2",
    "MATCH (n) WITH n ORDER BY n.v, id(n) RETURN collect(id(n))",
    "MATCH (n) RETURN id(n) ORDER BY id(n) LIMIT 0",
    "MATCH (a)-->(b) RETURN a.k AS x, count(b) AS c ORDER BY c + x, x",
};

ValueMap Parameters() {
  return {{"k", Value::Integer(2)}, {"list", Value::List({Value::Integer(1), Value(), Value::Integer(3)})}, {"map", Value::Map({{"k", Value::Integer(1)}})}};
}

void Compare(const graph::ReadView& view, const char* query, bool ordered, const char* where, uint32_t seed) {
  const Budget budget;
  const ValueMap parameters = Parameters();
  const Answer want = Answered(query, parameters, view, false, ordered, budget);
  const Answer got = Answered(query, parameters, view, true, ordered, budget);
  EXPECT_EQ(got.error, want.error) << query << " (" << where << ", seed " << seed << ")";
  EXPECT_EQ(got.rows, want.rows) << query << " (" << where << ", seed " << seed << ")";
}

TEST(Operators, AnswerAsTheReferenceOnAdjacencyBlocks) {
  for (uint32_t seed = 1; seed <= 4; ++seed) {
    Graph g(seed);
    const graph::ReadView view = *g.db->Read();
    for (const char* query : kQueries) Compare(view, query, false, "blocks", seed);
    for (const char* query : kOrdered) Compare(view, query, true, "blocks", seed);
  }
}

TEST(Operators, AnswerAsTheReferenceOnSnapshots) {
  for (uint32_t seed = 11; seed <= 13; ++seed) {
    Graph g(seed);
    const graph::ReadView view = *g.db->Read();
    // Enough expansions of each kind that all later ones run on snapshots and label bits.
    const Budget budget;
    for (int i = 0; i < 60; ++i) {
      for (const char* warm : {"MATCH (a)--(b)--(c:A:B) RETURN count(c)", "MATCH (a)-[:R]-(b)-[:R]-(c) RETURN count(c)", "MATCH (a)-[:S]-(b:A)-[:S]-(c:B) RETURN count(c)",
                               "MATCH (a)-[:R|S]-(b:A)-[:S|R]-(c:B) RETURN count(c)"}) {
        Answered(warm, {}, view, true, true, budget);
      }
    }
    for (const char* query : kQueries) Compare(view, query, false, "snapshot", seed);
    for (const char* query : kOrdered) Compare(view, query, true, "snapshot", seed);
  }
}

// Enough nodes and relationships that properties come from columns after the first few hundred.
TEST(Operators, AnswerAsTheReferenceOnColumnsOfProperties) {
  Graph g(31, 900, 1500);
  for (int round = 0; round < 2; ++round) {
    const graph::ReadView view = *g.db->Read();
    for (const char* query : {"MATCH (n) RETURN n.k, n.v, n.none", "MATCH (n) WHERE n.v > 2 RETURN n.k + n.v AS s", "MATCH (a)-[r]->(b) RETURN r.w, a.v, b.k",
                              "MATCH (a)-[r:R]->(b) WHERE a.v < b.v AND r.w > 0 RETURN a.k, sum(b.v), count(r.w)", "MATCH (n:A) RETURN n.v, count(*)",
                              "MATCH (a)-[r]-(b) RETURN type(r), count(*)", "MATCH (a:A)-[r:!S]->(b) RETURN type(r), r.w, b.k", "MATCH ()-[r]->() WHERE r:S RETURN count(r)",
                              "MATCH (a)-[r]->(b) RETURN labels(a), type(r), labels(b), count(*)", "MATCH (a)-->(b) WHERE b:A OR b.k = 1 RETURN count(*)"}) {
      Compare(view, query, false, "columns", 31);
    }
    // A commit makes another state, in which the values are others.
    auto tx = *g.db->Begin({.who = "test", .origin = "test"});
    for (uint64_t id = 1; id <= 50; ++id) EXPECT_TRUE(tx->SetProperty(NodeId{id}, "v", graph::Value(int64_t{77})).ok());
    EXPECT_TRUE(tx->Commit().ok());
  }
}

TEST(Operators, CountUpARangeWithoutMakingAListOfIt) {
  Graph g(41);
  Budget budget;
  budget.set_max_bytes(1 << 20);
  const Answer answer = Answered("UNWIND range(1, 1000000) AS x WITH x WHERE x % 250000 = 0 RETURN x", {}, *g.db->Read(), true, true, budget);
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.rows, (std::vector<std::string>{"250000 | ", "500000 | ", "750000 | ", "1000000 | "}));
}

// A snapshot that the memory does not allow is done without.
TEST(Operators, ExpandOnBlocksWhereMemoryIsShort) {
  Graph g(42, 400, 3000);
  Budget budget;
  budget.set_max_bytes(60'000);
  const Answer answer = Answered("MATCH (a)-->(b)-->(c) RETURN count(*)", {}, *g.db->Read(), true, true, budget);
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.rows, Answered("MATCH (a)-->(b)-->(c) RETURN count(*)", {}, *g.db->Read(), false, true, Budget()).rows);
}

TEST(Operators, AnswerAsTheReferenceInsideATransaction) {
  Graph g(21, 5, 6);
  auto tx = *g.db->Begin({.who = "test", .origin = "test"});
  Graph::Fill(*tx, 22, 4, 9);
  for (const char* query : kQueries) Compare(tx->view(), query, false, "transaction", 21);
  for (const char* query : kOrdered) Compare(tx->view(), query, true, "transaction", 21);
}

// Companies in districts in cities, as roll-ups see them. `loose`: some are in two districts, some in none.
TEST(Operators, CountsByTheEndsOfAChainAreThoseOfItsRows) {
  for (const bool loose : {false, true}) {
    auto db = *graph::Database::Open("memory:", {.create = true, .ontology = graph::Ontology::None()});
    auto tx = *db->Begin({.who = "test", .origin = "test"});
    std::mt19937 random(loose ? 5 : 6);
    const auto pick = [&](size_t n) { return static_cast<size_t>(random() % n); };
    std::vector<NodeId> cities, districts, companies;
    const auto node = [&](const char* label) { return *tx->CreateNode({label}, {}, {}); };
    const auto edge = [&](const char* type, NodeId from, NodeId to) { ASSERT_TRUE(tx->CreateEdge(type, from, to, {}, {}).ok()); };
    for (int i = 0; i < 3; ++i) cities.push_back(node("City"));
    for (int i = 0; i < 7; ++i) districts.push_back(node(i == 6 ? "County" : "District"));
    for (size_t i = 0; i < 7; ++i) edge("IN", districts[i], cities[i % 3]);
    for (int i = 0; i < 300; ++i) {
      companies.push_back(node(i % 40 == 0 ? "Bank" : "Company"));
      if (loose && pick(10) == 0) continue;
      edge("IN", companies.back(), districts[pick(7)]);
      if (loose && pick(20) == 0) edge("IN", companies.back(), districts[pick(7)]);
    }
    for (int i = 0; i < 900; ++i) edge("SELLS", companies[pick(300)], companies[pick(300)]);
    edge("SELLS", companies[1], districts[0]);
    ASSERT_TRUE(tx->Commit().ok());
    const graph::ReadView view = *db->Read();
    for (const char* query : {
             "MATCH (x:City)<-[:IN]-(:District)<-[:IN]-(a:Company)-[:SELLS]->(b:Company) MATCH (b)-[:IN]->(:District)-[:IN]->(y:City) RETURN x, y, count(*)",
             "MATCH (y:City)<-[:IN]-(:District)<-[:IN]-(b:Company)<-[:SELLS]-(a:Company) MATCH (a)-[:IN]->(:District)-[:IN]->(x:City) WITH x, y, count(*) AS n RETURN x, y, n",
             "MATCH (x:City)<-[:IN]-(:District)<-[:IN]-(a:Company)-[:SELLS]->(b:Company)-[:IN]->(:District)-[:IN]->(y:City) RETURN x, y, count(*)",
             "MATCH (x)<-[:IN]-()<-[:IN]-(a)-[:SELLS]->(b) MATCH (b)-[:IN]->()-[:IN]->(y) RETURN x, y, count(*)",
             "MATCH (x:District)<-[:IN]-(a)-[:SELLS]->(b) MATCH (b)-[:IN]->(y:District) RETURN x, y, count(*)",
             "MATCH (x:District)<-[:IN]-(a)-[:SELLS]->(b) MATCH (b)-[:IN]->(y:District) WITH x, y, count(*) AS n WHERE n > 3 RETURN y, sum(n)",
             "MATCH (x:City)<-[:IN]-(:District)<-[:IN]-(a:Company)-[:SELLS]->(b:Company)-[:SELLS]->(c) MATCH (c)-[:IN]->(y:District) RETURN x, y, count(*)",
             "MATCH (a:Company)-[:SELLS]->(b:Company) MATCH (b)-[:IN]->(:District)-[:IN]->(y:City) RETURN a, y, count(*)",
             "MATCH (a:Company)-[:SELLS]->(b:Company) MATCH (b)-[:IN]->(:District)-[:IN]->(y:City) RETURN y, count(*)",
             "MATCH (x:City)<-[:IN]-(:District)<-[:IN]-(a:Company)-[:SELLS]-(b:Company) MATCH (b)-[:IN]->(:District)-[:IN]->(y:City) RETURN x, y, count(*)",
         }) {
      for (int again = 0; again < 2; ++again) Compare(view, query, false, loose ? "loose" : "strict", 0);
    }
  }
}

std::map<std::string, int> Ops(const std::string& query) {
  Graph g(1);
  const Budget budget;
  return Answered(query, Parameters(), *g.db->Read(), true, false, budget).ops;
}

TEST(Plan, AKeyIsSoughtNotScanned) {
  const auto ops = Ops("MATCH (n:A {k: $k})-->(m) RETURN m");
  EXPECT_TRUE(ops.contains("NodeIndexSeek"));
  EXPECT_FALSE(ops.contains("NodeByLabelScan"));
}

TEST(Plan, WhatIsGivenByIdIsSought) {
  EXPECT_TRUE(Ops("MATCH (n) WHERE elementId(n) = 'n:1' RETURN n").contains("NodeByIdSeek"));
  EXPECT_TRUE(Ops("MATCH (n) WHERE elementId(n) IN $list RETURN n").contains("NodeByIdSeek"));
  const auto ops = Ops("MATCH (a)-[r]-(b) WHERE elementId(r) IN $list RETURN a, b");
  EXPECT_TRUE(ops.contains("RelationshipByIdSeek"));
  EXPECT_FALSE(ops.contains("AllNodesScan"));
}

TEST(Plan, ANameIsLookedUpNotScannedFor) {
  for (const char* query : {"MATCH (n:A {name: $k})-->(m) RETURN m", "MATCH (n) WHERE n.name = 'x' RETURN n", "MATCH (n:A) WHERE n.name IN ['x', 'y'] RETURN n"}) {
    const auto ops = Ops(query);
    EXPECT_TRUE(ops.contains("NodeByNameSeek")) << query;
    EXPECT_FALSE(ops.contains("NodeByLabelScan") || ops.contains("AllNodesScan")) << query;
  }
  EXPECT_TRUE(Ops("MATCH (n:A {k: 1, name: 'x'}) RETURN n").contains("NodeIndexSeek"));  // an index proper first
  EXPECT_TRUE(Ops("MATCH (n:A) MATCH (m:B {name: n.name}) RETURN n, m").contains("HashJoin"));
  EXPECT_FALSE(Ops("MATCH (n:A) WHERE n.name STARTS WITH 'x' RETURN n").contains("NodeByNameSeek"));
}

TEST(Plan, ACycleIsClosedByLookingForOneEdge) { EXPECT_TRUE(Ops("MATCH (a)-->(b)-->(c)-->(a) RETURN a").contains("ExpandInto")); }

TEST(Plan, EqualPropertiesOfUnconnectedPartsAreHashed) {
  EXPECT_TRUE(Ops("MATCH (a:A), (b:B) WHERE a.v = b.v RETURN a, b").contains("HashJoin"));
  EXPECT_TRUE(Ops("MATCH (a:A) MATCH (b:B {v: a.v}) RETURN a, b").contains("HashJoin"));
  EXPECT_TRUE(Ops("UNWIND [1, 2] AS v MATCH (b:B {v: v + 1}) RETURN v, b").contains("HashJoin"));
}

TEST(Plan, ReachabilityVisitsEveryNodeOnce) {
  EXPECT_TRUE(Ops("MATCH (a)-[:R*]->(b) RETURN DISTINCT a, b").contains("ReachExpand"));
  EXPECT_TRUE(Ops("MATCH (a)-[:R*1..3]->(b) RETURN count(DISTINCT b)").contains("ReachExpand"));
  EXPECT_FALSE(Ops("MATCH (a)-[:R*1..3]->(b) RETURN count(b)").contains("ReachExpand"));
  EXPECT_FALSE(Ops("MATCH p = (a)-[:R*1..3]->(b) RETURN DISTINCT p").contains("ReachExpand"));
}

TEST(Plan, QuantifiedPatternsBeginWhereAKeyLeads) {
  auto ops = Ops("MATCH (n:A {k: $k})-[r:R WHERE r.w > 0]->{1,2}(m) RETURN m");
  EXPECT_TRUE(ops.contains("NodeIndexSeek"));
  EXPECT_TRUE(ops.contains("VarLengthExpand"));
  EXPECT_TRUE(Ops("MATCH (n)((x)-[:R]->(y)){1,2}(m) RETURN DISTINCT m").contains("ReachExpand"));
  EXPECT_TRUE(Ops("MATCH (n)((x)-[:R]->(y)){1,2}(m) RETURN m, size(x)").contains("PatternSearch"));
  EXPECT_TRUE(Ops("MATCH (n)((x)-[r:R WHERE x.k > 0]->(y)){1,2}(m) RETURN m").contains("PatternSearch"));
  ops = Ops("MATCH (n)((x)-[:R]->(y) WHERE x.k < y.k){1,2}(m:A {k: $k}) RETURN m");
  EXPECT_TRUE(ops.contains("NodeIndexSeek"));
  EXPECT_TRUE(ops.contains("PatternSearch"));
  ops = Ops("MATCH p = ANY SHORTEST (n:A {k: $k})-[:R]->+(m:A {k: 1}) RETURN p");
  EXPECT_EQ(ops["NodeIndexSeek"], 2);
  EXPECT_TRUE(ops.contains("ShortestPath"));
}

TEST(Plan, TheLastExpansionUnderACountIsOnlyCounted) {
  EXPECT_TRUE(Ops("MATCH (a)-[:R]->(b)-[:R]->(c) RETURN count(*)").contains("ExpandCount"));
  EXPECT_FALSE(Ops("MATCH (a)-[:R]->(b)-[:R]->(c) RETURN collect(c)").contains("ExpandCount"));
}

TEST(Plan, ProfileCountsRows) {
  Graph g(1);
  const Budget budget;
  auto statement = *Parse("MATCH (n) RETURN n.k");
  ProcedureRegistry procedures;
  ASSERT_TRUE(Bind(statement, procedures).ok());
  const ValueMap parameters;
  Context context(parameters, budget);
  const graph::ReadView view = *g.db->Read();
  context.SetView(&view);
  ChangeCounts changes;
  auto source = RunPlanned(statement.query, statement.slot_count, context, changes, true);
  std::vector<Value> row;
  uint64_t rows = 0;
  while (source->Next(row)) ++rows;
  const PlanNode plan = *source->Plan();
  EXPECT_EQ(rows, 9u);
  EXPECT_EQ(plan.children[0].rows, 9u);
  EXPECT_EQ(plan.children[0].children[0].op, "AllNodesScan");
  EXPECT_EQ(plan.children[0].children[0].rows, 9u);
}

// A ring of companies that own each other, as real ownership data has them: the number of trails is astronomic.
struct Rings {
  std::unique_ptr<graph::Database> db;
  Rings() {
    db = *graph::Database::Open("memory:", {.create = true});
    auto tx = *db->Begin({.who = "test", .origin = "test"});
    std::vector<NodeId> ids;
    for (int i = 0; i < 850; ++i) ids.push_back(*tx->CreateNode({"Company"}, {{"n", graph::Value(int64_t{i})}}, {}));
    for (size_t i = 0; i < ids.size(); ++i) {
      for (const size_t step : {1, 7, 31, 400}) EXPECT_TRUE(tx->CreateEdge("OWNS", ids[i], ids[(i + step) % ids.size()], {}, {}).ok());
    }
    EXPECT_TRUE(tx->Commit().ok());
  }
  std::string Fails(const std::string& query, const Budget& budget, uint64_t* rows) {
    auto statement = *Parse(query);
    ProcedureRegistry procedures;
    EXPECT_TRUE(Bind(statement, procedures).ok());
    const ValueMap parameters;
    Context context(parameters, budget);
    const graph::ReadView view = *db->Read();
    context.SetView(&view);
    ChangeCounts changes;
    auto source = RunPlanned(statement.query, statement.slot_count, context, changes);
    std::vector<Value> row;
    *rows = 0;
    while (source->Next(row)) ++*rows;
    source.reset();
    EXPECT_LT(context.charged(), 4096u);
    return context.status().message();
  }
};

TEST(Budgets, EndlessTrailsStopAtTheTimeBudget) {
  Rings rings;
  for (const char* query : {"MATCH (a:Company {n: 0})-[*]->(b) RETURN count(*)", "MATCH p = (a:Company {n: 0})-[*]-(b) WHERE b.n < 0 RETURN p",
                            "MATCH (a)-->(b), (c)-->(d), (e)-->(f) RETURN count(a.n + d.n + f.n)"}) {
    Budget budget;
    budget.set_timeout_ms(200);
    uint64_t rows = 0;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_NE(rings.Fails(query, budget, &rows).find("time budget"), std::string::npos) << query;
    // The promise is 100 ms; a loaded machine may stretch it.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << query;
  }
}

TEST(Budgets, HeldRowsStopAtTheMemoryBudget) {
  Rings rings;
  for (const char* query : {"MATCH (a:Company {n: 0})-[*]->(b) RETURN collect(b)", "MATCH p = (a:Company)-[*]->(b) RETURN p ORDER BY length(p)",
                            "MATCH (a:Company)-[rs*]->(b) RETURN DISTINCT rs", "MATCH (a:Company)-[rs*]->(b) RETURN rs, count(*)"}) {
    Budget budget;
    budget.set_max_bytes(16 << 20);
    uint64_t rows = 0;
    EXPECT_NE(rings.Fails(query, budget, &rows).find("memory budget"), std::string::npos) << query;
  }
}

TEST(Budgets, ReachabilityNeedsNone) {
  Rings rings;
  Budget budget;
  budget.set_timeout_ms(20000);
  budget.set_max_bytes(64 << 20);
  for (const auto& [query, want] : std::map<std::string, uint64_t>{{"MATCH (a:Company {n: 0})-[*]->(b) RETURN DISTINCT b", 850},
                                                                  {"MATCH (a:Company {n: 0})-[*]-(b) RETURN DISTINCT b", 850},
                                                                  {"MATCH (a:Company) WHERE EXISTS { (a)-[*]->(:Company {n: 5}) } RETURN a", 850},
                                                                  {"MATCH (a:Company {n: 0})-[*]->(b) RETURN count(DISTINCT b)", 1}}) {
    uint64_t rows = 0;
    EXPECT_EQ(rings.Fails(query, budget, &rows), "") << query;
    EXPECT_EQ(rows, want) << query;
  }
}

TEST(Budgets, TheShortestPathsNeedNone) {
  Rings rings;
  Budget budget;
  budget.set_timeout_ms(60000);
  budget.set_max_bytes(64 << 20);
  for (const auto& [query, want] : std::map<std::string, uint64_t>{
           {"MATCH p = SHORTEST 3 (a:Company {n: 0})-[:OWNS]->+(b:Company {n: 5}) RETURN p", 3},
           {"MATCH p = SHORTEST 3 (a:Company {n: 0})-[:OWNS]-+(b:Company {n: 500}) RETURN p", 3},
           {"MATCH p = SHORTEST 2 GROUPS (a:Company {n: 0})-[:OWNS]->+(b:Company {n: 8}) RETURN p", 3},  // 1 and 7 either way; a longer one
           {"MATCH p = ALL SHORTEST (a:Company {n: 0})-[:OWNS]->+(b:Company {n: 38}) RETURN p", 2},
           {"MATCH p = ANY SHORTEST (a:Company {n: 0})((x)-[:OWNS]->(y) WHERE x.n <> y.n)+(b:Company) RETURN p", 850}}) {
    uint64_t rows = 0;
    EXPECT_EQ(rings.Fails(query, budget, &rows), "") << query;
    EXPECT_EQ(rows, want) << query;
  }
}

}  // namespace
}  // namespace liantu::query
