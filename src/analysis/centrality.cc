// SPDX-License-Identifier: Apache-2.0
// Degree, and the measures that come from multiplying with the matrix of the graph again and again: PageRank, eigenvector,
// Katz, HITS. Every product pulls: a vertex sums over its in-row in the order of the row, so threads cannot change a bit.
#include "analysis/centrality.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>
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
  std::vector<double> per_edge(n);  // 1 / out-strength; 0 where dangling
  ForBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
    for (size_t v = begin; v < end; ++v) {
      double sum = g.out_degree(static_cast<Vertex>(v));
      if (!weights.empty()) {
        sum = 0;
        for (uint32_t a = g.row_begin(static_cast<Vertex>(v)); a < g.row_end(static_cast<Vertex>(v)); ++a) sum += g.weight(a);
      }
      per_edge[v] = sum > 0 ? 1 / sum : 0;
    }
  });
  std::vector<double>& rank = out.score;
  rank.resize(n);
  for (size_t v = 0; v < n; ++v) rank[v] = start_at(v);
  std::vector<double> gives(n);
  // While the ranks still change a lot, what is pulled may be rounded: half the memory stays in the cache better. A graph of some
  // size gives its first digits so, the rest in full.
  constexpr double kRounded = 1e-6;  // rounding alone moves the ranks by some 1e-8
  std::vector<float> rounded(n >= kBlock && weights.empty() ? n : 0);
  const auto offsets = g.in_offsets();
  const auto sources = g.sources();
  constexpr uint32_t kAhead = 24;  // what is pulled from far memory is fetched while what comes before it is added up
  const bool far = n >= kWorthThreads;
  const uint32_t last = sources.empty() ? 0 : static_cast<uint32_t>(sources.size() - 1);
  const Vertex* const source = sources.data();
  const auto pull = [source, offset = offsets.data(), last, far](const auto* give, size_t v) {
    double pulled = 0;
    const uint32_t end = offset[v + 1];
    if (!far) {
      for (uint32_t i = offset[v]; i < end; ++i) pulled += give[source[i]];
      return pulled;
    }
    if (end + kAhead <= last) __builtin_prefetch(source + end + kAhead);
    for (uint32_t i = offset[v]; i < end; ++i) {
      __builtin_prefetch(give + source[std::min(i + kAhead, last)]);
      pulled += give[source[i]];
    }
    return pulled;
  };
  // One pass a round: what a vertex gives next, and what dangling ones hold, is known as soon as its rank is.
  std::vector<double> gives_next(rounded.empty() ? n : 0), dangling_of((n + kBlock - 1) / kBlock);
  std::vector<float> rounded_next(rounded.size());
  const auto round = [&](auto& give, auto& give_next, bool first, double dangling) {
    using Given = std::decay_t<decltype(give[0])>;
    const double anew = (1 - o.damping) * even + (dangling_even ? o.damping * dangling * even : 0);
    return SumBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
      double sum = 0, held = 0;
      for (size_t v = begin; v < end; ++v) {
        double next = rank[v];
        if (!first) {
          double pulled = 0;
          if (weights.empty()) {
            pulled = pull(give.data(), v);
          } else {
            for (uint32_t i = offsets[v]; i < offsets[v + 1]; ++i) pulled += weights[i] * give[sources[i]];
          }
          next = o.damping * pulled;
          if (start.empty()) next += anew;
          else next += (1 - o.damping) * start[v] + o.damping * dangling * (dangling_even ? even : start[v]);
          sum += std::abs(next - rank[v]);
          rank[v] = next;
        }
        give_next[v] = static_cast<Given>(next * per_edge[v]);
        if (per_edge[v] == 0) held += next;
      }
      dangling_of[begin / kBlock] = held;
      return sum;
    });
  };
  bool first = true;  // nothing is given yet
  while (out.iterations < o.max_iterations && !out.converged) {
    const double dangling = std::accumulate(dangling_of.begin(), dangling_of.end(), 0.0);
    double change;
    if (!rounded.empty()) {
      change = round(rounded, rounded_next, first, dangling);
      rounded.swap(rounded_next);
    } else {
      change = round(gives, gives_next, first, dangling);
      gives.swap(gives_next);
    }
    if (stop.spent()) break;
    if (std::exchange(first, false)) continue;
    ++out.iterations;
    out.change = change;
    out.converged = change <= o.tolerance && rounded.empty();
    if (!rounded.empty() && change <= std::max(kRounded, o.tolerance)) {
      rounded.clear();
      gives_next.resize(n);
      first = true;
    }
    ReportChange(budget, change, o.tolerance);
  }
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
