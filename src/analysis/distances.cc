// SPDX-License-Identifier: Apache-2.0
// Breadth-first search from both sides of the frontier, delta-stepping, and breadth-first search on the product of graph
// and pattern. Hops and distances are unique, so the order in which threads reach a vertex never shows.
#include "analysis/distances.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <type_traits>

#include "analysis/boost_engine.h"
#include "analysis/key_index.h"
#include "analysis/parallel.h"

namespace liantu::analysis {
namespace {

struct Rows {
  std::span<const uint32_t> offsets;
  std::span<const Vertex> targets;
  uint32_t size(Vertex v) const { return offsets[v + 1] - offsets[v]; }
  void Prefetch(Vertex v) const { __builtin_prefetch(targets.data() + offsets[v]); }
};
constexpr size_t kAhead = 6;  // rows are fetched while those before them are worked on

// The one or two sets of rows that a search in this direction follows.
std::vector<Rows> RowsAlong(const Snapshot& g, graph::Direction direction) {
  const Rows out{g.out_offsets(), g.targets()}, in{g.in_offsets(), g.sources()};
  if (g.undirected() || direction == graph::Direction::kOut) return {out};
  if (direction == graph::Direction::kIn) return {in};
  return {out, in};
}
graph::Direction Opposite(graph::Direction d) {
  if (d == graph::Direction::kBoth) return d;
  return d == graph::Direction::kOut ? graph::Direction::kIn : graph::Direction::kOut;
}

uint64_t Degree(const std::vector<Rows>& rows, Vertex v) {
  uint64_t sum = 0;
  for (const Rows& r : rows) sum += r.size(v);
  return sum;
}

// A frontier as a list is expanded top-down; as a bitmap it is looked for from below: every vertex not yet reached asks its
// in-neighbours whether one is in it and stops at the first. The latter wins while the frontier is large.
class BreadthFirst {
 public:
  BreadthFirst(const Snapshot& g, graph::Direction direction, std::vector<uint32_t>& hops, Stopper& stop)
      : ahead_(RowsAlong(g, direction)), behind_(RowsAlong(g, Opposite(direction))), hops_(hops), stop_(stop) {
    for (const Rows& r : ahead_) edges_left_ += r.targets.size();
    all_edges_ = edges_left_;
  }

  void Run(std::span<const Vertex> sources, uint32_t max_hops) {
    const size_t n = hops_.size();
    uint64_t frontier_edges = 0;
    for (Vertex s : sources) {
      if (hops_[s] == 0) continue;
      hops_[s] = 0;
      list_.push_back(s);
      frontier_edges += Degree(ahead_, s);
    }
    for (uint32_t depth = 1; !list_.empty() && (max_hops == 0 || depth <= max_hops) && !stop_.Spent(); ++depth) {
      stop_.budget().Progress(1 - static_cast<double>(edges_left_) / static_cast<double>(std::max<uint64_t>(1, all_edges_)));
      frontier_edges_ = frontier_edges;
      if (frontier_edges > edges_left_ / 15) {
        bitmap_.assign((n + 63) / 64, 0);
        for (Vertex v : list_) bitmap_[v >> 6] |= uint64_t{1} << (v & 63);
        uint64_t size = list_.size(), before = 0;
        do {
          before = size;
          size = FromBelow(depth);
          ++depth;
        } while (size > 0 && (size >= before || size > n / 18) && (max_hops == 0 || depth <= max_hops) && !stop_.Spent());
        --depth;
        ListFromBitmap();
        frontier_edges = 1;
        continue;
      }
      edges_left_ -= std::min(edges_left_, frontier_edges);
      frontier_edges = FromAbove(depth);
    }
  }

 private:
  // Returns the number of edges of the new frontier.
  uint64_t FromAbove(uint32_t depth) {
    std::vector<Vertex> next;
    uint64_t edges = 0;
    if (list_.size() < 256 || frontier_edges_ < kWorthThreads || omp_get_max_threads() == 1) {
      uint64_t work = 0;
      for (size_t i = 0; i < list_.size(); ++i) {
        const Vertex u = list_[i];
        if (i + kAhead < list_.size()) ahead_[0].Prefetch(list_[i + kAhead]);
        for (const Rows& rows : ahead_) {
          for (uint32_t a = rows.offsets[u]; a < rows.offsets[u + 1]; ++a) {
            const Vertex v = rows.targets[a];
            if (hops_[v] != kUnreached) continue;
            hops_[v] = depth;
            next.push_back(v);
            edges += Degree(ahead_, v);
          }
          work += rows.size(u);
        }
        if (work > 100'000) {
          if (stop_.Spent()) break;
          work = 0;
        }
      }
    } else {
#pragma omp parallel reduction(+ : edges)
      {
        std::vector<Vertex> mine;
#pragma omp for schedule(dynamic, 64) nowait
        for (size_t i = 0; i < list_.size(); ++i) {
          const Vertex u = list_[i];
          if ((i & 63) == 0 && stop_.Spent()) continue;
          if (i + kAhead < list_.size()) ahead_[0].Prefetch(list_[i + kAhead]);
          for (const Rows& rows : ahead_) {
            for (uint32_t a = rows.offsets[u]; a < rows.offsets[u + 1]; ++a) {
              const Vertex v = rows.targets[a];
              std::atomic_ref<uint32_t> slot(hops_[v]);
              uint32_t expected = slot.load(std::memory_order_relaxed);
              if (expected != kUnreached || !slot.compare_exchange_strong(expected, depth, std::memory_order_relaxed)) continue;
              mine.push_back(v);
              edges += Degree(ahead_, v);
            }
          }
        }
#pragma omp critical(liantu_breadth_first)
        next.insert(next.end(), mine.begin(), mine.end());
      }
    }
    list_ = std::move(next);
    return edges;
  }

  uint64_t FromBelow(uint32_t depth) {
    next_bitmap_.assign(bitmap_.size(), 0);
    std::atomic<uint64_t> size{0};
    ForBlocks(hops_.size(), 16384, stop_, [&](size_t begin, size_t end) {
      uint64_t found = 0;
      for (size_t v = begin; v < end; ++v) {
        if (hops_[v] == kUnreached && AnyInFrontier(static_cast<Vertex>(v))) {
          hops_[v] = depth;
          next_bitmap_[v >> 6] |= uint64_t{1} << (v & 63);
          ++found;
        }
      }
      size.fetch_add(found, std::memory_order_relaxed);
    });
    bitmap_.swap(next_bitmap_);
    return size;
  }
  bool AnyInFrontier(Vertex v) const {
    for (const Rows& rows : behind_) {
      for (uint32_t a = rows.offsets[v]; a < rows.offsets[v + 1]; ++a) {
        const Vertex u = rows.targets[a];
        if (bitmap_[u >> 6] >> (u & 63) & 1) return true;
      }
    }
    return false;
  }
  void ListFromBitmap() {
    list_.clear();
    for (size_t word = 0; word < bitmap_.size(); ++word) {
      for (uint64_t bits = bitmap_[word]; bits != 0; bits &= bits - 1) {
        list_.push_back(static_cast<Vertex>(64 * word + static_cast<size_t>(__builtin_ctzll(bits))));
      }
    }
  }

  const std::vector<Rows> ahead_, behind_;
  std::vector<uint32_t>& hops_;
  Stopper& stop_;
  uint64_t all_edges_ = 0, edges_left_ = 0, frontier_edges_ = 0;
  std::vector<Vertex> list_;
  std::vector<uint64_t> bitmap_, next_bitmap_;
};

// Fewest hops of a walk that matches the pattern, to every vertex. Simple paths would be NP-hard; walks are not.
void SearchPattern(const Snapshot& g, std::span<const Vertex> sources, const PathPattern& pattern, uint32_t max_hops,
                   std::vector<uint32_t>& hops, Stopper& stop) {
  const uint64_t states = pattern.state_count();
  std::vector<bool> seen(g.vertex_count() * states, false);
  std::vector<std::pair<Vertex, uint16_t>> list, next;
  uint32_t depth = 0;
  const auto reach = [&](Vertex v, uint16_t state) {
    if (seen[v * states + state]) return;
    seen[v * states + state] = true;
    next.emplace_back(v, state);
    if (pattern.accepting(state) && hops[v] == kUnreached) hops[v] = depth;
  };
  for (Vertex s : sources) reach(s, PathPattern::start());
  uint64_t work = 0;
  while (!next.empty() && (max_hops == 0 || depth < max_hops)) {
    ++depth;
    list.swap(next);
    next.clear();
    for (const auto& [u, state] : list) {
      const auto step = [&](Vertex v, uint32_t arc, bool forward) {
        const uint16_t to = pattern.Next(state, g.type(arc).raw, forward);
        if (to != PathPattern::kDead) reach(v, to);
      };
      if (pattern.walks(true)) {
        for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) step(g.target(a), a, true);
      }
      if (pattern.walks(false) && !g.undirected()) {
        const auto in = g.in(u);
        for (size_t i = 0; i < in.size(); ++i) step(in[i], g.in_arc(u, i), false);
      }
      work += g.out_degree(u) + g.in_degree(u) + 1;
      if (work > 100'000) {
        if (stop.Spent()) return;
        work = 0;
      }
    }
  }
}

// --- Delta-stepping: vertices wait in buckets of width delta by distance; the lowest bucket is relaxed, again and again until
// it is empty. No edge is longer than the ring of buckets, so their memory is used over and over. Distance is whole (32
// bits) where the weights allow, for speed. kShared: several threads; with one, nothing need be atomic.
template <bool kShared, class Distance, class Weight>
class DeltaStepping {
 public:
  // `delta` is rounded to a power of two: buckets are then found by shifting.
  DeltaStepping(const std::vector<Rows>& rows, Weight weight, double delta, double longest, std::vector<Distance>& distance, Stopper& stop)
      : rows_(rows), weight_(weight), distance_(distance), stop_(stop) {
    int exponent = static_cast<int>(std::lround(std::log2(delta)));
    if constexpr (kWhole) exponent = std::max(0, exponent);
    shift_ = static_cast<uint32_t>(std::max(0, exponent));
    per_delta_ = std::ldexp(1.0, -exponent);
    size_t buckets = 2;
    while (static_cast<double>(buckets) < longest * per_delta_ + 3) buckets *= 2;
    mask_ = buckets - 1;
  }

  void Run(std::span<const Vertex> sources) {
    std::vector<Vertex> frontier(sources.begin(), sources.end());
    for (Vertex s : sources) distance_[s] = 0;
    std::vector<Buckets> all(kShared ? static_cast<size_t>(omp_get_max_threads()) : 1, Buckets(mask_ + 1));
    for (size_t bucket = 0; !stop_.Spent();) {
      if (!kShared || frontier.size() < 512) {
        Relax(frontier.data(), frontier.size(), bucket, all[0]);
      } else {
#pragma omp parallel
        {
          Buckets& mine = all[static_cast<size_t>(omp_get_thread_num())];
#pragma omp for schedule(dynamic, 1) nowait
          for (size_t begin = 0; begin < frontier.size(); begin += 256) {
            Relax(frontier.data() + begin, std::min<size_t>(256, frontier.size() - begin), bucket, mine);
          }
        }
      }
      frontier.clear();
      // The lowest bucket that holds anything is next, perhaps this one again.
      size_t ahead = 0;
      const auto any = [&](size_t at) {
        return std::any_of(all.begin(), all.end(), [&](const Buckets& b) { return !b[at & mask_].empty(); });
      };
      while (ahead <= mask_ && !any(bucket + ahead)) ++ahead;
      if (ahead > mask_) return;
      bucket += ahead;
      for (Buckets& buckets : all) {
        std::vector<Vertex>& list = buckets[bucket & mask_];
        if (frontier.empty()) {
          frontier.swap(list);
        } else {
          frontier.insert(frontier.end(), list.begin(), list.end());
        }
        list.clear();
      }
    }
  }

 private:
  using Buckets = std::vector<std::vector<Vertex>>;
  static constexpr bool kWhole = std::is_integral_v<Distance>;

  size_t BucketOf(Distance d) const {
    if constexpr (kWhole) return d >> shift_;
    else return static_cast<size_t>(d * per_delta_);
  }

  void Relax(const Vertex* list, size_t count, size_t bucket, Buckets& buckets) {
    uint64_t work = 0;
    for (size_t i = 0; i < count; ++i) {
      const Vertex u = list[i];
      if (i + kAhead < count) rows_[0].Prefetch(list[i + kAhead]);
      const Distance at = Load(distance_[u]);
      if (BucketOf(at) < bucket) continue;  // settled in an earlier bucket
      for (size_t r = 0; r < rows_.size(); ++r) {
        const Rows& rows = rows_[r];
        for (uint32_t a = rows.offsets[u]; a < rows.offsets[u + 1]; ++a) {
          const Vertex v = rows.targets[a];
          const Distance through = at + static_cast<Distance>(weight_(r, a));
          if (Lower(distance_[v], through)) buckets[BucketOf(through) & mask_].push_back(v);
        }
        work += rows.size(u);
      }
      if (work > 100'000) {
        if (stop_.Spent()) return;
        work = 0;
      }
    }
  }
  static Distance Load(Distance& slot) {
    return kShared ? std::atomic_ref<Distance>(slot).load(std::memory_order_relaxed) : slot;
  }
  // Whether `to` was lower and is there now.
  static bool Lower(Distance& slot, Distance to) {
    if constexpr (!kShared) {
      if (to >= slot) return false;
      slot = to;
      return true;
    } else {
      std::atomic_ref<Distance> shared(slot);
      Distance old = shared.load(std::memory_order_relaxed);
      while (to < old) {
        if (shared.compare_exchange_weak(old, to, std::memory_order_relaxed)) return true;
      }
      return false;
    }
  }

  const std::vector<Rows>& rows_;
  Weight weight_;
  uint32_t shift_ = 0;
  double per_delta_ = 1;
  size_t mask_ = 0;
  std::vector<Distance>& distance_;
  Stopper& stop_;
};

// Threads meet after every bucket, so they need more work than elsewhere before they are worth waking.
constexpr uint64_t kSharedSearch = 4 * kWorthThreads;

template <class Distance, class Weight>
void RunDeltaStepping(const std::vector<Rows>& rows, Weight weight, double delta, double longest, std::span<const Vertex> sources,
                      std::vector<double>& out, Stopper& stop) {
  constexpr Distance kFar = std::numeric_limits<Distance>::max();
  std::vector<Distance> distance(out.size(), kFar);
  uint64_t edges = 0;
  for (const Rows& r : rows) edges += r.targets.size();
  if (omp_get_max_threads() > 1 && edges >= kSharedSearch) {
    DeltaStepping<true, Distance, Weight>(rows, weight, delta, longest, distance, stop).Run(sources);
  } else {
    DeltaStepping<false, Distance, Weight>(rows, weight, delta, longest, distance, stop).Run(sources);
  }
  for (size_t v = 0; v < out.size(); ++v) out[v] = distance[v] == kFar ? kInfiniteDistance : static_cast<double>(distance[v]);
}

struct WeightFacts {
  double least = 0, largest = 0, sum = 0;
  bool whole = true;
};
template <class W>
WeightFacts FactsOf(std::span<const W> weights) {
  constexpr size_t kPart = size_t{1} << 16;
  std::vector<WeightFacts> parts((weights.size() + kPart - 1) / kPart);
#pragma omp parallel for schedule(static)
  for (size_t p = 0; p < parts.size(); ++p) {
    WeightFacts f;
    for (W w : weights.subspan(p * kPart, std::min(kPart, weights.size() - p * kPart))) {
      f.sum += w;
      f.least = std::min<double>(f.least, w);
      f.largest = std::max<double>(f.largest, w);
      f.whole &= w < W(1e9) && static_cast<W>(static_cast<int32_t>(w)) == w;
    }
    parts[p] = f;
  }
  WeightFacts all;
  for (const WeightFacts& f : parts) {
    all = {std::min(all.least, f.least), std::max(all.largest, f.largest), all.sum + f.sum, all.whole && f.whole};
  }
  return all;
}

void SearchWeighted(const Snapshot& g, const WeightFacts& facts, std::span<const Vertex> sources, graph::Direction direction,
                    std::vector<double>& distance, Stopper& stop) {
  const std::vector<Rows> rows = RowsAlong(g, direction);
  const double mean = facts.sum / static_cast<double>(std::max<uint64_t>(1, g.arc_count()));
  // Narrow buckets save work, wide ones give threads something to share; never so narrow that there are many.
  const bool shared = omp_get_max_threads() > 1 && rows.size() * g.arc_count() >= kSharedSearch;
  double delta = std::max(mean / (shared ? 8 : 24), facts.largest * 1e-4);
  if (delta == 0) delta = 1;
  const bool in_only = !g.undirected() && direction == graph::Direction::kIn;
  const auto run = [&](auto weights) {
    using W = std::decay_t<decltype(weights[0])>;
    std::vector<W> by_source;  // the weights in the order of the in rows
    if (!g.undirected() && direction != graph::Direction::kOut) {
      by_source.resize(g.arc_count());
      size_t at = 0;
      for (Vertex v = 0; v < g.vertex_count(); ++v) {
        if (v % 4096 == 0 && stop.Spent()) return;
        for (size_t i = 0; i < g.in_degree(v); ++i) by_source[at++] = weights[g.in_arc(v, i)];
      }
    }
    const W* first = in_only ? by_source.data() : weights.data();
    const W* second = by_source.data();
    const auto weight = [first, second](size_t r, uint32_t a) { return r == 0 ? first[a] : second[a]; };
    if (facts.whole && facts.largest * static_cast<double>(g.vertex_count()) < 4e9) {
      RunDeltaStepping<uint32_t>(rows, weight, delta, facts.largest, sources, distance, stop);
    } else {
      RunDeltaStepping<double>(rows, weight, delta, facts.largest, sources, distance, stop);
    }
  };
  if (!g.weights32().empty()) {
    run(g.weights32());
  } else {
    run(g.weights64());
  }
}

Status CheckSources(const Snapshot& g, std::span<const Vertex> sources) {
  if (sources.empty()) return {Code::kInvalid, "search: no source given"};
  for (Vertex s : sources) LT_TRY(CheckVertex(g, s, "source"));
  return {};
}
Status CheckBoost(const Snapshot& g, graph::Direction direction, bool pattern) {
  if (pattern || (!g.undirected() && direction != graph::Direction::kOut)) {
    return {Code::kInvalid, "the boost engine walks along the edges and knows no pattern; use the own engine"};
  }
  return {};
}

}  // namespace

void SearchBreadthFirst(const Snapshot& g, std::span<const Vertex> sources, graph::Direction direction, uint32_t max_hops,
                        std::vector<uint32_t>& hops, Stopper& stop) {
  BreadthFirst(g, direction, hops, stop).Run(sources, max_hops);
}

Result<HopsResult> HopsFrom(const Snapshot& g, std::span<const Vertex> sources, const HopsOptions& options, const Budget& budget) {
  LT_TRY(CheckSources(g, sources));
  HopsResult out;
  out.header = MakeHeader(g, Text("fewest hops from the nearest of ", sources.size(), " sources", DirectionWords(g, options.direction),
                                  options.pattern ? Text("; walks whose edge types match ", options.pattern->text()) : ""),
                          "Beamer, Asanovic & Patterson 2012", "none", "");
  out.hops.assign(g.vertex_count(), kUnreached);
  Stopper stop(budget);
  if (options.engine == Engine::kBoost) {
    LT_TRY(CheckBoost(g, options.direction, options.pattern != nullptr));
    for (Vertex s : sources) {
      if (stop.Spent()) break;
      const std::vector<uint32_t> one = BoostHops(g, s);
      for (size_t v = 0; v < one.size(); ++v) out.hops[v] = std::min(out.hops[v], one[v]);
    }
    for (uint32_t& h : out.hops) {
      if (options.max_hops > 0 && h > options.max_hops) h = kUnreached;
    }
  } else if (options.pattern != nullptr) {
    SearchPattern(g, sources, *options.pattern, options.max_hops, out.hops, stop);
  } else {
    SearchBreadthFirst(g, sources, options.direction, options.max_hops, out.hops, stop);
  }
  for (uint32_t h : out.hops) out.reached += h != kUnreached;
  if (stop.spent()) out.header.Stop(budget.Check(), Text(out.reached, " vertices reached so far"));
  return out;
}

Result<DistanceResult> DistancesFrom(const Snapshot& g, std::span<const Vertex> sources, const DistanceOptions& options,
                                     const Budget& budget) {
  LT_TRY(CheckSources(g, sources));
  const bool weighted = options.weighted && g.weighted();
  WeightFacts facts;
  if (weighted) {
    facts = g.weights32().empty() ? FactsOf(g.weights64()) : FactsOf(g.weights32());
    if (facts.least < 0 || !std::isfinite(facts.largest)) return CheckWeights(g, "distances");
  }
  DistanceResult out;
  out.header = MakeHeader(g, Text(options.weighted ? "least sum of weights" : "fewest hops", " from the nearest of ", sources.size(),
                                  " sources", DirectionWords(g, options.direction)),
                          "Dijkstra 1959; Meyer & Sanders 2003", "none", "");
  out.distance.assign(g.vertex_count(), kInfiniteDistance);
  Stopper stop(budget);
  if (options.engine == Engine::kBoost) {
    LT_TRY(CheckBoost(g, options.direction, false));
    for (Vertex s : sources) {
      if (stop.Spent()) break;
      const std::vector<double> one = BoostDistances(g, s, weighted);
      for (size_t v = 0; v < one.size(); ++v) out.distance[v] = std::min(out.distance[v], one[v]);
    }
  } else if (weighted) {
    SearchWeighted(g, facts, sources, options.direction, out.distance, stop);
  } else {
    std::vector<uint32_t> hops(g.vertex_count(), kUnreached);
    SearchBreadthFirst(g, sources, options.direction, 0, hops, stop);
    for (size_t v = 0; v < hops.size(); ++v) out.distance[v] = hops[v] == kUnreached ? kInfiniteDistance : hops[v];
  }
  for (double d : out.distance) out.reached += d != kInfiniteDistance;
  if (stop.spent()) out.header.Stop(budget.Check(), Text(out.reached, " vertices reached so far; distances are upper bounds"));
  return out;
}

}  // namespace liantu::analysis
