// SPDX-License-Identifier: Apache-2.0
// Taking batches back. An undo is a batch that names the batches it takes back; which batches stand follows from these
// names alone: a batch stands unless an undo that stands names it. (So an undo of an undo brings back.) What the graph
// is to be follows from the standing batches: each entity's story (journal.h) is told again without the others, and
// what comes out other than what is stored is written.
//
// A batch acts on an entity by what it changed, seen from the images before and after it:
//   - it made it, or deleted it, whatever it was;
//   - it added and removed labels;
//   - it replaced or removed a property whole (client statements; the journal marks these), or it added claims to it by
//     import's rule (claim_rule.h), next to whatever claims are there.
// Told again on another ground this may not fit. Then the batch depends on what is undone and must go too. Batch L depends
// on B when L
//   - changed an entity that B made (attached a value or a label to it), or attached an edge to it,
//   - joined its own words to a claim of B (equal but for the locator, which is then one text),
//   - deleted a node at which an edge ends that B's undoing brings back,
//   - gave a node the unique value that another has again then,
//   - was the first to name a body of evidence with a document that B made.
#include <algorithm>
#include <set>
#include <unordered_set>

#include "graph/claim_rule.h"
#include "graph/database_state.h"
#include "graph/journal.h"
#include "graph/writer.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

// All changes of an undo go into one store write, held in memory at about a kilobyte each.
constexpr uint64_t kMostUndone = 4'000'000;
constexpr uint64_t kPollEvery = 1024;

// What the planner keeps of a batch.
struct BatchLine {
  NodeId first_node, last_node;
  EdgeId first_edge, last_edge;
  EvidenceId first_evidence, last_evidence;
  std::vector<BatchId> undoes;
};

// A batch that cannot stand with what the plan undoes.
struct Conflict {
  BatchId batch;
  std::string why;
};

using Claims = std::vector<StoredClaim>;

bool Has(const Claims& claims, const StoredClaim& claim) {
  return std::find(claims.begin(), claims.end(), claim) != claims.end();
}
// Those of `a` that are not in `b`.
Claims Without(const Claims& a, const Claims& b) {
  Claims out;
  for (const StoredClaim& claim : a) {
    if (!Has(b, claim)) out.push_back(claim);
  }
  return out;
}

class Planner {
 public:
  Planner(const ReadView& view, const ReadView::State& state, const Budget& budget)
      : view_(view), state_(state), budget_(budget) {}

  Status Load() {
    lines_.emplace_back();  // batch 0
    LT_TRY(ForEachBatch(*state_.view, BatchId{1}, [&](const BatchInfo& info) {
      lines_.resize(info.id.raw);
      lines_.push_back({info.first_node, info.last_node, info.first_edge, info.last_edge, info.first_evidence,
                        info.last_evidence, info.undoes});
    }));
    // When each batch last began to stand or ceased to.
    last_turn_.resize(lines_.size());
    for (uint64_t b = 0; b < lines_.size(); ++b) last_turn_[b] = b;
    for (uint64_t b = 0; b < lines_.size(); ++b) {
      std::vector<uint64_t> reached{b};
      while (!reached.empty()) {
        const uint64_t one = reached.back();
        reached.pop_back();
        last_turn_[one] = b;
        for (const BatchId named : lines_[one].undoes) reached.push_back(named.raw);
      }
    }
    standing_ = Standing({});
    return {};
  }

  bool Exists(BatchId batch) const { return batch && batch.raw < lines_.size(); }
  bool Stands(BatchId batch) const { return standing_[batch.raw]; }
  BatchId LastTurn(BatchId batch) const { return {last_turn_[batch.raw]}; }
  BatchId UndoneBy(BatchId batch) const { return Undoer(batch, standing_); }

  // Works out what everything is to be when `named` are undone too, and which batches are in the way.
  Status Make(const std::set<BatchId>& named, GraphWriter& writer) {
    ClaimRule rule(writer);
    rule_ = &rule;
    writer_ = &writer;
    nodes.clear();
    edges.clear();
    conflicts_.clear();
    named_ = named;
    after_ = Standing(named);
    turned_.clear();
    first_unsure_ = lines_.size();
    for (uint64_t b = 1; b < lines_.size(); ++b) {
      if (!lines_[b].undoes.empty()) continue;
      if (standing_[b] != after_[b]) turned_.push_back(BatchId{b});
      if (last_turn_[b] != b || !after_[b]) first_unsure_ = std::min(first_unsure_, b);
    }
    LT_TRY(LoadTouched());
    LT_TRY(Consider(true));
    LT_TRY(Consider(false));
    LT_TRY(SortClaims());
    LT_TRY(CheckEnds());
    LT_TRY(CheckDocuments());
    rule_ = nullptr;
    return {};
  }

  std::vector<GraphWriter::Restoration> nodes, edges;  // what is to be different, ids ascending
  std::vector<Conflict> TakeConflicts() { return std::move(conflicts_); }

  // Which batch gave the holder the value, for a clash that the writer met.
  Status Note(const GraphWriter::UniqueClash& clash) {
    LT_ASSIGN(const EntityState holder, StateAfter(false, clash.holder.raw));
    BatchId by;
    const auto at = holder.claims.find(clash.property);
    if (at != holder.claims.end()) {
      for (const StoredClaim& claim : at->second) {
        if (IndexedForm(claim.value) == clash.form) by = claim.batch;
      }
    }
    const std::string& property = view_.name(clash.property);
    AddConflict(by, Text("it gave ", writer_->Describe(clash.holder), " the ", property, " that node ", clash.node.raw,
                         " has again then"));
    return {};
  }

 private:
  std::vector<bool> Standing(const std::set<BatchId>& named) const {
    std::vector<bool> stands(lines_.size(), true);
    for (const BatchId batch : named) stands[batch.raw] = false;
    for (uint64_t b = lines_.size(); b-- > 1;) {
      if (!stands[b]) continue;
      for (const BatchId undone : lines_[b].undoes) stands[undone.raw] = false;
    }
    return stands;
  }
  BatchId Undoer(BatchId batch, const std::vector<bool>& stands) const {
    for (uint64_t b = lines_.size(); b-- > batch.raw + 1;) {
      const auto& undoes = lines_[b].undoes;
      if (stands[b] && std::find(undoes.begin(), undoes.end(), batch) != undoes.end()) return {b};
    }
    return {};
  }

  void AddConflict(BatchId batch, std::string why) {
    const auto at = std::find_if(conflicts_.begin(), conflicts_.end(), [&](const Conflict& c) { return c.batch == batch; });
    if (at == conflicts_.end()) conflicts_.push_back({batch, std::move(why)});
  }

  Status Poll() { return ++steps_ % kPollEvery == 0 ? budget_.Check() : Status(); }

  // ---- stories

  // Older entities that any batch from the first turned one on touched; the others have no story but their making.
  Status LoadTouched() {
    const uint64_t first = turned_.empty() ? lines_.size() : turned_.front().raw;
    for (const bool edge : {false, true}) {
      touched_[edge].clear();
      for (uint64_t b = first; b < lines_.size(); ++b) {
        LT_ASSIGN(const auto ids, TouchedBy(*state_.view, BatchId{b}, edge));
        touched_[edge].insert(ids.begin(), ids.end());
      }
    }
    return {};
  }

  // Every entity that a turned batch made or touched.
  Status Consider(bool edge) {
    std::vector<uint64_t> ids;
    for (const BatchId batch : turned_) {
      const BatchLine& line = lines_[batch.raw];
      const uint64_t first = edge ? line.first_edge.raw : line.first_node.raw;
      const uint64_t last = edge ? line.last_edge.raw : line.last_node.raw;
      for (uint64_t id = first; first != 0 && id <= last; ++id) ids.push_back(id);
      LT_ASSIGN(const auto touched, TouchedBy(*state_.view, batch, edge));
      ids.insert(ids.end(), touched.begin(), touched.end());
      if (ids.size() > 2 * kMostUndone) return TooMany();
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    auto& out = edge ? edges : nodes;
    for (const uint64_t id : ids) {
      LT_TRY(Poll());
      if (!touched_[edge].contains(id)) {  // nothing happened to it but that a turned batch made it
        LT_ASSIGN(const bool exists, ExistsNow(edge, id));
        if (exists) out.emplace_back(id, EntityState());
        continue;
      }
      LT_ASSIGN(const EntityState now, LoadState(state_, edge, id));
      LT_ASSIGN(EntityState to, Retell(edge, id, now));
      if (to != now) out.emplace_back(id, std::move(to));
    }
    return nodes.size() + edges.size() > kMostUndone ? TooMany() : Status();
  }
  static Status TooMany() {
    return Status(Code::kInvalid, Text("this undo would change more than ", kMostUndone,
                                       " nodes and edges, which is more than one commit can hold; restore a backup instead"));
  }

  Result<bool> ExistsNow(bool edge, uint64_t id) {
    if (!edge) {
      std::string value;
      return state_.Get(keys::Node(NodeId{id}), &value);
    }
    LT_ASSIGN(const EdgeRecord* record, writer_->FindEdge(EdgeId{id}));
    return record != nullptr;
  }

  // The entity as the batches of after_ make it.
  Result<EntityState> Retell(bool edge, uint64_t id, const EntityState& now) {
    LT_ASSIGN(const BatchRange range, state_.RangeOf(edge, id));
    LT_ASSIGN(const auto images, ImagesFrom(*state_.view, edge, id, BatchId{first_unsure_}));
    const auto state_at = [&](size_t i) {
      return i < images.size() ? StateOf(images[i].image, edge, range.origin()) : now;
    };
    EntityState before, told;  // what was before a step, and what is told
    EntityState first = state_at(0);
    if (range.batch.raw >= first_unsure_) {
      if (after_[range.batch.raw]) told = first;
    } else {
      told = first;
    }
    before = std::move(first);
    for (size_t i = 0; i < images.size(); ++i) {
      EntityState then = state_at(i + 1);
      const BatchId batch = images[i].before;
      if (after_[batch.raw] && lines_[batch.raw].undoes.empty()) {
        LT_TRY(Tell(edge, id, images[i], before, then, told));
      }
      before = std::move(then);
    }
    return told;
  }

  // One step: the batch led from `before` to `then`; it does the same to `told`.
  Status Tell(bool edge, uint64_t id, const DatedImage& step, const EntityState& before, const EntityState& then,
              EntityState& told) {
    if (told == before) {
      told = then;
      return {};
    }
    if (!then.exists) {
      told = {};
      return {};
    }
    if (!told.exists) {
      LT_ASSIGN(const std::string what, Describe(edge, id));
      AddConflict(step.before, Text("it changed ", what, ", which would not be there"));
      return {};
    }
    std::vector<LabelId> labels;
    for (const LabelId label : told.labels) {
      const bool removed = std::binary_search(before.labels.begin(), before.labels.end(), label) &&
                           !std::binary_search(then.labels.begin(), then.labels.end(), label);
      if (!removed) labels.push_back(label);
    }
    for (const LabelId label : then.labels) {
      if (!std::binary_search(before.labels.begin(), before.labels.end(), label)) labels.push_back(label);
    }
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    told.labels = std::move(labels);
    std::set<PropertyId> properties;
    for (const auto& [property, claims] : before.claims) properties.insert(property);
    for (const auto& [property, claims] : then.claims) properties.insert(property);
    for (const PropertyId property : properties) {
      const auto claims_of = [&](const EntityState& state) {
        const auto at = state.claims.find(property);
        return at == state.claims.end() ? Claims() : at->second;
      };
      const Claims a = claims_of(before), b = claims_of(then);
      if (a == b) continue;
      Claims x = claims_of(told);
      const auto& replaced = step.image.replaced;
      if (x == a || std::find(replaced.begin(), replaced.end(), property) != replaced.end()) {
        x = b;
      } else {
        LT_TRY(TellClaims(edge, id, step.before, property, a, b, x));
      }
      if (x.empty()) told.claims.erase(property);
      else told.claims[property] = std::move(x);
    }
    return {};
  }

  // The batch added claims; what it removed went because of these.
  Status TellClaims(bool edge, uint64_t id, BatchId batch, PropertyId property, const Claims& before, const Claims& then,
                    Claims& told) {
    const Claims removed = Without(before, then);
    for (const StoredClaim& added : Without(then, before)) {
      LT_ASSIGN(const auto evidence, writer_->EvidenceOf(added.evidence));
      for (const StoredClaim& old : removed) {
        LT_ASSIGN(const auto other, writer_->EvidenceOf(old.evidence));
        const bool joined = old.value == added.value && other->documents == evidence->documents &&
                            other->certainty == evidence->certainty && other->valid == evidence->valid;
        if (!joined) continue;
        if (Has(told, old)) {
          std::erase(told, old);
        } else {
          LT_ASSIGN(const std::string what, Describe(edge, id));
          AddConflict(batch, Text("it joined a claim about ", what, property ? Text(" (", view_.name(property), ")") : "",
                                  " to one that would not be there"));
        }
      }
      LT_TRY(rule_->Add(told, added));
    }
    unsorted_.insert({edge, id});
    return {};
  }

  // Puts the claims that were put together anew into the order of the rule.
  Status SortClaims() {
    for (const auto& [id, to] : nodes) {  // documents are ranked as they are going to be
      NodeRecord record;
      for (const auto& [property, claims] : to.claims) ClaimRule::Show(record, property, claims);
      rule_->Expect(NodeId{id}, record);
    }
    for (const bool edge : {false, true}) {
      for (auto& [id, to] : edge ? edges : nodes) {
        if (!unsorted_.contains({edge, id})) continue;
        for (auto& [property, claims] : to.claims) LT_TRY(rule_->Sort(claims));
      }
    }
    unsorted_.clear();
    return {};
  }

  // ---- what must hold between entities

  const EntityState* Planned(bool edge, uint64_t id) const {
    const auto& list = edge ? edges : nodes;
    const auto at = std::lower_bound(list.begin(), list.end(), id,
                                     [](const GraphWriter::Restoration& r, uint64_t i) { return r.first < i; });
    return at != list.end() && at->first == id ? &at->second : nullptr;
  }
  Result<EntityState> StateAfter(bool edge, uint64_t id) {
    if (const EntityState* planned = Planned(edge, id)) return *planned;
    return LoadState(state_, edge, id);
  }

  Status CheckEnds() {
    const ReadView all = view_.With({.predicted = true});
    for (const auto& [id, to] : nodes) {
      if (to.exists) continue;
      LT_TRY(Poll());
      std::vector<EdgeId> attached;
      LT_TRY(all.Expand(NodeId{id}, Direction::kBoth, {}, [&](const Neighbour& n) {
        const EntityState* planned = Planned(true, n.edge.raw);
        if (planned == nullptr || planned->exists) attached.push_back(n.edge);
        return true;
      }));
      for (const EdgeId edge : attached) {
        LT_ASSIGN(const BatchRange range, state_.RangeOf(true, edge.raw));
        AddConflict(range.batch, Text("it attached edge ", edge.raw, " to ", writer_->Describe(NodeId{id}),
                                      ", which would not be there"));
      }
    }
    for (const auto& [id, to] : edges) {
      if (!to.exists) continue;
      LT_TRY(Poll());
      for (const NodeId end : {to.from, to.to}) {
        const EntityState* planned = Planned(false, end.raw);
        bool there = planned != nullptr && planned->exists;
        if (planned == nullptr) {
          LT_ASSIGN(there, ExistsNow(false, end.raw));
        }
        if (!there) LT_TRY(NoteMissingEnd(EdgeId{id}, end));
      }
    }
    return {};
  }

  // Edge `edge` comes back, but not its end: who is to blame.
  Status NoteMissingEnd(EdgeId edge, NodeId end) {
    LT_ASSIGN(const BatchRange range, state_.RangeOf(false, end.raw));
    if (!after_[range.batch.raw]) {
      const BatchId undo = Undoer(range.batch, after_);
      if (undo) {
        AddConflict(undo, Text("it undid batch ", range.batch.raw, ", which made node ", end.raw, ", an end of edge ", edge.raw));
      } else {
        LT_ASSIGN(const BatchRange maker, state_.RangeOf(true, edge.raw));
        AddConflict(maker.batch, Text("it attached edge ", edge.raw, " to node ", end.raw, ", which would not be there"));
      }
      return {};
    }
    LT_ASSIGN(const auto images, ImagesFrom(*state_.view, false, end.raw, BatchId{1}));
    BatchId deleter;
    for (size_t i = 0; i < images.size(); ++i) {
      const bool there = i + 1 < images.size() ? images[i + 1].image.exists : false;
      const BatchId batch = images[i].before;
      if (images[i].image.exists && !there && after_[batch.raw] && lines_[batch.raw].undoes.empty()) deleter = batch;
    }
    AddConflict(deleter, Text("it deleted node ", end.raw, ", an end of edge ", edge.raw));
    return {};
  }

  // Bodies of evidence that name a document which goes, by the batch that first named them.
  Status CheckDocuments() {
    std::unordered_set<uint64_t> gone;
    for (const auto& [id, to] : nodes) {
      if (!to.exists) gone.insert(id);
    }
    if (gone.empty() || turned_.empty()) return {};
    for (uint64_t b = turned_.front().raw; b < lines_.size(); ++b) {
      const BatchLine& line = lines_[b];
      if (!after_[b] || !line.undoes.empty() || !line.first_evidence) continue;
      for (uint32_t id = line.first_evidence.raw; id <= line.last_evidence.raw; ++id) {
        LT_TRY(Poll());
        LT_ASSIGN(const auto evidence, writer_->EvidenceOf({id}));
        const auto at = std::find_if(evidence->documents.begin(), evidence->documents.end(),
                                     [&](NodeId document) { return gone.contains(document.raw); });
        if (at == evidence->documents.end()) continue;
        AddConflict(BatchId{b}, Text("it cites ", writer_->Describe(*at), ", which would not be there"));
        break;
      }
    }
    return {};
  }

  Result<std::string> Describe(bool edge, uint64_t id) {
    if (!edge) return writer_->Describe(NodeId{id});
    LT_ASSIGN(const EdgeRecord* record, writer_->FindEdge(EdgeId{id}));
    if (record == nullptr) return Text("edge ", id);
    return Text("edge ", id, " (", view_.name(record->type), ")");
  }

  const ReadView& view_;
  const ReadView::State& state_;
  const Budget& budget_;
  std::vector<BatchLine> lines_;        // by number
  std::vector<uint64_t> last_turn_;
  std::vector<bool> standing_, after_;  // now, and when the plan is carried out
  std::set<BatchId> named_;
  std::vector<BatchId> turned_;         // that begin or cease to stand; ascending, no undos
  uint64_t first_unsure_ = 0;           // first batch that is undone or ever was: before it the images tell what was
  std::unordered_set<uint64_t> touched_[2];
  std::set<std::pair<bool, uint64_t>> unsorted_;
  std::vector<Conflict> conflicts_;
  GraphWriter* writer_ = nullptr;
  ClaimRule* rule_ = nullptr;
  uint64_t steps_ = 0;
};

std::string Numbers(const std::vector<BatchId>& batches) {
  std::string out;
  for (const BatchId batch : batches) out += (out.empty() ? "" : ", ") + std::to_string(batch.raw);
  return out;
}

}  // namespace

std::vector<BatchId> UndoneBy(const std::vector<BatchInfo>& batches) {
  std::vector<BatchId> by(batches.size());
  for (size_t i = batches.size(); i-- > 0;) {
    if (by[i]) continue;
    for (const BatchId undone : batches[i].undoes) {
      if (undone.raw <= batches.size()) by[undone.raw - 1] = batches[i].id;  // numbers count from 1
    }
  }
  return by;
}

Result<UndoReport> Database::Undo(BatchId batch, const UndoOptions& options, const BatchInfo& info,
                                  const Budget& budget) {
  std::set<BatchId> named{batch};
  UndoReport report;
  for (;;) {
    std::unique_ptr<Transaction> transaction;
    std::shared_ptr<const ReadView::State> state;
    std::unique_ptr<GraphWriter> scratch;
    if (options.plan_only) {
      state = state_->NewViewState();
      LT_ASSIGN(const NextIds next, NextIds::Load(*state->view));
      scratch = std::make_unique<GraphWriter>(state, next, info);
    } else {
      BatchInfo begun = info;
      if (begun.note.empty()) begun.note = Text("undo of ", Numbers({named.begin(), named.end()}));
      LT_ASSIGN(transaction, Begin(begun));
      state = transaction->writer().state()->present;
    }
    GraphWriter& writer = scratch ? *scratch : transaction->writer();
    ReadView view;
    view.state_ = state;
    Planner planner(view, *state, budget);
    LT_TRY(planner.Load());
    if (!planner.Exists(batch)) return Status(Code::kNotFound, Text("there is no batch ", batch.raw));
    if (!planner.Stands(batch)) {
      return Status(Code::kConflict, Text("batch ", batch.raw, " is undone already, by batch ", planner.UndoneBy(batch).raw,
                                          "; undo that one to bring it back"));
    }
    LT_TRY(planner.Make(named, writer));
    std::vector<Conflict> conflicts = planner.TakeConflicts();
    if (conflicts.empty()) {
      GraphWriter::UniqueClash clash;
      const Status status = writer.Restore(planner.nodes, planner.edges, &clash);
      if (clash.holder) {
        LT_TRY(planner.Note(clash));
        conflicts = planner.TakeConflicts();
      } else {
        LT_TRY(status);
      }
    }
    if (!conflicts.empty()) {
      for (const Conflict& conflict : conflicts) {
        const BatchId other = conflict.batch;
        if (!other || named.contains(other) || planner.LastTurn(other) <= batch || !planner.Stands(other)) {
          return Status(Code::kConflict, Text("batch ", batch.raw, " cannot be undone: batch ", other.raw, " stands against it: ",
                                              conflict.why));
        }
        named.insert(other);
        report.dependents.push_back({other, conflict.why});
      }
      continue;  // from the start, with these as well
    }
    std::sort(report.dependents.begin(), report.dependents.end(),
              [](const auto& a, const auto& b) { return a.batch < b.batch; });
    report.undone.assign(named.begin(), named.end());
    if (!options.plan_only && !options.with_dependents && !report.dependents.empty()) {
      constexpr size_t kListed = 10;
      std::string text = Text("batch ", batch.raw, " cannot be undone alone, later batches depend on it");
      for (size_t i = 0; i < std::min(kListed, report.dependents.size()); ++i) {
        text += Text(i == 0 ? ": batch " : "; batch ", report.dependents[i].batch.raw, ": ", report.dependents[i].why);
      }
      if (report.dependents.size() > kListed) text += Text("; and ", report.dependents.size() - kListed, " more");
      return Status(Code::kConflict, text);
    }
    for (const auto* list : {&planner.nodes, &planner.edges}) {
      for (const auto& [id, to] : *list) {
        if (!to.exists) ++report.removed;
      }
    }
    writer.SetUndoes(report.undone);
    report.restored = writer.restored();
    report.changed = planner.nodes.size() + planner.edges.size() - report.removed - report.restored;
    if (options.plan_only) return report;
    LT_TRY(budget.Check());
    view = ReadView();
    LT_ASSIGN(report.batch, transaction->Commit());
    return report;
  }
}

}  // namespace liantu::graph
