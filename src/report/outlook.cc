// SPDX-License-Identifier: Apache-2.0
// Gaps in words.
#include "report/outlook.h"

#include <algorithm>

#include "report/answers.h"

namespace liantu::report {

using analysis::GapKind;
using chain::Entity;
using chain::Reader;

namespace {

std::string GapName(Lang lang, GapKind kind) {
  switch (kind) {
    case GapKind::kFill: return Say(lang, "补链", "fill (补链)");
    case GapKind::kExtend: return Say(lang, "延链", "extend (延链)");
    case GapKind::kAbsent: return Say(lang, "空白", "absent");
  }
  return "";
}

std::string ReasonText(Lang lang, const chain::FillReason& reason) {
  const std::string who = reason.with ? reason.with->name : "";
  switch (reason.kind) {
    case chain::ReasonKind::kOwnership: return lang == Lang::kZh ? Text("与本地的", who, "有股权关系") : Text("tied by ownership to ", who);
    case chain::ReasonKind::kSupplies: return lang == Lang::kZh ? Text("已向本地的", who, "供货") : Text("already supplies ", who);
    case chain::ReasonKind::kBuys: return lang == Lang::kZh ? Text("已向本地的", who, "采购") : Text("already buys from ", who);
    case chain::ReasonKind::kLeads: return lang == Lang::kZh ? Text("是", who, "的链主") : Text("leads ", who);
    case chain::ReasonKind::kSameProvince: return lang == Lang::kZh ? Text("同在", who) : Text("also in ", who);
  }
  return "";
}

std::string Names(Lang lang, const std::vector<Entity>& entities) {
  std::vector<std::string> names;
  for (const Entity& e : entities) names.push_back(e.name);
  return Join(names, lang == Lang::kZh ? "、" : ", ");
}

}  // namespace

Result<Document> GapsDocument(Reader& reader, const chain::GapsAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const std::string& place = answer.place.entity.name;
  Document d{.kind = "gaps", .lang = lang};
  d.title = zh ? Text(place, "在", answer.chain.name, "上的缺口") : Text("Gaps of ", place, " in ", answer.chain.name);
  Footnotes notes;
  const auto count = [&](GapKind kind) {
    return std::count_if(answer.gaps.begin(), answer.gaps.end(), [&](const chain::SegmentGap& g) { return g.kind == kind; });
  };
  d.summary.push_back(zh ? Text(place, "已有 ", answer.held.size(), " 个环节,全链共 ", answer.segments, " 个;缺 ", answer.gaps.size(), " 个,其中补链 ",
                                count(GapKind::kFill), " 个、延链 ", count(GapKind::kExtend), " 个、空白 ", count(GapKind::kAbsent), " 个。")
                         : Text(place, " holds ", answer.held.size(), " of the ", answer.segments, " segments; ", answer.gaps.size(), " are missing: ",
                                count(GapKind::kFill), " to fill, ", count(GapKind::kExtend), " to extend, ", count(GapKind::kAbsent), " absent."));
  if (!answer.weak.empty()) {
    std::vector<Entity> weak;
    for (const chain::SegmentState& s : answer.weak) weak.push_back(s.segment);
    d.summary.push_back(zh ? Text("只有一家企业的环节(强链):", Names(lang, weak), "。") : Text("Held by one company only (强链): ", Names(lang, weak), "."));
  }
  d.summary.push_back(zh ? Text("数据中", place, "有 ", answer.members, " 家企业,其中 ", answer.with_segment, " 家的环节已知;未见于数据的环节不等于没有。候选企业是“可以”考虑的对象,不代表其意向。")
                         : Text("The data has ", answer.members, " companies of ", place, ", the segments of ", answer.with_segment,
                                " are known; a segment not seen here may still exist. Candidates are companies that could be approached; nothing says that they would come."));

  Section gaps{.name = "gaps", .title = Say(lang, "缺失的环节", "Missing segments")};
  gaps.table.columns = {{"segment", Say(lang, "环节", "Segment")},     {"level", Say(lang, "位置", "Stage")},
                        {"kind", Say(lang, "缺口", "Gap")},            {"before", Say(lang, "已有的上游环节", "Held before it")},
                        {"after", Say(lang, "已有的下游环节", "Held after it")}, {"density", Say(lang, "关联密度", "Density")},
                        {"companies_elsewhere", Say(lang, "外地企业数", "Companies elsewhere")}, {"sources", Say(lang, "来源", "Sources")}};
  Section fillers{.name = "candidates", .title = Say(lang, "可以考虑的企业", "Companies that could fill them")};
  fillers.table.columns = {{"segment", Say(lang, "环节", "Segment")}, {"company", Say(lang, "企业", "Company")}, {"city", Say(lang, "所在城市", "City")},
                           {"reasons", Say(lang, "理由", "Reasons")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::SegmentGap& g : answer.gaps) {
    gaps.table.rows.push_back({EntityCell(g.segment), TextCell(reader.ValueName("Segment", "level", g.level)), GapName(lang, g.kind), EntitiesCell(lang, g.before),
                               EntitiesCell(lang, g.after), MeasureCell(g.density, 3), CountCell(g.companies_elsewhere), notes.Cell(g.sources)});
    for (const chain::Filler& f : g.fillers) {
      std::vector<std::string> reasons;
      std::vector<chain::Source> sources = f.sources;
      for (const chain::FillReason& reason : f.reasons) {
        reasons.push_back(ReasonText(lang, reason));
        sources.insert(sources.end(), reason.sources.begin(), reason.sources.end());
      }
      fillers.table.rows.push_back({EntityCell(g.segment), EntityCell(f.company), EntityCell(f.city), ListCell(lang, reasons), notes.Cell(sources)});
    }
  }
  Section held{.name = "held", .title = Say(lang, "已有的环节", "Segments held")};
  held.table.columns = {{"segment", Say(lang, "环节", "Segment")}, {"level", Say(lang, "位置", "Stage")}, {"companies", Say(lang, "企业数", "Companies")},
                        {"examples", Say(lang, "企业", "Companies named")}, {"quotient", Say(lang, "区位商", "Location quotient")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::SegmentState& s : answer.held) {
    held.table.rows.push_back({EntityCell(s.segment), TextCell(reader.ValueName("Segment", "level", s.level)), CountCell(s.companies),
                               EntitiesCell(lang, s.examples, s.companies), MeasureCell(s.quotient, 2), notes.Cell(s.sources)});
  }
  Section broken{.name = "broken_links", .title = Say(lang, "断点(上下游只有一端在本地)", "Broken links (one end only is held)")};
  broken.table.columns = {{"upstream", Say(lang, "上游环节", "Upstream")}, {"downstream", Say(lang, "下游环节", "Downstream")},
                          {"held", Say(lang, "已有的一端", "Held end")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::BrokenLink& link : answer.broken) {
    broken.table.rows.push_back({EntityCell(link.upstream), EntityCell(link.downstream), EntityCell(link.upstream_held ? link.upstream : link.downstream), notes.Cell(link.sources)});
  }
  for (Section* s : {&gaps, &fillers, &held, &broken}) {
    if (!s->table.rows.empty()) d.sections.push_back(std::move(*s));
  }
  d.method = {{Say(lang, "谁算本地企业", "Who counts"), GroupSentence(reader, answer.place)},
              {Say(lang, "缺口的定义", "Definition of gaps"), zh ? "缺失环节:紧邻的上游与下游环节都已有,为补链;只有一侧,为延链;两侧都没有,为空白。已有但只有一家企业的,为强链。" : answer.reference},
              {Say(lang, "区位商与关联密度", "Quotient and density"), answer.density_basis}};
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
