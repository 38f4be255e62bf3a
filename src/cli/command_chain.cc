// SPDX-License-Identifier: Apache-2.0
// parks, links, gaps and risk: questions the product exists for.
#include "chain/gaps.h"
#include "chain/links.h"
#include "chain/parks.h"
#include "chain/risk.h"
#include "cli/command.h"
#include "report/answers.h"
#include "report/outlook.h"

namespace liantu::cli {

namespace {

const std::vector<std::string> kGroupLabels = {"City", "District", "Province", "Cluster", "Chain", "Segment", "Park", "Company"};

Status Parks(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity asked, reader.Resolve(call.arguments[0], {"Company", "Organization", "Chain", "Cluster", "Segment"}));
  LT_ASSIGN(const chain::ParksAnswer answer, chain::FindParks(reader, asked));
  LT_ASSIGN(const report::Document document, report::ParksDocument(reader, answer));
  return call.Print(document);
}

Status Links(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  if (!call.Has("from") || !call.Has("to")) {
    return UsageError(Text(call.Say("请给出 --from 和 --to\n用法:liantu ", "give --from and --to\nusage: liantu "), call.command->usage));
  }
  chain::LinksOptions options{.chain = call.String("chain")};
  LT_ASSIGN(const int64_t tiers, call.Integer("tiers", 1, 6));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 1'000'000));
  options.tiers = static_cast<int>(tiers);
  options.max_routes = static_cast<uint64_t>(limit);
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity from, reader.Resolve(call.String("from"), kGroupLabels));
  LT_ASSIGN(const chain::Entity to, reader.Resolve(call.String("to"), kGroupLabels));
  LT_ASSIGN(const chain::LinksAnswer answer, chain::FindLinks(reader, from, to, options, *call.budget));
  LT_ASSIGN(const report::Document document, report::LinksDocument(reader, answer, options));
  return call.Print(document);
}

Status Gaps(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  if (!call.Has("chain")) return UsageError(Text(call.Say("请给出 --chain\n用法:liantu ", "give --chain\nusage: liantu "), call.command->usage));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 1000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity place, reader.Resolve(call.arguments[0], {"City", "District", "Province", "Cluster"}));
  LT_ASSIGN(const chain::Entity chain, reader.Resolve(call.String("chain"), {"Chain"}));
  LT_ASSIGN(const chain::GapsAnswer answer, chain::FindGaps(reader, place, chain, {.max_fillers = static_cast<size_t>(limit)}, *call.budget));
  LT_ASSIGN(const report::Document document, report::GapsDocument(reader, answer));
  return call.Print(document);
}

Status Risk(const Invocation& call) {
  // `risk NAME` and `risk --remove NAME` are the same question.
  if (call.Has("remove") != call.arguments.empty()) {
    return UsageError(Text(call.Say("请给出一个名称\n用法:liantu ", "give one name\nusage: liantu "), call.command->usage));
  }
  if (!call.Has("remove")) LT_TRY(call.Arguments(1));
  LT_ASSIGN(const int64_t percent, call.Integer("threshold", 1, 100));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 100'000));
  const chain::RiskOptions options{.threshold = static_cast<double>(percent) / 100, .max_listed = static_cast<size_t>(limit)};
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity asked, reader.Resolve(call.Has("remove") ? call.String("remove") : call.arguments[0],
                                                      {"Company", "Organization", "City", "District", "Province", "Cluster", "Segment", "Park"}));
  LT_ASSIGN(const chain::RiskAnswer answer, chain::FindRisk(reader, asked, options, *call.budget));
  LT_ASSIGN(const report::Document document, report::RiskDocument(reader, answer, options));
  return call.Print(document);
}

}  // namespace

Command RiskCommand() {
  return {.name = "risk", .usage = "risk NAME | risk --remove NAME", .en = "Who is hit if a company, or all companies of a place, cluster, segment or park, fell out; who could stand in",
          .zh = "一家企业(或一地、一个集群、环节、园区的全部企业)退出时谁受影响、谁可以替代", .example = "liantu risk 华为",
          .options = {{"remove", "NAME", nullptr, "what falls out; the same as giving it as argument", "退出的对象,与直接给出名称相同"},
                      {"threshold", "PERCENT", "50", "share of known inputs at whose loss a company is hit, 1 to 100", "失去多少已知投入算受影响,1 到 100(百分比)"},
                      {"limit", "N", "100", "at most so many rows in each list", "每个列表最多几行"}},
          .reads_store = true, .run = Risk};
}

Command GapsCommand() {
  return {.name = "gaps", .usage = "gaps PLACE --chain CHAIN", .en = "Which segments of a chain a place lacks (补链 延链 强链), and who could fill them",
          .zh = "一地在一条产业链上缺哪些环节(补链、延链、强链),哪些企业可以补上", .example = "liantu gaps 佛山 --chain 智能网联与新能源汽车产业链",
          .options = {{"chain", "NAME", nullptr, "the chain", "产业链"}, {"limit", "N", "5", "at most so many candidates for each segment", "每个环节最多列出几家候选企业"}},
          .reads_store = true, .run = Gaps};
}

Command ParksCommand() {
  return {.name = "parks", .usage = "parks NAME", .en = "Which parks host a company, or the leaders of a chain or cluster: hosted, through companies it controls, planned",
          .zh = "企业(或产业链、集群的链主)在哪些园区:已入驻、经控制的企业、规划项目", .example = "liantu parks 佳都科技", .options = {}, .reads_store = true, .run = Parks};
}

Command LinksCommand() {
  return {.name = "links", .usage = "links --from A --to B [--tiers N]", .en = "Supply and chain links between two places, clusters, chains or companies, both ways",
          .zh = "两地、两个集群、两条链或两家企业之间的供应链联系(双向)", .example = "liantu links --from 广州 --to 深圳",
          .options = {{"from", "NAME", nullptr, "a place, cluster, chain, segment, park or company", "地点、集群、产业链、环节、园区或企业"},
                      {"to", "NAME", nullptr, "the other side", "另一方"},
                      {"tiers", "N", "1", "longest chain of ties, 1 to 6", "最多经过几级供应,1 到 6"},
                      {"chain", "NAME", nullptr, "only ties whose product belongs to this chain", "只看产品属于该产业链的联系"},
                      {"limit", "N", "1000", "at most so many routes", "最多列出多少条路线"}},
          .reads_store = true, .run = Links};
}

}  // namespace liantu::cli
