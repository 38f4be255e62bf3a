// SPDX-License-Identifier: Apache-2.0
// How strongly groups (clusters, cities, chains) are tied to each other, against what their sizes and degrees alone would
// give: E-I index, mixing matrix and assortativity, configuration-model expectation and z, participation and roles,
// overlap through shared carriers, group betweenness. Who carries the ties one by one is in brokerage.h.
//
// Groups are one number a vertex, -1 for none. Unless a method says otherwise, edges with an ungrouped end are left out and
// counted in a warning; a caller who wants the rest of the world as a group passes it as one. A directed edge is one
// tie. A loop is one inside tie (two stubs where stubs are counted). Parallel edges count each.
// Cost is linear in vertices and arcs plus the square of the number of groups unless said otherwise.
#pragma once



#include "analysis/common.h"

namespace liantu::analysis {

// --- E-I index

struct EiIndexOptions {
  Groups groups;
  bool weighted = false;  // sums of weights (non-negative) instead of numbers of edges
};
struct EiValue {
  double external = 0, internal = 0;  // E and I
  Measure index;                      // (E-I)/(E+I) in [-1, 1]; -1: all inside
  Measure expected;                   // from group sizes alone: (P_out-P_in)/(P_out+P_in) over possible pairs
};
struct EiIndexResult {
  Header header;
  EiValue global;
  std::vector<EiValue> per_group;    // E and I on the edges that touch the group
  std::vector<EiValue> per_vertex;   // E and I on the vertex's edges; expected: from the sizes of its own group and the rest
  std::vector<int64_t> group_sizes;
  uint64_t ungrouped_edges = 0;
};
// EI = (E-I)/(E+I), E edges between groups, I inside (Krackhardt & Stern 1988). Undefined without edges.
// Traps: a group of one can only have external ties; compare with `expected`, not with 0.
Result<EiIndexResult> EiIndex(const Snapshot& g, const EiIndexOptions& options, const Budget& budget);

// --- Mixing matrix and assortativity

inline constexpr int32_t kMaxMixingGroups = 4096;

struct MixingOptions {
  Groups groups;
  bool weighted = false;
};
struct MixingResult {
  Header header;
  int32_t groups = 0;
  std::vector<double> counts;    // groups x groups, row by row: edge ends a-b (undirected: each edge twice, so the
                                 // diagonal is twice the inside edges) or edges a->b
  std::vector<double> mixing;    // counts / total; all 0 where there are no edges
  Measure assortativity;         // (Tr e - sum a_a b_a) / (1 - sum a_a b_a) in [-1, 1]
  Measure modularity;            // Tr e - sum a_a b_a
  Measure degree_assortativity;  // Pearson correlation of the degrees at both ends, over all edges (directed: out-degree
                                 // of the source, in-degree of the target)
  uint64_t ungrouped_edges = 0;
  double count(int32_t a, int32_t b) const { return counts[static_cast<size_t>(a) * groups + b]; }
};
// Newman 2003 (nominal), Newman 2002 (degree). At most kMaxMixingGroups groups.
Result<MixingResult> Mixing(const Snapshot& g, const MixingOptions& options, const Budget& budget);


// --- Observed against the configuration model

struct ConfigurationModelOptions {
  Groups groups;
};
struct LinkageCell {
  int32_t from = 0, to = 0;  // undirected: from <= to
  uint64_t observed = 0;     // edges
  double expected = 0, variance = 0;
  double textbook = 0;       // the large-m form K_a K_b / 2m (inside: K_a^2 / 4m); directed: the same as expected
  Measure z;                 // (observed-expected)/sqrt(variance)
  Measure ratio;             // observed/expected
};
struct ConfigurationModelResult {
  Header header;
  uint64_t edges = 0;                      // all edges, ungrouped ones too: all stubs take part in the matching
  std::vector<uint64_t> out_stubs, in_stubs;  // per group; undirected: both are the degree sum
  std::vector<LinkageCell> cells;          // every pair of groups, by (from, to)
};
// Exact mean and variance of the number of edges between two groups when all stubs are matched at random, loops and
// parallel edges allowed; closed form, no sampling. Undirected, M = 2m stubs, K_a degree sum of group a:
//   between: mu = K_a K_b/(M-1);         E[X(X-1)] = K_a(K_a-1)K_b(K_b-1)/((M-1)(M-3))
//   inside:  mu = K_a(K_a-1)/(2(M-1));   E[X(X-1)] = C(K_a,2) C(K_a-2,2)/((M-1)(M-3));   var = E[X(X-1)] + mu - mu^2
// Directed: hypergeometric, mu = O_a I_b/m, var = O_a I_b (m-O_a)(m-I_b)/(m^2 (m-1)).
// Counts edges, never weights. z is undefined where the variance is 0, ratio where the expectation is.
Result<ConfigurationModelResult> ConfigurationModel(const Snapshot& g, const ConfigurationModelOptions& options,
                                                    const Budget& budget);
// The same closed form for one cell, from counts alone: `edges` in all, the stubs of the two groups (undirected: degree sums;
// directed: out of the first, into the second), what was observed. `inside`: the two are one group (undirected only).
LinkageCell ConfigurationCell(bool undirected, uint64_t edges, uint64_t stubs_a, uint64_t stubs_b, bool inside, uint64_t observed);

// The vertices that carry the ties between group a and group b, by number of such ties: companion of the three above.
Result<std::vector<Contribution>> ExplainLinkage(const Snapshot& g, const Groups& groups, int32_t a, int32_t b,
                                                 size_t limit, const Budget& budget);

// --- Participation and roles

enum class Role : uint8_t { kNone, kR1, kR2, kR3, kR4, kR5, kR6, kR7 };
// Of R1 to R7: "ultra-peripheral" … "kinless hub"; "" for kNone.
const char* RoleName(Role role);

struct ParticipationOptions {
  Groups groups;
  bool weighted = false;  // strengths instead of degrees
};
struct ParticipationVertex {
  Measure participation;  // P = 1 - sum_s (k_is/k_i)^2 in [0, 1 - 1/#groups]; undefined without edges to groups
  Measure z;              // (k_is - mean_s)/sd_s of its own group, population sd
  uint32_t inside_rank = 0;  // by k_is within its group: 1 most, equal ones share the smaller; 0: ungrouped
  Role role = Role::kNone;
};
struct ParticipationResult {
  Header header;
  std::vector<ParticipationVertex> vertices;
  struct Group {
    int64_t size = 0;
    double mean = 0, sd = 0;  // of k_is over its members
    double max_z = 0;         // sqrt(size-1): no z can be larger
  };
  std::vector<Group> groups;
};
// Guimera & Amaral 2005, cartographic roles by their limits: z < 2.5: R1 P < 0.05, R2 P <= 0.62, R3 P <= 0.80,
// R4 above; z >= 2.5: R5 P < 0.30, R6 P <= 0.75, R7 above. k_i counts edges to grouped vertices, in both directions.
// z is 0 by convention, with a reason, where all members have the same k_is, and undefined in a group of one.
// Trap: z >= 2.5 needs at least 8 vertices in the group; read inside_rank in small groups.
Result<ParticipationResult> Participation(const Snapshot& g, const ParticipationOptions& options, const Budget& budget);

struct GroupTies {
  int32_t group = 0;
  double ties = 0;
};
// The k_is of one vertex, largest first, ties by group: what its participation is made of.
Result<std::vector<GroupTies>> ExplainParticipation(const Snapshot& g, const ParticipationOptions& options, Vertex v);

// --- Overlap of sets through shared carriers

struct OverlapOptions {
  // 0: a set (e.g. a cluster), 1: a carrier (e.g. a city or a company), -1: neither. An edge in either direction between a
  // set and a carrier makes the carrier a member; parallel edges count once.
  Groups sides;
};
struct OverlapPair {
  Vertex a = 0, b = 0;
  uint32_t shared = 0;     // carriers in both
  Measure jaccard, cosine; // shared/|union|, shared/sqrt(|a||b|)
  std::vector<Vertex> carriers;
};
struct OverlapCarrier {
  Vertex vertex = 0;
  uint32_t sets = 0;            // sets it is in
  uint64_t pairs = 0;           // linked pairs it takes part in
  uint64_t bridging_weight = 0; // linked pairs that are lost when it is removed: those that share no other carrier
};
struct OverlapResult {
  Header header;
  std::vector<OverlapPair> pairs;       // linked pairs only, by (a, b)
  std::vector<OverlapCarrier> carriers; // by vertex; those in at least one set
};
// The one-mode projection of a bipartite graph, e.g. clusters linked through the cities they share. Cost: sum over carriers
// of (sets it is in)^2. rows of the budget limit the pairs.
Result<OverlapResult> Overlap(const Snapshot& g, const OverlapOptions& options, const Budget& budget);

// --- Group betweenness

struct GroupBetweennessOptions {
  Groups groups;
  uint32_t sources = 0;  // 0: exact, from every vertex; else that many random sources, scaled up
  uint64_t seed = 1;
};
struct GroupBetweennessResult {
  Header header;
  struct Group {
    int64_t size = 0;
    double betweenness = 0;  // sum over pairs outside the group of the share of shortest paths through it
    Measure normalised;      // divided by the number of such pairs; in [0, 1]
    Measure standard_error;  // of betweenness, where sampled
  };
  std::vector<Group> groups;
  uint32_t sources_used = 0;
};
// Everett & Borgatti 1999: sum_{s,t outside C} sigma_st(C)/sigma_st over hops; undirected: each pair once. Paths that start or
// end in the group do not count. O(sources * groups * arcs). Stopped early: the sources done so far serve as the sample.
Result<GroupBetweennessResult> GroupBetweenness(const Snapshot& g, const GroupBetweennessOptions& options, const Budget& budget);

}  // namespace liantu::analysis
