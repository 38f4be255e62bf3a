// SPDX-License-Identifier: Apache-2.0
// Centralities and components in the registry, with their explanations.
#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/centrality.h"
#include "analysis/components.h"
#include "analysis/registry.h"
#include "analysis/ties.h"

namespace liantu::analysis {
namespace {

constexpr size_t kExplained = 20;  // contributions listed

Cell Score(double x) {
  if (std::isnan(x)) return Missing{"the budget ran out before this node"};
  return x;
}
void FillScores(Header header, const std::vector<double>& scores, Table& table) {
  table.header = std::move(header);
  for (Vertex v = 0; v < scores.size(); ++v) table.AddRow({VertexCell{v}, Score(scores[v])});
}

graph::Direction DirectionOf(const Arguments& a) {
  const std::string& text = a.Text("direction");
  return text == "in" ? graph::Direction::kIn : text == "both" ? graph::Direction::kBoth : graph::Direction::kOut;
}
Engine EngineOf(const Arguments& a) { return a.Text("engine") == "boost" ? Engine::kBoost : Engine::kOwn; }
std::vector<Vertex> NodesOf(const Arguments& a, const char* name) { return a.Has(name) ? a.Nodes(name) : std::vector<Vertex>(); }

// Sums amount(arc, neighbour) by neighbour over v's out rows, in rows or both.
template <class Amount>
std::vector<Contribution> FromNeighbours(const Snapshot& g, Vertex v, graph::Direction direction, Amount amount) {
  std::map<Vertex, double> sums;
  if (g.undirected() || direction != graph::Direction::kIn) {
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) sums[g.target(a)] += amount(a, g.target(a));
  }
  if (!g.undirected() && direction != graph::Direction::kOut) {
    const auto in = g.in(v);
    for (size_t i = 0; i < in.size(); ++i) sums[in[i]] += amount(g.in_arc(v, i), in[i]);
  }
  std::vector<Contribution> all;
  for (const auto& [u, x] : sums) all.push_back({u, v, x});
  return TopContributions(std::move(all), kExplained);
}

template <bool kWeighted>
Status RunDegree(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(ScoreResult r, Degrees(g, DirectionOf(a), kWeighted, budget));
  FillScores(std::move(r.header), r.score, table);
  return {};
}
template <bool kWeighted>
Result<std::vector<Contribution>> ExplainDegree(const Snapshot& g, const Arguments& a, Vertex v, const Budget&) {
  return FromNeighbours(g, v, DirectionOf(a), [&](uint32_t arc, Vertex) { return kWeighted ? g.weight(arc) : 1.0; });
}

BetweennessOptions BetweennessOf(const Arguments& a) {
  return {.weighted = a.Bool("weighted"), .normalised = a.Bool("normalised"), .samples = static_cast<uint64_t>(a.Int("samples")),
          .seed = static_cast<uint64_t>(a.Int("seed")), .sources = NodesOf(a, "sources"), .engine = EngineOf(a)};
}
void BetweennessSummary(const BetweennessResult& r, Table& table) {
  table.summary = {{"sources", static_cast<int64_t>(r.sources)}, {"error_bound", r.error_bound}};
}
Status RunBetweenness(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(BetweennessResult r, Betweenness(g, BetweennessOf(a), budget));
  BetweennessSummary(r, table);
  FillScores(std::move(r.header), r.score, table);
  return {};
}
Result<std::vector<Contribution>> ExplainBetweennessOf(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  return ExplainBetweenness(g, v, a.Bool("weighted"), kExplained, budget);
}
Status RunEdgeBetweenness(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  BetweennessOptions o = BetweennessOf(a);
  o.edges = true;
  LT_ASSIGN(BetweennessResult r, Betweenness(g, o, budget));
  r.error_bound = 0;  // it bounds vertices
  table.header = std::move(r.header);
  table.summary = {{"sources", static_cast<int64_t>(r.sources)}};
  for (Vertex u = 0; u < g.vertex_count(); ++u) {
    for (uint32_t arc = g.row_begin(u); arc < g.row_end(u); ++arc) {
      const Vertex v = g.target(arc);
      if (g.undirected() && (v < u || (v == u && TwinArc(g, u, arc) < arc))) continue;  // each edge once
      table.AddRow({VertexCell{u}, VertexCell{v}, ArcList{{arc}}, r.arc_score[arc]});
    }
  }
  return {};
}

template <Result<ScoreResult> (*kMethod)(const Snapshot&, const ClosenessOptions&, const Budget&)>
Status RunCloseness(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  const bool normalised = a.Has("normalised") && a.Bool("normalised");
  LT_ASSIGN(ScoreResult r, kMethod(g, {.direction = DirectionOf(a), .weighted = a.Bool("weighted"), .normalised = normalised}, budget));
  FillScores(std::move(r.header), r.score, table);
  return {};
}
// Each other vertex adds 1/distance to harmonic centrality; to closeness, those far away take most from it: both are told by 1/distance.
Result<std::vector<Contribution>> ExplainCloseness(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  LT_ASSIGN(const DistanceResult r, DistancesFrom(g, {&v, 1}, {.direction = DirectionOf(a), .weighted = a.Bool("weighted")}, budget));
  std::vector<Contribution> all;
  for (Vertex u = 0; u < r.distance.size(); ++u) {
    if (u != v && r.distance[u] != kInfiniteDistance) all.push_back({u, kNoVertex, 1 / r.distance[u]});
  }
  return TopContributions(std::move(all), kExplained);
}

PageRankOptions PageRankOf(const Arguments& a) {
  return {.damping = a.Number("damping"), .weighted = a.Bool("weighted"), .seeds = NodesOf(a, "seeds"),
          .dangling_to_seeds = a.Text("dangling") == "seeds", .tolerance = a.Number("tolerance"), .max_iterations = static_cast<uint32_t>(a.Int("max_iterations"))};
}
Status RunPageRank(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(PageRankResult r, PageRank(g, PageRankOf(a), budget));
  table.summary = {{"iterations", static_cast<int64_t>(r.iterations)}, {"change", r.change}, {"converged", r.converged}};
  FillScores(std::move(r.header), r.score, table);
  return {};
}
Result<std::vector<Contribution>> ExplainPageRank(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  const PageRankOptions o = PageRankOf(a);
  LT_ASSIGN(const PageRankResult r, PageRank(g, o, budget));
  return FromNeighbours(g, v, graph::Direction::kIn, [&](uint32_t arc, Vertex u) {
    double out = g.out_degree(u);
    if (o.weighted) {
      out = 0;
      for (uint32_t b = g.row_begin(u); b < g.row_end(u); ++b) out += g.weight(b);
    }
    return out == 0 ? 0 : o.damping * r.score[u] * (o.weighted ? g.weight(arc) : 1) / out;
  });
}

PowerOptions PowerOf(const Arguments& a) {
  return {.weighted = a.Bool("weighted"), .tolerance = a.Number("tolerance"), .max_iterations = static_cast<uint32_t>(a.Int("max_iterations"))};
}
Status RunEigenvector(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(EigenvectorResult r, EigenvectorCentrality(g, PowerOf(a), budget));
  table.summary = {{"eigenvalue", r.eigenvalue}, {"iterations", static_cast<int64_t>(r.iterations)}};
  FillScores(std::move(r.header), r.score, table);
  return {};
}
Result<std::vector<Contribution>> ExplainEigenvector(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  const PowerOptions o = PowerOf(a);
  LT_ASSIGN(const EigenvectorResult r, EigenvectorCentrality(g, o, budget));
  return FromNeighbours(g, v, graph::Direction::kIn, [&](uint32_t arc, Vertex u) { return (o.weighted ? g.weight(arc) : 1) * r.score[u] / r.eigenvalue; });
}

KatzOptions KatzOf(const Arguments& a) {
  return {.alpha = a.Number("alpha"), .beta = a.Number("beta"), .weighted = a.Bool("weighted"), .normalised = a.Bool("normalised"),
          .tolerance = a.Number("tolerance"), .max_iterations = static_cast<uint32_t>(a.Int("max_iterations"))};
}
Status RunKatz(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(KatzResult r, Katz(g, KatzOf(a), budget));
  table.summary = {{"alpha", r.alpha}, {"iterations", static_cast<int64_t>(r.iterations)}};
  FillScores(std::move(r.header), r.score, table);
  return {};
}
Result<std::vector<Contribution>> ExplainKatz(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  const KatzOptions o = KatzOf(a);
  LT_ASSIGN(const KatzResult r, Katz(g, o, budget));
  return FromNeighbours(g, v, graph::Direction::kIn, [&](uint32_t arc, Vertex u) { return r.alpha * (o.weighted ? g.weight(arc) : 1) * r.score[u]; });
}

Status RunHits(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(HitsResult r, Hits(g, PowerOf(a), budget));
  table.header = std::move(r.header);
  table.summary = {{"iterations", static_cast<int64_t>(r.iterations)}};
  for (Vertex v = 0; v < r.hub.size(); ++v) table.AddRow({VertexCell{v}, r.hub[v], r.authority[v]});
  return {};
}
// Of the authority: the hubs that point to the vertex.
Result<std::vector<Contribution>> ExplainHits(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  const PowerOptions o = PowerOf(a);
  LT_ASSIGN(const HitsResult r, Hits(g, o, budget));
  double all = 0;
  for (Vertex u = 0; u < g.vertex_count(); ++u) {
    for (uint32_t arc = g.row_begin(u); arc < g.row_end(u); ++arc) all += (o.weighted ? g.weight(arc) : 1) * r.hub[u];
  }
  return FromNeighbours(g, v, graph::Direction::kIn, [&](uint32_t arc, Vertex u) { return (o.weighted ? g.weight(arc) : 1) * r.hub[u] / all; });
}

Status RunCores(const Snapshot& g, const Arguments&, const Budget& budget, Table& table) {
  LT_ASSIGN(CoreResult r, CoreNumbers(g, budget));
  table.header = std::move(r.header);
  table.summary = {{"degeneracy", static_cast<int64_t>(r.degeneracy)}};
  for (Vertex v = 0; v < r.core.size(); ++v) table.AddRow({VertexCell{v}, static_cast<int64_t>(r.core[v])});
  return {};
}

Status RunClustering(const Snapshot& g, const Arguments&, const Budget& budget, Table& table) {
  LT_ASSIGN(TriangleResult r, Triangles(g, budget));
  table.header = std::move(r.header);
  table.summary = {{"triangles", static_cast<int64_t>(r.total)}, {"transitivity", ToCell(r.transitivity)}, {"average_clustering", ToCell(r.average_clustering)}};
  for (Vertex v = 0; v < r.triangles.size(); ++v) table.AddRow({VertexCell{v}, static_cast<int64_t>(r.triangles[v]), r.clustering[v]});
  return {};
}

// Its neighbours by their own core number: as many as its own stand at or above it.
Result<std::vector<Contribution>> ExplainCores(const Snapshot& g, const Arguments&, Vertex v, const Budget& budget) {
  LT_ASSIGN(const CoreResult r, CoreNumbers(g, budget));
  return FromNeighbours(g, v, graph::Direction::kBoth, [&](uint32_t, Vertex u) { return u == v ? 0.0 : r.core[u]; });
}
// What each neighbour adds: the triangles it makes with the vertex, each of which is shared by two neighbours.
Result<std::vector<Contribution>> ExplainClustering(const Snapshot& g, const Arguments&, Vertex v, const Budget& budget) {
  LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
  const auto own = ties.row(v);
  const auto k = static_cast<double>(own.size());
  std::vector<Contribution> parts;
  for (Vertex u : own) {
    double common = 0;
    for (Vertex t : ties.row(u)) common += std::binary_search(own.begin(), own.end(), t);
    if (common > 0) parts.push_back({u, v, common / (k * (k - 1))});
  }
  return TopContributions(std::move(parts), kExplained);
}

template <Result<ComponentsResult> (*kMethod)(const Snapshot&, Engine, const Budget&)>
Status RunComponents(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(ComponentsResult r, kMethod(g, EngineOf(a), budget));
  table.header = std::move(r.header);
  table.summary = {{"components", static_cast<int64_t>(r.components.size())},
                   {"largest", r.components.empty() ? Cell(Missing{"the graph is empty"}) : Cell(static_cast<int64_t>(r.components[0].size))}};
  std::vector<int64_t> size(r.component.size());
  for (const auto& c : r.components) size[c.smallest] = c.size;
  for (Vertex v = 0; v < r.component.size(); ++v) table.AddRow({VertexCell{v}, VertexCell{r.component[v]}, size[r.component[v]]});
  return {};
}

const Argument kEngine{.name = "engine", .kind = ArgumentKind::kChoice, .default_text = "own", .help_en = "own kernels, or Boost.Graph",
                       .help_zh = "自有算法或 Boost.Graph", .choices = {"own", "boost"}};

Argument Flag(const char* name, const char* value, const char* en, const char* zh) {
  return {.name = name, .kind = ArgumentKind::kBool, .default_text = value, .help_en = en, .help_zh = zh};
}
Argument DirectionArgument(const char* value, const char* en, const char* zh) {
  return {.name = "direction", .kind = ArgumentKind::kChoice, .default_text = value, .help_en = en, .help_zh = zh, .choices = {"out", "in", "both"}};
}
Argument Number(const char* name, const char* value, double min, double max, const char* en, const char* zh, ArgumentKind kind = ArgumentKind::kNumber) {
  return {.name = name, .kind = kind, .default_text = value, .help_en = en, .help_zh = zh, .min = min, .max = max};
}

}  // namespace

std::vector<Method> CentralityMethods() {
  const Argument ends = DirectionArgument("both", "which edges count: out, in, or both", "计出边、入边或两者");
  const Argument towards = DirectionArgument("in", "in: how near the others are to the node, along the edges; out: how near it is to them",
                                             "in:其他节点顺边到该节点的距离;out:该节点到其他节点的距离");
  const Argument lengths = Flag("weighted", "false", "weights are lengths, above 0", "权重作为长度,须大于 0");
  const Argument strengths = Flag("weighted", "false", "weights count instead of 1", "以权重代替 1");
  const Argument iterations = Number("max_iterations", "100000", 1, 1e9, "at most so many", "最多迭代次数", ArgumentKind::kInt);
  const std::vector<Argument> betweenness = {
      lengths,
      Flag("normalised", "false", "divide by the number of pairs", "除以节点对数"),
      Number("samples", "0", 0, 4e9, "estimate from so many random sources; 0: exact", "用多少个随机源估计;0 为精确", ArgumentKind::kInt),
      Number("seed", "1", 0, 9e15, "of the random sources", "随机种子", ArgumentKind::kInt),
      {.name = "sources", .kind = ArgumentKind::kNodes, .help_en = "count only paths that start here", .help_zh = "只计从这些节点出发的路径"},
      kEngine};
  const std::vector<Argument> power = {strengths, Number("tolerance", "1e-12", 1e-15, 1, "stop when the scores change by less in sum", "变化总量小于此值即停止"), iterations};
  const std::vector<Column> score = {{"node", ""}, {"score", ""}};
  return {
      {.name = "degree", .group = "centrality", .help_en = "Number of edges at each node.", .help_zh = "各节点的边数(度)。", .arguments = {ends}, .columns = score,
       .reference = "Freeman 1979", .score = "score", .run = RunDegree<false>, .explain = ExplainDegree<false>},
      {.name = "strength", .group = "centrality", .help_en = "Sum of the weights of the edges at each node.", .help_zh = "各节点边权之和(强度)。", .arguments = {ends},
       .columns = score, .reference = "Barrat et al. 2004", .score = "score", .run = RunDegree<true>, .explain = ExplainDegree<true>},
      {.name = "betweenness", .group = "centrality", .help_en = "How many shortest paths between others pass through a node; exact, or sampled with an error bound.",
       .help_zh = "其他节点间最短路径经过该节点的程度;可精确计算,或抽样并给出误差界。", .arguments = betweenness, .columns = score,
       .reference = "Freeman 1977; Brandes 2001; Brandes & Pich 2007", .score = "score", .run = RunBetweenness, .explain = ExplainBetweennessOf},
      {.name = "edge_betweenness", .group = "centrality", .help_en = "How many shortest paths pass through each edge.", .help_zh = "最短路径经过各条边的程度。",
       .arguments = betweenness, .columns = {{"from", ""}, {"to", ""}, {"edge", ""}, {"score", ""}}, .reference = "Girvan & Newman 2002; Brandes 2008",
       .run = RunEdgeBetweenness},
      {.name = "closeness", .group = "centrality", .help_en = "How near a node is to all others, corrected for what is out of reach.", .help_zh = "节点与其他节点的接近程度,已按可达范围修正。",
       .arguments = {towards, lengths}, .columns = score, .reference = "Wasserman & Faust 1994", .score = "score", .run = RunCloseness<Closeness>, .explain = ExplainCloseness},
      {.name = "harmonic", .group = "centrality", .help_en = "Sum of 1/distance over all others; safe on disconnected graphs.", .help_zh = "到其他节点距离倒数之和;适用于不连通图。",
       .arguments = {towards, lengths, Flag("normalised", "false", "divide by n-1", "除以 n-1")}, .columns = score, .reference = "Marchiori & Latora 2000",
       .score = "score", .run = RunCloseness<Harmonic>, .explain = ExplainCloseness},
      {.name = "pagerank", .group = "centrality", .help_en = "Share of time a random walk along the edges spends at each node; with seeds, personalised.",
       .help_zh = "随机游走停留于各节点的时间份额;给定种子时为个性化 PageRank。",
       .arguments = {Number("damping", "0.85", 0, 0.999999, "chance to follow an edge", "沿边行走的概率"), strengths,
                     {.name = "seeds", .kind = ArgumentKind::kNodes, .help_en = "where walks start anew; none: anywhere", .help_zh = "重新出发的节点;不给则为任意节点"},
                     {.name = "dangling", .kind = ArgumentKind::kChoice, .default_text = "all", .help_en = "where a node without out-edges leads: all nodes, or the seeds",
                      .help_zh = "无出边节点去往全部节点或种子", .choices = {"all", "seeds"}},
                     Number("tolerance", "1e-10", 1e-15, 1, "stop when the ranks change by less in sum", "变化总量小于此值即停止"),
                     Number("max_iterations", "1000", 1, 1e9, "at most so many", "最多迭代次数", ArgumentKind::kInt)},
       .columns = score, .reference = "Brin & Page 1998", .score = "score", .run = RunPageRank, .explain = ExplainPageRank},
      {.name = "eigenvector", .group = "centrality", .help_en = "A node counts by how much its neighbours count; undirected, connected graphs.",
       .help_zh = "节点的重要性来自其邻居的重要性;仅适用于无向连通图。", .arguments = power, .columns = score, .reference = "Bonacich 1972", .score = "score",
       .run = RunEigenvector, .explain = ExplainEigenvector},
      {.name = "katz", .group = "centrality", .help_en = "Walks that end at a node, longer ones counting less; refused where the series does not converge.",
       .help_zh = "终于该节点的游走数,越长权重越小;级数不收敛时拒绝。",
       .arguments = {Number("alpha", "0", 0, 1e9, "weight of one more step; 0: the smaller of 0.1 and 0.85 / largest eigenvalue", "每步衰减;0 表示取 0.1 与 0.85/最大特征值 中较小者"),
                     Number("beta", "1", -1e9, 1e9, "of every node", "各节点的基值"), strengths, Flag("normalised", "true", "unit 2-norm", "单位 2-范数"),
                     Number("tolerance", "1e-12", 1e-15, 1, "stop when the last term is smaller, relatively", "末项相对小于此值即停止"),
                     Number("max_iterations", "10000", 1, 1e9, "at most so many", "最多迭代次数", ArgumentKind::kInt)},
       .columns = score, .reference = "Katz 1953", .score = "score", .run = RunKatz, .explain = ExplainKatz},
      {.name = "hits", .group = "centrality", .help_en = "Hubs point to good authorities, authorities are pointed to by good hubs.", .help_zh = "枢纽指向好的权威,权威为好的枢纽所指。",
       .arguments = power, .columns = {{"node", ""}, {"hub", "sums to 1"}, {"authority", "sums to 1"}}, .reference = "Kleinberg 1999", .score = "authority",
       .run = RunHits, .explain = ExplainHits},
      {.name = "core_number", .group = "centrality", .help_en = "The largest k such that the node is in a part where everybody has k edges.", .help_zh = "使节点处于每点至少 k 条边的子图中的最大 k。",
       .arguments = {}, .columns = {{"node", ""}, {"core", ""}}, .reference = "Seidman 1983; Batagelj & Zaversnik 2003", .score = "core", .run = RunCores, .explain = ExplainCores},
      {.name = "clustering", .group = "centrality", .help_en = "Triangles at each node and the share of its pairs of neighbours that are tied; the whole graph's transitivity.",
       .help_zh = "各节点的三角形数及邻居对相连的比例;并给出全图传递性。", .arguments = {}, .columns = {{"node", ""}, {"triangles", ""}, {"clustering", "in [0, 1]"}},
       .reference = "Watts & Strogatz 1998; Newman 2003", .score = "clustering", .run = RunClustering, .explain = ExplainClustering},
  };
}

std::vector<Method> ComponentMethods() {
  const std::vector<Column> columns = {{"node", ""}, {"component", "its smallest node"}, {"size", "nodes in it"}};
  return {
      {.name = "weak_components", .group = "community", .help_en = "Parts that are joined by edges in whatever direction.", .help_zh = "弱连通分量:不计方向相连的部分。",
       .arguments = {kEngine}, .columns = columns, .reference = "Sutton, Ben-Nun & Barak 2018", .run = RunComponents<WeakComponents>},
      {.name = "strong_components", .group = "community", .help_en = "Parts in which each node reaches each other along the edges.", .help_zh = "强连通分量:沿边互相可达的部分。",
       .arguments = {kEngine}, .columns = columns, .reference = "Tarjan 1972; Fleischer, Hendrickson & Pinar 2000", .run = RunComponents<StrongComponents>},
  };
}

}  // namespace liantu::analysis
