// SPDX-License-Identifier: Apache-2.0
// How central each vertex is: degree, strength, betweenness, closeness, PageRank, eigenvector, Katz, HITS, core number,
// clustering. Each states its normalisation, since libraries differ: with the defaults here an undirected graph gives what NetworkX
// 2.8 gives, except that betweenness is raw unless asked otherwise and parallel edges count as often as they stand (use a
// simple projection to join them).
//
// A NaN among the scores means that the budget ran out before this vertex; nothing else is NaN.
#pragma once

#include <vector>

#include "analysis/common.h"
#include "analysis/distances.h"

namespace liantu::analysis {
struct Ties;

struct ScoreResult {
  Header header;
  std::vector<double> score;  // per vertex
};

// Edges at each vertex; kBoth adds in and out. A loop counts once in and once out (undirected: twice). `weighted`: the sum of their
// weights (strength) instead. O(n), weighted O(m).
Result<ScoreResult> Degrees(const Snapshot& g, graph::Direction direction, bool weighted, const Budget& budget);

// --- Betweenness (Freeman 1977; Brandes 2001, 2008)

struct BetweennessOptions {
  bool weighted = false;    // weights are lengths, above 0
  // Divided by the number of (ordered, or for undirected unordered) pairs of other vertices, for edges by that of all pairs.
  bool normalised = false;
  bool edges = false;       // edge betweenness too
  // 0: exact. Else an estimate from this many random sources (Brandes & Pich 2007), with `seed`.
  uint64_t samples = 0;
  uint64_t seed = 1;
  std::vector<Vertex> sources;  // where given: only paths that start here, not scaled up; not with `samples`
  Engine engine = Engine::kOwn;
};

struct BetweennessResult {
  Header header;
  std::vector<double> score;      // ends of paths not counted; undirected: each unordered pair once
  std::vector<double> arc_score;  // with `edges`: per arc; undirected: both arcs of an edge have the edge's score
  uint64_t sources = 0;           // from which paths were counted
  // Estimates: with 95 % probability no vertex is farther off than this (Hoeffding 1963, all vertices at once); 0 if exact.
  double error_bound = 0;
};
// O(n m) exact, O(samples m) sampled; weighted with a log factor. Parallel over sources in fixed groups. Partial: an estimate
// from the sources that were done (they are taken in a random order for this), with its error bound; an error where not one was.
Result<BetweennessResult> Betweenness(const Snapshot& g, const BetweennessOptions& options, const Budget& budget);
// The same by hops on the simple undirected view that other methods have made: raw scores, each unordered pair once, from all
// vertices or `samples` of them. Of the header only whether it was stopped.
Result<BetweennessResult> TiesBetweenness(const Ties& ties, uint64_t samples, uint64_t seed, const Budget& budget);
// The part of v's raw score that each source contributes, largest first.
Result<std::vector<Contribution>> ExplainBetweenness(const Snapshot& g, Vertex v, bool weighted, size_t limit, const Budget& budget);
// The other arc of the same undirected edge (for a loop, the next or previous arc of the row).
uint32_t TwinArc(const Snapshot& g, Vertex from, uint32_t arc);

// --- Closeness

struct ClosenessOptions {
  // kIn: how close the others are to a vertex, along the edges towards it (as NetworkX has it); kOut: how close it is to them.
  graph::Direction direction = graph::Direction::kIn;
  bool weighted = false;    // weights are lengths, above 0
  bool normalised = false;  // harmonic: divided by n-1
};
// Wasserman & Faust (1994): (r-1)/(n-1) * (r-1)/sum of distances, r = vertices that reach it, itself included; 0 where r = 1.
// O(n m), 64 sources at a time (Then et al. 2014).
Result<ScoreResult> Closeness(const Snapshot& g, const ClosenessOptions& options, const Budget& budget);
// Sum of 1/distance (Marchiori & Latora 2000); vertices out of reach add 0. Cost as closeness.
Result<ScoreResult> Harmonic(const Snapshot& g, const ClosenessOptions& options, const Budget& budget);

// --- Eigenvector measures

struct PageRankOptions {
  double damping = 0.85;
  bool weighted = false;      // share by weight instead of evenly; weights from 0
  std::vector<Vertex> seeds;  // where given, the walk starts anew here, evenly, not anywhere (personalised)
  // A vertex without out-edges hands its rank on evenly to all vertices; with this, to where walks start anew.
  bool dangling_to_seeds = false;
  double tolerance = 1e-10;   // stops when the ranks change by less in sum
  uint32_t max_iterations = 1000;
};
struct PageRankResult {
  Header header;
  std::vector<double> score;  // sums to 1
  uint32_t iterations = 0;
  double change = 0;          // of the last one
  bool converged = false;
};
// Brin & Page 1998. O(m) an iteration. Not converged or partial: the ranks so far.
Result<PageRankResult> PageRank(const Snapshot& g, const PageRankOptions& options, const Budget& budget);

struct PowerOptions {
  bool weighted = false;    // weights from 0
  double tolerance = 1e-12;
  uint32_t max_iterations = 100'000;
};
struct EigenvectorResult {
  Header header;
  std::vector<double> score;  // unit 2-norm, not negative
  double eigenvalue = 0;
  uint32_t iterations = 0;
};
// Bonacich 1972. kInvalid: a directed or not connected graph (its leading eigenvector is not unique or mostly 0), or no
// convergence in max_iterations. Power iteration on A + I, which converges on bipartite graphs too.
Result<EigenvectorResult> EigenvectorCentrality(const Snapshot& g, const PowerOptions& options, const Budget& budget);

struct KatzOptions {
  double alpha = 0;           // 0: the smaller of 0.1 and 0.85 / (estimated largest eigenvalue)
  double beta = 1;
  bool weighted = false;
  bool normalised = true;     // unit 2-norm
  double tolerance = 1e-12;   // relative, of the last term
  uint32_t max_iterations = 10'000;
};
struct KatzResult {
  Header header;
  std::vector<double> score;  // x = alpha * A^T x + beta
  double alpha = 0;
  uint32_t iterations = 0;
};
// Katz 1953. kInvalid: the series does not converge (alpha >= 1 / largest eigenvalue); the message gives a bound.
Result<KatzResult> Katz(const Snapshot& g, const KatzOptions& options, const Budget& budget);

struct HitsResult {
  Header header;
  std::vector<double> hub, authority;  // each sums to 1
  uint32_t iterations = 0;
};
// Kleinberg 1999. kInvalid: no edge, or no convergence.
Result<HitsResult> Hits(const Snapshot& g, const PowerOptions& options, const Budget& budget);

// --- Cores, triangles

struct CoreResult {
  Header header;
  std::vector<uint32_t> core;
  uint32_t degeneracy = 0;  // the largest core number
};
// Seidman 1983; Batagelj & Zaversnik 2003. Directions ignored (a pair of opposite edges counts twice), loops left out. O(n + m).
Result<CoreResult> CoreNumbers(const Snapshot& g, const Budget& budget);

struct TriangleResult {
  Header header;
  std::vector<uint64_t> triangles;   // at each vertex
  std::vector<double> clustering;    // 2 * triangles / (k (k-1)); 0 where k < 2 (Watts & Strogatz 1998)
  uint64_t total = 0;
  Measure transitivity;              // 3 * triangles / connected triples
  Measure average_clustering;        // mean over all vertices
};
// On the simple undirected view: directions, loops and parallel edges ignored. O(m sqrt m).
Result<TriangleResult> Triangles(const Snapshot& g, const Budget& budget);
// Only how many; quicker.
Result<uint64_t> CountTriangles(const Snapshot& g, const Budget& budget);

}  // namespace liantu::analysis
