// SPDX-License-Identifier: Apache-2.0
// Reading a dump: every line is checked against those before it, so that nothing goes in which the deep check would call
// damage. All of it goes into one bulk load, which is published at the end or not at all.
#include <algorithm>
#include <atomic>
#include <unordered_map>

#include "graph/derive.h"
#include "graph/dump.h"
#include "graph/evidence.h"
#include "graph/journal.h"
#include "graph/json_line.h"
#include "graph/projection_json.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

constexpr uint64_t kMemoryBytes = 256ull << 20;  // of the load's sort buffers; as much again for what is derived
constexpr size_t kLongestLine = 256ull << 20;
constexpr uint64_t kLargestId = (1ull << 47) - 1;
constexpr uint64_t kPollEvery = 4096;

class Lines {
 public:
  Lines(const DumpSource& source, uint64_t total) : source_(source), total_(total) {}
  // False at the end. The line is valid until the next call.
  Result<bool> Next(std::string_view* line) {
    buffer_.erase(0, taken_);
    taken_ = 0;
    for (size_t looked = 0;;) {
      const size_t end = buffer_.find('\n', looked);
      if (end != std::string::npos || (ended_ && !buffer_.empty())) {
        *line = std::string_view(buffer_).substr(0, end);
        taken_ = std::min(buffer_.size(), line->size() + 1);
        return true;
      }
      if (ended_) return false;
      looked = buffer_.size();
      if (looked > kLongestLine) return Status(Code::kInvalid, Text("the line is longer than ", kLongestLine >> 20, " MiB"));
      constexpr size_t kPiece = 1 << 16;
      buffer_.resize(looked + kPiece);
      LT_ASSIGN(const size_t got, source_(buffer_.data() + looked, kPiece));
      buffer_.resize(looked + got);
      read_ += got;
      ended_ = got == 0;
    }
  }
  double share() const { return total_ == 0 ? 0 : static_cast<double>(read_) / static_cast<double>(total_); }

 private:
  const DumpSource& source_;
  const uint64_t total_;
  uint64_t read_ = 0;
  std::string buffer_;
  size_t taken_ = 0;
  bool ended_ = false;
};

// Takes the fields of an object one by one; what is left over at the end is not known.
class Fields {
 public:
  explicit Fields(const Json& json) : json_(json), taken_(json.members.size()) {}
  const Json* Take(std::string_view name) {
    for (size_t i = 0; i < json_.members.size(); ++i) {
      if (json_.members[i].first != name) continue;
      taken_[i] = true;
      return &json_.members[i].second;
    }
    return nullptr;
  }
  const std::pair<std::string, Json>* Left() const {
    for (size_t i = 0; i < taken_.size(); ++i) {
      if (!taken_[i]) return &json_.members[i];
    }
    return nullptr;
  }
  size_t at() const { return json_.at; }

 private:
  const Json& json_;
  std::vector<bool> taken_;
};

class Loader {
 public:
  Loader(storage::Store& store, const std::string& name, const DumpSource& source, uint64_t total, const Budget& budget)
      : store_(store), name_(name), lines_(source, total), budget_(budget), temporary_(store.folder()) {}

  Result<DumpCounts> Run() {
    LT_TRY(CheckEmpty());
    LT_ASSIGN(load_, store_.NewBulkLoad(kMemoryBytes));
    for (;;) {
      ++number_;
      auto more = lines_.Next(&line_);
      if (!more.ok()) return Status(more.code(), more.code() == Code::kInvalid ? Text(name_, ":", number_, ":1: ", more.status().message()) : more.status().message());
      if (!*more) break;
      if (number_ % kPollEvery == 0) {
        LT_TRY(budget_.Check());
        budget_.Progress(lines_.share() * 0.7);
      }
      LT_TRY(Line());
    }
    if (section_ != Section::kEnd) {
      line_ = {};
      return Fault(0, "the dump ends here, before its last line; it was cut short");
    }
    LT_TRY(Derive());
    auto with = store_.NewBatch();
    for (const auto& [key, value] : last_) with->Put(key.space, key.view(), value);
    LT_TRY(load_->Publish(with.get()));
    budget_.Progress(1);
    return counts_;
  }

 private:
  // Lines come in this order; some kinds may be missing.
  enum class Section { kHead, kNext, kNames, kOntology, kIndex, kRule, kProjection, kBatch, kEvidence, kRange, kNode, kEdge, kBefore, kEnd };

  Status Fault(size_t at, std::string_view what) const { return Status(Code::kInvalid, Text(name_, ":", number_, ":", JsonColumn(line_, at), ": ", what)); }

  Status CheckEmpty() {
    const auto view = store_.OpenView();
    for (int space = 0; space < storage::kKeyspaces; ++space) {
      std::atomic<bool> any = false;
      LT_TRY(view->ForEachShard(static_cast<Keyspace>(space), 1, [&](int, storage::Route, std::string_view, std::string_view) {
        any = true;
        return false;
      }));
      if (any) return Status(Code::kInvalid, "there is a graph in this store already; a dump is loaded into a new one");
    }
    return {};
  }

  Status Line() {
    auto json = ParseJsonLine(line_);
    if (!json.ok()) return Status(Code::kInvalid, Text(name_, ":", number_, ":", json.status().message()));
    if (json->kind != Json::Kind::kObject || json->members.empty()) return Fault(json->at, "expected an object with fields");
    const std::string& kind = json->members.front().first;
    Section section = Section::kEnd;
    static const std::pair<const char*, Section> kKinds[] = {
        {"liantu_dump", Section::kHead}, {"next", Section::kNext},   {"names", Section::kNames},     {"ontology", Section::kOntology},
        {"index", Section::kIndex},      {"rule", Section::kRule},   {"projection", Section::kProjection}, {"batch", Section::kBatch}, {"evidence", Section::kEvidence},
        {"made", Section::kRange},       {"node", Section::kNode},   {"edge", Section::kEdge},       {"before", Section::kBefore},
        {"end", Section::kEnd}};
    const auto known = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const auto& k) { return kind == k.first; });
    if (number_ == 1 && kind != "liantu_dump") return Fault(json->at, "this is no dump of liantu: its first line would begin with {\"liantu_dump\":");
    if (known == std::end(kKinds)) return Fault(json->at, Text("lines that begin with '", kind, "' are not known"));
    section = known->second;
    // All up to the ontology come once, each after the other; then whatever follows in order.
    const bool once = section <= Section::kOntology || section == Section::kEnd;
    const bool follows = section <= Section::kOntology ? number_ == static_cast<uint64_t>(section) + 1
                                                       : section_ >= Section::kOntology && (once ? section > section_ : section >= section_);
    if (!follows) return Fault(json->at, Text("a line of '", kind, "' cannot stand here"));
    if (section > Section::kIndex && !indexes_) LT_TRY(MakeIndexes());
    section_ = section;
    Fields fields(*json);
    LT_TRY(Dispatch(fields));
    if (const auto* left = fields.Left()) return Fault(left->second.at, Text("the field '", left->first, "' is not known here"));
    return {};
  }

  Status Dispatch(Fields& fields) {
    switch (section_) {
      case Section::kHead: return Head(fields);
      case Section::kNext: return Next(fields);
      case Section::kNames: return ReadNames(fields);
      case Section::kOntology: return ReadOntology(fields);
      case Section::kIndex: return Index(fields);
      case Section::kRule: return Rule(fields);
      case Section::kProjection: return Projection_(fields);
      case Section::kBatch: return Batch_(fields);
      case Section::kEvidence: return ReadEvidence(fields);
      case Section::kRange: return Range(fields);
      case Section::kNode: return ReadNode(fields);
      case Section::kEdge: return ReadEdge(fields);
      case Section::kBefore: return Before(fields);
      case Section::kEnd: return End(fields);
    }
    return {};
  }

  // ---- fields

  Status Integer(Fields& fields, const char* name, uint64_t min, uint64_t max, uint64_t* out, bool required = true) {
    const Json* json = fields.Take(name);
    if (json == nullptr) {
      *out = 0;
      return required ? Fault(fields.at(), Text("the field '", name, "' is missing")) : Status();
    }
    return Integer(*json, min, max, out);
  }
  Status Integer(const Json& json, uint64_t min, uint64_t max, uint64_t* out) {
    if (json.kind != Json::Kind::kInteger || json.integer < 0 || static_cast<uint64_t>(json.integer) < min || static_cast<uint64_t>(json.integer) > max) {
      return Fault(json.at, Text("expected a whole number from ", min, " to ", max, ", found ",
                                 json.kind == Json::Kind::kInteger ? std::to_string(json.integer) : JsonKindName(json.kind)));
    }
    *out = static_cast<uint64_t>(json.integer);
    return {};
  }
  Status String(const Json& json, std::string* out) {
    if (json.kind != Json::Kind::kString) return Fault(json.at, Text("expected a text, found ", JsonKindName(json.kind)));
    *out = json.text;
    return {};
  }
  Status String(Fields& fields, const char* name, std::string* out, bool required = false) {
    const Json* json = fields.Take(name);
    out->clear();
    if (json == nullptr) return required ? Fault(fields.at(), Text("the field '", name, "' is missing")) : Status();
    return String(*json, out);
  }
  // A list of `size` numbers, or nothing at all (zeros).
  Status Pair(Fields& fields, const char* name, uint64_t max, uint64_t* a, uint64_t* b, bool required = false) {
    const Json* json = fields.Take(name);
    *a = *b = 0;
    if (json == nullptr) return required ? Fault(fields.at(), Text("the field '", name, "' is missing")) : Status();
    if (json->kind != Json::Kind::kList || json->items.size() != 2) return Fault(json->at, "expected a list of two numbers");
    LT_TRY(Integer(json->items[0], 0, max, a));
    return Integer(json->items[1], 0, max, b);
  }
  Status ReadValue(const Json& json, Value* value, bool storable) {
    if (!ReadDumpValue(json, *value)) return Fault(json.at, "this is no value");
    if (!storable) return {};
    const Status status = CheckStorable(*value);
    return status.ok() ? Status() : Fault(json.at, status.message());
  }
  Status NameIn(const Json& json, const std::string& name, NameKind kind, uint32_t* id) {
    static constexpr const char* kWhat[] = {"label", "edge type", "property"};
    *id = names_->Find(kind, name);
    return *id != 0 ? Status() : Fault(json.at, Text("the ", kWhat[static_cast<int>(kind)], " '", name, "' is not among the names of the third line"));
  }

  // ---- head

  Status Head(Fields& fields) {
    uint64_t version;
    LT_TRY(Integer(fields, "liantu_dump", 1, UINT32_MAX, &version));
    if (version > static_cast<uint64_t>(kDumpVersion)) {
      return Status(Code::kTooNew, Text(name_, ": a dump of version ", version, "; this program reads version ", kDumpVersion,
                                        ": load it with the version that wrote it or a later one"));
    }
    std::string format;  // of the store it came from; says nothing about the lines
    return String(fields, "format", &format, true);
  }

  Status Next(Fields& fields) {
    const Json* json = fields.Take("next");
    if (json->kind != Json::Kind::kObject) return Fault(json->at, "expected an object");
    Fields ids(*json);
    uint64_t evidence;
    LT_TRY(Integer(ids, "node", 1, kLargestId, &next_.node));
    LT_TRY(Integer(ids, "edge", 1, kLargestId, &next_.edge));
    LT_TRY(Integer(ids, "batch", 1, kLargestId, &next_.batch));
    LT_TRY(Integer(ids, "evidence", 1, UINT32_MAX, &evidence));
    next_.evidence = static_cast<uint32_t>(evidence);
    if (const auto* left = ids.Left()) return Fault(left->second.at, Text("the field '", left->first, "' is not known here"));
    last_.emplace_back(keys::NextIds(), next_.Encode());
    last_.emplace_back(keys::Format(), std::string(kFormat));
    return {};
  }

  Status ReadNames(Fields& fields) {
    static constexpr const char* kKinds[] = {"labels", "types", "properties"};
    const Json* json = fields.Take("names");
    if (json->kind != Json::Kind::kObject) return Fault(json->at, "expected an object");
    Fields lists(*json);
    names_ = std::make_shared<Names>();
    for (int kind = 0; kind < 3; ++kind) {
      const Json* list = lists.Take(kKinds[kind]);
      if (list == nullptr || list->kind != Json::Kind::kList) return Fault(json->at, Text("expected a list '", kKinds[kind], "'"));
      if (list->items.size() > UINT16_MAX) return Fault(list->at, "a store holds at most 65,535 names of a kind");
      for (const Json& item : list->items) {
        std::string name;
        LT_TRY(String(item, &name));
        if (name.empty() || names_->Find(static_cast<NameKind>(kind), name) != 0) return Fault(item.at, Text("the name '", name, "' is empty or stands here twice"));
        const Key key = keys::Name(kNameKindKeys[kind], names_->Add(static_cast<NameKind>(kind), name));
        LT_TRY(load_->Put(key.space, key.view(), name));
      }
    }
    if (names_->Find(NameKind::kProperty, "key") == 0) return Fault(json->at, "the property 'key' is missing among the names");
    if (const auto* left = lists.Left()) return Fault(left->second.at, Text("the field '", left->first, "' is not known here"));
    return {};
  }

  Status ReadOntology(Fields& fields) {
    const Json* json = fields.Take("ontology");
    std::string text;
    LT_TRY(String(*json, &text));
    ontology_ = Ontology::None();
    if (!text.empty()) {
      auto parsed = Ontology::Parse(text, "the ontology");
      if (!parsed.ok()) return Fault(json->at, parsed.status().message());
      ontology_ = *std::move(parsed);
    }
    // Every name that the ontology knows has its number.
    const auto known = [&](NameKind kind, const std::string& name) -> Status {
      return names_->Find(kind, name) != 0 ? Status() : Fault(json->at, Text("the ontology's '", name, "' is not among the names of the third line"));
    };
    for (const LabelSpec& label : ontology_->labels()) {
      LT_TRY(known(NameKind::kLabel, label.name));
      for (const PropertySpec& p : label.properties) LT_TRY(known(NameKind::kProperty, p.name));
      for (const std::string& p : label.unique) LT_TRY(known(NameKind::kProperty, p));
    }
    for (const EdgeTypeSpec& type : ontology_->edge_types()) {
      LT_TRY(known(NameKind::kType, type.name));
      for (const PropertySpec& p : type.properties) LT_TRY(known(NameKind::kProperty, p.name));
    }
    const Key key = keys::OntologyText();
    return load_->Put(key.space, key.view(), ontology_->json());
  }

  Status Index(Fields& fields) {
    const Json* json = fields.Take("index");
    if (json->kind != Json::Kind::kList || json->items.size() != 2) return Fault(json->at, "expected a label and a property");
    std::string label, property;
    LT_TRY(String(json->items[0], &label));
    LT_TRY(String(json->items[1], &property));
    DeclaredIndex index;
    LT_TRY(NameIn(json->items[0], label, NameKind::kLabel, &index.label.raw));
    LT_TRY(NameIn(json->items[1], property, NameKind::kProperty, &index.property.raw));
    LT_TRY(String(fields, "name", &index.name));
    if (const Json* unique = fields.Take("unique")) {
      if (unique->kind != Json::Kind::kBoolean || !unique->boolean || index.name.empty()) return Fault(unique->at, "a unique index says \"unique\":true and has a name");
      index.unique = true;
    }
    for (const DeclaredIndex& other : declared_.indexes) {
      if (other.label == index.label && other.property == index.property) return Fault(json->at, "this index stands here twice");
    }
    const auto [key, value] = Declared::Encode(index);
    declared_.indexes.push_back(std::move(index));
    return load_->Put(key.space, key.view(), value);
  }
  Status Rule(Fields& fields) {
    const Json* json = fields.Take("rule");
    if (json->kind != Json::Kind::kList || json->items.size() != 3) return Fault(json->at, "expected nodes or edges, a label or type, and a property");
    std::string what, of, property;
    LT_TRY(String(json->items[0], &what));
    LT_TRY(String(json->items[1], &of));
    LT_TRY(String(json->items[2], &property));
    if (what != "nodes" && what != "edges") return Fault(json->items[0].at, Text("expected nodes or edges, found ", what));
    PropertyRule rule;
    rule.edges = what == "edges";
    LT_TRY(NameIn(json->items[1], of, rule.edges ? NameKind::kType : NameKind::kLabel, &rule.of));
    LT_TRY(NameIn(json->items[2], property, NameKind::kProperty, &rule.property.raw));
    uint64_t types = 0, elements = 0;
    LT_TRY(Pair(fields, "types", UINT16_MAX, &types, &elements));
    rule.types = static_cast<uint32_t>(types);
    rule.element_types = static_cast<uint32_t>(elements);
    LT_TRY(String(fields, "text", &rule.type_text));
    LT_TRY(String(fields, "name", &rule.name, true));
    for (const PropertyRule& other : declared_.rules) {
      if (Declared::Encode(other).first.rest == Declared::Encode(rule).first.rest) return Fault(json->at, "this rule stands here twice");
    }
    const auto [key, value] = Declared::Encode(rule);
    declared_.rules.push_back(std::move(rule));
    return load_->Put(key.space, key.view(), value);
  }
  Status MakeIndexes() {
    indexes_ = std::make_unique<IndexSet>(*ontology_, *names_, declared_);
    deriver_ = std::make_unique<Deriver>(ontology_, names_, kMemoryBytes, temporary_);
    unique_ = std::make_unique<RunSorter<Unique>>(kMemoryBytes / 4, temporary_);
    finders_ = std::make_unique<RunSorter<Finder>>(kMemoryBytes / 4, temporary_);
    return {};
  }

  Status Projection_(Fields& fields) {
    std::string name, text;
    LT_TRY(String(fields, "projection", &name, true));
    const Json* json = fields.Take("text");
    if (json == nullptr) return Fault(fields.at(), "the field 'text' is missing");
    LT_TRY(String(*json, &text));
    const auto parsed = ParseProjection(text, Text("projection ", name));
    if (!parsed.ok()) return Fault(json->at, parsed.status().message());
    if (name.empty() || parsed->name != name) return Fault(fields.at(), "the projection has another name in its text");
    const Key key = keys::StoredProjection(name);
    return load_->Put(key.space, key.view(), text);
  }

  Status Batch_(Fields& fields) {
    BatchInfo info;
    LT_TRY(Integer(fields, "batch", batches_.size() + 1, batches_.size() + 1, &info.id.raw));
    if (info.id.raw >= next_.batch) return Fault(fields.at(), "the second line knows no such batch");
    const Json* json = fields.Take("time");
    Value time;
    if (json == nullptr) return Fault(fields.at(), "the field 'time' is missing");
    LT_TRY(ReadValue(*json, &time, true));
    const DateTime* t = time.as<DateTime>();
    if (t == nullptr || t->nanos % 1'000'000 != 0 || t->seconds > INT64_MAX / 1001 || t->seconds < INT64_MIN / 1001) return Fault(json->at, "expected a datetime of whole milliseconds");
    info.time_ms = t->seconds * 1000 + t->nanos / 1'000'000;
    if (!batches_.empty() && info.time_ms < last_time_ms_) return Fault(json->at, "the batch is older than the one before it");
    last_time_ms_ = info.time_ms;
    LT_TRY(String(fields, "who", &info.who));
    LT_TRY(String(fields, "origin", &info.origin));
    LT_TRY(String(fields, "sha256", &info.origin_sha256));
    LT_TRY(String(fields, "note", &info.note));
    LT_TRY(Pair(fields, "created", kLargestId, &info.nodes_created, &info.edges_created));
    LT_TRY(Pair(fields, "changed_deleted", 2 * kLargestId, &info.entities_changed, &info.entities_deleted));
    LT_TRY(Pair(fields, "nodes", next_.node - 1, &info.first_node.raw, &info.last_node.raw));
    LT_TRY(Pair(fields, "edges", next_.edge - 1, &info.first_edge.raw, &info.last_edge.raw));
    uint64_t first, last;
    LT_TRY(Pair(fields, "evidence", next_.evidence - 1, &first, &last));
    info.first_evidence.raw = static_cast<uint32_t>(first);
    info.last_evidence.raw = static_cast<uint32_t>(last);
    LT_TRY(Integer(fields, "restored", 0, 2 * kLargestId, &info.entities_restored, false));
    if (const Json* undoes = fields.Take("undoes")) {
      if (undoes->kind != Json::Kind::kList) return Fault(undoes->at, "expected a list");
      for (const Json& item : undoes->items) {
        BatchId undone;
        LT_TRY(Integer(item, info.undoes.empty() ? 1 : info.undoes.back().raw + 1, info.id.raw - 1, &undone.raw));
        info.undoes.push_back(undone);
      }
    }
    if (const Json* inputs = fields.Take("inputs")) {
      if (inputs->kind != Json::Kind::kList) return Fault(inputs->at, "expected a list");
      for (const Json& item : inputs->items) {
        if (item.kind != Json::Kind::kList || item.items.size() != 2) return Fault(item.at, "expected a file name and its SHA-256");
        InputFile& input = info.inputs.emplace_back();
        LT_TRY(String(item.items[0], &input.name));
        LT_TRY(String(item.items[1], &input.sha256));
      }
    }
    const Key key = keys::Batch(info.id);
    std::string value;
    EncodeBatch(value, info);
    batches_.push_back({{info.first_node.raw, info.first_edge.raw}, {info.last_node.raw, info.last_edge.raw}, static_cast<uint32_t>(info.inputs.size())});
    ++counts_.batches;
    return load_->Put(key.space, key.view(), value);
  }

  Status Day(Fields& fields, const char* name, std::optional<Date>* day) {
    const Json* json = fields.Take(name);
    if (json == nullptr) return {};
    Value value;
    LT_TRY(ReadValue(*json, &value, true));
    if (value.type() != Value::Type::kDate) return Fault(json->at, "expected a date");
    *day = *value.as<Date>();
    return {};
  }
  Status ReadEvidence(Fields& fields) {
    uint64_t id;
    LT_TRY(Integer(fields, "evidence", evidence_ + 1, evidence_ + 1, &id));
    if (id >= next_.evidence) return Fault(fields.at(), "the second line knows no such evidence");
    std::string certainty;
    const Json* json = fields.Take("certainty");
    LT_TRY(String(fields, "certainty", &certainty, true));
    Evidence e;
    const auto parsed = ParseCertainty(certainty);
    if (!parsed) return Fault(json->at, Text("'", certainty, "' is no certainty"));
    e.certainty = *parsed;
    if (const Json* documents = fields.Take("documents")) {
      if (documents->kind != Json::Kind::kList) return Fault(documents->at, "expected a list");
      for (const Json& item : documents->items) {
        NodeId document;
        LT_TRY(Integer(item, e.documents.empty() ? 1 : e.documents.back().raw + 1, next_.node - 1, &document.raw));
        e.documents.push_back(document);
      }
    }
    LT_TRY(String(fields, "locator", &e.locator));
    LT_TRY(Day(fields, "from", &e.valid.from));
    LT_TRY(Day(fields, "to", &e.valid.to));
    ++evidence_;
    const Visibility seen = Visibility::Of(e);
    if (!seen.plain()) visibility_[static_cast<uint32_t>(id)] = seen;
    std::string content;
    EncodeEvidence(content, e);
    LT_TRY(finders_->Add({StableHash(content), id}));
    const Key key = keys::EvidenceText(EvidenceId{static_cast<uint32_t>(id)});
    return load_->Put(key.space, key.view(), content);
  }

  Status Range(Fields& fields) {
    std::string kind;
    const Json* made = fields.Take("made");
    LT_TRY(String(*made, &kind));
    if (kind != "nodes" && kind != "edges") return Fault(made->at, "expected 'nodes' or 'edges'");
    const bool edges = kind == "edges";
    if (!edges && !ranges_[1].empty()) return Fault(made->at, "ranges of nodes come before those of edges");
    auto& ranges = ranges_[edges];
    BatchRange range;
    uint64_t input, evidence;
    LT_TRY(Pair(fields, "ids", (edges ? next_.edge : next_.node) - 1, &range.first, &range.last, true));
    LT_TRY(Integer(fields, "batch", 1, batches_.size(), &range.batch.raw));
    const BatchBounds& batch = batches_[range.batch.raw - 1];
    LT_TRY(Integer(fields, "input", 0, batch.inputs, &input, false));
    LT_TRY(Integer(fields, "evidence", 1, evidence_, &evidence));
    if (range.first == 0 || range.last < range.first || range.first < batch.first[edges] || range.last > batch.last[edges] ||
        range.first >> kRangeBucketBits != range.last >> kRangeBucketBits || (!ranges.empty() && ranges.back().last >= range.first)) {
      return Fault(fields.at(), "these ids are not their batch's, or overlap the ids before, or cross a multiple of 2^20");
    }
    range.input = static_cast<uint32_t>(input);
    range.evidence.raw = static_cast<uint32_t>(evidence);
    ranges.push_back(range);
    std::string value;
    EncodeRange(value, range);
    const Key key = keys::Range(edges, range.last);
    return load_->Put(key.space, key.view(), value);
  }

  // ---- entities

  const BatchRange* FindRange(bool edges, uint64_t id) const {
    const auto at = std::lower_bound(ranges_[edges].begin(), ranges_[edges].end(), id, [](const BatchRange& r, uint64_t i) { return r.last < i; });
    return at != ranges_[edges].end() && at->first <= id ? &*at : nullptr;
  }

  Status EvidenceAndBatch(Fields& fields, EvidenceId* evidence, BatchId* batch) {
    uint64_t number;
    LT_TRY(Integer(fields, "evidence", 1, evidence_, &number, false));
    evidence->raw = static_cast<uint32_t>(number);
    return Integer(fields, "batch", 1, batches_.size(), &batch->raw, false);
  }
  Status Claims(const Json& json, bool values, std::vector<StoredClaim>* claims) {
    if (json.kind != Json::Kind::kList || json.items.size() < 2) return Fault(json.at, "expected a list of two or more claims");
    for (const Json& item : json.items) {
      if (item.kind != Json::Kind::kObject) return Fault(item.at, "expected an object");
      Fields fields(item);
      StoredClaim& claim = claims->emplace_back();
      if (values) {
        const Json* value = fields.Take("value");
        if (value == nullptr) return Fault(item.at, "the field 'value' is missing");
        LT_TRY(ReadValue(*value, &claim.value, true));
      }
      LT_TRY(EvidenceAndBatch(fields, &claim.evidence, &claim.batch));
      if (!claim.evidence || !claim.batch) return Fault(item.at, "a claim has an evidence and a batch");
      if (const auto* left = fields.Left()) return Fault(left->second.at, Text("the field '", left->first, "' is not known here"));
    }
    return {};
  }
  using ClaimSets = std::map<PropertyId, std::vector<StoredClaim>>;
  // What nodes, edges and images have in common. The visible claims must be what the record says.
  Status Entity(Fields& fields, const BatchRange& range, EntityRecord* record, ClaimSets* sets) {
    LT_TRY(EvidenceAndBatch(fields, &record->evidence, &record->batch));
    if (const Json* claims = fields.Take("claims")) {
      record->claims = true;
      LT_TRY(Claims(*claims, false, &(*sets)[PropertyId{}]));
    }
    if (const Json* properties = fields.Take("properties")) {
      if (properties->kind != Json::Kind::kObject) return Fault(properties->at, "expected an object");
      for (const auto& [name, json] : properties->members) {
        StoredProperty& p = record->properties.emplace_back();
        LT_TRY(NameIn(json, name, NameKind::kProperty, &p.id.raw));
        LT_TRY(ReadValue(json, &p.value, true));
      }
      std::sort(record->properties.begin(), record->properties.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    }
    if (const Json* about = fields.Take("about")) {
      if (about->kind != Json::Kind::kObject) return Fault(about->at, "expected an object");
      for (const auto& [name, json] : about->members) {
        StoredProperty* p = record->Find(PropertyId{names_->Find(NameKind::kProperty, name)});
        if (p == nullptr || json.kind != Json::Kind::kObject) return Fault(json.at, Text("there is no property '", name, "' here to be told about"));
        Fields more(json);
        LT_TRY(EvidenceAndBatch(more, &p->evidence, &p->batch));
        if (const Json* claims = more.Take("claims")) {
          p->claims = true;
          LT_TRY(Claims(*claims, true, &(*sets)[p->id]));
        }
        if (const auto* left = more.Left()) return Fault(left->second.at, Text("the field '", left->first, "' is not known here"));
      }
    }
    EntityRecord resolved = *record;
    Resolve(resolved, range.origin());
    for (const auto& [property, claims] : *sets) {
      StoredClaim visible{Value(), resolved.evidence, resolved.batch};
      if (property) {
        const StoredProperty* p = std::as_const(resolved).Find(property);
        visible = {p->value, p->evidence, p->batch};
      }
      if (claims.front() != visible) return Fault(fields.at(), "the first of the claims is not the one that shows");
    }
    return {};
  }
  Status Place(Fields& fields, bool edges, uint64_t id, const BatchRange** range) {
    *range = FindRange(edges, id);
    return *range != nullptr ? Status() : Fault(fields.at(), Text(edges ? "edge " : "node ", id, " is in none of the ids that batches made"));
  }
  Status NodeFields(Fields& fields, uint64_t min, uint64_t* id, NodeRecord* record, ClaimSets* sets) {
    const BatchRange* range;
    LT_TRY(Integer(fields, "node", min, next_.node - 1, id));
    LT_TRY(Place(fields, false, *id, &range));
    if (const Json* labels = fields.Take("labels")) {
      if (labels->kind != Json::Kind::kList) return Fault(labels->at, "expected a list");
      for (const Json& item : labels->items) {
        std::string name;
        LT_TRY(String(item, &name));
        LT_TRY(NameIn(item, name, NameKind::kLabel, &record->labels.emplace_back().raw));
      }
      std::sort(record->labels.begin(), record->labels.end());
      if (std::adjacent_find(record->labels.begin(), record->labels.end()) != record->labels.end()) return Fault(labels->at, "a label stands here twice");
    }
    return Entity(fields, *range, record, sets);
  }
  Status EdgeFields(Fields& fields, uint64_t min, uint64_t* id, EdgeRecord* record, ClaimSets* sets, const BatchRange** range) {
    LT_TRY(Integer(fields, "edge", min, next_.edge - 1, id));
    LT_TRY(Place(fields, true, *id, range));
    const Json* type = fields.Take("type");
    if (type == nullptr) return Fault(fields.at(), "the field 'type' is missing");
    std::string name;
    LT_TRY(String(*type, &name));
    LT_TRY(NameIn(*type, name, NameKind::kType, &record->type.raw));
    LT_TRY(Integer(fields, "from", 1, next_.node - 1, &record->from.raw));
    LT_TRY(Integer(fields, "to", 1, next_.node - 1, &record->to.raw));
    return Entity(fields, **range, record, sets);
  }

  Status ReadNode(Fields& fields) {
    uint64_t id;
    NodeRecord record;
    ClaimSets sets;
    LT_TRY(NodeFields(fields, last_node_ + 1, &id, &record, &sets));
    last_node_ = id;
    ++counts_.nodes;
    std::string value;
    EncodeNode(value, record);
    Key key = keys::Node(NodeId{id});
    LT_TRY(load_->Put(key.space, key.view(), value));
    for (const auto& [property, claims] : sets) {
      value.clear();
      EncodeClaims(value, claims);
      key = keys::NodeClaims(NodeId{id}, property);
      LT_TRY(load_->Put(key.space, key.view(), value));
    }
    LT_TRY(DeriveIndexEntries(*indexes_, NodeId{id}, record, [&](PropertyId property) -> Result<std::vector<StoredClaim>> { return sets[property]; }, &entries_));
    for (const DerivedEntry& entry : entries_) {
      LT_TRY(load_->Put(entry.key.space, entry.key.view(), entry.value));
      if (entry.index->unique) LT_TRY(unique_->Add({StableHash(entry.key.rest), StableHash(entry.key.rest + "2"), id}));
    }
    return deriver_->AddNode(NodeId{id}, record);
  }

  bool IsNode(NodeId id) const {
    const auto at = deriver_->members().find({0, id.raw >> kIdsPerChunkBits});
    return at != deriver_->members().end() && at->second.Has(static_cast<int>(id.raw & (kIdsPerChunk - 1)));
  }

  Status ReadEdge(Fields& fields) {
    uint64_t id;
    EdgeRecord record;
    ClaimSets sets;
    const BatchRange* range;
    LT_TRY(EdgeFields(fields, last_edge_ + 1, &id, &record, &sets, &range));
    last_edge_ = id;
    for (const NodeId end : {record.from, record.to}) {
      if (!IsNode(end)) return Fault(fields.at(), Text("the edge ends at node ", end.raw, ", which is not there"));
    }
    ++counts_.edges;
    const auto seen = visibility_.find(record.evidence ? record.evidence.raw : range->evidence.raw);
    LT_TRY(deriver_->AddEdge(EdgeId{id}, record.type, record.from, record.to, seen == visibility_.end() ? Visibility{} : seen->second));
    for (const auto& [property, claims] : sets) {
      std::string value;
      EncodeClaims(value, claims);
      const Key key = keys::EdgeClaims(EdgeId{id}, property);
      LT_TRY(load_->Put(key.space, key.view(), value));
    }
    if (keys::ChunkOf(EdgeId{id}) != chunk_number_) LT_TRY(FlushChunk());
    chunk_number_ = keys::ChunkOf(EdgeId{id});
    chunk_.slots[static_cast<size_t>(keys::SlotOf(EdgeId{id}))] = std::move(record);
    return {};
  }
  Status FlushChunk() {
    if (chunk_.empty()) return {};
    std::string value;
    EncodeEdgeChunk(value, chunk_);
    chunk_ = EdgeChunk();
    const Key key = keys::EdgeChunk(chunk_number_);
    return load_->Put(key.space, key.view(), value);
  }

  Status Before(Fields& fields) {
    uint64_t batch, id;
    LT_TRY(Integer(fields, "before", 1, batches_.size(), &batch));
    EntityImage image;
    const BatchRange* range;
    std::string record, value;
    const bool edge = Peek(fields, "edge");
    // Ascending by batch, nodes before edges, id.
    const auto place = std::pair(batch, edge);
    const uint64_t min = place == image_place_ ? last_image_ + 1 : 1;
    if (place < image_place_) return Fault(fields.at(), "the journal is out of order");
    if (place != image_place_) LT_TRY(FlushTouched());
    const Json* absent = fields.Take("absent");
    if (absent != nullptr) {
      if (absent->kind != Json::Kind::kBoolean || !absent->boolean) return Fault(absent->at, "expected true");
      LT_TRY(Integer(fields, edge ? "edge" : "node", min, (edge ? next_.edge : next_.node) - 1, &id));
      LT_TRY(Place(fields, edge, id, &range));
    } else if (edge) {
      LT_TRY(EdgeFields(fields, min, &id, &image.edge, &image.claims, &range));
      EncodeEdge(record, image.edge);
    } else {
      LT_TRY(NodeFields(fields, min, &id, &image.node, &image.claims));
      EncodeNode(record, image.node);
      range = FindRange(false, id);
    }
    if (range->batch.raw >= batch) return Fault(fields.at(), Text("it was not there before batch ", batch));
    image_place_ = place;
    last_image_ = id;
    touched_.push_back(id);
    if (touched_.size() == kTouchedPerChunk) LT_TRY(FlushTouchedChunk());
    ++counts_.images;
    if (absent == nullptr) {
      BeginImage(value, record);
      for (const auto& [property, claims] : image.claims) {
        std::string bytes;
        EncodeClaims(bytes, claims);
        AddClaimsToImage(value, property, bytes);
      }
      if (const Json* replaced = fields.Take("replaced")) {
        if (replaced->kind != Json::Kind::kList) return Fault(replaced->at, "expected a list");
        for (const Json& item : replaced->items) {
          std::string name;
          PropertyId property;  // "": the existence
          LT_TRY(String(item, &name));
          if (!name.empty()) LT_TRY(NameIn(item, name, NameKind::kProperty, &property.raw));
          AddReplacedToImage(value, property);
        }
      }
    }
    const Key key = keys::BeforeImage(edge, id, BatchId{batch});
    return load_->Put(key.space, key.view(), value);
  }
  static bool Peek(Fields& fields, const char* name) { return fields.Take(name) != nullptr; }
  Status FlushTouched() {
    LT_TRY(FlushTouchedChunk());
    touched_chunks_ = 0;
    return {};
  }
  Status FlushTouchedChunk() {
    if (touched_.empty()) return {};
    std::string value;
    EncodeIds(value, touched_);
    touched_.clear();
    const Key key = keys::Touched(BatchId{image_place_.first}, image_place_.second, touched_chunks_++);
    return load_->Put(key.space, key.view(), value);
  }

  Status End(Fields& fields) {
    const Json* json = fields.Take("end");
    if (json->kind != Json::Kind::kObject) return Fault(json->at, "expected an object");
    Fields counts(*json);
    DumpCounts said;
    LT_TRY(Integer(counts, "nodes", 0, kLargestId, &said.nodes));
    LT_TRY(Integer(counts, "edges", 0, kLargestId, &said.edges));
    LT_TRY(Integer(counts, "batches", 0, kLargestId, &said.batches));
    LT_TRY(Integer(counts, "images", 0, INT64_MAX, &said.images));
    if (said != counts_) {
      return Fault(json->at, Text("lines are missing: it should be ", said.nodes, " nodes, ", said.edges, " edges, ", said.batches, " batches and ",
                                  said.images, " images, but is ", counts_.nodes, ", ", counts_.edges, ", ", counts_.batches, " and ", counts_.images));
    }
    if (batches_.size() + 1 != next_.batch || evidence_ + 1 != next_.evidence) return Fault(json->at, "the second line knows more batches or evidence than there are");
    if (const auto* left = counts.Left()) return Fault(left->second.at, Text("the field '", left->first, "' is not known here"));
    return {};
  }

  // ---- what follows

  Status Derive() {
    LT_TRY(FlushChunk());
    LT_TRY(FlushTouched());
    Status failure;
    const auto put = [&](const Key& key, std::string_view value) { return load_->Put(key.space, key.view(), value); };
    std::string value;
    for (const auto& [place, chunk] : deriver_->members()) {
      value.clear();
      EncodeIdChunk(value, chunk);
      LT_TRY(put(keys::LabelChunk(LabelId{place.first}, place.second), value));
    }
    const auto count = [&](const Key& key, uint64_t n) {
      value.clear();
      PutVarint(value, n);
      return put(key, value);
    };
    for (const auto& [label, n] : deriver_->node_counts()) LT_TRY(count(keys::NodeCount(label), n));
    for (const auto& [type, n] : deriver_->edge_counts()) LT_TRY(count(keys::EdgeCount(type), n));
    LT_TRY(deriver_->DrainNeighbours([&](NodeId node, const std::vector<DerivedGroup>& groups) -> Status {
      EncodeNeighbours(node, groups, [&](const Key& key, std::string bytes) {
        if (failure.ok()) failure = put(key, bytes);
      });
      return failure.ok() ? budget_.Check() : failure;
    }));
    budget_.Progress(0.8);
    const NameIndexHead head{.version = NameIndexVersion(*ontology_)};
    last_.push_back({{Keyspace::kMeta, 0, std::string(kNameIndexHeadKey)}, EncodeNameIndexHead(head)});
    LT_TRY(deriver_->DrainNames([&](const std::string& list, std::span<const uint64_t> nodes) {
      return PutPostings(head.generation, list, nodes, [](storage::KeyView, std::string*) -> Result<bool> { return false; },
                         [&](storage::KeyView key, std::string_view bytes) { return load_->Put(Keyspace::kText, key, bytes); });
    }));
    budget_.Progress(0.9);
    std::vector<uint64_t> same;
    uint64_t hash = 0;
    const auto finder = [&]() -> Status {
      if (same.empty()) return {};
      value.clear();
      EncodeIds(value, same);
      same.clear();
      Key key{Keyspace::kCatalog, hash, "F"};
      PutBigEndian(key.rest, hash);
      return put(key, value);
    };
    LT_TRY(finders_->Drain([&](const Finder& f) -> Status {
      if (f.hash != hash) LT_TRY(finder());
      hash = f.hash;
      same.push_back(f.id);
      return {};
    }));
    LT_TRY(finder());
    Unique before;
    return unique_->Drain([&](const Unique& u) -> Status {
      if (before.node != 0 && u.hash == before.hash && u.second == before.second) {
        return Status(Code::kInvalid, Text(name_, ": nodes ", before.node, " and ", u.node, " have the same value of a key or identifier that is unique in their label"));
      }
      before = u;
      return {};
    });
  }

  // A value that only one node of a label may have, as two hashes.
  struct Unique {
    uint64_t hash = 0, second = 0, node = 0;
    friend bool operator<(const Unique& a, const Unique& b) { return std::tie(a.hash, a.second, a.node) < std::tie(b.hash, b.second, b.node); }
  };
  struct Finder {
    uint64_t hash = 0, id = 0;
    friend bool operator<(const Finder& a, const Finder& b) { return std::tie(a.hash, a.id) < std::tie(b.hash, b.id); }
  };
  struct BatchBounds {
    uint64_t first[2], last[2];  // nodes, edges
    uint32_t inputs;
  };

  storage::Store& store_;
  const std::string& name_;
  Lines lines_;
  const Budget& budget_;
  const std::string temporary_;
  std::unique_ptr<storage::BulkLoad> load_;
  std::vector<std::pair<Key, std::string>> last_;  // small, published with the load
  std::string_view line_;
  uint64_t number_ = 0;
  Section section_ = Section::kHead;
  DumpCounts counts_;

  NextIds next_;
  std::shared_ptr<Names> names_;
  std::shared_ptr<const Ontology> ontology_;
  Declared declared_;
  std::unique_ptr<IndexSet> indexes_;
  std::vector<BatchBounds> batches_;
  int64_t last_time_ms_ = 0;
  uint64_t evidence_ = 0;  // so many are read
  std::unordered_map<uint32_t, Visibility> visibility_;  // of evidence that is not seen always
  std::vector<BatchRange> ranges_[2];
  uint64_t last_node_ = 0, last_edge_ = 0;
  EdgeChunk chunk_;
  uint64_t chunk_number_ = 0;
  std::pair<uint64_t, bool> image_place_{0, false};
  uint64_t last_image_ = 0;
  std::vector<uint64_t> touched_;
  uint32_t touched_chunks_ = 0;
  std::unique_ptr<Deriver> deriver_;
  std::unique_ptr<RunSorter<Unique>> unique_;
  std::unique_ptr<RunSorter<Finder>> finders_;
  std::vector<DerivedEntry> entries_;
};

}  // namespace

Result<DumpCounts> LoadDump(storage::Store& store, const std::string& name, const DumpSource& source, uint64_t total_bytes,
                            const Budget& budget) {
  return Loader(store, name, source, total_bytes, budget).Run();
}

}  // namespace liantu::graph
