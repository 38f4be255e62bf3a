// SPDX-License-Identifier: Apache-2.0
// Snapshot as a Boost.Graph graph: the concepts, and that both ways of walking agree with the rows.
#include "analysis/boost_adapter.h"

#include <gtest/gtest.h>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/iteration_macros.hpp>
#include <boost/graph/strong_components.hpp>
#include <set>
#include <vector>

namespace liantu::graph {
namespace {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<Snapshot, Vertex, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<Snapshot, Arc, boost::edge_weight_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<Snapshot, Arc, boost::edge_index_t>));

SnapshotPtr Graph(bool undirected) {
  Projection projection;
  projection.undirected = undirected;
  // Vertices 1 and 5 have no edge; a loop at 3, a parallel pair 2 -> 4.
  auto g = Snapshot::FromEdges(6, {{0, 2, 1.5}, {2, 4, 2}, {2, 4, 7}, {3, 3, 4}, {4, 0, 3}}, projection);
  EXPECT_TRUE(g.ok());
  return *g;
}

TEST(BoostAdapter, EdgeListGoesThroughAllArcsOnceAndSkipsEmptyRows) {
  for (bool undirected : {false, true}) {
    const SnapshotPtr g = Graph(undirected);
    std::vector<Arc> listed, by_row;
    BGL_FORALL_EDGES_T(a, *g, Snapshot) listed.push_back(a);
    BGL_FORALL_VERTICES_T(v, *g, Snapshot) {
      BGL_FORALL_OUTEDGES_T(v, a, *g, Snapshot) by_row.push_back(a);
    }
    EXPECT_EQ(listed, by_row);
    EXPECT_EQ(listed.size(), undirected ? 10u : 5u);
  }
}

TEST(BoostAdapter, InEdgesAreTheOutEdgesSeenFromTheTarget) {
  const SnapshotPtr g = Graph(false);
  std::set<Arc> in, out;
  BGL_FORALL_VERTICES_T(v, *g, Snapshot) {
    for (auto [a, end] = in_edges(v, *g); a != end; ++a) in.insert(*a);
    for (auto [a, end] = out_edges(v, *g); a != end; ++a) out.insert(*a);
  }
  EXPECT_EQ(in, out);
}

TEST(BoostAdapter, EmptyGraphHasNoVertexAndNoEdge) {
  const SnapshotPtr g = *Snapshot::FromEdges(0, {});
  EXPECT_EQ(edges(*g).first, edges(*g).second);
  EXPECT_EQ(vertices(*g).first, vertices(*g).second);
}

TEST(BoostAdapter, DijkstraAndStrongComponentsRunOnTheSnapshotItself) {
  const SnapshotPtr g = Graph(false);
  std::vector<double> distance(g->vertex_count());
  boost::dijkstra_shortest_paths(*g, Vertex{0}, boost::distance_map(&distance[0]));
  EXPECT_EQ(distance[4], 3.5);
  std::vector<uint32_t> component(g->vertex_count());
  const auto index = get(boost::vertex_index, *g);
  EXPECT_EQ(boost::strong_components(*g, boost::make_iterator_property_map(component.begin(), index)), 4u);
}

}  // namespace
}  // namespace liantu::graph
