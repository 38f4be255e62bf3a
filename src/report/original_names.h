// SPDX-License-Identifier: Apache-2.0
// The Chinese originals of the names that an English report shows, so that a reader can find the thing in its sources. Names only:
// what is quoted stays where it is quoted.
#pragma once

#include "chain/entity.h"
#include "report/document.h"

namespace liantu::report {

// Of every entity in the tables of the document, and of the products and places that its texts name, whose name is not the stored one:
// by label, then name. Empty in a document that is not in English. Cost: one read of a node for each entity.
Result<std::vector<OriginalName>> OriginalNames(chain::Reader& reader, const Document& document);

}  // namespace liantu::report
