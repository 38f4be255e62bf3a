// SPDX-License-Identifier: Apache-2.0
// The journal: what every entity looked like before each batch that changed or deleted it, and which entities each batch
// touched. Undo, diff, the past view and the audit log read it; this file says what is stored and how to find it, the
// writer (writer.h) puts it there.
//
// An entity made by a batch has no image before it: its id lies in the batch's id ranges (BatchInfo). A batch that makes
// and deletes an entity leaves nothing of it. So the state of entity E after batch B is:
//   nothing, if the batch that made E is later than B;
//   else the image of the first batch after B that touched E (ImageAfter: one seek);
//   else, if there is none, what is stored now.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/record.h"
#include "storage/store.h"

namespace liantu::graph {

// A record as stored (evidence not resolved) with its claim sets.
struct EntityImage {
  NodeRecord node;  // if the entity is a node
  EdgeRecord edge;
  std::map<PropertyId, std::vector<StoredClaim>> claims;
};

// Images are made of stored bytes, as they are: the record, then the property number and bytes of each claim set.
void BeginImage(std::string& out, std::string_view record);
void AddClaimsToImage(std::string& out, PropertyId property, std::string_view claims);
bool DecodeImage(std::string_view in, bool edge, EntityImage& image);

// The state after `batch` of an entity that a later batch touched; nullopt: none did.
Result<std::optional<EntityImage>> ImageAfter(const storage::View& view, bool edge, uint64_t id, BatchId batch);
// Ids of older nodes (or edges) that the batch changed or deleted, ascending.
Result<std::vector<uint64_t>> TouchedBy(const storage::View& view, BatchId batch, bool edges);

}  // namespace liantu::graph
