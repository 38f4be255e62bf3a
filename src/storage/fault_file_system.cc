// SPDX-License-Identifier: Apache-2.0
// Faults in front of RocksDB's file system.
#include "storage/fault_file_system.h"

#include <rocksdb/file_system.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "storage/wal_check.h"

namespace liantu::storage {

constexpr uint64_t kPageBytes = 4096;

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// --- The control ---------------------------------------------------------------------------------------------------

void FaultControl::Set(const Plan& plan) {
  std::lock_guard lock(mutex_);
  plan_ = plan;
  writes_ = syncs_ = appended_ = 0;
  failed_ = false;
}

uint64_t FaultControl::writes() const {
  std::lock_guard lock(mutex_);
  return writes_;
}

uint64_t FaultControl::syncs() const {
  std::lock_guard lock(mutex_);
  return syncs_;
}

bool FaultControl::failed() const {
  std::lock_guard lock(mutex_);
  return failed_;
}

bool FaultControl::down() const {
  std::lock_guard lock(mutex_);
  return down_ || (failed_ && plan_.for_good);
}

void FaultControl::CutPower() {
  std::lock_guard lock(mutex_);
  down_ = true;
}

FaultControl::Fault FaultControl::BeforeAppend(const std::string& path, uint64_t size, uint64_t* allowed) {
  std::lock_guard lock(mutex_);
  *allowed = 0;
  if (down_ || (failed_ && plan_.for_good)) return Fault::kFailed;
  *allowed = size;
  if (path.find(plan_.only) == std::string::npos) return Fault::kNone;
  if (++writes_ == plan_.fail_write) {
    failed_ = true;
    *allowed = std::min(size, plan_.torn_bytes);
    return Fault::kFailed;
  }
  if (plan_.disk_bytes - appended_ < size) {
    failed_ = true;
    *allowed = plan_.disk_bytes - appended_;
    appended_ = plan_.disk_bytes;
    return Fault::kDiskFull;
  }
  appended_ += size;
  return Fault::kNone;
}

FaultControl::Fault FaultControl::BeforeSync(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (down_ || (failed_ && plan_.for_good)) return Fault::kFailed;
  if (path.find(plan_.only) == std::string::npos) return Fault::kNone;
  if (++syncs_ != plan_.fail_sync) return Fault::kNone;
  failed_ = true;
  return Fault::kFailed;
}

void FaultControl::Created(const std::string& path, bool existed, std::optional<std::string> before) {
  std::lock_guard lock(mutex_);
  files_[path] = File();
  if (!existed) {
    entries_.emplace(path, std::nullopt);
  } else if (before) {
    entries_.emplace(path, std::move(before));
  }
}

void FaultControl::Appended(const std::string& path, uint64_t bytes) {
  std::lock_guard lock(mutex_);
  files_[path].bytes += bytes;
}

void FaultControl::Truncated(const std::string& path, uint64_t bytes) {
  std::lock_guard lock(mutex_);
  File& file = files_[path];
  file.bytes = bytes;
  file.synced = std::min(file.synced, bytes);
}

void FaultControl::Synced(const std::string& path) {
  std::lock_guard lock(mutex_);
  File& file = files_[path];
  file.synced = file.bytes;
}

void FaultControl::FolderSynced(const std::string& folder) {
  std::lock_guard lock(mutex_);
  for (auto it = entries_.begin(); it != entries_.end();) {
    it = std::filesystem::path(it->first).parent_path() == std::filesystem::path(folder) ? entries_.erase(it) : ++it;
  }
}

void FaultControl::Renamed(const std::string& from, const std::string& to, std::optional<std::string> before) {
  std::lock_guard lock(mutex_);
  const auto file = files_.find(from);
  if (file != files_.end()) {
    files_[to] = file->second;
    files_.erase(from);
  }
  entries_.erase(from);
  entries_.emplace(to, std::move(before));
}

void FaultControl::Linked(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  const auto file = files_.find(from);
  if (file != files_.end()) files_[to] = File(file->second);
  entries_.emplace(to, std::nullopt);
}

void FaultControl::Deleted(const std::string& path) {
  std::lock_guard lock(mutex_);
  files_.erase(path);
  entries_.erase(path);
}

Status FaultControl::AfterPowerCut(Tail tail) {
  std::lock_guard lock(mutex_);
  std::error_code error;
  for (const auto& [path, file] : files_) {
    if (!FileExists(path) || file.synced == file.bytes) continue;
    const uint64_t unsynced = file.bytes - file.synced;
    uint64_t kept = file.synced;
    if (tail == Tail::kHoles && LogNumber(path) != 0) {
      std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
      for (uint64_t at = kept; at < file.bytes; ++at) {
        if (at / kPageBytes % 2 == 0) continue;
        out.seekp(static_cast<std::streamoff>(at));
        out.put('\0');
      }
      out.close();
      std::filesystem::resize_file(path, file.bytes + kLogAheadBytes, error);
      if (error) return Status(Code::kIo, Text(path, ": ", error.message()));
      continue;
    }
    if (tail == Tail::kHalf) kept += unsynced / 2;
    std::filesystem::resize_file(path, kept, error);
    if (error) return Status(Code::kIo, Text(path, ": ", error.message()));
    if (tail == Tail::kGarbage) {
      std::ofstream out(path, std::ios::binary | std::ios::app);
      for (uint64_t i = 0; i < unsynced; ++i) out.put(static_cast<char>(i * 151 + 7));
    }
  }
  for (const auto& [path, before] : entries_) {
    if (before) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << *before;
    } else {
      std::filesystem::remove(path, error);
    }
  }
  files_.clear();
  entries_.clear();
  plan_ = Plan();
  writes_ = syncs_ = appended_ = 0;
  failed_ = down_ = false;
  return {};
}

// --- The file system -----------------------------------------------------------------------------------------------

namespace {

IOStatus Broken(const std::string& path) { return IOStatus::IOError("injected fault", path); }

IOStatus ToStatus(FaultControl::Fault fault, const std::string& path) {
  switch (fault) {
    case FaultControl::Fault::kNone: return IOStatus::OK();
    case FaultControl::Fault::kDiskFull: return IOStatus::NoSpace("injected full disk", path);
    case FaultControl::Fault::kFailed: break;
  }
  return Broken(path);
}

class FaultFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, std::shared_ptr<FaultControl> control)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), control_(std::move(control)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    uint64_t allowed;
    const auto fault = control_->BeforeAppend(path_, data.size(), &allowed);
    if (allowed > 0) {
      const IOStatus status = FSWritableFileWrapper::Append(Slice(data.data(), allowed), options, dbg);
      if (!status.ok()) return status;
      control_->Appended(path_, allowed);
    }
    return ToStatus(fault, path_);
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  // Only direct I/O writes at places, and the store does not use it.
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported(path_);
  }
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&, const rocksdb::DataVerificationInfo&,
                            IODebugContext*) override {
    return IOStatus::NotSupported(path_);
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* dbg) override {
    if (control_->down()) return Broken(path_);
    const IOStatus status = FSWritableFileWrapper::Truncate(size, options, dbg);
    if (status.ok()) control_->Truncated(path_, size);
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) override {
    const auto fault = control_->BeforeSync(path_);
    if (fault != FaultControl::Fault::kNone) return ToStatus(fault, path_);
    const IOStatus status = FSWritableFileWrapper::Sync(options, dbg);
    if (status.ok()) control_->Synced(path_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override { return Sync(options, dbg); }

 private:
  const std::string path_;
  const std::shared_ptr<FaultControl> control_;
};

class FaultFolder : public rocksdb::FSDirectoryWrapper {
 public:
  FaultFolder(std::unique_ptr<rocksdb::FSDirectory> folder, std::string path, std::shared_ptr<FaultControl> control)
      : FSDirectoryWrapper(std::move(folder)), path_(std::move(path)), control_(std::move(control)) {}
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    return FsyncWithDirOptions(options, dbg, rocksdb::DirFsyncOptions());
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* dbg,
                               const rocksdb::DirFsyncOptions& how) override {
    const auto fault = control_->BeforeSync(path_ + "/");
    if (fault != FaultControl::Fault::kNone) return ToStatus(fault, path_);
    const IOStatus status = FSDirectoryWrapper::FsyncWithDirOptions(options, dbg, how);
    if (status.ok()) control_->FolderSynced(path_);
    return status;
  }

 private:
  const std::string path_;
  const std::shared_ptr<FaultControl> control_;
};

class FaultFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem(std::shared_ptr<FaultControl> control, std::shared_ptr<rocksdb::FileSystem> target)
      : FileSystemWrapper(target ? std::move(target) : rocksdb::FileSystem::Default()), control_(std::move(control)) {}
  static const char* kClassName() { return "LiantuFaultFileSystem"; }
  const char* Name() const override { return kClassName(); }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* dbg) override {
    if (control_->down()) return Broken(path);
    const bool existed = rocksdb::FileSystemWrapper::FileExists(path, IOOptions(), dbg).ok();
    std::optional<std::string> before = existed ? Content(path) : std::nullopt;
    const IOStatus status = FileSystemWrapper::NewWritableFile(path, options, file, dbg);
    if (!status.ok()) return status;
    control_->Created(path, existed, std::move(before));
    *file = std::make_unique<FaultFile>(std::move(*file), path, control_);
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions&, std::unique_ptr<rocksdb::FSWritableFile>*,
                              IODebugContext*) override {
    return IOStatus::NotSupported(path);  // the store never appends to an old file
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string&, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) override {
    return IOStatus::NotSupported(path);  // logs are not recycled
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* folder, IODebugContext* dbg) override {
    const IOStatus status = FileSystemWrapper::NewDirectory(path, options, folder, dbg);
    if (status.ok()) *folder = std::make_unique<FaultFolder>(std::move(*folder), path, control_);
    return status;
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* dbg) override {
    if (control_->down()) return Broken(path);
    const IOStatus status = FileSystemWrapper::DeleteFile(path, options, dbg);
    if (status.ok()) control_->Deleted(path);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* dbg) override {
    if (control_->down()) return Broken(to);
    std::optional<std::string> before = Content(to);
    const IOStatus status = FileSystemWrapper::RenameFile(from, to, options, dbg);
    if (status.ok()) control_->Renamed(from, to, std::move(before));
    return status;
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* dbg) override {
    if (control_->down()) return Broken(to);
    const IOStatus status = FileSystemWrapper::LinkFile(from, to, options, dbg);
    if (status.ok()) control_->Linked(from, to);
    return status;
  }
  IOStatus Truncate(const std::string& path, size_t size, const IOOptions& options, IODebugContext* dbg) override {
    if (control_->down()) return Broken(path);
    const IOStatus status = FileSystemWrapper::Truncate(path, size, options, dbg);
    if (status.ok()) control_->Truncated(path, size);
    return status;
  }

 private:
  // Of a file, if it is there.
  static std::optional<std::string> Content(const std::string& path) {
    Result<std::string> bytes = ReadFile(path);
    return bytes.ok() ? std::optional(*std::move(bytes)) : std::nullopt;
  }

  const std::shared_ptr<FaultControl> control_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewFaultFileSystem(std::shared_ptr<FaultControl> control, std::shared_ptr<rocksdb::FileSystem> target) {
  return std::make_shared<FaultFileSystem>(std::move(control), std::move(target));
}

}  // namespace liantu::storage
