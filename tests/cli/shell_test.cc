// SPDX-License-Identifier: Apache-2.0
// The shell as it is used at a terminal (over a pseudo-terminal of our own) and in a pipe.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {
namespace fs = std::filesystem;

const fs::path kProgram = fs::path(LIANTU_BINARY_DIR) / "liantu";

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "liantu-shell-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

// A program at a terminal of 80 by 24: what is typed and what is seen.
class Terminal {
 public:
  Terminal(const fs::path& folder, std::vector<std::string> words, const std::vector<std::pair<const char*, std::string>>& environment) {
    winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
    child_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ == 0) {
      if (chdir(folder.c_str()) != 0) _exit(9);
      setenv("TERM", "xterm", 1);
      setenv("LIANTU_LANG", "en", 1);
      unsetenv("LANG");
      unsetenv("LC_ALL");
      unsetenv("PAGER");
      for (const auto& [name, value] : environment) setenv(name, value.c_str(), 1);
      std::vector<char*> argv;
      for (std::string& word : words) argv.push_back(word.data());
      argv.push_back(nullptr);
      execv(kProgram.c_str(), argv.data());
      _exit(9);
    }
  }
  ~Terminal() {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    close(terminal_);
  }
  void Type(const std::string& text) { ASSERT_EQ(write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  // Reads on until `text` is seen; what was seen before it counts only once.
  void Expect(const std::string& text) {
    for (;;) {
      if (const size_t at = seen_.find(text); at != std::string::npos) {
        seen_.erase(0, at + text.size());
        return;
      }
      if (!More()) {
        FAIL() << "did not see '" << text << "' but:\n" << seen_;
      }
    }
  }
  // While a line is edited, Ctrl-C is a character; from its end on a signal, which stops the statement also before it runs. What
  // is typed between the prompt and the editor's beginning would be lost to that signal.
  void AwaitEditor() { AwaitSignals(false); }
  void AwaitSignals(bool on = true) {
    termios mode{};
    for (int waited = 0; waited < 20'000 && (tcgetattr(terminal_, &mode) != 0 || ((mode.c_lflag & ISIG) != 0) != on); ++waited) usleep(1'000);
  }
  const std::string& seen() const { return seen_; }
  int Wait() {
    while (More()) {
    }
    int status = 0;
    pid_t ended = 0;
    for (int tenths = 0; tenths < 100 && ended == 0; ++tenths, usleep(100'000)) ended = waitpid(child_, &status, WNOHANG);
    if (ended == 0) return -2;  // it hangs; the destructor ends it
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  bool More() {
    pollfd wait{.fd = terminal_, .events = POLLIN, .revents = 0};
    if (poll(&wait, 1, 20'000) <= 0) return false;
    char buffer[4096];
    const ssize_t n = read(terminal_, buffer, sizeof buffer);
    if (n <= 0) return false;
    seen_.append(buffer, static_cast<size_t>(n));
    return true;
  }
  pid_t child_ = -1;
  int terminal_ = -1;
  std::string seen_;
};

// Runs the shell with `input` in a pipe: standard output, then "! " and standard error, then the exit status.
std::string Piped(const fs::path& folder, const std::string& input, const std::string& options = "--create") {
  std::ofstream(folder / "in.txt") << input;
  const std::string command = "cd '" + folder.string() + "' && LIANTU_LANG=en '" + kProgram.string() + "' shell " + options + " <in.txt >out.txt 2>err.txt";
  const int status = std::system(command.c_str());
  return ReadAll(folder / "out.txt") + "! " + ReadAll(folder / "err.txt") + "? " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

TEST(Shell, ReadsStatementsFromAPipe) {
  Folder folder;
  EXPECT_EQ(Piped(folder.path(), "CREATE (:Company {key: 'jd', name: '佳都科技'})-[:SUPPLIES {year: 2025}]->(:Company {key: 'x', name: 'X'});\n"
                                 "// a comment; with a semicolon\nMATCH (c:Company)\nRETURN c.name AS name, c.key AS key\nORDER BY key;\n"
                                 "MATCH p = (:Company {key: 'jd'})-[r]->() RETURN r, labels(startNode(r)) AS l"),
            "2 nodes created, 1 relationship created, 5 properties set, 2 labels added\n"
            "name      key\n--------  ---\n佳都科技  jd\nX         x\n"
            "r                         l\n------------------------  -----------\n[:SUPPLIES {year: 2025}]  ['Company']\n! ? 0");
  EXPECT_EQ(Piped(folder.path(), "MATCH (c:Company) RETURN c.key AS key, [1, 2.0] AS l ORDER BY key;", "--format jsonl --read-only"),
            "{\"key\": \"jd\", \"l\": [1,2.0]}\n{\"key\": \"x\", \"l\": [1,2.0]}\n! ? 0");
}

TEST(Shell, StopsAPipeAtTheFirstFailureAndShowsItsPlace) {
  Folder folder;
  const std::string out = Piped(folder.path(), "RETURN 1 AS n;\nRETURN 2 +\n  missing AS n;\nRETURN 3 AS n;\n");
  EXPECT_TRUE(out.starts_with("n\n-\n1\n! ")) << out;
  EXPECT_NE(out.find("UndefinedVariable"), std::string::npos) << out;
  EXPECT_NE(out.find('^'), std::string::npos) << out;
  EXPECT_TRUE(out.ends_with("? 1")) << out;
}

TEST(Shell, HasCommandsOfItsOwn) {
  Folder folder;
  std::ofstream(folder.path() / "more.cypher") << "CREATE (:N {v: $x});\nCREATE (:N {v: $x + 1});\n";
  const std::string out = Piped(folder.path(), ":param x => 40 + 1\n:param\n:source more.cypher\nMATCH (n:N) RETURN n.v AS v ORDER BY v;\n"
                                               ":begin\nCREATE (:M);\n:rollback\nMATCH (m:M) RETURN count(m) AS m;\n:schema\n:explain MATCH (n:N) RETURN n\n:exit\nRETURN 9;\n");
  EXPECT_NE(out.find("x          41\n"), std::string::npos) << out;
  EXPECT_NE(out.find("v\n--\n41\n42\n"), std::string::npos) << out;
  EXPECT_NE(out.find("m\n-\n0\n"), std::string::npos) << out;
  EXPECT_NE(out.find("label     N"), std::string::npos) << out;
  EXPECT_NE(out.find("\nOperator"), std::string::npos) << out;
  EXPECT_EQ(out.find("\nn\n-\n"), std::string::npos) << out;  // the plan alone, no table without rows before it
  EXPECT_EQ(out.find('9'), std::string::npos) << out;
  EXPECT_NE(Piped(folder.path(), ":nothing\n").find(":help"), std::string::npos);
}

TEST(Shell, AtATerminalItEditsCompletesAndRemembers) {
  Folder folder;
  ASSERT_TRUE(Piped(folder.path(), "CREATE (:Company {key: 'pci', name: '佳都科技', city: '广州'})-[:SUPPLIES]->(:Park {key: 'p', name: '琶洲核心区'});").ends_with("? 0"));
  const std::string history = (folder.path() / "history").string();
  {
    Terminal terminal(folder.path(), {"liantu", "shell"}, {{"LIANTU_HISTORY", history}});
    terminal.Expect("liantu> ");
    terminal.Type("MAT\t (c:Comp\t)\r");  // a keyword and a label
    terminal.Expect("     -> ");
    terminal.Type("WHERE c.name = 'jdkj\t' RETURN c.cit\t AS 城市;\r");  // a name by its initials, a property
    terminal.Expect("城市");
    terminal.Expect("广州");
    terminal.Expect("1 row, ");
    terminal.Expect("liantu> ");
    terminal.AwaitEditor();
    terminal.Type("RETURN 'ab\x03");  // Ctrl-C drops the line
    terminal.Expect("^C");
    terminal.Expect("liantu> ");
    terminal.Type("RETURN 6 * 7 AS n;\r");
    terminal.Expect("42");
    terminal.Expect("liantu> ");
    terminal.Type("\x10\x10\r");  // Ctrl-P twice: the statement before
    terminal.Expect("广州");
    terminal.Expect("liantu> ");
    terminal.AwaitEditor();
    terminal.Type("RETURN reduce(s = 0, a IN range(1, 100000) | s + reduce(t = 0, b IN range(1, 100000) | t + 1)) AS n;\r");
    terminal.Expect("AS n;");
    terminal.AwaitSignals();
    terminal.Type("\x03");  // stops the query, not the shell
    terminal.Expect("liantu> ");
    terminal.Type("RETURN nothing;\r");
    terminal.Expect("UndefinedVariable");
    terminal.Expect("liantu> ");
    terminal.Type(":exi\t\r");
    EXPECT_EQ(terminal.Wait(), 0);
  }
  EXPECT_NE(ReadAll(history).find("RETURN"), std::string::npos);
  {
    Terminal terminal(folder.path(), {"liantu", "shell"}, {{"LIANTU_HISTORY", history}});
    terminal.Expect("liantu> ");
    terminal.AwaitEditor();
    terminal.Type("\x10\x10\x10\r");  // :exit, RETURN nothing, the long one: back to it
    terminal.Expect("reduce");
    terminal.AwaitSignals();
    terminal.Type("\x03\x04");  // Ctrl-D ahead of the prompt counts there
    EXPECT_EQ(terminal.Wait(), 0);
  }
}

TEST(Shell, LongResultsGoThroughThePager) {
  Folder folder;
  ASSERT_TRUE(Piped(folder.path(), "CREATE (:X);").ends_with("? 0"));
  Terminal terminal(folder.path(), {"liantu", "shell"}, {{"LIANTU_HISTORY", ""}, {"PAGER", "sed 's/^/paged /'"}});
  terminal.Expect("liantu> ");
  terminal.Type("UNWIND range(1, 5) AS x RETURN x;\r");
  terminal.Expect("5 rows");
  terminal.Expect("liantu> ");
  EXPECT_EQ(terminal.seen().find("paged"), std::string::npos);
  terminal.Type("UNWIND range(1, 500) AS x RETURN x;\r");
  terminal.Expect("paged 500");
  terminal.Expect("500 rows");
  terminal.Expect("liantu> ");
  terminal.Type("\x04");
  EXPECT_EQ(terminal.Wait(), 0);
}

TEST(Shell, LessIsThePagerWhereNoOtherIsSet) {
  Folder folder;
  ASSERT_TRUE(Piped(folder.path(), "CREATE (:X);").ends_with("? 0"));
  std::ofstream(folder.path() / "less") << "#!/bin/sh\nsed 's/^/by less /'\n";
  fs::permissions(folder.path() / "less", fs::perms::owner_all);
  Terminal terminal(folder.path(), {"liantu", "shell"}, {{"LIANTU_HISTORY", ""}, {"PATH", folder.path().string() + ":/usr/bin:/bin"}});
  terminal.Expect("liantu> ");
  terminal.Type("UNWIND range(1, 500) AS x RETURN x;\r");
  terminal.Expect("by less 500");
  terminal.Expect("500 rows");
  terminal.Expect("liantu> ");
  terminal.Type("\x04");
  EXPECT_EQ(terminal.Wait(), 0);
}

}  // namespace
