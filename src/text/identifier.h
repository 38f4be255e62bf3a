// SPDX-License-Identifier: Apache-2.0
// Which characters a name may have where it stands without quotes (in queries): Unicode's ID_Start and ID_Continue
// (UAX 31), and the underscore. Thread-safe.
#pragma once

namespace liantu::text {

bool IsIdentifierStart(char32_t c);
bool IsIdentifierPart(char32_t c);

}  // namespace liantu::text
