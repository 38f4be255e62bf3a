// SPDX-License-Identifier: Apache-2.0
// Group counts in one pass over the rows; closed forms afterwards.
#include "analysis/linkage.h"

#include <omp.h>

#include <numeric>

#include "analysis/polled_sort.h"

namespace liantu::analysis {
namespace {

constexpr const char* kNoTies = "no edges between grouped vertices";

std::vector<int64_t> GroupSizes(const Groups& groups, int32_t count) {
  std::vector<int64_t> sizes(count, 0);
  for (int32_t group : groups) {
    if (group >= 0) ++sizes[group];
  }
  return sizes;
}

// What a reader of any group result must know about its groups.
void WarnAboutGroups(const std::vector<int64_t>& sizes, uint64_t ungrouped_edges, Header& header) {
  const int64_t grouped = std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
  if (sizes.size() < 2) header.warnings.push_back(Text("only ", sizes.size(), " group: nothing can lie between groups"));
  if (grouped < 10) header.warnings.push_back(Text("only ", grouped, " grouped vertices: read the counts, not the ratios"));
  std::string ones, none;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 1) ones += Text(ones.empty() ? "" : ", ", i);
    if (sizes[i] == 0) none += Text(none.empty() ? "" : ", ", i);
  }
  if (!ones.empty()) header.warnings.push_back("groups of one vertex, which cannot have ties inside: " + ones);
  if (!none.empty()) header.warnings.push_back("group numbers without vertices: " + none);
  if (ungrouped_edges > 0) header.warnings.push_back(Text(ungrouped_edges, " edges with an ungrouped end are left out"));
}

// Calls f(from, to, weight) once for each edge; undirected ones from their smaller end. False where the budget was spent.
template <class F>
bool ForEachEdge(const Snapshot& g, Poll& poll, F f) {
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return false;
    bool second = false;  // an undirected loop stands twice in its row
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const Vertex t = g.target(a);
      if (g.undirected()) {
        if (t < v) continue;
        if (t == v && std::exchange(second, !second)) continue;
      }
      f(v, t, g.weight(a));
    }
  }
  return true;
}

}  // namespace

// --- E-I index

Result<EiIndexResult> EiIndex(const Snapshot& g, const EiIndexOptions& options, const Budget& budget) {
  LT_ASSIGN(const int32_t count, CountGroups(g, options.groups));
  if (options.weighted) LT_TRY(CheckWeights(g, "E-I index"));
  const Groups& group = options.groups;
  EiIndexResult result;
  result.header = MakeHeader(g, Text("EI = (E-I)/(E+I), E ", options.weighted ? "weight of edges" : "edges",
                                     " between groups, I inside; expected from group sizes: "
                                     "(P_out-P_in)/(P_out+P_in) over possible pairs"),
                             "Krackhardt & Stern 1988", "none; range [-1, 1]", "");
  result.group_sizes = GroupSizes(group, count);
  result.per_group.resize(count);
  result.per_vertex.resize(g.vertex_count());
  uint64_t ungrouped_seen = 0;
  Poll poll(budget, 2 * WorkOfRows(g));
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (poll.Spent(g.out_degree(v) + g.in_degree(v) + 1)) return budget.Check();
    // Every edge is seen twice, from each end or from both rows of a directed loop; a loop is one tie of its vertex.
    EiValue own;
    double loops = 0;
    auto see = [&](Vertex t, double w) {
      if (group[v] < 0 || group[t] < 0) ++ungrouped_seen;
      else if (group[v] != group[t]) own.external += w;
      else if (t != v) own.internal += w;
      else loops += w / 2;
    };
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) see(g.target(a), options.weighted ? g.weight(a) : 1);
    const auto in = g.undirected() ? std::span<const Vertex>() : g.in(v);
    for (size_t k = 0; k < in.size(); ++k) see(in[k], options.weighted ? g.weight(g.in_arc(v, k)) : 1);
    result.per_vertex[v] = own;
    result.per_vertex[v].internal += loops;
    if (group[v] < 0) continue;
    result.global.internal += own.internal / 2 + loops;
    result.global.external += own.external / 2;
    result.per_group[group[v]].internal += own.internal / 2 + loops;
    result.per_group[group[v]].external += own.external;
  }
  result.ungrouped_edges = ungrouped_seen / 2;

  const double all = std::accumulate(result.group_sizes.begin(), result.group_sizes.end(), 0.0);
  auto finish = [&](EiValue& value, double pairs_out, double pairs_in, const char* why_none) {
    const double ties = value.external + value.internal;
    value.index = ties > 0 ? Measure((value.external - value.internal) / ties) : Measure::Undefined(why_none);
    value.expected = pairs_out + pairs_in > 0 ? Measure((pairs_out - pairs_in) / (pairs_out + pairs_in))
                                              : Measure::Undefined("no possible pairs: fewer than two grouped vertices");
  };
  double inside_pairs = 0;
  for (int32_t a = 0; a < count; ++a) {
    const auto size = static_cast<double>(result.group_sizes[a]);
    inside_pairs += size * (size - 1) / 2;
    finish(result.per_group[a], size * (all - size), size * (size - 1) / 2, "no edges touch the group");
  }
  finish(result.global, all * (all - 1) / 2 - inside_pairs, inside_pairs, kNoTies);
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (group[v] < 0) {
      result.per_vertex[v].index = result.per_vertex[v].expected = Measure::Undefined("in no group");
    } else {
      const auto size = static_cast<double>(result.group_sizes[group[v]]);
      finish(result.per_vertex[v], all - size, size - 1, "no edges to grouped vertices");
    }
  }
  WarnAboutGroups(result.group_sizes, result.ungrouped_edges, result.header);
  if (result.global.external + result.global.internal < 10) result.header.warnings.push_back("under ten ties: too few to judge");
  return result;
}

// --- Mixing

Result<MixingResult> Mixing(const Snapshot& g, const MixingOptions& options, const Budget& budget) {
  LT_ASSIGN(const int32_t count, CountGroups(g, options.groups));
  if (count > kMaxMixingGroups) {
    return Status(Code::kInvalid, Text("mixing: at most ", kMaxMixingGroups, " groups fit one matrix, found ", count,
                                       "; choose coarser groups"));
  }
  if (options.weighted) LT_TRY(CheckWeights(g, "mixing"));
  LT_TRY(budget.CheckBytes(16ull * count * count));
  const Groups& group = options.groups;
  const size_t k = count;
  MixingResult result;
  result.groups = count;
  result.header = MakeHeader(g, "e_ab = share of edge ends a-b (undirected: each edge from both ends); "
                                "r = (Tr e - sum a_a b_a)/(1 - sum a_a b_a); Q = Tr e - sum a_a b_a",
                             "Newman 2002, 2003", options.weighted ? "shares of edge weight" : "shares of edges", "");
  result.counts.assign(k * k, 0);
  Poll poll(budget, 2 * WorkOfRows(g));
  const bool whole = ForEachEdge(g, poll, [&](Vertex v, Vertex t, double weight) {
    if (group[v] < 0 || group[t] < 0) {
      ++result.ungrouped_edges;
      return;
    }
    const double w = options.weighted ? weight : 1;
    result.counts[group[v] * k + group[t]] += w;
    if (g.undirected()) result.counts[group[t] * k + group[v]] += w;
  });
  if (!whole) return budget.Check();

  const double total = std::accumulate(result.counts.begin(), result.counts.end(), 0.0);
  result.mixing = result.counts;
  if (total > 0) {
    for (double& e : result.mixing) e /= total;
    // From counts, so that the case of everything inside one group is exactly 1 - 1.
    double trace = 0, products = 0;
    for (size_t a = 0; a < k; ++a) {
      double row = 0, column = 0;
      for (size_t b = 0; b < k; ++b) row += result.counts[a * k + b], column += result.counts[b * k + a];
      trace += result.counts[a * k + a] / total;
      products += (row / total) * (column / total);
    }
    result.modularity = trace - products;
    result.assortativity = 1 - products > 1e-12 ? Measure((trace - products) / (1 - products))
                                                : Measure::Undefined("all edge ends lie in one group: 1 - sum a b is 0");
  } else {
    result.modularity = result.assortativity = Measure::Undefined(kNoTies);
  }
  // Pearson's r of x = out-degree and y = in-degree over arcs (undirected: each edge in both orders), row by row.
  long double m = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    const long double x = g.out_degree(v), y = g.in_degree(v);
    uint64_t around = 0;
    for (Vertex t : g.out(v)) around += g.in_degree(t);
    m += x, sx += x * x, sxx += x * x * x, sy += y * y, syy += y * y * y, sxy += x * static_cast<long double>(around);
  }
  const long double vx = m * sxx - sx * sx, vy = m * syy - sy * sy;
  result.degree_assortativity = m == 0               ? Measure::Undefined("no edges")
                                : vx <= 0 || vy <= 0 ? Measure::Undefined("zero variance: all edge ends have one degree")
                                                     : Measure(static_cast<double>((m * sxy - sx * sy) / std::sqrt(vx * vy)));
  WarnAboutGroups(GroupSizes(group, count), result.ungrouped_edges, result.header);
  return result;
}

// --- Configuration model

LinkageCell ConfigurationCell(bool undirected, uint64_t edges, uint64_t stubs_a, uint64_t stubs_b, bool inside, uint64_t observed) {
  LinkageCell cell{.observed = observed};
  if (edges == 0) {
    cell.z = cell.ratio = Measure::Undefined("no edges");
    return cell;
  }
  const auto m = static_cast<double>(edges), ka = static_cast<double>(stubs_a), kb = static_cast<double>(stubs_b);
  const double stubs = 2 * m;
  // The variances are the formulas of the header with mu taken out; the differences of large numbers in them are
  // done by hand, so that nothing cancels: inside mu(M-K)(M-K-1)/((M-1)(M-3)).
  if (!undirected) {
    cell.expected = cell.textbook = ka * kb / m;
    cell.variance = edges > 1 ? ka * kb * (m - ka) * (m - kb) / (m * m * (m - 1)) : 0;
  } else if (inside) {
    cell.expected = ka * (ka - 1) / (2 * (stubs - 1));
    cell.textbook = ka * ka / (2 * stubs);
    cell.variance = edges > 1 ? cell.expected * (stubs - ka) * (stubs - ka - 1) / ((stubs - 1) * (stubs - 3)) : 0;
  } else {
    cell.expected = ka * kb / (stubs - 1);
    cell.textbook = ka * kb / stubs;
    cell.variance = edges > 1 ? cell.expected * (2 * ka * kb + (stubs - 1) * (stubs - 2 - ka - kb)) / ((stubs - 1) * (stubs - 3)) : 0;
  }
  const auto seen = static_cast<double>(observed);
  cell.z = cell.variance > 0 ? Measure((seen - cell.expected) / std::sqrt(cell.variance))
                             : Measure::Undefined("zero variance: the degrees leave only one possible count");
  cell.ratio = cell.expected > 0 ? Measure(seen / cell.expected) : Measure::Undefined("expectation is 0: a group has no edge ends");
  return cell;
}

Result<ConfigurationModelResult> ConfigurationModel(const Snapshot& g, const ConfigurationModelOptions& options,
                                                    const Budget& budget) {
  LT_ASSIGN(const int32_t count, CountGroups(g, options.groups));
  if (count > kMaxMixingGroups) {
    return Status(Code::kInvalid, Text("configuration model: at most ", kMaxMixingGroups, " groups, found ", count,
                                       "; choose coarser groups"));
  }
  const bool undirected = g.undirected();
  const size_t k = count;
  LT_TRY(budget.CheckBytes(k * k * (8 + sizeof(LinkageCell))));
  ConfigurationModelResult result;
  result.header = MakeHeader(
      g, undirected ? "stub matching, M = 2m: between mu = K_a K_b/(M-1), inside mu = K_a(K_a-1)/(2(M-1)), exact variance; "
                      "z = (observed-mu)/sqrt(var); textbook K_a K_b/2m (inside K_a^2/4m) beside it"
                    : "directed stub matching: mu = O_a I_b/m, var = O_a I_b (m-O_a)(m-I_b)/(m^2(m-1)); z = (observed-mu)/sqrt(var)",
      "Newman 2010 (configuration model); hypergeometric law of the directed case", "counts of edges; weights are not used", "");
  result.edges = g.edge_count();
  result.out_stubs.assign(k, 0);
  result.in_stubs.assign(k, 0);
  std::vector<uint64_t> observed(k * k, 0);
  uint64_t ungrouped = 0;
  Poll poll(budget, WorkOfRows(g));
  const bool whole = ForEachEdge(g, poll, [&](Vertex v, Vertex t, double) {
    const int32_t a = options.groups[v], b = options.groups[t];
    if (a >= 0) ++result.out_stubs[a];
    if (b >= 0) ++result.in_stubs[b];
    if (a < 0 || b < 0) {
      ++ungrouped;
    } else {
      ++observed[undirected ? std::min(a, b) * k + std::max(a, b) : a * k + b];
    }
  });
  if (!whole) return budget.Check();
  if (undirected) {
    for (size_t a = 0; a < k; ++a) result.out_stubs[a] = result.in_stubs[a] = result.out_stubs[a] + result.in_stubs[a];
  }

  for (int32_t a = 0; a < count; ++a) {
    for (int32_t b = undirected ? a : 0; b < count; ++b) {
      LinkageCell cell = ConfigurationCell(undirected, result.edges, result.out_stubs[a], result.in_stubs[b], undirected && a == b, observed[a * k + b]);
      cell.from = a;
      cell.to = b;
      result.cells.push_back(cell);
    }
  }
  WarnAboutGroups(GroupSizes(options.groups, count), 0, result.header);
  if (ungrouped > 0) {
    result.header.warnings.push_back(Text(ungrouped, " edges have an ungrouped end; their stubs take part in the matching"));
  }
  if (result.edges < 10) result.header.warnings.push_back("under ten edges: too few for z to mean much");
  return result;
}

Result<std::vector<Contribution>> ExplainLinkage(const Snapshot& g, const Groups& groups, int32_t a, int32_t b, size_t limit,
                                                 const Budget& budget) {
  LT_TRY(CountGroups(g, groups));
  std::vector<double> ties(g.vertex_count(), 0);
  Poll poll(budget);
  const bool whole = ForEachEdge(g, poll, [&](Vertex v, Vertex t, double) {
    const bool forward = groups[v] == a && groups[t] == b;
    if (!forward && !(groups[v] == b && groups[t] == a)) return;
    ++ties[v];
    if (t != v) ++ties[t];
  });
  if (!whole) return budget.Check();
  std::vector<Contribution> all;
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (ties[v] > 0) all.push_back({v, kNoVertex, ties[v]});
  }
  return TopContributions(std::move(all), limit);
}

// --- Participation

const char* RoleName(Role role) {
  static constexpr const char* kNames[] = {"", "ultra-peripheral", "peripheral", "non-hub connector",
                                           "non-hub kinless", "provincial hub", "connector hub", "kinless hub"};
  return kNames[static_cast<size_t>(role)];
}

namespace {

Role RoleOf(double p, bool hub) {
  constexpr double kSlack = 1e-12;  // shares such as 1 - 38/100 are not exact
  if (!hub) return p < 0.05 - kSlack ? Role::kR1 : p <= 0.62 + kSlack ? Role::kR2 : p <= 0.80 + kSlack ? Role::kR3 : Role::kR4;
  return p < 0.30 - kSlack ? Role::kR5 : p <= 0.75 + kSlack ? Role::kR6 : Role::kR7;
}

// Ties of v to each group, in ascending group order, into `ties`; `sums` is zero before and after.
void TiesToGroups(const Snapshot& g, const ParticipationOptions& options, Vertex v, std::vector<double>& sums,
                  std::vector<GroupTies>& ties) {
  ties.clear();
  auto add = [&](Vertex t, double w) {
    const int32_t group = options.groups[t];
    if (group < 0 || w == 0) return;
    if (sums[group] == 0) ties.push_back({group, 0});
    sums[group] += w;
  };
  // Weights of in-arcs lie all over memory: read only where they count.
  for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) add(g.target(a), options.weighted ? g.weight(a) : 1);
  if (!g.undirected()) {
    const auto in = g.in(v);
    for (size_t i = 0; i < in.size(); ++i) add(in[i], options.weighted ? g.weight(g.in_arc(v, i)) : 1);
  }
  std::sort(ties.begin(), ties.end(), [](const GroupTies& x, const GroupTies& y) { return x.group < y.group; });
  for (GroupTies& t : ties) t.ties = std::exchange(sums[t.group], 0.0);
}

}  // namespace

Result<ParticipationResult> Participation(const Snapshot& g, const ParticipationOptions& options, const Budget& budget) {
  LT_ASSIGN(const int32_t count, CountGroups(g, options.groups));
  if (options.weighted) LT_TRY(CheckWeights(g, "participation"));
  const Vertex n = g.vertex_count();
  ParticipationResult result;
  result.header = MakeHeader(
      g, Text("P = 1 - sum_s (k_is/k_i)^2, z = (k_is - mean_s)/sd_s, ", options.weighted ? "strengths" : "degrees",
              g.undirected() ? "" : " in both directions", " over edges to grouped vertices; roles R1-R7 by the limits of the reference"),
      "Guimera & Amaral 2005", "population standard deviation; z = 0 by convention where sd = 0");
  result.vertices.resize(n);
  result.groups.resize(count);
  std::vector<double> inside(n, 0), sums(count, 0);
  std::vector<GroupTies> ties;
  Poll poll(budget, WorkOfRows(g) + g.arc_count());
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(g.out_degree(v) + g.in_degree(v) + 1)) return budget.Check();
    TiesToGroups(g, options, v, sums, ties);
    double all = 0, squares = 0;
    for (const GroupTies& t : ties) {
      all += t.ties;
      squares += t.ties * t.ties;
      if (t.group == options.groups[v]) inside[v] = t.ties;
    }
    result.vertices[v].participation = all > 0 ? Measure(1 - squares / (all * all)) : Measure::Undefined("no edges to grouped vertices");
  }

  std::vector<std::vector<Vertex>> members(count);
  for (Vertex v = 0; v < n; ++v) {
    if (options.groups[v] >= 0) members[options.groups[v]].push_back(v);
    else result.vertices[v].z = Measure::Undefined("in no group");
  }
  bool hubs_possible = false;
  for (int32_t s = 0; s < count; ++s) {
    ParticipationResult::Group& group = result.groups[s];
    std::vector<Vertex>& list = members[s];
    group.size = static_cast<int64_t>(list.size());
    if (list.empty()) continue;
    const auto size = static_cast<double>(list.size());
    group.max_z = std::sqrt(size - 1);
    hubs_possible |= group.max_z >= 2.5;
    for (Vertex v : list) group.mean += inside[v];
    group.mean /= size;
    for (Vertex v : list) group.sd += (inside[v] - group.mean) * (inside[v] - group.mean);
    group.sd = std::sqrt(group.sd / size);
    if (group.sd < 1e-12 * std::max(1.0, group.mean)) group.sd = 0;
    if (!PolledSort(list, budget, [&](Vertex x, Vertex y) { return inside[x] > inside[y]; })) return budget.Check();
    for (size_t i = 0; i < list.size(); ++i) {
      ParticipationVertex& vertex = result.vertices[list[i]];
      const bool equal = i > 0 && inside[list[i]] == inside[list[i - 1]];
      vertex.inside_rank = equal ? result.vertices[list[i - 1]].inside_rank : static_cast<uint32_t>(i + 1);
      if (list.size() == 1) {
        vertex.z = Measure::Undefined("group of size 1");
      } else if (group.sd == 0) {
        vertex.z = 0.0;
        vertex.z.reason = "0 by convention: all members have as many ties inside (sd = 0)";
      } else {
        vertex.z = (inside[list[i]] - group.mean) / group.sd;
      }
    }
  }
  for (ParticipationVertex& vertex : result.vertices) {
    if (vertex.participation.defined() && vertex.inside_rank > 0) {
      vertex.role = RoleOf(*vertex.participation, vertex.z.defined() && *vertex.z >= 2.5 - 1e-12);
    }
  }
  WarnAboutGroups(GroupSizes(options.groups, count), 0, result.header);
  if (!hubs_possible) {
    result.header.warnings.push_back("no group has 8 vertices, so z cannot reach 2.5 and no vertex can be a hub: read inside_rank");
  }
  return result;
}

Result<std::vector<GroupTies>> ExplainParticipation(const Snapshot& g, const ParticipationOptions& options, Vertex v) {
  LT_ASSIGN(const int32_t count, CountGroups(g, options.groups));
  LT_TRY(CheckVertex(g, v, "participation"));
  std::vector<double> sums(count, 0);
  std::vector<GroupTies> ties;
  TiesToGroups(g, options, v, sums, ties);
  std::stable_sort(ties.begin(), ties.end(), [](const GroupTies& x, const GroupTies& y) { return x.ties > y.ties; });
  return ties;
}

// --- Overlap

Result<OverlapResult> Overlap(const Snapshot& g, const OverlapOptions& options, const Budget& budget) {
  const Vertex n = g.vertex_count();
  LT_TRY(CountGroups(g, options.sides));
  for (Vertex v = 0; v < n; ++v) {
    if (options.sides[v] > 1) {
      return Status(Code::kInvalid, Text("overlap: sides are 0 (set), 1 (carrier) or -1, found ", options.sides[v], " at vertex ", v));
    }
  }
  OverlapResult result;
  result.header = MakeHeader(g, "two sets are linked by the carriers in both: shared, Jaccard shared/|union|, cosine shared/sqrt(|a||b|); "
                                "bridging weight of a carrier = linked pairs that share only it",
                             "Breiger 1974 (duality of persons and groups)", "counts", "pairs and carriers by ascending node id");
  std::vector<uint32_t> members(n, 0);
  struct Shared {
    Vertex a, b, carrier;
  };
  std::vector<Shared> shared;
  std::vector<Vertex> sets;
  Poll poll(budget);
  const uint64_t most = budget.max_bytes() / sizeof(Shared);
  for (Vertex c = 0; c < n; ++c) {
    if (options.sides[c] != 1) continue;
    if (poll.Spent(g.out_degree(c) + g.in_degree(c) + 1)) return budget.Check();
    sets.clear();
    for (Vertex t : g.out(c)) {
      if (options.sides[t] == 0) sets.push_back(t);
    }
    for (Vertex t : g.in(c)) {
      if (options.sides[t] == 0) sets.push_back(t);
    }
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    if (sets.empty()) continue;
    if (shared.size() + sets.size() * (sets.size() - 1) / 2 > most) return budget.CheckBytes(budget.max_bytes() + 1);
    result.carriers.push_back({.vertex = c, .sets = static_cast<uint32_t>(sets.size()), .pairs = sets.size() * (sets.size() - 1) / 2});
    for (size_t i = 0; i < sets.size(); ++i) {
      ++members[sets[i]];
      if (poll.Spent(sets.size())) return budget.Check();
      for (size_t j = i + 1; j < sets.size(); ++j) shared.push_back({sets[i], sets[j], c});
    }
  }
  if (!PolledSort(shared, budget, [](const Shared& x, const Shared& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); })) {
    return budget.Check();
  }
  for (size_t i = 0; i < shared.size();) {
    OverlapPair pair{.a = shared[i].a, .b = shared[i].b};
    for (; i < shared.size() && shared[i].a == pair.a && shared[i].b == pair.b; ++i) pair.carriers.push_back(shared[i].carrier);
    pair.shared = static_cast<uint32_t>(pair.carriers.size());
    if (pair.shared == 1) {
      const auto at = std::lower_bound(result.carriers.begin(), result.carriers.end(), pair.carriers[0],
                                       [](const OverlapCarrier& c, Vertex v) { return c.vertex < v; });
      ++at->bridging_weight;
    }
    if (!budget.CheckRows(result.pairs.size() + 1).ok()) {
      if (!result.header.partial) result.header.Stop(budget.CheckRows(result.pairs.size() + 1), "the pairs of smaller ids are given");
      continue;
    }
    const double a = members[pair.a], b = members[pair.b], both = pair.shared;
    pair.jaccard = both / (a + b - both);
    pair.cosine = both / std::sqrt(a * b);
    result.pairs.push_back(std::move(pair));
  }
  return result;
}

// --- Group betweenness

Result<GroupBetweennessResult> GroupBetweenness(const Snapshot& g, const GroupBetweennessOptions& options, const Budget& budget) {
  LT_ASSIGN(const int32_t count, CountGroups(g, options.groups));
  const Vertex n = g.vertex_count();
  const Groups& group = options.groups;
  GroupBetweennessResult result;
  result.header = MakeHeader(
      g, Text("sum over ", g.undirected() ? "unordered" : "ordered",
              " pairs s, t outside the group of sigma_st(C)/sigma_st, shortest paths by hops, parallel edges once"),
      "Everett & Borgatti 1999", "normalised: divided by the number of such pairs");
  result.groups.resize(count);
  const auto sizes = GroupSizes(group, count);

  // In a random order, so that an early stop leaves a random sample.
  std::vector<Vertex> sources(n);
  std::iota(sources.begin(), sources.end(), Vertex{0});
  Random(options.seed).Shuffle(sources);
  if (options.sources > 0 && options.sources < n) sources.resize(options.sources);

  // A fixed partition into blocks, summed in order: the same for every number of threads.
  const size_t blocks = std::min<size_t>(64, sources.size());
  std::vector<std::vector<double>> sum(blocks, std::vector<double>(count, 0)), squares = sum;
  std::vector<uint32_t> done(blocks, 0);
#pragma omp parallel
  {
    std::vector<int32_t> distance(n, -1);
    std::vector<double> paths(n, 0), avoiding(n, 0), through(count, 0);
    std::vector<Vertex> order;
    Poll poll(budget);
#pragma omp for schedule(dynamic, 1)
    for (size_t block = 0; block < blocks; ++block) {
      const size_t first = sources.size() * block / blocks, last = sources.size() * (block + 1) / blocks;
      for (size_t i = first; i < last; ++i) {
        if (omp_get_thread_num() == 0) budget.Progress(static_cast<double>(block) / static_cast<double>(blocks));
        const Vertex s = sources[i];
        order.assign(1, s);
        distance[s] = 0;
        paths[s] = 1;
        // Calls f(t) for each distinct out-neighbour.
        auto for_each_target = [&](Vertex v, auto f) {
          Vertex before = kNoVertex;
          for (Vertex t : g.out(v)) {
            if (t != before) f(t);
            before = t;
          }
        };
        bool stopped = false;
        for (size_t at = 0; at < order.size() && !stopped; ++at) {
          const Vertex v = order[at];
          stopped = poll.Spent(g.out_degree(v) + 1);
          for_each_target(v, [&](Vertex t) {
            if (distance[t] < 0) {
              distance[t] = distance[v] + 1;
              order.push_back(t);
            }
            if (distance[t] == distance[v] + 1) paths[t] += paths[v];
          });
        }
        std::fill(through.begin(), through.end(), 0);
        for (int32_t c = 0; c < count && !stopped; ++c) {
          if (group[s] == c || sizes[c] == 0) continue;
          for (Vertex v : order) avoiding[v] = 0;
          avoiding[s] = 1;
          for (Vertex v : order) {
            if (stopped = poll.Spent(g.out_degree(v) + 1); stopped) break;
            if (group[v] == c) continue;
            through[c] += 1 - avoiding[v] / paths[v];
            for_each_target(v, [&](Vertex t) {
              if (distance[t] == distance[v] + 1 && group[t] != c) avoiding[t] += avoiding[v];
            });
          }
        }
        for (Vertex v : order) distance[v] = -1, paths[v] = 0;
        if (stopped) break;
        ++done[block];
        for (int32_t c = 0; c < count; ++c) {
          sum[block][c] += through[c];
          squares[block][c] += through[c] * through[c];
        }
      }
    }
  }
  for (uint32_t d : done) result.sources_used += d;
  if (result.sources_used < sources.size()) {
    if (result.sources_used == 0) return budget.Check();
    result.header.Stop(budget.Check(), Text(result.sources_used, " of ", n, " sources were done, in random order, and are scaled up"));
  }
  const double half = g.undirected() ? 0.5 : 1, used = result.sources_used;
  for (int32_t c = 0; c < count; ++c) {
    auto& out = result.groups[c];
    double total = 0, total_squares = 0;
    for (size_t block = 0; block < blocks; ++block) total += sum[block][c], total_squares += squares[block][c];
    out.size = sizes[c];
    const double scale = used > 0 ? n / used : 0;
    out.betweenness = half * scale * total;
    const double others = static_cast<double>(n) - static_cast<double>(out.size);
    out.normalised = others > 1 ? Measure(out.betweenness / (half * others * (others - 1)))
                                : Measure::Undefined("fewer than two vertices outside the group");
    if (result.sources_used == n) {
      out.standard_error = Measure::Undefined("exact");
    } else if (used < 2) {
      out.standard_error = Measure::Undefined("one source");
    } else {
      const double variance = std::max(0.0, (total_squares - total * total / used) / (used - 1));
      out.standard_error = half * n * std::sqrt(variance / used * (1 - used / n));
    }
  }
  if (result.sources_used < n && !result.header.partial) {
    result.header.definition += Text("; estimated from ", result.sources_used, " random sources, seed ", options.seed);
  }
  return result;
}

}  // namespace liantu::analysis
