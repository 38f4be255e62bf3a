// SPDX-License-Identifier: Apache-2.0
// Stored bytes: every decoder either refuses, or gives something that encodes and decodes to the same again.
#include <cstdint>
#include <string>
#include <string_view>

#include "graph/adjacency.h"
#include "graph/catalog.h"
#include "graph/name_index.h"
#include "graph/record.h"
#include "graph/value.h"

using namespace liantu;
using namespace liantu::graph;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view in(reinterpret_cast<const char*>(data + 1), size - 1);
  std::string again;
  switch (data[0] % 10) {
    case 0: {
      std::string_view rest = in;
      Value value, back;
      if (!DecodeValue(rest, value)) break;
      EncodeValue(again, value);
      std::string_view twin = again;
      LT_ASSERT(DecodeValue(twin, back) && twin.empty());
      ToText(value);
      break;
    }
    case 1: { NodeRecord r; DecodeNode(in, r); break; }
    case 2: { EdgeChunk c; DecodeEdgeChunk(in, c); break; }
    case 3: { EdgeRecord r; DecodeEdge(in, r); break; }
    case 4: { std::vector<StoredClaim> c; DecodeClaims(in, c); break; }
    case 5: { Evidence e; DecodeEvidence(in, e); break; }
    case 6: {
      AdjacencyBlock block, back;
      if (!DecodeBlock(in, block)) break;
      EncodeBlock(again, block);
      LT_ASSERT(DecodeBlock(again, back) && back.entries == block.entries);
      break;
    }
    case 7: { AdjacencyHead h; DecodeHead(in, h); break; }
    case 8: { BatchInfo b; DecodeBatch(in, BatchId{1}, b); BatchRange r; DecodeRange(in, 7, r); break; }
    case 9: { std::vector<uint64_t> ids; DecodePostings(in, ids); DecodeIds(in, ids); IdChunk c; DecodeIdChunk(in, c); break; }
  }
  return 0;
}
