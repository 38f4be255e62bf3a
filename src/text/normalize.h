// SPDX-License-Identifier: Apache-2.0
// Chinese and Latin names reduced to a form in which two spellings of one name are equal bytes: width, case, script
// (traditional or simplified), spaces and punctuation no longer differ. Also the smaller strippings that importers and
// searches share: legal forms, place suffixes, pinyin in brackets. Nothing here asks an index (search_key.h does) and
// nothing returned here is meant for display, except by Simplify and StripBracketPinyin.
//
// All functions take any bytes: ill-formed UTF-8 is read as U+FFFD per bad byte, never a failure. All are thread-safe
// and deterministic. A name of twenty Chinese and ASCII characters costs well under a microsecond; other scripts and
// Simplify of traditional text go through ICU and OpenCC and cost a few.
#pragma once

#include <string>
#include <string_view>

namespace liantu::text {

// True when the bytes are well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
bool IsUtf8(std::string_view bytes);

// Offset of the first byte that does not belong to a well-formed sequence, or npos when all is well.
size_t FirstBadUtf8(std::string_view bytes);

// The text with each ill-formed byte replaced by U+FFFD.
std::string RepairUtf8(std::string_view bytes);

// True when the text has a character that simplified script writes otherwise. A false answer means Simplify would
// return the text as it is. About 2 ns a character.
bool HasTraditional(std::string_view text);

// Traditional to simplified script with the phrases of OpenCC (乾燥 becomes 干燥, 乾隆 stays). Loads OpenCC's dictionary
// once in a process, and only when a text has a traditional character. If the dictionary cannot be loaded, characters
// are replaced one by one. Applying it twice is the same as once.
std::string Simplify(std::string_view text);

// The key of a name: NFKC, case folded, Latin accents dropped, every traditional character replaced by its simplified
// one (character by character, so that the key of a part is a part of the key), pinyin in brackets after its character
// removed, then all spaces, separators, quotes, brackets and dots removed (· - — _ “” () 《》 , . & / : …). Letters,
// digits, ideographs and symbols with a meaning (+ # % ° ℃ and such) stay. Equal keys mean "the same name written
// differently". Empty when nothing is left. Idempotent.
std::string NormalizeName(std::string_view name);

// NormalizeName without the legal form at the end: 股份有限公司, 有限责任公司, 有限公司, 公司, 集团 (also in brackets), 总公司,
// Co., Ltd., Inc., Corp., GmbH, AG, PLC, LLC, S.A. …, repeated until none is left (佳都科技集团股份有限公司 → 佳都科技).
// Latin forms are only taken off as whole words (Zinc stays). At least two characters stay, else nothing is taken off.
std::string StripLegalForm(std::string_view name);

// NormalizeName of a place without its rank: 广州市 → 广州, 天河区 → 天河, 广东省 → 广东, 连南瑶族自治县 → 连南,
// 广西壮族自治区 → 广西, 香港特别行政区 → 香港. Only where safe: at least two characters stay, and words that end alike
// but are no rank (园区, 开发区, 新区, 片区, 市区, 湾区, 核心区 …) are left whole. 花都 and 花都区 give the same stem.
std::string PlaceStem(std::string_view name);

// Text without the pinyin that some web pages put in brackets inside words: 產(chǎn)業(yè) → 產業. A bracket goes only when
// it holds a reading of the character right before it, with or without tone marks, in ASCII or full-width brackets;
// any other bracket stays. Script is not changed.
std::string StripBracketPinyin(std::string_view text);

}  // namespace liantu::text
