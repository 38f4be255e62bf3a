// SPDX-License-Identifier: Apache-2.0
// Every temporal value is taken apart into day, nanosecond of the day and zone, changed, and put together again. Sums
// that may leave 64 bits are made in 128.
#include "query/temporal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "graph/temporal.h"
#include "query/error.h"

namespace liantu::query {
namespace {

using graph::CivilDate;
using graph::DateTime;
using graph::Duration;
using graph::kNanosPerDay;
using graph::kNanosPerSecond;
using Int128 = __int128;

template <class I>
I FloorDiv(I a, I b) { return a / b - (a % b < 0); }
template <class I>
I FloorMod(I a, I b) { return a - FloorDiv(a, b) * b; }

Status BadArgument(std::string_view message) { return Failure(ErrorType::kArgumentError, "InvalidArgumentValue", message); }
Status BadType(std::string_view message) { return Failure(ErrorType::kTypeError, "InvalidArgumentType", message); }
Status OutOfRange(std::string_view message) { return Failure(ErrorType::kArithmeticError, "NumberOutOfRange", message); }

// --- Zones

struct Zone {
  std::string name;      // IANA, or empty: the offset alone
  int32_t offset_s = 0;  // where there is no name
};

Result<Zone> ParseZone(std::string_view text) {
  if (text.empty()) return BadArgument("a time zone is a name such as Asia/Shanghai or an offset such as +08:00; found an empty text");
  if (text == "Z" || text == "z" || text[0] == '+' || text[0] == '-') {
    const Result<int32_t> offset = graph::ParseOffset(text);
    if (!offset.ok()) return BadArgument(offset.status().message());
    return Zone{"", *offset};
  }
  Zone zone{std::string(text), 0};
  if (const Result<int32_t> known = graph::ZoneOffsetAt(zone.name, 0); !known.ok()) return BadArgument(known.status().message());
  return zone;
}

int32_t OffsetAt(const Zone& zone, int64_t utc_seconds) {
  if (zone.name.empty()) return zone.offset_s;
  return graph::ZoneOffsetAt(zone.name, utc_seconds).ValueOr(0);  // the name is known to be good
}

// A wall clock's reading and its zone. Without a zone utc is meaningless.
struct Moment {
  bool has_date = false, has_time = false, has_zone = false;
  int64_t days = 0, nanos = 0;  // nanos of the day
  Zone zone;
  int32_t offset_s = 0;

  int64_t LocalSeconds() const { return days * 86400 + nanos / kNanosPerSecond; }
  Int128 LocalNanos() const { return Int128(days) * kNanosPerDay + nanos; }
  Int128 UtcNanos() const { return LocalNanos() - Int128(offset_s) * kNanosPerSecond; }
};

// Finds the offset of a moment in its zone. In a gap of the clocks (spring) the reading moves on by the gap's length;
// in an overlap the offset stays what it was if it fits, else the earlier one counts.
void Resolve(Moment& m, bool keep_offset) {
  if (m.zone.name.empty()) {
    m.offset_s = m.zone.offset_s;
    return;
  }
  const int64_t local = m.LocalSeconds();
  if (keep_offset && OffsetAt(m.zone, local - m.offset_s) == m.offset_s) return;
  const int32_t before = graph::ZoneOffsetOfLocal(m.zone.name, local).ValueOr(0);
  m.offset_s = OffsetAt(m.zone, local - before);
  if (m.offset_s != before) {
    const int64_t moved = local - before + m.offset_s;
    m.days = FloorDiv<int64_t>(moved, 86400);
    m.nanos = FloorMod<int64_t>(moved, 86400) * kNanosPerSecond + m.nanos % kNanosPerSecond;
  }
}

void SetUtc(Moment& m, Int128 utc_nanos) {
  m.offset_s = OffsetAt(m.zone, static_cast<int64_t>(FloorDiv<Int128>(utc_nanos, kNanosPerSecond)));
  const Int128 local = utc_nanos + Int128(m.offset_s) * kNanosPerSecond;
  m.days = static_cast<int64_t>(FloorDiv<Int128>(local, kNanosPerDay));
  m.nanos = static_cast<int64_t>(FloorMod<Int128>(local, kNanosPerDay));
}

std::optional<Moment> MomentOf(const Value& v) {
  Moment m;
  switch (v.kind()) {
    case Kind::kDate:
      m.has_date = true;
      m.days = v.date().days;
      return m;
    case Kind::kLocalTime:
      m.has_time = true;
      m.nanos = v.local_time().nanos;
      return m;
    case Kind::kTime:
      m.has_time = m.has_zone = true;
      m.nanos = v.time().nanos;
      m.offset_s = m.zone.offset_s = v.time().offset_s;
      return m;
    case Kind::kLocalDateTime:
    case Kind::kDateTime: {
      m.has_date = m.has_time = true;
      int64_t seconds = 0, nanos = 0;
      if (v.kind() == Kind::kDateTime) {
        const DateTime& t = v.date_time();
        m.has_zone = true;
        m.zone = {t.zone, t.zone.empty() ? t.offset_s : 0};
        m.offset_s = t.offset_s;
        seconds = t.seconds + t.offset_s;
        nanos = t.nanos;
      } else {
        seconds = v.local_date_time().seconds;
        nanos = v.local_date_time().nanos;
      }
      m.days = FloorDiv<int64_t>(seconds, 86400);
      m.nanos = FloorMod<int64_t>(seconds, 86400) * kNanosPerSecond + nanos;
      return m;
    }
    default: return std::nullopt;
  }
}

bool DaysFit(Int128 days) { return days >= graph::kMinDays && days <= graph::kMaxDays; }

Result<Value> ValueOf(Kind kind, const Moment& m) {
  if ((kind == Kind::kDate || kind == Kind::kLocalDateTime || kind == Kind::kDateTime) && !DaysFit(m.days)) {
    return OutOfRange("the years of dates run from -999999999 to 999999999");
  }
  switch (kind) {
    case Kind::kDate: return Value::Of(graph::Date{m.days});
    case Kind::kLocalTime: return Value::Of(graph::LocalTime{m.nanos});
    case Kind::kTime: return Value::Of(graph::Time{m.nanos, m.offset_s});
    case Kind::kLocalDateTime:
      return Value::Of(graph::LocalDateTime{m.LocalSeconds(), static_cast<int32_t>(m.nanos % kNanosPerSecond)});
    default: {
      DateTime t;
      t.seconds = m.LocalSeconds() - m.offset_s;
      t.nanos = static_cast<int32_t>(m.nanos % kNanosPerSecond);
      t.offset_s = m.offset_s;
      t.zone = m.zone.name;
      return Value::Of(std::move(t));
    }
  }
}

// --- Maps of fields

enum Field : uint8_t {
  kYear, kQuarter, kMonth, kWeek, kDayOfQuarter, kOrdinalDay, kDayOfWeek, kDay,  // of dates
  kHour, kMinute, kSecond, kMillisecond, kMicrosecond, kNanosecond,              // of times
  kEpochSeconds, kEpochMillis, kFieldCount
};
constexpr std::string_view kFieldNames[] = {"year",   "quarter", "month",       "week",        "dayOfQuarter", "ordinalDay",   "dayOfWeek", "day",
                                            "hour",   "minute",  "second",      "millisecond", "microsecond",  "nanosecond",   "epochSeconds", "epochMillis"};

struct Fields {
  std::array<std::optional<int64_t>, kFieldCount> at;
  const Value* date = nullptr;
  const Value* time = nullptr;
  const Value* datetime = nullptr;
  std::optional<Zone> zone;
  bool has_null = false;

  bool Has(Field f) const { return at[f].has_value(); }
  bool HasDate() const { return std::any_of(at.begin(), at.begin() + kHour, [](const auto& v) { return v.has_value(); }); }
  bool HasTime() const { return std::any_of(at.begin() + kHour, at.begin() + kEpochSeconds, [](const auto& v) { return v.has_value(); }); }
};

bool Takes(Kind kind, bool date_field) {
  if (kind == Kind::kLocalDateTime || kind == Kind::kDateTime) return true;
  return (kind == Kind::kDate) == date_field;
}
bool HasZone(Kind kind) { return kind == Kind::kTime || kind == Kind::kDateTime; }

Result<Fields> ReadFields(Kind kind, const ValueMap& map) {
  Fields out;
  for (const auto& [key, value] : map) {
    if (value.is_null()) {
      out.has_null = true;
      continue;
    }
    const auto* const name = std::find(std::begin(kFieldNames), std::end(kFieldNames), key);
    if (name != std::end(kFieldNames)) {
      const Field field = static_cast<Field>(name - std::begin(kFieldNames));
      const bool epoch = field >= kEpochSeconds;
      if (epoch ? kind != Kind::kDateTime && kind != Kind::kLocalDateTime : !Takes(kind, field < kHour)) {
        return BadArgument(Text("a ", KindName(kind), " has no field '", key, "'"));
      }
      if (value.kind() != Kind::kInteger) {
        return BadType(Text("the field '", key, "' must be an Integer, found ", KindName(value.kind()), " ", ToLiteral(value)));
      }
      out.at[field] = value.integer();
    } else if (key == "date" || key == "time" || key == "datetime") {
      const std::optional<Moment> m = MomentOf(value);
      const bool needs_date = key != "time", needs_time = key != "date";
      if (!m || (needs_date && !m->has_date) || (needs_time && !m->has_time) || (needs_date && !Takes(kind, true)) || (needs_time && !Takes(kind, false))) {
        // A datetime may also be given where only its date or time is asked.
        const bool part = m && key == "datetime" && m->has_date && m->has_time;
        if (!part) return BadArgument(Text("the field '", key, "' cannot be ", ToLiteral(value), " in a ", KindName(kind)));
      }
      (key == "date" ? out.date : key == "time" ? out.time : out.datetime) = &value;
    } else if (key == "timezone") {
      if (value.kind() != Kind::kString) return BadType(Text("the field 'timezone' must be a String, found ", KindName(value.kind())));
      LT_ASSIGN(Zone zone, ParseZone(value.string()));
      out.zone = std::move(zone);
    } else {
      return BadArgument(Text("there is no field '", key, "' of a ", KindName(kind)));
    }
  }
  return out;
}

Status CheckRange(std::string_view name, int64_t v, int64_t least, int64_t most) {
  if (v >= least && v <= most) return {};
  return BadArgument(Text("the field '", name, "' must lie between ", least, " and ", most, ", found ", v));
}

// The day that the date fields name, on the ground of `base` where there is one: what is not named stays.
Result<int64_t> DayFrom(const Fields& f, std::optional<int64_t> base) {
  const int ways = (f.Has(kMonth) || f.Has(kDay)) + (f.Has(kWeek) || f.Has(kDayOfWeek)) + (f.Has(kQuarter) || f.Has(kDayOfQuarter)) + f.Has(kOrdinalDay);
  if (ways > 1) return BadArgument("a date is given by month and day, by week, by quarter or by ordinal day, not by several of them");
  if (!base && !f.Has(kYear)) return BadArgument("the field 'year' is missing");
  if (f.Has(kYear)) LT_TRY(CheckRange("year", *f.at[kYear], -graph::kMaxYear, graph::kMaxYear));
  const CivilDate civil = base ? graph::CivilFromDays(*base) : CivilDate{*f.at[kYear], 1, 1};
  const int64_t year = f.at[kYear].value_or(civil.year);

  if (f.Has(kWeek) || f.Has(kDayOfWeek)) {
    if (!base && !f.Has(kWeek)) return BadArgument("the field 'dayOfWeek' needs the field 'week'");
    const graph::WeekDate of_base = base ? graph::WeekFromDays(*base) : graph::WeekDate{year, 1, 1};
    const int64_t week_year = f.at[kYear].value_or(of_base.year);
    const int64_t week = f.at[kWeek].value_or(of_base.week), day = f.at[kDayOfWeek].value_or(of_base.day);
    LT_TRY(CheckRange("week", week, 1, graph::WeeksInYear(week_year)));
    LT_TRY(CheckRange("dayOfWeek", day, 1, 7));
    return graph::DaysFromWeek(week_year, static_cast<int>(week), static_cast<int>(day));
  }
  if (f.Has(kOrdinalDay)) {
    LT_TRY(CheckRange("ordinalDay", *f.at[kOrdinalDay], 1, graph::IsLeapYear(year) ? 366 : 365));
    return graph::DaysFromCivil(year, 1, 1) + *f.at[kOrdinalDay] - 1;
  }
  if (f.Has(kQuarter) || f.Has(kDayOfQuarter)) {
    if (!base && !f.Has(kQuarter)) return BadArgument("the field 'dayOfQuarter' needs the field 'quarter'");
    const int64_t quarter = f.at[kQuarter].value_or((civil.month - 1) / 3 + 1);
    LT_TRY(CheckRange("quarter", quarter, 1, 4));
    const int first_month = static_cast<int>(3 * quarter - 2);
    if (f.Has(kDayOfQuarter)) {
      const int64_t first = graph::DaysFromCivil(year, first_month, 1);
      const int64_t next = quarter == 4 ? graph::DaysFromCivil(year + 1, 1, 1) : graph::DaysFromCivil(year, first_month + 3, 1);
      LT_TRY(CheckRange("dayOfQuarter", *f.at[kDayOfQuarter], 1, next - first));
      return first + *f.at[kDayOfQuarter] - 1;
    }
    const int month = first_month + (civil.month - 1) % 3;  // the same month within its quarter
    return graph::DaysFromCivil(year, month, std::min(civil.day, graph::DaysInMonth(year, month)));
  }
  if (!base && f.Has(kDay) && !f.Has(kMonth)) return BadArgument("the field 'day' needs the field 'month'");
  const int64_t month = f.at[kMonth].value_or(civil.month);
  LT_TRY(CheckRange("month", month, 1, 12));
  const int length = graph::DaysInMonth(year, static_cast<int>(month));
  if (f.Has(kDay)) LT_TRY(CheckRange("day", *f.at[kDay], 1, length));
  const int64_t day = f.at[kDay].value_or(std::min(civil.day, length));
  return graph::DaysFromCivil(year, static_cast<int>(month), static_cast<int>(day));
}

// Nanoseconds of a second from millisecond, microsecond and nanosecond, each counting what is left by the larger ones.
Result<int64_t> SubsecondFrom(const Fields& f) {
  const bool milli = f.Has(kMillisecond), micro = f.Has(kMicrosecond);
  if (milli) LT_TRY(CheckRange("millisecond", *f.at[kMillisecond], 0, 999));
  if (micro) LT_TRY(CheckRange("microsecond", *f.at[kMicrosecond], 0, milli ? 999 : 999999));
  if (f.Has(kNanosecond)) LT_TRY(CheckRange("nanosecond", *f.at[kNanosecond], 0, micro ? 999 : milli ? 999999 : 999999999));
  return f.at[kMillisecond].value_or(0) * 1000000 + f.at[kMicrosecond].value_or(0) * 1000 + f.at[kNanosecond].value_or(0);
}

Result<int64_t> NanosFrom(const Fields& f, std::optional<int64_t> base) {
  const bool subsecond = f.Has(kMillisecond) || f.Has(kMicrosecond) || f.Has(kNanosecond);
  if (!base) {
    if (f.Has(kMinute) && !f.Has(kHour)) return BadArgument("the field 'minute' needs the field 'hour'");
    if (f.Has(kSecond) && !f.Has(kMinute)) return BadArgument("the field 'second' needs the field 'minute'");
    if (subsecond && !f.Has(kSecond)) return BadArgument("fractions of a second need the field 'second'");
  }
  const int64_t b = base.value_or(0);
  const int64_t hour = f.at[kHour].value_or(b / kNanosPerSecond / 3600), minute = f.at[kMinute].value_or(b / kNanosPerSecond / 60 % 60),
                second = f.at[kSecond].value_or(b / kNanosPerSecond % 60);
  LT_TRY(CheckRange("hour", hour, 0, 23));
  LT_TRY(CheckRange("minute", minute, 0, 59));
  LT_TRY(CheckRange("second", second, 0, 59));
  int64_t nanos = b % kNanosPerSecond;
  if (subsecond) {
    LT_ASSIGN(nanos, SubsecondFrom(f));
  }
  return (hour * 3600 + minute * 60 + second) * kNanosPerSecond + nanos;
}

// Replaces fields of a whole moment (a truncated value) by those of the map.
Status Override(Moment& m, const Fields& f, bool date, bool time) {
  if (date && f.HasDate()) {
    LT_ASSIGN(m.days, DayFrom(f, m.days));
  }
  if (time && f.HasTime()) {
    LT_ASSIGN(m.nanos, NanosFrom(f, m.nanos));
  }
  return {};
}

Result<Value> FromMap(Kind kind, const ValueMap& map, const DateTime& now) {
  LT_ASSIGN(Fields f, ReadFields(kind, map));
  if (f.has_null) return Value();
  if (map.empty()) return BadArgument(Text("a ", KindName(kind), " needs at least one field"));
  const bool wants_date = Takes(kind, true), wants_time = Takes(kind, false);
  const bool epoch = f.Has(kEpochSeconds) || f.Has(kEpochMillis);
  if (f.zone && map.size() == 1) {
    Moment m;
    m.zone = *f.zone;
    SetUtc(m, Int128(now.seconds) * kNanosPerSecond + now.nanos);
    if (kind == Kind::kTime) m.zone = {"", m.offset_s};
    return ValueOf(kind, m);
  }
  if (f.zone && !HasZone(kind)) return BadArgument(Text("a ", KindName(kind), " has no time zone"));
  if (f.datetime != nullptr && (f.date != nullptr || f.time != nullptr)) return BadArgument("'datetime' excludes 'date' and 'time'");

  Moment m;
  std::optional<int64_t> base_day, base_nanos;
  bool zoned_base = false;
  if (epoch) {
    if (f.HasDate() || f.date != nullptr || f.time != nullptr || f.datetime != nullptr || f.Has(kHour) || f.Has(kMinute) || f.Has(kSecond)) {
      return BadArgument("an epoch excludes other fields than fractions of a second and the time zone");
    }
    if (f.Has(kEpochSeconds) && f.Has(kEpochMillis)) return BadArgument("'epochSeconds' excludes 'epochMillis'");
    Int128 utc;
    if (f.Has(kEpochMillis)) {
      LT_TRY(CheckRange("nanosecond", f.at[kNanosecond].value_or(0), 0, 999999));
      utc = Int128(*f.at[kEpochMillis]) * 1000000 + f.at[kNanosecond].value_or(0);
    } else {
      LT_ASSIGN(const int64_t part, SubsecondFrom(f));
      utc = Int128(*f.at[kEpochSeconds]) * kNanosPerSecond + part;
    }
    if (!DaysFit(FloorDiv<Int128>(utc, kNanosPerDay))) return OutOfRange("that instant lies outside the years that dates have");
    if (f.zone) m.zone = *f.zone;
    SetUtc(m, utc);
    return ValueOf(kind, m);
  }
  const Value* const date_from = f.datetime != nullptr ? f.datetime : f.date;
  const Value* const time_from = f.datetime != nullptr ? f.datetime : f.time;
  if (date_from != nullptr) base_day = MomentOf(*date_from)->days;
  if (time_from != nullptr) {
    const Moment from = *MomentOf(*time_from);
    base_nanos = from.nanos;
    zoned_base = from.has_zone;
    m.zone = from.zone;
    m.offset_s = from.offset_s;
    // A time has no use for a zone's name, only for what the clocks showed.
    if (kind == Kind::kTime) m.zone = {"", from.offset_s};
  }
  if (wants_date) {
    if (!base_day && !f.HasDate()) return BadArgument("the field 'year' is missing");
    LT_ASSIGN(m.days, DayFrom(f, base_day));
  }
  if (wants_time) {
    LT_ASSIGN(m.nanos, NanosFrom(f, base_nanos));
  }
  if (!HasZone(kind)) return ValueOf(kind, m);

  Zone asked = f.zone.value_or(m.zone);
  if (kind == Kind::kTime && !asked.name.empty()) asked = {"", OffsetAt(asked, now.seconds)};
  if (!zoned_base) m.zone = asked;
  Resolve(m, zoned_base);
  if (zoned_base && f.zone) {  // the same instant on the clocks of the zone asked for
    const Int128 utc = m.UtcNanos();
    m.zone = asked;
    SetUtc(m, utc);
  }
  return ValueOf(kind, m);
}

Result<Value> FromText(Kind kind, std::string_view text) {
  auto done = [&](auto parsed) -> Result<Value> {
    if (!parsed.ok()) return BadArgument(parsed.status().message());
    return Value::Of(*std::move(parsed));
  };
  switch (kind) {
    case Kind::kDate: return done(graph::ParseDate(text));
    case Kind::kLocalTime: return done(graph::ParseLocalTime(text));
    case Kind::kTime: return done(graph::ParseTime(text));
    case Kind::kLocalDateTime: return done(graph::ParseLocalDateTime(text));
    case Kind::kDateTime: {
      Result<DateTime> parsed = graph::ParseDateTime(text);
      // In a gap of a zone's clocks the reading moves on: the offset is the one after the change.
      if (parsed.ok() && !parsed->zone.empty()) parsed->offset_s = OffsetAt({parsed->zone, 0}, parsed->seconds);
      return done(std::move(parsed));
    }
    default: return done(graph::ParseDuration(text));
  }
}

// --- Durations

struct Sum {
  Int128 months = 0, days = 0, nanos = 0;
};

Result<Duration> DurationOf(const Sum& s) {
  const Int128 seconds = FloorDiv<Int128>(s.nanos, kNanosPerSecond);
  auto fits = [](Int128 v) { return v >= INT64_MIN && v <= INT64_MAX; };
  if (!fits(s.months) || !fits(s.days) || !fits(seconds)) return OutOfRange("the duration is longer than can be held");
  return Duration{static_cast<int64_t>(s.months), static_cast<int64_t>(s.days), static_cast<int64_t>(seconds),
                  static_cast<int32_t>(FloorMod<Int128>(s.nanos, kNanosPerSecond))};
}

Int128 NanosOf(const Duration& d) { return Int128(d.seconds) * kNanosPerSecond + d.nanos; }

// `billionths` of a month.
void AddMonthPart(Sum& s, Int128 billionths) {
  const Int128 nanos = billionths * graph::kSecondsPerMonth;
  s.days += nanos / kNanosPerDay;
  s.nanos += nanos % kNanosPerDay;
}

Result<Value> DurationFromMap(const ValueMap& map) {
  constexpr std::string_view kNames[] = {"years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"};
  if (map.empty()) return BadArgument("a duration needs at least one field, such as {days: 14}");
  Sum s;
  bool has_null = false;
  for (const auto& [key, value] : map) {
    const auto* const name = std::find(std::begin(kNames), std::end(kNames), key);
    if (name == std::end(kNames)) return BadArgument(Text("there is no field '", key, "' of a Duration"));
    if (value.is_null()) {
      has_null = true;
      continue;
    }
    if (!value.is_number()) return BadType(Text("the field '", key, "' must be a number, found ", KindName(value.kind())));
    Int128 whole = 0, part = 0;  // part: billionths
    if (value.kind() == Kind::kInteger) {
      whole = value.integer();
    } else {
      const double number = value.real();
      if (!(std::fabs(number) < 9e18)) return OutOfRange(Text("the field '", key, "' is out of range: ", ToText(value)));
      whole = static_cast<int64_t>(number);
      part = std::llround((number - std::trunc(number)) * 1e9);
    }
    switch (name - std::begin(kNames)) {
      case 0:
        s.months += whole * 12 + part * 12 / kNanosPerSecond;
        AddMonthPart(s, part * 12 % kNanosPerSecond);
        break;
      case 1:
        s.months += whole * 3 + part * 3 / kNanosPerSecond;
        AddMonthPart(s, part * 3 % kNanosPerSecond);
        break;
      case 2:
        s.months += whole;
        AddMonthPart(s, part);
        break;
      case 3:
        s.days += whole * 7 + part * 7 / kNanosPerSecond;
        s.nanos += part * 7 % kNanosPerSecond * 86400;
        break;
      case 4:
        s.days += whole;
        s.nanos += part * 86400;
        break;
      case 5: s.nanos += (whole * kNanosPerSecond + part) * 3600; break;
      case 6: s.nanos += (whole * kNanosPerSecond + part) * 60; break;
      case 7: s.nanos += whole * kNanosPerSecond + part; break;
      case 8: s.nanos += whole * 1000000 + part / 1000; break;
      case 9: s.nanos += whole * 1000 + part / 1000000; break;
      default: s.nanos += whole; break;
    }
  }
  if (has_null) return Value();
  LT_ASSIGN(const Duration d, DurationOf(s));
  return Value::Of(d);
}

// --- Differences

// Whole days from one wall clock to another, toward zero: a day counts once the time of day is reached.
int64_t WholeDays(const Moment& a, const Moment& b) {
  return static_cast<int64_t>((b.LocalNanos() - a.LocalNanos()) / kNanosPerDay);
}
int64_t WholeMonths(const Moment& a, const Moment& b) {
  int64_t end = b.days;
  if (end > a.days && b.nanos < a.nanos) --end;
  if (end < a.days && b.nanos > a.nanos) ++end;
  const CivilDate from = graph::CivilFromDays(a.days), to = graph::CivilFromDays(end);
  return ((to.year * 12 + to.month) * 32 + to.day - (from.year * 12 + from.month) * 32 - from.day) / 32;
}

// Days after adding months, the day of the month clamped.
std::optional<int64_t> PlusMonths(int64_t days, Int128 months) {
  const CivilDate c = graph::CivilFromDays(days);
  const Int128 month = Int128(c.year) * 12 + c.month - 1 + months;
  const Int128 year = FloorDiv<Int128>(month, 12);
  if (year < -graph::kMaxYear || year > graph::kMaxYear) return std::nullopt;
  const int m = static_cast<int>(FloorMod<Int128>(month, 12)) + 1;
  return graph::DaysFromCivil(static_cast<int64_t>(year), m, std::min(c.day, graph::DaysInMonth(static_cast<int64_t>(year), m)));
}

// --- Components

Value Int(Int128 v) { return Value::Integer(static_cast<int64_t>(v)); }

std::optional<Value> DateComponent(int64_t days, std::string_view name) {
  const CivilDate c = graph::CivilFromDays(days);
  if (name == "year") return Int(c.year);
  if (name == "month") return Int(c.month);
  if (name == "day") return Int(c.day);
  if (name == "quarter") return Int((c.month - 1) / 3 + 1);
  if (name == "week") return Int(graph::WeekFromDays(days).week);
  if (name == "weekYear") return Int(graph::WeekFromDays(days).year);
  if (name == "weekDay" || name == "dayOfWeek") return Int(graph::DayOfWeek(days));
  if (name == "ordinalDay") return Int(days - graph::DaysFromCivil(c.year, 1, 1) + 1);
  if (name == "dayOfQuarter") return Int(days - graph::DaysFromCivil(c.year, (c.month - 1) / 3 * 3 + 1, 1) + 1);
  return std::nullopt;
}

std::optional<Value> TimeComponent(int64_t nanos, std::string_view name) {
  const int64_t second = nanos / kNanosPerSecond, part = nanos % kNanosPerSecond;
  if (name == "hour") return Int(second / 3600);
  if (name == "minute") return Int(second / 60 % 60);
  if (name == "second") return Int(second % 60);
  if (name == "millisecond") return Int(part / 1000000);
  if (name == "microsecond") return Int(part / 1000);
  if (name == "nanosecond") return Int(part);
  return std::nullopt;
}

std::optional<Value> DurationComponent(const Duration& d, std::string_view name) {
  const Int128 seconds = d.seconds, nanos = d.nanos;
  if (name == "years") return Int(d.months / 12);
  if (name == "quarters") return Int(d.months / 3);
  if (name == "months") return Int(d.months);
  if (name == "weeks") return Int(d.days / 7);
  if (name == "days") return Int(d.days);
  if (name == "hours") return Int(seconds / 3600);
  if (name == "minutes") return Int(seconds / 60);
  if (name == "seconds") return Int(seconds);
  if (name == "milliseconds") return Int(seconds * 1000 + nanos / 1000000);
  if (name == "microseconds") return Int(seconds * 1000000 + nanos / 1000);
  if (name == "nanoseconds") return Int(seconds * kNanosPerSecond + nanos);
  if (name == "quartersOfYear") return Int(d.months / 3 % 4);
  if (name == "monthsOfQuarter") return Int(d.months % 3);
  if (name == "monthsOfYear") return Int(d.months % 12);
  if (name == "daysOfWeek") return Int(d.days % 7);
  if (name == "minutesOfHour") return Int(seconds / 60 % 60);
  if (name == "secondsOfMinute") return Int(seconds % 60);
  if (name == "millisecondsOfSecond") return Int(nanos / 1000000);
  if (name == "microsecondsOfSecond") return Int(nanos / 1000);
  if (name == "nanosecondsOfSecond") return Int(nanos);
  return std::nullopt;
}

}  // namespace

Result<Value> MakeTemporal(Kind kind, const Value& input, const DateTime& now) {
  if (input.is_null()) return Value();
  if (input.kind() == Kind::kString) return FromText(kind, input.string());
  if (kind == Kind::kDuration) {
    if (input.kind() == Kind::kMap) return DurationFromMap(input.map());
    if (input.kind() == Kind::kDuration) return input;
    return BadType(Text("a duration is made from a String or a Map, found ", KindName(input.kind())));
  }
  if (input.kind() == Kind::kMap) return FromMap(kind, input.map(), now);
  std::optional<Moment> m = MomentOf(input);
  if (!m) return BadType(Text("a ", KindName(kind), " is made from a String, a Map or a temporal value, found ", KindName(input.kind())));
  if (Takes(kind, true) && !m->has_date) return BadArgument(Text("a ", KindName(input.kind()), " has no date"));
  if (kind != Kind::kDate && !m->has_time && !m->has_date) return BadArgument(Text("a ", KindName(input.kind()), " has no time"));
  if (kind == Kind::kTime || kind == Kind::kLocalTime) {
    if (!m->has_time) return BadArgument(Text("a ", KindName(input.kind()), " has no time"));
    m->zone = {"", m->offset_s};
  }
  return ValueOf(kind, *m);
}

Result<Value> CurrentTemporal(Kind kind, const DateTime& now, std::string_view zone) {
  Moment m;
  if (!zone.empty()) {
    LT_ASSIGN(m.zone, ParseZone(zone));
  }
  SetUtc(m, Int128(now.seconds) * kNanosPerSecond + now.nanos);
  if (kind == Kind::kTime) m.zone = {"", m.offset_s};
  return ValueOf(kind, m);
}

Result<Value> FromEpoch(int64_t seconds, int64_t nanos) {
  const Int128 utc = Int128(seconds) * kNanosPerSecond + nanos;
  if (!DaysFit(FloorDiv<Int128>(utc, kNanosPerDay))) return OutOfRange("that instant lies outside the years that dates have");
  Moment m;
  SetUtc(m, utc);
  return ValueOf(Kind::kDateTime, m);
}

Result<Value> TruncateTemporal(Kind kind, std::string_view unit, const Value& input, const Value& fields, const DateTime& now) {
  if (input.is_null() || fields.is_null()) return Value();
  std::optional<Moment> m = MomentOf(input);
  if (!m) return BadType(Text("only temporal values can be truncated, found ", KindName(input.kind())));
  std::string lower(unit);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  constexpr std::string_view kUnits[] = {"millennium", "century", "decade", "year", "weekyear", "quarter", "month", "week",
                                         "day",        "hour",    "minute", "second", "millisecond", "microsecond"};
  enum { kMillennium, kCentury, kDecade, kYearUnit, kWeekYear, kQuarterUnit, kMonthUnit, kWeekUnit, kDayUnit, kHourUnit, kMinuteUnit,
         kSecondUnit, kMilliUnit, kMicroUnit, kNone };
  const auto u = std::find(std::begin(kUnits), std::end(kUnits), lower) - std::begin(kUnits);
  if (u == kNone) return BadArgument(Text("there is no unit '", unit, "'; units are millennium century decade year weekYear quarter month week day hour minute second millisecond microsecond"));
  const bool wants_date = Takes(kind, true), wants_time = Takes(kind, false);
  if (wants_date && !m->has_date) return BadArgument(Text("a ", KindName(input.kind()), " has no date"));
  if (!wants_date && u < kDayUnit) return BadArgument(Text("a ", KindName(kind), " cannot be truncated to ", unit));
  if (!wants_time && u > kDayUnit) return BadArgument(Text("a ", KindName(kind), " cannot be truncated to ", unit));
  if (wants_time && u > kDayUnit && !m->has_time) return BadArgument(Text("a ", KindName(input.kind()), " has no ", unit));
  if (!wants_date && !m->has_time) return BadArgument(Text("a ", KindName(input.kind()), " has no time"));

  const CivilDate c = graph::CivilFromDays(m->days);
  switch (u) {
    case kMillennium: m->days = graph::DaysFromCivil(FloorDiv<int64_t>(c.year, 1000) * 1000, 1, 1); break;
    case kCentury: m->days = graph::DaysFromCivil(FloorDiv<int64_t>(c.year, 100) * 100, 1, 1); break;
    case kDecade: m->days = graph::DaysFromCivil(FloorDiv<int64_t>(c.year, 10) * 10, 1, 1); break;
    case kYearUnit: m->days = graph::DaysFromCivil(c.year, 1, 1); break;
    case kWeekYear: m->days = graph::DaysFromWeek(graph::WeekFromDays(m->days).year, 1, 1); break;
    case kQuarterUnit: m->days = graph::DaysFromCivil(c.year, (c.month - 1) / 3 * 3 + 1, 1); break;
    case kMonthUnit: m->days = graph::DaysFromCivil(c.year, c.month, 1); break;
    case kWeekUnit: m->days -= graph::DayOfWeek(m->days) - 1; break;
    default: break;
  }
  constexpr int64_t kLengths[] = {kNanosPerDay, 3600 * kNanosPerSecond, 60 * kNanosPerSecond, kNanosPerSecond, 1000000, 1000};
  m->nanos -= m->nanos % (u <= kDayUnit ? kNanosPerDay : kLengths[u - kDayUnit]);

  if (fields.kind() != Kind::kMap) return BadType(Text("the fields to set must be a Map, found ", KindName(fields.kind())));
  LT_ASSIGN(Fields f, ReadFields(kind, fields.map()));
  if (f.has_null) return Value();
  if (f.date != nullptr || f.time != nullptr || f.datetime != nullptr || f.Has(kEpochSeconds) || f.Has(kEpochMillis)) {
    return BadArgument("only single fields can be set after truncating");
  }
  if (f.zone && !HasZone(kind)) return BadArgument(Text("a ", KindName(kind), " has no time zone"));
  // Below the unit of a fraction, smaller fractions are added to what is left.
  if (u >= kMilliUnit && (f.Has(kMicrosecond) || f.Has(kNanosecond)) && !f.Has(kMillisecond)) {
    const bool micro = f.Has(kMicrosecond) && u == kMilliUnit;
    if (micro) LT_TRY(CheckRange("microsecond", *f.at[kMicrosecond], 0, 999));
    if (f.Has(kNanosecond)) LT_TRY(CheckRange("nanosecond", *f.at[kNanosecond], 0, micro || u == kMicroUnit ? 999 : 999999));
    if (micro) {
      m->nanos += *f.at[kMicrosecond] * 1000;
      f.at[kMicrosecond].reset();
    }
    m->nanos += f.at[kNanosecond].value_or(0);
    f.at[kNanosecond].reset();
  }
  LT_TRY(Override(*m, f, wants_date, wants_time));
  // A zone in the map replaces the value's: the clocks stay as they are.
  if (f.zone) m->zone = *f.zone;
  if (kind == Kind::kTime) m->zone = {"", f.zone ? OffsetAt(*f.zone, now.seconds) : m->offset_s};
  if (HasZone(kind)) Resolve(*m, !f.zone);
  return ValueOf(kind, *m);
}

std::optional<Value> TemporalComponent(const Value& value, std::string_view name) {
  if (value.kind() == Kind::kDuration) return DurationComponent(value.duration(), name);
  const std::optional<Moment> m = MomentOf(value);
  LT_ASSERT(m.has_value());
  if (m->has_date) {
    if (std::optional<Value> v = DateComponent(m->days, name)) return v;
  }
  if (m->has_time) {
    if (std::optional<Value> v = TimeComponent(m->nanos, name)) return v;
  }
  if (m->has_zone) {
    if (name == "timezone") return Value::String(m->zone.name.empty() ? graph::OffsetText(m->offset_s) : m->zone.name);
    if (name == "offset") return Value::String(graph::OffsetText(m->offset_s));
    if (name == "offsetMinutes") return Int(m->offset_s / 60);
    if (name == "offsetSeconds") return Int(m->offset_s);
    if (m->has_date && name == "epochSeconds") return Int(value.date_time().seconds);
    if (m->has_date && name == "epochMillis") return Int(Int128(value.date_time().seconds) * 1000 + value.date_time().nanos / 1000000);
  }
  return std::nullopt;
}

std::optional<Value> PointComponent(const graph::Point& point, std::string_view name) {
  const bool earth = point.srid == 4326 || point.srid == 4979, third = point.srid == 4979 || point.srid == 9157;
  if (name == "x" || (earth && name == "longitude")) return Value::Float(point.x);
  if (name == "y" || (earth && name == "latitude")) return Value::Float(point.y);
  if (third && (name == "z" || (earth && name == "height"))) return Value::Float(point.z);
  if (name == "srid") return Value::Integer(point.srid);
  if (name == "crs") return Value::String(earth ? (third ? "wgs-84-3d" : "wgs-84") : third ? "cartesian-3d" : "cartesian");
  return std::nullopt;
}

Result<Value> AddDuration(const Value& value, const Duration& duration, int sign) {
  std::optional<Moment> m = MomentOf(value);
  LT_ASSERT(m.has_value());
  const Int128 nanos = NanosOf(duration) * sign;
  if (!m->has_date) {
    m->nanos = static_cast<int64_t>(FloorMod<Int128>(m->nanos + nanos, kNanosPerDay));
    return ValueOf(value.kind(), *m);
  }
  const std::optional<int64_t> day = PlusMonths(m->days, Int128(duration.months) * sign);
  Int128 days = day.value_or(0) + Int128(duration.days) * sign;
  // A date has no time that seconds could move; of them, the whole days count.
  if (value.kind() == Kind::kDate) days += nanos / kNanosPerDay;
  if (!day || !DaysFit(days)) return OutOfRange("the sum lies outside the years that dates have");
  m->days = static_cast<int64_t>(days);
  if (value.kind() == Kind::kDate) return ValueOf(value.kind(), *m);
  if (m->has_zone) Resolve(*m, true);
  const Int128 moved = (m->has_zone ? m->UtcNanos() : m->LocalNanos()) + nanos;
  if (!DaysFit(FloorDiv<Int128>(moved, kNanosPerDay))) return OutOfRange("the sum lies outside the years that dates have");
  if (m->has_zone) {
    SetUtc(*m, moved);
  } else {
    m->days = static_cast<int64_t>(FloorDiv<Int128>(moved, kNanosPerDay));
    m->nanos = static_cast<int64_t>(FloorMod<Int128>(moved, kNanosPerDay));
  }
  return ValueOf(value.kind(), *m);
}

Result<Duration> AddDurations(const Duration& a, const Duration& b, int sign) {
  Sum s;
  s.months = Int128(a.months) + Int128(b.months) * sign;
  s.days = Int128(a.days) + Int128(b.days) * sign;
  s.nanos = NanosOf(a) + NanosOf(b) * sign;
  return DurationOf(s);
}

Result<Duration> ScaleDuration(const Duration& duration, const Value& factor, bool divide) {
  LT_ASSERT(factor.is_number());
  Sum s;
  if (factor.kind() == Kind::kInteger) {
    const Int128 f = factor.integer();
    if (!divide) {
      s.months = duration.months * f;
      s.days = duration.days * f;
      if (f != 0 && (Int128(duration.seconds) > INT64_MAX / (f < 0 ? -f : f) + 1 || Int128(duration.seconds) < -(INT64_MAX / (f < 0 ? -f : f)) - 1)) {
        return OutOfRange("the duration is longer than can be held");
      }
      s.nanos = NanosOf(duration) * f;
      return DurationOf(s);
    }
    if (f == 0) return Failure(ErrorType::kArithmeticError, "DivisionByZero", "a duration cannot be divided by zero");
    // Exact: what is left of each unit flows into the next as a fraction over f.
    s.months = duration.months / f;
    const Int128 month_rest = duration.months % f * graph::kSecondsPerMonth;  // seconds over f
    s.days = duration.days / f + month_rest / f / 86400;
    const Int128 seconds_over_f = Int128(duration.days % f) * 86400 + month_rest % (f * 86400);
    const Int128 whole = (seconds_over_f + duration.seconds) / f, rest = (seconds_over_f + duration.seconds) % f;
    s.nanos = whole * kNanosPerSecond + (rest * kNanosPerSecond + duration.nanos) / f;
    return DurationOf(s);
  }
  const double number = factor.real();
  if (divide && number == 0) return Failure(ErrorType::kArithmeticError, "DivisionByZero", "a duration cannot be divided by zero");
  const long double f = divide ? 1.0L / number : static_cast<long double>(number);
  const long double months = duration.months * f;
  const long double days_wanted = duration.days * f;
  if (!(std::fabs(months) < 9e18L) || !(std::fabs(days_wanted) < 9e18L) || !(std::fabs(duration.seconds * f) < 9e18L)) {
    return OutOfRange("the duration is longer than can be held");
  }
  auto billionths = [](long double v) { return static_cast<Int128>(std::llround((v - std::trunc(v)) * 1e9L)); };
  s.months = static_cast<Int128>(std::trunc(months));
  AddMonthPart(s, billionths(months));
  s.days += static_cast<Int128>(std::trunc(days_wanted));
  s.nanos += billionths(days_wanted) * 86400;
  const long double seconds = duration.seconds * f;
  s.nanos += static_cast<Int128>(std::trunc(seconds)) * kNanosPerSecond + billionths(seconds) + static_cast<Int128>(duration.nanos * f);
  return DurationOf(s);
}

int CompareDurations(const Duration& a, const Duration& b) {
  auto length = [](const Duration& d) { return (Int128(d.months) * graph::kSecondsPerMonth + Int128(d.days) * 86400 + d.seconds) * kNanosPerSecond + d.nanos; };
  const Int128 la = length(a), lb = length(b);
  if (la != lb) return la < lb ? -1 : 1;
  return a < b ? -1 : b < a ? 1 : 0;
}

Result<Duration> DurationBetween(const Value& from, const Value& to, Between unit) {
  std::optional<Moment> first = MomentOf(from), second = MomentOf(to);
  if (!first || !second) return BadType(Text("a duration lies between two points in time, found ", KindName(from.kind()), " and ", KindName(to.kind())));
  Moment &a = *first, &b = *second;
  const bool dates = a.has_date && b.has_date;
  if (!a.has_date) a.days = b.days;
  if (!b.has_date) b.days = a.days;
  const bool zoned = a.has_zone || b.has_zone;
  if (a.has_zone && !b.has_zone) {
    b.zone = a.zone;
    Resolve(b, false);
    // The one that was given the other's date may have another offset there.
    if (!first->has_date) Resolve(a, true);
  } else if (b.has_zone && !a.has_zone) {
    a.zone = b.zone;
    Resolve(a, false);
  } else if (zoned) {
    if (!a.has_date) Resolve(a, true);
    if (!b.has_date) Resolve(b, true);
    const Int128 utc = b.UtcNanos();
    b.zone = a.zone;
    SetUtc(b, utc);
  }
  Sum s;
  if (unit == Between::kMonths) {
    if (dates) s.months = WholeMonths(a, b);
    return DurationOf(s);
  }
  if (unit == Between::kDays) {
    if (dates) s.days = WholeDays(a, b);
    return DurationOf(s);
  }
  if (unit == Between::kAll && dates) {
    s.months = WholeMonths(a, b);
    if (const std::optional<int64_t> moved = PlusMonths(a.days, s.months)) a.days = *moved;
    if (zoned) Resolve(a, true);
    s.days = WholeDays(a, b);
    a.days += static_cast<int64_t>(s.days);
    if (zoned) Resolve(a, true);
  }
  s.nanos = zoned ? b.UtcNanos() - a.UtcNanos() : b.LocalNanos() - a.LocalNanos();
  return DurationOf(s);
}

}  // namespace liantu::query
