// SPDX-License-Identifier: Apache-2.0
// The scans behind wal_check.h.
#include "storage/wal_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/bytes.h"
#include "base/files.h"

namespace liantu::storage {
namespace {

constexpr size_t kBlock = 32768;
constexpr size_t kHeader = 7;
enum Type : uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

// CRC-32C (Castagnoli), reflected.
constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0x82f63b78u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = MakeTable();

uint32_t MaskedCrc(std::string_view bytes) {
  uint32_t c = 0xffffffffu;
  for (const char byte : bytes) c = kTable[(c ^ static_cast<uint8_t>(byte)) & 0xff] ^ (c >> 8);
  c ^= 0xffffffffu;
  return ((c >> 15) | (c << 17)) + 0xa282ead8u;
}

uint8_t At(std::string_view bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }

// The size of a good fragment at the start of `rest` of a block, or 0.
size_t GoodFragment(std::string_view rest) {
  if (rest.size() < kHeader) return 0;
  const size_t length = At(rest, 4) | At(rest, 5) << 8;
  const uint8_t type = At(rest, 6);
  if (type < kFull || type > kLast || kHeader + length > rest.size()) return 0;
  const uint32_t stored = At(rest, 0) | At(rest, 1) << 8 | At(rest, 2) << 16 | static_cast<uint32_t>(At(rest, 3)) << 24;
  return MaskedCrc(rest.substr(6, 1 + length)) == stored ? kHeader + length : 0;
}

bool AllZero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

// Where the fragments of a block end, from their headers alone. Whatever cannot be a header is left to RocksDB, which will complain.
size_t EndOfFragments(std::string_view block) {
  size_t at = 0;
  while (block.size() - at >= kHeader && At(block, at + 6) != 0) {
    const size_t next = at + kHeader + (At(block, at + 4) | At(block, at + 5) << 8);
    if (At(block, at + 6) > kLast || next > block.size()) return block.size();
    at = next;
  }
  return at;
}

constexpr size_t kBatchHeader = 12;  // sequence and count of a write batch
constexpr char kLogData = 3;         // what stands in a write batch before bytes that only the log keeps

std::optional<LogMark> MarkAtStart(std::string_view payload) {
  if (payload.size() <= kBatchHeader || payload[kBatchHeader] != kLogData) return std::nullopt;
  payload.remove_prefix(kBatchHeader + 1);
  std::string_view bytes;
  LogMark mark;
  if (!GetString(payload, bytes) || !GetVarint(bytes, mark.log) || !GetVarint(bytes, mark.bytes)) return std::nullopt;
  return mark;
}

}  // namespace

std::string ToBytes(const LogMark& mark) {
  std::string out;
  PutVarint(out, mark.log);
  PutVarint(out, mark.bytes);
  return out;
}

uint64_t LogNumber(std::string_view path) {
  if (!path.ends_with(".log")) return 0;
  const std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() - 4 ? number : 0;
}

uint64_t LogBytes(const std::string& path) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  if (error) return 0;
  // Every block begins with a fragment: begin with the block before the one in which the zeros can begin.
  uint64_t start = size > kLogAheadBytes + 2 * kBlock ? (size - kLogAheadBytes - 2 * kBlock) / kBlock * kBlock : 0;
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(start));
  std::string block(kBlock, '\0');
  uint64_t end = start;
  for (; file.read(block.data(), kBlock), file.gcount() > 0; start += kBlock) {
    const size_t here = EndOfFragments(std::string_view(block).substr(0, static_cast<size_t>(file.gcount())));
    if (here > 0) end = start + here;
  }
  return end;
}

Result<bool> HasNoHole(const std::string& path) {
  LT_ASSIGN(const std::string text, ReadFile(path));
  for (size_t start = 0; start < text.size(); start += kBlock) {
    const std::string_view block = std::string_view(text).substr(start, kBlock);
    const size_t end = EndOfFragments(block);
    if (block.size() - end >= kHeader) return AllZero(std::string_view(text).substr(start + end));
  }
  return true;
}

Result<WalState> CheckWal(const std::string& path) {
  LT_ASSIGN(const std::string text, ReadFile(path));
  const uint64_t number = LogNumber(path);
  WalState state;
  bool bad = false, begun = false;  // begun: a commit whose last fragment is still to come
  for (size_t start = 0; start < text.size(); start += kBlock) {
    std::string_view block = std::string_view(text).substr(start, kBlock);
    while (!block.empty()) {
      const size_t size = GoodFragment(block);
      if (size > 0) {
        const uint8_t type = At(block, 6);
        const bool begins = type == kFull || type == kFirst;
        if ((bad || begun) && begins) {
          bad = true;
          const std::optional<LogMark> mark = MarkAtStart(block.substr(kHeader, size - kHeader));
          if (!mark || mark->log > number || (mark->log == number && mark->bytes > state.good_bytes)) {
            state.condition = WalCondition::kDamaged;
            return state;
          }
        }
        begun = type == kFirst || type == kMiddle;
        block.remove_prefix(size);
        if (!bad && !begun) state.good_bytes = start + std::min(kBlock, text.size() - start) - block.size();
        continue;
      }
      if (!bad) {
        if (block.size() < kHeader && AllZero(block)) break;  // padding at the end of a block
        if (AllZero(block) && AllZero(std::string_view(text).substr(std::min(start + kBlock, text.size())))) {
          state.condition = begun ? WalCondition::kTorn : WalCondition::kWhole;  // prepared and not written
          return state;
        }
      }
      bad = true;
      block.remove_prefix(1);  // the length may be what is bad: look everywhere
    }
  }
  if (bad || begun) state.condition = WalCondition::kTorn;
  return state;
}

}  // namespace liantu::storage
