// SPDX-License-Identifier: Apache-2.0
// igraph's C library.
#include <igraph/igraph.h>

#include <cmath>
#include <memory>

#include "bench.h"

namespace bench {
namespace {

struct Held {
  igraph_t graph;
  igraph_vector_t weight;
  Held(const Graph& g, bool directed) {
    igraph_vector_int_t ends;
    const auto m = static_cast<igraph_integer_t>(g.m());
    igraph_vector_int_init(&ends, 2 * m);
    igraph_vector_init(&weight, m);
    for (igraph_integer_t i = 0; i < m; ++i) {
      VECTOR(ends)[2 * i] = g.from[static_cast<size_t>(i)];
      VECTOR(ends)[2 * i + 1] = g.to[static_cast<size_t>(i)];
      VECTOR(weight)[i] = g.weight[static_cast<size_t>(i)];
    }
    igraph_create(&graph, &ends, g.n, directed);
    igraph_vector_int_destroy(&ends);
  }
  ~Held() {
    igraph_destroy(&graph);
    igraph_vector_destroy(&weight);
  }
};

struct Numbers {
  igraph_vector_t v;
  Numbers() { igraph_vector_init(&v, 0); }
  ~Numbers() { igraph_vector_destroy(&v); }
};
struct Integers {
  igraph_vector_int_t v;
  Integers() { igraph_vector_int_init(&v, 0); }
  ~Integers() { igraph_vector_int_destroy(&v); }
};

}  // namespace

Peer Igraph(const Graph& g, const Graph& u) {
  Peer peer{.name = "igraph"};
  const double heap = HeapBytes(), start = Now();
  auto directed = std::make_shared<Held>(g, true);
  peer.build_seconds = Now() - start;
  peer.bytes_per_edge = (HeapBytes() - heap) / static_cast<double>(g.m());
  if (g.name == "ball") {
    peer.tasks = {{"betweenness, exact", [=] {
                     Numbers score;
                     igraph_betweenness(&directed->graph, &score.v, igraph_vss_all(), true, nullptr);
                     return Figures(igraph_vector_sum(&score.v), igraph_vector_max(&score.v));
                   }}};
    return peer;
  }
  auto both = std::make_shared<Held>(u, false);
  peer.tasks = {
      {"bfs, 4 sources", [=, &g] {
         double reached = 0, sum = 0;
         for (int k = 0; k < 4; ++k) {
           Integers order, layers, parents;
           igraph_bfs_simple(&directed->graph, g.sources[k], IGRAPH_OUT, &order.v, &layers.v, &parents.v);
           reached += static_cast<double>(igraph_vector_int_size(&order.v));
           for (igraph_integer_t i = 0; i + 1 < igraph_vector_int_size(&layers.v); ++i) {
             sum += static_cast<double>(i) * static_cast<double>(VECTOR(layers.v)[i + 1] - VECTOR(layers.v)[i]);
           }
         }
         return Figures(reached, sum);
       }},
      {"sssp, 4 sources", [=, &g] {
         double reached = 0, sum = 0;
         for (int k = 0; k < 4; ++k) {
           igraph_matrix_t d;
           igraph_matrix_init(&d, 0, 0);
           igraph_distances_dijkstra(&directed->graph, &d, igraph_vss_1(g.sources[k]), igraph_vss_all(), &directed->weight, IGRAPH_OUT);
           for (uint32_t v = 0; v < g.n; ++v) {
             if (std::isfinite(MATRIX(d, 0, v))) sum += MATRIX(d, 0, v), ++reached;
           }
           igraph_matrix_destroy(&d);
         }
         return Figures(reached, sum);
       }},
      {"pagerank, 20 rounds", [=] {  // PRPACK, to its own tolerance: its answer differs in the last digits
         Numbers rank;
         igraph_real_t value;
         igraph_pagerank(&directed->graph, IGRAPH_PAGERANK_ALGO_PRPACK, &rank.v, &value, igraph_vss_all(), true, 0.85, nullptr, nullptr);
         return std::string();
       }},
      {"weak components", [=] {
         igraph_integer_t parts;
         igraph_connected_components(&both->graph, nullptr, nullptr, &parts, IGRAPH_WEAK);
         return Figures(static_cast<double>(parts), 0);
       }},
      {"strong components", [=] {
         igraph_integer_t parts;
         igraph_connected_components(&directed->graph, nullptr, nullptr, &parts, IGRAPH_STRONG);
         return Figures(static_cast<double>(parts), 0);
       }},
      {"triangles", [=] {
         Numbers triangles;
         igraph_adjacent_triangles(&both->graph, &triangles.v, igraph_vss_all());
         return Figures(igraph_vector_sum(&triangles.v) / 3, 0);
       }},
      {"core numbers", [=] {
         Integers core;
         igraph_coreness(&both->graph, &core.v, IGRAPH_ALL);
         return Figures(static_cast<double>(igraph_vector_int_max(&core.v)), static_cast<double>(igraph_vector_int_sum(&core.v)));
       }},
      {"louvain", [=] {
         Integers member;
         Numbers quality;
         igraph_rng_seed(igraph_rng_default(), 1);
         igraph_community_multilevel(&both->graph, nullptr, 1, &member.v, nullptr, &quality.v);
         return Figures(std::round(igraph_vector_max(&quality.v) * 1e4) / 1e4, static_cast<double>(igraph_vector_int_max(&member.v) + 1));
       }},
      {"leiden, 2 rounds", [=, &u] {
         Integers member, degree;
         Numbers weight;
         igraph_degree(&both->graph, &degree.v, igraph_vss_all(), IGRAPH_ALL, true);
         igraph_vector_resize(&weight.v, u.n);
         for (uint32_t v = 0; v < u.n; ++v) VECTOR(weight.v)[v] = static_cast<double>(VECTOR(degree.v)[v]);
         igraph_integer_t count;
         igraph_real_t quality;
         igraph_rng_seed(igraph_rng_default(), 1);
         igraph_community_leiden(&both->graph, nullptr, &weight.v, 0.5 / static_cast<double>(u.m()), 0.01, false, 2, &member.v, &count, &quality);
         return Figures(std::round(quality * 1e4) / 1e4, static_cast<double>(count));
       }},
      {"betweenness, 16 sources", [=, &g] {
         Numbers score;
         igraph_vector_int_t sources;
         igraph_vector_int_init(&sources, 16);
         for (int k = 0; k < 16; ++k) VECTOR(sources)[k] = g.sources[k];
         igraph_betweenness_subset(&directed->graph, &score.v, igraph_vss_all(), true, igraph_vss_vector(&sources), igraph_vss_all(), nullptr);
         igraph_vector_int_destroy(&sources);
         return Figures(igraph_vector_sum(&score.v), igraph_vector_max(&score.v));
       }}};
  return peer;
}

}  // namespace bench
