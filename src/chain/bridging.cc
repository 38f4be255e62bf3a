// SPDX-License-Identifier: Apache-2.0
// The ties of the members as a graph, and the methods of analysis/ on it.
#include "chain/bridging.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "analysis/flow.h"
#include "analysis/linkage.h"
#include "chain/related_rows.h"

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

bool Firm(const MemberTie& t) { return t.strength == TieStrength::kFirm && t.supplier != t.customer; }
// Companies of the ties that are kept as vertices, in the order of their ids.
struct Numbering {
  std::vector<uint32_t> nodes;    // by vertex
  std::vector<Vertex> vertex;     // by node
  std::vector<NodeId> ids;        // by vertex
  std::vector<Part> parts;
};
template <class Keep>
Numbering Number(const MemberTies& ties, const Keep& keep) {
  Numbering out;
  out.vertex.assign(ties.nodes.size(), 0);
  for (const MemberTie& t : ties.ties) {
    if (keep(t)) out.vertex[t.supplier] = out.vertex[t.customer] = 1;
  }
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    if (out.vertex[node] == 0) continue;
    out.vertex[node] = static_cast<Vertex>(out.nodes.size());
    out.nodes.push_back(node);
    out.ids.push_back(ties.id(node));
    out.parts.push_back(ties.parts[node]);
  }
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
  if (!ties.complete) out.not_computed = "the budget stopped the reading of ties";
  else if (ties.firm > kMostTies) out.not_computed = kTooMany;
  else if (ties.firm == 0) out.not_computed = "no firm ties";
  if (!out.not_computed.empty()) return out;
  const Numbering numbers = Number(ties, Firm);
  std::vector<Snapshot::Edge> edges;
  edges.reserve(ties.firm);
  for (const MemberTie& t : ties.ties) {
    if (Firm(t)) edges.push_back({.from = numbers.vertex[t.supplier], .to = numbers.vertex[t.customer], .edge_id = ties.edge(t).raw});
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
  LT_ASSIGN(const graph::SnapshotPtr graph, Snapshot::FromEdges(count, std::move(edges), projection, numbers.ids));
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
    const uint32_t node = numbers.nodes[v];
    std::vector<uint32_t> of;  // places of its firm ties
    for (const auto& row : {ties.Sold(node), ties.Bought(node)}) std::copy_if(row.begin(), row.end(), std::back_inserter(of), [&](uint32_t i) { return Firm(ties.ties[i]); });
    std::sort(of.begin(), of.end());
    Broker broker{.part = numbers.parts[v], .roles = roles.vertices[v].count, .participation = participation.vertices[v].participation, .ties = of.size()};
    LT_ASSIGN(broker.company, reader.Describe(numbers.ids[v]));
    LT_ASSIGN(broker.city, CityOf(reader, numbers.ids[v]));
    for (size_t i = 0; i < of.size() && i < kSourcesListed; ++i) LT_TRY(AddSources(reader, ties.edge(ties.ties[of[i]]), broker.sources));
    out.list.push_back(std::move(broker));
  }
  return out;
}

Result<Fragility> FindFragility(Reader& reader, const MemberTies& ties, const Budget& budget) {
  Fragility out;
  out.tie_cut = out.company_cut = Measure::Undefined("no firm tie joins the two sides");
  std::vector<uint64_t> pairs;  // the two nodes, the smaller first
  for (const uint32_t i : ties.crossing) {
    const MemberTie& t = ties.ties[i];
    if (t.strength != TieStrength::kFirm) continue;
    ++out.ties;
    pairs.push_back(uint64_t{std::min(t.supplier, t.customer)} << 32 | std::max(t.supplier, t.customer));
  }
  std::sort(pairs.begin(), pairs.end());
  for (size_t i = 0, next; i < pairs.size(); i = next) {
    for (next = i + 1; next < pairs.size() && pairs[next] == pairs[i];) ++next;
    ++out.pairs;
    out.pairs_by_one += next - i == 1;
  }
  NodeId largest;
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    const Part part = ties.parts[node];
    if (part != Part::kAOnly && part != Part::kBOnly) continue;
    const uint32_t direct = ties.Firm(node)[static_cast<size_t>(part == Part::kAOnly ? Part::kBOnly : Part::kAOnly)];
    if (direct == 1) ++(part == Part::kAOnly ? out.hanging_a : out.hanging_b);
    if (direct > out.largest_ties) out.largest_ties = direct, largest = ties.id(node);
  }
  if (largest) {
    LT_ASSIGN(out.largest, reader.Describe(largest));
  }
  if (!ties.complete || ties.firm > kMostTies) {
    out.tie_cut = out.company_cut = Measure::Undefined(ties.complete ? kTooMany : "the budget stopped the reading of ties");
    return out;
  }
  // Ties inside a side, and those of a third company that deals with one side alone, lie on no way between the sides that is not
  // as good without them: they change neither the least cut nor the smallest side of it.
  std::vector<uint8_t> deals(ties.nodes.size(), 0);  // with A only, with B only, with others
  for (const MemberTie& t : ties.ties) {
    if (!Firm(t)) continue;
    const auto bit = [](Part part) { return static_cast<uint8_t>(part == Part::kAOnly ? 1 : part == Part::kBOnly ? 2 : 4); };
    deals[t.supplier] |= bit(t.customer_part);
    deals[t.customer] |= bit(t.supplier_part);
  }
  const auto idle = [&](uint32_t node, Part part) { return part != Part::kAOnly && part != Part::kBOnly && (deals[node] == 1 || deals[node] == 2); };
  const auto matters = [&](const MemberTie& t) {
    const bool inside = t.supplier_part == t.customer_part && (t.supplier_part == Part::kAOnly || t.supplier_part == Part::kBOnly);
    return Firm(t) && !inside && !idle(t.supplier, t.supplier_part) && !idle(t.customer, t.customer_part);
  };
  const Numbering numbers = Number(ties, matters);
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
    for (const MemberTie& t : ties.ties) {
      if (matters(t)) edges.push_back({.from = numbers.vertex[t.supplier], .to = numbers.vertex[t.customer], .edge_id = ties.edge(t).raw});
    }
    LT_ASSIGN(const graph::SnapshotPtr graph, Snapshot::FromEdges(count, std::move(edges), projection, numbers.ids));
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
  for (const MemberTie& t : ties.ties) {
    if (!matters(t)) continue;
    const Vertex s = numbers.vertex[t.supplier], c = numbers.vertex[t.customer];
    edges.push_back({.from = 2 * s + 1, .to = 2 * c, .weight = wide});
    edges.push_back({.from = 2 * c + 1, .to = 2 * s, .weight = wide});
  }
  LT_ASSIGN(const graph::SnapshotPtr split, Snapshot::FromEdges(2 * count + 2, std::move(edges)));
  LT_ASSIGN(const auto cut, analysis::MaxFlow(*split, {.sources = {source}, .targets = {target}}, budget));
  out.company_cut = Measure(cut.flow);
  std::vector<Vertex> companies;
  std::vector<char> side(2 * count + 2, 0);
  for (const Vertex v : cut.source_side) side[v] = 1;
  for (Vertex v = 0; v < count; ++v) {
    if (side[2 * v] && !side[2 * v + 1]) companies.push_back(v);
  }
  for (size_t i = 0; i < companies.size() && i < kCutListed; ++i) {
    LT_ASSIGN(const Entity company, reader.Describe(numbers.ids[companies[i]]));
    out.cut_companies.push_back(company);
  }
  return out;
}

namespace {

// Candidates are pairs of nodes; what is found for one is a mark, and the reasons are gathered again for the few that are shown.
class Pairer {
  // Pairs of nodes to marks: a table that is searched from the place a pair falls on.
  class PairTable {
   public:
    // For about so many pairs.
    explicit PairTable(size_t pairs) : keys_(std::bit_ceil(std::max<size_t>(1024, 2 * pairs + 2)), kFree), marks_(keys_.size(), 0) {}
    size_t size() const { return size_; }
    // Adds marks to a pair; it is there from then on.
    void Add(uint64_t pair, uint8_t marks) {
      size_t at = Place(pair);
      if (keys_[at] == kFree) {
        if (2 * ++size_ > keys_.size()) {
          Grow();
          at = Place(pair);
        }
        keys_[at] = pair;
      }
      marks_[at] |= marks;
    }
    bool Has(uint64_t pair) const { return keys_[Place(pair)] == pair; }
    uint8_t Marks(uint64_t pair) const { return marks_[Place(pair)]; }  // of one that is there
    template <class Row>
    void Each(const Row& row) const {
      for (size_t at = 0; at < keys_.size(); ++at) {
        if (keys_[at] != kFree) row(keys_[at], marks_[at]);
      }
    }

   private:
    static constexpr uint64_t kFree = UINT64_MAX;  // no pair: nodes are below 2^32 - 1
    size_t Place(uint64_t pair) const {
      size_t at = (pair * 0x9E3779B97F4A7C15ull) >> 20 & (keys_.size() - 1);
      while (keys_[at] != pair && keys_[at] != kFree) at = (at + 1) & (keys_.size() - 1);
      return at;
    }
    void Grow() {
      std::vector<uint64_t> keys(2 * keys_.size(), kFree);
      std::vector<uint8_t> marks(2 * keys_.size(), 0);
      keys.swap(keys_);
      marks.swap(marks_);
      for (size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] == kFree) continue;
        const size_t at = Place(keys[i]);
        keys_[at] = keys[i];
        marks_[at] = marks[i];
      }
    }
    std::vector<uint64_t> keys_;
    std::vector<uint8_t> marks_;
    size_t size_ = 0;
  };

 public:
  Pairer(Reader& reader, const Holders& holders, const MemberTies& ties, size_t max_listed, const Budget& budget)
      : reader_(reader), holders_(holders), ties_(ties), max_listed_(max_listed), budget_(budget),
        joined_(ties.crossing.size()), found_(std::min(kMostPairs, ties.ties.size())) {}

  Result<std::vector<Pairing>> Run() {
    for (const uint32_t i : ties_.crossing) {
      const MemberTie& t = ties_.ties[i];
      joined_.Add(Pair(std::min(t.supplier, t.customer), std::max(t.supplier, t.customer)), 0);
    }
    LT_TRY(ReadMakers());
    FindPurchases();
    EachPurchase([&](const Made& made, const MemberTie& t) {
      ++looked_at_;
      for (const uint32_t maker : made.makers) {
        if (Free(maker, t.customer)) found_.Add(Pair(maker, t.customer), kProduct);
      }
      return found_.size() <= kMostPairs;
    });
    LT_TRY(BySegment());
    LT_TRY(budget_.Check());
    return Finish();
  }

 private:
  enum : uint8_t { kProduct = 1, kSegments = 2 };
  static constexpr size_t kMostCommon = 3;  // partners that count
  struct Made {
    NodeId product;
    uint32_t text;                  // its name, a number of the ties' products
    std::vector<uint32_t> makers;
  };
  static uint64_t Pair(uint32_t x, uint32_t y) { return uint64_t{x} << 32 | y; }  // supplier, customer

  bool Free(uint32_t x, uint32_t y) const { return x != y && !joined_.Has(Pair(std::min(x, y), std::max(x, y))); }

  // The kOfSegment companies with most ties; of companies that are equal the one with the smaller id.
  class Best {
   public:
    bool empty() const { return size_ == 0; }
    void Add(uint32_t degree, uint32_t node) {
      const Entry entry{degree, node};
      if (size_ == kOfSegment && !entry.Before(list_[size_ - 1])) return;
      size_t at = size_ < kOfSegment ? size_++ : size_ - 1;
      for (; at > 0 && entry.Before(list_[at - 1]); --at) list_[at] = list_[at - 1];
      list_[at] = entry;
    }
    std::vector<uint32_t> List() const {
      std::vector<uint32_t> out;
      for (size_t i = 0; i < size_; ++i) out.push_back(list_[i].node);
      return out;
    }

   private:
    struct Entry {
      uint32_t degree, node;
      bool Before(const Entry& other) const { return degree != other.degree ? degree > other.degree : node < other.node; }
    };
    std::array<Entry, kOfSegment> list_;
    size_t size_ = 0;
  };
  uint32_t Degree(uint32_t node) const { return static_cast<uint32_t>(ties_.Degree(node)); }

  // Of each side the makers of each product, by the name that ties give it: the product node with the smallest id has the name.
  Status ReadMakers() {
    LT_ASSIGN(const RelatedRows rows, RowsOf(reader_, ties_, Network::Relation::kProduces));
    std::array<std::vector<Best>, 2> by_product;  // makers, as often as stated
    for (auto& side : by_product) side.resize(rows.things.size());
    for (size_t i = 0; i < rows.who.size(); ++i) {
      const Part part = ties_.parts[rows.who[i]];
      if (part == Part::kAOnly || part == Part::kBOnly) by_product[static_cast<size_t>(part)][rows.thing[i]].Add(Degree(rows.who[i]), rows.who[i]);
    }
    // Names to numbers of ties' texts.
    std::unordered_map<std::string_view, uint32_t> number;
    if (!ties_.network) {
      for (uint32_t i = 0; i < ties_.products.size(); ++i) number.emplace(ties_.products[i], i);
    }
    for (size_t side = 0; side < 2; ++side) {
      makers_[side].assign(ties_.products.size(), nullptr);
      for (size_t p = 0; p < rows.things.size(); ++p) {
        const Best& makers = by_product[side][p];
        if (makers.empty()) continue;
        uint32_t text = Network::kNone;
        if (ties_.network) {
          text = ties_.network->product_names()[p];
        } else {
          LT_ASSIGN(const std::string name, reader_.Property(rows.things[p], "name"));
          if (const auto it = number.find(name); it != number.end()) text = it->second;
        }
        if (text == Network::kNone || ties_.products[text].empty() || makers_[side][text] != nullptr) continue;
        made_.push_back(std::make_unique<Made>(Made{rows.things[p], text, makers.List()}));
        makers_[side][text] = made_.back().get();
      }
    }
    return {};
  }

  // Ties by which a side buys elsewhere what the other makes.
  void FindPurchases() {
    for (uint32_t i = 0; i < ties_.ties.size(); ++i) {
      const MemberTie& t = ties_.ties[i];
      const bool a_buys = t.customer_part == Part::kAOnly;
      if ((!a_buys && t.customer_part != Part::kBOnly) || t.strength != TieStrength::kFirm || t.supplier_part == (a_buys ? Part::kBOnly : Part::kAOnly)) continue;
      const Part sellers = a_buys ? Part::kBOnly : Part::kAOnly;
      if (makers_[static_cast<size_t>(sellers)][ties_.product(t)] != nullptr) purchases_[static_cast<size_t>(sellers)].push_back(i);
    }
  }

  // What A makes first: each(what is made, the tie by which it is bought), until it says no.
  template <class Each>
  void EachPurchase(const Each& each) const {
    for (const Part sellers : {Part::kAOnly, Part::kBOnly}) {
      for (const uint32_t i : purchases_[static_cast<size_t>(sellers)]) {
        const MemberTie& t = ties_.ties[i];
        if (!each(*makers_[static_cast<size_t>(sellers)][ties_.product(t)], t)) return;
      }
    }
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
    std::unordered_map<NodeId, std::array<std::vector<uint32_t>, 2>> best;  // of each side
    const auto of = [&](NodeId segment, Part part) -> const std::vector<uint32_t>& {
      const auto [it, fresh] = best.try_emplace(segment);
      if (fresh) {
        for (const Part side : {Part::kAOnly, Part::kBOnly}) {
          Best kept;
          for (const uint32_t node : holders_.at(segment)[static_cast<size_t>(side)]) kept.Add(Degree(node), node);
          it->second[static_cast<size_t>(side)] = kept.List();
        }
      }
      return it->second[static_cast<size_t>(part)];
    };
    for (const auto& [segment, next] : steps) {
      follows_[{segment, next.node}] = next.edge;
      steps_.emplace_back(segment, next.node);
      for (const bool a_supplies : {true, false}) {
        for (const uint32_t s : of(segment, a_supplies ? Part::kAOnly : Part::kBOnly)) {
          for (const uint32_t c : of(next.node, a_supplies ? Part::kBOnly : Part::kAOnly)) {
            if (Free(s, c)) found_.Add(Pair(s, c), kSegments);
          }
        }
      }
      if (found_.size() > kMostPairs) break;
    }
    for (auto& [segment, sides] : best) {
      for (size_t side = 0; side < 2; ++side) best_[side].emplace(segment, std::move(sides[side]));
    }
    return {};
  }

  // Whoever has a firm tie with a company, once for each tie.
  template <class Row>
  void EachPartner(uint32_t node, const Row& row) const {
    for (const uint32_t i : ties_.Sold(node)) {
      if (ties_.ties[i].strength == TieStrength::kFirm) row(ties_.ties[i].customer);
    }
    for (const uint32_t i : ties_.Bought(node)) {
      if (ties_.ties[i].strength == TieStrength::kFirm) row(ties_.ties[i].supplier);
    }
  }

  // Third companies with firm ties to both, with the first tie of each: those with the smallest ids.
  std::vector<std::tuple<uint32_t, uint32_t, uint32_t>> Common(uint64_t key) const {
    const auto partners = [&](uint32_t node) {
      std::map<uint32_t, uint32_t> first;  // the first tie, by partner
      for (const bool supplies : {true, false}) {
        for (const uint32_t i : supplies ? ties_.Sold(node) : ties_.Bought(node)) {
          const MemberTie& t = ties_.ties[i];
          if (t.strength != TieStrength::kFirm) continue;
          const auto [it, fresh] = first.try_emplace(supplies ? t.customer : t.supplier, i);
          if (!fresh) it->second = std::min(it->second, i);
        }
      }
      return first;
    };
    const auto of_supplier = partners(static_cast<uint32_t>(key >> 32)), of_customer = partners(static_cast<uint32_t>(key));
    std::vector<std::tuple<uint32_t, uint32_t, uint32_t>> common;
    for (const auto& [partner, tie] : of_supplier) {
      if (common.size() == kMostCommon) break;
      if (const auto it = of_customer.find(partner); it != of_customer.end()) common.emplace_back(partner, tie, it->second);
    }
    return common;
  }

  Result<std::vector<Pairing>> Finish() {
    std::vector<char> leaders(ties_.nodes.size(), 0);
    LT_TRY(EachRelated(reader_, ties_, Network::Relation::kLeads, [&](uint32_t company, NodeId) { leaders[company] = 1; }));
    struct Candidate {
      int score;
      uint64_t degrees, key;
      // For a heap: the best is the greatest.
      bool operator<(const Candidate& other) const { return std::tuple(score, degrees, other.key) < std::tuple(other.score, other.degrees, key); }
    };
    // By supplier, so that its partners are marked once and those of its customers-to-be looked at.
    std::vector<uint32_t> next(ties_.nodes.size() + 1, 0);
    found_.Each([&](uint64_t key, uint8_t) { ++next[(key >> 32) + 1]; });
    for (size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
    std::vector<Candidate> heap(found_.size());
    found_.Each([&](uint64_t key, uint8_t marks) {
      const auto s = static_cast<uint32_t>(key >> 32), c = static_cast<uint32_t>(key);
      heap[next[s]++] = {((marks & kProduct) != 0 ? 4 : 0) + ((marks & kSegments) != 0 ? 2 : 0) + (leaders[s] || leaders[c]), ties_.Degree(s) + ties_.Degree(c), key};
    });
    // Most customers-to-be come with several suppliers: their partners lie side by side once they were met.
    std::vector<uint32_t> partners, begin(ties_.nodes.size(), Network::kNone), count(ties_.nodes.size(), 0);
    std::vector<uint64_t> of_supplier(ties_.nodes.size() / 64 + 1, 0);  // a bit for each of its partners: few words, so that they stay at hand
    const auto partners_of = [&](uint32_t node) {
      if (begin[node] == Network::kNone) {
        begin[node] = static_cast<uint32_t>(partners.size());
        EachPartner(node, [&](uint32_t partner) { partners.push_back(partner); });
        count[node] = static_cast<uint32_t>(partners.size()) - begin[node];
      }
      return std::span(partners).subspan(begin[node], count[node]);
    };
    uint32_t marked = Network::kNone;
    size_t looked = 0;
    for (Candidate& candidate : heap) {
      const auto s = static_cast<uint32_t>(candidate.key >> 32), c = static_cast<uint32_t>(candidate.key);
      if (++looked % 4096 == 0) LT_TRY(budget_.Check());
      if (s != marked) {
        if (marked != Network::kNone) {
          for (const uint32_t partner : partners_of(marked)) of_supplier[partner / 64] = 0;
        }
        for (const uint32_t partner : partners_of(s)) of_supplier[partner / 64] |= uint64_t{1} << partner % 64;
        marked = s;
      }
      std::array<uint32_t, kMostCommon> common;
      size_t met = 0;
      for (const uint32_t partner : partners_of(c)) {
        if ((of_supplier[partner / 64] >> partner % 64 & 1) == 0 || std::find(common.begin(), common.begin() + met, partner) != common.begin() + met) continue;
        common[met++] = partner;
        if (met == kMostCommon) break;
      }
      candidate.score += static_cast<int>(met);
    }
    std::make_heap(heap.begin(), heap.end());
    std::vector<std::pair<uint64_t, int>> chosen;  // with their scores
    std::unordered_map<uint32_t, size_t> shown;    // so that one company does not fill the list
    while (!heap.empty() && chosen.size() < max_listed_) {
      std::pop_heap(heap.begin(), heap.end());
      const Candidate best = heap.back();
      heap.pop_back();
      const auto s = static_cast<uint32_t>(best.key >> 32), c = static_cast<uint32_t>(best.key);
      if (shown[s] >= 3 || shown[c] >= 3) continue;
      ++shown[s];
      ++shown[c];
      chosen.emplace_back(best.key, best.score);
    }
    LT_TRY(FindProducts(chosen));
    std::vector<Pairing> out;
    for (const auto& [key, score] : chosen) {
      LT_ASSIGN(Pairing pairing, Describe(key, score, leaders));
      out.push_back(std::move(pairing));
    }
    return out;
  }

  Result<Pairing> Describe(uint64_t key, int score, const std::vector<char>& leaders) {
    const auto s = static_cast<uint32_t>(key >> 32), c = static_cast<uint32_t>(key);
    const NodeId supplier = ties_.id(s), customer = ties_.id(c);
    Pairing p{.a_supplies = ties_.parts[s] == Part::kAOnly, .score = score};
    LT_ASSIGN(p.supplier, reader_.Describe(supplier));
    LT_ASSIGN(p.customer, reader_.Describe(customer));
    LT_ASSIGN(p.supplier_city, CityOf(reader_, supplier));
    LT_ASSIGN(p.customer_city, CityOf(reader_, customer));
    const uint8_t marks = found_.Marks(key);
    if ((marks & kProduct) != 0) {
      PairingEvidence e{.reason = PairingReason::kBuysProduct};
      const Bought& bought = bought_.at(key);
      for (const std::string& product : bought.products) e.what += (e.what.empty() ? "" : reader_.lang() == Lang::kZh ? "、" : ", ") + reader_.ProductName(product);
      for (const EdgeId edge : bought.edges) LT_TRY(AddSources(reader_, edge, e.sources));
      p.reasons.push_back(std::move(e));
    }
    std::set<std::pair<NodeId, NodeId>> segments;
    if ((marks & kSegments) != 0) {
      const auto side = static_cast<size_t>(ties_.parts[s]);
      const auto in = [](const std::vector<uint32_t>& list, uint32_t node) { return std::find(list.begin(), list.end(), node) != list.end(); };
      for (const auto& [upstream, downstream] : steps_) {
        if (in(best_[side].at(upstream), s) && in(best_[1 - side].at(downstream), c)) segments.emplace(upstream, downstream);
      }
    }
    for (const auto& [upstream, downstream] : segments) {
      PairingEvidence e{.reason = PairingReason::kSegmentsFollow};
      LT_ASSIGN(const Entity from, reader_.Describe(upstream));
      LT_ASSIGN(const Entity to, reader_.Describe(downstream));
      e.what = Text(from.name, " → ", to.name);
      LT_TRY(AddSources(reader_, follows_.at({upstream, downstream}), e.sources));
      for (const auto& [company, segment] : {std::pair(supplier, upstream), std::pair(customer, downstream)}) {
        LT_ASSIGN(const auto operates, reader_.Around(company, Direction::kOut, "OPERATES_IN"));
        for (const Neighbour& n : operates) {
          if (n.node == segment) LT_TRY(AddSources(reader_, n.edge, e.sources));
        }
      }
      p.reasons.push_back(std::move(e));
    }
    for (const auto& [partner, first, second] : Common(key)) {
      PairingEvidence e{.reason = PairingReason::kCommonPartner};
      LT_ASSIGN(const Entity entity, reader_.Describe(ties_.id(partner)));
      e.what = entity.name;
      LT_TRY(AddSources(reader_, ties_.edge(ties_.ties[first]), e.sources));
      LT_TRY(AddSources(reader_, ties_.edge(ties_.ties[second]), e.sources));
      p.reasons.push_back(std::move(e));
    }
    for (const uint32_t node : {s, c}) {
      if (!leaders[node]) continue;
      PairingEvidence e{.reason = PairingReason::kLeader};
      LT_ASSIGN(const auto leads, reader_.Around(ties_.id(node), Direction::kOut, "LEADS"));
      LT_ASSIGN(const Entity company, reader_.Describe(ties_.id(node)));
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

  // What the supplier makes and the customer buys, of those chosen: the PRODUCES edge of each product, and the first ties by
  // which it is bought. Ties that were not looked at, because candidates had become too many, are left out here too.
  Status FindProducts(const std::vector<std::pair<uint64_t, int>>& chosen) {
    std::vector<char> sells(ties_.nodes.size(), 0);
    for (const auto& [key, score] : chosen) {
      bought_.try_emplace(key);
      sells[key >> 32] = 1;
    }
    uint64_t looked = 0;
    Status status;
    EachPurchase([&](const Made& made, const MemberTie& tie) {
      for (const uint32_t maker : made.makers) {
        if (!sells[maker] || !status.ok()) continue;
        if (const auto it = bought_.find(Pair(maker, tie.customer)); it != bought_.end()) status = AddProduct(maker, made, tie, it->second);
      }
      return ++looked < looked_at_;
    });
    return status;
  }
  struct Bought {
    std::set<std::string> products;
    std::vector<EdgeId> edges;
  };
  Status AddProduct(uint32_t maker, const Made& made, const MemberTie& tie, Bought& bought) {
    if (bought.products.insert(std::string(ties_.products[made.text])).second) {
      LT_ASSIGN(const auto produces, reader_.Around(ties_.id(maker), Direction::kOut, "PRODUCES"));
      const auto edge = std::find_if(produces.begin(), produces.end(), [&](const Neighbour& n) { return n.node == made.product; });
      if (edge != produces.end()) bought.edges.push_back(edge->edge);
    }
    if (bought.edges.size() < 2 * kSourcesListed) bought.edges.push_back(ties_.edge(tie));
    return {};
  }

  Reader& reader_;
  const Holders& holders_;
  const MemberTies& ties_;
  const size_t max_listed_;
  const Budget& budget_;
  PairTable joined_;                              // pairs of different sides with any tie, the smaller node first
  std::vector<std::unique_ptr<Made>> made_;
  std::array<std::vector<const Made*>, 2> makers_;  // by side and text
  std::map<std::pair<NodeId, NodeId>, EdgeId> follows_;
  std::vector<std::pair<NodeId, NodeId>> steps_;  // those looked at
  std::array<std::unordered_map<NodeId, std::vector<uint32_t>>, 2> best_;  // by side and segment
  PairTable found_;                               // candidates
  std::array<std::vector<uint32_t>, 2> purchases_;  // places of ties, by the side that makes what is bought
  uint64_t looked_at_ = 0;                        // purchases that were looked at for candidates
  std::unordered_map<uint64_t, Bought> bought_;   // of those chosen
};

}  // namespace

Result<std::vector<Pairing>> FindPairings(Reader& reader, const Holders& holders, const MemberTies& ties, size_t max_listed, const Budget& budget) {
  if (!ties.complete) return std::vector<Pairing>();
  return Pairer(reader, holders, ties, max_listed, budget).Run();
}

}  // namespace liantu::chain
