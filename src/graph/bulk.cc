// SPDX-License-Identifier: Apache-2.0
// A bulk load from its spools to the store, in three passes, each on all threads (bulk_output.h): nodes with their index
// entries and names; edges, by (type, input file, from, to), where statements that are one edge meet; ends of edges, by
// node, which make the blocks of neighbours. Whatever is sorted lies in buckets of neighbouring ids, small enough to be
// sorted in memory. What the result is does not depend on the number of threads. Cost: linear but for the sorts.
#include "graph/bulk.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>

#include "base/short_bytes.h"
#include "graph/bulk_output.h"
#include "graph/name_index.h"
#include "graph/transaction_state.h"
#include "graph/writer.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

constexpr uint8_t kMerge = 1, kSwapped = 2, kOtherEvidence = 4, kWasJoined = 8;
constexpr uint64_t kLargestId = (1ull << 47) - 1;  // of what is packed beside a 16-bit number
constexpr int kRangeBits = 16;                     // nodes of a bucket
constexpr uint64_t kRangeMask = (1ull << kRangeBits) - 1;
constexpr int kEndsBits = 13;                      // nodes of a bucket of ends, which a processor's cache should hold
constexpr uint64_t kEndsMask = (1ull << kEndsBits) - 1;
constexpr size_t kPendingBytes = 4096;             // of a bucket, before they go to the spool
constexpr size_t kNodesAtOnce = 8192;
constexpr size_t kIndexBuckets = 64;               // by the top bits of the route

Status Changed() { return Status(Code::kIo, "a temporary file has come back changed"); }

// Evidence and batch of properties as they are stored, given those of their record.
void MakeRelative(EntityRecord& record) {
  for (StoredProperty& p : record.properties) {
    if (p.evidence == record.evidence) p.evidence = {};
    if (p.batch == record.batch) p.batch = {};
  }
}

}  // namespace

// ---- nodes by id

Status BulkNodes::Append(std::string_view record) {
  LT_ASSIGN(const uint64_t place, spool_.Append(record));
  places_.push_back(place);
  return {};
}

Status BulkNodes::Replace(NodeId id, std::string_view record) {
  LT_ASSIGN(places_[id.raw - first_.raw], spool_.Append(record));
  return {};
}

void BulkNodes::Grow() {
  BigVector<Slot> old(std::max<size_t>(1024, 2 * slots_.size()));
  std::swap(old, slots_);
  for (const Slot& slot : old) {
    if (slot.node == 0) continue;
    size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].node != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

void BulkNodes::AddIdentifier(uint64_t hash, NodeId node) {
  if (3 * (used_ + 1) > 2 * slots_.size()) Grow();
  size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].node != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash && slots_[at].node == node.raw) return;
  }
  slots_[at] = {hash, node.raw};
  ++used_;
}

std::vector<NodeId> BulkNodes::FindIdentifier(uint64_t hash) const {
  std::vector<NodeId> nodes;
  if (slots_.empty()) return nodes;
  for (size_t at = hash & (slots_.size() - 1); slots_[at].node != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash) nodes.push_back(NodeId{slots_[at].node});
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

// ---- gathering edges

BulkLoader::BulkLoader(GraphWriter& writer, storage::Store& store, const BulkOptions& options, AddClaim add_claim)
    : writer_(writer),
      store_(store),
      options_(options),
      add_claim_(std::move(add_claim)),
      folder_(store.folder()),
      nodes_(NodeId{writer.next().node}, options.memory_bytes / 8, folder_),
      statements_(options.memory_bytes / 8 * 3, folder_) {}

BulkLoader::~BulkLoader() = default;

Status BulkLoader::Append(Bucket& bucket, const EdgeRow& row, uint64_t low, std::string_view properties) {
  std::string& out = bucket.pending;
  ShortBytes head;
  head.PutLittleEndian16(low);
  head.PutVarint(row.from_to & kLargestId);
  // Rows of a bucket come in their order, but for those that were sorted already.
  head.PutVarint(ZigZag(static_cast<int64_t>(row.order - bucket.last_order)));
  const bool other = row.evidence != bucket.last_evidence;
  head.PutByte(static_cast<uint8_t>(row.flags | (other ? kOtherEvidence : 0)));
  if (other) head.PutVarint(row.evidence.raw);
  head.PutVarint(properties.size());
  out += head.view();
  out += properties;
  bucket.last_order = row.order;
  bucket.last_evidence = row.evidence;
  ++bucket.statements;
  if (out.size() < kPendingBytes) return {};
  LT_TRY(statements_.Append(bucket.number, out));
  out.clear();
  return {};
}

Result<uint64_t> BulkLoader::AddEdge(const EdgeRecord& record, bool merge, const EdgeTypeSpec* spec) {
  EdgeRecord relative = record;
  MakeRelative(relative);
  std::string properties;
  if (!relative.properties.empty()) EncodeProperties(properties, relative.properties);
  return AddEdge(record.type, record.from, record.to, record.evidence, properties, merge, spec);
}

Result<uint64_t> BulkLoader::AddEdge(TypeId type, NodeId from, NodeId to, EvidenceId evidence, std::string_view properties,
                                     bool merge, const EdgeTypeSpec* spec) {
  LT_ASSERT(from.raw <= kLargestId && to.raw <= kLargestId);
  const bool swapped = spec != nullptr && spec->symmetric && to < from;
  if (swapped) std::swap(from, to);
  const uint32_t input = writer_.input_;
  if (inputs_.empty() || inputs_.back().second != input) inputs_.emplace_back(orders_, input);
  if (last_buckets_ == nullptr || last_type_ != type || last_input_ != input) {
    const auto [at, added] = types_.try_emplace(type);
    if (added) at->second.spec = spec;
    at->second.inputs.insert(input);
    last_buckets_ = &at->second;
    last_type_ = type;
    last_input_ = input;
  }
  const uint64_t range = from.raw >> kRangeBits;
  auto& by_range = last_buckets_->by_range;
  if (range >= by_range.size()) by_range.resize(range + 1, nullptr);
  if (by_range[range] == nullptr) {
    by_range[range] = &last_buckets_->buckets[{0, range}];
    by_range[range]->number = next_bucket_++;
  }
  EdgeRow row;
  row.from_to = to.raw;
  row.order = orders_;
  row.evidence = evidence;
  row.flags = static_cast<uint8_t>((merge ? kMerge : 0) | (swapped ? kSwapped : 0));
  LT_TRY(Append(*by_range[range], row, from.raw & kRangeMask, properties));
  return ++orders_;
}

uint32_t BulkLoader::InputOf(uint64_t order) const {
  const auto at = std::upper_bound(inputs_.begin(), inputs_.end(), order, [](uint64_t o, const auto& i) { return o < i.first; });
  return std::prev(at)->second;
}

Status BulkLoader::Told(double share) { return options_.during_commit ? options_.during_commit(share) : Status(); }

// ---- pass 1: nodes

struct BulkLoader::NodePart {
  KeyValues records;
  PostingSorter::Block postings;
  std::array<std::string, kIndexBuckets> entries;  // of each: 8 bytes of the route, string rest, string value
  // What only the thread whose turn it is may settle: entries that the ordinary half of the transaction may have changed as
  // well, and nodes whose claims it holds.
  std::vector<std::pair<Key, std::string>> shared;
  std::vector<NodeId> with_claims;
  void AddEntry(const Key& key, std::string_view value) {
    std::string& out = entries[key.route >> 58];
    PutBigEndian(out, key.route);
    PutString(out, key.rest);
    PutString(out, value);
  }
};

Status BulkLoader::WriteNodes(RunWriter& runs) {
  // Names that the ordinary half of the transaction has changed are in the overlay first; lists that both halves change
  // are then joined there.
  const bool alone = writer_.name_changes_.empty() && nodes_.first().raw == 1;
  LT_TRY(writer_.FlushNames());
  const ReadView::State& state = *writer_.state_;
  BucketSpool entries(options_.memory_bytes / 16, folder_);
  PostingSorter postings(options_.memory_bytes / 4, folder_);
  SortedOutput out(runs, Keyspace::kNode);
  const uint64_t first = nodes_.first().raw, count = nodes_.end().raw - first;
  const auto entry_of = [](PropertyId property, const std::string& form, LabelId label, bool unique, NodeId id) {
    std::pair<Key, std::string> entry;
    entry.first = unique ? keys::UniqueEntry(property, form, label) : keys::PlainEntry(property, form, label, id);
    if (unique) PutVarint(entry.second, id.raw);
    return entry;
  };
  const size_t parts = (count + kNodesAtOnce - 1) / kNodesAtOnce;
  const auto make = [&](size_t number, NodePart& part) -> Status {
    SearchFields fields(
        state.ontology, [&](LabelId id) -> const std::string& { return state.names->name(NameKind::kLabel, id.raw); },
        [&](PropertyId id) -> const std::string& { return state.names->name(NameKind::kProperty, id.raw); });
    BulkNodes::Reader reader(nodes_);
    std::vector<SearchName> names;
    NodeRecord node;
    std::string form;
    const uint64_t begin = first + number * kNodesAtOnce;
    for (NodeId id{begin}; id.raw < std::min(begin + kNodesAtOnce, first + count); ++id.raw) {
      LT_ASSIGN(const std::string_view record, reader.Read(id));
      if (!DecodeNode(record, node)) return Changed();
      part.records.Add({id.raw, {}}, record);
      names.clear();
      fields.Collect(node.labels, node.properties, &names);
      part.postings.Add(id, NameLists(names));
      const auto& properties = node.properties;
      if (std::any_of(properties.begin(), properties.end(), [](const StoredProperty& s) { return s.claims; })) {
        part.with_claims.push_back(id);
        continue;
      }
      PropertyId of;
      for (const LabelId label : node.labels) {
        for (const IndexSet::Entry& index : state.indexes->Of(label)) {
          const StoredProperty* property = node.Find(index.property);
          if (property == nullptr) continue;
          if (of != index.property) form = IndexedForm(property->value), of = index.property;
          auto entry = entry_of(index.property, form, label, index.unique, id);
          if (alone) part.AddEntry(entry.first, entry.second);
          else part.shared.push_back(std::move(entry));
        }
      }
    }
    return {};
  };
  const auto in_turn = [&](size_t number, NodePart& part) -> Status {
    for (const NodeId id : part.with_claims) {
      EntityEdit edit{.id = id.raw};
      std::string record;
      LT_TRY(nodes_.Read(id, &record));
      if (!DecodeNode(record, edit.node)) return Changed();
      LT_ASSIGN(const auto indexed, writer_.IndexEntriesOf(edit));
      for (const EntityEdit::IndexEntry& e : indexed) part.shared.push_back(entry_of(e.property, e.form, e.label, e.unique, id));
    }
    for (auto& [key, value] : part.shared) {
      // An older node may have given the value up in this transaction; its deletion must not come last.
      if (writer_.overlay_.Touches(key.space, key.route)) writer_.overlay_.Put(key, std::move(value));
      else part.AddEntry(key, value);
    }
    return Told(0.25 * static_cast<double>(number) / static_cast<double>(parts));
  };
  LT_TRY(InOrder<NodePart>(parts, make, in_turn, [&](size_t number, NodePart& part) -> Status {
    for (size_t i = 0; i < kIndexBuckets; ++i) {
      if (!part.entries[i].empty()) LT_TRY(entries.Append(i, part.entries[i]));
    }
    LT_TRY(postings.Add(part.postings));
    return out.Add(number, std::move(part.records));
  }));
  out.Finish();
  LT_TRY(WriteIndex(runs, entries));
  return WritePostings(runs, postings, alone);
}

Status BulkLoader::WriteIndex(RunWriter& runs, BucketSpool& entries) {
  SortedOutput out(runs, Keyspace::kIndex);
  const auto make = [&](size_t number, KeyValues& part) -> Status {
    std::string bytes;
    LT_TRY(entries.Take(number, &bytes));
    struct Entry {
      storage::KeyView key;
      std::string_view value;
    };
    std::vector<Entry> sorted;
    for (std::string_view in = bytes; !in.empty();) {
      Entry e;
      if (!GetBigEndian(in, e.key.route) || !GetString(in, e.key.rest) || !GetString(in, e.value)) return Changed();
      sorted.push_back(e);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) {
      return a.key.route != b.key.route ? a.key.route < b.key.route : a.key.rest < b.key.rest;
    });
    for (const Entry& e : sorted) part.Add(e.key, e.value);
    return {};
  };
  LT_TRY(InOrder<KeyValues>(kIndexBuckets, make, [](size_t, KeyValues&) { return Status(); },
                            [&](size_t number, KeyValues& part) { return out.Add(number, std::move(part)); }));
  out.Finish();
  return {};
}

Status BulkLoader::WritePostings(RunWriter& runs, PostingSorter& postings, bool alone) {
  LT_ASSIGN(const NameIndexHead head, LoadNameIndexHead(*writer_.state_->view));
  if (head.version != NameIndexVersion(*writer_.state_->ontology)) {
    return Status(Code::kOutdated, "the name index was built by another version or for another ontology and must be built again");
  }
  SortedOutput out(runs, Keyspace::kText);
  const auto gather = [&](size_t bucket, KeyValues& part) {
    return postings.Drain(bucket, [&](const std::string& list, std::span<const uint64_t> ids) {
      return PutPostings(
          head.generation, list, ids,
          [&](storage::KeyView key, std::string* value) -> Result<bool> {
            if (alone) return false;
            return writer_.overlay_.Get(Keyspace::kText, key, value);
          },
          [&](storage::KeyView key, std::string_view value) -> Status {
            if (!alone && writer_.overlay_.Touches(Keyspace::kText, key.route)) {
              writer_.overlay_.Put({Keyspace::kText, key.route, std::string(key.rest)}, std::string(value));
            } else {
              part.Add(key, value);
            }
            return {};
          });
    });
  };
  LT_TRY(InOrder<KeyValues>(
      PostingSorter::kBuckets, [&](size_t bucket, KeyValues& part) { return alone ? gather(bucket, part) : Status(); },
      [&](size_t bucket, KeyValues& part) -> Status {
        if (!alone) LT_TRY(gather(bucket, part));  // beside the overlay, which has one reader
        return Told(0.25 + 0.25 * static_cast<double>(bucket) / PostingSorter::kBuckets);
      },
      [&](size_t bucket, KeyValues& part) { return out.Add(bucket, std::move(part)); }));
  out.Finish();
  return {};
}

// ---- pass 2: edges

// Some edges of one type, by their start and end.
struct BulkLoader::EdgePart {
  TypeId type;
  uint32_t input = 0;  // 0: each row has its own
  uint64_t range = 0, first_edge = 0;
  std::string bytes;
  std::vector<EdgeRow> rows;
  std::map<uint64_t, Joined> joined;  // of these rows, by order; from PlaceEdges on
  std::string_view properties(const EdgeRow& row) const { return std::string_view(bytes).substr(row.properties, row.size); }
};

// Ends of edges by ranges of nodes. In a bucket: segments of a type and a part of its edges, in any order: varint type,
// varint first edge, string of the ends; of each: 2 bytes of the node within the range, varint (edge - the one before) << 2 |
// 2 if it is the in end | 1 if evidence follows, varint evidence, varint other node.
class BulkLoader::Ends {
 public:
  Ends(NodeId first, NodeId end, uint64_t memory_bytes, const std::string& folder)
      : first_range_(first.raw >> kEndsBits), ranges_(((end.raw - 1) >> kEndsBits) - first_range_ + 1), spool_(memory_bytes, folder) {}
  uint64_t range(size_t bucket) const { return first_range_ + bucket; }
  size_t buckets() const { return ranges_; }
  Status Take(size_t bucket, std::string* bytes) { return spool_.Take(bucket, bytes); }

  // The ends of one part, edges ascending. One thread.
  class Segment {
   public:
    Segment(Ends& ends, TypeId type) : ends_(ends), type_(type), buckets_(ends.ranges_) {}
    void Add(NodeId node, Direction direction, EdgeId edge, NodeId other, EvidenceId evidence) {
      Bucket& b = buckets_[(node.raw >> kEndsBits) - ends_.first_range_];
      if (b.end - b.at < kMost) {
        if (b.at == nullptr) b.first = b.last = edge.raw;
        b.Grow();
      }
      char* at = b.at;
      const uint64_t low = node.raw & kEndsMask;
      *at++ = static_cast<char>(low);
      *at++ = static_cast<char>(low >> 8);
      const bool other_evidence = evidence != b.evidence;
      at = PutVarintAt(at, (edge.raw - b.last) << 2 | (direction == Direction::kIn ? 2 : 0) | (other_evidence ? 1 : 0));
      if (other_evidence) at = PutVarintAt(at, evidence.raw);
      at = PutVarintAt(at, other.raw);
      b.at = at;
      b.last = edge.raw;
      b.evidence = evidence;
    }
    Status Flush() {
      for (size_t i = 0; i < buckets_.size(); ++i) {
        Bucket& b = buckets_[i];
        if (b.at == nullptr) continue;
        const std::string_view bytes(DataOf(b.bytes), b.at);
        ShortBytes head;
        head.PutVarint(type_.raw);
        head.PutVarint(b.first);
        head.PutVarint(bytes.size());
        LT_TRY(ends_.spool_.Append(i, {head.view(), bytes}));
      }
      return {};
    }

   private:
    static constexpr ptrdiff_t kMost = 32;  // bytes of an end
    struct Bucket {
      RawBytes bytes;
      char *at = nullptr, *end = nullptr;  // what is not used of them
      uint64_t first = 0, last = 0;
      EvidenceId evidence;
      void Grow() {
        const ptrdiff_t used = at == nullptr ? 0 : at - DataOf(bytes);
        bytes.resize(std::max<size_t>(256, 2 * bytes.size()));
        at = DataOf(bytes) + used;
        end = DataOf(bytes) + bytes.size();
      }
    };
    Ends& ends_;
    const TypeId type_;
    std::vector<Bucket> buckets_;
  };

 private:
  const uint64_t first_range_;
  const size_t ranges_;
  BucketSpool spool_;
};

BulkLoader::Statement BulkLoader::StatementOf(TypeId type, uint64_t range, const EdgeRow& row) const {
  Statement s{type, NodeId{range << kRangeBits | row.from_to >> 47}, NodeId{row.from_to & kLargestId}};
  if (row.flags & kSwapped) std::swap(s.from, s.to);
  return s;
}

Status BulkLoader::Decode(const EdgePart& part, const EdgeRow& row, EdgeRecord& record) const {
  const Statement s = StatementOf(part.type, part.range, row);
  record.type = s.type;
  record.from = s.from;
  record.to = s.to;
  record.evidence = row.evidence;
  record.batch = writer_.batch();
  record.claims = false;
  if (!DecodeProperties(part.properties(row), record.properties)) return Changed();
  Resolve(record, {record.evidence, record.batch});
  return {};
}

struct BulkLoader::Merged {
  EntityEdit edit;
  uint64_t order = 0;
  bool joined = false;  // of several statements
};

// By its identity an edge is found among those between the same nodes; by documents and valid time it is told whether a
// statement is about it. The same rule as Transaction::State::FindMerged.
Result<std::vector<BulkLoader::Merged>> BulkLoader::MergeGroup(const EdgePart& part, std::span<const EdgeRow> rows) {
  const EdgeTypeSpec* spec = types_.at(part.type).spec;
  const Names& names = *writer_.state_->names;
  std::vector<PropertyId> identity;
  if (spec != nullptr) {
    for (const std::string& name : spec->identity) identity.push_back(PropertyId{names.Find(NameKind::kProperty, name)});
  }
  const auto identity_of = [&](const EdgeRecord& record) {
    std::string out;
    const auto add = [&](PropertyId id, const StoredProperty* p) {
      PutVarint(out, id.raw);
      if (p != nullptr) EncodeValue(out, p->value);
      else out.push_back(static_cast<char>(0xFF));  // no type's byte
    };
    for (const PropertyId id : identity) add(id, record.Find(id));
    if (spec == nullptr) {
      for (const StoredProperty& p : record.properties) add(p.id, &p);
    }
    return out;
  };
  std::vector<Merged> edges;
  std::unordered_map<std::string, std::vector<size_t>> by_identity;
  for (const EdgeRow& row : rows) {
    EdgeRecord record;
    LT_TRY(Decode(part, row, record));
    std::vector<size_t>& candidates = by_identity[identity_of(record)];
    Merged* same = nullptr;
    if (row.flags & kMerge) {
      LT_ASSIGN(const auto evidence, writer_.EvidenceOf(record.evidence));
      for (const size_t i : candidates) {
        LT_ASSIGN(const auto* claims, writer_.ClaimsOf(edges[i].edit, PropertyId{}));
        bool overlaps = false, documents_equal = spec != nullptr;
        for (const StoredClaim& claim : *claims) {
          LT_ASSIGN(const auto other, writer_.EvidenceOf(claim.evidence));
          overlaps = overlaps || Overlap(other->valid, evidence->valid);
          documents_equal = documents_equal || other->documents == evidence->documents;
        }
        if (!overlaps || !documents_equal) continue;
        same = &edges[i];
        break;
      }
    }
    if (same == nullptr) {
      candidates.push_back(edges.size());
      Merged& edge = edges.emplace_back();
      edge.edit.edge = edge.edit.created = true;
      edge.edit.edge_record = std::move(record);
      edge.order = row.order;
      continue;
    }
    same->joined = true;
    LT_ASSIGN(bool changed, add_claim_(same->edit, PropertyId{}, Value(), record.evidence));
    for (const StoredProperty& p : record.properties) {
      LT_ASSIGN(const bool more, add_claim_(same->edit, p.id, p.value, p.evidence));
      changed |= more;
    }
    if (options_.on_edge_merged) options_.on_edge_merged(row.order + 1, changed);
  }
  return edges;
}

// Statements that are about one edge become its first row. In the order of the parts.
Status BulkLoader::MergeRows(EdgePart& part) {
  size_t kept = 0;
  for (size_t begin = 0; begin < part.rows.size();) {
    size_t end = begin + 1;
    while (end < part.rows.size() && part.rows[end].from_to == part.rows[begin].from_to) ++end;
    if (end == begin + 1) {
      part.rows[kept++] = part.rows[begin++];
      continue;
    }
    const std::vector<EdgeRow> group(part.rows.begin() + static_cast<ptrdiff_t>(begin), part.rows.begin() + static_cast<ptrdiff_t>(end));
    begin = end;
    LT_ASSIGN(std::vector<Merged> edges, MergeGroup(part, group));
    for (Merged& edge : edges) {
      EdgeRow row = *std::find_if(group.begin(), group.end(), [&](const EdgeRow& r) { return r.order == edge.order; });
      if (edge.joined) {
        EdgeRecord& record = edge.edit.edge_record;
        MakeRelative(record);
        Joined& joined = joined_[row.order];
        if (!record.properties.empty()) EncodeProperties(joined.properties, record.properties);
        joined.evidence = record.evidence;
        joined.claims = record.claims;
        for (auto& [property, claims] : edge.edit.claims) {
          if (claims.size() > 1) joined.sets.emplace(property, std::move(claims));
        }
        row.flags |= kWasJoined;
        row.evidence = joined.evidence;
      }
      part.rows[kept++] = row;
    }
  }
  part.rows.resize(kept);
  return {};
}

Status BulkLoader::FlushBuckets() {
  for (auto& [type, buckets] : types_) {
    for (auto& [place, bucket] : buckets.buckets) {
      if (bucket.pending.empty()) continue;
      LT_TRY(statements_.Append(bucket.number, bucket.pending));
      std::string().swap(bucket.pending);
    }
  }
  return {};
}

// Reads what the bucket gathered and sorts it.
Status BulkLoader::LoadBucket(Bucket& bucket, EdgePart& part) {
  LT_TRY(statements_.Take(bucket.number, &part.bytes));
  part.rows.reserve(bucket.statements);
  EdgeRow row;
  uint64_t to, step, evidence;
  const char* const base = part.bytes.data();
  uint64_t size;
  for (const char *at = base, *const stop = base + part.bytes.size(); at < stop;) {
    if (stop - at < 2) return Changed();
    const uint64_t low = static_cast<uint8_t>(at[0]) | uint64_t{static_cast<uint8_t>(at[1])} << 8;
    at += 2;
    if (!GetVarintAt(at, stop, to) || !GetVarintAt(at, stop, step) || at == stop) return Changed();
    row.from_to = low << 47 | to;
    row.order += static_cast<uint64_t>(UnZigZag(step));
    row.flags = static_cast<uint8_t>(*at++);
    if (row.flags & kOtherEvidence) {
      if (!GetVarintAt(at, stop, evidence)) return Changed();
      row.evidence.raw = static_cast<uint32_t>(evidence);
    }
    if (!GetVarintAt(at, stop, size) || size > static_cast<uint64_t>(stop - at)) return Changed();
    row.properties = static_cast<uint32_t>(at - base);
    row.size = static_cast<uint32_t>(size);
    at += size;
    part.rows.push_back(row);
  }
  if (!std::is_sorted(part.rows.begin(), part.rows.end())) std::sort(part.rows.begin(), part.rows.end());
  return {};
}

// A type whose statements come from several files is merged first and then laid out file by file, so that the edges of a
// file have ids in a row and the file need not be noted for each.
Status BulkLoader::SplitByInput() {
  struct Step {
    TypeBuckets* buckets;
    TypeId type;
    uint64_t range;
  };
  std::vector<Step> steps;
  for (auto& [type, buckets] : types_) {
    if (buckets.inputs.size() < 2) continue;
    for (const auto& [place, bucket] : buckets.buckets) steps.push_back({&buckets, type, place.second});
  }
  const auto make = [&](size_t i, EdgePart& part) -> Status {
    part.type = steps[i].type;
    part.range = steps[i].range;
    return LoadBucket(*steps[i].buckets->by_range[part.range], part);
  };
  const auto in_turn = [&](size_t i, EdgePart& part) -> Status {
    LT_TRY(MergeRows(part));
    for (EdgeRow& row : part.rows) {
      Bucket& bucket = steps[i].buckets->buckets[{InputOf(row.order) + 1, part.range}];
      if (bucket.statements == 0) bucket.number = next_bucket_++;
      const std::string_view properties = row.flags & kWasJoined ? std::string_view() : part.properties(row);
      row.flags &= static_cast<uint8_t>(~kOtherEvidence);
      LT_TRY(Append(bucket, row, row.from_to >> 47, properties));
    }
    return {};
  };
  LT_TRY(InOrder<EdgePart>(steps.size(), make, in_turn, [](size_t, EdgePart&) { return Status(); }));
  for (auto& [type, buckets] : types_) {
    if (buckets.inputs.size() > 1) std::erase_if(buckets.buckets, [](const auto& b) { return b.first.first == 0; });
  }
  return FlushBuckets();
}

// Gives the edges of a part their ids and their evidence, counts them, and ties them to older nodes.
Status BulkLoader::PlaceEdges(EdgePart& part) {
  // Chunks of records are not shared between parts, nor with older edges.
  if (writer_.next_.edge != 1) writer_.next_.edge = (writer_.next_.edge + kEdgesPerChunk - 1) / kEdgesPerChunk * kEdgesPerChunk;
  part.first_edge = writer_.next_.edge;
  const bool all_new = nodes_.first().raw == 1;
  EvidenceId last;
  Visibility seen;
  for (EdgeRow& row : part.rows) {
    const EdgeId id{writer_.next_.edge++};
    writer_.NoteCreated(true, id.raw, row.evidence);
    const EvidenceId usual = writer_.own_.ranges[1].back().evidence;
    row.stored = row.evidence == usual ? EvidenceId{} : row.evidence;
    if (row.flags & kWasJoined) part.joined.insert(joined_.extract(row.order));
    if (all_new) continue;
    if (row.evidence != last) {
      LT_ASSIGN(const auto evidence, writer_.EvidenceOf(row.evidence));
      seen = Visibility::Of(*evidence);
      last = row.evidence;
    }
    const Statement s = StatementOf(part.type, part.range, row);
    if (!nodes_.Has(s.from)) LT_TRY(writer_.AddEnd(s.from, Direction::kOut, s.type, id, s.to, seen));
    if (!nodes_.Has(s.to)) LT_TRY(writer_.AddEnd(s.to, Direction::kIn, s.type, id, s.from, seen));
  }
  LT_ASSERT(writer_.next_.edge - 1 <= kLargestId);
  const auto count = static_cast<int64_t>(part.rows.size());
  writer_.info_.edges_created += part.rows.size();
  LT_TRY(writer_.CountBy(keys::EdgeCount(part.type), count));
  return writer_.CountBy(keys::EdgeCount(TypeId{}), count);
}

Status BulkLoader::EncodeEdges(EdgePart& part, Ends& ends, SortedOutput& out, size_t number) {
  KeyValues chunks;
  EdgeChunkWriter writer;
  Ends::Segment segment(ends, part.type);
  std::vector<std::pair<Key, std::string>> claims;  // of the chunk
  uint64_t chunk = keys::ChunkOf(EdgeId{part.first_edge});
  const auto flush = [&] {
    if (writer.empty()) return;
    chunks.Add(keys::EdgeChunk(chunk).view(), writer.Finish());
    for (const auto& [key, value] : claims) chunks.Add(key.view(), value);
    claims.clear();
  };
  for (size_t i = 0; i < part.rows.size(); ++i) {
    const EdgeRow& row = part.rows[i];
    const EdgeId id{part.first_edge + i};
    if (keys::ChunkOf(id) != chunk) {
      flush();
      chunk = keys::ChunkOf(id);
    }
    const Statement s = StatementOf(part.type, part.range, row);
    EdgeChunkWriter::Item item{keys::SlotOf(id), s.type, s.from, s.to, row.stored, BatchId{}, false, part.properties(row)};
    if (row.flags & kWasJoined) {
      const Joined& joined = part.joined.at(row.order);
      item.claims = joined.claims;
      item.properties = joined.properties;
      for (const auto& [property, set] : joined.sets) {
        auto& [key, value] = claims.emplace_back(keys::EdgeClaims(id, property), std::string());
        EncodeClaims(value, set);
      }
    }
    writer.Add(item);
    if (nodes_.Has(s.from)) segment.Add(s.from, Direction::kOut, id, s.to, row.evidence);
    if (nodes_.Has(s.to)) segment.Add(s.to, Direction::kIn, id, s.from, row.evidence);
  }
  flush();
  LT_TRY(segment.Flush());
  return out.Add(number, std::move(chunks));
}

Status BulkLoader::WriteEdges(RunWriter& runs, Ends& ends) {
  LT_TRY(FlushBuckets());
  LT_TRY(SplitByInput());
  struct Step {
    Bucket* bucket;
    TypeId type;
    uint32_t input;
    uint64_t range;
  };
  std::vector<Step> steps;
  for (auto& [type, buckets] : types_) {
    for (auto& [place, bucket] : buckets.buckets) {
      steps.push_back({&bucket, type, buckets.inputs.size() > 1 ? place.first - 1 : *buckets.inputs.begin(), place.second});
    }
  }
  SortedOutput out(runs, Keyspace::kEdge);
  const auto make = [&](size_t i, EdgePart& part) -> Status {
    part.type = steps[i].type;
    part.input = steps[i].input;
    part.range = steps[i].range;
    return LoadBucket(*steps[i].bucket, part);
  };
  const auto in_turn = [&](size_t i, EdgePart& part) -> Status {
    if (types_.at(part.type).inputs.size() == 1) LT_TRY(MergeRows(part));
    if (writer_.input_ != part.input) {
      writer_.input_ = part.input;
      writer_.streaks_[1].new_input = true;
    }
    LT_TRY(PlaceEdges(part));
    return Told(0.5 + 0.3 * static_cast<double>(i) / static_cast<double>(steps.size()));
  };
  LT_TRY(InOrder<EdgePart>(steps.size(), make, in_turn, [&](size_t i, EdgePart& part) { return EncodeEdges(part, ends, out, i); }));
  out.Finish();
  return {};
}

// ---- pass 3: neighbours

Status BulkLoader::WriteEnds(RunWriter& runs, Ends& ends) {
  struct End {
    uint64_t edge, other;
    EvidenceId evidence;
    TypeId type;
  };
  struct Segment {
    TypeId type;
    uint64_t first;
    std::string_view ends;
  };
  // Calls row(node within the range << 1 | in, End) for each.
  const auto walk = [](const std::vector<Segment>& segments, const auto& row) -> bool {
    for (const Segment& segment : segments) {
      End end{segment.first, 0, {}, segment.type};
      uint64_t step, evidence;
      const char* at = segment.ends.data();
      for (const char* const stop = at + segment.ends.size(); at < stop;) {
        if (stop - at < 2) return false;
        const uint32_t low = static_cast<uint8_t>(at[0]) | uint32_t{static_cast<uint8_t>(at[1])} << 8;
        at += 2;
        if (!GetVarintAt(at, stop, step)) return false;
        if (step & 1) {
          if (!GetVarintAt(at, stop, evidence)) return false;
          end.evidence.raw = static_cast<uint32_t>(evidence);
        }
        if (!GetVarintAt(at, stop, end.other)) return false;
        end.edge += step >> 2;
        row(low << 1 | (step >> 1 & 1), end);
      }
    }
    return true;
  };
  std::mutex evidence_mutex;
  // Room for the ends of a bucket, used again and again: one for each thread.
  std::mutex rooms_mutex;
  std::vector<BigVector<End>> rooms;
  SortedOutput out(runs, Keyspace::kAdjacency);
  const uint64_t most = std::max<uint64_t>(options_.memory_bytes / 4 / sizeof(End), 1 << 16);  // ends sorted at once
  const auto make = [&](size_t bucket, KeyValues& part) -> Status {
    std::string bytes;
    LT_TRY(ends.Take(bucket, &bytes));
    std::vector<Segment> segments;
    for (std::string_view in = bytes; !in.empty();) {
      Segment s;
      uint64_t type;
      if (!GetVarint(in, type) || !GetVarint(in, s.first) || !GetString(in, s.ends)) return Changed();
      s.type.raw = static_cast<uint32_t>(type);
      segments.push_back(s);
    }
    std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.first < b.first; });
    constexpr uint32_t kGroups = 2u << kEndsBits;
    std::vector<uint64_t> begin(kGroups + 1, 0);
    if (!walk(segments, [&](uint32_t group, const End&) { ++begin[group + 1]; })) return Changed();
    for (uint32_t g = 0; g < kGroups; ++g) begin[g + 1] += begin[g];

    EvidenceId last;
    Visibility seen;
    const auto seen_by = [&](EvidenceId id) -> Status {
      if (id == last) return {};
      std::lock_guard lock(evidence_mutex);
      LT_ASSIGN(const auto evidence, writer_.EvidenceOf(id));
      seen = Visibility::Of(*evidence);
      last = id;
      return {};
    };
    BigVector<End> sorted;
    {
      std::lock_guard lock(rooms_mutex);
      if (!rooms.empty()) sorted = std::move(rooms.back()), rooms.pop_back();
    }
    std::vector<uint64_t> place;
    AdjacencyGroup g;
    std::string value;
    std::vector<std::pair<Key, std::string>> blocks;
    for (uint32_t from = 0; from < kGroups;) {
      // So many nodes that their ends fit; a hub alone may be more.
      uint32_t to = from + 2;
      while (to < kGroups && begin[to + 2] - begin[from] <= most) to += 2;
      if (begin[to] == begin[from]) {
        from = to;
        continue;
      }
      if (sorted.size() < begin[to] - begin[from]) sorted.resize(begin[to] - begin[from]);
      place.assign(begin.begin() + from, begin.begin() + to);
      walk(segments, [&](uint32_t group, const End& end) {
        if (group >= from && group < to) sorted[place[group - from]++ - begin[from]] = end;
      });
      for (uint32_t node_group = from; node_group < to; node_group += 2) {
        if (begin[node_group + 2] == begin[node_group]) continue;
        const NodeId node{ends.range(bucket) << kEndsBits | node_group >> 1};
        value.clear();
        blocks.clear();
        for (const uint32_t group : {node_group, node_group + 1}) {
          g.direction = group & 1 ? Direction::kIn : Direction::kOut;
          for (uint64_t at = begin[group]; at < begin[group + 1];) {
            g.type = sorted[at - begin[from]].type;
            g.newest_block = {};
            const uint64_t group_begin = at;
            for (;;) {
              g.tail.entries.clear();
              g.tail.visibility.clear();
              while (at < begin[group + 1] && g.tail.entries.size() < kBlockEdges) {
                const End& end = sorted[at - begin[from]];
                if (end.type != g.type) break;
                LT_TRY(seen_by(end.evidence));
                g.tail.Add(EdgeId{end.edge}, NodeId{end.other}, seen);
                ++at;
              }
              if (g.tail.entries.size() <= kTailEdges) break;
              g.newest_block = g.tail.entries.back().edge;
              auto& [key, encoded] = blocks.emplace_back(keys::Block(node, g.direction, g.type, g.newest_block), std::string());
              EncodeBlock(encoded, g.tail);
              g.tail.entries.clear();
              g.tail.visibility.clear();
              if (at == begin[group + 1] || sorted[at - begin[from]].type != g.type) break;
            }
            g.degree = at - group_begin;
            EncodeGroup(value, g);
          }
        }
        part.Add(keys::Head(node).view(), value);
        for (const auto& [key, encoded] : blocks) part.Add(key.view(), encoded);
      }
      from = to;
    }
    std::lock_guard lock(rooms_mutex);
    rooms.push_back(std::move(sorted));
    return {};
  };
  LT_TRY(InOrder<KeyValues>(
      ends.buckets(), make,
      [&](size_t bucket, KeyValues&) { return Told(0.8 + 0.2 * static_cast<double>(bucket) / static_cast<double>(ends.buckets())); },
      [&](size_t bucket, KeyValues& part) { return out.Add(bucket, std::move(part)); }));
  out.Finish();
  return {};
}

Result<std::unique_ptr<storage::BulkLoad>> BulkLoader::Write() {
  nodes_.ForgetIdentifiers();  // nothing is looked up any more
  LT_ASSIGN(std::unique_ptr<storage::BulkLoad> load, store_.NewBulkLoad(options_.memory_bytes / 8));
  RunWriter runs(*load);
  LT_TRY(WriteNodes(runs));
  if (!types_.empty()) {
    Ends ends(nodes_.first(), nodes_.end(), options_.memory_bytes / 8 * 3, folder_);
    LT_TRY(WriteEdges(runs, ends));
    LT_TRY(WriteEnds(runs, ends));
  }
  LT_TRY(runs.Finish());
  return load;
}

}  // namespace liantu::graph
