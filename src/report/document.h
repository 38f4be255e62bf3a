// SPDX-License-Identifier: Apache-2.0
// An answer ready for people: a title, a few plain sentences, tables, pictures, and numbered sources. Every command makes
// one Document and every format is written from it, so the formats cannot disagree. Making one from an answer is the
// business of answers.h; nothing here reads the store.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chain/entity.h"
#include "io/table.h"

namespace liantu::report {

using chain::Lang;

struct Section {
  std::string name;                 // JSON key: the same in every language
  std::string title;
  std::vector<std::string> notes;   // sentences before the table
  io::Table table;                  // no columns: no table
  std::string svg;                  // a picture, self-contained; HTML shows it, the others leave it out
  std::string svg_caption;
};

struct Footnote {
  int number = 0;
  chain::Source source;             // without locator
  std::vector<std::string> locators;
};

struct Document {
  std::string kind;                 // the command: "parks", "links" …
  std::string title;
  std::vector<std::string> summary;
  std::vector<Section> sections;
  std::vector<Footnote> sources;
  std::vector<std::pair<std::string, std::string>> method;  // how it was made: projection, definition, coverage, command
  Lang lang = Lang::kZh;
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
  std::vector<Footnote> Take() { return std::move(notes_); }

 private:
  std::vector<Footnote> notes_;
  std::map<uint64_t, int> numbers_;  // document node → index
};

// table, csv, json, jsonl, markdown. csv: the sections' tables one after another, an empty line between them, the column
// `section` first. jsonl: one row a line with "section". `width`: of the terminal, 0 for none.
std::string Render(const Document& document, io::Format format, size_t width = 0);
// A whole page: one file, no network, prints well.
std::string RenderHtml(const Document& document);

// The start of a document: its summary, the first sections with their first rows, and the sources that these name.
Document Beginning(const Document& document, size_t sections, size_t rows);

std::string EscapeHtml(std::string_view text);

// Chinese prose with Chinese punctuation: , : ; ! ? and parentheses beside Chinese text in their wide forms (GB/T 15834). Words
// of other scripts, numbers, commands and addresses stay as they are.
std::string ChinesePunctuation(std::string_view text);
// The document with its prose so; the cells of tables hold data and stay.
Document Punctuated(const Document& document);

// The text in the document's language.
inline const char* Say(Lang lang, const char* zh, const char* en) { return lang == Lang::kZh ? zh : en; }

}  // namespace liantu::report
