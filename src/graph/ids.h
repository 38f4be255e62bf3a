// SPDX-License-Identifier: Apache-2.0
// A type of its own for each kind of id, so that a node cannot be passed for an edge. Ids grow and are never given out
// twice; 0 is no id anywhere.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace liantu::graph {

template <class Tag, class Raw = uint64_t>
struct Id {
  Raw raw = 0;
  explicit operator bool() const { return raw != 0; }
  friend auto operator<=>(Id, Id) = default;
};

using NodeId = Id<struct NodeTag>;
using EdgeId = Id<struct EdgeTag>;
using BatchId = Id<struct BatchTag>;
using LabelId = Id<struct LabelTag, uint32_t>;        // catalog numbers, small
using TypeId = Id<struct TypeTag, uint32_t>;          // edge type
using PropertyId = Id<struct PropertyTag, uint32_t>;
using EvidenceId = Id<struct EvidenceTag, uint32_t>;  // 0: the default of the batch range

enum class Direction : uint8_t { kOut = 0, kIn = 1, kBoth = 2 };

}  // namespace liantu::graph

template <class Tag, class Raw>
struct std::hash<liantu::graph::Id<Tag, Raw>> {
  size_t operator()(liantu::graph::Id<Tag, Raw> id) const { return std::hash<Raw>()(id.raw); }
};
