// SPDX-License-Identifier: Apache-2.0
// Reading files ahead of an import, on all threads: each row of a piece of a file that is plain is made ready for the graph:
// keys hashed or looked up, values parsed and encoded. A row with anything unusual about it (a fault, an unknown key, a value
// with a source of its own, …) is only found; import_rows.h takes it the ordinary way, so that there is one place that
// says what is wrong with a row.
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
#include "graph/ready_node.h"
#include "io/csv_pieces.h"
#include "io/csv_reader.h"
#include "io/import_header.h"
#include "io/key_map.h"

namespace liantu::io {

// What is known of a file's rows; does not change once it is made.
struct RowPlan {
  struct Column {
    int column = 0;
    graph::ValueType type;
    const graph::PropertySpec* spec = nullptr;
    graph::PropertyId id;  // 0: a row with a value here is not plain
    std::vector<int> own_evidence;  // columns that must be empty
    int identity = -1;              // its place among the identity properties of the edge type
  };
  // Rows that say the same in the :LABEL or :TYPE cell.
  struct Shape {
    std::string cell;
    std::vector<Column> columns;  // ascending by id
    // Nodes.
    uint32_t number = 0;
    std::string scope;  // in front of the key, what a node is about
    graph::ReadyKind kind;
    // Edges.
    graph::TypeId type;
    std::string name;
    const graph::EdgeTypeSpec* edge = nullptr;
    std::set<std::pair<uint32_t, uint32_t>> ends;  // shapes of start and end that may be tied; not asked without `checked`
    bool checked = false;
  };
  const ImportHeader* header = nullptr;
  const KeyMap* keys = nullptr;       // where ends are looked up
  const KeyMap* documents = nullptr;  // where sources are
  char array_separator = ';';
  std::vector<Shape> shapes;
  std::vector<bool> starts, ends, sources;  // by the caller's number of a shape: whether its nodes are found as that
};

struct StagedRows {
  struct Row {
    uint64_t offset = 0;   // in the file
    uint64_t thing = 0;    // a hash of what it is about; 0: like no other
    graph::NodeId from, to;      // edges
    std::string_view key;        // nodes
    uint64_t key_hash = 0;
    uint32_t line = 0;     // in the piece, from 1
    bool plain = false;    // else only offset and line count
    uint16_t shape = 0;    // in the plan
    uint32_t evidence = 0;              // into `evidence`
    uint32_t properties = 0, size = 0;  // into `properties`
    uint32_t identifiers = 0, identifier_count = 0;  // nodes; into `identifiers`
  };
  CsvPieces::Piece piece;
  std::shared_ptr<const RowPlan> plan;
  std::vector<Row> rows;
  std::string properties;  // as graph::EncodeProperties gives them
  std::vector<uint64_t> identifiers;
  std::vector<graph::Evidence> evidence;
  uint64_t lines = 0;
  // A fault of the file, or a record without an end: reading must go on the ordinary way from here.
  bool broken = false;
  uint64_t broken_offset = 0, broken_line = 0;

  void Clear();
  // Over the piece; Seek takes offsets in the file.
  CsvReader& reader(const std::string& name, const CsvOptions& options);

 private:
  std::unique_ptr<CsvReader> reader_;
};

// Fills `out`, of which piece and plan are there. Any thread.
void StageRows(const std::string& name, const CsvOptions& options, StagedRows& out);

}  // namespace liantu::io
