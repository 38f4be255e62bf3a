// SPDX-License-Identifier: Apache-2.0
// The words for gaps (what a place lacks of a chain, who could fill it) and risk (what follows when companies fall out, who
// could stand in). "Could", never "will".
#pragma once

#include "chain/gaps.h"
#include "chain/risk.h"
#include "report/cells.h"
#include "report/document.h"

namespace liantu::report {

Result<Document> GapsDocument(chain::Reader& reader, const chain::GapsAnswer& answer);
Result<Document> RiskDocument(chain::Reader& reader, const chain::RiskAnswer& answer, const chain::RiskOptions& options);

}  // namespace liantu::report
