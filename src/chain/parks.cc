// SPDX-License-Identifier: Apache-2.0
// HOSTS of the company and of what ownership.h reaches from it, PLANS of projects that any of them develops; partners by
// breadth-first steps over firm supply ties; lists of parks from the place down.
#include "chain/parks.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "chain/leaders.h"
#include "chain/links.h"
#include "chain/seats.h"

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;

namespace {

Result<Hosting> At(Reader& reader, NodeId park, const Entity& company, const Related& reached) {
  Hosting h{.company = company, .through = reached.through};
  LT_ASSIGN(h.park, reader.Describe(park));
  LT_ASSIGN(h.hosted, reader.Describe(reached.company));
  LT_TRY(DescribeSeat(reader, park, h.district, h.city));
  LT_ASSIGN(h.level, reader.Property(park, "level"));
  LT_ASSIGN(h.park_kind, reader.Property(park, "kind"));
  LT_ASSIGN(h.batch, reader.Property(park, "batch"));
  LT_ASSIGN(const auto focuses, reader.Around(park, Direction::kOut, "FOCUSES_ON"));
  for (const Neighbour& n : focuses) {
    LT_ASSIGN(const Entity direction, reader.Describe(n.node));
    h.directions.push_back(direction.name);
  }
  return h;
}

Status AddEdgeSources(Reader& reader, const Neighbour& edge, Hosting& hosting) {
  LT_ASSIGN(const auto sources, reader.Sources(edge.edge));
  hosting.sources.insert(hosting.sources.end(), sources.begin(), sources.end());
  LT_ASSIGN(const auto stored, reader.view().GetEdge(edge.edge));
  if (stored) hosting.certainty = std::max(hosting.certainty, stored->certainty);
  return {};
}

// Passes or fails a park by the filter, and says how its directions answer to the one asked for.
class Sieve {
 public:
  explicit Sieve(Reader& reader) : reader_(reader) {}

  Status Open(const ParkFilter& filter) {
    filter_ = filter;
    if (filter.place) {
      LT_ASSIGN(const auto places, reader_.PlacesWithin(filter.place->id));
      places_.insert(places.begin(), places.end());
    }
    if (!filter.industry) return {};
    const NodeId asked = filter.industry->id;
    match_[asked] = DirectionMatch::kExact;
    for (const Direction direction : {Direction::kIn, Direction::kOut}) {
      std::vector<NodeId> open{asked};
      for (size_t i = 0; i < open.size(); ++i) {
        LT_ASSIGN(const auto next, reader_.Around(open[i], direction, "PART_OF"));
        for (const Neighbour& n : next) {
          LT_ASSIGN(const bool industry, reader_.HasLabel(n.node, "Industry"));
          const auto match = direction == Direction::kIn ? DirectionMatch::kNarrower : DirectionMatch::kBroader;
          if (industry && match_.emplace(n.node, match).second) open.push_back(n.node);
        }
      }
    }
    LT_ASSIGN(words_, reader_.Property(asked, "name"));
    return {};
  }

  Result<bool> InPlace(NodeId park) {
    if (!filter_.place) return true;
    LT_ASSIGN(const Location where, reader_.Locate(park));
    return places_.contains(where.district) || places_.contains(where.city) || places_.contains(where.province);
  }

  // How a direction answers; nothing where it does not.
  Result<std::optional<DirectionMatch>> Match(NodeId industry) {
    const auto it = match_.find(industry);
    if (it != match_.end()) return std::optional(it->second);
    LT_ASSIGN(const std::string name, reader_.Property(industry, "name"));
    if (!words_.empty() && name.find(words_) != std::string::npos) return std::optional(DirectionMatch::kWording);
    return std::optional<DirectionMatch>();
  }

  // The best match of a park, or nothing where the filter leaves it out; without an industry every park that passes matches exactly.
  Result<std::optional<DirectionMatch>> Pass(NodeId park) {
    const std::optional<DirectionMatch> no;
    LT_ASSIGN(const bool inside, InPlace(park));
    if (!inside) return no;
    for (const auto& [property, wanted] : {std::pair("level", &filter_.level), {"kind", &filter_.kind}, {"batch", &filter_.batch}}) {
      if (wanted->empty()) continue;
      LT_ASSIGN(const std::string value, reader_.Property(park, property));
      if (value != *wanted) return no;
    }
    if (!filter_.industry) return std::optional(DirectionMatch::kExact);
    std::optional<DirectionMatch> best;
    LT_ASSIGN(const auto focuses, reader_.Around(park, Direction::kOut, "FOCUSES_ON"));
    for (const Neighbour& n : focuses) {
      LT_ASSIGN(const auto match, Match(n.node));
      if (match && (!best || *match < *best)) best = match;
    }
    if (best) return best;
    LT_ASSIGN(const std::string name, reader_.Property(park, "name"));
    if (!words_.empty() && name.find(words_) != std::string::npos) return std::optional(DirectionMatch::kNameOnly);
    return no;
  }

 private:
  Reader& reader_;
  ParkFilter filter_;
  std::set<NodeId> places_;
  std::map<NodeId, DirectionMatch> match_;
  std::string words_;
};

Status AddHostings(Reader& reader, const Entity& company, const std::vector<Related>& group, Sieve& sieve, ParksAnswer& answer) {
  for (const Related& reached : group) {
    LT_ASSIGN(const auto hosts, reader.Around(reached.company, Direction::kIn, "HOSTS"));
    for (const Neighbour& host : hosts) {
      LT_ASSIGN(const auto pass, sieve.Pass(host.node));
      if (!pass) {
        ++answer.filtered_out;
        continue;
      }
      LT_ASSIGN(Hosting h, At(reader, host.node, company, reached));
      h.kind = reached.joint            ? HostKind::kJointVenture
               : reached.through.empty() ? HostKind::kHosted
               : reached.stake           ? HostKind::kStake
                                         : HostKind::kControlled;
      LT_TRY(AddEdgeSources(reader, host, h));
      // A hosting that is only planned never answers "hosted".
      if (h.certainty >= graph::Certainty::kPlanned) h.kind = HostKind::kPlanned;
      answer.hostings.push_back(std::move(h));
    }
    LT_ASSIGN(const auto projects, reader.Around(reached.company, Direction::kOut, "DEVELOPS"));
    for (const Neighbour& project : projects) {
      LT_ASSIGN(const auto parks, reader.Around(project.node, Direction::kIn, "PLANS"));
      for (const Neighbour& park : parks) {
        LT_ASSIGN(const auto pass, sieve.Pass(park.node));
        if (!pass) {
          ++answer.filtered_out;
          continue;
        }
        LT_ASSIGN(Hosting h, At(reader, park.node, company, reached));
        h.kind = HostKind::kPlanned;
        LT_ASSIGN(h.project, reader.Describe(project.node));
        LT_TRY(AddEdgeSources(reader, park, h));
        LT_TRY(AddEdgeSources(reader, project, h));
        answer.hostings.push_back(std::move(h));
      }
    }
  }
  return {};
}

// Suppliers and customers of `start` by the tier at which firm ties first reach them, and the parks that host them.
Status AddPartners(Reader& reader, const std::vector<NodeId>& start, const ParksOptions& options, Sieve& sieve, const Budget& budget,
                   ParksAnswer& answer) {
  const graph::TypeId supplies = reader.view().type("SUPPLIES"), hosts = reader.view().type("HOSTS");
  const graph::PropertyId status = reader.view().property("status");
  if (!supplies) return {};
  for (const bool suppliers : {true, false}) {
    std::set<NodeId> seen(start.begin(), start.end());
    std::vector<NodeId> frontier(start.begin(), start.end());
    for (int tier = 1; tier <= options.partner_tiers && !frontier.empty(); ++tier) {
      std::vector<NodeId> ends;
      std::vector<graph::EdgeId> edges;
      LT_TRY(reader.view().ExpandMany(frontier, suppliers ? Direction::kIn : Direction::kOut, std::span(&supplies, 1), [&](size_t, const Neighbour& n) {
        if (!seen.contains(n.node)) ends.push_back(n.node), edges.push_back(n.edge);
        return true;
      }));
      LT_TRY(budget.Check());
      LT_ASSIGN(const auto stored, reader.view().GetEdges(edges));
      std::set<NodeId> next;
      for (size_t i = 0; i < ends.size(); ++i) {
        if (!stored[i]) continue;
        const graph::Value* value = status ? stored[i]->Property(status) : nullptr;
        if (StrengthOf(value ? graph::ToText(*value) : "", stored[i]->certainty) == TieStrength::kFirm) next.insert(ends[i]);
      }
      if (seen.size() + next.size() > options.max_companies) {
        answer.complete = false;
        answer.stopped = reader.lang() == Lang::kZh ? Text("上下游企业超过 ", options.max_companies, " 家,未再往外读")
                                                    : Text("more than ", options.max_companies, " partners: read no further");
        break;
      }
      seen.insert(next.begin(), next.end());
      frontier.assign(next.begin(), next.end());
      PartnerTier summary{.suppliers = suppliers, .tier = tier, .companies = frontier.size()};
      std::map<NodeId, std::vector<Neighbour>> parks;  // HOSTS edges by park; `node` is the company
      std::set<NodeId> in_parks;
      if (hosts) {
        LT_TRY(reader.view().ExpandMany(frontier, Direction::kIn, std::span(&hosts, 1), [&](size_t i, const Neighbour& n) {
          parks[n.node].push_back({.edge = n.edge, .node = frontier[i]});
          return true;
        }));
      }
      std::vector<PartnerPark> list;
      for (auto& [park, hosted] : parks) {
        LT_ASSIGN(const auto pass, sieve.Pass(park));
        if (!pass) continue;
        std::sort(hosted.begin(), hosted.end(), [](const Neighbour& a, const Neighbour& b) { return std::tuple(a.node, a.edge) < std::tuple(b.node, b.edge); });
        PartnerPark row{.suppliers = suppliers, .tier = tier};
        LT_ASSIGN(row.park, reader.Describe(park));
        LT_TRY(DescribeSeat(reader, park, row.district, row.city));
        for (const Neighbour& n : hosted) {
          in_parks.insert(n.node);
          LT_ASSIGN(const Entity company, reader.Describe(n.node));
          if (row.companies.empty() || !(row.companies.back() == company)) row.companies.push_back(company);
          LT_ASSIGN(const auto sources, reader.Sources(n.edge));
          row.sources.insert(row.sources.end(), sources.begin(), sources.end());
        }
        list.push_back(std::move(row));
      }
      std::stable_sort(list.begin(), list.end(), [](const PartnerPark& a, const PartnerPark& b) { return a.companies.size() > b.companies.size(); });
      summary.in_parks = in_parks.size();
      summary.parks = list.size();
      answer.tiers.push_back(summary);
      std::move(list.begin(), list.end(), std::back_inserter(answer.partners));
    }
  }
  return {};
}

// A value of Park as stored, from what a user wrote: stored, Chinese or English.
Result<std::string> StoredValue(const Reader& reader, const char* property, const std::string& text) {
  if (text.empty()) return std::string();
  const auto* label = reader.view().ontology().Label("Park");
  const graph::PropertySpec* spec = label ? label->Property(property) : nullptr;
  if (!spec || spec->values.empty()) return text;
  std::string known;
  for (const auto& allowed : spec->values) {
    if (text == allowed.value || text == allowed.zh || text == allowed.en) return allowed.value;
    known += (known.empty() ? "" : ", ") + (reader.lang() == Lang::kZh ? allowed.zh : allowed.en);
  }
  return Status(Code::kInvalid, reader.lang() == Lang::kZh ? Text("园区的", spec->zh, "没有 '", text, "';可用:", known)
                                                           : Text("no park has the ", spec->en, " '", text, "'; known: ", known));
}

}  // namespace

const char* HostKindName(HostKind kind) {
  switch (kind) {
    case HostKind::kHosted: return "hosted";
    case HostKind::kControlled: return "through a controlled company";
    case HostKind::kStake: return "through a stake";
    case HostKind::kJointVenture: return "through a joint venture";
    case HostKind::kPlanned: return "planned";
  }
  return "";
}

const char* DirectionMatchName(DirectionMatch match) {
  switch (match) {
    case DirectionMatch::kExact: return "exact";
    case DirectionMatch::kNarrower: return "narrower";
    case DirectionMatch::kBroader: return "broader";
    case DirectionMatch::kWording: return "wording";
    case DirectionMatch::kNameOnly: return "name only";
  }
  return "";
}

Result<ParkFilter> ReadParkFilter(Reader& reader, const ParkFilterText& text) {
  ParkFilter filter{.batch = text.batch};
  if (!text.city.empty()) {
    LT_ASSIGN(filter.place, reader.Resolve(text.city, {"City", "Province"}));
  }
  if (!text.district.empty()) {
    LT_ASSIGN(const Entity district, reader.Resolve(text.district, {"District"}));
    if (filter.place) {
      LT_ASSIGN(const auto inside, reader.PlacesWithin(filter.place->id));
      if (!std::binary_search(inside.begin(), inside.end(), district.id)) {
        return Status(Code::kInvalid, reader.lang() == Lang::kZh ? Text(district.name, "不在", filter.place->name)
                                                                 : Text(district.name, " is not in ", filter.place->name));
      }
    }
    filter.place = district;
  }
  if (!text.industry.empty()) {
    LT_ASSIGN(filter.industry, reader.Resolve(text.industry, {"Industry"}));
  }
  LT_ASSIGN(filter.level, StoredValue(reader, "level", text.level));
  LT_ASSIGN(filter.kind, StoredValue(reader, "kind", text.kind));
  return filter;
}

Result<ParkRow> DescribePark(Reader& reader, NodeId park) {
  ParkRow row;
  LT_ASSIGN(row.park, reader.Describe(park));
  LT_ASSIGN(row.sources, reader.Sources(park));
  LT_TRY(DescribeSeat(reader, park, row.district, row.city));
  LT_ASSIGN(row.level, reader.Property(park, "level"));
  LT_ASSIGN(row.kind, reader.Property(park, "kind"));
  LT_ASSIGN(row.batch, reader.Property(park, "batch"));
  LT_ASSIGN(row.area_kind, reader.Property(park, "area_kind"));
  LT_ASSIGN(const graph::Node* node, reader.Load(park));
  const graph::PropertyId area = reader.view().property("area_km2");
  if (const graph::Value* value = node && area ? node->Property(area) : nullptr) row.area_km2 = value->number();
  const graph::PropertyId role = reader.view().property("role"), wording = reader.view().property("wording");
  LT_ASSIGN(const auto focuses, reader.Around(park, Direction::kOut, "FOCUSES_ON"));
  for (const Neighbour& n : focuses) {
    ParkDirection direction;
    LT_ASSIGN(direction.industry, reader.Describe(n.node));
    LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
    if (const graph::Value* value = edge && role ? edge->Property(role) : nullptr) direction.role = graph::ToText(*value);
    if (const graph::Value* value = edge && wording ? edge->Property(wording) : nullptr) direction.wording = graph::ToText(*value);
    LT_ASSIGN(direction.sources, reader.Sources(n.edge));
    row.directions.push_back(std::move(direction));
  }
  for (const auto& [type, count] : {std::pair("HOSTS", &row.hosted), {"PLANS", &row.planned}}) {
    const graph::TypeId id = reader.view().type(type);
    if (!id) continue;
    LT_ASSIGN(*count, reader.view().Degree(park, Direction::kOut, id));
  }
  return row;
}

Result<ParkListAnswer> ListParks(Reader& reader, const ParkFilter& filter, size_t max_listed) {
  ParkListAnswer answer{.filter = filter};
  Sieve sieve(reader);
  LT_TRY(sieve.Open(filter));
  std::vector<NodeId> candidates;
  const graph::LabelId label = reader.view().label("Park");
  if (label) {
    LT_TRY(reader.view().NodesWithLabel(label, {}, [&](NodeId id) {
      candidates.push_back(id);
      return true;
    }));
  }
  if (filter.place) {
    LT_ASSIGN(const auto inside, reader.LocatedWithin(filter.place->id, "Park"));
    const graph::TypeId located = reader.view().type("LOCATED_IN");
    for (const NodeId id : candidates) {
      LT_ASSIGN(const uint64_t placed, located ? reader.view().Degree(id, Direction::kOut, located) : Result<uint64_t>(uint64_t{0}));
      answer.without_place += placed == 0;
    }
    candidates = inside;
  }
  std::vector<std::pair<DirectionMatch, NodeId>> found;
  for (const NodeId id : candidates) {
    LT_ASSIGN(const auto pass, sieve.Pass(id));
    if (pass) found.emplace_back(*pass, id);
  }
  std::sort(found.begin(), found.end());
  answer.total = found.size();
  if (found.size() > max_listed) found.resize(max_listed);
  for (const auto& [match, id] : found) {
    LT_ASSIGN(ParkRow row, DescribePark(reader, id));
    if (filter.industry) {
      row.match = match;
      for (ParkDirection& direction : row.directions) {
        LT_ASSIGN(direction.match, sieve.Match(direction.industry.id));
        if (direction.match) row.sources.insert(row.sources.end(), direction.sources.begin(), direction.sources.end());
      }
      std::stable_sort(row.directions.begin(), row.directions.end(), [](const ParkDirection& a, const ParkDirection& b) {
        const auto rank = [](const ParkDirection& d) { return d.match ? static_cast<int>(*d.match) : 99; };
        return rank(a) < rank(b);
      });
    } else {
      for (const ParkDirection& direction : row.directions) row.sources.insert(row.sources.end(), direction.sources.begin(), direction.sources.end());
    }
    if (filter.place) {
      LT_ASSIGN(const auto seats, reader.Around(id, Direction::kOut, "LOCATED_IN"));
      for (const Neighbour& n : seats) {
        LT_ASSIGN(const auto sources, reader.Sources(n.edge));
        row.sources.insert(row.sources.end(), sources.begin(), sources.end());
      }
    }
    answer.parks.push_back(std::move(row));
  }
  return answer;
}

Result<ParksAnswer> FindParks(Reader& reader, const Entity& asked, const ParksOptions& options, const Budget& budget) {
  const bool zh = reader.lang() == Lang::kZh;
  if (!(options.min_share >= 0 && options.min_share <= 1)) {
    return Status(Code::kInvalid, zh ? Text("持股比例应在 0 与 1 之间,得到 ", options.min_share) : Text("the share must be from 0 to 1, not ", options.min_share));
  }
  if (options.partner_tiers < 0 || options.partner_tiers > 6) {
    return Status(Code::kInvalid, zh ? Text("级数应为 0 到 6,得到 ", options.partner_tiers) : Text("tiers must be 0 to 6, not ", options.partner_tiers));
  }
  ParksAnswer answer{.asked = asked};
  if (asked.label == "Chain" || asked.label == "Cluster" || asked.label == "Segment") {
    const auto text = [&](const graph::Edge& edge, const char* name) {
      const graph::PropertyId id = reader.view().property(name);
      const graph::Value* value = id ? edge.Property(id) : nullptr;
      return value ? graph::ToText(*value) : std::string();
    };
    LT_ASSIGN(const auto leaders, LeadersNamed(reader, asked));
    for (const LeadershipEdge& n : leaders) {
      LT_ASSIGN(const Entity leader, reader.Describe(n.company));
      LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
      LT_ASSIGN(const auto sources, reader.Sources(n.edge));
      const auto known = std::find(answer.companies.begin(), answer.companies.end(), leader);
      if (known != answer.companies.end()) {
        auto& more = answer.leads_sources[static_cast<size_t>(known - answer.companies.begin())];
        more.insert(more.end(), sources.begin(), sources.end());
        continue;
      }
      answer.companies.push_back(leader);
      answer.leads_sources.push_back(sources);
      Leadership leads{.led = n.led};
      answer.leaders_by_chain += n.by_chain;
      if (edge) leads.wording = text(*edge, "wording"), leads.place = text(*edge, "place"), leads.named_by = reader.Wording(*edge, "named_by");
      answer.leads.push_back(std::move(leads));
    }
  } else {
    answer.companies.push_back(asked);
  }
  Sieve sieve(reader);
  LT_TRY(sieve.Open(options.filter));
  std::set<NodeId> start;
  for (const Entity& company : answer.companies) {
    LT_ASSIGN(const auto group, OwnedBy(reader, company.id, options.min_share));
    for (const Related& r : group) start.insert(r.company);
    LT_TRY(AddHostings(reader, company, group, sieve, answer));
    LT_ASSIGN(const Location seat, reader.Locate(company.id));
    answer.seats.push_back(seat);
    LT_TRY(budget.Check());
  }
  std::stable_sort(answer.hostings.begin(), answer.hostings.end(), [](const Hosting& a, const Hosting& b) {
    return std::tuple(a.company.id, a.kind, a.park.id, a.hosted.id) < std::tuple(b.company.id, b.kind, b.park.id, b.hosted.id);
  });
  if (options.partner_tiers > 0) LT_TRY(AddPartners(reader, {start.begin(), start.end()}, options, sieve, budget, answer));
  return answer;
}

Result<ParksAnswer> FindParks(Reader& reader, const Entity& asked) { return FindParks(reader, asked, {}, Budget()); }

}  // namespace liantu::chain
