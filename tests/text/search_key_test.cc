// SPDX-License-Identifier: Apache-2.0
#include "text/search_key.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "names.h"
#include "text/key.h"
#include "text/normalize.h"
#include "text/pinyin.h"

namespace liantu::text {
namespace {

bool Fetches(const Alternative& alternative, const std::vector<std::string>& terms) {
  size_t have = 0;
  for (const auto& t : alternative.terms) have += std::binary_search(terms.begin(), terms.end(), t);
  return have >= alternative.need;
}

// What a search for the query says about a name: the plan must fetch it as a candidate, then the matcher decides.
Match Find(const std::string& query, const std::string& name) {
  const std::vector<std::string> terms = IndexTerms(name);
  for (const Alternative& a : PlanSearch(query).alternatives) {
    if (a.kind == MatchKind::kSimilar || !Fetches(a, terms)) continue;
    if (const Match match = Matcher(query).Check(name)) return match;
  }
  return {};
}
MatchKind FindKind(const std::string& query, const std::string& name) { return Find(query, name).kind; }

TEST(Search, FindsANameHoweverItIsWritten) {
  const std::string jiadu = "佳都科技集团股份有限公司";
  EXPECT_EQ(FindKind("佳都科技集团股份有限公司", jiadu), MatchKind::kExact);
  EXPECT_EQ(FindKind("佳都科技(集团)股份有限公司", jiadu), MatchKind::kExact);
  EXPECT_EQ(FindKind("佳都科技", jiadu), MatchKind::kStem);
  EXPECT_EQ(FindKind("佳都科技有限公司", jiadu), MatchKind::kStem);
  EXPECT_EQ(FindKind("佳都", jiadu), MatchKind::kPrefix);
  EXPECT_EQ(FindKind("佳", jiadu), MatchKind::kPrefix);
  EXPECT_EQ(FindKind("科技", jiadu), MatchKind::kPart);
  EXPECT_EQ(FindKind("科技集团股份", jiadu), MatchKind::kPart);
  EXPECT_EQ(FindKind("集团 佳都", jiadu), MatchKind::kWords);
  EXPECT_EQ(FindKind("jiadukeji", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("Jia Dou Ke Ji", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("jiadukejijituangufenyouxiangongsi", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("jiādūkējì", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("jiaduk", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("jiad", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("jia", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("keji", jiadu), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("jdkj", jiadu), MatchKind::kInitials);
  EXPECT_EQ(FindKind("JDKJ", jiadu), MatchKind::kInitials);
  EXPECT_EQ(FindKind("jd", jiadu), MatchKind::kInitials);
  EXPECT_EQ(FindKind("jdkjjtgfyxgs", jiadu), MatchKind::kInitials);
  EXPECT_EQ(FindKind("jiadukj", jiadu), MatchKind::kInitials);
  EXPECT_EQ(FindKind("佳都kj", jiadu), MatchKind::kInitials);
  EXPECT_EQ(FindKind("佳都keji", jiadu), MatchKind::kPinyin);
  for (const char* no : {"佳都地产", "jdkk", "都佳", "jiadudichan", "xyz", "有限公司广州"}) {
    EXPECT_EQ(FindKind(no, jiadu), MatchKind::kNone) << no;
  }
}

TEST(Search, ScriptAndWidthDoNotMatter) {
  EXPECT_EQ(FindKind("灣區汽車聯盟", "湾区汽车联盟"), MatchKind::kExact);
  EXPECT_EQ(FindKind("湾区汽车", "灣區汽車聯盟"), MatchKind::kPrefix);
  EXPECT_EQ(FindKind("產(chǎn)業(yè)規(guī)劃", "广东省产业规划院"), MatchKind::kPart);
  EXPECT_EQ(FindKind("TCL", "tcl科技集团股份有限公司"), MatchKind::kPrefix);
  EXPECT_EQ(FindKind("tclkj", "TCL科技集团"), MatchKind::kInitials);
  EXPECT_EQ(FindKind("tclkeji", "TCL科技集团"), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("wanquqiche", "灣區汽車聯盟"), MatchKind::kPinyin);
}

TEST(Search, BothReadingsOfAPolyphoneFindTheName) {
  for (const char* query : {"changsha", "zhangsha", "cs", "zs", "changs", "csz", "zsz"}) {
    EXPECT_NE(FindKind(query, "长沙中联重科"), MatchKind::kNone) << query;
  }
  EXPECT_NE(FindKind("chongqing", "重庆长安"), MatchKind::kNone);
  EXPECT_NE(FindKind("lvxing", "旅行者"), MatchKind::kNone);
  EXPECT_NE(FindKind("luxing", "旅行者"), MatchKind::kNone);
  EXPECT_NE(FindKind("qianzhao", "乾照光电"), MatchKind::kNone);
}

TEST(Search, AmbiguousSyllablesAreCutEveryWay) {
  EXPECT_EQ(FindKind("xian", "西安"), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("xian", "先导智能"), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("xian", "大唐西安城投"), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("fangan", "方案"), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("fangan", "反感"), MatchKind::kPinyin);
  EXPECT_EQ(FindKind("fanganfangan", "反感方案"), MatchKind::kPinyin);
}

TEST(Search, LatinNames) {
  const std::string gac = "Guangzhou Automobile Group Co., Ltd.";
  EXPECT_EQ(FindKind("guangzhou automobile", gac), MatchKind::kStem);
  EXPECT_EQ(FindKind("automobile guangzhou", gac), MatchKind::kWords);
  EXPECT_EQ(FindKind("automob", gac), MatchKind::kPart);
  EXPECT_EQ(FindKind("gag", gac), MatchKind::kInitials);
}

TEST(Search, WordsOfALegalFormAloneFindOnlyNamesThatHaveThemElsewhere) {
  EXPECT_EQ(FindKind("有限公司", "佳都科技有限公司"), MatchKind::kNone);
  EXPECT_EQ(FindKind("责任", "安全生产责任制"), MatchKind::kPart);
  EXPECT_EQ(FindKind("技有限", "佳都科技有限公司"), MatchKind::kPart);
}

TEST(Search, BetterKindsAndCloserNamesScoreHigher) {
  const std::vector<std::string> ordered = {"广汽",           "广汽集团",         "广汽埃安",       "广汽埃安新能源",
                                            "新广汽", "广州广汽商贸", "广州汽车"};
  uint32_t before = UINT32_MAX;
  for (const auto& name : ordered) {
    const Match match = Matcher("广汽").Check(name);
    EXPECT_LT(match.score, before) << name;
    before = match.score;
  }
  EXPECT_GT(Matcher("jdkj").Check("佳都科技").score, Matcher("jdkj").Check("佳都科技园").score);
  EXPECT_GT(Matcher("jdkj").Check("佳都科技园").score, Matcher("jdkj").Check("广州佳都科技").score);
}

TEST(Search, NothingToSearchForGivesNoPlanAndNoTerms) {
  for (const char* nothing : {"", "  ", "()", "—"}) {
    EXPECT_TRUE(IndexTerms(nothing).empty());
    EXPECT_TRUE(PlanSearch(nothing).alternatives.empty());
    EXPECT_FALSE(Matcher(nothing).Check("佳都"));
  }
  EXPECT_FALSE(Matcher("佳都").Check(""));
}

TEST(Search, SimilarNamesAreFetchedForSuggestions) {
  const auto suggests = [](const std::string& query, const std::string& name) {
    if (Find(query, name)) return false;
    for (const Alternative& a : PlanSearch(query).alternatives) {
      if (Fetches(a, IndexTerms(name))) return Matcher(query).Check(name, true).kind == MatchKind::kSimilar;
    }
    return false;
  };
  EXPECT_TRUE(suggests("琶州", "琶洲"));
  EXPECT_TRUE(suggests("琶州核心区", "琶洲核心区"));
  EXPECT_TRUE(suggests("佳都料技", "佳都科技集团股份有限公司"));
  EXPECT_TRUE(suggests("广州汽车集团股分有限公司", "广州汽车集团股份有限公司"));
  EXPECT_FALSE(suggests("广州", "杭州"));
  EXPECT_EQ(Matcher("琶州").Check("琶洲").kind, MatchKind::kNone);
}

TEST(Search, PlansAreOrderedBoundedAndWellFormed) {
  Random random(4);
  std::vector<std::string> queries = SampleNames();
  for (int i = 0; i < 3000; ++i) queries.push_back(i % 3 == 0 ? random.Bytes(20) : random.Mixture(12));
  for (const auto& name : SampleNames()) {
    for (const auto& p : FullPinyin(name, 2)) queries.push_back(p);
  }
  for (const auto& q : queries) {
    const SearchPlan plan = PlanSearch(q);
    EXPECT_LE(plan.alternatives.size(), 16u);
    bool similar = false;
    for (const Alternative& a : plan.alternatives) {
      EXPECT_FALSE(a.terms.empty());
      EXPECT_TRUE(std::is_sorted(a.terms.begin(), a.terms.end()));
      EXPECT_TRUE(std::adjacent_find(a.terms.begin(), a.terms.end()) == a.terms.end());
      EXPECT_GE(a.need, 1u);
      EXPECT_LE(a.need, a.terms.size());
      EXPECT_FALSE(similar && a.kind != MatchKind::kSimilar);
      similar |= a.kind == MatchKind::kSimilar;
    }
  }
}

TEST(Search, EveryPartOfANameFindsIt) {
  for (const std::string& name : SampleNames()) {
    const Key key = MakeKey(name);
    ASSERT_EQ(FindKind(name, name), MatchKind::kExact);
    const size_t tail = StemLength(key, Strip::kLegalForm);
    for (size_t from = 0; from < key.size(); ++from) {
      for (size_t n = 2; from + n <= key.size(); ++n) {
        if (from >= tail) continue;  // words of the legal form alone
        const std::string part = FromCodePoints(key.chars.substr(from, n));
        if (NormalizeName(part) != part) continue;  // a dot that lost its digits
        ASSERT_NE(FindKind(part, name), MatchKind::kNone) << part << " in " << name;
      }
    }
  }
}

TEST(Search, EveryTransliterationOfAPartFindsTheName) {
  Random random(5);
  for (const std::string& name : SampleNames()) {
    const Key key = MakeKey(name);
    const std::vector<Unit> units = MakeUnits(key);
    const size_t tail = StemLength(key, Strip::kLegalForm);
    for (int round = 0; round < 40; ++round) {
      const size_t from = random.Below(units.size());
      std::string pinyin, initials;
      size_t count = 0;
      const size_t want = 2 + random.Below(8);
      for (size_t u = from; u < units.size() && count < want && units[u].begin < tail; ++u, ++count) {
        const auto readings = Readings(key.chars[units[u].begin]);
        if (!units[u].han || readings.empty()) break;
        const auto reading = readings[random.Below(readings.size())];
        pinyin += reading;
        initials += reading[0];
      }
      if (count < 2 || from + count > 32) continue;
      ASSERT_GE(FindKind(pinyin, name), MatchKind::kPinyin) << pinyin << " for " << name;
      if (count < 3 && from > 0) continue;
      ASSERT_GE(FindKind(initials, name), MatchKind::kInitials) << initials << " for " << name;
    }
  }
}

TEST(Search, TermsAreSortedUniqueAndFew) {
  size_t total = 0, names = 0;
  for (const std::string& name : SampleNames()) {
    const auto terms = IndexTerms(name);
    EXPECT_TRUE(std::is_sorted(terms.begin(), terms.end()));
    EXPECT_TRUE(std::adjacent_find(terms.begin(), terms.end()) == terms.end());
    total += terms.size();
    ++names;
  }
  EXPECT_LT(total, names * 30);
  std::string endless;
  for (int i = 0; i < 10000; ++i) endless += "长行都重乐";
  EXPECT_LT(IndexTerms(endless).size(), 1000u);
}

TEST(Search, AppendGivesTheSameTerms) {
  for (const std::string& name : SampleNames()) {
    std::vector<std::string> terms;
    AppendIndexTerms(name, &terms);
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    EXPECT_EQ(terms, IndexTerms(name));
  }
}

TEST(Search, AnyBytesAreAccepted) {
  Random random(6);
  const auto names = SampleNames();
  for (int i = 0; i < 20000; ++i) {
    const std::string a = i % 2 ? random.Bytes(30) : random.Mixture(20);
    const std::string b = i % 3 ? random.Mixture(20) : names[random.Below(names.size())];
    for (const auto& t : IndexTerms(a)) ASSERT_TRUE(IsUtf8(t));
    PlanSearch(a);
    Matcher(a).Check(b, true);
    const MatchKind self = FindKind(a, a);
    ASSERT_EQ(self, NormalizeName(a).empty() ? MatchKind::kNone : MatchKind::kExact);
  }
  const std::string endless(100000, 'a');
  PlanSearch(endless);
  IndexTerms(endless);
  Matcher(endless).Check(endless + "b", true);
  std::string angan;
  for (int i = 0; i < 2000; ++i) angan += "angan";
  PlanSearch(angan);
}

TEST(Search, VersionNamesRulesAndTables) {
  EXPECT_EQ(SearchKeyVersion(), SearchKeyVersion());
  EXPECT_EQ(SearchKeyVersion().substr(0, 2), "1-");
}

}  // namespace
}  // namespace liantu::text
