// SPDX-License-Identifier: Apache-2.0
// The words for a profile and for two profiles side by side.
#pragma once

#include "chain/profile.h"
#include "report/cells.h"
#include "report/document.h"

namespace liantu::report {

Document ProfileDocument(chain::Reader& reader, const chain::Profile& profile);
Document CompareDocument(chain::Reader& reader, const chain::CompareAnswer& answer);

// Titles of the figures and lists of chain/profile.h.
std::string FigureTitle(Lang lang, std::string_view name);
std::string ListTitle(Lang lang, std::string_view name);

}  // namespace liantu::report
