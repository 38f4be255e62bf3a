// SPDX-License-Identifier: Apache-2.0
// backup, restore, verify, dump, load, repair and upgrade: keeping a store safe, and what to do when it is not.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "cli/command.h"
#include "graph/keys.h"
#include "graph/upgrade.h"

namespace liantu::cli {

namespace {

namespace fs = std::filesystem;

std::string UtcText(int64_t seconds) {
  return graph::ToText(graph::Value(graph::DateTime{seconds, 0, 0, {}}));
}

Status PrintBackups(const Invocation& call, const std::vector<storage::BackupInfo>& backups) {
  io::Table table{.columns = {{"backup", call.Say("备份", "Backup")}, {"time", call.Say("时间", "Time")}, {"bytes", call.Say("字节", "Bytes")},
                              {"files", call.Say("文件", "Files")}, {"holds", call.Say("内容", "Holds")}}};
  for (const storage::BackupInfo& b : backups) {
    table.rows.push_back({static_cast<int64_t>(b.number), UtcText(b.time_s), static_cast<int64_t>(b.bytes), static_cast<int64_t>(b.files), b.note});
  }
  return call.PrintTable(table);
}

Status Backup(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  const std::string& folder = call.arguments[0];
  if (call.Has("list")) {
    LT_ASSIGN(const auto backups, storage::ListBackups(folder));
    return PrintBackups(call, backups);
  }
  int64_t keep = 0;
  if (call.Has("keep")) {
    LT_ASSIGN(keep, call.Integer("keep", 1, 1'000'000));
  }
  LT_ASSIGN(const storage::BackupInfo made, graph::BackUpGraph(call.String("db"), folder, *call.budget));
  if (keep > 0) LT_TRY(storage::RemoveOldBackups(folder, static_cast<uint32_t>(keep)));
  return PrintBackups(call, {made});
}

// The backup that --backup names, else the newest.
Result<uint32_t> Chosen(const Invocation& call, const std::string& folder) {
  if (call.Has("backup")) {
    LT_ASSIGN(const int64_t number, call.Integer("backup", 1, UINT32_MAX));
    return static_cast<uint32_t>(number);
  }
  LT_ASSIGN(const auto backups, storage::ListBackups(folder));
  if (backups.empty()) return Status(Code::kNotFound, Text(folder, call.Say(":没有可用的备份", ": there is no backup that can be used")));
  return backups.back().number;
}

Status Verify(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  const std::string& folder = call.arguments[0];
  std::vector<uint32_t> numbers;
  if (call.Has("all")) {
    LT_ASSIGN(const auto backups, storage::ListBackups(folder));
    for (const auto& b : backups) numbers.push_back(b.number);
  } else {
    LT_ASSIGN(const uint32_t number, Chosen(call, folder));
    numbers.push_back(number);
  }
  for (const uint32_t number : numbers) {
    LT_TRY(storage::VerifyBackup(folder, number, *call.budget));
    std::cout << Text(call.Say("备份 ", "backup "), number, call.Say(" 完好\n", " is sound\n")) << std::flush;
  }
  return {};
}

Status Restore(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  LT_ASSIGN(const uint32_t number, Chosen(call, call.arguments[0]));
  LT_ASSIGN(const std::string to, graph::StoreFolder(call.String("db")));
  LT_TRY(storage::RestoreBackup(call.arguments[0], number, to, *call.budget));
  LT_ASSIGN(const auto db, call.OpenForReading());
  LT_ASSIGN(const auto problems, db->Check(false, *call.budget));
  if (!problems.empty()) return Status(Code::kDamaged, Text(to, ": ", problems.front().what));
  LT_ASSIGN(const auto stats, db->GetStats());
  std::cout << Text(call.Say("已从备份 ", "restored backup "), number, call.Say(" 恢复到 ", " into "), to, call.Say(":", ": "), stats.nodes,
                    call.Say(" 个节点,", " nodes, "), stats.edges, call.Say(" 条边,", " edges, "), stats.batches, call.Say(" 个批次\n", " batches\n"));
  return {};
}

void PrintCounts(const Invocation& call, const graph::DumpCounts& counts) {
  std::cerr << Text(counts.nodes, call.Say(" 个节点,", " nodes, "), counts.edges, call.Say(" 条边,", " edges, "), counts.batches,
                    call.Say(" 个批次,", " batches, "), counts.images, call.Say(" 条历史记录\n", " journal entries\n"));
}

// A descriptor that closes itself.
struct Descriptor {
  int fd = -1;
  bool own = true;
  ~Descriptor() {
    if (own && fd >= 0) ::close(fd);
  }
};

Status Dump(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  const std::string& path = call.arguments[0];
  const bool to_stdout = path == "-";
  LT_ASSIGN(const auto db, call.OpenForReading());
  // Written beside its place, so that a dump that is cut short is not taken for one.
  const std::string part = path + ".part";
  Descriptor out{to_stdout ? STDOUT_FILENO : ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), !to_stdout};
  const auto failed = [&](const char* what) { return Status(Code::kIo, Text(path, ": ", what, ": ", std::strerror(errno))); };
  if (out.fd < 0) return failed(call.Say("无法写入", "cannot be written"));
  ShowProgress(*call.budget);
  auto counts = db->Dump([&](std::string_view piece) -> Status {
    while (!piece.empty()) {
      const ssize_t n = ::write(out.fd, piece.data(), piece.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed(call.Say("无法写入", "cannot be written"));
      piece.remove_prefix(static_cast<size_t>(n));
    }
    return {};
  }, *call.budget);
  Status status = counts.status();
  if (!to_stdout) {
    if (status.ok() && ::fsync(out.fd) != 0) status = failed(call.Say("无法同步到磁盘", "cannot be synced"));
    if (status.ok() && ::rename(part.c_str(), path.c_str()) != 0) status = failed(call.Say("无法就位", "cannot be put in place"));
    if (!status.ok()) ::unlink(part.c_str());
  }
  LT_TRY(status);
  PrintCounts(call, *counts);
  return {};
}

Status Load(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  const std::string& path = call.arguments[0];
  LT_ASSIGN(const std::string folder, graph::StoreFolder(call.String("db")));
  const bool fresh = !FileExists(folder);
  Descriptor in{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC), path != "-"};
  if (in.fd < 0) return Status(Code::kIo, Text(path, call.Say(":无法打开:", ": cannot be opened: "), std::strerror(errno)));
  std::error_code error;
  const uintmax_t size = path == "-" ? 0 : fs::file_size(path, error);
  ShowProgress(*call.budget);
  Result<graph::DumpCounts> counts = Status(Code::kIo, "not run");
  {
    LT_ASSIGN(const auto store, storage::OpenStore(call.String("db"), {.create = true}));
    counts = graph::LoadDump(*store, path, [&](char* to, size_t n) -> Result<size_t> {
      for (;;) {
        const ssize_t got = ::read(in.fd, to, n);
        if (got >= 0) return static_cast<size_t>(got);
        if (errno != EINTR) return Status(Code::kIo, Text(path, call.Say(":无法读取:", ": cannot be read: "), std::strerror(errno)));
      }
    }, error ? 0 : size, *call.budget);
  }
  if (!counts.ok() && fresh) fs::remove_all(folder, error);
  LT_TRY(counts.status());
  PrintCounts(call, *counts);
  return {};
}

Status Repair(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  const bool plan = call.Has("plan");
  LT_ASSIGN(const auto db, plan ? call.OpenForReading() : call.OpenForWriting(false, nullptr));
  LT_ASSIGN(const auto report, db->Repair(plan, *call.budget));
  io::Table table{.columns = {{"kind", call.Say("类别", "Kind")}, {"what", call.Say("内容", "What")}, {"count", call.Say("数量", "Count")}}};
  for (const auto& action : report.done) table.rows.push_back({plan ? "would_make" : "made", action.what, static_cast<int64_t>(action.count)});
  for (const std::string& why : report.why) table.rows.push_back({"why", why, io::Cell()});
  for (const std::string& left : report.left) table.rows.push_back({"left", left, io::Cell()});
  if (call.format != io::Format::kTable || !table.rows.empty()) LT_TRY(call.PrintTable(table));
  if (call.format == io::Format::kTable && table.rows.empty()) std::cout << call.Say("没有需要修复的内容\n", "there is nothing to repair\n");
  if (report.left.empty()) return {};
  return Status(Code::kDamaged, Text(report.left.size(), call.Say(" 个问题无法修复;请恢复备份", " problems cannot be repaired; restore a backup")));
}

Status Upgrade(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  const std::string target(graph::kFormat);
  const bool plan = call.Has("plan");
  LT_ASSIGN(const auto done, plan ? graph::PlanUpgrade(call.String("db"), target) : graph::Upgrade(call.String("db"), target, *call.budget));
  if (done.steps.empty()) {
    std::cout << Text(call.Say("图库已是当前格式 ", "the store has the current format "), done.format, call.Say(",无需升级\n", "; there is nothing to upgrade\n"));
    return {};
  }
  for (const std::string& step : done.steps) std::cout << step << "\n";
  std::cout << Text(plan ? call.Say("升级前将保存检查点:", "before that, a checkpoint would be made: ") : call.Say("升级前的检查点:", "the checkpoint from before: "),
                    done.checkpoint, plan ? "\n" : call.Say("(确认无误后可删除)\n", " (remove it when all is well)\n"));
  return {};
}

}  // namespace

Command BackupCommand() {
  return {.name = "backup", .usage = "backup DIR [--keep N | --list]", .en = "Add a backup of the store to a folder of backups; a writer may go on meanwhile",
          .zh = "把图库备份到一个备份文件夹(增量);备份期间可以继续写入", .example = "liantu backup /backup/liantu --keep 14",
          .options = {{"keep", "N", nullptr, "afterwards remove all but the newest N", "之后只保留最新的 N 个备份"},
                      {"list", nullptr, nullptr, "only list the backups that are there", "只列出已有的备份"}},
          .reads_store = true, .run = Backup};
}

Command RestoreCommand() {
  return {.name = "restore", .usage = "restore DIR [--backup N] --db NEW", .en = "Make a store from a backup, in a folder that is not there yet",
          .zh = "从备份恢复出一个图库(目标文件夹不得已存在)", .example = "liantu restore /backup/liantu --db restored.db",
          .options = {{"backup", "N", nullptr, "which backup (default: the newest)", "第几个备份(默认最新)"}}, .reads_store = true, .run = Restore};
}

Command VerifyCommand() {
  return {.name = "verify", .usage = "verify DIR [--backup N | --all]", .en = "Read a backup whole and compare it with its checksums (exit 5 if it differs)",
          .zh = "完整读取备份并核对校验和(不符时退出码 5)", .example = "liantu verify /backup/liantu",
          .options = {{"backup", "N", nullptr, "which backup (default: the newest)", "第几个备份(默认最新)"},
                      {"all", nullptr, nullptr, "every backup of the folder", "文件夹中的全部备份"}},
          .run = Verify};
}

Command DumpCommand() {
  return {.name = "dump", .usage = "dump FILE|-", .en = "Write the whole store, history included, as text that any later version can load",
          .zh = "把整个图库(含历史)写成文本,以后的版本都能装入", .example = "liantu dump guangdong.jsonl", .options = {}, .reads_store = true, .run = Dump};
}

Command LoadCommand() {
  return {.name = "load", .usage = "load FILE|- --db NEW", .en = "Make a store from a dump: all of it or, if a line is wrong, nothing",
          .zh = "由文本转储建立图库;有一行不对就整体不装入", .example = "liantu load guangdong.jsonl --db copy.db", .options = {}, .reads_store = true, .run = Load};
}

Command RepairCommand() {
  return {.name = "repair", .usage = "repair [--plan]", .en = "Make anew what follows from the records: neighbours, indexes, counts, names",
          .zh = "由记录重建可推导的内容:邻接、索引、计数、名称索引", .example = "liantu repair --plan",
          .options = {{"plan", nullptr, nullptr, "only say what would be done", "只说明将做什么"}}, .reads_store = true, .run = Repair};
}

Command UpgradeCommand() {
  return {.name = "upgrade", .usage = "upgrade [--plan]", .en = "Bring a store of an earlier version to this version's format, after a checkpoint",
          .zh = "把早期版本的图库升级到当前格式(先做检查点)", .example = "liantu upgrade --plan",
          .options = {{"plan", nullptr, nullptr, "only say what would be done", "只说明将做什么"}}, .reads_store = true, .run = Upgrade};
}

}  // namespace liantu::cli
