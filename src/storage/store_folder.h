// SPDX-License-Identifier: Apache-2.0
// The folder of an embedded store as other processes see it: what it holds, who writes it, and a still picture of its
// files while a writer changes them. Looks at names, sizes and locks only, never into the data.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace liantu::storage {

enum class FolderKind {
  kMissing,
  kEmpty,
  kUnfinished,  // a store whose making was cut short before it held anything
  kStore,
  kHeadless,  // data of a store without its first file
  kForeign,
  kNotAFolder,
};

// What stands at a path, from names alone. kIo where the folder cannot be listed.
Result<FolderKind> Inspect(const std::string& folder);

// What a writer says of itself in the file `holder`.
struct Holder {
  int pid = 0;        // 0: not known
  std::string since;  // local time
  bool soon = false;  // wrote with Durability::kSoon
};
Holder ReadHolder(const std::string& folder);

// The right to write. The kernel takes it back with the process, so a file left by a crash locks nobody out.
class WriterLock {
 public:
  WriterLock() = default;
  ~WriterLock();  // lets go
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

  // kLocked with the holder's pid and since when; kIo where the folder cannot be written.
  Status Take(const std::string& folder, Durability durability);
  // What a writer that did not close left behind.
  const Holder& before() const { return before_; }

 private:
  std::string path_;
  int fd_ = -1;
  Holder before_;
};

// The manifest (which tables make up the store) and the logs of commits at one moment: no table came or went while the
// logs were measured, so manifest and logs up to these sizes are one state of the store.
struct StillPicture {
  std::string manifest;  // file name
  uint64_t manifest_bytes = 0;
  std::vector<std::pair<std::string, uint64_t>> logs;  // file names and bytes, by name
  friend bool operator==(const StillPicture&, const StillPicture&) = default;
};
// kIo where the folder cannot be read or never keeps still.
Result<StillPicture> TakeStillPicture(const std::string& folder);

// 0 where there is no such file.
uint64_t FileBytes(const std::string& path);

}  // namespace liantu::storage
