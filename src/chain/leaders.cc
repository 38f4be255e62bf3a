// SPDX-License-Identifier: Apache-2.0
// From what stands in the park or place up the chains of ownership to companies with a LEADS edge.
#include "chain/leaders.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "chain/group.h"
#include "chain/network.h"

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;

namespace {

// Every name of the place and of those inside: the place that a leader is named for is text.
Status AddNamesWithin(Reader& reader, NodeId place, std::set<std::string>& names) {
  LT_ASSIGN(const auto places, reader.PlacesWithin(place));
  for (const NodeId id : places) {
    for (const char* property : {"name", "short_name", "name_en"}) {
      LT_ASSIGN(const std::string name, reader.Property(id, property));
      if (!name.empty()) names.insert(name);
    }
  }
  return {};
}

class Finder {
 public:
  Finder(Reader& reader, const Budget& budget) : reader_(reader), budget_(budget), leads_(reader.view().type("LEADS")) {}

  Result<LeadersAnswer> Run(const Entity& asked) {
    answer_.asked = asked;
    if (asked.label == "Park") {
      LT_TRY(AddPark(asked));
    } else if (reader_.IsPlace(asked.label)) {
      LT_TRY(AddPlace(asked));
    } else if (asked.label == "Chain" || asked.label == "Cluster" || asked.label == "Segment") {
      LT_ASSIGN(const auto named, LeadersNamed(reader_, asked));
      for (const LeadershipEdge& n : named) {
        LeaderPresence presence{.tie = n.by_chain ? LeaderTie::kNamedOfChain : LeaderTie::kNamed};
        if (n.by_chain) presence.certainty = graph::Certainty::kDerived;
        LT_ASSIGN(presence.sources, reader_.Sources(n.edge));
        found_[n.company].push_back(std::move(presence));
      }
    } else if (asked.label == "Company") {
      LT_ASSIGN(const bool leads, Leads(asked.id));
      if (leads) found_[asked.id].push_back({.tie = LeaderTie::kNamed});
    } else {
      return Status(Code::kInvalid, reader_.lang() == Lang::kZh
                                        ? Text("“", asked.name, "”是", reader_.LabelName(asked.label), ";请给出园区、地点、产业链、集群、环节或企业")
                                        : Text("'", asked.name, "' is a ", reader_.LabelName(asked.label), "; give a park, place, chain, cluster, segment or company"));
    }
    return Finish();
  }

 private:
  Result<bool> Leads(NodeId company) {
    if (!leads_) return false;
    LT_ASSIGN(const uint64_t degree, reader_.view().Degree(company, Direction::kOut, leads_));
    return degree > 0;
  }

  // Of the network, where it is at hand: who leads anything, and who is owned by anybody.
  Status Prepare(uint64_t companies) {
    LT_ASSIGN(network_, NetworkAtHand(reader_, companies, Network::WantOf(Network::Relation::kLeads) | Network::WantOf(Network::Relation::kOwns)));
    if (!network_) return {};
    lead_.assign(network_->size(), 0);
    for (const uint32_t company : network_->rows(Network::Relation::kLeads).who) lead_[company] = 1;
    return {};
  }
  // A company that leads nothing and that no company owns: nothing has to be read to know that it tells no leader.
  bool TellsNone(NodeId company) const {
    const uint32_t node = network_ ? network_->Of(company) : Network::kNone;
    if (node == Network::kNone || lead_[node]) return false;
    const auto owned = network_->rows(Network::Relation::kOwns).things;
    return !std::binary_search(owned.begin(), owned.end(), company);
  }

  // Every leader above a company that stands in `park`, or that develops `project` there.
  Status AddStanding(NodeId company, const Entity& park, const std::optional<Entity>& project, const std::vector<graph::EdgeId>& edges) {
    ++answer_.companies;
    if (TellsNone(company)) return {};
    LT_ASSIGN(const auto owners, OwnersOf(reader_, company));
    for (const Related& owner : owners) {
      LT_ASSIGN(const bool leads, Leads(owner.company));
      if (!leads) continue;
      LeaderPresence presence{.park = park, .through = owner.through, .project = project};
      presence.tie = project                 ? LeaderTie::kPlanned
                     : owner.through.empty() ? LeaderTie::kHosted
                     : owner.joint           ? LeaderTie::kJointVenture
                                             : LeaderTie::kControlled;
      if (!owner.through.empty()) presence.hosted = owner.through.back().owned;
      for (const graph::EdgeId edge : edges) {
        LT_ASSIGN(const auto sources, reader_.Sources(edge));
        presence.sources.insert(presence.sources.end(), sources.begin(), sources.end());
        LT_ASSIGN(const auto stored, reader_.view().GetEdge(edge));
        if (stored) presence.certainty = std::max(presence.certainty, stored->certainty);
      }
      if (presence.certainty >= graph::Certainty::kPlanned) presence.tie = LeaderTie::kPlanned;
      for (const Ownership& step : owner.through) presence.sources.insert(presence.sources.end(), step.sources.begin(), step.sources.end());
      found_[owner.company].push_back(std::move(presence));
    }
    return budget_.Check();
  }

  Status AddPark(const Entity& park) {
    LT_ASSIGN(const auto hosted, reader_.Around(park.id, Direction::kOut, "HOSTS"));
    for (const Neighbour& n : hosted) LT_TRY(AddStanding(n.node, park, {}, {n.edge}));
    LT_ASSIGN(const auto plans, reader_.Around(park.id, Direction::kOut, "PLANS"));
    for (const Neighbour& plan : plans) {
      LT_ASSIGN(const Entity project, reader_.Describe(plan.node));
      LT_ASSIGN(const auto developers, reader_.Around(plan.node, Direction::kIn, "DEVELOPS"));
      for (const Neighbour& n : developers) LT_TRY(AddStanding(n.node, park, project, {plan.edge, n.edge}));
    }
    return {};
  }

  Status AddPlace(const Entity& place) {
    LT_ASSIGN(const auto parks, reader_.LocatedWithin(place.id, "Park"));
    LT_ASSIGN(const auto seated, reader_.LocatedWithin(place.id, "Company"));
    LT_TRY(Prepare(seated.size()));
    // Parks are read together; only one that may tell a leader is looked at by itself.
    std::vector<uint64_t> hosted(parks.size(), 0);
    std::vector<char> tells(parks.size(), 0);
    const graph::TypeId hosts = reader_.view().type("HOSTS"), plans = reader_.view().type("PLANS");
    if (hosts) {
      LT_TRY(reader_.view().ExpandMany(parks, Direction::kOut, std::span(&hosts, 1), [&](size_t i, const Neighbour& n) {
        ++hosted[i];
        tells[i] = tells[i] || !TellsNone(n.node);
        return true;
      }));
    }
    LT_ASSIGN(const uint64_t planned, plans ? reader_.view().EdgeCount(plans) : Result<uint64_t>(uint64_t{0}));
    if (planned > 0) {
      LT_TRY(reader_.view().ExpandMany(parks, Direction::kOut, std::span(&plans, 1), [&](size_t i, const Neighbour&) {
        tells[i] = 1;
        return true;
      }));
    }
    for (size_t i = 0; i < parks.size(); ++i) {
      if (!tells[i]) {
        answer_.companies += hosted[i];
        continue;
      }
      LT_ASSIGN(const Entity park, reader_.Describe(parks[i]));
      LT_TRY(AddPark(park));
    }
    if (!leads_) return {};
    answer_.companies += seated.size();
    std::set<NodeId> leaders;
    if (network_) {
      for (const NodeId id : seated) {
        if (lead_[network_->Of(id)]) leaders.insert(id);
      }
    } else {
      LT_TRY(reader_.view().ExpandMany(seated, Direction::kOut, std::span(&leads_, 1), [&](size_t i, const Neighbour&) {
        leaders.insert(seated[i]);
        return true;
      }));
    }
    for (const NodeId id : leaders) {
      LeaderPresence presence{.tie = LeaderTie::kSeated};
      LT_ASSIGN(const auto seats, reader_.Around(id, Direction::kOut, "LOCATED_IN"));
      for (const Neighbour& n : seats) {
        LT_ASSIGN(const auto sources, reader_.Sources(n.edge));
        presence.sources.insert(presence.sources.end(), sources.begin(), sources.end());
      }
      found_[id].push_back(std::move(presence));
    }
    // Named for the place, or for one inside it: `place` on the LEADS edge is text.
    std::set<std::string> names;
    LT_TRY(AddNamesWithin(reader_, place.id, names));
    const graph::PropertyId place_id = reader_.view().property("place");
    std::vector<NodeId> led;
    for (const char* label_name : {"Chain", "Cluster", "Segment"}) {
      const graph::LabelId label = reader_.view().label(label_name);
      if (!label) continue;
      LT_TRY(reader_.view().NodesWithLabel(label, {}, [&](NodeId id) {
        led.push_back(id);
        return true;
      }));
    }
    std::sort(led.begin(), led.end());
    std::vector<std::pair<NodeId, graph::EdgeId>> edges;
    LT_TRY(reader_.view().ExpandMany(led, Direction::kIn, std::span(&leads_, 1), [&](size_t, const Neighbour& n) {
      edges.emplace_back(n.node, n.edge);
      return true;
    }));
    std::vector<graph::EdgeId> ids;
    for (const auto& [company, edge] : edges) ids.push_back(edge);
    LT_ASSIGN(const auto stored, reader_.view().GetEdges(ids));
    for (size_t i = 0; i < edges.size(); ++i) {
      const graph::Value* value = stored[i] && place_id ? stored[i]->Property(place_id) : nullptr;
      if (!value || !names.contains(graph::ToText(*value))) continue;
      LeaderPresence presence{.tie = LeaderTie::kNamedFor};
      LT_ASSIGN(presence.sources, reader_.Sources(edges[i].second));
      found_[edges[i].first].push_back(std::move(presence));
    }
    return budget_.Check();
  }

  Result<LeadersAnswer> Finish() {
    const auto text = [&](const graph::Edge& edge, const char* name) {
      const graph::PropertyId id = reader_.view().property(name);
      const graph::Value* value = id ? edge.Property(id) : nullptr;
      return value ? graph::ToText(*value) : std::string();
    };
    for (auto& [company, presence] : found_) {
      LeaderRow row;
      LT_ASSIGN(row.company, reader_.Describe(company));
      LT_ASSIGN(const Location seat, reader_.Locate(company));
      if (seat.city) {
        LT_ASSIGN(row.city, reader_.Describe(seat.city));
      }
      LT_ASSIGN(const auto edges, reader_.Around(company, Direction::kOut, "LEADS"));
      for (const Neighbour& n : edges) {
        Leadership leads;
        LT_ASSIGN(leads.led, reader_.Describe(n.node));
        LT_ASSIGN(const auto edge, reader_.view().GetEdge(n.edge));
        if (edge) leads.wording = text(*edge, "wording"), leads.place = text(*edge, "place"), leads.named_by = reader_.Wording(*edge, "named_by");
        LT_ASSIGN(const auto sources, reader_.Sources(n.edge));
        row.leads_sources.insert(row.leads_sources.end(), sources.begin(), sources.end());
        row.leads.push_back(std::move(leads));
      }
      const auto rank = [](const LeaderPresence& p) { return std::tuple(p.tie, p.park ? p.park->id : NodeId{}, p.hosted ? p.hosted->id : NodeId{}); };
      std::stable_sort(presence.begin(), presence.end(), [&](const LeaderPresence& a, const LeaderPresence& b) { return rank(a) < rank(b); });
      row.presence = std::move(presence);
      answer_.leaders.push_back(std::move(row));
    }
    std::stable_sort(answer_.leaders.begin(), answer_.leaders.end(), [](const LeaderRow& a, const LeaderRow& b) {
      return std::tuple(a.presence.front().tie, a.company.id) < std::tuple(b.presence.front().tie, b.company.id);
    });
    return std::move(answer_);
  }

  Reader& reader_;
  const Budget& budget_;
  const graph::TypeId leads_;
  std::shared_ptr<const Network> network_;
  std::vector<char> lead_;  // by node of the network
  LeadersAnswer answer_;
  std::map<NodeId, std::vector<LeaderPresence>> found_;
};

}  // namespace

const char* LeaderTieName(LeaderTie tie) {
  switch (tie) {
    case LeaderTie::kHosted: return "hosted";
    case LeaderTie::kControlled: return "through a controlled company";
    case LeaderTie::kJointVenture: return "through a joint venture";
    case LeaderTie::kPlanned: return "planned";
    case LeaderTie::kSeated: return "seated";
    case LeaderTie::kNamedFor: return "named for the place";
    case LeaderTie::kNamed: return "named";
    case LeaderTie::kNamedOfChain: return "named of its chain";
  }
  return "";
}

Result<std::vector<LeadershipEdge>> LeadersNamed(Reader& reader, const Entity& led) {
  std::vector<LeadershipEdge> out;
  LT_ASSIGN(const auto named, reader.Around(led.id, Direction::kIn, "LEADS"));
  for (const Neighbour& n : named) out.push_back({.company = n.node, .edge = n.edge, .led = led});
  if (led.label != "Cluster") return out;
  LT_ASSIGN(const Group group, MembersOf(reader, led));
  std::set<std::string> names;
  for (const Entity& place : group.cities) LT_TRY(AddNamesWithin(reader, place.id, names));
  for (const Entity& chain : group.chains) {
    LT_ASSIGN(const auto of_chain, reader.Around(chain.id, Direction::kIn, "LEADS"));
    for (const Neighbour& n : of_chain) {
      LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
      const graph::PropertyId place_id = reader.view().property("place");
      const graph::Value* place = edge && place_id ? edge->Property(place_id) : nullptr;
      if (!group.Contains(n.node) && (place == nullptr || !names.contains(graph::ToText(*place)))) continue;
      out.push_back({.company = n.node, .edge = n.edge, .led = chain, .by_chain = true});
    }
  }
  return out;
}

Result<LeadersAnswer> FindLeaders(Reader& reader, const Entity& asked, const Budget& budget) {
  return Finder(reader, budget).Run(asked);
}

}  // namespace liantu::chain
