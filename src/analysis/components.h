// SPDX-License-Identifier: Apache-2.0
// Weak and strong components. A component is named by its smallest vertex, so the answer is the same whatever the threads
// do. Biconnected components and articulation points belong to fragility.
#pragma once

#include <vector>

#include "analysis/common.h"
#include "analysis/distances.h"

namespace liantu::analysis {

struct ComponentsResult {
  Header header;
  std::vector<Vertex> component;  // per vertex: the smallest vertex of its component
  struct Component {
    Vertex smallest = 0;
    Vertex size = 0;
  };
  std::vector<Component> components;  // largest first, then by smallest vertex
};

// Ignoring directions. O(m) in practice: union by the smaller id over the first two edges of every vertex, then over the rest of those
// that are not in the largest component already (Afforest: Sutton, Ben-Nun & Barak 2018). A spent budget is kBudget or
// kCancelled: half-joined components would be wrong.
Result<ComponentsResult> WeakComponents(const Snapshot& g, Engine engine, const Budget& budget);

// Mutual reach along the edges; in an undirected snapshot the same as weak. O(n + m): vertices without in- or out-edges are taken off,
// the large component is found by a forward and a backward search (Fleischer, Hendrickson & Pinar 2000), the rest by
// Tarjan's depth-first search (1972). Budget as above.
Result<ComponentsResult> StrongComponents(const Snapshot& g, Engine engine, const Budget& budget);

}  // namespace liantu::analysis
