// SPDX-License-Identifier: Apache-2.0
#include "graph/adjacency.h"

#include <gtest/gtest.h>

#include <random>

namespace liantu::graph {
namespace {

AdjacencyBlock RandomBlock(std::mt19937_64& random, size_t size) {
  AdjacencyBlock block;
  uint64_t edge = random() % 1000 + 1;
  const bool consecutive = random() % 2 == 0, seen = random() % 2 == 0;
  for (size_t i = 0; i < size; ++i) {
    Visibility v;
    if (seen && random() % 3 != 0) v = {static_cast<int64_t>(random() % 3) - 1, Visibility::kNoDay, random() % 4 == 0};
    if (seen && random() % 3 == 0) v.to = static_cast<int64_t>(random() % 100);
    block.Add(EdgeId{edge}, NodeId{random() >> (random() % 64)}, v);
    edge += consecutive ? 1 : 1 + random() % 300;
  }
  return block;
}

TEST(Adjacency, EveryBlockReadsBackAsItWasWritten) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    const AdjacencyBlock block = RandomBlock(random, 1 + random() % 200);
    std::string bytes;
    EncodeBlock(bytes, block);
    AdjacencyBlock back;
    ASSERT_TRUE(DecodeBlock(bytes, back));
    ASSERT_EQ(back.entries, block.entries);
    const std::vector<Visibility> plain(block.entries.size());
    ASSERT_EQ(back.visibility.empty() ? plain : back.visibility, block.visibility.empty() ? plain : block.visibility);
    for (const Sight sight : {Sight{}, Sight{.as_of = 0}, Sight{.as_of = 50, .predicted = true}}) {
      std::vector<Adjacent> expected, walked;
      for (size_t i = 0; i < block.entries.size(); ++i) {
        if (sight.Sees(block.visibility.empty() ? Visibility{} : block.visibility[i])) expected.push_back(block.entries[i]);
      }
      bool stopped = false;
      ASSERT_TRUE(WalkBlock(bytes, sight, &stopped, [&](const Adjacent& a) {
        walked.push_back(a);
        return true;
      }));
      ASSERT_EQ(walked, expected);
    }
  }
}

TEST(Adjacency, AWalkStopsWhereTheRowSays) {
  std::mt19937_64 random(2);
  const AdjacencyBlock block = RandomBlock(random, 50);
  std::string bytes;
  EncodeBlock(bytes, block);
  int rows = 0;
  bool stopped = false;
  EXPECT_TRUE(WalkBlock(bytes, Sight{.predicted = true}, &stopped, [&](const Adjacent&) { return ++rows < 7; }));
  EXPECT_EQ(rows, 7);
  EXPECT_TRUE(stopped);
}

TEST(Adjacency, DamagedBytesAreRefusedOrReadAsSomethingElseButNeverBeyondTheirEnd) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    if (round % 2 == 0) {
      EncodeBlock(bytes, RandomBlock(random, 1 + random() % 20));
    } else {
      AdjacencyHead head;
      for (uint32_t type = 1; type < 4; ++type) {
        head.groups.push_back({Direction::kOut, TypeId{type}, 1 + random() % 9, {}, RandomBlock(random, 1 + random() % 5)});
      }
      EncodeHead(bytes, head);
    }
    const size_t cut = random() % bytes.size();
    AdjacencyBlock block;
    AdjacencyHead head;
    if (round % 2 == 0) {
      EXPECT_FALSE(DecodeBlock(std::string(bytes.data(), cut), block));
    }
    bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    const std::string copy(bytes.data(), bytes.size());  // exact allocation, so that a sanitizer sees a byte too far
    DecodeBlock(copy, block);
    DecodeHead(copy, head);
  }
}

TEST(Adjacency, SightFollowsHalfOpenDaysAndPrediction) {
  const Visibility spring{.from = 10, .to = 20}, guess{.predicted = true};
  EXPECT_TRUE(Sight{}.Sees(spring));
  EXPECT_FALSE((Sight{.as_of = 9}).Sees(spring));
  EXPECT_TRUE((Sight{.as_of = 10}).Sees(spring));
  EXPECT_TRUE((Sight{.as_of = 19}).Sees(spring));
  EXPECT_FALSE((Sight{.as_of = 20}).Sees(spring));
  EXPECT_FALSE(Sight{}.Sees(guess));
  EXPECT_TRUE((Sight{.as_of = 5, .predicted = true}).Sees(guess));
}

}  // namespace
}  // namespace liantu::graph
