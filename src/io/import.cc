// SPDX-License-Identifier: Apache-2.0
// One import from top to bottom: plan the files (import_files.h), then take them in the order documents, nodes, edges through
// one transaction, row by row (import_rows.h), large ones made ready ahead by all threads (row_stage.h).
#include "io/import.h"

#include <memory>
#include <mutex>

#include "io/csv_reader.h"
#include "io/import_files.h"
#include "io/import_rows.h"
#include "io/parallel.h"
#include "io/reject_file.h"
#include "io/row_stage.h"

namespace liantu::io {
namespace {

using Pass = ImportRows::Pass;

constexpr double kReadingShare = 0.5;  // of the time of a bulk import; the rest is its commit

class Importer {
 public:
  Importer(graph::Database& database, const ImportOptions& options, const Budget& budget)
      : database_(database), options_(options), budget_(budget) {}

  Result<ImportReport> Run(std::span<const std::string> paths) {
    if (options_.delimiter == options_.array_separator) {
      return Status(Code::kInvalid, Text("'", options_.delimiter, "' cannot separate both the columns and the elements "
                                         "of a list; expected another array separator"));
    }
    LT_ASSIGN(const graph::ReadView view, database_.Read());
    LT_ASSIGN(files_, PlanFiles(paths, options_, view.ontology(), budget_));
    for (const ImportFile& file : files_) bytes_total_ += file.bytes;
    if (!options_.rejects_path.empty()) LT_TRY(reject_file_.Open(options_.rejects_path));
    LT_TRY(Begin(paths));
    rows_ = ImportRows::New(options_, view.ontology(), files_, *transaction_, report_, reject_file_);
    // From here on the list of files and their headers no longer change.
    for (const Pass pass : {Pass::kDocuments, Pass::kNodes, Pass::kEdges}) {
      for (ImportFile& file : files_) {
        if (rows_->Takes(file, pass)) LT_TRY(ReadRows(file, pass));
      }
    }
    return Finish();
  }

 private:
  CsvOptions Csv() const { return {.delimiter = options_.delimiter}; }

  Status Begin(std::span<const std::string> paths) {
    graph::BatchInfo info;
    info.who = options_.who;
    info.note = options_.note;
    info.origin = "import " + JoinWords({paths.begin(), paths.end()}, " ");
    if (bytes_total_ < options_.bulk_from_bytes) {
      LT_ASSIGN(transaction_, database_.Begin(info));
    } else {
      bulk_ = true;
      LT_ASSIGN(transaction_, database_.BeginBulk(info, {.memory_bytes = options_.memory_bytes,
                                                         .on_edge_merged = [this](uint64_t statement, bool changed) {
        FileReport& report = report_.files[rows_->FileOf(statement)];
        --report.created;
        ++(changed ? report.changed : report.unchanged);
      },
                                                         .during_commit = [this](double share) {
        budget_.Progress(kReadingShare + (1 - kReadingShare) * share);
        return budget_.Check();
      }}));
    }
    return {};
  }

  Status ReadRows(ImportFile& file, Pass pass) {
    rows_->BeginFile(file, pass);
    // The path stands for the hash until it is known.
    LT_TRY(transaction_->SetInput(file.name(), file.read_ahead ? file.path : file.report.sha256));
    LT_ASSIGN(CsvReader reader, CsvReader::Open(file.path, Csv()));
    LT_ASSIGN(const bool any, reader.Next());
    if (!any || reader.raw() != file.header_text) return file.Changed();
    const bool counts = pass != Pass::kDocuments || file.header.labels < 0;  // not read again in another pass
    if (file.read_ahead && pass != Pass::kDocuments) LT_TRY(ReadAhead(file, reader));
    for (uint64_t n = 1;; ++n) {
      LT_ASSIGN(const bool more, reader.Next());
      if (!more) break;
      if (n % 1024 == 0) {
        LT_TRY(budget_.Check());
        if (counts) TellRead(reader.offset());
      }
      LT_TRY(rows_->Take(reader));
    }
    if (counts) bytes_done_ += file.bytes;
    return file.CheckUnchanged();
  }

  void TellRead(uint64_t bytes_of_file) {
    budget_.Progress((bulk_ ? kReadingShare : 1) * static_cast<double>(bytes_done_ + bytes_of_file) / static_cast<double>(bytes_total_));
  }

  // Takes the rows behind the reader's record, made ready by all threads, and leaves the reader where rows are left: at the
  // end, or at a fault of the file, which reading on tells.
  Status ReadAhead(ImportFile& file, CsvReader& reader) {
    // The first row is taken the ordinary way, so that the plan knows rows like it from the start.
    LT_ASSIGN(const bool any, reader.Next());
    if (!any) return {};
    LT_TRY(rows_->Take(reader));
    uint64_t offset = reader.next_offset(), line = reader.next_line();
    LT_ASSIGN(CsvPieces pieces, CsvPieces::Open(file.path, options_.delimiter, Csv().max_record_bytes));
    // What is read here need not be read again to be hashed. The first two records are in nobody's piece.
    Sha256 hash;
    LT_ASSIGN(const std::string head, pieces.Skip(offset));
    hash.Update(head);
    uint64_t hashed = head.size();
    std::mutex mutex;  // guards the plan
    std::shared_ptr<const RowPlan> plan = rows_->MakePlan();
    bool broken = false;
    const auto next_piece = [&](StagedRows& part, bool* more) -> Status {  // in order, one at a time
      part.Clear();
      LT_TRY(pieces.Next(&part.piece));
      hash.Update(part.piece.text);
      hashed += part.piece.text.size();
      *more = !part.piece.text.empty();
      return {};
    };
    const auto stage = [&](StagedRows& part) {
      {
        std::lock_guard lock(mutex);
        part.plan = plan;
      }
      StageRows(file.path, Csv(), part);
    };
    const auto take = [&](StagedRows& part, bool* more) -> Status {
      LT_TRY(budget_.Check());
      LT_ASSIGN(const bool learned, rows_->Take(part, line));
      if (learned) {
        std::shared_ptr<const RowPlan> better = rows_->MakePlan();
        std::lock_guard lock(mutex);
        plan = std::move(better);
      }
      TellRead(offset);
      *more = !part.broken;
      broken = part.broken;
      offset = broken ? part.broken_offset : offset + part.piece.text.size();
      line += broken ? part.broken_line - 1 : part.lines;
      return {};
    };
    LT_TRY(Pipeline<StagedRows>(next_piece, stage, take));
    if (hashed == file.bytes && !file.hashed()) file.report.sha256 = hash.Hex();
    return reader.Seek(broken ? offset : file.bytes, line);
  }

  Status NoteHashes() {
    std::string hashes;
    for (ImportFile& file : files_) {
      if (!file.hashed()) {  // it was not read to its end in pieces
        LT_TRY(file.Hash());
        LT_TRY(file.CheckUnchanged());
      }
      if (file.read_ahead) transaction_->SetInputHash(file.name(), file.path, file.report.sha256);
      hashes += Text(file.report.sha256, "  ", file.name(), "\n");
    }
    transaction_->SetOriginHash(files_.size() == 1 ? files_[0].report.sha256 : Sha256Hex(hashes));
    return {};
  }

  Result<ImportReport> Finish() {
    LT_TRY(reject_file_.Close());
    LT_TRY(NoteHashes());
    for (ImportFile& file : files_) report_.files.push_back(std::move(file.report));
    report_.dry_run = options_.dry_run;
    if (options_.strict && rows_->rejects() != 0) {
      std::string words = Text(rows_->rejects(), " of ", report_.Total().rows, " rows were rejected; strict: nothing is imported");
      for (size_t i = 0; i < report_.rejects.size() && i < 20; ++i) words += "\n" + report_.rejects[i].Text();
      return Status(Code::kInvalid, words);
    }
    rows_->LetGo();
    if (!options_.dry_run && !transaction_->empty()) {
      LT_ASSIGN(report_.batch, transaction_->Commit());
    }
    budget_.Progress(1);
    return std::move(report_);
  }

  graph::Database& database_;
  const ImportOptions& options_;
  const Budget& budget_;
  std::vector<ImportFile> files_;
  uint64_t bytes_total_ = 0, bytes_done_ = 0;
  ImportReport report_;
  RejectFile reject_file_;
  bool bulk_ = false;
  std::unique_ptr<graph::Transaction> transaction_;
  std::unique_ptr<ImportRows> rows_;
};

}  // namespace

std::string Reject::Text() const {
  return liantu::Text(file, ":", line, ":", column, ": ", field.empty() ? "" : "column '" + field + "': ", problem);
}

FileReport ImportReport::Total() const {
  FileReport total;
  for (const FileReport& file : files) {
    total.rows += file.rows;
    total.created += file.created;
    total.changed += file.changed;
    total.unchanged += file.unchanged;
    total.rejected += file.rejected;
  }
  return total;
}

Status ImportReport::status() const {
  const FileReport total = Total();
  if (total.rejected == 0) return {};
  std::string words = Text(total.rejected, " of ", total.rows, " rows were rejected");
  words += total.rejected == total.rows ? "; nothing was left to import" : dry_run ? "" : "; the rest was imported";
  if (!rejects.empty()) words += ". The first: " + rejects[0].Text();
  return Status(Code::kRejected, words);
}

Result<ImportReport> Import(graph::Database& database, std::span<const std::string> paths, const ImportOptions& options,
                            const Budget& budget) {
  Result<ImportReport> report = Importer(database, options, budget).Run(paths);
  if (report.ok() && report->batch.id) {
    const graph::BatchInfo& batch = report->batch;
    const auto view = database.Read();
    const auto edges = view.ok() ? view->EdgeCount() : view.status();
    // After a small one the earlier file serves as well. What goes wrong here is no matter of the import.
    if (edges.ok() && (batch.edges_created + batch.entities_changed) * 100 >= *edges) {
      (void)database.KeepSnapshot(options.memory_bytes, budget);
    }
  }
  return report;
}

}  // namespace liantu::io
