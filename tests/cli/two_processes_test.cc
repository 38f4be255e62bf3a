// SPDX-License-Identifier: Apache-2.0
// One writer, readers beside it: this process holds a store open for writing while the program is run on it, and a program
// that was killed leaves nothing in the way.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "graph/database.h"

namespace {
namespace fs = std::filesystem;
using namespace liantu;

const std::string kProgram = std::string(LIANTU_BINARY_DIR) + "/liantu";

struct Answer {
  int status = -1;
  std::string out, err;
};

class TwoProcesses : public testing::Test {
 protected:
  TwoProcesses() {
    std::string name = (fs::temp_directory_path() / "liantu-two-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    folder_ = name;
    store_ = name + "/s.db";
    std::ofstream(name + "/company.csv") << "key:ID(Company),name\nbyd,比亚迪\n";
  }
  ~TwoProcesses() override { fs::remove_all(folder_); }

  static std::string Read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }
  Answer Run(const std::string& words) {
    const std::string command = "unset LIANTU_DB; LIANTU_LANG=en LIANTU_HOME='" LIANTU_SOURCE_DIR "' '" + kProgram + "' " + words + " --db '" + store_ + "' >'" + folder_ +
                                "/out' 2>'" + folder_ + "/err' </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Read(folder_ + "/out"), Read(folder_ + "/err")};
  }
  void AddCompany(graph::Database& db, const std::string& key) {
    auto tx = db.Begin({.who = "test"});
    ASSERT_TRUE(tx.ok());
    ASSERT_TRUE((*tx)->CreateNode({"Company"}, {{"key", key}, {"name", key}}, {}).ok());
    ASSERT_TRUE((*tx)->Commit().ok());
  }

  std::string folder_, store_;
};

TEST_F(TwoProcesses, ASecondWriterIsToldWhoWritesAndReadersGoOn) {
  ASSERT_EQ(Run("import '" + folder_ + "/company.csv'").status, 0) << Read(folder_ + "/err");
  auto db = graph::Database::Open(store_, {});
  ASSERT_TRUE(db.ok()) << db.status().message();
  for (const char* writes : {"import '{}/company.csv'", "repair", "project save p --type SUPPLIES"}) {
    std::string words = writes;
    if (const size_t at = words.find("{}"); at != std::string::npos) words.replace(at, 2, folder_);
    const Answer second = Run(words);
    EXPECT_EQ(second.status, 4) << writes;
    EXPECT_NE(second.err.find("the store is open for writing in process " + std::to_string(getpid()) + " since 20"), std::string::npos) << second.err;
  }
  // Readers see what is committed when they open, each a whole state.
  EXPECT_EQ(Run("find byd").status, 0);
  AddCompany(**db, "later");
  const Answer found = Run("find later --format csv");
  EXPECT_EQ(found.status, 0) << found.err;
  EXPECT_NE(found.out.find("later"), std::string::npos) << found.out;
  EXPECT_EQ(Run("check --deep").status, 0);
  EXPECT_EQ(Run("repair --plan").status, 0);
  EXPECT_EQ(Run("dump '" + folder_ + "/d.jsonl'").status, 0);
  EXPECT_EQ(Run("backup '" + folder_ + "/b'").status, 0) << Read(folder_ + "/err");
  db->reset();
  EXPECT_EQ(Run("repair").status, 0);
}

TEST_F(TwoProcesses, AKilledWriterLeavesNothingInTheWay) {
  ASSERT_EQ(Run("import '" + folder_ + "/company.csv'").status, 0) << Read(folder_ + "/err");
  // A load that waits for more of its dump holds the new store open for writing.
  store_ = folder_ + "/loading.db";
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(std::system(("mkfifo '" + fifo + "'").c_str()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl(kProgram.c_str(), "liantu", "load", fifo.c_str(), "--db", store_.c_str(), nullptr);
    ::_exit(127);
  }
  std::ofstream feed(fifo);
  feed << "{\"liantu_dump\":1,\"format\":\"x\"}\n" << std::flush;
  while (!fs::exists(store_ + "/CURRENT")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  Answer second;
  for (int i = 0; i < 200 && second.status != 4; ++i) second = Run("import '" + folder_ + "/company.csv'"), std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(second.status, 4);
  EXPECT_NE(second.err.find("in process " + std::to_string(child)), std::string::npos) << second.err;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(fs::exists(store_ + "/holder"));
  const Answer after = Run("import '" + folder_ + "/company.csv'");
  EXPECT_EQ(after.status, 0) << after.err;
  EXPECT_FALSE(fs::exists(store_ + "/holder"));
  for (const auto& entry : fs::directory_iterator(store_)) EXPECT_FALSE(entry.is_directory()) << entry.path();
  EXPECT_EQ(Run("check --deep").status, 0);
}

}  // namespace
