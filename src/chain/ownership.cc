// SPDX-License-Identifier: Apache-2.0
// One best-first walk over OWNS; products of shares never grow along a chain, so the first arrival is the best.
#include "chain/ownership.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;

namespace {

struct Step {
  Neighbour edge;
  std::string relation;
  std::optional<double> share;
};

Result<std::vector<Step>> Steps(Reader& reader, NodeId company, Direction direction) {
  LT_ASSIGN(const auto rows, reader.Around(company, direction, "OWNS"));
  const graph::PropertyId relation = reader.view().property("relation"), share = reader.view().property("share");
  std::vector<Step> steps;
  for (const Neighbour& n : rows) {
    LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
    if (!edge || edge->certainty >= graph::Certainty::kPlanned) continue;  // a planned stake is none
    Step step{.edge = n};
    if (const graph::Value* value = relation ? edge->Property(relation) : nullptr) step.relation = graph::ToText(*value);
    if (const graph::Value* value = share ? edge->Property(share) : nullptr) step.share = value->number();
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::vector<Related>> Walk(Reader& reader, NodeId company, Direction direction, double min_share) {
  struct Open {
    Related related;
    size_t order = 0;  // of discovery
  };
  std::vector<Related> done;
  std::set<NodeId> seen;
  std::vector<Open> open{{.related = {.company = company}}};
  size_t order = 0;
  const auto extend = [&](const Related& from, const Step& step, bool joint) -> Result<Related> {
    Related next = from;
    next.company = step.edge.node;
    next.joint = from.joint || joint;
    next.stake = from.stake || (!joint && !IsControl(step.relation));
    if (step.share && min_share > 0) next.share *= *step.share;
    next.share_known = from.share_known && step.share.has_value();
    Ownership link{.relation = step.relation, .share = step.share};
    const bool down = direction == Direction::kOut;
    LT_ASSIGN(link.owner, reader.Describe(down ? from.company : step.edge.node));
    LT_ASSIGN(link.owned, reader.Describe(down ? step.edge.node : from.company));
    LT_ASSIGN(link.sources, reader.Sources(step.edge.edge));
    next.through.insert(down ? next.through.end() : next.through.begin(), std::move(link));
    return next;
  };
  const auto follows = [&](const Related& from, const Step& step) {
    const bool control = IsControl(step.relation);
    if (min_share <= 0) return control;
    if (!step.share) return control;
    return step.relation != "joint venture" && from.share * *step.share >= min_share - 1e-12;
  };
  const auto joins = [&](const Related& from, const Step& step) {
    return step.relation == "joint venture" && (min_share <= 0 || !step.share || from.share * *step.share >= min_share - 1e-12);
  };
  // Upwards the joint venture is the first step, downwards the last: in both cases the one beside what is owned.
  std::vector<Open> later;
  while (!open.empty()) {
    const auto best = std::min_element(open.begin(), open.end(), [](const Open& a, const Open& b) {
      const auto rank = [](const Open& o) { return std::tuple(-o.related.share, o.related.through.size(), o.order); };
      return rank(a) < rank(b);
    });
    const Related at = std::move(best->related);
    open.erase(best);
    if (!seen.insert(at.company).second) continue;
    done.push_back(at);
    LT_ASSIGN(const auto steps, Steps(reader, at.company, direction));
    for (const Step& step : steps) {
      if (seen.contains(step.edge.node)) continue;
      if (follows(at, step)) {
        LT_ASSIGN(Related next, extend(at, step, false));
        open.push_back({std::move(next), ++order});
      } else if (joins(at, step) && (direction == Direction::kOut || at.through.empty())) {
        LT_ASSIGN(Related next, extend(at, step, true));
        (direction == Direction::kOut ? later : open).push_back({std::move(next), ++order});
      }
    }
  }
  for (Open& venture : later) {
    if (seen.insert(venture.related.company).second) done.push_back(std::move(venture.related));
  }
  return done;
}

}  // namespace

bool IsControl(std::string_view relation) { return relation == "subsidiary" || relation == "plant" || relation == "majority stake"; }

Result<std::vector<Related>> OwnedBy(Reader& reader, NodeId company, double min_share) {
  return Walk(reader, company, Direction::kOut, min_share);
}

Result<std::vector<Related>> OwnersOf(Reader& reader, NodeId company, double min_share) {
  return Walk(reader, company, Direction::kIn, min_share);
}

}  // namespace liantu::chain
