// SPDX-License-Identifier: Apache-2.0
// Linkage and brokerage in the registry.
#include <map>

#include "analysis/brokerage.h"
#include "analysis/centrality.h"
#include "analysis/linkage.h"
#include "analysis/methods_shared.h"
#include "analysis/ties.h"

namespace liantu::analysis {
namespace {

constexpr size_t kExplained = 20;

// Edges of v (or their weights) by neighbour, both directions; a loop counts at both its ends.
std::map<Vertex, double> TiesByNeighbour(const Snapshot& g, Vertex v, bool weighted) {
  std::map<Vertex, double> ties;
  for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) ties[g.target(a)] += weighted ? g.weight(a) : 1;
  const auto in = g.in(v);
  for (size_t i = 0; i < in.size() && !g.undirected(); ++i) ties[in[i]] += weighted ? g.weight(g.in_arc(v, i)) : 1;
  return ties;
}

}  // namespace

std::vector<Method> LinkageMethods() {
  std::vector<Method> list;
  list.push_back({
      .name = "ei_index",
      .group = "linkage",
      .help_en = "E-I index of each group and of all: ties between groups against ties inside, beside what group sizes alone give.",
      .help_zh = "E-I 指数：组间联系与组内联系之比，并给出仅由组规模决定的期望值。",
      .arguments = {GroupsArgument(), WeightedArgument()},
      .columns = {{"group", "the group"}, {"size", "its nodes"}, {"external", "ties to other groups"}, {"internal", "ties inside"},
                  {"index", "(E-I)/(E+I), -1 to 1"}, {"expected", "from group sizes"}},
      .reference = "Krackhardt & Stern 1988",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(EiIndexResult r, EiIndex(g, {.groups = a.Group("groups").groups, .weighted = a.Bool("weighted")}, budget));
        for (size_t i = 0; i < r.per_group.size(); ++i) {
          const EiValue& e = r.per_group[i];
          t.AddRow({a.Group("groups").Name(static_cast<int32_t>(i)), r.group_sizes[i], e.external, e.internal, ToCell(e.index), ToCell(e.expected)});
        }
        t.summary = {{"external", r.global.external}, {"internal", r.global.internal}, {"index", ToCell(r.global.index)}, {"expected", ToCell(r.global.expected)}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "ei_index_of_nodes",
      .group = "linkage",
      .help_en = "E-I index of each node: its ties to other groups against those inside its own.",
      .help_zh = "每个节点的 E-I 指数：与其他组的联系对组内联系。",
      .arguments = {GroupsArgument(), WeightedArgument()},
      .columns = {{"node", "the node"}, {"group", "its group"}, {"external", "ties to other groups"}, {"internal", "ties inside"},
                  {"index", "(E-I)/(E+I), -1 to 1"}, {"expected", "from group sizes"}},
      .reference = "Krackhardt & Stern 1988",
      .score = "external",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        const GroupColumn& groups = a.Group("groups");
        LT_ASSIGN(EiIndexResult r, EiIndex(g, {.groups = groups.groups, .weighted = a.Bool("weighted")}, budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          const EiValue& e = r.per_vertex[v];
          t.AddRow({Node(v), groups.Name(groups.groups[v]), e.external, e.internal, ToCell(e.index), ToCell(e.expected)});
        }
        t.header = std::move(r.header);
        return {};
      },
      // The ties to other groups, by neighbour.
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget&) -> Result<std::vector<Contribution>> {
        const Groups& groups = a.Group("groups").groups;
        std::vector<Contribution> parts;
        for (const auto& [u, ties] : TiesByNeighbour(g, v, a.Bool("weighted"))) {
          if (groups[v] >= 0 && groups[u] >= 0 && groups[u] != groups[v]) parts.push_back({v, u, ties});
        }
        return TopContributions(std::move(parts), kExplained);
      }});
  list.push_back({
      .name = "mixing",
      .group = "linkage",
      .help_en = "Mixing matrix of groups, nominal and degree assortativity, modularity of the given groups.",
      .help_zh = "各组之间的混合矩阵、同配系数与给定分组的模块度。",
      .arguments = {GroupsArgument(), WeightedArgument()},
      .columns = {{"from", "group"}, {"to", "group"}, {"count", "edge ends from-to (undirected: each edge from both ends)"}, {"share", "of all"}},
      .reference = "Newman 2002, 2003",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        const GroupColumn& groups = a.Group("groups");
        LT_ASSIGN(MixingResult r, Mixing(g, {.groups = groups.groups, .weighted = a.Bool("weighted")}, budget));
        for (int32_t x = 0; x < r.groups; ++x) {
          for (int32_t y = 0; y < r.groups; ++y) t.AddRow({groups.Name(x), groups.Name(y), r.count(x, y), r.mixing[static_cast<size_t>(x) * r.groups + y]});
        }
        t.summary = {{"assortativity", ToCell(r.assortativity)}, {"modularity", ToCell(r.modularity)}, {"degree_assortativity", ToCell(r.degree_assortativity)}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "configuration_model",
      .group = "linkage",
      .help_en = "Ties between each pair of groups against what the degrees alone give: expectation, variance and z in closed form.",
      .help_zh = "每对组之间的联系数与配置模型期望的比较：期望、方差与 z 值（闭式）。",
      .arguments = {GroupsArgument()},
      .columns = {{"from", "group"}, {"to", "group"}, {"observed", "edges"}, {"expected", "mean over all matchings"}, {"variance", "over all matchings"},
                  {"z", "(observed-expected)/sd"}, {"ratio", "observed/expected"}, {"textbook", "the large-m expectation"}},
      .reference = "Newman 2010; exact moments",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        const GroupColumn& groups = a.Group("groups");
        LT_ASSIGN(ConfigurationModelResult r, ConfigurationModel(g, {.groups = groups.groups}, budget));
        for (const LinkageCell& c : r.cells) {
          t.AddRow({groups.Name(c.from), groups.Name(c.to), Count(c.observed), c.expected, c.variance, ToCell(c.z), ToCell(c.ratio), c.textbook});
        }
        t.summary = {{"edges", Count(r.edges)}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "participation",
      .group = "linkage",
      .help_en = "How evenly a node's ties spread over the groups, how central it is inside its own, and the role R1 to R7 this makes.",
      .help_zh = "参与系数、组内度 z 值与 R1–R7 角色。",
      .arguments = {GroupsArgument(), WeightedArgument()},
      .columns = {{"node", "the node"}, {"group", "its group"}, {"participation", "0: all ties in one group"}, {"z", "of its ties inside its group"},
                  {"inside_rank", "by ties inside; 1 is most"}, {"role", "R1 to R7"}, {"role_name", "its name"}},
      .reference = "Guimera & Amaral 2005",
      .score = "participation",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        const GroupColumn& groups = a.Group("groups");
        LT_ASSIGN(ParticipationResult r, Participation(g, {.groups = groups.groups, .weighted = a.Bool("weighted")}, budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          const ParticipationVertex& p = r.vertices[v];
          t.AddRow({Node(v), groups.Name(groups.groups[v]), ToCell(p.participation), ToCell(p.z), p.inside_rank > 0 ? Count(p.inside_rank) : Cell(Missing{"in no group"}), p.role == Role::kNone ? Cell(Missing{"in no group"}) : Text("R", static_cast<int>(p.role)), std::string(RoleName(p.role))});
        }
        t.header = std::move(r.header);
        return {};
      },
      // P = sum over neighbours of their part of all ties, times the part that goes to other groups than theirs.
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget&) -> Result<std::vector<Contribution>> {
        const Groups& groups = a.Group("groups").groups;
        const auto ties = TiesByNeighbour(g, v, a.Bool("weighted"));
        std::map<int32_t, double> by_group;
        double all = 0;
        for (const auto& [u, x] : ties) {
          if (groups[u] >= 0) by_group[groups[u]] += x, all += x;
        }
        std::vector<Contribution> parts;
        for (const auto& [u, x] : ties) {
          if (groups[u] >= 0 && x != 0) parts.push_back({v, u, x / all * (1 - by_group[groups[u]] / all)});
        }
        return TopContributions(std::move(parts), kExplained);
      }});
  const std::vector<Argument> sides = {NodesArgument("sets", "the sets, e.g. clusters", "集合，如产业集群"),
                                       NodesArgument("carriers", "what they may share, e.g. cities or companies", "可能共享的对象，如城市或企业")};
  list.push_back({
      .name = "overlap",
      .group = "linkage",
      .help_en = "Which sets are linked by carriers they share: how many, Jaccard, cosine.",
      .help_zh = "集合之间通过共享对象形成的联系：数量、Jaccard、余弦。",
      .arguments = sides,
      .columns = {{"a", "a set"}, {"b", "a set"}, {"shared", "carriers in both"}, {"jaccard", "shared/union"}, {"cosine", "shared/sqrt of the sizes"},
                  {"carriers", "those shared"}},
      .reference = "Breiger 1974",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(Groups both, TwoSides(g, a.Nodes("sets"), a.Nodes("carriers")));
        LT_ASSIGN(OverlapResult r, Overlap(g, {.sides = std::move(both)}, budget));
        for (OverlapPair& p : r.pairs) t.AddRow({Node(p.a), Node(p.b), Count(p.shared), ToCell(p.jaccard), ToCell(p.cosine), List(std::move(p.carriers))});
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "overlap_carriers",
      .group = "linkage",
      .help_en = "The carriers that link sets, and how many linked pairs are lost without each: its bridging weight.",
      .help_zh = "连接各集合的对象，以及移除它会失去多少对联系（桥接权重）。",
      .arguments = sides,
      .columns = {{"node", "the carrier"}, {"sets", "it is in"}, {"pairs", "linked pairs it takes part in"}, {"bridging_weight", "pairs that share only it"}},
      .reference = "Breiger 1974",
      .score = "bridging_weight",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(Groups both, TwoSides(g, a.Nodes("sets"), a.Nodes("carriers")));
        LT_ASSIGN(OverlapResult r, Overlap(g, {.sides = std::move(both)}, budget));
        for (const OverlapCarrier& c : r.carriers) t.AddRow({Node(c.vertex), Count(c.sets), Count(c.pairs), Count(c.bridging_weight)});
        t.header = std::move(r.header);
        return {};
      },
      // The pairs that only this carrier links.
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) -> Result<std::vector<Contribution>> {
        LT_ASSIGN(Groups both, TwoSides(g, a.Nodes("sets"), a.Nodes("carriers")));
        LT_ASSIGN(const OverlapResult r, Overlap(g, {.sides = std::move(both)}, budget));
        std::vector<Contribution> parts;
        for (const OverlapPair& p : r.pairs) {
          if (p.carriers.size() == 1 && p.carriers[0] == v) parts.push_back({p.a, p.b, 1});
        }
        return TopContributions(std::move(parts), kExplained);
      }});
  list.push_back({
      .name = "group_betweenness",
      .group = "linkage",
      .help_en = "Share of shortest paths between all others that run through each group.",
      .help_zh = "组中介中心性：其他节点之间的最短路径有多少经过该组。",
      .arguments = {GroupsArgument(), IntArgument("sources", "0", 0, 4e9, "random sources; 0: exact", "随机源点数；0 为精确"), SeedArgument()},
      .columns = {{"group", "the group"}, {"size", "its nodes"}, {"betweenness", "sum over pairs outside"}, {"normalised", "by the number of pairs"},
                  {"standard_error", "where sampled"}},
      .reference = "Everett & Borgatti 1999",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        const GroupColumn& groups = a.Group("groups");
        LT_ASSIGN(GroupBetweennessResult r, GroupBetweenness(g, {.groups = groups.groups, .sources = static_cast<uint32_t>(a.Int("sources")),
                                                                 .seed = static_cast<uint64_t>(a.Int("seed"))}, budget));
        for (size_t i = 0; i < r.groups.size(); ++i) {
          const auto& x = r.groups[i];
          t.AddRow({groups.Name(static_cast<int32_t>(i)), x.size, x.betweenness, ToCell(x.normalised), ToCell(x.standard_error)});
        }
        t.summary = {{"sources", Count(r.sources_used)}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "gould_fernandez",
      .group = "linkage",
      .help_en = "Brokerage roles between groups: coordinator, itinerant, representative, gatekeeper, liaison.",
      .help_zh = "Gould–Fernandez 中介角色：协调、顾问、代表、守门、联络。",
      .arguments = {GroupsArgument()},
      .columns = {{"node", "the broker"}, {"coordinator", "A A A"}, {"itinerant", "A B A"}, {"representative", "A A B"}, {"gatekeeper", "A B B"},
                  {"liaison", "A B C"}, {"total", "all five"}},
      .reference = "Gould & Fernandez 1989",
      .score = "total",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(GouldFernandezResult r, GouldFernandez(g, {.groups = a.Group("groups").groups}, budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          const auto& c = r.vertices[v].count;
          t.AddRow({Node(v), c[0], c[1], c[2], c[3], c[4], r.vertices[v].total()});
        }
        for (size_t i = 0; i < kBrokerageRoles; ++i) {
          const std::string name = BrokerageName(static_cast<Brokerage>(i));
          t.summary.emplace_back(name, r.totals.count[i]);
          t.summary.emplace_back("expected_share_" + name, ToCell(r.expected_share[i]));
        }
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget&) -> Result<std::vector<Contribution>> {
        LT_ASSIGN(const auto pairs, ExplainGouldFernandez(g, {.groups = a.Group("groups").groups}, v, 1000));
        std::vector<Contribution> parts;
        for (const BrokeredPair& p : pairs) parts.push_back({p.from, p.to, 1});
        return parts;
      }});
  const Argument strengths = BoolArgument("weighted", true, "tie strength from weights", "以权重为联系强度");
  list.push_back({
      .name = "constraint",
      .group = "linkage",
      .help_en = "Burt's constraint and effective size: small constraint and large size mark a broker over structural holes.",
      .help_zh = "Burt 约束系数与有效规模：约束小、规模大者占据结构洞。",
      .arguments = {strengths},
      .columns = {{"node", "the node"}, {"constraint", "small: a broker"}, {"effective_size", "contacts less redundancy"}, {"efficiency", "size/contacts"},
                  {"contacts", "number"}},
      .reference = "Burt 1992; Borgatti 1997",
      .score = "effective_size",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(ConstraintResult r, Constraint(g, {.weighted = a.Bool("weighted")}, budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          const auto& x = r.vertices[v];
          t.AddRow({Node(v), ToCell(x.constraint), ToCell(x.effective_size), ToCell(x.efficiency), Count(x.contacts)});
        }
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
        return ExplainConstraint(g, {.weighted = a.Bool("weighted")}, v, 20, budget);
      }});
  list.push_back({
      .name = "bridging",
      .group = "linkage",
      .help_en = "Bridging centrality: betweenness times the bridging coefficient, and the rank product of the two.",
      .help_zh = "桥接中心性：介数与桥接系数之积，以及两者名次之积。",
      .arguments = {IntArgument("samples", "0", 0, 4e9, "random sources for betweenness; 0: exact", "介数的随机源点数；0 为精确"), SeedArgument()},
      .columns = {{"node", "the node"}, {"betweenness", "raw"}, {"bridging_coefficient", "psi"}, {"bridging", "their product"},
                  {"rank_product", "small: a bridge"}},
      .reference = "Hwang et al. 2006, 2008",
      .score = "bridging",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(BridgingResult r, BridgingCentrality(g, {.samples = static_cast<uint64_t>(a.Int("samples")),
                                                           .seed = static_cast<uint64_t>(a.Int("seed"))}, budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          const auto& x = r.vertices[v];
          t.AddRow({Node(v), x.betweenness, ToCell(x.bridging_coefficient), ToCell(x.bridging), ToCell(x.rank_product)});
        }
        t.header = std::move(r.header);
        return {};
      },
      // By the node where paths through it start, each unordered pair half from either end.
      .explain = [](const Snapshot& g, const Arguments&, Vertex v, const Budget& budget) -> Result<std::vector<Contribution>> {
        LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
        std::vector<Snapshot::Edge> edges;
        for (Vertex u = 0; u < g.vertex_count(); ++u) {
          for (Vertex t : ties.row(u)) {
            if (u < t) edges.push_back({u, t});
          }
        }
        LT_ASSIGN(const graph::SnapshotPtr simple, Snapshot::FromEdges(g.vertex_count(), std::move(edges), {.undirected = true}));
        LT_ASSIGN(std::vector<Contribution> parts, ExplainBetweenness(*simple, v, false, kExplained, budget));
        double around = 0;
        for (Vertex t : ties.row(v)) around += 1 / static_cast<double>(ties.degree(t));
        for (Contribution& c : parts) c.amount /= static_cast<double>(ties.degree(v)) * around;
        return parts;
      }});
  return list;
}

}  // namespace liantu::analysis
