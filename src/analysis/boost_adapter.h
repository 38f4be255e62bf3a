// SPDX-License-Identifier: Apache-2.0
// Lets Boost.Graph read a graph::Snapshot in place: with this header Snapshot models VertexListGraph, EdgeListGraph,
// BidirectionalGraph and AdjacencyGraph, with a vertex index, an edge (arc) index and a weight map. Nothing is copied; the
// snapshot must outlive every descriptor and iterator. Reading only, so any number of threads may.
//
// Boost decides at compile time whether a graph is directed, a snapshot knows it at run time: here it is always directed
// and an undirected snapshot shows both arcs of each edge. Therefore num_edges counts arcs, a measure over unordered
// pairs (betweenness) comes out doubled, and the arc of an in-edge is then that of the target's own row.
// Heavy: for the few .cc files that call Boost.Graph, never for headers.
#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>
#include <utility>

#include "graph/snapshot.h"

namespace liantu::graph {

// The edge descriptor: the arc's number and both ends.
struct Arc {
  uint32_t arc = 0;
  Vertex from = kNoVertex, to = kNoVertex;
  friend auto operator<=>(const Arc&, const Arc&) = default;
};

class OutArcIterator
    : public boost::iterator_facade<OutArcIterator, Arc, boost::random_access_traversal_tag, Arc, std::ptrdiff_t> {
 public:
  OutArcIterator() = default;
  OutArcIterator(const Snapshot& g, Vertex v, uint32_t arc) : g_(&g), v_(v), arc_(arc) {}

 private:
  friend class boost::iterator_core_access;
  Arc dereference() const { return {arc_, v_, g_->target(arc_)}; }
  bool equal(const OutArcIterator& other) const { return arc_ == other.arc_; }
  void increment() { ++arc_; }
  void decrement() { --arc_; }
  void advance(std::ptrdiff_t n) { arc_ = static_cast<uint32_t>(arc_ + n); }
  std::ptrdiff_t distance_to(const OutArcIterator& other) const { return std::ptrdiff_t(other.arc_) - arc_; }
  const Snapshot* g_ = nullptr;
  Vertex v_ = kNoVertex;
  uint32_t arc_ = 0;
};

class InArcIterator
    : public boost::iterator_facade<InArcIterator, Arc, boost::random_access_traversal_tag, Arc, std::ptrdiff_t> {
 public:
  InArcIterator() = default;
  InArcIterator(const Snapshot& g, Vertex v, uint32_t at) : g_(&g), v_(v), at_(at) {}

 private:
  friend class boost::iterator_core_access;
  Arc dereference() const { return {g_->in_arc(v_, at_), g_->in(v_)[at_], v_}; }
  bool equal(const InArcIterator& other) const { return at_ == other.at_; }
  void increment() { ++at_; }
  void decrement() { --at_; }
  void advance(std::ptrdiff_t n) { at_ = static_cast<uint32_t>(at_ + n); }
  std::ptrdiff_t distance_to(const InArcIterator& other) const { return std::ptrdiff_t(other.at_) - at_; }
  const Snapshot* g_ = nullptr;
  Vertex v_ = kNoVertex;
  uint32_t at_ = 0;  // position in v's in row
};

// All arcs, row by row.
class ArcIterator : public boost::iterator_facade<ArcIterator, Arc, boost::forward_traversal_tag, Arc, std::ptrdiff_t> {
 public:
  ArcIterator() = default;
  ArcIterator(const Snapshot& g, uint32_t arc) : g_(&g), arc_(arc) { SkipEmptyRows(); }

 private:
  friend class boost::iterator_core_access;
  void SkipEmptyRows() {
    while (v_ < g_->vertex_count() && g_->row_end(v_) <= arc_) ++v_;
  }
  Arc dereference() const { return {arc_, v_, g_->target(arc_)}; }
  bool equal(const ArcIterator& other) const { return arc_ == other.arc_; }
  void increment() {
    ++arc_;
    SkipEmptyRows();
  }
  const Snapshot* g_ = nullptr;
  Vertex v_ = 0;
  uint32_t arc_ = 0;
};

struct ArcIndexMap {
  using key_type = Arc;
  using value_type = uint32_t;
  using reference = uint32_t;
  using category = boost::readable_property_map_tag;
};
inline uint32_t get(ArcIndexMap, const Arc& arc) { return arc.arc; }

struct ArcWeightMap {
  using key_type = Arc;
  using value_type = double;
  using reference = double;
  using category = boost::readable_property_map_tag;
  const Snapshot* g = nullptr;
};
inline double get(const ArcWeightMap& map, const Arc& arc) { return map.g->weight(arc.arc); }

inline std::pair<boost::counting_iterator<Vertex>, boost::counting_iterator<Vertex>> vertices(const Snapshot& g) {
  return {boost::counting_iterator<Vertex>(0), boost::counting_iterator<Vertex>(g.vertex_count())};
}
inline Vertex num_vertices(const Snapshot& g) { return g.vertex_count(); }
inline Vertex vertex(Vertex i, const Snapshot&) { return i; }
inline std::pair<ArcIterator, ArcIterator> edges(const Snapshot& g) {
  return {ArcIterator(g, 0), ArcIterator(g, static_cast<uint32_t>(g.arc_count()))};
}
inline uint32_t num_edges(const Snapshot& g) { return static_cast<uint32_t>(g.arc_count()); }
inline Vertex source(const Arc& arc, const Snapshot&) { return arc.from; }
inline Vertex target(const Arc& arc, const Snapshot&) { return arc.to; }
inline std::pair<OutArcIterator, OutArcIterator> out_edges(Vertex v, const Snapshot& g) {
  return {OutArcIterator(g, v, g.row_begin(v)), OutArcIterator(g, v, g.row_end(v))};
}
inline uint32_t out_degree(Vertex v, const Snapshot& g) { return g.out_degree(v); }
inline std::pair<InArcIterator, InArcIterator> in_edges(Vertex v, const Snapshot& g) {
  return {InArcIterator(g, v, 0), InArcIterator(g, v, g.in_degree(v))};
}
inline uint32_t in_degree(Vertex v, const Snapshot& g) { return g.in_degree(v); }
inline uint32_t degree(Vertex v, const Snapshot& g) { return g.in_degree(v) + g.out_degree(v); }
inline std::pair<const Vertex*, const Vertex*> adjacent_vertices(Vertex v, const Snapshot& g) {
  return {g.out(v).data(), g.out(v).data() + g.out(v).size()};
}

inline boost::typed_identity_property_map<Vertex> get(boost::vertex_index_t, const Snapshot&) { return {}; }
inline Vertex get(boost::vertex_index_t, const Snapshot&, Vertex v) { return v; }
inline ArcIndexMap get(boost::edge_index_t, const Snapshot&) { return {}; }
inline uint32_t get(boost::edge_index_t, const Snapshot&, const Arc& arc) { return arc.arc; }
inline ArcWeightMap get(boost::edge_weight_t, const Snapshot& g) { return {&g}; }
inline double get(boost::edge_weight_t, const Snapshot& g, const Arc& arc) { return g.weight(arc.arc); }

}  // namespace liantu::graph

namespace boost {

template <>
struct graph_traits<liantu::graph::Snapshot> {
  using vertex_descriptor = liantu::graph::Vertex;
  using edge_descriptor = liantu::graph::Arc;
  using vertex_iterator = counting_iterator<liantu::graph::Vertex>;
  using edge_iterator = liantu::graph::ArcIterator;
  using out_edge_iterator = liantu::graph::OutArcIterator;
  using in_edge_iterator = liantu::graph::InArcIterator;
  using adjacency_iterator = const liantu::graph::Vertex*;
  using directed_category = bidirectional_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  struct traversal_category : bidirectional_graph_tag,
                              adjacency_graph_tag,
                              vertex_list_graph_tag,
                              edge_list_graph_tag {};
  using vertices_size_type = liantu::graph::Vertex;
  using edges_size_type = uint32_t;
  using degree_size_type = uint32_t;
  static vertex_descriptor null_vertex() { return liantu::graph::kNoVertex; }
};
// Some algorithms deduce `const Snapshot` as their graph type.
template <>
struct graph_traits<const liantu::graph::Snapshot> : graph_traits<liantu::graph::Snapshot> {};

template <>
struct property_map<liantu::graph::Snapshot, vertex_index_t> {
  using type = typed_identity_property_map<liantu::graph::Vertex>;
  using const_type = type;
};
template <>
struct property_map<liantu::graph::Snapshot, edge_index_t> {
  using type = liantu::graph::ArcIndexMap;
  using const_type = type;
};
template <>
struct property_map<liantu::graph::Snapshot, edge_weight_t> {
  using type = liantu::graph::ArcWeightMap;
  using const_type = type;
};

}  // namespace boost
