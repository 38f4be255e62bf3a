// SPDX-License-Identifier: Apache-2.0
#include "chain/group.h"

#include "chain/help.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

Group Members(const Tiny& g, const std::string& key) {
  Reader reader(g.view(), Lang::kEn);
  return Get(MembersOf(reader, Get(reader.Describe(g[key]))));
}

TEST(Group, AClusterWithStatedMembersIsMadeOfThoseAlone) {
  const Tiny g = TinyGraph(
      "x:Company -MEMBER_OF-> nev:Cluster -COVERS-> gz:City; nev -FOCUSES_ON-> cars:Chain;"
      "motor:Segment -PART_OF-> cars; y:Company -OPERATES_IN-> motor; y -LOCATED_IN-> gz; assoc:Organization -MEMBER_OF-> nev");
  const Group group = Members(g, "nev");
  EXPECT_EQ(group.membership, Membership::kStated);
  EXPECT_EQ(Keys(g, group.members), "x");
}

TEST(Group, WithoutStatedMembersAClusterDerivesThemFromItsPlacesAndItsChain) {
  const Tiny g = TinyGraph(
      "nev:Cluster -COVERS-> gz:City <-PART_OF- nansha:District; nev -FOCUSES_ON-> cars:Chain; nev -FOCUSES_ON-> ai:Industry;"
      "sub:Chain -PART_OF-> cars; motor:Segment -PART_OF-> sub; bread:Segment -PART_OF-> food:Chain;"
      "here:Company -OPERATES_IN-> motor; here -LOCATED_IN-> nansha;"
      "inpark:Company -OPERATES_IN-> motor; inpark -LOCATED_IN-> park:Park -LOCATED_IN-> nansha;"
      "away:Company -OPERATES_IN-> motor; away -LOCATED_IN-> sz:City; nowhere:Company -OPERATES_IN-> motor;"
      "baker:Company -OPERATES_IN-> bread; baker -LOCATED_IN-> gz; idle:Company -LOCATED_IN-> gz");
  const Group group = Members(g, "nev");
  EXPECT_EQ(group.membership, Membership::kDerived);
  EXPECT_EQ(Keys(g, group.members), "here inpark");
  EXPECT_EQ(Keys(group.chains), "cars");
  EXPECT_EQ(Keys(group.cities), "gz");
}

TEST(Group, AProvinceCoversTheCitiesAndDistrictsInIt) {
  const Tiny g = TinyGraph(
      "auto:Cluster -COVERS-> gd:Province <-PART_OF- gz:City <-PART_OF- nansha:District; auto -FOCUSES_ON-> cars:Chain;"
      "motor:Segment -PART_OF-> cars; x:Company -OPERATES_IN-> motor; x -LOCATED_IN-> nansha");
  EXPECT_EQ(Keys(g, Members(g, "auto").members), "x");
}

TEST(Group, AClusterWithoutAChainOrWithoutPlacesCannotBeComputedAndSaysWhy) {
  const Tiny g = TinyGraph("home:Cluster -COVERS-> fs:City; x:Company -LOCATED_IN-> fs; far:Cluster -FOCUSES_ON-> cars:Chain");
  const Group home = Members(g, "home"), far = Members(g, "far");
  EXPECT_EQ(home.membership, Membership::kNotComputable);
  EXPECT_NE(home.reason.find("chain"), std::string::npos) << home.reason;
  EXPECT_TRUE(home.members.empty());
  EXPECT_EQ(far.membership, Membership::kNotComputable);
  EXPECT_NE(far.reason.find("places"), std::string::npos) << far.reason;
}

TEST(Group, APlaceHasTheCompaniesSeatedInItItsDistrictsAndItsParks) {
  const Tiny g = TinyGraph(
      "nansha:District -PART_OF-> gz:City; a:Company -LOCATED_IN-> gz; b:Company -LOCATED_IN-> nansha; port:Park -LOCATED_IN-> nansha;"
      "c:Company -LOCATED_IN-> port; d:Company -LOCATED_IN-> sz:City; gov:Organization -LOCATED_IN-> gz");
  EXPECT_EQ(Keys(g, Members(g, "gz").members), "a b c");
  EXPECT_EQ(Keys(g, Members(g, "nansha").members), "b c");
}

TEST(Group, APlannedProjectMakesNobodyAMemberOfAPark) {
  const Tiny g = TinyGraph("port:Park -HOSTS-> a:Company; port -PLANS-> works:Project <-DEVELOPS- b:Company; port -HOSTS-> lab:Organization");
  EXPECT_EQ(Keys(g, Members(g, "port").members), "a");
}

TEST(Group, TwoOverlappingGroupsMakeFourDisjointParts) {
  const Tiny g = TinyGraph(
      "a1:Company -MEMBER_OF-> a:Cluster; a2:Company -MEMBER_OF-> a; s:Company -MEMBER_OF-> a; s -MEMBER_OF-> b:Cluster;"
      "b1:Company -MEMBER_OF-> b; out:Company");
  const Parts parts = SplitGroups(Members(g, "a"), Members(g, "b"));
  EXPECT_EQ(Keys(g, parts.of(Part::kAOnly)), "a1 a2");
  EXPECT_EQ(Keys(g, parts.of(Part::kBOnly)), "b1");
  EXPECT_EQ(Keys(g, parts.of(Part::kBoth)), "s");
  EXPECT_EQ(Keys(g, parts.all), "a1 a2 s b1");
  EXPECT_EQ(parts.Of(g["out"]), Part::kRest);
  EXPECT_EQ(parts.Of(g["s"]), Part::kBoth);
}

}  // namespace
}  // namespace liantu::chain
