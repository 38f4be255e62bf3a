// SPDX-License-Identifier: Apache-2.0
// The industry questions and the analysis methods called from a query, end to end.
#include "chain/procedures.h"

#include "analysis/registry.h"
#include "chain/help.h"
#include "query/cells.h"
#include "query/session.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

class Procedures : public testing::Test {
 protected:
  Procedures()
      : g_(TinyGraph("x:Company -LOCATED_IN-> a:City; y:Company -LOCATED_IN-> b:City; z:Company -LOCATED_IN-> b; p:Park -LOCATED_IN-> a; p -HOSTS-> x; "
                     "x -SUPPLIES {product: 灯}-> y; y -SUPPLIES-> z; z -OWNS {relation: subsidiary}-> x; c:Chain; s:Segment -PART_OF-> c; "
                     "t:Segment -PART_OF-> c; s -UPSTREAM_OF-> t; x -OPERATES_IN-> s; y -OPERATES_IN-> t")),
        registry_(std::make_shared<query::ProcedureRegistry>()) {
    query::RegisterDatabaseProcedures(*registry_);
    RegisterProcedures(*registry_, g_.database());
    engine_ = std::make_unique<query::Engine>(g_.database(), registry_);
  }
  // Rows as text, or the message of the failure.
  std::string Run(const std::string& text) {
    query::Session session(*engine_, {.who = "test"});
    const Budget budget;
    auto cursor = session.Run(text, {}, budget);
    if (!cursor.ok()) return cursor.status().message();
    std::string out;
    std::vector<query::Value> row;
    while (true) {
      auto more = (*cursor)->Next(row);
      if (!more.ok()) return more.status().message();
      if (!*more) return out;
      if (!out.empty()) out += "; ";
      for (size_t i = 0; i < row.size(); ++i) out += (i ? ", " : "") + query::Readable(row[i], (*cursor)->context());
    }
  }
  Tiny g_;
  std::shared_ptr<query::ProcedureRegistry> registry_;
  std::unique_ptr<query::Engine> engine_;
};

TEST_F(Procedures, AnEntityIsGivenByNameOrAsANode) {
  EXPECT_EQ(Run("CALL liantu.parks('x') YIELD park, kind RETURN park.key, kind"), "'p', 'hosted'");
  EXPECT_EQ(Run("MATCH (c:Company {key: 'z'}) CALL liantu.parks(c) YIELD park, kind, through RETURN park.key, kind, through[0].owned.key"), "'p', 'through a controlled company', 'x'");
}

TEST_F(Procedures, LinksComeAsPaths) {
  EXPECT_EQ(Run("CALL liantu.links('a', 'b', {tiers: 2}) YIELD forward, path RETURN forward, [n IN nodes(path) | n.key]"), "true, ['x', 'y']");
}

TEST_F(Procedures, LinkageMembersAndPlacesGiveTheirStructs) {
  EXPECT_EQ(Run("CALL liantu.linkage('a', 'b') YIELD aToB, bToA, ties, tooFew RETURN aToB, bToA, ties[0].product, tooFew"), "1, 0, '灯', true");
  EXPECT_EQ(Run("CALL liantu.members('b') YIELD node, membership RETURN node.key, membership"), "'y', 'seated'; 'z', 'seated'");
  EXPECT_EQ(Run("CALL liantu.within('b') YIELD node RETURN node.key"), "'y'; 'z'");
}

TEST_F(Procedures, WithinRollsUpAlongThePlaceAndTheChainTree) {
  EXPECT_EQ(Run("MATCH (n:Company) WHERE liantu.within('b', n) RETURN n.key"), "'y'; 'z'");
  EXPECT_EQ(Run("MATCH (n:Company) WHERE liantu.within('c', n) RETURN n.key"), "'x'; 'y'");
  EXPECT_EQ(Run("MATCH (n:Segment), (c:Chain) WHERE LIANTU.WITHIN(c, n) RETURN n.key"), "'s'; 't'");
  EXPECT_EQ(Run("MATCH (a:City {key: 'a'}) RETURN liantu.within('a', a), liantu.within('b', a), liantu.within(null, a)"), "true, false, null");
  EXPECT_NE(Run("RETURN liantu.within(1, null)").find("InvalidArgumentType"), std::string::npos);
  EXPECT_NE(Run("RETURN liantu.wihtin('a', null)").find("liantu.within"), std::string::npos);
  EXPECT_EQ(Run("SHOW FUNCTIONS YIELD name WHERE name = 'liantu.within' RETURN count(*)"), "1");
}

TEST_F(Procedures, EvidenceIsReadableInTheLanguage) {
  EXPECT_EQ(Run("MATCH (n:Company {key: 'x'})-[r:SUPPLIES]->() RETURN certainty(n), certainty(r), certainty(r, 'product'), certainty(r, 'nothing'), size(sources(r)), batch(n) = batch(r)"),
            "'stated', 'stated', 'stated', null, 0, true");
}

TEST_F(Procedures, GapsAndRiskGiveTheirStructs) {
  EXPECT_EQ(Run("CALL liantu.gaps('a', 'c') YIELD segment, kind, candidates RETURN segment.key, kind, candidates[0].company.key"), "'t', 'extend', 'y'");
  EXPECT_EQ(Run("CALL liantu.risk('x') YIELD company, round RETURN company.key, round"), "'y', 1; 'z', 2");
}

TEST_F(Procedures, EveryAnalysisMethodIsACall) {
  EXPECT_EQ(Run("CALL algo.degree({types: ['SUPPLIES']}) YIELD node, score RETURN node.key, score ORDER BY score DESC, node.key LIMIT 1"), "'y', 2.0");
  for (const analysis::Method& method : analysis::Methods()) {
    EXPECT_NE(registry_->Find("algo." + method.name), nullptr) << method.name;
  }
}

TEST_F(Procedures, NodesWithoutAKeyAndPlainGroupPropertiesServeAsArguments) {
  Run("CREATE (a:Thing {name: 'n1', district: 'north'})-[:TIE {w: 2.0}]->(b:Thing {name: 'n2', district: 'south'})-[:TIE {w: 3.0}]->(c:Thing {name: 'n3', district: 'south'})");
  EXPECT_EQ(Run("MATCH (a:Thing {name: 'n1'}), (c:Thing {name: 'n3'}) CALL algo.shortest_path({types: ['TIE'], weight: 'w'}, {from: a, to: c, cost: 'weight'}) "
                "YIELD cost, nodes RETURN cost, [n IN nodes | n.name]"),
            "5.0, ['n1', 'n2', 'n3']");
  EXPECT_EQ(Run("MATCH (t:Thing) WHERE t.name <> 'n2' WITH collect(t) AS ends CALL algo.hops({types: ['TIE']}, {sources: ends}) YIELD node, hops RETURN node.name, hops ORDER BY node.name"),
            "'n1', 0; 'n2', 1; 'n3', 0");
  EXPECT_EQ(Run("CALL algo.ei_index({types: ['TIE'], undirected: true}, {groups: 'district'}) YIELD group, external RETURN group, external ORDER BY group"), "'north', 1.0; 'south', 1.0");
  EXPECT_NE(Run("CALL algo.shortest_path({types: ['TIE']}, {from: '#999999', to: 'n1'}) YIELD cost RETURN cost").find("999999"), std::string::npos);
}

TEST_F(Procedures, FiguresAboutTheWholeAreACallOfTheirOwn) {
  EXPECT_EQ(Run("CALL algo.figures('max_flow', {types: ['SUPPLIES']}, {sources: ['x'], targets: ['z'], unit: true}) YIELD name, value WHERE name = 'flow' RETURN value"), "1.0");
  EXPECT_EQ(Run("CALL algo.figures('degree', {types: ['SUPPLIES']}) YIELD name, value WHERE name = 'reference' RETURN value"), "'Freeman 1979'");
  EXPECT_NE(Run("CALL algo.figures('degre') YIELD name RETURN name").find("degree"), std::string::npos);
}

TEST_F(Procedures, FaultsSayWhatWasExpected) {
  EXPECT_NE(Run("CALL liantu.links('a', 'b', {tier: 2}) YIELD path RETURN path").find("has no option 'tier'"), std::string::npos);
  EXPECT_NE(Run("CALL liantu.links('a', 'b', {tiers: 9}) YIELD path RETURN path").find("from 1 to 6"), std::string::npos);
  EXPECT_NE(Run("CALL liantu.parks('nobody') YIELD park RETURN park").find("nobody"), std::string::npos);
  EXPECT_NE(Run("CALL algo.degree({type: 'SUPPLIES'}) YIELD node RETURN node").find("type"), std::string::npos);
}

}  // namespace
}  // namespace liantu::chain
