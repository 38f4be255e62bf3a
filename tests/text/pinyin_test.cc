// SPDX-License-Identifier: Apache-2.0
#include "text/pinyin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "names.h"

namespace liantu::text {
namespace {

bool Has(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

TEST(Pinyin, PolyphonesGiveEveryReading) {
  for (const auto& [name, pinyin] : std::vector<std::pair<std::string, std::string>>{
           {"长沙", "changsha"}, {"长沙", "zhangsha"}, {"佳都", "jiadu"},      {"佳都", "jiadou"},   {"重庆", "chongqing"},
           {"广州", "guangzhou"}, {"东莞", "dongguan"}, {"乐昌", "lechang"},   {"沈阳", "shenyang"}, {"厦门", "xiamen"},
           {"番禺", "panyu"},    {"长安汽车", "changanqiche"}, {"銀行", "yinhang"}, {"银行", "yinxing"}, {"旅行者", "lvxingzhe"},
           {"旅行者", "luxingzhe"}, {"乾照光电", "qianzhaoguangdian"}, {"TCL科技", "tclkeji"}, {"六安", "luan"}}) {
    EXPECT_TRUE(Has(FullPinyin(name), pinyin)) << name << " " << pinyin;
  }
}

TEST(Pinyin, CustomaryReadingComesFirst) {
  EXPECT_EQ(FullPinyin("广州")[0], "guangzhou");
  EXPECT_EQ(FullPinyin("汽车")[0], "qiche");
  EXPECT_EQ(FullPinyin("佳都科技").size(), 2u);
  EXPECT_EQ(Readings(U'广').size(), 1u);  // not its readings in old books
  EXPECT_EQ(Readings(U'州')[0], "zhou");
}

TEST(Pinyin, InitialsFollowTheReadings) {
  EXPECT_TRUE(Has(Initials("佳都科技"), "jdkj"));
  EXPECT_TRUE(Has(Initials("长沙"), "cs"));
  EXPECT_TRUE(Has(Initials("长沙"), "zs"));
  EXPECT_TRUE(Has(Initials("TCL科技"), "tclkj"));
  EXPECT_TRUE(Has(Initials("Guangzhou Automobile 集团"), "gajt"));
}

TEST(Pinyin, NamesWithoutIdeographsHaveNone) {
  EXPECT_TRUE(FullPinyin("").empty());
  EXPECT_TRUE(FullPinyin("BASF").empty());
  EXPECT_TRUE(Initials("!?").empty());
  EXPECT_TRUE(Readings(U'a').empty());
  EXPECT_TRUE(Readings(U'カ').empty());
}

TEST(Pinyin, VariantsAreBoundedUniqueAndEveryLengthOfNameIsCheap) {
  std::string polyphones;
  for (int i = 0; i < 200; ++i) polyphones += "长行都重乐";
  for (const auto& list : {FullPinyin(polyphones, 16), Initials(polyphones, 16), FullPinyin("长行都重乐", 16)}) {
    EXPECT_EQ(list.size(), 16u);
    EXPECT_EQ(std::set<std::string>(list.begin(), list.end()).size(), list.size());
  }
  EXPECT_EQ(FullPinyin("长行都重乐", 1).size(), 1u);
}

TEST(Pinyin, EveryCommonCharacterHasAReadingMadeOfLetters) {
  size_t without = 0;
  for (char32_t c = 0x4E00; c <= 0x9FA5; ++c) {
    const auto readings = Readings(c);
    without += readings.empty();
    EXPECT_LE(readings.size(), 6u);
    for (const auto& r : readings) {
      EXPECT_TRUE(IsSyllable(r));
      for (const char letter : r) ASSERT_TRUE(letter >= 'a' && letter <= 'z') << r;
    }
  }
  EXPECT_LT(without, 100u);
  EXPECT_EQ(Readings(U'〇').at(0), "ling");
}

TEST(Pinyin, SyllablesAndTheirBeginningsAreKnown) {
  EXPECT_TRUE(IsSyllable("zhuang"));
  EXPECT_TRUE(IsSyllable("a"));
  EXPECT_TRUE(IsSyllable("lv"));
  for (const char* no : {"", "zh", "zhuangg", "ng", "m", "bs", "v"}) EXPECT_FALSE(IsSyllable(no)) << no;
  EXPECT_TRUE(IsSyllablePrefix("zh"));
  EXPECT_TRUE(IsSyllablePrefix("zhua"));
  EXPECT_FALSE(IsSyllablePrefix("zhx"));
}

TEST(Pinyin, SoundAlikeComparesCharacterByCharacter) {
  EXPECT_TRUE(SoundAlike("琶州", "琶洲"));
  EXPECT_TRUE(SoundAlike("長沙", "常沙"));
  EXPECT_FALSE(SoundAlike("广州", "杭州"));
  EXPECT_FALSE(SoundAlike("广州", "广州市"));
  EXPECT_FALSE(SoundAlike("", ""));
}

TEST(Pinyin, AnyBytesAreAccepted) {
  Random random(3);
  for (int i = 0; i < 5000; ++i) {
    const std::string s = i % 2 ? random.Bytes(30) : random.Mixture(20);
    for (const auto& p : FullPinyin(s)) EXPECT_FALSE(p.empty());
    Initials(s);
    SoundAlike(s, random.Mixture(20));
  }
}

}  // namespace
}  // namespace liantu::text
