// SPDX-License-Identifier: Apache-2.0
// Brings CSV files into the graph: files and folders with the headers of import_header.h, as one batch. A fault of a file
// (missing, a folder without CSV files, no UTF-8, empty, a wrong header, a line without end) refuses the whole import
// and leaves the store as it was. A fault of a row rejects that row, with its place, what was expected and what was
// found, and the rest goes in. What is in the store already is merged with, never doubled: importing the same files
// again changes nothing and makes no batch.
//
// Order: Document files first (other rows name them as their source), then nodes, then edges; each file from top to
// bottom. Rows of one import may refer to each other in any file, but a document only to documents before it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/database.h"

namespace liantu::io {

struct ImportOptions {
  bool dry_run = false;   // do everything but keep nothing
  bool strict = false;    // any rejected row refuses the whole import
  std::string who, note;  // for the batch
  char delimiter = ',';
  char array_separator = ';';     // between list elements, labels of a row, and documents of a source cell
  size_t max_rejects_kept = 1000; // in the report; the rest is counted, and written to rejects_path
  uint64_t bulk_from_bytes = uint64_t{16} << 20;  // files together from this size on go in as a bulk transaction
  uint64_t memory_bytes = uint64_t{1} << 30;  // graph::BulkOptions
  std::string rejects_path;       // a CSV file that gets every rejected row's place and reason; empty: none
};

// A row that did not go in.
struct Reject {
  std::string file;
  uint64_t line = 0, column = 0;  // from 1; column in characters
  std::string field;              // the column's header, or empty where the row as a whole is at fault
  std::string expected, found;    // may be empty where `problem` says it all
  std::string problem;            // the whole sentence
  std::string Text() const;       // "parks.csv:12:7: column 'area_km2:float': expected a float, found '14,9'"
};

struct FileReport {
  std::string path, sha256;
  bool edges = false;
  uint64_t rows = 0;  // = created + changed + unchanged + rejected
  uint64_t created = 0, changed = 0, unchanged = 0, rejected = 0;
};

struct ImportReport {
  std::vector<FileReport> files;  // in the order of work
  std::vector<Reject> rejects;    // the first ones
  std::vector<std::string> warnings;  // labels, types and properties that the ontology does not know
  graph::BatchInfo batch;         // id 0: nothing changed, or a dry run
  bool dry_run = false;

  FileReport Total() const;  // path empty
  // Ok, or kRejected with the number of rejected rows and the first of them.
  Status status() const;
};

// `paths`: CSV files, or folders, of which all *.csv files are taken, by name. Fails (nothing is stored) with kIo or
// kInvalid for faults of files, all of them in one message, one a line; kInvalid for a rejected row under `strict`;
// kCancelled or kBudget when the budget ends. Progress is told in shares of the bytes.
// Cost: linear in the rows; memory for one record, the keys of the import and the transaction.
Result<ImportReport> Import(graph::Database& database, std::span<const std::string> paths, const ImportOptions& options,
                            const Budget& budget);

}  // namespace liantu::io
