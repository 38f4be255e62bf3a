// SPDX-License-Identifier: Apache-2.0
// Characters of names, by ICU's tables.
#include "text/identifier.h"

#include <unicode/uchar.h>

namespace liantu::text {

bool IsIdentifierStart(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ID_START);
}

bool IsIdentifierPart(char32_t c) {
  if (c < 0x80) return IsIdentifierStart(c) || (c >= '0' && c <= '9');
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ID_CONTINUE);
}

}  // namespace liantu::text
