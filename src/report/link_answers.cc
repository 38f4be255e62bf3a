// SPDX-License-Identifier: Apache-2.0
// Partners tier by tier, and matrices, as tables.
#include "report/link_answers.h"

#include <algorithm>

#include "io/json.h"
#include "report/answers.h"

namespace liantu::report {

using chain::GroupBy;
using chain::MatrixAnswer;
using chain::MatrixPair;
using chain::Reader;

namespace {

// Sentences and notes that both forms of a matrix share.
void Introduce(Reader& reader, const MatrixAnswer& answer, Document& d) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  uint64_t with = 0, none = 0;
  for (const chain::MatrixGroup& g : answer.groups) (g.members > 0 ? with : none) += 1;
  d.summary.push_back(zh ? Text("有企业的", GroupByText(lang, answer.by), " ", with, " 个,可成 ", answer.pairs_possible, " 对,其中 ", answer.pairs_total, " 对有联系或共有企业。")
                         : Text(with, " of them have companies, which makes ", answer.pairs_possible, " pairs; ", answer.pairs_total, " have a tie or a company in common."));
  d.summary.push_back(zh ? Text("确定联系共 ", answer.firm_ties, " 条,两端都已归组的 ", answer.firm_grouped, " 条;较弱和已结束的 ", answer.other_ties, " 条另列。")
                         : Text(answer.firm_ties, " firm ties in all, ", answer.firm_grouped, " with both ends in a group; ", answer.other_ties, " weaker and past ones are counted apart."));
  if (none > 0) d.summary.push_back(zh ? Text(none, " 个没有或无法计算成员,见“分组”。") : Text(none, " have no members or none that can be computed: see the groups."));
  if (answer.pairs.size() < answer.pairs_total) d.summary.push_back(zh ? Text("只列出联系最多的 ", answer.pairs.size(), " 对。") : Text("The ", answer.pairs.size(), " pairs with most ties are shown."));
  if (!answer.complete) d.summary.push_back(zh ? Text("结果不完整:", answer.stopped, "。") : Text("Incomplete: ", answer.stopped, "."));
}

// Counts of a matrix have no sources of their own.
const char* CountedNote(Lang lang) {
  return Say(lang, "推算:由各条联系计数得出;一对的各条联系及其来源:liantu links --from A --to B。", "Derived: counted from the ties; those of a pair with their sources: liantu links --from A --to B.");
}

Section Groups(Reader& reader, const MatrixAnswer& answer) {
  const Lang lang = reader.lang();
  Section s{.name = "groups", .title = Say(lang, "分组", "Groups")};
  s.table.columns = {{"group", GroupByText(lang, answer.by)}, {"members", Say(lang, "企业数", "Companies")}, {"inside", Say(lang, "内部确定联系", "Firm ties inside")},
                     {"out", Say(lang, "作为供应方", "As supplier")}, {"in", Say(lang, "作为客户", "As customer")}, {"rule", Say(lang, "成员规则", "Membership")},
                     {"reason", Say(lang, "说明", "Why none")}};
  for (const chain::MatrixGroup& g : answer.groups) {
    if (g.members == 0 && answer.by != GroupBy::kCluster && answer.by != GroupBy::kChain) continue;  // places and parks without companies
    s.table.rows.push_back({EntityCell(g.entity), CountCell(g.members), CountCell(g.firm_inside), CountCell(g.firm_out), CountCell(g.firm_in),
                            io::Cell(std::string(MembershipName(g.membership))), TextCell(g.reason)});
  }
  return s;
}

void AddMethod(Reader& reader, const MatrixAnswer& answer, Document& d) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  d.method.emplace_back(Say(lang, "计数规则", "Counting"),
                        zh ? "每一对按同一规则计算:两边各自独有的企业之间的供应联系;同属两边的企业是桥梁,不计为联系;供应、合同、代工、定点为确定联系;企业按所在地,工厂按工厂所在地"
                           : "each pair by the same rule: ties between companies of one side only; members of both are bridges, never ties; supply, contract, contract manufacturing and nomination are firm; a company counts at its seat, a plant where it stands");
  d.method.emplace_back(Say(lang, "期望与 z", "Expectation and z"),
                        zh ? Text("随机配对模型(配置模型):全网口径 ", answer.network_reference, ";两边口径 ", answer.within_reference) : Text("configuration model. Network: ", answer.network_reference, ". Within: ", answer.within_reference));
  if (answer.chain) d.method.emplace_back(Say(lang, "产业链", "Chain"), zh ? Text("只计产品属于“", answer.chain->name, "”的联系") : Text("only ties whose product belongs to ", answer.chain->name));
  if (answer.within) d.method.emplace_back(Say(lang, "范围", "Scope"), answer.within->name);
}

std::string TitleOf(Lang lang, const MatrixAnswer& answer, const char* zh, const char* en) {
  std::string title = Text(GroupByText(lang, answer.by), lang == Lang::kZh ? " × " : " by ", GroupByText(lang, answer.by), lang == Lang::kZh ? ":" : ": ", Say(lang, zh, en));
  if (answer.within) title += Text(lang == Lang::kZh ? "(" : " (", answer.within->name, ")");
  if (answer.chain) title += Text(lang == Lang::kZh ? "(" : " (", answer.chain->name, ")");
  return title;
}

}  // namespace

std::string GroupByText(Lang lang, GroupBy by) {
  switch (by) {
    case GroupBy::kProvince: return Say(lang, "省份", "province");
    case GroupBy::kCity: return Say(lang, "城市", "city");
    case GroupBy::kDistrict: return Say(lang, "区县", "district");
    case GroupBy::kCluster: return Say(lang, "集群", "cluster");
    case GroupBy::kPark: return Say(lang, "园区", "park");
    case GroupBy::kChain: return Say(lang, "产业链", "chain");
  }
  return "";
}

Document MatrixDocument(Reader& reader, const MatrixAnswer& answer) {
  const Lang lang = reader.lang();
  Document d{.kind = "links", .lang = lang};
  d.title = TitleOf(lang, answer, "供应联系", "supply ties");
  Introduce(reader, answer, d);
  Section s{.name = "matrix", .title = Say(lang, "从供应方到客户", "From supplier to customer")};
  s.notes.push_back(CountedNote(lang));
  s.table.columns = {{"from", Say(lang, "供应方", "From")}, {"to", Say(lang, "客户", "To")}, {"observed", Say(lang, "确定联系", "Firm ties")},
                     {"expected", Say(lang, "期望", "Expected")}, {"z", "z"}, {"lift", Say(lang, "倍数", "Lift")}, {"weaker", Say(lang, "较弱或已结束", "Weaker or past")},
                     {"shared", Say(lang, "共有企业", "In both")}};
  struct Row {
    const MatrixPair* pair;
    bool forward;
  };
  std::vector<Row> rows;
  for (const MatrixPair& p : answer.pairs) {
    if (p.strength.a_to_b + p.weak_a_to_b > 0) rows.push_back({&p, true});
    if (p.strength.b_to_a + p.weak_b_to_a > 0) rows.push_back({&p, false});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& x, const Row& y) {
    const auto ties = [](const Row& r) { return r.forward ? r.pair->strength.a_to_b : r.pair->strength.b_to_a; };
    return ties(x) > ties(y);
  });
  for (const Row& r : rows) {
    const MatrixPair& p = *r.pair;
    const chain::Comparison& c = r.forward ? p.network_forward : p.network_backward;
    s.table.rows.push_back({EntityCell(answer.groups[r.forward ? p.a : p.b].entity), EntityCell(answer.groups[r.forward ? p.b : p.a].entity), CountCell(c.observed ? c.observed : (r.forward ? p.strength.a_to_b : p.strength.b_to_a)),
                            MeasureCell(analysis::Measure(c.expected), 2), MeasureCell(c.z, 2), MeasureCell(c.ratio, 2), CountCell(r.forward ? p.weak_a_to_b : p.weak_b_to_a), CountCell(p.shared)});
  }
  if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  d.sections.push_back(Groups(reader, answer));
  AddMethod(reader, answer, d);
  return d;
}

Document PairsDocument(Reader& reader, const MatrixAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "linkage", .lang = lang};
  d.title = TitleOf(lang, answer, "两两关联", "pairwise linkage");
  Introduce(reader, answer, d);
  const auto few = std::count_if(answer.pairs.begin(), answer.pairs.end(), [](const MatrixPair& p) { return p.strength.too_few(); });
  if (few > 0) {
    d.summary.push_back(zh ? Text("其中 ", few, " 对的确定联系不足 ", chain::kFewTies, " 条,E-I 与 z 不足以判断,只看条数。")
                           : Text(few, " pairs have fewer than ", chain::kFewTies, " firm ties: too few for E-I and z, read the counts."));
  }
  Section s{.name = "pairs", .title = Say(lang, "两两关联", "Pairs")};
  s.notes.push_back(CountedNote(lang));
  s.table.columns = {{"a", "A"}, {"b", "B"}, {"members_a", Say(lang, "A 独有", "A only")}, {"members_b", Say(lang, "B 独有", "B only")}, {"shared", Say(lang, "共有", "Both")},
                     {"a_to_b", "A→B"}, {"b_to_a", "B→A"}, {"inside_a", Say(lang, "A 内部", "Inside A")}, {"inside_b", Say(lang, "B 内部", "Inside B")},
                     {"weaker", Say(lang, "较弱或已结束", "Weaker or past")}, {"ei", "E-I"}, {"ei_expected", Say(lang, "E-I 期望", "E-I expected")},
                     {"z", Say(lang, "z(两边)", "z (pair)")}, {"network_z", Say(lang, "z(全网)", "z (network)")}, {"lift", Say(lang, "倍数(全网)", "Lift (network)")}, {"few", Say(lang, "条数过少", "Too few")}};
  for (const MatrixPair& p : answer.pairs) {
    const chain::Strength& t = p.strength;
    s.table.rows.push_back({EntityCell(answer.groups[p.a].entity), EntityCell(answer.groups[p.b].entity), CountCell(t.members_a), CountCell(t.members_b), CountCell(p.shared), CountCell(t.a_to_b), CountCell(t.b_to_a),
                            CountCell(t.inside_a), CountCell(t.inside_b), CountCell(p.weak_a_to_b + p.weak_b_to_a), MeasureCell(t.ei, 2), MeasureCell(t.ei_expected, 2),
                            MeasureCell(t.undirected.z, 2), MeasureCell(p.network.z, 2), MeasureCell(p.network.ratio, 2), YesNoCell(lang, t.too_few())});
  }
  if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  d.sections.push_back(Groups(reader, answer));
  AddMethod(reader, answer, d);
  return d;
}

Document PartnersDocument(Reader& reader, const chain::PartnersAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const std::string& name = answer.who.entity.name;
  Document d{.kind = "links", .lang = lang};
  d.title = zh ? Text(name, "的供应商与客户") : Text("Suppliers and customers of ", name);
  Footnotes notes;
  if (answer.who.entity.label != "Company") d.summary.push_back(GroupSentence(reader, answer.who));
  const auto side = [&](bool suppliers) { return suppliers ? Say(lang, "供应商", "supplier") : Say(lang, "客户", "customer"); };
  for (const chain::TierCount& t : answer.tiers) {
    d.summary.push_back(zh ? Text(t.tier, " 级", side(t.suppliers), " ", t.companies, " 家,联系 ", t.ties.all(), " 条(确定 ", t.ties.firm, ",已结束 ", t.ties.past, ",计划 ", t.ties.planned, ")。")
                           : Text("Tier ", t.tier, ": ", t.companies, " ", side(t.suppliers), "s, ", t.ties.all(), " ties (", t.ties.firm, " firm, ", t.ties.past, " ended, ", t.ties.planned, " planned)."));
  }
  if (answer.tiers.empty()) d.summary.push_back(zh ? "数据中没有它的供应联系。" : "The data has no supply ties of it.");
  if (answer.partners.size() < answer.partners_total) d.summary.push_back(zh ? Text("共 ", answer.partners_total, " 家,列出 ", answer.partners.size(), " 家。") : Text(answer.partners.size(), " of ", answer.partners_total, " are shown."));
  if (!answer.complete) d.summary.push_back(zh ? Text("结果不完整:", answer.stopped, "。") : Text("Incomplete: ", answer.stopped, "."));
  for (const bool suppliers : {true, false}) {
    Section s{.name = suppliers ? "suppliers" : "customers", .title = suppliers ? Say(lang, "供应商", "Suppliers") : Say(lang, "客户", "Customers")};
    s.table.columns = {{"tier", Say(lang, "级", "Tier")}, {"company", Say(lang, "企业", "Company")}, {"city", Say(lang, "城市", "City")}, {"with", Say(lang, "对方", "With")},
                       {"products", Say(lang, "产品", "Products")}, {"years", Say(lang, "年份", "Years")}, {"strength", Say(lang, "强度", "Strength")}, {"ties", Say(lang, "联系", "Ties")},
                       {"sources", Say(lang, "来源", "Sources")}};
    for (const chain::PartnerTie& p : answer.partners) {
      if (p.suppliers != suppliers) continue;
      std::vector<std::string> products, years;
      std::vector<chain::Entity> with;
      std::vector<chain::Source> sources;
      const auto add = [](auto& list, const auto& item) {
        if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
      };
      for (const chain::Tie& t : p.ties) {
        if (!t.product.empty()) add(products, reader.ProductName(t.product));
        if (t.year) add(years, std::to_string(*t.year));
        add(with, suppliers ? t.customer : t.supplier);
        sources.insert(sources.end(), t.sources.begin(), t.sources.end());
      }
      s.table.rows.push_back({static_cast<int64_t>(p.tier), EntityCell(p.partner), EntityCell(p.city), EntitiesCell(lang, with), ListCell(lang, products), ListCell(lang, years),
                              StrengthName(lang, p.strength), CountCell(p.ties_total), notes.Cell(sources)});
    }
    if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  }
  Section cities{.name = "cities", .title = Say(lang, "按城市", "By city"), .derived_from = {"suppliers", "customers"}};
  cities.table.columns = {{"side", Say(lang, "方向", "Side")}, {"city", Say(lang, "城市", "City")}, {"companies", Say(lang, "企业数", "Companies")}};
  for (const chain::CityCount& c : answer.cities) {
    cities.table.rows.push_back({side(c.suppliers), c.city ? EntityCell(*c.city) : io::Cell(std::string(Say(lang, "所在地未知", "seat not known"))), CountCell(c.companies)});
  }
  if (!cities.table.rows.empty()) d.sections.push_back(std::move(cities));
  d.method = {{Say(lang, "级", "Tiers"), Say(lang, "从一级起只沿确定联系往外走;较弱和已结束的联系只列在一级;一家企业只在最近的一级出现",
                                              "firm ties alone lead on; weaker and past ones are listed at the first tier only; a company stands at its nearest tier")}};
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
