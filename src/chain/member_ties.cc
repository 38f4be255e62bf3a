// SPDX-License-Identifier: Apache-2.0
// One pass over all ties of the network, or the edges of the members one by one.
#include "chain/member_ties.h"

#include <algorithm>
#include <map>
#include <thread>
#include <tuple>

#include "chain/related_rows.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr uint32_t kWanted = Network::kTies | Network::kProducts | Network::kSeats | Network::kProductNames |
                             Network::WantOf(Network::Relation::kOperatesIn) | Network::WantOf(Network::Relation::kProduces) |
                             Network::WantOf(Network::Relation::kHostedBy) | Network::WantOf(Network::Relation::kLeads) |
                             Network::WantOf(Network::Relation::kOwns) | Network::WantOf(Network::Relation::kDevelops) |
                             Network::WantOf(Network::Relation::kSigned);

constexpr std::pair<const char*, Direction> kTypes[Network::kRelations] = {
    {"OPERATES_IN", Direction::kOut}, {"PRODUCES", Direction::kOut}, {"HOSTS", Direction::kIn},     {"MEMBER_OF", Direction::kOut},
    {"LEADS", Direction::kOut},       {"OWNS", Direction::kOut},     {"DEVELOPS", Direction::kOut}, {"SIGNED", Direction::kOut}};

}  // namespace

uint32_t MemberTies::Of(NodeId id) const {
  if (network) return network->Of(id);
  const auto it = std::lower_bound(nodes.begin(), nodes.end(), id);
  return it == nodes.end() || *it != id ? Network::kNone : static_cast<uint32_t>(it - nodes.begin());
}

void MemberTies::Index() const {
  const auto make = [&](Rows& rows, uint32_t MemberTie::*end) {
    rows.begin.assign(nodes.size() + 1, 0);
    for (const MemberTie& t : ties) ++rows.begin[t.*end + 1];
    for (size_t i = 0; i < nodes.size(); ++i) rows.begin[i + 1] += rows.begin[i];
    rows.ties.resize(ties.size());
    std::vector<uint32_t> next(rows.begin.begin(), rows.begin.end() - 1);
    for (uint32_t i = 0; i < ties.size(); ++i) rows.ties[next[ties[i].*end]++] = i;
  };
  constexpr size_t kWorthAThread = 100'000;
  if (ties.size() < kWorthAThread) {
    make(bought_, &MemberTie::customer);
    make(sold_, &MemberTie::supplier);
    return;
  }
  std::thread other([&] { make(bought_, &MemberTie::customer); });
  make(sold_, &MemberTie::supplier);
  other.join();
}

class MemberTiesReader {
 public:
  MemberTiesReader(Reader& reader, const Parts& parts, const Budget& budget) : reader_(reader), parts_(parts), budget_(budget) {}

  Result<MemberTies> FromNetwork(std::shared_ptr<const Network> network) {
    out_.network = network;
    out_.nodes = network->ids();
    out_.statuses = network->statuses();
    out_.products = network->products();
    out_.parts.assign(network->size(), Part::kRest);
    for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
      for (const NodeId id : parts_.of(part)) out_.parts[network->Of(id)] = part;
    }
    // Suppliers in pieces of about as many ties, each counted and then filled by a thread of its own.
    const size_t pieces = network->ties() < 100'000 ? 1 : std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 8);
    std::vector<uint32_t> first{0};
    for (size_t p = 1; p < pieces; ++p) {
      const auto begin = network->begin();
      first.push_back(static_cast<uint32_t>(std::lower_bound(begin.begin(), begin.end() - 1, network->ties() / pieces * p) - begin.begin()));
    }
    first.push_back(static_cast<uint32_t>(network->size()));
    std::vector<size_t> count(pieces, 0), start(pieces + 1, 0);
    const auto each = [&](size_t p, const auto& row) {
      const auto begin = network->begin(), customers = network->customers();
      for (uint32_t s = first[p]; s < first[p + 1]; ++s) {
        const Part own = out_.parts[s];
        for (uint32_t t = begin[s]; t < begin[s + 1]; ++t) {
          const Part other = out_.parts[customers[t]];
          if (own != Part::kRest || other != Part::kRest) row(t, s, own, other);
        }
      }
    };
    const auto parallel = [&](const auto& work) {
      std::vector<std::thread> threads;
      for (size_t p = 1; p < pieces; ++p) threads.emplace_back(work, p);
      work(size_t{0});
      for (std::thread& thread : threads) thread.join();
    };
    parallel([&](size_t p) { each(p, [&](uint32_t, uint32_t, Part, Part) { ++count[p]; }); });
    LT_TRY(budget_.Check());
    for (size_t p = 0; p < pieces; ++p) start[p + 1] = start[p] + count[p];
    out_.ties.resize(start[pieces]);
    parallel([&](size_t p) {
      MemberTie* to = out_.ties.data() + start[p];
      each(p, [&](uint32_t t, uint32_t s, Part own, Part other) {
        *to++ = {.at = t, .supplier = s, .customer = network->customers()[t], .product = network->product(t), .status = network->status(t),
                 .supplier_part = own, .customer_part = other, .strength = network->strength(t)};
      });
    });
    if (!network->edges_ascend()) {
      std::sort(out_.ties.begin(), out_.ties.end(), [&](const MemberTie& x, const MemberTie& y) { return network->edge(x.at) < network->edge(y.at); });
    }
    return std::move(out_);
  }

  Result<MemberTies> FromRecords() {
    struct Met {
      EdgeId edge;
      NodeId supplier, customer;
      Part supplier_part, customer_part;
    };
    std::vector<Met> met;
    const graph::TypeId supplies = reader_.view().type("SUPPLIES");
    for (const Direction direction : {Direction::kOut, Direction::kIn}) {
      if (!supplies || !out_.complete) break;
      LT_TRY(reader_.view().ExpandMany(parts_.all, direction, std::span(&supplies, 1), [&](size_t i, const Neighbour& n) {
        const Part own = parts_.Of(parts_.all[i]), other = parts_.Of(n.node);
        if (direction == Direction::kIn && other != Part::kRest) return true;  // seen from its supplier
        met.push_back(direction == Direction::kOut ? Met{n.edge, parts_.all[i], n.node, own, other} : Met{n.edge, n.node, parts_.all[i], other, own});
        if (met.size() % 4096 == 0 && budget_.Spent()) out_.complete = false;
        return out_.complete;
      }));
    }
    std::sort(met.begin(), met.end(), [](const Met& x, const Met& y) { return x.edge < y.edge; });
    std::vector<NodeId>& nodes = out_.own_nodes_;
    nodes = parts_.all;
    for (const Met& m : met) nodes.push_back(m.supplier), nodes.push_back(m.customer);
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    out_.nodes = nodes;
    out_.parts.assign(nodes.size(), Part::kRest);
    for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
      for (const NodeId id : parts_.of(part)) out_.parts[out_.Of(id)] = part;
    }
    const graph::PropertyId status = reader_.view().property("status"), product = reader_.view().property("product");
    std::map<std::string, uint32_t> numbers;
    const auto number = [&](const graph::Edge& edge, graph::PropertyId id) {
      const graph::Value* value = id ? edge.Property(id) : nullptr;
      const auto [it, fresh] = numbers.try_emplace(value ? graph::ToText(*value) : std::string(), static_cast<uint32_t>(out_.texts_.size()));
      if (fresh) out_.texts_.push_back(it->first);
      return it->second;
    };
    constexpr size_t kChunk = 4096;
    std::vector<EdgeId> ids;
    for (size_t begin = 0; begin < met.size(); begin += kChunk) {
      const size_t end = std::min(begin + kChunk, met.size());
      if (budget_.Spent()) {
        out_.complete = false;
        break;
      }
      ids.clear();
      for (size_t i = begin; i < end; ++i) ids.push_back(met[i].edge);
      LT_ASSIGN(const auto edges, reader_.view().GetEdges(ids));
      for (size_t i = begin; i < end; ++i) {
        const auto& edge = edges[i - begin];
        if (!edge) return Status(Code::kDamaged, Text("edge ", ids[i - begin].raw, " stands beside a company but is not there"));
        MemberTie tie{.at = static_cast<uint32_t>(i), .supplier = out_.Of(met[i].supplier), .customer = out_.Of(met[i].customer),
                      .supplier_part = met[i].supplier_part, .customer_part = met[i].customer_part};
        tie.status = number(*edge, status);
        tie.strength = StrengthOf(out_.texts_[tie.status], edge->certainty);
        tie.product = number(*edge, product);
        out_.ties.push_back(tie);
        out_.edges_.push_back(met[i].edge);
      }
    }
    out_.statuses.assign(out_.texts_.begin(), out_.texts_.end());
    out_.products = out_.statuses;
    return std::move(out_);
  }

 private:
  Reader& reader_;
  const Parts& parts_;
  const Budget& budget_;
  MemberTies out_;
};

Result<MemberTies> ReadMemberTiesFrom(Reader& reader, const Parts& parts, std::shared_ptr<const Network> network, const Budget& budget) {
  // A member that is no company of the network: a label gone since, or a group of something else.
  if (network && std::any_of(parts.all.begin(), parts.all.end(), [&](NodeId id) { return network->Of(id) == Network::kNone; })) network = nullptr;
  MemberTiesReader from(reader, parts, budget);
  return network ? from.FromNetwork(std::move(network)) : from.FromRecords();
}

Result<MemberTies> ReadMemberTies(Reader& reader, const Parts& parts, const Budget& budget) {
  std::shared_ptr<const Network> network;
  if (!parts.all.empty()) {
    auto found = NetworkFor(reader, parts.all.size(), kWanted, budget);
    // The records tell how far the budget led.
    if (!found.ok() && found.status().code() != Code::kBudget && found.status().code() != Code::kCancelled) return found.status();
    if (found.ok()) network = *found;
  }
  return ReadMemberTiesFrom(reader, parts, std::move(network), budget);
}

Status EachRelated(Reader& reader, const MemberTies& ties, Network::Relation relation, const std::function<void(uint32_t, NodeId)>& row) {
  const auto& [type_name, direction] = kTypes[static_cast<size_t>(relation)];
  if (ties.network) {
    const Network::Rows rows = ties.network->rows(relation);
    for (size_t i = 0; i < rows.who.size(); ++i) {
      if (ties.parts[rows.who[i]] != Part::kRest) row(rows.who[i], rows.things[rows.thing[i]]);
    }
    return {};
  }
  const graph::TypeId type = reader.view().type(type_name);
  LT_ASSIGN(const uint64_t count, type ? reader.view().EdgeCount(type) : Result<uint64_t>(uint64_t{0}));
  if (count == 0) return {};
  std::vector<uint32_t> members;
  std::vector<NodeId> ids;
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    if (ties.parts[node] != Part::kRest) members.push_back(node), ids.push_back(ties.id(node));
  }
  return reader.view().ExpandMany(ids, direction, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
    row(members[i], n.node);
    return true;
  });
}

Status EachSeat(Reader& reader, const MemberTies& ties, const std::function<void(uint32_t, const Location&)>& row) {
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    if (ties.parts[node] == Part::kRest) continue;
    if (ties.network) {
      row(node, ties.network->locations()[ties.network->seats()[node]]);
    } else {
      LT_ASSIGN(const Location where, reader.Locate(ties.id(node)));
      row(node, where);
    }
  }
  return {};
}

Result<Holders> HoldersOf(Reader& reader, const MemberTies& ties) {
  LT_ASSIGN(const RelatedRows rows, RowsOf(reader, ties, Network::Relation::kOperatesIn));
  std::vector<std::array<std::vector<uint32_t>, 3>> by_segment(rows.things.size());
  for (size_t i = 0; i < rows.who.size(); ++i) {
    const Part part = ties.parts[rows.who[i]];
    if (part == Part::kRest) continue;
    auto& list = by_segment[rows.thing[i]][static_cast<size_t>(part)];
    if (list.empty() || list.back() != rows.who[i]) list.push_back(rows.who[i]);  // a company may be stated there twice
  }
  Holders holders;
  for (size_t s = 0; s < by_segment.size(); ++s) {
    const auto& [a, b, both] = by_segment[s];
    if (!a.empty() || !b.empty() || !both.empty()) holders.emplace_hint(holders.end(), rows.things[s], std::move(by_segment[s]));
  }
  return holders;
}

}  // namespace liantu::chain
