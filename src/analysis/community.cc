// SPDX-License-Identifier: Apache-2.0
// Louvain, Leiden and label propagation share one local search (Optimiser::Move), on one kind of graph (Level) that shrinks
// from level to level. The search is parallel and yet the same for any number of threads: the queue of vertices is
// taken in batches of a size that depends on the graph alone; the threads find the best move of every vertex of a batch,
// all from the same state; then the moves are made one by one in the order of the queue, and a vertex whose neighbour has
// moved in the same batch, or whose move gains no more, is looked at once more. So every vertex moves as if there were no
// batches but for weights of communities that it is not tied to. (Putting such vertices back into the queue instead would let
// hubs, which always have a neighbour that moved, wait until the end: on a million nodes that cost 1 % of modularity.)
#include "analysis/community.h"

#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "analysis/parallel.h"
#include "analysis/polled_sort.h"

namespace liantu::analysis {
namespace {

// The weights of a column of arcs; every arc weighs 1 where both are empty.
struct Weights {
  std::span<const float> narrow;
  std::span<const double> wide;
  double operator[](size_t arc) const { return !wide.empty() ? wide[arc] : narrow.empty() ? 1.0 : narrow[arc]; }
};

Weights WeightsOf(const Snapshot& g, bool weighted) { return weighted ? Weights{g.weights32(), g.weights64()} : Weights{}; }

// What a vertex or community weighs in the expectation of modularity: its strength, or in the directed form both of them.
struct Flow {
  double out = 0, in = 0;
  void operator+=(Flow other) { out += other.out, in += other.in; }
  void operator-=(Flow other) { out -= other.out, in -= other.in; }
};
double Cross(double a, double b) { return a * b; }
double Cross(Flow a, Flow b) { return a.out * b.in + a.in * b.out; }

bool UsesDirection(const Snapshot& g, bool ignore_direction) { return !g.undirected() && !ignore_direction; }

// The symmetric graph of one level: an arc u-v and an arc v-u for what lies between two vertices (the directed form: both
// directions added). Loops and repeated targets may stand in the rows of the first level. Movable, not copyable: spans
// look into its own arrays or, in the first level of an undirected snapshot, into the snapshot's.
template <class Mass>
struct Level {
  std::vector<uint64_t> begin{0};
  std::span<const Vertex> targets;
  Weights weights;
  std::vector<Mass> mass;
  std::vector<Vertex> own_targets;
  std::vector<double> own_weights;

  Level() = default;
  Level(Level&&) = default;
  Level& operator=(Level&&) = default;
  Vertex size() const { return static_cast<Vertex>(mass.size()); }
  void LookAtOwn(bool weighted) {
    targets = own_targets;
    if (weighted) weights = {{}, own_weights};
  }
};

// Asks the memory for what the loop over list[i] needs soon: rows a few places ahead, the labels of their targets nearer. These
// loops wait for memory more than for anything else.
template <class Mass>
void FetchAhead(const Level<Mass>& level, std::span<const Vertex> list, size_t i, const std::vector<Vertex>& labels) {
  constexpr uint64_t kMost = 64;  // of one row
  if (i + 8 < list.size()) {
    __builtin_prefetch(&level.begin[list[i + 8]]);
    __builtin_prefetch(&level.mass[list[i + 8]]);
    __builtin_prefetch(&labels[list[i + 8]]);
  }
  if (i + 4 < list.size()) {
    const uint64_t begin = level.begin[list[i + 4]], end = std::min(level.begin[list[i + 4] + 1], begin + kMost);
    for (uint64_t a = begin; a < end; a += 16) __builtin_prefetch(&level.targets[a]);
  }
  if (i + 2 < list.size()) {
    const uint64_t begin = level.begin[list[i + 2]], end = std::min(level.begin[list[i + 2] + 1], begin + kMost);
    for (uint64_t a = begin; a < end; ++a) __builtin_prefetch(&labels[level.targets[a]]);
  }
}

// Weights summed by community, in the order in which the communities first come. A small table of its own rather than a
// sum for every community: it stays in the nearest cache. One per thread.
class Tally {
 public:
  struct Entry {
    Vertex community = kNoVertex;
    double weight = 0;
  };
  // Forgets everything; for at most `communities` different ones.
  Vertex* Start(size_t communities) {
    for (uint32_t slot : used_) table_[slot].community = kNoVertex;
    used_.clear();
    const int bits = std::bit_width(2 * communities + 1);
    shift_ = 64 - bits;
    if (table_.size() < size_t{1} << bits) table_.resize(size_t{1} << bits);
    mask_ = (size_t{1} << bits) - 1;
    if (labels_.size() < communities) labels_.resize(communities);
    return labels_.data();
  }
  // True where it comes for the first time.
  bool Add(Vertex community, double weight) {
    size_t slot = (community * 0x9E3779B97F4A7C15ull) >> shift_;
    while (table_[slot].community != community && table_[slot].community != kNoVertex) slot = (slot + 1) & mask_;
    if (table_[slot].community == community) {
      table_[slot].weight += weight;
      return false;
    }
    table_[slot] = {community, weight};
    used_.push_back(static_cast<uint32_t>(slot));
    return true;
  }
  size_t size() const { return used_.size(); }
  const Entry& operator[](size_t i) const { return table_[used_[i]]; }

 private:
  std::vector<Entry> table_;
  std::vector<Vertex> labels_;
  std::vector<uint32_t> used_;
  int shift_ = 63;
  size_t mask_ = 0;
};

// Numbers labels 0 … in the order in which they first appear; how many.
Vertex Renumber(std::vector<Vertex>& labels, size_t below) {
  std::vector<Vertex> number(below, kNoVertex);
  Vertex count = 0;
  for (Vertex& label : labels) {
    if (number[label] == kNoVertex) number[label] = count++;
    label = number[label];
  }
  return count;
}

std::vector<Vertex> Identity(size_t n) {
  std::vector<Vertex> out(n);
  std::iota(out.begin(), out.end(), Vertex{0});
  return out;
}

// Vertices community by community: those of c are order[begin[c]] … order[begin[c + 1] - 1], ascending.
struct Members {
  std::vector<Vertex> begin, order;
  Members(const std::vector<Vertex>& labels, Vertex count) : begin(count + size_t{1}, 0), order(labels.size()) {
    for (Vertex c : labels) ++begin[c + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<Vertex> next(begin.begin(), begin.end() - 1);
    for (Vertex v = 0; v < labels.size(); ++v) order[next[labels[v]]++] = v;
  }
};

enum class Search { kLouvain, kLeiden, kLabels };

template <class Mass>
class Optimiser {
 public:
  Optimiser(const Snapshot& g, const CommunityOptions& options, Search search, const Budget& budget)
      : options_(options), search_(search), stop_(budget), tallies_(static_cast<size_t>(omp_get_max_threads())) {
    found_ = Identity(g.vertex_count());
    first_ = FirstLevel(g);
  }

  // The community of every vertex, below vertex_count().
  std::vector<Vertex> Run() {
    if (total_ > 0 && !stop_.Spent()) Pass();
    return std::move(found_);
  }
  std::vector<CommunityResult::Level> TakeLevels() { return std::move(levels_); }
  bool stopped() const { return stop_.spent(); }

 private:
  struct Partition {
    std::vector<Vertex> of;  // of every vertex of the level
    std::vector<Mass> mass;  // of the communities
    std::vector<Vertex> size;
  };
  struct Choice {
    Vertex to = kNoVertex;  // kNoVertex: alone
    double to_weight = 0, own_weight = 0;
  };

  Level<Mass> FirstLevel(const Snapshot& g) {
    const Vertex n = g.vertex_count();
    const Weights weights = WeightsOf(g, options_.weighted);
    const bool weighted = options_.weighted && g.weighted();
    Level<Mass> level;
    level.begin.resize(n + size_t{1});
    level.mass.resize(n);
    if (!g.undirected()) {
      const bool room = PolledFill(level.own_targets, 2 * g.arc_count(), Vertex{0}, stop_.budget()) &&
                        (!weighted || PolledFill(level.own_weights, 2 * g.arc_count(), 0.0, stop_.budget()));
      if (!room && stop_.Spent()) return level;
    }
    std::vector<double> inside(n / kBlock + 1, 0.0), strength(n / kBlock + 1, 0.0);
    ForBlocks(n, kBlock, stop_, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        const Vertex v = static_cast<Vertex>(i);
        double out = 0, in = 0, loops = 0;
        uint64_t at = g.out_offsets()[v] + (g.undirected() ? 0 : g.in_offsets()[v]);
        const auto add = [&](Vertex u, double w, double& side) {
          side += w;
          if (u == v) loops += w / 2;  // comes twice
          if (g.undirected()) return;
          if (weighted) level.own_weights[at] = w;
          level.own_targets[at++] = u;
        };
        for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) add(g.target(a), weights[a], out);
        for (size_t k = 0; !g.undirected() && k < g.in_degree(v); ++k) add(g.in(v)[k], weighted ? weights[g.in_arc(v, k)] : 1, in);
        if constexpr (std::is_same_v<Mass, Flow>) {
          level.mass[v] = {out, in};
        } else {
          level.mass[v] = out + in;
        }
        level.begin[v + 1] = g.undirected() ? g.row_end(v) : at;
        inside[v / kBlock] += loops;
        strength[v / kBlock] += out + in;
      }
    });
    g.undirected() ? void(level.targets = g.targets()) : level.LookAtOwn(weighted);
    if (g.undirected()) level.weights = weights;
    total_ = std::accumulate(strength.begin(), strength.end(), 0.0) / 2;
    if (total_ == 0) return level;
    // Labels spread as moves at resolution 0.
    factor_ = search_ == Search::kLabels ? 0 : options_.resolution / (std::is_same_v<Mass, Flow> ? total_ : 2 * total_);
    threshold_ = 2e-12 * total_;
    double expected = 0;
    for (const Mass& mass : level.mass) expected += Cross(mass, mass);
    quality_ = (std::accumulate(inside.begin(), inside.end(), 0.0) - factor_ * expected / 2) / total_;
    return level;
  }

  // Passes over all levels, each from what the last one found.
  void Pass() {
    for (uint32_t i = 0; i < (search_ == Search::kLabels ? 1 : options_.iterations) && !stop_.spent(); ++i) {
      const double before = quality_;
      std::vector<Vertex> where = Identity(first_.size());  // the vertex of the level that holds each vertex
      std::vector<Vertex> start = found_;
      Level<Mass> shrunk;
      for (const Level<Mass>* level = &first_;;) {
        Partition p = MakePartition(*level, std::move(start));
        const Vertex count = Move(*level, p);
        std::vector<Vertex> parts = p.of;
        Vertex part_count = count;
        if (search_ == Search::kLeiden && count < level->size() && !stop_.spent()) {
          parts = Refine(*level, p.of, count);
          part_count = stop_.spent() ? count : Renumber(parts, level->size());
          if (part_count == level->size()) SplitDisconnected(*level, p);
        }
        for (size_t v = 0; v < found_.size(); ++v) found_[v] = p.of[where[v]];
        if (stop_.spent() || part_count == level->size() || search_ == Search::kLabels) break;
        for (Vertex& v : where) v = parts[v];
        start.resize(part_count);
        for (Vertex v = 0; v < level->size(); ++v) start[parts[v]] = p.of[v];
        shrunk = Aggregate(*level, parts, part_count);
        level = &shrunk;
        if (stop_.spent()) break;
      }
      if (quality_ - before < 1e-12) break;
    }
  }

  // `of`: labels below the level's size.
  Partition MakePartition(const Level<Mass>& level, std::vector<Vertex> of) {
    Partition p{std::move(of), std::vector<Mass>(level.size(), Mass{}), std::vector<Vertex>(level.size(), 0)};
    for (Vertex v = 0; v < level.size(); ++v) {
      p.mass[p.of[v]] += level.mass[v];
      ++p.size[p.of[v]];
    }
    return p;
  }

  Tally& tally() { return tallies_[static_cast<size_t>(omp_get_thread_num())]; }

  Choice Choose(const Level<Mass>& level, const Partition& p, Vertex v, Tally& tally) const {
    Vertex* const labels = tally.Start(level.begin[v + 1] - level.begin[v]);
    const Vertex* const row = level.targets.data() + level.begin[v];
    const size_t degree = level.begin[v + 1] - level.begin[v];
    // First all loads that may miss the caches, so that they overlap; no branch waits for them.
    for (size_t i = 0; i < degree; ++i) labels[i] = p.of[row[i]];
    for (size_t i = 0; i < degree; ++i) {
      if (row[i] != v && tally.Add(labels[i], level.weights[level.begin[v] + i])) __builtin_prefetch(&p.mass[labels[i]]);
    }
    const Vertex own = p.of[v];
    const Mass mass = level.mass[v];
    Choice choice{own, 0, 0};
    for (size_t i = 0; i < tally.size(); ++i) {
      if (tally[i].community == own) choice.own_weight = tally[i].weight;
    }
    double best = Stay(p, own, mass, choice.own_weight) + threshold_;
    for (size_t i = 0; i < tally.size(); ++i) {
      const auto [c, weight] = tally[i];
      if (c == own) continue;
      const double gain = weight - factor_ * Cross(mass, p.mass[c]);
      if (gain > best || (gain == best && choice.to != own && Before(v, c, choice.to))) {
        best = gain;
        choice.to = c;
        choice.to_weight = weight;
      }
    }
    if (best < 0 && p.size[own] > 1) choice = {kNoVertex, 0, choice.own_weight};
    return choice;
  }
  // The gain of v in its own community over being alone.
  double Stay(const Partition& p, Vertex own, Mass mass, double own_weight) const {
    Mass rest = p.mass[own];
    rest -= mass;
    return own_weight - factor_ * Cross(mass, rest);
  }
  // Which of two communities that gain equally v takes.
  bool Before(Vertex v, Vertex a, Vertex b) const {
    if (search_ != Search::kLabels) return a < b;
    const auto draw = [&](Vertex c) { return Random(options_.seed ^ (uint64_t{v} << 32 | c)).Next(); };
    return draw(a) < draw(b);
  }

  // In a random order, but vertices of few ties first (by powers of two): they gather round those they depend on. A hub that
  // moves first goes wherever chance has it, and draws the others after it: on a supply graph of a million that costs 1 % of Q.
  std::vector<Vertex> StartOrder(const Level<Mass>& level) {
    std::vector<Vertex> order = Identity(level.size());
    if (stop_.Spent()) return order;
    Random(options_.seed).Shuffle(order);
    if (search_ == Search::kLabels) return order;
    const auto rank = [&](Vertex v) { return static_cast<size_t>(std::bit_width(level.begin[v + 1] - level.begin[v])); };
    std::array<Vertex, 66> at{};
    for (Vertex v : order) ++at[rank(v) + 1];
    std::partial_sum(at.begin(), at.end(), at.begin());
    std::vector<Vertex> sorted(order.size());
    for (Vertex v : order) sorted[at[rank(v)]++] = v;
    return sorted;
  }

  // Moves vertices to where they gain most until no move gains; numbers the communities; how many there are.
  Vertex Move(const Level<Mass>& level, Partition& p) {
    enum State : uint8_t { kIdle, kQueued, kPending, kStale };
    const Vertex n = level.size();
    const size_t batch = std::clamp<size_t>(n / 128, 1, 4096);
    constexpr uint64_t kBatchArcs = 500'000;  // about 10 ms
    std::vector<Vertex> queue = StartOrder(level);  // a ring: a vertex waits at most once
    std::vector<uint8_t> state(n, kQueued);
    size_t head = 0, waiting = n;
    const auto push = [&](Vertex v) {
      const size_t tail = head + waiting++;
      queue[tail >= n ? tail - n : tail] = v;
      state[v] = kQueued;
    };
    std::vector<Vertex> taken(batch), spare;
    for (Vertex c = n; c-- > 0;) {
      if (p.size[c] == 0) spare.push_back(c);
    }
    std::vector<Choice> choices(batch);
    uint64_t moves = 0;
    while (waiting > 0 && !stop_.Spent()) {
      size_t size = 0;
      uint64_t arcs = 0;
      for (; size < batch && waiting > 0 && arcs < kBatchArcs; --waiting) {
        const Vertex v = taken[size++] = queue[head];
        state[v] = kPending;
        arcs += level.begin[v + 1] - level.begin[v];
        head = head + 1 == n ? 0 : head + 1;
      }
#pragma omp parallel for schedule(dynamic, 64) if (size >= 256 && arcs >= kWorthThreads / 8)
      for (size_t i = 0; i < size; ++i) {
        FetchAhead(level, {taken.data(), size}, i, p.of);
        choices[i] = Choose(level, p, taken[i], tally());
      }
      const uint64_t before = moves;
      for (size_t i = 0; i < size; ++i) {
        const Vertex v = taken[i], own = p.of[v];
        bool fresh = state[v] != kStale && moves == before;
        if (state[v] == kStale) choices[i] = Choose(level, p, v, tally()), fresh = true;
        state[v] = kIdle;
        const auto gain_of = [&](const Choice& c) {
          const double to_gain = c.to == kNoVertex ? 0 : c.to_weight - factor_ * Cross(level.mass[v], p.mass[c.to]);
          return to_gain - Stay(p, own, level.mass[v], c.own_weight);
        };
        if (choices[i].to == own) continue;
        double gain = gain_of(choices[i]);
        if (!fresh && gain <= threshold_) {  // the communities have changed meanwhile
          choices[i] = Choose(level, p, v, tally());
          if (choices[i].to == own) continue;
          gain = gain_of(choices[i]);
        }
        Vertex to = choices[i].to;
        if (to == kNoVertex) {
          to = spare.back();
          spare.pop_back();
        }
        p.of[v] = to;
        p.mass[to] += level.mass[v];
        ++p.size[to];
        p.mass[own] -= level.mass[v];
        if (--p.size[own] == 0) spare.push_back(own);
        quality_ += gain / total_;
        ++moves;
        for (uint64_t a = level.begin[v]; a < level.begin[v + 1]; ++a) {
          const Vertex u = level.targets[a];
          if (state[u] == kPending) {
            state[u] = kStale;
          } else if (state[u] == kIdle && p.of[u] != to) {
            push(u);
          }
        }
      }
    }
    const Vertex count = Renumber(p.of, n);
    levels_.push_back({n, count, moves, quality_});
    stop_.budget().Progress(1 - static_cast<double>(count) / found_.size());
    return count;
  }

  // Parts of communities (Leiden's refinement): inside its community, a vertex that is still alone and well connected joins,
  // at random by gain, a well connected part. Parts are connected. Communities do not touch each other, so the threads
  // share them out. Communities are numbered below `count`.
  std::vector<Vertex> Refine(const Level<Mass>& level, const std::vector<Vertex>& community, Vertex count) {
    std::vector<Vertex> part = Identity(level.size());
    std::vector<Mass> mass = level.mass;           // of parts
    std::vector<double> outside(level.size(), 0);  // weight between a part and the rest of its community
    std::vector<uint8_t> alone(level.size(), 1);
    const Members members(community, count);
    // Chances fall by e for each hundredth (the paper's theta) of the mean weight of an edge.
    const double steep = 100 * static_cast<double>(first_.targets.size()) / (2 * total_);
    const uint64_t seed = Random(options_.seed + levels_.size()).Next();
    struct Arc {
      Vertex target;
      double weight;
    };
    struct Candidate {
      Vertex part;
      double weight, chance;
    };
    ForBlocks(count, 4, stop_, [&](size_t begin, size_t end) {
      Tally& tally = this->tally();
      std::vector<Arc> arcs;  // inside the community, row after row
      std::vector<size_t> rows, order;
      std::vector<Candidate> candidates;
      uint64_t work = 0;
      for (size_t c = begin; c < end; ++c) {
        const std::span<const Vertex> inside(&members.order[members.begin[c]], members.begin[c + 1] - members.begin[c]);
        if (inside.size() == 1) continue;
        arcs.clear();
        rows.assign(1, 0);
        Mass whole{};
        for (size_t i = 0; i < inside.size(); ++i) {
          const Vertex v = inside[i];
          FetchAhead(level, inside, i, community);
          whole += level.mass[v];
          for (uint64_t a = level.begin[v]; a < level.begin[v + 1]; ++a) {
            const Vertex u = level.targets[a];
            if (u == v || community[u] != c) continue;
            arcs.push_back({u, level.weights[a]});
            outside[v] += level.weights[a];
          }
          rows.push_back(arcs.size());
          work += level.begin[v + 1] - level.begin[v];
          if (work > 100'000 && stop_.Spent()) return;
          work %= 100'000;
        }
        const auto well_connected = [&](Vertex q) {
          Mass rest = whole;
          rest -= mass[q];
          return outside[q] >= factor_ * Cross(mass[q], rest);
        };
        Random random(seed ^ c);
        order.resize(inside.size());
        std::iota(order.begin(), order.end(), size_t{0});
        random.Shuffle(order);
        for (size_t i : order) {
          const Vertex v = inside[i];
          if (!alone[v] || !well_connected(v)) continue;
          tally.Start(rows[i + 1] - rows[i]);
          for (size_t a = rows[i]; a < rows[i + 1]; ++a) tally.Add(part[arcs[a].target], arcs[a].weight);
          candidates.assign(1, {v, 0, 0});
          double best = 0;
          for (size_t k = 0; k < tally.size(); ++k) {
            const auto [q, weight] = tally[k];
            const double gain = weight - factor_ * Cross(level.mass[v], mass[q]);
            if (weight == 0 || gain < 0 || !well_connected(q)) continue;
            candidates.push_back({q, weight, gain});
            best = std::max(best, gain);
          }
          double sum = 0;
          for (Candidate& q : candidates) sum += q.chance = std::exp((q.chance - best) * steep);
          double draw = random.Unit() * sum;
          Candidate to = candidates[0];
          for (const Candidate& q : candidates) {
            if (q.chance > 0) to = q;
            if ((draw -= q.chance) < 0) break;
          }
          if (to.part == v) continue;
          part[v] = to.part;
          alone[to.part] = 0;
          mass[to.part] += level.mass[v];
          outside[to.part] += outside[v] - 2 * to.weight;
          work += rows[i + 1] - rows[i];
          if (work > 100'000 && stop_.Spent()) return;
          work %= 100'000;
        }
      }
    }, level.targets.size());
    return part;
  }

  // Communities that are not connected become several; this never costs quality.
  void SplitDisconnected(const Level<Mass>& level, Partition& p) {
    std::vector<Vertex> piece(level.size(), kNoVertex), stack;
    std::vector<Mass> mass(level.size(), Mass{});
    double lost = 0;
    Vertex count = 0;
    for (Vertex root = 0; root < level.size(); ++root) {
      if (piece[root] != kNoVertex) continue;
      piece[root] = count;
      stack.push_back(root);
      while (!stack.empty()) {
        const Vertex v = stack.back();
        stack.pop_back();
        mass[count] += level.mass[v];
        for (uint64_t a = level.begin[v]; a < level.begin[v + 1]; ++a) {
          const Vertex u = level.targets[a];
          if (piece[u] != kNoVertex || p.of[u] != p.of[v] || level.weights[a] == 0) continue;
          piece[u] = count;
          stack.push_back(u);
        }
      }
      lost -= Cross(mass[count], mass[count]);
      ++count;
    }
    for (const Mass& community : MakePartition(level, p.of).mass) lost += Cross(community, community);
    quality_ += factor_ * lost / 2 / total_;
    p.of = std::move(piece);
  }

  // The graph of `count` vertices into which `labels` join those of `level`.
  Level<Mass> Aggregate(const Level<Mass>& level, const std::vector<Vertex>& labels, Vertex count) {
    constexpr size_t kRows = 256;
    const Members members(labels, count);
    struct Rows {
      std::vector<Vertex> targets;
      std::vector<double> weights;
    };
    std::vector<Rows> blocks((count + kRows - 1) / kRows);
    Level<Mass> out;
    out.begin.resize(count + size_t{1});
    out.mass.resize(count);
    ForBlocks(count, kRows, stop_, [&](size_t begin, size_t end) {
      Tally& tally = this->tally();
      Rows& rows = blocks[begin / kRows];
      for (size_t c = begin; c < end; ++c) {
        Mass mass{};
        uint64_t degree = 0;
        for (Vertex i = members.begin[c]; i < members.begin[c + 1]; ++i) {
          degree += level.begin[members.order[i] + 1] - level.begin[members.order[i]];
        }
        tally.Start(std::min<uint64_t>(degree, count));
        for (Vertex i = members.begin[c]; i < members.begin[c + 1]; ++i) {
          const Vertex v = members.order[i];
          FetchAhead(level, members.order, i, labels);
          mass += level.mass[v];
          for (uint64_t a = level.begin[v]; a < level.begin[v + 1]; ++a) {
            const Vertex d = labels[level.targets[a]];
            if (d != c) tally.Add(d, level.weights[a]);
          }
        }
        out.mass[c] = mass;
        for (size_t i = 0; i < tally.size(); ++i) {
          rows.targets.push_back(tally[i].community);
          rows.weights.push_back(tally[i].weight);
        }
        out.begin[c + 1] = rows.targets.size();
      }
    }, level.targets.size());
    if (stop_.spent()) return out;
    uint64_t before = 0;
    for (size_t b = 0; b < blocks.size(); ++b) {
      for (size_t c = b * kRows; c < std::min<size_t>(count, (b + 1) * kRows); ++c) out.begin[c + 1] += before;
      before += blocks[b].targets.size();
    }
    out.own_targets.resize(before);
    out.own_weights.resize(before);
    ForBlocks(blocks.size(), 1, stop_, [&](size_t b, size_t) {
      Rows rows = std::move(blocks[b]);
      std::copy(rows.targets.begin(), rows.targets.end(), out.own_targets.begin() + out.begin[b * kRows]);
      std::copy(rows.weights.begin(), rows.weights.end(), out.own_weights.begin() + out.begin[b * kRows]);
    }, before);
    out.LookAtOwn(true);
    return out;
  }

  const CommunityOptions& options_;
  const Search search_;
  Stopper stop_;
  std::vector<Tally> tallies_;
  Level<Mass> first_;
  std::vector<Vertex> found_;  // the community of every vertex of the snapshot
  double total_ = 0;           // M
  double factor_ = 0;          // a gain is weight - factor * Cross(mass, mass); divided by M it is a difference of Q
  double threshold_ = 0;       // a move must gain more, lest rounding turns in circles
  double quality_ = 0;         // Q, kept up move by move
  std::vector<CommunityResult::Level> levels_;
};

ModularityOptions QualityOptions(const CommunityOptions& o) { return {o.weighted, o.resolution, o.ignore_direction}; }

Status CheckOptions(const Snapshot& g, const ModularityOptions& o, const char* method) {
  if (!(o.resolution >= 0) || !std::isfinite(o.resolution)) {
    return {Code::kInvalid, Text(method, ": the resolution must be a number from 0, found ", o.resolution)};
  }
  if (g.vertex_count() > 0x7FFFFFFF) return {Code::kInvalid, Text(method, ": at most 2^31-1 vertices, found ", g.vertex_count())};
  return o.weighted ? CheckWeights(g, method) : Status();
}

std::string ModularityWords(const Snapshot& g, const ModularityOptions& o) {
  return Text("Q = sum over communities of ",
              UsesDirection(g, o.ignore_direction) ? "I/M - gamma O N / M^2 (I weight inside, O and N sums of out- and in-strengths, M all weight)"
                                  : "I/M - gamma (K/2M)^2 (I weight inside, K sum of strengths, M all weight; a loop adds twice to K)",
              ", gamma ", o.resolution, o.weighted ? ", weighted" : ", every edge weighs 1",
              !g.undirected() && o.ignore_direction ? ", directions ignored" : "");
}

constexpr const char* kNormalisation = "Q at most 1; conductance in [0, 1]";
constexpr const char* kNumbering = "communities numbered by their smallest node id";
constexpr const char* kUnmeasured = "the budget ended before it was measured";

// Numbers the communities of `labels` (smaller than `below`) by their smallest vertex and measures them; leaves the numbers
// undefined, and is false, where the budget ends. One pass over the arcs.
bool Assess(const Snapshot& g, std::vector<Vertex> labels, size_t below, const ModularityOptions& o, const Budget& budget,
            CommunityResult& out) {
  const Vertex n = g.vertex_count();
  const Vertex count = Renumber(labels, below);
  const Weights weights = WeightsOf(g, o.weighted);
  out.community.assign(labels.begin(), labels.end());
  out.communities.resize(count);
  for (Vertex v = 0; v < n; ++v) {
    Community& c = out.communities[labels[v]];
    if (c.size++ == 0) c.smallest = v;
  }
  struct Sums {
    double inside = 0, cut_out = 0, cut_in = 0;
  };
  std::vector<Sums> sums(n), total(count);
  Stopper stop(budget);
  ForBlocks(n, kBlock, stop, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Vertex v = static_cast<Vertex>(i), c = labels[v];
      Sums s;
      for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) (labels[g.target(a)] == c ? s.inside : s.cut_out) += weights[a];
      for (size_t k = 0; !g.undirected() && k < g.in_degree(v); ++k) {
        (labels[g.in(v)[k]] == c ? s.inside : s.cut_in) += o.weighted ? weights[g.in_arc(v, k)] : 1;
      }
      sums[v] = s;
    }
  });
  const auto undefined = [&](const char* why) {
    for (Community& c : out.communities) c.modularity = Measure::Undefined(why);
    out.modularity = out.coverage = Measure::Undefined(why);
  };
  if (stop.spent()) {
    undefined(kUnmeasured);
    for (Community& c : out.communities) c.inside = c.cut = c.volume = c.conductance = Measure::Undefined(kUnmeasured);
    return false;
  }
  out.inside.resize(n);
  for (Vertex v = 0; v < n; ++v) {
    out.inside[v] = sums[v].inside;
    Sums& t = total[labels[v]];
    t.inside += sums[v].inside;
    t.cut_out += sums[v].cut_out;
    t.cut_in += sums[v].cut_in;
  }
  double volume = 0, inside = 0;
  for (Vertex i = 0; i < count; ++i) {
    Community& c = out.communities[i];
    c.inside = total[i].inside / 2;  // every edge was met at both ends
    c.cut = total[i].cut_out + total[i].cut_in;
    c.volume = total[i].inside + *c.cut;
    volume += *c.volume;
    inside += *c.inside;
  }
  const double all = volume / 2;
  const bool directed = UsesDirection(g, o.ignore_direction);
  double quality = 0;
  for (Vertex i = 0; i < count; ++i) {
    Community& c = out.communities[i];
    const double smaller = std::min(*c.volume, volume - *c.volume);
    c.conductance = smaller > 0 ? Measure(std::min(1.0, *c.cut / smaller)) : Measure::Undefined("the community or the rest has no edges");
    const double out_share = directed ? (*c.inside + total[i].cut_out) / all : *c.volume / volume;
    const double in_share = directed ? (*c.inside + total[i].cut_in) / all : out_share;
    c.modularity = *c.inside / all - o.resolution * out_share * in_share;
    quality += *c.modularity;
  }
  out.modularity = quality;
  out.coverage = inside / all;
  if (all == 0) undefined("no edge has any weight");
  return true;
}

Result<CommunityResult> Find(const Snapshot& g, const CommunityOptions& o, Search search, const Budget& budget) {
  const char* name = search == Search::kLouvain ? "louvain" : search == Search::kLeiden ? "leiden" : "label propagation";
  const ModularityOptions quality = QualityOptions(o);
  LT_TRY(CheckOptions(g, quality, name));
  if (o.iterations == 0) return Status(Code::kInvalid, Text(name, ": expected at least 1 iteration, found 0"));
  CommunityResult out;
  if (search == Search::kLabels) {
    out.header = MakeHeader(g, Text("each node takes the label with the most weight among its neighbours, directions ignored, until none changes; "
                                    "seed ", o.seed, "; ", ModularityWords(g, quality)),
                            "Raghavan, Albert & Kumara 2007", kNormalisation, Text(kNumbering, "; equal labels: its own, else drawn by the seed"));
  } else {
    out.header = MakeHeader(g, Text(name, ", at most ", o.iterations, " iterations, seed ", o.seed, "; makes modularity large: ", ModularityWords(g, quality)),
                            search == Search::kLeiden ? "Traag, Waltman & van Eck 2019" : "Blondel, Guillaume, Lambiotte & Lefebvre 2008",
                            kNormalisation, Text(kNumbering, "; equal gains: stay, else the smaller community"));
  }
  bool stopped = false;
  const auto run = [&](auto optimiser) {
    std::vector<Vertex> labels = optimiser.Run();
    stopped = optimiser.stopped();
    out.levels = optimiser.TakeLevels();
    if (optimiser.stopped()) {
      out.header.Stop(budget.Check(), Text("the partition found in ", out.levels.size(), " levels",
                                           search == Search::kLeiden ? ", whose communities may be disconnected" : ""));
    }
    return labels;
  };
  std::vector<Vertex> labels = UsesDirection(g, o.ignore_direction) && search != Search::kLabels ? run(Optimiser<Flow>(g, o, search, budget))
                                                                                                : run(Optimiser<double>(g, o, search, budget));
  if (stopped) {
    std::vector<uint8_t> used(labels.size(), 0);
    for (Vertex label : labels) used[label] = 1;
    if (2 * static_cast<size_t>(std::count(used.begin(), used.end(), 1)) > used.size()) {
      return budget.Check().Prefixed(Text(name, ": more communities than half the nodes were left: "));
    }
  }
  Budget grace;
  if (out.header.partial) grace.set_timeout_ms(20);
  const bool measured = Assess(g, std::move(labels), g.vertex_count(), quality, grace, out);
  if (search == Search::kLabels) {
    for (auto& level : out.levels) level.modularity = out.modularity;
  } else if (!measured && !out.levels.empty()) {
    out.modularity = out.levels.back().modularity;
  }
  return out;
}

}  // namespace

Result<CommunityResult> Modularity(const Snapshot& g, const Groups& groups, const ModularityOptions& o, const Budget& budget) {
  LT_TRY(CheckOptions(g, o, "modularity"));
  LT_ASSIGN(const int32_t count, CountGroups(g, groups));
  CommunityResult out;
  out.header = MakeHeader(g, ModularityWords(g, o), UsesDirection(g, o.ignore_direction) ? "Leicht & Newman 2008" : "Newman & Girvan 2004",
                          kNormalisation, kNumbering);
  std::vector<Vertex> labels(groups.begin(), groups.end());
  Vertex alone = 0;
  for (Vertex& label : labels) {
    if (label == kNoVertex) label = static_cast<Vertex>(count) + alone++;
  }
  if (alone > 0) out.header.warnings.push_back(Text(alone, " nodes have no group; each stands as a community of its own"));
  if (!Assess(g, std::move(labels), static_cast<size_t>(count) + alone, o, budget, out)) return budget.Check().Prefixed("modularity: ");
  return out;
}

Result<CommunityResult> Louvain(const Snapshot& g, const CommunityOptions& options, const Budget& budget) {
  return Find(g, options, Search::kLouvain, budget);
}
Result<CommunityResult> Leiden(const Snapshot& g, const CommunityOptions& options, const Budget& budget) {
  return Find(g, options, Search::kLeiden, budget);
}
Result<CommunityResult> LabelPropagation(const Snapshot& g, const CommunityOptions& options, const Budget& budget) {
  return Find(g, options, Search::kLabels, budget);
}

Result<std::vector<Contribution>> ExplainCommunity(const Snapshot& g, const Groups& community, Vertex v, const ModularityOptions& o,
                                                   size_t limit, const Budget& budget) {
  LT_TRY(CheckOptions(g, o, "explain"));
  LT_TRY(CheckVertex(g, v, "explain"));
  LT_TRY(CountGroups(g, community).status());
  Poll poll(budget);
  const Weights weights = WeightsOf(g, o.weighted);
  std::vector<Flow> flow(g.vertex_count());
  std::vector<double> tie(g.vertex_count(), 0);  // to v, both directions
  double total = 0;
  for (Vertex u = 0; u < g.vertex_count(); ++u) {
    for (uint32_t a = g.row_begin(u); a < g.row_end(u); ++a) {
      const Vertex to = g.target(a);
      const double w = g.undirected() ? weights[a] / 2 : weights[a];
      flow[u].out += w;
      flow[to].in += w;
      total += w;
      if (u == v) tie[to] += w;
      if (to == v) tie[u] += w;
    }
    if (poll.Spent(g.out_degree(u) + 1)) return budget.Check().Prefixed("explain: ");
  }
  if (total == 0) return Status(Code::kInvalid, "explain: no edge has any weight");
  const bool directed = UsesDirection(g, o.ignore_direction);
  std::vector<Contribution> parts;
  for (Vertex u = 0; u < g.vertex_count(); ++u) {
    if (u != v && (community[u] != community[v] || community[v] < 0)) continue;
    const double expected = directed ? Cross(flow[v], flow[u]) / total
                                     : (flow[v].out + flow[v].in) * (flow[u].out + flow[u].in) / (2 * total);
    parts.push_back({v, u, (tie[u] - o.resolution * expected) / (2 * total)});
  }
  return TopContributions(std::move(parts), limit);
}

Result<PartitionComparison> ComparePartitions(const Snapshot& g, const Groups& a, const Groups& b, const Budget& budget) {
  LT_ASSIGN(const int32_t count_a, CountGroups(g, a));
  LT_ASSIGN(const int32_t count_b, CountGroups(g, b));
  PartitionComparison out;
  out.header = MakeHeader(g, "NMI = 2 I(A;B) / (H(A) + H(B)); adjusted Rand index = (pairs together in both - expected) / (mean of the pairs together in "
                             "each - expected); over the nodes that have a group in both",
                          "Danon et al. 2005; Hubert & Arabie 1985", "NMI: arithmetic mean of the entropies, in [0, 1]; Rand: 1 for equal, 0 on average by chance", "");
  std::vector<std::pair<int32_t, int32_t>> both;
  for (size_t v = 0; v < a.size(); ++v) {
    if (a[v] >= 0 && b[v] >= 0) both.emplace_back(a[v], b[v]);
  }
  const double n = static_cast<double>(both.size());
  out.vertices = static_cast<Vertex>(both.size());
  if (both.size() < a.size()) out.header.warnings.push_back(Text(a.size() - both.size(), " nodes without a group in either are left out"));
  if (both.empty()) {
    out.nmi = out.adjusted_rand = Measure::Undefined("no node has a group in both");
    return out;
  }
  // Sums over the groups: entropy, pairs in the same group, groups.
  struct Runs {
    double entropy = 0, pairs = 0;
    int32_t count = 0;
  };
  const auto add = [n](Runs& r, double size) {
    if (size == 0) return;
    r.entropy -= size / n * std::log(size / n);
    r.pairs += size * (size - 1) / 2;
    ++r.count;
  };
  Runs in_a, in_b, joint;
  std::vector<uint32_t> size_a(count_a, 0), size_b(count_b, 0);
  for (const auto& [x, y] : both) ++size_a[x], ++size_b[y];
  for (uint32_t size : size_a) add(in_a, size);
  for (uint32_t size : size_b) add(in_b, size);
  if (!PolledSort(both, budget)) return budget.Check().Prefixed("comparison of partitions: ");
  for (size_t i = 0, j = 0; i < both.size(); i = j) {
    while (j < both.size() && both[j] == both[i]) ++j;
    add(joint, static_cast<double>(j - i));
  }
  out.groups_a = in_a.count;
  out.groups_b = in_b.count;
  const auto equal = [&](const char* which) {
    out.header.warnings.push_back(Text(which, ": both partitions are trivial and equal (0/0); 1 by convention"));
    return 1.0;
  };
  const double entropies = in_a.entropy + in_b.entropy;
  out.nmi = in_a.count == 1 && in_b.count == 1 ? equal("NMI") : std::clamp(2 * (entropies - joint.entropy) / entropies, 0.0, 1.0);
  const double pairs = n * (n - 1) / 2, mean = (in_a.pairs + in_b.pairs) / 2;
  const bool trivial = in_a.count == in_b.count && (in_a.count == 1 || in_a.pairs == 0) && in_a.pairs == in_b.pairs;
  const double expected = trivial ? 0 : in_a.pairs * in_b.pairs / pairs;
  out.adjusted_rand = trivial ? equal("Rand index") : (joint.pairs - expected) / (mean - expected);
  return out;
}

}  // namespace liantu::analysis
