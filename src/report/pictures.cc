// SPDX-License-Identifier: Apache-2.0
// From entities to the shapes of charts.h and picture.h.
#include "report/pictures.h"

#include <algorithm>
#include <set>

#include "chain/geo.h"
#include "report/cells.h"

namespace liantu::report {

using chain::Entity;
using chain::NodeId;
using chain::Tie;

namespace {

// What is counted under one name: a city, or "elsewhere" where none is known.
std::string CityName(Lang lang, const std::optional<Entity>& city) { return city ? city->name : Say(lang, "所在地未知", "place not known"); }

// The names with the largest counts, most first and then by name; the rest under one name. Gives the name to be shown for each.
std::vector<std::pair<std::string, double>> Largest(std::map<std::string, double> counts, size_t most, Lang lang, std::map<std::string, std::string>& shown) {
  std::vector<std::pair<std::string, double>> all(counts.begin(), counts.end()), out;
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  const size_t kept = all.size() <= most ? all.size() : most - 1;
  double rest = 0;
  const std::string others = lang == Lang::kZh ? Text("其他 ", all.size() - kept, " 个") : Text(all.size() - kept, " others");
  for (size_t i = 0; i < all.size(); ++i) {
    if (i < kept) out.push_back(all[i]);
    else rest += all[i].second;
    shown[all[i].first] = i < kept ? all[i].first : others;
  }
  if (rest > 0) out.emplace_back(others, rest);
  return out;
}

}  // namespace

Result<std::string> ShortName(chain::Reader& reader, const Entity& entity) {
  if (reader.lang() != Lang::kZh) return entity.name;
  LT_ASSIGN(const std::string name, reader.Property(entity.id, "short_name"));
  return name.empty() ? entity.name : name;
}

Result<std::vector<Figure>> MapFigure(const PictureMaker& maker, const MapRequest& request) {
  chain::Reader& reader = maker.reader;
  const bool zh = maker.lang() == Lang::kZh;
  struct Found {
    const MapItem* item;
    chain::GeoPosition position;
    NodeId province;
  };
  std::vector<Found> found;
  size_t without = 0;
  std::map<NodeId, size_t> provinces;
  for (const MapItem& item : request.items) {
    LT_ASSIGN(auto position, chain::PositionOf(reader, item.place.id));
    if (!position) {
      ++without;
      continue;
    }
    LT_ASSIGN(const chain::Location location, reader.Locate(item.place.id));
    const NodeId province = item.place.label == "Province" ? item.place.id : location.province;
    ++provinces[province];
    found.push_back({&item, *std::move(position), province});
  }
  if (found.empty()) return std::vector<Figure>();
  NodeId home;
  size_t largest = 0;
  for (const auto& [province, count] : provinces) {
    if (count > largest) largest = count, home = province;
  }
  PointMap map;
  map.text = {.id = request.id, .title = request.title};
  map.basemap = maker.basemap;
  std::map<NodeId, size_t> index;
  std::vector<std::string> outside;
  std::vector<chain::Source> sources;
  bool approximate = false;
  for (const Found& f : found) {
    LT_ASSIGN(const std::string name, ShortName(reader, f.item->place));
    if (f.province != home) {
      outside.push_back(name);
      continue;
    }
    index[f.item->place.id] = map.places.size();
    const std::string value = f.item->value > 0 ? Text(": ", Fixed(f.item->value, 0), request.unit.empty() ? "" : " ", request.unit) : "";
    map.places.push_back({.label = name, .at = {f.position.lon, f.position.lat}, .value = f.item->value, .tone = f.item->tone, .approximate = f.position.centre_of.has_value(),
                          .hint = f.item->place.name + value + (f.position.centre_of ? Text(zh ? "(示意:" : " (at the centre of ", f.position.centre_of->name, zh ? "中心)" : ")") : "")});
    approximate = approximate || f.position.centre_of.has_value();
    sources.insert(sources.end(), f.position.sources.begin(), f.position.sources.end());
  }
  for (const auto& tone : request.tones) {
    if (std::any_of(map.places.begin(), map.places.end(), [&](const auto& p) { return p.tone == tone.first; })) map.tones.push_back(tone);
  }
  size_t lost = 0;
  for (const MapTie& tie : request.ties) {
    const auto from = index.find(tie.from), to = index.find(tie.to);
    if (from == index.end() || to == index.end()) {
      ++lost;
      continue;
    }
    if (tie.from == tie.to) continue;
    map.ties.push_back({.from = from->second, .to = to->second, .value = tie.value, .tone = tie.tone, .stroke = tie.stroke,
                        .hint = Text(map.places[from->second].label, " → ", map.places[to->second].label, ": ", Fixed(tie.value, 0))});
  }
  map.text.description = zh ? Text(map.places.size(), " 个地点,", map.ties.size(), " 条连线;内容与表相同。") : Text(map.places.size(), " places, ", map.ties.size(), " lines; the tables say the same.");
  std::string caption = zh ? "经纬度网格上的点,等距圆柱投影(按中间纬度的比例),不画边界" : "Points on a grid of longitude and latitude, plate carrée at the scale of the middle latitude, without borders";
  if (maker.basemap) caption += zh ? Text(";底图线条来自用户文件 ", maker.basemap->name) : Text("; lines under it from the user's file ", maker.basemap->name);
  caption += zh ? Text(";坐标取自数据,约一公里精度", maker.notes.Mark(sources)) : Text("; points as in the data, to about a kilometre", maker.notes.Mark(sources));
  if (approximate) caption += zh ? ";空心圆按所在区县或城市的中心示意" : "; a hollow circle stands at the centre of its district or city";
  if (!request.unit.empty()) caption += zh ? Text(";圆的面积:", request.unit) : Text("; area of a circle: ", request.unit);
  if (!map.ties.empty()) caption += zh ? ";线宽:供应联系条数,箭头指向客户" : "; width of a line: supply ties, the arrow points at the customer";
  if (!outside.empty()) {
    const size_t shown = std::min<size_t>(outside.size(), 6);
    caption += zh ? Text(";图外(他省)", outside.size(), " 地:", Join({outside.begin(), outside.begin() + static_cast<ptrdiff_t>(shown)}, "、"), shown < outside.size() ? "等" : "")
                  : Text("; outside the frame (other provinces): ", outside.size(), " (", Join({outside.begin(), outside.begin() + static_cast<ptrdiff_t>(shown)}, ", "), shown < outside.size() ? " …)" : ")");
  }
  if (without > 0) caption += zh ? Text(";没有坐标的 ", without, " 处未画") : Text("; ", without, " without a point are left out");
  if (lost > 0 && !request.ties.empty()) caption += zh ? Text(";有一端不在图中的连线 ", lost, " 条未画") : Text("; ", lost, " lines with an end outside are left out");
  size_t unnamed = 0;
  Drawing drawing = DrawPointMap(map, &unnamed);
  if (unnamed > 0) caption += zh ? Text(";另有 ", unnamed, " 处因位置重叠未写名称,名称见表") : Text("; ", unnamed, unnamed == 1 ? " place" : " places", " too close to others to be named here: see the tables");
  return std::vector<Figure>{{std::move(drawing), caption + (zh ? "。" : ".")}};
}

Result<std::vector<Figure>> FlowFigure(const PictureMaker& maker, const FlowRequest& request) {
  if (request.ties.empty()) return std::vector<Figure>();
  const Lang lang = maker.lang();
  const bool zh = lang == Lang::kZh;
  std::map<std::string, double> left, right;
  for (const Tie& t : request.ties) ++left[CityName(lang, t.supplier_city)], ++right[CityName(lang, t.customer_city)];
  // One city supplies another: then who does says more.
  const bool by_company = left.size() == 1 && right.size() == 1;
  std::vector<std::pair<std::string, std::string>> ends;
  for (const Tie& t : request.ties) {
    if (by_company) {
      LT_ASSIGN(std::string supplier, ShortName(maker.reader, t.supplier));
      LT_ASSIGN(std::string customer, ShortName(maker.reader, t.customer));
      ends.emplace_back(std::move(supplier), std::move(customer));
    } else {
      ends.emplace_back(CityName(lang, t.supplier_city), CityName(lang, t.customer_city));
    }
  }
  left.clear(), right.clear();
  for (const auto& [supplier, customer] : ends) ++left[supplier], ++right[customer];
  std::map<std::string, std::string> left_shown, right_shown;
  Sankey sankey;
  sankey.text = {.id = request.id, .title = request.title};
  sankey.columns = {request.left, request.right};
  std::map<std::string, size_t> left_index, right_index;
  for (const auto& [name, count] : Largest(left, request.most, lang, left_shown)) left_index[name] = sankey.nodes.size(), sankey.nodes.push_back({name, 0, request.left_tone});
  for (const auto& [name, count] : Largest(right, request.most, lang, right_shown)) right_index[name] = sankey.nodes.size(), sankey.nodes.push_back({name, 1, request.right_tone});
  std::map<std::pair<size_t, size_t>, double> flows;
  for (const auto& [supplier, customer] : ends) ++flows[{left_index[left_shown[supplier]], right_index[right_shown[customer]]}];
  for (const auto& [nodes, value] : flows) sankey.flows.push_back({.from = nodes.first, .to = nodes.second, .value = value, .tone = request.left_tone});
  sankey.text.description = zh ? Text(request.ties.size(), " 条联系。") : Text(request.ties.size(), " ties.");
  const char* what = by_company ? Say(lang, "左为供应方,右为客户", "suppliers left, customers right") : Say(lang, "左为供应方城市,右为客户城市", "suppliers' cities left, customers' right");
  return std::vector<Figure>{{DrawSankey(sankey), zh ? Text("带的宽度是供应联系条数(共 ", request.ties.size(), " 条,每个产品、年份各一条),不是金额;", what, "。")
                                                     : Text("The width of a band counts supply ties (", request.ties.size(), " in all, a product and a year each), not money; ", what, ".")}};
}

std::vector<Figure> ThroughFigure(const PictureMaker& maker, const std::string& id, const std::string& title, const Entity& middle, const std::vector<Tie>& in, const std::vector<Tie>& out) {
  if (in.empty() && out.empty()) return {};
  constexpr size_t kMost = 12;
  const Lang lang = maker.lang();
  const bool zh = lang == Lang::kZh;
  Sankey sankey;
  sankey.text = {.id = id, .title = title};
  sankey.columns = {Say(lang, "供应方所在地", "Suppliers' places"), "", Say(lang, "客户所在地", "Customers' places")};
  std::map<std::string, double> left, right;
  for (const Tie& t : in) ++left[CityName(lang, t.supplier_city)];
  for (const Tie& t : out) ++right[CityName(lang, t.customer_city)];
  std::map<std::string, std::string> shown;
  sankey.nodes.push_back({middle.name, 1, Tone::kBoth});
  for (const auto& [name, count] : Largest(left, kMost, lang, shown)) {
    sankey.flows.push_back({.from = sankey.nodes.size(), .to = 0, .value = count, .tone = Tone::kFirst});
    sankey.nodes.push_back({name, 0, Tone::kFirst});
  }
  for (const auto& [name, count] : Largest(right, kMost, lang, shown)) {
    sankey.flows.push_back({.from = 0, .to = sankey.nodes.size(), .value = count, .tone = Tone::kSecond});
    sankey.nodes.push_back({name, 2, Tone::kSecond});
  }
  sankey.text.description = zh ? Text("供入 ", in.size(), " 条,供出 ", out.size(), " 条。") : Text(in.size(), " ties in, ", out.size(), " out.");
  return {{DrawSankey(sankey), zh ? Text("带的宽度是供应联系条数(供入 ", in.size(), " 条,供出 ", out.size(), " 条),不是金额。") : Text("The width of a band counts supply ties (", in.size(), " in, ", out.size(), " out), not money.")}};
}

Result<std::vector<Figure>> ChainFigure(const PictureMaker& maker, const ChainRequest& request) {
  if (request.boxes.empty()) return std::vector<Figure>();
  const bool zh = maker.lang() == Lang::kZh;
  Picture picture{.id = request.id, .title = request.title};
  std::map<NodeId, size_t> index;
  for (const ChainBox& box : request.boxes) {
    if (!index.try_emplace(box.segment.id, picture.boxes.size()).second) continue;
    picture.boxes.push_back({.heading = box.segment.name, .tag = box.level.empty() ? "" : maker.reader.ValueName("Segment", "level", box.level), .lines = box.lines, .missing = box.missing});
  }
  std::set<std::tuple<size_t, size_t, Stroke>> drawn;
  for (const ChainArrow& arrow : request.arrows) {
    const auto from = index.find(arrow.from), to = index.find(arrow.to);
    if (from == index.end() || to == index.end() || !drawn.emplace(from->second, to->second, arrow.stroke).second) continue;
    picture.arrows.push_back({.from = from->second, .to = to->second, .label = arrow.label, .tone = arrow.tone, .stroke = arrow.stroke});
  }
  picture.tones = request.tones;
  picture.strokes = request.strokes;
  picture.description = zh ? Text(picture.boxes.size(), " 个环节,", picture.arrows.size(), " 条箭头;内容与表相同。") : Text(picture.boxes.size(), " segments, ", picture.arrows.size(), " arrows; the tables say the same.");
  LT_ASSIGN(Drawing drawing, DrawLayered(picture));
  return std::vector<Figure>{{std::move(drawing), request.caption}};
}

}  // namespace liantu::report
