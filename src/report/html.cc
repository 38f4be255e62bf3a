// SPDX-License-Identifier: Apache-2.0
// A document as one self-contained HTML page: no network, readable on paper and without its script, which only sorts tables.
#include <algorithm>

#include "report/document.h"
#include "text/width.h"

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
th,td{border-bottom:1px solid var(--line);padding:6px 8px;text-align:left;vertical-align:top;overflow-wrap:break-word}
th{background:var(--soft);white-space:nowrap;position:sticky;top:0;cursor:pointer}
th[aria-sort=ascending]::after{content:" ↑"}th[aria-sort=descending]::after{content:" ↓"}
summary{color:var(--muted);font-size:13px;cursor:pointer}
td:first-child{min-width:8em}td.n:first-child{min-width:0}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
th.n{text-align:right}
.mark{color:#8a4b08;font-style:italic}
nav{font-size:13px;color:var(--muted);margin:12px 0 0}
nav a{margin-right:14px;white-space:nowrap}
figure{margin:12px 0;overflow-x:auto}
figure svg{display:block}
.cover{border-bottom:3px solid var(--accent);margin:0 0 20px;padding:0 0 16px}
.cover img{max-height:72px;max-width:260px;display:block;margin:0 0 12px}
.cover p{margin:2px 0;color:var(--muted)}.cover .organisation{color:var(--ink);font-size:17px}
.summary h2{margin:0 0 4px;border:0}
footer{margin:40px 0 0;padding:8px 0 0;border-top:1px solid var(--line);color:var(--muted);font-size:13px}
figcaption{color:var(--muted);font-size:13px}
ol.sources{font-size:13px;padding-left:2.2em}
ol.sources li{overflow-wrap:anywhere;margin:3px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;font-size:13px}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
code{font-family:"Noto Sans Mono CJK SC",monospace;background:var(--soft);padding:1px 4px}
@media print{main{max-width:none;padding:0}.cover{break-after:page;border:0;padding-top:30%;text-align:center}.cover img{margin:0 auto 24px}.scroll,figure{overflow:visible}table{font-size:11px}th,td{padding:4px 6px;white-space:normal}td.n,:lang(zh) th.n{white-space:nowrap}nav,details>summary{display:none}svg{max-width:100%;max-height:195mm;height:auto}h2,.note{break-after:avoid}tr,figure{break-inside:avoid}th{position:static}@page{margin:16mm}}
)css";

// A click (or Enter) on a header sorts the rows by that column, up, down, and back as they were. No "<", so that it needs no escape.
constexpr const char* kScript = R"js(
document.querySelectorAll("table").forEach(function(table){
  var body=table.tBodies[0],rows=Array.from(body.rows),heads=table.querySelectorAll("th"),language=document.documentElement.lang;
  heads.forEach(function(head,column){
    function sort(){
      var now=head.getAttribute("aria-sort"),next=now==="ascending"?"descending":now==="descending"?"":"ascending",list=rows.slice();
      heads.forEach(function(h){h.removeAttribute("aria-sort")});
      if(next){
        head.setAttribute("aria-sort",next);
        list.sort(function(x,y){
          var a=x.cells[column].textContent,b=y.cells[column].textContent;
          if(!a||!b)return (a?0:1)-(b?0:1);
          var order=head.className==="n"?parseFloat(a)-parseFloat(b):a.localeCompare(b,language,{numeric:true});
          return next==="ascending"?order:-order;
        });
      }
      list.forEach(function(row){body.appendChild(row)});
    }
    head.tabIndex=0;
    head.onclick=sort;
    head.onkeydown=function(event){if(event.key==="Enter")sort()};
  });
});
)js";
constexpr size_t kLongTable = 25;  // rows from which a table can be folded away

// Footnote marks "[3]" become links to the list of sources.
std::string LinkMarks(std::string_view text, size_t sources) {
  std::string out;
  for (const Piece& piece : SplitMarks(text, sources)) {
    out += piece.source > 0 ? Text("<a href=\"#source-", piece.source, "\">", piece.text, "</a>") : EscapeHtml(piece.text);
  }
  return out;
}

// Columns whose cells are short stay on one line, others keep some width: Chinese may break anywhere, and would stand on end.
constexpr size_t kShort = 12;     // display width
constexpr size_t kClasses = 24;   // columns that have a class

std::string ColumnStyles() {
  std::string out, print;
  for (size_t c = 1; c <= kClasses; ++c) {
    out += Text(".s", c, " td:nth-child(", c, c < kClasses ? ")," : "){white-space:nowrap}\n");
    print += Text(".l", c, " td:nth-child(", c, c < kClasses ? ")," : "){min-width:5em;overflow-wrap:anywhere}");
  }
  return Text(out, "@media print{", print, "}\n");
}

void AppendTable(std::string& out, const io::Table& table, size_t sources, Lang lang) {
  const std::vector<bool> numbers = NumberColumns(table);
  const std::vector<size_t> columns = FilledColumns(table);
  const bool folds = table.rows.size() >= kLongTable;
  if (folds) out += Text("<details open><summary>", table.rows.size(), Say(lang, " 行", " rows"), "</summary>\n");
  std::string classes, head;
  for (size_t i = 0; i < columns.size(); ++i) {
    const size_t c = columns[i];
    size_t width = 0;
    for (const io::Row& row : table.rows) width = std::max(width, row[c].value.is_null() ? 0 : text::DisplayWidth(graph::ToText(row[c].value)));
    if (!numbers[c] && i < kClasses) classes += Text(classes.empty() ? "" : " ", width <= kShort ? "s" : "l", i + 1);
    head += Text(numbers[c] ? "<th class=\"n\">" : "<th>", EscapeHtml(table.columns[c].title.empty() ? table.columns[c].name : table.columns[c].title), "</th>");
  }
  out += Text("<div class=\"scroll\"><table", classes.empty() ? "" : Text(" class=\"", classes, "\""), ">\n<thead><tr>", head, "</tr></thead>\n<tbody>\n");
  for (const io::Row& row : table.rows) {
    out += "<tr>";
    for (const size_t c : columns) {
      const io::Cell& cell = row[c];
      const std::string text = cell.value.is_null() ? "" : LinkMarks(graph::ToText(cell.value), sources);
      const bool soft = IsSoft(table.columns[c], cell);  // what is not simply stated must be seen
      out += Text(numbers[c] ? "<td class=\"n\">" : soft ? "<td class=\"mark\">" : "<td>", text, "</td>");
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  if (folds) out += "</details>\n";
}

std::string Base64(std::string_view bytes) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k) word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kLetters[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
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
  const Document d = Punctuated(WithNames(document));
  const auto linked = [&](const Section& s) { return Text("<a href=\"#", EscapeHtml(s.name), "\">", EscapeHtml(d.Heading(s.name, s.title)), "</a>"); };
  const size_t sources = d.sources.size();
  auto inline_text = [&](const std::string& text) { return LinkMarks(text, sources); };
  std::string out = Text("<!doctype html>\n<html lang=\"", d.lang == Lang::kZh ? "zh-CN" : "en", "\">\n<head>\n<meta charset=\"utf-8\">\n",
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>", EscapeHtml(d.title),
                         "</title>\n<style>", kStyle, ColumnStyles(), d.cover.accent.empty() ? "" : Text(":root{--accent:", d.cover.accent, "}\n"),
                         "</style>\n</head>\n<body><main>\n");
  if (d.cover.shown()) {
    out += "<header class=\"cover\">\n";
    if (!d.cover.logo.empty()) {
      out += Text("<img alt=\"\" src=\"data:image/", d.cover.logo_type, d.cover.logo_type == "svg" ? "+xml" : "", ";base64,", Base64(d.cover.logo), "\">\n");
    }
    if (!d.cover.organisation.empty()) out += Text("<p class=\"organisation\">", EscapeHtml(d.cover.organisation), "</p>\n");
    out += Text("<h1>", EscapeHtml(d.title), "</h1>\n");
    for (const std::string& line : {d.cover.subtitle, d.cover.date}) {
      if (!line.empty()) out += Text("<p>", EscapeHtml(line), "</p>\n");
    }
    out += "</header>\n";
  } else {
    out += Text("<h1>", EscapeHtml(d.title), "</h1>\n");
  }
  if (!d.summary.empty()) {
    out += "<div class=\"summary\">\n";
    if (d.cover.headings.contains("summary")) out += Text("<h2>", EscapeHtml(d.SummaryHeading()), "</h2>\n");
    for (const std::string& line : d.summary) out += Text("<p>", inline_text(line), "</p>\n");
    out += "</div>\n";
  }
  if (d.sections.size() > 5) {
    out += "<nav>";
    for (const Section& s : d.sections) out += Text("<a href=\"#", EscapeHtml(s.name), "\">", EscapeHtml(d.Heading(s.name, s.title)), "</a> ");
    out += "</nav>\n";
  }
  for (const Section& s : d.sections) {
    out += Text("<section id=\"", EscapeHtml(s.name), "\">\n<h2>", EscapeHtml(d.Heading(s.name, s.title)), "</h2>\n");
    for (const std::string& note : s.notes) out += Text("<p class=\"note\">", inline_text(note), "</p>\n");
    if (!s.table.rows.empty() && !s.derived_from.empty()) {
      if (const std::string note = DerivedNote(d, s, linked); !note.empty()) out += Text("<p class=\"note mark\">", note, "</p>\n");
    }
    for (const Figure& f : s.figures) out += Text("<figure>\n", f.drawing.Svg(), "\n<figcaption>", inline_text(f.caption), "</figcaption>\n</figure>\n");
    if (!s.table.columns.empty() && !s.table.rows.empty()) AppendTable(out, s.table, sources, d.lang);
    out += "</section>\n";
  }
  if (!d.method.empty()) {
    out += Text("<section id=\"method\">\n<h2>", EscapeHtml(d.MethodHeading()), "</h2>\n<dl>\n");
    for (const auto& [name, text] : d.method) out += Text("<dt>", EscapeHtml(name), "</dt><dd>", inline_text(text), "</dd>\n");
    out += "</dl>\n</section>\n";
  }
  if (sources > 0) {
    out += Text("<section id=\"sources\">\n<h2>", EscapeHtml(d.SourcesHeading()), "</h2>\n<ol class=\"sources\">\n");
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
      const std::string locators = LocatorText(note);
      if (!locators.empty()) out += Text(" (", EscapeHtml(locators), ")");
      out += "</li>\n";
    }
    out += "</ol>\n</section>\n";
  }
  if (!d.cover.footer.empty()) out += Text("<footer>", EscapeHtml(d.cover.footer), "</footer>\n");
  out += Text("</main>\n<script>", kScript, "</script>\n</body>\n</html>\n");
  return out;
}

}  // namespace liantu::report
