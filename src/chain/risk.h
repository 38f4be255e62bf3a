// SPDX-License-Identifier: Apache-2.0
// What happens to supply if a company, or all companies of a place, cluster, segment or park, fall out: who loses which
// input at once, who follows in which round of a threshold cascade, who could stand in, and where the company itself hangs
// on a single source. Only firm ties that exist count; planned, past and weaker ones never do. Ties count equally, since
// amounts are rarely stated.
#pragma once

#include <string>
#include <vector>

#include "analysis/cascade.h"
#include "analysis/fragility.h"
#include "base/budget.h"
#include "chain/group.h"
#include "chain/links.h"

namespace liantu::chain {

struct RiskOptions {
  double threshold = 0.5;        // a company fails when this share of its known inputs is lost; in (0, 1]
  size_t max_listed = 100;       // rows of each list; totals are always whole
  uint64_t max_companies = 20'000;  // downstream companies read; beyond, the answer says so
};

// An input that a customer buys from what is removed.
struct Exposure {
  Entity customer;
  std::optional<Entity> customer_city;
  Entity supplier;               // removed
  std::string product;           // "" where not stated
  uint64_t suppliers = 0;        // known suppliers of that product to that customer, the removed ones included
  uint64_t removed = 0;          // of those, removed
  bool single() const { return suppliers == removed; }
  std::vector<Source> sources;
};

struct Failure {
  Entity company;
  std::optional<Entity> city;
  uint32_t round = 1;
  double lost_share = 0;         // of its known inputs
  std::optional<Entity> cause;   // the failed supplier with the largest share
  std::vector<Source> sources;   // of the ties that it loses
};

enum class SubstituteBasis : uint8_t { kSecondSource, kSameProduct, kSameSegment };
const char* SubstituteBasisName(SubstituteBasis basis);
enum class Nearness : uint8_t { kSameCity, kSameCluster, kSameProvince, kElsewhere };
const char* NearnessName(Nearness nearness);
// A company that could stand in: it already supplies the same input to a customer concerned, produces the same product, or operates in
// the same segment. Nothing says that it has the capacity.
struct Substitute {
  Entity company;
  std::optional<Entity> city;
  SubstituteBasis basis = SubstituteBasis::kSameSegment;
  Nearness nearness = Nearness::kElsewhere;  // to the removed company
  std::string what;              // the product or segment
  std::vector<Source> sources;
};

struct InputRisk {               // of the company itself
  std::string product;
  std::vector<Entity> suppliers;
  analysis::Measure hhi;
  bool single = false;
  std::vector<Source> sources;
};

struct RiskAnswer {
  Entity asked;
  std::vector<Entity> removed;             // up to max_listed
  uint64_t removed_total = 0;
  std::string rule;                        // MembershipName of the group; "" for one company
  uint64_t ties_lost = 0;                  // firm ties of the removed, both directions
  std::vector<Exposure> exposures;         // single-sourced first, then by customer
  uint64_t exposures_total = 0;
  std::vector<Failure> failures;           // by round, then id; the removed themselves left out
  uint64_t failures_total = 0;
  uint32_t rounds = 0;
  std::vector<Entity> without_customers;   // suppliers that lose every known customer
  std::vector<std::vector<Source>> without_customers_sources;  // parallel: of the ties that it loses
  std::vector<Substitute> substitutes;     // by basis, nearness, id
  uint64_t substitutes_total = 0;
  std::vector<InputRisk> inputs;           // of a single company
  std::vector<std::vector<Entity>> loops;  // rings of supply: through the company, it first, shortest first; of a group one through each company
  std::vector<std::vector<Source>> loops_sources;  // parallel: of the ties of each ring
  std::vector<TieStrength> loops_strength; // parallel: of its weakest tie. Weaker ties close a ring only for one company, in a network that is not large
  analysis::Measure esri;                  // of the removed together; in [0, 1]
  std::string esri_note;                   // tolerance and coverage, or why it was not computed
  std::string cascade_definition;
  bool complete = true;
  std::string stopped;
};

// kInvalid: threshold out of range, or a group that cannot be computed or is empty.
Result<RiskAnswer> FindRisk(Reader& reader, const Entity& asked, const RiskOptions& options, const Budget& budget);

}  // namespace liantu::chain
