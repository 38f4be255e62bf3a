// SPDX-License-Identifier: Apache-2.0
// The result of an analysis method as a document: vertices become names, the header becomes the method section.
#pragma once

#include "chain/method_call.h"
#include "report/document.h"

namespace liantu::report {

// At most `limit` rows are shown; the document says how many there are.
Result<Document> MethodDocument(chain::Reader& reader, const chain::MethodAnswer& answer, size_t limit);
Result<Section> ContributionsSection(chain::Reader& reader, const chain::MethodAnswer& answer, const chain::Entity& entity,
                                     const std::vector<analysis::Contribution>& contributions);

}  // namespace liantu::report
