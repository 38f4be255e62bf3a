// SPDX-License-Identifier: Apache-2.0
// Parser and binder against openCypher's own scenarios, where they are found: what must fail at compile time fails there with
// that type and detail, and everything else passes both.
#include <gtest/gtest.h>

#include "query/binder.h"
#include "query/feature_file.h"
#include "query/parser.h"
#include "query/procedure.h"

namespace liantu::query {
namespace {

struct Expected {
  std::string type, phase, detail;  // "SyntaxError", "compile time", "UndefinedVariable"; empty: success
};

Expected ExpectedOf(const Scenario& scenario) {
  for (const FeatureStep& step : scenario.steps) {
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

TEST(FrontEnd, RaisesWhatOpenCypherExpectsAtCompileTimeAndNothingElse) {
  const std::vector<Scenario> scenarios = ReadFeatures(FeatureFolder());
  if (std::filesystem::exists(FeatureFolder())) EXPECT_FALSE(scenarios.empty());
  for (const Scenario& scenario : scenarios) {
    ProcedureRegistry procedures;
    const Expected expected = ExpectedOf(scenario);
    for (const FeatureStep& step : scenario.steps) {
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
          EXPECT_EQ(error.type + ": " + error.detail, expected.type + ": " + expected.detail) << where << "\n" << Render(status, step.doc);
        }
      }
    }
  }
}

}  // namespace
}  // namespace liantu::query
