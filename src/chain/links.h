// SPDX-License-Identifier: Apache-2.0
// Supply and chain links between two places, clusters, chains, segments, parks or companies, both ways. Firm ties (supply,
// contract, contract manufacturing, nomination) are told apart from weaker ones (framework, memorandum, planned, trial,
// cooperation …) and from past ones. A tie inside one of the groups, or at a member of both, is no link between them.
#pragma once

#include <map>
#include <set>
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

// Direct ties by strength; whole, whatever is listed. `planned`: of the weak, those that are only planned or aimed at.
struct TieCounts {
  uint64_t firm = 0, weak = 0, past = 0, planned = 0;
  uint64_t all() const { return firm + weak + past; }
  void Add(TieStrength strength, bool planned_tie);
};
// Direct ties of one year and direction. The year is the one that the source speaks of, not a term.
struct YearTies {
  std::optional<int64_t> year;   // none: not stated; such come last
  bool forward = true;
  TieCounts ties;
};
// Direct ties in one product and direction.
struct ProductTies {
  std::string product;           // "" where not stated
  std::optional<Entity> segment; // that the product is part of
  bool forward = true;
  TieCounts ties;
  uint64_t suppliers = 0, customers = 0;
};
// What runs from one side to the other by way of companies seated in a third city.
struct ThroughCity {
  std::optional<Entity> city;    // none: the seats of the companies are not known
  uint64_t forward = 0, backward = 0;  // routes of those found
  std::vector<Entity> companies; // in between, by id
};

struct LinksOptions {
  int tiers = 1;                 // longest chain of ties, 1 … 6
  bool firm_only = false;        // leave weaker and past ties out
  std::string product;           // keep only ties in this product; "" all
  std::string chain;             // keep only ties whose product belongs to a segment of this chain (its node key); "" all
  uint64_t max_routes = 1000;    // stop after this many; the answer says so
  bool segments = true;          // segment links as well
};

struct LinksAnswer {
  Group from, to;
  std::vector<NodeId> shared;            // members of both
  std::vector<SupplyRoute> routes;       // forward first, fewer ties first, then firm, then by ids
  std::vector<SegmentLink> segments;
  TieCounts forward, backward;           // direct ties
  std::vector<YearTies> years;           // by year, forward first
  std::vector<ProductTies> products;     // most ties first
  std::vector<ThroughCity> through;      // of the routes of two and more ties; most routes first
  bool complete = true;                  // false: stopped at max_routes or the budget
  std::string stopped;                   // why
};

// A side that is a product stands for its makers, and ties of theirs count where they are in that product.
// kInvalid: tiers out of range; a side without a rule for members.
Result<LinksAnswer> FindLinks(Reader& reader, const Entity& from, const Entity& to, const LinksOptions& options,
                              const Budget& budget);

// --- One side alone: its suppliers and customers, tier by tier

struct PartnerTie {
  bool suppliers = true;         // the partner supplies; else it buys
  int tier = 1;
  Entity partner;
  std::optional<Entity> city;
  TieStrength strength = TieStrength::kFirm;  // the strongest of its ties
  std::vector<Tie> ties;         // with the tier before it; up to five
  uint64_t ties_total = 0;
};
struct TierCount {
  bool suppliers = true;
  int tier = 1;
  uint64_t companies = 0;
  TieCounts ties;
};
struct CityCount {
  bool suppliers = true;
  std::optional<Entity> city;    // none: not known
  uint64_t companies = 0;        // of all tiers
};
struct PartnersOptions {
  int tiers = 1;                 // 1 … 6; past ties never lead on, weaker ones only to the first tier
  bool firm_only = false;
  std::string chain, product;    // as in LinksOptions
  size_t max_listed = 200;       // of each side; counts are whole
  uint64_t max_companies = 20'000;
};
struct PartnersAnswer {
  Group who;
  std::vector<TierCount> tiers;      // suppliers first, by tier
  std::vector<PartnerTie> partners;  // suppliers first, by tier, firm first, most ties first, by id
  uint64_t partners_total = 0;
  std::vector<CityCount> cities;     // suppliers first, most companies first
  bool complete = true;
  std::string stopped;
};
Result<PartnersAnswer> FindPartners(Reader& reader, const Entity& who, const PartnersOptions& options, const Budget& budget);

// Names of the products that belong to a segment of the chain.
Result<std::set<std::string>> ProductsOfChain(Reader& reader, NodeId chain);

}  // namespace liantu::chain
