// SPDX-License-Identifier: Apache-2.0
// Every method of the registry as `liantu analyze` runs it: how late it stops when its time is up, and how its time grows with the
// graph.
#include <malloc.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "../../../tests/analysis/some_arguments.h"
#include "bench.h"

namespace bench {

using namespace liantu;  // NOLINT: the peer under test
using namespace liantu::analysis;

namespace {

// Methods that make whole tables get graphs that are as large as their tables may be.
const std::set<std::string> kSectorMethods{"leontief", "propagation_length", "hypothetical_extraction"};
const std::set<std::string> kTableMethods{"location_quotient", "relatedness", "proximity", "complexity"};
constexpr Vertex kSectors = 1500, kPlaces = 1000, kActivities = 4000;

graph::SnapshotPtr SectorGraph() {
  std::vector<Snapshot::Edge> edges;
  analysis::Random random(1);
  for (Vertex v = 0; v < kSectors; ++v) {
    for (Vertex u = 0; u < kSectors; ++u) {
      if (random.Below(10) < 3) edges.push_back({v, u, 1.0 + static_cast<double>(random.Below(100))});
    }
  }
  return *Snapshot::FromEdges(kSectors, std::move(edges));
}

graph::SnapshotPtr TableGraph() {
  std::vector<Snapshot::Edge> edges;
  analysis::Random random(2);
  for (Vertex c = 0; c < kPlaces; ++c) {
    for (Vertex i = 0; i < 40 + c; ++i) edges.push_back({c, static_cast<Vertex>(kPlaces + random.Below(kActivities)), 1.0 + static_cast<double>(random.Below(9))});
  }
  return *Snapshot::FromEdges(kPlaces + kActivities, std::move(edges));
}

graph::SnapshotPtr Weighted(const Graph& g, bool undirected) {
  std::vector<Snapshot::Edge> edges;
  edges.reserve(g.m());
  for (size_t i = 0; i < g.m(); ++i) edges.push_back({g.from[i], g.to[i], static_cast<double>(g.weight[i])});
  graph::Projection projection;
  projection.undirected = undirected;
  return *Snapshot::FromEdges(g.n, std::move(edges), projection);
}

Arguments ArgumentsFor(const Method& method, const Snapshot& g) {
  Arguments out = SomeArguments(method, g, BusiestVertices(g), 300);
  if (kTableMethods.count(method.name)) {
    std::vector<Vertex> places, activities;
    for (Vertex v = 0; v < kPlaces + kActivities; ++v) (v < kPlaces ? places : activities).push_back(v);
    out.Set("places", places);
    out.Set("activities", activities);
    out.Set("threshold", 1.0);
  }
  return out;
}

bool Wanted(const std::string& name, const std::vector<std::string>& only) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& part) { return name.find(part) != std::string::npos; });
}

}  // namespace

void MeasureStops(const std::string& name, const std::vector<std::string>& only) {
  const Graph ends = MakeGraph(name);
  const graph::SnapshotPtr directed = Weighted(ends, false), both = Weighted(ends, true), sectors = SectorGraph(), table = TableGraph();
  std::printf("\n| %s (%u vertices, %zu edges) | latest stop after the budget | budget | whole run |\n| --- | --- | --- | --- |\n", name.c_str(), ends.n, ends.m());
  double worst_of_all = 0;
  for (const Method& method : Methods()) {
    if (!Wanted(method.name, only)) continue;
    const Snapshot& g = kSectorMethods.count(method.name) ? *sectors : kTableMethods.count(method.name) ? *table
                        : method.name == "eigenvector" ? *both : *directed;
    const Arguments arguments = ArgumentsFor(method, g);
    double worst = 0, at = 0, whole = -1;
    std::string refused;
    for (double limit = 5; limit < 1000 && whole < 0; limit = std::ceil(limit * 2.5)) {
      Budget budget;
      const double start = Now();
      budget.set_timeout_ms(static_cast<uint64_t>(limit));
      const auto result = RunMethod(method.name, g, arguments, budget);
      const double took = (Now() - start) * 1000;
      if (!result.ok() && result.code() == liantu::Code::kInvalid) {
        refused = result.status().message();
        break;
      }
      if (took <= limit || (result.ok() && !result->header.partial)) whole = took;
      if (took - limit > worst) worst = took - limit, at = limit;
    }
    malloc_trim(0);
    worst_of_all = std::max(worst_of_all, worst);
    std::printf("| %s | %.0f ms | %.0f ms | %s |\n", method.name.c_str(), worst, at,
                !refused.empty() ? refused.substr(0, 90).c_str() : whole < 0 ? "over 0.5 s" : (std::to_string(static_cast<int>(whole)) + " ms").c_str());
    std::fflush(stdout);
  }
  std::printf("\nlatest of all: %.0f ms\n", worst_of_all);
}

void MeasureGrowth(const std::vector<std::string>& graphs, const std::vector<std::string>& only) {
  const std::vector<std::string> names{"degree", "strength", "hops", "reachability", "distances", "weak_components", "strong_components", "pagerank",
                                       "core_number", "ei_index", "mixing", "configuration_model", "participation",
                                       "tiers", "trophic_levels", "upstreamness", "backward_forward_linkages", "articulation_points",
                                       "dominators", "supply_concentration", "removal", "percolation"};
  omp_set_num_threads(1);  // what one thread needs is what the processor gives, whatever else runs on the machine
  std::vector<std::vector<double>> seconds(names.size());
  std::vector<size_t> sizes;
  for (const std::string& name : graphs) {
    const Graph ends = MakeGraph(name);
    const graph::SnapshotPtr g = Weighted(ends, false);
    sizes.push_back(ends.m());
    for (size_t i = 0; i < names.size(); ++i) {
      if (!Wanted(names[i], only)) continue;
      Arguments arguments = ArgumentsFor(*FindMethod(names[i]), *g);
      if (names[i] == "supply_concentration") arguments = {};  // hundreds of inputs would make it print tens of millions of rows
      const double start = ProcessorSeconds();
      const auto result = RunMethod(names[i], *g, arguments, Budget());
      seconds[i].push_back(ProcessorSeconds() - start);
      std::printf("{\"suite\":\"growth\",\"graph\":\"%s\",\"edges\":%zu,\"method\":\"%s\",\"processor_seconds\":%.4f%s}\n", name.c_str(), ends.m(), names[i].c_str(), seconds[i].back(),
                  result.ok() ? "" : ",\"refused\":true");
      std::fflush(stdout);
    }
    malloc_trim(0);
  }
  std::printf("\n| ns an edge |");
  for (size_t s = 0; s < graphs.size(); ++s) std::printf(" %s (%zu edges) |", graphs[s].c_str(), sizes[s]);
  std::printf("\n| --- |");
  for (size_t s = 0; s < graphs.size(); ++s) std::printf(" ---: |");
  std::printf("\n");
  for (size_t i = 0; i < names.size(); ++i) {
    if (seconds[i].empty()) continue;
    std::printf("| %s |", names[i].c_str());
    for (size_t s = 0; s < graphs.size(); ++s) std::printf(" %.1f |", seconds[i][s] * 1e9 / static_cast<double>(sizes[s]));
    std::printf("\n");
  }
}

}  // namespace bench
