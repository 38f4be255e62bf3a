// SPDX-License-Identifier: Apache-2.0
// Rows go through io::RowWriter, so results of any size take little memory; words for people are in both languages.
#include "cli/result.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "query/cells.h"
#include "report/document.h"

namespace liantu::cli {

Result<uint64_t> WriteRows(query::Cursor& cursor, const io::WriteOptions& options, const io::RowWriter::Sink& sink) {
  std::vector<io::Column> columns;
  for (const std::string& name : cursor.columns()) columns.push_back({.name = name, .title = ""});
  std::optional<io::RowWriter> writer;
  if (!columns.empty()) writer.emplace(std::move(columns), options, sink);
  uint64_t count = 0;
  std::vector<query::Value> row;
  io::Row cells;
  for (;;) {
    auto more = cursor.Next(row);
    if (!more.ok()) {
      if (writer) writer->Finish();
      return more.status();
    }
    if (!*more) break;
    ++count;
    if (!writer) continue;
    cells.clear();
    for (const query::Value& value : row) cells.push_back(query::CellOf(value, cursor.context()));
    writer->Write(cells);
  }
  if (writer) writer->Finish();
  return count;
}

namespace {

void AddOperators(const query::PlanNode& node, const std::string& indent, bool profiled, io::Table& table) {
  io::Row row{Text(indent, node.op), node.detail, static_cast<int64_t>(std::llround(std::min(node.estimated_rows, 9e18)))};
  if (profiled) {
    row.emplace_back(static_cast<int64_t>(node.rows));
    row.emplace_back(static_cast<int64_t>(node.reads));
    row.emplace_back(static_cast<double>(node.nanos / 1000) / 1000);
  }
  table.rows.push_back(std::move(row));
  for (const query::PlanNode& child : node.children) AddOperators(child, indent + "  ", profiled, table);
}

}  // namespace

io::Table PlanTable(const query::PlanNode& plan, bool profiled, chain::Lang lang) {
  const auto say = [&](const char* zh, const char* en) { return std::string(report::Say(lang, zh, en)); };
  io::Table table{.columns = {{"operator", say("算子", "Operator")}, {"details", say("说明", "Details")}, {"estimated_rows", say("估计行数", "Estimated rows")}}, .rows = {}};
  if (profiled) {
    for (const io::Column& column : {io::Column{"rows", say("行数", "Rows")}, {"reads", say("读取", "Reads")}, {"ms", say("毫秒", "ms")}}) table.columns.push_back(column);
  }
  AddOperators(plan, "", profiled, table);
  return table;
}

std::string NoticesText(const query::Cursor& cursor, std::string_view text, chain::Lang lang) {
  std::string out;
  for (const query::Notice& notice : cursor.Notices()) {
    const query::LineColumn place = query::PlaceOf(text, notice.span.begin);
    out += lang == chain::Lang::kZh ? Text("提示:第 ", place.line, " 行第 ", place.column, " 列:") : Text("note: line ", place.line, ", column ", place.column, ": ");
    out += notice.message + "\n";
  }
  return out;
}

std::string ChangesText(const query::ChangeCounts& c, chain::Lang lang) {
  struct { int64_t count; const char *zh, *one, *more; } const kCounts[] = {
      {c.nodes_created, "新建节点", "node created", "nodes created"}, {c.nodes_deleted, "删除节点", "node deleted", "nodes deleted"},
      {c.relationships_created, "新建关系", "relationship created", "relationships created"},
      {c.relationships_deleted, "删除关系", "relationship deleted", "relationships deleted"},
      {c.properties_set, "写入属性", "property set", "properties set"}, {c.labels_added, "添加标签", "label added", "labels added"},
      {c.labels_removed, "移除标签", "label removed", "labels removed"}, {c.indexes_added, "新建索引", "index added", "indexes added"},
      {c.indexes_removed, "删除索引", "index removed", "indexes removed"}, {c.constraints_added, "新建约束", "constraint added", "constraints added"},
      {c.constraints_removed, "删除约束", "constraint removed", "constraints removed"}};
  std::string out;
  for (const auto& [count, zh, one, more] : kCounts) {
    if (count == 0) continue;
    if (!out.empty()) out += report::Say(lang, ",", ", ");
    out += lang == chain::Lang::kZh ? Text(zh, " ", count) : Text(count, " ", count == 1 ? one : more);
  }
  return out;
}

}  // namespace liantu::cli
