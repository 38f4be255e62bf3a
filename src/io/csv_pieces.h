// SPDX-License-Identifier: Apache-2.0
// Large CSV files for several threads: a file is cut into pieces at the ends of records, and the records of a piece without
// quotes, which most are, are cut into fields sixteen bytes at a time. What is unusual (quotes, lone carriage returns, text that
// is no UTF-8) is left to csv_reader.h, which knows what is wrong and where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace liantu::io {

// Cuts a file into pieces of whole records, in order. One thread.
class CsvPieces {
 public:
  static Result<CsvPieces> Open(const std::string& path, char delimiter, size_t max_record_bytes);
  CsvPieces(CsvPieces&& other) noexcept;
  ~CsvPieces();
  // Goes on to `offset`, where a record begins; gives the bytes before it. Before the first Next.
  Result<std::string> Skip(uint64_t offset);
  // The next piece; empty at the end of the file. whole: it ends where a record ends; else no end was found within the
  // longest record allowed, and nothing comes after it.
  struct Piece {
    std::string text;
    uint64_t offset = 0;
    bool whole = true;
  };
  Status Next(Piece* piece);
  static constexpr size_t kBytes = size_t{1} << 20;

 private:
  CsvPieces() = default;
  Result<size_t> Read(uint64_t offset, char* to, size_t n) const;
  int fd_ = -1;
  char delimiter_ = ',';
  size_t max_record_bytes_ = 0;
  uint64_t offset_ = 0;  // of rest_ in the file
  std::string rest_;     // read, but not yet given out
  bool at_end_ = false;
};

// The records of a piece in which every line break ends a record and every delimiter a field. Views into the text.
class PlainRecords {
 public:
  // False where the text is not like that.
  bool Begin(std::string_view text, char delimiter);
  // The next record that is not an empty line; false at the end.
  bool Next();
  const std::vector<std::string_view>& fields() const { return fields_; }
  uint64_t offset() const { return offset_; }  // of the record in the text
  uint64_t line() const { return line_; }      // from 1
  // Behind the current record, or before the first.
  uint64_t next_offset() const { return at_; }
  uint64_t next_line() const { return next_line_; }

 private:
  std::string_view text_;
  char delimiter_ = ',';
  std::vector<uint32_t> marks_;  // where delimiters and line feeds are
  size_t mark_ = 0;
  size_t at_ = 0, offset_ = 0;
  uint64_t line_ = 0, next_line_ = 1;
  std::vector<std::string_view> fields_;
};

}  // namespace liantu::io
