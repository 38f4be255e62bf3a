// SPDX-License-Identifier: Apache-2.0
// Writing a dump. Reads records, claim sets, catalog and journal only, each by id and in the order of ids, so that neither
// damage to what is derived nor the order of a store's routes reaches the text.
#include "graph/dump.h"

#include "graph/database_state.h"
#include "graph/journal.h"
#include "graph/json_line.h"
#include "graph/name_index.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;

constexpr size_t kPieceBytes = 1 << 20;
constexpr size_t kIdsAtOnce = 1024;

class Dumper {
 public:
  Dumper(const ReadView& view, const ReadView::State& state, const std::function<Status(std::string_view)>& out, const Budget& budget)
      : view_(view), state_(state), out_(out), budget_(budget) {}

  Result<DumpCounts> Run() {
    LT_TRY(CheckKinds());
    LT_ASSIGN(next_, NextIds::Load(*state_.view));
    line_ = Text("{\"liantu_dump\":", kDumpVersion, ",\"format\":\"", kFormat, "\"}\n{\"next\":{\"node\":", next_.node, ",\"edge\":", next_.edge,
                 ",\"batch\":", next_.batch, ",\"evidence\":", next_.evidence, "}}\n");
    LT_TRY(Catalog());
    LT_TRY(Batches());
    LT_TRY(EvidenceLines());
    LT_TRY(Ranges(false));
    LT_TRY(Ranges(true));
    LT_TRY(Nodes());
    LT_TRY(Edges());
    LT_TRY(Images());
    line_ += Text("{\"end\":{\"nodes\":", counts_.nodes, ",\"edges\":", counts_.edges, ",\"batches\":", counts_.batches, ",\"images\":",
                  counts_.images, "}}\n");
    if (!line_.empty()) LT_TRY(out_(line_));
    budget_.Progress(1);
    return counts_;
  }

 private:
  // Whatever the store holds must have its line, or the dump would lose it without a word.
  Status CheckKinds() {
    Status unknown;
    const auto look = [&](Keyspace space, auto known) -> Status {
      LT_TRY(state_.view->ForEachShard(space, 1, [&](int, storage::Route route, std::string_view rest, std::string_view) {
        if (known(rest)) return true;
        unknown = Damaged({space, route, std::string(rest)}, "a key of no known kind");
        return false;
      }));
      return unknown;
    };
    LT_TRY(look(Keyspace::kCatalog, [](std::string_view rest) { return !rest.empty() && std::string_view("LTPOXCJBRSEF").find(rest[0]) != std::string_view::npos; }));
    return look(Keyspace::kMeta, [](std::string_view rest) {
      return rest == "format" || rest == "ids" || rest == kNameIndexHeadKey || (rest.size() == 5 && (rest[0] == 'n' || rest[0] == 'e'));
    });
  }

  Status EndLine() {
    line_ += '\n';
    if (line_.size() < kPieceBytes) return {};
    LT_TRY(budget_.Check());
    LT_TRY(out_(line_));
    line_.clear();
    return {};
  }
  void Name(const char* name) {
    line_ += '"';
    line_ += name;
    line_ += "\":";
  }
  void TextField(const char* name, const std::string& text) {
    if (text.empty()) return;
    line_ += ',';
    Name(name);
    PutJsonText(line_, text);
  }
  void Number(const char* name, uint64_t number) {
    if (number != 0) line_ += Text(",\"", name, "\":", number);
  }
  void Pair(const char* name, uint64_t a, uint64_t b) {
    if (a != 0 || b != 0) line_ += Text(",\"", name, "\":[", a, ",", b, "]");
  }

  Status Catalog() {
    static constexpr const char* kKinds[] = {"labels", "types", "properties"};
    line_ += "{\"names\":{";
    for (int kind = 0; kind < 3; ++kind) {
      line_ += kind == 0 ? "" : ",";
      Name(kKinds[kind]);
      line_ += '[';
      for (uint32_t id = 1; id <= state_.names->count(static_cast<NameKind>(kind)); ++id) {
        line_ += id == 1 ? "" : ",";
        PutJsonText(line_, state_.names->name(static_cast<NameKind>(kind), id));
      }
      line_ += ']';
    }
    line_ += "}}";
    LT_TRY(EndLine());
    line_ += "{\"ontology\":";
    PutJsonText(line_, state_.ontology->json());
    line_ += '}';
    LT_TRY(EndLine());
    LT_ASSIGN(const Declared declared, Declared::Load(*state_.view));
    for (const DeclaredIndex& index : declared.indexes) {
      line_ += "{\"index\":[";
      PutJsonText(line_, view_.name(index.label));
      line_ += ',';
      PutJsonText(line_, view_.name(index.property));
      line_ += ']';
      if (index.unique) line_ += ",\"unique\":true";
      if (!index.name.empty()) {
        line_ += ",\"name\":";
        PutJsonText(line_, index.name);
      }
      line_ += '}';
      LT_TRY(EndLine());
    }
    for (const PropertyRule& rule : declared.rules) {
      line_ += Text("{\"rule\":[\"", rule.edges ? "edges" : "nodes", "\",");
      PutJsonText(line_, rule.edges ? view_.name(TypeId{rule.of}) : view_.name(LabelId{rule.of}));
      line_ += ',';
      PutJsonText(line_, view_.name(rule.property));
      line_ += ']';
      if (!rule.exists()) {
        line_ += Text(",\"types\":[", rule.types, ",", rule.element_types, "],\"text\":");
        PutJsonText(line_, rule.type_text);
      }
      line_ += ",\"name\":";
      PutJsonText(line_, rule.name);
      line_ += '}';
      LT_TRY(EndLine());
    }
    const Key first = keys::StoredProjection("");
    const auto cursor = state_.view->Scan(first.space, first.route, first.rest);
    for (; cursor->Valid(); cursor->Next()) {
      line_ += "{\"projection\":";
      PutJsonText(line_, cursor->rest().substr(1));
      line_ += ",\"text\":";
      PutJsonText(line_, cursor->value());
      line_ += '}';
      LT_TRY(EndLine());
    }
    return cursor->status();
  }

  Status Batches() {
    for (uint64_t id = 1; id < next_.batch; ++id) {
      LT_ASSIGN(const BatchInfo b, state_.cache->Batch(*state_.view, BatchId{id}));
      int64_t seconds = b.time_ms / 1000, millis = b.time_ms % 1000;
      if (millis < 0) --seconds, millis += 1000;
      line_ += Text("{\"batch\":", id, ",\"time\":");
      PutDumpValue(line_, Value(DateTime{seconds, static_cast<int32_t>(millis * 1'000'000), 0, {}}));
      TextField("who", b.who);
      TextField("origin", b.origin);
      TextField("sha256", b.origin_sha256);
      TextField("note", b.note);
      Pair("created", b.nodes_created, b.edges_created);
      Pair("changed_deleted", b.entities_changed, b.entities_deleted);
      Pair("nodes", b.first_node.raw, b.last_node.raw);
      Pair("edges", b.first_edge.raw, b.last_edge.raw);
      Pair("evidence", b.first_evidence.raw, b.last_evidence.raw);
      Number("restored", b.entities_restored);
      if (!b.undoes.empty()) {
        line_ += ",\"undoes\":[";
        for (size_t i = 0; i < b.undoes.size(); ++i) line_ += Text(i == 0 ? "" : ",", b.undoes[i].raw);
        line_ += ']';
      }
      if (!b.inputs.empty()) {
        line_ += ",\"inputs\":[";
        for (size_t i = 0; i < b.inputs.size(); ++i) {
          line_ += i == 0 ? "[" : ",[";
          PutJsonText(line_, b.inputs[i].name);
          line_ += ',';
          PutJsonText(line_, b.inputs[i].sha256);
          line_ += ']';
        }
        line_ += ']';
      }
      line_ += '}';
      ++counts_.batches;
      LT_TRY(EndLine());
    }
    return {};
  }

  void DayField(const char* name, const std::optional<Date>& day) {
    if (!day) return;
    line_ += ',';
    Name(name);
    PutDumpValue(line_, Value(*day));
  }
  Status EvidenceLines() {
    for (uint32_t id = 1; id < next_.evidence; ++id) {
      const Key key = keys::EvidenceText({id});
      std::string value;
      LT_ASSIGN(const bool found, state_.Get(key, &value));
      Evidence e;
      if (!found || !DecodeEvidence(value, e)) return Damaged(key, Text("evidence ", id));
      line_ += Text("{\"evidence\":", id, ",\"certainty\":\"", CertaintyName(e.certainty), "\"");
      if (!e.documents.empty()) {
        line_ += ",\"documents\":[";
        for (size_t i = 0; i < e.documents.size(); ++i) line_ += Text(i == 0 ? "" : ",", e.documents[i].raw);
        line_ += ']';
      }
      TextField("locator", e.locator);
      DayField("from", e.valid.from);
      DayField("to", e.valid.to);
      line_ += '}';
      LT_TRY(EndLine());
    }
    return {};
  }

  Status Ranges(bool edges) {
    const uint64_t end = edges ? next_.edge : next_.node;
    for (uint64_t bucket = 0; bucket <= end >> kRangeBucketBits; ++bucket) {
      auto cursor = state_.view->Scan(Keyspace::kCatalog, bucket, edges ? "S" : "R");
      for (; cursor->Valid(); cursor->Next()) {
        std::string_view rest = cursor->rest().substr(1);
        BatchRange range;
        uint64_t last;
        if (!GetBigEndian(rest, last) || !rest.empty() || !DecodeRange(cursor->value(), last, range)) {
          return Damaged({Keyspace::kCatalog, bucket, std::string(cursor->rest())}, "a batch range");
        }
        line_ += Text("{\"made\":\"", edges ? "edges" : "nodes", "\",\"ids\":[", range.first, ",", range.last, "],\"batch\":", range.batch.raw);
        Number("input", range.input);
        Number("evidence", range.evidence.raw);
        line_ += '}';
        LT_TRY(EndLine());
      }
      LT_TRY(cursor->status());
    }
    return {};
  }

  // Claims of one property; property 0: of the existence.
  void Claims(const std::vector<StoredClaim>& claims, bool values) {
    line_ += "\"claims\":[";
    for (size_t i = 0; i < claims.size(); ++i) {
      line_ += i == 0 ? "{" : ",{";
      if (values) {
        line_ += "\"value\":";
        PutDumpValue(line_, claims[i].value);
        line_ += ',';
      }
      line_ += Text("\"evidence\":", claims[i].evidence.raw, ",\"batch\":", claims[i].batch.raw, "}");
    }
    line_ += ']';
  }
  // What nodes, edges and images have in common, after the fields that are their own. `claims_of` gives a claim set.
  template <class ClaimsOf>
  Status Entity(const EntityRecord& record, const ClaimsOf& claims_of) {
    Number("evidence", record.evidence.raw);
    Number("batch", record.batch.raw);
    if (record.claims) {
      LT_ASSIGN(const std::vector<StoredClaim> claims, claims_of(PropertyId{}));
      line_ += ',';
      Claims(claims, false);
    }
    if (record.properties.empty()) return EndEntity();
    line_ += ",\"properties\":{";
    bool about = false;
    for (const StoredProperty& p : record.properties) {
      if (view_.name(p.id).empty()) return Status(Code::kDamaged, Text("the store is damaged: property ", p.id.raw, " has no name"));
      if (&p != &record.properties.front()) line_ += ',';
      PutJsonText(line_, view_.name(p.id));
      line_ += ':';
      PutDumpValue(line_, p.value);
      about = about || p.evidence || p.batch || p.claims;
    }
    line_ += '}';
    if (about) {
      line_ += ",\"about\":{";
      bool first = true;
      for (const StoredProperty& p : record.properties) {
        if (!p.evidence && !p.batch && !p.claims) continue;
        if (!first) line_ += ',';
        first = false;
        PutJsonText(line_, view_.name(p.id));
        const char* comma = ":{";
        for (const auto& [name, number] : {std::pair<const char*, uint64_t>{"evidence", p.evidence.raw}, {"batch", p.batch.raw}}) {
          if (number == 0) continue;
          line_ += Text(comma, "\"", name, "\":", number);
          comma = ",";
        }
        if (p.claims) {
          LT_ASSIGN(const std::vector<StoredClaim> claims, claims_of(p.id));
          line_ += comma;
          Claims(claims, true);
        }
        line_ += '}';
      }
      line_ += '}';
    }
    return EndEntity();
  }
  Status EndEntity() {
    line_ += '}';
    return EndLine();
  }
  Status NodeFields(uint64_t id, const NodeRecord& record) {
    line_ += Text("\"node\":", id);
    if (record.labels.empty()) return {};
    line_ += ",\"labels\":[";
    for (const LabelId label : record.labels) {
      if (view_.name(label).empty()) return Status(Code::kDamaged, Text("the store is damaged: label ", label.raw, " of node ", id, " has no name"));
      if (label != record.labels.front()) line_ += ',';
      PutJsonText(line_, view_.name(label));
    }
    line_ += ']';
    return {};
  }
  Status EdgeFields(uint64_t id, const EdgeRecord& record) {
    if (view_.name(record.type).empty()) return Status(Code::kDamaged, Text("the store is damaged: the type of edge ", id, " has no name"));
    line_ += Text("\"edge\":", id, ",\"type\":");
    PutJsonText(line_, view_.name(record.type));
    line_ += Text(",\"from\":", record.from.raw, ",\"to\":", record.to.raw);
    return {};
  }
  Result<std::vector<StoredClaim>> StoredClaims(bool edge, uint64_t id, PropertyId property) const {
    const Key key = edge ? keys::EdgeClaims(EdgeId{id}, property) : keys::NodeClaims(NodeId{id}, property);
    std::string value;
    std::vector<StoredClaim> claims;
    LT_ASSIGN(const bool found, state_.Get(key, &value));
    if (!found || !DecodeClaims(value, claims)) return Damaged(key, Text("the claims about ", edge ? "edge " : "node ", id));
    return claims;
  }

  // Values of many keys, in order.
  template <class KeyOf, class Row>
  Status Many(Keyspace space, uint64_t first, uint64_t end, const KeyOf& key_of, const Row& row) {
    std::vector<Key> keys;
    std::vector<storage::KeyView> views;
    std::vector<std::optional<std::string>> values;
    for (uint64_t at = first; at < end;) {
      keys.clear();
      views.clear();
      for (; at < end && keys.size() < kIdsAtOnce; ++at) keys.push_back(key_of(at));
      for (const Key& key : keys) views.push_back(key.view());
      LT_TRY(state_.view->MultiGet(space, views, &values));
      for (size_t i = 0; i < keys.size(); ++i) {
        if (values[i]) LT_TRY(row(at - keys.size() + i, keys[i], *values[i]));
      }
      budget_.Progress(static_cast<double>(done_ += keys.size()) / static_cast<double>(next_.node + (next_.edge >> kEdgesPerChunkBits) + 2));
    }
    return {};
  }

  Status Nodes() {
    NodeRecord record;
    return Many(Keyspace::kNode, 1, next_.node, [](uint64_t id) { return keys::Node(NodeId{id}); },
                [&](uint64_t id, const Key& key, const std::string& value) -> Status {
                  if (!DecodeNode(value, record)) return Damaged(key, Text("node ", id));
                  line_ += '{';
                  LT_TRY(NodeFields(id, record));
                  ++counts_.nodes;
                  return Entity(record, [&](PropertyId property) { return StoredClaims(false, id, property); });
                });
  }
  Status Edges() {
    return Many(Keyspace::kEdge, 0, (next_.edge >> kEdgesPerChunkBits) + 1, [](uint64_t chunk) { return keys::EdgeChunk(chunk); },
                [&](uint64_t number, const Key& key, const std::string& value) -> Status {
                  EdgeChunk chunk;
                  if (!DecodeEdgeChunk(value, chunk)) return Damaged(key, "a chunk of edges");
                  for (int slot = 0; slot < kEdgesPerChunk; ++slot) {
                    if (!chunk.slots[slot]) continue;
                    const uint64_t id = (number << kEdgesPerChunkBits) + static_cast<uint64_t>(slot);
                    line_ += '{';
                    LT_TRY(EdgeFields(id, *chunk.slots[slot]));
                    ++counts_.edges;
                    LT_TRY(Entity(*chunk.slots[slot], [&](PropertyId property) { return StoredClaims(true, id, property); }));
                  }
                  return {};
                });
  }

  Status Images() {
    for (uint64_t batch = 1; batch < next_.batch; ++batch) {
      for (const bool edges : {false, true}) {
        LT_ASSIGN(const std::vector<uint64_t> touched, TouchedBy(*state_.view, BatchId{batch}, edges));
        for (const uint64_t id : touched) {
          const Key key = keys::BeforeImage(edges, id, BatchId{batch});
          std::string value;
          EntityImage image;
          LT_ASSIGN(const bool found, state_.Get(key, &value));
          if (!found || !DecodeImage(value, edges, image)) return Damaged(key, "a journal entry");
          line_ += Text("{\"before\":", batch, ",");
          ++counts_.images;
          if (!image.exists) {
            line_ += Text("\"", edges ? "edge" : "node", "\":", id, ",\"absent\":true");
            LT_TRY(EndEntity());
            continue;
          }
          LT_TRY(edges ? EdgeFields(id, image.edge) : NodeFields(id, image.node));
          if (!image.replaced.empty()) {
            line_ += ",\"replaced\":[";
            for (size_t i = 0; i < image.replaced.size(); ++i) {
              line_ += i == 0 ? "" : ",";
              PutJsonText(line_, view_.name(image.replaced[i]));
            }
            line_ += ']';
          }
          const EntityRecord& record = edges ? static_cast<const EntityRecord&>(image.edge) : image.node;
          LT_TRY(Entity(record, [&](PropertyId property) -> Result<std::vector<StoredClaim>> {
            const auto at = image.claims.find(property);
            if (at == image.claims.end()) return Damaged(key, "a journal entry");
            return at->second;
          }));
        }
      }
    }
    return {};
  }

  const ReadView& view_;
  const ReadView::State& state_;
  const std::function<Status(std::string_view)>& out_;
  const Budget& budget_;
  NextIds next_;
  DumpCounts counts_;
  std::string line_;  // and those before it that are not out yet
  uint64_t done_ = 0;
};

}  // namespace

Result<DumpCounts> Database::Dump(const std::function<Status(std::string_view)>& out, const Budget& budget) const {
  LT_ASSIGN(const ReadView view, Read());
  return Dumper(view, *view.state_, out, budget).Run();
}

}  // namespace liantu::graph
