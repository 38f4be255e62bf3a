// SPDX-License-Identifier: Apache-2.0
// Files read ahead in pieces against the ordinary way, row by row: the same rows go in, the same are rejected with the
// same words, and the graph is the same.
#include "io/row_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "graph/database.h"
#include "io/import.h"

namespace liantu::io {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "liantu-stage-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  fs::path path_;
};

template <class T>
T Get(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status().message();
  return *std::move(result);
}

std::vector<std::string> Records(CsvReader reader, bool lines) {
  std::vector<std::string> out;
  for (;;) {
    const Result<bool> more = reader.Next();
    if (!more.ok()) out.push_back(more.status().message());
    if (!more.ok() || !*more) return out;
    std::string record;
    for (size_t i = 0; i < reader.size(); ++i) record += std::string(reader[i]) + "|";
    if (lines) record += std::to_string(reader.line());
    out.push_back(record);
  }
}

TEST(RowStage, PiecesEndWhereRecordsEnd) {
  std::mt19937 random(5);
  Folder folder;
  for (int round = 0; round < 6; ++round) {
    const std::string end = round % 3 == 0 ? "\n" : round % 3 == 1 ? "\r\n" : "\r";
    std::string text;
    while (text.size() < 3 * CsvPieces::kBytes) {
      for (int field = 0; field < 3; ++field) {
        if (field > 0) text += ',';
        switch (random() % 8) {
          case 0: text += "\"a,b" + end + "c\""; break;
          case 1: text += "\"say \"\"hi\"\"" + std::string(random() % 40, 'x') + "\""; break;
          case 2: text += "5\" pipe"; break;  // no quoted field
          case 3: text += "\"\""; break;
          default: text += std::string(random() % 60, 'y');
        }
      }
      text += end;
      if (random() % 50 == 0) text += end;
    }
    if (round > 2) text += "last,without,end";
    const std::string path = folder.Write("t.csv", text);
    CsvPieces pieces = Get(CsvPieces::Open(path, ',', CsvOptions().max_record_bytes));
    std::string joined;
    std::vector<std::string> records;
    int count = 0;
    for (;; ++count) {
      CsvPieces::Piece piece;
      ASSERT_TRUE(pieces.Next(&piece).ok());
      if (piece.text.empty()) break;
      EXPECT_TRUE(piece.whole);
      EXPECT_EQ(piece.offset, joined.size());
      joined += piece.text;
      for (std::string& r : Records(CsvReader::FromText(piece.text, "t", {}, piece.offset), false)) records.push_back(std::move(r));
    }
    EXPECT_GE(count, 3);
    EXPECT_TRUE(joined == text);
    EXPECT_TRUE(records == Records(Get(CsvReader::Open(path)), false)) << round;
  }
}

constexpr const char* kOntology = R"({
  "name": "test", "version": 1, "common_properties": [
    {"name": "key", "type": "string", "zh": "键", "en": "key"}, {"name": "name", "type": "string", "zh": "名", "en": "name", "search": "name"}],
  "labels": [
    {"name": "Document", "zh": "文", "en": "d", "about_zh": "文。", "about_en": "D.", "key": true, "unique": [], "properties": []},
    {"name": "Company", "zh": "企", "en": "c", "about_zh": "企。", "about_en": "C.", "key": true, "unique": [], "properties": []},
    {"name": "City", "zh": "市", "en": "t", "about_zh": "市。", "about_en": "T.", "key": true, "unique": [], "properties": []}],
  "edge_types": [
    {"name": "SUPPLIES", "zh": "供", "en": "s", "about_zh": "供。", "about_en": "S.", "ends": [["Company", "Company"]],
     "identity": ["product", "year"], "symmetric": false, "tree": false, "economic": true, "properties": [
       {"name": "product", "type": "string", "zh": "品", "en": "product"}, {"name": "year", "type": "integer", "zh": "年", "en": "year"},
       {"name": "amount", "type": "float", "zh": "量", "en": "amount"}]},
    {"name": "LOCATED_IN", "zh": "在", "en": "l", "about_zh": "在。", "about_en": "L.", "ends": [["*", "City"]], "identity": [],
     "symmetric": false, "tree": false, "economic": false, "properties": []}]})";

struct Outcome {
  std::string report, graph;
};

// Every node in words, with its claims; ids left out.
std::string NodeWords(graph::Database& database) {
  const graph::ReadView view = Get(database.Read({.predicted = true}));
  std::vector<std::string> nodes;
  const auto claims = [&](graph::NodeId node, graph::PropertyId property) {
    std::string text;
    for (const graph::Claim& claim : Get(view.Claims(node, property))) {
      text += "/" + graph::ToText(claim.value) + claim.evidence.locator + std::string(graph::CertaintyName(claim.evidence.certainty));
      for (const graph::NodeId document : claim.evidence.documents) text += " [" + graph::ToText(*Get(view.GetNode(document))->Property(view.property("key")));
    }
    return text;
  };
  EXPECT_TRUE(view.AllNodes({}, [&](graph::NodeId id) {
    const graph::Node n = *Get(view.GetNode(id));
    std::string text;
    for (const graph::LabelId label : n.labels) text += ":" + view.name(label);
    for (const auto& [property, value] : n.properties) text += " " + view.name(property) + "=" + graph::ToText(value) + claims(id, property);
    nodes.push_back(text + claims(id, {}) + " from " + Get(view.BornIn(id)).input);
    return true;
  }).ok());
  std::sort(nodes.begin(), nodes.end());
  std::string all;
  for (const std::string& n : nodes) all += n + "\n";
  return all;
}

// Every edge in words, with its claims; ids left out.
std::string Words(graph::Database& database) {
  const graph::ReadView view = Get(database.Read({.predicted = true}));
  std::vector<std::string> edges;
  const auto key = [&](graph::NodeId id) { return graph::ToText(*Get(view.GetNode(id))->Property(view.property("key"))); };
  EXPECT_TRUE(view.AllEdges({}, [&](const graph::Edge& e) {
    std::string text = key(e.from) + " " + view.name(e.type) + " " + key(e.to);
    for (const auto& [id, value] : e.properties) {
      text += " " + view.name(id) + "=" + graph::ToText(value);
      for (const graph::Claim& claim : Get(view.Claims(e.id, id))) text += "/" + graph::ToText(claim.value);
    }
    for (const graph::Claim& claim : Get(view.Claims(e.id))) {
      for (const graph::NodeId document : claim.evidence.documents) text += " [" + key(document);
      text += " " + claim.evidence.locator + std::string(graph::CertaintyName(claim.evidence.certainty));
      if (claim.evidence.valid.from) text += graph::ToText(graph::Value(*claim.evidence.valid.from));
    }
    edges.push_back(text + " from " + Get(view.BornIn(e.id)).input);
    return true;
  }).ok());
  std::sort(edges.begin(), edges.end());
  std::string all;
  for (const std::string& e : edges) all += e + "\n";
  return all;
}

Outcome Load(const std::vector<std::string>& files, bool bulk, std::shared_ptr<const graph::Ontology> ontology) {
  auto database = Get(graph::Database::Open("memory:", {.create = true, .ontology = ontology}));
  const auto imported = Import(*database, files, {.max_rejects_kept = 100000, .bulk_from_bytes = bulk ? 0 : UINT64_MAX, .memory_bytes = 1 << 20}, Budget());
  if (!imported.ok()) return {imported.status().message(), ""};
  std::string report;
  for (const FileReport& f : imported->files) {
    report += Text(f.path, " ", f.rows, " ", f.created, " ", f.changed, " ", f.unchanged, " ", f.rejected, "\n");
  }
  for (const Reject& r : imported->rejects) report += r.Text() + "\n";
  for (const std::string& w : imported->warnings) report += w + "\n";
  for (const graph::CheckProblem& p : Get(database->Check(true, Budget()))) ADD_FAILURE() << p.what;
  return {report, NodeWords(*database) + Words(*database)};
}

TEST(RowStage, ReadsWhatTheOrdinaryWayReads) {
  Folder folder;
  std::mt19937 random(11);
  std::string documents = "key:ID(Document),title\n", companies = "key:ID(Company),name\n", cities = "key:ID(City),name\n";
  for (int i = 0; i < 4; ++i) documents += Text("d", i, ",title\n");
  for (int i = 0; i < 3000; ++i) companies += Text("c", i, ",公司", i, "\n");
  for (int i = 0; i < 20; ++i) cities += Text("t", i, ",市\n");
  cities += "c7,同名\n";  // a key of two labels
  std::vector<std::string> files = {folder.Write("d.csv", documents), folder.Write("c.csv", companies), folder.Write("t.csv", cities)};
  for (int file = 0; file < 2; ++file) {
    std::string text = ":START_ID,:END_ID,:TYPE,product,year:int,amount:float,oddity,amount@source,source,locator,certainty,valid_from\n";
    while (text.size() < 2'200'000) {
      const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
      const int from = pick(3000), to = pick(60) == 0 ? 3000 + pick(3) : pick(40);
      const char* type = pick(30) == 0 ? "LIKES" : pick(400) == 0 ? "LOCATED_IN" : pick(600) == 0 ? "" : "SUPPLIES";
      std::string product = Text("p", pick(3));
      if (pick(50) == 0) product = "\"quoted, \"\"twice\"\"\"";
      if (pick(80) == 0) product = "\"two\nlines\"";
      text += Text("c", from, ",", pick(300) == 0 ? "t" : "c", to, ",", type, ",", product, ",");
      text += pick(200) == 0 ? "soon" : pick(3) == 0 ? "" : Text(2020 + pick(3));
      text += Text(",", pick(5), ",", pick(1000) == 0 ? "odd" : "", ",", pick(100) == 0 ? "d3" : "", ",", pick(9) == 0 ? "d1;d2" : "d0", ",",
                   pick(5) == 0 ? Text("L", pick(4)) : "", ",", pick(20) == 0 ? "inferred" : pick(900) == 0 ? "maybe" : "", ",",
                   pick(40) == 0 ? "2024-01-01" : "", pick(700) == 0 ? ",more" : "", "\n");
      if (pick(200) == 0) text += pick(2) == 0 ? "\n" : ",,,,,,,,,,,\n";
    }
    files.push_back(folder.Write(Text("e", file, ".csv"), text));
  }
  const auto ontology = Get(graph::Ontology::Parse(kOntology, "test"));
  for (const auto& o : {ontology, std::shared_ptr<const graph::Ontology>()}) {
    const Outcome slow = Load(files, false, o), fast = Load(files, true, o);
    EXPECT_GT(slow.graph.size(), 100'000u) << slow.report.substr(0, 500);
    EXPECT_TRUE(slow.report == fast.report) << slow.report.substr(0, 3000) << "\n----\n" << fast.report.substr(0, 3000);
    EXPECT_TRUE(slow.graph == fast.graph);
  }
}

TEST(RowStage, ReadsNodesAsTheOrdinaryWayReadsThem) {
  Folder folder;
  std::mt19937 random(12);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::string documents = "key:ID(Document),title,source\nd0,first,\n";
  for (int i = 1; i < 4; ++i) documents += Text("d", i, ",title,d0\n");
  std::vector<std::string> files = {folder.Write("d.csv", documents)};
  for (int file = 0; file < 3; ++file) {
    // The first file's rows name their labels, the others have one label; keys meet within and across files.
    std::string text = file == 0 ? "key:ID,:LABEL,name,size:int,aliases:string[],oddity,size@source,source,locator,certainty\n"
                                 : "key:ID(Company),note,name,size:int,aliases:string[],oddity,size@source,source,locator,certainty\n";
    for (int i = 0; text.size() < 1'200'000; ++i) {
      const int key = pick(25) == 0 ? pick(15'000) : 10'000 * file + i;
      const char* label = pick(500) == 0 ? "City;Company" : pick(60) == 0 ? "City" : pick(700) == 0 ? "Shop" : pick(3000) == 0 ? "" : "Company";
      text += Text(pick(2000) == 0 ? "" : Text("k", key), ",", file == 0 ? label : "", ",");
      text += pick(80) == 0 ? "\"甲\nand \"\"乙\"\"\"" : Text("公司", key);
      text += Text(",", pick(400) == 0 ? "many" : pick(4) == 0 ? "" : Text(key % 90), ",", pick(10) == 0 ? "a;b" : "", ",",
                   pick(1500) == 0 ? "odd" : "", ",", pick(200) == 0 ? "d3" : "", ",", pick(9) == 0 ? "d1;d2" : pick(900) == 0 ? "d9" : "d0", ",",
                   pick(5) == 0 ? Text("L", pick(3)) : "", ",", pick(20) == 0 ? "inferred" : pick(900) == 0 ? "maybe" : "",
                   pick(900) == 0 ? ",more" : "", file == 2 ? "\r\n" : "\n");
      if (pick(300) == 0) text += pick(2) == 0 ? "\n" : ",,,,,,,,,\n";
    }
    files.push_back(folder.Write(Text("n", file, ".csv"), text));
  }
  const auto ontology = Get(graph::Ontology::Parse(kOntology, "test"));
  for (const auto& o : {ontology, std::shared_ptr<const graph::Ontology>()}) {
    const Outcome slow = Load(files, false, o), fast = Load(files, true, o);
    EXPECT_GT(slow.graph.size(), 500'000u) << slow.report.substr(0, 500);
    EXPECT_TRUE(slow.report == fast.report) << slow.report.substr(0, 3000) << "\n----\n" << fast.report.substr(0, 3000);
    EXPECT_TRUE(slow.graph == fast.graph);
  }
}

TEST(RowStage, PlainRecordsAreThoseOfTheReader) {
  std::mt19937 random(3);
  int plain = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const std::string_view alphabet = round % 5 == 0 ? "a,\n\r\"b" : round % 2 == 0 ? "abc,\n" : "ab,,甲\n";
    const size_t length = random() % 120;
    while (text.size() < length) {
      const char c = alphabet[random() % alphabet.size()];
      if (round % 3 == 0 && c == '\n') text += '\r';
      text += c;
    }
    PlainRecords records;
    if (!records.Begin(text, ',')) continue;
    ++plain;
    CsvReader reader = CsvReader::FromText(text, "t", {}, 7);
    for (;;) {
      const bool more = Get(reader.Next());
      ASSERT_EQ(records.Next(), more) << text;
      if (!more) break;
      std::vector<std::string_view> fields;
      for (size_t i = 0; i < reader.size(); ++i) fields.push_back(reader[i]);
      ASSERT_EQ(records.fields(), fields) << text;
      ASSERT_EQ(records.offset() + 7, reader.offset()) << text;
      ASSERT_EQ(records.line(), reader.line()) << text;
      ASSERT_EQ(records.next_offset() + 7, reader.next_offset()) << text;
      ASSERT_EQ(records.next_line(), reader.next_line()) << text;
    }
    ASSERT_EQ(records.next_line(), reader.line()) << text;
  }
  EXPECT_GT(plain, 1000);
}

TEST(RowStage, TellsAFaultOfTheFileWithItsPlace) {
  Folder folder;
  std::string nodes = "key:ID(A)\n", text = ":START_ID,:END_ID,:TYPE\n";
  for (int i = 0; i < 100; ++i) nodes += Text("a", i, "\n");
  for (int i = 0; i < 300'000; ++i) text += Text("a", i % 100, ",a", i % 7, ",T\n");
  for (const std::string& bad : {std::string("a1,\"a2,T\n"), std::string("a1,a\xff,T\n")}) {
    std::string with = text;
    with.insert(with.find('\n', with.size() / 2) + 1, bad);
    const std::vector<std::string> files = {folder.Write("n.csv", nodes), folder.Write("e.csv", with)};
    const Outcome slow = Load(files, false, nullptr), fast = Load(files, true, nullptr);
    EXPECT_EQ(slow.report, fast.report);
    EXPECT_NE(fast.report.find("e.csv:15000"), std::string::npos) << fast.report;
  }
}

}  // namespace
}  // namespace liantu::io
