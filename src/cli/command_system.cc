// SPDX-License-Identifier: Apache-2.0
// systems, targets and policies: what a place has set itself, and what supports it.
#include "chain/systems.h"
#include "cli/command.h"
#include "report/system_answers.h"

namespace liantu::cli {

namespace {

Status AsUsage(const Status& status) { return status.code() == Code::kInvalid ? UsageError(status.message()) : status; }

Status AtMostOne(const Invocation& call) { return call.arguments.size() > 1 ? call.Arguments(1) : Status(); }

// What the only argument names, which may be left out.
Result<std::optional<chain::Entity>> Asked(const Invocation& call, chain::Reader& reader, const std::vector<std::string>& labels) {
  if (call.arguments.empty()) return std::optional<chain::Entity>();
  LT_ASSIGN(auto entity, reader.Resolve(call.arguments[0], labels));
  return std::optional<chain::Entity>(std::move(entity));
}

Status Systems(const Invocation& call) {
  LT_TRY(AtMostOne(call));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const auto asked, Asked(call, reader, {"IndustrialSystem", "ParkGroup", "Platform", "Policy", "Indicator", "City", "District", "Province"}));
  if (!asked || reader.IsPlace(asked->label)) {
    LT_ASSIGN(const chain::SystemsAnswer answer, chain::ListSystems(reader, asked));
    return call.Print(report::SystemsDocument(reader, answer));
  }
  LT_ASSIGN(const chain::SystemAnswer answer, chain::FindSystem(reader, *asked));
  return call.Print(report::SystemDocument(reader, answer));
}

Status Targets(const Invocation& call) {
  LT_TRY(AtMostOne(call));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const auto asked, Asked(call, reader, {"City", "District", "Province", "IndustrialSystem", "ParkGroup", "Park", "Cluster", "Company", "Policy", "Platform"}));
  LT_ASSIGN(const chain::TargetsAnswer answer, chain::FindTargets(reader, asked));
  return call.Print(report::TargetsDocument(reader, answer));
}

Status Policies(const Invocation& call) {
  LT_TRY(AtMostOne(call));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  chain::PolicyQuestion question;
  LT_ASSIGN(question.what, Asked(call, reader, {"City", "District", "Province", "Park", "ParkGroup", "Cluster"}));
  if (call.Has("industry")) {
    LT_ASSIGN(question.industry, reader.Resolve(call.String("industry"), {"Industry"}));
  }
  auto rows = chain::FindPolicies(reader, question);
  LT_TRY(AsUsage(rows.status()));
  return call.Print(report::PoliciesDocument(reader, question, *rows));
}

}  // namespace

Command SystemsCommand() {
  return {.name = "systems", .usage = "systems [NAME | PLACE]", .en = "Industrial systems (12218), park groups, platform matrices and mechanisms: who belongs, which are stated, which only counted",
          .zh = "产业体系(12218 等)、园区组团、平台矩阵与机制:成员是谁,哪些是来源所述,哪些只有数目", .example = "liantu systems 12218", .options = {}, .reads_store = true, .run = Systems};
}

Command TargetsCommand() {
  return {.name = "targets", .usage = "targets [NAME | PLACE]", .en = "Targets and plans beside results, with period, unit and kind; and where sources contradict each other",
          .zh = "目标与计划同结果对照,带时期、单位与性质;以及来源之间的矛盾", .example = "liantu targets 广州", .options = {}, .reads_store = true, .run = Targets};
}

Command PoliciesCommand() {
  return {.name = "policies", .usage = "policies [PLACE | PARK | CLUSTER] [--industry DIRECTION]", .en = "Policies that support a place, a park or a cluster, an industry, or an industry in a place",
          .zh = "支持一地、一个园区或集群、一个产业、或一地某产业的政策", .example = "liantu policies 天河 --industry 人工智能",
          .options = {{"industry", "NAME", nullptr, "only those that support this direction", "只看支持该产业方向的"}}, .reads_store = true, .run = Policies};
}

}  // namespace liantu::cli
