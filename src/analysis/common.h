// SPDX-License-Identifier: Apache-2.0
// The one shape of all analysis results, and the small helpers every method shares: a header that lets the result be
// repeated, numbers that may be undefined and say why, checked group vectors, a cheap poll of the budget, seeded random
// numbers that are the same on every platform. No method lives here.
//
// Every method is `Result<XResult> X(const graph::Snapshot&, const XOptions&, const Budget&)`. Options are plain structs
// with defaults. A failed Result means that the question cannot be answered (bad option, weights the method does not
// allow, a series that does not converge); an undefined number inside an answer is a Measure without a value. A call
// that meets a limit of its budget returns what it has with header.partial set; it fails with kBudget or kCancelled only
// where a part of the answer would be wrong rather than incomplete. Results do not depend on the thread count.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/snapshot.h"

namespace liantu::analysis {

using graph::kNoVertex;
using graph::Snapshot;
using graph::Vertex;

// What a reader needs to repeat a result. Stands first in every result struct as `header`.
struct Header {
  std::string projection;     // Projection::Describe() of the snapshot, with its vertex and edge counts
  std::string definition;     // the formula or rule, in words and signs
  std::string reference;      // author and year
  std::string normalisation;  // e.g. "none (raw counts)", "mean over sectors is 1"
  std::string ties;           // e.g. "equal scores by ascending node id"; empty where nothing is ranked
  std::vector<std::string> warnings;  // e.g. "group 2 has one member: no inside ties are possible"
  bool partial = false;       // a limit of the budget stopped the call
  std::string stopped;        // which limit, and how far the call had come; empty unless partial

  void Stop(const Status& why, std::string_view how_far) {
    partial = true;
    stopped = Text(why.message(), "; ", how_far);
  }
};

// What one pass over all rows polls for.
inline uint64_t WorkOfRows(const Snapshot& g) { return g.vertex_count() + g.arc_count(); }

inline Header MakeHeader(const Snapshot& g, std::string definition, std::string reference, std::string normalisation,
                         std::string ties = "equal scores by ascending node id") {
  return {.projection = Text(g.projection().Describe(), "; ", g.vertex_count(), " vertices, ", g.edge_count(), " edges"),
          .definition = std::move(definition),
          .reference = std::move(reference),
          .normalisation = std::move(normalisation),
          .ties = std::move(ties)};
}

// How edges are walked, for a definition; empty where the snapshot is undirected.
inline const char* DirectionWords(const Snapshot& g, graph::Direction direction) {
  if (g.undirected()) return "";
  return direction == graph::Direction::kOut ? "; along the edges"
         : direction == graph::Direction::kIn ? "; against the edges" : "; edges in either direction";
}

// A number, or none and the reason: an undefined value is never 0. `reason` is a string literal.
struct Measure {
  std::optional<double> value;
  const char* reason = "";

  Measure() = default;
  Measure(double v) : value(v) {}  // NOLINT: implicit by design
  static Measure Undefined(const char* reason) {
    Measure m;
    m.reason = reason;
    return m;
  }
  bool defined() const { return value.has_value(); }
  double operator*() const { return *value; }
};

// What a score is made of: a vertex or an arc's two ends, and its part of the score in the score's own unit.
struct Contribution {
  Vertex from = kNoVertex;
  Vertex to = kNoVertex;  // kNoVertex: the contribution of one vertex
  double amount = 0;
};

// The `limit` largest by absolute amount, ties by ascending vertex.
inline std::vector<Contribution> TopContributions(std::vector<Contribution> all, size_t limit) {
  const auto kept = all.begin() + static_cast<std::ptrdiff_t>(std::min(limit, all.size()));
  std::partial_sort(all.begin(), kept, all.end(), [](const Contribution& a, const Contribution& b) {
    const double x = std::abs(a.amount), y = std::abs(b.amount);
    return x != y ? x > y : std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
  all.erase(kept, all.end());
  return all;
}

// The group of every vertex, 0 … count-1, or -1 for none.
using Groups = std::vector<int32_t>;

// The number of groups (largest + 1). kInvalid: not one entry a vertex, or an entry below -1.
inline Result<int32_t> CountGroups(const Snapshot& g, const Groups& groups) {
  if (groups.size() != g.vertex_count()) {
    return Status(Code::kInvalid, Text("groups: expected one entry for each of the ", g.vertex_count(),
                                       " vertices, found ", groups.size()));
  }
  int32_t count = 0;
  for (size_t v = 0; v < groups.size(); ++v) {
    if (groups[v] < -1 || groups[v] >= static_cast<int64_t>(groups.size())) {
      return Status(Code::kInvalid, Text("groups: entry ", v, " is ", groups[v],
                                         "; expected -1 (no group) or a number from 0 below the vertex count"));
    }
    count = std::max(count, groups[v] + 1);
  }
  return count;
}

// kInvalid naming the first arc whose weight is negative or not finite (or zero, where `positive`).
inline Status CheckWeights(const Snapshot& g, const char* method, bool positive = false) {
  if (!g.weighted()) return {};
  for (Vertex v = 0; v < g.vertex_count(); ++v) {
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
      const double w = g.weight(a);
      if (w < 0 || !std::isfinite(w) || (positive && w == 0)) {
        return {Code::kInvalid, Text(method, ": needs ", positive ? "positive" : "non-negative", " finite weights; the edge from node ",
                                     g.node_id(v).raw, " to node ", g.node_id(g.target(a)).raw, " weighs ", w,
                                     "; choose another weight or filter these edges out")};
      }
    }
  }
  return {};
}

inline Status CheckDirected(const Snapshot& g, const char* method) {
  if (!g.undirected()) return {};
  return {Code::kInvalid, Text(method, ": needs arcs with a direction (from supplier to buyer), found an undirected projection; use a directed one")};
}

// kInvalid naming the first arc whose weight is not finite, for methods that only add weights up: negative ones may be.
inline Status CheckFiniteWeights(const Snapshot& g, const char* method) {
  for (uint32_t a = 0; g.weighted() && a < g.arc_count(); ++a) {
    if (!std::isfinite(g.weight(a))) {
      return {Code::kInvalid, Text(method, ": needs finite weights; an edge to node ", g.node_id(g.target(a)).raw, " weighs ", g.weight(a),
                                   "; choose another weight or filter it out")};
    }
  }
  return {};
}

inline Status CheckVertex(const Snapshot& g, Vertex v, const char* what) {
  if (v < g.vertex_count()) return {};
  return {Code::kInvalid, Text(what, ": vertex ", v, " is not one of the ", g.vertex_count(), " vertices of the projection")};
}

// Polls a budget every `kStep` units of work: `if (poll.Spent(row_length)) …`. One per thread. Where the whole work is known it
// reports progress too; then only one thread may have it.
class Poll {
 public:
  explicit Poll(const Budget& budget, uint64_t whole_work = 0) : budget_(budget), whole_(whole_work) {}
  bool Spent(uint64_t work = 1) {
    done_ += work;
    if (done_ < kStep) return spent_;
    before_ += std::exchange(done_, 0);
    if (whole_ > 0) budget_.Progress(std::min(1.0, static_cast<double>(before_) / static_cast<double>(whole_)));
    return spent_ = spent_ || budget_.Spent();
  }

 private:
  static constexpr uint64_t kStep = 20'000;
  const Budget& budget_;
  const uint64_t whole_;
  uint64_t before_ = 0, done_ = 0;
  bool spent_ = false;
};

// Seeded random numbers (SplitMix64, Steele, Lea & Flood 2014): the same sequence everywhere, unlike std:: distributions.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  // Uniform in [0, below), below > 0; without bias (Lemire 2019).
  uint64_t Below(uint64_t below) {
    for (;;) {
      const auto product = static_cast<unsigned __int128>(Next()) * below;
      if (static_cast<uint64_t>(product) >= (0 - below) % below) return static_cast<uint64_t>(product >> 64);
    }
  }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }  // [0, 1)
  template <class T>
  void Shuffle(std::vector<T>& v) {
    for (size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[Below(i)]);
  }

 private:
  uint64_t state_;
};

}  // namespace liantu::analysis
