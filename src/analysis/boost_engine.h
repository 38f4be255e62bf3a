// SPDX-License-Identifier: Apache-2.0
// Boost.Graph's own algorithms on a snapshot in place, through boost_adapter.h: the engine that is always right, beside which
// our kernels stand and against which they are tested. No headers of Boost here; they cost seconds to compile. The traps of
// Boost 1.81 are put right here: a measure over unordered pairs comes out doubled on an undirected snapshot (halved again),
// and weights must have been checked by the caller. One thread; cannot be stopped.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/snapshot.h"

namespace liantu::analysis {

// 0xFFFFFFFF where unreached.
std::vector<uint32_t> BoostHops(const graph::Snapshot& g, graph::Vertex source);
// Infinity where unreached. Weights from 0.
std::vector<double> BoostDistances(const graph::Snapshot& g, graph::Vertex source, bool weighted);
// The smallest vertex of each vertex's component.
std::vector<graph::Vertex> BoostWeakComponents(const graph::Snapshot& g);
std::vector<graph::Vertex> BoostStrongComponents(const graph::Snapshot& g);
// Raw betweenness by Brandes; weights above 0. `arcs`, where given, gets that of every arc (undirected: both directions apart).
std::vector<double> BoostBetweenness(const graph::Snapshot& g, bool weighted, std::vector<double>* arcs);

}  // namespace liantu::analysis
