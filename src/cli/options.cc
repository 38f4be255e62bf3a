// SPDX-License-Identifier: Apache-2.0
// Reading words with cxxopts (the only file that includes it), the help texts, and what every command shares: opening
// the database, formats, printing.
#define CXXOPTS_NO_REGEX
#define CXXOPTS_VECTOR_DELIMITER '\x01'  // values are whole words: names and JSON hold commas
#include <cxxopts.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>

#include "chain/procedures.h"
#include "cli/command.h"
#include "text/suggest.h"
#include "text/width.h"

namespace liantu::cli {

namespace {

const std::vector<Option> kCommon = {
    {"format", "FORMAT", nullptr, "table, csv, json, jsonl or markdown (table on a terminal and when piped)", "输出格式:table、csv、json、jsonl 或 markdown"},
    {"lang", "LANG", nullptr, "zh or en (default: $LIANTU_LANG, else zh)", "语言:zh 或 en(默认取 $LIANTU_LANG,否则 zh)"},
    {"timeout", "SECONDS", nullptr, "stop after so many seconds", "超过这么多秒就停止"},
    {"h,help", nullptr, nullptr, "show this help", "显示本帮助"},
};
const std::vector<Option> kReading = {
    {"db", "DIR", nullptr, "the store: a folder or rocksdb:FOLDER (default: $LIANTU_DB, else ./liantu.db)", "图库:文件夹或 rocksdb:文件夹(默认取 $LIANTU_DB,否则 ./liantu.db)"},
    {"as-of", "DATE", nullptr, "only what was true on that day, e.g. 2025-09-11", "只看当日成立的事实,如 2025-09-11"},
    {"as-known", "DATE|BATCH", nullptr, "as the store knew it at the end of that day (UTC), or after that batch", "按当日结束时(UTC)或该批次之后图库所知作答"},
    {"predicted", nullptr, nullptr, "show predicted ties too", "也显示预测的联系"},
};

bool HasOwn(const Command& command, std::string_view name) {
  return std::any_of(command.options.begin(), command.options.end(), [&](const Option& o) { return o.name == name; });
}

std::vector<Option> AllOptions(const Command& command) {
  std::vector<Option> all = command.options;
  for (const Option& reading : kReading) {
    if (command.reads_store && !HasOwn(command, reading.name)) all.push_back(reading);
  }
  for (const Option& common : kCommon) {
    if (!HasOwn(command, common.name)) all.push_back(common);
  }
  return all;
}

std::string LongName(const Option& option) {
  const std::string_view name = option.name;
  const size_t comma = name.find(',');
  return std::string(comma == std::string_view::npos ? name : name.substr(comma + 1));
}

size_t TerminalWidth() {
  winsize size{};
  if (!isatty(STDOUT_FILENO)) return 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

}  // namespace

std::shared_ptr<query::ProcedureRegistry> AllProcedures(const graph::Database& database) {
  auto registry = std::make_shared<query::ProcedureRegistry>();
  query::RegisterDatabaseProcedures(*registry);
  chain::RegisterProcedures(*registry, database);
  return registry;
}

Status UsageError(std::string message) { return Status(Code::kUsage, std::move(message)); }

bool Invocation::Has(std::string_view name) const {
  return std::any_of(options.begin(), options.end(), [&](const auto& o) { return o.first == name; });
}

std::string Invocation::String(std::string_view name) const {
  for (const auto& [key, value] : options) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> Invocation::All(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : options) {
    if (key == name) out.push_back(value);
  }
  return out;
}

Result<int64_t> Invocation::Integer(std::string_view name, int64_t min, int64_t max) const {
  const std::string text = String(name);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max) {
    return UsageError(Text("--", name, ": ", Say("应为 ", "expected a whole number from "), min, Say(" 到 ", " to "), max,
                           Say(" 的整数,得到 '", ", found '"), text, "'"));
  }
  return value;
}

Result<uint64_t> Invocation::Bytes(std::string_view name) const {
  const std::string text = String(name);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit = std::string_view(text).substr(static_cast<size_t>(end - text.data()));
  const std::string_view kUnits = "KMGT";
  const int shift = unit.empty() ? 0 : unit.size() == 1 && kUnits.find(unit[0]) != std::string_view::npos ? 10 * (1 + static_cast<int>(kUnits.find(unit[0]))) : -1;
  if (error != std::errc() || shift < 0 || value == 0 || value > (UINT64_MAX >> shift)) {
    return UsageError(Text("--", name, ": ", Say("应为字节数,如 64M 或 2G,得到 '", "expected a number of bytes such as 64M or 2G, found '"), text, "'"));
  }
  return value << shift;
}

Status Invocation::Arguments(size_t count) const {
  if (arguments.size() == count) return {};
  return UsageError(Text(Say("用法:liantu ", "usage: liantu "), command->usage, Say("\n例如:", "\nfor example: "), command->example));
}

Result<std::unique_ptr<graph::Database>> Invocation::OpenForReading() const {
  return graph::Database::Open(String("db"), {.read_only = true});
}

Result<std::unique_ptr<graph::Database>> Invocation::OpenForWriting(bool create, std::shared_ptr<const graph::Ontology> ontology) const {
  return graph::Database::Open(String("db"), {.create = create, .ontology = std::move(ontology)});
}

Result<graph::ReadView> Invocation::Read(const graph::Database& db) const {
  graph::ReadOptions read{.predicted = Has("predicted")};
  if (Has("as-of")) {
    auto day = graph::ParseValue({graph::Value::Type::kDate}, String("as-of"));
    if (!day.ok()) return UsageError("--as-of: " + day.status().message());
    read.as_of = *day->as<graph::Date>();
  }
  if (Has("as-known")) {
    LT_ASSIGN(read.as_known, KnownAt(db, "--as-known: ", String("as-known")));
  }
  return db.Read(read);
}

Result<graph::BatchId> Invocation::KnownAt(const graph::Database& db, std::string_view what, const std::string& text) const {
  graph::BatchId batch;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), batch.raw);
  LT_ASSIGN(const auto view, db.Read());
  if (error == std::errc() && end == text.data() + text.size()) {
    LT_ASSIGN(const auto info, view.Batch(batch));
    if (batch && !info) return Status(Code::kNotFound, Text(what, Say("没有批次 ", "there is no batch "), text, Say(";批次见 liantu batches", "; 'liantu batches' lists them")));
    return batch;
  }
  const auto day = graph::ParseValue({graph::Value::Type::kDate}, text);
  if (!day.ok()) return UsageError(Text(what, Say("应为批次号或日期,得到 '", "expected a batch number or a date, found '"), text, "'"));
  return view.LastBatch(*day->as<graph::Date>());
}

std::string ForShell(const std::string& word) {
  if (!word.empty() && word.find_first_of(" '\"\\$&|;<>()*?`~#!") == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string Invocation::Repeat(std::string words, const std::vector<const char*>& named) const {
  std::string out = "liantu " + std::move(words);
  std::vector<const char*> all = named;
  for (const char* reading : {"as-of", "as-known"}) all.push_back(reading);
  for (const char* name : all) {
    for (const std::string& value : All(name)) {
      out += Text(" --", name, " ", ForShell(value));
    }
  }
  if (Has("predicted")) out += " --predicted";
  return out + (lang == Lang::kEn ? " --lang en" : " --lang zh");
}

Status Invocation::Print(const report::Document& document) const {
  std::cout << report::Render(brief ? report::Beginning(document, 2, 12) : document, format, TerminalWidth()) << std::flush;
  return {};
}

Status Invocation::PrintTable(const io::Table& table) const {
  std::cout << io::WriteTable(table, Writing()) << std::flush;
  return {};
}

io::WriteOptions Invocation::Writing() const { return {.format = format, .width = TerminalWidth()}; }

void ShowProgress(Budget& budget, uint64_t bytes) {
  if (!isatty(STDERR_FILENO)) return;
  budget.set_progress([start = Budget::Clock::now(), last = -1, bytes](double share) mutable {
    const int percent = static_cast<int>(share * 100);
    if (percent == last) return;
    last = percent;
    const double seconds = std::chrono::duration<double>(Budget::Clock::now() - start).count();
    const int full = percent * 30 / 100;
    std::fprintf(stderr, "\r[%.*s%*s] %3d %%  %.0f s", full, "##############################", 30 - full, "", percent, seconds);
    if (bytes > 0 && seconds > 0) std::fprintf(stderr, ", %.0f MB/s", static_cast<double>(bytes) * share / seconds * 1e-6);
    if (share > 0.01 && share < 1) std::fprintf(stderr, ", %.0f s left ", seconds / share * (1 - share));
    if (percent >= 100) std::fprintf(stderr, "\r%76s\r", "");
  });
}

Result<Invocation> ReadOptions(const Command& command, const std::vector<std::string>& words, bool* help) {
  Invocation invocation{.command = &command};
  if (const char* lang = std::getenv("LIANTU_LANG"); lang && std::string_view(lang) == "en") invocation.lang = Lang::kEn;
  const std::vector<Option> all = AllOptions(command);
  std::vector<std::string> positional;
  try {
    cxxopts::Options parser("liantu");
    for (const Option& o : all) {
      parser.add_options()(o.name, "", o.argument ? std::shared_ptr<cxxopts::Value>(cxxopts::value<std::vector<std::string>>())
                                                  : std::shared_ptr<cxxopts::Value>(cxxopts::value<bool>()));
    }
    parser.add_options()("positional", "", cxxopts::value<std::vector<std::string>>());
    parser.parse_positional({"positional"});
    std::vector<const char*> argv{"liantu"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    const auto parsed = parser.parse(static_cast<int>(argv.size()), argv.data());
    if (parsed.count("positional")) invocation.arguments = parsed["positional"].as<std::vector<std::string>>();
    for (const Option& o : all) {
      const std::string name = LongName(o);
      if (parsed.count(name)) {
        invocation.given.push_back(name);
        if (!o.argument) {
          invocation.options.emplace_back(name, "true");
        } else {
          for (const std::string& value : parsed[name].as<std::vector<std::string>>()) invocation.options.emplace_back(name, value);
        }
      } else if (o.default_text) {
        invocation.options.emplace_back(name, o.default_text);
      }
    }
  } catch (const std::exception& error) {
    std::string message = error.what();
    for (const std::string& word : words) {
      if (!word.starts_with("--") || word.size() < 3) continue;
      const std::string name = word.substr(2, word.find('=') - 2);
      std::vector<std::string> names;
      for (const Option& o : all) names.push_back(LongName(o));
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      message = Text(invocation.Say("没有选项 --", "there is no option --"), name);
      const auto near = text::Closest(name, names, 1);
      if (!near.empty()) message += Text(invocation.Say(";您是否要用 --", "; did you mean --"), near[0], "?");
      break;
    }
    return UsageError(message + Text(invocation.Say("\n用法:liantu ", "\nusage: liantu "), command.usage));
  }
  if (invocation.Has("lang")) {
    const std::string lang = invocation.String("lang");
    if (lang != "zh" && lang != "en") return UsageError(Text("--lang: expected zh or en, found '", lang, "'"));
    invocation.lang = lang == "en" ? Lang::kEn : Lang::kZh;
  }
  if (invocation.Has("format") && !HasOwn(command, "format")) {  // a command with formats of its own reads them itself
    auto format = io::ParseFormat(invocation.String("format"));
    if (!format.ok()) return UsageError("--format: " + format.status().message());
    invocation.format = *format;
  }
  if (command.reads_store && !invocation.Has("db")) {
    const char* db = std::getenv("LIANTU_DB");
    invocation.options.emplace_back("db", db && *db ? db : "liantu.db");
  }
  *help = invocation.Has("help");
  return invocation;
}

std::string HelpText(const Command& command, Lang lang) {
  std::string out = Text(report::Say(lang, command.zh, command.en), "\n\n", report::Say(lang, "用法:  ", "usage:   "), "liantu ", command.usage,
                         "\n", report::Say(lang, "例如:  ", "example: "), command.example, "\n\n", report::Say(lang, "选项:\n", "options:\n"));
  for (const Option& o : AllOptions(command)) {
    const std::string_view name = o.name;
    const size_t comma = name.find(',');
    std::string left = comma == std::string_view::npos ? Text("      --", name) : Text("  -", name.substr(0, comma), ", --", name.substr(comma + 1));
    if (o.argument) left += Text(" ", o.argument);
    std::string line = text::PadTo(left, 30) + " " + report::Say(lang, o.zh, o.en);
    if (o.default_text) line += Text(report::Say(lang, "(默认 ", " (default "), o.default_text, ")");
    out += line + "\n";
  }
  return out;
}

std::string OverviewText(Lang lang) {
  std::string out = report::Say(lang, "liantu 链图:产业链图数据库\n\n用法:  liantu 命令 [选项]\n例如:  liantu parks 佳都科技\n\n命令:\n",
                                "liantu: a graph database for industrial chains\n\nusage:   liantu COMMAND [options]\nexample: liantu parks 佳都科技\n\ncommands:\n");
  for (const Command& command : Commands()) out += Text("  ", text::PadTo(command.name, 12), report::Say(lang, command.zh, command.en), "\n");
  out += report::Say(lang, "\nliantu 命令 --help 显示该命令的选项;退出码:0 成功,1 失败,2 用法错误,3 有行被拒绝,4 图库被占用,5 图库损坏或版本过新\n",
                     "\nliantu COMMAND --help shows its options; exit codes: 0 ok, 1 failed, 2 usage, 3 rows were rejected, 4 store locked, 5 store damaged or too new\n");
  return out;
}

}  // namespace liantu::cli
