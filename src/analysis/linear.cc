// SPDX-License-Identifier: Apache-2.0
// Iterations that keep to one order and poll the budget; Eigen for what is small and dense.
#include "analysis/linear.h"

#include <eigen3/Eigen/Dense>
#include <limits>
#include <numeric>

#include "analysis/parallel.h"

namespace liantu::analysis {
namespace {

constexpr size_t kDense = 128;  // Eigen's eigenvalues of that size take about 20 ms, which no budget notices
constexpr int kMaxSweeps = 100'000;

// The rows and columns of one part as a dense matrix. `local` maps members to their places.
Eigen::MatrixXd DensePart(const MatrixView& m, const StrongParts& parts, uint32_t part, std::vector<uint32_t>& local) {
  const uint64_t first = parts.begin[part], size = parts.begin[part + 1] - first;
  for (uint64_t i = 0; i < size; ++i) local[parts.members[first + i]] = static_cast<uint32_t>(i);
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size));
  for (uint64_t i = 0; i < size; ++i) {
    const uint32_t row = parts.members[first + i];
    for (uint64_t e = m.begin[row]; e < m.begin[row + 1]; ++e) {
      if (parts.part[m.column[e]] == part) dense(static_cast<Eigen::Index>(i), local[m.column[e]]) += m.at(e);
    }
  }
  return dense;
}

}  // namespace

Result<StrongParts> FindStrongParts(const std::vector<uint64_t>& begin, const std::vector<uint32_t>& column, const Budget& budget) {
  const auto n = static_cast<uint32_t>(begin.size() - 1);
  constexpr uint32_t kUnseen = 0xFFFFFFFFu;
  StrongParts result;
  result.part.assign(n, kUnseen);
  std::vector<uint32_t> found(n, kUnseen), low(n), open, walk;  // walk: the path of the depth-first search
  std::vector<uint64_t> next(begin.begin(), begin.end() - 1);
  uint32_t clock = 0, parts = 0;
  Poll poll(budget);
  for (uint32_t root = 0; root < n; ++root) {
    if (found[root] != kUnseen) continue;
    walk.push_back(root);
    while (!walk.empty()) {
      const uint32_t v = walk.back();
      if (found[v] == kUnseen) {
        found[v] = low[v] = clock++;
        open.push_back(v);
      }
      if (poll.Spent()) return budget.Check();
      if (next[v] < begin[v + 1]) {
        const uint32_t t = column[next[v]++];
        if (found[t] == kUnseen) walk.push_back(t);
        else if (result.part[t] == kUnseen) low[v] = std::min(low[v], found[t]);
        continue;
      }
      walk.pop_back();
      if (!walk.empty()) low[walk.back()] = std::min(low[walk.back()], low[v]);
      if (low[v] != found[v]) continue;
      for (uint32_t t = kUnseen; t != v;) {
        t = open.back();
        open.pop_back();
        result.part[t] = parts;
      }
      ++parts;
    }
  }
  result.begin.assign(parts + 1ull, 0);
  for (uint32_t p : result.part) ++result.begin[p + 1];
  for (uint32_t p = 0; p < parts; ++p) result.begin[p + 1] += result.begin[p];
  result.members.resize(n);
  std::vector<uint64_t> at(result.begin.begin(), result.begin.end() - 1);
  for (uint32_t v = 0; v < n; ++v) result.members[at[result.part[v]]++] = v;
  return result;
}

Result<RadiusBounds> SpectralRadius(const MatrixView& m, double limit, const Budget& budget) {
  LT_ASSIGN(const StrongParts parts, FindStrongParts(m.begin, m.column, budget));
  RadiusBounds whole;
  std::vector<uint32_t> local(m.size());
  std::vector<double> x(m.size()), y(m.size());
  Poll poll(budget);
  for (uint32_t part = 0; part < parts.count(); ++part) {
    const uint64_t first = parts.begin[part], last = parts.begin[part + 1];
    RadiusBounds own;
    if (last - first <= kDense) {
      if (poll.Spent((last - first) * (last - first))) return budget.Check();
      const Eigen::MatrixXd dense = DensePart(m, parts, part, local);
      if (last - first == 1) own.lower = own.upper = dense(0, 0);
      else own.lower = own.upper = dense.eigenvalues().cwiseAbs().maxCoeff();
    } else {
      // Power iteration on I + M, which is primitive, so the bounds meet.
      for (uint64_t i = first; i < last; ++i) x[parts.members[i]] = 1;
      own.upper = std::numeric_limits<double>::infinity();
      for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
        double lower = std::numeric_limits<double>::infinity(), upper = 0, largest = 0;
        for (uint64_t i = first; i < last; ++i) {
          const uint32_t v = parts.members[i];
          if (poll.Spent(m.begin[v + 1] - m.begin[v] + 1)) return budget.Check();
          double sum = 0;
          for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) {
            if (parts.part[m.column[e]] == part) sum += m.at(e) * x[m.column[e]];
          }
          lower = std::min(lower, sum / x[v]);
          upper = std::max(upper, sum / x[v]);
          y[v] = x[v] + sum;
          largest = std::max(largest, y[v]);
        }
        own.lower = std::max(own.lower, lower);
        own.upper = std::min(own.upper, upper);
        if (own.upper < limit || own.lower >= limit || own.upper - own.lower <= 1e-12 * own.upper) break;
        for (uint64_t i = first; i < last; ++i) x[parts.members[i]] = y[parts.members[i]] / largest;
      }
    }
    whole.lower = std::max(whole.lower, own.lower);
    whole.upper = std::max(whole.upper, own.upper);
    if (whole.lower >= limit) return whole;
  }
  return whole;
}

LocalRows TakeRows(const MatrixView& m, std::span<const uint32_t> members, std::vector<uint32_t>& place) {
  LocalRows rows;
  rows.members.assign(members.begin(), members.end());
  const auto length = [&](uint32_t v) { return m.begin[v + 1] - m.begin[v]; };
  // By falling length of row, in one pass for each digit (Seward 1954): long rows are also those that are read most often.
  uint64_t longest = 0;
  for (uint32_t v : members) longest = std::max(longest, length(v));
  std::vector<uint32_t> sorted(members.size());
  for (int shift = 0; longest >> shift > 0; shift += 11) {
    std::vector<uint32_t> at(2049, 0);
    const auto digit = [&](uint32_t v) { return 2047 - (length(v) >> shift & 2047); };
    for (uint32_t v : rows.members) ++at[digit(v) + 1];
    std::partial_sum(at.begin(), at.end(), at.begin());
    for (uint32_t v : rows.members) sorted[at[digit(v)]++] = v;
    rows.members.swap(sorted);
  }
  uint64_t entries = 0;
  for (uint32_t i = 0; i < rows.members.size(); ++i) {
    place[rows.members[i]] = i;
    entries += length(rows.members[i]);
  }
  rows.matrix.begin.reserve(rows.members.size() + 1);
  rows.matrix.column.reserve(entries);
  rows.matrix.value.reserve(entries);
  return rows;
}

Status Multiply(const SparseMatrix& m, const std::vector<double>& x, std::vector<double>& y, Stopper& stop) {
  constexpr uint64_t kAhead = 16;
  const uint64_t last = m.column.empty() ? 0 : m.column.size() - 1;
  ForBlocks(m.size(), 2048, stop, [&](size_t begin, size_t end) {
    for (size_t v = begin; v < end; ++v) {
      double sum = 0;
      for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) {
        __builtin_prefetch(&x[m.column[std::min(e + kAhead, last)]]);
        sum += m.value[e] * x[m.column[e]];
      }
      y[v] = sum;
    }
  }, m.column.size());
  return stop.spent() ? stop.budget().Check() : Status();
}

double Dot(const std::vector<double>& a, const std::vector<double>& b, Stopper& stop) {
  return SumBlocks(a.size(), kBlock, stop, [&](size_t begin, size_t end) {
    double sum = 0;
    for (size_t i = begin; i < end; ++i) sum += a[i] * b[i];
    return sum;
  });
}

namespace {

double Largest(const std::vector<double>& x) {
  double largest = 0;
  for (double v : x) largest = std::max(largest, std::abs(v));
  return largest;
}

// x = b + Mx for a matrix without diagonal, from the x at hand, until what is left of every equation is kSolveTolerance of the
// largest entry: BiCGSTAB (van der Vorst 1992), begun anew from the true rest where it says it is done or breaks down.
// False: it gets no nearer.
Result<bool> Krylov(const SparseMatrix& m, const std::vector<double>& b, std::vector<double>& x, Stopper& stop) {
  const size_t n = m.size();
  std::vector<double> r(n), shadow(n), p(n), v(n), t(n);
  double before = std::numeric_limits<double>::infinity();
  for (int attempt = 0; attempt < 30; ++attempt) {
    LT_TRY(Multiply(m, x, v, stop));
    for (size_t i = 0; i < n; ++i) r[i] = b[i] + v[i] - x[i];
    const double enough = kSolveTolerance * Largest(x), rest = Largest(r);
    if (rest <= enough) return true;
    if (!std::isfinite(rest)) return false;
    if (attempt > 3 && rest > before / 2) return rest <= 64 * enough;  // rounding leaves no more
    before = rest;
    shadow = p = r;
    double rho = Dot(r, r, stop);
    for (int step = 0; step < 1000; ++step) {
      LT_TRY(Multiply(m, p, v, stop));
      for (size_t i = 0; i < n; ++i) v[i] = p[i] - v[i];
      const double alpha = rho / Dot(shadow, v, stop);
      for (size_t i = 0; i < n; ++i) r[i] -= alpha * v[i];
      LT_TRY(Multiply(m, r, t, stop));
      for (size_t i = 0; i < n; ++i) t[i] = r[i] - t[i];
      const double tt = Dot(t, t, stop), omega = tt > 0 ? Dot(t, r, stop) / tt : 0;
      const double next_rho = (stop.spent() ? 0 : Dot(shadow, r, stop) - omega * Dot(shadow, t, stop));
      if (stop.spent()) return stop.budget().Check();
      const double beta = next_rho / rho * (alpha / omega);
      if (!std::isfinite(alpha) || !std::isfinite(beta)) break;
      double left = 0;
      for (size_t i = 0; i < n; ++i) {
        x[i] += alpha * p[i] + omega * r[i];
        r[i] -= omega * t[i];
        left = std::max(left, std::abs(r[i]));
        p[i] = r[i] + beta * (p[i] - omega * v[i]);
      }
      rho = next_rho;
      if (left <= enough / 2 || rho == 0) break;
    }
  }
  return false;
}

// One part that is a cycle or several, larger than Eigen should see. Gauss and Seidel's sweeps are enough where flows fade;
// where they go round and round almost without loss, sweeps would take thousands and Krylov's vectors a few dozen.
Status SolveLargePart(const SparseMatrix& m, const StrongParts& parts, uint32_t part, const std::vector<double>& known,
                      std::vector<uint32_t>& place, std::vector<double>& x, const Budget& budget) {
  constexpr int kSweeps = 60;
  const std::span<const uint32_t> members(&parts.members[parts.begin[part]], parts.begin[part + 1] - parts.begin[part]);
  LocalRows rows = TakeRows({m.begin, m.column, m.value}, members, place);
  std::vector<double> b(rows.members.size()), y(rows.members.size(), 0);
  Poll poll(budget);
  for (size_t i = 0; i < rows.members.size(); ++i) {
    const uint32_t v = rows.members[i];
    if (poll.Spent(m.begin[v + 1] - m.begin[v] + 1)) return budget.Check();
    double loop = 0;
    for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) loop += m.column[e] == v ? m.value[e] : 0;
    for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) {
      if (m.column[e] != v && parts.part[m.column[e]] == part) rows.matrix.Add(place[m.column[e]], m.value[e] / (1 - loop));
    }
    rows.matrix.EndRow();
    b[i] = known[v] / (1 - loop);
  }
  bool settled = false, krylov = true;
  for (int sweep = 0; sweep < kMaxSweeps && !settled; ++sweep) {
    if (sweep == kSweeps && krylov) {
      Stopper stop(budget);
      const std::vector<double> start = y;
      LT_ASSIGN(settled, Krylov(rows.matrix, b, y, stop));
      if (settled) break;
      if (!std::isfinite(Largest(y))) y = start;
      krylov = false;
    }
    double change = 0, largest = 0;
    for (size_t i = 0; i < y.size(); ++i) {
      if (poll.Spent(rows.matrix.begin[i + 1] - rows.matrix.begin[i] + 1)) return budget.Check();
      double now = b[i];
      for (uint64_t e = rows.matrix.begin[i]; e < rows.matrix.begin[i + 1]; ++e) now += rows.matrix.value[e] * y[rows.matrix.column[e]];
      change = std::max(change, std::abs(now - y[i]));
      largest = std::max(largest, std::abs(now));
      y[i] = now;
    }
    settled = change <= kSolveTolerance * largest;
  }
  if (!settled) {
    return {Code::kInvalid, Text("the linear system of ", y.size(), " vertices in one cycle component did not settle in ", kMaxSweeps,
                                 " sweeps: it is too close to singular")};
  }
  for (size_t i = 0; i < y.size(); ++i) x[rows.members[i]] = y[i];
  return {};
}

}  // namespace

Result<std::vector<double>> SolveFixedPoint(const SparseMatrix& m, const StrongParts& parts, const std::vector<double>& b,
                                            const Budget& budget) {
  std::vector<double> x(m.size(), 0), known(b);
  std::vector<uint32_t> place(m.size());
  Poll poll(budget, m.size() + m.column.size());
  // What row v gets from b and from the members of other parts.
  auto from_others = [&](uint32_t v, uint32_t part) {
    double sum = b[v];
    for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) {
      if (parts.part[m.column[e]] != part) sum += m.value[e] * x[m.column[e]];
    }
    return sum;
  };
  for (uint32_t part = 0; part < parts.count(); ++part) {
    const uint64_t first = parts.begin[part], size = parts.begin[part + 1] - first;
    for (uint64_t i = first; i < first + size; ++i) {
      const uint32_t v = parts.members[i];
      if (poll.Spent(m.begin[v + 1] - m.begin[v] + 1)) return budget.Check();
      known[v] = from_others(v, part);
    }
    if (size == 1) {
      const uint32_t v = parts.members[first];
      double loop = 0;
      for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) loop += m.column[e] == v ? m.value[e] : 0;
      x[v] = known[v] / (1 - loop);
    } else if (size <= kDense) {
      if (poll.Spent(size * size * size / 8)) return budget.Check();
      const auto k = static_cast<Eigen::Index>(size);
      const Eigen::MatrixXd dense = Eigen::MatrixXd::Identity(k, k) - DensePart({m.begin, m.column, m.value}, parts, part, place);
      Eigen::VectorXd right(k);
      for (Eigen::Index i = 0; i < k; ++i) right(i) = known[parts.members[first + static_cast<uint64_t>(i)]];
      const Eigen::VectorXd solved = dense.partialPivLu().solve(right);
      for (Eigen::Index i = 0; i < k; ++i) x[parts.members[first + static_cast<uint64_t>(i)]] = solved(i);
    } else {
      LT_TRY(SolveLargePart(m, parts, part, known, place, x, budget));
    }
  }
  return x;
}

}  // namespace liantu::analysis
