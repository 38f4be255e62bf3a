// SPDX-License-Identifier: Apache-2.0
// Index and z are computed by hand beside the drawing.
#include "chain/linkage.h"

#include <cmath>

#include "chain/help.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

LinkageAnswer Ask(const Tiny& g, const std::string& a, const std::string& b, const LinkageOptions& options = {}) {
  Reader reader(g.view(), Lang::kEn);
  return Get(FindLinkage(reader, Get(reader.Describe(g[a])), Get(reader.Describe(g[b])), options, Budget()));
}

// Clusters a {a1 … a4, s} and b {b1 … b3, s}; x and y belong to neither.
constexpr const char* kClusters =
    "a1:Company -MEMBER_OF-> a:Cluster; a2:Company -MEMBER_OF-> a; a3:Company -MEMBER_OF-> a; a4:Company -MEMBER_OF-> a; s:Company -MEMBER_OF-> a;"
    "b1:Company -MEMBER_OF-> b:Cluster; b2:Company -MEMBER_OF-> b; b3:Company -MEMBER_OF-> b; s -MEMBER_OF-> b; x:Company; y:Company;";
// Twelve firm ties that count: five inside a, three inside b, three a → b, one b → a.
constexpr const char* kTwelve =
    "a1 -SUPPLIES-> a2; a1 -SUPPLIES-> a3; a2 -SUPPLIES-> a3; a3 -SUPPLIES-> a4; a4 -SUPPLIES-> a1;"
    "b1 -SUPPLIES-> b2; b2 -SUPPLIES-> b3; b3 -SUPPLIES-> b1;"
    "a1 -SUPPLIES-> b1; a2 -SUPPLIES-> b1; a1 -SUPPLIES {product: cell, year: 2024}-> b2; b3 -SUPPLIES-> a4;";

TEST(Linkage, IndexAndZAreThoseOfTheFirmTiesBetweenAOnlyAndBOnly) {
  // What must not count: ties of the shared member, of others, weak and past ties.
  const Tiny g = TinyGraph(Text(kClusters, kTwelve,
                                "a1 -SUPPLIES-> s; s -SUPPLIES-> b1; x -SUPPLIES-> a1; x -SUPPLIES-> b1; x -SUPPLIES-> y;"
                                "a2 -SUPPLIES {status: cooperation}-> b3; a3 -SUPPLIES {status: past}-> b3"));
  const Strength s = Ask(g, "a", "b").strength;
  EXPECT_EQ(s.members_a, 4u);
  EXPECT_EQ(s.members_b, 3u);
  EXPECT_EQ(s.inside_a, 5u);
  EXPECT_EQ(s.inside_b, 3u);
  EXPECT_EQ(s.a_to_b, 3u);
  EXPECT_EQ(s.b_to_a, 1u);
  EXPECT_FALSE(s.too_few());
  // E = 4, I = 8. Pairs: 4·3 = 12 between, 6 + 3 = 9 inside.
  EXPECT_NEAR(*s.ei, (4.0 - 8.0) / 12.0, 1e-12);
  EXPECT_NEAR(*s.ei_expected, (12.0 - 9.0) / 21.0, 1e-12);
  // K_a = 14, K_b = 10, M = 24: mu = 140/23, E[X(X-1)] = 14·13·10·9/(23·21).
  const double mu = 140.0 / 23, variance = 16380.0 / 483 + mu - mu * mu;
  EXPECT_EQ(s.undirected.observed, 4u);
  EXPECT_NEAR(s.undirected.expected, mu, 1e-12);
  EXPECT_NEAR(*s.undirected.z, (4 - mu) / std::sqrt(variance), 1e-12);
  // Directed, m = 12: O_a = 8, I_b = 6, O_b = 4, I_a = 6.
  const double directed = 8.0 * 6 * 4 * 6 / (144.0 * 11);
  EXPECT_NEAR(s.forward.expected, 4, 1e-12);
  EXPECT_NEAR(*s.forward.z, (3 - 4) / std::sqrt(directed), 1e-12);
  EXPECT_NEAR(s.backward.expected, 2, 1e-12);
  EXPECT_NEAR(*s.backward.z, (1 - 2) / std::sqrt(directed), 1e-12);
  EXPECT_FALSE(s.ei_reference.empty());
  EXPECT_FALSE(s.model_reference.empty());
}

TEST(Linkage, FewerThanTenTiesAreTooFew) {
  const Tiny g = TinyGraph(Text(kClusters, "a1 -SUPPLIES-> a2; a1 -SUPPLIES-> b1; b1 -SUPPLIES-> b2"));
  const Strength s = Ask(g, "a", "b").strength;
  EXPECT_EQ(s.ties(), 3u);
  EXPECT_TRUE(s.too_few());
  EXPECT_NEAR(*s.ei, -1.0 / 3, 1e-12);  // still there to be checked
}

TEST(Linkage, WithoutTiesIndexAndZAreUndefinedWithAReason) {
  const Tiny g = TinyGraph(kClusters);
  const Strength s = Ask(g, "a", "b").strength;
  EXPECT_FALSE(s.ei.defined());
  EXPECT_STRNE(s.ei.reason, "");
  EXPECT_FALSE(s.undirected.z.defined());
  EXPECT_STRNE(s.undirected.z.reason, "");
}

TEST(Linkage, TiesAreCountedByTypeDirectionAndStrength) {
  const Tiny g = TinyGraph(Text(kClusters,
                                "a1 -SUPPLIES {status: contract}-> b1; a1 -SUPPLIES {status: contract}-> b2; b1 -SUPPLIES {status: contract}-> a2;"
                                "a2 -SUPPLIES {status: cooperation}-> b1; b2 -SUPPLIES {status: past}-> a1; b2 -OWNS {relation: subsidiary}-> a3; s -SUPPLIES-> b1"));
  const LinkageAnswer answer = Ask(g, "a", "b");
  std::string kinds;
  for (const TieKind& k : answer.kinds) {
    kinds += Text(kinds.empty() ? "" : "; ", k.type, " ", k.value, " ", k.strength ? TieStrengthName(*k.strength) : "-", " ", k.a_to_b, " ", k.b_to_a);
  }
  EXPECT_EQ(kinds, "SUPPLIES contract firm 2 1; SUPPLIES cooperation weak 1 0; SUPPLIES past past 0 1; OWNS subsidiary - 0 1");
  EXPECT_EQ(answer.ties_total, 5u);
  std::string ties;
  for (const Tie& t : answer.ties) ties += Text(ties.empty() ? "" : "; ", t.supplier.key, " ", t.customer.key, " ", TieStrengthName(t.strength));
  EXPECT_EQ(ties, "a1 b1 firm; a1 b2 firm; a2 b1 weak; b1 a2 firm; b2 a1 past");
  ASSERT_EQ(answer.ownerships.size(), 1u);
  EXPECT_FALSE(answer.ownerships[0].forward);
  EXPECT_EQ(answer.ownerships[0].ownership.owned.key, "a3");
}

TEST(Linkage, TheMatrixHasTheFourPartsAndLeavesOthersAmongThemselvesOut) {
  const Tiny g = TinyGraph(Text(kClusters, "a1 -SUPPLIES-> b1; a1 -SUPPLIES-> s; s -SUPPLIES-> x; y -SUPPLIES-> b1; x -SUPPLIES-> y; b1 -SUPPLIES {status: trial}-> a1"));
  const LinkageAnswer answer = Ask(g, "a", "b");
  const std::array<std::array<uint64_t, 4>, 4> firm{{{0, 1, 1, 0}, {0, 0, 0, 0}, {0, 0, 0, 1}, {0, 1, 0, 0}}};
  EXPECT_EQ(answer.firm, firm);
  EXPECT_EQ(answer.weak[1][0], 1u);
}

TEST(Linkage, SharedMembersAndThirdCompaniesBridge) {
  const Tiny g = TinyGraph(Text(kClusters,
                                "s -SUPPLIES-> a1; s -SUPPLIES-> b1; b2 -SUPPLIES-> s;"
                                "x -SUPPLIES-> a1; b1 -SUPPLIES-> x; x -SUPPLIES-> b2; y -SUPPLIES-> s; z:Company -SUPPLIES-> a1;"
                                "w:Company -SUPPLIES {status: cooperation}-> a1; w -SUPPLIES-> b1"));
  const LinkageAnswer answer = Ask(g, "a", "b");
  std::string bridges;
  for (const Bridge& b : answer.bridges) {
    bridges += Text(bridges.empty() ? "" : "; ", b.company.key, b.shared ? " shared" : "", " a", b.ties.to_a, "/", b.ties.from_a, " b", b.ties.to_b, "/", b.ties.from_b, " s", b.ties.to_both, "/", b.ties.from_both);
  }
  // z is tied to one side only; w to a only weakly.
  EXPECT_EQ(bridges, "s shared a1/0 b1/1 s0/0; x a1/0 b1/1 s0/0; y a0/0 b0/0 s1/0");
  EXPECT_EQ(answer.bridges_shared, 1u);
  EXPECT_EQ(answer.bridges_both_sides, 1u);
  EXPECT_EQ(answer.bridges_around_shared, 1u);
}

TEST(Linkage, AGroupInsideTheOtherLeavesNoTiesToCount) {
  const Tiny g = TinyGraph("x:Company -LOCATED_IN-> nansha:District -PART_OF-> gz:City; y:Company -LOCATED_IN-> gz; x -SUPPLIES-> y");
  const LinkageAnswer answer = Ask(g, "nansha", "gz");
  EXPECT_TRUE(answer.parts.of(Part::kAOnly).empty());
  EXPECT_EQ(Keys(g, answer.parts.of(Part::kBoth)), "x");
  EXPECT_EQ(answer.ties_total, 0u);
  EXPECT_EQ(answer.firm[2][1], 1u);
  EXPECT_EQ(answer.bridges_shared, 1u);
}

TEST(Linkage, AClusterThatCannotBeComputedIsStillComparedByWhatIsStatedOfIt) {
  const Tiny g = TinyGraph(
      "home:Cluster -COVERS-> fs:City; home -COVERS-> dg:City; nev:Cluster -COVERS-> fs; nev -FOCUSES_ON-> cars:Chain; motor:Segment -PART_OF-> cars;"
      "x:Company -OPERATES_IN-> motor; x -LOCATED_IN-> fs; home -PART_OF-> system:IndustrialSystem; nev -PART_OF-> system;"
      "club:Organization -REPRESENTS-> home; club -SIGNED {on_behalf_of: home}-> pact:Agreement");
  const LinkageAnswer answer = Ask(g, "home", "nev");
  EXPECT_EQ(answer.a.membership, Membership::kNotComputable);
  EXPECT_FALSE(answer.a.reason.empty());
  ASSERT_EQ(answer.common.cities.size(), 1u);
  EXPECT_EQ(answer.common.cities[0].city.key, "fs");
  EXPECT_TRUE(answer.common.cities[0].a_covers && answer.common.cities[0].b_covers);
  ASSERT_EQ(answer.common.frames.size(), 1u);
  EXPECT_EQ(answer.common.frames[0].frame.key, "system");
  ASSERT_EQ(answer.common.agreements.size(), 1u);
  EXPECT_NE(answer.cross.no_complements.find(answer.a.reason), std::string::npos);
}

TEST(Linkage, AnAgreementIsSharedWhenItIsSignedOnBehalfOfEitherSide) {
  const Tiny g = TinyGraph(Text(kClusters,
                                "club:Organization -REPRESENTS-> a; club -SIGNED {on_behalf_of: a}-> pact:Agreement; ann:Person -SIGNED {on_behalf_of: a}-> pact; other:Organization -SIGNED-> pact;"
                                "club -SIGNED {on_behalf_of: somebody else}-> loan:Agreement; a1 -SIGNED-> deal:Agreement; x -SIGNED-> deal; a2 -SIGNED-> joint:Agreement <-SIGNED- b1"));
  const LinkageAnswer answer = Ask(g, "a", "b");
  ASSERT_EQ(answer.common.agreements.size(), 2u);
  const AgreementLink& pact = answer.common.agreements[0];
  EXPECT_EQ(pact.agreement.key, "pact");
  EXPECT_TRUE(pact.for_a);
  EXPECT_FALSE(pact.for_b);
  std::vector<Entity> signatories;
  for (const Signatory& s : pact.signatories) signatories.push_back(s.who);
  EXPECT_EQ(Keys(signatories), "club ann other");
  EXPECT_EQ(answer.common.agreements[1].agreement.key, "joint");
}

TEST(Linkage, ASharedParkHostsMembersOfBothSidesAndPlansDoNotCount) {
  const Tiny g = TinyGraph(Text(kClusters,
                                "port:Park -HOSTS-> a1; port -HOSTS-> b1; yard:Park -HOSTS-> s; dock:Park -HOSTS-> a2; dock -PLANS-> works:Project <-DEVELOPS- b2; pier:Park -HOSTS-> a1; pier -HOSTS-> a2"));
  const LinkageAnswer answer = Ask(g, "a", "b");
  std::string parks;
  for (const SharedPark& p : answer.common.parks) parks += p.park.key + " [" + Keys(p.a_only) + "|" + Keys(p.b_only) + "|" + Keys(p.both) + "] ";
  EXPECT_EQ(parks, "port [a1|b1|] yard [||s] ");
}

TEST(Linkage, SegmentsThatOneLacksAndTheOtherHasStayWithinTheChainsConcerned) {
  const Tiny g = TinyGraph(
      "a:Cluster -COVERS-> gz:City; a -FOCUSES_ON-> cars:Chain; b:Cluster -COVERS-> sz:City; b -FOCUSES_ON-> cells:Chain;"
      "motor:Segment -PART_OF-> cars; body:Segment -PART_OF-> cars; cell:Segment -PART_OF-> cells; pack:Segment -PART_OF-> cells; bread:Segment -PART_OF-> food:Chain;"
      "cell -UPSTREAM_OF-> pack -UPSTREAM_OF-> body;"
      "a1:Company -LOCATED_IN-> gz; a1 -OPERATES_IN-> body; a2:Company -LOCATED_IN-> gz; a2 -OPERATES_IN-> pack; a2 -OPERATES_IN-> motor; a1 -OPERATES_IN-> bread;"
      "b1:Company -LOCATED_IN-> sz; b1 -OPERATES_IN-> cell; b2:Company -LOCATED_IN-> sz; b2 -OPERATES_IN-> pack");
  const LinkageAnswer answer = Ask(g, "a", "b");
  std::string lacks;
  for (const Complement& c : answer.cross.complements) {
    lacks += Text(lacks.empty() ? "" : "; ", c.a_lacks ? "a" : "b", " ", c.segment.key, c.own_chain ? " own" : "", " ", Keys(c.examples), " >", Keys(c.supplies), " <", Keys(c.supplied_by));
  }
  EXPECT_EQ(lacks, "a cell b1 >pack <; b body a1 > <pack; b motor a2 > <");
  // Shared: both sides have companies in pack.
  ASSERT_EQ(answer.common.segments.size(), 1u);
  EXPECT_EQ(answer.common.segments[0].segment.key, "pack");
}

TEST(Linkage, AChainOfTiesIsShownInStageOrderWithItsCities) {
  const Tiny g = TinyGraph(
      "ore:Segment {level: upstream} -UPSTREAM_OF-> cell:Segment {level: midstream} -UPSTREAM_OF-> car:Segment {level: downstream}; car -UPSTREAM_OF-> taxi:Segment {level: downstream};"
      "b1:Company -LOCATED_IN-> sz:City; b1 -OPERATES_IN-> ore; b2:Company -LOCATED_IN-> sz; b2 -OPERATES_IN-> cell; a1:Company -LOCATED_IN-> gz:City; a1 -OPERATES_IN-> car;"
      "a2:Company -LOCATED_IN-> gz; a2 -OPERATES_IN-> taxi;"
      "b1 -SUPPLIES {product: ore}-> b2 -SUPPLIES {product: cell}-> a1 -SUPPLIES {product: car}-> a2; b1 -SUPPLIES {product: bread}-> a2; ore -PART_OF-> c:Chain");
  const LinkageAnswer answer = Ask(g, "gz", "sz");
  ASSERT_FALSE(answer.cross.chains.empty());
  const CrossChain& chain = answer.cross.chains[0];
  EXPECT_TRUE(chain.actual);
  std::string stages;
  for (const ChainStage& s : chain.stages) stages += Text(stages.empty() ? "" : " > ", s.companies[0].key, "@", s.cities[0]->key, ":", s.segment->key);
  EXPECT_EQ(stages, "b1@sz:ore > b2@sz:cell > a1@gz:car > a2@gz:taxi");
  EXPECT_EQ(chain.crossing, 1u);
  EXPECT_EQ(chain.ties[1].product, "cell");
}

TEST(Linkage, AChainThroughASharedMemberOrAThirdCompanyIsShown) {
  const Tiny g = TinyGraph(Text(kClusters, "a1 -SUPPLIES-> s -SUPPLIES-> b1; b2 -SUPPLIES-> x -SUPPLIES-> a2"));
  std::string chains;
  for (const CrossChain& c : Ask(g, "a", "b").cross.chains) {
    for (const ChainStage& s : c.stages) chains += s.companies[0].key + " ";
    chains += "; ";
  }
  EXPECT_EQ(chains, "a1 s b1 ; b2 x a2 ; ");
}

TEST(Linkage, SegmentsThatFollowEachOtherGiveAPossibleChainThatSaysSo) {
  const Tiny g = TinyGraph(
      "cell:Segment -UPSTREAM_OF-> car:Segment; b1:Company -LOCATED_IN-> sz:City; b1 -OPERATES_IN-> cell; a1:Company -LOCATED_IN-> gz:City; a1 -OPERATES_IN-> car");
  const LinkageAnswer answer = Ask(g, "gz", "sz");
  ASSERT_EQ(answer.cross.chains.size(), 1u);
  const CrossChain& chain = answer.cross.chains[0];
  EXPECT_FALSE(chain.actual);
  EXPECT_EQ(chain.existing_ties, 0u);
  EXPECT_EQ(chain.stages[0].part, Part::kBOnly);
  EXPECT_EQ(chain.stages[1].part, Part::kAOnly);
}

TEST(Linkage, CoverageCountsWhatIsKnownOfTheMembers) {
  const Tiny g = TinyGraph(Text(kClusters,
                                "a1 -LOCATED_IN-> nansha:District -PART_OF-> gz:City; a2 -LOCATED_IN-> gz; a1 -OPERATES_IN-> car:Segment; a1 -SUPPLIES-> x; a2 -SUPPLIES {status: trial}-> y; port:Park -HOSTS-> a3"));
  const Coverage c = Ask(g, "a", "b").coverage_a;
  EXPECT_EQ(c.members, 5u);
  EXPECT_EQ(c.with_city, 2u);
  EXPECT_EQ(c.with_district, 1u);
  EXPECT_EQ(c.with_segment, 1u);
  EXPECT_EQ(c.with_tie, 2u);
  EXPECT_EQ(c.with_firm_tie, 1u);
  EXPECT_EQ(c.in_park, 1u);
}

TEST(Linkage, TurningTheSidesAroundTurnsTheAnswerAround) {
  const Tiny g = TinyGraph(Text(kClusters, kTwelve));
  const LinkageAnswer one = Ask(g, "a", "b"), other = Ask(g, "b", "a");
  EXPECT_EQ(one.strength.a_to_b, other.strength.b_to_a);
  EXPECT_DOUBLE_EQ(*one.strength.ei, *other.strength.ei);
  EXPECT_DOUBLE_EQ(*one.strength.undirected.z, *other.strength.undirected.z);
  EXPECT_DOUBLE_EQ(*one.strength.forward.z, *other.strength.backward.z);
}

TEST(Linkage, EveryTieNamesTheDocumentThatVouchesForIt) {
  Tiny g = TinyGraph(Text(kClusters, "paper:Document"));
  auto tx = Get(g.database().Begin({.who = "test"}));
  Get(tx->CreateEdge("SUPPLIES", g["a1"], g["b1"], {{"product", std::string("cell")}}, {.documents = {g["paper"]}, .locator = "L7"}));
  Get(tx->CreateEdge("SUPPLIES", g["a2"], g["b1"], {}, {.documents = {g["paper"]}, .certainty = graph::Certainty::kPlanned}));
  Get(tx->Commit());
  const LinkageAnswer answer = Ask(g, "a", "b");
  ASSERT_EQ(answer.ties.size(), 2u);
  ASSERT_EQ(answer.ties[0].sources.size(), 1u);
  EXPECT_EQ(answer.ties[0].sources[0].key, "paper");
  EXPECT_EQ(answer.ties[0].sources[0].locator, "L7");
  EXPECT_EQ(answer.ties[1].strength, TieStrength::kWeak);  // planned is not actual
  EXPECT_EQ(answer.strength.a_to_b, 1u);
}

TEST(Linkage, OneSideTwiceAndSidesWithoutARuleAreRefused) {
  const Tiny g = TinyGraph(Text(kClusters, "ann:Person"));
  Reader reader(g.view(), Lang::kEn);
  const Entity a = Get(reader.Describe(g["a"])), ann = Get(reader.Describe(g["ann"]));
  EXPECT_EQ(FindLinkage(reader, a, a, {}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(FindLinkage(reader, a, ann, {}, Budget()).code(), Code::kInvalid);
}

TEST(Linkage, ASpentBudgetGivesAnIncompleteAnswerWithoutNumbersThatWouldBeWrong) {
  const Tiny g = TinyGraph(Text(kClusters, kTwelve));
  Reader reader(g.view(), Lang::kEn);
  Budget budget;
  budget.Cancel();
  const auto answer = Get(FindLinkage(reader, Get(reader.Describe(g["a"])), Get(reader.Describe(g["b"])), {}, budget));
  EXPECT_FALSE(answer.complete);
  EXPECT_FALSE(answer.stopped.empty());
  EXPECT_FALSE(answer.strength.ei.defined());
}

}  // namespace
}  // namespace liantu::chain
