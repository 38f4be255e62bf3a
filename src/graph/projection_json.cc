// SPDX-License-Identifier: Apache-2.0
#include "graph/projection_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "graph/temporal.h"
#include "text/suggest.h"

namespace liantu::graph {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Reads fields of one object, collecting faults.
class Fields {
 public:
  Fields(const Json& object, std::string path, const std::string& where, std::string& faults)
      : object_(object), path_(std::move(path)), where_(where), faults_(faults) {}

  void Fault(const std::string& field, const std::string& what) {
    if (!faults_.empty()) faults_ += '\n';
    const std::string place = path_.empty() ? field : field.empty() ? path_ : Text(path_, ".", field);
    faults_ += place.empty() ? Text(where_, ": ", what) : Text(where_, ": ", place, ": ", what);
  }
  bool IsObject(const std::vector<std::string>& known) {
    if (!object_.is_object()) {
      Fault("", Text("expected an object, found ", Dump(object_)));
      return false;
    }
    for (const auto& [field, value] : object_.items()) {
      if (std::find(known.begin(), known.end(), field) == known.end()) Fault(field, Text("there is no such field", text::DidYouMean(field, known, 1)));
    }
    return true;
  }
  void Read(const char* field, std::string& to) {
    if (const Json* v = Find(field, &Json::is_string, "a string")) to = v->get<std::string>();
  }
  void Read(const char* field, bool& to) {
    if (const Json* v = Find(field, &Json::is_boolean, "true or false")) to = v->get<bool>();
  }
  void Read(const char* field, double& to) {
    if (const Json* v = Find(field, &Json::is_number, "a number")) to = v->get<double>();
  }
  void Read(const char* field, std::vector<std::string>& to) {
    const auto at = object_.find(field);
    if (at == object_.end()) return;
    if (at->is_string()) {  // one is enough to write alone
      to = {at->get<std::string>()};
    } else if (at->is_array() && std::all_of(at->begin(), at->end(), [](const Json& v) { return v.is_string(); })) {
      to = at->get<std::vector<std::string>>();
    } else {
      Fault(field, Text("expected a list of strings, found ", Dump(*at)));
    }
  }

 private:
  const Json* Find(const char* field, bool (Json::*is)() const noexcept, const char* what) {
    const auto at = object_.find(field);
    if (at == object_.end()) return nullptr;
    if (((*at).*is)()) return &*at;
    Fault(field, Text("expected ", what, ", found ", Dump(*at)));
    return nullptr;
  }
  const Json& object_;
  const std::string path_;
  const std::string& where_;
  std::string& faults_;
};

}  // namespace

std::string ProjectionJson(const Projection& p) {
  const Projection defaults;
  Json out = Json::object();
  if (!p.name.empty()) out["name"] = p.name;
  if (!p.labels.empty()) out["labels"] = p.labels;
  if (!p.types.empty()) out["types"] = p.types;
  if (p.undirected) out["undirected"] = true;
  if (p.reversed) out["reversed"] = true;
  if (!p.weight.empty()) out["weight"] = p.weight;
  if (p.default_weight != defaults.default_weight) out["default_weight"] = p.default_weight;
  if (p.simple) out["simple"] = true;
  if (!p.as_of.empty()) out["as_of"] = p.as_of;
  if (p.predicted) out["predicted"] = true;
  if (!p.filters.empty()) {
    Json& filters = out["filters"] = Json::array();
    for (const Projection::Filter& f : p.filters) filters.push_back({{"property", f.property}, {"values", f.values}});
  }
  if (p.collapse) {
    Json& collapse = out["collapse"] = {{"label", p.collapse->label}, {"through", p.collapse->through}};
    if (p.collapse->shared) collapse["shared"] = true;
  }
  return Dump(out);
}

Result<Projection> ParseProjection(std::string_view json, const std::string& where) {
  Json root;
  try {
    root = Json::parse(json);
  } catch (const Json::exception& e) {
    std::string_view what = e.what();
    if (const size_t end = what.find("] "); end != what.npos) what.remove_prefix(end + 2);
    return Status(Code::kInvalid, Text(where, ": not JSON: ", what));
  }
  std::string faults;
  Projection p;
  Fields fields(root, "", where, faults);
  if (fields.IsObject({"name", "labels", "types", "undirected", "reversed", "weight", "default_weight", "simple", "as_of", "predicted", "filters",
                       "collapse"})) {
    fields.Read("name", p.name);
    fields.Read("labels", p.labels);
    fields.Read("types", p.types);
    fields.Read("undirected", p.undirected);
    fields.Read("reversed", p.reversed);
    fields.Read("weight", p.weight);
    fields.Read("default_weight", p.default_weight);
    fields.Read("simple", p.simple);
    fields.Read("as_of", p.as_of);
    fields.Read("predicted", p.predicted);
    if (!p.as_of.empty()) {
      const Result<Date> date = ParseDate(p.as_of);
      if (date.ok()) p.as_of = ToText(*date);
      else fields.Fault("as_of", date.status().message());
    }
    if (!std::isfinite(p.default_weight)) fields.Fault("default_weight", "expected a finite number");
    if (const auto filters = root.find("filters"); filters != root.end()) {
      if (filters->is_object()) {  // {"status": ["stated"]}
        for (const auto& [property, values] : filters->items()) {
          Projection::Filter& f = p.filters.emplace_back();
          f.property = property;
          Fields(*filters, "filters", where, faults).Read(property.c_str(), f.values);
        }
      } else if (filters->is_array()) {
        for (size_t i = 0; i < filters->size(); ++i) {
          Fields filter((*filters)[i], Text("filters[", i, "]"), where, faults);
          if (!filter.IsObject({"property", "values"})) continue;
          Projection::Filter& f = p.filters.emplace_back();
          filter.Read("property", f.property);
          filter.Read("values", f.values);
          if (f.property.empty()) filter.Fault("", "'property' is missing");
        }
      } else {
        fields.Fault("filters", Text("expected an object such as {\"status\": [\"stated\"]}, found ", Dump(*filters)));
      }
    }
    if (const auto collapse = root.find("collapse"); collapse != root.end()) {
      Fields inner(*collapse, "collapse", where, faults);
      if (inner.IsObject({"label", "through", "shared"})) {
        p.collapse.emplace();
        inner.Read("label", p.collapse->label);
        inner.Read("through", p.collapse->through);
        inner.Read("shared", p.collapse->shared);
        if (p.collapse->label.empty()) inner.Fault("", "'label' is missing");
        if (p.collapse->through.empty()) inner.Fault("", "'through' is missing");
      }
    }
  }
  if (!faults.empty()) return Status(Code::kInvalid, faults);
  return p;
}

}  // namespace liantu::graph
