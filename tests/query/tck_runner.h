// SPDX-License-Identifier: Apache-2.0
// Runs openCypher TCK scenarios (Gherkin feature files) on an in-memory store through the session interface: outlines expanded,
// results, errors (type, detail, phase) and side effects checked. Not a general Gherkin tool: it knows the TCK's steps.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace liantu::tck {

struct Step {
  std::string text;                            // without Given/When/Then/And
  std::string doc;                             // of a """ block
  bool has_table = false;
  std::vector<std::vector<std::string>> table;  // cells, unescaped
};
struct Scenario {
  std::string file;    // below the folder, without ".feature": "clauses/match/Match1"
  std::string name;    // with " (example 3)" for the third of an outline
  bool ignored = false;  // tagged @ignore
  std::vector<Step> steps;  // the background's first
};
// All scenarios of one file.
Result<std::vector<Scenario>> ParseFeature(const std::string& path, const std::string& file);

struct Outcome {
  std::string file, name;
  bool passed = false;
  std::string reason;  // of a failure
  std::string Key() const { return file + ": " + name; }
};
// Runs every scenario below `folder` whose key contains `filter`; named graphs are looked for in graphs/ inside or beside the
// folder. kIo where there is no such folder or a file cannot be read. `reference`: by the reference executor.
Result<std::vector<Outcome>> RunFolder(const std::string& folder, const std::string& filter, bool reference,
                                       const std::function<void(const Outcome&)>& on_outcome = {});

}  // namespace liantu::tck
