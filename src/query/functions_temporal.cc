// SPDX-License-Identifier: Apache-2.0
// The temporal functions of the language; what they compute is in temporal.cc.
#include "graph/temporal.h"
#include "query/function_tables.h"
#include "query/temporal.h"

namespace liantu::query {
namespace {

// A time zone as the clock functions take it: its name, or a map with it.
bool ZoneOf(Context& context, const Value& v, std::string& zone) {
  const Value* text = &v;
  if (v.kind() == Kind::kMap) {
    text = v.Find("timezone");
    if (text == nullptr || v.map().size() != 1) text = &v;
  }
  if (text->kind() != Kind::kString) {
    WrongKind(context, "the clock", "a time zone", v);
    return false;
  }
  zone = text->string();
  return true;
}

Value Clock(Context& context, Kind kind, const graph::DateTime& now, Args args) {
  std::string zone;
  if (!args.empty()) {
    if (args[0].is_null()) return {};
    if (!ZoneOf(context, args[0], zone)) return {};
  }
  return OrFail(context, CurrentTemporal(kind, now, zone));
}

template <Kind kKind>
Value Current(Context& context, Args args) { return Clock(context, kKind, context.Now(), args); }
template <Kind kKind>
Value RealTime(Context& context, Args args) { return Clock(context, kKind, Context::RealTime(), args); }

template <Kind kKind>
Value Make(Context& context, Args args) {
  if (args.empty()) return OrFail(context, CurrentTemporal(kKind, context.Now(), ""));
  return OrFail(context, MakeTemporal(kKind, args[0], context.Now()));
}

template <Kind kKind>
Value Truncate(Context& context, Args args) {
  for (const Value& v : args) {
    if (v.is_null()) return {};
  }
  if (args[0].kind() != Kind::kString) return WrongKind(context, "truncate", "a unit", args[0]);
  const Value input = args.size() > 1 ? args[1] : OrFail(context, CurrentTemporal(kKind, context.Now(), ""));
  const Value fields = args.size() > 2 ? args[2] : Value::Map({});
  return OrFail(context, TruncateTemporal(kKind, args[0].string(), input, fields, context.Now()));
}

Value MakeDuration(Context& context, Args args) { return OrFail(context, MakeTemporal(Kind::kDuration, args[0], context.Now())); }

template <Between kUnit>
Value BetweenTimes(Context& context, Args args) {
  const Result<graph::Duration> d = DurationBetween(args[0], args[1], kUnit);
  if (d.ok()) return Value::Of(*d);
  context.Fail(d.status());
  return {};
}

Value EpochSeconds(Context& context, Args args) {
  if (args[0].kind() != Kind::kInteger) return WrongKind(context, "datetime.fromEpoch", "integers", args[0]);
  if (args.size() > 1 && args[1].kind() != Kind::kInteger) return WrongKind(context, "datetime.fromEpoch", "integers", args[1]);
  return OrFail(context, FromEpoch(args[0].integer(), args.size() > 1 ? args[1].integer() : 0));
}
Value EpochMillis(Context& context, Args args) {
  if (args[0].kind() != Kind::kInteger) return WrongKind(context, "datetime.fromEpochMillis", "an Integer", args[0]);
  const int64_t millis = args[0].integer(), seconds = millis / 1000 - (millis % 1000 < 0);
  return OrFail(context, FromEpoch(seconds, (millis - seconds * 1000) * 1000000));
}

Value Timestamp(Context& context, Args) {
  const graph::DateTime now = context.Now();
  return Value::Integer(now.seconds * 1000 + now.nanos / 1000000);
}

}  // namespace

std::vector<Function> TemporalFunctions() {
  return {
      {"date", 0, 1, {kString | kMap | kInstantKinds}, Only(Kind::kDate), Make<Kind::kDate>, true, "date(input :: ANY) :: DATE",
       "A date from a text, a map or another temporal value; without argument the statement's clock."},
      {"date.transaction", 0, 1, {kString | kMap}, Only(Kind::kDate), Current<Kind::kDate>, true, "date.transaction(timezone :: STRING) :: DATE",
       "The date at the transaction's clock."},
      {"date.statement", 0, 1, {kString | kMap}, Only(Kind::kDate), Current<Kind::kDate>, true, "date.statement(timezone :: STRING) :: DATE",
       "The date at the statement's clock."},
      {"date.realtime", 0, 1, {kString | kMap}, Only(Kind::kDate), RealTime<Kind::kDate>, false, "date.realtime(timezone :: STRING) :: DATE",
       "The date now."},
      {"date.truncate", 1, 3, {kString, kInstantKinds, kMap}, Only(Kind::kDate), Truncate<Kind::kDate>, true,
       "date.truncate(unit :: STRING, input :: ANY, fields :: MAP) :: DATE", "Cut to the start of a unit, then the fields replaced."},
      {"localtime", 0, 1, {kString | kMap | kInstantKinds}, Only(Kind::kLocalTime), Make<Kind::kLocalTime>, true, "localtime(input :: ANY) :: LOCAL TIME",
       "A time of day from a text, a map or another temporal value; without argument the statement's clock."},
      {"localtime.transaction", 0, 1, {kString | kMap}, Only(Kind::kLocalTime), Current<Kind::kLocalTime>, true, "localtime.transaction(timezone :: STRING) :: LOCAL TIME",
       "The time of day at the transaction's clock."},
      {"localtime.statement", 0, 1, {kString | kMap}, Only(Kind::kLocalTime), Current<Kind::kLocalTime>, true, "localtime.statement(timezone :: STRING) :: LOCAL TIME",
       "The time of day at the statement's clock."},
      {"localtime.realtime", 0, 1, {kString | kMap}, Only(Kind::kLocalTime), RealTime<Kind::kLocalTime>, false, "localtime.realtime(timezone :: STRING) :: LOCAL TIME",
       "The time of day now."},
      {"localtime.truncate", 1, 3, {kString, kInstantKinds, kMap}, Only(Kind::kLocalTime), Truncate<Kind::kLocalTime>, true,
       "localtime.truncate(unit :: STRING, input :: ANY, fields :: MAP) :: LOCAL TIME", "Cut to the start of a unit, then the fields replaced."},
      {"time", 0, 1, {kString | kMap | kInstantKinds}, Only(Kind::kTime), Make<Kind::kTime>, true, "time(input :: ANY) :: ZONED TIME",
       "A time of day with its offset from a text, a map or another temporal value; without argument the statement's clock."},
      {"time.transaction", 0, 1, {kString | kMap}, Only(Kind::kTime), Current<Kind::kTime>, true, "time.transaction(timezone :: STRING) :: ZONED TIME",
       "The time of day with its offset at the transaction's clock."},
      {"time.statement", 0, 1, {kString | kMap}, Only(Kind::kTime), Current<Kind::kTime>, true, "time.statement(timezone :: STRING) :: ZONED TIME",
       "The time of day with its offset at the statement's clock."},
      {"time.realtime", 0, 1, {kString | kMap}, Only(Kind::kTime), RealTime<Kind::kTime>, false, "time.realtime(timezone :: STRING) :: ZONED TIME",
       "The time of day with its offset now."},
      {"time.truncate", 1, 3, {kString, kInstantKinds, kMap}, Only(Kind::kTime), Truncate<Kind::kTime>, true,
       "time.truncate(unit :: STRING, input :: ANY, fields :: MAP) :: ZONED TIME", "Cut to the start of a unit, then the fields replaced."},
      {"localdatetime", 0, 1, {kString | kMap | kInstantKinds}, Only(Kind::kLocalDateTime), Make<Kind::kLocalDateTime>, true, "localdatetime(input :: ANY) :: LOCAL DATETIME",
       "A date and time from a text, a map or another temporal value; without argument the statement's clock."},
      {"localdatetime.transaction", 0, 1, {kString | kMap}, Only(Kind::kLocalDateTime), Current<Kind::kLocalDateTime>, true, "localdatetime.transaction(timezone :: STRING) :: LOCAL DATETIME",
       "The date and time at the transaction's clock."},
      {"localdatetime.statement", 0, 1, {kString | kMap}, Only(Kind::kLocalDateTime), Current<Kind::kLocalDateTime>, true, "localdatetime.statement(timezone :: STRING) :: LOCAL DATETIME",
       "The date and time at the statement's clock."},
      {"localdatetime.realtime", 0, 1, {kString | kMap}, Only(Kind::kLocalDateTime), RealTime<Kind::kLocalDateTime>, false, "localdatetime.realtime(timezone :: STRING) :: LOCAL DATETIME",
       "The date and time now."},
      {"localdatetime.truncate", 1, 3, {kString, kInstantKinds, kMap}, Only(Kind::kLocalDateTime), Truncate<Kind::kLocalDateTime>, true,
       "localdatetime.truncate(unit :: STRING, input :: ANY, fields :: MAP) :: LOCAL DATETIME", "Cut to the start of a unit, then the fields replaced."},
      {"datetime", 0, 1, {kString | kMap | kInstantKinds}, Only(Kind::kDateTime), Make<Kind::kDateTime>, true, "datetime(input :: ANY) :: ZONED DATETIME",
       "A date and time with its zone from a text, a map or another temporal value; without argument the statement's clock."},
      {"datetime.transaction", 0, 1, {kString | kMap}, Only(Kind::kDateTime), Current<Kind::kDateTime>, true, "datetime.transaction(timezone :: STRING) :: ZONED DATETIME",
       "The date and time with its zone at the transaction's clock."},
      {"datetime.statement", 0, 1, {kString | kMap}, Only(Kind::kDateTime), Current<Kind::kDateTime>, true, "datetime.statement(timezone :: STRING) :: ZONED DATETIME",
       "The date and time with its zone at the statement's clock."},
      {"datetime.realtime", 0, 1, {kString | kMap}, Only(Kind::kDateTime), RealTime<Kind::kDateTime>, false, "datetime.realtime(timezone :: STRING) :: ZONED DATETIME",
       "The date and time with its zone now."},
      {"datetime.truncate", 1, 3, {kString, kInstantKinds, kMap}, Only(Kind::kDateTime), Truncate<Kind::kDateTime>, true,
       "datetime.truncate(unit :: STRING, input :: ANY, fields :: MAP) :: ZONED DATETIME", "Cut to the start of a unit, then the fields replaced."},
      {"datetime.fromEpoch", 1, 2, {kInteger, kInteger}, Only(Kind::kDateTime), Strict<EpochSeconds>, true,
       "datetime.fromEpoch(seconds :: INTEGER, nanoseconds = 0 :: INTEGER) :: ZONED DATETIME", "The instant so long after 1970-01-01T00:00Z."},
      {"datetime.fromEpochMillis", 1, 1, {kInteger}, Only(Kind::kDateTime), Strict<EpochMillis>, true,
       "datetime.fromEpochMillis(milliseconds :: INTEGER) :: ZONED DATETIME", "The instant so long after 1970-01-01T00:00Z."},
      {"timestamp", 0, 0, {}, kInteger, Timestamp, false, "timestamp() :: INTEGER", "Milliseconds since 1970-01-01T00:00Z at the statement's clock."},
      {"duration", 1, 1, {kString | kMap | kDuration}, kDuration, Strict<MakeDuration>, true, "duration(input :: ANY) :: DURATION",
       "A duration from a text such as P1Y2M3DT4H5M6.7S or a map such as {days: 14}."},
      {"duration.between", 2, 2, {kInstantKinds, kInstantKinds}, kDuration, Strict<BetweenTimes<Between::kAll>>, true,
       "duration.between(from :: ANY, to :: ANY) :: DURATION", "What lies between two points in time, in months, days and seconds."},
      {"duration.inMonths", 2, 2, {kInstantKinds, kInstantKinds}, kDuration, Strict<BetweenTimes<Between::kMonths>>, true,
       "duration.inMonths(from :: ANY, to :: ANY) :: DURATION", "The whole months between two points in time."},
      {"duration.inDays", 2, 2, {kInstantKinds, kInstantKinds}, kDuration, Strict<BetweenTimes<Between::kDays>>, true,
       "duration.inDays(from :: ANY, to :: ANY) :: DURATION", "The whole days between two points in time."},
      {"duration.inSeconds", 2, 2, {kInstantKinds, kInstantKinds}, kDuration, Strict<BetweenTimes<Between::kSeconds>>, true,
       "duration.inSeconds(from :: ANY, to :: ANY) :: DURATION", "The time between two points in time, in seconds."},
  };
}

}  // namespace liantu::query
