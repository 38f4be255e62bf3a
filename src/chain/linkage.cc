// SPDX-License-Identifier: Apache-2.0
// Reads the ties of the members once and counts everything from that list; only what is listed is described. Cost: the
// edges of the members, their seats and segments. Index and z are those of analysis/linkage.h.
#include "chain/linkage.h"

#include <algorithm>
#include <tuple>

#include "analysis/linkage.h"
#include "chain/evidence.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr size_t kBridgeSources = 5;
constexpr const char* kOneSided = "one of the sides has no members of its own";

size_t Index(Part part) { return static_cast<size_t>(part); }
bool Crosses(Part x, Part y) { return (x == Part::kAOnly && y == Part::kBOnly) || (x == Part::kBOnly && y == Part::kAOnly); }

// The documents of the edges that the membership rule rests on.
Result<std::vector<Source>> RuleSources(Reader& reader, const Group& group) {
  std::vector<Source> sources;
  if (group.entity.label != "Cluster") return sources;
  for (const char* type : {"COVERS", "FOCUSES_ON"}) {
    LT_ASSIGN(const auto edges, reader.Around(group.entity.id, Direction::kOut, type));
    for (const Neighbour& n : edges) {
      const auto& used = type[0] == 'C' ? group.cities : group.chains;
      if (std::none_of(used.begin(), used.end(), [&](const Entity& e) { return e.id == n.node; })) continue;
      LT_ASSIGN(const auto some, reader.Sources(n.edge));
      sources.insert(sources.end(), some.begin(), some.end());
    }
  }
  return sources;
}

// --- Members and coverage

Result<std::set<NodeId>> ChainSegments(Reader& reader, const Group& group) {
  std::set<NodeId> all;
  std::vector<Entity> chains = group.chains;
  if (group.entity.label == "Chain") chains.push_back(group.entity);
  for (const Entity& chain : chains) {
    LT_ASSIGN(const auto segments, SegmentsOfChain(reader, chain.id));
    all.insert(segments.begin(), segments.end());
  }
  if (group.entity.label == "Segment") all.insert(group.entity.id);
  return all;
}

Status DescribeMember(Reader& reader, const LinkageAnswer& answer, const std::set<NodeId>& segments, NodeId id, LinkageMember& m) {
  LT_ASSIGN(m.company, reader.Describe(id));
  LT_ASSIGN(const Location where, reader.Locate(id));
  if (where.city) {
    LT_ASSIGN(m.city, reader.Describe(where.city));
  }
  auto add = [&](EdgeId edge) -> Status {
    LT_ASSIGN(const auto some, reader.Sources(edge));
    m.sources.insert(m.sources.end(), some.begin(), some.end());
    return {};
  };
  bool seat = false, stated = false;
  for (const Group* group : {&answer.a, &answer.b}) {
    const bool member = m.part == Part::kBoth || (m.part == Part::kAOnly) == (group == &answer.a);
    if (!member) continue;
    seat = seat || group->membership == Membership::kSeated || group->membership == Membership::kDerived;
    stated = stated || group->membership == Membership::kStated;
  }
  if (seat) {
    LT_ASSIGN(const auto seats, reader.Around(id, Direction::kOut, "LOCATED_IN"));
    for (const Neighbour& n : seats) LT_TRY(add(n.edge));
  }
  if (stated) {
    LT_ASSIGN(const auto stated_edges, reader.Around(id, Direction::kOut, "MEMBER_OF"));
    for (const Neighbour& n : stated_edges) {
      if (n.node == answer.a.entity.id || n.node == answer.b.entity.id) LT_TRY(add(n.edge));
    }
  }
  LT_ASSIGN(const auto hosted, reader.Around(id, Direction::kIn, "HOSTS"));
  for (const Neighbour& n : hosted) {
    LT_ASSIGN(const Entity park, reader.Describe(n.node));
    if (std::find(m.parks.begin(), m.parks.end(), park) == m.parks.end()) m.parks.push_back(park);
    LT_TRY(add(n.edge));
  }
  LT_ASSIGN(const auto operates, reader.Around(id, Direction::kOut, "OPERATES_IN"));
  for (const Neighbour& n : operates) {
    if (!segments.empty() && !segments.contains(n.node)) continue;
    LT_ASSIGN(const Entity segment, reader.Describe(n.node));
    m.segments.push_back(segment);
    LT_TRY(add(n.edge));
  }
  return {};
}

// The first `most` of [0, size) by `before`, which is a strict order of all.
template <class T, class Before>
void KeepFirst(std::vector<T>& list, size_t most, const Before& before) {
  if (list.size() > most) {
    std::nth_element(list.begin(), list.begin() + static_cast<ptrdiff_t>(most), list.end(), before);
    list.resize(most);
  }
  std::sort(list.begin(), list.end(), before);
}

Status AddMembers(Reader& reader, const MemberTies& ties, const LinkageOptions& options, LinkageAnswer& answer) {
  std::vector<uint32_t> cross(ties.nodes.size(), 0);
  for (const MemberTie& t : ties.ties) {
    if (t.strength != TieStrength::kFirm || !Crosses(t.supplier_part, t.customer_part)) continue;
    ++cross[t.supplier];
    ++cross[t.customer];
  }
  LT_ASSIGN(std::set<NodeId> segments, ChainSegments(reader, answer.a));
  LT_ASSIGN(const auto more, ChainSegments(reader, answer.b));
  segments.insert(more.begin(), more.end());
  for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
    std::vector<uint32_t> list;
    for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
      if (ties.parts[node] == part) list.push_back(node);
    }
    KeepFirst(list, options.max_listed, [&](uint32_t x, uint32_t y) { return std::pair(cross[y], x) < std::pair(cross[x], y); });
    for (const uint32_t node : list) {
      LinkageMember m{.part = part, .cross_ties = cross[node]};
      LT_TRY(DescribeMember(reader, answer, segments, ties.id(node), m));
      answer.members.push_back(std::move(m));
    }
  }
  return {};
}

Status AddCoverage(Reader& reader, const MemberTies& ties, const Holders& holders, LinkageAnswer& answer) {
  enum : uint8_t { kTie = 1, kFirm = 2, kSegment = 4, kPark = 8 };
  std::vector<uint8_t> has(ties.nodes.size(), 0);
  for (const MemberTie& t : ties.ties) {
    const uint8_t mark = t.strength == TieStrength::kFirm ? kTie | kFirm : kTie;
    has[t.supplier] |= mark;
    has[t.customer] |= mark;
  }
  for (const auto& [segment, parts] : holders) {
    for (const auto& companies : parts) {
      for (const uint32_t node : companies) has[node] |= kSegment;
    }
  }
  LT_TRY(EachRelated(reader, ties, Network::Relation::kHostedBy, [&](uint32_t node, NodeId) { has[node] |= kPark; }));
  return EachSeat(reader, ties, [&](uint32_t node, const Location& where) {
    const Part part = ties.parts[node];
    for (Coverage* coverage : {part == Part::kBOnly ? nullptr : &answer.coverage_a, part == Part::kAOnly ? nullptr : &answer.coverage_b}) {
      if (coverage == nullptr) continue;
      ++coverage->members;
      coverage->with_city += where.city ? 1 : 0;
      coverage->with_district += where.district ? 1 : 0;
      coverage->with_segment += (has[node] & kSegment) != 0;
      coverage->with_tie += (has[node] & kTie) != 0;
      coverage->with_firm_tie += (has[node] & kFirm) != 0;
      coverage->in_park += (has[node] & kPark) != 0;
    }
  });
}

// --- Ties

Status AddTies(Reader& reader, const MemberTies& ties, const LinkageOptions& options, LinkageAnswer& answer) {
  std::map<std::pair<TieStrength, uint32_t>, TieKind> kinds;
  std::vector<uint32_t> crossing;  // places in the list, which is by edge
  std::array<std::array<std::vector<EdgeId>, 4>, 3> counted;
  for (uint32_t i = 0; i < ties.ties.size(); ++i) {
    const MemberTie& t = ties.ties[i];
    if (options.count_sources) {
      auto& edges = counted[static_cast<size_t>(t.strength)][Index(t.supplier_part)];
      if (edges.size() < kStatementsRead) edges.push_back(ties.edge(t));
    }
    auto& matrix = t.strength == TieStrength::kFirm ? answer.firm : t.strength == TieStrength::kWeak ? answer.weak : answer.past;
    ++matrix[Index(t.supplier_part)][Index(t.customer_part)];
    if (!Crosses(t.supplier_part, t.customer_part)) continue;
    crossing.push_back(i);
    TieKind& kind = kinds[{t.strength, t.status}];
    ++(t.supplier_part == Part::kAOnly ? kind.a_to_b : kind.b_to_a);
  }
  for (size_t strength = 0; strength < counted.size(); ++strength) {
    for (size_t part = 0; part < counted[strength].size(); ++part) {
      LT_ASSIGN(answer.count_sources[strength][part], DocumentsOf(reader, counted[strength][part]));
    }
  }
  for (auto& [key, kind] : kinds) {
    kind.type = "SUPPLIES";
    kind.strength = key.first;
    kind.value = ties.statuses[key.second];
    answer.kinds.push_back(kind);
  }
  std::stable_sort(answer.kinds.begin(), answer.kinds.end(), [](const TieKind& x, const TieKind& y) {
    auto rank = [](const TieKind& k) { return std::tuple(*k.strength, -static_cast<int64_t>(k.a_to_b + k.b_to_a), k.value); };
    return rank(x) < rank(y);
  });
  answer.ties_total = crossing.size();
  KeepFirst(crossing, options.max_listed, [&](uint32_t x, uint32_t y) {
    const auto rank = [&](uint32_t i) { return std::tuple(ties.ties[i].supplier_part, ties.ties[i].strength, i); };
    return rank(x) < rank(y);
  });
  std::vector<EdgeId> ids;
  for (const uint32_t i : crossing) ids.push_back(ties.edge(ties.ties[i]));
  LT_ASSIGN(const auto edges, reader.view().GetEdges(ids));
  for (const auto& edge : edges) {
    if (!edge) continue;  // ReadMemberTies has read every one of them
    LT_ASSIGN(Tie tie, DescribeTie(reader, *edge));
    answer.ties.push_back(std::move(tie));
  }
  return {};
}

Status AddOwnerships(Reader& reader, const MemberTies& ties, LinkageAnswer& answer) {
  const graph::TypeId owns = reader.view().type("OWNS");
  if (!owns) return {};
  std::vector<uint32_t> owners;  // with an edge to the other side, each once
  LT_TRY(EachRelated(reader, ties, Network::Relation::kOwns, [&](uint32_t owner, NodeId owned) {
    if (Crosses(ties.parts[owner], answer.parts.Of(owned)) && (owners.empty() || owners.back() != owner)) owners.push_back(owner);
  }));
  std::vector<std::pair<bool, EdgeId>> found;
  for (const uint32_t owner : owners) {
    LT_ASSIGN(const auto edges, reader.Around(ties.id(owner), Direction::kOut, "OWNS"));
    for (const Neighbour& n : edges) {
      if (Crosses(ties.parts[owner], answer.parts.Of(n.node))) found.emplace_back(ties.parts[owner] == Part::kAOnly, n.edge);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) { return std::tuple(!x.first, x.second) < std::tuple(!y.first, y.second); });
  std::map<std::string, TieKind> kinds;
  const graph::PropertyId relation = reader.view().property("relation");
  for (const auto& [forward, id] : found) {
    LT_ASSIGN(const auto edge, reader.view().GetEdge(id));
    if (!edge) continue;
    CrossOwnership o{.forward = forward};
    const graph::Value* value = relation ? edge->Property(relation) : nullptr;
    o.ownership.relation = value ? graph::ToText(*value) : "";
    LT_ASSIGN(o.ownership.owner, reader.Describe(edge->from));
    LT_ASSIGN(o.ownership.owned, reader.Describe(edge->to));
    LT_ASSIGN(o.ownership.sources, reader.Sources(id));
    TieKind& kind = kinds[o.ownership.relation];
    kind.type = "OWNS";
    kind.value = o.ownership.relation;
    ++(forward ? kind.a_to_b : kind.b_to_a);
    answer.ownerships.push_back(std::move(o));
  }
  for (const auto& [name, kind] : kinds) answer.kinds.push_back(kind);
  return {};
}

Status AddBridges(Reader& reader, const MemberTies& ties, const LinkageOptions& options, LinkageAnswer& answer) {
  const auto bridge = [](Part part) { return part == Part::kBoth || part == Part::kRest; };
  // Firm ties of a company of both or neither with each part, for the choice; told apart by direction for those chosen.
  std::vector<std::array<uint32_t, 3>> with(ties.nodes.size());
  for (const MemberTie& t : ties.ties) {
    if (t.strength != TieStrength::kFirm) continue;
    if (bridge(t.supplier_part) && t.customer_part != Part::kRest) ++with[t.supplier][Index(t.customer_part)];
    if (bridge(t.customer_part) && t.supplier_part != Part::kRest) ++with[t.customer][Index(t.supplier_part)];
  }
  std::vector<uint32_t> list;
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    if (!bridge(ties.parts[node])) continue;
    const auto& [a, b, both] = with[node];
    if (ties.parts[node] == Part::kBoth) ++answer.bridges_shared;
    else if (a > 0 && b > 0) ++answer.bridges_both_sides;
    else if (both > 0) ++answer.bridges_around_shared;
    else continue;
    list.push_back(node);
  }
  KeepFirst(list, options.max_listed, [&](uint32_t x, uint32_t y) {
    const auto rank = [&](uint32_t node) {
      const auto& [a, b, both] = with[node];
      return std::tuple(ties.parts[node] != Part::kBoth, -static_cast<int64_t>(std::min(a, b)), -static_cast<int64_t>(uint64_t{a} + b + both), node);
    };
    return rank(x) < rank(y);
  });
  for (const uint32_t node : list) {
    const NodeId id = ties.id(node);
    Bridge b{.shared = ties.parts[node] == Part::kBoth};
    std::vector<uint32_t> edges;  // places of ties with members; a tie with itself counts at both ends
    for (const bool supplies : {true, false}) {
      for (const uint32_t i : supplies ? ties.Sold(node) : ties.Bought(node)) {
        const MemberTie& t = ties.ties[i];
        const Part other = supplies ? t.customer_part : t.supplier_part;
        if (t.strength != TieStrength::kFirm || other == Part::kRest) continue;
        if (other == Part::kAOnly) ++(supplies ? b.ties.to_a : b.ties.from_a);
        if (other == Part::kBOnly) ++(supplies ? b.ties.to_b : b.ties.from_b);
        if (other == Part::kBoth) ++(supplies ? b.ties.to_both : b.ties.from_both);
        edges.push_back(i);
      }
    }
    std::sort(edges.begin(), edges.end());
    LT_ASSIGN(b.company, reader.Describe(id));
    LT_ASSIGN(const Location where, reader.Locate(id));
    if (where.city) {
      LT_ASSIGN(b.city, reader.Describe(where.city));
    }
    // A shared member is vouched for by its membership, whatever its ties.
    for (const LinkageMember& m : answer.members) {
      if (b.shared && m.company.id == id) b.sources = m.sources;
    }
    for (size_t i = 0; i < edges.size() && i < kBridgeSources; ++i) {
      LT_ASSIGN(const auto some, reader.Sources(ties.edge(ties.ties[edges[i]])));
      b.sources.insert(b.sources.end(), some.begin(), some.end());
    }
    answer.bridges.push_back(std::move(b));
  }
  return {};
}

// --- Index and z

Comparison Against(bool undirected, uint64_t ties, uint64_t stubs_a, uint64_t stubs_b, uint64_t observed) {
  const analysis::LinkageCell cell = analysis::ConfigurationCell(undirected, ties, stubs_a, stubs_b, false, observed);
  return {.observed = observed, .expected = cell.expected, .z = cell.z, .ratio = cell.ratio};
}

// Of the firm ties among A only and B only, with all their members. What analysis/linkage.h finds on the graph of those ties
// follows from their counts alone.
Status AddStrength(LinkageAnswer& answer, const Budget& budget) {
  Strength& s = answer.strength;
  const size_t a = Index(Part::kAOnly), b = Index(Part::kBOnly);
  s.members_a = answer.parts.of(Part::kAOnly).size();
  s.members_b = answer.parts.of(Part::kBOnly).size();
  s.inside_a = answer.firm[a][a], s.inside_b = answer.firm[b][b];
  s.a_to_b = answer.firm[a][b], s.b_to_a = answer.firm[b][a];
  if (s.members_a == 0 || s.members_b == 0) {
    s.ei = s.ei_expected = analysis::Measure::Undefined(kOneSided);
    for (Comparison* c : {&s.undirected, &s.forward, &s.backward}) c->z = c->ratio = analysis::Measure::Undefined(kOneSided);
    return {};
  }
  // What the methods refer to, told by a graph of two without a tie.
  LT_ASSIGN(const auto two, graph::Snapshot::FromEdges(2, {}, {.labels = {"Company"}, .types = {"SUPPLIES"}, .undirected = true}));
  LT_ASSIGN(const auto index, analysis::EiIndex(*two, {.groups = {0, 1}}, budget));
  LT_ASSIGN(const auto model, analysis::ConfigurationModel(*two, {.groups = {0, 1}}, budget));
  s.ei_reference = index.header.reference;
  s.model_reference = model.header.reference;
  const auto e = static_cast<double>(s.between()), i = static_cast<double>(s.inside_a + s.inside_b);
  s.ei = e + i > 0 ? analysis::Measure((e - i) / (e + i)) : analysis::Measure::Undefined("no edges between grouped vertices");
  const auto na = static_cast<double>(s.members_a), nb = static_cast<double>(s.members_b);
  const double pairs_out = na * nb, pairs_in = na * (na - 1) / 2 + nb * (nb - 1) / 2;
  s.ei_expected = analysis::Measure((pairs_out - pairs_in) / (pairs_out + pairs_in));
  s.undirected = Against(true, s.ties(), 2 * s.inside_a + s.between(), 2 * s.inside_b + s.between(), s.between());
  s.forward = Against(false, s.ties(), s.inside_a + s.a_to_b, s.inside_b + s.a_to_b, s.a_to_b);
  s.backward = Against(false, s.ties(), s.inside_b + s.b_to_a, s.inside_a + s.b_to_a, s.b_to_a);
  return {};
}

}  // namespace

Result<LinkageAnswer> FindLinkage(Reader& reader, const Entity& a, const Entity& b, const LinkageOptions& options, const Budget& budget) {
  const bool zh = reader.lang() == Lang::kZh;
  if (a == b) {
    return Status(Code::kInvalid, zh ? Text("两边都是“", a.name, "”;请给出两个不同的集群、地区、产业链或园区")
                                     : Text("both sides are ", a.name, "; give two different clusters, places, chains or parks"));
  }
  LinkageAnswer answer;
  LT_ASSIGN(answer.a, MembersOf(reader, a));
  LT_ASSIGN(answer.b, MembersOf(reader, b));
  for (const Group* group : {&answer.a, &answer.b}) {
    if (group->membership == Membership::kNotComputable && group->entity.label != "Cluster") return Status(Code::kInvalid, group->reason);
  }
  answer.parts = SplitGroups(answer.a, answer.b);
  LT_ASSIGN(answer.a_sources, RuleSources(reader, answer.a));
  LT_ASSIGN(answer.b_sources, RuleSources(reader, answer.b));
  LT_ASSIGN(const MemberTies ties, ReadMemberTies(reader, answer.parts, budget));
  if (!ties.complete) {
    answer.complete = false;
    answer.stopped = budget.Check().message();
  }
  LT_ASSIGN(const Holders holders, HoldersOf(reader, ties));
  LT_TRY(AddTies(reader, ties, options, answer));
  LT_TRY(AddOwnerships(reader, ties, answer));
  LT_TRY(AddMembers(reader, ties, options, answer));
  LT_TRY(AddBridges(reader, ties, options, answer));
  LT_ASSIGN(answer.common, FindCommonGround(reader, answer.a, answer.b, answer.parts, holders, ties));
  LT_ASSIGN(answer.cross, FindCrossChains(reader, answer.a, answer.b, answer.parts, holders, ties, options.chains));
  LT_ASSIGN(answer.brokers, FindBrokers(reader, ties, options.max_listed, budget));
  LT_ASSIGN(answer.fragility, FindFragility(reader, ties, budget));
  LT_ASSIGN(answer.pairings, FindPairings(reader, holders, ties, options.max_pairings, budget));
  LT_TRY(AddCoverage(reader, ties, holders, answer));
  // Numbers from a part of the ties would be wrong, not just incomplete.
  if (answer.complete) {
    LT_TRY(AddStrength(answer, budget));
  } else {
    const char* reason = "the budget stopped the reading of ties";
    answer.strength.ei = answer.strength.ei_expected = analysis::Measure::Undefined(reason);
    for (Comparison* c : {&answer.strength.undirected, &answer.strength.forward, &answer.strength.backward}) {
      c->z = c->ratio = analysis::Measure::Undefined(reason);
    }
  }
  return answer;
}

}  // namespace liantu::chain
