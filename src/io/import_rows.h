// SPDX-License-Identifier: Apache-2.0
// The rows of an import, one after the other. Each becomes values first (types, codes, allowed values, evidence), then is checked
// against the rest of the import (ends, rows that disagree), and only then touches the transaction; so a rejected row has left
// nothing behind. Rows that other threads made ready (row_stage.h) take the short way where there is nothing to say about them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "graph/database.h"
#include "io/csv_reader.h"
#include "io/import.h"
#include "io/import_files.h"
#include "io/reject_file.h"
#include "io/row_stage.h"

namespace liantu::io {

// One thread, but for what is said of MakePlan's result.
class ImportRows {
 public:
  // Which rows of which files a pass takes.
  enum class Pass { kDocuments, kNodes, kEdges };

  // All must outlive it. `files` in their final order; rejects and warnings go to `report`.
  static std::unique_ptr<ImportRows> New(const ImportOptions& options, const graph::Ontology& ontology,
                                         std::span<ImportFile> files, graph::Transaction& transaction, ImportReport& report,
                                         RejectFile& reject_file);
  virtual ~ImportRows() = default;

  // Whether a file has rows in a pass.
  virtual bool Takes(const ImportFile& file, Pass pass) const = 0;
  virtual void BeginFile(ImportFile& file, Pass pass) = 0;
  // The reader's current record. A fault of the row makes a reject; what is returned ends the import.
  virtual Status Take(const CsvReader& row) = 0;
  // Rows that were staged, of a piece that begins in that line. True where the next pieces go better by a new plan.
  virtual Result<bool> Take(StagedRows& part, uint64_t first_line) = 0;
  // What is known now about the rows of the file; other threads may read it while rows are taken.
  virtual std::shared_ptr<const RowPlan> MakePlan() const = 0;

  // No more rows come: lets go of all keys and places, which are most of what an import holds. FileOf and rejects stay.
  virtual void LetGo() = 0;

  virtual uint64_t rejects() const = 0;
  // The number of the file that an edge statement of a bulk transaction stood in.
  virtual size_t FileOf(uint64_t statement) const = 0;
};

}  // namespace liantu::io
