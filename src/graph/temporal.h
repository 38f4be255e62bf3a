// SPDX-License-Identifier: Apache-2.0
// The calendar behind temporal values: proleptic Gregorian dates as day numbers, ISO 8601 weeks, time zones, and the
// texts of dates, times and durations in both directions. Years run from -999,999,999 to 999,999,999. It does not
// compute with durations (that is the query language's) and knows no locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/value.h"

namespace liantu::graph {

inline constexpr int64_t kMaxYear = 999999999;
inline constexpr int64_t kMinDays = -365243219162;                  // -999999999-01-01
inline constexpr int64_t kMaxDays = 365241780471;                   // +999999999-12-31
inline constexpr int64_t kNanosPerSecond = 1000000000;
inline constexpr int64_t kNanosPerDay = 86400 * kNanosPerSecond;
inline constexpr int32_t kMaxOffset = 18 * 3600;                    // of a time zone, either way
inline constexpr int64_t kSecondsPerMonth = 2629746;                // a twelfth of the mean Gregorian year

struct CivilDate { int64_t year = 1970; int month = 1, day = 1; };
struct WeekDate { int64_t year = 1970; int week = 1, day = 1; };    // day 1 = Monday

bool IsLeapYear(int64_t year);
int DaysInMonth(int64_t year, int month);
int WeeksInYear(int64_t week_year);                                 // 52 or 53
// Days since 1970-01-01. The parts must be those of a real day.
int64_t DaysFromCivil(int64_t year, int month, int day);
CivilDate CivilFromDays(int64_t days);
int64_t DaysFromWeek(int64_t week_year, int week, int day);
WeekDate WeekFromDays(int64_t days);
int DayOfWeek(int64_t days);                                        // 1 = Monday … 7 = Sunday

// Reading ISO 8601 as openCypher accepts it: extended and basic forms, parts left out from the right.
//   dates      2015-07-21 20150721 2015-07 201507 2015-W30-2 2015W302 2015-W30 2015-202 2015202 2015-Q2-45 2015 +12015-07-21
//   times      21:40:32.142 214032.142 21:40 2140 21        offsets  Z +01:00 +0100 +01 +00:53:28, none = Z
//   datetimes  date, T (or a space), time, offset, [Zone]; the time may be left out. Without an offset the zone's is
//              taken (in a gap or overlap of clocks the one before the change); with both they must agree.
//   durations  P1Y2M3W4DT5H6M7.5S, any part negative or fractional, a sign before the P; P2012-02-02T14:37:21.545
// kInvalid says what was expected and found.
Result<Date> ParseDate(std::string_view text);
Result<LocalTime> ParseLocalTime(std::string_view text);
Result<Time> ParseTime(std::string_view text);
Result<LocalDateTime> ParseLocalDateTime(std::string_view text);
Result<DateTime> ParseDateTime(std::string_view text);
Result<Duration> ParseDuration(std::string_view text);

// The forms of openCypher's toString; seconds are left out where they and their fraction are zero.
std::string ToText(const Date& date);
std::string ToText(const LocalTime& time);
std::string ToText(const Time& time);
std::string ToText(const LocalDateTime& time);
std::string ToText(const DateTime& time);
std::string ToText(const Duration& duration);
std::string OffsetText(int32_t offset_s);  // Z, +08:00, +00:53:28

// Seconds east of UTC in an IANA zone at an instant, or at a wall clock's reading. kInvalid: no such zone.
Result<int32_t> ZoneOffsetAt(const std::string& zone, int64_t utc_seconds);
Result<int32_t> ZoneOffsetOfLocal(const std::string& zone, int64_t local_seconds);
// Offset text or zone name, as in datetime({timezone: …}).
Result<int32_t> ParseOffset(std::string_view text);

}  // namespace liantu::graph
