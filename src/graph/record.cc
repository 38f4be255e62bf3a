// SPDX-License-Identifier: Apache-2.0
// The bytes of records. The layouts are drawn in docs/storage-format.md; the order of fields here is the format.
#include "graph/record.h"

#include <algorithm>
#include <bit>

#include "base/short_bytes.h"

namespace liantu::graph {
namespace {

// Flags of a record and of a property, in the same three low bits.
constexpr uint64_t kHasEvidence = 1, kHasBatch = 2, kHasClaims = 4;
constexpr uint64_t kSameType = 8, kHasProperties = 16;  // edges only

uint64_t Flags(EvidenceId evidence, BatchId batch, bool claims) {
  return (evidence ? kHasEvidence : 0) | (batch ? kHasBatch : 0) | (claims ? kHasClaims : 0);
}
void PutExceptions(std::string& out, EvidenceId evidence, BatchId batch) {
  if (evidence) PutVarint(out, evidence.raw);
  if (batch) PutVarint(out, batch.raw);
}
bool GetExceptions(std::string_view& in, uint64_t flags, EvidenceId& evidence, BatchId& batch, bool& claims) {
  evidence = {};
  batch = {};
  claims = flags & kHasClaims;
  if (flags & kHasEvidence) {
    uint64_t v;
    if (!GetVarint(in, v) || v == 0 || v > UINT32_MAX) return false;
    evidence.raw = static_cast<uint32_t>(v);
  }
  return !(flags & kHasBatch) || (GetVarint(in, batch.raw) && batch.raw != 0);
}

bool SkipExceptions(std::string_view& in, uint64_t flags) {
  uint64_t number;
  return (!(flags & kHasEvidence) || GetVarint(in, number)) && (!(flags & kHasBatch) || GetVarint(in, number));
}

void PutPropertyList(std::string& out, const std::vector<StoredProperty>& properties) {
  PutVarint(out, properties.size());
  for (const StoredProperty& p : properties) {
    PutVarint(out, uint64_t{p.id.raw} << 3 | Flags(p.evidence, p.batch, p.claims));
    PutExceptions(out, p.evidence, p.batch);
    EncodeValue(out, p.value);
  }
}

// Calls each(id, flags) after the exceptions; each must take the value off `in` and returns false to stop.
template <class Each>
bool WalkProperties(std::string_view& in, const Each& each) {
  uint64_t n;
  if (!GetVarint(in, n)) return false;
  uint64_t previous = 0;
  for (uint64_t i = 0; i < n; ++i) {
    uint64_t head;
    StoredProperty p;
    if (!GetVarint(in, head) || (head >> 3) > UINT32_MAX || (head >> 3) <= previous) return false;
    previous = head >> 3;
    p.id.raw = static_cast<uint32_t>(previous);
    if (!GetExceptions(in, head & 7, p.evidence, p.batch, p.claims) || !DecodeValue(in, p.value)) return false;
    if (p.value.is_null() || !each(p)) return false;
  }
  return true;
}

bool TakeProperties(std::string_view& in, std::vector<StoredProperty>& properties) {
  properties.clear();
  return WalkProperties(in, [&](StoredProperty& p) {
    properties.push_back(std::move(p));
    return true;
  });
}

void PutDay(std::string& out, const std::optional<Date>& day) {
  if (day) PutVarint(out, ZigZag(day->days));
}

}  // namespace

const StoredProperty* EntityRecord::Find(PropertyId id) const {
  const auto at = std::lower_bound(properties.begin(), properties.end(), id,
                                   [](const StoredProperty& p, PropertyId i) { return p.id < i; });
  return at != properties.end() && at->id == id ? &*at : nullptr;
}

StoredProperty& EntityRecord::FindOrAdd(PropertyId id) {
  auto at = std::lower_bound(properties.begin(), properties.end(), id,
                             [](const StoredProperty& p, PropertyId i) { return p.id < i; });
  if (at == properties.end() || at->id != id) at = properties.insert(at, StoredProperty{.id = id});
  return *at;
}

void EntityRecord::Remove(PropertyId id) {
  std::erase_if(properties, [&](const StoredProperty& p) { return p.id == id; });
}

bool NodeRecord::HasLabel(LabelId label) const { return std::binary_search(labels.begin(), labels.end(), label); }

void Resolve(EntityRecord& record, Origin origin) {
  if (!record.evidence) record.evidence = origin.evidence;
  if (!record.batch) record.batch = origin.batch;
  for (StoredProperty& p : record.properties) {
    if (!p.evidence) p.evidence = record.evidence;
    if (!p.batch) p.batch = record.batch;
  }
}

void Compress(EntityRecord& record, Origin origin) {
  for (StoredProperty& p : record.properties) {
    if (p.evidence == record.evidence) p.evidence = {};
    if (p.batch == record.batch) p.batch = {};
  }
  if (record.evidence == origin.evidence) record.evidence = {};
  if (record.batch == origin.batch) record.batch = {};
}

void EncodeNode(std::string& out, const NodeRecord& record) {
  PutVarint(out, Flags(record.evidence, record.batch, record.claims));
  PutVarint(out, record.labels.size());
  uint32_t previous = 0;
  for (const LabelId label : record.labels) {
    PutVarint(out, label.raw - previous);
    previous = label.raw;
  }
  PutExceptions(out, record.evidence, record.batch);
  PutPropertyList(out, record.properties);
}

bool DecodeNode(std::string_view in, NodeRecord& record) {
  uint64_t flags, labels;
  if (!GetVarint(in, flags) || flags > 7 || !GetVarint(in, labels) || labels > in.size()) return false;
  record.labels.clear();
  uint64_t label = 0;
  for (uint64_t i = 0; i < labels; ++i) {
    uint64_t delta;
    if (!GetVarint(in, delta) || delta == 0 || delta > UINT32_MAX || (label += delta) > UINT32_MAX) return false;
    record.labels.push_back(LabelId{static_cast<uint32_t>(label)});
  }
  return GetExceptions(in, flags, record.evidence, record.batch, record.claims) &&
         TakeProperties(in, record.properties) && in.empty();
}

bool NodeLabels(std::string_view node, std::vector<LabelId>& labels) {
  labels.clear();
  uint64_t flags, count, step, label = 0;
  if (!GetVarint(node, flags) || flags > 7 || !GetVarint(node, count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    if (!GetVarint(node, step) || step == 0 || step > UINT32_MAX || (label += step) > UINT32_MAX) return false;
    labels.push_back(LabelId{static_cast<uint32_t>(label)});
  }
  return true;
}

bool NodeProperties(std::string_view node, std::string_view& properties) {
  uint64_t flags, labels, number;
  if (!GetVarint(node, flags) || flags > 7 || !GetVarint(node, labels)) return false;
  for (uint64_t i = 0; i < labels; ++i) {
    if (!GetVarint(node, number)) return false;
  }
  properties = node;
  return SkipExceptions(properties, flags);
}

bool EdgeChunk::empty() const {
  return std::none_of(slots.begin(), slots.end(), [](const auto& slot) { return slot.has_value(); });
}

void EncodeProperties(std::string& out, const std::vector<StoredProperty>& properties) { PutPropertyList(out, properties); }

void EdgeChunkWriter::Add(const Item& item) {
  if (finished_) {
    bytes_.assign(4, '\0');  // the bit map, see Finish
    present_ = 0;
    type_ = {};
    from_ = to_ = {};
    finished_ = false;
  }
  present_ |= uint32_t{1} << item.slot;
  const uint64_t flags = Flags(item.evidence, item.batch, item.claims) | (item.type == type_ ? kSameType : 0) |
                         (item.properties.empty() ? 0 : kHasProperties);
  ShortBytes head;
  head.PutVarint(flags);
  if (!(flags & kSameType)) head.PutVarint(item.type.raw);
  head.PutVarint(ZigZag(static_cast<int64_t>(item.from.raw - from_.raw)));
  head.PutVarint(ZigZag(static_cast<int64_t>(item.to.raw - to_.raw)));
  if (item.evidence) head.PutVarint(item.evidence.raw);
  if (item.batch) head.PutVarint(item.batch.raw);
  if (flags & kHasProperties) head.PutVarint(item.properties.size());
  bytes_ += head.view();
  bytes_ += item.properties;
  type_ = item.type;
  from_ = item.from;
  to_ = item.to;
}

const std::string& EdgeChunkWriter::Finish() {
  LT_ASSERT(!finished_);
  for (int i = 0; i < 4; ++i) bytes_[static_cast<size_t>(i)] = static_cast<char>(present_ >> (24 - 8 * i));
  finished_ = true;
  present_ = 0;
  return bytes_;
}

void EncodeEdgeChunk(std::string& out, const EdgeChunk& chunk) {
  EdgeChunkWriter writer;
  std::string properties;
  bool any = false;
  for (int i = 0; i < kEdgesPerChunk; ++i) {
    const std::optional<EdgeRecord>& slot = chunk.slots[static_cast<size_t>(i)];
    if (!slot) continue;
    any = true;
    properties.clear();
    if (!slot->properties.empty()) PutPropertyList(properties, slot->properties);
    writer.Add({i, slot->type, slot->from, slot->to, slot->evidence, slot->batch, slot->claims, properties});
  }
  if (any) out += writer.Finish();
  else PutBigEndian(out, uint32_t{0});
}

EdgeChunkReader::EdgeChunkReader(std::string_view bytes) : in_(bytes) {
  damaged_ = !GetBigEndian(in_, present_) || present_ == 0;
}

bool EdgeChunkReader::Next(Item& item) {
  if (damaged_) return false;
  if (present_ == 0) {
    damaged_ = !in_.empty();
    return false;
  }
  Item next;
  next.slot = std::countr_zero(present_);
  present_ &= present_ - 1;
  uint64_t flags, type = previous_.type.raw, from, to;
  damaged_ = !GetVarint(in_, flags) || flags > 31 || (!(flags & kSameType) && !GetVarint(in_, type)) || type == 0 ||
             type > UINT16_MAX || !GetVarint(in_, from) || !GetVarint(in_, to) ||
             !GetExceptions(in_, flags & 7, next.evidence, next.batch, next.claims) ||
             ((flags & kHasProperties) && !GetString(in_, next.properties));
  if (damaged_) return false;
  next.type.raw = static_cast<uint32_t>(type);
  next.from.raw = previous_.from.raw + static_cast<uint64_t>(UnZigZag(from));
  next.to.raw = previous_.to.raw + static_cast<uint64_t>(UnZigZag(to));
  item = previous_ = next;
  return true;
}

bool DecodeProperties(std::string_view in, std::vector<StoredProperty>& properties) {
  properties.clear();
  return in.empty() || (TakeProperties(in, properties) && in.empty());
}

bool FindEncoded(std::string_view properties, PropertyId id, std::string_view& value) {
  uint64_t n, head;
  if (!GetVarint(properties, n)) return false;
  for (uint64_t i = 0; i < n; ++i) {
    if (!GetVarint(properties, head) || !SkipExceptions(properties, head)) return false;
    value = properties;
    if (!SkipValue(properties)) return false;
    if (head >> 3 == id.raw) return value = value.substr(0, value.size() - properties.size()), true;
    if (head >> 3 > id.raw) return false;
  }
  return false;
}

bool FindProperty(std::string_view properties, PropertyId id, Value& value) {
  std::string_view encoded;
  return FindEncoded(properties, id, encoded) && DecodeValue(encoded, value);
}

namespace {

bool ToRecord(const EdgeChunkReader::Item& item, EdgeRecord& record) {
  record.type = item.type;
  record.from = item.from;
  record.to = item.to;
  record.evidence = item.evidence;
  record.batch = item.batch;
  record.claims = item.claims;
  return DecodeProperties(item.properties, record.properties);
}

}  // namespace

bool DecodeEdgeChunk(std::string_view in, EdgeChunk& chunk) {
  chunk.slots = {};
  EdgeChunkReader reader(in);
  EdgeChunkReader::Item item;
  while (reader.Next(item)) {
    if (!ToRecord(item, chunk.slots[item.slot].emplace())) return false;
  }
  return !reader.damaged();
}

void EncodeEdge(std::string& out, const EdgeRecord& record) {
  EdgeChunk chunk;
  chunk.slots[0] = record;
  EncodeEdgeChunk(out, chunk);
}

bool DecodeEdge(std::string_view in, EdgeRecord& record) {
  EdgeChunkReader reader(in);
  EdgeChunkReader::Item item, beyond;
  return reader.Next(item) && ToRecord(item, record) && !reader.Next(beyond) && !reader.damaged();
}

void EncodeClaims(std::string& out, const std::vector<StoredClaim>& claims) {
  PutVarint(out, claims.size());
  for (const StoredClaim& claim : claims) {
    PutVarint(out, claim.evidence.raw);
    PutVarint(out, claim.batch.raw);
    EncodeValue(out, claim.value);
  }
}

bool DecodeClaims(std::string_view in, std::vector<StoredClaim>& claims) {
  claims.clear();
  uint64_t n;
  if (!GetVarint(in, n) || n > in.size()) return false;
  for (uint64_t i = 0; i < n; ++i) {
    StoredClaim claim;
    uint64_t evidence;
    if (!GetVarint(in, evidence) || evidence == 0 || evidence > UINT32_MAX || !GetVarint(in, claim.batch.raw) ||
        claim.batch.raw == 0 || !DecodeValue(in, claim.value)) {
      return false;
    }
    claim.evidence.raw = static_cast<uint32_t>(evidence);
    claims.push_back(std::move(claim));
  }
  return in.empty();
}

void EncodeEvidence(std::string& out, const Evidence& evidence) {
  out.push_back(static_cast<char>(evidence.certainty));
  out.push_back(static_cast<char>((evidence.valid.from ? 1 : 0) | (evidence.valid.to ? 2 : 0)));
  PutDay(out, evidence.valid.from);
  PutDay(out, evidence.valid.to);
  PutVarint(out, evidence.documents.size());
  uint64_t previous = 0;
  for (const NodeId document : evidence.documents) {
    PutVarint(out, document.raw - previous);
    previous = document.raw;
  }
  out += evidence.locator;
}

bool DecodeEvidence(std::string_view in, Evidence& evidence) {
  evidence = {};
  if (in.size() < 2 || static_cast<uint8_t>(in[0]) > static_cast<uint8_t>(Certainty::kPredicted)) return false;
  evidence.certainty = static_cast<Certainty>(in[0]);
  const uint8_t flags = static_cast<uint8_t>(in[1]);
  in.remove_prefix(2);
  if (flags > 3) return false;
  for (const auto& [bit, day] : {std::pair(1, &evidence.valid.from), std::pair(2, &evidence.valid.to)}) {
    uint64_t v;
    if (!(flags & bit)) continue;
    if (!GetVarint(in, v)) return false;
    *day = Date{UnZigZag(v)};
  }
  uint64_t n, id = 0;
  if (!GetVarint(in, n) || n > in.size()) return false;
  for (uint64_t i = 0; i < n; ++i) {
    uint64_t delta;
    if (!GetVarint(in, delta) || delta == 0) return false;
    evidence.documents.push_back(NodeId{id += delta});
  }
  evidence.locator = in;
  return true;
}

std::string IndexedForm(const Value& value) {
  constexpr size_t kWhole = 128, kKept = 96;
  std::string form;
  EncodeOrdered(form, value);
  if (form.size() > kWhole) form = form.substr(0, kKept) + Sha256Hex(form);  // 160 bytes: longer than any whole form
  return form;
}

int IdChunk::Count() const {
  int n = 0;
  for (const uint64_t word : bits) n += std::popcount(word);
  return n;
}

void EncodeIdChunk(std::string& out, const IdChunk& chunk) {
  constexpr char kRuns = 0, kBitmap = 1;
  std::string runs(1, kRuns);
  for (int i = 0, end = 0; i < kIdsPerChunk; ++i) {
    if (!chunk.Has(i)) continue;
    int stop = i + 1;
    while (stop < kIdsPerChunk && chunk.Has(stop)) ++stop;
    PutVarint(runs, static_cast<uint64_t>(i - end));
    PutVarint(runs, static_cast<uint64_t>(stop - i - 1));
    i = end = stop;
  }
  if (runs.size() <= sizeof(chunk.bits)) {
    out += runs;
    return;
  }
  out.push_back(kBitmap);
  for (const uint64_t word : chunk.bits) PutBigEndian(out, word);
}

bool DecodeIdChunk(std::string_view in, IdChunk& chunk) {
  chunk = {};
  if (in.empty()) return false;
  const char form = in.front();
  in.remove_prefix(1);
  if (form == 1) {
    for (uint64_t& word : chunk.bits) {
      if (!GetBigEndian(in, word)) return false;
    }
    return in.empty();
  }
  if (form != 0) return false;
  for (uint64_t at = 0; !in.empty();) {
    uint64_t gap, more;
    if (!GetVarint(in, gap) || !GetVarint(in, more) || gap >= kIdsPerChunk || more >= kIdsPerChunk) return false;
    at += gap;
    if (at + more >= kIdsPerChunk) return false;
    for (uint64_t i = 0; i <= more; ++i) chunk.Set(static_cast<int>(at + i), true);
    at += more + 1;
  }
  return true;
}

}  // namespace liantu::graph
