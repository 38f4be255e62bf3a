// SPDX-License-Identifier: Apache-2.0
#include "text/collate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "names.h"

namespace liantu::text {
namespace {

int Sign(int x) { return x < 0 ? -1 : x > 0; }

TEST(Collate, ChineseNamesAreInPinyinOrder) {
  std::vector<std::string> cities = {"珠海", "东莞", "中山", "广州", "佛山", "惠州", "深圳", "肇庆"};
  std::sort(cities.begin(), cities.end(), [](const auto& a, const auto& b) { return CompareNames(a, b) < 0; });
  EXPECT_EQ(cities, (std::vector<std::string>{"东莞", "佛山", "广州", "惠州", "深圳", "肇庆", "中山", "珠海"}));
}

TEST(Collate, NumbersByValueAndLatinWithoutCase) {
  EXPECT_LT(CompareNames("园区2", "园区10"), 0);
  EXPECT_LT(CompareNames("apple", "Banana"), 0);
  EXPECT_GT(CompareNames("b", "A"), 0);
}

TEST(Collate, IsATotalOrderThatKeysRepeat) {
  Random random(12);
  std::vector<std::string> texts = {"", "a", "A", "a\u0301", "á", std::string("a\0", 2), std::string("a\0b", 3), "\xFF", "广州", "廣州", "广州市"};
  for (int i = 0; i < 150; ++i) texts.push_back(i % 3 ? random.Mixture(6) : random.Bytes(8));
  for (const auto& a : texts) {
    for (const auto& b : texts) {
      const int order = CompareNames(a, b);
      ASSERT_EQ(order == 0, a == b);
      ASSERT_EQ(Sign(order), -Sign(CompareNames(b, a)));
      ASSERT_EQ(Sign(order), Sign(CollationKey(a).compare(CollationKey(b)))) << a << " | " << b;
    }
  }
}

}  // namespace
}  // namespace liantu::text
