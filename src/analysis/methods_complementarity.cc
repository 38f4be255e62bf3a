// SPDX-License-Identifier: Apache-2.0
// Complementarity, gaps and link prediction in the registry.
#include <cstdio>

#include "analysis/complementarity.h"
#include "analysis/gaps.h"
#include "analysis/link_prediction.h"
#include "analysis/methods_shared.h"

namespace liantu::analysis {
namespace {

std::vector<Argument> TableArguments() {
  return {NodesArgument("places", "cities or clusters", "城市或集群"), NodesArgument("activities", "products, segments or industries", "产品、环节或行业"),
          NumberArgument("threshold", "1", 0, 1e9, "specialised from this quotient on", "专业化的区位商门槛"),
          NumberArgument("min_place_total", "0", 0, 1e18, "smaller places are not judged", "总量低于此值的地方不评"),
          NumberArgument("min_activity_total", "0", 0, 1e18, "smaller activities are not judged", "总量低于此值的活动不评")};
}
Result<SpecialisationOptions> TableOptions(const Snapshot& g, const Arguments& a) {
  SpecialisationOptions options{.threshold = a.Number("threshold"), .min_place_total = a.Number("min_place_total"),
                                .min_activity_total = a.Number("min_activity_total")};
  LT_ASSIGN(options.sides, TwoSides(g, a.Nodes("places"), a.Nodes("activities")));
  return options;
}

Argument ScoreArgument() {
  Argument argument{.name = "score", .kind = ArgumentKind::kChoice, .default_text = "resource_allocation", .help_en = "which score", .help_zh = "采用哪种指标"};
  for (size_t i = 0; i < kLinkScores; ++i) argument.choices.emplace_back(LinkScoreName(static_cast<LinkScore>(i)));
  return argument;
}
LinkScore ScoreNamed(const std::string& name) {
  size_t i = 0;
  while (i + 1 < kLinkScores && name != LinkScoreName(static_cast<LinkScore>(i))) ++i;
  return static_cast<LinkScore>(i);
}
Argument BetaArgument() { return NumberArgument("katz_beta", "0", 0, 1e9, "of Katz; 0: half of 1/lambda_max", "Katz 的 beta；0 表示取 1/lambda_max 的一半"); }

std::string Figure(double x) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.12g", x);
  return buffer;
}

// Template and capability out of one graph of places and segments.
Status RunChainGaps(const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) {
  LT_TRY(CheckDirected(g, "chain_gaps"));
  std::vector<Vertex> places = a.Nodes("places"), segments = a.Nodes("segments");
  LT_ASSIGN(const Groups sides, TwoSides(g, places, segments));
  for (auto* list : {&places, &segments}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  const auto place_of = [&](const std::vector<Vertex>& list, Vertex v) { return std::lower_bound(list.begin(), list.end(), v) - list.begin(); };
  GapsOptions options{.max_candidates = static_cast<size_t>(a.Int("candidates"))};
  for (size_t c = 0; c < places.size(); ++c) options.places.emplace_back();  // equal names: ties by node id
  options.capability.assign(places.size(), std::vector<double>(segments.size(), 0));
  std::vector<Snapshot::Edge> edges;
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    for (uint32_t arc = g.row_begin(v); arc < g.row_end(v); ++arc) {
      const Vertex u = g.target(arc);
      if (sides[v] == 1 && sides[u] == 1) edges.push_back({static_cast<Vertex>(place_of(segments, v)), static_cast<Vertex>(place_of(segments, u))});
      if (sides[v] == 0 && sides[u] == 1) options.capability[place_of(places, v)][place_of(segments, u)] += g.weight(arc);
      if (sides[v] == 1 && sides[u] == 0) options.capability[place_of(places, u)][place_of(segments, v)] += g.weight(arc);
    }
  }
  for (Vertex v : NodesOrNone(a, "targets")) {
    if (sides[v] != 0) return {Code::kInvalid, Text("chain_gaps: the target node ", g.node_id(v).raw, " is not one of the places")};
    options.targets.push_back(place_of(places, v));
  }
  LT_ASSIGN(const graph::SnapshotPtr chain, Snapshot::FromEdges(static_cast<Vertex>(segments.size()), std::move(edges)));
  LT_ASSIGN(GapsResult r, FindGaps(*chain, options, budget));
  for (PlaceGaps& place : r.places) {
    for (Gap& gap : place.missing) {
      std::vector<Vertex> before, after, candidates;
      std::string capabilities;
      for (Vertex s : gap.held_before) before.push_back(segments[s]);
      for (Vertex s : gap.held_after) after.push_back(segments[s]);
      for (const GapCandidate& c : gap.candidates) {
        candidates.push_back(places[c.place]);
        capabilities += (capabilities.empty() ? "" : ", ") + Figure(c.capability);
      }
      t.AddRow({Node(places[place.place]), Node(segments[gap.segment]), std::string(GapKindName(gap.kind)), List(std::move(before)), List(std::move(after)),
                List(std::move(candidates)), std::move(capabilities), ToCell(place.coverage)});
    }
    for (const WeakSegment& weak : place.weak) {
      t.AddRow({Node(places[place.place]), Node(segments[weak.segment]), std::string("strengthen"), List({}), List({}), List({}), std::string(), ToCell(place.coverage)});
    }
    for (const auto& [from, to] : place.broken_links) {  // one end is held: the other is the segment
      const bool lacks_to = options.capability[place.place][from] > 0;
      t.AddRow({Node(places[place.place]), Node(segments[lacks_to ? to : from]), std::string("broken_link"), List(lacks_to ? std::vector{segments[from]} : std::vector<Vertex>()),
                List(lacks_to ? std::vector<Vertex>() : std::vector{segments[to]}), List({}), std::string(), ToCell(place.coverage)});
    }
  }
  t.header = std::move(r.header);
  t.header.projection = MakeHeader(g, "", "", "").projection;
  return {};
}

}  // namespace

std::vector<Method> ComplementarityMethods() {
  std::vector<Method> list;
  list.push_back({
      .name = "location_quotient",
      .group = "complementarity",
      .help_en = "What places are specialised in: location quotient (revealed comparative advantage) of each place and activity.",
      .help_zh = "区位商（显性比较优势）：各地在各活动上的专业化程度。",
      .arguments = TableArguments(),
      .columns = {{"place", "the place"}, {"activity", "the activity"}, {"quotient", "1: the share of the whole"}, {"specialised", "from the threshold on"}},
      .reference = "Balassa 1965",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(const SpecialisationOptions options, TableOptions(g, a));
        LT_ASSIGN(SpecialisationResult r, Specialisation(g, options, budget));
        t.Reserve(r.places.size() * r.activities.size());
        for (size_t c = 0; c < r.places.size(); ++c) {
          for (size_t p = 0; p < r.activities.size(); ++p) t.AddRow({Node(r.places[c]), Node(r.activities[p]), ToCell(r.rca(c, p)), r.m(c, p)});
        }
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "relatedness",
      .group = "complementarity",
      .help_en = "The activities a place does not have, by how near they are to what it has (relatedness density).",
      .help_zh = "各地尚无的活动，按与已有活动的关联密度排序。",
      .arguments = TableArguments(),
      .columns = {{"place", "the place"}, {"activity", "it could take up"}, {"density", "0 to 1"}},
      .reference = "Hidalgo, Klinger, Barabasi & Hausmann 2007",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(const SpecialisationOptions options, TableOptions(g, a));
        LT_ASSIGN(RelatednessResult r, Relatedness(g, options, budget));
        t.Reserve(r.base.places.size() * r.base.activities.size());
        for (size_t c = 0; c < r.missing.size(); ++c) {
          for (uint32_t p : r.missing[c]) t.AddRow({Node(r.base.places[c]), Node(r.base.activities[p]), ToCell(r.density(c, p))});
        }
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "proximity",
      .group = "complementarity",
      .help_en = "How often two activities are found in the same places: the product space.",
      .help_zh = "活动之间的邻近度（产品空间）。",
      .arguments = TableArguments(),
      .columns = {{"a", "activity"}, {"b", "activity"}, {"proximity", "0 to 1"}},
      .reference = "Hidalgo, Klinger, Barabasi & Hausmann 2007",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(const SpecialisationOptions options, TableOptions(g, a));
        LT_ASSIGN(RelatednessResult r, Relatedness(g, options, budget));
        const auto& activities = r.base.activities;
        t.Reserve(activities.size() * activities.size() / 2);
        for (size_t p = 0; p < activities.size(); ++p) {
          for (size_t q = p + 1; q < activities.size(); ++q) t.AddRow({Node(activities[p]), Node(activities[q]), ToCell(r.proximity(p, q))});
        }
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "complexity",
      .group = "complementarity",
      .help_en = "Economic complexity of places (ECI) and activities (PCI), beside their diversity and ubiquity.",
      .help_zh = "地方的经济复杂度（ECI）与活动的复杂度（PCI）。",
      .arguments = TableArguments(),
      .columns = {{"node", "place or activity"}, {"index", "eci or pci"}, {"complexity", "z-score"}, {"count", "diversity or ubiquity"}},
      .reference = "Hidalgo & Hausmann 2009",
      .score = "complexity",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(const SpecialisationOptions options, TableOptions(g, a));
        LT_ASSIGN(ComplexityResult r, Complexity(g, options, budget));
        for (size_t c = 0; c < r.eci.size(); ++c) t.AddRow({Node(r.base.places[c]), std::string("eci"), ToCell(r.eci[c]), Count(r.base.diversity[c])});
        for (size_t p = 0; p < r.pci.size(); ++p) t.AddRow({Node(r.base.activities[p]), std::string("pci"), ToCell(r.pci[p]), Count(r.base.ubiquity[p])});
        for (size_t i = 0; i < std::min<size_t>(10, r.eigenvalues.size()); ++i) t.summary.emplace_back(Text("eigenvalue_", i + 1), r.eigenvalues[i]);
        t.header = std::move(r.header);
        return {};
      },
      // The other side's z-scores, each divided by their number: a place's activities, an activity's places.
      .explain = [](const Snapshot& g, const Arguments& a, Vertex v, const Budget& budget) -> Result<std::vector<Contribution>> {
        LT_ASSIGN(const SpecialisationOptions options, TableOptions(g, a));
        LT_ASSIGN(const ComplexityResult r, Complexity(g, options, budget));
        std::vector<Contribution> parts;
        for (size_t c = 0; c < r.eci.size(); ++c) {
          for (size_t p = 0; p < r.pci.size(); ++p) {
            if (!r.base.m(c, p) || !r.eci[c].defined() || !r.pci[p].defined()) continue;
            if (r.base.places[c] == v) parts.push_back({r.base.activities[p], v, *r.pci[p] / r.base.diversity[c]});
            if (r.base.activities[p] == v) parts.push_back({r.base.places[c], v, *r.eci[c] / r.base.ubiquity[p]});
          }
        }
        return TopContributions(std::move(parts), 20);
      }});
  list.push_back({
      .name = "chain_gaps",
      .group = "complementarity",
      .help_en = "Segments of a chain a place lacks: fill, extend or absent, and who could fill them; and those it should strengthen. Capability is the weight between place and segment; "
                 "arcs between segments are the chain.",
      .help_zh = "产业链缺口：补链、延链、缺失环节及候选地，以及应强链的环节；地方与环节之间的权重为能力，环节之间的边为链。",
      .arguments = {NodesArgument("places", "cities or clusters", "城市或集群"), NodesArgument("segments", "of the chain", "产业链环节"),
                    NodesArgument("targets", "the places to look at; none: all", "分析哪些地方；不填为全部", false),
                    IntArgument("candidates", "10", 0, 1e6, "for each gap", "每个缺口的候选数")},
      .columns = {{"place", "the place"}, {"segment", "it lacks, or holds weakly"},
                  {"kind", "fill, extend, absent, strengthen (held with a capability of 1), or broken_link (one row for each held neighbour of a missing segment)"},
                  {"before", "held direct predecessors"}, {"after", "held direct successors"}, {"candidates", "places that hold it, best first"},
                  {"capabilities", "of the candidates"}, {"coverage", "segments the place holds / all"}},
      .reference = "this project's definition",
      .run = RunChainGaps});
  list.push_back({
      .name = "predict_links",
      .group = "complementarity",
      .help_en = "Pairs that are not tied but could be, best first: statistical suggestions, not facts.",
      .help_zh = "尚未相连但可能相连的节点对（统计建议，并非事实）。",
      .arguments = {ScoreArgument(), NodesArgument("sources", "one end of each pair; none: all", "至少一端为这些节点；不填为全部", false),
                    IntArgument("limit", "100", 1, 1e7, "pairs", "给出多少对"), BetaArgument()},
      .columns = {{"a", "one end"}, {"b", "the other"}, {"score", "the higher the likelier"}},
      .reference = "Lu & Zhou 2011; Kovacs et al. 2019",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(PredictLinksResult r, PredictLinks(g, {.score = ScoreNamed(a.Text("score")), .sources = NodesOrNone(a, "sources"),
                                                         .limit = static_cast<size_t>(a.Int("limit")), .katz_beta = a.Number("katz_beta")}, budget));
        for (const PredictedLink& x : r.links) t.AddRow({Node(x.a), Node(x.b), x.score});
        t.header = std::move(r.header);
        return {};
      }});
  list.push_back({
      .name = "link_scores",
      .group = "complementarity",
      .help_en = "All similarity scores of one pair of nodes.",
      .help_zh = "一对节点的全部相似度指标。",
      .arguments = {NodeArgument("a", "one end", "一端"), NodeArgument("b", "the other", "另一端"), BetaArgument()},
      .columns = {{"score", "its name"}, {"value", "of the pair"}},
      .reference = "Lu & Zhou 2011; Kovacs et al. 2019",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        for (size_t i = 0; i < kLinkScores; ++i) {
          const auto score = static_cast<LinkScore>(i);
          LT_ASSIGN(ScoreLinksResult r, ScoreLinks(g, {.score = score, .pairs = {{a.Node("a"), a.Node("b")}}, .katz_beta = a.Number("katz_beta")}, budget));
          t.AddRow({std::string(LinkScoreName(score)), ToCell(r.scores[0])});
          t.header = std::move(r.header);
        }
        t.header.definition = "common neighbours, Jaccard, Adamic-Adar, resource allocation, preferential attachment, Katz, L3; undirected view";
        t.header.reference = "Lu & Zhou 2011; Kovacs et al. 2019";
        return {};
      }});
  list.push_back({
      .name = "evaluate_links",
      .group = "complementarity",
      .help_en = "How well each score finds ties that were hidden on purpose: AUC and precision, seeded.",
      .help_zh = "隐藏部分边后检验各指标的预测能力：AUC 与精确率（固定种子）。",
      .arguments = {NumberArgument("hold_out", "0.1", 0, 1, "share of the ties hidden", "隐藏边的比例"),
                    IntArgument("precision_at", "20", 1, 1e7, "pairs looked at for precision", "精确率取前多少对"), SeedArgument(), BetaArgument()},
      .columns = {{"score", "its name"}, {"auc", "chance that a hidden tie beats an untied pair"}, {"precision", "hidden ties among the best"}},
      .reference = "Lu & Zhou 2011",
      .run = [](const Snapshot& g, const Arguments& a, const Budget& budget, Table& t) -> Status {
        LT_ASSIGN(EvaluateLinksResult r, EvaluateLinks(g, {.hold_out = a.Number("hold_out"), .precision_at = static_cast<size_t>(a.Int("precision_at")),
                                                           .seed = static_cast<uint64_t>(a.Int("seed")), .katz_beta = a.Number("katz_beta")}, budget));
        for (const auto& x : r.rows) t.AddRow({std::string(LinkScoreName(x.score)), ToCell(x.auc), ToCell(x.precision)});
        t.summary = {{"hidden", Count(r.hidden)}, {"negatives", Count(r.negatives)}};
        t.header = std::move(r.header);
        return {};
      }});
  return list;
}

}  // namespace liantu::analysis
