// SPDX-License-Identifier: Apache-2.0
// The floor: textbook algorithms written out on plain 32-bit arrays, one thread, nothing checked, nothing stopped.
#include <algorithm>
#include <memory>
#include <numeric>

#include "bench.h"

namespace bench {
namespace {

struct Rows {
  std::vector<uint32_t> begin, target, weight;
  Rows(const std::vector<uint32_t>& from, const std::vector<uint32_t>& to, const std::vector<uint32_t>* w, uint32_t n, bool both)
      : begin(n + 1, 0) {
    const auto each = [&](auto f) {
      for (size_t i = 0; i < from.size(); ++i) {
        f(from[i], to[i], i);
        if (both) f(to[i], from[i], i);
      }
    };
    each([&](uint32_t u, uint32_t, size_t) { ++begin[u + 1]; });
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    target.resize(begin.back());
    if (w) weight.resize(begin.back());
    std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
    each([&](uint32_t u, uint32_t v, size_t i) {
      if (w) weight[next[u]] = (*w)[i];
      target[next[u]++] = v;
    });
  }
  uint32_t degree(uint32_t v) const { return begin[v + 1] - begin[v]; }
};

constexpr uint32_t kFar = ~0u;

std::string Bfs(const Rows& out, const Graph& g) {
  double reached = 0, sum = 0;
  std::vector<uint32_t> level(g.n), queue(g.n);
  for (int k = 0; k < 4; ++k) {
    std::fill(level.begin(), level.end(), kFar);
    size_t head = 0, tail = 0;
    queue[tail++] = g.sources[k];
    level[g.sources[k]] = 0;
    while (head < tail) {
      const uint32_t u = queue[head++];
      sum += level[u];
      for (uint32_t a = out.begin[u]; a < out.begin[u + 1]; ++a) {
        const uint32_t v = out.target[a];
        if (level[v] != kFar) continue;
        level[v] = level[u] + 1;
        queue[tail++] = v;
      }
    }
    reached += static_cast<double>(tail);
  }
  return Figures(reached, sum);
}

// Dial's buckets: weights are 1 … 255.
std::string Sssp(const Rows& out, const Graph& g) {
  double reached = 0, sum = 0;
  std::vector<uint32_t> d(g.n);
  std::vector<std::vector<uint32_t>> bucket(256);
  for (int k = 0; k < 4; ++k) {
    std::fill(d.begin(), d.end(), kFar);
    d[g.sources[k]] = 0;
    bucket[0].push_back(g.sources[k]);
    size_t waiting = 1;
    for (uint32_t at = 0; waiting > 0; ++at) {
      auto& list = bucket[at & 255];
      for (size_t i = 0; i < list.size(); ++i) {
        const uint32_t u = list[i];
        if (d[u] != at) continue;
        for (uint32_t a = out.begin[u]; a < out.begin[u + 1]; ++a) {
          const uint32_t v = out.target[a], through = at + out.weight[a];
          if (through >= d[v]) continue;
          d[v] = through;
          bucket[through & 255].push_back(v);
          ++waiting;
        }
      }
      waiting -= list.size();
      list.clear();
    }
    for (uint32_t x : d) {
      if (x != kFar) sum += x, ++reached;
    }
  }
  return Figures(reached, sum);
}

std::string PageRank(const Rows& out, const Rows& in) {
  const size_t n = out.begin.size() - 1;
  std::vector<double> rank(n, 1.0 / static_cast<double>(n)), gives(n);
  for (int round = 0; round < 20; ++round) {
    double dangling = 0;
    for (size_t v = 0; v < n; ++v) {
      const uint32_t d = out.degree(static_cast<uint32_t>(v));
      gives[v] = d ? rank[v] / d : 0;
      if (!d) dangling += rank[v];
    }
    const double base = (0.15 + 0.85 * dangling) / static_cast<double>(n);
    for (size_t v = 0; v < n; ++v) {
      double sum = 0;
      for (uint32_t a = in.begin[v]; a < in.begin[v + 1]; ++a) sum += gives[in.target[a]];
      rank[v] = base + 0.85 * sum;
    }
  }
  const auto top = std::max_element(rank.begin(), rank.end());
  return Figures(static_cast<double>(top - rank.begin()), *top);
}

std::string Weak(const Graph& u) {
  std::vector<uint32_t> parent(u.n);
  std::iota(parent.begin(), parent.end(), 0u);
  const auto find = [&](uint32_t x) {
    while (parent[x] != x) x = parent[x] = parent[parent[x]];
    return x;
  };
  double parts = u.n;
  for (size_t i = 0; i < u.m(); ++i) {
    const uint32_t a = find(u.from[i]), b = find(u.to[i]);
    if (a == b) continue;
    parent[std::max(a, b)] = std::min(a, b);
    --parts;
  }
  return Figures(parts, 0);
}

std::string Strong(const Rows& out) {
  const uint32_t n = static_cast<uint32_t>(out.begin.size() - 1);
  std::vector<uint32_t> low(n, 0), number(n, 0), path, open, next(out.begin.begin(), out.begin.end() - 1);
  std::vector<char> is_open(n, 0);
  uint32_t time = 0;
  double parts = 0;
  const auto enter = [&](uint32_t v) {
    low[v] = number[v] = ++time;
    path.push_back(v);
    open.push_back(v);
    is_open[v] = 1;
  };
  for (uint32_t root = 0; root < n; ++root) {
    if (number[root]) continue;
    enter(root);
    while (!path.empty()) {
      const uint32_t v = path.back();
      if (next[v] < out.begin[v + 1]) {
        const uint32_t w = out.target[next[v]++];
        if (!number[w]) enter(w);
        else if (is_open[w]) low[v] = std::min(low[v], number[w]);
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[v]);
      if (low[v] != number[v]) continue;
      ++parts;
      uint32_t w;
      do {
        w = open.back();
        open.pop_back();
        is_open[w] = 0;
      } while (w != v);
    }
  }
  return Figures(parts, 0);
}

// Edges point to the higher degree; the third side is looked up among marks.
std::string Triangles(const Rows& u) {
  const uint32_t n = static_cast<uint32_t>(u.begin.size() - 1);
  std::vector<uint32_t> order(n), rank(n);
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return std::pair(u.degree(a), a) < std::pair(u.degree(b), b); });
  for (uint32_t i = 0; i < n; ++i) rank[order[i]] = i;
  std::vector<uint32_t> begin(n + 1, 0), target;
  for (uint32_t r = 0; r < n; ++r) {
    for (uint32_t a = u.begin[order[r]]; a < u.begin[order[r] + 1]; ++a) {
      if (rank[u.target[a]] > r) target.push_back(rank[u.target[a]]);
    }
    begin[r + 1] = static_cast<uint32_t>(target.size());
    std::sort(target.begin() + begin[r], target.end());
  }
  std::vector<uint32_t> mark(n, kFar);
  uint64_t count = 0;
  for (uint32_t x = 0; x < n; ++x) {
    for (uint32_t a = begin[x]; a < begin[x + 1]; ++a) mark[target[a]] = x;
    for (uint32_t a = begin[x]; a < begin[x + 1]; ++a) {
      for (uint32_t b = begin[target[a]]; b < begin[target[a] + 1]; ++b) count += mark[target[b]] == x;
    }
  }
  return Figures(static_cast<double>(count), 0);
}

// Batagelj and Zaversnik's bins.
std::string Cores(const Rows& u) {
  const uint32_t n = static_cast<uint32_t>(u.begin.size() - 1);
  std::vector<uint32_t> left(n), order(n), place(n);
  uint32_t most = 0;
  for (uint32_t v = 0; v < n; ++v) most = std::max(most, left[v] = u.degree(v));
  std::vector<uint32_t> bin(most + 2, 0);
  for (uint32_t v = 0; v < n; ++v) ++bin[left[v] + 1];
  std::partial_sum(bin.begin(), bin.end(), bin.begin());
  std::vector<uint32_t> next(bin);
  for (uint32_t v = 0; v < n; ++v) order[place[v] = next[left[v]]++] = v;
  double sum = 0, deepest = 0;
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t v = order[i];
    sum += left[v];
    deepest = std::max(deepest, static_cast<double>(left[v]));
    for (uint32_t a = u.begin[v]; a < u.begin[v + 1]; ++a) {
      const uint32_t w = u.target[a];
      if (left[w] <= left[v]) continue;
      const uint32_t first = bin[left[w]]++, other = order[first];
      std::swap(order[first], order[place[w]]);
      place[other] = place[w];
      place[w] = first;
      --left[w];
    }
  }
  return Figures(deepest, sum);
}

std::string Betweenness(const Rows& out, const uint32_t* sources, uint32_t count) {
  const uint32_t n = static_cast<uint32_t>(out.begin.size() - 1);
  std::vector<double> score(n, 0), paths(n), gives(n);
  std::vector<uint32_t> level(n), queue(n);
  for (uint32_t k = 0; k < count; ++k) {
    const uint32_t source = sources ? sources[k] : k;
    std::fill(level.begin(), level.end(), kFar);
    uint32_t head = 0, tail = 0;
    queue[tail++] = source;
    level[source] = 0;
    paths[source] = 1;
    while (head < tail) {
      const uint32_t u = queue[head++];
      for (uint32_t a = out.begin[u]; a < out.begin[u + 1]; ++a) {
        const uint32_t v = out.target[a];
        if (level[v] == kFar) {
          level[v] = level[u] + 1;
          paths[v] = 0;
          queue[tail++] = v;
        }
        if (level[v] == level[u] + 1) paths[v] += paths[u];
      }
    }
    while (tail-- > 0) {
      const uint32_t u = queue[tail];
      double sum = 0;
      for (uint32_t a = out.begin[u]; a < out.begin[u + 1]; ++a) {
        const uint32_t v = out.target[a];
        if (level[v] == level[u] + 1) sum += paths[u] / paths[v] * (1 + gives[v]);
      }
      gives[u] = sum;
      if (u != source) score[u] += sum;
    }
  }
  return Figures(std::accumulate(score.begin(), score.end(), 0.0), *std::max_element(score.begin(), score.end()));
}

}  // namespace

Peer Floor(const Graph& g, const Graph& u) {
  Peer peer{.name = "floor"};
  const double heap = HeapBytes(), start = Now();
  auto out = std::make_shared<Rows>(g.from, g.to, &g.weight, g.n, false);
  auto in = std::make_shared<Rows>(g.to, g.from, nullptr, g.n, false);
  peer.build_seconds = Now() - start;
  peer.bytes_per_edge = (HeapBytes() - heap) / static_cast<double>(g.m());
  auto both = std::make_shared<Rows>(u.from, u.to, nullptr, u.n, true);
  if (g.name == "ball") {
    peer.tasks = {{"betweenness, exact", [=, &g] { return Betweenness(*out, nullptr, g.n); }}};
    return peer;
  }
  peer.tasks = {{"bfs, 4 sources", [=, &g] { return Bfs(*out, g); }},
                {"sssp, 4 sources", [=, &g] { return Sssp(*out, g); }},
                {"pagerank, 20 rounds", [=] { return PageRank(*out, *in); }},
                {"weak components", [&u] { return Weak(u); }},
                {"strong components", [=] { return Strong(*out); }},
                {"triangles", [=] { return Triangles(*both); }},
                {"core numbers", [=] { return Cores(*both); }},
                {"betweenness, 16 sources", [=, &g] { return Betweenness(*out, g.sources, 16); }}};
  return peer;
}

}  // namespace bench
