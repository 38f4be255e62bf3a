// SPDX-License-Identifier: Apache-2.0
// Which segments of a chain a place (city, cluster) lacks, what kind of gap each is (补链 fill, 延链 extend, 强链 strengthen),
// where the chain breaks, and which other places could fill it and why. The definition is this project's own: the template
// and the rules below, nothing learned from data. Relatedness, which may enter the score, is in complementarity.h.
//
// The snapshot is the template: vertices are the segments of the chain, an arc s -> t says that s comes before t (loops are
// ignored). cap(c, s) is the number of firms (or capacity) of place c in segment s. A segment is held where cap > 0.
#pragma once

#include "analysis/common.h"

namespace liantu::analysis {

struct GapsOptions {
  std::vector<std::string> places;               // names, for ties; one for each row of capability
  std::vector<std::vector<double>> capability;   // places x segments (vertices)
  std::vector<size_t> targets;                   // the places to analyse; empty: all
  size_t max_candidates = 10;                    // for each missing segment

  // Strengthen also where one firm dominates: the HHI of the firms of a place in a segment. Empty: not known; NaN: unknown.
  std::vector<std::vector<double>> concentration;  // places x segments
  double max_concentration = 0.25;

  // Extended score of a candidate = density_weight * density + ties_weight * ties + province_weight * same province.
  // All weights 0: candidates are ranked by capability alone.
  double density_weight = 0, ties_weight = 0, province_weight = 0;
  std::vector<std::vector<double>> density;      // places x segments: relatedness density of the candidate; empty: 0
  std::vector<std::vector<double>> ties;         // places x places: supply ties from the candidate into the target; empty: 0
  std::vector<int32_t> province;                 // of each place; -1: unknown; empty: none is the same
};

enum class GapKind : uint8_t {
  kFill,    // 补链: a direct predecessor and a direct successor are held
  kExtend,  // 延链: only one side is held
  kAbsent   // neither side
};
const char* GapKindName(GapKind kind);  // "fill", "extend", "absent"

struct GapCandidate {
  size_t place = 0;
  double capability = 0;
  double score = 0;  // equals capability where all weights are 0
  double density = 0, ties = 0;
  bool same_province = false;
};
struct Gap {
  Vertex segment = 0;
  GapKind kind = GapKind::kAbsent;
  std::vector<Vertex> held_before, held_after;  // the evidence: held direct predecessors and successors
  std::vector<GapCandidate> candidates;         // best first: by score, then capability, then name, then place
};
struct WeakSegment {
  Vertex segment = 0;
  double capability = 0;
  Measure concentration;
  bool single = false;        // cap = 1
  bool concentrated = false;  // concentration above the limit
};
struct PlaceGaps {
  size_t place = 0;
  uint32_t held = 0;
  Measure coverage;  // held / all segments
  std::vector<Gap> missing;                             // by segment
  std::vector<WeakSegment> weak;                        // 强链: held, but cap = 1 or concentration above the limit
  std::vector<std::pair<Vertex, Vertex>> broken_links;  // template arcs with exactly one end held
};
struct GapsResult {
  Header header;
  std::vector<PlaceGaps> places;
};
// O(places * (segments + arcs)) for the gaps, times the missing segments for candidates. kInvalid: an undirected template,
// tables of the wrong shape, negative or not finite capability.
Result<GapsResult> FindGaps(const Snapshot& chain_template, const GapsOptions& options, const Budget& budget);

}  // namespace liantu::analysis
