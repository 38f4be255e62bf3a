// SPDX-License-Identifier: Apache-2.0
#include "io/csv_pieces.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "text/normalize.h"

namespace liantu::io {

Result<CsvPieces> CsvPieces::Open(const std::string& path, char delimiter, size_t max_record_bytes) {
  CsvPieces pieces;
  pieces.fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (pieces.fd_ < 0) return Status(Code::kIo, Text(path, ": cannot be read: ", std::strerror(errno)));
  pieces.delimiter_ = delimiter;
  pieces.max_record_bytes_ = max_record_bytes;
  return pieces;
}

CsvPieces::CsvPieces(CsvPieces&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), delimiter_(other.delimiter_), max_record_bytes_(other.max_record_bytes_),
      offset_(other.offset_), rest_(std::move(other.rest_)), at_end_(other.at_end_) {}

CsvPieces::~CsvPieces() {
  if (fd_ >= 0) ::close(fd_);
}

// Up to the end of the file.
Result<size_t> CsvPieces::Read(uint64_t offset, char* to, size_t n) const {
  size_t got = 0;
  while (got < n) {
    const ssize_t some = ::pread(fd_, to + got, n - got, static_cast<off_t>(offset + got));
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) return Status(Code::kIo, Text("a file cannot be read: ", std::strerror(errno)));
    if (some == 0) break;
    got += static_cast<size_t>(some);
  }
  return got;
}

Result<std::string> CsvPieces::Skip(uint64_t offset) {
  std::string bytes(offset, '\0');
  LT_ASSIGN(const size_t got, Read(0, bytes.data(), bytes.size()));
  bytes.resize(got);
  offset_ = offset;
  return bytes;
}

namespace {

// How much of `text`, which begins with a record, is whole records.
size_t WholeRecords(std::string_view text, char delimiter) {
  size_t whole = 0;
  const auto take_lines = [&](size_t begin, size_t end) {  // no quotes between
    const std::string_view plain = text.substr(begin, end - begin);
    size_t last = plain.rfind('\n');
    if (last == std::string_view::npos && end != text.size()) last = plain.rfind('\r');  // a last one may get its LF yet
    if (last == std::string_view::npos && end == text.size() && !plain.empty()) last = plain.substr(0, plain.size() - 1).rfind('\r');
    if (last != std::string_view::npos) whole = begin + last + 1;
  };
  for (size_t at = 0;;) {
    size_t quote = text.find('"', at);
    take_lines(at, std::min(quote, text.size()));
    if (quote == std::string_view::npos) return whole;
    const char before = quote == 0 ? '\n' : text[quote - 1];
    at = quote + 1;
    if (before != delimiter && before != '\n' && before != '\r') continue;  // within a field, it says nothing
    for (;;) {
      quote = text.find('"', at);
      if (quote == std::string_view::npos) return whole;
      at = quote + 1;
      if (at == text.size()) return whole;  // it may be the first of two
      if (text[at] != '"') break;
      ++at;
    }
  }
}

}  // namespace

Status CsvPieces::Next(Piece* piece) {
  std::string& text = piece->text;
  text = rest_;
  rest_.clear();
  piece->offset = offset_;
  piece->whole = true;
  for (;;) {
    if (!at_end_) {
      const size_t had = text.size();
      text.resize(had + kBytes);
      LT_ASSIGN(const size_t got, Read(offset_ + had, text.data() + had, kBytes));
      at_end_ = got < kBytes;
      text.resize(had + got);
    }
    const size_t whole = at_end_ ? text.size() : WholeRecords(text, delimiter_);
    if (whole == 0 && !at_end_ && text.size() <= max_record_bytes_) continue;
    if (whole == 0 && !at_end_) {
      piece->whole = false;
      at_end_ = true;
    } else {
      rest_.assign(text, whole);
      text.resize(whole);
    }
    offset_ += text.size();
    return {};
  }
}

// ---- cutting a piece into fields

namespace {

// Where `text` has delimiters and line feeds; false where it has a quote or a carriage return that no line feed follows.
bool FindMarks(std::string_view text, char delimiter, std::vector<uint32_t>* marks) {
  marks->clear();
  size_t at = 0;
  const auto take = [&](char c) {
    if (c == delimiter || c == '\n') marks->push_back(static_cast<uint32_t>(at));
    return c != '"' && (c != '\r' || (at + 1 < text.size() && text[at + 1] == '\n'));
  };
#ifdef __SSE2__
  const __m128i delimiters = _mm_set1_epi8(delimiter), feeds = _mm_set1_epi8('\n'), quotes = _mm_set1_epi8('"'), returns = _mm_set1_epi8('\r');
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quotes)) != 0) return false;
    const int lone = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, returns));
    for (int left = lone; left != 0; left &= left - 1) {
      const size_t next = at + static_cast<size_t>(std::countr_zero(static_cast<unsigned>(left))) + 1;
      if (next == text.size() || text[next] != '\n') return false;
    }
    const __m128i both = _mm_or_si128(_mm_cmpeq_epi8(bytes, delimiters), _mm_cmpeq_epi8(bytes, feeds));
    for (unsigned left = static_cast<unsigned>(_mm_movemask_epi8(both)); left != 0; left &= left - 1) {
      marks->push_back(static_cast<uint32_t>(at) + static_cast<uint32_t>(std::countr_zero(left)));
    }
  }
#endif
  for (; at < text.size(); ++at) {
    if (!take(text[at])) return false;
  }
  return true;
}

}  // namespace

bool PlainRecords::Begin(std::string_view text, char delimiter) {
  text_ = text;
  delimiter_ = delimiter;
  mark_ = at_ = offset_ = 0;
  line_ = 0;
  next_line_ = 1;
  return text.size() < UINT32_MAX && text.find('\0') == text.npos && text::FirstBadUtf8(text) == text.npos &&
         FindMarks(text, delimiter, &marks_);
}

bool PlainRecords::Next() {
  while (at_ < text_.size()) {
    fields_.clear();
    offset_ = at_;
    line_ = next_line_;
    for (;;) {
      const bool last = mark_ == marks_.size();  // of a text without a line break at its end
      const size_t end = last ? text_.size() : marks_[mark_++];
      const bool ends = last || text_[end] == '\n';
      size_t stop = end;
      if (ends && !last && stop > at_ && text_[stop - 1] == '\r') --stop;
      fields_.push_back(text_.substr(at_, stop - at_));
      at_ = last ? end : end + 1;
      if (!ends) continue;
      if (!last) ++next_line_;
      break;
    }
    if (fields_.size() > 1 || !fields_.front().empty()) return true;
  }
  offset_ = at_;
  line_ = next_line_;
  return false;
}

}  // namespace liantu::io
