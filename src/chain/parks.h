// SPDX-License-Identifier: Apache-2.0
// The park finder, both ways: which parks host a company or the leaders of a chain or cluster, and which parks of a place
// take a direction. Kinds of hosting are never mixed: hosted by name; hosted through a company that it controls; through a
// stake that reaches the share asked for; through a joint venture; only planned. On request, the parks that host its
// suppliers and customers, tier by tier.
#pragma once

#include <string>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "chain/common_ground.h"
#include "chain/entity.h"
#include "chain/ownership.h"

namespace liantu::chain {

enum class HostKind : uint8_t { kHosted, kControlled, kStake, kJointVenture, kPlanned };
const char* HostKindName(HostKind kind);

// Which parks are meant; what is empty does not filter.
struct ParkFilter {
  std::optional<Entity> place;     // a province, city or district: the park lies in it
  std::optional<Entity> industry;  // a direction of the park
  std::string level, kind, batch;  // values of Park, as stored
  bool any() const { return place || industry || !level.empty() || !kind.empty() || !batch.empty(); }
};
// As a user writes it: names, and values of the ontology as stored, in Chinese or in English.
struct ParkFilterText {
  std::string city, district, industry, level, kind, batch;  // city: a province too
};
// kInvalid: an unknown value, or a district outside the city.
Result<ParkFilter> ReadParkFilter(Reader& reader, const ParkFilterText& text);

// How a direction of a park answers to the one asked for. What is only worded alike is told apart from what is the same.
enum class DirectionMatch : uint8_t {
  kExact,
  kNarrower,  // the park's direction is a part of the one asked for
  kBroader,   // the one asked for is a part of the park's direction
  kWording,   // the park's direction contains the words, nothing says that it contains the thing
  kNameOnly,  // only the park's name contains the words
};
const char* DirectionMatchName(DirectionMatch match);

struct ParkDirection {
  Entity industry;
  std::string role, wording;              // of FOCUSES_ON
  std::optional<DirectionMatch> match;    // with the one asked for, where one was
  std::vector<Source> sources;
};
struct ParkRow {
  Entity park;
  std::optional<Entity> district, city;
  std::string level, kind, batch;         // values of Park, "" where not stated
  std::optional<double> area_km2;
  std::string area_kind;                  // value of Park: approximate, planned, riverside part
  std::vector<ParkDirection> directions;  // those that match first
  std::optional<DirectionMatch> match;    // the best; set where an industry was asked for
  uint64_t hosted = 0, planned = 0;       // companies and bodies there; projects
  std::vector<Source> sources;            // of the park, its place and the directions that match
};
struct ParkListAnswer {
  ParkFilter filter;
  uint64_t total = 0;                     // parks that pass; of a match by wording or name too
  std::vector<ParkRow> parks;             // best match first, then by id; up to max_listed
  uint64_t without_place = 0;             // parks of the data that lie in no known place, where a place was asked for
};
Result<ParkListAnswer> ListParks(Reader& reader, const ParkFilter& filter, size_t max_listed);
// One park as such a row.
Result<ParkRow> DescribePark(Reader& reader, NodeId park);

struct Hosting {
  HostKind kind = HostKind::kHosted;
  Entity company;                    // that was asked about
  Entity park;
  std::optional<Entity> district, city;
  std::string level, park_kind;      // allowed values of Park, "" where not stated
  std::vector<std::string> directions;
  Entity hosted;                     // the company that stands there (company itself when kHosted)
  std::vector<Ownership> through;    // from company to hosted; empty when kHosted
  std::optional<Entity> project;     // when kPlanned
  std::vector<Source> sources;       // of the HOSTS, PLANS and DEVELOPS edges
  graph::Certainty certainty = graph::Certainty::kStated;
  std::string batch;                 // of the park
};

// A park that hosts suppliers or customers.
struct PartnerPark {
  bool suppliers = true;
  int tier = 1;
  Entity park;
  std::optional<Entity> district, city;
  std::vector<Entity> companies;     // of that tier and side there, by id
  std::vector<Source> sources;       // of the HOSTS edges
};
struct PartnerTier {
  bool suppliers = true;
  int tier = 1;
  uint64_t companies = 0;            // reached first at this tier, over firm ties
  uint64_t in_parks = 0;             // of those, hosted in a known park that passes the filter
  uint64_t parks = 0;
};

struct ParksOptions {
  ParkFilter filter;
  double min_share = 0;              // see OwnedBy
  int partner_tiers = 0;             // 0: not asked; 1 … 6
  uint64_t max_companies = 20'000;   // partners read; beyond, the answer says so
};

struct ParksAnswer {
  Entity asked;
  std::vector<Entity> companies;     // asked itself, or the leaders of the chain, cluster or segment asked about
  std::vector<Hosting> hostings;     // by company, kind, park id
  // Where each company has its seat, so that "no park is known" still says something. Parallel to companies.
  std::vector<Location> seats;
  std::vector<Leadership> leads;     // where leaders were asked for: how each is named, parallel to companies
  std::vector<std::vector<Source>> leads_sources;
  uint64_t leaders_by_chain = 0;     // of a cluster: how many of them no source names for it, but for its chain (LeadersNamed)
  std::vector<PartnerTier> tiers;    // suppliers first, then by tier
  std::vector<PartnerPark> partners; // suppliers first, then by tier, most companies first, then by id
  uint64_t filtered_out = 0;         // hostings that the filter left out
  bool complete = true;
  std::string stopped;
};

// `asked` is a company or organization, or a chain, cluster or segment (then: its leaders). kInvalid: options out of range.
Result<ParksAnswer> FindParks(Reader& reader, const Entity& asked, const ParksOptions& options, const Budget& budget);
Result<ParksAnswer> FindParks(Reader& reader, const Entity& asked);

}  // namespace liantu::chain
