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

SnapshotPtr Freeze(Projection projection, std::unique_ptr<OwnColumns> columns) {
  const std::shared_ptr<const OwnColumns> own = std::move(columns);
  const Snapshot::Columns spans{.out_begin = own->out_begin, .in_begin = own->in_begin, .targets = own->targets, .sources = own->sources,
                                .weights32 = own->weights32, .weights64 = own->weights64, .first_edge = own->first_edge,
                                .edges32 = own->edges32, .edges64 = own->edges64, .only_type = own->only_type,
                                .types8 = own->types8, .types16 = own->types16, .nodes = own->nodes, .ranks = own->ranks};
  return Snapshot::OfColumns(std::move(projection), spans, own);
}

}  // namespace liantu::graph
