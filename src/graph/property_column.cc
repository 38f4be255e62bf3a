// SPDX-License-Identifier: Apache-2.0
// One walk over all records on all processors; each part keeps its values apart until the ids are known.
#include "graph/property_column.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>

#include "graph/snapshot_selection.h"
#include "graph/view_state.h"

namespace liantu::graph {

bool PropertyColumn::Get(uint64_t id, Value& value) const {
  if (id >= places_.size() || places_[id] == 0) return false;
  std::string_view in(values_);
  in.remove_prefix(places_[id]);
  return DecodeValue(in, value);
}

class ColumnBuilder {
 public:
  // `types`: the types of edges or labels of nodes, not a property of theirs.
  ColumnBuilder(const storage::View& store, bool edges, bool types, PropertyId property, uint64_t max_bytes, const Budget& budget)
      : store_(store), edges_(edges), types_(types), property_(property), max_bytes_(std::min<uint64_t>(max_bytes, UINT32_MAX)), budget_(budget),
        parts_(static_cast<size_t>(Threads())) {}

  Result<PropertyColumnPtr> Build() {
    LT_ASSIGN(const NextIds next, NextIds::Load(store_));
    const uint64_t ids = edges_ ? next.edge : next.node;
    held_ = ids * sizeof(uint32_t);
    if (held_ > max_bytes_) return PropertyColumnPtr();
    LT_TRY(store_.ForEachShard(edges_ ? storage::Keyspace::kEdge : storage::Keyspace::kNode, Threads(),
                               [&](int shard, storage::Route route, std::string_view rest, std::string_view value) {
                                 if (!rest.empty()) return true;  // claim sets
                                 return Take(parts_[static_cast<size_t>(shard)], route, value) && !damaged_ && !stop_;
                               }));
    if (damaged_) {
      return Status(Code::kDamaged, Text("the store is damaged: ", edges_ ? "edges" : "nodes", " cannot be read; run 'liantu check --deep'"));
    }
    LT_TRY(budget_.Check());
    if (stop_) return PropertyColumnPtr();
    auto column = std::make_shared<PropertyColumn>();
    size_t all = 1;
    for (const Part& part : parts_) all += part.values.size();
    column->values_.reserve(all);
    column->values_.push_back('\0');
    column->places_.assign(ids, 0);
    for (Part& part : parts_) {
      const auto base = static_cast<uint32_t>(column->values_.size());
      column->values_ += part.values;
      for (const auto& [id, place] : part.places) {
        if (id < ids) column->places_[id] = base + place;
      }
      part = {};
    }
    return PropertyColumnPtr(std::move(column));
  }

 private:
  struct Part {
    std::vector<std::pair<uint64_t, uint32_t>> places;
    std::string values, type;
    std::vector<LabelId> labels;
    std::map<std::string, uint32_t, std::less<>> common;  // of the first different values, where they stand
    uint64_t counted = 0, steps = 0;
  };
  static constexpr size_t kMostCommon = 64;

  bool Take(Part& part, storage::Route route, std::string_view record) {
    if ((++part.steps & 1023) == 0 && !Goes(part)) return false;
    if (!edges_ && types_) {
      if (!NodeLabels(record, part.labels)) return !(damaged_ = true);
      Value::List numbers;
      for (const LabelId label : part.labels) numbers.push_back(Value(int64_t{label.raw}));
      part.type.clear();
      EncodeValue(part.type, Value(std::move(numbers)));
      Put(part, route, part.type);
      return true;
    }
    if (!edges_) {
      std::string_view properties;
      if (!NodeProperties(record, properties)) return !(damaged_ = true);
      Keep(part, route, properties);
      return true;
    }
    EdgeChunkReader reader(record);
    EdgeChunkReader::Item item;
    while (reader.Next(item)) {
      const uint64_t id = (route << kEdgesPerChunkBits) + static_cast<uint64_t>(item.slot);
      if (!types_) {
        Keep(part, id, item.properties);
      } else {
        part.type.clear();
        EncodeValue(part.type, Value(int64_t{item.type.raw}));
        Put(part, id, part.type);
      }
    }
    if (reader.damaged()) damaged_ = true;
    return true;
  }
  void Keep(Part& part, uint64_t id, std::string_view properties) {
    std::string_view value;
    if (FindEncoded(properties, property_, value)) Put(part, id, value);
  }
  // What is said again and again stands once.
  void Put(Part& part, uint64_t id, std::string_view value) {
    const auto known = part.common.find(value);
    if (known != part.common.end()) {
      part.places.emplace_back(id, known->second);
      return;
    }
    const auto place = static_cast<uint32_t>(part.values.size());
    part.places.emplace_back(id, place);
    part.values += value;
    if (part.common.size() < kMostCommon) part.common.emplace(value, place);
  }
  // Whether time and memory are left.
  bool Goes(Part& part) {
    const uint64_t bytes = part.values.size() + part.places.size() * sizeof part.places[0];
    const uint64_t all = held_.fetch_add(bytes - part.counted, std::memory_order_relaxed) + bytes - part.counted;
    part.counted = bytes;
    if (all > max_bytes_ || budget_.Spent()) stop_ = true;
    return !stop_;
  }

  const storage::View& store_;
  const bool edges_, types_;
  const PropertyId property_;
  const uint64_t max_bytes_;
  const Budget& budget_;
  std::vector<Part> parts_;
  std::atomic<uint64_t> held_{0};
  std::atomic<bool> damaged_{false}, stop_{false};
};

Result<PropertyColumnPtr> ReadView::Column(bool edges, PropertyId property, uint64_t max_bytes, const Budget& budget) const {
  if (options_.as_of || in_transaction()) return PropertyColumnPtr();
  return ColumnBuilder(*state_->view, edges, false, property, max_bytes, budget).Build();
}

Result<PropertyColumnPtr> ReadView::TypeColumn(bool edges, uint64_t max_bytes, const Budget& budget) const {
  if (options_.as_of || in_transaction()) return PropertyColumnPtr();
  return ColumnBuilder(*state_->view, edges, true, PropertyId{}, max_bytes, budget).Build();
}

}  // namespace liantu::graph
