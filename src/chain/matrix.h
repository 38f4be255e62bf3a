// SPDX-License-Identifier: Apache-2.0
// Supply between all cities, districts, clusters, parks or chains at once: what runs between every two, against what their
// sizes and ties alone would give. Every pair is judged by the group rule of linkage.h on its own: members of both are
// bridges, so groups may overlap and no false partition is made of them; the numbers of a pair are those that FindLinkage
// gives for it.
//
// Two references stand beside each pair. `within`: the firm ties among the two sides alone, as in `linkage A B`. `network`:
// every firm tie of the store takes part, so that pairs can be compared with each other (observed, expected, z, lift).
#pragma once

#include <string>
#include <vector>

#include "chain/linkage.h"

namespace liantu::chain {

enum class GroupBy : uint8_t { kProvince, kCity, kDistrict, kCluster, kPark, kChain };
const char* GroupByName(GroupBy by);  // "city" …
Result<GroupBy> ParseGroupBy(std::string_view text);

struct MatrixGroup {
  Entity entity;
  Membership membership = Membership::kNotComputable;
  std::string reason;              // why there are no members
  uint64_t members = 0;
  uint64_t firm_inside = 0;        // firm ties with both ends in it
  uint64_t firm_out = 0, firm_in = 0;  // firm ties that a member supplies, that a member buys; inside ones too
  uint64_t weak_inside = 0;
};

struct MatrixPair {
  size_t a = 0, b = 0;             // groups, a before b
  uint64_t shared = 0;             // members of both
  uint64_t weak_a_to_b = 0, weak_b_to_a = 0;  // weaker and past ties between A only and B only
  Strength strength;               // members, ties, E-I and z within the pair; references are left empty
  Comparison network, network_forward, network_backward;  // against all firm ties; ratio is the lift
  uint64_t firm() const { return strength.between(); }
};

struct MatrixOptions {
  GroupBy by = GroupBy::kCity;
  std::string chain;               // only ties whose product belongs to this chain; "" all
  std::optional<Entity> within;    // only groups in this place (of a cluster: that covers a place there)
  size_t max_listed = 1000;        // pairs
};

struct MatrixAnswer {
  GroupBy by = GroupBy::kCity;
  std::optional<Entity> within, chain;
  std::vector<MatrixGroup> groups; // with members first, most firm ties first, then by id
  std::vector<MatrixPair> pairs;   // with any tie or shared member: most firm ties first, then weak, shared, ids
  uint64_t pairs_total = 0;        // such pairs
  uint64_t pairs_possible = 0;     // of groups with members
  uint64_t firm_ties = 0, other_ties = 0;  // in the store (of the chain, where one was asked for)
  uint64_t firm_grouped = 0;       // firm ties with both ends in some group
  uint64_t companies = 0, companies_grouped = 0;
  std::string within_reference, network_reference;
  bool complete = true;
  std::string stopped;
};

Result<MatrixAnswer> FindMatrix(Reader& reader, const MatrixOptions& options, const Budget& budget);

}  // namespace liantu::chain
