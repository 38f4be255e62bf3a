// SPDX-License-Identifier: Apache-2.0
// Complements are read off the table of who holds which segment. Chains are grown from the steps at which they cross
// between the sides, outwards over the ties of members (or over UPSTREAM_OF between held segments), so the work is
// proportional to the ties of the members and never to the graph.
#include "chain/cross_chain.h"

#include <algorithm>
#include <tuple>

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr size_t kExamples = 5;        // companies named beside a complement
constexpr size_t kStageExamples = 3;   // companies named in a possible stage
constexpr size_t kMaxSeeds = 500;      // crossings that are grown into chains, the firm ones first
constexpr size_t kMaxWays = 30;        // ties looked at when a chain is made longer by one stage
constexpr int kMaxFollow = 6;          // UPSTREAM_OF steps within which one segment still counts as upstream of another

void Append(std::vector<Source>& to, const std::vector<Source>& more) { to.insert(to.end(), more.begin(), more.end()); }

int LevelRank(const std::string& level) {
  return level == "upstream" ? 0 : level == "midstream" ? 1 : level == "downstream" ? 2 : -1;
}

Result<std::vector<NodeId>> ChainsOf(Reader& reader, const Group& group) {
  std::vector<NodeId> chains;
  for (const Entity& chain : group.chains) chains.push_back(chain.id);
  if (group.entity.label == "Chain") chains.push_back(group.entity.id);
  if (group.entity.label == "Segment") {
    LT_ASSIGN(const auto parents, reader.Around(group.entity.id, Direction::kOut, "PART_OF"));
    for (const Neighbour& n : parents) {
      LT_ASSIGN(const bool chain, reader.HasLabel(n.node, "Chain"));
      if (chain) chains.push_back(n.node);
    }
  }
  return chains;
}

Result<std::set<NodeId>> SegmentSet(Reader& reader, const std::vector<NodeId>& chains) {
  std::set<NodeId> all;
  for (NodeId chain : chains) {
    LT_ASSIGN(const auto segments, SegmentsOfChain(reader, chain));
    all.insert(segments.begin(), segments.end());
  }
  return all;
}

Status AddOperatesSources(Reader& reader, NodeId company, NodeId segment, std::vector<Source>& sources) {
  LT_ASSIGN(const auto operates, reader.Around(company, Direction::kOut, "OPERATES_IN"));
  for (const Neighbour& n : operates) {
    if (n.node != segment) continue;
    LT_ASSIGN(const auto some, reader.Sources(n.edge));
    Append(sources, some);
  }
  return {};
}

// The segments that matter: those of the known chains, or all where no chain is known.
struct Universe {
  std::set<NodeId> of_a, of_b;
  bool Limited() const { return !of_a.empty() || !of_b.empty(); }
  bool Contains(NodeId segment) const { return !Limited() || of_a.contains(segment) || of_b.contains(segment); }
};

Status AddComplements(Reader& reader, const Universe& universe, const Holders& holders, const MemberTies& ties, std::vector<Complement>& out) {
  auto holds = [&](NodeId segment, Part side) {
    const auto it = holders.find(segment);
    return it != holders.end() && (!it->second[static_cast<size_t>(side)].empty() || !it->second[static_cast<size_t>(Part::kBoth)].empty());
  };
  struct Step {
    NodeId segment;
    EdgeId edge;
  };
  struct Found {
    bool a_lacks, own_chain;
    NodeId segment;
    std::vector<Step> supplies, supplied_by;  // of the lacking side
    auto Rank() const { return std::tuple(!a_lacks, !own_chain, supplies.empty() && supplied_by.empty(), segment); }
  };
  std::vector<Found> found;
  for (const auto& [id, companies] : holders) {
    if (!universe.Contains(id)) continue;
    for (const bool a_lacks : {true, false}) {
      const Part lacking = a_lacks ? Part::kAOnly : Part::kBOnly, having = a_lacks ? Part::kBOnly : Part::kAOnly;
      if (holds(id, lacking) || !holds(id, having)) continue;
      Found f{.a_lacks = a_lacks, .own_chain = (a_lacks ? universe.of_a : universe.of_b).contains(id), .segment = id};
      for (const Direction direction : {Direction::kOut, Direction::kIn}) {
        LT_ASSIGN(const auto next, reader.Around(id, direction, "UPSTREAM_OF"));
        for (const Neighbour& n : next) {
          if (holds(n.node, lacking)) (direction == Direction::kOut ? f.supplies : f.supplied_by).push_back({n.node, n.edge});
        }
      }
      found.push_back(std::move(f));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Found& x, const Found& y) { return x.Rank() < y.Rank(); });
  for (const Found& f : found) {
    const bool with_examples = out.size() < kComplementsWithExamples;
    Complement c{.a_lacks = f.a_lacks, .own_chain = f.own_chain};
    LT_ASSIGN(c.segment, reader.Describe(f.segment));
    LT_ASSIGN(c.level, reader.Property(f.segment, "level"));
    LT_ASSIGN(const auto parents, reader.Around(f.segment, Direction::kOut, "PART_OF"));
    for (const Neighbour& n : parents) {
      LT_ASSIGN(const Entity chain, reader.Describe(n.node));
      if (chain.label == "Chain") c.chains.push_back(chain);
    }
    const auto& who = holders.at(f.segment)[static_cast<size_t>(f.a_lacks ? Part::kBOnly : Part::kAOnly)];
    c.companies = who.size();
    for (size_t i = 0; with_examples && i < who.size() && i < kExamples; ++i) {
      LT_ASSIGN(const Entity e, reader.Describe(ties.id(who[i])));
      c.examples.push_back(e);
      LT_TRY(AddOperatesSources(reader, e.id, f.segment, c.sources));
    }
    for (const bool supplies : {true, false}) {
      for (const Step& step : supplies ? f.supplies : f.supplied_by) {
        LT_ASSIGN(const Entity segment, reader.Describe(step.segment));
        (supplies ? c.supplies : c.supplied_by).push_back(segment);
        if (!with_examples) continue;
        LT_ASSIGN(const auto sources, reader.Sources(step.edge));
        Append(c.sources, sources);
      }
    }
    out.push_back(std::move(c));
  }
  return {};
}

// --- Chains of ties

// Finds the segment that a tie's product belongs to, and the one in which a company receives it.
class Segments {
 public:
  Segments(Reader& reader, const MemberTies& ties) : reader_(reader), ties_(ties) {}

  // Of the supplier's product: through PRODUCES and PART_OF, else the supplier's first segment; 0 where nothing is known.
  Result<NodeId> OfTie(const MemberTie& tie) {
    if (const auto it = of_tie_.find(tie.at); it != of_tie_.end()) return it->second;
    NodeId found;
    LT_ASSIGN(const auto products, Related(tie.supplier, Network::Relation::kProduces, "PRODUCES"));
    for (const NodeId product : products) {
      if (found) break;
      LT_ASSIGN(const bool same, IsNamed(product, ties_.product(tie)));
      if (same) {
        LT_ASSIGN(found, SegmentOf(product));
      }
    }
    if (!found) {
      LT_ASSIGN(const auto own, Of(tie.supplier));
      if (!own.empty()) found = own.front();
    }
    of_tie_.emplace(tie.at, found);
    return found;
  }

  // Where the customer of a chain's last tie stands: downstream of `before` if it operates there (the nearest), else not
  // upstream of it, else its first segment.
  Result<NodeId> OfCustomer(uint32_t company, NodeId before) {
    LT_ASSIGN(const auto own, Of(company));
    if (own.empty()) return NodeId{};
    NodeId nearest;
    int steps = kMaxFollow + 1;
    for (NodeId segment : own) {
      LT_ASSIGN(const int far, Steps(before, segment));
      if (far > 0 && far < steps) nearest = segment, steps = far;
    }
    if (nearest) return nearest;
    LT_ASSIGN(const int rank, Rank(before));
    for (NodeId segment : own) {
      LT_ASSIGN(const int own_rank, Rank(segment));
      if (rank >= 0 && own_rank >= rank && segment != before) return segment;
    }
    return own.front();
  }

  // How many UPSTREAM_OF steps lead from one segment to another: 0 the same, -1 where none of up to kMaxFollow does.
  Result<int> Steps(NodeId upstream, NodeId downstream) {
    if (!upstream || !downstream) return -1;
    auto it = below_.find(upstream);
    if (it == below_.end()) {
      std::unordered_map<NodeId, int> far{{upstream, 0}};
      std::vector<NodeId> open{upstream};
      for (size_t i = 0; i < open.size(); ++i) {
        const int steps = far.at(open[i]) + 1;
        if (steps > kMaxFollow) break;
        auto next = next_.find(open[i]);
        if (next == next_.end()) {
          LT_ASSIGN(const auto edges, reader_.Around(open[i], Direction::kOut, "UPSTREAM_OF"));
          next = next_.try_emplace(open[i]).first;
          for (const Neighbour& n : edges) next->second.push_back(n.node);
        }
        for (const NodeId node : next->second) {
          if (far.emplace(node, steps).second) open.push_back(node);
        }
      }
      it = below_.emplace(upstream, std::move(far)).first;
    }
    const auto found = it->second.find(downstream);
    return found == it->second.end() ? -1 : found->second;
  }

  Result<int> Rank(NodeId segment) {
    if (!segment) return -1;
    LT_ASSIGN(const std::string level, reader_.Property(segment, "level"));
    return LevelRank(level);
  }

 private:
  // By edge.
  Result<std::vector<NodeId>> Related(uint32_t company, Network::Relation relation, const char* type) {
    std::vector<NodeId> out;
    if (ties_.network) {
      const Network::Rows rows = ties_.network->rows(relation);
      for (auto at = std::lower_bound(rows.who.begin(), rows.who.end(), company); at != rows.who.end() && *at == company; ++at) {
        out.push_back(rows.things[rows.thing[static_cast<size_t>(at - rows.who.begin())]]);
      }
      return out;
    }
    LT_ASSIGN(const auto edges, reader_.Around(ties_.id(company), Direction::kOut, type));
    for (const Neighbour& n : edges) out.push_back(n.node);
    return out;
  }
  Result<std::vector<NodeId>> Of(uint32_t company) {
    LT_ASSIGN(auto own, Related(company, Network::Relation::kOperatesIn, "OPERATES_IN"));
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    return own;
  }
  Result<bool> IsNamed(NodeId product, uint32_t text) {
    if (ties_.products[text].empty()) return false;
    if (ties_.network) {
      const auto things = ties_.network->rows(Network::Relation::kProduces).things;
      return ties_.network->product_names()[static_cast<size_t>(std::lower_bound(things.begin(), things.end(), product) - things.begin())] == text;
    }
    LT_ASSIGN(const std::string name, reader_.Property(product, "name"));
    return name == ties_.products[text];
  }
  // That a product is part of; 0 where it is of none.
  Result<NodeId> SegmentOf(NodeId product) {
    const auto [it, fresh] = of_product_.try_emplace(product);
    if (fresh) {
      LT_ASSIGN(const auto parts, reader_.Around(product, Direction::kOut, "PART_OF"));
      for (const Neighbour& p : parts) {
        LT_ASSIGN(const bool segment, reader_.HasLabel(p.node, "Segment"));
        if (segment && !it->second) it->second = p.node;
      }
    }
    return it->second;
  }

  Reader& reader_;
  const MemberTies& ties_;
  std::unordered_map<uint32_t, NodeId> of_tie_;  // by MemberTie::at
  std::unordered_map<NodeId, NodeId> of_product_;
  std::unordered_map<NodeId, std::vector<NodeId>> next_;                 // UPSTREAM_OF
  std::unordered_map<NodeId, std::unordered_map<NodeId, int>> below_;  // segments downstream of one, with the steps to them
};

bool Opposite(Part x, Part y) {
  return (x == Part::kAOnly && y == Part::kBOnly) || (x == Part::kBOnly && y == Part::kAOnly);
}

class TieChains {
 public:
  TieChains(Reader& reader, const MemberTies& ties, const CrossChainOptions& options)
      : reader_(reader), all_(ties), ties_(ties.ties), options_(options), segments_(reader, ties) {}

  Status Add(std::vector<CrossChain>& chains) {
    struct Candidate {
      std::vector<size_t> ties;
      size_t crossing = 0;
      TieStrength strength = TieStrength::kFirm;
      size_t out_of_order = 0;  // steps whose segments are not known to follow each other
      std::set<std::pair<uint32_t, uint32_t>> steps;
      std::pair<uint32_t, uint32_t> seed;
    };
    std::vector<Candidate> candidates;
    for (const std::vector<size_t>& seed : Seeds()) {
      Candidate c{.ties = seed, .seed = {ties_[seed.front()].supplier, ties_[seed.back()].customer}};
      // Outwards in turn, while either end can grow.
      for (bool up = true, grown = true; c.ties.size() + 1 < options_.max_stages;) {
        const bool was = up;
        LT_ASSIGN(const bool longer, Grow(c.ties, up));
        if (longer && was) ++c.crossing;
        up = !up;
        if (!longer && !grown) break;
        grown = longer;
      }
      for (size_t i : c.ties) {
        c.strength = std::max(c.strength, ties_[i].strength);
        c.steps.insert({ties_[i].supplier, ties_[i].customer});
      }
      LT_ASSIGN(c.out_of_order, OutOfOrder(c.ties));
      candidates.push_back(std::move(c));
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& x, const Candidate& y) {
      return std::tuple(x.strength, x.out_of_order, y.ties.size()) < std::tuple(y.strength, y.out_of_order, x.ties.size());
    });
    std::set<std::pair<uint32_t, uint32_t>> shown;
    size_t taken = 0;
    for (const Candidate& c : candidates) {
      if (taken >= options_.max_chains) break;
      // A representative shows a crossing that none before it has shown.
      bool fresh = false;
      for (const auto& step : c.steps) {
        fresh = fresh || (!shown.contains(step) && (step == c.seed || step.first == c.seed.first || step.second == c.seed.second));
      }
      if (!fresh) continue;
      shown.insert(c.steps.begin(), c.steps.end());
      LT_ASSIGN(CrossChain chain, Describe(c.ties));
      chain.crossing = c.crossing;
      chains.push_back(std::move(chain));
      ++taken;
    }
    return {};
  }

 private:
  static bool Counts(const MemberTie& t) { return t.strength != TieStrength::kPast && t.supplier != t.customer; }

  // Ties, or pairs of ties through a shared member or a third company, that pass from one side to the other; firm ones
  // first, direct ones first, by edge; the first kMaxSeeds of them.
  std::vector<std::vector<size_t>> Seeds() const {
    struct Seed {
      TieStrength strength;
      size_t size;
      uint32_t first, second;  // the same where it is one tie
      auto Rank() const { return std::tuple(strength, size, first, second); }
    };
    std::vector<Seed> seeds;
    size_t direct_firm = 0;
    for (const uint32_t i : all_.crossing) {
      if (ties_[i].strength == TieStrength::kPast) continue;
      seeds.push_back({ties_[i].strength, 1, i, i});
      direct_firm += ties_[i].strength == TieStrength::kFirm;
    }
    // No pair comes before a firm tie that leads across by itself.
    if (direct_firm < kMaxSeeds) {
      for (uint32_t middle = 0; middle < all_.nodes.size(); ++middle) {
        if (all_.parts[middle] == Part::kAOnly || all_.parts[middle] == Part::kBOnly) continue;
        const auto into = all_.Bought(middle), out = all_.Sold(middle);
        if (into.empty() || out.empty()) continue;
        for (const Part from : {Part::kAOnly, Part::kBOnly}) {
          std::optional<uint32_t> first, second;
          for (const uint32_t i : into) {
            if (Counts(ties_[i]) && ties_[i].supplier_part == from && (!first || ties_[i].strength < ties_[*first].strength)) first = i;
          }
          for (const uint32_t i : out) {
            if (Counts(ties_[i]) && Opposite(from, ties_[i].customer_part) && (!second || ties_[i].strength < ties_[*second].strength)) second = i;
          }
          if (first && second) seeds.push_back({std::max(ties_[*first].strength, ties_[*second].strength), 2, *first, *second});
        }
      }
    }
    const auto before = [](const Seed& x, const Seed& y) { return x.Rank() < y.Rank(); };
    const size_t kept = std::min(seeds.size(), kMaxSeeds);
    std::partial_sort(seeds.begin(), seeds.begin() + static_cast<ptrdiff_t>(kept), seeds.end(), before);
    std::vector<std::vector<size_t>> out;
    for (size_t i = 0; i < kept; ++i) out.push_back(seeds[i].size == 1 ? std::vector<size_t>{seeds[i].first} : std::vector<size_t>{seeds[i].first, seeds[i].second});
    return out;
  }

  // Adds one firm tie of a member before or after the chain where the stages stay in order. False: there is none.
  Result<bool> Grow(std::vector<size_t>& chain, bool up) {
    const MemberTie& end = ties_[up ? chain.front() : chain.back()];
    const auto ways = up ? all_.Bought(end.supplier) : all_.Sold(end.customer);
    if (ways.empty()) return false;
    LT_ASSIGN(const NodeId end_segment, segments_.OfTie(end));
    std::optional<size_t> best;
    std::tuple<int, size_t> best_rank;  // steps, then by edge
    size_t looked = 0;
    for (const uint32_t i : ways) {
      const MemberTie& tie = ties_[i];
      if (!Counts(tie)) continue;
      if (looked++ == kMaxWays) break;
      const uint32_t other = up ? tie.supplier : tie.customer;
      const Part part = up ? tie.supplier_part : tie.customer_part;
      if (tie.strength != TieStrength::kFirm || part == Part::kRest) continue;
      const bool met = std::any_of(chain.begin(), chain.end(), [&](size_t j) { return ties_[j].supplier == other || ties_[j].customer == other; });
      if (met) continue;
      LT_ASSIGN(const NodeId segment, segments_.OfTie(tie));
      LT_ASSIGN(const int steps, up ? segments_.Steps(segment, end_segment) : segments_.Steps(end_segment, segment));
      if (steps < 1) continue;  // a chain only grows in stage order
      const std::tuple<int, size_t> way_rank(steps, i);
      if (!best || way_rank < best_rank) best = i, best_rank = way_rank;
    }
    if (!best) return false;
    if (up) chain.insert(chain.begin(), *best);
    else chain.push_back(*best);
    return true;
  }

  Result<size_t> OutOfOrder(const std::vector<size_t>& chain) {
    size_t count = 0;
    NodeId before;
    for (size_t at = 0; at <= chain.size(); ++at) {
      NodeId segment;
      if (at == chain.size()) {
        LT_ASSIGN(segment, segments_.OfCustomer(ties_[chain.back()].customer, before));
      } else {
        LT_ASSIGN(segment, segments_.OfTie(ties_[chain[at]]));
      }
      LT_ASSIGN(const int steps, segments_.Steps(before, segment));
      if (at > 0 && steps < 1) ++count;
      before = segment;
    }
    return count;
  }

  Result<CrossChain> Describe(const std::vector<size_t>& chain) {
    CrossChain out;
    NodeId before;
    for (size_t at = 0; at <= chain.size(); ++at) {
      const bool last = at == chain.size();
      const MemberTie& tie = ties_[last ? chain.back() : chain[at]];
      const uint32_t node = last ? tie.customer : tie.supplier;
      const NodeId company = all_.id(node);
      NodeId segment;
      if (last) {
        LT_ASSIGN(segment, segments_.OfCustomer(node, before));
      } else {
        LT_ASSIGN(segment, segments_.OfTie(tie));
      }
      ChainStage stage{.part = last ? tie.customer_part : tie.supplier_part, .company_count = 1};
      LT_ASSIGN(const Entity e, reader_.Describe(company));
      stage.companies = {e};
      if (segment) {
        LT_ASSIGN(stage.segment, reader_.Describe(segment));
        LT_ASSIGN(stage.level, reader_.Property(segment, "level"));
      }
      LT_ASSIGN(const Location where, reader_.Locate(company));
      stage.cities.emplace_back();
      if (where.city) {
        LT_ASSIGN(stage.cities.back(), reader_.Describe(where.city));
      }
      before = segment;
      out.stages.push_back(std::move(stage));
      if (last) break;
      LT_ASSIGN(const auto edge, reader_.view().GetEdge(all_.edge(tie)));
      if (!edge) return Status(Code::kDamaged, Text("edge ", all_.edge(tie).raw, " stands beside a company but is not there"));
      LT_ASSIGN(Tie described, DescribeTie(reader_, *edge));
      out.strength = std::max(out.strength, described.strength);
      Append(out.sources, described.sources);
      out.ties.push_back(std::move(described));
    }
    return out;
  }

  Reader& reader_;
  const MemberTies& all_;
  const RawVector<MemberTie>& ties_;
  const CrossChainOptions& options_;
  Segments segments_;
};

// --- Chains of segments

class SegmentChains {
 public:
  SegmentChains(Reader& reader, const Universe& universe, const Holders& holders, const MemberTies& ties, const CrossChainOptions& options)
      : reader_(reader), universe_(universe), holders_(holders), ties_(ties), options_(options) {}

  Status Add(std::vector<CrossChain>& chains) {
    LT_TRY(ReadSteps());
    struct Candidate {
      std::vector<NodeId> segments;
      std::vector<Part> parts;
      std::vector<std::pair<NodeId, NodeId>> steps;
      size_t crossing = 0;
    };
    std::vector<Candidate> candidates;
    for (const auto& [from, next] : out_) {
      for (const auto& [to, edge] : next) {
        for (const auto& [x, y] : {std::pair(Part::kAOnly, Part::kBOnly), std::pair(Part::kBOnly, Part::kAOnly)}) {
          if (Held(from, x).empty() || Held(to, y).empty()) continue;
          Candidate c{.segments = {from, to}, .parts = {x, y}, .steps = {{from, to}}};
          for (bool up = true, grown = true; c.segments.size() < options_.max_stages;) {
            const bool was = up, longer = Grow(c.segments, c.parts, up);
            if (longer && was) ++c.crossing;
            up = !up;
            if (!longer && !grown) break;
            grown = longer;
          }
          candidates.push_back(std::move(c));
        }
      }
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& x, const Candidate& y) { return x.segments.size() > y.segments.size(); });
    std::set<std::tuple<NodeId, NodeId, Part>> shown;
    size_t taken = 0;
    for (const Candidate& c : candidates) {
      if (taken >= options_.max_chains) break;
      if (shown.contains({c.segments[c.crossing], c.segments[c.crossing + 1], c.parts[c.crossing]})) continue;
      for (size_t i = 0; i + 1 < c.segments.size(); ++i) shown.insert({c.segments[i], c.segments[i + 1], c.parts[i]});
      LT_ASSIGN(CrossChain chain, Describe(c.segments, c.parts));
      chain.crossing = c.crossing;
      chain.existing_ties = Existing(c.segments[c.crossing], c.parts[c.crossing], c.segments[c.crossing + 1], c.parts[c.crossing + 1]);
      chains.push_back(std::move(chain));
      ++taken;
    }
    return {};
  }

 private:
  const std::vector<uint32_t>& Held(NodeId segment, Part part) const {
    static const std::vector<uint32_t> kNone;
    const auto it = holders_.find(segment);
    return it == holders_.end() || part == Part::kRest ? kNone : it->second[static_cast<size_t>(part)];
  }

  Status ReadSteps() {
    const graph::TypeId upstream = reader_.view().type("UPSTREAM_OF");
    if (!upstream) return {};
    std::vector<NodeId> segments;
    for (const auto& [segment, companies] : holders_) {
      if (universe_.Contains(segment)) segments.push_back(segment);
    }
    return reader_.view().ExpandMany(segments, Direction::kOut, std::span(&upstream, 1), [&](size_t i, const Neighbour& n) {
      if (n.node != segments[i] && std::binary_search(segments.begin(), segments.end(), n.node)) {
        out_[segments[i]].emplace(n.node, n.edge);
        in_[n.node].emplace(segments[i], n.edge);
      }
      return true;
    });
  }

  // Which part speaks for the next stage: the same side where it holds the segment, else the shared members, else the other.
  Part PartFor(NodeId segment, Part beside) const {
    for (const Part part : {beside, Part::kBoth, beside == Part::kAOnly ? Part::kBOnly : Part::kAOnly, Part::kAOnly}) {
      if (!Held(segment, part).empty()) return part;
    }
    return Part::kRest;
  }

  bool Grow(std::vector<NodeId>& segments, std::vector<Part>& parts, bool up) const {
    const auto& ways = up ? in_ : out_;
    const auto it = ways.find(up ? segments.front() : segments.back());
    if (it == ways.end()) return false;
    const Part beside = up ? parts.front() : parts.back();
    for (const auto& [segment, edge] : it->second) {
      const Part part = PartFor(segment, beside);
      if (part == Part::kRest || std::find(segments.begin(), segments.end(), segment) != segments.end()) continue;
      segments.insert(up ? segments.begin() : segments.end(), segment);
      parts.insert(up ? parts.begin() : parts.end(), part);
      return true;
    }
    return false;
  }

  uint64_t Existing(NodeId from, Part from_part, NodeId to, Part to_part) const {
    const auto& suppliers = Held(from, from_part);
    const auto& customers = Held(to, to_part);
    uint64_t count = 0;
    for (const uint32_t supplier : suppliers) {
      for (const uint32_t i : ties_.Sold(supplier)) {
        count += ties_.ties[i].strength == TieStrength::kFirm && std::binary_search(customers.begin(), customers.end(), ties_.ties[i].customer);
      }
    }
    return count;
  }

  Result<CrossChain> Describe(const std::vector<NodeId>& segments, const std::vector<Part>& parts) {
    CrossChain out{.actual = false, .strength = TieStrength::kWeak};
    for (size_t i = 0; i < segments.size(); ++i) {
      ChainStage stage{.part = parts[i]};
      LT_ASSIGN(stage.segment, reader_.Describe(segments[i]));
      LT_ASSIGN(stage.level, reader_.Property(segments[i], "level"));
      const auto& companies = Held(segments[i], parts[i]);
      stage.company_count = companies.size();
      for (size_t c = 0; c < companies.size() && c < kStageExamples; ++c) {
        LT_ASSIGN(const Entity e, reader_.Describe(ties_.id(companies[c])));
        stage.companies.push_back(e);
        LT_ASSIGN(const Location where, reader_.Locate(e.id));
        stage.cities.emplace_back();
        if (where.city) {
          LT_ASSIGN(stage.cities.back(), reader_.Describe(where.city));
        }
        LT_TRY(AddOperatesSources(reader_, e.id, segments[i], out.sources));
      }
      out.stages.push_back(std::move(stage));
      if (i + 1 < segments.size()) {
        LT_ASSIGN(const auto sources, reader_.Sources(out_.at(segments[i]).at(segments[i + 1])));
        Append(out.sources, sources);
      }
    }
    return out;
  }

  Reader& reader_;
  const Universe& universe_;
  const Holders& holders_;
  const MemberTies& ties_;
  const CrossChainOptions& options_;
  std::map<NodeId, std::map<NodeId, EdgeId>> out_, in_;
};

}  // namespace

Result<CrossChains> FindCrossChains(Reader& reader, const Group& a, const Group& b, const Parts& parts, const Holders& holders,
                                    const MemberTies& ties, const CrossChainOptions& options) {
  CrossChains out;
  const bool zh = reader.lang() == Lang::kZh;
  LT_ASSIGN(const auto chains_a, ChainsOf(reader, a));
  LT_ASSIGN(const auto chains_b, ChainsOf(reader, b));
  Universe universe;
  LT_ASSIGN(universe.of_a, SegmentSet(reader, chains_a));
  LT_ASSIGN(universe.of_b, SegmentSet(reader, chains_b));
  for (const Group* group : {&a, &b}) {
    if (group->members.empty()) {
      out.no_complements = zh ? Text("“", group->entity.name, "”没有可比较的成员:", group->reason)
                              : Text(group->entity.name, " has no members to compare: ", group->reason);
    }
  }
  if (out.no_complements.empty()) {
    LT_TRY(AddComplements(reader, universe, holders, ties, out.complements));
    if (out.complements.empty()) out.no_complements = zh ? "数据中双方企业所在环节相同" : "in the data both sides operate in the same segments";
  }
  if (parts.all.empty()) return out;
  TieChains tie_chains(reader, ties, options);
  LT_TRY(tie_chains.Add(out.chains));
  SegmentChains segment_chains(reader, universe, holders, ties, options);
  LT_TRY(segment_chains.Add(out.chains));
  return out;
}

}  // namespace liantu::chain
