// SPDX-License-Identifier: Apache-2.0
// The Unified Social Credit Code of Chinese organisations (统一社会信用代码, GB 32100-2015): 18 characters = registration
// authority 1, category 1, division code 6 (GB/T 2260), organisation code 9 (GB 11714, its ninth is a check), check 1.
// Checks form only; whether the organisation exists is not known here.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace liantu::text {

// The code without spaces and hyphens, full-width characters made ASCII, upper-case. Not checked.
std::string CanonicalCreditCode(std::string_view code);

// Ok, or kInvalid with the reason in words: length, a character outside the alphabet (no I O S V Z), the wrong check
// character of the organisation code or of the whole (with the one expected). Expects the canonical form.
Status CheckCreditCode(std::string_view code);

// True when CheckCreditCode is ok.
bool IsCreditCode(std::string_view code);

// The six-digit division code (characters 3 to 8), or "" when the code is not 18 long or these are not digits.
std::string CreditCodeRegion(std::string_view code);

// The check character of the first 17 (GB 32100: alphabet of 31, weights 3^i mod 31) / of the first 8 of an organisation
// code (GB 11714: weights 3 7 9 10 5 8 4 2 mod 11). '\0' when a character is outside the alphabet or the length wrong.
char CreditCodeCheck(std::string_view first17);
char OrganisationCodeCheck(std::string_view first8);

}  // namespace liantu::text
