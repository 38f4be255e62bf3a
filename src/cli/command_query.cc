// SPDX-License-Identifier: Apache-2.0
// query: openCypher from the command line or a file, any number of rows to standard output as they come; EXPLAIN and PROFILE as a
// tree. What a statement changed, and why rows are missing, goes to standard error.
#include <charconv>
#include <iostream>
#include <map>

#include "base/files.h"
#include "chain/procedures.h"
#include "cli/command.h"
#include "cli/result.h"
#include "query/binder.h"
#include "query/parser.h"
#include "query/session.h"

namespace liantu::cli {

namespace {

using query::Value;

// 64M, 2G, 1000000.
Result<uint64_t> ReadBytes(const Invocation& call, const std::string& text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  const int shift = unit.empty() ? 0 : unit == "K" || unit == "k" ? 10 : unit == "M" || unit == "m" ? 20 : unit == "G" || unit == "g" ? 30 : -1;
  if (error != std::errc() || shift < 0 || number == 0 || number > (UINT64_MAX >> shift)) {
    return UsageError(Text("--memory: ", call.Say("应为字节数,如 500M 或 2G,得到 '", "expected a number of bytes such as 500M or 2G, found '"), text, "'"));
  }
  return number << shift;
}

// name=VALUE; the value as the query language writes it (3, 'text', [1, 2], {a: 1}, date('2025-09-11')), anything else is text.
Result<query::ValueMap> ReadParameters(const Invocation& call, query::Engine& engine) {
  std::map<std::string, Value> found;
  for (const std::string& text : call.All("param")) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return UsageError(Text("--param: ", call.Say("应为 名称=值,得到 '", "expected name=value, found '"), text, "'"));
    }
    const std::string value = text.substr(equals + 1);
    Value parsed = Value::String(value);
    query::Session session(engine, {.read_only = true});
    auto cursor = session.Run("RETURN (" + value + ") AS value", {}, *call.budget);
    std::vector<Value> row;
    if (cursor.ok()) {
      const auto more = (*cursor)->Next(row);
      if (more.ok() && *more && row.size() == 1) parsed = row[0];
    }
    found.insert_or_assign(text.substr(0, equals), std::move(parsed));
  }
  return query::ValueMap(found.begin(), found.end());
}

// Whether a statement needs the writer's place. A text that is wrong does not; running it says what is wrong.
bool Writes(const std::string& text, const query::ProcedureRegistry& procedures) {
  auto statement = query::Parse(text);
  if (!statement.ok() || !query::Bind(*statement, procedures).ok() || statement->explain == query::ExplainMode::kExplain) return false;
  return statement->kind == query::StatementKind::kQuery ? statement->query.writes : statement->kind != query::StatementKind::kShow;
}

Status RunStatement(const Invocation& call, query::Session& session, const std::string& text, const query::ValueMap& parameters, bool& printed) {
  const auto shown = [&](const Status& status) { return Status(status.code(), query::Render(status, text)); };
  auto started = session.Run(text, parameters, *call.budget);
  if (!started.ok()) return shown(started.status());
  query::Cursor& cursor = **started;
  const bool explain = cursor.summary().plan && !cursor.summary().profiled;
  // Answers of several statements are kept apart by an empty line.
  const bool answers = explain || !cursor.columns().empty();
  if (answers && printed && call.format != io::Format::kJsonl) std::cout << "\n";
  printed = printed || answers;
  const auto print = [](std::string_view piece) { std::cout << piece; };
  const auto rows = explain ? Result<uint64_t>(0) : WriteRows(cursor, call.Writing(), print);
  std::cout << std::flush;
  if (!rows.ok()) return shown(rows.status());
  const query::Summary& summary = cursor.summary();
  if (summary.plan) {
    if (!explain && answers) std::cout << "\n";
    LT_TRY(call.PrintTable(PlanTable(*summary.plan, summary.profiled, call.lang)));
  }
  std::cerr << NoticesText(cursor, text, call.lang);
  const std::string changes = ChangesText(summary.changes, call.lang);
  if (!changes.empty()) {
    std::cerr << changes;
    if (summary.batch) std::cerr << call.Say(";批次 ", "; batch ") << summary.batch.raw;
    std::cerr << "\n";
  }
  if (!summary.partial) return {};
  if (*rows == call.budget->max_rows()) {
    std::cerr << call.Say("只显示前 ", "these are the first ") << *rows << call.Say(" 行,其余未计算(--max-rows)\n", " rows; the rest was not computed (--max-rows)\n");
    return {};
  }
  return Status(Code::kBudget, Text(summary.stopped, *rows == 0 ? call.Say(";此前尚无结果行", "; no row had been found by then")
                                                                : call.Say(";以上只是一部分行", "; the rows above are only some of them")));
}

Status Query(const Invocation& call) {
  std::string text;
  if (call.Has("file")) {
    LT_TRY(call.Arguments(0));
    LT_ASSIGN(text, ReadFile(call.String("file")));
  } else {
    LT_TRY(call.Arguments(1));
    text = call.arguments[0];
  }
  std::vector<std::string> statements;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = std::min(query::StatementEnd(rest), rest.size());
    const std::string_view one = rest.substr(0, end);
    if (one.find_first_not_of("; \t\r\n") != std::string_view::npos) statements.emplace_back(one);
    rest.remove_prefix(end);
  }
  if (statements.empty()) return UsageError(call.Say("查询语句是空的", "the query is empty"));
  if (call.Has("max-rows")) {
    LT_ASSIGN(const int64_t rows, call.Integer("max-rows", 1, INT64_MAX));
    call.budget->set_max_rows(static_cast<uint64_t>(rows));
  }
  if (call.Has("memory")) {
    LT_ASSIGN(const uint64_t bytes, ReadBytes(call, call.String("memory")));
    call.budget->set_max_bytes(bytes);
  }
  // Procedures are bound to a database, so what is needed of it is found out with one that is thrown away.
  bool writes = false;
  {
    LT_ASSIGN(auto none, graph::Database::Open("memory:", {.create = true, .ontology = graph::Ontology::None()}));
    query::ProcedureRegistry procedures;
    query::RegisterDatabaseProcedures(procedures);
    chain::RegisterProcedures(procedures, *none);
    for (const std::string& statement : statements) writes = writes || Writes(statement, procedures);
  }
  LT_ASSIGN(auto db, writes ? call.OpenForWriting(false, nullptr) : call.OpenForReading());
  LT_ASSIGN(const auto view, call.Read(*db));
  auto procedures = std::make_shared<query::ProcedureRegistry>();
  query::RegisterDatabaseProcedures(*procedures);
  chain::RegisterProcedures(*procedures, *db);
  query::Engine engine(*db, procedures);
  LT_ASSIGN(const query::ValueMap parameters, ReadParameters(call, engine));
  const char* user = std::getenv("USER");
  query::Session session(engine, {.who = user ? user : "liantu", .origin = "query", .read = view.options(), .read_only = !writes,
                                  .csv_folders = call.All("csv-folder"), .partial_results = true});
  bool printed = false;
  for (size_t i = 0; i < statements.size(); ++i) {
    Status status = RunStatement(call, session, statements[i], parameters, printed);
    if (!status.ok() && statements.size() > 1) {
      status = status.Prefixed(call.lang == Lang::kEn ? Text("statement ", i + 1, ": ") : Text("第 ", i + 1, " 条语句:"));
    }
    LT_TRY(status);
  }
  return {};
}

}  // namespace

Command QueryCommand() {
  return {.name = "query", .usage = "query TEXT | -f FILE [--param NAME=VALUE ...] [options]", .en = "Ask or change the graph in openCypher; EXPLAIN and PROFILE show how",
          .zh = "用 openCypher 查询或修改图;EXPLAIN、PROFILE 显示执行计划", .example = "liantu query \"MATCH (p:Park)-[:HOSTS]->(c:Company) RETURN p.name, c.name LIMIT 5\"",
          .options = {{"f,file", "FILE", nullptr, "read the statements from a file, separated by semicolons", "从文件读取语句,以分号分隔"},
                      {"param", "NAME=VALUE", nullptr, "a parameter ($NAME): a literal such as 3, 'text', [1, 2], {a: 1}, or plain text; may be repeated", "参数($名称):字面量如 3、'文本'、[1, 2]、{a: 1},或普通文本;可重复"},
                      {"max-rows", "N", nullptr, "stop after so many rows", "最多输出这么多行"},
                      {"memory", "BYTES", nullptr, "stop when the rows held take more, e.g. 500M", "所占内存超过此数就停止,如 500M"},
                      {"csv-folder", "DIR", nullptr, "LOAD CSV may read files below this folder; may be repeated", "LOAD CSV 可读取此文件夹下的文件;可重复"}},
          .reads_store = true, .run = Query};
}

}  // namespace liantu::cli
