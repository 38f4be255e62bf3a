// SPDX-License-Identifier: Apache-2.0
// Parser and binder against openCypher's own scenarios, where they are found: what must fail at compile time fails
// there with that type and detail, and everything else passes both.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "query/binder.h"
#include "query/parser.h"
#include "query/procedure.h"
#include "tck_runner.h"

namespace liantu::query {
namespace {

struct Expected {
  std::string type, phase, detail;  // "SyntaxError", "compile time", "UndefinedVariable"; empty: success
};

Expected ExpectedOf(const tck::Scenario& scenario) {
  for (const tck::Step& step : scenario.steps) {
    const size_t raised = step.text.find(" should be raised at ");
    if (raised == std::string::npos) continue;
    const size_t begin = step.text.find(' ') + 1;
    const std::string rest = step.text.substr(raised + 21);
    return {step.text.substr(begin, raised - begin), rest.substr(0, rest.find(": ")), rest.substr(rest.find(": ") + 2)};
  }
  return {};
}

Status Check(const std::string& text, const ProcedureRegistry& procedures, Statement* out = nullptr) {
  auto statement = Parse(text);
  if (!statement.ok()) return statement.status();
  const Status bound = Bind(*statement, procedures);
  if (out != nullptr) *out = *std::move(statement);
  return bound;
}

// Of our own folder, and of openCypher's kit where it is found (LIANTU_TCK, else ../shared/tck/features beside the
// checkout).
std::vector<tck::Scenario> Scenarios() {
  const char* set = std::getenv("LIANTU_TCK");
  std::vector<tck::Scenario> all;
  for (const std::string& root : {std::string(LIANTU_SOURCE_DIR "/tests/query/features"),
                                  std::string(set != nullptr ? set : LIANTU_SOURCE_DIR "/../shared/tck/features")}) {
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root, none)) {
      if (entry.path().extension() != ".feature") continue;
      auto scenarios = tck::ParseFeature(entry.path().string(), entry.path().stem().string());
      EXPECT_TRUE(scenarios.ok()) << scenarios.status().message();
      if (scenarios.ok()) std::move(scenarios->begin(), scenarios->end(), std::back_inserter(all));
    }
  }
  EXPECT_FALSE(all.empty());
  return all;
}

TEST(FrontEnd, RaisesWhatOpenCypherExpectsAtCompileTimeAndNothingElse) {
  for (const tck::Scenario& scenario : Scenarios()) {
    ProcedureRegistry procedures;
    const Expected expected = ExpectedOf(scenario);
    for (const tck::Step& step : scenario.steps) {
      const std::string where = scenario.file + " " + scenario.name + ": " + step.doc;
      if (step.text.starts_with("there exists a procedure ")) {
        std::string signature = step.text.substr(25);
        signature = signature.substr(0, signature.rfind(':'));
        auto procedure = TableProcedure(signature, step.table.empty() ? std::vector<std::string>() : step.table[0], {});
        ASSERT_TRUE(procedure.ok()) << where << procedure.status().message();
        procedures.Replace(*std::move(procedure));
      } else if (step.text.starts_with("having executed")) {
        const Status status = Check(step.doc, procedures);
        EXPECT_TRUE(status.ok()) << where << "\n" << Render(status, step.doc);
      } else if (step.text.starts_with("executing")) {
        const bool control = step.text.starts_with("executing control");
        Statement statement;
        const Status status = Check(step.doc, procedures, &statement);
        if (control || expected.phase != "compile time") {
          if (expected.phase != "any time") EXPECT_TRUE(status.ok()) << where << "\n" << Render(status, step.doc);
        } else if (expected.detail == "MissingParameter") {
          EXPECT_FALSE(statement.parameters.empty()) << where;  // the session knows what was given
        } else {
          const QueryError error = Explain(status);
          EXPECT_EQ(error.type + ": " + error.detail, expected.type + ": " + expected.detail)
              << where << "\n"
              << Render(status, step.doc);
        }
      }
    }
  }
}

}  // namespace
}  // namespace liantu::query
