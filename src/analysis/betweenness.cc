// SPDX-License-Identifier: Apache-2.0
// Betweenness (Brandes' accumulation, one source after the other), closeness and harmonic centrality (64 sources at once).
// Sources are dealt to the threads in fixed groups whose sums are added in the order of the groups.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <queue>

#include "analysis/boost_engine.h"
#include "analysis/centrality.h"
#include "analysis/cost_grid.h"
#include "analysis/parallel.h"
#include "analysis/polled_sort.h"
#include "analysis/ties.h"

namespace liantu::analysis {
namespace {

// The rows that paths follow; `lengths` has the weights of the arcs and is null where every arc counts 1.
struct PathRows {
  std::span<const uint32_t> offsets;
  std::span<const Vertex> targets;
  const Snapshot* lengths = nullptr;
  size_t size() const { return offsets.size() - 1; }
};
PathRows RowsOf(const Snapshot& g, bool weighted) { return {g.out_offsets(), g.targets(), weighted && g.weighted() ? &g : nullptr}; }

// The shortest-path graph from one source, and what each vertex hands back to its predecessors. One per thread.
class Brandes {
 public:
  Brandes(const PathRows& rows, const CostGrid& grid, const Budget& budget)
      : rows_(rows), grid_(grid), poll_(budget), value_(rows.size(), 0.0), near_(rows.size(), kUnseen<uint8_t>),
        order_(std::make_unique_for_overwrite<Vertex[]>(rows.size() + 1)), begin_(std::make_unique_for_overwrite<uint32_t[]>(rows.size() + 1)),
        arcs_(std::make_unique_for_overwrite<uint32_t[]>(rows.targets.size() + 1)) {
    if (rows_.lengths != nullptr) distance_.assign(rows.size(), kInfiniteDistance);
  }

  // Calls add(v, dependency of the source on v) for every vertex behind the source; adds each arc's part to `arcs` if given. False
  // where the budget is spent; sums are then not whole, and nothing may be run again.
  template <class Add>
  bool Run(Vertex source, std::vector<double>* arcs, Add add) {
    if (rows_.lengths != nullptr) {
      if (!SearchWeighted(source)) return false;
      for (Vertex v : Reached()) distance_[v] = kInfiniteDistance;
    } else if (!SearchHops(source, near_)) {  // a long thin graph: more levels than a byte holds
      for (Vertex v : Reached()) value_[v] = 0;
      if (far_.empty()) far_.assign(value_.size(), kUnseen<uint32_t>);
      SearchHops(source, far_);
    }
    if (spent_ || !Accumulate(arcs, add)) return false;
    for (Vertex v : Reached()) value_[v] = 0;
    return true;
  }

 private:
  template <class Level>
  static constexpr Level kUnseen = std::numeric_limits<Level>::max();
  static constexpr size_t kAhead = 6;  // rows are fetched while those before them are worked on
  std::span<const Vertex> Reached() const { return {order_.get(), count_}; }

  // Levels are read at every edge, so they are kept small: one byte each stays in the cache. False where they do not fit.
  // Where the counts stay in the cache too, writing them for nothing is cheaper than guessing a branch wrongly.
  template <class Level>
  bool SearchHops(Vertex source, std::vector<Level>& level) {
    const bool fits = value_.size() <= 100'000 ? SearchHops<true>(source, level.data()) : SearchHops<false>(source, level.data());
    for (Vertex v : Reached()) level[v] = kUnseen<Level>;
    return fits;
  }
  template <bool kBranchless, class Level>
  bool SearchHops(Vertex source, Level* const level) {
    Vertex* const order = order_.get();
    double* const value = value_.data();
    uint32_t* const arcs = arcs_.get();
    const Vertex* const target = rows_.targets.data();
    const uint32_t* const row = rows_.offsets.data();
    order[0] = source;
    value[source] = 1;
    level[source] = 0;
    size_t count = 1;
    uint32_t arc_count = 0;
    bool fits = true;
    for (size_t i = 0; i < count && fits; ++i) {
      if (!kBranchless && i + kAhead < count) __builtin_prefetch(target + row[order[i + kAhead]]);
      const Vertex u = order[i];
      const Level next = static_cast<Level>(level[u] + 1);
      fits = next != kUnseen<Level>;
      const double paths = value[u];
      begin_[i] = arc_count;
      const uint32_t end = row[u + 1];
      if (poll_.Spent(end - row[u] + 1)) {
        spent_ = true;
        break;
      }
      for (uint32_t a = row[u]; a < end; ++a) {
        const Vertex v = target[a];
        const Level at = level[v];
        if constexpr (kBranchless) {
          const bool fresh = at == kUnseen<Level>;
          const bool on = fresh || at == next;
          level[v] = fresh ? next : at;
          order[count] = v;
          count += fresh;
          value[v] += on ? paths : 0.0;
          arcs[arc_count] = a;
          arc_count += on;
        } else if (at == kUnseen<Level>) {
          level[v] = next;
          value[v] = paths;
          order[count++] = v;
          arcs[arc_count++] = a;
        } else if (at == next) {
          value[v] += paths;
          arcs[arc_count++] = a;
        }
      }
    }
    begin_[count] = arc_count;
    count_ = count;
    return fits;
  }

  bool SearchWeighted(Vertex source) {
    count_ = 0;
    const Snapshot& g = *rows_.lengths;
    value_[source] = 1;
    distance_[source] = 0;
    using Item = std::pair<double, Vertex>;
    std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
    queue.push({0, source});
    while (!queue.empty()) {
      const auto [d, u] = queue.top();
      queue.pop();
      if (d > distance_[u]) continue;
      order_[count_++] = u;
      if (poll_.Spent(4 * (g.out_degree(u) + 1))) return false;
      for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) {
        const Vertex v = g.target(a);
        const double through = d + grid_(g.weight(a));
        if (through < distance_[v]) {
          distance_[v] = through;
          value_[v] = value_[u];
          queue.push({through, v});
        } else if (through == distance_[v]) {
          value_[v] += value_[u];
        }
      }
    }
    uint32_t arc_count = 0;
    for (size_t i = 0; i < count_; ++i) {
      const Vertex u = order_[i];
      begin_[i] = arc_count;
      if (poll_.Spent(g.out_degree(u) + 1)) return false;
      for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) {
        if (distance_[g.target(a)] == distance_[u] + grid_(g.weight(a))) arcs_[arc_count++] = a;
      }
    }
    begin_[count_] = arc_count;
    return true;
  }

  // On the way out value_ counted shortest paths; on the way back it becomes (1 + dependency) / paths, which is what a
  // predecessor takes per path of its own.
  template <class Add>
  bool Accumulate(std::vector<double>* arcs, Add add) {
    const Vertex* const target = rows_.targets.data();
    for (size_t i = count_; i-- > 0;) {
      const Vertex u = order_[i];
      if (poll_.Spent(begin_[i + 1] - begin_[i] + 1)) return false;
      const double paths = value_[u];
      double sum = 0;
      for (uint32_t k = begin_[i]; k < begin_[i + 1]; ++k) {
        const double gives = value_[target[arcs_[k]]];
        sum += gives;
        if (arcs != nullptr) (*arcs)[arcs_[k]] += paths * gives;
      }
      const double dependency = paths * sum;
      value_[u] = (1 + dependency) / paths;
      if (i > 0) add(u, dependency);
    }
    return true;
  }

  const PathRows rows_;
  const CostGrid grid_;
  Poll poll_;
  bool spent_ = false;
  std::vector<double> value_;
  std::vector<uint8_t> near_;   // levels
  std::vector<uint32_t> far_;
  std::vector<double> distance_;
  // The vertices reached by distance, and the arcs that lie on shortest paths: those out of order_[i] are arcs_[begin_[i]] …
  // Both have one place more, for a write that does not count.
  std::unique_ptr<Vertex[]> order_;
  std::unique_ptr<uint32_t[]> begin_, arcs_;
  size_t count_ = 0;
};

constexpr size_t kGroup = 8;  // sources whose sums are formed together

CostGrid GridOf(const PathRows& rows) {
  CostGrid grid;
  if (rows.lengths != nullptr) grid.SeeWeights(*rows.lengths);
  grid.Settle();
  return grid;
}

// Raw sums over `sources`; returns how many were done before the budget ended.
uint64_t SumOverSources(const PathRows& rows, const std::vector<Vertex>& sources, std::vector<double>& score, std::vector<double>* arc_score,
                        Stopper& stop) {
  const CostGrid grid = GridOf(rows);
  const size_t groups = (sources.size() + kGroup - 1) / kGroup;
  uint64_t done = 0;
  std::atomic<size_t> next{0};
  std::mutex adding;
  std::condition_variable added;
  size_t turn = 0;      // the group that is added next
  bool ended = false;   // a group was not done: those after it do not count
#pragma omp parallel if (groups > 1 && sources.size() * (rows.targets.size() + rows.size()) >= kWorthThreads)
  {
    Brandes brandes(rows, grid, stop.budget());
    std::vector<double> part, arc_part;
    if (!stop.Spent()) part.resize(score.size());
    if (arc_score != nullptr) PolledFill(arc_part, arc_score->size(), 0.0, stop.budget());
    for (size_t group; (group = next.fetch_add(1)) < groups;) {
      const size_t begin = group * kGroup, end = std::min(sources.size(), begin + kGroup);
      bool whole = !stop.Spent() && part.size() == score.size() && (arc_score == nullptr || arc_part.size() == arc_score->size());
      if (whole) {
        std::fill(part.begin(), part.end(), 0.0);
        std::fill(arc_part.begin(), arc_part.end(), 0.0);
      }
      for (size_t i = begin; i < end && whole; ++i) {
        whole = !stop.Spent() && brandes.Run(sources[i], arc_score ? &arc_part : nullptr, [&](Vertex v, double x) { part[v] += x; });
      }
      std::unique_lock lock(adding);
      added.wait(lock, [&] { return turn == group || ended; });
      if (!ended && whole) {
        for (size_t v = 0; v < part.size(); ++v) score[v] += part[v];
        for (size_t a = 0; a < arc_part.size(); ++a) (*arc_score)[a] += arc_part[a];
        done += end - begin;
        ++turn;
        stop.budget().Progress(static_cast<double>(done) / static_cast<double>(sources.size()));
      } else {
        ended = true;
      }
      added.notify_all();
      if (ended) break;
    }
  }
  return done;
}

// Both arcs of an undirected edge get the sum of both. Rows are met in ascending order, so the twin of the next arc to a larger
// vertex is the first in that vertex's row that has not been met.
void JoinTwins(const Snapshot& g, std::vector<double>& arc_score) {
  std::vector<uint32_t> next(g.out_offsets().begin(), g.out_offsets().end() - 1);
  for (Vertex u = 0; u < g.vertex_count(); ++u) {
    for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) {
      if (g.target(a) <= u) continue;
      const uint32_t twin = next[g.target(a)]++;
      arc_score[a] = arc_score[twin] = arc_score[a] + arc_score[twin];
    }
  }
}

std::vector<Vertex> ShuffledSources(size_t n, uint64_t samples, uint64_t seed) {
  std::vector<Vertex> sources(n);
  for (size_t v = 0; v < n; ++v) sources[v] = static_cast<Vertex>(v);
  Random(seed).Shuffle(sources);
  if (samples > 0 && samples < n) sources.resize(samples);
  return sources;
}

}  // namespace

uint32_t TwinArc(const Snapshot& g, Vertex from, uint32_t arc) {
  const Vertex to = g.target(arc);
  const auto row = g.out(from), back = g.out(to);
  const auto first = std::lower_bound(row.begin(), row.end(), to) - row.begin();
  const uint32_t rank = arc - g.row_begin(from) - static_cast<uint32_t>(first);
  if (from == to) return rank % 2 == 0 ? arc + 1 : arc - 1;
  return g.row_begin(to) + static_cast<uint32_t>(std::lower_bound(back.begin(), back.end(), from) - back.begin()) + rank;
}

Result<BetweennessResult> Betweenness(const Snapshot& g, const BetweennessOptions& o, const Budget& budget) {
  if (o.weighted) LT_TRY(CheckWeights(g, "betweenness", true));
  for (Vertex s : o.sources) LT_TRY(CheckVertex(g, s, "source"));
  if (o.samples > 0 && !o.sources.empty()) return Status(Code::kInvalid, "betweenness: give either sources or a number of samples");
  if (o.engine == Engine::kBoost && (o.samples > 0 || !o.sources.empty())) {
    return Status(Code::kInvalid, "betweenness: the boost engine is exact only; leave samples and sources out");
  }
  const double n = g.vertex_count();
  std::string definition = Text("sum over pairs (s, t) of the share of shortest paths from s to t that pass through, ends not counted; ",
                                o.weighted ? "length = weight" : "length = hops", "; parallel edges make several paths");
  BetweennessResult out;
  out.header = MakeHeader(g, std::move(definition), "Freeman 1977; Brandes 2001",
                          o.normalised ? (g.undirected() ? "divided by (n-1)(n-2)/2; edges by n(n-1)/2" : "divided by (n-1)(n-2); edges by n(n-1)")
                                       : (g.undirected() ? "none (each unordered pair once)" : "none (raw sums over ordered pairs)"));
  out.score.assign(g.vertex_count(), 0);
  std::vector<double>* arcs = o.edges ? &out.arc_score : nullptr;
  if (arcs != nullptr && !PolledFill(*arcs, g.arc_count(), 0.0, budget)) return budget.Check().Prefixed("betweenness: ");

  double scale = g.undirected() && o.sources.empty() ? 0.5 : 1;
  double arc_scale = scale;
  if (o.engine == Engine::kBoost) {
    out.score = BoostBetweenness(g, o.weighted && g.weighted(), arcs);
    out.sources = g.vertex_count();
    scale = 1;  // halved already
  } else {
    // A random order, so that those done before a budget ends are a fair sample.
    const std::vector<Vertex> sources = o.sources.empty() ? ShuffledSources(g.vertex_count(), o.samples, o.seed) : o.sources;
    Stopper stop(budget);
    out.sources = SumOverSources(RowsOf(g, o.weighted), sources, out.score, arcs, stop);
    if (out.sources == 0 && !sources.empty()) return budget.Check().Prefixed("betweenness: no source was done: ");
    if (out.sources < sources.size()) out.header.Stop(budget.Check(), Text(out.sources, " of ", sources.size(), " sources done"));
    const double done = static_cast<double>(out.sources);
    if (o.sources.empty() && done < n && done > 0) {
      // The share of pairs of one source is in [0, 1] in units of n-2 dependencies; its mean over `done` sources is within
      // epsilon of the true mean for all n vertices with 95 %.
      const double epsilon = std::sqrt(std::log(2 * n / 0.05) / (2 * done));
      out.error_bound = epsilon * n * (n - 2) * scale;
      scale *= n / done;
      arc_scale *= n / done;
      out.header.definition += Text("; estimated from ", out.sources, " random sources (seed ", o.seed, "), scaled by n/sources");
      out.header.warnings.push_back("an estimate: with 95 % probability every vertex is within error_bound of its true score");
    } else if (!o.sources.empty()) {
      out.header.definition += Text("; only paths from ", out.sources, " given sources, not scaled");
    }
  }
  if (arcs != nullptr && g.undirected()) JoinTwins(g, *arcs);
  if (o.normalised) {
    const double pairs = g.undirected() && o.sources.empty() ? 0.5 : 1;
    if (n > 2) scale /= pairs * (n - 1) * (n - 2), out.error_bound /= pairs * (n - 1) * (n - 2);
    if (n > 1) arc_scale /= pairs * n * (n - 1);
  }
  for (double& x : out.score) x *= scale;
  for (double& x : out.arc_score) x *= arc_scale;
  return out;
}

Result<BetweennessResult> TiesBetweenness(const Ties& ties, uint64_t samples, uint64_t seed, const Budget& budget) {
  if (ties.target.size() > std::numeric_limits<uint32_t>::max()) {
    return Status(Code::kInvalid, Text("betweenness: at most 2^31 ties, found ", ties.tie_count(), "; choose a smaller projection"));
  }
  const std::vector<uint32_t> offsets(ties.begin.begin(), ties.begin.end());
  const size_t n = ties.vertex_count();
  const std::vector<Vertex> sources = ShuffledSources(n, samples, seed);
  BetweennessResult out;
  out.score.assign(n, 0);
  Stopper stop(budget);
  out.sources = SumOverSources({offsets, ties.target}, sources, out.score, nullptr, stop);
  if (out.sources == 0 && n > 0) return budget.Check().Prefixed("betweenness: no source was done: ");
  if (out.sources < sources.size()) out.header.Stop(budget.Check(), Text(out.sources, " of ", sources.size(), " sources done"));
  for (double& x : out.score) x *= 0.5 * static_cast<double>(n) / static_cast<double>(out.sources);
  return out;
}

Result<std::vector<Contribution>> ExplainBetweenness(const Snapshot& g, Vertex v, bool weighted, size_t limit, const Budget& budget) {
  LT_TRY(CheckVertex(g, v, "explain"));
  if (weighted) LT_TRY(CheckWeights(g, "betweenness", true));
  const PathRows rows = RowsOf(g, weighted);
  const CostGrid grid = GridOf(rows);
  std::vector<Contribution> all(g.vertex_count());
  Stopper stop(budget);
#pragma omp parallel
  {
    Brandes brandes(rows, grid, budget);
    bool whole = true;
#pragma omp for schedule(dynamic, 16)
    for (Vertex s = 0; s < g.vertex_count(); ++s) {
      if (s == v || !whole || stop.Spent()) continue;
      whole = brandes.Run(s, nullptr, [&](Vertex u, double x) {
        if (u == v) all[s] = {s, kNoVertex, g.undirected() ? x / 2 : x};
      });
    }
  }
  if (stop.Spent()) return budget.Check().Prefixed("explain betweenness: ");
  std::erase_if(all, [](const Contribution& c) { return c.amount == 0; });
  return TopContributions(std::move(all), limit);
}

// --- Closeness

namespace {

struct Reach {
  uint64_t others = 0;
  double distance_sum = 0, inverse_sum = 0;
};

// Breadth-first search from up to 64 sources that share the reading of the edges: bit i of a word belongs to source i.
class SharedSearch {
 public:
  SharedSearch(const Snapshot& g, graph::Direction direction, const Budget& budget)
      : g_(g), direction_(direction), poll_(budget), seen_(g.vertex_count()), now_(seen_), next_(seen_) {}

  // False where the budget is spent.
  bool Run(Vertex first, size_t count, Reach* reach) {
    std::fill(seen_.begin(), seen_.end(), 0);
    std::fill(now_.begin(), now_.end(), 0);
    for (size_t i = 0; i < count; ++i) seen_[first + i] = now_[first + i] = uint64_t{1} << i;
    bool any = count > 0;
    for (uint32_t level = 1; any; ++level) {
      std::fill(next_.begin(), next_.end(), 0);
      for (Vertex u = 0; u < now_.size(); ++u) {
        if (now_[u] == 0) continue;
        if (poll_.Spent(g_.out_degree(u) + g_.in_degree(u) + 1)) return false;
        if (g_.undirected() || direction_ != graph::Direction::kIn) {
          for (Vertex v : g_.out(u)) next_[v] |= now_[u];
        }
        if (!g_.undirected() && direction_ != graph::Direction::kOut) {
          for (Vertex v : g_.in(u)) next_[v] |= now_[u];
        }
      }
      any = false;
      uint64_t found[64] = {};
      for (size_t v = 0; v < next_.size(); ++v) {
        next_[v] &= ~seen_[v];
        seen_[v] |= next_[v];
        any = any || next_[v] != 0;
        for (uint64_t bits = next_[v]; bits != 0; bits &= bits - 1) ++found[__builtin_ctzll(bits)];
      }
      for (size_t i = 0; i < count; ++i) {
        reach[i].others += found[i];
        reach[i].distance_sum += static_cast<double>(found[i]) * level;
        reach[i].inverse_sum += static_cast<double>(found[i]) / level;
      }
      now_.swap(next_);
    }
    return true;
  }

 private:
  const Snapshot& g_;
  const graph::Direction direction_;
  Poll poll_;
  std::vector<uint64_t> seen_, now_, next_;
};

// Dijkstra's search from one vertex, summing as it settles. False where the budget is spent.
bool WeightedReach(const Snapshot& g, graph::Direction direction, Vertex source, std::vector<double>& distance, Poll& poll, Reach& reach) {
  std::vector<Vertex> touched{source};
  using Item = std::pair<double, Vertex>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  distance[source] = 0;
  queue.push({0, source});
  while (!queue.empty()) {
    const auto [d, u] = queue.top();
    queue.pop();
    if (d > distance[u]) continue;
    if (poll.Spent(4 * (g.out_degree(u) + g.in_degree(u) + 1))) return false;
    if (u != source) {
      ++reach.others;
      reach.distance_sum += d;
      reach.inverse_sum += 1 / d;
    }
    const auto relax = [&](Vertex v, uint32_t arc) {
      const double through = d + g.weight(arc);
      if (!(through < distance[v])) return;
      if (distance[v] == kInfiniteDistance) touched.push_back(v);
      distance[v] = through;
      queue.push({through, v});
    };
    if (g.undirected() || direction != graph::Direction::kIn) {
      for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) relax(g.target(a), a);
    }
    if (!g.undirected() && direction != graph::Direction::kOut) {
      const auto in = g.in(u);
      for (size_t i = 0; i < in.size(); ++i) relax(in[i], g.in_arc(u, i));
    }
  }
  for (Vertex v : touched) distance[v] = kInfiniteDistance;
  return true;
}

// score(reach) for every vertex; NaN where the budget ended before.
template <class Score>
Result<ScoreResult> OverAllReaches(const Snapshot& g, const ClosenessOptions& o, const char* method, Header header, const Budget& budget,
                                   Score score) {
  if (o.weighted) LT_TRY(CheckWeights(g, method, true));
  ScoreResult out;
  out.header = std::move(header);
  const size_t n = g.vertex_count();
  out.score.assign(n, std::numeric_limits<double>::quiet_NaN());
  Stopper stop(budget);
  uint64_t done = 0;
  const bool weighted = o.weighted && g.weighted();
  const size_t batch = weighted ? 8 : 64, batches = (n + batch - 1) / batch;
#pragma omp parallel if (batches > 1 && batches * (n + g.arc_count()) >= kWorthThreads)
  {
    SharedSearch shared(g, o.direction, budget);
    Poll poll(budget);
    bool whole = true;
    std::vector<double> distance(weighted ? n : 0, kInfiniteDistance);
#pragma omp for schedule(dynamic, 1)
    for (size_t b = 0; b < batches; ++b) {
      if (!whole || stop.Spent()) continue;
      const Vertex first = static_cast<Vertex>(b * batch);
      const size_t count = std::min(batch, n - first);
      Reach reach[64];
      if (weighted) {
        for (size_t i = 0; i < count && whole; ++i) whole = WeightedReach(g, o.direction, static_cast<Vertex>(first + i), distance, poll, reach[i]);
      } else {
        whole = shared.Run(first, count, reach);
      }
      if (!whole) continue;
      for (size_t i = 0; i < count; ++i) out.score[first + i] = score(reach[i]);
#pragma omp critical(liantu_closeness)
      budget.Progress(static_cast<double>(done += count) / static_cast<double>(n));
    }
  }
  if (done < n) out.header.Stop(budget.Check(), Text(done, " of ", n, " vertices done"));
  return out;
}

std::string DirectionOfDistances(const Snapshot& g, graph::Direction direction) {
  if (g.undirected()) return "";
  return direction == graph::Direction::kIn ? "; distances from the others to the vertex"
         : direction == graph::Direction::kOut ? "; distances from the vertex to the others" : "; edges in either direction";
}

}  // namespace

Result<ScoreResult> Closeness(const Snapshot& g, const ClosenessOptions& o, const Budget& budget) {
  Header header = MakeHeader(g, Text("(r-1)/(n-1) * (r-1)/(sum of distances), r = vertices within reach with itself; 0 where none; ",
                                     o.weighted ? "length = weight" : "length = hops", DirectionOfDistances(g, o.direction)),
                             "Freeman 1979; Wasserman & Faust 1994", "Wasserman-Faust, in [0, 1] without weights");
  const double n = g.vertex_count();
  return OverAllReaches(g, o, "closeness", std::move(header), budget, [n](const Reach& r) {
    const double others = static_cast<double>(r.others);
    return r.others == 0 ? 0.0 : others / (n - 1) * (others / r.distance_sum);
  });
}

Result<ScoreResult> Harmonic(const Snapshot& g, const ClosenessOptions& o, const Budget& budget) {
  Header header = MakeHeader(g, Text("sum of 1/distance over all other vertices, 0 for those out of reach; ",
                                     o.weighted ? "length = weight" : "length = hops", DirectionOfDistances(g, o.direction)),
                             "Marchiori & Latora 2000", o.normalised ? "divided by n-1" : "none (raw sum)");
  const double scale = o.normalised && g.vertex_count() > 1 ? 1.0 / (g.vertex_count() - 1.0) : 1;
  return OverAllReaches(g, o, "harmonic centrality", std::move(header), budget, [scale](const Reach& r) { return r.inverse_sum * scale; });
}

}  // namespace liantu::analysis
