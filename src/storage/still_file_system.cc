// SPDX-License-Identifier: Apache-2.0
// The wrapper behind still_file_system.h.
#include "storage/still_file_system.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <map>

namespace liantu::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Ends after so many bytes, as if the rest had not been written.
class ShortenedFile : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ShortenedFile(std::unique_ptr<rocksdb::FSSequentialFile> file, uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}
  IOStatus Read(size_t n, const IOOptions& options, Slice* result, char* scratch, IODebugContext* dbg) override {
    const IOStatus status =
        FSSequentialFileWrapper::Read(std::min<uint64_t>(n, left_), options, result, scratch, dbg);
    if (status.ok()) left_ -= result->size();
    return status;
  }
  IOStatus Skip(uint64_t n) override {
    n = std::min(n, left_);
    left_ -= n;
    return FSSequentialFileWrapper::Skip(n);
  }

 private:
  uint64_t left_;
};

class StillFileSystem : public rocksdb::FileSystemWrapper {
 public:
  StillFileSystem(std::shared_ptr<rocksdb::FileSystem> target, const std::string& folder, const StillPicture& picture)
      : FileSystemWrapper(std::move(target)), folder_(folder) {
    sizes_[folder + "/" + picture.manifest] = picture.manifest_bytes;
    for (const auto& [name, bytes] : picture.logs) {
      sizes_[folder + "/" + name] = bytes;
      logs_.push_back(name);
    }
  }
  static const char* kClassName() { return "LiantuStillFileSystem"; }
  const char* Name() const override { return kClassName(); }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* dbg) override {
    const auto known = sizes_.find(path);
    if (known == sizes_.end() && path.find("/MANIFEST-") != std::string::npos) {
      return IOStatus::PathNotFound("a later manifest", path);  // CURRENT was changed since
    }
    const IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, file, dbg);
    if (status.ok() && known != sizes_.end()) *file = std::make_unique<ShortenedFile>(std::move(*file), known->second);
    return status;
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& options, uint64_t* bytes,
                       IODebugContext* dbg) override {
    const auto known = sizes_.find(path);
    if (known == sizes_.end()) return FileSystemWrapper::GetFileSize(path, options, bytes, dbg);
    *bytes = known->second;
    return IOStatus::OK();
  }
  IOStatus GetChildren(const std::string& folder, const IOOptions& options, std::vector<std::string>* names,
                       IODebugContext* dbg) override {
    const IOStatus status = FileSystemWrapper::GetChildren(folder, options, names, dbg);
    // Logs deleted since are listed too: the database must stumble over them rather than show a state without them.
    std::erase_if(*names, [&](const std::string& name) { return name.ends_with(".log"); });
    if (folder == folder_) names->insert(names->end(), logs_.begin(), logs_.end());
    return status;
  }

 private:
  const std::string folder_;
  std::map<std::string, uint64_t> sizes_;  // by path
  std::vector<std::string> logs_;          // names
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewStillFileSystem(std::shared_ptr<rocksdb::FileSystem> target,
                                                        const std::string& folder, const StillPicture& picture) {
  return std::make_shared<StillFileSystem>(std::move(target), folder, picture);
}

}  // namespace liantu::storage
