// SPDX-License-Identifier: Apache-2.0
// Plants faults into a sound store, one at a time, and expects the deep check to name them and to change nothing.
#include <gtest/gtest.h>

#include "graph/adjacency.h"
#include "graph/catalog.h"
#include "graph/journal.h"
#include "graph/name_index.h"
#include "graph/record.h"
#include "graph/test_help.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

// Two documents, a hub with blocks, a company with claims, edges with valid time, a changed and a deleted entity.
struct Store {
  Store() : db(MemoryDatabase(Industry())) {
    auto tx = Get(db->Begin({.who = "test"}));
    Ok(tx->SetInput("a.csv", ""));
    doc = Get(tx->CreateNode({"Document"}, {{"key", "d1"}, {"date", "2024"}}, {}));
    other_doc = Get(tx->CreateNode({"Document"}, {{"key", "d2"}, {"date", "2025"}}, {}));
    hub = Get(tx->CreateNode({"City"}, {{"key", "hub"}, {"name", "广州"}}, {{doc}, "L1"}));
    company = Get(tx->CreateNode({"Company"}, {{"key", "byd"}, {"uscc", "U1"}, {"name", "比亚迪"}}, {{doc}, "L2"}));
    for (int i = 0; i < 300; ++i) {
      const NodeId node = Get(tx->CreateNode({"Company"}, {{"key", "c" + std::to_string(i)}}, {{doc}, ""}));
      Get(tx->CreateEdge("LOCATED_IN", node, hub, {{"note", "x"}}, {{doc}, ""}));
    }
    Evidence dated{{doc}, ""};
    dated.valid.from = Date{100};
    supply = Get(tx->CreateEdge("SUPPLIES", company, NodeId{company.raw + 1}, {{"share", 0.5}}, dated));
    Ok(tx->Commit());
    tx = Get(db->Begin({.who = "test"}));
    Ok(tx->MergeNode({"Company"}, {{"key", "byd"}, {"name", "比亚迪股份"}}, {{other_doc}, ""}));
    Ok(tx->DeleteEdge(EdgeId{5}));
    Ok(tx->CreateEdge("LOCATED_IN", company, hub, {}, {{doc}, ""}));
    Ok(tx->SetProperty(supply, "share", Value(0.6)));
    Ok(tx->Commit());
    EXPECT_EQ(Find(), std::vector<std::string>());
  }
  std::string Value_(const Key& key) {
    std::string value;
    EXPECT_TRUE(Get(db->store().OpenView()->Get(key.space, key.view(), &value))) << "there is no such key to plant a fault in";
    return value;
  }
  void Put(const Key& key, std::string_view value) {
    auto batch = db->store().NewBatch();
    batch->Put(key.space, key.view(), value);
    Ok(db->store().Write(batch.get()));
  }
  void Delete(const Key& key) {
    Value_(key);
    auto batch = db->store().NewBatch();
    batch->Delete(key.space, key.view());
    Ok(db->store().Write(batch.get()));
  }
  AdjacencyHead Head(NodeId node) {
    AdjacencyHead head;
    EXPECT_TRUE(DecodeHead(Value_(keys::Head(node)), head));
    return head;
  }
  void PutHead(NodeId node, const AdjacencyHead& head) {
    std::string value;
    EncodeHead(value, head);
    Put(keys::Head(node), value);
  }
  Key FirstKey(Keyspace space, uint64_t route, std::string_view prefix) {
    auto view = db->store().OpenView();
    auto cursor = view->Scan(space, route, prefix);
    EXPECT_TRUE(cursor->Valid());
    return {space, route, std::string(cursor->rest())};
  }
  std::vector<std::string> Find(bool deep = true) {
    const uint64_t before = db->store().OpenView()->sequence();
    std::vector<std::string> out;
    for (const CheckProblem& p : Get(db->Check(deep, Budget()))) out.push_back(p.what);
    EXPECT_EQ(db->store().OpenView()->sequence(), before);
    return out;
  }
  LabelId label(const char* name) { return Get(db->Read()).label(name); }
  PropertyId property(const char* name) { return Get(db->Read()).property(name); }

  std::unique_ptr<Database> db;
  NodeId doc, other_doc, hub, company;
  EdgeId supply;
};

void ExpectFound(const std::vector<std::string>& problems, const std::string& part) {
  for (const std::string& p : problems) {
    if (p.find(part) != std::string::npos) return;
  }
  std::string all;
  for (const std::string& p : problems) all += "\n  " + p;
  ADD_FAILURE() << "not found: " << part << "; found:" << all;
}

struct Fault {
  const char* name;
  const char* expected;
  bool fast;  // found by the fast check, too
  std::function<void(Store&)> plant;
};

std::vector<Fault> Faults() {
  const auto garbage = std::string("\xff\xff\xff");
  return {
      {"a wrong count of nodes", "label 'Company' counts 7 nodes, but has 301", true,
       [](Store& s) { s.Put(keys::NodeCount(s.label("Company")), "\x07"); }},
      {"a wrong count of edges", "the store counts 7 edges, but has 301", false,
       [](Store& s) { s.Put(keys::EdgeCount(TypeId{}), "\x07"); }},
      {"a node missing in its label's list", "node 3 is missing among the nodes of label City", false,
       [](Store& s) {
         IdChunk chunk;
         chunk.Set(9, true);
         std::string value;
         EncodeIdChunk(value, chunk);
         s.Put(keys::LabelChunk(s.label("City"), 0), value);
       }},
      {"a stranger in a label's list", "the list of nodes of label City names node 9, which is not one", false,
       [](Store& s) {
         IdChunk chunk;
         chunk.Set(9, true);
         std::string value;
         EncodeIdChunk(value, chunk);
         s.Put(keys::LabelChunk(s.label("City"), 0), value);
       }},
      {"an unreadable list", "the nodes of a label cannot be read", true,
       [=](Store& s) { s.Put(keys::LabelChunk(LabelId{}, 0), garbage); }},
      {"an unreadable node", "node 4 cannot be read", false, [=](Store& s) { s.Put(keys::Node(s.company), garbage); }},
      {"a lost node", "which is not there", false, [](Store& s) { s.Delete(keys::Node(s.company)); }},
      {"a lost node that a name finds", "node 4 is found by names, but is not there", false,
       [](Store& s) { s.Delete(keys::Node(s.company)); }},
      {"unreadable edges", "a chunk of edges cannot be read", false,
       [=](Store& s) { s.Put(keys::EdgeChunk(0), garbage); }},
      {"lost edges", "but there is no such edge", false, [](Store& s) { s.Delete(keys::EdgeChunk(2)); }},
      {"an edge missing at one end", "is missing among the neighbours of node 3", false,
       [](Store& s) {
         AdjacencyHead head = s.Head(s.hub);
         head.groups[0].tail.Erase(0);
         --head.groups[0].degree;
         s.PutHead(s.hub, head);
       }},
      {"a lost block", "counts 300 neighbours by LOCATED_IN (in), but has 1", false,
       [](Store& s) { s.Delete(s.FirstKey(Keyspace::kAdjacency, s.hub.raw, "p")); }},
      {"a wrong degree", "node 3 counts 301 neighbours by LOCATED_IN (in), but has 300", false,
       [](Store& s) {
         AdjacencyHead head = s.Head(s.hub);
         ++head.groups[0].degree;
         s.PutHead(s.hub, head);
       }},
      {"a head that does not know its blocks", "does not know its newest block", false,
       [](Store& s) {
         AdjacencyHead head = s.Head(s.hub);
         head.groups[0].newest_block = {};
         s.PutHead(s.hub, head);
       }},
      {"another valid time among the neighbours", "sees edge 301 with another valid time", false,
       [](Store& s) {
         AdjacencyHead head = s.Head(s.company);
         head.groups[1].tail.visibility.clear();
         s.PutHead(s.company, head);
       }},
      {"an edge to another node", "but there is no such edge", false,
       [](Store& s) {
         AdjacencyHead head = s.Head(s.company);
         head.groups[0].tail.entries[0].node = s.doc;
         s.PutHead(s.company, head);
       }},
      {"an unreadable head", "the neighbours of node 3 cannot be read", false,
       [=](Store& s) { s.Put(keys::Head(s.hub), garbage); }},
      {"a lost index entry", "node 4 is not found by its uscc 'U1' as Company", false,
       [](Store& s) { s.Delete(keys::UniqueEntry(s.property("uscc"), IndexedForm(Value("U1")), s.label("Company"))); }},
      {"an index entry too many", "leads to node 4, which has no such value", false,
       [](Store& s) {
         s.Put(keys::UniqueEntry(s.property("uscc"), IndexedForm(Value("U9")), s.label("Company")), "\x04");
       }},
      {"a lost claim set", "the claims about node 4 cannot be read", false,
       [](Store& s) { s.Delete(keys::NodeClaims(s.company, s.property("name"))); }},
      {"a claim set too many", "claim sets stored where", false,
       [](Store& s) { s.Put(keys::NodeClaims(s.hub, s.property("name")), "x"); }},
      {"a claim that shows, but does not lead", "the first of the claims about name is not the one that shows", false,
       [](Store& s) {
         const Key key = keys::NodeClaims(s.company, s.property("name"));
         std::vector<StoredClaim> claims;
         ASSERT_TRUE(DecodeClaims(s.Value_(key), claims));
         std::swap(claims[0], claims[1]);
         std::string value;
         EncodeClaims(value, claims);
         s.Put(key, value);
       }},
      {"claims about nobody", "there are claims about edge 63, which is not there", false,
       [](Store& s) {
         s.Delete(keys::EdgeChunk(1));
         s.Put(keys::EdgeClaims(EdgeId{63}, {}), "x");
       }},
      {"evidence that is not there", "has evidence 200, which is not there", false,
       [](Store& s) {
         NodeRecord record;
         ASSERT_TRUE(DecodeNode(s.Value_(keys::Node(s.hub)), record));
         record.evidence = EvidenceId{200};
         std::string value;
         EncodeNode(value, record);
         s.Put(keys::Node(s.hub), value);
       }},
      {"lost evidence", "evidence 2 is missing or cannot be read", false,
       [](Store& s) { s.Delete(keys::EvidenceText(EvidenceId{2})); }},
      {"a lost batch", "batch 1 is missing", true, [](Store& s) { s.Delete(keys::Batch(BatchId{1})); }},
      {"a lost newest batch", "the newest batch is 1, but 2 batches were committed", true,
       [](Store& s) { s.Delete(keys::Batch(BatchId{2})); }},
      {"a lost range", "belongs to no batch", false,
       [](Store& s) { s.Delete(s.FirstKey(Keyspace::kCatalog, 0, "R")); }},
      {"ranges that overlap", "overlap", true,
       [](Store& s) {
         std::string value;
         EncodeRange(value, {.first = 1, .last = 2, .batch = BatchId{1}, .evidence = EvidenceId{1}});
         s.Put(keys::Range(true, 2), value);
       }},
      {"ids given out twice", "has an id that was never given out", false,
       [](Store& s) { s.Put(keys::NextIds(), NextIds{.node = 4, .edge = 500, .batch = 3, .evidence = 50}.Encode()); }},
      {"an unreadable journal entry", "a journal entry cannot be read", false,
       [=](Store& s) { s.Put(keys::BeforeImage(false, s.company.raw, BatchId{2}), garbage); }},
      {"a lost journal entry", "lists of touched entities do not fit", false,
       [](Store& s) { s.Delete(keys::BeforeImage(true, 5, BatchId{2})); }},
      {"a lost journal list", "lists of touched entities do not fit", false,
       [](Store& s) { s.Delete(keys::Touched(BatchId{2}, false, 0)); }},
      {"a journal of what was not there", "but it was not there before", false,
       [](Store& s) {
         s.Put(keys::BeforeImage(false, s.hub.raw, BatchId{1}), s.Value_(keys::BeforeImage(false, s.company.raw, BatchId{2})));
       }},
      {"a key of no kind", "a key of no known kind", false,
       [](Store& s) { s.Put({Keyspace::kCatalog, 0, "z"}, "x"); }},
      {"a lost name", "node 4 is not found by just its names", false,
       [](Store& s) {
         std::vector<SearchName> names = {{"比亚迪股份", false}};
         const std::string list = NameLists(names).front();
         s.Delete(s.FirstKey(Keyspace::kText, PostingRoute(list), ""));
       }},
  };
}

TEST(Check, NamesEachPlantedFaultAndChangesNothing) {
  for (const Fault& fault : Faults()) {
    SCOPED_TRACE(fault.name);
    Store store;
    fault.plant(store);
    ExpectFound(store.Find(), fault.expected);
    if (fault.fast) ExpectFound(store.Find(false), fault.expected);
  }
}

TEST(Check, StopsWhenItsBudgetIsSpent) {
  Store store;
  Budget budget;
  budget.Cancel();
  auto tx = Get(store.db->Begin({}));
  for (int i = 0; i < 9000; ++i) Get(tx->CreateNode({}, {}, {}));
  Ok(tx->Commit());
  EXPECT_EQ(store.db->Check(true, budget).code(), Code::kCancelled);
}

}  // namespace
}  // namespace liantu::graph
