// SPDX-License-Identifier: Apache-2.0
// Putting the columns of a snapshot together, on all threads where it is large. For the snapshot_*.cc files only.
// Nothing here reads a store.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "graph/snapshot.h"

namespace liantu::graph {

// What Snapshot::Columns points into while it is being made.
struct OwnColumns {
  std::vector<uint32_t> out_begin{0}, in_begin;
  std::vector<Vertex> targets, sources;
  std::vector<float> weights32;
  std::vector<double> weights64;
  uint64_t first_edge = 0;
  std::vector<uint32_t> edges32;
  std::vector<uint64_t> edges64;
  uint16_t only_type = 0;
  std::vector<uint8_t> types8;
  std::vector<uint16_t> types16;
  std::vector<NodeId> nodes;                // as Snapshot::FromEdges takes them
  std::vector<Snapshot::RankWord> ranks;
  // Made by Freeze, which packs edges32 and nodes where it can.
  std::vector<uint8_t> edge_steps;
  std::vector<uint32_t> edge_bases, far_edges;
  uint32_t edge_kinds = 0;
  uint64_t first_node = 1;
  std::vector<uint32_t> nodes32;

  void SetEdge(uint64_t arc, uint64_t edge, uint16_t type) {
    if (!edges32.empty()) edges32[arc] = static_cast<uint32_t>(edge - first_edge);
    else if (!edges64.empty()) edges64[arc] = edge;
    if (!types8.empty()) types8[arc] = static_cast<uint8_t>(type);
    else if (!types16.empty()) types16[arc] = type;
  }
};

// What edge ids and types there are, to choose the columns for them.
struct EdgeRange {
  uint64_t least = ~uint64_t{0}, greatest = 0;
  uint16_t type = 0, greatest_type = 0;
  bool any = false, several_types = false;
  void Add(uint64_t edge, uint16_t t) {
    least = std::min(least, edge);
    greatest = std::max(greatest, edge);
    AddType(t);
  }
  void AddType(uint16_t t) {
    if (!any) type = t;
    any = true;
    several_types |= t != type;
    greatest_type = std::max(greatest_type, t);
  }
  void Join(const EdgeRange& other) {
    if (!other.any) return;
    const bool several = other.several_types;
    Add(other.least, other.type);
    greatest = std::max(greatest, other.greatest);
    greatest_type = std::max(greatest_type, other.greatest_type);
    several_types |= several;
  }
};

// Makes room for edge ids and types of `arcs` arcs.
void MakeEdgeColumns(OwnColumns& columns, const EdgeRange& range, uint64_t arcs);
// From one weight an arc: in the form that loses nothing, none where all are 1.
void MakeWeightColumn(OwnColumns& columns, std::vector<double> weights);
// From out_begin and targets: the in rows of a directed snapshot, each in the order of sources.
void MakeInRows(OwnColumns& columns);
// The rank index over `nodes`.
void IndexNodes(OwnColumns& columns);
// All other columns made.
SnapshotPtr Freeze(Projection projection, std::unique_ptr<OwnColumns> columns);

}  // namespace liantu::graph
