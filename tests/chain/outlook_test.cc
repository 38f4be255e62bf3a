// SPDX-License-Identifier: Apache-2.0
// Gaps and risk on graphs small enough to be worked out by hand.
#include <algorithm>

#include "chain/chain_map.h"
#include "chain/gaps.h"
#include "chain/help.h"
#include "chain/risk.h"

namespace liantu::chain {
namespace {

using graph::Tiny;
using graph::TinyGraph;

GapsAnswer Gaps(const Tiny& g, const std::string& place, const std::string& chain) {
  Reader reader(g.view(), Lang::kEn);
  return Get(FindGaps(reader, Get(reader.Describe(g[place])), Get(reader.Describe(g[chain])), {}, Budget()));
}

RiskAnswer Risk(const Tiny& g, const std::string& who, const RiskOptions& options = {}) {
  Reader reader(g.view(), Lang::kEn);
  return Get(FindRisk(reader, Get(reader.Describe(g[who])), options, Budget()));
}

// s1 → s2 → s3 → s4 → s5 of chain c; city a holds s1 and s3, city b holds s2 and s4.
constexpr const char* kChain =
    "s1:Segment -PART_OF-> c:Chain; s2:Segment -PART_OF-> c; s3:Segment -PART_OF-> c; s4:Segment -PART_OF-> c; s5:Segment -PART_OF-> c; "
    "s1 -UPSTREAM_OF-> s2; s2 -UPSTREAM_OF-> s3; s3 -UPSTREAM_OF-> s4; s4 -UPSTREAM_OF-> s5; "
    "a1:Company -LOCATED_IN-> a:City; a3:Company -LOCATED_IN-> a; a3x:Company -LOCATED_IN-> a; b2:Company -LOCATED_IN-> b:City; b2y:Company -LOCATED_IN-> b; b4:Company -LOCATED_IN-> b; "
    "a1 -OPERATES_IN-> s1; a3 -OPERATES_IN-> s3; a3x -OPERATES_IN-> s3; b2 -OPERATES_IN-> s2; b2y -OPERATES_IN-> s2; b4 -OPERATES_IN-> s4;";

std::string Kinds(const GapsAnswer& answer) {
  std::string out;
  for (const SegmentGap& gap : answer.gaps) out += (out.empty() ? "" : ", ") + gap.segment.key + " " + analysis::GapKindName(gap.kind);
  return out;
}

TEST(Gaps, FillExtendAndAbsentFollowTheHeldNeighbours) {
  const Tiny g = TinyGraph(kChain);
  const GapsAnswer answer = Gaps(g, "a", "c");
  EXPECT_EQ(Kinds(answer), "s2 fill, s4 extend, s5 absent");
  EXPECT_EQ(Keys(answer.gaps[0].before), "s1");
  EXPECT_EQ(Keys(answer.gaps[0].after), "s3");
  EXPECT_DOUBLE_EQ(*answer.coverage, 2.0 / 5);
  ASSERT_EQ(answer.weak.size(), 1u);
  EXPECT_EQ(answer.weak[0].segment.key, "s1");  // one company; s3 has two
  EXPECT_EQ(answer.broken.size(), 3u);           // s1→s2, s2→s3, s3→s4
  EXPECT_EQ(answer.members, 3u);
}

TEST(Gaps, WhoAlreadySuppliesThePlaceStandsFirstAmongTheCandidates) {
  const Tiny g = TinyGraph(Text(kChain, "b2y -SUPPLIES-> a3"));
  const GapsAnswer answer = Gaps(g, "a", "c");
  ASSERT_EQ(answer.gaps[0].fillers.size(), 2u);
  EXPECT_EQ(answer.gaps[0].fillers[0].company.key, "b2y");
  ASSERT_EQ(answer.gaps[0].fillers[0].reasons.size(), 1u);
  EXPECT_EQ(answer.gaps[0].fillers[0].reasons[0].kind, ReasonKind::kSupplies);
  EXPECT_EQ(answer.gaps[0].fillers[0].reasons[0].with->key, "a3");
  EXPECT_TRUE(answer.gaps[0].fillers[1].reasons.empty());
}

TEST(Gaps, OwnershipOutranksSupplyAndLeadersAreNamed) {
  const Tiny g = TinyGraph(Text(kChain, "b2y -SUPPLIES-> a3; a1 -OWNS-> b2; b4 -LEADS-> c"));
  const GapsAnswer answer = Gaps(g, "a", "c");
  EXPECT_EQ(answer.gaps[0].fillers[0].company.key, "b2");
  ASSERT_EQ(answer.gaps[1].fillers.size(), 1u);
  EXPECT_EQ(answer.gaps[1].fillers[0].reasons[0].kind, ReasonKind::kLeads);
}

TEST(Gaps, AChainWithoutSegmentsAndAClusterWithoutMembersAreRefused) {
  const Tiny g = TinyGraph("a1:Company -LOCATED_IN-> a:City; c:Chain; k:Cluster");
  Reader reader(g.view(), Lang::kEn);
  EXPECT_EQ(FindGaps(reader, Get(reader.Describe(g["a"])), Get(reader.Describe(g["c"])), {}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(FindGaps(reader, Get(reader.Describe(g["k"])), Get(reader.Describe(g["c"])), {}, Budget()).code(), Code::kInvalid);
}

std::string Rounds(const RiskAnswer& answer) {
  std::string out;
  for (const Failure& f : answer.failures) out += (out.empty() ? "" : ", ") + f.company.key + " " + std::to_string(f.round);
  return out;
}

TEST(Risk, FailuresFollowInRoundsAndASecondSourceHolds) {
  // y buys from x alone; z from y alone; w half from x, half from v; u a third from x.
  const Tiny g = TinyGraph(
      "x:Company -SUPPLIES-> y:Company; y -SUPPLIES-> z:Company; x -SUPPLIES-> w:Company; v:Company -SUPPLIES-> w; "
      "x -SUPPLIES-> u:Company; v -SUPPLIES-> u; t:Company -SUPPLIES-> u");
  EXPECT_EQ(Rounds(Risk(g, "x")), "y 1, w 1, z 2");
  EXPECT_EQ(Rounds(Risk(g, "x", {.threshold = 0.6})), "y 1, z 2");
  const RiskAnswer answer = Risk(g, "x");
  EXPECT_EQ(answer.exposures_total, 3u);
  EXPECT_EQ(answer.exposures[0].customer.key, "y");
  EXPECT_TRUE(answer.exposures[0].single());
  EXPECT_FALSE(answer.exposures[1].single());
  EXPECT_EQ(answer.ties_lost, 3u);
}

TEST(Risk, OnlyFirmTiesThatExistCount) {
  const Tiny g = TinyGraph("x:Company -SUPPLIES {status: planned}-> y:Company; x -SUPPLIES {status: past}-> z:Company; x -SUPPLIES {status: trial}-> w:Company");
  const RiskAnswer answer = Risk(g, "x");
  EXPECT_EQ(answer.exposures_total, 0u);
  EXPECT_EQ(answer.failures_total, 0u);
}

TEST(Risk, RingsOfSupplyAreFoundOnceWhateverTheProducts) {
  const Tiny g = TinyGraph("x:Company -SUPPLIES {product: p}-> y:Company; x -SUPPLIES {product: q}-> y; y -SUPPLIES-> z:Company; z -SUPPLIES-> x");
  const RiskAnswer answer = Risk(g, "x");
  ASSERT_EQ(answer.loops.size(), 1u);
  EXPECT_EQ(Keys(answer.loops[0]), "x y z x");
}

TEST(Risk, RingsThatAWeakerTieClosesFollowTheFirmOnesAndPlansCloseNone) {
  const Tiny g = TinyGraph(
      "a:Company -SUPPLIES-> b:Company; b -SUPPLIES-> a; a -SUPPLIES-> c:Company; c -SUPPLIES {status: cooperation}-> a; "
      "a -SUPPLIES-> d:Company; d -SUPPLIES {status: planned}-> a; a -SUPPLIES-> e:Company; e -SUPPLIES {status: past}-> a");
  const RiskAnswer answer = Risk(g, "a");
  ASSERT_EQ(answer.loops.size(), 2u);
  EXPECT_EQ(Keys(answer.loops[0]), "a b a");
  EXPECT_EQ(answer.loops_strength[0], TieStrength::kFirm);
  EXPECT_EQ(Keys(answer.loops[1]), "a c a");
  EXPECT_EQ(answer.loops_strength[1], TieStrength::kWeak);
  EXPECT_EQ(answer.loops_sources.size(), 2u);
}

TEST(ChainMaps, ARecyclingLoopOfSegmentsIsFoundOnceAndAChainWithoutOneHasNone) {
  const Tiny g = TinyGraph(
      "ore:Segment -PART_OF-> c:Chain; cell:Segment -PART_OF-> c; pack:Segment -PART_OF-> c; recycling:Segment -PART_OF-> c; "
      "ore -UPSTREAM_OF-> cell; cell -UPSTREAM_OF-> pack; pack -UPSTREAM_OF-> recycling; recycling -UPSTREAM_OF-> cell; "
      "x:Segment -PART_OF-> d:Chain; y:Segment -PART_OF-> d; x -UPSTREAM_OF-> y");
  Reader reader(g.view(), Lang::kEn);
  const ChainMap map = Get(FindChainMap(reader, Get(reader.Describe(g["c"])), Budget()));
  ASSERT_EQ(map.loops.size(), 1u);
  EXPECT_EQ(Keys(map.loops[0]), "cell pack recycling cell");
  EXPECT_EQ(map.loops_sources.size(), 1u);
  EXPECT_TRUE(Get(FindChainMap(reader, Get(reader.Describe(g["d"])), Budget())).loops.empty());
}

TEST(Risk, SubstitutesAreSecondSourcesThenMakersThenTheSameSegment) {
  const Tiny g = TinyGraph(
      "x:Company -SUPPLIES {product: p}-> y:Company; s:Company -SUPPLIES {product: p}-> y; other:Company -SUPPLIES {product: q}-> y; "
      "x -PRODUCES-> m:Product; n:Company -PRODUCES-> m; x -OPERATES_IN-> seg:Segment; o:Company -OPERATES_IN-> seg; "
      "x -LOCATED_IN-> a:City; o -LOCATED_IN-> a");
  const RiskAnswer answer = Risk(g, "x");
  ASSERT_EQ(answer.substitutes.size(), 3u);
  EXPECT_EQ(answer.substitutes[0].company.key, "s");
  EXPECT_EQ(answer.substitutes[0].basis, SubstituteBasis::kSecondSource);
  EXPECT_EQ(answer.substitutes[1].company.key, "n");
  EXPECT_EQ(answer.substitutes[2].company.key, "o");
  EXPECT_EQ(answer.substitutes[2].nearness, Nearness::kSameCity);
}

TEST(Risk, APlaceFallsOutWithAllItsCompanies) {
  const Tiny g = TinyGraph("x:Company -LOCATED_IN-> a:City; x2:Company -LOCATED_IN-> a; x -SUPPLIES-> y:Company; x2 -SUPPLIES-> y; x -SUPPLIES-> x2; q:Company -SUPPLIES-> x");
  const RiskAnswer answer = Risk(g, "a");
  EXPECT_EQ(answer.removed_total, 2u);
  EXPECT_EQ(answer.exposures_total, 2u);  // x2 itself is removed, so x → x2 is no exposure
  EXPECT_EQ(Rounds(answer), "y 1");
  EXPECT_EQ(Keys(answer.without_customers), "q");
  EXPECT_TRUE(answer.loops.empty());
}

TEST(Risk, TheInputsOfACompanyShowWhereItHangsOnOneSource) {
  const Tiny g = TinyGraph("a:Company -SUPPLIES {product: p}-> x:Company; b:Company -SUPPLIES {product: q}-> x; c:Company -SUPPLIES {product: q}-> x");
  const RiskAnswer answer = Risk(g, "x");
  ASSERT_EQ(answer.inputs.size(), 2u);
  EXPECT_EQ(answer.inputs[0].product, "p");
  EXPECT_TRUE(answer.inputs[0].single);
  EXPECT_DOUBLE_EQ(*answer.inputs[1].hhi, 0.5);
}

TEST(Risk, TheThresholdIsChecked) {
  const Tiny g = TinyGraph("x:Company");
  Reader reader(g.view(), Lang::kEn);
  const Entity x = Get(reader.Describe(g["x"]));
  EXPECT_EQ(FindRisk(reader, x, {.threshold = 0}, Budget()).code(), Code::kInvalid);
  EXPECT_EQ(FindRisk(reader, x, {.threshold = 1.5}, Budget()).code(), Code::kInvalid);
}

}  // namespace
}  // namespace liantu::chain
