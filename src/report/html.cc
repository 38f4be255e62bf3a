// SPDX-License-Identifier: Apache-2.0
// A document as one self-contained HTML page: no script, no network, readable on paper.
#include "report/document.h"

namespace liantu::report {

namespace {

constexpr const char* kStyle = R"css(
:root{--ink:#1b1f24;--muted:#5b6470;--line:#d9dee5;--accent:#0b5cad;--soft:#f4f7fb}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.65 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
main{max-width:1240px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.3;margin:0 0 12px}
h2{font-size:18px;margin:36px 0 8px;padding-bottom:4px;border-bottom:2px solid var(--accent)}
.summary{background:var(--soft);border-left:4px solid var(--accent);padding:12px 16px;margin:0 0 8px}
.summary p{margin:4px 0}
.note{color:var(--muted);margin:6px 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:8px 0;font-size:13.5px}
th,td{border-bottom:1px solid var(--line);padding:6px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:var(--soft);white-space:nowrap;position:sticky;top:0}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
th.n{text-align:right}
td.mark{color:#8a4b08;font-style:italic}
nav{font-size:13px;color:var(--muted);margin:12px 0 0}
nav a{margin-right:14px;white-space:nowrap}
figure{margin:12px 0;overflow-x:auto}
figcaption{color:var(--muted);font-size:13px}
ol.sources{font-size:13px;padding-left:2.2em}
ol.sources li{overflow-wrap:anywhere;margin:3px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;font-size:13px}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
code{font-family:"Noto Sans Mono CJK SC",monospace;background:var(--soft);padding:1px 4px}
@media print{main{max-width:none;padding:0}nav{display:none}svg{max-width:100%;height:auto}h2{break-after:avoid}tr,figure{break-inside:avoid}th{position:static}@page{margin:16mm}}
)css";

// Footnote marks "[3]" in a cell become links to the list of sources.
std::string LinkMarks(const std::string& escaped, size_t sources) {
  std::string out;
  for (size_t i = 0; i < escaped.size();) {
    if (escaped[i] == '[') {
      size_t j = i + 1;
      size_t number = 0;
      while (j < escaped.size() && escaped[j] >= '0' && escaped[j] <= '9' && number <= sources) number = number * 10 + static_cast<size_t>(escaped[j++] - '0');
      if (j > i + 1 && j < escaped.size() && escaped[j] == ']' && number >= 1 && number <= sources) {
        out += Text("<a href=\"#source-", number, "\">[", number, "]</a>");
        i = j + 1;
        continue;
      }
    }
    out += escaped[i++];
  }
  return out;
}

// A number, or a decimal written out: such columns stand right-aligned.
bool IsNumber(const graph::Value& value) {
  if (value.number()) return true;
  const std::string* text = value.as<std::string>();
  return text && !text->empty() && text->find_first_not_of("0123456789.-") == std::string::npos && text->find_first_of("0123456789") != std::string::npos;
}

void AppendTable(std::string& out, const io::Table& table, size_t sources) {
  std::vector<bool> numbers;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    bool some = false, all = true;
    for (const io::Row& row : table.rows) {
      if (row[c].value.is_null()) continue;
      some = true;
      all = all && IsNumber(row[c].value);
    }
    numbers.push_back(some && all);
  }
  out += "<div class=\"scroll\"><table>\n<thead><tr>";
  for (size_t c = 0; c < table.columns.size(); ++c) {
    out += Text(numbers[c] ? "<th class=\"n\">" : "<th>", EscapeHtml(table.columns[c].title.empty() ? table.columns[c].name : table.columns[c].title), "</th>");
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const io::Row& row : table.rows) {
    out += "<tr>";
    for (size_t c = 0; c < row.size(); ++c) {
      const io::Cell& cell = row[c];
      const std::string text = cell.value.is_null() ? "" : LinkMarks(EscapeHtml(graph::ToText(cell.value)), sources);
      // What is not simply stated must be seen.
      const bool soft = table.columns[c].name == "certainty" && text != graph::CertaintyName(graph::Certainty::kStated) && text != "明示";
      out += Text(numbers[c] ? "<td class=\"n\">" : soft ? "<td class=\"mark\">" : "<td>", text, "</td>");
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string RenderHtml(const Document& document) {
  const Document d = Punctuated(document);
  const size_t sources = d.sources.size();
  auto inline_text = [&](const std::string& text) { return LinkMarks(EscapeHtml(text), sources); };
  std::string out = Text("<!doctype html>\n<html lang=\"", d.lang == Lang::kZh ? "zh-CN" : "en", "\">\n<head>\n<meta charset=\"utf-8\">\n",
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>", EscapeHtml(d.title),
                         "</title>\n<style>", kStyle, "</style>\n</head>\n<body><main>\n<h1>", EscapeHtml(d.title), "</h1>\n");
  if (!d.summary.empty()) {
    out += "<div class=\"summary\">\n";
    for (const std::string& line : d.summary) out += Text("<p>", inline_text(line), "</p>\n");
    out += "</div>\n";
  }
  if (d.sections.size() > 5) {
    out += "<nav>";
    for (const Section& s : d.sections) out += Text("<a href=\"#", EscapeHtml(s.name), "\">", EscapeHtml(s.title), "</a> ");
    out += "</nav>\n";
  }
  for (const Section& s : d.sections) {
    out += Text("<section id=\"", EscapeHtml(s.name), "\">\n<h2>", EscapeHtml(s.title), "</h2>\n");
    for (const std::string& note : s.notes) out += Text("<p class=\"note\">", inline_text(note), "</p>\n");
    if (!s.svg.empty()) out += Text("<figure>\n", s.svg, "\n<figcaption>", EscapeHtml(s.svg_caption), "</figcaption>\n</figure>\n");
    if (!s.table.columns.empty() && !s.table.rows.empty()) AppendTable(out, s.table, sources);
    out += "</section>\n";
  }
  if (!d.method.empty()) {
    out += Text("<section id=\"method\">\n<h2>", Say(d.lang, "方法", "Method"), "</h2>\n<dl>\n");
    for (const auto& [name, text] : d.method) out += Text("<dt>", EscapeHtml(name), "</dt><dd>", inline_text(text), "</dd>\n");
    out += "</dl>\n</section>\n";
  }
  if (sources > 0) {
    out += Text("<section id=\"sources\">\n<h2>", Say(d.lang, "来源", "Sources"), "</h2>\n<ol class=\"sources\">\n");
    for (const Footnote& note : d.sources) {
      const chain::Source& s = note.source;
      out += Text("<li id=\"source-", note.number, "\">", EscapeHtml(s.title.empty() ? s.key : s.title));
      for (const std::string& part : {s.publisher, s.date}) {
        if (!part.empty()) out += Text(", ", EscapeHtml(part));
      }
      if (s.where.starts_with("https://") || s.where.starts_with("http://")) {
        out += Text(", <a href=\"", EscapeHtml(s.where), "\">", EscapeHtml(s.where), "</a>");
      } else if (!s.where.empty()) {
        out += Text(", ", EscapeHtml(s.where));
      }
      std::string locators;
      for (const std::string& l : note.locators) locators += (locators.empty() ? "" : "; ") + l;
      if (!locators.empty()) out += Text(" (", EscapeHtml(locators), ")");
      out += "</li>\n";
    }
    out += "</ol>\n</section>\n";
  }
  out += "</main></body>\n</html>\n";
  return out;
}

}  // namespace liantu::report
