// SPDX-License-Identifier: Apache-2.0
// Reads a log of commits without RocksDB: where it ends, and whether a crash cut it short or it was damaged. RocksDB's own
// recovery refuses both or silently drops everything behind the first bad byte, and passes over a stretch of zeros as if
// nothing had stood there. Reads the record layout of RocksDB's write-ahead log (blocks of 32 KiB; each fragment: masked
// CRC-32C, length, type, payload) and, of the records, only what log_file_system.h puts in front of a commit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace liantu::storage {

// A writer gives a log its length so many bytes before it writes them, give or take a page: zeros until then.
inline constexpr uint64_t kLogAheadBytes = 256ull << 10;

// So many bytes of a log were safely on the disk when a commit was put together: it stands at the beginning of the commit.
// What is lost of a log after a power cut is damage only if a commit behind it had seen it safe.
struct LogMark {
  uint64_t log = 0;  // number of the file
  uint64_t bytes = 0;
};
std::string ToBytes(const LogMark& mark);
// Of a path; 0 where the name is not that of a log.
uint64_t LogNumber(std::string_view path);

// Where the commits of a log end; zeros prepared behind them do not count. Reads the last kLogAheadBytes. 0 where there is no such file.
uint64_t LogBytes(const std::string& path);

enum class WalCondition {
  kWhole,
  kTorn,     // bad bytes with no commit behind them that had seen them safe: what a crash in the middle of a write leaves
  kDamaged,  // bad bytes with at least one such commit behind them
};
struct WalState {
  WalCondition condition = WalCondition::kWhole;
  uint64_t good_bytes = 0;  // up to the first commit that is not whole
};
// kIo where the file cannot be read. Checks every checksum: about 3 ns a byte.
Result<WalState> CheckWal(const std::string& path);

// Whether no zeros stand before the end of the commits: those RocksDB would pass over. Reads all, checks no checksums.
Result<bool> HasNoHole(const std::string& path);

}  // namespace liantu::storage
