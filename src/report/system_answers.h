// SPDX-License-Identifier: Apache-2.0
// The words for industrial systems, targets and policies, and the tables of figures and policies that profiles share.
#pragma once

#include "chain/facts.h"
#include "chain/systems.h"
#include "report/cells.h"
#include "report/document.h"

namespace liantu::report {

Document SystemsDocument(chain::Reader& reader, const chain::SystemsAnswer& answer);
Document SystemDocument(chain::Reader& reader, const chain::SystemAnswer& answer);
Document TargetsDocument(chain::Reader& reader, const chain::TargetsAnswer& answer);
Document PoliciesDocument(chain::Reader& reader, const chain::PolicyQuestion& question, const std::vector<chain::PolicyRow>& rows);

// "above 1200 兆瓦"; what the source writes where there is no number.
std::string FigureText(chain::Reader& reader, const chain::IndicatorRow& row);
Section IndicatorsSection(chain::Reader& reader, Footnotes& notes, std::string name, std::string title, const std::vector<chain::IndicatorRow>& rows);
Section PoliciesSection(chain::Reader& reader, Footnotes& notes, std::string name, std::string title, const std::vector<chain::PolicyRow>& rows);
Section ChecksSection(chain::Reader& reader, Footnotes& notes, const std::vector<chain::Check>& checks);

}  // namespace liantu::report
