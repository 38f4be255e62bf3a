// SPDX-License-Identifier: Apache-2.0
// Every pair of the matrix against FindLinkage on that pair: one question, one answer.
#include "chain/matrix.h"

#include "chain/real_data.h"
#include "chain/seats.h"

namespace liantu::chain {
namespace {

void Same(const analysis::Measure& a, const analysis::Measure& b, const std::string& what) {
  ASSERT_EQ(a.defined(), b.defined()) << what;
  if (a.defined()) {
    EXPECT_NEAR(*a, *b, 1e-9 * (1 + std::abs(*b))) << what;
  }
}

void SameAsLinkage(Reader& reader, const MatrixAnswer& matrix, size_t most) {
  for (size_t i = 0; i < matrix.pairs.size() && i < most; ++i) {
    const MatrixPair& p = matrix.pairs[i];
    const Entity &a = matrix.groups[p.a].entity, &b = matrix.groups[p.b].entity;
    const std::string what = a.key + " " + b.key;
    const LinkageAnswer pair = Get(FindLinkage(reader, a, b, {.max_listed = 1, .chains = {.max_chains = 1}, .max_pairings = 1}, Budget()));
    const Strength &x = p.strength, &y = pair.strength;
    EXPECT_EQ(x.members_a, y.members_a) << what;
    EXPECT_EQ(x.members_b, y.members_b) << what;
    EXPECT_EQ(p.shared, pair.parts.of(Part::kBoth).size()) << what;
    EXPECT_EQ(x.a_to_b, y.a_to_b) << what;
    EXPECT_EQ(x.b_to_a, y.b_to_a) << what;
    EXPECT_EQ(x.inside_a, y.inside_a) << what;
    EXPECT_EQ(x.inside_b, y.inside_b) << what;
    EXPECT_EQ(p.weak_a_to_b + p.weak_b_to_a, pair.weak[0][1] + pair.weak[1][0] + pair.past[0][1] + pair.past[1][0]) << what;
    Same(x.ei, y.ei, what);
    Same(x.ei_expected, y.ei_expected, what);
    Same(x.undirected.z, y.undirected.z, what);
    Same(x.forward.z, y.forward.z, what);
    Same(x.backward.z, y.backward.z, what);
    EXPECT_NEAR(x.undirected.expected, y.undirected.expected, 1e-9) << what;
  }
}

class Matrix : public RealData {};

TEST_F(Matrix, CityPairsAreThoseOfLinkage) {
  const MatrixAnswer answer = Get(FindMatrix(reader_, {.by = GroupBy::kCity}, Budget()));
  EXPECT_GT(answer.pairs.size(), 30u);
  SameAsLinkage(reader_, answer, 20);
}

TEST_F(Matrix, OverlappingClustersAreThoseOfLinkage) {
  const MatrixAnswer answer = Get(FindMatrix(reader_, {.by = GroupBy::kCluster}, Budget()));
  SameAsLinkage(reader_, answer, 25);
}

TEST_F(Matrix, ChainsParksAndDistrictsAreThoseOfLinkage) {
  for (const GroupBy by : {GroupBy::kChain, GroupBy::kPark, GroupBy::kDistrict}) {
    const MatrixAnswer answer = Get(FindMatrix(reader_, {.by = by}, Budget()));
    SameAsLinkage(reader_, answer, 6);
  }
}

TEST_F(Matrix, DirectedExpectationsOfThePartitionAddUpToTheTies) {
  // Of a true partition with nothing ungrouped, observed and expected over all cells, inside ones too, are both m.
  const graph::Tiny g = graph::TinyGraph(
      "x1:Company -LOCATED_IN-> x:City; x2:Company -LOCATED_IN-> x; y1:Company -LOCATED_IN-> y:City; z1:Company -LOCATED_IN-> z:City;"
      "x1 -SUPPLIES-> x2; x1 -SUPPLIES-> y1; x2 -SUPPLIES-> y1; y1 -SUPPLIES-> z1; z1 -SUPPLIES-> x1; z1 -SUPPLIES {status: trial}-> x2");
  Reader reader(g.view(), Lang::kEn);
  const MatrixAnswer answer = Get(FindMatrix(reader, {.by = GroupBy::kCity}, Budget()));
  EXPECT_EQ(answer.firm_ties, 5u);
  EXPECT_EQ(answer.other_ties, 1u);
  EXPECT_EQ(answer.firm_grouped, 5u);
  double expected = 0;
  uint64_t observed = 0;
  for (const MatrixPair& p : answer.pairs) {
    expected += p.network_forward.expected + p.network_backward.expected;
    observed += p.firm();
  }
  for (const MatrixGroup& group : answer.groups) {
    expected += static_cast<double>(group.firm_out) * static_cast<double>(group.firm_in) / 5;
    observed += group.firm_inside;
  }
  EXPECT_NEAR(expected, 5, 1e-12);
  EXPECT_EQ(observed, 5u);
}

TEST_F(Matrix, SharedMembersAreBridgesAndNeverTies) {
  const graph::Tiny g = graph::TinyGraph(
      "a1:Company -MEMBER_OF-> a:Cluster; s:Company -MEMBER_OF-> a; s -MEMBER_OF-> b:Cluster; b1:Company -MEMBER_OF-> b; a1 -SUPPLIES-> s; s -SUPPLIES-> b1; a1 -SUPPLIES-> b1;"
      "c:Cluster -COVERS-> gz:City");
  Reader reader(g.view(), Lang::kEn);
  const MatrixAnswer answer = Get(FindMatrix(reader, {.by = GroupBy::kCluster}, Budget()));
  ASSERT_EQ(answer.pairs.size(), 1u);
  EXPECT_EQ(answer.pairs[0].firm(), 1u);
  EXPECT_EQ(answer.pairs[0].shared, 1u);
  EXPECT_EQ(answer.pairs[0].strength.inside_a, 0u);
  SameAsLinkage(reader, answer, 1);
  EXPECT_EQ(answer.groups.back().membership, Membership::kNotComputable);
  EXPECT_FALSE(answer.groups.back().reason.empty());
}

TEST_F(Matrix, ACompanyWithTwoSeatsCountsInBothCities) {
  const graph::Tiny g = graph::TinyGraph(
      "s:Company -LOCATED_IN-> x:City; s -LOCATED_IN-> y:City; x1:Company -LOCATED_IN-> x; y1:Company -LOCATED_IN-> y; x1 -SUPPLIES-> y1; s -SUPPLIES-> y1; p:Park -LOCATED_IN-> y;"
      "y2:Company -LOCATED_IN-> p; x1 -SUPPLIES-> y2");
  Reader reader(g.view(), Lang::kEn);
  const MatrixAnswer answer = Get(FindMatrix(reader, {.by = GroupBy::kCity}, Budget()));
  ASSERT_EQ(answer.pairs.size(), 1u);
  EXPECT_EQ(answer.pairs[0].firm(), 2u);
  EXPECT_EQ(answer.pairs[0].shared, 1u);
  SameAsLinkage(reader, answer, 1);
}

TEST_F(Matrix, AChainAndAPlaceLimitWhatIsCounted) {
  const MatrixAnswer all = Get(FindMatrix(reader_, {.by = GroupBy::kCity}, Budget()));
  const MatrixAnswer some = Get(FindMatrix(reader_, {.by = GroupBy::kCity, .chain = "新型储能与电池"}, Budget()));
  EXPECT_GT(some.firm_ties, 0u);
  EXPECT_LT(some.firm_ties, all.firm_ties);
  const MatrixAnswer districts = Get(FindMatrix(reader_, {.by = GroupBy::kDistrict, .within = Named("广州", {"City"})}, Budget()));
  EXPECT_EQ(districts.groups.size(), 11u);
  EXPECT_EQ(FindMatrix(reader_, {.by = GroupBy::kChain, .within = Named("广州", {"City"})}, Budget()).code(), Code::kInvalid);
}

TEST_F(Matrix, SeatsReadTogetherAreThoseReadOneByOne) {
  std::vector<NodeId> companies;
  EXPECT_TRUE(reader_.view().NodesWithLabel(reader_.view().label("Company"), {}, [&](NodeId id) { return companies.push_back(id), true; }).ok());
  const auto seats = Get(SeatsOf(reader_, companies));
  for (size_t i = 0; i < companies.size(); ++i) {
    const Location one = Get(reader_.Locate(companies[i]));
    EXPECT_EQ(std::tuple(seats[i].park, seats[i].district, seats[i].city, seats[i].province), std::tuple(one.park, one.district, one.city, one.province));
  }
}

TEST_F(Matrix, ShorterListsAreTheBeginningOfLongerOnes) {
  const MatrixAnswer all = Get(FindMatrix(reader_, {.by = GroupBy::kCity}, Budget()));
  const MatrixAnswer some = Get(FindMatrix(reader_, {.by = GroupBy::kCity, .max_listed = 5}, Budget()));
  ASSERT_EQ(some.pairs.size(), 5u);
  EXPECT_EQ(some.pairs_total, all.pairs_total);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(some.pairs[i].firm(), all.pairs[i].firm());
}

}  // namespace
}  // namespace liantu::chain
