// SPDX-License-Identifier: Apache-2.0
// shell: statements typed at a terminal, or read from a pipe or file, each up to its semicolon; lines that begin with a colon are
// the shell's own commands. Editing is line_editor.h's, what is printed result.h's.
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "base/files.h"
#include "cli/command.h"
#include "cli/line_editor.h"
#include "cli/result.h"
#include "query/cells.h"
#include "query/functions.h"
#include "query/parser.h"
#include "query/session.h"
#include "text/normalize.h"

namespace liantu::cli {

namespace {

std::atomic<Budget*> g_running{nullptr};  // what Ctrl-C stops
std::atomic<bool> g_interrupted{false};   // since the last prompt, while nothing ran yet: the statement that comes is stopped

void OnInterrupt(int) {
  g_interrupted = true;
  if (Budget* budget = g_running.load()) budget->Cancel();
}

std::string_view Trimmed(std::string_view text) {
  const char* kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Nothing but blanks, comments and semicolons.
bool IsEmptyStatement(std::string_view text) {
  for (;;) {
    text = Trimmed(text);
    if (text.starts_with(';')) {
      text.remove_prefix(1);
    } else if (text.starts_with("//")) {
      text.remove_prefix(std::min(text.size(), text.find('\n')));
    } else if (text.starts_with("/*") && text.find("*/", 2) != std::string_view::npos) {
      text.remove_prefix(text.find("*/", 2) + 2);
    } else {
      return text.empty();
    }
  }
}

// For those who have not set PAGER; set to nothing, it means no paging.
constexpr const char* kPager = "if command -v less > /dev/null 2>&1; then LESSCHARSET=utf-8 exec less -FRSX; else exec cat; fi";

// Output that goes to the terminal while it fits its height, and through $PAGER, by itself less, when it does not.
class Pages {
 public:
  Pages() {
    winsize size{};
    const char* pager = std::getenv("PAGER");
    if (pager == nullptr) pager = kPager;
    if (!isatty(STDOUT_FILENO) || !*pager) return;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return;
    height_ = size.ws_row;
    command_ = pager;
  }
  ~Pages() { Close(); }
  void Write(std::string_view text) {
    if (pipe_) {
      if (std::fwrite(text.data(), 1, text.size(), pipe_) != text.size()) gone_ = true;
      return;
    }
    if (height_ == 0) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      return;
    }
    held_ += text;
    for (const char c : text) lines_ += c == '\n';
    if (lines_ < height_) return;
    std::signal(SIGPIPE, SIG_IGN);
    std::fflush(stdout);
    pipe_ = popen(command_.c_str(), "w");
    height_ = pipe_ ? height_ : 0;
    Write(std::exchange(held_, std::string()));
  }
  bool gone() const { return gone_; }  // the reader left the pager
  void Close() {
    if (pipe_) {
      pclose(pipe_);
      std::signal(SIGPIPE, SIG_DFL);
    }
    pipe_ = nullptr;
    std::fwrite(held_.data(), 1, held_.size(), stdout);
    held_.clear();
    std::fflush(stdout);
  }

 private:
  std::string command_, held_;
  size_t height_ = 0, lines_ = 0;  // 0: no paging
  FILE* pipe_ = nullptr;
  bool gone_ = false;
};

size_t Width() {
  winsize size{};
  if (!isatty(STDOUT_FILENO)) return 0;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

class Shell {
 public:
  Shell(const Invocation& call, query::Engine& engine, query::SessionOptions options)
      : call_(call), engine_(engine), options_(std::move(options)), session_(engine, options_), terminal_(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {}

  Status ReadLimits() {
    if (call_.Has("timeout")) {
      LT_ASSIGN(const int64_t seconds, call_.Integer("timeout", 1, 1'000'000));
      timeout_ms_ = static_cast<uint64_t>(seconds) * 1000;
    }
    if (call_.Has("memory")) {
      LT_ASSIGN(max_bytes_, call_.Bytes("memory"));
    }
    return {};
  }

  Status FromTerminal() {
    struct sigaction action{};
    action.sa_handler = OnInterrupt;
    sigaction(SIGINT, &action, nullptr);
    std::cout << call_.Say("链图命令行。语句以分号结束;:help 查看帮助,:exit 退出\n", "liantu shell. A statement ends with a semicolon; :help for help, :exit to leave\n") << std::flush;
    LineEditor editor(HistoryFile(), [this](std::string_view before) { return Complete(before); });
    std::string buffer, line;
    while (!leave_) {
      const char* prompt = !buffer.empty() ? "     -> " : session_.in_transaction() ? "liantu*> " : "liantu> ";
      g_interrupted = false;
      const auto event = editor.Read(prompt, line);
      if (event == LineEditor::Event::kEnd) {
        std::cout << "\n";
        return {};
      }
      if (event == LineEditor::Event::kInterrupt) {
        buffer.clear();
        statement_ = {};
        continue;
      }
      if (buffer.empty() && Trimmed(line).empty()) continue;
      if (buffer.empty() && Trimmed(line).starts_with(':')) {
        editor.Remember(line);
        Say(Command(Trimmed(line)));
        continue;
      }
      buffer += line + "\n";
      statement_ = buffer;
      const bool complete = query::StatementEnd(buffer) != std::string::npos;
      if (!complete) continue;
      std::string remembered(Trimmed(buffer));
      if (remembered.find("//") == std::string::npos) {
        for (char& c : remembered) c = c == '\n' ? ' ' : c;
        editor.Remember(remembered);
      }
      for (size_t end; (end = query::StatementEnd(buffer)) != std::string::npos; buffer.erase(0, end)) Say(Run(buffer.substr(0, end)));
      if (IsEmptyStatement(buffer)) buffer.clear();
      statement_ = buffer;
    }
    return {};
  }

  // Until the end of the stream or the first failure.
  Status FromStream(std::istream& in) {
    std::string buffer;
    for (std::string line; !leave_ && std::getline(in, line);) {
      if (IsEmptyStatement(buffer) && Trimmed(line).starts_with(':')) {
        LT_TRY(Command(Trimmed(line)));
        continue;
      }
      buffer += line + "\n";
      size_t end = line.find(';') == std::string::npos ? std::string::npos : query::StatementEnd(buffer);
      for (; end != std::string::npos; end = query::StatementEnd(buffer)) {
        LT_TRY(Run(buffer.substr(0, end)));
        buffer.erase(0, end);
      }
    }
    return leave_ || IsEmptyStatement(buffer) ? Status() : Run(buffer);
  }

 private:
  static std::string HistoryFile() {
    if (const char* file = std::getenv("LIANTU_HISTORY")) return file;
    const char* home = std::getenv("HOME");
    return home && *home ? Text(home, "/.liantu_history") : std::string();
  }
  void Say(const Status& status) {
    std::cout << std::flush;
    if (!status.ok()) std::cerr << status.message() << (status.message().ends_with('\n') ? "" : "\n") << std::flush;
  }

  void SetLimits(Budget& budget) const {
    if (timeout_ms_ != Budget::kNoLimit) budget.set_timeout_ms(timeout_ms_);
    budget.set_max_bytes(max_bytes_);
    g_running.store(&budget);
    if (g_interrupted) budget.Cancel();
  }

  Status Run(std::string_view typed) {
    if (IsEmptyStatement(typed)) return {};
    const std::string text(Trimmed(typed));
    const auto began = Budget::Clock::now();
    Budget budget;
    SetLimits(budget);
    const Status status = Print(text, budget, began);
    g_running.store(nullptr);
    if (status.ok()) return {};
    return Status(status.code(), query::Render(status, text));
  }

  Status Print(const std::string& text, Budget& budget, Budget::Clock::time_point began) {
    LT_ASSIGN(auto cursor, session_.Run(text, parameters_, budget));
    const io::WriteOptions options{.format = call_.format, .width = Width()};
    const bool people = call_.format == io::Format::kTable;
    const bool explain = people && cursor->summary().plan && !cursor->summary().profiled;  // nothing ran: the plan is the answer
    uint64_t rows = 0;
    if (!explain) {
      Pages pages;
      const auto written = WriteRows(*cursor, options, [&](std::string_view piece) {
        pages.Write(piece);
        if (pages.gone()) budget.Cancel();
      });
      pages.Close();
      if (pages.gone() && written.code() == Code::kCancelled) return {};
      LT_TRY(written.status());
      rows = *written;
    }
    const query::Summary& summary = cursor->summary();
    if (summary.plan && (people || cursor->columns().empty())) LT_TRY(call_.PrintTable(PlanTable(*summary.plan, summary.profiled, call_.lang)));
    if (!people) return {};
    std::cout << NoticesText(*cursor, text, call_.lang);
    std::string note = ChangesText(summary.changes, call_.lang);
    if (summary.partial) note += Text(note.empty() ? "" : call_.Say(",", ", "), call_.Say("结果不完整:", "incomplete: "), summary.stopped);
    if (terminal_) {
      const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(Budget::Clock::now() - began).count();
      const std::string count = explain || cursor->columns().empty() ? std::string() : Text(rows, call_.Say(" 行,", rows == 1 ? " row, " : " rows, "));
      note = Text(count, note, note.empty() ? "" : call_.Say(",", ", "), ms, call_.Say(" 毫秒", " ms"));
    }
    if (!note.empty()) std::cout << note << "\n";
    return {};
  }

  // ---- the shell's own commands

  Status Command(std::string_view line) {
    const size_t blank = std::min(line.size(), line.find_first_of(" \t"));
    const std::string_view name = line.substr(0, blank), rest = Trimmed(line.substr(blank));
    if (name == ":exit" || name == ":quit") {
      leave_ = true;
      return {};
    }
    if (name == ":help") return Help();
    if (name == ":schema") return Schema();
    if (name == ":param" || name == ":params") return Parameter(rest);
    if (name == ":source") return Source(std::string(rest));
    if (name == ":explain") return rest.empty() ? UsageError(call_.Say("用法::explain 语句", "usage: :explain STATEMENT")) : Run(Text("EXPLAIN ", rest));
    if (name == ":begin") return session_.Begin();
    if (name == ":commit") return session_.Commit().status();
    if (name == ":rollback") {
      session_.Rollback();
      return {};
    }
    return UsageError(Text(call_.Say("没有命令 ", "there is no command "), name, call_.Say(";:help 列出全部", "; :help lists them all")));
  }

  Status Help() {
    io::Table table{.columns = {{"command", call_.Say("命令", "Command")}, {"meaning", call_.Say("作用", "Meaning")}}, .rows = {}};
    const auto add = [&](const char* command, const char* zh, const char* en) { table.rows.push_back({command, call_.Say(zh, en)}); };
    add("MATCH … RETURN …;", "一条语句,可占多行,以分号结束", "a statement, over any number of lines, ends with a semicolon");
    add(":schema", "标签、关系类型和属性", "labels, relationship types and properties");
    add(":param [NAME [=> EXPR]]", "列出、显示或设置参数,语句中用 $NAME", "list, show or set parameters, used as $NAME");
    add(":source FILE", "执行文件中的语句", "run the statements of a file");
    add(":explain STATEMENT", "显示执行计划而不执行", "show how a statement would run");
    add(":begin :commit :rollback", "开始、提交、回滚事务", "open, commit or roll back a transaction");
    add(":exit", "退出(或 Ctrl-D)", "leave (or Ctrl-D)");
    add("Tab", "补全关键字、标签、类型、属性;引号内补全名称,可用拼音或首字母", "complete keywords, labels, types, properties; names inside quotes, also by pinyin or initials");
    add("Ctrl-C", "放弃正在输入或执行的语句", "drop the statement that is typed or runs");
    return call_.PrintTable(table);
  }

  Status Schema() {
    LT_ASSIGN(const auto view, engine_.database().Read(options_.read));
    io::Table table{.columns = {{"kind", call_.Say("种类", "Kind")}, {"name", call_.Say("名称", "Name")}, {"title", call_.Say("中文", "Title")}, {"count", call_.Say("数量", "Count")}}, .rows = {}};
    const graph::Ontology& ontology = view.ontology();
    for (const std::string& name : view.label_names()) {
      LT_ASSIGN(const uint64_t count, view.NodeCount(view.label(name)));
      const graph::LabelSpec* spec = ontology.Label(name);
      if (count > 0) table.rows.push_back({"label", name, spec ? io::Cell(call_.Say(spec->zh.c_str(), spec->en.c_str())) : io::Cell(), static_cast<int64_t>(count)});
    }
    for (const std::string& name : view.type_names()) {
      LT_ASSIGN(const uint64_t count, view.EdgeCount(view.type(name)));
      const graph::EdgeTypeSpec* spec = ontology.EdgeType(name);
      if (count > 0) table.rows.push_back({"type", name, spec ? io::Cell(call_.Say(spec->zh.c_str(), spec->en.c_str())) : io::Cell(), static_cast<int64_t>(count)});
    }
    for (const std::string& name : view.property_names()) table.rows.push_back({"property", name, io::Cell(), io::Cell()});
    return call_.PrintTable(table);
  }

  Status Parameter(std::string_view rest) {
    const size_t end = std::min(rest.size(), rest.find_first_of(" \t=:"));
    const std::string name(rest.substr(0, end));
    std::string_view expression = Trimmed(rest.substr(end));
    for (const std::string_view sign : {"=>", ":", "="}) {
      if (expression.starts_with(sign)) {
        expression = Trimmed(expression.substr(sign.size()));
        break;
      }
    }
    if (expression.ends_with(';')) expression.remove_suffix(1);
    if (!expression.empty()) {
      Budget budget;
      SetLimits(budget);
      query::Session session(engine_, options_);
      const std::string text = Text("RETURN ", expression, " AS value");
      auto cursor = session.Run(text, parameters_, budget);
      std::vector<query::Value> row;
      const auto more = cursor.ok() ? (*cursor)->Next(row) : Result<bool>(cursor.status());
      g_running.store(nullptr);
      if (!more.ok()) return Status(more.code(), query::Render(more.status(), text));
      std::erase_if(parameters_, [&](const auto& entry) { return entry.first == name; });
      parameters_.emplace_back(name, std::move(row[0]));
      std::sort(parameters_.begin(), parameters_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      return {};
    }
    io::Table table{.columns = {{"name", call_.Say("参数", "Parameter")}, {"value", call_.Say("值", "Value")}}, .rows = {}};
    for (const auto& [key, value] : parameters_) {
      if (name.empty() || name == key) table.rows.push_back({key, query::ToLiteral(value)});
    }
    if (!name.empty() && table.rows.empty()) return Status(Code::kNotFound, Text(call_.Say("没有参数 ", "there is no parameter "), name));
    return call_.PrintTable(table);
  }

  Status Source(const std::string& path) {
    if (path.empty()) return UsageError(call_.Say("用法::source 文件", "usage: :source FILE"));
    if (sources_ >= 8) return UsageError(call_.Say("文件互相引用过深", "files that name each other too deeply"));
    std::ifstream in(path);
    if (!in) return Status(Code::kIo, Text(call_.Say("无法读取 ", "cannot read "), path));
    ++sources_;
    const Status status = FromStream(in);
    --sources_;
    return status.Prefixed(Text(path, ": "));
  }

  // ---- completion

  Completions Complete(std::string_view before) const {
    Completions result;
    if (statement_.empty() && Trimmed(before).starts_with(':')) {
      const std::string_view word = before.substr(before.find(':'));
      if (word.find(' ') != std::string_view::npos) return result;
      result.typed_bytes = word.size();
      for (const char* command : {":begin", ":commit", ":exit", ":explain", ":help", ":param", ":rollback", ":schema", ":source"}) Offer(result, word, command);
      return result;
    }
    const std::string whole = statement_ + std::string(before);
    const Place place = PlaceOf(whole);
    const auto view = engine_.database().Read(options_.read);
    if (!view.ok()) return result;
    if (place.quote != 0) {
      const std::string_view word = std::string_view(whole).substr(place.quote_at + 1);
      if (word.empty() || word.size() > before.size()) return result;
      result.typed_bytes = word.size();
      const auto hits = view->Search(word, {}, 20);
      if (!hits.ok()) return result;
      for (const graph::SearchHit& hit : *hits) Keep(result, hit.matched.empty() ? std::string(word) : NameOf(*view, hit));
      return result;
    }
    size_t start = before.size();
    while (start > 0 && IsWord(before[start - 1])) --start;
    const std::string_view word = before.substr(start);
    const char sign = start > 0 ? before[start - 1] : ' ';
    result.typed_bytes = word.size();
    if (sign == '$') {
      for (const auto& [name, value] : parameters_) Offer(result, word, name);
    } else if (sign == ':' || sign == '|' || sign == '&' || sign == '!') {
      const graph::Ontology& ontology = view->ontology();
      if (place.bracket != '[') {
        for (const std::string& name : view->label_names()) {
          const graph::LabelSpec* spec = ontology.Label(name);
          Offer(result, word, name, spec ? spec->zh : "");
        }
      }
      if (place.bracket != '(') {
        for (const std::string& name : view->type_names()) {
          const graph::EdgeTypeSpec* spec = ontology.EdgeType(name);
          Offer(result, word, name, spec ? spec->zh : "");
        }
      }
    } else if (const std::string_view called = CalledName(before); sign == '.' && called.empty()) {
      for (const std::string& name : view->property_names()) Offer(result, word, name);
    } else if (!called.empty()) {
      result.typed_bytes = called.size();
      for (const query::Procedure* procedure : engine_.procedures().List()) Offer(result, called, procedure->name);
    } else if (!word.empty()) {
      if (place.bracket == '{') {
        for (const std::string& name : view->property_names()) Offer(result, word, name);
      }
      for (const char* keyword : kKeywords) Offer(result, word, keyword);
      for (const query::Function& function : query::Functions()) Offer(result, word, function.name + "(");
      for (const query::AggregateKind& aggregate : query::Aggregates()) Offer(result, word, aggregate.name + "(");
    }
    std::sort(result.candidates.begin(), result.candidates.end());
    return result;
  }

  static constexpr const char* kKeywords[] = {
      "ALL", "AND", "AS", "ASC", "BY", "CALL", "CASE", "CONSTRAINT", "CONTAINS", "CREATE", "CSV", "CYPHER", "DELETE", "DESC", "DETACH", "DISTINCT",
      "DROP", "ELSE", "END", "ENDS", "EXISTS", "EXPLAIN", "FALSE", "FOREACH", "FROM", "HEADERS", "IN", "INDEX", "IS", "LIMIT", "LOAD", "MATCH", "MERGE",
      "NOT", "NULL", "ON", "OPTIONAL", "OR", "ORDER", "PROFILE", "REMOVE", "RETURN", "SET", "SHORTEST", "SHOW", "SKIP", "STARTS", "THEN", "TRUE",
      "UNION", "UNWIND", "WHEN", "WHERE", "WITH", "XOR", "YIELD"};

  static bool IsWord(char c) { return (c & 0x80) != 0 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  static char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

  static void Keep(Completions& result, std::string candidate) {
    if (std::find(result.candidates.begin(), result.candidates.end(), candidate) == result.candidates.end()) result.candidates.push_back(std::move(candidate));
  }
  // The candidate when it begins as the word does, whatever the case, or its Chinese title does.
  static void Offer(Completions& result, std::string_view word, const std::string& candidate, std::string_view title = {}) {
    const bool fits = candidate.size() >= word.size() && std::equal(word.begin(), word.end(), candidate.begin(), [](char a, char b) { return Lower(a) == Lower(b); });
    if (fits || (!word.empty() && title.starts_with(word))) Keep(result, candidate);
  }
  // The dotted name after CALL that the text ends with.
  static std::string_view CalledName(std::string_view before) {
    size_t start = before.size();
    while (start > 0 && (IsWord(before[start - 1]) || before[start - 1] == '.')) --start;
    std::string_view head = Trimmed(before.substr(0, start));
    if (head.size() < 4 || start == before.size() || head.size() == start) return {};
    const std::string_view word = head.substr(head.size() - 4);
    const bool call = Lower(word[0]) == 'c' && Lower(word[1]) == 'a' && Lower(word[2]) == 'l' && Lower(word[3]) == 'l' && (head.size() == 4 || !IsWord(head[head.size() - 5]));
    return call ? before.substr(start) : std::string_view();
  }

  // Inside which quote and bracket a text ends.
  struct Place { char quote = 0, bracket = 0; size_t quote_at = 0; };
  static Place PlaceOf(std::string_view text) {
    Place place;
    std::string brackets;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (place.quote != 0) {
        if (c == '\\' && place.quote != '`') ++i;
        else if (c == place.quote) place.quote = 0;
      } else if (c == '\'' || c == '"' || c == '`') {
        place.quote = c;
        place.quote_at = i;
      } else if (c == '(' || c == '[' || c == '{') {
        brackets += c;
      } else if ((c == ')' || c == ']' || c == '}') && !brackets.empty()) {
        brackets.pop_back();
      }
    }
    if (!brackets.empty()) place.bracket = brackets.back();
    return place;
  }
  // What an entity is called in quotes: its name, where the search found it by pinyin or an alias, too.
  static std::string NameOf(const graph::ReadView& view, const graph::SearchHit& hit) {
    const auto node = view.GetNode(hit.node);
    if (node.ok() && *node) {
      const graph::Value* name = (*node)->Property(view.property("name"));
      if (name && name->as<std::string>()) return *name->as<std::string>();
    }
    return hit.matched;
  }

  const Invocation& call_;
  query::Engine& engine_;
  const query::SessionOptions options_;
  query::Session session_;
  query::ValueMap parameters_;
  const bool terminal_;
  uint64_t timeout_ms_ = Budget::kNoLimit, max_bytes_ = Budget::kNoLimit;
  std::string statement_;  // the lines typed so far
  int sources_ = 0;
  bool leave_ = false;
};

Status RunShell(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  LT_ASSIGN(auto ontology, LoadOntology(call.String("schema")));
  LT_ASSIGN(auto db, call.Has("read-only") ? call.OpenForReading() : call.OpenForWriting(call.Has("create"), std::move(ontology)));
  LT_ASSIGN(const auto view, call.Read(*db));
  const char* user = std::getenv("USER");
  query::SessionOptions options{.who = user ? user : "liantu", .origin = "shell", .read = view.options(), .read_only = call.Has("read-only"), .csv_folders = call.All("csv")};
  query::Engine engine(*db, AllProcedures(*db));
  Shell shell(call, engine, std::move(options));
  LT_TRY(shell.ReadLimits());
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? shell.FromTerminal() : shell.FromStream(std::cin);
}

}  // namespace

Command ShellCommand() {
  return {.name = "shell", .usage = "shell [--read-only] [--create]", .en = "Type openCypher statements, or read them from a pipe: history, completion of names, :help for its own commands",
          .zh = "输入 openCypher 语句(或从管道读入):有历史、名称补全,:help 查看自身命令", .example = "echo 'MATCH (c:Company) RETURN count(c);' | liantu shell",
          .options = {{"create", nullptr, nullptr, "make the store if there is none", "图库不存在时新建"},
                      {"schema", "NAME", "industry", "ontology of a new store: industry, none or a JSON file", "新图库的本体:industry、none 或 JSON 文件"},
                      {"read-only", nullptr, nullptr, "refuse to write; also works beside a program that has the store open", "只读;图库被其他程序打开时也可用"},
                      {"memory", "BYTES", nullptr, "what a statement may hold at most, e.g. 2G", "一条语句最多占用的内存,如 2G"},
                      {"csv", "FOLDER", nullptr, "LOAD CSV may read below this folder (may be repeated)", "LOAD CSV 可读取该文件夹(可重复)"}},
          .reads_store = true, .run = RunShell};
}

}  // namespace liantu::cli
