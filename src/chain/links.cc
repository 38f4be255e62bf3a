// SPDX-License-Identifier: Apache-2.0
// Routes are searched from the side with fewer members, breadth first and tier by tier, over adjacency blocks: no walk of
// the whole graph.
#include "chain/links.h"

#include <algorithm>
#include <tuple>

namespace liantu::chain {

using graph::Direction;
using graph::Edge;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr size_t kExamples = 5;

// A way under construction, from a member of the side it starts at.
struct Way {
  NodeId end;
  std::vector<EdgeId> edges;  // in walking order
  std::vector<NodeId> nodes;  // start first
};

// Ways of exactly 1 … tiers ties from `start` members to `goal` members in the given direction of supply.
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

Status AddSegmentLinks(Reader& reader, bool forward, const Group& up, const Group& down, std::vector<SegmentLink>& links) {
  std::map<NodeId, std::vector<NodeId>> up_members, down_members;  // segment → companies
  const graph::TypeId operates = reader.view().type("OPERATES_IN");
  if (!operates) return {};
  auto collect = [&](const Group& group, std::map<NodeId, std::vector<NodeId>>& by_segment) {
    return reader.view().ExpandMany(group.members, Direction::kOut, std::span(&operates, 1), [&](size_t i, const Neighbour& n) {
      by_segment[n.node].push_back(group.members[i]);
      return true;
    });
  };
  LT_TRY(collect(up, up_members));
  LT_TRY(collect(down, down_members));
  for (const auto& [segment, companies] : up_members) {
    LT_ASSIGN(const auto next, reader.Around(segment, Direction::kOut, "UPSTREAM_OF"));
    for (const Neighbour& n : next) {
      const auto other = down_members.find(n.node);
      if (other == down_members.end()) continue;
      SegmentLink link{.forward = forward};
      LT_ASSIGN(link.upstream, reader.Describe(segment));
      LT_ASSIGN(link.downstream, reader.Describe(n.node));
      link.upstream_companies = companies.size();
      link.downstream_companies = other->second.size();
      for (size_t i = 0; i < companies.size() && i < kExamples; ++i) {
        LT_ASSIGN(const Entity e, reader.Describe(companies[i]));
        link.upstream_examples.push_back(e);
      }
      for (size_t i = 0; i < other->second.size() && i < kExamples; ++i) {
        LT_ASSIGN(const Entity e, reader.Describe(other->second[i]));
        link.downstream_examples.push_back(e);
      }
      LT_ASSIGN(link.sources, reader.Sources(n.edge));
      links.push_back(std::move(link));
    }
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

Result<LinksAnswer> FindLinks(Reader& reader, const Entity& from, const Entity& to, const LinksOptions& options,
                              const Budget& budget) {
  if (options.tiers < 1 || options.tiers > 6) return Status(Code::kInvalid, Text("tiers must be 1 to 6, not ", options.tiers));
  LinksAnswer answer;
  LT_ASSIGN(answer.from, MembersOf(reader, from));
  LT_ASSIGN(answer.to, MembersOf(reader, to));
  const auto& a = answer.from.members;
  const auto& b = answer.to.members;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(answer.shared));

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
  std::set<std::string> products;
  if (!options.chain.empty()) {
    LT_ASSIGN(const Entity chain, reader.Resolve(options.chain, {"Chain"}));
    LT_ASSIGN(products, ProductsOfChain(reader, chain.id));
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
  for (const auto& [forward, way] : ways) {
    SupplyRoute route{.forward = forward};
    bool keep = true;
    for (EdgeId id : way.edges) {
      const auto it = ties.find(id);
      keep = it != ties.end() && (options.chain.empty() || products.contains(it->second.product));
      if (!keep) break;
      route.strength = std::max(route.strength, it->second.strength);
      route.ties.push_back(it->second);
    }
    if (keep) answer.routes.push_back(std::move(route));
  }
  std::stable_sort(answer.routes.begin(), answer.routes.end(), [](const SupplyRoute& x, const SupplyRoute& y) {
    auto rank = [](const SupplyRoute& r) { return std::tuple(!r.forward, r.ties.size(), r.strength, r.ties[0].supplier.id, r.ties[0].edge); };
    return rank(x) < rank(y);
  });
  answer.complete = answer.stopped.empty();
  if (options.segments) {
    LT_TRY(AddSegmentLinks(reader, true, answer.from, answer.to, answer.segments));
    LT_TRY(AddSegmentLinks(reader, false, answer.to, answer.from, answer.segments));
  }
  return answer;
}

}  // namespace liantu::chain
