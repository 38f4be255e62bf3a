// SPDX-License-Identifier: Apache-2.0
// What an importer or an extractor gets wrong in the five founding texts, one test for each trap, over the shipped data
// and the answers made from it.
#include "chain/card.h"
#include "chain/connect.h"
#include "chain/leaders.h"
#include "chain/linkage.h"
#include "chain/profile.h"
#include "chain/real_data.h"
#include "chain/systems.h"

namespace liantu::chain {
namespace {

class Traps : public RealData {
 protected:
  std::vector<NodeId> All(const char* label) {
    std::vector<NodeId> out;
    EXPECT_TRUE(reader_.view().NodesWithLabel(reader_.view().label(label), {}, [&](NodeId id) { return out.push_back(id), true; }).ok());
    return out;
  }
  std::vector<IndicatorRow> Figures(const std::string& key) { return Get(IndicatorsOf(reader_, {Named(key).id})); }
  const IndicatorRow* Metric(const std::vector<IndicatorRow>& rows, const std::string& metric) {
    for (const IndicatorRow& r : rows) {
      if (r.metric == metric) return &r;
    }
    ADD_FAILURE() << "no " << metric;
    return nullptr;
  }
};

TEST_F(Traps, BackTranslatedNamesSayThatTheyAreTranslated) {
  const Profile p = Get(MakeProfile(reader_, Named("Park:pk_gzsc_ai"), {}, Budget()));
  bool translated = false;
  for (const CardProperty& c : p.properties) {
    if (c.name != "name") continue;
    for (const Source& s : c.sources) translated = translated || s.certainty == graph::Certainty::kTranslated;
  }
  EXPECT_TRUE(translated);
}

TEST_F(Traps, SeventeenDirectionsAreNotSevenAndSixAndThirteenMeansTwoThings) {
  const auto all = Figures("ParkGroup:pg_gd_special"), fresh = Figures("ParkGroup:pg_special_2025");
  EXPECT_EQ(Metric(all, "涉及产业集群方向数")->value, 17);
  EXPECT_EQ(Metric(all, "涉及战略性支柱产业数")->value, 7);
  EXPECT_EQ(Metric(all, "涉及战略性新兴产业数")->value, 6);
  EXPECT_NE(Metric(all, "涉及产业集群方向数")->note, "");
  EXPECT_EQ(Metric(fresh, "新批次覆盖城市数")->value, 13);
  EXPECT_EQ(Metric(fresh, "新批次涵盖产业集群方向数")->value, 13);
  EXPECT_EQ(Metric(all, "省级特色产业园总数")->value, 70);
  EXPECT_EQ(Metric(fresh, "新授牌省级特色产业园数")->value, 16);
  EXPECT_EQ(Metric(all, "此前批次园区数")->value, 54);
  EXPECT_EQ(Metric(all, "此前批次园区数")->kind, "derived");
}

// Remarks are about the data set, in its own words: a reader of one language is never shown those of the other.
TEST_F(Traps, RemarksAreShownInTheReadersLanguage) {
  const auto has = [](const std::string& text, bool han) {
    return std::any_of(text.begin(), text.end(), [&](unsigned char c) { return han ? c >= 0xE4 && c <= 0xE9 : (c | 32) >= 'a' && (c | 32) <= 'z'; });
  };
  Reader english(Get(Store().Read()), Lang::kEn);
  size_t remarks = 0;
  for (const char* label : {"Indicator", "Company", "Park", "Policy", "Cluster", "ParkGroup", "IndustrialSystem", "Platform", "Agreement", "Event", "Project"}) {
    for (const NodeId node : All(label)) {
      const std::string zh = Get(reader_.Wording(node, "note")), en = Get(english.Wording(node, "note"));
      EXPECT_EQ(zh.empty(), en.empty()) << zh << " / " << en;
      if (zh.empty() || (zh == en && !has(zh, true) && !has(zh, false))) continue;
      ++remarks;
      EXPECT_NE(zh, en);
      if (has(zh, false)) EXPECT_TRUE(has(zh, true)) << zh;
      EXPECT_TRUE(has(en, false)) << en;
      EXPECT_EQ(Get(reader_.Wording(node, "name")), Get(reader_.Property(node, "name")));
    }
  }
  EXPECT_GT(remarks, 150u);
  const auto figure = [](Reader& reader) { return Get(DescribeIndicator(reader, Get(reader.Resolve("Indicator:fig_000_11", {})).id)); };
  EXPECT_EQ(figure(reader_).note, "未说明年份");
  EXPECT_EQ(figure(reader_).comparison, "同比");
  EXPECT_EQ(figure(english).note, "the year is not stated");
  EXPECT_EQ(figure(english).comparison, "year on year");
  // On a card the other language's remark does not stand beside; both names do.
  for (Reader* reader : {&reader_, &english}) {
    const Card card = Get(MakeCard(*reader, Get(reader->Resolve("Company:byd", {})).id, 5));
    std::string remark, names;
    for (const CardProperty& p : card.properties) {
      if (p.name.starts_with("note")) remark += p.title + "=" + p.value + ";";
      if (p.name.starts_with("name")) names += p.name + ";";
    }
    EXPECT_EQ(remark, reader == &english ? "note=also 1211.HK;" : "备注=同时为 1211.HK;");
    EXPECT_NE(names.find("name_en;"), std::string::npos);
  }
}

TEST_F(Traps, MissingPeriodsStayEmptyAndTheCountyOfYadeaIsNotGuessed) {
  for (const IndicatorRow& r : Figures("Company:yadea_qy")) EXPECT_EQ(r.period, "") << r.metric;
  EXPECT_EQ(Metric(Figures("Park:pk_renhua"), "资源循环利用占园区工业产值比重")->period, "2023");
  EXPECT_FALSE(Get(reader_.Locate(Named("Company:yadea_qy").id)).district);
}

TEST_F(Traps, BillionsBecomeYiYuanAndTheSourcesWordingStays) {
  const auto rows = Figures("Company:yadea_qy");
  EXPECT_EQ(Metric(rows, "年产值")->value, 68.85);
  EXPECT_EQ(Metric(rows, "年产值")->unit, "亿元");
  EXPECT_EQ(Metric(rows, "年产值")->stated_as, "6.885 billion yuan");
  EXPECT_EQ(Metric(Figures("Company:zhongke"), "产值")->value, 691);
}

TEST_F(Traps, PinyinInBracketsIsGoneAndBothScriptsFindTheSame) {
  for (const char* label : {"Company", "Organization", "Cluster", "Park", "Agreement", "Event", "Person", "Policy"}) {
    for (const NodeId id : All(label)) {
      const std::string name = Get(reader_.Property(id, "name"));
      EXPECT_EQ(name.find("(ch"), std::string::npos) << name;
      EXPECT_EQ(name.find("ǎ"), std::string::npos) << name;
    }
  }
  EXPECT_EQ(Named("灣區汽車聯盟").key, Named("湾区汽车联盟").key);
  EXPECT_EQ(Named("廣深佛惠莞中智能網聯新能源汽車集群").key, "nc_gba_icnev");
}

TEST_F(Traps, TheUnnamedAssociationIsNotMergedWithTheAllianceOrThePromotionBody) {
  const Entity alliance = Named("湾区汽车联盟"), promotion = Named("广东省汽车智能网联发展促进会");
  EXPECT_NE(alliance.id, promotion.id);
  const auto maybe = Get(reader_.Around(alliance.id, graph::Direction::kBoth, "POSSIBLY_SAME_AS"));
  EXPECT_FALSE(maybe.empty());
  const auto signatures = Get(reader_.Around(Named("Agreement:ag_wohui").id, graph::Direction::kIn, "SIGNED"));
  for (const auto& n : signatures) EXPECT_NE(n.node, alliance.id);
  // The one report has two titles and is one document.
  EXPECT_EQ(Named("2024-2025全球先进制造业集群趋势报告").id, Named("2024—2025年全球先进制造业集群发展趋势报告").id);
}

TEST_F(Traps, TheSixCitiesOfTheAbbreviationEndWithZhongshan) {
  const Profile p = Get(MakeProfile(reader_, Named("Cluster:nc_gba_icnev"), {}, Budget()));
  std::vector<Entity> cities;
  for (const ProfileItem& item : p.List("covers")->items) cities.push_back(item.entity);
  EXPECT_EQ(Names(cities), "东莞市 | 中山市 | 佛山市 | 广州市 | 惠州市 | 深圳市");
  EXPECT_EQ(Metric(p.indicators, "集群成员城市数")->value, 6);
  EXPECT_EQ(Get(reader_.Property(Named("Event:ev_cluster2025").id, "date")), "2025-09-11");  // the article is of the 15th
  EXPECT_EQ(Metric(Figures("Policy:pol_mfgclusters"), "吸引投资基金")->unit, "亿");           // no currency is stated
}

TEST_F(Traps, SiteNoiseIsNoFact) {
  for (const NodeId id : All("Indicator")) {
    const std::string value = Get(reader_.Property(id, "value"));
    EXPECT_NE(value, "37405");
    EXPECT_NE(value, "339");
  }
  for (const char* label : {"Company", "Product", "Event"}) {
    for (const NodeId id : All(label)) {
      const std::string name = Get(reader_.Property(id, "name"));
      EXPECT_EQ(name.find("方程豹"), std::string::npos);
      EXPECT_EQ(name.find("SU7"), std::string::npos);
    }
  }
}

TEST_F(Traps, TheTwoNineteensAndTheJointFigureStayApart) {
  const auto rows = Figures("City:440100");
  EXPECT_EQ(Metric(rows, "自动驾驶示范运营线路数")->unit, "条");
  EXPECT_EQ(Metric(rows, "在建新型储能项目数")->unit, "个");
  const auto pv = Figures("District:440114");
  EXPECT_EQ(Names(Metric(pv, "累计光伏装机并网容量")->of), "从化区 | 花都区");
  EXPECT_EQ(Metric(pv, "累计光伏装机并网容量")->unit, "兆瓦");
  // Firms that the text does not name are only counted.
  EXPECT_EQ(Metric(rows, "美股港股两地上市自动驾驶科技企业数")->value, 2);
  EXPECT_EQ(Metric(rows, "亚洲规模最大的飞行汽车公司数")->value, 1);
}

TEST_F(Traps, NoPlannedProjectEverAnswersHosted) {
  size_t plans = 0;
  for (const NodeId company : All("Company")) {
    const auto developed = Get(reader_.Around(company, graph::Direction::kOut, "DEVELOPS"));
    if (developed.empty()) continue;
    for (const Hosting& h : Get(FindParks(reader_, Get(reader_.Describe(company)))).hostings) {
      if (!h.project) continue;
      ++plans;
      EXPECT_EQ(h.kind, HostKind::kPlanned) << h.company.name;
      EXPECT_GE(h.certainty, graph::Certainty::kPlanned) << h.company.name;
    }
  }
  EXPECT_GT(plans, 10u);
  uint64_t all = 0;
  for (const NodeId park : All("Park")) all += Get(reader_.Around(park, graph::Direction::kOut, "PLANS")).size();
  EXPECT_EQ(all, 42u);
  for (const IndicatorRow& r : Figures("ParkGroup:pg_ydlhsp")) {
    if (r.period.find("到20") != std::string::npos) {
      EXPECT_EQ(r.kind, "target") << r.metric;
    }
  }
}

TEST_F(Traps, PlaceProjectAndParkOfOneNameAreThreeThings) {
  EXPECT_EQ(Named("Project:pj_hw_1").label, "Project");
  EXPECT_EQ(Named("Company:huawei_gz").label, "Company");
  EXPECT_EQ(Named("Park:pk_bj_hw").label, "Park");
  EXPECT_NE(Named("鱼珠核心片区").id, Named("鱼珠湾商务区").id);
  EXPECT_EQ(Named("鱼珠核心片区").key, "pk_bj_yuzhu");
  // One area is a planned one, one is of the riverside part only.
  EXPECT_EQ(Get(DescribePark(reader_, Named("Park:pk_bj_kcc").id)).area_kind, "planned");
  EXPECT_EQ(Get(DescribePark(reader_, Named("Park:pk_bj_shgz").id)).area_kind, "riverside part");
}

TEST_F(Traps, TheCodeReadsOneTwoTwentyOneEight) {
  EXPECT_EQ(Get(FindSystem(reader_, Named("12218"))).reading, "1-2-21-8");
  EXPECT_EQ(Get(FindSystem(reader_, Named("12126"))).reading, "1-2-12-6");
}

TEST_F(Traps, JointFiguresOfTheDevelopmentZoneAndHuangpuMeasureBoth) {
  const auto rows = Figures("District:440112");
  EXPECT_EQ(Names(Metric(rows, "每年固定资产投资")->of), "广州开发区 | 黄埔区");
  EXPECT_EQ(Metric(Figures("District:440118"), "工业总产值")->kind, "target");
  EXPECT_EQ(Get(reader_.Property(Named("Event:ev_gz11").id, "date")), "2025-02-07");
}

TEST_F(Traps, OnePersonInTwoTextsAndNamesWithoutTheirSuffixJoin) {
  const Entity wang = Named("王玉印");
  std::set<std::string> texts;
  const auto posts = Get(reader_.Around(wang.id, graph::Direction::kOut, "HOLDS_POST"));
  for (const auto& n : posts) {
    for (const Source& s : Get(reader_.Sources(n.edge))) texts.insert(s.key);
  }
  EXPECT_TRUE(texts.contains("text-001") && texts.contains("text-002"));
  EXPECT_EQ(Named("花都").id, Named("花都区").id);
  EXPECT_EQ(Named("增城", {"District"}).id, Named("增城区").id);
}

TEST_F(Traps, JiaduAndTheGridInstituteAreTwoStepsApartThroughOnePark) {
  const auto answer = Get(FindConnections(reader_, Named("佳都科技"), Named("南方电网科学研究院"), {.k = 1}, Budget()));
  ASSERT_EQ(answer.connections.size(), 1u);
  EXPECT_EQ(answer.connections[0].entities[1].key, "pk_gzsc_ai");
  EXPECT_EQ(answer.connections[0].steps.size(), 2u);
}

}  // namespace
}  // namespace liantu::chain
