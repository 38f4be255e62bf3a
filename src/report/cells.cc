// SPDX-License-Identifier: Apache-2.0
// How each kind of cell is written.
#include "report/cells.h"

#include <cstdio>
#include <map>

#include "io/json.h"

namespace liantu::report {

using chain::Entity;

namespace {

std::string EntityJson(const Entity& e) {
  std::string json = "{\"label\":";
  io::AppendJson(json, e.label);
  json += ",\"key\":";
  io::AppendJson(json, e.key);
  json += ",\"name\":";
  io::AppendJson(json, e.name);
  return json + "}";
}

}  // namespace

std::string Join(const std::vector<std::string>& parts, const char* by) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : by) + part;
  return out;
}

io::Cell EntityCell(const Entity& entity) { return {graph::Value(entity.name), EntityJson(entity)}; }

io::Cell EntityCell(const std::optional<Entity>& entity) { return entity ? EntityCell(*entity) : io::Cell(); }

io::Cell EntitiesCell(chain::Lang lang, const std::vector<Entity>& entities, uint64_t total) {
  if (entities.empty()) return {};
  const bool zh = lang == chain::Lang::kZh;
  std::vector<std::string> names;
  std::string json = "[";
  for (const Entity& e : entities) {
    names.push_back(e.name);
    json += (json.size() > 1 ? "," : "") + EntityJson(e);
  }
  std::string text = Join(names, zh ? "、" : ", ");
  if (total > entities.size()) text += zh ? Text(" 等 ", total, " 个") : Text(" and ", total - entities.size(), " more");
  return {graph::Value(text), json + "]"};
}

io::Cell RingCell(chain::Lang lang, const std::vector<Entity>& ring) {
  io::Cell cell = EntitiesCell(lang, ring);
  std::string text;
  for (const Entity& e : ring) text += (text.empty() ? "" : " → ") + e.name;
  if (!ring.empty()) cell.value = graph::Value(text);
  return cell;
}

io::Cell TextCell(const std::string& text) { return text.empty() ? io::Cell() : io::Cell(text); }

io::Cell ProductCell(chain::Reader& reader, const std::string& product) {
  if (product.empty()) return {};
  return {graph::Value(reader.ProductName(product)), io::ToJson(graph::Value(product))};
}

io::Cell ListCell(chain::Lang lang, const std::vector<std::string>& list) {
  if (list.empty()) return {};
  graph::Value::List values(list.begin(), list.end());
  return {graph::Value(Join(list, lang == chain::Lang::kZh ? "、" : ", ")), io::ToJson(graph::Value(values))};
}

io::Cell CountCell(uint64_t count) { return static_cast<int64_t>(count); }

io::Cell YesNoCell(chain::Lang lang, bool yes) {
  const bool zh = lang == chain::Lang::kZh;
  return {graph::Value(yes ? (zh ? "是" : "yes") : (zh ? "否" : "no")), yes ? "true" : "false"};
}

std::string ReasonText(chain::Lang lang, const analysis::Measure& measure) {
  if (measure.defined()) return {};
  const std::string reason = measure.reason;
  if (lang == chain::Lang::kEn) return reason;
  // The reasons that analysis/linkage.h and chain/linkage.h give.
  static const std::map<std::string, const char*, std::less<>> kChinese = {
      {"zero variance: the degrees leave only one possible count", "方差为零:给定的度只允许一种条数"},
      {"no edges", "没有可计的联系"},
      {"no edges between grouped vertices", "没有可计的联系"},
      {"expectation is 0: a group has no edge ends", "期望为零:有一边没有任何联系"},
      {"no possible pairs: fewer than two grouped vertices", "企业不足两家,没有可能的配对"},
      {"one of the sides has no members of its own", "有一边没有独有的企业"},
      {"the budget stopped the reading of ties", "时间用尽,联系没有读完"},
  };
  const auto it = kChinese.find(reason);
  return it == kChinese.end() ? reason : it->second;
}

io::Cell MeasureCell(const analysis::Measure& measure, int digits) {
  if (!measure.defined()) return {};
  return {graph::Value(Fixed(*measure, digits)), io::ToJson(graph::Value(*measure))};
}

std::string Fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  const std::string out = text;
  return out.front() == '-' && out.find_first_not_of("-0.") == std::string::npos ? out.substr(1) : out;
}

}  // namespace liantu::report
