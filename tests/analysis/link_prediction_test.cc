// SPDX-License-Identifier: Apache-2.0
// Link scores against their formulas, proposals against scoring all pairs, evaluation against counting comparisons.
#include "analysis/link_prediction.h"

#include <set>

#include "analysis/vector_file.h"

namespace liantu::analysis {
namespace {

using graph::SnapshotPtr;

TEST(LinkScores, ReproduceTheWorkedExample) {
  const VectorFile file("link_prediction");
  ScoreLinksOptions options{.katz_beta = 0.1};
  for (const auto& p : file.json["pairs"]) options.pairs.emplace_back(file.vertex.at(p[0]), file.vertex.at(p[1]));
  Budget budget;
  size_t checked = 0;
  for (size_t s = 0; s < kLinkScores; ++s) {
    options.score = static_cast<LinkScore>(s);
    const char* name = LinkScoreName(options.score);
    if (!file.expected().contains(name)) continue;
    const auto result = ScoreLinks(*file.graph, options, budget);
    ASSERT_TRUE(result.ok()) << result.status().message();
    for (size_t i = 0; i < options.pairs.size(); ++i) {
      const std::string key = file.json["pairs"][i][0].get<std::string>() + "-" + file.json["pairs"][i][1].get<std::string>();
      ExpectMeasure(result->scores[i], file.expected()[name][key], file.tolerance, std::string(name) + " " + key);
    }
    ++checked;
  }
  EXPECT_EQ(checked, 6u);
}

std::vector<std::set<Vertex>> Neighbours(const Snapshot& g) {
  std::vector<std::set<Vertex>> sets(g.vertex_count());
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    for (Vertex t : g.out(v)) {
      if (t != v) sets[v].insert(t), sets[t].insert(v);
    }
  }
  return sets;
}

double SlowScore(const std::vector<std::set<Vertex>>& sets, LinkScore score, Vertex u, Vertex v, double beta) {
  std::vector<Vertex> common;
  std::set_intersection(sets[u].begin(), sets[u].end(), sets[v].begin(), sets[v].end(), std::back_inserter(common));
  double sum = 0;
  switch (score) {
    case LinkScore::kCommonNeighbours: return static_cast<double>(common.size());
    case LinkScore::kJaccard: {
      const double all = static_cast<double>(sets[u].size() + sets[v].size() - common.size());
      return all > 0 ? static_cast<double>(common.size()) / all : 0;
    }
    case LinkScore::kAdamicAdar:
      for (Vertex z : common) sum += 1 / std::log(sets[z].size());
      return sum;
    case LinkScore::kResourceAllocation:
      for (Vertex z : common) sum += 1.0 / sets[z].size();
      return sum;
    case LinkScore::kPreferentialAttachment: return static_cast<double>(sets[u].size() * sets[v].size());
    case LinkScore::kL3:
      for (Vertex x : sets[u]) {
        for (Vertex y : sets[x]) {
          if (x != v && y != u && sets[y].count(v)) sum += 1 / std::sqrt(static_cast<double>(sets[x].size() * sets[y].size()));
        }
      }
      return sum;
    case LinkScore::kKatz: {
      std::vector<double> now(sets.size(), 0);
      now[u] = 1;
      for (int k = 0; k < 400; ++k) {
        std::vector<double> next(sets.size(), 0);
        for (Vertex a = 0; a < sets.size(); ++a) {
          for (Vertex b : sets[a]) next[b] += beta * now[a];
        }
        now = next;
        sum += now[v];
      }
      return sum;
    }
  }
  return 0;
}

TEST(LinkScores, AgreeWithTheirFormulasOnRandomGraphsAndProposalsAreTheBestPairs) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const Vertex n = 13;
    const SnapshotPtr g = RandomSnapshot(n, 12 + seed, seed % 2 == 0, seed);
    const auto sets = Neighbours(*g);
    Budget budget;
    for (size_t s = 0; s < kLinkScores; ++s) {
      const auto score = static_cast<LinkScore>(s);
      ScoreLinksOptions options{.score = score, .katz_beta = 0.1};
      std::vector<PredictedLink> best;
      for (Vertex u = 0; u < n; ++u) {
        for (Vertex v = 0; v < n; ++v) {
          if (u != v) options.pairs.emplace_back(u, v);
        }
      }
      const auto result = ScoreLinks(*g, options, budget);
      ASSERT_TRUE(result.ok()) << result.status().message();
      for (size_t i = 0; i < options.pairs.size(); ++i) {
        const auto [u, v] = options.pairs[i];
        const double expected = SlowScore(sets, score, u, v, 0.1);
        EXPECT_NEAR(result->scores[i].value.value_or(0), expected, 1e-11) << LinkScoreName(score);
        if (score <= LinkScore::kResourceAllocation || score == LinkScore::kL3) {
          const auto parts = ExplainLink(*g, score, u, v, 1000);
          double sum = 0;
          for (const Contribution& c : *parts) sum += c.amount;
          EXPECT_NEAR(sum, expected, 1e-11);
        }
        if (u < v && !sets[u].count(v) && expected > 1e-12) best.push_back({u, v, *result->scores[i]});
      }
      std::stable_sort(best.begin(), best.end(), [](auto& a, auto& b) { return a.score > b.score; });
      const auto proposed = PredictLinks(*g, {.score = score, .limit = 7, .katz_beta = 0.1}, budget);
      ASSERT_TRUE(proposed.ok());
      ASSERT_EQ(proposed->links.size(), std::min<size_t>(7, best.size()));
      for (size_t i = 0; i < proposed->links.size(); ++i) EXPECT_NEAR(proposed->links[i].score, best[i].score, 1e-12);
      const auto from = PredictLinks(*g, {.score = score, .sources = {3, 5}, .limit = 1000, .katz_beta = 0.1}, budget);
      size_t expected = 0;
      for (const auto& link : best) expected += link.a == 3 || link.b == 3 || link.a == 5 || link.b == 5;
      EXPECT_EQ(from->links.size(), expected);
    }
  }
}

TEST(LinkScores, KatzRefusesABetaThatDivergesAndChoosesOneThatDoesNot) {
  const SnapshotPtr complete = MakeSnapshot(4, {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}, true);
  Budget budget;
  const auto refused = ScoreLinks(*complete, {.score = LinkScore::kKatz, .pairs = {{0, 1}}, .katz_beta = 0.34}, budget);
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_NE(refused.status().message().find("0.333333"), std::string::npos) << refused.status().message();
  const auto automatic = ScoreLinks(*complete, {.score = LinkScore::kKatz, .pairs = {{0, 1}}}, budget);
  ASSERT_TRUE(automatic.ok());
  EXPECT_NE(automatic->header.definition.find("0.166667"), std::string::npos);
  EXPECT_TRUE(ScoreLinks(*MakeSnapshot(2, {}, true), {.score = LinkScore::kKatz, .pairs = {{0, 1}}}, budget).ok());
}

TEST(LinkScores, PairsWithoutNeighboursOrWithThemselvesAreNotScored) {
  Budget budget;
  const SnapshotPtr g = MakeSnapshot(3, {{0, 1}}, true);
  ExpectUndefined(ScoreLinks(*MakeSnapshot(2, {}, true), {.score = LinkScore::kJaccard, .pairs = {{0, 1}}}, budget)->scores[0]);
  EXPECT_EQ(ScoreLinks(*g, {.pairs = {{1, 1}}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(ScoreLinks(*g, {.pairs = {{1, 7}}}, budget).code(), Code::kInvalid);
  EXPECT_EQ(ExplainLink(*g, LinkScore::kKatz, 0, 1, 3).code(), Code::kInvalid);
}

TEST(LinkScores, OnSuppliersAndBuyersOnlyLongerPathsFindAnything) {
  // Two suppliers, two buyers: u0 sells to both, u1 to one.
  const SnapshotPtr g = MakeSnapshot(4, {{0, 2}, {0, 3}, {1, 2}}, false);
  Budget budget;
  const std::vector<std::pair<Vertex, Vertex>> pair{{1, 3}};
  EXPECT_EQ(*ScoreLinks(*g, {.score = LinkScore::kCommonNeighbours, .pairs = pair}, budget)->scores[0], 0);
  ExpectMeasure(ScoreLinks(*g, {.score = LinkScore::kL3, .pairs = pair}, budget)->scores[0], 0.5, 1e-12);
  const auto sided = PredictLinks(*g, {.score = LinkScore::kPreferentialAttachment, .sides = {0, 0, 1, 1}}, budget);
  ASSERT_EQ(sided->links.size(), 1u);
  EXPECT_EQ(sided->links[0].a, 1u);
  EXPECT_EQ(sided->links[0].b, 3u);
}

TEST(LinkEvaluation, IsSeededAndAgreesWithComparingAllPairs) {
  const SnapshotPtr g = RandomSnapshot(30, 90, true, 4);
  Budget budget;
  EvaluateLinksOptions options{.hold_out = 0.2, .precision_at = 10, .seed = 9, .katz_beta = 0.02};
  const auto a = EvaluateLinks(*g, options, budget), b = EvaluateLinks(*g, options, budget);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_TRUE(a->all_negatives);
  ASSERT_EQ(a->rows.size(), kLinkScores);
  for (size_t i = 0; i < kLinkScores; ++i) {
    EXPECT_EQ(*a->rows[i].auc, *b->rows[i].auc);
    EXPECT_GE(*a->rows[i].auc, 0);
    EXPECT_LE(*a->rows[i].auc, 1);
  }
  const auto sets = Neighbours(*g);
  uint64_t ties = 0;
  for (const auto& s : sets) ties += s.size();
  EXPECT_EQ(a->hidden, static_cast<uint64_t>(std::llround(0.2 * static_cast<double>(ties) / 2)));
  EXPECT_EQ(a->negatives, 30u * 29 / 2 - ties / 2);
}

TEST(LinkEvaluation, FindsHiddenTiesOfCliquesAndNothingInARing) {
  // Six cliques of eight: a hidden tie has many common neighbours, an untied pair none.
  std::vector<Snapshot::Edge> edges;
  for (Vertex c = 0; c < 6; ++c) {
    for (Vertex i = 0; i < 8; ++i) {
      for (Vertex j = i + 1; j < 8; ++j) edges.push_back({8 * c + i, 8 * c + j});
    }
  }
  Budget budget;
  const auto cliques = EvaluateLinks(*MakeSnapshot(48, edges, true), {.scores = {LinkScore::kAdamicAdar}, .precision_at = 5}, budget);
  EXPECT_EQ(*cliques->rows[0].auc, 1);
  EXPECT_EQ(*cliques->rows[0].precision, 1);
  std::vector<Snapshot::Edge> ring;
  for (Vertex v = 0; v < 40; ++v) ring.push_back({v, (v + 1) % 40});
  const auto none = EvaluateLinks(*MakeSnapshot(40, ring, true), {.scores = {LinkScore::kCommonNeighbours}}, budget);
  EXPECT_LT(*none->rows[0].auc, 0.5);
  const auto sampled = EvaluateLinks(*MakeSnapshot(48, edges, true), {.scores = {LinkScore::kAdamicAdar}, .max_negatives = 50}, budget);
  EXPECT_EQ(sampled->negatives, 50u);
  EXPECT_FALSE(sampled->all_negatives);
  EXPECT_EQ(EvaluateLinks(*MakeSnapshot(2, {}, true), {.hold_out = 1}, budget).code(), Code::kInvalid);
  ExpectUndefined(EvaluateLinks(*MakeSnapshot(2, {}, true), {}, budget)->rows[0].auc);
  ExpectUndefined(EvaluateLinks(*MakeSnapshot(0, {}, true), {}, budget)->rows[0].auc);
}

}  // namespace
}  // namespace liantu::analysis
