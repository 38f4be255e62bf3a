// SPDX-License-Identifier: Apache-2.0
// Internal to text/: the constant tables that tools/make_text_tables.cc writes when the project is built, and the few
// lines that read them. Characters from kFirst to kLast (nearly every ideograph in use) stand in dense arrays, all others
// with an entry in a sorted one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace liantu::text::tables {

constexpr char32_t kFirst = 0x3400, kLast = 0x9FFF;

struct Sparse {
  char32_t character;
  char32_t fold;
  uint16_t readings;
};

extern const uint16_t kReadings[];            // by character - kFirst: offset into kSequences, 0 = none
extern const uint16_t kFolds[];               // by character - kFirst: the simplified character, 0 = see kSparse
extern const uint16_t kSequences[];           // count, then so many indices into kSyllables
extern const Sparse kSparse[];                // by character
extern const size_t kSparseSize;
extern const std::string_view kSyllables[];   // sorted
extern const size_t kSyllablesSize;
extern const uint64_t kFingerprint;           // of all of the above

inline const Sparse* FindSparse(char32_t c) {
  const Sparse* end = kSparse + kSparseSize;
  const Sparse* it = std::lower_bound(kSparse, end, c, [](const Sparse& s, char32_t v) { return s.character < v; });
  return it != end && it->character == c ? it : nullptr;
}

// The simplified character for a traditional one, any other character itself.
inline char32_t Fold(char32_t c) {
  if (c < kFirst) return c;
  if (c <= kLast) {
    const uint16_t fold = kFolds[c - kFirst];
    if (fold != 0) return fold;
  } else if (c < 0x20000) {
    return c;
  }
  const Sparse* s = FindSparse(c);
  return s ? s->fold : c;
}

// Indices into kSyllables, the commonest reading first.
inline std::span<const uint16_t> ReadingIds(char32_t c) {
  uint16_t at = 0;
  if (c >= kFirst && c <= kLast) {
    at = kReadings[c - kFirst];
  } else if (c == 0x3007 || c >= 0xF900) {
    const Sparse* s = FindSparse(c);
    if (s) at = s->readings;
  }
  return {kSequences + at + 1, kSequences[at]};
}

}  // namespace liantu::text::tables
