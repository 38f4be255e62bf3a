// SPDX-License-Identifier: Apache-2.0
// A residual network with paired arcs, and on it Dinic's algorithm with explicit stacks.
#include "analysis/flow.h"

#include <limits>
#include <numeric>
#include <optional>

#include "analysis/polled_sort.h"

namespace liantu::analysis {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

// Arcs stand in pairs i and i^1; what flows on one can flow back on the other.
class Network {
 public:
  Network(uint32_t vertices, const Budget& budget) : poll_(budget), first_(vertices + 1ull, 0), level_(vertices), at_(vertices) {}

  // Arcs are added, then Finish sorts them by tail; false where the budget is spent.
  void Reserve(uint64_t arcs) { head_.reserve(2 * arcs), rest_.reserve(2 * arcs); }
  uint32_t AddArc(uint32_t from, uint32_t to, double capacity, double back_capacity = 0) {
    const auto arc = static_cast<uint32_t>(head_.size());
    head_.push_back(to), rest_.push_back(capacity);
    head_.push_back(from), rest_.push_back(back_capacity);
    ++first_[from + 1], ++first_[to + 1];
    if (capacity < kNoLimit) largest_ = std::max({largest_, capacity, back_capacity});
    return arc;
  }
  bool Finish() {
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    order_.resize(head_.size());
    std::vector<uint64_t> next(first_.begin(), first_.end() - 1);
    for (uint32_t a = 0; a < head_.size(); ++a) {
      if (poll_.Spent()) return false;
      order_[next[tail(a)]++] = a;
    }
    nothing_ = 1e-12 * largest_;
    return true;
  }
  uint32_t head(uint32_t arc) const { return head_[arc]; }
  uint32_t tail(uint32_t arc) const { return head_[arc ^ 1]; }
  double rest(uint32_t arc) const { return rest_[arc]; }
  void set_rest(uint32_t arc, double rest) { rest_[arc] = rest; }
  bool Open(uint32_t arc) const { return rest_[arc] > nothing_; }
  std::span<const uint32_t> out(uint32_t v) const { return {order_.data() + first_[v], order_.data() + first_[v + 1]}; }

  // Pushes flow from s to t up to `limit`; the amount, or none where the budget is spent.
  std::optional<double> Push(uint32_t s, uint32_t t, double limit) {
    double flow = 0;
    while (flow < limit) {
      if (!Levels(s, t)) return std::nullopt;
      if (level_[t] == kNone) break;
      for (uint32_t v : reached_) at_[v] = first_[v];
      while (flow < limit) {
        const std::optional<double> more = OnePath(s, t, limit - flow);
        if (!more) return std::nullopt;
        if (*more == 0) break;
        flow += *more;
      }
    }
    return flow;
  }
  // What s still reaches.
  std::optional<std::vector<bool>> Side(uint32_t s) {
    if (!Levels(s, kNone)) return std::nullopt;
    std::vector<bool> side(level_.size(), false);
    for (uint32_t v : reached_) side[v] = true;
    return side;
  }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;

  bool Levels(uint32_t s, uint32_t t) {
    for (uint32_t v : reached_) level_[v] = kNone;
    if (reached_.empty()) std::fill(level_.begin(), level_.end(), kNone);
    reached_.assign(1, s);
    level_[s] = 0;
    for (size_t i = 0; i < reached_.size(); ++i) {
      const uint32_t v = reached_[i];
      if (v == t) break;  // vertices farther than t are of no use
      if (poll_.Spent(out(v).size() + 1)) return false;
      for (uint32_t a : out(v)) {
        if (Open(a) && level_[head_[a]] == kNone) {
          level_[head_[a]] = level_[v] + 1;
          reached_.push_back(head_[a]);
        }
      }
    }
    return true;
  }
  std::optional<double> OnePath(uint32_t s, uint32_t t, double limit) {
    path_.clear();
    uint32_t v = s;
    while (v != t) {
      if (poll_.Spent()) return std::nullopt;
      if (at_[v] < first_[v + 1]) {
        const uint32_t a = order_[at_[v]];
        if (Open(a) && level_[head_[a]] == level_[v] + 1) {
          path_.push_back(a);
          v = head_[a];
        } else {
          ++at_[v];
        }
      } else if (v == s) {
        return 0.0;
      } else {
        v = tail(path_.back());
        path_.pop_back();
        ++at_[v];
      }
    }
    double least = limit;
    for (uint32_t a : path_) least = std::min(least, rest_[a]);
    for (uint32_t a : path_) {
      rest_[a] -= least;
      rest_[a ^ 1] += least;
    }
    return least;
  }

  Poll poll_;
  std::vector<uint64_t> first_;
  std::vector<uint32_t> order_, head_, level_, reached_, path_;
  std::vector<uint64_t> at_;
  std::vector<double> rest_;
  double largest_ = 0, nothing_ = 0;
};

// f(arc, v, t, capacity, back) for each edge once: back is the capacity the other way, or 0.
template <class F>
bool ForEachEdge(const Snapshot& g, bool both_ways, bool unit, Poll& poll, F f) {
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return false;
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const Vertex t = g.target(a);
      if (t == v || (g.undirected() && t < v)) continue;
      const double capacity = unit ? 1 : g.weight(a);
      if (capacity > 0) f(a, v, t, capacity, both_ways || g.undirected() ? capacity : 0);
    }
  }
  return true;
}

// Routes of one unit each along the arcs that carry flow; consumes `carries`.
std::vector<std::vector<Vertex>> Routes(uint64_t count, const std::vector<bool>& is_source, const std::vector<bool>& is_target,
                                        std::vector<std::vector<Vertex>>& carries) {
  std::vector<std::vector<Vertex>> routes;
  for (Vertex s = 0; s < carries.size(); ++s) {
    if (!is_source[s]) continue;
    while (!carries[s].empty() && routes.size() < count) {
      std::vector<Vertex> route{s};
      for (Vertex v = s; !is_target[v];) {
        if (carries[v].empty()) break;
        const Vertex t = carries[v].back();
        carries[v].pop_back();
        // Flow may run in a circle: cut it out.
        if (const auto seen = std::find(route.begin(), route.end(), t); seen != route.end()) route.erase(seen + 1, route.end());
        else route.push_back(t);
        v = t;
      }
      if (is_target[route.back()]) routes.push_back(std::move(route));
    }
  }
  std::sort(routes.begin(), routes.end(), [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
  return routes;
}

}  // namespace

Result<MaxFlowResult> MaxFlow(const Snapshot& g, const MaxFlowOptions& options, const Budget& budget) {
  const Vertex n = g.vertex_count();
  if (!options.unit) LT_TRY(CheckWeights(g, "max flow"));
  if (options.sources.empty() || options.targets.empty()) return Status(Code::kInvalid, "max flow: at least one source and one target are needed");
  std::vector<bool> is_source(n, false), is_target(n, false);
  for (Vertex v : options.sources) {
    LT_TRY(CheckVertex(g, v, "max flow"));
    is_source[v] = true;
  }
  for (Vertex v : options.targets) {
    LT_TRY(CheckVertex(g, v, "max flow"));
    if (is_source[v]) return Status(Code::kInvalid, Text("max flow: node ", g.node_id(v).raw, " is both source and target"));
    is_target[v] = true;
  }
  MaxFlowResult result;
  result.header = MakeHeader(g, Text("maximum flow = minimum cut, capacity = ", options.unit ? "1 an edge" : "weight",
                                     g.undirected() ? " either way" : "", "; rests below 1e-12 of the largest capacity count as used up"),
                             "Ford & Fulkerson 1956; Dinic 1970", "in the unit of the weights", "the cut nearest to the sources");
  Network network(n + 2, budget);
  Poll poll(budget);
  std::vector<uint32_t> arcs;  // of the snapshot; network arc 2i is arcs[i]
  arcs.reserve(g.edge_count());
  network.Reserve(g.edge_count() + options.sources.size() + options.targets.size());
  if (!ForEachEdge(g, false, options.unit, poll, [&](uint32_t arc, Vertex v, Vertex t, double capacity, double back) {
        arcs.push_back(arc);
        network.AddArc(v, t, capacity, back);
      })) {
    return budget.Check();
  }
  for (Vertex v = 0; v < n; ++v) {
    if (is_source[v]) network.AddArc(n, v, kNoLimit);
    if (is_target[v]) network.AddArc(v, n + 1, kNoLimit);
  }
  if (!network.Finish()) return budget.Check();
  const std::optional<double> flow = network.Push(n, n + 1, kNoLimit);
  const auto side = flow ? network.Side(n) : std::nullopt;
  if (!side) return budget.Check();
  result.flow = *flow;
  for (Vertex v = 0; v < n; ++v) {
    if ((*side)[v]) result.source_side.push_back(v);
  }
  std::vector<std::vector<Vertex>> carries(options.unit ? n : 0);
  double cut = 0;
  for (uint32_t i = 0; i < arcs.size(); ++i) {
    if (poll.Spent()) return budget.Check();
    const uint32_t arc = 2 * i;
    const Vertex v = network.tail(arc), t = network.head(arc);
    const double capacity = options.unit ? 1 : g.weight(arcs[i]), moved = capacity - network.rest(arc);
    // The arc of an undirected edge in the other end's row: parallel edges stand in the same order in both rows.
    auto other_way = [&] {
      const auto row = g.out(v), back = g.out(t);
      const auto place = g.row_begin(v) + (std::lower_bound(row.begin(), row.end(), t) - row.begin());
      return static_cast<uint32_t>(arcs[i] - place + g.row_begin(t) + (std::lower_bound(back.begin(), back.end(), v) - back.begin()));
    };
    if ((*side)[v] != (*side)[t] && ((*side)[v] || g.undirected())) {
      result.cut_arcs.push_back((*side)[v] ? arcs[i] : other_way());
      cut += capacity;
    }
    if (std::abs(moved) <= 1e-12 * capacity) continue;
    result.flows.push_back({moved > 0 ? arcs[i] : other_way(), std::abs(moved)});
    if (options.unit) carries[moved > 0 ? v : t].push_back(moved > 0 ? t : v);
  }
  result.flow = cut;  // the same number without the rounding of many pushes
  std::sort(result.cut_arcs.begin(), result.cut_arcs.end());
  if (!PolledSort(result.flows, budget, [](const auto& a, const auto& b) { return a.arc < b.arc; })) return budget.Check();
  if (options.unit) result.routes = Routes(static_cast<uint64_t>(std::llround(cut)), is_source, is_target, carries);
  return result;
}

Result<VertexCutResult> VertexCut(const Snapshot& g, const VertexCutOptions& options, const Budget& budget) {
  LT_TRY(CheckVertex(g, options.source, "vertex cut"));
  LT_TRY(CheckVertex(g, options.target, "vertex cut"));
  const Vertex n = g.vertex_count(), s = options.source, t = options.target;
  if (s == t) return Status(Code::kInvalid, Text("vertex cut: source and target are both node ", g.node_id(s).raw));
  if (n > 0x7FFFFFF0u) return Status(Code::kInvalid, "vertex cut: too many vertices to split");
  VertexCutResult result;
  result.header = MakeHeader(g, "every vertex but the ends split in two with capacity 1; disjoint routes share no vertex but the ends",
                             "Menger 1927; Even & Tarjan 1975", "numbers of routes and vertices", "the cut nearest to the source");
  // v arrives at 2v and leaves from 2v+1. Parallel edges and a direct edge are one route each at most.
  Network network(2 * n, budget);
  network.Reserve(n + g.arc_count());
  for (Vertex v = 0; v < n; ++v) network.AddArc(2 * v, 2 * v + 1, v == s || v == t ? n : 1);
  Poll poll(budget);
  bool direct = false;
  std::vector<std::pair<Vertex, Vertex>> ends;
  ends.reserve(g.arc_count());
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    Vertex before = kNoVertex;
    for (Vertex u : g.out(v)) {
      if (u == v || std::exchange(before, u) == u) continue;
      direct |= v == s && u == t;
      network.AddArc(2 * v + 1, 2 * u, 1);
      ends.emplace_back(v, u);
    }
  }
  if (!network.Finish()) return budget.Check();
  const std::optional<double> flow = network.Push(2 * s + 1, 2 * t, kNoLimit);
  const auto side = flow ? network.Side(2 * s + 1) : std::nullopt;
  if (!side) return budget.Check();
  result.disjoint_routes = static_cast<uint64_t>(std::llround(*flow));
  std::vector<std::vector<Vertex>> carries(n);
  for (size_t i = 0; i < ends.size(); ++i) {
    if (poll.Spent()) return budget.Check();
    if (network.rest(static_cast<uint32_t>(2 * (n + i))) < 0.5) carries[ends[i].first].push_back(ends[i].second);
  }
  std::vector<bool> is_source(n, false), is_target(n, false);
  is_source[s] = is_target[t] = true;
  result.routes = Routes(result.disjoint_routes, is_source, is_target, carries);
  if (direct) {
    result.connectivity = Measure::Undefined("an edge joins the two: no set of other vertices parts them");
    return result;
  }
  result.connectivity = *flow;
  // With edges of capacity 1 a cut may run through an edge; its end on the source side (or the far end, next to the source)
  // serves as well.
  for (Vertex v = 0; v < n; ++v) {
    if (v != s && v != t && (*side)[2 * v] && !(*side)[2 * v + 1]) result.cut.push_back(v);
  }
  for (auto [v, u] : ends) {
    if ((*side)[2 * v + 1] && !(*side)[2 * u]) result.cut.push_back(v == s ? u : v);
  }
  std::sort(result.cut.begin(), result.cut.end());
  result.cut.erase(std::unique(result.cut.begin(), result.cut.end()), result.cut.end());
  return result;
}

Result<EdgeConnectivityResult> EdgeConnectivity(const Snapshot& g, const EdgeConnectivityOptions& options, const Budget& budget) {
  if (options.weighted) LT_TRY(CheckWeights(g, "edge connectivity"));
  const Vertex n = g.vertex_count();
  EdgeConnectivityResult result;
  result.header = MakeHeader(g, Text("least ", options.weighted ? "weight" : "number", " of edges whose removal parts the undirected view"),
                             "Menger 1927; Even & Tarjan 1975", options.weighted ? "sum of weights" : "number of edges",
                             "the first least cut in breadth-first order from vertex 0");
  if (n < 2) {
    result.connectivity = Measure::Undefined("fewer than two vertices");
    return result;
  }
  Network network(n, budget);
  Poll poll(budget);
  std::vector<double> degree(n, 0), capacities;
  capacities.reserve(g.edge_count());
  network.Reserve(g.edge_count());
  if (!ForEachEdge(g, true, !options.weighted, poll, [&](uint32_t, Vertex v, Vertex t, double capacity, double back) {
        network.AddArc(v, t, capacity, back);
        capacities.push_back(capacity);
        degree[v] += capacity;
        degree[t] += capacity;
      })) {
    return budget.Check();
  }
  if (!network.Finish()) return budget.Check();
  // A first cut: the vertex of least degree.
  const Vertex least = static_cast<Vertex>(std::min_element(degree.begin(), degree.end()) - degree.begin());
  double best = degree[least];
  std::vector<bool> side(n, false);
  side[least] = true;
  // Breadth-first order; what is not reached is a cut of 0.
  std::vector<Vertex> order{0};
  std::vector<bool> seen(n, false);
  seen[0] = true;
  for (size_t i = 0; i < order.size(); ++i) {
    if (poll.Spent(network.out(order[i]).size() + 1)) return budget.Check();
    for (uint32_t a : network.out(order[i])) {
      if (!seen[network.head(a)]) seen[network.head(a)] = true, order.push_back(network.head(a));
    }
  }
  if (order.size() < n && best > 0) {
    best = 0;
    side = seen;
  }
  // Growing a set S that starts at order[0]: a least cut parts S from the first vertex outside its side. Searching from t for
  // any vertex of S finds the near ones first; only what was pushed is undone.
  std::vector<bool> in_set(n, false);
  std::vector<uint32_t> from(n, 0), queue;
  std::vector<bool> visited(n, false);
  std::vector<uint32_t> touched;
  const double nothing = best * 1e-12;
  for (size_t i = 0; i < order.size() && best > 0 && !result.header.partial; ++i) {
    if (i % 1024 == 0) budget.Progress(static_cast<double>(i) / n);
    const Vertex t = order[i];
    double flow = 0;
    touched.clear();
    while (i > 0 && flow < best - nothing) {
      queue.assign(1, t);
      visited[t] = true;
      Vertex end = kNoVertex;
      bool spent = false;
      for (size_t q = 0; q < queue.size() && end == kNoVertex && !spent; ++q) {
        spent = poll.Spent(network.out(queue[q]).size() + 1);
        for (uint32_t a : network.out(queue[q])) {
          const Vertex u = network.head(a);
          if (visited[u] || !network.Open(a)) continue;
          visited[u] = true;
          from[u] = a;
          queue.push_back(u);
          if (in_set[u]) {
            end = u;
            break;
          }
        }
      }
      if (end == kNoVertex && !spent) {
        // The search is the side of t of a cut of `flow`.
        best = flow;
        std::fill(side.begin(), side.end(), false);
        for (uint32_t v : queue) side[v] = true;
      }
      for (uint32_t v : queue) visited[v] = false;
      if (spent) {
        result.header.Stop(budget.Check(), Text(i, " of ", n, " vertices are done; the cut is an upper bound"));
        break;
      }
      if (end == kNoVertex) break;
      double amount = kNoLimit;
      for (Vertex v = end; v != t; v = network.tail(from[v])) amount = std::min(amount, network.rest(from[v]));
      for (Vertex v = end; v != t; v = network.tail(from[v])) {
        network.set_rest(from[v], network.rest(from[v]) - amount);
        network.set_rest(from[v] ^ 1, network.rest(from[v] ^ 1) + amount);
        touched.push_back(from[v]);
      }
      flow += amount;
    }
    for (uint32_t a : touched) {
      network.set_rest(a, capacities[a / 2]);
      network.set_rest(a ^ 1, capacities[a / 2]);
    }
    in_set[t] = true;
  }
  const auto inside = static_cast<Vertex>(std::count(side.begin(), side.end(), true));
  const bool flip = 2ull * inside > n;
  double cut = 0;
  for (Vertex v = 0; v < n; ++v) {
    if (side[v] != flip) result.smaller_side.push_back(v);
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const Vertex t = g.target(a);
      if (side[v] == side[t] || (g.undirected() && t < v)) continue;
      if (options.weighted && g.weight(a) == 0) continue;
      result.cut_edges.emplace_back(v, t);
      cut += options.weighted ? g.weight(a) : 1;
    }
  }
  result.connectivity = cut;
  return result;
}

}  // namespace liantu::analysis
