// SPDX-License-Identifier: Apache-2.0
// Counts statements by document.
#include "chain/evidence.h"

#include <algorithm>
#include <map>

namespace liantu::chain {

Result<std::vector<Source>> DocumentsOf(Reader& reader, std::span<const graph::EdgeId> edges, size_t most) {
  std::map<NodeId, std::pair<Source, size_t>> found;  // by document, with the number of statements
  for (const graph::EdgeId edge : edges.first(std::min(most, edges.size()))) {
    LT_ASSIGN(const auto sources, reader.Sources(edge));
    for (const Source& source : sources) {
      auto [it, fresh] = found.try_emplace(source.document, source, 0);
      auto& [known, statements] = it->second;
      ++statements;
      if (known.locator != source.locator) known.locator.clear();
      known.certainty = std::max(known.certainty, source.certainty);
    }
  }
  std::vector<std::pair<Source, size_t>> order;
  for (auto& [id, entry] : found) order.push_back(std::move(entry));
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<Source> out;
  for (auto& [source, statements] : order) out.push_back(std::move(source));
  return out;
}

Result<std::vector<Source>> DocumentsOfMembers(Reader& reader, const Group& group, size_t most) {
  std::vector<std::pair<const char*, graph::Direction>> types;
  switch (group.membership) {
    case Membership::kSeated: types = {{"LOCATED_IN", graph::Direction::kOut}}; break;
    case Membership::kStated: types = {{"MEMBER_OF", graph::Direction::kOut}}; break;
    case Membership::kDerived: types = {{"LOCATED_IN", graph::Direction::kOut}, {"OPERATES_IN", graph::Direction::kOut}}; break;
    case Membership::kOperating: types = {{"OPERATES_IN", graph::Direction::kOut}}; break;
    case Membership::kProducing: types = {{"PRODUCES", graph::Direction::kOut}}; break;
    case Membership::kHosted: types = {{"HOSTS", graph::Direction::kIn}}; break;
    case Membership::kNotComputable: break;
  }
  std::vector<graph::EdgeId> edges;
  for (const auto& [name, direction] : types) {
    const graph::TypeId type = reader.view().type(name);
    if (!type) continue;
    const size_t first = edges.size();
    LT_TRY(reader.view().ExpandMany(group.members, direction, std::span(&type, 1), [&](size_t, const graph::Neighbour& n) {
      edges.push_back(n.edge);
      return edges.size() - first < most;
    }));
  }
  return DocumentsOf(reader, edges, edges.size());
}

}  // namespace liantu::chain
