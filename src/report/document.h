// SPDX-License-Identifier: Apache-2.0
// An answer ready for people: a title, a few plain sentences, tables, pictures, and numbered sources. Every command makes
// one Document and every format is written from it, so the formats cannot disagree. Making one from an answer is the
// business of answers.h; nothing here reads the store.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "chain/entity.h"
#include "io/table.h"
#include "report/drawing.h"

namespace liantu::report {

using chain::Lang;

struct Figure {
  Drawing drawing;                  // its id names it in every format
  std::string caption;
};

struct Section {
  std::string name;                 // JSON key: the same in every language
  std::string title;
  std::vector<std::string> notes;   // sentences before the table
  std::vector<Figure> figures;      // HTML, DOCX and PDF show them; Markdown where they are written as files; the others leave them out
  io::Table table;                  // no columns: no table
  // Sections of the document whose rows this table counts or computes from: it says so, and their rows carry the sources.
  std::vector<std::string> derived_from;
};

struct Footnote {
  int number = 0;
  chain::Source source;             // without locator
  std::vector<std::string> locators;
};

// What an office puts around a report (template.h reads it): all optional.
struct Cover {
  std::string organisation, subtitle, date, footer;
  std::string accent;                            // "#rrggbb"
  std::string logo, logo_type;                   // bytes; "png", "jpeg" or "svg"
  std::map<std::string, std::string> headings;   // by section name; also summary, method, sources
  bool shown() const { return !organisation.empty() || !subtitle.empty() || !date.empty() || !logo.empty(); }
};

// A name as an English document shows it, and as the data and its sources write it.
struct OriginalName {
  std::string name, original, label;  // label: in English
};

struct Document {
  std::string kind;                 // the command: "parks", "links" …
  std::string title;
  std::vector<std::string> summary;
  std::vector<std::pair<std::string, io::Cell>> figures;  // the numbers of the summary, for programs: JSON alone has them
  std::vector<Section> sections;
  std::vector<Footnote> sources;
  std::vector<OriginalName> names;                        // written after the sections
  std::vector<std::pair<std::string, std::string>> method;  // how it was made: projection, definition, coverage, command
  Lang lang = Lang::kZh;
  Cover cover;
  // The heading of a section, or of "summary", "method" and "sources".
  std::string Heading(std::string_view name, std::string_view title) const;
  std::string SummaryHeading() const;
  std::string MethodHeading() const;
  std::string SourcesHeading() const;
  // The latest date of a source, as it is written there; "" where none has one. Archives carry it as their time.
  std::string LatestDate() const;
};

// Numbers sources in the order of their first use. The same document under the same number, locators are collected.
class Footnotes {
 public:
  // "[1][3]", "" without sources.
  std::string Mark(const std::vector<chain::Source>& sources);
  // As JSON: [{"document":"text-000","locator":"L3","certainty":"stated"}, …].
  static std::string Json(const std::vector<chain::Source>& sources);
  // A cell with both forms.
  io::Cell Cell(const std::vector<chain::Source>& sources) { return {graph::Value(Mark(sources)), Json(sources)}; }
  // Of a count: marks of the first documents, which vouch for most of it, and how many there are; JSON has all that are marked.
  io::Cell CountedCell(Lang lang, const std::vector<chain::Source>& sources);
  std::vector<Footnote> Take() { return std::move(notes_); }

 private:
  std::vector<Footnote> notes_;
  std::map<uint64_t, int> numbers_;  // document node → index
};

// table, csv, json, jsonl, markdown. csv: the sections' tables one after another, an empty line between them, the column
// `section` first. jsonl: one row a line with "section". `width`: of the terminal, 0 for none.
std::string Render(const Document& document, io::Format format, size_t width = 0);
// Markdown whose pictures are files of a folder: FOLDER/id.svg.
std::string RenderMarkdown(const Document& document, const std::string& picture_folder);
// A whole page: one file, no network, prints well.
std::string RenderHtml(const Document& document);
// One sheet a table, numbers as numbers; before them a sheet of the summary with a list of the sheets, after them the sources.
// kIo: the folder for temporary files ($TMPDIR, else /tmp) cannot be written.
Result<std::string> RenderXlsx(const Document& document);
// WordprocessingML: headings, tables, pictures, and every source as an endnote that its marks lead to.
Result<std::string> RenderDocx(const Document& document);

// A piece of prose or of a table's cell: a text, or the mark of a source.
struct Piece {
  std::string text;   // as written, "[3]" included
  int source = 0;     // 0: plain text
};
std::vector<Piece> SplitMarks(std::string_view text, size_t sources);
// Lines of a text each once and in order, "L3, L11, L15"; other places in a document as they were met.
std::string LocatorText(const Footnote& note);
// Publisher, date, where and locators after the title, as in every format.
std::string SourceLine(const Footnote& note);
// A cell that says that what its row states is not simply stated: planned, derived, predicted and the like.
bool IsSoft(const io::Column& column, const io::Cell& cell);
// A number, or a decimal written out.
bool IsNumber(const graph::Value& value);
// The columns that hold something: pages leave the others out, files for programs and the sheets of a workbook do not.
std::vector<size_t> FilledColumns(const io::Table& table);
// Whether every cell of the column that is not empty is one.
std::vector<bool> NumberColumns(const io::Table& table);

// Adds what `part` says to `into`: its sections under PREFIX_name, its sources numbered on, its method where not said yet. The
// summaries are left to the caller; `part` is given back with the new numbers.
Document Append(Document& into, Document part, const std::string& prefix);
// Sources numbered anew in the order in which a reader meets their marks; those without a mark last.
void NumberInOrder(Document& document);

// The start of a document: its summary, the first sections with their first rows, and the sources that these name.
Document Beginning(const Document& document, size_t sections, size_t rows);

std::string EscapeHtml(std::string_view text);

// Chinese prose with Chinese punctuation: , : ; ! ? and parentheses beside Chinese text in their wide forms (GB/T 15834). Words
// of other scripts, numbers, commands and addresses stay as they are.
std::string ChinesePunctuation(std::string_view text);
// The document with its prose so; the cells of tables hold data and stay.
Document Punctuated(const Document& document);
// From which tables of the document a section is derived, as a sentence in which `name` writes each; "" where it is not.
std::string DerivedNote(const Document& document, const Section& section, const std::function<std::string(const Section&)>& name);
// The document with its names as a last section "names"; as it is where it has none.
Document WithNames(const Document& document);
// As it is written: with its names, punctuated, and each derived table with its note.
Document Finished(const Document& document);

// The text in the document's language.
inline const char* Say(Lang lang, const char* zh, const char* en) { return lang == Lang::kZh ? zh : en; }

}  // namespace liantu::report
