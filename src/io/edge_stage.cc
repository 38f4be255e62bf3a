// SPDX-License-Identifier: Apache-2.0
#include "io/edge_stage.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/bytes.h"
#include "graph/record.h"
#include "io/conform.h"
#include "io/import_values.h"

namespace liantu::io {

// ---- cutting

Result<CsvPieces> CsvPieces::Open(const std::string& path, uint64_t offset, char delimiter, size_t max_record_bytes) {
  CsvPieces pieces;
  pieces.fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (pieces.fd_ < 0) return Status(Code::kIo, Text(path, ": cannot be read: ", std::strerror(errno)));
  pieces.delimiter_ = delimiter;
  pieces.offset_ = offset;
  pieces.max_record_bytes_ = max_record_bytes;
  return pieces;
}

CsvPieces::CsvPieces(CsvPieces&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), delimiter_(other.delimiter_), max_record_bytes_(other.max_record_bytes_),
      offset_(other.offset_), rest_(std::move(other.rest_)), at_end_(other.at_end_) {}

CsvPieces::~CsvPieces() {
  if (fd_ >= 0) ::close(fd_);
}

namespace {

// How much of `text`, which begins with a record, is whole records.
size_t WholeRecords(std::string_view text, char delimiter) {
  size_t whole = 0;
  const auto take_lines = [&](size_t begin, size_t end) {  // no quotes between
    const std::string_view plain = text.substr(begin, end - begin);
    size_t last = plain.rfind('\n');
    if (last == std::string_view::npos && end != text.size()) last = plain.rfind('\r');  // a last one may get its LF yet
    if (last == std::string_view::npos && end == text.size() && !plain.empty()) last = plain.substr(0, plain.size() - 1).rfind('\r');
    if (last != std::string_view::npos) whole = begin + last + 1;
  };
  for (size_t at = 0;;) {
    size_t quote = text.find('"', at);
    take_lines(at, std::min(quote, text.size()));
    if (quote == std::string_view::npos) return whole;
    const char before = quote == 0 ? '\n' : text[quote - 1];
    at = quote + 1;
    if (before != delimiter && before != '\n' && before != '\r') continue;  // within a field, it says nothing
    for (;;) {
      quote = text.find('"', at);
      if (quote == std::string_view::npos) return whole;
      at = quote + 1;
      if (at == text.size()) return whole;  // it may be the first of two
      if (text[at] != '"') break;
      ++at;
    }
  }
}

}  // namespace

Result<CsvPieces::Piece> CsvPieces::Next() {
  Piece piece;
  piece.offset = offset_;
  for (;;) {
    if (!at_end_) {
      const size_t had = rest_.size();
      rest_.resize(had + kBytes);
      size_t got = 0;
      while (got < kBytes) {
        const ssize_t n = ::pread(fd_, rest_.data() + had + got, kBytes - got, static_cast<off_t>(offset_ + had + got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return Status(Code::kIo, Text("a file cannot be read: ", std::strerror(errno)));
        if (n == 0) {
          at_end_ = true;
          break;
        }
        got += static_cast<size_t>(n);
      }
      rest_.resize(had + got);
    }
    const size_t whole = at_end_ ? rest_.size() : WholeRecords(rest_, delimiter_);
    if (whole == 0 && !at_end_ && rest_.size() <= max_record_bytes_) continue;
    piece.whole = whole != 0 || at_end_;
    if (!piece.whole) at_end_ = true;
    const size_t given = piece.whole ? whole : rest_.size();
    piece.text = rest_.substr(0, given);
    rest_.erase(0, given);
    offset_ += given;
    return piece;
  }
}

// ---- staging

namespace {

class Stager {
 public:
  Stager(const EdgePlan& plan, StagedEdges& out) : plan_(plan), header_(*plan.header), out_(out) {}

  // Rows a few at a time, so that the memory of their keys comes near while others are looked up.
  void Add(const CsvReader& record) {
    StagedEdges::Row& row = out_.rows.emplace_back();
    row.offset = record.offset();
    row.line = static_cast<uint32_t>(record.line());
    row.plain = !record.fault() && record.size() == header_.columns.size() && record.plain();
    Waiting& w = waiting_[count_++];
    w.row = out_.rows.size() - 1;
    if (row.plain) {
      w.cells.resize(record.size());
      for (size_t i = 0; i < record.size(); ++i) w.cells[i] = record[i];
      w.start = StableHash(w.cells[static_cast<size_t>(header_.start)]);
      w.end = StableHash(w.cells[static_cast<size_t>(header_.end)]);
      plan_.keys->PrefetchSlot(w.start);
      plan_.keys->PrefetchSlot(w.end);
    }
    if (count_ == waiting_.size()) Settle();
  }
  void Settle() {
    for (size_t i = 0; i < count_; ++i) {
      if (!out_.rows[waiting_[i].row].plain) continue;
      plan_.keys->PrefetchEntry(waiting_[i].start);
      plan_.keys->PrefetchEntry(waiting_[i].end);
    }
    for (size_t i = 0; i < count_; ++i) {
      StagedEdges::Row& row = out_.rows[waiting_[i].row];
      if (row.plain) row.plain = Stage(waiting_[i], row);
    }
    count_ = 0;
  }

 private:
  struct Waiting {
    size_t row = 0;
    uint64_t start = 0, end = 0;  // hashes
    std::vector<std::string_view> cells;
  };

  std::string_view Cell(const Waiting& w, int column) const { return column < 0 ? std::string_view() : w.cells[static_cast<size_t>(column)]; }

  // The one node of the key among the shapes that are allowed.
  bool Find(std::string_view key, uint64_t hash, const std::vector<bool>& allowed, graph::NodeId* node, uint32_t* shape) const {
    bool found = false;
    for (uint32_t i = plan_.keys->First(key, hash); i != KeyMap::kNone; i = plan_.keys->Next(i)) {
      const KeyMap::Entry& entry = plan_.keys->at(i);
      if (entry.shape >= allowed.size() || !allowed[entry.shape]) continue;
      if (found) return false;  // several nodes, or one that several rows gave labels
      found = true;
      *node = entry.node;
      *shape = entry.shape;
    }
    return found;
  }

  bool Stage(const Waiting& w, StagedEdges::Row& row) {
    const std::string_view cell = TrimBlanks(Cell(w, header_.type));
    if (type_ >= plan_.types.size() || plan_.types[type_].cell != cell) {
      type_ = static_cast<size_t>(std::find_if(plan_.types.begin(), plan_.types.end(), [&](const auto& t) { return t.cell == cell; }) -
                                  plan_.types.begin());
      if (type_ == plan_.types.size()) return false;
    }
    const EdgePlan::Type& type = plan_.types[type_];
    row.type = static_cast<uint16_t>(type_);
    uint32_t start_shape, end_shape;
    if (!Find(Cell(w, header_.start), w.start, plan_.starts, &row.from, &start_shape)) return false;
    if (!Find(Cell(w, header_.end), w.end, plan_.ends, &row.to, &end_shape)) return false;
    if (type.checked && (last_ends_ != std::pair(start_shape, end_shape) || last_ends_type_ != type_)) {
      if (!type.ends.contains({start_shape, end_shape})) return false;
      last_ends_ = {start_shape, end_shape};
      last_ends_type_ = type_;
    }
    if (!StageEvidence(w, row)) return false;
    return StageProperties(w, type, row);
  }

  // A row mostly says the same as the one before it.
  bool StageEvidence(const Waiting& w, StagedEdges::Row& row) {
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
      graph::NodeId document;
      uint32_t shape;
      if (!Find(key, StableHash(key), plan_.documents, &document, &shape)) return false;
      evidence.documents.push_back(document);
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

  bool StageProperties(const Waiting& w, const EdgePlan::Type& type, StagedEdges::Row& row) {
    properties_.clear();
    for (std::string& value : identity_) value.clear();
    if (type.spec != nullptr) identity_.resize(type.spec->identity.size());
    for (const EdgePlan::Column& column : type.columns) {
      const std::string_view cell = Cell(w, column.column);
      if (cell.empty()) continue;
      graph::Value value;
      if (!column.id || !ParsePlain(column.type, column.spec, cell, plan_.array_separator, &value)) return false;
      if (value.is_null()) continue;
      for (const int own : column.own_evidence) {
        if (!Cell(w, own).empty()) return false;
      }
      if (column.identity >= 0) graph::EncodeValue(identity_[static_cast<size_t>(column.identity)], value);
      properties_.push_back({.id = column.id, .value = std::move(value)});
    }
    row.properties = static_cast<uint32_t>(out_.properties.size());
    if (!properties_.empty()) graph::EncodeProperties(out_.properties, properties_);
    row.size = static_cast<uint32_t>(out_.properties.size()) - row.properties;
    if (type.spec == nullptr) return true;  // like no other
    graph::NodeId a = row.from, b = row.to;
    if (type.spec->symmetric && b < a) std::swap(a, b);
    std::string& thing = thing_text_;
    thing = type.name;
    PutBigEndian(thing, a.raw);
    PutBigEndian(thing, b.raw);
    for (size_t i = 0; i < type.spec->identity.size(); ++i) {
      if (!identity_[i].empty()) PutString(thing, type.spec->identity[i]), thing += identity_[i];
    }
    row.thing = StableHash(thing);
    return true;
  }

  const EdgePlan& plan_;
  const ImportHeader& header_;
  StagedEdges& out_;
  std::array<Waiting, 16> waiting_;
  size_t count_ = 0;
  size_t type_ = 0, last_ends_type_ = SIZE_MAX;
  std::pair<uint32_t, uint32_t> last_ends_;
  std::array<std::string_view, 5> last_evidence_;
  std::vector<graph::StoredProperty> properties_;
  std::vector<std::string> identity_;  // values of the identity properties, encoded
  std::string thing_text_;
};

}  // namespace

void StageEdges(CsvPieces::Piece piece, std::shared_ptr<const EdgePlan> plan, const std::string& name, const CsvOptions& options,
                StagedEdges& out) {
  out.plan = std::move(plan);
  out.bytes = piece.text.size();
  const bool whole = piece.whole;
  out.reader = std::make_unique<CsvReader>(CsvReader::FromText(std::move(piece.text), name, options, piece.offset));
  CsvReader& reader = *out.reader;
  Stager stager(*out.plan, out);
  uint64_t next_offset = piece.offset, next_line = 1;
  for (bool more = whole; more;) {
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
    bool blank = true;
    for (size_t i = 0; i < reader.size() && blank; ++i) blank = reader[i].empty();
    if (!blank) stager.Add(reader);
    next_offset = reader.next_offset();
    next_line = reader.next_line();
  }
  stager.Settle();
  out.broken |= !whole;
  out.broken_offset = next_offset;
  out.broken_line = next_line;
  out.lines = next_line - 1;
}

}  // namespace liantu::io
