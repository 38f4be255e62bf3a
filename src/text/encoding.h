// SPDX-License-Identifier: Apache-2.0
// Guesses in which encoding bytes are written, so that an error message can say it and an importer that was told to may
// convert. It is a guess from byte patterns, not a proof; nothing converts without being asked.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace liantu::text {

// "UTF-8" (ASCII included), "UTF-8 with BOM", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "GB18030" (GBK and GB 2312
// included), "Big5", "Shift_JIS", "windows-1252", or "" when it looks like no text at all. A cut inside the last
// character is allowed for. Looks at the first 64 KiB.
std::string GuessEncoding(std::string_view bytes);

// The bytes as UTF-8, without byte order mark. `encoding` is one of GuessEncoding's answers or another name that ICU
// knows. kInvalid with the offset when bytes are ill-formed in that encoding, or when the name is unknown.
Result<std::string> ToUtf8(std::string_view bytes, std::string_view encoding);

}  // namespace liantu::text
