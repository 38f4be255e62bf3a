// SPDX-License-Identifier: Apache-2.0
// Chain measures in the registry.
#include "analysis/input_output.h"
#include "analysis/methods_shared.h"
#include "analysis/supply_chain.h"

namespace liantu::analysis {
namespace {

std::vector<Argument> EconomyArguments() {
  return {NumbersArgument("final_demand", "final demand of each sector", "各部门最终需求"),
          NumbersArgument("gross_output", "gross output of each sector; one of the two is needed", "各部门总产出；两者至少给一项")};
}
Economy EconomyOf(const Arguments& a) { return {NumbersOrNone(a, "final_demand"), NumbersOrNone(a, "gross_output")}; }
UpstreamnessOptions UpstreamnessOf(const Arguments& a) {
  return {.economy = EconomyOf(a), .net_exports = NumbersOrNone(a, "net_exports"), .inventory_change = NumbersOrNone(a, "inventory_change")};
}
SharesOptions SharesOf(const Arguments& a) {
  return {.root = a.Node("root"), .downstream = a.Bool("downstream"), .normalise = a.Bool("normalise"), .max_steps = static_cast<uint32_t>(a.Int("max_steps"))};
}

}  // namespace

std::vector<Method> ChainMethods() {
  std::vector<Method> list;
  list.push_back({
      .name = "tiers",
      .group = "chain",
      .help_en = "Suppliers (or customers) by tier: the nearest and the farthest tier of each, cycles through the condensation.",
      .help_zh = "逐级供应商（或客户）：最近层级与最远层级，环按缩点处理。",
      .arguments = {NodesArgument("roots", "whose suppliers", "查谁的供应商"), BoolArgument("downstream", false, "customers instead", "改查客户"),
                    IntArgument("max_tier", "4294967295", 0, 4294967295.0, "nearest tier at most", "最近层级上限")},
      .columns = {{"node", "the node"}, {"nearest", "shortest number of steps"}, {"farthest", "longest"}, {"through_cycle", "a cycle stands on the way"},
                  {"next", "next node on a shortest way to the root"}},
      .reference = "breadth-first layers; Tarjan 1972",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(TiersResult r, Tiers(g, {.roots = a.Nodes("roots"), .downstream = a.Bool("downstream"),
                                           .max_tier = static_cast<uint32_t>(a.Int("max_tier"))}, budget));
        for (const TierRow& x : r.rows) {
          t.AddRow({Node(x.vertex), Count(x.nearest), x.farthest ? Count(*x.farthest) : Cell(Missing{"time ran out"}), x.through_cycle, Node(x.next)});
        }
        for (size_t i = 0; i < r.tier_sizes.size(); ++i) t.summary.emplace_back(Text("tier_", i), Count(r.tier_sizes[i]));
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "trophic_levels",
      .group = "chain",
      .help_en = "How far up the chain each node stands (Levine; MacKay, Johnson & Sansom), and how clean the layers are.",
      .help_zh = "营养级（两种定义）与不一致度：节点在链上的层次及层次是否清晰。",
      .columns = {{"node", "the node"}, {"levine", "1 for those without suppliers"}, {"level", "h, minimum 0 in each component"}},
      .reference = "Levine 1980; MacKay, Johnson & Sansom 2020",
      .score = "level",
      .run = [](const Snapshot& g, const Arguments&, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(TrophicResult r, TrophicLevels(g, budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) t.AddRow({Node(v), ToCell(r.levine[v]), r.level[v]});
        t.summary = {{"incoherence", ToCell(r.incoherence)}};
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments&, Vertex v, const Budget& budget) { return ExplainTrophicLevel(g, v, 20, budget); }});
  list.push_back({
      .name = "shares_along_paths",
      .group = "chain",
      .help_en = "What part of a node's supply (or holdings) goes back to each other node: shares multiplied along paths and added up.",
      .help_zh = "沿路径连乘并累加的份额：某节点的供应（或股权）最终来自谁。",
      .arguments = {NodeArgument("root", "the buyer (or owner)", "买方（或持股方）"), BoolArgument("downstream", false, "along the arcs, e.g. holdings", "顺着边的方向，如股权"),
                    BoolArgument("normalise", true, "share = weight / all that flows into the head; false: the weight is the share", "份额 = 权重 / 流入总量；false 表示权重即份额"),
                    IntArgument("max_steps", "10", 1, 1000, "longest walk", "最长步数")},
      .columns = {{"node", "the node"}, {"direct", "over one arc"}, {"total", "over all walks"}, {"strongest", "largest product over one path"},
                  {"path", "that path"}},
      .reference = "Neumann series; Leontief 1936",
      .score = "total",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(SharesResult r, SharesAlongPaths(g, SharesOf(a), budget));
        for (ShareRow& x : r.rows) t.AddRow({Node(x.vertex), x.direct, x.total, x.strongest, List(std::move(x.path))});
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) { return ExplainShare(g, SharesOf(a), v, 20, budget); }});
  std::vector<Argument> upstream = EconomyArguments();
  upstream.push_back(NumbersArgument("net_exports", "where known", "净出口（如已知）"));
  upstream.push_back(NumbersArgument("inventory_change", "where known", "存货变动（如已知）"));
  list.push_back({
      .name = "upstreamness",
      .group = "chain",
      .help_en = "Mean distance of each sector's output to final use (upstreamness) and from primary inputs (downstreamness).",
      .help_zh = "上游度与下游度：产出到最终使用、初始投入到产出的平均距离。",
      .arguments = upstream,
      .columns = {{"node", "the sector"}, {"upstreamness", "1: all to final use"}, {"downstreamness", "the output multiplier"}},
      .reference = "Antras, Chor, Fally & Hillberry 2012; Antras & Chor 2013",
      .score = "upstreamness",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(UpstreamnessResult r, Upstreamness(g, UpstreamnessOf(a), budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) t.AddRow({Node(v), r.upstreamness[v], r.downstreamness[v]});
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
        return ExplainUpstreamness(g, UpstreamnessOf(a), v, 20, budget);
      }});
  list.push_back({
      .name = "leontief",
      .group = "chain",
      .help_en = "Input coefficients, Leontief inverse, output coefficients and Ghosh inverse between sectors.",
      .help_zh = "投入系数、列昂惕夫逆、产出系数与 Ghosh 逆。",
      .arguments = EconomyArguments(),
      .columns = {{"from", "seller"}, {"to", "buyer"}, {"a", "z/x of the buyer"}, {"leontief", "(I-A)^-1"}, {"b", "z/x of the seller"}, {"ghosh", "(I-B)^-1"}},
      .reference = "Leontief 1936; Ghosh 1958",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(LeontiefResult r, Leontief(g, EconomyOf(a), budget));
        t.Reserve(uint64_t{g.vertex_count()} * g.vertex_count());
        for (Vertex i = 0; i < g.vertex_count(); ++i) {
          for (Vertex j = 0; j < g.vertex_count(); ++j) t.AddRow({Node(i), Node(j), r.a(i, j), r.leontief(i, j), r.b(i, j), r.ghosh(i, j)});
        }
        t.summary = {{"largest_column_sum", r.largest_column_sum}};
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "backward_forward_linkages",
      .group = "chain",
      .help_en = "Backward and forward linkages of sectors, how widely they spread, and which sectors are key.",
      .help_zh = "后向关联（影响力）与前向关联（感应度）系数、离散系数与关键部门。",
      .arguments = EconomyArguments(),
      .columns = {{"node", "the sector"}, {"backward", "mean 1"}, {"forward", "by Ghosh rows, mean 1"}, {"forward_leontief", "by Leontief rows, mean 1"},
                  {"backward_variation", "small: spread over all"}, {"forward_variation", "small: spread over all"}, {"key", "both above 1"}},
      .reference = "Rasmussen 1956; Hirschman 1958",
      .score = "backward",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(LinkagesResult r, Linkages(g, EconomyOf(a), budget));
        for (Vertex v = 0; v < g.vertex_count(); ++v) {
          const auto& s = r.sectors[v];
          t.AddRow({Node(v), s.backward, s.forward_ghosh, s.forward_leontief, ToCell(s.backward_variation), ToCell(s.forward_variation), s.key});
        }
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
        return ExplainLinkages(g, EconomyOf(a), v, 20, budget);
      }});
  std::vector<Argument> propagation = EconomyArguments();
  propagation.push_back(NumberArgument("threshold", "0.1", 0, 1e9, "least strength of a link", "联系强度下限"));
  list.push_back({
      .name = "propagation_length",
      .group = "chain",
      .help_en = "The strong links between sectors and over how many steps they work: average propagation lengths.",
      .help_zh = "部门间较强联系的平均传播长度。",
      .arguments = propagation,
      .columns = {{"from", "seller"}, {"to", "buyer"}, {"strength", "(L+G)/2 - I"}, {"length", "average propagation length, from 1"}},
      .reference = "Dietzenbacher, Romero & Bosma 2005",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(PropagationResult r, AveragePropagationLength(g, {.economy = EconomyOf(a), .link_threshold = a.Number("threshold")}, budget));
        for (const auto& x : r.links) t.AddRow({Node(x.from), Node(x.to), x.strength, x.length});
        t.header = std::move(r.header);
        return {};
      }});
  std::vector<Argument> extraction = EconomyArguments();
  extraction.push_back(NodesArgument("sectors", "which; none: every sector alone", "抽取哪些部门；不填则逐一抽取", false));
  extraction.push_back(BoolArgument("together", false, "one extraction of all of them", "同时抽取"));
  list.push_back({
      .name = "hypothetical_extraction",
      .group = "chain",
      .help_en = "What all output would lose if a sector were taken out of the economy.",
      .help_zh = "假设抽取法：去掉一个部门后总产出的损失。",
      .arguments = extraction,
      .columns = {{"sectors", "what is taken out"}, {"loss", "of all output"}, {"indirect", "outside the sectors"}, {"share", "of all output"}},
      .reference = "Strassert 1968; Dietzenbacher, van der Linden & Steenge 1993",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(ExtractionResult r, HypotheticalExtraction(g, {.economy = EconomyOf(a), .sectors = NodesOrNone(a, "sectors"),
                                                                 .together = a.Bool("together")}, budget));
        for (auto& x : r.losses) t.AddRow({List(std::move(x.sectors)), x.loss, x.indirect, ToCell(x.share)});
        t.summary = {{"total_output", r.total_output}};
        t.header = std::move(r.header);
        return {};
      },
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) {
        return ExplainExtraction(g, EconomyOf(a), {v}, 20, budget);
      }});
  return list;
}

}  // namespace liantu::analysis
