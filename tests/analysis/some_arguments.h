// SPDX-License-Identifier: Apache-2.0
// A value for each argument that a method of the registry asks for, so that tests and benchmarks can run every method on any
// graph without naming it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/registry.h"

namespace liantu::analysis {

// Eight vertices to ask about: those with most edges, by number of edges and then by number.
inline std::vector<Vertex> BusiestVertices(const Snapshot& g) {
  std::vector<Vertex> all(g.vertex_count());
  for (Vertex v = 0; v < all.size(); ++v) all[v] = v;
  const size_t kept = std::min<size_t>(8, all.size());
  const auto degree = [&](Vertex v) { return uint64_t{g.out_degree(v)} + g.in_degree(v); };
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                    [&](Vertex a, Vertex b) { return degree(a) != degree(b) ? degree(a) > degree(b) : a < b; });
  all.resize(kept);
  return all;
}

// `picks`: the vertices to ask about, eight at most. Groups go round: vertex v is in group v mod `groups`. An economy in which
// every sector makes a quarter more than it sells or uses.
inline Arguments SomeArguments(const Method& method, const Snapshot& g, const std::vector<Vertex>& picks, int32_t groups = 3) {
  Arguments out;
  const Vertex n = g.vertex_count();
  const auto pick = [&](size_t i) { return i < picks.size() ? picks[i] : static_cast<Vertex>(i); };
  for (const Argument& a : method.arguments) {
    switch (a.kind) {
      case ArgumentKind::kGroups: {
        if (a.name == "places") break;  // of a path, together with max_changes
        GroupColumn column;
        for (int32_t i = 0; i < groups; ++i) column.names.push_back("甲" + std::to_string(i));
        for (Vertex v = 0; v < n; ++v) column.groups.push_back(static_cast<int32_t>((a.name == "b" ? v / 2 : v) % static_cast<uint32_t>(groups)));
        for (int32_t& group : column.groups) group = std::min<int32_t>(group, static_cast<int32_t>(n) - 1);
        out.Set(a.name, std::move(column));
        break;
      }
      case ArgumentKind::kNode:
        out.Set(a.name, pick(a.name == "b" || a.name == "target" || a.name == "to" ? 1 : 0));
        break;
      case ArgumentKind::kNodes: {
        if (!a.required && method.name != "chain_gaps" && method.name != "dominators" && method.name != "removal") break;
        const bool second = a.name == "activities" || a.name == "carriers" || a.name == "segments" || a.name == "to" ||
                            (a.name == "targets" && method.name != "chain_gaps");
        std::vector<Vertex> nodes;
        for (size_t i = second ? 4 : 0; i < (second ? 8u : 4u) && i < picks.size(); ++i) nodes.push_back(picks[i]);
        if (method.name == "max_flow" && !nodes.empty()) nodes.resize(1);
        out.Set(a.name, std::move(nodes));
        break;
      }
      case ArgumentKind::kNumbers: {
        std::vector<double> numbers(n, 0.1);
        if (a.name == "gross_output" || a.name == "final_demand") {
          std::vector<double> sales(n, 0), inputs(n, 0);
          for (Vertex v = 0; v < n; ++v) {
            for (uint32_t arc = g.row_begin(v); arc < g.row_end(v); ++arc) sales[v] += g.weight(arc), inputs[g.target(arc)] += g.weight(arc);
          }
          for (Vertex v = 0; v < n; ++v) numbers[v] = 1 + 1.25 * std::max(sales[v], inputs[v]) - (a.name == "final_demand" ? sales[v] : 0);
        }
        out.Set(a.name, std::move(numbers));
        break;
      }
      case ArgumentKind::kPattern:
        if (a.required) out.Set(a.name, PatternText{".*", [](std::string_view) { return std::nullopt; }});
        break;
      default: break;  // has a default
    }
  }
  if (method.name == "complexity") out.Set("threshold", 0.6);  // so that few places do not fall apart
  return out;
}

// The same, once with all defaults and once more for each other value of a flag or choice; with the name of what differs.
inline std::vector<std::pair<std::string, Arguments>> ArgumentVariants(const Method& method, const Snapshot& g, const std::vector<Vertex>& picks) {
  const Arguments base = SomeArguments(method, g, picks);
  std::vector<std::pair<std::string, Arguments>> out{{method.name, base}};
  for (const Argument& a : method.arguments) {
    std::vector<Arguments::Value> values;
    if (a.kind == ArgumentKind::kBool) values.emplace_back(a.default_text != "true");
    for (const std::string& choice : a.choices) {
      if (choice != a.default_text) values.emplace_back(choice);
    }
    for (const Arguments::Value& value : values) {
      Arguments changed = base;
      changed.Set(a.name, value);
      const std::string* text = std::get_if<std::string>(&value);
      out.emplace_back(method.name + " with " + a.name + " " + (text != nullptr ? *text : std::get<bool>(value) ? "true" : "false"), std::move(changed));
    }
  }
  return out;
}

}  // namespace liantu::analysis
