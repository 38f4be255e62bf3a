// SPDX-License-Identifier: Apache-2.0
// The words for parks, links, cards and claims.
#include "report/answers.h"

#include <algorithm>

#include "io/json.h"

namespace liantu::report {

using chain::Entity;
using chain::Hosting;
using chain::HostKind;
using chain::Reader;
using chain::Tie;

namespace {

std::string HostTitle(Lang lang, HostKind kind) {
  switch (kind) {
    case HostKind::kHosted: return Say(lang, "已入驻", "Hosted");
    case HostKind::kControlled: return Say(lang, "经其控制的企业入驻", "Hosted through a company it controls");
    case HostKind::kStake: return Say(lang, "经参股企业入驻(持股达到所设比例)", "Hosted through a stake that reaches the share asked for");
    case HostKind::kJointVenture: return Say(lang, "经合资企业入驻", "Hosted through a joint venture");
    case HostKind::kPlanned: return Say(lang, "规划项目(计划,尚非入驻)", "Planned projects (not hosted)");
  }
  return "";
}

const char* HostSectionName(HostKind kind) {
  switch (kind) {
    case HostKind::kHosted: return "hosted";
    case HostKind::kControlled: return "controlled";
    case HostKind::kStake: return "stake";
    case HostKind::kJointVenture: return "joint_venture";
    case HostKind::kPlanned: return "planned";
  }
  return "";
}

// How each leader is named, where leaders were asked for.
Section NamedLeaders(Reader& reader, Footnotes& notes, const chain::ParksAnswer& answer) {
  const Lang lang = reader.lang();
  Section s{.name = "leaders", .title = Say(lang, "来源所称的链主或龙头", "Companies that sources name as leaders")};
  s.table.columns = {{"company", Say(lang, "企业", "Company")}, {"leads", Say(lang, "引领", "Leads")}, {"wording", Say(lang, "称谓", "Called")}, {"place", Say(lang, "地域", "For")},
                     {"named_by", Say(lang, "由谁认定或称呼", "Named by")}, {"sources", Say(lang, "来源", "Sources")}};
  for (size_t i = 0; i < answer.companies.size() && i < answer.leads.size(); ++i) {
    const chain::Leadership& l = answer.leads[i];
    s.table.rows.push_back({EntityCell(answer.companies[i]), EntityCell(l.led), TextCell(reader.ValueName("LEADS", "wording", l.wording)), TextCell(reader.PlaceName(l.place)), TextCell(l.named_by),
                            notes.Cell(answer.leads_sources[i])});
  }
  return s;
}

// Parks of suppliers and customers, with the counts of every tier before them.
void AddPartners(Reader& reader, Footnotes& notes, const chain::ParksAnswer& answer, Document& d) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  if (answer.tiers.empty()) return;
  Section tiers{.name = "partner_tiers", .title = Say(lang, "上下游企业与所在园区(按级)", "Suppliers and customers, tier by tier"), .derived_from = {"partner_parks"}};
  tiers.table.columns = {{"side", Say(lang, "方向", "Side")}, {"tier", Say(lang, "级", "Tier")}, {"companies", Say(lang, "企业数", "Companies")},
                         {"in_parks", Say(lang, "其中在已知园区", "In a known park")}, {"parks", Say(lang, "园区数", "Parks")}};
  const auto side = [&](bool suppliers) { return suppliers ? Say(lang, "供应商", "supplier") : Say(lang, "客户", "customer"); };
  for (const chain::PartnerTier& t : answer.tiers) {
    tiers.table.rows.push_back({side(t.suppliers), static_cast<int64_t>(t.tier), CountCell(t.companies), CountCell(t.in_parks), CountCell(t.parks)});
    if (t.companies == 0 && t.tier > 1) continue;
    d.summary.push_back(zh ? Text(t.tier, " 级", side(t.suppliers), " ", t.companies, " 家,其中 ", t.in_parks, " 家在 ", t.parks, " 个已知园区。")
                           : Text("Tier ", t.tier, ": ", t.companies, " ", side(t.suppliers), "s, ", t.in_parks, " of them in ", t.parks, " known parks."));
  }
  d.sections.push_back(std::move(tiers));
  Section parks{.name = "partner_parks", .title = Say(lang, "上下游企业所在的园区", "Parks that host its suppliers and customers")};
  parks.table.columns = {{"side", Say(lang, "方向", "Side")}, {"tier", Say(lang, "级", "Tier")}, {"park", Say(lang, "园区", "Park")},
                         {"city", Say(lang, "城市", "City")}, {"district", Say(lang, "区县", "District")}, {"count", Say(lang, "企业数", "Companies")},
                         {"companies", Say(lang, "企业", "Companies named")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::PartnerPark& p : answer.partners) {
    parks.table.rows.push_back({side(p.suppliers), static_cast<int64_t>(p.tier), EntityCell(p.park), EntityCell(p.city), EntityCell(p.district),
                                CountCell(p.companies.size()), EntitiesCell(lang, p.companies), notes.Cell(p.sources)});
  }
  if (!parks.table.rows.empty()) d.sections.push_back(std::move(parks));
}

}  // namespace

std::string CertaintyName(Lang lang, graph::Certainty certainty) {
  if (lang == Lang::kEn) return graph::CertaintyName(certainty);
  switch (certainty) {
    case graph::Certainty::kStated: return "明示";
    case graph::Certainty::kInferred: return "推断";
    case graph::Certainty::kDerived: return "推算";
    case graph::Certainty::kTranslated: return "译名";
    case graph::Certainty::kPlanned: return "计划";
    case graph::Certainty::kTarget: return "目标";
    case graph::Certainty::kPredicted: return "预测";
  }
  return "";
}

std::string StrengthName(Lang lang, chain::TieStrength strength) {
  switch (strength) {
    case chain::TieStrength::kFirm: return Say(lang, "确定", "firm");
    case chain::TieStrength::kWeak: return Say(lang, "较弱", "weak");
    case chain::TieStrength::kPast: return Say(lang, "已结束", "past");
  }
  return "";
}

Result<Document> ParksDocument(Reader& reader, const chain::ParksAnswer& answer) {
  const Lang lang = reader.lang();
  Document d{.kind = "parks", .lang = lang};
  d.title = lang == Lang::kZh ? Text(answer.asked.name, "的园区") : Text("Parks of ", answer.asked.name);
  Footnotes notes;
  const bool of_leaders = answer.companies.size() != 1 || !(answer.companies[0] == answer.asked);
  if (of_leaders && !answer.companies.empty()) d.sections.push_back(NamedLeaders(reader, notes, answer));
  for (const HostKind kind : {HostKind::kHosted, HostKind::kControlled, HostKind::kStake, HostKind::kJointVenture, HostKind::kPlanned}) {
    Section s{.name = HostSectionName(kind), .title = HostTitle(lang, kind)};
    s.table.columns = {{"company", Say(lang, "企业", "Company")},
                       {"park", Say(lang, "园区", "Park")},
                       {"city", Say(lang, "城市", "City")},
                       {"district", Say(lang, "区县", "District")},
                       {"level", Say(lang, "级别", "Level")},
                       {"kind", Say(lang, "类型", "Kind")},
                       {"directions", Say(lang, "产业方向", "Directions")},
                       {"through", Say(lang, "经由", "Through")},
                       {"project", Say(lang, "项目", "Project")},
                       {"certainty", Say(lang, "可信度", "Certainty")},
                       {"sources", Say(lang, "来源", "Sources")}};
    std::vector<std::string> parks;
    for (const Hosting& h : answer.hostings) {
      if (h.kind != kind) continue;
      parks.push_back(of_leaders ? Text(h.company.name, "→", h.park.name) : h.park.name);
      std::vector<std::string> through;
      std::vector<chain::Source> sources = h.sources;
      for (const chain::Ownership& o : h.through) {
        const std::string share = o.share ? Text(lang == Lang::kZh ? "," : ", ", Fixed(*o.share * 100, 1), "%") : "";
        through.push_back(Text(o.owned.name, lang == Lang::kZh ? "(" : " (", reader.ValueName("OWNS", "relation", o.relation), share, ")"));
        sources.insert(sources.end(), o.sources.begin(), o.sources.end());
      }
      s.table.rows.push_back({EntityCell(h.company), EntityCell(h.park), EntityCell(h.city), EntityCell(h.district),
                              TextCell(reader.ValueName("Park", "level", h.level)), TextCell(reader.ValueName("Park", "kind", h.park_kind)),
                              ListCell(lang, h.directions), ListCell(lang, through), EntityCell(h.project), CertaintyName(lang, h.certainty),
                              notes.Cell(sources)});
    }
    if (s.table.rows.empty()) continue;
    std::sort(parks.begin(), parks.end());
    parks.erase(std::unique(parks.begin(), parks.end()), parks.end());
    d.summary.push_back(lang == Lang::kZh ? Text(s.title, ":", Join(parks, "、"), "。") : Text(s.title, ": ", Join(parks, ", "), "."));
    // Columns that say nothing here are left out for people and programs alike: through, project, company of one.
    auto drop = [&](std::string_view name) {
      for (size_t i = 0; i < s.table.columns.size(); ++i) {
        if (s.table.columns[i].name != name) continue;
        s.table.columns.erase(s.table.columns.begin() + static_cast<ptrdiff_t>(i));
        for (io::Row& row : s.table.rows) row.erase(row.begin() + static_cast<ptrdiff_t>(i));
        return;
      }
    };
    if (kind == HostKind::kHosted) drop("through");
    if (kind != HostKind::kPlanned) drop("project");
    d.sections.push_back(std::move(s));
  }
  AddPartners(reader, notes, answer, d);
  if (answer.filtered_out > 0) {
    d.summary.push_back(lang == Lang::kZh ? Text("另有 ", answer.filtered_out, " 条入驻或规划不符合所设条件,未列出。") : Text(answer.filtered_out, " more do not pass the filter and are not shown."));
  }
  if (!answer.complete) d.summary.push_back(lang == Lang::kZh ? Text("结果不完整:", answer.stopped, "。") : Text("Incomplete: ", answer.stopped, "."));
  for (size_t i = 0; i < answer.companies.size() && answer.filtered_out == 0; ++i) {
    const bool has = std::any_of(answer.hostings.begin(), answer.hostings.end(), [&](const Hosting& h) { return h.company == answer.companies[i]; });
    if (has) continue;
    const chain::Location& seat = answer.seats[i];
    std::string place;
    for (graph::NodeId id : {seat.city, seat.district}) {
      if (!id) continue;
      LT_ASSIGN(const Entity e, reader.Describe(id));
      place += (place.empty() || lang == Lang::kZh ? "" : ", ") + e.name;
    }
    if (lang == Lang::kZh) {
      d.summary.push_back(Text("数据中没有 ", answer.companies[i].name, " 所在或规划的园区", place.empty() ? "" : Text(";其所在地:", place), "。"));
    } else {
      d.summary.push_back(Text("No park that hosts or plans for ", answer.companies[i].name, " is known", place.empty() ? "" : Text("; its seat: ", place), "."));
    }
  }
  if (answer.leaders_by_chain > 0) {
    d.summary.push_back(lang == Lang::kZh ? Text("其中 ", answer.leaders_by_chain, " 家是其产业链的链主或龙头,又是该集群成员或被称为集群所在地的链主:推算,没有来源这样称呼该集群。")
                                          : Text(answer.leaders_by_chain, " of these are named leaders of its chain that are members of the cluster or so named for a place in it: derived, no source says so of the cluster."));
  }
  if (answer.companies.empty()) {
    d.summary.push_back(lang == Lang::kZh ? Text("数据中没有来源指明", answer.asked.name, "的链主。") : Text("No source in the data names a leader of ", answer.asked.name, "."));
  }
  d.sources = notes.Take();
  return d;
}

namespace {

// What runs through third cities, by product, by year.
void AddLinkTables(Reader& reader, const chain::LinksAnswer& answer, Document& d) {
  const Lang lang = reader.lang();
  const std::string &a = answer.from.entity.name, &b = answer.to.entity.name;
  const auto way = [&](bool forward) { return Text(forward ? a : b, " → ", forward ? b : a); };
  const std::vector<std::string> ties = {"forward", "backward", "forward_routes", "backward_routes"};
  Section through{.name = "through", .title = Say(lang, "经由的第三地", "What runs through a third city"), .derived_from = ties};
  through.table.columns = {{"city", Say(lang, "城市", "City")}, {"forward", Say(lang, "路线(去)", "Routes there")}, {"backward", Say(lang, "路线(回)", "Routes back")},
                           {"companies", Say(lang, "居间企业", "Companies in between")}};
  for (const chain::ThroughCity& t : answer.through) {
    through.table.rows.push_back({t.city ? EntityCell(*t.city) : io::Cell(std::string(Say(lang, "所在地未知", "seat not known"))), CountCell(t.forward), CountCell(t.backward),
                                  EntitiesCell(lang, t.companies)});
  }
  Section products{.name = "products", .title = Say(lang, "按产品", "By product"), .derived_from = ties};
  products.table.columns = {{"direction", Say(lang, "方向", "Direction")}, {"product", Say(lang, "产品", "Product")}, {"segment", Say(lang, "环节", "Segment")},
                            {"ties", Say(lang, "联系", "Ties")}, {"firm", Say(lang, "确定", "Firm")}, {"suppliers", Say(lang, "供应方", "Suppliers")}, {"customers", Say(lang, "客户", "Customers")}};
  for (const chain::ProductTies& p : answer.products) {
    products.table.rows.push_back({way(p.forward), ProductCell(reader, p.product), EntityCell(p.segment), CountCell(p.ties.all()), CountCell(p.ties.firm), CountCell(p.suppliers), CountCell(p.customers)});
  }
  Section years{.name = "years", .title = Say(lang, "按来源所述年份", "By the year that the source speaks of"), .derived_from = ties};
  years.table.columns = {{"year", Say(lang, "年份", "Year")}, {"direction", Say(lang, "方向", "Direction")}, {"firm", Say(lang, "确定", "Firm")},
                         {"weak", Say(lang, "较弱", "Weaker")}, {"planned", Say(lang, "其中计划", "Of these planned")}, {"ended", Say(lang, "已结束", "Ended")}};
  for (const chain::YearTies& y : answer.years) {
    years.table.rows.push_back({y.year ? io::Cell(*y.year) : io::Cell(), way(y.forward), CountCell(y.ties.firm), CountCell(y.ties.weak), CountCell(y.ties.planned), CountCell(y.ties.past)});
  }
  for (Section* s : {&through, &products, &years}) {
    if (!s->table.rows.empty()) d.sections.push_back(std::move(*s));
  }
}

}  // namespace

std::string GroupSentence(Reader& reader, const chain::Group& group) {
  const bool zh = reader.lang() == Lang::kZh;
  const size_t n = group.members.size();
  std::vector<std::string> chains, cities;
  for (const Entity& e : group.chains) chains.push_back(e.name);
  for (const Entity& e : group.cities) cities.push_back(e.name);
  const std::string chain_list = Join(chains, zh ? "、" : ", "), city_list = Join(cities, zh ? "、" : ", ");
  std::string out;
  switch (group.membership) {
    case chain::Membership::kSeated: out = zh ? Text("位于该地的企业 ", n, " 家") : Text(n, " companies seated there"); break;
    case chain::Membership::kStated: out = zh ? Text("来源列明的成员 ", n, " 家") : Text(n, " stated members"); break;
    case chain::Membership::kDerived:
      out = zh ? Text("推算成员 ", n, " 家(位于", city_list, ",且从事“", chain_list, "”的环节;非来源列明)")
               : Text(n, " derived members (seated in ", city_list, " and operating in a segment of ", chain_list, "; not stated by a source)");
      break;
    case chain::Membership::kOperating: out = zh ? Text("从事其环节的企业 ", n, " 家") : Text(n, " companies operating in its segments"); break;
    case chain::Membership::kProducing: out = zh ? Text("生产它的企业 ", n, " 家") : Text(n, " companies that make it"); break;
    case chain::Membership::kHosted: out = zh ? Text("入驻企业 ", n, " 家") : Text(n, " hosted companies"); break;
    case chain::Membership::kNotComputable: out = zh ? "成员无法计算" : "its members cannot be computed"; break;
  }
  if (!group.reason.empty()) out += (zh ? ":" : ": ") + group.reason;
  return Text(group.entity.name, zh ? ":" : ": ", out, zh ? "。" : ".");
}

Section TiesSection(Reader& reader, Footnotes& notes, std::string name, std::string title, const std::vector<Tie>& ties) {
  const Lang lang = reader.lang();
  Section s{.name = std::move(name), .title = std::move(title)};
  s.table.columns = {{"supplier", Say(lang, "供应方", "Supplier")},
                     {"supplier_city", Say(lang, "城市", "City")},
                     {"customer", Say(lang, "客户", "Customer")},
                     {"customer_city", Say(lang, "城市", "City")},
                     {"product", Say(lang, "产品", "Product")},
                     {"year", Say(lang, "年份", "Year")},
                     {"status", Say(lang, "状态", "Status")},
                     {"strength", Say(lang, "强度", "Strength")},
                     {"certainty", Say(lang, "可信度", "Certainty")},
                     {"sources", Say(lang, "来源", "Sources")}};
  for (const Tie& t : ties) {
    s.table.rows.push_back({EntityCell(t.supplier), EntityCell(t.supplier_city), EntityCell(t.customer), EntityCell(t.customer_city),
                            ProductCell(reader, t.product), t.year ? io::Cell(*t.year) : io::Cell(),
                            TextCell(reader.ValueName("SUPPLIES", "status", t.status)), StrengthName(lang, t.strength),
                            CertaintyName(lang, t.certainty), notes.Cell(t.sources)});
  }
  return s;
}

Result<Document> LinksDocument(Reader& reader, const chain::LinksAnswer& answer, const chain::LinksOptions& options) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const std::string &a = answer.from.entity.name, &b = answer.to.entity.name;
  Document d{.kind = "links", .lang = lang};
  d.title = zh ? Text(a, " 与 ", b, " 之间的供应链联系") : Text("Supply links between ", a, " and ", b);
  Footnotes notes;
  d.summary.push_back(GroupSentence(reader, answer.from));
  d.summary.push_back(GroupSentence(reader, answer.to));
  const chain::TieCounts &f = answer.forward, &g = answer.backward;
  d.summary.push_back(zh ? Text("直接供应:", a, " → ", b, " ", f.all(), " 条(确定 ", f.firm, "),", b, " → ", a, " ", g.all(), " 条(确定 ", g.firm, ")。")
                         : Text("Direct ties: ", a, " to ", b, " ", f.all(), " (", f.firm, " firm), ", b, " to ", a, " ", g.all(), " (", g.firm, " firm)."));
  if (f.past + g.past + f.planned + g.planned > 0) {
    d.summary.push_back(zh ? Text("其中已结束 ", f.past + g.past, " 条,仅为计划 ", f.planned + g.planned, " 条;计划不是已有供应。")
                           : Text("Of these ", f.past + g.past, " have ended and ", f.planned + g.planned, " are only planned; a plan is no supply."));
  }
  if (!answer.shared.empty()) {
    d.summary.push_back(zh ? Text("两边共有企业 ", answer.shared.size(), " 家,不计为联系。") : Text(answer.shared.size(), " companies belong to both sides and are not counted as ties."));
  }
  if (!answer.complete) d.summary.push_back(zh ? Text("结果不完整:", answer.stopped, "。") : Text("Incomplete: ", answer.stopped, "."));
  for (const bool forward : {true, false}) {
    std::vector<Tie> direct;
    for (const auto& r : answer.routes) {
      if (r.forward == forward && r.ties.size() == 1) direct.push_back(r.ties[0]);
    }
    const std::string title = Text(forward ? a : b, " → ", forward ? b : a);
    if (!direct.empty()) d.sections.push_back(TiesSection(reader, notes, forward ? "forward" : "backward", title, direct));
    Section s{.name = forward ? "forward_routes" : "backward_routes", .title = Text(title, zh ? "(经第三方)" : " (through others)")};
    s.table.columns = {{"tiers", Say(lang, "级数", "Tiers")}, {"route", Say(lang, "路线", "Route")}, {"strength", Say(lang, "强度", "Strength")}, {"sources", Say(lang, "来源", "Sources")}};
    for (const auto& r : answer.routes) {
      if (r.forward != forward || r.ties.size() < 2) continue;
      std::string route = r.ties[0].supplier.name;
      std::vector<chain::Source> sources;
      for (const Tie& t : r.ties) {
        route += Text(" —", t.product.empty() ? reader.TypeName("SUPPLIES") : reader.ProductName(t.product), "→ ", t.customer.name);
        sources.insert(sources.end(), t.sources.begin(), t.sources.end());
      }
      s.table.rows.push_back({static_cast<int64_t>(r.ties.size()), route, StrengthName(lang, r.strength), notes.Cell(sources)});
    }
    if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  }
  AddLinkTables(reader, answer, d);
  Section s{.name = "segments", .title = Say(lang, "环节的上下游衔接", "Segments that follow each other")};
  s.table.columns = {{"direction", Say(lang, "方向", "Direction")}, {"upstream", Say(lang, "上游环节", "Upstream")}, {"upstream_companies", Say(lang, "企业数", "Companies")},
                     {"upstream_examples", Say(lang, "如", "Such as")}, {"downstream", Say(lang, "下游环节", "Downstream")},
                     {"downstream_companies", Say(lang, "企业数", "Companies")}, {"downstream_examples", Say(lang, "如", "Such as")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::SegmentLink& l : answer.segments) {
    s.table.rows.push_back({Text(l.forward ? a : b, " → ", l.forward ? b : a), EntityCell(l.upstream), static_cast<int64_t>(l.upstream_companies),
                            EntitiesCell(lang, l.upstream_examples, l.upstream_companies), EntityCell(l.downstream), static_cast<int64_t>(l.downstream_companies),
                            EntitiesCell(lang, l.downstream_examples, l.downstream_companies), notes.Cell(l.sources)});
  }
  if (!s.table.rows.empty()) {
    s.notes.push_back(Say(lang, "环节衔接说明两地可以配套,不表示已有供货。", "Segments that follow each other show what could be supplied, not that it is."));
    d.sections.push_back(std::move(s));
  }
  d.method = {{Say(lang, "范围", "Scope"), zh ? Text(options.tiers == 1 ? std::string("直接联系") : Text("最多 ", options.tiers, " 级"), ";供货、合同、代工、定点计为确定联系,其余较弱;地点按企业所在地(工厂按工厂所在地)")
                                              : Text(options.tiers == 1 ? std::string("direct ties") : Text("up to ", options.tiers, " tiers"), "; supply, contract, contract manufacturing and nomination are firm, all others weaker; a company counts at its seat, a plant where it stands")}};
  d.sources = notes.Take();
  return d;
}

Document CardDocument(Reader& reader, const chain::Card& card) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "show", .title = card.entity.name, .lang = lang};
  Footnotes notes;
  std::vector<std::string> labels;
  for (const std::string& label : card.labels) labels.push_back(reader.LabelName(label));
  d.summary.push_back(Text(Join(labels, zh ? "、" : ", "), "  ", card.entity.label, ":", card.entity.key, "  ", notes.Mark(card.sources)));
  Section s{.name = "properties", .title = Say(lang, "属性", "Properties")};
  s.table.columns = {{"property", Say(lang, "属性", "Property")}, {"value", Say(lang, "值", "Value")}, {"unit", Say(lang, "单位", "Unit")}, {"claims", Say(lang, "说法", "Claims")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::CardProperty& p : card.properties) {
    s.table.rows.push_back({p.title, p.value, TextCell(p.unit), static_cast<int64_t>(p.claims), notes.Cell(p.sources)});
  }
  d.sections.push_back(std::move(s));
  for (const chain::CardSection& c : card.sections) {
    const bool out = c.direction == graph::Direction::kOut;
    Section n{.name = Text(c.type, out ? "" : "_in"), .title = Text(c.title, out ? " →" : " ←", " (", c.total, ")")};
    n.table.columns = {{"entity", Say(lang, "名称", "Name")}, {"label", Say(lang, "类别", "Label")}, {"properties", Say(lang, "说明", "Details")}, {"certainty", Say(lang, "可信度", "Certainty")}, {"sources", Say(lang, "来源", "Sources")}};
    for (const chain::CardNeighbour& e : c.neighbours) {
      std::vector<std::string> details;
      std::string json = "{";
      for (const auto& [title, value] : e.properties) {
        details.push_back(Text(title, zh ? ":" : ": ", value));
        json += json.size() > 1 ? "," : "";
        io::AppendJson(json, title);
        json += ":";
        io::AppendJson(json, value);
      }
      n.table.rows.push_back({EntityCell(e.entity), reader.LabelName(e.entity.label), io::Cell(graph::Value(Join(details, zh ? ";" : "; ")), json + "}"),
                              CertaintyName(lang, e.certainty), notes.Cell(e.sources)});
    }
    if (c.total > c.neighbours.size()) n.notes.push_back(zh ? Text("只列出前 ", c.neighbours.size(), " 个。") : Text("The first ", c.neighbours.size(), " are shown."));
    d.sections.push_back(std::move(n));
  }
  d.sources = notes.Take();
  return d;
}

namespace {

// Why the visible claim stands before another, in words.
std::string RuleText(Lang lang, const std::string& point) {
  if (point == "certainty") return Say(lang, "可信度较低", "less certain");
  if (point == "date") return Say(lang, "文件日期较早", "older document");
  if (point == "rank") return Say(lang, "文件级别较低", "lower-ranking document");
  if (point == "batch") return Say(lang, "入库较早", "known earlier");
  if (point == "valid_from") return Say(lang, "生效较早", "valid from an earlier day");
  if (point == "documents") return Say(lang, "其余相同,按文件编号", "equal, by document number");
  if (point == "written") return Say(lang, "按写入时的文件信息", "by the documents as they were when it was written");
  return "";
}

}  // namespace

Document WhyDocument(Reader& reader, const Entity& entity, const std::vector<chain::WhyRow>& rows) {
  const Lang lang = reader.lang();
  Document d{.kind = "why", .lang = lang};
  d.title = lang == Lang::kZh ? Text("关于 ", entity.name, ":谁说的,何时知道") : Text("Who says so about ", entity.name, ", since when");
  Footnotes notes;
  Section s{.name = "claims", .title = Say(lang, "说法", "Claims")};
  s.table.columns = {{"subject", Say(lang, "事项", "Subject")}, {"value", Say(lang, "值", "Value")}, {"visible", Say(lang, "采用", "Visible")}, {"outranked", Say(lang, "未采用的原因", "Not shown because")},
                     {"certainty", Say(lang, "可信度", "Certainty")}, {"valid_from", Say(lang, "有效自", "Valid from")}, {"valid_to", Say(lang, "至", "to")},
                     {"batch", Say(lang, "批次", "Batch")}, {"known_since", Say(lang, "入库时间", "Known since")}, {"origin", Say(lang, "来自", "Origin")},
                     {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::WhyRow& r : rows) {
    std::string since;
    if (r.batch.id) since = graph::ToText(graph::Value(graph::DateTime{.seconds = r.batch.time_ms / 1000}));
    const auto certainty = graph::ParseCertainty(r.certainty);
    s.table.rows.push_back({r.subject, TextCell(r.value), r.visible, TextCell(RuleText(lang, r.outranked)), certainty ? CertaintyName(lang, *certainty) : r.certainty, TextCell(r.valid_from),
                            TextCell(r.valid_to), static_cast<int64_t>(r.batch.id.raw), TextCell(since), TextCell(r.batch.origin), notes.Cell(r.sources)});
  }
  d.sections.push_back(std::move(s));
  const bool conflict = std::any_of(rows.begin(), rows.end(), [](const chain::WhyRow& r) { return !r.visible; });
  if (conflict) {
    d.method.emplace_back(Say(lang, "采用规则", "Rule"),
                          Say(lang, "说法不一时并列保存,采用其一:先比可信度,再比文件日期(新者优先)、文件级别、入库批次(后者优先)、生效日期",
                              "claims that disagree are kept side by side; one shows: the more certain, then the later document, then its rank, then "
                              "the later batch, then the later start of validity"));
  }
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
