// SPDX-License-Identifier: Apache-2.0
// The buffer holds the current record and what was read ahead:
//
//   buffer_   |consumed|  current record  |line end|  read ahead  |  free  |
//                      ^begin_            ^+length_               ^end_
//
// A record that is not complete in the buffer moves to its front, the buffer doubles, more is read and the record is
// scanned again from its beginning; so each byte is scanned at most twice on average.
#include "io/csv_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "text/encoding.h"
#include "text/normalize.h"

namespace liantu::io {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string HexBytes(std::string_view bytes) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes.substr(0, 4)) {
    if (!out.empty()) out += ' ';
    const auto byte = static_cast<uint8_t>(c);
    out += "0x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string Advice(std::string_view bytes) {
  const std::string encoding = text::GuessEncoding(bytes);
  if (encoding.empty() || encoding.starts_with("UTF-8")) {
    return "the file does not look like text; expected CSV in UTF-8";
  }
  return Text("the file looks like ", encoding, encoding == "GB18030" ? " (GBK)" : "",
              "; expected UTF-8: convert it, e.g. with iconv -f ", encoding, " -t UTF-8");
}

}  // namespace

CsvReader::File& CsvReader::File::operator=(File&& other) noexcept {
  std::swap(fd, other.fd);
  return *this;
}
CsvReader::File::~File() {
  if (fd >= 0) ::close(fd);
}

CsvReader::CsvReader(std::string name, const CsvOptions& options) : name_(std::move(name)), options_(options) {
  LT_ASSERT(options.max_record_bytes < UINT32_MAX / 2);
  for (const char c : {options.delimiter, '\n', '\r'}) stop_[static_cast<uint8_t>(c)] = true;
}

Result<CsvReader> CsvReader::Open(const std::string& path, const CsvOptions& options) {
  CsvReader reader(path, options);
  const auto refuse = [&path](const char* what) { return Status(Code::kIo, Text(path, ": ", what)); };
  struct stat st;
  if (::stat(path.c_str(), &st) != 0) {
    return errno == ENOENT ? refuse("there is no such file; expected a CSV file or a folder of CSV files")
                           : Status(Code::kIo, Text(path, ": cannot be read: ", std::strerror(errno)));
  }
  if (S_ISDIR(st.st_mode)) return refuse("is a folder; expected a CSV file");
  if (!S_ISREG(st.st_mode)) return refuse("is not a regular file; expected a CSV file");
  reader.file_.fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (reader.file_.fd < 0) return Status(Code::kIo, Text(path, ": cannot be read: ", std::strerror(errno)));
  reader.bytes_total_ = static_cast<uint64_t>(st.st_size);
  return reader;
}

CsvReader CsvReader::FromText(std::string text, std::string name, const CsvOptions& options, uint64_t offset) {
  CsvReader reader(std::move(name), options);
  reader.end_ = text.size();
  reader.bytes_total_ = reader.bytes_read_ = offset + text.size();
  reader.buffer_ = std::move(text);
  reader.at_end_ = true;
  reader.first_ = offset == 0;
  return reader;
}

// Reads more behind what is not consumed yet.
Status CsvReader::Fill() {
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const size_t wanted = std::min(std::max(options_.buffer_bytes, 2 * end_), options_.max_record_bytes + options_.buffer_bytes);
  if (buffer_.size() < wanted) buffer_.resize(wanted);
  for (;;) {
    const ssize_t n = ::read(file_.fd, buffer_.data() + end_, buffer_.size() - end_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Status(Code::kIo, Text(name_, ": cannot be read: ", std::strerror(errno)));
    end_ += static_cast<size_t>(n);
    bytes_read_ += static_cast<uint64_t>(n);
    at_end_ = n == 0;
    return {};
  }
}

// Cuts the record that begins at begin_ into fields. kMore: it does not end in the buffer.
CsvReader::Scan CsvReader::ScanRecord() {
  fields_.clear();
  fault_at_.reset();
  const char* const base = buffer_.data() + begin_;
  const char* const end = buffer_.data() + end_;
  const char* p = base;
  const auto offset = [base](const char* at) { return static_cast<uint32_t>(at - base); };
  const auto skip_plain = [this, end](const char* at) {
    while (at < end && !stop_[static_cast<uint8_t>(*at)]) ++at;
    return at;
  };
  for (;;) {
    Field field{offset(p), offset(p), 0, false, false};
    if (p < end && *p == '"') {
      field.quoted = true;
      field.value_begin = offset(++p);
      for (;;) {
        p = static_cast<const char*>(std::memchr(p, '"', static_cast<size_t>(end - p)));
        if (p == nullptr || (p + 1 == end && !at_end_)) {
          fields_.push_back(field);
          return at_end_ ? Scan::kOpenQuote : Scan::kMore;
        }
        if (p + 1 == end || p[1] != '"') break;
        field.escaped = true;
        p += 2;
      }
      field.value_end = offset(p++);
      if (p < end && !stop_[static_cast<uint8_t>(*p)]) {
        if (!fault_at_) fault_at_ = offset(p);
        p = skip_plain(p);
      }
    } else {
      p = skip_plain(p);
      field.value_end = offset(p);
    }
    fields_.push_back(field);
    if (p == end) {
      if (!at_end_) return Scan::kMore;
      line_end_ = 0;
      break;
    }
    if (*p == options_.delimiter) {
      ++p;
      continue;
    }
    if (*p == '\r' && p + 1 == end && !at_end_) return Scan::kMore;  // LF may follow
    line_end_ = *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
    break;
  }
  length_ = static_cast<size_t>(p - base);
  return Scan::kRecord;
}

void CsvReader::SetValues() {
  const char* const base = buffer_.data() + begin_;
  size_t escaped_bytes = 0;
  for (const Field& field : fields_) {
    if (field.escaped) escaped_bytes += field.value_end - field.value_begin;
  }
  unescaped_.clear();
  unescaped_.reserve(escaped_bytes);  // the views into it must not move
  values_.resize(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    const std::string_view raw(base + field.value_begin, field.value_end - field.value_begin);
    if (!field.escaped) {
      values_[i] = raw;
      continue;
    }
    const size_t start = unescaped_.size();
    for (size_t at = 0; at < raw.size(); ++at) {
      unescaped_ += raw[at];
      if (raw[at] == '"') ++at;
    }
    values_[i] = std::string_view(unescaped_).substr(start);
  }
}

Place CsvReader::PlaceOf(size_t offset) const {
  const std::string_view before(buffer_.data() + begin_, offset);
  Place place{line_, 1};
  for (size_t i = 0; i < before.size(); ++i) {
    const char c = before[i];
    if (c == '\n' || (c == '\r' && !(begin_ + i + 1 < end_ && buffer_[begin_ + i + 1] == '\n'))) {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<uint8_t>(c) & 0xC0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

Status CsvReader::Refuse(size_t offset, const std::string& words) const {
  const Place place = PlaceOf(offset);
  return Status(Code::kInvalid, Text(name_, ":", place.line, ":", place.column, ": ", words));
}

// Refuses NUL bytes and ill-formed UTF-8 in the current record.
Status CsvReader::CheckText() {
  const std::string_view record = raw();
  const std::string_view ahead(buffer_.data() + begin_, std::min(end_ - begin_, size_t{1} << 16));
  if (const void* nul = std::memchr(record.data(), '\0', record.size())) {
    // Text in two or four bytes a character is full of them.
    const bool wide = 3 * static_cast<size_t>(std::count(ahead.begin(), ahead.end(), '\0')) >= ahead.size();
    return Refuse(static_cast<size_t>(static_cast<const char*>(nul) - record.data()),
                  wide && text::GuessEncoding(ahead).starts_with("UTF-") ? Advice(ahead)
                                                                        : "found a NUL byte; expected text");
  }
  if (const size_t bad = text::FirstBadUtf8(record); bad != std::string_view::npos) {
    return Refuse(bad, Text("found ", HexBytes(record.substr(bad)), ", which is not UTF-8; ", Advice(ahead)));
  }
  return {};
}

Status CsvReader::Seek(uint64_t offset, uint64_t line) {
  const uint64_t buffered = bytes_read_ - end_;  // offset of the buffer's first byte
  LT_ASSERT(file_.fd >= 0 || (offset >= buffered && offset <= bytes_read_));
  if (offset >= buffered && offset <= bytes_read_) {
    begin_ = offset - buffered;
  } else {
    if (::lseek(file_.fd, static_cast<off_t>(offset), SEEK_SET) < 0) {
      return Status(Code::kIo, Text(name_, ": cannot be read: ", std::strerror(errno)));
    }
    begin_ = end_ = 0;
    bytes_read_ = offset;
    at_end_ = false;
  }
  first_ = offset == 0;
  have_ = false;
  line_ = line;
  return {};
}

uint64_t CsvReader::next_line() const {
  // Only quotes can hold line breaks inside a record.
  const bool quotes = std::any_of(fields_.begin(), fields_.end(), [](const Field& field) { return field.quoted; });
  return (quotes ? PlaceOf(length_).line : line_) + (line_end_ != 0 ? 1 : 0);
}

bool CsvReader::plain() const {
  return std::none_of(fields_.begin(), fields_.end(), [](const Field& field) { return field.escaped; });
}

Result<bool> CsvReader::Next() {
  if (have_) {
    line_ = next_line();
    begin_ += length_ + line_end_;
    have_ = false;
  }
  for (;;) {
    if (begin_ == end_) {
      if (at_end_) return false;
      LT_TRY(Fill());
      continue;
    }
    if (first_) {
      if (!at_end_ && end_ - begin_ < 4) {
        LT_TRY(Fill());
        continue;
      }
      first_ = false;
      const std::string_view start(buffer_.data(), end_);
      if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
        return Refuse(0, Advice(start.substr(0, size_t{1} << 16)));
      }
      if (start.starts_with(kByteOrderMark)) {
        begin_ += kByteOrderMark.size();
        continue;
      }
    }
    const Scan scan = ScanRecord();
    if (scan == Scan::kRecord && length_ <= options_.max_record_bytes) {
      if (length_ == 0) {  // an empty line
        begin_ += line_end_;
        line_ += line_end_ != 0 ? 1 : 0;
        continue;
      }
      break;
    }
    if (scan == Scan::kMore && end_ - begin_ <= options_.max_record_bytes) {
      LT_TRY(Fill());
      continue;
    }
    // It goes on too long or never ends. A file of another encoding is the better explanation where it is one.
    if (scan != Scan::kRecord) length_ = end_ - begin_;
    LT_TRY(CheckText());
    const bool open = scan != Scan::kRecord && fields_.back().quoted && fields_.back().value_end == 0;
    if (scan == Scan::kOpenQuote) {
      return Refuse(fields_.back().begin, "this quote is never closed; expected a closing \" before the end of the file");
    }
    const std::string limit = Text(options_.max_record_bytes >> 20, " MiB (", options_.max_record_bytes, " bytes)");
    if (open) {
      return Refuse(fields_.back().begin,
                    Text("this quote is not closed within ", limit, "; expected a closing \"; is one missing?"));
    }
    return Refuse(0, Text("the line is longer than ", limit, "; expected a CSV record with a line end"));
  }
  LT_TRY(CheckText());
  SetValues();
  fault_.reset();
  if (fault_at_) {
    const std::string_view rest = raw().substr(*fault_at_);
    size_t n = 1;
    while (n < rest.size() && (static_cast<uint8_t>(rest[n]) & 0xC0) == 0x80) ++n;
    fault_ = Fault{PlaceOf(*fault_at_), std::string(rest.substr(0, n))};
  }
  have_ = true;
  return true;
}

}  // namespace liantu::io
