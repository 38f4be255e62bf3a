// SPDX-License-Identifier: Apache-2.0
// New nodes that other threads have made ready for a bulk transaction (Database::BeginBulk): labels, evidence and properties are
// numbers and bytes already, and of identifiers only a hash is told. A node that may be there already is not taken; who
// has its row goes the ordinary way (Transaction::MergeNode). For io.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "graph/ids.h"
#include "graph/record.h"

namespace liantu::graph {

class Transaction;

// What nodes of the same labels have in common. Any thread may read it.
struct ReadyKind {
  std::vector<LabelId> labels;                            // ascending
  std::vector<std::pair<PropertyId, LabelId>> identifiers;  // keys and whatever else is unique
};

// nullopt: nodes with these labels cannot be made so: the transaction is not a bulk one, the store had nodes before it, or a
// label is new to it.
std::optional<ReadyKind> ReadyKindOf(const Transaction& transaction, const std::vector<std::string>& labels);

// Hashes of the node's identifiers, put behind `out`. `properties` ascending by id. Any thread.
void HashIdentifiers(const ReadyKind& kind, const std::vector<StoredProperty>& properties, std::vector<uint64_t>* out);

struct ReadyNode {
  const ReadyKind* kind = nullptr;
  EvidenceId evidence;          // of the node and its properties; from Transaction::NumberOf
  std::string_view properties;  // EncodeProperties of record.h
  std::span<const uint64_t> identifiers;
};
// As MergeNode of a node that is new. Id 0, and nothing was done: one of its identifiers may be in use.
Result<NodeId> MergeNode(Transaction& transaction, const ReadyNode& node);
// Brings near what MergeNode will look at.
void PrefetchIdentifier(const Transaction& transaction, uint64_t identifier);

}  // namespace liantu::graph
