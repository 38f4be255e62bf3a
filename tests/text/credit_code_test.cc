// SPDX-License-Identifier: Apache-2.0
#include "text/credit_code.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "names.h"
#include "text/normalize.h"

namespace liantu::text {
namespace {

nlohmann::json Vector() {
  const auto bytes = ReadFile(LIANTU_SOURCE_DIR "/tests/vectors/uscc.json");
  return bytes.ok() ? nlohmann::json::parse(*bytes) : nlohmann::json();
}

TEST(CreditCode, AgreesWithThePublishedExamples) {
  const auto vector = Vector();
  ASSERT_EQ(vector["valid"].size(), 3u);
  for (const auto& one : vector["valid"]) {
    const std::string code = one["uscc"];
    EXPECT_TRUE(CheckCreditCode(code).ok()) << CheckCreditCode(code).message();
    EXPECT_TRUE(IsCreditCode(code));
    EXPECT_EQ(std::string(1, OrganisationCodeCheck(code.substr(8, 8))), one["org_check"]);
  }
  EXPECT_TRUE(IsCreditCode(vector["public_real_example"]["uscc"].get<std::string>()));
  EXPECT_FALSE(IsCreditCode(vector["public_wrong_example"]["uscc"].get<std::string>()));
  const std::string standard = vector["standard_example"]["first17"];
  EXPECT_EQ(std::string(1, CreditCodeCheck(standard)), vector["standard_example"]["check"]);
  for (const char* list : {"invalid", "wrong_chars"}) {
    ASSERT_FALSE(vector[list].empty());
    for (const std::string code : vector[list]) {
      EXPECT_FALSE(IsCreditCode(code)) << code;
      EXPECT_FALSE(CheckCreditCode(code).ok()) << code;
    }
  }
}

TEST(CreditCode, SaysWhatIsWrong) {
  const auto says = [](std::string_view code, const char* words) {
    const Status status = CheckCreditCode(code);
    EXPECT_EQ(status.code(), Code::kInvalid) << code;
    EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
  };
  says("", "0 characters");
  says("91440101MA5LT0011", "17 characters");
  says("91440101MA5LT0011MM", "19 characters");
  says("91440101ma5lt0011m", "capital");
  says("91440101MA5I00001X", "character 12, 'I'");
  says("91440101MA5LT0012M", "check character should be");
  says("91A40101MA5LT0011M", "division code");
  says("91440101MA5LT001中M", "other than digits");
  // A changed organisation code with the outer check made right again: its own check is reported.
  std::string code = "91440101MB5LT0011M";
  code[17] = CreditCodeCheck(code.substr(0, 17));
  says(code, "organisation code");
}

TEST(CreditCode, EverySingleErrorAndNeighbourSwapIsCaught) {
  const std::string good = "91440101MA5LT0011M";
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      std::string changed = good;
      changed[i] = c;
      EXPECT_EQ(IsCreditCode(changed), changed == good) << changed;
    }
    if (i + 1 < good.size() && good[i] != good[i + 1]) {
      std::string swapped = good;
      std::swap(swapped[i], swapped[i + 1]);
      EXPECT_FALSE(IsCreditCode(swapped)) << swapped;
    }
  }
}

TEST(CreditCode, CanonicalFormAndRegion) {
  EXPECT_EQ(CanonicalCreditCode(" 9144 0101-ma5lt0011m\u3000"), "91440101MA5LT0011M");
  EXPECT_EQ(CanonicalCreditCode("\uFF19\uFF11440101MA5LT0011\uFF2D"), "91440101MA5LT0011M");
  EXPECT_EQ(CreditCodeRegion("91440101MA5LT0011M"), "440101");
  EXPECT_EQ(CreditCodeRegion("91440101"), "");
}

TEST(CreditCode, CheckAndPredicateAgreeOnAnyBytes) {
  Random random(11);
  for (int i = 0; i < 20000; ++i) {
    std::string code = i % 2 ? random.Bytes(20) : "91440101MA5LT0011M";
    if (i % 2 == 0) code[random.Below(18)] = static_cast<char>(' ' + random.Below(95));
    const Status status = CheckCreditCode(code);
    ASSERT_EQ(IsCreditCode(code), status.ok());
    ASSERT_TRUE(IsUtf8(status.message()));
    CanonicalCreditCode(code);
  }
}

}  // namespace
}  // namespace liantu::text
