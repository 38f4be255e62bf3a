// SPDX-License-Identifier: Apache-2.0
// Tables for the definition in analysis/gaps.h, and the companies behind its candidates.
#include "chain/gaps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "analysis/complementarity.h"
#include "chain/numbers.h"
#include "chain/parks.h"
#include "chain/seats.h"
#include "graph/node_bits.h"

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
  // Who operates where: every segment of every chain, so that quotient and density compare the place with all others.
  Status ReadOperators() {
    const graph::TypeId operates = reader_.view().type("OPERATES_IN");
    const graph::LabelId label = reader_.view().label("Segment");
    if (label) {
      LT_TRY(reader_.view().NodesWithLabel(label, {}, [&](NodeId id) {
        all_segments_.push_back(id);
        return true;
      }));
    }
    holders_.resize(all_segments_.size());
    if (!operates) return Status::Ok();
    std::vector<std::pair<size_t, Neighbour>> found;
    std::vector<graph::EdgeId> edges;
    LT_TRY(reader_.view().ExpandMany(all_segments_, Direction::kIn, std::span(&operates, 1), [&](size_t i, const Neighbour& n) {
      found.emplace_back(i, n);
      edges.push_back(n.edge);
      return true;
    }));
    LT_TRY(budget_.Check());
    LT_ASSIGN(const auto stored, reader_.view().GetEdges(edges));
    for (size_t k = 0; k < found.size(); ++k) {
      const bool actual = stored[k] && stored[k]->certainty != graph::Certainty::kPlanned && stored[k]->certainty != graph::Certainty::kTarget &&
                          stored[k]->certainty != graph::Certainty::kPredicted;
      if (actual) holders_[found[k].first].push_back(found[k].second);  // planned is not held
    }
    graph::NodeBits with;
    std::vector<NodeId> companies;
    for (auto& list : holders_) {
      std::sort(list.begin(), list.end(), [](const Neighbour& a, const Neighbour& b) { return std::tie(a.node, a.edge) < std::tie(b.node, b.edge); });
      list.erase(std::unique(list.begin(), list.end(), [](const Neighbour& a, const Neighbour& b) { return a.node == b.node; }), list.end());
      for (const Neighbour& n : list) {
        if (!with.Add(n.node)) continue;
        companies.push_back(n.node);
        answer_.with_segment += answer_.place.Contains(n.node);
      }
    }
    companies_.emplace(std::move(companies));
    LT_ASSIGN(seats_, SeatsOf(reader_, companies_->ids()));
    return budget_.Check();
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
    asked.capability.assign(1, std::vector<double>(segments_.size(), 0));
    for (size_t s = 0; s < segments_.size(); ++s) {
      for (const Neighbour& n : Holders(segments_[s])) asked.capability[0][s] += answer_.place.Contains(n.node);
    }
    LT_ASSIGN(judged_, analysis::FindGaps(*chain_template, asked, budget_));
    answer_.reference = judged_.header.definition;
    answer_.coverage = judged_.places[0].coverage;
    return Status::Ok();
  }

  // Location quotient and relatedness density of the place among its like, by companies over all segments.
  Status Compare() {
    const std::string label = answer_.place.entity.label;
    const bool zh = reader_.lang() == Lang::kZh, city = label == "City", district = label == "District";
    std::map<NodeId, std::vector<double>> counts;  // place; by segment
    if (reader_.IsPlace(label)) {
      for (size_t s = 0; s < all_segments_.size(); ++s) {
        for (const Neighbour& n : holders_[s]) {
          const Location& seat = SeatOf(n.node);
          const NodeId where = city ? seat.city : district ? seat.district : seat.province;
          if (!where) continue;
          auto& row = counts[where];
          row.resize(all_segments_.size());
          row[s] += 1;
        }
      }
      answer_.density_basis = zh ? Text("与数据中有企业环节信息的全部", reader_.LabelName(label), "比较,按企业数") : Text("compared with every ", reader_.LabelName(label), " of which companies' segments are known, by number of companies");
    }
    if (counts.size() < 2) {
      answer_.density_basis = zh ? "没有可比较的同类,不计算区位商和关联密度" : "nothing of its kind to compare with: no location quotient, no density";
      return Status::Ok();
    }
    std::vector<NodeId> places;
    for (const auto& [id, row] : counts) places.push_back(id);
    const size_t rows = places.size();
    std::vector<Snapshot::Edge> edges;
    for (size_t p = 0; p < rows; ++p) {
      const std::vector<double>& row = counts.at(places[p]);
      for (size_t s = 0; s < row.size(); ++s) {
        if (row[s] > 0) edges.push_back({.from = static_cast<Vertex>(p), .to = static_cast<Vertex>(rows + s), .weight = row[s]});
      }
    }
    LT_ASSIGN(const graph::SnapshotPtr table, Snapshot::FromEdges(static_cast<Vertex>(rows + all_segments_.size()), std::move(edges)));
    analysis::SpecialisationOptions asked;
    asked.sides.assign(rows, 0);
    asked.sides.resize(rows + all_segments_.size(), 1);
    const size_t row = IndexOf(places, answer_.place.entity.id);
    if (row == rows) return Status::Ok();  // no company of the place has a known segment
    asked.density_of = row;
    LT_ASSIGN(const analysis::RelatednessResult result, analysis::Relatedness(*table, asked, budget_));
    for (size_t s = 0; s < all_segments_.size(); ++s) {
      quotient_[all_segments_[s]] = result.base.rca(row, s);
      density_[all_segments_[s]] = result.density(row, s);
    }
    return Status::Ok();
  }

  Status Describe() {
    const analysis::PlaceGaps& found = judged_.places[0];
    for (const NodeId id : segments_) {
      SegmentState state;
      LT_ASSIGN(state.segment, reader_.Describe(id));
      LT_ASSIGN(state.level, reader_.Property(id, "level"));
      state.quotient = Of(quotient_, id);
      for (const Neighbour& n : Holders(id)) {
        if (!answer_.place.Contains(n.node)) continue;
        if (++state.companies > kExamples) continue;
        LT_ASSIGN(const Entity example, reader_.Describe(n.node));
        state.examples.push_back(example);
        LT_TRY(AddSources(n.edge, state.sources));
      }
      if (state.companies > 0) answer_.held.push_back(std::move(state));
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
      out.density = Of(density_, id);
      LT_ASSIGN(const auto parts, reader_.Around(id, Direction::kOut, "PART_OF"));  // that it belongs to the chain
      for (const Neighbour& n : parts) {
        if (n.node == answer_.chain.id) LT_TRY(AddSources(n.edge, out.sources));
      }
      for (const Vertex v : gap.held_before) LT_TRY(AddHeld(segments_[v], id, out.before, out.sources));
      for (const Vertex v : gap.held_after) LT_TRY(AddHeld(id, segments_[v], out.after, out.sources));
      LT_TRY(AddFillers(id, out));
      answer_.gaps.push_back(std::move(out));
    }
    std::stable_sort(answer_.gaps.begin(), answer_.gaps.end(), [](const SegmentGap& a, const SegmentGap& b) {
      return std::tuple(a.kind, -a.density.value.value_or(-1)) < std::tuple(b.kind, -b.density.value.value_or(-1));
    });
    for (const auto& [from, to] : found.broken_links) {
      BrokenLink link;
      LT_ASSIGN(link.upstream, reader_.Describe(segments_[from]));
      LT_ASSIGN(link.downstream, reader_.Describe(segments_[to]));
      link.upstream_held = Held(segments_[from]);
      for (const graph::EdgeId edge : links_.at({segments_[from], segments_[to]})) LT_TRY(AddSources(edge, link.sources));
      answer_.broken.push_back(std::move(link));
    }
    return Status::Ok();
  }

  // Everything that ties companies outside to the place, read once from the place's side.
  Status ReadNearness() {
    const auto& members = answer_.place.members;
    for (const char* name : {"OWNS", "SUPPLIES"}) {
      const graph::TypeId type = reader_.view().type(name);
      if (!type) continue;
      const bool owns = name[0] == 'O';
      LT_TRY(reader_.view().ExpandMany(members, Direction::kBoth, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
        if (answer_.place.Contains(n.node)) return true;
        const ReasonKind kind = owns ? ReasonKind::kOwnership : n.direction == Direction::kIn ? ReasonKind::kSupplies : ReasonKind::kBuys;
        near_[n.node].push_back({kind, members[i], n.edge});
        return true;
      }));
    }
    for (auto& [company, list] : near_) std::sort(list.begin(), list.end());
    LT_ASSIGN(const Location where, reader_.Locate(answer_.place.entity.id));
    province_ = where.province;
    return budget_.Check();
  }

  Status AddFillers(NodeId segment, SegmentGap& gap) {
    std::map<NodeId, std::vector<Neighbour>> leaders;  // of the chain or the segment: company, its LEADS edges
    for (const NodeId led : {answer_.chain.id, segment}) {
      LT_ASSIGN(const auto named, reader_.Around(led, Direction::kIn, "LEADS"));
      for (const Neighbour& n : named) leaders[n.node].push_back({.edge = n.edge, .node = led});
    }
    std::vector<std::tuple<int, int, NodeId, graph::EdgeId>> ranked;  // strongest reason, minus the number of reasons, company
    for (const Neighbour& n : Holders(segment)) {
      ++gap.companies_elsewhere;
      const Location& seat = SeatOf(n.node);
      const auto it = near_.find(n.node);
      const bool province = province_ && seat.province == province_, leads = leaders.contains(n.node);
      const ReasonKind lesser = leads ? ReasonKind::kLeads : ReasonKind::kSameProvince;
      const int strongest = it != near_.end() ? static_cast<int>(it->second.front().kind) : leads || province ? static_cast<int>(lesser) : 99;
      const int count = static_cast<int>((it != near_.end() ? it->second.size() : 0) + (leads ? 1 : 0) + (province ? 1 : 0));
      ranked.emplace_back(strongest, -count, n.node, n.edge);
    }
    std::sort(ranked.begin(), ranked.end());
    if (ranked.size() > options_.max_fillers) ranked.resize(options_.max_fillers);
    for (const auto& [strongest, count, company, edge] : ranked) {
      Filler filler;
      LT_ASSIGN(filler.company, reader_.Describe(company));
      LT_ASSIGN(const Location seat, reader_.Locate(company));
      if (seat.city) {
        LT_ASSIGN(filler.city, reader_.Describe(seat.city));
      }
      LT_TRY(AddSources(edge, filler.sources));
      if (const auto it = near_.find(company); it != near_.end()) {
        for (size_t i = 0; i < it->second.size() && i < kExamples; ++i) {
          FillReason reason{.kind = it->second[i].kind};
          LT_ASSIGN(reason.with, reader_.Describe(it->second[i].member));
          LT_TRY(AddSources(it->second[i].edge, reason.sources));
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

  Status AddHeld(NodeId from, NodeId to, std::vector<Entity>& out, std::vector<Source>& sources) {
    LT_ASSIGN(const Entity entity, reader_.Describe(Held(from) ? from : to));
    out.push_back(entity);
    for (const graph::EdgeId edge : links_.at({from, to})) LT_TRY(AddSources(edge, sources));
    return Status::Ok();
  }
  Status AddSources(graph::EdgeId edge, std::vector<Source>& sources) {
    LT_ASSIGN(const auto some, reader_.Sources(edge));
    sources.insert(sources.end(), some.begin(), some.end());
    return Status::Ok();
  }
  const Location& SeatOf(NodeId company) const { return seats_[companies_->Of(company)]; }
  const std::vector<Neighbour>& Holders(NodeId segment) const { return holders_[IndexOf(all_segments_, segment)]; }
  bool Held(NodeId segment) const {
    const auto& list = Holders(segment);
    return std::any_of(list.begin(), list.end(), [&](const Neighbour& n) { return answer_.place.Contains(n.node); });
  }
  static Measure Of(const std::map<NodeId, Measure>& table, NodeId id) {
    const auto it = table.find(id);
    return it == table.end() ? Measure::Undefined("nothing to compare with") : it->second;
  }

  struct Near {
    ReasonKind kind;
    NodeId member;
    graph::EdgeId edge;
    friend auto operator<=>(const Near&, const Near&) = default;
  };

  Reader& reader_;
  const GapsOptions& options_;
  const Budget& budget_;
  GapsAnswer answer_;
  std::vector<NodeId> segments_;       // of the chain, ascending
  std::vector<NodeId> all_segments_;   // ascending
  std::vector<std::vector<Neighbour>> holders_;  // of all_segments_: companies, ascending
  std::optional<Numbers> companies_;             // all that operate in a segment
  std::vector<Location> seats_;                  // theirs, by number
  std::map<std::pair<NodeId, NodeId>, std::vector<graph::EdgeId>> links_;
  analysis::GapsResult judged_;
  std::map<NodeId, Measure> quotient_, density_;
  std::map<NodeId, std::vector<Near>> near_;     // companies outside
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
