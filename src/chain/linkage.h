// SPDX-License-Identifier: Apache-2.0
// How two groups of companies (clusters, places, chains, segments, parks) are tied together: who belongs to which by a
// stated rule, ties between them by type, direction and strength, who bridges them, what they share, what one lacks and
// the other has, how strong the linkage is against chance, and how far the data can carry such statements.
//
// Group rule. A and B make four disjoint parts: A only, B only, both, rest. Ties run between A only and B only; shared
// members are bridges, never ties. Index and z are taken over firm ties (supply, contract, contract manufacturing,
// nomination) among A only and B only; every edge counts, so a product and a year each. Under kFewTies the numbers are there, with
// their counts, and say that they are too few to be read.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "analysis/common.h"
#include "base/budget.h"
#include "chain/bridging.h"
#include "chain/common_ground.h"
#include "chain/cross_chain.h"
#include "chain/group.h"
#include "chain/links.h"
#include "chain/parks.h"

namespace liantu::chain {

inline constexpr uint64_t kFewTies = 10;

struct LinkageOptions {
  size_t max_listed = 200;  // rows of each list: members of a part, ties, bridges; totals are always whole
  CrossChainOptions chains;
  size_t max_pairings = 20;
  bool count_sources = false;   // read the documents behind the rows of the matrix
  size_t threads = 0;           // that share the work, one or more; 0: as many as pay. The answer is the same
};

// A member with what makes it one.
struct LinkageMember {
  Entity company;
  Part part = Part::kAOnly;
  std::optional<Entity> city;
  std::vector<Entity> segments;   // of the chains concerned, or all
  std::vector<Entity> parks;      // that host it
  uint64_t cross_ties = 0;        // firm ties to the other side's own members
  std::vector<Source> sources;    // seat and segments, or the stated membership, or the hosting
};

// Ties between A only and B only of one kind.
struct TieKind {
  std::string type;               // "SUPPLIES", "OWNS"
  std::string value;              // SUPPLIES.status or OWNS.relation; may be ""
  std::optional<TieStrength> strength;  // of supply ties
  uint64_t a_to_b = 0, b_to_a = 0;
};

// An OWNS edge between A only and B only.
struct CrossOwnership {
  bool forward = true;            // the owner is on side A
  Ownership ownership;
};

// Firm ties of one company with the three parts.
struct PartTies {
  uint64_t to_a = 0, from_a = 0, to_b = 0, from_b = 0, to_both = 0, from_both = 0;
  uint64_t with_a() const { return to_a + from_a; }
  uint64_t with_b() const { return to_b + from_b; }
  uint64_t with_both() const { return to_both + from_both; }
};
struct Bridge {
  Entity company;
  bool shared = false;            // a member of both; else of neither
  std::optional<Entity> city;
  PartTies ties;
  std::vector<Source> sources;    // of up to five of the ties; of the membership too where shared
};

struct Comparison {
  uint64_t observed = 0;
  double expected = 0;
  analysis::Measure z, ratio;
};
struct Strength {
  uint64_t members_a = 0, members_b = 0;                              // of A only and B only
  uint64_t inside_a = 0, inside_b = 0, a_to_b = 0, b_to_a = 0;        // firm ties
  uint64_t between() const { return a_to_b + b_to_a; }
  uint64_t ties() const { return inside_a + inside_b + between(); }
  bool too_few() const { return ties() < kFewTies; }
  analysis::Measure ei, ei_expected;                                  // (E-I)/(E+I); from group sizes alone
  Comparison undirected, forward, backward;                           // among A only and B only
  std::string ei_reference, model_reference;
};

struct Coverage {
  uint64_t members = 0, with_city = 0, with_district = 0, with_segment = 0, with_tie = 0, with_firm_tie = 0, in_park = 0;
};

struct LinkageAnswer {
  Group a, b;
  Parts parts;
  std::vector<Source> a_sources, b_sources;        // of the places and chains that the rule uses
  std::vector<LinkageMember> members;              // by part, then most cross ties, then id; up to max_listed a part
  // Supply ties by part of the supplier and of the customer; rest to rest is not read.
  std::array<std::array<uint64_t, 4>, 4> firm{}, weak{}, past{};
  std::array<std::array<std::vector<Source>, 4>, 3> count_sources;  // by strength, part of the supplier; where the options ask for them
  std::vector<TieKind> kinds;                      // supply first, firm first, most ties first
  std::vector<Tie> ties;                           // A only with B only: A → B first, firm first, by edge; up to max_listed
  uint64_t ties_total = 0;
  std::vector<CrossOwnership> ownerships;
  std::vector<Bridge> bridges;                     // shared first; then most evenly tied to both sides; up to max_listed
  uint64_t bridges_shared = 0, bridges_both_sides = 0, bridges_around_shared = 0;  // totals; the last: tied to shared members only
  Brokers brokers;
  Fragility fragility;
  std::vector<Pairing> pairings;                   // pairs of companies that could be joined
  CommonGround common;
  CrossChains cross;
  Strength strength;
  Coverage coverage_a, coverage_b;
  bool complete = true;
  std::string stopped;
};

// kInvalid: A and B are the same, or one has no rule (a person, a document). A group that cannot be computed is no failure.
Result<LinkageAnswer> FindLinkage(Reader& reader, const Entity& a, const Entity& b, const LinkageOptions& options,
                                  const Budget& budget);

}  // namespace liantu::chain
