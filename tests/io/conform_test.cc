// SPDX-License-Identifier: Apache-2.0
// Codes and allowed values: what passes, what is put right, what is told.
#include "io/conform.h"

#include <gtest/gtest.h>

namespace liantu::io {
namespace {

TEST(Conform, ACodeIsCheckedAndKeptInItsCanonicalWriting) {
  const graph::PropertySpec uscc{.name = "uscc", .format = "uscc"};
  graph::Value code("91350100 m000100y43");
  EXPECT_FALSE(Conform(uscc, code));
  EXPECT_EQ(code, graph::Value("91350100M000100Y43"));
  code = "91350100M000100Y44";
  const auto mismatch = Conform(uscc, code);
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->expected, "a code of the format uscc");
  EXPECT_EQ(mismatch->found, "91350100M000100Y44");
  EXPECT_FALSE(mismatch->problem.empty());
}

TEST(Conform, AllowedValuesMayBeWrittenByTheirNames) {
  graph::PropertySpec level{.name = "level"};
  level.values = {{"national", "国家级", "national"}, {"provincial", "省级", "provincial level"}};
  graph::Value value("省级");
  EXPECT_FALSE(Conform(level, value));
  EXPECT_EQ(value, graph::Value("provincial"));
  value = "provincial level";
  EXPECT_FALSE(Conform(level, value));
  EXPECT_EQ(value, graph::Value("provincial"));
  value = "nationl";
  const auto mismatch = Conform(level, value);
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->problem, "expected one of national, provincial, found 'nationl'; did you mean 'national'?");
  value = graph::Value(graph::Value::List{"national", "省级"});
  EXPECT_FALSE(Conform(level, value));
  EXPECT_EQ(value, graph::Value(graph::Value::List{"national", "provincial"}));
  value = graph::Value(graph::Value::List{"national", "xx"});
  EXPECT_TRUE(Conform(level, value));
}

}  // namespace
}  // namespace liantu::io
