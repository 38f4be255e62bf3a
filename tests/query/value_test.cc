// SPDX-License-Identifier: Apache-2.0
#include "query/value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "query/error.h"
#include "query/temporal.h"

namespace liantu::query {
namespace {

Value I(int64_t v) { return Value::Integer(v); }
Value F(double v) { return Value::Float(v); }
Value S(std::string v) { return Value::String(std::move(v)); }
Value L(ValueList v) { return Value::List(std::move(v)); }
const std::optional<bool> kTrue = true, kFalse = false, kUnknown = std::nullopt;
const double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(ValueEquality, NumbersAreEqualByValueAcrossTypes) {
  EXPECT_EQ(Equals(I(1), F(1.0)), kTrue);
  EXPECT_EQ(Equals(F(0.0), F(-0.0)), kTrue);
  EXPECT_EQ(Equals(I(9007199254740993), F(9007199254740992.0)), kFalse);  // 2^53 + 1 has no float
  EXPECT_EQ(Equals(I(std::numeric_limits<int64_t>::max()), F(9223372036854775808.0)), kFalse);
  EXPECT_EQ(Equals(F(kNan), F(kNan)), kFalse);
  EXPECT_EQ(Equals(I(1), S("1")), kFalse);
  EXPECT_EQ(Equals(Value(), I(1)), kUnknown);
}

TEST(ValueEquality, NullInsideMakesListsAndMapsUnknownUnlessSomethingElseDiffers) {
  EXPECT_EQ(Equals(L({I(1), Value()}), L({I(1), I(2)})), kUnknown);
  EXPECT_EQ(Equals(L({I(1), Value()}), L({I(2), I(2)})), kFalse);
  EXPECT_EQ(Equals(L({Value()}), L({Value(), Value()})), kFalse);
  EXPECT_EQ(Equals(L({}), L({})), kTrue);
  EXPECT_EQ(Equals(Value::Map({{"a", Value()}}), Value::Map({{"a", I(1)}})), kUnknown);
  EXPECT_EQ(Equals(Value::Map({{"a", Value()}}), Value::Map({{"b", Value()}})), kFalse);
  EXPECT_EQ(Equals(Value::Map({{"b", I(2)}, {"a", I(1)}}), Value::Map({{"a", F(1)}, {"b", I(2)}})), kTrue);
}

TEST(ValueOrder, InequalityKnowsOnlyLikeKinds) {
  EXPECT_LT(*CompareForInequality(I(1), F(1.5)), 0);
  EXPECT_GT(*CompareForInequality(S("b"), S("abc")), 0);
  EXPECT_LT(*CompareForInequality(S("Z"), S("广")), 0);
  EXPECT_LT(*CompareForInequality(Value::Boolean(false), Value::Boolean(true)), 0);
  EXPECT_FALSE(CompareForInequality(I(1), S("1")));
  EXPECT_FALSE(CompareForInequality(F(kNan), I(1)));
  EXPECT_FALSE(CompareForInequality(Value::Of(graph::Duration{1, 0, 0, 0}), Value::Of(graph::Duration{0, 30, 0, 0})));
  EXPECT_GT(*CompareForInequality(L({I(1), Value()}), L({I(1)})), 0);
  EXPECT_LT(*CompareForInequality(L({I(1), I(2)}), L({I(3), Value()})), 0);
  EXPECT_FALSE(CompareForInequality(L({I(1), I(2)}), L({I(1), Value()})));
}

TEST(ValueOrder, OrderByGoesFromMapsToNull) {
  const std::vector<Value> ascending = {
      Value::Map({}), Value::Map({{"a", I(1)}}), Value::Node(NodeId{3}), Value::Relationship(EdgeId{1}), L({}), L({I(1)}), L({I(1), Value()}),
      Value::Path({{NodeId{1}}, {}}), Value::Of(graph::Point{7203, 1, 2, 0}), Value::Of(graph::DateTime{10, 0, 0, ""}),
      Value::Of(graph::LocalDateTime{5, 0}), Value::Of(graph::Date{1}), Value::Of(graph::Time{7, 0}), Value::Of(graph::LocalTime{7}),
      Value::Of(graph::Duration{0, 1, 0, 0}), Value::Of(graph::Duration{1, 0, 0, 0}), S(""), S("a"), Value::Boolean(false), Value::Boolean(true),
      F(-std::numeric_limits<double>::infinity()), I(-1), F(0.5), I(1), F(1.5), F(kNan), Value()};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      const int expected = i < j ? -1 : i > j ? 1 : 0;
      EXPECT_EQ(CompareForOrder(ascending[i], ascending[j]), expected) << ToLiteral(ascending[i]) << " and " << ToLiteral(ascending[j]);
    }
  }
}

// A random value of any kind but entities too deep to be interesting.
Value Random(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 18 : 15)) {
    case 0: return Value();
    case 1: return Value::Boolean(random() % 2);
    case 2: return I(static_cast<int64_t>(random() % 5) - 2);
    case 3: return F(static_cast<double>(random() % 9) / 2 - 2);
    case 4: return I(int64_t{1} << (50 + random() % 13));
    case 5: return F(std::ldexp(1.0, static_cast<int>(50 + random() % 14)));
    case 6: return random() % 4 == 0 ? F(kNan) : F(random() % 2 ? -0.0 : 0.0);
    case 7: return S(random() % 2 ? "a" : "园区");
    case 8: return Value::Of(graph::Date{static_cast<int64_t>(random() % 3)});
    case 9: return Value::Of(graph::Time{static_cast<int64_t>(random() % 3) * 3600 * 1000000000, static_cast<int32_t>(random() % 3) * 3600});
    case 10: return Value::Of(graph::DateTime{static_cast<int64_t>(random() % 2), 0, static_cast<int32_t>(random() % 2) * 3600, random() % 2 ? "Asia/Shanghai" : ""});
    case 11: return Value::Of(graph::Duration{static_cast<int64_t>(random() % 2), static_cast<int64_t>(random() % 32), static_cast<int64_t>(random() % 2) * 86400, 0});
    case 12: return Value::Of(graph::Point{random() % 2 ? 7203 : 4326, static_cast<double>(random() % 2), random() % 5 ? 1.0 : kNan, 0});
    case 13: return Value::Node(NodeId{random() % 3 + 1});
    case 14: return random() % 2 ? Value::Relationship(EdgeId{random() % 3 + 1}) : Value::Path({{NodeId{1}, NodeId{random() % 2 + 1}}, {EdgeId{1}}});
    case 15:
    case 16: {
      ValueList list;
      for (size_t n = random() % 3; n > 0; --n) list.push_back(Random(random, depth - 1));
      return L(std::move(list));
    }
    default: {
      ValueMap map;
      for (size_t n = random() % 3; n > 0; --n) map.emplace_back(random() % 2 ? "a" : "b", Random(random, depth - 1));
      return Value::Map(std::move(map));
    }
  }
}

TEST(ValueOrder, IsATotalOrderThatEquivalenceAndHashAgreeWith) {
  std::mt19937 random(7);
  std::vector<Value> values;
  for (int i = 0; i < 220; ++i) values.push_back(Random(random, 2));
  for (const Value& a : values) {
    EXPECT_EQ(CompareForOrder(a, a), 0);
    for (const Value& b : values) {
      const int ab = CompareForOrder(a, b);
      ASSERT_EQ(ab, -CompareForOrder(b, a)) << ToLiteral(a) << " and " << ToLiteral(b);
      ASSERT_EQ(Equivalent(a, b), ab == 0);
      ASSERT_TRUE(ab != 0 || Hash(a) == Hash(b)) << ToLiteral(a) << " and " << ToLiteral(b);
      ASSERT_TRUE(Equals(a, b) != kTrue || Equivalent(a, b)) << ToLiteral(a) << " and " << ToLiteral(b);
      const std::optional<int> c = CompareForInequality(a, b);
      ASSERT_TRUE(!c || (*c < 0) == (ab < 0)) << ToLiteral(a) << " and " << ToLiteral(b);
    }
  }
  std::sort(values.begin(), values.end(), [](const Value& a, const Value& b) { return CompareForOrder(a, b) < 0; });
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = i; j < values.size(); ++j) ASSERT_LE(CompareForOrder(values[i], values[j]), 0);
  }
}

TEST(ValueText, FloatsShowAPointAndLargeOnesAnExponent) {
  EXPECT_EQ(ToText(F(1)), "1.0");
  EXPECT_EQ(ToText(F(-0.5)), "-0.5");
  EXPECT_EQ(ToText(F(0.1 + 0.2)), "0.30000000000000004");
  EXPECT_EQ(ToText(F(9999999)), "9999999.0");
  EXPECT_EQ(ToText(F(1e7)), "1.0E7");
  EXPECT_EQ(ToText(F(1.5e-4)), "1.5E-4");
  EXPECT_EQ(ToText(F(1e300)), "1.0E300");
  EXPECT_EQ(ToText(F(kNan)), "NaN");
  EXPECT_EQ(ToText(F(-INFINITY)), "-Infinity");
}

TEST(ValueText, LiteralsQuoteTextsKeysAndNestedValues) {
  EXPECT_EQ(ToLiteral(Value::Map({{"名称", S("O'Neil\n")}, {"a b", L({I(1), Value(), F(2)})}})), "{`a b`: [1, null, 2.0], 名称: 'O\\'Neil\\n'}");
  EXPECT_EQ(ToLiteral(Value::Of(graph::Date{0})), "date('1970-01-01')");
  EXPECT_EQ(ToLiteral(Value::Path({{NodeId{1}, NodeId{2}}, {EdgeId{7}}})), "<(#1)-[#7]-(#2)>");
  EXPECT_EQ(ToText(Value::Of(graph::Point{4326, 113.25, 23.125, 0})), "point({x: 113.25, y: 23.125, crs: 'wgs-84'})");
}

TEST(ValueBoxes, MapsSortTheirKeysAndKeepTheLastOfEqualOnes) {
  const Value m = Value::Map({{"b", I(1)}, {"a", I(2)}, {"b", I(3)}});
  ASSERT_EQ(m.map().size(), 2u);
  EXPECT_EQ(m.map()[0].first, "a");
  EXPECT_EQ(m.Find("b")->integer(), 3);
  EXPECT_EQ(m.Find("c"), nullptr);
  EXPECT_EQ(m.depth(), 1u);
  EXPECT_EQ(L({L({m})}).depth(), 3u);
  EXPECT_EQ(I(1).depth(), 0u);
  EXPECT_GE(L({S(std::string(1000, 'x'))}).HeapBytes(), 1000u);
}

TEST(ValueStorable, MapsEntitiesNestedAndMixedListsAreRefused) {
  auto refused = [](const Value& v) {
    const Result<graph::Value> stored = ToStorable(v);
    return !stored.ok() && Explain(stored.status()).detail == "InvalidPropertyType" && Explain(stored.status()).type == "TypeError";
  };
  EXPECT_TRUE(refused(Value::Map({})));
  EXPECT_TRUE(refused(Value::Node(NodeId{1})));
  EXPECT_TRUE(refused(L({Value::Map({})})));
  EXPECT_TRUE(refused(L({L({I(1)})})));
  EXPECT_TRUE(refused(L({I(1), Value()})));
  EXPECT_TRUE(refused(L({I(1), S("a")})));
  EXPECT_EQ(*ToStorable(L({})), graph::Value(graph::Value::List()));
  EXPECT_EQ(*ToStorable(Value()), graph::Value());
  for (const Value& v : {I(7), F(0.5), S("园区"), Value::Boolean(true), Value::Of(graph::Duration{1, 2, 3, 4}), L({S("a"), S("b")})}) {
    EXPECT_TRUE(Equivalent(Value::Of(*ToStorable(v)), v)) << ToLiteral(v);
  }
}

}  // namespace
}  // namespace liantu::query
