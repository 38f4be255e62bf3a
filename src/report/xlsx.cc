// SPDX-License-Identifier: Apache-2.0
// A document as a workbook by libxlsxwriter, the only file that knows it. The library writes files only, so the workbook goes through a
// temporary folder. Its own zip entries carry a fixed time; the workbook's date is the latest of its sources.
#include <stdlib.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>

#include "base/files.h"
#include "report/document.h"
#include "text/width.h"

namespace liantu::report {

namespace {

constexpr size_t kSheetName = 31;       // characters of a sheet's name
constexpr size_t kCellText = 32'767;    // UTF-16 units of a cell; we cut at as many bytes, which is never more
constexpr double kWidest = 60;
constexpr double kHighest = 405;        // of a row, in points; 409 is Excel's most
constexpr lxw_color_t kSoftColour = 0x8A4B08;  // of what is planned, derived or predicted

// A number as the cell has it: the exact one that JSON carries where there is one, else the written one.
std::optional<double> NumberOf(const io::Cell& cell) {
  if (const auto number = cell.value.number()) return *number;
  if (!IsNumber(cell.value)) return std::nullopt;
  const std::string& text = cell.json.empty() ? *cell.value.as<std::string>() : cell.json;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0') return std::nullopt;
  return value;
}

// Digits after the point as people get them.
size_t DigitsOf(const graph::Value& value) {
  const std::string text = graph::ToText(value);
  const size_t point = text.find('.');
  return point == std::string::npos ? 0 : text.size() - point - 1;
}

std::string Cut(std::string text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

// At most 31 characters, none of []:*?/\, no apostrophe at an end, never the same twice (Excel compares without case).
std::string SheetName(const std::string& title, std::set<std::string>& taken) {
  std::string clean;
  size_t characters = 0;
  for (size_t i = 0; i < title.size() && characters < kSheetName - 4; ++characters) {
    size_t next = i + 1;
    while (next < title.size() && (static_cast<unsigned char>(title[next]) & 0xC0) == 0x80) ++next;
    const std::string piece = title.substr(i, next - i);
    clean += piece.size() == 1 && std::string_view("[]:*?/\\'").find(piece[0]) != std::string_view::npos ? std::string(" ") : piece;
    if (piece.size() == 4) ++characters;  // two UTF-16 units
    i = next;
  }
  const size_t begin = clean.find_first_not_of(' ');
  clean = begin == std::string::npos ? "Sheet" : clean.substr(begin, clean.find_last_not_of(' ') - begin + 1);
  auto folded = [](std::string s) {
    for (char& c : s) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return s;
  };
  std::string name = clean;
  for (int n = 2; !taken.insert(folded(name)).second; ++n) name = Text(clean, " ", n);
  return name;
}

// 2025, 2025-09 or 2025-09-15 as a time in UTC; 1980-01-01 where there is no date, as in the archives' own entries.
std::time_t TimeOf(const std::string& date) {
  std::tm tm{};
  tm.tm_year = 80;
  tm.tm_mday = 1;
  if (date.size() >= 4) tm.tm_year = std::atoi(date.substr(0, 4).c_str()) - 1900;
  if (date.size() >= 7) tm.tm_mon = std::atoi(date.substr(5, 2).c_str()) - 1;
  if (date.size() >= 10) tm.tm_mday = std::atoi(date.substr(8, 2).c_str());
  return timegm(&tm);
}

class Book {
 public:
  Book(const Document& document, const std::string& path, const std::string& folder) : d_(document) {
    lxw_workbook_options options{};
    options.tmpdir = const_cast<char*>(folder.c_str());
    book_ = workbook_new_opt(path.c_str(), &options);
  }

  // What the library says, LXW_NO_ERROR when all is well.
  lxw_error Write() {
    if (!book_) return LXW_ERROR_MEMORY_MALLOC_FAILED;
    lxw_doc_properties properties{};
    properties.title = const_cast<char*>(d_.title.c_str());
    properties.author = const_cast<char*>(d_.cover.organisation.c_str());
    properties.company = const_cast<char*>(d_.cover.organisation.c_str());
    properties.created = TimeOf(d_.LatestDate());
    workbook_set_properties(book_, &properties);
    title_ = Format([](lxw_format* f) { format_set_bold(f), format_set_font_size(f, 15); });
    heading_ = Format([](lxw_format* f) { format_set_bold(f), format_set_bottom(f, LXW_BORDER_THIN); });
    header_ = Format([](lxw_format* f) { format_set_bold(f), format_set_bg_color(f, 0xE9EFF6), format_set_bottom(f, LXW_BORDER_THIN), format_set_text_wrap(f); });
    text_ = Format([](lxw_format* f) { format_set_text_wrap(f), format_set_align(f, LXW_ALIGN_VERTICAL_TOP); });
    soft_ = Format([](lxw_format* f) { format_set_italic(f), format_set_text_wrap(f), format_set_font_color(f, kSoftColour), format_set_align(f, LXW_ALIGN_VERTICAL_TOP); });
    // The sheets of the tables are named first, because the first sheet lists them.
    std::set<std::string> taken;
    const std::string summary = SheetName(d_.SummaryHeading(), taken);
    std::vector<std::string> names;
    for (const Section& s : d_.sections) names.push_back(HasTable(s) ? SheetName(d_.Heading(s.name, s.title), taken) : "");
    const std::string sources = SheetName(d_.SourcesHeading(), taken);
    Summary(summary, names);
    for (size_t i = 0; i < d_.sections.size(); ++i) {
      if (HasTable(d_.sections[i])) Sheet(names[i], d_.sections[i].table, !d_.sections[i].derived_from.empty());
    }
    if (!d_.sources.empty()) Sources(sources);
    lxw_error error = LXW_NO_ERROR;
    std::swap(error, error_);
    const lxw_error closed = workbook_close(book_);
    return error != LXW_NO_ERROR ? error : closed;
  }

 private:
  static bool HasTable(const Section& s) { return !s.table.columns.empty() && !s.table.rows.empty(); }

  template <class F>
  lxw_format* Format(F&& set) {
    lxw_format* format = workbook_add_format(book_);
    set(format);
    return format;
  }

  void Check(lxw_error error) {
    if (error_ == LXW_NO_ERROR) error_ = error;
  }

  lxw_worksheet* Add(const std::string& name) {
    lxw_worksheet* sheet = workbook_add_worksheet(book_, name.c_str());
    if (!sheet) Check(LXW_ERROR_SHEETNAME_ALREADY_USED);
    return sheet;
  }

  void Put(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const std::string& text, lxw_format* format) {
    if (!text.empty()) Check(worksheet_write_string(sheet, row, column, Cut(text, kCellText).c_str(), format));
  }

  // Wrapped text gets its room here: not every program measures the rows of a file that it opens.
  static size_t LinesOf(const std::string& words, double column_width) {
    size_t lines = 0;
    for (size_t begin = 0; begin <= words.size();) {
      const size_t end = std::min(words.find('\n', begin), words.size());
      const double width = 1.1 * static_cast<double>(text::DisplayWidth(std::string_view(words).substr(begin, end - begin)));
      lines += std::max<size_t>(1, static_cast<size_t>(std::ceil(width / column_width)));
      begin = end + 1;
    }
    return lines;
  }
  void Raise(lxw_worksheet* sheet, lxw_row_t row, size_t lines) {
    if (lines > 1) Check(worksheet_set_row(sheet, row, std::min(LXW_DEF_ROW_HEIGHT * static_cast<double>(lines), kHighest), nullptr));
  }

  void Summary(const std::string& name, const std::vector<std::string>& sheets) {
    lxw_worksheet* sheet = Add(name);
    if (!sheet) return;
    constexpr double kRight = 100;
    worksheet_set_column(sheet, 0, 0, 30, nullptr);
    worksheet_set_column(sheet, 1, 1, kRight, nullptr);
    lxw_row_t row = 0;
    Put(sheet, row++, 0, d_.title, title_);
    for (const std::string& line : {d_.cover.organisation, d_.cover.subtitle, d_.cover.date}) {
      if (!line.empty()) Put(sheet, row++, 0, line, nullptr);
    }
    ++row;
    for (const std::string& line : d_.summary) {
      Raise(sheet, row, LinesOf(line, kRight));
      Put(sheet, row++, 1, line, text_);
    }
    ++row;
    auto pair = [&](const std::string& left, const std::string& right) {
      Raise(sheet, row, LinesOf(right, kRight));
      Put(sheet, row, 0, left, text_);
      Put(sheet, row++, 1, right, text_);
    };
    Put(sheet, row, 0, Say(d_.lang, "工作表", "Sheet"), heading_);
    Put(sheet, row++, 1, Say(d_.lang, "内容与说明", "Content and notes"), heading_);
    for (size_t i = 0; i < d_.sections.size(); ++i) {
      const Section& s = d_.sections[i];
      if (sheets[i].empty() && s.notes.empty()) continue;  // pictures alone: not in a workbook
      std::string words = d_.Heading(s.name, s.title);
      for (const std::string& note : s.notes) words += "\n" + note;
      if (!sheets[i].empty()) {
        const std::string link = "internal:'" + sheets[i] + "'!A1";
        Check(worksheet_write_url_opt(sheet, row, 0, link.c_str(), nullptr, sheets[i].c_str(), nullptr));
      }
      Raise(sheet, row, LinesOf(words, kRight));
      Put(sheet, row++, 1, words, s.derived_from.empty() || s.table.rows.empty() ? text_ : soft_);
    }
    ++row;
    Put(sheet, row++, 0, d_.MethodHeading(), heading_);
    for (const auto& [left, right] : d_.method) pair(left, right);
    if (!d_.cover.footer.empty()) Put(sheet, ++row, 0, d_.cover.footer, nullptr);
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
  }

  lxw_format* NumberFormat(size_t digits, bool soft) {
    lxw_format*& format = numbers_[{digits, soft}];
    if (!format) {
      format = Format([&](lxw_format* f) {
        format_set_num_format(f, digits == 0 ? "0" : ("0." + std::string(digits, '0')).c_str());
        format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
        if (soft) format_set_font_color(f, kSoftColour);
      });
    }
    return format;
  }

  void Sheet(const std::string& name, const io::Table& table, bool derived = false) {
    lxw_worksheet* sheet = Add(name);
    if (!sheet) return;
    if (derived) worksheet_set_tab_color(sheet, kSoftColour);
    const std::vector<bool> numbers = NumberColumns(table);
    const auto columns = static_cast<lxw_col_t>(table.columns.size());
    std::vector<size_t> lines(table.rows.size(), 1);
    for (lxw_col_t c = 0; c < columns; ++c) {
      const io::Column& column = table.columns[c];
      Put(sheet, 0, c, column.title.empty() ? column.name : column.title, header_);
      double width = static_cast<double>(text::DisplayWidth(column.title.empty() ? column.name : column.title)) + 4;
      for (size_t r = 0; r < table.rows.size(); ++r) {
        const io::Cell& cell = table.rows[r][c];
        if (cell.value.is_null()) continue;
        const auto row = static_cast<lxw_row_t>(r + 1);
        const std::string words = graph::ToText(cell.value);
        width = std::max(width, static_cast<double>(text::DisplayWidth(words)) + 2);
        const bool soft = IsSoft(column, cell);
        if (const auto number = numbers[c] ? NumberOf(cell) : std::nullopt) Check(worksheet_write_number(sheet, row, c, *number, NumberFormat(DigitsOf(cell.value), soft)));
        else Put(sheet, row, c, words, soft ? soft_ : text_);
      }
      worksheet_set_column(sheet, c, c, std::min(width, kWidest), nullptr);
      for (size_t r = 0; r < table.rows.size() && width > kWidest; ++r) {
        if (!table.rows[r][c].value.is_null()) lines[r] = std::max(lines[r], LinesOf(graph::ToText(table.rows[r][c].value), kWidest));
      }
    }
    for (size_t r = 0; r < lines.size(); ++r) Raise(sheet, static_cast<lxw_row_t>(r + 1), lines[r]);
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(table.rows.size()), static_cast<lxw_col_t>(columns - 1));
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_repeat_rows(sheet, 0, 0);
  }

  void Sources(const std::string& name) {
    io::Table table;
    table.columns = {{"number", Say(d_.lang, "编号", "Number")}, {"title", Say(d_.lang, "题名", "Title")}, {"publisher", Say(d_.lang, "出版者", "Publisher")}, {"date", Say(d_.lang, "日期", "Date")},
                     {"where", Say(d_.lang, "出处", "Where")}, {"locators", Say(d_.lang, "位置", "Place in it")}, {"document", Say(d_.lang, "文献键", "Document key")}};
    for (const Footnote& note : d_.sources) {
      const std::string locators = LocatorText(note);
      const chain::Source& s = note.source;
      auto text = [](const std::string& t) { return t.empty() ? io::Cell() : io::Cell(t); };
      table.rows.push_back({int64_t{note.number}, text(s.title), text(s.publisher), text(s.date), text(s.where), text(locators), text(s.key)});
    }
    Sheet(name, table);
  }

  const Document& d_;
  lxw_workbook* book_ = nullptr;
  lxw_format *title_ = nullptr, *heading_ = nullptr, *header_ = nullptr, *text_ = nullptr, *soft_ = nullptr;
  std::map<std::pair<size_t, bool>, lxw_format*> numbers_;
  lxw_error error_ = LXW_NO_ERROR;
};

}  // namespace

Result<std::string> RenderXlsx(const Document& document) {
  const Document d = Finished(document);
  const char* where = std::getenv("TMPDIR");
  std::string folder = Text(where && *where ? where : "/tmp", "/liantu-xlsx-XXXXXX");
  if (!mkdtemp(folder.data())) return Status(Code::kIo, Text("no temporary folder for the workbook can be made in ", where && *where ? where : "/tmp", "; set TMPDIR to a folder that can be written"));
  const std::string path = folder + "/book.xlsx";
  const lxw_error error = Book(d, path, folder).Write();
  Result<std::string> bytes = error == LXW_NO_ERROR ? ReadFile(path) : Result<std::string>(Status(Code::kIo, Text("the workbook could not be written: ", lxw_strerror(error))));
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return bytes;
}

}  // namespace liantu::report
