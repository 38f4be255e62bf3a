// SPDX-License-Identifier: Apache-2.0
// nlohmann/json stays in here.
#include "graph/projection_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "graph/value.h"
#include "text/suggest.h"

namespace liantu::graph {

namespace {

using Json = nlohmann::ordered_json;

class Reader {
 public:
  explicit Reader(std::string where) : where_(std::move(where)) {}
  void Fault(const std::string& path, const std::string& what) { faults_ += (faults_.empty() ? "" : "\n") + Text(where_, ": ", path, what); }
  const std::string& faults() const { return faults_; }

  void Unknown(const Json& object, const std::string& path, const std::vector<std::string>& known) {
    for (const auto& [name, value] : object.items()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const auto near = text::Closest(name, known, 1);
      Fault(path + name, Text(": no such member", near.empty() ? "" : Text("; did you mean '", near[0], "'?")));
    }
  }
  void Take(const Json& object, const std::string& path, const char* name, bool& out) {
    if (!object.contains(name)) return;
    object[name].is_boolean() ? void(out = object[name].get<bool>()) : Fault(path + name, Text(": expected true or false, found ", object[name].dump()));
  }
  void Take(const Json& object, const std::string& path, const char* name, double& out) {
    if (!object.contains(name)) return;
    object[name].is_number() ? void(out = object[name].get<double>()) : Fault(path + name, Text(": expected a number, found ", object[name].dump()));
  }
  void Take(const Json& object, const std::string& path, const char* name, std::string& out) {
    if (!object.contains(name)) return;
    object[name].is_string() ? void(out = object[name].get<std::string>()) : Fault(path + name, Text(": expected a text, found ", object[name].dump()));
  }
  void Take(const Json& object, const std::string& path, const char* name, std::vector<std::string>& out) {
    if (!object.contains(name)) return;
    if (!object[name].is_array()) return Fault(path + name, Text(": expected a list of texts, found ", object[name].dump()));
    for (const Json& item : object[name]) {
      item.is_string() ? void(out.push_back(item.get<std::string>())) : Fault(path + name, Text(": expected texts, found ", item.dump()));
    }
  }

 private:
  std::string where_, faults_;
};

}  // namespace

Result<Projection> ParseProjection(std::string_view json, const std::string& where) {
  Json root;
  try {
    root = Json::parse(json);
  } catch (const std::exception& error) {
    return Status(Code::kInvalid, Text(where, ": not JSON: ", error.what()));
  }
  if (!root.is_object()) return Status(Code::kInvalid, Text(where, ": expected an object, found ", root.dump()));
  Reader read(where);
  Projection p;
  read.Unknown(root, "", {"name", "labels", "types", "undirected", "reversed", "weight", "default_weight", "simple", "as_of", "predicted", "filters", "collapse"});
  read.Take(root, "", "name", p.name);
  read.Take(root, "", "labels", p.labels);
  read.Take(root, "", "types", p.types);
  read.Take(root, "", "undirected", p.undirected);
  read.Take(root, "", "reversed", p.reversed);
  read.Take(root, "", "weight", p.weight);
  read.Take(root, "", "default_weight", p.default_weight);
  read.Take(root, "", "simple", p.simple);
  read.Take(root, "", "as_of", p.as_of);
  read.Take(root, "", "predicted", p.predicted);
  if (!p.as_of.empty() && !ParseValue({Value::Type::kDate}, p.as_of).ok()) read.Fault("as_of", Text(": expected a date such as 2025-09-11, found '", p.as_of, "'"));
  if (root.contains("filters")) {
    if (!root["filters"].is_array()) read.Fault("filters", Text(": expected a list, found ", root["filters"].dump()));
    for (size_t i = 0; root["filters"].is_array() && i < root["filters"].size(); ++i) {
      const Json& item = root["filters"][i];
      const std::string path = Text("filters[", i, "].");
      Projection::Filter filter;
      if (!item.is_object()) {
        read.Fault(Text("filters[", i, "]"), Text(": expected an object, found ", item.dump()));
        continue;
      }
      read.Unknown(item, path, {"property", "values"});
      read.Take(item, path, "property", filter.property);
      read.Take(item, path, "values", filter.values);
      if (filter.property.empty()) read.Fault(path + "property", ": is missing");
      p.filters.push_back(std::move(filter));
    }
  }
  if (root.contains("collapse")) {
    const Json& item = root["collapse"];
    if (!item.is_object()) {
      read.Fault("collapse", Text(": expected an object, found ", item.dump()));
    } else {
      Projection::Collapse collapse;
      read.Unknown(item, "collapse.", {"label", "through", "shared"});
      read.Take(item, "collapse.", "label", collapse.label);
      read.Take(item, "collapse.", "through", collapse.through);
      read.Take(item, "collapse.", "shared", collapse.shared);
      if (collapse.label.empty()) read.Fault("collapse.label", ": is missing");
      if (collapse.through.empty()) read.Fault("collapse.through", ": is missing");
      p.collapse = std::move(collapse);
    }
  }
  if (!read.faults().empty()) return Status(Code::kInvalid, read.faults());
  return p;
}

std::string ProjectionJson(const Projection& p) {
  const Projection plain;
  Json root = Json::object();
  if (!p.name.empty()) root["name"] = p.name;
  if (!p.labels.empty()) root["labels"] = p.labels;
  if (!p.types.empty()) root["types"] = p.types;
  if (p.undirected) root["undirected"] = true;
  if (p.reversed) root["reversed"] = true;
  if (!p.weight.empty()) root["weight"] = p.weight;
  if (p.default_weight != plain.default_weight) root["default_weight"] = p.default_weight;
  if (p.simple) root["simple"] = true;
  if (!p.as_of.empty()) root["as_of"] = p.as_of;
  if (p.predicted) root["predicted"] = true;
  for (const Projection::Filter& f : p.filters) root["filters"].push_back(Json{{"property", f.property}, {"values", f.values}});
  if (p.collapse) {
    root["collapse"] = Json{{"label", p.collapse->label}, {"through", p.collapse->through}};
    if (p.collapse->shared) root["collapse"]["shared"] = true;
  }
  return root.dump();
}

}  // namespace liantu::graph
