// SPDX-License-Identifier: Apache-2.0
// Posting blocks: where a node goes, how a block is cut, how lists are intersected by leaping. An intersection starts from the rarest list; in the others it seeks from candidate to candidate, so a list of a
// million nodes is read in a few places only.
#include "graph/name_index.h"

#include <algorithm>

#include "base/bytes.h"
#include "text/search_key.h"

namespace liantu::graph {
namespace {

using storage::Cursor;
using storage::KeyView;
using storage::Keyspace;
using storage::Route;

constexpr char kShortClass = 's', kLongClass = 'l';
constexpr char kWholeTerm = 'e';

size_t CountChars(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

Status BadBlock(std::string_view list) {
  return Status(Code::kDamaged, Text("the name index holds a damaged block of '", list, "'"));
}

std::string WithUpper(std::string prefix, uint64_t upper) {
  PutBigEndian(prefix, upper);
  return prefix;
}

// The ids of a block, cut where it has grown too long: full blocks are written before the rest. `upper` is the block's
// own key and keeps its meaning.
struct Piece {
  uint64_t upper;
  std::span<const uint64_t> ids;
};
std::vector<Piece> CutBlock(uint64_t upper, std::span<const uint64_t> ids) {
  std::vector<Piece> out;
  // The newest block grows at its end, so what is cut off is full; any other is cut in the middle.
  while (ids.size() > kPostingsPerBlock) {
    const size_t n = upper == kOpenEnd ? kPostingsPerBlock : std::min(ids.size() / 2, kPostingsPerBlock);
    out.push_back({ids[n - 1], ids.first(n)});
    ids = ids.subspan(n);
  }
  out.push_back({upper, ids});
  return out;
}

}  // namespace

// ---- what is a name

SearchFields::SearchFields(std::shared_ptr<const Ontology> ontology, LabelName label, PropertyName property)
    : ontology_(std::move(ontology)), label_(std::move(label)), property_(std::move(property)) {}

SearchFields::Cached& SearchFields::Of(const std::vector<LabelId>& labels) {
  for (Cached& c : cached_) {
    if (c.labels == labels) return c;
  }
  return cached_.emplace_back(Cached{labels, {}});
}

SearchFields::Kind SearchFields::KindOf(Cached& fields, const std::vector<LabelId>& labels, PropertyId property) {
  if (property.raw >= fields.kinds.size()) fields.kinds.resize(property.raw + 1, Kind::kUnknown);
  Kind& kind = fields.kinds[property.raw];
  if (kind != Kind::kUnknown) return kind;
  std::vector<std::string> names;
  for (const LabelId label : labels) names.push_back(label_(label));
  const std::string& name = property_(property);
  switch (ontology_->SearchOf(names, name)) {
    case PropertySpec::Search::kName: kind = Kind::kName; break;
    case PropertySpec::Search::kAlias: kind = Kind::kAlias; break;
    case PropertySpec::Search::kNo: kind = name == "key" ? Kind::kKey : Kind::kNo; break;
  }
  return kind;
}

void SearchFields::Append(const Value& value, bool key, std::vector<SearchName>* out) {
  if (const std::string* text = value.as<std::string>()) out->push_back({*text, key});
  if (const Value::List* list = value.as<Value::List>()) {
    for (const Value& v : *list) Append(v, key, out);
  }
}

static auto WholeTerm(const std::vector<std::string>& terms) {
  return std::find_if(terms.begin(), terms.end(), [](const std::string& t) { return t[0] == kWholeTerm; });
}

std::optional<std::string> WholeNameList(std::string_view name) {
  std::vector<std::string> terms;
  text::AppendIndexTerms(name, &terms);
  const auto whole = WholeTerm(terms);
  if (whole == terms.end()) return std::nullopt;
  return (CountChars(*whole) - 1 <= kShortName ? kShortClass : kLongClass) + *whole;
}

std::vector<std::string> NameLists(std::span<const SearchName> names) {
  std::vector<std::string> out, terms;
  for (const SearchName& name : names) {
    terms.clear();
    text::AppendIndexTerms(name.text, &terms);
    const auto whole = WholeTerm(terms);
    const bool is_short = whole == terms.end() || CountChars(*whole) - 1 <= kShortName;
    if (name.key) {
      if (whole != terms.end()) out.push_back((is_short ? kShortClass : kLongClass) + *whole);
      continue;
    }
    for (const std::string& t : terms) out.push_back((is_short ? kShortClass : kLongClass) + t);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string NameIndexVersion(const Ontology& ontology) {
  // The fields that are searched, in the ontology's order; a change of anything else needs no new index.
  std::string fields;
  for (const LabelSpec& label : ontology.labels()) {
    PutString(fields, label.name);
    for (const PropertySpec& p : label.properties) {
      if (p.search == PropertySpec::Search::kNo) continue;
      PutString(fields, p.name);
      fields.push_back(p.search == PropertySpec::Search::kName ? 'n' : 'a');
    }
  }
  char hash[17];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(StableHash(fields)));
  return Text(text::SearchKeyVersion(), "/", hash);
}

Result<NameIndexHead> LoadNameIndexHead(const storage::View& view) {
  NameIndexHead head;
  std::string value;
  LT_ASSIGN(const bool found, view.Get(Keyspace::kMeta, {0, kNameIndexHeadKey}, &value));
  if (!found) return head;
  if (value.empty()) return Status(Code::kDamaged, "the head of the name index is empty");
  head.generation = static_cast<uint8_t>(value[0]);
  head.version = value.substr(1);
  return head;
}

std::string EncodeNameIndexHead(const NameIndexHead& head) { return static_cast<char>(head.generation) + head.version; }

// ---- blocks

Route PostingRoute(std::string_view list) { return StableHash(list); }

std::string PostingPrefix(uint8_t generation, std::string_view list) {
  std::string out(1, static_cast<char>(generation));
  PutString(out, list);
  return out;
}

bool DecodePostingRest(std::string_view rest, uint8_t& generation, std::string& list, uint64_t& upper) {
  if (rest.empty()) return false;
  generation = static_cast<uint8_t>(rest[0]);
  rest.remove_prefix(1);
  std::string_view name;
  if (!GetString(rest, name) || !GetBigEndian(rest, upper) || !rest.empty()) return false;
  list = std::string(name);
  return true;
}

void EncodePostings(std::string& out, std::span<const uint64_t> ids) {
  uint64_t before = 0;
  for (const uint64_t id : ids) {
    PutVarint(out, id - before);
    before = id;
  }
}

bool DecodePostings(std::string_view in, std::vector<uint64_t>& ids) {
  ids.clear();
  uint64_t id = 0;
  while (!in.empty()) {
    uint64_t step;
    if (!GetVarint(in, step) || step == 0 || step > ~id) return false;
    id += step;
    ids.push_back(id);
  }
  return !ids.empty();
}

void NameIndexChanges::Change(NodeId node, std::span<const SearchName> before, std::span<const SearchName> after) {
  const std::vector<std::string> old_lists = NameLists(before), new_lists = NameLists(after);
  auto note = [&](const std::string& list, bool added) { changes_[list].emplace_back(node.raw, added); };
  auto a = old_lists.begin();
  auto b = new_lists.begin();
  while (a != old_lists.end() || b != new_lists.end()) {
    if (b == new_lists.end() || (a != old_lists.end() && *a < *b)) note(*a++, false);
    else if (a == old_lists.end() || *b < *a) note(*b++, true);
    else ++a, ++b;
  }
}

void NameIndexChanges::Added(const std::string& list, std::vector<NodeId>* out) const {
  const auto at = changes_.find(list);
  if (at == changes_.end()) return;
  for (const auto& [node, added] : at->second) {
    if (added) out->push_back(NodeId{node});
  }
}

// Sorts by node and leaves what remains: added and removed again (or the other way round) is as if nothing had been.
static void KeepNet(std::vector<std::pair<uint64_t, bool>>& nodes) {
  std::stable_sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t kept = 0;
  for (const auto& change : nodes) {
    if (kept > 0 && nodes[kept - 1].first == change.first) --kept;
    else nodes[kept++] = change;
  }
  nodes.resize(kept);
}

Status NameIndexChanges::WriteTo(const Access& access) {
  if (changes_.empty()) return {};
  const std::string version = NameIndexVersion(*ontology_);
  NameIndexHead head;
  std::string value;
  LT_ASSIGN(const bool found, access.get(Keyspace::kMeta, {0, kNameIndexHeadKey}, &value));
  if (found && !value.empty()) head = {static_cast<uint8_t>(value[0]), value.substr(1)};
  if (head.version.empty()) {
    head.version = version;
    access.put(Keyspace::kMeta, {0, kNameIndexHeadKey}, EncodeNameIndexHead(head));
  } else if (head.version != version) {
    return Status(Code::kOutdated, "the name index was built by another version or for another ontology and must be built again");
  }

  std::vector<uint64_t> ids, merged;
  for (auto& [list, nodes] : changes_) {
    KeepNet(nodes);
    const Route route = PostingRoute(list);
    const std::string prefix = PostingPrefix(head.generation, list);
    for (auto node = nodes.begin(); node != nodes.end();) {
      // The block that holds this node, or would: the first whose upper is not below it.
      uint64_t upper = kOpenEnd;
      ids.clear();
      bool exists = false;
      {
        const std::unique_ptr<Cursor> cursor = access.scan(Keyspace::kText, route, prefix, WithUpper(prefix, node->first));
        if (cursor->Valid()) {
          std::string_view rest = cursor->rest().substr(prefix.size());
          if (!GetBigEndian(rest, upper) || !rest.empty() || !DecodePostings(cursor->value(), ids)) return BadBlock(list);
          exists = true;
        } else {
          LT_TRY(cursor->status());
        }
      }
      // All changes that fall into it.
      merged.clear();
      auto old_id = ids.begin();
      for (; node != nodes.end() && node->first <= upper; ++node) {
        while (old_id != ids.end() && *old_id < node->first) merged.push_back(*old_id++);
        if (old_id != ids.end() && *old_id == node->first) ++old_id;
        if (node->second) merged.push_back(node->first);
      }
      merged.insert(merged.end(), old_id, ids.end());
      if (merged.empty()) {
        if (exists) access.erase(Keyspace::kText, {route, WithUpper(prefix, upper)});
        continue;
      }
      for (const Piece& piece : CutBlock(upper, merged)) {
        std::string bytes;
        EncodePostings(bytes, piece.ids);
        access.put(Keyspace::kText, {route, WithUpper(prefix, piece.upper)}, std::move(bytes));
      }
    }
  }
  changes_.clear();
  return {};
}

// ---- candidates

namespace {

// One list, read forward in ids.
class ListCursor {
 public:
  ListCursor(const storage::View& view, uint8_t generation, std::string list)
      : view_(view), list_(std::move(list)), route_(PostingRoute(list_)), prefix_(PostingPrefix(generation, list_)) {}

  // The first id >= wanted; kOpenEnd at the end. Wanted never falls.
  Result<uint64_t> Seek(uint64_t wanted) {
    while (!done_ && (!loaded_ || wanted > upper_)) LT_TRY(LoadAt(wanted));
    if (done_) return kOpenEnd;
    at_ = std::lower_bound(ids_.begin() + static_cast<ptrdiff_t>(at_), ids_.end(), wanted) - ids_.begin();
    if (at_ < ids_.size()) return ids_[at_];
    if (upper_ == kOpenEnd) {
      done_ = true;
      return kOpenEnd;
    }
    return Seek(upper_ + 1);
  }

  // About how often the list's term occurs among small ids, for choosing the rarest: short lists by their length, longer
  // ones by how far their first block reaches. Call before Seek.
  Result<double> Density() {
    if (!loaded_ && !done_) LT_TRY(LoadAt(0));
    if (done_) return 0.0;
    return upper_ == kOpenEnd ? static_cast<double>(ids_.size()) * 1e-12
                              : static_cast<double>(ids_.size()) / static_cast<double>(upper_);
  }

 private:
  Status LoadAt(uint64_t wanted) {
    // Mostly the next block; where it is not, a fresh seek leaps over all between.
    if (cursor_ != nullptr && loaded_) {
      cursor_->Next();
      LT_TRY(Read());
      if (done_ || wanted <= upper_) return {};
    }
    cursor_ = view_.Scan(Keyspace::kText, route_, prefix_, WithUpper(prefix_, wanted));
    return Read();
  }
  Status Read() {
    loaded_ = true;
    at_ = 0;
    if (!cursor_->Valid()) {
      done_ = true;
      return cursor_->status();
    }
    std::string_view rest = cursor_->rest().substr(prefix_.size());
    if (!GetBigEndian(rest, upper_) || !rest.empty() || !DecodePostings(cursor_->value(), ids_)) return BadBlock(list_);
    return {};
  }

  const storage::View& view_;
  const std::string list_;
  const Route route_;
  const std::string prefix_;
  std::unique_ptr<Cursor> cursor_;
  std::vector<uint64_t> ids_;
  size_t at_ = 0;
  uint64_t upper_ = 0;
  bool loaded_ = false, done_ = false;
};

}  // namespace

Result<std::vector<NodeId>> NameIndexReader::Candidates(char name_class, std::span<const std::string> terms, size_t need, size_t limit,
                                                        NodeId after) const {
  std::vector<NodeId> out;
  if (terms.empty() || need == 0 || need > terms.size()) return out;
  struct List {
    double density;
    std::unique_ptr<ListCursor> cursor;
  };
  std::vector<List> lists;
  size_t missing = 0;
  for (const std::string& term : terms) {
    auto cursor = std::make_unique<ListCursor>(view_, generation_, name_class + term);
    LT_ASSIGN(const double density, cursor->Density());
    if (density == 0 && ++missing > terms.size() - need) return out;
    if (density > 0) lists.push_back({density, std::move(cursor)});
  }
  std::stable_sort(lists.begin(), lists.end(), [](const List& a, const List& b) { return a.density < b.density; });
  // Who has `need` of the terms has at least one of the rarest lists.size() - need + 1.
  const size_t leaders = lists.size() - need + 1;
  // A query of only common terms that hardly ever meet would walk all of them; after this many looks it stops.
  size_t looks = 64 * limit;
  for (uint64_t wanted = after.raw + 1; out.size() < limit;) {
    uint64_t id = kOpenEnd;
    size_t have = 0;
    for (size_t i = 0; i < leaders; ++i) {
      LT_ASSIGN(const uint64_t next, lists[i].cursor->Seek(wanted));
      if (next < id) id = next, have = 0;
      if (next == id && id != kOpenEnd) ++have;
    }
    if (id == kOpenEnd) break;
    if (looks-- == 0) break;
    uint64_t leap = id + 1;
    for (size_t i = leaders; i < lists.size() && have + (lists.size() - i) >= need; ++i) {
      LT_ASSIGN(const uint64_t next, lists[i].cursor->Seek(id));
      if (next == id) ++have;
      else if (leaders == 1) {
        leap = next;  // all lists must have it: nothing below can match
        break;
      }
    }
    if (have >= need) out.push_back(NodeId{id});
    if (leap == kOpenEnd) break;
    wanted = std::max(leap, id + 1);
  }
  return out;
}

// ---- bulk

PostingSorter::PostingSorter(uint64_t memory_bytes, std::string folder) : spool_(memory_bytes, std::move(folder)) {}
PostingSorter::~PostingSorter() = default;

// A block's part of a bucket: varint first id, string of the postings; of each: string list, varint (id - first id).
void PostingSorter::Block::Add(NodeId node, std::span<const std::string> lists) {
  if (buckets_.empty()) {
    buckets_.resize(kBuckets);
    first_ = node.raw;
  }
  for (const std::string& list : lists) {
    std::string& bucket = buckets_[PostingRoute(list) >> 56];
    PutString(bucket, list);
    PutVarint(bucket, node.raw - first_);
  }
}

Status PostingSorter::Add(const Block& block) {
  std::string part;
  for (size_t i = 0; i < block.buckets_.size(); ++i) {
    if (block.buckets_[i].empty()) continue;
    part.clear();
    PutVarint(part, block.first_);
    PutString(part, block.buckets_[i]);
    LT_TRY(spool_.Append(i, part));
  }
  return {};
}

Status PostingSorter::AddPending() {
  LT_TRY(Add(pending_));
  pending_ = Block();
  pending_nodes_ = 0;
  return {};
}

Status PostingSorter::Add(NodeId node, std::span<const std::string> lists) {
  constexpr size_t kAtOnce = 4096;
  pending_.Add(node, lists);
  return ++pending_nodes_ < kAtOnce ? Status() : AddPending();
}

Status PostingSorter::Drain(size_t bucket, const ListRow& row) {
  std::string bytes;
  LT_TRY(spool_.Take(bucket, &bytes));
  const Status changed(Code::kIo, "a temporary file has come back changed");
  struct Segment {
    uint64_t first;
    std::string_view postings;
  };
  std::vector<Segment> segments;
  for (std::string_view in = bytes; !in.empty();) {
    Segment s;
    if (!GetVarint(in, s.first) || !GetString(in, s.postings)) return changed;
    segments.push_back(s);
  }
  std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.first < b.first; });
  struct List {
    uint64_t hash;
    std::string_view name;
    size_t count = 0, begin = 0;
  };
  std::vector<List> lists;
  std::vector<uint32_t> slots(1024);  // 1 + index into lists; 0: free
  std::vector<std::pair<uint32_t, uint64_t>> postings;  // list, id
  const auto grow = [&] {
    slots.assign(2 * slots.size(), 0);
    for (size_t i = 0; i < lists.size(); ++i) {
      size_t at = lists[i].hash & (slots.size() - 1);
      while (slots[at] != 0) at = (at + 1) & (slots.size() - 1);
      slots[at] = static_cast<uint32_t>(i + 1);
    }
  };
  for (const Segment& segment : segments) {
    for (std::string_view in = segment.postings; !in.empty();) {
      std::string_view name;
      uint64_t id;
      if (!GetString(in, name) || !GetVarint(in, id)) return changed;
      const uint64_t hash = StableHash(name);
      size_t at = hash & (slots.size() - 1);
      while (slots[at] != 0 && (lists[slots[at] - 1].hash != hash || lists[slots[at] - 1].name != name)) at = (at + 1) & (slots.size() - 1);
      if (slots[at] == 0) {
        lists.push_back({hash, name});
        slots[at] = static_cast<uint32_t>(lists.size());
        if (2 * lists.size() > slots.size()) {
          postings.emplace_back(static_cast<uint32_t>(lists.size() - 1), segment.first + id);
          ++lists.back().count;
          grow();
          continue;
        }
      }
      const uint32_t list = slots[at] - 1;
      ++lists[list].count;
      postings.emplace_back(list, segment.first + id);
    }
  }
  size_t begin = 0;
  for (List& list : lists) {
    list.begin = begin;
    begin += list.count;
  }
  std::vector<uint64_t> ids(postings.size());
  for (const auto& [list, id] : postings) ids[lists[list].begin++] = id;
  std::sort(lists.begin(), lists.end(), [](const List& a, const List& b) { return a.hash != b.hash ? a.hash < b.hash : a.name < b.name; });
  for (const List& list : lists) {
    LT_TRY(row(std::string(list.name), std::span(ids).subspan(list.begin - list.count, list.count)));
  }
  return {};
}

Status PostingSorter::Drain(const ListRow& row) {
  LT_TRY(AddPending());
  for (size_t i = 0; i < kBuckets; ++i) LT_TRY(Drain(i, row));
  return {};
}

Status PutPostings(uint8_t generation, const std::string& list, std::span<const uint64_t> ids,
                   const std::function<Result<bool>(KeyView, std::string*)>& get, const std::function<Status(KeyView, std::string_view)>& put) {
  const Route route = PostingRoute(list);
  const std::string prefix = PostingPrefix(generation, list);
  std::vector<uint64_t> all;
  std::string value;
  LT_ASSIGN(const bool found, get({route, WithUpper(prefix, kOpenEnd)}, &value));
  if (found) {
    if (!DecodePostings(value, all)) return BadBlock(list);
    LT_ASSERT(all.back() < ids.front());
    all.insert(all.end(), ids.begin(), ids.end());
    ids = all;
  }
  for (const Piece& piece : CutBlock(kOpenEnd, ids)) {
    value.clear();
    EncodePostings(value, piece.ids);
    LT_TRY(put({route, WithUpper(prefix, piece.upper)}, value));
  }
  return {};
}

}  // namespace liantu::graph
