// SPDX-License-Identifier: Apache-2.0
#include "io/row_stage.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "graph/record.h"
#include "io/import_values.h"

namespace liantu::io {
namespace {

class Stager {
 public:
  explicit Stager(StagedRows& out) : plan_(*out.plan), header_(*plan_.header), out_(out) {}

  // Rows some at a time, so that the memory of their keys comes near while others are looked up. Views must outlive Settle.
  void Add(const std::vector<std::string_view>& cells, uint64_t offset, uint64_t line, bool plain) {
    StagedRows::Row& row = out_.rows.emplace_back();
    row.offset = offset;
    row.line = static_cast<uint32_t>(line);
    row.plain = plain && cells.size() == header_.columns.size();
    Waiting& w = waiting_[count_++];
    w.row = out_.rows.size() - 1;
    if (row.plain) {
      w.cells.assign(cells.begin(), cells.end());
      if (header_.edges) {
        const std::string_view start = Cell(w, header_.start);
        w.same_start = !ahead_start_.empty() && start == ahead_start_;
        if (!w.same_start) plan_.keys->PrefetchSlot(w.start = KeyMap::Hash(start));
        ahead_start_ = start;
        plan_.keys->PrefetchSlot(w.end = KeyMap::Hash(Cell(w, header_.end)));
      }
    }
    if (count_ == waiting_.size()) Settle();
  }
  void Settle() {
    if (header_.edges) {
      for (size_t i = 0; i < count_; ++i) {
        Waiting& w = waiting_[i];
        if (!out_.rows[w.row].plain) continue;
        if (!w.same_start) w.start_at = plan_.keys->Candidate(w.start);
        w.end_at = plan_.keys->Candidate(w.end);
      }
    }
    for (size_t i = 0; i < count_; ++i) {
      StagedRows::Row& row = out_.rows[waiting_[i].row];
      if (row.plain) row.plain = header_.edges ? StageEdge(waiting_[i], row) : StageNode(waiting_[i], row);
    }
    count_ = 0;
  }

 private:
  struct Waiting {
    size_t row = 0;
    uint64_t start = 0, end = 0;  // hashes
    uint32_t start_at = KeyMap::kNone, end_at = KeyMap::kNone;
    bool same_start = false;      // as the row before, which need not have been plain
    std::vector<std::string_view> cells;
  };
  struct Found {
    bool found = false;
    graph::NodeId node;
    uint32_t shape = 0;
  };

  static std::string_view Cell(const Waiting& w, int column) {
    return column < 0 ? std::string_view() : w.cells[static_cast<size_t>(column)];
  }

  // The one node of the key among the shapes that are allowed.
  static Found Find(const KeyMap& keys, uint32_t first, const std::vector<bool>& allowed) {
    Found found;
    for (uint32_t i = first; i != KeyMap::kNone; i = keys.Next(i)) {
      const KeyMap::Entry& entry = keys.at(i);
      if (entry.shape >= allowed.size() || !allowed[entry.shape]) continue;
      if (found.found) return {};  // several nodes, or one that several rows gave labels
      found = {true, entry.node, entry.shape};
    }
    return found;
  }

  bool FindShape(const Waiting& w, int column) {
    const std::string_view cell = column == header_.type ? TrimBlanks(Cell(w, column)) : Cell(w, column);
    if (shape_ < plan_.shapes.size() && plan_.shapes[shape_].cell == cell) return true;
    shape_ = static_cast<size_t>(std::find_if(plan_.shapes.begin(), plan_.shapes.end(), [&](const auto& s) { return s.cell == cell; }) -
                                 plan_.shapes.begin());
    return shape_ < plan_.shapes.size();
  }

  bool StageNode(const Waiting& w, StagedRows::Row& row) {
    if (!FindShape(w, header_.labels)) return false;
    const RowPlan::Shape& shape = plan_.shapes[shape_];
    row.shape = static_cast<uint16_t>(shape_);
    row.key = Cell(w, header_.id);
    if (row.key.empty()) return false;
    row.key_hash = KeyMap::Hash(row.key);
    if (!StageEvidence(w, row) || !StageProperties(w, shape, row)) return false;
    row.identifiers = static_cast<uint32_t>(out_.identifiers.size());
    graph::HashIdentifiers(shape.kind, properties_, &out_.identifiers);
    row.identifier_count = static_cast<uint32_t>(out_.identifiers.size()) - row.identifiers;
    thing_text_ = shape.scope;
    thing_text_ += '\n';
    thing_text_ += row.key;
    row.thing = StableHash(thing_text_);
    return true;
  }

  bool StageEdge(const Waiting& w, StagedRows::Row& row) {
    if (!FindShape(w, header_.type)) return false;
    const RowPlan::Shape& shape = plan_.shapes[shape_];
    row.shape = static_cast<uint16_t>(shape_);
    const std::string_view start_key = Cell(w, header_.start), end_key = Cell(w, header_.end);
    if (start_key.empty() || start_key != start_key_) {
      const uint64_t hash = w.same_start ? KeyMap::Hash(start_key) : w.start;
      const uint32_t at = w.same_start ? plan_.keys->Candidate(hash) : w.start_at;
      start_ = Find(*plan_.keys, plan_.keys->FirstFrom(start_key, hash, at), plan_.starts);
      start_key_ = start_key;
    }
    if (!start_.found) return false;
    const Found end = Find(*plan_.keys, plan_.keys->FirstFrom(end_key, w.end, w.end_at), plan_.ends);
    if (!end.found) return false;
    row.from = start_.node;
    row.to = end.node;
    if (shape.checked && (last_ends_ != std::pair(start_.shape, end.shape) || last_ends_shape_ != shape_)) {
      if (!shape.ends.contains({start_.shape, end.shape})) return false;
      last_ends_ = {start_.shape, end.shape};
      last_ends_shape_ = shape_;
    }
    if (!StageEvidence(w, row) || !StageProperties(w, shape, row)) return false;
    if (shape.edge == nullptr) return true;  // like no other
    graph::NodeId a = row.from, b = row.to;
    if (shape.edge->symmetric && b < a) std::swap(a, b);
    std::string& thing = thing_text_;
    thing = shape.name;
    PutBigEndian(thing, a.raw);
    PutBigEndian(thing, b.raw);
    for (size_t i = 0; i < shape.edge->identity.size(); ++i) {
      if (!identity_[i].empty()) PutString(thing, shape.edge->identity[i]), thing += identity_[i];
    }
    row.thing = StableHash(thing);
    return true;
  }

  // A row mostly says the same as the one before it.
  bool StageEvidence(const Waiting& w, StagedRows::Row& row) {
    const EvidenceColumns& columns = header_.evidence;
    const int all[] = {columns.source, columns.locator, columns.certainty, columns.valid_from, columns.valid_to};
    bool same = !out_.evidence.empty();
    for (size_t i = 0; i < 5; ++i) same = same && last_evidence_[i] == Cell(w, all[i]);
    if (same) {
      row.evidence = static_cast<uint32_t>(out_.evidence.size() - 1);
      return true;
    }
    graph::Evidence evidence;
    std::string_view source = Cell(w, columns.source);
    while (!source.empty()) {
      const size_t end = std::min(source.find(plan_.array_separator), source.size());
      const std::string_view key = TrimBlanks(source.substr(0, end));
      source.remove_prefix(std::min(end + 1, source.size()));
      if (key.empty()) continue;
      const Found document = Find(*plan_.documents, plan_.documents->First(key), plan_.sources);
      if (!document.found) return false;
      evidence.documents.push_back(document.node);
    }
    std::sort(evidence.documents.begin(), evidence.documents.end());
    evidence.documents.erase(std::unique(evidence.documents.begin(), evidence.documents.end()), evidence.documents.end());
    evidence.locator = Cell(w, columns.locator);
    if (const std::string_view cell = TrimBlanks(Cell(w, columns.certainty)); !cell.empty()) {
      const auto certainty = graph::ParseCertainty(cell);
      if (!certainty) return false;
      evidence.certainty = *certainty;
    }
    for (const bool from : {true, false}) {
      const std::string_view cell = TrimBlanks(Cell(w, from ? columns.valid_from : columns.valid_to));
      if (cell.empty()) continue;
      const Result<graph::Value> day = graph::ParseValue({graph::Value::Type::kDate}, cell);
      if (!day.ok()) return false;
      (from ? evidence.valid.from : evidence.valid.to) = *day->as<graph::Date>();
    }
    if (evidence.valid.from && evidence.valid.to && !(*evidence.valid.from < *evidence.valid.to)) return false;
    for (size_t i = 0; i < 5; ++i) last_evidence_[i] = Cell(w, all[i]);
    row.evidence = static_cast<uint32_t>(out_.evidence.size());
    out_.evidence.push_back(std::move(evidence));
    return true;
  }

  // Also leaves them, and what they say of an edge's identity, in properties_ and identity_.
  bool StageProperties(const Waiting& w, const RowPlan::Shape& shape, StagedRows::Row& row) {
    properties_.clear();
    for (std::string& value : identity_) value.clear();
    if (shape.edge != nullptr) identity_.resize(shape.edge->identity.size());
    for (const RowPlan::Column& column : shape.columns) {
      const std::string_view cell = Cell(w, column.column);
      if (cell.empty()) continue;
      graph::Value value;
      if (!column.id || !ParsePlain(column.type, column.spec, cell, plan_.array_separator, &value)) return false;
      if (value.is_null()) continue;
      for (const int own : column.own_evidence) {
        if (!Cell(w, own).empty()) return false;
      }
      if (column.identity >= 0) graph::EncodeValue(identity_[static_cast<size_t>(column.identity)], value);
      if (!properties_.empty() && properties_.back().id == column.id) return false;  // given twice
      properties_.push_back({.id = column.id, .value = std::move(value)});
    }
    row.properties = static_cast<uint32_t>(out_.properties.size());
    if (!properties_.empty()) graph::EncodeProperties(out_.properties, properties_);
    row.size = static_cast<uint32_t>(out_.properties.size()) - row.properties;
    return true;
  }

  const RowPlan& plan_;
  const ImportHeader& header_;
  StagedRows& out_;
  std::array<Waiting, 32> waiting_;
  size_t count_ = 0;
  std::string_view ahead_start_;  // of the last row that waits
  std::string_view start_key_;    // of the last row settled, with what it found
  Found start_;
  size_t shape_ = 0, last_ends_shape_ = SIZE_MAX;
  std::pair<uint32_t, uint32_t> last_ends_;
  std::array<std::string_view, 5> last_evidence_;
  std::vector<graph::StoredProperty> properties_;
  std::vector<std::string> identity_;  // values of the identity properties, encoded
  std::string thing_text_;
};

bool Blank(const std::vector<std::string_view>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](std::string_view cell) { return cell.empty(); });
}

}  // namespace

void StagedRows::Clear() {
  rows.clear();
  properties.clear();
  identifiers.clear();
  evidence.clear();
  reader_.reset();
  lines = 0;
  broken = false;
}

CsvReader& StagedRows::reader(const std::string& name, const CsvOptions& options) {
  if (!reader_) reader_ = std::make_unique<CsvReader>(CsvReader::FromText(piece.text, name, options, piece.offset));
  return *reader_;
}

void StageRows(const std::string& name, const CsvOptions& options, StagedRows& out) {
  Stager stager(out);
  const uint64_t begin = out.piece.offset;
  uint64_t next_offset = begin, next_line = 1;
  PlainRecords records;
  if (out.piece.whole && out.piece.text.size() <= options.max_record_bytes && records.Begin(out.piece.text, options.delimiter)) {
    while (records.Next()) {
      if (!Blank(records.fields())) stager.Add(records.fields(), begin + records.offset(), records.line(), true);
    }
    next_offset = begin + records.next_offset();
    next_line = records.next_line();
    stager.Settle();
  } else {
    CsvReader& reader = out.reader(name, options);
    std::vector<std::string_view> cells;
    for (bool more = out.piece.whole; more;) {
      const Result<bool> read = reader.Next();
      if (!read.ok()) {
        out.broken = true;
        break;
      }
      more = *read;
      if (!more) {
        next_line = reader.line();
        break;
      }
      cells.clear();
      for (size_t i = 0; i < reader.size(); ++i) cells.push_back(reader[i]);
      if (!Blank(cells)) stager.Add(cells, reader.offset(), reader.line(), !reader.fault() && reader.plain());
      next_offset = reader.next_offset();
      next_line = reader.next_line();
    }
    stager.Settle();
  }
  out.broken |= !out.piece.whole;
  out.broken_offset = next_offset;
  out.broken_line = next_line;
  out.lines = next_line - 1;
}

}  // namespace liantu::io
