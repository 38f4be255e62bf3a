// SPDX-License-Identifier: Apache-2.0
// One pass over the ties counts every cell; overlapping groups are put right by what their shared members carry. Cost: ties
// times the square of the groups a company is in, and the pairs that have something.
#include "chain/matrix.h"

#include <algorithm>
#include <memory>
#include <map>
#include <tuple>

#include "analysis/linkage.h"
#include "base/big_memory.h"
#include "chain/network.h"

namespace liantu::chain {

using analysis::Measure;
using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr uint32_t kNone = Network::kNone;
constexpr const char* kOneSided = "one of the sides has no members of its own";

const char* LabelOf(GroupBy by) {
  switch (by) {
    case GroupBy::kProvince: return "Province";
    case GroupBy::kCity: return "City";
    case GroupBy::kDistrict: return "District";
    case GroupBy::kCluster: return "Cluster";
    case GroupBy::kPark: return "Park";
    case GroupBy::kChain: return "Chain";
  }
  return "";
}

// Counts by (from, to): a table where the groups are few, else only the cells met.
class Cells {
 public:
  struct Count {
    uint32_t firm = 0, other = 0;
  };
  explicit Cells(size_t groups) : groups_(groups) {
    if (groups <= kTable) table_.resize(groups * groups);
  }
  Count& At(uint32_t a, uint32_t b) { return table_.empty() ? met_[Key(a, b)] : table_[Key(a, b)]; }
  Count Get(uint32_t a, uint32_t b) const {
    if (!table_.empty()) return table_[Key(a, b)];
    const auto it = met_.find(Key(a, b));
    return it == met_.end() ? Count() : it->second;
  }
  // Unordered pairs that have something, as keys a * groups + b with a < b; ascending where there is a table.
  void AddPairs(std::vector<uint64_t>& keys) const {
    const auto any = [&](const Count& count) { return count.firm + count.other > 0; };
    for (uint32_t a = 0; !table_.empty() && a < groups_; ++a) {
      for (uint32_t b = a + 1; b < groups_; ++b) {
        if (any(table_[Key(a, b)]) || any(table_[Key(b, a)])) keys.push_back(Key(a, b));
      }
    }
    for (const auto& [key, count] : met_) {
      const uint64_t a = key / groups_, b = key % groups_;
      if (any(count)) keys.push_back(std::min(a, b) * groups_ + std::max(a, b));
    }
  }
  uint64_t Key(uint32_t a, uint32_t b) const { return uint64_t{a} * groups_ + b; }

 private:
  static constexpr size_t kTable = 4000;
  size_t groups_;
  BigVector<Count> table_;
  std::unordered_map<uint64_t, Count> met_;
};

class Finder {
 public:
  Finder(Reader& reader, const MatrixOptions& options, const Budget& budget) : reader_(reader), options_(options), budget_(budget) {}

  Result<MatrixAnswer> Run() {
    answer_.by = options_.by;
    answer_.within = options_.within;
    answer_.within_reference = "configuration model over the firm ties among the two sides alone (as in linkage A B)";
    answer_.network_reference = "configuration model over all firm ties: directed O_a I_b / m, undirected K_a K_b / (M-1)";
    if (!options_.chain.empty()) {
      LT_ASSIGN(answer_.chain, reader_.Resolve(options_.chain, {"Chain"}));
      LT_ASSIGN(products_, ProductsOfChain(reader_, answer_.chain->id));
    }
    LT_ASSIGN(network_, NetworkFor(reader_, 0, answer_.chain ? Network::kTies | Network::kProducts : Network::kTies, budget_));
    LT_TRY(FindGroups());
    LT_TRY(budget_.Check());
    LT_TRY(Count());
    LT_TRY(Judge());
    return std::move(answer_);
  }

 private:
  // --- who is in which group

  Status FindGroups() {
    const graph::LabelId label = reader_.view().label(LabelOf(options_.by));
    std::vector<NodeId> groups;
    if (label) {
      LT_TRY(reader_.view().NodesWithLabel(label, {}, [&](NodeId id) {
        groups.push_back(id);
        return true;
      }));
    }
    if (options_.within) {
      LT_ASSIGN(const auto places, reader_.PlacesWithin(options_.within->id));
      std::vector<NodeId> kept;
      for (const NodeId id : groups) {
        LT_ASSIGN(const bool inside, Inside(id, places));
        if (inside) kept.push_back(id);
      }
      groups = std::move(kept);
    }
    answer_.groups.resize(groups.size());
    answer_.companies = network_->size() - network_->others().size();
    std::vector<std::pair<uint32_t, uint32_t>> members;  // company, group
    for (size_t g = 0; g < groups.size(); ++g) {
      MatrixGroup& group = answer_.groups[g];
      LT_ASSIGN(group.entity, reader_.Describe(groups[g]));
    }
    switch (options_.by) {
      case GroupBy::kProvince:
      case GroupBy::kCity:
      case GroupBy::kDistrict: LT_TRY(SeatedMembers(groups, members)); break;
      case GroupBy::kPark: LT_TRY(Along(groups, Direction::kOut, "HOSTS", Membership::kHosted, members)); break;
      case GroupBy::kCluster: LT_TRY(ClusterMembers(groups, members)); break;
      case GroupBy::kChain: LT_TRY(RuleMembers(groups, {}, members)); break;
    }
    // By company, groups ascending, each once.
    begin_.assign(network_->size() + 1, 0);
    for (const auto& [company, group] : members) ++begin_[company + 1];
    for (size_t c = 0; c < network_->size(); ++c) begin_[c + 1] += begin_[c];
    of_.resize(members.size());
    std::vector<uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (const auto& [company, group] : members) of_[next[company]++] = group;
    uint32_t kept = 0;
    for (size_t c = 0; c < network_->size(); ++c) {
      const uint32_t first = begin_[c], last = begin_[c + 1];
      if (last - first > 1) std::sort(of_.begin() + first, of_.begin() + last);
      begin_[c] = kept;
      uint32_t before = kNone;
      for (uint32_t i = first; i < last; ++i) {
        const uint32_t group = of_[i];
        if (group == before) continue;
        before = group;
        ++answer_.groups[group].members;
        of_[kept++] = group;  // never beyond what is read next
      }
      answer_.companies_grouped += kept > begin_[c];
    }
    begin_[network_->size()] = kept;
    of_.resize(kept);
    for (MatrixGroup& group : answer_.groups) {
      if (group.members == 0 && group.reason.empty()) group.reason = reader_.lang() == Lang::kZh ? "数据中没有这样的企业" : "the data holds no such company";
    }
    return {};
  }

  Result<bool> Inside(NodeId id, const std::vector<NodeId>& places) {
    const auto in = [&](NodeId place) { return place && std::binary_search(places.begin(), places.end(), place); };
    if (options_.by == GroupBy::kChain) {
      return Status(Code::kInvalid, reader_.lang() == Lang::kZh ? "产业链不属于任何一地,不能限定地点" : "chains lie in no place: they cannot be limited to one");
    }
    if (options_.by == GroupBy::kCluster) {
      LT_ASSIGN(const auto covers, reader_.Around(id, Direction::kOut, "COVERS"));
      return std::any_of(covers.begin(), covers.end(), [&](const Neighbour& n) { return in(n.node); });
    }
    if (in(id)) return id != options_.within->id;
    LT_ASSIGN(const Location where, reader_.Locate(id));
    return in(where.district) || in(where.city) || in(where.province);
  }

  // As Reader::LocatedWithin has it: seats in the place, below it, or in a park there.
  Status SeatedMembers(const std::vector<NodeId>& groups, std::vector<std::pair<uint32_t, uint32_t>>& members) {
    const graph::TypeId located = reader_.view().type("LOCATED_IN");
    std::vector<std::pair<NodeId, uint32_t>> places;  // place, group it counts for
    for (size_t g = 0; g < groups.size(); ++g) {
      answer_.groups[g].membership = Membership::kSeated;
      LT_ASSIGN(const auto inside, reader_.PlacesWithin(groups[g]));
      for (const NodeId place : inside) places.emplace_back(place, static_cast<uint32_t>(g));
    }
    if (!located) return {};
    std::sort(places.begin(), places.end());
    std::vector<NodeId> parks;
    if (const graph::LabelId park = reader_.view().label("Park")) {
      LT_TRY(reader_.view().NodesWithLabel(park, {}, [&](NodeId id) {
        parks.push_back(id);
        return true;
      }));
    }
    for (int round = 0; round < 2; ++round) {  // the places, then the parks in them
      std::vector<NodeId> at;
      for (const auto& [place, group] : places) at.push_back(place);
      std::vector<std::pair<NodeId, uint32_t>> next;
      LT_TRY(reader_.view().ExpandMany(at, Direction::kIn, std::span(&located, 1), [&](size_t i, const Neighbour& n) {
        const uint32_t company = CompanyOf(n.node);
        if (company != kNone) members.emplace_back(company, places[i].second);
        else if (round == 0 && std::binary_search(parks.begin(), parks.end(), n.node)) next.emplace_back(n.node, places[i].second);
        return true;
      }));
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      places = std::move(next);
    }
    return {};
  }

  Status Along(const std::vector<NodeId>& groups, Direction direction, const char* type_name, Membership membership,
               std::vector<std::pair<uint32_t, uint32_t>>& members) {
    const graph::TypeId type = reader_.view().type(type_name);
    for (MatrixGroup& group : answer_.groups) group.membership = membership;
    if (!type) return {};
    return reader_.view().ExpandMany(groups, direction, std::span(&type, 1), [&](size_t g, const Neighbour& n) {
      const uint32_t company = CompanyOf(n.node);
      if (company != kNone) members.emplace_back(company, static_cast<uint32_t>(g));
      return true;
    });
  }

  // Stated members at one go; the rule of group.h for clusters without any.
  Status ClusterMembers(const std::vector<NodeId>& groups, std::vector<std::pair<uint32_t, uint32_t>>& members) {
    LT_TRY(Along(groups, Direction::kIn, "MEMBER_OF", Membership::kStated, members));
    std::vector<char> stated(groups.size(), 0);
    for (const auto& [company, group] : members) stated[group] = 1;
    return RuleMembers(groups, stated, members);
  }
  Status RuleMembers(const std::vector<NodeId>& groups, const std::vector<char>& known, std::vector<std::pair<uint32_t, uint32_t>>& members) {
    for (size_t g = 0; g < groups.size(); ++g) {
      if (!known.empty() && known[g]) continue;
      LT_ASSIGN(const Group group, MembersOf(reader_, answer_.groups[g].entity));
      answer_.groups[g].membership = group.membership;
      answer_.groups[g].reason = group.reason;
      for (const NodeId id : group.members) {
        const uint32_t company = CompanyOf(id);
        if (company != kNone) members.emplace_back(company, static_cast<uint32_t>(g));
      }
      LT_TRY(budget_.Check());
    }
    return {};
  }

  // --- counting

  // A company's place in the network; kNone for all else.
  uint32_t CompanyOf(NodeId id) const {
    const uint32_t node = network_->Of(id);
    return node != kNone && Other(node) ? kNone : node;
  }
  bool Other(uint32_t node) const { return !network_->others().empty() && std::binary_search(network_->others().begin(), network_->others().end(), node); }

  std::span<const uint32_t> GroupsOf(uint32_t company) const { return {of_.data() + begin_[company], of_.data() + begin_[company + 1]}; }

  // Every supply tie of a company as supplier, told as (supplier, customer, firm); a chain's ties are told by their products.
  template <class Row>
  Status EachTie(const Row& row) {
    std::vector<char> counts;  // by product
    if (answer_.chain) {
      for (const std::string_view text : network_->products()) counts.push_back(!text.empty() && products_.contains(std::string(text)));
    }
    for (uint32_t supplier = 0; supplier < network_->size(); ++supplier) {
      if (Other(supplier)) continue;
      for (uint32_t t = network_->begin()[supplier]; t < network_->begin()[supplier + 1]; ++t) {
        if (!counts.empty() && !counts[network_->product(t)]) continue;
        row(supplier, network_->customers()[t], network_->strength(t) == TieStrength::kFirm);
      }
      if (supplier % 65'536 == 0) LT_TRY(budget_.Check());
    }
    return budget_.Check();
  }

  Status Count() {
    const size_t groups = answer_.groups.size();
    cells_ = std::make_unique<Cells>(groups);
    const auto holds = [](std::span<const uint32_t> list, uint32_t group) { return std::find(list.begin(), list.end(), group) != list.end(); };
    out_.assign(network_->size(), 0);
    in_.assign(network_->size(), 0);
    // Most companies are in one group or in none: that is told without their list.
    constexpr uint32_t kSeveral = kNone - 1;
    std::vector<uint32_t> one(network_->size(), kNone);
    for (uint32_t c = 0; c < network_->size(); ++c) {
      if (const auto list = GroupsOf(c); !list.empty()) one[c] = list.size() == 1 ? list[0] : kSeveral;
    }
    struct Sums {
      uint64_t inside[2] = {0, 0}, out = 0, in = 0;
    };
    std::vector<Sums> sums(groups);
    LT_TRY(EachTie([&](uint32_t supplier, uint32_t customer, bool firm) {
      ++(firm ? answer_.firm_ties : answer_.other_ties);
      if (const uint32_t a = one[supplier], b = one[customer]; a != kSeveral && b != kSeveral) {
        if (firm && a != kNone) ++sums[a].out;
        if (firm && b != kNone) ++sums[b].in;
        if (a == kNone || b == kNone) return;
        answer_.firm_grouped += firm;
        if (a == b) {
          ++sums[a].inside[firm];
          return;
        }
        Cells::Count& count = cells_->At(a, b);
        ++(firm ? count.firm : count.other);
        return;
      }
      const auto from = GroupsOf(supplier), to = GroupsOf(customer);
      if (firm) {
        ++out_[supplier];
        ++in_[customer];
        for (const uint32_t g : from) ++answer_.groups[g].firm_out;
        for (const uint32_t g : to) ++answer_.groups[g].firm_in;
        answer_.firm_grouped += !from.empty() && !to.empty();
      }
      for (const uint32_t a : from) {
        if (holds(to, a)) {  // inside a; with a member of b at an end, not inside "a only"
          ++(firm ? answer_.groups[a].firm_inside : answer_.groups[a].weak_inside);
          if (!firm || (from.size() == 1 && to.size() == 1)) continue;
          for (const uint32_t b : from) {
            if (b != a) ++not_inside_[cells_->Key(a, b)];
          }
          for (const uint32_t b : to) {
            if (b != a && !holds(from, b)) ++not_inside_[cells_->Key(a, b)];
          }
          continue;
        }
        for (const uint32_t b : to) {
          if (b == a || holds(from, b)) continue;  // an end is a member of both
          Cells::Count& count = cells_->At(a, b);
          ++(firm ? count.firm : count.other);
        }
      }
    }));
    for (size_t g = 0; g < groups; ++g) {
      MatrixGroup& group = answer_.groups[g];
      group.firm_inside += sums[g].inside[1], group.weak_inside += sums[g].inside[0];
      group.firm_out += sums[g].out, group.firm_in += sums[g].in;
    }
    // What shared members carry, by ordered pair.
    for (uint32_t company = 0; company < network_->size(); ++company) {
      const auto list = GroupsOf(company);
      if (list.size() < 2) continue;
      for (const uint32_t a : list) {
        for (const uint32_t b : list) {
          if (a == b) continue;
          Shared& s = shared_[cells_->Key(a, b)];
          ++s.members;
          s.out += out_[company];
          s.in += in_[company];
        }
      }
    }
    return {};
  }

  // --- judging

  Comparison Against(bool undirected, uint64_t edges, uint64_t stubs_a, uint64_t stubs_b, uint64_t observed) const {
    const analysis::LinkageCell cell = analysis::ConfigurationCell(undirected, edges, stubs_a, stubs_b, false, observed);
    return {.observed = observed, .expected = cell.expected, .z = cell.z, .ratio = cell.ratio};
  }

  Status Judge() {
    const size_t count = answer_.groups.size();
    std::vector<uint64_t> keys;
    cells_->AddPairs(keys);
    for (const auto& [key, s] : shared_) {
      const uint64_t a = key / count, b = key % count;
      if (a < b) keys.push_back(key);
    }
    if (!std::is_sorted(keys.begin(), keys.end())) std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    answer_.pairs_total = keys.size();
    uint64_t with_members = 0;
    for (const MatrixGroup& group : answer_.groups) with_members += group.members > 0;
    answer_.pairs_possible = with_members < 2 ? 0 : with_members * (with_members - 1) / 2;
    // Only what is listed is judged.
    struct Candidate {
      uint64_t firm, other, shared, key;
    };
    std::vector<Candidate> order;
    for (const uint64_t key : keys) {
      const auto a = static_cast<uint32_t>(key / count), b = static_cast<uint32_t>(key % count);
      const Cells::Count ab = cells_->Get(a, b), ba = cells_->Get(b, a);
      const auto s = shared_.find(key);
      order.push_back({uint64_t{ab.firm} + ba.firm, uint64_t{ab.other} + ba.other, s == shared_.end() ? 0 : s->second.members, key});
    }
    const auto before = [](const Candidate& x, const Candidate& y) { return std::tuple(y.firm, y.other, y.shared, x.key) < std::tuple(x.firm, x.other, x.shared, y.key); };
    const size_t listed = std::min(order.size(), options_.max_listed);
    std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(listed), order.end(), before);
    order.resize(listed);
    for (const Candidate& c : order) answer_.pairs.push_back(Pair(static_cast<uint32_t>(c.key / count), static_cast<uint32_t>(c.key % count)));
    // Groups in the order a reader wants, pairs told by it.
    std::vector<size_t> rank(count);
    for (size_t g = 0; g < count; ++g) rank[g] = g;
    std::stable_sort(rank.begin(), rank.end(), [&](size_t x, size_t y) {
      const auto key = [&](const MatrixGroup& g) { return std::tuple(g.members == 0, -static_cast<int64_t>(g.firm_out + g.firm_in), -static_cast<int64_t>(g.members)); };
      return key(answer_.groups[x]) < key(answer_.groups[y]);
    });
    std::vector<size_t> place(count);
    std::vector<MatrixGroup> sorted;
    for (size_t i = 0; i < count; ++i) {
      place[rank[i]] = i;
      sorted.push_back(std::move(answer_.groups[rank[i]]));
    }
    answer_.groups = std::move(sorted);
    for (MatrixPair& pair : answer_.pairs) {
      pair.a = place[pair.a];
      pair.b = place[pair.b];
      if (pair.a > pair.b) Turn(pair);
    }
    return {};
  }

  static void Turn(MatrixPair& pair) {
    std::swap(pair.a, pair.b);
    std::swap(pair.weak_a_to_b, pair.weak_b_to_a);
    Strength& s = pair.strength;
    std::swap(s.members_a, s.members_b);
    std::swap(s.inside_a, s.inside_b);
    std::swap(s.a_to_b, s.b_to_a);
    std::swap(s.forward, s.backward);
    std::swap(pair.network_forward, pair.network_backward);
  }

  MatrixPair Pair(uint32_t a, uint32_t b) const {
    const auto carried = [&](uint32_t x, uint32_t y) {
      const auto it = shared_.find(cells_->Key(x, y));
      return it == shared_.end() ? Shared() : it->second;
    };
    const auto inside = [&](uint32_t x, uint32_t y) {
      const auto it = not_inside_.find(cells_->Key(x, y));
      return answer_.groups[x].firm_inside - (it == not_inside_.end() ? 0 : it->second);
    };
    const Cells::Count ab = cells_->Get(a, b), ba = cells_->Get(b, a);
    const Shared both = carried(a, b);
    const MatrixGroup &ga = answer_.groups[a], &gb = answer_.groups[b];
    MatrixPair pair{.a = a, .b = b, .shared = both.members, .weak_a_to_b = ab.other, .weak_b_to_a = ba.other};
    Strength& s = pair.strength;
    s.members_a = ga.members - both.members;
    s.members_b = gb.members - both.members;
    s.inside_a = inside(a, b);
    s.inside_b = inside(b, a);
    s.a_to_b = ab.firm;
    s.b_to_a = ba.firm;
    if (s.members_a == 0 || s.members_b == 0) {
      s.ei = s.ei_expected = Measure::Undefined(kOneSided);
      for (Comparison* c : {&s.undirected, &s.forward, &s.backward, &pair.network, &pair.network_forward, &pair.network_backward}) c->z = c->ratio = Measure::Undefined(kOneSided);
      return pair;
    }
    const auto e = static_cast<double>(s.between()), i = static_cast<double>(s.inside_a + s.inside_b);
    s.ei = e + i > 0 ? Measure((e - i) / (e + i)) : Measure::Undefined("no edges between grouped vertices");
    const auto na = static_cast<double>(s.members_a), nb = static_cast<double>(s.members_b);
    const double pairs_out = na * nb, pairs_in = na * (na - 1) / 2 + nb * (nb - 1) / 2;
    s.ei_expected = Measure((pairs_out - pairs_in) / (pairs_out + pairs_in));
    const uint64_t ties = s.ties();
    s.undirected = Against(true, ties, 2 * s.inside_a + s.between(), 2 * s.inside_b + s.between(), s.between());
    s.forward = Against(false, ties, s.inside_a + s.a_to_b, s.inside_b + s.a_to_b, s.a_to_b);
    s.backward = Against(false, ties, s.inside_b + s.b_to_a, s.inside_a + s.b_to_a, s.b_to_a);
    const uint64_t out_a = ga.firm_out - both.out, in_a = ga.firm_in - both.in, out_b = gb.firm_out - both.out, in_b = gb.firm_in - both.in;
    pair.network = Against(true, answer_.firm_ties, out_a + in_a, out_b + in_b, s.between());
    pair.network_forward = Against(false, answer_.firm_ties, out_a, in_b, s.a_to_b);
    pair.network_backward = Against(false, answer_.firm_ties, out_b, in_a, s.b_to_a);
    return pair;
  }

  struct Shared {
    uint64_t members = 0, out = 0, in = 0;
  };
  Reader& reader_;
  const MatrixOptions& options_;
  const Budget& budget_;
  MatrixAnswer answer_;
  std::set<std::string> products_;
  std::shared_ptr<const Network> network_;
  std::vector<uint32_t> begin_;              // by node of the network: its part of of_
  std::vector<uint32_t> of_;                 // groups
  std::unique_ptr<Cells> cells_;
  std::vector<uint32_t> out_, in_;           // firm ties of a company
  std::unordered_map<uint64_t, uint64_t> not_inside_;  // (a, b): firm ties inside a with a member of b at an end
  std::unordered_map<uint64_t, Shared> shared_;        // (a, b) and (b, a)
};

}  // namespace

const char* GroupByName(GroupBy by) {
  switch (by) {
    case GroupBy::kProvince: return "province";
    case GroupBy::kCity: return "city";
    case GroupBy::kDistrict: return "district";
    case GroupBy::kCluster: return "cluster";
    case GroupBy::kPark: return "park";
    case GroupBy::kChain: return "chain";
  }
  return "";
}

Result<GroupBy> ParseGroupBy(std::string_view text) {
  for (const GroupBy by : {GroupBy::kProvince, GroupBy::kCity, GroupBy::kDistrict, GroupBy::kCluster, GroupBy::kPark, GroupBy::kChain}) {
    if (text == GroupByName(by)) return by;
  }
  return Status(Code::kInvalid, Text("expected province, city, district, cluster, park or chain, found '", text, "'"));
}

Result<MatrixAnswer> FindMatrix(Reader& reader, const MatrixOptions& options, const Budget& budget) {
  return Finder(reader, options, budget).Run();
}

}  // namespace liantu::chain
