// SPDX-License-Identifier: Apache-2.0
#include "report/history.h"

#include <map>

#include "io/json.h"
#include "report/answers.h"

namespace liantu::report {

using graph::BatchId;
using graph::BatchInfo;
using graph::Change;

namespace {

std::string Time(int64_t time_ms) { return graph::ToText(graph::Value(graph::DateTime{.seconds = time_ms / 1000})); }

std::string Numbers(const std::vector<BatchId>& batches) {
  std::vector<std::string> out;
  for (const BatchId batch : batches) out.push_back(std::to_string(batch.raw));
  return Join(out, ", ");
}

// "stands", "undone by 7".
io::Cell StateCell(Lang lang, BatchId undoer) {
  std::string json = "{\"stands\":" + std::string(undoer ? "false" : "true");
  if (undoer) json += ",\"undone_by\":" + std::to_string(undoer.raw);
  return {graph::Value(undoer ? Text(Say(lang, "已被批次 ", "undone by "), undoer.raw, Say(lang, " 撤销", "")) : std::string(Say(lang, "有效", "stands"))), json + "}"};
}

io::Row BatchRow(Lang lang, const BatchInfo& b, BatchId undoer) {
  return {CountCell(b.id.raw), Time(b.time_ms), TextCell(b.who), TextCell(b.origin), CountCell(b.nodes_created), CountCell(b.edges_created),
          CountCell(b.entities_changed), CountCell(b.entities_deleted), CountCell(b.entities_restored), StateCell(lang, undoer),
          TextCell(Numbers(b.undoes)), TextCell(b.note)};
}

std::vector<io::Column> BatchColumns(Lang lang) {
  return {{"batch", Say(lang, "批次", "Batch")}, {"time", Say(lang, "时间", "Time")}, {"who", Say(lang, "操作者", "Who")}, {"origin", Say(lang, "来自", "Origin")},
          {"nodes", Say(lang, "新节点", "New nodes")}, {"edges", Say(lang, "新边", "New edges")}, {"changed", Say(lang, "更新", "Changed")},
          {"deleted", Say(lang, "删除", "Deleted")}, {"restored", Say(lang, "恢复", "Restored")}, {"state", Say(lang, "状态", "State")},
          {"undoes", Say(lang, "撤销了", "Undoes")}, {"note", Say(lang, "备注", "Note")}};
}

const char* StatusName(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kCreated: return "created";
    case Change::Kind::kDeleted: return "deleted";
    case Change::Kind::kChanged: return "changed";
  }
  return "";
}
const char* StatusTitle(Lang lang, Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kCreated: return Say(lang, "新增", "created");
    case Change::Kind::kDeleted: return Say(lang, "删除", "deleted");
    case Change::Kind::kChanged: return Say(lang, "变更", "changed");
  }
  return "";
}

// A line of a change: a property, or what else can differ, with both values; null: not there.
struct Line {
  std::string what;
  graph::Value before, after;
};

graph::Value Day(const std::optional<graph::Date>& day) { return day ? graph::Value(*day) : graph::Value(); }

std::vector<Line> Lines(const graph::ReadView& view, const Change& change) {
  std::vector<Line> lines;
  const auto add = [&](const char* what, graph::Value before, graph::Value after) {
    if (before != after) lines.push_back({what, std::move(before), std::move(after)});
  };
  if (change.kind == Change::Kind::kChanged && change.node_before) {
    const auto labels = [&](const graph::Node& node) {
      graph::Value::List list;
      for (const graph::LabelId label : node.labels) list.emplace_back(view.name(label));
      return graph::Value(std::move(list));
    };
    add("labels", labels(*change.node_before), labels(*change.node_after));
  }
  for (const Change::Property& p : change.properties) {
    lines.push_back({view.name(p.property), p.before.value_or(graph::Value()), p.after.value_or(graph::Value())});
  }
  if (change.kind == Change::Kind::kChanged && change.edge_before) {
    const graph::Edge &a = *change.edge_before, &b = *change.edge_after;
    add("certainty", graph::CertaintyName(a.certainty), graph::CertaintyName(b.certainty));
    add("valid_from", Day(a.valid.from), Day(b.valid.from));
    add("valid_to", Day(a.valid.to), Day(b.valid.to));
  }
  return lines;
}

}  // namespace

Document BatchesDocument(Lang lang, const std::vector<BatchInfo>& batches) {
  Document d{.kind = "batches", .title = Say(lang, "批次:谁在何时改了什么", "Batches: who changed what, when"), .lang = lang};
  Section s{.name = "batches", .title = Say(lang, "批次", "Batches")};
  s.table.columns = BatchColumns(lang);
  const auto undoers = graph::UndoneBy(batches);
  for (size_t i = 0; i < batches.size(); ++i) s.table.rows.push_back(BatchRow(lang, batches[i], undoers[i]));
  d.sections.push_back(std::move(s));
  return d;
}

Document BatchDocument(Lang lang, const std::vector<BatchInfo>& batches, BatchId batch) {
  Document d{.kind = "batch", .title = Text(Say(lang, "批次 ", "Batch "), batch.raw), .lang = lang};
  const auto undoers = graph::UndoneBy(batches);
  for (size_t i = 0; i < batches.size(); ++i) {
    if (batches[i].id != batch) continue;
    Section s{.name = "batch", .title = Say(lang, "概要", "Summary")};
    s.table.columns = BatchColumns(lang);
    s.table.rows.push_back(BatchRow(lang, batches[i], undoers[i]));
    d.sections.push_back(std::move(s));
    if (batches[i].inputs.empty()) continue;
    Section files{.name = "files", .title = Say(lang, "文件", "Files")};
    files.table.columns = {{"file", Say(lang, "文件", "File")}, {"sha256", "SHA-256"}};
    for (const graph::InputFile& input : batches[i].inputs) files.table.rows.push_back({input.name, TextCell(input.sha256)});
    d.sections.push_back(std::move(files));
  }
  return d;
}

Document UndoDocument(Lang lang, const graph::UndoReport& undo, const std::vector<BatchInfo>& batches) {
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "undo", .lang = lang};
  d.title = undo.batch.id ? Text(Say(lang, "撤销:批次 ", "Undo: batch "), undo.batch.id.raw)
                          : std::string(Say(lang, "试运行:没有写入", "Dry run: nothing was written"));
  d.summary.push_back(zh ? Text("撤销批次 ", Numbers(undo.undone), ":移除 ", undo.removed, "、恢复 ", undo.restored, "、变更 ", undo.changed, " 个节点和边。")
                         : Text("Undoing ", Numbers(undo.undone), " removes ", undo.removed, ", restores ", undo.restored, " and changes ",
                                undo.changed, " nodes and edges."));
  Section s{.name = "undone", .title = Say(lang, "撤销的批次", "Batches undone")};
  s.table.columns = {{"batch", Say(lang, "批次", "Batch")}, {"time", Say(lang, "时间", "Time")}, {"who", Say(lang, "操作者", "Who")},
                     {"origin", Say(lang, "来自", "Origin")}, {"why", Say(lang, "原因", "Why")}};
  for (const BatchId id : undo.undone) {
    std::string why = Say(lang, "指定撤销", "asked for");
    for (const auto& dependent : undo.dependents) {
      if (dependent.batch == id) why = dependent.why;
    }
    for (const BatchInfo& b : batches) {
      if (b.id == id) s.table.rows.push_back({CountCell(id.raw), Time(b.time_ms), TextCell(b.who), TextCell(b.origin), why});
    }
  }
  d.sections.push_back(std::move(s));
  return d;
}

Result<Document> DiffDocument(chain::Reader& before, chain::Reader& after, const DiffSides& sides, const std::vector<Change>& changes) {
  const Lang lang = after.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "diff", .title = Text(sides.before, " → ", sides.after), .lang = lang};
  for (const bool edges : {false, true}) {
    Section s{.name = edges ? "edges" : "nodes", .title = edges ? Say(lang, "边", "Edges") : Say(lang, "节点", "Nodes")};
    s.table.columns = {{"status", Say(lang, "状态", "Status")}};
    if (edges) {
      s.table.columns.insert(s.table.columns.end(), {{"from", Say(lang, "从", "From")}, {"type", Say(lang, "类型", "Type")}, {"to", Say(lang, "到", "To")}});
    } else {
      s.table.columns.insert(s.table.columns.end(), {{"label", Say(lang, "类别", "Label")}, {"entity", Say(lang, "名称", "Name")}});
    }
    s.table.columns.insert(s.table.columns.end(), {{"property", Say(lang, "属性", "Property")}, {"before", Say(lang, "原值", "Before")}, {"after", Say(lang, "新值", "After")}});
    uint64_t counts[3] = {};
    for (const Change& change : changes) {
      if (change.edge != edges) continue;
      ++counts[static_cast<size_t>(change.kind)];
      chain::Reader& reader = change.kind == Change::Kind::kDeleted ? before : after;
      std::string status;
      io::AppendJsonString(status, StatusName(change.kind));
      io::Row head = {io::Cell(graph::Value(StatusTitle(lang, change.kind)), status)};
      if (edges) {
        const graph::Edge& edge = change.edge_after ? *change.edge_after : *change.edge_before;
        LT_ASSIGN(const chain::Entity from, reader.Describe(edge.from));
        LT_ASSIGN(const chain::Entity to, reader.Describe(edge.to));
        head.insert(head.end(), {EntityCell(from), reader.TypeName(reader.view().name(edge.type)), EntityCell(to)});
      } else {
        LT_ASSIGN(const chain::Entity entity, reader.Describe(graph::NodeId{change.id}));
        head.insert(head.end(), {reader.LabelName(entity.label), EntityCell(entity)});
      }
      std::vector<Line> lines = Lines(reader.view(), change);
      if (lines.empty()) lines.push_back({change.evidence ? Say(lang, "(仅来源)", "(evidence only)") : "", {}, {}});
      for (Line& line : lines) {
        io::Row row = head;
        row.push_back(TextCell(line.what));
        row.emplace_back(std::move(line.before));
        row.emplace_back(std::move(line.after));
        s.table.rows.push_back(std::move(row));
      }
    }
    d.summary.push_back(zh ? Text(s.title, ":新增 ", counts[0], ",删除 ", counts[1], ",变更 ", counts[2], "。")
                           : Text(s.title, ": ", counts[0], " created, ", counts[1], " deleted, ", counts[2], " changed."));
    if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  }
  return d;
}

Result<std::string> DiffGraph(chain::Reader& before, chain::Reader& after, const DiffSides& sides, const std::vector<Change>& changes) {
  struct Shown {
    std::string status = "unchanged";
    const Change* change = nullptr;
    bool gone = false;
  };
  std::map<uint64_t, Shown> nodes;
  for (const Change& change : changes) {
    if (!change.edge) nodes[change.id] = {StatusName(change.kind), &change, change.kind == Change::Kind::kDeleted};
  }
  for (const Change& change : changes) {
    if (!change.edge) continue;
    const graph::Edge& edge = change.edge_after ? *change.edge_after : *change.edge_before;
    for (const graph::NodeId end : {edge.from, edge.to}) nodes.try_emplace(end.raw);
  }
  io::JsonWriter json(2);
  const auto write_changes = [&](const graph::ReadView& view, const Change& change) {
    json.Key("changes").BeginArray();
    for (const Line& line : Lines(view, change)) {
      json.BeginObject().Member("property", line.what).Member("before", line.before).Member("after", line.after).EndObject();
    }
    json.EndArray();
  };
  json.BeginObject().Member("before", sides.before).Member("after", sides.after).Key("nodes").BeginArray();
  for (const auto& [id, shown] : nodes) {
    chain::Reader& reader = shown.gone ? before : after;
    LT_ASSIGN(const chain::Entity entity, reader.Describe(graph::NodeId{id}));
    json.BeginObject().Member("id", Text("n", id)).Member("label", entity.label).Member("key", entity.key).Member("name", entity.name);
    json.Member("status", shown.status);
    if (shown.change != nullptr) write_changes(reader.view(), *shown.change);
    json.EndObject();
  }
  json.EndArray().Key("edges").BeginArray();
  for (const Change& change : changes) {
    if (!change.edge) continue;
    const graph::ReadView& view = change.kind == Change::Kind::kDeleted ? before.view() : after.view();
    const graph::Edge& edge = change.edge_after ? *change.edge_after : *change.edge_before;
    json.BeginObject().Member("id", Text("e", change.id)).Member("type", view.name(edge.type)).Member("source", Text("n", edge.from.raw));
    json.Member("target", Text("n", edge.to.raw)).Member("status", StatusName(change.kind));
    write_changes(view, change);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take() + "\n";
}

}  // namespace liantu::report
