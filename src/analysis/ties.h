// SPDX-License-Identifier: Apache-2.0
// The plain undirected view that many social measures are defined on: loops dropped, parallel edges and both directions
// of an arc joined into one tie. Used inside analysis only; the results say that they used it.
#pragma once

#include <span>
#include <vector>

#include "analysis/common.h"

namespace liantu::analysis {

struct Ties {
  static constexpr uint8_t kOut = 1, kIn = 2;  // v -> target, target -> v; undirected edges carry both

  std::vector<uint64_t> begin{0};  // vertex_count + 1 entries
  std::vector<Vertex> target;      // rows ascending
  std::vector<uint8_t> direction;
  std::vector<double> strength;    // a_vt + a_tv summed over parallel edges; undirected: each edge once

  Vertex vertex_count() const { return static_cast<Vertex>(begin.size() - 1); }
  uint64_t tie_count() const { return target.size() / 2; }
  uint64_t degree(Vertex v) const { return begin[v + 1] - begin[v]; }
  std::span<const Vertex> row(Vertex v) const { return {target.data() + begin[v], target.data() + begin[v + 1]}; }
  // The half-tie from v to t, or `target.size()` if there is none.
  uint64_t Find(Vertex v, Vertex t) const;
};

// One row of the view: the ties of v, targets ascending.
struct Tie {
  Vertex target;
  uint8_t direction;
  double strength;
};
void TiesOf(const Snapshot& g, Vertex v, bool weighted, std::vector<Tie>& row);

// weighted: strength adds up weights, else every edge counts 1. Linear. kBudget or kCancelled where the budget is spent.
Result<Ties> MakeTies(const Snapshot& g, bool weighted, const Budget& budget);

// Calls f(x, y, z, xy, xz, yz) once for each triangle, where xy, xz, yz are the half-ties x->y, x->z, y->z. Each vertex
// looks only at neighbours of larger (degree, id), at most sqrt(2m) each, so O(m^1.5) (Chiba & Nishizeki 1985).
// False where the budget was spent before the end.
template <class F>
bool ForEachTriangle(const Ties& ties, const Budget& budget, F f) {
  Poll poll(budget);
  const Vertex n = ties.vertex_count();
  std::vector<uint64_t> upward, begin{0};  // half-ties to larger neighbours
  upward.reserve(ties.tie_count());
  begin.reserve(n + 1ull);
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(ties.degree(v) + 1)) return false;
    for (uint64_t a = ties.begin[v]; a < ties.begin[v + 1]; ++a) {
      const Vertex t = ties.target[a];
      if (std::pair(ties.degree(v), v) < std::pair(ties.degree(t), t)) upward.push_back(a);
    }
    begin.push_back(upward.size());
  }
  std::vector<uint64_t> mark(n, 0);  // half-tie x->z plus 1, for the x at hand
  for (Vertex x = 0; x < n; ++x) {
    if (x % 4096 == 0) budget.Progress(static_cast<double>(x) / n);
    for (uint64_t i = begin[x]; i < begin[x + 1]; ++i) mark[ties.target[upward[i]]] = upward[i] + 1;
    for (uint64_t i = begin[x]; i < begin[x + 1]; ++i) {
      const Vertex y = ties.target[upward[i]];
      if (poll.Spent(begin[y + 1] - begin[y] + 1)) return false;
      for (uint64_t j = begin[y]; j < begin[y + 1]; ++j) {
        const Vertex z = ties.target[upward[j]];
        if (mark[z] != 0) f(x, y, z, upward[i], mark[z] - 1, upward[j]);
      }
    }
    for (uint64_t i = begin[x]; i < begin[x + 1]; ++i) mark[ties.target[upward[i]]] = 0;
  }
  return true;
}

}  // namespace liantu::analysis
