// SPDX-License-Identifier: Apache-2.0
// What an English reader of the shipped data meets: no Chinese but where the original itself is meant.
#include <algorithm>
#include <set>

#include "report/shipped.h"
#include "report/original_names.h"

namespace liantu::report {
namespace {

bool HasChinese(std::string_view text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    if (byte(i) < 0xE3 || byte(i) > 0xE9) continue;
    const uint32_t code = (byte(i) & 0x0Fu) << 12 | (byte(i + 1) & 0x3Fu) << 6 | (byte(i + 2) & 0x3Fu);
    if (code >= 0x3400 && code <= 0x9FFF) return true;
  }
  return false;
}

// The text without what is quoted as the source writes it: '…'.
std::string WithoutQuotes(const std::string& text) {
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool opens = text[i] == '\'' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '(');
    if (text[i] == '\'' && (quoted || opens)) quoted = !quoted;
    else if (!quoted) out += text[i];
  }
  return quoted ? text : out;
}

// Columns whose cells are the source's own words: the figure as it is stated there.
const std::set<std::string_view> kOriginals = {"stated_as"};
// Rows of a card that give the thing's own names in Chinese, by the title of the property.
const std::set<std::string_view> kOwnNames = {"name", "short name", "aliases"};

// Names of companies that the data has in Chinese alone; none today, a new row may bring one.
std::string WithoutCompanies(std::string text) {
  static const std::string names = Shipped::Instance().Ask("MATCH (c) WHERE (c:Company OR c:Person) AND c.name_en IS NULL RETURN c.name");
  for (size_t at = 0; at < names.size();) {
    const size_t from = names.find('\'', at), to = from == std::string::npos ? from : names.find('\'', from + 1);
    if (to == std::string::npos) break;
    const std::string name = names.substr(from + 1, to - from - 1);
    if (HasChinese(name)) {
      for (size_t i; (i = text.find(name)) != std::string::npos;) text.erase(i, name.size());
    }
    at = to + 1;
  }
  return text;
}

// The words of a picture: what stands between its tags.
std::string WordsOf(const std::string& svg) {
  std::string out;
  bool tag = false;
  for (const char c : svg) {
    if (c == '<') tag = true, out += ' ';
    else if (c == '>') tag = false;
    else if (!tag) out += c;
  }
  return out;
}

// One of each kind, and more of the data: a reader asks about anything.
const std::vector<NamedReport>& Asked() {
  static const std::vector<NamedReport> kAsked = [] {
    std::vector<NamedReport> all = AllReports();
    const auto like = [&](const std::string& kind, std::vector<std::string> names) {
      const auto it = std::find_if(all.begin(), all.end(), [&](const NamedReport& r) { return r.kind == kind; });
      all.push_back({it->kind, std::move(names), it->make});
    };
    like("linkage", {"Cluster:nc_gba_icnev", "Cluster:nc_dg_mobile"});
    like("leader", {"Company:byd"});
    like("park", {"Park:pk_renhua"});
    like("place", {"District:440112"});
    like("place", {"Province:440000"});
    like("compare", {"Company:xpeng", "Company:gac"});
    like("compare", {"Cluster:gz_icnev", "Cluster:gz_ess"});
    like("compare", {"Park:pk_bj_hemc", "Park:pk_bj_hw"});
    for (const char* chain : {"新型储能与电池", "超高清视频显示与智能家电", "新一代电子信息与半导体", "人工智能与软件", "机器人与高端装备", "轨道交通", "低空经济与航空航天", "生物医药与健康", "绿色石化与先进材料", "时尚消费品"}) {
      like("chain", {Text("Chain:chain_", chain)});
    }
    like("gaps", {"City:440300", "Chain:chain_新型储能与电池"});
    like("risk", {"City:441300"});
    like("risk", {"Company:pony"});
    return all;
  }();
  return kAsked;
}

class English : public testing::TestWithParam<size_t> {};

TEST_P(English, ReportsHaveNoChineseButOriginals) {
  const Document d = Make(Asked()[GetParam()], Lang::kEn);
  const auto expect = [&](const std::string& where, const std::string& text) {
    EXPECT_FALSE(HasChinese(WithoutCompanies(WithoutQuotes(text)))) << Asked()[GetParam()].kind << " " << Asked()[GetParam()].names[0] << ", " << where << ": " << text.substr(0, 300);
  };
  expect("title", d.title);
  for (const std::string& line : d.summary) expect("summary", line);
  for (const Section& s : d.sections) {
    expect("heading", s.title);
    for (const std::string& note : s.notes) expect(s.name + " note", note);
    for (const Figure& f : s.figures) {
      expect(s.name + " caption", f.caption);
      expect(f.drawing.id(), WordsOf(f.drawing.Svg()));
    }
    for (const io::Column& c : s.table.columns) expect(s.name + " header", c.title);
    for (const io::Row& row : s.table.rows) {
      if (s.name.ends_with("properties") && kOwnNames.contains(graph::ToText(row[0].value))) continue;
      for (size_t c = 0; c < row.size(); ++c) {
        if (!row[c].value.is_null() && !kOriginals.contains(s.table.columns[c].name)) expect(Text(s.name, " ", s.table.columns[c].name), graph::ToText(row[c].value));
      }
    }
  }
  for (const auto& [name, text] : d.method) {
    if (name != "Command that repeats it") expect("method", name + text);  // the command names entities by their keys
  }
}

TEST_P(English, ReportsGiveTheChineseNameOfEveryTranslatedEntity) {
  const NamedReport& report = Asked()[GetParam()];
  const Document en = Make(report, Lang::kEn), zh = Make(report, Lang::kZh);
  EXPECT_TRUE(zh.names.empty());
  ASSERT_GT(en.names.size(), 1u);
  std::set<std::string> originals;
  for (const OriginalName& n : en.names) {
    EXPECT_NE(n.name, n.original);
    originals.insert(n.original);
  }
  // Whatever the Chinese report names in a table, the English one leads to.
  size_t named = 0;
  ASSERT_EQ(zh.sections.size(), en.sections.size());
  for (size_t i = 0; i < zh.sections.size(); ++i) {
    const io::Table &a = zh.sections[i].table, &b = en.sections[i].table;
    for (size_t r = 0; r < a.rows.size() && r < b.rows.size(); ++r) {
      for (size_t c = 0; c < a.rows[r].size(); ++c) {
        const io::Cell &chinese = a.rows[r][c], &english = b.rows[r][c];
        if (!chinese.json.starts_with("{\"label\"") || graph::ToText(chinese.value) == graph::ToText(english.value)) continue;
        ++named;
        EXPECT_TRUE(originals.contains(graph::ToText(chinese.value))) << zh.sections[i].name << ": " << graph::ToText(chinese.value) << " / " << graph::ToText(english.value);
      }
    }
  }
  EXPECT_GT(named, 0u);
  const std::string markdown = RenderMarkdown(en, ""), html = RenderHtml(en), json = Render(en, io::Format::kJson);
  for (const OriginalName& n : en.names) {
    EXPECT_NE(markdown.find(n.original), std::string::npos) << n.original;
    EXPECT_NE(html.find(EscapeHtml(n.original)), std::string::npos) << n.original;
  }
  EXPECT_NE(json.find("\"names\""), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, English, testing::Range<size_t>(0, Asked().size()), [](const auto& info) { return Text(info.param, "_", Asked()[info.param].kind); });

// Every entity that an answer may name: not the documents, whose titles are quoted, and no longer any company.
TEST(EnglishNames, StandInTheDataForEveryEntity) {
  EXPECT_EQ(Shipped::Instance().Ask("MATCH (n) WHERE NOT n:Document AND n.name_en IS NULL AND n.name =~ '.*[一-龥].*' RETURN labels(n)[0], n.key, n.name ORDER BY n.key"), "");
}

// Two things of one label that are called alike could not be told apart.
TEST(EnglishNames, AreNotSharedWithinALabel) {
  EXPECT_EQ(Shipped::Instance().Ask("MATCH (n) WHERE n.name_en IS NOT NULL AND NOT n:Company WITH labels(n)[0] AS label, n.name_en AS name, count(*) AS times WHERE times > 1 RETURN label, name, times"), "");
}

TEST(EnglishNames, AreMarkedAsTranslationsOfOurs) {
  const std::string why = Shipped::Instance().Ask("CALL liantu.why('Segment:seg_激光雷达', {property: 'name_en'}) YIELD value, certainty RETURN value, certainty");
  EXPECT_EQ(why, "'LiDAR', 'translated'");
}

}  // namespace
}  // namespace liantu::report
