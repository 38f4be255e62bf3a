// SPDX-License-Identifier: Apache-2.0
#include "graph/diff.h"

#include <algorithm>

#include "graph/journal.h"
#include "graph/view_state.h"

namespace liantu::graph {

// Compares two views, some hundred entities at a time.
class Differ {
 public:
  Differ(const ReadView& before, const ReadView& after, const Budget& budget,
         const std::function<bool(const Change&)>& row)
      : views_{before, after}, budget_(budget), row_(row) {}

  Status Run() {
    const ReadOptions &a = views_[0].options(), &b = views_[1].options();
    const bool only_known = a.as_of == b.as_of && a.predicted == b.predicted;
    for (const bool edges : {false, true}) {
      std::vector<uint64_t> ids;
      if (only_known) {
        LT_TRY(TouchedBetween(edges, ids));
      } else {
        LT_TRY(All(edges, ids));
      }
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      constexpr size_t kAtOnce = 256;
      for (size_t begin = 0; begin < ids.size() && !stopped_; begin += kAtOnce) {
        LT_TRY(budget_.Check());
        const auto some = std::span(ids).subspan(begin, std::min(kAtOnce, ids.size() - begin));
        if (edges) {
          LT_TRY(CompareEdges(some));
        } else {
          LT_TRY(CompareNodes(some));
        }
      }
    }
    return {};
  }

 private:
  const ReadView::State& state(int side) const { return *views_[side].state_; }

  Status TouchedBetween(bool edges, std::vector<uint64_t>& ids) {
    uint64_t next[2];
    for (const int side : {0, 1}) {
      LT_ASSIGN(const NextIds own, NextIds::Load(*state(side).view));
      next[side] = own.batch;
    }
    const storage::View& later = *state(next[0] < next[1] ? 1 : 0).view;
    const uint64_t first = std::min(next[0], next[1]), end = std::max(next[0], next[1]);
    if (first == end) return {};
    LT_TRY(ForEachBatch(later, BatchId{first}, [&](const BatchInfo& info) {
      const uint64_t from = edges ? info.first_edge.raw : info.first_node.raw;
      const uint64_t to = edges ? info.last_edge.raw : info.last_node.raw;
      for (uint64_t id = from; from != 0 && id <= to; ++id) ids.push_back(id);
    }));
    for (uint64_t batch = first; batch < end; ++batch) {
      LT_ASSIGN(const auto touched, TouchedBy(later, BatchId{batch}, edges));
      ids.insert(ids.end(), touched.begin(), touched.end());
    }
    return {};
  }

  Status All(bool edges, std::vector<uint64_t>& ids) {
    for (const ReadView& view : views_) {
      if (edges) {
        LT_TRY(view.AllEdges({}, [&](const Edge& edge) {
          ids.push_back(edge.id.raw);
          return true;
        }));
      } else {
        LT_TRY(view.AllNodes({}, [&](NodeId id) {
          ids.push_back(id.raw);
          return true;
        }));
      }
    }
    return {};
  }

  Status CompareNodes(std::span<const uint64_t> ids) {
    std::vector<NodeId> wanted;
    for (const uint64_t id : ids) wanted.push_back(NodeId{id});
    LT_ASSIGN(auto before, views_[0].GetNodes(wanted));
    LT_ASSIGN(auto after, views_[1].GetNodes(wanted));
    for (size_t i = 0; i < ids.size() && !stopped_; ++i) {
      if (!before[i] && !after[i]) continue;
      Change change{.edge = false, .id = ids[i]};
      change.node_before = std::move(before[i]);
      change.node_after = std::move(after[i]);
      const bool labels = change.node_before && change.node_after && change.node_before->labels != change.node_after->labels;
      LT_TRY(Tell(change.node_before, change.node_after, labels, change));
    }
    return {};
  }

  Status CompareEdges(std::span<const uint64_t> ids) {
    std::vector<EdgeId> wanted;
    for (const uint64_t id : ids) wanted.push_back(EdgeId{id});
    LT_ASSIGN(auto before, views_[0].GetEdges(wanted));
    LT_ASSIGN(auto after, views_[1].GetEdges(wanted));
    for (size_t i = 0; i < ids.size() && !stopped_; ++i) {
      if (!before[i] && !after[i]) continue;
      Change change{.edge = true, .id = ids[i]};
      change.edge_before = std::move(before[i]);
      change.edge_after = std::move(after[i]);
      const auto &a = change.edge_before, &b = change.edge_after;
      const bool seen = a && b && (a->certainty != b->certainty || a->valid != b->valid);
      LT_TRY(Tell(a, b, seen, change));
    }
    return {};
  }

  template <class Entity>
  Status Tell(const std::optional<Entity>& before, const std::optional<Entity>& after, bool differ, Change& change) {
    change.kind = !before ? Change::Kind::kCreated : !after ? Change::Kind::kDeleted : Change::Kind::kChanged;
    static const std::vector<std::pair<PropertyId, Value>> kNone;
    const auto &a = before ? before->properties : kNone, &b = after ? after->properties : kNone;
    for (size_t i = 0, j = 0; i < a.size() || j < b.size();) {
      if (j == b.size() || (i < a.size() && a[i].first < b[j].first)) {
        change.properties.push_back({a[i].first, a[i].second, std::nullopt});
        ++i;
      } else if (i == a.size() || b[j].first < a[i].first) {
        change.properties.push_back({b[j].first, std::nullopt, b[j].second});
        ++j;
      } else {
        if (a[i].second != b[j].second) change.properties.push_back({a[i].first, a[i].second, b[j].second});
        ++i;
        ++j;
      }
    }
    if (change.kind == Change::Kind::kChanged) {
      if (&state(0) != &state(1)) {
        LT_ASSIGN(const EntityState x, LoadState(state(0), change.edge, change.id));
        LT_ASSIGN(const EntityState y, LoadState(state(1), change.edge, change.id));
        change.evidence = x.claims != y.claims;
      }
      if (!differ && !change.evidence && change.properties.empty()) return {};
    }
    stopped_ = !row_(change);
    return {};
  }

  const ReadView views_[2];
  const Budget& budget_;
  const std::function<bool(const Change&)>& row_;
  bool stopped_ = false;
};

Status Diff(const ReadView& before, const ReadView& after, const Budget& budget,
            const std::function<bool(const Change&)>& row) {
  return Differ(before, after, budget, row).Run();
}

}  // namespace liantu::graph
