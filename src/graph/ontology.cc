// SPDX-License-Identifier: Apache-2.0
// Reading an ontology from JSON. A Checker walks the document once, keeps the path to where it stands, and collects every
// fault; only a document without faults becomes an Ontology. The only file of graph/ besides projection_json.cc that
// sees the JSON library.
#include "graph/ontology.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "text/suggest.h"

namespace liantu::graph {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostFaults = 100;  // further ones are counted only
const std::vector<std::string> kFormats = {"uscc", "gbt2260", "gbt4754", "stock_code"};
const std::vector<std::string> kSearches = {"name", "alias"};

// The place of a fault: "labels[3].properties[1]".
std::string At(const std::string& path, size_t index) { return Text(path, "[", index, "]"); }
std::string At(const std::string& path, std::string_view field) { return path.empty() ? std::string(field) : Text(path, ".", field); }

std::string Shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) {
    text.resize(60);
    while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xC0) == 0x80) text.pop_back();
    if (!text.empty() && static_cast<uint8_t>(text.back()) >= 0xC0) text.pop_back();
    text += "…";
  }
  return text;
}

bool IsName(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<uint8_t>(c) >= 0x80;
  });
}

class Checker {
 public:
  explicit Checker(const std::string& where) : where_(where) {}

  void Fault(const std::string& path, const std::string& what) {
    if (++faults_ > kMostFaults) return;
    if (!text_.empty()) text_ += '\n';
    text_ += path.empty() ? Text(where_, ": ", what) : Text(where_, ": ", path, ": ", what);
  }
  Status status() const {
    if (faults_ == 0) return {};
    return Status(Code::kInvalid, faults_ > kMostFaults ? Text(text_, "\n", where_, ": and ", faults_ - kMostFaults, " more faults") : text_);
  }

  // True where it is an object; fields outside `known` are faults.
  bool Object(const Json& value, const std::string& path, const std::vector<std::string>& known) {
    if (!value.is_object()) {
      Fault(path, Text("expected an object, found ", Shown(value)));
      return false;
    }
    for (const auto& [field, ignored] : value.items()) {
      if (std::find(known.begin(), known.end(), field) == known.end()) {
        Fault(path, Text("'", field, "' is not a field here", text::DidYouMean(field, known, 1)));
      }
    }
    return true;
  }
  std::string String(const Json& object, const std::string& path, const char* field, const std::string& otherwise = {}) {
    const auto it = object.find(field);
    if (it == object.end()) return otherwise;
    if (it->is_string()) return it->get<std::string>();
    Fault(At(path, field), Text("expected a string, found ", Shown(*it)));
    return otherwise;
  }
  std::string Name(const Json& object, const std::string& path) {
    if (!object.contains("name")) {
      Fault(path, "'name' is missing");
      return {};
    }
    const std::string name = String(object, path, "name");
    if (!name.empty() && !IsName(name)) {
      Fault(At(path, "name"), Text("'", name, "' is not a name: letters, digits and '_' only, not beginning with a digit"));
    } else if (object["name"] == "") {
      Fault(At(path, "name"), "a name cannot be empty");
    }
    return name;
  }
  bool Bool(const Json& object, const std::string& path, const char* field) {
    const auto it = object.find(field);
    if (it == object.end()) return false;
    if (it->is_boolean()) return it->get<bool>();
    Fault(At(path, field), Text("expected true or false, found ", Shown(*it)));
    return false;
  }
  // The array of that name, or an empty one.
  const Json& Array(const Json& object, const std::string& path, const char* field) {
    static const Json kEmpty = Json::array();
    const auto it = object.find(field);
    if (it == object.end()) return kEmpty;
    if (it->is_array()) return *it;
    Fault(At(path, field), Text("expected a list, found ", Shown(*it)));
    return kEmpty;
  }
  std::vector<std::string> Strings(const Json& object, const std::string& path, const char* field) {
    std::vector<std::string> out;
    const Json& array = Array(object, path, field);
    for (size_t i = 0; i < array.size(); ++i) {
      if (array[i].is_string()) out.push_back(array[i].get<std::string>());
      else Fault(At(At(path, field), i), Text("expected a string, found ", Shown(array[i])));
    }
    return out;
  }
  // Every name once; `what` is "label", "edge type" …
  void Unique(std::set<std::string>& seen, const std::string& name, const std::string& path, const char* what) {
    if (!name.empty() && !seen.insert(name).second) Fault(path, Text("the ", what, " '", name, "' is named twice"));
  }

  PropertySpec Property(const Json& value, const std::string& path) {
    PropertySpec p;
    if (!Object(value, path, {"name", "type", "zh", "en", "about_zh", "about_en", "unit", "format", "values", "search"})) return p;
    p.name = Name(value, path);
    p.zh = String(value, path, "zh", p.name);
    p.en = String(value, path, "en", p.name);
    p.about_zh = String(value, path, "about_zh");
    p.about_en = String(value, path, "about_en");
    p.unit = String(value, path, "unit");
    bool typed = false;
    if (!value.contains("type")) {
      Fault(path, "'type' is missing");
    } else if (const std::string name = String(value, path, "type"); value["type"].is_string()) {
      Result<ValueType> type = ParseValueType(name);
      typed = type.ok();
      if (typed) p.type = *type;
      else Fault(At(path, "type"), type.status().message());
    }
    const bool text = p.type.type == Value::Type::kString;
    p.format = String(value, path, "format");
    if (!p.format.empty()) {
      if (std::find(kFormats.begin(), kFormats.end(), p.format) == kFormats.end()) {
        Fault(At(path, "format"), Text("'", p.format, "' is not a format", text::DidYouMean(p.format, kFormats, 1), "; formats are uscc, gbt2260, gbt4754, stock_code"));
      } else if (typed && (!text || p.type.list)) {
        Fault(At(path, "format"), Text("only a string has a format, not a ", ValueTypeName(p.type)));
      }
    }
    const std::string search = String(value, path, "search");
    if (search == "name") p.search = PropertySpec::Search::kName;
    else if (search == "alias") p.search = PropertySpec::Search::kAlias;
    else if (!search.empty()) Fault(At(path, "search"), Text("expected 'name' or 'alias', found '", search, "'", text::DidYouMean(search, kSearches, 1)));
    if (p.search != PropertySpec::Search::kNo && typed && !text) {
      Fault(At(path, "search"), Text("only strings and lists of strings are searched, not a ", ValueTypeName(p.type)));
    }
    std::set<std::string> seen;
    const Json& values = Array(value, path, "values");
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string at = At(At(path, "values"), i);
      PropertySpec::Allowed a;
      if (values[i].is_string()) {
        a.value = a.zh = a.en = values[i].get<std::string>();
      } else if (Object(values[i], at, {"value", "zh", "en"})) {
        if (!values[i].contains("value")) Fault(at, "'value' is missing");
        a.value = String(values[i], at, "value");
        a.zh = String(values[i], at, "zh", a.value);
        a.en = String(values[i], at, "en", a.value);
      }
      Unique(seen, a.value, at, "value");
      if (typed && !a.value.empty()) {
        if (Result<Value> v = ParseValue({p.type.type, false}, a.value); !v.ok()) Fault(at, v.status().message());
      }
      p.values.push_back(std::move(a));
    }
    return p;
  }
  std::vector<PropertySpec> Properties(const Json& object, const std::string& path, const char* field, const std::vector<PropertySpec>& common) {
    std::vector<PropertySpec> out = common;
    std::set<std::string> seen;
    for (const PropertySpec& p : common) seen.insert(p.name);
    const Json& array = Array(object, path, field);
    for (size_t i = 0; i < array.size(); ++i) {
      const std::string at = At(At(path, field), i);
      PropertySpec p = Property(array[i], at);
      Unique(seen, p.name, at, "property");
      out.push_back(std::move(p));
    }
    return out;
  }

  LabelSpec Label(const Json& value, const std::string& path, const std::vector<PropertySpec>& common) {
    LabelSpec l;
    if (!Object(value, path, {"name", "zh", "en", "about_zh", "about_en", "key", "unique", "properties"})) return l;
    l.name = Name(value, path);
    l.zh = String(value, path, "zh", l.name);
    l.en = String(value, path, "en", l.name);
    l.about_zh = String(value, path, "about_zh");
    l.about_en = String(value, path, "about_en");
    l.key = Bool(value, path, "key");
    l.properties = Properties(value, path, "properties", common);
    if (l.key) {
      const PropertySpec* key = l.Property("key");
      if (key == nullptr) Fault(At(path, "key"), "a label with a key needs a property 'key'");
      else if (key->type != ValueType{}) Fault(At(path, "key"), Text("the property 'key' must be a string, not a ", ValueTypeName(key->type)));
    }
    l.unique = Strings(value, path, "unique");
    std::set<std::string> seen;
    for (size_t i = 0; i < l.unique.size(); ++i) {
      const std::string at = At(At(path, "unique"), i);
      Unique(seen, l.unique[i], at, "identifier");
      const PropertySpec* p = l.Property(l.unique[i]);
      if (p == nullptr) Fault(at, Text("'", l.unique[i], "' is not a property of ", l.name, Meant(l.unique[i], l.properties)));
      else if (p->type.list) Fault(at, Text("'", l.unique[i], "' is a list and cannot be unique"));
    }
    return l;
  }

  EdgeTypeSpec EdgeType(const Json& value, const std::string& path, const std::vector<LabelSpec>& labels) {
    EdgeTypeSpec t;
    if (!Object(value, path, {"name", "zh", "en", "about_zh", "about_en", "ends", "identity", "symmetric", "tree", "economic", "properties"})) return t;
    t.name = Name(value, path);
    t.zh = String(value, path, "zh", t.name);
    t.en = String(value, path, "en", t.name);
    t.about_zh = String(value, path, "about_zh");
    t.about_en = String(value, path, "about_en");
    t.symmetric = Bool(value, path, "symmetric");
    t.tree = Bool(value, path, "tree");
    t.economic = Bool(value, path, "economic");
    if (t.symmetric && t.tree) Fault(At(path, "tree"), "a symmetric type cannot be a tree");
    t.properties = Properties(value, path, "properties", {});
    t.identity = Strings(value, path, "identity");
    std::set<std::string> seen;
    for (size_t i = 0; i < t.identity.size(); ++i) {
      const std::string at = At(At(path, "identity"), i);
      Unique(seen, t.identity[i], at, "property");
      if (t.Property(t.identity[i]) == nullptr) Fault(at, Text("'", t.identity[i], "' is not a property of ", t.name, Meant(t.identity[i], t.properties)));
    }
    if (!value.contains("ends")) Fault(path, "'ends' is missing; write [[\"*\", \"*\"]] for any");
    const Json& ends = Array(value, path, "ends");
    if (value.contains("ends") && ends.is_array() && ends.empty()) Fault(At(path, "ends"), "without ends no edge of this type could be; write [[\"*\", \"*\"]] for any");
    std::set<std::pair<std::string, std::string>> pairs;
    for (size_t i = 0; i < ends.size(); ++i) {
      const std::string at = At(At(path, "ends"), i);
      const Json& pair = ends[i];
      if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
        Fault(at, Text("expected two labels such as [\"Park\", \"Company\"], found ", Shown(pair)));
        continue;
      }
      t.ends.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
      if (!pairs.insert(t.ends.back()).second) Fault(at, Text(Shown(pair), " is given twice"));
      for (size_t side = 0; side < 2; ++side) {
        const auto end = pair[side].get<std::string>();
        if (end != "*" && std::none_of(labels.begin(), labels.end(), [&](const LabelSpec& l) { return l.name == end; })) {
          Fault(At(at, side), Text("there is no label '", end, "'", Meant(end, labels)));
        }
      }
    }
    return t;
  }

  // "; did you mean 'x'?" among the names of specs.
  template <class Spec>
  static std::string Meant(const std::string& name, const std::vector<Spec>& specs) {
    std::vector<std::string> known;
    for (const Spec& s : specs) known.push_back(s.name);
    return text::DidYouMean(name, known, 1);
  }

 private:
  const std::string& where_;
  std::string text_;
  size_t faults_ = 0;
};

// nlohmann keeps the last of two equal fields; we want to hear of both.
Result<Json> ParseJson(std::string_view json, const std::string& where) {
  std::vector<std::set<std::string>> fields;
  std::string twice;
  const auto watch = [&](int /*depth*/, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) fields.emplace_back();
    if (event == Json::parse_event_t::object_end && !fields.empty()) fields.pop_back();
    if (event == Json::parse_event_t::key && !fields.empty() && !fields.back().insert(parsed.get<std::string>()).second && twice.empty()) {
      twice = parsed.get<std::string>();
    }
    return true;
  };
  try {
    Json parsed = Json::parse(json, watch);
    if (!twice.empty()) return Status(Code::kInvalid, Text(where, ": the field '", twice, "' is given twice in one object"));
    return parsed;
  } catch (const Json::exception& e) {
    std::string_view what = e.what();  // "[json.exception.parse_error.101] parse error at line 1, …"
    if (const size_t end = what.find("] "); end != what.npos) what.remove_prefix(end + 2);
    return Status(Code::kInvalid, Text(where, ": not JSON: ", what));
  }
}

template <class Spec>
const Spec* Find(const std::vector<Spec>& specs, std::string_view name) {
  for (const Spec& s : specs) {
    if (s.name == name) return &s;
  }
  for (const Spec& s : specs) {
    if (s.zh == name || s.en == name) return &s;
  }
  return nullptr;
}

const PropertySpec* FindProperty(const std::vector<PropertySpec>& properties, std::string_view name) {
  for (const PropertySpec& p : properties) {
    if (p.name == name) return &p;
  }
  return nullptr;
}

}  // namespace

const PropertySpec* LabelSpec::Property(std::string_view wanted) const { return FindProperty(properties, wanted); }
const PropertySpec* EdgeTypeSpec::Property(std::string_view wanted) const { return FindProperty(properties, wanted); }

bool EdgeTypeSpec::Allows(const std::vector<std::string>& from_labels, const std::vector<std::string>& to_labels) const {
  const auto has = [](const std::vector<std::string>& labels, const std::string& end) {
    return end == "*" || std::find(labels.begin(), labels.end(), end) != labels.end();
  };
  return std::any_of(ends.begin(), ends.end(), [&](const auto& pair) {
    return (has(from_labels, pair.first) && has(to_labels, pair.second)) ||
           (symmetric && has(from_labels, pair.second) && has(to_labels, pair.first));
  });
}

Result<std::shared_ptr<const Ontology>> Ontology::Parse(std::string_view json, const std::string& where) {
  LT_ASSIGN(const Json root, ParseJson(json, where));
  Checker check(where);
  auto out = std::make_shared<Ontology>();
  out->json_ = std::string(json);
  if (!check.Object(root, "", {"name", "version", "common_properties", "labels", "edge_types"})) return check.status();
  out->name_ = check.String(root, "", "name");
  if (out->name_.empty()) check.Fault("", "'name' is missing");
  const auto version = root.find("version");
  if (version == root.end()) check.Fault("", "'version' is missing");
  else if (!version->is_number_unsigned() || version->get<uint64_t>() > 1000000000) check.Fault("version", Text("expected a whole number, found ", Shown(*version)));
  else out->version_ = version->get<int>();

  const std::vector<PropertySpec> common = check.Properties(root, "", "common_properties", {});
  std::set<std::string> names, displayed;
  // Two labels with one Chinese or English name could not be told apart by it.
  const auto once = [&](const auto& spec, const std::string& at, const char* what) {
    check.Unique(names, spec.name, at, what);
    for (const std::string& shown : std::set<std::string>{spec.zh, spec.en}) {
      if (!shown.empty() && !displayed.insert(shown).second) check.Fault(at, Text("another ", what, " is called '", shown, "' too"));
    }
  };
  const Json& labels = check.Array(root, "", "labels");
  for (size_t i = 0; i < labels.size(); ++i) {
    out->labels_.push_back(check.Label(labels[i], At("labels", i), common));
    once(out->labels_.back(), At("labels", i), "label");
  }
  names.clear();
  displayed.clear();
  const Json& types = check.Array(root, "", "edge_types");
  for (size_t i = 0; i < types.size(); ++i) {
    out->edge_types_.push_back(check.EdgeType(types[i], At("edge_types", i), out->labels_));
    once(out->edge_types_.back(), At("edge_types", i), "edge type");
  }
  LT_TRY(check.status());
  return std::shared_ptr<const Ontology>(std::move(out));
}

std::shared_ptr<const Ontology> Ontology::None() {
  auto out = std::make_shared<Ontology>();
  out->json_ = R"({"name": "none", "version": 0, "labels": [], "edge_types": []})";
  out->name_ = "none";
  return out;
}

const LabelSpec* Ontology::Label(std::string_view name) const { return Find(labels_, name); }
const EdgeTypeSpec* Ontology::EdgeType(std::string_view name) const { return Find(edge_types_, name); }

std::vector<std::string> Ontology::EconomicTypes() const {
  std::vector<std::string> out;
  for (const EdgeTypeSpec& t : edge_types_) {
    if (t.economic) out.push_back(t.name);
  }
  return out;
}

PropertySpec::Search Ontology::SearchOf(const std::vector<std::string>& labels, std::string_view property) const {
  using Search = PropertySpec::Search;
  bool known = false;
  Search best = Search::kNo;
  for (const std::string& name : labels) {
    const auto label = std::find_if(labels_.begin(), labels_.end(), [&](const LabelSpec& l) { return l.name == name; });
    if (label == labels_.end()) continue;
    known = true;
    const PropertySpec* p = label->Property(property);
    if (p != nullptr && p->search == Search::kName) return Search::kName;
    if (p != nullptr && p->search == Search::kAlias) best = Search::kAlias;
  }
  return known ? best : property == "name" ? Search::kName : Search::kNo;
}

}  // namespace liantu::graph
