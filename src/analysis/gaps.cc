// SPDX-License-Identifier: Apache-2.0
// Counting held neighbours in the template, and ranking the places that hold what is missing.
#include "analysis/gaps.h"

#include <numeric>

namespace liantu::analysis {
namespace {

using Table = std::vector<std::vector<double>>;

Status CheckTable(const Table& table, size_t rows, size_t columns, const char* what) {
  if (table.size() != rows) return {Code::kInvalid, Text("gaps: ", what, " has ", table.size(), " rows, expected one for each of the ", rows, " places")};
  for (size_t r = 0; r < rows; ++r) {
    if (table[r].size() != columns) {
      return {Code::kInvalid, Text("gaps: ", what, " of place ", r, " has ", table[r].size(), " numbers, expected ", columns)};
    }
  }
  return {};
}

Status Check(const Snapshot& g, const GapsOptions& o) {
  const size_t places = o.places.size(), segments = g.vertex_count();
  LT_TRY(CheckDirected(g, "gaps"));
  LT_TRY(CheckTable(o.capability, places, segments, "capability"));
  for (size_t c = 0; c < places; ++c) {
    for (size_t s = 0; s < segments; ++s) {
      if (!(o.capability[c][s] >= 0) || !std::isfinite(o.capability[c][s])) {
        return {Code::kInvalid, Text("gaps: the capability of '", o.places[c], "' in segment ", s, " is ", o.capability[c][s], ", expected a count from 0")};
      }
    }
  }
  if (!o.concentration.empty()) LT_TRY(CheckTable(o.concentration, places, segments, "concentration"));
  if (!o.density.empty()) LT_TRY(CheckTable(o.density, places, segments, "density"));
  if (!o.ties.empty()) LT_TRY(CheckTable(o.ties, places, places, "ties"));
  if (!o.province.empty() && o.province.size() != places) {
    return {Code::kInvalid, Text("gaps: province has ", o.province.size(), " entries, expected one for each of the ", places, " places")};
  }
  for (size_t target : o.targets) {
    if (target >= places) return {Code::kInvalid, Text("gaps: place ", target, " is not one of the ", places, " places")};
  }
  return {};
}

std::vector<GapCandidate> Candidates(const GapsOptions& o, size_t target, Vertex segment) {
  std::vector<GapCandidate> list;
  const bool extended = o.density_weight != 0 || o.ties_weight != 0 || o.province_weight != 0;
  for (size_t c = 0; c < o.places.size(); ++c) {
    if (c == target || !(o.capability[c][segment] > 0)) continue;
    GapCandidate candidate{.place = c, .capability = o.capability[c][segment]};
    if (!o.density.empty() && std::isfinite(o.density[c][segment])) candidate.density = o.density[c][segment];
    if (!o.ties.empty()) candidate.ties = o.ties[c][target];
    candidate.same_province = !o.province.empty() && o.province[c] >= 0 && o.province[c] == o.province[target];
    candidate.score = extended ? o.density_weight * candidate.density + o.ties_weight * candidate.ties + o.province_weight * candidate.same_province
                               : candidate.capability;
    list.push_back(candidate);
  }
  std::stable_sort(list.begin(), list.end(), [&](const GapCandidate& a, const GapCandidate& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.capability != b.capability) return a.capability > b.capability;
    return o.places[a.place] < o.places[b.place];
  });
  if (list.size() > o.max_candidates) list.resize(o.max_candidates);
  return list;
}

}  // namespace

const char* GapKindName(GapKind kind) {
  static constexpr const char* kNames[] = {"fill", "extend", "absent"};
  return kNames[static_cast<size_t>(kind)];
}

Result<GapsResult> FindGaps(const Snapshot& g, const GapsOptions& options, const Budget& budget) {
  LT_TRY(Check(g, options));
  GapsResult result;
  result.header = MakeHeader(
      g, Text("missing: cap 0; fill: a direct predecessor and successor held, extend: one side, absent: none; strengthen: cap = 1 or HHI > ",
              options.max_concentration, "; broken link: one end held; candidate score = ",
              options.density_weight == 0 && options.ties_weight == 0 && options.province_weight == 0
                  ? std::string("capability")
                  : Text(options.density_weight, " density + ", options.ties_weight, " ties + ", options.province_weight, " same province")),
      "this project's definition", "coverage = held / all segments", "candidates by score, capability, name");
  result.header.warnings.push_back("candidates could fill a gap; this does not say that they will");
  std::vector<size_t> targets = options.targets;
  if (targets.empty()) {
    targets.resize(options.places.size());
    std::iota(targets.begin(), targets.end(), size_t{0});
  }
  const Vertex n = g.vertex_count();
  for (size_t target : targets) {
    if (budget.Spent()) {
      result.header.Stop(budget.Check(), Text(result.places.size(), " of ", targets.size(), " places are done"));
      break;
    }
    const std::vector<double>& cap = options.capability[target];
    PlaceGaps place{.place = target};
    auto held_among = [&](std::span<const Vertex> row, Vertex self) {
      std::vector<Vertex> held;
      for (Vertex t : row) {
        if (t != self && cap[t] > 0 && (held.empty() || held.back() != t)) held.push_back(t);
      }
      return held;
    };
    for (Vertex s = 0; s < n; ++s) {
      Vertex before = kNoVertex;
      for (Vertex t : g.out(s)) {
        if (t != before && t != s && (cap[s] > 0) != (cap[t] > 0)) place.broken_links.emplace_back(s, t);
        before = t;
      }
      if (cap[s] > 0) {
        ++place.held;
        WeakSegment weak{.segment = s, .capability = cap[s], .concentration = Measure::Undefined("sizes of the firms are not known")};
        if (!options.concentration.empty() && std::isfinite(options.concentration[target][s])) weak.concentration = options.concentration[target][s];
        weak.single = cap[s] == 1;
        weak.concentrated = weak.concentration.defined() && *weak.concentration > options.max_concentration;
        if (weak.single || weak.concentrated) place.weak.push_back(weak);
        continue;
      }
      Gap gap{.segment = s, .held_before = held_among(g.in(s), s), .held_after = held_among(g.out(s), s)};
      const bool left = !gap.held_before.empty(), right = !gap.held_after.empty();
      gap.kind = left && right ? GapKind::kFill : left || right ? GapKind::kExtend : GapKind::kAbsent;
      gap.candidates = Candidates(options, target, s);
      place.missing.push_back(std::move(gap));
    }
    place.coverage = n > 0 ? Measure(static_cast<double>(place.held) / n) : Measure::Undefined("the chain has no segments");
    result.places.push_back(std::move(place));
  }
  return result;
}

}  // namespace liantu::analysis
