// SPDX-License-Identifier: Apache-2.0
// The name index: from the terms of text/search_key.h to the nodes whose names have them. Postings lie packed in blocks
// of up to some 500 node ids, so that a rare term is one small value and a common one is read only where the rarer
// terms of a query point. What a match is, text/ decides; what a name is, the ontology says. It does not rank across
// more than the first kMostCandidates names of a way to match: a query like 公司 is answered, not completely.
//
// Keyspace kText, route = hash of the list, rest = generation byte, class byte, term, upper:
//   class 's' holds names of up to kShortName characters, 'l' longer ones, so that 广州市 is found before the thousands
//   of companies whose names begin with 广州. upper is the greatest node id that the block may hold, ascending;
//   kOpenEnd for the newest block, into which new nodes go. Value: node ids as differences, see EncodePostings.
// Keyspace kMeta, "text": generation in force and the version of the terms (NameIndexVersion). A rebuild fills the next
// generation beside the old one and then switches.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "graph/ids.h"
#include "graph/ontology.h"
#include "graph/spool.h"
#include "graph/value.h"
#include "storage/store.h"

namespace liantu::graph {

inline constexpr size_t kPostingsPerBlock = 512;
inline constexpr size_t kShortName = 6;
inline constexpr size_t kMostCandidates = 1024;  // names checked per alternative and class
inline constexpr uint64_t kOpenEnd = ~0ull;

// A name of a node, as the index sees it. A key is found as a whole only.
struct SearchName {
  std::string_view text;
  bool key = false;
};

// Which properties of a node are names: those that the ontology marks, and `key`. Remembers what it has worked out for
// each set of labels; one thread at a time.
class SearchFields {
 public:
  using LabelName = std::function<const std::string&(LabelId)>;
  using PropertyName = std::function<const std::string&(PropertyId)>;
  SearchFields(std::shared_ptr<const Ontology> ontology, LabelName label, PropertyName property);

  // Names first, then aliases, then the key. Views into the values.
  template <class Properties>  // of pairs or structs with an id and a value
  void Collect(const std::vector<LabelId>& labels, const Properties& properties, std::vector<SearchName>* out) {
    Cached& fields = Of(labels);
    for (const Kind wanted : {Kind::kName, Kind::kAlias, Kind::kKey}) {
      for (const auto& p : properties) {
        if (KindOf(fields, labels, IdOf(p)) == wanted) Append(ValueOf(p), wanted == Kind::kKey, out);
      }
    }
  }

 private:
  enum class Kind : uint8_t { kUnknown, kNo, kName, kAlias, kKey };
  struct Cached {
    std::vector<LabelId> labels;
    std::vector<Kind> kinds;  // by property number
  };
  template <class A, class B>
  static PropertyId IdOf(const std::pair<A, B>& p) { return p.first; }
  template <class A, class B>
  static const Value& ValueOf(const std::pair<A, B>& p) { return p.second; }
  template <class P>
  static auto IdOf(const P& p) -> decltype(p.id) { return p.id; }
  template <class P>
  static auto ValueOf(const P& p) -> const decltype(p.value)& { return p.value; }
  Cached& Of(const std::vector<LabelId>& labels);
  Kind KindOf(Cached& fields, const std::vector<LabelId>& labels, PropertyId property);
  static void Append(const Value& value, bool key, std::vector<SearchName>* out);

  std::shared_ptr<const Ontology> ontology_;
  LabelName label_;
  PropertyName property_;
  std::vector<Cached> cached_;
};

// The posting lists of a node's names: class byte and term, sorted, unique.
std::vector<std::string> NameLists(std::span<const SearchName> names);
// The list in which every node of that very name stands, beside those whose names differ in width, script, case, spaces or
// legal form only. nullopt: nothing in the name is searched, no list has it.
std::optional<std::string> WholeNameList(std::string_view name);

// Names the version of the terms and of the fields; an index built under another one must be built again.
std::string NameIndexVersion(const Ontology& ontology);
struct NameIndexHead {
  uint8_t generation = 0;
  std::string version;  // empty: nothing was indexed yet
};
Result<NameIndexHead> LoadNameIndexHead(const storage::View& view);
std::string EncodeNameIndexHead(const NameIndexHead& head);
inline constexpr std::string_view kNameIndexHeadKey = "text";  // in kMeta, route 0

// Keys and values, for writers and the checker.
storage::Route PostingRoute(std::string_view list);
std::string PostingPrefix(uint8_t generation, std::string_view list);  // + 8 bytes of upper = the rest
void EncodePostings(std::string& out, std::span<const uint64_t> ids);  // ascending, not empty
bool DecodePostings(std::string_view in, std::vector<uint64_t>& ids);
bool DecodePostingRest(std::string_view rest, uint8_t& generation, std::string& list, uint64_t& upper);

// The changes of one transaction, gathered, then written with its other changes. One thread.
class NameIndexChanges {
 public:
  explicit NameIndexChanges(std::shared_ptr<const Ontology> ontology) : ontology_(std::move(ontology)) {}
  // What the node was called and is called now; empty for a new and for a deleted node.
  void Change(NodeId node, std::span<const SearchName> before, std::span<const SearchName> after);
  bool empty() const { return changes_.empty(); }
  // Nodes that have come into the list since the last WriteTo, some of which may have left it again; in no order.
  void Added(const std::string& list, std::vector<NodeId>* out) const;

  // How the changes reach the store: reads see what was put before.
  struct Access {
    std::function<Result<bool>(storage::Keyspace, storage::KeyView, std::string*)> get;
    std::function<std::unique_ptr<storage::Cursor>(storage::Keyspace, storage::Route, std::string_view prefix, std::string_view from)> scan;
    std::function<void(storage::Keyspace, storage::KeyView, std::string value)> put;
    std::function<void(storage::Keyspace, storage::KeyView)> erase;
  };
  // Cost: a read and a write per posting block that changes, about 30 a name. Empty afterwards. kOutdated where the
  // index is of another version (RebuildNameIndex first).
  Status WriteTo(const Access& access);

 private:
  std::shared_ptr<const Ontology> ontology_;
  // list → nodes added (true) and removed, in the order of the changes
  std::unordered_map<std::string, std::vector<std::pair<uint64_t, bool>>> changes_;
};

// Finds candidates; the caller reads their names and checks them.
class NameIndexReader {
 public:
  NameIndexReader(const storage::View& view, uint8_t generation) : view_(view), generation_(generation) {}
  // Nodes that have at least `need` of the terms in names of one class, ascending, up to `limit`, after `after`.
  Result<std::vector<NodeId>> Candidates(char name_class, std::span<const std::string> terms, size_t need, size_t limit,
                                         NodeId after = {}) const;

 private:
  const storage::View& view_;
  const uint8_t generation_;
};

// Gathers the postings of many nodes and gives them out list by list, in the order of their keys. Lists lie in buckets by
// their route, so that buckets can be drained by several threads and come out in order. Spills to a temporary file past
// `memory_bytes`. For bulk loads and rebuilds.
class PostingSorter {
 public:
  static constexpr size_t kBuckets = 256;
  PostingSorter(uint64_t memory_bytes, std::string folder);
  ~PostingSorter();

  // What one thread gathers before it hands it over. Ids ascending.
  class Block {
   public:
    void Add(NodeId node, std::span<const std::string> lists);

   private:
    friend class PostingSorter;
    uint64_t first_ = 0;
    std::vector<std::string> buckets_;
  };
  // From any thread. No two blocks may have ids between each other's.
  Status Add(const Block& block);
  Status Add(NodeId node, std::span<const std::string> lists);  // ids ascending; one thread

  using ListRow = std::function<Status(const std::string& list, std::span<const uint64_t> ids)>;
  // Each list of a bucket once, in the order of (route, list), ids ascending. Once for each bucket, in any thread.
  Status Drain(size_t bucket, const ListRow& row);
  Status Drain(const ListRow& row);  // all buckets

 private:
  Status AddPending();
  BucketSpool spool_;
  Block pending_;
  size_t pending_nodes_ = 0;
};

class ReadView;
// Builds the index of what `view` shows, of the newest state of `store`, and switches to it. For a store whose index is
// of another version (NameIndexVersion). Nobody may write meanwhile. Cost: about 10 µs a node.
Status RebuildNameIndex(storage::Store& store, const ReadView& view, const Budget& budget);

// Puts a whole list behind what it holds already (bulk ids are greater); keys and values are those of kText.
Status PutPostings(uint8_t generation, const std::string& list, std::span<const uint64_t> ids,
                   const std::function<Result<bool>(storage::KeyView, std::string*)>& get,
                   const std::function<Status(storage::KeyView, std::string_view)>& put);

}  // namespace liantu::graph
