// SPDX-License-Identifier: Apache-2.0
// The plain formats of a document; the page is in html.cc.
#include "report/document.h"

#include <algorithm>
#include <set>

#include "io/json.h"

namespace liantu::report {

namespace {

std::string SourceLine(const Footnote& note) {
  const chain::Source& s = note.source;
  std::string out = s.title.empty() ? s.key : s.title;
  for (const std::string& part : {s.publisher, s.date, s.where}) {
    if (!part.empty()) out += ", " + part;
  }
  std::string locators;
  for (const std::string& l : note.locators) locators += (locators.empty() ? "" : "; ") + l;
  if (!locators.empty()) out += Text(" (", locators, ")");
  return out;
}

// How a character counts beside a punctuation mark.
bool IsChinese(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF01 && c <= 0xFF60) || (c >= 0x20000 && c <= 0x3FFFF) ||
         c == 0x201C || c == 0x201D || c == 0x2018 || c == 0x2019 || c == 0x2026;
}

struct Character {
  char32_t code = 0;
  size_t begin = 0, size = 0;
};

std::vector<Character> Characters(std::string_view text) {
  std::vector<Character> out;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    size = std::min(size, text.size() - i);
    char32_t code = size == 1 ? lead : lead & (0xFF >> (size + 1));
    for (size_t k = 1; k < size; ++k) code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    out.push_back({code, i, size});
    i += size;
  }
  return out;
}

std::string RenderTable(const Document& d, size_t width) {
  std::string out = d.title + "\n";
  for (const std::string& line : d.summary) out += line + "\n";
  for (const Section& s : d.sections) {
    out += "\n" + s.title + "\n";
    for (const std::string& note : s.notes) out += note + "\n";
    if (!s.table.columns.empty() && !s.table.rows.empty()) out += io::WriteTable(s.table, {.format = io::Format::kTable, .width = width});
  }
  if (!d.method.empty()) out += Text("\n", Say(d.lang, "方法", "Method"), "\n");
  for (const auto& [name, text] : d.method) out += Text("  ", name, ": ", text, "\n");
  if (!d.sources.empty()) out += Text("\n", Say(d.lang, "来源", "Sources"), "\n");
  for (const Footnote& note : d.sources) out += Text("  [", note.number, "] ", SourceLine(note), "\n");
  return out;
}

std::string RenderMarkdown(const Document& d) {
  std::string out = Text("# ", d.title, "\n");
  for (const std::string& line : d.summary) out += Text("\n", line, "\n");
  for (const Section& s : d.sections) {
    out += Text("\n## ", s.title, "\n\n");
    for (const std::string& note : s.notes) out += note + "\n\n";
    if (!s.table.columns.empty() && !s.table.rows.empty()) out += io::WriteTable(s.table, {.format = io::Format::kMarkdown});
  }
  if (!d.method.empty()) out += Text("\n## ", Say(d.lang, "方法", "Method"), "\n\n");
  for (const auto& [name, text] : d.method) out += Text("- ", name, ": ", text, "\n");
  if (!d.sources.empty()) out += Text("\n## ", Say(d.lang, "来源", "Sources"), "\n\n");
  for (const Footnote& note : d.sources) out += Text(note.number, ". ", SourceLine(note), "\n");
  return out;
}

void WriteRow(io::JsonWriter& json, const io::Table& table, const io::Row& row) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    json.Key(table.columns[i].name);
    if (row[i].json.empty()) json.Value(row[i].value);
    else json.Raw(row[i].json);
  }
}

std::string RenderJson(const Document& d) {
  io::JsonWriter json(2);
  json.BeginObject().Member("kind", d.kind).Member("title", d.title).Key("summary").BeginArray();
  for (const std::string& line : d.summary) json.Value(line);
  json.EndArray().Key("sections").BeginObject();
  for (const Section& s : d.sections) {
    json.Key(s.name).BeginObject().Member("title", s.title).Key("notes").BeginArray();
    for (const std::string& note : s.notes) json.Value(note);
    json.EndArray().Key("rows").BeginArray();
    for (const io::Row& row : s.table.rows) {
      json.BeginObject();
      WriteRow(json, s.table, row);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndObject().Key("method").BeginObject();
  for (const auto& [name, text] : d.method) json.Member(name, text);
  json.EndObject().Key("sources").BeginArray();
  for (const Footnote& note : d.sources) {
    json.BeginObject().Member("number", int64_t{note.number}).Member("document", note.source.key).Member("title", note.source.title);
    json.Member("publisher", note.source.publisher).Member("date", note.source.date).Member("where", note.source.where);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take() + "\n";
}

std::string RenderJsonLines(const Document& d) {
  std::string out;
  for (const Section& s : d.sections) {
    for (const io::Row& row : s.table.rows) {
      io::JsonWriter json;
      json.BeginObject().Member("section", s.name);
      WriteRow(json, s.table, row);
      json.EndObject();
      out += json.Take() + "\n";
    }
  }
  return out;
}

std::string RenderCsv(const Document& d) {
  std::string out;
  for (const Section& s : d.sections) {
    if (s.table.columns.empty() || s.table.rows.empty()) continue;
    io::Table table = s.table;
    table.columns.insert(table.columns.begin(), {.name = "section"});
    for (io::Row& row : table.rows) row.insert(row.begin(), io::Cell(s.name));
    if (!out.empty()) out += "\n";
    out += io::WriteTable(table, {.format = io::Format::kCsv});
  }
  return out;
}

}  // namespace

std::string Footnotes::Mark(const std::vector<chain::Source>& sources) {
  std::string marks;
  for (const chain::Source& source : sources) {
    auto [it, fresh] = numbers_.try_emplace(source.document.raw, static_cast<int>(notes_.size()));
    if (fresh) {
      notes_.push_back({.number = static_cast<int>(notes_.size()) + 1, .source = source});
      notes_.back().source.locator.clear();
    }
    Footnote& note = notes_[static_cast<size_t>(it->second)];
    const auto& known = note.locators;
    if (!source.locator.empty() && std::find(known.begin(), known.end(), source.locator) == known.end()) {
      note.locators.push_back(source.locator);
    }
    const std::string mark = Text("[", note.number, "]");
    if (marks.find(mark) == std::string::npos) marks += mark;
  }
  return marks;
}

std::string Footnotes::Json(const std::vector<chain::Source>& sources) {
  io::JsonWriter json;
  json.BeginArray();
  for (const chain::Source& s : sources) {
    json.BeginObject().Member("document", s.key);
    if (!s.locator.empty()) json.Member("locator", s.locator);
    json.Member("certainty", graph::CertaintyName(s.certainty)).EndObject();
  }
  json.EndArray();
  return json.Take();
}

Document Beginning(const Document& document, size_t sections, size_t rows) {
  Document out = document;
  out.method.clear();
  if (out.sections.size() > sections) out.sections.resize(sections);
  std::set<int> named;
  auto collect = [&](const std::string& text) {
    for (const Footnote& note : out.sources) {
      if (text.find(Text("[", note.number, "]")) != std::string::npos) named.insert(note.number);
    }
  };
  for (const std::string& line : out.summary) collect(line);
  for (Section& s : out.sections) {
    if (s.table.rows.size() > rows) s.table.rows.resize(rows);
    for (const std::string& note : s.notes) collect(note);
    for (const io::Row& row : s.table.rows) {
      for (const io::Cell& cell : row) {
        if (!cell.value.is_null()) collect(graph::ToText(cell.value));
      }
    }
  }
  std::erase_if(out.sources, [&](const Footnote& note) { return !named.contains(note.number); });
  return out;
}

std::string ChinesePunctuation(std::string_view text) {
  const std::vector<Character> all = Characters(text);
  std::string out;
  std::vector<bool> wide;  // of the open parentheses
  char32_t before = 0;     // the last character as written
  for (size_t i = 0; i < all.size(); ++i) {
    const Character& c = all[i];
    const char32_t next = i + 1 < all.size() ? all[i + 1].code : 0;
    char32_t code = c.code;
    bool change = false;
    switch (c.code) {
      case ',': case ';': case ':': case '!': case '?': change = IsChinese(before) || IsChinese(next); break;
      case '(':
        change = IsChinese(before) || IsChinese(next);
        wide.push_back(change);
        break;
      case ')':
        if (!wide.empty()) change = wide.back(), wide.pop_back();
        break;
      default: break;
    }
    if (change) {
      code = c.code + 0xFEE0;  // the wide forms follow ASCII in order
      out += {static_cast<char>(0xEF), static_cast<char>(0xBC), static_cast<char>(0x80 + (code - 0xFF00))};
    } else {
      out += text.substr(c.begin, c.size);
    }
    before = code;
  }
  return out;
}

Document Punctuated(const Document& document) {
  Document d = document;
  if (d.lang != Lang::kZh) return d;
  auto mend = [](std::string& text) { text = ChinesePunctuation(text); };
  mend(d.title);
  for (std::string& line : d.summary) mend(line);
  for (Section& s : d.sections) {
    mend(s.title);
    mend(s.svg_caption);
    for (std::string& note : s.notes) mend(note);
    for (io::Column& column : s.table.columns) mend(column.title);
  }
  for (auto& [name, text] : d.method) {
    if (!text.starts_with("liantu ")) mend(text);  // a command is typed as it stands
  }
  return d;
}

std::string Render(const Document& original, io::Format format, size_t width) {
  const Document document = Punctuated(original);
  switch (format) {
    case io::Format::kTable: return RenderTable(document, width);
    case io::Format::kMarkdown: return RenderMarkdown(document);
    case io::Format::kCsv: return RenderCsv(document);
    case io::Format::kJson: return RenderJson(document);
    case io::Format::kJsonl: return RenderJsonLines(document);
  }
  return {};
}

}  // namespace liantu::report
