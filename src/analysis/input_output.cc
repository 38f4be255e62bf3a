// SPDX-License-Identifier: Apache-2.0
// (I-A)^-1 for a non-negative A with spectral radius below 1: elimination without pivoting, in which every off-diagonal
// step adds numbers of one sign. So nothing cancels, and an entry is 0 exactly where no path of flows leads.
#include "analysis/input_output.h"

#include <eigen3/Eigen/Dense>
#include <limits>
#include <numeric>

#include "analysis/linear.h"

namespace liantu::analysis {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Flows {
  std::vector<double> output, demand;  // x and f, one a sector
  double largest_column_sum = 0;
  SparseMatrix a;                      // rows i: a_ij = z_ij/x_j
  std::vector<std::string> warnings;
};

Status CheckVector(const Snapshot& g, const std::vector<double>& v, const char* what) {
  if (v.size() != g.vertex_count()) {
    return {Code::kInvalid, Text(what, ": expected one number for each of the ", g.vertex_count(), " vertices, found ", v.size())};
  }
  for (size_t i = 0; i < v.size(); ++i) {
    if (!std::isfinite(v[i])) return {Code::kInvalid, Text(what, " of node ", g.node_id(static_cast<Vertex>(i)).raw, " is not a finite number")};
  }
  return {};
}

Status CheckConverges(const Snapshot& g, const SparseMatrix& m, const char* name, const std::string& detail, const Budget& budget) {
  LT_ASSIGN(const RadiusBounds rho, SpectralRadius({m.begin, m.column, m.value}, 1, budget));
  if (rho.upper < 1) return {};
  return {Code::kInvalid, Text("the series I + ", name, " + ", name, "^2 + ... does not converge: its spectral radius is ", rho.lower,
                               rho.upper - rho.lower > 1e-9 ? Text(" to ", rho.upper) : "", ", expected below 1; ", detail,
                               "; gross output must cover what each of the ", g.vertex_count(), " sectors uses")};
}

// x, f and A, or why there is no inverse.
Result<Flows> ReadFlows(const Snapshot& g, const Economy& economy, const Budget& budget) {
  LT_TRY(CheckDirected(g, "input-output analysis"));
  LT_TRY(CheckWeights(g, "input-output analysis"));
  const Vertex n = g.vertex_count();
  Flows flows;
  std::vector<double> sales(n, 0), inputs(n, 0);
  Poll poll(budget);
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    for (uint32_t arc = g.row_begin(v); arc < g.row_end(v); ++arc) {
      sales[v] += g.weight(arc);
      inputs[g.target(arc)] += g.weight(arc);
    }
  }
  if (economy.final_demand.empty() && economy.gross_output.empty() && n > 0) {
    return Status(Code::kInvalid, "input-output analysis needs the final demand or the gross output of every sector; neither is given");
  }
  if (!economy.final_demand.empty()) LT_TRY(CheckVector(g, economy.final_demand, "final demand"));
  if (!economy.gross_output.empty()) LT_TRY(CheckVector(g, economy.gross_output, "gross output"));
  flows.demand = economy.final_demand;
  flows.output = economy.gross_output;
  if (flows.output.empty()) {
    flows.output.resize(n);
    for (Vertex v = 0; v < n; ++v) flows.output[v] = sales[v] + flows.demand[v];
  } else if (flows.demand.empty()) {
    flows.demand.resize(n);
    for (Vertex v = 0; v < n; ++v) flows.demand[v] = flows.output[v] - sales[v];
  } else {
    double gap = 0;
    Vertex at = 0;
    for (Vertex v = 0; v < n; ++v) {
      const double d = std::abs(flows.output[v] - sales[v] - flows.demand[v]) / std::max(1e-300, std::abs(flows.output[v]));
      if (d > gap) gap = d, at = v;
    }
    if (gap > 1e-6) {
      flows.warnings.push_back(Text("gross output and sales plus final demand differ by up to ", 100 * gap, " % (node ", g.node_id(at).raw,
                                    "); coefficients use gross output"));
    }
  }
  Vertex worst = 0;
  for (Vertex v = 0; v < n; ++v) {
    if (flows.output[v] <= 0 && (sales[v] > 0 || inputs[v] > 0 || flows.output[v] < 0)) {
      return Status(Code::kInvalid, Text("the sector at node ", g.node_id(v).raw, " has flows but a gross output of ", flows.output[v],
                                         "; expected a positive number"));
    }
    const double sum = inputs[v] > 0 ? inputs[v] / flows.output[v] : 0;
    if (sum > flows.largest_column_sum) flows.largest_column_sum = sum, worst = v;
  }
  LT_ASSIGN(flows.a, MatrixOf(g, false, budget, [&](Vertex, Vertex to, uint32_t arc) {
    return g.weight(arc) > 0 ? g.weight(arc) / flows.output[to] : 0;
  }));
  if (flows.largest_column_sum >= 1) {
    const std::string detail = Text("the largest column sum of A is ", flows.largest_column_sum, " at node ", g.node_id(worst).raw);
    LT_TRY(CheckConverges(g, flows.a, "A", detail, budget));
    flows.warnings.push_back(detail + " (it uses more than it makes), but the spectral radius is below 1");
  }
  return flows;
}

Status CheckDense(const Snapshot& g, const char* method, const Budget& budget) {
  if (g.vertex_count() <= kDenseSectors) return budget.CheckBytes(6ull * 8 * g.vertex_count() * g.vertex_count());
  return {Code::kInvalid, Text(method, ": whole matrices are given up to ", kDenseSectors, " sectors, found ", g.vertex_count(),
                               "; collapse to coarser sectors, or ask for linkages or upstreamness, which are sparse")};
}

Rows Dense(const SparseMatrix& m) {
  Rows dense = Rows::Zero(m.size(), m.size());
  for (uint32_t v = 0; v < m.size(); ++v) {
    for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) dense(v, m.column[e]) += m.value[e];
  }
  return dense;
}

// (I-M)^-1 by Gauss-Jordan without pivots.
Result<Rows> InverseOfIMinus(const Rows& m, const Budget& budget) {
  const Eigen::Index n = m.rows();
  Rows r = Rows::Identity(n, n) - m;
  for (Eigen::Index k = 0; k < n; ++k) {
    if (budget.Spent()) return budget.Check();
    budget.Progress(static_cast<double>(k) / static_cast<double>(n));
    const double pivot = r(k, k);
    if (!(pivot > 0)) return Status(Code::kInvalid, Text("I-A is singular to working precision at sector ", k));
    r(k, k) = 1;
    r.row(k) /= pivot;
    for (Eigen::Index i = 0; i < n; ++i) {
      if (i == k || r(i, k) == 0) continue;
      const double factor = r(i, k);
      r(i, k) = 0;
      r.row(i) -= factor * r.row(k);
    }
  }
  return r;
}

Result<Rows> Product(const Rows& a, const Rows& b, const Budget& budget) {
  Rows product(a.rows(), b.cols());
  for (Eigen::Index i = 0; i < a.rows(); i += 8) {
    if (budget.Spent()) return budget.Check();
    const Eigen::Index rows = std::min<Eigen::Index>(8, a.rows() - i);
    product.middleRows(i, rows).noalias() = a.middleRows(i, rows) * b;
  }
  return product;
}

Matrix ToMatrix(const Rows& rows) {
  return {static_cast<Vertex>(rows.rows()), std::vector<double>(rows.data(), rows.data() + rows.size())};
}

// b_ij = a_ij x_j / x_i, and so G = x^-1 L x.
Rows ToGhosh(const Rows& a, const std::vector<double>& x) {
  Rows b = a;
  for (Eigen::Index i = 0; i < a.rows(); ++i) {
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      if (i != j && a(i, j) != 0) b(i, j) = a(i, j) * x[static_cast<size_t>(j)] / x[static_cast<size_t>(i)];
    }
  }
  return b;
}

// (I-M)^-1 1, for the matrix with m(v,t) = value(v, t, arc), transposed or not.
template <class Value>
Result<std::vector<double>> RowSumsOfInverse(const Snapshot& g, bool transposed, const Budget& budget, Value value) {
  LT_ASSIGN(const SparseMatrix m, MatrixOf(g, transposed, budget, value));
  LT_ASSIGN(const StrongParts parts, FindStrongParts(m.begin, m.column, budget));
  return SolveFixedPoint(m, parts, std::vector<double>(g.vertex_count(), 1.0), budget);
}

struct Multipliers {
  std::vector<double> leontief_columns, leontief_rows, ghosh_rows;
};
Result<Multipliers> SparseMultipliers(const Snapshot& g, const std::vector<double>& x, const Budget& budget) {
  const auto by_buyer = [&](Vertex, Vertex to, uint32_t arc) { return g.weight(arc) > 0 ? g.weight(arc) / x[to] : 0; };
  const auto by_seller = [&](Vertex from, Vertex, uint32_t arc) { return g.weight(arc) > 0 ? g.weight(arc) / x[from] : 0; };
  Multipliers m;
  LT_ASSIGN(m.leontief_columns, RowSumsOfInverse(g, true, budget, by_buyer));
  LT_ASSIGN(m.leontief_rows, RowSumsOfInverse(g, false, budget, by_buyer));
  LT_ASSIGN(m.ghosh_rows, RowSumsOfInverse(g, false, budget, by_seller));
  return m;
}

}  // namespace

Result<LeontiefResult> Leontief(const Snapshot& g, const Economy& economy, const Budget& budget) {
  LT_TRY(CheckDense(g, "Leontief inverse", budget));
  LT_ASSIGN(Flows flows, ReadFlows(g, economy, budget));
  LeontiefResult result;
  result.header = MakeHeader(g, "a_ij = z_ij/x_j, L = (I-A)^-1, x = L f; b_ij = z_ij/x_i, G = (I-B)^-1", "Leontief 1936; Ghosh 1958",
                             "coefficients per unit of gross output", "");
  result.header.warnings = std::move(flows.warnings);
  const Rows a = Dense(flows.a);
  LT_ASSIGN(const Rows leontief, InverseOfIMinus(a, budget));
  const Rows ghosh = ToGhosh(leontief, flows.output);
  result.largest_column_sum = flows.largest_column_sum;
  for (Eigen::Index i = 0; i < a.rows(); ++i) {
    result.output_multiplier.push_back(leontief.col(i).sum());
    result.supply_multiplier.push_back(ghosh.row(i).sum());
  }
  result.a = ToMatrix(a);
  result.b = ToMatrix(ToGhosh(a, flows.output));
  result.leontief = ToMatrix(leontief);
  result.ghosh = ToMatrix(ghosh);
  result.gross_output = std::move(flows.output);
  result.final_demand = std::move(flows.demand);
  return result;
}

Result<LinkagesResult> Linkages(const Snapshot& g, const Economy& economy, const Budget& budget) {
  LT_ASSIGN(Flows flows, ReadFlows(g, economy, budget));
  LinkagesResult result;
  result.header = MakeHeader(g, "backward U_j = n sum_i l_ij / sum_ij l_ij; forward by rows of G (preferred) or of L; variation = sd/mean of the "
                                "column of L or row of G, sd with n-1; key: backward > 1 and forward by G > 1",
                             "Rasmussen 1956; Hirschman 1958", "mean over sectors is 1");
  result.header.warnings = std::move(flows.warnings);
  LT_ASSIGN(const Multipliers sums, SparseMultipliers(g, flows.output, budget));
  const auto n = static_cast<double>(g.vertex_count());
  auto total = [](const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); };
  const double leontief_total = total(sums.leontief_columns), rows_total = total(sums.leontief_rows), ghosh_total = total(sums.ghosh_rows);
  result.sectors.resize(g.vertex_count());
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    LinkagesResult::Sector& s = result.sectors[v];
    s.backward = n * sums.leontief_columns[v] / leontief_total;
    s.forward_leontief = n * sums.leontief_rows[v] / rows_total;
    s.forward_ghosh = n * sums.ghosh_rows[v] / ghosh_total;
    s.key = s.backward > 1 && s.forward_ghosh > 1;
    s.backward_variation = s.forward_variation =
        Measure::Undefined(n < 2 ? "one sector has no variation" : "needs the whole inverse: too many sectors");
  }
  if (n >= 2 && g.vertex_count() <= kDenseSectors) {
    LT_ASSIGN(const Rows leontief, InverseOfIMinus(Dense(flows.a), budget));
    const Rows ghosh = ToGhosh(leontief, flows.output);
    auto variation = [&](const auto& line) {
      const double mean = line.sum() / n;
      return std::sqrt((line.array() - mean).square().sum() / (n - 1)) / mean;
    };
    for (Vertex v = 0; v < g.vertex_count(); ++v) {
      result.sectors[v].backward_variation = variation(leontief.col(v));
      result.sectors[v].forward_variation = variation(ghosh.row(v));
    }
  }
  return result;
}

Measure PropagationResult::At(Vertex from, Vertex to) const {
  const double x = length[static_cast<size_t>(from) * sectors + to];
  return std::isnan(x) ? Measure::Undefined("no flow leads from the one to the other, even indirectly") : Measure(x);
}

Result<PropagationResult> AveragePropagationLength(const Snapshot& g, const PropagationOptions& options, const Budget& budget) {
  LT_TRY(CheckDense(g, "average propagation length", budget));
  LT_ASSIGN(Flows flows, ReadFlows(g, options.economy, budget));
  PropagationResult result;
  result.header = MakeHeader(g, Text("APL_ij = [L(L-I)]_ij / (L-I)_ij; links where F = (L+G)/2 - I >= ", options.link_threshold),
                             "Dietzenbacher, Romero & Bosma 2005", "steps; at least 1", "links of equal strength by (from, to)");
  result.header.warnings = std::move(flows.warnings);
  const Rows a = Dense(flows.a);
  LT_ASSIGN(const Rows leontief, InverseOfIMinus(a, budget));
  LT_ASSIGN(const Rows indirect, Product(a, leontief, budget));  // A L = L - I without the cancellation on the diagonal
  LT_ASSIGN(const Rows weighted, Product(leontief, indirect, budget));
  const Rows ghosh = ToGhosh(leontief, flows.output);
  result.sectors = g.vertex_count();
  result.length.assign(static_cast<size_t>(a.size()), std::numeric_limits<double>::quiet_NaN());
  for (Vertex i = 0; i < result.sectors; ++i) {
    for (Vertex j = 0; j < result.sectors; ++j) {
      if (indirect(i, j) <= 0) continue;
      const double length = weighted(i, j) / indirect(i, j);
      result.length[static_cast<size_t>(i) * result.sectors + j] = length;
      const double strength = (leontief(i, j) + ghosh(i, j)) / 2 - (i == j ? 1 : 0);
      if (strength >= options.link_threshold) result.links.push_back({i, j, strength, length});
    }
  }
  std::stable_sort(result.links.begin(), result.links.end(), [](const auto& x, const auto& y) { return x.strength > y.strength; });
  return result;
}

namespace {

// Output that buyers at home take: gross output less net exports and inventory change, where these are known.
Result<std::vector<double>> DistributedOutput(const Snapshot& g, const UpstreamnessOptions& options, const Flows& flows) {
  std::vector<double> base = flows.output;
  for (const auto* correction : {&options.net_exports, &options.inventory_change}) {
    if (correction->empty()) continue;
    LT_TRY(CheckVector(g, *correction, correction == &options.net_exports ? "net exports" : "inventory change"));
    for (Vertex v = 0; v < g.vertex_count(); ++v) base[v] -= (*correction)[v];
  }
  if (base == flows.output) return base;
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (base[v] <= 0 && g.out_degree(v) > 0) {
      return Status(Code::kInvalid, Text("upstreamness: gross output less net exports and inventory change of node ", g.node_id(v).raw,
                                         " is ", base[v], "; expected a positive number"));
    }
  }
  return base;
}

}  // namespace

Result<UpstreamnessResult> Upstreamness(const Snapshot& g, const UpstreamnessOptions& options, const Budget& budget) {
  LT_ASSIGN(Flows flows, ReadFlows(g, options.economy, budget));
  const bool corrected = !options.net_exports.empty() || !options.inventory_change.empty();
  UpstreamnessResult result;
  result.header = MakeHeader(g, Text("U = (I-B)^-1 1, b_ij = z_ij/", corrected ? "(x_i - net exports - inventory change)" : "x_i",
                                     "; D = (I-A^T)^-1 1, a_ij = z_ij/x_j; tolerance ", "1e-14 of the largest entry"),
                             "Antras, Chor, Fally & Hillberry 2012; Antras & Chor 2013", "steps; at least 1");
  result.header.warnings = std::move(flows.warnings);
  LT_ASSIGN(const std::vector<double> base, DistributedOutput(g, options, flows));
  const auto by_seller = [&](Vertex from, Vertex, uint32_t arc) { return g.weight(arc) > 0 ? g.weight(arc) / base[from] : 0; };
  if (corrected) {
    LT_ASSIGN(const SparseMatrix b, MatrixOf(g, false, budget, by_seller));
    LT_TRY(CheckConverges(g, b, "B", "B is corrected for net exports and inventories", budget));
  }
  LT_ASSIGN(result.upstreamness, RowSumsOfInverse(g, false, budget, by_seller));
  LT_ASSIGN(result.downstreamness, RowSumsOfInverse(g, true, budget, [&](Vertex, Vertex to, uint32_t arc) {
    return g.weight(arc) > 0 ? g.weight(arc) / flows.output[to] : 0;
  }));
  return result;
}

Result<std::vector<Contribution>> ExplainUpstreamness(const Snapshot& g, const UpstreamnessOptions& options, Vertex v, size_t limit,
                                                      const Budget& budget) {
  LT_TRY(CheckVertex(g, v, "upstreamness"));
  LT_ASSIGN(const UpstreamnessResult r, Upstreamness(g, options, budget));
  LT_ASSIGN(const Flows flows, ReadFlows(g, options.economy, budget));
  LT_ASSIGN(const std::vector<double> base, DistributedOutput(g, options, flows));
  std::vector<Contribution> parts;
  for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
    if (g.weight(a) == 0) continue;
    const double part = g.weight(a) / base[v] * r.upstreamness[g.target(a)];
    if (!parts.empty() && parts.back().to == g.target(a)) parts.back().amount += part;  // parallel edges stand side by side
    else parts.push_back({v, g.target(a), part});
  }
  return TopContributions(std::move(parts), limit);
}

Result<std::vector<Contribution>> ExplainLinkages(const Snapshot& g, const Economy& economy, Vertex v, size_t limit, const Budget& budget) {
  LT_TRY(CheckVertex(g, v, "linkages"));
  LT_ASSIGN(const Flows flows, ReadFlows(g, economy, budget));
  LT_ASSIGN(const Multipliers sums, SparseMultipliers(g, flows.output, budget));
  const double total = std::accumulate(sums.leontief_columns.begin(), sums.leontief_columns.end(), 0.0);
  std::vector<double> unit(g.vertex_count(), 0);
  unit[v] = 1;
  LT_ASSIGN(const StrongParts parts, FindStrongParts(flows.a.begin, flows.a.column, budget));
  LT_ASSIGN(const std::vector<double> column, SolveFixedPoint(flows.a, parts, unit, budget));  // L e_v
  std::vector<Contribution> all;
  for (Vertex i = 0; i < g.vertex_count(); ++i) {
    if (column[i] != 0) all.push_back({i, v, g.vertex_count() * column[i] / total});
  }
  return TopContributions(std::move(all), limit);
}

namespace {

// x* when `sectors` are taken out of x = f + A x.
Result<std::vector<double>> OutputWithout(const Flows& flows, const StrongParts& parts, const std::vector<Vertex>& sectors, const Budget& budget) {
  SparseMatrix a = flows.a;
  std::vector<double> f = flows.demand;
  std::vector<bool> out(f.size(), false);
  for (Vertex v : sectors) out[v] = true, f[v] = 0;
  for (Vertex v = 0; v < a.size(); ++v) {
    for (uint64_t e = a.begin[v]; e < a.begin[v + 1]; ++e) {
      if (out[v] || out[a.column[e]]) a.value[e] = 0;
    }
  }
  return SolveFixedPoint(a, parts, f, budget);
}

Status CheckSectors(const Snapshot& g, const std::vector<Vertex>& sectors) {
  for (Vertex v : sectors) LT_TRY(CheckVertex(g, v, "extraction"));
  return {};
}

}  // namespace

Result<ExtractionResult> HypotheticalExtraction(const Snapshot& g, const ExtractionOptions& options, const Budget& budget) {
  LT_TRY(CheckSectors(g, options.sectors));
  LT_ASSIGN(Flows flows, ReadFlows(g, options.economy, budget));
  ExtractionResult result;
  result.header = MakeHeader(g, "row and column of A and final demand of the extracted sectors set to 0; loss = sum x - sum x*, x = L f",
                             "Strassert 1968; Dietzenbacher, van der Linden & Steenge 1993", "in the unit of output; share of sum x");
  result.header.warnings = std::move(flows.warnings);
  LT_ASSIGN(const StrongParts parts, FindStrongParts(flows.a.begin, flows.a.column, budget));
  LT_ASSIGN(const std::vector<double> x, SolveFixedPoint(flows.a, parts, flows.demand, budget));
  result.total_output = std::accumulate(x.begin(), x.end(), 0.0);
  std::vector<Vertex> sectors = options.sectors;
  if (sectors.empty()) {
    sectors.resize(g.vertex_count());
    std::iota(sectors.begin(), sectors.end(), Vertex{0});
  }
  std::sort(sectors.begin(), sectors.end());
  sectors.erase(std::unique(sectors.begin(), sectors.end()), sectors.end());
  auto add = [&](std::vector<Vertex> which, double loss) {
    double direct = 0;
    for (Vertex v : which) direct += x[v];
    result.losses.push_back({std::move(which), loss, loss - direct,
                             result.total_output != 0 ? Measure(loss / result.total_output) : Measure::Undefined("total output is 0")});
  };
  auto solve = [&](const std::vector<Vertex>& which) -> Result<double> {
    LT_ASSIGN(const std::vector<double> left, OutputWithout(flows, parts, which, budget));
    return result.total_output - std::accumulate(left.begin(), left.end(), 0.0);
  };
  if (options.together) {
    LT_ASSIGN(const double loss, solve(sectors));
    add(std::move(sectors), loss);
  } else if (g.vertex_count() <= kDenseSectors) {
    // Taking j out of L leaves l_ik - l_ij l_jk / l_jj, so every sector i loses l_ij x_j / l_jj.
    LT_ASSIGN(const Rows leontief, InverseOfIMinus(Dense(flows.a), budget));
    for (Vertex j : sectors) add({j}, leontief.col(j).sum() * x[j] / leontief(j, j));
  } else {
    for (Vertex j : sectors) {
      budget.Progress(static_cast<double>(result.losses.size()) / static_cast<double>(sectors.size()));
      const Result<double> loss = solve({j});
      if (!loss.ok() && (loss.code() == Code::kBudget || loss.code() == Code::kCancelled)) {
        result.header.Stop(loss.status(), Text(result.losses.size(), " of ", sectors.size(), " sectors are done"));
        break;
      }
      LT_TRY(loss);
      add({j}, *loss);
    }
  }
  return result;
}

Result<std::vector<Contribution>> ExplainExtraction(const Snapshot& g, const Economy& economy, const std::vector<Vertex>& sectors,
                                                    size_t limit, const Budget& budget) {
  LT_TRY(CheckSectors(g, sectors));
  LT_ASSIGN(const Flows flows, ReadFlows(g, economy, budget));
  LT_ASSIGN(const StrongParts parts, FindStrongParts(flows.a.begin, flows.a.column, budget));
  LT_ASSIGN(const std::vector<double> before, SolveFixedPoint(flows.a, parts, flows.demand, budget));
  LT_ASSIGN(const std::vector<double> after, OutputWithout(flows, parts, sectors, budget));
  std::vector<Contribution> parts_of_loss;
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (std::find(sectors.begin(), sectors.end(), v) != sectors.end()) continue;
    if (before[v] != after[v]) parts_of_loss.push_back({v, kNoVertex, before[v] - after[v]});
  }
  return TopContributions(std::move(parts_of_loss), limit);
}

}  // namespace liantu::analysis
