// SPDX-License-Identifier: Apache-2.0
#include "analysis/boost_engine.h"

#include <algorithm>
#include <boost/graph/betweenness_centrality.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/graph/incremental_components.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/pending/disjoint_sets.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <limits>

#include "analysis/boost_adapter.h"

namespace liantu::analysis {
namespace {

using graph::Arc;
using graph::Snapshot;
using graph::Vertex;

template <class T>
auto Map(std::vector<T>& values) {
  return boost::make_iterator_property_map(values.begin(), boost::typed_identity_property_map<Vertex>());
}

// f(weight map), with the weights of the snapshot or ones.
template <class F>
void WithWeights(const Snapshot& g, bool weighted, F f) {
  if (weighted) {
    f(get(boost::edge_weight, g));
  } else {
    f(boost::make_static_property_map<Arc>(1.0));
  }
}

// Boost numbers components as it likes.
std::vector<Vertex> BySmallestVertex(const std::vector<Vertex>& component) {
  std::vector<Vertex> smallest(component.size(), graph::kNoVertex), out(component.size());
  for (Vertex v = 0; v < component.size(); ++v) {
    Vertex& label = smallest[component[v]];
    if (label == graph::kNoVertex) label = v;
    out[v] = label;
  }
  return out;
}

}  // namespace

std::vector<uint32_t> BoostHops(const Snapshot& g, Vertex source) {
  std::vector<uint32_t> hops(g.vertex_count(), std::numeric_limits<uint32_t>::max());
  hops[source] = 0;
  boost::breadth_first_search(
      g, source, boost::visitor(boost::make_bfs_visitor(boost::record_distances(Map(hops), boost::on_tree_edge()))));
  return hops;
}

std::vector<double> BoostDistances(const Snapshot& g, Vertex source, bool weighted) {
  std::vector<double> distance(g.vertex_count());
  WithWeights(g, weighted, [&](auto weights) {
    boost::dijkstra_shortest_paths_no_color_map(g, source,
                                                boost::weight_map(weights).distance_map(Map(distance)).distance_inf(
                                                    std::numeric_limits<double>::infinity()));
  });
  return distance;
}

std::vector<Vertex> BoostWeakComponents(const Snapshot& g) {
  std::vector<Vertex> rank(g.vertex_count()), parent(g.vertex_count());
  boost::disjoint_sets sets(Map(rank), Map(parent));
  boost::initialize_incremental_components(g, sets);
  boost::incremental_components(g, sets);
  std::vector<Vertex> component(g.vertex_count());
  for (Vertex v = 0; v < component.size(); ++v) component[v] = sets.find_set(v);
  return BySmallestVertex(component);
}

std::vector<Vertex> BoostStrongComponents(const Snapshot& g) {
  std::vector<Vertex> component(g.vertex_count());
  boost::strong_components(g, Map(component));
  return BySmallestVertex(component);
}

std::vector<double> BoostBetweenness(const Snapshot& g, bool weighted, std::vector<double>* arcs) {
  const size_t n = g.vertex_count();
  std::vector<double> score(n), unused, distance(n), dependency(n), path_count(n);  // counts as doubles: they overflow integers
  std::vector<std::vector<Arc>> incoming(n);
  if (arcs == nullptr) arcs = &unused;
  arcs->assign(g.arc_count(), 0);
  const auto arc_map = boost::make_iterator_property_map(arcs->begin(), get(boost::edge_index, g));
  const auto index = get(boost::vertex_index, g);
  if (weighted) {
    boost::brandes_betweenness_centrality(g, Map(score), arc_map, Map(incoming), Map(distance), Map(dependency), Map(path_count),
                                          index, get(boost::edge_weight, g));
  } else {
    boost::brandes_betweenness_centrality(g, Map(score), arc_map, Map(incoming), Map(distance), Map(dependency), Map(path_count),
                                          index);
  }
  if (g.undirected()) {
    for (double& x : score) x /= 2;
  }
  return score;
}

}  // namespace liantu::analysis
