// SPDX-License-Identifier: Apache-2.0
// Backups of an embedded store, in a folder of their own: any number of them, each whole, sharing the table files that
// did not change in between (RocksDB's BackupEngine). A backup is taken from the store's files as they are at one
// moment, while a writer of this or another process goes on: it needs neither the writer's lock nor the right to
// write into the store's folder. What was committed before the call is in it.
//
// Also the checkpoint: a second store of hard links, made at once, for going back after an upgrade.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "storage/store.h"

namespace liantu::storage {

struct BackupInfo {
  uint32_t number = 0;   // from 1; grows
  int64_t time_s = 0;    // Unix
  uint64_t bytes = 0;    // of the store; less on disk where files are shared
  uint64_t files = 0;
  std::string note;
};

// Says what stands in the copy, for the backup's note; it is a store of the usual form, which may be opened for reading.
using DescribeStore = std::function<Result<std::string>(const std::string& folder)>;

// Makes the backup folder if need be. kLocked: another backup is being made there; kInvalid: the folder holds something
// else, or there is no store in `store_folder`.
Result<BackupInfo> BackUpStore(const std::string& store_folder, const std::string& backup_folder, const DescribeStore& describe,
                               const Budget& budget);
// Oldest first. kNotFound: there are no backups there. Those that are damaged are left out.
Result<std::vector<BackupInfo>> ListBackups(const std::string& backup_folder);
// Reads everything of one backup and compares it with the checksums taken when it was made. kDamaged names what differs.
Status VerifyBackup(const std::string& backup_folder, uint32_t number, const Budget& budget);
// Into a folder that is not there or is empty; whole or not at all. Verifies while it copies.
Status RestoreBackup(const std::string& backup_folder, uint32_t number, const std::string& store_folder, const Budget& budget);
// Removes all but the newest `keep`.
Status RemoveOldBackups(const std::string& backup_folder, uint32_t keep);

// A checkpoint of a store that nobody else writes; kLocked where somebody does. `folder` must not be there and lie on the
// same file system.
Status MakeCheckpoint(const std::string& store_folder, const std::string& folder);

}  // namespace liantu::storage
