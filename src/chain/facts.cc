// SPDX-License-Identifier: Apache-2.0
// Reads MEASURES and SUPPORTS edges from the side of what is asked about.
#include "chain/facts.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;

namespace {

int KindRank(const std::string& kind) { return kind == "actual" ? 0 : kind == "derived" ? 1 : kind == "plan" ? 2 : kind == "target" ? 3 : 4; }
int StatusRank(const std::string& status) { return status == "in force" ? 0 : status.empty() ? 1 : status == "planned" ? 2 : 3; }

// What the question's thing is, and what lies above and below it, with the nearest reach of each.
class Reach {
 public:
  explicit Reach(Reader& reader) : reader_(reader) {}

  Status Thing(const Entity& what) {
    Add(what.id, PolicyReach::kNamed);
    // Above: places it lies in, park groups, clusters' chains stay out (a chain is no direction of a policy).
    std::vector<NodeId> open{what.id};
    for (size_t i = 0; i < open.size(); ++i) {
      for (const char* type : {"LOCATED_IN", "PART_OF"}) {
        LT_ASSIGN(const auto up, reader_.Around(open[i], Direction::kOut, type));
        for (const Neighbour& n : up) {
          if (reach_.contains(n.node)) continue;
          LT_ASSIGN(const Entity above, reader_.Describe(n.node));
          if (above.label == "IndustrialSystem" || above.label == "Chain") continue;
          Add(n.node, PolicyReach::kAbove);
          open.push_back(n.node);
        }
      }
    }
    if (reader_.IsPlace(what.label)) {
      LT_ASSIGN(const auto places, reader_.PlacesWithin(what.id));
      for (const NodeId id : places) Add(id, PolicyReach::kBelow);
      LT_ASSIGN(const auto parks, reader_.LocatedWithin(what.id, "Park"));
      for (const NodeId id : parks) {
        Add(id, PolicyReach::kBelow);
        LT_ASSIGN(const auto groups, reader_.Around(id, Direction::kOut, "PART_OF"));
        for (const Neighbour& n : groups) groups_.insert(n.node);
      }
      // A group of parks is inside the place where all that it covers is.
      for (const NodeId group : std::vector<NodeId>(groups_.begin(), groups_.end())) {
        LT_ASSIGN(const auto above, reader_.Around(group, Direction::kOut, "PART_OF"));
        for (const Neighbour& n : above) groups_.insert(n.node);
      }
      for (const NodeId group : groups_) {
        LT_ASSIGN(const auto covers, reader_.Around(group, Direction::kOut, "COVERS"));
        const bool inside = !covers.empty() && std::all_of(covers.begin(), covers.end(), [&](const Neighbour& n) { return std::binary_search(places.begin(), places.end(), n.node); });
        if (inside) Add(group, PolicyReach::kBelow);
      }
    }
    if (what.label == "ParkGroup") {
      LT_ASSIGN(const auto parks, reader_.Around(what.id, Direction::kIn, "PART_OF"));
      for (const Neighbour& n : parks) Add(n.node, PolicyReach::kBelow);
    }
    // Its directions, for parks and groups; a place's own are its policy's business.
    if (what.label == "Park" || what.label == "ParkGroup" || what.label == "Cluster") {
      LT_ASSIGN(const auto focuses, reader_.Around(what.id, Direction::kOut, "FOCUSES_ON"));
      for (const Neighbour& n : focuses) Add(n.node, PolicyReach::kDirection);
    }
    return {};
  }

  Status AskedDirection(const Entity& industry) {
    Add(industry.id, PolicyReach::kNamed);
    for (const Direction direction : {Direction::kOut, Direction::kIn}) {
      std::vector<NodeId> open{industry.id};
      for (size_t i = 0; i < open.size(); ++i) {
        LT_ASSIGN(const auto next, reader_.Around(open[i], direction, "PART_OF"));
        for (const Neighbour& n : next) {
          LT_ASSIGN(const bool is_industry, reader_.HasLabel(n.node, "Industry"));
          if (!is_industry || reach_.contains(n.node)) continue;
          Add(n.node, direction == Direction::kOut ? PolicyReach::kAbove : PolicyReach::kBelow);
          open.push_back(n.node);
        }
      }
    }
    return {};
  }

  // Policies that support anything here: policy → links with their edges.
  Result<std::map<NodeId, std::vector<std::pair<PolicyLink, graph::EdgeId>>>> Policies() {
    std::map<NodeId, std::vector<std::pair<PolicyLink, graph::EdgeId>>> found;
    const graph::TypeId supports = reader_.view().type("SUPPORTS");
    if (!supports) return found;
    std::vector<NodeId> nodes;
    for (const auto& [id, reach] : reach_) nodes.push_back(id);
    std::vector<std::pair<NodeId, Neighbour>> rows;  // what, edge with the policy
    LT_TRY(reader_.view().ExpandMany(nodes, Direction::kIn, std::span(&supports, 1), [&](size_t i, const Neighbour& n) {
      rows.emplace_back(nodes[i], n);
      return true;
    }));
    for (const auto& [what, n] : rows) {
      PolicyLink link{.reach = reach_.at(what)};
      LT_ASSIGN(link.what, reader_.Describe(what));
      LT_ASSIGN(const auto edge, reader_.view().GetEdge(n.edge));
      if (edge) link.certainty = edge->certainty;
      found[n.node].emplace_back(std::move(link), n.edge);
    }
    return found;
  }

 private:
  void Add(NodeId id, PolicyReach reach) { reach_.emplace(id, reach); }
  Reader& reader_;
  std::map<NodeId, PolicyReach> reach_;
  std::set<NodeId> groups_;
};

}  // namespace

const char* PolicyReachName(PolicyReach reach) {
  switch (reach) {
    case PolicyReach::kNamed: return "named";
    case PolicyReach::kAbove: return "above";
    case PolicyReach::kBelow: return "below";
    case PolicyReach::kDirection: return "direction";
  }
  return "";
}

Result<IndicatorRow> DescribeIndicator(Reader& reader, NodeId indicator) {
  IndicatorRow row;
  LT_ASSIGN(row.indicator, reader.Describe(indicator));
  for (const auto& [name, into] : {std::pair("metric", &row.metric), {"unit", &row.unit}, {"period", &row.period}}) {
    LT_ASSIGN(*into, reader.Property(indicator, name));
  }
  for (const auto& [name, into] : {std::pair("metric", &row.metric_name), {"period", &row.period_name}, {"kind", &row.kind}, {"qualifier", &row.qualifier},
                                   {"comparison", &row.comparison}, {"stated_as", &row.stated_as}, {"scope", &row.scope}, {"note", &row.note}}) {
    LT_ASSIGN(*into, reader.Wording(indicator, name));
  }
  LT_ASSIGN(const graph::Node* node, reader.Load(indicator));
  const graph::PropertyId value_id = reader.view().property("value");
  if (const graph::Value* value = node && value_id ? node->Property(value_id) : nullptr) row.value = value->number();
  if (value_id && row.value) {
    LT_ASSIGN(const auto claims, reader.view().Claims(indicator, value_id));
    row.claims = std::max<size_t>(1, claims.size());
    for (const graph::Claim& claim : claims) {
      LT_ASSIGN(const auto sources, reader.Sources(claim.evidence));
      row.sources.insert(row.sources.end(), sources.begin(), sources.end());
      if (claim.visible) row.certainty = claim.evidence.certainty;
    }
  } else {
    LT_ASSIGN(const auto claims, reader.view().Claims(indicator));
    for (const graph::Claim& claim : claims) {
      LT_ASSIGN(const auto sources, reader.Sources(claim.evidence));
      row.sources.insert(row.sources.end(), sources.begin(), sources.end());
      if (claim.visible) row.certainty = claim.evidence.certainty;
    }
  }
  LT_ASSIGN(const auto measures, reader.Around(indicator, Direction::kOut, "MEASURES"));
  for (const Neighbour& n : measures) {
    LT_ASSIGN(const Entity of, reader.Describe(n.node));
    row.of.push_back(of);
  }
  return row;
}

Result<std::vector<IndicatorRow>> IndicatorsOf(Reader& reader, const std::vector<NodeId>& entities) {
  std::set<NodeId> ids;
  for (const NodeId id : entities) {
    LT_ASSIGN(const auto measured, reader.Around(id, Direction::kIn, "MEASURES"));
    for (const Neighbour& n : measured) ids.insert(n.node);
  }
  std::vector<IndicatorRow> rows;
  for (const NodeId id : ids) {
    LT_ASSIGN(IndicatorRow row, DescribeIndicator(reader, id));
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const IndicatorRow& a, const IndicatorRow& b) { return KindRank(a.kind) < KindRank(b.kind); });
  return rows;
}

Result<std::vector<PolicyRow>> FindPolicies(Reader& reader, const PolicyQuestion& question) {
  using Links = std::map<NodeId, std::vector<std::pair<PolicyLink, graph::EdgeId>>>;
  Links of_what, of_industry;
  if (question.what) {
    Reach reach(reader);
    LT_TRY(reach.Thing(*question.what));
    LT_ASSIGN(of_what, reach.Policies());
  }
  if (question.industry) {
    Reach reach(reader);
    LT_TRY(reach.AskedDirection(*question.industry));
    LT_ASSIGN(of_industry, reach.Policies());
  }
  std::set<NodeId> policies;
  if (!question.what && !question.industry) {
    if (const graph::LabelId label = reader.view().label("Policy")) {
      LT_TRY(reader.view().NodesWithLabel(label, {}, [&](NodeId id) {
        policies.insert(id);
        return true;
      }));
    }
  }
  for (const auto& [id, links] : question.what ? of_what : of_industry) {
    if (!question.what || !question.industry || of_industry.contains(id)) policies.insert(id);
  }
  std::vector<PolicyRow> rows;
  for (const NodeId id : policies) {
    PolicyRow row;
    LT_ASSIGN(row.policy, reader.Describe(id));
    for (const auto& [name, into] : {std::pair("kind", &row.kind), {"status", &row.status}, {"level", &row.level}, {"date", &row.date}, {"note", &row.note}}) {
      LT_ASSIGN(*into, reader.Wording(id, name));
    }
    LT_ASSIGN(const auto issuers, reader.Around(id, Direction::kIn, "ISSUED"));
    for (const Neighbour& n : issuers) {
      LT_ASSIGN(const Entity issuer, reader.Describe(n.node));
      row.issuers.push_back(issuer);
    }
    std::vector<std::pair<PolicyLink, graph::EdgeId>> links;
    for (const Links* some : {&of_what, &of_industry}) {
      if (const auto it = some->find(id); it != some->end()) links.insert(links.end(), it->second.begin(), it->second.end());
    }
    std::stable_sort(links.begin(), links.end(), [](const auto& a, const auto& b) { return std::tuple(a.first.reach, a.first.what.id) < std::tuple(b.first.reach, b.first.what.id); });
    for (const auto& [link, edge] : links) {
      LT_ASSIGN(const auto sources, reader.Sources(edge));
      row.sources.insert(row.sources.end(), sources.begin(), sources.end());
      row.supports.push_back(link);
    }
    LT_ASSIGN(const auto all, reader.Around(id, Direction::kOut, "SUPPORTS"));
    for (const Neighbour& n : all) {
      LT_ASSIGN(const Entity what, reader.Describe(n.node));
      row.supports_all.push_back(what);
      if (!links.empty()) continue;
      LT_ASSIGN(const auto sources, reader.Sources(n.edge));
      row.sources.insert(row.sources.end(), sources.begin(), sources.end());
    }
    if (row.sources.empty()) {
      LT_ASSIGN(row.sources, reader.Sources(id));
    }
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const PolicyRow& a, const PolicyRow& b) {
    const auto rank = [](const PolicyRow& r) { return std::tuple(r.supports.empty() ? PolicyReach::kNamed : r.supports.front().reach, StatusRank(r.status), r.policy.id); };
    return rank(a) < rank(b);
  });
  return rows;
}

}  // namespace liantu::chain
