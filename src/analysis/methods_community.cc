// SPDX-License-Identifier: Apache-2.0
// Community methods in the registry.
#include <algorithm>
#include <numeric>

#include "analysis/community.h"
#include "analysis/registry.h"

namespace liantu::analysis {
namespace {

constexpr size_t kExplained = 20;
using Finder = Result<CommunityResult> (*)(const Snapshot&, const CommunityOptions&, const Budget&);

ModularityOptions QualityOf(const Arguments& a) { return {a.Bool("weighted"), a.Number("resolution"), a.Bool("ignore_direction")}; }

Result<CommunityResult> Find(Finder finder, const Snapshot& g, const Arguments& a, const Budget& budget) {
  CommunityOptions options{a.Bool("weighted"), a.Number("resolution"), a.Bool("ignore_direction"), static_cast<uint64_t>(a.Int("seed"))};
  if (a.Has("iterations")) options.iterations = static_cast<uint32_t>(a.Int("iterations"));
  return finder(g, options, budget);
}

// The communities, largest first.
std::vector<int32_t> BySize(const CommunityResult& r) {
  std::vector<int32_t> order(r.communities.size());
  std::iota(order.begin(), order.end(), 0);
  // Single nodes, of which there may be millions, are in order already.
  const auto singles = std::stable_partition(order.begin(), order.end(), [&](int32_t x) { return r.communities[x].size > 1; });
  std::stable_sort(order.begin(), singles, [&](int32_t x, int32_t y) { return r.communities[x].size > r.communities[y].size; });
  return order;
}

template <Finder finder>
Status RunFinder(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(CommunityResult r, Find(finder, g, a, budget));
  table.header = std::move(r.header);
  table.summary = {{"modularity", ToCell(r.modularity)},
                   {"communities", static_cast<int64_t>(r.communities.size())},
                   {"coverage", ToCell(r.coverage)},
                   {"levels", static_cast<int64_t>(r.levels.size())}};
  if (a.Has("compare") && table.header.partial) {
    const Missing unknown{"the budget ended before it was compared"};
    table.summary.insert(table.summary.end(), {{"nmi", unknown}, {"adjusted_rand", unknown}});
  } else if (a.Has("compare")) {
    LT_ASSIGN(PartitionComparison c, ComparePartitions(g, r.community, a.Group("compare").groups, budget));
    table.summary.insert(table.summary.end(), {{"nmi", ToCell(c.nmi)}, {"adjusted_rand", ToCell(c.adjusted_rand)}, {"compared", int64_t{c.vertices}}});
    std::move(c.header.warnings.begin(), c.header.warnings.end(), std::back_inserter(table.header.warnings));
  }
  // The members of community i: members[begin[i]] … members[begin[i + 1] - 1].
  std::vector<Vertex> begin(r.communities.size() + 1, 0), members(g.vertex_count());
  for (size_t i = 0; i < r.communities.size(); ++i) begin[i + 1] = begin[i] + r.communities[i].size;
  std::vector<Vertex> next(begin.begin(), begin.end() - 1);
  for (Vertex v = 0; v < g.vertex_count(); ++v) members[next[r.community[v]]++] = v;
  const size_t shown = static_cast<size_t>(a.Int("members"));
  for (int32_t i : BySize(r)) {
    const auto first = members.begin() + begin[i], last = members.begin() + begin[i + 1];
    const auto end = shown > 0 && shown < static_cast<size_t>(last - first) ? first + static_cast<std::ptrdiff_t>(shown) : last;
    if (!r.inside.empty()) {
      std::partial_sort(first, end, last, [&](Vertex x, Vertex y) { return r.inside[x] != r.inside[y] ? r.inside[x] > r.inside[y] : x < y; });
    }
    const Community& c = r.communities[i];
    table.AddRow({int64_t{i}, int64_t{c.size}, VertexList{{first, end}}, ToCell(c.inside), ToCell(c.cut), ToCell(c.conductance), ToCell(c.modularity)});
  }
  return {};
}

template <Finder finder>
Result<std::vector<Contribution>> ExplainFinder(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  LT_ASSIGN(const CommunityResult r, Find(finder, g, a, budget));
  return ExplainCommunity(g, r.community, v, QualityOf(a), kExplained, budget);
}

Status RunModularity(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  const GroupColumn& given = a.Group("groups");
  LT_ASSIGN(CommunityResult r, Modularity(g, given.groups, QualityOf(a), budget));
  table.header = std::move(r.header);
  table.summary = {{"modularity", ToCell(r.modularity)}, {"coverage", ToCell(r.coverage)}};
  for (int32_t i : BySize(r)) {
    const Community& c = r.communities[i];
    const int32_t group = given.groups[c.smallest];
    if (group < 0) continue;  // a node without a group
    table.AddRow({given.Name(group), int64_t{c.size}, ToCell(c.inside), ToCell(c.cut), ToCell(c.volume), ToCell(c.conductance), ToCell(c.modularity)});
  }
  return {};
}

Result<std::vector<Contribution>> ExplainModularity(const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
  return ExplainCommunity(g, a.Group("groups").groups, v, QualityOf(a), kExplained, budget);
}

Status RunCompare(const Snapshot& g, const Arguments& a, const Budget& budget, Table& table) {
  LT_ASSIGN(PartitionComparison c, ComparePartitions(g, a.Group("a").groups, a.Group("b").groups, budget));
  table.header = std::move(c.header);
  table.AddRow({ToCell(c.nmi), ToCell(c.adjusted_rand), int64_t{c.vertices}, int64_t{c.groups_a}, int64_t{c.groups_b}});
  return {};
}

std::vector<Argument> QualityArguments() {
  return {{.name = "weighted", .kind = ArgumentKind::kBool, .default_text = "false", .help_en = "count an edge by its weight (from 0) instead of 1",
           .help_zh = "按边的权重(不小于 0)计,而不是每条边计 1"},
          {.name = "resolution", .kind = ArgumentKind::kNumber, .default_text = "1", .help_en = "gamma: larger values give more and smaller communities",
           .help_zh = "分辨率 γ:越大,社群越多越小", .min = 0, .max = 1e9},
          {.name = "ignore_direction", .kind = ArgumentKind::kBool, .default_text = "false",
           .help_en = "take a directed projection as undirected", .help_zh = "把有向投影当作无向"}};
}

std::vector<Argument> FinderArguments(bool iterations) {
  std::vector<Argument> out = QualityArguments();
  out.push_back({.name = "seed", .kind = ArgumentKind::kInt, .default_text = "1", .help_en = "of the random choices; the same seed gives the same result",
                 .help_zh = "随机选择的种子;种子相同则结果相同", .min = 0});
  if (iterations) {
    out.push_back({.name = "iterations", .kind = ArgumentKind::kInt, .default_text = "2", .help_en = "at most so many passes, each from what the last found",
                   .help_zh = "最多迭代的遍数,每遍从上一遍的结果开始", .min = 1, .max = 1000});
  }
  out.push_back({.name = "members", .kind = ArgumentKind::kInt, .default_text = "10",
                 .help_en = "name so many members of each community, those with most weight inside it first; 0: all",
                 .help_zh = "每个社群列出多少成员,社群内联系最强者在前;0 表示全部", .min = 0, .max = 1e9});
  out.push_back({.name = "compare", .kind = ArgumentKind::kGroups, .help_en = "given groups to compare with (NMI and adjusted Rand index)",
                 .help_zh = "与给定分组比较(NMI 与调整兰德指数)"});
  return out;
}

const std::vector<Column> kFound = {{"community", "its number; communities are numbered by their smallest node id"},
                                    {"size", "nodes"},
                                    {"members", "the first of its members, by weight inside the community"},
                                    {"inside", "weight of the edges inside"},
                                    {"cut", "weight of the edges that leave it"},
                                    {"conductance", "cut / min(volume, volume of the rest), 0 to 1"},
                                    {"modularity", "its part of Q"}};

}  // namespace

std::vector<Method> CommunityMethods() {
  return {{.name = "leiden", .group = "community",
           .help_en = "Communities of large modularity, each of them connected, largest first (Leiden)",
           .help_zh = "模块度大的社群,每个社群内部连通,从大到小(Leiden)", .arguments = FinderArguments(true), .columns = kFound,
           .reference = "Traag, Waltman & van Eck 2019", .run = RunFinder<Leiden>, .explain = ExplainFinder<Leiden>},
          {.name = "louvain", .group = "community", .help_en = "Communities of large modularity, largest first (Louvain)",
           .help_zh = "模块度大的社群,从大到小(Louvain)", .arguments = FinderArguments(true), .columns = kFound,
           .reference = "Blondel, Guillaume, Lambiotte & Lefebvre 2008", .run = RunFinder<Louvain>, .explain = ExplainFinder<Louvain>},
          {.name = "label_propagation", .group = "community", .help_en = "Communities in which every node has the label of most of its neighbours",
           .help_zh = "标签传播:每个节点的标签与多数邻居相同的社群", .arguments = FinderArguments(false), .columns = kFound,
           .reference = "Raghavan, Albert & Kumara 2007", .run = RunFinder<LabelPropagation>, .explain = ExplainFinder<LabelPropagation>},
          {.name = "modularity", .group = "community", .help_en = "How far given groups are communities: modularity, cut and conductance of each",
           .help_zh = "给定分组在多大程度上是社群:模块度,各组的割与电导", .arguments = [] {
             std::vector<Argument> out = QualityArguments();
             out.insert(out.begin(), {.name = "groups", .kind = ArgumentKind::kGroups, .help_en = "the groups", .help_zh = "分组", .required = true});
             return out;
           }(),
           .columns = {{"group", "its name"},
                       {"size", "nodes"},
                       {"inside", "weight of the edges inside"},
                       {"cut", "weight of the edges that leave it"},
                       {"volume", "sum of its nodes' strengths: 2 inside + cut"},
                       {"conductance", "cut / min(volume, volume of the rest), 0 to 1"},
                       {"modularity", "its part of Q"}},
           .reference = "Newman & Girvan 2004; directed: Leicht & Newman 2008", .run = RunModularity, .explain = ExplainModularity},
          {.name = "compare_partitions", .group = "community", .help_en = "How far two groupings agree: normalised mutual information, adjusted Rand index",
           .help_zh = "两种分组的一致程度:归一化互信息与调整兰德指数",
           .arguments = {{.name = "a", .kind = ArgumentKind::kGroups, .help_en = "one grouping", .help_zh = "一种分组", .required = true},
                         {.name = "b", .kind = ArgumentKind::kGroups, .help_en = "the other", .help_zh = "另一种分组", .required = true}},
           .columns = {{"nmi", "2 I(a;b) / (H(a) + H(b)): arithmetic mean of the entropies, 0 to 1"},
                       {"adjusted_rand", "1 for equal groupings, 0 on average for random ones"},
                       {"nodes", "that have a group in both"},
                       {"groups_a", "groups of a that hold one of them"},
                       {"groups_b", "groups of b that hold one of them"}},
           .reference = "Danon et al. 2005; Hubert & Arabie 1985", .run = RunCompare}};
}

}  // namespace liantu::analysis
