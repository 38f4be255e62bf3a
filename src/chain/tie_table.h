// SPDX-License-Identifier: Apache-2.0
// All supply ties of a state as three columns, for questions that count over the whole network. Reading each tie's record
// takes about a microsecond; with millions of ties the columns are kept as a derived file beside the store, named by the
// state they were made from, so that the next question of that state, in any process, starts from there.
//
// The file is no part of the store: it is checked when read, made anew where it is missing, damaged or of another state,
// and left out where the folder cannot be written. Older ones are removed when a new one is written.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/budget.h"
#include "chain/links.h"

namespace liantu::chain {

class TieTable {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;  // an end that is no company

  size_t size() const { return suppliers_.size(); }
  // Companies of the state, ascending; suppliers and customers are places in it, or kNone.
  std::span<const NodeId> companies() const { return companies_; }
  std::span<const uint32_t> suppliers() const { return suppliers_; }
  std::span<const uint32_t> customers() const { return customers_; }
  std::span<const graph::EdgeId> edges() const { return edges_; }
  TieStrength strength(size_t tie) const { return static_cast<TieStrength>(marks_[tie] & 3); }
  bool planned(size_t tie) const { return (marks_[tie] & 4) != 0; }

 private:
  friend class TieTableMaker;
  std::vector<NodeId> companies_;
  std::vector<uint32_t> suppliers_, customers_;
  std::vector<graph::EdgeId> edges_;  // ties by supplier, then as stored
  std::vector<uint8_t> marks_;
};

// Ties from which on the table is kept in a file.
inline constexpr uint64_t kTiesWorthAFile = 200'000;

// kBudget or kCancelled where the budget ended before all was read.
Result<std::shared_ptr<const TieTable>> AllTies(Reader& reader, const Budget& budget);

}  // namespace liantu::chain
