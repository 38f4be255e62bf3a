// SPDX-License-Identifier: Apache-2.0
#include "text/suggest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "names.h"

namespace liantu::text {
namespace {

// The definition, without tables.
size_t SlowDistance(const std::u32string& a, const std::u32string& b) {
  const std::function<size_t(size_t, size_t)> d = [&](size_t i, size_t j) -> size_t {
    if (i == 0 || j == 0) return i + j;
    size_t best = std::min({d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + (a[i - 1] != b[j - 1])});
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) best = std::min(best, d(i - 2, j - 2) + 1);
    return best;
  };
  return d(a.size(), b.size());
}

TEST(EditDistance, AgreesWithItsDefinition) {
  Random random(7);
  for (int i = 0; i < 2000; ++i) {
    std::u32string a, b;
    for (size_t n = random.Below(6); n > 0; --n) a += U"广州ab"[random.Below(4)];
    for (size_t n = random.Below(6); n > 0; --n) b += U"广州ab"[random.Below(4)];
    const size_t distance = SlowDistance(a, b);
    ASSERT_EQ(EditDistance(FromCodePoints(a), FromCodePoints(b)), distance);
    for (size_t cutoff = 0; cutoff < 6; ++cutoff) {
      ASSERT_EQ(EditDistance(FromCodePoints(a), FromCodePoints(b), cutoff), std::min(distance, cutoff + 1));
    }
  }
}

TEST(EditDistance, CountsCharactersNotBytes) {
  EXPECT_EQ(EditDistance("琶州", "琶洲"), 1u);
  EXPECT_EQ(EditDistance("汽车", "车汽"), 1u);
  EXPECT_EQ(EditDistance("", "广州"), 2u);
}

TEST(Closest, FindsWhatWasMeant) {
  const std::vector<std::string> places = {"琶洲核心区", "鱼珠核心区", "琶洲", "南沙", "黄埔", "番禺"};
  EXPECT_EQ(Closest("琶州核心区", places).at(0), "琶洲核心区");
  EXPECT_EQ(Closest("琶州", places).at(0), "琶洲");
  EXPECT_EQ(Closest("番愚", places).at(0), "番禺");
  EXPECT_EQ(Closest("huangpu", places).at(0), "黄埔");
  const std::vector<std::string> columns = {"name", "park", "city", "company_id", "product", "supplies"};
  EXPECT_EQ(Closest("nmae", columns).at(0), "name");
  EXPECT_EQ(Closest("Company ID", columns).at(0), "company_id");
  EXPECT_EQ(Closest("companyid", columns).at(0), "company_id");
  EXPECT_EQ(Closest("supply", columns).at(0), "supplies");
  EXPECT_EQ(Closest("prodcut", columns).at(0), "product");
}

TEST(Closest, OneThatSoundsAlikeIsNearerThanOneThatDoesNot) {
  const std::vector<std::string> known = {"琶江", "琶洲"};
  EXPECT_EQ(Closest("琶州", known).at(0), "琶洲");
}

TEST(Closest, FarWordsAreNotOffered) {
  const std::vector<std::string> known = {"name", "park", "广州"};
  EXPECT_TRUE(Closest("xyzzy", known).empty());
  EXPECT_TRUE(Closest("杭杭", known).empty());
  EXPECT_TRUE(Closest("", known).empty());
  EXPECT_TRUE(Closest("name", {}).empty());
  EXPECT_TRUE(Closest("q", std::vector<std::string>{"a", "b"}).empty());
}

TEST(Closest, GivesAtMostSoManyAndNoneTwice) {
  const std::vector<std::string> known = {"abcd", "abce", "abcf", "abcd", "abcg"};
  EXPECT_EQ(Closest("abcx", known, 3), (std::vector<std::string>{"abcd", "abce", "abcf"}));
  EXPECT_TRUE(Closest("abcx", known, 0).empty());
}

TEST(DidYouMean, ReadsAsTheEndOfAMessage) {
  EXPECT_EQ(DidYouMean("琶州", std::vector<std::string>{"琶洲"}), "; did you mean '琶洲'?");
  EXPECT_EQ(DidYouMean("abcx", std::vector<std::string>{"abcd", "abce", "abcf"}), "; did you mean 'abcd', 'abce' or 'abcf'?");
  EXPECT_EQ(DidYouMean("zzz", std::vector<std::string>{"abcd"}), "");
}

TEST(Closest, AnyBytesAreAccepted) {
  Random random(8);
  const auto names = SampleNames();
  for (int i = 0; i < 300; ++i) {
    for (const auto& one : Closest(random.Mixture(10), names)) EXPECT_NE(std::find(names.begin(), names.end(), one), names.end());
    Closest(random.Bytes(20), names);
    EditDistance(random.Bytes(20), random.Bytes(20), 3);
  }
}

}  // namespace
}  // namespace liantu::text
