// SPDX-License-Identifier: Apache-2.0
#include "chain/connect.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "analysis/common.h"
#include "chain/help.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

ConnectAnswer Ask(const Tiny& g, const std::string& a, const std::string& b, const ConnectOptions& options = {}) {
  Reader reader(g.view(), Lang::kEn);
  return Get(FindConnections(reader, Get(reader.Describe(g[a])), Get(reader.Describe(g[b])), options, Budget()));
}

std::string Text_(const Connection& c) {
  std::string out = c.entities[0].key;
  for (size_t i = 0; i < c.steps.size(); ++i) out += (c.steps[i][0].forward ? " -" : " <-") + c.steps[i][0].type + (c.steps[i][0].forward ? "-> " : "- ") + c.entities[i + 1].key;
  return out;
}

std::string Paths(const ConnectAnswer& answer) {
  std::string out;
  for (const Connection& c : answer.connections) out += (out.empty() ? "" : "; ") + Text_(c);
  return out;
}

// gz is a hub: forty companies more.
std::string Hub() {
  std::string out = "a:Company -LOCATED_IN-> gz:City; b:Company -LOCATED_IN-> gz; park:Park -HOSTS-> a; park -HOSTS-> b; doc:Document <-MENTIONED_IN- a; doc <-MENTIONED_IN- b;";
  for (int i = 0; i < 40; ++i) out += Text("c", i, ":Company -LOCATED_IN-> gz;");
  return out;
}

TEST(Connect, TheSharedParkComesBeforeTheSharedCityAndEvidenceIsNoPath) {
  const ConnectAnswer answer = Ask(TinyGraph(Hub()), "a", "b");
  EXPECT_EQ(Paths(answer), "a <-HOSTS- park -HOSTS-> b; a -LOCATED_IN-> gz <-LOCATED_IN- b");
  EXPECT_TRUE(answer.complete);
  // Cost: an edge 1, an inner entity 0.5·log2(degree).
  EXPECT_NEAR(answer.connections[0].cost, 2 + 0.5 * std::log2(2), 1e-6);
  EXPECT_NEAR(answer.connections[1].cost, 2 + 0.5 * std::log2(42), 1e-6);
}

TEST(Connect, ALongerPathMayBeMoreReadableThanOneThroughAHub) {
  std::string drawing = "a:Company -LOCATED_IN-> gz:City; b:Company -LOCATED_IN-> gz; a -SUPPLIES-> x:Company -SUPPLIES-> y:Company -SUPPLIES-> b;";
  for (int i = 0; i < 200; ++i) drawing += Text("c", i, ":Company -LOCATED_IN-> gz;");
  const Tiny g = TinyGraph(drawing);
  EXPECT_EQ(Text_(Ask(g, "a", "b").connections[0]), "a -SUPPLIES-> x -SUPPLIES-> y -SUPPLIES-> b");
  EXPECT_EQ(Text_(Ask(g, "a", "b", {.hub_penalty = 0}).connections[0]), "a -LOCATED_IN-> gz <-LOCATED_IN- b");
}

TEST(Connect, TypesAvoidListsAndHopsNarrowTheSearch) {
  const Tiny g = TinyGraph(Hub());
  EXPECT_EQ(Paths(Ask(g, "a", "b", {.types = {"LOCATED_IN"}})), "a -LOCATED_IN-> gz <-LOCATED_IN- b");
  EXPECT_EQ(Paths(Ask(g, "a", "b", {.avoid = {g["park"]}})), "a -LOCATED_IN-> gz <-LOCATED_IN- b");
  EXPECT_EQ(Paths(Ask(g, "a", "b", {.avoid = {g["park"], g["gz"]}})), "");
  EXPECT_EQ(Paths(Ask(g, "a", "b", {.max_hops = 1})), "");
  EXPECT_EQ(Paths(Ask(g, "a", "b", {.types = {"MENTIONED_IN"}})), "a -MENTIONED_IN-> doc <-MENTIONED_IN- b");
}

TEST(Connect, EveryEdgeBetweenTwoNeighboursIsShownInOneStep) {
  const Tiny g = TinyGraph("a:Company -SUPPLIES {product: cell}-> b:Company; a -OWNS {relation: subsidiary}-> b; b -SUPPLIES {product: car}-> a");
  const ConnectAnswer answer = Ask(g, "a", "b");
  ASSERT_EQ(answer.connections.size(), 1u);
  ASSERT_EQ(answer.connections[0].steps[0].size(), 3u);
  EXPECT_EQ(answer.connections[0].steps[0][0].properties, (std::vector<std::pair<std::string, std::string>>{{"product", "cell"}}));
  EXPECT_FALSE(answer.connections[0].steps[0][2].forward);
}

TEST(Connect, AnEntityAndItselfAreConnectedWithoutASteps) {
  const Tiny g = TinyGraph("a:Company -SUPPLIES-> b:Company");
  const ConnectAnswer answer = Ask(g, "a", "a");
  ASSERT_EQ(answer.connections.size(), 1u);
  EXPECT_TRUE(answer.connections[0].steps.empty());
}

TEST(Connect, BadOptionsAreRefusedByName) {
  const Tiny g = TinyGraph("a:Company -SUPPLIES-> b:Company");
  Reader reader(g.view(), Lang::kEn);
  const Entity a = Get(reader.Describe(g["a"])), b = Get(reader.Describe(g["b"]));
  const auto unknown = FindConnections(reader, a, b, {.types = {"SUPPLYS"}}, Budget());
  EXPECT_EQ(unknown.code(), Code::kInvalid);
  EXPECT_NE(unknown.status().message().find("SUPPLYS"), std::string::npos);
  EXPECT_EQ(FindConnections(reader, a, b, {.avoid = {b.id}}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(FindConnections(reader, a, b, {.k = 0}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(FindConnections(reader, a, b, {.max_hops = 13}, Budget()).code(), Code::kInvalid);
}

TEST(Connect, AHubTooLargeToReadIsSaidWhereItCouldMatter) {
  // With room for 60 edges the hub of 42 fits at neither side once the ends are read.
  const Tiny g = TinyGraph(Hub() + "gz -PART_OF-> gd:Province; d:Company -LOCATED_IN-> gd");
  const ConnectAnswer answer = Ask(g, "a", "d", {.max_edges = 30});
  EXPECT_FALSE(answer.complete);
  EXPECT_EQ(answer.not_expanded_total, 1u);
  EXPECT_EQ(Keys(answer.not_expanded), "gz");
}

// All simple paths by brute force, against the bounded two-sided search.
TEST(Connect, PathsAreThoseOfAnExhaustiveSearch) {
  analysis::Random random(7);
  for (int round = 0; round < 60; ++round) {
    const int n = 5 + static_cast<int>(random.Below(6));
    std::string drawing;
    for (int i = 0; i < n; ++i) drawing += Text("n", i, ":Company;");
    std::vector<std::pair<int, int>> edges;
    for (uint64_t e = 0, m = static_cast<uint64_t>(n) + random.Below(static_cast<uint64_t>(n)); e < m; ++e) {
      const int x = static_cast<int>(random.Below(static_cast<uint64_t>(n))), y = static_cast<int>(random.Below(static_cast<uint64_t>(n)));
      edges.emplace_back(x, y);
      drawing += Text("n", x, " -SUPPLIES-> n", y, ";");
    }
    const int hops = 1 + static_cast<int>(random.Below(6));
    std::vector<std::set<int>> near(static_cast<size_t>(n));
    std::vector<int> degree(static_cast<size_t>(n));
    for (const auto& [x, y] : edges) {
      ++degree[static_cast<size_t>(x)], ++degree[static_cast<size_t>(y)];
      if (x != y) near[static_cast<size_t>(x)].insert(y), near[static_cast<size_t>(y)].insert(x);
    }
    std::vector<double> costs;
    std::vector<int> path{0};
    const std::function<void(double)> walk = [&](double cost) {
      const int at = path.back();
      if (at == 1) return costs.push_back(cost);
      if (static_cast<int>(path.size()) > hops) return;
      for (int next : near[static_cast<size_t>(at)]) {
        if (std::find(path.begin(), path.end(), next) != path.end()) continue;
        path.push_back(next);
        walk(cost + 1 + (next == 1 ? 0 : 0.5 * std::log2(degree[static_cast<size_t>(next)])));
        path.pop_back();
      }
    };
    walk(0);
    std::sort(costs.begin(), costs.end());
    const size_t k = 1 + random.Below(4);
    if (costs.size() > k) costs.resize(k);
    const ConnectAnswer answer = Ask(TinyGraph(drawing), "n0", "n1", {.k = k, .max_hops = hops});
    ASSERT_EQ(answer.connections.size(), costs.size()) << drawing << " hops " << hops;
    for (size_t i = 0; i < costs.size(); ++i) EXPECT_NEAR(answer.connections[i].cost, costs[i], 1e-5) << drawing;
  }
}

}  // namespace
}  // namespace liantu::chain
