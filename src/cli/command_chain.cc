// SPDX-License-Identifier: Apache-2.0
// parks, links, gaps and risk: questions the product exists for.
#include "chain/gaps.h"
#include "chain/leaders.h"
#include "chain/links.h"
#include "chain/matrix.h"
#include "chain/parks.h"
#include "chain/risk.h"
#include "cli/command.h"
#include "report/answers.h"
#include "report/link_answers.h"
#include "report/outlook.h"
#include "report/park_answers.h"

namespace liantu::cli {

namespace {

const std::vector<std::string> kGroupLabels = {"City", "District", "Province", "Cluster", "Chain", "Segment", "Park", "Company"};

// What the question itself refuses is a matter of the command line.
Status AsUsage(const Status& status) { return status.code() == Code::kInvalid ? UsageError(status.message()) : status; }

Status Parks(const Invocation& call) {
  const char* whose[] = {"chain", "cluster"};
  size_t named = call.arguments.size();
  for (const char* option : whose) named += call.Has(option);
  const chain::ParkFilterText text{.city = call.String("city"), .district = call.String("district"), .industry = call.String("industry"),
                                   .level = call.String("level"), .kind = call.String("kind"), .batch = call.String("batch")};
  const bool filtered = !(text.city + text.district + text.industry + text.level + text.kind + text.batch).empty();
  if (named > 1 || (named == 0 && !filtered)) {
    return UsageError(Text(call.Say("请给出一家企业、--chain、--cluster 之一,或用 --city、--district、--industry、--level、--kind、--batch 列出园区\n用法:liantu ",
                                    "give one of a company, --chain and --cluster, or list parks by --city, --district, --industry, --level, --kind, --batch\nusage: liantu "),
                           call.command->usage));
  }
  LT_ASSIGN(const int64_t tiers, call.Integer("partners", 0, 6));
  LT_ASSIGN(const int64_t percent, call.Integer("min-share", 0, 100));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 100'000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  auto filter = chain::ReadParkFilter(reader, text);
  LT_TRY(AsUsage(filter.status()));
  if (named == 0) {
    LT_ASSIGN(const chain::ParkListAnswer list, chain::ListParks(reader, *filter, static_cast<size_t>(limit)));
    return call.Print(report::ParkListDocument(reader, list));
  }
  std::string name = call.arguments.empty() ? "" : call.arguments[0];
  std::vector<std::string> labels = {"Company", "Organization", "Chain", "Cluster", "Segment"};
  if (call.Has("chain")) name = call.String("chain"), labels = {"Chain"};
  if (call.Has("cluster")) name = call.String("cluster"), labels = {"Cluster"};
  LT_ASSIGN(const chain::Entity asked, reader.Resolve(name, labels));
  const chain::ParksOptions options{.filter = *filter, .min_share = static_cast<double>(percent) / 100, .partner_tiers = static_cast<int>(tiers)};
  LT_ASSIGN(const chain::ParksAnswer answer, chain::FindParks(reader, asked, options, *call.budget));
  LT_ASSIGN(const report::Document document, report::ParksDocument(reader, answer));
  return call.Print(document);
}

Status Leaders(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity asked, reader.Resolve(call.arguments[0], {"Park", "City", "District", "Province", "Chain", "Cluster", "Segment", "Company"}));
  LT_ASSIGN(const chain::LeadersAnswer answer, chain::FindLeaders(reader, asked, *call.budget));
  return call.Print(report::LeadersDocument(reader, answer));
}

// A group, else a product: many products and segments are called alike, and the segment says more.
Result<chain::Entity> ResolveSide(chain::Reader& reader, const std::string& name) {
  auto side = reader.Resolve(name, kGroupLabels);
  if (side.code() != Code::kNotFound) return side;
  auto product = reader.Resolve(name, {"Product"});
  return product.ok() ? std::move(product) : std::move(side);
}

Status Links(const Invocation& call) {
  const bool matrix = call.Has("by"), one = call.arguments.size() == 1;
  const size_t ways = static_cast<size_t>(matrix) + call.arguments.size() + static_cast<size_t>(call.Has("from") || call.Has("to"));
  if (ways != 1 || (call.Has("to") && !call.Has("from"))) {
    return UsageError(Text(call.Say("请给出 --from(与 --to),或一个名称,或 --by\n用法:liantu ", "give --from (and --to), or one name, or --by\nusage: liantu "), call.command->usage));
  }
  LT_ASSIGN(const int64_t tiers, call.Integer("tiers", 1, 6));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 1'000'000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  if (matrix) {
    LT_ASSIGN(const chain::MatrixOptions options, ReadMatrix(call, reader));
    auto answer = chain::FindMatrix(reader, options, *call.budget);
    LT_TRY(AsUsage(answer.status()));
    return call.Print(report::MatrixDocument(reader, *answer));
  }
  LT_ASSIGN(const chain::Entity from, ResolveSide(reader, one ? call.arguments[0] : call.String("from")));
  if (!call.Has("to")) {
    const chain::PartnersOptions options{.tiers = static_cast<int>(tiers), .firm_only = call.Has("firm"), .chain = call.String("chain"), .product = call.String("product"),
                                         .max_listed = static_cast<size_t>(limit)};
    LT_ASSIGN(const chain::PartnersAnswer answer, chain::FindPartners(reader, from, options, *call.budget));
    return call.Print(report::PartnersDocument(reader, answer));
  }
  const chain::LinksOptions options{.tiers = static_cast<int>(tiers), .firm_only = call.Has("firm"), .product = call.String("product"), .chain = call.String("chain"),
                                    .max_routes = static_cast<uint64_t>(limit)};
  LT_ASSIGN(const chain::Entity to, ResolveSide(reader, call.String("to")));
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

Result<chain::MatrixOptions> ReadMatrix(const Invocation& call, chain::Reader& reader) {
  chain::MatrixOptions options{.chain = call.String("chain")};
  auto by = chain::ParseGroupBy(call.String("by"));
  if (!by.ok()) return UsageError(Text("--by: ", by.status().message()));
  options.by = *by;
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 1'000'000));
  options.max_listed = static_cast<size_t>(limit);
  if (call.Has("within")) {
    LT_ASSIGN(options.within, reader.Resolve(call.String("within"), {"Province", "City", "District"}));
  }
  return options;
}

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
  return {.name = "parks", .usage = "parks NAME | parks --chain CHAIN | parks --cluster CLUSTER | parks --city CITY [--industry DIRECTION]",
          .en = "Which parks host a company, or the leaders of a chain or cluster: hosted, through companies it controls, planned; or which parks a place has",
          .zh = "企业(或产业链、集群的链主)在哪些园区:已入驻、经控制的企业、规划项目;或一地有哪些园区", .example = "liantu parks 佳都科技",
          .options = {{"chain", "NAME", nullptr, "the leaders of this chain", "该产业链的链主"},
                      {"cluster", "NAME", nullptr, "the leaders of this cluster", "该集群的链主或龙头"},
                      {"city", "NAME", nullptr, "only parks in this city or province", "只看该市(或省)的园区"},
                      {"district", "NAME", nullptr, "only parks in this district", "只看该区县的园区"},
                      {"industry", "NAME", nullptr, "only parks with this direction", "只看有该产业方向的园区"},
                      {"level", "LEVEL", nullptr, "national, provincial, municipal or district", "国家级、省级、市级、区级"},
                      {"kind", "KIND", nullptr, "kind of park, e.g. riverside high-end park", "园区类型,如 滨江高端产业园"},
                      {"batch", "YEAR", nullptr, "year of the batch in which it was recognised", "认定批次的年份"},
                      {"partners", "TIERS", "0", "parks of its suppliers and customers too, up to so many tiers (0 to 6)", "也列出几级以内供应商和客户所在的园区(0 到 6)"},
                      {"min-share", "PERCENT", "0", "follow ownership where the stated shares reach this; 0: by relation (subsidiary, plant, majority stake)",
                       "按持股比例追溯:已知比例之积达到此值;0 表示按关系(子公司、工厂、控股)"},
                      {"limit", "N", "1000", "at most so many parks in a list", "列表最多几行"}},
          .reads_store = true, .run = Parks};
}

Command LeadersCommand() {
  return {.name = "leaders", .usage = "leaders NAME", .en = "Which chain leaders stand in a park or place, or are named for a chain, cluster or segment",
          .zh = "一个园区或地方有哪些链主、龙头企业;或一条产业链、一个集群、环节的链主是谁", .example = "liantu leaders 番禺汽车城", .options = {}, .reads_store = true, .run = Leaders};
}

Command LinksCommand() {
  return {.name = "links", .usage = "links --from A --to B [--tiers N] | links NAME [--tiers N] | links --by city|district|cluster|park|chain|province",
          .en = "Supply links between two places, clusters, chains, segments, products or companies, both ways; of one alone; or between all of a kind",
          .zh = "两地、两个集群、两条链、环节、产品或两家企业之间的供应链联系(双向);一方的上下游;或所有城市、集群等之间的矩阵", .example = "liantu links --from 广州 --to 深圳",
          .options = {{"from", "NAME", nullptr, "a place, cluster, chain, segment, product, park or company", "地点、集群、产业链、环节、产品、园区或企业"},
                      {"to", "NAME", nullptr, "the other side", "另一方"},
                      {"by", "KIND", nullptr, "the matrix of all cities, districts, clusters, parks, chains or provinces", "矩阵:city、district、cluster、park、chain 或 province"},
                      {"within", "PLACE", nullptr, "with --by: only those in this place", "与 --by 合用:只看这一地的"},
                      {"tiers", "N", "1", "longest chain of ties, 1 to 6", "最多经过几级供应,1 到 6"},
                      {"chain", "NAME", nullptr, "only ties whose product belongs to this chain", "只看产品属于该产业链的联系"},
                      {"product", "NAME", nullptr, "only ties in this product", "只看这一产品的联系"},
                      {"firm", nullptr, nullptr, "firm ties alone", "只看确定联系"},
                      {"limit", "N", "1000", "at most so many rows in a list; counts are of all", "列表最多几行;条数是全部的"}},
          .reads_store = true, .run = Links};
}

}  // namespace liantu::cli
