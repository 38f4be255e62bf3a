// SPDX-License-Identifier: Apache-2.0
// Boost.Graph on its own compressed rows. It has no triangle count of a whole graph and no betweenness of some sources.
#include <algorithm>
#include <boost/graph/betweenness_centrality.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/core_numbers.hpp>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/graph/incremental_components.hpp>
#include <boost/graph/page_rank.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/pending/disjoint_sets.hpp>
#include <limits>
#include <memory>
#include <numeric>

#include "bench.h"

namespace bench {
namespace {

struct Weight {
  uint32_t value;
};
using Rows = boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property, Weight, boost::no_property, uint32_t, uint32_t>;
constexpr uint32_t kFar = std::numeric_limits<uint32_t>::max();

std::shared_ptr<Rows> Build(const Graph& g, bool both) {
  std::vector<std::pair<uint32_t, uint32_t>> ends;
  std::vector<Weight> weights;
  for (size_t i = 0; i < g.m(); ++i) {
    ends.emplace_back(g.from[i], g.to[i]);
    weights.push_back({g.weight[i]});
    if (both) ends.emplace_back(g.to[i], g.from[i]), weights.push_back({g.weight[i]});
  }
  return std::make_shared<Rows>(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(), weights.begin(), g.n);
}

template <class T>
auto Map(std::vector<T>& values, const Rows& rows) {
  return boost::make_iterator_property_map(values.begin(), get(boost::vertex_index, rows));
}

std::string Reached(const std::vector<uint32_t>& d, double& reached, double& sum) {
  for (uint32_t x : d) {
    if (x != kFar) sum += x, ++reached;
  }
  return Figures(reached, sum);
}

}  // namespace

Peer BoostGraph(const Graph& g, const Graph& u) {
  Peer peer{.name = "Boost.Graph"};
  const double heap = HeapBytes(), start = Now();
  auto out = Build(g, false);
  peer.build_seconds = Now() - start;
  peer.bytes_per_edge = (HeapBytes() - heap) / static_cast<double>(g.m());
  if (g.name == "ball") {
    peer.tasks = {{"betweenness, exact", [=] {
                     std::vector<double> score(num_vertices(*out));
                     boost::brandes_betweenness_centrality(*out, Map(score, *out));
                     return Figures(std::accumulate(score.begin(), score.end(), 0.0), *std::max_element(score.begin(), score.end()));
                   }}};
    return peer;
  }
  auto both = Build(u, true);
  peer.tasks = {
      {"bfs, 4 sources", [=, &g] {
         double reached = 0, sum = 0;
         std::string answer;
         for (int k = 0; k < 4; ++k) {
           std::vector<uint32_t> level(g.n, kFar);
           level[g.sources[k]] = 0;
           boost::breadth_first_search(*out, g.sources[k],
                                       boost::visitor(boost::make_bfs_visitor(boost::record_distances(Map(level, *out), boost::on_tree_edge()))));
           answer = Reached(level, reached, sum);
         }
         return answer;
       }},
      {"sssp, 4 sources", [=, &g] {
         double reached = 0, sum = 0;
         std::string answer;
         for (int k = 0; k < 4; ++k) {
           std::vector<uint32_t> d(g.n);
           boost::dijkstra_shortest_paths_no_color_map(*out, g.sources[k], boost::weight_map(get(&Weight::value, *out)).distance_map(Map(d, *out)).distance_inf(kFar));
           answer = Reached(d, reached, sum);
         }
         return answer;
       }},
      {"pagerank, 20 rounds", [=, &g] {  // does not hand dangling rank on: its answer differs
         std::vector<double> rank(g.n), next(g.n);
         boost::graph::page_rank(*out, Map(rank, *out), boost::graph::n_iterations(20), 0.85, g.n, Map(next, *out));
         return std::string();
       }},
      {"weak components", [=, &g] {
         std::vector<uint32_t> rank(g.n), parent(g.n);
         boost::disjoint_sets sets(Map(rank, *out), Map(parent, *out));
         boost::initialize_incremental_components(*out, sets);
         boost::incremental_components(*out, sets);
         double parts = 0;
         for (uint32_t v = 0; v < g.n; ++v) parts += sets.find_set(v) == v;
         return Figures(parts, 0);
       }},
      {"strong components", [=, &g] {
         std::vector<uint32_t> part(g.n);
         return Figures(boost::strong_components(*out, Map(part, *out)), 0);
       }},
      {"core numbers", [=, &g] {
         std::vector<uint32_t> core(g.n);
         boost::core_numbers(*both, Map(core, *both));
         double sum = 0, deepest = 0;
         for (uint32_t c : core) sum += c, deepest = std::max<double>(deepest, c);
         return Figures(deepest, sum);
       }}};
  return peer;
}

}  // namespace bench
