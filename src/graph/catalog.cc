// SPDX-License-Identifier: Apache-2.0
#include "graph/catalog.h"

#include <algorithm>
#include <set>

#include "graph/name_index.h"

namespace liantu::graph {
namespace {

constexpr size_t kCacheEntries = 1 << 17;

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<uint8_t>(c) >> 4];
    out += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

}  // namespace

Status Damaged(const Key& key, std::string_view what) {
  return Status(Code::kDamaged, Text("the store is damaged: ", what, " cannot be read (keyspace ",
                                     storage::KeyspaceName(key.space), ", route ", key.route, ", key ", Hex(key.rest),
                                     "); run 'liantu check --deep' and restore a backup"));
}

// ---- names

Names::Names(const Names& other) {
  for (int kind = 0; kind < 3; ++kind) {
    for (const std::string& name : other.lists_[kind]) Add(static_cast<NameKind>(kind), name);
  }
}

uint32_t Names::Find(NameKind kind, std::string_view name) const {
  const auto& ids = ids_[static_cast<int>(kind)];
  const auto at = ids.find(name);
  return at == ids.end() ? 0 : at->second;
}

const std::string& Names::name(NameKind kind, uint32_t id) const {
  static const std::string kNone;
  const auto& list = lists_[static_cast<int>(kind)];
  return id == 0 || id > list.size() ? kNone : list[id - 1];
}

uint32_t Names::Add(NameKind kind, std::string_view name) {
  auto& list = lists_[static_cast<int>(kind)];
  list.emplace_back(name);
  const auto id = static_cast<uint32_t>(list.size());
  ids_[static_cast<int>(kind)].emplace(list.back(), id);
  return id;
}

Result<std::shared_ptr<Names>> Names::Load(const storage::View& view) {
  auto names = std::make_shared<Names>();
  for (int kind = 0; kind < 3; ++kind) {
    const std::string prefix(1, kNameKindKeys[kind]);
    auto cursor = view.Scan(storage::Keyspace::kCatalog, 0, prefix);
    for (; cursor->Valid(); cursor->Next()) {
      std::string_view rest = cursor->rest().substr(1);
      uint32_t id;
      if (!GetBigEndian(rest, id) || !rest.empty() || names->Add(static_cast<NameKind>(kind), cursor->value()) != id) {
        return Damaged({storage::Keyspace::kCatalog, 0, std::string(cursor->rest())}, "a name");
      }
    }
    LT_TRY(cursor->status());
  }
  return names;
}

// ---- ids, ranges, batches

std::string NextIds::Encode() const {
  std::string out;
  PutVarint(out, node);
  PutVarint(out, edge);
  PutVarint(out, batch);
  PutVarint(out, evidence);
  return out;
}

Result<NextIds> NextIds::Load(const storage::View& view) {
  const Key key = keys::NextIds();
  std::string value;
  LT_ASSIGN(const bool found, view.Get(key.space, key.view(), &value));
  NextIds ids;
  uint64_t evidence;
  std::string_view in = value;
  if (!found || !GetVarint(in, ids.node) || !GetVarint(in, ids.edge) || !GetVarint(in, ids.batch) ||
      !GetVarint(in, evidence) || evidence == 0 || evidence > UINT32_MAX || !in.empty()) {
    return Damaged(key, "the table of next ids");
  }
  ids.evidence = static_cast<uint32_t>(evidence);
  return ids;
}

void EncodeRange(std::string& out, const BatchRange& range) {
  PutVarint(out, range.last - range.first);
  PutVarint(out, range.batch.raw);
  PutVarint(out, range.input);
  PutVarint(out, range.evidence.raw);
}

bool DecodeRange(std::string_view in, uint64_t last, BatchRange& range) {
  uint64_t length, input, evidence;
  if (!GetVarint(in, length) || length >= last || !GetVarint(in, range.batch.raw) || !GetVarint(in, input) ||
      !GetVarint(in, evidence) || evidence == 0 || evidence > UINT32_MAX || input > UINT32_MAX || !in.empty()) {
    return false;
  }
  range.first = last - length;
  range.last = last;
  range.input = static_cast<uint32_t>(input);
  range.evidence.raw = static_cast<uint32_t>(evidence);
  return true;
}

void EncodeBatch(std::string& out, const BatchInfo& info) {
  PutVarint(out, ZigZag(info.time_ms));
  for (const std::string* s : {&info.who, &info.origin, &info.origin_sha256, &info.note}) PutString(out, *s);
  for (const uint64_t n : {info.nodes_created, info.edges_created, info.entities_changed, info.entities_deleted,
                           info.first_node.raw, info.last_node.raw, info.first_edge.raw, info.last_edge.raw,
                           info.entities_restored, uint64_t{info.first_evidence.raw}, uint64_t{info.last_evidence.raw}}) {
    PutVarint(out, n);
  }
  PutVarint(out, info.inputs.size());
  for (const InputFile& input : info.inputs) {
    PutString(out, input.name);
    PutString(out, input.sha256);
  }
  PutVarint(out, info.undoes.size());
  for (const BatchId undone : info.undoes) PutVarint(out, undone.raw);
}

bool DecodeBatch(std::string_view in, BatchId id, BatchInfo& info) {
  info = {};
  info.id = id;
  uint64_t time, inputs, undoes, first_evidence, last_evidence;
  if (!GetVarint(in, time)) return false;
  info.time_ms = UnZigZag(time);
  const auto text = [&](std::string& s) {
    std::string_view v;
    if (!GetString(in, v)) return false;
    s = v;
    return true;
  };
  if (!text(info.who) || !text(info.origin) || !text(info.origin_sha256) || !text(info.note)) return false;
  for (uint64_t* n : {&info.nodes_created, &info.edges_created, &info.entities_changed, &info.entities_deleted,
                      &info.first_node.raw, &info.last_node.raw, &info.first_edge.raw, &info.last_edge.raw,
                      &info.entities_restored, &first_evidence, &last_evidence}) {
    if (!GetVarint(in, *n)) return false;
  }
  if (first_evidence > UINT32_MAX || last_evidence > UINT32_MAX) return false;
  info.first_evidence.raw = static_cast<uint32_t>(first_evidence);
  info.last_evidence.raw = static_cast<uint32_t>(last_evidence);
  if (!GetVarint(in, inputs) || inputs > in.size()) return false;
  for (uint64_t i = 0; i < inputs; ++i) {
    InputFile& input = info.inputs.emplace_back();
    if (!text(input.name) || !text(input.sha256)) return false;
  }
  if (!GetVarint(in, undoes) || undoes > in.size()) return false;
  for (uint64_t i = 0; i < undoes; ++i) {
    if (!GetVarint(in, info.undoes.emplace_back().raw)) return false;
  }
  return in.empty();
}

void EncodeIds(std::string& out, const std::vector<uint64_t>& ids) {
  uint64_t previous = 0;
  for (const uint64_t id : ids) {
    PutVarint(out, id - previous);
    previous = id;
  }
}

bool DecodeIds(std::string_view in, std::vector<uint64_t>& ids) {
  uint64_t id = 0;
  while (!in.empty()) {
    uint64_t delta;
    if (!GetVarint(in, delta) || delta == 0) return false;
    ids.push_back(id += delta);
  }
  return true;
}

// ---- indexes

IndexSet::IndexSet(const Ontology& ontology, const Names& names, Declared declared)
    : key_{names.Find(NameKind::kProperty, "key")}, declared_(std::move(declared)) {
  const Entry key_entry{.property = key_, .unique = false, .identifier = true};
  other_ = {key_entry};
  by_label_.resize(names.count(NameKind::kLabel) + 1, other_);
  named_.resize(by_label_.size());
  name_version_ = NameIndexVersion(ontology);
  for (const LabelSpec& spec : ontology.labels()) {
    const uint32_t label = names.Find(NameKind::kLabel, spec.name);
    const PropertySpec* name = spec.Property("name");
    named_[label] = name != nullptr && name->search != PropertySpec::Search::kNo;
    all_named_ = all_named_ && named_[label];
    auto& entries = by_label_[label];
    entries[0].unique = spec.key;
    for (const std::string& property : spec.unique) {
      entries.push_back({PropertyId{names.Find(NameKind::kProperty, property)}, true, true});
    }
  }
  for (const DeclaredIndex& index : declared_.indexes) {
    auto& entries = by_label_[index.label.raw];
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.property == index.property; });
    if (at == entries.end()) {
      entries.push_back({index.property, index.unique, false});
    } else if (index.unique) {
      at->unique = true;
    }
  }
  for (auto& entries : by_label_) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.property < b.property; });
  }
}

const std::vector<IndexSet::Entry>& IndexSet::Of(LabelId label) const {
  return label.raw < by_label_.size() ? by_label_[label.raw] : other_;
}

const IndexSet::Entry* IndexSet::Find(LabelId label, PropertyId property) const {
  for (const Entry& entry : Of(label)) {
    if (entry.property == property) return &entry;
  }
  return nullptr;
}

bool IndexSet::IsDeclared(LabelId label, PropertyId property) const {
  return std::any_of(declared_.indexes.begin(), declared_.indexes.end(),
                     [&](const DeclaredIndex& d) { return d.label == label && d.property == property; });
}

bool PropertyRule::Allows(const Value& value) const {
  if (exists()) return true;
  const auto bit = [](const Value& v) { return 1u << static_cast<unsigned>(v.type()); };
  if (value.type() != Value::Type::kList) return (types & bit(value)) != 0;
  const auto& items = *value.as<Value::List>();
  return element_types != 0 && std::all_of(items.begin(), items.end(), [&](const Value& v) { return (element_types & bit(v)) != 0; });
}

Status PropertyRule::Check(uint64_t id, const Value* value, const Names& names) const {
  if (value != nullptr ? Allows(*value) : !exists()) return {};
  const std::string what = Text(edges ? "edge " : "node ", id, " (:", names.name(edges ? NameKind::kType : NameKind::kLabel, of), ")");
  const std::string& key = names.name(NameKind::kProperty, property.raw);
  if (exists()) return Status(Code::kConflict, Text(what, " must have the property '", key, "' (constraint ", name, ")"));
  return Status(Code::kConflict, Text(what, " has ", key, " ", ToText(*value), ", which is to be ", type_text, " (constraint ", name, ")"));
}

// An index without a name that a constraint did not make has an empty value.
std::pair<Key, std::string> Declared::Encode(const DeclaredIndex& index) {
  std::string value;
  if (index.unique || !index.name.empty()) {
    value.push_back(index.unique ? 1 : 0);
    value += index.name;
  }
  return {keys::DeclaredIndex(index.label, index.property), std::move(value)};
}

std::pair<Key, std::string> Declared::Encode(const PropertyRule& rule) {
  std::string value;
  PutVarint(value, rule.types);
  PutVarint(value, rule.element_types);
  PutVarint(value, rule.type_text.size());
  value += rule.type_text;
  value += rule.name;
  return {keys::Constraint(rule.exists() ? 'e' : 't', rule.edges, rule.of, rule.property), std::move(value)};
}

Result<Declared> Declared::Load(const storage::View& view) {
  Declared declared;
  const auto read = [&](std::string_view prefix, const auto& each) -> Status {
    auto cursor = view.Scan(storage::Keyspace::kCatalog, 0, prefix);
    for (; cursor->Valid(); cursor->Next()) {
      if (!each(cursor->rest(), cursor->value())) {
        return Damaged({storage::Keyspace::kCatalog, 0, std::string(cursor->rest())}, prefix == "X" ? "an index definition" : "a constraint");
      }
    }
    return cursor->status();
  };
  LT_TRY(read("X", [&](std::string_view rest, std::string_view value) {
    DeclaredIndex index;
    rest.remove_prefix(1);
    if (!GetBigEndian(rest, index.label.raw) || !GetBigEndian(rest, index.property.raw) || !rest.empty()) return false;
    if (!value.empty()) {
      if (value[0] != 0 && value[0] != 1) return false;
      index.unique = value[0] == 1;
      index.name = value.substr(1);
    }
    declared.indexes.push_back(std::move(index));
    return true;
  }));
  LT_TRY(read("C", [&](std::string_view rest, std::string_view value) {
    PropertyRule rule;
    if (rest.size() < 3 || (rest[2] != 'E' && rest[2] != 'N')) return false;
    rule.edges = rest[2] == 'E';
    const char kind = rest[1];
    rest.remove_prefix(3);
    uint64_t types = 0, elements = 0, size = 0;
    if (!GetBigEndian(rest, rule.of) || !GetBigEndian(rest, rule.property.raw) || !rest.empty() || !GetVarint(value, types) ||
        !GetVarint(value, elements) || !GetVarint(value, size) || types > UINT16_MAX || elements > UINT16_MAX || size > value.size() ||
        (kind != 'e' && kind != 't')) {
      return false;
    }
    rule.types = static_cast<uint32_t>(types);
    rule.element_types = static_cast<uint32_t>(elements);
    if (rule.exists() != (kind == 'e')) return false;
    rule.type_text = value.substr(0, size);
    rule.name = value.substr(size);
    declared.rules.push_back(std::move(rule));
    return true;
  }));
  return declared;
}

// ---- cache

Result<BatchRange> CatalogCache::Range(const storage::View& view, bool edges, uint64_t id) {
  {
    std::shared_lock lock(mutex_);
    const auto at = ranges_[edges].lower_bound(id);
    if (at != ranges_[edges].end() && at->second.first <= id) return at->second;
  }
  const Key key = keys::Range(edges, id);
  auto cursor = view.Scan(key.space, key.route, std::string_view(key.rest).substr(0, 1), key.rest);
  LT_TRY(cursor->status());
  if (cursor->Valid()) {
    std::string_view rest = cursor->rest().substr(1);
    uint64_t last;
    BatchRange range;
    if (!GetBigEndian(rest, last) || !DecodeRange(cursor->value(), last, range)) return Damaged(key, "a batch range");
    if (range.first <= id) {
      std::unique_lock lock(mutex_);
      if (ranges_[edges].size() >= kCacheEntries) ranges_[edges].clear();
      ranges_[edges].emplace(last, range);
      return range;
    }
  }
  return Damaged(key, Text("the batch that made ", edges ? "edge " : "node ", id));
}

Result<std::shared_ptr<const Evidence>> CatalogCache::Find(const storage::View& view, EvidenceId id) {
  {
    std::shared_lock lock(mutex_);
    const auto at = evidence_.find(id.raw);
    if (at != evidence_.end()) return at->second;
  }
  const Key key = keys::EvidenceText(id);
  std::string value;
  LT_ASSIGN(const bool found, view.Get(key.space, key.view(), &value));
  auto evidence = std::make_shared<Evidence>();
  if (!found || !DecodeEvidence(value, *evidence)) return Damaged(key, Text("evidence ", id.raw));
  std::unique_lock lock(mutex_);
  if (evidence_.size() >= kCacheEntries) evidence_.clear();
  evidence_.emplace(id.raw, evidence);
  return std::shared_ptr<const Evidence>(std::move(evidence));
}

Result<BatchInfo> CatalogCache::Batch(const storage::View& view, BatchId id) {
  {
    std::shared_lock lock(mutex_);
    const auto at = batches_.find(id.raw);
    if (at != batches_.end()) return at->second;
  }
  const Key key = keys::Batch(id);
  std::string value;
  LT_ASSIGN(const bool found, view.Get(key.space, key.view(), &value));
  BatchInfo info;
  if (!found || !DecodeBatch(value, id, info)) return Damaged(key, Text("batch ", id.raw));
  std::unique_lock lock(mutex_);
  if (batches_.size() >= kCacheEntries / 64) batches_.clear();
  batches_.emplace(id.raw, info);
  return info;
}

Result<EvidenceId> CatalogCache::FindId(const storage::View& view, const std::string& content) {
  {
    std::shared_lock lock(mutex_);
    const auto at = ids_.find(content);
    if (at != ids_.end()) return at->second;
  }
  const Key key = keys::EvidenceFinder(content);
  std::string value;
  LT_ASSIGN(const bool found, view.Get(key.space, key.view(), &value));
  if (!found) return EvidenceId{};
  std::vector<uint64_t> candidates;
  if (!DecodeIds(value, candidates)) return Damaged(key, "an evidence finder");
  for (const uint64_t candidate : candidates) {
    const EvidenceId id{static_cast<uint32_t>(candidate)};
    LT_ASSIGN(const auto evidence, Find(view, id));
    std::string other;
    EncodeEvidence(other, *evidence);
    if (other == content) {
      Remember(id, evidence, content);
      return id;
    }
  }
  return EvidenceId{};
}

void CatalogCache::Remember(EvidenceId id, std::shared_ptr<const Evidence> evidence, const std::string& content) {
  std::unique_lock lock(mutex_);
  if (evidence_.size() >= kCacheEntries) evidence_.clear();
  if (ids_.size() >= kCacheEntries) ids_.clear();
  evidence_.emplace(id.raw, std::move(evidence));
  ids_.emplace(content, id);
}

}  // namespace liantu::graph
