// SPDX-License-Identifier: Apache-2.0
// What of a writer's changes is looked up by value: entries of indexes and identifiers, and the names that are searched.
#include "graph/writer.h"

#include <algorithm>
#include <utility>

#include "graph/bulk.h"
#include "graph/database.h"

namespace liantu::graph {

using storage::Keyspace;

// ---- indexes

Result<std::vector<EntityEdit::IndexEntry>> GraphWriter::IndexEntriesOf(EntityEdit& edit) {
  std::vector<EntityEdit::IndexEntry> entries;
  for (const LabelId label : edit.node.labels) {
    for (const IndexSet::Entry& index : state_->indexes->Of(label)) {
      const StoredProperty* property = edit.node.Find(index.property);
      if (property == nullptr) continue;
      entries.push_back({index.property, label, index.unique, IndexedForm(property->value)});
      if (!index.identifier || !property->claims) continue;
      LT_ASSIGN(const auto* claims, ClaimsOf(edit, index.property));
      for (const StoredClaim& claim : *claims) {
        entries.push_back({index.property, label, index.unique, IndexedForm(claim.value)});
      }
    }
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

std::string GraphWriter::Describe(NodeId id) {
  std::string text = Text("node ", id.raw);
  NodeRecord record;
  auto found = state_->LoadNode(id, record);
  if (!found.ok() || !*found) return text;
  for (const char* property : {"name", "key"}) {
    const StoredProperty* p = record.Find(PropertyId{state_->names->Find(NameKind::kProperty, property)});
    if (p != nullptr) return text + " '" + ToText(p->value) + "'";
  }
  return text;
}

uint64_t GraphWriter::IdentifierHash(PropertyId property, LabelId label, std::string_view form) {
  std::string key;
  PutVarint(key, property.raw);
  PutVarint(key, label.raw);
  key += form;
  return StableHash(key);
}

Result<std::vector<NodeId>> GraphWriter::FindInBulk(const EntityEdit::IndexEntry& entry) const {
  std::vector<NodeId> nodes;
  if (bulk_nodes_ == nullptr) return nodes;
  for (const NodeId id : bulk_nodes_->FindIdentifier(IdentifierHash(entry.property, entry.label, entry.form))) {
    NodeRecord record;
    LT_ASSIGN(const bool found, LoadNode(id, record));
    LT_ASSERT(found);
    const StoredProperty* p = record.Find(entry.property);
    if (p == nullptr || !record.HasLabel(entry.label)) continue;
    bool same = IndexedForm(p->value) == entry.form;
    if (!same && p->claims) {
      LT_ASSIGN(const auto claims, state_->LoadClaims(false, id.raw, entry.property, record));
      for (const StoredClaim& claim : claims) same = same || IndexedForm(claim.value) == entry.form;
    }
    if (same) nodes.push_back(id);
  }
  return nodes;
}

Status GraphWriter::CheckUnique(const EntityEdit::IndexEntry& entry, NodeId node) {
  if (!entry.unique) return {};
  const Key key = keys::UniqueEntry(entry.property, entry.form, entry.label);
  std::string value;
  NodeId holder;
  bool found = false;
  if (older_nodes_) {
    LT_ASSIGN(found, overlay_.Get(key, &value));
  }
  if (found) {
    std::string_view in = value;
    if (!GetVarint(in, holder.raw)) return Damaged(key, "an index entry");
  } else {
    LT_ASSIGN(const std::vector<NodeId> holders, FindInBulk(entry));
    if (holders.empty()) return {};
    holder = holders.front();
  }
  if (holder == node) return {};
  return Status(Code::kConflict,
                Text("this ", state_->names->name(NameKind::kProperty, entry.property.raw), " of a ",
                     state_->names->name(NameKind::kLabel, entry.label.raw), " is already that of ", Describe(holder),
                     "; values are unique within a label"));
}

Status GraphWriter::PutIndex(const EntityEdit::IndexEntry& entry, NodeId node) {
  if (entry.unique) {
    std::string value;
    PutVarint(value, node.raw);
    overlay_.Put(keys::UniqueEntry(entry.property, entry.form, entry.label), std::move(value));
  } else {
    overlay_.Put(keys::PlainEntry(entry.property, entry.form, entry.label, node), {});
  }
  return {};
}

void GraphWriter::DropIndex(const EntityEdit::IndexEntry& entry, NodeId node) {
  overlay_.Delete(entry.unique ? keys::UniqueEntry(entry.property, entry.form, entry.label)
                               : keys::PlainEntry(entry.property, entry.form, entry.label, node));
}

Result<std::vector<NodeId>> GraphWriter::FindByIdentifier(LabelId label, const IndexSet::Entry& index,
                                                          const Value& value) const {
  const std::string form = IndexedForm(value);
  std::vector<NodeId> found;
  if (bulk_nodes_ != nullptr) {
    LT_ASSIGN(found, FindInBulk({index.property, label, index.unique, form}));
    if (!older_nodes_ || (index.unique && !found.empty())) return found;
  }
  if (index.unique) {
    const Key key = keys::UniqueEntry(index.property, form, label);
    std::string stored;
    LT_ASSIGN(const bool there, overlay_.Get(key, &stored));
    std::string_view in = stored;
    NodeId node;
    if (there && !GetVarint(in, node.raw)) return Damaged(key, "an index entry");
    if (there) found.push_back(node);
    return found;
  }
  const Key prefix = keys::PlainEntryPrefix(index.property, form, label);
  auto cursor = overlay_.Scan(prefix.space, prefix.route, prefix.rest);
  for (; cursor->Valid(); cursor->Next()) {
    std::string_view rest = cursor->rest().substr(prefix.rest.size());
    NodeId node;
    if (!GetBigEndian(rest, node.raw)) return Damaged(prefix, "an index entry");
    found.push_back(node);
  }
  LT_TRY(cursor->status());
  std::sort(found.begin(), found.end());
  return found;
}

// ---- names that are searched

void GraphWriter::NoteNames(NodeId node, const std::vector<std::pair<std::string, bool>>& before,
                            const NodeRecord* after) {
  std::vector<SearchName> old_names, new_names;
  for (const auto& [text, key] : before) old_names.push_back({text, key});
  if (after != nullptr) search_fields_.Collect(after->labels, after->properties, &new_names);
  const auto same = [](const SearchName& a, const SearchName& b) { return a.text == b.text && a.key == b.key; };
  if (std::equal(old_names.begin(), old_names.end(), new_names.begin(), new_names.end(), same)) return;
  name_changes_.Change(node, old_names, new_names);
}

Status GraphWriter::FlushNames() {
  return name_changes_.WriteTo({
      .get = [this](Keyspace space, storage::KeyView key, std::string* value) { return overlay_.Get(space, key, value); },
      .scan = [this](Keyspace space, storage::Route route, std::string_view prefix,
                     std::string_view from) { return overlay_.Scan(space, route, prefix, from); },
      .put = [this](Keyspace space, storage::KeyView key,
                    std::string value) { overlay_.Put({space, key.route, std::string(key.rest)}, std::move(value)); },
      .erase = [this](Keyspace space, storage::KeyView key) { overlay_.Delete({space, key.route, std::string(key.rest)}); },
  });
}

}  // namespace liantu::graph
