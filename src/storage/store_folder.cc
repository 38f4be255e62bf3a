// SPDX-License-Identifier: Apache-2.0
// POSIX behind store_folder.h.
#include "storage/store_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <thread>

#include "base/files.h"
#include "storage/wal_check.h"

namespace liantu::storage {
namespace {

namespace fs = std::filesystem;

Status Locked(const std::string& folder, const Holder& holder) {
  std::string who = "another process";
  if (holder.pid == ::getpid()) {
    who = Text("this very process (", holder.pid, ")");
  } else if (holder.pid != 0) {
    who = Text("process ", holder.pid);
    if (::kill(holder.pid, 0) != 0 && errno == ESRCH) who += " (of another machine or container)";
  }
  if (!holder.since.empty()) who += Text(" since ", holder.since);
  return Status(Code::kLocked, Text(folder, ": the store is open for writing in ", who,
                                    "; wait until it is done, or open the store for reading only"));
}

}  // namespace

Result<FolderKind> Inspect(const std::string& folder) {
  if (!FileExists(folder)) return FolderKind::kMissing;
  if (!IsFolder(folder)) return FolderKind::kNotAFolder;
  if (FileExists(folder + "/CURRENT")) return FolderKind::kStore;
  std::error_code error;
  fs::directory_iterator it(folder, error);
  if (error) return Status(Code::kIo, Text(folder, ": cannot be listed: ", error.message()));
  bool empty = true, tables = false, manifest = false, foreign = false;
  for (; it != fs::directory_iterator(); it.increment(error)) {
    if (error) return Status(Code::kIo, Text(folder, ": cannot be listed: ", error.message()));
    empty = false;
    const std::string name = it->path().filename().string();
    if (name.ends_with(".sst")) {
      tables = true;
    } else if (name.starts_with("MANIFEST-")) {
      manifest = true;
    } else if (name != "holder" && name != "LOCK" && name != "IDENTITY" && !name.ends_with(".dbtmp") &&
               !name.ends_with(".log") && !name.starts_with("OPTIONS-")) {
      foreign = true;
    }
  }
  if (empty) return FolderKind::kEmpty;
  if (tables && manifest) return FolderKind::kHeadless;
  return foreign || tables ? FolderKind::kForeign : FolderKind::kUnfinished;
}

Holder ReadHolder(const std::string& folder) {
  Holder holder;
  const Result<std::string> text = ReadFile(folder + "/holder");
  if (!text.ok()) return holder;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with("pid ")) holder.pid = std::atoi(std::string(line.substr(4)).c_str());
    if (line.starts_with("since ")) holder.since = line.substr(6);
    if (line == "durability soon") holder.soon = true;
  }
  return holder;
}

WriterLock::~WriterLock() {
  if (fd_ < 0) return;
  ::unlink(path_.c_str());  // before the lock goes, so that nobody's new file is removed
  ::close(fd_);
}

Status WriterLock::Take(const std::string& folder, Durability durability) {
  path_ = folder + "/holder";
  for (int attempt = 0; fd_ < 0; ++attempt) {
    const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
      return Status(Code::kIo, Text(folder, ": cannot be opened for writing: ", std::strerror(errno),
                                    "; check its rights, or open it for reading only"));
    }
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      ::close(fd);
      if (error != EWOULDBLOCK) return Status(Code::kIo, Text(path_, ": cannot be locked: ", std::strerror(error)));
      const Holder holder = ReadHolder(folder);
      if (holder.pid != 0 || attempt >= 50) return Locked(folder, holder);
      // A holder that has only just locked has not written its name yet.
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      continue;
    }
    // The last holder may have removed the file between our open and our lock.
    struct stat mine, there;
    if (::fstat(fd, &mine) == 0 && ::stat(path_.c_str(), &there) == 0 && mine.st_ino == there.st_ino) {
      fd_ = fd;
    } else {
      ::close(fd);
    }
  }
  before_ = ReadHolder(folder);
  char since[64];
  const std::time_t now = std::time(nullptr);
  std::tm local;
  std::strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S %z", ::localtime_r(&now, &local));
  const std::string text = Text("pid ", ::getpid(), "\nsince ", std::string_view(since), "\ndurability ",
                                durability == Durability::kSoon ? "soon" : "every-commit", "\n");
  if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return Status(Code::kIo, Text(path_, ": cannot be written: ", std::strerror(errno)));
  }
  return {};
}

Result<StillPicture> TakeStillPicture(const std::string& folder) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    StillPicture picture;
    LT_ASSIGN(const std::string current, ReadFile(folder + "/CURRENT"));
    picture.manifest = current.substr(0, current.find('\n'));
    picture.manifest_bytes = FileBytes(folder + "/" + picture.manifest);
    LT_ASSIGN(const std::vector<std::string> names, ListFolder(folder));
    for (const std::string& name : names) {
      if (name.ends_with(".log")) picture.logs.emplace_back(name, LogBytes(folder + "/" + name));
    }
    LT_ASSIGN(const std::string later, ReadFile(folder + "/CURRENT"));
    if (later == current && FileBytes(folder + "/" + picture.manifest) == picture.manifest_bytes) return picture;
  }
  return Status(Code::kIo, Text(folder, ": its files never keep still; try again when the writer is less busy"));
}

uint64_t FileBytes(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 ? static_cast<uint64_t>(st.st_size) : 0;
}

}  // namespace liantu::storage
