// SPDX-License-Identifier: Apache-2.0
#include "analysis/components.h"

#include <algorithm>
#include <atomic>

#include "analysis/boost_engine.h"
#include "analysis/parallel.h"

namespace liantu::analysis {
namespace {

// Union-find in which a parent is never larger than its child, so that a root is the smallest vertex of its tree. kShared: by
// several threads; with one, nothing need be atomic.
template <bool kShared>
class Forest {
 public:
  explicit Forest(size_t n) : parent_(n) {
    for (size_t v = 0; v < n; ++v) parent_[v] = static_cast<Vertex>(v);
  }
  void Join(Vertex u, Vertex v) {
    Vertex a = Load(u), b = Load(v);
    while (a != b) {
      const Vertex high = std::max(a, b), low = std::min(a, b);
      Vertex at = Load(high);
      if (at == low) return;
      if (at == high && Hang(high, low)) return;
      a = Load(Load(high));
      b = Load(low);
    }
  }
  void Compress(Vertex v) {
    for (Vertex p = Load(v); p != Load(p); p = Load(v)) std::atomic_ref<Vertex>(parent_[v]).store(Load(p), std::memory_order_relaxed);
  }
  Vertex Load(Vertex v) const {
    return std::atomic_ref<Vertex>(const_cast<Vertex&>(parent_[v])).load(std::memory_order_relaxed);
  }
  std::vector<Vertex> Take() { return std::move(parent_); }

 private:
  // Whether the root `high` now hangs below `low`.
  bool Hang(Vertex high, Vertex low) {
    if constexpr (!kShared) {
      parent_[high] = low;
      return true;
    } else {
      Vertex root = high;
      return std::atomic_ref<Vertex>(parent_[high]).compare_exchange_strong(root, low, std::memory_order_relaxed);
    }
  }
  std::vector<Vertex> parent_;
};

template <bool kShared>
std::vector<Vertex> Weak(const Snapshot& g, Stopper& stop) {
  const size_t n = g.vertex_count();
  constexpr uint32_t kSampled = 2;  // edges of each vertex that are joined first
  Forest<kShared> forest(n);
  for (uint32_t round = 0; round < kSampled; ++round) {
    ForBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
      for (size_t v = begin; v < end; ++v) {
        const auto out = g.out(static_cast<Vertex>(v));
        if (round < out.size()) forest.Join(static_cast<Vertex>(v), out[round]);
      }
    });
    ForBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
      for (size_t v = begin; v < end; ++v) forest.Compress(static_cast<Vertex>(v));
    });
  }
  // The most frequent root of a sample is most likely the large component's: its vertices need no further look. Which one
  // is skipped changes the work, not the answer.
  Vertex skip = kNoVertex;
  if (n > 0) {
    Random random(1);
    std::vector<Vertex> roots(1024);
    for (Vertex& r : roots) r = forest.Load(static_cast<Vertex>(random.Below(n)));
    std::sort(roots.begin(), roots.end());
    size_t most = 0;
    for (size_t i = 0; i < roots.size();) {
      size_t j = i;
      while (j < roots.size() && roots[j] == roots[i]) ++j;
      if (j - i > most) most = j - i, skip = roots[i];
      i = j;
    }
  }
  ForBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Vertex v = static_cast<Vertex>(i);
      if (forest.Load(v) == skip) continue;
      const auto out = g.out(v);
      for (size_t a = kSampled; a < out.size(); ++a) forest.Join(v, out[a]);
      if (!g.undirected()) {
        for (Vertex u : g.in(v)) forest.Join(v, u);
      }
    }
  });
  ForBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
    for (size_t v = begin; v < end; ++v) forest.Compress(static_cast<Vertex>(v));
  });
  return forest.Take();
}

std::vector<Vertex> Weak(const Snapshot& g, Stopper& stop) {
  return omp_get_max_threads() > 1 && g.vertex_count() >= kWorthThreads ? Weak<true>(g, stop) : Weak<false>(g, stop);
}

class Strong {
 public:
  Strong(const Snapshot& g, Stopper& stop) : g_(g), stop_(stop), component_(g.vertex_count(), kNoVertex) {}

  std::vector<Vertex> Run() {
    TakeOffEnds();
    if (!stop_.Spent()) TakeOffLarge();
    if (!stop_.Spent()) Tarjan();
    return std::move(component_);
  }

 private:
  bool done(Vertex v) const { return component_[v] != kNoVertex; }

  // A vertex without an in-edge or without an out-edge (among those left) is a component of its own.
  void TakeOffEnds() {
    const Vertex n = g_.vertex_count();
    std::vector<uint32_t> in(n), out(n);
    std::vector<Vertex> stack;
    Poll poll(stop_.budget());
    for (Vertex v = 0; v < n; ++v) {
      in[v] = g_.in_degree(v);
      out[v] = g_.out_degree(v);
      if (in[v] == 0 || out[v] == 0) {
        component_[v] = v;
        stack.push_back(v);
      }
    }
    while (!stack.empty()) {
      const Vertex v = stack.back();
      stack.pop_back();
      if (poll.Spent(g_.out_degree(v) + g_.in_degree(v) + 1)) return;
      const auto lower = [&](std::vector<uint32_t>& degree, Vertex w) {
        if (--degree[w] == 0 && !done(w)) {
          component_[w] = w;
          stack.push_back(w);
        }
      };
      for (Vertex w : g_.out(v)) lower(in, w);
      for (Vertex w : g_.in(v)) lower(out, w);
    }
  }

  // What the busiest vertex reaches and is reached by is its component: in most graphs the large one.
  void TakeOffLarge() {
    const Vertex n = g_.vertex_count();
    Vertex pivot = kNoVertex;
    uint64_t busiest = 0;
    for (Vertex v = 0; v < n; ++v) {
      const uint64_t busy = uint64_t{g_.in_degree(v)} * g_.out_degree(v);
      if (!done(v) && busy > busiest) busiest = busy, pivot = v;
    }
    if (pivot == kNoVertex) return;
    std::vector<uint32_t> ahead(n, kUnreached), behind(n, kUnreached);
    SearchBreadthFirst(g_, {&pivot, 1}, graph::Direction::kOut, 0, ahead, stop_);
    SearchBreadthFirst(g_, {&pivot, 1}, graph::Direction::kIn, 0, behind, stop_);
    Vertex smallest = kNoVertex;
    for (Vertex v = 0; v < n; ++v) {
      if (ahead[v] == kUnreached || behind[v] == kUnreached) continue;
      if (smallest == kNoVertex) smallest = v;
      component_[v] = smallest;
    }
  }

  // Tarjan's search without recursion over what is left.
  void Tarjan() {
    const Vertex n = g_.vertex_count();
    std::vector<uint32_t> low(n, 0), next(n, 0);  // low 0: not seen
    std::vector<Vertex> path, open;
    std::vector<uint32_t> entered;  // when each vertex of the path was entered
    uint32_t time = 0;
    uint64_t work = 0;
    for (Vertex root = 0; root < n; ++root) {
      if (done(root) || low[root] != 0) continue;
      const auto enter = [&](Vertex v) {
        low[v] = ++time;
        next[v] = g_.row_begin(v);
        path.push_back(v);
        open.push_back(v);
        entered.push_back(low[v]);
      };
      enter(root);
      while (!path.empty()) {
        const Vertex v = path.back();
        if (next[v] < g_.row_end(v)) {
          const Vertex w = g_.target(next[v]++);
          if (done(w)) continue;
          if (low[w] == 0) {
            enter(w);
          } else {
            low[v] = std::min(low[v], low[w]);
          }
          if (++work == 50'000) {
            work = 0;
            if (stop_.Spent()) return;
          }
          continue;
        }
        path.pop_back();
        const bool is_root = low[v] == entered.back();
        entered.pop_back();
        if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[v]);
        if (!is_root) continue;
        const auto first = std::find(open.rbegin(), open.rend(), v).base() - 1;
        const Vertex smallest = *std::min_element(first, open.end());
        for (auto it = first; it != open.end(); ++it) component_[*it] = smallest;
        open.erase(first, open.end());
      }
    }
  }

  const Snapshot& g_;
  Stopper& stop_;
  std::vector<Vertex> component_;
};

ComponentsResult Finish(Header header, std::vector<Vertex> component) {
  ComponentsResult out;
  out.header = std::move(header);
  std::vector<Vertex> size(component.size(), 0);
  for (Vertex c : component) ++size[c];
  for (Vertex v = 0; v < component.size(); ++v) {
    if (size[v] > 0) out.components.push_back({v, size[v]});
  }
  // Most components are single vertices, which are in order already: only the others are sorted.
  const auto singles = std::stable_partition(out.components.begin(), out.components.end(), [](const auto& c) { return c.size > 1; });
  std::stable_sort(out.components.begin(), singles, [](const auto& a, const auto& b) { return a.size > b.size; });
  out.component = std::move(component);
  return out;
}

}  // namespace

Result<ComponentsResult> WeakComponents(const Snapshot& g, Engine engine, const Budget& budget) {
  Header header = MakeHeader(g, "weak components: joined by edges in whatever direction; named by their smallest node id",
                             "Afforest: Sutton, Ben-Nun & Barak 2018", "none", "largest first, then by smallest node id");
  if (engine == Engine::kBoost) return Finish(std::move(header), BoostWeakComponents(g));
  Stopper stop(budget);
  std::vector<Vertex> component = Weak(g, stop);
  if (stop.spent()) return budget.Check().Prefixed("weak components: ");
  return Finish(std::move(header), std::move(component));
}

Result<ComponentsResult> StrongComponents(const Snapshot& g, Engine engine, const Budget& budget) {
  Header header = MakeHeader(g, "strong components: each vertex reaches each other along the edges; named by their smallest node id",
                             "Tarjan 1972; Fleischer, Hendrickson & Pinar 2000", "none", "largest first, then by smallest node id");
  if (engine == Engine::kBoost) return Finish(std::move(header), BoostStrongComponents(g));
  Stopper stop(budget);
  std::vector<Vertex> component = g.undirected() ? Weak(g, stop) : Strong(g, stop).Run();
  if (stop.spent()) return budget.Check().Prefixed("strong components: ");
  return Finish(std::move(header), std::move(component));
}

}  // namespace liantu::analysis
