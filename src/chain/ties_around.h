// SPDX-License-Identifier: Apache-2.0
// How many firm ties the companies of a place or group have among themselves and with others, and with which cities: the counts of
// a profile, each with the first edges that say so. Who has them is not told; linkage.h and links.h do that.
#pragma once

#include <map>
#include <vector>

#include "chain/entity.h"

namespace liantu::chain {

struct EdgeTally {
  uint64_t count = 0;
  std::vector<graph::EdgeId> first;  // ascending: those with the smallest ids
};
struct TiesAround {
  uint64_t ties = 0;                       // of any strength that touch a member; beyond `most` nothing else is there
  EdgeTally inside, out, into;             // firm ones
  std::map<NodeId, EdgeTally> partners;    // firm ones with others, by the city of these
};
// `members` ascending. Of each count the first `kept` edges. Cost: the ties of all companies where the columns are at hand
// (network.h), else the records of the members' ties.
Result<TiesAround> CountTiesAround(Reader& reader, const std::vector<NodeId>& members, bool cities, uint64_t most, size_t kept);

}  // namespace liantu::chain
