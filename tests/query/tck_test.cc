// SPDX-License-Identifier: Apache-2.0
// Our own scenarios always; openCypher's where they are found (LIANTU_TCK, or ../shared/tck/features beside the source tree): all
// of them pass but those of a short list that says why. Both executors are held to it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "tck_runner.h"

namespace liantu::tck {
namespace {

// Scenarios that we do not claim, by key (file: name), and why.
const std::map<std::string, std::string> kNotClaimed = {};

std::string TckFolder() {
  if (const char* folder = std::getenv("LIANTU_TCK")) return folder;
  return std::string(LIANTU_SOURCE_DIR) + "/../shared/tck/features";
}
const std::string kOwn = std::string(LIANTU_SOURCE_DIR) + "/tests/query/";

void ExpectAllPass(const std::string& folder, bool reference) {
  const auto outcomes = RunFolder(folder, "", reference);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status().message();
  EXPECT_FALSE(outcomes->empty());
  for (const Outcome& outcome : *outcomes) {
    if (!kNotClaimed.contains(outcome.Key())) EXPECT_TRUE(outcome.passed) << outcome.Key() << "\n" << outcome.reason;
  }
}

TEST(Tck, OwnScenariosPass) { ExpectAllPass(kOwn + "features", false); }
TEST(Tck, OwnScenariosPassInTheReferenceExecutor) { ExpectAllPass(kOwn + "features", true); }

TEST(Tck, OpenCyphersScenariosPassWhereTheyAreFound) {
  if (std::filesystem::is_directory(TckFolder())) {
    ExpectAllPass(TckFolder(), false);
    ExpectAllPass(TckFolder(), true);
  } else {
    std::puts("the openCypher scenarios are not here; set LIANTU_TCK to their folder to run them");
  }
}

TEST(Tck, RunnerFailsWhatDiffers) {
  const auto outcomes = RunFolder(kOwn + "wrong_features", "", false);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status().message();
  EXPECT_EQ(outcomes->size(), 10u);
  for (const Outcome& outcome : *outcomes) EXPECT_FALSE(outcome.passed) << outcome.Key();
}

}  // namespace
}  // namespace liantu::tck
