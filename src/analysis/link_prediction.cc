// SPDX-License-Identifier: Apache-2.0
// All scores work on the same row of scores from one source, so that pairs, proposals and evaluation cannot disagree.
#include "analysis/link_prediction.h"

#include <numeric>

#include "analysis/linear.h"
#include "analysis/polled_sort.h"
#include "analysis/ties.h"

namespace liantu::analysis {
namespace {

constexpr double kKatzTolerance = 1e-13;  // a round that adds less than this share of the row's sum ends the series

constexpr const char* kNames[kLinkScores] = {"common_neighbours",       "jaccard", "adamic_adar", "resource_allocation",
                                             "preferential_attachment", "katz",    "l3"};
constexpr const char* kFormulas[kLinkScores] = {"|N(u) & N(v)|",
                                                "|N(u) & N(v)| / |N(u) | N(v)|",
                                                "sum over common neighbours z of 1/ln k_z",
                                                "sum over common neighbours z of 1/k_z",
                                                "k_u k_v",
                                                "[(I - beta A)^-1 - I]_uv",
                                                "sum over paths u-x-y-v of 1/sqrt(k_x k_y)"};
constexpr const char* kReferences[kLinkScores] = {"Newman 2001",          "Jaccard 1901", "Adamic & Adar 2003", "Zhou, Lu & Zhang 2009",
                                                  "Barabasi & Albert 1999", "Katz 1953",    "Kovacs et al. 2019"};

bool UsesCommonNeighbours(LinkScore score) { return score <= LinkScore::kResourceAllocation; }

// What one common neighbour of degree k adds.
double Part(LinkScore score, uint64_t k) {
  const auto degree = static_cast<double>(k);
  switch (score) {
    case LinkScore::kAdamicAdar: return 1 / std::log(degree);  // a common neighbour has degree 2 or more
    case LinkScore::kResourceAllocation: return 1 / degree;
    default: return 1;
  }
}

// Scores from one source at a time: Compute(u), then score[v] for the touched v (all others are 0, or as Score says).
class Scorer {
 public:
  Scorer(const Ties& ties, LinkScore score, double beta, const Budget& budget)
      : ties_(ties), score_(score), beta_(beta), poll_(budget), row_(ties.vertex_count(), 0), more_(ties.vertex_count(), 0) {}

  // False where the budget is spent.
  bool Compute(Vertex u) {
    for (Vertex v : touched_) row_[v] = 0;
    touched_.clear();
    source_ = u;
    if (score_ == LinkScore::kPreferentialAttachment) return true;
    if (score_ == LinkScore::kKatz) return Katz(u);
    if (score_ == LinkScore::kL3) return L3(u);
    for (Vertex z : ties_.row(u)) {
      if (poll_.Spent(ties_.degree(z) + 1)) return false;
      const double part = Part(score_, ties_.degree(z));
      for (Vertex v : ties_.row(z)) {
        if (v != u) Add(v, part);
      }
    }
    return true;
  }
  Measure Score(Vertex v) const {
    if (score_ == LinkScore::kPreferentialAttachment) return static_cast<double>(ties_.degree(source_)) * static_cast<double>(ties_.degree(v));
    if (score_ != LinkScore::kJaccard) return row_[v];
    const double all = static_cast<double>(ties_.degree(source_) + ties_.degree(v)) - row_[v];
    return all > 0 ? Measure(row_[v] / all) : Measure::Undefined("neither has a neighbour");
  }
  const std::vector<Vertex>& touched() const { return touched_; }

 private:
  void Add(Vertex v, double part) {
    if (row_[v] == 0) touched_.push_back(v);
    row_[v] += part;
  }
  bool L3(Vertex u) {
    // First sum_x 1/sqrt(k_x) over x in N(u) that are tied to y, then on to v, less the paths that turn back through v.
    middle_.clear();
    for (Vertex x : ties_.row(u)) {
      if (poll_.Spent(ties_.degree(x) + 1)) return false;
      const double part = 1 / std::sqrt(static_cast<double>(ties_.degree(x)));
      for (Vertex y : ties_.row(x)) {
        if (y == u) continue;
        if (more_[y] == 0) middle_.push_back(y);
        more_[y] += part;
      }
    }
    bool whole = true;
    for (Vertex y : middle_) {
      if (whole && poll_.Spent(ties_.degree(y) + 1)) whole = false;
      const double sum = std::exchange(more_[y], 0.0), scale = 1 / std::sqrt(static_cast<double>(ties_.degree(y)));
      if (!whole) continue;
      for (Vertex v : ties_.row(y)) {
        if (v == u) continue;
        // x = v would be the path u-v-y-v.
        const bool back = ties_.Find(u, v) != ties_.target.size();
        const double part = (sum - (back ? 1 / std::sqrt(static_cast<double>(ties_.degree(v))) : 0)) * scale;
        if (part > 1e-15) Add(v, part);
      }
    }
    return whole;
  }
  bool Katz(Vertex u) {
    // sum_k beta^k A^k e_u, until a round adds nothing that counts.
    std::vector<double> now(row_.size(), 0), next(row_.size(), 0);
    now[u] = 1;
    for (double sum = 0;;) {
      double added = 0;
      for (Vertex v = 0; v < ties_.vertex_count(); ++v) {
        if (poll_.Spent(ties_.degree(v) + 1)) return false;
        double s = 0;
        for (Vertex t : ties_.row(v)) s += now[t];
        next[v] = beta_ * s;
        added += next[v];
        if (next[v] != 0) Add(v, next[v]);
      }
      sum += added;
      now.swap(next);
      if (added <= kKatzTolerance * sum) return true;
    }
  }

  const Ties& ties_;
  LinkScore score_;
  double beta_;
  Poll poll_;
  Vertex source_ = 0;
  std::vector<double> row_, more_;
  std::vector<Vertex> touched_, middle_;
};

// beta as asked for or half of 1/lambda_max; kInvalid where the series diverges.
Result<double> KatzBeta(const Ties& ties, double beta, const Budget& budget) {
  if (beta < 0 || !std::isfinite(beta)) return Status(Code::kInvalid, Text("katz: beta is ", beta, ", expected a number from 0"));
  uint64_t most = 0;
  for (Vertex v = 0; v < ties.vertex_count(); ++v) most = std::max(most, ties.degree(v));
  if (most == 0) return beta;
  if (beta > 0 && beta * static_cast<double>(most) < 1) return beta;  // lambda_max is at most the largest degree
  const double limit = beta > 0 ? 1 / beta : std::numeric_limits<double>::infinity();
  LT_ASSIGN(const RadiusBounds lambda, SpectralRadius({ties.begin, ties.target, {}}, limit, budget));
  if (beta == 0) return 0.5 / lambda.upper;
  if (lambda.upper < limit) return beta;
  return Status(Code::kInvalid, Text("katz: beta is ", beta, ", expected below 1/lambda_max = ", 1 / lambda.lower, " (lambda_max is ",
                                     lambda.lower, "); the series diverges from there on"));
}

Header MakeScoreHeader(const Snapshot& g, LinkScore score, double beta) {
  const auto i = static_cast<size_t>(score);
  Header header = MakeHeader(g, Text(kNames[i], ": ", kFormulas[i], score == LinkScore::kKatz ? Text(", beta = ", beta) : "",
                                     "; undirected view, loops and parallel edges dropped"),
                             kReferences[i], "none", "equal scores by ascending node ids");
  header.warnings.push_back("a score says which links could exist, not that they do");
  return header;
}

bool MayPair(const Groups& sides, Vertex a, Vertex b) {
  return sides.empty() || (sides[a] >= 0 && sides[b] >= 0 && sides[a] != sides[b]);
}

// One row for each distinct first end.
Result<std::vector<Measure>> ScorePairs(const Ties& ties, LinkScore score, double beta, const std::vector<std::pair<Vertex, Vertex>>& pairs,
                                        const Budget& budget) {
  std::vector<Measure> scores(pairs.size());
  std::vector<size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (!PolledSort(order, budget, [&](size_t a, size_t b) { return pairs[a].first < pairs[b].first; })) return budget.Check();
  Poll poll(budget);
  Scorer scorer(ties, score, beta, budget);
  for (size_t i = 0; i < order.size(); ++i) {
    const auto [u, v] = pairs[order[i]];
    if (poll.Spent()) return budget.Check();
    if (i == 0 || pairs[order[i - 1]].first != u) {
      if (!scorer.Compute(u)) return budget.Check();
    }
    scores[order[i]] = scorer.Score(v);
  }
  return scores;
}

}  // namespace

const char* LinkScoreName(LinkScore score) { return kNames[static_cast<size_t>(score)]; }

Result<ScoreLinksResult> ScoreLinks(const Snapshot& g, const ScoreLinksOptions& options, const Budget& budget) {
  for (auto [u, v] : options.pairs) {
    LT_TRY(CheckVertex(g, u, "link score"));
    LT_TRY(CheckVertex(g, v, "link score"));
    if (u == v) return Status(Code::kInvalid, Text("link score: the pair of node ", g.node_id(u).raw, " with itself has no score"));
  }
  LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
  double beta = options.katz_beta;
  if (options.score == LinkScore::kKatz) {
    LT_ASSIGN(beta, KatzBeta(ties, beta, budget));
  }
  ScoreLinksResult result;
  result.header = MakeScoreHeader(g, options.score, beta);
  LT_ASSIGN(result.scores, ScorePairs(ties, options.score, beta, options.pairs, budget));
  return result;
}

Result<PredictLinksResult> PredictLinks(const Snapshot& g, const PredictLinksOptions& options, const Budget& budget) {
  if (!options.sides.empty()) LT_TRY(CountGroups(g, options.sides));
  for (Vertex v : options.sources) LT_TRY(CheckVertex(g, v, "link prediction"));
  LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
  double beta = options.katz_beta;
  if (options.score == LinkScore::kKatz) {
    LT_ASSIGN(beta, KatzBeta(ties, beta, budget));
  }
  PredictLinksResult result;
  result.header = MakeScoreHeader(g, options.score, beta);
  std::vector<Vertex> sources = options.sources;
  if (sources.empty()) {
    sources.resize(ties.vertex_count());
    std::iota(sources.begin(), sources.end(), Vertex{0});
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  auto better = [](const PredictedLink& x, const PredictedLink& y) {
    return x.score != y.score ? x.score > y.score : std::pair(x.a, x.b) < std::pair(y.a, y.b);
  };
  Scorer scorer(ties, options.score, beta, budget);
  std::vector<PredictedLink>& best = result.links;  // a heap, worst on top
  const bool everyone = !UsesCommonNeighbours(options.score) && options.score != LinkScore::kL3;
  Poll poll(budget);
  for (size_t done = 0; done < sources.size(); ++done) {
    if (done % 256 == 0) budget.Progress(static_cast<double>(done) / static_cast<double>(sources.size()));
    const Vertex u = sources[done];
    bool stopped = !scorer.Compute(u) || poll.Spent(everyone ? ties.vertex_count() : scorer.touched().size() + 1);
    auto offer = [&](Vertex v) {
      // A pair of two sources is offered by its smaller end.
      if (v == u || (v < u && std::binary_search(sources.begin(), sources.end(), v)) || !MayPair(options.sides, u, v)) return;
      const PredictedLink link{std::min(u, v), std::max(u, v), scorer.Score(v).value.value_or(0)};
      if (link.score <= 0 || (best.size() == options.limit && (best.empty() || !better(link, best.front())))) return;
      if (ties.Find(u, v) != ties.target.size()) return;
      if (best.size() == options.limit) {
        std::pop_heap(best.begin(), best.end(), better);
        best.pop_back();
      }
      best.push_back(link);
      std::push_heap(best.begin(), best.end(), better);
    };
    for (Vertex v = 0; everyone && !stopped && v < ties.vertex_count(); ++v) offer(v);
    for (size_t i = 0; !everyone && !stopped && i < scorer.touched().size(); ++i) offer(scorer.touched()[i]);
    if (stopped) {
      result.header.Stop(budget.Check(), Text(done, " of ", sources.size(), " sources are done"));
      break;
    }
  }
  std::sort(best.begin(), best.end(), better);
  return result;
}

Result<std::vector<Contribution>> ExplainLink(const Snapshot& g, LinkScore score, Vertex u, Vertex v, size_t limit) {
  LT_TRY(CheckVertex(g, u, "link score"));
  LT_TRY(CheckVertex(g, v, "link score"));
  if (!UsesCommonNeighbours(score) && score != LinkScore::kL3) {
    return Status(Code::kInvalid, Text(LinkScoreName(score), " is not made of single vertices; ask for common_neighbours, adamic_adar, ",
                                       "resource_allocation or l3"));
  }
  auto neighbours = [&](Vertex of) {
    std::vector<Tie> row;
    TiesOf(g, of, false, row);
    std::vector<Vertex> list;
    for (const Tie& t : row) list.push_back(t.target);
    return list;
  };
  const auto of_u = neighbours(u), of_v = neighbours(v);
  std::vector<Contribution> parts;
  if (UsesCommonNeighbours(score)) {
    std::vector<Vertex> common;
    std::set_intersection(of_u.begin(), of_u.end(), of_v.begin(), of_v.end(), std::back_inserter(common));
    const double all = static_cast<double>(of_u.size() + of_v.size() - common.size());
    for (Vertex z : common) {
      parts.push_back({z, kNoVertex, score == LinkScore::kJaccard ? 1 / all : Part(score, neighbours(z).size())});
    }
  } else {
    for (Vertex x : of_u) {
      if (x == v) continue;
      const auto of_x = neighbours(x);
      std::vector<Vertex> middle;
      std::set_intersection(of_x.begin(), of_x.end(), of_v.begin(), of_v.end(), std::back_inserter(middle));
      for (Vertex y : middle) {
        if (y != u) parts.push_back({x, y, 1 / std::sqrt(static_cast<double>(of_x.size()) * static_cast<double>(neighbours(y).size()))});
      }
    }
  }
  return TopContributions(std::move(parts), limit);
}

Result<EvaluateLinksResult> EvaluateLinks(const Snapshot& g, const EvaluateLinksOptions& options, const Budget& budget) {
  if (!(options.hold_out > 0 && options.hold_out < 1)) {
    return Status(Code::kInvalid, Text("link evaluation: hold_out is ", options.hold_out, ", expected a share between 0 and 1"));
  }
  if (!options.sides.empty()) LT_TRY(CountGroups(g, options.sides));
  LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
  const Vertex n = ties.vertex_count();
  EvaluateLinksResult result;
  result.header = MakeHeader(g, Text("a share of ", options.hold_out, " of the ties is hidden (seed ", options.seed,
                                     "); AUC = chance that a hidden tie scores above an untied pair, ties half; precision at ",
                                     options.precision_at, "; undirected view"),
                             "Lu & Zhou 2011", "in [0, 1]", "equal scores in a seeded random order");

  // Hidden ties (the first of a partial shuffle) and what is left.
  std::vector<std::pair<Vertex, Vertex>> all;
  all.reserve(ties.tie_count());
  Poll poll(budget);
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(ties.degree(v) + 1)) return budget.Check();
    for (Vertex t : ties.row(v)) {
      if (v < t) all.emplace_back(v, t);
    }
  }
  Random random(options.seed);
  result.hidden = static_cast<uint64_t>(std::llround(options.hold_out * static_cast<double>(all.size())));
  std::vector<bool> is_hidden(ties.target.size(), false);
  for (size_t i = 0; i < result.hidden; ++i) {
    if (poll.Spent(8)) return budget.Check();
    std::swap(all[i], all[i + random.Below(all.size() - i)]);
    is_hidden[ties.Find(all[i].first, all[i].second)] = is_hidden[ties.Find(all[i].second, all[i].first)] = true;
  }
  std::vector<std::pair<Vertex, Vertex>> pairs(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(result.hidden));
  Ties training;
  training.begin.reserve(n + 1ull), training.target.reserve(ties.target.size());
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(ties.degree(v) + 1)) return budget.Check();
    for (uint64_t a = ties.begin[v]; a < ties.begin[v + 1]; ++a) {
      if (!is_hidden[a]) training.target.push_back(ties.target[a]);
    }
    training.begin.push_back(training.target.size());
  }

  // Untied pairs: all, or as many random ones as wanted.
  const uint64_t possible = uint64_t{n} * (n > 0 ? n - 1 : 0) / 2;
  auto usable = [&](Vertex a, Vertex b) { return MayPair(options.sides, a, b) && ties.Find(a, b) == ties.target.size(); };
  if (possible - all.size() <= options.max_negatives) {
    result.all_negatives = true;
    for (Vertex a = 0; a < n; ++a) {
      for (Vertex b = a + 1; b < n; ++b) {
        if (poll.Spent()) return budget.Check();
        if (usable(a, b)) pairs.emplace_back(a, b);
      }
    }
  } else {
    // Drawn with replacement: among so many pairs a repeat changes nothing that matters. Sides may leave few pairs, so the
    // number of draws is bounded.
    for (uint64_t draws = 0; pairs.size() - result.hidden < options.max_negatives && draws < 100 * options.max_negatives; ++draws) {
      if (poll.Spent()) return budget.Check();
      const auto a = static_cast<Vertex>(random.Below(n)), b = static_cast<Vertex>(random.Below(n));
      if (a != b && usable(std::min(a, b), std::max(a, b))) pairs.emplace_back(std::min(a, b), std::max(a, b));
    }
  }
  result.negatives = pairs.size() - result.hidden;
  std::vector<std::pair<uint64_t, size_t>> lot;  // the order of equal scores
  for (size_t i = 0; i < pairs.size(); ++i) lot.emplace_back(random.Next(), i);

  std::vector<LinkScore> scores = options.scores;
  for (size_t i = 0; options.scores.empty() && i < kLinkScores; ++i) scores.push_back(static_cast<LinkScore>(i));
  for (LinkScore score : scores) {
    budget.Progress(static_cast<double>(result.rows.size()) / static_cast<double>(scores.size()));
    const Result<double> beta = score == LinkScore::kKatz ? KatzBeta(training, options.katz_beta, budget) : Result<double>(0.0);
    const Result<std::vector<Measure>> scored = beta.ok() ? ScorePairs(training, score, *beta, pairs, budget) : beta.status();
    if (!scored.ok() && (scored.code() == Code::kBudget || scored.code() == Code::kCancelled)) {
      result.header.Stop(scored.status(), Text(result.rows.size(), " of ", scores.size(), " scores are done"));
      break;
    }
    LT_TRY(scored);
    EvaluateLinksResult::Row row{.score = score};
    if (result.hidden == 0 || result.negatives == 0) {
      row.auc = row.precision = Measure::Undefined(result.hidden == 0 ? "no tie was hidden: too few ties" : "no untied pair to compare with");
      result.rows.push_back(row);
      continue;
    }
    std::vector<size_t> order(pairs.size());
    std::iota(order.begin(), order.end(), size_t{0});
    auto value = [&](size_t i) { return (*scored)[i].value.value_or(0); };
    if (!PolledSort(order, budget, [&](size_t a, size_t b) { return value(a) != value(b) ? value(a) > value(b) : lot[a] < lot[b]; })) {
      result.header.Stop(budget.Check(), Text(result.rows.size(), " of ", scores.size(), " scores are done"));
      break;
    }
    // Sum over blocks of equal scores: negatives below a hidden tie count 1, those in its block one half.
    double wins = 0;
    uint64_t below = result.negatives, found = 0;
    for (size_t first = 0; first < order.size();) {
      size_t last = first;
      uint64_t hidden = 0;
      while (last < order.size() && value(order[last]) == value(order[first])) hidden += order[last++] < result.hidden;
      const uint64_t untied = last - first - hidden;
      below -= untied;
      wins += static_cast<double>(hidden) * (static_cast<double>(below) + static_cast<double>(untied) / 2);
      first = last;
    }
    const size_t top = std::min(options.precision_at, order.size());
    for (size_t i = 0; i < top; ++i) found += order[i] < result.hidden;
    row.auc = wins / (static_cast<double>(result.hidden) * static_cast<double>(result.negatives));
    row.precision = top > 0 ? Measure(static_cast<double>(found) / static_cast<double>(top)) : Measure::Undefined("precision_at is 0");
    result.rows.push_back(row);
  }
  if (!result.all_negatives) {
    result.header.warnings.push_back(Text("precision is over the hidden ties and ", result.negatives, " random untied pairs, not over all pairs"));
  }
  return result;
}

}  // namespace liantu::analysis
