// SPDX-License-Identifier: Apache-2.0
// How wide a text is on a terminal, in columns: 2 for East Asian wide and full-width characters and emoji, 0 for
// combining marks, joiners and control characters, 1 for the rest (ambiguous width counts 1). Properties from ICU. An
// emoji sequence (joined, flags, skin tones, keycaps) is one picture of width 2. Ill-formed bytes count as U+FFFD,
// width 1. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace liantu::text {

size_t DisplayWidth(std::string_view text);

enum class Align { kLeft, kRight };

// The text with spaces up to `width` columns; unchanged when it is as wide already.
std::string PadTo(std::string_view text, size_t width, Align align = Align::kLeft);

// The longest beginning that fits in `width` columns together with `ellipsis`; the text itself when it fits. Never cuts
// inside a character or between a character and its marks. Empty when not even the ellipsis fits.
std::string TruncateTo(std::string_view text, size_t width, std::string_view ellipsis = "…");

}  // namespace liantu::text
