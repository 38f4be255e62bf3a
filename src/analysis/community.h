// SPDX-License-Identifier: Apache-2.0
// Groups that the ties themselves form: modularity, Louvain, Leiden, label propagation, how well each community is cut off
// from the rest, and how far two partitions agree. Components are in components.h; what ties given groups in linkage.h.
//
// Modularity with resolution gamma; every edge weighs 1, or its weight, from 0, where `weighted` (Newman & Girvan 2004;
// Reichardt & Bornholdt 2006; directed: Leicht & Newman 2008):
//   undirected: Q = sum_c [ I_c/M - gamma (K_c/2M)^2 ]        K_c sum of strengths in c, a loop counts twice in them
//   directed:   Q = sum_c [ I_c/M - gamma O_c N_c / M^2 ]     O_c, N_c sums of out- and in-strengths
// I_c weight of the edges inside c, loops and parallel edges included, M weight of all edges. Q is undefined where M is 0.
// A directed snapshot is taken in the directed form, or in the undirected one where ignore_direction is set.
// Communities are numbered by their smallest vertex: 0 holds vertex 0, and so on. Compare partitions, never numbers.
// Traps: communities smaller than about sqrt(2M) edges can be merged at gamma 1 (resolution limit: Fortunato & Barthelemy
// 2007); many different partitions may be almost equally good (Good, de Montjoye & Clauset 2010).
#pragma once

#include <vector>

#include "analysis/common.h"

namespace liantu::analysis {

struct Community {
  Vertex smallest = 0;     // its smallest vertex
  Vertex size = 0;
  // The numbers below are undefined where the budget ended before the communities could be measured.
  Measure inside;          // I_c
  Measure cut;             // weight of the edges with one end in it, either direction
  Measure volume;          // sum of its vertices' strengths, in plus out: 2 inside + cut
  Measure conductance;     // cut / min(volume, volume of the rest) in [0, 1]; undefined where one of them is 0
  Measure modularity;      // its term of Q
};

struct CommunityResult {
  Header header;
  Groups community;                    // per vertex
  std::vector<double> inside;          // per vertex: weight of its edges inside its community, a loop twice; empty: not measured
  std::vector<Community> communities;  // by number
  Measure modularity;                  // Q of the partition, at the resolution asked for
  Measure coverage;                    // share of the weight inside communities: sum I_c / M
  // What the method went through, first level first, iteration after iteration. Empty for a given partition.
  struct Level {
    Vertex vertices = 0;     // of the (aggregated) graph of this level
    Vertex communities = 0;  // after moving its vertices
    uint64_t moves = 0;
    Measure modularity;      // of the whole graph under these communities
  };
  std::vector<Level> levels;
};

struct ModularityOptions {
  bool weighted = false;
  double resolution = 1;          // gamma, from 0
  bool ignore_direction = false;  // take a directed snapshot as undirected
};
// Q of given groups, and each group's numbers. A vertex of group -1 stands alone, a community of its own. O(n + m).
Result<CommunityResult> Modularity(const Snapshot& g, const Groups& groups, const ModularityOptions& options, const Budget& budget);

struct CommunityOptions {
  bool weighted = false;          // these three as above
  double resolution = 1;
  bool ignore_direction = false;
  uint64_t seed = 1;
  uint32_t iterations = 2;        // passes over all levels, each from what the last one found; from 1; fewer where nothing gains
};
// Both near O(m) a level, with few levels in practice; memory 12 bytes an arc of the largest aggregated graph (a directed snapshot
// is first made symmetric: 12 bytes twice an edge). The same for any number of threads. Stopped early: the partition so
// far, partial; for Leiden its communities may then be disconnected.
// Louvain: Blondel, Guillaume, Lambiotte & Lefebvre 2008; vertices whose neighbours have moved are looked at again.
Result<CommunityResult> Louvain(const Snapshot& g, const CommunityOptions& options, const Budget& budget);
// Leiden: Traag, Waltman & van Eck 2019; every community is connected (directions aside).
Result<CommunityResult> Leiden(const Snapshot& g, const CommunityOptions& options, const Budget& budget);
// Every vertex takes the label with the most weight among its neighbours, directions aside; it keeps its own if that is one
// of the best, else ties are drawn by the seed; until nothing changes (Raghavan, Albert & Kumara 2007). O(m) a round.
// options.iterations is not used; options.resolution only for the modularity that is told.
Result<CommunityResult> LabelPropagation(const Snapshot& g, const CommunityOptions& options, const Budget& budget);

// What ties v to its community: for each other member u, and v itself, its part of Q: (A_vu - gamma k_v k_u / 2M) / 2M (directed:
// both directions, halved). They sum to v's part of Q; members without an edge to v count against it.
Result<std::vector<Contribution>> ExplainCommunity(const Snapshot& g, const Groups& community, Vertex v,
                                                   const ModularityOptions& options, size_t limit, const Budget& budget);

struct PartitionComparison {
  Header header;
  Vertex vertices = 0;      // with a group in both
  int32_t groups_a = 0, groups_b = 0;  // that hold one of these vertices
  Measure nmi;              // 2 I(a;b) / (H(a) + H(b)) in [0, 1]: the arithmetic mean of the entropies
  Measure adjusted_rand;    // Hubert & Arabie 1985: 1 for equal partitions, 0 on average for random ones
};
// Vertices that have no group (-1) in either are left out, with a warning. Where both partitions are one group (or, for the
// Rand index, all single vertices) the quotient is 0/0 and they are equal: 1 by convention, with a warning. O(n log n).
Result<PartitionComparison> ComparePartitions(const Snapshot& g, const Groups& a, const Groups& b, const Budget& budget);

}  // namespace liantu::analysis
