// SPDX-License-Identifier: Apache-2.0
// Snapshots that outlive the process that built them: found again, brought up to date after later commits, thrown away
// when they are not what was written.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "counting_store.h"
#include "graph/projection_json.h"
#include "graph/snapshot_file.h"
#include "storage/temp_folder.h"
#include "test_help.h"

namespace liantu::graph {
namespace {

constexpr size_t kNodes = 3000, kEdges = 40'000;

// Everything that the accessors tell.
std::vector<std::tuple<uint64_t, uint64_t, uint64_t, uint32_t, double>> Arcs(const Snapshot& s) {
  std::vector<std::tuple<uint64_t, uint64_t, uint64_t, uint32_t, double>> out;
  for (Vertex v = 0; v < s.vertex_count(); ++v) {
    EXPECT_EQ(s.vertex(s.node_id(v)), v);
    out.emplace_back(s.node_id(v).raw, 0, 0, 0, 0);
    for (uint32_t a = s.row_begin(v); a < s.row_end(v); ++a) {
      out.emplace_back(s.node_id(v).raw, s.node_id(s.target(a)).raw, s.edge_id(a).raw, s.type(a).raw, s.weight(a));
    }
    for (size_t i = 0; i < s.in(v).size(); ++i) {
      const uint32_t a = s.in_arc(v, i);
      if (!s.undirected()) {
        EXPECT_EQ(s.target(a), v);
        EXPECT_TRUE(s.row_begin(s.in(v)[i]) <= a && a < s.row_end(s.in(v)[i]));
      }
      out.emplace_back(s.node_id(s.in(v)[i]).raw, s.node_id(v).raw, s.edge_id(a).raw, 0, 0);
    }
  }
  return out;
}

std::vector<Projection> Projections() {
  return {{},
          {.types = {"T"}, .weight = "w", .default_weight = 0.5},
          {.labels = {"A"}},
          {.types = {"T", "U"}, .undirected = true},
          {.labels = {"A", "B"}, .types = {"U"}, .reversed = true, .weight = "w"},
          {.types = {"T"}, .as_of = "1970-04-11"}};
}

struct Graph {
  storage::TempFolder folder;
  std::string path = folder.path() + "/store";
  std::vector<NodeId> nodes;

  Graph() {
    auto database = Open();
    auto tx = Get(database->BeginBulk({}));
    std::mt19937_64 random(5);
    for (size_t i = 0; i < kNodes; ++i) nodes.push_back(Get(tx->CreateNode({i % 3 == 0 ? "A" : "B"}, {{"name", Text("n", i)}}, {})));
    for (size_t i = 0; i < kEdges; ++i) {
      Evidence evidence;
      if (i % 50 == 0) evidence.valid.from = Date{static_cast<int64_t>(random() % 200)};
      Properties properties;
      if (i % 2 == 0) properties = {{"w", static_cast<double>(random() % 9) / 4}};
      Get(tx->CreateEdge(i % 3 == 0 ? "U" : "T", Any(random), Any(random), properties, evidence));
    }
    Get(tx->Commit());
  }
  NodeId Any(std::mt19937_64& random) const {
    const double x = static_cast<double>(random() % 1000) / 1000;
    return nodes[static_cast<size_t>(x * x * static_cast<double>(nodes.size()))];
  }
  std::unique_ptr<Database> Open(bool read_only = false) const { return Get(Database::Open(path, {.create = true, .read_only = read_only})); }
  std::vector<std::filesystem::path> Files() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().filename().string().starts_with("snapshot-")) files.push_back(entry.path());
    }
    return files;
  }
  void RemoveFiles() const {
    for (const auto& file : Files()) std::filesystem::remove(file);
  }
  // What a process that finds no file builds.
  SnapshotPtr Fresh(const Projection& projection) const {
    const auto kept = std::filesystem::path(folder.path()) / "kept";
    std::filesystem::create_directory(kept);
    for (const auto& file : Files()) std::filesystem::rename(file, kept / file.filename());
    const SnapshotPtr built = Get(Get(Open(true)->Read()).Snap(projection, Budget()));
    RemoveFiles();
    for (const auto& file : std::filesystem::directory_iterator(kept)) std::filesystem::rename(file.path(), path / file.path().filename());
    return built;
  }
};

TEST(SnapshotFile, TheNextProcessMapsWhatAnEarlierOneBuilt) {
  const Graph g;
  for (const Projection& projection : Projections()) {
    const SnapshotPtr built = Get(Get(g.Open(true)->Read()).Snap(projection, Budget()));
    StoreCounts counts;
    const auto database = Get(Database::Open(std::make_unique<CountingStore>(&counts, Get(storage::OpenStore(g.path, {.read_only = true}))), {.read_only = true}));
    counts.walks = 0;
    const SnapshotPtr found = Get(Get(database->Read()).Snap(projection, Budget()));
    if (built->arc_count() >= 32'768) {
      EXPECT_EQ(counts.walks, 0u) << ProjectionJson(projection);
    }
    EXPECT_EQ(Arcs(*found), Arcs(*built)) << ProjectionJson(projection);
    EXPECT_EQ(ProjectionJson(found->projection()), ProjectionJson(built->projection()));
  }
  EXPECT_GE(g.Files().size(), 2u);
  EXPECT_LE(g.Files().size(), 4u);
}

TEST(SnapshotFile, AnotherWayToAskForTheSameFindsItUnderItsOwnName) {
  const Graph g;
  Get(Get(g.Open()->Read()).Snap({}, Budget()));
  ASSERT_EQ(g.Files().size(), 1u);
  const SnapshotPtr found = Get(Get(g.Open()->Read()).Snap({.name = "mine", .types = {"U", "T"}}, Budget()));
  EXPECT_EQ(found->projection().name, "mine");
  EXPECT_EQ(g.Files().size(), 1u);
}

TEST(SnapshotFile, ADamagedOrForeignFileIsBuiltAnew) {
  const Graph g;
  const SnapshotPtr built = Get(Get(g.Open()->Read()).Snap({}, Budget()));
  ASSERT_EQ(g.Files().size(), 1u);
  const std::string file = g.Files()[0], whole = Get(ReadFile(file));
  std::vector<std::string> faults = {"", whole.substr(0, 100), whole.substr(0, whole.size() / 2), whole + "x", std::string(whole.size(), '\0')};
  for (const size_t at : {0u, 20u, 60u, 400u, 5000u, 200'000u}) {
    faults.push_back(whole);
    faults.back()[at] = static_cast<char>(faults.back()[at] ^ 4);
  }
  for (const std::string& fault : faults) {
    Ok(WriteFileAtomic(file, fault));
    EXPECT_EQ(Arcs(*Get(Get(g.Open()->Read()).Snap({}, Budget()))), Arcs(*built));
    EXPECT_EQ(Get(ReadFile(file)).size(), whole.size());
    EXPECT_TRUE(Get(g.Open()->Check(true, Budget())).empty());
  }
}

TEST(SnapshotFile, LaterCommitsAreReadOnTopOfIt) {
  Graph g;
  for (const Projection& projection : Projections()) Get(Get(g.Open()->Read()).Snap(projection, Budget()));
  std::mt19937_64 random(11);
  std::vector<EdgeId> edges;
  Ok(Get(g.Open(true)->Read()).AllEdges({}, [&](const Edge& e) { return edges.push_back(e.id), true; }));
  const auto edge = [&] { return edges[random() % edges.size()]; };
  for (int step = 0; step < 12; ++step) {
    {
      auto database = g.Open();
      if (step % 4 == 3) {
        const auto view = Get(database->Read());
        Get(database->Undo(Get(view.Batches()).back().id, {}, {}, Budget()));
      } else {
        auto tx = Get(database->Begin({}));
        for (int i = 0; i < 20; ++i) {
          const EdgeId some = edge();
          const NodeId node = g.Any(random);
          const bool there = Get(tx->view().GetNode(node)).has_value();
          switch (random() % 7) {
            case 0:
              if (there) Get(tx->CreateEdge(random() % 2 ? "T" : "U", node, node, {{"w", 0.1}}, {}));
              break;
            case 1: {
              const NodeId fresh = Get(tx->CreateNode({random() % 2 ? "A" : "C"}, {}, {}));
              if (there) edges.push_back(Get(tx->CreateEdge("T", fresh, node, {{"w", 3}}, {})));
              break;
            }
            case 2:
              if (Get(tx->view().GetEdge(some))) Ok(tx->DeleteEdge(some));
              break;
            case 3:
              if (Get(tx->view().GetEdge(some))) Ok(tx->SetProperty(some, "w", Value(7.5)));
              break;
            case 4:
              if (there) Ok(random() % 2 ? tx->AddLabel(node, "A") : tx->RemoveLabel(node, "A"));
              break;
            case 5: {  // a node with all its edges
              const NodeId last = g.nodes[g.nodes.size() - 1 - random() % 300];
              if (!Get(tx->view().GetNode(last))) break;
              for (const Neighbour& n : Get(tx->view().With({.predicted = true}).Expand(last, Direction::kBoth))) {
                if (Get(tx->view().GetEdge(n.edge))) Ok(tx->DeleteEdge(n.edge));
              }
              Ok(tx->DeleteNode(last));
              break;
            }
            default: {
              Evidence evidence;
              evidence.certainty = Certainty::kPredicted;
              if (there) Get(tx->CreateEdge("T", node, node, {}, evidence));
            }
          }
        }
        Get(tx->Commit());
      }
    }
    for (const Projection& projection : Projections()) {
      StoreCounts counts;
      const auto database = Get(Database::Open(std::make_unique<CountingStore>(&counts, Get(storage::OpenStore(g.path, {.read_only = true}))), {.read_only = true}));
      counts.walks = 0;
      const SnapshotPtr found = Get(Get(database->Read()).Snap(projection, Budget()));
      if (projection.types.empty() && projection.labels.empty()) {
        EXPECT_EQ(counts.walks, 0u);
      }
      ASSERT_EQ(Arcs(*found), Arcs(*g.Fresh(projection))) << ProjectionJson(projection) << " after step " << step;
    }
  }
}

// A snapshot of edges numbered by (type, from, to), as a bulk load does, some of them from elsewhere.
TEST(SnapshotFile, EdgesOfABulkLoadTakeLittleMoreThanAByteAnEdgeId) {
  std::mt19937_64 random(8);
  constexpr Vertex n = 2000;
  const storage::TempFolder folder;
  const SnapshotFolder files(folder.path());
  for (const uint64_t far : {0, 2000, 1}) {  // one in so many has any number; 0: none
    for (const bool several : {false, true}) {
      std::vector<Snapshot::Edge> edges;
      for (uint16_t type = 3; type < (several ? 7 : 4); ++type) {
        for (Vertex from = 0; from < n; ++from) {
          for (Vertex to = static_cast<Vertex>(random() % 300); to < n; to += static_cast<Vertex>(1 + random() % 300)) {
            edges.push_back({from, to, 1, 1000 + edges.size(), type});
          }
        }
      }
      std::vector<uint64_t> numbers(edges.size());
      for (size_t i = 0; i < edges.size(); ++i) numbers[i] = far != 0 && random() % far == 0 ? 10'000'000 + i * 3 : edges[i].edge_id;
      if (far == 1) std::shuffle(numbers.begin(), numbers.end(), random);
      for (size_t i = 0; i < edges.size(); ++i) edges[i].edge_id = numbers[i];
      std::vector<NodeId> nodes(n);
      for (size_t v = 0; v < n; ++v) nodes[v].raw = 77 + (several ? v : 2 * v);
      const SnapshotPtr made = Get(Snapshot::FromEdges(n, edges, {}, nodes));
      const auto& c = made->columns();
      EXPECT_EQ(c.edges32.empty(), far != 1) << far;
      const uint64_t ids = c.edges32.size_bytes() + c.edge_steps.size_bytes() + c.edge_bases.size_bytes() + c.far_edges.size_bytes();
      if (far == 0) EXPECT_LT(ids * 10, made->arc_count() * 12);
      EXPECT_LE(ids, made->arc_count() * 4);
      EXPECT_EQ(c.nodes32.empty(), several);
      EXPECT_TRUE(c.nodes64.empty());
      files.Keep("key", {1, 2}, *made);
      const auto kept = files.Find("key", {});
      ASSERT_TRUE(kept.has_value());
      for (const SnapshotPtr& s : {made, kept->snapshot}) {
        std::map<std::tuple<Vertex, Vertex, uint16_t>, std::vector<uint64_t>> expected;
        for (const auto& e : edges) expected[{e.from, e.to, e.type}].push_back(e.edge_id);
        for (Vertex v = 0; v < n; ++v) {
          ASSERT_EQ(s->node_id(v), nodes[v]);
          ASSERT_EQ(s->vertex(nodes[v]), v);
          for (uint32_t a = s->row_begin(v); a < s->row_end(v); ++a) {
            const auto at = expected.find({v, s->target(a), static_cast<uint16_t>(s->type(a).raw)});
            ASSERT_NE(at, expected.end());
            ASSERT_EQ(at->second, std::vector<uint64_t>{s->edge_id(a).raw});
          }
        }
        EXPECT_EQ(s->vertex(NodeId{76}), kNoVertex);
        EXPECT_EQ(s->vertex(NodeId{77 + 2 * n}), kNoVertex);
      }
      files.Clear();
    }
  }
}

TEST(SnapshotFile, OneProcessBringsItsOwnUpToDate) {
  Graph g;
  const auto database = g.Open();
  g.RemoveFiles();
  std::mt19937_64 random(3);
  for (int step = 0; step < 4; ++step) {
    const ReadView before = Get(database->Read());
    const auto then = Arcs(*Get(before.Snap({}, Budget())));
    {
      auto tx = Get(database->Begin({}));
      Get(tx->CreateEdge("T", g.Any(random), g.Any(random), {}, {}));
      Get(tx->Commit());
    }
    EXPECT_EQ(Get(Get(database->Read()).Snap({}, Budget()))->edge_count(), Get(before.Snap({}, Budget()))->edge_count() + 1);
    EXPECT_EQ(Arcs(*Get(before.Snap({}, Budget()))), then);
  }
  EXPECT_EQ(Arcs(*Get(Get(database->Read()).Snap({}, Budget()))), Arcs(*Get(Get(database->Read()).Snap({}, Budget()))));
}

TEST(SnapshotFile, WhatAKilledProcessLeftHalfWrittenGoes) {
  const Graph g;
  std::ofstream(g.path + "/snapshot-0123456789abcdef-1.part99") << "half";
  g.Open(true);
  EXPECT_EQ(g.Files().size(), 1u);
  g.Open();
  EXPECT_TRUE(g.Files().empty());
}

}  // namespace
}  // namespace liantu::graph
