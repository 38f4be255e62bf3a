// SPDX-License-Identifier: Apache-2.0
// Values read from text, written as text, stored, ordered: each form against examples of ISO 8601 and openCypher, and
// against each other on random values.
#include "graph/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "graph/temporal.h"

namespace liantu::graph {
namespace {

using Type = Value::Type;

std::string Reread(Type type, std::string_view text) {
  Result<Value> v = ParseValue({type}, text);
  return v.ok() ? ToText(*v) : "failed: " + v.status().message();
}

std::string Failure(ValueType type, std::string_view text) {
  Result<Value> v = ParseValue(type, text);
  return v.ok() ? "read as " + ToText(*v) : v.status().message();
}

// A value of any storable type, with the awkward ones often.
class Values {
 public:
  explicit Values(uint64_t seed) : random_(seed) {}
  uint64_t Below(uint64_t n) { return random_() % n; }
  int64_t Integer() {
    static constexpr int64_t kOdd[] = {0, 1, -1, INT64_MAX, INT64_MIN, 1ll << 53, (1ll << 53) + 1, -(1ll << 53) - 1, INT64_MAX - 1};
    if (Below(4) == 0) return kOdd[Below(std::size(kOdd))];
    return static_cast<int64_t>(random_()) >> Below(64);
  }
  double Float() {
    static constexpr double kOdd[] = {0.0, -0.0, 1.0, -1.0, 0x1p53, 0x1p63, -0x1p63, 1e308, -1e308, 5e-324, 0.1, 81.87};
    switch (Below(8)) {
      case 0: return kOdd[Below(std::size(kOdd))];
      case 1: return std::numeric_limits<double>::infinity() * (Below(2) ? 1 : -1);
      case 2: return std::numeric_limits<double>::quiet_NaN();
      case 3: return static_cast<double>(Integer());
      default: return std::ldexp(static_cast<double>(static_cast<int64_t>(random_())), static_cast<int>(Below(160)) - 120);
    }
  }
  std::string String() {
    std::string s;
    for (uint64_t n = Below(6); n > 0; --n) s.push_back(static_cast<char>(Below(3) ? 'a' + Below(2) : (Below(2) ? 0 : 255)));
    return s;
  }
  Duration Span() {
    return {static_cast<int64_t>(Below(30)) - 15, static_cast<int64_t>(Below(80)) - 40, static_cast<int64_t>(Below(6000000)) - 3000000,
            Below(2) ? 0 : static_cast<int32_t>(Below(kNanosPerSecond))};
  }
  Value Any(bool lists = true) { return Of(static_cast<Type>(1 + Below(lists ? 12 : 11))); }
  Value Of(Type type) {
    switch (type) {
      case Type::kBoolean: return Value(Below(2) == 1);
      case Type::kInteger: return Value(Integer());
      case Type::kFloat: return Value(Float());
      case Type::kString: return Value(String());
      case Type::kDate: return Value(Date{static_cast<int64_t>(Below(80000)) - 40000});
      case Type::kLocalTime: return Value(LocalTime{Nanos()});
      case Type::kTime: return Value(Time{Nanos(), Offset()});
      case Type::kLocalDateTime: return Value(LocalDateTime{static_cast<int64_t>(Below(1000)) - 500, static_cast<int32_t>(Below(3))});
      case Type::kDateTime: {
        DateTime t{static_cast<int64_t>(Below(1000)) - 500, static_cast<int32_t>(Below(3)), Offset(), ""};
        if (Below(2)) t.zone = "Asia/Shanghai", t.offset_s = 28800;
        return Value(t);
      }
      case Type::kDuration: return Value(Span());
      case Type::kPoint: {
        static constexpr int32_t kSrids[] = {4326, 4979, 7203, 9157};
        Point p{kSrids[Below(4)], static_cast<double>(Below(360)) - 180, static_cast<double>(Below(180)) - 90, 0};
        if (p.srid == 4979 || p.srid == 9157) p.z = static_cast<double>(Below(100)) / 7;
        return Value(p);
      }
      case Type::kList: {
        Value::List list;
        const auto element = static_cast<Type>(1 + Below(11));
        for (uint64_t n = Below(4); n > 0; --n) list.push_back(Of(element));
        return Value(list);
      }
      case Type::kNull: break;
    }
    return Value();
  }
  std::mt19937_64& random() { return random_; }

 private:
  int64_t Nanos() { return Below(2) ? static_cast<int64_t>(Below(86400)) * kNanosPerSecond : static_cast<int64_t>(Below(kNanosPerDay)); }
  int32_t Offset() { return static_cast<int32_t>(Below(5)) * 3600 - 7200; }
  std::mt19937_64 random_;
};

TEST(Value, DatesAreReadInEveryIsoForm) {
  for (const char* text : {"2015-07-21", "20150721", "2015-W30-2", "2015W302", "2015-202", "2015202", "2015-Q3-21", "2015Q321"}) {
    EXPECT_EQ(Reread(Type::kDate, text), "2015-07-21") << text;
  }
  EXPECT_EQ(Reread(Type::kDate, "2015-07"), "2015-07-01");
  EXPECT_EQ(Reread(Type::kDate, "201507"), "2015-07-01");
  EXPECT_EQ(Reread(Type::kDate, "2015-W30"), "2015-07-20");
  EXPECT_EQ(Reread(Type::kDate, "2015W30"), "2015-07-20");
  EXPECT_EQ(Reread(Type::kDate, "2015"), "2015-01-01");
  EXPECT_EQ(Reread(Type::kDate, " 2015 "), "2015-01-01");
  EXPECT_EQ(Reread(Type::kDate, "+12015-07-21"), "+12015-07-21");
  EXPECT_EQ(Reread(Type::kDate, "-0044-03-15"), "-0044-03-15");
  EXPECT_EQ(Reread(Type::kDate, "+999999999-12-31"), "+999999999-12-31");
  EXPECT_EQ(Reread(Type::kDate, "-999999999-01-01"), "-999999999-01-01");
  EXPECT_EQ(ParseDate("+999999999-12-31")->days, kMaxDays);
  EXPECT_EQ(ParseDate("-999999999-01-01")->days, kMinDays);
  EXPECT_EQ(ParseDate("1970-01-01")->days, 0);
  EXPECT_EQ(ParseDate("2000-02-29")->days, 11016);
}

TEST(Value, WrongDatesSayWhy) {
  EXPECT_EQ(Failure({Type::kDate}, "2025-02-29"),
            "expected a date such as 2025-09-11, 2025-09 or 2025, found '2025-02-29'; there is no day of that month 29 here (1 to 28)");
  EXPECT_EQ(Failure({Type::kDate}, "2025/9/11"),
            "expected a date such as 2025-09-11, 2025-09 or 2025, found '2025/9/11'; write it with hyphens, year first");
  for (const char* text : {"", "25-01-01", "2025-1-1", "2025-13-01", "2025-00-01", "2025-01-00", "2025-01-011", "2025-W54", "2014-W53-1",
                           "2025-366", "2025-000", "2025-01-01T", "20250101x", "+2025x", "2025-Q5", "2025-", "12345", "-1", "2025-W"}) {
    EXPECT_FALSE(ParseDate(text).ok()) << text;
  }
  EXPECT_TRUE(ParseDate("2020-W53-7").ok());  // years with 53 weeks
  EXPECT_TRUE(ParseDate("2024-366").ok());
}

TEST(Value, TheCalendarAgreesWithCountingDayByDay) {
  int64_t year = -401;
  int month = 1, day = 1;
  for (int64_t days = DaysFromCivil(year, 1, 1); year < 2402; ++days) {
    ASSERT_EQ(DaysFromCivil(year, month, day), days);
    const CivilDate c = CivilFromDays(days);
    ASSERT_TRUE(c.year == year && c.month == month && c.day == day) << days;
    const WeekDate w = WeekFromDays(days);
    ASSERT_EQ(DaysFromWeek(w.year, w.week, w.day), days);
    ASSERT_TRUE(w.week >= 1 && w.week <= WeeksInYear(w.year));
    if (++day > DaysInMonth(year, month)) day = 1, ++month;
    if (month > 12) month = 1, ++year;
  }
  EXPECT_EQ(DayOfWeek(ParseDate("2025-09-11")->days), 4);
}

TEST(Value, TimesAreReadInEveryIsoForm) {
  for (const char* text : {"21:40:32.142", "214032.142", "21:40:32,142"}) EXPECT_EQ(Reread(Type::kLocalTime, text), "21:40:32.142");
  EXPECT_EQ(Reread(Type::kLocalTime, "214032"), "21:40:32");
  EXPECT_EQ(Reread(Type::kLocalTime, "2140"), "21:40");
  EXPECT_EQ(Reread(Type::kLocalTime, "21"), "21:00");
  EXPECT_EQ(Reread(Type::kLocalTime, "12:31:14.645876123"), "12:31:14.645876123");
  EXPECT_EQ(Reread(Type::kTime, "21:40:32.142+0100"), "21:40:32.142+01:00");
  EXPECT_EQ(Reread(Type::kTime, "214032.142Z"), "21:40:32.142Z");
  EXPECT_EQ(Reread(Type::kTime, "21:40-01:30"), "21:40-01:30");
  EXPECT_EQ(Reread(Type::kTime, "2140-00:00"), "21:40Z");
  EXPECT_EQ(Reread(Type::kTime, "2140-02"), "21:40-02:00");
  EXPECT_EQ(Reread(Type::kTime, "22+18:00"), "22:00+18:00");
  EXPECT_EQ(Reread(Type::kTime, "12:00"), "12:00Z");
  for (const char* text : {"24:00", "12:60", "12:00:60", "1", "123", "12:0", "12:00:00.", "12:00:00.1234567890", "12:00+19:00", "12:00+1", "12:00Zx"}) {
    EXPECT_FALSE(ParseTime(text).ok()) << text;
  }
}

TEST(Value, DatetimesAreReadWithOffsetAndZone) {
  EXPECT_EQ(Reread(Type::kLocalDateTime, "2015-07-21T21:40:32.142"), "2015-07-21T21:40:32.142");
  EXPECT_EQ(Reread(Type::kLocalDateTime, "2015-W30-2T214032.142"), "2015-07-21T21:40:32.142");
  EXPECT_EQ(Reread(Type::kLocalDateTime, "2015-07-21 21:40"), "2015-07-21T21:40");
  EXPECT_EQ(Reread(Type::kLocalDateTime, "1969-12-31T23:59:59.5"), "1969-12-31T23:59:59.5");
  EXPECT_FALSE(ParseLocalDateTime("2015-07-21T21:40Z").ok());
  EXPECT_EQ(Reread(Type::kDateTime, "2015-07-21T21:40:32.142+0100"), "2015-07-21T21:40:32.142+01:00");
  EXPECT_EQ(Reread(Type::kDateTime, "2015T214032-0100"), "2015-01-01T21:40:32-01:00");
  EXPECT_EQ(Reread(Type::kDateTime, "20150721T21:40-01:30"), "2015-07-21T21:40-01:30");
  EXPECT_EQ(Reread(Type::kDateTime, "2015-W30T2140-02"), "2015-07-20T21:40-02:00");
  EXPECT_EQ(Reread(Type::kDateTime, "2015202T21+18:00"), "2015-07-21T21:00+18:00");
  EXPECT_EQ(Reread(Type::kDateTime, "2015-07-21T21:40:32.142[Europe/London]"), "2015-07-21T21:40:32.142+01:00[Europe/London]");
  EXPECT_EQ(Reread(Type::kDateTime, "2015-07-21T21:40:32.142+0845[Australia/Eucla]"), "2015-07-21T21:40:32.142+08:45[Australia/Eucla]");
  EXPECT_EQ(Reread(Type::kDateTime, "1818-07-21T21:40:32.142[Europe/Stockholm]"), "1818-07-21T21:40:32.142+00:53:28[Europe/Stockholm]");
  EXPECT_EQ(Reread(Type::kDateTime, "2025-09-11T08:00[Asia/Shanghai]"), "2025-09-11T08:00+08:00[Asia/Shanghai]");
  // Clocks that skip or repeat an hour: the offset before the change.
  EXPECT_EQ(Reread(Type::kDateTime, "2017-03-26T02:30[Europe/Stockholm]"), "2017-03-26T02:30+01:00[Europe/Stockholm]");
  EXPECT_EQ(Reread(Type::kDateTime, "2017-10-29T02:30[Europe/Stockholm]"), "2017-10-29T02:30+02:00[Europe/Stockholm]");
  EXPECT_EQ(Reread(Type::kDateTime, "2017-10-29T02:30+01:00[Europe/Stockholm]"), "2017-10-29T02:30+01:00[Europe/Stockholm]");
  EXPECT_NE(Failure({Type::kDateTime}, "2025-09-11T08:00+09:00[Asia/Shanghai]").find("the clocks of Asia/Shanghai were at +08:00"), std::string::npos);
  EXPECT_NE(Failure({Type::kDateTime}, "2025-09-11T08:00[Asia/Nowhere]").find("there is no time zone 'Asia/Nowhere'"), std::string::npos);
  EXPECT_EQ(ParseDateTime("1970-01-01T08:00+08:00")->seconds, 0);
}

TEST(Value, DurationsAreReadAndWrittenAsOpenCypherDoes) {
  const std::pair<const char*, const char*> kCases[] = {
      {"P14DT16H12M", "P14DT16H12M"},   {"P5M1.5D", "P5M1DT12H"},        {"P0.75M", "P22DT19H51M49.5S"},
      {"PT0.75M", "PT45S"},             {"P2.5W", "P17DT12H"},           {"P12Y5M14DT16H12M70S", "P12Y5M14DT16H13M10S"},
      {"P2012-02-02T14:37:21.545", "P2012Y2M2DT14H37M21.545S"},          {"PT-1.999S", "PT-1.999S"},
      {"P1DT-0.001S", "P1DT-0.001S"},   {"PT-1M-0.001S", "PT-1M-0.001S"}, {"P12Y5M-14DT16H", "P12Y5M-14DT16H"},
      {"-P1Y2M", "P-1Y-2M"},            {"PT0S", "PT0S"},                {"P0.75Y", "P9M"},
      {"PT1.000000001S", "PT1.000000001S"}, {"P1W", "P7D"},              {"PT59.999S", "PT59.999S"}};
  for (const auto& [text, expected] : kCases) EXPECT_EQ(Reread(Type::kDuration, text), expected) << text;
  for (const char* text : {"", "P", "PT", "1Y", "P1", "P1DT", "P1H", "PT1D", "P1D1Y", "P1Y1Y", "P1.Y", "PY", "P1234567890123456D", "P--1D"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
  Values values(5);
  for (int i = 0; i < 2000; ++i) {
    const Duration d = values.Span();
    EXPECT_EQ(*ParseDuration(ToText(d)), d) << ToText(d);
  }
}

TEST(Value, NumbersAreReadStrictlyAndWrittenShortest) {
  EXPECT_EQ(Reread(Type::kInteger, "9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Reread(Type::kInteger, "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Reread(Type::kInteger, " +42 "), "42");
  EXPECT_EQ(Failure({Type::kInteger}, "9223372036854775808"),
            "expected an integer between -9223372036854775808 and 9223372036854775807, found '9223372036854775808'");
  EXPECT_EQ(Failure({Type::kInteger}, "1,200"), "expected an integer, found '1,200'; leave out the thousands separators");
  for (const char* text : {"", "1.0", "1e3", "0x10", "--1", "+-1", "一"}) EXPECT_FALSE(ParseValue({Type::kInteger}, text).ok()) << text;
  EXPECT_EQ(Reread(Type::kFloat, "81.87"), "81.87");
  EXPECT_EQ(Reread(Type::kFloat, "0.1"), "0.1");
  EXPECT_EQ(Reread(Type::kFloat, "100000"), "100000");
  EXPECT_EQ(Reread(Type::kFloat, "1e22"), "1e+22");
  EXPECT_EQ(Reread(Type::kFloat, "0.000001"), "0.000001");
  EXPECT_EQ(Reread(Type::kFloat, "-0.0"), "-0");
  EXPECT_EQ(Reread(Type::kFloat, "NaN"), "NaN");
  EXPECT_EQ(Reread(Type::kFloat, "-Infinity"), "-Infinity");
  EXPECT_EQ(Reread(Type::kFloat, "1e-400"), "0");
  for (const char* text : {"", "1e400", "1.2.3", "abc", "1,5", "0x1p3"}) EXPECT_FALSE(ParseValue({Type::kFloat}, text).ok()) << text;
  EXPECT_EQ(Failure({Type::kBoolean}, "yes"), "expected true or false, found 'yes'");
  EXPECT_EQ(Reread(Type::kBoolean, "TRUE"), "true");
}

TEST(Value, PointsAreReadFromMapsAndFromWellKnownText) {
  EXPECT_EQ(Reread(Type::kPoint, "{latitude:23.13, longitude:113.26}"), "POINT(113.26 23.13)");
  EXPECT_EQ(Reread(Type::kPoint, "{\"longitude\": 113.26, \"latitude\": 23.13, height: 8.5}"), "POINT Z(113.26 23.13 8.5)");
  EXPECT_EQ(Reread(Type::kPoint, "{x:1,y:2}"), "CARTESIAN POINT(1 2)");
  EXPECT_EQ(Reread(Type::kPoint, "{x:1,y:2,z:3}"), "CARTESIAN POINT Z(1 2 3)");
  EXPECT_EQ(Reread(Type::kPoint, "{x: 113, y: 23, crs: 'WGS-84'}"), "POINT(113 23)");
  EXPECT_EQ(Reread(Type::kPoint, "SRID=4326;POINT (113.26 23.13)"), "POINT(113.26 23.13)");
  EXPECT_EQ(Reread(Type::kPoint, "cartesian point z (1 2 3)"), "CARTESIAN POINT Z(1 2 3)");
  for (const char* text : {"", "{}", "{x:1}", "{x:1,latitude:2}", "{latitude:91, longitude:0}", "{latitude:0, longitude:200}", "POINT(1)",
                           "POINT(1 2 3 4)", "POINT Z(1 2)", "{x:1,y:2,q:3}", "{x:1,y:NaN}", "{x:1,y:2,srid:9157}", "{x:1 y:2}", "SRID=1;POINT(1 2)"}) {
    EXPECT_FALSE(ParseValue({Type::kPoint}, text).ok()) << text;
  }
}

TEST(Value, ListsAreSplitTrimmedAndJoined) {
  EXPECT_EQ(ToText(*ParseValue({Type::kString, true}, "甲; 乙 ;;丙;")), "甲; 乙; 丙");
  EXPECT_EQ(ToText(*ParseValue({Type::kInteger, true}, "1|2|3", '|')), "1; 2; 3");
  EXPECT_EQ(ParseValue({Type::kInteger, true}, "")->as<Value::List>()->size(), 0u);
  EXPECT_EQ(Failure({Type::kInteger, true}, "1;2;x"), "element 3 of the list: expected an integer, found 'x'");
}

TEST(Value, TypeNamesOfTheOntologyAndOfNeo4jAdminAreKnown) {
  EXPECT_EQ(*ParseValueType("string[]"), (ValueType{Type::kString, true}));
  EXPECT_EQ(*ParseValueType("Int"), (ValueType{Type::kInteger, false}));
  for (const char* name : {"boolean", "integer", "float", "string", "date", "localtime", "time", "localdatetime", "datetime", "duration", "point"}) {
    EXPECT_EQ(ValueTypeName(*ParseValueType(name)), name);
    EXPECT_EQ(ValueTypeName(*ParseValueType(std::string(name) + "[]")), std::string(name) + "[]");
  }
  EXPECT_EQ(ParseValueType("sting").status().message().substr(0, 23), "'sting' is not a type; ");
  EXPECT_FALSE(ParseValueType("").ok());
  EXPECT_FALSE(ParseValueType("string[][]").ok());
}

TEST(Value, OnlyHomogeneousListsAreStorable) {
  EXPECT_TRUE(CheckStorable(Value(Value::List{})).ok());
  EXPECT_TRUE(CheckStorable(Value(Value::List{1, 2.5})).ok());
  EXPECT_FALSE(CheckStorable(Value()).ok());
  EXPECT_FALSE(CheckStorable(Value(Value::List{1, "a"})).ok());
  EXPECT_FALSE(CheckStorable(Value(Value::List{Value()})).ok());
  EXPECT_FALSE(CheckStorable(Value(Value::List{Value(Value::List{1})})).ok());
}

TEST(Value, TextOfEveryScalarReadsBackEqual) {
  Values values(11);
  for (int i = 0; i < 20000; ++i) {
    const Value v = values.Any(false);
    const std::string text = ToText(v);
    Result<Value> back = ParseValue({v.type()}, text);
    ASSERT_TRUE(back.ok()) << text << ": " << back.status().message();
    ASSERT_EQ(CompareValues(*back, v), 0) << text;
  }
}

TEST(Value, RecordFormComesBack) {
  Values values(13);
  for (int i = 0; i < 50000; ++i) {
    const Value v = values.Any();
    std::string bytes = "x";
    EncodeValue(bytes, v);
    std::string_view in = bytes;
    in.remove_prefix(1);
    Value back;
    ASSERT_TRUE(DecodeValue(in, back)) << ToText(v);
    ASSERT_TRUE(in.empty());
    ASSERT_EQ(back.type(), v.type());
    ASSERT_EQ(CompareValues(back, v), 0);
    // Cut anywhere, it is refused or is a shorter value; never a crash.
    std::string_view cut(bytes.data() + 1, values.Below(bytes.size() - 1));
    Value ignored;
    ASSERT_FALSE(DecodeValue(cut, ignored)) << ToText(v);
  }
}

TEST(Value, RecordFormsAreAsTheFormatSays) {
  const auto hex = [](const Value& v) {
    std::string bytes, out;
    EncodeValue(bytes, v);
    for (const char c : bytes) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<uint8_t>(c)));
      out += two;
    }
    return out;
  };
  EXPECT_EQ(hex(Value()), "00");
  EXPECT_EQ(hex(true), "0101");
  EXPECT_EQ(hex(-2), "0203");
  EXPECT_EQ(hex(1.0), "033ff0000000000000");
  EXPECT_EQ(hex("链"), "0403e993be");
  EXPECT_EQ(hex(Date{-1}), "0501");
  EXPECT_EQ(hex(LocalTime{300}), "06ac02");
  EXPECT_EQ(hex(Time{1, 3600}), "0701a038");
  EXPECT_EQ(hex(LocalDateTime{1, 5}), "080205");
  EXPECT_EQ(hex(DateTime{1, 5, 0, "Z"}), "09020500015a");
  EXPECT_EQ(hex(Duration{1, -1, 2, 3}), "0a02010403");
  EXPECT_EQ(hex(Point{7203, 1, 0, 0}), "0ba3383ff00000000000000000000000000000");
  EXPECT_EQ(hex(Value::List{}), "0c00");
  EXPECT_EQ(hex(Value::List{1, 2}), "0c02020204");
  EXPECT_EQ(hex(Value::List{1, "a"}), "0c0200020204" "0161");
}

TEST(Value, RandomBytesNeverBreakTheDecoder) {
  Values values(17);
  for (int i = 0; i < 300000; ++i) {
    std::string bytes;
    for (uint64_t n = values.Below(40); n > 0; --n) bytes.push_back(static_cast<char>(values.Below(4) ? values.Below(16) : values.Below(256)));
    std::string_view in = bytes;
    Value v;
    if (!DecodeValue(in, v)) continue;
    std::string again;
    EncodeValue(again, v);
    std::string ordered;
    EncodeOrdered(ordered, v);
    (void)ToText(v);
    std::string_view back = again;
    Value same;
    ASSERT_TRUE(DecodeValue(back, same));
    ASSERT_EQ(CompareValues(v, same), 0);
  }
}

TEST(Value, IndexFormSortsAsTheValuesDo) {
  Values values(19);
  for (int i = 0; i < 200000; ++i) {
    const Value a = values.Any();
    const Value b = values.Below(2) ? values.Of(a.type()) : values.Any();
    std::string ka, kb;
    EncodeOrdered(ka, a);
    EncodeOrdered(kb, b);
    const int order = ka < kb ? -1 : ka > kb;
    ASSERT_EQ(CompareValues(a, b), order) << ValueTypeName({a.type()}) << " " << ToText(a) << " / " << ValueTypeName({b.type()}) << " " << ToText(b);
    ASSERT_EQ(CompareValues(b, a), -order);
    if (order != 0) {
      ASSERT_FALSE(ka.starts_with(kb) || kb.starts_with(ka)) << ToText(a) << " / " << ToText(b);
    }
  }
}

TEST(Value, TypesNumbersAndNaNAreOrderedAsOpenCypherDoes) {
  const Value kAscending[] = {Value::List{1}, Value::List{1, 2}, Point{}, DateTime{}, LocalDateTime{}, Date{}, Time{}, LocalTime{}, Duration{},
                              "", "a", false, true, -std::numeric_limits<double>::infinity(), INT64_MIN, -1.5, -1, 0, 0.5, 1,
                              (int64_t{1} << 53) + 1, 0x1p53 + 2, INT64_MAX, 0x1p63, std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN(), Value()};
  for (size_t i = 0; i < std::size(kAscending); ++i) {
    for (size_t j = 0; j < std::size(kAscending); ++j) {
      EXPECT_EQ(CompareValues(kAscending[i], kAscending[j]), (i > j) - (i < j)) << i << " " << j;
    }
  }
  EXPECT_EQ(CompareValues(1, 1.0), 0);
  EXPECT_EQ(CompareValues(-0.0, 0.0), 0);
  EXPECT_EQ(CompareValues(Time{3600 * kNanosPerSecond, 3600}, Time{0, 0}), 1);  // the same instant, the greater offset
  EXPECT_EQ(CompareValues(*ParseValue({Type::kDuration}, "P1M"), *ParseValue({Type::kDuration}, "P30D")), 1);
}

}  // namespace
}  // namespace liantu::graph
