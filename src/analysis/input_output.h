// SPDX-License-Identifier: Apache-2.0
// Input-output analysis: Leontief and Ghosh inverses, backward and forward linkages, average propagation length,
// upstreamness and downstreamness, hypothetical extraction. Vertices are sectors (or firms); the weight of an edge i -> j is
// z_ij, what i sells to j in the period (a loop is own use; parallel edges add up). Tiers and trophic levels, which need no
// final demand, are in supply_chain.h.
//
// All need the series I + A + A^2 + ... to converge: the largest column sum of A, or its spectral radius, must be below 1.
// Otherwise kInvalid with the number. Also refused: undirected snapshots, negative flows, a sector with flows but no
// positive gross output. Whole matrices are given up to kDenseSectors sectors (O(n^3) time, O(n^2) memory); vectors
// (multipliers, linkages, upstreamness) are solved sparsely at any size, to kSolveTolerance of linear.h.
#pragma once

#include "analysis/common.h"

namespace liantu::analysis {

inline constexpr Vertex kDenseSectors = 1500;

// The economy around the flows. At least one of the two vectors must be given, one number a vertex.
struct Economy {
  std::vector<double> final_demand;  // empty: gross output less sales to sectors
  std::vector<double> gross_output;  // empty: sales to sectors plus final demand
};

// n x n, row by row.
struct Matrix {
  Vertex n = 0;
  std::vector<double> values;
  double operator()(Vertex row, Vertex column) const { return values[static_cast<size_t>(row) * n + column]; }
};

struct LeontiefResult {
  Header header;
  std::vector<double> gross_output, final_demand;
  double largest_column_sum = 0;  // of A
  Matrix a, leontief;             // a_ij = z_ij/x_j; L = (I-A)^-1: x = L f
  Matrix b, ghosh;                // b_ij = z_ij/x_i; G = (I-B)^-1
  std::vector<double> output_multiplier;  // column sums of L
  std::vector<double> supply_multiplier;  // row sums of G
};
// Leontief 1936, Ghosh 1958. At most kDenseSectors sectors.
Result<LeontiefResult> Leontief(const Snapshot& g, const Economy& economy, const Budget& budget);

struct LinkagesResult {
  Header header;
  struct Sector {
    double backward = 0;          // U_j = n sum_i l_ij / sum_ij l_ij
    double forward_leontief = 0;  // by rows of L (the old form)
    double forward_ghosh = 0;     // by rows of G (preferred)
    Measure backward_variation;   // sd/mean of column j of L, sd with n-1: small = spread over all sectors
    Measure forward_variation;    // sd/mean of row j of G
    bool key = false;             // backward > 1 and forward_ghosh > 1
  };
  std::vector<Sector> sectors;
};
// Rasmussen 1956, Hirschman 1958. Mean over sectors is 1. The variations need the matrices: null above kDenseSectors.
Result<LinkagesResult> Linkages(const Snapshot& g, const Economy& economy, const Budget& budget);
// What each sector i adds to the backward linkage of v, n l_iv / sum_ij l_ij, largest first.
Result<std::vector<Contribution>> ExplainLinkages(const Snapshot& g, const Economy& economy, Vertex v, size_t limit, const Budget& budget);

struct PropagationOptions {
  Economy economy;
  double link_threshold = 0.1;  // links with F = (L+G)/2 - I at or above it make the drawing of the chain
};
struct PropagationResult {
  Header header;
  Vertex sectors = 0;
  std::vector<double> length;  // sectors x sectors, row by row; NaN where At() is undefined
  struct Link {
    Vertex from = 0, to = 0;
    double strength = 0;  // F_ij
    double length = 0;    // APL_ij
  };
  std::vector<Link> links;  // strongest first, ties by (from, to); from == to: what comes back to a sector
  Measure At(Vertex from, Vertex to) const;  // >= 1; undefined where `from` does not feed `to` even indirectly
};
// Average propagation length (Dietzenbacher, Romero & Bosma 2005): APL_ij = [sum k A^k]_ij / [sum A^k]_ij =
// [L(L-I)]_ij / (L-I)_ij. At most kDenseSectors sectors.
Result<PropagationResult> AveragePropagationLength(const Snapshot& g, const PropagationOptions& options, const Budget& budget);

struct UpstreamnessOptions {
  Economy economy;
  // Where known: b_ij = z_ij / (x_i - net_exports_i - inventory_change_i). Empty: 0.
  std::vector<double> net_exports, inventory_change;
};
struct UpstreamnessResult {
  Header header;
  std::vector<double> upstreamness;    // U = (I-B)^-1 1: mean distance to final use, >= 1; 1: all goes to final use
  std::vector<double> downstreamness;  // D = (I-A^T)^-1 1: mean distance from primary inputs, the output multiplier
};
// Antras, Chor, Fally & Hillberry 2012; Antras & Chor 2013. Any size.
Result<UpstreamnessResult> Upstreamness(const Snapshot& g, const UpstreamnessOptions& options, const Budget& budget);
// What each buyer of v adds to its upstreamness above 1, b_vj U_j, largest first.
Result<std::vector<Contribution>> ExplainUpstreamness(const Snapshot& g, const UpstreamnessOptions& options, Vertex v, size_t limit,
                                                      const Budget& budget);

struct ExtractionOptions {
  Economy economy;
  std::vector<Vertex> sectors;  // empty: every sector
  bool together = false;        // one extraction of all of them; else each alone
};
struct ExtractionResult {
  Header header;
  double total_output = 0;  // sum of x = L f
  struct Loss {
    std::vector<Vertex> sectors;
    double loss = 0;      // sum x - sum x*
    double indirect = 0;  // the part outside the extracted sectors
    Measure share;        // loss / total output
  };
  std::vector<Loss> losses;
};
// Hypothetical extraction: row and column of A and the final demand of the sector become 0, the others keep theirs. O(n) a
// sector after one inverse up to kDenseSectors sectors, one sparse solve a sector above (stops early with those done).
Result<ExtractionResult> HypotheticalExtraction(const Snapshot& g, const ExtractionOptions& options, const Budget& budget);
// The output that each remaining sector loses when `sectors` are extracted together, largest first.
Result<std::vector<Contribution>> ExplainExtraction(const Snapshot& g, const Economy& economy, const std::vector<Vertex>& sectors,
                                                    size_t limit, const Budget& budget);

}  // namespace liantu::analysis
