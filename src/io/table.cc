// SPDX-License-Identifier: Apache-2.0
// How each format spells a row:
//   table     header, a line of dashes, rows; two spaces between columns; numbers to the right. A cell with line breaks,
//             or one that is wrapped, takes several lines.
//   csv       RFC 4180 with LF; header = column names.
//   json      an array of objects, one object a line.
//   jsonl     one object a line.
//   markdown  a GitHub table; | is escaped, a line break is <br>.
#include "io/table.h"

#include <algorithm>
#include <span>

#include "io/json.h"
#include "text/suggest.h"
#include "text/width.h"

namespace liantu::io {
namespace {

constexpr size_t kHeldRows = 2000;
constexpr size_t kLeastWidth = 8;  // wrapping makes no column narrower than this
constexpr std::string_view kGap = "  ";

bool IsNumber(const graph::Value& value) {
  return value.type() == graph::Value::Type::kInteger || value.type() == graph::Value::Type::kFloat;
}

// Lines of at most `width` columns (0: any), broken at line breaks, then where a space allows it, else anywhere.
std::vector<std::string> Lines(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  for (;;) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (width != 0 && text::DisplayWidth(line) > width) {
      size_t cut = text::TruncateTo(line, width, "").size();
      if (cut == 0) break;  // a single character wider than the column
      const size_t space = line.substr(0, cut + 1).rfind(' ');
      if (space != std::string_view::npos && space > cut / 2) cut = space;
      lines.emplace_back(line.substr(0, cut));
      line.remove_prefix(cut);
      while (line.starts_with(' ')) line.remove_prefix(1);
    }
    lines.emplace_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// Tabs would shift the columns behind them; other control characters would reach the terminal.
std::string Printable(std::string text) {
  for (char& c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F) c = ' ';
  }
  return text;
}

std::string MarkdownCell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += "\\|";
    else if (c == '\n') out += "<br>";
    else if (c != '\r') out += c;
  }
  return out;
}

}  // namespace

Result<Format> ParseFormat(std::string_view name) {
  constexpr std::pair<std::string_view, Format> kNames[] = {{"table", Format::kTable}, {"csv", Format::kCsv},
                                                            {"json", Format::kJson},   {"jsonl", Format::kJsonl},
                                                            {"markdown", Format::kMarkdown}, {"md", Format::kMarkdown}};
  std::vector<std::string> known;
  for (const auto& [word, format] : kNames) {
    if (word == name) return format;
    known.emplace_back(word);
  }
  return Status(Code::kInvalid, Text("'", name, "' is not an output format; expected table, csv, json, jsonl or markdown",
                                     text::DidYouMean(name, known, 1)));
}

const char* FormatName(Format format) {
  switch (format) {
    case Format::kTable: return "table";
    case Format::kCsv: return "csv";
    case Format::kJson: return "json";
    case Format::kJsonl: return "jsonl";
    case Format::kMarkdown: return "markdown";
  }
  return "";
}

void AppendCsvField(std::string& out, const graph::Value& value, char delimiter) {
  if (value.is_null()) return;
  const std::string text = graph::ToText(value);
  const char special[] = {delimiter, '"', '\n', '\r', '\0'};
  const bool quote = text.empty() || text.find_first_of(special) != std::string::npos || text.front() == ' ' ||
                     text.back() == ' ';
  if (!quote) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

struct RowWriter::State {
  std::vector<Column> columns;
  WriteOptions options;
  Sink sink;

  std::vector<Row> held;
  std::vector<bool> right;     // per column: numbers only
  std::vector<size_t> widths;  // per column, once known
  bool widths_known = false;
  bool begun = false;  // something was written: header, or the first JSON object

  std::string Title(size_t i) const { return columns[i].title.empty() ? columns[i].name : columns[i].title; }
  std::string Show(const Cell& cell) const {
    return cell.value.is_null() ? options.null_text : graph::ToText(cell.value);
  }

  void FindWidths() {
    widths_known = true;
    right.assign(columns.size(), false);
    widths.assign(columns.size(), 0);
    for (size_t i = 0; i < columns.size(); ++i) {
      widths[i] = text::DisplayWidth(Title(i));
      bool any = false, all = true;
      for (const Row& row : held) {
        if (!row[i].value.is_null()) any = true, all = all && IsNumber(row[i].value);
        for (const std::string& line : Lines(Printable(Show(row[i])), 0)) {
          widths[i] = std::max(widths[i], text::DisplayWidth(line));
        }
      }
      right[i] = any && all;
    }
    if (options.width == 0 || columns.empty()) return;
    // Too wide: take columns off the widest, again and again, until it fits or nothing can give.
    size_t total = kGap.size() * (columns.size() - 1);
    for (const size_t width : widths) total += width;
    while (total > options.width) {
      auto widest = std::max_element(widths.begin(), widths.end());
      if (*widest <= kLeastWidth) break;
      --*widest;
      --total;
    }
  }

  // One row of the table: cells side by side, each as many lines as it needs.
  void TableRow(const std::vector<std::string>& cells) {
    std::vector<std::vector<std::string>> lines;
    size_t height = 1;
    for (size_t i = 0; i < cells.size(); ++i) {
      lines.push_back(Lines(Printable(cells[i]), options.width == 0 ? 0 : widths[i]));
      height = std::max(height, lines.back().size());
    }
    std::string out;
    for (size_t n = 0; n < height; ++n) {
      std::string line;
      for (size_t i = 0; i < cells.size(); ++i) {
        if (i != 0) line += kGap;
        const std::string& piece = n < lines[i].size() ? lines[i][n] : std::string();
        line += text::PadTo(piece, widths[i], right[i] ? text::Align::kRight : text::Align::kLeft);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + '\n';
    }
    sink(out);
  }

  void TableHeader() {
    if (!options.header) return;
    std::vector<std::string> titles, rules;
    for (size_t i = 0; i < columns.size(); ++i) {
      titles.push_back(Title(i));
      rules.emplace_back(widths[i], '-');
    }
    TableRow(titles);
    TableRow(rules);
  }

  void ReleaseHeld() {
    FindWidths();
    TableHeader();
    for (const Row& row : held) TableRow(Shown(row));
    held.clear();
  }

  std::vector<std::string> Shown(const Row& row) const {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(Show(cell));
    return cells;
  }

  std::string Object(const Row& row) const {
    std::string out = "{";
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) out += ", ";
      AppendJsonString(out, columns[i].name);
      out += ": ";
      if (row[i].json.empty()) AppendJson(out, row[i].value);
      else out += row[i].json;
    }
    return out + "}";
  }

  void CsvHeader() {
    if (!options.header) return;
    std::string out;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) out += ',';
      AppendCsvField(out, columns[i].name);
    }
    sink(out + "\n");
  }

  void MarkdownHeader() {
    std::string out = "|", rule = "|";
    for (size_t i = 0; i < columns.size(); ++i) {
      out += " " + MarkdownCell(Title(i)) + " |";
      rule += " --- |";
    }
    sink(out + "\n" + rule + "\n");
  }

  void Header() {
    begun = true;
    if (options.format == Format::kCsv) CsvHeader();
    if (options.format == Format::kMarkdown) MarkdownHeader();
  }
};

RowWriter::RowWriter(std::vector<Column> columns, WriteOptions options, Sink sink)
    : state_(std::make_unique<State>(State{std::move(columns), std::move(options), std::move(sink)})) {}

RowWriter::~RowWriter() = default;

void RowWriter::Write(const Row& row) {
  State& s = *state_;
  LT_ASSERT(row.size() == s.columns.size());
  if (s.options.format == Format::kTable) {
    if (s.widths_known) return s.TableRow(s.Shown(row));
    s.held.push_back(row);
    if (s.held.size() == kHeldRows) s.ReleaseHeld();
    return;
  }
  const bool first = !s.begun;
  if (first) s.Header();
  std::string out;
  switch (s.options.format) {
    case Format::kCsv:
      for (size_t i = 0; i < row.size(); ++i) {
        if (i != 0) out += ',';
        AppendCsvField(out, row[i].value);
      }
      out += '\n';
      break;
    case Format::kMarkdown:
      out = "|";
      for (const Cell& cell : row) out += " " + MarkdownCell(s.Show(cell)) + " |";
      out += '\n';
      break;
    case Format::kJson: out = Text(first ? "[\n  " : ",\n  ", s.Object(row)); break;
    case Format::kJsonl: out = s.Object(row) + "\n"; break;
    case Format::kTable: break;
  }
  s.sink(out);
}

void RowWriter::Finish() {
  State& s = *state_;
  if (s.options.format == Format::kTable) {
    if (!s.widths_known) s.ReleaseHeld();
    return;
  }
  const bool empty = !s.begun;
  if (empty) s.Header();
  if (s.options.format == Format::kJson) s.sink(empty ? "[]\n" : "\n]\n");
}

std::string WriteTable(const Table& table, const WriteOptions& options) {
  std::string out;
  RowWriter writer(table.columns, options, [&out](std::string_view piece) { out += piece; });
  for (const Row& row : table.rows) writer.Write(row);
  writer.Finish();
  return out;
}

}  // namespace liantu::io
