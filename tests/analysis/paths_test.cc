// SPDX-License-Identifier: Apache-2.0
// Path search against worked examples and against a twin that lists every simple path and sorts.
#include "analysis/paths.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "vector_file.h"

namespace liantu::analysis {
namespace {

using graph::Direction;

std::vector<std::string> Names(const VectorFile& file, const Path& path) {
  std::vector<std::string> out;
  for (Vertex v : path.vertices) out.push_back(file.names[v]);
  return out;
}

TEST(Paths, KShortestVectorIsReproduced) {
  const VectorFile file("k_shortest");
  PathOptions options;
  options.weighted = true;
  const Vertex from = file.vertex.at("C"), to = file.vertex.at("H");
  const auto r = ShortestPaths(*file.graph, from, to, 100, options, Budget());
  ASSERT_TRUE(r.ok());
  const auto& expected = file.json["expected"]["yen"];
  ASSERT_EQ(r->paths.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(Names(file, r->paths[i]), expected[i][0].get<std::vector<std::string>>());
    EXPECT_EQ(r->paths[i].cost, expected[i][1].get<double>());
  }
  const VectorFile cyclic("k_shortest", true, &file.json["with_cycle"]["edges"]);
  for (bool walks : {false, true}) {
    options.walks = walks;
    const auto& costs = file.json["with_cycle"][walks ? "walk_costs_eppstein" : "yen_costs"];
    const auto c = ShortestPaths(*cyclic.graph, from, to, costs.size(), options, Budget());
    ASSERT_EQ(c->paths.size(), costs.size());
    for (size_t i = 0; i < costs.size(); ++i) EXPECT_EQ(c->paths[i].cost, costs[i].get<double>()) << "walks " << walks << " #" << i;
  }
}

// The example's edges have types; the helper does not read them.
graph::SnapshotPtr Typed(const VectorFile& file, std::map<std::string, uint16_t>& types) {
  std::vector<Snapshot::Edge> edges;
  for (const auto& e : file.edges) {
    const auto [it, added] = types.try_emplace(e[1].get<std::string>(), types.size() + 1);
    edges.push_back({file.vertex.at(e[0]), file.vertex.at(e[2]), 1, edges.size() + 1, it->second});
  }
  return MakeSnapshot(static_cast<Vertex>(file.names.size()), edges, false);
}

TEST(Paths, TypedHubPenalisedVectorIsReproduced) {
  VectorFile file("typed_hub_penalised_paths", true, nullptr);
  // Vertices by name; the second field of an edge is its type, so the vertices are read again here.
  file.vertex.clear();
  file.names.clear();
  for (const auto& e : file.json["graph"]["edges"]) file.vertex[e[0]] = file.vertex[e[2]] = 0;
  for (auto& [name, v] : file.vertex) {
    v = static_cast<Vertex>(file.names.size());
    file.names.push_back(name);
  }
  std::map<std::string, uint16_t> types;
  const auto g = Typed(file, types);
  const Vertex from = file.vertex.at("佳都"), to = file.vertex.at("中科");
  const auto& expected = file.json["expected"];
  const auto sequences = [&](const std::vector<Path>& paths) {
    std::vector<std::vector<std::string>> out;
    for (const Path& p : paths) out.push_back(Names(file, p));
    std::sort(out.begin(), out.end());
    return out;
  };

  const auto plain = ShortestHopPaths(*g, from, to, Direction::kBoth, 100, Budget());
  auto wanted = expected["plain_shortest"].get<std::vector<std::vector<std::string>>>();
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(sequences(plain->paths), wanted);
  EXPECT_EQ(plain->total, 3);

  PathOptions options;
  options.direction = Direction::kBoth;
  EXPECT_EQ(sequences(AllShortestPaths(*g, from, to, 100, options, Budget())->paths), wanted);
  options.hub_penalty = 1;
  const auto all = ShortestPaths(*g, from, to, 100, options, Budget());
  ASSERT_EQ(all->paths.size(), expected["all_simple_paths"].size());
  for (size_t i = 0; i < all->paths.size(); ++i) {
    const auto& want = expected["all_simple_paths"][i];
    EXPECT_EQ(Names(file, all->paths[i]), want[0].get<std::vector<std::string>>());
    EXPECT_EQ(all->paths[i].arcs.size(), want[1].get<size_t>());
    EXPECT_NEAR(all->paths[i].cost, want[2].get<double>(), 1e-9);
  }
  const auto steps = ExplainPath(*g, all->paths[0], options);
  double sum = 0;
  for (const PathStep& s : steps) sum += s.edge_cost + s.vertex_cost;
  EXPECT_NEAR(sum, 8.1699250014, 1e-9);
  EXPECT_TRUE(steps[0].forward);
  EXPECT_EQ(steps[0].degree, 3u);
  EXPECT_FALSE(steps[1].forward);  // 注塑 supplies 广汽, walked from 广汽

  const auto type = [&](std::string_view name) -> std::optional<graph::TypeId> {
    const auto it = types.find(std::string(name));
    return it == types.end() ? std::nullopt : std::optional(graph::TypeId{it->second});
  };
  const auto both = PathPattern::Compile("SUPPLIES*", Direction::kBoth, false, type);
  options = {};
  options.pattern = &*both;
  const auto supplies = ShortestPaths(*g, from, to, 5, options, Budget());
  ASSERT_EQ(supplies->paths.size(), 1u);
  EXPECT_EQ(Names(file, supplies->paths[0]), expected["only_SUPPLIES_undirected"].get<std::vector<std::string>>());
  const auto out = PathPattern::Compile("SUPPLIES*", Direction::kOut, false, type);
  options.pattern = &*out;
  const auto directed = ShortestPaths(*g, to, file.vertex.at("广汽"), 5, options, Budget());
  ASSERT_EQ(directed->paths.size(), 1u);
  EXPECT_EQ(Names(file, directed->paths[0]), expected["directed_SUPPLIES_中科_to_广汽"].get<std::vector<std::string>>());
}

// --- the twin

struct Twin {
  double cost;
  std::vector<Vertex> vertices;
};

std::vector<Twin> AllSimplePaths(const Snapshot& g, Vertex from, Vertex to, const PathOptions& o, bool cycle = false) {
  std::map<std::vector<Vertex>, double> best;
  std::vector<Vertex> path{from};
  const auto degree = [&](Vertex v) { return g.undirected() ? g.out_degree(v) : g.out_degree(v) + g.in_degree(v); };
  const auto type_degree = [&](Vertex v, uint32_t type, bool out) {
    double count = 0;
    for (Vertex u = 0; u < g.vertex_count(); ++u) {
      for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) {
        if (g.type(a).raw == type && (out || g.undirected() ? u == v : g.target(a) == v)) ++count;
      }
    }
    return count;
  };
  std::function<void(double, uint16_t, int)> walk = [&](double cost, uint16_t state, int changes) {
    const Vertex u = path.back();
    if (u == to && (!cycle || path.size() > 1)) {
      bool good = !o.pattern || o.pattern->accepting(state);
      for (Vertex p : o.pass) good = good && std::find(path.begin(), path.end(), p) != path.end();
      if (good) {
        const auto [it, added] = best.try_emplace(path, cost);
        it->second = std::min(it->second, cost);
      }
      return;
    }
    if (o.max_hops > 0 && path.size() > o.max_hops) return;
    for (Vertex s = 0; s < g.vertex_count(); ++s) {
      for (uint32_t a = g.row_begin(s); a < g.row_end(s); ++a) {
        for (bool forward : {true, false}) {
          if ((forward ? s : g.target(a)) != u || (g.undirected() && !forward)) continue;
          if (!g.undirected() && !o.pattern && o.direction == (forward ? Direction::kIn : Direction::kOut)) continue;
          const Vertex v = forward ? g.target(a) : s;
          if (std::find(o.avoid.begin(), o.avoid.end(), v) != o.avoid.end()) continue;
          if (std::find(path.begin(), path.end(), v) != path.end() && !(cycle && v == to)) continue;
          const uint16_t next = o.pattern ? o.pattern->Next(state, g.type(a).raw, forward) : 0;
          if (next == PathPattern::kDead) continue;
          int now = changes;
          if (o.max_changes >= 0 && o.places[u] >= 0 && o.places[v] >= 0 && o.places[u] != o.places[v] && ++now > o.max_changes) continue;
          double more = o.weighted ? g.weight(a) : 1;
          if (o.degree_damping > 0) {
            more = o.degree_damping * std::log2(type_degree(u, g.type(a).raw, forward) * type_degree(v, g.type(a).raw, !forward));
          } else if (v != to) {
            more += o.hub_penalty * std::log2(degree(v));
          }
          path.push_back(v);
          walk(cost + more, next, now);
          path.pop_back();
        }
      }
    }
  };
  walk(0, 0, 0);
  std::vector<Twin> out;
  for (const auto& [vertices, cost] : best) out.push_back({cost, vertices});
  std::sort(out.begin(), out.end(), [](const Twin& a, const Twin& b) {
    if (std::abs(a.cost - b.cost) > 1e-9) return a.cost < b.cost;
    if (a.vertices.size() != b.vertices.size()) return a.vertices.size() < b.vertices.size();
    return a.vertices < b.vertices;
  });
  return out;
}

void ExpectSame(const std::vector<Path>& paths, const std::vector<Twin>& twins, const std::string& what) {
  ASSERT_EQ(paths.size(), twins.size()) << what;
  for (size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(paths[i].vertices, twins[i].vertices) << what << " #" << i;
    EXPECT_NEAR(paths[i].cost, twins[i].cost, 1e-9) << what << " #" << i;
  }
}

graph::SnapshotPtr RandomTyped(Vertex n, size_t edges, bool undirected, uint64_t seed) {
  Random random(seed);
  std::vector<Snapshot::Edge> list;
  const double weights[] = {0, 0.1, 0.2, 0.3, 1, 2, 3, 2.5};
  for (size_t i = 0; i < edges; ++i) {
    list.push_back({static_cast<Vertex>(random.Below(n)), static_cast<Vertex>(random.Below(n)), weights[random.Below(8)], i + 1,
                    static_cast<uint16_t>(1 + random.Below(2))});
  }
  return MakeSnapshot(n, std::move(list), undirected);
}

TEST(Paths, EveryConstraintAndCostAgreesWithListingAllSimplePaths) {
  const auto types = [](std::string_view name) { return std::optional(graph::TypeId{name == "a" ? 1u : 2u}); };
  const char* patterns[] = {"a+ b*", "(a|<b)+", ".*<a.*", "<a>{1,3}b?", "a b a b?"};
  for (uint64_t seed = 0; seed < 240; ++seed) {
    Random random(seed * 977 + 5);
    const bool undirected = seed % 3 == 0;
    const Vertex n = 3 + static_cast<Vertex>(random.Below(5));
    const auto g = RandomTyped(n, 2 + random.Below(2 * n), undirected, seed);
    PathOptions o;
    o.direction = static_cast<Direction>(random.Below(3));
    const uint64_t cost = random.Below(4);
    o.weighted = cost == 1 || cost == 2;
    if (cost == 2) o.hub_penalty = 0.7;
    if (cost == 3) o.degree_damping = 0.4;
    const Vertex from = static_cast<Vertex>(random.Below(n)), to = static_cast<Vertex>(random.Below(n));
    const auto other = [&] {
      const Vertex v = static_cast<Vertex>(random.Below(n));
      return v == from || v == to || !o.avoid.empty() ? kNoVertex : v;
    };
    if (random.Below(3) == 0) {
      if (const Vertex v = other(); v != kNoVertex) o.avoid = {v};
    }
    if (random.Below(3) == 0) {
      if (const Vertex v = other(); v != kNoVertex) o.pass = {v, from};
    }
    std::optional<PathPattern> pattern;
    if (random.Below(2) == 0) {
      pattern = *PathPattern::Compile(patterns[random.Below(5)], o.direction, undirected, types);
      o.pattern = &*pattern;
    }
    if (random.Below(3) == 0) {
      o.places = RandomGroups(n, 2, seed, true);
      o.max_changes = static_cast<int>(random.Below(3));
    }
    if (random.Below(3) == 0) o.max_hops = 1 + static_cast<uint32_t>(random.Below(4));
    const std::string what = Text("seed ", seed);
    const auto found = ShortestPaths(*g, from, to, 100000, o, Budget());
    ASSERT_TRUE(found.ok()) << found.status().message();
    ExpectSame(found->paths, AllSimplePaths(*g, from, to, o), what);
    if (from != to) {
      auto cheapest = AllSimplePaths(*g, from, to, o);
      cheapest.erase(std::remove_if(cheapest.begin(), cheapest.end(), [&](const Twin& t) { return t.cost > cheapest[0].cost + 1e-9; }), cheapest.end());
      ExpectSame(AllShortestPaths(*g, from, to, 100000, o, Budget())->paths, cheapest, what + " all shortest");
    }
    for (const Path& p : found->paths) {
      ASSERT_EQ(p.arcs.size() + 1, p.vertices.size());
      for (size_t i = 0; i < p.arcs.size(); ++i) {  // every arc joins its two vertices
        const Vertex u = p.vertices[i], v = p.vertices[i + 1];
        const uint32_t a = p.arcs[i];
        const Vertex owner = a >= g->row_begin(u) && a < g->row_end(u) ? u : v;
        EXPECT_TRUE(a >= g->row_begin(owner) && a < g->row_end(owner) && g->target(a) == (owner == u ? v : u));
      }
    }
    if (!o.pattern && std::find(o.pass.begin(), o.pass.end(), to) == o.pass.end()) {
      auto cycles = AllSimplePaths(*g, from, from, o, true);
      if (undirected || o.direction == Direction::kBoth) {
        cycles.erase(std::remove_if(cycles.begin(), cycles.end(), [](const Twin& t) {
          return t.vertices.size() < 4 || t.vertices[1] > t.vertices[t.vertices.size() - 2];
        }), cycles.end());
      }
      ExpectSame(CyclesThrough(*g, from, 100000, o, Budget())->paths, cycles, what + " cycles");
    }
  }
}

TEST(Paths, FewestHopsAgreeWithListingAllAndCountThem) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const auto g = RandomSnapshot(8, 6 + seed % 12, seed % 2 == 0, seed);
    PathOptions o;
    o.direction = static_cast<Direction>(seed % 3);
    for (Vertex to = 0; to < 4; ++to) {
      auto all = AllSimplePaths(*g, 0, to, o);
      all.erase(std::remove_if(all.begin(), all.end(), [&](const Twin& t) { return t.cost > all[0].cost; }), all.end());
      const auto r = ShortestHopPaths(*g, 0, to, o.direction, 1000, Budget());
      ExpectSame(r->paths, all, Text("seed ", seed, " to ", to));
      EXPECT_EQ(r->total, static_cast<double>(all.size()));
      const auto one = ShortestHopPaths(*g, 0, to, o.direction, 1, Budget());
      EXPECT_EQ(one->total, r->total);
      EXPECT_EQ(one->paths.size(), std::min<size_t>(1, all.size()));
    }
  }
}

TEST(Paths, WalksMayRepeatVerticesAndComeInOrder) {
  // 0 -> 1 -> 2 with a two-way detour 1 <-> 3.
  const auto g = MakeSnapshot(4, {{0, 1}, {1, 2}, {1, 3}, {3, 1}}, false);
  PathOptions o;
  o.walks = true;
  const auto r = ShortestPaths(*g, 0, 2, 3, o, Budget());
  ASSERT_EQ(r->paths.size(), 3u);
  EXPECT_EQ(r->paths[1].vertices, (std::vector<Vertex>{0, 1, 3, 1, 2}));
  EXPECT_EQ(r->paths[2].cost, 6);
  // A walk may pass its end and its start.
  const auto loop = MakeSnapshot(2, {{0, 1}, {1, 0}}, false);
  const auto w = ShortestPaths(*loop, 0, 1, 3, o, Budget());
  ASSERT_EQ(w->paths.size(), 3u);
  EXPECT_EQ(w->paths[2].vertices, (std::vector<Vertex>{0, 1, 0, 1, 0, 1}));
  const auto same = ShortestPaths(*loop, 0, 0, 3, o, Budget());
  ASSERT_EQ(same->paths.size(), 3u);
  EXPECT_EQ(same->paths[0].cost, 0);
  EXPECT_EQ(same->paths[2].cost, 4);
}

TEST(Paths, OfParallelEdgesTheCheapestThatFitsIsShown) {
  const auto g = MakeSnapshot(2, {{0, 1, 5, 1, 1}, {0, 1, 2, 2, 2}, {0, 1, 2, 3, 1}}, false);
  PathOptions o;
  o.weighted = true;
  auto r = ShortestPaths(*g, 0, 1, 10, o, Budget());
  ASSERT_EQ(r->paths.size(), 1u);
  EXPECT_EQ(g->edge_id(r->paths[0].arcs[0]).raw, 2u);
  const auto pattern = PathPattern::Compile("a", Direction::kOut, false, [](std::string_view) { return std::optional(graph::TypeId{1}); });
  o.pattern = &*pattern;
  r = ShortestPaths(*g, 0, 1, 10, o, Budget());
  EXPECT_EQ(g->edge_id(r->paths[0].arcs[0]).raw, 3u);
}

TEST(Paths, EdgeCasesAreRightOrRefused) {
  const auto one = MakeSnapshot(1, {}, false);
  EXPECT_EQ(ShortestPaths(*one, 0, 0, 3, {}, Budget())->paths.size(), 1u);
  EXPECT_TRUE(CyclesThrough(*one, 0, 3, {}, Budget())->paths.empty());
  const auto empty = MakeSnapshot(0, {}, false);
  EXPECT_EQ(ShortestPaths(*empty, 0, 0, 1, {}, Budget()).code(), Code::kInvalid);
  const auto apart = MakeSnapshot(3, {{0, 0}, {1, 2}}, false);
  EXPECT_TRUE(ShortestPaths(*apart, 0, 2, 1, {}, Budget())->paths.empty());
  EXPECT_EQ(ShortestHopPaths(*apart, 0, 2, Direction::kBoth, 1, Budget())->total, 0);
  EXPECT_EQ(CyclesThrough(*apart, 0, 3, {}, Budget())->paths.size(), 1u);  // the loop
  const auto negative = MakeSnapshot(2, {{0, 1, -2}}, false);
  PathOptions o;
  EXPECT_EQ(ShortestPaths(*negative, 0, 1, 1, o, Budget())->paths.size(), 1u);
  o.weighted = true;
  const auto refused = ShortestPaths(*negative, 0, 1, 1, o, Budget());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.status().message().find("non-negative"), std::string::npos);
  o = {};
  o.avoid = {1};
  EXPECT_EQ(ShortestPaths(*apart, 1, 2, 1, o, Budget()).code(), Code::kInvalid);
}

TEST(Paths, TiesDoNotDependOnTheOrderOfSums) {
  // 0.1 + 0.2 + 0.3 in two orders and 0.6 in one step are three paths of one cost.
  const auto g = MakeSnapshot(6, {{0, 2, 0.1}, {2, 3, 0.2}, {3, 5, 0.3}, {0, 1, 0.3}, {1, 4, 0.2}, {4, 5, 0.1}, {0, 5, 0.6}}, false);
  PathOptions o;
  o.weighted = true;
  const auto r = AllShortestPaths(*g, 0, 5, 10, o, Budget());
  ASSERT_EQ(r->paths.size(), 3u);
  EXPECT_EQ(r->paths[0].vertices, (std::vector<Vertex>{0, 5}));
  EXPECT_EQ(r->paths[1].vertices, (std::vector<Vertex>{0, 1, 4, 5}));
}

TEST(Paths, ASpentBudgetStopsWithWhatWasFound) {
  // Lots of simple paths in a dense graph.
  std::vector<Snapshot::Edge> edges;
  for (Vertex u = 0; u < 60; ++u) {
    for (Vertex v = 0; v < 60; ++v) edges.push_back({u, v});
  }
  const auto g = MakeSnapshot(60, std::move(edges), false, true);
  Budget budget;
  budget.set_timeout_ms(60);
  const auto r = ShortestPaths(*g, 0, 59, 100'000'000, {}, budget);
  ASSERT_TRUE(r.ok());
  EXPECT_TRUE(r->header.partial);
  EXPECT_GT(r->paths.size(), 0u);
  Budget rows;
  rows.set_max_rows(7);
  const auto few = ShortestPaths(*g, 0, 59, 1000, {}, rows);
  EXPECT_EQ(few->paths.size(), 7u);
  EXPECT_TRUE(few->header.partial);
}

}  // namespace
}  // namespace liantu::analysis
