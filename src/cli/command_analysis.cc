// SPDX-License-Identifier: Apache-2.0
// rank, communities, analyze and project: methods of the analysis registry on a projection of the store.
#include <algorithm>
#include <iostream>

#include "chain/method_call.h"
#include "cli/command.h"
#include "graph/projection_json.h"
#include "report/method_document.h"

namespace liantu::cli {

namespace {

const std::vector<Option> kProjection = {
    {"p,projection", "NAME|JSON", nullptr, "a stored projection, or its JSON form; the options below change it", "已存投影的名称或其 JSON;以下选项可在其上修改"},
    {"t,type", "TYPE", nullptr, "edge type to keep; may repeat (default: the economic types)", "保留的边类型,可重复(默认:经济类型)"},
    {"l,label", "LABEL", nullptr, "node label to keep; may repeat", "保留的节点标签,可重复"},
    {"u,undirected", nullptr, nullptr, "ignore directions", "忽略方向"},
    {"reversed", nullptr, nullptr, "swap every direction", "把每条边反向"},
    {"w,weight", "PROPERTY", nullptr, "edge property that is the weight", "作为权重的边属性"},
    {"simple", nullptr, nullptr, "join parallel edges, drop loops", "合并平行边,去掉自环"},
    {"where", "PROPERTY=VALUE", nullptr, "keep only edges with this value; may repeat", "只保留该属性取此值的边,可重复"},
    {"a,arg", "NAME=VALUE", nullptr, "an argument of the method; may repeat", "方法的参数,可重复"},
    {"limit", "N", "20", "at most so many rows", "最多列出多少行"},
    {"explain", "NAME", nullptr, "say what contributed most to this entity's score", "说明该实体得分的主要来源"},
};

Result<std::pair<std::string, std::string>> SplitPair(const Invocation& call, std::string_view option, const std::string& text) {
  const size_t at = text.find('=');
  if (at == std::string::npos || at == 0) {
    return UsageError(Text("--", option, call.Say(":应为 名称=值,得到 '", ": expected NAME=VALUE, found '"), text, "'"));
  }
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

Result<graph::Projection> ReadProjection(const Invocation& call, const graph::Database& db, const graph::ReadView& view) {
  graph::Projection p;
  if (const std::string given = call.String("projection"); !given.empty()) {
    if (given.starts_with("{")) {
      LT_ASSIGN(p, graph::ParseProjection(given, "--projection"));
    } else {
      LT_ASSIGN(p, db.StoredProjection(given));
    }
  }
  auto canonical = [&](const std::vector<std::string>& names, bool types) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
      const auto* label = types ? nullptr : view.ontology().Label(name);
      const auto* type = types ? view.ontology().EdgeType(name) : nullptr;
      out.push_back(label ? label->name : type ? type->name : name);
    }
    return out;
  };
  if (call.Has("type")) p.types = canonical(call.All("type"), true);
  if (call.Has("label")) p.labels = canonical(call.All("label"), false);
  if (call.Has("undirected")) p.undirected = true;
  if (call.Has("reversed")) p.reversed = true;
  if (call.Has("simple")) p.simple = true;
  if (call.Has("weight")) p.weight = call.String("weight");
  for (const std::string& text : call.All("where")) {
    LT_ASSIGN(const auto pair, SplitPair(call, "where", text));
    auto it = std::find_if(p.filters.begin(), p.filters.end(), [&](const auto& f) { return f.property == pair.first; });
    if (it == p.filters.end()) it = p.filters.insert(p.filters.end(), {.property = pair.first});
    it->values.push_back(pair.second);
  }
  for (const std::string& type : p.types) {
    if (!view.type(type)) return Status(Code::kNotFound, Text(call.Say("图库中没有边类型 '", "the store has no edges of type '"), type, "'"));
  }
  return p;
}

std::string DefaultMethod(const Invocation& call) {
  const std::string_view name = call.command->name;
  return name == "communities" ? "leiden" : name == "rank" ? "pagerank" : "";
}

Status ListMethods(const Invocation& call) {
  io::Table table{.columns = {{"method", call.Say("方法", "Method")}, {"group", call.Say("类别", "Group")}, {"help", call.Say("说明", "Help")}, {"arguments", call.Say("参数", "Arguments")}, {"reference", call.Say("文献", "Reference")}}};
  const std::string_view command = call.command->name;
  for (const analysis::Method& m : analysis::Methods()) {
    if (command == "rank" && m.score.empty()) continue;
    if (command == "communities" && m.group != "community") continue;
    std::string arguments;
    for (const analysis::Argument& a : m.arguments) {
      arguments += Text(arguments.empty() ? "" : "; ", a.name, ":", analysis::ArgumentKindName(a.kind), a.required ? "!" : a.default_text.empty() ? "" : "=" + a.default_text);
    }
    table.rows.push_back({m.name, m.group, call.Say(m.help_zh.c_str(), m.help_en.c_str()), arguments, m.reference});
  }
  return call.PrintTable(table);
}

Status Analyze(const Invocation& call) {
  if (call.arguments.size() > 1) LT_TRY(call.Arguments(1));
  const std::string name = call.arguments.empty() ? DefaultMethod(call) : call.arguments[0];
  if (name.empty() || name == "list") return ListMethods(call);
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 0, 1'000'000'000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  LT_ASSIGN(const graph::Projection projection, ReadProjection(call, *db, view));
  chain::TextArguments arguments;
  for (const std::string& text : call.All("arg")) {
    LT_ASSIGN(auto pair, SplitPair(call, "arg", text));
    arguments.push_back(std::move(pair));
  }
  chain::Reader reader(view, call.lang);
  ShowProgress(*call.budget);
  LT_ASSIGN(chain::MethodAnswer answer, chain::CallMethod(reader, name, projection, arguments, *call.budget));
  call.budget->Progress(1);
  if (std::string_view(call.command->name) == "rank") {
    if (answer.method->score.empty()) {
      return UsageError(Text("'", name, call.Say("' 不给节点打分,请用 liantu analyze ", "' scores no nodes; use liantu analyze "), name));
    }
    LT_TRY(analysis::RankRows(answer.table, answer.method->score, static_cast<size_t>(limit)));
  }
  LT_ASSIGN(report::Document document, report::MethodDocument(reader, answer, static_cast<size_t>(limit)));
  if (call.Has("explain")) {
    LT_ASSIGN(const chain::Entity entity, reader.Resolve(call.String("explain"), {}));
    LT_ASSIGN(const auto contributions, chain::ExplainCall(reader, answer, arguments, entity.id, *call.budget));
    LT_ASSIGN(auto section, report::ContributionsSection(reader, answer, entity, contributions));
    document.sections.push_back(std::move(section));
  }
  return call.Print(document);
}

Status Project(const Invocation& call) {
  const std::string verb = call.arguments.empty() ? "list" : call.arguments[0];
  auto table_of = [&](const std::vector<graph::Projection>& list, const graph::ReadView& view) -> Status {
    io::Table table{.columns = {{"name", call.Say("名称", "Name")}, {"projection", call.Say("投影", "Projection")}, {"bytes", call.Say("估计内存(字节)", "Estimated bytes")}, {"json", "JSON"}}};
    for (const graph::Projection& p : list) {
      LT_ASSIGN(const uint64_t bytes, view.EstimateSnapBytes(p));
      const std::string json = graph::ProjectionJson(p);
      table.rows.push_back({p.name, p.Describe(), static_cast<int64_t>(bytes), io::Cell(graph::Value(json), json)});
    }
    return call.PrintTable(table);
  };
  if (verb == "list" && call.arguments.size() <= 1) {
    LT_ASSIGN(auto db, call.OpenForReading());
    LT_ASSIGN(auto view, call.Read(*db));
    LT_ASSIGN(const auto list, db->StoredProjections());
    return table_of(list, view);
  }
  if ((verb == "estimate" || verb == "save") && call.arguments.size() == (verb == "save" ? 2u : 1u)) {
    LT_ASSIGN(auto db, verb == "save" ? call.OpenForWriting(false, nullptr) : call.OpenForReading());
    LT_ASSIGN(auto view, call.Read(*db));
    LT_ASSIGN(graph::Projection p, ReadProjection(call, *db, view));
    if (verb == "save") {
      p.name = call.arguments[1];
      LT_TRY(db->StoreProjection(p));
    }
    return table_of({p}, view);
  }
  if (verb == "remove" && call.arguments.size() == 2) {
    LT_ASSIGN(auto db, call.OpenForWriting(false, nullptr));
    return db->RemoveProjection(call.arguments[1]);
  }
  return UsageError(Text(call.Say("用法:liantu ", "usage: liantu "), call.command->usage));
}

std::vector<Option> ProjectionOnly() { return {kProjection.begin(), kProjection.begin() + 8}; }

}  // namespace

Command RankCommand() {
  return {.name = "rank", .usage = "rank [METHOD|list] [--type TYPE]... [--arg NAME=VALUE]...", .en = "Rank nodes by a measure: PageRank, betweenness, bridging, constraint …",
          .zh = "按指标给节点排名:PageRank、介数、桥接、约束……", .example = "liantu rank betweenness --type SUPPLIES --undirected", .options = kProjection, .reads_store = true, .run = Analyze};
}

Command CommunitiesCommand() {
  return {.name = "communities", .usage = "communities [METHOD|list] [--type TYPE]...", .en = "Find communities: Leiden, Louvain, label propagation, components",
          .zh = "发现社群:Leiden、Louvain、标签传播、连通分量", .example = "liantu communities leiden --type SUPPLIES --undirected", .options = kProjection, .reads_store = true, .run = Analyze};
}

Command AnalyzeCommand() {
  return {.name = "analyze", .usage = "analyze [METHOD|list] [--type TYPE]... [--arg NAME=VALUE]...", .en = "Run any analysis method; without a name, list them all",
          .zh = "运行任一分析方法;不给方法名则列出全部", .example = "liantu analyze ei_index --type SUPPLIES --undirected --arg groups=city", .options = kProjection, .reads_store = true, .run = Analyze};
}

Command ProjectCommand() {
  return {.name = "project", .usage = "project [list | save NAME | estimate | remove NAME] [--type TYPE]...", .en = "Keep named projections, and estimate their memory before they are built",
          .zh = "保存命名的投影,并在构建前估计其内存", .example = "liantu project save firm-supply --type SUPPLIES --where status=supply", .options = ProjectionOnly(), .reads_store = true, .run = Project};
}

}  // namespace liantu::cli
