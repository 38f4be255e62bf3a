// SPDX-License-Identifier: Apache-2.0
// One pass over the columns, or the records of the members' ties; nothing is sorted but the few edges that are kept.
#include "chain/ties_around.h"

#include <algorithm>
#include <tuple>

#include "chain/links.h"
#include "chain/network.h"
#include "chain/seats.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

// Counts all, and keeps the least edges, the greatest of them on top of the heap.
void Add(EdgeTally& tally, EdgeId edge, size_t kept) {
  ++tally.count;
  std::vector<EdgeId>& first = tally.first;
  if (first.size() == kept) {
    if (kept == 0 || !(edge < first.front())) return;
    std::pop_heap(first.begin(), first.end());
    first.back() = edge;
  } else {
    first.push_back(edge);
  }
  std::push_heap(first.begin(), first.end());
}

void Sort(TiesAround& around) {
  for (EdgeTally* tally : {&around.inside, &around.out, &around.into}) std::sort(tally->first.begin(), tally->first.end());
  for (auto& [city, tally] : around.partners) std::sort(tally.first.begin(), tally.first.end());
}

void FromNetwork(const Network& network, const std::vector<NodeId>& members, bool cities, uint64_t most, size_t kept, TiesAround& around) {
  std::vector<char> in(network.size(), 0);
  for (const NodeId id : members) in[network.Of(id)] = 1;
  const auto locations = network.locations();
  std::vector<uint32_t> city_of(locations.size(), Network::kNone);  // by location: a place in `partners`
  std::vector<std::pair<NodeId, EdgeTally>> partners;
  if (cities) {
    std::map<NodeId, uint32_t> numbers;
    for (size_t l = 0; l < locations.size(); ++l) {
      if (!locations[l].city) continue;
      const auto [it, fresh] = numbers.try_emplace(locations[l].city, static_cast<uint32_t>(partners.size()));
      if (fresh) partners.emplace_back(locations[l].city, EdgeTally());
      city_of[l] = it->second;
    }
  }
  const auto begin = network.begin(), customers = network.customers(), seats = network.seats();
  for (uint32_t s = 0; s < network.size(); ++s) {
    for (uint32_t t = begin[s]; t < begin[s + 1]; ++t) {
      const uint32_t c = customers[t];
      if (!in[s] && !in[c]) continue;
      if (++around.ties > most) return;
      if (network.strength(t) != TieStrength::kFirm) continue;
      const EdgeId edge = network.edge(t);
      if (in[s] && in[c]) {
        Add(around.inside, edge, kept);
        continue;
      }
      Add(in[s] ? around.out : around.into, edge, kept);
      if (!cities) continue;
      const uint32_t city = city_of[seats[in[s] ? c : s]];
      if (city != Network::kNone) Add(partners[city].second, edge, kept);
    }
  }
  for (auto& [city, tally] : partners) {
    if (tally.count > 0) around.partners.emplace(city, std::move(tally));
  }
}

Status FromRecords(Reader& reader, const std::vector<NodeId>& members, bool cities, uint64_t most, size_t kept, TiesAround& around) {
  const graph::TypeId type = reader.view().type("SUPPLIES");
  if (!type) return {};
  std::vector<std::tuple<EdgeId, NodeId, bool>> rows;  // edge, partner, the member supplies
  const auto in = [&](NodeId id) { return std::binary_search(members.begin(), members.end(), id); };
  for (const Direction direction : {Direction::kOut, Direction::kIn}) {
    LT_TRY(reader.view().ExpandMany(members, direction, std::span(&type, 1), [&](size_t, const Neighbour& n) {
      if (direction == Direction::kIn && in(n.node)) return true;  // met from the other end
      rows.emplace_back(n.edge, n.node, direction == Direction::kOut);
      return rows.size() <= most;
    }));
  }
  around.ties = rows.size();
  if (around.ties > most) return {};
  std::vector<EdgeId> ids;
  for (const auto& row : rows) ids.push_back(std::get<0>(row));
  LT_ASSIGN(const auto edges, reader.view().GetEdges(ids));
  const graph::PropertyId status = reader.view().property("status");
  std::vector<NodeId> others;
  std::vector<Location> seats;
  if (cities) {
    for (const auto& row : rows) others.push_back(std::get<1>(row));
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    LT_ASSIGN(seats, SeatsOf(reader, others));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!edges[i]) continue;
    const graph::Value* value = status ? edges[i]->Property(status) : nullptr;
    if (StrengthOf(value ? graph::ToText(*value) : "", edges[i]->certainty) != TieStrength::kFirm) continue;
    const auto& [edge, partner, supplies] = rows[i];
    if (in(partner)) {
      Add(around.inside, edge, kept);
      continue;
    }
    Add(supplies ? around.out : around.into, edge, kept);
    if (!cities) continue;
    const Location& where = seats[static_cast<size_t>(std::lower_bound(others.begin(), others.end(), partner) - others.begin())];
    if (where.city) Add(around.partners[where.city], edge, kept);
  }
  return {};
}

}  // namespace

Result<TiesAround> CountTiesAround(Reader& reader, const std::vector<NodeId>& members, bool cities, uint64_t most, size_t kept) {
  TiesAround around;
  LT_ASSIGN(const auto network, NetworkAtHand(reader, members.size(), Network::kTies | Network::kSeats));
  if (network) FromNetwork(*network, members, cities, most, kept, around);
  else LT_TRY(FromRecords(reader, members, cities, most, kept, around));
  Sort(around);
  return around;
}

}  // namespace liantu::chain
