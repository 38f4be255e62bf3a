// SPDX-License-Identifier: Apache-2.0
// Commands as a user types them, with what they print, side by side in cases/*.txt:
//
//   # a comment
//   $ liantu parks 佳都科技
//   lines of standard output
//   ! lines of standard error
//   ? 0
//
// Each file runs in a folder of its own that holds a store of data/guangdong at ./liantu.db, made once and copied, and the
// words {DATA} (the data set) and {CASES} (the folder of the case files). Times are shown as <TIME>. LIANTU_REWRITE=1
// writes the files anew; read the difference before you commit it.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace {
namespace fs = std::filesystem;

const fs::path kSource = LIANTU_SOURCE_DIR;
const fs::path kProgram = fs::path(LIANTU_BINARY_DIR) / "liantu";

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

void Replace(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
}

std::string Steady(std::string text, const fs::path& folder) {
  Replace(text, folder.string(), "{HERE}");
  Replace(text, kSource.string(), "{SOURCE}");
  return std::regex_replace(text, std::regex("20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-9:.]+(Z|[+-][0-9:]+)"), "<TIME>");
}

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "liantu-cli-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    path_ = name;
    // Reached by the same short names wherever the checkout lies, so that no column is as wide as a path.
    fs::create_directory_symlink(kSource / "data", path_ / "data");
    fs::create_directory_symlink(kSource / "tests/cli/cases", path_ / "cases");
  }
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Runs one shell command line in `folder` and gives the lines as a case file holds them.
std::string RunLine(const std::string& line, const fs::path& folder) {
  std::string command = line;
  Replace(command, "{DATA}", "data");
  Replace(command, "{SOURCE}", kSource.string());
  Replace(command, "{CASES}", "cases");
  command = "cd '" + folder.string() + "' && unset LIANTU_DB LIANTU_LANG USER && export LANG=C.UTF-8 PATH='" + kProgram.parent_path().string() +
            "':\"$PATH\" && { " + command + "\n} >.out 2>.err </dev/null";
  const int status = std::system(command.c_str());
  std::string out = Steady(ReadAll(folder / ".out"), folder);
  if (!out.empty() && out.back() != '\n') out += "\n";
  std::istringstream errors(Steady(ReadAll(folder / ".err"), folder));
  for (std::string error; std::getline(errors, error);) out += "! " + error + "\n";
  out += "? " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -1) + "\n";
  return out;
}

const fs::path& Store() {
  static Folder folder;
  static const bool made = [] {
    const std::string out = RunLine("liantu import {DATA}/guangdong", folder.path());
    EXPECT_TRUE(out.ends_with("\n? 0\n")) << out;
    return true;
  }();
  (void)made;
  return folder.path();
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, PrintWhatTheFileSays) {
  const fs::path file = kSource / "tests/cli/cases" / (GetParam() + ".txt");
  Folder folder;
  fs::copy(Store() / "liantu.db", folder.path() / "liantu.db", fs::copy_options::recursive);
  std::istringstream in(ReadAll(file));
  std::string got, expected = in.str(), line;
  bool in_output = false;  // until its "? status" line
  while (std::getline(in, line)) {
    if (in_output && !line.starts_with("$ ")) {
      in_output = !line.starts_with("? ");
    } else if (line.starts_with("#")) {
      got += line + "\n";
    } else if (line.empty()) {
      got += "\n";
    } else if (line.starts_with("$ ")) {
      got += line + "\n" + RunLine(line.substr(2), folder.path());
      in_output = true;
    }
  }
  if (std::getenv("LIANTU_REWRITE")) {
    std::ofstream(file, std::ios::binary) << got;
    return;
  }
  EXPECT_EQ(got, expected);
}

// A question of minutes on 20,000 companies, interrupted after seconds: it ends by itself and says that it was stopped.
TEST(Interrupt, AnalyzeStopsAtCtrlCWithWhatItHas) {
  constexpr int kCompanies = 20'000, kSupplies = 160'000;
  Folder folder;
  fs::create_directory(folder.path() / "network");
  {
    std::ofstream companies(folder.path() / "network/companies.csv"), supplies(folder.path() / "network/supplies.csv");
    companies << "key:ID(Company),name\n";
    for (int i = 0; i < kCompanies; ++i) companies << "c" << i << ",公司" << i << "\n";
    supplies << ":START_ID(Company),:END_ID(Company),:TYPE,product\n";
    uint64_t state = 1;
    const auto any = [&] { return (state = state * 6364136223846793005ull + 1442695040888963407ull) >> 33; };
    for (int i = 0; i < kSupplies; ++i) supplies << "c" << any() % kCompanies << ",c" << any() % kCompanies << ",SUPPLIES,p\n";
  }
  const std::string import = RunLine("liantu import network >/dev/null", folder.path());
  ASSERT_TRUE(import.ends_with("? 0\n")) << import;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string here = folder.path().string(), program = kProgram.string();
    if (chdir(here.c_str()) != 0 || !freopen("out", "w", stdout) || !freopen("err", "w", stderr)) _exit(99);
    execl(program.c_str(), "liantu", "analyze", "betweenness", "--type", "SUPPLIES", "--limit", "3", "--lang", "en", "--db", "liantu.db", nullptr);
    _exit(99);
  }
  int status = 0;
  pid_t ended = 0;
  for (int tenths = 0; ended == 0 && tenths < 1200; ++tenths) {
    if (tenths == 30) kill(child, SIGINT);
    usleep(100'000);
    ended = waitpid(child, &status, WNOHANG);
  }
  if (ended == 0) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    FAIL() << "it did not end within two minutes of Ctrl-C";
  }
  const std::string said = ReadAll(folder.path() / "out") + ReadAll(folder.path() / "err");
  EXPECT_TRUE(WIFEXITED(status)) << said;
  EXPECT_NE(said.find("stopped on request"), std::string::npos) << said;
}

// --- The pages of docs/guide

// A line of a page as it stands, cut with " …", against a line of the program.
bool SameLine(std::string shown, std::string printed) {
  const auto trim = [](std::string& text) { text.erase(text.find_last_not_of(' ') + 1); };
  trim(printed);
  if (shown.ends_with(" …")) {
    shown.resize(shown.size() - std::string(" …").size());
    trim(shown);
    return printed.starts_with(shown);
  }
  trim(shown);
  return shown == printed;
}

// A part of an answer may be shown: it begins anywhere and ends anywhere, "…" alone stands for lines left out. Gives the first line that
// the program does not print there, "" where there is none.
std::string FirstDifference(const std::vector<std::string>& shown, const std::vector<std::string>& printed) {
  size_t at = 0;
  bool anywhere = true;
  for (const std::string& line : shown) {
    if (line == "…") {
      anywhere = true;
      continue;
    }
    size_t found = at;
    while (anywhere && found < printed.size() && !SameLine(line, printed[found])) ++found;
    if (found >= printed.size() || !SameLine(line, printed[found])) return "the page shows: " + line + "\nthe program:    " + (found < printed.size() ? printed[found] : "(no such line)");
    at = found + 1;
    anywhere = false;
  }
  return "";
}

TEST(Guide, ShowsWhatTheProgramPrints) {
  size_t commands = 0;
  std::vector<fs::path> pages;
  for (const auto& entry : fs::directory_iterator(kSource / "docs/guide")) pages.push_back(entry.path());
  std::sort(pages.begin(), pages.end());
  for (const fs::path& page : pages) {
    Folder folder;
    fs::copy(Store() / "liantu.db", folder.path() / "liantu.db", fs::copy_options::recursive);
    std::istringstream in(ReadAll(page));
    std::string command;
    std::vector<std::string> shown;
    const auto check = [&] {
      if (command.empty()) return;
      ++commands;
      std::vector<std::string> printed;
      std::istringstream out(RunLine(command, folder.path()));
      for (std::string line; std::getline(out, line);) printed.push_back(line.starts_with("! ") ? line.substr(2) : line);
      if (!printed.empty()) printed.pop_back();  // the status
      EXPECT_EQ(FirstDifference(shown, printed), "") << page.filename() << ": $ " << command;
      command.clear();
      shown.clear();
    };
    bool code = false;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("```")) {
        check();
        code = !code && line == "```";
      } else if (code && line.starts_with("$ ")) {
        check();
        command = line.substr(2);
      } else if (!command.empty()) {
        shown.push_back(line);
      }
    }
  }
  EXPECT_GT(commands, 20u);
}

std::vector<std::string> Files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kSource / "tests/cli/cases")) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cli, Cases, testing::ValuesIn(Files()), [](const auto& info) { return info.param; });

}  // namespace
