// SPDX-License-Identifier: Apache-2.0
// import and demo: files into a store, and the whole product in one call.
#include "io/import.h"

#include <charconv>
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "cli/command.h"

namespace liantu::cli {

Result<std::shared_ptr<const graph::Ontology>> LoadOntology(const std::string& name) {
  if (name == "none") return graph::Ontology::None();
  const std::string path = name == "industry" ? HomeFolder() + "/schema/industry.json" : name;
  LT_ASSIGN(const std::string json, ReadFile(path));
  return graph::Ontology::Parse(json, path);
}

namespace {

// A store keeps its ontology, but follows an edit of the file it came from, or another one that is asked for.
Status AdoptOntology(const Invocation& call, graph::Database& db, const std::shared_ptr<const graph::Ontology>& ontology) {
  LT_ASSIGN(const auto view, db.Read());
  if (view.ontology().json() == ontology->json()) return {};
  if (!call.Given("schema") && view.ontology().name() != ontology->name()) return {};
  std::cerr << call.Say("提醒:图库的本体已更新\n", "note: the store's ontology was brought up to date\n");
  return db.SetOntology(ontology);
}

constexpr uint64_t kLeastMegabytes = 64;

// Of the CSV files that are named or lie in folders that are; for the progress bar.
uint64_t BytesOf(const std::vector<std::string>& paths) {
  uint64_t bytes = 0;
  std::error_code error;
  for (const std::string& path : paths) {
    if (!IsFolder(path)) {
      const uint64_t size = std::filesystem::file_size(path, error);
      if (!error) bytes += size;
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      const uint64_t size = entry.path().extension() == ".csv" ? entry.file_size(error) : 0;
      if (!error) bytes += size;
    }
  }
  return bytes;
}

Status Import(const Invocation& call) {
  if (call.arguments.empty()) LT_TRY(call.Arguments(1));
  const std::string uri = call.String("db");
  const std::string folder = uri.starts_with("rocksdb:") ? uri.substr(8) : uri;
  const bool fresh = !FileExists(folder);
  LT_ASSIGN(auto ontology, LoadOntology(call.String("schema")));
  io::ImportOptions options{.dry_run = call.Has("dry-run"), .strict = call.Has("strict"), .note = call.String("note"), .rejects_path = call.String("rejects")};
  const char* user = std::getenv("USER");
  options.who = user ? user : "liantu";
  if (call.Has("memory")) {
    const std::string text = call.String("memory");
    uint64_t megabytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), megabytes);
    if (error != std::errc() || end != text.data() + text.size() || megabytes < kLeastMegabytes || megabytes > (1u << 24)) {
      return UsageError(Text("--memory: ", call.Say("应为兆字节数,至少 ", "expected a number of megabytes, at least "), kLeastMegabytes, call.Say(",得到 '", ", found '"), text, "'"));
    }
    options.memory_bytes = megabytes << 20;
  }
  ShowProgress(*call.budget, BytesOf(call.arguments));
  Result<io::ImportReport> report = Status(Code::kIo, "not run");
  {
    LT_ASSIGN(auto db, call.OpenForWriting(/*create=*/true, ontology));
    if (!options.dry_run) LT_TRY(AdoptOntology(call, *db, ontology));
    report = io::Import(*db, call.arguments, options, *call.budget);
  }
  // A refused first import, or a dry run, leaves no empty store behind.
  if (fresh && (!report.ok() || !report->batch.id)) {
    std::error_code error;
    std::filesystem::remove_all(folder, error);
  }
  LT_TRY(report.status());
  for (const std::string& warning : report->warnings) std::cerr << call.Say("提醒:", "note: ") << warning << "\n";
  for (const io::Reject& reject : report->rejects) std::cerr << call.Say("拒绝:", "rejected: ") << reject.Text() << "\n";
  io::Table table{.columns = {{"file", call.Say("文件", "File")}, {"rows", call.Say("行", "Rows")}, {"created", call.Say("新增", "Created")}, {"changed", call.Say("更新", "Changed")},
                              {"unchanged", call.Say("未变", "Unchanged")}, {"rejected", call.Say("拒绝", "Rejected")}}};
  auto add = [&](const io::FileReport& f, const std::string& name) {
    table.rows.push_back({name, static_cast<int64_t>(f.rows), static_cast<int64_t>(f.created), static_cast<int64_t>(f.changed), static_cast<int64_t>(f.unchanged), static_cast<int64_t>(f.rejected)});
  };
  for (const io::FileReport& f : report->files) {
    if (!call.brief) add(f, f.path);
  }
  const bool people = call.format == io::Format::kTable || call.format == io::Format::kMarkdown;
  if (people) add(report->Total(), call.Say("合计", "total"));
  LT_TRY(call.PrintTable(table));
  if (people) {
    std::cout << (report->dry_run   ? call.Say("试运行:没有写入\n", "dry run: nothing was written\n")
                  : report->batch.id ? Text(call.Say("批次 ", "batch "), report->batch.id.raw, "\n")
                                     : std::string(call.Say("没有变化,未产生批次\n", "nothing changed, no batch was made\n")));
  }
  if (report->status().ok()) return {};
  const io::FileReport total = report->Total();
  return Status(Code::kRejected, Text(total.rejected, call.Say(" 行被拒绝,共 ", " of "), total.rows, call.Say(" 行;其余已导入", " rows were rejected; the rest was imported"),
                                      report->rejects.size() < total.rejected ? Text(call.Say(";以上列出前 ", "; the first "), report->rejects.size(), call.Say(" 行", " are listed above")) : std::string()));
}

Status Init(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  const std::string uri = call.String("db");
  if (graph::Database::Open(uri, {.read_only = true}).ok()) {
    return Status(Code::kConflict, Text(call.Say("已有图库 '", "there is a store already: '"), uri, "'"));
  }
  LT_ASSIGN(auto ontology, LoadOntology(call.String("schema")));
  LT_ASSIGN(auto db, call.OpenForWriting(/*create=*/true, ontology));
  if (call.format == io::Format::kTable) std::cout << call.Say("已建立图库 ", "made the store ") << uri << "\n";
  return {};
}

// Runs another command as if the user had typed it.
Status Run(const Invocation& call, const std::vector<std::string>& words) {
  std::cout << "\n$ liantu";
  for (const std::string& word : words) std::cout << " " << word;
  std::cout << "\n" << std::flush;
  for (const Command& command : Commands()) {
    if (words[0] != command.name) continue;
    std::vector<std::string> rest(words.begin() + 1, words.end());
    rest.insert(rest.end(), {"--db", call.String("db"), "--lang", call.lang == Lang::kEn ? "en" : "zh"});
    bool help = false;
    LT_ASSIGN(Invocation inner, ReadOptions(command, rest, &help));
    inner.budget = call.budget;
    inner.brief = true;
    return command.run(inner);
  }
  LT_ASSERT(false);
}

Status Demo(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  const std::string report = call.String("output") + "/linkage.html";
  LT_TRY(Run(call, {"import", HomeFolder() + "/data/guangdong"}));
  LT_TRY(Run(call, {"parks", "佳都科技"}));
  LT_TRY(Run(call, {"parks", "广汽集团"}));
  LT_TRY(Run(call, {"links", "--from", "广州", "--to", "深圳"}));
  const std::string a = "广深佛惠莞中智能网联新能源汽车集群", b = "东莞市智能移动终端集群";
  LT_TRY(Run(call, {"linkage", a, b}));
  LT_TRY(Run(call, {"report", "linkage", a, b, "-o", report}));
  std::cout << call.Say("\n以上为各回答的开头;在命令后加 --db ", "\nThese are the beginnings of the answers; run a command with --db ") << call.String("db")
            << call.Say(" 可看全部。\n报告:", " to see it whole.\nThe report: ") << std::filesystem::absolute(report).string() << "\n";
  return {};
}

}  // namespace

Command ImportCommand() {
  return {.name = "import", .usage = "import FILE|FOLDER... [--dry-run] [--strict]", .en = "Bring CSV files into the store as one batch; bad rows are reported with their place, good rows go in",
          .zh = "把 CSV 文件作为一个批次导入图库;有错的行报告其位置,其余照常导入", .example = "liantu import data/guangdong",
          .options = {{"dry-run", nullptr, nullptr, "read and check everything, keep nothing", "只读取和检查,不写入"},
                      {"strict", nullptr, nullptr, "any rejected row refuses the whole import", "有一行被拒绝就整体不导入"},
                      {"schema", "NAME", "industry", "ontology of a new store: industry, none or a JSON file", "新图库的本体:industry、none 或 JSON 文件"},
                      {"rejects", "FILE", nullptr, "write every rejected row's place and reason to a CSV file", "把每个被拒绝的行的位置和原因写入 CSV 文件"},
                      {"memory", "MB", nullptr, "about what a large import may hold in memory; default 1024", "大批量导入约可占用的内存(兆字节),默认 1024"},
                      {"note", "TEXT", nullptr, "a note kept with the batch", "随批次保存的备注"}},
          .reads_store = true, .run = Import};
}

Command InitCommand() {
  return {.name = "init", .usage = "init [--db DIR] [--schema NAME]", .en = "Make an empty store", .zh = "建立空的图库", .example = "liantu init --db /tmp/my.db --schema none",
          .options = {{"schema", "NAME", "industry", "ontology: industry, none or a JSON file", "本体:industry、none 或 JSON 文件"}}, .reads_store = true, .run = Init};
}

Command DemoCommand() {
  return {.name = "demo", .usage = "demo [--db DIR] [-o FOLDER]", .en = "Load the Guangdong data set and answer the three questions liantu exists for",
          .zh = "导入广东数据集,回答链图的三个核心问题", .example = "liantu demo --db /tmp/liantu.db -o /tmp",
          .options = {{"o,output", "FOLDER", ".", "where the report goes", "报告存放的文件夹"}}, .reads_store = true, .run = Demo};
}

}  // namespace liantu::cli
