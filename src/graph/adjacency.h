// SPDX-License-Identifier: Apache-2.0
// Who is tied to whom, as stored. A node has one *head*: for each (direction, type) it has edges of, the degree, and the
// newest neighbours inline (the *tail*). When a tail grows past kTailEdges it is cut off as a *block*, a value of its
// own, keyed by the last edge id in it. So one get tells all degrees and, but for hubs, all neighbours; a write
// to a node rewrites its head only, which is bounded, however many neighbours the node has; and the edges of a group
// read in id order are: its blocks in key order, then its tail.
//
//   head(广州市) = [ in LOCATED_IN: degree 45,012 · newest block ends at edge 88,210 · tail of 20 ] [ out PART_OF: 1 ]
//   block(广州市, in, LOCATED_IN, 1,511) · … · block(广州市, in, LOCATED_IN, 88,210)
//
// Pure encoding: nothing here reads a store.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "graph/evidence.h"
#include "graph/ids.h"

namespace liantu::graph {

// 64 entries are about 300 bytes: small beside a commit's fixed cost, large enough that a scan of blocks is bound by
// decoding, not by the store's iterator.
inline constexpr size_t kTailEdges = 64;
// The most that one block holds when more than a tail is cut off at once (bulk).
inline constexpr size_t kBlockEdges = 512;

// When an edge is seen: its visible claim's valid time, and whether it is predicted.
struct Visibility {
  static constexpr int64_t kNoDay = std::numeric_limits<int64_t>::min();
  int64_t from = kNoDay, to = kNoDay;  // half-open days since 1970-01-01; kNoDay: no bound
  bool predicted = false;
  static Visibility Of(const Evidence& evidence) {
    return {evidence.valid.from ? evidence.valid.from->days : kNoDay,
            evidence.valid.to ? evidence.valid.to->days : kNoDay, evidence.certainty == Certainty::kPredicted};
  }
  bool plain() const { return from == kNoDay && to == kNoDay && !predicted; }
  friend bool operator==(const Visibility&, const Visibility&) = default;
};

// Which edges a reader sees.
struct Sight {
  int64_t as_of = Visibility::kNoDay;  // kNoDay: whatever their valid time
  bool predicted = false;
  bool Sees(const Visibility& v) const {
    if (v.predicted && !predicted) return false;
    if (as_of == Visibility::kNoDay) return true;
    return (v.from == Visibility::kNoDay || v.from <= as_of) && (v.to == Visibility::kNoDay || as_of < v.to);
  }
};

struct Adjacent {
  EdgeId edge;
  NodeId node;
  friend bool operator==(const Adjacent&, const Adjacent&) = default;
};

// Entries ascending by edge id.
struct AdjacencyBlock {
  std::vector<Adjacent> entries;
  std::vector<Visibility> visibility;  // empty: all plain; else one for each entry
  void Add(EdgeId edge, NodeId node, const Visibility& seen);  // edge > all before
  void Insert(EdgeId edge, NodeId node, const Visibility& seen);  // where its id belongs; it is not there yet
  void Erase(size_t i);
  // Index of the edge, or entries.size().
  size_t Find(EdgeId edge) const;
  void SetVisibility(size_t i, const Visibility& seen);
};
void EncodeBlock(std::string& out, const AdjacencyBlock& block);
bool DecodeBlock(std::string_view in, AdjacencyBlock& block);

// Calls row(Adjacent) for each entry that `sight` sees; row returns false to stop. Returns false on damage, and sets
// *stopped where row stopped it.
template <class Row>
bool WalkBlock(std::string_view in, const Sight& sight, bool* stopped, const Row& row);

struct AdjacencyGroup {
  Direction direction = Direction::kOut;
  TypeId type;
  uint64_t degree = 0;  // all edges, blocks included
  EdgeId newest_block;  // key of the newest block; 0: no blocks
  AdjacencyBlock tail;
};
// Groups ascending by (direction, type); none has degree 0.
struct AdjacencyHead {
  std::vector<AdjacencyGroup> groups;
  AdjacencyGroup* Find(Direction direction, TypeId type);
  AdjacencyGroup& FindOrAdd(Direction direction, TypeId type);
};
void EncodeHead(std::string& out, const AdjacencyHead& head);
void EncodeGroup(std::string& out, const AdjacencyGroup& group);  // a head is its groups, one behind the other
bool DecodeHead(std::string_view in, AdjacencyHead& head);

// A head read group by group, tails left encoded.
struct GroupView {
  Direction direction = Direction::kOut;
  TypeId type;
  uint64_t degree = 0;
  EdgeId newest_block;
  std::string_view tail;  // a block; empty: none
};
bool NextGroup(std::string_view& head, GroupView& group);  // false at the end (head empty) or on damage

// ---- details

namespace internal {

// The visibility column, read run by run beside the entries.
class VisibilityRuns {
 public:
  bool Start(std::string_view in);
  // Of the entry after the last asked for. False on damage.
  bool Next(Visibility& seen);
  bool done() const { return runs_ == 0 && length_ == 0 && in_.empty(); }

 private:
  bool Load();
  std::string_view in_;
  uint64_t runs_ = 0, gap_ = 0, length_ = 0;
  Visibility current_;
};

struct BlockHeader {
  uint64_t count = 0;
  bool visibility = false, consecutive = false;
};
inline bool GetBlockHeader(std::string_view& in, BlockHeader& header) {
  uint64_t v;
  if (!GetVarint(in, v)) return false;
  header = {v >> 2, (v & 2) != 0, (v & 1) != 0};
  return header.count > 0 && header.count <= in.size();
}

}  // namespace internal

template <class Row>
bool WalkBlock(std::string_view in, const Sight& sight, bool* stopped, const Row& row) {
  internal::BlockHeader header;
  uint64_t edge, node;
  if (!internal::GetBlockHeader(in, header) || !GetVarint(in, edge)) return false;
  // The edge column is walked beside the node column; consecutive ids have none.
  std::string_view edges = in;
  if (!header.consecutive) {
    for (uint64_t i = 1; i < header.count; ++i) {
      uint64_t skipped;
      if (!GetVarint(in, skipped)) return false;
    }
  }
  if (!GetVarint(in, node)) return false;
  if (!header.visibility) {
    for (uint64_t i = 0;;) {
      if (!row(Adjacent{EdgeId{edge}, NodeId{node}})) {
        *stopped = true;
        return true;
      }
      if (++i == header.count) return in.empty();
      uint64_t delta = 0, step;
      if ((!header.consecutive && !GetVarint(edges, delta)) || !GetVarint(in, step)) return false;
      edge += delta + 1;
      node += static_cast<uint64_t>(UnZigZag(step));
    }
  }
  std::string_view nodes = in;
  for (uint64_t i = 1; i < header.count; ++i) {
    uint64_t skipped;
    if (!GetVarint(in, skipped)) return false;
  }
  internal::VisibilityRuns runs;
  if (!runs.Start(in)) return false;
  for (uint64_t i = 0;;) {
    Visibility seen;
    if (!runs.Next(seen)) return false;
    if (sight.Sees(seen) && !row(Adjacent{EdgeId{edge}, NodeId{node}})) {
      *stopped = true;
      return true;
    }
    if (++i == header.count) return runs.done();
    uint64_t delta = 0, step;
    if ((!header.consecutive && !GetVarint(edges, delta)) || !GetVarint(nodes, step)) return false;
    edge += delta + 1;
    node += static_cast<uint64_t>(UnZigZag(step));
  }
}

}  // namespace liantu::graph
