// SPDX-License-Identifier: Apache-2.0
// Pinyin of names with every common reading of each character, because no table knows which one a name uses: 长沙 is
// both changsha and zhangsha, 佳都 jiadu and jiadou. Readings come from the Unihan database, turned into a table when
// the project is built (tools/make_text_tables.cc): kMandarin first, then the readings of the frequency list
// (kHanyuPinlu) and of the newest dictionary that has the character (kTGHZ2013, else kXHC1983); old readings
// (kHanyuPinyin) only for characters without any of these. No tones. ü is written v;
// after l and n the spelling with u is a reading as well (lv, lu). No word dictionary: which reading is right in a word
// is not decided here, all of them find the name.
// Thread-safe, no start-up cost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liantu::text {

// Toneless readings, the commonest first, at most 6; empty for anything that is not an ideograph with a known reading.
// The views live as long as the program.
std::vector<std::string_view> Readings(char32_t character);

// True when the letters (lower-case a-z) are a syllable of the table / the beginning of one.
bool IsSyllable(std::string_view letters);
bool IsSyllablePrefix(std::string_view letters);

// Whole-name pinyin, lower-case without spaces, in all combinations of readings up to max_variants: first the one of
// first readings, then those that differ from it in one character, then in two …. Latin letters and digits stay as they
// are (TCL科技 → tclkeji). Empty when the name has no ideograph. Unique.
std::vector<std::string> FullPinyin(std::string_view name, size_t max_variants = 16);

// First letters likewise: 佳都科技 → jdkj. A Latin word of up to four letters or digits gives all of them (TCL科技 → tclkj),
// a longer one its first. Unique; empty when the name has neither letters nor ideographs.
std::vector<std::string> Initials(std::string_view name, size_t max_variants = 16);

// True when two names can be read alike: as many characters, and each pair equal or sharing a toneless reading
// (琶州 and 琶洲).
bool SoundAlike(std::string_view a, std::string_view b);

}  // namespace liantu::text
