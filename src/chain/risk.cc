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
      if (group.members.empty()) return Status(Code::kInvalid, Text("'", asked.name, "': ", group.reason));
      answer_.rule = MembershipName(group.membership);
      removed_ = group.members;
    }
    answer_.removed_total = removed_.size();
    for (size_t i = 0; i < removed_.size() && i < options_.max_listed; ++i) {
      LT_ASSIGN(const Entity entity, reader_.Describe(removed_[i]));
      answer_.removed.push_back(entity);
    }
    return Status::Ok();
  }

  bool Removed(NodeId id) const { return std::binary_search(removed_.begin(), removed_.end(), id); }

  // Firm ties of the nodes, which are ascending, in one direction, by (node, edge).
  Result<std::vector<Link>> Ties(const std::vector<NodeId>& nodes, Direction direction) {
    std::vector<Link> links;
    if (!type_) return links;
    LT_ASSIGN(const auto network, NetworkFor(reader_, std::max<uint64_t>(nodes.size(), 1), Network::kTies | Network::kProducts, budget_));
    const bool all_there = network && std::all_of(nodes.begin(), nodes.end(), [&](NodeId id) { return network->Of(id) != Network::kNone; });
    if (all_there) return FromNetwork(*network, nodes, direction);
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

  Result<std::vector<Link>> FromNetwork(const Network& network, const std::vector<NodeId>& nodes, Direction direction) {
    known_products_.resize(network.products().size(), Network::kNone);
    std::vector<std::pair<uint32_t, uint32_t>> met;  // node, tie
    const auto begin = network.begin(), customers = network.customers();
    const auto firm = [&](uint32_t supplier, uint32_t tie) { return network.strength(tie) == TieStrength::kFirm && customers[tie] != supplier; };
    if (direction == Direction::kOut) {
      for (const NodeId id : nodes) {
        const uint32_t supplier = network.Of(id);
        for (uint32_t t = begin[supplier]; t < begin[supplier + 1]; ++t) {
          if (firm(supplier, t)) met.emplace_back(supplier, t);
        }
      }
    } else {
      std::vector<char> wanted(network.size(), 0);
      for (const NodeId id : nodes) wanted[network.Of(id)] = 1;
      for (uint32_t supplier = 0; supplier < network.size(); ++supplier) {
        for (uint32_t t = begin[supplier]; t < begin[supplier + 1]; ++t) {
          if (wanted[customers[t]] && firm(supplier, t)) met.emplace_back(customers[t], t);
        }
      }
    }
    std::sort(met.begin(), met.end(), [&](const auto& x, const auto& y) { return std::pair(x.first, network.edge(x.second)) < std::pair(y.first, network.edge(y.second)); });
    std::vector<Link> links;
    links.reserve(met.size());
    for (const auto& [node, tie] : met) {
      uint32_t& product = known_products_[network.product(tie)];
      if (product == Network::kNone) product = NumberOf(std::string(network.products()[network.product(tie)]));
      const auto supplier = static_cast<uint32_t>(std::upper_bound(begin.begin(), begin.end(), tie) - begin.begin() - 1);
      links.push_back({network.id(supplier), network.id(customers[tie]), network.edge(tie), product});
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

  Status AddExposures() {
    // The inputs of direct customers, each supplier of a product once.
    graph::NodeBits direct;
    for (const Link& link : inputs_) {
      if (!Removed(link.supplier) || Removed(link.customer)) continue;
      ++answer_.ties_lost;
      direct.Add(link.customer);
    }
    std::vector<std::tuple<NodeId, uint32_t, NodeId>> inputs;  // customer, product, supplier
    for (const Link& link : inputs_) {
      if (direct.Has(link.customer)) inputs.emplace_back(link.customer, link.product, link.supplier), direct_inputs_.push_back(&link);
    }
    std::sort(inputs.begin(), inputs.end());
    inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
    struct Row {
      bool multiple;
      NodeId customer;
      uint32_t product;
      NodeId supplier;
      uint64_t suppliers, removed;
    };
    std::vector<Row> order;
    for (size_t i = 0, next; i < inputs.size(); i = next) {
      const auto& [customer, product, first] = inputs[i];
      uint64_t removed = 0;
      for (next = i; next < inputs.size() && std::get<0>(inputs[next]) == customer && std::get<1>(inputs[next]) == product; ++next) removed += Removed(std::get<2>(inputs[next]));
      if (removed == 0) continue;
      for (size_t k = i; k < next; ++k) {
        const NodeId supplier = std::get<2>(inputs[k]);
        if (Removed(supplier)) {
          order.push_back({removed < next - i, customer, product, supplier, next - i, removed});
          continue;
        }
        second_sources_.emplace_back(supplier, product);
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
      for (const Link* link : direct_inputs_) {
        if (link->customer == row.customer && link->product == row.product && link->supplier == row.supplier) LT_TRY(AddSources(link->edge, e.sources));
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
      // They are by customer.
      std::vector<EdgeId> lost;
      for (auto at = std::lower_bound(inputs_.begin(), inputs_.end(), id, [](const Link& link, NodeId node) { return link.customer < node; }); at != inputs_.end() && at->customer == id; ++at) {
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
      LT_ASSIGN(const analysis::PathResult rings, analysis::CyclesThrough(*network, network->vertex(removed_[i]), wanted, {.max_hops = 8}, budget_));
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
      }
      if (budget_.Spent()) break;
    }
    return Status::Ok();
  }

  // Suppliers of the removed: who loses every customer; and the inputs of the one company asked about.
  Status AddUpstream() {
    LT_ASSIGN(const auto ties, Ties(removed_, Direction::kIn));
    std::vector<std::pair<NodeId, EdgeId>> lost;
    std::vector<NodeId> list;
    graph::NodeBits met;
    for (const Link& link : ties) {
      if (Removed(link.supplier)) continue;
      ++answer_.ties_lost;
      lost.emplace_back(link.supplier, link.edge);
      if (met.Add(link.supplier)) list.push_back(link.supplier);
    }
    const auto by_supplier = [](const auto& x, const auto& y) { return x.first < y.first; };
    std::stable_sort(lost.begin(), lost.end(), by_supplier);
    std::sort(list.begin(), list.end());
    LT_ASSIGN(const auto sales, Ties(list, Direction::kOut));
    graph::NodeBits still;
    for (const Link& link : sales) {
      if (!Removed(link.customer)) still.Add(link.supplier);
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
    for (const Link& link : ties) {
      if (Removed(link.supplier)) continue;
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

  Status AddSubstitutes() {
    std::set<NodeId> cities, clusters, provinces;
    for (const NodeId id : removed_) {
      LT_ASSIGN(const Location seat, reader_.Locate(id));
      cities.insert(seat.city);
      provinces.insert(seat.province);
      LT_ASSIGN(const auto members, reader_.Around(id, Direction::kOut, "MEMBER_OF"));
      for (const Neighbour& n : members) clusters.insert(n.node);
      if (cities.size() > 1) break;  // a group all over the country: nearness says nothing
    }
    cities.erase(NodeId{});
    provinces.erase(NodeId{});
    struct How {
      SubstituteBasis basis;
      NodeId thing;       // product or segment
      uint32_t product;   // where there is no thing: a number of texts_
      EdgeId edge;        // that says so
    };
    std::vector<std::pair<NodeId, How>> found;  // for each company the first basis met
    graph::NodeBits met;
    for (const auto& [company, product] : second_sources_) {
      met.Add(company);
      found.emplace_back(company, How{SubstituteBasis::kSecondSource, {}, product, {}});
    }
    for (const auto& [name, basis] : {std::pair("PRODUCES", SubstituteBasis::kSameProduct), std::pair("OPERATES_IN", SubstituteBasis::kSameSegment)}) {
      const graph::TypeId type = reader_.view().type(name);
      if (!type) continue;
      std::set<NodeId> things;
      LT_TRY(reader_.view().ExpandMany(removed_, Direction::kOut, std::span(&type, 1), [&](size_t, const Neighbour& n) {
        things.insert(n.node);
        return true;
      }));
      const std::vector<NodeId> list(things.begin(), things.end());
      LT_TRY(reader_.view().ExpandMany(list, Direction::kIn, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
        if (!Removed(n.node) && met.Add(n.node)) found.emplace_back(n.node, How{basis, list[i], 0, n.edge});
        return true;
      }));
      LT_TRY(budget_.Check());
    }
    answer_.substitutes_total = found.size();
    std::vector<std::tuple<SubstituteBasis, Nearness, NodeId>> order;
    std::vector<NodeId> companies;
    std::sort(found.begin(), found.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
    for (const auto& [company, how] : found) companies.push_back(company);
    LT_ASSIGN(const auto seats, SeatsOf(reader_, companies));
    graph::NodeBits neighbours;  // members of the same clusters
    for (const NodeId cluster : clusters) {
      LT_ASSIGN(const auto members, reader_.Around(cluster, Direction::kIn, "MEMBER_OF"));
      for (const Neighbour& n : members) neighbours.Add(n.node);
    }
    for (size_t i = 0; i < companies.size(); ++i) {
      const Location& seat = seats[i];
      Nearness near = Nearness::kElsewhere;
      if (provinces.contains(seat.province)) near = Nearness::kSameProvince;
      if (neighbours.Has(companies[i])) near = Nearness::kSameCluster;
      if (cities.contains(seat.city)) near = Nearness::kSameCity;
      order.emplace_back(found[i].second.basis, near, companies[i]);
    }
    const size_t listed = std::min(order.size(), options_.max_listed);
    std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(listed), order.end());
    order.resize(listed);
    for (size_t i = 0; i < order.size() && i < options_.max_listed; ++i) {
      const auto& [basis, near, company] = order[i];
      const size_t at = static_cast<size_t>(std::lower_bound(companies.begin(), companies.end(), company) - companies.begin());
      const auto& [_, thing, product, edge] = found[at].second;
      Substitute out{.basis = basis, .nearness = near};
      LT_ASSIGN(out.company, reader_.Describe(company));
      LT_ASSIGN(out.city, CityOf(company));
      if (thing) {
        LT_ASSIGN(const Entity what, reader_.Describe(thing));
        out.what = what.name;
        LT_TRY(AddSources(edge, out.sources));
      } else {
        out.what = texts_[product];
        for (const Link* link : direct_inputs_) {
          if (link->supplier == company && link->product == product) LT_TRY(AddSources(link->edge, out.sources));
        }
      }
      answer_.substitutes.push_back(std::move(out));
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
  std::vector<Link> inputs_;                  // every firm tie that ends in a downstream company
  std::vector<const Link*> direct_inputs_;    // those that end in a direct customer
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
