// SPDX-License-Identifier: Apache-2.0
// Cuts, dominators, flows, concentration, removal: worked examples, Boost.Graph and brute force on random graphs.
#include "analysis/fragility.h"

#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // in Boost's edge iterators
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/stoer_wagner_min_cut.hpp>
#include <set>

#include "analysis/flow.h"
#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

using graph::SnapshotPtr;
using Undirected = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                                         boost::property<boost::edge_weight_t, int>>;
using Directed = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

// Every edge once: (from, to, weight).
std::vector<std::tuple<Vertex, Vertex, double>> Edges(const Snapshot& g) {
  std::vector<std::tuple<Vertex, Vertex, double>> list;
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    int loops = 0;
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const Vertex t = g.target(a);
      if (g.undirected() && (t < v || (t == v && loops++ % 2 == 1))) continue;
      list.emplace_back(v, t, g.weight(a));
    }
  }
  return list;
}

// Weak components without some vertices and edges, as sizes and labels.
std::vector<int> Components(const Snapshot& g, const std::set<Vertex>& without, size_t without_edge = ~size_t{0}) {
  std::vector<int> label(g.vertex_count(), -1);
  const auto edges = Edges(g);
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (without.count(v) || label[v] >= 0) continue;
    std::vector<Vertex> stack{v};
    label[v] = static_cast<int>(v);
    while (!stack.empty()) {
      const Vertex x = stack.back();
      stack.pop_back();
      for (size_t i = 0; i < edges.size(); ++i) {
        auto [a, b, w] = edges[i];
        if (i == without_edge || (a != x && b != x)) continue;
        const Vertex t = a == x ? b : a;
        if (without.count(t) || label[t] >= 0) continue;
        label[t] = static_cast<int>(v);
        stack.push_back(t);
      }
    }
  }
  return label;
}

std::map<int, uint64_t> Sizes(const std::vector<int>& label) {
  std::map<int, uint64_t> sizes;
  for (int l : label) {
    if (l >= 0) ++sizes[l];
  }
  return sizes;
}

// --- Cut points

TEST(CutPoints, ReproduceTheWorkedExample) {
  const VectorFile file("articulation_bridges");
  Budget budget;
  const auto result = CutPoints(*file.graph, budget);
  ASSERT_TRUE(result.ok());
  nlohmann::json points = nlohmann::json::array(), bridges = points, blocks = points;
  for (const auto& p : result->points) {
    points.push_back(file.names[p.vertex]);
    EXPECT_EQ(p.impact, file.expected()["impact"][file.names[p.vertex]].get<uint64_t>());
  }
  for (const Bridge& b : result->bridges) bridges.push_back({file.names[b.a], file.names[b.b]});
  for (const auto& block : result->biconnected) {
    blocks.push_back(nlohmann::json::array());
    for (Vertex v : block) blocks.back().push_back(file.names[v]);
  }
  EXPECT_EQ(points, file.expected()["articulation_points"]);
  EXPECT_EQ(bridges, file.expected()["bridges"]);
  EXPECT_EQ(blocks, file.expected()["biconnected_components"]);
}

TEST(CutPoints, AgreeWithBoostAndWithTakingThingsOutOneByOne) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Vertex n = 16;
    const SnapshotPtr g = RandomSnapshot(n, 8 + seed / 2, seed % 2 == 0, seed);
    Budget budget;
    const auto result = CutPoints(*g, budget);
    ASSERT_TRUE(result.ok());
    Undirected b(n);
    for (auto [v, t, w] : Edges(*g)) {
      if (v != t) boost::add_edge(v, t, b);
    }
    std::vector<size_t> found;
    boost::articulation_points(b, std::back_inserter(found));
    std::sort(found.begin(), found.end());
    ASSERT_EQ(result->points.size(), found.size());
    const auto whole = Components(*g, {});
    for (size_t i = 0; i < found.size(); ++i) {
      const ArticulationPoint& p = result->points[i];
      EXPECT_EQ(p.vertex, found[i]);
      const auto pieces = ExplainCutPoint(*g, p.vertex, budget);
      EXPECT_EQ(pieces->size(), p.pieces);
      uint64_t all = 0, most = 0;
      const auto without = Components(*g, {p.vertex});
      for (auto [l, size] : Sizes(without)) {
        if (whole[static_cast<size_t>(l)] != whole[p.vertex]) continue;
        all += size;
        most = std::max(most, size);
      }
      EXPECT_EQ(p.impact, 1 + all - most);
    }
    std::set<std::pair<Vertex, Vertex>> bridges;
    const auto edges = Edges(*g);
    for (size_t i = 0; i < edges.size(); ++i) {
      const auto without = Components(*g, {}, i);
      auto [v, t, w] = edges[i];
      if (without[v] == without[t]) continue;
      bridges.emplace(std::min(v, t), std::max(v, t));
      const auto it = std::find_if(result->bridges.begin(), result->bridges.end(),
                                   [&, v = v, t = t](const Bridge& x) { return x.a == std::min(v, t) && x.b == std::max(v, t); });
      ASSERT_NE(it, result->bridges.end());
      auto sizes = Sizes(without);
      EXPECT_EQ(it->cut_off, std::min(sizes[without[v]], sizes[without[t]]));
    }
    EXPECT_EQ(result->bridges.size(), bridges.size());
    // Biconnected components partition the edges: every tied pair lies in exactly one.
    std::set<std::pair<Vertex, Vertex>> pairs;
    for (auto [v, t, w] : edges) {
      if (v != t) pairs.emplace(std::min(v, t), std::max(v, t));
    }
    for (auto [v, t] : pairs) {
      EXPECT_EQ(std::count_if(result->biconnected.begin(), result->biconnected.end(),
                              [v = v, t = t](const auto& block) {
                                return std::binary_search(block.begin(), block.end(), v) && std::binary_search(block.begin(), block.end(), t);
                              }),
                1);
    }
  }
}

TEST(CutPoints, EmptyLoopsAndLongPathsAreHandled) {
  Budget budget;
  EXPECT_TRUE(CutPoints(*MakeSnapshot(0, {}, true), budget)->points.empty());
  EXPECT_TRUE(CutPoints(*MakeSnapshot(1, {{0, 0}}, true), budget)->points.empty());
  EXPECT_TRUE(CutPoints(*MakeSnapshot(2, {{0, 1}, {0, 1}}, true), budget)->bridges.empty()) << "two parallel edges are no bridge";
  std::vector<Snapshot::Edge> path;
  for (Vertex v = 0; v + 1 < 200'000; ++v) path.push_back({v, v + 1});
  const auto result = CutPoints(*MakeSnapshot(200'000, path, false), budget);
  EXPECT_EQ(result->points.size(), 199'998u);
  EXPECT_EQ(result->points[99'999].impact, 100'000u);
  budget.Cancel();
  EXPECT_EQ(CutPoints(*MakeSnapshot(200'000, path, false), budget).code(), Code::kCancelled);
}

// --- Dominators

TEST(Dominators, AgreeWithBoostAndWithTakingVerticesOut) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Vertex n = 14;
    const SnapshotPtr g = RandomSnapshot(n, 10 + seed, false, seed);
    const std::vector<Vertex> sources = seed % 2 ? std::vector<Vertex>{0} : std::vector<Vertex>{0, 3, 3, 5};
    Budget budget;
    const auto result = Dominators(*g, {.sources = sources}, budget);
    ASSERT_TRUE(result.ok());
    Directed b(n + 1);
    for (auto [v, t, w] : Edges(*g)) boost::add_edge(v, t, b);
    for (Vertex s : sources) boost::add_edge(n, s, b);
    // With maps of our own: Boost's short form numbers unreachable vertices 0 and so takes them for the entry.
    std::vector<size_t> idom(n + 1, ~size_t{0}), number(idom), parent(idom), order(idom);
    const auto index = get(boost::vertex_index, b);
    const auto map = [&](std::vector<size_t>& v) { return boost::make_iterator_property_map(v.begin(), index); };
    boost::lengauer_tarjan_dominator_tree(b, size_t{n}, index, map(number), map(parent), order, map(idom));
    auto reached_without = [&](Vertex out) {
      std::set<Vertex> seen;
      std::vector<Vertex> stack;
      for (Vertex s : sources) {
        if (s != out && seen.insert(s).second) stack.push_back(s);
      }
      while (!stack.empty()) {
        const Vertex v = stack.back();
        stack.pop_back();
        for (Vertex t : g->out(v)) {
          if (t != out && seen.insert(t).second) stack.push_back(t);
        }
      }
      return seen;
    };
    const auto all = reached_without(kNoVertex);
    for (Vertex v = 0; v < n; ++v) {
      EXPECT_EQ(result->reached[v], all.count(v) == 1);
      EXPECT_EQ(result->immediate[v], idom[v] < n ? static_cast<Vertex>(idom[v]) : kNoVertex);
      if (!all.count(v)) continue;
      EXPECT_EQ(result->dominated[v], all.size() - 1 - reached_without(v).size());
      for (Vertex u : ExplainDominators(*result, v)) EXPECT_FALSE(reached_without(u).count(v));
    }
  }
}

TEST(Dominators, StartWhereNothingIsSuppliedAndSurviveLongChains) {
  Budget budget;
  std::vector<Snapshot::Edge> path{{5, 5}};
  for (Vertex v = 0; v + 1 < 300'000; ++v) path.push_back({v + 1, v});
  const auto result = Dominators(*MakeSnapshot(300'000, path, false), {}, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->dominated[299'999], 299'999u);
  EXPECT_EQ(Dominators(*MakeSnapshot(2, {{0, 1}, {1, 0}}, false), {}, budget).code(), Code::kInvalid);
  EXPECT_EQ(Dominators(*MakeSnapshot(2, {{0, 1}}, true), {}, budget).code(), Code::kInvalid);
  EXPECT_TRUE(Dominators(*MakeSnapshot(0, {}, false), {}, budget).ok());
  const auto loop = Dominators(*MakeSnapshot(2, {{0, 0}, {0, 1}}, false), {}, budget);
  EXPECT_EQ(loop->immediate[1], 0u);
}

// --- Flow

TEST(MaxFlow, ReproducesTheWorkedExample) {
  const VectorFile file("min_cut");
  const Vertex s = file.vertex.at("S"), t = file.vertex.at("T");
  Budget budget;
  const auto result = MaxFlow(*file.graph, {.sources = {s}, .targets = {t}}, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_NEAR(result->flow, file.expected()["max_flow"].get<double>(), 1e-9);
  std::set<std::string> side;
  for (Vertex v : result->source_side) side.insert(file.names[v]);
  EXPECT_EQ(side, file.expected()["source_side"].get<std::set<std::string>>());
  std::set<std::pair<std::string, std::string>> cut, expected;
  for (uint32_t arc : result->cut_arcs) {
    for (Vertex v = 0; v < file.names.size(); ++v) {
      if (file.graph->row_begin(v) <= arc && arc < file.graph->row_end(v)) cut.emplace(file.names[v], file.names[file.graph->target(arc)]);
    }
  }
  for (const auto& e : file.expected()["cut_edges"]) expected.emplace(e[0], e[1]);
  EXPECT_EQ(cut, expected);
  const auto unit = MaxFlow(*file.graph, {.sources = {s}, .targets = {t}, .unit = true}, budget);
  EXPECT_EQ(unit->flow, file.expected()["edge_connectivity"].get<double>());
  EXPECT_EQ(unit->routes.size(), 2u);
  const auto vertices = VertexCut(*file.graph, {.source = s, .target = t}, budget);
  ExpectMeasure(vertices->connectivity, file.expected()["node_connectivity"], 0);
  EXPECT_EQ(vertices->cut.size(), 2u);
}

double BoostFlow(const Snapshot& g, Vertex s, Vertex t) {
  using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  using G = boost::adjacency_list<
      boost::vecS, boost::vecS, boost::directedS,
      boost::property<boost::vertex_index_t, size_t,
                      boost::property<boost::vertex_color_t, boost::default_color_type,
                                      boost::property<boost::vertex_distance_t, long,
                                                      boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor>>>>,
      boost::property<boost::edge_capacity_t, double,
                      boost::property<boost::edge_residual_capacity_t, double,
                                      boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;
  G b(g.vertex_count());
  auto capacity = get(boost::edge_capacity, b);
  auto reverse = get(boost::edge_reverse, b);
  for (auto [v, u, w] : Edges(g)) {
    if (v == u) continue;
    const auto forward = add_edge(v, u, b).first, back = add_edge(u, v, b).first;
    capacity[forward] = w;
    capacity[back] = g.undirected() ? w : 0;
    reverse[forward] = back;
    reverse[back] = forward;
  }
  return boost::boykov_kolmogorov_max_flow(b, s, t);
}

TEST(MaxFlow, AgreesWithBoostAndIsAFlowAndACut) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Vertex n = 10;
    const SnapshotPtr g = RandomSnapshot(n, 12 + seed, seed % 2 == 0, seed, true);
    Budget budget;
    const auto result = MaxFlow(*g, {.sources = {0}, .targets = {1}}, budget);
    ASSERT_TRUE(result.ok());
    EXPECT_NEAR(result->flow, BoostFlow(*g, 0, 1), 1e-9);
    std::vector<double> balance(n, 0);
    auto tail = [&](uint32_t arc) {
      Vertex v = 0;
      while (g->row_end(v) <= arc) ++v;
      return v;
    };
    std::set<uint32_t> distinct;
    for (const auto& f : result->flows) {
      EXPECT_LE(f.flow, g->weight(f.arc) + 1e-12);
      EXPECT_TRUE(distinct.insert(f.arc).second);
      balance[tail(f.arc)] -= f.flow;
      balance[g->target(f.arc)] += f.flow;
    }
    EXPECT_NEAR(balance[1], result->flow, 1e-9);
    for (Vertex v = 2; v < n; ++v) EXPECT_NEAR(balance[v], 0, 1e-9);
    double cut = 0;
    for (uint32_t arc : result->cut_arcs) {
      cut += g->weight(arc);
      EXPECT_TRUE(std::binary_search(result->source_side.begin(), result->source_side.end(), tail(arc)));
      EXPECT_FALSE(std::binary_search(result->source_side.begin(), result->source_side.end(), g->target(arc)));
    }
    EXPECT_EQ(std::set<uint32_t>(result->cut_arcs.begin(), result->cut_arcs.end()).size(), result->cut_arcs.size());
    EXPECT_NEAR(cut, result->flow, 1e-9);
  }
}

TEST(MaxFlow, FindsDisjointRoutesAndCutsOfVertices) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Vertex n = 9;
    const SnapshotPtr g = RandomSnapshot(n, 10 + seed / 2, seed % 2 == 0, seed);
    Budget budget;
    const auto edges = MaxFlow(*g, {.sources = {0}, .targets = {1}, .unit = true}, budget);
    EXPECT_NEAR(edges->flow, BoostFlow(*g, 0, 1), 1e-9);
    std::map<std::pair<Vertex, Vertex>, int> left;
    for (auto [v, t, w] : Edges(*g)) {
      ++left[{v, t}];
    }
    EXPECT_EQ(edges->routes.size(), static_cast<size_t>(edges->flow));
    for (const auto& route : edges->routes) {
      EXPECT_EQ(route.front(), 0u);
      EXPECT_EQ(route.back(), 1u);
      for (size_t i = 0; i + 1 < route.size(); ++i) {
        auto& forward = left[{route[i], route[i + 1]}];
        auto& back = left[{route[i + 1], route[i]}];
        if (forward > 0) --forward;
        else if (g->undirected() && back > 0) --back;
        else ADD_FAILURE() << "a route uses an edge that is not there or is taken";
      }
    }
    const auto vertices = VertexCut(*g, {.source = 0, .target = 1}, budget);
    ASSERT_TRUE(vertices.ok());
    std::set<Vertex> used;
    EXPECT_EQ(vertices->routes.size(), vertices->disjoint_routes);
    for (const auto& route : vertices->routes) {
      for (size_t i = 1; i + 1 < route.size(); ++i) EXPECT_TRUE(used.insert(route[i]).second);
      for (size_t i = 0; i + 1 < route.size(); ++i) {
        const auto row = g->out(route[i]);
        EXPECT_TRUE(std::binary_search(row.begin(), row.end(), route[i + 1]));
      }
    }
    const auto row = g->out(0);
    const bool direct = std::binary_search(row.begin(), row.end(), Vertex{1});
    EXPECT_EQ(vertices->connectivity.defined(), !direct);
    auto parted = [&](uint32_t set) {
      std::set<Vertex> seen{0};
      std::vector<Vertex> stack{0};
      while (!stack.empty()) {
        const Vertex v = stack.back();
        stack.pop_back();
        for (Vertex t : g->out(v)) {
          if (!(set >> t & 1) && seen.insert(t).second) stack.push_back(t);
        }
      }
      return !seen.count(1);
    };
    if (direct) continue;
    int least = 99;
    for (uint32_t set = 0; set < 1u << n; ++set) {
      if ((set & 3) == 0 && parted(set)) least = std::min(least, __builtin_popcount(set));
    }
    EXPECT_EQ(*vertices->connectivity, least);
    uint32_t cut = 0;
    for (Vertex v : vertices->cut) cut |= 1u << v;
    EXPECT_EQ(vertices->cut.size(), static_cast<size_t>(least));
    EXPECT_TRUE(parted(cut));
  }
}

TEST(MaxFlow, RefusesWhatHasNoMeaning) {
  const SnapshotPtr g = MakeSnapshot(3, {{0, 1, -1}, {1, 2}}, false);
  Budget budget;
  EXPECT_EQ(MaxFlow(*g, {.sources = {0}, .targets = {2}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(MaxFlow(*g, {.sources = {0}, .targets = {0}, .unit = true}, budget).code(), Code::kInvalid);
  EXPECT_EQ(MaxFlow(*g, {.targets = {0}, .unit = true}, budget).code(), Code::kInvalid);
  EXPECT_EQ(VertexCut(*g, {.source = 1, .target = 1}, budget).code(), Code::kInvalid);
  const auto many = MaxFlow(*g, {.sources = {0, 1}, .targets = {2}, .unit = true}, budget);
  EXPECT_EQ(many->flow, 1);
}

TEST(EdgeConnectivity, AgreesWithBoostsGlobalMinimumCut) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Vertex n = 9;
    const bool weighted = seed % 3 == 0;
    const SnapshotPtr g = RandomSnapshot(n, 14 + seed, seed % 2 == 0, seed, weighted);
    Budget budget;
    const auto result = EdgeConnectivity(*g, {.weighted = weighted}, budget);
    ASSERT_TRUE(result.ok());
    Undirected b(n);
    for (auto [v, t, w] : Edges(*g)) {
      if (v != t) boost::add_edge(v, t, static_cast<int>(w), b);
    }
    ExpectMeasure(result->connectivity, boost::stoer_wagner_min_cut(b, get(boost::edge_weight, b)), 1e-9);
    EXPECT_GE(result->smaller_side.size(), 1u);
    EXPECT_LE(result->smaller_side.size(), n / 2);
    EXPECT_TRUE(weighted || result->cut_edges.size() == *result->connectivity);
  }
  Budget budget;
  ExpectUndefined(EdgeConnectivity(*MakeSnapshot(1, {}, true), {}, budget)->connectivity);
  ExpectMeasure(EdgeConnectivity(*MakeSnapshot(3, {{0, 1}}, true), {}, budget)->connectivity, 0, 0);
}

// --- Concentration

TEST(SupplyConcentration, ReproducesTheWorkedExample) {
  const auto json = VectorFile("hhi_single_supplier").json;
  std::map<std::string, Vertex> vertex;
  std::map<std::string, int32_t> product;
  for (const auto& e : json["supply"]) vertex[e[0]] = vertex[e[1]] = 0, product[e[2]] = 0;
  std::vector<std::string> names, products;
  for (auto& [name, v] : vertex) v = static_cast<Vertex>(names.size()), names.push_back(name);
  for (auto& [name, p] : product) p = static_cast<int32_t>(products.size()), products.push_back(name);
  std::vector<Snapshot::Edge> edges;
  for (const auto& e : json["supply"]) edges.push_back({vertex[e[0]], vertex[e[1]], e[3], edges.size() + 1});
  const SnapshotPtr g = MakeSnapshot(static_cast<Vertex>(names.size()), edges, false);
  SupplyConcentrationOptions options;
  for (uint32_t a = 0; a < g->arc_count(); ++a) options.arc_category.push_back(product[json["supply"][g->edge_id(a).raw - 1][2]]);
  Budget budget;
  const auto result = SupplyConcentration(*g, options, budget);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->inputs.size(), json["expected"]["per_input"].size());
  for (const SupplyInput& input : result->inputs) {
    const auto& expected = json["expected"]["per_input"][names[input.buyer] + "|" + products[input.category]];
    ExpectMeasure(input.hhi, expected["hhi"], 1e-9);
    ExpectMeasure(input.effective_suppliers, expected["effective_suppliers"], 1e-9);
    EXPECT_EQ(input.suppliers, expected["n_suppliers"].get<uint32_t>());
    EXPECT_EQ(input.single, expected["single"].get<bool>());
  }
  for (Vertex v = 0; v < names.size(); ++v) {
    EXPECT_EQ(result->sole_inputs[v], json["expected"]["sole_supplier_count"].value(names[v], 0u));
  }
}

TEST(SupplyConcentration, JoinsEdgesOfOneSupplierLeavesOutLoopsAndUnknownsAndHasNoIndexOfNothing) {
  const SnapshotPtr g = MakeSnapshot(4, {{0, 2, 1}, {0, 2, 2}, {1, 2, 3}, {2, 2, 50}, {3, 1, 0}}, false);
  Budget budget;
  const auto all = SupplyConcentration(*g, {}, budget);
  ASSERT_EQ(all->inputs.size(), 2u);
  ExpectUndefined(all->inputs[0].hhi, "an amount of 0");
  EXPECT_TRUE(all->inputs[0].single);
  ExpectMeasure(all->inputs[1].hhi, 0.5, 1e-12);
  EXPECT_EQ(all->inputs[1].suppliers, 2u);
  EXPECT_EQ(all->header.warnings.size(), 1u);
  const auto known = SupplyConcentration(*g, {.supplier_category = {0, -1, 0, 0}}, budget);
  ASSERT_EQ(known->inputs.size(), 2u);
  EXPECT_EQ(known->inputs[1].suppliers, 1u);
  EXPECT_EQ(known->sole_inputs[0], 1u);
  EXPECT_EQ(SupplyConcentration(*g, {.arc_category = {1}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(SupplyConcentration(*MakeSnapshot(2, {{0, 1, -1}}, false), {}, budget).code(), Code::kInvalid);
}

// --- Removal

TEST(Removal, AgreesWithCountingBeforeAndAfter) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const Vertex n = 15;
    const SnapshotPtr g = RandomSnapshot(n, 18, seed % 2 == 0, seed, true);
    const Groups groups = RandomGroups(n, 3, seed, true);
    const std::vector<Vertex> out{1, 4, 4, 9};
    const std::set<Vertex> gone(out.begin(), out.end());
    Budget budget;
    const auto result = RemovalImpact(*g, {.vertices = out, .groups = groups}, budget);
    ASSERT_TRUE(result.ok());
    const auto before = Components(*g, {}), after = Components(*g, gone);
    const auto size_before = Sizes(before), size_after = Sizes(after);
    EXPECT_EQ(result->removed_vertices, 3u);
    EXPECT_EQ(result->components_before, size_before.size());
    EXPECT_EQ(result->components_after, size_after.size());
    std::map<int, std::pair<uint64_t, int>> best;  // former component: size and label of its largest piece
    for (Vertex v = 0; v < n; ++v) {
      if (gone.count(v)) continue;
      auto& b = best[before[v]];
      if (size_after.at(after[v]) > b.first) b = {size_after.at(after[v]), after[v]};
    }
    std::vector<Vertex> cut_off;
    for (Vertex v = 0; v < n; ++v) {
      if (!gone.count(v) && best[before[v]].second != after[v]) cut_off.push_back(v);
    }
    EXPECT_EQ(result->cut_off, cut_off);
    double weight = 0, lost = 0;
    uint64_t edges = 0;
    std::map<std::pair<int, int>, std::pair<uint64_t, uint64_t>> ties;
    std::vector<int> suppliers(n, 0), left(n, 0);
    for (auto [v, t, w] : Edges(*g)) {
      const bool hit = gone.count(v) || gone.count(t);
      weight += w;
      lost += hit ? w : 0;
      edges += hit;
      if (v != t) {
        suppliers[t]++, left[t] += !hit;
        if (g->undirected()) suppliers[v]++, left[v] += !hit;
      }
      std::pair<int, int> key{groups[v], groups[t]};
      if (key.first < 0 || key.second < 0 || key.first == key.second) continue;
      if (g->undirected() && key.first > key.second) std::swap(key.first, key.second);
      ++ties[key].first;
      ties[key].second += !hit;
    }
    EXPECT_NEAR(result->total_weight, weight, 1e-9);
    EXPECT_NEAR(result->removed_weight, lost, 1e-9);
    EXPECT_EQ(result->removed_edges, edges);
    std::vector<Vertex> without;
    for (Vertex v = 0; v < n; ++v) {
      if (!gone.count(v) && suppliers[v] > 0 && left[v] == 0) without.push_back(v);
    }
    EXPECT_EQ(result->without_suppliers, without);
    size_t lost_pairs = 0;
    for (auto& [key, count] : ties) lost_pairs += count.second < count.first;
    ASSERT_EQ(result->group_ties.size(), lost_pairs);
    for (const auto& t : result->group_ties) EXPECT_EQ(ties.at({t.from, t.to}), std::pair(t.before, t.after));
  }
}

TEST(Percolation, AgreesWithRemovingAgainAndAgain) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Vertex n = 20;
    const SnapshotPtr g = RandomSnapshot(n, 24, seed % 2 == 0, seed);
    Budget budget;
    for (RemovalOrder order : {RemovalOrder::kDegree, RemovalOrder::kRandom, RemovalOrder::kGiven}) {
      const auto result = Percolation(*g, {.order = order, .given = {3, 1, 2, 17}, .seed = seed, .points = 1000}, budget);
      ASSERT_TRUE(result.ok());
      if (order == RemovalOrder::kRandom) continue;
      std::vector<Vertex> list{3, 1, 2, 17};
      if (order == RemovalOrder::kDegree) {
        list.clear();
        for (Vertex v = 0; v < n; ++v) list.push_back(v);
        auto degree = [&](Vertex v) { return g->undirected() ? g->out_degree(v) : g->out_degree(v) + g->in_degree(v); };
        std::stable_sort(list.begin(), list.end(), [&](Vertex a, Vertex b) { return degree(a) > degree(b); });
      }
      ASSERT_EQ(result->curve.size(), list.size() + 1);
      double sum = 0;
      for (size_t i = 0; i <= list.size(); ++i) {
        uint64_t largest = 0;
        const auto sizes = Sizes(Components(*g, std::set<Vertex>(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i))));
        for (auto [l, size] : sizes) largest = std::max(largest, size);
        EXPECT_EQ(result->curve[i].removed, i);
        EXPECT_EQ(result->curve[i].largest, largest);
        EXPECT_EQ(result->curve[i].components, sizes.size());
        if (i > 0) sum += static_cast<double>(largest);
      }
      if (order == RemovalOrder::kDegree) ExpectMeasure(result->robustness, sum / (n * n), 1e-12);
      else ExpectUndefined(result->robustness);
    }
  }
  Budget budget;
  EXPECT_EQ(Percolation(*MakeSnapshot(3, {}, true), {.order = RemovalOrder::kGiven, .given = {1, 1}}, budget).code(), Code::kInvalid);
  ExpectUndefined(Percolation(*MakeSnapshot(0, {}, true), {}, budget)->robustness);
}

}  // namespace
}  // namespace liantu::analysis
