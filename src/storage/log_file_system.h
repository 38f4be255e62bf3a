// SPDX-License-Identifier: Apache-2.0
// The file system under a store whose commits are synced one by one: it gives logs of commits their length before they are
// written. A sync of bytes that a file has already is one write to the disk; one that makes the file longer is a
// transaction of the disk's file system as well (on ext4 50 us of 150). Everything but logs goes to the default file system.
// Readers of logs know the zeros behind the last commit (wal_check.h).
#pragma once

#include <memory>
#include <mutex>

#include "storage/wal_check.h"

namespace rocksdb {
class FileSystem;
}

namespace liantu::storage {

// How much of the newest log is safely on the disk. Thread-safe.
class LogProgress {
 public:
  void Synced(const LogMark& mark) {
    std::lock_guard lock(mutex_);
    if (mark.log > mark_.log || (mark.log == mark_.log && mark.bytes > mark_.bytes)) mark_ = mark;
  }
  LogMark mark() const {
    std::lock_guard lock(mutex_);
    return mark_;
  }

 private:
  mutable std::mutex mutex_;
  LogMark mark_;
};

std::shared_ptr<rocksdb::FileSystem> NewLogFileSystem(std::shared_ptr<LogProgress> progress);

}  // namespace liantu::storage
