// SPDX-License-Identifier: Apache-2.0
// The membership rules, one function each.
#include "chain/group.h"

#include <algorithm>

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;

namespace {

std::vector<NodeId> Sorted(std::set<NodeId> ids) { return {ids.begin(), ids.end()}; }

Result<std::vector<NodeId>> Companies(Reader& reader, const std::vector<NodeId>& from, Direction direction, std::string_view type) {
  std::set<NodeId> found;
  const graph::TypeId id = reader.view().type(type);
  if (!id) return std::vector<NodeId>();
  LT_TRY(reader.view().ExpandMany(from, direction, std::span(&id, 1), [&](size_t, const Neighbour& n) {
    found.insert(n.node);
    return true;
  }));
  return reader.OnlyWithLabel(Sorted(std::move(found)), "Company");
}

Status ClusterMembers(Reader& reader, Group& group) {
  const bool zh = reader.lang() == Lang::kZh;
  const NodeId cluster = group.entity.id;
  LT_ASSIGN(const auto covers, reader.Around(cluster, Direction::kOut, "COVERS"));
  for (const Neighbour& n : covers) {
    LT_ASSIGN(const Entity place, reader.Describe(n.node));
    group.cities.push_back(place);
  }
  LT_ASSIGN(const auto focuses, reader.Around(cluster, Direction::kOut, "FOCUSES_ON"));
  for (const Neighbour& n : focuses) {
    LT_ASSIGN(const Entity focus, reader.Describe(n.node));
    if (focus.label == "Chain") group.chains.push_back(focus);
  }
  LT_ASSIGN(group.members, Companies(reader, {cluster}, Direction::kIn, "MEMBER_OF"));
  if (!group.members.empty()) {
    group.membership = Membership::kStated;
    return {};
  }
  if (group.chains.empty()) {
    group.reason = zh ? "没有来源列出其成员,也没有说明它属于哪条产业链" : "no source names its members, and none says which chain it is about";
    return {};
  }
  if (group.cities.empty()) {
    group.reason = zh ? "没有来源列出其成员,也没有说明它覆盖哪些城市" : "no source names its members, and none says which places it covers";
    return {};
  }
  std::vector<NodeId> segments;
  for (const Entity& chain : group.chains) {
    LT_ASSIGN(const auto some, SegmentsOfChain(reader, chain.id));
    segments.insert(segments.end(), some.begin(), some.end());
  }
  LT_ASSIGN(const auto operating, Companies(reader, segments, Direction::kIn, "OPERATES_IN"));
  std::set<NodeId> places;
  for (const Entity& city : group.cities) {
    LT_ASSIGN(const auto within, reader.PlacesWithin(city.id));
    places.insert(within.begin(), within.end());
  }
  for (NodeId company : operating) {
    LT_ASSIGN(const Location seat, reader.Locate(company));
    if (places.contains(seat.district) || places.contains(seat.city) || places.contains(seat.province)) {
      group.members.push_back(company);
    }
  }
  group.membership = Membership::kDerived;
  if (group.members.empty()) group.reason = zh ? "数据中没有企业同时位于其城市并从事其产业链环节" : "no company in the data is seated in its places and operates in its chain";
  return {};
}

}  // namespace

const char* MembershipName(Membership membership) {
  switch (membership) {
    case Membership::kSeated: return "seated";
    case Membership::kStated: return "stated";
    case Membership::kDerived: return "derived";
    case Membership::kOperating: return "operating";
    case Membership::kHosted: return "hosted";
    case Membership::kProducing: return "producing";
    case Membership::kNotComputable: return "cannot be computed";
  }
  return "";
}

bool Group::Contains(NodeId id) const { return std::binary_search(members.begin(), members.end(), id); }

Part Parts::Of(NodeId company) const {
  for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
    if (std::binary_search(of(part).begin(), of(part).end(), company)) return part;
  }
  return Part::kRest;
}

Parts SplitGroups(const Group& a, const Group& b) {
  Parts parts;
  auto& [a_only, b_only, both] = parts.members;
  std::set_difference(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(), std::back_inserter(a_only));
  std::set_difference(b.members.begin(), b.members.end(), a.members.begin(), a.members.end(), std::back_inserter(b_only));
  std::set_intersection(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(), std::back_inserter(both));
  std::set_union(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(), std::back_inserter(parts.all));
  return parts;
}

Result<std::vector<NodeId>> SegmentsOfChain(Reader& reader, NodeId chain) {
  std::set<NodeId> segments, seen{chain};
  std::vector<NodeId> open{chain};
  while (!open.empty()) {
    const NodeId at = open.back();
    open.pop_back();
    LT_ASSIGN(const auto parts, reader.Around(at, Direction::kIn, "PART_OF"));
    for (const Neighbour& n : parts) {
      LT_ASSIGN(const Entity part, reader.Describe(n.node));
      if (part.label == "Segment") segments.insert(n.node);
      if (part.label == "Chain" && seen.insert(n.node).second) open.push_back(n.node);
    }
  }
  return Sorted(std::move(segments));
}

Result<std::vector<NodeId>> SegmentsOf(Reader& reader, const std::vector<NodeId>& companies) {
  std::set<NodeId> segments;
  const graph::TypeId id = reader.view().type("OPERATES_IN");
  if (id) {
    LT_TRY(reader.view().ExpandMany(companies, Direction::kOut, std::span(&id, 1), [&](size_t, const Neighbour& n) {
      segments.insert(n.node);
      return true;
    }));
  }
  return Sorted(std::move(segments));
}

Result<Group> MembersOf(Reader& reader, const Entity& entity) {
  Group group{.entity = entity};
  const bool zh = reader.lang() == Lang::kZh;
  if (reader.IsPlace(entity.label)) {
    group.membership = Membership::kSeated;
    LT_ASSIGN(group.members, reader.LocatedWithin(entity.id, "Company"));
  } else if (entity.label == "Cluster") {
    LT_TRY(ClusterMembers(reader, group));
  } else if (entity.label == "Chain") {
    group.membership = Membership::kOperating;
    LT_ASSIGN(const auto segments, SegmentsOfChain(reader, entity.id));
    LT_ASSIGN(group.members, Companies(reader, segments, Direction::kIn, "OPERATES_IN"));
  } else if (entity.label == "Segment") {
    group.membership = Membership::kOperating;
    LT_ASSIGN(group.members, Companies(reader, {entity.id}, Direction::kIn, "OPERATES_IN"));
  } else if (entity.label == "Park") {
    group.membership = Membership::kHosted;
    LT_ASSIGN(group.members, Companies(reader, {entity.id}, Direction::kOut, "HOSTS"));
  } else if (entity.label == "Product") {
    group.membership = Membership::kProducing;
    LT_ASSIGN(group.members, Companies(reader, {entity.id}, Direction::kIn, "PRODUCES"));
  } else if (entity.label == "Company") {
    group.membership = Membership::kStated;
    group.members = {entity.id};
  } else {
    group.reason = zh ? Text("“", entity.name, "”(", reader.LabelName(entity.label), ")没有企业成员的规则")
                      : Text("no rule says which companies belong to a ", reader.LabelName(entity.label));
  }
  if (group.members.empty() && group.reason.empty()) group.reason = zh ? "数据中没有这样的企业" : "the data holds no such company";
  return group;
}

}  // namespace liantu::chain
