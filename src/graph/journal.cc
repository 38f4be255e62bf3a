// SPDX-License-Identifier: Apache-2.0
#include "graph/journal.h"

#include "graph/catalog.h"

namespace liantu::graph {

void BeginImage(std::string& out, std::string_view record) { PutString(out, record); }

void AddClaimsToImage(std::string& out, PropertyId property, std::string_view claims) {
  PutVarint(out, property.raw);
  PutString(out, claims);
}

bool DecodeImage(std::string_view in, bool edge, EntityImage& image) {
  std::string_view record;
  if (!GetString(in, record) || !(edge ? DecodeEdge(record, image.edge) : DecodeNode(record, image.node))) return false;
  while (!in.empty()) {
    uint64_t property;
    std::string_view claims;
    if (!GetVarint(in, property) || property > UINT32_MAX || !GetString(in, claims) ||
        !DecodeClaims(claims, image.claims[PropertyId{static_cast<uint32_t>(property)}])) {
      return false;
    }
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

}  // namespace liantu::graph
