// SPDX-License-Identifier: Apache-2.0
#include "chain/column_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "base/files.h"

namespace liantu::chain {
namespace {

constexpr size_t kAlign = 64;
constexpr size_t kPiece = 2ull << 20;  // bytes that one checksum covers before they are put together

size_t Aligned(size_t at) { return (at + kAlign - 1) / kAlign * kAlign; }

// Four lanes of multiply and rotate over words; the rest byte by byte.
uint64_t PieceChecksum(std::string_view bytes) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15ull;
  uint64_t lanes[4] = {1, 2, 3, 4};
  size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    uint64_t words[4];
    std::memcpy(words, bytes.data() + at, 32);
    for (int i = 0; i < 4; ++i) {
      lanes[i] = (lanes[i] ^ words[i]) * kOdd;
      lanes[i] ^= lanes[i] >> 29;
    }
  }
  uint64_t sum = bytes.size();
  for (const uint64_t lane : lanes) sum = (sum ^ lane) * kOdd, sum ^= sum >> 32;
  for (; at < bytes.size(); ++at) sum = (sum ^ static_cast<unsigned char>(bytes[at])) * kOdd;
  return sum ^ (sum >> 32);
}

// Brings all pages of some bytes of a mapped file in at one go; where the system cannot, reading does so one by one.
void Populate([[maybe_unused]] std::string_view bytes) {
#ifdef MADV_POPULATE_READ
  constexpr uintptr_t kPage = 4096;
  const auto begin = reinterpret_cast<uintptr_t>(bytes.data()), first = begin / kPage * kPage;
  (void)::madvise(reinterpret_cast<void*>(first), begin + bytes.size() - first, MADV_POPULATE_READ);
#endif
}

// Of pieces of fixed size, so that two threads find what one does.
uint64_t Checksum(std::string_view bytes, bool mapped) {
  const size_t pieces = (bytes.size() + kPiece - 1) / kPiece;
  std::vector<uint64_t> sums(pieces);
  const auto work = [&](size_t first, size_t step) {
    for (size_t p = first; p < pieces; p += step) {
      const std::string_view piece = bytes.substr(p * kPiece, kPiece);
      if (mapped) Populate(piece);
      sums[p] = PieceChecksum(piece);
    }
  };
  const size_t threads = std::min<size_t>({pieces, 4, std::max(1u, std::thread::hardware_concurrency())});
  std::vector<std::thread> others;
  for (size_t t = 1; t < threads; ++t) others.emplace_back(work, t, threads);
  work(0, std::max<size_t>(threads, 1));
  for (std::thread& other : others) other.join();
  return PieceChecksum({reinterpret_cast<const char*>(sums.data()), sums.size() * sizeof(uint64_t)});
}

}  // namespace

std::shared_ptr<const ColumnFile> ColumnFile::Open(const std::string& path, std::string_view heading, size_t columns) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return nullptr;
  std::shared_ptr<ColumnFile> file(new ColumnFile());
  struct stat st;
  const size_t table = Aligned(heading.size()), data = table + 8 * (3 * columns + 2);
  if (::fstat(fd, &st) == 0 && st.st_size >= static_cast<off_t>(data)) {
    void* mapped = ::mmap(nullptr, static_cast<size_t>(st.st_size), PROT_READ, MAP_SHARED, fd, 0);
    if (mapped != MAP_FAILED) file->data_ = mapped, file->size_ = static_cast<size_t>(st.st_size);
  }
  ::close(fd);
  if (file->data_ == nullptr) return nullptr;
  const std::string_view all(static_cast<const char*>(file->data_), file->size_);
  uint64_t count = 0, sum = 0;
  std::memcpy(&count, all.data() + table, 8);
  std::memcpy(&sum, all.data() + data - 8, 8);
  if (!all.starts_with(heading) || count != columns || PieceChecksum(all.substr(0, data - 8)) != sum) return nullptr;
  file->places_.resize(columns);
  std::memcpy(file->places_.data(), all.data() + table + 8, columns * sizeof(Place));
  for (const Place& place : file->places_) {
    if (place.offset % kAlign != 0 || place.offset > file->size_ || place.bytes > file->size_ - place.offset) return nullptr;
  }
  return file;
}

ColumnFile::~ColumnFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

std::optional<std::string_view> ColumnFile::Column(size_t number) const {
  const Place& place = places_[number];
  if (place.bytes == 0) return std::string_view();
  const std::string_view bytes(static_cast<const char*>(data_) + place.offset, place.bytes);
  if (Checksum(bytes, true) != place.checksum) return std::nullopt;
  return bytes;
}

Status ColumnFile::Write(const std::string& path, std::string_view heading, const std::vector<std::string_view>& columns) {
  const size_t table = Aligned(heading.size());
  size_t end = Aligned(table + 8 * (3 * columns.size() + 2));
  std::vector<Place> places;
  for (const std::string_view column : columns) {
    places.push_back({end, column.size(), column.empty() ? 0 : Checksum(column, false)});
    end = Aligned(end + column.size());
  }
  std::string out(heading);
  out.reserve(end);
  out.resize(table);
  const auto number = [&](uint64_t value) { out.append(reinterpret_cast<const char*>(&value), 8); };
  number(columns.size());
  out.append(reinterpret_cast<const char*>(places.data()), places.size() * sizeof(Place));
  number(PieceChecksum(out));
  for (size_t i = 0; i < columns.size(); ++i) {
    out.resize(places[i].offset);
    out.append(columns[i]);
  }
  out.resize(end);
  return WriteFileAtomic(path, out);
}

}  // namespace liantu::chain
