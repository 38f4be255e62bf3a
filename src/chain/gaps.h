// SPDX-License-Identifier: Apache-2.0
// What a place has of a chain and what it lacks: 补链 (fill), 延链 (extend), 强链 (strengthen), where the chain breaks, and
// which companies elsewhere could fill a gap and why. "Could": a candidate operates in the segment somewhere else, nothing
// says that it will come. Rules and definition: analysis/gaps.h.
//
// The place's capability in a segment is the number of companies seated there (of a cluster: of its members) that operate in it, as far as the
// data says; a segment without such a company may still be there unseen, so the answer carries its coverage.
#pragma once

#include <string>
#include <vector>

#include "analysis/gaps.h"
#include "base/budget.h"
#include "chain/group.h"

namespace liantu::chain {

// Why a company elsewhere is near: the strongest first.
enum class ReasonKind : uint8_t {
  kOwnership,     // controls, or is controlled by, a company of the place
  kSupplies,      // already supplies one
  kBuys,          // already buys from one
  kLeads,         // is named a leader of the chain or the segment
  kSameProvince,
};
const char* ReasonName(ReasonKind kind);
struct FillReason {
  ReasonKind kind = ReasonKind::kSameProvince;
  std::optional<Entity> with;     // the company of the place, the thing it leads, the province
  std::vector<Source> sources;
};
struct Filler {
  Entity company;
  std::optional<Entity> city;
  std::vector<FillReason> reasons;
  std::vector<Source> sources;    // of its OPERATES_IN
};

struct SegmentState {
  Entity segment;
  std::string level;              // value of Segment.level
  uint64_t companies = 0;         // of the place
  std::vector<Entity> examples;   // up to five
  analysis::Measure quotient;     // location quotient of the place in the segment, by companies
  std::vector<Source> sources;    // of the examples
};
struct SegmentGap {
  Entity segment;
  std::string level;
  analysis::GapKind kind = analysis::GapKind::kAbsent;
  std::vector<Entity> before, after;   // held segments right before and right after it
  analysis::Measure density;           // relatedness density of the place there, in [0, 1]
  uint64_t companies_elsewhere = 0;
  std::vector<Filler> fillers;         // most and strongest reasons first
  std::vector<Source> sources;         // of its PART_OF the chain and of the UPSTREAM_OF edges
};
struct BrokenLink {
  Entity upstream, downstream;
  bool upstream_held = false;          // else the downstream end is
  std::vector<Source> sources;
};

struct GapsOptions {
  size_t max_fillers = 5;   // for each gap
};
struct GapsAnswer {
  Group place;                         // who counts as of the place, and by which rule
  Entity chain;
  std::vector<SegmentState> held;      // by stage, then id
  std::vector<SegmentState> weak;      // held by one company only: 强链
  std::vector<SegmentGap> gaps;        // fill, then extend, then absent; by density; by id
  std::vector<BrokenLink> broken;
  uint64_t segments = 0;               // of the chain
  analysis::Measure coverage;          // held / all segments
  uint64_t members = 0, with_segment = 0;  // companies of the place; those of which a segment (of any chain) is known
  std::string density_basis;           // which places and segments the density and the quotient compare
  std::string reference;
};

// `place` is a province, city, district or cluster. kInvalid: a chain without segments in the data, or a group that cannot be computed.
Result<GapsAnswer> FindGaps(Reader& reader, const Entity& place, const Entity& chain, const GapsOptions& options, const Budget& budget);

}  // namespace liantu::chain
