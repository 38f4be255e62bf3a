// SPDX-License-Identifier: Apache-2.0
// Two passes over all ties of the network, or the edges of the members one by one.
#include "chain/member_ties.h"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>
#include <utility>

#include "chain/related_rows.h"
#include "chain/threads.h"

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

class MemberTiesReader {
 public:
  MemberTiesReader(Reader& reader, const Parts& parts, const Budget& budget) : reader_(reader), parts_(parts), budget_(budget) {}

  // The ties of the network are taken in pieces of suppliers, each by a thread of its own: counted, then written to its share of
  // the list, with what is known of its suppliers. For their customers each tie is noted once more in a batch of customers
  // whose rows fit into the processor's cache, and the batches are gone through in the same way.
  Result<MemberTies> FromNetwork(std::shared_ptr<const Network> network, size_t threads) {
    out_.network = network;
    out_.nodes = network->ids();
    out_.statuses = network->statuses();
    out_.products = network->products();
    SetParts();
    PackParts();
    const size_t nodes = network->size(), pieces = ThreadsFor(network->ties(), threads);
    batch_bits_ = std::max(kLeastBatchBits, static_cast<int>(std::bit_width(nodes)) - kBatchesBits);
    const size_t batches = (nodes >> batch_bits_) + 1;
    std::vector<Piece> piece(pieces);
    const auto begin = network->begin();
    for (size_t p = 0; p < pieces; ++p) {
      const auto supplier = [&](size_t part) { return static_cast<uint32_t>(std::lower_bound(begin.begin(), begin.end() - 1, network->ties() * part / pieces) - begin.begin()); };
      piece[p].first = p == 0 ? 0 : supplier(p);
      piece[p].end = p + 1 == pieces ? static_cast<uint32_t>(nodes) : supplier(p + 1);
    }
    EachInAThread(pieces, [&](size_t p) { Count(*network, batches, piece[p]); });
    LT_TRY(budget_.Check());
    uint32_t ties = 0;
    for (Piece& part : piece) part.start = ties, ties += part.ties;
    std::vector<uint32_t> batch_begin{0};
    for (size_t b = 0; b < batches; ++b) {
      uint32_t at = batch_begin.back();
      for (Piece& part : piece) at += std::exchange(part.next[b], at);
      batch_begin.push_back(at);
    }
    out_.ties.resize(ties);
    out_.sold_.begin.resize(nodes + 1);
    out_.sold_.begin[nodes] = ties;
    out_.firm_.resize(nodes);
    bought_.resize(ties);
    EachInAThread(pieces, [&](size_t p) { Take(*network, piece[p]); });
    const auto edge = [&](size_t i) { return network->edge(out_.ties[i].at); };
    bool ascend = std::all_of(piece.begin(), piece.end(), [](const Piece& part) { return part.ascends; });
    for (const Piece& part : piece) ascend = ascend && (part.start == 0 || part.start == ties || edge(part.start - 1) < edge(part.start));
    if (!ascend) {
      std::sort(out_.ties.begin(), out_.ties.end(), [&](const MemberTie& x, const MemberTie& y) { return network->edge(x.at) < network->edge(y.at); });
      Index();
      return std::move(out_);
    }
    for (const Piece& part : piece) {
      out_.firm += part.firm;
      out_.crossing.insert(out_.crossing.end(), part.crossing.begin(), part.crossing.end());
      for (size_t i = 0; i < 3 * 4 * 4; ++i) out_.counts[i / 16][i / 4 % 4][i % 4] += part.counts[i / 16][i / 4 % 4][i % 4];
    }
    out_.bought_.begin.resize(nodes + 1);
    out_.bought_.begin[nodes] = ties;
    out_.bought_.ties.resize(ties);
    EachInAThread(pieces, [&](size_t p) {
      for (size_t b = batches * p / pieces; b < batches * (p + 1) / pieces; ++b) PutBatch(b, batch_begin[b], batch_begin[b + 1]);
    });
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
    SetParts();
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
        const uint32_t status_number = number(*edge, status);
        out_.ties.push_back({.at = static_cast<uint32_t>(i), .supplier = out_.Of(met[i].supplier), .customer = out_.Of(met[i].customer),
                             .supplier_part = met[i].supplier_part, .customer_part = met[i].customer_part,
                             .strength = StrengthOf(out_.texts_[status_number], edge->certainty)});
        out_.status_of_.push_back(status_number);
        out_.product_of_.push_back(number(*edge, product));
        out_.edges_.push_back(met[i].edge);
      }
    }
    out_.statuses.assign(out_.texts_.begin(), out_.texts_.end());
    out_.products = out_.statuses;
    Index();
    return std::move(out_);
  }

 private:
  static constexpr int kBatchesBits = 6, kLeastBatchBits = 12;  // at most 64 batches: each is written to all the time
  static constexpr int kPartShift = 29;
  static constexpr uint32_t kNotFirm = 4;
  struct Piece {
    uint32_t first = 0, end = 0;  // suppliers
    uint32_t first_tie = 0;
    std::vector<uint64_t> kept;   // ties of members, a bit for each tie from first_tie on
    uint32_t ties = 0, start = 0; // of members, and the place of the first in the list
    std::vector<uint32_t> next;   // by batch of customers: its ties, then the place of the next in bought_
    bool ascends = true;          // the edges
    uint64_t firm = 0;
    std::vector<uint32_t> crossing;
    decltype(MemberTies::counts) counts{};
  };
  // A tie for its customer: the node within its batch, and above kPartShift the supplier's part, or kNotFirm.
  struct Purchase {
    uint32_t place, customer;
  };

  static bool Crosses(Part x, Part y) { return (x == Part::kAOnly && y == Part::kBOnly) || (x == Part::kBOnly && y == Part::kAOnly); }

  void SetParts() {
    out_.parts.assign(out_.nodes.size(), Part::kRest);
    for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
      for (const NodeId id : parts_.of(part)) out_.parts[out_.Of(id)] = part;
    }
  }

  // Four to a byte: looked up at random for every tie of the network, they should stay in the processor's cache.
  void PackParts() {
    packed_parts_.assign(out_.parts.size() / 4 + 1, 0);
    for (size_t node = 0; node < out_.parts.size(); ++node) packed_parts_[node / 4] |= static_cast<uint8_t>(static_cast<unsigned>(out_.parts[node]) << node % 4 * 2);
  }

  Part PartOf(uint32_t node) const { return static_cast<Part>(packed_parts_[node / 4] >> node % 4 * 2 & 3); }

  // Marks the ties that touch a member, and counts them by the batch of their customer; all ties alike, since which of them do
  // is not to be guessed.
  void Count(const Network& network, size_t batches, Piece& piece) const {
    const auto begin = network.begin(), customers = network.customers();
    std::vector<uint32_t> of_batch(batches, 0);
    piece.first_tie = begin[piece.first];
    piece.kept.assign((begin[piece.end] - piece.first_tie) / 64 + 1, 0);
    uint64_t* const kept = piece.kept.data();
    const uint8_t* const packed = packed_parts_.data();
    for (uint32_t s = piece.first; s < piece.end; ++s) {
      const auto own = static_cast<unsigned>(PartOf(s));
      for (uint32_t t = begin[s]; t < begin[s + 1]; ++t) {
        const uint32_t c = customers[t], place = t - piece.first_tie;
        const uint64_t keep = (own & packed[c / 4] >> c % 4 * 2 & 3) != 3;  // 3 is Part::kRest
        kept[place / 64] |= keep << place % 64;
        of_batch[c >> batch_bits_] += static_cast<uint32_t>(keep);
      }
    }
    for (const uint32_t ties : of_batch) piece.ties += ties;
    piece.next = std::move(of_batch);
  }

  // The marked ties from `t` to `end`.
  template <class Row>
  static void EachKept(const Piece& piece, uint32_t t, uint32_t end, const Row& row) {
    while (t < end) {
      const uint32_t place = t - piece.first_tie;
      const uint64_t rest = piece.kept[place / 64] >> place % 64;
      if (rest == 0) {
        t += 64 - place % 64;
        continue;
      }
      t += static_cast<uint32_t>(std::countr_zero(rest));
      if (t < end) row(t++);
    }
  }

  // Writes the ties of a piece. Touches nothing but the piece, its shares of the list and of the batches, and what is kept of its
  // suppliers.
  void Take(const Network& network, Piece& piece) {
    const auto begin = network.begin(), customers = network.customers();
    const uint32_t in_batch = (uint32_t{1} << batch_bits_) - 1;
    std::vector<uint32_t> next = std::move(piece.next);
    decltype(MemberTies::counts) counts{};
    uint32_t at = piece.start;
    uint64_t firm_of_two = 0;
    bool ascends = true;
    EdgeId before;
    for (uint32_t s = piece.first; s < piece.end; ++s) {
      out_.sold_.begin[s] = at;
      std::array<uint32_t, 4> firm_with{};
      const Part own = PartOf(s);
      EachKept(piece, begin[s], begin[s + 1], [&](uint32_t t) {
        const uint32_t c = customers[t];
        const Part other = PartOf(c);
        const TieStrength strength = network.strength(t);
        const bool firm = strength == TieStrength::kFirm;
        const EdgeId edge = network.edge(t);
        ascends &= before < edge;
        before = edge;
        ++counts[static_cast<size_t>(strength)][static_cast<size_t>(own)][static_cast<size_t>(other)];
        firm_with[static_cast<size_t>(other)] += firm;
        firm_of_two += firm && s != c;
        if (Crosses(own, other)) piece.crossing.push_back(at);
        bought_[next[c >> batch_bits_]++] = {at, (c & in_batch) | (firm ? static_cast<uint32_t>(own) : kNotFirm) << kPartShift};
        out_.ties[at++] = {.at = t, .supplier = s, .customer = c, .supplier_part = own, .customer_part = other, .strength = strength};
      });
      out_.firm_[s] = firm_with;
    }
    piece.counts = counts;
    piece.ascends = ascends;
    piece.firm = firm_of_two;
  }

  // The rows of a batch of customers, whose ties are [begin, end) of bought_, ascending, and will be the same of bought_.ties.
  void PutBatch(size_t batch, uint32_t begin, uint32_t end) {
    const size_t first = batch << batch_bits_, count = std::min(out_.nodes.size() - first, size_t{1} << batch_bits_);
    constexpr uint32_t kCustomer = (uint32_t{1} << kPartShift) - 1;
    std::vector<uint32_t> next(count, 0);
    for (uint32_t i = begin; i < end; ++i) ++next[bought_[i].customer & kCustomer];
    for (size_t node = 0, at = begin; node < count; ++node) {
      out_.bought_.begin[first + node] = static_cast<uint32_t>(at);
      at += std::exchange(next[node], static_cast<uint32_t>(at));
    }
    for (uint32_t i = begin; i < end; ++i) {
      const uint32_t node = bought_[i].customer & kCustomer, part = bought_[i].customer >> kPartShift;
      out_.bought_.ties[next[node]++] = bought_[i].place;
      if (part != kNotFirm) ++out_.firm_[first + node][part];
    }
  }

  // What is known of the list, one tie after the other, in whatever order their suppliers are.
  void Index() {
    const size_t nodes = out_.nodes.size(), count = out_.ties.size();
    out_.counts = {};
    out_.firm = 0;
    out_.crossing.clear();
    out_.firm_.assign(nodes, {});
    for (uint32_t i = 0; i < count; ++i) {
      const MemberTie& t = out_.ties[i];
      const auto s = static_cast<size_t>(t.supplier_part), c = static_cast<size_t>(t.customer_part);
      ++out_.counts[static_cast<size_t>(t.strength)][s][c];
      if (Crosses(t.supplier_part, t.customer_part)) out_.crossing.push_back(i);
      if (t.strength != TieStrength::kFirm) continue;
      out_.firm += t.supplier != t.customer;
      ++out_.firm_[t.supplier][c];
      ++out_.firm_[t.customer][s];
    }
    for (const bool sold : {true, false}) {
      MemberTies::Rows& rows = sold ? out_.sold_ : out_.bought_;
      const auto end = sold ? &MemberTie::supplier : &MemberTie::customer;
      rows.begin.assign(nodes + 1, 0);
      for (const MemberTie& t : out_.ties) ++rows.begin[t.*end + 1];
      for (size_t node = 0; node < nodes; ++node) rows.begin[node + 1] += rows.begin[node];
      rows.ties.resize(count);
      std::vector<uint32_t> next(rows.begin.begin(), rows.begin.end() - 1);
      for (uint32_t i = 0; i < count; ++i) rows.ties[next[out_.ties[i].*end]++] = i;
    }
  }

  Reader& reader_;
  const Parts& parts_;
  const Budget& budget_;
  MemberTies out_;
  int batch_bits_ = 0;            // a batch of customers: 1 << batch_bits_ nodes
  RawVector<Purchase> bought_;    // by batch, then place
  std::vector<uint8_t> packed_parts_;
};

Result<MemberTies> ReadMemberTiesFrom(Reader& reader, const Parts& parts, std::shared_ptr<const Network> network, const Budget& budget, size_t threads) {
  // A member that is no company of the network: a label gone since, or a group of something else.
  if (network && std::any_of(parts.all.begin(), parts.all.end(), [&](NodeId id) { return network->Of(id) == Network::kNone; })) network = nullptr;
  MemberTiesReader from(reader, parts, budget);
  return network ? from.FromNetwork(std::move(network), threads) : from.FromRecords();
}

Result<MemberTies> ReadMemberTies(Reader& reader, const Parts& parts, const Budget& budget, size_t threads) {
  std::shared_ptr<const Network> network;
  if (!parts.all.empty()) {
    auto found = NetworkFor(reader, parts.all.size(), kWanted, budget);
    // The records tell how far the budget led.
    if (!found.ok() && found.status().code() != Code::kBudget && found.status().code() != Code::kCancelled) return found.status();
    if (found.ok()) network = *found;
  }
  return ReadMemberTiesFrom(reader, parts, std::move(network), budget, threads);
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
