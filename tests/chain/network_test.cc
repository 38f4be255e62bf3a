// SPDX-License-Identifier: Apache-2.0
// The columns say what the records say, and what is counted from one is counted from the other; a file that is not what was
// written is not taken.
#include "chain/network.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include "base/files.h"
#include "chain/column_file.h"
#include "chain/gaps.h"
#include "chain/help.h"
#include "chain/linkage.h"
#include "chain/member_ties.h"
#include "chain/network_changes.h"
#include "chain/profile.h"
#include "chain/risk.h"
#include "chain/seats.h"
#include "storage/temp_folder.h"

namespace liantu::chain {
namespace {

using graph::Direction;
using graph::Tiny;
using graph::TinyGraph;

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Below(uint64_t n) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return (state_ >> 33) % n;
  }

 private:
  uint64_t state_;
};

constexpr size_t kCompanies = 24;

// Companies of two clusters, of both and of neither, with seats, segments, products, parks, and ties of every kind; some
// suppliers are no companies. `others` more companies have nothing to do with them. `in_order`: ties are drawn supplier by supplier.
std::string Drawing(uint64_t seed, size_t others, bool in_order = false) {
  Random random(seed);
  std::string d = "p:Province; c1:City -PART_OF-> p; c2:City -PART_OF-> p; d1:District -PART_OF-> c1; d2:District -PART_OF-> c2; park:Park -LOCATED_IN-> d1; park2:Park -LOCATED_IN-> d2;"
                  "a:Cluster; b:Cluster; o:Organization; s0:Segment; s1:Segment; s2:Segment; s0 -UPSTREAM_OF-> s1; s1 -UPSTREAM_OF-> s2;";
  for (int p = 0; p < 4; ++p) d += Text("g", p, ":Product {name: thing", p, "} -PART_OF-> s", p % 3, ";");
  const auto company = [](uint64_t i) { return Text("f", i); };
  for (size_t i = 0; i < kCompanies; ++i) {
    d += Text(company(i), ":Company;");
    const uint64_t side = random.Below(4);
    if (side == 0 || side == 2) d += Text(company(i), " -MEMBER_OF-> a;");
    if (side == 1 || side == 2) d += Text(company(i), " -MEMBER_OF-> b;");
    d += Text(company(i), " -LOCATED_IN-> ", random.Below(8) == 0 ? "park" : random.Below(2) ? "d1" : "d2", ";");
    if (random.Below(2)) d += Text("park", random.Below(2) ? "" : "2", " -HOSTS-> ", company(i), ";");
    for (uint64_t n = random.Below(3); n > 0; --n) d += Text(company(i), " -OPERATES_IN-> s", random.Below(3), ";");
    for (uint64_t n = random.Below(3); n > 0; --n) d += Text(company(i), " -PRODUCES-> g", random.Below(4), ";");
    if (random.Below(5) == 0) d += Text(company(i), " -LEADS-> s", random.Below(3), ";");
    if (random.Below(5) == 0) d += Text(company(i), " -OWNS {relation: subsidiary}-> ", company(random.Below(i + 1)), ";");
  }
  constexpr const char* kStatus[] = {"", "supply", "trial", "planned", "past", "contract"};
  for (size_t i = 0; i < 5 * kCompanies; ++i) {
    std::string properties;
    const auto add = [&](const std::string& text) { properties += (properties.empty() ? "" : ", ") + text; };
    if (const uint64_t s = random.Below(6)) add(Text("status: ", kStatus[s]));
    if (random.Below(3)) add(Text("product: thing", random.Below(4)));
    if (random.Below(2)) add(Text("year: ", random.Below(20) == 0 ? 100'000 : 2015 + random.Below(8)));
    const bool other = random.Below(15) == 0;
    const std::string from = in_order ? (i < 3 ? "o" : company(i / 5)) : other ? "o" : company(random.Below(kCompanies));
    d += Text(from, properties.empty() ? " -SUPPLIES-> " : Text(" -SUPPLIES {", properties, "}-> "), company(random.Below(kCompanies)), ";");
  }
  for (size_t i = 0; i < others; ++i) d += Text("z", i, ":Company;");
  return d;
}

// Some companies plan to operate in a segment, some of them in one where they operate already.
void PlanSegments(Tiny& g, uint64_t seed) {
  Random random(seed);
  auto tx = Get(g.database().Begin({.who = "test", .origin = "plans"}));
  for (size_t i = 0; i < kCompanies / 2; ++i) {
    const NodeId company = g[Text("f", random.Below(kCompanies))], segment = g[Text("s", random.Below(3))];
    Get(tx->CreateEdge("OPERATES_IN", company, segment, {}, {.certainty = random.Below(4) ? graph::Certainty::kPlanned : graph::Certainty::kDerived}));
  }
  Get(tx->Commit());
}

std::vector<std::string> Statuses(const Network& n) { return {n.statuses().begin(), n.statuses().end()}; }

TEST(Network, ColumnsSayWhatTheRecordsSay) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Tiny g = TinyGraph(Drawing(seed, 0));
    PlanSegments(g, seed);
    Reader reader(g.view(), Lang::kEn);
    const auto network = Get(NetworkFor(reader, 0, Network::kEverything, Budget()));
    ASSERT_NE(network, nullptr);
    const auto view = g.view();
    const graph::TypeId supplies = view.type("SUPPLIES");
    const auto text = [&](const graph::Edge& edge, const char* name) {
      const graph::PropertyId id = view.property(name);
      const graph::Value* value = id ? edge.Property(id) : nullptr;
      return value ? graph::ToText(*value) : std::string();
    };
    size_t ties = 0;
    for (uint32_t node = 0; node < network->size(); ++node) {
      const bool other = std::binary_search(network->others().begin(), network->others().end(), node);
      EXPECT_EQ(other, !Get(reader.HasLabel(network->id(node), "Company")));
      EXPECT_EQ(network->Of(network->id(node)), node);
      const auto out = Get(view.Expand(network->id(node), Direction::kOut, std::span(&supplies, 1)));
      ASSERT_EQ(network->begin()[node + 1] - network->begin()[node], out.size());
      for (size_t i = 0; i < out.size(); ++i, ++ties) {
        EXPECT_EQ(network->edge(ties), out[i].edge);
        EXPECT_EQ(network->id(network->customers()[ties]), out[i].node);
        const auto edge = Get(view.GetEdge(out[i].edge));
        EXPECT_EQ(Statuses(*network)[network->status(ties)], text(*edge, "status"));
        EXPECT_EQ(network->products()[network->product(ties)], text(*edge, "product"));
        EXPECT_EQ(network->strength(ties), StrengthOf(text(*edge, "status"), edge->certainty));
        EXPECT_EQ(network->planned(ties), text(*edge, "status") == "planned");
        EXPECT_EQ(network->year(ties) ? std::to_string(*network->year(ties)) : "", text(*edge, "year"));
      }
      if (other) continue;
      const Location seat = network->locations()[network->seats()[node]], read = Get(reader.Locate(network->id(node)));
      EXPECT_EQ(std::tuple(seat.park, seat.district, seat.city, seat.province), std::tuple(read.park, read.district, read.city, read.province));
    }
    EXPECT_EQ(ties, network->ties());
    constexpr std::tuple<Network::Relation, const char*, Direction> kKinds[] = {{Network::Relation::kOperatesIn, "OPERATES_IN", Direction::kOut},
                                                                                 {Network::Relation::kProduces, "PRODUCES", Direction::kOut},
                                                                                 {Network::Relation::kHostedBy, "HOSTS", Direction::kIn},
                                                                                 {Network::Relation::kMemberOf, "MEMBER_OF", Direction::kOut},
                                                                                 {Network::Relation::kLeads, "LEADS", Direction::kOut},
                                                                                 {Network::Relation::kOwns, "OWNS", Direction::kOut}};
    for (const auto& [relation, name, direction] : kKinds) {
      std::vector<std::pair<NodeId, NodeId>> found, read;
      const auto rows = network->rows(relation);
      for (size_t i = 0; i < rows.who.size(); ++i) found.emplace_back(network->id(rows.who[i]), rows.things[rows.thing[i]]);
      for (const NodeId id : network->ids()) {
        for (const auto& n : Get(reader.Around(id, direction, name))) read.emplace_back(id, n.node);
      }
      EXPECT_EQ(found, read) << name;
    }
    const auto certainties = network->certainties();
    size_t row = 0;
    for (const NodeId id : network->ids()) {
      for (const auto& n : Get(reader.Around(id, Direction::kOut, "OPERATES_IN"))) EXPECT_EQ(certainties[row++], Get(view.GetEdge(n.edge))->certainty);
    }
    EXPECT_EQ(row, certainties.size());
    const auto made = network->rows(Network::Relation::kProduces).things;
    for (size_t i = 0; i < made.size(); ++i) EXPECT_EQ(network->products()[network->product_names()[i]], Get(reader.Property(made[i], "name")));
  }
}

// Edits of every kind that a user makes, batch by batch, undone now and then: the columns made from those of some batches ago are
// those made from the records, or more has changed than is told company by company.
TEST(Network, ColumnsOfAnEarlierStateAreBroughtUpToDate) {
  size_t renewed = 0, anew = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    Tiny g = TinyGraph(Drawing(seed, 0));
    Random random(seed * 77);
    std::vector<NodeId> companies;
    const auto anyone = [&] { return companies[random.Below(companies.size())]; };
    std::shared_ptr<const Network> earlier;
    graph::BatchId earlier_batch;
    for (int round = 0; round < 30; ++round) {
      const auto view = g.view();
      Reader reader(view, Lang::kEn);
      const auto all = Get(NetworkFor(reader, 0, Network::kEverything, Budget()));
      const auto batches = Get(view.Batches());
      if (earlier) {
        const auto changes = Get(ChangesOfNetwork(view.With({.as_known = earlier_batch}), view, 1000, Budget()));
        ++(changes.one_by_one ? renewed : anew);
        if (changes.one_by_one) {
          Reader other(view, Lang::kEn);
          const auto from_earlier = Get(NetworkFrom(other, earlier, changes, Budget()));
          EXPECT_TRUE(*from_earlier == *all) << "seed " << seed << " round " << round;
        }
      }
      if (earlier == nullptr || random.Below(3) == 0) earlier = all, earlier_batch = batches.back().id;
      companies.clear();
      ASSERT_TRUE(view.NodesWithLabel(view.label("Company"), {}, [&](NodeId id) { return companies.push_back(id), true; }).ok());
      auto tx = Get(g.database().Begin({.who = "test", .origin = "edits"}));
      for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
        const NodeId company = anyone();
        const auto edges = Get(tx->view().Expand(company, Direction::kBoth));
        switch (random.Below(9)) {
          case 0: {
            const NodeId made = Get(tx->CreateNode({"Company"}, {}, {}));
            Get(tx->CreateEdge("LOCATED_IN", made, g["d1"], {}, {}));
            companies.push_back(made);
            break;
          }
          case 1:
            if (companies.size() > 5) {
              for (const auto& e : edges) {
                if (Get(tx->view().GetEdge(e.edge))) {
                  ASSERT_TRUE(tx->DeleteEdge(e.edge).ok());
                }
              }
              ASSERT_TRUE(tx->DeleteNode(company).ok());
              std::erase(companies, company);
            }
            break;
          case 2: Get(tx->CreateEdge("OPERATES_IN", company, g[Text("s", random.Below(3))], {}, {.certainty = random.Below(2) ? graph::Certainty::kPlanned : graph::Certainty::kStated})); break;
          case 3:
            if (!edges.empty()) {
              ASSERT_TRUE(tx->DeleteEdge(edges[random.Below(edges.size())].edge).ok());
            }
            break;
          case 4:
            if (!edges.empty()) {
              ASSERT_TRUE(tx->SetProperty(edges[0].edge, "product", graph::Value(Text("new", random.Below(5)))).ok());
            }
            break;
          case 5: ASSERT_TRUE(tx->SetProperty(g["g1"], "name", graph::Value(Text("name", random.Below(100)))).ok()); break;
          case 6:
            if (random.Below(4) == 0) Get(tx->CreateEdge("PART_OF", g["c1"], g["p"], {}, {}));
            if (random.Below(4) == 0) Get(tx->CreateEdge("SUPPLIES", g["o"], company, {}, {}));
            if (random.Below(4) == 0) {
              ASSERT_TRUE(tx->AddLabel(g["o"], "Company").ok());
            }
            break;
          default: Get(tx->CreateEdge("SUPPLIES", company, anyone(), {{"status", graph::Value(std::string("contract"))}, {"year", graph::Value(int64_t{2020})}}, {}));
        }
      }
      Get(tx->Commit());
      if (random.Below(6) == 0) Get(g.database().Undo(Get(g.view().Batches()).back().id, {}, {.who = "test"}, Budget()));
    }
  }
  EXPECT_GT(renewed, 100u);
  EXPECT_GT(anew, 50u);
}

// Everything that is known of the ties, in words.
std::vector<std::string> Told(const MemberTies& ties) {
  std::vector<std::string> out;
  const auto tie = [&](const MemberTie& t) {
    return Text(ties.edge(t).raw, " ", ties.id(t.supplier).raw, " ", ties.id(t.customer).raw, " ", static_cast<int>(t.supplier_part), static_cast<int>(t.customer_part), " ",
                TieStrengthName(t.strength), " ", ties.statuses[ties.status(t)], " ", ties.products[ties.product(t)]);
  };
  for (const MemberTie& t : ties.ties) out.push_back(tie(t));
  for (const uint32_t i : ties.crossing) out.push_back(Text("across: ", tie(ties.ties[i])));
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    if (ties.Degree(node) == 0) continue;
    out.push_back(Text(ties.id(node).raw, " of part ", static_cast<int>(ties.parts[node]), ", firm with ", ties.Firm(node)[0], " ", ties.Firm(node)[1], " ", ties.Firm(node)[2], " ", ties.Firm(node)[3]));
    for (const uint32_t i : ties.Sold(node)) out.push_back(Text("sold: ", tie(ties.ties[i])));
    for (const uint32_t i : ties.Bought(node)) out.push_back(Text("bought: ", tie(ties.ties[i])));
  }
  for (const auto& strength : ties.counts) {
    for (const auto& suppliers : strength) {
      for (const uint64_t count : suppliers) out.push_back(Text(count));
    }
  }
  out.push_back(Text(ties.firm));
  return out;
}

// What Told tells of the list alone, counted one tie after the other.
uint64_t CountedOneByOne(const MemberTies& ties) {
  decltype(ties.counts) counts{};
  std::vector<std::vector<uint32_t>> sold(ties.nodes.size()), bought(ties.nodes.size());
  std::vector<std::array<uint32_t, 4>> firm(ties.nodes.size());
  std::vector<uint32_t> crossing;
  for (uint32_t i = 0; i < ties.ties.size(); ++i) {
    const MemberTie& t = ties.ties[i];
    const auto s = static_cast<size_t>(t.supplier_part), c = static_cast<size_t>(t.customer_part);
    ++counts[static_cast<size_t>(t.strength)][s][c];
    sold[t.supplier].push_back(i);
    bought[t.customer].push_back(i);
    if ((s == 0 && c == 1) || (s == 1 && c == 0)) crossing.push_back(i);
    if (t.strength == TieStrength::kFirm) ++firm[t.supplier][c], ++firm[t.customer][s];
  }
  EXPECT_EQ(counts, ties.counts);
  EXPECT_EQ(crossing, ties.crossing);
  for (uint32_t node = 0; node < ties.nodes.size(); ++node) {
    const auto listed = [](const TiePlaces& places) { return std::vector<uint32_t>(places.begin(), places.end()); };
    EXPECT_EQ(listed(ties.Sold(node)), sold[node]);
    EXPECT_EQ(listed(ties.Bought(node)), bought[node]);
    EXPECT_EQ(ties.Firm(node), firm[node]);
  }
  return crossing.size();
}

// In drawings in order the ties come by supplier, and are taken as they stand; in the others they are put in order.
TEST(Network, TiesOfMembersAreThoseOfTheirRecordsWithAnyNumberOfThreads) {
  uint64_t crossing = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    for (const bool in_order : {false, true}) {
      const Tiny g = TinyGraph(Drawing(seed, 0, in_order));
      Reader reader(g.view(), Lang::kEn);
      const Parts parts = SplitGroups(Get(MembersOf(reader, Get(reader.Describe(g["a"])))), Get(MembersOf(reader, Get(reader.Describe(g["b"])))));
      const auto network = Get(NetworkFor(reader, 0, Network::kEverything, Budget()));
      bool ascend = true;
      for (size_t t = 1; t < network->ties(); ++t) ascend = ascend && network->edge(t - 1) < network->edge(t);
      EXPECT_EQ(ascend, in_order);
      const MemberTies from_records = Get(ReadMemberTiesFrom(reader, parts, nullptr, Budget()));
      EXPECT_TRUE(from_records.network == nullptr && !from_records.ties.empty());
      crossing += CountedOneByOne(from_records);
      for (const size_t threads : {1, 2, 3, 7, 60}) {
        const MemberTies from_columns = Get(ReadMemberTiesFrom(reader, parts, network, Budget(), threads));
        EXPECT_TRUE(from_columns.network != nullptr);
        CountedOneByOne(from_columns);
        EXPECT_EQ(Told(from_columns), Told(from_records)) << "seed " << seed << ", " << threads << " threads";
      }
    }
  }
  EXPECT_GT(crossing, 100u);
}

std::string Shown(const LinkageAnswer& answer) {
  std::string out;
  const auto sources = [&](const std::vector<Source>& list) { out += Text(" (", list.size(), ")"); };
  const Strength& s = answer.strength;
  out += Text(s.inside_a, " ", s.inside_b, " ", s.a_to_b, " ", s.b_to_a, "\n");
  for (const LinkageMember& m : answer.members) {
    out += Text(m.company.key, " ", static_cast<int>(m.part), " ", m.cross_ties, " ", Keys(m.segments));
    sources(m.sources);
  }
  out += "\n";
  for (const TieKind& k : answer.kinds) out += Text(k.type, " ", k.value, " ", k.a_to_b, " ", k.b_to_a, "; ");
  for (const Tie& t : answer.ties) out += Text(t.edge.raw, " ");
  out += "\n";
  for (const CrossOwnership& o : answer.ownerships) out += Text(o.ownership.owner.key, ">", o.ownership.owned.key, " ");
  for (const Bridge& b : answer.bridges) {
    out += Text(b.company.key, b.shared ? "*" : "", " ", b.ties.to_a, b.ties.from_a, b.ties.to_b, b.ties.from_b, b.ties.to_both, b.ties.from_both);
    sources(b.sources);
  }
  out += Text("\n", answer.bridges_shared, " ", answer.bridges_both_sides, " ", answer.bridges_around_shared, "\n");
  for (const Broker& b : answer.brokers.list) out += Text(b.company.key, " ", b.between(), " ", b.ties, "; ");
  const Fragility& f = answer.fragility;
  out += Text("\n", f.ties, " ", f.pairs, " ", f.pairs_by_one, " ", f.hanging_a, " ", f.hanging_b, " ", f.largest ? f.largest->key : "", " ", f.largest_ties, "\n");
  for (const Tie& t : f.cut_ties) out += Text(t.edge.raw, " ");
  out += Text(Keys(f.cut_companies), "\n");
  for (const Pairing& p : answer.pairings) {
    out += Text(p.supplier.key, ">", p.customer.key, " ", p.score);
    for (const PairingEvidence& e : p.reasons) {
      out += Text(" ", PairingReasonName(e.reason), " ", e.what);
      sources(e.sources);
    }
    out += "; ";
  }
  out += "\n";
  for (const SharedCity& c : answer.common.cities) out += Text(c.city.key, " ", c.a_members, " ", c.b_members, " ", c.both_members, "; ");
  for (const SharedPark& p : answer.common.parks) {
    out += Text(p.park.key, " ", Keys(p.a_only), "|", Keys(p.b_only), "|", Keys(p.both));
    sources(p.sources);
  }
  for (const SharedSegment& g : answer.common.segments) out += Text(g.segment.key, " ", Keys(g.examples[0]), "|", Keys(g.examples[1]), "|", Keys(g.examples[2]), "; ");
  for (const LeaderLink& l : answer.common.leaders) out += Text(l.company.key, " ", l.leads.size(), "; ");
  out += "\n";
  for (const Complement& c : answer.cross.complements) out += Text(c.segment.key, " ", c.a_lacks, " ", Keys(c.examples), "; ");
  for (const CrossChain& c : answer.cross.chains) {
    for (const ChainStage& stage : c.stages) out += Text(Keys(stage.companies), "@", stage.segment ? stage.segment->key : "", " ");
    for (const Tie& t : c.ties) out += Text(t.edge.raw, " ");
    out += Text(c.crossing, " ", c.existing_ties, "; ");
  }
  for (const Coverage* c : {&answer.coverage_a, &answer.coverage_b}) {
    out += Text("\n", c->members, " ", c->with_city, " ", c->with_district, " ", c->with_segment, " ", c->with_tie, " ", c->with_firm_tie, " ", c->in_park);
  }
  return out;
}

std::string Shown(const RiskAnswer& risk) {
  std::string text = Text(risk.removed_total, " ", risk.ties_lost, " ", risk.exposures_total, " ", risk.failures_total, " ", risk.substitutes_total, " ", Keys(risk.without_customers));
  for (const Exposure& e : risk.exposures) text += Text("; ", e.customer.key, " ", e.product, " ", e.supplier.key, " ", e.suppliers, " ", e.removed, " ", e.sources.size());
  for (const Substitute& u : risk.substitutes) text += Text("; ", u.company.key, " ", SubstituteBasisName(u.basis), " ", NearnessName(u.nearness), " ", u.what, " ", u.sources.size());
  for (const Failure& f : risk.failures) text += Text("; ", f.company.key, " ", f.round, " ", f.lost_share, " ", f.cause ? f.cause->key : "");
  for (const InputRisk& i : risk.inputs) text += Text("; ", i.product, " ", Keys(i.suppliers), " ", i.sources.size());
  return text;
}

TEST(Network, LinkageIsTheSameWithAnyNumberOfThreads) {
  size_t pairings = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    for (const bool in_order : {false, true}) {
      std::vector<std::string> shown;
      for (const bool records : {false, true}) {
        const Tiny g = TinyGraph(Drawing(seed, records ? 30 * kCompanies : 0, in_order));
        for (const size_t threads : {1, 2, 5}) {
          Reader reader(g.view(), Lang::kZh);
          const LinkageAnswer answer = Get(FindLinkage(reader, Get(reader.Describe(g["a"])), Get(reader.Describe(g["b"])), {.threads = threads}, Budget()));
          EXPECT_EQ(reader.network() == nullptr, records);
          pairings += answer.pairings.size();
          shown.push_back(Shown(answer));
        }
      }
      for (const std::string& text : shown) EXPECT_EQ(text, shown[0]) << "seed " << seed;
    }
  }
  EXPECT_GT(pairings, 100u);
}

TEST(Network, PlacesAreComparedAlikeByOneThreadAndByTwo) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    const Tiny g = TinyGraph(Drawing(seed, 0));
    std::vector<std::string> shown;
    for (const size_t threads : {1, 2, 2, 2}) {
      Reader reader(g.view(), Lang::kZh);
      const CompareAnswer answer = Get(Compare(reader, Get(reader.Describe(g["c1"])), Get(reader.Describe(g["c2"])), {.threads = threads}, Budget()));
      std::string text;
      for (const FigurePair& f : answer.figures) text += Text(f.name, " ", f.a.value_or(-1), " ", f.b.value_or(-1), "; ");
      for (const ListComparison& l : answer.lists) text += Text(l.name, " ", Keys(l.both), "|", Keys(l.a_only), "|", Keys(l.b_only), "; ");
      shown.push_back(text);
    }
    for (const std::string& text : shown) EXPECT_EQ(text, shown[0]) << "seed " << seed;
  }
}

// Few members among many companies are read from their records; many from the columns of all.
TEST(Network, LinkageRiskAndProfilesAreTheSameFromRecordsAndFromColumns) {
  size_t pairings = 0, brokers = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    std::vector<std::string> shown[2];
    for (const bool records : {false, true}) {
      const Tiny g = TinyGraph(Drawing(seed, records ? 30 * kCompanies : 0));
      Reader reader(g.view(), Lang::kEn);
      const auto entity = [&](const char* key) { return Get(reader.Describe(g[key])); };
      const LinkageAnswer answer = Get(FindLinkage(reader, entity("a"), entity("b"), {}, Budget()));
      EXPECT_EQ(reader.network() == nullptr, records);
      pairings += answer.pairings.size(), brokers += answer.brokers.list.size();
      shown[records].push_back(Shown(answer));
      const RiskAnswer risk = Get(FindRisk(reader, entity("f1"), {}, Budget()));
      shown[records].push_back(Shown(risk));
      const Profile profile = Get(MakeProfile(reader, entity("c1"), {}, Budget()));
      std::string text;
      for (const Figure& f : profile.figures) text += Text(f.name, " ", f.value.value_or(-1), "; ");
      for (const ProfileList& list : profile.lists) {
        text += Text("\n", list.name, " ", list.total);
        for (const ProfileItem& item : list.items) text += Text(" ", item.entity.key, " ", item.count.value_or(0), " ", item.sources.size());
      }
      shown[records].push_back(text);
      const LinksAnswer links = Get(FindLinks(reader, entity("c1"), entity("c2"), {}, Budget()));
      text = Text(links.forward.all(), " ", links.backward.all(), " ", links.segments.size());
      for (const SupplyRoute& r : links.routes) text += Text(" ", r.ties[0].edge.raw);
      for (const YearTies& y : links.years) text += Text("; ", y.year.value_or(0), " ", y.forward, " ", y.ties.all());
      for (const ProductTies& p : links.products) text += Text("; ", p.product, " ", p.forward, " ", p.ties.firm, " ", p.suppliers, " ", p.customers);
      shown[records].push_back(text);
    }
    EXPECT_EQ(shown[0], shown[1]) << "seed " << seed;
  }
  EXPECT_GT(pairings, 20u);
  EXPECT_GT(brokers, 5u);
}

std::string Shown(const GapsAnswer& answer) {
  std::string out = Text(answer.segments, " ", answer.members, " ", answer.with_segment, " ", answer.coverage.value.value_or(-1), " ", answer.density_basis);
  for (const SegmentState& s : answer.held) out += Text("\n", s.segment.key, " ", s.companies, " ", Keys(s.examples), " ", s.quotient.value.value_or(-1), " ", s.sources.size());
  for (const SegmentGap& s : answer.gaps) {
    out += Text("\n", s.segment.key, " ", static_cast<int>(s.kind), " ", Keys(s.before), "|", Keys(s.after), " ", s.density.value.value_or(-1), " ", s.companies_elsewhere);
    for (const Filler& f : s.fillers) {
      out += Text("; ", f.company.key, " ", f.city ? f.city->key : "", " ", f.sources.size());
      for (const FillReason& r : f.reasons) out += Text(" ", ReasonName(r.kind), " ", r.with ? r.with->key : "");
    }
  }
  return out;
}

// What the definitions say of a place, edge by edge: the companies there that operate in a segment and do not just plan to, and of
// those elsewhere the strongest reason with the number of all of them.
std::string GapsOneByOne(Reader& reader, const Entity& place, const std::vector<NodeId>& segments, NodeId of_no_chain) {
  const std::vector<NodeId> members = Get(MembersOf(reader, place)).members;
  const auto here = [&](NodeId id) { return std::find(members.begin(), members.end(), id) != members.end(); };
  std::string out;
  std::set<NodeId> with;
  for (const NodeId segment : segments) {
    std::set<NodeId> held, elsewhere;
    for (const auto& n : Get(reader.Around(segment, Direction::kIn, "OPERATES_IN"))) {
      if (Get(reader.view().GetEdge(n.edge))->certainty < graph::Certainty::kPlanned) (here(n.node) ? held : elsewhere).insert(n.node);
    }
    with.insert(held.begin(), held.end());
    if (segment == of_no_chain) continue;
    if (!held.empty()) {
      out += Text("; ", segment.raw, " held ", held.size());
      continue;
    }
    std::vector<std::tuple<int, int, NodeId>> ranked;
    for (const NodeId company : elsewhere) {
      int strongest = 99, reasons = 0;
      const auto add = [&](ReasonKind kind) { strongest = std::min(strongest, static_cast<int>(kind)), ++reasons; };
      for (const Direction direction : {Direction::kOut, Direction::kIn}) {
        for (const auto& n : Get(reader.Around(company, direction, "SUPPLIES"))) {
          if (here(n.node)) add(direction == Direction::kOut ? ReasonKind::kSupplies : ReasonKind::kBuys);
        }
        for (const auto& n : Get(reader.Around(company, direction, "OWNS"))) {
          if (here(n.node)) add(ReasonKind::kOwnership);
        }
      }
      const auto leads = Get(reader.Around(company, Direction::kOut, "LEADS"));
      if (std::any_of(leads.begin(), leads.end(), [&](const auto& n) { return n.node == segment; })) add(ReasonKind::kLeads);
      if (Get(reader.Locate(company)).province == Get(reader.Locate(place.id)).province) add(ReasonKind::kSameProvince);
      ranked.emplace_back(strongest, -reasons, company);
    }
    std::sort(ranked.begin(), ranked.end());
    out += Text("; ", segment.raw, " missing ", elsewhere.size());
    for (size_t i = 0; i < ranked.size() && i < 5; ++i) out += Text(" ", std::get<2>(ranked[i]).raw);
  }
  return Text(with.size(), out);
}

TEST(Network, GapsAreTheSameFromRecordsAndFromColumnsAndOneByOne) {
  size_t missing = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Tiny g = TinyGraph(Drawing(seed, 0));
    PlanSegments(g, seed);
    g.Add("h:Chain; s0 -PART_OF-> h; s1 -PART_OF-> h; s2 -PART_OF-> h; s3:Segment -PART_OF-> h; s4:Segment; f1 -OPERATES_IN-> s4; f2 -OPERATES_IN-> s4; f3 -OPERATES_IN-> s3; f4 -OPERATES_IN-> s3; s3 -UPSTREAM_OF-> s0");
    for (const char* place : {"c1", "d2", "p", "a"}) {
      std::string shown[2];
      for (const bool columns : {false, true}) {
        Reader reader(g.view(), Lang::kEn);
        if (columns) Get(NetworkFor(reader, 0, Network::kEverything, Budget()));
        const Entity where = Get(reader.Describe(g[place]));
        const GapsAnswer answer = Get(FindGaps(reader, where, Get(reader.Describe(g["h"])), {}, Budget()));
        EXPECT_EQ(reader.network() != nullptr, columns);
        shown[columns] = Shown(answer);
        std::string counts = Text(answer.with_segment);
        std::map<NodeId, std::string> by_segment;
        for (const SegmentState& s : answer.held) by_segment[s.segment.id] = Text("; ", s.segment.id.raw, " held ", s.companies);
        for (const SegmentGap& s : answer.gaps) {
          std::string& text = by_segment[s.segment.id] = Text("; ", s.segment.id.raw, " missing ", s.companies_elsewhere);
          for (const Filler& f : s.fillers) text += Text(" ", f.company.id.raw);
          ++missing;
        }
        for (const auto& [id, text] : by_segment) counts += text;
        if (std::string(place) == "a") continue;
        EXPECT_EQ(counts, GapsOneByOne(reader, where, {g["s0"], g["s1"], g["s2"], g["s3"], g["s4"]}, g["s4"]));
      }
      EXPECT_EQ(shown[0], shown[1]) << "seed " << seed << " " << place;
    }
  }
  EXPECT_GT(missing, 50u);
}

TEST(Network, RiskOfCompaniesAndPlacesIsTheSameFromRecordsAndFromColumns) {
  std::set<std::pair<SubstituteBasis, Nearness>> met;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    for (const char* removed : {"f1", "f2", "c1", "d2", "a"}) {
      std::vector<std::string> shown;
      for (const size_t others : {size_t{0}, 30 * kCompanies}) {
        const Tiny g = TinyGraph(Drawing(seed, others));
        for (const bool columns : {false, true}) {
          Reader reader(g.view(), Lang::kEn);
          if (columns) Get(NetworkFor(reader, 0, Network::kEverything, Budget()));
          const auto group = Get(MembersOf(reader, Get(reader.Describe(g[removed]))));
          if (group.members.empty()) continue;
          const RiskAnswer risk = Get(FindRisk(reader, Get(reader.Describe(g[removed])), {}, Budget()));
          for (const Substitute& s : risk.substitutes) met.emplace(s.basis, s.nearness);
          shown.push_back(Shown(risk));
        }
      }
      for (const std::string& text : shown) EXPECT_EQ(text, shown[0]) << "seed " << seed << " " << removed;
    }
  }
  EXPECT_GE(met.size(), 7u);
}

TEST(ColumnFile, ADamagedColumnIsNotTakenAndTheOthersAre) {
  const storage::TempFolder folder;
  const std::string path = folder.path() + "/columns", heading = "columns of a test\n";
  std::string large(5'000'000, 'x');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7);
  ASSERT_TRUE(ColumnFile::Write(path, heading, {"first", "", large}).ok());
  auto file = ColumnFile::Open(path, heading, 3);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->Column(0), "first");
  EXPECT_EQ(file->Column(1), "");
  EXPECT_TRUE(file->Column(2) == large);
  EXPECT_EQ(ColumnFile::Open(path, "columns of another state\n", 3), nullptr);
  EXPECT_EQ(ColumnFile::Open(path, heading, 4), nullptr);
  EXPECT_EQ(ColumnFile::Open(path + "-missing", heading, 3), nullptr);
  std::string bytes = Get(ReadFile(path));
  bytes[bytes.size() - 1000] ^= 1;
  std::ofstream(path, std::ios::binary) << bytes;
  file = ColumnFile::Open(path, heading, 3);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->Column(0), "first");
  EXPECT_FALSE(file->Column(2).has_value());
  std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size() / 2);  // a torn one
  EXPECT_EQ(ColumnFile::Open(path, heading, 3), nullptr);
}

}  // namespace
}  // namespace liantu::chain
