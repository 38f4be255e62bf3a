// SPDX-License-Identifier: Apache-2.0
// linkage and path: how two groups, and how two entities, hang together.
#include "chain/connect.h"
#include "chain/linkage.h"
#include "chain/matrix.h"
#include "cli/command.h"
#include "report/link_answers.h"
#include "report/linkage_report.h"

namespace liantu::cli {

namespace {

const std::vector<std::string> kGroupLabels = {"City", "District", "Province", "Cluster", "Chain", "Segment", "Park"};

// What the question itself refuses (one side twice, an unknown type) is a matter of the command line.
Status AsUsage(const Status& status) { return status.code() == Code::kInvalid ? UsageError(status.message()) : status; }

Status Linkage(const Invocation& call) {
  if (call.Has("all")) {
    LT_TRY(call.Arguments(0));
    if (!call.Has("by")) return UsageError(Text(call.Say("--all 需要 --by\n用法:liantu ", "--all needs --by\nusage: liantu "), call.command->usage));
    LT_ASSIGN(auto db, call.OpenForReading());
    LT_ASSIGN(auto view, call.Read(*db));
    chain::Reader reader(view, call.lang);
    LT_ASSIGN(const chain::MatrixOptions options, ReadMatrix(call, reader));
    auto answer = chain::FindMatrix(reader, options, *call.budget);
    LT_TRY(AsUsage(answer.status()));
    return call.Print(report::PairsDocument(reader, *answer));
  }
  LT_TRY(call.Arguments(2));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 100000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity a, reader.Resolve(call.arguments[0], kGroupLabels));
  LT_ASSIGN(const chain::Entity b, reader.Resolve(call.arguments[1], kGroupLabels));
  auto found = chain::FindLinkage(reader, a, b, {.max_listed = static_cast<size_t>(limit)}, *call.budget);
  LT_TRY(AsUsage(found.status()));
  const chain::LinkageAnswer& answer = *found;
  const std::string command = call.Repeat(Text("linkage ", ForShell(report::StableName(a)), " ", ForShell(report::StableName(b))), {"limit"});
  LT_ASSIGN(const report::Document document, report::LinkageDocument(reader, answer, {.command = command}));
  return call.Print(document);
}

Status Path(const Invocation& call) {
  LT_TRY(call.Arguments(2));
  LT_ASSIGN(const int64_t k, call.Integer("paths", 1, 100));
  LT_ASSIGN(const int64_t hops, call.Integer("max-hops", 1, 12));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity from, reader.Resolve(call.arguments[0], {}));
  LT_ASSIGN(const chain::Entity to, reader.Resolve(call.arguments[1], {}));
  chain::ConnectOptions options{.k = static_cast<size_t>(k), .max_hops = static_cast<int>(hops), .types = call.All("type")};
  for (const std::string& name : call.All("avoid")) {
    LT_ASSIGN(const chain::Entity avoided, reader.Resolve(name, {}));
    options.avoid.push_back(avoided.id);
  }
  const auto answer = chain::FindConnections(reader, from, to, options, *call.budget);
  LT_TRY(AsUsage(answer.status()));
  LT_ASSIGN(const report::Document document, report::PathDocument(reader, *answer, options));
  return call.Print(document);
}

const Option kLimit = {"limit", "N", "200", "at most so many members of a part, ties and bridges in a list", "每张名单(成员、联系、桥梁)最多列出多少行"};

}  // namespace

Command LinkageCommand() {
  return {.name = "linkage", .usage = "linkage A B | linkage --all --by city|district|cluster|park|chain|province", .en = "How two clusters, places, chains or parks are tied together: ties, bridges, what they share and lack, E-I and z",
          .zh = "两个集群、地区、产业链或园区如何相连:供应联系、桥梁企业、共有与互补、E-I 与 z", .example = "liantu linkage 广深佛惠莞中智能网联新能源汽车集群 深圳市先进电池材料集群",
          .options = {kLimit,
                      {"all", nullptr, nullptr, "every pair of a kind, with --by", "两两比较同一类的全部,与 --by 合用"},
                      {"by", "KIND", nullptr, "with --all: city, district, cluster, park, chain or province", "与 --all 合用:city、district、cluster、park、chain 或 province"},
                      {"within", "PLACE", nullptr, "with --all: only those in this place", "与 --all 合用:只看这一地的"},
                      {"chain", "NAME", nullptr, "with --all: only ties whose product belongs to this chain", "与 --all 合用:只看产品属于该产业链的联系"}},
          .reads_store = true, .run = Linkage};
}

Command PathCommand() {
  return {.name = "path", .usage = "path A B [-k N] [--type T]... [--avoid NAME]... [--max-hops N]", .en = "The shortest and the k best readable connections between two entities",
          .zh = "两个实体之间最短、最好读的 k 条连接", .example = "liantu path 佳都科技 南方电网科学研究院",
          .options = {{"k,paths", "N", "3", "so many paths", "列出多少条路径"},
                      {"type", "TYPE", nullptr, "only this edge type, e.g. SUPPLIES or 供应; may be given several times", "只走这种关系,如 SUPPLIES 或 供应;可重复"},
                      {"avoid", "NAME", nullptr, "not through this entity; may be given several times", "不经过此实体;可重复"},
                      {"max-hops", "N", "6", "at most so many edges, 1 to 12", "最多多少步,1 到 12"}},
          .reads_store = true, .run = Path};
}

}  // namespace liantu::cli
