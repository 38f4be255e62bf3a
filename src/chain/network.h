// SPDX-License-Identifier: Apache-2.0
// What questions about many companies count over, as columns: all supply ties of a state with what they say, where companies
// have their seats, in which segments they operate, what they make, where they stand. Reading a record takes about a
// microsecond and the neighbours of a company as much; with millions of ties the columns are kept as a derived file beside the
// store (column_file.h), named by the state they were made from, so that the next question of that state, in any process,
// starts from there. No question is answered here, and nothing here is shown: names and sources are read from the store.
//
// The file is no part of the store: it is checked when read, made anew where it is missing, damaged or of another state,
// and left out where the folder cannot be written. A new one takes over what an older one says of companies that nothing has
// changed of since (network_changes.h); then older ones are removed.
//
// Words: a *node* is a place in the ascending list of all companies and of whatever else a company's tie leads to; so the
// order of nodes is that of ids. A *tie* is a place in the list of ties, by supplier, then as stored.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/budget.h"
#include "chain/links.h"

namespace liantu::chain {

class ColumnFile;
struct NetworkChanges;

// Once made it is only read, except that a reader's own may get more columns; a copy has them to itself and costs little.
class Network {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;
  // Edges of companies beside SUPPLIES. The thing is what the company operates in, makes, stands in …
  enum class Relation : uint8_t { kOperatesIn, kProduces, kHostedBy, kMemberOf, kLeads, kOwns, kDevelops, kSigned };
  static constexpr size_t kRelations = 8;
  // What a question wants to read; ids of nodes are always there.
  enum Want : uint32_t { kTies = 1, kProducts = 2, kYears = 4, kSeats = 8, kProductNames = 16, kCertainties = 32, kFirstRelation = 64 };
  static constexpr uint32_t WantOf(Relation relation) { return kFirstRelation << static_cast<uint32_t>(relation); }
  static constexpr uint32_t kEverything = (kFirstRelation << kRelations) - 1;

  bool Has(uint32_t want) const { return (have_ & want) == want; }
  size_t size() const { return ids_.size(); }
  std::span<const NodeId> ids() const { return ids_; }
  NodeId id(uint32_t node) const { return ids_[node]; }
  uint32_t Of(NodeId id) const;  // kNone where it is no node here
  // Nodes that are no companies, ascending.
  std::span<const uint32_t> others() const { return Column<uint32_t>(kOthers); }

  // --- Ties
  size_t ties() const { return customers_.size(); }
  // size() + 1 entries: the ties that a node supplies.
  std::span<const uint32_t> begin() const { return begin_; }
  std::span<const uint32_t> customers() const { return customers_; }
  TieStrength strength(size_t tie) const { return static_cast<TieStrength>(marks_[tie] & 3); }
  bool planned(size_t tie) const { return (marks_[tie] & 4) != 0; }
  graph::EdgeId edge(size_t tie) const {
    if (!edges32_.empty()) return graph::EdgeId{first_edge_ + edges32_[tie]};
    return edges64_.empty() ? graph::EdgeId{first_edge_ + tie} : edges64_[tie];
  }
  bool edges_ascend() const { return edges32_.empty() && edges64_.empty(); }
  // Number of the status in statuses(); "" where none is stated.
  uint32_t status(size_t tie) const;
  const std::vector<std::string_view>& statuses() const { return statuses_; }
  // Number of the product in products(), which are texts of ties and names of product nodes.
  uint32_t product(size_t tie) const { return products_[tie]; }
  const std::vector<std::string_view>& products() const { return texts_; }
  std::optional<int64_t> year(size_t tie) const;

  // --- Companies
  // Where a node has its seat: a place in locations().
  std::span<const uint32_t> seats() const { return Column<uint32_t>(kSeatOf); }
  std::span<const Location> locations() const { return Column<Location>(kLocations); }
  // Row by row: the node, ascending, and the place of what it is tied to in `things`, which are ascending. As often as
  // edges say so, in their order.
  struct Rows {
    std::span<const uint32_t> who, thing;
    std::span<const NodeId> things;
  };
  Rows rows(Relation relation) const;
  // How sure the edges of kOperatesIn are, row by row: a graph::Certainty each.
  std::span<const graph::Certainty> certainties() const { return Column<graph::Certainty>(kCertaintyOf); }
  // By place in the things of kProduces: its name, a number of products().
  std::span<const uint32_t> product_names() const { return Column<uint32_t>(kNames); }
  // Byte by byte.
  friend bool operator==(const Network& a, const Network& b) { return a.have_ == b.have_ && a.columns_ == b.columns_; }

 private:
  friend class NetworkMaker;
  enum Number : size_t { kIds, kOthers, kFirstEdge, kBegin, kCustomers, kMarks, kEdges32, kEdges64, kStatuses, kOddStatuses, kProductOf, kTexts,
                         kYearOf, kOddYears, kSeatOf, kLocations, kNames, kCertaintyOf, kRows, kColumns = kRows + 3 * kRelations };
  template <class T>
  std::span<const T> Column(size_t number) const {
    return {reinterpret_cast<const T*>(columns_[number].data()), columns_[number].size() / sizeof(T)};
  }
  void Ready();  // makes what is read all the time from the columns

  uint32_t have_ = 0;  // of Want
  std::array<std::string_view, kColumns> columns_;
  std::shared_ptr<const ColumnFile> file_;
  std::vector<std::shared_ptr<const void>> owned_;
  std::span<const NodeId> ids_;
  std::span<const uint32_t> begin_, customers_, edges32_, products_;
  std::span<const graph::EdgeId> edges64_;
  std::span<const uint8_t> marks_;
  uint64_t first_edge_ = 0;
  std::vector<std::string_view> statuses_, texts_;
  std::span<const uint32_t> direct_;  // by id from the first on, where ids lie dense
};

// Ties from which on the columns are kept in a file.
inline constexpr uint64_t kTiesWorthAFile = 200'000;

// The network of the reader's view with what is wanted, for a question about so many companies; remembered in the reader.
// Null where reading the records of so few is less work; `companies` 0: never null. kBudget or kCancelled where the
// budget ended before all was read.
Result<std::shared_ptr<const Network>> NetworkFor(Reader& reader, uint64_t companies, uint32_t want, const Budget& budget);
// The same where it need not be made: the file is there, or the reader has what is wanted. For what reads little of it.
Result<std::shared_ptr<const Network>> NetworkAtHand(Reader& reader, uint64_t companies, uint32_t want);
// The same where it is at hand, or is made for the file: for what reads much, but in a small store less than the columns are made of.
Result<std::shared_ptr<const Network>> NetworkIfKept(Reader& reader, uint64_t companies, uint32_t want, const Budget& budget);
// All of it, from that of an earlier state and what has changed since, one by one: the same bytes as when all is read.
Result<std::shared_ptr<const Network>> NetworkFrom(Reader& reader, std::shared_ptr<const Network> earlier, const NetworkChanges& changes, const Budget& budget);

}  // namespace liantu::chain
