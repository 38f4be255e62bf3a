// SPDX-License-Identifier: Apache-2.0
// Failures that spread through supply: a linear threshold cascade, and the Economic Systemic Risk Index with production that
// falls by degrees. Arcs run from supplier to buyer, weights are amounts (non-negative); undirected snapshots are refused.
// What is lost at the moment of removal, before anything spreads, is in fragility.h.
#pragma once

#include "analysis/common.h"

namespace liantu::analysis {

// --- Threshold cascade

struct CascadeOptions {
  std::vector<Vertex> seeds;  // fail at round 0
  double threshold = 0.5;     // in (0, 1]
};
struct CascadeFailure {
  Vertex vertex = 0;
  uint32_t round = 0;
  double lost_share = 0;              // of its inputs, when it failed; 0 for seeds
  Vertex largest_cause = kNoVertex;   // the failed supplier with the largest share, ties to the smaller id
};
struct CascadeResult {
  Header header;
  std::vector<std::vector<Vertex>> rounds;  // who fails in each round, ascending; round 0 are the seeds
  std::vector<CascadeFailure> failures;     // by (round, vertex)
  uint64_t failed = 0;                      // seeds included
  double weight_of_failed = 0;              // what the failed vertices supplied
};
// A buyer fails when the share of its inputs (by weight) from failed suppliers reaches the threshold; synchronous rounds
// until nobody fails (linear threshold model: Granovetter 1978, Watts 2002). Shares within 1e-12 of the threshold reach it.
// Vertices without suppliers fail only as seeds; what a firm supplies to itself is an input that it does not lose. Linear in the arcs of the failed.
Result<CascadeResult> ThresholdCascade(const Snapshot& g, const CascadeOptions& options, const Budget& budget);

// --- Economic Systemic Risk Index

struct EsriOptions {
  Groups sector;  // of each firm; -1: not known, then the firm is a sector of its own, which nothing can replace
  // essential[s * sectors + b] != 0: firms of sector b cannot produce without inputs of sector s. Empty: all essential.
  // Sectors that are not known count as essential.
  std::vector<uint8_t> essential;
  std::vector<Vertex> firms;       // whose failure is asked for; empty: every firm
  double eps = 1e-10;              // stop when no state moves by more than this
  uint32_t max_iterations = 10'000;
};
struct EsriCoverage {
  uint64_t firms = 0, known_sector = 0, with_supplier = 0, with_buyer = 0;
  double output = 0, output_known_sector = 0;  // sums of out-strength
};
struct EsriResult {
  Header header;
  EsriCoverage coverage;
  struct Firm {
    Vertex vertex = 0;
    Measure esri;  // sum_j (s_j / sum s)(1 - h_j) in [0, 1] when this firm alone fails
    uint32_t iterations = 0;
  };
  std::vector<Firm> firms;  // in the order asked for, or by vertex
  bool all_settled = true;  // false: some stopped at max_iterations
};
// Diem, Borsos, Reisch, Kertesz & Thurner 2022 (Sci Rep 12:7719). States h^d, h^u in [0, 1] start at 1, psi is 0 for the failed
// firm, s_j = out-strength, synchronous updates:
//   sigma_j = min(1, s_j / sum_{l in sector(j)} s_l h^d_l)
//   h^d_i = min{ 1 - max_{essential sectors k of i} sum_{j in k} sigma_j (w_ji / w_i from sector k) (1 - h^d_j),
//                1 - sum_{j non-essential} sigma_j (w_ji / w_i in all) (1 - h^d_j), psi_i }
//   h^u_i = min{ sum_l (w_il / s_i) h^u_l, psi_i }, 1 without buyers;   h = min(h^d, h^u)
// Traps: the result rests on how much of the network is known (see coverage); the authors stop at eps = 1e-2, which changes
// the third digit where there are cycles, so eps is printed. Loops are left out. Only what a failure touches is computed;
// firms run in parallel. Stopped early: the others are undefined.
Result<EsriResult> Esri(const Snapshot& g, const EsriOptions& options, const Budget& budget);

struct EsriShockResult {
  Header header;
  EsriCoverage coverage;
  Measure esri;
  uint32_t iterations = 0;
  bool settled = true;
  std::vector<double> state;  // h of each firm
  std::vector<Contribution> losses;  // (s_j / sum s)(1 - h_j), largest first, at most 20
};
// The state after the firms of options.firms fail together: the explanation of Esri, and the what-if of a place or sector.
Result<EsriShockResult> EsriShock(const Snapshot& g, const EsriOptions& options, const Budget& budget);

}  // namespace liantu::analysis
