// SPDX-License-Identifier: Apache-2.0
#include "text/collate.h"

#include <unicode/coll.h>
#include <unicode/unistr.h>

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "text/normalize.h"

namespace liantu::text {
namespace {

// One collator for the process, never changed after it is made: comparing with it is thread-safe.
const icu::Collator& Chinese() {
  static const icu::Collator* const collator = [] {
    UErrorCode error = U_ZERO_ERROR;
    icu::Collator* c = icu::Collator::createInstance(icu::Locale("zh", "", "", "collation=pinyin"), error);
    LT_ASSERT(U_SUCCESS(error));  // the data is linked in
    c->setAttribute(UCOL_NUMERIC_COLLATION, UCOL_ON, error);
    c->setAttribute(UCOL_NORMALIZATION_MODE, UCOL_ON, error);
    LT_ASSERT(U_SUCCESS(error));
    return c;
  }();
  return *collator;
}

icu::UnicodeString Wide(std::string_view s) {
  const std::string repaired = RepairUtf8(s);
  return icu::UnicodeString::fromUTF8(icu::StringPiece(repaired.data(), static_cast<int32_t>(repaired.size())));
}

int ByBytes(std::string_view a, std::string_view b) {
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0;
}

}  // namespace

int CompareNames(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  UErrorCode error = U_ZERO_ERROR;
  const UCollationResult order = Chinese().compare(Wide(a), Wide(b), error);
  if (U_SUCCESS(error) && order != UCOL_EQUAL) return order == UCOL_LESS ? -1 : 1;
  return ByBytes(a, b);
}

std::string CollationKey(std::string_view name) {
  const icu::UnicodeString wide = Wide(name);
  std::string key(wide.length() * 4 + 16, '\0');
  const auto bytes = [&] { return reinterpret_cast<uint8_t*>(key.data()); };
  int32_t size = Chinese().getSortKey(wide, bytes(), static_cast<int32_t>(key.size()));
  if (size > static_cast<int32_t>(key.size())) {
    key.resize(size);
    size = Chinese().getSortKey(wide, bytes(), size);
  }
  key.resize(size);  // ends with a zero byte, the only one in it: a prefix sorts first
  key += name;
  return key;
}

}  // namespace liantu::text
