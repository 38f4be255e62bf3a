// SPDX-License-Identifier: Apache-2.0
// The ontology: which labels, edge types and properties a domain knows, with Chinese and English names, units, allowed
// values, ends and identities. It is data (schema/industry.json), checked when loaded and kept in the store's catalog;
// nothing below chain/ knows an industry word. Unknown labels and types are allowed in a store; `schema lint` lists them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/value.h"

namespace liantu::graph {

struct PropertySpec {
  std::string name, zh, en, about_zh, about_en, unit;
  ValueType type;
  std::string format;  // "uscc", "gbt2260", "gbt4754", "stock_code" or empty
  struct Allowed { std::string value, zh, en; };
  std::vector<Allowed> values;  // empty: any
  enum class Search : uint8_t { kNo, kName, kAlias } search = Search::kNo;
};

struct LabelSpec {
  std::string name, zh, en, about_zh, about_en;
  bool key = false;                   // a node of this label should have a key
  std::vector<std::string> unique;    // further unique identifiers
  std::vector<PropertySpec> properties;  // its own and the common ones
  const PropertySpec* Property(std::string_view name) const;
};

struct EdgeTypeSpec {
  std::string name, zh, en, about_zh, about_en;
  std::vector<std::pair<std::string, std::string>> ends;  // label pairs; "*" is any
  std::vector<std::string> identity;  // besides from, type, to
  bool symmetric = false, tree = false, economic = false;
  std::vector<PropertySpec> properties;
  const PropertySpec* Property(std::string_view name) const;
  bool Allows(const std::vector<std::string>& from_labels, const std::vector<std::string>& to_labels) const;
};

class Ontology {
 public:
  // From JSON text; `where` names it in messages: "schema/industry.json: labels[3].properties[1].type: 'sting' is not a
  // type; did you mean 'string'?". All faults are in one message, one a line.
  // Names must be unique, ends and identities must refer to what is there, allowed values must be of their type; a field
  // that no one knows is a fault too. Where `zh` or `en` is left out it is the name.
  static Result<std::shared_ptr<const Ontology>> Parse(std::string_view json, const std::string& where);
  // No labels, no types: every label and type is then unknown and allowed (`--schema none`).
  static std::shared_ptr<const Ontology> None();

  const std::string& json() const { return json_; }  // as given, stored in the catalog
  const std::string& name() const { return name_; }
  int version() const { return version_; }
  const std::vector<LabelSpec>& labels() const { return labels_; }
  const std::vector<EdgeTypeSpec>& edge_types() const { return edge_types_; }
  const LabelSpec* Label(std::string_view name) const;        // also by its Chinese or English name
  const EdgeTypeSpec* EdgeType(std::string_view name) const;  // likewise
  std::vector<std::string> EconomicTypes() const;
  // How a property of a node with these labels is searched: the strongest of what the labels' specs say. With no spec
  // for any of the labels: `name` is a name.
  PropertySpec::Search SearchOf(const std::vector<std::string>& labels, std::string_view property) const;

 private:
  std::string json_, name_;
  int version_ = 0;
  std::vector<LabelSpec> labels_;
  std::vector<EdgeTypeSpec> edge_types_;
};

}  // namespace liantu::graph
