// SPDX-License-Identifier: Apache-2.0
// What two groups have in common besides ties: cities, parks, segments, platforms, the chains, clusters and systems that
// both belong to, leaders, and agreements signed on behalf of either. It works with what is there: where the members of
// a cluster cannot be computed, what is stated about the cluster itself is still compared. No ties are counted here.
#pragma once

#include <string>
#include <vector>

#include "chain/group.h"
#include "chain/member_ties.h"

namespace liantu::chain {

// A city that a source or the ontology puts both under (`covered`), or in which both have members.
struct SharedCity {
  Entity city;
  bool a_covers = false, b_covers = false;                // covered by the cluster, or the place is or lies in it
  uint64_t a_members = 0, b_members = 0, both_members = 0;  // A only, B only, both, seated there
  std::vector<Source> sources;                            // of the covering; a seat has its own on the member's card
};

// A chain, cluster, industrial system, park group or direction that both are tied to by the same kind of edge.
struct SharedFrame {
  Entity frame;
  std::string type;  // "FOCUSES_ON", "PART_OF", "COVERS"
  std::vector<Source> sources;
};

// A park that hosts a member of A and a member of B (planned projects never count).
struct SharedPark {
  Entity park;
  std::optional<Entity> city;
  std::vector<Entity> a_only, b_only, both;
  std::vector<Source> sources;
};

// A segment in which members of A and members of B operate.
struct SharedSegment {
  Entity segment;
  std::vector<Entity> chains;
  std::array<uint64_t, 3> companies{};               // by Part
  std::array<std::vector<Entity>, 3> examples;       // up to five of each
  std::vector<Source> sources;                       // of the examples' OPERATES_IN
};
// Beyond so many shared segments only those with most companies have examples and sources; all are counted.
inline constexpr size_t kSegmentsWithExamples = 100;

enum class PlatformReason : uint8_t { kDeveloped, kHosted, kInSharedCity };
struct SharedPlatform {
  Entity platform;
  PlatformReason reason = PlatformReason::kInSharedCity;  // developed by both sides, hosted by a shared park, in a shared city
  std::optional<Entity> where;                            // the park or city
  std::string status;                                     // value of Platform.status
  std::vector<Source> sources;
};

struct Signatory {
  Entity who;
  std::optional<Entity> for_whom;  // A or B, where it signs on behalf of it
  std::string on_behalf_of;        // as the source words it
};
struct AgreementLink {
  Entity agreement;
  std::string kind, date;
  bool for_a = false, for_b = false;
  std::vector<Signatory> signatories;  // all that are named
  std::vector<Source> sources;
};

struct Leadership {
  Entity led;                    // chain, cluster or segment
  std::string wording, place, named_by;
  bool of_a = false, of_b = false;  // led is part of that side: the cluster, its chain, a segment of it; or the place of the title
};
struct LeaderLink {
  Entity company;
  Part part = Part::kRest;
  std::vector<Leadership> leads;
  bool of_a = false, of_b = false;
  std::vector<Source> sources;
};

struct CommonGround {
  std::vector<SharedCity> cities;
  std::vector<SharedFrame> frames;
  std::vector<SharedPark> parks;
  std::vector<SharedSegment> segments;
  std::vector<SharedPlatform> platforms;
  std::vector<AgreementLink> agreements;
  std::vector<LeaderLink> leaders;   // of either side; of both first
};

// Every list by id unless said otherwise.
Result<CommonGround> FindCommonGround(Reader& reader, const Group& a, const Group& b, const Parts& parts, const Holders& holders,
                                      const MemberTies& ties);

}  // namespace liantu::chain
