// SPDX-License-Identifier: Apache-2.0
#include "graph/derive.h"

#include <algorithm>

namespace liantu::graph {

void EncodeNeighbours(NodeId node, const std::vector<DerivedGroup>& groups,
                      const std::function<void(const Key&, std::string)>& put) {
  AdjacencyHead head;
  for (const DerivedGroup& group : groups) {
    AdjacencyGroup& out = head.groups.emplace_back();
    out.direction = group.direction;
    out.type = group.type;
    out.degree = group.all.entries.size();
    for (size_t i = 0; i < group.all.entries.size(); ++i) {
      const Adjacent& entry = group.all.entries[i];
      out.tail.Add(entry.edge, entry.node, group.all.visibility.empty() ? Visibility{} : group.all.visibility[i]);
      const bool last = i + 1 == group.all.entries.size();
      if (out.tail.entries.size() < kBlockEdges && !(last && out.tail.entries.size() > kTailEdges)) continue;
      std::string value;
      EncodeBlock(value, out.tail);
      out.newest_block = entry.edge;
      out.tail = AdjacencyBlock();
      put(keys::Block(node, group.direction, group.type, entry.edge), std::move(value));
    }
  }
  if (head.groups.empty()) return;
  std::string value;
  EncodeHead(value, head);
  put(keys::Head(node), std::move(value));
}

Status DeriveIndexEntries(const IndexSet& indexes, NodeId node, const NodeRecord& record, const ClaimsOfProperty& claims,
                          std::vector<DerivedEntry>* entries) {
  entries->clear();
  for (const LabelId label : record.labels) {
    for (const IndexSet::Entry& index : indexes.Of(label)) {
      const StoredProperty* property = record.Find(index.property);
      if (property == nullptr) continue;
      std::vector<std::string> forms = {IndexedForm(property->value)};
      if (index.identifier && property->claims) {
        LT_ASSIGN(const std::vector<StoredClaim> all, claims(index.property));
        for (const StoredClaim& claim : all) forms.push_back(IndexedForm(claim.value));
        std::sort(forms.begin(), forms.end());
        forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
      }
      for (const std::string& form : forms) {
        DerivedEntry& entry = entries->emplace_back();
        entry.index = &index;
        entry.label = label;
        entry.key = index.unique ? keys::UniqueEntry(index.property, form, label)
                                 : keys::PlainEntry(index.property, form, label, node);
        if (index.unique) PutVarint(entry.value, node.raw);
      }
    }
  }
  return {};
}

Deriver::Deriver(std::shared_ptr<const Ontology> ontology, std::shared_ptr<const Names> names, uint64_t memory_bytes,
                 const std::string& folder)
    : names_(std::move(names)),
      fields_(
          std::move(ontology), [this](LabelId id) -> const std::string& { return names_->name(NameKind::kLabel, id.raw); },
          [this](PropertyId id) -> const std::string& { return names_->name(NameKind::kProperty, id.raw); }),
      ends_(memory_bytes / 2, folder),
      postings_(memory_bytes / 2, folder) {}

Status Deriver::AddNode(NodeId id, const NodeRecord& record) {
  const auto add = [&](LabelId label) {
    members_[{label.raw, id.raw >> kIdsPerChunkBits}].Set(static_cast<int>(id.raw & (kIdsPerChunk - 1)), true);
    ++node_counts_[label];
  };
  add(LabelId{});
  for (const LabelId label : record.labels) add(label);
  std::vector<SearchName> names;
  fields_.Collect(record.labels, record.properties, &names);
  return names.empty() ? Status() : postings_.Add(id, NameLists(names));
}

Status Deriver::AddEdge(EdgeId id, TypeId type, NodeId from, NodeId to, const Visibility& seen) {
  ++edge_counts_[type];
  ++edge_counts_[TypeId{}];
  const auto [place, is_new] = visibility_places_.try_emplace({seen.from, seen.to, seen.predicted}, static_cast<uint32_t>(visibilities_.size()));
  if (is_new) visibilities_.push_back(seen);
  const auto end = [&](NodeId node, Direction direction, NodeId other) {
    return ends_.Add({node.raw, static_cast<uint64_t>(direction) << 63 | uint64_t{type.raw} << kEdgeBits | id.raw, other.raw, place->second});
  };
  LT_TRY(end(from, Direction::kOut, to));
  return end(to, Direction::kIn, from);
}

Status Deriver::DrainNeighbours(const std::function<Status(NodeId, const std::vector<DerivedGroup>&)>& row) {
  NodeId node;
  std::vector<DerivedGroup> groups;
  uint64_t last = 0;
  LT_TRY(ends_.Drain([&](const End& end) -> Status {
    if (end.node != node.raw) {
      if (node) LT_TRY(row(node, groups));
      node.raw = end.node;
      groups.clear();
    }
    const uint64_t group = end.group_edge >> kEdgeBits;
    if (groups.empty() || group != last) {
      groups.push_back({static_cast<Direction>(group >> 16), TypeId{static_cast<uint32_t>(group & 0xFFFF)}, {}});
      last = group;
    }
    groups.back().all.Add(EdgeId{end.group_edge & ((1ull << kEdgeBits) - 1)}, NodeId{end.other}, visibilities_[end.seen]);
    return {};
  }));
  return node ? row(node, groups) : Status();
}

}  // namespace liantu::graph
