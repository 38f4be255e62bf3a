// SPDX-License-Identifier: Apache-2.0
// Runs the browser without a shell, in a temporary folder of its own that is removed afterwards.
#include "report/browser.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/files.h"

extern char** environ;

namespace liantu::report {

namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(120);

class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* where = std::getenv("TMPDIR");
    path_ = Text(where && *where ? where : "/tmp", "/liantu-page-XXXXXX");
    if (!mkdtemp(path_.data())) path_.clear();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Opens `page` in the browser with `words`, and gives the file that it wrote.
Result<std::string> Run(const std::string& page, const std::string& page_name, const std::string& result_name, const std::string& option, const std::vector<std::string>& more) {
  LT_ASSIGN(const std::string browser, FindBrowser());
  const TemporaryFolder folder;
  if (folder.path().empty()) return Status(Code::kIo, "no temporary folder can be made; set TMPDIR to a folder that can be written");
  const std::string from = folder.path() + "/" + page_name, to = folder.path() + "/" + result_name;
  LT_TRY(WriteFileAtomic(from, page));
  std::vector<std::string> words = {browser, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking", "--no-first-run",
                                    "--user-data-dir=" + folder.path() + "/profile", "--hide-scrollbars", option + "=" + to};
  if (geteuid() == 0) words.push_back("--no-sandbox");  // Chromium refuses its sandbox to root
  words.insert(words.end(), more.begin(), more.end());
  words.push_back("file://" + from);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  const std::string log = folder.path() + "/log";
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  const int error = posix_spawn(&child, browser.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return Status(Code::kIo, Text("'", browser, "' could not be started: ", std::strerror(error)));
  int status = 0;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (pid_t ended = 0; ended == 0;) {
    ended = waitpid(child, &status, WNOHANG);
    if (ended != 0) break;
    if (std::chrono::steady_clock::now() > until) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return Status(Code::kIo, Text("'", browser, "' did not end within ", kPatience.count(), " s"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (!FileExists(to)) {
    auto said = ReadFile(log);
    return Status(Code::kIo, Text("'", browser, "' wrote no file", said.ok() && !said->empty() ? ": " + said->substr(0, 400) : ""));
  }
  return ReadFile(to);
}

}  // namespace

Result<std::string> FindBrowser() {
  if (const char* named = std::getenv("LIANTU_CHROMIUM"); named && *named) {
    if (access(named, X_OK) == 0) return std::string(named);
    return Status(Code::kNotFound, Text("LIANTU_CHROMIUM names '", named, "', which is no program that can be run"));
  }
  const char* path = std::getenv("PATH");
  const std::string folders = path ? path : "/usr/bin:/bin";
  for (const char* name : {"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge"}) {
    for (size_t at = 0; at <= folders.size();) {
      const size_t end = std::min(folders.find(':', at), folders.size());
      const std::string file = folders.substr(at, end - at) + "/" + name;
      if (access(file.c_str(), X_OK) == 0 && !IsFolder(file)) return file;
      at = end + 1;
    }
  }
  return Status(Code::kNotFound, "PDF and PNG are made by Chromium, and none is on the PATH; install it (Debian: apt install chromium fonts-noto-cjk), or name it in LIANTU_CHROMIUM");
}

Result<std::string> PrintPdf(const std::string& html) { return Run(html, "page.html", "page.pdf", "--print-to-pdf", {"--no-pdf-header-footer"}); }

Result<std::string> TakePng(const std::string& svg, double width, double height) {
  const std::string page = Text("<!doctype html><meta charset=\"utf-8\"><style>body{margin:0;background:#fff}svg{display:block}</style>", svg);
  return Run(page, "page.html", "page.png", "--screenshot",
             {Text("--window-size=", static_cast<int>(std::ceil(width)), ",", static_cast<int>(std::ceil(height))), "--force-device-scale-factor=2"});
}

}  // namespace liantu::report
