// SPDX-License-Identifier: Apache-2.0
// Who belongs to a place, a cluster, a chain, a segment or a park: the groups that ties and linkage are counted between.
// The rule that made a group is always said: stated members where a source names them, derived ones otherwise, and for
// a cluster without a chain "cannot be computed" with the reason. Plants count where they stand.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "chain/entity.h"

namespace liantu::chain {

enum class Membership : uint8_t {
  kSeated,         // companies (and plants) located in the place
  kStated,         // MEMBER_OF edges
  kDerived,        // seated in a member city of the cluster and operating in a segment of its chain
  kOperating,      // companies operating in a segment of the chain, or in the segment
  kHosted,         // companies that the park hosts
  kProducing,      // companies that make the product
  kNotComputable,  // `reason` says why
};
const char* MembershipName(Membership membership);

struct Group {
  Entity entity;
  Membership membership = Membership::kNotComputable;
  std::string reason;                // in the reader's language; for kNotComputable and for an empty group
  std::vector<NodeId> members;       // companies, ascending
  std::vector<Entity> chains;        // of a cluster: what it focuses on
  std::vector<Entity> cities;        // of a cluster: places it covers
  bool Contains(NodeId id) const;
};

Result<Group> MembersOf(Reader& reader, const Entity& entity);

// Two groups that may overlap make four disjoint parts. Ties are counted between A only and B only; shared members are
// bridges, never ties.
enum class Part : uint8_t { kAOnly, kBOnly, kBoth, kRest };
struct Parts {
  std::array<std::vector<NodeId>, 3> members;  // by Part (rest is everything else), ascending
  std::vector<NodeId> all;                     // members of either, ascending
  const std::vector<NodeId>& of(Part part) const { return members[static_cast<size_t>(part)]; }
  Part Of(NodeId company) const;
};
Parts SplitGroups(const Group& a, const Group& b);

// Segments in which at least one of the companies operates, ascending.
Result<std::vector<NodeId>> SegmentsOf(Reader& reader, const std::vector<NodeId>& companies);
// Segments of a chain (and of its part chains), ascending.
Result<std::vector<NodeId>> SegmentsOfChain(Reader& reader, NodeId chain);

}  // namespace liantu::chain
