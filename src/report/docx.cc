// SPDX-License-Identifier: Apache-2.0
// A document as WordprocessingML (ECMA-376): the parts by pugixml, the archive by libzip; the only file that knows either. Sources are
// endnotes, pictures are metafiles, times inside are the latest date of a source.
#include <zip.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "report/document.h"
#include "text/width.h"

namespace liantu::report {

namespace {

using Node = pugi::xml_node;

constexpr double kEmuPerPixel = 9525;
constexpr int kTextWidth = 13'958, kPageWidth = 16'838, kPageHeight = 11'906, kMargin = 1'440;  // twentieths of a point, A4 lying
constexpr size_t kNarrowest = 6, kWidest = 46;                                                  // columns, in display widths

constexpr const char* kWordNames = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
constexpr const char* kRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr const char* kPackage = "http://schemas.openxmlformats.org/package/2006/relationships";

Node Child(Node parent, const char* name, std::initializer_list<std::pair<const char*, std::string>> attributes = {}) {
  Node node = parent.append_child(name);
  for (const auto& [key, value] : attributes) node.append_attribute(key).set_value(value.c_str());
  return node;
}

// XML 1.0 has no place for most control characters.
std::string Clean(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' ? ' ' : c;
  return out;
}

std::string Save(const pugi::xml_document& part) {
  std::ostringstream out;
  part.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return out.str();
}

pugi::xml_document Start() {
  pugi::xml_document part;
  Node declaration = part.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  declaration.append_attribute("standalone") = "yes";
  return part;
}

struct RunStyle {
  bool bold = false, italic = false;
  std::string colour, link_style;
};

void AddText(Node run, std::string_view text) {
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '\n') continue;
    if (begin > 0) Child(run, "w:br");
    Child(run, "w:t", {{"xml:space", "preserve"}}).text().set(Clean(text.substr(begin, i - begin)).c_str());
    begin = i + 1;
  }
}

Node AddRun(Node parent, const RunStyle& style = {}) {
  Node run = Child(parent, "w:r");
  if (!style.bold && !style.italic && style.colour.empty() && style.link_style.empty()) return run;
  Node properties = Child(run, "w:rPr");
  if (!style.link_style.empty()) Child(properties, "w:rStyle", {{"w:val", style.link_style}});
  if (style.bold) Child(properties, "w:b");
  if (style.italic) Child(properties, "w:i");
  if (!style.colour.empty()) Child(properties, "w:color", {{"w:val", style.colour}});
  return run;
}

class Writer {
 public:
  // Word numbers its notes itself, in the order of their marks.
  explicit Writer(Document document) : d_(std::move(document)) { NumberInOrder(d_); }

  Result<std::string> Write() {
    Body();
    const std::string date = d_.LatestDate();
    // The parts, in the order of the archive.
    Add("[Content_Types].xml", ContentTypes());
    Add("_rels/.rels", PackageRelations());
    Add("docProps/core.xml", Core(date));
    Add("docProps/app.xml", App());
    Add("word/document.xml", Save(document_));
    Add("word/_rels/document.xml.rels", DocumentRelations());
    Add("word/styles.xml", Styles());
    Add("word/settings.xml", Settings());
    Add("word/endnotes.xml", Endnotes());
    Add("word/footer1.xml", Footer());
    for (size_t i = 0; i < pictures_.size(); ++i) Add(Text("word/media/picture", i + 1, ".emf"), pictures_[i]);
    if (HasLogo()) Add("word/media/logo." + d_.cover.logo_type, d_.cover.logo);
    return Zip(date);
  }

 private:
  bool HasLogo() const { return !d_.cover.logo.empty() && d_.cover.logo_type != "svg"; }  // word processors want a bitmap beside an SVG

  void Add(std::string name, std::string bytes) { parts_.emplace_back(std::move(name), std::move(bytes)); }

  Node Paragraph(Node parent, const char* style) {
    Node p = Child(parent, "w:p");
    if (style) Child(Child(p, "w:pPr"), "w:pStyle", {{"w:val", style}});
    return p;
  }

  // Text whose marks lead to the notes: the first mark of a source is its endnote, later ones are links to it.
  void Words(Node paragraph, const std::string& text, const RunStyle& style = {}) {
    for (const Piece& piece : SplitMarks(text, d_.sources.size())) {
      if (piece.source == 0) {
        AddText(AddRun(paragraph, style), piece.text);
        continue;
      }
      const std::string anchor = Text("source_", piece.source);
      if (noted_.insert(piece.source).second) {
        const std::string id = std::to_string(++bookmarks_);
        Child(paragraph, "w:bookmarkStart", {{"w:id", id}, {"w:name", anchor}});
        AddText(AddRun(paragraph, {.link_style = "EndnoteReference"}), "[");
        Node reference = AddRun(paragraph, {.link_style = "EndnoteReference"});
        Child(reference.child("w:rPr"), "w:vertAlign", {{"w:val", "baseline"}});  // as its brackets and as the later marks
        Child(reference, "w:endnoteReference", {{"w:id", std::to_string(piece.source + 1)}});
        AddText(AddRun(paragraph, {.link_style = "EndnoteReference"}), "]");
        Child(paragraph, "w:bookmarkEnd", {{"w:id", id}});
      } else {
        Node link = Child(paragraph, "w:hyperlink", {{"w:anchor", anchor}, {"w:history", "1"}});
        AddText(AddRun(link, {.link_style = "EndnoteReference"}), piece.text);
      }
    }
  }

  void Picture(Node paragraph, const std::string& relation, double width, double height, const std::string& name, const std::string& description, size_t notes = 0) {
    // Never wider than the text, never so high that heading, notes and caption do not stand on its page.
    const double room = kTextWidth / 15.0, tall = (kPageHeight - 2 * kMargin) / 15.0 - 110 - 30.0 * static_cast<double>(std::min<size_t>(notes, 4));
    const double scale = std::min({1.0, room / width, tall / height});
    const std::string cx = std::to_string(std::llround(width * scale * kEmuPerPixel)), cy = std::to_string(std::llround(height * scale * kEmuPerPixel));
    const std::string id = std::to_string(++drawings_);
    Node line = Child(Child(AddRun(paragraph), "w:drawing"), "wp:inline", {{"distT", "0"}, {"distB", "0"}, {"distL", "0"}, {"distR", "0"}});
    Child(line, "wp:extent", {{"cx", cx}, {"cy", cy}});
    Child(line, "wp:docPr", {{"id", id}, {"name", Clean(name)}, {"descr", Clean(description)}});
    Node data = Child(Child(line, "a:graphic", {{"xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main"}}), "a:graphicData", {{"uri", "http://schemas.openxmlformats.org/drawingml/2006/picture"}});
    Node picture = Child(data, "pic:pic", {{"xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"}});
    Node about = Child(picture, "pic:nvPicPr");
    Child(about, "pic:cNvPr", {{"id", id}, {"name", Clean(name)}});
    Child(about, "pic:cNvPicPr");
    Node fill = Child(picture, "pic:blipFill");
    Child(fill, "a:blip", {{"r:embed", relation}});
    Child(Child(fill, "a:stretch"), "a:fillRect");
    Node shape = Child(picture, "pic:spPr");
    Node frame = Child(shape, "a:xfrm");
    Child(frame, "a:off", {{"x", "0"}, {"y", "0"}});
    Child(frame, "a:ext", {{"cx", cx}, {"cy", cy}});
    Child(Child(shape, "a:prstGeom", {{"prst", "rect"}}), "a:avLst");
  }

  void Table(Node body, const io::Table& whole) {
    io::Table table;
    const std::vector<size_t> filled = FilledColumns(whole);
    for (const size_t c : filled) table.columns.push_back(whole.columns[c]);
    for (const io::Row& row : whole.rows) {
      table.rows.emplace_back();
      for (const size_t c : filled) table.rows.back().push_back(row[c]);
    }
    const std::vector<bool> numbers = NumberColumns(table);
    std::vector<size_t> widths;
    size_t total = 0;
    for (size_t c = 0; c < table.columns.size(); ++c) {
      size_t width = text::DisplayWidth(table.columns[c].title.empty() ? table.columns[c].name : table.columns[c].title) + 2;
      for (const io::Row& row : table.rows) {
        if (!row[c].value.is_null()) width = std::max(width, text::DisplayWidth(graph::ToText(row[c].value)) + 2);
      }
      widths.push_back(std::clamp(width, kNarrowest, kWidest));
      total += widths.back();
    }
    Node t = Child(body, "w:tbl");
    Node properties = Child(t, "w:tblPr");
    Child(properties, "w:tblStyle", {{"w:val", "LiantuTable"}});
    Child(properties, "w:tblW", {{"w:w", "5000"}, {"w:type", "pct"}});
    Child(properties, "w:tblLayout", {{"w:type", "fixed"}});
    Node grid = Child(t, "w:tblGrid");
    std::vector<std::string> columns;
    for (const size_t width : widths) {
      columns.push_back(std::to_string(kTextWidth * static_cast<int>(width) / static_cast<int>(total)));
      Child(grid, "w:gridCol", {{"w:w", columns.back()}});
    }
    auto cell = [&](Node row, size_t c, const std::string& text, bool header, bool soft) {
      Node tc = Child(row, "w:tc");
      Node about = Child(tc, "w:tcPr");
      Child(about, "w:tcW", {{"w:w", columns[c]}, {"w:type", "dxa"}});
      if (header) Child(about, "w:shd", {{"w:val", "clear"}, {"w:color", "auto"}, {"w:fill", "E9EFF6"}});
      Node p = Child(tc, "w:p");
      Node style = Child(p, "w:pPr");
      Child(style, "w:pStyle", {{"w:val", "Cell"}});
      if (header) Child(style, "w:keepNext");
      if (numbers[c]) Child(style, "w:jc", {{"w:val", "right"}});
      Words(p, text, {.bold = header, .italic = soft, .colour = soft ? "8A4B08" : ""});
    };
    Node head = Child(t, "w:tr");
    Node head_about = Child(head, "w:trPr");
    Child(head_about, "w:cantSplit");
    Child(head_about, "w:tblHeader");
    for (size_t c = 0; c < table.columns.size(); ++c) cell(head, c, table.columns[c].title.empty() ? table.columns[c].name : table.columns[c].title, true, false);
    for (const io::Row& row : table.rows) {
      Node tr = Child(t, "w:tr");
      Child(Child(tr, "w:trPr"), "w:cantSplit");
      for (size_t c = 0; c < table.columns.size(); ++c) cell(tr, c, row[c].value.is_null() ? "" : graph::ToText(row[c].value), false, IsSoft(table.columns[c], row[c]));
    }
  }

  void Body() {
    document_ = Start();
    Node root = Child(document_, "w:document", {{"xmlns:w", kWordNames}, {"xmlns:r", kRelations}, {"xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"}});
    Node body = Child(root, "w:body");
    if (d_.cover.shown()) {
      if (HasLogo()) {
        // Its real proportions are in the file; a square of 96 pixels is the frame unless it is a PNG, which says its size at once.
        double width = 96, height = 96;
        const std::string& logo = d_.cover.logo;
        if (d_.cover.logo_type == "png" && logo.size() > 24) {
          auto word = [&](size_t at) { return static_cast<double>(static_cast<unsigned char>(logo[at]) << 24 | static_cast<unsigned char>(logo[at + 1]) << 16 | static_cast<unsigned char>(logo[at + 2]) << 8 | static_cast<unsigned char>(logo[at + 3])); };
          width = std::max(1.0, word(16)), height = std::max(1.0, word(20));
          const double scale = std::min({1.0, 260 / width, 96 / height});
          width *= scale, height *= scale;
        }
        Picture(Paragraph(body, "Cover"), "rIdLogo", width, height, "logo", d_.cover.organisation);
      }
      Words(Paragraph(body, "Cover"), d_.cover.organisation);
      Words(Paragraph(body, "Title"), d_.title);
      for (const std::string& line : {d_.cover.subtitle, d_.cover.date}) {
        if (!line.empty()) Words(Paragraph(body, "Cover"), line);
      }
      Child(AddRun(Paragraph(body, nullptr)), "w:br", {{"w:type", "page"}});
    } else {
      Words(Paragraph(body, "Title"), d_.title);
    }
    if (d_.cover.headings.contains("summary")) Words(Paragraph(body, "Heading1"), d_.SummaryHeading());
    for (const std::string& line : d_.summary) Words(Paragraph(body, "Summary"), line);
    for (const Section& s : d_.sections) {
      Words(Paragraph(body, "Heading1"), d_.Heading(s.name, s.title));
      for (size_t i = 0; i < s.notes.size(); ++i) {
        // The last note of a derived table says that it is one: set apart as in its cells.
        const bool soft = i + 1 == s.notes.size() && !s.derived_from.empty();
        Node p = Paragraph(body, "Note");
        Child(p.child("w:pPr"), "w:keepNext");
        Words(p, s.notes[i], {.italic = soft, .colour = soft ? "8A4B08" : ""});
      }
      for (const Figure& f : s.figures) {
        pictures_.push_back(f.drawing.Emf());
        Picture(Paragraph(body, "Figure"), Text("rIdPicture", pictures_.size()), f.drawing.size().width, f.drawing.size().height, f.drawing.title(), f.drawing.description(), s.notes.size());
        Words(Paragraph(body, "Caption"), f.caption);
      }
      if (!s.table.columns.empty() && !s.table.rows.empty()) {
        Table(body, s.table);
        Paragraph(body, "Cell");
      }
    }
    if (!d_.method.empty()) Words(Paragraph(body, "Heading1"), d_.MethodHeading());
    for (const auto& [name, text] : d_.method) {
      Node p = Paragraph(body, "Note");
      AddText(AddRun(p, {.bold = true}), Text(name, d_.lang == Lang::kZh ? "\uFF1A" : ": "));
      Words(p, text);
    }
    if (!d_.sources.empty()) {
      Words(Paragraph(body, "Heading1"), d_.SourcesHeading());
      for (const Footnote& note : d_.sources) {
        if (!noted_.contains(note.number)) Words(Paragraph(body, "Note"), Text("[", note.number, "]"));
      }
    }
    Node section = Child(body, "w:sectPr");
    Child(section, "w:footerReference", {{"w:type", "default"}, {"r:id", "rIdFooter"}});
    Child(Child(section, "w:endnotePr"), "w:numFmt", {{"w:val", "decimal"}});
    Child(section, "w:pgSz", {{"w:w", std::to_string(kPageWidth)}, {"w:h", std::to_string(kPageHeight)}, {"w:orient", "landscape"}});
    const std::string m = std::to_string(kMargin);
    Child(section, "w:pgMar", {{"w:top", m}, {"w:right", m}, {"w:bottom", m}, {"w:left", m}, {"w:header", "720"}, {"w:footer", "720"}, {"w:gutter", "0"}});
  }

  std::string Endnotes() {
    pugi::xml_document part = Start();
    Node root = Child(part, "w:endnotes", {{"xmlns:w", kWordNames}, {"xmlns:r", kRelations}});
    for (const auto& [id, type, mark] : {std::tuple("0", "separator", "w:separator"), std::tuple("1", "continuationSeparator", "w:continuationSeparator")}) {
      Child(AddRun(Paragraph(Child(root, "w:endnote", {{"w:type", type}, {"w:id", id}}), nullptr)), mark);
    }
    for (const Footnote& note : d_.sources) {
      Node p = Paragraph(Child(root, "w:endnote", {{"w:id", std::to_string(note.number + 1)}}), "EndnoteText");
      Child(AddRun(p), "w:endnoteRef");
      AddText(AddRun(p), " " + SourceLine(note));
    }
    return Save(part);
  }

  std::string ContentTypes() {
    pugi::xml_document part = Start();
    Node root = Child(part, "Types", {{"xmlns", "http://schemas.openxmlformats.org/package/2006/content-types"}});
    for (const auto& [extension, type] : {std::pair("rels", "application/vnd.openxmlformats-package.relationships+xml"), std::pair("xml", "application/xml"), std::pair("emf", "image/x-emf"),
                                          std::pair("png", "image/png"), std::pair("jpeg", "image/jpeg")}) {
      Child(root, "Default", {{"Extension", extension}, {"ContentType", type}});
    }
    const std::string word = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    for (const auto& [name, type] : {std::pair("/word/document.xml", word + "document.main+xml"), std::pair("/word/styles.xml", word + "styles+xml"), std::pair("/word/settings.xml", word + "settings+xml"),
                                     std::pair("/word/endnotes.xml", word + "endnotes+xml"), std::pair("/word/footer1.xml", word + "footer+xml"),
                                     std::pair("/docProps/core.xml", std::string("application/vnd.openxmlformats-package.core-properties+xml")),
                                     std::pair("/docProps/app.xml", std::string("application/vnd.openxmlformats-officedocument.extended-properties+xml"))}) {
      Child(root, "Override", {{"PartName", name}, {"ContentType", type}});
    }
    return Save(part);
  }

  std::string PackageRelations() {
    pugi::xml_document part = Start();
    Node root = Child(part, "Relationships", {{"xmlns", kPackage}});
    Child(root, "Relationship", {{"Id", "rId1"}, {"Type", Text(kRelations, "/officeDocument")}, {"Target", "word/document.xml"}});
    Child(root, "Relationship", {{"Id", "rId2"}, {"Type", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"}, {"Target", "docProps/core.xml"}});
    Child(root, "Relationship", {{"Id", "rId3"}, {"Type", Text(kRelations, "/extended-properties")}, {"Target", "docProps/app.xml"}});
    return Save(part);
  }

  std::string DocumentRelations() {
    pugi::xml_document part = Start();
    Node root = Child(part, "Relationships", {{"xmlns", kPackage}});
    auto add = [&](const std::string& id, const char* type, const std::string& target) { Child(root, "Relationship", {{"Id", id}, {"Type", Text(kRelations, "/", type)}, {"Target", target}}); };
    add("rIdStyles", "styles", "styles.xml");
    add("rIdSettings", "settings", "settings.xml");
    add("rIdEndnotes", "endnotes", "endnotes.xml");
    add("rIdFooter", "footer", "footer1.xml");
    for (size_t i = 0; i < pictures_.size(); ++i) add(Text("rIdPicture", i + 1), "image", Text("media/picture", i + 1, ".emf"));
    if (HasLogo()) add("rIdLogo", "image", "media/logo." + d_.cover.logo_type);
    return Save(part);
  }

  std::string Core(const std::string& date) {
    pugi::xml_document part = Start();
    Node root = Child(part, "cp:coreProperties", {{"xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"}, {"xmlns:dc", "http://purl.org/dc/elements/1.1/"},
                                                   {"xmlns:dcterms", "http://purl.org/dc/terms/"}, {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"}});
    Child(root, "dc:title").text().set(Clean(d_.title).c_str());
    if (!d_.cover.organisation.empty()) Child(root, "dc:creator").text().set(Clean(d_.cover.organisation).c_str());
    Child(root, "dc:language").text().set(d_.lang == Lang::kZh ? "zh-CN" : "en");
    if (date.size() == 10) {
      for (const char* name : {"dcterms:created", "dcterms:modified"}) Child(root, name, {{"xsi:type", "dcterms:W3CDTF"}}).text().set((date + "T00:00:00Z").c_str());
    }
    return Save(part);
  }

  std::string App() {
    pugi::xml_document part = Start();
    Child(Child(part, "Properties", {{"xmlns", "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"}}), "Application").text().set("liantu");
    return Save(part);
  }

  std::string Settings() {
    pugi::xml_document part = Start();
    Node root = Child(part, "w:settings", {{"xmlns:w", kWordNames}});
    Node notes = Child(root, "w:endnotePr");
    Child(notes, "w:numFmt", {{"w:val", "decimal"}});
    for (const char* id : {"0", "1"}) Child(notes, "w:endnote", {{"w:id", id}});
    Child(Child(root, "w:compat"), "w:compatSetting", {{"w:name", "compatibilityMode"}, {"w:uri", "http://schemas.microsoft.com/office/word"}, {"w:val", "15"}});
    return Save(part);
  }

  std::string Footer() {
    pugi::xml_document part = Start();
    Node p = Paragraph(Child(part, "w:ftr", {{"xmlns:w", kWordNames}}), "Caption");
    if (!d_.cover.footer.empty()) AddText(AddRun(p), d_.cover.footer + "    ");
    AddText(AddRun(Child(p, "w:fldSimple", {{"w:instr", " PAGE "}})), "1");
    return Save(part);
  }

  std::string Styles() {
    pugi::xml_document part = Start();
    Node root = Child(part, "w:styles", {{"xmlns:w", kWordNames}});
    auto fonts = [](Node properties) { Child(properties, "w:rFonts", {{"w:ascii", "Arial"}, {"w:hAnsi", "Arial"}, {"w:eastAsia", "Microsoft YaHei"}, {"w:cs", "Arial"}}); };
    Node defaults = Child(Child(Child(root, "w:docDefaults"), "w:rPrDefault"), "w:rPr");
    fonts(defaults);
    Child(defaults, "w:sz", {{"w:val", "21"}});
    Child(defaults, "w:lang", {{"w:val", "en-GB"}, {"w:eastAsia", "zh-CN"}});
    const std::string accent = d_.cover.accent.size() == 7 ? d_.cover.accent.substr(1) : "0B5CAD";
    struct Style {
      const char *id, *name;
      int size, before, after;
      bool bold;
      std::string colour;
      const char* align;
      int level;
    };
    for (const Style& s : {Style{"Normal", "Normal", 21, 0, 80, false, "", nullptr, -1}, Style{"Title", "Title", 36, 0, 160, true, "", nullptr, -1}, Style{"Heading1", "heading 1", 26, 320, 100, true, accent, nullptr, 0},
                           Style{"Summary", "Summary", 22, 0, 80, false, "", nullptr, -1}, Style{"Note", "Note", 19, 0, 60, false, "5B6470", nullptr, -1}, Style{"Cell", "Cell", 17, 20, 20, false, "", nullptr, -1},
                           Style{"Figure", "Figure", 21, 80, 40, false, "", "center", -1}, Style{"Caption", "caption", 18, 0, 120, false, "5B6470", "center", -1}, Style{"Cover", "Cover", 28, 160, 160, false, "", "center", -1},
                           Style{"EndnoteText", "endnote text", 18, 0, 20, false, "", nullptr, -1}}) {
      Node style = Child(root, "w:style", {{"w:type", "paragraph"}, {"w:styleId", s.id}});
      const bool normal = std::string_view(s.id) == "Normal";
      if (normal) style.append_attribute("w:default") = "1";
      Child(style, "w:name", {{"w:val", s.name}});
      if (!normal) Child(style, "w:basedOn", {{"w:val", "Normal"}});
      Child(style, "w:qFormat");
      Node p = Child(style, "w:pPr");
      if (s.level >= 0 || std::string_view(s.id) == "Figure") Child(p, "w:keepNext");
      Child(p, "w:spacing", {{"w:before", std::to_string(s.before)}, {"w:after", std::to_string(s.after)}});
      if (s.align || (std::string_view(s.id) == "Title" && d_.cover.shown())) Child(p, "w:jc", {{"w:val", "center"}});
      if (s.level >= 0) Child(p, "w:outlineLvl", {{"w:val", std::to_string(s.level)}});
      Node r = Child(style, "w:rPr");
      if (s.bold) Child(r, "w:b");
      if (!s.colour.empty()) Child(r, "w:color", {{"w:val", s.colour}});
      Child(r, "w:sz", {{"w:val", std::to_string(s.size)}});
    }
    Node reference = Child(root, "w:style", {{"w:type", "character"}, {"w:styleId", "EndnoteReference"}});
    Child(reference, "w:name", {{"w:val", "endnote reference"}});
    Child(Child(reference, "w:rPr"), "w:color", {{"w:val", accent}});
    Node table = Child(root, "w:style", {{"w:type", "table"}, {"w:styleId", "LiantuTable"}});
    Child(table, "w:name", {{"w:val", "Liantu Table"}});
    Node about = Child(table, "w:tblPr");
    Node borders = Child(about, "w:tblBorders");
    for (const char* side : {"w:top", "w:bottom", "w:insideH"}) Child(borders, side, {{"w:val", "single"}, {"w:sz", "4"}, {"w:space", "0"}, {"w:color", "C5CCD5"}});
    Node cells = Child(about, "w:tblCellMar");
    for (const char* side : {"w:left", "w:right"}) Child(cells, side, {{"w:w", "70"}, {"w:type", "dxa"}});
    return Save(part);
  }

  Result<std::string> Zip(const std::string& date) {
    zip_error_t error;
    zip_error_init(&error);
    auto failed = [&] { return Status(Code::kIo, Text("the document's archive could not be made: ", zip_error_strerror(&error))); };
    zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
    if (!target) return failed();
    zip_source_keep(target);
    zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    if (!archive) return zip_source_free(target), zip_source_free(target), failed();
    // DOS form: years from 1980, months and days from 1.
    auto number = [&](size_t at, size_t size, int least, int otherwise) { return date.size() >= at + size ? std::max(least, std::atoi(date.substr(at, size).c_str())) : otherwise; };
    const int year = std::clamp(number(0, 4, 1980, 1980), 1980, 2107), month = std::clamp(number(5, 2, 1, 1), 1, 12), day = std::clamp(number(8, 2, 1, 1), 1, 31);
    const auto dos_date = static_cast<zip_uint16_t>((year - 1980) << 9 | month << 5 | day);
    bool good = true;
    for (const auto& [name, bytes] : parts_) {
      zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
      const zip_int64_t index = source ? zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
      if (index < 0) {
        zip_source_free(source);
        good = false;
        break;
      }
      good = good && zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, dos_date, 0) == 0 &&
             zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 6) == 0;
    }
    if (!good || zip_close(archive) != 0) {
      const std::string words = zip_strerror(archive);
      zip_discard(archive);
      zip_source_free(target);
      return Status(Code::kIo, "the document's archive could not be made: " + words);
    }
    std::string out;
    good = zip_source_open(target) == 0 && zip_source_seek(target, 0, SEEK_END) == 0;
    const zip_int64_t size = good ? zip_source_tell(target) : -1;
    if (size > 0 && zip_source_seek(target, 0, SEEK_SET) == 0) {
      out.resize(static_cast<size_t>(size));
      good = zip_source_read(target, out.data(), static_cast<zip_uint64_t>(size)) == size;
    } else {
      good = false;
    }
    zip_source_close(target);
    zip_source_free(target);
    if (!good) return Status(Code::kIo, "the document's archive could not be read back");
    return out;
  }

  Document d_;
  pugi::xml_document document_;
  std::vector<std::string> pictures_;
  std::vector<std::pair<std::string, std::string>> parts_;
  std::set<int> noted_;
  int bookmarks_ = 0, drawings_ = 0;
};

}  // namespace

Result<std::string> RenderDocx(const Document& document) {
  return Writer(Finished(document)).Write();
}

}  // namespace liantu::report
