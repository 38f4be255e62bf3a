// SPDX-License-Identifier: Apache-2.0
// Which links could be missing: similarity scores of pairs that are not tied, and how well each score finds links that were
// hidden on purpose. The answers are statistical suggestions ("could"), never facts; edges made from them are marked predicted.
//
// All scores see the undirected view: loops dropped, parallel edges and directions joined, weights not used. k is the
// degree there, N(u) the set of neighbours.
//   common_neighbours        |N(u) & N(v)|
//   jaccard                  |N(u) & N(v)| / |N(u) | N(v)|; undefined where both have no neighbours   (Jaccard 1901)
//   adamic_adar              sum over common z of 1/ln k_z                                            (Adamic & Adar 2003)
//   resource_allocation      sum over common z of 1/k_z                                               (Zhou, Lu & Zhang 2009)
//   preferential_attachment  k_u k_v                                                                  (Barabasi & Albert 1999)
//   katz                     [(I - beta A)^-1 - I]_uv, beta < 1/lambda_max                            (Katz 1953)
//   l3                       sum over paths u-x-y-v of 1/sqrt(k_x k_y), x != v, y != u                (Kovacs et al. 2019)
// Trap: between suppliers and buyers that do not trade among themselves (a bipartite graph) common neighbours are 0; use L3.
#pragma once

#include "analysis/common.h"

namespace liantu::analysis {

enum class LinkScore : uint8_t {
  kCommonNeighbours,
  kJaccard,
  kAdamicAdar,
  kResourceAllocation,
  kPreferentialAttachment,
  kKatz,
  kL3
};
inline constexpr size_t kLinkScores = 7;
const char* LinkScoreName(LinkScore score);  // as in the list above

struct ScoreLinksOptions {
  LinkScore score = LinkScore::kResourceAllocation;
  std::vector<std::pair<Vertex, Vertex>> pairs;
  double katz_beta = 0;  // 0: half of 1/lambda_max; the value used is in the header
};
struct ScoreLinksResult {
  Header header;
  std::vector<Measure> scores;  // one for each pair, in their order
};
// The score of given pairs, tied or not. A pair of one vertex with itself is kInvalid. kInvalid: beta at or above
// 1/lambda_max, with the number.
Result<ScoreLinksResult> ScoreLinks(const Snapshot& g, const ScoreLinksOptions& options, const Budget& budget);

struct PredictLinksOptions {
  LinkScore score = LinkScore::kResourceAllocation;
  std::vector<Vertex> sources;  // empty: all vertices
  size_t limit = 100;           // pairs given
  double katz_beta = 0;
  Groups sides;                 // if given, only pairs of different sides >= 0 are proposed
};
struct PredictedLink {
  Vertex a = 0, b = 0;  // a < b
  double score = 0;
};
struct PredictLinksResult {
  Header header;
  std::vector<PredictedLink> links;  // best first, ties by (a, b); only pairs that are not tied and score above 0
};
// The best pairs that are not tied and have an end among the sources. Cost: for each source its second (common neighbours,
// Jaccard, Adamic-Adar, resource allocation) or third (L3) neighbourhood; Katz and preferential attachment look at all
// vertices for each source. Stopped early: the best of the sources done.
Result<PredictLinksResult> PredictLinks(const Snapshot& g, const PredictLinksOptions& options, const Budget& budget);

// The middle vertices (for L3 the middle ties x-y) that make the score of a pair, largest first. Not for Katz and
// preferential attachment (kInvalid), which have none.
Result<std::vector<Contribution>> ExplainLink(const Snapshot& g, LinkScore score, Vertex u, Vertex v, size_t limit);

struct EvaluateLinksOptions {
  std::vector<LinkScore> scores;  // empty: all
  double hold_out = 0.1;          // share of the ties hidden, in (0, 1)
  size_t precision_at = 20;
  uint64_t max_negatives = 100'000;  // pairs that are not tied: all of them if there are fewer, else a random sample
  uint64_t seed = 1;
  double katz_beta = 0;           // 0: half of 1/lambda_max of the graph that is left
  Groups sides;                   // if given, only pairs of different sides >= 0 serve as negatives
};
struct EvaluateLinksResult {
  Header header;
  uint64_t hidden = 0, negatives = 0;
  bool all_negatives = false;     // every untied pair was used, so precision is over all candidates
  struct Row {
    LinkScore score = LinkScore::kCommonNeighbours;
    Measure auc;                  // chance that a hidden tie scores above an untied pair, ties count half
    Measure precision;            // share of hidden ties among the precision_at best of both
  };
  std::vector<Row> rows;
};
// Hides a random share of the ties, scores hidden and untied pairs on what is left, never on the training ties (Lu & Zhou
// 2011). At equal scores pairs are ordered by a seeded shuffle. An undefined score counts as 0 here. AUC is undefined without
// hidden ties or untied pairs.
Result<EvaluateLinksResult> EvaluateLinks(const Snapshot& g, const EvaluateLinksOptions& options, const Budget& budget);

}  // namespace liantu::analysis
