// SPDX-License-Identifier: Apache-2.0
// Degree, and the measures that come from multiplying with the matrix of the graph again and again: PageRank, eigenvector,
// Katz, HITS. Every product pulls: a vertex sums over its in-row in the order of the row, so threads cannot change a bit.
#include "analysis/centrality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "analysis/components.h"
#include "analysis/parallel.h"

namespace liantu::analysis {
namespace {

// Weights in the order of the in rows, so that pulling reads them in sequence; empty where all are 1.
std::vector<double> InWeights(const Snapshot& g, bool weighted, Stopper& stop) {
  std::vector<double> weights;
  if (!weighted || !g.weighted()) return weights;
  weights.reserve(g.arc_count());
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (v % 4096 == 0 && stop.Spent()) break;
    for (size_t i = 0; i < g.in_degree(v); ++i) weights.push_back(g.weight(g.in_arc(v, i)));
  }
  weights.resize(g.arc_count());
  return weights;
}

// y = A^T x: every vertex sums x over the rows that lead to it.
void Pull(std::span<const uint32_t> offsets, std::span<const Vertex> sources, const std::vector<double>& weights,
          const std::vector<double>& x, std::vector<double>& y, Stopper& stop) {
  ForBlocks(y.size(), kBlock, stop, [&](size_t begin, size_t end) {
    for (size_t v = begin; v < end; ++v) {
      double sum = 0;
      if (weights.empty()) {
        for (uint32_t i = offsets[v]; i < offsets[v + 1]; ++i) sum += x[sources[i]];
      } else {
        for (uint32_t i = offsets[v]; i < offsets[v + 1]; ++i) sum += weights[i] * x[sources[i]];
      }
      y[v] = sum;
    }
  });
}

double Norm2(const std::vector<double>& x, Stopper& stop) {
  return std::sqrt(SumBlocks(x.size(), kBlock, stop, [&](size_t begin, size_t end) {
    double sum = 0;
    for (size_t v = begin; v < end; ++v) sum += x[v] * x[v];
    return sum;
  }));
}
double Sum(const std::vector<double>& x, Stopper& stop) {
  return SumBlocks(x.size(), kBlock, stop, [&](size_t begin, size_t end) {
    double sum = 0;
    for (size_t v = begin; v < end; ++v) sum += x[v];
    return sum;
  });
}
double Difference(const std::vector<double>& x, const std::vector<double>& y, Stopper& stop) {
  return SumBlocks(x.size(), kBlock, stop, [&](size_t begin, size_t end) {
    double sum = 0;
    for (size_t v = begin; v < end; ++v) sum += std::abs(x[v] - y[v]);
    return sum;
  });
}
void Scale(std::vector<double>& x, double factor) {
  for (double& v : x) v *= factor;
}

// The largest eigenvalue, roughly: a few dozen products with A^T + I from the vector of ones.
double EstimateEigenvalue(const Snapshot& g, const std::vector<double>& weights, Stopper& stop) {
  std::vector<double> x(g.vertex_count(), 1.0), y(x.size());
  double growth = 1;
  for (int i = 0; i < 60 && !stop.Spent(); ++i) {
    Pull(g.in_offsets(), g.sources(), weights, x, y, stop);
    for (size_t v = 0; v < x.size(); ++v) y[v] += x[v];
    const double norm = Norm2(y, stop);
    growth = norm / std::max(Norm2(x, stop), 1e-300);
    Scale(y, 1 / std::max(norm, 1e-300));
    x.swap(y);
  }
  return growth - 1;
}

// Iterations that converge do so by a steady factor, so the share of digits gained is the share of time gone.
void ReportChange(const Budget& budget, double change, double tolerance) {
  if (change > 0 && tolerance < 1) budget.Progress(std::clamp(std::log(change) / std::log(tolerance), 0.0, 1.0));
}

Status NotConverged(const char* method, uint32_t iterations, double change) {
  return {Code::kInvalid, Text(method, ": no convergence in ", iterations, " iterations (last change ", std::to_string(change),
                               "); allow more iterations or a larger tolerance")};
}

// --- A round of PageRank
//
// What goes round is what a vertex gives along an edge of weight 1: its rank divided by its out-strength. A vertex without
// out-edges "gives" its whole rank, which nobody pulls, so this one column is all a round reads and writes.

struct RankRows {
  const uint32_t* offset = nullptr;
  const Vertex* source = nullptr;
  size_t sources = 0;
  const double* weight = nullptr;  // by place in the in-rows; null: 1
  const double* start = nullptr;   // share of the walks that begin at each vertex; null: see level
  double damping = 0;
  double level = 0, lift = 0;  // what comes without an edge: level + lift * start
};
template <class T>
struct RankVectors {
  const T* give;
  T* next;
  const T* strength;
  const T* per_edge;  // 1 / strength
};

double OutStrength(const Snapshot& g, Vertex v, bool weighted) {
  if (!weighted) return g.out_degree(v);
  double sum = 0;
  for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) sum += g.weight(a);
  return sum;
}

// The new value of a vertex to which `pulled` came; how much its rank changes.
template <class T>
[[gnu::always_inline]] inline double Settle(const RankRows& r, const RankVectors<T>& x, size_t v, double pulled) {
  double rank = r.damping * pulled + r.level;
  if (r.start != nullptr) rank += r.lift * r.start[v];
  const T next = static_cast<T>(rank * x.per_edge[v]);
  const double change = std::abs(static_cast<double>(next) - x.give[v]) * x.strength[v];
  x.next[v] = next;
  return change;
}

// Rows [begin, end) in order, for what lies in far memory: it is fetched while what comes before it is added up. How much the
// ranks change in sum.
template <class T>
double PullRows(const RankRows& rows, const RankVectors<T>& vectors, size_t begin, size_t end) {
  constexpr size_t kAhead = 24;
  const RankRows r = rows;  // copies: the compiler need not ask whether a store has changed them
  const RankVectors<T> x = vectors;
  const T* const give = x.give;
  double change = 0;
  size_t i = r.offset[begin];
  for (size_t v = begin; v < end; ++v) {
    double pulled = 0;
    const size_t stop = r.offset[v + 1];
    if (r.weight != nullptr) {
      for (; i < stop; ++i) pulled += r.weight[i] * give[r.source[i]];
    } else {
      for (; i < stop; ++i) {
        __builtin_prefetch(give + r.source[std::min(i + kAhead, r.sources - 1)]);
        pulled += give[r.source[i]];
      }
    }
    change += Settle(r, x, v, pulled);
  }
  return change;
}

// The vertices of each block by length of in-row. Where all that is pulled lies in the cache, a processor that guesses the end of
// a short row wrong loses more time than adding up takes; rows of one length need no guess.
constexpr size_t kShortRow = 24;
struct RowsByLength {
  std::vector<Vertex> order;
  std::vector<std::array<uint32_t, kShortRow + 2>> begin;  // of each block: where rows of 0, 1, … begin; last: the end
};
RowsByLength SortByLength(const RankRows& r, size_t n) {
  RowsByLength out;
  out.order.resize(n);
  out.begin.resize((n + kBlock - 1) / kBlock);
  for (size_t b = 0; b < out.begin.size(); ++b) {
    const size_t first = b * kBlock, last = std::min(n, first + kBlock);
    const auto length = [&](size_t v) { return std::min<size_t>(kShortRow, r.offset[v + 1] - r.offset[v]); };
    auto& begin = out.begin[b];
    begin.fill(0);
    for (size_t v = first; v < last; ++v) ++begin[length(v) + 1];
    begin[0] = static_cast<uint32_t>(first);
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    auto next = begin;
    for (size_t v = first; v < last; ++v) out.order[next[length(v)]++] = static_cast<Vertex>(v);
  }
  return out;
}

template <size_t kLength, class T>
double PullLength(const RankRows& rows, const RankVectors<T>& vectors, const Vertex* v, const Vertex* end) {
  const RankRows r = rows;
  const RankVectors<T> x = vectors;
  double change = 0;
  for (; v < end; ++v) {
    const Vertex* const source = r.source + r.offset[*v];
    T even = 0, odd = 0;
#pragma GCC unroll 32
    for (size_t i = 0; i + 1 < kLength; i += 2) {
      even += x.give[source[i]];
      odd += x.give[source[i + 1]];
    }
    if constexpr (kLength % 2 != 0) even += x.give[source[kLength - 1]];
    change += Settle(r, x, *v, even + odd);
  }
  return change;
}

template <class T>
double PullByLength(const RankRows& r, const RankVectors<T>& x, const RowsByLength& rows, size_t block) {
  const auto& begin = rows.begin[block];
  const Vertex* const order = rows.order.data();
  double change = 0;
  [&]<size_t... kLength>(std::index_sequence<kLength...>) {
    ((change += PullLength<kLength>(r, x, order + begin[kLength], order + begin[kLength + 1])), ...);
  }(std::make_index_sequence<kShortRow>());
  for (const Vertex* v = order + begin[kShortRow]; v < order + begin[kShortRow + 1]; ++v) {
    double even = 0, odd = 0;
    size_t i = r.offset[*v];
    const size_t end = r.offset[*v + 1];
    for (; i + 2 <= end; i += 2) {
      even += x.give[r.source[i]];
      odd += x.give[r.source[i + 1]];
    }
    if (i < end) even += x.give[r.source[i]];
    change += Settle(r, x, *v, even + odd);
  }
  return change;
}

}  // namespace

Result<ScoreResult> Degrees(const Snapshot& g, graph::Direction direction, bool weighted, const Budget& budget) {
  ScoreResult out;
  out.header = MakeHeader(g, Text(weighted ? "sum of the weights of" : "number of", " edges at each vertex", DirectionWords(g, direction),
                                  "; parallel edges count each, a loop once an end"),
                          weighted ? "Barrat et al. 2004" : "Freeman 1979", "none");
  if (weighted) LT_TRY(CheckFiniteWeights(g, "strength"));
  out.score.assign(g.vertex_count(), 0);
  Stopper stop(budget);
  ForBlocks(out.score.size(), kBlock, stop, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Vertex v = static_cast<Vertex>(i);
      double sum = 0;
      if (g.undirected() || direction != graph::Direction::kIn) {
        if (!weighted) sum += g.out_degree(v);
        for (uint32_t a = g.row_begin(v); weighted && a < g.row_end(v); ++a) sum += g.weight(a);
      }
      if (!g.undirected() && direction != graph::Direction::kOut) {
        if (!weighted) sum += g.in_degree(v);
        for (size_t k = 0; weighted && k < g.in_degree(v); ++k) sum += g.weight(g.in_arc(v, k));
      }
      out.score[i] = sum;
    }
  });
  if (stop.spent()) return budget.Check().Prefixed("degree: ");
  return out;
}

Result<PageRankResult> PageRank(const Snapshot& g, const PageRankOptions& o, const Budget& budget) {
  if (!(o.damping >= 0 && o.damping < 1)) {
    return Status(Code::kInvalid, Text("pagerank: damping must be from 0 to below 1, not ", o.damping));
  }
  if (o.weighted) LT_TRY(CheckWeights(g, "pagerank"));
  for (Vertex s : o.seeds) LT_TRY(CheckVertex(g, s, "seed"));
  const size_t n = g.vertex_count();
  PageRankResult out;
  out.header = MakeHeader(g, Text("share of time of a walk that follows a random edge", o.weighted ? " by weight" : "",
                                  " with probability ", o.damping, " and else starts anew at ",
                                  o.seeds.empty() ? "any vertex" : Text("one of ", o.seeds.size(), " seeds"), "; from a vertex without out-edges it goes ",
                                  o.dangling_to_seeds ? "to where walks start" : "to any vertex", "; tolerance ", std::to_string(o.tolerance)),
                          "Brin & Page 1998", "sums to 1");
  if (n == 0) {
    out.converged = true;
    return out;
  }
  std::vector<double> start(o.seeds.empty() ? 0 : n, 0.0);  // where walks start; empty: everywhere
  for (Vertex s : o.seeds) start[s] += 1.0 / static_cast<double>(o.seeds.size());
  const double even = 1.0 / static_cast<double>(n);
  const auto start_at = [&](size_t v) { return start.empty() ? even : start[v]; };
  const bool dangling_even = start.empty() || !o.dangling_to_seeds;

  Stopper stop(budget);
  const std::vector<double> weights = InWeights(g, o.weighted, stop);
  RankRows rows{.offset = g.in_offsets().data(), .source = g.sources().data(), .sources = g.sources().size(),
                .weight = weights.empty() ? nullptr : weights.data(), .start = start.empty() ? nullptr : start.data(), .damping = o.damping};
  std::vector<double>& rank = out.score;
  rank.resize(n);
  for (size_t v = 0; v < n; ++v) rank[v] = start_at(v);
  std::vector<Vertex> dangling;
  for (Vertex v = 0; v < n; ++v) {
    if (OutStrength(g, v, !weights.empty()) == 0) dangling.push_back(v);
  }
  RowsByLength by_length;
  const bool near = n < kWorthThreads && weights.empty();  // what is pulled stays in the cache
  if (near) by_length = SortByLength(rows, n);
  // Rounds until the ranks change by no more than `enough`; true when they do.
  const auto iterate = [&]<class T>(T, double enough) {
    std::vector<T> gives(n), next(n), strength(n), per_edge(n);
    ForBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
      for (size_t v = begin; v < end; ++v) {
        const double out_strength = OutStrength(g, static_cast<Vertex>(v), !weights.empty());
        strength[v] = static_cast<T>(out_strength > 0 ? out_strength : 1);
        per_edge[v] = static_cast<T>(out_strength > 0 ? 1 / out_strength : 1);
        gives[v] = static_cast<T>(rank[v] * per_edge[v]);
      }
    });
    if (stop.spent()) return false;
    bool settled = false;
    while (out.iterations < o.max_iterations && !settled && !stop.Spent()) {
      const double held = SumBlocks(dangling.size(), kBlock, stop, [&](size_t begin, size_t end) {
        double sum = 0;
        for (size_t i = begin; i < end; ++i) sum += gives[dangling[i]];
        return sum;
      });
      rows.level = (start.empty() ? (1 - o.damping) * even : 0) + (dangling_even ? o.damping * held * even : 0);
      rows.lift = 1 - o.damping + (dangling_even ? 0 : o.damping * held);
      const RankVectors<T> v{.give = gives.data(), .next = next.data(), .strength = strength.data(), .per_edge = per_edge.data()};
      const double change = SumBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
        return near ? PullByLength(rows, v, by_length, begin / kBlock) : PullRows(rows, v, begin, end);
      });
      if (stop.spent()) break;
      gives.swap(next);
      ++out.iterations;
      out.change = change;
      settled = change <= enough;
      ReportChange(budget, change, o.tolerance);
    }
    for (size_t v = 0; v < n; ++v) rank[v] = static_cast<double>(gives[v]) * static_cast<double>(strength[v]);
    return settled;
  };
  // While the ranks still change a lot, what is pulled may be rounded: half the memory stays in the cache better. A graph of some
  // size gives its first digits so, the rest in full.
  constexpr double kRounded = 1e-6;  // rounding alone moves the ranks by some 1e-8
  if (n < kBlock || !weights.empty() || iterate(float{}, std::max(kRounded, o.tolerance))) out.converged = iterate(double{}, o.tolerance);
  const Budget no_limit;
  Stopper never(no_limit);
  Scale(rank, 1 / Sum(rank, never));
  if (stop.spent()) {
    out.header.Stop(budget.Check(), Text(out.iterations, " iterations done, last change ", std::to_string(out.change)));
  } else if (!out.converged) {
    out.header.warnings.push_back(Text("not converged after ", out.iterations, " iterations: the ranks still changed by ",
                                       std::to_string(out.change), " in sum"));
  }
  return out;
}

Result<EigenvectorResult> EigenvectorCentrality(const Snapshot& g, const PowerOptions& o, const Budget& budget) {
  if (!g.undirected()) {
    return Status(Code::kInvalid, "eigenvector centrality is defined here for undirected graphs; make the projection undirected, "
                                  "or use katz or pagerank on a directed one");
  }
  if (o.weighted) LT_TRY(CheckWeights(g, "eigenvector centrality"));
  LT_ASSIGN(const ComponentsResult parts, WeakComponents(g, Engine::kOwn, budget));
  if (parts.components.size() != 1 || g.arc_count() == 0) {
    return Status(Code::kInvalid, Text("eigenvector centrality needs a connected graph with an edge; this one falls into ",
                                       parts.components.size(), " parts (the largest has ", parts.components.empty() ? 0 : parts.components[0].size,
                                       " vertices); choose one part, or use katz or pagerank"));
  }
  EigenvectorResult out;
  out.header = MakeHeader(g, Text("leading eigenvector of the ", o.weighted ? "weight" : "adjacency", " matrix"), "Bonacich 1972",
                          "unit 2-norm, not negative");
  const size_t n = g.vertex_count();
  Stopper stop(budget);
  const std::vector<double> weights = InWeights(g, o.weighted, stop);
  std::vector<double>& x = out.score;
  x.assign(n, 1 / std::sqrt(static_cast<double>(n)));
  std::vector<double> y(n);
  double change = 1;
  while (change > o.tolerance && out.iterations < o.max_iterations && !stop.Spent()) {
    Pull(g.in_offsets(), g.sources(), weights, x, y, stop);
    for (size_t v = 0; v < n; ++v) y[v] += x[v];
    const double norm = Norm2(y, stop);
    Scale(y, 1 / norm);
    out.eigenvalue = norm - 1;
    change = Difference(x, y, stop);
    x.swap(y);
    ++out.iterations;
    ReportChange(budget, change, o.tolerance);
  }
  if (stop.spent()) {
    out.header.Stop(budget.Check(), Text(out.iterations, " iterations done, last change ", std::to_string(change)));
  } else if (change > o.tolerance) {
    return NotConverged("eigenvector centrality", out.iterations, change);
  }
  return out;
}

Result<KatzResult> Katz(const Snapshot& g, const KatzOptions& o, const Budget& budget) {
  if (!(o.alpha >= 0) || !std::isfinite(o.alpha) || !std::isfinite(o.beta)) {
    return Status(Code::kInvalid, Text("katz: alpha must be a number from 0 (0 chooses one), not ", o.alpha));
  }
  if (o.weighted) LT_TRY(CheckWeights(g, "katz"));
  Stopper stop(budget);
  const std::vector<double> weights = InWeights(g, o.weighted, stop);
  KatzResult out;
  out.alpha = o.alpha;
  if (out.alpha == 0) {
    const double largest = EstimateEigenvalue(g, weights, stop);
    out.alpha = largest > 8.5 ? 0.85 / largest : 0.1;
  }
  out.header = MakeHeader(g, Text("x = alpha * A^T x + beta", g.undirected() ? "" : " (in-edges count)", "; alpha = ", std::to_string(out.alpha), ", beta = ",
                                  std::to_string(o.beta)),
                          "Katz 1953", o.normalised ? "unit 2-norm" : "none");
  const size_t n = g.vertex_count();
  std::vector<double> term(n, o.beta), next(n);
  out.score = term;
  double ratio = 1;
  bool converged = n == 0 || o.beta == 0;
  while (!converged && out.iterations < o.max_iterations && !stop.Spent()) {
    Pull(g.in_offsets(), g.sources(), weights, term, next, stop);
    double largest_term = 0, largest_score = 0, before = 0;
    for (size_t v = 0; v < n; ++v) {
      before = std::max(before, std::abs(term[v]));
      next[v] *= out.alpha;
      out.score[v] += next[v];
      largest_term = std::max(largest_term, std::abs(next[v]));
      largest_score = std::max(largest_score, std::abs(out.score[v]));
    }
    if (!std::isfinite(largest_score)) break;
    ratio = largest_term / before;
    term.swap(next);
    ++out.iterations;
    converged = largest_term <= o.tolerance * largest_score;
    ReportChange(budget, largest_term / largest_score, o.tolerance);
  }
  if (stop.spent()) {
    out.header.Stop(budget.Check(), Text(out.iterations, " terms summed"));
  } else if (!converged) {
    return Status(Code::kInvalid, Text("katz: the series does not converge with alpha = ", std::to_string(out.alpha),
                                       "; alpha must be below 1 / largest eigenvalue, here about ", std::to_string(out.alpha / ratio),
                                       "; choose a smaller alpha, or 0 to have one chosen"));
  }
  if (o.normalised) {
    const Budget no_limit;
    Stopper never(no_limit);
    const double norm = Norm2(out.score, never);
    if (norm > 0) Scale(out.score, 1 / norm);
  }
  return out;
}

Result<HitsResult> Hits(const Snapshot& g, const PowerOptions& o, const Budget& budget) {
  if (o.weighted) LT_TRY(CheckWeights(g, "hits"));
  HitsResult out;
  out.header = MakeHeader(g, "hub: points to good authorities; authority: pointed to by good hubs (leading singular vectors)", "Kleinberg 1999",
                          "each sums to 1");
  const size_t n = g.vertex_count();
  Stopper stop(budget);
  const std::vector<double> in_weights = InWeights(g, o.weighted, stop);
  std::vector<double> out_weights;
  if (!in_weights.empty()) out_weights.reserve(g.arc_count());
  for (uint32_t a = 0; !in_weights.empty() && a < g.arc_count(); ++a) out_weights.push_back(g.weight(a));
  out.hub.assign(n, n > 0 ? 1.0 / static_cast<double>(n) : 0);
  out.authority.assign(n, 0);
  std::vector<double> next(n);
  double change = 1;
  while (change > o.tolerance && out.iterations < o.max_iterations && !stop.Spent()) {
    Pull(g.in_offsets(), g.sources(), in_weights, out.hub, out.authority, stop);
    const double authorities = Sum(out.authority, stop);
    if (authorities == 0 && !stop.spent()) return Status(Code::kInvalid, "hits: the graph has no edge with a weight above 0");
    Scale(out.authority, 1 / authorities);
    Pull(g.out_offsets(), g.targets(), out_weights, out.authority, next, stop);
    Scale(next, 1 / Sum(next, stop));
    change = Difference(next, out.hub, stop);
    out.hub.swap(next);
    ++out.iterations;
    ReportChange(budget, change, o.tolerance);
  }
  if (stop.spent()) {
    out.header.Stop(budget.Check(), Text(out.iterations, " iterations done"));
  } else if (change > o.tolerance) {
    return NotConverged("hits", out.iterations, change);
  }
  return out;
}

}  // namespace liantu::analysis
