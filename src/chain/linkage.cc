// SPDX-License-Identifier: Apache-2.0
// Reads the ties of the members once and counts everything from that list; only what is listed is described. Cost: the
// edges of the members, their seats and segments. Index and z are those of analysis/linkage.h.
#include "chain/linkage.h"

#include <algorithm>
#include <tuple>

#include "analysis/linkage.h"
#include "chain/evidence.h"
#include "chain/threads.h"

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

// The first `most` by `before`, which is a strict order of all. Few of many, mostly: whatever comes after the last of those kept
// is passed over.
template <class T, class Before>
void KeepFirst(std::vector<T>& list, size_t most, const Before& before) {
  if (most == 0) list.clear();
  if (list.size() > most) {
    const auto end = list.begin() + static_cast<ptrdiff_t>(most);
    std::make_heap(list.begin(), end, before);
    for (auto it = end; it != list.end(); ++it) {
      if (!before(*it, list.front())) continue;
      std::pop_heap(list.begin(), end, before);
      list[most - 1] = *it;
      std::push_heap(list.begin(), end, before);
    }
    list.resize(most);
  }
  std::sort(list.begin(), list.end(), before);
}

Status AddMembers(Reader& reader, const MemberTies& ties, const LinkageOptions& options, LinkageAnswer& answer) {
  LT_ASSIGN(std::set<NodeId> segments, ChainSegments(reader, answer.a));
  LT_ASSIGN(const auto more, ChainSegments(reader, answer.b));
  segments.insert(more.begin(), more.end());
  for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
    struct Candidate {
      uint32_t cross, node;  // firm ties to the other side
    };
    std::vector<Candidate> list;
    list.reserve(answer.parts.of(part).size());
    for (const NodeId id : answer.parts.of(part)) {
      const uint32_t node = ties.Of(id);
      const auto& firm = ties.Firm(node);
      list.push_back({part == Part::kAOnly ? firm[Index(Part::kBOnly)] : part == Part::kBOnly ? firm[Index(Part::kAOnly)] : 0, node});
    }
    KeepFirst(list, options.max_listed, [](const Candidate& x, const Candidate& y) { return std::pair(y.cross, x.node) < std::pair(x.cross, y.node); });
    std::vector<NodeId> ids;
    for (const Candidate& c : list) ids.push_back(ties.id(c.node));
    LT_TRY(reader.LoadAll(ids));
    for (const auto& [cross, node] : list) {
      LinkageMember m{.part = part, .cross_ties = cross};
      LT_TRY(DescribeMember(reader, answer, segments, ties.id(node), m));
      answer.members.push_back(std::move(m));
    }
  }
  return {};
}

Status AddCoverage(Reader& reader, const MemberTies& ties, const Holders& holders, LinkageAnswer& answer) {
  enum : uint8_t { kSegment = 1, kPark = 2 };
  std::vector<uint8_t> has(ties.nodes.size(), 0);
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
      coverage->with_tie += ties.Degree(node) > 0;
      coverage->with_firm_tie += std::any_of(ties.Firm(node).begin(), ties.Firm(node).end(), [](uint32_t firm) { return firm > 0; });
      coverage->in_park += (has[node] & kPark) != 0;
    }
  });
}

// --- Ties

Status AddTies(Reader& reader, const MemberTies& ties, const LinkageOptions& options, LinkageAnswer& answer) {
  for (size_t s = 0; s < 4; ++s) {
    for (size_t c = 0; c < 4; ++c) {
      answer.firm[s][c] = ties.counts[static_cast<size_t>(TieStrength::kFirm)][s][c];
      answer.weak[s][c] = ties.counts[static_cast<size_t>(TieStrength::kWeak)][s][c];
      answer.past[s][c] = ties.counts[static_cast<size_t>(TieStrength::kPast)][s][c];
    }
  }
  std::map<std::pair<TieStrength, uint32_t>, TieKind> kinds;
  std::vector<uint32_t> crossing = ties.crossing;  // places in the list, which is by edge
  for (const uint32_t i : crossing) {
    const MemberTie& t = ties.ties[i];
    TieKind& kind = kinds[{t.strength, ties.status(t)}];
    ++(t.supplier_part == Part::kAOnly ? kind.a_to_b : kind.b_to_a);
  }
  std::array<std::array<std::vector<EdgeId>, 4>, 3> counted;
  for (const MemberTie& t : options.count_sources ? std::span(ties.ties) : std::span<const MemberTie>()) {
    auto& edges = counted[static_cast<size_t>(t.strength)][Index(t.supplier_part)];
    if (edges.size() < kStatementsRead) edges.push_back(ties.edge(t));
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
  struct Candidate {
    bool shared;
    uint32_t evenly;  // firm ties with the side with which it has fewer
    uint64_t all;     // firm ties with members
    uint32_t node;
    auto Rank() const { return std::tuple(!shared, -static_cast<int64_t>(evenly), -static_cast<int64_t>(all), node); }
  };
  std::vector<Candidate> list;
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    if (!bridge(ties.parts[node])) continue;
    const auto& [a, b, both, rest] = ties.Firm(node);
    const bool shared = ties.parts[node] == Part::kBoth;
    if (shared) ++answer.bridges_shared;
    else if (a > 0 && b > 0) ++answer.bridges_both_sides;
    else if (both > 0) ++answer.bridges_around_shared;
    else continue;
    list.push_back({shared, std::min(a, b), uint64_t{a} + b + both, node});
  }
  KeepFirst(list, options.max_listed, [](const Candidate& x, const Candidate& y) { return x.Rank() < y.Rank(); });
  std::vector<NodeId> ids;
  for (const Candidate& c : list) ids.push_back(ties.id(c.node));
  LT_TRY(reader.LoadAll(ids));
  for (const auto& [shared, evenly, all, node] : list) {
    const NodeId id = ties.id(node);
    Bridge b{.shared = shared};
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

// Where there are many companies a group may be large.
Result<size_t> ThreadsForCompanies(const Reader& reader, size_t asked) {
  const graph::LabelId company = reader.view().label("Company");
  LT_ASSIGN(const uint64_t companies, company ? reader.view().NodeCount(company) : Result<uint64_t>(uint64_t{0}));
  return std::min<size_t>(2, ThreadsFor(companies, asked));
}

}  // namespace

Result<LinkageAnswer> FindLinkage(Reader& reader, const Entity& a, const Entity& b, const LinkageOptions& options, const Budget& budget) {
  const bool zh = reader.lang() == Lang::kZh;
  if (a == b) {
    return Status(Code::kInvalid, zh ? Text("两边都是“", a.name, "”;请给出两个不同的集群、地区、产业链或园区")
                                     : Text("both sides are ", a.name, "; give two different clusters, places, chains or parks"));
  }
  LinkageAnswer answer;
  {
    Reader beside = reader.Beside();
    LT_ASSIGN(const size_t threads, ThreadsForCompanies(reader, options.threads));
    LT_TRY(Share(threads, {[&](size_t worker) -> Status {
                             LT_ASSIGN(answer.a, MembersOf(worker == 0 ? reader : beside, a));
                             return {};
                           },
                           [&](size_t worker) -> Status {
                             LT_ASSIGN(answer.b, MembersOf(worker == 0 ? reader : beside, b));
                             return {};
                           }}));
  }
  for (const Group* group : {&answer.a, &answer.b}) {
    if (group->membership == Membership::kNotComputable && group->entity.label != "Cluster") return Status(Code::kInvalid, group->reason);
  }
  answer.parts = SplitGroups(answer.a, answer.b);
  LT_ASSIGN(answer.a_sources, RuleSources(reader, answer.a));
  LT_ASSIGN(answer.b_sources, RuleSources(reader, answer.b));
  LT_ASSIGN(const MemberTies ties, ReadMemberTies(reader, answer.parts, budget, options.threads));
  if (!ties.complete) {
    answer.complete = false;
    answer.stopped = budget.Check().message();
  }
  LT_ASSIGN(const Holders holders, HoldersOf(reader, ties));
  // From here on ties, holders, groups and parts are only read. Each task writes members of the answer that no other touches, and
  // every worker has a reader of its own. What mostly takes longest comes first.
  const size_t workers = ThreadsFor(ties.ties.size(), options.threads);
  std::vector<Reader> beside;
  for (size_t w = 1; w < workers; ++w) beside.push_back(reader.Beside());
  const auto own = [&](size_t worker) -> Reader& { return worker == 0 ? reader : beside[worker - 1]; };
  LT_TRY(Share(workers, {
      [&](size_t worker) -> Status {
        LT_ASSIGN(answer.pairings, FindPairings(own(worker), holders, ties, options.max_pairings, budget));
        return {};
      },
      [&](size_t worker) -> Status {
        LT_ASSIGN(answer.brokers, FindBrokers(own(worker), ties, options.max_listed, budget));
        LT_ASSIGN(answer.fragility, FindFragility(own(worker), ties, budget));  // both tell how far they are: not at the same time
        return {};
      },
      [&](size_t worker) -> Status {
        LT_ASSIGN(answer.cross, FindCrossChains(own(worker), answer.a, answer.b, answer.parts, holders, ties, options.chains));
        return {};
      },
      [&](size_t worker) -> Status {
        LT_TRY(AddMembers(own(worker), ties, options, answer));
        return AddBridges(own(worker), ties, options, answer);
      },
      [&](size_t worker) -> Status {
        LT_ASSIGN(answer.common, FindCommonGround(own(worker), answer.a, answer.b, answer.parts, holders, ties));
        return {};
      },
      [&](size_t worker) -> Status {
        LT_TRY(AddTies(own(worker), ties, options, answer));
        return AddOwnerships(own(worker), ties, answer);
      },
      [&](size_t worker) -> Status { return AddCoverage(own(worker), ties, holders, answer); },
  }));
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
