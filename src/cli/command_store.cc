// SPDX-License-Identifier: Apache-2.0
// stats, check and schema: what is in a store, whether it is sound, and what its ontology knows.
#include <iostream>

#include "base/files.h"
#include "cli/command.h"
#include "graph/ontology_lint.h"
#include "text/suggest.h"

namespace liantu::cli {

namespace {

std::string JoinNames(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Status Stats(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  LT_ASSIGN(const auto stats, db->GetStats(view.options()));
  chain::Reader reader(view, call.lang);
  io::Table table{.columns = {{"what", call.Say("项", "What")}, {"name", call.Say("名称", "Name")}, {"title", call.Say("说明", "Title")}, {"count", call.Say("数量", "Count")}}};
  table.rows.push_back({"nodes", io::Cell(), call.Say("节点", "nodes"), static_cast<int64_t>(stats.nodes)});
  table.rows.push_back({"edges", io::Cell(), call.Say("边", "edges"), static_cast<int64_t>(stats.edges)});
  table.rows.push_back({"batches", io::Cell(), call.Say("批次", "batches"), static_cast<int64_t>(stats.batches)});
  table.rows.push_back({"bytes", io::Cell(), call.Say("占用字节", "bytes on disk"), static_cast<int64_t>(stats.bytes)});
  table.rows.push_back({"format", stats.format, call.Say("存储格式", "storage format"), io::Cell()});
  for (const auto& [label, count] : stats.nodes_by_label) table.rows.push_back({"label", label, reader.LabelName(label), static_cast<int64_t>(count)});
  for (const auto& [type, count] : stats.edges_by_type) table.rows.push_back({"edge_type", type, reader.TypeName(type), static_cast<int64_t>(count)});
  return call.PrintTable(table);
}

Status Check(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(const auto problems, db->Check(call.Has("deep"), *call.budget));
  io::Table table{.columns = {{"problem", call.Say("问题", "Problem")}}};
  for (const auto& problem : problems) table.rows.push_back({problem.what});
  if (call.format != io::Format::kTable || !problems.empty()) LT_TRY(call.PrintTable(table));
  if (problems.empty()) {
    if (call.format == io::Format::kTable) std::cout << call.Say("没有发现问题\n", "no problem was found\n");
    return {};
  }
  return Status(Code::kDamaged, Text(problems.size(), call.Say(" 个问题", " problems were found")));
}

std::string TypeText(const graph::PropertySpec& p) { return graph::ValueTypeName(p.type) + (p.unit.empty() ? "" : Text(" (", p.unit, ")")); }

void AddProperties(const Invocation& call, const std::vector<graph::PropertySpec>& properties, const std::string& of, io::Table& table) {
  for (const graph::PropertySpec& p : properties) {
    std::string values;
    for (const auto& v : p.values) values += (values.empty() ? "" : "; ") + v.value + (v.value == call.Say(v.zh.c_str(), v.en.c_str()) ? "" : Text(" ", call.Say(v.zh.c_str(), v.en.c_str())));
    if (!p.format.empty()) values = Text("format ", p.format);
    table.rows.push_back({"property", Text(of, ".", p.name), call.Say(p.zh.c_str(), p.en.c_str()), TypeText(p), values.empty() ? io::Cell() : io::Cell(values)});
  }
}

Status ShowSchema(const Invocation& call, const graph::Ontology& ontology) {
  io::Table table{.columns = {{"kind", call.Say("种类", "Kind")}, {"name", call.Say("名称", "Name")}, {"title", call.Say("中文", "Title")}, {"type", call.Say("类型", "Type")}, {"about", call.Say("说明", "About")}}};
  const std::string wanted = call.arguments.size() > 1 ? call.arguments[1] : "";
  if (!wanted.empty() && !ontology.Label(wanted) && !ontology.EdgeType(wanted)) {
    std::vector<std::string> names;
    for (const auto& l : ontology.labels()) names.push_back(l.name);
    for (const auto& t : ontology.edge_types()) names.push_back(t.name);
    const auto near = text::Closest(wanted, names, 3);
    return Status(Code::kNotFound, Text(call.Say("本体中没有标签或边类型 '", "the ontology has no label or edge type '"), wanted, "'",
                                        near.empty() ? "" : call.Say(";您是否要找 ", "; did you mean "), JoinNames(near)));
  }
  auto ends = [](const graph::EdgeTypeSpec& t) {
    std::string out;
    for (const auto& [from, to] : t.ends) out += (out.empty() ? "" : ", ") + Text(from, "→", to);
    return out;
  };
  for (const graph::LabelSpec& l : ontology.labels()) {
    if (!wanted.empty() && ontology.Label(wanted) != &l) continue;
    table.rows.push_back({"label", l.name, call.Say(l.zh.c_str(), l.en.c_str()), io::Cell(), call.Say(l.about_zh.c_str(), l.about_en.c_str())});
    if (!wanted.empty()) AddProperties(call, l.properties, l.name, table);
  }
  for (const graph::EdgeTypeSpec& t : ontology.edge_types()) {
    if (!wanted.empty() && ontology.EdgeType(wanted) != &t) continue;
    table.rows.push_back({"edge_type", t.name, call.Say(t.zh.c_str(), t.en.c_str()), ends(t), call.Say(t.about_zh.c_str(), t.about_en.c_str())});
    if (!wanted.empty()) AddProperties(call, t.properties, t.name, table);
  }
  return call.PrintTable(table);
}

Status Schema(const Invocation& call) {
  const std::string verb = call.arguments.empty() ? "show" : call.arguments[0];
  if (verb == "check") {
    if (call.arguments.size() != 2) return UsageError(Text(call.Say("用法:liantu ", "usage: liantu "), "schema check FILE.json"));
    LT_ASSIGN(const std::string json, ReadFile(call.arguments[1]));
    LT_ASSIGN(const auto ontology, graph::Ontology::Parse(json, call.arguments[1]));
    std::cout << Text(call.arguments[1], ": ", ontology->labels().size(), call.Say(" 个标签,", " labels, "), ontology->edge_types().size(), call.Say(" 种边,没有问题\n", " edge types, no problem\n"));
    return {};
  }
  if (verb == "show") {
    auto db = call.OpenForReading();
    if (db.ok()) {
      LT_ASSIGN(auto view, call.Read(**db));
      return ShowSchema(call, view.ontology());
    }
    if (db.code() != Code::kNotFound) return db.status();
    // Without a store: the ontology a new one would get.
    const std::string path = HomeFolder() + "/schema/industry.json";
    LT_ASSIGN(const std::string json, ReadFile(path));
    LT_ASSIGN(const auto ontology, graph::Ontology::Parse(json, path));
    return ShowSchema(call, *ontology);
  }
  if (verb == "lint") {
    LT_ASSIGN(auto db, call.OpenForReading());
    LT_ASSIGN(auto view, call.Read(*db));
    LT_ASSIGN(const auto findings, graph::LintStore(view, *call.budget));
    io::Table table{.columns = {{"finding", call.Say("发现", "Finding")}, {"count", call.Say("次数", "Count")}, {"example", call.Say("例", "Example")}}};
    for (const auto& f : findings) table.rows.push_back({f.what, static_cast<int64_t>(f.count), f.example});
    if (findings.empty() && call.format == io::Format::kTable) {
      std::cout << call.Say("与本体一致\n", "the store agrees with its ontology\n");
      return {};
    }
    return call.PrintTable(table);
  }
  return UsageError(Text(call.Say("没有 schema ", "there is no schema "), verb, call.Say(";有:show、lint、check", "; there are: show, lint, check")));
}

}  // namespace

Command StatsCommand() {
  return {.name = "stats", .usage = "stats", .en = "Count what is in the store, by label and edge type", .zh = "统计图库内容:按标签和边类型计数",
          .example = "liantu stats --format json", .options = {}, .reads_store = true, .run = Stats};
}

Command CheckCommand() {
  return {.name = "check", .usage = "check [--deep]", .en = "Look for damage; never changes anything (exit 5 if there is any)", .zh = "检查图库是否损坏;不改动任何内容(有损坏时退出码 5)",
          .example = "liantu check --deep", .options = {{"deep", nullptr, nullptr, "every edge both ways, every index and journal entry, all checksums", "逐条核对边的两个方向、索引、日志和校验和"}},
          .reads_store = true, .run = Check};
}

Command SchemaCommand() {
  return {.name = "schema", .usage = "schema [show [LABEL|TYPE] | lint | check FILE]", .en = "Show the ontology, list where the store departs from it, or check an ontology file",
          .zh = "显示本体,列出图库与本体不一致之处,或检查本体文件", .example = "liantu schema show Company", .options = {}, .reads_store = true, .run = Schema};
}

}  // namespace liantu::cli
