// SPDX-License-Identifier: Apache-2.0
// One function for each kind of thing in common; all of them look outwards from the members or from the groups.
#include "chain/common_ground.h"

#include <algorithm>
#include <tuple>

#include "chain/related_rows.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr size_t kExamples = 5;

void Append(std::vector<Source>& to, const std::vector<Source>& more) { to.insert(to.end(), more.begin(), more.end()); }

// The edges of a type from the group's entity (or into it), with the node at the other end.
Result<std::vector<Neighbour>> Edges(Reader& reader, const Group& group, Direction direction, std::string_view type) {
  return reader.Around(group.entity.id, direction, type);
}

// The cities that a group is said to lie in: the covered places of a cluster, the place itself, the city of a park; each with
// the edge that says so (none for the place itself).
Result<std::map<NodeId, std::vector<EdgeId>>> StatedCities(Reader& reader, const Group& group) {
  std::map<NodeId, std::vector<EdgeId>> cities;
  std::vector<std::pair<NodeId, EdgeId>> places;
  if (reader.IsPlace(group.entity.label)) places.push_back({group.entity.id, {}});
  for (const char* type : {"COVERS", "LOCATED_IN"}) {
    if (reader.IsPlace(group.entity.label)) break;
    LT_ASSIGN(const auto edges, Edges(reader, group, Direction::kOut, type));
    for (const Neighbour& n : edges) places.push_back({n.node, n.edge});
  }
  for (const auto& [place, edge] : places) {
    std::vector<NodeId> found;
    LT_ASSIGN(const bool city, reader.HasLabel(place, "City"));
    LT_ASSIGN(const bool province, reader.HasLabel(place, "Province"));
    if (city) {
      found.push_back(place);
    } else if (province) {
      LT_ASSIGN(const auto within, reader.PlacesWithin(place));
      for (NodeId id : within) {
        LT_ASSIGN(const bool is_city, reader.HasLabel(id, "City"));
        if (is_city) found.push_back(id);
      }
    } else {
      LT_ASSIGN(const Location where, reader.Locate(place));
      if (where.city) found.push_back(where.city);
    }
    for (NodeId id : found) {
      auto& edges = cities[id];
      if (edge) edges.push_back(edge);
    }
  }
  return cities;
}

Status AddCities(Reader& reader, const Group& a, const Group& b, const MemberTies& ties, std::vector<SharedCity>& out) {
  LT_ASSIGN(const auto of_a, StatedCities(reader, a));
  LT_ASSIGN(const auto of_b, StatedCities(reader, b));
  std::unordered_map<NodeId, std::array<uint64_t, 3>> seats;
  if (ties.network) {
    const auto locations = ties.network->locations();
    const auto seat_of = ties.network->seats();
    std::vector<std::array<uint64_t, 4>> by_location(locations.size());
    for (uint32_t node = 0; node < ties.nodes.size(); ++node) ++by_location[seat_of[node]][static_cast<size_t>(ties.parts[node])];
    for (size_t l = 0; l < locations.size(); ++l) {
      if (!locations[l].city) continue;
      for (size_t part = 0; part < 3; ++part) {
        if (by_location[l][part] > 0) seats[locations[l].city][part] += by_location[l][part];
      }
    }
  } else {
    LT_TRY(EachSeat(reader, ties, [&](uint32_t company, const Location& where) {
      if (where.city) ++seats[where.city][static_cast<size_t>(ties.parts[company])];
    }));
  }
  std::set<NodeId> cities;
  for (const auto& [city, edges] : of_a) {
    if (of_b.contains(city)) cities.insert(city);
  }
  for (const auto& [city, counts] : seats) {
    if ((counts[0] > 0 && counts[1] > 0) || counts[2] > 0) cities.insert(city);
  }
  for (NodeId id : cities) {
    SharedCity city{.a_covers = of_a.contains(id), .b_covers = of_b.contains(id)};
    LT_ASSIGN(city.city, reader.Describe(id));
    if (const auto it = seats.find(id); it != seats.end()) {
      city.a_members = it->second[0], city.b_members = it->second[1], city.both_members = it->second[2];
    }
    for (const auto* side : {&of_a, &of_b}) {
      const auto it = side->find(id);
      if (it == side->end()) continue;
      for (EdgeId edge : it->second) {
        LT_ASSIGN(const auto sources, reader.Sources(edge));
        Append(city.sources, sources);
      }
    }
    out.push_back(std::move(city));
  }
  return {};
}

// Both -[type]-> frame; for places also frame -[COVERS]-> the place or one above it.
Status AddFrames(Reader& reader, const Group& a, const Group& b, std::vector<SharedFrame>& out) {
  auto collect = [&](const Group& group, const char* type) -> Result<std::map<NodeId, EdgeId>> {
    std::map<NodeId, EdgeId> frames;
    const bool covers = std::string_view(type) == "COVERS";
    std::vector<NodeId> from{group.entity.id};
    if (covers) {
      if (!reader.IsPlace(group.entity.label)) return frames;
      LT_ASSIGN(const Location where, reader.Locate(group.entity.id));
      for (NodeId above : {where.city, where.province}) {
        if (above && above != group.entity.id) from.push_back(above);
      }
    }
    for (NodeId id : from) {
      LT_ASSIGN(const auto edges, reader.Around(id, covers ? Direction::kIn : Direction::kOut, type));
      for (const Neighbour& n : edges) {
        LT_ASSIGN(const Entity frame, reader.Describe(n.node));
        if (!reader.IsPlace(frame.label)) frames.emplace(n.node, n.edge);
      }
    }
    return frames;
  };
  for (const char* type : {"FOCUSES_ON", "PART_OF", "COVERS"}) {
    LT_ASSIGN(const auto of_a, collect(a, type));
    LT_ASSIGN(const auto of_b, collect(b, type));
    for (const auto& [id, edge] : of_a) {
      const auto other = of_b.find(id);
      if (other == of_b.end()) continue;
      SharedFrame frame{.type = type};
      LT_ASSIGN(frame.frame, reader.Describe(id));
      LT_ASSIGN(frame.sources, reader.Sources(edge));
      if (other->second != edge) {
        LT_ASSIGN(const auto more, reader.Sources(other->second));
        Append(frame.sources, more);
      }
      out.push_back(std::move(frame));
    }
  }
  return {};
}

Status AddParks(Reader& reader, const Parts& parts, const MemberTies& ties, std::vector<SharedPark>& out) {
  struct Hosted {
    std::array<std::vector<NodeId>, 3> companies;
    std::vector<EdgeId> edges;
  };
  LT_ASSIGN(const RelatedRows hosts, RowsOf(reader, ties, Network::Relation::kHostedBy));
  std::vector<uint8_t> sides(hosts.things.size(), 0);  // a bit for each part that has somebody there
  for (size_t i = 0; i < hosts.who.size(); ++i) sides[hosts.thing[i]] |= static_cast<uint8_t>(1u << static_cast<unsigned>(ties.parts[hosts.who[i]]));
  std::map<NodeId, Hosted> parks;
  for (size_t p = 0; p < sides.size(); ++p) {
    if ((sides[p] & 3) == 3 || (sides[p] & 4) != 0) parks.try_emplace(hosts.things[p]);
  }
  for (auto& [id, hosted] : parks) {
    LT_ASSIGN(auto rows, reader.Around(id, Direction::kOut, "HOSTS"));
    std::sort(rows.begin(), rows.end(), [](const Neighbour& x, const Neighbour& y) { return std::tuple(x.node, x.edge) < std::tuple(y.node, y.edge); });
    for (const Neighbour& n : rows) {
      const Part part = parts.Of(n.node);
      if (part == Part::kRest) continue;
      hosted.companies[static_cast<size_t>(part)].push_back(n.node);
      hosted.edges.push_back(n.edge);
    }
  }
  for (auto& [id, hosted] : parks) {
    SharedPark park;
    LT_ASSIGN(park.park, reader.Describe(id));
    LT_ASSIGN(const Location where, reader.Locate(id));
    if (where.city) {
      LT_ASSIGN(park.city, reader.Describe(where.city));
    }
    for (size_t part = 0; part < 3; ++part) {
      auto& names = part == 0 ? park.a_only : part == 1 ? park.b_only : park.both;
      for (NodeId company : hosted.companies[part]) {
        LT_ASSIGN(const Entity e, reader.Describe(company));
        if (std::find(names.begin(), names.end(), e) == names.end()) names.push_back(e);
      }
    }
    std::sort(hosted.edges.begin(), hosted.edges.end());
    for (EdgeId edge : hosted.edges) {
      LT_ASSIGN(const auto sources, reader.Sources(edge));
      Append(park.sources, sources);
    }
    out.push_back(std::move(park));
  }
  return {};
}

Status AddSegments(Reader& reader, const Holders& holders, const MemberTies& ties, std::vector<SharedSegment>& out) {
  std::vector<std::pair<NodeId, const std::array<std::vector<uint32_t>, 3>*>> shared;
  for (const auto& [id, companies] : holders) {
    if ((!companies[0].empty() && !companies[1].empty()) || !companies[2].empty()) shared.emplace_back(id, &companies);
  }
  std::vector<size_t> order(shared.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (order.size() > kSegmentsWithExamples) {
    const auto size = [&](size_t i) { return (*shared[i].second)[0].size() + (*shared[i].second)[1].size() + (*shared[i].second)[2].size(); };
    std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) { return size(x) > size(y); });
    order.resize(kSegmentsWithExamples);
  }
  std::vector<char> with_examples(shared.size(), 0);
  for (const size_t i : order) with_examples[i] = 1;
  // There may be thousands: what is told of each is read together.
  std::vector<NodeId> ids;
  for (const auto& [id, companies] : shared) ids.push_back(id);
  LT_TRY(reader.LoadAll(ids));
  std::vector<std::vector<NodeId>> parents(shared.size());
  if (const graph::TypeId part_of = reader.view().type("PART_OF")) {
    LT_TRY(reader.view().ExpandMany(ids, Direction::kOut, std::span(&part_of, 1), [&](size_t i, const Neighbour& n) {
      parents[i].push_back(n.node);
      return true;
    }));
  }
  for (size_t s = 0; s < shared.size(); ++s) {
    const auto& [id, companies] = shared[s];
    SharedSegment segment;
    LT_ASSIGN(segment.segment, reader.Describe(id));
    for (const NodeId parent : parents[s]) {
      LT_ASSIGN(const Entity chain, reader.Describe(parent));
      if (chain.label == "Chain") segment.chains.push_back(chain);
    }
    for (size_t part = 0; part < 3; ++part) {
      segment.companies[part] = (*companies)[part].size();
      for (size_t i = 0; with_examples[s] && i < (*companies)[part].size() && i < kExamples; ++i) {
        LT_ASSIGN(const Entity e, reader.Describe(ties.id((*companies)[part][i])));
        segment.examples[part].push_back(e);
        LT_ASSIGN(const auto operates, reader.Around(e.id, Direction::kOut, "OPERATES_IN"));
        for (const Neighbour& n : operates) {
          if (n.node != id) continue;
          LT_ASSIGN(const auto sources, reader.Sources(n.edge));
          Append(segment.sources, sources);
        }
      }
    }
    out.push_back(std::move(segment));
  }
  return {};
}

Status AddPlatforms(Reader& reader, const MemberTies& ties, const CommonGround& ground, std::vector<SharedPlatform>& out) {
  LT_ASSIGN(const uint64_t count, reader.view().NodeCount(reader.view().label("Platform")));
  if (!reader.view().label("Platform") || count == 0) return {};
  std::set<NodeId> seen;
  auto add = [&](NodeId id, PlatformReason reason, const std::optional<Entity>& where, const std::vector<EdgeId>& edges) -> Status {
    LT_ASSIGN(const bool platform, reader.HasLabel(id, "Platform"));
    if (!platform || !seen.insert(id).second) return {};
    SharedPlatform shared{.reason = reason, .where = where};
    LT_ASSIGN(shared.platform, reader.Describe(id));
    LT_ASSIGN(shared.status, reader.Property(id, "status"));
    for (EdgeId edge : edges) {
      LT_ASSIGN(const auto sources, reader.Sources(edge));
      Append(shared.sources, sources);
    }
    out.push_back(std::move(shared));
    return {};
  };
  std::map<NodeId, uint8_t> developed;  // a bit for each part
  LT_TRY(EachRelated(reader, ties, Network::Relation::kDevelops, [&](uint32_t company, NodeId thing) { developed[thing] |= static_cast<uint8_t>(1u << static_cast<unsigned>(ties.parts[company])); }));
  for (const auto& [id, by] : developed) {
    if ((by & 3) != 3 && (by & 4) == 0) continue;
    LT_ASSIGN(const auto developers, reader.Around(id, Direction::kIn, "DEVELOPS"));
    std::vector<EdgeId> edges;
    for (const Neighbour& n : developers) {
      const uint32_t node = ties.Of(n.node);
      if (node != Network::kNone && ties.parts[node] != Part::kRest) edges.push_back(n.edge);
    }
    LT_TRY(add(id, PlatformReason::kDeveloped, {}, edges));
  }
  for (const SharedPark& park : ground.parks) {
    LT_ASSIGN(const auto hosted, reader.Around(park.park.id, Direction::kOut, "HOSTS"));
    for (const Neighbour& n : hosted) LT_TRY(add(n.node, PlatformReason::kHosted, park.park, {n.edge}));
  }
  for (const SharedCity& city : ground.cities) {
    if (!city.a_covers || !city.b_covers) continue;
    LT_ASSIGN(const auto located, reader.LocatedWithin(city.city.id, "Platform"));
    for (NodeId id : located) {
      LT_ASSIGN(const auto seats, reader.Around(id, Direction::kOut, "LOCATED_IN"));
      std::vector<EdgeId> edges;
      for (const Neighbour& n : seats) edges.push_back(n.edge);
      LT_TRY(add(id, PlatformReason::kInSharedCity, city.city, edges));
    }
  }
  return {};
}

Result<std::string> EdgeText(Reader& reader, EdgeId id, std::string_view property) {
  const auto property_id = reader.view().property(property);
  LT_ASSIGN(const auto edge, reader.view().GetEdge(id));
  const graph::Value* value = edge && property_id ? edge->Property(property_id) : nullptr;
  return value ? graph::ToText(*value) : std::string();
}

// True where the words name the entity: its name, English name, short name or one of its aliases.
Result<bool> Names(Reader& reader, const Entity& entity, const std::string& words) {
  if (words.empty()) return false;
  for (const char* property : {"key", "name", "name_en", "short_name"}) {
    LT_ASSIGN(const std::string name, reader.Property(entity.id, property));
    if (name == words) return true;
  }
  const auto aliases = reader.view().property("aliases");
  LT_ASSIGN(const graph::Node* node, reader.Load(entity.id));
  const graph::Value* value = node && aliases ? node->Property(aliases) : nullptr;
  const auto* list = value ? value->as<graph::Value::List>() : nullptr;
  return list && std::any_of(list->begin(), list->end(), [&](const graph::Value& v) { return graph::ToText(v) == words; });
}

Status AddAgreements(Reader& reader, const Group& a, const Group& b, const Parts& parts, const MemberTies& ties, std::vector<AgreementLink>& out) {
  const graph::TypeId signed_type = reader.view().type("SIGNED");
  if (!signed_type) return {};
  std::set<NodeId> represents_a, represents_b;
  std::map<NodeId, EdgeId> representation;
  for (const Group* group : {&a, &b}) {
    LT_ASSIGN(const auto edges, Edges(reader, *group, Direction::kIn, "REPRESENTS"));
    for (const Neighbour& n : edges) {
      (group == &a ? represents_a : represents_b).insert(n.node);
      representation.emplace(n.node, n.edge);
    }
  }
  // Who may have signed: representatives, people in their posts, members.
  std::set<NodeId> signers(represents_a.begin(), represents_a.end());
  signers.insert(represents_b.begin(), represents_b.end());
  for (NodeId body : std::vector<NodeId>(signers.begin(), signers.end())) {
    LT_ASSIGN(const auto people, reader.Around(body, Direction::kIn, "HOLDS_POST"));
    for (const Neighbour& n : people) signers.insert(n.node);
  }
  const std::vector<NodeId> list(signers.begin(), signers.end());
  std::set<NodeId> agreements;
  LT_TRY(reader.view().ExpandMany(list, Direction::kOut, std::span(&signed_type, 1), [&](size_t, const Neighbour& n) {
    agreements.insert(n.node);
    return true;
  }));
  LT_TRY(EachRelated(reader, ties, Network::Relation::kSigned, [&](uint32_t, NodeId agreement) { agreements.insert(agreement); }));
  for (NodeId id : agreements) {
    AgreementLink link;
    bool a_signs = false, b_signs = false;
    LT_ASSIGN(const auto signatures, reader.Around(id, Direction::kIn, "SIGNED"));
    for (const Neighbour& n : signatures) {
      Signatory who;
      LT_ASSIGN(who.who, reader.Describe(n.node));
      LT_ASSIGN(who.on_behalf_of, EdgeText(reader, n.edge, "on_behalf_of"));
      LT_ASSIGN(const bool named_a, Names(reader, a.entity, who.on_behalf_of));
      LT_ASSIGN(const bool named_b, Names(reader, b.entity, who.on_behalf_of));
      // Words that name somebody else outweigh a general representation.
      const bool for_a = named_a || (who.on_behalf_of.empty() && represents_a.contains(n.node));
      const bool for_b = named_b || (who.on_behalf_of.empty() && represents_b.contains(n.node));
      if (for_a || for_b) who.for_whom = for_a ? a.entity : b.entity;
      link.for_a = link.for_a || for_a;
      link.for_b = link.for_b || for_b;
      const Part part = parts.Of(n.node);
      a_signs = a_signs || part == Part::kAOnly || part == Part::kBoth;
      b_signs = b_signs || part == Part::kBOnly || part == Part::kBoth;
      LT_ASSIGN(const auto edge_sources, reader.Sources(n.edge));
      Append(link.sources, edge_sources);
      if (const auto it = representation.find(n.node); it != representation.end()) {
        LT_ASSIGN(const auto more, reader.Sources(it->second));
        Append(link.sources, more);
      }
      link.signatories.push_back(std::move(who));
    }
    // A member's own agreement joins the groups only where members of both signed it.
    const bool two_members = a_signs && b_signs && signatures.size() > 1;
    if (!link.for_a && !link.for_b && !two_members) continue;
    LT_ASSIGN(link.agreement, reader.Describe(id));
    LT_ASSIGN(link.kind, reader.Property(id, "kind"));
    LT_ASSIGN(link.date, reader.Property(id, "date"));
    out.push_back(std::move(link));
  }
  return {};
}

Status AddLeaders(Reader& reader, const Group& a, const Group& b, const Parts& parts, const MemberTies& ties, std::vector<LeaderLink>& out) {
  const graph::TypeId leads = reader.view().type("LEADS");
  if (!leads) return {};
  // What belongs to each side and may be led.
  auto led_by = [&](const Group& group) -> Result<std::set<NodeId>> {
    std::set<NodeId> led{group.entity.id};
    std::vector<NodeId> chains;
    for (const Entity& chain : group.chains) chains.push_back(chain.id);
    if (group.entity.label == "Chain") chains.push_back(group.entity.id);
    for (NodeId chain : chains) {
      led.insert(chain);
      LT_ASSIGN(const auto segments, SegmentsOfChain(reader, chain));
      led.insert(segments.begin(), segments.end());
    }
    return led;
  };
  LT_ASSIGN(const auto led_a, led_by(a));
  LT_ASSIGN(const auto led_b, led_by(b));
  std::set<NodeId> companies;
  std::set<NodeId> targets(led_a.begin(), led_a.end());
  targets.insert(led_b.begin(), led_b.end());
  const std::vector<NodeId> target_list(targets.begin(), targets.end());
  LT_TRY(reader.view().ExpandMany(target_list, Direction::kIn, std::span(&leads, 1), [&](size_t, const Neighbour& n) {
    companies.insert(n.node);
    return true;
  }));
  LT_TRY(EachRelated(reader, ties, Network::Relation::kLeads, [&](uint32_t company, NodeId) { companies.insert(ties.id(company)); }));
  const std::vector<NodeId> company_list(companies.begin(), companies.end());
  LT_TRY(reader.LoadAll(company_list));
  std::vector<std::vector<Neighbour>> edges(company_list.size());
  std::vector<EdgeId> ids;
  LT_TRY(reader.view().ExpandMany(company_list, Direction::kOut, std::span(&leads, 1), [&](size_t i, const Neighbour& n) {
    edges[i].push_back(n);
    ids.push_back(n.edge);
    return true;
  }));
  LT_ASSIGN(const auto stored, reader.view().GetEdges(ids));
  size_t row = 0;
  for (size_t i = 0; i < company_list.size(); ++i) {
    const NodeId id = company_list[i];
    LeaderLink leader{.part = parts.Of(id)};
    LT_ASSIGN(leader.company, reader.Describe(id));
    for (const Neighbour& n : edges[i]) {
      const auto& edge = stored[row++];
      const auto text = [&](const char* property) {
        const graph::PropertyId property_id = reader.view().property(property);
        const graph::Value* value = edge && property_id ? edge->Property(property_id) : nullptr;
        return value ? graph::ToText(*value) : std::string();
      };
      Leadership l;
      l.place = text("place"), l.wording = text("wording"), l.named_by = text("named_by");
      LT_ASSIGN(const bool place_a, Names(reader, a.entity, l.place));
      LT_ASSIGN(const bool place_b, Names(reader, b.entity, l.place));
      l.of_a = led_a.contains(n.node) || place_a;
      l.of_b = led_b.contains(n.node) || place_b;
      if (!l.of_a && !l.of_b && leader.part == Part::kRest) continue;
      LT_ASSIGN(l.led, reader.Describe(n.node));
      leader.of_a = leader.of_a || l.of_a;
      leader.of_b = leader.of_b || l.of_b;
      LT_ASSIGN(const auto sources, reader.Sources(n.edge));
      Append(leader.sources, sources);
      leader.leads.push_back(std::move(l));
    }
    if (!leader.leads.empty()) out.push_back(std::move(leader));
  }
  auto rank = [](const LeaderLink& l) {
    const bool both = (l.of_a && l.of_b) || l.part == Part::kBoth;
    return std::tuple(!both, l.part, l.company.id);
  };
  std::stable_sort(out.begin(), out.end(), [&](const LeaderLink& x, const LeaderLink& y) { return rank(x) < rank(y); });
  return {};
}

}  // namespace

Result<CommonGround> FindCommonGround(Reader& reader, const Group& a, const Group& b, const Parts& parts, const Holders& holders, const MemberTies& ties) {
  CommonGround ground;
  LT_TRY(AddCities(reader, a, b, ties, ground.cities));
  LT_TRY(AddFrames(reader, a, b, ground.frames));
  LT_TRY(AddParks(reader, parts, ties, ground.parks));
  LT_TRY(AddSegments(reader, holders, ties, ground.segments));
  LT_TRY(AddPlatforms(reader, ties, ground, ground.platforms));
  LT_TRY(AddAgreements(reader, a, b, parts, ties, ground.agreements));
  LT_TRY(AddLeaders(reader, a, b, parts, ties, ground.leaders));
  return ground;
}

}  // namespace liantu::chain
