// SPDX-License-Identifier: Apache-2.0
// Fragility, flows and cascades in the registry.
#include <algorithm>
#include <map>
#include <utility>

#include "analysis/cascade.h"
#include "analysis/flow.h"
#include "analysis/fragility.h"
#include "analysis/methods_shared.h"
#include "analysis/polled_sort.h"

namespace liantu::analysis {
namespace {

Vertex TailOf(const Snapshot& g, uint32_t arc) {
  const auto offsets = g.out_offsets();
  return static_cast<Vertex>(std::upper_bound(offsets.begin(), offsets.end(), arc) - offsets.begin() - 1);
}

std::vector<Argument> EsriArguments(Argument firms) {
  return {std::move(firms),
          {.name = "sectors", .kind = ArgumentKind::kGroups, .help_en = "the sector of each firm", .help_zh = "每家企业所属行业", .required = true},
          {.name = "non_essential", .kind = ArgumentKind::kText, .default_text = "",
           .help_en = "inputs a sector can do without, e.g. 'service>car, *>retail'; none: all essential",
           .help_zh = "非必需的投入，如 'service>car, *>retail'；不填则全部必需"},
          NumberArgument("eps", "1e-10", 0, 1, "stop when no state moves by more", "状态变化不超过此值时停止")};
}
// What a buyer buys: by the category of the supplier or of the edge; null where all is one input.
const GroupColumn* InputsOf(const Arguments& a) {
  return a.Has("products") ? &a.Group("products") : a.Has("inputs") ? &a.Group("inputs") : nullptr;
}
SupplyConcentrationOptions ConcentrationOf(const Arguments& a) {
  if (a.Has("products")) return {.arc_category = a.Group("products").groups};
  return {.supplier_category = a.Has("inputs") ? a.Group("inputs").groups : Groups()};
}
// Of one buyer: input, supplier, amount.
std::map<int32_t, std::map<Vertex, double>> BoughtInputs(const Snapshot& g, const Arguments& a, Vertex buyer) {
  std::map<int32_t, std::map<Vertex, double>> inputs;
  const auto in = g.in(buyer);
  for (size_t i = 0; i < in.size(); ++i) {
    const uint32_t arc = g.in_arc(buyer, i);
    const int32_t input = a.Has("products") ? a.Group("products").groups[arc] : a.Has("inputs") ? a.Group("inputs").groups[in[i]] : 0;
    if (input >= 0 && in[i] != buyer) inputs[input][in[i]] += g.weight(arc);
  }
  return inputs;
}

// The nodes that fall out: those named, and the members of the group.
Result<std::vector<Vertex>> RemovedOf(const Snapshot& g, const Arguments& a) {
  std::vector<Vertex> removed = NodesOrNone(a, "nodes");
  if (a.Has("group")) {
    if (!a.Has("groups")) return Status(Code::kInvalid, "argument 'group' needs 'groups': the group of each node, e.g. city");
    const GroupColumn& column = a.Group("groups");
    const size_t named = removed.size();
    for (Vertex v = 0; v < g.vertex_count(); ++v) {
      if (column.groups[v] >= 0 && column.Name(column.groups[v]) == a.Text("group")) removed.push_back(v);
    }
    if (removed.size() == named) return Status(Code::kInvalid, Text("argument 'group': no node is in a group '", a.Text("group"), "'"));
  }
  if (removed.empty()) return Status(Code::kInvalid, "removal: name what falls out, by 'nodes' or by 'groups' and 'group'");
  return removed;
}

std::string_view Trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}
Result<EsriOptions> EsriOptionsOf(const Snapshot& g, const Arguments& a) {
  const GroupColumn& sectors = a.Group("sectors");
  EsriOptions options{.sector = sectors.groups, .firms = NodesOrNone(a, "firms"), .eps = a.Number("eps")};
  LT_ASSIGN(const int32_t count, CountGroups(g, sectors.groups));
  std::string_view rest = a.Has("non_essential") ? std::string_view(a.Text("non_essential")) : std::string_view();
  if (Trim(rest).empty()) return options;
  options.essential.assign(static_cast<size_t>(count) * static_cast<size_t>(count), 1);
  while (!rest.empty()) {
    const std::string_view pair = Trim(rest.substr(0, rest.find(',')));
    rest.remove_prefix(std::min(rest.size(), rest.find(',') == std::string_view::npos ? rest.size() : rest.find(',') + 1));
    const size_t arrow = pair.find('>');
    if (arrow == std::string_view::npos) {
      return Status(Code::kInvalid, Text("argument 'non_essential': expected 'supplier sector>buyer sector', found '", pair, "'"));
    }
    const std::string_view from = Trim(pair.substr(0, arrow)), to = Trim(pair.substr(arrow + 1));
    bool any = false;
    for (int32_t s = 0; s < count; ++s) {
      for (int32_t b = 0; b < count; ++b) {
        if ((from != "*" && from != sectors.Name(s)) || (to != "*" && to != sectors.Name(b))) continue;
        options.essential[static_cast<size_t>(s) * count + b] = 0;
        any = true;
      }
    }
    if (!any) return Status(Code::kInvalid, Text("argument 'non_essential': '", pair, "' names a sector that no firm has"));
  }
  return options;
}

}  // namespace

std::vector<Method> FragilityMethods() {
  std::vector<Method> list;
  list.push_back({
      .name = "articulation_points",
      .group = "fragility",
      .help_en = "Nodes whose removal splits their component, and how much is cut off from the largest piece.",
      .help_zh = "割点：移除后其所在分支断开的节点，及被切离最大部分的节点数。",
      .columns = {{"node", "the node"}, {"pieces", "left of its component"}, {"impact", "nodes that leave the largest piece, itself included"}},
      .reference = "Hopcroft & Tarjan 1973",
      .score = "impact",
      .run = [](const Snapshot& g, const Arguments&, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(CutPointsResult r, CutPoints(g, budget));
        for (const ArticulationPoint& x : r.points) t.AddRow({Node(x.vertex), Count(x.pieces), Count(x.impact)});
        t.header = std::move(r.header);
        return {};
      },
      // The pieces, each by its first node and its size.
      .explain = [](const Snapshot& g, const Arguments&, Vertex v, const Budget& budget) -> Result<std::vector<Contribution>> {
        LT_ASSIGN(const auto pieces, ExplainCutPoint(g, v, budget));
        std::vector<Contribution> parts;
        for (const auto& piece : pieces) parts.push_back({piece.front(), kNoVertex, static_cast<double>(piece.size())});
        return parts;
      }});
  list.push_back({
      .name = "bridges",
      .group = "fragility",
      .help_en = "Ties whose loss splits a component, and how many nodes stand on the smaller side.",
      .help_zh = "桥：断开即分离的联系，及较小一侧的节点数。",
      .columns = {{"a", "one end"}, {"b", "the other"}, {"cut_off", "nodes on the smaller side"}},
      .reference = "Hopcroft & Tarjan 1973",
      .run = [](const Snapshot& g, const Arguments&, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(CutPointsResult r, CutPoints(g, budget));
        for (const Bridge& x : r.bridges) t.AddRow({Node(x.a), Node(x.b), Count(x.cut_off)});
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "biconnected_components",
      .group = "fragility",
      .help_en = "Largest sets of nodes that no single node can split.",
      .help_zh = "双连通分支：任一节点失效都不会断开的极大集合。",
      .columns = {{"size", "number of nodes"}, {"nodes", "its members"}},
      .reference = "Hopcroft & Tarjan 1973",
      .run = [](const Snapshot& g, const Arguments&, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(CutPointsResult r, CutPoints(g, budget));
        for (auto& block : r.biconnected) t.AddRow({Count(block.size()), List(std::move(block))});
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "dominators",
      .group = "fragility",
      .help_en = "Single points of failure of supply: nodes that every route from the sources to others must pass.",
      .help_zh = "支配节点：从源头到其他节点的所有路线都必经的单点。",
      .arguments = {NodesArgument("sources", "where supply starts; none: all without suppliers", "供应源头；不填为所有没有供应商的节点", false)},
      .columns = {{"node", "the node"}, {"immediate", "its nearest single point of failure"}, {"dominated", "nodes that depend on it alone"}},
      .reference = "Lengauer & Tarjan 1979",
      .score = "dominated",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(DominatorsResult r, Dominators(g, {.sources = NodesOrNone(a, "sources")}, budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          if (!r.reached[v]) t.AddRow({Node(v), Missing{"not reached from the sources"}, Missing{"not reached from the sources"}});
          else t.AddRow({Node(v), r.immediate[v] == kNoVertex ? Cell(Missing{"only the sources together"}) : Node(r.immediate[v]), Count(r.dominated[v])});
        }
        t.header = std::move(r.header);
        return {};
      },
      // The node's own single points of failure, nearest first, with what each dominates.
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) -> Result<std::vector<Contribution>> {
        LT_ASSIGN(const DominatorsResult r, Dominators(g, {.sources = NodesOrNone(a, "sources")}, budget));
        std::vector<Contribution> parts;
        for (Vertex u : ExplainDominators(r, v)) parts.push_back({u, kNoVertex, static_cast<double>(r.dominated[u])});
        return parts;
      }});
  list.push_back({
      .name = "max_flow",
      .group = "fragility",
      .help_en = "The most that can flow from sources to targets, and the least set of edges whose loss stops it.",
      .help_zh = "最大流与最小割：从源到汇的最大流量及使其中断的最小边集。",
      .arguments = {NodesArgument("sources", "where it starts", "源"), NodesArgument("targets", "where it goes", "汇"),
                    BoolArgument("unit", false, "every edge has capacity 1", "每条边容量为 1")},
      .columns = {{"from", "of a cut edge"}, {"to", "of a cut edge"}, {"capacity", "of the edge"}},
      .reference = "Ford & Fulkerson 1956; Dinic 1970",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(MaxFlowResult r, MaxFlow(g, {.sources = a.Nodes("sources"), .targets = a.Nodes("targets"), .unit = a.Bool("unit")}, budget));
        for (uint32_t arc : r.cut_arcs) t.AddRow({Node(TailOf(g, arc)), Node(g.target(arc)), a.Bool("unit") ? 1.0 : g.weight(arc)});
        t.summary = {{"flow", r.flow}, {"source_side", Count(r.source_side.size())}};
        constexpr size_t kShown = 50;
        if (r.source_side.size() <= kShown) t.summary.emplace_back("source_nodes", List(std::move(r.source_side)));
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "disjoint_routes",
      .group = "fragility",
      .help_en = "Routes between two nodes that share no other node, and the least set of nodes that parts the two.",
      .help_zh = "两点之间不共节点的路线，及分隔两点的最小点集。",
      .arguments = {NodeArgument("source", "from", "起点"), NodeArgument("target", "to", "终点")},
      .columns = {{"steps", "of the route"}, {"route", "its nodes"}},
      .reference = "Menger 1927; Even & Tarjan 1975",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(VertexCutResult r, VertexCut(g, {.source = a.Node("source"), .target = a.Node("target")}, budget));
        for (auto& route : r.routes) t.AddRow({Count(route.size() - 1), List(std::move(route))});
        t.summary = {{"connectivity", ToCell(r.connectivity)}, {"cut", List(std::move(r.cut))}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "edge_connectivity",
      .group = "fragility",
      .help_en = "The least number (or weight) of edges whose loss splits the graph, and those edges.",
      .help_zh = "全局边连通度：使图断开的最少边数（或最小权重）及这些边。",
      .arguments = {WeightedArgument()},
      .columns = {{"from", "of a cut edge"}, {"to", "of a cut edge"}},
      .reference = "Menger 1927; Even & Tarjan 1975",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(EdgeConnectivityResult r, EdgeConnectivity(g, {.weighted = a.Bool("weighted")}, budget));
        for (auto [v, u] : r.cut_edges) t.AddRow({Node(v), Node(u)});
        t.summary = {{"connectivity", ToCell(r.connectivity)}, {"smaller_side", Count(r.smaller_side.size())}};
        t.header = std::move(r.header);
        return {};
      }});
  const std::vector<Argument> inputs = {
      {.name = "inputs", .kind = ArgumentKind::kGroups, .help_en = "what is supplied, by the category of the supplier; neither: all a buyer buys is one input",
       .help_zh = "按供应商类别区分投入；两者都不填则买方的全部采购视为一种投入"},
      {.name = "products", .kind = ArgumentKind::kEdgeGroups, .help_en = "instead: what each edge supplies, e.g. its property product",
       .help_zh = "或按每条边供应的内容区分，如边的 product 属性"}};
  list.push_back({
      .name = "supply_concentration",
      .group = "fragility",
      .help_en = "Concentration (HHI) of each buyer's inputs over its suppliers, and single sources.",
      .help_zh = "供应集中度（HHI）与单一来源：每个买方、每种投入。",
      .arguments = inputs,
      .columns = {{"buyer", "the buyer"}, {"input", "category"}, {"suppliers", "number"}, {"amount", "bought"}, {"hhi", "1/n to 1"},
                  {"effective_suppliers", "1/HHI"}, {"single", "one supplier"}, {"largest_supplier", "by amount"}, {"largest_share", "of the amount"}},
      .reference = "Hirschman 1945; Herfindahl 1950",
      .score = "hhi",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        const GroupColumn* column = InputsOf(a);
        t.Reserve(column != nullptr ? g.arc_count() : g.vertex_count());
        LT_ASSIGN(SupplyConcentrationResult r, SupplyConcentration(g, ConcentrationOf(a), budget, [&](const SupplyInput& x) {
          t.AddRow({Node(x.buyer), column != nullptr ? column->Name(x.category) : std::string("all"), Count(x.suppliers), x.amount, ToCell(x.hhi),
                    ToCell(x.effective_suppliers), x.single, Node(x.largest_supplier), ToCell(x.largest_share)});
        }));
        t.header = std::move(r.header);
        return {};
      },
      // The squared shares of the suppliers of each input.
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget&) -> Result<std::vector<Contribution>> {
        const auto inputs = BoughtInputs(g, a, v);
        std::vector<Contribution> parts;
        for (const auto& [input, suppliers] : inputs) {
          double all = 0;
          for (const auto& [u, amount] : suppliers) all += amount;
          for (const auto& [u, amount] : suppliers) {
            if (amount > 0) parts.push_back({u, v, amount / all * (amount / all)});
          }
        }
        return TopContributions(std::move(parts), 20);
      }});
  list.push_back({
      .name = "sole_suppliers",
      .group = "fragility",
      .help_en = "Suppliers that nobody else could replace: how many inputs of buyers each alone provides.",
      .help_zh = "独家供应商：各自独家供应的投入数量。",
      .arguments = inputs,
      .columns = {{"node", "the supplier"}, {"sole_inputs", "inputs it alone provides"}},
      .reference = "Hirschman 1945; Herfindahl 1950",
      .score = "sole_inputs",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(SupplyConcentrationResult r, SupplyConcentration(g, ConcentrationOf(a), budget, [](const SupplyInput&) {}));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          if (r.sole_inputs[v] > 0) t.AddRow({Node(v), Count(r.sole_inputs[v])});
        }
        t.header = std::move(r.header);
        return {};
      },
      // Whom it alone provides, and with how many inputs.
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget&) -> Result<std::vector<Contribution>> {
        std::vector<Contribution> parts;
        Vertex before = kNoVertex;
        for (Vertex buyer : g.out(v)) {
          if (buyer == v || std::exchange(before, buyer) == buyer) continue;
          double sole = 0;
          for (const auto& [input, suppliers] : BoughtInputs(g, a, buyer)) sole += suppliers.size() == 1 && suppliers.begin()->first == v;
          if (sole > 0) parts.push_back({v, buyer, sole});
        }
        return TopContributions(std::move(parts), 20);
      }});
  list.push_back({
      .name = "removal",
      .group = "fragility",
      .help_en = "What is lost at once when nodes, or all of a place or segment, fall out: who is cut off, left without suppliers or customers.",
      .help_zh = "移除节点（或某地、某环节的全部节点）的直接后果：谁被切离、谁失去全部供应商或客户。",
      .arguments = {NodesArgument("nodes", "what falls out", "移除哪些节点", false),
                    {.name = "groups", .kind = ArgumentKind::kGroups, .help_en = "the group of each node, e.g. its city; also counts the ties between groups that are lost",
                     .help_zh = "每个节点所属的组，如城市；同时统计组间失去的联系"},
                    {.name = "group", .kind = ArgumentKind::kText, .help_en = "the name of a group that falls out whole", .help_zh = "整体移除的组名"}},
      .columns = {{"node", "the node"}, {"effect", "cut_off, without_suppliers or without_customers"}},
      .reference = "Albert, Jeong & Barabasi 2000",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(const std::vector<Vertex> removed, RemovedOf(g, a));
        LT_ASSIGN(RemovalResult r, RemovalImpact(g, {.vertices = removed, .groups = a.Has("groups") ? a.Group("groups").groups : Groups()}, budget));
        for (Vertex v : r.cut_off) t.AddRow({Node(v), std::string("cut_off")});
        for (Vertex v : r.without_suppliers) t.AddRow({Node(v), std::string("without_suppliers")});
        for (Vertex v : r.without_customers) t.AddRow({Node(v), std::string("without_customers")});
        t.summary = {{"removed_nodes", Count(r.removed_vertices)}, {"removed_edges", Count(r.removed_edges)}, {"removed_weight", r.removed_weight},
                     {"total_weight", r.total_weight}, {"components_before", Count(r.components_before)}, {"components_after", Count(r.components_after)},
                     {"largest_before", Count(r.largest_before)}, {"largest_after", Count(r.largest_after)}};
        if (a.Has("groups")) {
          for (const RemovalResult::GroupTies& x : r.group_ties) {
            t.summary.emplace_back(Text("ties ", a.Group("groups").Name(x.from), g.undirected() ? " – " : " → ", a.Group("groups").Name(x.to)), Text(x.before, " → ", x.after));
          }
        }
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "percolation",
      .group = "fragility",
      .help_en = "How the largest component shrinks while nodes are removed by degree or at random, and the robustness R.",
      .help_zh = "渗流曲线：按度或随机移除节点时最大分支的变化与稳健性 R。",
      .arguments = {{.name = "order", .kind = ArgumentKind::kChoice, .default_text = "degree", .help_en = "of removal", .help_zh = "移除顺序",
                     .choices = {"degree", "random"}},
                    SeedArgument(), IntArgument("points", "100", 1, 1e6, "of the curve", "曲线点数")},
      .columns = {{"removed", "nodes"}, {"largest", "component left"}, {"components", "left"}},
      .reference = "Albert, Jeong & Barabasi 2000; Schneider et al. 2011",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(PercolationResult r, Percolation(g, {.order = a.Text("order") == "degree" ? RemovalOrder::kDegree : RemovalOrder::kRandom,
                                                       .seed = static_cast<uint64_t>(a.Int("seed")), .points = static_cast<uint32_t>(a.Int("points"))}, budget));
        for (const auto& x : r.curve) t.AddRow({Count(x.removed), Count(x.largest), Count(x.components)});
        t.summary = {{"robustness", ToCell(r.robustness)}, {"half_point", ToCell(r.half_point)}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "cascade",
      .group = "fragility",
      .help_en = "Who fails, round by round, when buyers fail once they lose a given share of their inputs.",
      .help_zh = "阈值级联：买方失去一定份额投入即失效，逐轮传播。",
      .arguments = {NodesArgument("seeds", "who fails first", "最先失效者"), NumberArgument("threshold", "0.5", 0, 1, "share of inputs lost", "失效的投入损失份额")},
      .columns = {{"node", "who fails"}, {"round", "when"}, {"lost_share", "of its inputs"}, {"largest_cause", "the failed supplier with the largest share"}},
      .reference = "Granovetter 1978; Watts 2002",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(CascadeResult r, ThresholdCascade(g, {.seeds = a.Nodes("seeds"), .threshold = a.Number("threshold")}, budget));
        for (const CascadeFailure& x : r.failures) t.AddRow({Node(x.vertex), Count(x.round), x.lost_share, Node(x.largest_cause)});
        t.summary = {{"failed", Count(r.failed)}, {"rounds", Count(r.rounds.size())}, {"weight_of_failed", r.weight_of_failed}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "esri",
      .group = "fragility",
      .help_en = "Economic Systemic Risk Index: the share of all output lost when a firm fails, upstream and downstream.",
      .help_zh = "经济系统性风险指数：一家企业失效造成的全部产出损失份额。",
      .arguments = EsriArguments(NodesArgument("firms", "which; none: every firm", "哪些企业；不填为全部", false)),
      .columns = {{"node", "the firm"}, {"esri", "0 to 1"}, {"iterations", "until settled"}},
      .reference = "Diem, Borsos, Reisch, Kertesz & Thurner 2022",
      .score = "esri",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(const EsriOptions options, EsriOptionsOf(g, a));
        LT_ASSIGN(EsriResult r, Esri(g, options, budget));
        for (const auto& x : r.firms) t.AddRow({Node(x.vertex), ToCell(x.esri), Count(x.iterations)});
        t.summary = {{"firms", Count(r.coverage.firms)}, {"with_supplier", Count(r.coverage.with_supplier)}, {"with_buyer", Count(r.coverage.with_buyer)},
                     {"known_sector", Count(r.coverage.known_sector)}};
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) -> Result<std::vector<Contribution>> {
        LT_ASSIGN(EsriOptions options, EsriOptionsOf(g, a));
        options.firms = {v};
        LT_ASSIGN(EsriShockResult r, EsriShock(g, options, budget));
        return std::move(r.losses);
      }});
  list.push_back({
      .name = "esri_shock",
      .group = "fragility",
      .help_en = "The state of every firm after several fail together, and the share of all output that is lost.",
      .help_zh = "多家企业同时失效后各企业的状态及总产出损失份额。",
      .arguments = EsriArguments(NodesArgument("firms", "that fail together", "同时失效的企业")),
      .columns = {{"node", "the firm"}, {"state", "1: untouched, 0: out"}},
      .reference = "Diem, Borsos, Reisch, Kertesz & Thurner 2022",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(const EsriOptions options, EsriOptionsOf(g, a));
        LT_ASSIGN(EsriShockResult r, EsriShock(g, options, budget));
        std::vector<std::pair<double, Vertex>> firms;
        for (Vertex v = 0; v < g.vertex_count(); ++v) firms.emplace_back(r.state[v], v);
        PolledSort(firms, budget);  // where the time is up, in any order
        for (const auto& [state, v] : firms) t.AddRow({Node(v), state});
        t.summary = {{"esri", ToCell(r.esri)}, {"iterations", Count(r.iterations)}};
        t.header = std::move(r.header);
        return {};
      }});
  return list;
}

}  // namespace liantu::analysis
