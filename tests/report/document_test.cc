// SPDX-License-Identifier: Apache-2.0
#include "report/document.h"

#include <gtest/gtest.h>

namespace liantu::report {
namespace {

TEST(Document, ChineseProseGetsChinesePunctuation) {
  // Wide forms are written as escapes: comma FF0C, colon FF1A, semicolon FF1B, parentheses FF08 FF09, question FF1F.
  EXPECT_EQ(ChinesePunctuation("有企业 37 家,其中共有 1 家(推算)。"), "有企业 37 家\uFF0C其中共有 1 家\uFF08推算\uFF09。");
  EXPECT_EQ(ChinesePunctuation("指数 -0.73(只按规模应为 -0.08);z = 0.19"), "指数 -0.73\uFF08只按规模应为 -0.08\uFF09\uFF1Bz = 0.19");
  EXPECT_EQ(ChinesePunctuation("双方:A,B"), "双方\uFF1AA,B");
  EXPECT_EQ(ChinesePunctuation("见 [1][2],下同?"), "见 [1][2]\uFF0C下同\uFF1F");
  EXPECT_EQ(ChinesePunctuation("z(A → B), 1,000; https://x.org:80/?a=(b)"), "z(A → B), 1,000; https://x.org:80/?a=(b)");
  EXPECT_EQ(ChinesePunctuation(")错(配"), ")错\uFF08配");
  EXPECT_EQ(ChinesePunctuation("坏\xE4\xBD"), "坏\xE4\xBD");  // a cut character stays as it is
}

TEST(Document, OnlyTheProseOfChineseDocumentsIsTouched) {
  Document d{.kind = "x", .title = "甲,乙", .lang = Lang::kEn};
  EXPECT_EQ(Punctuated(d).title, "甲,乙");
  d.lang = Lang::kZh;
  d.method = {{"命令", "liantu linkage Cluster:甲 City:乙"}};
  d.sections.push_back({.name = "s", .table = {.columns = {{"a"}}, .rows = {{"公司(甲)"}}}});
  const Document out = Punctuated(d);
  EXPECT_EQ(out.title, "甲\uFF0C乙");
  EXPECT_EQ(out.method[0].second, "liantu linkage Cluster:甲 City:乙");
  EXPECT_EQ(graph::ToText(out.sections[0].table.rows[0][0].value), "公司(甲)");
}

TEST(Document, FiguresStandInJsonAsNumbersAndNullWhereUndefined) {
  Document d{.kind = "max_flow", .title = "t", .summary = {"flow: 1.5"}};
  EXPECT_EQ(Render(d, io::Format::kJson).find("figures"), std::string::npos);
  d.figures = {{"flow", io::Cell(graph::Value(1.5))}, {"modularity", io::Cell(graph::Value())}};
  const std::string json = Render(d, io::Format::kJson);
  EXPECT_NE(json.find("\"flow\": 1.5"), std::string::npos) << json;
  EXPECT_NE(json.find("\"modularity\": null"), std::string::npos) << json;
  EXPECT_EQ(Render(d, io::Format::kMarkdown).find("modularity"), std::string::npos);
}

TEST(Document, AFootnoteIsGivenOnceAndCollectsItsLocators) {
  Footnotes notes;
  const chain::Source first{.document = graph::NodeId{7}, .key = "a", .locator = "L1"}, again{.document = graph::NodeId{7}, .key = "a", .locator = "L9"};
  const chain::Source other{.document = graph::NodeId{3}, .key = "b"};
  EXPECT_EQ(notes.Mark({first, other, again}), "[1][2]");
  EXPECT_EQ(notes.Mark({other}), "[2]");
  EXPECT_EQ(notes.Mark({}), "");
  const auto list = notes.Take();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].locators, (std::vector<std::string>{"L1", "L9"}));
}

TEST(Document, AnHtmlPageLinksMarksToSourcesThatExistAndNoOthers) {
  Document d{.kind = "x", .title = "T", .summary = {"see [1] and [2] and [x] <b>"}, .sources = {{.number = 1, .source = {.key = "a"}}}};
  const std::string html = RenderHtml(d);
  EXPECT_NE(html.find("<a href=\"#source-1\">[1]</a> and [2] and [x] &lt;b&gt;"), std::string::npos);
}

TEST(Document, NumbersStandRightAndWhatIsNotStatedIsMarked) {
  Document d{.kind = "x", .title = "T"};
  d.lang = Lang::kEn;
  d.sections.push_back({.name = "s", .title = "S", .table = {.columns = {{"n"}, {"name"}, {"certainty"}}, .rows = {{int64_t{5}, "x", "stated"}, {"-0.50", "7 up", "planned"}}}});
  const std::string html = RenderHtml(d);
  EXPECT_NE(html.find("<tr><td class=\"n\">5</td><td>x</td><td>stated</td></tr>"), std::string::npos);
  EXPECT_NE(html.find("<tr><td class=\"n\">-0.50</td><td>7 up</td><td class=\"mark\">planned</td></tr>"), std::string::npos);
}

TEST(Sources, GiveEachLineOfATextOnceAndInOrder) {
  EXPECT_EQ(LocatorText({.locators = {"L11, L13", "L5", "L11", "L7-L77, L97", "L1, L3"}}), "L1, L3, L5, L7-L77, L11, L13, L97");
  EXPECT_EQ(LocatorText({.locators = {"L3 Group 2", "L3"}}), "L3, L3 Group 2");
  EXPECT_EQ(LocatorText({.locators = {"p. 12", "L3"}}), "p. 12; L3");
  EXPECT_EQ(LocatorText({}), "");
}

}  // namespace
}  // namespace liantu::report
