// SPDX-License-Identifier: Apache-2.0
#include "graph/journal.h"

#include <algorithm>

#include "graph/catalog.h"

namespace liantu::graph {

void BeginImage(std::string& out, std::string_view record) { PutString(out, record); }

void AddClaimsToImage(std::string& out, PropertyId property, std::string_view claims) {
  PutVarint(out, uint64_t{property.raw} << 1);
  PutString(out, claims);
}

void AddReplacedToImage(std::string& out, PropertyId property) { PutVarint(out, uint64_t{property.raw} << 1 | 1); }

bool DecodeImage(std::string_view in, bool edge, EntityImage& image) {
  image.exists = !in.empty();
  if (!image.exists) return true;
  std::string_view record;
  if (!GetString(in, record) || !(edge ? DecodeEdge(record, image.edge) : DecodeNode(record, image.node))) return false;
  while (!in.empty()) {
    uint64_t number;
    if (!GetVarint(in, number) || number >> 1 > UINT32_MAX) return false;
    const PropertyId property{static_cast<uint32_t>(number >> 1)};
    if (number & 1) {
      image.replaced.push_back(property);
      continue;
    }
    std::string_view claims;
    if (!GetString(in, claims) || !DecodeClaims(claims, image.claims[property])) return false;
  }
  return true;
}

Result<std::optional<EntityImage>> ImageAfter(const storage::View& view, bool edge, uint64_t id, BatchId batch) {
  const Key from = keys::BeforeImage(edge, id, BatchId{batch.raw + 1});
  auto cursor = view.Scan(from.space, from.route, std::string_view(from.rest).substr(0, 1), from.rest);
  LT_TRY(cursor->status());
  if (!cursor->Valid()) return std::optional<EntityImage>();
  EntityImage image;
  if (!DecodeImage(cursor->value(), edge, image)) {
    return Damaged({from.space, from.route, std::string(cursor->rest())}, "a journal entry");
  }
  return std::optional<EntityImage>(std::move(image));
}

Result<std::vector<DatedImage>> ImagesFrom(const storage::View& view, bool edge, uint64_t id, BatchId first) {
  const Key from = keys::BeforeImage(edge, id, first);
  std::vector<DatedImage> images;
  auto cursor = view.Scan(from.space, from.route, std::string_view(from.rest).substr(0, 1), from.rest);
  for (; cursor->Valid(); cursor->Next()) {
    std::string_view rest = cursor->rest().substr(1);
    DatedImage& one = images.emplace_back();
    if (!GetBigEndian(rest, one.before.raw) || !rest.empty() || !DecodeImage(cursor->value(), edge, one.image)) {
      return Damaged({from.space, from.route, std::string(cursor->rest())}, "a journal entry");
    }
  }
  LT_TRY(cursor->status());
  return images;
}

Result<std::vector<uint64_t>> TouchedBy(const storage::View& view, BatchId batch, bool edges) {
  const Key first = keys::Touched(batch, edges, 0);
  std::vector<uint64_t> ids;
  auto cursor = view.Scan(first.space, first.route, std::string_view(first.rest).substr(0, 2));
  for (; cursor->Valid(); cursor->Next()) {
    if (!DecodeIds(cursor->value(), ids)) {
      return Damaged({first.space, first.route, std::string(cursor->rest())}, "a journal list");
    }
  }
  LT_TRY(cursor->status());
  return ids;
}

Status ForEachBatch(const storage::View& view, BatchId first, const std::function<void(const BatchInfo&)>& row) {
  LT_ASSIGN(const NextIds next, NextIds::Load(view));
  for (uint64_t bucket = first.raw >> kBatchBucketBits; bucket <= next.batch >> kBatchBucketBits; ++bucket) {
    const Key from = keys::Batch(std::max(first, BatchId{bucket << kBatchBucketBits}));
    auto cursor = view.Scan(from.space, bucket, "B", from.rest);
    for (; cursor->Valid(); cursor->Next()) {
      std::string_view rest = cursor->rest().substr(1);
      BatchId id;
      BatchInfo info;
      if (!GetBigEndian(rest, id.raw) || !rest.empty() || !DecodeBatch(cursor->value(), id, info)) {
        return Damaged({from.space, bucket, std::string(cursor->rest())}, "a batch");
      }
      row(info);
    }
    LT_TRY(cursor->status());
  }
  return {};
}

EntityState StateOf(const EntityImage& image, bool edge, Origin origin) {
  EntityState state{.exists = image.exists};
  if (!image.exists) return state;
  NodeRecord node;
  EdgeRecord edge_record;
  if (edge) {
    edge_record = image.edge;
    state.type = edge_record.type;
    state.from = edge_record.from;
    state.to = edge_record.to;
  } else {
    node = image.node;
    state.labels = node.labels;
  }
  EntityRecord& record = edge ? static_cast<EntityRecord&>(edge_record) : node;
  Resolve(record, origin);
  state.claims = image.claims;
  if (!record.claims) state.claims[PropertyId{}] = {{Value(), record.evidence, record.batch}};
  for (StoredProperty& p : record.properties) {
    if (!p.claims) state.claims[p.id] = {{std::move(p.value), p.evidence, p.batch}};
  }
  return state;
}

Result<EntityState> LoadState(const ReadView::State& state, bool edge, uint64_t id) {
  EntityImage image;
  if (edge) {
    LT_ASSIGN(image.exists, state.LoadEdge(EdgeId{id}, image.edge));
  } else {
    LT_ASSIGN(image.exists, state.LoadNode(NodeId{id}, image.node));
  }
  if (!image.exists) return EntityState();
  LT_ASSIGN(const BatchRange range, state.RangeOf(edge, id));
  const EntityRecord& record = edge ? static_cast<EntityRecord&>(image.edge) : image.node;
  if (record.claims) {
    LT_ASSIGN(image.claims[PropertyId{}], state.LoadClaims(edge, id, {}, record));
  }
  for (const StoredProperty& p : record.properties) {
    if (!p.claims) continue;
    LT_ASSIGN(image.claims[p.id], state.LoadClaims(edge, id, p.id, record));
  }
  return StateOf(image, edge, range.origin());
}

}  // namespace liantu::graph
