// SPDX-License-Identifier: Apache-2.0
// Short words for the lists of methods in methods_<group>.cc: arguments that many methods share, and cells.
#pragma once

#include <string>
#include <vector>

#include "analysis/registry.h"

namespace liantu::analysis {

inline Argument GroupsArgument() {
  return {.name = "groups", .kind = ArgumentKind::kGroups, .help_en = "the group of each node", .help_zh = "每个节点所属的组", .required = true};
}
inline Argument BoolArgument(std::string name, bool value, std::string en, std::string zh) {
  return {.name = std::move(name), .kind = ArgumentKind::kBool, .default_text = value ? "true" : "false", .help_en = std::move(en), .help_zh = std::move(zh)};
}
inline Argument WeightedArgument() { return BoolArgument("weighted", false, "sums of weights instead of numbers of edges", "按权重求和，而不是数边"); }
inline Argument NodeArgument(std::string name, std::string en, std::string zh) {
  return {.name = std::move(name), .kind = ArgumentKind::kNode, .help_en = std::move(en), .help_zh = std::move(zh), .required = true};
}
inline Argument NodesArgument(std::string name, std::string en, std::string zh, bool required = true) {
  return {.name = std::move(name), .kind = ArgumentKind::kNodes, .help_en = std::move(en), .help_zh = std::move(zh), .required = required};
}
inline Argument NumbersArgument(std::string name, std::string en, std::string zh) {
  return {.name = std::move(name), .kind = ArgumentKind::kNumbers, .help_en = std::move(en), .help_zh = std::move(zh)};
}
inline Argument IntArgument(std::string name, std::string value, double min, double max, std::string en, std::string zh) {
  return {.name = std::move(name), .kind = ArgumentKind::kInt, .default_text = std::move(value), .help_en = std::move(en),
          .help_zh = std::move(zh), .min = min, .max = max};
}
inline Argument NumberArgument(std::string name, std::string value, double min, double max, std::string en, std::string zh) {
  return {.name = std::move(name), .kind = ArgumentKind::kNumber, .default_text = std::move(value), .help_en = std::move(en),
          .help_zh = std::move(zh), .min = min, .max = max};
}
inline Argument SeedArgument() {
  return IntArgument("seed", "1", 0, 9e15, "seed of the random choices", "随机数种子");
}

inline std::vector<Vertex> NodesOrNone(const Arguments& a, std::string_view name) {
  return a.Has(name) ? a.Nodes(name) : std::vector<Vertex>();
}
inline std::vector<double> NumbersOrNone(const Arguments& a, std::string_view name) {
  return a.Has(name) ? a.Numbers(name) : std::vector<double>();
}

inline Cell Count(uint64_t n) { return static_cast<int64_t>(n); }
inline Cell Node(Vertex v) {
  if (v == kNoVertex) return Missing{"none"};
  return VertexCell{v};
}
inline Cell List(std::vector<Vertex> vertices) { return VertexList{std::move(vertices)}; }

// 0 for `zero`, 1 for `one`, -1 else: the two sides of a bipartite question. kInvalid where a node stands on both.
inline Result<Groups> TwoSides(const Snapshot& g, const std::vector<Vertex>& zero, const std::vector<Vertex>& one) {
  Groups sides(g.vertex_count(), -1);
  for (Vertex v : zero) sides[v] = 0;
  for (Vertex v : one) {
    if (sides[v] == 0) return Status(Code::kInvalid, Text("node ", g.node_id(v).raw, " is named on both sides"));
    sides[v] = 1;
  }
  return sides;
}

}  // namespace liantu::analysis
