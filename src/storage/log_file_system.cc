// SPDX-License-Identifier: Apache-2.0
// The file system behind log_file_system.h.
#include "storage/log_file_system.h"

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace liantu::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr uint64_t kPageBytes = 4096;
// Who writes more than this at once gains nothing from a file that has its length already.
constexpr uint64_t kMostBytesOfSmallAppend = kLogAheadBytes / 8;

class LogFile : public rocksdb::FSWritableFile {
 public:
  LogFile(std::string path, int fd, std::shared_ptr<LogProgress> progress)
      : path_(std::move(path)), number_(LogNumber(path_)), fd_(fd), progress_(std::move(progress)) {}
  ~LogFile() override {
    if (fd_ >= 0) LogFile::Close(IOOptions(), nullptr).PermitUncheckedError();
  }

  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    if (!WriteAt(data.data(), data.size(), bytes_)) return Failed(errno);
    const uint64_t bytes = bytes_ += data.size();
    if (bytes <= length_) return IOStatus::OK();
    length_ = bytes;
    if (data.size() > kMostBytesOfSmallAppend) return IOStatus::OK();
    // On a full disk the append that does not fit says so.
    static const char zeros[kLogAheadBytes] = {};
    const uint64_t end = (bytes + kLogAheadBytes) / kPageBytes * kPageBytes;
    if (WriteAt(zeros, end - bytes, bytes)) length_ = end;
    return IOStatus::OK();
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&, IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  IOStatus Truncate(uint64_t size, const IOOptions&, IODebugContext*) override {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return Failed(errno);
    bytes_ = length_ = size;
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override {
    if (fd_ < 0) return IOStatus::OK();
    const bool shortened = length_ == bytes_ || ::ftruncate(fd_, static_cast<off_t>(bytes_)) == 0;
    const int error = errno;
    const bool closed = ::close(fd_) == 0;
    fd_ = -1;
    if (!shortened || !closed) return Failed(closed ? error : errno);
    return IOStatus::OK();
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    const uint64_t covered = bytes_;
    if (::fdatasync(fd_) != 0) return Failed(errno);
    progress_->Synced({number_, covered});
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override { return Sync(options, dbg); }
  bool IsSyncThreadSafe() const override { return true; }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return bytes_; }
  IOStatus Allocate(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  bool WriteAt(const char* data, size_t size, uint64_t at) const {
    while (size > 0) {
      const ssize_t written = ::pwrite(fd_, data, size, static_cast<off_t>(at));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      data += written;
      size -= static_cast<size_t>(written);
      at += static_cast<uint64_t>(written);
    }
    return true;
  }
  IOStatus Failed(int error) const {
    return error == ENOSPC ? IOStatus::NoSpace(path_, std::strerror(error)) : IOStatus::IOError(path_, std::strerror(error));
  }

  const std::string path_;
  const uint64_t number_;
  int fd_;
  const std::shared_ptr<LogProgress> progress_;
  std::atomic<uint64_t> bytes_{0};  // of commits; one thread appends while another syncs
  uint64_t length_ = 0;             // of the file: the rest is zeros
};

class LogFileSystem : public rocksdb::FileSystemWrapper {
 public:
  explicit LogFileSystem(std::shared_ptr<LogProgress> progress)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), progress_(std::move(progress)) {}
  static const char* kClassName() { return "LiantuLogFileSystem"; }
  const char* Name() const override { return kClassName(); }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* dbg) override {
    if (LogNumber(path) == 0) return FileSystemWrapper::NewWritableFile(path, options, file, dbg);
    const int fd = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) return IOStatus::IOError(path, std::strerror(errno));
    *file = std::make_unique<LogFile>(path, fd, progress_);
    return IOStatus::OK();
  }

 private:
  const std::shared_ptr<LogProgress> progress_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewLogFileSystem(std::shared_ptr<LogProgress> progress) {
  return std::make_shared<LogFileSystem>(std::move(progress));
}

}  // namespace liantu::storage
