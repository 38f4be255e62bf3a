// SPDX-License-Identifier: Apache-2.0
#include "report/template.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "chain/help.h"

namespace liantu::report {
namespace {

using chain::Get;

const std::string kPng("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01", 24);

class Templates : public testing::Test {
 protected:
  Templates() : folder_(testing::TempDir() + "office") { mkdir(folder_.c_str(), 0777); }
  Result<Cover> Read(const std::string& json, Lang lang = Lang::kZh) {
    EXPECT_TRUE(WriteFileAtomic(folder_ + "/template.json", json).ok());
    return ReadTemplate(folder_, lang);
  }
  std::string folder_;
};

TEST_F(Templates, AnOfficePutsItsNameLogoAndHeadingsAroundAReport) {
  ASSERT_TRUE(WriteFileAtomic(folder_ + "/logo.png", kPng).ok());
  const std::string json = R"({"organisation": {"zh": "某市工业和信息化局", "en": "Bureau of Industry"}, "subtitle": "内部参考", "date": "2026年1月", "footer": "仅供参考", "accent": "#aa1122",
    "logo": "logo.png", "headings": {"sources": "资料来源", "held": "现有环节", "summary": "要点"}})";
  Document d{.kind = "x", .title = "报告", .summary = {"一句。"}, .sources = {{.number = 1, .source = {.key = "a"}}}};
  d.sections.push_back({.name = "held", .title = "已有的环节", .notes = {"n[1]"}});
  d.cover = Get(Read(json));
  const std::string html = RenderHtml(d);
  for (const char* piece : {"某市工业和信息化局", "内部参考", "2026年1月", "<footer>仅供参考</footer>", "--accent:#aa1122", "data:image/png;base64,iVBORw0KGgo", "<h2>资料来源</h2>", "<h2>现有环节</h2>", "<h2>要点</h2>"}) {
    EXPECT_NE(html.find(piece), std::string::npos) << piece;
  }
  EXPECT_EQ(html.find("已有的环节"), std::string::npos);
  EXPECT_NE(Render(d, io::Format::kMarkdown).find("## 现有环节"), std::string::npos);
  EXPECT_GT(Get(RenderDocx(d)).size(), 3000u);
  d.cover = Get(Read(R"({"organisation": {"zh": "局", "en": "Bureau of Industry"}})", Lang::kEn));
  EXPECT_EQ(d.cover.organisation, "Bureau of Industry");
}

TEST_F(Templates, WhatIsWrongIsNamed) {
  auto refused = [&](const std::string& json) { return Read(json).status().message(); };
  EXPECT_NE(refused("{").find("template.json: not JSON"), std::string::npos);
  EXPECT_NE(refused(R"({"organization": "x"})").find("did you mean \"organisation\"?"), std::string::npos);
  EXPECT_NE(refused(R"({"accent": "red"})").find("expected a colour such as"), std::string::npos);
  EXPECT_NE(refused(R"({"footer": 5})").find("\"footer\": expected a text"), std::string::npos);
  EXPECT_NE(refused(R"({"organisation": {"en": "x"}})").find("with \"zh\""), std::string::npos);
  EXPECT_NE(refused(R"({"headings": "x"})").find("expected an object of section names"), std::string::npos);
  ASSERT_TRUE(WriteFileAtomic(folder_ + "/logo.txt", "hello").ok());
  EXPECT_NE(refused(R"({"logo": "logo.txt"})").find("neither PNG nor JPEG nor SVG"), std::string::npos);
  EXPECT_FALSE(Read(R"({"logo": "missing.png"})").ok());
  EXPECT_FALSE(ReadTemplate(folder_ + "/none.json", Lang::kZh).ok());
}

}  // namespace
}  // namespace liantu::report
