// SPDX-License-Identifier: Apache-2.0
// Two frontiers grow towards each other, level by level. With L levels read in all, every path of at most L edges lies in
// what was read; the k best of it are the k best of all once the k-th costs no more than any path of L + 1 edges could:
// L + 1 edges and L inner entities, each of degree 2 or more. Yen's search itself is analysis/paths.h.
#include "chain/connect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "analysis/paths.h"
#include "chain/numbers.h"
#include "text/suggest.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;
using graph::Vertex;

namespace {

constexpr size_t kHubsNamed = 10;

// Only these properties are worth a word beside an arrow.
constexpr const char* kTelling[] = {"product", "status", "year", "relation", "share", "title", "wording", "place", "role", "on_behalf_of"};

class Growth {
 public:
  Growth(Reader& reader, const ConnectOptions& options, const Entity& from, const Entity& to)
      : reader_(reader), view_(reader.view()), options_(options), ends_{from.id, to.id} {
    for (size_t side = 0; side < 2; ++side) {
      frontier_[side] = {ends_[side]};
      seen_[side].insert(ends_[side]);
    }
    avoid_.insert(options.avoid.begin(), options.avoid.end());
  }

  Status SetTypes(ConnectAnswer& answer) {
    std::vector<std::string> names;
    for (const std::string& asked : options_.types) {
      const auto* spec = view_.ontology().EdgeType(asked);
      const std::string name = spec ? spec->name : asked;
      if (!spec && !view_.type(name)) {
        const bool zh = reader_.lang() == Lang::kZh;
        std::vector<std::string> all = view_.type_names();
        for (const auto& type : view_.ontology().edge_types()) all.push_back(zh ? type.zh : type.en);
        const auto near = text::Closest(asked, all, 1);
        std::string known;
        for (const std::string& type : view_.type_names()) known += (known.empty() ? "" : ", ") + type;
        return Status(Code::kInvalid, Text(zh ? "没有边类型 '" : "there is no edge type '", asked, "'", near.empty() ? "" : Text(zh ? ";您是否要用 '" : "; did you mean '", near[0], "'?"),
                                           zh ? "\n可用:" : "\nthere are: ", known));
      }
      names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    answer.types = names;
    if (names.empty()) {
      answer.left_out = UnreadableTypes();
      for (const std::string& name : view_.type_names()) {
        if (std::find(answer.left_out.begin(), answer.left_out.end(), name) == answer.left_out.end()) names.push_back(name);
      }
    }
    for (const std::string& name : names) {
      if (const graph::TypeId id = view_.type(name)) types_.push_back(id);
    }
    return {};
  }

  int levels() const { return levels_; }
  // Nothing new can be read: one end's whole surroundings are known, or neither side has anywhere to go.
  bool Exhausted() const {
    return (frontier_[0].empty() && frontier_[1].empty()) || ((frontier_[0].empty() || frontier_[1].empty()) && held_back_.empty());
  }
  uint64_t edges_read() const { return read_; }
  // No path of more edges than were grown costs less.
  double LongerCosts() const { return levels_ + 1 + options_.hub_penalty * levels_; }
  // Cost of the k-th path so far: what cannot be better is not read.
  void SetBound(double cost) { bound_ = cost; }
  // Hubs that were not expanded although a path through them might still be better, ascending.
  std::vector<NodeId> Missed() const {
    std::vector<NodeId> out;
    for (NodeId id : held_back_) {
      if (AtLeastThrough(id) < bound_) out.push_back(id);
    }
    return out;
  }

  // One more level on the side whose next level costs less to read.
  Status Grow(const Budget& budget, std::string& stopped) {
    std::array<uint64_t, 2> cost{};
    for (size_t side = 0; side < 2; ++side) {
      cost[side] = frontier_[side].empty() || frontier_[side].size() > options_.max_edges / 8 ? UINT64_MAX : 0;
      if (cost[side]) continue;
      for (NodeId id : frontier_[side]) {
        LT_ASSIGN(const uint64_t degree, Degree(id));
        cost[side] += degree;
      }
    }
    const size_t side = cost[0] <= cost[1] ? 0 : 1;
    if (cost[side] == UINT64_MAX) {
      stopped = reader_.lang() == Lang::kZh ? Text("已读 ", read_, " 条边,超出读取上限") : Text("the limit of reading was met after ", read_, " edges");
      return {};
    }
    // The smallest first, so that the limit cuts off the hubs.
    std::vector<NodeId> ids = std::move(frontier_[side]), chosen, next;
    std::stable_sort(ids.begin(), ids.end(), [&](NodeId x, NodeId y) { return degrees_.at(x) < degrees_.at(y); });
    uint64_t planned = read_;
    for (NodeId id : ids) {
      const uint64_t degree = degrees_.at(id);
      if (id != ends_[side] && (planned + degree > options_.max_edges || AtLeastThrough(id) >= bound_)) {
        if (!expanded_.contains(id)) held_back_.insert(id);
        continue;
      }
      planned += degree;
      chosen.push_back(id);
      expanded_.insert(id);
      held_back_.erase(id);
    }
    LT_TRY(view_.ExpandMany(chosen, Direction::kBoth, types_, [&](size_t i, const Neighbour& n) {
      if (++read_ % 4096 == 0 && budget.Spent()) stopped = budget.Check().message();
      if (avoid_.contains(n.node) || n.node == chosen[i]) return stopped.empty();
      const bool out = n.direction == Direction::kOut;
      edges_.push_back({.id = n.edge, .type = n.type, .from = out ? chosen[i] : n.node, .to = out ? n.node : chosen[i]});
      if (n.node != ends_[1 - side] && seen_[side].insert(n.node).second) next.push_back(n.node);
      return stopped.empty();
    }));
    std::sort(next.begin(), next.end());
    frontier_[side] = std::move(next);
    ++levels_;
    return {};
  }

  // Edges of the longest path that all of what was read can show.
  int Reach() const { return Exhausted() ? options_.max_hops : std::min(levels_, options_.max_hops); }

  // What was read and lies on a way of at most Reach() edges, undirected; an edge weighs 1 and half of what its ends cost as
  // inner entities.
  Result<graph::SnapshotPtr> Build() {
    std::sort(edges_.begin(), edges_.end(), [](const Read& x, const Read& y) { return x.id < y.id; });
    edges_.erase(std::unique(edges_.begin(), edges_.end(), [](const Read& x, const Read& y) { return x.id == y.id; }), edges_.end());
    std::vector<NodeId> met{ends_[0], ends_[1]};
    met.reserve(2 * edges_.size() + 2);
    for (const Read& e : edges_) met.push_back(e.from), met.push_back(e.to);
    const Numbers numbers(std::move(met));
    // Neighbours of each, both ways.
    std::vector<uint32_t> begin(numbers.size() + 1, 0), near(2 * edges_.size());
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    pairs.reserve(edges_.size());
    for (const Read& e : edges_) {
      pairs.emplace_back(numbers.Of(e.from), numbers.Of(e.to));
      ++begin[pairs.back().first + 1];
      ++begin[pairs.back().second + 1];
    }
    for (size_t i = 0; i < numbers.size(); ++i) begin[i + 1] += begin[i];
    std::vector<uint32_t> place(begin.begin(), begin.end() - 1);
    for (const auto& [x, y] : pairs) near[place[x]++] = y, near[place[y]++] = x;
    const int reach = Reach();
    std::array<std::vector<int>, 2> far;  // hops from each end; -1 beyond
    for (size_t side = 0; side < 2; ++side) {
      const uint32_t start = numbers.Of(ends_[side]), goal = numbers.Of(ends_[1 - side]);
      far[side].assign(numbers.size(), -1);
      far[side][start] = 0;
      std::vector<uint32_t> open{start};
      for (size_t i = 0; i < open.size(); ++i) {
        const int hops = far[side][open[i]] + 1;
        if (hops > reach || open[i] == goal) continue;
        for (uint32_t at = begin[open[i]]; at < begin[open[i] + 1]; ++at) {
          if (far[side][near[at]] >= 0) continue;
          far[side][near[at]] = hops;
          open.push_back(near[at]);
        }
      }
    }
    std::vector<NodeId> nodes;
    std::vector<Vertex> vertex(numbers.size(), graph::kNoVertex);
    for (uint32_t i = 0; i < numbers.size(); ++i) {
      const bool end = numbers.ids()[i] == ends_[0] || numbers.ids()[i] == ends_[1];
      if (!end && (far[0][i] < 0 || far[1][i] < 0 || far[0][i] + far[1][i] > reach)) continue;
      vertex[i] = static_cast<Vertex>(nodes.size());
      nodes.push_back(numbers.ids()[i]);
    }
    std::vector<double> half;
    for (NodeId id : nodes) {
      LT_ASSIGN(const uint64_t degree, Degree(id));
      half.push_back(Penalty(degree) / 2);
    }
    std::vector<graph::Snapshot::Edge> edges;
    for (size_t i = 0; i < edges_.size(); ++i) {
      const Vertex from = vertex[pairs[i].first], to = vertex[pairs[i].second];
      if (from == graph::kNoVertex || to == graph::kNoVertex) continue;
      edges.push_back({.from = from, .to = to, .weight = 1 + half[from] + half[to], .edge_id = edges_[i].id.raw, .type = static_cast<uint16_t>(edges_[i].type.raw)});
    }
    ends_cost_ = half[vertex[numbers.Of(ends_[0])]] + half[vertex[numbers.Of(ends_[1])]];
    const graph::Projection projection{.undirected = true, .weight = "1 + hub penalty"};
    return graph::Snapshot::FromEdges(static_cast<Vertex>(nodes.size()), std::move(edges), projection, nodes);
  }

  // What the two ends add to every path's weight, and what is no part of its cost.
  double ends_cost() const { return ends_cost_; }

 private:
  struct Read {
    EdgeId id;
    graph::TypeId type;
    NodeId from, to;
  };

  double Penalty(uint64_t degree) const { return options_.hub_penalty * std::log2(static_cast<double>(std::max<uint64_t>(degree, 1))); }
  // The least that a path with this entity between its ends can cost.
  double AtLeastThrough(NodeId id) const { return 2 + Penalty(degrees_.at(id)); }

  Result<uint64_t> Degree(NodeId id) {
    if (const auto it = degrees_.find(id); it != degrees_.end()) return it->second;
    LT_ASSIGN(const uint64_t degree, view_.Degree(id, Direction::kBoth));
    degrees_.emplace(id, degree);
    return degree;
  }

  Reader& reader_;
  const graph::ReadView& view_;
  const ConnectOptions& options_;
  std::array<NodeId, 2> ends_;
  std::vector<graph::TypeId> types_;
  std::set<NodeId> avoid_, expanded_, held_back_;
  std::array<std::vector<NodeId>, 2> frontier_;
  std::array<std::unordered_set<NodeId>, 2> seen_;
  std::vector<Read> edges_;
  std::unordered_map<NodeId, uint64_t> degrees_;
  uint64_t read_ = 0;
  int levels_ = 0;
  double ends_cost_ = 0, bound_ = std::numeric_limits<double>::infinity();
};

Result<ConnectionEdge> DescribeEdge(Reader& reader, EdgeId id, NodeId from) {
  ConnectionEdge out{.edge = id};
  LT_ASSIGN(const auto edge, reader.view().GetEdge(id));
  if (!edge) return Status(Code::kDamaged, Text("edge ", id.raw, " stands beside a node but is not there"));
  out.type = reader.view().name(edge->type);
  out.forward = edge->from == from;
  out.certainty = edge->certainty;
  for (const char* name : kTelling) {
    const std::string text = reader.Wording(*edge, name);
    if (!text.empty()) out.properties.emplace_back(name, reader.Term(name, text));
  }
  LT_ASSIGN(out.sources, reader.Sources(id));
  return out;
}

Result<Connection> Describe(Reader& reader, const graph::Snapshot& g, const analysis::Path& path, double ends_cost) {
  Connection out;
  out.cost = path.vertices.size() > 1 ? path.cost - ends_cost : 0;
  for (Vertex v : path.vertices) {
    LT_ASSIGN(const Entity e, reader.Describe(g.node_id(v)));
    out.entities.push_back(e);
  }
  for (size_t i = 0; i + 1 < path.vertices.size(); ++i) {
    const Vertex v = path.vertices[i];
    std::vector<EdgeId> ids;
    for (uint32_t arc = g.row_begin(v); arc < g.row_end(v); ++arc) {
      if (g.target(arc) == path.vertices[i + 1]) ids.push_back(g.edge_id(arc));
    }
    std::sort(ids.begin(), ids.end());
    std::vector<ConnectionEdge> edges;
    for (EdgeId id : ids) {
      LT_ASSIGN(ConnectionEdge edge, DescribeEdge(reader, id, g.node_id(v)));
      edges.push_back(std::move(edge));
    }
    out.steps.push_back(std::move(edges));
  }
  return out;
}

}  // namespace

const std::vector<std::string>& UnreadableTypes() {
  static const std::vector<std::string> kTypes = {"MEASURES", "MENTIONED_IN", "POSSIBLY_SAME_AS"};
  return kTypes;
}

Result<ConnectAnswer> FindConnections(Reader& reader, const Entity& from, const Entity& to, const ConnectOptions& options,
                                      const Budget& budget) {
  if (options.k < 1 || options.k > 100) return Status(Code::kInvalid, Text("k must be 1 to 100, not ", options.k));
  if (options.max_hops < 1 || options.max_hops > 12) return Status(Code::kInvalid, Text("max hops must be 1 to 12, not ", options.max_hops));
  if (!(options.hub_penalty >= 0) || !std::isfinite(options.hub_penalty)) return Status(Code::kInvalid, "the hub penalty must be a number from 0");
  const bool zh = reader.lang() == Lang::kZh;
  for (const Entity* end : {&from, &to}) {
    if (std::find(options.avoid.begin(), options.avoid.end(), end->id) != options.avoid.end()) {
      return Status(Code::kInvalid, zh ? Text("“", end->name, "”是起点或终点,不能同时避开") : Text(end->name, " is an end of the path and cannot be avoided"));
    }
  }
  ConnectAnswer answer{.from = from, .to = to};
  Growth growth(reader, options, from, to);
  LT_TRY(growth.SetTypes(answer));
  if (from == to) {
    answer.connections.push_back({.entities = {from}});
    return answer;
  }
  graph::SnapshotPtr snapshot;
  std::vector<analysis::Path> paths;
  auto search = [&]() -> Status {
    LT_ASSIGN(snapshot, growth.Build());
    const analysis::PathOptions path_options{.weighted = true, .max_hops = static_cast<uint32_t>(growth.Reach())};
    LT_ASSIGN(auto result, analysis::ShortestPaths(*snapshot, snapshot->vertex(from.id), snapshot->vertex(to.id), options.k, path_options, budget));
    if (result.header.partial) answer.stopped = result.header.stopped;
    paths = std::move(result.paths);
    return {};
  };
  while (growth.levels() < options.max_hops && !growth.Exhausted() && answer.stopped.empty()) {
    LT_TRY(growth.Grow(budget, answer.stopped));
    LT_TRY(search());
    if (paths.size() < options.k) continue;
    const double worst = paths.back().cost - growth.ends_cost();
    growth.SetBound(worst);
    if (worst <= growth.LongerCosts()) break;
  }
  for (const analysis::Path& path : paths) {
    LT_ASSIGN(Connection connection, Describe(reader, *snapshot, path, growth.ends_cost()));
    answer.connections.push_back(std::move(connection));
  }
  answer.edges_read = growth.edges_read();
  const std::vector<NodeId> missed = growth.Missed();
  answer.not_expanded_total = missed.size();
  for (NodeId id : missed) {
    if (answer.not_expanded.size() == kHubsNamed) break;
    LT_ASSIGN(const Entity hub, reader.Describe(id));
    answer.not_expanded.push_back(hub);
  }
  answer.complete = answer.stopped.empty() && missed.empty();
  return answer;
}

}  // namespace liantu::chain
