// SPDX-License-Identifier: Apache-2.0
// The words for lists of parks and for chain leaders. The parks of a company are in answers.h.
#pragma once

#include "chain/leaders.h"
#include "chain/parks.h"
#include "report/cells.h"
#include "report/document.h"

namespace liantu::report {

Document ParkListDocument(chain::Reader& reader, const chain::ParkListAnswer& answer);
Document LeadersDocument(chain::Reader& reader, const chain::LeadersAnswer& answer);

std::string DirectionMatchText(Lang lang, chain::DirectionMatch match);
// "14.9 km² (approximate total area)"; "" where no area is stated.
std::string AreaText(chain::Reader& reader, const chain::ParkRow& park);

}  // namespace liantu::report
