// SPDX-License-Identifier: Apache-2.0
// Reads adjacency blocks: PART_OF, UPSTREAM_OF, OPERATES_IN of the segments, SUPPLIES of a company.
#include "chain/chain_map.h"

#include <algorithm>
#include <map>
#include <set>

namespace liantu::chain {

using graph::Direction;

namespace {

int Stage(const std::string& level) { return level == "upstream" ? 0 : level == "midstream" ? 1 : level == "downstream" ? 2 : 3; }

// The shortest way from each segment back to itself, by a search in breadth over the steps, smaller ids first.
void AddLoops(ChainMap& map) {
  std::map<NodeId, std::vector<size_t>> out;  // steps by the segment they leave
  for (size_t i = 0; i < map.steps.size(); ++i) out[map.steps[i].from.id].push_back(i);
  std::set<NodeId> shown;
  for (const auto& [start, first] : out) {
    if (shown.contains(start)) continue;
    std::map<NodeId, size_t> by;  // the step that each segment was first reached by
    std::vector<NodeId> level{start};
    while (!level.empty() && !by.contains(start)) {
      std::vector<NodeId> next;
      for (const NodeId at : level) {
        const auto steps = out.find(at);
        if (steps == out.end()) continue;
        for (const size_t step : steps->second) {
          if (by.try_emplace(map.steps[step].to.id, step).second) next.push_back(map.steps[step].to.id);
        }
      }
      level = std::move(next);
    }
    if (!by.contains(start)) continue;
    std::vector<Entity> ring;
    std::vector<Source> sources;
    for (NodeId at = start; ring.empty() || at != start;) {
      const ChainStep& step = map.steps[by.at(at)];
      ring.push_back(step.from);
      sources.insert(sources.end(), step.sources.begin(), step.sources.end());
      at = step.from.id;
      shown.insert(at);
    }
    std::reverse(ring.begin(), ring.end());
    ring.push_back(ring.front());
    map.loops.push_back(std::move(ring));
    map.loops_sources.push_back(std::move(sources));
  }
}

}  // namespace

Result<ChainMap> FindChainMap(Reader& reader, const Entity& chain, const Budget& budget) {
  ChainMap out{.chain = chain};
  LT_ASSIGN(const auto ids, SegmentsOfChain(reader, chain.id));
  if (ids.empty()) {
    return Status(Code::kInvalid, Text(reader.lang() == Lang::kZh ? "数据中没有产业链 '" : "no segment in the data belongs to the chain '", chain.name, reader.lang() == Lang::kZh ? "' 的环节" : "'"));
  }
  std::set<NodeId> companies, without_city;
  for (const NodeId id : ids) {
    if (budget.Spent()) break;
    ChainSegment s;
    LT_ASSIGN(s.segment, reader.Describe(id));
    LT_ASSIGN(s.level, reader.Property(id, "level"));
    LT_ASSIGN(const auto parts, reader.Around(id, Direction::kOut, "PART_OF"));
    for (const auto& p : parts) {
      if (p.node != chain.id) continue;
      LT_ASSIGN(const auto sources, reader.Sources(p.edge));
      s.sources.insert(s.sources.end(), sources.begin(), sources.end());
    }
    LT_ASSIGN(auto operators, reader.Around(id, Direction::kIn, "OPERATES_IN"));
    std::sort(operators.begin(), operators.end(), [](const auto& a, const auto& b) { return std::pair(a.node, a.edge) < std::pair(b.node, b.edge); });
    for (const auto& n : operators) {
      LT_ASSIGN(const auto sources, reader.Sources(n.edge));
      if (!s.companies.empty() && s.companies.back().company.id == n.node) {
        s.companies.back().sources.insert(s.companies.back().sources.end(), sources.begin(), sources.end());
        continue;
      }
      ChainOperator who;
      LT_ASSIGN(who.company, reader.Describe(n.node));
      LT_ASSIGN(const Location location, reader.Locate(n.node));
      if (location.city) {
        LT_ASSIGN(who.city, reader.Describe(location.city));
      } else {
        without_city.insert(n.node);
      }
      who.sources = sources;
      companies.insert(n.node);
      s.companies.push_back(std::move(who));
    }
    out.segments.push_back(std::move(s));
  }
  std::stable_sort(out.segments.begin(), out.segments.end(), [](const ChainSegment& a, const ChainSegment& b) { return Stage(a.level) < Stage(b.level); });
  for (const NodeId id : ids) {
    LT_ASSIGN(auto next, reader.Around(id, Direction::kOut, "UPSTREAM_OF"));
    std::sort(next.begin(), next.end(), [](const auto& a, const auto& b) { return std::pair(a.node, a.edge) < std::pair(b.node, b.edge); });
    for (const auto& n : next) {
      if (!std::binary_search(ids.begin(), ids.end(), n.node)) continue;
      ChainStep step;
      LT_ASSIGN(step.from, reader.Describe(id));
      LT_ASSIGN(step.to, reader.Describe(n.node));
      LT_ASSIGN(step.sources, reader.Sources(n.edge));
      out.steps.push_back(std::move(step));
    }
  }
  AddLoops(out);
  out.companies = companies.size();
  out.without_city = without_city.size();
  return out;
}

Result<CompanyTies> FindCompanyTies(Reader& reader, std::vector<NodeId> companies, size_t max_read) {
  CompanyTies out;
  std::sort(companies.begin(), companies.end());
  for (const bool buys : {true, false}) {
    std::vector<Tie>& ties = buys ? out.buys : out.supplies;
    for (const NodeId company : companies) {
      LT_ASSIGN(const auto around, reader.Around(company, buys ? Direction::kIn : Direction::kOut, "SUPPLIES"));
      for (const auto& n : around) {
        if (std::binary_search(companies.begin(), companies.end(), n.node)) {
          if (buys) ++out.among;
          continue;
        }
        ++(buys ? out.buys_total : out.supplies_total);
        if (ties.size() == max_read) continue;
        LT_ASSIGN(const auto edge, reader.view().GetEdge(n.edge));
        if (!edge) continue;
        LT_ASSIGN(Tie tie, DescribeTie(reader, *edge));
        if (tie.strength == TieStrength::kFirm) ++(buys ? out.buys_firm : out.supplies_firm);
        ties.push_back(std::move(tie));
      }
    }
    std::stable_sort(ties.begin(), ties.end(), [](const Tie& a, const Tie& b) { return std::pair(a.strength, a.edge) < std::pair(b.strength, b.edge); });
  }
  return out;
}

}  // namespace liantu::chain
