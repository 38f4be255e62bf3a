// SPDX-License-Identifier: Apache-2.0
// Random histories against a slow twin: plain maps that follow the words of database.h. After each batch every read of
// the two must agree, inside transactions too; dropped transactions leave nothing; and the journal must give back every
// earlier state of every entity.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "../storage/temp_folder.h"
#include "graph/journal.h"
#include "graph/test_help.h"
#include "graph/twin.h"

namespace liantu::graph {
namespace {

class History : TwinReader {
 public:
  History(std::unique_ptr<Database> database, std::string folder, uint64_t seed)
      : TwinReader(seed), database_(std::move(database)), folder_(std::move(folder)) {
    auto tx = Get(database_->Begin({.who = "twin"}));
    batch_ = 1;
    for (int i = 0; i < 4; ++i) {
      const std::string date = i == 3 ? "" : "2025-0" + std::to_string(i % 2 + 1);
      Properties properties = {{"rank", i}};
      if (!date.empty()) properties.emplace_back("date", date);
      const NodeId id = Get(tx->CreateNode({"Document"}, properties, {}));
      documents_[id] = {date, i};
      TwinEntity& e = now_.nodes[id.raw];
      e.labels = {"Document"};
      e.existence = {{Value(), {}, 1}};
      for (const auto& [name, value] : properties) e.properties[name] = {{value, {}, 1}};
    }
    today_ = Get(tx->Commit()).time_ms;
    past_[1] = now_;
    Compare(Get(database_->Read()), now_);
  }

  // Blocks of neighbours at the end of Run.
  size_t blocks() const { return blocks_; }

  void Run(int batches) {
    for (int i = 0; i < batches; ++i) {
      const Twin before = now_;
      batch_ = past_.rbegin()->first + 1;
      changed_ = false;
      auto tx = Get(database_->Begin({.who = "twin"}));
      const int steps = 1 + Pick(40);
      for (int step = 0; step < steps; ++step) {
        Step(*tx);
        if (Pick(15) == 0) Compare(tx->view(), now_);
        if (testing::Test::HasFailure()) return;
      }
      if (Pick(6) == 0) {
        tx.reset();
        now_ = before;
      } else {
        EXPECT_EQ(tx->empty(), !changed_);
        const BatchInfo info = Get(tx->Commit());
        EXPECT_EQ(info.id.raw, changed_ ? batch_ : 0);
        if (changed_) past_[batch_] = now_;
      }
      if (!folder_.empty() && Pick(10) == 0) {
        database_.reset();
        database_ = Get(Database::Open(folder_, {}));
      }
      Compare(Get(database_->Read()), now_);
      if (testing::Test::HasFailure()) return;
    }
    ComparePast();
    Ok(database_->store().OpenView()->ForEachShard(
        storage::Keyspace::kAdjacency, 1, [&](int, storage::Route, std::string_view rest, std::string_view) {
          blocks_ += !rest.empty();
          return true;
        }));
    const auto problems = Get(database_->Check(true, Budget()));
    for (const CheckProblem& p : problems) ADD_FAILURE() << p.what;
  }

 private:
  bool AddClaim(Claims& claims, const Value& value, const Evidence& evidence) {
    Claims kept;
    TwinClaim fresh{value, evidence, batch_};
    for (const TwinClaim& c : claims) {
      const bool same_source = c.evidence.documents == evidence.documents &&
                               !Before(c.evidence.valid, evidence.valid) && !Before(evidence.valid, c.evidence.valid);
      if (!same_source) {
        kept.push_back(c);
      } else if (c.value == value && c.evidence.certainty == evidence.certainty && c.evidence.valid == evidence.valid) {
        if (evidence.locator.empty() || ("; " + c.evidence.locator + "; ").find("; " + evidence.locator + "; ") != std::string::npos) {
          return false;
        }
        fresh.evidence.locator = c.evidence.locator + (c.evidence.locator.empty() ? "" : "; ") + evidence.locator;
      }
    }
    kept.push_back(fresh);
    std::stable_sort(kept.begin(), kept.end(), [&](const auto& a, const auto& b) { return Beats(a, b); });
    claims = kept;
    return changed_ = true;
  }

  // ---- random things

  Evidence SomeEvidence() {
    Evidence e;
    auto at = documents_.begin();
    std::advance(at, Pick(4));
    if (Pick(8) != 0) e.documents.push_back(at->first);
    if (Pick(6) == 0 && !e.documents.empty() && at->first != documents_.begin()->first) {
      e.documents.insert(e.documents.begin(), documents_.begin()->first);
    }
    if (Pick(3) == 0) e.locator = "L" + std::to_string(Pick(4));
    if (Pick(4) == 0) e.certainty = static_cast<Certainty>(Pick(7));
    if (Pick(5) == 0) e.valid.from = Date{Pick(4) * 10};
    if (Pick(5) == 0) e.valid.to = Date{Pick(4) * 10 + 15};
    if (e.valid.from && e.valid.to && *e.valid.to <= *e.valid.from) e.valid.to.reset();
    return e;
  }
  Properties SomeProperties(bool identifiers) {
    Properties out;
    if (identifiers && Pick(5) != 0) out.emplace_back("key", "k" + std::to_string(Pick(12)));
    if (identifiers && Pick(4) == 0) out.emplace_back("code", "c" + std::to_string(Pick(8)));
    if (Pick(2) == 0) out.emplace_back("name", "n" + std::to_string(Pick(3)));
    if (Pick(3) == 0) out.emplace_back("p", Pick(3));
    if (Pick(6) == 0) out.emplace_back("list", Value::List{Value(Pick(2)), Value(3)});
    return out;
  }
  std::vector<std::string> SomeLabels() {
    static const std::vector<std::vector<std::string>> kSets = {{"A"}, {"B"}, {"X"}, {"A", "B"}, {"A", "X"}, {}};
    return kSets[static_cast<size_t>(Pick(static_cast<int>(kSets.size())))];
  }
  uint64_t SomeNode() {
    if (Pick(30) == 0) return 9'999'999;
    auto at = now_.nodes.begin();
    std::advance(at, Pick(static_cast<int>(now_.nodes.size())));
    return at->first;
  }
  uint64_t SomeEdge() {
    if (now_.edges.empty() || Pick(30) == 0) return 9'999'999;
    auto at = now_.edges.begin();
    std::advance(at, Pick(static_cast<int>(now_.edges.size())));
    return at->first;
  }

  // ---- identifiers

  static bool Unique(const std::string& label, const std::string& property) {
    return (property == "key" && (label == "A" || label == "B")) || (property == "code" && label == "A");
  }
  static bool Identifies(const std::string& label, const std::string& property) {
    return property == "key" || (property == "code" && label == "A");
  }
  std::set<uint64_t> Holders(const std::string& label, const std::string& property, const Value& value) const {
    std::set<uint64_t> out;
    for (const auto& [id, e] : now_.nodes) {
      const auto at = e.properties.find(property);
      if (!e.labels.contains(label) || at == e.properties.end()) continue;
      for (const TwinClaim& c : at->second) {
        if (c.value == value) out.insert(id);
      }
    }
    return out;
  }
  // Whether the entity, as it would be, takes a unique value that another node has.
  bool Clashes(uint64_t self, const TwinEntity& e) const {
    for (const std::string& label : e.labels) {
      for (const auto& [name, claims] : e.properties) {
        if (!Unique(label, name)) continue;
        for (const TwinClaim& c : claims) {
          for (const uint64_t holder : Holders(label, name, c.value)) {
            if (holder != self) return true;
          }
        }
      }
    }
    return false;
  }

  // ---- steps

  TwinEntity Made(const Properties& properties, const Evidence& evidence,
                  const std::map<std::string, Evidence>& overrides = {}) {
    TwinEntity e;
    e.existence = {{Value(), evidence, batch_}};
    for (const auto& [name, value] : properties) {
      const auto other = overrides.find(name);
      e.properties[name] = {{value, other == overrides.end() ? evidence : other->second, batch_}};
    }
    return e;
  }

  void Step(Transaction& tx) {
    switch (Pick(12)) {
      case 0: return CreateNode(tx);
      case 1:
      case 2: return MergeNode(tx);
      case 3: return CreateEdge(tx);
      case 4:
      case 5:
      case 6: return MergeEdge(tx);
      case 7: return SetProperty(tx, false);
      case 8: return SetProperty(tx, true);
      case 9: return ChangeLabel(tx);
      case 10: return DeleteEdge(tx);
      default: return Pick(2) == 0 ? DeleteNode(tx) : Several(tx);
    }
  }

  void CreateNode(Transaction& tx) {
    const auto labels = SomeLabels();
    const Properties properties = SomeProperties(true);
    const Evidence evidence = SomeEvidence();
    TwinEntity e = Made(properties, evidence);
    e.labels = {labels.begin(), labels.end()};
    const auto made = tx.CreateNode(labels, properties, evidence);
    if (Clashes(0, e)) {
      EXPECT_EQ(made.code(), Code::kConflict);
      return;
    }
    Ok(made);
    now_.nodes[made->raw] = e;
    changed_ = true;
  }

  void MergeNode(Transaction& tx) {
    const auto labels = SomeLabels();
    const Properties properties = SomeProperties(true);
    const Evidence evidence = SomeEvidence();
    std::map<std::string, Evidence> overrides;
    if (Pick(4) == 0) overrides["name"] = SomeEvidence();
    std::set<uint64_t> found;
    for (const std::string& label : labels) {
      for (const auto& [name, value] : properties) {
        if (!Identifies(label, name)) continue;
        const auto holders = Holders(label, name, value);
        if (!holders.empty()) found.insert(*holders.begin());
      }
    }
    const auto merged = tx.MergeNode(labels, properties, evidence, overrides);
    if (found.size() > 1) {
      EXPECT_EQ(merged.code(), Code::kConflict);
      return;
    }
    const bool changed_before = changed_;
    changed_ = false;
    TwinEntity e;
    if (found.empty()) {
      e = Made(properties, evidence, overrides);
      e.labels = {labels.begin(), labels.end()};
      changed_ = true;
    } else {
      e = now_.nodes.at(*found.begin());
      for (const std::string& label : labels) changed_ |= e.labels.insert(label).second;
      bool any = changed_;
      any |= AddClaim(e.existence, Value(), evidence);
      for (const auto& [name, value] : properties) {
        const auto other = overrides.find(name);
        any |= AddClaim(e.properties[name], value, other == overrides.end() ? evidence : other->second);
      }
      changed_ = any;
    }
    const bool changed = changed_;
    changed_ = changed_before;
    if (Clashes(found.empty() ? 0 : *found.begin(), e)) {
      EXPECT_EQ(merged.code(), Code::kConflict);
      return;
    }
    Ok(merged);
    EXPECT_EQ(merged->created, found.empty());
    EXPECT_EQ(merged->changed, changed);
    if (!found.empty()) {
      EXPECT_EQ(merged->node.raw, *found.begin());
    }
    now_.nodes[merged->node.raw] = e;
    changed_ |= changed;
  }

  void CreateEdge(Transaction& tx) {
    const std::string type = Pick(3) == 0 ? "T" : Pick(2) == 0 ? "S" : "X";
    const uint64_t from = SomeNode(), to = SomeNode();
    const Properties properties = SomeProperties(false);
    const Evidence evidence = SomeEvidence();
    const auto made = tx.CreateEdge(type, NodeId{from}, NodeId{to}, properties, evidence);
    if (!now_.nodes.contains(from) || !now_.nodes.contains(to)) {
      EXPECT_EQ(made.code(), Code::kNotFound);
      return;
    }
    Ok(made);
    TwinEntity e = Made(properties, evidence);
    e.type = type;
    e.from = from;
    e.to = to;
    now_.edges[made->raw] = e;
    changed_ = true;
  }

  void MergeEdge(Transaction& tx) {
    const std::string type = Pick(3) == 0 ? "T" : Pick(2) == 0 ? "S" : "X";
    const uint64_t from = SomeNode(), to = SomeNode();
    const Properties properties = SomeProperties(false);
    const Evidence evidence = SomeEvidence();
    const auto merged = tx.MergeEdge(type, NodeId{from}, NodeId{to}, properties, evidence);
    if (!now_.nodes.contains(from) || !now_.nodes.contains(to)) {
      EXPECT_EQ(merged.code(), Code::kNotFound);
      return;
    }
    Ok(merged);
    uint64_t found = 0;
    for (const auto& [id, e] : now_.edges) {
      const bool ends = (e.from == from && e.to == to) || (type == "S" && e.from == to && e.to == from);
      if (e.type != type || !ends) continue;
      std::map<std::string, Value> given(properties.begin(), properties.end()), own;
      for (const auto& [name, claims] : e.properties) own[name] = claims[0].value;
      if (type != "X") {
        std::erase_if(given, [&](const auto& p) { return type == "S" || p.first != "p"; });
        std::erase_if(own, [&](const auto& p) { return type == "S" || p.first != "p"; });
      }
      if (given != own) continue;
      bool overlaps = false, documents = type != "X";
      for (const TwinClaim& c : e.existence) {
        overlaps |= !Before(c.evidence.valid, evidence.valid) && !Before(evidence.valid, c.evidence.valid);
        documents |= c.evidence.documents == evidence.documents;
      }
      if (!overlaps || !documents) continue;
      found = id;
      break;
    }
    EXPECT_EQ(merged->created, found == 0) << type << " " << from << ">" << to;
    if (found == 0) {
      TwinEntity e = Made(properties, evidence);
      e.type = type;
      e.from = from;
      e.to = to;
      now_.edges[merged->edge.raw] = e;
      changed_ = true;
      return;
    }
    EXPECT_EQ(merged->edge.raw, found);
    TwinEntity& e = now_.edges[found];
    bool changed = AddClaim(e.existence, Value(), evidence);
    for (const auto& [name, value] : properties) changed |= AddClaim(e.properties[name], value, evidence);
    EXPECT_EQ(merged->changed, changed);
    changed_ |= changed;
  }

  void SetProperty(Transaction& tx, bool edge) {
    const uint64_t id = edge ? SomeEdge() : SomeNode();
    static const std::vector<std::string> kNames = {"key", "code", "name", "p", "list"};
    const std::string name = kNames[static_cast<size_t>(Pick(5))];
    Value value;
    if (Pick(4) != 0) {
      value = name == "key" ? Value("k" + std::to_string(Pick(12)))
                            : name == "code" ? Value("c" + std::to_string(Pick(8))) : Value(Pick(3));
    }
    if (documents_.contains(NodeId{id}) && !edge) return;  // their dates stand
    const Evidence evidence = Pick(2) == 0 ? Evidence{} : SomeEvidence();
    const Status status = edge ? tx.SetProperty(EdgeId{id}, name, value, evidence)
                               : tx.SetProperty(NodeId{id}, name, value, evidence);
    auto& entities = edge ? now_.edges : now_.nodes;
    if (!entities.contains(id)) {
      EXPECT_EQ(status.code(), Code::kNotFound);
      return;
    }
    TwinEntity e = entities[id];
    bool changed = true;
    if (value.is_null()) {
      changed = e.properties.erase(name) > 0;
    } else {
      Claims& claims = e.properties[name];
      changed = claims.size() != 1 || claims[0].value != value || !(claims[0].evidence == evidence);
      if (changed) claims = {{value, evidence, batch_}};
    }
    if (!edge && Clashes(id, e)) {
      EXPECT_EQ(status.code(), Code::kConflict);
      return;
    }
    Ok(status);
    entities[id] = e;
    changed_ |= changed;
  }

  void ChangeLabel(Transaction& tx) {
    const uint64_t id = SomeNode();
    const std::string label = Pick(2) == 0 ? "A" : "X";
    const bool add = Pick(2) == 0;
    const Status status = add ? tx.AddLabel(NodeId{id}, label) : tx.RemoveLabel(NodeId{id}, label);
    if (!now_.nodes.contains(id)) {
      EXPECT_EQ(status.code(), Code::kNotFound);
      return;
    }
    TwinEntity e = now_.nodes[id];
    const bool changed = add ? e.labels.insert(label).second : e.labels.erase(label) > 0;
    if (Clashes(id, e)) {
      EXPECT_EQ(status.code(), Code::kConflict);
      return;
    }
    Ok(status);
    now_.nodes[id] = e;
    changed_ |= changed;
  }

  void DeleteEdge(Transaction& tx) {
    const uint64_t id = SomeEdge();
    const Status status = tx.DeleteEdge(EdgeId{id});
    if (now_.edges.erase(id) == 0) {
      EXPECT_EQ(status.code(), Code::kNotFound);
      return;
    }
    Ok(status);
    changed_ = true;
  }

  void DeleteNode(Transaction& tx) {
    const uint64_t id = SomeNode();
    if (documents_.contains(NodeId{id})) return;
    const Status status = tx.DeleteNode(NodeId{id});
    if (!now_.nodes.contains(id)) {
      EXPECT_EQ(status.code(), Code::kNotFound);
      return;
    }
    for (const auto& [edge, e] : now_.edges) {
      if (e.from == id || e.to == id) {
        EXPECT_EQ(status.code(), Code::kConflict);
        return;
      }
    }
    Ok(status);
    now_.nodes.erase(id);
    changed_ = true;
  }

  // Many edges of one node at once, so that blocks are cut, and some of them away again.
  void Several(Transaction& tx) {
    const uint64_t hub = now_.nodes.begin()->first;
    for (int i = 0; i < 40; ++i) {
      const uint64_t other = SomeNode();
      if (!now_.nodes.contains(other)) continue;
      TwinEntity e = Made({}, {});
      e.type = "T";
      e.from = i % 8 == 7 ? hub : other;
      e.to = i % 8 == 7 ? other : hub;
      now_.edges[Get(tx.CreateEdge("T", NodeId{e.from}, NodeId{e.to}, {}, {})).raw] = e;
      changed_ = true;
    }
    for (int i = 0; i < 20; ++i) {
      const uint64_t id = SomeEdge();
      if (now_.edges.erase(id) > 0) Ok(tx.DeleteEdge(EdgeId{id}));
    }
  }

  // Every read of the past agrees with what was noted then, and the journal gives back what every entity was.
  void ComparePast() {
    const ReadView view = Get(database_->Read());
    for (const auto& [batch, twin] : past_) {
      Compare(Get(database_->Read({.as_known = BatchId{batch}})), twin);
      if (testing::Test::HasFailure()) {
        ADD_FAILURE() << "as known after batch " << batch;
        return;
      }
    }
    Compare(view.With({.as_known = BatchId{0}}), Twin());
    EXPECT_EQ(view.With({.as_known = BatchId{1000}}).NodeCount().code(), Code::kNotFound);
    EXPECT_EQ(database_->Read({.as_known = BatchId{1000}}).code(), Code::kNotFound);
    const auto store_view = database_->store().OpenView();
    for (const auto& [batch, twin] : past_) {
      for (const bool edges : {false, true}) {
        std::set<uint64_t> ids;
        for (const auto& [other_batch, other] : past_) {
          for (const auto& [id, e] : edges ? other.edges : other.nodes) ids.insert(id);
        }
        for (const uint64_t id : ids) {
          const auto born = edges ? Get(view.BornIn(EdgeId{id})) : Get(view.BornIn(NodeId{id}));
          const auto& entities = edges ? twin.edges : twin.nodes;
          const auto at = entities.find(id);
          if (born.batch.raw <= batch) {
            const auto image = Get(ImageAfter(*store_view, edges, id, BatchId{batch}));
            if (image) {
              ExpectImage(view, *image, edges, at == entities.end() ? TwinEntity{} : at->second, batch);
            } else {
              const auto& now = edges ? now_.edges : now_.nodes;
              const auto present = now.find(id);
              EXPECT_EQ(present == now.end() ? "" : Show(present->second),
                        at == entities.end() ? "" : Show(at->second))
                  << id << " after batch " << batch;
            }
          } else {
            EXPECT_EQ(at, entities.end()) << id << " after batch " << batch;
          }
          if (testing::Test::HasFailure()) return;
        }
      }
    }
  }

  void ExpectImage(const ReadView& view, const EntityImage& image, bool edge, const TwinEntity& twin, uint64_t batch) {
    const EntityRecord& record = edge ? static_cast<const EntityRecord&>(image.edge) : image.node;
    std::set<std::string> labels;
    for (const LabelId label : image.node.labels) labels.insert(view.name(label));
    EXPECT_EQ(labels, twin.labels) << batch;
    if (edge) {
      EXPECT_EQ(image.edge.from.raw, twin.from);
    }
    std::map<std::string, Value> real, expected;
    for (const StoredProperty& p : record.properties) {
      real[view.name(p.id)] = p.value;
      EXPECT_EQ(p.claims, image.claims.contains(p.id));
      EXPECT_EQ(p.claims ? image.claims.at(p.id).size() : 1, twin.properties.at(view.name(p.id)).size());
    }
    for (const auto& [name, claims] : twin.properties) expected[name] = claims[0].value;
    EXPECT_EQ(real, expected) << batch;
  }

  std::unique_ptr<Database> database_;
  std::string folder_;
  Twin now_;
  std::map<uint64_t, Twin> past_;
  uint64_t batch_ = 0;
  bool changed_ = false;
  size_t blocks_ = 0;
};

TEST(History, EveryReadAgreesWithTheTwinInMemory) {
  size_t blocks = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    History history(MemoryDatabase(HistoryOntology()), "", seed);
    history.Run(25);
    if (HasFailure()) return;
    blocks += history.blocks();
  }
  EXPECT_GT(blocks, 20u);  // else the histories are too tame
}

TEST(History, EveryReadAgreesWithTheTwinOnDisk) {
  for (uint64_t seed = 101; seed <= 104; ++seed) {
    SCOPED_TRACE(seed);
    storage::TempFolder folder;
    const std::string path = folder.path() + "/db";
    History history(Get(Database::Open(path, {.create = true, .ontology = HistoryOntology()})), path, seed);
    history.Run(25);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace liantu::graph
