// SPDX-License-Identifier: Apache-2.0
// Where many companies have their seats, at the price of a few reads for each: for counts over thousands of them. What
// Reader::Locate says of each one, without remembering them. And the district and city of one entity, described.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "chain/entity.h"

namespace liantu::chain {

// Parallel to `companies`, which are neither places nor parks. Many are taken from the columns of network.h where these are at hand.
Result<std::vector<Location>> SeatsOf(Reader& reader, std::span<const NodeId> companies);
// The same from the store itself.
Result<std::vector<Location>> ReadSeats(Reader& reader, std::span<const NodeId> companies);

// The district and city where an entity lies; empty where the data names none.
Status DescribeSeat(Reader& reader, NodeId id, std::optional<Entity>& district, std::optional<Entity>& city);

}  // namespace liantu::chain
