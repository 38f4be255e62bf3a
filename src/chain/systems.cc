// SPDX-License-Identifier: Apache-2.0
// Members over PART_OF; counts over MEASURES; the two are matched by the words of the role.
#include "chain/systems.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

#include "chain/units.h"

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;

namespace {

std::string Number(double value) { return graph::ToText(value == std::floor(value) && std::abs(value) < 1e15 ? graph::Value(static_cast<int64_t>(value)) : graph::Value(value)); }

void Append(std::vector<Source>& to, const std::vector<Source>& more) { to.insert(to.end(), more.begin(), more.end()); }

Result<std::string> EdgeText(Reader& reader, const std::optional<graph::Edge>& edge, const char* name) {
  const graph::PropertyId id = reader.view().property(name);
  const graph::Value* value = edge && id ? edge->Property(id) : nullptr;
  return value ? graph::ToText(*value) : std::string();
}

std::string RoleTitle(const Reader& reader, const std::string& role, Lang lang) {
  const auto* type = reader.view().ontology().EdgeType("PART_OF");
  const graph::PropertySpec* spec = type ? type->Property("role") : nullptr;
  if (spec) {
    for (const auto& allowed : spec->values) {
      if (allowed.value == role) return lang == Lang::kZh ? allowed.zh : allowed.en;
    }
  }
  return role;
}

// Parts with their roles; groups inside groups are opened.
Status AddParts(Reader& reader, NodeId group, const std::optional<Entity>& under, std::set<NodeId>& seen, std::vector<SystemPart>& parts) {
  LT_ASSIGN(const auto rows, reader.Around(group, Direction::kIn, "PART_OF"));
  std::vector<Entity> inner;
  for (const Neighbour& n : rows) {
    if (!seen.insert(n.node).second) continue;
    SystemPart part{.under = under};
    LT_ASSIGN(part.entity, reader.Describe(n.node));
    if (part.entity.label == "ParkGroup" || part.entity.label == "IndustrialSystem") inner.push_back(part.entity);
    LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
    LT_ASSIGN(part.role, EdgeText(reader, edge, "role"));
    if (edge) {
      part.note = reader.Wording(*edge, "note");
      part.certainty = edge->certainty;
    }
    LT_ASSIGN(part.sources, reader.Sources(n.edge));
    parts.push_back(std::move(part));
  }
  for (const Entity& sub : inner) LT_TRY(AddParts(reader, sub.id, sub, seen, parts));
  return {};
}

Result<std::vector<SystemPart>> PartsOf(Reader& reader, NodeId system) {
  std::vector<SystemPart> parts;
  std::set<NodeId> seen{system};
  LT_TRY(AddParts(reader, system, {}, seen, parts));
  return parts;
}

bool IsLeaf(const SystemPart& part) { return part.entity.label != "ParkGroup" && part.entity.label != "IndustrialSystem"; }

Result<std::optional<double>> NumberOf(Reader& reader, NodeId node, const char* property) {
  const graph::PropertyId id = reader.view().property(property);
  LT_ASSIGN(const graph::Node* stored, reader.Load(node));
  const graph::Value* value = stored && id ? stored->Property(id) : nullptr;
  return value ? value->number() : std::optional<double>();
}

// Companies that a source names as leaders for the place or for one inside it.
Result<uint64_t> LeadersNamedFor(Reader& reader, const std::vector<Entity>& places) {
  std::set<std::string> names;
  for (const Entity& place : places) {
    LT_ASSIGN(const auto within, reader.PlacesWithin(place.id));
    for (const NodeId id : within) {
      for (const char* property : {"name", "short_name"}) {
        LT_ASSIGN(const std::string name, reader.Property(id, property));
        if (!name.empty()) names.insert(name);
      }
    }
  }
  const graph::TypeId leads = reader.view().type("LEADS");
  if (!leads || names.empty()) return uint64_t{0};
  std::vector<NodeId> led;
  for (const char* label_name : {"Chain", "Cluster", "Segment"}) {
    if (const graph::LabelId label = reader.view().label(label_name)) {
      LT_TRY(reader.view().NodesWithLabel(label, {}, [&](NodeId id) {
        led.push_back(id);
        return true;
      }));
    }
  }
  std::sort(led.begin(), led.end());
  std::vector<Neighbour> rows;
  LT_TRY(reader.view().ExpandMany(led, Direction::kIn, std::span(&leads, 1), [&](size_t, const Neighbour& n) {
    rows.push_back(n);
    return true;
  }));
  std::set<NodeId> companies;
  for (const Neighbour& n : rows) {
    LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
    LT_ASSIGN(const std::string place, EdgeText(reader, edge, "place"));
    if (names.contains(place)) companies.insert(n.node);
  }
  return companies.size();
}

Result<std::vector<Entity>> Ends(Reader& reader, NodeId node, Direction direction, const char* type) {
  std::vector<Entity> out;
  LT_ASSIGN(const auto rows, reader.Around(node, direction, type));
  for (const Neighbour& n : rows) {
    LT_ASSIGN(const Entity e, reader.Describe(n.node));
    if (std::find(out.begin(), out.end(), e) == out.end()) out.push_back(e);
  }
  return out;
}

// --- checks

// The number of tracks that a system's name gives by its digits: of "1-2-21-8" the third, of the five digits 12136 the two
// in the middle, as 12218 reads.
std::optional<int64_t> TracksInName(const std::string& reading, const std::string& name) {
  std::vector<std::string> groups(1);
  for (const char c : reading) {
    if (c == '-') groups.emplace_back();
    else groups.back() += c;
  }
  std::string digits = groups.size() == 4 ? groups[2] : "";
  if (digits.empty()) {
    std::string run;
    for (const char c : name + " ") {
      if (c >= '0' && c <= '9') {
        run += c;
        continue;
      }
      if (run.size() == 5) digits = run.substr(2, 2);
      run.clear();
    }
  }
  int64_t number = 0;
  if (digits.empty() || std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc()) return {};
  return number;
}

bool EndsWith(const std::string& text, const std::string& end) { return !end.empty() && text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0; }

class Checker {
 public:
  explicit Checker(Reader& reader) : reader_(reader), zh_(reader.lang() == Lang::kZh) {}

  // Claims about one value, and figures of one thing.
  Status Figures(const std::vector<IndicatorRow>& rows) {
    for (const IndicatorRow& row : rows) {
      if (row.claims < 2) continue;
      LT_ASSIGN(const auto claims, reader_.view().Claims(row.indicator.id, reader_.view().property("value")));
      // A source that gives another value may give it in another unit.
      std::vector<graph::Claim> units;
      if (const graph::PropertyId unit = reader_.view().property("unit")) {
        LT_ASSIGN(units, reader_.view().Claims(row.indicator.id, unit));
      }
      std::vector<std::string> values;
      std::vector<double> numbers;  // in the unit that shows
      std::vector<Source> sources;
      for (const graph::Claim& claim : claims) {
        std::string unit = row.unit;
        for (const graph::Claim& u : units) {
          if (u.evidence.documents == claim.evidence.documents) unit = graph::ToText(u.value);
        }
        const auto number = claim.value.number();
        bool known = false;
        std::string converted;
        if (const auto in_unit = Converted(number.value_or(0), unit, row.unit); number && in_unit) {
          const double figure = *in_unit;
          known = std::any_of(numbers.begin(), numbers.end(), [&](double n) { return SameFigure(n, figure); });
          numbers.push_back(figure);
          if (unit != row.unit) converted = zh_ ? Text("(= ", Number(figure), row.unit, ")") : Text(" (= ", EnglishFigure(figure, row.unit), ")");
        }
        const std::string value = zh_ || !number ? Text(graph::ToText(claim.value), unit, converted) : Text(EnglishFigure(*number, unit), converted);
        if (!known && std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
        LT_ASSIGN(const auto some, reader_.Sources(claim.evidence));
        Append(sources, some);
      }
      if (values.size() < 2) continue;
      std::string list;
      for (const std::string& v : values) list += (list.empty() ? "" : zh_ ? "、" : ", ") + v;
      checks_.push_back({CheckKind::kSourcesDiffer, false, row.indicator, zh_ ? Text("各来源的值不一:", list) : Text("sources give different values: ", list), sources});
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t j = i + 1; j < rows.size(); ++j) {
        const IndicatorRow &a = rows[i], &b = rows[j];
        if (a.metric != b.metric || a.period != b.period || a.kind != b.kind || a.of != b.of || !a.value || !b.value) continue;
        // In one unit: 1200 兆瓦 and 120 万千瓦 are one figure.
        const auto in_unit = Converted(*b.value, b.unit, a.unit);
        if (!in_unit || CanAgree(*a.value, a.qualifier, *in_unit, b.qualifier)) continue;
        const std::string other = a.unit == b.unit ? "" : zh_ ? Text("(来源写作 ", Number(*b.value), " ", b.unit, ")") : Text(" (the source writes ", EnglishFigure(*b.value, b.unit), ")");
        std::vector<Source> sources = a.sources;
        Append(sources, b.sources);
        checks_.push_back({CheckKind::kFiguresDiffer, false, a.of.empty() ? a.indicator : a.of.front(),
                           zh_ ? Text(a.metric_name, "有两个值:", Number(*a.value), " 与 ", Number(*in_unit), " ", a.unit, other) : Text("two figures of ", a.metric_name, ": ", EnglishFigure(*a.value, a.unit), " and ", EnglishFigure(*in_unit, a.unit), other), sources});
      }
    }
    return {};
  }

  // The name of a system against the counts of its parts.
  Status Reading(const Entity& system) {
    LT_ASSIGN(const std::string reading, reader_.Property(system.id, "reading"));
    LT_ASSIGN(const std::string name, reader_.Property(system.id, "name"));
    const auto tracks = TracksInName(reading, name);
    if (!tracks) return {};
    double sum = 0;
    int found = 0;
    std::string parts;
    LT_ASSIGN(std::vector<Source> sources, reader_.Sources(system.id));
    LT_ASSIGN(const auto rows, IndicatorsOf(reader_, {system.id}));
    for (const char* role : {"strategic cluster", "future industry"}) {
      const std::string words = RoleTitle(reader_, role, Lang::kZh);
      for (const IndicatorRow& row : rows) {
        const bool counts = EndsWith(row.metric, words + "数") || (std::string_view(role) == "future industry" && row.metric == "落户" + words + "数");
        if (!counts || !row.value || row.kind == "derived") continue;
        sum += *row.value;
        ++found;
        parts += (parts.empty() ? "" : " + ") + Number(*row.value);
        Append(sources, row.sources);
        break;
      }
    }
    if (found < 2) return {};
    const bool agrees = sum == static_cast<double>(*tracks);
    checks_.push_back({CheckKind::kReading, agrees, system,
                       zh_ ? Text("按 1-2-21-8 的读法,名称中的赛道数为 ", *tracks, ";来源所述战略性产业集群与未来产业 ", parts, " = ", Number(sum), agrees ? ",相符" : ",不符")
                           : Text("read as 1-2-21-8 reads, the name says ", *tracks, " tracks; the strategic clusters and future industries stated are ", parts, " = ", Number(sum), agrees ? ": they agree" : ": they do not agree"),
                       sources});
    return {};
  }

  // What systems that follow a higher one claim of its parts: more than there are means that they share.
  Status Overlap(const Entity& higher) {
    LT_ASSIGN(const auto lower, Ends(reader_, higher.id, Direction::kIn, "ALIGNS_WITH"));
    LT_ASSIGN(const auto whole, IndicatorsOf(reader_, {higher.id}));
    for (const char* role : {"strategic cluster", "future industry", "modern service"}) {
      const std::string words = RoleTitle(reader_, role, Lang::kZh);
      const auto total = std::find_if(whole.begin(), whole.end(), [&](const IndicatorRow& r) { return r.metric == words + "数" && r.value; });
      if (total == whole.end()) continue;
      double sum = 0;
      int systems = 0;
      std::string parts;
      std::vector<Source> sources = total->sources;
      for (const Entity& system : lower) {
        LT_ASSIGN(const auto rows, IndicatorsOf(reader_, {system.id}));
        for (const IndicatorRow& row : rows) {
          if (!EndsWith(row.metric, words + "数") || !row.value || row.kind == "derived") continue;
          sum += *row.value;
          ++systems;
          parts += Text(parts.empty() ? "" : zh_ ? "、" : ", ", system.name, " ", Number(*row.value));
          Append(sources, row.sources);
          break;
        }
      }
      if (systems < 2 || sum <= *total->value) continue;
      checks_.push_back({CheckKind::kOverlap, false, higher,
                         zh_ ? Text(words, ":", parts, ",合计 ", Number(sum), ",多于", higher.name, "的 ", Number(*total->value), ":各区所述互有重叠,并非独占")
                             : Text(RoleTitle(reader_, role, Lang::kEn), ": ", parts, ", together ", Number(sum), ", more than the ", Number(*total->value), " of ", higher.name, ": what the districts state overlaps, none has them to itself"),
                         sources});
    }
    return {};
  }

  // Stated total area of a group against the sum of its parks.
  Status Area(const Entity& group, const std::vector<SystemPart>& parts, const std::vector<IndicatorRow>& indicators) {
    double sum = 0;
    int with = 0, parks = 0;
    std::set<std::string> kinds;
    std::vector<Source> sources;
    for (const SystemPart& part : parts) {
      if (part.entity.label != "Park") continue;
      ++parks;
      LT_ASSIGN(const auto area, NumberOf(reader_, part.entity.id, "area_km2"));
      if (!area) continue;
      ++with;
      sum += *area;
      LT_ASSIGN(const std::string kind, reader_.Property(part.entity.id, "area_kind"));
      if (!kind.empty()) kinds.insert(reader_.ValueName("Park", "area_kind", kind));
    }
    if (with == 0 || with < parks) return {};
    for (const IndicatorRow& row : indicators) {
      const auto stated = row.value ? Converted(*row.value, row.unit, "km²") : std::nullopt;
      if (!stated || row.kind == "derived") continue;
      const bool agrees = std::abs(sum - *stated) < 0.005;
      std::string basis;
      for (const std::string& k : kinds) basis += (basis.empty() ? "" : zh_ ? "、" : ", ") + k;
      sources = row.sources;
      checks_.push_back({CheckKind::kSum, agrees, group,
                         zh_ ? Text(row.metric_name, ":来源所述 ", row.qualifier == "about" ? "约 " : "", Number(*row.value), " ", row.unit, "\uFF0C", parks, " 个园区之和 ", graph::ToText(graph::Value(std::round(sum * 100) / 100)), " km²\uFF0C", agrees ? "相符" : "不符", kinds.size() > 1 ? Text("(口径不一:", basis, ")") : "")
                             : Text(row.metric_name, ": stated ", row.qualifier == "about" ? "about " : "", EnglishFigure(*row.value, row.unit), ", the ", parks, " parks sum to ", graph::ToText(graph::Value(std::round(sum * 100) / 100)), " km²: they ", agrees ? "agree" : "do not agree", kinds.size() > 1 ? Text(" (different bases: ", basis, ")") : ""),
                         sources});
    }
    return {};
  }

  std::vector<Check> Take() { return std::move(checks_); }

 private:
  Reader& reader_;
  const bool zh_;
  std::vector<Check> checks_;
};

// Is it something whose members can be asked for?
bool IsSystem(const std::string& label) { return label == "IndustrialSystem" || label == "ParkGroup" || label == "Platform" || label == "Policy"; }

Status AddCounts(Reader& reader, SystemAnswer& answer) {
  std::map<std::string, uint64_t> by_role;
  for (const SystemPart& part : answer.parts) {
    if (IsLeaf(part)) ++by_role[part.role];
  }
  const std::string label = answer.system.label;
  std::set<std::string> counted;
  // A mechanism counts the parts of the system of its place.
  std::map<std::string, uint64_t> of_place;
  if (label == "Policy") {
    for (const Entity& place : answer.places) {
      LT_ASSIGN(const auto systems, Ends(reader, place.id, Direction::kIn, "SYSTEM_OF"));
      for (const Entity& system : systems) {
        LT_ASSIGN(const auto parts, PartsOf(reader, system.id));
        for (const SystemPart& part : parts) ++of_place[part.role];
      }
    }
  }
  LT_ASSIGN(const auto members, NumberOf(reader, answer.system.id, "member_count"));
  if (label == "ParkGroup" || members) {
    SystemCount count{.what = reader.lang() == Lang::kZh ? "成员" : "members", .stated = members, .kind = "actual", .sources = answer.sources};
    for (const SystemPart& part : answer.parts) count.named += IsLeaf(part);
    answer.counts.push_back(std::move(count));
  }
  for (const IndicatorRow& row : answer.indicators) {
    SystemCount count{.what = row.metric_name, .stated = row.value, .unit = row.unit, .period = row.period_name, .kind = row.kind, .qualifier = row.qualifier, .nameable = false, .sources = row.sources};
    for (const char* role : {"strategic cluster", "future industry", "modern service", "core", "area"}) {
      if (!EndsWith(row.metric, RoleTitle(reader, role, Lang::kZh) + "数")) continue;
      count.role = role;
      count.nameable = true;
      count.named = label == "Policy" ? of_place[role] : by_role[role];
    }
    if (row.metric.find("链主") != std::string::npos) {
      count.nameable = true;
      LT_ASSIGN(count.named, LeadersNamedFor(reader, answer.places));
    }
    // Members counted in so many pieces, of which none is named.
    const bool pieces = row.unit == "个" || row.unit == "家" || row.unit == "条";
    if (!count.nameable && pieces && (label == "Policy" || label == "Platform" || label == "Indicator") && row.kind != "actual") count.nameable = true;
    if (label == "Platform" && pieces) count.nameable = true;
    if (label == "Indicator") count.nameable = true;
    answer.counts.push_back(std::move(count));
  }
  std::stable_sort(answer.counts.begin(), answer.counts.end(), [](const SystemCount& a, const SystemCount& b) { return a.nameable > b.nameable; });
  return {};
}

// Whether an entity lies in the places: itself, by its seat, by the place of its system or policy, by all that its group covers.
class Scope {
 public:
  Scope(Reader& reader, std::vector<NodeId> places) : reader_(reader), places_(std::move(places)) {}
  Result<bool> Has(NodeId id) {
    if (const auto it = known_.find(id); it != known_.end()) return it->second;
    LT_ASSIGN(const bool has, Look(id));
    known_.emplace(id, has);
    return has;
  }

 private:
  bool In(NodeId place) const { return place && std::binary_search(places_.begin(), places_.end(), place); }
  Result<bool> Look(NodeId id) {
    if (In(id)) return true;
    LT_ASSIGN(const Entity entity, reader_.Describe(id));
    if (reader_.IsPlace(entity.label)) return false;
    LT_ASSIGN(const Location where, reader_.Locate(id));
    if (In(where.district) || In(where.city) || In(where.province)) return true;
    for (const char* type : {"SYSTEM_OF", "SUPPORTS"}) {
      LT_ASSIGN(const auto ends, reader_.Around(id, Direction::kOut, type));
      for (const Neighbour& n : ends) {
        if (In(n.node)) return true;
      }
    }
    LT_ASSIGN(const auto covers, reader_.Around(id, Direction::kOut, "COVERS"));
    return !covers.empty() && std::all_of(covers.begin(), covers.end(), [&](const Neighbour& n) { return In(n.node); });
  }
  Reader& reader_;
  const std::vector<NodeId> places_;
  std::map<NodeId, bool> known_;
};

Result<std::vector<NodeId>> AllWith(Reader& reader, const char* name) {
  std::vector<NodeId> ids;
  if (const graph::LabelId label = reader.view().label(name)) {
    LT_TRY(reader.view().NodesWithLabel(label, {}, [&](NodeId id) {
      ids.push_back(id);
      return true;
    }));
  }
  return ids;
}

}  // namespace

const char* CheckKindName(CheckKind kind) {
  switch (kind) {
    case CheckKind::kSourcesDiffer: return "sources differ";
    case CheckKind::kFiguresDiffer: return "figures differ";
    case CheckKind::kReading: return "reading of the name";
    case CheckKind::kOverlap: return "overlap";
    case CheckKind::kSum: return "sum";
  }
  return "";
}

const char* OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNoResult: return "no result";
    case Outcome::kReached: return "reached";
    case Outcome::kNotReached: return "not reached";
    case Outcome::kNoFigure: return "no figure";
  }
  return "";
}

Result<SystemAnswer> FindSystem(Reader& reader, const Entity& system) {
  SystemAnswer answer{.system = system};
  if (!IsSystem(system.label) && system.label != "Indicator") {
    return Status(Code::kInvalid, reader.lang() == Lang::kZh ? Text("“", system.name, "”是", reader.LabelName(system.label), ";请给出产业体系、园区组团、平台、政策或指标")
                                                             : Text("'", system.name, "' is a ", reader.LabelName(system.label), "; give an industrial system, park group, platform, policy or indicator"));
  }
  LT_ASSIGN(answer.reading, reader.Wording(system.id, "reading"));
  LT_ASSIGN(answer.note, reader.Wording(system.id, "note"));
  LT_ASSIGN(answer.sources, reader.Sources(system.id));
  for (const char* type : {"SYSTEM_OF", "COVERS", "LOCATED_IN", "SUPPORTS", "MEASURES"}) {
    LT_ASSIGN(const auto ends, Ends(reader, system.id, Direction::kOut, type));
    for (const Entity& e : ends) {
      if (reader.IsPlace(e.label)) answer.places.push_back(e);
    }
  }
  LT_ASSIGN(answer.follows, Ends(reader, system.id, Direction::kOut, "ALIGNS_WITH"));
  LT_ASSIGN(answer.followed_by, Ends(reader, system.id, Direction::kIn, "ALIGNS_WITH"));
  LT_ASSIGN(answer.parts, PartsOf(reader, system.id));
  std::stable_sort(answer.parts.begin(), answer.parts.end(), [](const SystemPart& a, const SystemPart& b) {
    const auto rank = [](const SystemPart& p) { return std::tuple(p.under ? p.under->id : NodeId{}, p.role, p.certainty, p.entity.id); };
    return rank(a) < rank(b);
  });
  if (system.label == "Indicator") {
    LT_ASSIGN(IndicatorRow row, DescribeIndicator(reader, system.id));
    answer.indicators.push_back(std::move(row));
  } else {
    LT_ASSIGN(answer.indicators, IndicatorsOf(reader, {system.id}));
  }
  LT_TRY(AddCounts(reader, answer));
  Checker checker(reader);
  LT_TRY(checker.Figures(answer.indicators));
  if (system.label == "IndustrialSystem") {
    LT_TRY(checker.Reading(system));
    LT_TRY(checker.Overlap(system));
    for (const Entity& higher : answer.follows) LT_TRY(checker.Overlap(higher));
  }
  if (system.label == "ParkGroup") LT_TRY(checker.Area(system, answer.parts, answer.indicators));
  answer.checks = checker.Take();
  if (system.label == "ParkGroup") {
    LT_ASSIGN(answer.policies, FindPolicies(reader, {.what = system}));
  }
  return answer;
}

Result<SystemsAnswer> ListSystems(Reader& reader, const std::optional<Entity>& place) {
  SystemsAnswer answer{.place = place};
  std::vector<NodeId> places;
  if (place) {
    LT_ASSIGN(places, reader.PlacesWithin(place->id));
  }
  Scope scope(reader, places);
  std::vector<NodeId> ids;
  for (const char* label : {"IndustrialSystem", "ParkGroup"}) {
    LT_ASSIGN(const auto some, AllWith(reader, label));
    ids.insert(ids.end(), some.begin(), some.end());
  }
  for (const auto& [label, kind] : {std::pair("Platform", "innovation centre matrix"), {"Policy", "mechanism"}}) {
    LT_ASSIGN(const auto some, AllWith(reader, label));
    for (const NodeId id : some) {
      LT_ASSIGN(const std::string value, reader.Property(id, "kind"));
      if (value == kind) ids.push_back(id);
    }
  }
  for (const NodeId id : ids) {
    if (place) {
      LT_ASSIGN(bool inside, scope.Has(id));
      if (!inside) {  // a group of parks of which nothing says what it covers: where its parks are, if all are named
        LT_ASSIGN(const auto covers, reader.Around(id, Direction::kOut, "COVERS"));
        LT_ASSIGN(const auto parts, PartsOf(reader, id));
        LT_ASSIGN(const auto members, NumberOf(reader, id, "member_count"));
        const auto named = std::count_if(parts.begin(), parts.end(), IsLeaf);
        inside = covers.empty() && named > 0 && static_cast<double>(named) >= members.value_or(0);
        for (const SystemPart& part : parts) {
          if (!IsLeaf(part) || !inside) continue;
          LT_ASSIGN(inside, scope.Has(part.entity.id));
        }
      }
      if (!inside) continue;
    }
    LT_ASSIGN(const Entity entity, reader.Describe(id));
    LT_ASSIGN(const SystemAnswer found, FindSystem(reader, entity));
    SystemRow row{.system = entity, .places = found.places, .reading = found.reading, .sources = found.sources};
    for (const SystemCount& count : found.counts) {
      if (count.nameable && count.stated) row.stated.push_back(*count.stated);
    }
    for (const SystemPart& part : found.parts) {
      if (!IsLeaf(part)) continue;
      ++row.named;
      row.derived += part.certainty == graph::Certainty::kDerived || part.certainty == graph::Certainty::kInferred;
    }
    answer.systems.push_back(std::move(row));
  }
  LT_ASSIGN(const auto indicators, AllWith(reader, "Indicator"));
  for (const NodeId id : indicators) {
    LT_ASSIGN(const std::string metric, reader.Property(id, "metric"));
    if (!EndsWith(metric, "园数") && !EndsWith(metric, "园区数")) continue;
    LT_ASSIGN(IndicatorRow row, DescribeIndicator(reader, id));
    bool of_place = false, inside = !place;
    for (const Entity& of : row.of) {
      of_place |= reader.IsPlace(of.label);
      if (place) {
        LT_ASSIGN(const bool has, scope.Has(of.id));
        inside |= has;
      }
    }
    if (of_place && inside) answer.counted.push_back(std::move(row));
  }
  return answer;
}

Result<TargetsAnswer> FindTargets(Reader& reader, const std::optional<Entity>& asked) {
  TargetsAnswer answer{.asked = asked};
  std::vector<NodeId> places;
  const bool by_place = asked && reader.IsPlace(asked->label);
  if (by_place) {
    LT_ASSIGN(places, reader.PlacesWithin(asked->id));
  }
  Scope scope(reader, places);
  LT_ASSIGN(const auto indicators, AllWith(reader, "Indicator"));
  std::vector<IndicatorRow> rows;
  std::map<NodeId, Entity> systems;
  for (const NodeId id : indicators) {
    LT_ASSIGN(const auto measures, reader.Around(id, Direction::kOut, "MEASURES"));
    bool wanted = !asked || asked->id == id;
    for (const Neighbour& n : measures) {
      if (wanted) break;
      if (by_place) {
        LT_ASSIGN(wanted, scope.Has(n.node));
      } else {
        wanted = n.node == asked->id;
      }
    }
    if (!wanted) continue;
    LT_ASSIGN(IndicatorRow row, DescribeIndicator(reader, id));
    for (const Entity& of : row.of) {
      if (of.label == "IndustrialSystem" || of.label == "ParkGroup") systems.emplace(of.id, of);
    }
    rows.push_back(std::move(row));
  }
  if (asked && (asked->label == "IndustrialSystem" || asked->label == "ParkGroup")) systems.emplace(asked->id, *asked);
  for (const IndicatorRow& row : rows) {
    answer.without_period += row.period.empty();
    if (row.kind != "target" && row.kind != "plan") {
      answer.results.push_back(row);
      continue;
    }
    TargetRow target{.target = row, .outcome = row.value ? Outcome::kNoResult : Outcome::kNoFigure};
    for (const IndicatorRow& other : rows) {
      if (other.kind == "target" || other.kind == "plan" || other.metric != row.metric) continue;
      const bool same = std::any_of(other.of.begin(), other.of.end(), [&](const Entity& e) { return std::find(row.of.begin(), row.of.end(), e) != row.of.end(); });
      if (!same) continue;
      target.results.push_back(other);
      const auto result = row.value && other.value ? Converted(*other.value, other.unit, row.unit) : std::nullopt;
      if (!result) continue;
      const bool same_figure = SameFigure(*result, *row.value);
      const bool reached = row.qualifier == "up to" ? *result < *row.value || same_figure : row.qualifier == "above" ? *result > *row.value && !same_figure : *result > *row.value || same_figure;
      if (reached) target.outcome = Outcome::kReached;
      else if (target.outcome != Outcome::kReached) target.outcome = Outcome::kNotReached;
    }
    answer.targets.push_back(std::move(target));
  }
  std::stable_sort(answer.targets.begin(), answer.targets.end(), [](const TargetRow& a, const TargetRow& b) {
    const auto rank = [](const TargetRow& t) { return std::tuple(t.target.kind != "target", t.target.period.empty(), t.target.period, t.target.indicator.id); };
    return rank(a) < rank(b);
  });
  Checker checker(reader);
  LT_TRY(checker.Figures(rows));
  for (const auto& [id, system] : systems) {
    if (system.label == "IndustrialSystem") {
      LT_TRY(checker.Reading(system));
      LT_TRY(checker.Overlap(system));
    } else {
      LT_ASSIGN(const auto parts, PartsOf(reader, id));
      LT_ASSIGN(const auto own, IndicatorsOf(reader, {id}));
      LT_TRY(checker.Area(system, parts, own));
    }
  }
  answer.checks = checker.Take();
  return answer;
}

}  // namespace liantu::chain
