// SPDX-License-Identifier: Apache-2.0
// A small sound store in memory with something of every kind, and faults to plant into it one at a time: what the deep
// check must say of each, and whether repair can put it right.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "graph/adjacency.h"
#include "graph/catalog.h"
#include "graph/journal.h"
#include "graph/name_index.h"
#include "graph/record.h"
#include "graph/test_help.h"

namespace liantu::graph {

using storage::Keyspace;

// Two documents, a hub with blocks, a company with claims, edges with valid time, a changed and a deleted entity.
struct Planted {
  Planted() : db(MemoryDatabase(Industry())) {
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
    const auto before = Bytes();
    std::vector<std::string> out;
    for (const CheckProblem& p : Get(db->Check(deep, Budget()))) out.push_back(p.what);
    EXPECT_TRUE(Bytes() == before) << "the check changed something";
    return out;
  }
  // Every key and value.
  std::map<std::tuple<int, storage::Route, std::string>, std::string> Bytes() const {
    std::map<std::tuple<int, storage::Route, std::string>, std::string> all;
    const auto view = db->store().OpenView();
    for (int space = 0; space < storage::kKeyspaces; ++space) {
      Ok(view->ForEachShard(static_cast<Keyspace>(space), 1, [&](int, storage::Route route, std::string_view rest, std::string_view value) {
        all[{space, route, std::string(rest)}] = value;
        return true;
      }));
    }
    return all;
  }
  LabelId label(const char* name) { return Get(db->Read()).label(name); }
  PropertyId property(const char* name) { return Get(db->Read()).property(name); }

  std::unique_ptr<Database> db;
  NodeId doc, other_doc, hub, company;
  EdgeId supply;
};

inline void ExpectFound(const std::vector<std::string>& problems, const std::string& part) {
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
  bool heals; // repair makes it as it was
  std::function<void(Planted&)> plant;
};

inline std::vector<Fault> Faults() {
  const auto garbage = std::string("\xff\xff\xff");
  return {
      {"a wrong count of nodes", "label 'Company' counts 7 nodes, but has 301", true, true,
       [](Planted& s) { s.Put(keys::NodeCount(s.label("Company")), "\x07"); }},
      {"a wrong count of edges", "the store counts 7 edges, but has 301", false, true,
       [](Planted& s) { s.Put(keys::EdgeCount(TypeId{}), "\x07"); }},
      {"a node missing in its label's list", "node 3 is missing among the nodes of label City", false, true,
       [](Planted& s) {
         IdChunk chunk;
         chunk.Set(9, true);
         std::string value;
         EncodeIdChunk(value, chunk);
         s.Put(keys::LabelChunk(s.label("City"), 0), value);
       }},
      {"a stranger in a label's list", "the list of nodes of label City names node 9, which is not one", false, true,
       [](Planted& s) {
         IdChunk chunk;
         chunk.Set(9, true);
         std::string value;
         EncodeIdChunk(value, chunk);
         s.Put(keys::LabelChunk(s.label("City"), 0), value);
       }},
      {"an unreadable list", "the nodes of a label cannot be read", true, true,
       [=](Planted& s) { s.Put(keys::LabelChunk(LabelId{}, 0), garbage); }},
      {"an unreadable node", "node 4 cannot be read", false, false, [=](Planted& s) { s.Put(keys::Node(s.company), garbage); }},
      {"a lost node", "which is not there", false, false, [](Planted& s) { s.Delete(keys::Node(s.company)); }},
      {"a lost node that a name finds", "node 4 is found by names, but is not there", false, false,
       [](Planted& s) { s.Delete(keys::Node(s.company)); }},
      {"unreadable edges", "a chunk of edges cannot be read", false, false,
       [=](Planted& s) { s.Put(keys::EdgeChunk(0), garbage); }},
      {"lost edges", "but there is no such edge", false, false, [](Planted& s) { s.Delete(keys::EdgeChunk(2)); }},
      {"an edge missing at one end", "is missing among the neighbours of node 3", false, true,
       [](Planted& s) {
         AdjacencyHead head = s.Head(s.hub);
         head.groups[0].tail.Erase(0);
         --head.groups[0].degree;
         s.PutHead(s.hub, head);
       }},
      {"a lost block", "counts 300 neighbours by LOCATED_IN (in), but has 1", false, true,
       [](Planted& s) { s.Delete(s.FirstKey(Keyspace::kAdjacency, s.hub.raw, "p")); }},
      {"a wrong degree", "node 3 counts 301 neighbours by LOCATED_IN (in), but has 300", false, true,
       [](Planted& s) {
         AdjacencyHead head = s.Head(s.hub);
         ++head.groups[0].degree;
         s.PutHead(s.hub, head);
       }},
      {"a head that does not know its blocks", "does not know its newest block", false, true,
       [](Planted& s) {
         AdjacencyHead head = s.Head(s.hub);
         head.groups[0].newest_block = {};
         s.PutHead(s.hub, head);
       }},
      {"another valid time among the neighbours", "sees edge 301 with another valid time", false, true,
       [](Planted& s) {
         AdjacencyHead head = s.Head(s.company);
         head.groups[1].tail.visibility.clear();
         s.PutHead(s.company, head);
       }},
      {"an edge to another node", "but there is no such edge", false, true,
       [](Planted& s) {
         AdjacencyHead head = s.Head(s.company);
         head.groups[0].tail.entries[0].node = s.doc;
         s.PutHead(s.company, head);
       }},
      {"an unreadable head", "the neighbours of node 3 cannot be read", false, true,
       [=](Planted& s) { s.Put(keys::Head(s.hub), garbage); }},
      {"a lost index entry", "node 4 is not found by its uscc 'U1' as Company", false, true,
       [](Planted& s) { s.Delete(keys::UniqueEntry(s.property("uscc"), IndexedForm(Value("U1")), s.label("Company"))); }},
      {"an index entry too many", "leads to node 4, which has no such value", false, true,
       [](Planted& s) {
         s.Put(keys::UniqueEntry(s.property("uscc"), IndexedForm(Value("U9")), s.label("Company")), "\x04");
       }},
      {"a lost claim set", "the claims about node 4 cannot be read", false, false,
       [](Planted& s) { s.Delete(keys::NodeClaims(s.company, s.property("name"))); }},
      {"a claim set too many", "claim sets stored where", false, false,
       [](Planted& s) { s.Put(keys::NodeClaims(s.hub, s.property("name")), "x"); }},
      {"a claim that shows, but does not lead", "the first of the claims about name is not the one that shows", false, false,
       [](Planted& s) {
         const Key key = keys::NodeClaims(s.company, s.property("name"));
         std::vector<StoredClaim> claims;
         ASSERT_TRUE(DecodeClaims(s.Value_(key), claims));
         std::swap(claims[0], claims[1]);
         std::string value;
         EncodeClaims(value, claims);
         s.Put(key, value);
       }},
      {"claims about nobody", "there are claims about edge 63, which is not there", false, false,
       [](Planted& s) {
         s.Delete(keys::EdgeChunk(1));
         s.Put(keys::EdgeClaims(EdgeId{63}, {}), "x");
       }},
      {"evidence that is not there", "has evidence 200, which is not there", false, false,
       [](Planted& s) {
         NodeRecord record;
         ASSERT_TRUE(DecodeNode(s.Value_(keys::Node(s.hub)), record));
         record.evidence = EvidenceId{200};
         std::string value;
         EncodeNode(value, record);
         s.Put(keys::Node(s.hub), value);
       }},
      {"lost evidence", "evidence 2 is missing or cannot be read", false, false,
       [](Planted& s) { s.Delete(keys::EvidenceText(EvidenceId{2})); }},
      {"a lost batch", "batch 1 is missing", true, false, [](Planted& s) { s.Delete(keys::Batch(BatchId{1})); }},
      {"a lost newest batch", "the newest batch is 1, but 2 batches were committed", true, false,
       [](Planted& s) { s.Delete(keys::Batch(BatchId{2})); }},
      {"a lost range", "belongs to no batch", false, false,
       [](Planted& s) { s.Delete(s.FirstKey(Keyspace::kCatalog, 0, "R")); }},
      {"ranges that overlap", "overlap", true, false,
       [](Planted& s) {
         std::string value;
         EncodeRange(value, {.first = 1, .last = 2, .batch = BatchId{1}, .evidence = EvidenceId{1}});
         s.Put(keys::Range(true, 2), value);
       }},
      {"ids given out twice", "has an id that was never given out", false, true,
       [](Planted& s) {
         NextIds ids = Get(NextIds::Load(*s.db->store().OpenView()));
         ids.node = 4;
         s.Put(keys::NextIds(), ids.Encode());
       }},
      {"an unreadable journal entry", "a journal entry cannot be read", false, false,
       [=](Planted& s) { s.Put(keys::BeforeImage(false, s.company.raw, BatchId{2}), garbage); }},
      {"a lost journal entry", "lists of touched entities do not fit", false, false,
       [](Planted& s) { s.Delete(keys::BeforeImage(true, 5, BatchId{2})); }},
      {"a lost journal list", "lists of touched entities do not fit", false, true,
       [](Planted& s) { s.Delete(keys::Touched(BatchId{2}, false, 0)); }},
      {"a journal of what was not there", "but it was not there before", false, false,
       [](Planted& s) {
         s.Put(keys::BeforeImage(false, s.hub.raw, BatchId{1}), s.Value_(keys::BeforeImage(false, s.company.raw, BatchId{2})));
       }},
      {"a key of no kind", "a key of no known kind", false, false,
       [](Planted& s) { s.Put({Keyspace::kCatalog, 0, "z"}, "x"); }},
      {"a lost name", "node 4 is not found by just its names", false, true,
       [](Planted& s) {
         std::vector<SearchName> names = {{"比亚迪股份", false}};
         const std::string list = NameLists(names).front();
         s.Delete(s.FirstKey(Keyspace::kText, PostingRoute(list), ""));
       }},
      {"a name that finds the wrong node", "node 3 is not found by just its names", false, true,
       [](Planted& s) {
         const std::string list = NameLists(std::vector<SearchName>{{"比亚迪股份", false}}).front();
         std::string value;
         EncodePostings(value, std::vector<uint64_t>{3, 4});
         s.Put(s.FirstKey(Keyspace::kText, PostingRoute(list), ""), value);
       }},
      {"an unreadable journal list", "a journal list cannot be read", false, true,
       [=](Planted& s) { s.Put(keys::Touched(BatchId{2}, false, 0), garbage); }},
      {"evidence that its content does not find", "evidence 2 is not found by its content", false, true,
       [](Planted& s) { s.Delete(keys::EvidenceFinder(s.Value_(keys::EvidenceText(EvidenceId{2})))); }},
      {"neighbours of nobody", "there are neighbours of node 900, which is not there", false, true,
       [](Planted& s) { s.Put({Keyspace::kAdjacency, 900, {}}, s.Value_(keys::Head(s.company))); }},
      {"an edge missing at both ends", "edge 301 is missing among the neighbours of node 4", false, true,
       [](Planted& s) {
         for (const NodeId node : {s.company, NodeId{s.company.raw + 1}}) {
           AdjacencyHead head = s.Head(node);
           std::erase_if(head.groups, [&](const AdjacencyGroup& g) { return g.type == Get(s.db->Read()).type("SUPPLIES"); });
           s.PutHead(node, head);
         }
       }},
      {"evidence of a document that never was", "evidence 2 names document 4000, an id that was never given out", false, false,
       [](Planted& s) {
         Evidence evidence{{NodeId{4000}}, "L1"};
         std::string value;
         EncodeEvidence(value, evidence);
         s.Put(keys::EvidenceText(EvidenceId{2}), value);
       }},
      {"a label without a name", "node 3 has a label without a name", false, false,
       [](Planted& s) {
         NodeRecord record;
         ASSERT_TRUE(DecodeNode(s.Value_(keys::Node(s.hub)), record));
         record.labels.push_back(LabelId{900});
         std::string value;
         EncodeNode(value, record);
         s.Put(keys::Node(s.hub), value);
       }},
      {"a journal entry with evidence that never was", "names evidence or a batch that was not there", false, false,
       [](Planted& s) {
         const Key key = keys::BeforeImage(false, s.company.raw, BatchId{2});
         EntityImage image;
         ASSERT_TRUE(DecodeImage(s.Value_(key), false, image));
         image.node.evidence = EvidenceId{700};
         std::string record, value;
         EncodeNode(record, image.node);
         BeginImage(value, record);
         s.Put(key, value);
       }},
      {"an unreadable projection", "the stored projection 'p' cannot be read", false, false,
       [](Planted& s) { s.Put(keys::StoredProjection("p"), "{"); }},
  };
}

}  // namespace liantu::graph
