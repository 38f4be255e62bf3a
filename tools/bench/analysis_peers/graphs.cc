// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "bench.h"

namespace bench {
namespace {

uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}
struct Random {
  uint64_t state;
  double Unit() { return static_cast<double>(Mix(state++) >> 11) * 0x1p-53; }
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(Unit() * n); }
};

// Sorted, without loops and duplicates; weights and sources follow from the ends.
Graph Finish(std::string name, uint32_t n, std::vector<uint64_t> edges) {
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  std::erase_if(edges, [](uint64_t e) { return e >> 32 == (e & 0xFFFFFFFF); });
  Graph g;
  g.name = std::move(name);
  g.n = n;
  std::vector<char> has_out(n, 0);
  for (uint64_t e : edges) {
    g.from.push_back(static_cast<uint32_t>(e >> 32));
    g.to.push_back(static_cast<uint32_t>(e));
    g.weight.push_back(1 + static_cast<uint32_t>(Mix(e ^ 7) % 255));
    has_out[e >> 32] = 1;
  }
  uint64_t h = 12345;
  for (int i = 0; i < 64;) {
    h = Mix(h);
    if (has_out[h % n]) g.sources[i++] = static_cast<uint32_t>(h % n);
  }
  return g;
}

Graph Supplies(const std::string& name, uint32_t n) {
  Random r{n};
  constexpr uint32_t kCities = 337;
  std::vector<double> share(kCities);
  double sum = 0;
  for (uint32_t c = 0; c < kCities; ++c) share[c] = sum += std::pow(c + 3.0, -0.8);
  // Companies by size; a company's number says nothing of its size.
  std::vector<uint32_t> by_size(n), city(n);
  std::iota(by_size.begin(), by_size.end(), 0u);
  for (uint32_t i = n; i > 1; --i) std::swap(by_size[i - 1], by_size[r.Below(i)]);
  std::vector<std::vector<uint32_t>> in_city(kCities);
  for (uint32_t v : by_size) {
    city[v] = static_cast<uint32_t>(std::lower_bound(share.begin(), share.end(), r.Unit() * sum) - share.begin());
    in_city[city[v]].push_back(v);
  }
  const auto large = [&](const std::vector<uint32_t>& list, double power) {
    return list[std::min(list.size() - 1, static_cast<size_t>(static_cast<double>(list.size()) * std::pow(r.Unit(), power)))];
  };
  std::vector<uint64_t> edges;
  const size_t wanted = static_cast<size_t>(n) * 67 / 10;
  while (edges.size() < wanted) {
    const uint32_t buyer = large(by_size, 2.5);
    const uint32_t seller = r.Unit() < 0.5 ? large(in_city[city[buyer]], 2.0) : large(by_size, 2.0);
    edges.push_back(uint64_t{seller} << 32 | buyer);
  }
  return Finish(name, n, std::move(edges));
}

Graph Rmat(const std::string& name, int scale) {
  const uint32_t n = 1u << scale;
  Random r{static_cast<uint64_t>(scale) << 40};
  std::vector<uint32_t> perm(n);
  std::iota(perm.begin(), perm.end(), 0u);
  for (uint32_t i = n; i > 1; --i) std::swap(perm[i - 1], perm[r.Below(i)]);
  std::vector<uint64_t> edges;
  for (uint64_t i = 0; i < uint64_t{16} * n; ++i) {
    uint32_t a = 0, b = 0;
    for (int level = 0; level < scale; ++level) {
      const double x = r.Unit();
      a = a << 1 | (x >= 0.76);
      b = b << 1 | ((x >= 0.57 && x < 0.76) || x >= 0.95);
    }
    edges.push_back(uint64_t{perm[a]} << 32 | perm[b]);
  }
  return Finish(name, n, std::move(edges));
}

Graph Ball() {
  const Graph m = Supplies("M", 930'000);
  std::vector<std::vector<uint32_t>> next(m.n);
  for (size_t i = 0; i < m.m(); ++i) {
    next[m.from[i]].push_back(m.to[i]);
    next[m.to[i]].push_back(m.from[i]);
  }
  std::vector<uint32_t> number(m.n, ~0u), queue{m.sources[0]};
  number[queue[0]] = 0;
  for (size_t i = 0; i < queue.size() && queue.size() < 20'000; ++i) {
    for (uint32_t w : next[queue[i]]) {
      if (number[w] != ~0u || queue.size() == 20'000) continue;
      number[w] = static_cast<uint32_t>(queue.size());
      queue.push_back(w);
    }
  }
  std::vector<uint64_t> edges;
  for (size_t i = 0; i < m.m(); ++i) {
    if (number[m.from[i]] != ~0u && number[m.to[i]] != ~0u) edges.push_back(uint64_t{number[m.from[i]]} << 32 | number[m.to[i]]);
  }
  return Finish("ball", 20'000, std::move(edges));
}

}  // namespace

Graph MakeGraph(const std::string& name) {
  if (name == "S") return Supplies(name, 93'000);
  if (name == "M") return Supplies(name, 930'000);
  if (name == "L") return Supplies(name, 9'300'000);
  if (name == "ball") return Ball();
  if (name.rfind("rmat", 0) == 0) return Rmat(name, std::atoi(name.c_str() + 4));
  std::fprintf(stderr, "bench_analysis: no graph '%s'; there are S, M, L, ball, rmat16 …\n", name.c_str());
  std::exit(2);
}

Graph Undirected(const Graph& g) {
  std::vector<uint64_t> edges;
  for (size_t i = 0; i < g.m(); ++i) edges.push_back(uint64_t{std::min(g.from[i], g.to[i])} << 32 | std::max(g.from[i], g.to[i]));
  return Finish(g.name, g.n, std::move(edges));
}

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double ProcessorSeconds() {
  rusage r;
  getrusage(RUSAGE_SELF, &r);
  return static_cast<double>(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + static_cast<double>(r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6;
}

double HeapBytes() {
  malloc_trim(0);
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

std::string Figures(double a, double b) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6g %.6g", a, b);
  return text;
}

}  // namespace bench
