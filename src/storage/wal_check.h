// SPDX-License-Identifier: Apache-2.0
// Tells a log of commits that a crash cut short from one that was damaged: RocksDB's own recovery either refuses both or
// silently drops everything behind the first bad byte. Reads the record layout of RocksDB's write-ahead log (blocks of
// 32 KiB; each fragment: masked CRC-32C, length, type, payload); does not look into the records.
#pragma once

#include <string>

#include "base/result.h"

namespace liantu::storage {

enum class WalCondition {
  kWhole,
  kTorn,     // bad bytes with no commit behind them: what a crash in the middle of a write leaves
  kDamaged,  // bad bytes with at least one whole beginning of a commit behind them
};

// kIo where the file cannot be read.
Result<WalCondition> CheckWal(const std::string& path);

}  // namespace liantu::storage
