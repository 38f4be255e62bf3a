// SPDX-License-Identifier: Apache-2.0
// What members are tied to by other edges than supply, as rows of numbers: for who counts by thing over hundreds of thousands of
// them. Nothing is counted here.
#pragma once

#include <span>
#include <vector>

#include "chain/member_ties.h"

namespace liantu::chain {

// By member, edges of one as stored. Rows of nodes that are no members may be among them. The spans live as long as this
// and the ties' network.
struct RelatedRows {
  RelatedRows() = default;
  RelatedRows(RelatedRows&&) = default;
  RelatedRows& operator=(RelatedRows&&) = default;
  std::span<const uint32_t> who, thing;  // the thing is a place among the things
  std::span<const NodeId> things;        // ascending
  std::vector<uint32_t> own_who, own_thing;
  std::vector<NodeId> own_things;
};
Result<RelatedRows> RowsOf(Reader& reader, const MemberTies& ties, Network::Relation relation);

}  // namespace liantu::chain
