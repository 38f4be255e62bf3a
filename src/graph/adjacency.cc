// SPDX-License-Identifier: Apache-2.0
// The bytes of adjacency blocks and heads:
//
//   block  varint count << 2 | has visibility << 1 | edge ids are consecutive
//          varint first edge id; unless consecutive, count-1 times varint (step - 1)
//          varint first neighbour; count-1 times varint zigzag(step)
//          with visibility: varint runs, each: varint plain entries before it, varint entries in it,
//            flags byte (1 predicted, 2 has from, 4 has to), zigzag day from, zigzag day to
//   head   groups: varint type << 1 | in, varint degree, varint newest block (0: none), string tail (a block or empty)
#include "graph/adjacency.h"

#include <algorithm>

#include "base/short_bytes.h"

namespace liantu::graph {
namespace {

constexpr char kPredicted = 1, kFrom = 2, kTo = 4;

void PutVisibility(std::string& out, const std::vector<Visibility>& column) {
  std::string runs;
  uint64_t count = 0;
  size_t end = 0;
  for (size_t i = 0; i < column.size();) {
    if (column[i].plain()) {
      ++i;
      continue;
    }
    size_t stop = i + 1;
    while (stop < column.size() && column[stop] == column[i]) ++stop;
    const Visibility& v = column[i];
    PutVarint(runs, i - end);
    PutVarint(runs, stop - i);
    runs.push_back(static_cast<char>((v.predicted ? kPredicted : 0) | (v.from != Visibility::kNoDay ? kFrom : 0) |
                                     (v.to != Visibility::kNoDay ? kTo : 0)));
    if (v.from != Visibility::kNoDay) PutVarint(runs, ZigZag(v.from));
    if (v.to != Visibility::kNoDay) PutVarint(runs, ZigZag(v.to));
    ++count;
    i = end = stop;
  }
  PutVarint(out, count);
  out += runs;
}

}  // namespace

bool internal::VisibilityRuns::Start(std::string_view in) {
  in_ = in;
  if (!GetVarint(in_, runs_) || runs_ > in_.size()) return false;
  return runs_ == 0 || Load();
}

bool internal::VisibilityRuns::Load() {
  --runs_;
  current_ = {};
  if (!GetVarint(in_, gap_) || !GetVarint(in_, length_) || length_ == 0 || in_.empty()) return false;
  const char flags = in_.front();
  in_.remove_prefix(1);
  uint64_t from = 0, to = 0;
  if (flags == 0 || flags > (kPredicted | kFrom | kTo) || flags < 0) return false;
  if ((flags & kFrom) && !GetVarint(in_, from)) return false;
  if ((flags & kTo) && !GetVarint(in_, to)) return false;
  current_.predicted = flags & kPredicted;
  if (flags & kFrom) current_.from = UnZigZag(from);
  if (flags & kTo) current_.to = UnZigZag(to);
  return true;
}

bool internal::VisibilityRuns::Next(Visibility& seen) {
  seen = {};
  if (length_ == 0) return true;
  if (gap_ > 0) {
    --gap_;
    return true;
  }
  seen = current_;
  return --length_ > 0 || runs_ == 0 || Load();
}

void AdjacencyBlock::Add(EdgeId edge, NodeId node, const Visibility& seen) {
  entries.push_back({edge, node});
  if (!visibility.empty() || !seen.plain()) {
    visibility.resize(entries.size() - 1);
    visibility.push_back(seen);
  }
}

void AdjacencyBlock::Insert(EdgeId edge, NodeId node, const Visibility& seen) {
  const auto at = std::lower_bound(entries.begin(), entries.end(), edge,
                                   [](const Adjacent& a, EdgeId e) { return a.edge < e; });
  const auto i = at - entries.begin();
  if (!visibility.empty() || !seen.plain()) {
    visibility.resize(entries.size());
    visibility.insert(visibility.begin() + i, seen);
  }
  entries.insert(at, {edge, node});
}

void AdjacencyBlock::Erase(size_t i) {
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(i));
  if (!visibility.empty()) visibility.erase(visibility.begin() + static_cast<ptrdiff_t>(i));
}

size_t AdjacencyBlock::Find(EdgeId edge) const {
  const auto at = std::lower_bound(entries.begin(), entries.end(), edge,
                                   [](const Adjacent& a, EdgeId e) { return a.edge < e; });
  return at != entries.end() && at->edge == edge ? static_cast<size_t>(at - entries.begin()) : entries.size();
}

void AdjacencyBlock::SetVisibility(size_t i, const Visibility& seen) {
  if (visibility.empty() && seen.plain()) return;
  visibility.resize(entries.size());
  visibility[i] = seen;
}

void EncodeBlock(std::string& out, const AdjacencyBlock& block) {
  const std::vector<Adjacent>& e = block.entries;
  const bool consecutive = e.back().edge.raw - e.front().edge.raw == e.size() - 1;
  const bool seen = std::any_of(block.visibility.begin(), block.visibility.end(),
                                [](const Visibility& v) { return !v.plain(); });
  VarintRun run(out);
  run.Put(uint64_t{e.size()} << 2 | uint64_t{seen} << 1 | uint64_t{consecutive});
  run.Put(e.front().edge.raw);
  if (!consecutive) {
    for (size_t i = 1; i < e.size(); ++i) run.Put(e[i].edge.raw - e[i - 1].edge.raw - 1);
  }
  run.Put(e.front().node.raw);
  for (size_t i = 1; i < e.size(); ++i) run.Put(ZigZag(static_cast<int64_t>(e[i].node.raw - e[i - 1].node.raw)));
  run.Flush();
  if (seen) PutVisibility(out, block.visibility);
}

bool DecodeBlock(std::string_view in, AdjacencyBlock& block) {
  block = {};
  std::string_view rest = in;
  internal::BlockHeader header;
  if (!internal::GetBlockHeader(rest, header)) return false;
  block.entries.reserve(header.count);
  bool stopped = false;
  const Sight all{.predicted = true};
  if (!WalkBlock(in, all, &stopped, [&](const Adjacent& a) {
        block.entries.push_back(a);
        return true;
      })) {
    return false;
  }
  if (!header.visibility) return true;
  const uint64_t skip = header.consecutive ? header.count + 1 : 2 * header.count;
  for (uint64_t i = 0, v; i < skip; ++i) GetVarint(rest, v);  // read once already
  internal::VisibilityRuns runs;
  if (!runs.Start(rest)) return false;
  block.visibility.resize(header.count);
  for (Visibility& v : block.visibility) {
    if (!runs.Next(v)) return false;
  }
  return true;
}

AdjacencyGroup* AdjacencyHead::Find(Direction direction, TypeId type) {
  for (AdjacencyGroup& group : groups) {
    if (group.direction == direction && group.type == type) return &group;
  }
  return nullptr;
}

AdjacencyGroup& AdjacencyHead::FindOrAdd(Direction direction, TypeId type) {
  const auto at = std::find_if(groups.begin(), groups.end(), [&](const AdjacencyGroup& g) {
    return std::pair(g.direction, g.type) >= std::pair(direction, type);
  });
  if (at != groups.end() && at->direction == direction && at->type == type) return *at;
  return *groups.insert(at, AdjacencyGroup{.direction = direction, .type = type});
}

void EncodeGroup(std::string& out, const AdjacencyGroup& group) {
  ShortBytes numbers;
  numbers.PutVarint(uint64_t{group.type.raw} << 1 | (group.direction == Direction::kIn ? 1 : 0));
  numbers.PutVarint(group.degree);
  numbers.PutVarint(group.newest_block.raw);
  out += numbers.view();
  std::string tail;
  if (!group.tail.entries.empty()) EncodeBlock(tail, group.tail);
  PutString(out, tail);
}

void EncodeHead(std::string& out, const AdjacencyHead& head) {
  for (const AdjacencyGroup& group : head.groups) EncodeGroup(out, group);
}

bool NextGroup(std::string_view& head, GroupView& group) {
  if (head.empty()) return false;
  uint64_t code;
  if (!GetVarint(head, code) || code < 2 || code >> 1 > UINT16_MAX || !GetVarint(head, group.degree) ||
      group.degree == 0 || !GetVarint(head, group.newest_block.raw) || !GetString(head, group.tail)) {
    head = std::string_view("\0", 1);  // not empty: damage
    return false;
  }
  group.direction = code & 1 ? Direction::kIn : Direction::kOut;
  group.type.raw = static_cast<uint32_t>(code >> 1);
  return true;
}

bool DecodeHead(std::string_view in, AdjacencyHead& head) {
  head.groups.clear();
  GroupView view;
  while (NextGroup(in, view)) {
    AdjacencyGroup& group = head.groups.emplace_back();
    group.direction = view.direction;
    group.type = view.type;
    group.degree = view.degree;
    group.newest_block = view.newest_block;
    if (!view.tail.empty() && !DecodeBlock(view.tail, group.tail)) return false;
  }
  return in.empty();
}

}  // namespace liantu::graph
