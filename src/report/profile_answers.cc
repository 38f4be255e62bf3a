// SPDX-License-Identifier: Apache-2.0
// A profile as a page: sentences from its figures, then a table for each list.
#include "report/profile_answers.h"

#include <algorithm>
#include <cmath>

#include "report/answers.h"
#include "report/system_answers.h"

namespace liantu::report {

using chain::Profile;
using chain::Reader;

namespace {

struct Title {
  std::string_view name;
  const char *zh, *en;
};
constexpr Title kFigures[] = {
    {"companies", "企业", "companies"},          {"parks", "园区", "parks"},
    {"hosted", "已入驻", "hosted"},              {"planned", "规划项目(计划)", "planned projects"},
    {"leaders", "链主与龙头", "named leaders"},   {"clusters", "集群", "clusters"},
    {"cities", "城市", "cities"},                {"segments", "环节", "segments"},
    {"segments_held", "有企业的环节", "segments with companies"},
    {"with_segment", "环节已知的企业", "companies of known segment"},
    {"products", "产品", "products"},            {"suppliers", "供应商", "suppliers"},
    {"customers", "客户", "customers"},          {"firm_inside", "内部确定供应联系", "firm ties inside"},
    {"firm_out", "对外供应(确定)", "firm ties outwards"}, {"firm_in", "外来供应(确定)", "firm ties inwards"},
    {"area_km2", "面积", "area"},                {"neighbours", "方向相同或相近的园区", "parks that share a direction"},
};
constexpr Title kLists[] = {
    {"located_in", "所在地", "Where it is"},        {"parks", "园区", "Parks"},
    {"planned", "规划项目(计划,尚非入驻)", "Planned (not hosted)"}, {"leads", "被称为其链主或龙头", "Named leader of"},
    {"leaders", "链主与龙头企业", "Named leaders"},  {"segments", "环节", "Segments"},
    {"chains", "产业链", "Chains"},                 {"clusters", "集群", "Clusters"},
    {"products", "产品", "Products"},               {"suppliers", "供应商", "Suppliers"},
    {"customers", "客户", "Customers"},             {"owners", "持有它的企业", "Owned by"},
    {"owned", "它持有的企业", "Owns"},              {"projects", "建设的项目与平台", "Builds"},
    {"agreements", "签署的协议", "Agreements signed"}, {"directions", "产业方向", "Directions"},
    {"hosted", "已入驻", "Hosted"},                 {"groups", "所属组团", "Groups it belongs to"},
    {"platforms", "平台", "Platforms"},             {"districts", "下辖地区", "Places in it"},
    {"systems", "产业体系", "Industrial systems"},   {"partner_cities", "有确定供应联系的城市", "Cities with firm ties"},
    {"cities", "企业所在城市", "Cities of its companies"}, {"members", "成员企业", "Members"},
    {"representatives", "代表机构", "Represented by"}, {"covers", "覆盖的地区", "Covers"},
    {"rings", "循环的环节(如回收利用)", "Rings of segments (such as recycling)"},
    {"focuses", "所属产业链或方向", "Is about"},      {"possibly_same", "疑似同一(待核对)", "Possibly the same (to be checked)"},
};

template <size_t N>
std::string Find(Lang lang, const Title (&titles)[N], std::string_view name) {
  for (const Title& t : titles) {
    if (t.name == name) return Say(lang, t.zh, t.en);
  }
  return std::string(name);
}

io::Cell NumberCell(const std::optional<double>& value) {
  if (!value) return {};
  if (*value == std::floor(*value)) return static_cast<int64_t>(*value);
  return *value;
}

std::string NumberText(double value) {
  return graph::ToText(value == std::floor(value) ? graph::Value(static_cast<int64_t>(value)) : graph::Value(value));
}

std::vector<std::string> FirstNames(const chain::ProfileList* list, size_t most) {
  std::vector<std::string> names;
  if (!list) return names;
  for (const chain::ProfileItem& item : list->items) {
    if (names.size() < most) names.push_back(item.entity.name);
  }
  return names;
}

// Three to five sentences made from the figures and lists.
void Summarise(Reader& reader, const Profile& p, Document& d) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const std::string& label = p.entity.label;
  std::vector<std::string> where;
  if (const chain::ProfileList* places = p.List("located_in")) {
    for (auto it = places->items.rbegin(); it != places->items.rend(); ++it) where.push_back(it->entity.name);
  }
  d.summary.push_back(Text(reader.LabelName(label), "  ", label, ":", p.entity.key, where.empty() ? "" : "  ", Join(where, zh ? " " : ", ")));
  std::vector<std::string> numbers;
  for (const chain::Figure& f : p.figures) {
    if (!f.value || (*f.value == 0 && label != "Company" && label != "Park")) continue;
    numbers.push_back(Text(FigureTitle(lang, f.name), " ", NumberText(*f.value), f.unit.empty() ? "" : " ", f.unit));
  }
  if (!numbers.empty()) d.summary.push_back(zh ? Text("数据中:", Join(numbers, "、"), "。") : Text("In the data: ", Join(numbers, ", "), "."));
  if (p.group && p.group->membership != chain::Membership::kSeated) d.summary.push_back(GroupSentence(reader, *p.group));
  const auto say = [&](const char* name, const char* zh_words, const char* en_words, size_t most) {
    const auto names = FirstNames(p.List(name), most);
    if (!names.empty()) d.summary.push_back(zh ? Text(zh_words, ":", Join(names, "、"), "。") : Text(en_words, ": ", Join(names, ", "), "."));
  };
  say("leads", "被称为其链主或龙头", "Named leader of", 5);
  if (label == "Company") say("parks", "所在园区", "Stands in", 5);
  if (label == "Park") say("directions", "产业方向", "Directions", 12);
  if (label == "Park") say("leaders", "园内链主与龙头", "Leaders there", 5);
  if (reader.IsPlace(label)) say("partner_cities", "供应联系最多的城市", "Most firm ties with", 5);
  if (label == "Chain") say("leaders", "链主与龙头", "Named leaders", 8);
  if (!p.complete) d.summary.push_back(zh ? Text("未计入:", p.stopped, "。") : Text("Left out: ", p.stopped, "."));
}

Section ListSection(Reader& reader, Footnotes& notes, const chain::ProfileList& list) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Section s{.name = list.name, .title = Text(ListTitle(lang, list.name), zh ? "(" : " (", list.total, ")")};
  const bool counted = std::any_of(list.items.begin(), list.items.end(), [](const chain::ProfileItem& i) { return i.count.has_value(); });
  const bool detailed = std::any_of(list.items.begin(), list.items.end(), [](const chain::ProfileItem& i) { return !i.detail.empty(); });
  s.table.columns = {{"entity", Say(lang, "名称", "Name")}};
  if (detailed) s.table.columns.push_back({"detail", Say(lang, "说明", "Details")});
  if (counted) {
    const bool ties = list.name == "suppliers" || list.name == "customers" || list.name == "partner_cities";
    s.table.columns.push_back({"count", ties ? Say(lang, "联系", "Ties") : Say(lang, "企业数", "Companies")});
  }
  s.table.columns.push_back({"certainty", Say(lang, "可信度", "Certainty")});
  s.table.columns.push_back({"sources", Say(lang, "来源", "Sources")});
  for (const chain::ProfileItem& item : list.items) {
    io::Row row{EntityCell(item.entity)};
    if (detailed) row.push_back(TextCell(item.detail));
    if (counted) row.push_back(item.count ? CountCell(*item.count) : io::Cell());
    row.push_back(CertaintyName(lang, item.certainty));
    row.push_back(item.count ? notes.CountedCell(lang, item.sources) : notes.Cell(item.sources));
    s.table.rows.push_back(std::move(row));
  }
  if (list.total > list.items.size()) s.notes.push_back(zh ? Text("只列出前 ", list.items.size(), " 个。") : Text("The first ", list.items.size(), " are shown."));
  return s;
}

}  // namespace

std::string FigureTitle(Lang lang, std::string_view name) { return Find(lang, kFigures, name); }
std::string ListTitle(Lang lang, std::string_view name) { return Find(lang, kLists, name); }

Document ProfileDocument(Reader& reader, const Profile& p) {
  const Lang lang = reader.lang();
  Document d{.kind = "show", .title = p.entity.name, .lang = lang};
  Footnotes notes;
  Summarise(reader, p, d);
  d.summary.front() += "  " + notes.Mark(p.sources);
  Section properties{.name = "properties", .title = Say(lang, "属性", "Properties")};
  properties.table.columns = {{"property", Say(lang, "属性", "Property")}, {"value", Say(lang, "值", "Value")}, {"unit", Say(lang, "单位", "Unit")}, {"claims", Say(lang, "说法", "Claims")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::CardProperty& c : p.properties) {
    properties.table.rows.push_back({c.title, c.value, TextCell(c.unit), static_cast<int64_t>(c.claims), notes.Cell(c.sources)});
  }
  d.sections.push_back(std::move(properties));
  Section figures{.name = "figures", .title = Say(lang, "数目", "Counts"), .derived_from = {"properties"}};
  figures.table.columns = {{"figure", Say(lang, "项", "What")}, {"value", Say(lang, "值", "Value")}, {"unit", Say(lang, "单位", "Unit")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::Figure& f : p.figures) {
    if (!f.value) continue;
    figures.table.rows.push_back({FigureTitle(lang, f.name), NumberCell(f.value), TextCell(f.unit), notes.CountedCell(lang, f.sources)});
    figures.derived_from.push_back(f.name == "segments_held" || f.name == "with_segment" ? "segments" : f.name);
  }
  std::sort(figures.derived_from.begin(), figures.derived_from.end());
  figures.derived_from.erase(std::unique(figures.derived_from.begin(), figures.derived_from.end()), figures.derived_from.end());
  if (!figures.table.rows.empty()) d.sections.push_back(std::move(figures));
  for (const chain::ProfileList& list : p.lists) d.sections.push_back(ListSection(reader, notes, list));
  if (!p.neighbours.empty()) {
    Section s{.name = "neighbours", .title = Say(lang, "方向相同或相近的园区", "Parks that share a direction")};
    s.table.columns = {{"park", Say(lang, "园区", "Park")}, {"city", Say(lang, "城市", "City")}, {"district", Say(lang, "区县", "District")}, {"same", Say(lang, "相同的方向", "Same directions")},
                       {"coarser", Say(lang, "上下级方向(措辞不同)", "A wider or narrower one (other words)")},
                       {"sources", Say(lang, "来源", "Sources")}};
    for (const chain::NeighbourPark& n : p.neighbours) {
      std::vector<std::string> coarser;
      for (const auto& [ours, theirs] : n.coarser) coarser.push_back(Text(ours.name, lang == Lang::kZh ? "—" : " - ", theirs.name));
      s.table.rows.push_back({EntityCell(n.park), EntityCell(n.city), EntityCell(n.district), EntitiesCell(lang, n.same), ListCell(lang, coarser), notes.Cell(n.sources)});
    }
    d.sections.push_back(std::move(s));
  }
  if (!p.policies.empty()) d.sections.push_back(PoliciesSection(reader, notes, "policies", Say(lang, "有关政策", "Policies"), p.policies));
  if (!p.indicators.empty()) d.sections.push_back(IndicatorsSection(reader, notes, "indicators", Say(lang, "指标", "Figures"), p.indicators));
  d.sources = notes.Take();
  return d;
}

Document CompareDocument(Reader& reader, const chain::CompareAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const std::string &a = answer.a.entity.name, &b = answer.b.entity.name;
  Document d{.kind = "compare", .lang = lang};
  d.title = zh ? Text(a, " 与 ", b, " 对照") : Text(a, " and ", b, " side by side");
  Footnotes notes;
  for (const chain::FigurePair& f : answer.figures) {
    if (!f.a || !f.b || d.summary.size() >= 3 || (*f.a == 0 && *f.b == 0)) continue;
    const std::string unit = f.unit.empty() ? "" : " " + f.unit;
    d.summary.push_back(zh ? Text(FigureTitle(lang, f.name), ":", a, " ", NumberText(*f.a), f.unit, ",", b, " ", NumberText(*f.b), f.unit, "。")
                           : Text(FigureTitle(lang, f.name), ": ", a, " ", NumberText(*f.a), unit, ", ", b, " ", NumberText(*f.b), unit, "."));
  }
  std::vector<std::string> common;
  for (const chain::ListComparison& c : answer.lists) {
    if (c.both_total > 0) common.push_back(Text(ListTitle(lang, c.name), " ", c.both_total));
  }
  d.summary.push_back(common.empty() ? (zh ? "数据中两者没有共同之处。" : "The data shows nothing in common.") : (zh ? Text("共有:", Join(common, "、"), "。") : Text("In common: ", Join(common, ", "), ".")));
  d.summary.push_back(Say(lang, "数目是数据中的数目;数据中没有不等于没有。", "Counts are of the data; what it lacks may still exist."));
  Section figures{.name = "figures", .title = Say(lang, "数目", "Counts"), .derived_from = {"evidence"}};
  figures.table.columns = {{"figure", Say(lang, "项", "What")}, {"a", a}, {"b", b}, {"unit", Say(lang, "单位", "Unit")}};
  for (const chain::FigurePair& f : answer.figures) figures.table.rows.push_back({FigureTitle(lang, f.name), NumberCell(f.a), NumberCell(f.b), TextCell(f.unit)});
  Section lists{.name = "lists", .title = Say(lang, "共有与独有", "In common and alone"), .derived_from = {"evidence"}};
  lists.table.columns = {{"list", Say(lang, "项", "What")}, {"both", Say(lang, "共有", "Both")}, {"a_only", Text(zh ? "仅 " : "Only ", a)}, {"b_only", Text(zh ? "仅 " : "Only ", b)}};
  for (const chain::ListComparison& c : answer.lists) {
    lists.table.rows.push_back({ListTitle(lang, c.name), EntitiesCell(lang, c.both, c.both_total), EntitiesCell(lang, c.a_only, c.a_only_total), EntitiesCell(lang, c.b_only, c.b_only_total)});
  }
  for (Section* s : {&figures, &lists}) {
    if (!s->table.rows.empty()) d.sections.push_back(std::move(*s));
  }
  if (!answer.indicators.empty()) {
    std::vector<chain::IndicatorRow> rows;
    for (const chain::IndicatorPair& pair : answer.indicators) {
      rows.insert(rows.end(), pair.a.begin(), pair.a.end());
      rows.insert(rows.end(), pair.b.begin(), pair.b.end());
    }
    d.sections.push_back(IndicatorsSection(reader, notes, "indicators", Say(lang, "同名指标", "Figures of the same metric"), rows));
  }
  for (const Profile* p : {&answer.a, &answer.b}) {
    if (!p->complete) d.summary.push_back(Text(p->entity.name, zh ? ":" : ": ", p->stopped, zh ? "。" : "."));
    if (p->indicators.empty()) continue;
    d.sections.push_back(IndicatorsSection(reader, notes, p == &answer.a ? "indicators_a" : "indicators_b", Text(p->entity.name, zh ? "的指标" : ": figures"), p->indicators));
  }
  // Every name above comes from a list of the two profiles; their sources stand here.
  Section evidence{.name = "evidence", .title = Say(lang, "数目与名单的来源", "Sources of the counts and lists")};
  evidence.table.columns = {{"side", Say(lang, "对象", "Of")}, {"list", Say(lang, "项", "What")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const Profile* p : {&answer.a, &answer.b}) {
    for (const chain::Figure& f : p->figures) {
      if (!f.sources.empty() && f.value != 0) evidence.table.rows.push_back({EntityCell(p->entity), FigureTitle(lang, f.name), notes.CountedCell(lang, f.sources)});
    }
    for (const chain::ProfileList& list : p->lists) {
      std::vector<chain::Source> sources;
      for (const chain::ProfileItem& item : list.items) {
        for (const chain::Source& source : item.sources) {
          const bool known = std::any_of(sources.begin(), sources.end(), [&](const chain::Source& s) { return s.document == source.document; });
          if (!known) sources.push_back(source);
        }
      }
      if (!sources.empty()) evidence.table.rows.push_back({EntityCell(p->entity), ListTitle(lang, list.name), notes.CountedCell(lang, sources)});
    }
  }
  if (!evidence.table.rows.empty()) d.sections.push_back(std::move(evidence));
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
