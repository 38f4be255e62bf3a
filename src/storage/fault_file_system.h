// SPDX-License-Identifier: Apache-2.0
// A file system under the embedded store that fails when a test says so: the n-th write or sync, a write of which only
// a part arrives, a full disk, and a power cut after which only synced bytes and synced folder entries are left. It
// serves tests; the store itself never fails on purpose. Files that a test deletes stay deleted after the cut (RocksDB
// must cope with either).
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"

namespace rocksdb {
class FileSystem;
}

namespace liantu::storage {

// Says what is to fail, and remembers what a power cut would leave. Thread-safe. Shared by the test and the store that
// OpenRocksDbStore opened with it.
class FaultControl {
 public:
  struct Plan {
    uint64_t fail_write = 0;  // the n-th append from now on fails; 0: none
    uint64_t fail_sync = 0;   // the same for syncs of files and folders
    uint64_t torn_bytes = 0;  // so many bytes of the failing append reach the file
    bool for_good = false;    // and everything after the first failure fails too
    uint64_t disk_bytes = std::numeric_limits<uint64_t>::max();  // appends beyond so many bytes from now: disk full
    std::string only;         // counts and fails only files whose name contains this
  };
  // Starts a plan; counts begin anew.
  void Set(const Plan& plan);
  // Since Set, of the files the plan names.
  uint64_t writes() const;
  uint64_t syncs() const;
  // Whether the plan has struck.
  bool failed() const;

  // From now on nothing reaches the disk: every change fails. Then close the store and call AfterPowerCut.
  void CutPower();
  // What is left of the bytes at the end of each file that were not synced. Holes: every second page of 4 KiB reached the
  // disk; of the others a log shows what was there before, zeros, and another file ends at the first.
  enum class Tail { kLost, kHalf, kGarbage, kHoles };
  // Puts the disk into the state after the cut and heals the file system. The store must be closed.
  Status AfterPowerCut(Tail tail);

  // For the file system: Ok with the number of bytes to write, which may be short of `size`.
  enum class Fault { kNone, kFailed, kDiskFull };
  Fault BeforeAppend(const std::string& path, uint64_t size, uint64_t* allowed);
  Fault BeforeSync(const std::string& path);
  bool down() const;
  void Created(const std::string& path, bool existed, std::optional<std::string> before);
  void Appended(const std::string& path, uint64_t bytes);
  void Truncated(const std::string& path, uint64_t bytes);
  void Synced(const std::string& path);
  void FolderSynced(const std::string& folder);
  void Renamed(const std::string& from, const std::string& to, std::optional<std::string> before);
  void Linked(const std::string& from, const std::string& to);
  void Deleted(const std::string& path);

 private:
  struct File {
    uint64_t bytes = 0;
    uint64_t synced = 0;
  };

  mutable std::mutex mutex_;  // guards all below
  Plan plan_;
  uint64_t writes_ = 0;
  uint64_t syncs_ = 0;
  uint64_t appended_ = 0;
  bool failed_ = false;
  bool down_ = false;
  std::map<std::string, File> files_;
  // Entries made or replaced since their folder was synced, with what stood there before.
  std::map<std::string, std::optional<std::string>> entries_;
};

// A file system (null: the default one) with `control` in front of it.
std::shared_ptr<rocksdb::FileSystem> NewFaultFileSystem(std::shared_ptr<FaultControl> control, std::shared_ptr<rocksdb::FileSystem> target);

}  // namespace liantu::storage
