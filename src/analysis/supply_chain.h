// SPDX-License-Identifier: Apache-2.0
// Where a firm or segment stands in a chain: tiers of suppliers or customers, trophic levels, shares multiplied along paths.
// An arc runs from the supplier to the buyer; its weight is what flows. Undirected snapshots are refused. Measures that
// need final demand or gross output are in input_output.h.
#pragma once

#include <optional>

#include "analysis/common.h"

namespace liantu::analysis {

// --- Tiers

struct TiersOptions {
  std::vector<Vertex> roots;   // at least one; tier 0
  bool downstream = false;     // customers instead of suppliers
  uint32_t max_tier = 0xFFFFFFFFu;  // nearest tier at most this
};
struct TierRow {
  Vertex vertex = 0;
  uint32_t nearest = 0;        // shortest number of steps to a root
  std::optional<uint32_t> farthest;  // longest chain of steps to a root; none where time ran out before it was known
  bool through_cycle = false;  // a cycle stands on some way to the root, see below
  Vertex next = kNoVertex;     // the neighbour on a shortest way to a root, smallest id; kNoVertex for roots
};
struct TiersResult {
  Header header;
  std::vector<TierRow> rows;          // by nearest tier, then vertex; roots first
  std::vector<uint64_t> tier_sizes;   // vertices by nearest tier
};
// Reverse breadth-first layers from the roots, and the longest way in the condensation of what was found (the vertices within
// max_tier). A firm may be tier 1 and tier 3: both are given. Where a cycle stands on the way the longest way has no
// bound: its members count as one step together, so `farthest` may fall below `nearest`, and through_cycle is set. Linear
// in what is found; rows of the budget limit the vertices (the nearest ones are given).
Result<TiersResult> Tiers(const Snapshot& g, const TiersOptions& options, const Budget& budget);
// The way from `vertex` to its root by `next`, both ends included; empty if it was not found.
std::vector<Vertex> ExplainTier(const TiersResult& tiers, Vertex vertex);

// --- Trophic levels

struct TrophicResult {
  Header header;
  std::vector<Measure> levine;   // s_j = 1 + sum_i (w_ij/in_j) s_i; 1 for vertices without suppliers
  std::vector<double> level;     // h of MacKay et al., minimum 0 in each weak component
  Measure incoherence;           // F0 = sum w (h_j-h_i-1)^2 / sum w in [0, 1]; 0: clean layers
  std::vector<Contribution> least_coherent;  // the arcs with the largest parts of F0, at most 10
};
// Levine 1980; MacKay, Johnson & Sansom 2020: Lambda h = in - out, Lambda = diag(in + out) - W - W^T. Weights must not be
// negative; arcs of weight 0 do not count. Levine's level is undefined for vertices fed by a cycle that no vertex without
// suppliers feeds (the walk up the chain never ends); h always exists. Tolerances: kSolveTolerance of linear.h for s; for h
// dense up to 200 vertices a component, conjugate gradients to a residual of 1e-13 above. A call whose budget ends is refused.
Result<TrophicResult> TrophicLevels(const Snapshot& g, const Budget& budget);
// What each neighbour adds to v's level h, w (h_u + 1) / (in + out) for a supplier, w (h_u - 1) / (in + out) for a customer; largest first.
Result<std::vector<Contribution>> ExplainTrophicLevel(const Snapshot& g, Vertex v, size_t limit, const Budget& budget);

// --- Shares along paths

struct SharesOptions {
  Vertex root = 0;
  bool downstream = false;   // from the root along the arcs (whom it holds or supplies), else against them
  // true: the share of an arc is its weight divided by all that flows into its head (of all suppliers); false: the weight
  // itself is the share, in [0, 1].
  bool normalise = true;
  uint32_t max_steps = 10;   // walks of at most this many arcs
};
struct ShareRow {
  Vertex vertex = 0;
  double direct = 0;         // the share over one arc
  double total = 0;          // products of shares, summed over all walks of 1 … max_steps arcs
  double strongest = 0;      // the largest product over one path
  std::vector<Vertex> path;  // that path, from the root; of equal ones the shortest, then smaller predecessors
};
struct SharesResult {
  Header header;
  std::vector<ShareRow> rows;  // by total, largest first, ties by vertex; the root itself is left out
  double root_total = 0;       // what comes back to the root
};
// What part of the root's supply (or holdings) goes back to each vertex, directly and through others: [S + S^2 + ... + S^k].
// Walks may pass a vertex again, so totals in cycles count each round; with max_steps they stay finite. kInvalid: a share
// above 1, or shares into one vertex that add up to more than 1, with the number (normalise = false).
Result<SharesResult> SharesAlongPaths(const Snapshot& g, const SharesOptions& options, const Budget& budget);
// The total of v by the last step of the walks: what comes over each vertex next to v, largest first.
Result<std::vector<Contribution>> ExplainShare(const Snapshot& g, const SharesOptions& options, Vertex v, size_t limit, const Budget& budget);

}  // namespace liantu::analysis
