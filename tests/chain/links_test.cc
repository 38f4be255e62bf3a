// SPDX-License-Identifier: Apache-2.0
#include "chain/links.h"

#include "chain/help.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

LinksAnswer Ask(const Tiny& g, const std::string& from, const std::string& to, const LinksOptions& options = {}) {
  Reader reader(g.view(), Lang::kEn);
  return Get(FindLinks(reader, Get(reader.Describe(g[from])), Get(reader.Describe(g[to])), options, Budget()));
}

// "> a b firm": forward, companies along the route, strength of the weakest tie.
std::string Routes(const LinksAnswer& answer) {
  std::string out;
  for (const SupplyRoute& r : answer.routes) {
    out += (out.empty() ? "" : "; ") + std::string(r.forward ? "> " : "< ") + r.ties[0].supplier.key;
    for (const Tie& t : r.ties) out += " " + t.customer.key;
    out += std::string(" ") + TieStrengthName(r.strength);
  }
  return out;
}

constexpr const char* kCities = "a1:Company -LOCATED_IN-> a:City; a2:Company -LOCATED_IN-> a; b1:Company -LOCATED_IN-> b:City; b2:Company -LOCATED_IN-> b; x:Company -LOCATED_IN-> c:City;";

TEST(Links, DirectTiesRunBothWaysAndTiesInsideASideAreNone) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -SUPPLIES-> b1; b2 -SUPPLIES-> a1; a1 -SUPPLIES-> a2; b1 -SUPPLIES-> b2; a1 -SUPPLIES-> x"));
  EXPECT_EQ(Routes(Ask(g, "a", "b")), "> a1 b1 firm; < b2 a1 firm");
  EXPECT_EQ(Routes(Ask(g, "b", "a")), "> b2 a1 firm; < a1 b1 firm");
}

TEST(Links, FurtherTiersGoThroughCompaniesOfNeitherSide) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -SUPPLIES-> x -SUPPLIES-> b1; a2 -SUPPLIES-> x; a1 -SUPPLIES-> a2 -SUPPLIES-> b2"));
  EXPECT_EQ(Routes(Ask(g, "a", "b", {.tiers = 1})), "> a2 b2 firm");
  EXPECT_EQ(Routes(Ask(g, "a", "b", {.tiers = 2})), "> a2 b2 firm; > a1 x b1 firm; > a2 x b1 firm");
}

TEST(Links, ACompanyOfBothSidesCarriesNoTie) {
  const Tiny g = TinyGraph(
      "a1:Company -MEMBER_OF-> a:Cluster; s:Company -MEMBER_OF-> a; s -MEMBER_OF-> b:Cluster; b1:Company -MEMBER_OF-> b;"
      "a1 -SUPPLIES-> s -SUPPLIES-> b1; a1 -SUPPLIES-> b1");
  const LinksAnswer answer = Ask(g, "a", "b", {.tiers = 3});
  EXPECT_EQ(Routes(answer), "> a1 b1 firm");
  EXPECT_EQ(Keys(g, answer.shared), "s");
}

TEST(Links, StrengthFollowsTheStatusAndPlansAreNeverFirm) {
  for (const char* status : {"", "supply", "contract", "contract manufacturing", "nomination"}) EXPECT_EQ(StrengthOf(status), TieStrength::kFirm) << status;
  for (const char* status : {"framework", "memorandum", "planned", "reported", "trial", "cooperation", "intra-group", "service"}) EXPECT_EQ(StrengthOf(status), TieStrength::kWeak) << status;
  EXPECT_EQ(StrengthOf("past"), TieStrength::kPast);
  EXPECT_EQ(StrengthOf("supply", graph::Certainty::kPlanned), TieStrength::kWeak);
  EXPECT_EQ(StrengthOf("supply", graph::Certainty::kPredicted), TieStrength::kWeak);
  EXPECT_EQ(StrengthOf("past", graph::Certainty::kPlanned), TieStrength::kPast);
  EXPECT_EQ(StrengthOf("supply", graph::Certainty::kInferred), TieStrength::kFirm);
}

TEST(Links, FirmRoutesStandBeforeWeakAndPastOnes) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -SUPPLIES {status: past}-> b1; a1 -SUPPLIES {status: cooperation}-> b1; a1 -SUPPLIES {status: contract}-> b1"));
  EXPECT_EQ(Routes(Ask(g, "a", "b")), "> a1 b1 firm; > a1 b1 weak; > a1 b1 past");
}

TEST(Links, ARouteIsAsStrongAsItsWeakestTie) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -SUPPLIES-> x -SUPPLIES {status: trial}-> b1"));
  EXPECT_EQ(Routes(Ask(g, "a", "b", {.tiers = 2})), "> a1 x b1 weak");
}

TEST(Links, TheLimitOfRoutesIsSaid) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -SUPPLIES-> b1; a1 -SUPPLIES-> b2; a2 -SUPPLIES-> b1"));
  const LinksAnswer answer = Ask(g, "a", "b", {.max_routes = 2});
  EXPECT_FALSE(answer.complete);
  EXPECT_NE(answer.stopped.find("2"), std::string::npos);
}

TEST(Links, SegmentsThatFollowEachOtherAreLinksOfTheirOwnKind) {
  const Tiny g = TinyGraph(Text(kCities, "cell:Segment -UPSTREAM_OF-> pack:Segment; a1 -OPERATES_IN-> cell; b1 -OPERATES_IN-> pack; b2 -OPERATES_IN-> pack; a2 -OPERATES_IN-> pack"));
  const LinksAnswer answer = Ask(g, "a", "b");
  ASSERT_EQ(answer.segments.size(), 1u);
  EXPECT_TRUE(answer.segments[0].forward);
  EXPECT_EQ(answer.segments[0].upstream.key, "cell");
  EXPECT_EQ(Keys(answer.segments[0].upstream_examples), "a1");
  EXPECT_EQ(Keys(answer.segments[0].downstream_examples), "b1 b2");
}

TEST(Links, TiersOutOfRangeAreRefused) {
  const Tiny g = TinyGraph(kCities);
  Reader reader(g.view(), Lang::kEn);
  EXPECT_EQ(FindLinks(reader, Get(reader.Describe(g["a"])), Get(reader.Describe(g["b"])), {.tiers = 7}, Budget()).code(), Code::kInvalid);
}

TEST(Links, CountsAreOfAllTiesWhateverIsListed) {
  const Tiny g = TinyGraph(Text(kCities,
                                "a1 -SUPPLIES {product: cell, year: 2020}-> b1; a1 -SUPPLIES {product: cell, year: 2021, status: past}-> b1; a2 -SUPPLIES {product: seat, year: 2021, status: planned}-> b2;"
                                "b1 -SUPPLIES {product: chip, status: trial}-> a1; b2 -SUPPLIES {product: chip}-> a1"));
  const LinksAnswer answer = Ask(g, "a", "b", {.max_routes = 1});
  EXPECT_EQ(answer.routes.size(), 1u);
  EXPECT_FALSE(answer.complete);
  EXPECT_EQ(answer.forward.firm, 1u);
  EXPECT_EQ(answer.forward.past, 1u);
  EXPECT_EQ(answer.forward.weak, 1u);
  EXPECT_EQ(answer.forward.planned, 1u);
  EXPECT_EQ(answer.backward.firm, 1u);
  EXPECT_EQ(answer.backward.weak, 1u);
  EXPECT_EQ(answer.backward.planned, 0u);
  std::string years, products;
  for (const YearTies& y : answer.years) years += Text(y.year ? std::to_string(*y.year) : "-", y.forward ? ">" : "<", y.ties.firm, "/", y.ties.weak, "/", y.ties.past, " ");
  EXPECT_EQ(years, "2020>1/0/0 2021>0/1/1 -<1/1/0 ");
  for (const ProductTies& p : answer.products) products += Text(p.product, p.forward ? ">" : "<", p.ties.all(), " ", p.suppliers, " ", p.customers, "; ");
  EXPECT_EQ(products, "cell>2 1 1; chip<2 2 1; seat>1 1 1; ");
}

TEST(Links, FirmOnlyAndAProductLeaveTheOthersOut) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -SUPPLIES {product: cell}-> b1; a2 -SUPPLIES {product: seat}-> b2; a2 -SUPPLIES {product: cell, status: trial}-> b2"));
  EXPECT_EQ(Routes(Ask(g, "a", "b", {.firm_only = true})), "> a1 b1 firm; > a2 b2 firm");
  EXPECT_EQ(Routes(Ask(g, "a", "b", {.product = "cell"})), "> a1 b1 firm; > a2 b2 weak");
  EXPECT_EQ(Routes(Ask(g, "a", "b", {.firm_only = true, .product = "cell"})), "> a1 b1 firm");
}

TEST(Links, WhatRunsThroughAThirdCityIsCountedByCity) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -SUPPLIES-> x -SUPPLIES-> b1; a2 -SUPPLIES-> x; b2 -SUPPLIES-> y:Company -SUPPLIES-> a1; z:Company -LOCATED_IN-> c; a1 -SUPPLIES-> z -SUPPLIES-> b1"));
  const LinksAnswer answer = Ask(g, "a", "b", {.tiers = 2});
  ASSERT_EQ(answer.through.size(), 2u);
  EXPECT_EQ(answer.through[0].city->key, "c");
  EXPECT_EQ(answer.through[0].forward, 3u);
  EXPECT_EQ(answer.through[0].backward, 0u);
  EXPECT_EQ(Keys(answer.through[0].companies), "x z");
  EXPECT_FALSE(answer.through[1].city);  // y has no seat
  EXPECT_EQ(answer.through[1].backward, 1u);
}

TEST(Links, AProductStandsForItsMakersAndCountsInThatProductOnly) {
  const Tiny g = TinyGraph(Text(kCities, "a1 -PRODUCES-> cell:Product; a2 -PRODUCES-> cell; a1 -SUPPLIES {product: cell}-> b1; a1 -SUPPLIES {product: seat}-> b1; a2 -SUPPLIES {product: cell}-> b2"));
  EXPECT_EQ(Routes(Ask(g, "cell", "b")), "> a1 b1 firm; > a2 b2 firm");
}

TEST(Partners, StandAtTheirNearestTierAndOnlyFirmTiesLeadOn) {
  const Tiny g = TinyGraph(
      "s1:Company -SUPPLIES-> me:Company; s2:Company -SUPPLIES {status: trial}-> me; d1:Company -SUPPLIES-> s1; d1 -SUPPLIES-> me; d2:Company -SUPPLIES-> s2; d3:Company -SUPPLIES-> s1;"
      "me -SUPPLIES-> c1:Company -SUPPLIES-> s1");
  Reader reader(g.view(), Lang::kEn);
  const PartnersAnswer answer = Get(FindPartners(reader, Get(reader.Describe(g["me"])), {.tiers = 3}, Budget()));
  std::string lines;
  for (const PartnerTie& p : answer.partners) lines += Text(p.suppliers ? "s" : "c", p.tier, " ", p.partner.key, " ", TieStrengthName(p.strength), "; ");
  EXPECT_EQ(lines, "s1 s1 firm; s1 d1 firm; s1 s2 weak; s2 d3 firm; s2 c1 firm; c1 c1 firm; c2 s1 firm; ");
  uint64_t suppliers = 0;
  for (const TierCount& t : answer.tiers) suppliers += t.suppliers ? t.companies : 0;
  EXPECT_EQ(suppliers, 5u);
}

}  // namespace
}  // namespace liantu::chain
