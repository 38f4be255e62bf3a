// SPDX-License-Identifier: Apache-2.0
// The ties of the members as a graph, and the methods of analysis/ on it.
#include "chain/bridging.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/flow.h"
#include "analysis/linkage.h"

namespace liantu::chain {

using analysis::Measure;
using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;
using graph::Snapshot;
using graph::Vertex;

namespace {

constexpr size_t kMostTies = 200'000;      // beyond, roles and cuts are not computed
constexpr const char* kTooMany = "more than 200,000 ties of the members: not computed";
constexpr size_t kSourcesListed = 5;
constexpr size_t kOfSegment = 10;          // companies of a segment and side that pairings look at
constexpr size_t kMostPairs = 200'000;     // candidates

std::vector<const MemberTie*> Firm(const MemberTies& ties) {
  std::vector<const MemberTie*> firm;
  for (const MemberTie& t : ties.ties) {
    if (t.strength == TieStrength::kFirm && t.supplier != t.customer) firm.push_back(&t);
  }
  return firm;
}

bool Crosses(const MemberTie& t) {
  return (t.supplier_part == Part::kAOnly && t.customer_part == Part::kBOnly) || (t.supplier_part == Part::kBOnly && t.customer_part == Part::kAOnly);
}

// Companies of the ties as vertices.
struct Numbering {
  std::vector<NodeId> nodes;
  std::vector<Part> parts;
  Vertex Of(NodeId id) const { return static_cast<Vertex>(std::lower_bound(nodes.begin(), nodes.end(), id) - nodes.begin()); }
};
Numbering Number(const std::vector<const MemberTie*>& ties) {
  std::map<NodeId, Part> parts;
  for (const MemberTie* t : ties) {
    parts.emplace(t->supplier, t->supplier_part);
    parts.emplace(t->customer, t->customer_part);
  }
  Numbering out;
  for (const auto& [id, part] : parts) out.nodes.push_back(id), out.parts.push_back(part);
  return out;
}

Result<std::optional<Entity>> CityOf(Reader& reader, NodeId id) {
  LT_ASSIGN(const Location seat, reader.Locate(id));
  if (!seat.city) return std::optional<Entity>();
  LT_ASSIGN(Entity city, reader.Describe(seat.city));
  return std::optional<Entity>(std::move(city));
}

Status AddSources(Reader& reader, EdgeId edge, std::vector<Source>& sources) {
  LT_ASSIGN(const auto some, reader.Sources(edge));
  sources.insert(sources.end(), some.begin(), some.end());
  return {};
}

}  // namespace

const char* PairingReasonName(PairingReason reason) {
  switch (reason) {
    case PairingReason::kBuysProduct: return "buys the product";
    case PairingReason::kSegmentsFollow: return "segments follow";
    case PairingReason::kCommonPartner: return "common partner";
    case PairingReason::kLeader: return "leader";
  }
  return "";
}

Result<Brokers> FindBrokers(Reader& reader, const MemberTies& ties, size_t max_listed, const Budget& budget) {
  Brokers out;
  const auto firm = Firm(ties);
  if (!ties.complete) out.not_computed = "the budget stopped the reading of ties";
  else if (firm.size() > kMostTies) out.not_computed = kTooMany;
  else if (firm.empty()) out.not_computed = "no firm ties";
  if (!out.not_computed.empty()) return out;
  const Numbering numbers = Number(firm);
  std::vector<Snapshot::Edge> edges;
  std::map<Vertex, std::vector<EdgeId>> of;
  for (const MemberTie* t : firm) {
    const Vertex from = numbers.Of(t->supplier), to = numbers.Of(t->customer);
    edges.push_back({.from = from, .to = to, .edge_id = t->edge.raw});
    of[from].push_back(t->edge);
    of[to].push_back(t->edge);
  }
  analysis::Groups groups;
  for (const Part part : numbers.parts) groups.push_back(static_cast<int32_t>(part));
  const auto count = static_cast<Vertex>(numbers.nodes.size());
  // A group vector may only name groups below the vertex count; a graph of two or three companies brokers nothing or too little to tell.
  if (count < 4) {
    out.not_computed = "fewer than four companies have firm ties";
    return out;
  }
  const graph::Projection projection{.labels = {"Company"}, .types = {"SUPPLIES"}};
  LT_ASSIGN(const graph::SnapshotPtr graph, Snapshot::FromEdges(count, std::move(edges), projection, numbers.nodes));
  LT_ASSIGN(const auto roles, analysis::GouldFernandez(*graph, {.groups = groups}, budget));
  if (roles.header.partial) {
    out.not_computed = roles.header.stopped;
    return out;
  }
  LT_ASSIGN(const auto participation, analysis::Participation(*graph, {.groups = groups}, budget));
  std::vector<Vertex> order;
  for (Vertex v = 0; v < count; ++v) {
    const auto& c = roles.vertices[v].count;
    if (c[1] + c[2] + c[3] + c[4] > 0) order.push_back(v);
  }
  out.total = order.size();
  std::stable_sort(order.begin(), order.end(), [&](Vertex x, Vertex y) {
    const auto between = [&](Vertex v) { return roles.vertices[v].total() - roles.vertices[v].count[0]; };
    return between(x) > between(y);
  });
  if (order.size() > max_listed) order.resize(max_listed);
  for (const Vertex v : order) {
    Broker broker{.part = numbers.parts[v], .roles = roles.vertices[v].count, .participation = participation.vertices[v].participation, .ties = of[v].size()};
    LT_ASSIGN(broker.company, reader.Describe(numbers.nodes[v]));
    LT_ASSIGN(broker.city, CityOf(reader, numbers.nodes[v]));
    for (size_t i = 0; i < of[v].size() && i < kSourcesListed; ++i) LT_TRY(AddSources(reader, of[v][i], broker.sources));
    out.list.push_back(std::move(broker));
  }
  return out;
}

Result<Fragility> FindFragility(Reader& reader, const MemberTies& ties, const Budget& budget) {
  Fragility out;
  out.tie_cut = out.company_cut = Measure::Undefined("no firm tie joins the two sides");
  const auto firm = Firm(ties);
  std::map<std::pair<NodeId, NodeId>, uint64_t> pairs;
  std::map<NodeId, uint64_t> of;  // direct ties by company
  std::map<NodeId, Part> part;
  for (const MemberTie* t : firm) {
    if (!Crosses(*t)) continue;
    ++out.ties;
    ++pairs[{std::min(t->supplier, t->customer), std::max(t->supplier, t->customer)}];
    ++of[t->supplier];
    ++of[t->customer];
    part[t->supplier] = t->supplier_part;
    part[t->customer] = t->customer_part;
  }
  out.pairs = pairs.size();
  for (const auto& [pair, count] : pairs) out.pairs_by_one += count == 1;
  NodeId largest;
  for (const auto& [id, count] : of) {
    if (count == 1) ++(part.at(id) == Part::kAOnly ? out.hanging_a : out.hanging_b);
    if (count > out.largest_ties) out.largest_ties = count, largest = id;
  }
  if (largest) {
    LT_ASSIGN(out.largest, reader.Describe(largest));
  }
  if (!ties.complete || firm.size() > kMostTies) {
    out.tie_cut = out.company_cut = Measure::Undefined(ties.complete ? kTooMany : "the budget stopped the reading of ties");
    return out;
  }
  const Numbering numbers = Number(firm);
  const auto count = static_cast<Vertex>(numbers.nodes.size());
  std::vector<Vertex> from, to;
  for (Vertex v = 0; v < count; ++v) {
    if (numbers.parts[v] == Part::kAOnly) from.push_back(v);
    if (numbers.parts[v] == Part::kBOnly) to.push_back(v);
  }
  if (from.empty() || to.empty()) return out;
  const graph::Projection projection{.labels = {"Company"}, .types = {"SUPPLIES"}, .undirected = true};
  {
    // Ties: every one counts one, whichever way it runs.
    std::vector<Snapshot::Edge> edges;
    for (const MemberTie* t : firm) edges.push_back({.from = numbers.Of(t->supplier), .to = numbers.Of(t->customer), .edge_id = t->edge.raw});
    LT_ASSIGN(const graph::SnapshotPtr graph, Snapshot::FromEdges(count, std::move(edges), projection, numbers.nodes));
    LT_ASSIGN(const auto flow, analysis::MaxFlow(*graph, {.sources = from, .targets = to, .unit = true}, budget));
    if (flow.flow == 0) return out;
    out.tie_cut = Measure(flow.flow);
    if (flow.cut_arcs.size() <= kCutListed) {
      std::vector<EdgeId> cut;
      for (const uint32_t arc : flow.cut_arcs) cut.push_back(graph->edge_id(arc));
      std::sort(cut.begin(), cut.end());
      for (const EdgeId id : cut) {
        LT_ASSIGN(const auto edge, reader.view().GetEdge(id));
        if (!edge) continue;
        LT_ASSIGN(Tie tie, DescribeTie(reader, *edge));
        out.cut_ties.push_back(std::move(tie));
      }
    }
  }
  // Companies: every company is an arc of capacity one from its way in to its way out, ties are as wide as it takes.
  const double wide = static_cast<double>(count) + 1;
  std::vector<Snapshot::Edge> edges;
  const Vertex source = 2 * count, target = 2 * count + 1;
  for (Vertex v = 0; v < count; ++v) {
    edges.push_back({.from = 2 * v, .to = 2 * v + 1, .weight = 1});
    if (numbers.parts[v] == Part::kAOnly) edges.push_back({.from = source, .to = 2 * v, .weight = wide});
    if (numbers.parts[v] == Part::kBOnly) edges.push_back({.from = 2 * v + 1, .to = target, .weight = wide});
  }
  for (const MemberTie* t : firm) {
    const Vertex s = numbers.Of(t->supplier), c = numbers.Of(t->customer);
    edges.push_back({.from = 2 * s + 1, .to = 2 * c, .weight = wide});
    edges.push_back({.from = 2 * c + 1, .to = 2 * s, .weight = wide});
  }
  LT_ASSIGN(const graph::SnapshotPtr split, Snapshot::FromEdges(2 * count + 2, std::move(edges)));
  LT_ASSIGN(const auto cut, analysis::MaxFlow(*split, {.sources = {source}, .targets = {target}}, budget));
  out.company_cut = Measure(cut.flow);
  std::vector<Vertex> companies;
  const std::set<Vertex> side(cut.source_side.begin(), cut.source_side.end());
  for (Vertex v = 0; v < count; ++v) {
    if (side.contains(2 * v) && !side.contains(2 * v + 1)) companies.push_back(v);
  }
  for (size_t i = 0; i < companies.size() && i < kCutListed; ++i) {
    LT_ASSIGN(const Entity company, reader.Describe(numbers.nodes[companies[i]]));
    out.cut_companies.push_back(company);
  }
  return out;
}

namespace {

class Pairer {
 public:
  Pairer(Reader& reader, const Parts& parts, const Holders& holders, const MemberTies& ties, size_t max_listed, const Budget& budget)
      : reader_(reader), parts_(parts), holders_(holders), ties_(ties), max_listed_(max_listed), budget_(budget) {}

  Result<std::vector<Pairing>> Run() {
    for (const MemberTie& t : ties_.ties) {
      joined_.insert({std::min(t.supplier, t.customer), std::max(t.supplier, t.customer)});
      ++degree_[t.supplier];
      ++degree_[t.customer];
      if (t.strength != TieStrength::kFirm) continue;
      partners_[t.supplier].emplace_back(t.customer, t.edge);
      partners_[t.customer].emplace_back(t.supplier, t.edge);
    }
    LT_TRY(ByProduct());
    LT_TRY(BySegment());
    LT_TRY(budget_.Check());
    return Finish();
  }

 private:
  struct Found {
    std::set<std::string> products;
    std::vector<EdgeId> product_edges;             // PRODUCES, and the ties by which the product is bought
    std::set<std::pair<NodeId, NodeId>> segments;  // upstream, downstream
  };
  using Key = std::pair<NodeId, NodeId>;  // supplier, customer

  bool Free(NodeId x, NodeId y) const { return x != y && !joined_.contains({std::min(x, y), std::max(x, y)}); }

  // One makes what the other buys elsewhere.
  Status ByProduct() {
    const graph::TypeId produces = reader_.view().type("PRODUCES");
    if (!produces) return {};
    for (const bool a_supplies : {true, false}) {
      const auto& makers = parts_.of(a_supplies ? Part::kAOnly : Part::kBOnly);
      const Part buyers = a_supplies ? Part::kBOnly : Part::kAOnly, sellers = a_supplies ? Part::kAOnly : Part::kBOnly;
      std::map<NodeId, std::vector<std::pair<NodeId, EdgeId>>> by_product;  // product node → makers
      LT_TRY(reader_.view().ExpandMany(makers, Direction::kOut, std::span(&produces, 1), [&](size_t i, const Neighbour& n) {
        by_product[n.node].emplace_back(makers[i], n.edge);
        return true;
      }));
      std::map<std::string, NodeId> names;
      for (const auto& [product, list] : by_product) {
        LT_ASSIGN(const std::string name, reader_.Property(product, "name"));
        if (!name.empty()) names.emplace(name, product);
      }
      if (names.empty()) continue;
      for (const MemberTie& t : ties_.ties) {
        if (t.strength != TieStrength::kFirm || t.customer_part != buyers || t.supplier_part == sellers) continue;
        const auto it = names.find(ties_.products[t.product]);
        if (it == names.end()) continue;
        std::vector<std::pair<NodeId, EdgeId>> list = by_product.at(it->second);
        std::stable_sort(list.begin(), list.end(), [&](const auto& x, const auto& y) { return Degree(x.first) > Degree(y.first); });
        if (list.size() > kOfSegment) list.resize(kOfSegment);
        for (const auto& [maker, edge] : list) {
          if (!Free(maker, t.customer)) continue;
          Found& found = found_[{maker, t.customer}];
          if (found.products.insert(it->first).second) found.product_edges.push_back(edge);
          if (found.product_edges.size() < 2 * kSourcesListed) found.product_edges.push_back(t.edge);
        }
        if (found_.size() > kMostPairs) return {};
      }
    }
    return {};
  }

  // Companies of a side in a segment, those with most ties first.
  std::vector<NodeId> Of(NodeId segment, Part part) const {
    const auto it = holders_.find(segment);
    if (it == holders_.end()) return {};
    std::vector<NodeId> list = it->second[static_cast<size_t>(part)];
    std::stable_sort(list.begin(), list.end(), [&](NodeId x, NodeId y) { return Degree(x) > Degree(y); });
    if (list.size() > kOfSegment) list.resize(kOfSegment);
    return list;
  }

  Status BySegment() {
    const graph::TypeId upstream = reader_.view().type("UPSTREAM_OF");
    if (!upstream) return {};
    std::vector<NodeId> segments;
    for (const auto& [id, companies] : holders_) segments.push_back(id);
    std::vector<std::pair<NodeId, Neighbour>> steps;
    LT_TRY(reader_.view().ExpandMany(segments, Direction::kOut, std::span(&upstream, 1), [&](size_t i, const Neighbour& n) {
      if (holders_.contains(n.node)) steps.emplace_back(segments[i], n);
      return true;
    }));
    for (const auto& [segment, next] : steps) {
      follows_[{segment, next.node}] = next.edge;
      for (const bool a_supplies : {true, false}) {
        const auto suppliers = Of(segment, a_supplies ? Part::kAOnly : Part::kBOnly), customers = Of(next.node, a_supplies ? Part::kBOnly : Part::kAOnly);
        for (const NodeId s : suppliers) {
          for (const NodeId c : customers) {
            if (Free(s, c)) found_[{s, c}].segments.insert({segment, next.node});
          }
        }
      }
      if (found_.size() > kMostPairs) return {};
    }
    return {};
  }

  uint64_t Degree(NodeId id) const {
    const auto it = degree_.find(id);
    return it == degree_.end() ? 0 : it->second;
  }

  // Third companies with firm ties to both, with the edges.
  std::vector<std::tuple<NodeId, EdgeId, EdgeId>> Common(const Key& key) const {
    std::vector<std::tuple<NodeId, EdgeId, EdgeId>> common;
    const auto x = partners_.find(key.first), y = partners_.find(key.second);
    if (x == partners_.end() || y == partners_.end()) return common;
    std::map<NodeId, EdgeId> of_x;
    for (const auto& [partner, edge] : x->second) of_x.emplace(partner, edge);
    std::set<NodeId> seen;
    for (const auto& [partner, edge] : y->second) {
      const auto it = of_x.find(partner);
      if (it != of_x.end() && seen.insert(partner).second) common.emplace_back(partner, it->second, edge);
    }
    std::sort(common.begin(), common.end());
    return common;
  }

  Result<bool> Leads(NodeId company) {
    const graph::TypeId leads = reader_.view().type("LEADS");
    if (!leads) return false;
    LT_ASSIGN(const uint64_t degree, reader_.view().Degree(company, Direction::kOut, leads));
    return degree > 0;
  }

  Result<std::vector<Pairing>> Finish() {
    std::map<NodeId, bool> leaders;
    std::vector<std::tuple<int, int64_t, Key>> order;  // minus score, minus ties of both
    for (const auto& [key, found] : found_) {
      int score = (found.products.empty() ? 0 : 4) + (found.segments.empty() ? 0 : 2);
      score += static_cast<int>(std::min<size_t>(3, Common(key).size()));
      for (const NodeId id : {key.first, key.second}) {
        if (!leaders.contains(id)) {
          LT_ASSIGN(leaders[id], Leads(id));
        }
      }
      score += leaders[key.first] || leaders[key.second];
      order.emplace_back(-score, -static_cast<int64_t>(Degree(key.first) + Degree(key.second)), key);
    }
    std::sort(order.begin(), order.end());
    std::vector<Pairing> out;
    std::map<NodeId, size_t> shown;  // so that one company does not fill the list
    for (const auto& [score, ties, key] : order) {
      if (out.size() >= max_listed_) break;
      if (shown[key.first] >= 3 || shown[key.second] >= 3) continue;
      ++shown[key.first];
      ++shown[key.second];
      LT_ASSIGN(Pairing pairing, Describe(key, -score, leaders));
      out.push_back(std::move(pairing));
    }
    return out;
  }

  Result<Pairing> Describe(const Key& key, int score, const std::map<NodeId, bool>& leaders) {
    const Found& found = found_.at(key);
    Pairing p{.a_supplies = parts_.Of(key.first) == Part::kAOnly, .score = score};
    LT_ASSIGN(p.supplier, reader_.Describe(key.first));
    LT_ASSIGN(p.customer, reader_.Describe(key.second));
    LT_ASSIGN(p.supplier_city, CityOf(reader_, key.first));
    LT_ASSIGN(p.customer_city, CityOf(reader_, key.second));
    if (!found.products.empty()) {
      PairingEvidence e{.reason = PairingReason::kBuysProduct};
      for (const std::string& product : found.products) e.what += (e.what.empty() ? "" : reader_.lang() == Lang::kZh ? "、" : ", ") + product;
      for (const EdgeId edge : found.product_edges) LT_TRY(AddSources(reader_, edge, e.sources));
      p.reasons.push_back(std::move(e));
    }
    for (const auto& [upstream, downstream] : found.segments) {
      PairingEvidence e{.reason = PairingReason::kSegmentsFollow};
      LT_ASSIGN(const Entity from, reader_.Describe(upstream));
      LT_ASSIGN(const Entity to, reader_.Describe(downstream));
      e.what = Text(from.name, " → ", to.name);
      LT_TRY(AddSources(reader_, follows_.at({upstream, downstream}), e.sources));
      for (const auto& [company, segment] : {std::pair(key.first, upstream), std::pair(key.second, downstream)}) {
        LT_ASSIGN(const auto operates, reader_.Around(company, Direction::kOut, "OPERATES_IN"));
        for (const Neighbour& n : operates) {
          if (n.node == segment) LT_TRY(AddSources(reader_, n.edge, e.sources));
        }
      }
      p.reasons.push_back(std::move(e));
    }
    size_t partners = 0;
    for (const auto& [partner, first, second] : Common(key)) {
      if (partners++ >= 3) break;
      PairingEvidence e{.reason = PairingReason::kCommonPartner};
      LT_ASSIGN(const Entity entity, reader_.Describe(partner));
      e.what = entity.name;
      LT_TRY(AddSources(reader_, first, e.sources));
      LT_TRY(AddSources(reader_, second, e.sources));
      p.reasons.push_back(std::move(e));
    }
    for (const NodeId id : {key.first, key.second}) {
      if (!leaders.at(id)) continue;
      PairingEvidence e{.reason = PairingReason::kLeader};
      LT_ASSIGN(const auto leads, reader_.Around(id, Direction::kOut, "LEADS"));
      LT_ASSIGN(const Entity company, reader_.Describe(id));
      e.what = company.name;
      for (const Neighbour& n : leads) {
        LT_ASSIGN(const Entity led, reader_.Describe(n.node));
        e.what += Text(" → ", led.name);
        LT_TRY(AddSources(reader_, n.edge, e.sources));
      }
      p.reasons.push_back(std::move(e));
    }
    return p;
  }

  Reader& reader_;
  const Parts& parts_;
  const Holders& holders_;
  const MemberTies& ties_;
  const size_t max_listed_;
  const Budget& budget_;
  std::set<std::pair<NodeId, NodeId>> joined_;
  std::map<NodeId, uint64_t> degree_;
  std::map<NodeId, std::vector<std::pair<NodeId, EdgeId>>> partners_;
  std::map<std::pair<NodeId, NodeId>, EdgeId> follows_;
  std::map<Key, Found> found_;
};

}  // namespace

Result<std::vector<Pairing>> FindPairings(Reader& reader, const Parts& parts, const Holders& holders, const MemberTies& ties, size_t max_listed,
                                          const Budget& budget) {
  if (!ties.complete) return std::vector<Pairing>();
  return Pairer(reader, parts, holders, ties, max_listed, budget).Run();
}

}  // namespace liantu::chain
