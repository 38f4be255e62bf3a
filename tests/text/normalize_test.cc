// SPDX-License-Identifier: Apache-2.0
#include "text/normalize.h"

#include <gtest/gtest.h>

#include <thread>

#include "names.h"

namespace liantu::text {
namespace {

TEST(Utf8, AcceptsWellFormedTextOnly) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("链图 liantu 😀 é"));
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
                          "\xE4\xB8", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad));
    EXPECT_EQ(FirstBadUtf8(std::string("链图, 12345678 ") + bad), std::string("链图, 12345678 ").size());
  }
}

TEST(Utf8, RepairReplacesBadBytesAndLeavesTheRest) {
  EXPECT_EQ(RepairUtf8("广\xFFz\xE4\xB8"), "广\uFFFDz\uFFFD\uFFFD");
  EXPECT_EQ(RepairUtf8("广州"), "广州");
}

TEST(Utf8, CodePointsAndBytesAreInverse) {
  std::u32string all;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c < 0xD800 || c > 0xDFFF) all += c;
  }
  const std::string bytes = FromCodePoints(all);
  EXPECT_TRUE(IsUtf8(bytes));
  EXPECT_TRUE(ToCodePoints(bytes) == all);
}

TEST(Simplify, UsesPhrasesWhereOneCharacterHasTwoForms) {
  EXPECT_EQ(Simplify("灣區汽車聯盟"), "湾区汽车联盟");
  EXPECT_EQ(Simplify("乾隆皇帝吃乾糧"), "乾隆皇帝吃干粮");
  EXPECT_EQ(Simplify("沈陽沈船"), "沈阳沉船");
  EXPECT_EQ(Simplify("反覆瞭解,瞭望"), "反复了解,瞭望");
  EXPECT_EQ(Simplify("广汽集团 GAC"), "广汽集团 GAC");
  EXPECT_EQ(Simplify(std::string("產\0業", 7)), std::string("产\0业", 7));
}

TEST(Simplify, TextWithoutTraditionalCharactersIsUnchanged) {
  for (const std::string& name : SampleNames()) {
    if (!HasTraditional(name)) {
      EXPECT_EQ(Simplify(name), name);
    }
  }
  EXPECT_TRUE(HasTraditional("灣"));
  EXPECT_FALSE(HasTraditional("湾区 abc ①"));
}

TEST(Simplify, FirstUseFromManyThreadsAtOnceIsSafe) {
  std::vector<std::thread> threads;
  std::vector<std::string> results(8);
  for (size_t i = 0; i < results.size(); ++i) threads.emplace_back([&, i] { results[i] = Simplify("產業規劃"); });
  for (auto& t : threads) t.join();
  for (const auto& r : results) EXPECT_EQ(r, "产业规划");
}

TEST(NormalizeName, MakesSpellingsOfOneNameEqual) {
  const std::vector<std::vector<std::string>> same = {
      {"佳都科技(集团)", "佳都科技\uFF08集团\uFF09", " 佳都 科技 集团", "佳都科技《集团》", "佳都·科技-集团", "佳都科技“集团”"},
      {"灣區汽車聯盟", "湾区汽车联盟", "湾区汽车联盟\u3000", "「湾区汽车联盟」"},
      {"TCL科技", "\uFF34\uFF23\uFF4C科技", "TCL 科技", "T.C.L.科技"},
      {"產(chǎn)業(yè)規(guī)劃", "產業規劃", "产业规划", "产\uFF08chǎn\uFF09业\uFF08ye\uFF09规划"},
      {"Nestlé", "NESTLE", "nestle\u0301", "Nestlé™", "nestle"},
      {"后勤", "後勤"},
      {"5.5G", "5.5g", "5.5 G", "\uFF15\uFF0E\uFF15G"},
      {"乾燥設備", "干燥设备"},
      {"AT&T", "at\uFF06t", "At&T"},
      {"粤港澳大湾区 (2025)", "粤港澳大湾区2025"},
  };
  for (const auto& group : same) {
    for (const auto& name : group) EXPECT_EQ(NormalizeName(name), NormalizeName(group[0])) << name;
  }
  EXPECT_EQ(NormalizeName("TCL 科技(集团)"), "tcl科技集团");
}

TEST(NormalizeName, KeepsWhatTellsNamesApart) {
  EXPECT_NE(NormalizeName("5.5G"), NormalizeName("55G"));
  EXPECT_NE(NormalizeName("C++"), NormalizeName("C#"));
  EXPECT_NE(NormalizeName("琶洲"), NormalizeName("琶州"));
  EXPECT_NE(NormalizeName("カス"), NormalizeName("ガス"));
  EXPECT_NE(NormalizeName("佳都科技集团"), NormalizeName("佳都科技"));
}

TEST(NormalizeName, OfPunctuationAloneIsEmpty) {
  for (const char* nothing : {"", " ", "·-—_“”()《》", "...", "()", "\t\n", "\u200b"}) EXPECT_EQ(NormalizeName(nothing), "");
}

TEST(NormalizeName, FastPathGivesWhatIcuGives) {
  // A zero-width space is removed from a name but is not known to the fast path, so it forces the slow one.
  const std::string slow = "\u200b";
  for (const std::string& name : SampleNames()) EXPECT_EQ(NormalizeName(name), NormalizeName(name + slow)) << name;
  for (char32_t c = 1; c < 0x10000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const std::string name = FromCodePoints(std::u32string{U'汽', c, U'9'});
    ASSERT_EQ(NormalizeName(name), NormalizeName(name + slow)) << std::hex << static_cast<uint32_t>(c);
  }
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::string name = random.Mixture(12);
    ASSERT_EQ(NormalizeName(name), NormalizeName(name + slow)) << name;
  }
}

TEST(NormalizeName, IsIdempotentOnAnyText) {
  Random random(2);
  for (int i = 0; i < 40000; ++i) {
    const std::string name = i % 2 ? random.Mixture(16) : random.Bytes(24);
    const std::string key = NormalizeName(name);
    ASSERT_TRUE(IsUtf8(key));
    ASSERT_EQ(NormalizeName(key), key) << name;
    const std::string simple = Simplify(name);
    ASSERT_EQ(Simplify(simple), simple) << name;
    const std::string stem = StripLegalForm(name);
    ASSERT_EQ(key.substr(0, stem.size()), stem);
    ASSERT_EQ(StripLegalForm(stem), stem) << name;
    ASSERT_TRUE(IsUtf8(PlaceStem(name)));
    ASSERT_TRUE(IsUtf8(StripBracketPinyin(name)));
  }
}

TEST(StripLegalForm, TakesTheLegalFormOffAndNothingElse) {
  for (const char* name : {"佳都科技集团股份有限公司", "佳都科技有限公司", "佳都科技(集团)有限责任公司", "佳都科技集团", "佳都科技 总公司",
                           "佳都科技Co., Ltd.", "佳都科技 (集团) 股份有限公司", "佳都科技集團股份有限公司"}) {
    EXPECT_EQ(StripLegalForm(name), "佳都科技") << name;
  }
  EXPECT_EQ(StripLegalForm("Guangzhou Automobile Group Co., Ltd."), "guangzhouautomobile");
  EXPECT_EQ(StripLegalForm("BASF SE"), "basf");
  EXPECT_EQ(StripLegalForm("Apple Inc."), "apple");
  EXPECT_EQ(StripLegalForm("Zinc"), "zinc");
  EXPECT_EQ(StripLegalForm("Visa"), "visa");
  EXPECT_EQ(StripLegalForm("Telefónica S.A."), "telefonica");
  EXPECT_EQ(StripLegalForm("佳都科技广州分公司"), "佳都科技广州分公司");
  EXPECT_EQ(StripLegalForm("有限公司"), "有限公司");
  EXPECT_EQ(StripLegalForm("集团公司"), "集团");
  EXPECT_EQ(StripLegalForm("深圳市创业投资(有限合伙)"), "深圳市创业投资");
}

TEST(PlaceStem, DropsTheRankWhereItIsOne) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"广州市", "广州"},       {"广东省", "广东"},         {"天河区", "天河"},     {"花都", "花都"},
      {"花都区", "花都"},       {"增城区", "增城"},         {"荔湾区", "荔湾"},     {"南山区", "南山"},
      {"增城市", "增城"},       {"成都市", "成都"},         {"闵行区", "闵行"},     {"西城区", "西城"},
      {"博罗县", "博罗"},       {"連南瑤族自治縣", "连南"}, {"乳源瑶族自治县", "乳源"}, {"连山壮族瑶族自治县", "连山"},
      {"广西壮族自治区", "广西"}, {"内蒙古自治区", "内蒙古"}, {"新疆维吾尔自治区", "新疆"}, {"香港特别行政区", "香港"},
      {"恩施土家族苗族自治州", "恩施"}, {"琶洲核心区", "琶洲核心区"}, {"广州开发区", "广州开发区"}, {"粤港澳大湾区", "粤港澳大湾区"},
      {"浦东新区", "浦东新区"}, {"鱼珠核心片区", "鱼珠核心片区"}, {"沙市", "沙市"}, {"市区", "市区"},
      {"产业园区", "产业园区"}, {"智慧城市", "智慧城市"},   {"郊县", "郊县"}};
  for (const auto& [name, stem] : cases) EXPECT_EQ(PlaceStem(name), stem) << name;
}

TEST(StripBracketPinyin, RemovesReadingsOfTheCharacterBefore) {
  EXPECT_EQ(StripBracketPinyin("產(chǎn)業(yè)規(guī)劃"), "產業規劃");
  EXPECT_EQ(StripBracketPinyin("汽車智能網(wǎng)聯(lián)發(fā)展"), "汽車智能網聯發展");
  EXPECT_EQ(StripBracketPinyin("女(nǚ)綠(lv)呂(lü)旅(lu\u0308\u030c)"), "女綠呂旅");
  EXPECT_EQ(StripBracketPinyin("重(chóng)庆,重(zhong)要"), "重庆,重要");
  EXPECT_EQ(StripBracketPinyin("产\uFF08chǎn\uFF09业"), "产业");
}

TEST(StripBracketPinyin, LeavesOtherBracketsAlone) {
  for (const char* text : {"广汽(GAC)集团", "佳都科技(集团)", "汽(chǎn)车", "(chǎn)", "a(a)", "产(chǎn", "产()", "产(chan yè)", "中国(上海)"}) {
    EXPECT_EQ(StripBracketPinyin(text), text);
  }
}

}  // namespace
}  // namespace liantu::text
