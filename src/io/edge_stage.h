// SPDX-License-Identifier: Apache-2.0
// Reading edge files ahead of an import, on all threads: a file is cut into pieces at the ends of records, and each row of a
// piece that is plain is made ready for the graph: ends looked up, values parsed and encoded. A row with anything unusual about
// it (a fault, an unknown key, a value with a source of its own, …) is only found; import.cc takes it the ordinary way, so
// that there is one place that says what is wrong with a row.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "graph/evidence.h"
#include "graph/ids.h"
#include "graph/ontology.h"
#include "io/csv_reader.h"
#include "io/import_header.h"
#include "io/key_map.h"

namespace liantu::io {

// Cuts a file into pieces of whole records, in order. One thread.
class CsvPieces {
 public:
  // From `offset`, where a record begins.
  static Result<CsvPieces> Open(const std::string& path, uint64_t offset, char delimiter, size_t max_record_bytes);
  CsvPieces(CsvPieces&& other) noexcept;
  ~CsvPieces();
  // The next piece; empty at the end of the file. whole: it ends where a record ends; else no end was found within the
  // longest record allowed, and nothing comes after it.
  struct Piece {
    std::string text;
    uint64_t offset = 0;
    bool whole = true;
  };
  Result<Piece> Next();
  static constexpr size_t kBytes = size_t{1} << 20;

 private:
  CsvPieces() = default;
  int fd_ = -1;
  char delimiter_ = ',';
  size_t max_record_bytes_ = 0;
  uint64_t offset_ = 0;  // of rest_ in the file
  std::string rest_;     // read, but not yet given out
  bool at_end_ = false;
};

// What is known of a file's rows; does not change once it is made.
struct EdgePlan {
  struct Column {
    int column = 0;
    graph::ValueType type;
    const graph::PropertySpec* spec = nullptr;
    graph::PropertyId id;  // 0: a row with a value here is not plain
    std::vector<int> own_evidence;  // columns that must be empty
    int identity = -1;              // its place among the identity properties of the type
  };
  struct Type {
    std::string cell;
    graph::TypeId id;
    std::string name;
    const graph::EdgeTypeSpec* spec = nullptr;
    std::vector<Column> columns;  // ascending by id
    std::set<std::pair<uint32_t, uint32_t>> ends;  // shapes of start and end that may be tied; not asked without `checked`
    bool checked = false;
  };
  const ImportHeader* header = nullptr;
  const KeyMap* keys = nullptr;
  char array_separator = ';';
  std::vector<Type> types;
  std::vector<bool> starts, ends, documents;  // by shape: whether its nodes are found as that
};

struct StagedEdges {
  struct Row {
    uint64_t offset = 0;   // in the file
    uint64_t thing = 0;    // a hash of what it is about; 0: like no other
    graph::NodeId from, to;
    uint32_t line = 0;     // in the piece, from 1
    bool plain = false;    // else only offset and line count
    uint16_t type = 0;     // in the plan
    uint32_t evidence = 0;             // into `evidence`
    uint32_t properties = 0, size = 0; // into `properties`
  };
  CsvPieces::Piece piece;  // before it is staged
  std::shared_ptr<const EdgePlan> plan;
  std::unique_ptr<CsvReader> reader;  // over the piece; Seek takes offsets in the file
  std::vector<Row> rows;
  std::string properties;  // as graph::EncodeProperties gives them
  std::vector<graph::Evidence> evidence;
  uint64_t bytes = 0, lines = 0;
  // A fault of the file, or a record without an end: reading must go on the ordinary way from here.
  bool broken = false;
  uint64_t broken_offset = 0, broken_line = 0;
};

// Fills `out` from a piece. Any thread.
void StageEdges(CsvPieces::Piece piece, std::shared_ptr<const EdgePlan> plan, const std::string& name, const CsvOptions& options,
                StagedEdges& out);

}  // namespace liantu::io
