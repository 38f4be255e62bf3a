// SPDX-License-Identifier: Apache-2.0
// batches, undo and diff: what was changed, by whom, back again, and what differs.
#include <cstdlib>
#include <iostream>

#include "cli/command.h"
#include "graph/diff.h"
#include "report/history.h"

namespace liantu::cli {

namespace {

// The batch of an argument: a number that is there.
Result<graph::BatchId> BatchOf(const Invocation& call, const graph::Database& db, const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos || text == "0") {
    return UsageError(Text(call.Say("应为批次号,得到 '", "expected the number of a batch, found '"), text, "'"));
  }
  return call.KnownAt(db, "", text);
}

Status Batches(const Invocation& call) {
  if (call.arguments.size() > 1) LT_TRY(call.Arguments(1));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  LT_ASSIGN(const auto batches, view.Batches());
  if (call.arguments.empty()) return call.Print(report::BatchesDocument(call.lang, batches));
  LT_ASSIGN(const graph::BatchId batch, BatchOf(call, *db, call.arguments[0]));
  return call.Print(report::BatchDocument(call.lang, batches, batch));
}

Status Undo(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  const bool plan = call.Has("dry-run"), all = call.Has("with-dependents");
  LT_ASSIGN(auto db, plan ? call.OpenForReading() : call.OpenForWriting(/*create=*/false, nullptr));
  LT_ASSIGN(const graph::BatchId batch, BatchOf(call, *db, call.arguments[0]));
  const char* user = std::getenv("USER");
  const graph::BatchInfo info{.who = user ? user : "liantu", .origin = "undo", .note = call.String("note")};
  LT_ASSIGN(const graph::UndoReport undo, db->Undo(batch, {.with_dependents = all, .plan_only = plan}, info, *call.budget));
  LT_ASSIGN(auto view, db->Read());
  LT_ASSIGN(const auto batches, view.Batches());
  LT_TRY(call.Print(report::UndoDocument(call.lang, undo, batches)));
  if (!plan || all || undo.dependents.empty()) return {};
  return Status(Code::kConflict, Text(call.Say("批次 ", "batch "), batch.raw,
                                      call.Say(" 不能单独撤销:后来的批次依赖它;加 --with-dependents 一并撤销", " cannot be undone alone, later batches depend on it; --with-dependents takes them along")));
}

Status Diff(const Invocation& call) {
  LT_TRY(call.Arguments(2));
  LT_ASSIGN(auto db, call.OpenForReading());
  graph::ReadOptions options[2];
  report::DiffSides sides;
  for (const int side : {0, 1}) {
    const std::string& text = call.arguments[static_cast<size_t>(side)];
    graph::ReadOptions& read = options[side];
    read.predicted = call.Has("predicted");
    std::string& name = side == 0 ? sides.before : sides.after;
    if (call.Has("as-of")) {
      const auto day = graph::ParseValue({graph::Value::Type::kDate}, text);
      if (!day.ok()) return UsageError(day.status().message());
      read.as_of = *day->as<graph::Date>();
      name = text;
      if (call.Has("as-known")) {
        LT_ASSIGN(read.as_known, call.KnownAt(*db, "--as-known: ", call.String("as-known")));
      }
    } else {
      LT_ASSIGN(read.as_known, call.KnownAt(*db, "", text));
      name = Text(call.Say("批次 ", "batch "), read.as_known->raw);
    }
  }
  LT_ASSIGN(const auto before, db->Read(options[0]));
  LT_ASSIGN(const auto after, db->Read(options[1]));
  std::vector<graph::Change> changes;
  LT_TRY(graph::Diff(before, after, *call.budget, [&](const graph::Change& change) {
    changes.push_back(change);
    return true;
  }));
  chain::Reader reader_before(before, call.lang), reader_after(after, call.lang);
  if (call.Has("graph")) {
    LT_ASSIGN(const std::string json, report::DiffGraph(reader_before, reader_after, sides, changes));
    std::cout << json << std::flush;
    return {};
  }
  LT_ASSIGN(const report::Document document, report::DiffDocument(reader_before, reader_after, sides, changes));
  return call.Print(document);
}

}  // namespace

Command BatchesCommand() {
  return {.name = "batches", .usage = "batches [BATCH]", .en = "List who changed what, from where, and what was undone", .zh = "列出谁在何时从哪里改了什么,以及哪些已撤销",
          .example = "liantu batches", .options = {}, .reads_store = true, .run = Batches};
}

Command UndoCommand() {
  return {.name = "undo", .usage = "undo BATCH [--with-dependents] [--dry-run]", .en = "Take back what a batch did, as a new batch; an undo can be undone",
          .zh = "撤销一个批次,撤销本身也是一个批次,可再撤销", .example = "liantu undo 3 --dry-run",
          .options = {{"with-dependents", nullptr, nullptr, "later batches that depend on it too", "连同依赖它的后续批次"},
                      {"dry-run", nullptr, nullptr, "say what would be undone, change nothing", "只说明会撤销什么,不写入"},
                      {"note", "TEXT", nullptr, "a note kept with the undo", "随撤销保存的备注"}},
          .reads_store = true, .run = Undo};
}

Command DiffCommand() {
  return {.name = "diff", .usage = "diff A B [--as-of] [--graph]", .en = "Show what differs between two batches or days, property by property",
          .zh = "逐项比较两个批次或两个日期之间的差别", .example = "liantu diff 1 3",
          .options = {{"as-of", nullptr, nullptr, "A and B are days: compare what was true then, not what was known", "A、B 为日期:比较当日成立的事实,而非当时所知"},
                      {"graph", nullptr, nullptr, "as JSON of nodes and edges with a status", "输出带状态的节点和边(JSON)"}},
          .reads_store = true, .run = Diff};
}

}  // namespace liantu::cli
