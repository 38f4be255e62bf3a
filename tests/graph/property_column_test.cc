// SPDX-License-Identifier: Apache-2.0
#include "graph/property_column.h"

#include <gtest/gtest.h>

#include <random>

#include "graph/database.h"

namespace liantu::graph {
namespace {

const char* const kProperties[] = {"a", "b", "c", "d", "none"};

Value RandomValue(std::mt19937& random) {
  switch (random() % 8) {
    case 0: return Value(static_cast<int64_t>(random()) - 2'000'000'000);
    case 1: return Value(0.5 * static_cast<double>(random() % 100));
    case 2: return Value(std::string(random() % 40, 'x'));
    case 3: return Value(random() % 2 == 0);
    case 4: return Value(Date{static_cast<int64_t>(random() % 40000)});
    case 5: return Value(Value::List{Value(std::string("链")), Value(std::string())});
    case 6: return Value(Duration{.months = 3, .days = -2, .seconds = 5, .nanos = 7});
    default: return Value(std::string("智能网联新能源汽车"));
  }
}

Properties RandomProperties(std::mt19937& random) {
  Properties properties;
  for (const char* name : {"a", "b", "c", "d"}) {
    if (random() % 3 > 0) properties.emplace_back(name, RandomValue(random));
  }
  return properties;
}

std::unique_ptr<Database> RandomGraph(uint32_t seed) {
  auto db = *Database::Open("memory:", {.create = true});
  std::mt19937 random(seed);
  std::vector<NodeId> nodes;
  std::vector<EdgeId> edges;
  for (int batch = 0; batch < 3; ++batch) {
    auto tx = *db->Begin({.who = "test", .origin = "test"});
    for (int i = 0; i < 200; ++i) {
      nodes.push_back(*tx->CreateNode({"N", i % 2 ? "M" : "O"}, RandomProperties(random), {.certainty = i % 5 ? Certainty::kStated : Certainty::kDerived}));
      edges.push_back(*tx->CreateEdge(i % 3 ? "R" : "S", nodes[random() % nodes.size()], nodes.back(), RandomProperties(random), {}));
    }
    for (int i = 0; i < 40; ++i) {
      const NodeId node = nodes[random() % nodes.size()];
      EXPECT_TRUE(tx->SetProperty(node, "b", i % 4 ? RandomValue(random) : Value()).ok());
    }
    EXPECT_TRUE(tx->DeleteEdge(edges[static_cast<size_t>(batch) * 7]).ok());
    EXPECT_TRUE(tx->Commit().ok());
  }
  return db;
}

// Every node and edge of the view: the column has what its record has, and nothing else.
void ExpectColumnsAsRecords(const ReadView& view) {
  const Budget budget;
  for (const char* name : kProperties) {
    const PropertyId property = view.property(name);
    for (const bool edges : {false, true}) {
      const auto column = view.Column(edges, property, Budget::kNoLimit, budget);
      ASSERT_TRUE(column.ok()) << column.status().message();
      ASSERT_NE(*column, nullptr);
      size_t set = 0;
      for (uint64_t id = 0; id < 800; ++id) {
        std::optional<Value> expected;
        const auto take = [&](const auto& entity) {
          const Value* value = entity ? entity->Property(property) : nullptr;
          if (value != nullptr) expected = *value;
        };
        if (edges) take(*view.GetEdge(EdgeId{id}));
        else take(*view.GetNode(NodeId{id}));
        Value value;
        ASSERT_EQ((*column)->Get(id, value), expected.has_value()) << name << (edges ? " of edge " : " of node ") << id;
        if (expected) {
          EXPECT_EQ(value, *expected);
          ++set;
        }
      }
      EXPECT_EQ(set > 0, std::string_view(name) != "none");
    }
  }
  const auto types = *view.TypeColumn(true, Budget::kNoLimit, budget), labels = *view.TypeColumn(false, Budget::kNoLimit, budget);
  ASSERT_NE(types, nullptr);
  ASSERT_NE(labels, nullptr);
  for (uint64_t id = 0; id < 800; ++id) {
    const auto edge = *view.GetEdge(EdgeId{id});
    Value value;
    ASSERT_EQ(types->Get(id, value), edge.has_value()) << id;
    if (edge) EXPECT_EQ(*value.as<int64_t>(), edge->type.raw);
    const auto node = *view.GetNode(NodeId{id});
    ASSERT_EQ(labels->Get(id, value), node.has_value()) << id;
    if (!node) continue;
    Value::List numbers;
    for (const LabelId label : node->labels) numbers.push_back(Value(int64_t{label.raw}));
    EXPECT_EQ(value, Value(numbers));
  }
}

TEST(PropertyColumn, HasWhatTheRecordsHave) {
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    const auto db = RandomGraph(seed);
    ExpectColumnsAsRecords(*db->Read());
    ExpectColumnsAsRecords(*db->Read({.as_known = BatchId{2}}));
  }
}

TEST(PropertyColumn, IsNotMadeWhereRecordsShowOtherValuesOrMemoryEnds) {
  const auto db = RandomGraph(4);
  const ReadView view = *db->Read();
  const PropertyId a = view.property("a");
  const Budget budget;
  EXPECT_EQ(*view.With({.as_of = Date{20000}}).Column(false, a, Budget::kNoLimit, budget), nullptr);
  EXPECT_EQ(*view.Column(false, a, 2000, budget), nullptr);
  EXPECT_EQ(*view.TypeColumn(true, 100, budget), nullptr);
  EXPECT_EQ(*view.With({.as_of = Date{20000}}).TypeColumn(false, Budget::kNoLimit, budget), nullptr);
  auto tx = *db->Begin({.who = "test", .origin = "test"});
  EXPECT_EQ(*tx->view().Column(false, a, Budget::kNoLimit, budget), nullptr);
  Budget stopped;
  stopped.Cancel();
  EXPECT_EQ(view.Column(true, a, Budget::kNoLimit, stopped).code(), Code::kCancelled);
}

}  // namespace
}  // namespace liantu::graph
