// SPDX-License-Identifier: Apache-2.0
// Reads CSV (RFC 4180) record by record from a file of any size in bounded memory: quoted fields with delimiters, line
// breaks and doubled quotes inside, CRLF, LF or CR line ends, an optional byte order mark, any one-byte delimiter. It
// knows where everything stands (line and column), refuses what is no UTF-8 text, and says nothing about what the fields
// mean (import_header.h does). Nothing is converted, trimmed or repaired. 250-350 MB/s on one thread of a 2.8 GHz Xeon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace liantu::io {

struct CsvOptions {
  char delimiter = ',';  // any ASCII character but quote, CR, LF and NUL
  // Longest record, line breaks inside quotes included. A longer one is an error: it is a sign that a quote was left
  // open or that the file is no CSV, and reading on would only fill the memory.
  size_t max_record_bytes = size_t{16} << 20;
  size_t buffer_bytes = size_t{256} << 10;  // read at a time; small for who reads single records by Seek
};

// Both from 1; columns in characters (code points) of that line, as editors count them.
struct Place {
  uint64_t line = 1, column = 1;
  friend bool operator==(const Place&, const Place&) = default;
};

// Movable. One thread. Errors of Next are faults of the file as a whole (kInvalid, or kIo from the system), the messages
// begin with name:line:column; after one the reader must not be used any more.
class CsvReader {
 public:
  // kIo when the file is missing, a folder, no regular file or not readable.
  static Result<CsvReader> Open(const std::string& path, const CsvOptions& options = {});
  // Reads from memory; `name` stands for the file in messages. `offset`: where the text begins in a larger file.
  static CsvReader FromText(std::string text, std::string name, const CsvOptions& options = {}, uint64_t offset = 0);

  // Goes to the next record; false at the end. Empty lines are skipped. Fails on ill-formed UTF-8 (with a guess at the
  // real encoding), a NUL byte, a record that is too long, and a quoted field that never ends.
  Result<bool> Next();

  // Goes to where a record begins, so that Next reads it again; `offset` is what offset() gave for it, in this file,
  // and `line` what line() gave. Readers from memory: within the text.
  Status Seek(uint64_t offset, uint64_t line);

  // The current record. Views live until the next call of Next.
  size_t size() const { return values_.size(); }
  std::string_view operator[](size_t i) const { return values_[i]; }
  bool quoted(size_t i) const { return fields_[i].quoted; }
  uint64_t line() const { return line_; }  // on which it begins
  uint64_t offset() const { return bytes_read_ - (end_ - begin_); }  // in the file, of its first byte
  uint64_t next_offset() const { return offset() + length_ + line_end_; }
  uint64_t next_line() const;
  bool plain() const;  // no field had doubled quotes: the views are into the text itself
  Place At(size_t i) const { return PlaceOf(fields_[i].begin); }  // where a field begins, its quote included
  std::string_view raw() const { return {buffer_.data() + begin_, length_}; }  // without the line end
  // Set when the record can be told apart but is malformed: characters between a closing quote and the next delimiter.
  struct Fault {
    Place place;
    std::string found;
  };
  const std::optional<Fault>& fault() const { return fault_; }

  const std::string& name() const { return name_; }
  uint64_t bytes_total() const { return bytes_total_; }  // size of the file when it was opened
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  struct Field {
    uint32_t begin, value_begin, value_end;  // in the record
    bool quoted, escaped;
  };
  struct File {  // owns a descriptor
    int fd = -1;
    File() = default;
    File(File&& other) noexcept : fd(other.fd) { other.fd = -1; }
    File& operator=(File&& other) noexcept;
    ~File();
  };
  enum class Scan { kRecord, kMore, kOpenQuote };

  CsvReader(std::string name, const CsvOptions& options);
  Status Fill();
  Scan ScanRecord();
  void SetValues();
  Status CheckText();
  Place PlaceOf(size_t offset_in_record) const;
  Status Refuse(size_t offset_in_record, const std::string& words) const;

  std::string name_;
  CsvOptions options_;
  File file_;
  uint64_t bytes_total_ = 0, bytes_read_ = 0;
  bool at_end_ = false;  // everything of the file is in the buffer
  bool first_ = true;    // no record was read yet

  std::string buffer_;   // [begin_, end_) is not consumed; begin_ = start of the current record
  size_t begin_ = 0, end_ = 0;
  size_t length_ = 0, line_end_ = 0;  // of the current record, and bytes of its line end
  uint64_t line_ = 1;
  bool have_ = false;    // there is a current record to step over

  bool stop_[256] = {};  // bytes that end an unquoted field
  std::vector<Field> fields_;
  std::vector<std::string_view> values_;
  std::string unescaped_;  // fields whose doubled quotes were made single
  std::optional<size_t> fault_at_;
  std::optional<Fault> fault_;
};

}  // namespace liantu::io
