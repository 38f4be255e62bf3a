// SPDX-License-Identifier: Apache-2.0
// How each kind of cell is written.
#include "report/cells.h"

#include <cstdio>

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

io::Cell TextCell(const std::string& text) { return text.empty() ? io::Cell() : io::Cell(text); }

io::Cell ListCell(chain::Lang lang, const std::vector<std::string>& list) {
  if (list.empty()) return {};
  graph::Value::List values(list.begin(), list.end());
  return {graph::Value(Join(list, lang == chain::Lang::kZh ? "、" : ", ")), io::ToJson(graph::Value(values))};
}

io::Cell CountCell(uint64_t count) { return static_cast<int64_t>(count); }

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
