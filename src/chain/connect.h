// SPDX-License-Identifier: Apache-2.0
// How two entities hang together: the shortest and the k best readable connections between them, over every edge type
// that says something readable, walked in either direction. Hubs cost extra, so that not every path runs through 广州市.
//
// Cost of a path: 1 an edge, plus hub_penalty * log2(degree) for every entity between the ends, degree counting all
// edges of the entity in the store (Himmelstein & Baranzini 2015 give the idea; the additive form is ours, methods in
// docs/cli.md). The search grows from both ends over adjacency blocks, the cheaper side first, and stops as soon as no
// longer path can be better; hubs that would make it read more than its bound are met but not expanded, and the answer
// says so.
#pragma once

#include <string>
#include <vector>

#include "base/budget.h"
#include "chain/entity.h"

namespace liantu::chain {

struct ConnectOptions {
  size_t k = 3;                        // paths wanted, 1 … 100
  int max_hops = 6;                    // edges of the longest path, 1 … 12
  std::vector<std::string> types;      // only these edge types; empty: all but the ones that only vouch or measure
  std::vector<NodeId> avoid;           // not through these
  // An entity of degree 4 costs as much as one more edge, 广州市 with its hundreds as about four.
  double hub_penalty = 0.5;
  uint64_t max_edges = 100'000;        // read at most about so many
};

struct ConnectionEdge {
  graph::EdgeId edge;
  std::string type;                    // as stored
  bool forward = true;                 // from the step's first entity to its second
  std::vector<std::pair<std::string, std::string>> properties;  // name, value; those that say what kind (product, relation, title …)
  graph::Certainty certainty = graph::Certainty::kStated;
  std::vector<Source> sources;
};

struct Connection {
  std::vector<Entity> entities;                      // from … to
  std::vector<std::vector<ConnectionEdge>> steps;    // one fewer; every edge between the two, by edge id
  double cost = 0;
};

struct ConnectAnswer {
  Entity from, to;
  std::vector<Connection> connections;  // by cost, then fewer entities, then by ids
  std::vector<std::string> types;       // that were allowed, sorted; empty: all but `left_out`
  std::vector<std::string> left_out;    // by default
  uint64_t edges_read = 0;
  std::vector<Entity> not_expanded;     // hubs met but not expanded, by id, up to ten
  uint64_t not_expanded_total = 0;
  bool complete = true;                 // false: a better path may run through a hub that was not expanded, or the budget ended
  std::string stopped;
};

// Edge types left out where no types are asked for: what only vouches for an entity, measures it or doubts it.
const std::vector<std::string>& UnreadableTypes();

// kInvalid: k or max_hops out of range, an unknown type, an end that is to be avoided.
Result<ConnectAnswer> FindConnections(Reader& reader, const Entity& from, const Entity& to, const ConnectOptions& options,
                                      const Budget& budget);

}  // namespace liantu::chain
