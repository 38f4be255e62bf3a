// SPDX-License-Identifier: Apache-2.0
// What the tests of chain/ and report/ share: answers as short texts of keys.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chain/entity.h"
#include "graph/tiny_graph.h"

namespace liantu::chain {

template <class T>
T Get(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status().message();
  if (!result.ok()) std::abort();
  return *std::move(result);
}

inline std::string Keys(const std::vector<Entity>& entities) {
  std::string out;
  for (const Entity& e : entities) out += (out.empty() ? "" : " ") + e.key;
  return out;
}

inline std::string Keys(const graph::Tiny& g, const std::vector<NodeId>& ids) {
  std::string out;
  for (NodeId id : ids) out += (out.empty() ? "" : " ") + g.name(id);
  return out;
}

}  // namespace liantu::chain
