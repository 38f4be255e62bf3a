// SPDX-License-Identifier: Apache-2.0
// Which companies a company controls, and who controls it, along chains of ownership of any length. Rings end: a company is
// reached once, by its best chain. Control is subsidiary, plant or majority stake; one joint-venture step may end a chain; a
// minority stake, an investee or an affiliate counts only where a share is asked for and the stated shares reach it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chain/entity.h"

namespace liantu::chain {

// From owner to owned.
struct Ownership {
  Entity owner, owned;
  std::string relation;  // value of OWNS.relation
  std::vector<Source> sources;
  std::optional<double> share;  // 0 to 1, where stated
};

struct Related {
  NodeId company;
  std::vector<Ownership> through;  // owner first, whichever way it was walked
  bool joint = false;              // a step of it is a joint venture
  bool stake = false;              // a step of it is no control, followed because its share is stated and large enough
  double share = 1;                // product of the stated shares; steps without one count as whole
  bool share_known = true;         // false: a step has no stated share
};

bool IsControl(std::string_view relation);

// The company itself first, then what it controls: larger share first, then fewer steps, then as stored. `min_share` 0: by
// relation alone; else (0, 1]: a step without a stated share is followed if its relation is control, one with a share if
// the product along the chain stays at or above it.
Result<std::vector<Related>> OwnedBy(Reader& reader, NodeId company, double min_share = 0);
// The company itself first, then its owners, by the same rule.
Result<std::vector<Related>> OwnersOf(Reader& reader, NodeId company, double min_share = 0);

}  // namespace liantu::chain
