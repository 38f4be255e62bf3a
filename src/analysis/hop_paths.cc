// SPDX-License-Identifier: Apache-2.0
// Paths of fewest hops between two vertices: breadth-first levels from both ends, then the graph of all shortest paths.
#include <algorithm>
#include <iterator>
#include <span>

#include "analysis/key_index.h"
#include "analysis/paths.h"

namespace liantu::analysis {
namespace {

// Neighbours of v in one direction, ascending, each once; kBoth merges the two rows into `buffer`.
std::span<const Vertex> Neighbours(const Snapshot& g, Vertex v, graph::Direction direction, std::vector<Vertex>& buffer) {
  if (g.undirected() || direction == graph::Direction::kOut) return g.out(v);
  if (direction == graph::Direction::kIn) return g.in(v);
  buffer.clear();
  const auto out = g.out(v), in = g.in(v);
  std::merge(out.begin(), out.end(), in.begin(), in.end(), std::back_inserter(buffer));
  return buffer;
}

graph::Direction Opposite(graph::Direction d) {
  if (d == graph::Direction::kBoth) return d;
  return d == graph::Direction::kOut ? graph::Direction::kIn : graph::Direction::kOut;
}

// Breadth-first levels from one end.
struct Levels {
  KeyIndex index;
  std::vector<uint32_t> level;
  std::vector<Vertex> frontier;
  uint32_t depth = 0;
  explicit Levels(Vertex v) : level{0}, frontier{v} { index.Insert(v); }
  // kNil where not reached.
  uint32_t Of(Vertex v) const {
    const uint32_t i = index.Find(v);
    return i == KeyIndex::kEmpty ? kNil : level[i];
  }
  static constexpr uint32_t kNil = 0xFFFFFFFFu;
};

uint32_t ArcOfStep(const Snapshot& g, Vertex u, Vertex v, graph::Direction direction) {
  if (g.undirected() || direction != graph::Direction::kIn) {
    const auto row = g.out(u);
    const auto it = std::lower_bound(row.begin(), row.end(), v);
    if (it != row.end() && *it == v) return g.row_begin(u) + static_cast<uint32_t>(it - row.begin());
  }
  const auto row = g.in(u);
  return g.in_arc(u, std::lower_bound(row.begin(), row.end(), v) - row.begin());
}

}  // namespace

Result<HopPathResult> ShortestHopPaths(const Snapshot& g, Vertex from, Vertex to, graph::Direction direction, uint64_t limit,
                                       const Budget& budget) {
  LT_TRY(CheckVertex(g, from, "from"));
  LT_TRY(CheckVertex(g, to, "to"));
  HopPathResult out;
  out.header = MakeHeader(g, Text("paths of fewest hops", DirectionWords(g, direction)), "bidirectional breadth-first search, Pohl 1971",
                          "none", "smaller node ids from the front first");
  limit = std::min(limit, budget.max_rows());
  if (from == to) {
    out.total = 1;
    if (limit > 0) out.paths.push_back({{from}, {}, 0});
    return out;
  }

  // Levels from both ends, always the side whose frontier has fewer edges. After a whole level, those new vertices that the
  // other side has already are the middle of every shortest path.
  Levels ahead(from), back(to);
  std::vector<Vertex> buffer, middle;
  Poll poll(budget);
  while (middle.empty() && !ahead.frontier.empty() && !back.frontier.empty()) {
    const auto edges = [&](const Levels& side, graph::Direction d) {
      uint64_t sum = 0;
      for (Vertex v : side.frontier) {
        sum += d == graph::Direction::kIn ? g.in_degree(v) : g.out_degree(v) + (d == graph::Direction::kBoth ? g.in_degree(v) : 0);
      }
      return sum;
    };
    const bool forward = edges(ahead, direction) <= edges(back, Opposite(direction));
    Levels& side = forward ? ahead : back;
    const Levels& other = forward ? back : ahead;
    ++side.depth;
    std::vector<Vertex> next;
    for (Vertex u : side.frontier) {
      const auto row = Neighbours(g, u, forward ? direction : Opposite(direction), buffer);
      for (Vertex v : row) {
        const uint32_t i = side.index.Insert(v);
        if (i < side.level.size()) continue;
        side.level.push_back(side.depth);
        next.push_back(v);
        if (other.Of(v) != Levels::kNil) middle.push_back(v);
      }
      if (poll.Spent(row.size() + 1)) {
        out.header.Stop(budget.Check(), Text("no path of ", ahead.depth + back.depth - 1, " hops or fewer"));
        return out;
      }
    }
    side.frontier = std::move(next);
  }
  if (middle.empty()) return out;

  // The vertices of all shortest paths by their distance from the start, and each one's successors.
  const uint32_t hops = ahead.depth + back.depth;
  std::vector<std::vector<Vertex>> layer(hops + 1);
  KeyIndex number;
  std::vector<std::vector<Vertex>> after;
  const auto add = [&](Vertex v, uint32_t at) {
    const uint32_t i = number.Insert(v);
    if (i == after.size()) {
      after.emplace_back();
      layer[at].push_back(v);
    }
    return i;
  };
  std::sort(middle.begin(), middle.end());
  for (Vertex v : middle) add(v, ahead.depth);
  for (uint32_t at = ahead.depth; at > 0; --at) {
    for (Vertex v : layer[at]) {
      Vertex last = kNoVertex;
      for (Vertex u : Neighbours(g, v, Opposite(direction), buffer)) {
        if (u != last && ahead.Of(u) == at - 1) {
          const uint32_t i = add(u, at - 1);
          after[i].push_back(v);
        }
        last = u;
      }
    }
  }
  for (uint32_t at = ahead.depth; at < hops; ++at) {
    for (size_t j = 0; j < layer[at].size(); ++j) {
      const Vertex v = layer[at][j];
      const uint32_t i = number.Find(v);
      Vertex last = kNoVertex;
      for (Vertex w : Neighbours(g, v, direction, buffer)) {
        if (w != last && back.Of(w) == hops - at - 1) {
          add(w, at + 1);
          after[i].push_back(w);
        }
        last = w;
      }
    }
  }
  std::vector<double> ways(after.size(), 0);
  ways[number.Find(to)] = 1;
  for (uint32_t at = hops; at-- > 0;) {
    for (Vertex v : layer[at]) {
      const uint32_t i = number.Find(v);
      std::sort(after[i].begin(), after[i].end());
      for (Vertex w : after[i]) ways[i] += ways[number.Find(w)];
    }
  }
  out.total = ways[number.Find(from)];

  std::vector<Vertex> vertices{from};
  std::vector<size_t> chosen{0};
  while (!vertices.empty() && out.paths.size() < limit) {
    const auto& choices = after[number.Find(vertices.back())];
    if (vertices.back() == to) {
      Path path{vertices, {}, static_cast<double>(hops)};
      for (size_t i = 0; i + 1 < vertices.size(); ++i) path.arcs.push_back(ArcOfStep(g, vertices[i], vertices[i + 1], direction));
      out.paths.push_back(std::move(path));
      if (poll.Spent(vertices.size())) {
        out.header.Stop(budget.Check(), Text(out.paths.size(), " of ", out.total, " paths listed"));
        return out;
      }
    } else if (chosen.back() < choices.size()) {
      vertices.push_back(choices[chosen.back()++]);
      chosen.push_back(0);
      continue;
    }
    vertices.pop_back();
    chosen.pop_back();
  }
  if (out.paths.size() == budget.max_rows() && out.total > static_cast<double>(limit)) {
    out.header.Stop(budget.CheckRows(budget.max_rows() + 1), Text(out.paths.size(), " of ", out.total, " paths listed"));
  }
  return out;
}

}  // namespace liantu::analysis
