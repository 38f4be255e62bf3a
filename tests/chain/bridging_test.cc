// SPDX-License-Identifier: Apache-2.0
// Roles, cuts and pairings on drawings small enough to count by hand.
#include "chain/bridging.h"

#include <algorithm>
#include <map>
#include <set>

#include "chain/help.h"
#include "chain/linkage.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

LinkageAnswer Ask(const Tiny& g, const std::string& a, const std::string& b) {
  Reader reader(g.view(), Lang::kEn);
  return Get(FindLinkage(reader, Get(reader.Describe(g[a])), Get(reader.Describe(g[b])), {}, Budget()));
}

constexpr const char* kClusters =
    "a1:Company -MEMBER_OF-> a:Cluster; a2:Company -MEMBER_OF-> a; a3:Company -MEMBER_OF-> a; s:Company -MEMBER_OF-> a;"
    "b1:Company -MEMBER_OF-> b:Cluster; b2:Company -MEMBER_OF-> b; s -MEMBER_OF-> b; x:Company; y:Company;";

std::string Roles(const LinkageAnswer& answer) {
  std::string out;
  for (const Broker& b : answer.brokers.list) {
    out += Text(out.empty() ? "" : "; ", b.company.key);
    for (size_t r = 0; r < b.roles.size(); ++r) {
      if (b.roles[r] > 0) out += Text(" ", analysis::BrokerageName(static_cast<analysis::Brokerage>(r)), " ", b.roles[r]);
    }
  }
  return out;
}

TEST(Bridging, RolesAreThoseOfGouldAndFernandezOverFirmTies) {
  // a2 takes from its own side and passes on to b1 (representative); b2 takes from a3 for b1 (gatekeeper); x stands between a1 and b1 (liaison).
  const Tiny g = TinyGraph(Text(kClusters,
                                "a1 -SUPPLIES-> a2; a2 -SUPPLIES-> b1; a3 -SUPPLIES-> b2; b2 -SUPPLIES-> b1; a1 -SUPPLIES-> x; x -SUPPLIES-> b1; a1 -SUPPLIES {status: trial}-> y; y -SUPPLIES-> b1"));
  EXPECT_EQ(Roles(Ask(g, "a", "b")), "a2 representative 1; b2 gatekeeper 1; x liaison 1");
}

TEST(Bridging, ATriangleBrokersNothing) {
  const Tiny g = TinyGraph(Text(kClusters, "a1 -SUPPLIES-> a2; a2 -SUPPLIES-> b1; a1 -SUPPLIES-> b1; a3 -SUPPLIES-> b2"));
  EXPECT_EQ(Roles(Ask(g, "a", "b")), "");
}

TEST(Bridging, ParticipationIsHighWhereTiesSpreadOverTheParts) {
  const Tiny g = TinyGraph(Text(kClusters, "a1 -SUPPLIES-> s; s -SUPPLIES-> b1; a2 -SUPPLIES-> a1; b1 -SUPPLIES-> b2"));
  const LinkageAnswer answer = Ask(g, "a", "b");
  ASSERT_FALSE(answer.brokers.list.empty());
  EXPECT_EQ(answer.brokers.list[0].company.key, "a1");  // equal counts: the smaller id
  for (const Broker& b : answer.brokers.list) {
    if (b.company.key == "s") {
      EXPECT_NEAR(*b.participation, 0.5, 1e-12);
    }
  }
}

TEST(Bridging, CutsCountDirectTiesAndRoundaboutWays) {
  const Tiny g = TinyGraph(Text(kClusters, "a1 -SUPPLIES-> b1; a1 -SUPPLIES {product: cell}-> b1; a2 -SUPPLIES-> b2; a3 -SUPPLIES-> s; s -SUPPLIES-> b2; a3 -SUPPLIES {status: trial}-> b1"));
  const Fragility f = Ask(g, "a", "b").fragility;
  EXPECT_EQ(f.ties, 3u);
  EXPECT_EQ(f.pairs, 2u);
  EXPECT_EQ(f.pairs_by_one, 1u);
  EXPECT_EQ(f.hanging_a, 1u);
  EXPECT_EQ(f.hanging_b, 1u);
  EXPECT_EQ(f.largest->key, "a1");
  EXPECT_EQ(*f.tie_cut, 4);      // two of a1 - b1, one of a2 - b2, one of the way through s
  EXPECT_EQ(f.cut_ties.size(), 4u);
  EXPECT_EQ(*f.company_cut, 2);  // a1 or b1, and b2
  EXPECT_EQ(f.cut_companies.size(), 2u);
}

TEST(Bridging, WithoutFirmTiesThereIsNothingToCut) {
  const Tiny g = TinyGraph(Text(kClusters, "a1 -SUPPLIES {status: trial}-> b1; a1 -SUPPLIES-> a2"));
  const Fragility f = Ask(g, "a", "b").fragility;
  EXPECT_EQ(f.ties, 0u);
  EXPECT_FALSE(f.tie_cut.defined());
  EXPECT_FALSE(f.company_cut.defined());
}

TEST(Bridging, TheCutSeparatesOnRandomGraphs) {
  // Slow twin: the least vertex cover by trying every set of up to three companies.
  uint64_t state = 7;
  const auto next = [&](uint64_t n) { return (state = state * 6364136223846793005ull + 1442695040888963407ull) >> 33, (state >> 33) % n; };
  for (int round = 0; round < 40; ++round) {
    std::string drawing = kClusters;
    std::vector<std::pair<std::string, std::string>> ties;
    const std::vector<std::string> names = {"a1", "a2", "a3", "s", "b1", "b2", "x"};
    for (int i = 0; i < 8; ++i) {
      const std::string u = names[next(7)], v = names[next(7)];
      if (u == v) continue;
      drawing += Text(u, " -SUPPLIES-> ", v, ";");
      ties.emplace_back(u, v);
    }
    const Fragility f = Ask(TinyGraph(drawing), "a", "b").fragility;
    const auto parted = [&](const std::set<std::string>& gone) {
      std::set<std::string> reached;
      std::vector<std::string> open;
      for (const std::string& n : {"a1", "a2", "a3"}) {
        if (!gone.contains(n)) reached.insert(n), open.push_back(n);
      }
      while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        for (const auto& [u, v] : ties) {
          for (const auto& [p, q] : {std::pair(u, v), std::pair(v, u)}) {
            if (p == at && !gone.contains(q) && reached.insert(q).second) open.push_back(q);
          }
        }
      }
      return !reached.contains("b1") && !reached.contains("b2");
    };
    int best = 99;
    for (int mask = 0; mask < 128; ++mask) {
      std::set<std::string> gone;
      for (size_t i = 0; i < 7; ++i) {
        if (mask >> i & 1) gone.insert(names[i]);
      }
      if (parted(gone)) best = std::min(best, static_cast<int>(gone.size()));
    }
    if (best == 0) {
      EXPECT_FALSE(f.company_cut.defined());
      continue;
    }
    ASSERT_TRUE(f.company_cut.defined()) << drawing;
    EXPECT_EQ(*f.company_cut, best) << drawing;
    std::set<std::string> named;
    for (const Entity& e : f.cut_companies) named.insert(e.key);
    EXPECT_TRUE(parted(named)) << drawing;
  }
}

TEST(Bridging, PairingsNameWhatOneMakesAndTheOtherBuysElsewhere) {
  const Tiny g = TinyGraph(Text(kClusters,
                                "a1 -PRODUCES-> cell:Product; x -SUPPLIES {product: cell}-> b1; a2 -OPERATES_IN-> up:Segment -UPSTREAM_OF-> down:Segment; b2 -OPERATES_IN-> down; a2 -SUPPLIES-> y; y -SUPPLIES-> b2;"
                                "a3 -OPERATES_IN-> up; a3 -SUPPLIES {status: trial}-> b2"));
  const LinkageAnswer answer = Ask(g, "a", "b");
  std::string lines;
  for (const Pairing& p : answer.pairings) {
    lines += Text(p.supplier.key, " ", p.customer.key, " ", p.score, ":");
    for (const PairingEvidence& e : p.reasons) lines += Text(" ", PairingReasonName(e.reason), " (", e.what, ")");
    lines += "; ";
  }
  // a3 and b2 have a tie already, if a weak one.
  EXPECT_EQ(lines, "a1 b1 4: buys the product (cell); a2 b2 3: segments follow (up → down) common partner (y); ");
}

TEST(Bridging, PairingsAreTheBestOfAllPairsOneByOne) {
  uint64_t state = 11;
  const auto next = [&](uint64_t n) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (state >> 33) % n;
  };
  constexpr uint64_t kSide = 8, kOthers = 6;
  size_t shown = 0;
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> names;
    std::string drawing = "a:Cluster; b:Cluster; t0:Segment -UPSTREAM_OF-> t1:Segment; t1 -UPSTREAM_OF-> t2:Segment;";
    for (int p = 0; p < 4; ++p) drawing += Text("g", p, ":Product;");
    for (uint64_t i = 0; i < 2 * kSide + 1 + kOthers; ++i) {
      names.push_back(i < kSide ? Text("a", i) : i < 2 * kSide ? Text("b", i) : i == 2 * kSide ? "s" : Text("x", i));
      drawing += Text(names.back(), ":Company;");
      if (i < kSide || i == 2 * kSide) drawing += Text(names.back(), " -MEMBER_OF-> a;");
      if (i >= kSide && i <= 2 * kSide) drawing += Text(names.back(), " -MEMBER_OF-> b;");
      if (next(2)) drawing += Text(names.back(), " -OPERATES_IN-> t", next(3), ";");
      if (next(2)) drawing += Text(names.back(), " -PRODUCES-> g", next(4), ";");
      if (next(6) == 0) drawing += Text(names.back(), " -LEADS-> t", next(3), ";");
    }
    for (int i = 0; i < 50; ++i) {
      const std::string from = names[next(names.size())], to = names[next(names.size())];
      drawing += Text(from, next(5) ? Text(" -SUPPLIES {product: g", next(4), "}-> ") : " -SUPPLIES {status: trial}-> ", to, ";");
    }
    const Tiny g = TinyGraph(drawing);
    Reader reader(g.view(), Lang::kEn);
    const auto ends = [&](NodeId id, graph::Direction direction, const char* type) {
      std::set<NodeId> out;
      for (const auto& n : Get(reader.Around(id, direction, type))) out.insert(n.node);
      return out;
    };
    struct Company {
      NodeId id;
      bool a, b, leads;
      size_t ties = 0;
      std::set<NodeId> joined, partners, products, segments;
      std::set<std::pair<NodeId, std::string>> buys;  // from whom, what
    };
    std::vector<Company> companies;
    for (const std::string& name : names) {
      Company c{.id = g[name], .leads = !ends(g[name], graph::Direction::kOut, "LEADS").empty()};
      const auto of = ends(c.id, graph::Direction::kOut, "MEMBER_OF");
      c.a = of.contains(g["a"]), c.b = of.contains(g["b"]);
      c.products = ends(c.id, graph::Direction::kOut, "PRODUCES");
      c.segments = ends(c.id, graph::Direction::kOut, "OPERATES_IN");
      for (const auto direction : {graph::Direction::kOut, graph::Direction::kIn}) {
        for (const auto& n : Get(reader.Around(c.id, direction, "SUPPLIES"))) {
          ++c.ties;
          c.joined.insert(n.node);
          const auto edge = Get(reader.view().GetEdge(n.edge));
          const graph::Value* product = edge->Property(reader.view().property("product"));
          if (edge->Property(reader.view().property("status"))) continue;  // on trial
          c.partners.insert(n.node);
          if (direction == graph::Direction::kIn && product) c.buys.emplace(n.node, graph::ToText(*product));
        }
      }
      companies.push_back(std::move(c));
    }
    std::vector<std::tuple<int, int64_t, NodeId, NodeId>> pairs;
    for (const Company& s : companies) {
      for (const Company& c : companies) {
        if (s.a == s.b || c.a == c.b || s.a == c.a || s.joined.contains(c.id)) continue;
        bool makes = false, follows = false;
        for (const NodeId product : s.products) {
          for (const auto& [from, what] : c.buys) {
            const auto seller = std::find_if(companies.begin(), companies.end(), [&, from = from](const Company& x) { return x.id == from; });
            const bool own_side = seller->a != seller->b && seller->a == s.a;
            makes = makes || (!own_side && what == g.name(product));
          }
        }
        for (const NodeId up : s.segments) {
          const auto below = ends(up, graph::Direction::kOut, "UPSTREAM_OF");
          follows = follows || std::any_of(c.segments.begin(), c.segments.end(), [&](NodeId down) { return below.contains(down); });
        }
        if (!makes && !follows) continue;
        const auto common = std::count_if(s.partners.begin(), s.partners.end(), [&](NodeId id) { return c.partners.contains(id); });
        const int score = (makes ? 4 : 0) + (follows ? 2 : 0) + (s.leads || c.leads) + static_cast<int>(std::min<int64_t>(common, 3));
        pairs.emplace_back(-score, -static_cast<int64_t>(s.ties + c.ties), s.id, c.id);
      }
    }
    std::sort(pairs.begin(), pairs.end());
    std::map<NodeId, int> times;
    std::string expected, found;
    size_t kept = 0;
    for (const auto& [score, ties, s, c] : pairs) {
      if (kept == 20 || times[s] == 3 || times[c] == 3) continue;
      ++times[s], ++times[c], ++kept;
      expected += Text(g.name(s), " ", g.name(c), " ", -score, "; ");
    }
    for (const Pairing& p : Ask(g, "a", "b").pairings) found += Text(p.supplier.key, " ", p.customer.key, " ", p.score, "; ");
    EXPECT_EQ(found, expected) << drawing;
    shown += kept;
  }
  EXPECT_GT(shown, 300u);
}

}  // namespace
}  // namespace liantu::chain
