// SPDX-License-Identifier: Apache-2.0
// Tables for the definition in analysis/gaps.h, and the companies behind its candidates.
#include "chain/gaps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "analysis/complementarity.h"
#include "chain/network.h"
#include "chain/numbers.h"
#include "chain/parks.h"
#include "chain/seats.h"

namespace liantu::chain {

using analysis::GapKind;
using analysis::Measure;
using graph::Direction;
using graph::Neighbour;
using graph::Snapshot;
using graph::Vertex;

namespace {

constexpr size_t kExamples = 5;

template <class T>
size_t IndexOf(const std::vector<T>& sorted, const T& value) {
  const auto it = std::lower_bound(sorted.begin(), sorted.end(), value);
  return it != sorted.end() && *it == value ? static_cast<size_t>(it - sorted.begin()) : sorted.size();
}

bool Actual(graph::Certainty certainty) {  // planned is not held
  return certainty != graph::Certainty::kPlanned && certainty != graph::Certainty::kTarget && certainty != graph::Certainty::kPredicted;
}

int Stage(const std::string& level) { return level == "upstream" ? 0 : level == "midstream" ? 1 : level == "downstream" ? 2 : 3; }

class Finder {
 public:
  Finder(Reader& reader, const GapsOptions& options, const Budget& budget) : reader_(reader), options_(options), budget_(budget) {}

  Result<GapsAnswer> Run(const Entity& place, const Entity& chain) {
    answer_.chain = chain;
    LT_ASSIGN(answer_.place, MembersOf(reader_, place));
    if (answer_.place.membership == Membership::kNotComputable) {
      return Status(Code::kInvalid, Text("'", place.name, "': ", answer_.place.reason));
    }
    LT_ASSIGN(segments_, SegmentsOfChain(reader_, chain.id));
    if (segments_.empty()) {
      return Status(Code::kInvalid, Text(reader_.lang() == Lang::kZh ? "数据中没有产业链 '" : "no segment in the data belongs to the chain '", chain.name,
                                         reader_.lang() == Lang::kZh ? "' 的环节" : "'"));
    }
    answer_.segments = segments_.size();
    answer_.members = answer_.place.members.size();
    LT_TRY(ReadOperators());
    LT_TRY(Judge());
    LT_TRY(Compare());
    LT_TRY(Describe());
    return std::move(answer_);
  }

 private:
  struct Near {
    ReasonKind kind;
    NodeId member;
    graph::EdgeId edge;
    friend auto operator<=>(const Near&, const Near&) = default;
  };

  // Who operates where: every segment of every chain, so that quotient and density compare the place with all others.
  Status ReadOperators() {
    if (const graph::LabelId label = reader_.view().label("Segment")) {
      LT_TRY(reader_.view().NodesWithLabel(label, {}, [&](NodeId id) {
        all_segments_.push_back(id);
        return true;
      }));
    }
    of_chain_.assign(all_segments_.size(), Network::kNone);
    for (uint32_t s = 0; s < segments_.size(); ++s) {
      if (const size_t at = IndexOf(all_segments_, segments_[s]); at < of_chain_.size()) of_chain_[at] = s;
    }
    holders_.resize(segments_.size());
    held_.assign(segments_.size(), 0);
    const graph::TypeId operates = reader_.view().type("OPERATES_IN");
    if (!operates) return Status::Ok();
    LT_ASSIGN(const bool columns, TakeColumns(operates));
    if (!columns) LT_TRY(ReadRecords(operates));
    LT_TRY(budget_.Check());
    for (const NodeId id : answer_.place.members) {
      if (const uint32_t company = NumberOf(id); company != Network::kNone) here_[company] = 1;
    }
    uint32_t last = Network::kNone;
    for (const auto& [company, segment] : operators_) {
      if (company != last) answer_.with_segment += here_[company], last = company;
      if (of_chain_[segment] == Network::kNone) continue;
      std::vector<uint32_t>& list = holders_[of_chain_[segment]];
      if (!list.empty() && list.back() == company) continue;  // stated twice
      list.push_back(company);
      held_[of_chain_[segment]] += here_[company];
    }
    return budget_.Check();
  }

  // False: the columns are not at hand, or somebody who is none of their nodes operates in a segment or is a member.
  Result<bool> TakeColumns(graph::TypeId operates) {
    constexpr uint32_t kWanted = Network::kTies | Network::kSeats | Network::kCertainties | Network::WantOf(Network::Relation::kOperatesIn) | Network::WantOf(Network::Relation::kOwns);
    LT_ASSIGN(const auto network, NetworkIfKept(reader_, 0, kWanted, budget_));
    if (network == nullptr) return false;
    const Network::Rows rows = network->rows(Network::Relation::kOperatesIn);
    LT_ASSIGN(const uint64_t edges, reader_.view().EdgeCount(operates));
    const auto& members = answer_.place.members;
    if (rows.who.size() != edges || std::any_of(members.begin(), members.end(), [&](NodeId id) { return network->Of(id) == Network::kNone; })) return false;
    network_ = network;
    std::vector<uint32_t> segment;  // by the thing of a row
    for (const NodeId id : rows.things) segment.push_back(static_cast<uint32_t>(IndexOf(all_segments_, id)));
    const auto certainties = network->certainties();
    operators_.reserve(edges);
    for (size_t i = 0; i < rows.who.size(); ++i) {
      if (const uint32_t s = segment[rows.thing[i]]; s < all_segments_.size() && Actual(certainties[i])) operators_.emplace_back(rows.who[i], s);
    }
    here_.assign(network->size(), 0);
    return true;
  }

  Status ReadRecords(graph::TypeId operates) {
    struct Met {
      NodeId company;
      uint32_t segment;
    };
    std::vector<Met> met;
    std::vector<graph::EdgeId> edges;
    LT_TRY(reader_.view().ExpandMany(all_segments_, Direction::kIn, std::span(&operates, 1), [&](size_t i, const Neighbour& n) {
      met.push_back({n.node, static_cast<uint32_t>(i)});
      edges.push_back(n.edge);
      return true;
    }));
    LT_TRY(budget_.Check());
    LT_ASSIGN(const auto stored, reader_.view().GetEdges(edges));
    std::vector<NodeId> companies;
    for (size_t k = 0; k < met.size(); ++k) {
      if (stored[k] && Actual(stored[k]->certainty)) companies.push_back(met[k].company);
    }
    numbers_.emplace(std::move(companies));
    for (size_t k = 0; k < met.size(); ++k) {
      if (stored[k] && Actual(stored[k]->certainty)) operators_.emplace_back(numbers_->Of(met[k].company), met[k].segment);
    }
    std::sort(operators_.begin(), operators_.end());
    here_.assign(numbers_->size(), 0);
    LT_ASSIGN(seats_, SeatsOf(reader_, numbers_->ids()));
    return Status::Ok();
  }

  // Runs the definition on the chain's own segments, with the place as the only row: candidates are companies, found later.
  Status Judge() {
    std::vector<Snapshot::Edge> edges;
    const graph::TypeId upstream = reader_.view().type("UPSTREAM_OF");
    if (upstream) {
      LT_TRY(reader_.view().ExpandMany(segments_, Direction::kOut, std::span(&upstream, 1), [&](size_t i, const Neighbour& n) {
        const size_t to = IndexOf(segments_, n.node);
        if (to < segments_.size()) {
          edges.push_back({.from = static_cast<Vertex>(i), .to = static_cast<Vertex>(to), .edge_id = n.edge.raw});
          links_[{segments_[i], n.node}].push_back(n.edge);
        }
        return true;
      }));
    }
    LT_ASSIGN(const graph::SnapshotPtr chain_template,
              Snapshot::FromEdges(static_cast<Vertex>(segments_.size()), std::move(edges), {.name = answer_.chain.name, .labels = {"Segment"}, .types = {"UPSTREAM_OF"}}, segments_));
    analysis::GapsOptions asked;
    asked.places = {answer_.place.entity.name};
    asked.capability.assign(1, std::vector<double>(held_.begin(), held_.end()));
    LT_ASSIGN(judged_, analysis::FindGaps(*chain_template, asked, budget_));
    answer_.reference = judged_.header.definition;
    answer_.coverage = judged_.places[0].coverage;
    return Status::Ok();
  }

  // Location quotient and relatedness density of the place among its like, by companies over all segments.
  Status Compare() {
    const std::string label = answer_.place.entity.label;
    const bool zh = reader_.lang() == Lang::kZh, city = label == "City", district = label == "District";
    quotient_.assign(segments_.size(), Measure::Undefined("nothing to compare with"));
    density_ = quotient_;
    std::vector<NodeId> places;  // in which one of those that operate somewhere has its seat
    const auto place_of = [&](const Location& seat) { return city ? seat.city : district ? seat.district : seat.province; };
    if (reader_.IsPlace(label)) {
      uint32_t last = Network::kNone;
      for (const auto& [company, segment] : operators_) {
        if (company == last) continue;
        last = company;
        if (const NodeId where = place_of(SeatOf(company)); where && (places.empty() || places.back() != where)) places.push_back(where);
      }
      std::sort(places.begin(), places.end());
      places.erase(std::unique(places.begin(), places.end()), places.end());
      answer_.density_basis = zh ? Text("与数据中有企业环节信息的全部", reader_.LabelName(label), "比较,按企业数") : Text("compared with every ", reader_.LabelName(label), " of which companies' segments are known, by number of companies");
    }
    if (places.size() < 2) {
      answer_.density_basis = zh ? "没有可比较的同类,不计算区位商和关联密度" : "nothing of its kind to compare with: no location quotient, no density";
      return Status::Ok();
    }
    const size_t row = IndexOf(places, answer_.place.entity.id), columns = all_segments_.size();
    if (row == places.size()) return Status::Ok();  // no company of the place has a known segment
    std::vector<double> counts(places.size() * columns, 0);
    std::vector<uint32_t> counted(columns, Network::kNone);  // the company last counted in a segment
    uint32_t last = Network::kNone;
    size_t at = places.size();
    for (const auto& [company, segment] : operators_) {
      if (company != last) {
        last = company;
        at = IndexOf(places, place_of(SeatOf(company)));
      }
      if (at == places.size() || counted[segment] == company) continue;
      counted[segment] = company;
      counts[at * columns + segment] += 1;
    }
    LT_ASSIGN(const analysis::SpecialisationResult result, analysis::SpecialisationOfTable(std::move(counts), columns, {}, budget_));
    std::vector<uint32_t> own;  // the chain's segments among all
    std::vector<size_t> of_own;
    for (size_t s = 0; s < columns; ++s) {
      if (of_chain_[s] == Network::kNone) continue;
      own.push_back(static_cast<uint32_t>(s));
      of_own.push_back(of_chain_[s]);
      quotient_[of_chain_[s]] = result.rca(row, s);
    }
    LT_ASSIGN(const auto density, analysis::DensityOf(result, row, own, budget_));
    for (size_t i = 0; i < own.size(); ++i) density_[of_own[i]] = density[i];
    return Status::Ok();
  }

  Status Describe() {
    const analysis::PlaceGaps& found = judged_.places[0];
    for (size_t s = 0; s < segments_.size(); ++s) {
      if (held_[s] == 0) continue;
      SegmentState state{.companies = held_[s], .quotient = quotient_[s]};
      LT_ASSIGN(state.segment, reader_.Describe(segments_[s]));
      LT_ASSIGN(state.level, reader_.Property(segments_[s], "level"));
      for (const uint32_t company : holders_[s]) {
        if (!here_[company]) continue;
        LT_ASSIGN(const Entity example, reader_.Describe(IdOf(company)));
        state.examples.push_back(example);
        LT_TRY(AddOperatesSources(example.id, segments_[s], state.sources));
        if (state.examples.size() == kExamples) break;
      }
      answer_.held.push_back(std::move(state));
    }
    std::stable_sort(answer_.held.begin(), answer_.held.end(), [](const SegmentState& a, const SegmentState& b) { return Stage(a.level) < Stage(b.level); });
    std::set<NodeId> weak;
    for (const analysis::WeakSegment& w : found.weak) weak.insert(segments_[w.segment]);
    for (const SegmentState& state : answer_.held) {
      if (weak.contains(state.segment.id)) answer_.weak.push_back(state);
    }
    LT_TRY(ReadNearness());
    for (const analysis::Gap& gap : found.missing) {
      SegmentGap out{.kind = gap.kind};
      const NodeId id = segments_[gap.segment];
      LT_ASSIGN(out.segment, reader_.Describe(id));
      LT_ASSIGN(out.level, reader_.Property(id, "level"));
      out.density = density_[gap.segment];
      LT_ASSIGN(const auto parts, reader_.Around(id, Direction::kOut, "PART_OF"));  // that it belongs to the chain
      for (const Neighbour& n : parts) {
        if (n.node == answer_.chain.id) LT_TRY(AddSources(n.edge, out.sources));
      }
      for (const Vertex v : gap.held_before) LT_TRY(AddHeld(v, gap.segment, out.before, out.sources));
      for (const Vertex v : gap.held_after) LT_TRY(AddHeld(gap.segment, v, out.after, out.sources));
      LT_TRY(AddFillers(gap.segment, out));
      answer_.gaps.push_back(std::move(out));
    }
    std::stable_sort(answer_.gaps.begin(), answer_.gaps.end(), [](const SegmentGap& a, const SegmentGap& b) {
      return std::tuple(a.kind, -a.density.value.value_or(-1)) < std::tuple(b.kind, -b.density.value.value_or(-1));
    });
    for (const auto& [from, to] : found.broken_links) {
      BrokenLink link;
      LT_ASSIGN(link.upstream, reader_.Describe(segments_[from]));
      LT_ASSIGN(link.downstream, reader_.Describe(segments_[to]));
      link.upstream_held = held_[from] > 0;
      for (const graph::EdgeId edge : links_.at({segments_[from], segments_[to]})) LT_TRY(AddSources(edge, link.sources));
      answer_.broken.push_back(std::move(link));
    }
    return Status::Ok();
  }

  // How companies outside are tied to the place: the strongest reason and the number of ties; which ones is read for those shown.
  Status ReadNearness() {
    near_.resize(here_.size());
    const auto add = [&](uint32_t company, ReasonKind kind) {
      near_[company].strongest = std::min(near_[company].strongest, static_cast<uint8_t>(kind));
      ++near_[company].ties;
    };
    if (network_ != nullptr) {
      const auto begin = network_->begin(), customers = network_->customers();
      for (uint32_t supplier = 0; supplier < network_->size(); ++supplier) {
        for (uint32_t t = begin[supplier]; t < begin[supplier + 1]; ++t) {
          if (here_[supplier] == here_[customers[t]]) continue;
          if (here_[supplier]) add(customers[t], ReasonKind::kBuys);
          else add(supplier, ReasonKind::kSupplies);
        }
      }
      const Network::Rows owns = network_->rows(Network::Relation::kOwns);
      for (size_t i = 0; i < owns.who.size(); ++i) {
        const uint32_t owned = network_->Of(owns.things[owns.thing[i]]);
        if (owned == Network::kNone || here_[owns.who[i]] == here_[owned]) continue;
        add(here_[owned] ? owns.who[i] : owned, ReasonKind::kOwnership);
      }
    } else {
      for (const char* name : {"OWNS", "SUPPLIES"}) {
        const graph::TypeId type = reader_.view().type(name);
        if (!type) continue;
        LT_TRY(reader_.view().ExpandMany(answer_.place.members, Direction::kBoth, std::span(&type, 1), [&](size_t, const Neighbour& n) {
          const uint32_t company = NumberOf(n.node);
          if (company == Network::kNone || here_[company]) return true;
          add(company, name[0] == 'O' ? ReasonKind::kOwnership : n.direction == Direction::kIn ? ReasonKind::kSupplies : ReasonKind::kBuys);
          return true;
        }));
      }
    }
    LT_ASSIGN(const Location where, reader_.Locate(answer_.place.entity.id));
    province_ = where.province;
    return budget_.Check();
  }

  // The ties of a company outside with the place, strongest first.
  Result<std::vector<Near>> TiesWithPlace(NodeId company) {
    std::vector<Near> ties;
    for (const char* name : {"OWNS", "SUPPLIES"}) {
      LT_ASSIGN(const auto around, reader_.Around(company, Direction::kBoth, name));
      for (const Neighbour& n : around) {
        if (!answer_.place.Contains(n.node)) continue;
        ties.push_back({name[0] == 'O' ? ReasonKind::kOwnership : n.direction == Direction::kOut ? ReasonKind::kSupplies : ReasonKind::kBuys, n.node, n.edge});
      }
    }
    std::sort(ties.begin(), ties.end());
    return ties;
  }

  Status AddFillers(size_t segment, SegmentGap& gap) {
    std::map<NodeId, std::vector<Neighbour>> leaders;  // of the chain or the segment: company, its LEADS edges
    std::vector<uint32_t> leading;
    for (const NodeId led : {answer_.chain.id, segments_[segment]}) {
      LT_ASSIGN(const auto named, reader_.Around(led, Direction::kIn, "LEADS"));
      for (const Neighbour& n : named) {
        leaders[n.node].push_back({.edge = n.edge, .node = led});
        if (const uint32_t company = NumberOf(n.node); company != Network::kNone) leading.push_back(company);
      }
    }
    std::sort(leading.begin(), leading.end());
    std::vector<std::tuple<int, int64_t, uint32_t>> ranked;  // strongest reason, minus the number of reasons, company
    gap.companies_elsewhere = holders_[segment].size();
    ranked.reserve(holders_[segment].size());
    for (const uint32_t company : holders_[segment]) {
      const Tied& near = near_[company];
      const bool province = province_ && SeatOf(company).province == province_, leads = std::binary_search(leading.begin(), leading.end(), company);
      const ReasonKind lesser = leads ? ReasonKind::kLeads : ReasonKind::kSameProvince;
      const int strongest = near.ties > 0 ? near.strongest : leads || province ? static_cast<int>(lesser) : 99;
      ranked.emplace_back(strongest, -(int64_t{near.ties} + leads + province), company);
    }
    const size_t shown = std::min(ranked.size(), options_.max_fillers);
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(shown), ranked.end());
    ranked.resize(shown);
    for (const auto& [strongest, count, number] : ranked) {
      const NodeId company = IdOf(number);
      Filler filler;
      LT_ASSIGN(filler.company, reader_.Describe(company));
      LT_ASSIGN(const Location seat, reader_.Locate(company));
      if (seat.city) {
        LT_ASSIGN(filler.city, reader_.Describe(seat.city));
      }
      LT_TRY(AddOperatesSources(company, segments_[segment], filler.sources));
      if (near_[number].ties > 0) {
        LT_ASSIGN(const auto ties, TiesWithPlace(company));
        for (size_t i = 0; i < ties.size() && i < kExamples; ++i) {
          FillReason reason{.kind = ties[i].kind};
          LT_ASSIGN(reason.with, reader_.Describe(ties[i].member));
          LT_TRY(AddSources(ties[i].edge, reason.sources));
          filler.reasons.push_back(std::move(reason));
        }
      }
      for (const Neighbour& n : leaders[company]) {
        FillReason reason{.kind = ReasonKind::kLeads};
        LT_ASSIGN(reason.with, reader_.Describe(n.node));
        LT_TRY(AddSources(n.edge, reason.sources));
        filler.reasons.push_back(std::move(reason));
      }
      if (province_ && seat.province == province_) {
        FillReason reason{.kind = ReasonKind::kSameProvince};
        LT_ASSIGN(reason.with, reader_.Describe(province_));
        filler.reasons.push_back(std::move(reason));
      }
      gap.fillers.push_back(std::move(filler));
    }
    return Status::Ok();
  }

  Status AddHeld(size_t from, size_t to, std::vector<Entity>& out, std::vector<Source>& sources) {
    LT_ASSIGN(const Entity entity, reader_.Describe(segments_[held_[from] > 0 ? from : to]));
    out.push_back(entity);
    for (const graph::EdgeId edge : links_.at({segments_[from], segments_[to]})) LT_TRY(AddSources(edge, sources));
    return Status::Ok();
  }
  // Those of the first edge that says so and is no plan.
  Status AddOperatesSources(NodeId company, NodeId segment, std::vector<Source>& sources) {
    LT_ASSIGN(const auto edges, reader_.Around(company, Direction::kOut, "OPERATES_IN"));
    for (const Neighbour& n : edges) {
      if (n.node != segment) continue;
      LT_ASSIGN(const auto edge, reader_.view().GetEdge(n.edge));
      if (edge && Actual(edge->certainty)) return AddSources(n.edge, sources);
    }
    return Status::Ok();
  }
  Status AddSources(graph::EdgeId edge, std::vector<Source>& sources) {
    LT_ASSIGN(const auto some, reader_.Sources(edge));
    sources.insert(sources.end(), some.begin(), some.end());
    return Status::Ok();
  }
  NodeId IdOf(uint32_t company) const { return network_ ? network_->id(company) : numbers_->ids()[company]; }
  uint32_t NumberOf(NodeId company) const { return network_ ? network_->Of(company) : numbers_ ? numbers_->Of(company) : Network::kNone; }
  const Location& SeatOf(uint32_t company) const { return network_ ? network_->locations()[network_->seats()[company]] : seats_[company]; }

  struct Tied {
    uint8_t strongest = UINT8_MAX;  // a ReasonKind, of any tie with the place
    uint32_t ties = 0;
  };

  Reader& reader_;
  const GapsOptions& options_;
  const Budget& budget_;
  GapsAnswer answer_;
  std::vector<NodeId> segments_;       // of the chain, ascending; the lists by segment below are parallel to it
  std::vector<NodeId> all_segments_;   // ascending
  std::vector<uint32_t> of_chain_;     // by place in all_segments_: the place in segments_, or kNone
  // Companies are numbered in the order of their ids: nodes of the network, or those that operate in a segment.
  std::shared_ptr<const Network> network_;
  std::optional<Numbers> numbers_;
  std::vector<Location> seats_;        // by number of numbers_
  std::vector<std::pair<uint32_t, uint32_t>> operators_;  // company, place in all_segments_; by company
  std::vector<uint8_t> here_;          // by company: it is of the place
  std::vector<Tied> near_;             // by company
  std::vector<std::vector<uint32_t>> holders_;  // by segment: companies, ascending, each once
  std::vector<uint32_t> held_;         // by segment: how many of them are of the place
  std::map<std::pair<NodeId, NodeId>, std::vector<graph::EdgeId>> links_;
  analysis::GapsResult judged_;
  std::vector<Measure> quotient_, density_;     // by segment
  NodeId province_;
};

}  // namespace

const char* ReasonName(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kOwnership: return "ownership";
    case ReasonKind::kSupplies: return "supplies";
    case ReasonKind::kBuys: return "buys";
    case ReasonKind::kLeads: return "leads";
    case ReasonKind::kSameProvince: return "same province";
  }
  return "";
}

Result<GapsAnswer> FindGaps(Reader& reader, const Entity& place, const Entity& chain, const GapsOptions& options, const Budget& budget) {
  return Finder(reader, options, budget).Run(place, chain);
}

}  // namespace liantu::chain
