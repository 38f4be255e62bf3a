// SPDX-License-Identifier: Apache-2.0
// Iterations that keep to one order and poll the budget; Eigen for what is small and dense.
#include "analysis/linear.h"

#include <eigen3/Eigen/Dense>

namespace liantu::analysis {
namespace {

constexpr size_t kDense = 128;  // Eigen's eigenvalues of that size take about 20 ms, which no budget notices
constexpr int kMaxSweeps = 100'000;

// The rows and columns of one part as a dense matrix. `local` maps members to their places.
Eigen::MatrixXd DensePart(const SparseMatrix& m, const StrongParts& parts, uint32_t part, std::vector<uint32_t>& local) {
  const uint64_t first = parts.begin[part], size = parts.begin[part + 1] - first;
  for (uint64_t i = 0; i < size; ++i) local[parts.members[first + i]] = static_cast<uint32_t>(i);
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size));
  for (uint64_t i = 0; i < size; ++i) {
    const uint32_t row = parts.members[first + i];
    for (uint64_t e = m.begin[row]; e < m.begin[row + 1]; ++e) {
      if (parts.part[m.column[e]] == part) dense(static_cast<Eigen::Index>(i), local[m.column[e]]) += m.value[e];
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

Result<RadiusBounds> SpectralRadius(const SparseMatrix& m, double limit, const Budget& budget) {
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
            if (parts.part[m.column[e]] == part) sum += m.value[e] * x[m.column[e]];
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

Result<std::vector<double>> SolveFixedPoint(const SparseMatrix& m, const StrongParts& parts, const std::vector<double>& b,
                                            const Budget& budget) {
  std::vector<double> x(m.size(), 0);
  std::vector<uint32_t> local(m.size());
  Poll poll(budget);
  // What row v gets from b and from the members of other parts, or from all.
  auto known = [&](uint32_t v, uint32_t part) {
    double sum = b[v];
    for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) {
      if (parts.part[m.column[e]] != part) sum += m.value[e] * x[m.column[e]];
    }
    return sum;
  };
  for (uint32_t part = 0; part < parts.count(); ++part) {
    const uint64_t first = parts.begin[part], size = parts.begin[part + 1] - first;
    if (size == 1) {
      const uint32_t v = parts.members[first];
      if (poll.Spent(m.begin[v + 1] - m.begin[v] + 1)) return budget.Check();
      double loop = 0;
      for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) loop += m.column[e] == v ? m.value[e] : 0;
      x[v] = known(v, part) / (1 - loop);
    } else if (size <= kDense) {
      if (poll.Spent(size * size * size / 8)) return budget.Check();
      const auto k = static_cast<Eigen::Index>(size);
      const Eigen::MatrixXd dense = Eigen::MatrixXd::Identity(k, k) - DensePart(m, parts, part, local);
      Eigen::VectorXd right(k);
      for (Eigen::Index i = 0; i < k; ++i) right(i) = known(parts.members[first + static_cast<uint64_t>(i)], part);
      const Eigen::VectorXd solved = dense.partialPivLu().solve(right);
      for (Eigen::Index i = 0; i < k; ++i) x[parts.members[first + static_cast<uint64_t>(i)]] = solved(i);
    } else {
      bool settled = false;
      for (int sweep = 0; sweep < kMaxSweeps && !settled; ++sweep) {
        double change = 0, largest = 0;
        for (uint64_t i = first; i < first + size; ++i) {
          const uint32_t v = parts.members[i];
          if (poll.Spent(m.begin[v + 1] - m.begin[v] + 1)) return budget.Check();
          double sum = b[v], loop = 0;
          for (uint64_t e = m.begin[v]; e < m.begin[v + 1]; ++e) {
            if (m.column[e] == v) loop += m.value[e];
            else sum += m.value[e] * x[m.column[e]];
          }
          const double now = sum / (1 - loop);
          change = std::max(change, std::abs(now - x[v]));
          largest = std::max(largest, std::abs(now));
          x[v] = now;
        }
        settled = change <= kSolveTolerance * largest;
      }
      if (!settled) {
        return Status(Code::kInvalid, Text("the linear system of ", size, " vertices in one cycle component did not settle in ",
                                           kMaxSweeps, " sweeps: it is too close to singular"));
      }
    }
  }
  return x;
}

}  // namespace liantu::analysis
