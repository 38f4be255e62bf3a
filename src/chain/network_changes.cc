// SPDX-License-Identifier: Apache-2.0
#include "chain/network_changes.h"

#include <algorithm>

#include "graph/diff.h"

namespace liantu::chain {

using graph::Change;
using graph::LabelId;
using graph::NodeId;
using graph::TypeId;

Result<NetworkChanges> ChangesOfNetwork(const graph::ReadView& before, const graph::ReadView& now, size_t most, const Budget& budget) {
  NetworkChanges out;
  size_t changes = 0;
  uint64_t made = 0;  // an import that made very many is not looked through
  LT_ASSIGN(const auto batches, now.Batches());
  LT_ASSIGN(const auto known, before.Batches());
  for (size_t i = known.size(); i < batches.size(); ++i) {
    const graph::BatchInfo& b = batches[i];
    made += b.nodes_created + b.edges_created + b.entities_changed + b.entities_deleted + b.entities_restored;
  }
  if (made > most) {
    out.one_by_one = false;
    return out;
  }
  const LabelId company = now.label("Company");
  std::vector<LabelId> places;
  for (const char* label : {"Park", "District", "City", "Province"}) places.push_back(now.label(label));
  const TypeId supplies = now.type("SUPPLIES"), located = now.type("LOCATED_IN"), part = now.type("PART_OF");
  std::vector<TypeId> of_companies;
  for (const char* type : {"OPERATES_IN", "PRODUCES", "HOSTS", "MEMBER_OF", "LEADS", "OWNS", "DEVELOPS", "SIGNED"}) of_companies.push_back(now.type(type));
  const auto is = [](const std::optional<graph::Node>& node, LabelId label) {
    return node && label && std::binary_search(node->labels.begin(), node->labels.end(), label);
  };
  const auto is_place = [&](const std::optional<graph::Node>& node) {
    return std::any_of(places.begin(), places.end(), [&](LabelId label) { return is(node, label); });
  };
  Status failure;
  const auto node_at = [&](NodeId id) -> std::optional<graph::Node> {
    for (const graph::ReadView* view : {&now, &before}) {
      auto node = view->GetNode(id);
      if (!node.ok()) failure = node.status();
      if (!node.ok() || *node) return node.ok() ? *std::move(node) : std::nullopt;
    }
    return std::nullopt;
  };
  LT_TRY(graph::Diff(before, now, budget, [&](const Change& change) {
    const int more = change.kind == Change::Kind::kCreated ? 1 : change.kind == Change::Kind::kDeleted ? -1 : 0;
    if (!change.edge) {
      out.nodes += more;
      const bool was = is(change.node_before, company), now_is = is(change.node_after, company);
      if (more > 0 && now_is) out.added.push_back(NodeId{change.id});
      if (more < 0 && was) out.removed.push_back(NodeId{change.id});
      if (more == 0 && (was != now_is || is_place(change.node_before) != is_place(change.node_after) ||
                        (is_place(change.node_before) && change.node_before->labels != change.node_after->labels))) {
        out.one_by_one = false;
      }
    } else {
      const graph::Edge& edge = change.edge_after ? *change.edge_after : *change.edge_before;
      out.edges += more;
      if (edge.type == supplies) {
        out.ties += more;
        if (!is(node_at(edge.from), company) || !is(node_at(edge.to), company)) out.one_by_one = false;
      }
      if (edge.type == located || edge.type == part) {
        if (is_place(node_at(edge.from))) out.one_by_one = false;
      }
      if (edge.type == supplies || edge.type == located || std::find(of_companies.begin(), of_companies.end(), edge.type) != of_companies.end()) {
        out.touched.push_back(edge.from);
        out.touched.push_back(edge.to);
      }
    }
    return failure.ok() && out.one_by_one && ++changes <= most;
  }));
  LT_TRY(failure);
  if (changes > most) out.one_by_one = false;
  std::sort(out.touched.begin(), out.touched.end());
  out.touched.erase(std::unique(out.touched.begin(), out.touched.end()), out.touched.end());
  return out;
}

}  // namespace liantu::chain
