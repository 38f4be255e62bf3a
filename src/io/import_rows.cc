// SPDX-License-Identifier: Apache-2.0
#include "io/import_rows.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>

#include "graph/ready_node.h"
#include "io/conform.h"
#include "io/first_rows.h"
#include "io/import_values.h"
#include "io/key_map.h"
#include "text/suggest.h"

namespace liantu::io {
namespace {

using graph::Evidence;
using graph::NodeId;
using graph::Value;
using graph::ValueType;

constexpr size_t kFoundLimit = 200;   // bytes of the user's text quoted in a message
constexpr size_t kSuggestions = 100;  // rejects that get a "did you mean"; it costs a look at every key

// What the labels of a row, or the type of an edge, say about its columns. One for each distinct :LABEL or :TYPE cell.
struct Shape {
  uint32_t number = 0;                        // in Importer::shape_list_
  std::vector<std::string> labels;            // nodes
  std::vector<std::string> scopes;            // nodes: the names under which an end may look for the key
  const graph::EdgeTypeSpec* edge = nullptr;  // edges of a type that the ontology knows
  std::string type;                           // edges
  std::vector<ValueType> types;               // per property column
  std::vector<const graph::PropertySpec*> specs;
  std::string owner;                          // the labels or the type, for messages
  std::vector<std::string> known;             // properties the ontology gives it; empty: it knows nothing about it
  mutable std::vector<bool> unknown;          // per property column: the ontology lacks it, and nobody was told yet
  const graph::PropertySpec* id_spec = nullptr;  // the property that the :ID column is named after
  bool is_document = false;
  std::optional<Reject> fault;                // every row of this shape is rejected with it
  mutable std::set<std::pair<uint32_t, uint32_t>> tied;  // edges: shapes of nodes that rows of it have tied
};

// What one row says about one property of one thing.
struct Claim {
  uint64_t what;  // a hash of thing, property and documents
  std::string name;
  Value value;
  graph::Certainty certainty;
  graph::ValidTime valid;
  const ImportFile* file;
  uint64_t offset;
  bool Equals(const Claim& other) const {
    return value == other.value && certainty == other.certainty && valid == other.valid;
  }
};

std::string Quote(std::string_view text) {
  if (text.size() <= kFoundLimit) return std::string(text);
  size_t cut = kFoundLimit;
  while (cut > 0 && (static_cast<uint8_t>(text[cut]) & 0xC0) == 0x80) --cut;
  return std::string(text.substr(0, cut)) + "…";
}

// The parts of a cell, trimmed, empty ones dropped.
std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    if (const std::string_view part = TrimBlanks(text.substr(0, end)); !part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

class Rows : public ImportRows {
 public:
  Rows(const ImportOptions& options, const graph::Ontology& ontology, std::span<ImportFile> files, graph::Transaction& transaction,
       ImportReport& report, RejectFile& reject_file)
      : options_(options), ontology_(ontology), files_(files), transaction_(transaction), report_(report), reject_file_(reject_file),
        any_sources_(AnySources(files)) {}

  bool Takes(const ImportFile& file, Pass pass) const override {
    const ImportHeader& header = file.header;
    if (header.edges || pass == Pass::kEdges) return header.edges && pass == Pass::kEdges;
    if (header.labels < 0) return (header.group == kDocument) == (pass == Pass::kDocuments);
    return pass == Pass::kNodes || any_sources_;
  }

  void BeginFile(ImportFile& file, Pass pass) override {
    file_ = &file;
    pass_ = pass;
    // No document comes in from here on; other threads may look for them while nodes are added to keys_.
    if (pass == Pass::kNodes && !documents_) documents_.emplace(any_sources_ ? keys_ : KeyMap());
  }

  Status Take(const CsvReader& row) override {
    row_ = &row;
    LT_TRY(pass_ == Pass::kEdges ? EdgeRow() : NodeRow());
    return fatal_;
  }

  Result<bool> Take(StagedRows& part, uint64_t first_line) override {
    std::vector<graph::EvidenceId> evidence(part.evidence.size());
    bool learned = false;
    constexpr size_t kAhead = 8;
    for (size_t i = 0; i < part.rows.size(); ++i) {
      if (i + kAhead < part.rows.size()) Prefetch(part, part.rows[i + kAhead]);
      const StagedRows::Row& row = part.rows[i];
      if (row.plain && first_rows_.Find(row.thing).is_new) {
        graph::EvidenceId& by = evidence[row.evidence];
        if (!by) {
          LT_ASSIGN(by, transaction_.NumberOf(part.evidence[row.evidence]));
        }
        LT_ASSIGN(const bool taken, pass_ == Pass::kEdges ? TakeEdge(part, row, by) : TakeNode(part, row, by));
        if (taken) {
          ++file_->report.rows;
          ++file_->report.created;
          first_rows_.Add(row.thing, FirstRows::Pack(FileNumber(), row.offset));
          continue;
        }
      }
      CsvReader& reader = part.reader(file_->path, {.delimiter = options_.delimiter});
      LT_TRY(reader.Seek(row.offset, first_line + row.line - 1));
      LT_ASSIGN(const bool found, reader.Next());
      LT_ASSERT(found);
      const uint64_t rejects = rejects_;
      LT_TRY(Take(reader));
      learned |= rejects == rejects_;
    }
    return learned;
  }

  std::shared_ptr<const RowPlan> MakePlan() const override {
    auto plan = std::make_shared<RowPlan>();
    const ImportHeader& header = file_->header;
    plan->header = &header;
    plan->keys = &keys_;
    plan->documents = pass_ == Pass::kEdges ? &keys_ : documents_ ? &*documents_ : nullptr;
    plan->array_separator = options_.array_separator;
    for (const Shape& shape : shape_list_) {
      const auto found_as = [&shape](const std::string& scope) {
        return !shape.scopes.empty() && (scope.empty() || std::find(shape.scopes.begin(), shape.scopes.end(), scope) != shape.scopes.end());
      };
      plan->starts.push_back(found_as(header.start_group));
      plan->ends.push_back(found_as(header.end_group));
      plan->sources.push_back(found_as(std::string(kDocument)));
    }
    for (const auto& [cell, number] : file_->shapes) {
      const Shape& shape = shape_list_[number];
      if (shape.fault) continue;
      RowPlan::Shape known;
      known.cell = cell;
      known.number = number;
      if (header.edges ? !PlanEdges(shape, &known) : !PlanNodes(shape, &known)) continue;
      std::sort(known.columns.begin(), known.columns.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
      plan->shapes.push_back(std::move(known));
    }
    return plan;
  }

  void LetGo() override {
    keys_ = KeyMap();
    documents_.reset();
    first_rows_ = FirstRows();
    said_in_full_.clear();
    said_.clear();
    sources_.clear();
  }

  uint64_t rejects() const override { return rejects_; }
  size_t FileOf(uint64_t statement) const override {
    return std::prev(std::upper_bound(statements_.begin(), statements_.end(), std::pair(statement, SIZE_MAX)))->second;
  }

 private:
  static bool AnySources(std::span<const ImportFile> files) {
    return std::any_of(files.begin(), files.end(), [](const ImportFile& file) {
      return file.header.evidence.source >= 0 ||
             std::any_of(file.header.properties.begin(), file.header.properties.end(),
                         [](const PropertyColumn& property) { return property.evidence.source >= 0; });
    });
  }

  // ---- Rows that were staged ---------------------------------------------------------------------------------------

  bool PlanEdges(const Shape& shape, RowPlan::Shape* known) const {
    known->type = transaction_.view().type(shape.type);
    if (!known->type) return false;
    known->name = shape.type;
    known->edge = shape.edge;
    known->checked = shape.edge != nullptr && !shape.edge->ends.empty();
    known->ends = {shape.tied.begin(), shape.tied.end()};
    PlanColumns(shape, known);
    return true;
  }
  bool PlanNodes(const Shape& shape, RowPlan::Shape* known) const {
    if (shape.is_document && any_sources_) return false;  // of another pass
    std::optional<graph::ReadyKind> kind = graph::ReadyKindOf(transaction_, shape.labels);
    if (!kind) return false;
    known->kind = *std::move(kind);
    known->scope = shape.scopes.back();
    const ImportHeader& header = file_->header;
    known->columns.push_back({header.id, {Value::Type::kString}, nullptr, transaction_.view().property("key"), {}, -1});
    if (shape.id_spec) {
      known->columns.push_back({header.id, shape.id_spec->type, shape.id_spec, transaction_.view().property(header.id_name), {}, -1});
    }
    PlanColumns(shape, known);
    return true;
  }
  void PlanColumns(const Shape& shape, RowPlan::Shape* known) const {
    const ImportHeader& header = file_->header;
    for (size_t i = 0; i < header.properties.size(); ++i) {
      const PropertyColumn& from = header.properties[i];
      RowPlan::Column column{from.column, shape.types[i], shape.specs[i], {}, {}, -1};
      if (!shape.unknown[i]) column.id = transaction_.view().property(from.name);
      for (const int own : {from.evidence.source, from.evidence.locator, from.evidence.certainty, from.evidence.valid_from, from.evidence.valid_to}) {
        if (own >= 0) column.own_evidence.push_back(own);
      }
      if (shape.edge) {
        const auto& identity = shape.edge->identity;
        const auto at = std::find(identity.begin(), identity.end(), from.name);
        if (at != identity.end()) column.identity = static_cast<int>(at - identity.begin());
      }
      known->columns.push_back(std::move(column));
    }
  }

  void Prefetch(const StagedRows& part, const StagedRows::Row& row) const {
    if (!row.plain) return;
    first_rows_.Prefetch(row.thing);
    if (pass_ == Pass::kEdges) return;
    keys_.PrefetchSlot(row.key_hash);
    for (uint32_t i = 0; i < row.identifier_count; ++i) {
      graph::PrefetchIdentifier(transaction_, part.identifiers[row.identifiers + i]);
    }
  }

  // False, and nothing was done, where the row must go the ordinary way.
  Result<bool> TakeEdge(const StagedRows& part, const StagedRows::Row& row, graph::EvidenceId evidence) {
    LT_ASSIGN(const uint64_t statement, transaction_.MergeEdge({part.plan->shapes[row.shape].type, row.from, row.to, evidence,
                                                                std::string_view(part.properties).substr(row.properties, row.size)}));
    if (statement == 0) return false;
    NoteStatement(statement);
    return true;
  }
  Result<bool> TakeNode(const StagedRows& part, const StagedRows::Row& row, graph::EvidenceId evidence) {
    const RowPlan::Shape& shape = part.plan->shapes[row.shape];
    LT_ASSIGN(const NodeId node, graph::MergeNode(transaction_, {&shape.kind, evidence, std::string_view(part.properties).substr(row.properties, row.size),
                                                                 std::span(part.identifiers).subspan(row.identifiers, row.identifier_count)}));
    if (!node) return false;
    keys_.Add(row.key, row.key_hash, node, shape.number);
    return true;
  }

  size_t FileNumber() const { return static_cast<size_t>(file_ - files_.data()); }
  void NoteStatement(uint64_t statement) {
    if (statements_.empty() || statements_.back().second != FileNumber()) statements_.emplace_back(statement, FileNumber());
  }

  std::string_view Cell(int column) const { return column < 0 ? std::string_view() : (*row_)[static_cast<size_t>(column)]; }

  bool Blank() const {
    for (size_t i = 0; i < row_->size(); ++i) {
      if (!(*row_)[i].empty()) return false;
    }
    return true;
  }

  // ---- Rejecting ---------------------------------------------------------------------------------------------------

  // All return false, so that a check can end with one.
  bool Refuse(int column, std::string expected, std::string_view found, std::string hint = "") {
    Reject reject;
    reject.expected = std::move(expected);
    reject.found = Quote(found);
    reject.problem = liantu::Text("expected ", reject.expected, ", found '", reject.found, "'", hint);
    return Refuse(column, std::move(reject));
  }
  bool RefuseWith(int column, std::string problem) {
    Reject reject;
    reject.problem = std::move(problem);
    return Refuse(column, std::move(reject));
  }
  bool Refuse(int column, Reject reject) {
    reject.file = file_->path;
    const Place place = column < 0 ? Place{row_->line(), 1} : row_->At(static_cast<size_t>(column));
    reject.line = place.line;
    reject.column = place.column;
    if (column >= 0) reject.field = file_->header.columns[static_cast<size_t>(column)];
    rejected_ = std::move(reject);
    return false;
  }
  void KeepReject() {
    ++file_->report.rejected;
    ++rejects_;
    reject_file_.Write(rejected_);
    if (report_.rejects.size() < options_.max_rejects_kept) report_.rejects.push_back(rejected_);
  }

  // The record as such: as many fields as the header, quotes in order.
  bool CheckRecord() {
    if (const auto& fault = row_->fault()) {
      RefuseWith(-1, Text("found '", fault->found, "' after a closing quote; expected '", options_.delimiter,
                          "' or the end of the line"));
      rejected_.line = fault->place.line;
      rejected_.column = fault->place.column;
      return false;
    }
    const size_t wanted = file_->header.columns.size();
    if (row_->size() != wanted) {
      return Refuse(-1, Text(wanted, " fields, as the header has"), std::to_string(row_->size()));
    }
    return true;
  }

  // ---- Values and evidence -----------------------------------------------------------------------------------------

  // `owner`: the labels or the edge type; `known`: the properties the ontology gives it, empty when it knows it not.
  void SetPropertyTypes(Shape& shape, const auto& find_spec, std::string owner, std::vector<std::string> known) {
    for (const PropertyColumn& column : file_->header.properties) {
      const graph::PropertySpec* spec = find_spec(column.name);
      const ValueType type = column.type ? *column.type : spec ? spec->type : ValueType{};
      if (spec && column.type && !TypeFits(*column.type, spec->type) && !shape.fault) {
        shape.fault = Reject{.expected = graph::ValueTypeName(spec->type), .found = graph::ValueTypeName(*column.type),
                             .problem = Text("the header gives '", column.name, "' the type ",
                                             graph::ValueTypeName(*column.type), ", the ontology ",
                                             graph::ValueTypeName(spec->type), " for ", owner, ".", column.name)};
      }
      shape.types.push_back(type);
      shape.specs.push_back(spec);
      shape.unknown.push_back(spec == nullptr && !known.empty());
    }
    shape.owner = std::move(owner);
    shape.known = std::move(known);
  }

  // The value of a property cell. Empty cells give null.
  bool ReadValue(int column, std::string_view cell, ValueType type, const graph::PropertySpec* spec, Value* value) {
    *value = Value();
    if (cell.empty()) return true;
    Result<Value> parsed = graph::ParseValue(type, cell, options_.array_separator);
    if (!parsed.ok()) {
      return Refuse(column, Reject{.expected = graph::ValueTypeName(type), .found = Quote(cell),
                                   .problem = parsed.status().message()});
    }
    *value = *std::move(parsed);
    if (spec == nullptr) return true;
    if (spec->type.type == Value::Type::kFloat && type.type == Value::Type::kInteger) Widen(*value);
    if (auto mismatch = Conform(*spec, *value)) {
      return Refuse(column, Reject{.expected = std::move(mismatch->expected), .found = Quote(mismatch->found),
                                   .problem = std::move(mismatch->problem)});
    }
    return true;
  }

  // The evidence that `columns` give; what they leave empty is taken from `base`. A value with a source of its own does
  // not inherit the locator: it would point into the wrong document.
  bool ReadEvidence(const EvidenceColumns& columns, const Evidence& base, Evidence* evidence) {
    *evidence = base;
    if (const std::string_view cell = Cell(columns.source); !cell.empty()) {
      const std::vector<NodeId>* documents = nullptr;
      if (!Documents(columns.source, cell, &documents)) return false;
      if (evidence->documents != *documents) evidence->locator.clear();
      evidence->documents = *documents;
    }
    if (const std::string_view cell = Cell(columns.locator); !cell.empty()) evidence->locator = cell;
    if (const std::string_view cell = TrimBlanks(Cell(columns.certainty)); !cell.empty()) {
      const auto certainty = graph::ParseCertainty(cell);
      if (!certainty) {
        static const std::vector<std::string> kKnown = {"stated",  "inferred", "derived",  "translated",
                                                        "planned", "target",   "predicted"};
        return Refuse(columns.certainty, "one of " + JoinWords(kKnown, ", "), cell, text::DidYouMean(cell, kKnown, 1));
      }
      evidence->certainty = *certainty;
    }
    if (!ReadDate(columns.valid_from, &evidence->valid.from)) return false;
    if (!ReadDate(columns.valid_to, &evidence->valid.to)) return false;
    if (evidence->valid.from && evidence->valid.to && !(*evidence->valid.from < *evidence->valid.to)) {
      return Refuse(columns.valid_to >= 0 ? columns.valid_to : columns.valid_from, "a valid_to after valid_from",
                    graph::ToText(Value(*evidence->valid.to)),
                    Text("; valid_from is ", graph::ToText(Value(*evidence->valid.from))));
    }
    return true;
  }

  bool ReadDate(int column, std::optional<graph::Date>* date) {
    const std::string_view cell = TrimBlanks(Cell(column));
    if (cell.empty()) return true;
    const Result<Value> parsed = graph::ParseValue({Value::Type::kDate}, cell);
    if (!parsed.ok()) {
      return Refuse(column, Reject{.expected = "date", .found = Quote(cell), .problem = parsed.status().message()});
    }
    *date = *(*parsed).as<graph::Date>();
    return true;
  }

  // The documents that a source cell names, ascending.
  bool Documents(int column, std::string_view cell, const std::vector<NodeId>** documents) {
    if (const auto it = sources_.find(cell); it != sources_.end()) {
      *documents = &it->second;
      return true;
    }
    std::vector<NodeId> found;
    for (const std::string_view key : Split(cell, options_.array_separator)) {
      End end;
      if (!FindEnd(column, kDocument, key, "the key of a Document", &end)) return false;
      found.push_back(end.node);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    *documents = &sources_.emplace(std::string(cell), std::move(found)).first->second;
    return true;
  }

  // Fills properties_ (with `first` before them), evidence_ and overrides_ from the current row.
  bool ReadRow(const Shape& shape) {
    const ImportHeader& header = file_->header;
    if (!ReadEvidence(header.evidence, Evidence(), &evidence_)) return false;
    overrides_.clear();
    for (size_t i = 0; i < header.properties.size(); ++i) {
      const PropertyColumn& column = header.properties[i];
      Value value;
      if (!ReadValue(column.column, Cell(column.column), shape.types[i], shape.specs[i], &value)) return false;
      if (value.is_null()) continue;
      if (shape.unknown[i]) {
        shape.unknown[i] = false;  // told once
        WarnUnknown("property", column.name, shape.known, shape.owner);
      }
      if (column.evidence.any()) {
        Evidence own;
        if (!ReadEvidence(column.evidence, evidence_, &own)) return false;
        if (own != evidence_) overrides_.emplace(column.name, std::move(own));
      }
      properties_.emplace_back(column.name, std::move(value));
    }
    return true;
  }

  // ---- Rows that disagree ------------------------------------------------------------------------------------------

  // Two rows of one import that say different things about one thing, for the same time and by the same source, cannot
  // both be right, and the graph keeps one claim of a source: the first row stands. `thing` is a hash of what the row is
  // about. Of each thing only the place of its first row is kept; when a second row comes, the first is read again.
  bool CheckAgreement(uint64_t thing) {
    thing_ = thing;
    const auto [place, is_new] = first_rows_.Find(thing);
    if (is_new) return true;
    if (!said_in_full_.contains(thing)) {
      if (!Recall(FirstRows::FileOf(place), FirstRows::OffsetOf(place))) return false;
      said_in_full_.insert(thing);
    }
    for (const Claim& claim : Claims()) {
      if (!CheckClaim(claim)) return false;
    }
    return true;
  }
  // Once the row is in the graph.
  void Remember() {
    const auto [place, is_new] = first_rows_.Find(thing_);
    if (is_new) return first_rows_.Add(thing_, FirstRows::Pack(FileNumber(), row_->offset()));
    NoteClaims();
  }
  void NoteClaims() {
    for (Claim& claim : Claims()) {
      const auto [first, last] = said_.equal_range(claim.what);
      const bool known = std::any_of(first, last, [&claim](const auto& other) { return other.second.Equals(claim); });
      if (!known) said_.emplace(claim.what, std::move(claim));
    }
  }

  // What the current row says: the values, and by the row's own evidence that the thing exists (an empty name).
  std::vector<Claim> Claims() {
    std::vector<Claim> claims;
    const auto add = [&](std::string name, const Value& value, const Evidence& evidence) {
      std::string what = name;
      PutBigEndian(what, thing_);
      for (const NodeId document : evidence.documents) PutBigEndian(what, document.raw);
      claims.push_back({StableHash(what), std::move(name), value, evidence.certainty, evidence.valid, file_, row_->offset()});
    };
    add("", Value(), evidence_);
    for (const auto& [name, value] : properties_) {
      if (name == "key") continue;
      const auto own = overrides_.find(name);
      add(name, value, own == overrides_.end() ? evidence_ : own->second);
    }
    return claims;
  }

  bool CheckClaim(const Claim& now) {
    const auto [first, last] = said_.equal_range(now.what);
    for (auto it = first; it != last; ++it) {
      const Claim& before = it->second;
      if (!Overlap(before.valid, now.valid)) continue;
      const bool same_value = before.value == now.value;
      if (before.Equals(now)) return true;
      int column = file_->header.id;
      for (const PropertyColumn& property : file_->header.properties) {
        if (property.name == now.name) column = property.column;
      }
      const std::string expected = same_value ? "the certainty and valid time" : "'" + Quote(graph::ToText(before.value)) + "'";
      return Refuse(column, Text(expected, ", as ", PlaceOf(before), " says by the same source"),
                    same_value || column < 0 ? std::string_view(graph::CertaintyName(now.certainty)) : Cell(column));
    }
    return true;
  }
  static bool Overlap(const graph::ValidTime& a, const graph::ValidTime& b) {
    return (!a.from || !b.to || *a.from < *b.to) && (!b.from || !a.to || *b.from < *a.to);
  }
  // file:line of a row, at the cost of reading up to it; after many rejects only the file.
  std::string PlaceOf(const Claim& claim) const {
    if (rejects_ >= kSuggestions) return claim.file->path;
    std::ifstream in(claim.file->path, std::ios::binary);
    uint64_t line = 1;
    char before = 0, c;
    for (uint64_t at = 0; at < claim.offset && in.get(c); ++at, before = c) line += c == '\n' ? before != '\r' : c == '\r';
    return Text(claim.file->path, ":", line);
  }

  // Reads a row of this import again and notes all that it says. It went in, so it is in order.
  bool Recall(size_t file, uint64_t offset) {
    struct Saved {
      ImportFile* file;
      const CsvReader* row;
      graph::Properties properties;
      Evidence evidence;
      std::map<std::string, Evidence> overrides;
    } saved{file_, row_, std::move(properties_), std::move(evidence_), std::move(overrides_)};
    file_ = &files_[file];
    const auto failed = [this](const Status& status) {
      fatal_ = status;
      return false;
    };
    if (recall_file_ != file_) {
      Result<CsvReader> reader = CsvReader::Open(file_->path, {.delimiter = options_.delimiter, .buffer_bytes = 4096});
      if (!reader.ok()) return failed(reader.status());
      recall_reader_.emplace(*std::move(reader));
      recall_file_ = file_;
    }
    if (const Status status = recall_reader_->Seek(offset, 1); !status.ok()) return failed(status);
    if (const Result<bool> read = recall_reader_->Next(); !read.ok() || !*read) return failed(file_->Changed());
    row_ = &*recall_reader_;
    properties_.clear();
    if (!CheckRecord() || !(file_->header.edges ? ReadRow(EdgeShape()) : ReadNode(NodeShape()))) {
      return failed(file_->Changed());
    }
    NoteClaims();
    file_ = saved.file;
    row_ = saved.row;
    properties_ = std::move(saved.properties);
    evidence_ = std::move(saved.evidence);
    overrides_ = std::move(saved.overrides);
    return true;
  }

  // ---- Nodes -------------------------------------------------------------------------------------------------------

  const Shape& NodeShape() {
    const ImportHeader& header = file_->header;
    const std::string_view cell = Cell(header.labels);
    if (const auto it = file_->shapes.find(cell); it != file_->shapes.end()) return shape_list_[it->second];
    Shape shape;
    std::vector<const graph::LabelSpec*> specs;
    std::vector<std::string_view> words = Split(cell, options_.array_separator);
    if (words.empty() && !header.group.empty()) words = {header.group};
    for (const std::string_view word : words) {
      const graph::LabelSpec* spec = ontology_.Label(word);
      const std::string label = spec ? spec->name : std::string(word);
      if (std::find(shape.labels.begin(), shape.labels.end(), label) != shape.labels.end()) continue;
      shape.labels.push_back(label);
      if (spec) specs.push_back(spec);
      else WarnUnknown("label", label, LabelNames());
      shape.is_document = shape.is_document || label == kDocument;
    }
    shape.scopes = shape.labels;
    if (!header.group.empty()) shape.scopes.push_back(header.group);
    const auto find_spec = [&specs](const std::string& name) -> const graph::PropertySpec* {
      for (const graph::LabelSpec* label : specs) {
        if (const graph::PropertySpec* property = label->Property(name)) return property;
      }
      return nullptr;
    };
    std::vector<std::string> known;
    for (const graph::LabelSpec* label : specs) {
      for (const graph::PropertySpec& property : label->properties) known.push_back(property.name);
    }
    if (!known.empty()) known.insert(known.end(), {"source", "locator", "certainty", "valid_from", "valid_to"});
    SetPropertyTypes(shape, find_spec, JoinWords(shape.labels, ":"), std::move(known));
    if (header.id_name != "key") shape.id_spec = find_spec(header.id_name);
    if (shape.labels.empty()) {
      shape.fault = Reject{.expected = "a label", .problem = "expected a label, found nothing"};
    }
    return AddShape(cell, std::move(shape));
  }

  const Shape& AddShape(std::string_view cell, Shape shape) {
    shape.number = static_cast<uint32_t>(shape_list_.size());
    file_->shapes.emplace(std::string(cell), shape.number);
    shape_list_.push_back(std::move(shape));
    return shape_list_.back();
  }

  Status NodeRow() {
    if (Blank()) return {};
    const bool whole = CheckRecord();
    if (!whole && pass_ == Pass::kDocuments && file_->header.labels >= 0) return {};  // told in the pass for nodes
    const Shape* shape = nullptr;
    if (whole) {
      shape = &NodeShape();
      if (shape->is_document != (pass_ == Pass::kDocuments) && any_sources_ && file_->header.labels >= 0) return {};
    }
    ++file_->report.rows;
    if (!whole || !StageNode(*shape)) {
      KeepReject();
      return {};
    }
    Result<graph::Transaction::Merged> merged =
        transaction_.MergeNode(shape->labels, properties_, evidence_, overrides_);
    if (!merged.ok()) return RejectOrFail(file_->header.id, merged.status());
    Remember();
    AddKey(Cell(file_->header.id), merged->node, *shape);
    Count(*merged);
    return {};
  }

  // Everything about the row but the graph.
  bool StageNode(const Shape& shape) {
    const ImportHeader& header = file_->header;
    if (shape.fault) return Refuse(header.labels >= 0 ? header.labels : header.id, *shape.fault);
    const std::string_view key = Cell(header.id);
    if (key.empty()) return Refuse(header.id, "the key of the node", "");
    if (!ReadNode(shape)) return false;
    return CheckAgreement(StableHash(Text(shape.scopes.back(), "\n", key)));
  }

  // Fills properties_, evidence_ and overrides_.
  bool ReadNode(const Shape& shape) {
    const ImportHeader& header = file_->header;
    const std::string_view key = Cell(header.id);
    properties_.clear();
    properties_.emplace_back("key", Value(key));
    if (shape.id_spec) {
      Value value;
      if (!ReadValue(header.id, key, shape.id_spec->type, shape.id_spec, &value)) return false;
      properties_.emplace_back(header.id_name, std::move(value));
    }
    return ReadRow(shape);
  }

  void AddKey(std::string_view key, NodeId node, const Shape& shape) {
    for (uint32_t i = keys_.First(key); i != KeyMap::kNone; i = keys_.Next(i)) {
      if (keys_.at(i).node == node && keys_.at(i).shape == shape.number) return;
    }
    keys_.Add(key, node, shape.number);
  }

  // ---- Edges -------------------------------------------------------------------------------------------------------

  struct End {
    NodeId node;
    const std::vector<std::string>* labels = nullptr;
    uint32_t shape = KeyMap::kNone;  // where `labels` are those of one
  };

  const Shape& EdgeShape() {
    const std::string_view cell = TrimBlanks(Cell(file_->header.type));
    if (const auto it = file_->shapes.find(cell); it != file_->shapes.end()) return shape_list_[it->second];
    Shape shape;
    shape.edge = ontology_.EdgeType(cell);
    shape.type = shape.edge ? shape.edge->name : std::string(cell);
    if (!shape.edge && !cell.empty()) WarnUnknown("edge type", shape.type, TypeNames());
    const auto find_spec = [&shape](const std::string& name) {
      return shape.edge ? shape.edge->Property(name) : nullptr;
    };
    std::vector<std::string> known;
    if (shape.edge) {
      for (const graph::PropertySpec& property : shape.edge->properties) known.push_back(property.name);
      known.insert(known.end(), {"source", "locator", "certainty", "valid_from", "valid_to"});
    }
    SetPropertyTypes(shape, find_spec, shape.type, std::move(known));
    if (cell.empty()) shape.fault = Reject{.expected = "an edge type", .problem = "expected an edge type, found nothing"};
    return AddShape(cell, std::move(shape));
  }

  Status EdgeRow() {
    if (Blank()) return {};
    ++file_->report.rows;
    End from, to;
    const Shape* shape = nullptr;
    if (!CheckRecord() || !StageEdge(*(shape = &EdgeShape()), &from, &to)) {
      KeepReject();
      return {};
    }
    Result<graph::Transaction::Merged> merged =
        transaction_.MergeEdge(shape->type, from.node, to.node, properties_, evidence_, overrides_);
    if (!merged.ok()) return RejectOrFail(file_->header.type, merged.status());
    Remember();
    Count(*merged);
    if (merged->statement != 0) NoteStatement(merged->statement);
    return {};
  }

  bool StageEdge(const Shape& shape, End* from, End* to) {
    const ImportHeader& header = file_->header;
    if (shape.fault) return Refuse(header.type, *shape.fault);
    if (!FindEnd(header.start, header.start_group, Cell(header.start), "", from)) return false;
    if (!FindEnd(header.end, header.end_group, Cell(header.end), "", to)) return false;
    properties_.clear();
    if (!ReadRow(shape)) return false;
    if (!CheckEnds(shape, *from, *to)) return false;
    if (from->labels != nullptr && to->labels != nullptr) shape.tied.emplace(from->shape, to->shape);
    if (!shape.edge) return thing_ = 0, true;  // rows of unknown types are one edge only when they say the same
    NodeId a = from->node, b = to->node;
    if (shape.edge->symmetric && b < a) std::swap(a, b);
    std::string identity = shape.type;
    PutBigEndian(identity, a.raw);
    PutBigEndian(identity, b.raw);
    for (const std::string& name : shape.edge->identity) {
      for (const auto& [property, value] : properties_) {
        if (property == name) PutString(identity, name), graph::EncodeValue(identity, value);
      }
    }
    return CheckAgreement(StableHash(identity));
  }

  // Only where the ontology knows the type and every label of both ends; what it does not know it does not forbid.
  bool CheckEnds(const Shape& shape, const End& from, const End& to) {
    if (!shape.edge || shape.edge->ends.empty()) return true;
    const auto known = [this](const std::vector<std::string>& labels) {
      return !labels.empty() && std::all_of(labels.begin(), labels.end(),
                                            [this](const std::string& label) { return ontology_.Label(label); });
    };
    std::vector<std::string> from_labels = LabelsOf(from), to_labels = LabelsOf(to);
    if (!known(from_labels) || !known(to_labels) || shape.edge->Allows(from_labels, to_labels)) return true;
    // The rows of this import may not have given all the labels that the nodes have in the store.
    from_labels = LabelsOf({from.node, nullptr});
    to_labels = LabelsOf({to.node, nullptr});
    if (!known(from_labels) || !known(to_labels) || shape.edge->Allows(from_labels, to_labels)) return true;
    std::string ends;
    for (const auto& [a, b] : shape.edge->ends) {
      ends += Text(ends.empty() ? "" : ", ", a == "*" ? "any" : a, " → ", b == "*" ? "any" : b);
    }
    return Refuse(file_->header.type, Text("ends that the ontology allows for ", shape.type, " (", ends, ")"),
                  Text(JoinWords(from_labels, ":"), " → ", JoinWords(to_labels, ":")));
  }

  std::vector<std::string> LabelsOf(const End& end) const {
    if (end.labels != nullptr) return *end.labels;
    std::vector<std::string> labels;
    const graph::ReadView& view = transaction_.view();
    const Result<std::optional<graph::Node>> node = view.GetNode(end.node);
    if (node.ok() && *node) {
      for (const graph::LabelId label : (**node).labels) labels.push_back(view.name(label));
    }
    return labels;
  }

  // The node with that key: of the group's label (in this import, then in the store), or of any label without a group.
  // `what` names what is looked for in messages; empty: by the group.
  bool FindEnd(int column, std::string_view group, std::string_view key, std::string what, End* end) {
    const std::string scope(group);
    if (what.empty()) what = scope.empty() ? std::string("the key of a node") : Text("the key of a ", scope);
    if (key.empty()) return Refuse(column, what, "");
    std::vector<NodeId> found;
    std::vector<std::string> where;
    for (uint32_t i = keys_.First(key); i != KeyMap::kNone; i = keys_.Next(i)) {
      const KeyMap::Entry& entry = keys_.at(i);
      const Shape& shape = shape_list_[entry.shape];
      if (!scope.empty() && std::find(shape.scopes.begin(), shape.scopes.end(), scope) == shape.scopes.end()) continue;
      if (std::find(found.begin(), found.end(), entry.node) != found.end()) {
        end->labels = nullptr;  // several rows gave it labels; the graph has them all
        continue;
      }
      found.push_back(entry.node);
      where.push_back(JoinWords(shape.labels, ":"));
      *end = {entry.node, &shape.labels, entry.shape};
    }
    if (found.empty()) {
      const graph::ReadView& view = transaction_.view();
      if (scope.empty()) {
        Result<std::vector<NodeId>> stored = view.FindByKey(key);
        if (!stored.ok()) return StoreFault(stored.status());
        found = *std::move(stored);
        for (const NodeId node : found) where.push_back(JoinWords(LabelsOf({node, nullptr}), ":"));
      } else if (const graph::LabelId label = view.label(scope)) {
        const Result<std::optional<NodeId>> stored = view.FindByKey(label, key);
        if (!stored.ok()) return StoreFault(stored.status());
        if (*stored) found.push_back(**stored);
      }
      if (found.size() == 1) *end = {found[0], nullptr};
    }
    if (found.size() == 1) return true;
    if (found.size() > 1) {
      return Refuse(column, "a key that names one node", key,
                    Text(", which is a ", JoinWords(where, " and a "), "; name the label, as in ",
                         file_->header.edges && column == file_->header.end ? ":END_ID(" : ":START_ID(", where[0], ")"));
    }
    return Refuse(column, Text(what, " in this import or in the store"), key, NearKey(scope, key));
  }

  // "; did you mean …?" among the keys of this import.
  std::string NearKey(const std::string& scope, std::string_view key) const {
    if (rejects_ >= kSuggestions) return "";
    std::vector<std::string> known;
    keys_.ForEach(20'000, [&](const KeyMap::Entry& entry) {
      const auto& scopes = shape_list_[entry.shape].scopes;
      if (scope.empty() || std::find(scopes.begin(), scopes.end(), scope) != scopes.end()) {
        known.emplace_back(entry.key());
      }
    });
    return text::DidYouMean(key, known, 1);
  }

  // ---- Ends of a row -----------------------------------------------------------------------------------------------

  bool StoreFault(const Status& status) {
    fatal_ = status;
    return RefuseWith(-1, status.message());
  }

  // What the graph says no to is the row's fault; what the store or the budget say no to ends the import.
  Status RejectOrFail(int column, const Status& status) {
    switch (status.code()) {
      case Code::kInvalid:
      case Code::kConflict:
      case Code::kNotFound:
      case Code::kAmbiguous:
        RefuseWith(column, status.message());
        KeepReject();
        return {};
      default: return status;
    }
  }

  void Count(const graph::Transaction::Merged& merged) {
    FileReport& report = file_->report;
    ++(merged.created ? report.created : merged.changed ? report.changed : report.unchanged);
  }

  // Once for each thing.
  void WarnUnknown(const char* what, const std::string& name, const std::vector<std::string>& known,
                   const std::string& of = "") {
    if (known.empty() || !warned_.emplace(Text(what, " ", name, " ", of), true).second) return;
    report_.warnings.push_back(Text(file_->path, ":", row_->line(), ": the ontology knows no ", what, " '", name, "'",
                                    of.empty() ? "" : " of ", of, text::DidYouMean(name, known, 1)));
  }
  std::vector<std::string> LabelNames() const {
    std::vector<std::string> names;
    for (const auto& label : ontology_.labels()) names.push_back(label.name);
    return names;
  }
  std::vector<std::string> TypeNames() const {
    std::vector<std::string> names;
    for (const auto& type : ontology_.edge_types()) names.push_back(type.name);
    return names;
  }


  const ImportOptions& options_;
  const graph::Ontology& ontology_;
  const std::span<ImportFile> files_;
  graph::Transaction& transaction_;
  ImportReport& report_;
  RejectFile& reject_file_;
  const bool any_sources_;  // some row may cite documents
  Status fatal_;

  KeyMap keys_;
  std::optional<KeyMap> documents_;         // what keys_ had when the documents were read
  std::deque<Shape> shape_list_;            // shapes of all files; entries of keys_ name them by number
  std::vector<std::pair<uint64_t, size_t>> statements_;  // bulk: from this edge statement on, rows are of this file
  ByText<std::vector<NodeId>> sources_;     // source cells read so far
  ByText<bool> warned_;
  FirstRows first_rows_;
  std::unordered_set<uint64_t> said_in_full_;        // things of which every row is in said_
  std::unordered_multimap<uint64_t, Claim> said_;    // by Claim::what
  std::optional<CsvReader> recall_reader_;
  const ImportFile* recall_file_ = nullptr;

  // The current row.
  ImportFile* file_ = nullptr;
  Pass pass_ = Pass::kDocuments;
  const CsvReader* row_ = nullptr;
  graph::Properties properties_;
  Evidence evidence_;
  std::map<std::string, Evidence> overrides_;
  uint64_t thing_ = 0;  // a hash of what it is about; 0: like no other
  Reject rejected_;
  uint64_t rejects_ = 0;
};

}  // namespace

std::unique_ptr<ImportRows> ImportRows::New(const ImportOptions& options, const graph::Ontology& ontology, std::span<ImportFile> files,
                                            graph::Transaction& transaction, ImportReport& report, RejectFile& reject_file) {
  return std::make_unique<Rows>(options, ontology, files, transaction, report, reject_file);
}

}  // namespace liantu::io
