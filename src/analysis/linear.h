// SPDX-License-Identifier: Apache-2.0
// The sparse linear algebra behind the chain measures: strongly connected components, spectral radius of a non-negative
// matrix with bounds, x = b + Mx, Laplacian systems. Used inside analysis only. The same bits for any number of threads; every
// loop polls the budget, which library solvers cannot. Small dense problems go to Eigen.
#pragma once

#include <span>
#include <vector>

#include "analysis/common.h"

namespace liantu::analysis {
class Stopper;

// A square sparse matrix by rows. Columns of a row need not be sorted or distinct (equal ones add up).
struct SparseMatrix {
  std::vector<uint64_t> begin{0};
  std::vector<uint32_t> column;
  std::vector<double> value;

  uint32_t size() const { return static_cast<uint32_t>(begin.size() - 1); }
  void Add(uint32_t to, double x) {
    column.push_back(to);
    value.push_back(x);
  }
  void EndRow() { begin.push_back(column.size()); }
};
// The matrix with m(v, t) = value(v, t, arc) for each arc v -> t (transposed: m(t, v)). Zero values are left out.
template <class Value>
Result<SparseMatrix> MatrixOf(const Snapshot& g, bool transposed, const Budget& budget, Value value) {
  SparseMatrix m;
  m.begin.reserve(g.vertex_count() + 1ull);
  m.column.reserve(g.arc_count()), m.value.reserve(g.arc_count());
  Poll poll(budget);
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    const auto row = transposed ? g.in(v) : g.out(v);
    if (poll.Spent(row.size() + 1)) return budget.Check();
    for (size_t i = 0; i < row.size(); ++i) {
      const uint32_t arc = transposed ? g.in_arc(v, i) : g.row_begin(v) + static_cast<uint32_t>(i);
      const double x = transposed ? value(row[i], v, arc) : value(v, row[i], arc);
      if (x != 0) m.Add(row[i], x);
    }
    m.EndRow();
  }
  return m;
}

// Components numbered so that every arc row -> column goes to an equal or smaller number (Tarjan 1972). Linear.
struct StrongParts {
  std::vector<uint32_t> part;              // of each row
  std::vector<uint64_t> begin{0};          // members of part p: members[begin[p] .. begin[p+1])
  std::vector<uint32_t> members;           // ascending within a part
  uint32_t count() const { return static_cast<uint32_t>(begin.size() - 1); }
};
Result<StrongParts> FindStrongParts(const std::vector<uint64_t>& begin, const std::vector<uint32_t>& column, const Budget& budget);

// Bounds of the spectral radius of a non-negative matrix: lower <= rho <= upper (Collatz 1942, Wielandt 1950), by strong
// component, so that a matrix without cycles has exactly 0. Stops as soon as `limit` is decided (upper < limit or
// lower >= limit) or the bounds are 1e-12 apart; a component of at most 128 rows is solved by Eigen.
struct RadiusBounds {
  double lower = 0, upper = 0;
};
// The rows of somebody else's matrix; all values are 1 where there are none.
struct MatrixView {
  const std::vector<uint64_t>& begin;
  const std::vector<uint32_t>& column;
  std::span<const double> value;
  uint32_t size() const { return static_cast<uint32_t>(begin.size() - 1); }
  double at(uint64_t entry) const { return value.empty() ? 1 : value[entry]; }
};
Result<RadiusBounds> SpectralRadius(const MatrixView& m, double limit, const Budget& budget);

// Some rows of a matrix as a matrix of their own, longest rows first, so that what is read most lies together.
struct LocalRows {
  std::vector<uint32_t> members;  // local number -> row
  SparseMatrix matrix;
};
// The members in that order and their places in `place` (as long as the whole matrix), room for the rows, but no rows yet.
LocalRows TakeRows(const MatrixView& m, std::span<const uint32_t> members, std::vector<uint32_t>& place);
// y = Mx and the inner product, in parallel, the same for any number of threads.
Status Multiply(const SparseMatrix& m, const std::vector<double>& x, std::vector<double>& y, Stopper& stop);
double Dot(const std::vector<double>& a, const std::vector<double>& b, Stopper& stop);

// x = b + Mx for M >= 0 with spectral radius below 1, component by component in dependency order (exact where there are no
// cycles); a cyclic component of at most 128 rows by Eigen, larger ones by Gauss-Seidel or BiCGSTAB until no entry moves, or no
// equation is off, by more than kSolveTolerance of the largest entry.
inline constexpr double kSolveTolerance = 1e-14;
Result<std::vector<double>> SolveFixedPoint(const SparseMatrix& m, const StrongParts& parts, const std::vector<double>& b,
                                            const Budget& budget);

}  // namespace liantu::analysis
