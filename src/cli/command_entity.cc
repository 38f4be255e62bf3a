// SPDX-License-Identifier: Apache-2.0
// find, show and why: one entity by its name, on a card, with its claims.
#include "chain/card.h"
#include "chain/profile.h"
#include "cli/command.h"
#include "report/answers.h"
#include "report/profile_answers.h"

namespace liantu::cli {

namespace {

const Option kLabel = {"label", "LABEL", nullptr, "only entities of this label, e.g. Company or 企业; may be given several times",
                       "只找这一类实体,如 Company 或 企业;可重复"};

Result<std::vector<std::string>> WantedLabels(const Invocation& call, const graph::ReadView& view) {
  std::vector<std::string> labels;
  for (const std::string& name : call.All("label")) {
    const auto* spec = view.ontology().Label(name);
    if (!spec && !view.label(name)) return UsageError(Text(call.Say("--label:没有标签 '", "--label: there is no label '"), name, "'"));
    labels.push_back(spec ? spec->name : name);
  }
  return labels;
}

Status Find(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 100000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  LT_ASSIGN(const auto labels, WantedLabels(call, view));
  std::vector<graph::LabelId> ids;
  for (const std::string& label : labels) {
    if (const auto id = view.label(label)) ids.push_back(id);
  }
  chain::Reader reader(view, call.lang);
  std::vector<graph::SearchHit> hits;
  if (labels.empty() || !ids.empty()) {
    LT_ASSIGN(hits, view.Search(call.arguments[0], ids, static_cast<size_t>(limit)));
  }
  if (hits.empty()) {
    auto none = reader.Resolve(call.arguments[0], labels);  // for its suggestions; a key is found as well
    LT_TRY(none.status());
    hits.push_back({.node = none->id, .matched = none->key});
  }
  io::Table table{.columns = {{"label", call.Say("类别", "Label")}, {"key", call.Say("键", "Key")}, {"name", call.Say("名称", "Name")},
                              {"place", call.Say("所在地", "Place")}, {"matched", call.Say("匹配于", "Matched")}}};
  for (const graph::SearchHit& hit : hits) {
    LT_ASSIGN(const chain::Entity e, reader.Describe(hit.node));
    LT_ASSIGN(const chain::Location where, reader.Locate(hit.node));
    std::string place;
    for (graph::NodeId id : {where.city, where.district}) {
      if (!id || id == hit.node) continue;
      LT_ASSIGN(const chain::Entity p, reader.Describe(id));
      place += (place.empty() ? "" : " ") + p.name;
    }
    table.rows.push_back({call.format == io::Format::kTable || call.format == io::Format::kMarkdown ? reader.LabelName(e.label) : e.label, e.key,
                          e.name, place.empty() ? io::Cell() : io::Cell(place), hit.matched});
  }
  return call.PrintTable(table);
}

Status Show(const Invocation& call) {
  LT_TRY(call.Arguments(1));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 0, 1'000'000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  LT_ASSIGN(const auto labels, WantedLabels(call, view));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity entity, reader.Resolve(call.arguments[0], labels));
  if (chain::HasProfile(entity.label) && !call.Has("edges")) {
    LT_ASSIGN(const chain::Profile profile, chain::MakeProfile(reader, entity, {.max_listed = static_cast<size_t>(limit)}, *call.budget));
    return call.Print(report::ProfileDocument(reader, profile));
  }
  LT_ASSIGN(const chain::Card card, chain::MakeCard(reader, entity.id, static_cast<uint64_t>(limit)));
  return call.Print(report::CardDocument(reader, card));
}

Status Compare(const Invocation& call) {
  LT_TRY(call.Arguments(2));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 1, 1'000'000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  chain::Reader reader(view, call.lang);
  const std::vector<std::string> labels = {"Company", "Park", "City", "District", "Province", "Cluster", "Chain"};
  LT_ASSIGN(const chain::Entity a, reader.Resolve(call.arguments[0], labels));
  LT_ASSIGN(const chain::Entity b, reader.Resolve(call.arguments[1], labels));
  const auto answer = chain::Compare(reader, a, b, {.max_listed = static_cast<size_t>(limit)}, *call.budget);
  if (answer.code() == Code::kInvalid) return UsageError(answer.status().message());
  LT_TRY(answer.status());
  return call.Print(report::CompareDocument(reader, *answer));
}

Status Why(const Invocation& call) {
  if (call.arguments.empty() || call.arguments.size() > 2) LT_TRY(call.Arguments(1));
  LT_ASSIGN(const int64_t limit, call.Integer("limit", 0, 1'000'000));
  LT_ASSIGN(auto db, call.OpenForReading());
  LT_ASSIGN(auto view, call.Read(*db));
  LT_ASSIGN(const auto labels, WantedLabels(call, view));
  chain::Reader reader(view, call.lang);
  LT_ASSIGN(const chain::Entity entity, reader.Resolve(call.arguments[0], labels));
  const std::string property = call.arguments.size() > 1 ? call.arguments[1] : "";
  LT_ASSIGN(const auto rows, chain::Why(reader, entity.id, property, static_cast<uint64_t>(limit)));
  return call.Print(report::WhyDocument(reader, entity, rows));
}

}  // namespace

Command FindCommand() {
  return {.name = "find", .usage = "find NAME [--label LABEL]", .en = "Find entities by name, short name, alias, part of a name, traditional script or pinyin",
          .zh = "按名称、简称、别名、名称的一部分、繁体、全拼或首字母查找实体", .example = "liantu find jdkj",
          .options = {kLabel, {"limit", "N", "20", "at most so many", "最多列出多少个"}}, .reads_store = true, .run = Find};
}

Command ShowCommand() {
  return {.name = "show", .usage = "show NAME [--label LABEL] [--edges]", .en = "A company, park, place, cluster or chain on a page; anything else on a card: properties, neighbours by type, evidence",
          .zh = "企业、园区、地区、集群或产业链的概况;其他实体的卡片:属性、按类型列出的关联、来源", .example = "liantu show 琶洲核心区",
          .options = {kLabel, {"edges", nullptr, nullptr, "the plain card of these too: every edge by type", "这些实体也显示卡片:按类型列出全部关联"}, {"limit", "N", "20", "at most so many neighbours of a type", "每种关联最多列出多少个"}}, .reads_store = true, .run = Show};
}

Command CompareCommand() {
  return {.name = "compare", .usage = "compare A B", .en = "Two companies, parks, places, clusters or chains side by side: counts, what both have and what one alone, figures",
          .zh = "两家企业、两个园区、地区、集群或产业链的对照:数目、共有与独有、指标", .example = "liantu compare 番禺区 黄埔区",
          .options = {{"limit", "N", "20", "at most so many names in a cell", "每格最多列出多少个名称"}}, .reads_store = true, .run = Compare};
}

Command WhyCommand() {
  return {.name = "why", .usage = "why NAME [PROPERTY]", .en = "Say who states a fact, how surely, and since when it is known",
          .zh = "说明某项事实由谁提出、可信度如何、何时入库", .example = "liantu why 佳都科技",
          .options = {kLabel, {"limit", "N", "100", "at most so many ties", "最多列出多少条联系"}}, .reads_store = true, .run = Why};
}

}  // namespace liantu::cli
