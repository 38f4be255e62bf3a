// SPDX-License-Identifier: Apache-2.0
// An endless script of changes of every kind, each step a function of its number and of the store before it: run twice it
// makes the same store. Most steps are one batch; some make or drop an index, keep or remove a projection, or replace
// the ontology. A step is stored whole or not at all.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "graph/test_help.h"

namespace liantu::graph {

inline std::shared_ptr<const Ontology> ScriptOntology(bool second) {
  const std::string searched = second ? R"(, "search": "alias")" : "";
  const std::string json = R"({
  "name": "script", "version": 1, "common_properties": [
    {"name": "key", "type": "string", "zh": "键", "en": "key"},
    {"name": "name", "type": "string", "zh": "名", "en": "name", "search": "name"}],
  "labels": [
    {"name": "Document", "zh": "文件", "en": "document", "about_zh": "文件。", "about_en": "A document.", "key": true, "unique": [],
     "properties": []},
    {"name": "Company", "zh": "企业", "en": "company", "about_zh": "企业。", "about_en": "A company.", "key": true, "unique": ["uscc"],
     "properties": [{"name": "uscc", "type": "string", "zh": "码", "en": "code")" + searched + R"(}]}],
  "edge_types": [
    {"name": "SUPPLIES", "zh": "供应", "en": "supplies", "about_zh": "供应。", "about_en": "Supplies.", "ends": [["*", "*"]], "identity": ["year"],
     "symmetric": false, "tree": false, "economic": true,
     "properties": [{"name": "year", "type": "integer", "zh": "年", "en": "year"}]}]})";
  return Get(Ontology::Parse(json, "script"));
}

class ChangeScript {
 public:
  // Adds `memory_bytes` of records in a step of large loads; past 8 MiB these become table files of their own.
  explicit ChangeScript(uint64_t large_bytes) : large_bytes_(large_bytes) {}

  // Step 1 is the first. Fails only where the store does.
  Status Run(Database& db, uint64_t step) {
    random_.seed(step * 7919);
    step_ = step;
    if (step == 1) return db.SetOntology(ScriptOntology(false));
    if (step % 40 == 20) return Large(db);
    switch (step == 2 ? 0 : Pick(17)) {
      case 0: case 1: case 2: case 3: return Create(db, false);
      case 4: return Create(db, true);
      case 5: case 6: case 7: return Import(db);
      case 8: case 9: return Change(db);
      case 10: case 11: return Delete(db);
      case 12: {
        bool there = false;
        LT_ASSIGN(const auto indexes, db.Indexes());
        for (const auto& index : indexes) there |= index.declared && index.property == "size";
        return there ? db.DropIndex("Company", "size") : db.CreateIndex("Company", "size");
      }
      case 13: {
        LT_ASSIGN(const auto kept, db.StoredProjections());
        return kept.size() > 2 ? db.RemoveProjection(kept.front().name)
                               : db.StoreProjection({.name = "p" + std::to_string(step), .types = {"SUPPLIES"}, .weight = "share"});
      }
      case 14: case 15: return Undo(db);
      default: return db.SetOntology(ScriptOntology(Pick(2) == 0));
    }
  }

 private:
  uint64_t Pick(uint64_t n) { return random_() % n; }
  std::string Name() {
    static constexpr const char* kWords[] = {"广州", "深圳", "比亚迪", "电子", "智能", "科技", "汽车", "新能源", "股份", "集团"};
    std::string name;
    for (int i = 0; i < 3; ++i) name += kWords[Pick(10)];
    return name + std::to_string(Pick(50));
  }
  Properties Some() {
    Properties out = {{"name", Name()}};
    if (Pick(2)) out.emplace_back("size", static_cast<int64_t>(Pick(9)));
    if (Pick(3) == 0) out.emplace_back("share", static_cast<double>(Pick(100)) / 7);
    if (Pick(3) == 0) out.emplace_back("since", Date{static_cast<int64_t>(Pick(20000))});
    if (Pick(4) == 0) out.emplace_back("tags", Value::List{"a", Name()});
    if (Pick(6) == 0) out.emplace_back("text", std::string(Pick(3000), 'x'));
    return out;
  }
  Evidence Source(const std::vector<NodeId>& documents) {
    Evidence e;
    if (!documents.empty()) e.documents = {documents[Pick(documents.size())]};
    e.locator = "L" + std::to_string(Pick(20));
    if (Pick(4) == 0) e.certainty = Pick(2) ? Certainty::kPredicted : Certainty::kInferred;
    if (Pick(4) == 0) e.valid.from = Date{static_cast<int64_t>(Pick(300))};
    if (Pick(4) == 0) e.valid.to = Date{300 + static_cast<int64_t>(Pick(300))};
    return e;
  }
  static Result<std::vector<NodeId>> Documents(const ReadView& view) {
    std::vector<NodeId> out;
    LT_TRY(view.NodesWithLabel(view.label("Document"), {}, [&](NodeId id) {
      out.push_back(id);
      return out.size() < 5;
    }));
    return out;
  }
  // A node at or after a random place; 0 where there is none.
  Result<NodeId> AnyNode(const ReadView& view, LabelId label = {}) {
    LT_ASSIGN(const auto batches, view.Batches());
    uint64_t last = 1;
    for (const BatchInfo& b : batches) last = std::max(last, b.last_node.raw);
    NodeId found;
    const auto take = [&](NodeId id) {
      found = id;
      return false;
    };
    const NodeId after{Pick(last)};
    LT_TRY(label ? view.NodesWithLabel(label, after, take) : view.AllNodes(after, take));
    if (!found) LT_TRY(label ? view.NodesWithLabel(label, {}, take) : view.AllNodes({}, take));
    return found;
  }
  Result<EdgeId> AnyEdge(const ReadView& view) {
    LT_ASSIGN(const NodeId node, AnyNode(view));
    if (!node) return EdgeId{};
    LT_ASSIGN(const auto around, view.Expand(node, Direction::kBoth));
    return around.empty() ? EdgeId{} : around[Pick(around.size())].edge;
  }
  Result<std::unique_ptr<Transaction>> Begin(Database& db) {
    return db.Begin({.who = "script", .origin = "step " + std::to_string(step_), .note = std::string(Pick(30), 'n')});
  }

  Status Fill(Transaction& tx, uint64_t nodes, uint64_t edges, size_t text_bytes) {
    LT_ASSIGN(const auto documents, Documents(tx.view()));
    std::vector<NodeId> made;
    for (uint64_t i = 0; i < nodes; ++i) {
      const std::string key = Text("k", step_, "-", i);
      Properties properties = Some();
      properties.emplace_back("key", key);
      const bool document = Pick(8) == 0;
      if (!document && Pick(2)) properties.emplace_back("uscc", "u" + key);
      if (text_bytes > 0) {
        std::erase_if(properties, [](const auto& p) { return p.first == "text"; });
        std::string text(text_bytes, '\0');
        for (char& c : text) c = static_cast<char>('!' + Pick(90));
        properties.emplace_back("text", std::move(text));
      }
      LT_ASSIGN(const NodeId id, tx.CreateNode({document ? "Document" : "Company"}, properties, Source(documents)));
      made.push_back(id);
    }
    for (uint64_t i = 0; i < edges; ++i) {
      NodeId from = made[Pick(made.size())], to = made[Pick(3) ? 0 : Pick(made.size())];
      if (Pick(3) == 0) {
        LT_ASSIGN(to, AnyNode(tx.view()));
      }
      LT_TRY(tx.CreateEdge(Pick(4) ? "SUPPLIES" : "KNOWS", from, to, Some(), Source(documents)));
    }
    return {};
  }
  Status Create(Database& db, bool bulk) {
    LT_ASSIGN(auto tx, bulk ? db.BeginBulk({.who = "script", .origin = "bulk"}) : Begin(db));
    if (Pick(2)) LT_TRY(tx->SetInput("file" + std::to_string(step_) + ".csv", std::string(64, 'a')));
    LT_TRY(Fill(*tx, 1 + Pick(6), Pick(12), 0));
    return tx->Commit().status();
  }
  Status Large(Database& db) {
    BulkOptions options{.memory_bytes = 1 << 20, .on_edge_merged = {}};
    LT_ASSIGN(auto tx, db.BeginBulk({.who = "script", .origin = "large"}, options));
    LT_TRY(Fill(*tx, large_bytes_ / 16000, 300, 16000));
    return tx->Commit().status();
  }
  Status Import(Database& db) {
    LT_ASSIGN(auto tx, Begin(db));
    LT_ASSIGN(const auto documents, Documents(tx->view()));
    NodeId last;
    for (uint64_t i = 0; i < 1 + Pick(4); ++i) {
      Properties properties = Some();
      properties.emplace_back("key", "shared" + std::to_string(Pick(6)));
      LT_ASSIGN(const auto merged, tx->MergeNode({"Company"}, properties, Source(documents)));
      if (last) LT_TRY(tx->MergeEdge("SUPPLIES", last, merged.node, {{"year", static_cast<int64_t>(Pick(3))}, {"share", 0.5}}, Source(documents)));
      last = merged.node;
    }
    return tx->Commit().status();
  }
  Status Change(Database& db) {
    LT_ASSIGN(auto tx, Begin(db));
    for (uint64_t i = 0; i < 1 + Pick(5); ++i) {
      LT_ASSIGN(const NodeId node, AnyNode(tx->view()));
      LT_ASSIGN(const EdgeId edge, AnyEdge(tx->view()));
      const uint64_t kind = Pick(5);
      if (kind == 0 && node) LT_TRY(tx->SetProperty(node, "name", Value(Name())));
      if (kind == 1 && node) LT_TRY(tx->SetProperty(node, "size", Pick(2) ? Value() : Value(static_cast<int64_t>(Pick(9)))));
      if (kind == 2 && edge) LT_TRY(tx->SetProperty(edge, "share", Value(0.25)));
      if (kind == 3 && node) LT_TRY(tx->AddLabel(node, "Seen"));
      if (kind == 4 && node) LT_TRY(tx->RemoveLabel(node, "Seen"));
    }
    return tx->Commit().status();
  }
  // One of the last batches that stand, with what depends on it.
  Status Undo(Database& db) {
    LT_ASSIGN(const ReadView view, db.Read());
    LT_ASSIGN(const auto batches, view.Batches());
    const auto undone = UndoneBy(batches);
    const size_t at = batches.size() - 1 - Pick(std::min<size_t>(batches.size(), 5));
    if (batches.empty() || undone[at]) return {};
    return db.Undo(batches[at].id, {.with_dependents = true}, {.who = "script", .origin = "undo"}, Budget()).status();
  }
  Status Delete(Database& db) {
    LT_ASSIGN(auto tx, Begin(db));
    const uint64_t edges = 1 + Pick(3);
    for (uint64_t i = 0; i < edges; ++i) {
      LT_ASSIGN(const EdgeId edge, AnyEdge(tx->view()));
      if (edge) LT_TRY(tx->DeleteEdge(edge));
    }
    LT_ASSIGN(const NodeId node, AnyNode(tx->view(), tx->view().label("Company")));
    if (node && Pick(2)) {
      LT_ASSIGN(const auto seen, tx->view().With({.predicted = true}).Expand(node, Direction::kBoth));
      std::vector<EdgeId> all;
      for (const Neighbour& n : seen) all.push_back(n.edge);
      std::sort(all.begin(), all.end());
      all.erase(std::unique(all.begin(), all.end()), all.end());
      if (all.size() < 40) {
        for (const EdgeId edge : all) LT_TRY(tx->DeleteEdge(edge));
        LT_TRY(tx->DeleteNode(node));
      }
    }
    return tx->Commit().status();
  }

  const uint64_t large_bytes_;
  std::mt19937_64 random_;
  uint64_t step_ = 0;
};

}  // namespace liantu::graph
