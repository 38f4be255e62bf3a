// SPDX-License-Identifier: Apache-2.0
// POSIX behind files.h.
#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

namespace liantu {
namespace fs = std::filesystem;

namespace {

Status IoError(const std::string& path, const char* what) {
  return Status(Code::kIo, Text(path, ": ", what, ": ", std::strerror(errno)));
}

}  // namespace

Result<std::string> ReadFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return IoError(path, "cannot be opened");
  struct stat st;
  if (::fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    ::close(fd);
    return Status(Code::kIo, Text(path, ": is a folder, a file was expected"));
  }
  std::string out;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      Status status = IoError(path, "cannot be read");
      ::close(fd);
      return status;
    }
    if (n == 0) break;
    out.append(buffer, static_cast<size_t>(n));
  }
  ::close(fd);
  return out;
}

Status WriteFileAtomic(const std::string& path, std::string_view bytes) {
  const std::string temporary = Text(path, ".part", ::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return IoError(path, "cannot be written");
  Status status;
  while (!bytes.empty() && status.ok()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      status = IoError(path, "cannot be written");
    } else {
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  if (status.ok() && ::fsync(fd) != 0) status = IoError(path, "cannot be synced");
  if (::close(fd) != 0 && status.ok()) status = IoError(path, "cannot be closed");
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) status = IoError(path, "cannot be put in place");
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

Result<std::vector<std::string>> ListFolder(const std::string& path) {
  std::error_code error;
  fs::directory_iterator it(path, error);
  if (error) return Status(Code::kIo, Text(path, ": cannot be listed: ", error.message()));
  std::vector<std::string> names;
  for (; it != fs::directory_iterator(); it.increment(error)) {
    if (error) return Status(Code::kIo, Text(path, ": cannot be listed: ", error.message()));
    if (it->is_regular_file(error)) names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool FileExists(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0;
}

bool IsFolder(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

std::string HomeFolder() {
  if (const char* home = std::getenv("LIANTU_HOME"); home && *home) return home;
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (; !error && folder.has_relative_path(); folder = folder.parent_path()) {
    if (FileExists((folder / "schema" / "industry.json").string())) return folder.string();
    const fs::path shared = folder / "share" / "liantu";
    if (FileExists((shared / "schema" / "industry.json").string())) return shared.string();
  }
  return ".";
}

}  // namespace liantu
