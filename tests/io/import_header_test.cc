// SPDX-License-Identifier: Apache-2.0
// Headers: what each column becomes, and the message for each way of getting one wrong.
#include "io/import_header.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace liantu::io {
namespace {

std::shared_ptr<const graph::Ontology> Industry() {
  static const auto ontology = [] {
    const std::string path = std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json";
    return *graph::Ontology::Parse(*ReadFile(path), path);
  }();
  return ontology;
}

struct Parsed {
  ImportHeader header;
  std::vector<std::string> faults;
};
Parsed Parse(const std::string& text, const graph::Ontology& ontology = *Industry(), char delimiter = ',') {
  CsvReader reader = CsvReader::FromText(text + "\n", "f.csv", {.delimiter = delimiter});
  EXPECT_TRUE(*reader.Next());
  Parsed parsed;
  parsed.header = ParseImportHeader(reader, ontology, delimiter, &parsed.faults);
  return parsed;
}

TEST(ImportHeader, NodeColumnsFindTheirRoles) {
  const auto [h, faults] = Parse("key:ID(Park),name,area_km2:float,aliases:string[],:IGNORE,memo:IGNORE,:LABEL,source,locator,"
                                 "certainty,valid_from,valid_to,area_km2@source,area_km2@valid_to");
  EXPECT_TRUE(faults.empty()) << faults[0];
  EXPECT_FALSE(h.edges);
  EXPECT_EQ(h.id, 0);
  EXPECT_EQ(h.id_name, "key");
  EXPECT_EQ(h.group, "Park");
  EXPECT_EQ(h.labels, 6);
  ASSERT_EQ(h.properties.size(), 3u);
  EXPECT_EQ(h.properties[0].name, "name");
  EXPECT_FALSE(h.properties[0].type);
  EXPECT_EQ(*h.properties[1].type, (graph::ValueType{graph::Value::Type::kFloat}));
  EXPECT_EQ(h.properties[1].evidence.source, 12);
  EXPECT_EQ(h.properties[1].evidence.valid_to, 13);
  EXPECT_EQ(h.properties[1].evidence.locator, -1);
  EXPECT_EQ(*h.properties[2].type, (graph::ValueType{graph::Value::Type::kString, true}));
  EXPECT_EQ(h.evidence.source, 7);
  EXPECT_EQ(h.evidence.locator, 8);
  EXPECT_EQ(h.evidence.certainty, 9);
  EXPECT_EQ(h.evidence.valid_from, 10);
  EXPECT_EQ(h.evidence.valid_to, 11);
}

TEST(ImportHeader, EdgeColumnsFindTheirRoles) {
  const auto [h, faults] = Parse(":START_ID(Park), :END_ID ,:TYPE,note,key");
  EXPECT_TRUE(faults.empty()) << faults[0];
  EXPECT_TRUE(h.edges);
  EXPECT_EQ(h.start, 0);
  EXPECT_EQ(h.start_group, "Park");
  EXPECT_EQ(h.end, 1);
  EXPECT_EQ(h.end_group, "");
  EXPECT_EQ(h.type, 2);
  EXPECT_EQ(h.properties.size(), 2u);
}

TEST(ImportHeader, GroupsMayBeNamedInChinese) {
  EXPECT_EQ(Parse("key:ID(企业),name").header.group, "Company");
  EXPECT_EQ(Parse(":START_ID(园区),:END_ID(company),:TYPE").header.start_group, "Park");
}

TEST(ImportHeader, UnknownGroupsAndPropertiesAreAllowed) {
  const auto [h, faults] = Parse("id:ID(Starship),warp:int");
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(h.group, "Starship");
  EXPECT_TRUE(Parse("key:ID(Park),rating:int").faults.empty());
  EXPECT_TRUE(Parse("key:ID(Park),area_km2:int").faults.empty());  // integers may feed a float
}

TEST(ImportHeader, FaultsSayWhereWhatWasExpectedAndFound) {
  struct Case { const char* header; const char* fault; };
  const Case cases[] = {
      {"key:ID(Park),area_km2:flaot",
       "f.csv:1:14: column 'area_km2:flaot': 'flaot' is not a type; expected string, integer, float, boolean, date, datetime, "
       "time, duration, point, or one of them with [] for a list; did you mean 'float'?"},
      {"name,level",
       "f.csv:1:1: this is neither a node file nor an edge file; expected a column key:ID(Label), or :START_ID, :END_ID and "
       ":TYPE, found name, level"},
      {"key,name",
       "f.csv:1:1: this is neither a node file nor an edge file; expected a column key:ID(Label), or :START_ID, :END_ID and "
       ":TYPE, found key, name; did you mean 'key:ID(Label)' by 'key'?"},
      {"key:ID(Park);name",
       "f.csv:1:1: column 'key:ID(Park);name': expected ')' at the end of the group, as in key:ID(Company)"},
      {"a;b",
       "f.csv:1:1: this is neither a node file nor an edge file; expected a column key:ID(Label), or :START_ID, :END_ID and "
       ":TYPE, found a;b; the columns seem to be separated by ';': set the delimiter"},
      {"key:ID,name",
       "f.csv:1:1: column 'key:ID': nothing says which label these nodes have; expected a group, as in key:ID(Company), or a "
       ":LABEL column"},
      {"key:ID(Park),name,园区,name",
       "f.csv:1:22: column 'name': the property 'name' is already given by column 2, 'name'"},
      {"key:ID(Park),source,source", "f.csv:1:21: column 'source': a second evidence column 'source'; the first is column 2"},
      {"key:ID(Park),:ID(Park)", "f.csv:1:14: column ':ID(Park)': a second :ID column; the first is column 1, 'key:ID(Park)'"},
      {"key:ID(Park),name,name@souce",
       "f.csv:1:19: column 'name@souce': '@souce' is no evidence column; expected @source, @locator, @certainty, @valid_from or "
       "@valid_to; did you mean 'source'?"},
      {"key:ID(Park),name,nmae@source",
       "f.csv:1:19: column 'nmae@source': evidence for 'nmae', but this file has no column of that name; did you mean 'name'?"},
      {"key:ID(Park),name,name@source,name@source",
       "f.csv:1:31: column 'name@source': a second column for the same evidence; the first is column 3"},
      {"key:ID(Park),source:string", "f.csv:1:14: column 'source:string': evidence columns take no type; expected 'source'"},
      {"key:ID(Park),,name", "f.csv:1:14: column '': a column without a name; expected a property, or :IGNORE to leave it out"},
      {"key:ID(Park),:LABLE",
       "f.csv:1:14: column ':LABLE': expected one of :ID :LABEL :START_ID :END_ID :TYPE :IGNORE, found ':LABLE'; did you mean "
       "'LABEL'?"},
      {"key:ID(Park),labels:LABEL",
       "f.csv:1:14: column 'labels:LABEL': expected nothing before the colon, found 'labels'; only an :ID column may be named "
       "(its value is kept under that name too)"},
      {"key:ID(Park),:LABEL(Park)",
       "f.csv:1:14: column ':LABEL(Park)': only ID, START_ID and END_ID take a group in brackets, found it at 'LABEL'"},
      {"uscc:ID(Company),uscc", "f.csv:1:18: column 'uscc': the property 'uscc' is already given by the :ID column 1"},
      {"id:ID(Company),key",
       "f.csv:1:16: column 'key': the key is what the :ID column gives (column 1); expected no second one"},
      {"key:ID(Park),:TYPE", "f.csv:1:14: column ':TYPE': nodes have a :LABEL, no :TYPE"},
      {":START_ID,:TYPE", "f.csv:1:1: an edge file needs the key of the node each edge leads to; expected a column :END_ID, "
                          "found :START_ID, :TYPE"},
      {":START_ID,:END_ID,type",
       "f.csv:1:1: an edge file needs the type of each edge; expected a column :TYPE, found :START_ID, :END_ID, type; did you "
       "mean ':TYPE' by 'type'?"},
      {":START_ID,:END_ID,:TYPE,:LABEL", "f.csv:1:25: column ':LABEL': edges have a :TYPE, no :LABEL"},
      {":START_ID,:END_ID,:TYPE,id:ID",
       "f.csv:1:11: column ':END_ID': an edge file has no :ID column, but column 4 is 'id:ID'; expected either nodes (:ID) or "
       "edges (:START_ID, :END_ID, :TYPE)"},
      {"key:ID(Event),date:int",
       "f.csv:1:15: column 'date:int': expected the type date as the ontology gives for Event.date, found integer"},
      {"key:ID(Park),\"name\"x",
       "f.csv:1:20: found 'x' after a closing quote; expected ',' or the end of the line"},
  };
  for (const Case& c : cases) {
    const Parsed parsed = Parse(c.header);
    ASSERT_FALSE(parsed.faults.empty()) << c.header;
    EXPECT_EQ(parsed.faults[0], c.fault) << c.header;
  }
}

TEST(ImportHeader, AllFaultsAreToldAtOnce) {
  const Parsed parsed = Parse("key:ID(Park),a:intt,b@source,\"c\nd:x\"");
  ASSERT_EQ(parsed.faults.size(), 3u);
  EXPECT_EQ(parsed.faults[1].find("f.csv:1:30: column 'c\nd:x': 'x' is not a type"), 0u) << parsed.faults[1];
  EXPECT_EQ(parsed.faults[2].find("f.csv:1:21: column 'b@source': evidence for 'b'"), 0u) << parsed.faults[2];
}

TEST(ImportHeader, OtherDelimiters) {
  const auto [h, faults] = Parse("key:ID(Park);name;source", *Industry(), ';');
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(h.evidence.source, 2);
}

}  // namespace
}  // namespace liantu::io
