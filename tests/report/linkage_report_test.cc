// SPDX-License-Identifier: Apache-2.0
// Two small clusters with evidence, written in every format and both languages; the files of golden/ are what a reader gets.
#include "report/linkage_report.h"

#include "chain/help.h"
#include "report/golden.h"
#include "report/page.h"

namespace liantu::report {
namespace {

using chain::Get;
using graph::Tiny;

// 车链集群 {小鹏, 广汽, 亿航} and 电池集群 {星源, 欣旺达, 亿航}; 宁德 stands between them.
Tiny Fixture() {
  const std::string schema = std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json";
  auto ontology = Get(graph::Ontology::Parse(Get(ReadFile(schema)), schema));
  Tiny g(
      "paper:Document {title: 集群年报 <2025>, date: 2025-09-15, publisher: 工信局}; news:Document {title: 供应新闻, date: 2024-03, where: https://example.org/a?b=1&c=2};"
      "gz:City {name: 广州市, name_en: Guangzhou}; sz:City {name: 深圳市, name_en: Shenzhen}; nd:City {name: 宁德市};"
      "nev:Cluster {name: 车链集群, name_en: Car cluster} -COVERS-> gz; nev -COVERS-> sz; bat:Cluster {name: 电池集群, name_en: Battery cluster} -COVERS-> sz;"
      "cars:Chain {name: 汽车链}; cells:Chain {name: 电池链}; nev -FOCUSES_ON-> cars; bat -FOCUSES_ON-> cells;"
      "film:Segment {name: 隔膜, level: upstream} -PART_OF-> cells; pack:Segment {name: 动力电池, level: midstream} -PART_OF-> cells;"
      "car:Segment {name: 整车, level: downstream} -PART_OF-> cars; taxi:Segment {name: 出行, level: downstream} -PART_OF-> cars;"
      "film -UPSTREAM_OF-> pack -UPSTREAM_OF-> car -UPSTREAM_OF-> taxi;"
      "xp:Company {name: 小鹏汽车, short_name: 小鹏}; gac:Company {name: 广汽集团}; eh:Company {name: 亿航}; xy:Company {name: 星源材质}; xwd:Company {name: 欣旺达}; catl:Company {name: 宁德时代};"
      "port:Park {name: 南沙港, level: national} -LOCATED_IN-> gz; hub:Platform {name: 中试平台, status: planned} -LOCATED_IN-> sz;"
      "club:Organization {name: 促进会} -REPRESENTS-> nev",
      ontology);
  auto tx = Get(g.database().Begin({.who = "test", .origin = "fixture"}));
  const graph::Evidence paper{.documents = {g["paper"]}, .locator = "L3"}, news{.documents = {g["news"]}};
  auto edge = [&](const char* type, const char* from, const char* to, const graph::Properties& properties, const graph::Evidence& evidence) {
    Get(tx->CreateEdge(type, g[from], g[to], properties, evidence));
  };
  for (const auto& [company, city] : {std::pair("xp", "gz"), std::pair("gac", "gz"), std::pair("eh", "sz"), std::pair("xy", "sz"), std::pair("xwd", "sz"), std::pair("catl", "nd")}) edge("LOCATED_IN", company, city, {}, paper);
  for (const auto& [company, segment] : {std::pair("xp", "car"), std::pair("gac", "car"), std::pair("gac", "taxi"), std::pair("eh", "car"), std::pair("eh", "pack"), std::pair("xy", "film"), std::pair("xwd", "pack"), std::pair("catl", "pack")}) {
    edge("OPERATES_IN", company, segment, {}, paper);
  }
  auto text = [](const char* s) { return graph::Value(std::string(s)); };
  edge("SUPPLIES", "xwd", "xp", {{"product", text("动力电池")}, {"status", text("supply")}, {"year", int64_t{2025}}}, news);
  edge("SUPPLIES", "xwd", "gac", {{"product", text("动力电池")}, {"status", text("cooperation")}}, news);
  graph::Evidence planned = news;
  planned.certainty = graph::Certainty::kPlanned;
  edge("SUPPLIES", "xy", "gac", {{"product", text("隔膜")}, {"status", text("supply")}}, planned);
  edge("SUPPLIES", "xy", "catl", {{"product", text("隔膜")}, {"status", text("contract")}}, news);
  edge("SUPPLIES", "catl", "gac", {{"product", text("动力电池")}, {"status", text("contract")}}, news);
  edge("SUPPLIES", "xp", "gac", {{"product", text("整车平台")}, {"status", text("supply")}}, news);
  edge("HOSTS", "port", "xp", {}, paper);
  edge("HOSTS", "port", "eh", {}, paper);
  edge("LEADS", "gac", "cars", {{"wording", text("链主")}, {"place", text("广州市")}}, paper);
  const graph::NodeId pact = Get(tx->CreateNode({"Agreement"}, {{"key", text("pact")}, {"name", text("协作协议")}, {"kind", text("cooperation agreement")}}, paper));
  Get(tx->CreateEdge("SIGNED", g["club"], pact, {{"on_behalf_of", text("车链集群")}}, paper));
  Get(tx->Commit());
  return g;
}

Document Linkage(const Tiny& g, Lang lang, bool pictures) {
  chain::Reader reader(g.view(), lang);
  const auto answer = Get(chain::FindLinkage(reader, Get(reader.Describe(g["nev"])), Get(reader.Describe(g["bat"])), {}, Budget()));
  return Get(LinkageDocument(reader, answer, {.pictures = pictures, .command = "liantu linkage Cluster:nev Cluster:bat"}));
}

Document Path(const Tiny& g, Lang lang) {
  chain::Reader reader(g.view(), lang);
  const chain::ConnectOptions options;
  const auto answer = Get(chain::FindConnections(reader, Get(reader.Describe(g["xp"])), Get(reader.Describe(g["xy"])), options, Budget()));
  return Get(PathDocument(reader, answer, options));
}

TEST(LinkageReport, ReadsAsItsGoldenFilesSay) {
  const Tiny g = Fixture();
  ExpectGolden("linkage.zh.md", Render(Linkage(g, Lang::kZh, false), io::Format::kMarkdown));
  ExpectGolden("linkage.en.md", Render(Linkage(g, Lang::kEn, false), io::Format::kMarkdown));
  ExpectGolden("linkage.en.json", Render(Linkage(g, Lang::kEn, false), io::Format::kJson));
  ExpectGolden("linkage.zh.html", RenderHtml(Linkage(g, Lang::kZh, true)));
  ExpectGolden("path.zh.txt", Render(Path(g, Lang::kZh), io::Format::kTable));
  ExpectGolden("path.en.json", Render(Path(g, Lang::kEn), io::Format::kJson));
}

TEST(LinkageReport, SameStoreSameBytes) {
  const std::string once = RenderHtml(Linkage(Fixture(), Lang::kZh, true));
  EXPECT_EQ(once, RenderHtml(Linkage(Fixture(), Lang::kZh, true)));
}

TEST(LinkageReport, TheHtmlPageIsWellFormedAndNeedsNoNetwork) {
  const Tiny g = Fixture();
  for (const Lang lang : {Lang::kZh, Lang::kEn}) ExpectWellFormed(RenderHtml(Linkage(g, lang, true)));
  ExpectWellFormed(RenderHtml(Path(g, Lang::kZh)));
}

TEST(LinkageReport, NamesThatLookLikeMarkupAreText) {
  const std::string html = RenderHtml(Linkage(Fixture(), Lang::kZh, true));
  EXPECT_NE(html.find("集群年报 &lt;2025&gt;"), std::string::npos);
  EXPECT_NE(html.find("https://example.org/a?b=1&amp;c=2"), std::string::npos);
}

TEST(LinkageReport, EveryRowOfFactsHasASource) {
  const Document d = Linkage(Fixture(), Lang::kEn, false);
  size_t rows = 0;
  for (const Section& s : d.sections) {
    for (size_t c = 0; c < s.table.columns.size(); ++c) {
      if (s.table.columns[c].name != "sources" || s.name == "groups" || s.name == "platforms" || s.name == "cities" || s.name == "fragility") continue;  // drawn without evidence
      for (const io::Row& row : s.table.rows) {
        ++rows;
        EXPECT_EQ(graph::ToText(row[c].value).substr(0, 1), "[") << s.name;
      }
    }
  }
  EXPECT_GT(rows, 15u);
  EXPECT_EQ(d.sources.size(), 2u);
}

TEST(LinkageReport, TooFewTiesAreSaidInTheSummary) {
  const Document d = Linkage(Fixture(), Lang::kEn, false);
  const bool said = std::any_of(d.summary.begin(), d.summary.end(), [](const std::string& s) { return s.find("too few") != std::string::npos; });
  EXPECT_TRUE(said);
}

TEST(LinkageReport, AGroupThatCannotBeComputedIsNotCalledEmpty) {
  Tiny g = Fixture();
  g.Add("home:Cluster {name: Home cluster} -COVERS-> fs:City {name: Foshan}");
  chain::Reader reader(g.view(), Lang::kEn);
  const auto answer = Get(chain::FindLinkage(reader, Get(reader.Describe(g["home"])), Get(reader.Describe(g["bat"])), {}, Budget()));
  const std::string text = Render(Get(LinkageDocument(reader, answer, {})), io::Format::kMarkdown);
  EXPECT_NE(text.find("The members of Home cluster cannot be computed"), std::string::npos);
  EXPECT_EQ(text.find("Home cluster has 0"), std::string::npos);
}

}  // namespace
}  // namespace liantu::report
