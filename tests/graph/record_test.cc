// SPDX-License-Identifier: Apache-2.0
#include "graph/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace liantu::graph {
namespace {

EdgeRecord RandomEdge(std::mt19937_64& random) {
  EdgeRecord e;
  e.type = TypeId{static_cast<uint32_t>(1 + random() % 3)};
  e.from = NodeId{random() >> (random() % 63)};
  e.to = NodeId{random() >> (random() % 63)};
  if (random() % 3 == 0) e.evidence = EvidenceId{static_cast<uint32_t>(1 + random() % 1000)};
  if (random() % 3 == 0) e.batch = BatchId{1 + random() % 1000};
  e.claims = random() % 5 == 0;
  for (uint32_t p = 1; p < 6; ++p) {
    if (random() % 2 == 0) continue;
    StoredProperty property{PropertyId{p * 7}, Value(static_cast<int64_t>(random())), {}, {}, random() % 6 == 0};
    if (random() % 2 == 0) property.value = Value(std::string(random() % 40, 'x'));
    if (random() % 3 == 0) property.evidence = EvidenceId{5};
    if (random() % 3 == 0) property.batch = BatchId{6};
    e.properties.push_back(std::move(property));
  }
  return e;
}

TEST(Record, ChunksReadBackSlotBySlotAndRecordByRecord) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    EdgeChunk chunk;
    chunk.slots[random() % kEdgesPerChunk] = RandomEdge(random);
    for (auto& slot : chunk.slots) {
      if (random() % 2 == 0) slot = RandomEdge(random);
    }
    std::string bytes;
    EncodeEdgeChunk(bytes, chunk);
    EdgeChunk back;
    ASSERT_TRUE(DecodeEdgeChunk(bytes, back));
    ASSERT_EQ(back.slots, chunk.slots);
    EdgeChunkReader reader(bytes);
    EdgeChunkReader::Item item;
    size_t seen = 0;
    while (reader.Next(item)) {
      ++seen;
      const EdgeRecord& e = *chunk.slots[item.slot];
      EXPECT_EQ(item.to, e.to);
      for (uint32_t p = 1; p < 40; ++p) {
        Value value;
        const StoredProperty* expected = e.Find(PropertyId{p});
        ASSERT_EQ(FindProperty(item.properties, PropertyId{p}, value), expected != nullptr);
        if (expected != nullptr) {
          EXPECT_EQ(value, expected->value);
        }
      }
    }
    EXPECT_FALSE(reader.damaged());
    EXPECT_EQ(seen, static_cast<size_t>(std::count_if(chunk.slots.begin(), chunk.slots.end(),
                                                      [](const auto& s) { return s.has_value(); })));
    EXPECT_FALSE(DecodeEdgeChunk(std::string_view(bytes).substr(0, random() % bytes.size()), back));
  }
}

TEST(Record, CompressLeavesOutWhatResolveBringsBack) {
  const Origin origin{EvidenceId{4}, BatchId{9}};
  NodeRecord record;
  record.evidence = EvidenceId{4};
  record.batch = BatchId{9};
  record.properties = {{PropertyId{1}, Value(1), EvidenceId{4}, BatchId{9}, false},
                       {PropertyId{2}, Value(2), EvidenceId{7}, BatchId{11}, false}};
  NodeRecord stored = record;
  Compress(stored, origin);
  EXPECT_FALSE(stored.evidence);
  EXPECT_FALSE(stored.batch);
  EXPECT_FALSE(stored.properties[0].evidence);
  EXPECT_EQ(stored.properties[1].evidence, EvidenceId{7});
  Resolve(stored, origin);
  EXPECT_EQ(stored, record);

  record.evidence = EvidenceId{8};  // an exception of the entity is the default of its properties
  record.properties[0].evidence = EvidenceId{8};
  stored = record;
  Compress(stored, origin);
  EXPECT_EQ(stored.evidence, EvidenceId{8});
  EXPECT_FALSE(stored.properties[0].evidence);
  Resolve(stored, origin);
  EXPECT_EQ(stored, record);
}

TEST(Record, MembersOfALabelReadBackWhateverTheirPattern) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    IdChunk chunk;
    const uint64_t density = 1 + random() % 40;
    for (int i = 0; i < kIdsPerChunk; ++i) {
      if (random() % 40 < density) chunk.Set(i, true);
    }
    std::string bytes;
    EncodeIdChunk(bytes, chunk);
    EXPECT_LE(bytes.size(), 129u);
    IdChunk back;
    ASSERT_TRUE(DecodeIdChunk(bytes, back));
    ASSERT_EQ(back.bits, chunk.bits);
  }
}

TEST(Record, DamagedBytesAreNeverReadBeyondTheirEnd) {
  std::mt19937_64 random(6);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    NodeRecord node;
    static_cast<EntityRecord&>(node) = RandomEdge(random);
    node.labels = {LabelId{1}, LabelId{9}};
    if (round % 2 == 0) EncodeNode(bytes, node);
    else EncodeEdge(bytes, RandomEdge(random));
    const size_t at = random() % bytes.size();
    bytes[at] = static_cast<char>(random());
    if (random() % 2 == 0) bytes.resize(at + 1);
    const std::string copy(bytes.data(), bytes.size());
    EdgeChunk chunk;
    std::vector<StoredClaim> claims;
    Evidence evidence;
    IdChunk ids;
    DecodeNode(copy, node);
    DecodeEdgeChunk(copy, chunk);
    DecodeClaims(copy, claims);
    DecodeEvidence(copy, evidence);
    DecodeIdChunk(copy, ids);
  }
}

}  // namespace
}  // namespace liantu::graph
