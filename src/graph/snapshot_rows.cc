// SPDX-License-Identifier: Apache-2.0
#include "graph/snapshot_rows.h"

#include <omp.h>

#include <bit>
#include <limits>

#include "base/result.h"

namespace liantu::graph {
namespace {

constexpr uint64_t kParallelArcs = 1 << 18;  // below it one thread is faster
constexpr int kMostParts = 8;                // each needs 4 bytes a vertex

// Calls put(position, vertex, arc) for every arc, where `position` is its place among all arcs in the order of (target,
// arc), and sets `begin` (n + 1 entries) to the first place of each target. A counting sort; parts of the arcs have
// counts of their own, so that threads need not wait for each other and the places do not depend on their number.
template <class Put>
void Transpose(std::span<const uint32_t> out_begin, std::span<const Vertex> targets, std::vector<uint32_t>& begin, const Put& put) {
  const size_t n = out_begin.size() - 1;
  const int parts = targets.size() < kParallelArcs ? 1 : std::clamp(omp_get_max_threads(), 1, kMostParts);
  std::vector<size_t> cuts(static_cast<size_t>(parts) + 1, n);
  cuts[0] = 0;
  for (int p = 1; p < parts; ++p) {
    const uint64_t arc = targets.size() * static_cast<uint64_t>(p) / static_cast<uint64_t>(parts);
    cuts[static_cast<size_t>(p)] = std::min<size_t>(n, static_cast<size_t>(std::lower_bound(out_begin.begin(), out_begin.end(), arc) - out_begin.begin()));
  }
  std::vector<std::vector<uint32_t>> places(static_cast<size_t>(parts));
#pragma omp parallel for num_threads(parts) schedule(static, 1)
  for (int p = 0; p < parts; ++p) {
    std::vector<uint32_t>& count = places[static_cast<size_t>(p)];
    count.assign(n, 0);
    const uint32_t end = out_begin[cuts[static_cast<size_t>(p) + 1]];
    for (uint32_t a = out_begin[cuts[static_cast<size_t>(p)]]; a < end; ++a) ++count[targets[a]];
  }
  begin.resize(n + 1);
  uint32_t at = 0;
  for (size_t v = 0; v < n; ++v) {
    begin[v] = at;
    for (std::vector<uint32_t>& place : places) {
      const uint32_t count = place[v];
      place[v] = at;
      at += count;
    }
  }
  begin[n] = at;
#pragma omp parallel for num_threads(parts) schedule(static, 1)
  for (int p = 0; p < parts; ++p) {
    std::vector<uint32_t>& place = places[static_cast<size_t>(p)];
    for (size_t v = cuts[static_cast<size_t>(p)]; v < cuts[static_cast<size_t>(p) + 1]; ++v) {
      for (uint32_t a = out_begin[v]; a < out_begin[v + 1]; ++a) put(place[targets[a]]++, static_cast<Vertex>(v), a);
    }
  }
}

}  // namespace

void MakeEdgeColumns(OwnColumns& c, const EdgeRange& range, uint64_t arcs) {
  if (!range.any) return;
  if (range.greatest != 0) {
    if (range.greatest - range.least <= std::numeric_limits<uint32_t>::max()) {
      c.first_edge = range.least;
      c.edges32.resize(arcs);
    } else {
      c.edges64.resize(arcs);
    }
  }
  c.only_type = range.type;
  if (!range.several_types) return;
  if (range.greatest_type <= std::numeric_limits<uint8_t>::max()) c.types8.resize(arcs);
  else c.types16.resize(arcs);
}

void MakeWeightColumn(OwnColumns& c, std::vector<double> weights) {
  bool any = false, exact = true;
  for (const double w : weights) {
    any |= w != 1.0;
    exact &= static_cast<double>(static_cast<float>(w)) == w;
  }
  if (!any) return;
  if (exact) c.weights32.assign(weights.begin(), weights.end());
  else c.weights64 = std::move(weights);
}

void MakeInRows(OwnColumns& c) {
  c.sources.resize(c.targets.size());
  Transpose(c.out_begin, c.targets, c.in_begin, [&](uint32_t at, Vertex v, uint32_t) { c.sources[at] = v; });
}

const uint32_t* Snapshot::MakeInArcs() const {
  std::lock_guard lock(in_arcs_->mutex);
  if (in_arcs_->arcs.empty()) {
    std::vector<uint32_t> begin, arcs(std::max<size_t>(c_.targets.size(), 1));
    Transpose(c_.out_begin, c_.targets, begin, [&](uint32_t at, Vertex, uint32_t arc) { arcs[at] = arc; });
    in_arcs_->arcs = std::move(arcs);
    in_arcs_->ready.store(in_arcs_->arcs.data(), std::memory_order_release);
  }
  return in_arcs_->arcs.data();
}

// At most four bytes a node; where ids are sparser than that, the binary search remains.
void IndexNodes(OwnColumns& c) {
  if (c.nodes.empty()) return;
  const uint64_t first = c.nodes.front().raw, words = (c.nodes.back().raw - first) / 64 + 1;
  if (words > c.nodes.size() / 4 + 64) return;
  c.ranks.resize(words);
  for (const NodeId id : c.nodes) c.ranks[(id.raw - first) / 64].bits |= 1ull << ((id.raw - first) % 64);
  uint64_t before = 0;
  for (Snapshot::RankWord& word : c.ranks) {
    word.before = before;
    before += static_cast<uint64_t>(std::popcount(word.bits));
  }
}

namespace {

// Edge ids in a byte each and what Snapshot::Columns says beside it, where that saves a quarter.
void PackEdges(OwnColumns& c) {
  using Columns = Snapshot::Columns;
  if (c.edges32.empty() || !c.types16.empty()) return;
  constexpr size_t kBlock = size_t{1} << Columns::kEdgeBlockBits;
  const size_t arcs = c.edges32.size(), blocks = (arcs + kBlock - 1) / kBlock;
  const size_t kinds = c.types8.empty() ? 1 : size_t{*std::max_element(c.types8.begin(), c.types8.end())} + 1;
  const auto worth = [&](size_t bytes) { return bytes <= 3 * arcs; };
  if (!worth(arcs + 4 * blocks * kinds)) return;
  const auto kind_of = [&](size_t arc) { return c.types8.empty() ? size_t{0} : size_t{c.types8[arc]}; };
  // The least and the greatest id of each group, and how many ids of far groups there are in each block.
  std::vector<uint32_t> bases(blocks * kinds);
  std::vector<size_t> far(blocks + 1, 0);
#pragma omp parallel if (arcs >= kParallelArcs)
  {
    std::vector<uint32_t> greatest(kinds), count(kinds);
#pragma omp for schedule(static)
    for (size_t b = 0; b < blocks; ++b) {
      uint32_t* const least = &bases[b * kinds];
      std::fill_n(least, kinds, std::numeric_limits<uint32_t>::max());
      std::fill(greatest.begin(), greatest.end(), 0);
      std::fill(count.begin(), count.end(), 0);
      for (size_t arc = b * kBlock; arc < std::min(arcs, (b + 1) * kBlock); ++arc) {
        const size_t k = kind_of(arc);
        least[k] = std::min(least[k], c.edges32[arc]);
        greatest[k] = std::max(greatest[k], c.edges32[arc]);
        ++count[k];
      }
      for (size_t k = 0; k < kinds; ++k) {
        if (count[k] == 0) {
          least[k] = 0;
        } else if (greatest[k] - least[k] >= kBlock || greatest[k] >= Columns::kFarEdges) {
          least[k] = Columns::kFarEdges;
          far[b + 1] += count[k];
        }
      }
    }
  }
  for (size_t b = 0; b < blocks; ++b) far[b + 1] += far[b];
  if (!worth(arcs + 4 * bases.size() + 4 * far[blocks])) return;
  c.edge_steps.resize(arcs);
  if (far[blocks] > 0) c.far_edges.resize(far[blocks] + kBlock);
#pragma omp parallel if (arcs >= kParallelArcs)
  {
    std::vector<uint8_t> count(kinds);
#pragma omp for schedule(static)
    for (size_t b = 0; b < blocks; ++b) {
      uint32_t* const base = &bases[b * kinds];
      const size_t end = std::min(arcs, (b + 1) * kBlock);
      size_t next = far[b];
      if (far[b + 1] > next) {  // room for each far group, one behind the other
        std::vector<size_t> groups(kinds, 0);
        for (size_t arc = b * kBlock; arc < end; ++arc) ++groups[kind_of(arc)];
        for (size_t k = 0; k < kinds; ++k) {
          if (base[k] != Columns::kFarEdges) continue;
          base[k] = Columns::kFarEdges | static_cast<uint32_t>(next);
          next += groups[k];
        }
        std::fill(count.begin(), count.end(), 0);
      }
      for (size_t arc = b * kBlock; arc < end; ++arc) {
        const size_t k = kind_of(arc);
        if (base[k] < Columns::kFarEdges) {
          c.edge_steps[arc] = static_cast<uint8_t>(c.edges32[arc] - base[k]);
        } else {
          c.edge_steps[arc] = count[k]++;
          c.far_edges[base[k] - Columns::kFarEdges + c.edge_steps[arc]] = c.edges32[arc];
        }
      }
    }
  }
  c.edge_bases = std::move(bases);
  c.edge_kinds = static_cast<uint32_t>(kinds);
  std::vector<uint32_t>().swap(c.edges32);
}

// Node ids in a row need no column, others mostly four bytes.
void PackNodes(OwnColumns& c) {
  if (c.nodes.empty()) return;
  c.first_node = c.nodes.front().raw;
  const uint64_t width = c.nodes.back().raw - c.first_node;
  if (width > std::numeric_limits<uint32_t>::max()) return;
  if (width + 1 == c.nodes.size()) {
    c.ranks.clear();
  } else {
    c.nodes32.resize(c.nodes.size());
    for (size_t v = 0; v < c.nodes.size(); ++v) c.nodes32[v] = static_cast<uint32_t>(c.nodes[v].raw - c.first_node);
  }
  std::vector<NodeId>().swap(c.nodes);
}

}  // namespace

SnapshotPtr Freeze(Projection projection, std::unique_ptr<OwnColumns> columns) {
  PackEdges(*columns);
  PackNodes(*columns);
  const std::shared_ptr<const OwnColumns> own = std::move(columns);
  const Snapshot::Columns spans{.out_begin = own->out_begin, .in_begin = own->in_begin, .targets = own->targets, .sources = own->sources,
                                .weights32 = own->weights32, .weights64 = own->weights64, .first_edge = own->first_edge,
                                .edges32 = own->edges32, .edges64 = own->edges64, .edge_steps = own->edge_steps,
                                .edge_bases = own->edge_bases, .far_edges = own->far_edges, .edge_kinds = own->edge_kinds,
                                .only_type = own->only_type, .types8 = own->types8, .types16 = own->types16,
                                .first_node = own->first_node, .nodes32 = own->nodes32, .nodes64 = own->nodes, .ranks = own->ranks};
  return Snapshot::OfColumns(std::move(projection), spans, own);
}

}  // namespace liantu::graph
