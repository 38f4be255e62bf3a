// SPDX-License-Identifier: Apache-2.0
// What the CSV reader gives for each kind of quoting and line end, where it says things are, and what it refuses.
#include "io/csv_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

namespace liantu::io {
namespace {

using Records = std::vector<std::vector<std::string>>;

std::string TempPath(const std::string& name) {
  return testing::TempDir() + "liantu_csv_" + std::to_string(::getpid()) + "_" + name;
}

struct TempFile {
  std::string path;
  TempFile(const std::string& name, std::string_view bytes) : path(TempPath(name)) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~TempFile() { ::unlink(path.c_str()); }
};

Records ReadAll(CsvReader& reader) {
  Records records;
  for (;;) {
    Result<bool> more = reader.Next();
    if (!more.ok()) {
      ADD_FAILURE() << more.status().message();
      return records;
    }
    if (!*more) return records;
    records.emplace_back();
    for (size_t i = 0; i < reader.size(); ++i) records.back().emplace_back(reader[i]);
  }
}
Records Parse(const std::string& text, CsvOptions options = {}) {
  CsvReader reader = CsvReader::FromText(text, "t.csv", options);
  return ReadAll(reader);
}
// The message of the first failure.
std::string Refusal(CsvReader reader) {
  for (;;) {
    Result<bool> more = reader.Next();
    if (!more.ok()) return more.status().message();
    if (!*more) return "";
  }
}
std::string Refusal(const std::string& text, CsvOptions options = {}) {
  return Refusal(CsvReader::FromText(text, "t.csv", options));
}

TEST(CsvReader, ReadsTheFormsOfRfc4180) {
  struct Case { std::string text; Records records; };
  const Case cases[] = {
      {"", {}},
      {"a", {{"a"}}},
      {"a,b\n", {{"a", "b"}}},
      {"a,b\nc,d", {{"a", "b"}, {"c", "d"}}},
      {"a,b\r\nc,d\r\n", {{"a", "b"}, {"c", "d"}}},
      {"a,b\rc,d\r", {{"a", "b"}, {"c", "d"}}},
      {"a,\n,b\n", {{"a", ""}, {"", "b"}}},
      {",\n", {{"", ""}}},
      {"\"a,b\",c\n", {{"a,b", "c"}}},
      {"\"a\nb\",\"c\r\nd\"\n", {{"a\nb", "c\r\nd"}}},
      {"\"say \"\"yes\"\"\",\"\"\"\"\n", {{"say \"yes\"", "\""}}},
      {"\"\",\"\"\n", {{"", ""}}},
      {"\"\"\n", {{""}}},
      {"a\"b,c\"\"d\n", {{"a\"b", "c\"\"d"}}},  // a quote inside an unquoted field is itself
      {" \"a\" , b\n", {{" \"a\" ", " b"}}},       // blanks belong to the field
      {"\n\na,b\n\n\r\n", {{"a", "b"}}},             // empty lines
      {"\xEF\xBB\xBF" "a,b\n", {{"a", "b"}}},
      {"\xEF\xBB\xBF", {}},
      {"a,\"b\"", {{"a", "b"}}},
      {"琶洲,\"南沙,自贸区\"\n", {{"琶洲", "南沙,自贸区"}}},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text), c.records) << c.text;
}

TEST(CsvReader, TakesAnyDelimiter) {
  EXPECT_EQ(Parse("a;b,c\n", {.delimiter = ';'}), (Records{{"a", "b,c"}}));
  EXPECT_EQ(Parse("a\t\"b\tc\"\n", {.delimiter = '\t'}), (Records{{"a", "b\tc"}}));
  EXPECT_EQ(Parse("a|b|", {.delimiter = '|'}), (Records{{"a", "b", ""}}));
}

TEST(CsvReader, KnowsWhereRecordsAndFieldsBegin) {
  CsvReader reader = CsvReader::FromText("\xEF\xBB\xBF园区,\"面\r\n积\",x\r\n\n\"a\n\n\",琶洲,\"\"\"\"\rlast,1\n", "t.csv");
  ASSERT_TRUE(*reader.Next());
  EXPECT_EQ(reader.line(), 1u);
  EXPECT_EQ(reader.At(0), (Place{1, 1}));
  EXPECT_EQ(reader.At(1), (Place{1, 4}));
  EXPECT_EQ(reader.At(2), (Place{2, 4}));
  EXPECT_TRUE(reader.quoted(1));
  EXPECT_FALSE(reader.quoted(2));
  EXPECT_EQ(reader.raw(), "园区,\"面\r\n积\",x");
  ASSERT_TRUE(*reader.Next());
  EXPECT_EQ(reader.line(), 4u);
  EXPECT_EQ(reader.At(0), (Place{4, 1}));
  EXPECT_EQ(reader.At(1), (Place{6, 3}));
  EXPECT_EQ(reader.At(2), (Place{6, 6}));
  EXPECT_EQ(reader[2], "\"");
  ASSERT_TRUE(*reader.Next());
  EXPECT_EQ(reader.line(), 7u);
  EXPECT_FALSE(*reader.Next());
}

TEST(CsvReader, TellsTextBehindAClosingQuoteAndGoesOn) {
  CsvReader reader = CsvReader::FromText("a,b\n\"x\"企业,y\nc,d\n", "t.csv");
  ASSERT_TRUE(*reader.Next());
  EXPECT_FALSE(reader.fault());
  ASSERT_TRUE(*reader.Next());
  ASSERT_TRUE(reader.fault());
  EXPECT_EQ(reader.fault()->place, (Place{2, 4}));
  EXPECT_EQ(reader.fault()->found, "企");
  EXPECT_EQ(reader.size(), 2u);
  ASSERT_TRUE(*reader.Next());
  EXPECT_FALSE(reader.fault());
  EXPECT_EQ(reader[1], "d");
}

TEST(CsvReader, AQuoteThatNeverEndsIsToldWhereItBegan) {
  EXPECT_EQ(Refusal("a,b\nc,\"d\ne,f\n"),
            "t.csv:2:3: this quote is never closed; expected a closing \" before the end of the file");
  EXPECT_EQ(Refusal("\""), "t.csv:1:1: this quote is never closed; expected a closing \" before the end of the file");
}

TEST(CsvReader, NulBytesAreRefusedInPlace) {
  EXPECT_EQ(Refusal(std::string("a,b\nc,d\0e\n", 10)), "t.csv:2:4: found a NUL byte; expected text");
}

TEST(CsvReader, OtherEncodingsAreRefusedWithAGuess) {
  // 企业广州深圳产业链 in GBK.
  const std::string gbk = "key,name\n1,\xC6\xF3\xD2\xB5\xB9\xE3\xD6\xDD\xC9\xEE\xDB\xDA\xB2\xFA\xD2\xB5\xC1\xB4\n";
  const std::string message = Refusal(gbk);
  EXPECT_EQ(message.find("t.csv:2:3: found 0xC6 0xF3 0xD2 0xB5, which is not UTF-8; the file looks like GB18030 (GBK); "), 0u)
      << message;
  EXPECT_NE(message.find("iconv -f GB18030 -t UTF-8"), std::string::npos) << message;
  const std::string utf16("\xFF\xFE" "k\0e\0y\0,\0n\0\n\0a\0,\0b\0\n\0", 20);
  EXPECT_EQ(Refusal(utf16).find("t.csv:1:1: the file looks like UTF-16LE"), 0u) << Refusal(utf16);
  EXPECT_NE(Refusal("a,\xC0\x80\n"), "");           // overlong
  EXPECT_NE(Refusal("a,\xED\xA0\x80\n"), "");       // surrogate
  EXPECT_NE(Refusal("a,\xE7\x90\n"), "");           // cut
}

TEST(CsvReader, ALineLongerThanTheLimitIsRefused) {
  const CsvOptions small{.max_record_bytes = 100};
  const std::string just(98, 'x');
  EXPECT_EQ(Parse("a\n" + just + ",y\n", small).size(), 2u);
  EXPECT_EQ(Refusal("a\n" + just + ",yz\n", small),
            "t.csv:2:1: the line is longer than 0 MiB (100 bytes); expected a CSV record with a line end");
  EXPECT_EQ(Refusal("a,b\nc,\"" + std::string(200, 'x') + "\n", small).find("t.csv:2:3: this quote is"), 0u);
}

TEST(CsvReader, ALineOf200MegabytesIsRefusedInBoundedMemory) {
  const std::string path = TempPath("long.csv");
  {
    std::ofstream out(path, std::ios::binary);
    out << "key:ID(Park),name\n";
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 200; ++i) out << piece;
  }
  Result<CsvReader> reader = CsvReader::Open(path);
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE(*reader->Next());
  const Result<bool> more = reader->Next();
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.code(), Code::kInvalid);
  EXPECT_EQ(more.status().message(), path + ":2:1: the line is longer than 16 MiB (16777216 bytes); expected a CSV record "
                                            "with a line end");
  EXPECT_LT(reader->bytes_read(), uint64_t{40} << 20);
  ::unlink(path.c_str());
}

TEST(CsvReader, FilesThatCannotBeReadAreNamed) {
  EXPECT_EQ(CsvReader::Open("/nonexistent/x.csv").status().message(),
            "/nonexistent/x.csv: there is no such file; expected a CSV file or a folder of CSV files");
  EXPECT_EQ(CsvReader::Open("/tmp").status().message(), "/tmp: is a folder; expected a CSV file");
  EXPECT_EQ(CsvReader::Open("/dev/null").status().message(), "/dev/null: is not a regular file; expected a CSV file");
}

// A slow twin: fields are made at random, written by the rules and must come back, over many buffers and from memory.
TEST(CsvReader, RandomRecordsComeBackWhateverTheBuffer) {
  std::mt19937_64 random(11);
  const std::vector<std::string> pieces = {"a", "企", ",", "\"", "\n", "\r\n", " ", "𠮷", "xyz", ";", "\r"};
  for (int round = 0; round < 6; ++round) {
    Records records;
    std::string text = round % 2 ? "\xEF\xBB\xBF" : "";
    std::vector<uint64_t> lines;
    uint64_t line = 1;
    while (text.size() < 700'000) {
      Records::value_type record(1 + random() % 6);
      lines.push_back(line);
      const bool huge = random() % 3000 == 0;
      for (size_t i = 0; i < record.size(); ++i) {
        const size_t n = huge ? random() % 40'000 : random() % 8;
        for (size_t k = 0; k < n; ++k) record[i] += pieces[random() % pieces.size()];
        const bool must = record[i].find_first_of(",\"\n\r") != std::string::npos || (record.size() == 1 && record[i].empty());
        if (i) text += ',';
        if (must || random() % 4 == 0) {
          text += '"';
          for (const char c : record[i]) text += c == '"' ? "\"\"" : std::string(1, c);
          text += '"';
          for (size_t k = 0; k < record[i].size(); ++k) {
            line += record[i][k] == '\n' || (record[i][k] == '\r' && !(k + 1 < record[i].size() && record[i][k + 1] == '\n'));
          }
        } else {
          text += record[i];
        }
      }
      records.push_back(record);
      text += random() % 2 ? "\n" : "\r\n";
      ++line;
    }
    TempFile file("random.csv", text);
    CsvReader from_text = CsvReader::FromText(text, "t");
    Result<CsvReader> from_file = CsvReader::Open(file.path);
    ASSERT_TRUE(from_file.ok());
    for (CsvReader* reader : {&from_text, &*from_file}) {
      for (size_t n = 0; n < records.size(); ++n) {
        const Result<bool> more = reader->Next();
        ASSERT_TRUE(more.ok() && *more) << more.status().message();
        ASSERT_EQ(reader->line(), lines[n]);
        ASSERT_EQ(reader->size(), records[n].size()) << reader->raw();
        for (size_t i = 0; i < records[n].size(); ++i) ASSERT_EQ((*reader)[i], records[n][i]);
      }
      const Result<bool> more = reader->Next();
      EXPECT_TRUE(more.ok() && !*more);
      EXPECT_EQ(reader->bytes_read(), text.size());
    }
  }
}

TEST(CsvReader, SeekReadsARecordAgain) {
  std::string text = "\xEF\xBB\xBFkey,name\r\n";
  for (int i = 0; i < 300; ++i) text += std::to_string(i) + (i % 3 ? ",\"多\n行\"\n" : ",企业\r\n") + (i % 7 ? "" : "\n");
  TempFile file("seek.csv", text);
  for (const size_t buffer : {size_t{16}, size_t{100}, size_t{1} << 18}) {
    Result<CsvReader> reader = CsvReader::Open(file.path, {.buffer_bytes = buffer});
    ASSERT_TRUE(reader.ok());
    struct Record { uint64_t offset, line; std::string raw; };
    std::vector<Record> records;
    while (*reader->Next()) records.push_back({reader->offset(), reader->line(), std::string(reader->raw())});
    ASSERT_EQ(records.size(), 301u);
    EXPECT_EQ(records[0].offset, 3u);
    std::mt19937 random(5);
    for (int i = 0; i < 500; ++i) {
      const Record& record = records[random() % records.size()];
      ASSERT_TRUE(reader->Seek(record.offset, record.line).ok());
      ASSERT_TRUE(*reader->Next());
      ASSERT_EQ(reader->raw(), record.raw);
      ASSERT_EQ(reader->offset(), record.offset);
      ASSERT_EQ(reader->line(), record.line);
    }
  }
}

}  // namespace
}  // namespace liantu::io
