// SPDX-License-Identifier: Apache-2.0
// What the connection of two groups rests on: who brokers between them and in which role, how few ties or companies would
// have to fall out to part them, and which pairs of companies could be joined, with the reasons. Firm ties alone carry a
// connection; a pairing says what could be looked at, never that it is or will be.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "analysis/brokerage.h"
#include "analysis/common.h"
#include "base/budget.h"
#include "chain/cross_chain.h"
#include "chain/group.h"
#include "chain/links.h"

namespace liantu::chain {

// A company that stands between two others of different parts which do not deal with each other (Gould & Fernandez 1989),
// groups being A only, B only, members of both, and all others.
struct Broker {
  Entity company;
  Part part = Part::kRest;
  std::optional<Entity> city;
  std::array<int64_t, analysis::kBrokerageRoles> roles{};  // by analysis::Brokerage
  analysis::Measure participation;    // 1 - sum of squared shares of its firm ties by part (Guimera & Amaral 2005)
  uint64_t ties = 0;                  // firm ones with members of either side
  std::vector<Source> sources;        // of up to five of them
  int64_t between() const { return roles[1] + roles[2] + roles[3] + roles[4]; }  // all but coordinator
};
struct Brokers {
  std::vector<Broker> list;           // most between, then id; only where between() > 0
  uint64_t total = 0;
  std::string not_computed;           // why there are no numbers; "" where there are
};

// How much has to fall out until no firm tie leads from A only to B only, directly or by way of companies that both sides
// deal with. Ties among outsiders are not read.
struct Fragility {
  uint64_t ties = 0;                  // direct firm ties
  uint64_t pairs = 0, pairs_by_one = 0;   // pairs of companies so tied; of these by one tie alone
  uint64_t hanging_a = 0, hanging_b = 0;  // members whose direct link to the other side is one tie
  std::optional<Entity> largest;      // the company with most of the direct ties
  uint64_t largest_ties = 0;
  analysis::Measure tie_cut;          // least number of firm ties whose end parts the sides
  std::vector<Tie> cut_ties;          // such a set, where it has up to kCutListed
  analysis::Measure company_cut;      // least number of companies, members included, whose loss parts them
  std::vector<Entity> cut_companies;  // such a set, up to kCutListed
};
inline constexpr size_t kCutListed = 20;

// Why two companies of different sides could be joined; the strongest first.
enum class PairingReason : uint8_t {
  kBuysProduct,     // one makes a product that the other buys from somebody else
  kSegmentsFollow,  // they operate in segments that follow each other
  kCommonPartner,   // both have firm ties with a third company
  kLeader,          // one is named a leader
};
const char* PairingReasonName(PairingReason reason);
struct PairingEvidence {
  PairingReason reason = PairingReason::kSegmentsFollow;
  std::string what;                   // the product; "upstream → downstream"; the partner; what is led
  std::vector<Source> sources;
};
// Supplier and customer as the reasons suggest; no tie of any kind stands between the two yet.
struct Pairing {
  Entity supplier, customer;
  bool a_supplies = true;             // the supplier is of A only
  std::optional<Entity> supplier_city, customer_city;
  std::vector<PairingEvidence> reasons;
  int score = 0;                      // product 4, segments 2, partner 1 each up to 3, leader 1
};

Result<Brokers> FindBrokers(Reader& reader, const MemberTies& ties, size_t max_listed, const Budget& budget);
Result<Fragility> FindFragility(Reader& reader, const MemberTies& ties, const Budget& budget);
// Best score first, then by ids; up to max_listed. At most ten companies of a segment and side are looked at, those with
// most ties first.
Result<std::vector<Pairing>> FindPairings(Reader& reader, const Holders& holders, const MemberTies& ties, size_t max_listed, const Budget& budget);

}  // namespace liantu::chain
