// SPDX-License-Identifier: Apache-2.0
// The simple undirected graph under a snapshot: directions, loops and parallel edges dropped. No copy where the snapshot is that
// already. The snapshot must outlive it.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "analysis/common.h"

namespace liantu::analysis {

class SimpleView {
 public:
  // Not whole where the budget is spent: look at it afterwards.
  SimpleView(const graph::Snapshot& g, const Budget& budget) : g_(g), own_(!(g.undirected() && g.projection().simple)) {
    if (!own_) return;
    Poll poll(budget);
    std::vector<graph::Vertex> merged;
    begin_.reserve(g.vertex_count() + 1);
    begin_.push_back(0);
    targets_.reserve(g.undirected() ? g.arc_count() : 2 * g.arc_count());
    for (graph::Vertex v = 0; v < g.vertex_count(); ++v) {
      std::span<const graph::Vertex> row = g.out(v);
      if (poll.Spent(row.size() + g.in_degree(v) + 1)) return;
      if (!g.undirected()) {
        const auto in = g.in(v);
        merged.resize(row.size() + in.size());
        std::merge(row.begin(), row.end(), in.begin(), in.end(), merged.begin());
        row = merged;
      }
      graph::Vertex last = v;  // skips loops too: v comes at most in one run
      for (graph::Vertex w : row) {
        if (w != last && w != v) targets_.push_back(w);
        last = w;
      }
      begin_.push_back(static_cast<uint32_t>(targets_.size()));
    }
  }
  graph::Vertex vertex_count() const { return g_.vertex_count(); }
  uint64_t arc_count() const { return own_ ? targets_.size() : g_.arc_count(); }
  std::span<const graph::Vertex> row(graph::Vertex v) const {
    if (!own_) return g_.out(v);
    return {targets_.data() + begin_[v], targets_.data() + begin_[v + 1]};
  }
  uint32_t degree(graph::Vertex v) const { return static_cast<uint32_t>(row(v).size()); }

 private:
  const graph::Snapshot& g_;
  const bool own_;
  std::vector<uint32_t> begin_;
  std::vector<graph::Vertex> targets_;
};

}  // namespace liantu::analysis
