// SPDX-License-Identifier: Apache-2.0
// Codes and allowed values: what passes, what is put right, what is told.
#include "io/conform.h"

#include <gtest/gtest.h>

namespace liantu::io {
namespace {

bool Passes(const char* format, std::string text) { return !CheckCode(format, text); }

TEST(Conform, CodesOfEachFormat) {
  struct Case { const char* format; const char* good; const char* bad; };
  const Case cases[] = {
      {"uscc", "91350100M000100Y43", "91350100M000100Y44"}, {"uscc", "11440105007499334H", "1144010500749933"},
      {"gbt2260", "440106", "44010"},  {"gbt2260", "810000", "990000"},  {"gbt2260", "110000", "11000x"},
      {"gbt4754", "C", "U"},           {"gbt4754", "C36", "C47"},        {"gbt4754", "3610", "9810"},
      {"gbt4754", "A01", "A06"},       {"gbt4754", "T97", "36100"},      {"gbt4754", "I6513", ""},
      {"stock_code", "002594.SZ", "2594.SZ"}, {"stock_code", "1211.HK", "002594"}, {"stock_code", "XPEV.N", "XPEV."},
      {"stock_code", "600104.SH", "600104.sh"}};
  for (const Case& c : cases) {
    EXPECT_TRUE(Passes(c.format, c.good)) << c.format << " " << c.good;
    EXPECT_FALSE(Passes(c.format, c.bad)) << c.format << " " << c.bad;
  }
  EXPECT_TRUE(Passes("anything else", "?"));
}

TEST(Conform, ACreditCodeIsKeptInItsCanonicalWriting) {
  std::string code = "91350100 m000100y43";
  EXPECT_FALSE(CheckCode("uscc", code));
  EXPECT_EQ(code, "91350100M000100Y43");
}

TEST(Conform, AllowedValuesMayBeWrittenByTheirNames) {
  graph::PropertySpec level{.name = "level"};
  level.values = {{"national", "国家级", "national"}, {"provincial", "省级", "provincial level"}};
  graph::Value value("省级");
  EXPECT_FALSE(Conform(level, value));
  EXPECT_EQ(value, graph::Value("provincial"));
  value = "provincial level";
  EXPECT_FALSE(Conform(level, value));
  EXPECT_EQ(value, graph::Value("provincial"));
  value = "nationl";
  const auto mismatch = Conform(level, value);
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->Text(), "expected one of national, provincial, found 'nationl'; did you mean 'national'?");
  value = graph::Value(graph::Value::List{"national", "省级"});
  EXPECT_FALSE(Conform(level, value));
  EXPECT_EQ(value, graph::Value(graph::Value::List{"national", "provincial"}));
  value = graph::Value(graph::Value::List{"national", "xx"});
  EXPECT_TRUE(Conform(level, value));
}

}  // namespace
}  // namespace liantu::io
