// SPDX-License-Identifier: Apache-2.0
// Three tables, each with the sentence that says how to read it.
#include "report/bridging_sections.h"

#include "io/json.h"
#include "report/answers.h"
#include "report/cells.h"

namespace liantu::report {

using chain::Part;
using chain::PairingReason;
using chain::Reader;

namespace {

std::string PartText(Lang lang, Part part) {
  switch (part) {
    case Part::kAOnly: return Say(lang, "仅 A", "A only");
    case Part::kBOnly: return Say(lang, "仅 B", "B only");
    case Part::kBoth: return Say(lang, "共有", "both");
    case Part::kRest: return Say(lang, "其他", "others");
  }
  return "";
}

std::string ReasonWords(Lang lang, const chain::PairingEvidence& e) {
  switch (e.reason) {
    case PairingReason::kBuysProduct: return lang == Lang::kZh ? Text("对方正向别家采购它生产的", e.what) : Text("the other buys ", e.what, ", which it makes, from somebody else");
    case PairingReason::kSegmentsFollow: return lang == Lang::kZh ? Text("环节衔接:", e.what) : Text("segments that follow each other: ", e.what);
    case PairingReason::kCommonPartner: return lang == Lang::kZh ? Text("都与", e.what, "有确定的供应联系") : Text("both have firm ties with ", e.what);
    case PairingReason::kLeader: return lang == Lang::kZh ? Text("链主或龙头:", e.what) : Text("named leader: ", e.what);
  }
  return "";
}

Section BrokerSection(Reader& reader, Footnotes& notes, const chain::LinkageAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Section s{.name = "brokers", .title = Say(lang, "居间的企业及其角色", "Companies in between, and their roles")};
  s.notes.push_back(Say(lang, "居间指:甲供货给它、它供货给乙,而甲乙之间没有直接供货(Gould–Fernandez)。四组为仅 A、仅 B、共有、其他;参与系数按各组确定联系的份额。",
                        "In between: one supplies it, it supplies another, and the two have no direct tie (Gould-Fernandez). The groups are A only, B only, both and others; participation is by the shares of its firm ties with each."));
  if (answer.brokers.total > answer.brokers.list.size()) s.notes.push_back(zh ? Text("共 ", answer.brokers.total, " 家,列出前 ", answer.brokers.list.size(), " 家。") : Text("The first ", answer.brokers.list.size(), " of ", answer.brokers.total, " are shown."));
  s.table.columns = {{"company", Say(lang, "企业", "Company")}, {"part", Say(lang, "所在部分", "Part")}, {"city", Say(lang, "城市", "City")},
                     {"representative", Say(lang, "代表(对外)", "Representative")}, {"gatekeeper", Say(lang, "守门(引入)", "Gatekeeper")}, {"liaison", Say(lang, "联络(三方)", "Liaison")},
                     {"itinerant", Say(lang, "外来居间", "Itinerant")}, {"coordinator", Say(lang, "组内协调", "Coordinator")}, {"participation", Say(lang, "参与系数", "Participation")},
                     {"ties", Say(lang, "确定联系", "Firm ties")}, {"sources", Say(lang, "来源", "Sources")}};
  using analysis::Brokerage;
  for (const chain::Broker& b : answer.brokers.list) {
    const auto role = [&](Brokerage r) { return CountCell(static_cast<uint64_t>(b.roles[static_cast<size_t>(r)])); };
    s.table.rows.push_back({EntityCell(b.company), PartText(lang, b.part), EntityCell(b.city), role(Brokerage::kRepresentative), role(Brokerage::kGatekeeper), role(Brokerage::kLiaison),
                            role(Brokerage::kItinerant), role(Brokerage::kCoordinator), MeasureCell(b.participation, 2), CountCell(b.ties), notes.Cell(b.sources)});
  }
  return s;
}

Section FragilitySection(Reader& reader, Footnotes& notes, const chain::LinkageAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const chain::Fragility& f = answer.fragility;
  Section s{.name = "fragility", .title = Say(lang, "联系有多脆弱", "How fragile the connection is"), .derived_from = {"ties_a_to_b", "ties_b_to_a", "bridges", "matrix"}};
  s.table.columns = {{"measure", Say(lang, "项", "What")}, {"value", Say(lang, "值", "Value")}, {"names", Say(lang, "涉及", "Which")}, {"sources", Say(lang, "来源", "Sources")}};
  if (f.ties == 0 && !f.tie_cut.defined()) return s;
  const auto row = [&](const char* zh_name, const char* en_name, io::Cell value, io::Cell names = {}, io::Cell sources = {}) {
    s.table.rows.push_back({std::string(Say(lang, zh_name, en_name)), std::move(value), std::move(names), std::move(sources)});
  };
  row("两边独有企业之间的确定联系", "Firm ties between companies of one side only", CountCell(f.ties));
  row("有联系的企业对", "Pairs of companies so tied", CountCell(f.pairs));
  row("其中只有一条联系", "Of these by one tie alone", CountCell(f.pairs_by_one));
  row("A 方只靠一条联系的企业", "Members of A hanging on one tie", CountCell(f.hanging_a));
  row("B 方只靠一条联系的企业", "Members of B hanging on one tie", CountCell(f.hanging_b));
  if (f.largest) row("联系最多的企业所占条数", "Ties of the company with most of them", CountCell(f.largest_ties), EntityCell(*f.largest));
  if (f.tie_cut.defined()) {
    std::vector<std::string> cut;
    std::vector<chain::Source> sources;
    for (const chain::Tie& t : f.cut_ties) {
      cut.push_back(Text(t.supplier.name, " → ", t.customer.name, t.product.empty() ? "" : zh ? Text("(", t.product, ")") : Text(" (", reader.ProductName(t.product), ")")));
      sources.insert(sources.end(), t.sources.begin(), t.sources.end());
    }
    row("最少中断几条联系即断开", "Fewest ties whose end parts the sides", MeasureCell(f.tie_cut, 0), ListCell(lang, cut), notes.Cell(sources));
  }
  if (f.company_cut.defined()) row("最少退出几家企业即断开", "Fewest companies whose loss parts the sides", MeasureCell(f.company_cut, 0), EntitiesCell(lang, f.cut_companies, static_cast<uint64_t>(*f.company_cut)));
  s.notes.push_back(Say(lang, "按确定联系计算,含经由共有企业和双方共同伙伴的联系;双方之外的企业彼此之间的联系不在范围内。",
                        "Over firm ties, those by way of shared members and of companies that both deal with included; ties among outsiders are not read."));
  return s;
}

Section PairingSection(Reader& reader, Footnotes& notes, const chain::LinkageAnswer& answer) {
  const Lang lang = reader.lang();
  Section s{.name = "pairings", .title = Say(lang, "可以考虑对接的企业", "Companies that could be joined")};
  s.notes.push_back(Say(lang, "两家之间在数据中还没有联系;理由只说明可以考虑,不表示有意向或已有合作。", "No tie between the two is known; the reasons say that they could be looked at, not that they will or do deal with each other."));
  s.table.columns = {{"supplier", Say(lang, "供应方", "Supplier")}, {"supplier_city", Say(lang, "城市", "City")}, {"customer", Say(lang, "客户", "Customer")}, {"customer_city", Say(lang, "城市", "City")},
                     {"direction", Say(lang, "方向", "Direction")}, {"reasons", Say(lang, "理由", "Reasons")}, {"score", Say(lang, "分值", "Score")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::Pairing& p : answer.pairings) {
    std::vector<std::string> reasons, told;  // each by itself for programs; those of one kind together for people
    std::vector<chain::Source> sources;
    for (size_t i = 0; i < p.reasons.size();) {
      chain::PairingEvidence kind = p.reasons[i];
      kind.what.clear();
      for (const PairingReason reason = kind.reason; i < p.reasons.size() && p.reasons[i].reason == reason; ++i) {
        const chain::PairingEvidence& e = p.reasons[i];
        reasons.push_back(ReasonWords(lang, e));
        kind.what += (kind.what.empty() ? "" : lang == Lang::kZh ? "、" : ", ") + e.what;
        sources.insert(sources.end(), e.sources.begin(), e.sources.end());
      }
      told.push_back(ReasonWords(lang, kind));
    }
    const std::string text = Join(told, lang == Lang::kZh ? ";" : "; ");
    graph::Value::List list(reasons.begin(), reasons.end());
    s.table.rows.push_back({EntityCell(p.supplier), EntityCell(p.supplier_city), EntityCell(p.customer), EntityCell(p.customer_city), std::string(p.a_supplies ? "A → B" : "B → A"),
                            io::Cell(graph::Value(lang == Lang::kZh ? ChinesePunctuation(text) : text), io::ToJson(graph::Value(list))), static_cast<int64_t>(p.score), notes.Cell(sources)});
  }
  return s;
}

}  // namespace

std::vector<Section> BridgingSections(Reader& reader, Footnotes& notes, const chain::LinkageAnswer& answer) {
  std::vector<Section> out;
  for (Section& s : std::vector<Section>{BrokerSection(reader, notes, answer), FragilitySection(reader, notes, answer), PairingSection(reader, notes, answer)}) {
    if (!s.table.rows.empty()) out.push_back(std::move(s));
  }
  return out;
}

}  // namespace liantu::report
