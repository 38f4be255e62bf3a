// SPDX-License-Identifier: Apache-2.0
// One depth-first search for everything that one vertex can cut; Lengauer-Tarjan with an explicit stack; union-find backwards.
#include "analysis/fragility.h"

#include <numeric>
#include <tuple>

#include "analysis/polled_sort.h"
#include "analysis/ties.h"

namespace liantu::analysis {

// --- Articulation points

Result<CutPointsResult> CutPoints(const Snapshot& g, const Budget& budget) {
  LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
  const Vertex n = ties.vertex_count();
  CutPointsResult result;
  result.header = MakeHeader(g, "undirected view; impact(v) = size of its component less its largest remaining piece, so v counts; a bridge is "
                                "the only edge between two vertices whose removal parts them",
                             "Hopcroft & Tarjan 1973", "numbers of vertices", "by ascending node id");
  constexpr uint32_t kUnseen = 0xFFFFFFFFu;
  // For each vertex: when it was found, the earliest found vertex its subtree reaches, the size of the subtree, and of the
  // subtrees below it that only it holds: how many, their sizes together, the largest.
  std::vector<uint32_t> found(n, kUnseen), low(n), size(n, 1), pieces(n, 0), cut_sum(n, 0), cut_most(n, 0);
  std::vector<uint64_t> next(ties.begin.begin(), ties.begin.end() - 1);
  std::vector<Vertex> walk, open, component;
  uint32_t clock = 0;
  Poll poll(budget, ties.target.size() + n);
  for (Vertex root = 0; root < n; ++root) {
    if (found[root] != kUnseen) continue;
    component.clear();
    walk.push_back(root);
    while (!walk.empty()) {
      if (poll.Spent()) return budget.Check();
      const Vertex v = walk.back();
      const Vertex parent = walk.size() > 1 ? walk[walk.size() - 2] : kNoVertex;
      if (found[v] == kUnseen) {
        found[v] = low[v] = clock++;
        open.push_back(v);
        component.push_back(v);
      }
      if (next[v] < ties.begin[v + 1]) {
        const Vertex t = ties.target[next[v]++];
        if (found[t] == kUnseen) walk.push_back(t);
        else if (t != parent) low[v] = std::min(low[v], found[t]);
        continue;
      }
      walk.pop_back();
      if (parent == kNoVertex) {
        open.clear();
        continue;
      }
      low[parent] = std::min(low[parent], low[v]);
      size[parent] += size[v];
      if (low[v] < found[parent]) continue;
      // Nothing below v reaches above its parent: a biconnected component ends here.
      ++pieces[parent];
      cut_sum[parent] += size[v];
      cut_most[parent] = std::max(cut_most[parent], size[v]);
      std::vector<Vertex> block{parent};
      for (Vertex t = kNoVertex; t != v;) {
        t = open.back();
        open.pop_back();
        block.push_back(t);
      }
      if (!PolledSort(block, budget)) return budget.Check();
      result.biconnected.push_back(std::move(block));
      if (low[v] > found[parent] && ties.strength[ties.Find(parent, v)] == 1) {
        result.bridges.push_back({std::min(parent, v), std::max(parent, v), size[v]});
      }
    }
    // The component's size is known now.
    const auto all = static_cast<uint32_t>(component.size());
    for (Vertex v : component) {
      const uint32_t rest = all - 1 - cut_sum[v];
      const uint32_t parts = pieces[v] + (rest > 0);
      if (parts > 1) result.points.push_back({v, parts, all - std::max(cut_most[v], rest)});
    }
    for (size_t i = result.bridges.size(); i-- > 0 && found[result.bridges[i].a] >= found[root];) {
      result.bridges[i].cut_off = std::min<uint64_t>(result.bridges[i].cut_off, all - result.bridges[i].cut_off);
    }
  }
  if (!PolledSort(result.points, budget, [](const auto& x, const auto& y) { return x.vertex < y.vertex; }) ||
      !PolledSort(result.bridges, budget, [](const auto& x, const auto& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); }) ||
      !PolledSort(result.biconnected, budget)) {
    return budget.Check();
  }
  return result;
}

Result<std::vector<std::vector<Vertex>>> ExplainCutPoint(const Snapshot& g, Vertex v, const Budget& budget) {
  LT_TRY(CheckVertex(g, v, "cut points"));
  std::vector<std::vector<Vertex>> pieces;
  std::vector<bool> seen(g.vertex_count(), false);
  seen[v] = true;
  Poll poll(budget);
  auto visit = [&](Vertex start) -> bool {
    if (seen[start]) return true;
    seen[start] = true;
    std::vector<Vertex> piece{start};
    for (size_t at = 0; at < piece.size(); ++at) {
      const Vertex x = piece[at];
      if (poll.Spent(g.out_degree(x) + g.in_degree(x) + 1)) return false;
      for (auto row : {g.out(x), g.in(x)}) {
        for (Vertex t : row) {
          if (!seen[t]) seen[t] = true, piece.push_back(t);
        }
      }
    }
    std::sort(piece.begin(), piece.end());
    pieces.push_back(std::move(piece));
    return true;
  };
  for (auto row : {g.out(v), g.in(v)}) {
    for (Vertex t : row) {
      if (!visit(t)) return budget.Check();
    }
  }
  std::sort(pieces.begin(), pieces.end(), [](const auto& x, const auto& y) { return x.size() != y.size() ? x.size() > y.size() : x < y; });
  return pieces;
}

// --- Dominators

namespace {

// The forest of Lengauer and Tarjan with path compression. Numbers are depth-first ones; 0 is the common root of all sources.
class Forest {
 public:
  Forest(size_t n, const std::vector<uint32_t>& semi) : semi_(semi), ancestor_(n, kNone), label_(n) {
    std::iota(label_.begin(), label_.end(), 0u);
  }
  void Link(uint32_t parent, uint32_t v) { ancestor_[v] = parent; }
  // The vertex of smallest semidominator on the way from v up to below its root.
  uint32_t Eval(uint32_t v) {
    if (ancestor_[v] == kNone) return v;
    way_.clear();
    for (uint32_t u = v; ancestor_[ancestor_[u]] != kNone; u = ancestor_[u]) way_.push_back(u);
    for (size_t i = way_.size(); i-- > 0;) {
      const uint32_t u = way_[i], above = ancestor_[u];
      if (semi_[label_[above]] < semi_[label_[u]]) label_[u] = label_[above];
      ancestor_[u] = ancestor_[above];
    }
    return label_[v];
  }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;
  const std::vector<uint32_t>& semi_;
  std::vector<uint32_t> ancestor_, label_, way_;
};

}  // namespace

Result<DominatorsResult> Dominators(const Snapshot& g, const DominatorsOptions& options, const Budget& budget) {
  LT_TRY(CheckDirected(g, "dominators"));
  const Vertex n = g.vertex_count();
  std::vector<bool> is_source(n, false);
  uint64_t sources = 0;
  for (Vertex v : options.sources) {
    LT_TRY(CheckVertex(g, v, "dominators"));
    sources += !is_source[v];
    is_source[v] = true;
  }
  for (Vertex v = 0; v < n && options.sources.empty(); ++v) {
    const auto in = g.in(v);
    is_source[v] = std::all_of(in.begin(), in.end(), [v](Vertex t) { return t == v; });
    sources += is_source[v];
  }
  if (sources == 0 && n > 0) {
    return Status(Code::kInvalid, "dominators: every vertex has a supplier, so supply starts nowhere; name the sources");
  }
  DominatorsResult result;
  result.header = MakeHeader(g, Text("u dominates b: every route from the ", sources, " sources to b passes u; dominated(u) = such b other than u"),
                             "Lengauer & Tarjan 1979", "numbers of vertices");
  result.reached.assign(n, false);
  result.immediate.assign(n, kNoVertex);
  result.dominated.assign(n, 0);

  // Depth-first numbers from the common root 0.
  std::vector<uint32_t> number(n, 0), parent{0};
  std::vector<Vertex> vertex{kNoVertex}, walk;
  std::vector<uint32_t> next(n);
  Poll poll(budget);
  for (Vertex s = 0; s < n; ++s) {
    if (!is_source[s] || number[s] != 0) continue;
    auto enter = [&](Vertex v, uint32_t from) {
      number[v] = static_cast<uint32_t>(vertex.size());
      vertex.push_back(v);
      parent.push_back(from);
      next[v] = g.row_begin(v);
      walk.push_back(v);
    };
    enter(s, 0);
    while (!walk.empty()) {
      if (poll.Spent()) return budget.Check();
      const Vertex v = walk.back();
      if (next[v] == g.row_end(v)) {
        walk.pop_back();
      } else if (const Vertex t = g.target(next[v]++); number[t] == 0) {
        enter(t, number[v]);
      }
    }
  }
  const auto count = static_cast<uint32_t>(vertex.size());
  std::vector<uint32_t> semi(count), dominator(count, 0), bucket(count, 0), chained(count, 0);  // bucket lists through `chained`
  std::iota(semi.begin(), semi.end(), 0u);
  Forest forest(count, semi);
  for (uint32_t w = count - 1; w >= 1 && count > 1; --w) {
    const auto in = g.in(vertex[w]);
    if (poll.Spent(in.size() + 1)) return budget.Check();
    if (is_source[vertex[w]]) semi[w] = 0;
    for (Vertex v : in) {
      if (number[v] != 0) semi[w] = std::min(semi[w], semi[forest.Eval(number[v])]);
    }
    chained[w] = std::exchange(bucket[semi[w]], w);
    forest.Link(parent[w], w);
    for (uint32_t v = std::exchange(bucket[parent[w]], 0u); v != 0; v = chained[v]) {
      const uint32_t u = forest.Eval(v);
      dominator[v] = semi[u] < semi[v] ? u : parent[w];
    }
  }
  std::vector<uint32_t> below(count, 1);
  for (uint32_t w = 1; w < count; ++w) {
    if (dominator[w] != semi[w]) dominator[w] = dominator[dominator[w]];
    result.reached[vertex[w]] = true;
    result.immediate[vertex[w]] = vertex[dominator[w]];
  }
  for (uint32_t w = count; w-- > 1;) {
    below[dominator[w]] += below[w];
    result.dominated[vertex[w]] = below[w] - 1;
  }
  return result;
}

std::vector<Vertex> ExplainDominators(const DominatorsResult& result, Vertex v) {
  std::vector<Vertex> all;
  for (Vertex u = result.immediate[v]; u != kNoVertex; u = result.immediate[u]) all.push_back(u);
  return all;
}

// --- Concentration

Measure Herfindahl(const std::vector<double>& amounts) {
  const double total = std::accumulate(amounts.begin(), amounts.end(), 0.0);
  if (!(total > 0)) return Measure::Undefined("nothing is supplied");
  double sum = 0;
  for (double a : amounts) sum += a * a;
  return sum / (total * total);
}

Result<SupplyConcentrationResult> SupplyConcentration(const Snapshot& g, const SupplyConcentrationOptions& options, const Budget& budget) {
  std::vector<SupplyInput> inputs;
  inputs.reserve(g.arc_count());  // at most; untouched memory costs nothing, growing would copy it all
  LT_ASSIGN(SupplyConcentrationResult result, SupplyConcentration(g, options, budget, [&](const SupplyInput& input) { inputs.push_back(input); }));
  result.inputs = std::move(inputs);
  return result;
}

Result<SupplyConcentrationResult> SupplyConcentration(const Snapshot& g, const SupplyConcentrationOptions& options, const Budget& budget,
                                                      const std::function<void(const SupplyInput&)>& take) {
  LT_TRY(CheckDirected(g, "supply concentration"));
  LT_TRY(CheckWeights(g, "supply concentration"));
  if (!options.arc_category.empty() && options.arc_category.size() != g.arc_count()) {
    return Status(Code::kInvalid, Text("supply concentration: expected a category for each of the ", g.arc_count(), " arcs, found ",
                                       options.arc_category.size()));
  }
  if (!options.supplier_category.empty()) LT_TRY(CountGroups(g, options.supplier_category));
  SupplyConcentrationResult result;
  result.header = MakeHeader(g, Text("HHI = sum of squared supplier shares per buyer and input (",
                                     !options.arc_category.empty() ? "category of the edge"
                                     : !options.supplier_category.empty() ? "category of the supplier" : "all it buys",
                                     "); effective suppliers 1/HHI; single: one supplier"),
                             "Hirschman 1945; Herfindahl 1950", "in [1/n, 1]", "largest supplier: of equal ones the smaller node id");
  result.sole_inputs.assign(g.vertex_count(), 0);
  struct Entry {
    int32_t category;
    Vertex supplier;
    double amount;
  };
  std::vector<Entry> entries;
  std::vector<double> amounts;
  uint64_t loops = 0, unknown = 0, taken = 0;
  constexpr uint64_t kWork = 4;  // making a row takes longer than reading an edge
  Poll poll(budget, kWork * WorkOfRows(g));
  for (Vertex buyer = 0; buyer < g.vertex_count(); ++buyer) {
    if (poll.Spent(kWork * (g.in_degree(buyer) + 1))) {
      result.header.Stop(budget.Check(), Text(buyer, " of ", g.vertex_count(), " buyers are done"));
      break;
    }
    if (const Status rows = budget.CheckRows(taken + 1); !rows.ok()) {
      result.header.Stop(rows, Text(buyer, " of ", g.vertex_count(), " buyers are done"));
      break;
    }
    entries.clear();
    const auto in = g.in(buyer);
    for (size_t i = 0; i < in.size(); ++i) {
      const uint32_t arc = g.in_arc(buyer, i);
      const int32_t category = !options.arc_category.empty()        ? options.arc_category[arc]
                               : !options.supplier_category.empty() ? options.supplier_category[in[i]]
                                                                    : 0;
      if (in[i] == buyer) ++loops;
      else if (category < 0) ++unknown;
      else entries.push_back({category, in[i], g.weight(arc)});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::tuple(a.category, a.supplier, a.amount) < std::tuple(b.category, b.supplier, b.amount);
    });
    for (size_t i = 0; i < entries.size();) {
      SupplyInput input{.buyer = buyer, .category = entries[i].category};
      amounts.clear();
      double most = -1;
      while (i < entries.size() && entries[i].category == input.category) {
        const Vertex supplier = entries[i].supplier;
        double amount = 0;
        for (; i < entries.size() && entries[i].category == input.category && entries[i].supplier == supplier; ++i) amount += entries[i].amount;
        amounts.push_back(amount);
        input.amount += amount;
        if (amount > most) most = amount, input.largest_supplier = supplier;
      }
      input.suppliers = static_cast<uint32_t>(amounts.size());
      input.single = input.suppliers == 1;
      input.hhi = Herfindahl(amounts);
      input.effective_suppliers = input.hhi.defined() ? Measure(1 / *input.hhi) : input.hhi;
      input.largest_share = input.hhi.defined() ? Measure(most / input.amount) : input.hhi;
      if (input.single) ++result.sole_inputs[input.largest_supplier];
      take(input);
      ++taken;
    }
  }
  if (loops > 0) result.header.warnings.push_back(Text(loops, " edges from a firm to itself are left out"));
  if (unknown > 0) result.header.warnings.push_back(Text(unknown, " edges have no category and are left out"));
  return result;
}

// --- Removal and percolation

namespace {

// Disjoint sets by size, with the number of sets and the largest.
class Sets {
 public:
  explicit Sets(Vertex n) : parent_(n), size_(n, 1) { std::iota(parent_.begin(), parent_.end(), Vertex{0}); }
  Vertex Find(Vertex v) {
    while (parent_[v] != v) v = parent_[v] = parent_[parent_[v]];
    return v;
  }
  // True if the two were apart.
  bool Join(Vertex a, Vertex b) {
    a = Find(a), b = Find(b);
    if (a == b) return false;
    if (size_[a] < size_[b]) std::swap(a, b);
    parent_[b] = a;
    size_[a] += size_[b];
    return true;
  }
  uint32_t Size(Vertex v) { return size_[Find(v)]; }

 private:
  std::vector<Vertex> parent_;
  std::vector<uint32_t> size_;
};

}  // namespace

Result<RemovalResult> RemovalImpact(const Snapshot& g, const RemovalOptions& options, const Budget& budget) {
  const Vertex n = g.vertex_count();
  int32_t groups = 0;
  if (!options.groups.empty()) {
    LT_ASSIGN(groups, CountGroups(g, options.groups));
  }
  LT_TRY(CheckFiniteWeights(g, "removal"));
  std::vector<bool> out(n, false);
  RemovalResult result;
  for (Vertex v : options.vertices) {
    LT_TRY(CheckVertex(g, v, "removal"));
    result.removed_vertices += !out[v];
    out[v] = true;
  }
  result.header = MakeHeader(g, Text(result.removed_vertices, " vertices removed with their edges; weak components before and after; cut off: outside the "
                                     "largest remaining piece of their former component"),
                             "Albert, Jeong & Barabasi 2000", "numbers of vertices and edges; sums of weight", "lists by ascending node id; of equal pieces "
                             "the one with the smallest node id counts as the largest");
  Sets after(n);
  std::vector<std::pair<Vertex, Vertex>> lost_edges;
  result.components_after = n - result.removed_vertices;
  if (groups > kMaxRemovalGroups) {
    return Status(Code::kInvalid, Text("removal: at most ", kMaxRemovalGroups, " groups, found ", groups, "; choose coarser groups"));
  }
  std::vector<RemovalResult::GroupTies> group_ties(static_cast<size_t>(groups) * static_cast<size_t>(groups));
  std::vector<bool> had_supplier(n, false), has_supplier(n, false), had_customer(n, false), has_customer(n, false);
  Poll poll(budget, WorkOfRows(g));
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    bool second = false;  // an undirected loop stands twice in its row
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const Vertex t = g.target(a);
      if (t != v) {
        had_customer[v] = had_supplier[t] = true;
        if (!out[v] && !out[t]) has_customer[v] = has_supplier[t] = true;
      }
      if (g.undirected() && (t < v || (t == v && std::exchange(second, !second)))) continue;
      const bool lost = out[v] || out[t];
      result.total_weight += g.weight(a);
      if (lost) {
        ++result.removed_edges;
        result.removed_weight += g.weight(a);
        lost_edges.emplace_back(v, t);
      } else {
        result.components_after -= after.Join(v, t);
      }
      if (groups == 0) continue;
      int32_t from = options.groups[v], to = options.groups[t];
      if (from < 0 || to < 0 || from == to) continue;
      if (g.undirected() && from > to) std::swap(from, to);
      auto& entry = group_ties[static_cast<size_t>(from) * static_cast<size_t>(groups) + static_cast<size_t>(to)];
      entry.from = from, entry.to = to;
      ++entry.before;
      entry.after += !lost;
    }
  }
  // Before: what is left, joined again by what was lost. Then the largest remaining piece of each former component.
  Sets before = after;
  result.components_before = result.components_after + result.removed_vertices;
  for (auto [v, t] : lost_edges) result.components_before -= before.Join(v, t);
  std::vector<Vertex> largest(n, kNoVertex);
  for (Vertex v = 0; v < n; ++v) {
    result.largest_before = std::max<uint64_t>(result.largest_before, before.Size(v));
    if (out[v]) continue;
    result.largest_after = std::max<uint64_t>(result.largest_after, after.Size(v));
    Vertex& best = largest[before.Find(v)];
    if (best == kNoVertex || after.Size(v) > after.Size(best)) best = v;
  }
  for (Vertex v = 0; v < n; ++v) {
    if (out[v]) continue;
    if (after.Find(largest[before.Find(v)]) != after.Find(v)) result.cut_off.push_back(v);
    if (had_supplier[v] && !has_supplier[v]) result.without_suppliers.push_back(v);
    if (!g.undirected() && had_customer[v] && !has_customer[v]) result.without_customers.push_back(v);
  }
  for (const auto& entry : group_ties) {
    if (entry.after < entry.before) result.group_ties.push_back(entry);
  }
  return result;
}

Result<PercolationResult> Percolation(const Snapshot& g, const PercolationOptions& options, const Budget& budget) {
  const Vertex n = g.vertex_count();
  std::vector<Vertex> order = options.given;
  if (options.order != RemovalOrder::kGiven) {
    order.resize(n);
    std::iota(order.begin(), order.end(), Vertex{0});
    if (options.order == RemovalOrder::kRandom) {
      Random(options.seed).Shuffle(order);
    } else {
      std::vector<uint64_t> degree(n);
      for (Vertex v = 0; v < n; ++v) degree[v] = uint64_t{g.out_degree(v)} + (g.undirected() ? 0 : g.in_degree(v));
      if (!PolledSort(order, budget, [&](Vertex a, Vertex b) { return degree[a] > degree[b]; })) return budget.Check();
    }
  }
  std::vector<bool> out(n, false);
  for (Vertex v : order) {
    LT_TRY(CheckVertex(g, v, "percolation"));
    if (out[v]) return Status(Code::kInvalid, Text("percolation: node ", g.node_id(v).raw, " stands twice in the given order"));
    out[v] = true;
  }
  PercolationResult result;
  result.header = MakeHeader(g, Text("largest weak component while vertices are removed ",
                                     options.order == RemovalOrder::kDegree   ? std::string("by degree, counted at the start")
                                     : options.order == RemovalOrder::kRandom ? Text("at random, seed ", options.seed)
                                                                              : std::string("in the given order"),
                                     "; R = 1/n sum over Q removed of S(Q)/n"),
                             "Albert, Jeong & Barabasi 2000; Schneider et al. 2011", "sizes; R in [0, 1/2]");
  // Backwards: the remaining vertices first, then the removed ones come back.
  Sets sets(n);
  uint64_t components = 0, largest = 0;
  Poll poll(budget, g.undirected() ? WorkOfRows(g) * 2 : WorkOfRows(g) + g.arc_count());
  auto add = [&](Vertex v) {
    out[v] = false;
    ++components;
    largest = std::max<uint64_t>(largest, 1);
    for (auto row : {g.out(v), g.in(v)}) {
      for (Vertex t : row) {
        if (!out[t] && sets.Join(v, t)) --components;
      }
    }
    largest = std::max<uint64_t>(largest, sets.Size(v));
    return !poll.Spent(g.out_degree(v) + g.in_degree(v) + 1);
  };
  std::vector<Vertex> staying;
  for (Vertex v = 0; v < n; ++v) {
    if (!out[v]) staying.push_back(v);
  }
  for (Vertex v : staying) out[v] = true;
  for (Vertex v : staying) {
    if (!add(v)) return budget.Check();
  }
  const uint64_t steps = order.size();
  std::vector<PercolationResult::Point> all(steps + 1);
  all[steps] = {steps, largest, components};
  for (uint64_t removed = steps; removed-- > 0;) {
    if (!add(order[removed])) return budget.Check();
    all[removed] = {removed, largest, components};
  }
  const uint64_t points = std::min<uint64_t>(std::max<uint32_t>(options.points, 1), steps);
  result.curve.push_back(all[0]);
  for (uint64_t i = 1; i <= points; ++i) result.curve.push_back(all[steps * i / points]);
  double sum = 0;
  for (uint64_t removed = 1; removed <= steps; ++removed) sum += static_cast<double>(all[removed].largest);
  result.robustness = n == 0         ? Measure::Undefined("no vertices")
                      : steps < n    ? Measure::Undefined("only some vertices are removed")
                                     : Measure(sum / (static_cast<double>(n) * n));
  result.half_point = Measure::Undefined("the largest component keeps more than half its size");
  for (uint64_t removed = 0; removed <= steps && n > 0; ++removed) {
    if (2 * all[removed].largest > all[0].largest) continue;
    result.half_point = static_cast<double>(removed) / n;
    break;
  }
  return result;
}

}  // namespace liantu::analysis
