// SPDX-License-Identifier: Apache-2.0
// How far everything is from given vertices: hops by direction-optimising breadth-first search, weighted distances by
// delta-stepping, and reach under an edge-type pattern. Reachability questions are answered here, without listing a path.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "analysis/common.h"
#include "analysis/path_pattern.h"

namespace liantu::analysis {

// Which code answers: our kernels, or Boost.Graph through the adapter (the oracle of our tests; slower, one thread,
// stops only between sources). Boost walks rows as they are: direction kOut.
enum class Engine { kOwn, kBoost };

inline constexpr uint32_t kUnreached = 0xFFFFFFFFu;
inline constexpr double kInfiniteDistance = std::numeric_limits<double>::infinity();

struct HopsOptions {
  graph::Direction direction = graph::Direction::kOut;
  uint32_t max_hops = 0;                 // 0: no limit
  const PathPattern* pattern = nullptr;  // only walks whose edge types match; its marks decide the direction
  Engine engine = Engine::kOwn;
};

struct HopsResult {
  Header header;
  std::vector<uint32_t> hops;  // from the nearest source; kUnreached
  uint64_t reached = 0;        // sources included
};
// Fewest hops from any of the sources. O(n + m), often far less than m; with a pattern O(states * (n + m)). Partial: vertices not
// reached yet are kUnreached. (Beamer, Asanović & Patterson 2012)
Result<HopsResult> HopsFrom(const Snapshot& g, std::span<const Vertex> sources, const HopsOptions& options, const Budget& budget);

struct DistanceOptions {
  graph::Direction direction = graph::Direction::kOut;
  bool weighted = true;
  Engine engine = Engine::kOwn;
};

struct DistanceResult {
  Header header;
  std::vector<double> distance;  // from the nearest source; kInfiniteDistance where unreached
  uint64_t reached = 0;
};
// Least sum of weights from any of the sources. kInvalid: negative or infinite weights. Partial: distances are upper bounds.
// (Dijkstra 1959; Meyer & Sanders 2003)
Result<DistanceResult> DistancesFrom(const Snapshot& g, std::span<const Vertex> sources, const DistanceOptions& options,
                                     const Budget& budget);

class Stopper;
// The bare search, for methods that run it many times: hops must hold vertex_count() entries of kUnreached.
void SearchBreadthFirst(const Snapshot& g, std::span<const Vertex> sources, graph::Direction direction, uint32_t max_hops,
                        std::vector<uint32_t>& hops, Stopper& stop);

}  // namespace liantu::analysis
