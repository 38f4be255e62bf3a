// SPDX-License-Identifier: Apache-2.0
// Each kind of entity gathers its own lists; what several share is gathered the same way.
#include "chain/profile.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "analysis/paths.h"
#include "chain/evidence.h"
#include "chain/leaders.h"
#include "chain/links.h"
#include "chain/network.h"
#include "chain/seats.h"
#include "chain/threads.h"
#include "chain/ties_around.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

int LevelRank(const std::string& level) { return level == "upstream" ? 0 : level == "midstream" ? 1 : level == "downstream" ? 2 : 3; }

class Maker {
 public:
  Maker(Reader& reader, const ProfileOptions& options, const Budget& budget)
      : reader_(reader), options_(options), budget_(budget), zh_(reader.lang() == Lang::kZh) {}

  Result<Profile> Run(const Entity& entity) {
    profile_.entity = entity;
    LT_ASSIGN(Card card, MakeCard(reader_, entity.id, 0));
    profile_.properties = std::move(card.properties);
    profile_.sources = std::move(card.sources);
    if (entity.label == "Company") LT_TRY(OfCompany());
    else if (entity.label == "Park") LT_TRY(OfPark());
    else if (entity.label == "Cluster") LT_TRY(OfCluster());
    else if (entity.label == "Chain") LT_TRY(OfChain());
    else LT_TRY(OfPlace());
    LT_ASSIGN(profile_.indicators, IndicatorsOf(reader_, {entity.id}));
    std::erase_if(profile_.lists, [](const ProfileList& list) { return list.total == 0; });
    return std::move(profile_);
  }

 private:
  const Entity& self() const { return profile_.entity; }

  void Count(const char* name, uint64_t value) { profile_.figures.push_back({name, static_cast<double>(value), ""}); }

  ProfileList& Start(const char* name) {
    profile_.lists.push_back({.name = name});
    return profile_.lists.back();
  }
  bool Full(const ProfileList& list) const { return list.items.size() >= options_.max_listed; }

  Result<std::string> EdgeText(EdgeId id, const char* label_or_type, const char* property) {
    LT_ASSIGN(const auto edge, reader_.view().GetEdge(id));
    const std::string text = edge ? reader_.Wording(*edge, property) : std::string();
    return text.empty() ? text : reader_.Term(property, reader_.ValueName(label_or_type, property, text));
  }

  // One item for an edge, with its sources and certainty.
  Result<ProfileItem> Item(NodeId node, EdgeId edge, std::string detail = "") {
    ProfileItem item{.detail = std::move(detail)};
    LT_ASSIGN(item.entity, reader_.Describe(node));
    LT_ASSIGN(item.sources, reader_.Sources(edge));
    LT_ASSIGN(const auto stored, reader_.view().GetEdge(edge));
    if (stored) item.certainty = stored->certainty;
    return item;
  }

  // The other ends of one edge type, with a property of the edge as detail.
  Status AddEnds(const char* name, Direction direction, const char* type, const char* property = nullptr, const char* label = nullptr) {
    ProfileList& list = Start(name);
    LT_ASSIGN(const auto rows, reader_.Around(self().id, direction, type));
    std::set<NodeId> seen;
    for (const Neighbour& n : rows) {
      if (label) {
        LT_ASSIGN(const bool has, reader_.HasLabel(n.node, label));
        if (!has) continue;
      }
      if (!seen.insert(n.node).second) continue;
      ++list.total;
      if (Full(list)) continue;
      std::string detail;
      if (property) {
        LT_ASSIGN(detail, EdgeText(n.edge, type, property));
      }
      LT_ASSIGN(ProfileItem item, Item(n.node, n.edge, detail));
      // What has to be known about a direction stands beside it.
      if (std::string_view(type) == "FOCUSES_ON") {
        LT_ASSIGN(const std::string note, EdgeText(n.edge, type, "note"));
        if (!note.empty()) item.detail += (item.detail.empty() ? "" : zh_ ? "；" : "; ") + note;
      }
      list.items.push_back(std::move(item));
    }
    return {};
  }

  Status AddLeaders(const Entity& of) {
    LT_ASSIGN(const LeadersAnswer found, FindLeaders(reader_, of, budget_));
    ProfileList& list = Start("leaders");
    for (const LeaderRow& l : found.leaders) {
      ++list.total;
      if (Full(list)) continue;
      ProfileItem item{.entity = l.company};
      for (const Leadership& leads : l.leads) {
        const std::string wording = reader_.ValueName("LEADS", "wording", leads.wording);
        item.detail += Text(item.detail.empty() ? "" : zh_ ? ";" : "; ", leads.led.name, leads.place.empty() ? "" : Text(zh_ ? "(" : " (", reader_.PlaceName(leads.place), ")"), wording.empty() ? "" : Text(" ", wording));
      }
      item.sources = l.leads_sources;
      for (const LeaderPresence& p : l.presence) {
        item.certainty = std::max(item.certainty, l.presence.size() == 1 ? p.certainty : graph::Certainty::kStated);
        item.sources.insert(item.sources.end(), p.sources.begin(), p.sources.end());
      }
      list.items.push_back(std::move(item));
    }
    Count("leaders", list.total);
    return {};
  }

  // How many edges, with the first of them: the thing, the company, and the edge where it is known.
  struct Counted {
    uint64_t count = 0;
    std::vector<std::tuple<NodeId, NodeId, EdgeId>> first;
  };
  // Rows as many as are read for sources are kept.
  void Put(Counted& counted, const std::tuple<NodeId, NodeId, EdgeId>& row) const {
    if (++counted.count <= options_.statements) counted.first.push_back(row);
  }

  // The edge of a row, which may be one of several between the same two.
  Result<EdgeId> EdgeOf(const std::tuple<NodeId, NodeId, EdgeId>& row, size_t before) {
    const auto& [segment, company, edge] = row;
    if (edge) return edge;
    LT_ASSIGN(const auto operates, reader_.Around(company, Direction::kOut, "OPERATES_IN"));
    for (const Neighbour& n : operates) {
      if (n.node == segment && before-- == 0) return n.edge;
    }
    return EdgeId{};
  }
  Result<std::vector<Source>> SourcesOf(const Counted& counted) {
    std::vector<EdgeId> edges;
    for (size_t i = 0; i < counted.first.size(); ++i) {
      size_t before = 0;  // rows of the same two
      while (before < i && counted.first[i - before - 1] == counted.first[i]) ++before;
      LT_ASSIGN(const EdgeId edge, EdgeOf(counted.first[i], before));
      if (edge) edges.push_back(edge);
    }
    return DocumentsOf(reader_, edges, options_.statements);
  }

  // A figure with the documents behind it.
  Status CountWith(const char* name, const Counted& counted) {
    Count(name, counted.count);
    LT_ASSIGN(profile_.figures.back().sources, SourcesOf(counted));
    return {};
  }

  // Companies that count as members.
  Status CountMembers(const Group& group) {
    Count("companies", group.members.size());
    LT_ASSIGN(profile_.figures.back().sources, DocumentsOfMembers(reader_, group, options_.statements));
    return {};
  }

  // Entities with a count, most first; sources of the first edges of each.
  Status AddCounted(const char* name, const std::map<NodeId, Counted>& counted, const char* label = nullptr, const char* property = nullptr) {
    std::vector<std::pair<NodeId, const Counted*>> order;
    for (const auto& [id, edges] : counted) order.emplace_back(id, &edges);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second->count > b.second->count; });
    ProfileList& list = Start(name);
    list.total = order.size();
    for (const auto& [id, edges] : order) {
      if (Full(list)) break;
      ProfileItem item{.count = edges->count};
      LT_ASSIGN(item.entity, reader_.Describe(id));
      if (label) {
        LT_ASSIGN(const std::string value, reader_.Property(id, property));
        item.detail = reader_.ValueName(label, property, value);
      }
      LT_ASSIGN(item.sources, SourcesOf(*edges));
      list.items.push_back(std::move(item));
    }
    return {};
  }

  // Segments and chains in which the companies operate, with the number of companies. Planned ones do not count.
  Status AddSegments(const std::vector<NodeId>& companies) {
    std::map<NodeId, Counted> segments, chains;
    std::vector<std::tuple<NodeId, NodeId, EdgeId>> rows;  // segment, company; edges where they are read already
    const graph::TypeId operates = reader_.view().type("OPERATES_IN");
    LT_ASSIGN(const auto network, operates ? NetworkAtHand(reader_, companies.size(), Network::WantOf(Network::Relation::kOperatesIn)) : Result<std::shared_ptr<const Network>>(nullptr));
    if (network) {
      const auto of = network->rows(Network::Relation::kOperatesIn);
      std::vector<uint32_t> members;
      for (const NodeId id : companies) members.push_back(network->Of(id));
      size_t m = 0;
      std::vector<std::vector<NodeId>> by_thing(of.things.size());
      for (size_t i = 0; i < of.who.size(); ++i) {
        while (m < members.size() && members[m] < of.who[i]) ++m;
        if (m < members.size() && members[m] == of.who[i]) by_thing[of.thing[i]].push_back(companies[m]);
      }
      for (size_t t = 0; t < of.things.size(); ++t) {
        for (const NodeId company : by_thing[t]) rows.emplace_back(of.things[t], company, EdgeId{});
      }
    } else if (operates) {
      LT_TRY(reader_.view().ExpandMany(companies, Direction::kOut, std::span(&operates, 1), [&](size_t i, const Neighbour& n) {
        rows.emplace_back(n.node, companies[i], n.edge);
        return true;
      }));
      std::sort(rows.begin(), rows.end());
    }
    uint64_t with = 0;
    if (companies.size() == 1 || !network) {
      std::set<NodeId> some;
      for (const auto& row : rows) some.insert(std::get<1>(row));
      with = some.size();
    } else {
      const auto of = network->rows(Network::Relation::kOperatesIn);
      std::vector<char> has(network->size(), 0);
      for (const uint32_t node : of.who) has[node] = 1;
      for (const NodeId id : companies) with += has[network->Of(id)];
    }
    std::vector<NodeId> list;
    for (const auto& row : rows) {
      if (list.empty() || list.back() != std::get<0>(row)) list.push_back(std::get<0>(row));
    }
    std::map<NodeId, std::vector<NodeId>> up;
    if (const graph::TypeId part = reader_.view().type("PART_OF")) {
      LT_TRY(reader_.view().ExpandMany(list, Direction::kOut, std::span(&part, 1), [&](size_t i, const Neighbour& n) {
        up[list[i]].push_back(n.node);
        return true;
      }));
    }
    std::unordered_map<NodeId, std::unordered_set<NodeId>> of_chain;
    for (size_t i = 0, next; i < rows.size(); i = next) {
      const NodeId segment = std::get<0>(rows[i]);
      Counted& counted = segments[segment];
      for (next = i; next < rows.size() && std::get<0>(rows[next]) == segment; ++next) Put(counted, rows[next]);
      for (const NodeId chain : up[segment]) {
        LT_ASSIGN(const bool is_chain, reader_.HasLabel(chain, "Chain"));
        if (!is_chain) continue;
        auto& seen = of_chain[chain];
        for (size_t k = i; k < next; ++k) {
          if (seen.insert(std::get<1>(rows[k])).second) Put(chains[chain], rows[k]);
        }
      }
    }
    LT_TRY(AddCounted("chains", chains));
    LT_TRY(AddCounted("segments", segments, "Segment", "level"));
    Count("segments", segments.size());
    Count("with_segment", with);
    return {};
  }

  // Firm ties of the members, inside and with the cities of the others.
  Status AddTies(const std::vector<NodeId>& members, bool cities) {
    if (members.empty() || !reader_.view().type("SUPPLIES")) return {};
    LT_ASSIGN(const TiesAround around, CountTiesAround(reader_, members, cities, options_.max_ties, options_.statements));
    if (around.ties > options_.max_ties) {
      profile_.complete = false;
      profile_.stopped = zh_ ? Text("供应联系超过 ", options_.max_ties, " 条,未逐条计数") : Text("more than ", options_.max_ties, " supply ties: not counted one by one");
      return {};
    }
    const auto counted = [](const EdgeTally& tally) {
      Counted out{.count = tally.count};
      for (const EdgeId edge : tally.first) out.first.emplace_back(NodeId{}, NodeId{}, edge);
      return out;
    };
    LT_TRY(CountWith("firm_inside", counted(around.inside)));
    LT_TRY(CountWith("firm_out", counted(around.out)));
    LT_TRY(CountWith("firm_in", counted(around.into)));
    if (!cities) return {};
    std::map<NodeId, Counted> partners;
    for (const auto& [city, tally] : around.partners) partners.emplace(city, counted(tally));
    return AddCounted("partner_cities", partners);
  }

  // Clusters that the entity belongs to, by statement or by the rule of group.h.
  Status AddClusters() {
    ProfileList& list = Start("clusters");
    LT_ASSIGN(const auto stated, reader_.Around(self().id, Direction::kOut, "MEMBER_OF"));
    std::set<NodeId> seen;
    for (const Neighbour& n : stated) {
      if (!seen.insert(n.node).second) continue;
      ++list.total;
      if (Full(list)) continue;
      LT_ASSIGN(ProfileItem item, Item(n.node, n.edge, zh_ ? "来源列明" : "stated"));
      list.items.push_back(std::move(item));
    }
    // Derived: a cluster that covers its seat and is about a chain it operates in.
    LT_ASSIGN(const Location seat, reader_.Locate(self().id));
    LT_ASSIGN(const auto segments, SegmentsOf(reader_, {self().id}));
    std::set<NodeId> chains;
    for (const NodeId segment : segments) {
      LT_ASSIGN(const auto up, reader_.Around(segment, Direction::kOut, "PART_OF"));
      for (const Neighbour& n : up) chains.insert(n.node);
    }
    std::map<NodeId, std::vector<EdgeId>> candidates;
    for (const NodeId chain : chains) {
      LT_ASSIGN(const auto about, reader_.Around(chain, Direction::kIn, "FOCUSES_ON"));
      for (const Neighbour& n : about) candidates[n.node].push_back(n.edge);
    }
    for (auto& [cluster, edges] : candidates) {
      LT_ASSIGN(const bool is_cluster, reader_.HasLabel(cluster, "Cluster"));
      LT_ASSIGN(const auto members, reader_.Around(cluster, Direction::kIn, "MEMBER_OF"));
      if (!is_cluster || !members.empty() || seen.contains(cluster)) continue;
      LT_ASSIGN(const auto covers, reader_.Around(cluster, Direction::kOut, "COVERS"));
      bool inside = false;
      for (const Neighbour& n : covers) {
        LT_ASSIGN(const auto places, reader_.PlacesWithin(n.node));
        for (const NodeId place : {seat.district, seat.city, seat.province}) inside |= place && std::binary_search(places.begin(), places.end(), place);
        if (inside) {
          edges.push_back(n.edge);
          break;
        }
      }
      if (!inside) continue;
      seen.insert(cluster);
      ++list.total;
      if (Full(list)) continue;
      ProfileItem item{.detail = zh_ ? "推算(所在地与产业链)" : "derived (seat and chain)", .certainty = graph::Certainty::kDerived};
      LT_ASSIGN(item.entity, reader_.Describe(cluster));
      for (const EdgeId edge : edges) {
        LT_ASSIGN(const auto sources, reader_.Sources(edge));
        item.sources.insert(item.sources.end(), sources.begin(), sources.end());
      }
      list.items.push_back(std::move(item));
    }
    Count("clusters", list.total);
    return {};
  }

  Status AddSeat() {
    ProfileList& list = Start("located_in");
    LT_ASSIGN(const auto seats, reader_.Around(self().id, Direction::kOut, "LOCATED_IN"));
    std::set<NodeId> seen;
    const auto add = [&](NodeId id, std::vector<Source> sources, graph::Certainty certainty) -> Status {
      if (!id || !seen.insert(id).second) return {};
      ++list.total;
      ProfileItem item{.certainty = certainty, .sources = std::move(sources)};
      LT_ASSIGN(item.entity, reader_.Describe(id));
      item.detail = reader_.LabelName(item.entity.label);
      list.items.push_back(std::move(item));
      return {};
    };
    for (const Neighbour& n : seats) {
      LT_ASSIGN(ProfileItem item, Item(n.node, n.edge));
      LT_TRY(add(n.node, item.sources, item.certainty));
    }
    LT_ASSIGN(const Location where, reader_.Locate(self().id));
    // Who says that one place is part of the next: the place tree.
    for (const NodeId id : {where.district, where.city, where.province}) {
      if (!id || id == self().id || seen.contains(id)) continue;
      std::vector<EdgeId> steps;
      std::vector<NodeId> below(seen.begin(), seen.end());
      below.push_back(self().id);
      for (const NodeId place : below) {
        LT_ASSIGN(const auto up, reader_.Around(place, Direction::kOut, "PART_OF"));
        for (const Neighbour& n : up) {
          if (n.node == id) steps.push_back(n.edge);
        }
      }
      LT_ASSIGN(auto sources, DocumentsOf(reader_, steps));
      LT_TRY(add(id, std::move(sources), graph::Certainty::kStated));
    }
    return {};
  }

  // --- each kind

  Status OfCompany() {
    LT_TRY(AddSeat());
    LT_ASSIGN(const ParksAnswer parks, FindParks(reader_, self(), {}, budget_));
    ProfileList hosted{.name = "parks"}, planned{.name = "planned"};
    for (const Hosting& h : parks.hostings) {
      ProfileList& list = h.kind == HostKind::kPlanned ? planned : hosted;
      ++list.total;
      if (Full(list)) continue;
      ProfileItem item{.entity = h.park, .certainty = h.certainty, .sources = h.sources};
      if (h.project) item.detail = h.project->name;
      for (const Ownership& o : h.through) {
        item.detail += Text(item.detail.empty() ? "" : zh_ ? ";" : "; ", zh_ ? "经" : "through ", o.owned.name, zh_ ? "(" : " (", reader_.ValueName("OWNS", "relation", o.relation), ")");
        item.sources.insert(item.sources.end(), o.sources.begin(), o.sources.end());
      }
      list.items.push_back(std::move(item));
    }
    Count("parks", hosted.total);
    Count("planned", planned.total);
    profile_.lists.push_back(std::move(hosted));
    profile_.lists.push_back(std::move(planned));
    LT_TRY(AddEnds("leads", Direction::kOut, "LEADS", "place"));
    LT_TRY(AddSegments({self().id}));
    // Of one company each of these counts is one, and says nothing.
    std::erase_if(profile_.figures, [](const Figure& f) { return f.name == "with_segment"; });
    for (ProfileList& list : profile_.lists) {
      if (list.name != "chains" && list.name != "segments") continue;
      for (ProfileItem& item : list.items) item.count.reset();
    }
    LT_TRY(AddClusters());
    LT_TRY(AddEnds("products", Direction::kOut, "PRODUCES"));
    Count("products", profile_.lists.back().total);
    LT_TRY(AddPartners());
    LT_TRY(AddEnds("owners", Direction::kIn, "OWNS", "relation"));
    LT_TRY(AddEnds("owned", Direction::kOut, "OWNS", "relation"));
    LT_TRY(AddEnds("projects", Direction::kOut, "DEVELOPS"));
    LT_TRY(AddEnds("agreements", Direction::kOut, "SIGNED", "on_behalf_of"));
    return AddEnds("possibly_same", Direction::kBoth, "POSSIBLY_SAME_AS", "note");
  }

  // Suppliers and customers of one company, firm ones first.
  Status AddPartners() {
    LT_ASSIGN(const PartnersAnswer found, FindPartners(reader_, self(), {.max_listed = options_.max_listed}, budget_));
    for (const bool suppliers : {true, false}) {
      ProfileList& list = Start(suppliers ? "suppliers" : "customers");
      for (const TierCount& t : found.tiers) {
        if (t.suppliers == suppliers) list.total = t.companies;
      }
      for (const PartnerTie& p : found.partners) {
        if (p.suppliers != suppliers) continue;
        ProfileItem item{.entity = p.partner, .count = p.ties_total};
        std::set<std::string> products;
        for (const Tie& t : p.ties) {
          if (!t.product.empty()) products.insert(reader_.ProductName(t.product));
          item.certainty = std::max(item.certainty, p.ties.size() == 1 ? t.certainty : graph::Certainty::kStated);
          item.sources.insert(item.sources.end(), t.sources.begin(), t.sources.end());
        }
        for (const std::string& product : products) item.detail += (item.detail.empty() ? "" : zh_ ? "、" : ", ") + product;
        if (p.strength != TieStrength::kFirm) item.detail += p.strength == TieStrength::kPast ? (zh_ ? "(已结束)" : " (past)") : (zh_ ? "(较弱)" : " (weaker)");
        list.items.push_back(std::move(item));
      }
      Count(suppliers ? "suppliers" : "customers", list.total);
    }
    return {};
  }

  Status OfPark() {
    LT_ASSIGN(ParkRow row, DescribePark(reader_, self().id));
    profile_.figures.push_back({"area_km2", row.area_km2, "km²"});
    LT_TRY(AddSeat());
    LT_TRY(AddEnds("groups", Direction::kOut, "PART_OF", "role"));
    LT_TRY(AddEnds("directions", Direction::kOut, "FOCUSES_ON", "wording"));
    LT_TRY(AddHosted());
    ProfileList& plans = Start("planned");
    LT_ASSIGN(const auto planned, reader_.Around(self().id, Direction::kOut, "PLANS"));
    for (const Neighbour& n : planned) {
      ++plans.total;
      if (Full(plans)) continue;
      std::string developers;
      LT_ASSIGN(const auto by, reader_.Around(n.node, Direction::kIn, "DEVELOPS"));
      for (const Neighbour& d : by) {
        LT_ASSIGN(const Entity developer, reader_.Describe(d.node));
        developers += (developers.empty() ? "" : zh_ ? "、" : ", ") + developer.name;
      }
      LT_ASSIGN(ProfileItem item, Item(n.node, n.edge, developers));
      for (const Neighbour& d : by) {
        LT_ASSIGN(const auto sources, reader_.Sources(d.edge));
        item.sources.insert(item.sources.end(), sources.begin(), sources.end());
      }
      item.certainty = std::max(item.certainty, graph::Certainty::kPlanned);
      plans.items.push_back(std::move(item));
    }
    Count("planned", plans.total);
    LT_TRY(AddLeaders(self()));
    LT_TRY(AddNeighbours(row));
    profile_.park = std::move(row);
    LT_ASSIGN(profile_.policies, FindPolicies(reader_, {.what = self()}));
    return AddEnds("possibly_same", Direction::kBoth, "POSSIBLY_SAME_AS", "note");
  }

  Status AddHosted() {
    ProfileList& list = Start("hosted");
    LT_ASSIGN(const auto rows, reader_.Around(self().id, Direction::kOut, "HOSTS"));
    std::set<NodeId> seen;
    for (const Neighbour& n : rows) {
      if (!seen.insert(n.node).second) continue;
      ++list.total;
      if (Full(list)) continue;
      std::string segments;
      LT_ASSIGN(const auto operates, reader_.Around(n.node, Direction::kOut, "OPERATES_IN"));
      for (const Neighbour& o : operates) {
        LT_ASSIGN(const Entity segment, reader_.Describe(o.node));
        segments += (segments.empty() ? "" : zh_ ? "、" : ", ") + segment.name;
      }
      LT_ASSIGN(ProfileItem item, Item(n.node, n.edge, segments));
      list.items.push_back(std::move(item));
    }
    Count("hosted", list.total);
    return {};
  }

  // Parks elsewhere and here that share a direction, word for word or one step up or down the tree of directions.
  Status AddNeighbours(const ParkRow& row) {
    std::map<NodeId, NeighbourPark> found;
    LT_ASSIGN(const auto focuses, reader_.Around(self().id, Direction::kOut, "FOCUSES_ON"));
    const auto add = [&](const Entity& ours, NodeId theirs, bool same) -> Status {
      LT_ASSIGN(const auto parks, reader_.Around(theirs, Direction::kIn, "FOCUSES_ON"));
      for (const Neighbour& n : parks) {
        if (n.node == self().id) continue;
        LT_ASSIGN(const bool park, reader_.HasLabel(n.node, "Park"));
        if (!park) continue;
        NeighbourPark& neighbour = found[n.node];
        std::vector<EdgeId> edges = {n.edge};
        for (const Neighbour& f : focuses) {
          if (f.node == ours.id) edges.push_back(f.edge);
        }
        LT_ASSIGN(const auto sources, DocumentsOf(reader_, edges));
        neighbour.sources.insert(neighbour.sources.end(), sources.begin(), sources.end());
        if (same) {
          neighbour.same.push_back(ours);
        } else {
          LT_ASSIGN(const Entity other, reader_.Describe(theirs));
          neighbour.coarser.emplace_back(ours, other);
        }
      }
      return {};
    };
    for (const ParkDirection& direction : row.directions) {
      LT_TRY(add(direction.industry, direction.industry.id, true));
      for (const Direction way : {Direction::kOut, Direction::kIn}) {
        LT_ASSIGN(const auto next, reader_.Around(direction.industry.id, way, "PART_OF"));
        for (const Neighbour& n : next) {
          LT_ASSIGN(const bool industry, reader_.HasLabel(n.node, "Industry"));
          if (industry) LT_TRY(add(direction.industry, n.node, false));
        }
      }
    }
    for (auto& [id, neighbour] : found) {
      LT_ASSIGN(neighbour.park, reader_.Describe(id));
      LT_TRY(DescribeSeat(reader_, id, neighbour.district, neighbour.city));
      profile_.neighbours.push_back(std::move(neighbour));
    }
    std::stable_sort(profile_.neighbours.begin(), profile_.neighbours.end(), [](const NeighbourPark& a, const NeighbourPark& b) {
      return std::tuple(b.same.size(), b.coarser.size()) < std::tuple(a.same.size(), a.coarser.size());
    });
    Count("neighbours", profile_.neighbours.size());
    if (profile_.neighbours.size() > options_.max_listed) profile_.neighbours.resize(options_.max_listed);
    return {};
  }

  Status OfPlace() {
    LT_ASSIGN(Group group, MembersOf(reader_, self()));
    LT_TRY(CountMembers(group));
    LT_TRY(AddSeat());
    LT_TRY(AddEnds("systems", Direction::kIn, "SYSTEM_OF"));
    LT_TRY(AddEnds("directions", Direction::kOut, "FOCUSES_ON", "role"));
    // The places right below, with their companies where these are few enough to count one by one.
    ProfileList& places = Start("districts");
    LT_ASSIGN(const auto below, reader_.Around(self().id, Direction::kIn, "PART_OF"));
    for (const Neighbour& n : below) {
      LT_ASSIGN(const Entity place, reader_.Describe(n.node));
      if (!reader_.IsPlace(place.label)) continue;
      ++places.total;
      if (Full(places)) continue;
      ProfileItem item{.entity = place};
      LT_ASSIGN(item.sources, reader_.Sources(n.edge));
      places.items.push_back(std::move(item));
    }
    LT_ASSIGN(const auto parks, reader_.LocatedWithin(self().id, "Park"));
    ProfileList& list = Start("parks");
    list.total = parks.size();
    std::vector<std::pair<uint64_t, NodeId>> order;  // fewer hosted last
    const graph::TypeId hosts = reader_.view().type("HOSTS");
    for (const NodeId id : parks) {
      LT_ASSIGN(const uint64_t hosted, hosts ? reader_.view().Degree(id, Direction::kOut, hosts) : Result<uint64_t>(uint64_t{0}));
      order.emplace_back(hosted, id);
    }
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [hosted, id] : order) {
      if (Full(list)) break;
      ProfileItem item{.count = hosted};
      LT_ASSIGN(item.entity, reader_.Describe(id));
      LT_ASSIGN(const std::string level, reader_.Property(id, "level"));
      LT_ASSIGN(const std::string kind, reader_.Property(id, "kind"));
      item.detail = reader_.ValueName("Park", "level", level);
      if (!kind.empty()) item.detail += (item.detail.empty() ? "" : zh_ ? "、" : ", ") + reader_.ValueName("Park", "kind", kind);
      LT_ASSIGN(const auto seats, reader_.Around(id, Direction::kOut, "LOCATED_IN"));
      for (const Neighbour& n : seats) {
        LT_ASSIGN(const auto sources, reader_.Sources(n.edge));
        item.sources.insert(item.sources.end(), sources.begin(), sources.end());
      }
      list.items.push_back(std::move(item));
    }
    Count("parks", parks.size());
    LT_TRY(AddCovering());
    LT_TRY(AddLeaders(self()));
    LT_TRY(AddSegments(group.members));
    LT_TRY(AddTies(group.members, true));
    ProfileList& platforms = Start("platforms");
    LT_ASSIGN(const auto found, reader_.LocatedWithin(self().id, "Platform"));
    platforms.total = found.size();
    for (const NodeId id : found) {
      if (Full(platforms)) break;
      ProfileItem item;
      LT_ASSIGN(item.entity, reader_.Describe(id));
      LT_ASSIGN(const std::string status, reader_.Property(id, "status"));
      item.detail = reader_.ValueName("Platform", "status", status);
      LT_ASSIGN(item.sources, reader_.Sources(id));
      platforms.items.push_back(std::move(item));
    }
    profile_.group = std::move(group);
    LT_ASSIGN(profile_.policies, FindPolicies(reader_, {.what = self()}));
    return {};
  }

  // Clusters that cover the place, one above it, or one inside.
  Status AddCovering() {
    ProfileList& list = Start("clusters");
    LT_ASSIGN(const Location where, reader_.Locate(self().id));
    std::set<NodeId> seen;
    std::vector<NodeId> places{self().id, where.city, where.province};
    LT_ASSIGN(const auto inside, reader_.PlacesWithin(self().id));
    places.insert(places.end(), inside.begin(), inside.end());
    for (const NodeId place : places) {
      if (!place) continue;
      LT_ASSIGN(const auto covers, reader_.Around(place, Direction::kIn, "COVERS"));
      for (const Neighbour& n : covers) {
        LT_ASSIGN(const bool cluster, reader_.HasLabel(n.node, "Cluster"));
        if (!cluster || !seen.insert(n.node).second) continue;
        ++list.total;
        if (Full(list)) continue;
        LT_ASSIGN(const std::string level, reader_.Property(n.node, "level"));
        LT_ASSIGN(ProfileItem item, Item(n.node, n.edge, reader_.ValueName("Cluster", "level", level)));
        list.items.push_back(std::move(item));
      }
    }
    Count("clusters", list.total);
    return {};
  }

  // Companies by city of their seat.
  Status AddCities(const std::vector<NodeId>& members, const char* name) {
    std::map<NodeId, uint64_t> cities;
    std::map<NodeId, std::vector<NodeId>> some;  // companies whose seats are read for the sources
    LT_ASSIGN(const auto seats, SeatsOf(reader_, members));
    for (size_t i = 0; i < seats.size(); ++i) {
      if (!seats[i].city) continue;
      ++cities[seats[i].city];
      if (auto& list = some[seats[i].city]; list.size() < options_.statements) list.push_back(members[i]);
    }
    std::vector<std::pair<uint64_t, NodeId>> order;
    for (const auto& [id, count] : cities) order.emplace_back(count, id);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    ProfileList& list = Start(name);
    list.total = order.size();
    for (const auto& [count, id] : order) {
      if (Full(list)) break;
      ProfileItem item{.count = count};
      LT_ASSIGN(item.entity, reader_.Describe(id));
      std::vector<EdgeId> edges;
      for (const NodeId company : some[id]) {
        LT_ASSIGN(const auto rows, reader_.Around(company, Direction::kOut, "LOCATED_IN"));
        for (const Neighbour& n : rows) edges.push_back(n.edge);
      }
      LT_ASSIGN(item.sources, DocumentsOf(reader_, edges, options_.statements));
      list.items.push_back(std::move(item));
    }
    Count("cities", cities.size());
    return {};
  }

  Status OfCluster() {
    LT_ASSIGN(Group group, MembersOf(reader_, self()));
    LT_TRY(CountMembers(group));
    LT_TRY(AddEnds("covers", Direction::kOut, "COVERS"));
    LT_TRY(AddEnds("focuses", Direction::kOut, "FOCUSES_ON", "role"));
    LT_TRY(AddEnds("systems", Direction::kOut, "PART_OF", "role"));
    LT_TRY(AddEnds("representatives", Direction::kIn, "REPRESENTS"));
    // Agreements that its representatives or their people signed in its name.
    ProfileList& agreements = Start("agreements");
    std::set<NodeId> signers, seen;
    LT_ASSIGN(const auto bodies, reader_.Around(self().id, Direction::kIn, "REPRESENTS"));
    for (const Neighbour& n : bodies) {
      signers.insert(n.node);
      LT_ASSIGN(const auto people, reader_.Around(n.node, Direction::kIn, "HOLDS_POST"));
      for (const Neighbour& p : people) signers.insert(p.node);
    }
    LT_ASSIGN(const std::string name, reader_.Property(self().id, "name"));
    for (const NodeId signer : signers) {
      LT_ASSIGN(const auto signed_, reader_.Around(signer, Direction::kOut, "SIGNED"));
      for (const Neighbour& n : signed_) {
        LT_ASSIGN(const std::string behalf, EdgeText(n.edge, "SIGNED", "on_behalf_of"));
        if (behalf != name || !seen.insert(n.node).second) continue;
        ++agreements.total;
        LT_ASSIGN(const Entity by, reader_.Describe(signer));
        LT_ASSIGN(ProfileItem item, Item(n.node, n.edge, by.name));
        agreements.items.push_back(std::move(item));
      }
    }
    LT_TRY(AddLeaders(self()));
    LT_TRY(AddCities(group.members, "cities"));
    LT_TRY(AddSegments(group.members));
    LT_TRY(AddTies(group.members, false));
    LT_TRY(AddMembers(group));
    profile_.group = std::move(group);
    LT_ASSIGN(profile_.policies, FindPolicies(reader_, {.what = self()}));
    return {};
  }

  Status AddMembers(const Group& group) {
    ProfileList& list = Start("members");
    list.total = group.members.size();
    for (const NodeId id : group.members) {
      if (Full(list)) break;
      ProfileItem item{.certainty = group.membership == Membership::kDerived ? graph::Certainty::kDerived : graph::Certainty::kStated};
      LT_ASSIGN(item.entity, reader_.Describe(id));
      LT_ASSIGN(const Location seat, reader_.Locate(id));
      if (seat.city) {
        LT_ASSIGN(const Entity city, reader_.Describe(seat.city));
        item.detail = city.name;
      }
      LT_ASSIGN(const auto seats, reader_.Around(id, Direction::kOut, "LOCATED_IN"));
      for (const Neighbour& n : seats) {
        LT_ASSIGN(const auto sources, reader_.Sources(n.edge));
        item.sources.insert(item.sources.end(), sources.begin(), sources.end());
      }
      list.items.push_back(std::move(item));
    }
    return {};
  }

  // Segments that feed themselves again, as recycling does: for each the shortest ring, told once.
  Status AddRings(const std::vector<NodeId>& segments) {
    const graph::TypeId upstream = reader_.view().type("UPSTREAM_OF");
    if (!upstream) return {};
    std::vector<graph::Snapshot::Edge> edges;
    LT_TRY(reader_.view().ExpandMany(segments, Direction::kOut, std::span(&upstream, 1), [&](size_t i, const Neighbour& n) {
      const auto to = std::lower_bound(segments.begin(), segments.end(), n.node);
      if (to != segments.end() && *to == n.node) {
        edges.push_back({.from = static_cast<graph::Vertex>(i), .to = static_cast<graph::Vertex>(to - segments.begin()), .edge_id = n.edge.raw});
      }
      return true;
    }));
    const auto count = static_cast<graph::Vertex>(segments.size());
    LT_ASSIGN(const graph::SnapshotPtr chain, graph::Snapshot::FromEdges(count, std::move(edges), {.labels = {"Segment"}, .types = {"UPSTREAM_OF"}}, segments));
    ProfileList rings{.name = "rings"};
    std::set<graph::Vertex> shown;
    for (graph::Vertex v = 0; v < count; ++v) {
      if (shown.contains(v)) continue;
      LT_ASSIGN(const analysis::PathResult found, analysis::CyclesThrough(*chain, v, 1, {.max_hops = 12}, budget_));
      for (const analysis::Path& ring : found.paths) {
        ++rings.total;
        ProfileItem item;
        LT_ASSIGN(item.entity, reader_.Describe(segments[v]));
        for (const graph::Vertex at : ring.vertices) {
          shown.insert(at);
          LT_ASSIGN(const Entity segment, reader_.Describe(segments[at]));
          item.detail += (item.detail.empty() ? "" : " → ") + segment.name;
        }
        for (const uint32_t arc : ring.arcs) {
          LT_ASSIGN(const auto sources, reader_.Sources(chain->edge_id(arc)));
          item.sources.insert(item.sources.end(), sources.begin(), sources.end());
        }
        rings.items.push_back(std::move(item));
      }
    }
    profile_.lists.push_back(std::move(rings));
    return {};
  }

  Status OfChain() {
    LT_ASSIGN(Group group, MembersOf(reader_, self()));
    LT_TRY(CountMembers(group));
    LT_ASSIGN(const auto segments, SegmentsOfChain(reader_, self().id));
    const graph::TypeId operates = reader_.view().type("OPERATES_IN");
    std::map<NodeId, std::vector<EdgeId>> companies;
    if (operates) {
      LT_TRY(reader_.view().ExpandMany(segments, Direction::kIn, std::span(&operates, 1), [&](size_t i, const Neighbour& n) {
        companies[segments[i]].push_back(n.edge);
        return true;
      }));
    }
    ProfileList& list = Start("segments");
    list.total = segments.size();
    std::vector<std::tuple<int, int64_t, NodeId>> order;
    for (const NodeId id : segments) {
      LT_ASSIGN(const std::string level, reader_.Property(id, "level"));
      order.emplace_back(LevelRank(level), -static_cast<int64_t>(companies[id].size()), id);
    }
    std::sort(order.begin(), order.end());
    uint64_t held = 0;
    for (const auto& [rank, count, id] : order) {
      held += count != 0;
      if (list.items.size() >= std::max<size_t>(options_.max_listed, 200)) continue;  // a chain is read as a whole
      ProfileItem item{.count = static_cast<uint64_t>(-count)};
      LT_ASSIGN(item.entity, reader_.Describe(id));
      LT_ASSIGN(const std::string level, reader_.Property(id, "level"));
      item.detail = reader_.ValueName("Segment", "level", level);
      LT_ASSIGN(item.sources, reader_.Sources(id));
      list.items.push_back(std::move(item));
    }
    Count("segments", segments.size());
    Count("segments_held", held);
    LT_TRY(AddRings(segments));
    LT_TRY(AddEnds("clusters", Direction::kIn, "FOCUSES_ON", nullptr, "Cluster"));
    Count("clusters", profile_.lists.back().total);
    LT_TRY(AddLeaders(self()));
    LT_TRY(AddCities(group.members, "cities"));
    LT_TRY(AddTies(group.members, false));
    profile_.group = std::move(group);
    return {};
  }

  Reader& reader_;
  const ProfileOptions& options_;
  const Budget& budget_;
  const bool zh_;
  Profile profile_;
};

bool Comparable(const Reader& reader, const std::string& a, const std::string& b) { return a == b || (reader.IsPlace(a) && reader.IsPlace(b)); }

}  // namespace

const ProfileList* Profile::List(std::string_view name) const {
  for (const ProfileList& list : lists) {
    if (list.name == name) return &list;
  }
  return nullptr;
}

std::optional<double> Profile::Number(std::string_view name) const {
  for (const Figure& figure : figures) {
    if (figure.name == name) return figure.value;
  }
  return {};
}

bool HasProfile(const std::string& label) {
  return label == "Company" || label == "Park" || label == "City" || label == "District" || label == "Province" || label == "Cluster" || label == "Chain";
}

Result<Profile> MakeProfile(Reader& reader, const Entity& entity, const ProfileOptions& options, const Budget& budget) {
  if (!HasProfile(entity.label)) {
    return Status(Code::kInvalid, reader.lang() == Lang::kZh ? Text("“", entity.name, "”是", reader.LabelName(entity.label), ",没有概况页")
                                                             : Text("'", entity.name, "' is a ", reader.LabelName(entity.label), ": there is no profile of it"));
  }
  return Maker(reader, options, budget).Run(entity);
}

Result<CompareAnswer> Compare(Reader& reader, const Entity& a, const Entity& b, const ProfileOptions& options, const Budget& budget) {
  const bool zh = reader.lang() == Lang::kZh;
  if (a == b) return Status(Code::kInvalid, zh ? Text("两边都是“", a.name, "”") : Text("both sides are ", a.name));
  if (!Comparable(reader, a.label, b.label)) {
    return Status(Code::kInvalid, zh ? Text("“", a.name, "”是", reader.LabelName(a.label), ",“", b.name, "”是", reader.LabelName(b.label), ";只能比较同类")
                                     : Text("'", a.name, "' is a ", reader.LabelName(a.label), ", '", b.name, "' a ", reader.LabelName(b.label), ": only things of a kind are compared"));
  }
  CompareAnswer answer;
  ProfileOptions whole = options;
  whole.max_listed = std::max<size_t>(options.max_listed, 200);  // what is common should not depend on how many names are shown
  // Places may have many companies: their two profiles are made side by side, one with a reader of its own. (What tells how far it
  // is must do so from one thread; profiles of places do not.)
  Reader beside = reader.Beside();
  const graph::LabelId company = reader.view().label("Company");
  LT_ASSIGN(const uint64_t companies, company ? reader.view().NodeCount(company) : Result<uint64_t>(uint64_t{0}));
  const size_t workers = reader.IsPlace(a.label) ? std::min<size_t>(2, ThreadsFor(companies, options.threads)) : 1;
  LT_TRY(Share(workers, {[&](size_t worker) -> Status {
                           LT_ASSIGN(answer.a, MakeProfile(worker == 0 ? reader : beside, a, whole, budget));
                           return {};
                         },
                         [&](size_t worker) -> Status {
                           LT_ASSIGN(answer.b, MakeProfile(worker == 0 ? reader : beside, b, whole, budget));
                           return {};
                         }}));
  for (const Figure& f : answer.a.figures) answer.figures.push_back({f.name, f.unit, f.value, answer.b.Number(f.name)});
  for (const Figure& f : answer.b.figures) {
    const bool known = std::any_of(answer.figures.begin(), answer.figures.end(), [&](const FigurePair& p) { return p.name == f.name; });
    if (!known) answer.figures.push_back({f.name, f.unit, {}, f.value});
  }
  std::vector<std::string> names;
  for (const Profile* p : {&answer.a, &answer.b}) {
    for (const ProfileList& list : p->lists) {
      if (list.name != "located_in" && list.name != "possibly_same" && std::find(names.begin(), names.end(), list.name) == names.end()) names.push_back(list.name);
    }
  }
  for (const std::string& name : names) {
    ListComparison c{.name = name};
    std::map<NodeId, Entity> of_a, of_b;
    for (const auto& [profile, total, into] : {std::tuple(&answer.a, &c.a_total, &of_a), {&answer.b, &c.b_total, &of_b}}) {
      if (const ProfileList* list = profile->List(name)) {
        *total = list->total;
        for (const ProfileItem& item : list->items) into->emplace(item.entity.id, item.entity);
      }
    }
    const auto put = [&](std::vector<Entity>& list, uint64_t& count, const Entity& entity) {
      if (count++ < options.max_listed) list.push_back(entity);
    };
    for (const auto& [id, entity] : of_a) of_b.contains(id) ? put(c.both, c.both_total, entity) : put(c.a_only, c.a_only_total, entity);
    for (const auto& [id, entity] : of_b) {
      if (!of_a.contains(id)) put(c.b_only, c.b_only_total, entity);
    }
    answer.lists.push_back(std::move(c));
  }
  std::map<std::string, IndicatorPair> metrics;
  for (const IndicatorRow& row : answer.a.indicators) metrics[row.metric].a.push_back(row);
  for (const IndicatorRow& row : answer.b.indicators) metrics[row.metric].b.push_back(row);
  for (auto& [metric, pair] : metrics) {
    if (pair.a.empty() || pair.b.empty()) continue;
    pair.metric = metric;
    answer.indicators.push_back(std::move(pair));
  }
  return answer;
}

}  // namespace liantu::chain
