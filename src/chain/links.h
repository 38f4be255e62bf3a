// SPDX-License-Identifier: Apache-2.0
// Supply and chain links between two places, clusters, chains, segments, parks or companies, both ways. Firm ties (supply,
// contract, contract manufacturing, nomination) are told apart from weaker ones (framework, memorandum, planned, trial,
// cooperation …) and from past ones. A tie inside one of the groups, or at a member of both, is no link between them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/budget.h"
#include "chain/group.h"

namespace liantu::chain {

enum class TieStrength : uint8_t { kFirm, kWeak, kPast };
const char* TieStrengthName(TieStrength strength);
// Of a value of SUPPLIES.status; a tie without a status is a plain statement of supply: firm.
TieStrength StrengthOf(std::string_view status);
// A tie that is only planned, aimed at or predicted is never firm, whatever its status.
TieStrength StrengthOf(std::string_view status, graph::Certainty certainty);

// One SUPPLIES edge with what is known of it.
struct Tie {
  graph::EdgeId edge;
  Entity supplier, customer;
  std::optional<Entity> supplier_city, customer_city;
  std::string product, status;
  std::optional<int64_t> year;
  TieStrength strength = TieStrength::kFirm;
  graph::Certainty certainty = graph::Certainty::kStated;
  std::vector<Source> sources;
};
Result<Tie> DescribeTie(Reader& reader, const graph::Edge& edge);

// A chain of 1 … tiers ties from a member of one side to a member of the other; inner companies belong to neither.
struct SupplyRoute {
  bool forward = true;        // from `from` to `to`; false: the other way
  std::vector<Tie> ties;      // supplier first
  TieStrength strength = TieStrength::kFirm;  // of its weakest tie
};

// A segment on one side stands upstream of a segment on the other.
struct SegmentLink {
  bool forward = true;
  Entity upstream, downstream;
  uint64_t upstream_companies = 0, downstream_companies = 0;  // members there
  std::vector<Entity> upstream_examples, downstream_examples; // up to five of each, by id
  std::vector<Source> sources;
};

struct LinksOptions {
  int tiers = 1;                 // longest chain of ties, 1 … 6
  std::string chain;             // keep only ties whose product belongs to a segment of this chain (its node key); "" all
  uint64_t max_routes = 1000;    // stop after this many; the answer says so
  bool segments = true;          // segment links as well
};

struct LinksAnswer {
  Group from, to;
  std::vector<NodeId> shared;            // members of both
  std::vector<SupplyRoute> routes;       // forward first, fewer ties first, then firm, then by ids
  std::vector<SegmentLink> segments;
  bool complete = true;                  // false: stopped at max_routes or the budget
  std::string stopped;                   // why
};

Result<LinksAnswer> FindLinks(Reader& reader, const Entity& from, const Entity& to, const LinksOptions& options,
                              const Budget& budget);

}  // namespace liantu::chain
