// SPDX-License-Identifier: Apache-2.0
// Counts of open triads and of shared contacts, both from one listing of triangles instead of all pairs of neighbours:
// a hub with d neighbours costs its triangles, not d^2.
#include "analysis/brokerage.h"

#include <numeric>

#include "analysis/centrality.h"
#include "analysis/polled_sort.h"
#include "analysis/ties.h"

namespace liantu::analysis {

// --- Gould-Fernandez

const char* BrokerageName(Brokerage role) {
  static constexpr const char* kNames[] = {"coordinator", "itinerant", "representative", "gatekeeper", "liaison"};
  return kNames[static_cast<size_t>(role)];
}

namespace {

Brokerage RoleOf(int32_t from, int32_t broker, int32_t to) {
  if (from == broker) return to == broker ? Brokerage::kCoordinator : Brokerage::kRepresentative;
  if (to == broker) return Brokerage::kGatekeeper;
  return from == to ? Brokerage::kItinerant : Brokerage::kLiaison;
}

}  // namespace

Result<GouldFernandezResult> GouldFernandez(const Snapshot& g, const GouldFernandezOptions& options, const Budget& budget) {
  LT_ASSIGN(const int32_t count, CountGroups(g, options.groups));
  LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
  const Groups& group = options.groups;
  const Vertex n = g.vertex_count();
  GouldFernandezResult result;
  result.header = MakeHeader(g, Text("open triads i->b->k without i->k, i != k, by the groups of i, b, k",
                                     g.undirected() ? "; each undirected edge runs both ways, so each triad counts in both" : ""),
                             "Gould & Fernandez 1989", "none (raw counts); expected share: labels permuted, group sizes kept");
  result.vertices.resize(n);
  auto cell = [&](Vertex b, Brokerage role) -> int64_t& { return result.vertices[b].count[static_cast<size_t>(role)]; };

  std::vector<int64_t> in(count, 0), out(count, 0), sizes(count, 0);
  std::vector<int32_t> touched;
  Poll poll(budget);
  for (Vertex b = 0; b < n; ++b) {
    const int32_t own = group[b];
    if (poll.Spent(ties.degree(b) + 1)) return budget.Check();
    if (own < 0) continue;
    ++sizes[own];
    touched.clear();
    int64_t in_all = 0, out_all = 0, both_own = 0, both_other = 0;
    for (uint64_t a = ties.begin[b]; a < ties.begin[b + 1]; ++a) {
      const int32_t other = group[ties.target[a]];
      if (other < 0) continue;
      if (in[other] == 0 && out[other] == 0) touched.push_back(other);
      const bool is_in = ties.direction[a] & Ties::kIn, is_out = ties.direction[a] & Ties::kOut;
      in[other] += is_in, in_all += is_in;
      out[other] += is_out, out_all += is_out;
      if (is_in && is_out) ++(other == own ? both_own : both_other);
    }
    int64_t same_other = 0;
    for (int32_t other : touched) {
      if (other != own) same_other += in[other] * out[other];
    }
    const int64_t in_own = in[own], out_own = out[own];
    cell(b, Brokerage::kCoordinator) = in_own * out_own - both_own;
    cell(b, Brokerage::kItinerant) = same_other - both_other;
    cell(b, Brokerage::kRepresentative) = in_own * (out_all - out_own);
    cell(b, Brokerage::kGatekeeper) = (in_all - in_own) * out_own;
    cell(b, Brokerage::kLiaison) = (in_all - in_own) * (out_all - out_own) - same_other;
    for (int32_t other : touched) in[other] = out[other] = 0;
  }
  // Less the pairs that are tied themselves.
  const bool whole = ForEachTriangle(ties, budget, [&](Vertex x, Vertex y, Vertex z, uint64_t xy, uint64_t xz, uint64_t yz) {
    if (group[x] < 0 || group[y] < 0 || group[z] < 0) return;
    const Vertex ends[3] = {x, y, z};
    const uint8_t to[3][3] = {{0, ties.direction[xy], ties.direction[xz]}, {0, 0, ties.direction[yz]}, {0, 0, 0}};
    auto arc = [&](int from, int target) {
      return from < target ? (to[from][target] & Ties::kOut) != 0 : (to[target][from] & Ties::kIn) != 0;
    };
    for (int b = 0; b < 3; ++b) {
      const int i = (b + 1) % 3, k = (b + 2) % 3;
      if (arc(i, b) && arc(b, k) && arc(i, k)) --cell(ends[b], RoleOf(group[ends[i]], group[ends[b]], group[ends[k]]));
      if (arc(k, b) && arc(b, i) && arc(k, i)) --cell(ends[b], RoleOf(group[ends[k]], group[ends[b]], group[ends[i]]));
    }
  });
  if (!whole) return budget.Check();

  for (const BrokerageCounts& vertex : result.vertices) {
    for (size_t role = 0; role < kBrokerageRoles; ++role) result.totals.count[role] += vertex.count[role];
  }
  double all = 0, three = 0, two = 0;
  for (int64_t size : sizes) all += static_cast<double>(size);
  for (int64_t size : sizes) {
    const auto s = static_cast<double>(size);
    three += s * (s - 1) * (s - 2);
    two += s * (s - 1) * (all - s);
  }
  const double triples = all * (all - 1) * (all - 2);
  for (size_t role = 0; role < kBrokerageRoles; ++role) {
    if (all < 3) {
      result.expected_share[role] = Measure::Undefined("fewer than three grouped vertices");
    } else if (role == static_cast<size_t>(Brokerage::kCoordinator)) {
      result.expected_share[role] = three / triples;
    } else if (role == static_cast<size_t>(Brokerage::kLiaison)) {
      result.expected_share[role] = (triples - three - 3 * two) / triples;
    } else {
      result.expected_share[role] = two / triples;
    }
  }
  return result;
}

Result<std::vector<BrokeredPair>> ExplainGouldFernandez(const Snapshot& g, const GouldFernandezOptions& options, Vertex v, size_t limit) {
  LT_TRY(CountGroups(g, options.groups));
  LT_TRY(CheckVertex(g, v, "brokerage"));
  std::vector<BrokeredPair> pairs;
  if (options.groups[v] < 0) return pairs;
  std::vector<Tie> row;
  TiesOf(g, v, false, row);
  for (const Tie& from : row) {
    if (!(from.direction & Ties::kIn) || options.groups[from.target] < 0) continue;
    const auto reached = g.out(from.target);
    for (const Tie& to : row) {
      if (pairs.size() >= limit) return pairs;
      if (!(to.direction & Ties::kOut) || to.target == from.target || options.groups[to.target] < 0) continue;
      if (std::binary_search(reached.begin(), reached.end(), to.target)) continue;
      pairs.push_back({from.target, to.target, RoleOf(options.groups[from.target], options.groups[v], options.groups[to.target])});
    }
  }
  return pairs;
}

// --- Constraint

Result<ConstraintResult> Constraint(const Snapshot& g, const ConstraintOptions& options, const Budget& budget) {
  const bool weighted = options.weighted && g.weighted();
  if (weighted) LT_TRY(CheckWeights(g, "constraint"));
  LT_ASSIGN(const Ties ties, MakeTies(g, weighted, budget));
  const Vertex n = g.vertex_count();
  ConstraintResult result;
  result.header = MakeHeader(
      g, Text("c_i = sum over contacts j of (p_ij + sum_q p_iq p_qj)^2, p_ij = (a_ij+a_ji)/sum_q(a_iq+a_qi); effective size = "
              "sum_j (1 - sum_q p_iq m_jq); ", weighted ? "a = weights" : "a = 1 an edge", ", parallel edges add up"),
      "Burt 1992; Borgatti 1997", "proportional tie strengths");
  std::vector<double> total(n, 0), largest(n, 0), redundancy(n, 0);
  std::vector<double> indirect;  // sum_q p_iq p_qj of the half-tie i -> j
  std::vector<uint64_t> reverse, next(ties.begin.begin(), ties.begin.end() - 1);
  if (!PolledFill(indirect, ties.target.size(), 0.0, budget) || !PolledFill(reverse, ties.target.size(), uint64_t{0}, budget)) return budget.Check();
  Poll poll(budget);
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(ties.degree(v) + 1)) return budget.Check();
    for (uint64_t a = ties.begin[v]; a < ties.begin[v + 1]; ++a) {
      total[v] += ties.strength[a];
      largest[v] = std::max(largest[v], ties.strength[a]);
      reverse[a] = next[ties.target[a]]++;  // rows are ascending and v ascends, so the next free place is v's
    }
  }
  const bool whole = ForEachTriangle(ties, budget, [&](Vertex x, Vertex y, Vertex z, uint64_t xy, uint64_t xz, uint64_t yz) {
    // For the ego i with contacts j and k that are tied by s_jk.
    auto add = [&](Vertex i, Vertex j, Vertex k, uint64_t ij, uint64_t ik, double s_jk) {
      if (total[i] == 0) return;
      const double p_ij = ties.strength[ij] / total[i], p_ik = ties.strength[ik] / total[i];
      if (total[k] > 0) indirect[ij] += p_ik * (s_jk / total[k]);
      if (total[j] > 0) indirect[ik] += p_ij * (s_jk / total[j]);
      if (largest[j] > 0) redundancy[i] += p_ik * (s_jk / largest[j]);
      if (largest[k] > 0) redundancy[i] += p_ij * (s_jk / largest[k]);
    };
    add(x, y, z, xy, xz, ties.strength[yz]);
    add(y, x, z, reverse[xy], yz, ties.strength[xz]);
    add(z, x, y, reverse[xz], reverse[yz], ties.strength[xy]);
  });
  if (!whole || !PolledFill(result.vertices, n, {}, budget)) return budget.Check();
  for (Vertex v = 0; v < n; ++v) {
    ConstraintResult::VertexValue& value = result.vertices[v];
    if (poll.Spent(ties.degree(v) + 1)) return budget.Check();
    value.contacts = static_cast<uint32_t>(ties.degree(v));
    if (total[v] == 0) {
      value.constraint = value.effective_size = value.efficiency =
          Measure::Undefined(value.contacts == 0 ? "no contacts" : "all its ties weigh 0");
      continue;
    }
    double sum = 0;
    for (uint64_t a = ties.begin[v]; a < ties.begin[v + 1]; ++a) {
      const double part = ties.strength[a] / total[v] + indirect[a];
      sum += part * part;
    }
    value.constraint = sum;
    value.effective_size = value.contacts - redundancy[v];
    value.efficiency = *value.effective_size / value.contacts;
  }
  return result;
}

Result<std::vector<Contribution>> ExplainConstraint(const Snapshot& g, const ConstraintOptions& options, Vertex v, size_t limit,
                                                    const Budget& budget) {
  LT_TRY(CheckVertex(g, v, "constraint"));
  const bool weighted = options.weighted && g.weighted();
  if (weighted) LT_TRY(CheckWeights(g, "constraint"));
  std::vector<Tie> own, row;
  TiesOf(g, v, weighted, own);
  double total = 0;
  for (const Tie& t : own) total += t.strength;
  std::vector<Contribution> parts;
  if (total == 0) return parts;
  for (const Tie& t : own) parts.push_back({v, t.target, t.strength / total});
  Poll poll(budget);
  for (const Tie& q : own) {
    TiesOf(g, q.target, weighted, row);
    if (poll.Spent(row.size() + own.size())) return budget.Check();
    double all = 0;
    for (const Tie& t : row) all += t.strength;
    if (all == 0) continue;
    // Both rows ascend.
    size_t j = 0;
    for (const Tie& t : row) {
      while (j < own.size() && own[j].target < t.target) ++j;
      if (j < own.size() && own[j].target == t.target) parts[j].amount += q.strength / total * (t.strength / all);
    }
  }
  for (Contribution& part : parts) part.amount *= part.amount;
  return TopContributions(std::move(parts), limit);
}

// --- Bridging

namespace {

// 1 for the largest; values that differ by no more than rounding share the smaller rank. Undefined ones have none.
Result<std::vector<uint32_t>> Ranks(const std::vector<Measure>& values, const Budget& budget) {
  std::vector<Vertex> order;
  for (Vertex v = 0; v < values.size(); ++v) {
    if (values[v].defined()) order.push_back(v);
  }
  if (!PolledSort(order, budget, [&](Vertex a, Vertex b) { return *values[a] > *values[b]; })) return budget.Check();
  std::vector<uint32_t> rank(values.size(), 0);
  for (size_t i = 0; i < order.size(); ++i) {
    const bool equal = i > 0 && *values[order[i - 1]] - *values[order[i]] <= 1e-9 * std::abs(*values[order[i]]);
    rank[order[i]] = equal ? rank[order[i - 1]] : static_cast<uint32_t>(i + 1);
  }
  return rank;
}

}  // namespace

Result<BridgingResult> BridgingCentrality(const Snapshot& g, const BridgingOptions& options, const Budget& budget) {
  const Vertex n = g.vertex_count();
  LT_ASSIGN(const Ties ties, MakeTies(g, false, budget));
  LT_ASSIGN(const BetweennessResult between, TiesBetweenness(ties, options.samples, options.seed, budget));
  BridgingResult result;
  result.header = MakeHeader(g, Text("B(v) psi(v), B raw betweenness by hops (", between.sources < n ? Text("from ", between.sources, " random sources") : "exact",
                                     "), psi = (1/k_v)/sum over neighbours of 1/k_i; undirected view, loops and parallel edges dropped"),
                             "Hwang et al. 2006 (rank product), 2008 (product)", "none: each unordered pair of ends once");
  result.header.partial = between.header.partial;
  result.header.stopped = between.header.stopped;
  std::vector<Measure> scores(between.score.begin(), between.score.end()), coefficients(n);
  for (Vertex v = 0; v < n; ++v) {
    double around = 0;
    for (Vertex t : ties.row(v)) around += 1 / static_cast<double>(ties.degree(t));
    coefficients[v] = ties.degree(v) > 0 ? Measure(1 / (static_cast<double>(ties.degree(v)) * around)) : Measure::Undefined("no neighbours");
  }
  // The ranks of a sample that was cut short are still worth giving; where there is no time, the product of ranks is left out.
  Budget grace;
  if (result.header.partial) grace.set_timeout_ms(30);
  const auto by_score = Ranks(scores, result.header.partial ? grace : budget);
  const auto by_coefficient = Ranks(coefficients, result.header.partial ? grace : budget);
  const bool ranked = by_score.ok() && by_coefficient.ok();
  if (!ranked && !result.header.partial) result.header.Stop(budget.Check(), "all but the product of ranks is done");
  result.vertices.resize(n);
  for (Vertex v = 0; v < n; ++v) {
    auto& value = result.vertices[v];
    value.betweenness = between.score[v];
    value.bridging_coefficient = value.bridging = value.rank_product = coefficients[v];
    if (!coefficients[v].defined()) continue;
    value.bridging = value.betweenness * *coefficients[v];
    value.rank_product = ranked ? Measure(static_cast<double>((*by_score)[v]) * (*by_coefficient)[v]) : Measure::Undefined("the budget ended before it was known");
  }
  return result;
}

}  // namespace liantu::analysis
