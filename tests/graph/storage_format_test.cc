// SPDX-License-Identifier: Apache-2.0
// Holds keys and values to docs/storage-format.md, byte by byte. A change here is a change of the format.
#include <gtest/gtest.h>

#include "graph/adjacency.h"
#include "graph/catalog.h"
#include "graph/journal.h"
#include "graph/keys.h"
#include "graph/name_index.h"
#include "graph/record.h"
#include "graph/test_help.h"

namespace liantu::graph {
namespace {

// "01 'L' 00000007" and the like: hex digits and quoted text, blanks ignored.
std::string Bytes(std::string_view drawn) {
  std::string out;
  int high = -1;
  for (size_t i = 0; i < drawn.size(); ++i) {
    const char c = drawn[i];
    if (c == ' ') continue;
    if (c == '\'') {
      const size_t end = drawn.find('\'', i + 1);
      out += drawn.substr(i + 1, end - i - 1);
      i = end;
      continue;
    }
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<char>(high << 4 | digit));
      high = -1;
    }
  }
  return out;
}

std::string Hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
    out += "0123456789abcdef"[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

void ExpectKey(const Key& key, storage::Keyspace space, storage::Route route, std::string_view rest) {
  EXPECT_EQ(key.space, space);
  EXPECT_EQ(key.route, route);
  EXPECT_EQ(Hex(key.rest), Hex(Bytes(rest)));
}

using storage::Keyspace;

TEST(StorageFormat, KeysOfMetaAndCatalog) {
  ExpectKey(keys::Format(), Keyspace::kMeta, 0, "'format'");
  EXPECT_EQ(kFormat, "1");
  ExpectKey(keys::NextIds(), Keyspace::kMeta, 0, "'ids'");
  ExpectKey(keys::NodeCount(LabelId{258}), Keyspace::kMeta, 0, "'n' 00000102");
  ExpectKey(keys::EdgeCount(TypeId{}), Keyspace::kMeta, 0, "'e' 00000000");
  ExpectKey(keys::Name('L', 7), Keyspace::kCatalog, 0, "'L' 00000007");
  EXPECT_EQ(std::string(kNameKindKeys, 3), "LTP");
  ExpectKey(keys::OntologyText(), Keyspace::kCatalog, 0, "'O'");
  ExpectKey(keys::DeclaredIndex(LabelId{1}, PropertyId{2}), Keyspace::kCatalog, 0, "'X' 00000001 00000002");
  ExpectKey(keys::Batch(BatchId{0x2'0003}), Keyspace::kCatalog, 2, "'B' 0000000000020003");
  ExpectKey(keys::Range(false, 0x10'0005), Keyspace::kCatalog, 1, "'R' 0000000000100005");
  ExpectKey(keys::Range(true, 9), Keyspace::kCatalog, 0, "'S' 0000000000000009");
  ExpectKey(keys::EvidenceText(EvidenceId{1025}), Keyspace::kCatalog, 1, "'E' 00000401");
  const uint64_t hash = StableHash("x");
  EXPECT_EQ(keys::EvidenceFinder("x").route, hash);
  EXPECT_EQ(keys::EvidenceFinder("x").rest.size(), 9u);
}

TEST(StorageFormat, KeysOfRecordsNeighboursIndexAndJournal) {
  ExpectKey(keys::Node(NodeId{300}), Keyspace::kNode, 300, "");
  ExpectKey(keys::NodeClaims(NodeId{300}, PropertyId{5}), Keyspace::kNode, 300, "'C' 00000005");
  ExpectKey(keys::EdgeChunk(keys::ChunkOf(EdgeId{67})), Keyspace::kEdge, 2, "");
  ExpectKey(keys::EdgeClaims(EdgeId{67}, PropertyId{5}), Keyspace::kEdge, 2, "'C' 03 00000005");
  ExpectKey(keys::Head(NodeId{300}), Keyspace::kAdjacency, 300, "");
  ExpectKey(keys::Block(NodeId{300}, Direction::kOut, TypeId{258}, EdgeId{9}), Keyspace::kAdjacency, 300,
            "'o' 0102 0000000000000009");
  ExpectKey(keys::Block(NodeId{300}, Direction::kIn, TypeId{1}, EdgeId{9}), Keyspace::kAdjacency, 300,
            "'p' 0001 0000000000000009");
  ExpectKey(keys::LabelChunk(LabelId{4}, 3), Keyspace::kIndex, 4, "'L' 0000000000000003");
  ExpectKey(keys::UniqueEntry(PropertyId{1}, "ab", LabelId{2}), Keyspace::kIndex, StableHash("ab"),
            "'U' 00000001 02 'ab' 00000002");
  ExpectKey(keys::PlainEntry(PropertyId{1}, "ab", LabelId{2}, NodeId{3}), Keyspace::kIndex, StableHash("ab"),
            "'I' 00000001 02 'ab' 00000002 0000000000000003");
  ExpectKey(keys::BeforeImage(false, 300, BatchId{7}), Keyspace::kJournal, 300, "'N' 0000000000000007");
  ExpectKey(keys::BeforeImage(true, 300, BatchId{7}), Keyspace::kJournal, 300, "'E' 0000000000000007");
  ExpectKey(keys::Touched(BatchId{7}, false, 1), Keyspace::kJournal, 7, "'Tn' 00000001");
  ExpectKey(keys::Touched(BatchId{7}, true, 0), Keyspace::kJournal, 7, "'Te' 00000000");
}

TEST(StorageFormat, NodeRecord) {
  NodeRecord record;
  record.labels = {LabelId{2}, LabelId{5}};
  record.properties = {{PropertyId{1}, Value("byd"), {}, {}, false},
                       {PropertyId{3}, Value(7), EvidenceId{300}, BatchId{2}, true}};
  std::string out;
  EncodeNode(out, record);
  std::string byd, seven;
  EncodeValue(byd, Value("byd"));
  EncodeValue(seven, Value(7));
  EXPECT_EQ(Hex(out), Hex(Bytes("00 02 02 03 02 08") + byd + Bytes("1f ac02 02") + seven));
  EXPECT_EQ(Hex(byd), Hex(Bytes("04 03 'byd'")));
  EXPECT_EQ(Hex(seven), Hex(Bytes("02 0e")));
  NodeRecord back;
  ASSERT_TRUE(DecodeNode(out, back));
  EXPECT_EQ(back, record);

  record = {};
  record.evidence = EvidenceId{4};
  record.batch = BatchId{5};
  record.claims = true;
  out.clear();
  EncodeNode(out, record);
  EXPECT_EQ(Hex(out), Hex(Bytes("07 00 04 05 00")));
}

TEST(StorageFormat, EdgeChunk) {
  EdgeChunk chunk;
  EdgeRecord first;
  first.type = TypeId{3};
  first.from = NodeId{100};
  first.to = NodeId{90};
  first.properties = {{PropertyId{1}, Value(true), {}, {}, false}};
  EdgeRecord second = first;
  second.properties.clear();
  second.to = NodeId{89};
  second.evidence = EvidenceId{9};
  chunk.slots[0] = first;
  chunk.slots[5] = second;
  std::string out;
  EncodeEdgeChunk(out, chunk);
  // bit map; flags 16, type 3, from +100, to +90, 4 bytes of properties; flags 8 + 1, from +0, to -1, evidence 9
  EXPECT_EQ(Hex(out), Hex(Bytes("00000021 10 03 c801 b401 04 01 08 01 01 09 00 01 09")));
  EdgeChunk back;
  ASSERT_TRUE(DecodeEdgeChunk(out, back));
  EXPECT_EQ(back.slots, chunk.slots);
  std::string one;
  EncodeEdge(one, second);
  EXPECT_EQ(Hex(one), Hex(Bytes("00000001 01 03 c801 b201 09")));
}

TEST(StorageFormat, Claims) {
  std::string out;
  EncodeClaims(out, {{Value(1), EvidenceId{2}, BatchId{3}}, {Value(), EvidenceId{4}, BatchId{5}}});
  EXPECT_EQ(Hex(out), Hex(Bytes("02 02 03 02 02 04 05 00")));
}

TEST(StorageFormat, Evidence) {
  Evidence evidence{{NodeId{3}, NodeId{300}}, "L11", Certainty::kPlanned, {Date{20342}, std::nullopt}};
  std::string out;
  EncodeEvidence(out, evidence);
  EXPECT_EQ(Hex(out), Hex(Bytes("04 01 ecbd02 02 03 a902 'L11'")));
  Evidence back;
  ASSERT_TRUE(DecodeEvidence(out, back));
  EXPECT_EQ(back, evidence);
}

TEST(StorageFormat, BlocksAndHeads) {
  AdjacencyBlock block;
  block.Add(EdgeId{10}, NodeId{100}, {});
  block.Add(EdgeId{11}, NodeId{90}, {});
  std::string consecutive;
  EncodeBlock(consecutive, block);
  EXPECT_EQ(Hex(consecutive), Hex(Bytes("09 0a 64 13")));
  block.Add(EdgeId{300}, NodeId{91}, {.from = 5, .predicted = true});
  std::string seen;
  EncodeBlock(seen, block);
  // count 3, visibility, gaps; first edge 10, +1-1, +289-1; first node 100, -10, +1; one run after 2, of 1, 1 + 2, day 5
  EXPECT_EQ(Hex(seen), Hex(Bytes("0e 0a 00 a002 64 13 02 01 02 01 03 0a")));
  AdjacencyHead head;
  head.groups.push_back({Direction::kOut, TypeId{2}, 700, EdgeId{9}, block});
  head.groups.push_back({Direction::kIn, TypeId{2}, 5, EdgeId{8}, {}});
  std::string out;
  EncodeHead(out, head);
  EXPECT_EQ(Hex(out), Hex(Bytes("04 bc05 09 0d") + seen + Bytes("05 05 08 00")));
  AdjacencyHead back;
  ASSERT_TRUE(DecodeHead(out, back));
  ASSERT_EQ(back.groups.size(), 2u);
  EXPECT_EQ(back.groups[0].tail.entries, block.entries);
  EXPECT_EQ(back.groups[0].tail.visibility, block.visibility);
  EXPECT_EQ(kTailEdges, 64u);
  EXPECT_EQ(kBlockEdges, 512u);
}

TEST(StorageFormat, RangesBatchesAndIds) {
  std::string out;
  EncodeRange(out, {.first = 5, .last = 1029, .batch = BatchId{3}, .input = 1, .evidence = EvidenceId{7}});
  EXPECT_EQ(Hex(out), Hex(Bytes("8008 03 01 07")));
  BatchInfo info;
  info.time_ms = 1000;
  info.who = "me";
  info.origin = "import";
  info.origin_sha256 = "ab";
  info.note = "n";
  info.nodes_created = 1;
  info.edges_created = 2;
  info.entities_changed = 3;
  info.entities_deleted = 4;
  info.first_node = NodeId{5};
  info.last_node = NodeId{6};
  info.first_edge = EdgeId{7};
  info.last_edge = EdgeId{8};
  info.entities_restored = 9;
  info.first_evidence.raw = 10;
  info.last_evidence.raw = 11;
  info.inputs = {{"a.csv", "cd"}};
  info.undoes = {BatchId{5}, BatchId{7}};
  out.clear();
  EncodeBatch(out, info);
  EXPECT_EQ(Hex(out), Hex(Bytes("d00f 02 'me' 06 'import' 02 'ab' 01 'n' 01 02 03 04 05 06 07 08 09 0a 0b 01 05 'a.csv' 02 'cd' "
                                "02 05 07")));
  BatchInfo back;
  ASSERT_TRUE(DecodeBatch(out, BatchId{9}, back));
  EXPECT_EQ(back.id.raw, 9u);
  EXPECT_EQ(back.inputs, info.inputs);
  EXPECT_EQ(back.last_edge, info.last_edge);
  EXPECT_EQ(back.last_evidence, info.last_evidence);
  EXPECT_EQ(back.undoes, info.undoes);
  EXPECT_EQ(Hex((NextIds{.node = 1, .edge = 300, .batch = 2, .evidence = 3}).Encode()), Hex(Bytes("01 ac02 02 03")));
  out.clear();
  EncodeIds(out, {5, 6, 300});
  EXPECT_EQ(Hex(out), Hex(Bytes("05 01 a602")));
}

TEST(StorageFormat, MembersOfALabel) {
  IdChunk chunk;
  for (const int i : {0, 1, 2, 10}) chunk.Set(i, true);
  std::string out;
  EncodeIdChunk(out, chunk);
  EXPECT_EQ(Hex(out), Hex(Bytes("00 00 02 07 00")));
  for (int i = 0; i < kIdsPerChunk; i += 2) chunk.Set(i, true);
  out.clear();
  EncodeIdChunk(out, chunk);
  EXPECT_EQ(out.size(), 129u);
  EXPECT_EQ(Hex(out.substr(0, 9)), Hex(Bytes("01 5555555555555557")));
}

TEST(StorageFormat, IndexedForms) {
  std::string ordered;
  EncodeOrdered(ordered, Value("byd"));
  EXPECT_EQ(IndexedForm(Value("byd")), ordered);
  EXPECT_EQ(IndexedForm(Value(1)), IndexedForm(Value(1.0)));
  const std::string longer(500, 'x');
  ordered.clear();
  EncodeOrdered(ordered, Value(longer));
  EXPECT_EQ(IndexedForm(Value(longer)), ordered.substr(0, 96) + Sha256Hex(ordered));
}

TEST(StorageFormat, Images) {
  std::string out;
  BeginImage(out, Bytes("00 00 00"));
  AddClaimsToImage(out, PropertyId{4}, Bytes("02 01 01 00 02 01 00"));
  AddReplacedToImage(out, PropertyId{6});
  EXPECT_EQ(Hex(out), Hex(Bytes("03 00 00 00 08 07 02 01 01 00 02 01 00 0d")));
  EntityImage image;
  ASSERT_TRUE(DecodeImage(out, false, image));
  EXPECT_EQ(image.claims.at(PropertyId{4}).size(), 2u);
  EXPECT_EQ(image.replaced, std::vector<PropertyId>{PropertyId{6}});
  EXPECT_TRUE(image.exists);
  ASSERT_TRUE(DecodeImage("", false, image));
  EXPECT_FALSE(image.exists);
}

TEST(StorageFormat, PostingLists) {
  EXPECT_EQ(PostingRoute("sxa"), StableHash("sxa"));
  EXPECT_EQ(Hex(PostingPrefix(2, "sxa")), Hex(Bytes("02 03 'sxa'")));
  std::string out;
  EncodePostings(out, std::vector<uint64_t>{5, 6, 300});
  EXPECT_EQ(Hex(out), Hex(Bytes("05 01 a602")));
  EXPECT_EQ(Hex(EncodeNameIndexHead({.generation = 1, .version = "v"})), Hex(Bytes("01 'v'")));
  EXPECT_EQ(kPostingsPerBlock, 512u);
  EXPECT_EQ(kShortName, 6u);
}

// A small store, every key of it: nothing lies there that the page does not name.
TEST(StorageFormat, ASmallStoreHoldsTheseKeysAndNoOthers) {
  auto db = MemoryDatabase();
  auto tx = Get(db->Begin({.who = "me"}));
  const NodeId a = Get(tx->CreateNode({"A"}, {{"key", "a"}}, {}));
  const NodeId b = Get(tx->CreateNode({}, {}, {}));
  Ok(tx->CreateEdge("T", a, b, {}, {}));
  Ok(tx->Commit());
  tx = Get(db->Begin({.who = "me"}));
  Ok(tx->SetProperty(b, "x", Value(1)));
  Ok(tx->Commit());
  std::map<std::string, std::vector<std::string>> found;
  const auto view = db->store().OpenView();
  for (int space = 0; space < storage::kKeyspaces; ++space) {
    if (static_cast<Keyspace>(space) == Keyspace::kText) continue;
    Ok(view->ForEachShard(static_cast<Keyspace>(space), 1,
                          [&](int, storage::Route route, std::string_view rest, std::string_view value) {
                            const bool hashed = !rest.empty() && (rest[0] == 'I' || rest[0] == 'F');
                            found[storage::KeyspaceName(static_cast<Keyspace>(space))].push_back(
                                (hashed ? "hash" : std::to_string(route)) + " " +
                                (hashed ? Hex(rest.substr(0, 1)) : Hex(rest)) + " = " +
                                (rest.starts_with("B") || rest == "text" || rest == "O" ? "…" : Hex(value)));
                            return true;
                          }));
  }
  for (auto& [name, list] : found) std::sort(list.begin(), list.end());
  using Lines = std::vector<std::string>;
  EXPECT_EQ(found["meta"], (Lines{
                               "0 6500000000 = 01",                        // one edge
                               "0 6500000001 = 01",                        // of type 1
                               "0 666f726d6174 = 31",                      // format = 1
                               "0 696473 = 03020302",                      // next node 3, edge 2, batch 3, evidence 2
                               "0 6e00000000 = 02",                        // two nodes
                               "0 6e00000001 = 01",                        // one of label 1
                               "0 74657874 = …",                           // the name index
                           }));
  EXPECT_EQ(found["catalog"], (Lines{
                                  "0 420000000000000001 = …",              // batches
                                  "0 420000000000000002 = …",
                                  "0 4500000001 = 000000",                 // evidence: stated, no documents
                                  "0 4c00000001 = 41",                     // label A
                                  "0 4f = …",                              // the ontology
                                  "0 5000000001 = 6b6579",                 // property key
                                  "0 5000000002 = 78",                     // property x
                                  "0 520000000000000002 = 01010001",       // nodes 1 to 2: batch 1, no input, evidence 1
                                  "0 530000000000000001 = 00010001",       // edge 1
                                  "0 5400000001 = 54",                     // type T
                                  "hash 46 = 01",
                              }));
  EXPECT_EQ(found["node"], (Lines{
                               "1  = 00010101080401" "61",                 // label 1, key 'a'
                               "2  = 000001" "12" "02" "0202",             // no label; x: batch 2, integer 1
                           }));
  EXPECT_EQ(found["edge"], (Lines{"0  = 00000002" "00010204"}));           // slot 1: type 1, 1 -> 2
  EXPECT_EQ(found["adjacency"], (Lines{
                                    "1  = 020100" "03" "050102",           // out, degree 1, edge 1 to node 2
                                    "2  = 030100" "03" "050101",
                                }));
  EXPECT_EQ(found["index"], (Lines{
                                "0 4c0000000000000000 = 000101",           // nodes 1 and 2
                                "1 4c0000000000000000 = 000100",           // node 1
                                "hash 49 = ",                              // key 'a'
                            }));
  EXPECT_EQ(found["journal"], (Lines{
                                  "2 4e0000000000000002 = 0300000005",       // node 2 before batch 2
                                  "2 546e00000000 = 02",                   // batch 2 touched node 2
                              }));
}

}  // namespace
}  // namespace liantu::graph
