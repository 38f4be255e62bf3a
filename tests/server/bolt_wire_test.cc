// SPDX-License-Identifier: Apache-2.0
// The handshake and the chunks.
#include "server/bolt_wire.h"

#include <gtest/gtest.h>

#include <random>

namespace liantu::server {
namespace {

using namespace std::string_literals;
using Outcome = Handshake::Outcome;

const std::string kMagic = "\x60\x60\xB0\x17"s;
const std::string kNothing(4, '\0');

TEST(Handshake, ClientsOfTodayGetTheManifest) {
  const Handshake answer = AnswerHandshake(kMagic + "\x00\x00\x01\xFF\x00\x08\x08\x05\x00\x02\x04\x04\x00\x00\x00\x03"s);
  EXPECT_EQ(answer.outcome, Outcome::kManifest);
  EXPECT_EQ(answer.answer, "\x00\x00\x01\xFF\x03\x00\x02\x08\x05\x00\x04\x04\x05\x00\x00\x04\x04\x00"s);
  std::string bytes = "\x00\x00\x07"s;
  BoltVersion version;
  EXPECT_FALSE(*TakeManifestChoice(bytes, version));
  bytes += "\x05\x80\x00rest"s;
  EXPECT_TRUE(*TakeManifestChoice(bytes, version));
  EXPECT_EQ(version, (BoltVersion{5, 7}));
  EXPECT_EQ(bytes, "rest");
  std::string refused = "\x00\x00\x05\x05\x00"s;
  EXPECT_EQ(TakeManifestChoice(refused, version).code(), Code::kInvalid);
}

TEST(Handshake, TheFirstSlotThatIsSpokenWinsWithItsHighestVersion) {
  const auto slots = [](const std::string& a, const std::string& b) { return AnswerHandshake(kMagic + a + b + kNothing + kNothing); };
  EXPECT_EQ(slots("\x00\x04\x04\x05"s, "\x00\x02\x04\x04"s).answer, "\x00\x00\x04\x05"s);
  EXPECT_EQ(slots("\x00\x02\x04\x04"s, "\x00\x04\x04\x05"s).answer, "\x00\x00\x04\x04"s);
  EXPECT_EQ(slots("\x00\x09\x09\x05"s, kNothing).answer, "\x00\x00\x08\x05"s);
  EXPECT_EQ(slots("\x00\x05\x05\x05"s, kNothing).answer, "\x00\x00\x04\x05"s);  // 5.5 is nobody's
  EXPECT_EQ(slots("\x00\x00\x05\x05"s, "\x00\x00\x04\x04"s).answer, "\x00\x00\x04\x04"s);
  EXPECT_EQ(slots("\x00\x00\x00\x05"s, kNothing).version, (BoltVersion{5, 0}));
}

TEST(Handshake, OthersAreRefused) {
  EXPECT_EQ(AnswerHandshake(kMagic + "\x00\x00\x00\x03\x00\x00\x03\x04"s + kNothing + kNothing).outcome, Outcome::kRefused);
  EXPECT_EQ(AnswerHandshake(kMagic + kNothing + kNothing + kNothing + kNothing).answer, kNothing);
  EXPECT_EQ(AnswerHandshake("GET / HTTP/1.1\r\nHost: x\r\n").outcome, Outcome::kNotBolt);
  EXPECT_EQ(AnswerHandshake("\x16\x03\x01\x02").outcome, Outcome::kNotBolt);
  EXPECT_EQ(AnswerHandshake("").outcome, Outcome::kNotBolt);
}

TEST(Chunks, MessagesComeOutWholeHoweverTheyWereCut) {
  std::string wire;
  ChunkWriter writer(wire);
  std::vector<std::string> messages;
  for (const size_t size : {1, 2, 65535, 65536, 200000, 3}) {
    messages.push_back(std::string(size, static_cast<char>('a' + size % 26)));
    writer.Begin();
    wire += messages.back();
    writer.End();
    wire += "\0\0"s;  // a keep-alive
  }
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    ChunkReader reader(1 << 20);
    std::vector<std::string> read;
    for (size_t at = 0; at < wire.size();) {
      const size_t piece = 1 + random() % (round < 10 ? 40000 : 7);
      ASSERT_TRUE(reader.Add(std::string_view(wire).substr(at, piece), read).ok());
      at += piece;
    }
    EXPECT_EQ(read, messages);
  }
}

TEST(Chunks, AMessageMayComeInManySmallOnes) {
  ChunkReader reader(100);
  std::vector<std::string> read;
  ASSERT_TRUE(reader.Add("\0\x01"s "a\0\x02"s "bc\0\0\0\0\0\x01"s "d\0\0"s, read).ok());
  EXPECT_EQ(read, (std::vector<std::string>{"abc", "d"}));
}

TEST(Chunks, AMessageBeyondTheLimitIsRefusedBeforeItIsGathered) {
  ChunkReader reader(100);
  std::vector<std::string> read;
  EXPECT_TRUE(reader.Add("\0\x60"s, read).ok());
  EXPECT_TRUE(reader.Add(std::string(0x60, 'x'), read).ok());
  EXPECT_EQ(reader.Add("\0\x05"s, read).code(), Code::kInvalid);
  EXPECT_TRUE(read.empty());
}

TEST(Chunks, ADroppedMessageLeavesNothing) {
  std::string wire = "before";
  ChunkWriter writer(wire);
  writer.Begin();
  wire += "half";
  writer.Drop();
  EXPECT_EQ(wire, "before");
}

}  // namespace
}  // namespace liantu::server
