// SPDX-License-Identifier: Apache-2.0
// What a Transaction holds; for transaction.cc and bulk.cc only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/bulk.h"
#include "graph/claim_rule.h"
#include "graph/database_state.h"
#include "graph/writer.h"

namespace liantu::graph {

struct Transaction::State {
  std::shared_ptr<Database::State> database;
  std::shared_ptr<const ReadView::State> base;
  std::unique_ptr<GraphWriter> writer;
  std::unique_ptr<BulkLoader> bulk;  // of a bulk transaction
  std::optional<ClaimRule> rule;
  ReadView view;
  TypeId ready_type;                              // of the last ReadyEdge …
  std::optional<const EdgeTypeSpec*> ready_spec;  // … and what the ontology says of it

  ~State();
  Status NoSuch(bool edge, uint64_t id) const {
    return Status(Code::kNotFound, Text("there is no ", edge ? "edge " : "node ", id));
  }
  Result<std::vector<LabelId>> InternLabels(const std::vector<std::string>& labels);
  Result<std::vector<StoredProperty>> InternProperties(const Properties& properties, const Evidence& evidence,
                                                       const std::map<std::string, Evidence>& overrides);
  Result<bool> AddClaim(EntityEdit& edit, PropertyId property, const Value& value, EvidenceId evidence);
  Status Store(EntityEdit edit);
  Status SetProperty(bool edge, uint64_t id, std::string_view property, const Value& value, const Evidence& evidence);
  Result<NodeId> FindMerged(const std::vector<std::string>& labels, const Properties& properties);
  Result<EdgeId> FindMerged(TypeId type, const EdgeTypeSpec* spec, NodeId from, NodeId to, const Properties& properties,
                            const Evidence& evidence);
  // What the ontology says of the type; null: nothing.
  const EdgeTypeSpec* SpecOf(std::string_view type) const;
  // The record that a statement makes; both ends are there.
  Result<EdgeRecord> MakeEdge(std::string_view type, NodeId from, NodeId to, const Properties& properties,
                              const Evidence& evidence, const std::map<std::string, Evidence>& overrides);
  Result<EdgeId> CreateEdge(std::string_view type, NodeId from, NodeId to, const Properties& properties,
                            const Evidence& evidence, const std::map<std::string, Evidence>& overrides);
  Result<NodeId> CreateNode(const std::vector<std::string>& labels, const Properties& properties,
                            const Evidence& evidence, const std::map<std::string, Evidence>& overrides);
};

}  // namespace liantu::graph
