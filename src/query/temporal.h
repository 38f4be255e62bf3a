// SPDX-License-Identifier: Apache-2.0
// Computing with temporal values as openCypher does: making them from texts, maps and each other, cutting them to a
// unit, their components, adding durations, and the durations between two of them. Texts and the calendar itself are
// graph/temporal.h. Failures carry openCypher's type and detail. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "graph/value.h"
#include "query/value.h"

namespace liantu::query {

// A value of `kind` from a text, a map of fields or another temporal value. `now` gives the current date where a map
// names only a time zone, and the offset of a zone for a time without a date. kDuration takes texts, maps, durations.
Result<Value> MakeTemporal(Kind kind, const Value& input, const graph::DateTime& now);
// The clock's reading as a value of `kind`, in a zone ("Asia/Shanghai", "+08:00"; empty: UTC).
Result<Value> CurrentTemporal(Kind kind, const graph::DateTime& now, std::string_view zone);
Result<Value> FromEpoch(int64_t seconds, int64_t nanos);

// kind.truncate(unit, input, fields): cut to the start of the unit, then the fields of the map replaced.
Result<Value> TruncateTemporal(Kind kind, std::string_view unit, const Value& input, const Value& fields, const graph::DateTime& now);

// value.name; none: values of this kind have no such component.
std::optional<Value> TemporalComponent(const Value& value, std::string_view name);
// x y z longitude latitude height crs srid.
std::optional<Value> PointComponent(const graph::Point& point, std::string_view name);

// value + duration (sign 1) or - duration (sign -1): months first, the day of the month kept or clamped, then days,
// then seconds.
Result<Value> AddDuration(const Value& value, const graph::Duration& duration, int sign);
Result<graph::Duration> AddDurations(const graph::Duration& a, const graph::Duration& b, int sign);
// duration * factor or / factor; what is lost of a month flows into days, of a day into seconds.
Result<graph::Duration> ScaleDuration(const graph::Duration& duration, const Value& factor, bool divide);
// By mean length (a month is 2,629,746 seconds, a day 86,400), then by months, days, seconds.
int CompareDurations(const graph::Duration& a, const graph::Duration& b);

enum class Between : uint8_t { kAll, kMonths, kDays, kSeconds };
// What must be added to `from` to come to `to`. What one of the two lacks (date, zone) is taken from the other, a missing
// time of day is midnight.
Result<graph::Duration> DurationBetween(const Value& from, const Value& to, Between unit);

}  // namespace liantu::query
