// SPDX-License-Identifier: Apache-2.0
// Layers and the condensation for tiers; one pass in dependency order for Levine's levels; a Laplacian system a component
// for those of MacKay, Johnson and Sansom; layered products for shares.
#include "analysis/supply_chain.h"

#include <eigen3/Eigen/Dense>

#include "analysis/linear.h"
#include "analysis/parallel.h"
#include "analysis/polled_sort.h"
#include "analysis/ties.h"

namespace liantu::analysis {
// --- Tiers

Result<TiersResult> Tiers(const Snapshot& g, const TiersOptions& options, const Budget& budget) {
  LT_TRY(CheckDirected(g, "tiers"));
  if (options.roots.empty()) return Status(Code::kInvalid, "tiers: at least one root is needed");
  TiersResult result;
  result.header = MakeHeader(g, Text("nearest: steps of the shortest way ", options.downstream ? "from" : "to",
                                     " a root; farthest: longest way in the condensation, a cycle counts as one step"),
                             "breadth-first layers; condensation of strong components (Tarjan 1972)", "number of steps",
                             "rows by nearest tier, then ascending node id");
  std::vector<Vertex> layer = options.roots;
  for (Vertex v : layer) LT_TRY(CheckVertex(g, v, "tiers"));
  std::sort(layer.begin(), layer.end());
  layer.erase(std::unique(layer.begin(), layer.end()), layer.end());

  constexpr uint32_t kUnseen = 0xFFFFFFFFu;
  std::vector<uint32_t> row_of(g.vertex_count(), kUnseen);
  auto add_layer = [&](uint32_t tier, const std::vector<Vertex>& vertices, const std::vector<Vertex>& next) {
    for (size_t i = 0; i < vertices.size(); ++i) {
      if (const Status rows = budget.CheckRows(result.rows.size() + 1); !rows.ok()) {
        result.header.Stop(rows, Text("tier ", tier, " is cut"));
        return;
      }
      row_of[vertices[i]] = static_cast<uint32_t>(result.rows.size());
      result.rows.push_back({.vertex = vertices[i], .nearest = tier, .next = next[i]});
    }
  };
  auto steps = [&](Vertex v) { return options.downstream ? g.out(v) : g.in(v); };
  add_layer(0, layer, std::vector<Vertex>(layer.size(), kNoVertex));
  Poll poll(budget);
  std::vector<std::pair<Vertex, Vertex>> found;  // vertex, next
  for (uint32_t tier = 1; tier <= options.max_tier && !layer.empty() && !result.header.partial; ++tier) {
    found.clear();
    for (Vertex v : layer) {
      if (poll.Spent(steps(v).size() + 1)) {
        result.header.Stop(budget.Check(), Text("tier ", tier, " is cut and farthest tiers are not computed"));
        break;
      }
      for (Vertex t : steps(v)) {
        if (row_of[t] != kUnseen) continue;
        row_of[t] = 0;  // seen; its row comes below
        found.emplace_back(t, v);
      }
    }
    // The layer before was ascending, so the first to find a vertex is the smallest.
    if (!PolledSort(found, budget)) {
      result.header.Stop(budget.Check(), Text("tier ", tier, " is missing and farthest tiers are not computed"));
      break;
    }
    std::vector<Vertex> next;
    layer.clear();
    for (auto [v, via] : found) layer.push_back(v), next.push_back(via);
    for (Vertex v : layer) row_of[v] = kUnseen;
    add_layer(tier, layer, next);
  }
  for (const TierRow& row : result.rows) {
    if (row.nearest >= result.tier_sizes.size()) result.tier_sizes.resize(row.nearest + 1ull, 0);
    ++result.tier_sizes[row.nearest];
  }
  if (budget.Spent()) {
    if (!result.header.partial) result.header.Stop(budget.Check(), "farthest tiers are not computed");
    return result;
  }

  // The found vertices as a graph of their own, from each vertex to those one step farther from the root.
  std::vector<uint64_t> begin{0};
  std::vector<uint32_t> column;
  for (const TierRow& row : result.rows) {
    if (poll.Spent(steps(row.vertex).size() + 1)) break;
    for (Vertex t : steps(row.vertex)) {
      if (row_of[t] != kUnseen && t != row.vertex) column.push_back(row_of[t]);
    }
    begin.push_back(column.size());
  }
  const Result<StrongParts> parts = begin.size() == result.rows.size() + 1 ? FindStrongParts(begin, column, budget) : budget.Check();
  if (!parts.ok()) {
    result.header.Stop(parts.status(), "farthest tiers are not computed");
    return result;
  }
  std::vector<uint32_t> depth(parts->count(), 0);
  std::vector<bool> cycle(parts->count(), false);
  for (uint32_t p = parts->count(); p-- > 0;) {  // arcs lead to smaller parts
    if (parts->begin[p + 1] - parts->begin[p] > 1) cycle[p] = true;
    for (uint64_t i = parts->begin[p]; i < parts->begin[p + 1]; ++i) {
      const uint32_t row = parts->members[i];
      result.rows[row].farthest = depth[p];
      result.rows[row].through_cycle = cycle[p];
      for (uint64_t e = begin[row]; e < begin[row + 1]; ++e) {
        const uint32_t to = parts->part[column[e]];
        if (to == p) continue;
        depth[to] = std::max(depth[to], depth[p] + 1);
        if (cycle[p]) cycle[to] = true;
      }
    }
  }
  return result;
}

std::vector<Vertex> ExplainTier(const TiersResult& tiers, Vertex vertex) {
  std::vector<Vertex> way;
  // `next` lies one tier nearer, so one pass backwards over the rows meets the whole way.
  Vertex wanted = vertex;
  for (size_t i = tiers.rows.size(); i-- > 0 && wanted != kNoVertex;) {
    if (tiers.rows[i].vertex != wanted) continue;
    way.push_back(wanted);
    wanted = tiers.rows[i].next;
  }
  return way;
}

// --- Trophic levels

namespace {

constexpr size_t kDenseComponent = 200;
constexpr double kResidual = 1e-13;

// One component of Lambda h = in - out, members ascending; the smallest h becomes 0. Lambda is the Laplacian of the ties: its
// off-diagonal entries are -(w_ij + w_ji), and loops cancel.
class LevelSolver {
 public:
  LevelSolver(const Ties& ties, const std::vector<double>& right, const Budget& budget)
      : ties_(ties), right_(right), budget_(budget), poll_(budget), diagonal_(right.size(), 0), local_(right.size()) {
    for (Vertex v = 0; v < right.size() && !poll_.Spent(ties.degree(v) + 1); ++v) {
      for (uint64_t a = ties.begin[v]; a < ties.begin[v + 1]; ++a) diagonal_[v] += ties.strength[a];
    }
  }

  Status Solve(const std::vector<Vertex>& members, std::vector<double>& h) {
    const size_t n = members.size();
    if (poll_.Spent()) return budget_.Check();
    if (n == 1) return {};
    for (size_t i = 0; i < n; ++i) local_[members[i]] = static_cast<uint32_t>(i);
    std::vector<double> x;
    if (n <= kDenseComponent) {
      if (poll_.Spent(n * n * n / 8)) return budget_.Check();
      x = Dense(members);
    } else {
      LT_ASSIGN(x, ConjugateGradients(members));
    }
    const double lowest = *std::min_element(x.begin(), x.end());
    for (size_t i = 0; i < n; ++i) h[members[i]] = x[i] - lowest;
    return {};
  }

 private:
  // The level of the first member is fixed at 0, which makes the rest positive definite.
  std::vector<double> Dense(const std::vector<Vertex>& members) const {
    const auto n = static_cast<Eigen::Index>(members.size());
    Eigen::MatrixXd lambda = Eigen::MatrixXd::Zero(n, n);
    Eigen::VectorXd right(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const Vertex v = members[static_cast<size_t>(i)];
      lambda(i, i) = diagonal_[v];
      right(i) = right_[v];
      for (uint64_t a = ties_.begin[v]; a < ties_.begin[v + 1]; ++a) {
        if (ties_.strength[a] != 0) lambda(i, local_[ties_.target[a]]) = -ties_.strength[a];
      }
    }
    const Eigen::VectorXd solved = lambda.bottomRightCorner(n - 1, n - 1).ldlt().solve(right.tail(n - 1));
    std::vector<double> x(members.size(), 0);
    for (Eigen::Index i = 1; i < n; ++i) x[static_cast<size_t>(i)] = solved(i - 1);
    return x;
  }

  // Scaled by the square roots of the diagonal on both sides (Hestenes & Stiefel 1952, with Jacobi's preconditioner). The right
  // side adds up to 0, so the singular system has solutions and the iteration stays among them.
  Result<std::vector<double>> ConjugateGradients(const std::vector<Vertex>& members) {
    const size_t n = members.size();
    LocalRows rows = TakeRows({ties_.begin, ties_.target, ties_.strength}, members, local_);
    std::vector<double> scale(n), x(n, 0), r(n), p(n), q(n);
    for (size_t i = 0; i < n; ++i) scale[i] = 1 / std::sqrt(diagonal_[rows.members[i]]);
    for (size_t i = 0; i < n; ++i) {
      const Vertex v = rows.members[i];
      if (poll_.Spent(ties_.degree(v) + 1)) return budget_.Check();
      for (uint64_t a = ties_.begin[v]; a < ties_.begin[v + 1]; ++a) {
        const uint32_t to = local_[ties_.target[a]];
        if (ties_.strength[a] != 0) rows.matrix.Add(to, ties_.strength[a] * scale[i] * scale[to]);
      }
      rows.matrix.EndRow();
      p[i] = r[i] = right_[v] * scale[i];
    }
    Stopper stop(budget_);
    const double norm = Dot(r, r, stop), enough = norm * kResidual * kResidual;
    for (double rest = norm; rest > enough;) {
      LT_TRY(Multiply(rows.matrix, p, q, stop));
      for (size_t i = 0; i < n; ++i) q[i] = p[i] - q[i];
      const double pq = Dot(p, q, stop);
      if (!(pq > 0)) break;  // nothing left but rounding
      const double alpha = rest / pq;
      for (size_t i = 0; i < n; ++i) {
        x[i] += alpha * p[i];
        r[i] -= alpha * q[i];
      }
      const double next = Dot(r, r, stop);
      if (stop.spent()) return budget_.Check();
      for (size_t i = 0; i < n; ++i) p[i] = r[i] + next / rest * p[i];
      rest = next;
      budget_.Progress(std::clamp(std::log(rest / norm) / (2 * std::log(kResidual)), 0.0, 1.0));
    }
    std::vector<double> in_order(n);
    for (size_t i = 0; i < n; ++i) local_[rows.members[i]] = static_cast<uint32_t>(i);
    for (size_t i = 0; i < n; ++i) in_order[i] = x[local_[members[i]]] * scale[local_[members[i]]];
    return in_order;
  }

  const Ties& ties_;
  const std::vector<double>& right_;
  const Budget& budget_;
  Poll poll_;
  std::vector<double> diagonal_;
  std::vector<uint32_t> local_;
};

// Components over ties that weigh something, members ascending, by smallest member.
Result<std::vector<std::vector<Vertex>>> WeakParts(const Ties& ties, const Budget& budget) {
  std::vector<std::vector<Vertex>> parts;
  std::vector<bool> seen(ties.vertex_count(), false);
  Poll poll(budget);
  for (Vertex root = 0; root < ties.vertex_count(); ++root) {
    if (seen[root]) continue;
    seen[root] = true;
    std::vector<Vertex> members{root};
    for (size_t at = 0; at < members.size(); ++at) {
      const Vertex v = members[at];
      if (poll.Spent(ties.degree(v) + 1)) return budget.Check();
      for (uint64_t a = ties.begin[v]; a < ties.begin[v + 1]; ++a) {
        if (ties.strength[a] == 0 || seen[ties.target[a]]) continue;
        seen[ties.target[a]] = true;
        members.push_back(ties.target[a]);
      }
    }
    if (!PolledSort(members, budget)) return budget.Check();
    parts.push_back(std::move(members));
  }
  return parts;
}

Result<std::vector<Measure>> LevineLevels(const Snapshot& g, const std::vector<double>& inputs, Header& header, const Budget& budget) {
  LT_ASSIGN(SparseMatrix m, MatrixOf(g, true, budget, [&](Vertex, Vertex to, uint32_t arc) {
    return inputs[to] > 0 ? g.weight(arc) / inputs[to] : 0;
  }));
  LT_ASSIGN(const StrongParts parts, FindStrongParts(m.begin, m.column, budget));
  // A part with suppliers, all of them inside it, walks in circles; so does whatever it feeds. Suppliers stand in smaller parts.
  std::vector<bool> endless(parts.count(), false);
  uint64_t undefined = 0, basal = 0;
  for (uint32_t p = 0; p < parts.count(); ++p) {
    bool any = false, outside = false;
    for (uint64_t i = parts.begin[p]; i < parts.begin[p + 1]; ++i) {
      const uint32_t v = parts.members[i];
      for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) {
        any = true;
        const uint32_t from = parts.part[m.column[e]];
        if (from == p) continue;
        outside = true;
        if (endless[from]) endless[p] = true;
      }
    }
    if (any && !outside) endless[p] = true;
    basal += !any;
    if (endless[p]) undefined += parts.begin[p + 1] - parts.begin[p];
  }
  for (uint32_t v = 0; v < m.size(); ++v) {
    if (!endless[parts.part[v]]) continue;
    for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) m.value[e] = 0;
  }
  LT_ASSIGN(const std::vector<double> s, SolveFixedPoint(m, parts, std::vector<double>(m.size(), 1.0), budget));
  std::vector<Measure> levels(s.begin(), s.end());
  for (uint32_t v = 0; v < m.size(); ++v) {
    if (endless[parts.part[v]]) levels[v] = Measure::Undefined("fed by a cycle that no vertex without suppliers feeds");
  }
  if (basal == 0 && m.size() > 0) header.warnings.push_back("no vertex is without suppliers: Levine's level does not exist here");
  else if (undefined > 0) header.warnings.push_back(Text(undefined, " vertices are fed by closed cycles and have no Levine level"));
  return levels;
}

}  // namespace

Result<TrophicResult> TrophicLevels(const Snapshot& g, const Budget& budget) {
  LT_TRY(CheckDirected(g, "trophic levels"));
  LT_TRY(CheckWeights(g, "trophic levels"));
  const Vertex n = g.vertex_count();
  TrophicResult result;
  result.header = MakeHeader(g, "Levine: s_j = 1 + sum_i (w_ij/in_j) s_i, suppliers' level 1; h: (diag(in+out) - W - W^T) h = in - out; "
                                "F0 = sum w (h_j-h_i-1)^2 / sum w",
                             "Levine 1980; MacKay, Johnson & Sansom 2020", "h has minimum 0 in each weak component");
  std::vector<double> inputs(n, 0), right(n, 0);  // right: in - out
  Poll poll(budget);
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      inputs[g.target(a)] += g.weight(a);
      right[g.target(a)] += g.weight(a);
      right[v] -= g.weight(a);
    }
  }
  LT_ASSIGN(result.levine, LevineLevels(g, inputs, result.header, budget));
  result.level.assign(n, 0);
  LT_ASSIGN(const Ties ties, MakeTies(g, true, budget));
  LT_ASSIGN(const auto components, WeakParts(ties, budget));
  LevelSolver solver(ties, right, budget);
  for (const auto& members : components) LT_TRY(solver.Solve(members, result.level));

  double sum = 0, weight = 0;
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const double step = result.level[g.target(a)] - result.level[v] - 1, part = g.weight(a) * step * step;
      sum += part;
      weight += g.weight(a);
      result.least_coherent.push_back({v, g.target(a), part});
      if (result.least_coherent.size() > 4096) result.least_coherent = TopContributions(std::move(result.least_coherent), 10);
    }
  }
  result.least_coherent = TopContributions(std::move(result.least_coherent), 10);
  for (Contribution& c : result.least_coherent) c.amount /= weight > 0 ? weight : 1;
  result.incoherence = weight > 0 ? Measure(sum / weight) : Measure::Undefined("no arcs with weight");
  return result;
}

Result<std::vector<Contribution>> ExplainTrophicLevel(const Snapshot& g, Vertex v, size_t limit, const Budget& budget) {
  LT_TRY(CheckVertex(g, v, "trophic levels"));
  LT_ASSIGN(const TrophicResult r, TrophicLevels(g, budget));
  std::vector<Contribution> parts;
  double all = 0;
  const auto add = [&](Vertex u, Vertex from, Vertex to, uint32_t arc, double step) {
    if (u == v || g.weight(arc) == 0) return;
    all += g.weight(arc);
    const double part = g.weight(arc) * (r.level[u] + step);
    if (!parts.empty() && parts.back().from == from && parts.back().to == to) parts.back().amount += part;
    else parts.push_back({from, to, part});
  };
  for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) add(g.target(a), v, g.target(a), a, -1);
  const auto suppliers = g.in(v);
  for (size_t i = 0; i < suppliers.size(); ++i) add(suppliers[i], suppliers[i], v, g.in_arc(v, i), 1);
  for (Contribution& c : parts) c.amount /= all;
  return TopContributions(std::move(parts), limit);
}

// --- Shares along paths

namespace {

// One step farther from the root, with the share that goes over it.
class ShareSteps {
 public:
  static Result<ShareSteps> Of(const Snapshot& g, const SharesOptions& options, const Budget& budget) {
    ShareSteps steps(g, options);
    Poll poll(budget);
    for (Vertex v = 0; v < g.vertex_count(); ++v) {
      const size_t suppliers = g.in_degree(v);
      if (poll.Spent(suppliers + 1)) return budget.Check();
      for (size_t i = 0; i < suppliers; ++i) steps.into_[v] += g.weight(g.in_arc(v, i));
      if (!options.normalise && steps.into_[v] > 1 + 1e-9) {
        return Status(Code::kInvalid, Text("shares along paths: the shares into node ", g.node_id(v).raw, " add up to ", steps.into_[v],
                                           ", expected at most 1; use normalise = true for amounts, or shares between 0 and 1"));
      }
    }
    return steps;
  }
  // f(t, share) for each neighbour; parallel arcs stand side by side and are one share.
  template <class F>
  void Each(Vertex v, F f) const {
    const auto row = downstream_ ? g_->out(v) : g_->in(v);
    double w = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      w += g_->weight(downstream_ ? g_->row_begin(v) + static_cast<uint32_t>(i) : g_->in_arc(v, i));
      if (i + 1 < row.size() && row[i + 1] == row[i]) continue;
      if (w > 0) f(row[i], normalise_ ? w / into_[downstream_ ? row[i] : v] : w);
      w = 0;
    }
  }

 private:
  ShareSteps(const Snapshot& g, const SharesOptions& options)
      : g_(&g), downstream_(options.downstream), normalise_(options.normalise), into_(g.vertex_count(), 0) {}
  const Snapshot* g_;
  bool downstream_, normalise_;
  std::vector<double> into_;  // all that flows into each vertex
};

}  // namespace

Result<SharesResult> SharesAlongPaths(const Snapshot& g, const SharesOptions& options, const Budget& budget) {
  LT_TRY(CheckDirected(g, "shares along paths"));
  LT_TRY(CheckWeights(g, "shares along paths"));
  LT_TRY(CheckVertex(g, options.root, "shares along paths"));
  const Vertex n = g.vertex_count();
  SharesResult result;
  result.header = MakeHeader(g, Text("products of shares over all walks of at most ", options.max_steps, " arcs ",
                                     options.downstream ? "from" : "to", " the root, added up; share = ",
                                     options.normalise ? "weight / all that flows into the head" : "weight"),
                             "Neumann series of the share matrix; Leontief 1936", "shares of 1", "rows by total, then ascending node id");
  LT_ASSIGN(const ShareSteps steps, ShareSteps::Of(g, options, budget));
  const auto for_each_step = [&](Vertex v, auto f) { steps.Each(v, f); };
  Poll poll(budget);

  std::vector<double> total(n, 0), direct(n, 0), now(n, 0), next(n, 0), best(n, 0);
  std::vector<Vertex> layer{options.root}, reached, next_layer;
  now[options.root] = best[options.root] = 1;
  // The strongest paths as labels that point to the label before; a later label of a vertex is stronger and longer.
  struct Label {
    Vertex vertex;
    uint32_t before;
    double product;
  };
  std::vector<Label> labels{{options.root, 0, 1}};
  std::vector<uint32_t> label_of(n, 0), candidate(n, 0);  // candidate: place in `fresh` plus 1
  size_t expand = 0;
  for (uint32_t step = 1; step <= options.max_steps && !layer.empty(); ++step) {
    next_layer.clear();
    for (Vertex v : layer) {
      if (poll.Spent(g.in_degree(v) + g.out_degree(v) + 1)) {
        result.header.Stop(budget.Check(), Text("walks of ", step, " steps are cut"));
        break;
      }
      for_each_step(v, [&](Vertex t, double share) {
        if (next[t] == 0) next_layer.push_back(t);
        next[t] += now[v] * share;
      });
    }
    std::vector<Label> fresh;
    const size_t end = labels.size();
    for (; expand < end && !result.header.partial; ++expand) {
      const Label from = labels[expand];
      if (poll.Spent(g.in_degree(from.vertex) + g.out_degree(from.vertex) + 1)) {
        result.header.Stop(budget.Check(), Text("walks of ", step, " steps are cut"));
        break;
      }
      for_each_step(from.vertex, [&](Vertex t, double share) {
        const double product = from.product * share;
        if (product <= best[t]) return;
        if (candidate[t] == 0) {
          fresh.push_back({t, static_cast<uint32_t>(expand), product});
          candidate[t] = static_cast<uint32_t>(fresh.size());
        } else if (product > fresh[candidate[t] - 1].product) {
          fresh[candidate[t] - 1] = {t, static_cast<uint32_t>(expand), product};
        }
      });
    }
    if (!PolledSort(fresh, budget, [](const Label& a, const Label& b) { return a.vertex < b.vertex; }) || !PolledSort(next_layer, budget)) {
      if (!result.header.partial) result.header.Stop(budget.Check(), Text("walks of ", step, " steps are missing"));
      break;
    }
    for (const Label& label : fresh) {
      candidate[label.vertex] = 0;
      best[label.vertex] = label.product;
      label_of[label.vertex] = static_cast<uint32_t>(labels.size());
      labels.push_back(label);
    }
    for (Vertex v : layer) now[v] = 0;
    for (Vertex t : next_layer) {
      if (total[t] == 0) reached.push_back(t);
      total[t] += next[t];
      if (step == 1) direct[t] = next[t];
      now[t] = std::exchange(next[t], 0.0);
    }
    layer.swap(next_layer);
    if (result.header.partial) break;
  }

  std::erase(reached, options.root);
  if (!PolledSort(reached, budget, [&](Vertex a, Vertex b) { return total[a] != total[b] ? total[a] > total[b] : a < b; })) {
    if (result.header.partial) result.header.stopped += "; and could not be put in order";
    else result.header.Stop(budget.Check(), "the totals could not be put in order");
    reached.clear();
  }
  for (Vertex v : reached) {
    if (const Status rows = budget.CheckRows(result.rows.size() + 1); !rows.ok()) {
      result.header.Stop(rows, Text("the ", result.rows.size(), " largest of ", reached.size(), " totals are given"));
      break;
    }
    ShareRow row{.vertex = v, .direct = direct[v], .total = total[v], .strongest = best[v]};
    for (uint32_t label = label_of[v]; label != 0; label = labels[label].before) row.path.push_back(labels[label].vertex);
    if (!row.path.empty()) row.path.push_back(options.root);
    std::reverse(row.path.begin(), row.path.end());
    result.rows.push_back(std::move(row));
  }
  result.root_total = total[options.root];
  return result;
}

Result<std::vector<Contribution>> ExplainShare(const Snapshot& g, const SharesOptions& options, Vertex v, size_t limit, const Budget& budget) {
  LT_TRY(CheckVertex(g, v, "shares along paths"));
  SharesOptions before = options;
  before.max_steps = options.max_steps - 1;
  LT_ASSIGN(const SharesResult r, SharesAlongPaths(g, before, budget));
  LT_ASSIGN(const ShareSteps steps, ShareSteps::Of(g, options, budget));
  std::vector<Contribution> parts;
  const auto add = [&](Vertex u, double total) {
    steps.Each(u, [&](Vertex t, double share) {
      if (t == v) parts.push_back({u, v, total * share});
    });
  };
  add(options.root, 1 + r.root_total);
  for (const ShareRow& row : r.rows) add(row.vertex, row.total);
  return TopContributions(std::move(parts), limit);
}

}  // namespace liantu::analysis
