// SPDX-License-Identifier: Apache-2.0
// The park finder on the shipped data: the founding questions about parks, word for word, and both directions of it.
#include "chain/leaders.h"
#include "chain/parks.h"
#include "chain/profile.h"
#include "chain/real_data.h"

namespace liantu::chain {
namespace {

class ParkFinder : public RealData {
 protected:
  std::string Hostings(const std::string& who, const ParksOptions& options = {}) {
    const ParksAnswer answer = Get(FindParks(reader_, Named(who), options, Budget()));
    std::vector<std::string> lines;
    for (const Hosting& h : answer.hostings) {
      EXPECT_FALSE(h.sources.empty()) << h.park.name;
      lines.push_back(Text(HostKindName(h.kind), " ", h.park.name, h.district ? " " + h.district->name : "", h.project ? " " + h.project->name : ""));
    }
    return Lines(lines);
  }
  std::string Parks(const ParkFilterText& text) {
    const ParkListAnswer answer = Get(ListParks(reader_, Get(ReadParkFilter(reader_, text)), 1000));
    std::vector<std::string> lines;
    for (const ParkRow& p : answer.parks) {
      EXPECT_FALSE(p.sources.empty()) << p.park.name;
      lines.push_back(Text(p.match ? Text(DirectionMatchName(*p.match), " ") : "", p.park.name));
    }
    return Lines(lines);
  }
};

TEST_F(ParkFinder, NamesTheParkThatAttractedJiadu) { EXPECT_EQ(Hostings("佳都科技"), "hosted 广州科学城人工智能新兴特色产业园"  " 黄埔区"); }

TEST_F(ParkFinder, APlannedHeadquartersIsNotHosted) {
  EXPECT_EQ(Hostings("三七互娱"), "planned 广州人工智能与数字经济试验区琶洲核心区 海珠区 三七互娱广州总部大楼项目");
  EXPECT_EQ(Hostings("益海嘉里"), "planned 穗港智造合作区—智能智造合作园区 黄埔区 益海嘉里湾区新制造基地项目");
}

TEST_F(ParkFinder, NewGenerationInformationTechnologyHasFourRiversideParksAndOneOnlyByName) {
  EXPECT_EQ(Parks({.industry = "新一代信息技术", .kind = "滨江高端产业园"}),
            "exact 广州国际科技创新城南岸起步区 | exact 广州大学城 | exact 广州西岸华为广州研发中心产业园 | exact 穗港智造合作区—智能智造合作园区 | "
            "name only 白云湖数字科技城黄金围新一代信息技术产业园");
}

TEST_F(ParkFinder, AWiderWordingIsToldFromTheSameDirection) {
  EXPECT_EQ(Parks({.industry = "Industry:ind_生物医药", .kind = "riverside high-end park"}),
            "broader 穗港智造合作区—智能智造合作园区 | exact 广州国际科技创新城南岸起步区 | exact 广州大学城");
  // 黄金围 and 琶洲 share cloud computing only at a coarser level.
  EXPECT_EQ(Parks({.industry = "Industry:ind_云计算", .kind = "滨江高端产业园"}),
            "broader 广州人工智能与数字经济试验区琶洲核心区 | exact 白云湖数字科技城黄金围新一代信息技术产业园");
}

TEST_F(ParkFinder, DigitalFinanceAndResourceRecyclingHaveOneParkEach) {
  EXPECT_EQ(Parks({.industry = "数字金融"}), "exact 广州国际金融城");
  EXPECT_EQ(Parks({.industry = "资源循环利用"}), "exact 仁化工业园");
  EXPECT_EQ(Parks({.city = "韶关", .industry = "资源循环利用"}), "exact 仁化工业园");
}

TEST_F(ParkFinder, FiltersByLevelBatchAndDistrictAndRefusesUnknownValues) {
  EXPECT_EQ(Parks({.city = "肇庆", .batch = "2021"}), "肇庆大旺产业转移工业园");
  EXPECT_EQ(Parks({.city = "广州", .level = "国家级"}), "广州花都经济开发区");
  EXPECT_EQ(Parks({.city = "广州", .district = "海珠区", .level = "municipal"}), "广州人工智能与数字经济试验区琶洲核心区");
  EXPECT_EQ(ReadParkFilter(reader_, {.level = "universal"}).code(), Code::kInvalid);
  EXPECT_EQ(ReadParkFilter(reader_, {.city = "深圳", .district = "海珠区"}).code(), Code::kInvalid);
}

TEST_F(ParkFinder, AFilterAlsoHoldsForTheParksOfALeader) {
  const ParkFilter filter = Get(ReadParkFilter(reader_, {.city = "肇庆"}));
  EXPECT_EQ(Hostings("Company:xpeng", {.filter = filter}), "through a controlled company 肇庆高新技术产业开发区" " 四会市");
  const ParksAnswer all = Get(FindParks(reader_, Named("Company:gac"), {.filter = filter}, Budget()));
  EXPECT_TRUE(all.hostings.empty());
  EXPECT_GT(all.filtered_out, 0u);
}

TEST_F(ParkFinder, TheLeadersOfAChainComeWithHowTheyAreNamed) {
  const ParksAnswer answer = Get(FindParks(reader_, Named("智能网联新能源汽车", {"Chain"})));
  ASSERT_EQ(answer.companies.size(), answer.leads.size());
  ASSERT_EQ(answer.companies.size(), 5u);
  EXPECT_EQ(answer.companies[0].key, "gac");
  EXPECT_EQ(answer.leads[0].wording, "链主");
  EXPECT_EQ(answer.leads[0].place, "广州市");
  EXPECT_EQ(answer.leads[4].wording, "龙头");
  for (const auto& sources : answer.leads_sources) EXPECT_FALSE(sources.empty());
}

TEST_F(ParkFinder, AClustersLeadersAreThoseOfItsChainThatBelongToIt) {
  const ParksAnswer answer = Get(FindParks(reader_, Named("广深佛惠莞中智能网联新能源汽车集群")));
  std::vector<std::string> keys;
  for (const Entity& e : answer.companies) keys.push_back(e.key);
  EXPECT_EQ(Lines(keys), "desay_sv | dfn | gac | xpeng");  // not CATL: seated in Ningde and named for Zhaoqing
  EXPECT_EQ(answer.leaders_by_chain, 4u);
  for (const Leadership& l : answer.leads) EXPECT_EQ(l.led.label, "Chain");
  const LeadersAnswer leaders = Get(FindLeaders(reader_, Named("广深佛惠莞中智能网联新能源汽车集群"), Budget()));
  ASSERT_EQ(leaders.leaders.size(), 4u);
  for (const LeaderRow& row : leaders.leaders) {
    EXPECT_EQ(row.presence.front().tie, LeaderTie::kNamedOfChain);
    EXPECT_EQ(row.presence.front().certainty, graph::Certainty::kDerived);
    EXPECT_FALSE(row.presence.front().sources.empty());
  }
}

TEST_F(ParkFinder, PartnersAreCountedByTierAndOnlyOnce) {
  const ParksAnswer answer = Get(FindParks(reader_, Named("Company:gac"), {.partner_tiers = 3}, Budget()));
  std::set<NodeId> seen[2];
  for (const PartnerTier& t : answer.tiers) {
    uint64_t named = 0;
    std::set<NodeId> here;
    for (const PartnerPark& p : answer.partners) {
      if (p.suppliers != t.suppliers || p.tier != t.tier) continue;
      ++named;
      for (const Entity& e : p.companies) here.insert(e.id);
      EXPECT_FALSE(p.sources.empty());
    }
    EXPECT_EQ(named, t.parks);
    EXPECT_EQ(here.size(), t.in_parks);
    EXPECT_LE(t.in_parks, t.companies);
    for (const NodeId id : here) EXPECT_TRUE(seen[t.suppliers].insert(id).second) << "a company stands at its nearest tier";
  }
  EXPECT_GT(seen[1].size(), 2u);
}

TEST_F(ParkFinder, LeadersOfAParkAreFoundThroughWhatTheyControl) {
  const LeadersAnswer answer = Get(FindLeaders(reader_, Named("番禺汽车城"), Budget()));
  std::vector<std::string> lines;
  for (const LeaderRow& l : answer.leaders) {
    for (const LeaderPresence& p : l.presence) lines.push_back(Text(l.company.key, " ", LeaderTieName(p.tie)));
  }
  EXPECT_EQ(Lines(lines), "aion hosted | gac through a controlled company | gac through a controlled company");
}

TEST_F(ParkFinder, LeadersOfACityAreHostedSeatedOrNamedForIt) {
  const LeadersAnswer answer = Get(FindLeaders(reader_, Named("肇庆", {"City"}), Budget()));
  std::vector<std::string> lines;
  for (const LeaderRow& l : answer.leaders) {
    for (const LeaderPresence& p : l.presence) lines.push_back(Text(l.company.key, " ", LeaderTieName(p.tie)));
  }
  EXPECT_EQ(Lines(lines),
            "catl named for the place | catl through a controlled company | fenghua named for the place | fenghua seated | xpeng named for the place | "
            "xpeng through a controlled company");
}

TEST_F(ParkFinder, AParksCardHasAreaDirectionsPlansPoliciesAndNeighbours) {
  const Profile p = Get(MakeProfile(reader_, Named("白云湖数字科技城黄金围新一代信息技术产业园"), {}, Budget()));
  EXPECT_EQ(p.Number("area_km2"), 3.65);
  EXPECT_EQ(p.Number("hosted"), 0);
  EXPECT_EQ(p.Number("planned"), 1);
  ASSERT_NE(p.List("planned"), nullptr);
  EXPECT_EQ(p.List("planned")->items[0].certainty, graph::Certainty::kPlanned);
  ASSERT_NE(p.List("directions"), nullptr);
  bool draft = false;
  for (const PolicyRow& row : p.policies) draft = draft || (row.policy.key == "pol_daoze" && row.status == "draft");
  EXPECT_TRUE(draft);
  bool coarser = false;
  for (const NeighbourPark& n : p.neighbours) {
    if (n.park.key != "pk_bj_pazhou") continue;
    EXPECT_TRUE(n.same.empty());
    coarser = !n.coarser.empty();
  }
  EXPECT_TRUE(coarser) << "琶洲 shares cloud computing at a coarser level only";
}

TEST(Ownership, StatedSharesDecideWhereAShareIsAskedFor) {
  const graph::Tiny g = graph::TinyGraph(
      "top:Company -OWNS {relation: minority stake, share: 0.4}-> mid:Company; top -OWNS {relation: subsidiary, share: 0.6}-> sub:Company;"
      "sub -OWNS {relation: majority stake, share: 0.6}-> low:Company; top -OWNS {relation: subsidiary}-> plain:Company;"
      "a:Park -HOSTS-> mid; b:Park -HOSTS-> sub; c:Park -HOSTS-> low; d:Park -HOSTS-> plain");
  Reader reader(g.view(), Lang::kEn);
  const auto parks = [&](double share) {
    std::vector<std::string> lines;
    for (const Hosting& h : Get(FindParks(reader, Get(reader.Describe(g["top"])), {.min_share = share}, Budget())).hostings) lines.push_back(Text(h.park.key, " ", HostKindName(h.kind)));
    return Lines(lines);
  };
  EXPECT_EQ(parks(0), "b through a controlled company | c through a controlled company | d through a controlled company");
  EXPECT_EQ(parks(0.5), "b through a controlled company | d through a controlled company");  // 0.6 * 0.6 is below a half
  EXPECT_EQ(parks(0.36), "a through a stake | b through a controlled company | c through a controlled company | d through a controlled company");
  EXPECT_EQ(FindParks(reader, Get(reader.Describe(g["top"])), {.min_share = 1.5}, Budget()).code(), Code::kInvalid);
}

TEST(Ownership, RingsOfOwnershipEndWithAShareToo) {
  const graph::Tiny g = graph::TinyGraph(
      "x:Company -OWNS {relation: subsidiary, share: 0.9}-> y:Company; y -OWNS {relation: subsidiary, share: 0.9}-> z:Company; z -OWNS {relation: subsidiary, share: 0.9}-> x;"
      "a:Park -HOSTS-> z");
  Reader reader(g.view(), Lang::kEn);
  const auto owned = Get(OwnedBy(reader, g["x"], 0.5));
  ASSERT_EQ(owned.size(), 3u);
  EXPECT_NEAR(owned[2].share, 0.81, 1e-12);
  EXPECT_EQ(Get(OwnersOf(reader, g["z"], 0.5)).size(), 3u);
}

TEST(Parks, AHostingThatIsOnlyPlannedIsAPlan) {
  graph::Tiny g = graph::TinyGraph("dock:Park; gac:Company");
  auto tx = Get(g.database().Begin({.who = "test", .origin = "test"}));
  Get(tx->CreateEdge("HOSTS", g["dock"], g["gac"], {}, {.certainty = graph::Certainty::kPlanned}));
  Get(tx->Commit());
  Reader reader(g.view(), Lang::kEn);
  const ParksAnswer answer = Get(FindParks(reader, Get(reader.Describe(g["gac"]))));
  ASSERT_EQ(answer.hostings.size(), 1u);
  EXPECT_EQ(answer.hostings[0].kind, HostKind::kPlanned);
}

}  // namespace
}  // namespace liantu::chain
