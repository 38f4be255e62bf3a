// SPDX-License-Identifier: Apache-2.0
// Internal to text/: the normalised name as code points with its word boundaries, which NormalizeName, the stripping
// functions, pinyin and the search terms are all made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liantu::text {

// `chars` is the key of NormalizeName; bit i of `starts` (one byte each) says that something removed stood before
// character i, or that it is the first.
struct Key {
  std::u32string chars;
  std::string starts;

  size_t size() const { return chars.size(); }
  bool starts_word(size_t i) const { return starts[i] != 0; }
};

Key MakeKey(std::string_view name);

enum class Strip { kLegalForm, kLegalFormAndGroup };
// How many characters stay when the legal form at the end (and 集团, group) is taken off; at least 2 unless key is shorter.
size_t StemLength(const Key& key, Strip strip);

// A name as it is spelled out: each ideograph is a unit, each letter or digit of a Latin word of up to four, a longer
// Latin word as a whole, any other character by itself.
struct Unit {
  uint32_t begin, end;  // in Key::chars
  bool han;
};
std::vector<Unit> MakeUnits(const Key& key);

// Equal, or ideographs with a toneless reading in common.
bool CharactersSoundAlike(char32_t a, char32_t b);

// Twice the number of edits that turn a into b (insert, delete, replace, swap neighbours), where replacing a character by
// one that sounds alike counts 1 instead of 2; cutoff + 1 when greater than cutoff. With `inside`, into the best matching
// part of b instead of all of it.
size_t HalfEdits(std::u32string_view a, std::u32string_view b, size_t cutoff, bool inside);

// True for characters that stand for themselves in Chinese writing (ideographs, 〇).
inline bool IsHan(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 || (c >= 0x20000 && c <= 0x323AF) ||
         (c >= 0xF900 && c <= 0xFAFF);
}
inline bool IsLatinOrDigit(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace liantu::text
