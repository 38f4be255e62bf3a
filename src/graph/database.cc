// SPDX-License-Identifier: Apache-2.0
// Opening a store as a graph, giving out views, the writer slot, ontology and indexes, statistics.
#include "graph/database.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <set>

#include "graph/database_state.h"
#include "graph/name_index.h"
#include "graph/overlay.h"
#include "graph/past_view.h"
#include "graph/upgrade.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

Result<bool> IsEmpty(const storage::View& view) {
  for (int space = 0; space < storage::kKeyspaces; ++space) {
    std::atomic<bool> any = false;
    LT_TRY(view.ForEachShard(static_cast<Keyspace>(space), 1,
                             [&](int, storage::Route, std::string_view, std::string_view) {
                               any = true;
                               return false;
                             }));
    if (any) return false;
  }
  return true;
}

// Numbers every name of the ontology, in its order; new ones are put into `overlay`.
void InternOntology(const Ontology& ontology, Names& names, Overlay& overlay) {
  const auto intern = [&](NameKind kind, const std::string& name) {
    if (names.Find(kind, name) != 0) return;
    overlay.Put(keys::Name(kNameKindKeys[static_cast<int>(kind)], names.Add(kind, name)), name);
  };
  intern(NameKind::kProperty, "key");  // indexed in every store
  for (const LabelSpec& label : ontology.labels()) {
    intern(NameKind::kLabel, label.name);
    for (const PropertySpec& property : label.properties) intern(NameKind::kProperty, property.name);
    for (const std::string& property : label.unique) intern(NameKind::kProperty, property);
  }
  for (const EdgeTypeSpec& type : ontology.edge_types()) {
    intern(NameKind::kType, type.name);
    for (const PropertySpec& property : type.properties) intern(NameKind::kProperty, property.name);
  }
}

// Opening for writing may already change files (logs are replayed), so a store of another format is told before.
Status RefuseOtherFormat(const std::string& uri) {
  if (uri.starts_with("memory:")) return {};
  const auto store = storage::OpenStore(uri, {.read_only = true});
  if (!store.ok()) return {};  // opening for writing will say what is wrong, or put it right
  std::string format;
  const auto found = (*store)->OpenView()->Get(keys::Format().space, keys::Format().view(), &format);
  return found.ok() && *found ? CheckFormat(uri, format, std::string(kFormat)) : Status();
}

}  // namespace

Status CheckFormat(const std::string& uri, const std::string& format, const std::string& expected) {
  if (format == expected) return {};
  const bool version = !format.empty() && format.size() < 32 && std::isdigit(static_cast<unsigned char>(format[0])) &&
                       std::all_of(format.begin(), format.end(), [](char c) {
                         return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
                       });
  if (!version) {
    return Status(Code::kDamaged, Text("'", uri, "' is damaged: its format mark cannot be read; restore a backup"));
  }
  if (CanUpgrade(format, expected)) {
    return Status(Code::kTooNew, Text("'", uri, "' has the earlier storage format ", format, "; this program reads ", expected,
                                       ": run 'liantu upgrade --db ", uri, "'"));
  }
  return Status(Code::kTooNew, Text("'", uri, "' has storage format ", format, "; this program reads ", expected,
                                    ": open it with the version that wrote it or a later one"));
}

// ---- state

void Database::State::BeginPublishing() {
  std::lock_guard lock(published_mutex);
  if (under_way++ == 0) durable = store->OpenView();
}

void Database::State::EndPublishing(std::shared_ptr<const storage::View> view) {
  std::lock_guard lock(published_mutex);
  if (view != nullptr && view->sequence() > durable->sequence()) durable = std::move(view);
  if (--under_way == 0) durable.reset();
}

std::shared_ptr<ReadView::State> Database::State::NewViewState(bool newest) const {
  auto view = std::make_shared<ReadView::State>();
  std::lock_guard lock(published_mutex);
  // Names that are published later only add to what the view needs.
  if (under_way > 0 && !newest) view->view = durable;
  else view->view = store->OpenView();
  view->names = names;
  view->ontology = ontology;
  view->indexes = indexes;
  view->cache = cache;
  view->snapshots = snapshots;
  view->folder = store->folder();
  view->keep = shared_from_this();
  return view;
}

Status Database::State::LoadCatalog() {
  const auto view = store->OpenView();
  LT_ASSIGN(auto loaded, Names::Load(*view));
  LT_ASSIGN(auto declared, Declared::Load(*view));
  LT_ASSIGN(next, NextIds::Load(*view));
  if (next.batch > 1) {
    LT_ASSIGN(const BatchInfo newest, cache->Batch(*view, BatchId{next.batch - 1}));
    newest_batch_ms = newest.time_ms;
  }
  for (const DeclaredIndex& index : declared.indexes) {
    if (index.label.raw > loaded->count(NameKind::kLabel) || index.property.raw > loaded->count(NameKind::kProperty)) {
      return Damaged(Declared::Encode(index).first, "an index definition");
    }
  }
  for (const PropertyRule& rule : declared.rules) {
    if (rule.of > loaded->count(rule.edges ? NameKind::kType : NameKind::kLabel) || rule.property.raw > loaded->count(NameKind::kProperty)) {
      return Damaged(Declared::Encode(rule).first, "a constraint");
    }
  }
  const Key key = keys::OntologyText();
  std::string json;
  LT_ASSIGN(const bool found, view->Get(key.space, key.view(), &json));
  if (!found) return Damaged(key, "the ontology");
  std::shared_ptr<const Ontology> parsed = Ontology::None();
  if (!json.empty()) {
    LT_ASSIGN(parsed, Ontology::Parse(json, Text("the ontology in '", uri, "'")));
  }
  auto set = std::make_shared<const IndexSet>(*parsed, *loaded, std::move(declared));
  std::lock_guard lock(published_mutex);
  names = std::move(loaded);
  ontology = std::move(parsed);
  indexes = std::move(set);
  return {};
}

Status Database::State::TakeSlot(const Budget* budget) {
  std::unique_lock lock(slot_mutex);
  if (slot_taken && slot_holder == std::this_thread::get_id()) {
    return Status(Code::kLocked, "this thread has an open transaction already; commit or drop it first");
  }
  // A budget cannot wake a waiter, so it is looked at now and then.
  while (slot_taken) {
    if (!budget) {
      slot_free.wait(lock);
    } else if (slot_free.wait_for(lock, std::chrono::milliseconds(20)) == std::cv_status::timeout && slot_taken) {
      LT_TRY(budget->Check().Prefixed("while another transaction was writing: "));
    }
  }
  slot_taken = true;
  slot_holder = std::this_thread::get_id();
  return {};
}

void Database::State::FreeSlot() {
  {
    std::lock_guard lock(slot_mutex);
    slot_taken = false;
  }
  slot_free.notify_one();
}

// ---- open

Database::Database(std::shared_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(const std::string& uri, const OpenOptions& options) {
  if (!options.read_only) LT_TRY(RefuseOtherFormat(uri));
  auto state = std::make_shared<State>();
  state->uri = uri;
  state->read_only = options.read_only;
  LT_ASSIGN(state->store, storage::OpenStore(uri, {.create = options.create, .read_only = options.read_only,
                                                   .durability = options.durability}));
  return OpenOver(std::move(state), options, std::string(kFormat));
}

Result<std::unique_ptr<Database>> Database::Open(std::unique_ptr<storage::Store> store, const OpenOptions& options) {
  auto state = std::make_shared<State>();
  state->uri = "the given store";
  state->read_only = options.read_only;
  state->store = std::move(store);
  return OpenOver(std::move(state), options, std::string(kFormat));
}

Result<std::unique_ptr<Database>> Database::OpenForUpgrade(std::unique_ptr<storage::Store> store, const std::string& format) {
  auto state = std::make_shared<State>();
  state->uri = store->folder();
  state->store = std::move(store);
  return OpenOver(std::move(state), {}, format);
}

Result<std::unique_ptr<Database>> Database::OpenOver(std::shared_ptr<State> state, const OpenOptions& options,
                                                     const std::string& expected_format) {
  const bool in_memory = state->store->folder().empty();
  state->snapshots = std::make_shared<SnapshotCache>(state->store->folder());
  if (!options.read_only) state->snapshots->files().ClearUnfinished();
  std::shared_ptr<const storage::View> view = state->store->OpenView();
  std::string format;
  LT_ASSIGN(const bool found, view->Get(keys::Format().space, keys::Format().view(), &format));
  if (found) {
    LT_TRY(CheckFormat(state->uri, format, expected_format));
  } else {
    LT_ASSIGN(const bool empty, IsEmpty(*view));
    if (!empty) {
      return Status(Code::kInvalid, Text("'", state->uri, "' holds a store that is no liantu graph; choose another place"));
    }
    if (options.read_only || !(options.create || in_memory)) {
      return Status(Code::kNotFound, Text("there is no graph in '", state->uri, "'; make one with 'liantu import'"));
    }
    const auto ontology = options.ontology ? options.ontology : Ontology::None();
    Overlay overlay(view);
    Names names;
    InternOntology(*ontology, names, overlay);
    overlay.Put(keys::OntologyText(), ontology->json());
    overlay.Put(keys::NextIds(), NextIds().Encode());
    overlay.Put({Keyspace::kMeta, 0, std::string(kNameIndexHeadKey)},
                EncodeNameIndexHead({.version = NameIndexVersion(*ontology)}));
    overlay.Put(keys::Format(), std::string(kFormat));
    auto batch = state->store->NewBatch();
    overlay.MoveTo(*batch);
    LT_TRY(state->store->Write(batch.get()));
  }
  view.reset();
  LT_TRY(state->LoadCatalog());
  std::unique_ptr<Database> database(new Database(std::move(state)));
  LT_TRY(database->RefreshNameIndex());
  return database;
}

Result<ReadView> Database::Read(const ReadOptions& options) const {
  ReadView view;
  view.state_ = state_->NewViewState();
  view.options_ = options;
  if (options.as_known) {
    LT_ASSIGN(view.state_, PastState(view.state_, *options.as_known));
  }
  return view;
}

Status Database::Refresh(const Budget& budget) {
  if (!state_->read_only) return {};
  LT_TRY(state_->store->Refresh(budget));
  return state_->LoadCatalog();
}

storage::Store& Database::store() { return *state_->store; }

// ---- ontology and indexes

namespace {

constexpr uint64_t kIndexLoadBytes = 64ull << 20;

// Every indexed value of every node of a label: what claims say of an identifier, the visible value first, else that alone.
Status ForEachIndexed(const ReadView& view, const ReadView::State& state, LabelId label, const IndexSet::Entry& index,
                      const std::function<Status(NodeId, const Value&)>& row) {
  constexpr size_t kAtOnce = 4096;
  std::vector<NodeId> ids;
  const auto read = [&]() -> Status {
    LT_TRY(state.LoadNodes(ids, [&](size_t i, const NodeRecord& record) -> Status {
      const StoredProperty* stored = record.Find(index.property);
      if (stored == nullptr) return {};
      if (!stored->claims) return row(ids[i], stored->value);
      LT_ASSIGN(const auto claims, state.LoadClaims(false, ids[i].raw, index.property, record));
      for (const StoredClaim& claim : claims) {
        LT_TRY(row(ids[i], claim.value));
        if (!index.identifier) break;
      }
      return {};
    }));
    ids.clear();
    return {};
  };
  Status failure;
  LT_TRY(view.NodesWithLabel(label, {}, [&](NodeId id) {
    ids.push_back(id);
    if (ids.size() == kAtOnce) failure = read();
    return failure.ok();
  }));
  LT_TRY(failure);
  return read();
}

Key IndexKey(const IndexSet::Entry& index, const std::string& form, LabelId label, NodeId id) {
  return index.unique ? keys::UniqueEntry(index.property, form, label) : keys::PlainEntry(index.property, form, label, id);
}

// `replaced`: an index with the same keys takes its place, in which visible values stand too.
Status EmptyIndex(const ReadView& view, const ReadView::State& state, LabelId label, const IndexSet::Entry& index, bool replaced, storage::Batch& batch) {
  NodeId last;
  std::string visible;
  return ForEachIndexed(view, state, label, index, [&](NodeId id, const Value& value) -> Status {
    const std::string form = IndexedForm(value);
    if (id != last) last = id, visible = form;
    if (replaced && form == visible) return {};
    const Key key = IndexKey(index, form, label, id);
    batch.Delete(key.space, key.view());
    return {};
  });
}

// kConflict, with the value and the first node whose value another has, where they are to be unique.
Status FillIndex(const ReadView& view, const ReadView::State& state, LabelId label, const IndexSet::Entry& index, storage::BulkLoad& load) {
  std::vector<std::pair<uint64_t, NodeId>> seen;  // hashes of a unique one's values
  LT_TRY(ForEachIndexed(view, state, label, index, [&](NodeId id, const Value& value) -> Status {
    const std::string form = IndexedForm(value);
    const Key key = IndexKey(index, form, label, id);
    std::string node;
    if (index.unique) {
      PutVarint(node, id.raw);
      seen.emplace_back(StableHash(form), id);
    }
    return load.Put(key.space, key.view(), node);
  }));
  // Equal hashes of different nodes, by the later node; nearly always equal values.
  std::sort(seen.begin(), seen.end());
  std::vector<std::pair<NodeId, NodeId>> alike;
  for (size_t i = 1; i < seen.size(); ++i) {
    if (seen[i].first == seen[i - 1].first && seen[i].second != seen[i - 1].second) alike.emplace_back(seen[i].second, seen[i - 1].second);
  }
  std::sort(alike.begin(), alike.end());
  for (const auto& [later, earlier] : alike) {
    LT_ASSIGN(const auto theirs, view.Claims(later, index.property));
    LT_ASSIGN(const auto others, view.Claims(earlier, index.property));
    for (const Claim& a : theirs) {
      for (const Claim& b : others) {
        if (IndexedForm(a.value) != IndexedForm(b.value)) continue;
        return Status(Code::kConflict, Text("two nodes of label '", view.name(label), "' have ", view.name(index.property), " '", ToText(a.value),
                                            "', which is to be unique; correct one of them first"));
      }
    }
  }
  return {};
}

// Whether everything that is there follows a rule that is to be made.
Status MeetsRule(const ReadView& view, const PropertyRule& rule, const Names& names) {
  Status failure;
  const auto look = [&](uint64_t id, const auto& properties) {
    const Value* value = nullptr;
    for (const auto& [property, v] : properties) value = property == rule.property ? &v : value;
    failure = rule.Check(id, value, names);
    return failure.ok();
  };
  ReadOptions options = view.options();
  options.predicted = true;
  const ReadView all = view.With(options);
  if (rule.edges) {
    LT_TRY(all.AllEdges({}, [&](const Edge& edge) { return edge.type.raw != rule.of || look(edge.id.raw, edge.properties); }));
    return failure;
  }
  LT_TRY(all.NodesWithLabel(LabelId{rule.of}, {}, [&](NodeId id) {
    auto node = all.GetNode(id);
    if (!node.ok()) failure = node.status();
    return node.ok() && (!*node || look(id.raw, (*node)->properties));
  }));
  return failure;
}

}  // namespace

Status Database::ChangeCatalog(std::shared_ptr<const Ontology> ontology, const CatalogChange& change) {
  if (state_->read_only) return Status(Code::kInvalid, Text("'", state_->uri, "' is open for reading only"));
  LT_TRY(state_->TakeSlot());
  const std::shared_ptr<void> free_slot(nullptr, [this](void*) { state_->FreeSlot(); });
  LT_ASSIGN(const ReadView view, Read());
  const ReadView::State& old = *view.state_;
  Overlay overlay(old.view);
  auto names = std::make_shared<Names>(*old.names);
  if (!ontology) ontology = old.ontology;
  InternOntology(*ontology, *names, overlay);
  overlay.Put(keys::OntologyText(), ontology->json());
  Declared declared = old.indexes->declared();
  if (change) {
    const auto number = [&](NameKind kind, const std::string& name) {
      if (const uint32_t id = names->Find(kind, name)) return id;
      const uint32_t id = names->Add(kind, name);
      overlay.Put(keys::Name(kNameKindKeys[static_cast<int>(kind)], id), name);
      return id;
    };
    LT_TRY(change(declared, number));
    for (const DeclaredIndex& index : old.indexes->declared().indexes) overlay.Delete(Declared::Encode(index).first);
    for (const PropertyRule& rule : old.indexes->declared().rules) overlay.Delete(Declared::Encode(rule).first);
    for (const DeclaredIndex& index : declared.indexes) {
      auto [key, value] = Declared::Encode(index);
      overlay.Put(key, std::move(value));
    }
    for (const PropertyRule& rule : declared.rules) {
      auto [key, value] = Declared::Encode(rule);
      overlay.Put(key, std::move(value));
      const auto& before = old.indexes->declared().rules;
      if (std::find(before.begin(), before.end(), rule) == before.end()) LT_TRY(MeetsRule(view, rule, *names));
    }
  }
  auto indexes = std::make_shared<const IndexSet>(*ontology, *names, std::move(declared));
  auto batch = state_->store->NewBatch();
  std::unique_ptr<storage::BulkLoad> load;  // where an index is to be filled
  for (uint32_t id = 1; id <= names->count(NameKind::kLabel); ++id) {
    const LabelId label{id};
    const auto same = [](const IndexSet::Entry* a, const IndexSet::Entry& b) {
      return a != nullptr && a->unique == b.unique && a->identifier == b.identifier;
    };
    for (const IndexSet::Entry& entry : old.indexes->Of(label)) {
      const IndexSet::Entry* const next = indexes->Find(label, entry.property);
      if (!same(next, entry)) LT_TRY(EmptyIndex(view, old, label, entry, next != nullptr && next->unique == entry.unique, *batch));
    }
    for (const IndexSet::Entry& entry : indexes->Of(label)) {
      if (same(old.indexes->Find(label, entry.property), entry)) continue;
      if (load == nullptr) {
        LT_ASSIGN(load, state_->store->NewBulkLoad(kIndexLoadBytes));
      }
      LT_TRY(FillIndex(view, old, label, entry, *load));
    }
  }
  overlay.MoveTo(*batch);
  if (load != nullptr) {
    LT_TRY(load->Publish(batch.get()));
  } else {
    LT_TRY(state_->store->Write(batch.get()));
  }
  {
    std::lock_guard lock(state_->published_mutex);
    state_->names = std::move(names);
    state_->ontology = std::move(ontology);
    state_->indexes = std::move(indexes);
  }
  return RefreshNameIndex();
}

// Builds the name index again where other properties are searched now, or by other rules, than when it was built.
Status Database::RefreshNameIndex() {
  if (state_->read_only) return {};
  LT_ASSIGN(const ReadView view, Read());
  LT_ASSIGN(const NameIndexHead head, LoadNameIndexHead(*view.state_->view));
  if (head.version == NameIndexVersion(view.ontology())) return {};
  return RebuildNameIndex(*state_->store, view, Budget());
}

Status Database::SetOntology(std::shared_ptr<const Ontology> ontology) {
  return ChangeCatalog(ontology ? std::move(ontology) : Ontology::None(), nullptr);
}

Status Database::CreateIndex(const std::string& label, const std::string& property, const std::string& name) {
  if (label.empty() || property.empty()) return Status(Code::kInvalid, "an index needs a label and a property");
  return ChangeCatalog(nullptr, [&](Declared& declared, const NumberOf& number) -> Status {
    const DeclaredIndex index{LabelId{number(NameKind::kLabel, label)}, PropertyId{number(NameKind::kProperty, property)}, false, name};
    for (const DeclaredIndex& d : declared.indexes) {
      if (d.label == index.label && d.property == index.property) return {};
    }
    declared.indexes.push_back(index);
    return {};
  });
}

Status Database::DropIndex(const std::string& label, const std::string& property) {
  return ChangeCatalog(nullptr, [&](Declared& declared, const NumberOf& number) -> Status {
    const LabelId of{number(NameKind::kLabel, label)};
    const PropertyId p{number(NameKind::kProperty, property)};
    if (std::erase_if(declared.indexes, [&](const DeclaredIndex& d) { return d.label == of && d.property == p && !d.unique; }) == 0) {
      return Status(Code::kNotFound, Text("there is no index of property '", property, "' of label '", label, "' that could be dropped"));
    }
    return {};
  });
}

Result<std::vector<Database::IndexInfo>> Database::Indexes() const {
  LT_ASSIGN(const ReadView view, Read());
  std::vector<IndexInfo> out;
  const std::vector<DeclaredIndex>& declared = view.state_->indexes->declared().indexes;
  std::set<std::string> labels;  // also those that no node has yet
  for (std::string& label : view.label_names()) labels.insert(std::move(label));
  for (const DeclaredIndex& d : declared) labels.insert(view.name(d.label));
  for (const std::string& label : labels) {
    for (const IndexSet::Entry& entry : view.state_->indexes->Of(view.label(label))) {
      const auto ours = std::find_if(declared.begin(), declared.end(), [&](const DeclaredIndex& d) {
        return d.label == view.label(label) && d.property == entry.property;
      });
      if (!entry.unique && ours == declared.end()) continue;
      IndexInfo& info = out.emplace_back(IndexInfo{label, view.name(entry.property), entry.unique});
      info.declared = ours != declared.end();
      if (info.declared) info.name = ours->name;
    }
  }
  std::sort(out.begin(), out.end(), [](const IndexInfo& a, const IndexInfo& b) {
    return std::tie(a.label, a.property) < std::tie(b.label, b.property);
  });
  return out;
}

Status Database::CreateConstraint(const ConstraintInfo& wanted) {
  if (wanted.of.empty() || wanted.property.empty() || wanted.name.empty()) {
    return Status(Code::kInvalid, "a constraint needs a name, a label or type, and a property");
  }
  return ChangeCatalog(nullptr, [&](Declared& declared, const NumberOf& number) -> Status {
    const uint32_t of = number(wanted.edges ? NameKind::kType : NameKind::kLabel, wanted.of);
    const PropertyId property{number(NameKind::kProperty, wanted.property)};
    if (wanted.unique) {
      if (wanted.edges) return Status(Code::kInvalid, "values can be unique within a label, not within a type of edge");
      std::erase_if(declared.indexes, [&](const DeclaredIndex& d) { return d.label.raw == of && d.property == property; });
      declared.indexes.push_back({LabelId{of}, property, true, wanted.name});
    }
    if (wanted.exists || wanted.types != 0 || wanted.element_types != 0) {
      PropertyRule rule{wanted.edges, of, property, wanted.types, wanted.element_types, wanted.type_text, wanted.name};
      std::erase_if(declared.rules, [&](const PropertyRule& r) {
        return r.edges == rule.edges && r.of == of && r.property == property && r.exists() == rule.exists();
      });
      declared.rules.push_back(std::move(rule));
    }
    return {};
  });
}

Status Database::DropConstraint(const std::string& name) {
  return ChangeCatalog(nullptr, [&](Declared& declared, const NumberOf&) -> Status {
    const size_t gone = std::erase_if(declared.indexes, [&](const DeclaredIndex& d) { return d.unique && d.name == name; }) +
                        std::erase_if(declared.rules, [&](const PropertyRule& r) { return r.name == name; });
    return gone > 0 ? Status() : Status(Code::kNotFound, Text("there is no constraint '", name, "' that could be dropped"));
  });
}

Result<std::vector<Database::ConstraintInfo>> Database::Constraints() const {
  LT_ASSIGN(const ReadView view, Read());
  std::vector<ConstraintInfo> out;
  const Declared& declared = view.state_->indexes->declared();
  for (const DeclaredIndex& d : declared.indexes) {
    if (d.unique) out.push_back({.name = d.name, .of = view.name(d.label), .property = view.name(d.property), .unique = true});
  }
  for (const PropertyRule& r : declared.rules) {
    const auto key = std::find_if(out.begin(), out.end(), [&](const ConstraintInfo& c) { return r.exists() && !r.edges && c.unique && c.name == r.name; });
    if (key != out.end()) {
      key->exists = true;
      continue;
    }
    out.push_back({.name = r.name, .edges = r.edges, .of = r.edges ? view.name(TypeId{r.of}) : view.name(LabelId{r.of}),
                   .property = view.name(r.property), .exists = r.exists(), .types = r.types, .element_types = r.element_types,
                   .type_text = r.type_text});
  }
  std::sort(out.begin(), out.end(), [](const ConstraintInfo& a, const ConstraintInfo& b) { return a.name < b.name; });
  return out;
}

// ---- statistics

Result<Database::Stats> Database::GetStats(const ReadOptions& options) const {
  LT_ASSIGN(const ReadView view, Read(options));
  Stats stats;
  stats.uri = state_->uri;
  stats.format = std::string(kFormat);
  stats.bytes = state_->store->SizeBytes();
  LT_ASSIGN(stats.nodes, view.NodeCount());
  LT_ASSIGN(stats.edges, view.EdgeCount());
  LT_ASSIGN(const NextIds next, NextIds::Load(*view.state_->view));
  stats.batches = next.batch - 1;
  for (const std::string& name : view.label_names()) {
    LT_ASSIGN(const uint64_t count, view.NodeCount(view.label(name)));
    if (count > 0) stats.nodes_by_label[name] = count;
  }
  for (const std::string& name : view.type_names()) {
    LT_ASSIGN(const uint64_t count, view.EdgeCount(view.type(name)));
    if (count > 0) stats.edges_by_type[name] = count;
  }
  return stats;
}

}  // namespace liantu::graph
