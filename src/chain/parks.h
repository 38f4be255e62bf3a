// SPDX-License-Identifier: Apache-2.0
// Which parks host a company, or the leaders of a chain or cluster. Four kinds of answer that are never mixed: hosted by
// name; hosted through a company that it controls; hosted through a joint venture; only planned. Control is subsidiary,
// plant or majority stake, over any number of steps; a minority stake, an investee or an affiliate never counts.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "chain/entity.h"

namespace liantu::chain {

enum class HostKind : uint8_t { kHosted, kControlled, kJointVenture, kPlanned };
const char* HostKindName(HostKind kind);

// From owner to owned.
struct Ownership {
  Entity owner, owned;
  std::string relation;  // value of OWNS.relation
  std::vector<Source> sources;
};

struct Hosting {
  HostKind kind = HostKind::kHosted;
  Entity company;                    // that was asked about
  Entity park;
  std::optional<Entity> district, city;
  std::string level, park_kind;      // allowed values of Park, "" where not stated
  std::vector<std::string> directions;
  Entity hosted;                     // the company that stands there (company itself when kHosted)
  std::vector<Ownership> through;    // from company to hosted; empty when kHosted
  std::optional<Entity> project;     // when kPlanned
  std::vector<Source> sources;       // of the HOSTS, PLANS and DEVELOPS edges
  graph::Certainty certainty = graph::Certainty::kStated;
};

// One thing that is hosted nowhere but stands in a place: companies asked about without any park.
struct ParksAnswer {
  Entity asked;
  std::vector<Entity> companies;     // asked itself, or the leaders of the chain, cluster or segment asked about
  std::vector<Hosting> hostings;     // by company, kind, park id
  // Where each company has its seat, so that "no park is known" still says something. Parallel to companies.
  std::vector<Location> seats;
};

// `asked` is a company or organization, or a chain, cluster or segment (then: its leaders).
Result<ParksAnswer> FindParks(Reader& reader, const Entity& asked);

}  // namespace liantu::chain
