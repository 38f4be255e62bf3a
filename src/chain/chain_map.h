// SPDX-License-Identifier: Apache-2.0
// A chain from upstream to downstream: its segments, which of them feed which, and who operates in each, where. And the supply ties
// of one company. What a place has or lacks of a chain is gaps.h.
#pragma once

#include <string>
#include <vector>

#include "base/budget.h"
#include "chain/links.h"

namespace liantu::chain {

struct ChainOperator {
  Entity company;
  std::optional<Entity> city;
  std::vector<Source> sources;     // of its OPERATES_IN
};
struct ChainSegment {
  Entity segment;
  std::string level;               // value of Segment.level
  std::vector<ChainOperator> companies;  // by id
  std::vector<Source> sources;     // of its PART_OF
};
struct ChainStep {
  Entity from, to;                 // segments; from feeds to
  std::vector<Source> sources;
};
struct ChainMap {
  Entity chain;
  std::vector<ChainSegment> segments;  // by stage, then id
  std::vector<ChainStep> steps;        // between them, by ids
  std::vector<std::vector<Entity>> loops;  // rings of segments that feed each other: the shortest through each that is in none before, ending where it begins
  std::vector<std::vector<Source>> loops_sources;  // parallel: of its steps
  uint64_t companies = 0;              // different ones
  uint64_t without_city = 0;
};
// kInvalid: a chain without segments in the data.
Result<ChainMap> FindChainMap(Reader& reader, const Entity& chain, const Budget& budget);

// Supply ties of one company, or of several taken together: with one end among them; what runs between them is only counted.
struct CompanyTies {
  std::vector<Tie> buys, supplies;     // firm first, then by edge; up to max_read each
  uint64_t buys_total = 0, supplies_total = 0;
  uint64_t buys_firm = 0, supplies_firm = 0;  // of those read
  uint64_t among = 0;
};
Result<CompanyTies> FindCompanyTies(Reader& reader, std::vector<NodeId> companies, size_t max_read = 10'000);

}  // namespace liantu::chain
