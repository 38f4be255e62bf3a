// SPDX-License-Identifier: Apache-2.0
// The thirty questions of questions.txt, each answered by a small query over a store imported from data/guangdong, value,
// unit and period included. The expected rows are in the text file, the queries are here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "base/files.h"
#include "chain/entity.h"
#include "chain/parks.h"
#include "io/import.h"

namespace liantu {
namespace {

using chain::Reader;
using graph::Direction;
using graph::NodeId;
using Rows = std::vector<std::string>;

template <class T>
T Must(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status().message();
  return *std::move(result);
}

// One edge as the queries see it.
struct Step {
  graph::EdgeId edge;
  NodeId node;
  std::string type;
};

class Questions : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto schema = Must(ReadFile(std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json"));
    auto ontology = Must(graph::Ontology::Parse(schema, "schema/industry.json"));
    db_ = Must(graph::Database::Open("memory:", {.create = true, .ontology = ontology})).release();
    const std::vector<std::string> paths{std::string(LIANTU_SOURCE_DIR) + "/data/guangdong"};
    const auto report = Must(io::Import(*db_, paths, {}, Budget()));
    ASSERT_EQ(report.Total().rejected, 0u) << report.rejects[0].Text();
    reader_ = new Reader(Must(db_->Read()), chain::Lang::kZh);
    for (NodeId park : All("Park")) {
      if (Get(park, "kind") == "riverside high-end park") riverside_.push_back(park);
    }
  }
  static void TearDownTestSuite() {
    delete reader_;
    delete db_;
    riverside_.clear();
  }

  static std::vector<NodeId> All(const char* label) {
    std::vector<NodeId> out;
    EXPECT_TRUE(reader_->view().NodesWithLabel(reader_->view().label(label), {}, [&](NodeId id) { return out.push_back(id), true; }).ok());
    return out;
  }
  static NodeId Key(std::string_view key) {
    const auto found = Must(reader_->view().FindByKey(key));
    EXPECT_EQ(found.size(), 1u) << key;
    return found.empty() ? NodeId() : found[0];
  }
  static NodeId Named(std::string_view name, const char* label) {
    for (NodeId id : All(label)) {
      if (Name(id) == name) return id;
    }
    ADD_FAILURE() << "no " << label << " " << name;
    return {};
  }
  static std::string Name(NodeId id) { return Get(id, "name"); }
  static std::string Get(NodeId id, std::string_view property) { return Must(reader_->Property(id, property)); }
  static std::string Label(NodeId id) { return Must(reader_->Describe(id)).label; }
  static std::vector<Step> Along(NodeId id, Direction direction, const char* type) {
    std::vector<Step> out;
    for (const auto& n : Must(reader_->Around(id, direction, type))) out.push_back({n.edge, n.node, type});
    return out;
  }
  static std::vector<Step> Out(NodeId id, const char* type) { return Along(id, Direction::kOut, type); }
  static std::vector<Step> In(NodeId id, const char* type) { return Along(id, Direction::kIn, type); }
  static std::vector<Step> Both(NodeId id) {
    std::vector<Step> out;
    for (const auto& n : Must(reader_->view().Expand(id, Direction::kBoth))) out.push_back({n.edge, n.node, reader_->view().name(n.type)});
    return out;
  }
  static std::string EdgeText(graph::EdgeId id, const char* property) {
    const auto edge = Must(reader_->view().GetEdge(id));
    const auto* value = edge->Property(reader_->view().property(property));
    return value ? graph::ToText(*value) : "";
  }
  static std::string EdgeCertainty(graph::EdgeId id) { return graph::CertaintyName(Must(reader_->view().GetEdge(id))->certainty); }
  static std::string District(NodeId id) { return Name(Must(reader_->Locate(id)).district); }
  static std::string City(NodeId id) { return Name(Must(reader_->Locate(id)).city); }
  static std::set<std::string> Focus(NodeId id) {
    std::set<std::string> out;
    for (const Step& s : Out(id, "FOCUSES_ON")) out.insert(Name(s.node));
    return out;
  }
  static double Number(NodeId id, const char* property) { return std::stod(Get(id, property)); }
  static std::string Short(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
  }
  static std::vector<NodeId> Indicators(NodeId of) {
    std::vector<NodeId> out;
    for (const Step& s : In(of, "MEASURES")) out.push_back(s.node);
    return out;
  }
  static NodeId Indicator(NodeId of, std::string_view metric) {
    for (NodeId i : Indicators(of)) {
      if (Get(i, "metric") == metric) return i;
    }
    ADD_FAILURE() << "no indicator " << metric;
    return {};
  }
  static std::string Quantity(NodeId indicator) {
    const std::string qualifier = Get(indicator, "qualifier");
    return (qualifier.empty() || qualifier == "exact" ? "" : qualifier + " ") + Short(Number(indicator, "value")) + " " + Get(indicator, "unit");
  }
  static std::string Full(NodeId i) { return Get(i, "metric") + " | " + Quantity(i) + " | " + Get(i, "period") + " | " + Get(i, "kind"); }
  static std::string Area(NodeId park) { return Short(Number(park, "area_km2")) + " km²"; }
  // The parks of a company through the product's own question: hosted first, then planned with district and project.
  static Rows ParksOf(const char* key) {
    const auto answer = Must(chain::FindParks(*reader_, Must(reader_->Describe(Key(key)))));
    Rows rows;
    for (const chain::Hosting& h : answer.hostings) {
      if (h.kind == chain::HostKind::kPlanned) rows.push_back("planned | " + h.park.name + " | " + h.district->name + " | " + h.project->name);
      else rows.push_back("hosted | " + h.park.name);
    }
    return rows;
  }
  // Ways of two edges.
  struct Two {
    std::string first, second;
    NodeId middle;
  };
  static std::vector<Two> TwoSteps(NodeId from, NodeId to, NodeId avoid = {}) {
    std::vector<Two> out;
    for (const Step& a : Both(from)) {
      if (a.node == avoid) continue;
      for (const Step& b : Both(a.node)) {
        if (b.node == to) out.push_back({a.type, b.type, a.node});
      }
    }
    return out;
  }
  static std::map<int, Rows> Expected() {
    std::ifstream in(std::string(LIANTU_SOURCE_DIR) + "/tests/questions/questions.txt");
    std::map<int, Rows> out;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("? ")) out[number = std::stoi(line.substr(2))];
      else if (!line.empty() && line[0] != '#') out[number].push_back(line);
    }
    return out;
  }

  static graph::Database* db_;
  static Reader* reader_;
  static std::vector<NodeId> riverside_;
};

graph::Database* Questions::db_ = nullptr;
Reader* Questions::reader_ = nullptr;
std::vector<NodeId> Questions::riverside_;

TEST_F(Questions, HaveTheirExactAnswersInTheData) {
  const std::string it = "新一代信息技术";
  const NodeId guangzhou = Key("440100");
  std::map<int, std::function<Rows()>> ask;
  ask[1] = [&] {
    Rows rows;
    for (const std::string& row : ParksOf("jiadu")) rows.push_back(row.substr(std::string("hosted | ").size()));
    return rows;
  };
  ask[3] = [&] { return ParksOf("sanqi"); };
  ask[7] = [&] { return ParksOf("yihai"); };
  ask[5] = [&] {
    Rows rows;
    for (const Step& s : In(Key("zhongke"), "HOSTS")) {
      for (const auto& source : Must(reader_->Sources(s.edge))) {
        if (source.key == "text-000") rows.push_back(Name(s.node) + " | " + City(s.node) + " | " + graph::CertaintyName(source.certainty));
      }
    }
    return rows;
  };
  ask[9] = [&] {
    Rows rows;
    for (const Step& s : In(Key("huawei_gz"), "HOSTS")) {
      rows.push_back(Name(s.node) + " | " + District(s.node) + " | " + EdgeText(Out(s.node, "LOCATED_IN")[0].edge, "position") + " | " + Area(s.node));
    }
    return rows;
  };
  ask[11] = [&] {
    Rows rows;
    for (NodeId p : riverside_) {
      const std::string row = District(p) + " | " + Name(p);
      if (Focus(p).contains(it)) rows.push_back(row);
      else if (Name(p).find(it) != std::string::npos) rows.push_back("name only | " + row);
    }
    return rows;
  };
  ask[13] = [&] {
    const NodeId exact = Named("生物医药", "Industry");
    std::vector<NodeId> wordings{exact};
    for (const Step& s : Out(exact, "PART_OF")) wordings.push_back(s.node);
    Rows rows;
    for (NodeId w : wordings) {
      for (const Step& s : In(w, "FOCUSES_ON")) {
        if (std::find(riverside_.begin(), riverside_.end(), s.node) != riverside_.end()) rows.push_back(Name(w) + " | " + Name(s.node) + " | " + District(s.node));
      }
    }
    return rows;
  };
  ask[15] = [&] {
    Rows rows;
    for (NodeId p : riverside_) {
      if (Focus(p).contains("数字金融")) rows.push_back(Name(p) + " | " + District(p));
    }
    return rows;
  };
  ask[17] = [&] {
    Rows rows;
    for (const Step& s : In(Named("资源循环利用", "Industry"), "FOCUSES_ON")) rows.push_back(Name(s.node) + " | " + City(s.node));
    return rows;
  };
  ask[19] = [&] {
    Rows rows;
    for (const Step& s : In(Key("sys_lw_1283"), "PART_OF")) rows.push_back(EdgeText(s.edge, "role") + " | " + Name(s.node));
    return rows;
  };
  ask[21] = [&] {
    std::vector<NodeId> parks;
    for (NodeId p : riverside_) {
      if (Focus(p).contains(it)) parks.push_back(p);
    }
    Rows rows;
    for (NodeId a : parks) {
      for (NodeId b : parks) {
        if (Name(a) < Name(b) && District(a) != District(b)) rows.push_back(Name(a) + " | " + Name(b));
      }
    }
    return rows;
  };
  ask[23] = [&] {
    const auto a = Focus(Key("pk_bj_hjw")), b = Focus(Key("pk_bj_pazhou"));
    Rows rows;
    for (const std::string& f : a) {
      if (b.contains(f)) rows.push_back("same | " + f);
    }
    for (NodeId narrow : All("Industry")) {
      for (const Step& s : Out(narrow, "PART_OF")) {
        const std::string n = Name(narrow), w = Name(s.node);
        if (Label(s.node) == "Industry" && ((a.contains(n) && b.contains(w)) || (b.contains(n) && a.contains(w)))) rows.push_back("coarser | " + n + " | " + w);
      }
    }
    return rows;
  };
  ask[26] = [&] {
    Rows rows;
    for (const Two& t : TwoSteps(Key("jiadu"), Key("csg_ri"), guangzhou)) {
      rows.push_back(Get(Key("jiadu"), "short_name") + " | " + t.first + " | " + Name(t.middle) + " | " + t.second + " | " + Get(Key("csg_ri"), "short_name"));
    }
    return rows;
  };
  ask[28] = [&] {
    Rows rows;
    for (const Two& t : TwoSteps(Key("org_gbaa"), Named("惠州市", "City"))) rows.push_back("湾区汽车联盟 | " + t.first + " | " + Name(t.middle) + " | " + t.second + " | 惠州市");
    return rows;
  };
  ask[30] = [&] {
    Rows rows;
    for (const Two& t : TwoSteps(Named("荔湾区", "District"), Named("南沙区", "District"), guangzhou)) rows.push_back(t.first + " | " + Name(t.middle));
    return rows;
  };
  ask[32] = [&] {
    std::set<NodeId> first;
    Rows rows;
    for (const Step& s : Out(Key("nc_gba_icnev"), "COVERS")) first.insert(s.node);
    for (const Step& s : Out(Key("pg_special_2025"), "COVERS")) {
      if (first.contains(s.node)) rows.push_back(Name(s.node));
    }
    return rows;
  };
  ask[34] = [&] {
    Rows rows;
    for (NodeId person : All("Person")) {
      for (const Step& s : Out(person, "HOLDS_POST")) {
        std::set<std::string> texts;
        for (const auto& source : Must(reader_->Sources(s.edge))) texts.insert(source.key);
        if (texts.size() < 2) continue;
        std::set<std::string> days;
        for (const Step& event : Out(person, "ATTENDED")) days.insert(Get(event.node, "date"));
        std::string row = Name(person) + " | " + Name(s.node) + " | " + EdgeText(s.edge, "title");
        for (const std::string& day : days) row += " | " + day;
        rows.push_back(row);
      }
    }
    return rows;
  };
  ask[36] = [&] {
    Rows rows;
    for (NodeId i : Indicators(Key("yadea_qy"))) {
      const std::string stated = Get(i, "stated_as");
      rows.push_back(Get(i, "metric") + " | " + Quantity(i) + " | " + (stated.empty() ? Get(i, "comparison") : stated) + " | " + Get(i, "period") + " | " + Get(i, "kind"));
    }
    return rows;
  };
  ask[38] = [&] {
    Rows rows;
    for (NodeId i : Indicators(Key("pk_renhua"))) rows.push_back(Full(i));
    return rows;
  };
  ask[40] = [&] { return Rows{Full(Indicator(guangzhou, "智能网联新能源汽车累计产量"))}; };
  ask[42] = [&] {
    const NodeId pv = Indicator(Named("花都区", "District"), "累计光伏装机并网容量"), vpp = Indicator(guangzhou, "虚拟电厂可调节资源储备规模");
    std::set<std::string> places;
    for (const Step& s : Out(pv, "MEASURES")) places.insert(Name(s.node));
    std::string row = Get(pv, "metric") + " | " + Quantity(pv) + " | " + Short(Number(pv, "value") / 10) + " 万千瓦";
    for (const std::string& place : places) row += " | " + place;
    return Rows{row, Get(vpp, "metric") + " | " + Short(Number(vpp, "value") * 10) + " 兆瓦 | " + Quantity(vpp) + " | " + Name(Out(vpp, "MEASURES")[0].node)};
  };
  ask[44] = [&] {
    Rows rows;
    for (NodeId i : Indicators(guangzhou)) {
      if (Get(i, "metric").find("绿色制造") != std::string::npos) rows.push_back(Get(i, "metric") + " | " + Quantity(i) + " | " + Get(i, "comparison") + " | " + Get(i, "kind"));
    }
    return rows;
  };
  ask[46] = [&] {
    Rows rows;
    for (NodeId i : Indicators(Named("增城区", "District"))) rows.push_back(Full(i));
    return rows;
  };
  ask[48] = [&] {
    Rows rows;
    for (NodeId i : Indicators(guangzhou)) {
      if (Get(i, "metric").find("工厂") != std::string::npos) rows.push_back(Get(i, "metric") + " | " + Quantity(i));
    }
    return rows;
  };
  ask[50] = [&] {
    double sum = 0;
    for (NodeId p : riverside_) sum += Number(p, "area_km2");
    return Rows{std::to_string(riverside_.size()) + " parks | summed " + Short(std::round(sum * 100) / 100) + " km²",
                "stated | " + Quantity(Indicator(Key("pg_ydlhsp"), "滨江高端产业园总面积"))};
  };
  ask[52] = [&] {
    auto by_area = [&](NodeId a, NodeId b) { return Number(a, "area_km2") < Number(b, "area_km2"); };
    const auto [least, most] = std::minmax_element(riverside_.begin(), riverside_.end(), by_area);
    return Rows{"largest | " + Name(*most) + " | " + Area(*most), "smallest | " + Name(*least) + " | " + Area(*least)};
  };
  ask[54] = [&] {
    Rows rows;
    for (const char* group : {"pg_lianghe", "pg_shipian"}) {
      for (const Step& s : In(Key(group), "PART_OF")) rows.push_back(EdgeText(s.edge, "role") + " | " + EdgeCertainty(s.edge) + " | " + Name(s.node));
    }
    return rows;
  };
  ask[56] = [&] {
    const NodeId system = Key("sys_gz_12218");
    const auto claims = Must(reader_->view().Claims(system, reader_->view().property("reading")));
    const std::string note = Get(system, "note");
    Rows rows{Get(system, "reading") + " | " + graph::CertaintyName(claims.at(0).evidence.certainty) + " | " + note.substr(note.find(";") + 1)};
    for (NodeId i : Indicators(system)) rows.push_back(Get(i, "metric") + " | " + Quantity(i));
    return rows;
  };
  ask[58] = [&] {
    Rows rows;
    for (const auto& [district, key] : std::map<std::string, std::string>{{"黄埔区", "sys_hp_12136"}, {"天河区", "sys_th_12126"}}) {
      for (NodeId i : Indicators(Key(key))) rows.push_back(district + " | " + Get(i, "metric") + " | " + Quantity(i));
    }
    return rows;
  };
  ask[60] = [&] {
    Rows rows;
    for (const char* traditional : {"灣區汽車聯盟", "廣深佛惠莞中智能網聯新能源汽車集群"}) {
      const auto hits = Must(reader_->view().Search(traditional, {}, 5));
      if (!hits.empty()) rows.push_back(std::string(traditional) + " | " + Name(hits[0].node));
    }
    return rows;
  };

  const auto expected = Expected();
  ASSERT_EQ(expected.size(), 30u);
  for (const auto& [number, rows] : expected) {
    ASSERT_TRUE(ask.contains(number)) << number;
    Rows got = ask.at(number)();
    std::sort(got.begin(), got.end());
    got.erase(std::unique(got.begin(), got.end()), got.end());
    EXPECT_EQ(got, rows) << "question " << number;
  }
}

}  // namespace
}  // namespace liantu
