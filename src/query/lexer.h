// SPDX-License-Identifier: Apache-2.0
// Query text into tokens, all at once. Comments and spaces disappear; words are not told apart into keywords and names
// (the parser asks). What is no token becomes a kError token that carries its failure: the parser raises it when it
// gets there, so the first mistake in the text is the one reported.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "query/error.h"

namespace liantu::query {

enum class TokenKind : uint8_t { kEnd, kWord, kQuotedName, kString, kInteger, kFloat, kParameter, kSymbol, kError };

// Symbols of one character are their ASCII code; these are the longer ones.
constexpr uint16_t kLessEqualSign = 256, kGreaterEqualSign = 257, kNotEqualSign = 258, kMatchSign = 259 /* =~ */,
                   kDots = 260 /* .. */, kPlusEqual = 261, kDoubleBar = 262, kDoubleColon = 263;

constexpr size_t kNoMatch = static_cast<size_t>(-1);

struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint16_t symbol = 0;
  Span span;
  std::string
      text;  // kWord as written; kQuotedName, kString, kParameter without quotes, $ and escapes; kError the message
  int64_t integer = 0;
  bool lowest = false;  // kInteger 9223372036854775808, which is only fine behind a minus sign; `integer` is INT64_MIN
  double number = 0;
  const char* detail = "";  // kError
  size_t match = kNoMatch;  // of an opening bracket: the token that closes it
};

// Ends with a kEnd token. Any bytes are fine.
std::vector<Token> Tokenize(std::string_view text);

}  // namespace liantu::query
