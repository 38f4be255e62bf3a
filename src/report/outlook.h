// SPDX-License-Identifier: Apache-2.0
// The words for gaps: what a place lacks of a chain and who could fill it. "Could", never "will".
#pragma once

#include "chain/gaps.h"
#include "report/cells.h"
#include "report/document.h"

namespace liantu::report {

Result<Document> GapsDocument(chain::Reader& reader, const chain::GapsAnswer& answer);

}  // namespace liantu::report
