// SPDX-License-Identifier: Apache-2.0
#include "graph/snapshot_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"

namespace liantu::graph {
namespace {

constexpr char kPrefix[] = "snapshot-", kPart[] = ".part";
constexpr size_t kMostFiles = 4;
constexpr uint64_t kByteOrder = 0x0102030405060708ull;
constexpr char kMagic[8] = {'l', 'i', 'a', 'n', 't', 'u', 'S', '2'};
constexpr int kColumns = 16;
constexpr uint64_t kAlign = 64, kPage = 4096;
constexpr uint64_t kPiece = 4ull << 20;  // bytes that one checksum covers before they are put together

struct Header {
  char magic[8];
  uint64_t byte_order, file_bytes, batch, state, first_edge, only_type, edge_kinds, first_node, key_bytes, key_checksum;
  struct Column { uint64_t offset, bytes, checksum; } columns[kColumns];
  uint64_t checksum;  // of all before it
};
static_assert(sizeof(Header) == 8 * (12 + 3 * kColumns));

// Four lanes of multiply and rotate: as fast as memory, and one flipped bit changes it.
uint64_t PieceChecksum(const char* bytes, uint64_t size) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15ull;
  uint64_t lanes[4] = {1, 2, 3, 4};
  uint64_t words[4];
  uint64_t i = 0;
  const auto mix = [&] {
    for (int l = 0; l < 4; ++l) {
      lanes[l] = (lanes[l] ^ words[l]) * kOdd;
      lanes[l] = lanes[l] << 29 | lanes[l] >> 35;
    }
  };
  for (; i + 32 <= size; i += 32) {
    std::memcpy(words, bytes + i, 32);
    mix();
  }
  words[0] = words[1] = words[2] = words[3] = 0;
  if (size > i) std::memcpy(words, bytes + i, size - i);
  mix();
  return StableHash(std::string_view(reinterpret_cast<const char*>(lanes), sizeof lanes)) ^ size;
}

uint64_t Checksum(const void* data, uint64_t size) {
  const char* bytes = static_cast<const char*>(data);
  std::vector<uint64_t> sums((size + kPiece - 1) / kPiece);
#pragma omp parallel for schedule(dynamic) if (sums.size() > 1)
  for (size_t p = 0; p < sums.size(); ++p) sums[p] = PieceChecksum(bytes + p * kPiece, std::min(kPiece, size - p * kPiece));
  return StableHash(std::string_view(reinterpret_cast<const char*>(sums.data()), sums.size() * sizeof(uint64_t)));
}

template <class Visit>
void VisitColumns(Snapshot::Columns& c, const Visit& visit) {
  visit(0, c.out_begin);
  visit(1, c.in_begin);
  visit(2, c.targets);
  visit(3, c.sources);
  visit(4, c.weights32);
  visit(5, c.weights64);
  visit(6, c.edges32);
  visit(7, c.edges64);
  visit(8, c.edge_steps);
  visit(9, c.edge_bases);
  visit(10, c.far_edges);
  visit(11, c.types8);
  visit(12, c.types16);
  visit(13, c.nodes32);
  visit(14, c.nodes64);
  visit(15, c.ranks);
}

std::string FamilyOf(const std::string& key) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = kPrefix;
  const uint64_t hash = StableHash(key);
  for (int shift = 60; shift >= 0; shift -= 4) out += kHex[hash >> shift & 15];
  return out + "-";
}

// The batch in the name of a whole file of the family.
std::optional<uint64_t> BatchIn(const std::string& name, const std::string& family) {
  if (!name.starts_with(family)) return std::nullopt;
  uint64_t batch = 0;
  const char* end = name.data() + name.size();
  const auto [at, error] = std::from_chars(name.data() + family.size(), end, batch);
  return error == std::errc() && at == end ? std::optional(batch) : std::nullopt;
}

std::vector<std::string> SnapshotFiles(const std::string& folder) {
  std::vector<std::string> names;
  if (folder.empty()) return names;
  Result<std::vector<std::string>> all = ListFolder(folder);
  if (!all.ok()) return names;
  for (std::string& name : *all) {
    if (name.starts_with(kPrefix)) names.push_back(std::move(name));
  }
  return names;
}

struct Mapping {
  void* data = MAP_FAILED;
  size_t size = 0;
  ~Mapping() {
    if (data != MAP_FAILED) ::munmap(data, size);
  }
};

std::shared_ptr<Mapping> Map(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return nullptr;
  auto mapping = std::make_shared<Mapping>();
  struct stat st;
  if (::fstat(fd, &st) == 0 && st.st_size >= static_cast<off_t>(sizeof(Header))) {
    mapping->size = static_cast<size_t>(st.st_size);
    mapping->data = ::mmap(nullptr, mapping->size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
  }
  ::close(fd);
  return mapping->data == MAP_FAILED ? nullptr : mapping;
}

// Offsets ascend from 0 to the number of entries, which all are below `limit`.
bool GoodRows(std::span<const uint32_t> begin, std::span<const Vertex> entries) {
  if (begin.empty() || begin[0] != 0 || begin.back() != entries.size() || !std::is_sorted(begin.begin(), begin.end())) return false;
  Vertex greatest = 0;
  for (const Vertex v : entries) greatest = std::max(greatest, v);
  return entries.empty() || greatest < begin.size() - 1;
}

bool GoodEdgeSteps(const Snapshot::Columns& c) {
  using Columns = Snapshot::Columns;
  if (c.edge_steps.empty()) return c.edge_bases.empty() && c.far_edges.empty();
  constexpr size_t kBlock = size_t{1} << Columns::kEdgeBlockBits;
  const size_t blocks = (c.targets.size() + kBlock - 1) / kBlock;
  uint8_t greatest = 0;
  for (const uint8_t type : c.types8) greatest = std::max(greatest, type);
  if (c.edge_steps.size() != c.targets.size() || !c.types16.empty() || greatest >= c.edge_kinds || c.edge_bases.size() / c.edge_kinds != blocks ||
      c.edge_bases.size() % c.edge_kinds != 0) {
    return false;
  }
  return std::all_of(c.edge_bases.begin(), c.edge_bases.end(), [&](uint32_t base) {
    return base < Columns::kFarEdges || size_t{base - Columns::kFarEdges} + kBlock <= c.far_edges.size();
  });
}

bool GoodColumns(const Snapshot::Columns& c, bool undirected) {
  if (!GoodRows(c.out_begin, c.targets)) return false;
  const size_t arcs = c.targets.size(), n = c.out_begin.size() - 1;
  if (undirected ? !c.in_begin.empty() || !c.sources.empty()
                 : c.in_begin.size() != n + 1 || c.sources.size() != arcs || !GoodRows(c.in_begin, c.sources)) {
    return false;
  }
  const auto fits = [](size_t size, size_t wanted) { return size == 0 || size == wanted; };
  return fits(c.weights32.size(), arcs) && fits(c.weights64.size(), arcs) && fits(c.edges32.size(), arcs) && fits(c.edges64.size(), arcs) &&
         fits(c.types8.size(), arcs) && fits(c.types16.size(), arcs) && GoodEdgeSteps(c) && fits(c.nodes32.size(), n) && fits(c.nodes64.size(), n) &&
         std::is_sorted(c.nodes32.begin(), c.nodes32.end()) && std::is_sorted(c.nodes64.begin(), c.nodes64.end()) &&
         (c.ranks.empty() || (!c.nodes32.empty() && c.ranks.size() == c.nodes32.back() / 64 + 1) ||
          (!c.nodes64.empty() && c.ranks.size() == (c.nodes64.back().raw - c.first_node) / 64 + 1));
}

bool WriteAll(int fd, const void* data, uint64_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = ::write(fd, bytes, std::min<uint64_t>(size, 1u << 30));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    size -= static_cast<uint64_t>(n);
  }
  return true;
}

}  // namespace

std::optional<SnapshotFolder::Kept> SnapshotFolder::Find(const std::string& key, const Projection& projection) const {
  const std::string family = FamilyOf(key);
  std::optional<uint64_t> newest;
  for (const std::string& name : SnapshotFiles(folder_)) {
    if (const auto batch = BatchIn(name, family); batch && (!newest || *batch > *newest)) newest = batch;
  }
  if (!newest) return std::nullopt;
  const std::shared_ptr<const Mapping> mapping = Map(Text(folder_, "/", family, *newest));
  if (!mapping) return std::nullopt;
  const char* bytes = static_cast<const char*>(mapping->data);
  Header header;
  std::memcpy(&header, bytes, sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0 || header.byte_order != kByteOrder || header.file_bytes != mapping->size ||
      header.checksum != StableHash(std::string_view(bytes, offsetof(Header, checksum))) || header.key_bytes != key.size() ||
      sizeof header + key.size() > mapping->size || std::memcmp(bytes + sizeof header, key.data(), key.size()) != 0) {
    return std::nullopt;
  }
  Snapshot::Columns columns;
  columns.first_edge = header.first_edge;
  columns.only_type = static_cast<uint16_t>(header.only_type);
  columns.edge_kinds = static_cast<uint32_t>(header.edge_kinds);
  columns.first_node = header.first_node;
  bool good = true;
  VisitColumns(columns, [&]<class T>(int i, std::span<const T>& column) {
    const Header::Column& at = header.columns[i];
    if (at.bytes == 0) return;
    good = good && at.offset % kAlign == 0 && at.bytes % sizeof(T) == 0 && at.offset <= mapping->size && at.bytes <= mapping->size - at.offset &&
           Checksum(bytes + at.offset, at.bytes) == at.checksum;
    if (good) column = {reinterpret_cast<const T*>(bytes + at.offset), at.bytes / sizeof(T)};
  });
  if (!good || !GoodColumns(columns, projection.undirected)) return std::nullopt;
  return Kept{{header.batch, header.state}, Snapshot::OfColumns(projection, columns, mapping)};
}

void SnapshotFolder::Keep(const std::string& key, const CommitMark& mark, const Snapshot& snapshot) const {
  if (folder_.empty()) return;
  const std::string family = FamilyOf(key);
  for (const std::string& name : SnapshotFiles(folder_)) {
    if (const auto batch = BatchIn(name, family); batch && *batch > mark.batch) return;  // somebody has seen more than we
  }
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.byte_order = kByteOrder;
  header.batch = mark.batch;
  header.state = mark.state;
  Snapshot::Columns columns = snapshot.columns();
  header.first_edge = columns.first_edge;
  header.only_type = columns.only_type;
  header.edge_kinds = columns.edge_kinds;
  header.first_node = columns.first_node;
  header.key_bytes = key.size();
  header.key_checksum = StableHash(key);
  uint64_t end = (sizeof header + key.size() + kPage - 1) / kPage * kPage;
  std::array<const void*, kColumns> data{};
  VisitColumns(columns, [&](int i, auto& column) {
    data[static_cast<size_t>(i)] = column.data();
    header.columns[i] = {end, column.size_bytes(), column.empty() ? 0 : Checksum(column.data(), column.size_bytes())};
    end = (end + column.size_bytes() + kAlign - 1) / kAlign * kAlign;
  });
  header.file_bytes = end;
  header.checksum = StableHash(std::string_view(reinterpret_cast<const char*>(&header), offsetof(Header, checksum)));

  const std::string path = Text(folder_, "/", family, mark.batch), part = Text(path, kPart, ::getpid());
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return;
  static constexpr char kZeros[kPage] = {};
  uint64_t at = sizeof header + key.size();
  bool written = WriteAll(fd, &header, sizeof header) && WriteAll(fd, key.data(), key.size());
  for (int i = 0; i < kColumns && written; ++i) {
    const Header::Column& column = header.columns[i];
    written = WriteAll(fd, kZeros, column.offset - at) && WriteAll(fd, data[static_cast<size_t>(i)], column.bytes);
    at = column.offset + column.bytes;
  }
  written = written && WriteAll(fd, kZeros, end - at);
  // Not synced: a file that a power cut tears is seen by its checksums.
  written = ::close(fd) == 0 && written && ::rename(part.c_str(), path.c_str()) == 0;
  if (!written) {
    ::unlink(part.c_str());
    return;
  }
  std::vector<std::pair<int64_t, std::string>> others;  // when written, path
  for (const std::string& name : SnapshotFiles(folder_)) {
    const std::string other = folder_ + "/" + name;
    const auto batch = BatchIn(name, family);
    struct stat st;
    if (batch && *batch < mark.batch) ::unlink(other.c_str());
    else if (!batch && name.find(kPart) == std::string::npos && ::stat(other.c_str(), &st) == 0) others.emplace_back(st.st_mtim.tv_sec, other);
  }
  std::sort(others.begin(), others.end());
  for (size_t i = 0; others.size() - i >= kMostFiles; ++i) ::unlink(others[i].second.c_str());
}

void SnapshotFolder::Clear() const {
  for (const std::string& name : SnapshotFiles(folder_)) ::unlink((folder_ + "/" + name).c_str());
}

void SnapshotFolder::ClearUnfinished() const {
  for (const std::string& name : SnapshotFiles(folder_)) {
    if (name.find(kPart) != std::string::npos) ::unlink((folder_ + "/" + name).c_str());
  }
}

}  // namespace liantu::graph
