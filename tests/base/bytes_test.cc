// SPDX-License-Identifier: Apache-2.0
// Encodings round-trip, refuse cut input, and hashes have their published values.
#include "base/bytes.h"

#include <gtest/gtest.h>

#include <random>

namespace liantu {
namespace {

TEST(Bytes, VarintsOfEveryLengthComeBack) {
  std::mt19937_64 random(7);
  for (int bits = 0; bits <= 64; ++bits) {
    for (int i = 0; i < 50; ++i) {
      const uint64_t v = bits == 0 ? 0 : random() >> (64 - bits);
      std::string s;
      PutVarint(s, v);
      std::string_view in = s;
      uint64_t back = ~v;
      ASSERT_TRUE(GetVarint(in, back));
      EXPECT_EQ(back, v);
      EXPECT_TRUE(in.empty());
      EXPECT_EQ(UnZigZag(ZigZag(static_cast<int64_t>(v))), static_cast<int64_t>(v));
    }
  }
}

TEST(Bytes, CutAndOverlongVarintsAreRefused) {
  uint64_t v;
  for (std::string bad : {std::string(""), std::string("\x80", 1), std::string(10, '\xff'), std::string(11, '\x80')}) {
    std::string_view in = bad;
    EXPECT_FALSE(GetVarint(in, v));
  }
}

TEST(Bytes, BigEndianIntegersSortAsNumbers) {
  std::string small, large;
  PutBigEndian<uint64_t>(small, 255);
  PutBigEndian<uint64_t>(large, 256);
  EXPECT_LT(small, large);
  std::string_view in = large;
  uint64_t back;
  ASSERT_TRUE(GetBigEndian(in, back));
  EXPECT_EQ(back, 256u);
}

TEST(Bytes, StringsLongerThanTheInputAreRefused) {
  std::string s;
  PutString(s, "链主");
  std::string_view in = s, out;
  ASSERT_TRUE(GetString(in, out));
  EXPECT_EQ(out, "链主");
  std::string_view cut = std::string_view(s).substr(0, s.size() - 1);
  EXPECT_FALSE(GetString(cut, out));
}

TEST(Bytes, HashesAreTheOnesPublished) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(StableHash(""), StableHash(std::string_view()));
  EXPECT_NE(StableHash("a"), StableHash("b"));
}

TEST(Bytes, Sha256InPiecesIsThatOfTheWhole) {
  Sha256 pieces;
  pieces.Update("a");
  pieces.Update("");
  Sha256 moved = std::move(pieces);
  moved.Update("bc");
  EXPECT_EQ(moved.Hex(), Sha256Hex("abc"));
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace liantu
