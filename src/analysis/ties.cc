// SPDX-License-Identifier: Apache-2.0
// Out and in rows are both ascending, so one merge a vertex makes the ties.
#include "analysis/ties.h"

namespace liantu::analysis {

uint64_t Ties::Find(Vertex v, Vertex t) const {
  const auto r = row(v);
  const auto it = std::lower_bound(r.begin(), r.end(), t);
  return it != r.end() && *it == t ? begin[v] + static_cast<uint64_t>(it - r.begin()) : target.size();
}

void TiesOf(const Snapshot& g, Vertex v, bool weighted, std::vector<Tie>& row) {
  row.clear();
  const auto out = g.out(v);
  const auto in = g.undirected() ? std::span<const Vertex>() : g.in(v);
  const uint8_t out_direction = g.undirected() ? Ties::kOut | Ties::kIn : Ties::kOut;
  size_t o = 0, i = 0;
  while (o < out.size() || i < in.size()) {
    Tie tie{std::min(o < out.size() ? out[o] : kNoVertex, i < in.size() ? in[i] : kNoVertex), 0, 0};
    for (; o < out.size() && out[o] == tie.target; ++o) {
      tie.direction |= out_direction;
      tie.strength += weighted ? g.weight(g.row_begin(v) + static_cast<uint32_t>(o)) : 1;
    }
    for (; i < in.size() && in[i] == tie.target; ++i) {
      tie.direction |= Ties::kIn;
      tie.strength += weighted ? g.weight(g.in_arc(v, i)) : 1;
    }
    if (tie.target != v) row.push_back(tie);
  }
}

Result<Ties> MakeTies(const Snapshot& g, bool weighted, const Budget& budget) {
  const Vertex n = g.vertex_count();
  Ties ties;
  ties.begin.reserve(n + 1ull);
  // An upper bound: memory that is not written to costs nothing, but growing would copy it all without a look at the budget.
  const uint64_t most = g.undirected() ? g.arc_count() : 2 * g.arc_count();
  ties.target.reserve(most), ties.direction.reserve(most), ties.strength.reserve(most);
  std::vector<Tie> row;
  Poll poll(budget);
  for (Vertex v = 0; v < n; ++v) {
    TiesOf(g, v, weighted, row);
    if (poll.Spent(row.size() + 1)) return budget.Check();
    for (const Tie& tie : row) {
      ties.target.push_back(tie.target);
      ties.direction.push_back(tie.direction);
      ties.strength.push_back(tie.strength);
    }
    ties.begin.push_back(ties.target.size());
  }
  return ties;
}

}  // namespace liantu::analysis
