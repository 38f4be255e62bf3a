// SPDX-License-Identifier: Apache-2.0
// Runs a method of the analysis registry on the store, with arguments as a user writes them: names become vertices, "city"
// or "MEMBER_OF:Cluster" becomes a group for each vertex, a property name becomes a number for each vertex. The commands
// rank, communities and analyze, and later CALL algo.*, go through here.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/registry.h"
#include "chain/entity.h"

namespace liantu::chain {

struct MethodAnswer {
  const analysis::Method* method = nullptr;
  graph::SnapshotPtr snapshot;   // vertices and arcs of the table refer to it
  analysis::Table table;
};

using TextArguments = std::vector<std::pair<std::string, std::string>>;  // name, text; lists by repeating the name

// kNotFound: no such method; kInvalid: an argument's fault, quoting it.
Result<MethodAnswer> CallMethod(Reader& reader, std::string_view method, const graph::Projection& projection,
                                const TextArguments& arguments, const Budget& budget);
// Why this entity scored as it did: the largest contributions.
Result<std::vector<analysis::Contribution>> ExplainCall(Reader& reader, const MethodAnswer& answer, const TextArguments& arguments,
                                                        NodeId entity, const Budget& budget);

// A group for each vertex. `by`: "label"; "province", "city", "district" (up the place tree); "TYPE:Label" (the node of that
// label at the other end of an edge of that type; several: the smallest edge id); else, and where the store has no such places, the
// name of a property.
Result<analysis::GroupColumn> GroupVertices(Reader& reader, const graph::Snapshot& snapshot, const std::string& by);

}  // namespace liantu::chain
