// SPDX-License-Identifier: Apache-2.0
// The calendar counts in cycles of 400 years = 146,097 days, with years that begin in March, so that the leap day is the
// last of its year. Texts are read by a cursor that never looks back more than one part. Zones come from ICU.
#include "graph/temporal.h"

#include <unicode/basictz.h>
#include <unicode/strenum.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>

namespace liantu::graph {
namespace {

using Int128 = __int128;

int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0); }
int64_t FloorMod(int64_t a, int64_t b) { return a - FloorDiv(a, b) * b; }

void AppendPadded(std::string& out, int64_t v, size_t width) {
  const std::string digits = std::to_string(v);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

void AppendDate(std::string& out, int64_t days) {
  const CivilDate c = CivilFromDays(days);
  if (c.year < 0) out += '-';
  if (c.year > 9999) out += '+';
  AppendPadded(out, c.year < 0 ? -c.year : c.year, 4);
  out += '-';
  AppendPadded(out, c.month, 2);
  out += '-';
  AppendPadded(out, c.day, 2);
}

// .142 or .000000001, without trailing zeros; nothing for 0.
void AppendFraction(std::string& out, int64_t nanos) {
  if (nanos == 0) return;
  out += '.';
  AppendPadded(out, nanos, 9);
  while (out.back() == '0') out.pop_back();
}

void AppendTime(std::string& out, int64_t second_of_day, int64_t nanos) {
  AppendPadded(out, second_of_day / 3600, 2);
  out += ':';
  AppendPadded(out, second_of_day / 60 % 60, 2);
  if (second_of_day % 60 == 0 && nanos == 0) return;
  out += ':';
  AppendPadded(out, second_of_day % 60, 2);
  AppendFraction(out, nanos);
}

// Walks a text. Every Take… moves only when it succeeds.
struct Reader {
  std::string_view in;

  bool done() const { return in.empty(); }
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  bool Take(char c) {
    if (in.empty() || in.front() != c) return false;
    in.remove_prefix(1);
    return true;
  }
  bool TakeAny(char upper) {
    if (in.empty() || (in.front() != upper && in.front() != upper - 'A' + 'a')) return false;
    in.remove_prefix(1);
    return true;
  }
  size_t Digits() const {
    size_t n = 0;
    while (n < in.size() && IsDigit(in[n])) ++n;
    return n;
  }
  bool Number(size_t digits, int64_t& v) {
    if (Digits() < digits) return false;
    v = 0;
    for (size_t i = 0; i < digits; ++i) v = v * 10 + (in[i] - '0');
    in.remove_prefix(digits);
    return true;
  }
  // Digits after a point or comma, as billionths; more than nine digits are refused.
  bool Fraction(int64_t& nanos) {
    nanos = 0;
    if (in.empty() || (in.front() != '.' && in.front() != ',')) return true;
    in.remove_prefix(1);
    const size_t n = Digits();
    if (n == 0 || n > 9) return false;
    Number(n, nanos);
    for (size_t i = n; i < 9; ++i) nanos *= 10;
    return true;
  }
};

// Reads a date up to the end or to a character that cannot belong to one; `why` names a part that is out of range.
std::optional<int64_t> TakeDate(Reader& r, std::string& why) {
  int64_t year = 0;
  const bool minus = r.Take('-');
  const bool sign = minus || r.Take('+');
  size_t n = r.Digits();
  if (sign) {
    // A signed year has any length; the parts behind it need their hyphens.
    if (n < 4 || n > 9) return std::nullopt;
    r.Number(n, year);
    if (minus) year = -year;
  } else {
    if (n < 4 || !r.Number(4, year)) return std::nullopt;
  }
  auto in_range = [&](const char* part, int64_t v, int64_t most) {
    if (v >= 1 && v <= most) return true;
    why = Text("there is no ", part, " ", v, " here (1 to ", most, ")");
    return false;
  };
  int64_t month = 1, day = 1;
  const bool hyphen = r.in.size() >= 2 && r.in.front() == '-' && (Reader::IsDigit(r.in[1]) || r.in[1] == 'W' || r.in[1] == 'w' || r.in[1] == 'Q' || r.in[1] == 'q');
  if (hyphen) r.Take('-');
  if (r.TakeAny('W')) {
    int64_t week = 1;
    if (!r.Number(2, week) || !in_range("week", week, WeeksInYear(year))) return std::nullopt;
    if (hyphen ? r.Take('-') : r.Digits() > 0) {
      if (!r.Number(1, day) || !in_range("day of the week", day, 7)) return std::nullopt;
    }
    return DaysFromWeek(year, static_cast<int>(week), static_cast<int>(day));
  }
  if (r.TakeAny('Q')) {
    int64_t quarter = 1;
    if (!r.Number(1, quarter) || !in_range("quarter", quarter, 4)) return std::nullopt;
    const int64_t first = DaysFromCivil(year, static_cast<int>(3 * quarter - 2), 1);
    const int64_t next = quarter == 4 ? DaysFromCivil(year + 1, 1, 1) : DaysFromCivil(year, static_cast<int>(3 * quarter + 1), 1);
    if (hyphen ? r.Take('-') : r.Digits() > 0) {
      if (!r.Number(2, day) || !in_range("day of the quarter", day, next - first)) return std::nullopt;
    }
    return first + day - 1;
  }
  n = r.Digits();
  if (!hyphen && (n == 0 || sign)) {
    if (n > 0) return std::nullopt;
    return DaysFromCivil(year, 1, 1);
  }
  if (n == 3) {  // ordinal day
    if (!r.Number(3, day) || !in_range("day of the year", day, IsLeapYear(year) ? 366 : 365)) return std::nullopt;
    return DaysFromCivil(year, 1, 1) + day - 1;
  }
  if (n != 2 && (hyphen || n != 4)) return std::nullopt;
  if (!r.Number(2, month) || !in_range("month", month, 12)) return std::nullopt;
  if (hyphen ? r.Take('-') : n == 4) {
    if (!r.Number(2, day) || r.Digits() > 0) return std::nullopt;
    if (!in_range("day of that month", day, DaysInMonth(year, static_cast<int>(month)))) return std::nullopt;
  }
  return DaysFromCivil(year, static_cast<int>(month), static_cast<int>(day));
}

struct TimeOfDay { int64_t seconds = 0, nanos = 0; };

std::optional<TimeOfDay> TakeTime(Reader& r, std::string& why) {
  int64_t hour = 0, minute = 0, second = 0, nanos = 0;
  const size_t n = r.Digits();
  if (n != 2 && n != 4 && n != 6) return std::nullopt;
  r.Number(2, hour);
  bool seconds = false;
  if (n == 2) {
    if (r.Take(':')) {
      if (!r.Number(2, minute)) return std::nullopt;
      if (r.Take(':')) {
        if (!r.Number(2, second)) return std::nullopt;
        seconds = true;
      }
    }
  } else {
    r.Number(2, minute);
    seconds = n == 6 && r.Number(2, second);
  }
  if (seconds && !r.Fraction(nanos)) return std::nullopt;
  auto in_range = [&](const char* part, int64_t v, int64_t most) {
    if (v <= most) return true;
    why = Text("there is no ", part, " ", v, " (0 to ", most, ")");
    return false;
  };
  if (!in_range("hour", hour, 23) || !in_range("minute", minute, 59) || !in_range("second", second, 59)) return std::nullopt;
  return TimeOfDay{hour * 3600 + minute * 60 + second, nanos};
}

// Z, +HH, +HHMM, +HH:MM, +HH:MM:SS and so with minus.
std::optional<int32_t> TakeOffset(Reader& r, std::string& why) {
  if (r.TakeAny('Z')) return 0;
  const bool minus = r.Take('-');
  if (!minus && !r.Take('+')) return std::nullopt;
  int64_t hour = 0, minute = 0, second = 0;
  if (!r.Number(2, hour)) return std::nullopt;
  if (r.Take(':')) {
    if (!r.Number(2, minute)) return std::nullopt;
    if (r.Take(':') && !r.Number(2, second)) return std::nullopt;
  } else if (r.Digits() >= 2) {
    r.Number(2, minute);
    if (r.Digits() >= 2) r.Number(2, second);
  }
  const int64_t total = hour * 3600 + minute * 60 + second;
  if (minute > 59 || second > 59 || total > kMaxOffset) {
    why = "an offset lies between -18:00 and +18:00";
    return std::nullopt;
  }
  return static_cast<int32_t>(minus ? -total : total);
}

Status Bad(std::string_view expected, std::string_view found, const std::string& why) {
  return Status(Code::kInvalid, Text("expected ", expected, ", found '", found, "'", why.empty() ? "" : "; ", why));
}

struct DateAndTime {
  int64_t days = 0;
  TimeOfDay time;
};

std::optional<DateAndTime> TakeDateAndTime(Reader& r, std::string& why) {
  DateAndTime out;
  const std::optional<int64_t> days = TakeDate(r, why);
  if (!days) return std::nullopt;
  out.days = *days;
  if (r.TakeAny('T') || r.Take(' ')) {
    const std::optional<TimeOfDay> time = TakeTime(r, why);
    if (!time) return std::nullopt;
    out.time = *time;
  }
  return out;
}

// All zones of the database by name, made at the first use (some 600, in 3 ms) and never changed: to make one for every
// question would cost a hundred times what the answer does.
using Zones = std::unordered_map<std::string, std::unique_ptr<const icu::TimeZone>>;
const Zones& AllZones() {
  static const Zones zones = [] {
    Zones out;
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<icu::StringEnumeration> names(icu::TimeZone::createEnumeration(error));
    while (U_SUCCESS(error)) {
      const icu::UnicodeString* const name = names->snext(error);
      if (name == nullptr) break;
      std::string text;
      name->toUTF8String(text);
      if (text == "Etc/Unknown") continue;  // what ICU gives for names that it does not know
      out.emplace(std::move(text), icu::TimeZone::createTimeZone(*name));
    }
    return out;
  }();
  return zones;
}

// `made` holds the zone where it is none of the database (GMT+3).
Result<const icu::TimeZone*> FindZone(const std::string& zone, std::unique_ptr<const icu::TimeZone>& made) {
  if (const auto known = AllZones().find(zone); known != AllZones().end()) return known->second.get();
  made.reset(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
  if (!made || *made == icu::TimeZone::getUnknown()) {
    return Status(Code::kInvalid, Text("there is no time zone '", zone, "'; zones are named as in Asia/Shanghai"));
  }
  return made.get();
}

// One part of a duration: sign, digits, fraction. Parts of more than 15 digits are refused, so that sums stay exact.
struct Part {
  bool minus = false;
  int64_t whole = 0, billionths = 0;
};

}  // namespace

bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int DaysInMonth(int64_t year, int month) {
  if (month == 2) return IsLeapYear(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int64_t DaysFromCivil(int64_t year, int month, int day) {
  const int64_t y = month <= 2 ? year - 1 : year;     // the year that began last March
  const int64_t m = month <= 2 ? month + 9 : month - 3;
  const int64_t cycle = FloorDiv(y, 400), of_cycle = y - 400 * cycle;
  const int64_t day_of_year = (153 * m + 2) / 5 + day - 1;  // months from March have 31 30 31 30 31, twice and more
  return 146097 * cycle + 365 * of_cycle + of_cycle / 4 - of_cycle / 100 + day_of_year - 719468;  // 0000-03-01
}

CivilDate CivilFromDays(int64_t days) {
  const int64_t shifted = days + 719468;
  const int64_t cycle = FloorDiv(shifted, 146097);
  int64_t rest = shifted - 146097 * cycle;
  // Centuries of 36,524 days, the fourth one day longer; then four-year groups of 1,461; then years of 365.
  const int64_t century = std::min<int64_t>(rest / 36524, 3);
  rest -= 36524 * century;
  const int64_t four = std::min<int64_t>(rest / 1461, 24);
  rest -= 1461 * four;
  const int64_t one = std::min<int64_t>(rest / 365, 3);
  rest -= 365 * one;
  const int64_t m = (5 * rest + 2) / 153;
  CivilDate c;
  c.day = static_cast<int>(rest - (153 * m + 2) / 5 + 1);
  c.month = static_cast<int>(m < 10 ? m + 3 : m - 9);
  c.year = 400 * cycle + 100 * century + 4 * four + one + (c.month <= 2);
  return c;
}

int DayOfWeek(int64_t days) { return static_cast<int>(FloorMod(days + 3, 7)) + 1; }  // 1970-01-01 was a Thursday

int64_t DaysFromWeek(int64_t week_year, int week, int day) {
  const int64_t fourth = DaysFromCivil(week_year, 1, 4);  // 4 January is always in week 1
  return fourth - (DayOfWeek(fourth) - 1) + 7 * (week - 1) + (day - 1);
}

WeekDate WeekFromDays(int64_t days) {
  WeekDate w;
  w.day = DayOfWeek(days);
  w.year = CivilFromDays(days - w.day + 4).year;  // the year of the week's Thursday
  w.week = static_cast<int>((days - DaysFromWeek(w.year, 1, 1)) / 7) + 1;
  return w;
}

int WeeksInYear(int64_t week_year) {
  return static_cast<int>((DaysFromWeek(week_year + 1, 1, 1) - DaysFromWeek(week_year, 1, 1)) / 7);
}

Result<Date> ParseDate(std::string_view text) {
  Reader r{text};
  std::string why;
  const std::optional<int64_t> days = TakeDate(r, why);
  if (!days || !r.done()) {
    if (why.empty() && (text.find('/') != text.npos || text.find("年") != text.npos)) why = "write it with hyphens, year first";
    return Bad("a date such as 2025-09-11, 2025-09 or 2025", text, why);
  }
  return Date{*days};
}

Result<LocalTime> ParseLocalTime(std::string_view text) {
  Reader r{text};
  std::string why;
  const std::optional<TimeOfDay> time = TakeTime(r, why);
  if (!time || !r.done()) return Bad("a time such as 21:40:32.142", text, why);
  return LocalTime{time->seconds * kNanosPerSecond + time->nanos};
}

Result<Time> ParseTime(std::string_view text) {
  Reader r{text};
  std::string why;
  const std::optional<TimeOfDay> time = TakeTime(r, why);
  std::optional<int32_t> offset = 0;
  if (time && !r.done()) offset = TakeOffset(r, why);
  if (!time || !offset || !r.done()) return Bad("a time with its offset such as 21:40:32+08:00", text, why);
  return Time{time->seconds * kNanosPerSecond + time->nanos, *offset};
}

Result<LocalDateTime> ParseLocalDateTime(std::string_view text) {
  Reader r{text};
  std::string why;
  const std::optional<DateAndTime> t = TakeDateAndTime(r, why);
  if (!t || !r.done()) return Bad("a date and time without offset such as 2025-09-11T21:40:32", text, why);
  return LocalDateTime{t->days * 86400 + t->time.seconds, static_cast<int32_t>(t->time.nanos)};
}

Result<DateTime> ParseDateTime(std::string_view text) {
  Reader r{text};
  std::string why;
  constexpr std::string_view kExpected = "a date and time such as 2025-09-11T21:40:32+08:00 or …[Asia/Shanghai]";
  const std::optional<DateAndTime> t = TakeDateAndTime(r, why);
  if (!t) return Bad(kExpected, text, why);
  std::optional<int32_t> offset;
  if (!r.done() && r.in.front() != '[') {
    offset = TakeOffset(r, why);
    if (!offset) return Bad(kExpected, text, why);
  }
  DateTime out;
  const int64_t local = t->days * 86400 + t->time.seconds;
  out.nanos = static_cast<int32_t>(t->time.nanos);
  if (r.Take('[')) {
    if (r.in.size() < 2 || r.in.back() != ']') return Bad(kExpected, text, "the zone ends with ']'");
    out.zone = std::string(r.in.substr(0, r.in.size() - 1));
    const Result<int32_t> of_zone = offset ? ZoneOffsetAt(out.zone, local - *offset) : ZoneOffsetOfLocal(out.zone, local);
    if (!of_zone.ok()) return Bad(kExpected, text, of_zone.status().message());
    if (offset && *offset != *of_zone) {
      return Bad(kExpected, text, Text("the clocks of ", out.zone, " were at ", OffsetText(*of_zone), " then"));
    }
    offset = *of_zone;
  } else if (!r.done()) {
    return Bad(kExpected, text, why);
  }
  out.offset_s = offset.value_or(0);
  out.seconds = local - out.offset_s;
  return out;
}

Result<Duration> ParseDuration(std::string_view text) {
  Reader r{text};
  constexpr std::string_view kExpected = "a duration such as P1Y2M3DT4H5M6.7S";
  const bool negative = r.Take('-');
  if (!negative) r.Take('+');
  if (!r.TakeAny('P') || r.done()) return Bad(kExpected, text, "");

  Int128 months = 0, days = 0, nanos = 0;
  std::string why;
  // The form of a date and time: P2012-02-02T14:37:21.545.
  if (r.in.size() >= 10 && r.Digits() == 4 && r.in[4] == '-') {
    int64_t year = 0, month = 0, day = 0;
    TimeOfDay time;
    const bool date = r.Number(4, year) && r.Take('-') && r.Number(2, month) && r.Take('-') && r.Number(2, day);
    if (!date || month > 12 || day > 31) return Bad(kExpected, text, "");
    if (r.TakeAny('T')) {
      const std::optional<TimeOfDay> t = TakeTime(r, why);
      if (!t) return Bad(kExpected, text, why);
      time = *t;
    }
    months = year * 12 + month;
    days = day;
    nanos = Int128(time.seconds) * kNanosPerSecond + time.nanos;
  } else {
    // Units in this order, each at most once; a fraction flows down to the smaller units.
    constexpr std::string_view kUnits = "YMWDTHMS";
    size_t next = 0;
    bool time = false, any = false;
    while (!r.done()) {
      if (!time && r.TakeAny('T')) {
        time = true;
        next = 5;
        any = false;  // T must be followed by something
        continue;
      }
      Part part;
      part.minus = r.Take('-');
      if (!part.minus) r.Take('+');
      const size_t n = r.Digits();
      if (n == 0 || n > 15 || !r.Number(n, part.whole) || !r.Fraction(part.billionths) || r.done()) return Bad(kExpected, text, "");
      const char unit = static_cast<char>(r.in.front() & ~0x20);
      r.in.remove_prefix(1);
      const size_t at = kUnits.find(unit, next);
      if (at == kUnits.npos || unit == 'T' || (!time && at > 3)) return Bad(kExpected, text, "");
      next = at + 1;
      any = true;
      const int sign = part.minus ? -1 : 1;
      const Int128 whole = sign * Int128(part.whole), rest = sign * Int128(part.billionths);
      switch (at) {
        case 0: {
          const Int128 in_months = rest * 12;
          months += whole * 12 + in_months / kNanosPerSecond;
          const Int128 left = (in_months % kNanosPerSecond) * kSecondsPerMonth;
          days += left / kNanosPerDay;
          nanos += left % kNanosPerDay;
          break;
        }
        case 1: {
          months += whole;
          const Int128 left = rest * kSecondsPerMonth;
          days += left / kNanosPerDay;
          nanos += left % kNanosPerDay;
          break;
        }
        case 2: {
          const Int128 in_days = rest * 7;
          days += whole * 7 + in_days / kNanosPerSecond;
          nanos += (in_days % kNanosPerSecond) * 86400;
          break;
        }
        case 3: days += whole; nanos += rest * 86400; break;
        case 5: nanos += whole * 3600 * kNanosPerSecond + rest * 3600; break;
        case 6: nanos += whole * 60 * kNanosPerSecond + rest * 60; break;
        default: nanos += whole * kNanosPerSecond + rest; break;
      }
    }
    if (!any) return Bad(kExpected, text, "");
  }
  if (!r.done()) return Bad(kExpected, text, "");
  if (negative) months = -months, days = -days, nanos = -nanos;
  Int128 seconds = nanos / kNanosPerSecond, left = nanos % kNanosPerSecond;
  if (left < 0) left += kNanosPerSecond, --seconds;
  return Duration{static_cast<int64_t>(months), static_cast<int64_t>(days), static_cast<int64_t>(seconds), static_cast<int32_t>(left)};
}

std::string ToText(const Date& date) {
  std::string out;
  AppendDate(out, date.days);
  return out;
}

std::string ToText(const LocalTime& time) {
  std::string out;
  AppendTime(out, time.nanos / kNanosPerSecond, time.nanos % kNanosPerSecond);
  return out;
}

std::string ToText(const Time& time) { return ToText(LocalTime{time.nanos}) + OffsetText(time.offset_s); }

std::string ToText(const LocalDateTime& time) {
  std::string out;
  AppendDate(out, FloorDiv(time.seconds, 86400));
  out += 'T';
  AppendTime(out, FloorMod(time.seconds, 86400), time.nanos);
  return out;
}

std::string ToText(const DateTime& time) {
  std::string out = ToText(LocalDateTime{time.seconds + time.offset_s, time.nanos}) + OffsetText(time.offset_s);
  if (!time.zone.empty()) out += Text("[", time.zone, "]");
  return out;
}

std::string ToText(const Duration& d) {
  std::string out = "P";
  auto part = [&](int64_t v, char unit) {
    if (v != 0) out += Text(v, unit);
  };
  part(d.months / 12, 'Y');
  part(d.months % 12, 'M');
  part(d.days, 'D');
  // Hours, minutes and seconds share the sign of the sum: -60.001 s is PT-1M-0.001S.
  const Int128 total = Int128(d.seconds) * kNanosPerSecond + d.nanos;
  const int64_t whole = static_cast<int64_t>(total / kNanosPerSecond), nanos = static_cast<int64_t>(total % kNanosPerSecond);
  if (total != 0) {
    out += 'T';
    part(whole / 3600, 'H');
    part(whole / 60 % 60, 'M');
    if (whole % 60 != 0 || nanos != 0) {
      if (total < 0) out += '-';
      out += std::to_string(whole % 60 < 0 ? -(whole % 60) : whole % 60);
      AppendFraction(out, nanos < 0 ? -nanos : nanos);
      out += 'S';
    }
  }
  return out == "P" ? "PT0S" : out;
}

std::string OffsetText(int32_t offset_s) {
  if (offset_s == 0) return "Z";
  std::string out(1, offset_s < 0 ? '-' : '+');
  const int32_t abs = offset_s < 0 ? -offset_s : offset_s;
  AppendPadded(out, abs / 3600, 2);
  out += ':';
  AppendPadded(out, abs / 60 % 60, 2);
  if (abs % 60 != 0) {
    out += ':';
    AppendPadded(out, abs % 60, 2);
  }
  return out;
}

Result<int32_t> ParseOffset(std::string_view text) {
  Reader r{text};
  std::string why;
  const std::optional<int32_t> offset = TakeOffset(r, why);
  if (!offset || !r.done()) return Bad("an offset such as +08:00 or Z", text, why);
  return *offset;
}

Result<int32_t> ZoneOffsetAt(const std::string& zone, int64_t utc_seconds) {
  std::unique_ptr<const icu::TimeZone> made;
  LT_ASSIGN(const icu::TimeZone* const found, FindZone(zone, made));
  int32_t raw = 0, saving = 0;
  UErrorCode error = U_ZERO_ERROR;
  found->getOffset(static_cast<double>(utc_seconds) * 1000.0, false, raw, saving, error);
  if (U_FAILURE(error)) return Status(Code::kInvalid, Text("time zone '", zone, "': ", u_errorName(error)));
  return (raw + saving) / 1000;
}

Result<int32_t> ZoneOffsetOfLocal(const std::string& zone, int64_t local_seconds) {
  std::unique_ptr<const icu::TimeZone> made;
  LT_ASSIGN(const icu::TimeZone* const found, FindZone(zone, made));
  int32_t raw = 0, saving = 0;
  UErrorCode error = U_ZERO_ERROR;
  const double millis = static_cast<double>(local_seconds) * 1000.0;
  if (const auto* basic = dynamic_cast<const icu::BasicTimeZone*>(found)) {
    basic->getOffsetFromLocal(millis, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw, saving, error);
  } else {
    found->getOffset(millis, true, raw, saving, error);
  }
  if (U_FAILURE(error)) return Status(Code::kInvalid, Text("time zone '", zone, "': ", u_errorName(error)));
  return (raw + saving) / 1000;
}

}  // namespace liantu::graph
