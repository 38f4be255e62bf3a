// SPDX-License-Identifier: Apache-2.0
// The supply ties of two groups of companies, as far as counting needs them: small numbers instead of ids and texts, in one list
// by edge. They come from the columns of network.h where the groups are large and from the records of the members where
// they are small; what is counted from them is the same.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/big_memory.h"
#include "base/budget.h"
#include "chain/group.h"
#include "chain/network.h"

namespace liantu::chain {

// A SUPPLIES edge that touches a member.
struct MemberTie {
  uint32_t at = 0;                     // MemberTies::edge
  uint32_t supplier = 0, customer = 0; // nodes
  uint32_t product = 0, status = 0;    // numbers of MemberTies::products and statuses
  Part supplier_part = Part::kRest, customer_part = Part::kRest;
  TieStrength strength = TieStrength::kFirm;
};

class MemberTies {
 public:
  MemberTies() = default;
  MemberTies(MemberTies&&) = default;
  MemberTies& operator=(MemberTies&&) = default;

  BigVector<MemberTie> ties;                    // ascending by edge
  std::span<const NodeId> nodes;                // ascending: the members, whoever they have ties with, maybe more
  std::vector<Part> parts;                      // by node
  std::vector<std::string_view> statuses, products;  // "" where not stated
  bool complete = true;                         // false: the budget stopped the reading
  std::shared_ptr<const Network> network;       // where they come from; null: from records

  graph::EdgeId edge(const MemberTie& tie) const { return network ? network->edge(tie.at) : edges_[tie.at]; }
  NodeId id(uint32_t node) const { return nodes[node]; }
  uint32_t Of(NodeId id) const;                 // Network::kNone where it is no node here
  // Places in `ties` of what a node supplies and buys, ascending. The first call is linear in the ties and nodes; not thread-safe.
  std::span<const uint32_t> Sold(uint32_t node) const { return Row(sold_, node); }
  std::span<const uint32_t> Bought(uint32_t node) const { return Row(bought_, node); }

 private:
  friend class MemberTiesReader;
  struct Rows {
    std::vector<uint32_t> begin;
    BigVector<uint32_t> ties;
  };
  std::span<const uint32_t> Row(const Rows& rows, uint32_t node) const {
    if (sold_.begin.empty()) Index();
    return {rows.ties.data() + rows.begin[node], rows.ties.data() + rows.begin[node + 1]};
  }
  void Index() const;
  std::vector<NodeId> own_nodes_;
  std::vector<graph::EdgeId> edges_;
  std::vector<std::string> texts_;
  mutable Rows sold_, bought_;
};

// Every tie of every member of either group, once.
Result<MemberTies> ReadMemberTies(Reader& reader, const Parts& parts, const Budget& budget);
// The same from the records, or from the columns: for who checks one against the other.
Result<MemberTies> ReadMemberTiesFrom(Reader& reader, const Parts& parts, std::shared_ptr<const Network> network, const Budget& budget);

// The things that members are tied to by other edges: `row` gets the member's node and the thing, by member, edges of one as
// stored. Nothing is read where the store has no edge of the kind.
Status EachRelated(Reader& reader, const MemberTies& ties, Network::Relation relation, const std::function<void(uint32_t, NodeId)>& row);

// Where the members have their seats: `row` gets the member's node and its location, ascending.
Status EachSeat(Reader& reader, const MemberTies& ties, const std::function<void(uint32_t, const Location&)>& row);

// Who operates in a segment: nodes of `ties` by Part, ascending.
using Holders = std::map<NodeId, std::array<std::vector<uint32_t>, 3>>;
Result<Holders> HoldersOf(Reader& reader, const MemberTies& ties);

}  // namespace liantu::chain
