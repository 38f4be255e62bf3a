// SPDX-License-Identifier: Apache-2.0
// The words for one side's suppliers and customers and for all pairs of groups. Two sides are in answers.h and linkage_report.h.
#pragma once

#include "chain/links.h"
#include "chain/matrix.h"
#include "report/cells.h"
#include "report/document.h"

namespace liantu::report {

Document PartnersDocument(chain::Reader& reader, const chain::PartnersAnswer& answer);
// `links --by`: directed, against all firm ties.
Document MatrixDocument(chain::Reader& reader, const chain::MatrixAnswer& answer);
// `linkage --all --by`: pair by pair, as linkage A B would judge it.
Document PairsDocument(chain::Reader& reader, const chain::MatrixAnswer& answer);
std::string GroupByText(Lang lang, chain::GroupBy by);

}  // namespace liantu::report
