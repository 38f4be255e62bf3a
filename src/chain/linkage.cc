// SPDX-License-Identifier: Apache-2.0
// Reads the ties of the members once and counts everything from that list; only what is listed is described. Cost: the
// edges of the members, their seats and segments. Index and z come from analysis/linkage.h over a snapshot of those ties.
#include "chain/linkage.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

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

Status AddMembers(Reader& reader, const MemberTies& ties, const LinkageOptions& options, LinkageAnswer& answer) {
  std::unordered_map<NodeId, uint64_t> cross;
  for (const MemberTie& t : ties.ties) {
    if (t.strength != TieStrength::kFirm || !Crosses(t.supplier_part, t.customer_part)) continue;
    ++cross[t.supplier];
    ++cross[t.customer];
  }
  auto cross_ties = [&](NodeId id) {
    const auto it = cross.find(id);
    return it == cross.end() ? uint64_t{0} : it->second;
  };
  LT_ASSIGN(std::set<NodeId> segments, ChainSegments(reader, answer.a));
  LT_ASSIGN(const auto more, ChainSegments(reader, answer.b));
  segments.insert(more.begin(), more.end());
  for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
    std::vector<NodeId> ids = answer.parts.of(part);
    std::stable_sort(ids.begin(), ids.end(), [&](NodeId x, NodeId y) { return cross_ties(x) > cross_ties(y); });
    if (ids.size() > options.max_listed) ids.resize(options.max_listed);
    for (NodeId id : ids) {
      LinkageMember m{.part = part, .cross_ties = cross_ties(id)};
      LT_TRY(DescribeMember(reader, answer, segments, id, m));
      answer.members.push_back(std::move(m));
    }
  }
  return {};
}

Status AddCoverage(Reader& reader, const MemberTies& ties, const Holders& holders, LinkageAnswer& answer) {
  std::unordered_set<NodeId> with_tie, with_firm, with_segment, in_park;
  for (const MemberTie& t : ties.ties) {
    for (NodeId id : {t.supplier, t.customer}) {
      with_tie.insert(id);
      if (t.strength == TieStrength::kFirm) with_firm.insert(id);
    }
  }
  for (const auto& [segment, parts] : holders) {
    for (const auto& companies : parts) with_segment.insert(companies.begin(), companies.end());
  }
  if (const graph::TypeId hosts = reader.view().type("HOSTS")) {
    LT_TRY(reader.view().ExpandMany(answer.parts.all, Direction::kIn, std::span(&hosts, 1), [&](size_t i, const Neighbour&) {
      in_park.insert(answer.parts.all[i]);
      return true;
    }));
  }
  for (auto [group, coverage] : {std::pair(&answer.a, &answer.coverage_a), std::pair(&answer.b, &answer.coverage_b)}) {
    coverage->members = group->members.size();
    for (NodeId id : group->members) {
      LT_ASSIGN(const Location where, reader.Locate(id));
      coverage->with_city += where.city ? 1 : 0;
      coverage->with_district += where.district ? 1 : 0;
      coverage->with_segment += with_segment.contains(id) ? 1 : 0;
      coverage->with_tie += with_tie.contains(id) ? 1 : 0;
      coverage->with_firm_tie += with_firm.contains(id) ? 1 : 0;
      coverage->in_park += in_park.contains(id) ? 1 : 0;
    }
  }
  return {};
}

// --- Ties

Status AddTies(Reader& reader, const MemberTies& ties, const LinkageOptions& options, LinkageAnswer& answer) {
  std::map<std::pair<TieStrength, uint32_t>, TieKind> kinds;
  std::vector<const MemberTie*> crossing;
  std::array<std::array<std::vector<EdgeId>, 4>, 3> counted;
  for (const MemberTie& t : ties.ties) {
    if (options.count_sources) counted[static_cast<size_t>(t.strength)][Index(t.supplier_part)].push_back(t.edge);
    auto& matrix = t.strength == TieStrength::kFirm ? answer.firm : t.strength == TieStrength::kWeak ? answer.weak : answer.past;
    ++matrix[Index(t.supplier_part)][Index(t.customer_part)];
    if (!Crosses(t.supplier_part, t.customer_part)) continue;
    crossing.push_back(&t);
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
  std::stable_sort(crossing.begin(), crossing.end(), [](const MemberTie* x, const MemberTie* y) {
    auto rank = [](const MemberTie* t) { return std::tuple(t->supplier_part, t->strength, t->edge); };
    return rank(x) < rank(y);
  });
  if (crossing.size() > options.max_listed) crossing.resize(options.max_listed);
  std::vector<EdgeId> ids;
  for (const MemberTie* t : crossing) ids.push_back(t->edge);
  LT_ASSIGN(const auto edges, reader.view().GetEdges(ids));
  for (const auto& edge : edges) {
    if (!edge) continue;  // ReadMemberTies has read every one of them
    LT_ASSIGN(Tie tie, DescribeTie(reader, *edge));
    answer.ties.push_back(std::move(tie));
  }
  return {};
}

Status AddOwnerships(Reader& reader, LinkageAnswer& answer) {
  const graph::TypeId owns = reader.view().type("OWNS");
  if (!owns) return {};
  std::vector<std::pair<bool, EdgeId>> found;
  for (const Part part : {Part::kAOnly, Part::kBOnly}) {
    LT_TRY(reader.view().ExpandMany(answer.parts.of(part), Direction::kOut, std::span(&owns, 1), [&](size_t, const Neighbour& n) {
      if (Crosses(part, answer.parts.Of(n.node))) found.emplace_back(part == Part::kAOnly, n.edge);
      return true;
    }));
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
  struct Found {
    PartTies ties;
    std::vector<EdgeId> edges;
  };
  std::map<NodeId, Found> found;
  for (NodeId id : answer.parts.of(Part::kBoth)) found.try_emplace(id);
  auto count = [&](NodeId company, Part other, bool supplies, EdgeId edge) {
    PartTies& t = found[company].ties;
    if (other == Part::kAOnly) ++(supplies ? t.to_a : t.from_a);
    if (other == Part::kBOnly) ++(supplies ? t.to_b : t.from_b);
    if (other == Part::kBoth) ++(supplies ? t.to_both : t.from_both);
    if (other != Part::kRest) found[company].edges.push_back(edge);
  };
  auto bridge = [](Part part) { return part == Part::kBoth || part == Part::kRest; };
  for (const MemberTie& t : ties.ties) {
    if (t.strength != TieStrength::kFirm) continue;
    if (bridge(t.supplier_part)) count(t.supplier, t.customer_part, true, t.edge);
    if (bridge(t.customer_part)) count(t.customer, t.supplier_part, false, t.edge);
  }
  std::vector<std::pair<NodeId, const Found*>> list;
  for (const auto& [id, f] : found) {
    const bool shared = answer.parts.Of(id) == Part::kBoth;
    const bool both_sides = f.ties.with_a() > 0 && f.ties.with_b() > 0, around = f.ties.with_both() > 0;
    if (shared) ++answer.bridges_shared;
    else if (both_sides) ++answer.bridges_both_sides;
    else if (around) ++answer.bridges_around_shared;
    else continue;
    list.emplace_back(id, &f);
  }
  auto rank = [&](const std::pair<NodeId, const Found*>& entry) {
    const PartTies& t = entry.second->ties;
    const int64_t even = static_cast<int64_t>(std::min(t.with_a(), t.with_b()));
    const int64_t all = static_cast<int64_t>(t.with_a() + t.with_b() + t.with_both());
    return std::tuple(answer.parts.Of(entry.first) != Part::kBoth, -even, -all, entry.first);
  };
  std::stable_sort(list.begin(), list.end(), [&](const auto& x, const auto& y) { return rank(x) < rank(y); });
  if (list.size() > options.max_listed) list.resize(options.max_listed);
  for (const auto& [id, f] : list) {
    Bridge b{.shared = answer.parts.Of(id) == Part::kBoth, .ties = f->ties};
    LT_ASSIGN(b.company, reader.Describe(id));
    LT_ASSIGN(const Location where, reader.Locate(id));
    if (where.city) {
      LT_ASSIGN(b.city, reader.Describe(where.city));
    }
    // A shared member is vouched for by its membership, whatever its ties.
    for (const LinkageMember& m : answer.members) {
      if (b.shared && m.company.id == id) b.sources = m.sources;
    }
    for (size_t i = 0; i < f->edges.size() && i < kBridgeSources; ++i) {
      LT_ASSIGN(const auto some, reader.Sources(f->edges[i]));
      b.sources.insert(b.sources.end(), some.begin(), some.end());
    }
    answer.bridges.push_back(std::move(b));
  }
  return {};
}

// --- Index and z

struct Selected {
  graph::SnapshotPtr undirected, directed;
  analysis::Groups groups;
};

// The firm ties among A only and B only as a graph, with all their members as vertices.
Result<Selected> Select(const MemberTies& ties, const Parts& parts) {
  std::vector<NodeId> nodes;
  auto own = [](Part part) { return part == Part::kAOnly || part == Part::kBOnly; };
  auto keep = [&](const MemberTie& t) { return t.strength == TieStrength::kFirm && own(t.supplier_part) && own(t.customer_part); };
  for (const Part part : {Part::kAOnly, Part::kBOnly}) nodes.insert(nodes.end(), parts.of(part).begin(), parts.of(part).end());
  std::sort(nodes.begin(), nodes.end());
  std::vector<graph::Snapshot::Edge> edges;
  auto vertex = [&](NodeId id) { return static_cast<graph::Vertex>(std::lower_bound(nodes.begin(), nodes.end(), id) - nodes.begin()); };
  for (const MemberTie& t : ties.ties) {
    if (keep(t)) edges.push_back({.from = vertex(t.supplier), .to = vertex(t.customer), .edge_id = t.edge.raw});
  }
  Selected out;
  for (NodeId id : nodes) out.groups.push_back(static_cast<int32_t>(Index(parts.Of(id))));
  graph::Projection projection{.labels = {"Company"}, .types = {"SUPPLIES"}};
  const auto count = static_cast<graph::Vertex>(nodes.size());
  LT_ASSIGN(out.directed, graph::Snapshot::FromEdges(count, edges, projection, nodes));
  projection.undirected = true;
  LT_ASSIGN(out.undirected, graph::Snapshot::FromEdges(count, std::move(edges), projection, nodes));
  return out;
}

Result<std::vector<Comparison>> Compare(const graph::Snapshot& snapshot, const analysis::Groups& groups,
                                        const std::vector<std::pair<int32_t, int32_t>>& pairs, const Budget& budget, std::string* reference) {
  LT_ASSIGN(const auto result, analysis::ConfigurationModel(snapshot, {.groups = groups}, budget));
  if (reference) *reference = result.header.reference;
  std::vector<Comparison> out;
  for (const auto& [from, to] : pairs) {
    Comparison c;
    for (const analysis::LinkageCell& cell : result.cells) {
      if (cell.from == from && cell.to == to) c = {.observed = cell.observed, .expected = cell.expected, .z = cell.z, .ratio = cell.ratio};
    }
    out.push_back(c);
  }
  return out;
}

Status AddStrength(const MemberTies& ties, LinkageAnswer& answer, const Budget& budget) {
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
  const int32_t ga = static_cast<int32_t>(a), gb = static_cast<int32_t>(b);
  LT_ASSIGN(const Selected own, Select(ties, answer.parts));
  LT_ASSIGN(const auto ei, analysis::EiIndex(*own.undirected, {.groups = own.groups}, budget));
  s.ei = ei.global.index;
  s.ei_expected = ei.global.expected;
  s.ei_reference = ei.header.reference;
  LT_ASSIGN(const auto undirected, Compare(*own.undirected, own.groups, {{ga, gb}}, budget, &s.model_reference));
  LT_ASSIGN(const auto directed, Compare(*own.directed, own.groups, {{ga, gb}, {gb, ga}}, budget, nullptr));
  s.undirected = undirected[0];
  s.forward = directed[0];
  s.backward = directed[1];
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
  LT_ASSIGN(const Holders holders, HoldersOf(reader, answer.parts));
  LT_TRY(AddTies(reader, ties, options, answer));
  LT_TRY(AddOwnerships(reader, answer));
  LT_TRY(AddMembers(reader, ties, options, answer));
  LT_TRY(AddBridges(reader, ties, options, answer));
  LT_ASSIGN(answer.common, FindCommonGround(reader, answer.a, answer.b, answer.parts, holders));
  LT_ASSIGN(answer.cross, FindCrossChains(reader, answer.a, answer.b, answer.parts, holders, ties, options.chains));
  LT_ASSIGN(answer.brokers, FindBrokers(reader, ties, options.max_listed, budget));
  LT_ASSIGN(answer.fragility, FindFragility(reader, ties, budget));
  LT_ASSIGN(answer.pairings, FindPairings(reader, answer.parts, holders, ties, options.max_pairings, budget));
  LT_TRY(AddCoverage(reader, ties, holders, answer));
  // Numbers from a part of the ties would be wrong, not just incomplete.
  if (answer.complete) {
    LT_TRY(AddStrength(ties, answer, budget));
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
