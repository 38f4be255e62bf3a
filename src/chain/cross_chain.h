// SPDX-License-Identifier: Apache-2.0
// How two groups follow each other along a chain: segments that one lacks and the other has, and representative chains
// from upstream to downstream that cross between them, made of real ties or, marked as only possible, of segments that
// follow each other. "Possible" says what could be joined, never that it is.
#pragma once

#include <string>
#include <vector>

#include "base/budget.h"
#include "chain/group.h"
#include "chain/links.h"
#include "chain/member_ties.h"

namespace liantu::chain {

// A segment of the chains concerned in which no member of one side operates and members of the other do.
struct Complement {
  bool a_lacks = true;
  Entity segment;
  std::vector<Entity> chains;
  std::string level;
  bool own_chain = false;                   // the segment is of the lacking side's own chain
  uint64_t companies = 0;                   // of the other side
  std::vector<Entity> examples;             // up to five
  std::vector<Entity> supplies, supplied_by;  // segments of the lacking side right after and right before it
  std::vector<Source> sources;              // of the examples and of the UPSTREAM_OF edges
};

// Beyond so many complements the later ones have no examples and sources; companies are counted.
inline constexpr size_t kComplementsWithExamples = 100;

struct ChainStage {
  std::optional<Entity> segment;
  std::string level;                        // value of Segment.level
  Part part = Part::kRest;                  // of the companies
  std::vector<Entity> companies;            // one in a chain of ties, up to three otherwise
  std::vector<std::optional<Entity>> cities;  // of the companies
  uint64_t company_count = 0;
};

struct CrossChain {
  bool actual = true;                       // of ties; else of segments that follow each other
  std::vector<ChainStage> stages;           // upstream first
  std::vector<Tie> ties;                    // actual: between the stages, one fewer
  TieStrength strength = TieStrength::kFirm;  // of its weakest tie
  uint64_t existing_ties = 0;               // possible: firm ties that already run between companies of the crossing step
  size_t crossing = 0;                      // the stage after which it first passes from one side to the other
  std::vector<Source> sources;
};

struct CrossChains {
  std::vector<Complement> complements;      // A lacks first; own chain first; then those next to its segments; then by id
  std::string no_complements;               // why there are none, "" where there are some
  std::vector<CrossChain> chains;           // actual first, firm first, in stage order first, more stages first
};

struct CrossChainOptions {
  size_t max_chains = 8;    // of each kind
  size_t max_stages = 5;
};

Result<CrossChains> FindCrossChains(Reader& reader, const Group& a, const Group& b, const Parts& parts, const Holders& holders,
                                    const MemberTies& ties, const CrossChainOptions& options);

}  // namespace liantu::chain
