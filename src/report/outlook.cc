// SPDX-License-Identifier: Apache-2.0
// Gaps and risks in words.
#include "report/outlook.h"

#include <algorithm>

#include "chain/evidence.h"
#include "report/answers.h"

namespace liantu::report {

using analysis::GapKind;
using chain::Entity;
using chain::Reader;

namespace {

std::string GapName(Lang lang, GapKind kind) {
  switch (kind) {
    case GapKind::kFill: return Say(lang, "补链", "fill");
    case GapKind::kExtend: return Say(lang, "延链", "extend");
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
    case chain::ReasonKind::kLeads: return lang == Lang::kZh ? Text("被称为", who, "的链主或龙头") : Text("named a leader of ", who);
    case chain::ReasonKind::kSameProvince: return lang == Lang::kZh ? Text("同在", who) : Text("also in ", who);
  }
  return "";
}

std::string Names(Lang lang, const std::vector<Entity>& entities) {
  std::vector<std::string> names;
  for (const Entity& e : entities) names.push_back(e.name);
  return Join(names, lang == Lang::kZh ? "、" : ", ");
}

std::string BasisName(Lang lang, chain::SubstituteBasis basis) {
  switch (basis) {
    case chain::SubstituteBasis::kSecondSource: return Say(lang, "已是同一客户的另一供应商", "already a second source");
    case chain::SubstituteBasis::kSameProduct: return Say(lang, "生产同一产品", "makes the same product");
    case chain::SubstituteBasis::kSameSegment: return Say(lang, "从事同一环节", "operates in the same segment");
  }
  return "";
}

std::string NearName(Lang lang, chain::Nearness nearness) {
  switch (nearness) {
    case chain::Nearness::kSameCity: return Say(lang, "同市", "same city");
    case chain::Nearness::kSameCluster: return Say(lang, "同集群", "same cluster");
    case chain::Nearness::kSameProvince: return Say(lang, "同省", "same province");
    case chain::Nearness::kElsewhere: return Say(lang, "其他", "elsewhere");
  }
  return "";
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
    d.summary.push_back(zh ? Text("只有一家企业的环节(强链):", Names(lang, weak), "。") : Text("Held by one company only: ", Names(lang, weak), "."));
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
      if (reasons.empty()) reasons.push_back(Say(lang, "从事这一环节", "operates in the segment"));
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
  Section counts{.name = "counts", .title = Say(lang, "数目", "Counts"), .derived_from = {"gaps", "held"}};
  counts.table.columns = {{"what", Say(lang, "项", "What")}, {"value", Say(lang, "值", "Value")}, {"sources", Say(lang, "来源", "Sources")}};
  const auto counted = [&](const char* zh_name, const char* en_name, size_t value, io::Cell sources = {}) {
    counts.table.rows.push_back({std::string(Say(lang, zh_name, en_name)), CountCell(value), std::move(sources)});
  };
  LT_ASSIGN(const auto seats, chain::DocumentsOfMembers(reader, answer.place));
  counted("全链环节", "segments of the chain", answer.segments);
  counted("已有", "held", answer.held.size());
  counted("其中只有一家企业(强链)", "of these by one company only", answer.weak.size());
  counted("缺失", "missing", answer.gaps.size());
  counted("其中补链", "of these to fill", static_cast<size_t>(count(GapKind::kFill)));
  counted("其中延链", "of these to extend", static_cast<size_t>(count(GapKind::kExtend)));
  counted("其中空白", "of these absent", static_cast<size_t>(count(GapKind::kAbsent)));
  counted("当地企业", "companies of the place", answer.members, notes.CountedCell(lang, seats));
  counted("其中环节已知", "of these of a known segment", answer.with_segment, notes.CountedCell(lang, seats));
  for (Section* s : {&gaps, &fillers, &held, &broken, &counts}) {
    if (!s->table.rows.empty()) d.sections.push_back(std::move(*s));
  }
  d.method = {{Say(lang, "谁算本地企业", "Who counts"), GroupSentence(reader, answer.place)},
              {Say(lang, "缺口的定义", "Definition of gaps"), zh ? "缺失环节:紧邻的上游与下游环节都已有,为补链;只有一侧,为延链;两侧都没有,为空白。已有但只有一家企业的,为强链。"
                                                                : "a missing segment is to fill where segments right before and after it are held, to extend where one side is, absent where none is; a segment held by one company only is to strengthen"},
              {Say(lang, "区位商与关联密度", "Quotient and density"), answer.density_basis}};
  d.sources = notes.Take();
  return d;
}

Result<Document> RiskDocument(Reader& reader, const chain::RiskAnswer& answer, const chain::RiskOptions& options) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const std::string& name = answer.asked.name;
  const bool group = !answer.rule.empty();
  Document d{.kind = "risk", .lang = lang};
  d.title = zh ? Text("如果", name, group ? "的企业全部退出" : "退出") : Text("If ", group ? "every company of " : "", name, " fell out");
  Footnotes notes;
  const auto single = std::count_if(answer.exposures.begin(), answer.exposures.end(), [](const chain::Exposure& e) { return e.single(); });
  if (group) {
    d.summary.push_back(zh ? Text("共 ", answer.removed_total, " 家企业。") : Text(answer.removed_total, " companies."));
  }
  if (answer.exposures_total == 0) {
    d.summary.push_back(zh ? "数据中没有依赖它的确定供应联系,因此不列替代企业;没有记录不等于没有。"
                           : "The data has no firm supply tie that depends on it, so no substitutes are listed; no record is not no tie.");
  } else {
    d.summary.push_back(zh ? Text("直接受影响的采购 ", answer.exposures_total, " 项,其中只有这一来源的 ", single, " 项。")
                           : Text(answer.exposures_total, " inputs of customers are hit at once; for ", single, " of them no other source is known."));
  }
  d.summary.push_back(answer.failures_total == 0
                          ? (zh ? Text("没有企业失去的已知投入达到阈值 ", Fixed(options.threshold, 2), "。") : Text("No company loses the threshold share (", Fixed(options.threshold, 2), ") of its known inputs."))
                          : (zh ? Text(answer.failures_total, " 家企业失去的已知投入达到阈值 ", Fixed(options.threshold, 2), ",影响传到第 ", answer.rounds, " 轮。")
                                : Text(answer.failures_total, " companies lose at least ", Fixed(options.threshold, 2), " of their known inputs, up to round ", answer.rounds, ".")));
  if (answer.exposures_total > 0 && answer.substitutes_total > 0) {
    const auto based = [&](chain::SubstituteBasis basis) { return std::count_if(answer.substitutes.begin(), answer.substitutes.end(), [&](const chain::Substitute& s) { return s.basis == basis; }); };
    const auto second = based(chain::SubstituteBasis::kSecondSource), product = based(chain::SubstituteBasis::kSameProduct);
    // Who only works in the same segment is a weaker hint than who supplies or makes the product; a shortened list does not tell how many.
    const bool all = answer.substitutes.size() == answer.substitutes_total;
    std::string kinds;
    if (all) {
      kinds = zh ? Text(":已向同一客户供货的 ", second, " 家,生产同一产品的 ", product, " 家,其余 ", answer.substitutes_total - static_cast<size_t>(second + product), " 家只是从事同一环节")
                 : Text(": ", second, " already supplying the same customer, ", product, " making the same product, the other ", answer.substitutes_total - static_cast<size_t>(second + product), " only operating in the same segment");
    }
    d.summary.push_back(zh ? Text("数据中有 ", answer.substitutes_total, " 家企业可以考虑替代", kinds, ";是否有产能没有数据。") : Text(answer.substitutes_total, " companies could stand in", kinds, "; nothing is known of their capacity."));
  }
  if (!answer.loops.empty()) {
    const auto weak = std::count(answer.loops_strength.begin(), answer.loops_strength.end(), chain::TieStrength::kWeak);
    const std::string weaker = weak == 0 ? "" : zh ? Text(",其中 ", weak, " 个含较弱的联系") : Text(", ", weak, " of them by way of weaker ties");
    const std::string rings = Text(answer.loops.size(), answer.loops.size() == 1 ? " ring of supply" : " rings of supply");
    d.summary.push_back(group ? (zh ? Text("其企业处在 ", answer.loops.size(), " 个供应环之中", weaker, "。") : Text("Its companies lie on ", rings, weaker, "."))
                              : (zh ? Text("它处在 ", answer.loops.size(), " 个供应环之中", weaker, "。") : Text("It lies on ", rings, weaker, ".")));
  }
  if (!answer.complete) d.summary.push_back(zh ? Text("结果不完整:", answer.stopped, "。") : Text("Incomplete: ", answer.stopped, "."));

  Section hit{.name = "exposures", .title = Say(lang, "直接受影响的采购", "Inputs hit at once")};
  hit.table.columns = {{"customer", Say(lang, "客户", "Customer")}, {"city", Say(lang, "客户城市", "Customer's city")}, {"product", Say(lang, "产品", "Product")},
                       {"supplier", Say(lang, "退出的供应商", "Supplier lost")}, {"suppliers", Say(lang, "已知供应商数", "Known suppliers")},
                       {"single", Say(lang, "无其他来源", "No other source")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::Exposure& e : answer.exposures) {
    hit.table.rows.push_back({EntityCell(e.customer), EntityCell(e.customer_city), ProductCell(reader, e.product), EntityCell(e.supplier), CountCell(e.suppliers),
                              YesNoCell(lang, e.single()), notes.Cell(e.sources)});
  }
  Section rounds{.name = "failures", .title = Say(lang, "逐轮受影响的企业", "Who follows, round by round")};
  rounds.table.columns = {{"round", Say(lang, "轮次", "Round")}, {"company", Say(lang, "企业", "Company")}, {"city", Say(lang, "城市", "City")},
                          {"lost_share", Say(lang, "失去的投入份额", "Share of inputs lost")}, {"cause", Say(lang, "主要原因", "Largest cause")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::Failure& f : answer.failures) {
    rounds.table.rows.push_back({CountCell(f.round), EntityCell(f.company), EntityCell(f.city), MeasureCell(f.lost_share, 2), EntityCell(f.cause), notes.Cell(f.sources)});
  }
  Section without{.name = "without_customers", .title = Say(lang, "失去全部已知客户的供应商", "Suppliers that lose every known customer")};
  without.table.columns = {{"company", Say(lang, "企业", "Company")}, {"sources", Say(lang, "来源", "Sources")}};
  for (size_t i = 0; i < answer.without_customers.size(); ++i) without.table.rows.push_back({EntityCell(answer.without_customers[i]), notes.Cell(answer.without_customers_sources[i])});
  Section stand_in{.name = "substitutes", .title = Say(lang, "可以考虑的替代企业", "Companies that could stand in")};
  stand_in.table.columns = {{"company", Say(lang, "企业", "Company")}, {"city", Say(lang, "城市", "City")}, {"basis", Say(lang, "依据", "Because it")},
                            {"what", Say(lang, "产品或环节", "Product or segment")}, {"nearness", Say(lang, "远近", "How near")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::Substitute& s : answer.substitutes) {
    if (answer.exposures_total == 0) break;  // what nobody buys needs no substitute
    stand_in.table.rows.push_back({EntityCell(s.company), EntityCell(s.city), BasisName(lang, s.basis), TextCell(s.what), NearName(lang, s.nearness), notes.Cell(s.sources)});
  }
  Section inputs{.name = "inputs", .title = Say(lang, "它自己的投入", "Its own inputs")};
  inputs.table.columns = {{"product", Say(lang, "产品", "Product")}, {"suppliers", Say(lang, "已知供应商", "Known suppliers")}, {"hhi", "HHI"},
                          {"single", Say(lang, "单一来源", "Single source")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::InputRisk& i : answer.inputs) {
    inputs.table.rows.push_back({ProductCell(reader, i.product), EntitiesCell(lang, i.suppliers), MeasureCell(i.hhi, 2), YesNoCell(lang, i.single), notes.Cell(i.sources)});
  }
  Section loops{.name = "loops", .title = Say(lang, "供应环", "Rings of supply")};
  loops.table.columns = {{"ring", Say(lang, "环", "Ring")}, {"strength", Say(lang, "最弱的联系", "Weakest tie")}, {"sources", Say(lang, "来源", "Sources")}};
  for (size_t i = 0; i < answer.loops.size(); ++i) loops.table.rows.push_back({RingCell(lang, answer.loops[i]), StrengthName(lang, answer.loops_strength[i]), notes.Cell(answer.loops_sources[i])});
  for (Section* s : {&hit, &rounds, &without, &stand_in, &inputs, &loops}) {
    if (!s->table.rows.empty()) d.sections.push_back(std::move(*s));
  }
  d.method = {{Say(lang, "用到的联系", "Ties used"), zh ? "已有的确定供应联系(供应、合同、代工、定点);计划、往期和较弱的联系不计;各条等权" : "firm supply ties that exist (supply, contract, contract manufacturing, nomination), each counted once; planned, past and weaker ones never"},
              {Say(lang, "逐轮影响", "Rounds"), zh ? Text("客户失去的已知投入份额达到 ", Fixed(options.threshold, 2), ",即算受影响;逐轮同时推算,直到不再扩大") : Text("a customer is hit when the share of its known inputs that it loses reaches ", Fixed(options.threshold, 2), "; all of a round at once, until no more are hit")},
              {Say(lang, "供应环", "Rings"), Text(Say(lang, "现有供应联系首尾相接、经过它的环,至多 8 步;只由确定的联系组成的在前", "existing supply ties that lead from it back to it, up to 8 of them; rings of firm ties alone come first"),
                                                  answer.loops.empty() ? Say(lang, ";数据中没有", "; the data has none") : "")},
              {"ESRI", Text(answer.esri.defined() ? Fixed(*answer.esri, 4) + (zh ? ";" : "; ") : "", answer.esri_note)}};
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
