// SPDX-License-Identifier: Apache-2.0
// Lists of parks and of leaders as tables.
#include "report/park_answers.h"

#include <algorithm>
#include <map>

#include "io/json.h"
#include "report/answers.h"

namespace liantu::report {

using chain::DirectionMatch;
using chain::LeaderTie;
using chain::Reader;

namespace {

std::string TieText(Lang lang, LeaderTie tie) {
  switch (tie) {
    case LeaderTie::kHosted: return Say(lang, "已入驻", "hosted");
    case LeaderTie::kControlled: return Say(lang, "其控制的企业入驻", "a company it controls is hosted");
    case LeaderTie::kJointVenture: return Say(lang, "其合资企业入驻", "a joint venture of it is hosted");
    case LeaderTie::kPlanned: return Say(lang, "规划项目(计划,尚非入驻)", "planned, not hosted");
    case LeaderTie::kSeated: return Say(lang, "总部在此", "has its seat there");
    case LeaderTie::kNamedFor: return Say(lang, "被称为当地链主或龙头", "named leader for the place");
    case LeaderTie::kNamed: return Say(lang, "来源所称", "named by a source");
    case LeaderTie::kNamedOfChain: return Say(lang, "其产业链的链主或龙头(推算)", "named leader of its chain (derived)");
  }
  return "";
}

io::Cell AreaCell(const chain::ParkRow& park) {
  if (!park.area_km2) return {};
  return *park.area_km2;
}

}  // namespace

std::string DirectionMatchText(Lang lang, DirectionMatch match) {
  switch (match) {
    case DirectionMatch::kExact: return Say(lang, "同一方向", "the same direction");
    case DirectionMatch::kNarrower: return Say(lang, "其下级方向", "a part of it");
    case DirectionMatch::kBroader: return Say(lang, "更宽的方向", "a wider direction");
    case DirectionMatch::kWording: return Say(lang, "仅字面含有", "only worded alike");
    case DirectionMatch::kNameOnly: return Say(lang, "仅见于园区名称", "only in the park's name");
  }
  return "";
}

std::string AreaText(Reader& reader, const chain::ParkRow& park) {
  if (!park.area_km2) return {};
  std::string text = graph::ToText(graph::Value(*park.area_km2)) + " km²";
  const bool zh = reader.lang() == Lang::kZh;
  if (!park.area_kind.empty()) text += Text(zh ? "(" : " (", reader.ValueName("Park", "area_kind", park.area_kind), ")");
  return text;
}

Document ParkListDocument(Reader& reader, const chain::ParkListAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "parks", .lang = lang};
  std::vector<std::string> asked;
  if (answer.filter.place) asked.push_back(answer.filter.place->name);
  if (answer.filter.industry) asked.push_back(answer.filter.industry->name);
  if (!answer.filter.level.empty()) asked.push_back(reader.ValueName("Park", "level", answer.filter.level));
  if (!answer.filter.kind.empty()) asked.push_back(reader.ValueName("Park", "kind", answer.filter.kind));
  if (!answer.filter.batch.empty()) asked.push_back(zh ? Text(answer.filter.batch, " 年批次") : Text("batch of ", answer.filter.batch));
  const std::string what = Join(asked, zh ? "、" : ", ");
  d.title = zh ? Text("园区:", what.empty() ? "全部" : what) : Text("Parks: ", what.empty() ? "all" : what);
  Footnotes notes;
  std::map<DirectionMatch, uint64_t> by_match;
  for (const chain::ParkRow& p : answer.parks) {
    if (p.match) ++by_match[*p.match];
  }
  d.summary.push_back(zh ? Text("符合条件的园区 ", answer.total, " 个。") : Text(answer.total, " parks."));
  if (answer.filter.industry && answer.parks.size() == answer.total) {
    std::vector<std::string> parts;
    for (const auto& [match, count] : by_match) parts.push_back(Text(DirectionMatchText(lang, match), " ", count));
    if (!parts.empty()) d.summary.push_back(zh ? Text("按方向的对应:", Join(parts, "、"), "。") : Text("By how the direction answers: ", Join(parts, ", "), "."));
  }
  if (answer.total > answer.parks.size()) d.summary.push_back(zh ? Text("只列出前 ", answer.parks.size(), " 个。") : Text("The first ", answer.parks.size(), " are shown."));
  if (answer.without_place > 0) d.summary.push_back(zh ? Text("数据中另有 ", answer.without_place, " 个园区没有已知地点。") : Text(answer.without_place, " parks of the data have no known place."));
  Section s{.name = "parks", .title = Say(lang, "园区", "Parks")};
  s.table.columns = {{"park", Say(lang, "园区", "Park")}, {"city", Say(lang, "城市", "City")}, {"district", Say(lang, "区县", "District")},
                     {"level", Say(lang, "级别", "Level")}, {"kind", Say(lang, "类型", "Kind")}, {"batch", Say(lang, "批次", "Batch")},
                     {"area_km2", Say(lang, "面积 (km²)", "Area (km²)")}, {"area_kind", Say(lang, "面积口径", "Area basis")}, {"match", Say(lang, "方向对应", "How it answers")},
                     {"directions", Say(lang, "产业方向", "Directions")}, {"hosted", Say(lang, "已入驻", "Hosted")}, {"planned", Say(lang, "规划项目", "Planned")},
                     {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::ParkRow& p : answer.parks) {
    std::vector<std::string> directions;
    for (const chain::ParkDirection& direction : p.directions) directions.push_back(direction.industry.name);
    s.table.rows.push_back({EntityCell(p.park), EntityCell(p.city), EntityCell(p.district), TextCell(reader.ValueName("Park", "level", p.level)),
                            TextCell(reader.ValueName("Park", "kind", p.kind)), TextCell(p.batch), AreaCell(p), TextCell(reader.ValueName("Park", "area_kind", p.area_kind)),
                            p.match ? io::Cell(graph::Value(DirectionMatchText(lang, *p.match)), io::ToJson(graph::Value(std::string(DirectionMatchName(*p.match))))) : io::Cell(),
                            ListCell(lang, directions), CountCell(p.hosted), CountCell(p.planned), notes.Cell(p.sources)});
  }
  if (!answer.filter.industry) {
    for (size_t i = 0; i < s.table.columns.size(); ++i) {
      if (s.table.columns[i].name != "match") continue;
      s.table.columns.erase(s.table.columns.begin() + static_cast<ptrdiff_t>(i));
      for (io::Row& row : s.table.rows) row.erase(row.begin() + static_cast<ptrdiff_t>(i));
      break;
    }
  }
  if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  if (answer.filter.industry) {
    d.method = {{Say(lang, "方向的对应", "How directions answer"),
                 Say(lang, "同一方向、其下级、其上级按产业方向的从属关系;“仅字面含有”和“仅见于园区名称”没有来源说明是同一方向,需人工判断",
                     "the same direction, a part of it and a wider one follow the tree of directions; 'worded alike' and 'only in the name' are not said by any source to be the same and need a look")}};
  }
  d.sources = notes.Take();
  return d;
}

Document LeadersDocument(Reader& reader, const chain::LeadersAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "leaders", .lang = lang};
  d.title = zh ? Text(answer.asked.name, "的链主与龙头企业") : Text("Chain leaders: ", answer.asked.name);
  Footnotes notes;
  std::map<LeaderTie, std::vector<std::string>> by_tie;
  for (const chain::LeaderRow& l : answer.leaders) {
    for (const chain::LeaderPresence& p : l.presence) {
      auto& names = by_tie[p.tie];
      if (std::find(names.begin(), names.end(), l.company.name) == names.end()) names.push_back(l.company.name);
    }
  }
  if (answer.leaders.empty()) {
    d.summary.push_back(zh ? Text("数据中没有来源把与", answer.asked.name, "有关的企业称为链主或龙头。") : Text("No source in the data calls a company connected with ", answer.asked.name, " a leader."));
  }
  if (by_tie.contains(LeaderTie::kNamedOfChain)) {
    d.summary.push_back(zh ? "推算的是集群成员,或被称为集群所在地的链主:没有来源这样称呼该集群。" : "The derived ones are members of the cluster, or so named for a place in it: no source says so of the cluster.");
  }
  for (const auto& [tie, names] : by_tie) d.summary.push_back(zh ? Text(TieText(lang, tie), ":", Join(names, "、"), "。") : Text(TieText(lang, tie), ": ", Join(names, ", "), "."));
  Section named{.name = "leaders", .title = Say(lang, "被称为链主或龙头的企业", "Companies named as leaders")};
  named.table.columns = {{"company", Say(lang, "企业", "Company")}, {"city", Say(lang, "城市", "City")}, {"leads", Say(lang, "引领", "Leads")},
                         {"wording", Say(lang, "称谓", "Called")}, {"place", Say(lang, "地域", "For")}, {"named_by", Say(lang, "由谁认定或称呼", "Named by")},
                         {"sources", Say(lang, "来源", "Sources")}};
  Section presence{.name = "presence", .title = Say(lang, "与其的关系", "How each is connected")};
  presence.table.columns = {{"company", Say(lang, "企业", "Company")}, {"tie", Say(lang, "关系", "How")}, {"park", Say(lang, "园区", "Park")},
                            {"hosted", Say(lang, "所在企业", "Company there")}, {"through", Say(lang, "经由", "Through")}, {"project", Say(lang, "项目", "Project")},
                            {"certainty", Say(lang, "可信度", "Certainty")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::LeaderRow& l : answer.leaders) {
    for (const chain::LeaderPresence& p : l.presence) {
      if (p.tie == LeaderTie::kNamed) continue;
      std::vector<std::string> through;
      for (const chain::Ownership& o : p.through) through.push_back(Text(o.owned.name, zh ? "（" : " (", reader.ValueName("OWNS", "relation", o.relation), zh ? "）" : ")"));
      presence.table.rows.push_back({EntityCell(l.company), TieText(lang, p.tie), EntityCell(p.park), EntityCell(p.hosted), ListCell(lang, through), EntityCell(p.project),
                                     CertaintyName(lang, p.certainty), notes.Cell(p.sources)});
    }
  }
  for (const chain::LeaderRow& l : answer.leaders) {
    for (const chain::Leadership& leads : l.leads) {
      named.table.rows.push_back({EntityCell(l.company), EntityCell(l.city), EntityCell(leads.led), TextCell(reader.ValueName("LEADS", "wording", leads.wording)),
                                  TextCell(reader.PlaceName(leads.place)), TextCell(leads.named_by), notes.Cell(l.leads_sources)});
    }
  }
  for (Section* s : {&presence, &named}) {
    if (!s->table.rows.empty()) d.sections.push_back(std::move(*s));
  }
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
