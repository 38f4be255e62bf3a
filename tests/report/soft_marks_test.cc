// SPDX-License-Identifier: Apache-2.0
// What is planned, derived or predicted is set apart in the Word and Excel files too: the parts inside the archives are read, and the cells
// with the mark's type are exactly those whose word says so.
#include <zip.h>

#include <map>
#include <pugixml.hpp>
#include <set>
#include <string>

#include "report/document.h"
#include "report/reports.h"
#include "report/shipped.h"

namespace liantu::report {
namespace {

using Words = std::multiset<std::string>;

Document OfKind(const std::string& kind, Lang lang) {
  for (const NamedReport& report : AllReports()) {
    if (report.kind == kind) return Make(report, lang);
  }
  ADD_FAILURE() << "no report " << kind;
  return {};
}

// The parts of an archive by name.
std::map<std::string, std::string> Parts(const std::string& bytes) {
  std::map<std::string, std::string> parts;
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  EXPECT_NE(archive, nullptr);
  for (zip_int64_t i = 0; archive && i < zip_get_num_entries(archive, 0); ++i) {
    zip_stat_t stat;
    zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat);
    std::string text(stat.size, '\0');
    zip_file_t* file = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
    EXPECT_EQ(zip_fread(file, text.data(), text.size()), static_cast<zip_int64_t>(text.size()));
    zip_fclose(file);
    parts[stat.name] = std::move(text);
  }
  if (archive) zip_discard(archive);
  zip_error_fini(&error);
  return parts;
}

pugi::xml_document Parsed(const std::string& text) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata));
  return document;
}

std::string TextOf(const pugi::xml_node& node, const char* name) {
  std::string out;
  for (const auto& t : node.select_nodes((std::string(".//") + name).c_str())) out += t.node().text().get();
  return out;
}

// The words of a document that have to be set apart in its tables, and how many of its tables are derived as a whole.
Words SoftWords(const Document& d, size_t& derived) {
  Words words;
  derived = 0;
  for (const Section& s : d.sections) {
    if (!s.derived_from.empty() && !s.table.rows.empty()) ++derived;
    for (const io::Row& row : s.table.rows) {
      for (size_t c = 0; c < row.size(); ++c) {
        if (IsSoft(s.table.columns[c], row[c])) words.insert(graph::ToText(row[c].value));
      }
    }
  }
  return words;
}

class SoftMarks : public testing::TestWithParam<std::tuple<const char*, Lang>> {
 protected:
  Document Shown() { return OfKind(std::get<0>(GetParam()), std::get<1>(GetParam())); }
};

TEST_P(SoftMarks, AreItalicAndColouredInWord) {
  const Document d = Shown();
  size_t derived = 0;
  const Words expected = SoftWords(d, derived);
  const auto body = Parsed(Parts(Get(RenderDocx(d)))["word/document.xml"]);
  Words cells;
  for (const auto& cell : body.select_nodes("//w:tc[.//w:color[@w:val='8A4B08']]")) {
    EXPECT_TRUE(cell.node().select_node(".//w:rPr/w:i")) << TextOf(cell.node(), "w:t");
    cells.insert(TextOf(cell.node(), "w:t"));
  }
  EXPECT_EQ(cells, expected);
  EXPECT_EQ(body.select_nodes("//w:body/w:p[.//w:color[@w:val='8A4B08'] and .//w:i]").size(), derived);
}

TEST_P(SoftMarks, AreItalicAndColouredInExcel) {
  const Document d = Shown();
  size_t derived = 0;
  const Words expected = SoftWords(d, derived);
  auto parts = Parts(Get(RenderXlsx(d)));
  const auto styles = Parsed(parts["xl/styles.xml"]);
  std::set<int> fonts, soft;
  int at = 0;
  for (const auto& font : styles.select_nodes("/styleSheet/fonts/font")) {
    if (std::string(font.node().child("color").attribute("rgb").value()).ends_with("8A4B08") && font.node().child("i")) fonts.insert(at);
    ++at;
  }
  at = 0;
  for (const auto& format : styles.select_nodes("/styleSheet/cellXfs/xf")) {
    if (fonts.contains(format.node().attribute("fontId").as_int())) soft.insert(at);
    ++at;
  }
  std::vector<std::string> strings;
  const auto shared = Parsed(parts["xl/sharedStrings.xml"]);
  for (const auto& si : shared.select_nodes("/sst/si")) strings.push_back(TextOf(si.node(), "t"));
  Words cells;
  size_t said = 0, tabs = 0;
  for (const auto& [name, text] : parts) {
    if (!name.starts_with("xl/worksheets/sheet")) continue;
    const auto sheet = Parsed(text);
    if (sheet.select_node("/worksheet/sheetPr/tabColor[contains(@rgb, '8A4B08')]")) ++tabs;
    for (const auto& cell : sheet.select_nodes("//c[@t='s']")) {
      if (!soft.contains(cell.node().attribute("s").as_int(-1))) continue;
      const std::string& word = strings.at(static_cast<size_t>(cell.node().child("v").text().as_int()));
      if (name == "xl/worksheets/sheet1.xml") ++said;
      else cells.insert(word);
    }
  }
  EXPECT_EQ(cells, expected);
  EXPECT_EQ(said, derived) << "derived tables in the list of sheets";
  EXPECT_EQ(tabs, derived) << "their tabs";
}

INSTANTIATE_TEST_SUITE_P(All, SoftMarks, testing::Combine(testing::Values("linkage", "leader", "park", "place", "chain", "gaps", "risk", "compare"), testing::Values(Lang::kZh, Lang::kEn)),
                         [](const auto& info) { return std::string(std::get<0>(info.param)) + (std::get<1>(info.param) == Lang::kZh ? "_zh" : "_en"); });

// A planned project, a planned supply tie and a draft policy are not like those that are.
TEST(SoftMarksOnReal, PlannedThingsAreAmongThem) {
  size_t derived = 0;
  const Words park = SoftWords(OfKind("park", Lang::kZh), derived), leader = SoftWords(OfKind("leader", Lang::kZh), derived);
  EXPECT_GE(park.count("计划"), 8u);
  EXPECT_GE(leader.count("计划供应"), 1u);
}

}  // namespace
}  // namespace liantu::report
