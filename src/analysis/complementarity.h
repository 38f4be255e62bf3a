// SPDX-License-Identifier: Apache-2.0
// What places are specialised in and what lies near it: location quotient (RCA), proximity of activities, relatedness
// density, economic complexity. Which segments of a chain a place lacks is in gaps.h.
//
// The snapshot is bipartite: `sides` says 0 for a place (city, cluster), 1 for an activity (product, segment, industry), -1
// for neither. The weight of an edge between a place and an activity, in either direction, is x_cp (employment, output or
// number of firms; non-negative); parallel edges add up. Tables are places x activities or activities x activities, in
// ascending vertex order, at most kMaxTableCells cells.
#pragma once

#include <span>
#include <vector>

#include "analysis/common.h"

namespace liantu::analysis {

inline constexpr uint64_t kMaxTableCells = 50'000'000;
inline constexpr size_t kMaxComplexityPlaces = 1000;

struct SpecialisationOptions {
  Groups sides;
  double threshold = 1;           // M_cp = [RCA >= threshold]
  double min_place_total = 0;     // places and activities with less in all have no RCA and no M: too small to judge
  double min_activity_total = 0;
};

// A table whose undefined entries are NaN, with the one reason they have.
struct MeasureTable {
  size_t rows = 0, columns = 0;
  std::vector<double> values;
  const char* reason = "";
  Measure operator()(size_t row, size_t column) const {
    const double x = values[row * columns + column];
    return std::isnan(x) ? Measure::Undefined(reason) : Measure(x);
  }
};

struct SpecialisationResult {
  Header header;
  std::vector<Vertex> places, activities;        // the rows and columns
  std::vector<double> place_totals, activity_totals;  // x_c, x_p
  MeasureTable rca;                              // (x_cp/x_c)/(x_p/x)
  std::vector<uint8_t> specialised;              // M, places x activities
  std::vector<uint32_t> diversity, ubiquity;     // k_c, k_p: row and column sums of M
  bool m(size_t place, size_t activity) const { return specialised[place * activities.size() + activity] != 0; }
};
// Balassa 1965; with employment or firms the same ratio is the location quotient. RCA is undefined where a total is 0 or
// below its minimum. Trap: an activity with few firms in all makes large quotients; set the minimum.
Result<SpecialisationResult> Specialisation(const Snapshot& g, const SpecialisationOptions& options, const Budget& budget);
// The same of a table that the caller counted: x of the places, `activities` numbers each. Places and activities are then no
// vertices but 0, 1, …; the options' sides are not looked at.
Result<SpecialisationResult> SpecialisationOfTable(std::vector<double> x, size_t activities, const SpecialisationOptions& options, const Budget& budget);

struct RelatednessResult {
  Header header;
  SpecialisationResult base;
  MeasureTable proximity;  // phi_pq = sum_c M_cp M_cq / max(k_p, k_q) in [0, 1]; diagonal 1
  MeasureTable density;    // d_cp = sum_{q != p} M_cq phi_pq / sum_{q != p} phi_pq in [0, 1]
  // The activities (columns) a place does not have, nearest first: by density, ties by vertex; undefined ones last.
  std::vector<std::vector<uint32_t>> missing;
};
// Hidalgo, Klinger, Barabasi & Hausmann 2007. The diagonal is left out of the density, else a held activity raises its own.
// Cost: places times the square of their diversity, plus a product of tables.
Result<RelatednessResult> Relatedness(const Snapshot& g, const SpecialisationOptions& options, const Budget& budget);
// The densities of one place at some activities, both by row and column: what Relatedness says of them, without the others. Cost:
// for each, the places that have it times the activities.
Result<std::vector<Measure>> DensityOf(const SpecialisationResult& base, size_t place, std::span<const uint32_t> activities, const Budget& budget);
// The held activities that make the density of (place, activity): their phi / sum of phi, largest first.
std::vector<Contribution> ExplainDensity(const RelatednessResult& result, size_t place, size_t activity, size_t limit);

struct ComplexityResult {
  Header header;
  SpecialisationResult base;
  std::vector<Measure> eci;         // a place's complexity, z-scored
  std::vector<Measure> pci;         // an activity's: z of the mean ECI of the places that have it
  std::vector<double> eigenvalues;  // of (M/k_c)(M^T/k_p), largest first: 1, then the one whose eigenvector is ECI
};
// Hidalgo & Hausmann 2009, eigenvector form: ECI = second eigenvector of M~ = D_c^-1 M D_p^-1 M^T, population z, sign by
// corr(ECI, diversity) >= 0. Places without a specialisation and activities nobody has are left out (undefined). kInvalid
// where the second eigenvalue is 1 (M falls apart into unconnected blocks), double, or 0 (all places alike), and above
// kMaxComplexityPlaces places. Time O(places^3): 1000 take about a second.
Result<ComplexityResult> Complexity(const Snapshot& g, const SpecialisationOptions& options, const Budget& budget);

}  // namespace liantu::analysis
