// SPDX-License-Identifier: Apache-2.0
// The journal: what every entity looked like before each batch that changed or deleted it, and which entities each batch
// touched. Undo, diff, the past view and the audit log read it; this file says what is stored and how to find it, the
// writer (writer.h) puts it there.
//
// An entity made by a batch has no image before it: its id lies in the batch's id ranges (BatchInfo). A batch that makes
// and deletes an entity leaves nothing of it. An entity that an undo brings back has the image of nothing before that. So
// the state of entity E after batch B is:
//   nothing, if the batch that made E is later than B;
//   else the image of the first batch after B that touched E (ImageAfter: one seek);
//   else, if there is none, what is stored now.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/record.h"
#include "graph/view_state.h"
#include "storage/store.h"

namespace liantu::graph {

// A record as stored (evidence not resolved) with its claim sets, before a batch.
struct EntityImage {
  bool exists = true;  // false: the entity was deleted then; the batch brought it back
  NodeRecord node;     // if the entity is a node
  EdgeRecord edge;
  std::map<PropertyId, std::vector<StoredClaim>> claims;
  // Properties whose claims the batch replaced or removed as a whole, whatever they were; to others it added claims.
  std::vector<PropertyId> replaced;
};

// Images are made of stored bytes, as they are: the record, then the property number and bytes of each claim set, then
// the numbers of the replaced properties. No bytes: there was nothing.
void BeginImage(std::string& out, std::string_view record);
void AddClaimsToImage(std::string& out, PropertyId property, std::string_view claims);
void AddReplacedToImage(std::string& out, PropertyId property);
bool DecodeImage(std::string_view in, bool edge, EntityImage& image);

// The state after `batch` of an entity that a later batch touched; nullopt: none did.
Result<std::optional<EntityImage>> ImageAfter(const storage::View& view, bool edge, uint64_t id, BatchId batch);
// All images of an entity from the one before `first` on, with the batches that they stand before; ascending.
struct DatedImage {
  BatchId before;
  EntityImage image;
};
Result<std::vector<DatedImage>> ImagesFrom(const storage::View& view, bool edge, uint64_t id, BatchId first);
// Ids of older nodes (or edges) that the batch changed, deleted or brought back, ascending.
Result<std::vector<uint64_t>> TouchedBy(const storage::View& view, BatchId batch, bool edges);
// Batches from `first` on, ascending.
Status ForEachBatch(const storage::View& view, BatchId first, const std::function<void(const BatchInfo&)>& row);

// All there is to an entity, evidence and batches made explicit.
struct EntityState {
  bool exists = false;
  std::vector<LabelId> labels;  // of a node, ascending
  TypeId type;                  // of an edge
  NodeId from, to;
  std::map<PropertyId, std::vector<StoredClaim>> claims;  // visible first, never empty; property 0: of the existence
  friend bool operator==(const EntityState&, const EntityState&) = default;
};
EntityState StateOf(const EntityImage& image, bool edge, Origin origin);
// What the view's state holds; `exists` false: nothing.
Result<EntityState> LoadState(const ReadView::State& state, bool edge, uint64_t id);

}  // namespace liantu::graph
