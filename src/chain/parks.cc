// SPDX-License-Identifier: Apache-2.0
// HOSTS of the company, of what it controls (breadth first, so the shortest ownership chain is shown), of joint
// ventures of either, and PLANS of projects that any of them develops.
#include "chain/parks.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace liantu::chain {

using graph::Direction;
using graph::Neighbour;

namespace {

bool IsControl(std::string_view relation) {
  return relation == "subsidiary" || relation == "plant" || relation == "majority stake";
}

// A company reached from the one asked about, and how.
struct Reached {
  NodeId company;
  std::vector<Ownership> through;
  bool joint = false;
};

// Control over any number of steps; one joint-venture step may end a way.
Result<std::vector<Reached>> Group(Reader& reader, NodeId company) {
  std::vector<Reached> group{{.company = company}};
  std::set<NodeId> seen{company};
  const graph::PropertyId relation_id = reader.view().property("relation");
  for (const bool joint : {false, true}) {
    for (size_t i = 0; i < group.size(); ++i) {
      if (group[i].joint) continue;
      LT_ASSIGN(const auto owned, reader.Around(group[i].company, Direction::kOut, "OWNS"));
      for (const Neighbour& n : owned) {
        LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
        const graph::Value* value = edge ? edge->Property(relation_id) : nullptr;
        const std::string relation = value ? graph::ToText(*value) : "";
        if (joint ? relation != "joint venture" : !IsControl(relation)) continue;
        if (!seen.insert(n.node).second) continue;
        Reached next{.company = n.node, .through = group[i].through, .joint = joint};
        Ownership step{.relation = relation};
        LT_ASSIGN(step.owner, reader.Describe(group[i].company));
        LT_ASSIGN(step.owned, reader.Describe(n.node));
        LT_ASSIGN(step.sources, reader.Sources(n.edge));
        next.through.push_back(std::move(step));
        group.push_back(std::move(next));
      }
    }
  }
  return group;
}

Result<Hosting> At(Reader& reader, NodeId park, const Entity& company, const Reached& reached) {
  Hosting h{.company = company, .through = reached.through};
  LT_ASSIGN(h.park, reader.Describe(park));
  LT_ASSIGN(h.hosted, reader.Describe(reached.company));
  LT_ASSIGN(const Location where, reader.Locate(park));
  if (where.district) {
    LT_ASSIGN(h.district, reader.Describe(where.district));
  }
  if (where.city) {
    LT_ASSIGN(h.city, reader.Describe(where.city));
  }
  LT_ASSIGN(h.level, reader.Property(park, "level"));
  LT_ASSIGN(h.park_kind, reader.Property(park, "kind"));
  LT_ASSIGN(const auto focuses, reader.Around(park, Direction::kOut, "FOCUSES_ON"));
  for (const Neighbour& n : focuses) {
    LT_ASSIGN(const Entity direction, reader.Describe(n.node));
    h.directions.push_back(direction.name);
  }
  return h;
}

Status AddEdgeSources(Reader& reader, const Neighbour& edge, Hosting& hosting) {
  LT_ASSIGN(const auto sources, reader.Sources(edge.edge));
  hosting.sources.insert(hosting.sources.end(), sources.begin(), sources.end());
  LT_ASSIGN(const auto stored, reader.view().GetEdge(edge.edge));
  if (stored) hosting.certainty = std::max(hosting.certainty, stored->certainty);
  return {};
}

Status AddHostings(Reader& reader, const Entity& company, ParksAnswer& answer) {
  LT_ASSIGN(const auto group, Group(reader, company.id));
  for (const Reached& reached : group) {
    LT_ASSIGN(const auto hosts, reader.Around(reached.company, Direction::kIn, "HOSTS"));
    for (const Neighbour& host : hosts) {
      LT_ASSIGN(Hosting h, At(reader, host.node, company, reached));
      h.kind = reached.joint ? HostKind::kJointVenture : reached.through.empty() ? HostKind::kHosted : HostKind::kControlled;
      LT_TRY(AddEdgeSources(reader, host, h));
      answer.hostings.push_back(std::move(h));
    }
    LT_ASSIGN(const auto projects, reader.Around(reached.company, Direction::kOut, "DEVELOPS"));
    for (const Neighbour& project : projects) {
      LT_ASSIGN(const auto parks, reader.Around(project.node, Direction::kIn, "PLANS"));
      for (const Neighbour& park : parks) {
        LT_ASSIGN(Hosting h, At(reader, park.node, company, reached));
        h.kind = HostKind::kPlanned;
        LT_ASSIGN(h.project, reader.Describe(project.node));
        LT_TRY(AddEdgeSources(reader, park, h));
        LT_TRY(AddEdgeSources(reader, project, h));
        answer.hostings.push_back(std::move(h));
      }
    }
  }
  return {};
}

}  // namespace

const char* HostKindName(HostKind kind) {
  switch (kind) {
    case HostKind::kHosted: return "hosted";
    case HostKind::kControlled: return "through a controlled company";
    case HostKind::kJointVenture: return "through a joint venture";
    case HostKind::kPlanned: return "planned";
  }
  return "";
}

Result<ParksAnswer> FindParks(Reader& reader, const Entity& asked) {
  ParksAnswer answer{.asked = asked};
  if (asked.label == "Chain" || asked.label == "Cluster" || asked.label == "Segment") {
    LT_ASSIGN(const auto leaders, reader.Around(asked.id, Direction::kIn, "LEADS"));
    for (const Neighbour& n : leaders) {
      LT_ASSIGN(const Entity leader, reader.Describe(n.node));
      if (std::find(answer.companies.begin(), answer.companies.end(), leader) == answer.companies.end()) {
        answer.companies.push_back(leader);
      }
    }
  } else {
    answer.companies.push_back(asked);
  }
  for (const Entity& company : answer.companies) {
    LT_TRY(AddHostings(reader, company, answer));
    LT_ASSIGN(const Location seat, reader.Locate(company.id));
    answer.seats.push_back(seat);
  }
  std::stable_sort(answer.hostings.begin(), answer.hostings.end(), [](const Hosting& a, const Hosting& b) {
    return std::tuple(a.company.id, a.kind, a.park.id, a.hosted.id) < std::tuple(b.company.id, b.kind, b.park.id, b.hosted.id);
  });
  return answer;
}

}  // namespace liantu::chain
