// SPDX-License-Identifier: Apache-2.0
// A company with one seat lies where its seat lies, and seats are few; who has none or several is located one by one.
#include "chain/seats.h"

#include "chain/network.h"

namespace liantu::chain {

Result<std::vector<Location>> SeatsOf(Reader& reader, std::span<const NodeId> companies) {
  if (companies.empty()) return std::vector<Location>();
  LT_ASSIGN(const auto network, NetworkAtHand(reader, companies.size(), Network::kSeats));
  if (network == nullptr) return ReadSeats(reader, companies);
  std::vector<Location> out;
  out.reserve(companies.size());
  for (const NodeId id : companies) {
    const uint32_t node = network->Of(id);
    if (node == Network::kNone) return ReadSeats(reader, companies);
    out.push_back(network->locations()[network->seats()[node]]);
  }
  return out;
}

Result<std::vector<Location>> ReadSeats(Reader& reader, std::span<const NodeId> companies) {
  std::vector<Location> out(companies.size());
  const graph::TypeId located = reader.view().type("LOCATED_IN");
  if (!located) return out;
  std::vector<NodeId> seat(companies.size());
  std::vector<uint32_t> seats(companies.size(), 0);
  LT_TRY(reader.view().ExpandMany(companies, graph::Direction::kOut, std::span(&located, 1), [&](size_t i, const graph::Neighbour& n) {
    seat[i] = n.node;
    ++seats[i];
    return true;
  }));
  std::unordered_map<NodeId, Location> of;  // by seat
  for (size_t i = 0; i < companies.size(); ++i) {
    if (seats[i] == 0) continue;
    if (seats[i] > 1) {
      LT_ASSIGN(out[i], reader.Locate(companies[i]));
      continue;
    }
    auto [it, fresh] = of.try_emplace(seat[i]);
    if (fresh) {
      LT_ASSIGN(it->second, reader.Locate(seat[i]));
      LT_ASSIGN(const bool park, reader.HasLabel(seat[i], "Park"));
      if (park) it->second.park = seat[i];  // a park is not in itself, but the company is in it
    }
    out[i] = it->second;
  }
  return out;
}

Status DescribeSeat(Reader& reader, NodeId id, std::optional<Entity>& district, std::optional<Entity>& city) {
  LT_ASSIGN(const Location where, reader.Locate(id));
  if (where.district) {
    LT_ASSIGN(district, reader.Describe(where.district));
  }
  if (where.city) {
    LT_ASSIGN(city, reader.Describe(where.city));
  }
  return {};
}

}  // namespace liantu::chain
