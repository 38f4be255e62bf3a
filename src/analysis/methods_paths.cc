// SPDX-License-Identifier: Apache-2.0
// Path methods in the registry.
#include <optional>

#include "analysis/distances.h"
#include "analysis/paths.h"
#include "analysis/registry.h"

namespace liantu::analysis {
namespace {

graph::Direction DirectionOf(const Arguments& a) {
  const std::string& text = a.Text("direction");
  return text == "in" ? graph::Direction::kIn : text == "both" ? graph::Direction::kBoth : graph::Direction::kOut;
}

// The pattern argument, compiled; nothing where it is not given.
Result<std::optional<PathPattern>> PatternOf(const Snapshot& g, const Arguments& a) {
  if (!a.Has("pattern")) return std::optional<PathPattern>();
  const PatternText& pattern = a.Pattern("pattern");
  LT_ASSIGN(PathPattern compiled, PathPattern::Compile(pattern.text, DirectionOf(a), g.undirected(), pattern.types));
  return std::optional<PathPattern>(std::move(compiled));
}

PathOptions OptionsOf(const Arguments& a, const std::optional<PathPattern>& pattern) {
  PathOptions o;
  o.direction = DirectionOf(a);
  o.weighted = a.Text("cost") == "weight";
  o.hub_penalty = a.Number("hub_penalty");
  o.degree_damping = a.Number("degree_damping");
  if (a.Has("avoid")) o.avoid = a.Nodes("avoid");
  if (a.Has("pass")) o.pass = a.Nodes("pass");
  if (pattern) o.pattern = &*pattern;
  if (a.Has("places")) o.places = a.Group("places").groups;
  if (a.Has("max_changes")) o.max_changes = static_cast<int>(a.Int("max_changes"));
  o.max_hops = static_cast<uint32_t>(a.Int("max_hops"));
  o.walks = a.Has("walks") && a.Bool("walks");
  return o;
}

void FillPaths(PathResult result, Table& table) {
  table.header = std::move(result.header);
  table.summary = {{"paths", static_cast<int64_t>(result.paths.size())}};
  int64_t rank = 0;
  for (Path& path : result.paths) {
    const int64_t hops = static_cast<int64_t>(path.arcs.size());
    table.AddRow({++rank, path.cost, hops, VertexList{std::move(path.vertices)}, ArcList{std::move(path.arcs)}});
  }
}

enum class Search { kOne, kSeveral, kAll, kCycles };

template <Search kSearch>
Status RunSearch(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(const auto pattern, PatternOf(g, a));
  const PathOptions o = OptionsOf(a, pattern);
  if (o.max_changes >= 0 && o.places.empty() && g.vertex_count() > 0) {
    return {Code::kInvalid, "argument 'max_changes' needs 'places': the city (or other group) of each node"};
  }
  if constexpr (kSearch == Search::kCycles) {
    LT_ASSIGN(PathResult r, CyclesThrough(g, a.Node("through"), static_cast<uint64_t>(a.Int("limit")), o, budget));
    FillPaths(std::move(r), table);
  } else if constexpr (kSearch == Search::kAll) {
    LT_ASSIGN(PathResult r, AllShortestPaths(g, a.Node("from"), a.Node("to"), static_cast<uint64_t>(a.Int("limit")), o, budget));
    FillPaths(std::move(r), table);
  } else {
    const uint64_t k = kSearch == Search::kOne ? 1 : static_cast<uint64_t>(a.Int("k"));
    LT_ASSIGN(PathResult r, ShortestPaths(g, a.Node("from"), a.Node("to"), k, o, budget));
    FillPaths(std::move(r), table);
  }
  return {};
}

Engine EngineOf(const Arguments& a) { return a.Text("engine") == "boost" ? Engine::kBoost : Engine::kOwn; }

Status RunHops(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(const auto pattern, PatternOf(g, a));
  const HopsOptions o{.direction = DirectionOf(a), .max_hops = static_cast<uint32_t>(a.Int("max_hops")),
                      .pattern = pattern ? &*pattern : nullptr, .engine = EngineOf(a)};
  LT_ASSIGN(HopsResult r, HopsFrom(g, a.Nodes("sources"), o, budget));
  table.header = std::move(r.header);
  table.summary = {{"reached", static_cast<int64_t>(r.reached)}};
  for (Vertex v = 0; v < r.hops.size(); ++v) {
    if (r.hops[v] != kUnreached) table.AddRow({VertexCell{v}, static_cast<int64_t>(r.hops[v])});
  }
  return {};
}

Status RunReachability(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(const auto pattern, PatternOf(g, a));
  const HopsOptions o{.direction = DirectionOf(a), .max_hops = static_cast<uint32_t>(a.Int("max_hops")), .pattern = pattern ? &*pattern : nullptr};
  const Vertex from = a.Node("from");
  LT_ASSIGN(HopsResult r, HopsFrom(g, {&from, 1}, o, budget));
  table.header = std::move(r.header);
  for (Vertex v : a.Nodes("to")) {
    if (r.hops[v] != kUnreached) {
      table.AddRow({VertexCell{from}, VertexCell{v}, true, static_cast<int64_t>(r.hops[v])});
    } else if (table.header.partial) {
      const Missing unknown{"the budget ran out before it was reached"};
      table.AddRow({VertexCell{from}, VertexCell{v}, unknown, unknown});
    } else {
      table.AddRow({VertexCell{from}, VertexCell{v}, false, Missing{"not within reach"}});
    }
  }
  return {};
}

Status RunDistances(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(DistanceResult r, DistancesFrom(g, a.Nodes("sources"), {.direction = DirectionOf(a), .engine = EngineOf(a)}, budget));
  table.header = std::move(r.header);
  table.summary = {{"reached", static_cast<int64_t>(r.reached)}};
  for (Vertex v = 0; v < r.distance.size(); ++v) {
    if (r.distance[v] != kInfiniteDistance) table.AddRow({VertexCell{v}, r.distance[v]});
  }
  return {};
}

}  // namespace

std::vector<Method> PathMethods() {
  const Argument direction{.name = "direction", .kind = ArgumentKind::kChoice, .default_text = "out",
                           .help_en = "along the edges, against them, or either way (ignored on undirected projections)",
                           .help_zh = "顺边、逆边或双向(无向投影不区分)", .choices = {"out", "in", "both"}};
  const Argument pattern{.name = "pattern", .kind = ArgumentKind::kPattern,
                         .help_en = "regular expression over edge types, e.g. `SUPPLIES+ <OWNS?`; `T>` along, `<T` against, `<T>` either way, `.` any",
                         .help_zh = "边类型的正则式,如 `SUPPLIES+ <OWNS?`;`T>` 顺向、`<T` 逆向、`<T>` 双向、`.` 任意"};
  const Argument max_hops{.name = "max_hops", .kind = ArgumentKind::kInt, .default_text = "0", .help_en = "at most so many edges; 0: no limit",
                          .help_zh = "最多经过多少条边;0 为不限", .min = 0, .max = 1e6};
  const Argument engine{.name = "engine", .kind = ArgumentKind::kChoice, .default_text = "own", .help_en = "own kernels, or Boost.Graph",
                        .help_zh = "自有算法或 Boost.Graph", .choices = {"own", "boost"}};
  const Argument from{.name = "from", .kind = ArgumentKind::kNode, .help_en = "where the path starts", .help_zh = "起点", .required = true};
  const Argument to{.name = "to", .kind = ArgumentKind::kNode, .help_en = "where it ends", .help_zh = "终点", .required = true};
  const Argument limit{.name = "limit", .kind = ArgumentKind::kInt, .default_text = "100", .help_en = "at most so many", .help_zh = "最多多少条", .min = 1};
  const Argument sources{.name = "sources", .kind = ArgumentKind::kNodes, .help_en = "where to start; the nearest counts", .help_zh = "起点集合,取最近者", .required = true};
  const std::vector<Argument> common = {
      direction,
      {.name = "cost", .kind = ArgumentKind::kChoice, .default_text = "hops", .help_en = "an edge costs 1 or its weight", .help_zh = "每条边代价为 1 或其权重", .choices = {"hops", "weight"}},
      {.name = "hub_penalty", .kind = ArgumentKind::kNumber, .default_text = "0",
       .help_en = "lambda: each inner node adds lambda * log2(degree), so that paths avoid hubs", .help_zh = "λ:每个中间节点加 λ·log2(度),使路径避开枢纽", .min = 0, .max = 1e6},
      {.name = "degree_damping", .kind = ArgumentKind::kNumber, .default_text = "0",
       .help_en = "w: instead, the cost is -log2 of the product of degree^-w at both ends of every edge (usual 0.4)",
       .help_zh = "w:改用度加权路径积,代价为各边两端 度^-w 之积的 -log2(常用 0.4)", .min = 0, .max = 100},
      {.name = "avoid", .kind = ArgumentKind::kNodes, .help_en = "nodes that no path may visit", .help_zh = "不得经过的节点"},
      {.name = "pass", .kind = ArgumentKind::kNodes, .help_en = "nodes that every path must visit, in any order", .help_zh = "必须经过的节点,次序不限"},
      pattern,
      {.name = "places", .kind = ArgumentKind::kGroups, .help_en = "the city (or other group) of each node, for max_changes", .help_zh = "各节点所属城市(或其他分组),用于 max_changes"},
      {.name = "max_changes", .kind = ArgumentKind::kInt, .help_en = "at most so many edges from one place to another", .help_zh = "最多跨越多少次城市", .min = 0, .max = 1000},
      max_hops};
  const Argument walks{.name = "walks", .kind = ArgumentKind::kBool, .default_text = "false", .help_en = "nodes may repeat", .help_zh = "允许重复节点"};
  const auto with = [&](std::vector<Argument> first, std::vector<Argument> last = {}) {
    first.insert(first.end(), common.begin(), common.end());
    first.insert(first.end(), last.begin(), last.end());
    return first;
  };
  const std::vector<Column> path_columns = {{"rank", "from 1"}, {"cost", "of the whole path"}, {"hops", "edges"}, {"nodes", "from start to end"}, {"edges", "one between each two nodes"}};
  const std::string yen = "Dijkstra 1959; Yen 1971; Lawler 1972; Mendelzon & Wood 1995 (patterns); Himmelstein & Baranzini 2015 (degree weights)";
  return {
      {.name = "shortest_path", .group = "paths", .help_en = "The best simple path between two nodes, under costs and constraints.",
       .help_zh = "两节点间在给定代价与约束下的最优简单路径。", .arguments = with({from, to}, {walks}), .columns = path_columns, .reference = yen,
       .run = RunSearch<Search::kOne>},
      {.name = "k_shortest_paths", .group = "paths", .help_en = "The k best simple paths (or walks) between two nodes: by cost, then fewer nodes, then node ids.",
       .help_zh = "两节点间最优的 k 条简单路径(或游走):依代价、节点数、节点编号排序。",
       .arguments = with({from, to, {.name = "k", .kind = ArgumentKind::kInt, .default_text = "10", .help_en = "how many", .help_zh = "条数", .min = 1}}, {walks}),
       .columns = path_columns, .reference = yen, .run = RunSearch<Search::kSeveral>},
      {.name = "all_shortest_paths", .group = "paths", .help_en = "All paths that cost as little as the best.", .help_zh = "代价与最优相同的全部路径。",
       .arguments = with({from, to, limit}), .columns = path_columns, .reference = yen, .run = RunSearch<Search::kAll>},
      {.name = "cycles", .group = "paths", .help_en = "Simple cycles through a node, best first.", .help_zh = "经过某节点的简单环,最优在前。",
       .arguments = with({{.name = "through", .kind = ArgumentKind::kNode, .help_en = "the node", .help_zh = "节点", .required = true}, limit}),
       .columns = path_columns, .reference = yen, .run = RunSearch<Search::kCycles>},
      {.name = "hops", .group = "paths", .help_en = "Fewest hops from the sources to every node within reach; with a pattern, of a walk that matches it.",
       .help_zh = "从起点到各可达节点的最少边数;给定模式时为匹配游走的最少边数。", .arguments = {sources, direction, max_hops, pattern, engine},
       .columns = {{"node", ""}, {"hops", "from the nearest source"}}, .reference = "Beamer, Asanovic & Patterson 2012", .run = RunHops},
      {.name = "reachability", .group = "paths", .help_en = "Whether nodes can be reached from a node, and in how many hops; no path is listed.",
       .help_zh = "某节点能否到达其他节点及最少边数;不列举路径。",
       .arguments = {from, {.name = "to", .kind = ArgumentKind::kNodes, .help_en = "nodes to reach", .help_zh = "目标节点", .required = true}, direction, max_hops, pattern},
       .columns = {{"from", ""}, {"to", ""}, {"reachable", ""}, {"hops", "fewest"}}, .reference = "Mendelzon & Wood 1995 (patterns)", .run = RunReachability},
      {.name = "distances", .group = "paths", .help_en = "Least sum of weights from the sources to every node within reach.", .help_zh = "从起点到各可达节点的最小权重和。",
       .arguments = {sources, direction, engine}, .columns = {{"node", ""}, {"distance", "from the nearest source"}},
       .reference = "Dijkstra 1959; Meyer & Sanders 2003", .run = RunDistances},
  };
}

}  // namespace liantu::analysis
