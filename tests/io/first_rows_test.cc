// SPDX-License-Identifier: Apache-2.0
// The table of first rows against a map.
#include "io/first_rows.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>
#include <vector>

namespace liantu::io {
namespace {

TEST(FirstRows, KnowsWhatAMapKnows) {
  std::mt19937_64 random(1);
  FirstRows rows;
  std::unordered_map<uint64_t, uint64_t> map;
  std::vector<uint64_t> things = {1, ~uint64_t{0}, uint64_t{1} << 58, (uint64_t{1} << 58) - 1};  // ends of pieces, where probing wraps
  for (uint64_t i = 0; i < 40; ++i) things.push_back((uint64_t{1} << 58) - 2 - i);
  while (things.size() < 200'000) things.push_back(random());
  for (size_t i = 0; i < things.size(); ++i) {
    ASSERT_TRUE(rows.Find(things[i]).is_new || map.contains(things[i]));
    if (!rows.Find(things[i]).is_new) continue;
    const uint64_t place = FirstRows::Pack(i % 100, i);
    rows.Add(things[i], place);
    map[things[i]] = place;
  }
  for (const auto& [thing, place] : map) {
    rows.Prefetch(thing);
    const FirstRows::Found found = rows.Find(thing);
    ASSERT_FALSE(found.is_new);
    ASSERT_EQ(found.place, place);
    ASSERT_EQ(FirstRows::Pack(FirstRows::FileOf(place), FirstRows::OffsetOf(place)), place);
  }
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(rows.Find(random()).is_new);
}

TEST(FirstRows, ThingZeroIsLikeNoOther) {
  FirstRows rows;
  EXPECT_TRUE(rows.Find(0).is_new);
  rows.Add(0, 7);
  EXPECT_TRUE(rows.Find(0).is_new);
}

}  // namespace
}  // namespace liantu::io
