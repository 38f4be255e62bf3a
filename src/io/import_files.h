// SPDX-License-Identifier: Apache-2.0
// The files of an import: which they are, their headers and hashes, and in which order they are read. Rows are the business of
// import_rows.h.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "graph/ontology.h"
#include "io/import.h"
#include "io/import_header.h"

namespace liantu::io {

inline constexpr std::string_view kDocument = "Document";  // the label of what evidence cites (graph/evidence.h)

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return StableHash(text); }
};
template <class T>
using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct ImportFile {
  std::string path;
  ImportHeader header;
  std::string header_text;
  FileReport report;
  uint64_t bytes = 0;
  bool read_ahead = false;  // by all threads (row_stage.h), and hashed then; large files of a bulk import
  timespec modified{};
  ByText<uint32_t> shapes;  // numbers of the shapes of its rows, by the :LABEL or :TYPE cell (import_rows.h)
  std::string name() const { return path.substr(path.rfind('/') + 1); }
  bool hashed() const { return !report.sha256.empty(); }
  Status Hash();  // fills report.sha256; reads the whole file
  // Ok where the file is as it was when it was planned.
  Status CheckUnchanged() const;
  Status Changed() const;
};

// The files that `paths` name in the order in which they are to be read, headers read and contents hashed, but for those that are
// read ahead. All faults of files in one message, one a line.
Result<std::vector<ImportFile>> PlanFiles(std::span<const std::string> paths, const ImportOptions& options,
                                          const graph::Ontology& ontology, const Budget& budget);

std::string JoinWords(const std::vector<std::string>& words, std::string_view separator);

}  // namespace liantu::io
