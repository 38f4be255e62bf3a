// SPDX-License-Identifier: Apache-2.0
// A slow twin of the graph for the tests of its history: plain maps that follow the words of database.h, the rule that
// picks the visible claim, and a comparison of every read of a view with such maps.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "graph/test_help.h"

namespace liantu::graph {

inline constexpr const char* kHistoryOntology = R"({
  "name": "history", "version": 1, "common_properties": [
    {"name": "key", "type": "string", "zh": "键", "en": "key"},
    {"name": "name", "type": "string", "zh": "名", "en": "name", "search": "name"}],
  "labels": [
    {"name": "A", "zh": "甲", "en": "a", "about_zh": "甲。", "about_en": "A.", "key": true, "unique": ["code"],
     "properties": [{"name": "code", "type": "string", "zh": "码", "en": "code"}]},
    {"name": "B", "zh": "乙", "en": "b", "about_zh": "乙。", "about_en": "B.", "key": true, "unique": [], "properties": []}],
  "edge_types": [
    {"name": "T", "zh": "联", "en": "t", "about_zh": "联。", "about_en": "T.", "ends": [["*", "*"]], "identity": ["p"],
     "symmetric": false, "tree": false, "economic": true,
     "properties": [{"name": "p", "type": "integer", "zh": "份", "en": "p"}]},
    {"name": "S", "zh": "同", "en": "s", "about_zh": "同。", "about_en": "S.", "ends": [["*", "*"]], "identity": [],
     "symmetric": true, "tree": false, "economic": false, "properties": []}]})";

struct TwinClaim {
  Value value;
  Evidence evidence;
  uint64_t batch = 0;
};
using Claims = std::vector<TwinClaim>;  // visible first

struct TwinEntity {
  std::set<std::string> labels;  // nodes
  std::string type;              // edges
  uint64_t from = 0, to = 0;
  Claims existence;
  std::map<std::string, Claims> properties;
};

struct Twin {
  std::map<uint64_t, TwinEntity> nodes, edges;
};

struct DocumentFacts {
  std::string date;
  int64_t rank;
};

inline bool Before(const ValidTime& a, const ValidTime& b) { return a.to && b.from && *a.to <= *b.from; }

// Everything the words say about one entity, as text.
inline std::string Show(const Claims& claims) {
  std::string out;
  for (const TwinClaim& c : claims) {
    out += "[" + ToText(c.value) + "|";
    for (const NodeId d : c.evidence.documents) out += std::to_string(d.raw) + ",";
    out += "|" + c.evidence.locator + "|" + CertaintyName(c.evidence.certainty) + "|";
    if (c.evidence.valid.from) out += std::to_string(c.evidence.valid.from->days);
    out += "..";
    if (c.evidence.valid.to) out += std::to_string(c.evidence.valid.to->days);
    out += "|b" + std::to_string(c.batch) + "]";
  }
  return out;
}

inline std::string Show(const TwinEntity& e) {
  std::string out = e.type + " " + std::to_string(e.from) + ">" + std::to_string(e.to) + " ";
  for (const std::string& label : e.labels) out += ":" + label;
  out += " " + Show(e.existence);
  for (const auto& [name, claims] : e.properties) out += " " + name + "=" + Show(claims);
  return out;
}

inline std::shared_ptr<const Ontology> HistoryOntology() { return Get(Ontology::Parse(kHistoryOntology, "history")); }

class TwinReader {
 protected:
  explicit TwinReader(uint64_t seed) : random_(seed) {}
  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }

  // ---- the rule, in slow words

  std::pair<std::string, int64_t> Standing(const Evidence& e) const {
    if (e.documents.empty()) return {ToText(Value(Date{today_ / 86'400'000})), INT64_MAX};
    std::pair<std::string, int64_t> best{"", INT64_MAX};
    for (const NodeId d : e.documents) {
      const DocumentFacts& facts = documents_.at(d);
      if (facts.date > best.first || (facts.date == best.first && facts.rank < best.second)) {
        best = {facts.date, facts.rank};
      }
    }
    return best;
  }
  bool Beats(const TwinClaim& a, const TwinClaim& b) const {
    if (a.evidence.certainty != b.evidence.certainty) return a.evidence.certainty < b.evidence.certainty;
    const auto x = Standing(a.evidence), y = Standing(b.evidence);
    if (x.first != y.first) return x.first > y.first;
    if (x.second != y.second) return x.second < y.second;
    if (a.batch != b.batch) return a.batch > b.batch;
    const auto from = [](const TwinClaim& c) { return c.evidence.valid.from ? c.evidence.valid.from->days : INT64_MIN; };
    if (from(a) != from(b)) return from(a) > from(b);
    return a.evidence.documents < b.evidence.documents;
  }

  // ---- comparing

  static Claims ClaimsOf(const std::vector<Claim>& claims) {
    Claims out;
    for (size_t i = 0; i < claims.size(); ++i) {
      EXPECT_EQ(claims[i].visible, i == 0);
      out.push_back({claims[i].value, claims[i].evidence, claims[i].batch.raw});
    }
    return out;
  }

  template <class Id, class Entity>
  TwinEntity Read(const ReadView& view, Id id, const Entity& entity) const {
    TwinEntity e;
    e.existence = ClaimsOf(Get(view.Claims(id)));
    for (const auto& [property, value] : entity.properties) {
      e.properties[view.name(property)] = ClaimsOf(Get(view.Claims(id, property)));
      EXPECT_EQ(e.properties[view.name(property)].at(0).value, value);
    }
    return e;
  }

  void ExpectSame(const TwinEntity& twin, const TwinEntity& real, const std::string& what) const {
    EXPECT_EQ(twin.labels, real.labels) << what;
    EXPECT_EQ(Show(twin.existence), Show(real.existence)) << what;
    ASSERT_EQ(twin.properties.size(), real.properties.size()) << what << "\n" << Show(twin) << "\n" << Show(real);
    for (const auto& [name, claims] : twin.properties) {
      ASSERT_TRUE(real.properties.contains(name)) << what << " " << name;
      EXPECT_EQ(Show(claims), Show(real.properties.at(name))) << what << " " << name;
    }
  }

  void Compare(const ReadView& view, const Twin& twin) {
    // Nodes.
    std::vector<uint64_t> ids, all;
    std::vector<NodeId> node_ids;
    std::map<std::string, std::vector<uint64_t>> by_label;
    for (const auto& [id, e] : twin.nodes) {
      ids.push_back(id);
      node_ids.push_back(NodeId{id});
      for (const std::string& label : e.labels) by_label[label].push_back(id);
    }
    Ok(view.AllNodes({}, [&](NodeId id) {
      all.push_back(id.raw);
      return true;
    }));
    ASSERT_EQ(all, ids);
    EXPECT_EQ(Get(view.NodeCount()), ids.size());
    for (const std::string label : {"A", "B", "X", "Document"}) {
      std::vector<uint64_t> members;
      Ok(view.NodesWithLabel(view.label(label), {}, [&](NodeId id) {
        members.push_back(id.raw);
        return true;
      }));
      ASSERT_EQ(members, by_label[label]) << label;
      if (view.label(label)) {
        EXPECT_EQ(Get(view.NodeCount(view.label(label))), members.size());
      }
    }
    const auto nodes = Get(view.GetNodes(node_ids));
    for (size_t i = 0; i < ids.size(); ++i) {
      ASSERT_TRUE(nodes[i].has_value());
      TwinEntity real = Read(view, node_ids[i], *nodes[i]);
      for (const LabelId label : nodes[i]->labels) real.labels.insert(view.name(label));
      ExpectSame(twin.nodes.at(ids[i]), real, "node " + std::to_string(ids[i]));
    }
    EXPECT_FALSE(Get(view.GetNode(NodeId{9'999'999})).has_value());
    // Edges.
    std::map<std::string, uint64_t> by_type;
    std::vector<EdgeId> edge_ids;
    for (const auto& [id, e] : twin.edges) {
      edge_ids.push_back(EdgeId{id});
      ++by_type[e.type];
    }
    EXPECT_EQ(Get(view.EdgeCount()), twin.edges.size());
    for (const std::string type : {"T", "S", "X"}) {
      if (view.type(type)) {
        EXPECT_EQ(Get(view.EdgeCount(view.type(type))), by_type[type]);
      }
    }
    const ReadView whole = view.With({.predicted = true});
    const auto edges = Get(whole.GetEdges(edge_ids));
    size_t walked = 0;
    Ok(whole.AllEdges({}, [&](const Edge& edge) {
      EXPECT_EQ(edge.id, edge_ids.at(walked++));
      return true;
    }));
    EXPECT_EQ(walked, edge_ids.size());
    for (size_t i = 0; i < edge_ids.size(); ++i) {
      ASSERT_TRUE(edges[i].has_value()) << edge_ids[i].raw;
      const TwinEntity& e = twin.edges.at(edge_ids[i].raw);
      EXPECT_EQ(view.name(edges[i]->type), e.type);
      EXPECT_EQ(edges[i]->from.raw, e.from);
      EXPECT_EQ(edges[i]->to.raw, e.to);
      ExpectSame(e, Read(whole, edge_ids[i], *edges[i]), "edge " + std::to_string(edge_ids[i].raw));
    }
    for (const ReadOptions options : {ReadOptions{}, ReadOptions{.predicted = true},
                                      ReadOptions{.as_of = Date{Pick(60)}}, ReadOptions{.as_of = Date{12}, .predicted = true}}) {
      CompareNeighbours(view.With(options), twin);
    }
    CompareLookUps(view, twin);
  }

  bool Sees(const ReadOptions& options, const Claims& existence) const {
    const Evidence& e = existence[0].evidence;
    if (e.certainty == Certainty::kPredicted && !options.predicted) return false;
    return !options.as_of || e.valid.Covers(*options.as_of);
  }

  void CompareNeighbours(const ReadView& view, const Twin& twin) {
    using Row = std::tuple<int, uint32_t, uint64_t, uint64_t>;  // direction, type, edge, other end
    std::map<uint64_t, std::vector<Row>> rows;
    std::map<uint64_t, std::map<std::pair<int, uint32_t>, uint64_t>> degrees;
    for (const auto& [id, e] : twin.edges) {
      const uint32_t type = view.type(e.type).raw;
      ++degrees[e.from][{0, type}];
      ++degrees[e.to][{1, type}];
      const bool seen = Sees(view.options(), e.existence);
      EXPECT_EQ(Get(view.GetEdge(EdgeId{id})).has_value(), seen) << id;
      if (!seen) continue;
      rows[e.from].push_back({0, type, id, e.to});
      rows[e.to].push_back({1, type, id, e.from});
    }
    std::vector<NodeId> nodes;
    std::vector<Row> expected_all, real_all;
    for (const auto& [id, e] : twin.nodes) {
      nodes.push_back(NodeId{id});
      std::vector<Row>& expected = rows[id];
      std::sort(expected.begin(), expected.end());
      std::vector<Row> real;
      for (const Neighbour& n : Get(view.Expand(NodeId{id}, Direction::kBoth))) {
        real.push_back({static_cast<int>(n.direction), n.type.raw, n.edge.raw, n.node.raw});
      }
      ASSERT_EQ(real, expected) << "node " << id;
      const TypeId t = view.type("T");
      size_t ins = 0;
      for (const Row& row : expected) ins += std::get<0>(row) == 1 && std::get<1>(row) == t.raw;
      EXPECT_EQ(Get(view.Expand(NodeId{id}, Direction::kIn, std::vector<TypeId>{t})).size(), ins);
      EXPECT_EQ(Get(view.Degree(NodeId{id}, Direction::kIn, t)), (degrees[id][{1, t.raw}]));
      expected_all.insert(expected_all.end(), expected.begin(), expected.end());
    }
    Ok(view.ExpandMany(nodes, Direction::kBoth, {}, [&](size_t, const Neighbour& n) {
      real_all.push_back({static_cast<int>(n.direction), n.type.raw, n.edge.raw, n.node.raw});
      return true;
    }));
    EXPECT_EQ(real_all, expected_all);
  }

  void CompareLookUps(const ReadView& view, const Twin& twin) {
    for (int i = 0; i < 12; ++i) {
      const std::string key = "k" + std::to_string(i);
      std::vector<uint64_t> expected, real;
      for (const auto& [id, e] : twin.nodes) {
        const auto at = e.properties.find("key");
        if (at == e.properties.end() || e.labels.empty()) continue;
        if (std::any_of(at->second.begin(), at->second.end(), [&](const auto& c) { return c.value == Value(key); })) {
          expected.push_back(id);
        }
      }
      for (const NodeId id : Get(view.FindByKey(key))) real.push_back(id.raw);
      EXPECT_EQ(real, expected) << key;
      for (const std::string label : {"A", "B", "X"}) {
        std::optional<NodeId> first;
        for (const uint64_t id : expected) {
          if (!first && twin.nodes.at(id).labels.contains(label)) first = NodeId{id};
        }
        if (view.label(label)) {
          EXPECT_EQ(Get(view.FindByKey(view.label(label), key)), first) << label << key;
        }
      }
    }
    for (int i = 0; i < 8; ++i) {
      const Value code("c" + std::to_string(i));
      std::vector<NodeId> expected;
      for (const uint64_t id : HoldersIn(twin, "A", "code", code)) expected.push_back(NodeId{id});
      EXPECT_EQ(Get(view.FindByProperty(view.label("A"), view.property("code"), code)), expected);
    }
    EXPECT_EQ(view.FindByProperty(view.label("A"), view.property("name"), Value("n")).code(), Code::kInvalid);
  }
  static std::set<uint64_t> HoldersIn(const Twin& twin, const std::string& label, const std::string& property,
                                      const Value& value) {
    std::set<uint64_t> out;
    for (const auto& [id, e] : twin.nodes) {
      const auto at = e.properties.find(property);
      if (!e.labels.contains(label) || at == e.properties.end()) continue;
      for (const TwinClaim& c : at->second) {
        if (c.value == value) out.insert(id);
      }
    }
    return out;
  }

  std::mt19937_64 random_;
  std::map<NodeId, DocumentFacts> documents_;  // that evidence may name; they never change
  int64_t today_ = 0;                          // when batches are committed
};

}  // namespace liantu::graph
