// SPDX-License-Identifier: Apache-2.0
// Snapshots of drawn graphs, and of random graphs against a builder that looks at every edge.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "graph/projection_json.h"
#include "tiny_graph.h"

namespace liantu::graph {
namespace {

// "a->b 2, …" in the order of rows.
std::string Drawn(const Tiny& g, const Projection& projection, const ReadOptions& options = {}) {
  Result<SnapshotPtr> made = g.view(options).Snap(projection, Budget());
  if (!made.ok()) return made.status().message();
  const Snapshot& s = **made;
  std::string out;
  for (Vertex v = 0; v < s.vertex_count(); ++v) {
    if (s.out_degree(v) == 0 && s.in_degree(v) == 0) out += Text(out.empty() ? "" : ", ", g.name(s.node_id(v)));
    for (uint32_t a = s.row_begin(v); a < s.row_end(v); ++a) {
      if (s.undirected() && s.target(a) < v) continue;
      if (!out.empty()) out += ", ";
      out += Text(g.name(s.node_id(v)), s.undirected() ? "-" : "->", g.name(s.node_id(s.target(a))));
      if (s.weighted()) out += " " + ToText(Value(s.weight(a)));
    }
  }
  return out;
}

const char* const kSupply =
    "a:Company -SUPPLIES {share: 0.5, status: stated}-> b:Company; b -SUPPLIES {share: 0.25, status: rumour}-> c:Company; a -SUPPLIES {status: stated}-> b; "
    "c -OWNS {share: 1}-> d:Plant; d -LOCATED_IN-> x:District; a -LOCATED_IN-> x; x -PART_OF-> p:City; b -LOCATED_IN-> q:City; c -LOCATED_IN-> y:District; "
    "y -PART_OF-> q; e:Company -LOCATED_IN-> r:City";

TEST(SnapshotBuild, TypesLabelsAndDirectionChooseTheEdges) {
  const Tiny g = TinyGraph(kSupply);
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES"}}), "a->b, a->b, b->c");
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES"}, .undirected = true}), "a-b, a-b, b-c");
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES"}, .reversed = true, .simple = true}), "b->a 2, c->b 1");
  EXPECT_EQ(Drawn(g, {.labels = {"Company"}, .types = {"SUPPLIES", "OWNS"}}), "a->b, a->b, b->c, e");
  EXPECT_EQ(Drawn(g, {.labels = {"Company", "Plant"}, .types = {"OWNS"}}), "a, b, c->d, e");
  EXPECT_EQ(Drawn(g, {.types = {"SUPLIES"}}), "the projection names the edge type 'SUPLIES', which this graph does not know; did you mean 'SUPPLIES'?");
  EXPECT_EQ(Drawn(g, {.labels = {"Firm"}, .types = {"OWNS"}}), "the projection names the label 'Firm', which this graph does not know");
}

TEST(SnapshotBuild, WeightsAndFiltersComeFromProperties) {
  const Tiny g = TinyGraph(kSupply);
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES"}, .weight = "share", .default_weight = 2}), "a->b 0.5, a->b 2, b->c 0.25");
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES"}, .weight = "share", .simple = true}), "a->b 1.5, b->c 0.25");
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES", "OWNS"}, .filters = {{"status", {"stated", "x"}}}}), "a->b, a->b, c->d");
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES"}, .filters = {{"share", {"0.5"}}}}), "a->b");
}

TEST(SnapshotBuild, MembersCollapseToTheGroupsTheyLieIn) {
  const Tiny g = TinyGraph(kSupply);
  const Projection::Collapse cities{"City", {"LOCATED_IN", "PART_OF"}};
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES", "OWNS"}, .collapse = cities}), "p->q 2, q->p 1, q->q 1, r");
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES", "OWNS"}, .undirected = true, .simple = true, .collapse = cities}), "p-q 3, r");
  EXPECT_EQ(Drawn(g, {.types = {"SUPPLIES"}, .weight = "share", .collapse = cities}), "p->q 1.5, q->q 0.25, r");
  const Tiny h = TinyGraph("park:Park -HOSTS-> a:Company; park2:Park -HOSTS-> b:Company; a -SUPPLIES-> b");
  EXPECT_EQ(Drawn(h, {.types = {"SUPPLIES"}, .collapse = Projection::Collapse{"Park", {"<HOSTS"}}}), "park->park2");
}

TEST(SnapshotBuild, MembersOfTwoGroupsCountInBothAndTheNearestGroupWins) {
  const Tiny g = TinyGraph("a:C -IN-> g1:G; a -IN-> g2:G; b:C -IN-> g3:G; g3 -IN-> g4:G; a -T-> b");
  EXPECT_EQ(Drawn(g, {.types = {"T"}, .collapse = Projection::Collapse{"G", {"IN"}}}), "g1->g3, g2->g3, g4");
}

TEST(SnapshotBuild, SharedNodesTieTheirSharers) {
  const Tiny g = TinyGraph("a:C -MAKES-> x:P; b:C -MAKES-> x; a -MAKES-> y:P; b -MAKES-> y; c:C -MAKES-> y; b -MAKES-> y; d:C -MAKES-> z:Q; a -MAKES-> z");
  EXPECT_EQ(Drawn(g, {.types = {"MAKES"}, .undirected = true, .collapse = Projection::Collapse{"C", {"MAKES"}, true}}), "a-b 2, a-c 1, a-d 1, b-c 1");
  EXPECT_EQ(Drawn(g, {.labels = {"P"}, .types = {"MAKES"}, .undirected = true, .collapse = Projection::Collapse{"C", {"MAKES"}, true}}),
            "a-b 2, a-c 1, b-c 1, d");
  EXPECT_EQ(Drawn(g, {.types = {"MAKES"}, .collapse = Projection::Collapse{"P", {"MAKES"}, true}}), "x->y 2, y->x 2");
}

TEST(SnapshotBuild, ValidTimeAndPredictionsFollowTheProjectionAndTheView) {
  Tiny g = TinyGraph("a:C; b:C");
  auto tx = *g.database().Begin({});
  const Date from = *ParseValue({Value::Type::kDate}, "2024-01-01")->as<Date>(), to = *ParseValue({Value::Type::kDate}, "2025-01-01")->as<Date>();
  ASSERT_TRUE(tx->CreateEdge("T", g["a"], g["b"], {{"w", 3}}, {.valid = {from, to}}).ok());
  ASSERT_TRUE(tx->CreateEdge("T", g["b"], g["a"], {{"w", 5}}, {.certainty = Certainty::kPredicted}).ok());
  ASSERT_TRUE(tx->Commit().ok());
  EXPECT_EQ(Drawn(g, {.types = {"T"}}), "a->b");
  EXPECT_EQ(Drawn(g, {.types = {"T"}, .predicted = true}), "a->b, b->a");
  EXPECT_EQ(Drawn(g, {.types = {"T"}, .weight = "w", .as_of = "2024-06-30", .predicted = true}), "a->b 3, b->a 5");
  EXPECT_EQ(Drawn(g, {.types = {"T"}, .as_of = "2025-01-01"}), "");
  EXPECT_EQ(Drawn(g, {.types = {"T"}}, {.as_of = from, .predicted = true}), "a->b, b->a");
  const SnapshotPtr s = *g.view({.as_of = from}).Snap({.types = {"T"}}, Budget());
  EXPECT_EQ(s->projection().as_of, "2024-01-01");
}

TEST(SnapshotBuild, TheSameProjectionOfTheSameStateIsBuiltOnce) {
  Tiny g = TinyGraph("a:C -T-> b:C");
  const SnapshotPtr first = *g.view().Snap({.types = {"T"}}, Budget());
  EXPECT_EQ(first, *g.view().Snap({.types = {"T"}}, Budget()));
  EXPECT_NE(first, *g.view().Snap({.types = {"T"}, .undirected = true}, Budget()));
  g.Add("b -T-> a");
  EXPECT_EQ((*g.view().Snap({.types = {"T"}}, Budget()))->edge_count(), 2u);
  EXPECT_EQ(first->edge_count(), 1u);
  // A transaction's own view sees its writes and caches nothing.
  auto tx = *g.database().Begin({});
  ASSERT_TRUE(tx->CreateEdge("T", g["a"], g["a"], {}, {}).ok());
  EXPECT_EQ((*tx->view().Snap({.types = {"T"}}, Budget()))->edge_count(), 3u);
  EXPECT_EQ((*g.view().Snap({.types = {"T"}}, Budget()))->edge_count(), 2u);
}

TEST(SnapshotBuild, BudgetsHold) {
  const Tiny g = TinyGraph(kSupply);
  Budget bytes;
  bytes.set_max_bytes(10);
  EXPECT_EQ(g.view().Snap({.types = {"SUPPLIES"}}, bytes).code(), Code::kBudget);
  EXPECT_GT(*g.view().EstimateSnapBytes({.types = {"SUPPLIES"}}), 50u);
}

TEST(SnapshotBuild, AroundSeedsStopsAtHopsAndHubs) {
  const Tiny g = TinyGraph("s:C -T-> a:C -T-> b:C -T-> c:C; s -U-> z:C; s -T-> h:H; h -T-> x1:C; h -T-> x2:C; h -T-> x3:C; x1 -T-> x2");
  const auto around = [&](const Projection& p, int hops, uint64_t max_degree) {
    const NodeId seeds[] = {g["s"]};
    Result<SnapshotPtr> made = g.view().SnapAround(p, seeds, hops, max_degree, Budget());
    if (!made.ok()) return made.status().message();
    std::string out;
    const Snapshot& s = **made;
    for (Vertex v = 0; v < s.vertex_count(); ++v) {
      out += (v ? " " : "") + g.name(s.node_id(v));
      for (const Vertex t : s.out(v)) out += ">" + g.name(s.node_id(t));
    }
    return out;
  };
  EXPECT_EQ(around({.types = {"T"}}, 0, 10), "s");
  EXPECT_EQ(around({.types = {"T"}}, 1, 10), "s>a>h a h");
  EXPECT_EQ(around({.types = {"T"}}, 2, 3), "s>a>h a>b b h");
  EXPECT_EQ(around({.types = {"T"}}, 2, 4), "s>a>h a>b b h>x1>x2>x3 x1 x2 x3");
  EXPECT_EQ(around({.labels = {"C"}, .types = {"T"}}, 9, 10), "s>a a>b b>c c");
  EXPECT_EQ(around({.types = {"T"}, .collapse = Projection::Collapse{"C", {"T"}}}, 1, 9).substr(0, 12), "a projection");
}

// A random store with several labels and types, some edges bounded in time or predicted, properties here and there.
struct RandomStore {
  explicit RandomStore(uint64_t seed, int nodes, int edges) : random(seed) {
    const auto ontology = Ontology::Parse(
        R"({"name": "t", "version": 1, "labels": [{"name": "Rare"}, {"name": "Common"}, {"name": "Other"}], "edge_types": [
            {"name": "R", "ends": [["Rare", "*"]], "properties": [{"name": "kind", "type": "string"}]},
            {"name": "E", "ends": [["*", "*"]], "economic": true, "properties": [{"name": "w", "type": "float"}]}]})", "t");
    EXPECT_TRUE(ontology.ok()) << ontology.status().message();
    database = *Database::Open(storage::NewMemoryStore(seed), {.create = true, .ontology = *ontology});
    auto tx = *database->Begin({});
    std::vector<NodeId> rare, all;
    for (int i = 0; i < nodes; ++i) {
      std::vector<std::string> labels;
      const bool is_rare = random() % 20 == 0;
      labels.push_back(is_rare ? "Rare" : random() % 2 ? "Common" : "Other");
      if (random() % 5 == 0) labels.push_back("Both");
      const NodeId id = *tx->CreateNode(labels, {{"name", Text("n", i)}}, {});
      all.push_back(id);
      if (is_rare) rare.push_back(id);
    }
    const char* const kTypes[] = {"R", "E", "F"};
    for (int i = 0; i < edges; ++i) {
      const char* type = kTypes[random() % 3];
      NodeId from = all[random() % all.size()];
      if (type[0] == 'R' && !rare.empty()) from = rare[random() % rare.size()];
      Properties properties;
      if (random() % 2) properties.emplace_back("w", static_cast<double>(random() % 8) / 4);
      if (random() % 2) properties.emplace_back("kind", random() % 2 ? "x" : "y");
      Evidence evidence;
      if (random() % 8 == 0) evidence.valid.from = Date{static_cast<int64_t>(random() % 100)};
      if (random() % 8 == 0) evidence.valid.to = Date{static_cast<int64_t>(100 + random() % 100)};
      if (random() % 16 == 0) evidence.certainty = Certainty::kPredicted;
      made.push_back(*tx->CreateEdge(type, from, all[random() % all.size()], properties, evidence));
    }
    for (int i = 0; i < edges / 10; ++i) {
      const size_t at = random() % made.size();
      EXPECT_TRUE(tx->DeleteEdge(made[at]).ok());
      made.erase(made.begin() + static_cast<ptrdiff_t>(at));
    }
    EXPECT_TRUE(tx->Commit().ok());
  }
  std::mt19937_64 random;
  std::unique_ptr<Database> database;
  std::vector<EdgeId> made;
};

// What Snap should give: arcs (from, to, weight, edge, type) in row order, and the nodes.
struct Expected {
  std::vector<NodeId> nodes;
  std::vector<std::tuple<uint64_t, uint64_t, uint64_t, double, uint32_t>> arcs;
};
Expected Naively(const ReadView& plain, const Projection& p) {
  ReadOptions options{.predicted = p.predicted};
  if (!p.as_of.empty()) options.as_of = *ParseValue({Value::Type::kDate}, p.as_of)->as<Date>();
  const ReadView view = plain.With(options);
  std::map<NodeId, bool> known;
  const auto labelled = [&](NodeId id) {
    const auto at = known.find(id);
    if (at != known.end()) return at->second;
    const Node node = **view.GetNode(id);
    bool good = p.labels.empty();
    for (const std::string& l : p.labels) good |= std::find(node.labels.begin(), node.labels.end(), view.label(l)) != node.labels.end();
    return known[id] = good;
  };
  std::set<std::string> types(p.types.begin(), p.types.end());
  if (types.empty()) types = {"E"};
  std::map<std::pair<std::string, std::string>, bool> has;  // (property, type)
  std::vector<Edge> edges;
  EXPECT_TRUE(view.AllEdges({}, [&](const Edge& e) {
    if (types.contains(view.name(e.type)) && labelled(e.from) && labelled(e.to)) edges.push_back(e);
    return true;
  }).ok());
  for (const Projection::Filter& f : p.filters) {
    for (const Edge& e : edges) {
      const EdgeTypeSpec* spec = view.ontology().EdgeType(view.name(e.type));
      has[{f.property, view.name(e.type)}] |= e.Property(view.property(f.property)) != nullptr || (spec && spec->Property(f.property));
    }
  }
  Expected out;
  std::set<NodeId> nodes;
  for (const Edge& e : edges) {
    bool kept = true;
    for (const Projection::Filter& f : p.filters) {
      const Value* v = e.Property(view.property(f.property));
      if (v) kept &= std::find(f.values.begin(), f.values.end(), ToText(*v)) != f.values.end();
      else kept &= !has[{f.property, view.name(e.type)}];
    }
    if (!kept) continue;
    double weight = 1;
    if (!p.weight.empty()) {
      const Value* v = e.Property(view.property(p.weight));
      weight = v ? *v->number() : p.default_weight;
    }
    nodes.insert({e.from, e.to});
    out.arcs.emplace_back(e.from.raw, e.to.raw, e.id.raw, weight, e.type.raw);
    if (p.undirected) out.arcs.emplace_back(e.to.raw, e.from.raw, e.id.raw, weight, e.type.raw);
  }
  if (!p.labels.empty()) {
    EXPECT_TRUE(view.AllNodes({}, [&](NodeId id) {
      if (labelled(id)) nodes.insert(id);
      return true;
    }).ok());
  }
  out.nodes.assign(nodes.begin(), nodes.end());
  std::sort(out.arcs.begin(), out.arcs.end());
  return out;
}

TEST(SnapshotBuild, AgreesWithALookAtEveryEdgeOnRandomGraphs) {
  const auto pick = [](std::mt19937_64& random, std::vector<std::string> from) {
    std::vector<std::string> out;
    for (const std::string& s : from) {
      if (random() % 2) out.push_back(s);
    }
    return out;
  };
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    RandomStore store(seed, seed < 6 ? 60 : 900, seed < 6 ? 200 : 2500);
    const ReadView view = *store.database->Read();
    for (int round = 0; round < 15; ++round) {
      Projection p;
      p.labels = pick(store.random, {"Rare", "Both", "Common"});
      if (store.random() % 2) p.labels = {};
      p.types = pick(store.random, {"R", "E", "F"});
      p.undirected = store.random() % 2;
      if (store.random() % 2) p.weight = "w", p.default_weight = 0.5;
      if (store.random() % 3 == 0) p.as_of = ToText(Value(Date{static_cast<int64_t>(store.random() % 220)}));
      p.predicted = store.random() % 2;
      if (store.random() % 3 == 0) p.filters.push_back({"kind", {"x"}});
      if (store.random() % 5 == 0) p.filters.push_back({"w", {"0.5", "1", "1.25"}});
      const Expected expected = Naively(view, p);
      Result<SnapshotPtr> made = view.Snap(p, Budget());
      ASSERT_TRUE(made.ok()) << made.status().message();
      const Snapshot& s = **made;
      Expected found;
      for (Vertex v = 0; v < s.vertex_count(); ++v) {
        found.nodes.push_back(s.node_id(v));
        for (uint32_t a = s.row_begin(v); a < s.row_end(v); ++a) {
          found.arcs.emplace_back(s.node_id(v).raw, s.node_id(s.target(a)).raw, s.edge_id(a).raw, s.weight(a), s.type(a).raw);
        }
      }
      ASSERT_EQ(found.nodes, expected.nodes) << ProjectionJson(p);
      ASSERT_EQ(found.arcs, expected.arcs) << ProjectionJson(p);
    }
  }
}

TEST(SnapshotBuild, AroundAllNodesWithEnoughHopsIsTheWhole) {
  RandomStore store(77, 200, 600);
  const ReadView view = *store.database->Read();
  for (const char* weight : {"", "w"}) {
    const Projection p{.types = {"E", "F"}, .weight = weight, .filters = {{"kind", {"x", "y"}}}};
    const SnapshotPtr whole = *view.Snap(p, Budget());
    std::vector<NodeId> seeds;
    for (Vertex v = 0; v < whole->vertex_count(); ++v) seeds.push_back(whole->node_id(v));
    const SnapshotPtr around = *view.SnapAround(p, seeds, 1, 1000, Budget());
    ASSERT_EQ(around->edge_count(), whole->edge_count());
    for (uint32_t a = 0; a < whole->arc_count(); ++a) {
      ASSERT_EQ(around->target(a), whole->target(a));
      ASSERT_EQ(around->edge_id(a), whole->edge_id(a));
      ASSERT_EQ(around->weight(a), whole->weight(a));
    }
  }
}

TEST(ProjectionJson, ComesBackAndNamesEveryFault) {
  const Projection p{.name = "n", .labels = {"A"}, .types = {"T", "U"}, .undirected = true, .weight = "w", .default_weight = 0.5, .simple = true,
                     .as_of = "2025-09-11", .predicted = true, .filters = {{"status", {"a", "b"}}}, .collapse = Projection::Collapse{"City", {"IN"}, true}};
  const std::string json = ProjectionJson(p);
  EXPECT_EQ(ProjectionJson(*ParseProjection(json)), json);
  EXPECT_EQ(ProjectionJson({}), "{}");
  EXPECT_EQ(ProjectionJson(*ParseProjection(R"({"types": "T", "as_of": "2025", "filters": {"status": "a"}})")),
            R"({"types":["T"],"as_of":"2025-01-01","filters":[{"property":"status","values":["a"]}]})");
  EXPECT_EQ(ParseProjection(R"({"typs": 1, "labels": [1], "as_of": "x", "filters": [{"propety": "a"}], "collapse": {"label": 7}})").status().message(),
            "projection: typs: there is no such field; did you mean 'types'?\n"
            "projection: labels: expected a list of strings, found [1]\n"
            "projection: as_of: expected a date such as 2025-09-11, 2025-09 or 2025, found 'x'\n"
            "projection: filters[0].propety: there is no such field; did you mean 'property'?\n"
            "projection: filters[0]: 'property' is missing\n"
            "projection: collapse.label: expected a string, found 7\n"
            "projection: collapse: 'label' is missing\n"
            "projection: collapse: 'through' is missing");
  EXPECT_FALSE(ParseProjection("{").ok());
  EXPECT_FALSE(ParseProjection("[]").ok());
}

}  // namespace
}  // namespace liantu::graph
