// SPDX-License-Identifier: Apache-2.0
// The forms of codes that an ontology may ask of a property: uscc (unified social credit code, GB 32100-2015), gbt2260
// (administrative divisions), gbt4754 (industries, GB/T 4754-2017) and stock_code. Checks the form, check characters and
// the parts whose lists are closed (provinces, sections and divisions); whether a county or a company exists is not
// known here. Retired codes come from data/codes and are handed in by whoever reads files.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace liantu::graph {

// Codes that are no longer in force and the code that took over ("" where none did).
using RetiredCodes = std::map<std::string, std::string, std::less<>>;

// The code in its canonical form (a credit code in upper case without blanks; the others as given).
// kInvalid says what was expected and found.
//   uscc        91440101MA59XXXXXX, both check characters right
//   gbt2260     six digits that begin with a province: 440106; 440100 for a city, 440000 for a province
//   gbt4754     a section A-T, digits of a division, group or class, or both: C, 36, C36, 3612
//   stock_code  six digits and SH, SZ or BJ; four or five and HK; a ticker and N (New York) or O (Nasdaq): 002594.SZ
Result<std::string> CheckFormat(std::string_view format, std::string_view text, const RetiredCodes* retired = nullptr);

}  // namespace liantu::graph
