// SPDX-License-Identifier: Apache-2.0
// Undo against a slow twin that keeps a log of what every batch did and tells it again without the batches taken back:
// the graph must be as the twin then is, in every read; a refused undo must have a reason that the twin can see; and the
// past must stay what it was. Then a few stories by hand, and diffs that lead from one state to the other.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "../storage/temp_folder.h"
#include "graph/diff.h"
#include "graph/test_help.h"
#include "graph/tiny_graph.h"
#include "graph/twin.h"

namespace liantu::graph {
namespace {

class UndoHistory : TwinReader {
 public:
  UndoHistory(std::unique_ptr<Database> database, uint64_t seed) : TwinReader(seed), database_(std::move(database)) {
    auto tx = Get(database_->Begin({.who = "twin"}));
    batch_ = 1;
    for (int i = 0; i < 4; ++i) {
      const std::string date = i == 3 ? "" : "2025-0" + std::to_string(i % 2 + 1);
      Properties properties = {{"rank", i}};
      if (!date.empty()) properties.emplace_back("date", date);
      const NodeId id = Get(tx->CreateNode({"Document"}, properties, {}));
      documents_[id] = {date, i};
      TwinEntity e = Made({"Document"}, properties, {});
      log_[1].push_back([id, e](Twin& t, Check&) { t.nodes[id.raw] = e; });
    }
    today_ = Get(tx->Commit()).time_ms;
    Note();
  }

  void Run(int batches) {
    for (int i = 0; i < batches && !testing::Test::HasFailure(); ++i) {
      if (past_.size() > 3 && Pick(3) == 0) {
        SCOPED_TRACE("undo after batch " + std::to_string(past_.rbegin()->first));
        TakeBack();
      } else if (Pick(6) == 0) {
        WriteBulk();
      } else {
        Write();
      }
    }
    if (testing::Test::HasFailure()) return;
    for (const auto& [batch, twin] : past_) {
      SCOPED_TRACE("as known after batch " + std::to_string(batch));
      const ReadView view = Get(database_->Read({.as_known = BatchId{batch}}));
      Compare(view, twin);
      CompareNames(view, twin);
      if (testing::Test::HasFailure()) return;
    }
    for (const CheckProblem& p : Get(database_->Check(true, Budget()))) ADD_FAILURE() << p.what;
    for (int i = 0; i < 12; ++i) CompareDiff();
  }
  int refused = 0, undone = 0, taken_along = 0, redone = 0, bulk_undone = 0;

 private:
  // What can go wrong when a log is told without some batches.
  struct Check {
    bool broken = false;
  };
  using Step = std::function<void(Twin&, Check&)>;

  // ---- telling

  bool Stands(uint64_t batch, const std::set<uint64_t>& without) const {
    if (without.contains(batch)) return false;
    for (const auto& [undo, named] : undoes_) {
      if (named.contains(batch) && Stands(undo, without)) return false;
    }
    return true;
  }
  Twin Tell(const std::set<uint64_t>& without, bool* broken) const {
    Twin twin;
    Check check;
    for (const auto& [batch, steps] : log_) {
      if (!Stands(batch, without)) continue;
      for (const Step& step : steps) step(twin, check);
    }
    std::set<std::tuple<std::string, std::string, std::string>> taken;
    for (const auto& [id, e] : twin.nodes) {
      for (const std::string& label : e.labels) {
        for (const char* property : {"key", "code"}) {
          if (label != "A" && !(label == "B" && property == std::string("key"))) continue;
          const auto at = e.properties.find(property);
          if (at == e.properties.end()) continue;
          std::set<std::string> own;
          for (const TwinClaim& c : at->second) own.insert(ToText(c.value));
          for (const std::string& value : own) check.broken |= !taken.insert({label, property, value}).second;
        }
      }
    }
    for (const auto& [id, e] : twin.edges) check.broken |= !twin.nodes.contains(e.from) || !twin.nodes.contains(e.to);
    if (broken != nullptr) *broken = check.broken;
    return twin;
  }

  TwinEntity Made(const std::vector<std::string>& labels, const Properties& properties, const Evidence& evidence) {
    TwinEntity e;
    e.labels = {labels.begin(), labels.end()};
    e.existence = {{Value(), evidence, batch_}};
    for (const auto& [name, value] : properties) e.properties[name] = {{value, evidence, batch_}};
    return e;
  }

  // The claim joins import's way. `joined`: the claims whose words it continued when it was written.
  void Join(Claims& claims, const TwinClaim& added) const {
    Claims kept;
    bool joined = false;
    for (const TwinClaim& c : claims) {
      const bool same = c.evidence.documents == added.evidence.documents &&
                        !Before(c.evidence.valid, added.evidence.valid) && !Before(added.evidence.valid, c.evidence.valid);
      if (!same) {
        kept.push_back(c);
      } else if (c.value == added.value && c.evidence.certainty == added.evidence.certainty &&
                 c.evidence.valid == added.evidence.valid) {
        if (added.evidence.locator.empty() ||
            ("; " + c.evidence.locator + "; ").find("; " + added.evidence.locator + "; ") != std::string::npos) {
          return;
        }
        TwinClaim both = c;
        both.batch = added.batch;
        both.evidence.locator += (c.evidence.locator.empty() ? "" : "; ") + added.evidence.locator;
        kept.push_back(both);
        joined = true;
      }
    }
    if (!joined) kept.push_back(added);
    std::stable_sort(kept.begin(), kept.end(), [&](const auto& a, const auto& b) { return Beats(a, b); });
    claims = kept;
  }

  // ---- one batch

  TwinEntity* Find(Twin& twin, bool edge, uint64_t id) const {
    auto& entities = edge ? twin.edges : twin.nodes;
    const auto at = entities.find(id);
    return at == entities.end() ? nullptr : &at->second;
  }
  void Log(Step step) {
    Check check;
    step(now_, check);
    EXPECT_FALSE(check.broken);
    steps_.push_back(std::move(step));
  }
  // Each property, label and life is touched once a batch, so that what a batch did is what its statements say.
  bool Use(bool edge, uint64_t id, const std::string& what) { return used_.insert({edge, id, what}).second; }
  bool Used(bool edge, uint64_t id) const {
    const auto at = used_.lower_bound({edge, id, ""});
    return at != used_.end() && std::get<0>(*at) == edge && std::get<1>(*at) == id;
  }

  void LogClaim(bool edge, uint64_t id, const std::string& property, const Value& value, const Evidence& evidence) {
    const TwinClaim added{value, evidence, batch_};
    const auto list = [property](TwinEntity& e) -> Claims& { return property.empty() ? e.existence : e.properties[property]; };
    Claims before = list(*Find(now_, edge, id)), after = before;
    Join(after, added);
    if (Show(after) == Show(before)) {
      if (before.empty()) Find(now_, edge, id)->properties.erase(property);
      return;
    }
    // Claims that this one joined: gone now, and said the same.
    std::set<std::string> joined;
    for (const TwinClaim& c : before) {
      const bool gone = Show(after).find(Show(Claims{c})) == std::string::npos;
      if (gone && c.value == value && c.evidence.certainty == evidence.certainty && c.evidence.valid == evidence.valid &&
          c.evidence.documents == evidence.documents) {
        joined.insert(Show(Claims{c}));
      }
    }
    if (!property.empty() && before.empty()) Find(now_, edge, id)->properties.erase(property);
    Log([=, this](Twin& t, Check& check) {
      TwinEntity* e = Find(t, edge, id);
      if (e == nullptr) {
        check.broken = true;
        return;
      }
      for (const std::string& old : joined) check.broken |= Show(list(*e)).find(old) == std::string::npos;
      Join(list(*e), added);
    });
  }

  Evidence SomeEvidence() {
    Evidence e;
    auto at = documents_.begin();
    std::advance(at, Pick(4));
    if (Pick(6) != 0) e.documents.push_back(at->first);
    if (Pick(3) == 0) e.locator = "L" + std::to_string(Pick(3));
    if (Pick(5) == 0) e.certainty = static_cast<Certainty>(Pick(7));
    if (Pick(6) == 0) e.valid.from = Date{Pick(4) * 10};
    if (Pick(6) == 0) e.valid.to = Date{Pick(4) * 10 + 15};
    if (e.valid.from && e.valid.to && *e.valid.to <= *e.valid.from) e.valid.to.reset();
    return e;
  }
  uint64_t Some(bool edge) {
    const auto& entities = edge ? now_.edges : now_.nodes;
    if (entities.empty()) return 0;
    auto at = entities.begin();
    std::advance(at, Pick(static_cast<int>(entities.size())));
    return !edge && documents_.contains(NodeId{at->first}) ? 0 : at->first;
  }
  uint64_t Holder(const std::string& key) const {
    for (const auto& [id, e] : now_.nodes) {
      const auto at = e.properties.find("key");
      if (at != e.properties.end() && at->second[0].value == Value(key)) return id;
    }
    return 0;
  }

  void Write() {
    batch_ = past_.rbegin()->first + 1;
    steps_.clear();
    used_.clear();
    const Twin before = now_;
    auto tx = Get(database_->Begin({.who = "twin"}));
    const int steps = 1 + Pick(14);
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) Statement(*tx);
    const BatchInfo info = Get(tx->Commit());
    EXPECT_EQ(info.id.raw, steps_.empty() ? 0 : batch_);
    if (steps_.empty()) return;
    log_[batch_] = steps_;
    Note();
  }

  // A bulk import: new nodes, older ones that it finds by key, and edges between all of them. Edges of new nodes have no
  // id before the commit; they are found again by their property q.
  void WriteBulk() {
    batch_ = past_.rbegin()->first + 1;
    steps_.clear();
    used_.clear();
    auto tx = Get(database_->BeginBulk({.who = "twin"}, {.memory_bytes = 1 << 16}));
    const int nodes = 4 + Pick(12);
    for (int i = 0; i < nodes && !testing::Test::HasFailure(); ++i) MergeNode(*tx, 60);
    struct Tie {
      NodeId from;
      TwinEntity entity;
    };
    std::map<int64_t, Tie> ties;
    const int edges = Pick(3) == 0 ? 150 : Pick(12);
    const uint64_t hub = Some(false);
    for (int i = 0; i < edges; ++i) {
      const uint64_t from = edges > 12 && Pick(2) == 0 ? hub : Some(false), to = Some(false);
      if (from == 0 || to == 0) continue;
      const std::string type = Pick(2) == 0 ? "T" : "X";
      const int64_t tag = 1000 * static_cast<int64_t>(batch_) + i;
      const Properties properties = {{"q", tag}};
      const Evidence evidence = SomeEvidence();
      TwinEntity e = Made({}, properties, evidence);
      e.type = type;
      e.from = from;
      e.to = to;
      const EdgeId id = Get(tx->CreateEdge(type, NodeId{from}, NodeId{to}, properties, evidence));
      if (!id) {
        ties[tag] = {NodeId{from}, e};
        continue;
      }
      Use(true, id.raw, "made");
      Log([id, e](Twin& t, Check&) { t.edges[id.raw] = e; });
    }
    const BatchInfo info = Get(tx->Commit());
    tx.reset();
    const ReadView view = Get(database_->Read({.predicted = true}));
    for (auto& [tag, tie] : ties) {
      uint64_t id = 0;
      for (const Neighbour& n : Get(view.Expand(tie.from, Direction::kOut))) {
        const Edge edge = *Get(view.GetEdge(n.edge));
        const Value* q = edge.Property(view.property("q"));
        if (q != nullptr && *q == Value(tag)) id = n.edge.raw;
      }
      ASSERT_NE(id, 0u);
      Log([id, e = tie.entity](Twin& t, Check&) { t.edges[id] = e; });
    }
    EXPECT_EQ(info.id.raw, steps_.empty() ? 0 : batch_);
    if (steps_.empty()) return;
    bulk_.insert(batch_);
    log_[batch_] = steps_;
    Note();
  }

  void Statement(Transaction& tx) {
    switch (Pick(11)) {
      case 0:
      case 1:
      case 2: return MergeNode(tx);
      case 3:
      case 4: return CreateEdge(tx);
      case 5:
      case 6: return Set(tx, Pick(3) == 0);
      case 7: return ChangeLabel(tx);
      case 8: return MergeEdge(tx);
      case 9: return Pick(2) == 0 ? Delete(tx, true) : Delete(tx, false);
      default: return Pick(4) == 0 ? Hub(tx) : Set(tx, false);
    }
  }

  void MergeNode(Transaction& tx, int keys = 12) {
    const std::string key = "k" + std::to_string(Pick(keys));
    Properties properties = {{"key", key}};
    if (Pick(2) == 0) properties.emplace_back("name", "n" + std::to_string(Pick(3)));
    if (Pick(2) == 0) properties.emplace_back("p", Pick(3));
    const Evidence evidence = SomeEvidence();
    const uint64_t found = Holder(key);
    if (found != 0) {
      if (!Use(false, found, "")) return;
      for (const auto& [name, value] : properties) {
        if (!Use(false, found, name)) return;
      }
    }
    const auto merged = Get(tx.MergeNode({"A"}, properties, evidence));
    EXPECT_EQ(merged.created, found == 0);
    if (found == 0) {
      const uint64_t id = merged.node.raw;
      Use(false, id, "");
      const TwinEntity e = Made({"A"}, properties, evidence);
      Log([id, e](Twin& t, Check&) { t.nodes[id] = e; });
      for (const auto& [name, value] : properties) Use(false, id, name);
      return;
    }
    LogClaim(false, found, "", Value(), evidence);
    for (const auto& [name, value] : properties) LogClaim(false, found, name, value, evidence);
  }

  void CreateEdge(Transaction& tx) {
    const uint64_t from = Some(false), to = Some(false);
    if (from == 0 || to == 0) return;
    const std::string type = Pick(2) == 0 ? "T" : "X";
    const Properties properties = Pick(2) == 0 ? Properties{{"p", Pick(3)}} : Properties{};
    const Evidence evidence = SomeEvidence();
    TwinEntity e = Made({}, properties, evidence);
    e.type = type;
    e.from = from;
    e.to = to;
    const uint64_t id = Get(tx.CreateEdge(type, NodeId{from}, NodeId{to}, properties, evidence)).raw;
    Use(true, id, "made");
    Log([id, e](Twin& t, Check&) { t.edges[id] = e; });
  }

  // A second source for an edge: S is merged on its ends alone.
  void MergeEdge(Transaction& tx) {
    const uint64_t from = Some(false), to = Some(false);
    if (from == 0 || to == 0) return;
    Evidence evidence = SomeEvidence();
    evidence.valid = {};
    uint64_t found = 0;
    for (const auto& [id, e] : now_.edges) {
      if (e.type == "S" && ((e.from == from && e.to == to) || (e.from == to && e.to == from))) found = found ? found : id;
    }
    const Properties properties = {{"q", Pick(2)}};
    if (found != 0 && (!Use(true, found, "") || !Use(true, found, "q"))) return;
    const auto merged = Get(tx.MergeEdge("S", NodeId{from}, NodeId{to}, properties, evidence));
    EXPECT_EQ(merged.created, found == 0);
    if (found == 0) {
      TwinEntity e = Made({}, properties, evidence);
      e.type = "S";
      e.from = from;
      e.to = to;
      const uint64_t id = merged.edge.raw;
      Use(true, id, "");
      Use(true, id, "q");
      Log([id, e](Twin& t, Check&) { t.edges[id] = e; });
      return;
    }
    EXPECT_EQ(merged.edge.raw, found);
    LogClaim(true, found, "", Value(), evidence);
    LogClaim(true, found, "q", properties[0].second, evidence);
  }

  void Set(Transaction& tx, bool edge) {
    const uint64_t id = Some(edge);
    if (id == 0) return;
    std::string name = Pick(2) == 0 ? "name" : Pick(2) == 0 ? "p" : "code";
    if (edge && name == "code") name = "q";
    Value value = name == "name" ? Value("n" + std::to_string(Pick(3))) : Value(Pick(3));
    if (name == "code") value = Value("c" + std::to_string(Pick(4)));
    if (Pick(5) == 0) value = Value();
    if (used_.contains({edge, id, name})) return;
    const Evidence evidence = Pick(2) == 0 ? Evidence{} : SomeEvidence();
    const Status status = edge ? tx.SetProperty(EdgeId{id}, name, value, evidence) : tx.SetProperty(NodeId{id}, name, value, evidence);
    if (status.code() == Code::kConflict) return;
    Ok(status);
    Use(edge, id, name);
    auto& properties = Find(now_, edge, id)->properties;
    const auto at = properties.find(name);
    if (value.is_null() ? at == properties.end()
                        : at != properties.end() && at->second.size() == 1 && at->second[0].value == value &&
                              at->second[0].evidence == evidence) {
      return;
    }
    const TwinClaim claim{value, evidence, batch_};
    Log([=, this](Twin& t, Check& check) {
      TwinEntity* e = Find(t, edge, id);
      if (e == nullptr) check.broken = true;
      else if (claim.value.is_null()) e->properties.erase(name);
      else e->properties[name] = {claim};
    });
  }

  void ChangeLabel(Transaction& tx) {
    const uint64_t id = Some(false);
    const std::string label = Pick(2) == 0 ? "B" : "X";
    if (id == 0 || !Use(false, id, "label " + label)) return;
    const bool add = !now_.nodes[id].labels.contains(label);
    const Status status = add ? tx.AddLabel(NodeId{id}, label) : tx.RemoveLabel(NodeId{id}, label);
    if (status.code() == Code::kConflict) return;
    Ok(status);
    Log([=, this](Twin& t, Check& check) {
      TwinEntity* e = Find(t, false, id);
      if (e == nullptr) check.broken = true;
      else if (add) e->labels.insert(label);
      else e->labels.erase(label);
    });
  }

  void Delete(Transaction& tx, bool edge) {
    const uint64_t id = Some(edge);
    if (id == 0 || Used(edge, id)) return;
    if (!edge) {
      for (const auto& [other, e] : now_.edges) {
        if (e.from == id || e.to == id) return;
      }
    }
    Ok(edge ? tx.DeleteEdge(EdgeId{id}) : tx.DeleteNode(NodeId{id}));
    Log([=](Twin& t, Check&) { (edge ? t.edges : t.nodes).erase(id); });
  }

  // Many edges of one node, so that blocks are cut.
  void Hub(Transaction& tx) {
    const uint64_t hub = Some(false);
    if (hub == 0) return;
    for (int i = 0; i < 90; ++i) {
      const uint64_t other = Some(false);
      if (other == 0) continue;
      TwinEntity e = Made({}, {}, {});
      e.type = "T";
      e.from = hub;
      e.to = other;
      const uint64_t id = Get(tx.CreateEdge("T", NodeId{hub}, NodeId{other}, {}, {})).raw;
      Use(true, id, "made");
      Log([id, e](Twin& t, Check&) { t.edges[id] = e; });
    }
  }

  // ---- taking back

  void TakeBack() {
    // Any batch that stands, but for the first, whose documents everything cites.
    std::vector<uint64_t> standing;
    for (const auto& [batch, twin] : past_) {
      if (batch != 1 && Stands(batch, {})) standing.push_back(batch);
      if (batch != 1 && !Stands(batch, {}) && Pick(8) == 0) {
        EXPECT_EQ(database_->Undo(BatchId{batch}, {}, {}, Budget()).code(), Code::kConflict);
      }
    }
    if (standing.empty()) return;
    const uint64_t wanted = Pick(2) == 0 ? standing.back() : standing[static_cast<size_t>(Pick(static_cast<int>(standing.size())))];
    const auto plan = database_->Undo(BatchId{wanted}, {.plan_only = true}, {}, Budget());
    bool broken;
    Tell({wanted}, &broken);
    auto report = database_->Undo(BatchId{wanted}, {}, {.who = "undo"}, Budget());
    EXPECT_EQ(report.ok(), !broken) << wanted << ": " << report.status().message();
    if (!report.ok()) {
      ++refused;
      EXPECT_EQ(report.code(), Code::kConflict);
      Compare(Get(database_->Read()), now_);
      if (Pick(2) == 0) return;
      report = database_->Undo(BatchId{wanted}, {.with_dependents = true}, {.who = "undo"}, Budget());
      EXPECT_EQ(report.ok(), plan.ok());
      if (!report.ok()) return;  // it stands against an older batch that an undo brought back
      EXPECT_GT(report->undone.size(), 1u);
      ++taken_along;
    }
    Ok(plan);
    EXPECT_EQ(plan->undone, report->undone);
    EXPECT_EQ(plan->removed, report->removed);
    EXPECT_EQ(plan->restored, report->restored);
    EXPECT_EQ(plan->changed, report->changed);
    EXPECT_EQ(report->batch.undoes, report->undone);
    ++undone;
    batch_ = past_.rbegin()->first + 1;
    EXPECT_EQ(report->batch.id.raw, batch_);
    for (const BatchId named : report->undone) {
      undoes_[batch_].insert(named.raw);
      redone += undoes_.contains(named.raw);
      bulk_undone += bulk_.contains(named.raw);
      EXPECT_GE(named.raw, 2u);
    }
    Note();
  }

  void Note() {
    bool broken;
    now_ = Tell({}, &broken);
    EXPECT_FALSE(broken);
    past_[batch_] = now_;
    const ReadView view = Get(database_->Read());
    Compare(view, now_);
    CompareNames(view, now_);
  }

  void CompareNames(const ReadView& view, const Twin& twin) {
    for (const std::string query : {"k0", "k1", "k2", "k3", "k11", "n0", "n1", "n2"}) {
      std::set<uint64_t> expected, real;
      for (const auto& [id, e] : twin.nodes) {
        const auto at = e.properties.find(query[0] == 'k' ? "key" : "name");
        if (at != e.properties.end() && at->second[0].value == Value(query)) expected.insert(id);
      }
      for (const SearchHit& hit : Get(view.Search(query, {}, 1000))) {
        if (hit.matched == query) real.insert(hit.node.raw);
      }
      EXPECT_EQ(real, expected) << query;
    }
  }

  // ---- diffs lead from one state to the other

  static std::string Shown(const Twin& twin, bool claims) {
    std::string out;
    for (const auto* entities : {&twin.nodes, &twin.edges}) {
      for (const auto& [id, e] : *entities) {
        out += std::to_string(id) + " " + e.type + std::to_string(e.from) + ">" + std::to_string(e.to);
        for (const std::string& label : e.labels) out += ":" + label;
        for (const auto& [name, list] : e.properties) out += " " + name + "=" + (claims ? Show(list) : ToText(list[0].value));
        if (!e.type.empty()) out += CertaintyName(e.existence[0].evidence.certainty);
        out += "\n";
      }
      out += "--\n";
    }
    return out;
  }

  void CompareDiff() {
    std::vector<uint64_t> batches = {0};
    for (const auto& [batch, twin] : past_) batches.push_back(batch);
    const uint64_t a = batches[static_cast<size_t>(Pick(static_cast<int>(batches.size())))];
    const uint64_t b = batches[static_cast<size_t>(Pick(static_cast<int>(batches.size())))];
    const ReadView before = Get(database_->Read({.predicted = true, .as_known = BatchId{a}}));
    const ReadView after = Get(database_->Read({.predicted = true, .as_known = BatchId{b}}));
    Twin twin = a == 0 ? Twin() : past_[a];
    const Twin goal = b == 0 ? Twin() : past_[b];
    Ok(Diff(before, after, Budget(), [&](const Change& change) {
      auto& entities = change.edge ? twin.edges : twin.nodes;
      EXPECT_EQ(entities.contains(change.id), change.kind != Change::Kind::kCreated);
      if (change.kind == Change::Kind::kDeleted) {
        entities.erase(change.id);
        return true;
      }
      TwinEntity& e = entities[change.id];
      if (change.node_after) {
        e.labels.clear();
        for (const LabelId label : change.node_after->labels) e.labels.insert(after.name(label));
      } else {
        e.type = after.name(change.edge_after->type);
        e.from = change.edge_after->from.raw;
        e.to = change.edge_after->to.raw;
        e.existence.resize(1);
        e.existence[0].evidence.certainty = change.edge_after->certainty;
      }
      for (const Change::Property& p : change.properties) {
        const auto at = e.properties.find(after.name(p.property));
        EXPECT_EQ(at != e.properties.end(), p.before.has_value());
        if (p.before && at != e.properties.end()) {
          EXPECT_EQ(at->second[0].value, *p.before);
        }
        if (p.after) e.properties[after.name(p.property)] = {{*p.after, {}, 0}};
        else e.properties.erase(after.name(p.property));
      }
      return true;
    }));
    EXPECT_EQ(Shown(twin, false), Shown(goal, false)) << "from " << a << " to " << b;
  }

  std::unique_ptr<Database> database_;
  std::map<uint64_t, std::vector<Step>> log_;
  std::map<uint64_t, std::set<uint64_t>> undoes_;
  std::map<uint64_t, Twin> past_;
  Twin now_;
  uint64_t batch_ = 0;
  std::vector<Step> steps_;
  std::set<std::tuple<bool, uint64_t, std::string>> used_;
  std::set<uint64_t> bulk_;  // batches
};

TEST(Undo, LeavesTheGraphOfTheRemainingBatchesInMemory) {
  int refused = 0, undone = 0, taken_along = 0, redone = 0, bulk_undone = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    UndoHistory history(MemoryDatabase(HistoryOntology()), seed);
    history.Run(40);
    if (HasFailure()) return;
    refused += history.refused;
    undone += history.undone;
    taken_along += history.taken_along;
    redone += history.redone;
    bulk_undone += history.bulk_undone;
  }
  // The histories are of every kind.
  EXPECT_GT(undone, 100);
  EXPECT_GT(refused, 30);
  EXPECT_GT(taken_along, 10);
  EXPECT_GT(redone, 10);
  EXPECT_GT(bulk_undone, 10);
}

TEST(Undo, LeavesTheGraphOfTheRemainingBatchesOnDisk) {
  for (uint64_t seed = 101; seed <= 104; ++seed) {
    SCOPED_TRACE(seed);
    storage::TempFolder folder;
    UndoHistory history(Get(Database::Open(folder.path() + "/db", {.create = true, .ontology = HistoryOntology()})), seed);
    history.Run(40);
    if (HasFailure()) return;
  }
}

// ---- stories by hand

std::string RefusalOf(Database& database, uint64_t batch) {
  return database.Undo(BatchId{batch}, {}, {}, Budget()).status().message();
}

// Runs some statements as a batch.
uint64_t Batch(Database& database, const std::function<void(Transaction&)>& statements) {
  auto tx = Get(database.Begin({.who = "test"}));
  statements(*tx);
  return Get(tx->Commit()).id.raw;
}

TEST(Undo, SaysWhichBatchesDependAndWhy) {
  auto db = MemoryDatabase(HistoryOntology());
  NodeId doc, a, b, c;
  EdgeId edge;
  const uint64_t made = Batch(*db, [&](Transaction& tx) {
    doc = Get(tx.CreateNode({"Document"}, {{"key", "doc"}}, {}));
    a = Get(tx.CreateNode({"A"}, {{"key", "a"}, {"name", "甲"}}, {}));
  });
  const uint64_t other = Batch(*db, [&](Transaction& tx) { b = Get(tx.CreateNode({"A"}, {{"key", "b"}}, {})); });
  const uint64_t tied = Batch(*db, [&](Transaction& tx) { edge = Get(tx.CreateEdge("T", a, b, {}, {})); });
  const uint64_t cited = Batch(*db, [&](Transaction& tx) { c = Get(tx.CreateNode({}, {}, {{doc}, "L1"})); });
  const uint64_t labelled = Batch(*db, [&](Transaction& tx) { Ok(tx.AddLabel(a, "X")); });
  EXPECT_EQ(RefusalOf(*db, made), Text("batch 1 cannot be undone alone, later batches depend on it: batch ", tied, ": it attached edge ", edge.raw,
                                       " to node ", a.raw, " '甲', which would not be there; batch ", cited, ": it cites node ", doc.raw,
                                       " 'doc', which would not be there; batch ", labelled, ": it changed node ", a.raw,
                                       " '甲', which would not be there"));
  EXPECT_EQ(RefusalOf(*db, other), Text("batch 2 cannot be undone alone, later batches depend on it: batch ", tied, ": it attached edge ", edge.raw,
                                        " to node ", b.raw, " 'b', which would not be there"));
  const auto plan = Get(db->Undo(BatchId{made}, {.plan_only = true}, {}, Budget()));
  EXPECT_EQ(plan.undone, (std::vector<BatchId>{{made}, {tied}, {cited}, {labelled}}));
  EXPECT_EQ(plan.removed, 4u);
  EXPECT_EQ(Get(Get(db->Read()).NodeCount()), 4u);
  // An edge that comes back needs its ends, a unique value its one holder.
  const uint64_t untied = Batch(*db, [&](Transaction& tx) { Ok(tx.DeleteEdge(edge)); });
  const uint64_t deleted = Batch(*db, [&](Transaction& tx) { Ok(tx.DeleteNode(b)); });
  const uint64_t again = Batch(*db, [&](Transaction& tx) { Get(tx.CreateNode({"A"}, {{"key", "b"}}, {})); });
  EXPECT_NE(RefusalOf(*db, untied).find(Text("batch ", deleted, ": it deleted node ", b.raw, ", an end of edge ", edge.raw)), std::string::npos);
  EXPECT_NE(RefusalOf(*db, deleted).find(Text("batch ", again, ": it gave node 5 'b' the key that node ", b.raw, " has again then")),
            std::string::npos);
  // Taken along, all comes back; undone again, all is as it was.
  const ReadView before = Get(db->Read());
  const auto undo = Get(db->Undo(BatchId{untied}, {.with_dependents = true}, {}, Budget()));
  EXPECT_EQ(undo.undone, (std::vector<BatchId>{{untied}, {deleted}, {again}}));
  EXPECT_EQ(Get(Get(db->Read()).Expand(a, Direction::kBoth)).size(), 1u);
  EXPECT_EQ(RefusalOf(*db, untied), Text("batch ", untied, " is undone already, by batch ", undo.batch.id.raw, "; undo that one to bring it back"));
  Get(db->Undo(undo.batch.id, {}, {}, Budget()));
  Ok(Diff(before, Get(db->Read()), Budget(), [](const Change& change) {
    ADD_FAILURE() << (change.edge ? "edge " : "node ") << change.id;
    return true;
  }));
  EXPECT_EQ(db->Undo(BatchId{99}, {}, {}, Budget()).code(), Code::kNotFound);
  EXPECT_EQ(db->Undo(BatchId{0}, {}, {}, Budget()).code(), Code::kNotFound);
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
}

TEST(Undo, KeepsWhatLaterBatchesSaid) {
  auto db = MemoryDatabase(HistoryOntology());
  NodeId one, two, a;
  Batch(*db, [&](Transaction& tx) {
    one = Get(tx.CreateNode({"Document"}, {{"date", "2025-01-01"}}, {}));
    two = Get(tx.CreateNode({"Document"}, {{"date", "2025-02-01"}}, {}));
    a = Get(tx.MergeNode({"A"}, {{"key", "a"}, {"name", "first"}}, {{one}, "L1"})).node;
  });
  const uint64_t client = Batch(*db, [&](Transaction& tx) { Ok(tx.SetProperty(a, "name", "by hand")); });
  const uint64_t import = Batch(*db, [&](Transaction& tx) { Get(tx.MergeNode({"A"}, {{"key", "a"}, {"name", "second"}}, {{two}, ""})); });
  const auto names = [&] {
    const ReadView view = Get(db->Read());
    std::string out;
    for (const Claim& claim : Get(view.Claims(a, view.property("name")))) out += ToText(claim.value) + ";";
    return out;
  };
  EXPECT_EQ(names(), "by hand;second;");
  const auto undo = Get(db->Undo(BatchId{client}, {}, {}, Budget()));
  EXPECT_EQ(names(), "second;first;");  // what the statement had replaced is back, what was imported since stays
  Get(db->Undo(BatchId{import}, {}, {}, Budget()));
  EXPECT_EQ(names(), "first;");
  Get(db->Undo(undo.batch.id, {}, {}, Budget()));
  EXPECT_EQ(names(), "by hand;");
  // A client statement stands on its own, whatever was there before.
  const uint64_t third = Batch(*db, [&](Transaction& tx) { Ok(tx.SetProperty(a, "name", "third")); });
  const uint64_t fourth = Batch(*db, [&](Transaction& tx) { Ok(tx.SetProperty(a, "name", "fourth")); });
  Get(db->Undo(BatchId{third}, {}, {}, Budget()));
  EXPECT_EQ(names(), "fourth;");
  Get(db->Undo(BatchId{fourth}, {}, {}, Budget()));
  EXPECT_EQ(names(), "by hand;");
}

TEST(Undo, AHubLosesAndRegainsItsEdgesInTheirOrder) {
  auto db = MemoryDatabase(HistoryOntology());
  NodeId hub;
  std::vector<NodeId> nodes;
  Batch(*db, [&](Transaction& tx) {
    hub = Get(tx.CreateNode({"A"}, {}, {}));
    for (int i = 0; i < 50; ++i) nodes.push_back(Get(tx.CreateNode({}, {}, {})));
  });
  const auto tie = [&](Transaction& tx) {
    for (int i = 0; i < 1500; ++i) Get(tx.CreateEdge("T", hub, nodes[static_cast<size_t>(i) % nodes.size()], {}, {}));
  };
  const uint64_t first = Batch(*db, tie), second = Batch(*db, tie);
  Batch(*db, tie);
  const auto around = [&](const ReadView& view) { return Get(view.Expand(hub, Direction::kOut)).size(); };
  const ReadView whole = Get(db->Read());
  const auto undo = Get(db->Undo(BatchId{second}, {}, {}, Budget()));
  EXPECT_EQ(around(Get(db->Read())), 3000u);
  EXPECT_EQ(Get(Get(db->Read()).Degree(hub, Direction::kOut)), 3000u);
  EXPECT_EQ(Get(Get(db->Read({.as_known = BatchId{first}})).Degree(hub, Direction::kOut)), 1500u);
  EXPECT_EQ(around(Get(db->Read({.as_known = BatchId{first}}))), 1500u);
  EXPECT_EQ(around(Get(db->Read({.as_known = BatchId{second}}))), 3000u);
  Get(db->Undo(undo.batch.id, {}, {}, Budget()));
  std::vector<uint64_t> before, after;
  for (const Neighbour& n : Get(whole.Expand(hub, Direction::kOut))) before.push_back(n.edge.raw);
  for (const Neighbour& n : Get(Get(db->Read()).Expand(hub, Direction::kOut))) after.push_back(n.edge.raw);
  EXPECT_EQ(after, before);
  EXPECT_EQ(before.size(), 4500u);
  EXPECT_TRUE(Get(db->Check(true, Budget())).empty());
}

TEST(PastView, SnapshotsAreOfTheirMoment) {
  auto db = MemoryDatabase(HistoryOntology());
  NodeId a, b;
  Batch(*db, [&](Transaction& tx) {
    a = Get(tx.CreateNode({"A"}, {{"key", "a"}}, {}));
    b = Get(tx.CreateNode({"A"}, {{"key", "b"}}, {}));
    Get(tx.CreateEdge("T", a, b, {}, {}));
  });
  Batch(*db, [&](Transaction& tx) {
    const NodeId c = Get(tx.CreateNode({"A"}, {{"key", "c"}}, {}));
    Get(tx.CreateEdge("T", a, c, {}, {}));
    Get(tx.CreateEdge("T", b, a, {}, {}));
  });
  const Projection all{.labels = {"A"}, .types = {"T"}};
  const auto size = [&](const ReadOptions& options) {
    const SnapshotPtr snapshot = Get(Get(db->Read(options)).Snap(all, Budget()));
    return std::pair<uint64_t, uint64_t>(snapshot->vertex_count(), snapshot->edge_count());
  };
  for (int round = 0; round < 2; ++round) {  // the second from the cache
    EXPECT_EQ(size({}), (std::pair<uint64_t, uint64_t>(3, 3)));
    EXPECT_EQ(size({.as_known = BatchId{1}}), (std::pair<uint64_t, uint64_t>(2, 1)));
    EXPECT_EQ(size({.as_known = BatchId{2}}), (std::pair<uint64_t, uint64_t>(3, 3)));
  }
}

TEST(PastView, ADayIsTheLastBatchOfThatDay) {
  auto db = MemoryDatabase(HistoryOntology());
  EXPECT_EQ(Get(Get(db->Read()).LastBatch(Date{100000})).raw, 0u);
  for (int i = 0; i < 3; ++i) Batch(*db, [](Transaction& tx) { Get(tx.CreateNode({}, {}, {})); });
  const ReadView view = Get(db->Read());
  const Date today{Get(view.Batch(BatchId{3}))->time_ms / 86'400'000};
  EXPECT_EQ(Get(view.LastBatch(today)).raw, 3u);
  EXPECT_EQ(Get(view.LastBatch(Date{today.days + 5})).raw, 3u);
  EXPECT_EQ(Get(view.LastBatch(Date{today.days - 2})).raw, 0u);
  EXPECT_EQ(Get(Get(db->Read({.as_known = BatchId{2}})).Batches()).size(), 2u);
}

TEST(PastView, ATransactionSeesThePastOfWhatIsCommitted) {
  auto db = MemoryDatabase(HistoryOntology());
  NodeId a;
  Batch(*db, [&](Transaction& tx) { a = Get(tx.CreateNode({}, {{"name", "old"}}, {})); });
  Batch(*db, [&](Transaction& tx) { Ok(tx.SetProperty(a, "name", "new")); });
  auto tx = Get(db->Begin({}));
  Ok(tx->SetProperty(a, "name", "newer"));
  const auto name = [&](const ReadView& view) { return ToText(*Get(view.GetNode(a))->Property(view.property("name"))); };
  EXPECT_EQ(name(tx->view()), "newer");
  EXPECT_EQ(name(tx->view().With({.as_known = BatchId{2}})), "new");
  const ReadView past = tx->view().With({.as_known = BatchId{1}});
  EXPECT_EQ(name(past), "old");
  EXPECT_EQ(name(past.With({.predicted = true})), "old");
  EXPECT_FALSE(past.in_transaction());
}

}  // namespace
}  // namespace liantu::graph
