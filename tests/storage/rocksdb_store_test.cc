// SPDX-License-Identifier: Apache-2.0
// What the embedded store promises beyond the seam: addresses and their errors, one writer, readers of other processes,
// and damage that is found. Other processes are this program again, in a role given by the environment.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <rocksdb/c.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "base/files.h"
#include "storage/store.h"
#include "storage/temp_folder.h"

namespace liantu::storage {
namespace {

namespace fs = std::filesystem;

OpenOptions Creating() {
  OpenOptions options;
  options.create = true;
  return options;
}
OpenOptions Reading() {
  OpenOptions options;
  options.read_only = true;
  return options;
}

std::unique_ptr<Store> Open(const std::string& folder, const OpenOptions& options) {
  auto store = OpenStore(folder, options);
  EXPECT_TRUE(store.ok()) << store.status().message();
  return store.ok() ? *std::move(store) : nullptr;
}

void Put(Store& store, Keyspace space, Route route, std::string_view rest, std::string_view value) {
  auto batch = store.NewBatch();
  batch->Put(space, {route, rest}, value);
  const auto written = store.Write(batch.get());
  ASSERT_TRUE(written.ok()) << written.status().message();
}

std::string Get(const View& view, Keyspace space, Route route, std::string_view rest) {
  std::string value;
  const Result<bool> found = view.Get(space, {route, rest}, &value);
  return !found.ok() ? CodeName(found.code()) : *found ? value : "(none)";
}

std::map<std::string, std::pair<uint64_t, fs::file_time_type>> Files(const std::string& folder) {
  std::map<std::string, std::pair<uint64_t, fs::file_time_type>> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    files[entry.path().string()] = {entry.is_regular_file() ? entry.file_size() : 0, entry.last_write_time()};
  }
  return files;
}

// The files of a store whose names end so, oldest first.
std::vector<std::string> FilesEnding(const std::string& folder, const std::string& end) {
  std::vector<std::string> paths;
  for (const auto& [path, what] : Files(folder)) {
    if (path.ends_with(end)) paths.push_back(path);
  }
  return paths;
}

void FlipByte(const std::string& path, uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const char c = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(static_cast<char>(c ^ 0x5a));
  ASSERT_TRUE(file.good());
}

// --- Other processes -----------------------------------------------------------------------------------------------

constexpr char kRole[] = "LIANTU_STORAGE_TEST_ROLE";
constexpr char kFolder[] = "LIANTU_STORAGE_TEST_FOLDER";
constexpr int kSteps = 15;
constexpr int kCommitsAStep = 20;

// Commits whose parts lie in three keyspaces, large enough that memtables are written out on the way, and loads.
void Commit(Store& store, int n) {
  auto batch = store.NewBatch();
  const std::string number = std::to_string(n);
  batch->Put(Keyspace::kMeta, {0, "n"}, number);
  batch->Put(Keyspace::kNode, {1, "n"}, number);
  batch->Put(Keyspace::kJournal, {2, number}, std::string(static_cast<size_t>(300 + n % 7 * 60) << 10, 'j'));
  batch->Put(Keyspace::kAdjacency, {3, number}, "");
  if (n % 2 == 0) batch->Delete(Keyspace::kJournal, {2, std::to_string(n - 1)});
  if (n % 40 == 0) {
    auto bulk = store.NewBulkLoad(64 << 10);
    if (!bulk.ok()) _exit(91);
    for (Route route = 0; route < 4000; ++route) {
      if (!(*bulk)->Put(Keyspace::kEdge, {route, ""}, number).ok()) _exit(92);
    }
    if (!(*bulk)->Publish(batch.get()).ok()) _exit(93);
  } else if (!store.Write(batch.get()).ok()) {
    _exit(94);
  }
}

int PlayRole(const std::string& role, const std::string& folder) {
  if (role == "full disk") {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = OpenStore(folder, Creating());
    if (!store.ok()) return 90;
    auto bulk = (*store)->NewBulkLoad(64 << 10);
    if (!bulk.ok()) return 91;
    const struct rlimit limit = {20 << 10, 20 << 10};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 92;
    Status status;
    for (Route route = 0; route < 20000 && status.ok(); ++route) {
      status = (*bulk)->Put(Keyspace::kNode, {route, ""}, "something");
    }
    if (status.ok()) status = (*bulk)->Publish(nullptr);
    return static_cast<int>(status.code());
  }
  OpenOptions options = Creating();
  options.durability = Durability::kSoon;
  auto store = OpenStore(folder, options);
  if (!store.ok()) return 90;
  if (::write(STDOUT_FILENO, "!", 1) != 1) return 95;
  if (role == "holder") {
    for (;;) ::pause();
  }
  for (int n = 1; n <= kSteps * kCommitsAStep; ++n) {
    char c;
    if (n % kCommitsAStep == 1 && ::read(STDIN_FILENO, &c, 1) != 1) return 96;
    Commit(**store, n);
  }
  return 0;
}

// Runs before main, so that a role never meets the tests.
const bool kPlayed = [] {
  const char* role = std::getenv(kRole);
  if (role) _exit(PlayRole(role, std::getenv(kFolder)));
  return false;
}();

class Child {
 public:
  Child(const char* role, const std::string& folder) {
    int out[2], in[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(in, O_CLOEXEC) != 0) ADD_FAILURE();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(in[0], STDIN_FILENO);
      ::setenv(kRole, role, 1);
      ::setenv(kFolder, folder.c_str(), 1);
      ::execl("/proc/self/exe", "storage_test", static_cast<char*>(nullptr));
      ::_exit(99);
    }
    ::close(out[1]);
    ::close(in[0]);
    output_ = out[0];
    input_ = in[1];
  }
  ~Child() {
    if (pid_ > 0) Kill();
    ::close(output_);
    ::close(input_);
  }
  int pid() const { return pid_; }
  // Until the store is open.
  void WaitUntilOpen() {
    char c;
    ASSERT_EQ(::read(output_, &c, 1), 1);
  }
  // Lets a writer make so many more steps.
  void Go(int steps) {
    const std::string bytes(static_cast<size_t>(steps), '.');
    ASSERT_EQ(::write(input_, bytes.data(), bytes.size()), steps);
  }
  bool Ended() {
    int status;
    if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = 0;
      result_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return pid_ == 0;
  }
  int Wait() {
    int status;
    if (pid_ > 0) {
      ::waitpid(pid_, &status, 0);
      pid_ = 0;
      result_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return result_;
  }
  void Kill() {
    ::kill(pid_, SIGKILL);
    Wait();
  }

 private:
  pid_t pid_ = 0;
  int output_ = -1;
  int input_ = -1;
  int result_ = -1;
};

// --- Addresses -----------------------------------------------------------------------------------------------------

TEST(RocksStore, AMissingStoreIsNotFoundAndNothingIsMade) {
  TempFolder folder;
  for (const std::string& path : {folder.path() + "/none", folder.path()}) {
    for (const OpenOptions& options : {OpenOptions(), Reading()}) {
      const auto store = OpenStore(path, options);
      EXPECT_EQ(store.code(), Code::kNotFound);
      EXPECT_NE(store.status().message().find(path), std::string::npos);
      EXPECT_NE(store.status().message().find("liantu import"), std::string::npos);
    }
  }
  EXPECT_TRUE(Files(folder.path()).empty());
}

TEST(RocksStore, AnAddressMayNameItsSchemeOrNot) {
  TempFolder folder;
  const std::string path = folder.path() + "/in/a:b";
  EXPECT_EQ(Open("rocksdb:" + path, Creating())->folder(), path);
  EXPECT_EQ(Open(path + "/", OpenOptions())->folder(), path);
  for (const char* bad : {"rados://pool/name", "rocksdb:", "", "memory:here"}) {
    EXPECT_EQ(OpenStore(bad, Creating()).code(), Code::kInvalid) << bad;
  }
}

TEST(RocksStore, FoldersThatHoldSomethingElseAreLeftAlone) {
  TempFolder folder;
  std::ofstream(folder.path() + "/thesis.docx") << "precious";
  const auto before = Files(folder.path());
  EXPECT_EQ(OpenStore(folder.path(), Creating()).code(), Code::kInvalid);
  EXPECT_EQ(OpenStore(folder.path() + "/thesis.docx", Creating()).code(), Code::kInvalid);
  EXPECT_EQ(Files(folder.path()), before);
}

TEST(RocksStore, ADatabaseOfAnotherProgramIsRefused) {
  for (const bool used : {false, true}) {
    TempFolder folder;
    const std::string path = folder.path() + "/other";
    char* error = nullptr;
    rocksdb_options_t* options = rocksdb_options_create();
    rocksdb_options_set_create_if_missing(options, 1);
    rocksdb_t* db = rocksdb_open(options, path.c_str(), &error);
    ASSERT_EQ(error, nullptr);
    rocksdb_writeoptions_t* write = rocksdb_writeoptions_create();
    if (used) rocksdb_put(db, write, "k", 1, "v", 1, &error);
    rocksdb_close(db);
    rocksdb_writeoptions_destroy(write);
    rocksdb_options_destroy(options);
    const auto store = OpenStore(path, OpenOptions());
    EXPECT_EQ(store.code(), Code::kInvalid) << store.status().message();
    // One without families or keys cannot be told from ours cut short while it was made: it may be taken over.
    EXPECT_EQ(OpenStore(path, Creating()).code(), used ? Code::kInvalid : Code::kOk);
  }
}

TEST(RocksStore, AStoreWhoseMakingWasCutShortIsMadeWhole) {
  TempFolder folder;
  std::ofstream(folder.path() + "/holder") << "pid 1\n";
  std::ofstream(folder.path() + "/MANIFEST-000001") << "";
  std::ofstream(folder.path() + "/LOCK") << "";
  EXPECT_EQ(OpenStore(folder.path(), OpenOptions()).code(), Code::kNotFound);
  auto store = Open(folder.path(), Creating());
  ASSERT_TRUE(store);
  Put(*store, Keyspace::kMeta, 0, "a", "1");
}

// --- Keeping -------------------------------------------------------------------------------------------------------

TEST(RocksStore, WhatWasCommittedIsThereAfterReopening) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  uint64_t sequence = 0;
  for (int round = 0; round < 4; ++round) {
    OpenOptions options = Creating();
    options.durability = round % 2 ? Durability::kSoon : Durability::kEveryCommit;
    auto store = Open(path, options);
    EXPECT_EQ(store->OpenView()->sequence(), sequence);
    for (int old = 0; old < round; ++old) {
      EXPECT_EQ(Get(*store->OpenView(), Keyspace::kText, 1, std::to_string(old)), "small");
      EXPECT_EQ(Get(*store->OpenView(), Keyspace::kEdge, 999, std::to_string(old)), "bulk");
    }
    Put(*store, Keyspace::kText, 1, std::to_string(round), "small");
    // Spilled, so that it is published as files; more log than a closing writer leaves behind.
    auto bulk = store->NewBulkLoad(32 << 10);
    for (Route route = 0; route < 1000; ++route) {
      ASSERT_TRUE((*bulk)->Put(Keyspace::kEdge, {route, std::to_string(round)}, "bulk").ok());
    }
    ASSERT_TRUE((*bulk)->Publish(nullptr).ok());
    if (round == 2) Put(*store, Keyspace::kMeta, 1, "large", std::string(1 << 20, 'x'));
    sequence = store->OpenView()->sequence();
    EXPECT_GT(store->SizeBytes(), 1000u);
    EXPECT_TRUE(store->VerifyChecksums(Budget()).ok());
  }
  EXPECT_EQ(FilesEnding(path, "holder").size(), 0u);
}

TEST(RocksStore, LoadsThatACrashLeftAreRemovedByTheNextWriter) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  Open(path, Creating());
  fs::create_directory(path + "/bulk-0");
  std::ofstream(path + "/bulk-0/run-0") << "rows";
  Open(path, Reading());
  EXPECT_TRUE(fs::exists(path + "/bulk-0/run-0"));
  Open(path, OpenOptions());
  EXPECT_FALSE(fs::exists(path + "/bulk-0"));
}

TEST(RocksStore, ALoadThatFillsTheDiskFailsAndLeavesNothing) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  Child child("full disk", path);
  EXPECT_EQ(child.Wait(), static_cast<int>(Code::kIo));
  EXPECT_FALSE(fs::exists(path + "/bulk-0"));
  EXPECT_EQ(Get(*Open(path, OpenOptions())->OpenView(), Keyspace::kNode, 1, ""), "(none)");
}

// --- Writers and readers -------------------------------------------------------------------------------------------

TEST(RocksStore, ASecondWriterIsToldWhoHoldsTheStore) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  {
    Child child("holder", path);
    child.WaitUntilOpen();
    const auto second = OpenStore(path, Creating());
    EXPECT_EQ(second.code(), Code::kLocked);
    const std::string message = second.status().message();
    EXPECT_NE(message.find(Text("process ", child.pid(), " since 20")), std::string::npos) << message;
    EXPECT_TRUE(Open(path, Reading()));
    child.Kill();
  }
  // The lock went with the process, though its file is still there.
  EXPECT_EQ(FilesEnding(path, "holder").size(), 1u);
  auto store = Open(path, OpenOptions());
  const auto again = OpenStore(path, OpenOptions());
  EXPECT_EQ(again.code(), Code::kLocked);
  EXPECT_NE(again.status().message().find(Text("this very process (", ::getpid(), ") since 20")), std::string::npos)
      << again.status().message();
  store.reset();
  EXPECT_TRUE(Open(path, OpenOptions()));
}

TEST(RocksStore, AReaderLeavesNoTraceAndCannotWrite) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  uint64_t sequence;
  {
    auto store = Open(path, Creating());
    Put(*store, Keyspace::kNode, 1, "a", "1");
    sequence = store->OpenView()->sequence();
  }
  const auto before = Files(path);
  {
    auto store = Open(path, Reading());
    EXPECT_EQ(store->OpenView()->sequence(), sequence);
    EXPECT_EQ(Get(*store->OpenView(), Keyspace::kNode, 1, "a"), "1");
    auto batch = store->NewBatch();
    batch->Put(Keyspace::kNode, {1, "a"}, "2");
    EXPECT_EQ(store->Write(batch.get()).code(), Code::kInvalid);
    EXPECT_EQ(store->NewBulkLoad(1 << 20).code(), Code::kInvalid);
    EXPECT_TRUE(store->Refresh(Budget()).ok());
    EXPECT_TRUE(store->VerifyChecksums(Budget()).ok());
  }
  EXPECT_EQ(Files(path), before);
}

TEST(RocksStore, AReaderSeesTheWriterAfterRefreshAndOldViewsStay) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  auto writer = Open(path, Creating());
  Put(*writer, Keyspace::kNode, 1, "a", "1");
  auto reader = Open(path, Reading());
  auto old = reader->OpenView();
  Put(*writer, Keyspace::kNode, 1, "a", "2");
  EXPECT_EQ(Get(*reader->OpenView(), Keyspace::kNode, 1, "a"), "1");
  ASSERT_TRUE(reader->Refresh(Budget()).ok());
  EXPECT_EQ(Get(*reader->OpenView(), Keyspace::kNode, 1, "a"), "2");
  EXPECT_EQ(reader->OpenView()->sequence(), writer->OpenView()->sequence());
  // Also from files, and when the writer's compaction deletes what the old view reads.
  for (int i = 0; i < 6; ++i) {
    auto bulk = writer->NewBulkLoad(32 << 10);
    for (Route route = 0; route < 2000; ++route) {
      ASSERT_TRUE((*bulk)->Put(Keyspace::kNode, {route, "a"}, Text("load ", i)).ok());
    }
    ASSERT_TRUE((*bulk)->Publish(nullptr).ok());
    ASSERT_TRUE(reader->Refresh(Budget()).ok());
    EXPECT_EQ(Get(*reader->OpenView(), Keyspace::kNode, 1999, "a"), Text("load ", i));
    EXPECT_EQ(reader->OpenView()->sequence(), writer->OpenView()->sequence());
  }
  EXPECT_EQ(Get(*old, Keyspace::kNode, 1, "a"), "1");
  EXPECT_EQ(Get(*old, Keyspace::kNode, 1999, "a"), "(none)");
}

TEST(RocksStore, AReaderBesideABusyWriterOfAnotherProcessSeesOnlyWholeCommits) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  Child child("writer", path);
  child.WaitUntilOpen();
  auto reader = Open(path, Reading());
  ASSERT_TRUE(reader);
  int last = 0, steps = 0;
  for (bool ended = false; !ended;) {
    ended = child.Ended();
    if (steps < kSteps) {
      child.Go(1);
      ++steps;
    }
    const Status status = reader->Refresh(Budget());
    ASSERT_TRUE(status.ok()) << status.message();
    auto view = reader->OpenView();
    const std::string meta = Get(*view, Keyspace::kMeta, 0, "n");
    ASSERT_EQ(Get(*view, Keyspace::kNode, 1, "n"), meta);
    const int n = meta == "(none)" ? 0 : std::stoi(meta);
    ASSERT_GE(n, last);
    last = n;
    int links = 0;
    auto cursor = view->Scan(Keyspace::kAdjacency, 3, "");
    for (; cursor->Valid(); cursor->Next()) ++links;
    ASSERT_TRUE(cursor->status().ok()) << cursor->status().message();
    ASSERT_EQ(links, n);
    int journal = 0;
    cursor = view->Scan(Keyspace::kJournal, 2, "");
    for (; cursor->Valid(); cursor->Next()) ++journal;
    ASSERT_TRUE(cursor->status().ok()) << cursor->status().message();
    ASSERT_EQ(journal, n - n / 2);
    ASSERT_EQ(Get(*view, Keyspace::kEdge, 3999, ""), n < 40 ? "(none)" : std::to_string(n - n % 40));
  }
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_EQ(last, kSteps * kCommitsAStep);
}

TEST(RocksStore, AKilledWriterLosesNoCommit) {
  TempFolder folder;
  const std::string path = folder.path() + "/store";
  {
    Child child("writer", path);
    child.WaitUntilOpen();
    child.Go(kSteps);
    auto reader = Open(path, Reading());
    for (std::string seen = "(none)"; seen == "(none)" || std::stoi(seen) < 50;) {
      ASSERT_TRUE(reader->Refresh(Budget()).ok());
      seen = Get(*reader->OpenView(), Keyspace::kMeta, 0, "n");
    }
    child.Kill();
  }
  auto store = Open(path, OpenOptions());
  auto view = store->OpenView();
  const int n = std::stoi(Get(*view, Keyspace::kMeta, 0, "n"));
  EXPECT_GE(n, 50);
  EXPECT_EQ(Get(*view, Keyspace::kNode, 1, "n"), std::to_string(n));
  for (int i = 1; i <= n; ++i) EXPECT_EQ(Get(*view, Keyspace::kAdjacency, 3, std::to_string(i)), "");
  Commit(*store, n + 1);
}

// --- Damage --------------------------------------------------------------------------------------------------------

class Damage : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.path() + "/store";
    auto store = Open(path_, Creating());
    auto bulk = store->NewBulkLoad(64 << 10);
    std::mt19937_64 random(1);
    for (Route route = 0; route < 3000; ++route) {
      std::string value(200, '\0');
      for (char& c : value) c = static_cast<char>(random());
      ASSERT_TRUE((*bulk)->Put(Keyspace::kEdge, {route, ""}, value).ok());
    }
    ASSERT_TRUE((*bulk)->Publish(nullptr).ok());
    for (int i = 0; i < 20; ++i) Put(*store, Keyspace::kNode, 1, std::to_string(i), std::string(1000, 'x'));
  }
  // How many of the twenty small commits are there.
  static int Commits(const Store& store) {
    int n = 0;
    auto view = store.OpenView();
    while (Get(*view, Keyspace::kNode, 1, std::to_string(n)) != "(none)") ++n;
    return n;
  }
  std::string Log() {
    const std::vector<std::string> logs = FilesEnding(path_, ".log");
    EXPECT_EQ(logs.size(), 1u);
    return logs.back();
  }

  // Where it stands in the log: every commit is one fragment here.
  std::pair<size_t, size_t> ThirdCommit() {
    const std::string bytes = *ReadFile(Log());
    size_t start = 0, end = 0;
    for (int n = 0; n < 3; ++n) {
      start = end;
      end += 7 + static_cast<uint8_t>(bytes[start + 4]) + 256u * static_cast<uint8_t>(bytes[start + 5]);
    }
    return {start, end};
  }

  TempFolder folder_;
  std::string path_;
};

TEST_F(Damage, AFlippedByteInATableIsFoundAndNamed) {
  const std::vector<std::string> tables = FilesEnding(path_, ".sst");
  ASSERT_FALSE(tables.empty());
  FlipByte(tables[0], fs::file_size(tables[0]) / 2);
  for (const OpenOptions& options : {OpenOptions(), Reading()}) {
    auto store = Open(path_, options);
    ASSERT_TRUE(store);
    const Status status = store->VerifyChecksums(Budget());
    EXPECT_EQ(status.code(), Code::kDamaged) << status.message();
    EXPECT_NE(status.message().find(fs::path(tables[0]).filename().string()), std::string::npos) << status.message();
    EXPECT_NE(status.message().find("edge"), std::string::npos) << status.message();
    const Status walk = store->OpenView()->ForEachShard(
        Keyspace::kEdge, 2, [](int, Route, std::string_view, std::string_view) { return true; });
    EXPECT_EQ(walk.code(), Code::kDamaged) << walk.message();
  }
}

TEST_F(Damage, ACancelledCheckSaysSo) {
  auto store = Open(path_, OpenOptions());
  Budget budget;
  budget.Cancel();
  EXPECT_EQ(store->VerifyChecksums(budget).code(), Code::kCancelled);
}

TEST_F(Damage, ATornEndOfTheLogLosesOnlyTheLastCommit) {
  fs::resize_file(Log(), fs::file_size(Log()) - 10);
  EXPECT_EQ(Commits(*Open(path_, Reading())), 19);
  EXPECT_EQ(Commits(*Open(path_, OpenOptions())), 19);
}

TEST_F(Damage, ALogCutBetweenTheFragmentsOfACommitLosesOnlyThatCommit) {
  path_ = folder_.path() + "/other";
  {
    auto store = Open(path_, Creating());
    for (int i = 0; i < 20; ++i) Put(*store, Keyspace::kNode, 1, std::to_string(i), std::string(1000, 'x'));
    Put(*store, Keyspace::kNode, 1, "20", std::string(100'000, 'y'));  // over four blocks of the log
  }
  for (const size_t blocks : {3, 2, 1}) {
    fs::resize_file(Log(), blocks * 32768);
    EXPECT_EQ(Commits(*Open(path_, Reading())), 20) << blocks;
  }
  EXPECT_EQ(Commits(*Open(path_, OpenOptions())), 20);
}

TEST_F(Damage, GarbageAtTheEndOfTheLogLosesOnlyTheLastCommit) {
  FlipByte(Log(), fs::file_size(Log()) - 500);
  EXPECT_EQ(Commits(*Open(path_, Reading())), 19);
  {
    auto store = Open(path_, OpenOptions());
    EXPECT_EQ(Commits(*store), 19);
    Put(*store, Keyspace::kNode, 1, "19", "again");
  }
  EXPECT_EQ(Commits(*Open(path_, OpenOptions())), 20);
  EXPECT_EQ(Commits(*Open(path_, Reading())), 20);
}

TEST_F(Damage, AFlippedByteWithCommitsBehindItIsNotPassedOver) {
  FlipByte(Log(), fs::file_size(Log()) / 2);
  for (const OpenOptions& options : {OpenOptions(), Reading()}) {
    const auto store = OpenStore(path_, options);
    EXPECT_EQ(store.code(), Code::kDamaged) << store.status().message();
  }
}

TEST_F(Damage, ADamagedLengthInTheLogIsNotPassedOver) {
  FlipByte(Log(), ThirdCommit().first + 5);
  EXPECT_EQ(OpenStore(path_, OpenOptions()).code(), Code::kDamaged);
}

TEST_F(Damage, ZerosInTheLogWithCommitsBehindThemAreNotPassedOver) {
  std::string bytes = *ReadFile(Log());
  const auto [start, end] = ThirdCommit();
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
  ASSERT_TRUE(WriteFileAtomic(Log(), bytes).ok());
  for (const OpenOptions& options : {OpenOptions(), Reading()}) {
    const auto store = OpenStore(path_, options);
    EXPECT_EQ(store.code(), Code::kDamaged) << store.status().message();
  }
}

TEST_F(Damage, ABrokenManifestAndAMissingCurrentAreDamage) {
  const std::string current = *ReadFile(path_ + "/CURRENT");
  FlipByte(path_ + "/" + current.substr(0, current.size() - 1), 60);
  EXPECT_EQ(OpenStore(path_, OpenOptions()).code(), Code::kDamaged);
  EXPECT_EQ(OpenStore(path_, Reading()).code(), Code::kDamaged);
  fs::remove(path_ + "/CURRENT");
  EXPECT_EQ(OpenStore(path_, Creating()).code(), Code::kDamaged);
  EXPECT_EQ(OpenStore(path_, Reading()).code(), Code::kDamaged);
}

TEST_F(Damage, AMissingTableIsDamage) {
  fs::remove(FilesEnding(path_, ".sst")[0]);
  EXPECT_EQ(OpenStore(path_, OpenOptions()).code(), Code::kDamaged);
  EXPECT_EQ(OpenStore(path_, Reading()).code(), Code::kDamaged);
}

}  // namespace
}  // namespace liantu::storage
