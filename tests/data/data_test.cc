// SPDX-License-Identifier: Apache-2.0
// The shipped data set, checked as files: keys unique, ends and sources there, values as the ontology knows them, the stated sum of
// areas, and the traps that careless reading falls into. tests/questions asks it as a store.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "graph/ontology_lint.h"
#include "io/csv_reader.h"
#include "io/import.h"

namespace liantu {
namespace {

const std::string kFolder = std::string(LIANTU_SOURCE_DIR) + "/data/guangdong/";

struct File {
  std::string name;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  int Column(std::string_view wanted) const {
    for (size_t i = 0; i < header.size(); ++i) {
      if (header[i] == wanted || header[i].substr(0, header[i].find(':', 1)) == wanted) return static_cast<int>(i);
    }
    return -1;
  }
};

std::vector<File> Files() {
  std::vector<File> files;
  auto names = ListFolder(kFolder);
  EXPECT_TRUE(names.ok());
  for (const std::string& name : *names) {
    if (!name.ends_with(".csv")) continue;
    auto reader = io::CsvReader::Open(kFolder + name);
    EXPECT_TRUE(reader.ok());
    File file{.name = name};
    for (;;) {
      auto more = reader->Next();
      EXPECT_TRUE(more.ok()) << more.status().message();
      if (!more.ok() || !*more) break;
      std::vector<std::string> row;
      for (size_t i = 0; i < reader->size(); ++i) row.emplace_back((*reader)[i]);
      (file.header.empty() ? file.header : file.rows.emplace_back()) = row;
    }
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(';', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

class Data : public testing::Test {
 protected:
  void SetUp() override {
    files_ = Files();
    ASSERT_GT(files_.size(), 40u);
    for (const File& f : files_) {
      const std::string& first = f.header[0];
      const size_t at = first.find(":ID(");
      if (at == std::string::npos) continue;
      const std::string label = first.substr(at + 4, first.size() - at - 5);
      for (const auto& row : f.rows) {
        EXPECT_TRUE(labels_.emplace(row[0], label).second) << f.name << ": key " << row[0] << " is used twice";
      }
    }
  }
  const File& Named(const std::string& name) const {
    for (const File& f : files_) {
      if (f.name == name) return f;
    }
    ADD_FAILURE() << "no file " << name;
    return files_[0];
  }
  std::vector<File> files_;
  std::map<std::string, std::string> labels_;  // key → label
};

TEST_F(Data, HasUniqueKeysAndRowsOfOneWidth) {
  EXPECT_GT(labels_.size(), 1700u);
  for (const File& f : files_) {
    for (const auto& row : f.rows) EXPECT_EQ(row.size(), f.header.size()) << f.name << ": " << row[0];
  }
}

TEST_F(Data, HasBothEndsOfEveryEdge) {
  size_t edges = 0;
  for (const File& f : files_) {
    if (!f.header[0].starts_with(":START_ID")) continue;
    const int end = f.Column(":END_ID");
    const int at = end >= 0 ? end : 1;
    for (const auto& row : f.rows) {
      ++edges;
      EXPECT_TRUE(labels_.contains(row[0])) << f.name << ": " << row[0];
      EXPECT_TRUE(labels_.contains(row[static_cast<size_t>(at)])) << f.name << ": " << row[static_cast<size_t>(at)];
    }
  }
  EXPECT_GT(edges, 2800u);
}

TEST_F(Data, NamesADocumentForEveryRow) {
  for (const File& f : files_) {
    if (f.name == "sources.csv") continue;
    const int source = f.Column("source");
    ASSERT_GE(source, 0) << f.name;
    for (const auto& row : f.rows) {
      const auto documents = Split(row[static_cast<size_t>(source)]);
      EXPECT_FALSE(documents.empty()) << f.name << ": " << row[0] << " has no source";
      for (const std::string& d : documents) EXPECT_EQ(labels_[d], "Document") << f.name << ": " << d;
    }
  }
}

TEST_F(Data, AreasOfTheTwelveRiversideParksSumToTheStatedTotal) {
  const File& parks = Named("parks.csv");
  const auto kind = static_cast<size_t>(parks.Column("kind")), area = static_cast<size_t>(parks.Column("area_km2"));
  double sum = 0;
  int count = 0;
  for (const auto& row : parks.rows) {
    if (row[kind] != "riverside high-end park") continue;
    ++count;
    sum += std::stod(row[area]);
  }
  EXPECT_EQ(count, 12);
  EXPECT_NEAR(sum, 81.87, 1e-9);
}

TEST_F(Data, KeepsPlansApartFromWhatIsThere) {
  // The 42 projects of the 2022 draft are plans; their developers must not be hosted by the same park.
  std::map<std::string, std::set<std::string>> planned, hosted;
  std::map<std::string, std::string> developer;
  for (const auto& row : Named("develops.csv").rows) developer[row[1]] = row[0];
  const File& plans = Named("plans.csv");
  const auto certainty = static_cast<size_t>(plans.Column("certainty"));
  for (const auto& row : plans.rows) {
    EXPECT_EQ(row[certainty], "planned") << row[1];
    if (developer.contains(row[1])) planned[row[0]].insert(developer[row[1]]);
  }
  for (const auto& row : Named("hosts.csv").rows) hosted[row[0]].insert(row[1]);
  EXPECT_EQ(plans.rows.size(), 42u);
  for (const auto& [park, companies] : planned) {
    for (const std::string& company : companies) {
      // The one body that the text says stands where a project is planned too.
      if (company == "huawei_gz") continue;
      EXPECT_FALSE(hosted[park].contains(company)) << park << " " << company;
    }
  }
}

TEST_F(Data, HoldsNoNoiseOfTheNewsPages) {
  for (const File& f : files_) {
    if (f.name == "sources.csv") continue;
    for (const auto& row : f.rows) {
      for (const std::string& cell : row) {
        for (const char* noise : {"方程豹", "37405", "李白", "foxmail", "chǎn"}) EXPECT_EQ(cell.find(noise), std::string::npos) << f.name << ": " << cell;
      }
    }
  }
}

TEST_F(Data, ImportsWithoutARejectedRowAndAgreesWithTheOntology) {
  const auto schema = ReadFile(std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json");
  ASSERT_TRUE(schema.ok());
  const auto ontology = graph::Ontology::Parse(*schema, "schema/industry.json");
  ASSERT_TRUE(ontology.ok()) << ontology.status().message();
  auto db = graph::Database::Open("memory:", {.create = true, .ontology = *ontology});
  ASSERT_TRUE(db.ok()) << db.status().message();
  const std::vector<std::string> paths{kFolder};
  const auto first = io::Import(**db, paths, {}, Budget());
  ASSERT_TRUE(first.ok()) << first.status().message();
  for (const io::Reject& r : first->rejects) ADD_FAILURE() << r.Text();
  EXPECT_TRUE(first->warnings.empty()) << first->warnings[0];
  EXPECT_TRUE(first->batch.id);
  const auto again = io::Import(**db, paths, {}, Budget());
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_FALSE(again->batch.id) << "importing the same folder twice changed something";
  EXPECT_EQ(again->Total().created + again->Total().changed, 0u);
  auto view = (*db)->Read();
  ASSERT_TRUE(view.ok());
  const auto findings = graph::LintStore(*view, Budget());
  ASSERT_TRUE(findings.ok()) << findings.status().message();
  for (const auto& f : *findings) ADD_FAILURE() << f.what << " " << f.example;
  const auto problems = (*db)->Check(true, Budget());
  ASSERT_TRUE(problems.ok());
  for (const auto& p : *problems) ADD_FAILURE() << p.what;
}

TEST_F(Data, ImportsInBulkToTheSameGraph) {
  const auto schema = ReadFile(std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json");
  const auto ontology = graph::Ontology::Parse(*schema, "schema/industry.json");
  const std::vector<std::string> paths{kFolder};
  std::vector<std::string> told;
  for (const uint64_t bulk_from : {UINT64_MAX, uint64_t{0}}) {
    auto db = graph::Database::Open("memory:", {.create = true, .ontology = *ontology});
    ASSERT_TRUE(db.ok()) << db.status().message();
    const auto report = io::Import(**db, paths, {.bulk_from_bytes = bulk_from}, Budget());
    ASSERT_TRUE(report.ok()) << report.status().message();
    std::string tale;
    for (const io::FileReport& f : report->files) {
      tale += Text(f.path, " ", f.rows, " ", f.created, " ", f.changed, " ", f.unchanged, " ", f.rejected, "\n");
    }
    const auto stats = (*db)->GetStats();
    ASSERT_TRUE(stats.ok());
    for (const auto& [name, count] : stats->nodes_by_label) tale += Text(name, " ", count, "\n");
    for (const auto& [name, count] : stats->edges_by_type) tale += Text(name, " ", count, "\n");
    told.push_back(tale);
    const auto problems = (*db)->Check(true, Budget());
    ASSERT_TRUE(problems.ok());
    for (const auto& p : *problems) ADD_FAILURE() << p.what;
    const auto again = io::Import(**db, paths, {.bulk_from_bytes = bulk_from}, Budget());
    ASSERT_TRUE(again.ok()) << again.status().message();
    EXPECT_FALSE(again->batch.id);
  }
  EXPECT_EQ(told[0], told[1]);
}

}  // namespace
}  // namespace liantu
