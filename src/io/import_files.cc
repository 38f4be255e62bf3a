// SPDX-License-Identifier: Apache-2.0
#include "io/import_files.h"

#include <algorithm>
#include <fstream>
#include <numeric>

#include "base/files.h"
#include "io/csv_pieces.h"
#include "io/csv_reader.h"
#include "io/parallel.h"

namespace liantu::io {
namespace {

void ListFiles(const std::string& path, std::vector<std::string>* names, std::vector<std::string>* faults) {
  if (!IsFolder(path) || path.ends_with(".csv")) return names->push_back(path);
  const Result<std::vector<std::string>> listed = ListFolder(path);
  if (!listed.ok()) return faults->push_back(listed.status().message());
  const size_t before = names->size();
  for (const std::string& name : *listed) {
    if (name.ends_with(".csv") && !name.starts_with('.')) {
      names->push_back(path.ends_with('/') ? path + name : path + "/" + name);
    }
  }
  if (names->size() == before) faults->push_back(Text(path, ": is a folder without .csv files; expected a CSV file or a folder of them"));
}

// The same file named twice (by itself and by its folder) is read once.
void PlanFile(const std::string& path, const ImportOptions& options, const graph::Ontology& ontology, std::vector<ImportFile>* files,
              std::vector<std::string>* faults) {
  for (const ImportFile& other : *files) {
    if (other.path == path) return;
  }
  ImportFile file;
  file.path = file.report.path = path;
  Result<CsvReader> reader = CsvReader::Open(path, {.delimiter = options.delimiter});
  if (!reader.ok()) return faults->push_back(reader.status().message());
  const Result<bool> first = reader->Next();
  if (!first.ok()) return faults->push_back(first.status().message());
  if (!*first) return faults->push_back(Text(path, ":1:1: the file is empty; expected a header such as key:ID(Company),name"));
  file.header = ParseImportHeader(*reader, ontology, options.delimiter, faults);
  file.header_text = reader->raw();
  file.report.edges = file.header.edges;
  struct stat st;
  if (::stat(path.c_str(), &st) == 0) {
    file.bytes = static_cast<uint64_t>(st.st_size);
    file.modified = st.st_mtim;
  }
  files->push_back(std::move(file));
}

// All but those that are hashed as they are read. The largest first, on all threads.
void HashFiles(std::vector<ImportFile>& files, std::vector<std::string>* faults) {
  std::vector<size_t> order(files.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](size_t i) { return files[i].read_ahead; });
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return files[a].bytes > files[b].bytes; });
  std::vector<Status> statuses(order.size());
  InParallel(order.size(), [&](size_t i) { statuses[i] = files[order[i]].Hash(); });
  for (const Status& status : statuses) {
    if (!status.ok()) faults->push_back(status.message());
  }
}

}  // namespace

std::string JoinWords(const std::vector<std::string>& words, std::string_view separator) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += separator;
    out += word;
  }
  return out;
}

Status ImportFile::Hash() {
  std::ifstream in(path, std::ios::binary);
  Sha256 hash;
  std::string buffer(size_t{1} << 20, '\0');
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.Update({buffer.data(), static_cast<size_t>(in.gcount())});
  }
  if (!in.eof()) return Status(Code::kIo, Text(path, ": cannot be read"));
  report.sha256 = hash.Hex();
  return {};
}

Status ImportFile::Changed() const { return Status(Code::kIo, Text(path, ": changed while it was read; import it again")); }

Status ImportFile::CheckUnchanged() const {
  struct stat st;
  const bool same = ::stat(path.c_str(), &st) == 0 && static_cast<uint64_t>(st.st_size) == bytes &&
                    st.st_mtim.tv_sec == modified.tv_sec && st.st_mtim.tv_nsec == modified.tv_nsec;
  return same ? Status() : Changed();
}

Result<std::vector<ImportFile>> PlanFiles(std::span<const std::string> paths, const ImportOptions& options,
                                          const graph::Ontology& ontology, const Budget& budget) {
  std::vector<ImportFile> files;
  std::vector<std::string> faults, names;
  for (const std::string& path : paths) ListFiles(path, &names, &faults);
  for (const std::string& name : names) PlanFile(name, options, ontology, &files, &faults);
  uint64_t bytes = 0;
  for (const ImportFile& file : files) bytes += file.bytes;
  for (ImportFile& file : files) file.read_ahead = bytes >= options.bulk_from_bytes && file.bytes > CsvPieces::kBytes;
  HashFiles(files, &faults);
  LT_TRY(budget.Check());
  if (paths.empty()) faults.push_back("nothing to import; expected CSV files or folders of CSV files");
  if (!faults.empty()) return Status(Code::kInvalid, JoinWords(faults, "\n"));
  // Documents that cite no other first: the others may cite them.
  const auto rank = [](const ImportFile& file) {
    if (file.header.edges) return 3;
    const bool documents = file.header.labels < 0 && file.header.group == kDocument;
    return documents ? (file.header.evidence.source < 0 ? 0 : 1) : 2;
  };
  std::stable_sort(files.begin(), files.end(), [&rank](const ImportFile& a, const ImportFile& b) { return rank(a) < rank(b); });
  return files;
}

}  // namespace liantu::io
