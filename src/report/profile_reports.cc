// SPDX-License-Identifier: Apache-2.0
// The reports about one thing, or two of a kind: a park, a place, a comparison. Their tables are those of `show`, `leaders`, `targets`,
// `systems` and `compare`; here are the sentences and the pictures.
#include <algorithm>
#include <cmath>

#include "chain/evidence.h"
#include "chain/leaders.h"
#include "chain/matrix.h"
#include "chain/profile.h"
#include "chain/systems.h"
#include "report/link_answers.h"
#include "report/park_answers.h"
#include "report/pictures.h"
#include "report/profile_answers.h"
#include "report/reports.h"
#include "report/system_answers.h"

namespace liantu::report {

using chain::Entity;
using chain::NodeId;
using chain::Reader;

namespace {

std::string Count(const chain::Profile& p, std::string_view name) { return Fixed(p.Number(name).value_or(0), 0); }
uint64_t Total(const chain::Profile& p, std::string_view name) {
  const chain::ProfileList* list = p.List(name);
  return list ? list->total : 0;
}
std::vector<std::string> Names(const chain::ProfileList* list) {
  std::vector<std::string> names;
  if (!list) return names;
  for (const chain::ProfileItem& item : list->items) names.push_back(item.count ? Text(item.entity.name, " ", *item.count) : item.entity.name);
  return names;
}

// Bars of a list that counts something: the first twenty.
std::vector<Figure> ListBars(Lang lang, const chain::ProfileList& list, const std::string& id, const std::string& axis) {
  Bars bars{.text = {.id = id, .title = ListTitle(lang, list.name), .description = Say(lang, "与表相同。", "As in the table.")}, .axis = axis};
  for (const chain::ProfileItem& item : list.items) {
    if (!item.count || bars.bars.size() == 20) continue;
    bars.bars.push_back({.label = item.entity.name, .value = static_cast<double>(*item.count), .number = std::to_string(*item.count)});
  }
  if (bars.bars.size() < 2) return {};
  return {{DrawBars(bars), Say(lang, "与下表相同;数目是数据中的数目。", "As in the table below; counts are of the data.")}};
}

// The marks of `from`, put before the full stop of `sentence`.
void AddMarks(std::string& sentence, const std::string& from, size_t sources) {
  std::string marks;
  for (const Piece& piece : SplitMarks(from, sources)) marks += piece.source > 0 ? piece.text : "";
  const std::string_view stop = sentence.ends_with("。") ? "。" : ".";
  if (sentence.ends_with(stop)) sentence.insert(sentence.size() - stop.size(), marks);
  else sentence += marks;
}

Section* SectionOf(Document& d, std::string_view name) {
  for (Section& s : d.sections) {
    if (s.name == name) return &s;
  }
  return nullptr;
}

}  // namespace

Result<Document> ParkReport(Reader& reader, const Entity& park, const ReportOptions& options, const Budget& budget) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  LT_ASSIGN(const chain::Profile profile, chain::MakeProfile(reader, park, {.max_listed = options.max_listed}, budget));
  LT_ASSIGN(const chain::LeadersAnswer leaders, chain::FindLeaders(reader, park, budget));
  Document d{.kind = "report park", .title = zh ? Text(park.name, ":园区概况") : Text(park.name, ": the park"), .lang = lang};

  std::vector<std::string> place, facts;
  if (profile.park) {
    const chain::ParkRow& row = *profile.park;
    for (const auto& e : {row.city, row.district}) {
      if (e) place.push_back(e->name);
    }
    if (!row.level.empty()) facts.push_back(reader.ValueName("Park", "level", row.level));
    if (!row.kind.empty()) facts.push_back(reader.ValueName("Park", "kind", row.kind));
    if (const std::string area = AreaText(reader, row); !area.empty()) facts.push_back(area);
  }
  std::string first = park.name;
  if (!place.empty()) first += zh ? Text("位于", Join(place, "")) : Text(" lies in ", Join(place, ", "));
  else first += zh ? "的所在地数据中没有" : ": its place is not in the data";
  if (!facts.empty()) first += zh ? Text(";", Join(facts, ",")) : Text("; ", Join(facts, ", "));
  d.summary.push_back(first + (zh ? "。" : "."));
  d.summary.push_back(zh ? Text("数据中已入驻 ", Count(profile, "hosted"), " 家,规划项目 ", Count(profile, "planned"), " 个(计划,尚非入驻)。")
                         : Text("In the data it hosts ", Count(profile, "hosted"), " and plans ", Count(profile, "planned"), " projects (plans, not hosted)."));
  std::vector<std::string> directions;
  if (profile.park) {
    for (const chain::ParkDirection& x : profile.park->directions) directions.push_back(x.industry.name);
  }
  d.summary.push_back(directions.empty() ? (zh ? "来源没有列出其产业方向。" : "No source lists its directions.")
                                         : zh ? Text("产业方向 ", directions.size(), " 个:", FewNames(lang, directions, 8), "。") : Text("Directions: ", directions.size(), " (", FewNames(lang, directions, 8), ")."));
  std::vector<std::string> leading;
  for (const chain::LeaderRow& row : leaders.leaders) leading.push_back(row.company.name);
  d.summary.push_back(leading.empty() ? (zh ? "数据中没有链主或龙头企业在此。" : "No named leader is here in the data.")
                                      : zh ? Text("与之有关的链主或龙头企业 ", leading.size(), " 家:", FewNames(lang, leading, 6), "。") : Text("Named leaders with a tie to it: ", leading.size(), " (", FewNames(lang, leading, 6), ")."));
  if (!profile.neighbours.empty()) {
    d.summary.push_back(zh ? Text("另有 ", profile.neighbours.size(), " 个园区与它方向相同或相近。") : Text(profile.neighbours.size(), profile.neighbours.size() == 1 ? " other park shares a direction with it." : " other parks share a direction with it."));
  }

  ReportPart part;
  const PictureMaker maker{reader, part.notes, options.basemap};
  MapRequest where{.id = "park-map", .title = zh ? Text(park.name, "与方向相近的园区") : Text(park.name, " and parks that share a direction")};
  where.items.push_back({park, 0, Tone::kSecond});
  for (const chain::NeighbourPark& n : profile.neighbours) where.items.push_back({n.park, 0, Tone::kFirst});
  where.tones = {{Tone::kSecond, park.name}, {Tone::kFirst, Say(lang, "方向相同或相近的园区", "parks that share a direction")}};
  LT_ASSIGN(auto figures, MapFigure(maker, where));
  if (!figures.empty()) part.document.sections.push_back({.name = "map", .title = Say(lang, "园区在哪里", "Where it is"), .figures = std::move(figures)});
  part.JoinTo(d);
  const Document shown = Append(d, ProfileDocument(reader, profile), "");
  AddMarks(d.summary[0], shown.summary[0], d.sources.size());
  if (Section* s = SectionOf(d, "neighbours")) {
    Bars bars{.text = {.id = "shared-directions", .title = Say(lang, "相同的方向", "Directions in common"), .description = Say(lang, "与表相同。", "As in the table.")}, .axis = Say(lang, "相同方向的个数", "Directions in common")};
    for (const chain::NeighbourPark& n : profile.neighbours) {
      if (n.same.empty() || bars.bars.size() == 15) continue;
      bars.bars.push_back({.label = n.park.name, .value = static_cast<double>(n.same.size()), .number = std::to_string(n.same.size())});
    }
    if (!bars.bars.empty()) s->figures.push_back({DrawBars(bars), Say(lang, "措辞相同的方向;上下级的只在表中。", "Directions of the same wording; wider and narrower ones are in the table only.")});
  }
  if (!leaders.leaders.empty()) Append(d, LeadersDocument(reader, leaders), "leaders");
  LT_TRY(FinishReport(d, reader, options));
  return d;
}

Result<Document> PlaceReport(Reader& reader, const Entity& place, const ReportOptions& options, const Budget& budget) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  LT_ASSIGN(const chain::Profile profile, chain::MakeProfile(reader, place, {.max_listed = options.max_listed, .statements = chain::kStatementsRead}, budget));
  LT_ASSIGN(const chain::TargetsAnswer targets, chain::FindTargets(reader, place));
  LT_ASSIGN(const chain::ParkListAnswer parks, chain::ListParks(reader, {.place = place}, options.max_listed));
  Document d{.kind = "report place", .title = zh ? Text(place.name, ":产业概况") : Text(place.name, ": its industry"), .lang = lang};
  d.summary.push_back(zh ? Text(place.name, "在数据中有企业 ", Count(profile, "companies"), " 家、园区 ", parks.total, " 个,涉及产业链 ", Total(profile, "chains"), " 条。")
                         : Text(place.name, " has ", Count(profile, "companies"), " companies and ", parks.total, " parks in the data, in ", Total(profile, "chains"), " chains."));
  if (const auto names = Names(profile.List("chains")); !names.empty()) {
    d.summary.push_back(zh ? Text("企业最多的产业链:", FewNames(lang, names, 4), "(家)。") : Text("Chains with most companies: ", FewNames(lang, names, 4), "."));
  }
  const auto leaders = Names(profile.List("leaders"));
  d.summary.push_back(leaders.empty() ? (zh ? "数据中没有来源指明这里的链主或龙头企业。" : "No source in the data names a leader here.")
                                      : zh ? Text("链主或龙头企业 ", Total(profile, "leaders"), " 家:", FewNames(lang, leaders, 6), "。") : Text("Named leaders: ", Total(profile, "leaders"), " (", FewNames(lang, leaders, 6), ")."));
  if (const auto partners = Names(profile.List("partner_cities")); !partners.empty()) {
    d.summary.push_back(zh ? Text("确定的供应联系最多的城市:", FewNames(lang, partners, 5), "(条)。") : Text("Most firm supply ties with: ", FewNames(lang, partners, 5), "."));
  }
  const auto reached = std::count_if(targets.targets.begin(), targets.targets.end(), [](const auto& t) { return t.outcome == chain::Outcome::kReached; });
  const auto judged = reached + std::count_if(targets.targets.begin(), targets.targets.end(), [](const auto& t) { return t.outcome == chain::Outcome::kNotReached; });
  if (!targets.targets.empty()) {
    if (judged == 0) d.summary.push_back(zh ? Text("目标与计划 ", targets.targets.size(), " 项,数据中都没有同口径的结果可比。") : Text(targets.targets.size(), " targets and plans; the data has no result that any of them can be held against."));
    else d.summary.push_back(zh ? Text("目标与计划 ", targets.targets.size(), " 项,有同口径结果可比的 ", judged, " 项,其中达到 ", reached, " 项。") : Text(targets.targets.size(), " targets and plans; ", judged, " can be held against a result, ", reached, " of them reached."));
  }
  if (!profile.complete) d.summary.push_back(zh ? Text("未计入:", profile.stopped, "。") : Text("Left out: ", profile.stopped, "."));

  ReportPart part;
  const PictureMaker maker{reader, part.notes, options.basemap};
  MapRequest where{.id = "parks-map", .title = zh ? Text(place.name, "的园区") : Text("Parks of ", place.name), .unit = Say(lang, "已入驻的企业与机构", "companies and bodies hosted")};
  for (const chain::ParkRow& row : parks.parks) where.items.push_back({row.park, static_cast<double>(row.hosted), row.hosted > 0 ? Tone::kFirst : Tone::kOther});
  where.tones = {{Tone::kFirst, Say(lang, "数据中有入驻", "hosts something in the data")}, {Tone::kOther, Say(lang, "数据中没有入驻", "hosts nothing in the data")}};
  LT_ASSIGN(auto figures, MapFigure(maker, where));
  if (!figures.empty()) part.document.sections.push_back({.name = "map", .title = Say(lang, "园区在哪里", "Where its parks are"), .figures = std::move(figures)});
  part.JoinTo(d);

  // What runs to and from the other cities: the pairs of the matrix that this city is in.
  if (place.label == "City") {
    LT_ASSIGN(const chain::MatrixAnswer matrix, chain::FindMatrix(reader, {.by = chain::GroupBy::kCity, .max_listed = 100'000}, budget));
    Sankey flow{.text = {.id = "city-flows", .title = zh ? Text(place.name, "与其他城市的供应联系") : Text("Supply between ", place.name, " and other cities"), .description = Say(lang, "确定的供应联系。", "Firm supply ties.")},
                .columns = {Say(lang, "供入自", "from"), "", Say(lang, "供往", "to")}};
    std::vector<std::pair<Entity, std::pair<uint64_t, uint64_t>>> others;  // in, out
    for (const chain::MatrixPair& pair : matrix.pairs) {
      const bool is_a = matrix.groups[pair.a].entity == place;
      if (!is_a && !(matrix.groups[pair.b].entity == place)) continue;
      const uint64_t out = is_a ? pair.strength.a_to_b : pair.strength.b_to_a, in = is_a ? pair.strength.b_to_a : pair.strength.a_to_b;
      if (in + out > 0) others.push_back({matrix.groups[is_a ? pair.b : pair.a].entity, {in, out}});
    }
    std::stable_sort(others.begin(), others.end(), [](const auto& a, const auto& b) { return a.second.first + a.second.second > b.second.first + b.second.second; });
    constexpr size_t kMost = 12;
    flow.nodes.push_back({place.name, 1, Tone::kBoth});
    uint64_t drawn = 0;
    for (size_t i = 0; i < others.size() && i < kMost; ++i) {
      const auto& [city, ties] = others[i];
      if (ties.first > 0) flow.flows.push_back({.from = flow.nodes.size(), .to = 0, .value = static_cast<double>(ties.first), .tone = Tone::kFirst}), flow.nodes.push_back({city.name, 0, Tone::kFirst});
      if (ties.second > 0) flow.flows.push_back({.from = 0, .to = flow.nodes.size(), .value = static_cast<double>(ties.second), .tone = Tone::kSecond}), flow.nodes.push_back({city.name, 2, Tone::kSecond});
      drawn += ties.first + ties.second;
    }
    if (!flow.flows.empty()) {
      Section s{.name = "flows", .title = Say(lang, "与其他城市的供应联系", "Supply ties with other cities"), .derived_from = {"partner_cities"}};
      s.notes.push_back(zh ? Text("确定的供应联系;每个产品、年份各一条。各条联系及其来源:liantu links --from ", place.label, ":", place.key, " --to 城市。")
                           : Text("Firm supply ties; a product and a year each. The ties and their sources: liantu links --from ", place.label, ":", place.key, " --to CITY."));
      s.table.columns = {{"city", Say(lang, "城市", "City")}, {"in", zh ? Text("供入", place.name) : Text("To ", place.name)}, {"out", zh ? Text(place.name, "供出") : Text("From ", place.name)}};
      for (const auto& [city, ties] : others) s.table.rows.push_back({EntityCell(city), CountCell(ties.first), CountCell(ties.second)});
      s.figures.push_back({DrawSankey(flow), zh ? Text("带的宽度是确定的供应联系条数(图中 ", drawn, " 条),不是金额;左为供入,右为供出;联系最多的 ", std::min(kMost, others.size()), " 个城市。")
                                                : Text("The width of a band counts firm supply ties (", drawn, " drawn), not money; in from the left, out to the right; the ", std::min(kMost, others.size()), " cities with most.")});
      d.sections.push_back(std::move(s));
    }
  }
  const Document shown = Append(d, ProfileDocument(reader, profile), "");
  AddMarks(d.summary[0], shown.summary[0], d.sources.size());
  for (const auto& [name, id, zh_axis, en_axis] : {std::tuple("chains", "chain-bars", "企业数", "companies"), std::tuple("districts", "district-bars", "企业数", "companies")}) {
    const chain::ProfileList* list = profile.List(name);
    Section* s = SectionOf(d, name);
    if (list && s) s->figures = ListBars(lang, *list, id, Say(lang, zh_axis, en_axis));
  }
  if (!targets.targets.empty()) Append(d, TargetsDocument(reader, targets), "targets");
  LT_TRY(FinishReport(d, reader, options));
  return d;
}

Result<Document> CompareReport(Reader& reader, const Entity& a, const Entity& b, const ReportOptions& options, const Budget& budget) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  LT_ASSIGN(const chain::CompareAnswer answer, chain::Compare(reader, a, b, {.max_listed = options.max_listed, .statements = chain::kStatementsRead}, budget));
  Document d{.kind = "report compare", .lang = lang};
  Document compared = CompareDocument(reader, answer);
  d.title = compared.title;
  compared = Append(d, std::move(compared), "");
  d.summary = compared.summary;
  if (Section* s = SectionOf(d, "figures")) {
    Bars bars{.text = {.id = "figures", .title = d.title, .description = Say(lang, "与表相同。", "As in the table.")}, .axis = Say(lang, "每项以两者中较大的为满格", "Each by the larger of the two"),
              .tones = {{Tone::kFirst, a.name}, {Tone::kSecond, b.name}}};
    for (const chain::FigurePair& f : answer.figures) {
      if (!f.a || !f.b || std::max(*f.a, *f.b) <= 0) continue;
      const double larger = std::max(*f.a, *f.b);
      auto number = [&](double v) { return Text(v == std::floor(v) ? Fixed(v, 0) : Fixed(v, 2), f.unit.empty() ? "" : " ", f.unit); };
      bars.bars.push_back({.label = FigureTitle(lang, f.name), .value = std::max(0.0, *f.a / larger), .number = number(*f.a), .tone = Tone::kFirst, .hint = Text(FigureTitle(lang, f.name), " ", a.name)});
      bars.bars.push_back({.label = "", .value = std::max(0.0, *f.b / larger), .number = number(*f.b), .tone = Tone::kSecond, .hint = Text(FigureTitle(lang, f.name), " ", b.name)});
    }
    if (!bars.bars.empty()) s->figures.push_back({DrawBars(bars), Say(lang, "数目是数据中的数目。", "Counts are of the data.")});
  }
  ReportPart part;
  MapRequest where{.id = "compare-map", .title = d.title, .items = {{a, 0, Tone::kFirst}, {b, 0, Tone::kSecond}}, .tones = {{Tone::kFirst, a.name}, {Tone::kSecond, b.name}}};
  LT_ASSIGN(auto figures, MapFigure({reader, part.notes, options.basemap}, where));
  if (!figures.empty()) part.document.sections.push_back({.name = "map", .title = Say(lang, "在哪里", "Where they are"), .figures = std::move(figures)});
  part.JoinTo(d);
  std::string who;  // with the marks of the sources that they exist
  for (const chain::Profile* p : {&answer.a, &answer.b}) {
    const bool first = p == &answer.a;
    std::string name = Text(first ? "A: " : "; B: ", p->entity.name);
    const Document profile = Append(d, ProfileDocument(reader, *p), first ? "a" : "b");
    AddMarks(name, profile.summary[0], d.sources.size());
    who += name;
  }
  if (Section* s = SectionOf(d, "figures")) s->notes.push_back(who + (zh ? "。" : "."));
  // The tables of each say whose they are.
  for (Section& s : d.sections) {
    if (s.name.starts_with("a_")) s.title = Text(a.name, zh ? ":" : ": ", s.title);
    if (s.name.starts_with("b_")) s.title = Text(b.name, zh ? ":" : ": ", s.title);
  }
  LT_TRY(FinishReport(d, reader, options));
  return d;
}

}  // namespace liantu::report
