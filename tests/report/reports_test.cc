// SPDX-License-Identifier: Apache-2.0
// Every report of the shipped data in both languages: its golden file, its numbers against openCypher and CALL, its sources, and that it
// is the same on every run.
#include "report/reports.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "io/json.h"
#include "report/golden.h"
#include "report/page.h"
#include "report/shipped.h"

namespace liantu::report {
namespace {

std::string Ask(const std::string& text) { return Shipped::Instance().Ask(text); }

const Section* Find(const Document& d, std::string_view name) {
  const auto it = std::find_if(d.sections.begin(), d.sections.end(), [&](const Section& s) { return s.name == name; });
  return it == d.sections.end() ? nullptr : &*it;
}
// Rows of a section; none: 0.
size_t Rows(const Document& d, std::string_view name) {
  const Section* s = Find(d, name);
  return s ? s->table.rows.size() : 0;
}
size_t ColumnOf(const io::Table& table, std::string_view name) {
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].name == name) return c;
  }
  ADD_FAILURE() << "no column " << name;
  return 0;
}
// A cell as JSON has it.
std::string Json(const io::Cell& cell) { return cell.json.empty() ? io::ToJson(cell.value) : cell.json; }
// The key in {"label":…,"key":"k",…}.
std::string KeyOf(const io::Cell& cell) {
  const size_t at = cell.json.find("\"key\":\"");
  return at == std::string::npos ? "" : cell.json.substr(at + 7, cell.json.find('"', at + 7) - at - 7);
}
const Document& Shown(const char* kind, Lang lang) {
  static std::map<std::pair<std::string, Lang>, Document> made;
  const auto it = made.find({kind, lang});
  if (it != made.end()) return it->second;
  for (const NamedReport& report : AllReports()) {
    if (report.kind == std::string(kind)) return made.emplace(std::pair(std::string(kind), lang), Make(report, lang)).first->second;
  }
  ADD_FAILURE() << "no report " << kind;
  std::abort();
}

class Reports : public testing::TestWithParam<size_t> {
 protected:
  const NamedReport& report() const { return AllReports()[GetParam()]; }
};

TEST_P(Reports, ReadAsTheirGoldenFilesSay) {
  ExpectGolden(Text("report_", report().kind, ".zh.md"), RenderMarkdown(Make(report(), Lang::kZh, 8), "pictures"));
  ExpectGolden(Text("report_", report().kind, ".en.md"), RenderMarkdown(Make(report(), Lang::kEn, 8), "pictures"));
}

TEST_P(Reports, GiveTheSameBytesOnEveryRun) {
  const Document once = Shown(report().kind, Lang::kZh), again = Make(report(), Lang::kZh);
  EXPECT_EQ(RenderHtml(once), RenderHtml(again));
  EXPECT_EQ(Render(once, io::Format::kJson), Render(again, io::Format::kJson));
  EXPECT_EQ(Get(RenderXlsx(once)), Get(RenderXlsx(again)));
  EXPECT_EQ(Get(RenderDocx(once)), Get(RenderDocx(again)));
}

TEST_P(Reports, AreWellFormedPagesThatNeedNoNetwork) {
  for (const Lang lang : {Lang::kZh, Lang::kEn}) ExpectWellFormed(RenderHtml(Shown(report().kind, lang)));
}

TEST_P(Reports, BeginWithThreeToSixSentencesAndShowAPicture) {
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    const Document& d = Shown(report().kind, lang);
    EXPECT_GE(d.summary.size(), 3u);
    EXPECT_LE(d.summary.size(), 6u);
    for (const std::string& line : d.summary) EXPECT_TRUE(line.ends_with(".") || line.ends_with("。")) << line;
    size_t figures = 0;
    std::set<std::string> ids;
    for (const Section& s : d.sections) {
      for (const Figure& f : s.figures) {
        ++figures;
        EXPECT_TRUE(ids.insert(f.drawing.id()).second) << f.drawing.id();
        EXPECT_GT(f.drawing.size().width, 50) << f.drawing.id();
        EXPECT_FALSE(f.drawing.title().empty());
        EXPECT_FALSE(f.caption.empty());
      }
    }
    EXPECT_GE(figures, 1u);
    std::set<std::string> names;
    for (const Section& s : d.sections) EXPECT_TRUE(names.insert(s.name).second) << s.name << " twice";
  }
}

// The marks of a row that lead to a source of the list; any other mark fails.
size_t Marks(const Document& d, const Section& s, const io::Row& row, std::set<int>& marked) {
  size_t count = 0;
  for (size_t c = 0; c < s.table.columns.size(); ++c) {
    if (!s.table.columns[c].name.ends_with("sources") || row[c].value.is_null()) continue;
    for (const Piece& piece : SplitMarks(graph::ToText(row[c].value), d.sources.size())) {
      EXPECT_EQ(piece.text.find('[') == std::string::npos, piece.source == 0) << s.name << ": " << piece.text;
      if (piece.source == 0) continue;
      ++count;
      marked.insert(piece.source);
    }
  }
  return count;
}
bool AllZero(const io::Row& row) {
  bool some = false;
  for (const io::Cell& cell : row) {
    if (const int64_t* n = cell.value.as<int64_t>()) {
      if (*n != 0) return false;
      some = true;
    }
  }
  return some;
}
// Tables that it names and that are there, and theirs.
bool LeadsToSources(const Document& d, const Section& s, size_t depth = 0) {
  size_t there = 0;
  for (const std::string& name : s.derived_from) {
    const Section* from = Find(d, name);
    if (!from || from->table.rows.empty()) continue;
    ++there;
    std::set<int> marked;
    const bool sourced = std::all_of(from->table.rows.begin(), from->table.rows.end(), [&](const io::Row& row) { return AllZero(row) || Marks(d, *from, row, marked) > 0; });
    if (!sourced && (depth > 3 || !LeadsToSources(d, *from, depth + 1))) return false;
  }
  return there > 0;
}

TEST_P(Reports, GiveASourceForEveryRowOrSayFromWhichTablesItIsDerived) {
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    const Document& d = Shown(report().kind, lang);
    const std::string html = RenderHtml(d), markdown = RenderMarkdown(d, ""), json = Render(d, io::Format::kJson);
    std::set<int> marked;
    size_t facts = 0, derived_tables = 0;
    for (const Section& s : d.sections) {
      const bool derived = !s.derived_from.empty() && !s.table.rows.empty();
      for (const io::Row& row : s.table.rows) {
        const size_t marks = Marks(d, s, row, marked);
        facts += marks > 0 ? 1 : 0;
        EXPECT_TRUE(marks > 0 || derived || AllZero(row)) << s.name << " has no source for " << Json(row[0]);
      }
      if (derived) {
        EXPECT_TRUE(LeadsToSources(d, s)) << s.name;
        ++derived_tables;
      }
      for (const std::string& note : s.notes) {
        for (const Piece& piece : SplitMarks(note, d.sources.size())) marked.insert(piece.source);
      }
      for (const Figure& f : s.figures) {
        for (const Piece& piece : SplitMarks(f.caption, d.sources.size())) marked.insert(piece.source);
      }
    }
    const auto occurrences = [](const std::string& text, const std::string& word) {
      size_t count = 0;
      for (size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size()) ++count;
      return count;
    };
    const std::string words = lang == Lang::kZh ? "推算\uFF1A本表由下列各表" : "Derived from these tables";
    EXPECT_EQ(occurrences(html, words), derived_tables);
    EXPECT_EQ(occurrences(markdown, words), derived_tables);
    EXPECT_EQ(occurrences(json, "\"derivedFrom\""), derived_tables);
    EXPECT_GT(facts, 5u);
    for (const Footnote& note : d.sources) {
      EXPECT_TRUE(marked.contains(note.number)) << "source " << note.number << " is in the list and nowhere marked";
      EXPECT_FALSE(note.source.key.empty());
    }
  }
}

// What is planned, derived or predicted is seen to be so in every format: the word stands in the cell, and it is set apart where there is type.
TEST_P(Reports, MarkWhatIsNotSimplyStated) {
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    const Document& d = Shown(report().kind, lang);
    const std::string html = RenderHtml(d), markdown = RenderMarkdown(d, "");
    size_t soft = 0;
    for (const Section& s : d.sections) {
      for (const io::Row& row : s.table.rows) {
        for (size_t c = 0; c < row.size(); ++c) {
          if (s.table.columns[c].name == "certainty") {
            EXPECT_FALSE(row[c].value.is_null()) << s.name;
          }
          if (!IsSoft(s.table.columns[c], row[c])) continue;
          ++soft;
          const std::string word = graph::ToText(row[c].value);
          EXPECT_NE(html.find(Text("<td class=\"mark\">", word, "</td>")), std::string::npos) << s.name << ": " << word;
          EXPECT_NE(markdown.find(Text("| ", word, " ")), std::string::npos) << s.name << ": " << word;
        }
      }
    }
    if (report().kind == std::string("park") || report().kind == std::string("place")) {
      EXPECT_GT(soft, 0u);
    }
  }
}

TEST_P(Reports, SayTheSameInBothLanguages) {
  const Document &zh = Shown(report().kind, Lang::kZh), &en = Shown(report().kind, Lang::kEn);
  ASSERT_EQ(zh.sections.size(), en.sections.size());
  EXPECT_EQ(zh.summary.size(), en.summary.size());
  EXPECT_EQ(zh.sources.size(), en.sources.size());
  for (size_t i = 0; i < zh.sections.size(); ++i) {
    const io::Table &a = zh.sections[i].table, &b = en.sections[i].table;
    EXPECT_EQ(zh.sections[i].name, en.sections[i].name);
    ASSERT_EQ(a.rows.size(), b.rows.size()) << zh.sections[i].name;
    ASSERT_EQ(a.columns.size(), b.columns.size());
    const auto numbers = NumberColumns(a);
    for (size_t r = 0; r < a.rows.size(); ++r) {
      for (size_t c = 0; c < a.columns.size(); ++c) {
        if (numbers[c] || a.columns[c].name == "sources") {
          EXPECT_EQ(Json(a.rows[r][c]), Json(b.rows[r][c])) << zh.sections[i].name;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Reports, testing::Range<size_t>(0, AllReports().size()), [](const auto& info) { return AllReports()[info.param].kind; });

// --- Numbers against queries

TEST(ReportNumbers, TheLinkageReportCountsWhatCypherCounts) {
  const Document& d = Shown("linkage", Lang::kZh);
  const io::Table& groups = Find(d, "groups")->table;
  for (const auto& [row, city] : {std::pair(0, "440100"), std::pair(1, "440300")}) {
    const std::string members = Ask(Text("CALL liantu.members('City:", city, "') YIELD node RETURN count(node)"));
    EXPECT_EQ(Json(groups.rows[static_cast<size_t>(row)][ColumnOf(groups, "members")]), members);
  }
  const std::string firm = "s.status IS NULL OR s.status IN ['supply', 'contract', 'contract manufacturing', 'nomination']";
  const io::Table& matrix = Find(d, "matrix")->table;
  auto count = [&](const char* from, const char* to, const std::string& condition) {
    return Ask(Text("CALL liantu.members('City:", from, "') YIELD node WITH collect(node) AS a CALL liantu.members('City:", to,
                    "') YIELD node WITH a, collect(node) AS b MATCH (x:Company)-[s:SUPPLIES]->(y:Company) WHERE x IN a AND y IN b AND (", condition,
                    ") AND NOT certainty(s) IN ['planned', 'target', 'predicted'] RETURN count(s)"));
  };
  // Row 0 and 1 are firm ties of "A only" and "B only" suppliers, columns 2 … customers by part.
  EXPECT_EQ(Json(matrix.rows[0][2]), count("440100", "440100", firm));
  EXPECT_EQ(Json(matrix.rows[0][3]), count("440100", "440300", firm));
  EXPECT_EQ(Json(matrix.rows[1][2]), count("440300", "440100", firm));
  EXPECT_EQ(Json(matrix.rows[1][3]), count("440300", "440300", firm));
  const std::string call = Ask("CALL liantu.linkage('City:440100', 'City:440300') YIELD aToB, bToA RETURN aToB, bToA");
  EXPECT_EQ(call, Json(matrix.rows[0][3]) + ", " + Json(matrix.rows[1][2]));
  EXPECT_EQ(std::to_string(Rows(d, "bridges")), Ask("CALL liantu.linkage('City:440100', 'City:440300') YIELD bridges RETURN size(bridges)"));
}

TEST(ReportNumbers, TheLeaderReportCountsWhatCypherCounts) {
  const Document& d = Shown("leader", Lang::kZh);
  EXPECT_EQ(std::to_string(Rows(d, "suppliers")), Ask("MATCH (:Company {key: 'gac'})<-[s:SUPPLIES]-() RETURN count(s)"));
  EXPECT_EQ(std::to_string(Rows(d, "customers")), Ask("MATCH (:Company {key: 'gac'})-[s:SUPPLIES]->() RETURN count(s)"));
  EXPECT_EQ(std::to_string(Rows(d, "hosted") + Rows(d, "controlled") + Rows(d, "joint_venture") + Rows(d, "planned") + Rows(d, "stake")), Ask("CALL liantu.parks('Company:gac') YIELD park RETURN count(park)"));
}

TEST(ReportNumbers, TheLeaderReportCountsTiesOfWhatItControlsApart) {
  const Document& d = Shown("leader", Lang::kZh);
  const std::string group = "MATCH (:Company {key: 'gac'})-[o:OWNS*1..6]->(c) WHERE all(x IN o WHERE x.relation IN ['subsidiary', 'plant', 'majority stake']) WITH collect(DISTINCT c) AS g ";
  EXPECT_EQ(std::to_string(Rows(d, "controlled_suppliers")), Ask(group + "MATCH (x)-[s:SUPPLIES]->(c) WHERE c IN g AND NOT x IN g RETURN count(s)"));
  EXPECT_EQ(std::to_string(Rows(d, "controlled_customers")), Ask(group + "MATCH (c)-[s:SUPPLIES]->(x) WHERE c IN g AND NOT x IN g RETURN count(s)"));
  EXPECT_GT(Rows(d, "controlled_suppliers"), 0u);
}

TEST(ReportNumbers, TheParkReportCountsWhatCypherCounts) {
  const Document& d = Shown("park", Lang::kZh);
  EXPECT_EQ(std::to_string(Rows(d, "hosted")), Ask("MATCH (:Park {key: 'pk_bj_pazhou'})-[:HOSTS]->(x) RETURN count(DISTINCT x)"));
  EXPECT_EQ(std::to_string(Rows(d, "planned")), Ask("MATCH (:Park {key: 'pk_bj_pazhou'})-[:PLANS]->(x) RETURN count(DISTINCT x)"));
  EXPECT_NE(d.summary[1].find(Text("已入驻 ", Rows(d, "hosted"), " 家")), std::string::npos) << d.summary[1];
  EXPECT_EQ(std::to_string(Rows(d, "directions")), Ask("MATCH (:Park {key: 'pk_bj_pazhou'})-[:FOCUSES_ON]->(x) RETURN count(DISTINCT x)"));
}

TEST(ReportNumbers, ThePlaceReportCountsWhatCypherCounts) {
  const Document& d = Shown("place", Lang::kEn);
  EXPECT_NE(d.summary[0].find(Text(" has ", Ask("CALL liantu.members('City:440100') YIELD node RETURN count(node)"), " companies and ",
                                   Ask("CALL liantu.within('City:440100', {label: 'Park'}) YIELD node RETURN count(node)"), " parks")), std::string::npos) << d.summary[0];
  const io::Table& flows = Find(d, "flows")->table;
  for (const io::Row& row : flows.rows) {
    EXPECT_EQ(Json(row[2]) + ", " + Json(row[1]), Ask(Text("CALL liantu.linkage('City:440100', 'City:", KeyOf(row[0]), "') YIELD aToB, bToA RETURN aToB, bToA"))) << KeyOf(row[0]);
  }
}

TEST(ReportNumbers, TheComparisonCountsWhatCypherCounts) {
  const Document& d = Shown("compare", Lang::kEn);
  const io::Table& figures = Find(d, "figures")->table;
  bool seen = false;
  for (const io::Row& row : figures.rows) {
    if (graph::ToText(row[0].value) != "companies") continue;
    seen = true;
    EXPECT_EQ(Json(row[1]), Ask("CALL liantu.members('City:440100') YIELD node RETURN count(node)"));
    EXPECT_EQ(Json(row[2]), Ask("CALL liantu.members('City:440300') YIELD node RETURN count(node)"));
  }
  EXPECT_TRUE(seen);
}

TEST(ReportNumbers, TheChainReportCountsWhatCypherCounts) {
  const Document& d = Shown("chain", Lang::kZh);
  const io::Table& segments = Find(d, "segments")->table;
  const std::string chain = "(c:Chain {name: '智能网联与新能源汽车产业链'})";
  EXPECT_EQ(std::to_string(segments.rows.size()), Ask(Text("MATCH (s:Segment)-[:PART_OF]->", chain, " RETURN count(DISTINCT s)")));
  for (const io::Row& row : segments.rows) {
    const std::string key = KeyOf(row[0]);
    EXPECT_EQ(Json(row[ColumnOf(segments, "companies")]), Ask(Text("MATCH (:Segment {key: '", key, "'})<-[:OPERATES_IN]-(x) RETURN count(DISTINCT x)"))) << key;
  }
  EXPECT_EQ(std::to_string(Rows(d, "companies")), Ask(Text("MATCH (x)-[:OPERATES_IN]->(:Segment)-[:PART_OF]->", chain, " RETURN count(DISTINCT x)")));
  const io::Table& cities = Find(d, "city_segments")->table;
  for (const io::Row& row : cities.rows) {
    int64_t sum = 0;
    for (size_t c = 2; c < row.size(); ++c) sum += *row[c].value.as<int64_t>();
    EXPECT_EQ(sum, *row[1].value.as<int64_t>()) << KeyOf(row[0]);
    const std::string in_the_first = Ask(Text("CALL liantu.within('City:", cities.columns[2].name, "') YIELD node MATCH (node)-[:OPERATES_IN]->(:Segment {key: '", KeyOf(row[0]), "'}) RETURN count(DISTINCT node)"));
    EXPECT_EQ(Json(row[2]), in_the_first) << KeyOf(row[0]);
  }
}

TEST(ReportNumbers, TheGapsReportShowsWhatTheProcedureGives) {
  const Document& d = Shown("gaps", Lang::kZh);
  const std::string ask = "CALL liantu.gaps('City:440600', '智能网联与新能源汽车产业链') YIELD segment, kind, companiesElsewhere ";
  EXPECT_EQ(std::to_string(Rows(d, "gaps")), Ask("CALL liantu.gaps('City:440600', '智能网联与新能源汽车产业链') YIELD segment RETURN count(segment)"));
  const io::Table& gaps = Find(d, "gaps")->table;
  for (const io::Row& row : gaps.rows) {
    const std::string key = KeyOf(row[0]);
    EXPECT_EQ(Json(row[ColumnOf(gaps, "companies_elsewhere")]),
              Ask(Text("CALL liantu.members('City:440600') YIELD node WITH collect(node) AS here MATCH (:Segment {key: '", key, "'})<-[:OPERATES_IN]-(x) WHERE NOT x IN here RETURN count(DISTINCT x)"))) << key;
  }
}

TEST(ReportNumbers, TheRiskReportShowsWhatTheProcedureGives) {
  const Document& d = Shown("risk", Lang::kZh);
  const std::string key = Ask("CALL liantu.find('华为', {label: 'Company', limit: 1}) YIELD node RETURN node.key");
  const std::string firm = "(s.status IS NULL OR s.status IN ['supply', 'contract', 'contract manufacturing', 'nomination']) AND NOT certainty(s) IN ['planned', 'target', 'predicted']";
  EXPECT_EQ(std::to_string(Rows(d, "exposures")), Ask(Text("MATCH (:Company {key: ", key, "})-[s:SUPPLIES]->(c) WHERE ", firm, " RETURN count(DISTINCT [c, s.product])")));
  EXPECT_EQ(std::to_string(Rows(d, "failures")), Ask("CALL liantu.risk('华为') YIELD company RETURN count(company)"));
  const io::Table& exposures = Find(d, "exposures")->table;
  for (const io::Row& row : exposures.rows) {
    const std::string product = row[ColumnOf(exposures, "product")].value.is_null() ? "" : graph::ToText(row[ColumnOf(exposures, "product")].value);
    const std::string what = product.empty() ? std::string("s.product IS NULL") : "s.product = '" + product + "'";
    EXPECT_EQ(Json(row[ColumnOf(exposures, "suppliers")]), Ask(Text("MATCH (x)-[s:SUPPLIES]->(:Company {key: '", KeyOf(row[0]), "'}) WHERE ", what, " AND ", firm, " RETURN count(DISTINCT x)"))) << product;
  }
}

// The numbers of the sentences are those of the tables: each whole number of a summary is the size of a list, a cell, or a count that a query gives.
TEST(ReportNumbers, TheChainSummarySaysWhatItsTablesSay) {
  const Document& d = Shown("chain", Lang::kEn);
  EXPECT_NE(d.summary[0].find(Text(" has ", Rows(d, "segments"), " segments and ", Rows(d, "companies"), " companies in ")), std::string::npos) << d.summary[0];
}

}  // namespace
}  // namespace liantu::report
