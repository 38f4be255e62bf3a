// SPDX-License-Identifier: Apache-2.0
#include "text/width.h"

#include <gtest/gtest.h>

#include "names.h"
#include "text/normalize.h"

namespace liantu::text {
namespace {

TEST(Width, CountsColumnsOfATerminal) {
  const std::vector<std::pair<std::string, size_t>> cases = {
      {"", 0},      {"abc", 3},  {"链图", 4},       {"链图 liantu", 11}, {"\uFF21\uFF22", 4}, {"。\uFF0C", 4},       {"—…", 2},
      {"é", 1},     {"e\u0301", 1}, {"カ", 2},     {"ｶ", 1},            {"한국", 4},   {"\u1112\u1161\u11ab", 2}, {"😀", 2},
      {"👍🏽", 2},   {"👨‍👩‍👧‍👦", 2}, {"🇨🇳", 2},   {"❤️", 2},            {"❤", 1},      {"1️⃣", 2},        {"\u200b", 0},
      {"\t", 0},    {"か\u3099", 2}, {"𠮷", 2},      {"℃", 1},            {"汉\u0301", 2}, {"a\xFFz", 3},     {"🇨🇳🇯🇵", 4}};
  for (const auto& [text, width] : cases) EXPECT_EQ(DisplayWidth(text), width) << text;
}

TEST(Width, PadFillsWithSpaces) {
  EXPECT_EQ(PadTo("链图", 6), "链图  ");
  EXPECT_EQ(PadTo("链图", 6, Align::kRight), "  链图");
  EXPECT_EQ(PadTo("链图", 3), "链图");
}

TEST(Width, TruncateCutsBetweenPictures) {
  EXPECT_EQ(TruncateTo("佳都科技", 8), "佳都科技");
  EXPECT_EQ(TruncateTo("佳都科技", 7), "佳都科…");
  EXPECT_EQ(TruncateTo("佳都科技", 6), "佳都…");
  EXPECT_EQ(TruncateTo("佳都科技", 1), "…");
  EXPECT_EQ(TruncateTo("佳都科技", 0), "");
  EXPECT_EQ(TruncateTo("abe\u0301cd", 4), "abe\u0301…");
  EXPECT_EQ(TruncateTo("abcdef", 5, "..."), "ab...");
  EXPECT_EQ(TruncateTo("", 0), "");
}

TEST(Width, OfAnyTextAddsUpAndTruncationFits) {
  Random random(9);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = i % 2 ? random.Bytes(30) : random.Mixture(20);
    const size_t width = DisplayWidth(text);
    ASSERT_LE(width, 2 * text.size());
    const size_t room = random.Below(30);
    const std::string cut = TruncateTo(text, room);
    ASSERT_LE(DisplayWidth(cut), room);
    ASSERT_EQ(cut == text, width <= room);
    ASSERT_GE(DisplayWidth(PadTo(text, room)), room);
    ASSERT_TRUE(!IsUtf8(text) || IsUtf8(cut));
  }
}

}  // namespace
}  // namespace liantu::text
