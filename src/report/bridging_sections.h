// SPDX-License-Identifier: Apache-2.0
// The words for what a connection rests on: brokers, how little would part the sides, pairs that could be joined.
#pragma once

#include <vector>

#include "chain/linkage.h"
#include "report/document.h"

namespace liantu::report {

// Sections "brokers", "fragility" and "pairings"; those without rows are left out.
std::vector<Section> BridgingSections(chain::Reader& reader, Footnotes& notes, const chain::LinkageAnswer& answer);

}  // namespace liantu::report
