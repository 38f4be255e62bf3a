// SPDX-License-Identifier: Apache-2.0
// One function a report; parts are documents of their own that Append() joins.
#include "report/reports.h"

#include <algorithm>
#include <set>

#include "chain/chain_map.h"
#include "chain/gaps.h"
#include "chain/linkage.h"
#include "chain/ownership.h"
#include "chain/parks.h"
#include "chain/risk.h"
#include "report/answers.h"
#include "report/linkage_report.h"
#include "report/original_names.h"
#include "report/outlook.h"
#include "report/pictures.h"

namespace liantu::report {

using chain::Entity;
using chain::NodeId;
using chain::Reader;
using chain::Tie;
using chain::TieStrength;

namespace {

constexpr size_t kLinesInBox = 4, kBoxes = 60;

// A label of a picture, with Chinese punctuation where it is Chinese.
std::string Label(Lang lang, const std::string& text) { return lang == Lang::kZh ? ChinesePunctuation(text) : text; }

// Cities of the other ends of ties, most ties first.
std::vector<std::pair<std::optional<Entity>, size_t>> CitiesOf(const std::vector<Tie>& ties, bool suppliers) {
  std::map<NodeId, std::pair<std::optional<Entity>, size_t>> counts;  // 0: not known
  for (const Tie& t : ties) {
    const auto& city = suppliers ? t.supplier_city : t.customer_city;
    auto& [entity, count] = counts[city ? city->id : NodeId{}];
    entity = city;
    ++count;
  }
  std::vector<std::pair<std::optional<Entity>, size_t>> all;
  for (const auto& [id, entry] : counts) all.push_back(entry);
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return all;
}

// Where most of a list of ties come from: "深圳市 5、广州市 3".
std::string Places(Lang lang, const std::vector<Tie>& ties, bool suppliers, size_t most) {
  std::vector<std::string> names;
  for (const auto& [city, count] : CitiesOf(ties, suppliers)) {
    if (city) names.push_back(Text(city->name, " ", count));
  }
  return FewNames(lang, names, most);
}

Section PlacesSection(Lang lang, const std::vector<Tie>& in, const std::vector<Tie>& out) {
  Section s{.name = "supply_cities", .title = Say(lang, "供应方与客户所在城市", "Cities of suppliers and customers"),
            .derived_from = {"suppliers", "customers", "controlled_suppliers", "controlled_customers"}};
  s.table.columns = {{"side", Say(lang, "方向", "Side")}, {"city", Say(lang, "城市", "City")}, {"ties", Say(lang, "联系", "Ties")}};
  for (const bool suppliers : {true, false}) {
    for (const auto& [city, count] : CitiesOf(suppliers ? in : out, suppliers)) {
      s.table.rows.push_back({std::string(suppliers ? Say(lang, "供应方", "suppliers") : Say(lang, "客户", "customers")),
                              city ? EntityCell(*city) : io::Cell(std::string(Say(lang, "所在地未知", "place not known"))), CountCell(count)});
    }
  }
  return s;
}

}  // namespace

std::string FewNames(Lang lang, const std::vector<std::string>& names, size_t most) {
  const bool zh = lang == Lang::kZh;
  const std::string out = Join({names.begin(), names.begin() + static_cast<ptrdiff_t>(std::min(most, names.size()))}, zh ? "、" : ", ");
  if (names.size() <= most) return out;
  const bool number = !out.empty() && out.back() >= '0' && out.back() <= '9';
  return out + (!zh ? " and others" : number ? " 等" : "等");
}

void ReportPart::JoinTo(Document& into) {
  document.sources = notes.Take();
  Append(into, std::move(document), "");
}

Status FinishReport(Document& d, Reader& reader, const ReportOptions& options) {
  const Lang lang = d.lang;
  NumberInOrder(d);
  if (const auto& as_of = reader.view().options().as_of) d.method.emplace_back(Say(lang, "事实时点", "As of"), graph::ToText(graph::Value(*as_of)));
  if (const std::string latest = d.LatestDate(); !latest.empty()) d.method.emplace_back(Say(lang, "来源的最晚日期", "Latest date of a source"), latest);
  if (!options.command.empty()) d.method.emplace_back(Say(lang, "重做此结果的命令", "Command that repeats it"), options.command);
  LT_ASSIGN(d.names, OriginalNames(reader, d));
  return {};
}

Result<Document> LinkageReport(Reader& reader, const Entity& a, const Entity& b, const ReportOptions& options, const Budget& budget) {
  LT_ASSIGN(const chain::LinkageAnswer answer, chain::FindLinkage(reader, a, b, {.max_listed = options.max_listed, .count_sources = true}, budget));
  LT_ASSIGN(Document d, LinkageDocument(reader, answer, {.pictures = true, .command = options.command, .basemap = options.basemap}));
  d.kind = "report linkage";
  NumberInOrder(d);
  LT_ASSIGN(d.names, OriginalNames(reader, d));
  return d;
}

Result<Document> LeaderReport(Reader& reader, const Entity& company, const ReportOptions& options, const Budget& budget) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  LT_ASSIGN(const chain::ParksAnswer parks, chain::FindParks(reader, company));
  LT_ASSIGN(const chain::CompanyTies ties, chain::FindCompanyTies(reader, {company.id}));
  // What it controls buys and sells in its name: shown apart from its own ties.
  LT_ASSIGN(const auto owned, chain::OwnedBy(reader, company.id));
  std::vector<NodeId> controlled;
  std::vector<std::string> controlled_names;
  for (const chain::Related& r : owned) {
    if (r.company == company.id || r.joint || r.stake) continue;
    LT_ASSIGN(const Entity e, reader.Describe(r.company));
    controlled.push_back(r.company);
    controlled_names.push_back(e.name);
  }
  LT_ASSIGN(const chain::CompanyTies controlled_ties, chain::FindCompanyTies(reader, controlled));
  const chain::RiskOptions risk_options{.threshold = options.threshold, .max_listed = options.max_listed};
  LT_ASSIGN(const chain::RiskAnswer risk, chain::FindRisk(reader, company, risk_options, budget));

  Document d{.kind = "report leader", .lang = lang};
  d.title = zh ? Text(company.name, ":园区、供应链与风险") : Text(company.name, ": parks, supply chain and risk");
  LT_ASSIGN(Document parks_part, ParksDocument(reader, parks));
  parks_part = Append(d, std::move(parks_part), "");
  for (const std::string& line : parks_part.summary) d.summary.push_back(line);

  ReportPart map;
  MapRequest request{.id = "parks-map", .title = zh ? Text(company.name, "的园区") : Text("Parks of ", company.name)};
  std::set<NodeId> drawn;
  for (const chain::Hosting& h : parks.hostings) {
    if (!drawn.insert(h.park.id).second) continue;
    request.items.push_back({h.park, 0, h.kind == chain::HostKind::kHosted ? Tone::kFirst : h.kind == chain::HostKind::kPlanned ? Tone::kOther : Tone::kBoth});
  }
  for (const chain::Location& seat : parks.seats) {
    const NodeId place = seat.district ? seat.district : seat.city;
    if (!place || !drawn.insert(place).second) continue;
    LT_ASSIGN(const Entity e, reader.Describe(place));
    request.items.push_back({e, 0, Tone::kSecond});
  }
  request.tones = {{Tone::kFirst, Say(lang, "已入驻", "hosted")}, {Tone::kBoth, Say(lang, "经控制或合资的企业", "through companies it controls or shares")}, {Tone::kOther, Label(lang, Say(lang, "规划(尚非入驻)", "planned (not hosted)"))},
                   {Tone::kSecond, Say(lang, "所在地", "its seat")}};
  std::erase_if(request.tones, [&](const auto& t) { return std::none_of(request.items.begin(), request.items.end(), [&](const MapItem& i) { return i.tone == t.first; }); });
  Section where{.name = "map", .title = Say(lang, "园区与所在地", "Parks and seat on the map")};
  LT_ASSIGN(where.figures, MapFigure({reader, map.notes, options.basemap}, request));
  if (!where.figures.empty()) map.document.sections.push_back(std::move(where));
  map.JoinTo(d);

  ReportPart supply;
  Section flow{.name = "supply", .title = Say(lang, "供应链一览", "Its supply chain at a glance")};
  flow.notes.push_back(zh ? "每个产品、年份各计一条。" : "A product and a year count once each.");
  flow.table.columns = {{"who", Say(lang, "谁", "Who")}, {"in", Say(lang, "供入", "Ties in")}, {"in_firm", Say(lang, "其中确定", "Firm")}, {"out", Say(lang, "供出", "Ties out")}, {"out_firm", Say(lang, "其中确定", "Firm")}};
  const auto count_row = [&](const std::string& who, uint64_t buys, uint64_t buys_firm, uint64_t supplies, uint64_t supplies_firm) {
    flow.table.rows.push_back({who, CountCell(buys), CountCell(buys_firm), CountCell(supplies), CountCell(supplies_firm)});
  };
  count_row(company.name, ties.buys_total, ties.buys_firm, ties.supplies_total, ties.supplies_firm);
  if (!controlled.empty()) {
    flow.notes.push_back(zh ? Text("它控制的企业:", FewNames(lang, controlled_names), ";合资企业不计。") : Text("Companies that it controls: ", FewNames(lang, controlled_names), "; joint ventures are left out."));
    count_row(zh ? Text("它控制的 ", controlled.size(), " 家企业") : Text("the ", controlled.size(), " companies it controls"), controlled_ties.buys_total, controlled_ties.buys_firm, controlled_ties.supplies_total, controlled_ties.supplies_firm);
    count_row(Say(lang, "合计", "together"), ties.buys_total + controlled_ties.buys_total, ties.buys_firm + controlled_ties.buys_firm, ties.supplies_total + controlled_ties.supplies_total, ties.supplies_firm + controlled_ties.supplies_firm);
  }
  flow.derived_from = {"suppliers", "customers", "controlled_suppliers", "controlled_customers"};
  std::vector<Tie> in = ties.buys, out = ties.supplies;
  in.insert(in.end(), controlled_ties.buys.begin(), controlled_ties.buys.end());
  out.insert(out.end(), controlled_ties.supplies.begin(), controlled_ties.supplies.end());
  const std::string whose = controlled.empty() ? company.name : zh ? Text(company.name, "及其控制的企业") : Text(company.name, " and what it controls");
  flow.figures = ThroughFigure({reader, supply.notes}, "supply-flow", zh ? Text(whose, "的供应方与客户所在地") : Text("Where suppliers and customers of ", whose, " are"), company, in, out);
  supply.document.sections.push_back(std::move(flow));
  if (Section cities = PlacesSection(lang, in, out); !cities.table.rows.empty()) supply.document.sections.push_back(std::move(cities));
  struct Table {
    const char *name, *zh, *en;
    const std::vector<Tie>& ties;
    uint64_t total;
  };
  for (const Table& t : {Table{"suppliers", "供应方", "Suppliers", ties.buys, ties.buys_total}, Table{"customers", "客户", "Customers", ties.supplies, ties.supplies_total},
                         Table{"controlled_suppliers", "所控制企业的供应方", "Suppliers of companies it controls", controlled_ties.buys, controlled_ties.buys_total},
                         Table{"controlled_customers", "所控制企业的客户", "Customers of companies it controls", controlled_ties.supplies, controlled_ties.supplies_total}}) {
    if (t.ties.empty()) continue;
    const std::vector<Tie> shown(t.ties.begin(), t.ties.begin() + static_cast<ptrdiff_t>(std::min(options.max_listed, t.ties.size())));
    Section s = TiesSection(reader, supply.notes, t.name, Say(lang, t.zh, t.en), shown);
    if (shown.size() < t.total) s.notes.push_back(zh ? Text("共 ", t.total, " 条,列出前 ", shown.size(), " 条。") : Text(t.total, " in all; the first ", shown.size(), " are shown."));
    supply.document.sections.push_back(std::move(s));
  }
  supply.JoinTo(d);
  if (in.empty() && out.empty()) {
    d.summary.push_back(zh ? "数据中没有它的供应联系:没有记录不等于没有。" : "The data has no supply tie of it: no record is not no tie.");
  } else {
    const uint64_t buys = ties.buys_total + controlled_ties.buys_total, supplies = ties.supplies_total + controlled_ties.supplies_total;
    std::string line = zh ? Text(controlled.empty() ? "它" : "它及其控制的企业", "在数据中有供入联系 ", buys, " 条、供出联系 ", supplies, " 条")
                          : Text(controlled.empty() ? "It has " : "It and the companies it controls have ", buys, " ties of suppliers and ", supplies, " of customers in the data");
    if (const std::string from = Places(lang, in, true, 4); !from.empty()) line += zh ? Text(";供应方所在地:", from) : Text("; suppliers' cities: ", from);
    if (const std::string to = Places(lang, out, false, 4); !to.empty()) line += zh ? Text(";客户所在地:", to) : Text("; customers' cities: ", to);
    d.summary.push_back(line + (zh ? "。" : "."));
  }

  LT_ASSIGN(Document risk_part, RiskDocument(reader, risk, risk_options));
  risk_part = Append(d, std::move(risk_part), "risk");
  if (risk.exposures_total > 0) {
    const auto single = std::count_if(risk.exposures.begin(), risk.exposures.end(), [](const chain::Exposure& e) { return e.single(); });
    d.summary.push_back(zh ? Text("它若退出,客户直接受影响的采购 ", risk.exposures_total, " 项,其中没有其他已知来源的 ", single, " 项;可以考虑替代的企业 ", risk.substitutes_total, " 家(产能没有数据)。")
                           : Text("If it fell out, ", risk.exposures_total, " inputs of customers would be hit at once, ", single, " of them without another known source; ", risk.substitutes_total, " companies could stand in (nothing is known of their capacity)."));
  } else {
    d.summary.push_back(zh ? "数据中没有客户以确定的供应联系依赖它本身。" : "No customer in the data depends on it itself by a firm supply tie.");
  }
  if (!risk.inputs.empty()) {
    const auto single = std::count_if(risk.inputs.begin(), risk.inputs.end(), [](const chain::InputRisk& i) { return i.single; });
    d.summary.push_back(zh ? Text("它自己的已知投入 ", risk.inputs.size(), " 种,只有一家已知供应方的 ", single, " 种。") : Text("Of its own ", risk.inputs.size(), " known inputs, ", single, " have one known supplier only."));
  }
  LT_TRY(FinishReport(d, reader, options));
  return d;
}

// --- Gaps

Result<Document> GapsReport(Reader& reader, const Entity& place, const Entity& chain, const ReportOptions& options, const Budget& budget) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  LT_ASSIGN(const chain::GapsAnswer answer, chain::FindGaps(reader, place, chain, {}, budget));
  LT_ASSIGN(const chain::ChainMap map, chain::FindChainMap(reader, chain, budget));
  LT_ASSIGN(Document gaps, GapsDocument(reader, answer));
  Document d{.kind = "report gaps", .title = gaps.title, .lang = lang};

  ReportPart part;
  const PictureMaker maker{reader, part.notes, options.basemap};
  ChainRequest request{.id = "gaps-chain", .title = zh ? Text(place.name, "在", chain.name, "上的环节") : Text("Segments of ", chain.name, " in ", place.name)};
  std::map<NodeId, const chain::SegmentState*> held;
  for (const auto& s : answer.held) held[s.segment.id] = &s;
  std::map<NodeId, const chain::SegmentGap*> gap;
  for (const auto& g : answer.gaps) gap[g.segment.id] = &g;
  for (const chain::ChainSegment& s : map.segments) {
    ChainBox box{.segment = s.segment, .level = s.level};
    if (const auto it = held.find(s.segment.id); it != held.end()) {
      for (size_t i = 0; i < it->second->examples.size() && i < kLinesInBox; ++i) {
        LT_ASSIGN(const std::string name, ShortName(reader, it->second->examples[i]));
        box.lines.push_back({name, Tone::kFirst});
      }
      const uint64_t more = it->second->companies - std::min<uint64_t>(it->second->companies, box.lines.size());
      if (more > 0) box.lines.push_back({zh ? Text("另 ", more, " 家") : Text(more, " more"), Tone::kFirst});
    } else {
      box.missing = true;
      if (const auto it = gap.find(s.segment.id); it != gap.end()) {
        const char* kind = it->second->kind == analysis::GapKind::kFill ? Say(lang, "补链", "fill") : it->second->kind == analysis::GapKind::kExtend ? Say(lang, "延链", "extend") : Say(lang, "空白", "absent");
        box.lines.push_back({Label(lang, zh ? Text(kind, ":外地 ", it->second->companies_elsewhere, " 家") : Text(kind, ": ", it->second->companies_elsewhere, " elsewhere")), Tone::kSecond});
      }
    }
    request.boxes.push_back(std::move(box));
  }
  for (const chain::ChainStep& step : map.steps) {
    const bool both = held.contains(step.from.id) && held.contains(step.to.id);
    request.arrows.push_back({.from = step.from.id, .to = step.to.id, .stroke = both ? Stroke::kSolid : Stroke::kDashed, .tone = both ? Tone::kFirst : Tone::kOther});
  }
  request.tones = {{Tone::kFirst, Say(lang, "本地企业", "companies of the place")}, {Tone::kSecond, Say(lang, "缺口", "gap")}};
  request.strokes = {{Stroke::kSolid, Say(lang, "两端都有", "both ends held")}, {Stroke::kDashed, Say(lang, "至少一端缺", "an end is missing")}};
  request.caption = Say(lang, "从左到右为上游到下游;虚线框是数据中没有本地企业的环节。", "Left to right is upstream to downstream; a broken frame is a segment in which the data shows no company of the place.");
  Section picture{.name = "picture", .title = Say(lang, "全链一览", "The chain at a glance")};
  if (request.boxes.size() <= kBoxes) {
    LT_ASSIGN(picture.figures, ChainFigure(maker, request));
  }
  if (!picture.figures.empty()) part.document.sections.push_back(std::move(picture));
  part.JoinTo(d);

  gaps = Append(d, std::move(gaps), "");
  d.summary = gaps.summary;

  // Figures for tables that are there now: quotients beside the held segments, candidates' cities on the map.
  ReportPart more;
  Bars bars{.text = {.id = "quotients", .title = Say(lang, "区位商", "Location quotients"), .description = Say(lang, "与表中的区位商相同。", "As in the table.")},
            .axis = Label(lang, Say(lang, "区位商(虚线为 1:与同类地区平均相同)", "Location quotient (broken line at 1: as elsewhere)"))};
  for (const auto& s : answer.held) {
    if (s.quotient.defined()) bars.bars.push_back({.label = s.segment.name, .value = *s.quotient, .number = Fixed(*s.quotient, 2), .tone = Tone::kFirst});
  }
  bars.mark = 1;
  if (!bars.bars.empty() && bars.bars.size() <= 40) {
    for (Section& s : d.sections) {
      if (s.name == "held") s.figures.push_back({DrawBars(bars), Say(lang, "按企业数计;只说明数据所及。", "By number of companies, as far as the data goes.")});
    }
  }
  std::map<NodeId, MapItem> cities;
  for (const auto& g : answer.gaps) {
    for (const auto& f : g.fillers) {
      if (f.city) ++cities.try_emplace(f.city->id, MapItem{*f.city, 0, Tone::kSecond}).first->second.value;
    }
  }
  MapRequest where{.id = "candidates-map", .title = Say(lang, "候选企业所在城市", "Cities of the candidates"), .unit = Say(lang, "候选次数", "candidates")};
  for (const auto& [id, item] : cities) where.items.push_back(item);
  LT_ASSIGN(auto figures, MapFigure({reader, more.notes, options.basemap}, where));
  if (!figures.empty()) more.document.sections.push_back({.name = "candidates_map", .title = Say(lang, "候选企业在哪里", "Where the candidates are"), .figures = std::move(figures)});
  more.JoinTo(d);
  LT_TRY(FinishReport(d, reader, options));
  return d;
}

// --- Risk

Result<Document> RiskReport(Reader& reader, const Entity& asked, const ReportOptions& options, const Budget& budget) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  const chain::RiskOptions risk_options{.threshold = options.threshold, .max_listed = options.max_listed};
  LT_ASSIGN(const chain::RiskAnswer answer, chain::FindRisk(reader, asked, risk_options, budget));
  LT_ASSIGN(Document risk, RiskDocument(reader, answer, risk_options));
  Document d{.kind = "report risk", .title = risk.title, .lang = lang};

  // Who depends on whom: what falls out, its customers with the product, and who follows them.
  ReportPart part;
  Picture cascade{.id = "cascade", .title = d.title};
  std::map<NodeId, size_t> boxes;
  auto box = [&](const Entity& company, const std::string& tag, Tone tone, const std::optional<Entity>& city) -> Result<size_t> {
    const auto [it, fresh] = boxes.try_emplace(company.id, cascade.boxes.size());
    if (fresh) {
      LT_ASSIGN(const std::string name, ShortName(reader, company));
      cascade.boxes.push_back({.heading = name, .tag = tag});
      if (city) cascade.boxes.back().lines.push_back({city->name, tone});
    }
    return it->second;
  };
  size_t left_out = 0;
  for (const Entity& e : answer.removed) {
    if (cascade.boxes.size() >= 12) break;
    LT_ASSIGN(const size_t at, box(e, Say(lang, "退出", "out"), Tone::kSecond, std::nullopt));
    cascade.boxes[at].missing = true;
  }
  std::map<std::pair<size_t, size_t>, std::pair<std::vector<std::string>, bool>> ties;  // products, whether one has no other source
  for (const chain::Exposure& e : answer.exposures) {
    if (cascade.boxes.size() >= 32 || !boxes.contains(e.supplier.id)) {
      ++left_out;
      continue;
    }
    LT_ASSIGN(const size_t to, box(e.customer, Say(lang, "客户", "customer"), Tone::kFirst, e.customer_city));
    auto& [products, single] = ties[{boxes[e.supplier.id], to}];
    if (!e.product.empty()) products.push_back(reader.ProductName(e.product));
    single = single || e.single();
  }
  for (const chain::Failure& f : answer.failures) {
    if (!f.cause || !boxes.contains(f.cause->id) || cascade.boxes.size() >= 32) {
      if (!boxes.contains(f.company.id)) ++left_out;
      continue;
    }
    LT_ASSIGN(const size_t to, box(f.company, zh ? Text("第 ", f.round, " 轮") : Text("round ", f.round), Tone::kFirst, f.city));
    ties.try_emplace({boxes[f.cause->id], to});
  }
  for (const auto& [ends, what] : ties) {
    const auto& [products, single] = what;
    cascade.arrows.push_back({.from = ends.first, .to = ends.second, .label = products.empty() ? "" : products.size() == 1 ? products[0] : zh ? products[0] + "等" : products[0] + " …",
                              .tone = single ? Tone::kSecond : Tone::kOther, .stroke = Stroke::kSolid});
  }
  if (!cascade.arrows.empty()) {
    cascade.tones = {{Tone::kSecond, Say(lang, "没有其他已知来源", "no other known source")}, {Tone::kOther, Say(lang, "另有已知来源", "another source is known")}};
    cascade.description = zh ? Text(cascade.boxes.size(), " 家企业,", cascade.arrows.size(), " 条箭头;内容与表相同。") : Text(cascade.boxes.size(), " companies, ", cascade.arrows.size(), " arrows; the tables say the same.");
    LT_ASSIGN(Drawing drawing, DrawLayered(cascade));
    std::string caption = Say(lang, "箭头从供应方指向客户,标注产品;虚线框是退出的企业", "Arrows run from supplier to customer and name the product; a broken frame is a company that falls out");
    if (left_out > 0) caption += zh ? Text(";另有 ", left_out, " 行只在表中") : Text("; ", left_out, " more rows are in the tables only");
    part.document.sections.push_back({.name = "picture", .title = Say(lang, "影响如何传开", "How it spreads"), .figures = {{std::move(drawing), caption + (zh ? "。" : ".")}}});
  }
  part.JoinTo(d);
  risk = Append(d, std::move(risk), "");
  d.summary = risk.summary;

  Bars lost{.text = {.id = "lost-inputs", .title = Say(lang, "失去的投入份额", "Share of inputs lost"), .description = Say(lang, "与表相同。", "As in the table.")}, .axis = Say(lang, "失去的已知投入份额", "Share of known inputs lost")};
  for (const auto& f : answer.failures) {
    if (lost.bars.size() >= 25) break;
    LT_ASSIGN(const std::string name, ShortName(reader, f.company));
    lost.bars.push_back({.label = name, .value = f.lost_share, .number = Fixed(f.lost_share, 2), .tone = Tone::kSecond});
  }
  lost.mark = options.threshold;
  Bars near{.text = {.id = "substitutes", .title = Say(lang, "可以考虑的替代企业", "Companies that could stand in"), .description = Say(lang, "按远近计数,与表相同。", "Counted by distance, as in the table.")},
            .axis = Say(lang, "家企业", "companies")};
  for (const auto& [nearness, words] : {std::pair(chain::Nearness::kSameCity, Say(lang, "同市", "same city")), std::pair(chain::Nearness::kSameCluster, Say(lang, "同集群", "same cluster")),
                                        std::pair(chain::Nearness::kSameProvince, Say(lang, "同省", "same province")), std::pair(chain::Nearness::kElsewhere, Say(lang, "其他", "elsewhere"))}) {
    const auto count = std::count_if(answer.substitutes.begin(), answer.substitutes.end(), [&](const chain::Substitute& s) { return s.nearness == nearness; });
    near.bars.push_back({.label = words, .value = static_cast<double>(count), .number = std::to_string(count), .tone = Tone::kFirst});
  }
  for (Section& s : d.sections) {
    if (s.name == "failures" && !lost.bars.empty()) s.figures.push_back({DrawBars(lost), zh ? Text("虚线为阈值 ", Fixed(options.threshold, 2), "。") : Text("The broken line is the threshold, ", Fixed(options.threshold, 2), ".")});
    if (s.name == "substitutes") s.figures.push_back({DrawBars(near), Say(lang, "按与退出企业的远近;是否有产能没有数据。", "By distance to what falls out; nothing is known of capacity.")});
  }
  ReportPart more;
  std::map<NodeId, MapItem> cities;
  for (const auto& e : answer.exposures) {
    if (e.customer_city) ++cities.try_emplace(e.customer_city->id, MapItem{*e.customer_city, 0, Tone::kFirst}).first->second.value;
  }
  MapRequest where{.id = "exposed-map", .title = Say(lang, "受影响的采购在哪些城市", "Cities of the inputs hit"), .unit = Say(lang, "受影响的采购项数", "inputs hit")};
  for (const auto& [id, item] : cities) where.items.push_back(item);
  LT_ASSIGN(auto figures, MapFigure({reader, more.notes, options.basemap}, where));
  if (!figures.empty()) more.document.sections.push_back({.name = "map", .title = Say(lang, "受影响的采购在哪里", "Where the inputs hit are"), .figures = std::move(figures)});
  more.JoinTo(d);
  LT_TRY(FinishReport(d, reader, options));
  return d;
}

// --- Chain

Result<Document> ChainReport(Reader& reader, const Entity& chain, const ReportOptions& options, const Budget& budget) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  LT_ASSIGN(const chain::ChainMap map, chain::FindChainMap(reader, chain, budget));
  LT_ASSIGN(const chain::ParksAnswer parks, chain::FindParks(reader, chain));
  Document d{.kind = "report chain", .lang = lang};
  d.title = zh ? Text(chain.name, ":环节、企业与城市") : Text(chain.name, ": segments, companies and cities");

  // Counts that the sentences, the tables and the pictures share.
  std::map<NodeId, std::pair<Entity, std::set<NodeId>>> cities;  // companies by city
  std::map<NodeId, std::map<NodeId, uint64_t>> matrix;           // city → segment → companies
  std::vector<std::string> empty;
  for (const chain::ChainSegment& s : map.segments) {
    if (s.companies.empty()) empty.push_back(s.segment.name);
    for (const chain::ChainOperator& o : s.companies) {
      if (!o.city) continue;
      cities.try_emplace(o.city->id, *o.city, std::set<NodeId>()).first->second.second.insert(o.company.id);
      ++matrix[o.city->id][s.segment.id];
    }
  }
  std::vector<std::pair<Entity, size_t>> largest;
  for (const auto& [id, city] : cities) largest.emplace_back(city.first, city.second.size());
  std::stable_sort(largest.begin(), largest.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> names;
  for (const auto& [city, count] : largest) names.push_back(Text(city.name, " ", count));
  d.summary.push_back(zh ? Text(chain.name, "在数据中有 ", map.segments.size(), " 个环节、", map.companies, " 家企业,其中所在城市已知的分布在 ", cities.size(), " 个城市。")
                         : Text(chain.name, " has ", map.segments.size(), " segments and ", map.companies, " companies in the data; those whose city is known are in ", cities.size(), " cities."));
  if (!names.empty()) d.summary.push_back(zh ? Text("企业最多的城市:", FewNames(lang, names), "(家)。") : Text("Cities with most companies: ", FewNames(lang, names), "."));
  if (!empty.empty()) d.summary.push_back(zh ? Text("数据中没有企业的环节 ", empty.size(), " 个:", FewNames(lang, empty), "。") : Text(empty.size(), empty.size() == 1 ? " segment" : " segments", " without a company in the data: ", FewNames(lang, empty), "."));
  std::vector<std::string> leaders;
  for (const Entity& e : parks.companies) leaders.push_back(e.name);
  d.summary.push_back(leaders.empty() ? (zh ? "数据中没有来源指明其链主。" : "No source in the data names a leader of it.")
                                      : zh ? Text("来源称为链主或龙头的企业 ", leaders.size(), " 家:", FewNames(lang, leaders), "。") : Text("Named leaders: ", leaders.size(), " (", FewNames(lang, leaders), ")."));

  ReportPart part;
  const PictureMaker maker{reader, part.notes, options.basemap};
  ChainRequest request{.id = "chain", .title = d.title};
  Section segments{.name = "segments", .title = Say(lang, "环节与企业", "Segments and companies")};
  segments.table.columns = {{"segment", Say(lang, "环节", "Segment")}, {"level", Say(lang, "位置", "Stage")}, {"companies", Say(lang, "企业数", "Companies")}, {"cities", Say(lang, "城市数", "Cities")},
                            {"examples", Say(lang, "企业", "Companies named")}, {"feeds", Say(lang, "下接", "Feeds")}, {"sources", Say(lang, "来源", "Sources")}};
  constexpr size_t kNamed = 8;
  for (const chain::ChainSegment& s : map.segments) {
    ChainBox box{.segment = s.segment, .level = s.level, .missing = s.companies.empty()};
    std::set<NodeId> where;
    std::vector<Entity> named, feeds;
    std::vector<chain::Source> sources = s.sources;
    for (const chain::ChainOperator& o : s.companies) {
      if (o.city) where.insert(o.city->id);
      if (box.lines.size() < kLinesInBox) {
        LT_ASSIGN(const std::string name, ShortName(reader, o.company));
        box.lines.push_back({name + (o.city ? " · " + o.city->name : ""), Tone::kFirst});
      }
      if (named.size() < kNamed) {
        named.push_back(o.company);
        sources.insert(sources.end(), o.sources.begin(), o.sources.end());
      }
    }
    if (s.companies.size() > box.lines.size()) box.lines.push_back({zh ? Text("另 ", s.companies.size() - box.lines.size(), " 家") : Text(s.companies.size() - box.lines.size(), " more"), Tone::kFirst});
    for (const chain::ChainStep& step : map.steps) {
      if (!(step.from == s.segment)) continue;
      feeds.push_back(step.to);
      sources.insert(sources.end(), step.sources.begin(), step.sources.end());
    }
    request.boxes.push_back(std::move(box));
    segments.table.rows.push_back({EntityCell(s.segment), TextCell(reader.ValueName("Segment", "level", s.level)), CountCell(s.companies.size()), CountCell(where.size()), EntitiesCell(lang, named, s.companies.size()),
                                   EntitiesCell(lang, feeds), part.notes.Cell(sources)});
  }
  for (const chain::ChainStep& step : map.steps) request.arrows.push_back({.from = step.from.id, .to = step.to.id});
  request.caption = Say(lang, "从左到右为上游到下游;方框是环节,框内是企业与城市;虚线框是数据中没有企业的环节。", "Left to right is upstream to downstream; a box is a segment with companies and cities; a broken frame: no company in the data.");
  Section picture{.name = "picture", .title = Say(lang, "全链一览", "The chain at a glance")};
  if (request.boxes.size() <= kBoxes) {
    LT_ASSIGN(picture.figures, ChainFigure(maker, request));
  }
  if (!picture.figures.empty()) part.document.sections.push_back(std::move(picture));
  part.document.sections.push_back(std::move(segments));
  if (!map.loops.empty()) {
    Section loops{.name = "loops", .title = Say(lang, "环节之间的循环", "Loops of segments")};
    loops.notes.push_back(zh ? "环中每个环节都向下一个供给,最后一个供给第一个。" : "Each segment of a loop feeds the next one, the last feeds the first.");
    loops.table.columns = {{"ring", Say(lang, "环", "Loop")}, {"sources", Say(lang, "来源", "Sources")}};
    for (size_t i = 0; i < map.loops.size(); ++i) loops.table.rows.push_back({RingCell(lang, map.loops[i]), part.notes.Cell(map.loops_sources[i])});
    part.document.sections.push_back(std::move(loops));
  }

  constexpr size_t kCities = 12;
  if (!largest.empty()) {
    const size_t shown = std::min(kCities, largest.size());
    Section s{.name = "city_segments", .title = Say(lang, "环节 × 城市", "Segments and cities"), .derived_from = {"segments", "companies"}};
    s.notes.push_back(zh ? Text("企业数;一家企业从事几个环节,每个环节各计一次。列出企业最多的 ", shown, " 个城市。") : Text("Companies; one that operates in several segments counts in each. The ", shown, " cities with most companies."));
    s.table.columns = {{"segment", Say(lang, "环节", "Segment")}, {"companies", Say(lang, "企业", "Companies")}};
    HeatMap heat{.text = {.id = "city-segments", .title = Say(lang, "各环节在各城市的企业数", "Companies by segment and city"), .description = Say(lang, "与表相同。", "As in the table.")},
                 .row_title = Label(lang, Say(lang, "环节(上游 → 下游)", "Segment (upstream → downstream)")), .column_title = Say(lang, "城市", "City")};
    for (size_t c = 0; c < shown; ++c) {
      LT_ASSIGN(const std::string name, ShortName(reader, largest[c].first));
      s.table.columns.push_back({largest[c].first.key, name});
      heat.columns.push_back(name);
    }
    s.table.columns.push_back({"elsewhere", Say(lang, "其他或未知", "Elsewhere or not known")});
    for (const auto& seg : map.segments) {
      io::Row row = {EntityCell(seg.segment), CountCell(seg.companies.size())};
      std::vector<std::optional<double>> values;
      uint64_t listed = 0;
      for (size_t c = 0; c < shown; ++c) {
        const auto& counts = matrix[largest[c].first.id];
        const auto it = counts.find(seg.segment.id);
        const uint64_t count = it == counts.end() ? 0 : it->second;
        listed += count;
        row.push_back(CountCell(count));
        values.push_back(static_cast<double>(count));
      }
      row.push_back(CountCell(seg.companies.size() - listed));
      s.table.rows.push_back(std::move(row));
      heat.rows.push_back(seg.segment.name);
      heat.values.push_back(std::move(values));
    }
    s.figures.push_back({DrawHeatMap(heat), Say(lang, "颜色越深企业越多。", "Darker is more.")});
    MapRequest where{.id = "cities-map", .title = Say(lang, "企业所在城市", "Cities of the companies"), .unit = Say(lang, "家企业", "companies")};
    for (const auto& [city, count] : largest) where.items.push_back({city, static_cast<double>(count), Tone::kFirst});
    LT_ASSIGN(auto figures, MapFigure(maker, where));
    part.document.sections.push_back(std::move(s));
    if (!figures.empty()) part.document.sections.push_back({.name = "map", .title = Say(lang, "企业在哪里", "Where the companies are"), .figures = std::move(figures)});
  }
  Section list{.name = "companies", .title = Say(lang, "企业名单", "Companies")};
  list.table.columns = {{"company", Say(lang, "企业", "Company")}, {"city", Say(lang, "城市", "City")}, {"segments", Say(lang, "环节", "Segments")}, {"sources", Say(lang, "来源", "Sources")}};
  struct Operator {
    Entity company;
    std::optional<Entity> city;
    std::vector<Entity> segments;
    std::vector<chain::Source> sources;
  };
  std::map<NodeId, Operator> operators;
  for (const auto& seg : map.segments) {
    for (const auto& o : seg.companies) {
      Operator& who = operators[o.company.id];
      who.company = o.company;
      who.city = o.city;
      who.segments.push_back(seg.segment);
      who.sources.insert(who.sources.end(), o.sources.begin(), o.sources.end());
    }
  }
  for (const auto& [id, who] : operators) {
    if (list.table.rows.size() == options.max_listed) break;
    list.table.rows.push_back({EntityCell(who.company), EntityCell(who.city), EntitiesCell(lang, who.segments), part.notes.Cell(who.sources)});
  }
  if (list.table.rows.size() < operators.size()) list.notes.push_back(zh ? Text("共 ", operators.size(), " 家,列出前 ", list.table.rows.size(), " 家。") : Text(operators.size(), " in all; the first ", list.table.rows.size(), " are shown."));
  part.document.sections.push_back(std::move(list));
  part.document.method = {{Say(lang, "谁算在内", "Who counts"), Say(lang, "从事该链任一环节的企业(OPERATES_IN);城市按企业所在地,工厂按工厂所在地", "companies that operate in a segment of the chain (OPERATES_IN); a company counts in the city of its seat, a plant where it stands")},
                          {Say(lang, "覆盖", "Coverage"), zh ? Text("企业 ", map.companies, " 家,其中城市未知的 ", map.without_city, " 家;没有记录不等于没有") : Text(map.companies, " companies, the city of ", map.without_city, " is not known; no record does not mean that there is none")},
                          {Say(lang, "循环", "Loops"), map.loops.empty() ? Say(lang, "没有来源把它的环节连成循环(如回收再利用);来源没有写出的循环不在数据中", "no source ties its segments into a loop, such as recycling; a loop that no source spells out is not in the data")
                                                                         : Say(lang, "环节的上下游关系(UPSTREAM_OF)首尾相接;每个环节取经过它的最短的一个", "UPSTREAM_OF between its segments that leads back to where it began; of each segment the shortest")}};
  part.JoinTo(d);
  LT_ASSIGN(Document parks_part, ParksDocument(reader, parks));
  Append(d, std::move(parks_part), "leaders");
  LT_TRY(FinishReport(d, reader, options));
  return d;
}

}  // namespace liantu::report
