// SPDX-License-Identifier: Apache-2.0
// Backups through RocksDB's BackupEngine. The engine wants a database that is open for writing, which a store that another
// process writes is not, and with one that is, commits and ingested tables can be taken from two different moments. So
// it is given a database of our own: a folder with copies of manifest and logs up to where they stood at one moment
// (store_folder.h) and, instead of tables, links to descriptors that hold the writer's tables even after it has
// deleted them. Nothing of a table is copied but into the backup.
#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>
#include <rocksdb/utilities/checkpoint.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/files.h"
#include "storage/backup.h"
#include "storage/rocksdb_database.h"

namespace liantu::storage {
namespace {

namespace fs = std::filesystem;

constexpr char kCopyName[] = "copying";  // in the backup folder while a backup is made
constexpr int kAttempts = 50;

Status IoError(const std::string& path, const char* what) { return Status(Code::kIo, Text(path, ": ", what, ": ", std::strerror(errno))); }

// One backup at a time; the kernel lets go with the process.
class FolderLock {
 public:
  ~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
  }
  Status Take(const std::string& folder) {
    fd_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd_ < 0) return IoError(folder, "cannot be opened");
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno == EWOULDBLOCK) return Status(Code::kLocked, Text(folder, ": another backup is being made here; wait until it is done"));
    return IoError(folder, "cannot be locked");
  }

 private:
  int fd_ = -1;
};

// A database of a store's files at one moment. Gone, with its folder, at the end.
class StillCopy {
 public:
  explicit StillCopy(std::string folder) : folder_(std::move(folder)) {}
  ~StillCopy() {
    database_.reset();
    for (const int fd : descriptors_) ::close(fd);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  StillCopy(const StillCopy&) = delete;
  StillCopy& operator=(const StillCopy&) = delete;

  Status Make(const std::string& store) {
    for (int attempt = 1;; ++attempt) {
      LT_ASSIGN(const bool made, TryMake(store));
      if (made) return {};
      if (attempt == kAttempts) return Status(Code::kIo, Text(store, ": its files never keep still; try again when the writer is less busy"));
      std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
    }
  }
  Status Open() {
    LT_ASSIGN(database_, OpenForWriting(folder_, {}, true, nullptr));
    LT_TRY(FromRocks(database_->db->PauseBackgroundWork(), folder_));  // what it compacts would be of no use to the next backup
    database_->read_only = true;                                       // nothing to write out at the end
    return {};
  }
  void Close() {
    if (database_) FromRocks(database_->db->ContinueBackgroundWork(), folder_).Ignore("the copy goes");
    database_.reset();
  }
  rocksdb::DB* db() { return database_->db.get(); }

 private:
  // False: the writer changed the set of tables meanwhile.
  Result<bool> TryMake(const std::string& store) {
    std::error_code error;
    for (const int fd : descriptors_) ::close(fd);
    descriptors_.clear();
    fs::remove_all(folder_, error);
    if (!fs::create_directories(folder_, error)) return Status(Code::kIo, Text(folder_, ": cannot be made: ", error.message()));
    LT_ASSIGN(const StillPicture picture, TakeStillPicture(store));
    LT_ASSIGN(const std::vector<std::string> names, ListFolder(store));
    for (const std::string& name : names) {
      if (!name.ends_with(".sst")) continue;
      const int fd = ::open((store + "/" + name).c_str(), O_RDONLY | O_CLOEXEC);
      if (fd < 0 && errno == ENOENT) continue;  // if it mattered, the manifest has changed
      if (fd < 0) return IoError(store + "/" + name, "cannot be opened");
      descriptors_.push_back(fd);
      const std::string link = Text(folder_, "/", name), target = Text("/proc/self/fd/", fd);
      // A backup folder on a file system without links gets a copy.
      if (::symlink(target.c_str(), link.c_str()) != 0) {
        fs::copy_file(target, link, error);
        if (error) return Status(Code::kIo, Text(link, ": cannot be written: ", error.message()));
      }
    }
    for (const auto& [name, bytes] : picture.logs) {
      LT_ASSIGN(const bool copied, CopyStart(store, name, bytes));
      if (!copied) return false;
    }
    LT_ASSIGN(const bool copied, CopyStart(store, picture.manifest, picture.manifest_bytes));
    LT_ASSIGN(const bool identity, CopyStart(store, "IDENTITY", 0));
    if (!copied || !identity) return false;
    LT_ASSIGN(const StillPicture now, TakeStillPicture(store));
    if (now.manifest != picture.manifest || now.manifest_bytes != picture.manifest_bytes) return false;
    LT_TRY(WriteFileAtomic(folder_ + "/CURRENT", picture.manifest + "\n"));
    return true;
  }
  // The first `bytes` of a file (0: all); false where it is not there any more or is shorter.
  Result<bool> CopyStart(const std::string& store, const std::string& name, uint64_t bytes) {
    auto content = ReadFile(store + "/" + name);
    if (!content.ok() && !FileExists(store + "/" + name)) return bytes == 0 && name == "IDENTITY";
    LT_TRY(content.status());
    if (content->size() < bytes) return false;
    if (bytes > 0) content->resize(bytes);
    LT_TRY(WriteFileAtomic(folder_ + "/" + name, *content));
    return true;
  }

  const std::string folder_;
  std::vector<int> descriptors_;
  std::shared_ptr<Database> database_;
};

// A folder without anything, or with backups.
Status CheckBackupFolder(const std::string& folder, bool make) {
  std::error_code error;
  if (!FileExists(folder)) {
    if (!make) return Status(Code::kNotFound, Text(folder, ": there are no backups here"));
    fs::create_directories(folder, error);
    if (error) return Status(Code::kIo, Text(folder, ": cannot be made: ", error.message()));
    return {};
  }
  if (!IsFolder(folder)) return Status(Code::kInvalid, Text(folder, ": is a file; backups stand in a folder"));
  bool any = false;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) any = any || it->path().filename() != kCopyName;
  if (error) return Status(Code::kIo, Text(folder, ": cannot be listed: ", error.message()));
  if (IsFolder(folder + "/meta") && (IsFolder(folder + "/private") || IsFolder(folder + "/shared_checksum"))) return {};
  if (any) return Status(Code::kInvalid, Text(folder, ": the folder holds something that is not a backup; choose another or an empty one"));
  return make ? Status() : Status(Code::kNotFound, Text(folder, ": there are no backups here"));
}

rocksdb::BackupEngineOptions EngineOptions(const std::string& folder) {
  rocksdb::BackupEngineOptions options(folder);
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  options.max_background_operations = 2;
  return options;
}

Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenForList(const std::string& folder) {
  LT_TRY(CheckBackupFolder(folder, false));
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  LT_TRY(FromRocks(rocksdb::BackupEngineReadOnly::Open(EngineOptions(folder), rocksdb::Env::Default(), &engine), folder));
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(engine);
}

Result<std::unique_ptr<rocksdb::BackupEngine>> OpenForChange(const std::string& folder) {
  rocksdb::BackupEngine* engine = nullptr;
  LT_TRY(FromRocks(rocksdb::BackupEngine::Open(EngineOptions(folder), rocksdb::Env::Default(), &engine), folder));
  std::unique_ptr<rocksdb::BackupEngine> owned(engine);
  LT_TRY(FromRocks(engine->GarbageCollect(), folder));  // what a backup that was cut short left
  return owned;
}

BackupInfo ToInfo(const rocksdb::BackupInfo& info) { return {info.backup_id, info.timestamp, info.size, info.number_files, info.app_metadata}; }

Status CheckThere(rocksdb::BackupEngineReadOnly& engine, const std::string& folder, uint32_t number) {
  std::vector<rocksdb::BackupInfo> all;
  engine.GetBackupInfo(&all);
  std::string have;
  for (const auto& info : all) {
    if (info.backup_id == number) return {};
    have += Text(have.empty() ? "" : ", ", info.backup_id);
  }
  std::vector<rocksdb::BackupID> damaged;
  engine.GetCorruptedBackups(&damaged);
  for (const rocksdb::BackupID id : damaged) {
    if (id == number) return Status(Code::kDamaged, Text(folder, ": files of backup ", number, " are missing or have another size; use another one"));
  }
  return Status(Code::kNotFound, Text(folder, ": there is no backup ", number, have.empty() ? "" : "; there are: ", have));
}

Status FromBackup(const rocksdb::Status& status, const std::string& folder, uint32_t number) {
  if (status.IsCorruption() || status.IsNotFound()) {
    return Status(Code::kDamaged, Text(folder, ": backup ", number, " is damaged: ", status.ToString(), "; use another one"));
  }
  return FromRocks(status, Text(folder, ": backup ", number));
}

}  // namespace

Result<BackupInfo> BackUpStore(const std::string& store_folder, const std::string& backup_folder, const DescribeStore& describe,
                               const Budget& budget) {
  LT_ASSIGN(const FolderKind kind, Inspect(store_folder));
  if (kind != FolderKind::kStore) return Status(Code::kNotFound, Text(store_folder, ": there is no store here"));
  LT_TRY(CheckBackupFolder(backup_folder, true));
  FolderLock lock;
  LT_TRY(lock.Take(backup_folder));
  const std::string copy_folder = Text(backup_folder, "/", kCopyName);
  StillCopy copy(copy_folder);
  LT_TRY(copy.Make(store_folder));
  LT_ASSIGN(const std::string note, describe(copy_folder));
  LT_TRY(copy.Open());
  const std::shared_ptr<void> close(nullptr, [&](void*) { copy.Close(); });
  LT_ASSIGN(const auto engine, OpenForChange(backup_folder));
  LT_TRY(budget.Check());
  rocksdb::CreateBackupOptions options;
  options.progress_callback = [&] {
    if (budget.Spent()) engine->StopBackup();
  };
  rocksdb::BackupID number = 0;
  const rocksdb::Status status = engine->CreateNewBackupWithMetadata(options, copy.db(), note, &number);
  if (!status.ok()) {
    LT_TRY(budget.Check());
    return FromRocks(status, Text(backup_folder, ": the backup cannot be made"));
  }
  rocksdb::BackupInfo info;
  LT_TRY(FromRocks(engine->GetBackupInfo(number, &info), backup_folder));
  return ToInfo(info);
}

Result<std::vector<BackupInfo>> ListBackups(const std::string& backup_folder) {
  LT_ASSIGN(const auto engine, OpenForList(backup_folder));
  std::vector<rocksdb::BackupInfo> all;
  engine->GetBackupInfo(&all);
  std::vector<BackupInfo> out;
  for (const auto& info : all) out.push_back(ToInfo(info));
  return out;
}

Status VerifyBackup(const std::string& backup_folder, uint32_t number, const Budget& budget) {
  LT_ASSIGN(const auto engine, OpenForList(backup_folder));
  LT_TRY(CheckThere(*engine, backup_folder, number));
  LT_TRY(budget.Check());
  return FromBackup(engine->VerifyBackup(number, /*verify_with_checksum=*/true), backup_folder, number);
}

Status RestoreBackup(const std::string& backup_folder, uint32_t number, const std::string& store_folder, const Budget& budget) {
  LT_ASSIGN(const FolderKind kind, Inspect(store_folder));
  if (kind != FolderKind::kMissing && kind != FolderKind::kEmpty) {
    return Status(Code::kInvalid, Text(store_folder, ": there is something here already; restore into a new folder, then put it in the place of the old one"));
  }
  LT_ASSIGN(auto engine, OpenForList(backup_folder));
  LT_TRY(CheckThere(*engine, backup_folder, number));
  LT_TRY(budget.Check());
  // Beside its place first, so that a restore that is cut short is not taken for a store.
  const std::string part = store_folder + ".restoring";
  std::error_code error;
  fs::remove_all(part, error);
  Status status = FromBackup(engine->RestoreDBFromBackup(number, part, part), backup_folder, number);
  engine.reset();  // after a failure its threads may still be copying
  if (status.ok() && ::rename(part.c_str(), store_folder.c_str()) != 0) status = IoError(store_folder, "cannot be put in place");
  if (!status.ok()) fs::remove_all(part, error);
  return status;
}

Status RemoveOldBackups(const std::string& backup_folder, uint32_t keep) {
  LT_TRY(CheckBackupFolder(backup_folder, false));
  FolderLock lock;
  LT_TRY(lock.Take(backup_folder));
  LT_ASSIGN(const auto engine, OpenForChange(backup_folder));
  return FromRocks(engine->PurgeOldBackups(keep), backup_folder);
}

Status MakeCheckpoint(const std::string& store_folder, const std::string& folder) {
  if (FileExists(folder)) return Status(Code::kInvalid, Text(folder, ": is there already; remove it or move it away first"));
  LT_ASSIGN(const std::shared_ptr<Database> database, OpenForWriting(store_folder, {}, true, nullptr));
  rocksdb::Checkpoint* checkpoint = nullptr;
  LT_TRY(FromRocks(rocksdb::Checkpoint::Create(database->db.get(), &checkpoint), store_folder));
  const std::unique_ptr<rocksdb::Checkpoint> owned(checkpoint);
  return FromRocks(checkpoint->CreateCheckpoint(folder), Text(folder, ": the checkpoint cannot be made"));
}

}  // namespace liantu::storage
