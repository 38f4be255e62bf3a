// SPDX-License-Identifier: Apache-2.0
// What the peers of the analysis benchmark share: synthetic graphs and the form of a task. The same scale gives the same
// graph on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

struct Graph {
  std::string name;
  uint32_t n = 0;
  std::vector<uint32_t> from, to, weight;  // directed, no loops, no duplicates, sorted; weights 1 … 255
  uint32_t sources[64] = {};               // with an out-edge
  size_t m() const { return from.size(); }
};

// "S", "M", "L": like the supply ties of 93,000, 930,000, 9,300,000 companies, about seven each, power-law on both ends, half of
// them within the buyer's city. "rmatNN": R-MAT, 2^NN vertices, 16 edges each, a = .57, b = c = .19. "ball": the first 20,000 vertices of M met
// by a breadth-first walk, with the edges among them.
Graph MakeGraph(const std::string& name);
// Each pair once, from the smaller end.
Graph Undirected(const Graph& g);

// One task of one peer. run() does it once, whole, and says the answer in figures that can be compared.
struct Task {
  std::string name;
  std::function<std::string()> run;
  int threads = 1;
};
struct Peer {
  std::string name;
  std::vector<Task> tasks;
  double build_seconds = 0;
  double bytes_per_edge = 0;  // live heap after the build, directed form with weights both ways
};

Peer Liantu(const Graph& g, const Graph& u);
Peer BoostGraph(const Graph& g, const Graph& u);
Peer Igraph(const Graph& g, const Graph& u);
Peer Floor(const Graph& g, const Graph& u);  // hand-written on arrays, one thread

// For each method of the registry whose name contains one of `only` (none: all): how long after the end of its budget it stops at worst, over budgets
// from 5 ms to half a second. Prints a table.
void MeasureStops(const std::string& graph, const std::vector<std::string>& only);
// The methods whose work is linear in the edges: processor time of one thread for each edge, on each graph.
void MeasureGrowth(const std::vector<std::string>& graphs, const std::vector<std::string>& only);

double Now();
double ProcessorSeconds();
double HeapBytes();
std::string Figures(double a, double b);

}  // namespace bench
