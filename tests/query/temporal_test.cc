// SPDX-License-Identifier: Apache-2.0
#include "query/temporal.h"

#include <gtest/gtest.h>

#include <random>

#include "evaluation.h"
#include "graph/temporal.h"

namespace liantu::query {
namespace {

struct Case {
  const char* text;
  const char* result;  // as toString shows it, or type and detail of the failure
};
void Check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    const Result<Value> v = Evaluated(c.text);
    EXPECT_EQ(v.ok() ? ToText(*v) : Shown(c.text), c.result) << c.text;
  }
}
const char* const kBad = "ArgumentError: InvalidArgumentValue";

TEST(TemporalTexts, DatesInEveryIsoForm) {
  for (const char* text : {"2025-09-11", "20250911", "2025-W37-4", "2025W374", "2025-254", "2025254", "+2025-09-11"}) {
    EXPECT_EQ(Shown(std::string("toString(date('") + text + "'))"), "'2025-09-11'") << text;
  }
  Check({{"date('2025-09')", "2025-09-01"}, {"date('202509')", "2025-09-01"}, {"date('2025')", "2025-01-01"}, {"date('2025-W37')", "2025-09-08"},
         {"date('2025-Q3-73')", "2025-09-11"}, {"date('-0044-03-15')", "-0044-03-15"}, {"date('2025-02-29')", kBad}, {"date('2025-13-01')", kBad}, {"date('heute')", kBad}});
}

TEST(TemporalTexts, TimesAndZones) {
  Check({{"localtime('214032.142')", "21:40:32.142"}, {"time('2140-02')", "21:40-02:00"}, {"time('21:40:32+08:00')", "21:40:32+08:00"},
         {"datetime('2025-W37-4T2140+0800')", "2025-09-11T21:40+08:00"}, {"datetime('2025-09-11T21:40[Asia/Shanghai]')", "2025-09-11T21:40+08:00[Asia/Shanghai]"},
         // Before 1901 Shanghai kept its mean solar time.
         {"datetime('1900-01-01T00:00[Asia/Shanghai]')", "1900-01-01T00:00+08:05:43[Asia/Shanghai]"},
         {"datetime('2025-09-11T21:40[Asia/Nowhere]')", kBad}, {"localtime('25:00')", kBad}});
}

TEST(TemporalTexts, AReadingInAGapOfTheClocksMovesOnAndInAnOverlapTheEarlierOneCounts) {
  Check({{"datetime('2025-03-30T02:30[Europe/Berlin]')", "2025-03-30T03:30+02:00[Europe/Berlin]"},
         {"datetime({year: 2025, month: 3, day: 30, hour: 2, minute: 30, timezone: 'Europe/Berlin'})", "2025-03-30T03:30+02:00[Europe/Berlin]"},
         {"datetime('2025-10-26T02:30[Europe/Berlin]')", "2025-10-26T02:30+02:00[Europe/Berlin]"},
         {"datetime('2025-10-26T02:30+01:00[Europe/Berlin]')", "2025-10-26T02:30+01:00[Europe/Berlin]"},
         {"datetime('2025-10-26T02:30+01:00[Europe/Berlin]') + duration('PT1H')", "2025-10-26T03:30+01:00[Europe/Berlin]"},
         {"datetime('2025-10-26T01:30[Europe/Berlin]') + duration('PT2H')", "2025-10-26T02:30+01:00[Europe/Berlin]"},
         {"datetime('2025-10-25T02:30[Europe/Berlin]') + duration('P1D')", "2025-10-26T02:30+02:00[Europe/Berlin]"},
         {"datetime('2025-10-25T02:30[Europe/Berlin]') + duration('PT24H')", "2025-10-26T02:30+02:00[Europe/Berlin]"},
         {"datetime('2025-10-25T02:30[Europe/Berlin]') + duration('PT25H')", "2025-10-26T02:30+01:00[Europe/Berlin]"}});
}

TEST(TemporalMaps, DatesByMonthWeekQuarterAndOrdinalDay) {
  Check({{"date({year: 2025})", "2025-01-01"}, {"date({year: 2025, month: 9, day: 11})", "2025-09-11"}, {"date({year: 2025, week: 1})", "2024-12-30"},
         {"date({year: 2020, week: 53, dayOfWeek: 7})", "2021-01-03"}, {"date({year: 2025, quarter: 3, dayOfQuarter: 73})", "2025-09-11"}, {"date({year: 2025, quarter: 3})", "2025-07-01"},
         {"date({year: 2025, ordinalDay: 254})", "2025-09-11"}, {"date({year: 2021, week: 53})", kBad}, {"date({year: 2025, day: 3})", kBad}, {"date({month: 3})", kBad},
         {"date({year: 2025, month: 2, day: 29})", kBad}, {"date({year: 2025, ordinalDay: 366})", kBad}, {"date({year: 2025, month: 1, week: 1})", kBad},
         {"date({year: 2025, foo: 1})", kBad}, {"date({year: '2025'})", "TypeError: InvalidArgumentType"}, {"date({year: null})", "null"}, {"date({})", kBad},
         {"date({year: 2025, month: 1, hour: 1})", kBad}});
}

TEST(TemporalMaps, OnTheGroundOfAnotherValue) {
  Check({{"date({date: date('2016-02-29'), year: 2017})", "2017-02-28"}, {"date({date: date('2025-01-31'), month: 2})", "2025-02-28"},
         {"date({date: date('2025-11-11'), quarter: 3})", "2025-08-11"}, {"date({date: date('2025-11-11'), ordinalDay: 28})", "2025-01-28"},
         {"date({date: date('1984-11-11'), week: 1})", "1984-01-08"}, {"date({date: datetime('2025-09-11T12:00+08:00'), day: 1})", "2025-09-01"},
         {"localtime({time: time('12:31:14.645+01:00'), second: 42})", "12:31:42.645"},
         {"time({time: time('12:31:14+01:00'), timezone: '+05:00'})", "16:31:14+05:00"}, {"time({time: localtime('12:31'), timezone: '+05:00'})", "12:31+05:00"},
         {"datetime({datetime: datetime('2025-09-11T12:00[Asia/Shanghai]'), timezone: 'Europe/Stockholm'})", "2025-09-11T06:00+02:00[Europe/Stockholm]"},
         {"datetime({date: date('2025-09-11'), time: localtime('12:00'), timezone: 'Asia/Shanghai'})", "2025-09-11T12:00+08:00[Asia/Shanghai]"},
         {"localdatetime({date: date('2025-09-11'), time: localtime('12:00'), second: 3})", "2025-09-11T12:00:03"},
         {"datetime({epochSeconds: 1757563200, nanosecond: 7, timezone: 'Asia/Shanghai'})", "2025-09-11T12:00:00.000000007+08:00[Asia/Shanghai]"},
         {"datetime({epochMillis: -1})", "1969-12-31T23:59:59.999Z"}, {"datetime.fromEpochMillis(-1)", "1969-12-31T23:59:59.999Z"}, {"localtime({time: date('2025-09-11')})", kBad}});
}

TEST(TemporalMaps, FractionsOfASecondAddUp) {
  Check({{"localtime({hour: 1, minute: 2, second: 3, millisecond: 4, microsecond: 5, nanosecond: 6})", "01:02:03.004005006"},
         {"localtime({hour: 1, minute: 2, second: 3, microsecond: 4005})", "01:02:03.004005"}, {"localtime({hour: 1, minute: 2, second: 3, millisecond: 4, microsecond: 1000})", kBad},
         {"localtime({hour: 1, second: 3})", kBad}, {"localtime({hour: 24})", kBad}});
}

TEST(TemporalClock, StandsStillWithinAStatement) {
  EXPECT_EQ(Shown("datetime() = datetime.statement() AND datetime() = datetime.transaction()"), "true");
  EXPECT_EQ(Shown("date() = date(datetime())"), "true");
  EXPECT_EQ(Shown("duration.inSeconds(localtime(), localtime()) = duration('PT0S')"), "true");
  EXPECT_EQ(Shown("datetime() <= datetime.realtime()"), "true");
  EXPECT_EQ(Shown("datetime({timezone: 'Asia/Shanghai'}).offset"), "'+08:00'");
  EXPECT_EQ(Shown("datetime.transaction('Asia/Shanghai').epochSeconds = datetime().epochSeconds"), "true");
  EXPECT_EQ(Shown("timestamp() = datetime().epochMillis"), "true");
}

TEST(TemporalTruncation, EveryUnitAndFieldsOnTop) {
  Check({{"date.truncate('millennium', date('2025-09-11'))", "2000-01-01"}, {"date.truncate('century', date('2025-09-11'))", "2000-01-01"},
         {"date.truncate('decade', date('2025-09-11'))", "2020-01-01"}, {"date.truncate('year', date('2025-09-11'), {day: 5})", "2025-01-05"},
         {"date.truncate('weekYear', date('2025-09-11'))", "2024-12-30"}, {"date.truncate('quarter', date('2025-09-11'))", "2025-07-01"},
         {"date.truncate('month', date('2025-09-11'))", "2025-09-01"}, {"date.truncate('week', date('2025-09-11'), {dayOfWeek: 5})", "2025-09-12"},
         {"date.truncate('day', datetime('2025-09-11T12:00Z'))", "2025-09-11"}, {"localdatetime.truncate('day', datetime('2025-09-11T12:34:56+08:00'))", "2025-09-11T00:00"},
         {"datetime.truncate('hour', datetime('2025-09-11T12:34:56+08:00'), {minute: 5})", "2025-09-11T12:05+08:00"},
         {"datetime.truncate('day', datetime('2025-09-11T12:34:56+08:00'), {timezone: 'Europe/Stockholm'})", "2025-09-11T00:00+02:00[Europe/Stockholm]"},
         {"localtime.truncate('millisecond', localtime('12:34:56.123456789'), {nanosecond: 2})", "12:34:56.123000002"},
         {"localtime.truncate('microsecond', localtime('12:34:56.123456789'), {nanosecond: 2})", "12:34:56.123456002"},
         {"localtime.truncate('second', localtime('12:34:56.123456789'), {nanosecond: 2})", "12:34:56.000000002"},
         {"localtime.truncate('day', localtime('12:34'))", "00:00"}, {"time.truncate('minute', time('12:34:56+01:00'), {timezone: '+05:00'})", "12:34+05:00"},
         {"date.truncate('hour', datetime('2025-09-11T12:00Z'))", kBad}, {"localtime.truncate('month', localtime('12:34'))", kBad},
         {"datetime.truncate('hour', date('2025-09-11'))", kBad}, {"date.truncate('fortnight', date('2025-09-11'))", kBad}});
}

TEST(TemporalComponents, OfDatesTimesZonesAndDurations) {
  Check({{"date('1984-01-01').weekYear", "1983"}, {"date('1984-01-01').week", "52"}, {"date('1984-01-01').dayOfWeek", "7"}, {"date('2025-09-11').quarter", "3"},
         {"date('2025-09-11').dayOfQuarter", "73"}, {"date('2025-09-11').ordinalDay", "254"}, {"localtime('12:34:56.123456789').microsecond", "123456"},
         {"datetime('2025-09-11T12:00:00.5[Asia/Shanghai]').timezone", "Asia/Shanghai"}, {"datetime('2025-09-11T12:00:00.5+08:00').timezone", "+08:00"},
         {"datetime('2025-09-11T12:00:00.5+08:00').epochMillis", "1757563200500"}, {"time('12:00-01:30').offsetMinutes", "-90"}, {"time('12:00Z').offset", "Z"},
         {"duration('P1Y4M10DT1H1M1.111111111S').quarters", "5"}, {"duration('P1Y4M10DT1H1M1.111111111S').monthsOfQuarter", "1"},
         {"duration('P1Y4M10DT1H1M1.111111111S').daysOfWeek", "3"}, {"duration('P1Y4M10DT1H1M1.111111111S').milliseconds", "3661111"},
         {"duration('PT-23H-59M-59.9S').seconds", "-86400"}, {"duration('PT-23H-59M-59.9S').nanosecondsOfSecond", "100000000"}});
}

TEST(Durations, FromMapsWithFractionsFlowingDown) {
  Check({{"duration({months: 0.75})", "P22DT19H51M49.5S"}, {"duration({weeks: 2.5})", "P17DT12H"}, {"duration({quarters: 2})", "P6M"}, {"duration({years: 12.5})", "P12Y6M"},
         {"duration({seconds: -2, milliseconds: 1})", "PT-1.999S"}, {"duration({seconds: 0.1})", "PT0.1S"}, {"duration({microseconds: 1.5})", "PT0.0000015S"},
         {"duration({days: null})", "null"}, {"duration({})", kBad}, {"duration({fortnights: 1})", kBad}, {"duration({days: 'a'})", "TypeError: InvalidArgumentType"},
         {"duration({years: 9223372036854775807})", "ArithmeticError: NumberOutOfRange"}});
}

TEST(Durations, Arithmetic) {
  Check({{"date('2025-01-31') + duration('P1M')", "2025-02-28"}, {"date('2024-03-31') - duration('P1M')", "2024-02-29"}, {"date('2025-01-31') + duration('P1M1D')", "2025-03-01"},
         {"date('2025-01-01') + duration('PT47H')", "2025-01-02"}, {"date('2025-01-01') - duration('PT47H')", "2024-12-31"}, {"localtime('23:00') + duration('P5DT2H')", "01:00"},
         {"duration('P1D') + date('2025-01-01')", "2025-01-02"}, {"duration('P1M') - duration('PT1S')", "P1MT-1S"}, {"duration('PT1S') * 1.5", "PT1.5S"},
         {"2 * duration('P1M1DT1S')", "P2M2DT2S"}, {"duration('P1Y') / 2", "P6M"}, {"duration('P1M') / 2", "P15DT5H14M33S"}, {"-duration('P1M')", "P-1M"},
         {"duration('P1M') / 0", "ArithmeticError: DivisionByZero"}, {"date('+999999999-12-31') + duration('P1D')", "ArithmeticError: NumberOutOfRange"},
         {"date('2025-01-01') - date('2024-01-01')", "TypeError: InvalidArgumentType"}});
}

// What is left of a unit after dividing flows down exactly: against sums of seconds in 128 bits.
TEST(Durations, DivisionLosesLessThanANanosecond) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 2000; ++i) {
    auto any = [&](int64_t most) { return static_cast<int64_t>(random() % (2 * most + 1)) - most; };
    const graph::Duration d{any(100000), any(1000000), any(1000000000), static_cast<int32_t>(random() % 1000000000)};
    int64_t by = any(1000);
    if (by == 0) by = 7;
    const Result<graph::Duration> part = ScaleDuration(d, Value::Integer(by), true);
    ASSERT_TRUE(part.ok());
    auto length = [](const graph::Duration& v) {
      return ((static_cast<__int128>(v.months) * graph::kSecondsPerMonth + static_cast<__int128>(v.days) * 86400 + v.seconds) * graph::kNanosPerSecond) + v.nanos;
    };
    const __int128 lost = length(d) - length(*part) * by;
    ASSERT_LT(lost < 0 ? -lost : lost, by < 0 ? -by : by) << graph::ToText(d) << " / " << by << " = " << graph::ToText(*part);
  }
}

TEST(Durations, OrderByMeanLengthButHaveNoInequality) {
  EXPECT_LT(CompareDurations({1, 0, 0, 0}, {0, 31, 0, 0}), 0);
  EXPECT_GT(CompareDurations({1, 0, 0, 0}, {0, 30, 0, 0}), 0);
  EXPECT_NE(CompareDurations({0, 1, 0, 0}, {0, 0, 86400, 0}), 0);
  EXPECT_EQ(Shown("duration('P1D') < duration('P2D')"), "null");
  EXPECT_EQ(Shown("duration('PT60S') = duration('PT1M')"), "true");
  EXPECT_EQ(Shown("duration('P1D') = duration('PT24H')"), "false");
}

TEST(Between, TakesWhatIsMissingFromTheOtherSide) {
  Check({{"duration.between(date('2024-01-31'), date('2025-03-01'))", "P1Y1M1D"}, {"duration.between(date('2025-03-01'), date('2024-01-31'))", "P-1Y-1M-1D"},
         {"duration.inDays(date('2024-01-01'), date('2025-01-01'))", "P366D"}, {"duration.inMonths(date('2024-01-31'), date('2024-02-29'))", "PT0S"},
         {"duration.between(localdatetime('2025-01-02T10:00'), localdatetime('2025-01-01T12:00'))", "PT-22H"},
         {"duration.between(date('2025-09-11'), localtime('16:30'))", "PT16H30M"}, {"duration.between(time('14:30'), time('16:30+0100'))", "PT1H"},
         {"duration.inSeconds(datetime('2025-10-26T00:00[Europe/Berlin]'), date('2025-10-27'))", "PT25H"},
         {"duration.inSeconds(localtime('12:34:54.7'), localtime('12:34:54.3'))", "PT-0.4S"},
         {"duration.between(datetime('2025-09-11T08:00+08:00'), datetime('2025-09-11T01:00Z'))", "PT1H"}});
}

// Adding the duration between two points in time to the first gives the second, and the parts have one sign.
TEST(Between, AddedToTheFirstGivesTheSecond) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 3000; ++i) {
    const graph::LocalDateTime a{static_cast<int64_t>(random() % 4000000000) - 2000000000, static_cast<int32_t>(random() % 1000000000)};
    const graph::LocalDateTime b{static_cast<int64_t>(random() % 4000000000) - 2000000000, static_cast<int32_t>(random() % 1000000000)};
    const Result<graph::Duration> d = DurationBetween(Value::Of(a), Value::Of(b), Between::kAll);
    ASSERT_TRUE(d.ok());
    const Result<Value> sum = AddDuration(Value::Of(a), *d, 1);
    ASSERT_TRUE(sum.ok());
    ASSERT_EQ(sum->local_date_time(), b) << graph::ToText(a) << " + " << graph::ToText(*d);
    const int sign = a < b ? 1 : -1;
    ASSERT_TRUE(d->months * sign >= 0 && d->days * sign >= 0 && (sign > 0 ? d->seconds >= 0 : d->seconds <= 0)) << graph::ToText(*d);
    const Result<graph::Duration> days = DurationBetween(Value::Of(a), Value::Of(b), Between::kDays), seconds = DurationBetween(Value::Of(a), Value::Of(b), Between::kSeconds);
    const __int128 nanos = (static_cast<__int128>(b.seconds) - a.seconds) * 1000000000 + b.nanos - a.nanos;
    ASSERT_TRUE(days->days == static_cast<int64_t>(nanos / graph::kNanosPerDay));
    ASSERT_TRUE(static_cast<__int128>(seconds->seconds) * 1000000000 + seconds->nanos == nanos);
  }
}

// Adding months and days one at a time to a calendar of days is the slow twin of AddDuration.
TEST(Durations, AdditionAgreesWithACalendarWalkedDayByDay) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 300; ++i) {
    const int64_t day = static_cast<int64_t>(random() % 40000) - 20000;
    const int months = static_cast<int>(random() % 61) - 30, days = static_cast<int>(random() % 81) - 40;
    graph::CivilDate c = graph::CivilFromDays(day);
    const int wanted = c.day;
    for (int m = 0; m < std::abs(months); ++m) {
      c.month += months > 0 ? 1 : -1;
      if (c.month == 13) c.month = 1, ++c.year;
      if (c.month == 0) c.month = 12, --c.year;
    }
    c.day = std::min(wanted, graph::DaysInMonth(c.year, c.month));
    for (int d = 0; d < std::abs(days); ++d) {
      c.day += days > 0 ? 1 : -1;
      if (c.day == 0) {
        c.month = c.month == 1 ? (--c.year, 12) : c.month - 1;
        c.day = graph::DaysInMonth(c.year, c.month);
      } else if (c.day > graph::DaysInMonth(c.year, c.month)) {
        c.day = 1;
        c.month = c.month == 12 ? (++c.year, 1) : c.month + 1;
      }
    }
    const Result<Value> sum = AddDuration(Value::Of(graph::Date{day}), {months, days, 0, 0}, 1);
    ASSERT_TRUE(sum.ok());
    ASSERT_EQ(sum->date().days, graph::DaysFromCivil(c.year, c.month, c.day)) << day << ' ' << months << ' ' << days;
  }
}

TEST(TemporalTexts, ReadingWhatWasWrittenGivesTheSameValue) {
  std::mt19937_64 random(2);
  const graph::DateTime now{1757563200, 0, 0, ""};
  const char* const zones[] = {"Asia/Shanghai", "Europe/Stockholm", "America/New_York", "Asia/Kathmandu"};
  for (int i = 0; i < 2000; ++i) {
    const int64_t days = static_cast<int64_t>(random() % 1000000) - 500000;
    const int64_t nanos = static_cast<int64_t>(random() % graph::kNanosPerDay) / (random() % 2 ? 1 : 1000);
    const int32_t offset = (static_cast<int32_t>(random() % 145) - 72) * 900;
    ValueMap map = {{"datetime", Value::Of(graph::LocalDateTime{days * 86400 + nanos / 1000000000, static_cast<int32_t>(nanos % 1000000000)})},
                    {"timezone", Value::String(zones[random() % 4])}};
    const Value values[] = {Value::Of(graph::Date{days * 300}),
                            Value::Of(graph::LocalTime{nanos}),
                            Value::Of(graph::Time{nanos, offset}),
                            Value::Of(graph::LocalDateTime{days * 86400, static_cast<int32_t>(nanos % 1000000000)}),
                            Value::Of(graph::DateTime{days * 86400, 5, offset, ""}),
                            *MakeTemporal(Kind::kDateTime, Value::Map(map), now),
                            Value::Of(graph::Duration{days, days / 3 - 1000, nanos / 7 - 1000, static_cast<int32_t>(nanos % 1000000000)})};
    for (const Value& v : values) {
      const Result<Value> read = MakeTemporal(v.kind(), Value::String(ToText(v)), now);
      ASSERT_TRUE(read.ok()) << ToText(v) << ": " << read.status().message();
      ASSERT_EQ(CompareForOrder(*read, v), 0) << ToText(v) << " was read as " << ToText(*read);
    }
  }
}

}  // namespace
}  // namespace liantu::query
