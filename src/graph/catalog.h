// SPDX-License-Identifier: Apache-2.0
// What a store knows about itself: names and their numbers, the ids to give out next, batches and the id ranges they
// own, interned evidence, which properties are indexed. Records of the graph are in record.h.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "graph/evidence.h"
#include "graph/ids.h"
#include "graph/keys.h"
#include "graph/ontology.h"
#include "graph/record.h"
#include "storage/store.h"

namespace liantu::graph {

// A stored value that does not decode.
Status Damaged(const Key& key, std::string_view what);

enum class NameKind : uint8_t { kLabel, kType, kProperty };
inline constexpr char kNameKindKeys[] = {'L', 'T', 'P'};

// Names of labels, edge types and properties, numbered from 1 in the order in which the store met them. A number never
// changes. Not thread-safe while names are added; a published one is never added to.
class Names {
 public:
  Names() = default;
  Names(const Names& other);
  Names& operator=(const Names&) = delete;
  uint32_t Find(NameKind kind, std::string_view name) const;  // 0: not there
  const std::string& name(NameKind kind, uint32_t id) const;  // "" for 0 and unknown ones
  uint32_t count(NameKind kind) const { return static_cast<uint32_t>(lists_[static_cast<int>(kind)].size()); }
  uint32_t Add(NameKind kind, std::string_view name);
  static Result<std::shared_ptr<Names>> Load(const storage::View& view);

 private:
  std::deque<std::string> lists_[3];
  std::unordered_map<std::string_view, uint32_t> ids_[3];  // views into lists_
};

// The ids to give out next.
struct NextIds {
  uint64_t node = 1, edge = 1, batch = 1;
  uint32_t evidence = 1;
  static Result<NextIds> Load(const storage::View& view);
  std::string Encode() const;
  friend bool operator==(const NextIds&, const NextIds&) = default;
};

// Consecutive ids made by one batch from one input, with the evidence that is the default of these entities.
struct BatchRange {
  uint64_t first = 0, last = 0;
  BatchId batch;
  uint32_t input = 0;  // 1-based into BatchInfo::inputs; 0: none
  EvidenceId evidence;
  Origin origin() const { return {evidence, batch}; }
  friend bool operator==(const BatchRange&, const BatchRange&) = default;
};
void EncodeRange(std::string& out, const BatchRange& range);      // `last` stands in the key
bool DecodeRange(std::string_view in, uint64_t last, BatchRange& range);

void EncodeBatch(std::string& out, const BatchInfo& info);        // the id stands in the key
bool DecodeBatch(std::string_view in, BatchId id, BatchInfo& info);

// Sorted ids, as differences. Journal lists of touched entities.
void EncodeIds(std::string& out, const std::vector<uint64_t>& ids);
bool DecodeIds(std::string_view in, std::vector<uint64_t>& ids);

// An index beyond the ontology's, made by CREATE INDEX or by a constraint that values are unique.
struct DeclaredIndex {
  LabelId label;
  PropertyId property;
  bool unique = false;
  std::string name;      // as given; empty: none was
  friend bool operator==(const DeclaredIndex&, const DeclaredIndex&) = default;
};
// What a property of the nodes with a label, or of the edges of a type, must be; looked at when a transaction commits.
struct PropertyRule {
  bool edges = false;
  uint32_t of = 0;        // label or type
  PropertyId property;
  // Bits by Value::Type: the types a value may have, and those of a list's elements (0: it may be no list). Both 0: the
  // property must be there, whatever its type.
  uint32_t types = 0, element_types = 0;
  std::string type_text;  // as given
  std::string name;
  bool exists() const { return types == 0 && element_types == 0; }
  bool Allows(const Value& value) const;
  // kConflict where an entity's value (null: it has none) breaks the rule.
  Status Check(uint64_t id, const Value* value, const Names& names) const;
  friend bool operator==(const PropertyRule&, const PropertyRule&) = default;
};
struct Declared {
  std::vector<DeclaredIndex> indexes;
  std::vector<PropertyRule> rules;
  static Result<Declared> Load(const storage::View& view);
  // As it stands in the store.
  static std::pair<Key, std::string> Encode(const DeclaredIndex& index);
  static std::pair<Key, std::string> Encode(const PropertyRule& rule);
};

// Which properties of which labels stand in the index (`key` always does), and which rules there are for properties.
class IndexSet {
 public:
  struct Entry {
    PropertyId property;
    bool unique = false;      // one node a value in this label
    bool identifier = false;  // key or further identifier: every claimed value is indexed, not only the visible one
  };
  // All names must be in `names`.
  IndexSet(const Ontology& ontology, const Names& names, Declared declared);
  const std::vector<Entry>& Of(LabelId label) const;  // ascending by property
  const Entry* Find(LabelId label, PropertyId property) const;
  PropertyId key() const { return key_; }
  const Declared& declared() const { return declared_; }
  bool IsDeclared(LabelId label, PropertyId property) const;
  // Whether every node with the label (0: with any, none, or one that the ontology does not know) that has a string as its
  // `name` stands in the name index with it, and what the version of an index by this ontology is (name_index.h).
  bool NamesIndexed(LabelId label) const {
    return all_named_ || (label.raw < named_.size() && named_[label.raw]);
  }
  const std::string& name_version() const { return name_version_; }

 private:
  PropertyId key_;
  std::vector<std::vector<Entry>> by_label_;  // by label number
  std::vector<Entry> other_;                  // labels outside the ontology
  std::vector<bool> named_;                   // by label number
  bool all_named_ = true;                     // no label of the ontology leaves names out
  std::string name_version_;
  Declared declared_;
};

// Ranges and evidence never change once committed, so all views of a database share what one of them has read. Bounded;
// forgets everything when full. Thread-safe.
class CatalogCache {
 public:
  Result<BatchRange> Range(const storage::View& view, bool edges, uint64_t id);
  Result<std::shared_ptr<const Evidence>> Find(const storage::View& view, EvidenceId id);
  Result<BatchInfo> Batch(const storage::View& view, BatchId id);
  // The id of evidence already stored, or 0.
  Result<EvidenceId> FindId(const storage::View& view, const std::string& content);
  void Remember(EvidenceId id, std::shared_ptr<const Evidence> evidence, const std::string& content);

 private:
  std::shared_mutex mutex_;
  std::map<uint64_t, BatchRange> ranges_[2];  // by last id; nodes, edges
  std::unordered_map<uint32_t, std::shared_ptr<const Evidence>> evidence_;
  std::unordered_map<std::string, EvidenceId> ids_;
  std::unordered_map<uint64_t, BatchInfo> batches_;
};

}  // namespace liantu::graph
