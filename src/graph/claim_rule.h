// SPDX-License-Identifier: Apache-2.0
// Which of several claims shows, and what becomes of the others when one is added: the rule of evidence.h carried out on
// stored claims. Import uses it, and undo where it puts together claims of batches that never met before. It changes
// lists of claims; storing them is the writer's business.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/evidence.h"
#include "graph/record.h"
#include "graph/writer.h"

namespace liantu::graph {

bool Overlap(const ValidTime& a, const ValidTime& b);

// Belongs to one transaction and its thread. Remembers the documents it has looked up.
class ClaimRule {
 public:
  explicit ClaimRule(GraphWriter& writer) : writer_(writer) {}

  // The visible claim first, the others in the order in which they would show.
  Status Sort(std::vector<StoredClaim>& claims);
  // Adds a claim: replaces what the same documents said about an overlapping time; one that is equal but for its locator
  // joins that. The list is not sorted. False: it said so already, nothing changed.
  Result<bool> Add(std::vector<StoredClaim>& claims, const StoredClaim& claim);
  // Puts the first of the claims (there is one) into the record. Property 0: the entity's existence.
  static void Show(EntityRecord& record, PropertyId property, const std::vector<StoredClaim>& claims);
  // The document is changed: look again.
  void Forget(NodeId document) { documents_.erase(document); }
  // The document is going to be this.
  void Expect(NodeId document, const EntityRecord& record) { documents_[document] = StandingOf(record); }

 private:
  // What ranks a document as a witness.
  struct Standing {
    std::string date;                                    // later is better; "" is the earliest
    int64_t rank = std::numeric_limits<int64_t>::max();  // smaller is better
  };
  Standing StandingOf(const EntityRecord& record) const;
  Result<Standing> StandingOf(NodeId document);
  Result<Standing> StandingOf(const Evidence& evidence, BatchId batch);

  GraphWriter& writer_;
  std::map<NodeId, Standing> documents_;
};

}  // namespace liantu::graph
