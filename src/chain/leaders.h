// SPDX-License-Identifier: Apache-2.0
// Chain leaders (链主) from the other end: which of them stand in a park, which are named for, seated in or hosted in a
// place, and who is named for a chain, cluster or segment. Only companies that a source calls so are leaders.
#pragma once

#include <string>
#include <vector>

#include "chain/parks.h"

namespace liantu::chain {

enum class LeaderTie : uint8_t {
  kHosted,        // the park (or a park of the place) hosts it
  kControlled,    // hosts a company that it controls
  kJointVenture,  // hosts a joint venture of it
  kPlanned,       // plans a project of it or of a company that it controls
  kSeated,        // its seat is in the place
  kNamedFor,      // it is named leader for the place
  kNamed,         // it is named leader of the chain, cluster or segment; or is the company asked about
  kNamedOfChain,  // of a cluster: it is named leader of the cluster's chain, and is a member or so named for a place in it; derived
};
const char* LeaderTieName(LeaderTie tie);

struct LeaderPresence {
  LeaderTie tie = LeaderTie::kNamed;
  std::optional<Entity> park;
  std::optional<Entity> hosted;       // the company that stands there or develops the project, where it is another
  std::vector<Ownership> through;     // from the leader to it
  std::optional<Entity> project;
  graph::Certainty certainty = graph::Certainty::kStated;
  std::vector<Source> sources;
};
struct LeaderRow {
  Entity company;
  std::optional<Entity> city;
  std::vector<Leadership> leads;      // everything it is named leader of
  std::vector<Source> leads_sources;
  std::vector<LeaderPresence> presence;  // by tie, park
};
struct LeadersAnswer {
  Entity asked;
  std::vector<LeaderRow> leaders;     // by the strongest tie, then id
  uint64_t companies = 0;             // of the park or place that were looked at
};

// One statement that a company is a leader.
struct LeadershipEdge {
  NodeId company;
  graph::EdgeId edge;   // LEADS
  Entity led;
  bool by_chain = false;
};
// Who is named leader of the chain, cluster or segment, by edge. After them, of a cluster, who is named leader of a chain that it focuses on
// and is a member of the cluster or so named for a place in it: no source says so of the cluster, which `by_chain` tells.
Result<std::vector<LeadershipEdge>> LeadersNamed(Reader& reader, const Entity& led);

// `asked`: a park, place, chain, cluster, segment or company. kInvalid: anything else.
Result<LeadersAnswer> FindLeaders(Reader& reader, const Entity& asked, const Budget& budget);

}  // namespace liantu::chain
