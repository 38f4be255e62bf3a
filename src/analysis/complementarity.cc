// SPDX-License-Identifier: Apache-2.0
// Tables over a bipartite snapshot; the symmetric form of the complexity matrix for its eigenvectors.
#include "analysis/complementarity.h"

#include <eigen3/Eigen/Dense>
#include <limits>
#include <numeric>

#include "analysis/polled_sort.h"

namespace liantu::analysis {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kNothingNear = "no other activity is near this one";

std::string DefinitionOf(const SpecialisationOptions& options) {
  return Text("RCA (location quotient) = (x_cp/x_c)/(x_p/x), M = [RCA >= ", options.threshold, "]; at least ", options.min_place_total, " in a place and ",
              options.min_activity_total, " in an activity");
}
constexpr const char* kReference = "Balassa 1965";
constexpr const char* kNormalisation = "1 = the share of the whole";

Status CheckCells(size_t rows, size_t columns, const Budget& budget) {
  if (rows * columns > kMaxTableCells) {
    return Status(Code::kInvalid, Text("specialisation: ", rows, " places and ", columns, " activities make more than ", kMaxTableCells,
                                       " cells; choose coarser ones"));
  }
  return budget.CheckBytes(9 * rows * columns);
}

// From the amounts all that is judged of them. False: the budget ended.
bool Judge(std::vector<double> x, const SpecialisationOptions& options, const Budget& budget, SpecialisationResult& result) {
  const size_t rows = result.places.size(), columns = result.activities.size(), cells = rows * columns;
  Poll poll(budget);
  result.place_totals.assign(rows, 0);
  result.activity_totals.assign(columns, 0);
  double total = 0;
  for (size_t c = 0; c < rows; ++c) {
    for (size_t p = 0; p < columns; ++p) {
      result.place_totals[c] += x[c * columns + p];
      result.activity_totals[p] += x[c * columns + p];
    }
    total += result.place_totals[c];
  }
  result.specialised.assign(cells, 0);
  result.diversity.assign(rows, 0);
  result.ubiquity.assign(columns, 0);
  uint64_t small = 0;
  for (size_t p = 0; p < columns; ++p) small += result.activity_totals[p] > 0 && result.activity_totals[p] < 5;
  for (size_t c = 0; c < rows; ++c) {
    if (poll.Spent(columns)) return false;
    for (size_t p = 0; p < columns; ++p) {
      const double xc = result.place_totals[c], xp = result.activity_totals[p];
      double& cell = x[c * columns + p];
      const bool judged = xc > 0 && xp > 0 && xc >= options.min_place_total && xp >= options.min_activity_total;
      cell = judged ? (cell / xc) / (xp / total) : kNaN;
      if (!judged || cell < options.threshold) continue;
      result.specialised[c * columns + p] = 1;
      ++result.diversity[c];
      ++result.ubiquity[p];
    }
  }
  result.rca = {rows, columns, std::move(x), "the place or the activity has nothing, or less than the minimum count"};
  if (small > 0) result.header.warnings.push_back(Text(small, " activities have less than 5 in all; their quotients say little"));
  return true;
}

}  // namespace

Result<SpecialisationResult> Specialisation(const Snapshot& g, const SpecialisationOptions& options, const Budget& budget) {
  LT_TRY(CountGroups(g, options.sides));
  LT_TRY(CheckWeights(g, "specialisation"));
  SpecialisationResult result;
  result.header = MakeHeader(g, DefinitionOf(options), kReference, kNormalisation);
  std::vector<uint32_t> at(g.vertex_count(), 0);  // row or column
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (options.sides[v] < 0) continue;
    if (options.sides[v] > 1) {
      return Status(Code::kInvalid, Text("specialisation: sides are 0 (place), 1 (activity) or -1, found ", options.sides[v], " at vertex ", v));
    }
    auto& list = options.sides[v] == 0 ? result.places : result.activities;
    at[v] = static_cast<uint32_t>(list.size());
    list.push_back(v);
  }
  const size_t rows = result.places.size(), columns = result.activities.size();
  LT_TRY(CheckCells(rows, columns, budget));
  std::vector<double> x;
  if (!PolledFill(x, rows * columns, 0.0, budget)) return budget.Check();
  Poll poll(budget);
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const Vertex t = g.target(a);
      if (g.undirected() && t < v) continue;
      const int32_t from = options.sides[v], to = options.sides[t];
      if (from == 0 && to == 1) x[at[v] * columns + at[t]] += g.weight(a);
      if (from == 1 && to == 0) x[at[t] * columns + at[v]] += g.weight(a);
    }
  }
  if (!Judge(std::move(x), options, budget, result)) return budget.Check();
  return result;
}

Result<SpecialisationResult> SpecialisationOfTable(std::vector<double> x, size_t activities, const SpecialisationOptions& options, const Budget& budget) {
  const size_t places = activities == 0 ? 0 : x.size() / activities;
  LT_ASSERT(places * activities == x.size());
  SpecialisationResult result;
  result.header = {.projection = Text("a table of ", places, " places and ", activities, " activities"), .definition = DefinitionOf(options),
                   .reference = kReference, .normalisation = kNormalisation};
  LT_TRY(CheckCells(places, activities, budget));
  result.places.resize(places);
  result.activities.resize(activities);
  std::iota(result.places.begin(), result.places.end(), Vertex{0});
  std::iota(result.activities.begin(), result.activities.end(), Vertex{0});
  if (!Judge(std::move(x), options, budget, result)) return budget.Check();
  return result;
}

Result<RelatednessResult> Relatedness(const Snapshot& g, const SpecialisationOptions& options, const Budget& budget) {
  RelatednessResult result;
  LT_ASSIGN(result.base, Specialisation(g, options, budget));
  const SpecialisationResult& base = result.base;
  const size_t rows = base.places.size(), columns = base.activities.size();
  if (columns * columns > kMaxTableCells) {
    return Status(Code::kInvalid, Text("relatedness: the table of ", columns, " x ", columns, " activities is too large; choose coarser activities"));
  }
  LT_TRY(budget.CheckBytes(8 * (columns * columns + rows * columns)));
  result.header = MakeHeader(g, "phi_pq = sum_c M_cp M_cq / max(k_p,k_q); density d_cp = sum_{q != p} M_cq phi_pq / sum_{q != p} phi_pq; "
                                "these are statistical suggestions of what could fit",
                             "Hidalgo, Klinger, Barabasi & Hausmann 2007", "both in [0, 1]", "missing activities by density, then ascending node id");
  result.header.warnings = base.header.warnings;
  std::vector<double> phi;
  if (!PolledFill(phi, columns * columns, 0.0, budget)) return budget.Check();
  std::vector<std::vector<uint32_t>> held(rows);
  Poll poll(budget);
  for (size_t c = 0; c < rows; ++c) {
    for (uint32_t p = 0; p < columns; ++p) {
      if (base.m(c, p)) held[c].push_back(p);
    }
    for (uint32_t p : held[c]) {
      if (poll.Spent(held[c].size() + 1)) return budget.Check();
      for (uint32_t q : held[c]) ++phi[p * columns + q];
    }
  }
  std::vector<double> around(columns, 0);  // sum_{q != p} phi_pq
  for (size_t p = 0; p < columns; ++p) {
    if (poll.Spent(columns)) return budget.Check();
    for (size_t q = 0; q < columns; ++q) {
      const uint32_t most = std::max(base.ubiquity[p], base.ubiquity[q]);
      double& cell = phi[p * columns + q];
      cell = most > 0 ? cell / most : kNaN;
      if (most > 0 && p != q) around[p] += cell;
    }
  }
  std::vector<double> density;
  if (!PolledFill(density, rows * columns, kNaN, budget)) return budget.Check();
  result.missing.resize(rows);
  for (size_t c = 0; c < rows; ++c) {
    for (uint32_t p = 0; p < columns; ++p) {
      if (poll.Spent(held[c].size() + 1)) return budget.Check();
      if (around[p] > 0) {
        double sum = 0;
        for (uint32_t q : held[c]) {
          if (q != p) sum += phi[p * columns + q];
        }
        density[c * columns + p] = sum / around[p];
      }
      if (!base.m(c, p)) result.missing[c].push_back(p);
    }
    auto key = [&](uint32_t p) { return std::isnan(density[c * columns + p]) ? -1 : density[c * columns + p]; };
    std::stable_sort(result.missing[c].begin(), result.missing[c].end(), [&](uint32_t p, uint32_t q) { return key(p) > key(q); });
  }
  result.proximity = {columns, columns, std::move(phi), "no place is specialised in either activity"};
  result.density = {rows, columns, std::move(density), kNothingNear};
  return result;
}

Result<std::vector<Measure>> DensityOf(const SpecialisationResult& base, size_t place, std::span<const uint32_t> activities, const Budget& budget) {
  const size_t rows = base.places.size(), columns = base.activities.size();
  std::vector<Measure> out;
  std::vector<uint32_t> both(columns);  // places that have this activity and each other
  Poll poll(budget);
  for (const uint32_t p : activities) {
    std::fill(both.begin(), both.end(), 0);
    for (size_t c = 0; c < rows; ++c) {
      if (!base.m(c, p)) continue;
      if (poll.Spent(columns)) return budget.Check();
      const uint8_t* has = base.specialised.data() + c * columns;
      for (size_t q = 0; q < columns; ++q) both[q] += has[q];
    }
    double sum = 0, around = 0;
    for (size_t q = 0; q < columns; ++q) {
      const uint32_t most = std::max(base.ubiquity[p], base.ubiquity[q]);
      if (q == p || most == 0) continue;
      const double phi = static_cast<double>(both[q]) / most;
      around += phi;
      if (base.m(place, q)) sum += phi;
    }
    out.push_back(around > 0 ? Measure(sum / around) : Measure::Undefined(kNothingNear));
  }
  return out;
}

std::vector<Contribution> ExplainDensity(const RelatednessResult& result, size_t place, size_t activity, size_t limit) {
  const size_t columns = result.base.activities.size();
  std::vector<Contribution> parts;
  double around = 0;
  for (size_t q = 0; q < columns; ++q) {
    const Measure phi = result.proximity(activity, q);
    if (q == activity || !phi.defined()) continue;
    around += *phi;
    if (result.base.m(place, q) && *phi > 0) parts.push_back({result.base.activities[q], kNoVertex, *phi});
  }
  for (Contribution& part : parts) part.amount /= around;
  return TopContributions(std::move(parts), limit);
}

namespace {

// (x - mean) / population sd in place; false where the sd is 0.
bool Standardise(std::vector<double>& x) {
  const auto n = static_cast<double>(x.size());
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  double squares = 0;
  for (double& v : x) v -= mean, squares += v * v;
  const double sd = std::sqrt(squares / n);
  if (!(sd > 1e-12)) return false;
  for (double& v : x) v /= sd;
  return true;
}

// The eigenvalues of a symmetric matrix, largest first, and the eigenvector of the second: Householder's reduction to three
// diagonals, eigenvalues of these by Eigen, and inverse iteration (Wilkinson 1965). Library solvers do it in one step that
// no budget interrupts.
class SecondEigenpair {
 public:
  // Consumes the matrix, of at least two rows.
  explicit SecondEigenpair(Eigen::MatrixXd a) : a_(std::move(a)), n_(a_.rows()), reflection_(n_) {}

  Status Solve(const Budget& budget) {
    for (Eigen::Index k = 0; k + 2 < n_; ++k) {
      if (k % 4 == 0) {
        if (budget.Spent()) return budget.Check();
        budget.Progress(static_cast<double>(k) / static_cast<double>(n_));
      }
      const Eigen::Index rest = n_ - k - 1;
      double below = 0;
      a_.col(k).tail(rest).makeHouseholderInPlace(reflection_(k), below);
      a_(k + 1, k) = 1;
      const Eigen::VectorXd v = a_.col(k).tail(rest);
      auto block = a_.bottomRightCorner(rest, rest);
      Eigen::VectorXd p = block.selfadjointView<Eigen::Lower>() * (reflection_(k) * v);
      p -= reflection_(k) / 2 * p.dot(v) * v;
      block.selfadjointView<Eigen::Lower>().rankUpdate(v, p, -1);
      a_(k + 1, k) = below;
    }
    const Eigen::VectorXd diagonal = a_.diagonal(), below = a_.diagonal<-1>();
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(diagonal, below, Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success) return {Code::kInvalid, "complexity: the eigenvalues of the place matrix were not found"};
    values = solver.eigenvalues().reverse();
    vector = Eigen::VectorXd::Ones(n_);
    for (Eigen::Index i = 1; i < n_; i += 2) vector(i) = -0.5;  // not at right angles to what is sought
    for (int step = 0; step < 4; ++step) {
      vector = SolveShifted(diagonal, below, values(1), vector);
      vector.normalize();
    }
    for (Eigen::Index k = n_ - 2; k-- > 0;) {  // back through the reflections
      Eigen::VectorXd v = a_.col(k).tail(n_ - k - 1);
      v(0) = 1;
      vector.tail(n_ - k - 1) -= reflection_(k) * v.dot(vector.tail(n_ - k - 1)) * v;
    }
    return {};
  }

  Eigen::VectorXd values, vector;

 private:
  // (T - shift I)^-1 b by elimination with row exchanges; pivots that vanish are made tiny, as inverse iteration wants.
  static Eigen::VectorXd SolveShifted(const Eigen::VectorXd& diagonal, const Eigen::VectorXd& below, double shift, Eigen::VectorXd b) {
    const Eigen::Index n = diagonal.size();
    Eigen::VectorXd first = diagonal.array() - shift, second = Eigen::VectorXd::Zero(n), third = Eigen::VectorXd::Zero(n);
    second.head(n - 1) = below;
    const double tiny = 1e-300 + 1e-16 * (diagonal.cwiseAbs().maxCoeff() + below.cwiseAbs().maxCoeff());
    for (Eigen::Index i = 0; i + 1 < n; ++i) {
      double low = below(i);
      if (std::abs(low) > std::abs(first(i))) {
        std::swap(first(i), low);
        std::swap(second(i), first(i + 1));
        std::swap(third(i), second(i + 1));
        std::swap(b(i), b(i + 1));
      }
      if (std::abs(first(i)) < tiny) first(i) = tiny;
      const double factor = low / first(i);
      first(i + 1) -= factor * second(i);
      second(i + 1) -= factor * third(i);
      b(i + 1) -= factor * b(i);
    }
    if (std::abs(first(n - 1)) < tiny) first(n - 1) = tiny;
    for (Eigen::Index i = n; i-- > 0;) {
      if (i + 1 < n) b(i) -= second(i) * b(i + 1);
      if (i + 2 < n) b(i) -= third(i) * b(i + 2);
      b(i) /= first(i);
    }
    return b;
  }

  Eigen::MatrixXd a_;
  const Eigen::Index n_;
  Eigen::VectorXd reflection_;
};

}  // namespace

Result<ComplexityResult> Complexity(const Snapshot& g, const SpecialisationOptions& options, const Budget& budget) {
  constexpr double kSame = 1e-9;  // eigenvalues nearer than this are taken for equal
  ComplexityResult result;
  LT_ASSIGN(result.base, Specialisation(g, options, budget));
  const SpecialisationResult& base = result.base;
  result.header = MakeHeader(g, "ECI: second eigenvector of (M/k_c)(M^T/k_p), sign by corr(ECI, diversity) >= 0; PCI: mean ECI of the places "
                                "that have the activity",
                             "Hidalgo & Hausmann 2009", "z-scores over places (ECI) and activities (PCI), population standard deviation");
  result.header.warnings = base.header.warnings;
  std::vector<size_t> places, activities;  // those with at least one M
  for (size_t c = 0; c < base.places.size(); ++c) {
    if (base.diversity[c] > 0) places.push_back(c);
  }
  for (size_t p = 0; p < base.activities.size(); ++p) {
    if (base.ubiquity[p] > 0) activities.push_back(p);
  }
  const auto n = static_cast<Eigen::Index>(places.size());
  if (n < 2) return Status(Code::kInvalid, Text("complexity: needs at least two places with a specialisation, found ", n));
  if (places.size() > kMaxComplexityPlaces) {
    return Status(Code::kInvalid, Text("complexity: at most ", kMaxComplexityPlaces, " places, found ", n, "; choose coarser places"));
  }
  if (budget.Spent()) return budget.Check();
  // D_c^1/2 M~ D_c^-1/2 = D_c^-1/2 M D_p^-1 M^T D_c^-1/2 is symmetric with the same eigenvalues.
  Eigen::MatrixXd scaled(n, static_cast<Eigen::Index>(activities.size()));
  for (Eigen::Index c = 0; c < n; ++c) {
    for (Eigen::Index p = 0; p < scaled.cols(); ++p) {
      const size_t place = places[static_cast<size_t>(c)], activity = activities[static_cast<size_t>(p)];
      scaled(c, p) = base.m(place, activity) ? 1 / std::sqrt(double(base.diversity[place]) * base.ubiquity[activity]) : 0;
    }
  }
  Eigen::MatrixXd symmetric(n, n);
  for (Eigen::Index c = 0; c < n; c += 8) {
    if (budget.Spent()) return budget.Check();
    const Eigen::Index rows = std::min<Eigen::Index>(8, n - c);
    symmetric.middleRows(c, rows).noalias() = scaled.middleRows(c, rows) * scaled.transpose();
  }
  SecondEigenpair solver(std::move(symmetric));
  LT_TRY(solver.Solve(budget));
  result.eigenvalues.assign(solver.values.data(), solver.values.data() + n);
  const double second = result.eigenvalues[1];
  if (second > 1 - kSame) {
    return Status(Code::kInvalid, Text("complexity: the second eigenvalue is 1, so places and activities fall apart into unconnected blocks and "
                                       "cannot be ranked on one scale; run it on one block"));
  }
  if (second < kSame) return Status(Code::kInvalid, "complexity: the second eigenvalue is 0: all places have the same activities");
  if (n > 2 && second - result.eigenvalues[2] < kSame) {
    return Status(Code::kInvalid, Text("complexity: the second eigenvalue ", second, " is double, so its eigenvector is not one ranking"));
  }
  std::vector<double> eci(places.size());
  double covariance = 0, mean_diversity = 0;
  for (size_t c = 0; c < eci.size(); ++c) {
    eci[c] = solver.vector(static_cast<Eigen::Index>(c)) / std::sqrt(double(base.diversity[places[c]]));
    mean_diversity += base.diversity[places[c]] / static_cast<double>(eci.size());
  }
  if (!Standardise(eci)) return Status(Code::kInvalid, "complexity: all places come out equal");
  for (size_t c = 0; c < eci.size(); ++c) covariance += eci[c] * (base.diversity[places[c]] - mean_diversity);
  bool flip = covariance < -1e-9;
  if (std::abs(covariance) <= 1e-9) {
    flip = *std::find_if(eci.begin(), eci.end(), [](double e) { return std::abs(e) > 1e-9; }) < 0;
    result.header.warnings.push_back("ECI is uncorrelated with diversity: the sign is a convention (first place positive)");
  }
  for (double& e : eci) e = flip ? -e : e;
  result.eci.assign(base.places.size(), Measure::Undefined("the place has no specialisation"));
  for (size_t c = 0; c < eci.size(); ++c) result.eci[places[c]] = eci[c];
  std::vector<double> pci(activities.size(), 0);
  for (size_t p = 0; p < pci.size(); ++p) {
    for (size_t c = 0; c < eci.size(); ++c) pci[p] += base.m(places[c], activities[p]) ? eci[c] / base.ubiquity[activities[p]] : 0;
  }
  result.pci.assign(base.activities.size(), Measure::Undefined("no place is specialised in the activity"));
  const bool spread = Standardise(pci);
  for (size_t p = 0; p < pci.size(); ++p) result.pci[activities[p]] = spread ? Measure(pci[p]) : Measure::Undefined("all activities come out equal");
  return result;
}

}  // namespace liantu::analysis
