// SPDX-License-Identifier: Apache-2.0
// What the random histories do not say out loud: isolation, rollback, failure, hubs, ids, and the rule of claims in words.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "graph/counting_store.h"
#include "graph/test_help.h"
#include "graph/tiny_graph.h"

namespace liantu::graph {
namespace {

Value Shown(const ReadView& view, NodeId node, const std::string& property) {
  const auto read = Get(view.GetNode(node));
  const Value* value = read ? read->Property(view.property(property)) : nullptr;
  return value ? *value : Value();
}

TEST(Transaction, OthersSeeNothingBeforeTheCommitAndOldViewsNothingAfterIt) {
  Tiny g = TinyGraph("a -T-> b");
  const ReadView before = g.view();
  auto tx = Get(g.database().Begin({}));
  Ok(tx->SetProperty(g["a"], "x", Value(1)));
  const EdgeId edge = Get(tx->CreateEdge("T", g["b"], g["a"], {}, {}));
  const NodeId c = Get(tx->CreateNode({"New"}, {{"key", "c"}}, {}));
  EXPECT_EQ(Shown(tx->view(), g["a"], "x"), Value(1));
  EXPECT_EQ(Get(tx->view().Expand(g["a"], Direction::kBoth)).size(), 2u);
  EXPECT_EQ(Get(tx->view().FindByKey("c")), std::vector<NodeId>{c});
  EXPECT_EQ(Get(tx->view().NodeCount(tx->view().label("New"))), 1u);
  EXPECT_TRUE(tx->view().in_transaction());
  for (const ReadView& view : {before, g.view()}) {
    EXPECT_EQ(Shown(view, g["a"], "x"), Value());
    EXPECT_EQ(Get(view.Expand(g["a"], Direction::kBoth)).size(), 1u);
    EXPECT_FALSE(Get(view.GetEdge(edge)).has_value());
    EXPECT_TRUE(Get(view.FindByKey("c")).empty());
    EXPECT_FALSE(view.label("New"));
  }
  Ok(tx->Commit());
  EXPECT_EQ(Shown(before, g["a"], "x"), Value());
  EXPECT_EQ(Get(before.EdgeCount()), 1u);
  EXPECT_EQ(Shown(g.view(), g["a"], "x"), Value(1));
  EXPECT_EQ(Get(g.view().EdgeCount()), 2u);
  EXPECT_GT(g.view().sequence(), before.sequence());
}

TEST(Transaction, DroppedItLeavesNothingAndItsIdsStayUnused) {
  Tiny g = TinyGraph("a");
  NodeId lost;
  {
    auto tx = Get(g.database().Begin({}));
    lost = Get(tx->CreateNode({"Gone"}, {{"key", "lost"}}, {}));
    Ok(tx->CreateEdge("T", g["a"], lost, {}, {}));
  }
  const ReadView view = g.view();
  EXPECT_FALSE(Get(view.GetNode(lost)).has_value());
  EXPECT_TRUE(Get(view.Expand(g["a"], Direction::kBoth)).empty());
  EXPECT_TRUE(Get(view.FindByKey("lost")).empty());
  EXPECT_EQ(Get(view.Batches()).size(), 1u);
  auto tx = Get(g.database().Begin({}));
  EXPECT_GT(Get(tx->CreateNode({}, {}, {})), lost);
  EXPECT_EQ(Get(tx->Commit()).id.raw, 2u);
  EXPECT_TRUE(Get(g.database().Check(true, Budget())).empty());
}

TEST(Transaction, WithoutChangesItMakesNoBatch) {
  Tiny g = TinyGraph("a:A {x: 1}");
  auto tx = Get(g.database().Begin({}));
  Ok(tx->SetProperty(g["a"], "x", Value(1)));
  Ok(tx->AddLabel(g["a"], "A"));
  Ok(tx->RemoveLabel(g["a"], "B"));
  Ok(tx->SetProperty(g["a"], "y", Value()));
  EXPECT_TRUE(tx->empty());
  EXPECT_FALSE(Get(tx->Commit()).id);
  EXPECT_EQ(Get(g.view().Batches()).size(), 1u);
}

TEST(Transaction, AFailedCommitChangesNothingAndTheNextOneWorks) {
  StoreCounts counts;
  auto db = Get(Database::Open(std::make_unique<CountingStore>(&counts), {.create = true}));
  auto tx = Get(db->Begin({}));
  const NodeId a = Get(tx->CreateNode({"A"}, {{"key", "a"}}, {}));
  Ok(tx->Commit());
  tx = Get(db->Begin({}));
  const NodeId b = Get(tx->CreateNode({"B"}, {{"key", "b"}, {"p", 1}}, {{}, "L1"}));
  counts.fail_writes = true;
  EXPECT_EQ(tx->Commit().code(), Code::kIo);
  counts.fail_writes = false;
  EXPECT_FALSE(Get(Get(db->Read()).GetNode(b)).has_value());
  EXPECT_FALSE(Get(db->Read()).label("B"));
  tx = Get(db->Begin({}));
  const NodeId c = Get(tx->CreateNode({"C"}, {{"key", "c"}, {"q", 2}}, {{}, "L2"}));
  EXPECT_GT(c, b);
  Ok(tx->CreateEdge("T", a, c, {}, {}));
  Ok(tx->Commit());
  const ReadView view = Get(db->Read());
  EXPECT_EQ(Shown(view, c, "q"), Value(2));
  EXPECT_EQ(Get(view.Claims(c))[0].evidence.locator, "L2");
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
}

TEST(Transaction, OneWriterAtATime) {
  Tiny g = TinyGraph("a");
  auto tx = Get(g.database().Begin({}));
  EXPECT_EQ(g.database().Begin({}).code(), Code::kLocked);
  std::atomic<bool> begun = false;
  std::thread other([&] {
    auto mine = Get(g.database().Begin({}));
    begun = true;
    Get(mine->CreateNode({}, {}, {}));
    Get(mine->Commit());
  });
  Get(tx->CreateNode({}, {}, {}));
  EXPECT_FALSE(begun);
  Ok(tx->Commit());
  other.join();
  EXPECT_EQ(Get(g.view().NodeCount()), 3u);
}

TEST(Transaction, AWaitingWriterGivesUpWithItsBudget) {
  Tiny g = TinyGraph("a");
  auto tx = Get(g.database().Begin({}));
  Budget stopped, late;
  late.set_timeout_ms(1);
  std::thread other([&] {
    EXPECT_EQ(g.database().Begin({}, &late).code(), Code::kBudget);
    EXPECT_EQ(g.database().Begin({}, &stopped).code(), Code::kCancelled);
  });
  stopped.Cancel();
  other.join();
  Get(tx->CreateNode({}, {}, {}));
  Ok(tx->Commit());
}

TEST(Transaction, ReadersBesideTheWriterSeeWholeBatches) {
  // Every batch adds a node with three edges and a count of its own on the hub; a reader must never see a part of one.
  auto db = MemoryDatabase();
  auto tx = Get(db->Begin({}));
  const NodeId hub = Get(tx->CreateNode({"Hub"}, {{"n", 0}}, {}));
  Ok(tx->Commit());
  std::atomic<bool> done = false;
  std::atomic<int> looked = 0;
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      while (!done || looked < 3) {
        const ReadView view = Get(db->Read());
        const int64_t n = *Shown(view, hub, "n").as<int64_t>();
        EXPECT_EQ(Get(view.Expand(hub, Direction::kIn)).size(), static_cast<size_t>(3 * n));
        EXPECT_EQ(Get(view.NodeCount()), static_cast<uint64_t>(n + 1));
        EXPECT_EQ(Get(view.EdgeCount()), static_cast<uint64_t>(3 * n));
        int64_t nodes = 0, edges = 0;
        Ok(view.AllNodes({}, [&](NodeId id) {
          ++nodes;
          EXPECT_FALSE(Get(view.Claims(id)).empty());
          return true;
        }));
        Ok(view.AllEdges({}, [&](const Edge& edge) {
          ++edges;
          EXPECT_EQ(edge.certainty, edge.id.raw % 3 == 0 ? Certainty::kPlanned : Certainty::kStated);
          EXPECT_EQ(view.name(edge.type), "T" + std::to_string(edge.id.raw % 7));
          return true;
        }));
        EXPECT_EQ(nodes, n + 1);
        EXPECT_EQ(edges, 3 * n);
        ++looked;
      }
    });
  }
  for (int64_t i = 1; i <= 150; ++i) {
    tx = Get(db->Begin({}));
    const NodeId node = Get(tx->CreateNode({"Member" + std::to_string(i % 5)}, {{"key", std::to_string(i)}}, {}));
    for (int64_t e = 3 * i - 2; e <= 3 * i; ++e) {
      Evidence evidence{{}, "L" + std::to_string(i)};
      if (e % 3 == 0) evidence.certainty = Certainty::kPlanned;
      EXPECT_EQ(static_cast<int64_t>(Get(tx->CreateEdge("T" + std::to_string(e % 7), node, hub, {}, evidence)).raw), e);
    }
    Ok(tx->SetProperty(hub, "n", Value(i)));
    Ok(tx->Commit());
  }
  done = true;
  for (std::thread& t : readers) t.join();
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
}

TEST(Transaction, ADeletedNodeMustHaveNoEdges) {
  Tiny g = TinyGraph("a -T-> b");
  auto tx = Get(g.database().Begin({}));
  const Status status = tx->DeleteNode(g["b"]);
  EXPECT_EQ(status.code(), Code::kConflict);
  EXPECT_NE(status.message().find("'b' still has 1 edges"), std::string::npos) << status.message();
  Ok(tx->DeleteEdge(g.edges()[0]));
  Ok(tx->DeleteNode(g["b"]));
  const BatchInfo info = Get(tx->Commit());
  EXPECT_EQ(info.entities_deleted, 2u);
  EXPECT_EQ(info.entities_changed, 0u);
  EXPECT_FALSE(Get(g.view().GetNode(g["b"])).has_value());
  EXPECT_EQ(Get(g.view().EdgeCount()), 0u);
}

// ---- claims

struct Sources {
  Sources() : db(MemoryDatabase(Industry())) {
    auto tx = Get(db->Begin({.who = "test"}));
    old_doc = Get(tx->CreateNode({"Document"}, {{"key", "old"}, {"date", "2023-05"}, {"rank", 1}}, {}));
    new_doc = Get(tx->CreateNode({"Document"}, {{"key", "new"}, {"date", "2025-09-11"}, {"rank", 3}}, {}));
    same_day = Get(tx->CreateNode({"Document"}, {{"key", "better"}, {"date", "2025-09-11"}, {"rank", 2}}, {}));
    node = Get(tx->CreateNode({"Company"}, {{"key", "byd"}}, {{old_doc}, ""}));
    Ok(tx->Commit());
  }
  // A row of a source about the company's `name`.
  void Import(const std::string& name, const Evidence& evidence) {
    auto tx = Get(db->Begin({.who = "test"}));
    Ok(tx->MergeNode({"Company"}, {{"key", "byd"}, {"name", name}}, evidence));
    Ok(tx->Commit());
  }
  std::string Name(const ReadOptions& options = {}) {
    const Value value = Shown(Get(db->Read(options)), node, "name");
    return value.is_null() ? "" : value.text();
  }
  std::vector<std::string> Names() {
    const ReadView view = Get(db->Read());
    std::vector<std::string> out;
    for (const Claim& claim : Get(view.Claims(node, view.property("name")))) out.push_back(claim.value.text());
    return out;
  }
  std::unique_ptr<Database> db;
  NodeId old_doc, new_doc, same_day, node;
};
using Lines = std::vector<std::string>;

TEST(Claims, CertaintyThenDateThenRankPicksTheVisibleOne) {
  Sources s;
  s.Import("guessed", {{s.new_doc}, "", Certainty::kInferred});
  EXPECT_EQ(s.Name(), "guessed");
  s.Import("stated", {{s.old_doc}, ""});
  EXPECT_EQ(s.Name(), "stated");
  s.Import("better", {{s.same_day}, ""});
  EXPECT_EQ(s.Name(), "better");
  s.Import("newer", {{s.new_doc}, ""});  // replaces the guess of the same source; same day, lower rank
  EXPECT_EQ(s.Name(), "better");
  EXPECT_EQ(s.Names(), (Lines{"better", "newer", "stated"}));
}

TEST(Claims, ASourceReplacesItsOwnEarlierClaim) {
  Sources s;
  s.Import("one", {{s.old_doc}, ""});
  s.Import("two", {{s.old_doc}, ""});
  EXPECT_EQ(s.Names(), Lines{"two"});
}

TEST(Claims, OneSourceAboutTwoTimesIsTwoClaims) {
  Sources s;
  s.Import("before", {{s.old_doc}, "", Certainty::kStated, {std::nullopt, Date{100}}});
  s.Import("after", {{s.old_doc}, "", Certainty::kStated, {Date{100}, std::nullopt}});
  EXPECT_EQ(s.Names(), (Lines{"after", "before"}));
  EXPECT_EQ(s.Name({.as_of = Date{99}}), "before");
  EXPECT_EQ(s.Name({.as_of = Date{100}}), "after");
}

TEST(Claims, AsOfADayOnWhichNoClaimHoldsThereIsNoValue) {
  Sources s;
  s.Import("later", {{s.old_doc}, "", Certainty::kStated, {Date{100}, Date{200}}});
  EXPECT_EQ(s.Name(), "later");
  EXPECT_EQ(s.Name({.as_of = Date{99}}), "");
  EXPECT_EQ(s.Name({.as_of = Date{200}}), "");
}

TEST(Claims, AClientReplacesThemAll) {
  Sources s;
  s.Import("one", {{s.old_doc}, ""});
  s.Import("two", {{s.new_doc}, ""});
  auto tx = Get(s.db->Begin({.who = "client"}));
  Ok(tx->SetProperty(s.node, "name", Value("mine")));
  Ok(tx->Commit());
  EXPECT_EQ(s.Names(), Lines{"mine"});
  s.Import("two", {{s.new_doc}, ""});  // an older document does not outrank what somebody wrote today
  EXPECT_EQ(s.Names(), (Lines{"mine", "two"}));
}

TEST(Claims, EveryClaimedIdentifierFindsItsNode) {
  Sources s;
  auto tx = Get(s.db->Begin({}));
  Ok(tx->MergeNode({"Company"}, {{"key", "byd"}, {"uscc", "U1"}}, {{s.old_doc}, ""}));
  const auto other = Get(tx->MergeNode({"Company"}, {{"key", "byd-auto"}, {"uscc", "U1"}}, {{s.new_doc}, ""}));
  EXPECT_EQ(other.node, s.node);
  Ok(tx->Commit());
  const ReadView view = Get(s.db->Read());
  EXPECT_EQ(Get(view.FindByKey("byd")), std::vector<NodeId>{s.node});
  EXPECT_EQ(Get(view.FindByKey(view.label("Company"), "byd-auto")), s.node);
}

TEST(Claims, IdentifiersOfTwoNodesInOneRowAreAConflictThatNamesBoth) {
  Sources s;
  auto tx = Get(s.db->Begin({}));
  Ok(tx->MergeNode({"Company"}, {{"key", "gac"}, {"name", "广汽"}, {"uscc", "U2"}}, {}));
  const auto merged = tx->MergeNode({"Company"}, {{"key", "byd"}, {"uscc", "U2"}}, {});
  EXPECT_EQ(merged.code(), Code::kConflict);
  const std::string message = merged.status().message();
  for (const char* part : {"key 'byd'", "uscc 'U2'", "'广汽'"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

TEST(Claims, LocatorsOfOneSourceAreGathered) {
  Sources s;
  s.Import("byd", {{s.old_doc}, "L1"});
  s.Import("byd", {{s.old_doc}, "L12"});
  s.Import("byd", {{s.old_doc}, "L1"});
  const ReadView view = Get(s.db->Read());
  EXPECT_EQ(Get(view.Claims(s.node, view.property("name")))[0].evidence.locator, "L1; L12");
}

TEST(Edges, OfOntologyTypesAreMergedByIdentityAndOverlappingTime) {
  Sources s;
  auto tx = Get(s.db->Begin({}));
  const NodeId person = Get(tx->CreateNode({"Person"}, {{"key", "p"}}, {}));
  const NodeId body = Get(tx->CreateNode({"Organization"}, {{"key", "o"}}, {}));
  const auto post = [&](const char* title, std::optional<int> from, std::optional<int> to, NodeId doc) {
    Evidence e{{doc}, ""};
    if (from) e.valid.from = Date{*from};
    if (to) e.valid.to = Date{*to};
    return Get(tx->MergeEdge("HOLDS_POST", person, body, {{"title", title}}, e)).edge;
  };
  const EdgeId first = post("主任", 0, 100, s.old_doc);
  EXPECT_EQ(post("主任", 50, std::nullopt, s.new_doc), first);
  EXPECT_NE(post("副主任", 0, 100, s.old_doc), first);
  const EdgeId again = post("局长", 0, 100, s.old_doc);
  EXPECT_NE(post("局长", 200, 300, s.old_doc), again);  // the same post a second time
  const EdgeId maybe = Get(tx->MergeEdge("POSSIBLY_SAME_AS", person, body, {}, {})).edge;
  EXPECT_EQ(Get(tx->MergeEdge("POSSIBLY_SAME_AS", body, person, {}, {})).edge, maybe);
  EXPECT_NE(Get(tx->CreateEdge("POSSIBLY_SAME_AS", body, person, {}, {})), maybe);
}

TEST(Edges, PredictedOnesShowOnlyWhereAskedFor) {
  Tiny g = TinyGraph("a; b");
  auto tx = Get(g.database().Begin({}));
  const EdgeId edge = Get(tx->CreateEdge("T", g["a"], g["b"], {}, {{}, "", Certainty::kPredicted}));
  Ok(tx->Commit());
  EXPECT_TRUE(Get(g.view().Expand(g["a"], Direction::kOut)).empty());
  EXPECT_FALSE(Get(g.view().GetEdge(edge)).has_value());
  EXPECT_EQ(Get(g.view().Degree(g["a"], Direction::kOut)), 1u);
  EXPECT_EQ(Get(g.view({.predicted = true}).Expand(g["a"], Direction::kOut)).size(), 1u);
  EXPECT_EQ(Get(g.view({.predicted = true}).GetEdge(edge))->certainty, Certainty::kPredicted);
  tx = Get(g.database().Begin({}));
  EXPECT_EQ(Get(tx->MergeEdge("T", g["a"], g["b"], {}, {{}, ""})).edge, edge);  // now somebody states it
  Ok(tx->Commit());
  EXPECT_EQ(Get(g.view().Expand(g["a"], Direction::kOut)).size(), 1u);
  EXPECT_EQ(Get(g.view().Expand(g["b"], Direction::kIn)).size(), 1u);
}

// ---- hubs

// A city with `members` companies, half of them from one batch, half one by one; and a second hub.
struct Hubs {
  explicit Hubs(int members) : db(Get(Database::Open(std::make_unique<CountingStore>(&counts), {.create = true}))) {
    auto tx = Get(db->Begin({}));
    hub = Get(tx->CreateNode({"City"}, {{"key", "hub"}}, {}));
    other_hub = Get(tx->CreateNode({"City"}, {{"key", "other"}}, {}));
    for (int i = 0; i < members; ++i) {
      nodes.push_back(Get(tx->CreateNode({"Company"}, {}, {})));
      Get(tx->CreateEdge("LOCATED_IN", nodes.back(), hub, {}, {}));
      Get(tx->CreateEdge("LOCATED_IN", other_hub, nodes.back(), {}, {}));
    }
    Ok(tx->Commit());
  }
  // Bytes that one more edge writes, on average of a hundred.
  uint64_t BytesOfAnEdge() {
    counts = {};
    for (int i = 0; i < 100; ++i) {
      auto tx = Get(db->Begin({}));
      Get(tx->CreateEdge("LOCATED_IN", nodes[static_cast<size_t>(i) % nodes.size()], hub, {}, {}));
      Ok(tx->Commit());
    }
    return counts.bytes_written / 100;
  }
  StoreCounts counts;
  std::unique_ptr<Database> db;
  NodeId hub, other_hub;
  std::vector<NodeId> nodes;
};

TEST(Hubs, AnEdgeMoreWritesAndReadsAboutAsMuchAtAHubAsElsewhere) {
  Hubs small(10), large(30000);
  const uint64_t bytes_small = small.BytesOfAnEdge();
  const uint64_t read_small = small.counts.bytes_read;
  const uint64_t bytes_large = large.BytesOfAnEdge();
  const uint64_t read_large = large.counts.bytes_read;
  EXPECT_LE(bytes_large, 2 * bytes_small) << bytes_small;
  EXPECT_LE(read_large, 2 * read_small) << read_small;
  EXPECT_LT(bytes_large, 1500u);
}

TEST(Hubs, MergingAnEdgeAtAHubReadsOnlyTheOtherEnd) {
  Hubs hubs(30000);
  auto tx = Get(hubs.db->Begin({}));
  hubs.counts = {};
  const auto merged = Get(tx->MergeEdge("LOCATED_IN", hubs.nodes[17], hubs.hub, {}, {}));
  EXPECT_FALSE(merged.created);
  EXPECT_LT(hubs.counts.bytes_read, 2000u);
  // Between two hubs the smaller group is read once, however many edges are asked for.
  Ok(tx->CreateEdge("LOCATED_IN", hubs.other_hub, hubs.hub, {}, {}));
  hubs.counts = {};
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(Get(tx->MergeEdge("LOCATED_IN", hubs.other_hub, hubs.hub, {{"n", i}}, {})).created, true);
  }
  EXPECT_LT(hubs.counts.bytes_read, 30000u * 6);
}

TEST(Hubs, LosingAllNeighboursLeavesNoBlockBehind) {
  Hubs hubs(1000);
  auto tx = Get(hubs.db->Begin({}));
  for (const Neighbour& n : Get(tx->view().Expand(hubs.hub, Direction::kIn))) Ok(tx->DeleteEdge(n.edge));
  Ok(tx->DeleteNode(hubs.hub));
  Ok(tx->Commit());
  const auto view = hubs.db->store().OpenView();
  EXPECT_FALSE(view->Scan(storage::Keyspace::kAdjacency, hubs.hub.raw, "")->Valid());
  EXPECT_TRUE(Get(hubs.db->Check(true, Budget())).empty());
}

}  // namespace
}  // namespace liantu::graph
