// SPDX-License-Identifier: Apache-2.0
// Scalar functions and aggregates with exact values.
#include "query/functions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "evaluation.h"

namespace liantu::query {
namespace {

struct Case {
  const char* text;
  const char* result;
};
void Check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Shown(c.text), c.result) << c.text;
}

TEST(FunctionTable, EveryEntryIsWholeAndFoundWithoutRegardToCase) {
  std::set<std::string> names;
  for (const Function& f : Functions()) {
    EXPECT_TRUE(names.insert(f.name).second) << f.name;
    EXPECT_EQ(FindFunction(f.name), &f);
    EXPECT_NE(f.call, nullptr) << f.name;
    EXPECT_TRUE(std::string(f.signature).starts_with(f.name + "(")) << f.name;
    EXPECT_NE(*f.help, '\0') << f.name;
    EXPECT_TRUE(f.max_args == 0 || !f.arguments.empty()) << f.name;
    EXPECT_TRUE(f.max_args == -1 || f.min_args <= f.max_args) << f.name;
  }
  EXPECT_EQ(FindFunction("TOUPPER"), FindFunction("toUpper"));
  EXPECT_EQ(FindFunction("nothing"), nullptr);
  EXPECT_EQ(NearestFunction("toUper"), "toUpper");
  EXPECT_EQ(NearestFunction("colect"), "collect");
  EXPECT_EQ(NearestFunction("zzzzzzzz"), "");
  EXPECT_EQ(FindAggregate("percentilecont")->name, "percentileCont");
}

TEST(FunctionTable, NullInGivesNullForStrictFunctionsOfAnyKind) {
  for (const char* call : {"abs(null)", "toUpper(null)", "size(null)", "keys(null)", "labels(null)", "type(null)", "date(null)", "duration(null)", "range(null, 2)",
                           "split('a', null)", "toInteger(null)", "substring(null, 1)", "point(null)", "date.truncate('day', null)", "date.realtime(null)",
                           "duration.between(null, null)", "nodes(null)", "head(null)", "round(null)", "isEmpty(null)"}) {
    EXPECT_EQ(Shown(call), "null") << call;
  }
}

// Whatever a function is given, it gives a value of the kinds it declares, or a failure and null; and where the kinds given
// are ones it declares, it never says that they are wrong.
TEST(FunctionTable, AnyArgumentsGiveADeclaredKindOrAFailure) {
  std::vector<Value> values;
  for (const char* text : {"null", "true", "0", "-1", "9223372036854775807", "2.5", "0.0 / 0.0", "''", "'a b'", "'广州'", "'year'", "'2020-02-29'", "[]", "[1, null, 'a']", "{}",
                           "{year: 2020, timezone: 'Z'}", "{x: 1, y: 2}", "date('2020-02-29')", "localtime('12:00')", "time('12:00+01:00')",
                           "localdatetime('2020-02-29T12:00')", "datetime('2020-02-29T12:00[Asia/Shanghai]')", "duration('P1M2DT3S')", "point({x: 1, y: 2})"}) {
    values.push_back(*Evaluated(text));
  }
  values.push_back(Value::Path({{NodeId{1}, NodeId{2}}, {EdgeId{1}}}));
  Budget budget;
  budget.set_max_bytes(1 << 20);
  const ValueMap none;
  for (const Function& f : Functions()) {
    const int most = f.max_args < 0 ? 2 : std::min(f.max_args, 3);
    for (int count = f.min_args; count <= most; ++count) {
      size_t tuples = 1;
      for (int i = 0; i < count; ++i) tuples *= values.size();
      for (size_t code = 0; code < tuples; code += count == 3 ? 7 : 1) {
        std::vector<Value> args;
        bool declared = true;
        for (size_t i = 0, rest = code; i < static_cast<size_t>(count); ++i, rest /= values.size()) {
          args.push_back(values[rest % values.size()]);
          declared = declared && (args.back().is_null() || (f.arguments[std::min(i, f.arguments.size() - 1)] & Only(args.back().kind())) != 0);
        }
        Context context(none, budget);
        const Value out = f.call(context, args);
        if (context.failed()) {
          EXPECT_TRUE(out.is_null()) << f.name;
          const QueryError error = Explain(context.status());
          if (declared && f.arguments[0] != kAnyKind && f.name != "round" && f.name != "split") {
            EXPECT_TRUE(error.detail != "InvalidArgumentValue" || error.type != "TypeError" || f.name.find("time") != f.name.npos || f.name.find("date") != f.name.npos)
                << f.name << ": " << error.message;
          }
        } else if (!out.is_null()) {
          EXPECT_NE(f.result & Only(out.kind()), 0u) << f.name << " gave " << ToLiteral(out);
        }
      }
    }
  }
}

TEST(StringFunctions, CountCharactersNotBytes) {
  Check({{"size('产业链')", "3"}, {"left('产业链图', 2)", "'产业'"}, {"right('产业链图', 1)", "'图'"}, {"substring('产业链图', 1, 2)", "'业链'"},
         {"substring('0123456789', 8)", "'89'"}, {"substring('abc', 5)", "''"}, {"left('abc', 10)", "'abc'"}, {"reverse('产业a')", "'a业产'"},
         {"char_length('a😀')", "2"}, {"left('abc', -1)", "ArgumentError: NumberOutOfRange"}, {"substring('abc', 0, -1)", "ArgumentError: NumberOutOfRange"}});
}

TEST(StringFunctions, TrimReplaceSplitAndCase) {
  Check({{"trim('  a b\\n')", "'a b'"}, {"trim('　广州　')", "'广州'"}, {"ltrim('  a ')", "'a '"}, {"rtrim(' a  ')", "' a'"}, {"btrim('xxaxx', 'x')", "'a'"},
         {"ltrim('链链a', '链')", "'a'"}, {"replace('banana', 'an', 'AN')", "'bANANa'"}, {"replace('abc', '', 'x')", "'abc'"}, {"replace('aaa', 'aa', 'b')", "'ba'"},
         {"split('a,b,,c', ',')", "['a', 'b', '', 'c']"}, {"split('产业链', '')", "['产', '业', '链']"}, {"split('', ',')", "['']"}, {"split('a,b;c', [',', ';'])", "['a', 'b', 'c']"},
         {"toUpper('straße')", "'STRASSE'"}, {"toLower('ABC')", "'abc'"}, {"upper('é')", "'É'"}, {"normalize('①', 'NFKC')", "'1'"},
         {"normalize('a', 'NFX')", "ArgumentError: InvalidArgumentValue"}});
}

TEST(ListFunctions, EndsPartsAndRanges) {
  Check({{"head([1, 2])", "1"}, {"head([])", "null"}, {"last([1, 2])", "2"}, {"tail([1, 2, 3])", "[2, 3]"}, {"tail([])", "[]"}, {"reverse([1, null, 3])", "[3, null, 1]"},
         {"size([1, null])", "2"}, {"range(1, 3)", "[1, 2, 3]"}, {"range(0, 10, 4)", "[0, 4, 8]"}, {"range(10, 0, -5)", "[10, 5, 0]"}, {"range(1, 0)", "[]"},
         {"range(9223372036854775805, 9223372036854775807)", "[9223372036854775805, 9223372036854775806, 9223372036854775807]"},
         {"range(2, 8, 0)", "ArgumentError: NumberOutOfRange"}, {"keys({b: 1, a: null})", "['a', 'b']"}, {"isEmpty([])", "true"}, {"isEmpty('a')", "false"},
         {"coalesce(null, null, 3, 4)", "3"}, {"coalesce(null)", "null"}, {"nullIf(1, 1.0)", "null"}, {"nullIf(1, 2)", "1"}});
}

TEST(MathFunctions, RoundingAndRanges) {
  Check({{"abs(-3)", "3"}, {"abs(-3.5)", "3.5"}, {"sign(-0.1)", "-1"}, {"ceil(0.1)", "1.0"}, {"floor(-0.1)", "-1.0"}, {"sqrt(12.96)", "3.6"}, {"round(2.5)", "3.0"},
         {"round(-1.5)", "-1.0"}, {"round(-1.6)", "-2.0"}, {"round(0.49999999999999994)", "0.0"}, {"round(1.249, 1)", "1.2"}, {"round(1.25, 1)", "1.3"},
         {"round(-1.25, 1)", "-1.3"}, {"round(1.005, 2)", "1.01"}, {"round(1.25, 1, 'HALF_DOWN')", "1.2"}, {"round(1.35, 1, 'HALF_EVEN')", "1.4"},
         {"round(1.25, 1, 'HALF_EVEN')", "1.2"}, {"round(1.21, 1, 'UP')", "1.3"}, {"round(-1.29, 1, 'DOWN')", "-1.2"}, {"round(-1.21, 1, 'FLOOR')", "-1.3"},
         {"round(-1.29, 1, 'CEILING')", "-1.2"}, {"round(9.99, 1)", "10.0"}, {"round(1234.5, -2)", "1200.0"}, {"round(60, -2)", "100.0"}, {"round(1.5, 1, 'X')", "ArgumentError: InvalidArgumentValue"},
         {"isNaN(0.0 / 0.0)", "true"}, {"isNaN(1)", "false"}, {"exp(0)", "1.0"}, {"log(e())", "1.0"}, {"log10(1000)", "3.0"}, {"atan2(0, -1) = pi()", "true"},
         {"degrees(pi())", "180.0"}, {"abs(-9223372036854775808)", "ArithmeticError: IntegerOverflow"}, {"0 <= rand() < 1", "true"}, {"haversin(0)", "0.0"}});
  EXPECT_EQ(Evaluated("randomUUID()")->string().size(), 36u);
}

TEST(ConversionFunctions, TextsThatAreNoNumbersGiveNullOtherKindsFail) {
  Check({{"toInteger('42')", "42"}, {"toInteger(' 2.9 ')", "2"}, {"toInteger('foo')", "null"}, {"toInteger(82.9)", "82"}, {"toInteger(true)", "1"},
         {"toInteger('9223372036854775808')", "null"}, {"toInteger([])", "TypeError: InvalidArgumentValue"}, {"toFloat('1e3')", "1000.0"}, {"toFloat('')", "null"},
         {"toFloat('0x10')", "null"}, {"toFloat('inf')", "null"}, {"toFloat('1e999')", "Infinity"}, {"toFloat(3)", "3.0"}, {"toFloat(true)", "TypeError: InvalidArgumentValue"}, {"toBoolean(' TRUE ')", "true"},
         {"toBoolean('tru')", "null"}, {"toBoolean(1.0)", "TypeError: InvalidArgumentValue"}, {"toBoolean(0)", "false"}, {"toString(1.0)", "'1.0'"},
         {"toString({})", "TypeError: InvalidArgumentValue"}, {"toString(date('2025-09-11'))", "'2025-09-11'"}, {"toIntegerOrNull([])", "null"}, {"toStringOrNull({})", "null"},
         {"toIntegerList(['1', 'a', 2.5, null, []])", "[1, null, 2, null, null]"}, {"toStringList([1, null, 'a'])", "['1', null, 'a']"},
         {"valueType(1)", "'INTEGER NOT NULL'"}, {"valueType(null)", "'NULL'"}, {"valueType([1, 'a', null])", "'LIST<INTEGER NOT NULL | NULL | STRING NOT NULL> NOT NULL'"},
         {"valueType([1, null])", "'LIST<INTEGER> NOT NULL'"}, {"valueType([])", "'LIST<NOTHING> NOT NULL'"}, {"valueType(datetime())", "'ZONED DATETIME NOT NULL'"}});
}

TEST(SpatialFunctions, DistancesAndBoxes) {
  Check({{"point({x: 3, y: 4}).crs", "'cartesian'"}, {"point({longitude: 113.26, latitude: 23.13}).srid", "4326"}, {"point({x: 1, y: 2, z: 3}).z", "3.0"},
         {"point({x: 1, y: 2, crs: 'wgs-84'}).longitude", "1.0"}, {"point({x: 1})", "ArgumentError: InvalidArgumentValue"},
         {"point({longitude: 0, latitude: 91})", "ArgumentError: InvalidArgumentValue"}, {"point({x: 1, y: null})", "null"},
         {"point.distance(point({x: 0, y: 0}), point({x: 3, y: 4}))", "5.0"}, {"point.distance(point({x: 0, y: 0}), point({longitude: 0, latitude: 0}))", "null"},
         // Guangzhou to Shenzhen, some 105 km.
         {"round(point.distance(point({longitude: 113.2644, latitude: 23.1291}), point({longitude: 114.0579, latitude: 22.5431})) / 1000)", "104.0"},
         {"point.withinBBox(point({x: 1, y: 1}), point({x: 0, y: 0}), point({x: 2, y: 2}))", "true"},
         {"point.withinBBox(point({longitude: 179, latitude: 1}), point({longitude: 170, latitude: 0}), point({longitude: -170, latitude: 2}))", "true"}});
}

Value Aggregated(const char* name, const std::vector<std::vector<Value>>& rows, std::string* failure = nullptr) {
  const Budget budget;
  const ValueMap none;
  Context context(none, budget);
  const auto aggregator = FindAggregate(name)->make();
  for (const std::vector<Value>& row : rows) aggregator->Add(context, row);
  Value out = context.failed() ? Value() : aggregator->Finish(context);
  if (context.failed() && failure != nullptr) *failure = Explain(context.status()).type + ": " + Explain(context.status()).detail;
  return out;
}
Value I(int64_t v) { return Value::Integer(v); }
Value F(double v) { return Value::Float(v); }

TEST(Aggregates, SumsKeepTheirTypeAndMeetOverflowOnlyAtTheEnd) {
  EXPECT_EQ(ToLiteral(Aggregated("sum", {})), "0");
  EXPECT_EQ(ToLiteral(Aggregated("sum", {{I(1)}, {Value()}, {I(2)}})), "3");
  EXPECT_EQ(ToLiteral(Aggregated("sum", {{I(1)}, {F(0.5)}})), "1.5");
  EXPECT_EQ(ToLiteral(Aggregated("sum", {{I(INT64_MAX)}, {I(1)}, {I(-2)}})), "9223372036854775806");
  std::string failure;
  Aggregated("sum", {{I(INT64_MAX)}, {I(1)}}, &failure);
  EXPECT_EQ(failure, "ArithmeticError: IntegerOverflow");
  Aggregated("sum", {{I(1)}, {Value::Of(graph::Duration{0, 1, 0, 0})}}, &failure);
  EXPECT_EQ(failure, "TypeError: InvalidArgumentValue");
  EXPECT_EQ(ToLiteral(Aggregated("sum", {{Value::Of(graph::Duration{1, 1, 0, 0})}, {Value::Of(graph::Duration{0, 2, 30, 0})}})), "duration('P1M3DT30S')");
}

TEST(Aggregates, MeansPercentilesAndDeviations) {
  EXPECT_EQ(ToLiteral(Aggregated("avg", {})), "null");
  EXPECT_EQ(ToLiteral(Aggregated("avg", {{I(1)}, {I(2)}, {Value()}})), "1.5");
  EXPECT_EQ(ToLiteral(Aggregated("avg", {{Value::Of(graph::Duration{0, 1, 0, 0})}, {Value::Of(graph::Duration{0, 2, 0, 0})}})), "duration('P1DT12H')");
  auto percentile = [](const char* name, double share) {
    std::vector<std::vector<Value>> rows;
    for (int v : {40, 10, 30, 20}) rows.push_back({I(v), F(share)});
    return ToLiteral(Aggregated(name, rows));
  };
  EXPECT_EQ(percentile("percentileDisc", 0), "10");
  EXPECT_EQ(percentile("percentileDisc", 0.5), "20");
  EXPECT_EQ(percentile("percentileDisc", 0.51), "30");
  EXPECT_EQ(percentile("percentileDisc", 1), "40");
  EXPECT_EQ(percentile("percentileCont", 0.5), "25.0");
  EXPECT_EQ(percentile("percentileCont", 1), "40.0");
  std::string failure;
  Aggregated("percentileCont", {{I(1), F(1.1)}}, &failure);
  EXPECT_EQ(failure, "ArgumentError: NumberOutOfRange");
  EXPECT_EQ(ToLiteral(Aggregated("stDev", {{I(2)}, {I(4)}, {I(4)}, {I(4)}, {I(5)}, {I(5)}, {I(7)}, {I(9)}, {Value()}})), "2.138089935299395");
  EXPECT_EQ(ToLiteral(Aggregated("stDevP", {{I(2)}, {I(4)}, {I(4)}, {I(4)}, {I(5)}, {I(5)}, {I(7)}, {I(9)}})), "2.0");
  EXPECT_EQ(ToLiteral(Aggregated("stDev", {{I(2)}})), "0.0");
}

TEST(Aggregates, ExtremesUseTheOrderOfOrderByAndSkipNull) {
  const std::vector<std::vector<Value>> mixed = {{I(1)}, {Value::String("a")}, {Value()}, {Value::List({I(1), I(2)})}, {F(0.2)}, {Value::String("b")}};
  EXPECT_EQ(ToLiteral(Aggregated("max", mixed)), "1");
  EXPECT_EQ(ToLiteral(Aggregated("min", mixed)), "[1, 2]");
  EXPECT_EQ(ToLiteral(Aggregated("max", {{Value()}})), "null");
  EXPECT_EQ(ToLiteral(Aggregated("collect", mixed)), "[1, 'a', [1, 2], 0.2, 'b']");
  EXPECT_EQ(ToLiteral(Aggregated("count", mixed)), "5");
  EXPECT_EQ(ToLiteral(Aggregated("count", {{}, {}, {}})), "3");
}

}  // namespace
}  // namespace liantu::query
