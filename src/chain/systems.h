// SPDX-License-Identifier: Apache-2.0
// Industrial systems (12218 and those of the districts), groups of parks (一带两核十片, 三城一岛), matrices of platforms
// (2+14+N) and mechanisms (15+50+100, 企链群): who belongs to what, which of them are stated and which derived, and how many
// are counted by a source without being named. What is not named stays a number; no member is ever made up.
// Beside them, targets and plans against results, and checks of what sources say against each other.
#pragma once

#include <string>
#include <vector>

#include "chain/facts.h"

namespace liantu::chain {

// What two statements say about each other. Contradictions are shown, not solved.
enum class CheckKind : uint8_t {
  kSourcesDiffer,  // claims about one value that stand side by side
  kFiguresDiffer,  // two figures of one thing, metric, period and kind
  kReading,        // the digits of a system's name against the counts of its parts
  kOverlap,        // parts of several lower systems against the higher one's: they share some
  kSum,            // a stated total against the sum of its members
};
const char* CheckKindName(CheckKind kind);
struct Check {
  CheckKind kind = CheckKind::kSourcesDiffer;
  bool agrees = false;
  Entity what;
  std::string text;                // in the reader's language
  std::vector<Source> sources;
};

struct SystemPart {
  Entity entity;
  std::string role;                // value of PART_OF.role: strategic cluster, future industry, modern service, core, area; or ""
  std::optional<Entity> under;     // the group inside the group
  graph::Certainty certainty = graph::Certainty::kStated;
  std::string note;
  std::vector<Source> sources;
};
// What a source counts, and how many of them the data can name.
struct SystemCount {
  std::string what;                // the metric, or the title of the role
  std::string role;                // where the count is of one
  std::optional<double> stated;
  std::string unit, period, kind, qualifier;
  uint64_t named = 0;
  bool nameable = true;            // false: a figure that does not count members (an area, a total of other counts)
  std::vector<Source> sources;
};
struct SystemAnswer {
  Entity system;
  std::string reading, note;
  std::vector<Entity> places;              // whose system it is, or that it covers
  std::vector<Entity> follows, followed_by;  // ALIGNS_WITH
  std::vector<SystemPart> parts;           // by group, role, id
  std::vector<SystemCount> counts;         // counts of members first
  std::vector<Check> checks;
  std::vector<IndicatorRow> indicators;
  std::vector<PolicyRow> policies;
  std::vector<Source> sources;
};
// An industrial system, park group, platform, policy, or an indicator that counts what it does not name. kInvalid: anything else.
Result<SystemAnswer> FindSystem(Reader& reader, const Entity& system);

struct SystemRow {
  Entity system;
  std::vector<Entity> places;
  std::string reading;
  std::vector<double> stated;              // members that sources count, a number for each kind of member (15 clusters, 50 fields)
  uint64_t named = 0, derived = 0;         // members in the data; of these not stated but derived
  std::vector<Source> sources;
};
struct SystemsAnswer {
  std::optional<Entity> place;
  std::vector<SystemRow> systems;          // industrial systems, park groups, matrices, mechanisms; by id
  std::vector<IndicatorRow> counted;       // things that are only counted: parks and the like without names
};
Result<SystemsAnswer> ListSystems(Reader& reader, const std::optional<Entity>& place);

// --- Targets against results

enum class Outcome : uint8_t { kNoResult, kReached, kNotReached, kNoFigure };
const char* OutcomeName(Outcome outcome);
struct TargetRow {
  IndicatorRow target;                     // kind target or plan
  std::vector<IndicatorRow> results;       // actual and derived figures of the same thing and metric
  Outcome outcome = Outcome::kNoResult;    // judged only where units measure the same thing, in the unit of the target
};
struct TargetsAnswer {
  std::optional<Entity> asked;
  std::vector<TargetRow> targets;          // targets, then plans; by period, id
  std::vector<IndicatorRow> results;       // actual and derived figures in the same scope
  std::vector<Check> checks;
  uint64_t without_period = 0;             // of targets and results
};
// Of everything, or of a place (with its districts, parks, groups, systems and policies), a system, park, company or policy.
Result<TargetsAnswer> FindTargets(Reader& reader, const std::optional<Entity>& asked);

}  // namespace liantu::chain
