// SPDX-License-Identifier: Apache-2.0
// Reads a worked example of tests/vectors: its graph as a snapshot, names and groups of its vertices, its expectations.
// Vertices are numbered in the order of their names, so that "ties by id" is "ties by name".
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "analysis/common.h"

namespace liantu::analysis {

inline graph::SnapshotPtr MakeSnapshot(Vertex n, std::vector<Snapshot::Edge> edges, bool undirected, bool simple = false) {
  graph::Projection projection;
  projection.undirected = undirected;
  projection.simple = simple;
  auto made = Snapshot::FromEdges(n, std::move(edges), projection);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return *made;
}

struct VectorFile {
  nlohmann::json json;
  double tolerance = 0;
  std::vector<std::string> names;         // of the vertices, ascending
  std::map<std::string, Vertex> vertex;
  Groups groups;                          // -1 where the file gives none
  std::vector<std::string> group_names;   // ascending
  graph::SnapshotPtr graph;
  std::vector<nlohmann::json> edges;      // as the file lists them; edge id = position + 1

  // The worked example `name`; its edges stand in `graph` or at the top, or in the list that is given.
  explicit VectorFile(const std::string& name, bool directed_default = true, const nlohmann::json* other_edges = nullptr) {
    std::ifstream in(std::string(LIANTU_SOURCE_DIR) + "/tests/vectors/" + name + ".json");
    EXPECT_TRUE(in.good()) << name;
    json = nlohmann::json::parse(in);
    tolerance = json.value("tol", 0.0) + 1e-10;  // the files print ten decimals
    const nlohmann::json& source = json.contains("graph") ? json["graph"] : json;
    const bool directed = source.value("directed", directed_default);
    const nlohmann::json& list = other_edges != nullptr ? *other_edges : source.value("edges", nlohmann::json::array());
    std::map<std::string, std::string> group_of;
    if (source.contains("nodes") && other_edges == nullptr) {
      for (const auto& node : source["nodes"]) {
        const std::string id = node.is_string() ? node.get<std::string>() : node["id"].get<std::string>();
        vertex[id] = 0;
        if (node.is_object() && node.contains("group")) group_of[id] = node["group"];
      }
    }
    for (const auto& e : list) vertex[e[0]] = vertex[e[1]] = 0;
    for (auto& [id, v] : vertex) {
      v = static_cast<Vertex>(names.size());
      names.push_back(id);
    }
    std::map<std::string, int32_t> group_index;
    for (const auto& [id, group] : group_of) group_index[group] = 0;
    for (auto& [group, i] : group_index) {
      i = static_cast<int32_t>(group_names.size());
      group_names.push_back(group);
    }
    groups.assign(names.size(), -1);
    for (const auto& [id, group] : group_of) groups[vertex[id]] = group_index[group];
    std::vector<Snapshot::Edge> made;
    for (const auto& e : list) {
      edges.push_back(e);
      const double weight = e.size() > 2 && e[2].is_number() ? e[2].get<double>() : 1.0;
      made.push_back({vertex[e[0]], vertex[e[1]], weight, edges.size(), 0});
    }
    graph = MakeSnapshot(static_cast<Vertex>(names.size()), made, !directed);
  }
  const nlohmann::json& expected() const { return json["expected"]; }
  int32_t group(const std::string& name) const {
    return static_cast<int32_t>(std::find(group_names.begin(), group_names.end(), name) - group_names.begin());
  }
};

// A value that must be there and near.
inline void ExpectMeasure(const Measure& measure, double expected, double tolerance, const std::string& what = "") {
  ASSERT_TRUE(measure.defined()) << what << ": " << measure.reason;
  EXPECT_NEAR(*measure, expected, tolerance) << what;
}
inline void ExpectUndefined(const Measure& measure, const std::string& what = "") {
  EXPECT_FALSE(measure.defined()) << what;
  EXPECT_STRNE(measure.reason, "") << what;
}

// A random graph for property tests: `edges` pairs drawn with loops and parallel edges, weights 1 … 8 where `weighted`.
inline graph::SnapshotPtr RandomSnapshot(Vertex n, size_t edges, bool undirected, uint64_t seed, bool weighted = false,
                                         bool simple = false) {
  Random random(seed);
  std::vector<Snapshot::Edge> list;
  for (size_t i = 0; i < edges && n > 0; ++i) {
    list.push_back({static_cast<Vertex>(random.Below(n)), static_cast<Vertex>(random.Below(n)),
                    weighted ? 1.0 + static_cast<double>(random.Below(8)) : 1.0, i + 1, 0});
  }
  return MakeSnapshot(n, std::move(list), undirected, simple);
}
inline Groups RandomGroups(Vertex n, int32_t count, uint64_t seed, bool some_none = false) {
  Random random(seed);
  Groups groups(n);
  for (int32_t& g : groups) g = static_cast<int32_t>(random.Below(count + (some_none ? 1 : 0))) - (some_none ? 1 : 0);
  return groups;
}

}  // namespace liantu::analysis
