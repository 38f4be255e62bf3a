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

namespace liantu::graph {
namespace {

constexpr const char* kOntology = R"({
  "name": "history", "version": 1, "common_properties": [
    {"name": "key", "type": "string", "zh": "键", "en": "key"},
    {"name": "name", "type": "string", "zh": "名", "en": "name"}],
  "labels": [
    {"name": "A", "zh": "甲", "en": "a", "about_zh": "甲。", "about_en": "A.", "key": true, "unique": ["code"],
     "properties": [{"name": "code", "type": "string", "zh": "码", "en": "code"}]},
    {"name": "B", "zh": "乙", "en": "b", "about_zh": "乙。", "about_en": "B.", "key": true, "unique": [], "properties": []}],
  "edge_types": [
    {"name": "T", "zh": "联", "en": "t", "about_zh": "联。", "about_en": "T.", "ends": [["*", "*"]], "identity": ["p"],
     "symmetric": false, "tree": false, "economic": true,
     "properties": [{"name": "p", "type": "integer", "zh": "份", "en": "p"}]},
    {"name": "S", "zh": "同", "en": "s", "about_zh": "同。", "about_en": "S.", "ends": [["*", "*"]], "identity": [],
     "symmetric": true, "tree": false, "economic": false, "properties": []}]})";

struct TwinClaim {
  Value value;
  Evidence evidence;
  uint64_t batch = 0;
};
using Claims = std::vector<TwinClaim>;  // visible first

struct TwinEntity {
  std::set<std::string> labels;  // nodes
  std::string type;              // edges
  uint64_t from = 0, to = 0;
  Claims existence;
  std::map<std::string, Claims> properties;
};

struct Twin {
  std::map<uint64_t, TwinEntity> nodes, edges;
};

struct DocumentFacts {
  std::string date;
  int64_t rank;
};

bool Before(const ValidTime& a, const ValidTime& b) { return a.to && b.from && *a.to <= *b.from; }

// Everything the words say about one entity, as text.
std::string Show(const Claims& claims) {
  std::string out;
  for (const TwinClaim& c : claims) {
    out += "[" + ToText(c.value) + "|";
    for (const NodeId d : c.evidence.documents) out += std::to_string(d.raw) + ",";
    out += "|" + c.evidence.locator + "|" + CertaintyName(c.evidence.certainty) + "|";
    if (c.evidence.valid.from) out += std::to_string(c.evidence.valid.from->days);
    out += "..";
    if (c.evidence.valid.to) out += std::to_string(c.evidence.valid.to->days);
    out += "|b" + std::to_string(c.batch) + "]";
  }
  return out;
}

std::string Show(const TwinEntity& e) {
  std::string out = e.type + " " + std::to_string(e.from) + ">" + std::to_string(e.to) + " ";
  for (const std::string& label : e.labels) out += ":" + label;
  out += " " + Show(e.existence);
  for (const auto& [name, claims] : e.properties) out += " " + name + "=" + Show(claims);
  return out;
}

class History {
 public:
  History(std::unique_ptr<Database> database, std::string folder, uint64_t seed)
      : database_(std::move(database)), folder_(std::move(folder)), random_(seed) {
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
  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }

  // ---- the rule, in slow words

  std::pair<std::string, int64_t> Standing(const Evidence& e) const {
    if (e.documents.empty()) return {ToText(Value(Date{today_ / 86'400'000})), INT64_MAX};
    std::pair<std::string, int64_t> best{"", INT64_MAX};
    for (const NodeId d : e.documents) {
      const DocumentFacts& facts = documents_.at(d);
      if (facts.date > best.first || (facts.date == best.first && facts.rank < best.second)) {
        best = {facts.date, facts.rank};
      }
    }
    return best;
  }
  bool Beats(const TwinClaim& a, const TwinClaim& b) const {
    if (a.evidence.certainty != b.evidence.certainty) return a.evidence.certainty < b.evidence.certainty;
    const auto x = Standing(a.evidence), y = Standing(b.evidence);
    if (x.first != y.first) return x.first > y.first;
    if (x.second != y.second) return x.second < y.second;
    if (a.batch != b.batch) return a.batch > b.batch;
    const auto from = [](const TwinClaim& c) { return c.evidence.valid.from ? c.evidence.valid.from->days : INT64_MIN; };
    if (from(a) != from(b)) return from(a) > from(b);
    return a.evidence.documents < b.evidence.documents;
  }
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

  // ---- comparing

  static Claims ClaimsOf(const std::vector<Claim>& claims) {
    Claims out;
    for (size_t i = 0; i < claims.size(); ++i) {
      EXPECT_EQ(claims[i].visible, i == 0);
      out.push_back({claims[i].value, claims[i].evidence, claims[i].batch.raw});
    }
    return out;
  }

  template <class Id, class Entity>
  TwinEntity Read(const ReadView& view, Id id, const Entity& entity) const {
    TwinEntity e;
    e.existence = ClaimsOf(Get(view.Claims(id)));
    for (const auto& [property, value] : entity.properties) {
      e.properties[view.name(property)] = ClaimsOf(Get(view.Claims(id, property)));
      EXPECT_EQ(e.properties[view.name(property)].at(0).value, value);
    }
    return e;
  }

  void ExpectSame(const TwinEntity& twin, const TwinEntity& real, const std::string& what) const {
    EXPECT_EQ(twin.labels, real.labels) << what;
    EXPECT_EQ(Show(twin.existence), Show(real.existence)) << what;
    ASSERT_EQ(twin.properties.size(), real.properties.size()) << what << "\n" << Show(twin) << "\n" << Show(real);
    for (const auto& [name, claims] : twin.properties) {
      ASSERT_TRUE(real.properties.contains(name)) << what << " " << name;
      EXPECT_EQ(Show(claims), Show(real.properties.at(name))) << what << " " << name;
    }
  }

  void Compare(const ReadView& view, const Twin& twin) {
    // Nodes.
    std::vector<uint64_t> ids, all;
    std::vector<NodeId> node_ids;
    std::map<std::string, std::vector<uint64_t>> by_label;
    for (const auto& [id, e] : twin.nodes) {
      ids.push_back(id);
      node_ids.push_back(NodeId{id});
      for (const std::string& label : e.labels) by_label[label].push_back(id);
    }
    Ok(view.AllNodes({}, [&](NodeId id) {
      all.push_back(id.raw);
      return true;
    }));
    ASSERT_EQ(all, ids);
    EXPECT_EQ(Get(view.NodeCount()), ids.size());
    for (const std::string label : {"A", "B", "X", "Document"}) {
      std::vector<uint64_t> members;
      Ok(view.NodesWithLabel(view.label(label), {}, [&](NodeId id) {
        members.push_back(id.raw);
        return true;
      }));
      ASSERT_EQ(members, by_label[label]) << label;
      if (view.label(label)) {
        EXPECT_EQ(Get(view.NodeCount(view.label(label))), members.size());
      }
    }
    const auto nodes = Get(view.GetNodes(node_ids));
    for (size_t i = 0; i < ids.size(); ++i) {
      ASSERT_TRUE(nodes[i].has_value());
      TwinEntity real = Read(view, node_ids[i], *nodes[i]);
      for (const LabelId label : nodes[i]->labels) real.labels.insert(view.name(label));
      ExpectSame(twin.nodes.at(ids[i]), real, "node " + std::to_string(ids[i]));
    }
    EXPECT_FALSE(Get(view.GetNode(NodeId{9'999'999})).has_value());
    // Edges.
    std::map<std::string, uint64_t> by_type;
    std::vector<EdgeId> edge_ids;
    for (const auto& [id, e] : twin.edges) {
      edge_ids.push_back(EdgeId{id});
      ++by_type[e.type];
    }
    EXPECT_EQ(Get(view.EdgeCount()), twin.edges.size());
    for (const std::string type : {"T", "S", "X"}) {
      if (view.type(type)) {
        EXPECT_EQ(Get(view.EdgeCount(view.type(type))), by_type[type]);
      }
    }
    const ReadView whole = view.With({.predicted = true});
    const auto edges = Get(whole.GetEdges(edge_ids));
    size_t walked = 0;
    Ok(whole.AllEdges({}, [&](const Edge& edge) {
      EXPECT_EQ(edge.id, edge_ids.at(walked++));
      return true;
    }));
    EXPECT_EQ(walked, edge_ids.size());
    for (size_t i = 0; i < edge_ids.size(); ++i) {
      ASSERT_TRUE(edges[i].has_value()) << edge_ids[i].raw;
      const TwinEntity& e = twin.edges.at(edge_ids[i].raw);
      EXPECT_EQ(view.name(edges[i]->type), e.type);
      EXPECT_EQ(edges[i]->from.raw, e.from);
      EXPECT_EQ(edges[i]->to.raw, e.to);
      ExpectSame(e, Read(whole, edge_ids[i], *edges[i]), "edge " + std::to_string(edge_ids[i].raw));
    }
    for (const ReadOptions options : {ReadOptions{}, ReadOptions{.predicted = true},
                                      ReadOptions{.as_of = Date{Pick(60)}}, ReadOptions{.as_of = Date{12}, .predicted = true}}) {
      CompareNeighbours(view.With(options), twin);
    }
    CompareLookUps(view, twin);
  }

  bool Sees(const ReadOptions& options, const Claims& existence) const {
    const Evidence& e = existence[0].evidence;
    if (e.certainty == Certainty::kPredicted && !options.predicted) return false;
    return !options.as_of || e.valid.Covers(*options.as_of);
  }

  void CompareNeighbours(const ReadView& view, const Twin& twin) {
    using Row = std::tuple<int, uint32_t, uint64_t, uint64_t>;  // direction, type, edge, other end
    std::map<uint64_t, std::vector<Row>> rows;
    std::map<uint64_t, std::map<std::pair<int, uint32_t>, uint64_t>> degrees;
    for (const auto& [id, e] : twin.edges) {
      const uint32_t type = view.type(e.type).raw;
      ++degrees[e.from][{0, type}];
      ++degrees[e.to][{1, type}];
      const bool seen = Sees(view.options(), e.existence);
      EXPECT_EQ(Get(view.GetEdge(EdgeId{id})).has_value(), seen) << id;
      if (!seen) continue;
      rows[e.from].push_back({0, type, id, e.to});
      rows[e.to].push_back({1, type, id, e.from});
    }
    std::vector<NodeId> nodes;
    std::vector<Row> expected_all, real_all;
    for (const auto& [id, e] : twin.nodes) {
      nodes.push_back(NodeId{id});
      std::vector<Row>& expected = rows[id];
      std::sort(expected.begin(), expected.end());
      std::vector<Row> real;
      for (const Neighbour& n : Get(view.Expand(NodeId{id}, Direction::kBoth))) {
        real.push_back({static_cast<int>(n.direction), n.type.raw, n.edge.raw, n.node.raw});
      }
      ASSERT_EQ(real, expected) << "node " << id;
      const TypeId t = view.type("T");
      size_t ins = 0;
      for (const Row& row : expected) ins += std::get<0>(row) == 1 && std::get<1>(row) == t.raw;
      EXPECT_EQ(Get(view.Expand(NodeId{id}, Direction::kIn, std::vector<TypeId>{t})).size(), ins);
      EXPECT_EQ(Get(view.Degree(NodeId{id}, Direction::kIn, t)), (degrees[id][{1, t.raw}]));
      expected_all.insert(expected_all.end(), expected.begin(), expected.end());
    }
    Ok(view.ExpandMany(nodes, Direction::kBoth, {}, [&](size_t, const Neighbour& n) {
      real_all.push_back({static_cast<int>(n.direction), n.type.raw, n.edge.raw, n.node.raw});
      return true;
    }));
    EXPECT_EQ(real_all, expected_all);
  }

  void CompareLookUps(const ReadView& view, const Twin& twin) {
    for (int i = 0; i < 12; ++i) {
      const std::string key = "k" + std::to_string(i);
      std::vector<uint64_t> expected, real;
      for (const auto& [id, e] : twin.nodes) {
        const auto at = e.properties.find("key");
        if (at == e.properties.end() || e.labels.empty()) continue;
        if (std::any_of(at->second.begin(), at->second.end(), [&](const auto& c) { return c.value == Value(key); })) {
          expected.push_back(id);
        }
      }
      for (const NodeId id : Get(view.FindByKey(key))) real.push_back(id.raw);
      EXPECT_EQ(real, expected) << key;
      for (const std::string label : {"A", "B", "X"}) {
        std::optional<NodeId> first;
        for (const uint64_t id : expected) {
          if (!first && twin.nodes.at(id).labels.contains(label)) first = NodeId{id};
        }
        if (view.label(label)) {
          EXPECT_EQ(Get(view.FindByKey(view.label(label), key)), first) << label << key;
        }
      }
    }
    for (int i = 0; i < 8; ++i) {
      const Value code("c" + std::to_string(i));
      std::vector<NodeId> expected;
      for (const uint64_t id : HoldersIn(twin, "A", "code", code)) expected.push_back(NodeId{id});
      EXPECT_EQ(Get(view.FindByProperty(view.label("A"), view.property("code"), code)), expected);
    }
    EXPECT_EQ(view.FindByProperty(view.label("A"), view.property("name"), Value("n")).code(), Code::kInvalid);
  }
  static std::set<uint64_t> HoldersIn(const Twin& twin, const std::string& label, const std::string& property,
                                      const Value& value) {
    std::set<uint64_t> out;
    for (const auto& [id, e] : twin.nodes) {
      const auto at = e.properties.find(property);
      if (!e.labels.contains(label) || at == e.properties.end()) continue;
      for (const TwinClaim& c : at->second) {
        if (c.value == value) out.insert(id);
      }
    }
    return out;
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
  std::mt19937_64 random_;
  std::map<NodeId, DocumentFacts> documents_;
  Twin now_;
  std::map<uint64_t, Twin> past_;
  uint64_t batch_ = 0;
  int64_t today_ = 0;
  bool changed_ = false;
  size_t blocks_ = 0;
};

std::shared_ptr<const Ontology> HistoryOntology() { return Get(Ontology::Parse(kOntology, "history")); }

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
