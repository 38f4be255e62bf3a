// SPDX-License-Identifier: Apache-2.0
// One company, park, place, cluster or chain on a page: what it is, where it stands in the chains and among the others, its
// figures with period and kind, the policies that support it. And two of a kind side by side. Counts are of the data, not
// of the world; every list carries its sources.
#pragma once

#include <string>
#include <vector>

#include "base/budget.h"
#include "chain/card.h"
#include "chain/facts.h"
#include "chain/group.h"
#include "chain/parks.h"

namespace liantu::chain {

// A number counted or read from the store. Names: companies, parks, hosted, planned, leaders, clusters, cities, districts,
// segments, segments_held, chains, products, suppliers, customers, firm_inside, firm_out, firm_in, area_km2.
struct Figure {
  std::string name;
  std::optional<double> value;     // none: not known
  std::string unit;                // "" for counts
  std::vector<Source> sources;     // where no list has the same things
};
struct ProfileItem {
  Entity entity;
  std::string detail;              // in the reader's language; may be ""
  std::optional<uint64_t> count;   // companies, ties …, as the list has it
  graph::Certainty certainty = graph::Certainty::kStated;
  std::vector<Source> sources;
};
// Names: located_in, parks, planned, leads, leaders, segments, chains, clusters, products, suppliers, customers, owners, owned,
// projects, agreements, directions, hosted, groups, platforms, neighbours, districts, systems, partner_cities, cities,
// members, representatives, rings (segments that feed themselves again, in a circle).
struct ProfileList {
  std::string name;
  uint64_t total = 0;
  std::vector<ProfileItem> items;  // the first of them
};
// A park that has a direction in common.
struct NeighbourPark {
  Entity park;
  std::optional<Entity> district, city;
  std::vector<Entity> same;                            // directions of both
  std::vector<std::pair<Entity, Entity>> coarser;      // ours, theirs: one is a part of the other
  std::vector<Source> sources;                         // of the directions of both
};
struct Profile {
  Entity entity;
  std::vector<CardProperty> properties;
  std::vector<Source> sources;
  std::optional<ParkRow> park;                         // of a park: its row in a list
  std::optional<Group> group;                          // of a place, cluster, chain: who counts as a member
  std::vector<Figure> figures;
  std::vector<ProfileList> lists;                      // only those with something in them
  std::vector<NeighbourPark> neighbours;               // of a park: most directions in common first
  std::vector<IndicatorRow> indicators;
  std::vector<PolicyRow> policies;
  bool complete = true;
  std::string stopped;
  const ProfileList* List(std::string_view name) const;
  std::optional<double> Number(std::string_view name) const;  // of a figure
};
struct ProfileOptions {
  size_t max_listed = 20;          // items of a list
  size_t statements = 5;           // read for the sources of a count
  uint64_t max_ties = 100'000;     // supply ties read for counts of ties; a place with more leaves those out and says so
  size_t threads = 0;              // of Compare, for two places: one or two; 0: as many as pay. The answer is the same
};
// True for the labels that have a profile.
bool HasProfile(const std::string& label);
// kInvalid: a label without one.
Result<Profile> MakeProfile(Reader& reader, const Entity& entity, const ProfileOptions& options, const Budget& budget);

struct FigurePair {
  std::string name, unit;
  std::optional<double> a, b;
};
struct ListComparison {
  std::string name;
  uint64_t a_total = 0, b_total = 0;
  std::vector<Entity> both, a_only, b_only;  // up to max_listed each; by id
  uint64_t both_total = 0, a_only_total = 0, b_only_total = 0;
};
struct IndicatorPair {
  std::string metric;
  std::vector<IndicatorRow> a, b;  // of one metric, which both have
};
struct CompareAnswer {
  Profile a, b;
  std::vector<FigurePair> figures;
  std::vector<ListComparison> lists;
  std::vector<IndicatorPair> indicators;
};
// Two companies, parks, places, clusters or chains. kInvalid: one and the same, or of different kinds.
Result<CompareAnswer> Compare(Reader& reader, const Entity& a, const Entity& b, const ProfileOptions& options, const Budget& budget);

}  // namespace liantu::chain
