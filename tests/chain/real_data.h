// SPDX-License-Identifier: Apache-2.0
// The shipped data set in memory, imported once for all tests of the program, and short texts of what answers say.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/files.h"
#include "chain/help.h"
#include "io/import.h"

namespace liantu::chain {

class RealData : public testing::Test {
 protected:
  static graph::Database& Store() {
    static graph::Database* db = [] {
      const auto schema = Get(ReadFile(std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json"));
      auto ontology = Get(graph::Ontology::Parse(schema, "schema/industry.json"));
      auto* made = Get(graph::Database::Open("memory:", {.create = true, .ontology = ontology})).release();
      const std::vector<std::string> paths{std::string(LIANTU_SOURCE_DIR) + "/data/guangdong"};
      const auto report = Get(io::Import(*made, paths, {}, Budget()));
      EXPECT_EQ(report.Total().rejected, 0u);
      return made;
    }();
    return *db;
  }
  RealData() : reader_(Get(Store().Read()), Lang::kZh) {}

  Entity Named(const std::string& name, const std::vector<std::string>& labels = {}) { return Get(reader_.Resolve(name, labels)); }

  Reader reader_;
};

// "a | b", sorted.
inline std::string Lines(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : " | ") + line;
  return out;
}

inline std::string Names(const std::vector<Entity>& entities) {
  std::vector<std::string> names;
  for (const Entity& e : entities) names.push_back(e.name);
  return Lines(names);
}

}  // namespace liantu::chain
