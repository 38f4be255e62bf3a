// SPDX-License-Identifier: Apache-2.0
// Figures and policies as answers show them: an indicator with its unit, period and kind; a policy with what it supports.
// A plan, a target or a derived figure is never an actual one; nothing here converts (units.h does) or adds figures.
#pragma once

#include <string>
#include <vector>

#include "chain/entity.h"

namespace liantu::chain {

struct IndicatorRow {
  Entity indicator;
  std::string metric, unit, period;           // as stored, to compare by; period "": the source does not say
  std::string metric_name, period_name;       // the same in the reader's language
  std::string kind, qualifier;                // values of Indicator: actual, plan, target, derived; exact, about, above, up to
  std::optional<double> value;                // none: the source gives no figure
  std::string comparison, stated_as, scope, note;
  std::vector<Entity> of;                     // what it measures; a joint figure has several
  graph::Certainty certainty = graph::Certainty::kStated;
  size_t claims = 1;                          // of the value; more than one: sources differ
  std::vector<Source> sources;
};
Result<IndicatorRow> DescribeIndicator(Reader& reader, NodeId indicator);
// Indicators that measure any of the entities, each once: actual, derived, plan, target; then by id.
Result<std::vector<IndicatorRow>> IndicatorsOf(Reader& reader, const std::vector<NodeId>& entities);

// Why a policy concerns what was asked about.
enum class PolicyReach : uint8_t {
  kNamed,      // it supports the thing itself
  kAbove,      // it supports a place or group that the thing lies in
  kBelow,      // it supports a place or park inside the thing
  kDirection,  // it supports a direction of the thing; where, the policy's own place says
};
const char* PolicyReachName(PolicyReach reach);
struct PolicyLink {
  Entity what;
  PolicyReach reach = PolicyReach::kNamed;
  graph::Certainty certainty = graph::Certainty::kStated;
};
struct PolicyRow {
  Entity policy;
  std::string kind, status, level, date, note;  // values of Policy; status: draft, in force, planned
  std::vector<Entity> issuers;
  std::vector<PolicyLink> supports;             // what concerns the question; nearest first
  std::vector<Entity> supports_all;             // everything it supports
  std::vector<Source> sources;                  // of the links
};
struct PolicyQuestion {
  std::optional<Entity> what;      // a place, park, park group, cluster or chain
  std::optional<Entity> industry;  // a direction
};
// Policies that concern both where both are given. Nearest reach first, in force before planned and draft, then by id.
Result<std::vector<PolicyRow>> FindPolicies(Reader& reader, const PolicyQuestion& question);

}  // namespace liantu::chain
