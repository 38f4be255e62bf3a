// SPDX-License-Identifier: Apache-2.0
// linkage, report and path: how two groups, and how two entities, hang together.
#include <iostream>

#include "base/files.h"
#include "chain/connect.h"
#include "chain/linkage.h"
#include "chain/matrix.h"
#include "cli/command.h"
#include "report/link_answers.h"
#include "report/linkage_report.h"
#include "text/suggest.h"

namespace liantu::cli {

namespace {

const std::vector<std::string> kGroupLabels = {"City", "District", "Province", "Cluster", "Chain", "Segment", "Park"};
const std::vector<std::string> kReports = {"linkage"};

// What the question itself refuses (one side twice, an unknown type) is a matter of the command line.
Status AsUsage(const Status& status) { return status.code() == Code::kInvalid ? UsageError(status.message()) : status; }

// The document of `linkage A B`, asked by any command; `verb` is what repeats it.
Result<report::Document> AskLinkage(const Invocation& call, const std::string& a_text, const std::string& b_text, const char* verb, bool pictures) {
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 100000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity a, reader.Resolve(a_text, kGroupLabels));
  LT_ASSIGN(const chain::Entity b, reader.Resolve(b_text, kGroupLabels));
  auto found = chain::FindLinkage(reader, a, b, {.max_listed = static_cast<size_t>(limit)}, *call.budget);
  LT_TRY(AsUsage(found.status()));
  const chain::LinkageAnswer& answer = *found;
  std::string command = Text("liantu ", verb, " ", report::StableName(a), " ", report::StableName(b));
  for (const char* option : {"limit", "as-of", "as-known"}) {
    if (call.Has(option)) command += Text(" --", option, " ", call.String(option));
  }
  if (call.Has("predicted")) command += " --predicted";
  command += call.lang == Lang::kEn ? " --lang en" : " --lang zh";
  return report::LinkageDocument(reader, answer, {.pictures = pictures, .command = command});
}

Status Linkage(const Invocation& call) {
  if (call.Has("all")) {
    LT_TRY(call.Arguments(0));
    if (!call.Has("by")) return UsageError(Text(call.Say("--all 需要 --by\n用法:liantu ", "--all needs --by\nusage: liantu "), call.command->usage));
    LT_ASSIGN(auto db, call.OpenForReading());
    LT_ASSIGN(auto view, call.Read(*db));
    chain::Reader reader(view, call.lang);
    LT_ASSIGN(const chain::MatrixOptions options, ReadMatrix(call, reader));
    auto answer = chain::FindMatrix(reader, options, *call.budget);
    LT_TRY(AsUsage(answer.status()));
    return call.Print(report::PairsDocument(reader, *answer));
  }
  LT_TRY(call.Arguments(2));
  LT_ASSIGN(const report::Document document, AskLinkage(call, call.arguments[0], call.arguments[1], "linkage", false));
  return call.Print(document);
}

std::string Known(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// What a file name asks for: "html", or a format of io.
Result<std::string> FileKind(const Invocation& call, const std::string& path) {
  const size_t dot = path.rfind('.');
  const size_t slash = path.rfind('/');
  const std::string extension = dot == std::string::npos || (slash != std::string::npos && dot < slash) ? "" : path.substr(dot + 1);
  if (extension == "html" || extension == "htm") return std::string("html");
  if (extension == "md") return std::string("markdown");
  if (extension == "json") return std::string("json");
  return UsageError(Text("-o ", path, call.Say(":扩展名应为 .html、.md 或 .json,得到 '", ": expected the extension .html, .md or .json, found '"), extension, "'"));
}

Status Report(const Invocation& call) {
  const std::string kind = call.arguments.empty() ? "" : call.arguments[0];
  if (kind != "linkage") {
    std::string message = kind.empty() ? std::string(call.Say("请说明要哪一种报告", "say which report"))
                                       : Text(call.Say("没有报告 '", "there is no report '"), kind, "'");
    if (const auto near = text::Closest(kind, kReports, 1); !kind.empty() && !near.empty()) message += Text(call.Say(";您是否要用 '", "; did you mean '"), near[0], "'?");
    return UsageError(Text(message, call.Say("\n现有报告:", "\nreports: "), Known(kReports), call.Say("\n用法:liantu ", "\nusage: liantu "), call.command->usage));
  }
  LT_TRY(call.Arguments(3));
  const std::string path = call.String("output");
  std::string file_kind = io::FormatName(call.Has("format") ? call.format : io::Format::kMarkdown);
  if (!path.empty()) {
    LT_ASSIGN(file_kind, FileKind(call, path));
  }
  LT_ASSIGN(const report::Document document, AskLinkage(call, call.arguments[1], call.arguments[2], "report linkage", file_kind == "html"));
  std::string text;
  if (file_kind == "html") {
    text = report::RenderHtml(document);
  } else {
    LT_ASSIGN(const io::Format format, io::ParseFormat(file_kind));
    text = report::Render(document, format);
  }
  if (path.empty()) {
    std::cout << text << std::flush;
    return {};
  }
  LT_TRY(WriteFileAtomic(path, text));
  std::cerr << call.Say("已写入 ", "wrote ") << path << "\n";
  return {};
}

Status Path(const Invocation& call) {
  LT_TRY(call.Arguments(2));
  LT_ASSIGN(const int64_t k, call.Integer("paths", 1, 100));
  LT_ASSIGN(const int64_t hops, call.Integer("max-hops", 1, 12));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity from, reader.Resolve(call.arguments[0], {}));
  LT_ASSIGN(const chain::Entity to, reader.Resolve(call.arguments[1], {}));
  chain::ConnectOptions options{.k = static_cast<size_t>(k), .max_hops = static_cast<int>(hops), .types = call.All("type")};
  for (const std::string& name : call.All("avoid")) {
    LT_ASSIGN(const chain::Entity avoided, reader.Resolve(name, {}));
    options.avoid.push_back(avoided.id);
  }
  const auto answer = chain::FindConnections(reader, from, to, options, *call.budget);
  LT_TRY(AsUsage(answer.status()));
  LT_ASSIGN(const report::Document document, report::PathDocument(reader, *answer, options));
  return call.Print(document);
}

const Option kLimit = {"limit", "N", "200", "at most so many members of a part, ties and bridges in a list", "每张名单(成员、联系、桥梁)最多列出多少行"};

}  // namespace

Command LinkageCommand() {
  return {.name = "linkage", .usage = "linkage A B | linkage --all --by city|district|cluster|park|chain|province", .en = "How two clusters, places, chains or parks are tied together: ties, bridges, what they share and lack, E-I and z",
          .zh = "两个集群、地区、产业链或园区如何相连:供应联系、桥梁企业、共有与互补、E-I 与 z", .example = "liantu linkage 广深佛惠莞中智能网联新能源汽车集群 深圳市先进电池材料集群",
          .options = {kLimit,
                      {"all", nullptr, nullptr, "every pair of a kind, with --by", "两两比较同一类的全部,与 --by 合用"},
                      {"by", "KIND", nullptr, "with --all: city, district, cluster, park, chain or province", "与 --all 合用:city、district、cluster、park、chain 或 province"},
                      {"within", "PLACE", nullptr, "with --all: only those in this place", "与 --all 合用:只看这一地的"},
                      {"chain", "NAME", nullptr, "with --all: only ties whose product belongs to this chain", "与 --all 合用:只看产品属于该产业链的联系"}},
          .reads_store = true, .run = Linkage};
}

Command ReportCommand() {
  return {.name = "report", .usage = "report linkage A B [-o FILE]", .en = "Write a report with summary, tables, picture and footnotes: HTML, Markdown or JSON by the file's extension",
          .zh = "生成带摘要、表格、图和脚注的报告:按扩展名为 HTML、Markdown 或 JSON", .example = "liantu report linkage 广州 深圳 -o linkage.html",
          .options = {{"o,output", "FILE", nullptr, "FILE.html, FILE.md or FILE.json; without it Markdown on standard output", "文件.html、文件.md 或 文件.json;不给则以 Markdown 输出到标准输出"}, kLimit},
          .reads_store = true, .run = Report};
}

Command PathCommand() {
  return {.name = "path", .usage = "path A B [-k N] [--type T]... [--avoid NAME]... [--max-hops N]", .en = "The shortest and the k best readable connections between two entities",
          .zh = "两个实体之间最短、最好读的 k 条连接", .example = "liantu path 佳都科技 南方电网科学研究院",
          .options = {{"k,paths", "N", "3", "so many paths", "列出多少条路径"},
                      {"type", "TYPE", nullptr, "only this edge type, e.g. SUPPLIES or 供应; may be given several times", "只走这种关系,如 SUPPLIES 或 供应;可重复"},
                      {"avoid", "NAME", nullptr, "not through this entity; may be given several times", "不经过此实体;可重复"},
                      {"max-hops", "N", "6", "at most so many edges, 1 to 12", "最多多少步,1 到 12"}},
          .reads_store = true, .run = Path};
}

}  // namespace liantu::cli
