// SPDX-License-Identifier: Apache-2.0
// report: a finished report in the format of the file asked for. Which questions it asks is the business of report/reports.h.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <iostream>
#include <optional>

#include "base/files.h"
#include "cli/command.h"
#include "report/browser.h"
#include "report/linkage_report.h"
#include "report/reports.h"
#include "report/template.h"
#include "text/suggest.h"

namespace liantu::cli {

namespace {

using chain::Entity;
using report::Document;
using report::ReportOptions;

const std::vector<std::string> kPlaces = {"City", "District", "Province"};
const std::vector<std::string> kGroups = {"City", "District", "Province", "Cluster", "Chain", "Segment", "Park"};

const std::vector<std::string> kProfiled = {"Company", "Park", "City", "District", "Province", "Cluster", "Chain"};

struct ReportKind {
  const char* name;
  std::vector<std::vector<std::string>> labels;  // of each name it takes
  bool chain = false;                            // takes --chain as its last
  bool threshold = false;
  std::function<Result<Document>(chain::Reader&, const std::vector<Entity>&, const ReportOptions&, const Budget&)> make;
};

const std::vector<ReportKind>& Kinds() {
  static const std::vector<ReportKind> kKinds = {
      {.name = "linkage", .labels = {kGroups, kGroups}, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::LinkageReport(r, e[0], e[1], o, b); }},
      {.name = "leader", .labels = {{"Company", "Organization"}}, .threshold = true, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::LeaderReport(r, e[0], o, b); }},
      {.name = "park", .labels = {{"Park"}}, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::ParkReport(r, e[0], o, b); }},
      {.name = "place", .labels = {kPlaces}, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::PlaceReport(r, e[0], o, b); }},
      {.name = "chain", .labels = {{"Chain"}}, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::ChainReport(r, e[0], o, b); }},
      {.name = "gaps", .labels = {{"City", "District", "Province", "Cluster"}, {"Chain"}}, .chain = true, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::GapsReport(r, e[0], e[1], o, b); }},
      {.name = "risk", .labels = {{"Company", "Organization", "City", "District", "Province", "Cluster", "Segment", "Park"}}, .threshold = true, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::RiskReport(r, e[0], o, b); }},
      {.name = "compare", .labels = {kProfiled, kProfiled}, .make = [](auto& r, const auto& e, const auto& o, const auto& b) { return report::CompareReport(r, e[0], e[1], o, b); }},
  };
  return kKinds;
}

const std::vector<std::string> kFormats = {"html", "markdown", "json", "xlsx", "docx", "pdf", "table", "csv", "jsonl"};

std::string Listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::vector<std::string> KindNames() {
  std::vector<std::string> names;
  for (const ReportKind& kind : Kinds()) names.push_back(kind.name);
  return names;
}

// What the question itself refuses (one side twice, a chain without segments) is a matter of the command line.
Status AsUsage(const Status& status) { return status.code() == Code::kInvalid ? UsageError(status.message()) : status; }

std::string Extension(const std::string& path) {
  const size_t dot = path.rfind('.'), slash = path.rfind('/');
  return dot == std::string::npos || (slash != std::string::npos && dot < slash) ? "" : path.substr(dot + 1);
}

Result<std::string> FormatOf(const Invocation& call, const std::string& path) {
  if (call.Has("format")) {
    const std::string format = call.String("format") == "md" ? "markdown" : call.String("format");
    if (std::find(kFormats.begin(), kFormats.end(), format) != kFormats.end()) return format;
    return UsageError(Text("--format: ", call.Say("没有格式 '", "there is no format '"), format, "'", text::DidYouMean(format, kFormats, 1), call.Say("\n现有格式:", "\nformats: "), Listed(kFormats)));
  }
  if (path.empty()) return std::string("markdown");
  const std::string extension = Extension(path);
  if (extension == "htm") return std::string("html");
  if (extension == "md") return std::string("markdown");
  if (extension == "txt") return std::string("table");
  if (std::find(kFormats.begin(), kFormats.end(), extension) != kFormats.end()) return extension;
  return UsageError(Text("-o ", path, call.Say(":扩展名应为 .html、.md、.json、.xlsx、.docx 或 .pdf(或用 --format),得到 '", ": expected the extension .html, .md, .json, .xlsx, .docx or .pdf (or --format), found '"), extension, "'"));
}

// What goes before the first line of a report in its file.
Result<std::string> Written(const Document& document, const std::string& format, const std::string& pictures) {
  if (format == "html") return report::RenderHtml(document);
  if (format == "xlsx") return report::RenderXlsx(document);
  if (format == "docx") return report::RenderDocx(document);
  if (format == "pdf") return report::PrintPdf(report::RenderHtml(document));
  if (format == "markdown") return report::RenderMarkdown(document, pictures);
  LT_ASSIGN(const io::Format plain, io::ParseFormat(format));
  return report::Render(document, plain);
}

Status WritePictures(const Invocation& call, const Document& document, const std::string& folder) {
  if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) return Status(Code::kIo, Text("--pictures ", folder, ": ", std::strerror(errno)));
  size_t count = 0;
  for (const report::Section& section : document.sections) {
    for (const report::Figure& figure : section.figures) {
      const std::string stem = folder + "/" + figure.drawing.id();
      const std::string svg = figure.drawing.Svg();
      LT_TRY(WriteFileAtomic(stem + ".svg", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg + "\n"));
      ++count;
      if (!call.Has("png")) continue;
      LT_ASSIGN(const std::string png, report::TakePng(svg, figure.drawing.size().width, figure.drawing.size().height));
      LT_TRY(WriteFileAtomic(stem + ".png", png));
    }
  }
  std::cerr << call.Say("已写入图片 ", "wrote pictures: ") << count << (call.Has("png") ? " × (SVG, PNG)" : " × SVG") << call.Say(",文件夹 ", " in ") << folder << "\n";
  return {};
}

Status Report(const Invocation& call) {
  const std::string name = call.arguments.empty() ? "" : call.arguments[0];
  const auto kind = std::find_if(Kinds().begin(), Kinds().end(), [&](const ReportKind& k) { return name == k.name; });
  if (kind == Kinds().end()) {
    std::string message = name.empty() ? std::string(call.Say("请说明要哪一种报告", "say which report")) : Text(call.Say("没有报告 '", "there is no report '"), name, "'");
    if (const auto near = text::Closest(name, KindNames(), 1); !name.empty() && !near.empty()) message += Text(call.Say(";您是否要用 '", "; did you mean '"), near[0], "'?");
    return UsageError(Text(message, call.Say("\n现有报告:", "\nreports: "), Listed(KindNames()), call.Say("\n用法:liantu ", "\nusage: liantu "), call.command->usage));
  }
  std::vector<std::string> names(call.arguments.begin() + 1, call.arguments.end());
  if (kind->chain && call.Has("chain")) names.push_back(call.String("chain"));
  if (names.size() != kind->labels.size()) {
    return UsageError(Text("report ", name, call.Say(":应给出 ", ": expected "), kind->labels.size(), call.Say(" 个名称", kind->labels.size() == 1 ? " name" : " names"),
                           kind->chain ? call.Say("(地点,和 --chain 产业链)", " (a place, and --chain CHAIN)") : "", call.Say(",得到 ", ", found "), names.size(),
                           call.Say("\n用法:liantu ", "\nusage: liantu "), call.command->usage));
  }
  const std::string path = call.String("output");
  LT_ASSIGN(const std::string format, FormatOf(call, path));
  const bool binary = format == "xlsx" || format == "docx" || format == "pdf";
  if (binary && path.empty() && isatty(STDOUT_FILENO)) return UsageError(Text("--format ", format, call.Say(":请用 -o 文件 指定写到哪里", ": say where to with -o FILE")));
  if (call.Has("pdf") && (path.empty() || format == "pdf")) return UsageError(call.Say("--pdf:在 -o 文件 旁另写一份 PDF;只要 PDF 时用 -o 文件.pdf", "--pdf writes a PDF beside -o FILE; for the PDF alone use -o FILE.pdf"));
  if (format == "pdf" || call.Has("pdf") || call.Has("png")) LT_TRY(report::FindBrowser().status());  // before the work
  if (call.Has("png") && !call.Has("pictures")) return UsageError(call.Say("--png:请用 --pictures 文件夹 指定写到哪里", "--png: say where to with --pictures DIR"));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 100'000));
  LT_ASSIGN(const int64_t percent, call.Integer("threshold", 1, 100));
  ReportOptions options{.max_listed = static_cast<size_t>(limit), .threshold = static_cast<double>(percent) / 100};
  std::optional<report::Basemap> basemap;
  if (call.Has("basemap")) {
    LT_ASSIGN(basemap, report::ReadBasemap(call.String("basemap")));
    options.basemap = &*basemap;
  }
  report::Cover cover;
  if (call.Has("template")) {
    LT_ASSIGN(cover, report::ReadTemplate(call.String("template"), call.lang));
  }

  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  std::vector<Entity> entities;
  std::string words = "report " + name;
  for (size_t i = 0; i < names.size(); ++i) {
    LT_ASSIGN(Entity entity, reader.Resolve(names[i], kind->labels[i]));
    words += (kind->chain && i + 1 == names.size() ? " --chain " : " ") + ForShell(report::StableName(entity));
    entities.push_back(std::move(entity));
  }
  options.command = call.Repeat(words, kind->threshold ? std::vector<const char*>{"limit", "threshold", "template", "basemap"} : std::vector<const char*>{"limit", "template", "basemap"});
  auto made = kind->make(reader, entities, options, *call.budget);
  LT_TRY(AsUsage(made.status()));
  Document document = *std::move(made);
  document.cover = cover;
  const std::string pictures = call.String("pictures");
  if (!pictures.empty()) LT_TRY(WritePictures(call, document, pictures));
  LT_ASSIGN(const std::string text, Written(document, format, pictures));
  if (path.empty()) {
    std::cout << text << std::flush;
    return {};
  }
  LT_TRY(WriteFileAtomic(path, text));
  std::cerr << call.Say("已写入 ", "wrote ") << path << "\n";
  if (call.Has("pdf")) {
    const std::string extension = Extension(path);
    const std::string beside = path.substr(0, path.size() - (extension.empty() ? 0 : extension.size() + 1)) + ".pdf";
    LT_ASSIGN(const std::string pdf, report::PrintPdf(report::RenderHtml(document)));
    LT_TRY(WriteFileAtomic(beside, pdf));
    std::cerr << call.Say("已写入 ", "wrote ") << beside << "\n";
  }
  return {};
}

}  // namespace

Command ReportCommand() {
  return {.name = "report", .usage = "report KIND NAME... [-o FILE]", .en = "Write a report with summary, tables, pictures and footnotes as HTML, Markdown, XLSX, DOCX, JSON or PDF",
          .zh = "生成带摘要、表格、图和脚注的报告:HTML、Markdown、XLSX、DOCX、JSON 或 PDF", .example = "liantu report linkage 广州 深圳 -o linkage.html",
          .options = {{"o,output", "FILE", nullptr, "FILE.html, .md, .json, .xlsx, .docx or .pdf; without it Markdown on standard output", "文件.html、.md、.json、.xlsx、.docx 或 .pdf;不给则以 Markdown 输出到标准输出"},
                      {"format", "FORMAT", nullptr, "html, markdown, json, xlsx, docx, pdf, table, csv or jsonl, whatever the file is called", "不论文件名:html、markdown、json、xlsx、docx、pdf、table、csv 或 jsonl"},
                      {"chain", "NAME", nullptr, "the chain, for report gaps", "产业链(report gaps 用)"},
                      {"threshold", "PERCENT", "50", "share of known inputs at whose loss a company is hit, for leader and risk", "失去多少已知投入算受影响(leader、risk 用,百分比)"},
                      {"limit", "N", "200", "at most so many rows in a list", "每张名单最多列出多少行"},
                      {"template", "DIR|FILE", nullptr, "cover, logo and headings of an office: a JSON file, or a folder with template.json", "单位自己的封面、标识与标题:JSON 文件,或含 template.json 的文件夹"},
                      {"basemap", "FILE.geojson", nullptr, "lines to draw under the maps", "画在地图底下的线条"},
                      {"pictures", "DIR", nullptr, "also write each picture there as SVG", "另把每幅图以 SVG 写到该文件夹"},
                      {"png", nullptr, nullptr, "with --pictures: as PNG too (needs Chromium)", "与 --pictures 同用:另写 PNG(需要 Chromium)"},
                      {"pdf", nullptr, nullptr, "also write a PDF beside -o FILE (needs Chromium)", "在 -o 文件 旁另写一份 PDF(需要 Chromium)"}},
          .reads_store = true, .run = Report};
}

}  // namespace liantu::cli
