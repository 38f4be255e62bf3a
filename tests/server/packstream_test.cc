// SPDX-License-Identifier: Apache-2.0
// PackStream: every marker, the shortest forms, and what a reader must refuse.
#include "server/packstream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "server/bolt_values.h"

namespace liantu::server {
namespace {

using namespace std::string_literals;
using Kind = PackToken::Kind;
using query::Value;

std::string Packed(const std::function<void(PackWriter&)>& write) {
  std::string out;
  PackWriter pack(out);
  write(pack);
  return out;
}
std::string PackedInteger(int64_t value) {
  return Packed([&](PackWriter& pack) { pack.Integer(value); });
}
PackToken Only(const std::string& bytes) {
  PackReader reader(bytes);
  auto token = reader.Next();
  EXPECT_TRUE(token.ok()) << token.status().message();
  EXPECT_TRUE(reader.at_end());
  return token.ok() ? *token : PackToken{};
}
Status Refused(const std::string& bytes) {
  PackReader reader(bytes);
  for (;;) {
    const auto token = reader.Next();
    if (!token.ok()) return token.status();
    if (reader.at_end()) return {};
  }
}

TEST(PackStream, IntegersTakeTheShortestForm) {
  const std::pair<int64_t, std::string> kForms[] = {
      {0, "\x00"s}, {1, "\x01"s}, {127, "\x7F"s}, {-1, "\xFF"s}, {-16, "\xF0"s}, {-17, "\xC8\xEF"s}, {-128, "\xC8\x80"s},
      {128, "\xC9\x00\x80"s}, {-129, "\xC9\xFF\x7F"s}, {32767, "\xC9\x7F\xFF"s}, {-32768, "\xC9\x80\x00"s},
      {32768, "\xCA\x00\x00\x80\x00"s}, {-32769, "\xCA\xFF\xFF\x7F\xFF"s}, {2147483647, "\xCA\x7F\xFF\xFF\xFF"s}, {-2147483648, "\xCA\x80\x00\x00\x00"s},
      {2147483648, "\xCB\x00\x00\x00\x00\x80\x00\x00\x00"s}, {std::numeric_limits<int64_t>::max(), "\xCB\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s},
      {std::numeric_limits<int64_t>::min(), "\xCB\x80\x00\x00\x00\x00\x00\x00\x00"s}};
  for (const auto& [value, bytes] : kForms) {
    EXPECT_EQ(PackedInteger(value), bytes) << value;
    EXPECT_EQ(Only(bytes).integer, value);
  }
  // Longer forms than needed are read as well.
  for (const std::string& bytes : {"\xC8\x01"s, "\xC9\x00\x01"s, "\xCA\x00\x00\x00\x01"s, "\xCB\x00\x00\x00\x00\x00\x00\x00\x01"s}) EXPECT_EQ(Only(bytes).integer, 1);
}

TEST(PackStream, ScalarsHaveTheirMarkers) {
  EXPECT_EQ(Packed([](PackWriter& p) { p.Null(); }), "\xC0"s);
  EXPECT_EQ(Packed([](PackWriter& p) { p.Boolean(false); }), "\xC2"s);
  EXPECT_EQ(Packed([](PackWriter& p) { p.Boolean(true); }), "\xC3"s);
  EXPECT_EQ(Packed([](PackWriter& p) { p.Float(6.283185307179586); }), "\xC1\x40\x19\x21\xFB\x54\x44\x2D\x18"s);
  EXPECT_EQ(Only("\xC0"s).kind, Kind::kNull);
  EXPECT_FALSE(Only("\xC2"s).boolean);
  EXPECT_TRUE(Only("\xC3"s).boolean);
  EXPECT_EQ(Only("\xC1\xC0\x00\x00\x00\x00\x00\x00\x00"s).number, -2.0);
}

TEST(PackStream, SizesTakeTheShortestForm) {
  const auto text = [](size_t n) { return Packed([&](PackWriter& p) { p.String(std::string(n, 'a')); }); };
  EXPECT_EQ(text(0), "\x80"s);
  EXPECT_EQ(text(15).substr(0, 1), "\x8F"s);
  EXPECT_EQ(text(16).substr(0, 2), "\xD0\x10"s);
  EXPECT_EQ(text(255).substr(0, 2), "\xD0\xFF"s);
  EXPECT_EQ(text(256).substr(0, 3), "\xD1\x01\x00"s);
  EXPECT_EQ(text(65535).substr(0, 3), "\xD1\xFF\xFF"s);
  EXPECT_EQ(text(65536).substr(0, 5), "\xD2\x00\x01\x00\x00"s);
  for (const size_t n : {0, 15, 16, 255, 256, 65535, 65536}) EXPECT_EQ(Only(text(n)).text.size(), n);
  const auto bytes = [](size_t n) { return Packed([&](PackWriter& p) { p.Bytes(std::string(n, '\xFF')); }); };
  EXPECT_EQ(bytes(3), "\xCC\x03\xFF\xFF\xFF"s);
  EXPECT_EQ(bytes(256).substr(0, 3), "\xCD\x01\x00"s);
  EXPECT_EQ(bytes(65536).substr(0, 5), "\xCE\x00\x01\x00\x00"s);
  EXPECT_EQ(Only(bytes(300)).kind, Kind::kBytes);
  const auto head = [](size_t n, bool map) { return Packed([&](PackWriter& p) { map ? p.Map(n) : p.List(n); }); };
  EXPECT_EQ(head(0, false), "\x90"s);
  EXPECT_EQ(head(15, false), "\x9F"s);
  EXPECT_EQ(head(16, false), "\xD4\x10"s);
  EXPECT_EQ(head(256, false), "\xD5\x01\x00"s);
  EXPECT_EQ(head(65536, false), "\xD6\x00\x01\x00\x00"s);
  EXPECT_EQ(head(0, true), "\xA0"s);
  EXPECT_EQ(head(15, true), "\xAF"s);
  EXPECT_EQ(head(16, true), "\xD8\x10"s);
  EXPECT_EQ(head(256, true), "\xD9\x01\x00"s);
  EXPECT_EQ(head(65536, true), "\xDA\x00\x01\x00\x00"s);
  EXPECT_EQ(Packed([](PackWriter& p) { p.Structure(0x4E, 4); }), "\xB4\x4E"s);
  const std::string structure = "\xB1\x44\x07"s;
  PackReader reader(structure);
  const auto token = reader.Next();
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->kind, Kind::kStructure);
  EXPECT_EQ(token->size, 1u);
  EXPECT_EQ(token->tag, 0x44);
}

TEST(PackStream, AMessageThatEndsTooEarlyIsRefused) {
  for (const std::string& whole : {"\xC8\x01"s, "\xC9\x00\x01"s, "\xCA\x00\x00\x00\x01"s, "\xCB\x00\x00\x00\x00\x00\x00\x00\x01"s,
                                   "\xC1\x40\x19\x21\xFB\x54\x44\x2D\x18"s, "\x83xyz"s, "\xD0\x03xyz"s, "\xD1\x00\x03xyz"s, "\xD2\x00\x00\x00\x03xyz"s,
                                   "\xCC\x01z"s, "\xB1\x44"s + "\x01"s, "\x92\x01\x02"s}) {
    for (size_t n = 0; n + 1 < whole.size(); ++n) EXPECT_EQ(Refused(whole.substr(0, n)).code(), Code::kInvalid) << n << " of " << whole.size();
    EXPECT_TRUE(Refused(whole).ok());
  }
}

TEST(PackStream, SizesBeyondTheMessageAreRefusedBeforeAnythingIsBuilt) {
  for (const std::string& bytes : {"\xD6\xFF\xFF\xFF\xFF"s, "\xDA\xFF\xFF\xFF\xFF"s, "\xD2\xFF\xFF\xFF\xFF"s, "\xCE\xFF\xFF\xFF\xFF"s, "\xD4\x02\x01"s,
                                   "\xD8\x02\x81x\x01"s, "\xB3\x54\x01"s, "\x9F"s, "\xAF"s}) {
    EXPECT_EQ(Refused(bytes).code(), Code::kInvalid);
  }
}

TEST(PackStream, UnusedMarkersAndBrokenTextAreRefused) {
  for (int marker : {0xC4, 0xC5, 0xC6, 0xC7, 0xCF, 0xD3, 0xD7, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xE0, 0xEF}) {
    const Status status = Refused(std::string(1, static_cast<char>(marker)) + std::string(16, '\0'));
    EXPECT_EQ(status.code(), Code::kInvalid) << marker;
    EXPECT_NE(status.message().find("marker"), std::string::npos) << status.message();
  }
  EXPECT_EQ(Refused("\x81\xFF"s).code(), Code::kInvalid);
  EXPECT_EQ(Refused("\x82\xC0\x80"s).code(), Code::kInvalid);
}

// ---- values

constexpr ValueForms kNew{}, kOld{.element_ids = false, .utc = false};

Result<Value> Read(const std::string& bytes, const ValueForms& forms = kNew) {
  PackReader reader(bytes);
  uint32_t budget = 100'000;
  auto value = ReadValue(reader, forms, budget);
  EXPECT_TRUE(!value.ok() || reader.at_end());
  return value;
}
std::string Write(const Value& value, const ValueForms& forms = kNew) {
  const query::ValueMap none;
  const Budget budget;
  query::Context context(none, budget);
  std::string out;
  PackWriter pack(out);
  const Status status = WriteValue(pack, value, context, forms);
  EXPECT_TRUE(status.ok()) << status.message();
  return out;
}

TEST(BoltValues, TemporalValuesHaveTheirStructures) {
  EXPECT_EQ(Write(Value::Of(graph::Date{1})), "\xB1\x44\x01"s);
  EXPECT_EQ(Write(Value::Of(graph::LocalTime{7})), "\xB1\x74\x07"s);
  EXPECT_EQ(Write(Value::Of(graph::Time{7, 3600})), "\xB2\x54\x07\xC9\x0E\x10"s);
  EXPECT_EQ(Write(Value::Of(graph::LocalDateTime{-1, 5})), "\xB2\x64\xFF\x05"s);
  EXPECT_EQ(Write(Value::Of(graph::Duration{1, -2, 3, 4})), "\xB4\x45\x01\xFE\x03\x04"s);
  const Value moment = Value::Of(graph::DateTime{10, 5, 60, ""}), named = Value::Of(graph::DateTime{10, 5, 28800, "Asia/Shanghai"});
  EXPECT_EQ(Write(moment), "\xB3\x49\x0A\x05\x3C"s);
  EXPECT_EQ(Write(moment, kOld), "\xB3\x46\x46\x05\x3C"s);  // local seconds
  EXPECT_EQ(Write(named), "\xB3\x69\x0A\x05\x8D"s + "Asia/Shanghai");
  EXPECT_EQ(Write(named, kOld), "\xB3\x66\xC9\x70\x8A\x05\x8D"s + "Asia/Shanghai");
  for (const ValueForms& forms : {kNew, kOld}) {
    for (const Value& value : {moment, named}) {
      const auto back = Read(Write(value, forms), forms);
      ASSERT_TRUE(back.ok()) << back.status().message();
      EXPECT_EQ(back->date_time(), value.date_time());
    }
  }
  EXPECT_EQ(Read(Write(moment), kOld).code(), Code::kRejected);
  EXPECT_EQ(Read(Write(moment, kOld)).code(), Code::kRejected);
  // Before 1901 Stockholm went by its own sun.
  const auto old = Read("\xB3\x69\xCB\xFF\xFF\xFF\xFE\xDE\xD0\x5A\x48\x00\x90"s.substr(0, 12) + "\xD0\x10"s + "Europe/Stockholm");
  ASSERT_TRUE(old.ok()) << old.status().message();
  EXPECT_EQ(old->date_time().offset_s, 53 * 60 + 28);
}

TEST(BoltValues, NanosecondsOfADurationAreBroughtBelowASecond) {
  const auto duration = Read("\xB4\x45\x00\x00\x01\xFF"s);
  ASSERT_TRUE(duration.ok());
  EXPECT_EQ(duration->duration(), (graph::Duration{0, 0, 0, 999'999'999}));
}

TEST(BoltValues, PointsOfTwoAndThreeDimensions) {
  const Value flat = Value::Of(graph::Point{7203, 1, 2, 0}), high = Value::Of(graph::Point{4979, 113.3, 23.1, 5});
  EXPECT_EQ(Write(flat).substr(0, 5), "\xB3\x58\xC9\x1C\x23"s);
  EXPECT_EQ(Write(high).substr(0, 2), "\xB4\x59"s);
  for (const Value& point : {flat, high}) {
    const auto back = Read(Write(point));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->point(), point.point());
  }
  EXPECT_EQ(Read("\xB3\x58\x01\x01\x02"s).code(), Code::kRejected);
}

TEST(BoltValues, WhatAClientMayNotSendIsRejected) {
  const std::pair<std::string, const char*> kCases[] = {
      {"\xCC\x01z"s, "byte arrays"}, {"\xB4\x4E\x01\x90\xA0\x81x"s, "a node"}, {"\xB1\x72\x01"s, "a relationship"}, {"\xB1\x50\x01"s, "a path"},
      {"\xB1\x01\x01"s, "not known"}, {"\xB2\x44\x01\x01"s, "fields"}, {"\xB1\x44\x81x"s, "integer"}, {"\xB1\x74\xFF"s, "nanoseconds"},
      {"\xB2\x54\x00\xCA\x00\x01\x00\x00"s, "offset"}, {"\xB1\x44\xCB\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, "days"}, {"\xB3\x69\x00\x00\x84Mars"s, "Mars"},
      {"\xB2\x64\x00\xFF"s, "nanoseconds"}};
  for (const auto& [bytes, words] : kCases) {
    PackReader reader(bytes);
    uint32_t budget = 10;
    const auto value = ReadValue(reader, kNew, budget);
    ASSERT_EQ(value.code(), Code::kRejected) << words;
    EXPECT_NE(value.status().message().find(words), std::string::npos) << value.status().message();
  }
  EXPECT_EQ(Read("\xA1\x01\x01"s).code(), Code::kInvalid);  // the key is no string
}

TEST(BoltValues, DepthAndNumberAreLimited) {
  EXPECT_TRUE(Read(std::string(kMaxValueDepth, '\x91') + "\x01").ok());
  EXPECT_EQ(Read(std::string(kMaxValueDepth + 1, '\x91') + "\x01").code(), Code::kRejected);
  EXPECT_EQ(Read(std::string(1'000'000, '\x91') + "\x01").code(), Code::kRejected);
  const std::string many = "\xD6\x00\x03\x00\x00"s + std::string(3 << 16, '\xC0');
  EXPECT_EQ(Read(many).code(), Code::kRejected);  // of the budget of 100,000
}

TEST(BoltValues, OfEqualKeysTheLastOneStays) {
  const auto map = Read("\xA2\x81k\x01\x81k\x02"s);
  ASSERT_TRUE(map.ok());
  ASSERT_EQ(map->map().size(), 1u);
  EXPECT_EQ(map->Find("k")->integer(), 2);
}

TEST(BoltValues, AnyValueReadsBackAsItWasWritten) {
  std::mt19937_64 random(7);
  const auto number = [&](int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random); };
  const auto text = [&] {
    static const char* const kTexts[] = {"", "a", "佳都科技", "😀", "a rather long text that does not fit a tiny one"};
    return std::string(kTexts[random() % 5]);
  };
  const std::function<Value(int)> any = [&](int depth) -> Value {
    switch (random() % (depth > 4 ? 12 : 14)) {
      case 0: return Value();
      case 1: return Value::Boolean(random() % 2);
      case 2: return Value::Integer(static_cast<int64_t>(random()) >> (random() % 64));
      case 3: return Value::Float(static_cast<double>(static_cast<int64_t>(random())) / 3);
      case 4: return Value::String(text());
      case 5: return Value::Of(graph::Date{number(-1'000'000, 1'000'000)});
      case 6: return Value::Of(graph::LocalTime{number(0, 86399999999999)});
      case 7: return Value::Of(graph::Time{number(0, 86399999999999), static_cast<int32_t>(number(-64800, 64800))});
      case 8: return Value::Of(graph::LocalDateTime{number(-1e12, 1e12), static_cast<int32_t>(number(0, 999999999))});
      case 9: return Value::Of(graph::DateTime{number(-1e12, 1e12), static_cast<int32_t>(number(0, 999999999)), static_cast<int32_t>(number(-64800, 64800)), ""});
      case 10: return Value::Of(graph::Duration{number(-99, 99), number(-99, 99), number(-1e12, 1e12), static_cast<int32_t>(number(0, 999999999))});
      case 11: return Value::Of(graph::Point{random() % 2 ? 4326 : 7203, 1.5, 2.5, 0});
      case 12: {
        query::ValueList items;
        for (uint64_t n = random() % 20; n > 0; --n) items.push_back(any(depth + 1));
        return Value::List(std::move(items));
      }
      default: {
        query::ValueMap entries;
        for (uint64_t n = random() % 20; n > 0; --n) entries.emplace_back(text() + std::to_string(n), any(depth + 1));
        return Value::Map(std::move(entries));
      }
    }
  };
  for (int i = 0; i < 3000; ++i) {
    const Value value = any(0);
    for (const ValueForms& forms : {kNew, kOld}) {
      const std::string bytes = Write(value, forms);
      const auto back = Read(bytes, forms);
      ASSERT_TRUE(back.ok()) << back.status().message();
      EXPECT_TRUE(query::Equivalent(*back, value)) << query::ToLiteral(value);
      EXPECT_EQ(Write(*back, forms), bytes);
    }
  }
}

}  // namespace
}  // namespace liantu::server
