// SPDX-License-Identifier: Apache-2.0
// Rows going out: one small table of named columns, written as a table for people (East Asian width 2), CSV, JSON, JSON
// lines or Markdown. The same rows give the same bytes. What is in the rows, and in which language, is the caller's
// business; files coming in are read by csv_reader.h and import.h.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/value.h"

namespace liantu::io {

enum class Format { kTable, kCsv, kJson, kJsonl, kMarkdown };
// table, csv, json, jsonl, markdown (also md). kInvalid with the list of names and the nearest.
Result<Format> ParseFormat(std::string_view name);
const char* FormatName(Format format);

struct Column {
  std::string name;   // CSV header and JSON key: the same in every language
  std::string title;  // table and Markdown header; empty: the name
};

// One cell: a value, or null. A cell that is more than a storable value (a node, a path, a map) carries its own JSON text
// for the JSON formats and its readable form as `value` for the others.
struct Cell {
  graph::Value value;
  std::string json;  // used by json and jsonl when not empty

  Cell() = default;
  template <class T>
    requires std::convertible_to<T, graph::Value>
  Cell(T&& v) : value(std::forward<T>(v)) {}  // NOLINT: implicit by design
  Cell(graph::Value readable, std::string json_text) : value(std::move(readable)), json(std::move(json_text)) {}
};

using Row = std::vector<Cell>;  // as many cells as there are columns

struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;
};

struct WriteOptions {
  Format format = Format::kTable;
  size_t width = 0;           // kTable: columns of the terminal, longer cells are wrapped; 0: as wide as it takes
  bool header = true;         // kTable, kCsv
  std::string null_text;      // kTable, kMarkdown
};

// Writes rows as they come, for results of any size. kTable holds the first 2,000 rows back to find the widths of the
// columns and then goes on with these. Not thread-safe. `sink` gets pieces of text in order.
class RowWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  RowWriter(std::vector<Column> columns, WriteOptions options, Sink sink);
  ~RowWriter();
  void Write(const Row& row);
  // Must be the last call: it writes what was held back and the closing brackets.
  void Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The whole table at once.
std::string WriteTable(const Table& table, const WriteOptions& options = {});

// One CSV field, quoted where it must be (RFC 4180); an empty string is "" and null is nothing.
void AppendCsvField(std::string& out, const graph::Value& value, char delimiter = ',');

}  // namespace liantu::io
