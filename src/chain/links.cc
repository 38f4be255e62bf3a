// SPDX-License-Identifier: Apache-2.0
// Routes are searched from the side with fewer members, breadth first and tier by tier, over adjacency blocks: no walk of
// the whole graph.
#include "chain/links.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <tuple>
#include <unordered_map>

#include "chain/network.h"
#include "chain/seats.h"

namespace liantu::chain {

using graph::Direction;
using graph::Edge;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr size_t kExamples = 5;
constexpr size_t kMaxSegmentLinks = 200;  // of each direction

// A way under construction, from a member of the side it starts at.
struct Way {
  NodeId end;
  std::vector<EdgeId> edges;  // in walking order
  std::vector<NodeId> nodes;  // start first
};

// Ways of 2 … tiers ties from `start` members to `goal` members in the given direction of supply.
Status Walk(Reader& reader, const std::vector<NodeId>& start, const std::vector<NodeId>& goal,
            const std::vector<NodeId>& shared, Direction direction, const LinksOptions& options, const Budget& budget,
            std::vector<Way>& found, std::string& stopped) {
  const graph::TypeId type = reader.view().type("SUPPLIES");
  if (!type) return {};
  auto in = [](const std::vector<NodeId>& ids, NodeId id) { return std::binary_search(ids.begin(), ids.end(), id); };
  std::vector<Way> open;
  for (NodeId id : start) {
    if (!in(shared, id)) open.push_back({.end = id, .nodes = {id}});
  }
  for (int tier = 1; tier <= options.tiers && !open.empty() && stopped.empty(); ++tier) {
    std::vector<NodeId> ends;
    for (const Way& way : open) ends.push_back(way.end);
    std::vector<Way> next;
    LT_TRY(reader.view().ExpandMany(ends, direction, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
      const Way& way = open[i];
      if (std::find(way.nodes.begin(), way.nodes.end(), n.node) != way.nodes.end() || in(shared, n.node)) return true;
      const bool arrived = in(goal, n.node);
      if (arrived && tier == 1) return true;  // direct ties are read whole elsewhere
      if (!arrived && (tier == options.tiers || in(start, n.node))) return true;
      Way longer = way;
      longer.end = n.node;
      longer.edges.push_back(n.edge);
      longer.nodes.push_back(n.node);
      (arrived ? found : next).push_back(std::move(longer));
      if (found.size() >= options.max_routes) stopped = Text("the limit of ", options.max_routes, " routes was reached");
      if (next.size() >= 4'000'000) stopped = "more than 4 million ways were open";
      if ((found.size() + next.size()) % 4096 == 4095 && budget.Spent()) stopped = budget.Check().message();
      return stopped.empty();
    }));
    open = std::move(next);
  }
  return {};
}

}  // namespace

Result<std::set<std::string>> ProductsOfChain(Reader& reader, NodeId chain) {
  std::set<std::string> products;
  LT_ASSIGN(const auto segments, SegmentsOfChain(reader, chain));
  for (NodeId segment : segments) {
    for (const char* type : {"PART_OF", "USES"}) {
      const Direction direction = type[0] == 'P' ? Direction::kIn : Direction::kOut;
      LT_ASSIGN(const auto around, reader.Around(segment, direction, type));
      for (const Neighbour& n : around) {
        LT_ASSIGN(const bool product, reader.HasLabel(n.node, "Product"));
        if (!product) continue;
        LT_ASSIGN(const std::string name, reader.Property(n.node, "name"));
        products.insert(name);
      }
    }
  }
  return products;
}

namespace {

Status AddSegmentLinks(Reader& reader, bool forward, const Group& up, const Group& down, LinksAnswer& answer) {
  std::map<NodeId, std::vector<NodeId>> up_members, down_members;  // segment → companies
  const graph::TypeId operates = reader.view().type("OPERATES_IN"), upstream = reader.view().type("UPSTREAM_OF");
  if (!operates || !upstream) return {};
  const auto collect = [&](const Group& group, std::map<NodeId, std::vector<NodeId>>& by_segment) -> Status {
    LT_ASSIGN(const auto network, NetworkAtHand(reader, group.members.size(), Network::WantOf(Network::Relation::kOperatesIn)));
    if (network) {
      const auto rows = network->rows(Network::Relation::kOperatesIn);
      std::vector<std::vector<NodeId>> lists(rows.things.size());
      std::vector<char> in(network->size(), 0);
      for (const NodeId id : group.members) {
        if (const uint32_t node = network->Of(id); node != Network::kNone) in[node] = 1;
      }
      for (size_t i = 0; i < rows.who.size(); ++i) {
        if (in[rows.who[i]]) lists[rows.thing[i]].push_back(network->id(rows.who[i]));
      }
      for (size_t t = 0; t < lists.size(); ++t) {
        if (!lists[t].empty()) by_segment.emplace(rows.things[t], std::move(lists[t]));
      }
      return {};
    }
    return reader.view().ExpandMany(group.members, Direction::kOut, std::span(&operates, 1), [&](size_t i, const Neighbour& n) {
      by_segment[n.node].push_back(group.members[i]);
      return true;
    });
  };
  LT_TRY(collect(up, up_members));
  LT_TRY(collect(down, down_members));
  std::vector<NodeId> segments;
  for (const auto& [segment, companies] : up_members) segments.push_back(segment);
  struct Step {
    NodeId from, to;
    EdgeId edge;
    size_t companies = 0;
  };
  std::vector<Step> steps;
  LT_TRY(reader.view().ExpandMany(segments, Direction::kOut, std::span(&upstream, 1), [&](size_t i, const Neighbour& n) {
    const auto other = down_members.find(n.node);
    if (other != down_members.end()) steps.push_back({segments[i], n.node, n.edge, up_members.at(segments[i]).size() + other->second.size()});
    return true;
  }));
  if (steps.size() > kMaxSegmentLinks) {
    if (answer.stopped.empty()) {
      answer.stopped = reader.lang() == Lang::kZh ? Text("环节衔接共 ", steps.size(), " 处,列出企业最多的 ", kMaxSegmentLinks, " 处")
                                                  : Text("of ", steps.size(), " segments that follow each other the ", kMaxSegmentLinks, " with most companies are listed");
    }
    std::stable_sort(steps.begin(), steps.end(), [](const Step& x, const Step& y) { return x.companies > y.companies; });
    steps.resize(kMaxSegmentLinks);
  }
  std::sort(steps.begin(), steps.end(), [](const Step& x, const Step& y) { return std::tuple(x.from, x.edge) < std::tuple(y.from, y.edge); });
  for (const Step& step : steps) {
    SegmentLink link{.forward = forward};
    LT_ASSIGN(link.upstream, reader.Describe(step.from));
    LT_ASSIGN(link.downstream, reader.Describe(step.to));
    for (const auto& [companies, count, examples] : {std::tuple(&up_members.at(step.from), &link.upstream_companies, &link.upstream_examples),
                                                     {&down_members.at(step.to), &link.downstream_companies, &link.downstream_examples}}) {
      *count = companies->size();
      for (size_t i = 0; i < companies->size() && i < kExamples; ++i) {
        LT_ASSIGN(const Entity e, reader.Describe((*companies)[i]));
        examples->push_back(e);
      }
    }
    LT_ASSIGN(link.sources, reader.Sources(step.edge));
    answer.segments.push_back(std::move(link));
  }
  return {};
}

}  // namespace

const char* TieStrengthName(TieStrength strength) {
  switch (strength) {
    case TieStrength::kFirm: return "firm";
    case TieStrength::kWeak: return "weak";
    case TieStrength::kPast: return "past";
  }
  return "";
}

TieStrength StrengthOf(std::string_view status) {
  if (status.empty() || status == "supply" || status == "contract" || status == "contract manufacturing" || status == "nomination") {
    return TieStrength::kFirm;
  }
  return status == "past" ? TieStrength::kPast : TieStrength::kWeak;
}

TieStrength StrengthOf(std::string_view status, graph::Certainty certainty) {
  const TieStrength strength = StrengthOf(status);
  return certainty >= graph::Certainty::kPlanned ? std::max(strength, TieStrength::kWeak) : strength;
}

Result<Tie> DescribeTie(Reader& reader, const Edge& edge) {
  Tie tie{.edge = edge.id};
  LT_ASSIGN(tie.supplier, reader.Describe(edge.from));
  LT_ASSIGN(tie.customer, reader.Describe(edge.to));
  LT_ASSIGN(const Location from, reader.Locate(edge.from));
  LT_ASSIGN(const Location to, reader.Locate(edge.to));
  if (from.city) {
    LT_ASSIGN(tie.supplier_city, reader.Describe(from.city));
  }
  if (to.city) {
    LT_ASSIGN(tie.customer_city, reader.Describe(to.city));
  }
  auto text = [&](std::string_view name) {
    const auto id = reader.view().property(name);
    const graph::Value* value = id ? edge.Property(id) : nullptr;
    return value ? graph::ToText(*value) : std::string();
  };
  tie.product = text("product");
  tie.status = text("status");
  if (const auto id = reader.view().property("year")) {
    const graph::Value* value = edge.Property(id);
    if (const int64_t* year = value ? value->as<int64_t>() : nullptr) tie.year = *year;
  }
  tie.certainty = edge.certainty;
  tie.strength = StrengthOf(tie.status, tie.certainty);
  LT_ASSIGN(tie.sources, reader.Sources(edge.id));
  return tie;
}

namespace {

// Which ties count, by the products of a chain, one product, or firmness.
struct TieFilter {
  std::optional<std::set<std::string>> products;
  bool firm_only = false;
  bool Keeps(const std::string& product, TieStrength strength) const {
    return (!products || products->contains(product)) && (!firm_only || strength == TieStrength::kFirm);
  }
};

Result<TieFilter> MakeFilter(Reader& reader, const std::string& chain, const std::string& product, bool firm_only) {
  TieFilter filter{.firm_only = firm_only};
  if (!chain.empty()) {
    LT_ASSIGN(const Entity entity, reader.Resolve(chain, {"Chain"}));
    LT_ASSIGN(auto products, ProductsOfChain(reader, entity.id));
    filter.products = std::move(products);
  }
  if (!product.empty()) {
    if (filter.products && !filter.products->contains(product)) filter.products->clear();
    else filter.products = {product};
  }
  return filter;
}

// What a tie's own record says, without describing its ends.
struct TieFacts {
  std::string product, status;
  std::optional<int64_t> year;
  TieStrength strength = TieStrength::kFirm;
  bool planned = false;
};

class TieReader {
 public:
  explicit TieReader(const Reader& reader)
      : product_(reader.view().property("product")), status_(reader.view().property("status")), year_(reader.view().property("year")) {}
  TieFacts Of(const Edge& edge) const {
    TieFacts facts;
    if (const graph::Value* v = product_ ? edge.Property(product_) : nullptr) facts.product = graph::ToText(*v);
    if (const graph::Value* v = status_ ? edge.Property(status_) : nullptr) facts.status = graph::ToText(*v);
    if (const graph::Value* v = year_ ? edge.Property(year_) : nullptr) {
      if (const int64_t* year = v->as<int64_t>()) facts.year = *year;
    }
    facts.strength = StrengthOf(facts.status, edge.certainty);
    facts.planned = facts.strength == TieStrength::kWeak && (facts.status == "planned" || edge.certainty >= graph::Certainty::kPlanned);
    return facts;
  }

 private:
  graph::PropertyId product_, status_, year_;
};

// A segment that a product of that name is part of.
Result<std::optional<Entity>> SegmentOfProduct(Reader& reader, const std::string& product) {
  const graph::LabelId label = reader.view().label("Product");
  if (product.empty() || !label) return std::optional<Entity>();
  LT_ASSIGN(const auto hits, reader.view().Search(product, std::span(&label, 1), 5));
  for (const graph::SearchHit& hit : hits) {
    LT_ASSIGN(const std::string name, reader.Property(hit.node, "name"));
    if (name != product) continue;
    LT_ASSIGN(const auto parts, reader.Around(hit.node, Direction::kOut, "PART_OF"));
    for (const Neighbour& n : parts) {
      LT_ASSIGN(Entity segment, reader.Describe(n.node));
      if (segment.label == "Segment") return std::optional<Entity>(std::move(segment));
    }
  }
  return std::optional<Entity>();
}

constexpr size_t kMaxProducts = 200;  // rows of the products table

// Every direct tie between the sides, counted; as many listed as asked for.
class Direct {
 public:
  Direct(Reader& reader, const LinksOptions& options, const Budget& budget, LinksAnswer& answer) : reader_(reader), options_(options), budget_(budget), answer_(answer) {}

  Status Run(const TieFilter& filter) {
    const graph::TypeId type = reader_.view().type("SUPPLIES");
    if (!type) return {};
    const auto in = [](const std::vector<NodeId>& ids, NodeId id) { return std::binary_search(ids.begin(), ids.end(), id); };
    const auto &a = answer_.from.members, &b = answer_.to.members;
    const bool from_is_smaller = a.size() <= b.size();
    const auto &start = from_is_smaller ? a : b, &goal = from_is_smaller ? b : a;
    std::string from_product, to_product;  // as ties write them; "" where a side is no product
    for (const auto& [side, name] : {std::pair(&answer_.from.entity, &from_product), {&answer_.to.entity, &to_product}}) {
      if (side->label != "Product") continue;
      LT_ASSIGN(*name, reader_.Property(side->id, "name"));
    }
    std::vector<std::tuple<bool, TieStrength, NodeId, EdgeId>> listed;
    const auto add = [&](bool forward, EdgeId edge, NodeId supplier, NodeId customer, uint32_t product, TieStrength strength, bool planned, std::optional<int64_t> year) {
      const std::string& text = texts_[product];
      if (!filter.Keeps(text, strength)) return;
      // What a maker of the product sells counts in that product only.
      if (forward && !from_product.empty() && text != from_product) return;
      if (!forward && !to_product.empty() && text != to_product) return;
      (forward ? answer_.forward : answer_.backward).Add(strength, planned);
      years_[{year.value_or(INT64_MAX), !forward}].Add(strength, planned);
      Product& row = products_[{product, !forward}];
      row.ties.Add(strength, planned);
      row.suppliers.push_back(supplier);
      row.customers.push_back(customer);
      listed.emplace_back(!forward, strength, supplier, edge);
    };
    LT_ASSIGN(const auto network, NetworkFor(reader_, start.size(), Network::kTies | Network::kProducts | Network::kYears, budget_));
    if (network) {
      // A bit for each side; who is on both stands apart.
      std::vector<uint8_t> side(network->size(), 0);
      for (const auto& [members, bit] : {std::pair(&a, 1), {&b, 2}}) {
        for (const NodeId id : *members) {
          if (const uint32_t node = network->Of(id); node != Network::kNone) side[node] |= static_cast<uint8_t>(bit);
        }
      }
      texts_.assign(network->products().begin(), network->products().end());
      const auto begin = network->begin(), customers = network->customers();
      for (uint32_t s = 0; s < network->size(); ++s) {
        if (side[s] != 1 && side[s] != 2) continue;
        for (uint32_t t = begin[s]; t < begin[s + 1]; ++t) {
          if (side[s] + side[customers[t]] != 3 || side[customers[t]] == 0) continue;
          add(side[s] == 1, network->edge(t), network->id(s), network->id(customers[t]), network->product(t), network->strength(t), network->planned(t), network->year(t));
        }
      }
      LT_TRY(budget_.Check());
    } else {
      std::vector<std::pair<bool, EdgeId>> found;  // forward, edge
      for (const Direction direction : {Direction::kOut, Direction::kIn}) {
        const bool forward = (direction == Direction::kOut) == from_is_smaller;
        LT_TRY(reader_.view().ExpandMany(start, direction, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
          if (in(goal, n.node) && !in(answer_.shared, n.node) && !in(answer_.shared, start[i])) found.emplace_back(forward, n.edge);
          return true;
        }));
        LT_TRY(budget_.Check());
      }
      const TieReader facts_of(reader_);
      std::unordered_map<std::string, uint32_t> numbers;
      std::vector<EdgeId> ids;
      constexpr size_t kAtOnce = 65'536;
      for (size_t first = 0; first < found.size(); first += kAtOnce) {
        ids.clear();
        const size_t end = std::min(found.size(), first + kAtOnce);
        for (size_t i = first; i < end; ++i) ids.push_back(found[i].second);
        LT_ASSIGN(const auto edges, reader_.view().GetEdges(ids));
        for (size_t i = first; i < end; ++i) {
          const auto& edge = edges[i - first];
          if (!edge) continue;
          TieFacts facts = facts_of.Of(*edge);
          const auto [it, fresh] = numbers.try_emplace(facts.product, static_cast<uint32_t>(texts_.size()));
          if (fresh) texts_.push_back(facts.product);
          add(found[i].first, edge->id, edge->from, edge->to, it->second, facts.strength, facts.planned, facts.year);
        }
        LT_TRY(budget_.Check());
      }
    }
    LT_TRY(List(listed));
    return Tables();
  }

 private:
  Status List(std::vector<std::tuple<bool, TieStrength, NodeId, EdgeId>>& listed) {
    if (listed.size() > options_.max_routes) {
      answer_.stopped = reader_.lang() == Lang::kZh ? Text("联系共 ", listed.size(), " 条,列出 ", options_.max_routes, " 条;条数是全部的")
                                                    : Text(options_.max_routes, " of ", listed.size(), " ties are listed; counts are of all");
      std::nth_element(listed.begin(), listed.begin() + static_cast<ptrdiff_t>(options_.max_routes), listed.end());
      listed.resize(options_.max_routes);
    }
    std::sort(listed.begin(), listed.end());
    std::vector<EdgeId> ids;
    for (const auto& entry : listed) ids.push_back(std::get<3>(entry));
    LT_ASSIGN(const auto edges, reader_.view().GetEdges(ids));
    for (size_t i = 0; i < listed.size(); ++i) {
      if (!edges[i]) continue;
      LT_ASSIGN(Tie tie, DescribeTie(reader_, *edges[i]));
      SupplyRoute route{.forward = !std::get<0>(listed[i]), .strength = tie.strength};
      route.ties.push_back(std::move(tie));
      answer_.routes.push_back(std::move(route));
    }
    return {};
  }

  Status Tables() {
    for (const auto& [key, ties] : years_) {
      YearTies row{.forward = !key.second, .ties = ties};
      if (key.first != INT64_MAX) row.year = key.first;
      answer_.years.push_back(row);
    }
    std::vector<std::pair<std::pair<uint32_t, bool>, Product*>> order;
    for (auto& [key, product] : products_) order.emplace_back(key, &product);
    std::sort(order.begin(), order.end(), [&](const auto& x, const auto& y) {
      const uint64_t of_x = x.second->ties.all(), of_y = y.second->ties.all();
      return std::tie(of_y, texts_[x.first.first], x.first.second) < std::tie(of_x, texts_[y.first.first], y.first.second);
    });
    for (auto& [key, product] : order) {
      if (answer_.products.size() == kMaxProducts) break;
      answer_.products.push_back({.product = texts_[key.first], .segment = {}, .forward = !key.second, .ties = product->ties,
                                  .suppliers = Distinct(product->suppliers), .customers = Distinct(product->customers)});
    }
    for (ProductTies& row : answer_.products) {
      LT_ASSIGN(row.segment, SegmentOfProduct(reader_, row.product));
    }
    return {};
  }

  struct Product {
    TieCounts ties;
    std::vector<NodeId> suppliers, customers;  // one for each tie
  };
  static uint64_t Distinct(std::vector<NodeId>& ids) {
    std::sort(ids.begin(), ids.end());
    return static_cast<uint64_t>(std::unique(ids.begin(), ids.end()) - ids.begin());
  }
  Reader& reader_;
  const LinksOptions& options_;
  const Budget& budget_;
  LinksAnswer& answer_;
  std::map<std::pair<int64_t, bool>, TieCounts> years_;
  struct KeyHash {
    size_t operator()(const std::pair<uint32_t, bool>& key) const { return std::hash<uint64_t>()(uint64_t{key.first} * 2 + key.second); }
  };
  std::vector<std::string> texts_;  // of products
  std::unordered_map<std::pair<uint32_t, bool>, Product, KeyHash> products_;
};

// Routes of two and more ties, with the cities they pass through.
Status AddRoutes(Reader& reader, const LinksOptions& options, const TieFilter& filter, const Budget& budget, LinksAnswer& answer) {
  const auto &a = answer.from.members, &b = answer.to.members;
  std::vector<std::pair<bool, Way>> ways;
  const bool from_is_smaller = a.size() <= b.size();
  for (const bool forward : {true, false}) {
    // Supply runs from → to when forward. Walking starts at the smaller side, along or against it.
    const Direction direction = forward == from_is_smaller ? Direction::kOut : Direction::kIn;
    std::vector<Way> found;
    std::string stopped;  // each way has the limit to itself
    LT_TRY(Walk(reader, from_is_smaller ? a : b, from_is_smaller ? b : a, answer.shared, direction, options, budget, found, stopped));
    if (answer.stopped.empty()) answer.stopped = stopped;
    for (Way& way : found) {
      if (direction == Direction::kIn) std::reverse(way.edges.begin(), way.edges.end());
      ways.emplace_back(forward, std::move(way));
    }
  }
  std::map<EdgeId, Tie> ties;
  std::vector<EdgeId> ids;
  for (const auto& [forward, way] : ways) ids.insert(ids.end(), way.edges.begin(), way.edges.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  LT_ASSIGN(const auto edges, reader.view().GetEdges(ids));
  for (const auto& edge : edges) {
    if (!edge) continue;
    LT_ASSIGN(Tie tie, DescribeTie(reader, *edge));
    ties.emplace(edge->id, std::move(tie));
  }
  std::set<NodeId> ends;  // cities of the two sides: not third ones
  const auto city_of = [&](const Entity& side) -> Status {
    LT_ASSIGN(const Location where, reader.Locate(side.id));
    if (side.label == "City" || side.label == "District" || side.label == "Park" || side.label == "Company") ends.insert(where.city);
    return {};
  };
  LT_TRY(city_of(answer.from.entity));
  LT_TRY(city_of(answer.to.entity));
  std::map<NodeId, ThroughCity> through;
  std::map<NodeId, std::set<NodeId>> between;
  for (const auto& [forward, way] : ways) {
    SupplyRoute route{.forward = forward};
    bool keep = true;
    for (EdgeId id : way.edges) {
      const auto it = ties.find(id);
      keep = it != ties.end() && filter.Keeps(it->second.product, it->second.strength);
      if (!keep) break;
      route.strength = std::max(route.strength, it->second.strength);
      route.ties.push_back(it->second);
    }
    if (!keep) continue;
    std::set<NodeId> passed;
    for (size_t i = 0; i + 1 < route.ties.size(); ++i) {
      const NodeId city = route.ties[i].customer_city ? route.ties[i].customer_city->id : NodeId{};
      if (city && ends.contains(city)) continue;
      passed.insert(city);
      between[city].insert(route.ties[i].customer.id);
    }
    for (const NodeId city : passed) ++(forward ? through[city].forward : through[city].backward);
    answer.routes.push_back(std::move(route));
  }
  for (auto& [city, row] : through) {
    if (city) {
      LT_ASSIGN(row.city, reader.Describe(city));
    }
    for (const NodeId company : between.at(city)) {
      LT_ASSIGN(const Entity entity, reader.Describe(company));
      row.companies.push_back(entity);
    }
    answer.through.push_back(std::move(row));
  }
  std::stable_sort(answer.through.begin(), answer.through.end(), [](const ThroughCity& x, const ThroughCity& y) {
    const auto rank = [](const ThroughCity& t) { return std::tuple(!t.city.has_value(), -static_cast<int64_t>(t.forward + t.backward)); };
    return rank(x) < rank(y);
  });
  return {};
}

}  // namespace

void TieCounts::Add(TieStrength strength, bool planned_tie) {
  if (strength == TieStrength::kFirm) ++firm;
  if (strength == TieStrength::kWeak) ++weak;
  if (strength == TieStrength::kPast) ++past;
  planned += planned_tie;
}

Result<LinksAnswer> FindLinks(Reader& reader, const Entity& from, const Entity& to, const LinksOptions& options,
                              const Budget& budget) {
  if (options.tiers < 1 || options.tiers > 6) return Status(Code::kInvalid, Text("tiers must be 1 to 6, not ", options.tiers));
  LinksAnswer answer;
  LT_ASSIGN(answer.from, MembersOf(reader, from));
  LT_ASSIGN(answer.to, MembersOf(reader, to));
  const auto& a = answer.from.members;
  const auto& b = answer.to.members;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(answer.shared));
  LT_ASSIGN(const TieFilter filter, MakeFilter(reader, options.chain, options.product, options.firm_only));
  LT_TRY(Direct(reader, options, budget, answer).Run(filter));
  if (options.tiers > 1) LT_TRY(AddRoutes(reader, options, filter, budget, answer));
  std::stable_sort(answer.routes.begin(), answer.routes.end(), [](const SupplyRoute& x, const SupplyRoute& y) {
    auto rank = [](const SupplyRoute& r) { return std::tuple(!r.forward, r.ties.size(), r.strength, r.ties[0].supplier.id, r.ties[0].edge); };
    return rank(x) < rank(y);
  });
  if (options.segments) {
    LT_TRY(AddSegmentLinks(reader, true, answer.from, answer.to, answer));
    LT_TRY(AddSegmentLinks(reader, false, answer.to, answer.from, answer));
  }
  answer.complete = answer.stopped.empty();
  return answer;
}

Result<PartnersAnswer> FindPartners(Reader& reader, const Entity& who, const PartnersOptions& options, const Budget& budget) {
  if (options.tiers < 1 || options.tiers > 6) return Status(Code::kInvalid, Text("tiers must be 1 to 6, not ", options.tiers));
  PartnersAnswer answer;
  LT_ASSIGN(answer.who, MembersOf(reader, who));
  if (answer.who.members.empty()) return Status(Code::kInvalid, Text("'", who.name, "': ", answer.who.reason));
  LT_ASSIGN(const TieFilter filter, MakeFilter(reader, options.chain, options.product, options.firm_only));
  std::string sold;  // what a maker of the product sells counts in that product only
  if (who.label == "Product") {
    LT_ASSIGN(sold, reader.Property(who.id, "name"));
  }
  const graph::TypeId type = reader.view().type("SUPPLIES");
  const TieReader facts_of(reader);
  constexpr size_t kTiesListed = 5;
  for (const bool suppliers : {true, false}) {
    std::set<NodeId> seen(answer.who.members.begin(), answer.who.members.end());
    std::vector<NodeId> frontier = answer.who.members;
    std::map<NodeId, uint64_t> by_city;
    size_t listed = 0;
    for (int tier = 1; type && tier <= options.tiers && !frontier.empty(); ++tier) {
      struct Found {
        TieStrength strength = TieStrength::kPast;
        std::vector<EdgeId> edges;
      };
      std::vector<std::pair<NodeId, EdgeId>> met;
      LT_TRY(reader.view().ExpandMany(frontier, suppliers ? Direction::kIn : Direction::kOut, std::span(&type, 1), [&](size_t, const Neighbour& n) {
        if (!seen.contains(n.node)) met.emplace_back(n.node, n.edge);
        return true;
      }));
      LT_TRY(budget.Check());
      std::vector<EdgeId> ids;
      for (const auto& [node, edge] : met) ids.push_back(edge);
      LT_ASSIGN(const auto edges, reader.view().GetEdges(ids));
      std::map<NodeId, Found> found;
      TierCount count{.suppliers = suppliers, .tier = tier};
      for (size_t i = 0; i < met.size(); ++i) {
        if (!edges[i]) continue;
        const TieFacts facts = facts_of.Of(*edges[i]);
        if (!filter.Keeps(facts.product, facts.strength)) continue;
        if (tier > 1 && facts.strength != TieStrength::kFirm) continue;
        if (tier == 1 && !suppliers && !sold.empty() && facts.product != sold) continue;
        count.ties.Add(facts.strength, facts.planned);
        Found& f = found[met[i].first];
        f.strength = std::min(f.strength, facts.strength);
        f.edges.push_back(met[i].second);
      }
      if (seen.size() + found.size() > options.max_companies) {
        answer.complete = false;
        answer.stopped = reader.lang() == Lang::kZh ? Text("上下游企业超过 ", options.max_companies, " 家,未再往外读")
                                                    : Text("more than ", options.max_companies, " partners: read no further");
        break;
      }
      count.companies = found.size();
      answer.partners_total += found.size();
      if (!found.empty()) answer.tiers.push_back(count);
      frontier.clear();
      std::vector<std::pair<NodeId, const Found*>> order;
      std::vector<NodeId> companies;
      for (auto& [node, f] : found) {
        std::sort(f.edges.begin(), f.edges.end());
        seen.insert(node);
        if (f.strength == TieStrength::kFirm) frontier.push_back(node);  // weaker and past ties lead no further
        companies.push_back(node);
        order.emplace_back(node, &f);
      }
      LT_ASSIGN(const auto seats, SeatsOf(reader, companies));
      for (const Location& seat : seats) ++by_city[seat.city];
      std::stable_sort(order.begin(), order.end(), [](const auto& x, const auto& y) {
        return std::tuple(x.second->strength, y.second->edges.size()) < std::tuple(y.second->strength, x.second->edges.size());
      });
      for (const auto& [node, f] : order) {
        if (listed++ >= options.max_listed) break;
        PartnerTie row{.suppliers = suppliers, .tier = tier, .strength = f->strength, .ties_total = f->edges.size()};
        LT_ASSIGN(row.partner, reader.Describe(node));
        LT_ASSIGN(const Location seat, reader.Locate(node));
        if (seat.city) {
          LT_ASSIGN(row.city, reader.Describe(seat.city));
        }
        for (size_t i = 0; i < f->edges.size() && i < kTiesListed; ++i) {
          LT_ASSIGN(const auto edge, reader.view().GetEdge(f->edges[i]));
          if (!edge) continue;
          LT_ASSIGN(Tie tie, DescribeTie(reader, *edge));
          row.ties.push_back(std::move(tie));
        }
        answer.partners.push_back(std::move(row));
      }
    }
    std::vector<CityCount> cities;
    for (const auto& [city, companies] : by_city) {
      CityCount row{.suppliers = suppliers, .companies = companies};
      if (city) {
        LT_ASSIGN(row.city, reader.Describe(city));
      }
      cities.push_back(std::move(row));
    }
    std::stable_sort(cities.begin(), cities.end(), [](const CityCount& x, const CityCount& y) {
      return std::tuple(!x.city.has_value(), y.companies) < std::tuple(!y.city.has_value(), x.companies);
    });
    std::move(cities.begin(), cities.end(), std::back_inserter(answer.cities));
  }
  return answer;
}

}  // namespace liantu::chain
