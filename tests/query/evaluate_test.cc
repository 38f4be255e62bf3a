// SPDX-License-Identifier: Apache-2.0
// Operators and expression forms, on values alone.
#include <gtest/gtest.h>

#include <random>

#include "evaluation.h"
#include "query/operators_scalar.h"

namespace liantu::query {
namespace {

struct Case {
  const char* text;
  const char* result;
};
void Check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Shown(c.text), c.result) << c.text;
}

TEST(Arithmetic, IntegersStayIntegersAndTruncateTowardZero) {
  Check({{"7 / 2", "3"}, {"-7 / 2", "-3"}, {"7 % -3", "1"}, {"-7 % 3", "-1"}, {"7.0 / 2", "3.5"}, {"-7.5 % 2", "-1.5"}, {"2 ^ 3", "8.0"},
         {"2 * 3.0", "6.0"}, {"1 + null", "null"}, {"+3", "3"}, {"-(-3)", "3"}});
}

TEST(Arithmetic, OverflowAndDivisionByZeroAreErrorsForIntegersOnly) {
  Check({{"9223372036854775807 + 1", "ArithmeticError: IntegerOverflow"}, {"-9223372036854775808 - 1", "ArithmeticError: IntegerOverflow"},
         {"4611686018427387904 * 2", "ArithmeticError: IntegerOverflow"}, {"1 / 0", "ArithmeticError: DivisionByZero"},
         {"1 % 0", "ArithmeticError: DivisionByZero"}, {"1 / 0.0", "Infinity"}, {"-1.0 / 0", "-Infinity"}, {"0.0 / 0.0", "NaN"},
         {"-9223372036854775808 / -1", "ArithmeticError: IntegerOverflow"}, {"-9223372036854775808 % -1", "0"}});
}

TEST(Arithmetic, PlusJoinsStringsAndLists) {
  Check({{"'a' + 'b'", "'ab'"}, {"'a' + 1", "'a1'"}, {"1.5 + 'a'", "'1.5a'"}, {"[1] + [2, 3]", "[1, 2, 3]"}, {"[1] + 2", "[1, 2]"}, {"0 + [1]", "[0, 1]"},
         {"[1] + null", "null"}, {"[1] + [null]", "[1, null]"}});
}

TEST(Logic, ThreeValuedTables) {
  const char* const values[] = {"true", "false", "null"};
  const char* const conjunction[] = {"true", "false", "null", "false", "false", "false", "null", "false", "null"};
  const char* const disjunction[] = {"true", "true", "true", "true", "false", "null", "true", "null", "null"};
  const char* const exclusive[] = {"false", "true", "null", "true", "false", "null", "null", "null", "null"};
  for (int i = 0; i < 9; ++i) {
    const std::string a = values[i / 3], b = values[i % 3];
    EXPECT_EQ(Shown(a + " AND " + b), conjunction[i]) << a << b;
    EXPECT_EQ(Shown(a + " OR " + b), disjunction[i]) << a << b;
    EXPECT_EQ(Shown(a + " XOR " + b), exclusive[i]) << a << b;
  }
  Check({{"NOT null", "null"}, {"NOT true", "false"}});
}

TEST(Logic, TheRightSideIsLeftAloneWhereTheLeftDecides) {
  Check({{"false AND 1 / 0 = 1", "false"}, {"true OR 1 / 0 = 1", "true"}, {"true AND 1 / 0 = 1", "ArithmeticError: DivisionByZero"}});
}

TEST(Comparison, ChainsAreConjunctions) {
  Check({{"1 < 2 < 3", "true"}, {"1 < 3 < 2", "false"}, {"1 < null < 2", "null"}, {"3 < 2 < null", "false"}, {"1 < 2 = 2 <> 3", "true"}, {"1 = 1.0", "true"},
         {"'a' < 1", "null"}, {"0.0 / 0.0 > 'a'", "null"}, {"0.0 / 0.0 > 1", "false"}, {"0.0 / 0.0 <> 0.0 / 0.0", "true"}, {"null = null", "null"},
         {"[1, 2] >= [1, null]", "null"}, {"[1, 0] >= [1]", "true"}, {"{a: 1} < {a: 2}", "null"}, {"true > false", "true"}});
}

TEST(Comparison, InIsTrueForAnyMatchAndUnknownOnlyForLackOfOne) {
  Check({{"1 IN [1, null]", "true"}, {"2 IN [1, null]", "null"}, {"2 IN [1]", "false"}, {"null IN []", "false"}, {"null IN [1]", "null"}, {"1 IN null", "null"},
         {"[1, null] IN [[1, 2]]", "null"}, {"[] IN [[]]", "true"}});
}

TEST(TextPredicates, GiveNullForWhatIsNoString) {
  Check({{"'广州市' STARTS WITH '广'", "true"}, {"'abc' ENDS WITH 'bc'", "true"}, {"'abc' CONTAINS ''", "true"}, {"'abc' CONTAINS 'B'", "false"},
         {"1 STARTS WITH 'a'", "null"}, {"'a' CONTAINS null", "null"}, {"'abc' =~ 'a.*'", "true"}, {"'xabc' =~ 'a.*'", "false"},
         {"'链条' =~ '链.'", "true"}, {"'a' =~ '('", "ArgumentError: InvalidArgumentValue"}});
  EXPECT_EQ(Shown("'" + std::string(40, 'a') + "!' =~ '(a+)+b'"), "ArgumentError: InvalidArgumentValue");
}

TEST(Subscripts, CountFromBothEndsAndGiveNullBeyond) {
  Check({{"[1, 2, 3][0]", "1"}, {"[1, 2, 3][-1]", "3"}, {"[1, 2, 3][3]", "null"}, {"[1, 2, 3][-4]", "null"}, {"[1][null]", "null"}, {"{a: 1}['a']", "1"},
         {"{a: 1}['b']", "null"}, {"{a: {b: 2}}.a.b", "2"}, {"null[0]", "null"}, {"null.a", "null"}});
  EXPECT_EQ(Shown("$m[1]", {{"m", Value::Map({})}}), "TypeError: MapElementAccessByNonString");
  EXPECT_EQ(Shown("$l['a']", {{"l", Value::List({})}}), "TypeError: ListElementAccessByNonInteger");
  EXPECT_EQ(Shown("$x.a", {{"x", Value::Integer(1)}}), "TypeError: InvalidArgumentType");
}

TEST(Subscripts, SlicesClampTheirBounds) {
  Check({{"[1, 2, 3, 4][1..3]", "[2, 3]"}, {"[1, 2, 3][..-1]", "[1, 2]"}, {"[1, 2, 3][-2..]", "[2, 3]"}, {"[1, 2, 3][-5..5]", "[1, 2, 3]"},
         {"[1, 2, 3][2..1]", "[]"}, {"[1, 2, 3][null..1]", "null"}, {"[1, 2, 3][1..null]", "null"}, {"null[1..2]", "null"}});
}

TEST(CaseExpression, SimpleAndSearched) {
  Check({{"CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' ELSE 'c' END", "'b'"}, {"CASE null WHEN null THEN 1 ELSE 2 END", "2"}, {"CASE 3 WHEN 1 THEN 1 END", "null"},
         {"CASE WHEN null THEN 1 WHEN 1 < 2 THEN 2 ELSE 3 END", "2"}, {"CASE WHEN false THEN 1 / 0 ELSE 3 END", "3"}});
}

TEST(Lists, ComprehensionsFilterAndMap) {
  Check({{"[x IN [1, 2, 3, 4] WHERE x % 2 = 0 | x * 10]", "[20, 40]"}, {"[x IN [1, null, 3] WHERE x > 1]", "[3]"}, {"[x IN null | x]", "null"},
         {"[x IN [[1], [2, 3]] | [y IN x | y + 1]]", "[[2], [3, 4]]"}, {"[x IN [1, 2] | [x IN [x] | x + 1]]", "[[2], [3]]"},
         {"reduce(s = 0, x IN [1, 2, 3] | s + x)", "6"}, {"reduce(s = '', x IN ['a', 'b'] | x + s)", "'ba'"}, {"reduce(s = 0, x IN null | s)", "null"}});
}

// Quantifiers against counting: the three values of each element, for all lists of up to four of them.
TEST(Quantifiers, AgreeWithCountingTruths) {
  const char* const values[] = {"true", "false", "null"};
  for (int size = 0, lists = 1; size <= 4; ++size, lists *= 3) {
    for (int code = 0; code < lists; ++code) {
      int counts[3] = {0, 0, 0};
      std::string list;
      for (int i = 0, rest = code; i < size; ++i, rest /= 3) {
        ++counts[rest % 3];
        list += std::string(i > 0 ? ", " : "") + values[rest % 3];
      }
      const auto [hits, misses, unknown] = std::tuple(counts[0], counts[1], counts[2]);
      const std::string tail = "(x IN [" + list + "] WHERE x)";
      EXPECT_EQ(Shown("all" + tail), misses > 0 ? "false" : unknown > 0 ? "null" : "true") << tail;
      EXPECT_EQ(Shown("any" + tail), hits > 0 ? "true" : unknown > 0 ? "null" : "false") << tail;
      EXPECT_EQ(Shown("none" + tail), hits > 0 ? "false" : unknown > 0 ? "null" : "true") << tail;
      EXPECT_EQ(Shown("single" + tail), hits > 1 ? "false" : unknown > 0 ? "null" : hits == 1 ? "true" : "false") << tail;
    }
  }
}

TEST(Maps, ProjectionsPickRenameAndTakeAll) {
  Check({{"[m IN [{a: 1, b: 2}] | m {.a, c: 3}]", "[{a: 1, c: 3}]"}, {"[m IN [{a: 1, b: 2}] | m {.*, b: 5}]", "[{a: 1, b: 5}]"},
         {"[m IN [null] | m {.a}]", "[null]"}});
}

TEST(Types, TestsKnowNullabilityListsAndAlternatives) {
  Check({{"1 IS :: INTEGER", "true"}, {"null IS :: INTEGER", "true"}, {"null IS :: INTEGER NOT NULL", "false"}, {"1.5 IS NOT :: INTEGER", "true"},
         {"[1, 2] IS :: LIST<INTEGER>", "true"}, {"[1, 'a'] IS :: LIST<INTEGER>", "false"}, {"'a' IS :: INTEGER | STRING", "true"},
         {"date('2025-01-01') IS :: DATE", "true"}, {"[1, null] IS :: LIST<INTEGER NOT NULL>", "false"}});
}

TEST(Parameters, MissingOnesAreNamed) {
  EXPECT_EQ(Shown("$size + 1", {{"size", Value::Integer(2)}}), "3");
  const Result<Value> missing = Evaluated("$园区");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(Explain(missing.status()).type, "ParameterMissing");
  EXPECT_NE(Explain(missing.status()).message.find("园区"), std::string::npos);
}

TEST(Failures, CarryThePlaceOfTheExpression) {
  const Result<Value> failed = Evaluated("1 + 2 / 0");
  ASSERT_FALSE(failed.ok());
  const QueryError error = Explain(failed.status());
  ASSERT_TRUE(error.has_place);
  EXPECT_EQ(error.span, (Span{11, 16}));  // of "2 / 0" behind "RETURN 1 + "
}

TEST(Budgets, HugeListsAndTextsMeetTheMemoryBudget) {
  Budget budget;
  budget.set_max_bytes(64 << 20);
  for (const char* text : {"size(range(1, 1000000000))", "size(reduce(s = 'abcdefgh', x IN range(1, 60) | s + s))", "size(reduce(l = [1, 2], x IN range(1, 60) | l + l))",
                           "size(reduce(l = [], x IN range(1, 100000) | l + [range(1, 10000)]))", "size([x IN range(1, 100000) | range(1, 10000)])",
                           "size(replace(reduce(s = 'aaaaaaaa', x IN range(1, 18) | s + s), 'a', 'abcdefghabcdefghabcdefghabcdefghabcdefgh'))"}) {
    const Result<Value> v = Evaluated(text, {}, &budget);
    ASSERT_FALSE(v.ok()) << text;
    EXPECT_EQ(v.code(), Code::kBudget) << text << ": " << v.status().message();
  }
  EXPECT_TRUE(Evaluated("size(range(1, 1000000))", {}, &budget).ok());
}

TEST(Budgets, LongLoopsStopWithTheTime) {
  Budget budget;
  budget.set_timeout_ms(30);
  const Result<Value> v = Evaluated("reduce(s = 0, x IN range(1, 3000) | s + size([y IN range(1, 3000) | y % 7]))", {}, &budget);
  ASSERT_FALSE(v.ok());
  EXPECT_EQ(v.code(), Code::kBudget);
}

TEST(Budgets, NestingIsLimited) {
  EXPECT_EQ(Shown("reduce(l = [], x IN range(1, 100000) | [l])"), "ArgumentError: NumberOutOfRange");
  EXPECT_EQ(Shown("size(reduce(l = [], x IN range(1, 300) | [l]))"), "1");
  // Small in memory, but nobody could walk through it.
  EXPECT_EQ(Shown("size(reduce(l = [1], x IN range(1, 300) | [l, l]))"), "ArgumentError: NumberOutOfRange");
}

// Operators never crash and keep their promises for any two values.
TEST(Operators, AnyTwoValuesGiveAValueOrAFailure) {
  const char* const texts[] = {"null", "true", "1", "-9223372036854775808", "2.5", "'a'", "[1, 'a']", "{a: 1}", "date('2020-02-29')", "localtime('12:00')",
                               "time('12:00+01:00')", "localdatetime('2020-02-29T12:00')", "datetime('2020-02-29T12:00[Asia/Shanghai]')",
                               "duration('P1M2DT3S')", "point({x: 1, y: 2})"};
  std::vector<Value> values;
  for (const char* text : texts) values.push_back(*Evaluated(text));
  const Budget budget;
  const ValueMap none;
  for (const Value& a : values) {
    for (const Value& b : values) {
      for (int op = static_cast<int>(Op::kOr); op <= static_cast<int>(Op::kConcat); ++op) {
        const Op o = static_cast<Op>(op);
        if (o == Op::kNot || o == Op::kPlus || o == Op::kMinus) continue;
        Context context(none, budget);
        const Value out = ApplyBinary(context, o, a, b);
        EXPECT_TRUE(!context.failed() || out.is_null());
        const bool arithmetic = o >= Op::kAdd && o <= Op::kPower;
        EXPECT_TRUE(!arithmetic || (!a.is_null() && !b.is_null()) || (out.is_null() && !context.failed())) << OpText(o);
      }
    }
  }
}

}  // namespace
}  // namespace liantu::query
