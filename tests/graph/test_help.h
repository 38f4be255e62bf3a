// SPDX-License-Identifier: Apache-2.0
// Small things that the graph tests share.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "base/files.h"
#include "graph/database.h"

namespace liantu::graph {

template <class T>
T Get(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.status().message();
    std::abort();  // nothing sensible can follow
  }
  return *std::move(result);
}
inline void Ok(const Status& status) { ASSERT_TRUE(status.ok()) << status.message(); }
template <class T>
void Ok(const Result<T>& result) { ASSERT_TRUE(result.ok()) << result.status().message(); }

inline std::shared_ptr<const Ontology> Industry() {
  const std::string path = std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json";
  return Get(Ontology::Parse(Get(ReadFile(path)), path));
}

inline std::unique_ptr<Database> MemoryDatabase(std::shared_ptr<const Ontology> ontology = nullptr) {
  return Get(Database::Open("memory:", {.create = true, .ontology = std::move(ontology)}));
}

}  // namespace liantu::graph
