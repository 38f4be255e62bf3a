// SPDX-License-Identifier: Apache-2.0
#include "chain/parks.h"

#include "chain/help.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

// "gac hosted port; gac through a controlled company yard (aion)" …
std::string Parks(const Tiny& g, const std::string& key) {
  Reader reader(g.view(), Lang::kEn);
  const ParksAnswer answer = Get(FindParks(reader, Get(reader.Describe(g[key]))));
  std::string out;
  for (const Hosting& h : answer.hostings) {
    out += (out.empty() ? "" : "; ") + h.company.key + " " + HostKindName(h.kind) + " " + h.park.key;
    if (h.kind != HostKind::kHosted) out += " (" + h.hosted.key + (h.project ? ", " + h.project->key : "") + ")";
  }
  return out;
}

TEST(Parks, HostedControlledJointAndPlannedAreToldApart) {
  const Tiny g = TinyGraph(
      "port:Park -HOSTS-> gac:Company; gac -OWNS {relation: subsidiary}-> aion:Company; yard:Park -HOSTS-> aion;"
      "gac -OWNS {relation: joint venture}-> jv:Company; pier:Park -HOSTS-> jv;"
      "gac -DEVELOPS-> works:Project; dock:Park -PLANS-> works");
  EXPECT_EQ(Parks(g, "gac"),
            "gac hosted port; gac through a controlled company yard (aion); gac through a joint venture pier (jv); gac planned dock (gac, works)");
}

TEST(Parks, ControlRunsOverSubsidiaryPlantAndMajorityStakeOverManySteps) {
  const Tiny g = TinyGraph(
      "top:Company -OWNS {relation: majority stake}-> mid:Company -OWNS {relation: subsidiary}-> low:Company -OWNS {relation: plant}-> plant:Company;"
      "yard:Park -HOSTS-> plant");
  EXPECT_EQ(Parks(g, "top"), "top through a controlled company yard (plant)");
}

TEST(Parks, MinorityStakeInvesteeAffiliateAndResearchCentreNeverCount) {
  for (const char* relation : {"minority stake", "investee", "affiliate", "research centre"}) {
    const Tiny g = TinyGraph("gac:Company -OWNS {relation: " + std::string(relation) + "}-> x:Company; yard:Park -HOSTS-> x");
    EXPECT_EQ(Parks(g, "gac"), "") << relation;
  }
}

TEST(Parks, AJointVentureOfASubsidiaryCountsButWhatTheVentureOwnsDoesNot) {
  const Tiny g = TinyGraph(
      "gac:Company -OWNS {relation: subsidiary}-> sub:Company -OWNS {relation: joint venture}-> jv:Company -OWNS {relation: subsidiary}-> deep:Company;"
      "pier:Park -HOSTS-> jv; yard:Park -HOSTS-> deep");
  EXPECT_EQ(Parks(g, "gac"), "gac through a joint venture pier (jv)");
}

TEST(Parks, OwnershipRingsEnd) {
  const Tiny g = TinyGraph(
      "a:Company -OWNS {relation: subsidiary}-> b:Company -OWNS {relation: subsidiary}-> c:Company -OWNS {relation: subsidiary}-> a;"
      "yard:Park -HOSTS-> c; port:Park -HOSTS-> a");
  EXPECT_EQ(Parks(g, "a"), "a hosted port; a through a controlled company yard (c)");
  EXPECT_EQ(Parks(g, "b"), "b through a controlled company yard (c); b through a controlled company port (a)");
}

TEST(Parks, OwnersAreNotHostedWhereTheirOwnersAre) {
  const Tiny g = TinyGraph("gac:Company -OWNS {relation: subsidiary}-> aion:Company; port:Park -HOSTS-> gac");
  EXPECT_EQ(Parks(g, "aion"), "");
}

TEST(Parks, AChainIsAskedForItsLeaders) {
  const Tiny g = TinyGraph("gac:Company -LEADS {place: gz}-> cars:Chain; gac -LEADS {place: fs}-> cars; byd:Company -LEADS-> cars; port:Park -HOSTS-> gac; yard:Park -HOSTS-> byd");
  EXPECT_EQ(Parks(g, "cars"), "gac hosted port; byd hosted yard");
}

TEST(Parks, WhereAParkLiesIsSaid) {
  const Tiny g = TinyGraph("port:Park {level: national} -HOSTS-> gac:Company; port -LOCATED_IN-> nansha:District -PART_OF-> gz:City; port -FOCUSES_ON-> cars:Industry");
  Reader reader(g.view(), Lang::kEn);
  const ParksAnswer answer = Get(FindParks(reader, Get(reader.Describe(g["gac"]))));
  ASSERT_EQ(answer.hostings.size(), 1u);
  EXPECT_EQ(answer.hostings[0].district->key, "nansha");
  EXPECT_EQ(answer.hostings[0].city->key, "gz");
  EXPECT_EQ(answer.hostings[0].level, "national");
  EXPECT_EQ(answer.hostings[0].directions, std::vector<std::string>{"cars"});
}

}  // namespace
}  // namespace liantu::chain
