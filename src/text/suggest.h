// SPDX-License-Identifier: Apache-2.0
// "Did you mean": which of the known words is nearest to the one somebody wrote. For names, columns, labels, commands.
// For a search among a million names ask the index first (search_key.h); this looks at each known word.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liantu::text {

// Edits (insert, delete, replace a character, swap two neighbours; each place edited once) that turn a into b, counted in
// code points; cutoff + 1 as soon as it is certain to be greater than cutoff. (Damerau 1964; optimal string alignment.)
size_t EditDistance(std::string_view a, std::string_view b, size_t cutoff = 1000);

// Up to n of the known words near enough to be what was meant, nearest first, then in the order of `known`; empty when
// none is. Compares normalised keys; a character replaced by one that sounds alike (琶州, 琶洲) counts half an edit;
// words that contain the wanted one, or begin with it, count as near too. Exact keys come first.
std::vector<std::string> Closest(std::string_view wanted, std::span<const std::string> known, size_t n = 3);

// "; did you mean 'a', 'b' or 'c'?" for the end of an error message, or "" when nothing is close.
std::string DidYouMean(std::string_view wanted, std::span<const std::string> known, size_t n = 3);

}  // namespace liantu::text
