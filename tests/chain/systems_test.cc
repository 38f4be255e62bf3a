// SPDX-License-Identifier: Apache-2.0
// Systems, targets, policies and profiles on the shipped data: what is stated, what is derived, what is only counted.
#include "chain/systems.h"

#include "chain/profile.h"
#include "chain/real_data.h"

namespace liantu::chain {
namespace {

class Systems : public RealData {
 protected:
  // "战略性产业集群数 15 named 15".
  std::string Counts(const SystemAnswer& answer) {
    std::vector<std::string> lines;
    for (const SystemCount& c : answer.counts) {
      if (c.nameable) lines.push_back(Text(c.what, " ", c.stated ? std::to_string(static_cast<int>(*c.stated)) : "-", " named ", c.named));
    }
    return Lines(lines);
  }
  const Check* Find(const std::vector<Check>& checks, CheckKind kind, const std::string& key, const std::string& words = "") {
    for (const Check& c : checks) {
      if (c.kind == kind && c.what.key == key && c.text.find(words) != std::string::npos) return &c;
    }
    return nullptr;
  }
};

TEST_F(Systems, The12218NamesItsClustersAndOnlyCountsItsFutureIndustries) {
  const SystemAnswer answer = Get(FindSystem(reader_, Named("12218")));
  EXPECT_EQ(answer.reading, "1-2-21-8");
  EXPECT_EQ(Counts(answer), "战略性产业集群数 15 named 15 | 未来产业数 6 named 0 | 现代服务业数 8 named 2");
  EXPECT_EQ(answer.followed_by.size(), 6u);
  const Check* reading = Find(answer.checks, CheckKind::kReading, "sys_gz_12218");
  ASSERT_NE(reading, nullptr);
  EXPECT_TRUE(reading->agrees);
  EXPECT_FALSE(reading->sources.empty());
}

TEST_F(Systems, HuangpusNameDoesNotAddUpAndTianhesDoes) {
  const SystemAnswer huangpu = Get(FindSystem(reader_, Named("黄埔12136现代化产业体系")));
  const Check* wrong = Find(huangpu.checks, CheckKind::kReading, "sys_hp_12136");
  ASSERT_NE(wrong, nullptr);
  EXPECT_FALSE(wrong->agrees);
  EXPECT_NE(wrong->text.find("13"), std::string::npos);
  EXPECT_NE(wrong->text.find("14"), std::string::npos);
  const SystemAnswer tianhe = Get(FindSystem(reader_, Named("天河12126现代化产业体系")));
  const Check* right = Find(tianhe.checks, CheckKind::kReading, "sys_th_12126");
  ASSERT_NE(right, nullptr);
  EXPECT_TRUE(right->agrees);
}

TEST_F(Systems, AllInHuangpuIsAnOverlapAndNotExclusive) {
  const TargetsAnswer answer = Get(FindTargets(reader_, Named("广州", {"City"})));
  const Check* future = Find(answer.checks, CheckKind::kOverlap, "sys_gz_12218", "未来产业");
  ASSERT_NE(future, nullptr);
  EXPECT_NE(future->text.find("10"), std::string::npos) << "4 + 6 of 6";
}

TEST_F(Systems, LiwansSystemNamesTwoClustersAndTwoServices) {
  const SystemAnswer answer = Get(FindSystem(reader_, Named("1283")));
  std::vector<std::string> lines;
  for (const SystemPart& p : answer.parts) lines.push_back(Text(p.role, " ", p.entity.name));
  EXPECT_EQ(Lines(lines), "modern service 旅游休闲 | modern service 现代商贸 | strategic cluster 智能装备与机器人 | strategic cluster 生物医药与健康");
}

TEST_F(Systems, NineOfTheTenAreasFollowOnlyBySubtraction) {
  const SystemAnswer answer = Get(FindSystem(reader_, Named("一带两核十片")));
  std::map<std::string, int> count;
  for (const SystemPart& p : answer.parts) {
    if (p.entity.label == "Park") ++count[Text(p.role, " ", graph::CertaintyName(p.certainty))];
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"area derived", 9}, {"area stated", 1}, {"core stated", 2}}));
  EXPECT_EQ(Counts(answer), "成员 12 named 12");
  const Check* area = Find(answer.checks, CheckKind::kSum, "pg_ydlhsp");
  ASSERT_NE(area, nullptr);
  EXPECT_TRUE(area->agrees);
  EXPECT_NE(area->text.find("81.87"), std::string::npos);
}

TEST_F(Systems, WhatIsOnlyCountedGetsNoMembers) {
  EXPECT_EQ(Counts(Get(FindSystem(reader_, Named("2+14+N")))), "国家级制造业创新中心数 2 named 0 | 省级制造业创新中心数 14 named 0 | 首批市级制造业创新中心数 48 named 0");
  EXPECT_EQ(Counts(Get(FindSystem(reader_, Named("企链群")))), "战略性产业集群数 15 named 15 | 细分领域数 50 named 0 | 链主企业数 100 named 2");
  EXPECT_TRUE(Get(FindSystem(reader_, Named("三城一岛"))).parts.empty());
  const SystemsAnswer all = Get(ListSystems(reader_, {}));
  std::vector<std::string> lines;
  for (const IndicatorRow& r : all.counted) lines.push_back(Text(r.metric, " ", static_cast<int>(*r.value), " ", r.kind));
  EXPECT_EQ(Lines(lines), "新型储能特色产业园数 3 actual | 珠江沿岸其余价值园区数 25 plan | 规划建设的生物医药价值园数 4 plan");
}

TEST_F(Systems, ThePlaceLimitsWhatIsListed) {
  const SystemsAnswer answer = Get(ListSystems(reader_, Named("黄埔", {"District"})));
  std::vector<Entity> systems;
  for (const SystemRow& r : answer.systems) systems.push_back(r.system);
  EXPECT_EQ(Names(systems), "三城一岛 | 黄埔12136现代化产业体系");
}

TEST_F(Systems, TargetsAndPlansAreNeverResults) {
  const TargetsAnswer answer = Get(FindTargets(reader_, {}));
  bool zengcheng = false, fiveg = false;
  for (const TargetRow& t : answer.targets) {
    EXPECT_TRUE(t.target.kind == "target" || t.target.kind == "plan");
    EXPECT_FALSE(t.target.sources.empty());
    if (t.target.indicator.key == "fig_004_18") {
      zengcheng = t.target.period == "到2035年" && t.target.unit == "亿元" && t.target.value == 10000 && t.target.qualifier == "above" && t.outcome == Outcome::kNoResult;
    }
    if (t.target.indicator.key == "fig_003_08") fiveg = t.outcome == Outcome::kNoFigure && t.target.period == "到2023年";
  }
  EXPECT_TRUE(zengcheng);
  EXPECT_TRUE(fiveg);
  for (const IndicatorRow& r : answer.results) EXPECT_TRUE(r.kind == "actual" || r.kind == "derived") << r.metric;
  EXPECT_GT(answer.without_period, 0u);
}

TEST_F(Systems, ATargetIsJudgedOnlyAgainstTheSameThingAndMetricInOneUnit) {
  graph::Tiny g = graph::TinyGraph(
      "gz:City; fs:City; t1:Indicator {metric: cars, value: 100, unit: n, kind: target} -MEASURES-> gz; r1:Indicator {metric: cars, value: 120, unit: n, kind: actual} -MEASURES-> gz;"
      "t2:Indicator {metric: cars, value: 100, unit: n, kind: target} -MEASURES-> fs; r2:Indicator {metric: cars, value: 90, unit: n, kind: actual} -MEASURES-> fs;"
      "t3:Indicator {metric: power, value: 10, unit: MW, kind: target} -MEASURES-> gz; r3:Indicator {metric: power, value: 90, unit: kW, kind: actual} -MEASURES-> gz;"
      "t4:Indicator {metric: output, value: 2, unit: 万亿元, kind: target} -MEASURES-> gz; r4:Indicator {metric: output, value: 24000, unit: 亿元, kind: actual} -MEASURES-> gz;"
      "t5:Indicator {metric: fund, value: 2, unit: 亿元, kind: target} -MEASURES-> gz; r5:Indicator {metric: fund, value: 3, unit: 亿, kind: actual} -MEASURES-> gz");
  Reader reader(g.view(), Lang::kEn);
  std::vector<std::string> lines;
  for (const TargetRow& t : Get(FindTargets(reader, {})).targets) lines.push_back(Text(t.target.indicator.key, " ", OutcomeName(t.outcome), " ", t.results.size()));
  EXPECT_EQ(Lines(lines), "t1 reached 1 | t2 not reached 1 | t3 not reached 1 | t4 reached 1 | t5 no result 1");
}

TEST_F(Systems, ContradictingFiguresAndClaimsAreBothShown) {
  graph::Tiny g = graph::TinyGraph("gz:City; a:Indicator {metric: parks, value: 70, unit: n, period: 2025, kind: actual} -MEASURES-> gz; b:Indicator {metric: parks, value: 72, unit: n, period: 2025, kind: actual} -MEASURES-> gz");
  Reader reader(g.view(), Lang::kEn);
  const TargetsAnswer answer = Get(FindTargets(reader, Get(reader.Describe(g["gz"]))));
  ASSERT_EQ(answer.checks.size(), 1u);
  EXPECT_EQ(answer.checks[0].kind, CheckKind::kFiguresDiffer);
  EXPECT_FALSE(answer.checks[0].agrees);
  EXPECT_EQ(answer.results.size(), 2u);
}

TEST_F(Systems, FiguresThatDifferInTheUnitAloneDoNotContradictEachOther) {
  graph::Tiny g = graph::TinyGraph(
      "gz:City; a:Indicator {metric: power, value: 1200, unit: 兆瓦, kind: actual} -MEASURES-> gz; b:Indicator {metric: power, value: 120, unit: 万千瓦, kind: actual} -MEASURES-> gz;"
      "c:Indicator {metric: area, value: 30, unit: km², kind: actual} -MEASURES-> gz; d:Indicator {metric: area, value: 45000, unit: 亩, kind: actual} -MEASURES-> gz;"
      "e:Indicator {metric: output, value: 2, unit: 万亿元, kind: actual} -MEASURES-> gz; f:Indicator {metric: output, value: 24000, unit: 亿元, kind: actual} -MEASURES-> gz;"
      "h:Indicator {metric: cars, value: 100, unit: 万辆, qualifier: above, kind: actual} -MEASURES-> gz; i:Indicator {metric: cars, value: 1020000, unit: 辆, kind: actual} -MEASURES-> gz");
  Reader reader(g.view(), Lang::kEn);
  const TargetsAnswer answer = Get(FindTargets(reader, Get(reader.Describe(g["gz"]))));
  ASSERT_EQ(answer.checks.size(), 1u);
  EXPECT_EQ(answer.checks[0].text, "two figures of output: 2 trillion yuan and 2.4 trillion yuan (the source writes 2.4 trillion yuan)");
}

TEST_F(Systems, PoliciesForAnIndustryInAPlaceKeepDraftAndPlannedApart) {
  const auto tianhe = Get(FindPolicies(reader_, {.what = Named("天河", {"District"}), .industry = Named("Industry:ind_人工智能")}));
  ASSERT_EQ(tianhe.size(), 1u);
  EXPECT_EQ(tianhe[0].policy.key, "pol_th_ai");
  const auto haizhu = Get(FindPolicies(reader_, {.what = Named("海珠", {"District"}), .industry = Named("Industry:ind_人工智能")}));
  ASSERT_EQ(haizhu.size(), 1u);
  EXPECT_EQ(haizhu[0].status, "planned");
  EXPECT_EQ(haizhu[0].supports[0].certainty, graph::Certainty::kPlanned);
  const auto park = Get(FindPolicies(reader_, {.what = Named("Park:pk_bj_hjw")}));
  std::vector<std::string> lines;
  for (const PolicyRow& p : park) lines.push_back(Text(p.policy.key, " ", PolicyReachName(p.supports[0].reach)));
  EXPECT_NE(Lines(lines).find("pol_daoze above"), std::string::npos);
  EXPECT_NE(Lines(lines).find("pol_zjya above"), std::string::npos);
  for (const PolicyRow& p : Get(FindPolicies(reader_, {}))) EXPECT_FALSE(p.sources.empty()) << p.policy.key;
}

TEST_F(Systems, AProfileOfEachKindHasFiguresAndSources) {
  for (const char* name : {"Company:gac", "Park:pk_huadu", "City:440100", "District:440112", "Cluster:nc_gba_icnev", "Chain:chain_智能网联与新能源汽车"}) {
    const Profile p = Get(MakeProfile(reader_, Named(name), {}, Budget()));
    EXPECT_FALSE(p.figures.empty()) << name;
    EXPECT_FALSE(p.lists.empty()) << name;
    for (const ProfileList& list : p.lists) {
      EXPECT_GT(list.total, 0u) << name << " " << list.name;
      EXPECT_LE(list.items.size(), std::max<size_t>(list.total, 20)) << name << " " << list.name;
    }
  }
  EXPECT_EQ(MakeProfile(reader_, Named("王玉印"), {}, Budget()).code(), Code::kInvalid);
}

TEST_F(Systems, ThePearlRiverParksOfAProfileAreTheSameAsInTheList) {
  const Profile guangzhou = Get(MakeProfile(reader_, Named("广州", {"City"}), {.max_listed = 1000}, Budget()));
  const ParkListAnswer list = Get(ListParks(reader_, {.place = Named("广州", {"City"})}, 1000));
  ASSERT_NE(guangzhou.List("parks"), nullptr);
  EXPECT_EQ(guangzhou.List("parks")->total, list.total);
}

TEST_F(Systems, ARecyclingChainIsShownAsARing) {
  const graph::Tiny g = graph::TinyGraph(
      "ore:Segment -PART_OF-> loop:Chain; metal:Segment -PART_OF-> loop; battery:Segment -PART_OF-> loop; recycling:Segment -PART_OF-> loop;"
      "ore -UPSTREAM_OF-> metal -UPSTREAM_OF-> battery -UPSTREAM_OF-> recycling -UPSTREAM_OF-> metal");
  Reader reader(g.view(), Lang::kEn);
  const Profile p = Get(MakeProfile(reader, Get(reader.Describe(g["loop"])), {}, Budget()));
  ASSERT_NE(p.List("rings"), nullptr);
  ASSERT_EQ(p.List("rings")->total, 1u);
  EXPECT_EQ(p.List("rings")->items[0].detail, "metal → battery → recycling → metal");
  // The park of Renhua: its direction and the share that recycling has; its companies are not named.
  const Profile renhua = Get(MakeProfile(reader_, Named("仁化工业园"), {}, Budget()));
  EXPECT_EQ(renhua.List("directions")->items[0].entity.name, "资源循环利用");
  ASSERT_EQ(renhua.indicators.size(), 1u);
  EXPECT_EQ(renhua.indicators[0].period, "2023");
}

TEST_F(Systems, ComparisonTellsWhatIsCommonFromWhatIsNot) {
  const graph::Tiny g = graph::TinyGraph(
      "a:Company -OPERATES_IN-> s1:Segment -PART_OF-> c:Chain; a -OPERATES_IN-> s2:Segment; b:Company -OPERATES_IN-> s1; b -OPERATES_IN-> s3:Segment; x:Park");
  Reader reader(g.view(), Lang::kEn);
  const CompareAnswer answer = Get(Compare(reader, Get(reader.Describe(g["a"])), Get(reader.Describe(g["b"])), {}, Budget()));
  for (const ListComparison& c : answer.lists) {
    if (c.name != "segments") continue;
    EXPECT_EQ(Keys(c.both) + " / " + Keys(c.a_only) + " / " + Keys(c.b_only), "s1 / s2 / s3");
  }
  EXPECT_EQ(Compare(reader, Get(reader.Describe(g["a"])), Get(reader.Describe(g["x"])), {}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(Compare(reader, Get(reader.Describe(g["a"])), Get(reader.Describe(g["a"])), {}, Budget()).code(), Code::kInvalid);
}

}  // namespace
}  // namespace liantu::chain
