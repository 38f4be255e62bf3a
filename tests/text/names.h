// SPDX-License-Identifier: Apache-2.0
// Names and random texts that several tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "text/utf8.h"

namespace liantu::text {

// The lines of names.txt: companies, parks, clusters and places.
inline std::vector<std::string> SampleNames() {
  const auto bytes = ReadFile(LIANTU_SOURCE_DIR "/tests/text/names.txt");
  std::vector<std::string> names;
  if (!bytes.ok()) {
    ADD_FAILURE() << bytes.status().message();
    return names;
  }
  std::string line;
  for (char c : *bytes) {
    if (c == '\n') {
      names.push_back(line);
      line.clear();
    } else {
      line += c;
    }
  }
  EXPECT_GT(names.size(), 200u);
  return names;
}

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  size_t Below(size_t n) { return n == 0 ? 0 : engine_() % n; }

  std::string Bytes(size_t max) {
    std::string s(Below(max + 1), '\0');
    for (char& c : s) c = static_cast<char>(engine_());
    return s;
  }

  // Well-formed text in which the kinds of characters that normalisation treats differently stand side by side.
  std::string Mixture(size_t max) {
    static const std::u32string kOdd =
        U"  -—·.()()《》“”™①㎏㈱ⅣfiÅée\u0301\u0308ßİſΣ한\u1112\u1161ガカ\u3099가\u200b\u200d\ufe0f👍🏽🇨🇳'_,。…․%#+&产產業乾著後发髮瞭沈長行都";
    std::u32string s;
    for (size_t n = Below(max + 1); n > 0; --n) {
      switch (Below(6)) {
        case 0: s += static_cast<char32_t>('0' + Below(75)); break;
        case 1: s += static_cast<char32_t>(0x4E00 + Below(0x5200)); break;
        case 2: s += static_cast<char32_t>(Below(0xD800)); break;
        case 3: s += static_cast<char32_t>(0xE000 + Below(0x30000 - 0xE000)); break;
        default: s += kOdd[Below(kOdd.size())]; break;
      }
    }
    return FromCodePoints(s);
  }

 private:
  std::mt19937 engine_;
};

}  // namespace liantu::text
