// SPDX-License-Identifier: Apache-2.0
// Core numbers by peeling, triangles by ordered intersection.
#include <algorithm>
#include <atomic>
#include <numeric>

#include "analysis/centrality.h"
#include "analysis/parallel.h"
#include "analysis/simple_view.h"

namespace liantu::analysis {

Result<CoreResult> CoreNumbers(const Snapshot& g, const Budget& budget) {
  CoreResult out;
  out.header = MakeHeader(g, "the largest k such that the vertex belongs to a part in which everybody has k edges; directions ignored, "
                             "parallel edges count each, loops do not",
                          "Seidman 1983; Batagelj & Zaversnik 2003", "none");
  const Vertex n = g.vertex_count();
  // What is left of every vertex's degree. A vertex taken off at level k keeps a value of at most k, so it is never counted again.
  std::vector<uint32_t>& left = out.core;
  left.resize(n);
  std::vector<Vertex> active(n), wave;
  std::iota(active.begin(), active.end(), Vertex{0});
  Poll poll(budget);
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent()) return budget.Check().Prefixed("core numbers: ");
    const auto row = g.out(v);
    const auto [low, high] = std::equal_range(row.begin(), row.end(), v);
    const uint32_t loops = static_cast<uint32_t>(high - low);
    left[v] = g.undirected() ? g.out_degree(v) - loops : g.out_degree(v) + g.in_degree(v) - 2 * loops;
  }
  for (uint32_t k = 0; !active.empty(); ++k) {
    budget.Progress(1 - static_cast<double>(active.size()) / n);
    // All that have k or less left begin the wave, the rest stay for the next level.
    size_t kept = 0;
    uint32_t least = kUnreached;
    for (Vertex v : active) {
      if (poll.Spent()) return budget.Check().Prefixed("core numbers: ");
      if (left[v] <= k) {
        if (left[v] == k) wave.push_back(v);  // those below were taken off by an earlier wave
      } else {
        least = std::min(least, left[v]);
        active[kept++] = v;
      }
    }
    active.resize(kept);
    if (wave.empty()) {
      k = least - 1;  // no vertex has fewer; none at all ends the loop
      continue;
    }
    out.degeneracy = k;
    while (!wave.empty()) {
      const Vertex v = wave.back();
      wave.pop_back();
      const auto lower = [&](Vertex w) {
        if (left[w] > k && --left[w] == k) wave.push_back(w);
      };
      for (Vertex w : g.out(v)) lower(w);
      if (!g.undirected()) {
        for (Vertex w : g.in(v)) lower(w);
      }
      if (poll.Spent(g.out_degree(v) + 1)) return budget.Check().Prefixed("core numbers: ");
    }
  }
  return out;
}

namespace {

// Every undirected edge once, from the end with fewer edges to the one with more, vertices renumbered in that order: rows
// are short, hubs have the highest numbers.
struct Oriented {
  std::vector<uint32_t> begin{0};
  std::vector<Vertex> targets;
  std::vector<Vertex> vertex;  // by new number

  // Not whole where the budget is spent: look at it afterwards.
  Oriented(const SimpleView& view, const Budget& budget) {
    if (budget.Spent()) return;
    Poll poll(budget);
    const Vertex n = view.vertex_count();
    std::vector<uint32_t> count(2, 0);
    for (Vertex v = 0; v < n; ++v) {
      const uint32_t d = view.degree(v);
      if (d + 2 > count.size()) count.resize(d + 2, 0);
      ++count[d + 1];
    }
    std::partial_sum(count.begin(), count.end(), count.begin());
    std::vector<Vertex> rank(n);
    vertex.resize(n);
    for (Vertex v = 0; v < n; ++v) vertex[rank[v] = count[view.degree(v)]++] = v;
    begin.reserve(n + 1);
    targets.reserve(view.arc_count() / 2);
    for (Vertex r = 0; r < n; ++r) {
      const size_t first = targets.size();
      if (poll.Spent(4 * view.degree(vertex[r]) + 1)) return;
      for (Vertex w : view.row(vertex[r])) {
        if (rank[w] > r) targets.push_back(rank[w]);
      }
      std::sort(targets.begin() + static_cast<std::ptrdiff_t>(first), targets.end());
      begin.push_back(static_cast<uint32_t>(targets.size()));
    }
  }
  std::span<const Vertex> row(Vertex r) const { return {targets.data() + begin[r], targets.data() + begin[r + 1]}; }
};

// found(x, y, z) for every triangle x < y < z, in the numbers of `g`; every thread has a `found` of its own, from make().
// Parallel over x; the third side is looked up in a bitmap of x's row.
template <class Thread>
void ForTriangles(const Oriented& g, Stopper& stop, Thread make) {
  const size_t n = g.vertex.size();
  constexpr size_t kRows = 512;
#pragma omp parallel if (g.targets.size() >= kWorthThreads)
  {
    std::vector<uint64_t> mark((n + 63) / 64, 0);
    auto found = make();
#pragma omp for schedule(dynamic, 1)
    for (size_t b = 0; b < (n + kRows - 1) / kRows; ++b) {
      if (omp_get_thread_num() == 0) stop.budget().Progress(static_cast<double>(b * kRows) / static_cast<double>(n));
      for (size_t i = b * kRows; i < std::min(n, (b + 1) * kRows); ++i) {
        const Vertex x = static_cast<Vertex>(i);
        const auto row = g.row(x);
        if (row.size() < 2) continue;
        if (stop.Spent()) break;
        for (Vertex y : row) mark[y >> 6] |= uint64_t{1} << (y & 63);
        for (Vertex y : row) {
          for (Vertex z : g.row(y)) {
            if (mark[z >> 6] >> (z & 63) & 1) found(x, y, z);
          }
        }
        for (Vertex y : row) mark[y >> 6] = 0;
      }
    }
  }
}

}  // namespace

Result<uint64_t> CountTriangles(const Snapshot& g, const Budget& budget) {
  const SimpleView view(g, budget);
  const Oriented oriented(view, budget);
  Stopper stop(budget);
  if (stop.Spent()) return budget.Check().Prefixed("triangles: ");
  std::atomic<uint64_t> total{0};
  struct Count {
    std::atomic<uint64_t>& total;
    uint64_t mine = 0;
    explicit Count(std::atomic<uint64_t>& t) : total(t) {}
    ~Count() { total += mine; }
    void operator()(Vertex, Vertex, Vertex) { ++mine; }
  };
  ForTriangles(oriented, stop, [&] { return Count(total); });
  if (stop.spent()) return budget.Check().Prefixed("triangles: ");
  return total.load();
}

Result<TriangleResult> Triangles(const Snapshot& g, const Budget& budget) {
  TriangleResult out;
  out.header = MakeHeader(g, "triangles at each vertex of the simple undirected view; clustering = triangles / pairs of neighbours, 0 "
                             "where there is no pair",
                          "Watts & Strogatz 1998; Newman 2003 (transitivity)", "clustering in [0, 1]");
  const SimpleView view(g, budget);
  const Oriented oriented(view, budget);
  const Vertex n = view.vertex_count();
  Stopper stop(budget);
  if (stop.Spent()) return budget.Check().Prefixed("triangles: ");
  std::vector<uint64_t> at(n, 0);  // by new number
  struct Add {
    std::vector<uint64_t>& at;
    void operator()(Vertex x, Vertex y, Vertex z) {
      for (Vertex v : {x, y, z}) std::atomic_ref<uint64_t>(at[v]).fetch_add(1, std::memory_order_relaxed);
    }
  };
  ForTriangles(oriented, stop, [&] { return Add{at}; });
  if (stop.spent()) return budget.Check().Prefixed("triangles: ");
  out.triangles.resize(n);
  out.clustering.resize(n);
  for (Vertex r = 0; r < n; ++r) out.triangles[oriented.vertex[r]] = at[r];
  double triples = 0, sum = 0;
  for (Vertex v = 0; v < n; ++v) {
    const double k = view.degree(v), pairs = k * (k - 1) / 2;
    out.clustering[v] = pairs > 0 ? static_cast<double>(out.triangles[v]) / pairs : 0;
    out.total += out.triangles[v];
    triples += pairs;
    sum += out.clustering[v];
  }
  out.transitivity = triples > 0 ? Measure(static_cast<double>(out.total) / triples) : Measure::Undefined("no vertex has two neighbours");
  out.average_clustering = n > 0 ? Measure(sum / n) : Measure::Undefined("the graph is empty");
  out.total /= 3;
  return out;
}

}  // namespace liantu::analysis
