// SPDX-License-Identifier: Apache-2.0
// Reads the supply network downstream of what is removed, with every known supplier of each company there, and runs the
// methods of analysis/ on it. The systemic index alone needs the whole network.
#include "chain/risk.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "analysis/paths.h"
#include "chain/evidence.h"
#include "chain/network.h"
#include "chain/numbers.h"
#include "chain/seats.h"
#include "graph/node_bits.h"

namespace liantu::chain {

using analysis::Measure;
using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;
using graph::Snapshot;
using graph::Vertex;

namespace {

constexpr uint64_t kWholeNetwork = 200'000;  // ties up to which the whole network is read for the systemic index
constexpr uint64_t kWeakerRings = 20'000;   // ties up to which rings are also looked for over weaker ties
constexpr int kRingSteps = 8;
constexpr uint64_t kMaxLoops = 10;
constexpr size_t kMaxRingStarts = 500;  // companies of a group from which rings are looked for

struct Link {
  NodeId supplier, customer;
  EdgeId edge;
  uint32_t product = 0;  // a number of Finder::texts_; "" where not stated
};

class Finder {
 public:
  Finder(Reader& reader, const RiskOptions& options, const Budget& budget) : reader_(reader), options_(options), budget_(budget) {}

  Result<RiskAnswer> Run(const Entity& asked) {
    if (!(options_.threshold > 0 && options_.threshold <= 1)) {
      return Status(Code::kInvalid, Text("the threshold must be above 0 and at most 1, not ", options_.threshold));
    }
    answer_.asked = asked;
    type_ = reader_.view().type("SUPPLIES");
    product_ = reader_.view().property("product");
    status_ = reader_.view().property("status");
    LT_TRY(FindRemoved());
    LT_TRY(ReadDownstream());
    LT_TRY(AddExposures());
    LT_TRY(AddCascade());
    LT_TRY(AddUpstream());
    LT_TRY(AddSubstitutes());
    LT_TRY(AddWeakerRings());
    LT_TRY(AddSystemic());
    return std::move(answer_);
  }

 private:
  Status FindRemoved() {
    const Entity& asked = answer_.asked;
    if (asked.label == "Company" || asked.label == "Organization") {
      removed_ = {asked.id};
    } else {
      LT_ASSIGN(const Group group, MembersOf(reader_, asked));
      if (group.members.empty()) {
        LT_ASSIGN(const std::string remarks, Remarks(asked));
        return Status(Code::kInvalid, Text("'", asked.name, "': ", group.reason, remarks));
      }
      answer_.rule = MembershipName(group.membership);
      removed_ = group.members;
    }
    for (const NodeId id : removed_) gone_.Add(id);
    answer_.removed_total = removed_.size();
    for (size_t i = 0; i < removed_.size() && i < options_.max_listed; ++i) {
      LT_ASSIGN(const Entity entity, reader_.Describe(removed_[i]));
      answer_.removed.push_back(entity);
    }
    return Status::Ok();
  }

  // What the data has to say of the directions of something that has no companies to remove: a recycling chain that no source spells out.
  Result<std::string> Remarks(const Entity& asked) {
    const bool zh = reader_.lang() == Lang::kZh;
    std::string out;
    LT_ASSIGN(const auto directions, reader_.Around(asked.id, Direction::kOut, "FOCUSES_ON"));
    for (const Neighbour& n : directions) {
      LT_ASSIGN(const auto edge, reader_.view().GetEdge(n.edge));
      const std::string note = edge ? reader_.Wording(*edge, "note") : "";
      if (note.empty()) continue;
      LT_ASSIGN(const Entity direction, reader_.Describe(n.node));
      out += Text(zh ? "\n数据备注:" : "\nnote of the data: ", direction.name, zh ? ":" : ": ", note);
    }
    return out;
  }

  bool Removed(NodeId id) const { return gone_.Has(id); }

  // Firm ties of the nodes, which are ascending, in one direction, by (node, edge).
  Result<std::vector<Link>> Ties(const std::vector<NodeId>& nodes, Direction direction) {
    std::vector<Link> links;
    if (!type_) return links;
    LT_ASSIGN(const auto network, NetworkOf(nodes));
    if (network != nullptr) return FromNetwork(*network, nodes, direction);
    std::vector<EdgeId> edges;
    LT_TRY(reader_.view().ExpandMany(nodes, direction, std::span(&type_, 1), [&](size_t i, const Neighbour& n) {
      const bool out = direction == Direction::kOut;
      links.push_back({out ? nodes[i] : n.node, out ? n.node : nodes[i], n.edge});
      edges.push_back(n.edge);
      return true;
    }));
    LT_TRY(budget_.Check());
    LT_ASSIGN(const auto stored, reader_.view().GetEdges(edges));
    std::vector<Link> firm;
    for (size_t i = 0; i < links.size(); ++i) {
      if (!stored[i]) continue;
      const graph::Value* status = stored[i]->Property(status_);
      if (StrengthOf(status ? graph::ToText(*status) : "", stored[i]->certainty) != TieStrength::kFirm) continue;
      if (links[i].supplier == links[i].customer) continue;
      const graph::Value* product = stored[i]->Property(product_);
      links[i].product = NumberOf(product ? graph::ToText(*product) : std::string());
      firm.push_back(links[i]);
    }
    return firm;
  }

  // Null where they are few, or one of them is none of its nodes.
  Result<std::shared_ptr<const Network>> NetworkOf(const std::vector<NodeId>& nodes) {
    LT_ASSIGN(auto network, NetworkFor(reader_, std::max<uint64_t>(nodes.size(), 1), Network::kTies | Network::kProducts, budget_));
    if (network && std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) { return network->Of(id) == Network::kNone; })) network = nullptr;
    return network;
  }

  Result<std::vector<Link>> FromNetwork(const Network& network, const std::vector<NodeId>& nodes, Direction direction) {
    known_products_.resize(network.products().size(), Network::kNone);
    struct Met {
      uint32_t node, supplier, tie;
    };
    std::vector<Met> met;
    const auto begin = network.begin(), customers = network.customers();
    const auto firm = [&](uint32_t supplier, uint32_t tie) { return network.strength(tie) == TieStrength::kFirm && customers[tie] != supplier; };
    if (direction == Direction::kOut) {
      for (const NodeId id : nodes) {
        const uint32_t supplier = network.Of(id);
        for (uint32_t t = begin[supplier]; t < begin[supplier + 1]; ++t) {
          if (firm(supplier, t)) met.push_back({supplier, supplier, t});
        }
      }
    } else {
      std::vector<char> wanted(network.size(), 0);
      for (const NodeId id : nodes) wanted[network.Of(id)] = 1;
      std::vector<uint32_t> next(network.size() + 1, 0);  // by customer: where its ties begin, then where the next one goes
      std::vector<Met> all;
      for (uint32_t supplier = 0; supplier < network.size(); ++supplier) {
        for (uint32_t t = begin[supplier]; t < begin[supplier + 1]; ++t) {
          if (!wanted[customers[t]] || !firm(supplier, t)) continue;
          all.push_back({customers[t], supplier, t});
          ++next[customers[t] + 1];
        }
      }
      for (size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
      met.resize(all.size());
      for (const Met& m : all) met[next[m.node]++] = m;
    }
    if (!network.edges_ascend()) {
      std::sort(met.begin(), met.end(), [&](const Met& x, const Met& y) { return std::pair(x.node, network.edge(x.tie)) < std::pair(y.node, network.edge(y.tie)); });
    }
    std::vector<Link> links;
    links.reserve(met.size());
    for (const Met& m : met) {
      uint32_t& product = known_products_[network.product(m.tie)];
      if (product == Network::kNone) product = NumberOf(std::string(network.products()[network.product(m.tie)]));
      links.push_back({network.id(m.supplier), network.id(customers[m.tie]), network.edge(m.tie), product});
    }
    LT_TRY(budget_.Check());
    return links;
  }

  uint32_t NumberOf(const std::string& text) {
    const auto [it, fresh] = numbers_.try_emplace(text, static_cast<uint32_t>(texts_.size()));
    if (fresh) texts_.push_back(text);
    return it->second;
  }

  Status ReadDownstream() {
    std::vector<NodeId> seen = removed_, frontier = removed_;
    while (!frontier.empty()) {
      LT_ASSIGN(const auto ties, Ties(frontier, Direction::kOut));
      std::vector<NodeId> met, next, both;
      for (const Link& link : ties) met.push_back(link.customer);
      std::sort(met.begin(), met.end());
      met.erase(std::unique(met.begin(), met.end()), met.end());
      std::set_difference(met.begin(), met.end(), seen.begin(), seen.end(), std::back_inserter(next));
      if (seen.size() + next.size() > options_.max_companies) {
        answer_.complete = false;
        answer_.stopped = reader_.lang() == Lang::kZh ? Text("下游企业超过 ", options_.max_companies, " 家,未再往下读")
                                                      : Text("more than ", options_.max_companies, " companies downstream: read no further");
        break;
      }
      std::set_union(seen.begin(), seen.end(), next.begin(), next.end(), std::back_inserter(both));
      seen = std::move(both);
      frontier = std::move(next);
      LT_TRY(budget_.Check());
    }
    downstream_ = std::move(seen);
    LT_ASSIGN(inputs_, Ties(downstream_, Direction::kIn));
    return Status::Ok();
  }

  std::vector<Link>::const_iterator InputsOf(NodeId customer) const {
    return std::lower_bound(inputs_.begin(), inputs_.end(), customer, [](const Link& link, NodeId node) { return link.customer < node; });
  }

  Status AddExposures() {
    // The inputs of direct customers, each supplier of a product once.
    for (const Link& link : inputs_) {
      if (!Removed(link.supplier) || Removed(link.customer)) continue;
      ++answer_.ties_lost;
      direct_.Add(link.customer);
    }
    struct Row {
      bool multiple;
      NodeId customer;
      uint32_t product;
      NodeId supplier;
      uint64_t suppliers, removed;
    };
    std::vector<Row> order;
    std::vector<std::pair<uint32_t, NodeId>> inputs;  // of a customer: product, supplier
    for (size_t begin = 0, end; begin < inputs_.size(); begin = end) {
      const NodeId customer = inputs_[begin].customer;
      for (end = begin; end < inputs_.size() && inputs_[end].customer == customer;) ++end;
      if (!direct_.Has(customer)) continue;
      inputs.clear();
      for (size_t i = begin; i < end; ++i) inputs.emplace_back(inputs_[i].product, inputs_[i].supplier);
      std::sort(inputs.begin(), inputs.end());
      inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
      for (size_t i = 0, next; i < inputs.size(); i = next) {
        const uint32_t product = inputs[i].first;
        uint64_t removed = 0;
        for (next = i; next < inputs.size() && inputs[next].first == product; ++next) removed += Removed(inputs[next].second);
        if (removed == 0) continue;
        for (size_t k = i; k < next; ++k) {
          const NodeId supplier = inputs[k].second;
          if (Removed(supplier)) order.push_back({removed < next - i, customer, product, supplier, next - i, removed});
          else second_sources_.emplace_back(supplier, product);
        }
      }
    }
    std::sort(second_sources_.begin(), second_sources_.end());
    size_t kept = 0;
    for (const auto& [supplier, product] : second_sources_) {
      if (kept == 0 || second_sources_[kept - 1].first != supplier) {
        second_sources_[kept++] = {supplier, product};
      } else if (texts_[product] < texts_[second_sources_[kept - 1].second]) {
        second_sources_[kept - 1].second = product;
      }
    }
    second_sources_.resize(kept);
    answer_.exposures_total = order.size();
    const size_t listed = std::min(order.size(), options_.max_listed);
    std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(listed), order.end(), [&](const Row& x, const Row& y) {
      return std::tie(x.multiple, x.customer, texts_[x.product], x.supplier) < std::tie(y.multiple, y.customer, texts_[y.product], y.supplier);
    });
    for (size_t i = 0; i < listed; ++i) {
      const Row& row = order[i];
      Exposure e{.product = texts_[row.product], .suppliers = row.suppliers, .removed = row.removed};
      LT_ASSIGN(e.customer, reader_.Describe(row.customer));
      LT_ASSIGN(e.customer_city, CityOf(row.customer));
      LT_ASSIGN(e.supplier, reader_.Describe(row.supplier));
      for (auto at = InputsOf(row.customer); at != inputs_.end() && at->customer == row.customer; ++at) {
        if (at->product == row.product && at->supplier == row.supplier) LT_TRY(AddSources(at->edge, e.sources));
      }
      answer_.exposures.push_back(std::move(e));
    }
    return Status::Ok();
  }

  // The network of `links`: each pair of companies and product counts once.
  Result<graph::SnapshotPtr> GraphOf(const std::vector<Link>& links, std::vector<NodeId> nodes, const char* name) {
    for (const Link& link : links) nodes.push_back(link.supplier), nodes.push_back(link.customer);
    const Numbers numbers(std::move(nodes));
    // The first of those that say the same counts.
    std::vector<std::pair<uint64_t, uint64_t>> order;  // the two companies; the product and the place in the list
    order.reserve(links.size());
    for (size_t i = 0; i < links.size(); ++i) {
      order.emplace_back(uint64_t{numbers.Of(links[i].supplier)} << 32 | numbers.Of(links[i].customer), uint64_t{links[i].product} << 32 | i);
    }
    std::sort(order.begin(), order.end());
    std::vector<Snapshot::Edge> edges;
    for (size_t i = 0; i < order.size(); ++i) {
      const auto& [ends, what] = order[i];
      if (i > 0 && order[i - 1].first == ends && order[i - 1].second >> 32 == what >> 32) continue;
      edges.push_back({.from = static_cast<Vertex>(ends >> 32), .to = static_cast<Vertex>(ends), .edge_id = links[static_cast<uint32_t>(what)].edge.raw});
    }
    const auto count = static_cast<Vertex>(numbers.size());
    return Snapshot::FromEdges(count, std::move(edges), {.name = name, .labels = {"Company"}, .types = {"SUPPLIES"}}, numbers.ids());
  }

  Status AddCascade() {
    LT_ASSIGN(const graph::SnapshotPtr network, GraphOf(inputs_, removed_, "firm ties downstream"));
    analysis::CascadeOptions asked{.threshold = options_.threshold};
    for (const NodeId id : removed_) asked.seeds.push_back(network->vertex(id));
    LT_ASSIGN(const analysis::CascadeResult result, analysis::ThresholdCascade(*network, asked, budget_));
    answer_.cascade_definition = result.header.definition;
    if (result.header.partial) answer_.complete = false, answer_.stopped = result.header.stopped;
    constexpr uint32_t kStands = 0xFFFFFFFF;
    std::vector<uint32_t> failed(network->vertex_count(), kStands);  // the round in which each falls; the removed in round 0
    for (const analysis::CascadeFailure& failure : result.failures) failed[failure.vertex] = failure.round;
    for (const analysis::CascadeFailure& failure : result.failures) {
      if (failure.round == 0) continue;
      ++answer_.failures_total;
      answer_.rounds = std::max(answer_.rounds, failure.round);
      if (answer_.failures.size() >= options_.max_listed) continue;
      Failure out{.round = failure.round, .lost_share = failure.lost_share};
      const NodeId id = network->node_id(failure.vertex);
      LT_ASSIGN(out.company, reader_.Describe(id));
      LT_ASSIGN(out.city, CityOf(id));
      if (failure.largest_cause != graph::kNoVertex) {
        LT_ASSIGN(out.cause, reader_.Describe(network->node_id(failure.largest_cause)));
      }
      std::vector<EdgeId> lost;
      for (auto at = InputsOf(id); at != inputs_.end() && at->customer == id; ++at) {
        if (failed[network->vertex(at->supplier)] < failure.round) lost.push_back(at->edge);
      }
      LT_ASSIGN(out.sources, DocumentsOf(reader_, lost));
      answer_.failures.push_back(std::move(out));
    }
    // Of one company every ring, of a group the shortest through each of its companies that is not in one shown already.
    std::set<NodeId> shown;
    for (size_t i = 0; i < removed_.size() && i < kMaxRingStarts && answer_.loops.size() < kMaxLoops; ++i) {
      if (shown.contains(removed_[i])) continue;
      const uint64_t wanted = removed_.size() == 1 ? kMaxLoops : 1;
      LT_ASSIGN(const analysis::PathResult rings, analysis::CyclesThrough(*network, network->vertex(removed_[i]), wanted, {.max_hops = kRingSteps}, budget_));
      for (const analysis::Path& ring : rings.paths) {
        std::vector<Entity> loop;
        for (const Vertex v : ring.vertices) {
          LT_ASSIGN(const Entity entity, reader_.Describe(network->node_id(v)));
          loop.push_back(entity);
          shown.insert(entity.id);
        }
        // Several products between two companies make the same ring several times.
        if (std::find(answer_.loops.begin(), answer_.loops.end(), loop) != answer_.loops.end()) continue;
        answer_.loops.push_back(std::move(loop));
        std::vector<EdgeId> edges;
        for (const uint32_t arc : ring.arcs) edges.push_back(EdgeId{network->edge_id(arc)});
        LT_ASSIGN(auto sources, DocumentsOf(reader_, edges));
        answer_.loops_sources.push_back(std::move(sources));
        answer_.loops_strength.push_back(TieStrength::kFirm);
      }
      if (budget_.Spent()) break;
    }
    return Status::Ok();
  }

  // Suppliers of the removed: who loses every customer; and the inputs of the one company asked about.
  Status AddUpstream() {
    std::vector<std::pair<NodeId, EdgeId>> lost;
    std::vector<NodeId> list;
    graph::NodeBits met;
    for (const Link& link : inputs_) {
      if (!Removed(link.customer) || Removed(link.supplier)) continue;
      ++answer_.ties_lost;
      lost.emplace_back(link.supplier, link.edge);
      if (met.Add(link.supplier)) list.push_back(link.supplier);
    }
    const auto by_supplier = [](const auto& x, const auto& y) { return x.first < y.first; };
    std::stable_sort(lost.begin(), lost.end(), by_supplier);
    std::sort(list.begin(), list.end());
    graph::NodeBits still;
    LT_ASSIGN(const auto network, NetworkOf(list));
    if (network != nullptr) {
      for (const NodeId id : list) {
        const uint32_t supplier = network->Of(id);
        for (uint32_t t = network->begin()[supplier]; t < network->begin()[supplier + 1]; ++t) {
          const uint32_t customer = network->customers()[t];
          if (network->strength(t) != TieStrength::kFirm || customer == supplier || Removed(network->id(customer))) continue;
          still.Add(id);
          break;
        }
      }
    } else {
      LT_ASSIGN(const auto sales, Ties(list, Direction::kOut));
      for (const Link& link : sales) {
        if (!Removed(link.customer)) still.Add(link.supplier);
      }
    }
    for (const NodeId id : list) {
      if (still.Has(id)) continue;
      LT_ASSIGN(const Entity entity, reader_.Describe(id));
      answer_.without_customers.push_back(entity);
      std::vector<EdgeId> edges;
      const auto [from, to] = std::equal_range(lost.begin(), lost.end(), std::pair(id, EdgeId{}), by_supplier);
      for (auto at = from; at != to; ++at) edges.push_back(at->second);
      LT_ASSIGN(auto sources, DocumentsOf(reader_, edges));
      answer_.without_customers_sources.push_back(std::move(sources));
    }
    if (removed_.size() != 1) return Status::Ok();
    std::map<std::string, std::map<NodeId, double>> inputs;
    std::map<std::string, std::vector<EdgeId>> edges;
    for (const Link& link : inputs_) {
      if (!Removed(link.customer) || Removed(link.supplier)) continue;
      inputs[texts_[link.product]][link.supplier] += 1;
      edges[texts_[link.product]].push_back(link.edge);
    }
    for (const auto& [product, from] : inputs) {
      InputRisk input{.product = product, .single = from.size() == 1};
      std::vector<double> amounts;
      for (const auto& [supplier, amount] : from) {
        LT_ASSIGN(const Entity entity, reader_.Describe(supplier));
        input.suppliers.push_back(entity);
        amounts.push_back(1);  // ties count equally
      }
      input.hhi = analysis::Herfindahl(amounts);
      for (const EdgeId edge : edges.at(product)) LT_TRY(AddSources(edge, input.sources));
      answer_.inputs.push_back(std::move(input));
    }
    std::stable_sort(answer_.inputs.begin(), answer_.inputs.end(), [](const InputRisk& a, const InputRisk& b) { return a.suppliers.size() < b.suppliers.size(); });
    return Status::Ok();
  }

  // A company that could stand in, for the first basis met: a second source, then who makes the same, then who works in the same
  // segment; of several things the one with the smallest id.
  struct Stand {
    SubstituteBasis basis;
    Nearness near;
    NodeId company;
    NodeId thing;      // product or segment
    uint32_t product;  // where there is no thing: a number of texts_
    auto Rank() const { return std::tuple(basis, near, company); }
  };
  static constexpr std::pair<Network::Relation, const char*> kMaking[] = {{Network::Relation::kProduces, "PRODUCES"}, {Network::Relation::kOperatesIn, "OPERATES_IN"}};
  static SubstituteBasis BasisOf(Network::Relation relation) { return relation == Network::Relation::kProduces ? SubstituteBasis::kSameProduct : SubstituteBasis::kSameSegment; }

  // Where the removed are.
  struct Places {
    std::set<NodeId> cities, provinces;
    size_t looked = 0;  // of the removed: a group all over the country is near nothing
    Nearness Of(const Location& seat, bool same_cluster) const {
      if (cities.contains(seat.city)) return Nearness::kSameCity;
      if (same_cluster) return Nearness::kSameCluster;
      return provinces.contains(seat.province) ? Nearness::kSameProvince : Nearness::kElsewhere;
    }
  };

  Status AddSubstitutes() {
    Places places;
    LT_ASSIGN(const auto seats, SeatsOf(reader_, removed_));
    while (places.looked < removed_.size() && places.cities.size() <= 1) {
      const Location& seat = seats[places.looked++];
      places.cities.insert(seat.city);
      places.provinces.insert(seat.province);
    }
    places.cities.erase(NodeId{});
    places.provinces.erase(NodeId{});
    LT_ASSIGN(const auto network, ColumnsForSubstitutes());
    std::vector<Stand> order;
    if (network != nullptr) {
      order = SubstitutesOf(*network, places);
    } else {
      LT_ASSIGN(order, ReadSubstitutes(places));
    }
    LT_TRY(budget_.Check());
    graph::NodeBits second;
    for (const Stand& s : order) {
      if (!s.thing) second.Add(s.company);
    }
    std::map<std::pair<NodeId, uint32_t>, std::vector<EdgeId>> said;  // of second sources that are shown: what they supply to direct customers
    for (const Link& link : inputs_) {
      if (second.Has(link.supplier) && direct_.Has(link.customer)) said[{link.supplier, link.product}].push_back(link.edge);
    }
    for (const Stand& s : order) {
      Substitute out{.basis = s.basis, .nearness = s.near};
      LT_ASSIGN(out.company, reader_.Describe(s.company));
      LT_ASSIGN(out.city, CityOf(s.company));
      if (s.thing) {
        LT_ASSIGN(const Entity what, reader_.Describe(s.thing));
        out.what = what.name;
        LT_ASSIGN(const auto edges, reader_.Around(s.company, Direction::kOut, kMaking[s.basis == SubstituteBasis::kSameProduct ? 0 : 1].second));
        const auto first = std::find_if(edges.begin(), edges.end(), [&](const Neighbour& n) { return n.node == s.thing; });
        if (first != edges.end()) LT_TRY(AddSources(first->edge, out.sources));
      } else {
        out.what = reader_.ProductName(texts_[s.product]);
        for (const EdgeId edge : said[{s.company, s.product}]) LT_TRY(AddSources(edge, out.sources));
      }
      answer_.substitutes.push_back(std::move(out));
    }
    return Status::Ok();
  }

  // Null where the removed are few, or the columns do not have all that the records say.
  Result<std::shared_ptr<const Network>> ColumnsForSubstitutes() {
    constexpr uint32_t kWanted = Network::kSeats | Network::WantOf(Network::Relation::kMemberOf) | Network::WantOf(Network::Relation::kProduces) | Network::WantOf(Network::Relation::kOperatesIn);
    LT_ASSIGN(auto network, NetworkAtHand(reader_, removed_.size(), kWanted));
    if (network == nullptr) return network;
    for (const auto& [relation, name] : kMaking) {
      const graph::TypeId type = reader_.view().type(name);
      LT_ASSIGN(const uint64_t edges, type ? reader_.view().EdgeCount(type) : Result<uint64_t>(uint64_t{0}));
      if (network->rows(relation).who.size() != edges) return std::shared_ptr<const Network>();
    }
    const auto known = [&](NodeId id) { return network->Of(id) != Network::kNone; };
    const bool all = std::all_of(removed_.begin(), removed_.end(), known) && std::all_of(second_sources_.begin(), second_sources_.end(), [&](const auto& s) { return known(s.first); });
    return all ? network : nullptr;
  }

  std::vector<Stand> SubstitutesOf(const Network& network, const Places& places) {
    std::vector<uint8_t> gone(network.size(), 0), neighbour(network.size(), 0);
    for (const NodeId id : removed_) gone[network.Of(id)] = 1;
    const uint32_t looked = places.looked == 0 ? 0 : network.Of(removed_[places.looked - 1]) + 1;
    const auto members = network.rows(Network::Relation::kMemberOf);
    std::vector<uint8_t> wanted(members.things.size(), 0);
    for (size_t i = 0; i < members.who.size() && members.who[i] < looked; ++i) {
      if (gone[members.who[i]]) wanted[members.thing[i]] = 1;
    }
    for (size_t i = 0; i < members.who.size(); ++i) neighbour[members.who[i]] |= wanted[members.thing[i]];
    constexpr uint8_t kNoBasis = UINT8_MAX;
    std::vector<uint8_t> basis(network.size(), kNoBasis);
    std::vector<uint32_t> what(network.size(), 0);  // the product, or the place among the things
    for (const auto& [company, product] : second_sources_) {
      basis[network.Of(company)] = static_cast<uint8_t>(SubstituteBasis::kSecondSource);
      what[network.Of(company)] = product;
    }
    for (const auto& [relation, name] : kMaking) {
      const auto rows = network.rows(relation);
      const auto own = static_cast<uint8_t>(BasisOf(relation));
      wanted.assign(rows.things.size(), 0);
      for (size_t i = 0; i < rows.who.size(); ++i) {
        if (gone[rows.who[i]]) wanted[rows.thing[i]] = 1;
      }
      for (size_t i = 0; i < rows.who.size(); ++i) {
        const uint32_t who = rows.who[i], thing = rows.thing[i];
        if (!wanted[thing] || gone[who] || basis[who] < own || (basis[who] == own && what[who] <= thing)) continue;
        basis[who] = own;
        what[who] = thing;
      }
    }
    std::vector<uint8_t> near_of_seat[2];  // in the same cluster or not; by place among the locations
    for (const bool same_cluster : {false, true}) {
      for (const Location& seat : network.locations()) near_of_seat[same_cluster].push_back(static_cast<uint8_t>(places.Of(seat, same_cluster)));
    }
    std::vector<uint64_t> order;  // basis, nearness, node
    for (uint32_t node = 0; node < network.size(); ++node) {
      if (basis[node] == kNoBasis) continue;
      order.push_back(uint64_t{basis[node]} << 40 | uint64_t{near_of_seat[neighbour[node]][network.seats()[node]]} << 32 | node);
    }
    answer_.substitutes_total = order.size();
    const size_t listed = std::min(order.size(), options_.max_listed);
    std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(listed), order.end());
    std::vector<Stand> out;
    for (size_t i = 0; i < listed; ++i) {
      const auto node = static_cast<uint32_t>(order[i]);
      Stand s{.basis = static_cast<SubstituteBasis>(order[i] >> 40), .near = static_cast<Nearness>(order[i] >> 32 & 0xFF), .company = network.id(node), .product = what[node]};
      for (const auto& [relation, name] : kMaking) {
        if (BasisOf(relation) == s.basis) s.thing = network.rows(relation).things[what[node]];
      }
      out.push_back(s);
    }
    return out;
  }

  Result<std::vector<Stand>> ReadSubstitutes(const Places& places) {
    std::vector<Stand> found;
    graph::NodeBits met;
    for (const auto& [company, product] : second_sources_) {
      met.Add(company);
      found.push_back({.basis = SubstituteBasis::kSecondSource, .company = company, .product = product});
    }
    for (const auto& [relation, name] : kMaking) {
      const graph::TypeId type = reader_.view().type(name);
      if (!type) continue;
      std::set<NodeId> things;
      LT_TRY(reader_.view().ExpandMany(removed_, Direction::kOut, std::span(&type, 1), [&](size_t, const Neighbour& n) {
        things.insert(n.node);
        return true;
      }));
      const std::vector<NodeId> list(things.begin(), things.end());
      const SubstituteBasis basis = BasisOf(relation);
      LT_TRY(reader_.view().ExpandMany(list, Direction::kIn, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
        if (!Removed(n.node) && met.Add(n.node)) found.push_back({.basis = basis, .company = n.node, .thing = list[i]});
        return true;
      }));
      LT_TRY(budget_.Check());
    }
    answer_.substitutes_total = found.size();
    std::sort(found.begin(), found.end(), [](const Stand& x, const Stand& y) { return x.company < y.company; });
    std::vector<NodeId> companies;
    for (const Stand& s : found) companies.push_back(s.company);
    LT_ASSIGN(const auto seats, SeatsOf(reader_, companies));
    graph::NodeBits neighbours;  // members of the same clusters
    std::set<NodeId> clusters;
    if (const graph::TypeId type = reader_.view().type("MEMBER_OF")) {
      LT_TRY(reader_.view().ExpandMany(std::span(removed_).first(places.looked), Direction::kOut, std::span(&type, 1), [&](size_t, const Neighbour& n) {
        clusters.insert(n.node);
        return true;
      }));
      const std::vector<NodeId> list(clusters.begin(), clusters.end());
      LT_TRY(reader_.view().ExpandMany(list, Direction::kIn, std::span(&type, 1), [&](size_t, const Neighbour& n) {
        neighbours.Add(n.node);
        return true;
      }));
    }
    for (size_t i = 0; i < found.size(); ++i) found[i].near = places.Of(seats[i], neighbours.Has(found[i].company));
    const size_t listed = std::min(found.size(), options_.max_listed);
    std::partial_sort(found.begin(), found.begin() + static_cast<ptrdiff_t>(listed), found.end(), [](const Stand& x, const Stand& y) { return x.Rank() < y.Rank(); });
    found.resize(listed);
    return found;
  }

  // Rings through the company that a weaker tie closes: cooperation and the like, but nothing planned or past.
  Status AddWeakerRings() {
    if (removed_.size() != 1 || !type_) return Status::Ok();
    LT_ASSIGN(const uint64_t ties, reader_.view().EdgeCount(type_));
    if (ties > kWeakerRings) return Status::Ok();
    std::vector<Link> links;
    std::vector<NodeId> level = removed_;
    std::set<NodeId> seen(removed_.begin(), removed_.end());
    for (int tier = 0; tier < kRingSteps && !level.empty(); ++tier) {
      std::vector<Link> found;
      std::vector<EdgeId> edges;
      LT_TRY(reader_.view().ExpandMany(level, Direction::kOut, std::span(&type_, 1), [&](size_t i, const Neighbour& n) {
        found.push_back({level[i], n.node, n.edge});
        edges.push_back(n.edge);
        return true;
      }));
      LT_ASSIGN(const auto stored, reader_.view().GetEdges(edges));
      std::set<NodeId> next;
      for (size_t i = 0; i < found.size(); ++i) {
        const graph::Value* status = stored[i] ? stored[i]->Property(status_) : nullptr;
        const std::string text = status ? graph::ToText(*status) : std::string();
        if (!stored[i] || text == "planned" || stored[i]->certainty >= graph::Certainty::kPlanned || StrengthOf(text) == TieStrength::kPast || found[i].supplier == found[i].customer) continue;
        links.push_back(found[i]);
        if (seen.insert(found[i].customer).second) next.insert(found[i].customer);
      }
      level.assign(next.begin(), next.end());
      LT_TRY(budget_.Check());
    }
    LT_ASSIGN(const graph::SnapshotPtr network, GraphOf(links, removed_, "ties downstream, weaker ones too"));
    LT_ASSIGN(const analysis::PathResult rings, analysis::CyclesThrough(*network, network->vertex(removed_[0]), kMaxLoops, {.max_hops = kRingSteps}, budget_));
    for (const analysis::Path& ring : rings.paths) {
      if (answer_.loops.size() >= kMaxLoops) break;
      std::vector<Entity> loop;
      for (const Vertex v : ring.vertices) {
        LT_ASSIGN(const Entity entity, reader_.Describe(network->node_id(v)));
        loop.push_back(entity);
      }
      if (std::find(answer_.loops.begin(), answer_.loops.end(), loop) != answer_.loops.end()) continue;
      answer_.loops.push_back(std::move(loop));
      std::vector<EdgeId> edges;
      for (const Link& link : links) {
        for (size_t i = 0; i + 1 < ring.vertices.size(); ++i) {
          if (network->node_id(ring.vertices[i]) == link.supplier && network->node_id(ring.vertices[i + 1]) == link.customer) edges.push_back(link.edge);
        }
      }
      LT_ASSIGN(auto sources, DocumentsOf(reader_, edges));
      answer_.loops_sources.push_back(std::move(sources));
      answer_.loops_strength.push_back(TieStrength::kWeak);  // one of firm ties alone was found before
    }
    return Status::Ok();
  }

  Status AddSystemic() {
    const bool zh = reader_.lang() == Lang::kZh;
    LT_ASSIGN(const uint64_t ties, type_ ? reader_.view().EdgeCount(type_) : Result<uint64_t>(uint64_t{0}));
    answer_.esri = Measure::Undefined("not computed");
    if (ties > kWholeNetwork) {
      answer_.esri_note = zh ? Text("全网有 ", ties, " 条供应联系,超过 ", kWholeNetwork, " 条,未计算;可用 liantu analyze esri")
                             : Text("not computed: the network has ", ties, " supply ties, more than ", kWholeNetwork, "; use liantu analyze esri");
      return Status::Ok();
    }
    std::vector<Link> all;
    const graph::LabelId company = reader_.view().label("Company");
    std::vector<NodeId> companies;
    if (company) {
      LT_TRY(reader_.view().NodesWithLabel(company, {}, [&](NodeId id) {
        companies.push_back(id);
        return true;
      }));
    }
    LT_ASSIGN(all, Ties(companies, Direction::kOut));
    LT_ASSIGN(const graph::SnapshotPtr network, GraphOf(all, removed_, "all firm ties"));
    analysis::EsriOptions asked;
    for (const NodeId id : removed_) asked.firms.push_back(network->vertex(id));
    // The sector of a firm: the segment with the smallest id that it operates in.
    std::map<NodeId, NodeId> segment;
    const graph::TypeId operates = reader_.view().type("OPERATES_IN");
    if (operates) {
      std::vector<NodeId> nodes;
      for (Vertex v = 0; v < network->vertex_count(); ++v) nodes.push_back(network->node_id(v));
      LT_TRY(reader_.view().ExpandMany(nodes, Direction::kOut, std::span(&operates, 1), [&](size_t i, const Neighbour& n) {
        auto [it, fresh] = segment.try_emplace(nodes[i], n.node);
        if (!fresh) it->second = std::min(it->second, n.node);
        return true;
      }));
    }
    std::map<NodeId, int32_t> numbers;
    for (const auto& [firm, id] : segment) numbers.emplace(id, 0);
    int32_t next = 0;
    for (auto& [id, number] : numbers) number = next++;
    for (Vertex v = 0; v < network->vertex_count(); ++v) {
      const auto it = segment.find(network->node_id(v));
      asked.sector.push_back(it == segment.end() ? -1 : numbers.at(it->second));
    }
    LT_ASSIGN(const analysis::EsriShockResult result, analysis::EsriShock(*network, asked, budget_));
    answer_.esri = result.esri;
    const auto& c = result.coverage;
    answer_.esri_note = zh ? Text("容差 1e-10;网络含 ", c.firms, " 家企业,其中环节已知 ", c.known_sector, " 家、有供应商 ", c.with_supplier, " 家、有客户 ", c.with_buyer,
                                  " 家;各条联系等权;结果取决于网络已知多少")
                           : Text("tolerance 1e-10; the network has ", c.firms, " firms, ", c.known_sector, " of known segment, ", c.with_supplier, " with a supplier, ",
                                  c.with_buyer, " with a customer; ties count equally; the figure depends on how much of the network is known");
    return Status::Ok();
  }

  Result<std::optional<Entity>> CityOf(NodeId id) {
    LT_ASSIGN(const Location seat, reader_.Locate(id));
    if (!seat.city) return std::optional<Entity>();
    LT_ASSIGN(Entity city, reader_.Describe(seat.city));
    return std::optional<Entity>(std::move(city));
  }
  Status AddSources(EdgeId edge, std::vector<Source>& sources) {
    LT_ASSIGN(const auto some, reader_.Sources(edge));
    sources.insert(sources.end(), some.begin(), some.end());
    return Status::Ok();
  }

  Reader& reader_;
  const RiskOptions& options_;
  const Budget& budget_;
  RiskAnswer answer_;
  graph::TypeId type_;
  graph::PropertyId product_, status_;
  std::vector<NodeId> removed_, downstream_;  // ascending
  graph::NodeBits gone_;                      // the removed
  std::vector<Link> inputs_;                  // every firm tie that ends in a downstream company, by (customer, edge)
  graph::NodeBits direct_;                    // direct customers
  std::vector<std::pair<NodeId, uint32_t>> second_sources_;  // ascending, with the first of the products, by name
  std::vector<std::string> texts_;            // of products
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<uint32_t> known_products_;      // of the network, by number there
};

}  // namespace

const char* SubstituteBasisName(SubstituteBasis basis) {
  switch (basis) {
    case SubstituteBasis::kSecondSource: return "second source";
    case SubstituteBasis::kSameProduct: return "same product";
    case SubstituteBasis::kSameSegment: return "same segment";
  }
  return "";
}

const char* NearnessName(Nearness nearness) {
  switch (nearness) {
    case Nearness::kSameCity: return "same city";
    case Nearness::kSameCluster: return "same cluster";
    case Nearness::kSameProvince: return "same province";
    case Nearness::kElsewhere: return "elsewhere";
  }
  return "";
}

Result<RiskAnswer> FindRisk(Reader& reader, const Entity& asked, const RiskOptions& options, const Budget& budget) {
  return Finder(reader, options, budget).Run(asked);
}

}  // namespace liantu::chain
