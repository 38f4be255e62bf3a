// SPDX-License-Identifier: Apache-2.0
// The scan behind wal_check.h.
#include "storage/wal_check.h"

#include <array>
#include <cstdint>
#include <string_view>

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

}  // namespace

Result<WalCondition> CheckWal(const std::string& path) {
  LT_ASSIGN(const std::string text, ReadFile(path));
  bool bad = false, begun = false;  // begun: a commit whose last fragment is still to come
  for (size_t start = 0; start < text.size(); start += kBlock) {
    std::string_view block = std::string_view(text).substr(start, kBlock);
    while (!block.empty()) {
      const size_t size = GoodFragment(block);
      if (size > 0) {
        const uint8_t type = At(block, 6);
        if ((bad || begun) && (type == kFull || type == kFirst)) return WalCondition::kDamaged;
        begun = type == kFirst || type == kMiddle;
        block.remove_prefix(size);
        continue;
      }
      if (!bad && block.size() < kHeader && AllZero(block)) break;  // padding at the end of a block
      bad = true;
      block.remove_prefix(1);  // the length may be what is bad: look everywhere
    }
  }
  return bad || begun ? WalCondition::kTorn : WalCondition::kWhole;
}

}  // namespace liantu::storage
