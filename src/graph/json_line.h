// SPDX-License-Identifier: Apache-2.0
// One line of JSON, read with the place of everything in it, and the pieces to write one with the same bytes every time.
// For the text dump, which is read line by line and says line and column of what is wrong; whole documents of JSON are
// read with nlohmann elsewhere.
//
// Strings may hold any bytes: one that belongs to no well-formed UTF-8 is written as the escape \udc80 … \udcff (a lone
// low surrogate, which no text has) and read back as that byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace liantu::graph {

struct Json {
  enum class Kind : uint8_t { kNull, kBoolean, kInteger, kFloat, kString, kList, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  std::string text;                                   // of a string
  std::vector<Json> items;                            // of a list
  std::vector<std::pair<std::string, Json>> members;  // of an object, as written; no name twice
  size_t at = 0;                                      // bytes before it in the line
};
const char* JsonKindName(Json::Kind kind);

// A whole line is one value. kInvalid with "COLUMN: what was expected and found"; columns count code points from 1.
// Nesting deeper than 32 and integers beyond 64 bits are refused.
Result<Json> ParseJsonLine(std::string_view line);
uint64_t JsonColumn(std::string_view line, size_t at);

void PutJsonText(std::string& out, std::string_view text);  // with quotes
// The shortest digits that read back equal, always with a point or an exponent. Finite only.
void PutJsonFloat(std::string& out, double value);

}  // namespace liantu::graph
