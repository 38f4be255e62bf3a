// SPDX-License-Identifier: Apache-2.0
// What a transaction means: client writes replace, import merges, and a written rule picks the claim that shows. How a
// change gets into the store is the writer's business (writer.h).
#include <algorithm>
#include <chrono>
#include <limits>
#include <tuple>

#include "graph/database_state.h"
#include "graph/temporal.h"
#include "graph/writer.h"

namespace liantu::graph {
namespace {

constexpr size_t kLongestLocator = 500;  // bytes of joined locators; further ones are dropped

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

bool Overlap(const ValidTime& a, const ValidTime& b) {
  const auto before = [](const ValidTime& x, const ValidTime& y) { return x.to && y.from && *x.to <= *y.from; };
  return !before(a, b) && !before(b, a);
}

bool HasLocator(std::string_view list, std::string_view one) {
  if (one.empty() || list == one) return true;
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find("; ", at), list.size());
    if (list.substr(at, end - at) == one) return true;
    at = end + 2;
  }
  return false;
}

}  // namespace

struct Transaction::State {
  std::shared_ptr<Database::State> database;
  std::shared_ptr<const ReadView::State> base;
  std::unique_ptr<GraphWriter> writer;
  ReadView view;

  // What ranks a document as a witness.
  struct Standing {
    std::string date;                                    // later is better; "" is the earliest
    int64_t rank = std::numeric_limits<int64_t>::max();  // smaller is better
  };
  std::map<NodeId, Standing> documents;

  ~State();
  Status NoSuch(bool edge, uint64_t id) const {
    return Status(Code::kNotFound, Text("there is no ", edge ? "edge " : "node ", id));
  }
  Result<std::vector<LabelId>> InternLabels(const std::vector<std::string>& labels);
  Result<std::vector<StoredProperty>> InternProperties(const Properties& properties, const Evidence& evidence,
                                                       const std::map<std::string, Evidence>& overrides);
  Result<Standing> StandingOf(NodeId document);
  Result<Standing> StandingOf(const Evidence& evidence, BatchId batch);
  Status Sort(std::vector<StoredClaim>& claims);
  Result<bool> AddClaim(EntityEdit& edit, PropertyId property, const Value& value, EvidenceId evidence);
  void Show(EntityEdit& edit, PropertyId property, const std::vector<StoredClaim>& claims);
  Status Store(EntityEdit edit);
  Status SetProperty(bool edge, uint64_t id, std::string_view property, const Value& value, const Evidence& evidence);
  Result<NodeId> FindMerged(const std::vector<std::string>& labels, const Properties& properties);
  Result<EdgeId> FindMerged(TypeId type, const EdgeTypeSpec* spec, NodeId from, NodeId to, const Properties& properties,
                            const Evidence& evidence);
  Result<EdgeId> CreateEdge(std::string_view type, NodeId from, NodeId to, const Properties& properties,
                            const Evidence& evidence, const std::map<std::string, Evidence>& overrides);
  Result<NodeId> CreateNode(const std::vector<std::string>& labels, const Properties& properties,
                            const Evidence& evidence, const std::map<std::string, Evidence>& overrides);
};

// ---- evidence

Result<Transaction::State::Standing> Transaction::State::StandingOf(NodeId document) {
  const auto at = documents.find(document);
  if (at != documents.end()) return at->second;
  Standing standing;
  NodeRecord record;
  LT_ASSIGN(const bool found, writer->LoadNode(document, record));
  if (found) {
    const Names& names = *writer->state()->names;
    const auto* date = record.Find(PropertyId{names.Find(NameKind::kProperty, "date")});
    if (date != nullptr) standing.date = ToText(date->value);
    const auto* rank = record.Find(PropertyId{names.Find(NameKind::kProperty, "rank")});
    if (rank != nullptr && rank->value.as<int64_t>() != nullptr) standing.rank = *rank->value.as<int64_t>();
  }
  documents.emplace(document, standing);
  return standing;
}

// The best of the documents. A claim without documents counts as dated the day it was written.
Result<Transaction::State::Standing> Transaction::State::StandingOf(const Evidence& evidence, BatchId batch) {
  Standing best;
  if (evidence.documents.empty()) {
    int64_t time_ms = writer->time_ms();
    if (batch != writer->batch()) {
      LT_ASSIGN(const BatchInfo info, base->cache->Batch(*base->view, batch));
      time_ms = info.time_ms;
    }
    constexpr int64_t kDayMs = 86'400'000;
    best.date = ToText(Value(Date{time_ms >= 0 ? time_ms / kDayMs : (time_ms - kDayMs + 1) / kDayMs}));
    return best;
  }
  for (const NodeId document : evidence.documents) {
    LT_ASSIGN(const Standing one, StandingOf(document));
    if (one.date > best.date || (one.date == best.date && one.rank < best.rank)) best = one;
  }
  return best;
}

// The written rule: certainty, then the later date, then the document's rank, then the later batch. What still ties (one
// source about two times, or overlapping sets of documents) goes by the later start of validity, then the documents.
Status Transaction::State::Sort(std::vector<StoredClaim>& claims) {
  struct Ranked {
    std::shared_ptr<const Evidence> evidence;
    Standing standing;
    StoredClaim claim;
    int64_t ValidFrom() const {
      return evidence->valid.from ? evidence->valid.from->days : std::numeric_limits<int64_t>::min();
    }
  };
  std::vector<Ranked> ranked;
  for (StoredClaim& claim : claims) {
    LT_ASSIGN(const auto evidence, writer->EvidenceOf(claim.evidence));
    LT_ASSIGN(Standing standing, StandingOf(*evidence, claim.batch));
    ranked.push_back({evidence, std::move(standing), std::move(claim)});
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    const int64_t from_a = a.ValidFrom(), from_b = b.ValidFrom();
    return std::tie(a.evidence->certainty, b.standing.date, a.standing.rank, b.claim.batch, from_b,
                    a.evidence->documents) < std::tie(b.evidence->certainty, a.standing.date, b.standing.rank,
                                                      a.claim.batch, from_a, b.evidence->documents);
  });
  for (size_t i = 0; i < claims.size(); ++i) claims[i] = std::move(ranked[i].claim);
  return {};
}

// Puts the visible claim into the record.
void Transaction::State::Show(EntityEdit& edit, PropertyId property, const std::vector<StoredClaim>& claims) {
  EntityRecord& record = edit.record();
  const StoredClaim& seen = claims.front();
  if (!property) {
    record.evidence = seen.evidence;
    record.batch = seen.batch;
    record.claims = claims.size() > 1;
  } else {
    record.FindOrAdd(property) = {property, seen.value, seen.evidence, seen.batch, claims.size() > 1};
  }
}

Result<bool> Transaction::State::AddClaim(EntityEdit& edit, PropertyId property, const Value& value,
                                          EvidenceId evidence_id) {
  LT_ASSIGN(std::vector<StoredClaim>* claims, writer->ClaimsOf(edit, property));
  LT_ASSIGN(const auto evidence, writer->EvidenceOf(evidence_id));
  std::vector<StoredClaim> kept;
  bool joined = false;
  for (StoredClaim& claim : *claims) {
    LT_ASSIGN(const auto other, writer->EvidenceOf(claim.evidence));
    if (other->documents != evidence->documents || !Overlap(other->valid, evidence->valid)) {
      kept.push_back(claim);
      continue;
    }
    if (claim.value != value || other->certainty != evidence->certainty || other->valid != evidence->valid) continue;
    if (HasLocator(other->locator, evidence->locator)) return false;
    if (other->locator.size() + evidence->locator.size() + 2 > kLongestLocator) return false;
    Evidence both = *other;
    both.locator += (both.locator.empty() ? "" : "; ") + evidence->locator;
    LT_ASSIGN(const EvidenceId id, writer->Intern(both));
    kept.push_back({claim.value, id, writer->batch()});
    joined = true;
  }
  if (!joined) kept.push_back({value, evidence_id, writer->batch()});
  LT_TRY(Sort(kept));
  *claims = std::move(kept);
  Show(edit, property, *claims);
  return true;
}

// ---- creating

Result<std::vector<LabelId>> Transaction::State::InternLabels(const std::vector<std::string>& labels) {
  std::vector<LabelId> ids;
  for (const std::string& label : labels) {
    LT_ASSIGN(const uint32_t id, writer->Intern(NameKind::kLabel, label));
    ids.push_back(LabelId{id});
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Result<std::vector<StoredProperty>> Transaction::State::InternProperties(
    const Properties& properties, const Evidence& evidence, const std::map<std::string, Evidence>& overrides) {
  std::vector<StoredProperty> out;
  out.reserve(properties.size());
  for (const auto& [name, value] : properties) {
    if (value.is_null()) continue;
    LT_ASSIGN(const uint32_t id, writer->Intern(NameKind::kProperty, name));
    const auto other = overrides.find(name);
    LT_ASSIGN(const EvidenceId by, writer->Intern(other == overrides.end() ? evidence : other->second));
    out.push_back({PropertyId{id}, value, by, writer->batch()});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (size_t i = 1; i < out.size(); ++i) {
    if (out[i].id == out[i - 1].id) {
      return Status(Code::kInvalid, Text("property '", writer->state()->names->name(NameKind::kProperty, out[i].id.raw),
                                         "' is given twice"));
    }
  }
  return out;
}

Result<NodeId> Transaction::State::CreateNode(const std::vector<std::string>& labels, const Properties& properties,
                                              const Evidence& evidence,
                                              const std::map<std::string, Evidence>& overrides) {
  NodeRecord record;
  LT_ASSIGN(record.labels, InternLabels(labels));
  LT_ASSIGN(record.properties, InternProperties(properties, evidence, overrides));
  LT_ASSIGN(record.evidence, writer->Intern(evidence));
  record.batch = writer->batch();
  return writer->CreateNode(std::move(record));
}

Result<EdgeId> Transaction::State::CreateEdge(std::string_view type, NodeId from, NodeId to,
                                              const Properties& properties, const Evidence& evidence,
                                              const std::map<std::string, Evidence>& overrides) {
  for (const NodeId end : {from, to}) {
    LT_ASSIGN(const bool exists, writer->NodeExists(end));
    if (!exists) return NoSuch(false, end.raw).Prefixed(Text("an edge '", type, "' cannot be made: "));
  }
  EdgeRecord record;
  LT_ASSIGN(record.type.raw, writer->Intern(NameKind::kType, type));
  record.from = from;
  record.to = to;
  LT_ASSIGN(record.properties, InternProperties(properties, evidence, overrides));
  LT_ASSIGN(record.evidence, writer->Intern(evidence));
  record.batch = writer->batch();
  return writer->CreateEdge(std::move(record));
}

Result<NodeId> Transaction::CreateNode(const std::vector<std::string>& labels, const Properties& properties,
                                       const Evidence& evidence) {
  return state_->CreateNode(labels, properties, evidence, {});
}

Result<EdgeId> Transaction::CreateEdge(std::string_view type, NodeId from, NodeId to, const Properties& properties,
                                       const Evidence& evidence) {
  return state_->CreateEdge(type, from, to, properties, evidence, {});
}

// ---- client changes

Status Transaction::State::Store(EntityEdit edit) {
  if (!edit.edge) documents.erase(NodeId{edit.id});
  return writer->StoreEdit(std::move(edit));
}

Status Transaction::State::SetProperty(bool edge, uint64_t id, std::string_view property, const Value& value,
                                       const Evidence& evidence) {
  LT_ASSIGN(auto edit, writer->Edit(edge, id));
  if (!edit) return NoSuch(edge, id);
  PropertyId name{writer->state()->names->Find(NameKind::kProperty, property)};
  if (value.is_null()) {
    if (!name || edit->record().Find(name) == nullptr) return {};
    LT_ASSIGN(auto* claims, writer->ClaimsOf(*edit, name));
    claims->clear();
    edit->record().Remove(name);
    return Store(std::move(*edit));
  }
  LT_ASSIGN(name.raw, writer->Intern(NameKind::kProperty, property));
  LT_ASSIGN(const EvidenceId by, writer->Intern(evidence));
  const StoredProperty* stored = edit->record().Find(name);
  if (stored != nullptr && !stored->claims && stored->value == value && stored->evidence == by) return {};
  LT_ASSIGN(auto* claims, writer->ClaimsOf(*edit, name));
  *claims = {{value, by, writer->batch()}};
  Show(*edit, name, *claims);
  return Store(std::move(*edit));
}

Status Transaction::SetProperty(NodeId node, std::string_view property, const Value& value, const Evidence& evidence) {
  return state_->SetProperty(false, node.raw, property, value, evidence);
}
Status Transaction::SetProperty(EdgeId edge, std::string_view property, const Value& value, const Evidence& evidence) {
  return state_->SetProperty(true, edge.raw, property, value, evidence);
}

Status Transaction::AddLabel(NodeId node, std::string_view label) {
  LT_ASSIGN(auto edit, state_->writer->Edit(false, node.raw));
  if (!edit) return state_->NoSuch(false, node.raw);
  LT_ASSIGN(const uint32_t raw, state_->writer->Intern(NameKind::kLabel, label));
  auto& labels = edit->node.labels;
  const auto at = std::lower_bound(labels.begin(), labels.end(), LabelId{raw});
  if (at != labels.end() && at->raw == raw) return {};
  labels.insert(at, LabelId{raw});
  return state_->Store(std::move(*edit));
}

Status Transaction::RemoveLabel(NodeId node, std::string_view label) {
  LT_ASSIGN(auto edit, state_->writer->Edit(false, node.raw));
  if (!edit) return state_->NoSuch(false, node.raw);
  if (std::erase(edit->node.labels, view().label(label)) == 0) return {};
  return state_->Store(std::move(*edit));
}

Status Transaction::DeleteEdge(EdgeId edge) { return state_->writer->DeleteEdge(edge); }

Status Transaction::DeleteNode(NodeId node) {
  state_->documents.erase(node);
  return state_->writer->DeleteNode(node);
}

// ---- import

// The node that the row's identifiers belong to, or 0.
Result<NodeId> Transaction::State::FindMerged(const std::vector<std::string>& labels, const Properties& properties) {
  const Names& names = *writer->state()->names;
  NodeId found;
  std::string by;
  for (const std::string& label_name : labels) {
    const LabelId label{names.Find(NameKind::kLabel, label_name)};
    if (!label) continue;
    for (const IndexSet::Entry& index : writer->state()->indexes->Of(label)) {
      if (!index.identifier) continue;
      const std::string& property = names.name(NameKind::kProperty, index.property.raw);
      for (const auto& [name, value] : properties) {
        if (name != property || value.is_null()) continue;
        LT_ASSIGN(const std::vector<NodeId> nodes, writer->FindByIdentifier(label, index, value));
        if (nodes.empty() || nodes.front() == found) continue;
        const std::string now = Text(property, " '", ToText(value), "'");
        if (found) {
          return Status(Code::kConflict, Text(by, " belongs to ", writer->Describe(found), ", but ", now, " to ",
                                              writer->Describe(nodes.front()),
                                              ": one row cannot be both; correct one of the two values"));
        }
        found = nodes.front();
        by = now;
      }
    }
  }
  return found;
}

Result<Transaction::Merged> Transaction::MergeNode(const std::vector<std::string>& labels,
                                                   const Properties& properties, const Evidence& evidence,
                                                   const std::map<std::string, Evidence>& overrides) {
  State& s = *state_;
  LT_ASSIGN(const NodeId found, s.FindMerged(labels, properties));
  Merged merged{.node = found};
  if (!found) {
    LT_ASSIGN(merged.node, s.CreateNode(labels, properties, evidence, overrides));
    merged.created = merged.changed = true;
    return merged;
  }
  LT_ASSIGN(auto edit, s.writer->Edit(false, found.raw));
  LT_ASSERT(edit.has_value());
  LT_ASSIGN(const std::vector<LabelId> given, s.InternLabels(labels));
  for (const LabelId label : given) {
    auto& own = edit->node.labels;
    if (edit->node.HasLabel(label)) continue;
    own.insert(std::upper_bound(own.begin(), own.end(), label), label);
    merged.changed = true;
  }
  LT_ASSIGN(const EvidenceId by, s.writer->Intern(evidence));
  LT_ASSIGN(const bool existence, s.AddClaim(*edit, PropertyId{}, Value(), by));
  merged.changed |= existence;
  LT_ASSIGN(const auto stored, s.InternProperties(properties, evidence, overrides));
  for (const StoredProperty& p : stored) {
    LT_ASSIGN(const bool changed, s.AddClaim(*edit, p.id, p.value, p.evidence));
    merged.changed |= changed;
  }
  if (merged.changed) LT_TRY(s.Store(std::move(*edit)));
  return merged;
}

Result<EdgeId> Transaction::State::FindMerged(TypeId type, const EdgeTypeSpec* spec, NodeId from, NodeId to,
                                              const Properties& properties, const Evidence& evidence) {
  LT_ASSIGN(std::vector<EdgeId> candidates, writer->EdgesBetween(type, from, to));
  if (spec != nullptr && spec->symmetric && from != to) {
    LT_ASSIGN(const auto others, writer->EdgesBetween(type, to, from));
    candidates.insert(candidates.end(), others.begin(), others.end());
    std::sort(candidates.begin(), candidates.end());
  }
  if (candidates.empty()) return EdgeId{};
  const Names& names = *writer->state()->names;
  const auto given = [&](std::string_view name) -> const Value* {
    for (const auto& [n, value] : properties) {
      if (n == name && !value.is_null()) return &value;
    }
    return nullptr;
  };
  const auto same = [&](const EdgeRecord& record, std::string_view name) {
    const StoredProperty* stored = record.Find(PropertyId{names.Find(NameKind::kProperty, name)});
    const Value* value = given(name);
    return stored == nullptr ? value == nullptr : value != nullptr && *value == stored->value;
  };
  for (const EdgeId id : candidates) {
    LT_ASSIGN(const EdgeRecord* stored, writer->FindEdge(id));
    LT_ASSERT(stored != nullptr);
    bool equal = true;
    if (spec != nullptr) {
      for (const std::string& name : spec->identity) equal = equal && same(*stored, name);
    } else {
      size_t count = 0;
      for (const auto& [name, value] : properties) {
        count += !value.is_null();
        equal = equal && (value.is_null() || same(*stored, name));
      }
      equal = equal && count == stored->properties.size();
    }
    if (!equal) continue;
    LT_ASSIGN(const auto claims, writer->state()->LoadClaims(true, id.raw, {}, *stored));
    bool overlaps = false, documents_equal = spec != nullptr;
    for (const StoredClaim& claim : claims) {
      LT_ASSIGN(const auto other, writer->EvidenceOf(claim.evidence));
      overlaps = overlaps || Overlap(other->valid, evidence.valid);
      documents_equal = documents_equal || other->documents == evidence.documents;
    }
    if (overlaps && documents_equal) return id;
  }
  return EdgeId{};
}

Result<Transaction::Merged> Transaction::MergeEdge(std::string_view type, NodeId from, NodeId to,
                                                   const Properties& properties, const Evidence& evidence,
                                                   const std::map<std::string, Evidence>& overrides) {
  State& s = *state_;
  const TypeId type_id{s.writer->state()->names->Find(NameKind::kType, type)};
  const EdgeTypeSpec* spec = s.writer->state()->ontology->EdgeType(type);
  if (spec != nullptr && spec->name != type) spec = nullptr;  // found by its Chinese or English name
  Merged merged;
  if (type_id) {
    LT_ASSIGN(merged.edge, s.FindMerged(type_id, spec, from, to, properties, evidence));
  }
  if (!merged.edge) {
    LT_ASSIGN(merged.edge, s.CreateEdge(type, from, to, properties, evidence, overrides));
    merged.created = merged.changed = true;
    return merged;
  }
  LT_ASSIGN(auto edit, s.writer->Edit(true, merged.edge.raw));
  LT_ASSERT(edit.has_value());
  LT_ASSIGN(const EvidenceId by, s.writer->Intern(evidence));
  LT_ASSIGN(merged.changed, s.AddClaim(*edit, PropertyId{}, Value(), by));
  LT_ASSIGN(const auto stored, s.InternProperties(properties, evidence, overrides));
  for (const StoredProperty& p : stored) {
    LT_ASSIGN(const bool changed, s.AddClaim(*edit, p.id, p.value, p.evidence));
    merged.changed |= changed;
  }
  if (merged.changed) LT_TRY(s.Store(std::move(*edit)));
  return merged;
}

// ---- life of a transaction

Transaction::Transaction(std::unique_ptr<State> state) : state_(std::move(state)) {}
Transaction::~Transaction() = default;

Transaction::State::~State() {
  // Ids that were given out and not committed are not given out again, by this process or a later one.
  NextIds& next = database->next;
  if (writer && (writer->next().node != next.node || writer->next().edge != next.edge)) {
    next.node = writer->next().node;
    next.edge = writer->next().edge;
    auto batch = database->store->NewBatch();
    const Key key = keys::NextIds();
    batch->Put(key.space, key.view(), next.Encode());
    database->store->Write(batch.get()).status().Ignore("a later commit writes them too");
  }
  view = ReadView();
  writer.reset();
  database->FreeSlot();
}

const ReadView& Transaction::view() const { return state_->view; }
Status Transaction::SetInput(const std::string& name, const std::string& sha256) {
  return state_->writer->SetInput(name, sha256);
}
bool Transaction::empty() const { return state_->writer->empty(); }

Result<BatchInfo> Transaction::Commit() {
  LT_ASSERT(state_ != nullptr);
  const std::unique_ptr<State> state = std::move(state_);  // whatever happens, the transaction ends here
  if (state->writer->empty()) return BatchInfo{};
  Database::State& database = *state->database;
  auto batch = database.store->NewBatch();
  LT_ASSIGN(BatchInfo info, state->writer->Finish(std::max(NowMs(), state->writer->time_ms()), *batch));
  std::shared_ptr<const Names> before;
  {
    std::lock_guard lock(database.published_mutex);
    before = database.names;
    database.names = state->writer->names();
  }
  auto written = database.store->Write(batch.get());
  if (!written.ok()) {
    std::lock_guard lock(database.published_mutex);
    database.names = before;
    return written.status();
  }
  database.next = state->writer->next();
  state->writer->ShareEvidence();
  return info;
}

Result<std::unique_ptr<Transaction>> Database::Begin(const BatchInfo& info) {
  if (state_->read_only) {
    return Status(Code::kInvalid, Text("'", state_->uri, "' is open for reading only; open it for writing to change it"));
  }
  LT_TRY(state_->TakeSlot());
  auto state = std::make_unique<Transaction::State>();
  state->database = state_;
  state->base = state_->NewViewState();
  BatchInfo begun = info;
  begun.time_ms = NowMs();
  begun.inputs.clear();
  begun.nodes_created = begun.edges_created = begun.entities_changed = begun.entities_deleted = 0;
  state->writer = std::make_unique<GraphWriter>(state->base, state_->next, begun);
  state->view.state_ = state->writer->state();
  return std::unique_ptr<Transaction>(new Transaction(std::move(state)));
}

}  // namespace liantu::graph
