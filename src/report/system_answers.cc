// SPDX-License-Identifier: Apache-2.0
// Systems, targets and policies as tables. A figure always stands with its unit, period and kind.
#include "report/system_answers.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>

#include "chain/units.h"
#include "io/json.h"
#include "report/answers.h"

namespace liantu::report {

using chain::Check;
using chain::CheckKind;
using chain::IndicatorRow;
using chain::Outcome;
using chain::PolicyReach;
using chain::Reader;

namespace {

std::string Number(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  return graph::ToText(whole ? graph::Value(static_cast<int64_t>(value)) : graph::Value(value));
}

io::Cell NumberCell(const std::optional<double>& value) {
  if (!value) return {};
  if (*value == std::floor(*value) && std::abs(*value) < 1e15) return static_cast<int64_t>(*value);
  return *value;
}
// Numbers that count different things are not added up: "15 + 50 + 100".
io::Cell NumbersCell(const std::vector<double>& values) {
  if (values.size() <= 1) return NumberCell(values.empty() ? std::nullopt : std::optional(values[0]));
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(Number(value));
  return TextCell(Join(texts, " + "));
}

std::string CheckText(Lang lang, CheckKind kind) {
  switch (kind) {
    case CheckKind::kSourcesDiffer: return Say(lang, "来源不一", "sources differ");
    case CheckKind::kFiguresDiffer: return Say(lang, "数字不一", "figures differ");
    case CheckKind::kReading: return Say(lang, "名称与数目", "name against counts");
    case CheckKind::kOverlap: return Say(lang, "互有重叠", "overlap");
    case CheckKind::kSum: return Say(lang, "合计", "sum");
  }
  return "";
}

std::string OutcomeText(Lang lang, Outcome outcome) {
  switch (outcome) {
    case Outcome::kNoResult: return Say(lang, "数据中没有结果", "no result in the data");
    case Outcome::kReached: return Say(lang, "已有结果达到", "reached by a result");
    case Outcome::kNotReached: return Say(lang, "现有结果未达到", "not reached by the results");
    case Outcome::kNoFigure: return Say(lang, "目标未给出数字", "the target has no figure");
  }
  return "";
}

std::string ReachText(Lang lang, PolicyReach reach) {
  switch (reach) {
    case PolicyReach::kNamed: return Say(lang, "直接支持", "named");
    case PolicyReach::kAbove: return Say(lang, "支持其上级", "for what it lies in");
    case PolicyReach::kBelow: return Say(lang, "支持其内部", "for what lies in it");
    case PolicyReach::kDirection: return Say(lang, "支持其产业方向", "for a direction of it");
  }
  return "";
}

std::vector<std::string> Names(const std::vector<chain::Entity>& entities) {
  std::vector<std::string> names;
  for (const chain::Entity& e : entities) names.push_back(e.name);
  return names;
}

}  // namespace

std::string FigureText(Reader& reader, const IndicatorRow& row) {
  const bool zh = reader.lang() == Lang::kZh;
  if (!row.value) return zh || row.stated_as.empty() ? row.stated_as : Text("the source writes '", row.stated_as, "'");
  std::string text;
  if (!row.qualifier.empty() && row.qualifier != "exact") text += reader.ValueName("Indicator", "qualifier", row.qualifier) + " ";
  if (!zh) return text + chain::EnglishFigure(*row.value, row.unit);
  return Text(text, Number(*row.value), row.unit.empty() ? "" : " ", row.unit);
}

namespace {

// To six digits: a converted figure is no more exact than the source's.
std::string InUnit(Lang lang, double value, const std::string& unit) {
  if (lang == Lang::kEn) return chain::EnglishFigure(value, unit);
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return Text(std::strpbrk(text, "e") ? Number(value) : text, " ", unit);
}

// The figure as the source gives it, the same in `unit` where that is another, and the source's own wording.
std::string ResultText(Reader& reader, const IndicatorRow& row, const std::string& unit) {
  const bool zh = reader.lang() == Lang::kZh;
  std::string text = FigureText(reader, row);
  const auto in_unit = row.value && row.unit != unit ? chain::Converted(*row.value, row.unit, unit) : std::nullopt;
  if (in_unit) text += Text(" = ", InUnit(reader.lang(), *in_unit, unit));
  if (row.value && !row.stated_as.empty()) text += zh ? Text("(来源写作“", row.stated_as, "”)") : Text(" (the source writes '", row.stated_as, "')");
  return zh ? ChinesePunctuation(text) : text;
}

// Words for people, the text as it is stored for programs.
io::Cell StoredCell(const std::string& words, const std::string& stored) {
  return words.empty() ? io::Cell() : io::Cell(graph::Value(words), io::ToJson(graph::Value(stored)));
}

// In words of the reader's language; programs get the unit as it is stored.
io::Cell UnitCell(Lang lang, const std::string& unit) {
  if (lang == Lang::kZh || unit.empty()) return TextCell(unit);
  const std::string words = chain::EnglishUnit(unit);
  return {words.empty() ? graph::Value() : graph::Value(words), io::ToJson(graph::Value(unit))};
}

}  // namespace

Section IndicatorsSection(Reader& reader, Footnotes& notes, std::string name, std::string title, const std::vector<IndicatorRow>& rows) {
  const Lang lang = reader.lang();
  Section s{.name = std::move(name), .title = std::move(title)};
  s.table.columns = {{"of", Say(lang, "对象", "Of")}, {"metric", Say(lang, "指标", "Metric")}, {"qualifier", Say(lang, "限定", "Qualifier")}, {"value", Say(lang, "值", "Value")},
                     {"unit", Say(lang, "单位", "Unit")}, {"period", Say(lang, "时期", "Period")}, {"kind", Say(lang, "性质", "Kind")}, {"stated_as", Say(lang, "来源写法", "As stated")},
                     {"note", Say(lang, "备注", "Note")}, {"certainty", Say(lang, "可信度", "Certainty")}, {"sources", Say(lang, "来源", "Sources")}};
  // Figures of one kind in different units are also given in one: that of the first of them.
  std::map<std::string, std::string> unit_of_kind;
  bool mixed = false;
  for (const IndicatorRow& r : rows) {
    if (!r.value || r.unit.empty()) continue;
    const auto [it, fresh] = unit_of_kind.try_emplace(chain::ReadUnit(r.unit).kind, r.unit);
    mixed = mixed || it->second != r.unit;
  }
  if (mixed) s.table.columns.insert(s.table.columns.begin() + 5, {"in_one_unit", Say(lang, "折成同一单位", "In one unit")});
  for (const IndicatorRow& r : rows) {
    std::string note = r.note;
    for (const std::string& more : {r.comparison, r.scope}) {
      if (!more.empty()) note += (note.empty() ? "" : Say(lang, ";", "; ")) + more;
    }
    s.table.rows.push_back({EntitiesCell(lang, r.of), StoredCell(r.metric_name, r.metric), TextCell(r.qualifier == "exact" ? "" : reader.ValueName("Indicator", "qualifier", r.qualifier)), NumberCell(r.value), UnitCell(lang, r.unit),
                            r.period.empty() ? io::Cell(graph::Value(std::string(Say(lang, "未说明", "not stated"))), "null") : StoredCell(r.period_name, r.period),
                            TextCell(reader.ValueName("Indicator", "kind", r.kind)), TextCell(r.stated_as), TextCell(note), CertaintyName(lang, r.certainty), notes.Cell(r.sources)});
    if (!mixed) continue;
    const std::string common = r.value && !r.unit.empty() ? unit_of_kind.at(chain::ReadUnit(r.unit).kind) : "";
    const auto in_unit = common.empty() || common == r.unit ? std::nullopt : chain::Converted(*r.value, r.unit, common);
    io::Row& row = s.table.rows.back();
    row.insert(row.begin() + 5, in_unit ? TextCell(InUnit(lang, *in_unit, common)) : io::Cell());
  }
  return s;
}

Section PoliciesSection(Reader& reader, Footnotes& notes, std::string name, std::string title, const std::vector<chain::PolicyRow>& rows) {
  const Lang lang = reader.lang();
  Section s{.name = std::move(name), .title = std::move(title)};
  s.table.columns = {{"policy", Say(lang, "政策", "Policy")}, {"level", Say(lang, "级别", "Level")}, {"kind", Say(lang, "类型", "Kind")}, {"status", Say(lang, "状态", "Status")},
                     {"date", Say(lang, "日期", "Date")}, {"issuers", Say(lang, "发布者", "Issued by")}, {"reach", Say(lang, "关系", "How it concerns")}, {"supports", Say(lang, "支持", "Supports")},
                     {"certainty", Say(lang, "可信度", "Certainty")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::PolicyRow& r : rows) {
    graph::Certainty certainty = graph::Certainty::kStated;
    std::vector<std::string> reach;
    for (const chain::PolicyLink& l : r.supports) {
      certainty = std::max(certainty, l.certainty);
      const std::string text = Text(ReachText(lang, l.reach), lang == Lang::kZh ? ":" : ": ", l.what.name);
      reach.push_back(lang == Lang::kZh ? ChinesePunctuation(text) : text);
    }
    s.table.rows.push_back({EntityCell(r.policy), TextCell(reader.ValueName("Policy", "level", r.level)), TextCell(reader.ValueName("Policy", "kind", r.kind)),
                            TextCell(reader.ValueName("Policy", "status", r.status)), TextCell(r.date), EntitiesCell(lang, r.issuers), ListCell(lang, reach),
                            EntitiesCell(lang, r.supports_all), CertaintyName(lang, certainty), notes.Cell(r.sources)});
  }
  return s;
}

Section ChecksSection(Reader& reader, Footnotes& notes, const std::vector<Check>& checks) {
  const Lang lang = reader.lang();
  Section s{.name = "checks", .title = Say(lang, "来源之间的核对", "What sources say against each other")};
  s.table.columns = {{"kind", Say(lang, "核对", "Check")}, {"agrees", Say(lang, "相符", "Agrees")}, {"what", Say(lang, "对象", "Of")}, {"text", Say(lang, "说明", "In words")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const Check& c : checks) {
    s.table.rows.push_back({io::Cell(graph::Value(CheckText(lang, c.kind)), io::ToJson(graph::Value(std::string(CheckKindName(c.kind))))), YesNoCell(lang, c.agrees), EntityCell(c.what),
                            lang == Lang::kZh ? ChinesePunctuation(c.text) : c.text, notes.Cell(c.sources)});
  }
  return s;
}

Document SystemsDocument(Reader& reader, const chain::SystemsAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "systems", .lang = lang};
  const std::string where = answer.place ? answer.place->name : "";
  d.title = zh ? Text(where.empty() ? "" : where + "的", "产业体系、园区组团与机制") : Text("Industrial systems, park groups and mechanisms", where.empty() ? "" : " of " + where);
  Footnotes notes;
  d.summary.push_back(zh ? Text("数据中有 ", answer.systems.size(), " 个;另有 ", answer.counted.size(), " 项只有数目、没有点名。“已点名”是数据中能列出的成员,其余只是来源所述的数目。")
                         : Text(answer.systems.size(), " in the data; ", answer.counted.size(), " more are only counted, not named. 'Named' are the members that the data can list; the rest is a number that a source gives."));
  Section s{.name = "systems", .title = Say(lang, "体系、组团与机制", "Systems, groups and mechanisms")};
  s.table.columns = {{"system", Say(lang, "名称", "Name")}, {"label", Say(lang, "类别", "Label")}, {"places", Say(lang, "地区", "Place")}, {"reading", Say(lang, "读法", "Reading")},
                     {"stated", Say(lang, "来源所述成员数", "Members stated")}, {"named", Say(lang, "已点名", "Named")}, {"derived", Say(lang, "其中推算", "Of these derived")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::SystemRow& r : answer.systems) {
    s.table.rows.push_back({EntityCell(r.system), reader.LabelName(r.system.label), EntitiesCell(lang, r.places), TextCell(r.reading), NumbersCell(r.stated), CountCell(r.named), CountCell(r.derived), notes.Cell(r.sources)});
  }
  if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  if (!answer.counted.empty()) d.sections.push_back(IndicatorsSection(reader, notes, "counted", Say(lang, "只有数目、没有点名的园区", "Parks that are counted, not named"), answer.counted));
  d.sources = notes.Take();
  return d;
}

Document SystemDocument(Reader& reader, const chain::SystemAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "systems", .lang = lang};
  d.title = answer.system.name;
  Footnotes notes;
  std::string where = Join(Names(answer.places), zh ? "、" : ", ");
  d.summary.push_back(Text(reader.LabelName(answer.system.label), where.empty() ? "" : Text(zh ? ":" : ": ", where), answer.reading.empty() ? "" : Text(zh ? ";读法 " : "; reads ", answer.reading), zh ? "。" : "."));
  if (!answer.follows.empty()) d.summary.push_back(zh ? Text("对接:", Join(Names(answer.follows), "、"), "。") : Text("Follows: ", Join(Names(answer.follows), ", "), "."));
  if (!answer.followed_by.empty()) d.summary.push_back(zh ? Text("对接它的:", Join(Names(answer.followed_by), "、"), "。") : Text("Followed by: ", Join(Names(answer.followed_by), ", "), "."));
  for (const chain::SystemCount& c : answer.counts) {
    if (!c.nameable) continue;
    const double stated = c.stated.value_or(0);
    const std::string kind = c.kind == "plan" || c.kind == "target" ? Text(zh ? "(" : " (", reader.ValueName("Indicator", "kind", c.kind), ")") : "";
    if (!c.stated) {
      d.summary.push_back(zh ? Text(c.what, ":来源没有给出数目,数据中点名 ", c.named, " 个。") : Text(c.what, ": no number is stated; ", c.named, " are named in the data."));
    } else if (static_cast<double>(c.named) < stated) {
      d.summary.push_back(zh ? Text(c.what, kind, ":来源所述 ", Number(stated), c.unit.empty() ? "" : " ", c.unit, ",数据中点名 ", c.named, ",未点名 ", Number(stated - static_cast<double>(c.named)), "。")
                             : Text(c.what, kind, ": ", Number(stated), " stated, ", c.named, " named in the data, ", Number(stated - static_cast<double>(c.named)), " not named."));
    } else {
      d.summary.push_back(zh ? Text(c.what, kind, ":来源所述 ", Number(stated), c.unit.empty() ? "" : " ", c.unit, ",已全部点名(", c.named, ")。") : Text(c.what, kind, ": ", Number(stated), " stated, all named (", c.named, ")."));
    }
  }
  if (!answer.note.empty()) d.summary.push_back(Text(zh ? "数据备注:" : "Note of the data: ", answer.note));
  Section parts{.name = "parts", .title = Say(lang, "成员", "Members")};
  parts.table.columns = {{"member", Say(lang, "名称", "Name")}, {"label", Say(lang, "类别", "Label")}, {"under", Say(lang, "组团", "Group")}, {"role", Say(lang, "身份", "Role")},
                         {"certainty", Say(lang, "可信度", "Certainty")}, {"note", Say(lang, "备注", "Note")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::SystemPart& p : answer.parts) {
    parts.table.rows.push_back({EntityCell(p.entity), reader.LabelName(p.entity.label), EntityCell(p.under), TextCell(reader.ValueName("PART_OF", "role", p.role)), CertaintyName(lang, p.certainty),
                                TextCell(p.note), notes.Cell(p.sources)});
  }
  Section counts{.name = "counts", .title = Say(lang, "数目:来源所述与已点名", "Counts: stated and named")};
  counts.table.columns = {{"what", Say(lang, "项", "What")}, {"stated", Say(lang, "来源所述", "Stated")}, {"unit", Say(lang, "单位", "Unit")}, {"period", Say(lang, "时期", "Period")},
                          {"kind", Say(lang, "性质", "Kind")}, {"named", Say(lang, "已点名", "Named")}, {"missing", Say(lang, "未点名", "Not named")}, {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::SystemCount& c : answer.counts) {
    if (!c.nameable) continue;
    std::optional<double> missing;
    if (c.stated) missing = std::max(0.0, *c.stated - static_cast<double>(c.named));
    counts.table.rows.push_back({c.what, NumberCell(c.stated), UnitCell(lang, c.unit), TextCell(c.period), TextCell(reader.ValueName("Indicator", "kind", c.kind)), CountCell(c.named), NumberCell(missing), notes.Cell(c.sources)});
  }
  for (Section* s : {&parts, &counts}) {
    if (!s->table.rows.empty()) d.sections.push_back(std::move(*s));
  }
  if (!answer.checks.empty()) d.sections.push_back(ChecksSection(reader, notes, answer.checks));
  if (!answer.indicators.empty()) d.sections.push_back(IndicatorsSection(reader, notes, "indicators", Say(lang, "指标", "Figures"), answer.indicators));
  if (!answer.policies.empty()) d.sections.push_back(PoliciesSection(reader, notes, "policies", Say(lang, "有关政策", "Policies"), answer.policies));
  d.sources = notes.Take();
  return d;
}

Document TargetsDocument(Reader& reader, const chain::TargetsAnswer& answer) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "targets", .lang = lang};
  const std::string who = answer.asked ? answer.asked->name : "";
  d.title = zh ? Text(who.empty() ? "全部" : who, "的目标、计划与结果") : Text("Targets, plans and results", who.empty() ? "" : " of " + who);
  Footnotes notes;
  const auto targets = std::count_if(answer.targets.begin(), answer.targets.end(), [](const chain::TargetRow& t) { return t.target.kind == "target"; });
  const auto without = std::count_if(answer.targets.begin(), answer.targets.end(), [](const chain::TargetRow& t) { return t.outcome == Outcome::kNoResult; });
  const auto wrong = std::count_if(answer.checks.begin(), answer.checks.end(), [](const Check& c) { return !c.agrees; });
  d.summary.push_back(zh ? Text("目标 ", targets, " 项,计划 ", answer.targets.size() - static_cast<size_t>(targets), " 项,实际与推算的数字 ", answer.results.size(), " 项;目标和计划从不当作结果。")
                         : Text(targets, " targets, ", answer.targets.size() - static_cast<size_t>(targets), " plans, ", answer.results.size(), " actual and derived figures; a target or plan is never a result."));
  if (without > 0) d.summary.push_back(zh ? Text("其中 ", without, " 项在数据中没有同一对象、同一指标的结果。") : Text("For ", without, " of them the data has no result of the same thing and metric."));
  if (answer.without_period > 0) d.summary.push_back(zh ? Text(answer.without_period, " 项数字的来源没有说明时期。") : Text("The source of ", answer.without_period, " figures does not say the period."));
  if (!answer.checks.empty()) d.summary.push_back(zh ? Text("来源之间的核对 ", answer.checks.size(), " 项,不符 ", wrong, " 项。") : Text(answer.checks.size(), " checks of sources against each other; ", wrong, " do not agree."));
  Section s{.name = "targets", .title = Say(lang, "目标与计划", "Targets and plans")};
  s.table.columns = {{"of", Say(lang, "对象", "Of")}, {"metric", Say(lang, "指标", "Metric")}, {"target", Say(lang, "目标或计划", "Target or plan")}, {"period", Say(lang, "时期", "Period")},
                     {"kind", Say(lang, "性质", "Kind")}, {"results", Say(lang, "结果", "Results")}, {"outcome", Say(lang, "对照", "Against results")}, {"note", Say(lang, "备注", "Note")},
                     {"sources", Say(lang, "来源", "Sources")}};
  for (const chain::TargetRow& t : answer.targets) {
    std::vector<std::string> results;
    std::vector<chain::Source> sources = t.target.sources;
    for (const IndicatorRow& r : t.results) {
      results.push_back(Text(ResultText(reader, r, t.target.unit), r.period.empty() ? "" : Text(zh ? "(" : " (", r.period_name, ")")));
      sources.insert(sources.end(), r.sources.begin(), r.sources.end());
    }
    s.table.rows.push_back({EntitiesCell(lang, t.target.of), StoredCell(t.target.metric_name, t.target.metric), TextCell(ResultText(reader, t.target, t.target.unit)), StoredCell(t.target.period_name, t.target.period), TextCell(reader.ValueName("Indicator", "kind", t.target.kind)),
                            ListCell(lang, results), io::Cell(graph::Value(OutcomeText(lang, t.outcome)), io::ToJson(graph::Value(std::string(OutcomeName(t.outcome))))), TextCell(t.target.note), notes.Cell(sources)});
  }
  if (!s.table.rows.empty()) d.sections.push_back(std::move(s));
  if (!answer.checks.empty()) d.sections.push_back(ChecksSection(reader, notes, answer.checks));
  if (!answer.results.empty()) d.sections.push_back(IndicatorsSection(reader, notes, "results", Say(lang, "结果(实际与推算)", "Results (actual and derived)"), answer.results));
  d.sources = notes.Take();
  return d;
}

Document PoliciesDocument(Reader& reader, const chain::PolicyQuestion& question, const std::vector<chain::PolicyRow>& rows) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "policies", .lang = lang};
  std::vector<std::string> asked;
  if (question.what) asked.push_back(question.what->name);
  if (question.industry) asked.push_back(question.industry->name);
  const std::string what = Join(asked, zh ? "、" : ", ");
  d.title = zh ? Text("支持政策:", what.empty() ? "全部" : what) : Text("Policies", what.empty() ? "" : ": " + what);
  Footnotes notes;
  const auto open = std::count_if(rows.begin(), rows.end(), [](const chain::PolicyRow& r) { return r.status == "draft" || r.status == "planned"; });
  d.summary.push_back(rows.empty() ? (zh ? Text("数据中没有这样的政策;不等于没有。") : Text("The data has no such policy; there may be some."))
                                   : (zh ? Text("数据中有 ", rows.size(), " 项,其中起草或拟实施 ", open, " 项。") : Text(rows.size(), " in the data, ", open, " of them drafts or planned.")));
  if (!rows.empty()) d.sections.push_back(PoliciesSection(reader, notes, "policies", Say(lang, "政策", "Policies"), rows));
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
