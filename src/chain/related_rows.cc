// SPDX-License-Identifier: Apache-2.0
// The network has them as they are; records are read and their things numbered.
#include "chain/related_rows.h"

#include <algorithm>

namespace liantu::chain {

Result<RelatedRows> RowsOf(Reader& reader, const MemberTies& ties, Network::Relation relation) {
  RelatedRows out;
  if (ties.network) {
    const Network::Rows rows = ties.network->rows(relation);
    out.who = rows.who, out.thing = rows.thing, out.things = rows.things;
    return out;
  }
  std::vector<NodeId> met;
  LT_TRY(EachRelated(reader, ties, relation, [&](uint32_t company, NodeId thing) {
    out.own_who.push_back(company);
    met.push_back(thing);
  }));
  out.own_things = met;
  std::sort(out.own_things.begin(), out.own_things.end());
  out.own_things.erase(std::unique(out.own_things.begin(), out.own_things.end()), out.own_things.end());
  for (const NodeId id : met) out.own_thing.push_back(static_cast<uint32_t>(std::lower_bound(out.own_things.begin(), out.own_things.end(), id) - out.own_things.begin()));
  out.who = out.own_who, out.thing = out.own_thing, out.things = out.own_things;
  return out;
}

}  // namespace liantu::chain
