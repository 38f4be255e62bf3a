// SPDX-License-Identifier: Apache-2.0
// Imports into a store in memory: what goes in with which evidence, what is refused, what is rejected and with which
// words, and that nothing is left behind where nothing should be.
#include "io/import.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "base/files.h"

namespace liantu::io {
namespace {

namespace fs = std::filesystem;
using graph::NodeId;
using graph::Value;

std::shared_ptr<const graph::Ontology> Industry() {
  static const auto ontology = [] {
    const std::string path = std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json";
    return *graph::Ontology::Parse(*ReadFile(path), path);
  }();
  return ontology;
}

class ImportTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / ("liantu_import_" + std::to_string(::getpid()) + "_" + info->name());
    fs::create_directories(folder_);
    database_ = *graph::Database::Open("memory:", {.create = true, .ontology = Industry()});
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, std::string_view bytes) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  // The usual small set: one document, two districts' parks, a company.
  void WriteBase() {
    Write("sources.csv", "key:ID(Document),title,rank:int\nd1,Page one,1\nd2,Page two,2\n");
    Write("parks.csv", "key:ID(Park),name,area_km2,level,source\npazhou,琶洲核心区,14.9,municipal,d1\nyuzhu,鱼珠,3,,d1\n");
    Write("companies.csv", "key:ID(Company),name,source\njiadu,佳都科技,d1\n");
    Write("z_hosts.csv", ":START_ID(Park),:END_ID(Company),:TYPE,source,locator\npazhou,jiadu,HOSTS,d1,L3\n");
  }
  Result<ImportReport> RunPaths(std::vector<std::string> paths, ImportOptions options = {}) {
    return Import(*database_, paths, options, budget_);
  }
  Result<ImportReport> Run(ImportOptions options = {}) { return RunPaths({folder_.string()}, options); }
  ImportReport Good(ImportOptions options = {}) {
    Result<ImportReport> report = Run(options);
    if (!report.ok()) {
      ADD_FAILURE() << report.status().message();
      return {};
    }
    for (const Reject& reject : report->rejects) ADD_FAILURE() << reject.Text();
    return *std::move(report);
  }
  // The rejects as "file:line:column: …", without the folder.
  std::vector<std::string> Rejects(const ImportReport& report) {
    std::vector<std::string> out;
    for (const Reject& reject : report.rejects) out.push_back(Short(reject.Text()));
    return out;
  }
  std::string Short(std::string text) {
    const std::string prefix = folder_.string() + "/";
    for (size_t at; (at = text.find(prefix)) != std::string::npos;) text.erase(at, prefix.size());
    return text;
  }
  graph::ReadView View() { return *database_->Read(); }
  NodeId Find(const char* label, std::string_view key) {
    const graph::ReadView view = View();
    const auto found = *view.FindByKey(view.label(label), key);
    return found ? *found : NodeId();
  }
  Value Property(NodeId node, const char* name) {
    const graph::ReadView view = View();
    const auto stored = *view.GetNode(node);
    const Value* value = stored ? stored->Property(view.property(name)) : nullptr;
    return value ? *value : Value();
  }
  std::vector<graph::Neighbour> Out(NodeId node) { return *View().Expand(node, graph::Direction::kOut); }
  uint64_t Nodes() { return *View().NodeCount(); }
  uint64_t Edges() { return *View().EdgeCount(); }
  size_t Batches() { return View().Batches()->size(); }

  fs::path folder_;
  std::unique_ptr<graph::Database> database_;
  Budget budget_;
};

TEST_F(ImportTest, BringsNodesEdgesAndTheirEvidence) {
  WriteBase();
  Write("indicators.csv",
        "key:ID(Indicator),metric,value:float,unit,value@source,value@certainty,value@valid_from,source,locator,certainty,valid_to\n"
        "i1,面积,5.5,km²,d2,target,2025-09,d1;d2,L7,inferred,2026-01-01\n");
  const ImportReport report = Good({.who = "tester", .note = "first"});
  EXPECT_EQ(report.Total().rows, 7u);
  EXPECT_EQ(report.Total().created, 7u);
  EXPECT_EQ(report.files.front().path, (folder_ / "sources.csv").string());  // documents first
  EXPECT_EQ(report.files.back().path, (folder_ / "z_hosts.csv").string());
  EXPECT_TRUE(report.files.back().edges);
  EXPECT_EQ(report.files.front().sha256, Sha256Hex(*ReadFile(report.files.front().path)));
  EXPECT_TRUE(report.batch.id);
  EXPECT_EQ(report.batch.who, "tester");
  EXPECT_EQ(report.batch.note, "first");
  EXPECT_EQ(report.batch.origin, "import " + folder_.string());
  EXPECT_TRUE(report.status().ok());

  EXPECT_EQ(Nodes(), 6u);
  EXPECT_EQ(Edges(), 1u);
  const NodeId pazhou = Find("Park", "pazhou"), d1 = Find("Document", "d1"), d2 = Find("Document", "d2");
  EXPECT_EQ(Property(pazhou, "area_km2"), Value(14.9));  // type from the ontology
  EXPECT_EQ(Property(Find("Park", "yuzhu"), "area_km2"), Value(3.0));
  EXPECT_TRUE(Property(Find("Park", "yuzhu"), "level").is_null());  // an empty cell is no value
  EXPECT_EQ(Property(d1, "rank"), Value(1));
  const auto hosts = Out(pazhou);
  ASSERT_EQ(hosts.size(), 1u);
  EXPECT_EQ(hosts[0].node, Find("Company", "jiadu"));
  const graph::ReadView view = View();
  const auto claims = *view.Claims(hosts[0].edge);
  ASSERT_EQ(claims.size(), 1u);
  EXPECT_EQ(claims[0].evidence.documents, std::vector{d1});
  EXPECT_EQ(claims[0].evidence.locator, "L3");
  EXPECT_EQ(claims[0].evidence.certainty, graph::Certainty::kStated);

  const NodeId indicator = Find("Indicator", "i1");
  const auto unit = *view.Claims(indicator, view.property("unit"));
  ASSERT_EQ(unit.size(), 1u);
  EXPECT_EQ(unit[0].evidence.documents, (std::vector{d1, d2}));
  EXPECT_EQ(unit[0].evidence.certainty, graph::Certainty::kInferred);
  EXPECT_EQ(unit[0].evidence.locator, "L7");
  const auto value = *view.Claims(indicator, view.property("value"));
  ASSERT_EQ(value.size(), 1u);
  EXPECT_EQ(value[0].value, Value(5.5));
  EXPECT_EQ(value[0].evidence.documents, std::vector{d2});
  EXPECT_EQ(value[0].evidence.certainty, graph::Certainty::kTarget);
  EXPECT_EQ(value[0].evidence.locator, "");  // L7 is in the documents of the row, not in d2 alone
  EXPECT_EQ(graph::ToText(Value(*value[0].evidence.valid.from)), "2025-09-01");
  EXPECT_EQ(graph::ToText(Value(*value[0].evidence.valid.to)), "2026-01-01");
}

TEST_F(ImportTest, TheSameFolderTwiceChangesNothing) {
  WriteBase();
  Good();
  const size_t batches = Batches();
  const uint64_t sequence = View().sequence();
  const ImportReport again = Good();
  EXPECT_EQ(again.Total().unchanged, again.Total().rows);
  EXPECT_FALSE(again.batch.id);
  EXPECT_EQ(Batches(), batches);
  EXPECT_EQ(View().sequence(), sequence);
}

TEST_F(ImportTest, ADryRunTellsEverythingAndKeepsNothing) {
  WriteBase();
  Write("bad.csv", "key:ID(Park),area_km2\np3,big\n");
  const Result<ImportReport> report = Run({.dry_run = true});
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->dry_run);
  EXPECT_EQ(report->Total().created, 6u);
  EXPECT_EQ(report->Total().rejected, 1u);
  EXPECT_FALSE(report->batch.id);
  EXPECT_EQ(Nodes(), 0u);
  EXPECT_EQ(Batches(), 0u);
}

TEST_F(ImportTest, ASecondSourceAddsEvidenceNotANodeOrEdge) {
  WriteBase();
  Good();
  Write("more.csv", "key:ID(Park),area_km2,source\npazhou,15.1,d2\n");
  Write("z_more.csv", ":START_ID(Park),:END_ID(Company),:TYPE,source\npazhou,jiadu,HOSTS,d2\n");
  const ImportReport report = Good();
  EXPECT_EQ(report.Total().created, 0u);
  EXPECT_EQ(report.Total().changed, 2u);
  EXPECT_EQ(Edges(), 1u);
  const graph::ReadView view = View();
  const NodeId pazhou = Find("Park", "pazhou");
  EXPECT_EQ(view.Claims(pazhou, view.property("area_km2"))->size(), 2u);
  EXPECT_EQ(Property(pazhou, "area_km2"), Value(14.9));  // d1 has the better rank
}

TEST_F(ImportTest, FaultsOfFilesRefuseEverything) {
  const std::string long_line = "key:ID(Park),name\np9," + std::string(17 << 20, 'x') + "\n";
  struct Case { const char* name; std::string bytes; std::string message; };
  const Case cases[] = {
      {"a.csv", "", "a.csv:1:1: the file is empty; expected a header such as key:ID(Company),name"},
      {"a.csv", "key:ID(Park),nam:strin\n", "a.csv:1:14: column 'nam:strin': 'strin' is not a type; expected string, integer, "
                                            "float, boolean, date, datetime, time, duration, point, or one of them with [] for a "
                                            "list; did you mean 'string'?"},
      {"zz.csv", "key:ID(Park),name\np9,\xC6\xF3\xD2\xB5\xB2\xFA\xD2\xB5\xB9\xE3\xD6\xDD\n",
       "zz.csv:2:4: found 0xC6 0xF3 0xD2 0xB5, which is not UTF-8; the file looks like GB18030 (GBK); expected UTF-8: convert it, "
       "e.g. with iconv -f GB18030 -t UTF-8"},
      {"zz.csv", std::string("key:ID(Park),name\np9,a\0b\n", 26), "zz.csv:2:5: found a NUL byte; expected text"},
      {"zz.csv", "key:ID(Park),name\np9,\"x\n",
       "zz.csv:2:4: this quote is never closed; expected a closing \" before the end of the file"},
      {"zz.csv", long_line,
       "zz.csv:2:1: the line is longer than 16 MiB (16777216 bytes); expected a CSV record with a line end"},
  };
  WriteBase();
  for (const Case& c : cases) {
    const std::string path = Write(c.name, c.bytes);
    const Result<ImportReport> report = Run();
    ASSERT_FALSE(report.ok()) << c.message;
    EXPECT_EQ(Short(report.status().message()), c.message);
    EXPECT_EQ(ExitStatus(report.code()), 1);
    EXPECT_EQ(Nodes(), 0u);
    EXPECT_EQ(Batches(), 0u);
    fs::remove(path);
  }
}

TEST_F(ImportTest, PathsThatAreNoCsvFilesRefuseEverything) {
  WriteBase();
  fs::create_directories(folder_ / "none");
  fs::create_directories(folder_ / "dir.csv");
  const std::string parks = folder_ / "parks.csv";
  struct Case { std::string path, message; };
  const Case cases[] = {
      {folder_ / "missing.csv", "missing.csv: there is no such file; expected a CSV file or a folder of CSV files"},
      {folder_ / "none", "none: is a folder without .csv files; expected a CSV file or a folder of them"},
      {folder_ / "dir.csv", "dir.csv: is a folder; expected a CSV file"},
  };
  for (const Case& c : cases) {
    const Result<ImportReport> report = RunPaths({parks, c.path});
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(Short(report.status().message()), c.message);
    EXPECT_EQ(ExitStatus(report.code()), 1);
    EXPECT_EQ(Nodes(), 0u);
  }
  EXPECT_EQ(RunPaths({}).status().message(),
            "nothing to import; expected CSV files or folders of CSV files");
}

TEST_F(ImportTest, FaultsOfSeveralFilesAreToldTogether) {
  Write("a.csv", "");
  Write("b.csv", "name\n");
  const Result<ImportReport> report = Run();
  ASSERT_FALSE(report.ok());
  const std::string message = report.status().message();
  EXPECT_NE(message.find("a.csv:1:1: the file is empty"), std::string::npos);
  EXPECT_NE(message.find("\n" + (folder_ / "b.csv").string() + ":1:1: this is neither"), std::string::npos);
}

TEST_F(ImportTest, FaultsOfRowsRejectTheRowAndNameItsPlace) {
  struct Case { const char* name; const char* bytes; const char* reject; };
  const Case cases[] = {
      {"p.csv", "key:ID(Park),name,area_km2\np9,好,\"14,9\"\n", nullptr},  // wrong type: words are ParseValue's
      {"p.csv", "key:ID(Park),name\np9\n", "p.csv:2:1: expected 2 fields, as the header has, found '1'"},
      {"p.csv", "key:ID(Park),name\n\n,好\n", "p.csv:3:1: column 'key:ID(Park)': expected the key of the node, found ''"},
      {"p.csv", "key:ID(Park),name\np9,\"a\"b\n",
       "p.csv:2:7: found 'b' after a closing quote; expected ',' or the end of the line"},
      {"p.csv", "key:ID(Park),level\np9,nationl\n",
       "p.csv:2:4: column 'level': expected one of national, provincial, municipal, district, found 'nationl'; did you mean "
       "'national'?"},
      {"p.csv", "key:ID(Park),name,source\np9,好,d9\n",
       "p.csv:2:6: column 'source': expected the key of a Document in this import or in the store, found 'd9'; did you mean "
       "'d1'?"},
      {"p.csv", "key:ID(Park),name,certainty\np9,好,statd\n",
       "p.csv:2:6: column 'certainty': expected one of stated, inferred, derived, translated, planned, target, predicted, found "
       "'statd'; did you mean 'stated'?"},
      {"p.csv", "key:ID(Park),name,valid_from,valid_to\np9,好,2025-05-01,2025-01-01\n",
       "p.csv:2:17: column 'valid_to': expected a valid_to after valid_from, found '2025-01-01'; valid_from is 2025-05-01"},
      {"p.csv", "key:ID(Park),name,name@certainty\np9,好,sure\n",
       "p.csv:2:6: column 'name@certainty': expected one of stated, inferred, derived, translated, planned, target, predicted, "
       "found 'sure'"},
      {"p.csv", "id:ID,name,:LABEL\np9,好,\n", "p.csv:2:6: column ':LABEL': expected a label, found nothing"},
      {"c.csv", "key:ID(City),code\nc1,44010\n", nullptr},  // an invalid code
      {"z.csv", ":START_ID(Park),:END_ID(Company),:TYPE\npazhu,jiadu,HOSTS\n",
       "z.csv:2:1: column ':START_ID(Park)': expected the key of a Park in this import or in the store, found 'pazhu'; did you "
       "mean 'pazhou'?"},
      {"z.csv", ":START_ID(Park),:END_ID(Company),:TYPE\npazhou,d1,HOSTS\n",
       "z.csv:2:8: column ':END_ID(Company)': expected the key of a Company in this import or in the store, found 'd1'"},
      {"z.csv", ":START_ID,:END_ID,:TYPE\njiadu,pazhou,HOSTS\n",
       "z.csv:2:14: column ':TYPE': expected ends that the ontology allows for HOSTS (Park → Company, Park → Organization, Park → "
       "Platform), found 'Company → Park'"},
      {"z.csv", ":START_ID,:END_ID,:TYPE\npazhou,jiadu,\n", "z.csv:2:14: column ':TYPE': expected an edge type, found nothing"},
      {"z.csv", ":START_ID,:END_ID,:TYPE\n,jiadu,HOSTS\n", "z.csv:2:1: column ':START_ID': expected the key of a node, found ''"},
  };
  WriteBase();
  for (const Case& c : cases) {
    database_ = *graph::Database::Open("memory:", {.create = true, .ontology = Industry()});
    const std::string path = Write(c.name, c.bytes);
    const Result<ImportReport> report = Run();
    ASSERT_TRUE(report.ok()) << report.status().message();
    ASSERT_EQ(report->rejects.size(), 1u) << c.bytes;
    if (c.reject) {
      EXPECT_EQ(Rejects(*report)[0], c.reject);
    }
    EXPECT_EQ(report->Total().rejected, 1u);
    EXPECT_EQ(ExitStatus(report->status().code()), 3);
    EXPECT_EQ(Nodes(), 5u) << c.bytes;  // the rest went in
    EXPECT_EQ(Edges(), 1u);
    fs::remove(path);
  }
}

TEST_F(ImportTest, WrongTypesAndCodesQuoteTheCell) {
  Write("p.csv", "key:ID(Park),area_km2\np1,\"14,9\"\n");
  Write("q.csv", "key:ID(City),code\nc1,990000\n");
  Write("r.csv", "uscc:ID(Company),name\n91350100M000100Y44,x\n");
  const Result<ImportReport> report = Run();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->rejects.size(), 3u);
  EXPECT_EQ(report->rejects[0].line, 2u);
  EXPECT_EQ(report->rejects[0].column, 4u);
  EXPECT_EQ(report->rejects[0].field, "area_km2");
  EXPECT_EQ(report->rejects[0].expected, "float");
  EXPECT_EQ(report->rejects[0].found, "14,9");
  EXPECT_EQ(report->rejects[1].field, "code");
  EXPECT_EQ(report->rejects[1].found, "990000");
  EXPECT_EQ(report->rejects[2].field, "uscc:ID(Company)");
  EXPECT_EQ(report->rejects[2].found, "91350100M000100Y44");
  EXPECT_EQ(report->status().code(), Code::kRejected);
  EXPECT_EQ(Batches(), 0u);  // no good row, no batch
}

TEST_F(ImportTest, RowsOfOneSourceThatDisagreeAreRejected) {
  Write("sources.csv", "key:ID(Document),title\nd1,one\nd2,two\n");
  Write("a.csv",
        "key:ID(Park),name,area_km2,source\n"
        "p1,琶洲,14.9,d1\n"
        "p1,琶洲,14.9,d1\n"    // says the same
        "p1,琶洲,15,d1\n"      // disagrees
        "p1,琶洲,16,d2\n"      // another source may
        "p1,琶州,,d2\n");      // and it may not disagree with itself
  Write("z.csv",
        ":START_ID,:END_ID,:TYPE,product,year,status,source\n"
        "c1,c2,SUPPLIES,电池,2024,supply,d1\n"
        "c1,c2,SUPPLIES,电池,2023,contract,d1\n"  // another edge
        "c1,c2,SUPPLIES,电池,2024,contract,d1\n");
  Write("c.csv", "key:ID(Company),name\nc1,甲\nc2,乙\n");
  const Result<ImportReport> report = Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(Rejects(*report),
            (std::vector<std::string>{
                "a.csv:4:7: column 'area_km2': expected '14.9', as a.csv:2 says by the same source, found '15'",
                "a.csv:6:4: column 'name': expected '琶洲', as a.csv:5 says by the same source, found '琶州'",
                "z.csv:4:24: column 'status': expected 'supply', as z.csv:2 says by the same source, found 'contract'"}));
  EXPECT_EQ(Edges(), 2u);
  const graph::ReadView view = View();
  EXPECT_EQ(view.Claims(Find("Park", "p1"), view.property("area_km2"))->size(), 2u);
}

TEST_F(ImportTest, StrictRefusesTheImportForOneRow) {
  WriteBase();
  Write("p.csv", "key:ID(Park),level\np9,nationl\n");
  const std::string rejects = (folder_ / "rejects.txt").string();
  const Result<ImportReport> report = Run({.strict = true, .rejects_path = rejects});
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(ExitStatus(report.code()), 1);
  EXPECT_EQ(Short(report.status().message()),
            "1 of 7 rows were rejected; strict: nothing is imported\n"
            "p.csv:2:4: column 'level': expected one of national, provincial, municipal, district, found 'nationl'; did you mean "
            "'national'?");
  EXPECT_EQ(Nodes(), 0u);
  EXPECT_EQ(Short(*ReadFile(rejects)),
            "file,line,column,field,expected,found,problem\n"
            "p.csv,2,4,level,\"one of national, provincial, municipal, district\",nationl,\"expected one of national, provincial, "
            "municipal, district, found 'nationl'; did you mean 'national'?\"\n");
}

TEST_F(ImportTest, OnlySoManyRejectsAreKeptButAllAreCountedAndWritten) {
  std::string rows = "key:ID(Park),level\n";
  for (int i = 0; i < 50; ++i) rows += "p" + std::to_string(i) + ",x\n";
  Write("p.csv", rows + "good,national\n");
  const std::string path = (folder_ / "rejects.txt").string();
  const Result<ImportReport> report = Run({.max_rejects_kept = 5, .rejects_path = path});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->rejects.size(), 5u);
  EXPECT_EQ(report->Total().rejected, 50u);
  const std::string written = *ReadFile(path);
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 51);
  EXPECT_EQ(report->status().message().find("50 of 51 rows were rejected; the rest was imported. The first: "), 0u);
}

TEST_F(ImportTest, GroupsSayWhereKeysAreLookedUp) {
  Write("a.csv", "key:ID(Park),name\nsame,a park\n");
  Write("b.csv", "key:ID(Company),name\nsame,a company\nother,乙\n");
  Write("z1.csv", ":START_ID(Park),:END_ID(Company),:TYPE\nsame,same,HOSTS\n");
  Write("z2.csv", ":START_ID,:END_ID,:TYPE\nsame,other,HOSTS\n");
  const Result<ImportReport> report = Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(Rejects(*report), (std::vector<std::string>{
                                  "z2.csv:2:1: column ':START_ID': expected a key that names one node, found 'same', which is a "
                                  "Park and a Company; name the label, as in :START_ID(Park)"}));
  ASSERT_EQ(Out(Find("Park", "same")).size(), 1u);
  EXPECT_EQ(Out(Find("Park", "same"))[0].node, Find("Company", "same"));
}

TEST_F(ImportTest, EndsMayLieInTheStoreAlready) {
  WriteBase();
  Good();
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  Write("z.csv",
        ":START_ID(Park),:END_ID,:TYPE,source\nyuzhu,jiadu,HOSTS,d2\njiadu,jiadu,HOSTS,d2\nyuzhu,pazhou,HOSTS,\n");
  const Result<ImportReport> report = Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(Rejects(*report),
            (std::vector<std::string>{
                "z.csv:3:1: column ':START_ID(Park)': expected the key of a Park in this import or in the store, found 'jiadu'",
                "z.csv:4:14: column ':TYPE': expected ends that the ontology allows for HOSTS (Park → Company, Park → "
                "Organization, Park → Platform), found 'Park → Park'"}));
  EXPECT_EQ(Out(Find("Park", "yuzhu")).size(), 1u);
}

TEST_F(ImportTest, WhatThisImportBringsComesBeforeTheStore) {
  Write("a.csv", "key:ID(Park),name\nx,old park\n");
  Good();
  fs::remove(folder_ / "a.csv");
  Write("b.csv", "key:ID(Company),name\nx,new company\ny,other\n");
  Write("z.csv", ":START_ID,:END_ID,:TYPE\nx,y,SUPPLIES\n");
  Good();
  EXPECT_EQ(Out(Find("Company", "x")).size(), 1u);
}

TEST_F(ImportTest, LabelColumnsGiveSeveralLabelsAndForeignIdSpacesWork) {
  Write("a.csv", "id:ID(Entity),name,level,nmae,:LABEL\ne1,甲,省级,,Park\ne2,乙,,二,企业;Listed\ne3,丙,,三,\n");
  Write("z.csv", ":START_ID(Entity),:END_ID(Entity),:TYPE\ne1,e2,HOSTS\ne3,e1,VISITS\n");
  const ImportReport report = Good();
  EXPECT_EQ(Property(Find("Park", "e1"), "level"), Value("provincial"));
  EXPECT_TRUE(Find("Company", "e2"));
  EXPECT_EQ(Find("Company", "e2"), Find("Listed", "e2"));
  EXPECT_TRUE(Find("Entity", "e3"));  // an empty cell: the group
  EXPECT_EQ(Edges(), 2u);
  std::vector<std::string> warnings;
  for (const std::string& warning : report.warnings) warnings.push_back(Short(warning));
  EXPECT_EQ(warnings, (std::vector<std::string>{"a.csv:3: the ontology knows no label 'Listed'",
                                                "a.csv:3: the ontology knows no property 'nmae' of Company:Listed; did you mean 'name'?",
                                                "a.csv:4: the ontology knows no label 'Entity'",
                                                "z.csv:3: the ontology knows no edge type 'VISITS'"}));
}

TEST_F(ImportTest, AKeyThatIsAKnownPropertyIsKeptAsThatToo) {
  Write("c.csv", "uscc:ID(Company),name\n91350100m000100y43,甲\n");
  Good();
  const NodeId company = Find("Company", "91350100m000100y43");
  ASSERT_TRUE(company);
  EXPECT_EQ(Property(company, "uscc"), Value("91350100M000100Y43"));
  const graph::ReadView view = View();
  EXPECT_EQ(*view.FindByProperty(view.label("Company"), view.property("uscc"), Value("91350100M000100Y43")),
            std::vector{company});
}

TEST_F(ImportTest, DocumentsMayCiteDocumentsAndComeFirstWhateverTheirFile) {
  Write("a_reports.csv", "key:ID(Document),title,source\nr1,a report,d1\n");
  Write("b_mixed.csv", "id:ID,name,source,:LABEL\np1,甲,d1;r1;m1,Park\nm1,乙,,Document\n");
  Write("sources.csv", "key:ID(Document),title\nd1,one\n");
  const ImportReport report = Good();
  EXPECT_EQ(report.Total().rows, 4u);
  EXPECT_EQ(report.Total().created, 4u);
  const graph::ReadView view = View();
  EXPECT_EQ(view.Claims(Find("Park", "p1"))->at(0).evidence.documents.size(), 3u);
}

TEST_F(ImportTest, BlankRowsAreNoRows) {
  Write("a.csv", "key:ID(Park),name\r\n,\r\np1,甲\r\n\r\n,\r\n");
  EXPECT_EQ(Good().Total().rows, 1u);
}

TEST_F(ImportTest, OtherDelimitersNeedAnotherArraySeparator) {
  Write("a.csv", "key:ID(Park);aliases:string[]\np1;甲|乙\n");
  EXPECT_EQ(Run({.delimiter = ';'}).status().message(),
            "';' cannot separate both the columns and the elements of a list; expected another array separator");
  Good({.delimiter = ';', .array_separator = '|'});
  EXPECT_EQ(Property(Find("Park", "p1"), "aliases"), Value(Value::List{"甲", "乙"}));
}

TEST_F(ImportTest, ACancelledImportLeavesNothing) {
  std::string rows = "key:ID(Park),name\n";
  for (int i = 0; i < 5000; ++i) rows += Text("p", i, ",x\n");
  Write("a.csv", rows);
  budget_.set_progress([this](double share) {
    EXPECT_LE(share, 1.0);
    budget_.Cancel();
  });
  const Result<ImportReport> report = Run();
  EXPECT_EQ(report.code(), Code::kCancelled);
  EXPECT_EQ(Nodes(), 0u);
}

TEST_F(ImportTest, TheGuangdongSetGoesInWholeAndOnlyOnce) {
  folder_ = fs::path(testing::TempDir()) / "unused";
  const std::string set = std::string(LIANTU_SOURCE_DIR) + "/data/guangdong";
  const Result<ImportReport> first = RunPaths({set});
  ASSERT_TRUE(first.ok()) << first.status().message();
  for (const Reject& reject : first->rejects) ADD_FAILURE() << reject.Text();
  EXPECT_GT(first->Total().created, 4000u);
  const Result<ImportReport> second = RunPaths({set});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->Total().unchanged, second->Total().rows);
  EXPECT_FALSE(second->batch.id);
}

}  // namespace
}  // namespace liantu::io
