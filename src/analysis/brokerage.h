// SPDX-License-Identifier: Apache-2.0
// Who stands between others: Gould-Fernandez roles, Burt's constraint and effective size, bridging centrality. How strongly
// whole groups are tied is in linkage.h. All three drop loops.
#pragma once

#include <array>

#include "analysis/common.h"

namespace liantu::analysis {

// --- Gould-Fernandez brokerage

// Roles of the broker b in i -> b -> k without i -> k, i != k, by the groups of i, b and k.
enum class Brokerage : uint8_t {
  kCoordinator,     // A A A
  kItinerant,       // A B A: a consultant from outside
  kRepresentative,  // A A B: i and b together
  kGatekeeper,      // A B B: b and k together
  kLiaison          // A B C
};
inline constexpr size_t kBrokerageRoles = 5;
const char* BrokerageName(Brokerage role);

struct GouldFernandezOptions {
  Groups groups;  // vertices without a group take no part
};
struct BrokerageCounts {
  std::array<int64_t, kBrokerageRoles> count{};
  int64_t total() const { return count[0] + count[1] + count[2] + count[3] + count[4]; }
};
struct GouldFernandezResult {
  Header header;
  std::vector<BrokerageCounts> vertices;
  BrokerageCounts totals;
  // Share of each role that random labels would give (group sizes kept): multiply by a vertex's total for its expectation.
  // Undefined with fewer than three grouped vertices.
  std::array<Measure, kBrokerageRoles> expected_share;
};
// Gould & Fernandez 1989, raw counts. Parallel edges count once. In an undirected snapshot each edge runs both ways, so every
// open triad counts twice (once as gatekeeper and once as representative where one end is an outsider).
// O(m^1.5): pairs of neighbours by group, less those that a triangle closes.
Result<GouldFernandezResult> GouldFernandez(const Snapshot& g, const GouldFernandezOptions& options, const Budget& budget);

struct BrokeredPair {
  Vertex from = 0, to = 0;
  Brokerage role = Brokerage::kCoordinator;
};
// The pairs that v brokers, by (from, to), at most `limit`.
Result<std::vector<BrokeredPair>> ExplainGouldFernandez(const Snapshot& g, const GouldFernandezOptions& options, Vertex v, size_t limit);

// --- Burt's structural holes

struct ConstraintOptions {
  bool weighted = true;  // tie strength from weights (non-negative); else each edge counts 1. Parallel edges add up.
};
struct ConstraintResult {
  Header header;
  struct VertexValue {
    Measure constraint;      // small: a broker; usually in (0, 1], above 1 on small dense or weighted egos
    Measure effective_size;  // contacts less their redundancy
    Measure efficiency;      // effective size / contacts
    uint32_t contacts = 0;
  };
  std::vector<VertexValue> vertices;
};
// Burt 1992: p_ij = (a_ij+a_ji)/sum_q (a_iq+a_qi); c_i = sum_j (p_ij + sum_{q != i,j} p_iq p_qj)^2 over the contacts j of i.
// Effective size: sum_j (1 - sum_{q != i,j} p_iq m_jq), m_jq = (a_jq+a_qj)/max_k (a_jk+a_kj), over contacts; in an unweighted
// undirected simple graph that is n_i - 2t/n_i (Borgatti 1997). Undefined for isolates. O(m^1.5).
Result<ConstraintResult> Constraint(const Snapshot& g, const ConstraintOptions& options, const Budget& budget);
// The parts (p_ij + sum_q p_iq p_qj)^2 of c_v by contact, largest first. Local: only v's neighbourhood is read.
Result<std::vector<Contribution>> ExplainConstraint(const Snapshot& g, const ConstraintOptions& options, Vertex v, size_t limit,
                                                    const Budget& budget);

// --- Bridging centrality

struct BridgingOptions {
  uint64_t samples = 0;  // of betweenness: 0 exact, else from this many random sources
  uint64_t seed = 1;
};
struct BridgingResult {
  Header header;
  struct VertexValue {
    double betweenness = 0;       // raw, each unordered pair once
    Measure bridging_coefficient; // psi = (1/k_v) / sum over neighbours of 1/k_i; undefined for isolates
    Measure bridging;             // betweenness * psi (Hwang et al. 2008)
    Measure rank_product;         // rank of betweenness * rank of psi, 1 = largest, equal values share the smaller rank
                                  // (Hwang et al. 2006); small: a bridge
  };
  std::vector<VertexValue> vertices;
};
// On the undirected view, loops and parallel edges dropped, by hops. O(nm) exact. Stopped early: betweenness from the sources
// that were done, scaled up.
Result<BridgingResult> BridgingCentrality(const Snapshot& g, const BridgingOptions& options, const Budget& budget);

}  // namespace liantu::analysis
