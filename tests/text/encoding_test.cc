// SPDX-License-Identifier: Apache-2.0
#include "text/encoding.h"

#include <gtest/gtest.h>

#include "names.h"
#include "text/normalize.h"

namespace liantu::text {
namespace {

using std::literals::operator""sv;

// "公司,城市\n佳都科技,广州\n" in GBK.
const std::string kGbk = "\xB9\xAB\xCB\xBE,\xB3\xC7\xCA\xD0\n\xBC\xD1\xB6\xBC\xBF\xC6\xBC\xBC,\xB9\xE3\xD6\xDD\n";
const std::string kUtf8 = "公司,城市\n佳都科技,广州\n";

TEST(Encoding, IsGuessedFromTheBytes) {
  EXPECT_EQ(GuessEncoding(""), "UTF-8");
  EXPECT_EQ(GuessEncoding("name,city\n"), "UTF-8");
  EXPECT_EQ(GuessEncoding(kUtf8), "UTF-8");
  EXPECT_EQ(GuessEncoding(kUtf8.substr(0, kUtf8.size() - 2)), "UTF-8");  // cut inside a character
  EXPECT_EQ(GuessEncoding("\xEF\xBB\xBF" + kUtf8), "UTF-8 with BOM");
  EXPECT_EQ(GuessEncoding(kGbk), "GB18030");
  EXPECT_EQ(GuessEncoding("name\n\xB9\xE3\xD6\xDD\n"), "GB18030");
  EXPECT_EQ(GuessEncoding("\xFF\xFE\x7F\x5E\xDE\x5D"sv), "UTF-16LE");
  EXPECT_EQ(GuessEncoding("\xFE\xFF\x5E\x7F\x5D\xDE"sv), "UTF-16BE");
  EXPECT_EQ(GuessEncoding("n\0a\0m\0e\0,\0"sv), "UTF-16LE");
  EXPECT_EQ(GuessEncoding("\0n\0a\0m\0e\0,"sv), "UTF-16BE");
  EXPECT_EQ(GuessEncoding("\xFF\xFE\0\0n\0\0\0"sv), "UTF-32LE");
  EXPECT_EQ(GuessEncoding("\x7F" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\x03\0\x3E\0\1\0\0\0\xFF\xFF"sv), "");
}

TEST(Encoding, TraditionalChineseIsBig5) {
  // 產業園區規劃與廣東汽車聯盟在廣州成立
  const auto bytes = [] {
    std::string s;
    const auto add = [&](const char* hex) {
      for (const char* p = hex; *p; p += 2) s += static_cast<char>(std::stoi(std::string(p, 2), nullptr, 16));
    };
    add("B2A3B77EB6E9B0CFB357B9BABB50BC73AA46A854A8AEC170B7F9A662BC73A67BA6A8A5DF");
    return s;
  }();
  EXPECT_EQ(GuessEncoding(bytes), "Big5");
  const auto text = ToUtf8(bytes, "Big5");
  ASSERT_TRUE(text.ok()) << text.status().message();
  EXPECT_EQ(*text, "產業園區規劃與廣東汽車聯盟在廣州成立");
}

TEST(Encoding, ConvertsToUtf8WithoutMark) {
  EXPECT_EQ(*ToUtf8(kGbk, "GB18030"), kUtf8);
  EXPECT_EQ(*ToUtf8("\xEF\xBB\xBF" + kUtf8, "UTF-8 with BOM"), kUtf8);
  EXPECT_EQ(*ToUtf8("\xFF\xFE\x7F\x5E\xDE\x5D"sv, "UTF-16LE"), "广州");
  EXPECT_EQ(*ToUtf8("\xFE\xFF\x5E\x7F\x5D\xDE"sv, "UTF-16BE"), "广州");
  EXPECT_EQ(*ToUtf8("\x3D\xD8\x00\xDE"sv, "UTF-16LE"), "😀");
  std::string many;
  for (int i = 0; i < 5000; ++i) many += kGbk;
  EXPECT_EQ(ToUtf8(many, "GB18030")->size(), 5000 * kUtf8.size());
}

TEST(Encoding, RefusesBytesAndNamesThatDoNotFit) {
  const auto bad = ToUtf8("ab\xFF\xFFzz", "GB18030");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.code(), Code::kInvalid);
  EXPECT_NE(bad.status().message().find("GB18030"), std::string::npos);
  const auto unknown = ToUtf8("ab", "klingon");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("'klingon'"), std::string::npos);
  EXPECT_FALSE(ToUtf8("ab", "").ok());
  EXPECT_FALSE(ToUtf8("a\xC3", "UTF-8").ok());
}

TEST(Encoding, AnyBytesAreAccepted) {
  Random random(10);
  for (int i = 0; i < 5000; ++i) {
    const std::string bytes = random.Bytes(60);
    const std::string guess = GuessEncoding(bytes);
    if (guess.empty()) continue;
    const auto text = ToUtf8(bytes, guess);
    EXPECT_TRUE(!text.ok() || IsUtf8(*text));
  }
}

}  // namespace
}  // namespace liantu::text
