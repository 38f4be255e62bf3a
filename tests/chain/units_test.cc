// SPDX-License-Identifier: Apache-2.0
#include "chain/units.h"

#include <gtest/gtest.h>

namespace liantu::chain {
namespace {

TEST(Units, OfOneKindAreConverted) {
  struct Case {
    double value;
    const char *from, *to;
    double expected;
  };
  for (const Case& c : {Case{24000, "亿元", "万亿元", 2.4}, Case{2.4, "万亿元", "亿元", 24000}, Case{1500, "万元", "亿元", 0.15}, Case{6.885, "billion yuan", "亿元", 68.85},
                        Case{130, "万千瓦", "兆瓦", 1300}, Case{1200, "MW", "万千瓦", 120}, Case{15, "亩", "公顷", 1}, Case{1500, "亩", "平方公里", 1}, Case{81.87, "km²", "公顷", 8187},
                        Case{225, "万辆", "辆", 2250000}, Case{3, "万亿", "亿", 30000}, Case{1, "亿千瓦时", "吉瓦时", 100}, Case{5, "‰", "%", 0.5}, Case{7, "个", "个", 7}}) {
    const auto result = Converted(c.value, c.from, c.to);
    ASSERT_TRUE(result.has_value()) << c.from << " " << c.to;
    EXPECT_TRUE(SameFigure(*result, c.expected)) << c.value << c.from << " = " << *result << c.to;
  }
}

TEST(Units, OfDifferentKindsAreNot) {
  for (const auto& [from, to] : {std::pair("亿", "亿元"), std::pair("亿美元", "亿元"), std::pair("个", "家"), std::pair("兆瓦", "兆瓦时"), std::pair("%", "百分点"), std::pair("km²", "km"), std::pair("", "%")}) {
    EXPECT_FALSE(Converted(1, from, to).has_value()) << from << " " << to;
  }
}

TEST(Units, AFigureAboveAnotherDoesNotContradictOneThatIs) {
  EXPECT_TRUE(CanAgree(100, "above", 120, "exact"));
  EXPECT_FALSE(CanAgree(100, "above", 90, "exact"));
  EXPECT_TRUE(CanAgree(90, "exact", 100, "up to"));
  EXPECT_FALSE(CanAgree(110, "exact", 100, "up to"));
  EXPECT_TRUE(CanAgree(100, "above", 200, "above"));
  EXPECT_FALSE(CanAgree(200, "above", 100, "up to"));
  EXPECT_TRUE(CanAgree(0.1 + 0.2, "exact", 0.3, "about"));
  EXPECT_FALSE(CanAgree(1, "exact", 2, ""));
}

TEST(Units, ReadInEnglishAsAnEnglishReaderCounts) {
  EXPECT_EQ(EnglishUnit("亿元"), "100 million yuan");
  EXPECT_EQ(EnglishUnit("万亿元"), "trillion yuan");
  EXPECT_EQ(EnglishUnit("万千瓦"), "10,000 kW");
  EXPECT_EQ(EnglishUnit("家"), "");
  EXPECT_EQ(EnglishUnit("km²"), "km²");
  EXPECT_EQ(EnglishUnit("箱"), "箱");  // not known: as it is
  EXPECT_EQ(EnglishFigure(24000, "亿元"), "2.4 trillion yuan");
  EXPECT_EQ(EnglishFigure(1500, "万元"), "15 million yuan");
  EXPECT_EQ(EnglishFigure(225, "万辆"), "2.25 million vehicles");
  EXPECT_EQ(EnglishFigure(0.5, "亿元"), "50 million yuan");
  EXPECT_EQ(EnglishFigure(1200, "兆瓦"), "1200 MW");
  EXPECT_EQ(EnglishFigure(23.3, "%"), "23.3%");
  EXPECT_EQ(EnglishFigure(48, "家"), "48");
}

}  // namespace
}  // namespace liantu::chain
