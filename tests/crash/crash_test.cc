// SPDX-License-Identifier: Apache-2.0
// A writer process that is killed at random moments. It runs the script of changes (graph/change_script.h), a step at a
// time, and says through a pipe which steps were acknowledged. After each kill the store is opened again: every
// acknowledged step must be there whole, the one that was under way whole or not at all, the deep check must find nothing,
// and the store must show just what the same steps make in memory. Then the same over a file system whose disk dies.
//
// LIANTU_KILLS says how often (default 25). This program is also the writer: crash_test --writer FOLDER FIRST-STEP.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "graph/catalog.h"
#include "graph/change_script.h"
#include "graph/graph_text.h"
#include "storage/fault_file_system.h"
#include "storage/rocksdb_store.h"
#include "storage/temp_folder.h"

namespace liantu::graph {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargeBytes = 9 << 20;  // more than what a load may put into the log

// The store as it should be, step by step.
class Model {
 public:
  explicit Model(uint64_t large_bytes) : script_(large_bytes) {}
  uint64_t step() const { return step_; }
  const std::string& TextAt(uint64_t step) {
    if (step_ < step) text_.clear();
    while (step_ < step) Ok(script_.Run(*db_, ++step_));
    if (text_.empty()) text_ = DatabaseText(*db_);
    return text_;
  }
  // Which of the two steps the database stands at; a failed test if neither.
  uint64_t Place(const Database& db, uint64_t acknowledged) {
    for (const CheckProblem& p : Get(db.Check(true, Budget()))) ADD_FAILURE() << p.what;
    const std::string text = DatabaseText(db);
    if (text == TextAt(acknowledged)) return acknowledged;
    // Some steps change nothing; then both places look the same and the earlier one is right.
    if (text != TextAt(acknowledged + 1)) {
      ADD_FAILURE() << "the store is neither as after step " << acknowledged << " nor as after the next\n" << Difference(text, text_);
    }
    return acknowledged + 1;
  }
  // A step that failed may have used up ids, which are then not given out again; from there on the two differ.
  bool SameIds(Database& db) {
    return Get(NextIds::Load(*db.store().OpenView())) == Get(NextIds::Load(*db_->store().OpenView()));
  }

 private:
  static std::string Difference(const std::string& found, const std::string& expected) {
    const auto [a, b] = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
    const auto from = static_cast<size_t>(std::max<ptrdiff_t>(0, a - found.begin() - 200));
    return Text("found …", found.substr(from, 400), "…\nexpected …", expected.substr(from, 400), "…");
  }
  ChangeScript script_;
  std::unique_ptr<Database> db_ = MemoryDatabase();
  uint64_t step_ = 0;
  std::string text_;
};

// The same program as a child that writes.
class Writer {
 public:
  Writer(const std::string& folder, uint64_t first) {
    int pipe[2];
    if (::pipe(pipe) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(pipe[1], 3);
      if (pipe[0] != 3) ::close(pipe[0]);
      if (pipe[1] != 3) ::close(pipe[1]);
      const std::string number = std::to_string(first);
      ::execl("/proc/self/exe", "crash_test", "--writer", folder.c_str(), number.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(pipe[1]);
    from_ = pipe[0];
  }
  // Waits for so many acknowledgements and then so long; kills; gives the number of steps that were acknowledged.
  uint64_t Kill(uint64_t steps, std::chrono::microseconds then) {
    uint64_t acknowledged = 0;
    char byte;
    while (acknowledged < steps && ::read(from_, &byte, 1) == 1) ++acknowledged;
    std::this_thread::sleep_for(then);
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself, with " << WEXITSTATUS(status);
    while (::read(from_, &byte, 1) == 1) ++acknowledged;
    ::close(from_);
    return acknowledged;
  }

 private:
  pid_t pid_ = 0;
  int from_ = -1;
};

int RunWriter(const std::string& folder, uint64_t step) {
  auto db = Database::Open(folder, {.create = true});
  if (!db.ok()) {
    std::cerr << db.status().message() << "\n";
    return 1;
  }
  ChangeScript script(kLargeBytes);
  for (;; ++step) {
    const Status status = script.Run(**db, step);
    if (!status.ok()) {
      std::cerr << "step " << step << ": " << status.message() << "\n";
      return 1;
    }
    if (::write(3, "", 1) != 1) return 0;
  }
}

TEST(Crash, AKilledWriterLosesNoAcknowledgedStepAndLeavesNoHalfOne) {
  const char* wanted = std::getenv("LIANTU_KILLS");
  const int kills = wanted ? std::atoi(wanted) : 25;
  constexpr uint64_t kStepsAStore = 130;  // then a new one, so that checking does not take ever longer
  std::mt19937_64 random(3);
  uint64_t steps = 0, unacknowledged = 0, during_loads = 0;
  std::unique_ptr<storage::TempFolder> folder;
  std::unique_ptr<Model> model;
  for (int kill = 0; kill < kills && !testing::Test::HasFailure(); ++kill) {
    SCOPED_TRACE(Text("kill ", kill));
    if (!model || model->step() > kStepsAStore) {
      folder = std::make_unique<storage::TempFolder>();
      model = std::make_unique<Model>(kLargeBytes);
    }
    const std::string path = folder->path() + "/store";
    const uint64_t before = model->step();
    Writer writer(path, before + 1);
    // Mostly in the middle of work; now and then while the store is still being made or recovered.
    const uint64_t wait = random() % 8 == 0 ? 0 : 1 + random() % 12;
    const uint64_t acknowledged = before + writer.Kill(wait, std::chrono::microseconds(random() % (wait == 0 ? 60000 : 8000)));
    steps += acknowledged - before;
    if (!fs::exists(path)) {
      EXPECT_EQ(acknowledged, 0u);
      continue;
    }
    auto opened = Database::Open(path, {.create = acknowledged == 0});
    ASSERT_TRUE(opened.ok()) << opened.status().message();
    const uint64_t place = model->Place(**opened, acknowledged);
    unacknowledged += place - acknowledged;
    during_loads += (acknowledged + 1) % 40 == 20;
    opened->reset();
    for (const auto& entry : fs::directory_iterator(path)) {
      EXPECT_FALSE(entry.is_directory()) << entry.path();
      EXPECT_NE(entry.path().filename(), "holder");
    }
  }
  std::cout << kills << " kills: " << steps << " steps acknowledged, all there; " << unacknowledged << " stored but not yet acknowledged; "
            << during_loads << " kills during a large load\n";
}

// The disk dies at a random write or sync (a part of the write may arrive), or fills up; then the power goes.
TEST(Crash, ADiskThatDiesOrFillsLosesNoAcknowledgedStepAndLeavesNoHalfOne) {
  using storage::FaultControl;
  const char* wanted = std::getenv("LIANTU_KILLS");
  const int rounds = wanted ? std::atoi(wanted) : 25;
  std::mt19937_64 random(4);
  storage::TempFolder folder;
  int store_number = 0;
  std::string path;
  std::shared_ptr<FaultControl> control;
  std::unique_ptr<Model> model;
  ChangeScript script(1 << 20);
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(Text("round ", round));
    if (!model || model->step() > 110) {
      model = std::make_unique<Model>(1 << 20);
      control = std::make_shared<FaultControl>();
      path = Text(folder.path(), "/", ++store_number);
    }
    const auto open = [&] {
      return Get(Database::Open(Get(storage::OpenRocksDbStore(path, {.create = true}, control)), {.create = true}));
    };
    auto db = open();
    ASSERT_EQ(model->Place(*db, model->step()), model->step());
    FaultControl::Plan plan{.torn_bytes = random() % 5000, .for_good = random() % 4 != 0};
    switch (random() % 3) {
      case 0: plan.fail_write = 1 + random() % 30; break;
      case 1: plan.fail_sync = 1 + random() % 20; break;
      default: plan.disk_bytes = random() % 100000; break;
    }
    control->Set(plan);
    uint64_t acknowledged = model->step();
    Status status;
    while ((status = script.Run(*db, acknowledged + 1)).ok() && !(control->failed() && acknowledged > model->step() + 30)) ++acknowledged;
    if (!status.ok()) {
      EXPECT_EQ(status.code(), Code::kIo) << status.message();
    }
    const std::string holder = *ReadFile(path + "/holder");
    control->CutPower();
    db.reset();
    Ok(control->AfterPowerCut(static_cast<FaultControl::Tail>(random() % 3)));
    Ok(WriteFileAtomic(path + "/holder", holder));
    db = open();
    model->Place(*db, acknowledged);
    if (!model->SameIds(*db)) model.reset();
  }
}

}  // namespace
}  // namespace liantu::graph

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--writer") return liantu::graph::RunWriter(argv[2], std::strtoull(argv[3], nullptr, 10));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
