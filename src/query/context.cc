// SPDX-License-Identifier: Apache-2.0
// Budget, clock, chance and entities of a running statement.
#include "query/context.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <unordered_map>

#include "query/temporal.h"

namespace liantu::query {

// What is known of a property by name.
struct Context::Property {
  graph::PropertyId id;
  graph::PropertyColumnPtr columns[2];  // of nodes, of relationships; null: none yet
};

// Entities come in two generations: when the young one is full it becomes the old one, and what is then found there moves
// up again. So memory is bounded, and a pointer stays good for the next kGeneration look-ups at least.
struct Context::Cache {
  static constexpr size_t kGeneration = 8192;
  template <class Entity>
  struct Generations {
    std::unordered_map<uint64_t, std::shared_ptr<const Entity>> young, old;  // null: there is none

    template <class Load>
    const Entity* Get(uint64_t id, Load load) {
      if (const auto at = young.find(id); at != young.end()) return at->second.get();
      if (young.size() >= kGeneration) {
        old = std::move(young);
        young.clear();
      }
      if (const auto at = old.find(id); at != old.end()) {
        const auto placed = young.insert(old.extract(at)).position;
        return placed->second.get();
      }
      std::shared_ptr<const Entity> loaded;
      if (!load(loaded)) return nullptr;
      return young.emplace(id, std::move(loaded)).first->second.get();
    }
    void Clear() {
      young.clear();
      old.clear();
    }
  };
  Generations<graph::Node> nodes;
  Generations<graph::Edge> edges;
  struct TextHash : std::hash<std::string_view> { using is_transparent = void; };
  std::unordered_map<std::string, Property, TextHash, std::equal_to<>> properties;
  std::pair<const std::string, Property>* last = nullptr;  // of `properties`, asked for last
  uint64_t loads = 0;  // records read from the store
  std::span<const NodeId> ahead;  // of a scan
  size_t next_ahead = 0;          // behind the one that was read last
  graph::PropertyColumnPtr types[2];  // labels of nodes, types of relationships, once many have been asked for
  std::unordered_map<uint64_t, std::string> deleted_types;  // of deleted relationships
};

Context::Context(const ValueMap& parameters, const Budget& budget)
    : parameters_(parameters), budget_(budget), cache_(std::make_unique<Cache>()) {
}

Context::~Context() = default;

// Seeded when the first statement asks: that costs as much as a look-up.
uint64_t& Context::RandomState() {
  if (random_state_ == 0) {
    std::random_device device;
    random_state_ = uint64_t{device()} << 32 | device() | 1;
  }
  return random_state_;
}

bool Context::StopSlowly() {
  Fail(budget_.Check());
  return failed();
}

void Context::Charge(int64_t bytes) {
  if (bytes < 0 && charged_ < static_cast<uint64_t>(-bytes)) {
    charged_ = 0;
    return;
  }
  charged_ += static_cast<uint64_t>(bytes);
  if (bytes > 0 && charged_ > budget_.max_bytes()) Fail(budget_.CheckBytes(charged_));
}

const Value* Context::Parameter(std::string_view name) const {
  const auto at = std::lower_bound(parameters_.begin(), parameters_.end(), name,
                                   [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return at != parameters_.end() && at->first == name ? &at->second : nullptr;
}

graph::DateTime Context::RealTime() {
  using namespace std::chrono;
  const int64_t nanos = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  return {.seconds = nanos / 1'000'000'000, .nanos = static_cast<int32_t>(nanos % 1'000'000'000)};
}

graph::DateTime Context::Now() {
  if (!now_) now_ = RealTime();
  return *now_;
}

namespace {

// splitmix64 (Steele, Lea, Flood 2014).
uint64_t NextRandom(uint64_t& state) {
  uint64_t z = state += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

}  // namespace

double Context::Random() { return static_cast<double>(NextRandom(RandomState()) >> 11) * 0x1.0p-53; }

std::string Context::RandomUuid() {
  uint64_t high = NextRandom(RandomState()), low = NextRandom(RandomState());
  high = (high & ~0xF000ull) | 0x4000;                        // version 4
  low = (low & ~(3ull << 62)) | (1ull << 63);                 // variant of RFC 4122
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xFFFF), static_cast<unsigned>(high & 0xFFFF),
                static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFull));
  return text;
}

// ---- entities

const graph::Node* Context::TryGetNode(NodeId id) {
  if (view_ == nullptr || IsDeleted(id)) return nullptr;
  return cache_->nodes.Get(id.raw, [&](std::shared_ptr<const graph::Node>& node) {
    if (shared_records != nullptr && (node = shared_records->Find(id)) != nullptr) return true;
    ++cache_->loads;
    if (!cache_->ahead.empty() && LoadAhead(id)) {
      if (failed()) return false;
      node = cache_->nodes.old.extract(id.raw).mapped();
      return true;
    }
    auto loaded = view_->GetNode(id);
    if (!loaded.ok()) {
      Fail(loaded.status());
      return false;
    }
    if (*loaded) node = std::make_shared<const graph::Node>(std::move(**loaded));
    if (node != nullptr && shared_records != nullptr) shared_records->Keep(node);
    return true;
  });
}

void Context::Ahead(std::span<const NodeId> ids) {
  cache_->ahead = ids;
  cache_->next_ahead = 0;
}

// False: the node is not the next of the scan; look it up alone. Else it and what follows is among the old records.
bool Context::LoadAhead(NodeId id) {
  constexpr size_t kAtOnce = 256;
  const std::span<const NodeId> ahead = cache_->ahead;
  size_t at = cache_->next_ahead;
  const bool next = at < ahead.size() && ahead[at] == id;
  if (!next) {
    at = static_cast<size_t>(std::lower_bound(ahead.begin(), ahead.end(), id) - ahead.begin());
    if (at == ahead.size() || ahead[at] != id) return false;
  }
  cache_->next_ahead = at + 1;
  if (!next || at == 0) return false;
  const auto ids = ahead.subspan(at, std::min(kAtOnce, ahead.size() - at));
  cache_->next_ahead = at + ids.size();
  cache_->loads += ids.size() - 1;
  auto loaded = view_->GetNodes(ids);
  if (!loaded.ok()) {
    Fail(loaded.status());
    return true;
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    auto& node = (*loaded)[i];
    cache_->nodes.old.insert_or_assign(ids[i].raw, node ? std::make_shared<const graph::Node>(std::move(*node)) : nullptr);
  }
  return true;
}

const graph::Edge* Context::TryGetEdge(EdgeId id) {
  if (view_ == nullptr || IsDeleted(id)) return nullptr;
  return cache_->edges.Get(id.raw, [&](std::shared_ptr<const graph::Edge>& edge) {
    ++cache_->loads;
    auto loaded = view_->GetEdge(id);
    if (!loaded.ok()) {
      Fail(loaded.status());
      return false;
    }
    if (*loaded) edge = std::make_shared<const graph::Edge>(std::move(**loaded));
    return true;
  });
}

const graph::Node* Context::GetNode(NodeId id) {
  const graph::Node* node = TryGetNode(id);
  if (node == nullptr) {
    Fail(ErrorType::kEntityNotFound, "DeletedEntityAccess", Text("node ", id.raw, " is deleted; its labels and properties are gone"));
  }
  return node;
}

const graph::Edge* Context::GetEdge(EdgeId id) {
  const graph::Edge* edge = TryGetEdge(id);
  if (edge == nullptr) {
    Fail(ErrorType::kEntityNotFound, "DeletedEntityAccess", Text("relationship ", id.raw, " is deleted; its properties are gone"));
  }
  return edge;
}

Context::Property& Context::PropertyCalled(std::string_view name) {
  if (cache_->last == nullptr || cache_->last->first != name) {
    auto at = cache_->properties.find(name);
    if (at == cache_->properties.end()) at = cache_->properties.emplace(name, Property{view_->property(name), {}}).first;
    cache_->last = &*at;
  }
  return cache_->last->second;
}

// From the record, or, once many have been read for it, from the column of the property. A statement that writes has no
// columns, so none of what they are asked for is deleted.
Value Context::ValueOf(bool edge, uint64_t id, std::string_view name) {
  Property& property = PropertyCalled(name);
  if (!property.id && shared_records != nullptr) return {};  // nothing has it
  if (property.columns[edge] != nullptr) {
    graph::Value value;
    return property.columns[edge]->Get(id, value) ? Value::Of(std::move(value)) : Value();
  }
  const uint64_t loads = cache_->loads;
  Value found;
  const auto take = [&](const auto* entity) {
    const graph::Value* value = entity ? entity->Property(property.id) : nullptr;
    if (value) found = Value::Of(*value);
  };
  if (edge) take(GetEdge(EdgeId{id}));
  else take(GetNode(NodeId{id}));
  if (cache_->loads != loads && shared_records != nullptr && !failed()) {
    auto column = shared_records->ReadFor(*view_, edge, property.id, cache_->loads - loads, budget_);
    if (column.ok()) property.columns[edge] = *std::move(column);
    else Fail(column.status());
  }
  return found;
}

Value Context::PropertyOf(const Value& entity, std::string_view name) {
  switch (entity.kind()) {
    case Kind::kNull: return {};
    case Kind::kNode: return ValueOf(false, entity.node().raw, name);
    case Kind::kRelationship: return ValueOf(true, entity.relationship().raw, name);
    case Kind::kMap: {
      const Value* value = entity.Find(name);
      return value ? *value : Value();
    }
    case Kind::kDate: case Kind::kLocalTime: case Kind::kTime: case Kind::kLocalDateTime: case Kind::kDateTime:
    case Kind::kDuration: case Kind::kPoint: {
      auto value = entity.kind() == Kind::kPoint ? PointComponent(entity.point(), name) : TemporalComponent(entity, name);
      if (value) return std::move(*value);
      Fail(ErrorType::kTypeError, "InvalidArgumentValue", Text("a ", KindName(entity.kind()), " has no component '", name, "'"));
      return {};
    }
    default:
      Fail(ErrorType::kTypeError, "InvalidArgumentType",
           Text("only nodes, relationships, maps, temporal values and points have properties; .", name, " was asked of ",
                ToLiteral(entity), " (", KindName(entity.kind()), ")"));
      return {};
  }
}

ValueMap Context::PropertiesOf(const Value& entity) {
  ValueMap map;
  const auto add = [&](const std::vector<std::pair<graph::PropertyId, graph::Value>>& properties) {
    for (const auto& [id, value] : properties) map.emplace_back(view_->name(id), Value::Of(value));
    std::sort(map.begin(), map.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  };
  switch (entity.kind()) {
    case Kind::kNull: break;
    case Kind::kNode:
      if (const graph::Node* node = GetNode(entity.node())) add(node->properties);
      break;
    case Kind::kRelationship:
      if (const graph::Edge* edge = GetEdge(entity.relationship())) add(edge->properties);
      break;
    case Kind::kMap: return entity.map();
    default:
      Fail(ErrorType::kTypeError, "InvalidArgumentType",
           Text("expected a node, a relationship or a map, found ", ToLiteral(entity), " (", KindName(entity.kind()), ")"));
  }
  return map;
}

std::vector<std::string> Context::LabelsOf(NodeId id) {
  std::vector<std::string> names;
  graph::Value numbers;
  if (cache_->types[0] != nullptr && cache_->types[0]->Get(id.raw, numbers)) {
    for (const graph::Value& number : *numbers.as<graph::Value::List>()) {
      names.push_back(view_->name(graph::LabelId{static_cast<uint32_t>(*number.as<int64_t>())}));
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  const uint64_t loads = cache_->loads;
  if (const graph::Node* node = GetNode(id)) {
    for (const graph::LabelId label : node->labels) names.push_back(view_->name(label));
    std::sort(names.begin(), names.end());
  }
  CountTypeReads(false, loads);
  return names;
}

// The type of a deleted relationship can still be told: openCypher lets type(r) answer after DELETE r.
std::string Context::TypeOf(EdgeId id) {
  if (const auto at = cache_->deleted_types.find(id.raw); at != cache_->deleted_types.end()) return at->second;
  if (cache_->types[1] != nullptr) {
    graph::Value number;
    if (cache_->types[1]->Get(id.raw, number)) return view_->name(graph::TypeId{static_cast<uint32_t>(*number.as<int64_t>())});
  }
  const uint64_t loads = cache_->loads;
  const graph::Edge* edge = GetEdge(id);
  std::string type = edge ? view_->name(edge->type) : std::string();
  CountTypeReads(true, loads);
  return type;
}

void Context::CountTypeReads(bool edges, uint64_t loads_before) {
  if (cache_->loads == loads_before || shared_records == nullptr || failed()) return;
  auto column = shared_records->ReadFor(*view_, edges, graph::PropertyId{}, cache_->loads - loads_before, budget_);
  if (column.ok()) cache_->types[edges] = *std::move(column);
  else Fail(column.status());
}

void Context::Written() {
  cache_->ahead = {};
  cache_->nodes.Clear();
  cache_->edges.Clear();
  cache_->properties.clear();
  cache_->last = nullptr;
  cache_->types[0] = cache_->types[1] = nullptr;
}

void Context::MarkDeleted(EdgeId id) {
  if (const graph::Edge* edge = TryGetEdge(id)) cache_->deleted_types.emplace(id.raw, view_->name(edge->type));
  deleted_edges_.insert(id.raw);
}

}  // namespace liantu::query
