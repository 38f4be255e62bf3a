// SPDX-License-Identifier: Apache-2.0
#include "graph/ready_node.h"

#include <algorithm>

#include "graph/bulk.h"
#include "graph/writer.h"

namespace liantu::graph {

std::optional<ReadyKind> ReadyKindOf(const Transaction& transaction, const std::vector<std::string>& labels) {
  return GraphWriter::Of(transaction).ReadyKindOf(labels);
}

void HashIdentifiers(const ReadyKind& kind, const std::vector<StoredProperty>& properties, std::vector<uint64_t>* out) {
  PropertyId of;
  std::string form;
  for (const auto& [property, label] : kind.identifiers) {
    const auto at = std::find_if(properties.begin(), properties.end(), [&](const StoredProperty& p) { return p.id == property; });
    if (at == properties.end()) continue;
    if (of != property) form = IndexedForm(at->value), of = property;
    out->push_back(GraphWriter::IdentifierHash(property, label, form));
  }
}

Result<NodeId> MergeNode(Transaction& transaction, const ReadyNode& node) {
  return GraphWriter::Of(transaction).CreateReady(node);
}

void PrefetchIdentifier(const Transaction& transaction, uint64_t identifier) {
  GraphWriter::Of(transaction).bulk_nodes().PrefetchIdentifier(identifier);
}

}  // namespace liantu::graph
