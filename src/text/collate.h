// SPDX-License-Identifier: Apache-2.0
// The order in which names are listed: Chinese by pinyin as dictionaries do (CLDR's zh collation), Latin without regard
// to case at first, digits inside names by value (2 before 10); what collates equal is ordered by bytes, so the order
// is total and the same on every machine with the same ICU. Not for stored keys: CLDR changes between ICU versions.
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace liantu::text {

// Less than, equal to or greater than zero. 0 only for equal bytes.
int CompareNames(std::string_view a, std::string_view b);

// Bytes that compare like CompareNames, for sorting many names: one key each, then byte order.
std::string CollationKey(std::string_view name);

}  // namespace liantu::text
