// SPDX-License-Identifier: Apache-2.0
// What a transaction means: client writes replace, import merges. Which claim shows is decided by claim_rule.h, how a
// change gets into the store is the writer's business (writer.h).
#include <algorithm>
#include <chrono>

#include "graph/transaction_state.h"

namespace liantu::graph {
namespace {

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

// ---- evidence

Result<bool> Transaction::State::AddClaim(EntityEdit& edit, PropertyId property, const Value& value,
                                          EvidenceId evidence) {
  LT_ASSIGN(std::vector<StoredClaim>* claims, writer->ClaimsOf(edit, property));
  LT_ASSIGN(const bool changed, rule->Add(*claims, {value, evidence, writer->batch()}));
  if (!changed) return false;
  LT_TRY(rule->Sort(*claims));
  ClaimRule::Show(edit.record(), property, *claims);
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

const EdgeTypeSpec* Transaction::State::SpecOf(std::string_view type) const {
  const EdgeTypeSpec* spec = writer->state()->ontology->EdgeType(type);
  return spec != nullptr && spec->name == type ? spec : nullptr;  // else found by its Chinese or English name
}

Result<EdgeRecord> Transaction::State::MakeEdge(std::string_view type, NodeId from, NodeId to,
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
  return record;
}

Result<EdgeId> Transaction::State::CreateEdge(std::string_view type, NodeId from, NodeId to,
                                              const Properties& properties, const Evidence& evidence,
                                              const std::map<std::string, Evidence>& overrides) {
  LT_ASSIGN(EdgeRecord record, MakeEdge(type, from, to, properties, evidence, overrides));
  if (bulk && bulk->Takes(from, to)) {
    LT_TRY(bulk->AddEdge(record, false, SpecOf(type)));
    return EdgeId{};
  }
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
  if (!edit.edge) rule->Forget(NodeId{edit.id});
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
    edit->replaced = {name};
    return Store(std::move(*edit));
  }
  LT_ASSIGN(name.raw, writer->Intern(NameKind::kProperty, property));
  LT_ASSIGN(const EvidenceId by, writer->Intern(evidence));
  const StoredProperty* stored = edit->record().Find(name);
  if (stored != nullptr && !stored->claims && stored->value == value && stored->evidence == by) return {};
  LT_ASSIGN(auto* claims, writer->ClaimsOf(*edit, name));
  *claims = {{value, by, writer->batch()}};
  edit->replaced = {name};
  ClaimRule::Show(edit->record(), name, *claims);
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
  state_->rule->Forget(node);
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
  const EdgeTypeSpec* spec = s.SpecOf(type);
  Merged merged;
  if (s.bulk && s.bulk->Takes(from, to)) {
    LT_ASSIGN(const EdgeRecord record, s.MakeEdge(type, from, to, properties, evidence, overrides));
    LT_ASSIGN(merged.statement, s.bulk->AddEdge(record, true, spec));
    merged.created = merged.changed = true;
    return merged;
  }
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

Result<EvidenceId> Transaction::NumberOf(const Evidence& evidence) { return state_->writer->Intern(evidence); }

Result<uint64_t> Transaction::MergeEdge(const ReadyEdge& edge) {
  State& s = *state_;
  if (!s.bulk || !s.bulk->Takes(edge.from, edge.to)) return 0;
  if (!s.ready_spec || s.ready_type != edge.type) {
    s.ready_type = edge.type;
    s.ready_spec = s.SpecOf(s.writer->state()->names->name(NameKind::kType, edge.type.raw));
  }
  return s.bulk->AddEdge(edge.type, edge.from, edge.to, edge.evidence, edge.properties, true, *s.ready_spec);
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
  bulk.reset();
  database->FreeSlot();
}

GraphWriter& Transaction::writer() { return *state_->writer; }
const ReadView& Transaction::view() const { return state_->view; }
Status Transaction::SetInput(const std::string& name, const std::string& sha256) {
  return state_->writer->SetInput(name, sha256);
}
void Transaction::SetOriginHash(const std::string& sha256) { state_->writer->SetOriginHash(sha256); }
void Transaction::SetInputHash(const std::string& name, const std::string& instead, const std::string& sha256) {
  state_->writer->SetInputHash(name, instead, sha256);
}
bool Transaction::empty() const { return state_->writer->empty(); }

Result<BatchInfo> Transaction::Commit() {
  LT_ASSERT(state_ != nullptr);
  std::unique_ptr<State> state = std::move(state_);  // whatever happens, the transaction ends here
  if (state->writer->empty()) return BatchInfo{};
  const std::shared_ptr<Database::State> database = state->database;
  auto batch = database->store->NewBatch();
  std::unique_ptr<storage::BulkLoad> load;
  if (state->bulk && !state->bulk->empty()) {
    LT_ASSIGN(load, state->bulk->Write());
  }
  LT_ASSIGN(BatchInfo info, state->writer->Finish(std::max(NowMs(), state->writer->time_ms()), *batch));
  std::shared_ptr<const Names> before;
  {
    std::lock_guard lock(database->published_mutex);
    before = database->names;
    database->names = state->writer->names();
  }
  database->BeginPublishing();
  uint64_t sequence = 0;
  const Status written = [&]() -> Status {
    if (load) return load->Publish(batch.get());
    LT_ASSIGN(sequence, database->store->Append(batch.get()));
    return {};
  }();
  if (!written.ok()) {
    database->EndPublishing(nullptr);
    std::lock_guard lock(database->published_mutex);
    database->names = before;
    return written;
  }
  database->next = state->writer->next();
  database->newest_batch_ms = info.time_ms;
  state->writer->ShareEvidence();
  std::shared_ptr<const storage::View> view = database->store->OpenView();
  // The next writer may begin: what it commits is synced with or after this. Readers wait for the disk, as we do.
  batch.reset();
  load.reset();
  state.reset();
  const Status durable = database->store->Sync(sequence);
  database->EndPublishing(durable.ok() ? std::move(view) : nullptr);
  LT_TRY(durable);
  return info;
}

Result<std::unique_ptr<Transaction>> Database::Begin(const BatchInfo& info, const Budget* budget) {
  if (state_->read_only) {
    return Status(Code::kInvalid, Text("'", state_->uri, "' is open for reading only; open it for writing to change it"));
  }
  LT_TRY(state_->TakeSlot(budget));
  auto state = std::make_unique<Transaction::State>();
  state->database = state_;
  state->base = state_->NewViewState(/*newest=*/true);
  BatchInfo begun = info;
  begun.time_ms = std::max(NowMs(), state_->newest_batch_ms);
  begun.inputs.clear();
  begun.undoes.clear();
  begun.nodes_created = begun.edges_created = begun.entities_changed = begun.entities_deleted = 0;
  state->writer = std::make_unique<GraphWriter>(state->base, state_->next, begun);
  state->rule.emplace(*state->writer);
  state->view.state_ = state->writer->state();
  return std::unique_ptr<Transaction>(new Transaction(std::move(state)));
}

Result<std::unique_ptr<Transaction>> Database::BeginBulk(const BatchInfo& info, const BulkOptions& options) {
  LT_ASSIGN(std::unique_ptr<Transaction> transaction, Begin(info));
  Transaction::State& s = *transaction->state_;
  if (!s.writer->state()->indexes->declared().rules.empty()) return transaction;  // these are looked at edge by edge
  s.bulk = std::make_unique<BulkLoader>(
      *s.writer, *state_->store, options,
      [&s](EntityEdit& edit, PropertyId property, const Value& value, EvidenceId evidence) {
        return s.AddClaim(edit, property, value, evidence);
      });
  s.writer->StartBulk(&s.bulk->nodes());
  return transaction;
}

}  // namespace liantu::graph
