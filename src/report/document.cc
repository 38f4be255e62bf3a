// SPDX-License-Identifier: Apache-2.0
// The plain formats of a document; the page is in html.cc.
#include "report/document.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "io/json.h"

namespace liantu::report {

namespace {

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
    out += "\n" + d.Heading(s.name, s.title) + "\n";
    for (const std::string& note : s.notes) out += note + "\n";
    if (!s.table.columns.empty() && !s.table.rows.empty()) out += io::WriteTable(s.table, {.format = io::Format::kTable, .width = width});
  }
  if (!d.method.empty()) out += Text("\n", d.MethodHeading(), "\n");
  for (const auto& [name, text] : d.method) out += Text("  ", name, ": ", text, "\n");
  if (!d.sources.empty()) out += Text("\n", d.SourcesHeading(), "\n");
  for (const Footnote& note : d.sources) out += Text("  [", note.number, "] ", SourceLine(note), "\n");
  return out;
}

std::string Markdown(const Document& d, const std::string& picture_folder) {
  std::string out;
  if (d.cover.shown()) {
    for (const std::string& line : {d.cover.organisation, d.cover.subtitle, d.cover.date}) {
      if (!line.empty()) out += Text(line, "\n\n");
    }
  }
  out += Text("# ", d.title, "\n");
  for (const std::string& line : d.summary) out += Text("\n", line, "\n");
  for (const Section& s : d.sections) {
    out += Text("\n## ", d.Heading(s.name, s.title), "\n\n");
    for (const std::string& note : s.notes) out += note + "\n\n";
    for (const Figure& f : s.figures) {
      if (!picture_folder.empty()) out += Text("![", f.drawing.title(), "](", picture_folder, "/", f.drawing.id(), ".svg)\n\n", f.caption, "\n\n");
    }
    if (!s.table.columns.empty() && !s.table.rows.empty()) out += io::WriteTable(s.table, {.format = io::Format::kMarkdown});
  }
  if (!d.method.empty()) out += Text("\n## ", d.MethodHeading(), "\n\n");
  for (const auto& [name, text] : d.method) out += Text("- ", name, d.lang == Lang::kZh ? "\uFF1A" : ": ", text, "\n");
  if (!d.sources.empty()) out += Text("\n## ", d.SourcesHeading(), "\n\n");
  for (const Footnote& note : d.sources) out += Text(note.number, ". ", SourceLine(note), "\n");
  if (!d.cover.footer.empty()) out += Text("\n", d.cover.footer, "\n");
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
  json.EndArray();
  if (!d.figures.empty()) {
    json.Key("figures").BeginObject();
    for (const auto& [name, cell] : d.figures) {
      json.Key(name);
      if (cell.json.empty()) json.Value(cell.value);
      else json.Raw(cell.json);
    }
    json.EndObject();
  }
  json.Key("sections").BeginObject();
  for (const Section& s : d.sections) {
    json.Key(s.name).BeginObject().Member("title", s.title).Key("notes").BeginArray();
    for (const std::string& note : s.notes) json.Value(note);
    json.EndArray();
    if (!s.derived_from.empty()) {
      json.Key("derivedFrom").BeginArray();
      for (const std::string& from : s.derived_from) {
        if (std::any_of(d.sections.begin(), d.sections.end(), [&](const Section& other) { return other.name == from; })) json.Value(from);
      }
      json.EndArray();
    }
    json.Key("rows").BeginArray();
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

std::string Document::Heading(std::string_view name, std::string_view heading) const {
  const auto it = cover.headings.find(std::string(name));
  return it == cover.headings.end() ? std::string(heading) : it->second;
}
std::string Document::SummaryHeading() const { return Heading("summary", Say(lang, "摘要", "Summary")); }
std::string Document::MethodHeading() const { return Heading("method", Say(lang, "方法", "Method")); }
std::string Document::SourcesHeading() const { return Heading("sources", Say(lang, "来源", "Sources")); }

std::string Document::LatestDate() const {
  std::string latest;
  for (const Footnote& note : sources) latest = std::max(latest, note.source.date);
  return latest;
}

std::string LocatorText(const Footnote& note) {
  std::vector<std::pair<unsigned long, std::string>> parts;  // line, as written
  bool lines = true;
  for (const std::string& locator : note.locators) {
    for (size_t at = 0; at <= locator.size();) {
      const size_t end = std::min(locator.find(", ", at), locator.size());
      std::string part = locator.substr(at, end - at);
      at = end + 2;
      const bool line = part.size() > 1 && part[0] == 'L' && part[1] >= '0' && part[1] <= '9';
      lines = lines && line;
      parts.emplace_back(line ? std::strtoul(part.c_str() + 1, nullptr, 10) : 0, std::move(part));
    }
  }
  if (!lines) parts.clear();
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  std::string out;
  for (const auto& [line, part] : parts) out += (out.empty() ? "" : ", ") + part;
  if (lines) return out;
  for (const std::string& l : note.locators) out += (out.empty() ? "" : "; ") + l;
  return out;
}

std::string SourceLine(const Footnote& note) {
  const chain::Source& s = note.source;
  std::string out = s.title.empty() ? s.key : s.title;
  for (const std::string& part : {s.publisher, s.date, s.where}) {
    if (!part.empty()) out += ", " + part;
  }
  const std::string locators = LocatorText(note);
  if (!locators.empty()) out += Text(" (", locators, ")");
  return out;
}

std::vector<Piece> SplitMarks(std::string_view text, size_t sources) {
  std::vector<Piece> out;
  size_t plain = 0;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '[') {
      size_t j = i + 1, number = 0;
      while (j < text.size() && text[j] >= '0' && text[j] <= '9' && number <= sources) number = number * 10 + static_cast<size_t>(text[j++] - '0');
      if (j > i + 1 && j < text.size() && text[j] == ']' && number >= 1 && number <= sources) {
        if (i > plain) out.push_back({std::string(text.substr(plain, i - plain)), 0});
        out.push_back({std::string(text.substr(i, j + 1 - i)), static_cast<int>(number)});
        i = plain = j + 1;
        continue;
      }
    }
    ++i;
  }
  if (plain < text.size()) out.push_back({std::string(text.substr(plain)), 0});
  return out;
}

bool IsNumber(const graph::Value& value) {
  if (value.number()) return true;
  const std::string* text = value.as<std::string>();
  if (!text || text->empty() || text->size() > 24) return false;
  size_t digits = 0, points = 0;
  for (size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '-' && i == 0) continue;
    if (c == '.' && points++ == 0) continue;
    if (c < '0' || c > '9') return false;
    ++digits;
  }
  return digits > 0;
}

std::vector<size_t> FilledColumns(const io::Table& table) {
  std::vector<size_t> out;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const auto filled = [&](const io::Row& row) { return !row[c].value.is_null() && !graph::ToText(row[c].value).empty(); };
    if (std::any_of(table.rows.begin(), table.rows.end(), filled)) out.push_back(c);
  }
  return out;
}

std::vector<bool> NumberColumns(const io::Table& table) {
  std::vector<bool> out;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    bool some = false, all = true;
    for (const io::Row& row : table.rows) {
      if (row[c].value.is_null()) continue;
      some = true;
      all = all && IsNumber(row[c].value);
    }
    out.push_back(some && all);
  }
  return out;
}

bool IsSoft(const io::Column& column, const io::Cell& cell) {
  if (cell.value.is_null()) return false;
  const std::string text = graph::ToText(cell.value);
  if (column.name == "certainty") return text != graph::CertaintyName(graph::Certainty::kStated) && text != "明示";
  if (column.name != "kind" && column.name != "membership" && column.name != "status") return false;
  static const std::set<std::string_view> kSoft = {"plan", "target", "derived", "planned", "predicted", "draft", "计划", "计划供应", "拟实施", "目标", "推算", "预测", "草案", "起草稿"};
  return kSoft.contains(text);
}

std::string RenderMarkdown(const Document& document, const std::string& picture_folder) { return Markdown(Finished(document), picture_folder); }

namespace {

// Every text of the document that may carry marks, in reading order.
template <class F>
void ForEachMarked(Document& d, F&& use) {
  for (std::string& line : d.summary) use(line);
  for (Section& s : d.sections) {
    for (std::string& note : s.notes) use(note);
    for (Figure& f : s.figures) use(f.caption);
    for (io::Row& row : s.table.rows) {
      for (size_t c = 0; c < row.size(); ++c) {
        if (!s.table.columns[c].name.ends_with("sources") || row[c].value.is_null()) continue;
        std::string text = graph::ToText(row[c].value);
        use(text);
        row[c].value = graph::Value(text);
      }
    }
  }
  for (auto& [name, text] : d.method) use(text);
}

// numbers[i]: the new number of source i.
void Renumber(Document& d, const std::vector<int>& numbers) {
  ForEachMarked(d, [&](std::string& text) {
    std::string out;
    for (const Piece& piece : SplitMarks(text, numbers.size() - 1)) out += piece.source > 0 ? Text("[", numbers[static_cast<size_t>(piece.source)], "]") : piece.text;
    text = out;
  });
}

}  // namespace

Document Append(Document& into, Document part, const std::string& prefix) {
  // The numbers that the part's sources get here.
  std::vector<int> numbers(part.sources.size() + 1);
  for (const Footnote& note : part.sources) {
    auto known = std::find_if(into.sources.begin(), into.sources.end(), [&](const Footnote& n) { return n.source.document == note.source.document; });
    if (known == into.sources.end()) {
      into.sources.push_back(note);
      known = into.sources.end() - 1;
      known->number = static_cast<int>(into.sources.size());
    } else {
      for (const std::string& l : note.locators) {
        if (std::find(known->locators.begin(), known->locators.end(), l) == known->locators.end()) known->locators.push_back(l);
      }
    }
    numbers[static_cast<size_t>(note.number)] = known->number;
  }
  Renumber(part, numbers);
  for (const Section& s : part.sections) {
    into.sections.push_back(s);
    if (prefix.empty()) continue;
    into.sections.back().name = Text(prefix, "_", s.name);
    for (std::string& name : into.sections.back().derived_from) name = Text(prefix, "_", name);
  }
  for (const auto& [name, text] : part.method) {
    const bool said = std::any_of(into.method.begin(), into.method.end(), [&](const auto& m) { return m.second == text; });
    if (!said) into.method.emplace_back(name, text);
  }
  part.sources = into.sources;
  return part;
}

void NumberInOrder(Document& document) {
  const size_t count = document.sources.size();
  std::vector<int> numbers(count + 1);
  int next = 0;
  ForEachMarked(document, [&](const std::string& text) {
    for (const Piece& piece : SplitMarks(text, count)) {
      if (piece.source > 0 && numbers[static_cast<size_t>(piece.source)] == 0) numbers[static_cast<size_t>(piece.source)] = ++next;
    }
  });
  for (size_t i = 1; i <= count; ++i) {
    if (numbers[i] == 0) numbers[i] = ++next;
  }
  Renumber(document, numbers);
  for (Footnote& note : document.sources) note.number = numbers[static_cast<size_t>(note.number)];
  std::sort(document.sources.begin(), document.sources.end(), [](const Footnote& a, const Footnote& b) { return a.number < b.number; });
}

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

io::Cell Footnotes::CountedCell(Lang lang, const std::vector<chain::Source>& sources) {
  constexpr size_t kMarked = 8;
  if (sources.size() <= kMarked) return Cell(sources);
  const std::vector<chain::Source> first(sources.begin(), sources.begin() + kMarked);
  return {graph::Value(Mark(first) + (lang == Lang::kZh ? Text("等 ", sources.size(), " 份") : Text(" and ", sources.size() - kMarked, " more"))), Json(first)};
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
    for (Figure& f : s.figures) mend(f.caption);
    for (std::string& note : s.notes) mend(note);
    for (io::Column& column : s.table.columns) mend(column.title);
  }
  for (auto& [name, text] : d.method) {
    if (!text.starts_with("liantu ")) mend(text);  // a command is typed as it stands
  }
  return d;
}

std::string DerivedNote(const Document& document, const Section& section, const std::function<std::string(const Section&)>& name) {
  const bool zh = document.lang == Lang::kZh;
  std::string tables;
  const auto& from = section.derived_from;
  for (const Section& s : document.sections) {
    if (std::find(from.begin(), from.end(), s.name) != from.end()) tables += (tables.empty() ? "" : zh ? "、" : ", ") + name(s);
  }
  if (section.derived_from.empty()) return {};
  if (tables.empty()) return zh ? "推算\uFF1A由数据中的记录计数得出。" : "Derived: counted from what the data holds.";
  return zh ? Text("推算\uFF1A本表由下列各表计数或计算得出\uFF0C来源见其各行\uFF1A", tables, "。") : Text("Derived from these tables, where the sources stand: ", tables, ".");
}

Document WithNames(const Document& document) {
  Document d = document;
  if (d.names.empty()) return d;
  Section s{.name = "names", .title = "Names and their Chinese originals",
            .notes = {"English names that no source gives are translations made with the data; the Chinese name is the one to search by in the sources."}};
  s.table.columns = {{"label", "Kind"}, {"name", "Name here"}, {"original", "Chinese name"}};
  for (const OriginalName& n : d.names) s.table.rows.push_back({n.label, n.name, n.original});
  d.sections.push_back(std::move(s));
  return d;
}

Document Finished(const Document& document) {
  Document d = Punctuated(WithNames(document));
  for (Section& s : d.sections) {
    if (s.table.rows.empty()) continue;
    const std::string note = DerivedNote(d, s, [&](const Section& from) { return d.Heading(from.name, from.title); });
    if (!note.empty()) s.notes.push_back(note);
  }
  return d;
}

std::string Render(const Document& original, io::Format format, size_t width) {
  const Document document = Finished(original);
  switch (format) {
    case io::Format::kTable: return RenderTable(document, width);
    case io::Format::kMarkdown: return Markdown(document, "");
    case io::Format::kCsv: return RenderCsv(document);
    case io::Format::kJson: return RenderJson(document);
    case io::Format::kJsonl: return RenderJsonLines(document);
  }
  return {};
}

}  // namespace liantu::report
