// SPDX-License-Identifier: Apache-2.0
// How each output format spells the same rows.
#include "io/table.h"

#include <gtest/gtest.h>

#include <limits>

#include "io/csv_reader.h"
#include "io/json.h"

namespace liantu::io {
namespace {

using graph::Value;

Table Parks() {
  return {.columns = {{"park", "园区"}, {"area_km2", "面积"}, {"tags", ""}},
          .rows = {{"琶洲核心区", 14.9, Value(Value::List{Value("会展"), Value("a|b")})},
                   {"鱼珠", 3, Value()},
                   {"two\nlines, \"quoted\"", Value(), Value()}}};
}

TEST(Table, CountsChineseCharactersAsTwoColumnsAndPutsNumbersRight) {
  EXPECT_EQ(WriteTable(Parks()),
            "园区             面积  tags\n"
            "---------------  ----  ---------\n"
            "琶洲核心区       14.9  会展; a|b\n"
            "鱼珠                3\n"
            "two\n"
            "lines, \"quoted\"\n");
}

TEST(Table, WrapsToTheTerminal) {
  const Table table{{{"name", ""}, {"note", ""}}, {{"琶洲", "先进制造业集群 发展大会在广州召开"}, {"x", "short"}}};
  EXPECT_EQ(WriteTable(table, {.width = 24}),
            "name  note\n"
            "----  ------------------\n"
            "琶洲  先进制造业集群\n"
            "      发展大会在广州召开\n"
            "x     short\n");
}

TEST(Table, WritesCsvThatReadsBack) {
  const std::string csv = WriteTable(Parks(), {.format = Format::kCsv});
  EXPECT_EQ(csv,
            "park,area_km2,tags\n"
            "琶洲核心区,14.9,会展; a|b\n"
            "鱼珠,3,\n"
            "\"two\nlines, \"\"quoted\"\"\",,\n");
  CsvReader reader = CsvReader::FromText(csv, "t");
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(*reader.Next());
  EXPECT_EQ(reader[0], "two\nlines, \"quoted\"");
  std::string empty;
  AppendCsvField(empty, "");
  EXPECT_EQ(empty, "\"\"");
}

TEST(Table, WritesJsonAndJsonLines) {
  EXPECT_EQ(WriteTable(Parks(), {.format = Format::kJson}),
            "[\n"
            "  {\"park\": \"琶洲核心区\", \"area_km2\": 14.9, \"tags\": [\"会展\",\"a|b\"]},\n"
            "  {\"park\": \"鱼珠\", \"area_km2\": 3, \"tags\": null},\n"
            "  {\"park\": \"two\\nlines, \\\"quoted\\\"\", \"area_km2\": null, \"tags\": null}\n"
            "]\n");
  const Table nested{{{"n", ""}}, {{Cell("(:Park)", R"({"labels":["Park"]})")}}};
  EXPECT_EQ(WriteTable(nested, {.format = Format::kJsonl}), "{\"n\": {\"labels\":[\"Park\"]}}\n");
  EXPECT_EQ(WriteTable(nested, {.format = Format::kCsv}), "n\n(:Park)\n");
}

TEST(Table, WritesMarkdown) {
  EXPECT_EQ(WriteTable(Parks(), {.format = Format::kMarkdown, .null_text = "–"}),
            "| 园区 | 面积 | tags |\n"
            "| --- | --- | --- |\n"
            "| 琶洲核心区 | 14.9 | 会展; a\\|b |\n"
            "| 鱼珠 | 3 | – |\n"
            "| two<br>lines, \"quoted\" | – | – |\n");
}

TEST(Table, WithoutRowsStillSaysItsColumns) {
  const Table table{{{"a", "甲"}, {"b", ""}}, {}};
  EXPECT_EQ(WriteTable(table), "甲  b\n--  -\n");
  EXPECT_EQ(WriteTable(table, {.format = Format::kCsv}), "a,b\n");
  EXPECT_EQ(WriteTable(table, {.format = Format::kJson}), "[]\n");
  EXPECT_EQ(WriteTable(table, {.format = Format::kJsonl}), "");
  EXPECT_EQ(WriteTable(table, {.format = Format::kMarkdown}), "| 甲 | b |\n| --- | --- |\n");
}

TEST(Table, ManyRowsAreWrittenAsTheyCome) {
  size_t pieces = 0, bytes = 0;
  RowWriter writer({{"n", ""}}, {}, [&](std::string_view text) { ++pieces, bytes += text.size(); });
  for (int i = 0; i < 1999; ++i) writer.Write({1000 + i});
  EXPECT_EQ(pieces, 0u);
  for (int i = 0; i < 3001; ++i) writer.Write({1000 + i});
  EXPECT_EQ(bytes, 5u * 5002);
  writer.Finish();
  EXPECT_EQ(bytes, 5u * 5002);
}

TEST(Table, FormatsHaveNames) {
  EXPECT_EQ(*ParseFormat("md"), Format::kMarkdown);
  for (const Format format : {Format::kTable, Format::kCsv, Format::kJson, Format::kJsonl, Format::kMarkdown}) {
    EXPECT_EQ(*ParseFormat(FormatName(format)), format);
  }
  EXPECT_EQ(ParseFormat("jsn").status().message(),
            "'jsn' is not an output format; expected table, csv, json, jsonl or markdown; did you mean 'json'?");
}

TEST(Json, EscapesAndKeepsTypesApart) {
  EXPECT_EQ(ToJson(Value("a\"\\\n\t\x01琶洲\x7f")), "\"a\\\"\\\\\\n\\t\\u0001琶洲\\u007f\"");
  EXPECT_EQ(ToJson(Value("\xFF")), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(ToJson(Value(1)), "1");
  EXPECT_EQ(ToJson(Value(1.0)), "1.0");
  EXPECT_EQ(ToJson(Value(0.1)), "0.1");
  EXPECT_EQ(ToJson(Value(1e300)), "1e+300");
  EXPECT_EQ(ToJson(Value(std::numeric_limits<double>::infinity())), "\"Infinity\"");
  EXPECT_EQ(ToJson(Value(std::numeric_limits<int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(ToJson(Value()), "null");
  EXPECT_EQ(ToJson(Value(true)), "true");
  EXPECT_EQ(ToJson(Value(graph::Date{0})), "\"1970-01-01\"");
  EXPECT_EQ(ToJson(Value(graph::Point{4326, 113.5, 23, 0})), "{\"srid\":4326,\"x\":113.5,\"y\":23.0}");
}

TEST(Json, WriterNestsAndIndents) {
  JsonWriter json(2);
  json.BeginObject().Member("a", 1).Member("n", size_t{3}).Key("list").BeginArray().Value("x").Null().EndArray();
  json.Key("empty").BeginObject().EndObject().Key("raw").Raw("[1]").EndObject();
  EXPECT_EQ(json.text(),
            "{\n  \"a\": 1,\n  \"n\": 3,\n  \"list\": [\n    \"x\",\n    null\n  ],\n  \"empty\": {},\n  \"raw\": [1]\n}");
  JsonWriter line;
  line.BeginArray().BeginObject().Member("ok", true).Member("no", -1).EndObject().Value(2.5).EndArray();
  EXPECT_EQ(line.text(), "[{\"ok\":true,\"no\":-1},2.5]");
}

}  // namespace
}  // namespace liantu::io
