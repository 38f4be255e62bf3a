// SPDX-License-Identifier: Apache-2.0
// The supply ties of two groups of companies, as far as counting needs them: small numbers instead of ids and texts, in one list
// by edge. They come from the columns of network.h where the groups are large and from the records of the members where
// they are small; what is counted from them is the same.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <iterator>
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

// A SUPPLIES edge that touches a member. Small, because there may be millions and all of them are looked at.
struct MemberTie {
  uint32_t at;                  // for MemberTies::edge, product and status
  uint32_t supplier, customer;  // nodes
  Part supplier_part, customer_part;
  TieStrength strength;
};

// Places of ties, ascending: listed, or one after the other.
class TiePlaces {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = uint32_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const uint32_t*;
    using reference = uint32_t;
    Iterator(const uint32_t* list, uint32_t at) : list_(list), at_(at) {}
    uint32_t operator*() const { return list_ ? list_[at_] : at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return {list_, at_++}; }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const uint32_t* list_;
    uint32_t at_;
  };
  // From `begin` to `end` of the list; without one, these themselves.
  TiePlaces(const uint32_t* list, uint32_t begin, uint32_t end) : list_(list), begin_(begin), end_(end) {}
  Iterator begin() const { return {list_, begin_}; }
  Iterator end() const { return {list_, end_}; }
  size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

 private:
  const uint32_t* list_;
  uint32_t begin_, end_;
};

// Immutable once read: any number of threads may look at it.
class MemberTies {
 public:
  MemberTies() = default;
  MemberTies(MemberTies&&) = default;
  MemberTies& operator=(MemberTies&&) = default;

  RawVector<MemberTie> ties;                    // ascending by edge
  std::span<const NodeId> nodes;                // ascending: the members, whoever they have ties with, maybe more
  std::vector<Part> parts;                      // by node
  std::vector<std::string_view> statuses, products;  // "" where not stated
  bool complete = true;                         // false: the budget stopped the reading
  std::shared_ptr<const Network> network;       // where they come from; null: from records

  // Of all of them, by strength, part of the supplier and part of the customer.
  std::array<std::array<std::array<uint64_t, 4>, 4>, 3> counts{};
  uint64_t firm = 0;                            // firm ones of two different companies
  std::vector<uint32_t> crossing;               // places in `ties` of those between A only and B only, ascending

  graph::EdgeId edge(const MemberTie& tie) const { return network ? network->edge(tie.at) : edges_[tie.at]; }
  uint32_t product(const MemberTie& tie) const { return network ? network->product(tie.at) : product_of_[tie.at]; }
  uint32_t status(const MemberTie& tie) const { return network ? network->status(tie.at) : status_of_[tie.at]; }
  NodeId id(uint32_t node) const { return nodes[node]; }
  uint32_t Of(NodeId id) const;                 // Network::kNone where it is no node here
  // Places in `ties` of what a node supplies and buys, ascending.
  TiePlaces Sold(uint32_t node) const { return sold_.Row(node); }
  TiePlaces Bought(uint32_t node) const { return bought_.Row(node); }
  size_t Degree(uint32_t node) const { return Sold(node).size() + Bought(node).size(); }
  // Firm ties of a node by the part of the company at the other end; one with itself is there twice.
  const std::array<uint32_t, 4>& Firm(uint32_t node) const { return firm_[node]; }

 private:
  friend class MemberTiesReader;
  struct Rows {
    RawVector<uint32_t> begin, ties;  // no ties: they are in this order themselves
    TiePlaces Row(uint32_t node) const { return {ties.empty() ? nullptr : ties.data(), begin[node], begin[node + 1]}; }
  };
  std::vector<NodeId> own_nodes_;
  std::vector<graph::EdgeId> edges_;
  std::vector<uint32_t> product_of_, status_of_;
  std::vector<std::string> texts_;
  Rows sold_, bought_;
  RawVector<std::array<uint32_t, 4>> firm_;
};

// Every tie of every member of either group, once. `threads` share the work; 0: as many as pay.
Result<MemberTies> ReadMemberTies(Reader& reader, const Parts& parts, const Budget& budget, size_t threads = 0);
// The same from the records, or from the columns: for who checks one against the other.
Result<MemberTies> ReadMemberTiesFrom(Reader& reader, const Parts& parts, std::shared_ptr<const Network> network, const Budget& budget, size_t threads = 0);

// The things that members are tied to by other edges: `row` gets the member's node and the thing, by member, edges of one as
// stored. Nothing is read where the store has no edge of the kind.
Status EachRelated(Reader& reader, const MemberTies& ties, Network::Relation relation, const std::function<void(uint32_t, NodeId)>& row);

// Where the members have their seats: `row` gets the member's node and its location, ascending.
Status EachSeat(Reader& reader, const MemberTies& ties, const std::function<void(uint32_t, const Location&)>& row);

// Who operates in a segment: nodes of `ties` by Part, ascending.
using Holders = std::map<NodeId, std::array<std::vector<uint32_t>, 3>>;
Result<Holders> HoldersOf(Reader& reader, const MemberTies& ties);

}  // namespace liantu::chain
