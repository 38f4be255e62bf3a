// SPDX-License-Identifier: Apache-2.0
#include "io/import_header.h"

#include <algorithm>
#include <map>

#include "text/suggest.h"

namespace liantu::io {
namespace {

const std::vector<std::string> kRoles = {"ID", "LABEL", "START_ID", "END_ID", "TYPE", "IGNORE"};
const std::vector<std::string> kEvidence = {"source", "locator", "certainty", "valid_from", "valid_to"};
const std::vector<std::string> kTypes = {"string",    "integer", "float",     "boolean",       "date",     "localtime", "time",
                                         "localdatetime", "datetime", "duration", "point", "int", "long", "double"};

int* EvidenceSlot(EvidenceColumns& columns, std::string_view name) {
  if (name == "source") return &columns.source;
  if (name == "locator") return &columns.locator;
  if (name == "certainty") return &columns.certainty;
  if (name == "valid_from") return &columns.valid_from;
  if (name == "valid_to") return &columns.valid_to;
  return nullptr;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

class HeaderParser {
 public:
  HeaderParser(const CsvReader& record, const graph::Ontology& ontology, char delimiter,
               std::vector<std::string>* faults)
      : record_(record), ontology_(ontology), delimiter_(delimiter), faults_(faults) {}

  ImportHeader Parse() {
    for (size_t i = 0; i < record_.size(); ++i) header_.columns.emplace_back(record_[i]);
    if (record_.fault()) {
      const Place place = record_.fault()->place;
      Fault(place, Text("found '", record_.fault()->found, "' after a closing quote; expected '", delimiter_,
                        "' or the end of the line"));
      return header_;
    }
    for (size_t i = 0; i < record_.size(); ++i) Column(static_cast<int>(i), Trim(record_[i]));
    header_.edges = header_.start >= 0 || header_.end >= 0;
    CheckShape();
    for (const auto& [column, name, companion] : overrides_) Override(column, name, companion);
    if (!header_.edges) CheckAgainstLabel();
    return header_;
  }

 private:
  void Fault(Place place, const std::string& words) {
    faults_->push_back(Text(record_.name(), ":", place.line, ":", place.column, ": ", words));
  }
  void Fault(int column, const std::string& words) {
    const auto i = static_cast<size_t>(column);
    Fault(record_.At(i), Text("column '", header_.columns[i], "': ", words));
  }

  void Column(int column, std::string_view text) {
    if (text.empty()) {
      return Fault(column, "a column without a name; expected a property, or :IGNORE to leave it out");
    }
    const size_t colon = text.rfind(':');
    const std::string_view name = Trim(text.substr(0, colon));
    if (colon == std::string_view::npos) return Untyped(column, name);
    std::string_view role = Trim(text.substr(colon + 1));
    std::string group;
    if (const size_t open = role.find('('); open != std::string_view::npos) {
      if (!role.ends_with(')')) return Fault(column, "expected ')' at the end of the group, as in key:ID(Company)");
      group = Trim(role.substr(open + 1, role.size() - open - 2));
      if (const graph::LabelSpec* label = ontology_.Label(group)) group = label->name;
      role = Trim(role.substr(0, open));
      if (role != "ID" && role != "START_ID" && role != "END_ID") {
        return Fault(column, Text("only ID, START_ID and END_ID take a group in brackets, found it at '", role, "'",
                                  text::DidYouMean(role, std::vector<std::string>{"ID", "START_ID", "END_ID"}, 1)));
      }
    }
    if (role == "IGNORE") return;
    if (role == "ID") {
      header_.group = group;
      header_.id_name = name;
      return Once(column, &header_.id, "ID");
    }
    if (role == "START_ID") return header_.start_group = group, NameLess(column, name), Once(column, &header_.start, "START_ID");
    if (role == "END_ID") return header_.end_group = group, NameLess(column, name), Once(column, &header_.end, "END_ID");
    if (role == "LABEL") return NameLess(column, name), Once(column, &header_.labels, "LABEL");
    if (role == "TYPE") return NameLess(column, name), Once(column, &header_.type, "TYPE");
    if (name.empty()) {
      return Fault(column, Text("expected one of :ID :LABEL :START_ID :END_ID :TYPE :IGNORE, found ':", role, "'",
                                text::DidYouMean(role, kRoles, 1)));
    }
    Typed(column, name, role);
  }

  void Once(int column, int* slot, const char* role) {
    if (*slot >= 0) {
      return Fault(column, Text("a second :", role, " column; the first is column ", *slot + 1, ", '",
                                header_.columns[static_cast<size_t>(*slot)], "'"));
    }
    *slot = column;
  }

  void NameLess(int column, std::string_view name) {
    if (!name.empty()) {
      Fault(column, Text("expected nothing before the colon, found '", name,
                         "'; only an :ID column may be named (its value is kept under that name too)"));
    }
  }

  void Untyped(int column, std::string_view name) {
    if (const size_t at = name.find('@'); at != std::string_view::npos) {
      overrides_.push_back({column, std::string(Trim(name.substr(0, at))), std::string(Trim(name.substr(at + 1)))});
      return;
    }
    if (int* slot = EvidenceSlot(header_.evidence, name)) {
      if (*slot >= 0) {
        return Fault(column, Text("a second evidence column '", name, "'; the first is column ", *slot + 1));
      }
      *slot = column;
      return;
    }
    Property(column, name, std::nullopt);
  }

  void Typed(int column, std::string_view name, std::string_view type) {
    if (EvidenceColumns probe; EvidenceSlot(probe, name) || name.find('@') != std::string_view::npos) {
      return Fault(column, Text("evidence columns take no type; expected '", name, "'"));
    }
    const Result<graph::ValueType> parsed = graph::ParseValueType(type);
    if (!parsed.ok()) {
      const std::string_view element = type.ends_with("[]") ? type.substr(0, type.size() - 2) : type;
      std::vector<std::string> known = kTypes;
      known.insert(known.end(), kRoles.begin(), kRoles.end());
      return Fault(column, Text("'", type, "' is not a type; expected string, integer, float, boolean, date, datetime, "
                                "time, duration, point, or one of them with [] for a list",
                                text::DidYouMean(element, known, 1)));
    }
    Property(column, name, *parsed);
  }

  void Property(int column, std::string_view name, std::optional<graph::ValueType> type) {
    const auto [it, is_new] = property_column_.try_emplace(std::string(name), column);
    if (!is_new) {
      return Fault(column, Text("the property '", name, "' is already given by column ", it->second + 1, ", '",
                                header_.columns[static_cast<size_t>(it->second)], "'"));
    }
    header_.properties.push_back({column, std::string(name), type, {}});
  }

  // name@companion, once all properties are known.
  void Override(int column, const std::string& name, const std::string& companion) {
    const auto property = std::find_if(header_.properties.begin(), header_.properties.end(),
                                       [&name](const PropertyColumn& p) { return p.name == name; });
    if (property == header_.properties.end()) {
      std::vector<std::string> known;
      for (const PropertyColumn& p : header_.properties) known.push_back(p.name);
      return Fault(column, Text("evidence for '", name, "', but this file has no column of that name",
                                text::DidYouMean(name, known, 1)));
    }
    int* slot = EvidenceSlot(property->evidence, companion);
    if (slot == nullptr) {
      return Fault(column, Text("'@", companion, "' is no evidence column; expected @source, @locator, @certainty, "
                                "@valid_from or @valid_to", text::DidYouMean(companion, kEvidence, 1)));
    }
    if (*slot >= 0) {
      return Fault(column, Text("a second column for the same evidence; the first is column ", *slot + 1));
    }
    *slot = column;
  }

  void CheckShape() {
    const ImportHeader& h = header_;
    if (h.id >= 0 && h.edges) {
      return Fault(std::max(h.start, h.end), Text("an edge file has no :ID column, but column ", h.id + 1, " is '",
                                                  h.columns[static_cast<size_t>(h.id)],
                                                  "'; expected either nodes (:ID) or edges (:START_ID, :END_ID, :TYPE)"));
    }
    if (h.edges) {
      if (h.start < 0) return Missing(":START_ID", "an edge file needs the key of the node each edge begins at");
      if (h.end < 0) return Missing(":END_ID", "an edge file needs the key of the node each edge leads to");
      if (h.type < 0) return Missing(":TYPE", "an edge file needs the type of each edge");
      if (h.labels >= 0) Fault(h.labels, "edges have a :TYPE, no :LABEL");
      return;
    }
    if (h.id < 0) {
      return Missing("key:ID(Label), or :START_ID, :END_ID and :TYPE", "this is neither a node file nor an edge file");
    }
    if (h.type >= 0) Fault(h.type, "nodes have a :LABEL, no :TYPE");
    if (h.labels < 0 && h.group.empty()) {
      Fault(h.id, "nothing says which label these nodes have; expected a group, as in key:ID(Company), or a :LABEL column");
    }
    if (const auto it = property_column_.find("key"); it != property_column_.end()) {
      Fault(it->second, Text("the key is what the :ID column gives (column ", h.id + 1, "); expected no second one"));
    } else if (const auto same = property_column_.find(h.id_name); same != property_column_.end()) {
      Fault(same->second, Text("the property '", h.id_name, "' is already given by the :ID column ", h.id + 1));
    }
  }

  void Missing(const char* column, const char* why) {
    std::string hint;
    if (header_.columns.size() == 1) {
      for (const char other : {';', '\t', ',', '|'}) {
        if (other != delimiter_ && header_.columns[0].find(other) != std::string::npos) {
          hint = Text("; the columns seem to be separated by '", other == '\t' ? std::string("\\t") : std::string(1, other),
                      "': set the delimiter");
          break;
        }
      }
    }
    std::string found;
    for (const std::string& name : header_.columns) found += (found.empty() ? "" : ", ") + name;
    if (found.size() > 200) found = found.substr(0, CutAt(found, 200)) + " …";
    if (hint.empty()) {
      for (const std::string& name : header_.columns) {
        const std::string nearest = NearRole(name);
        if (!nearest.empty() && name.find(nearest) == std::string::npos) hint = Text("; did you mean '", nearest, "' by '", name, "'?");
        if (!hint.empty()) break;
      }
    }
    Fault(record_.At(0), Text(why, "; expected a column ", column, ", found ", found, hint));
  }

  // A column that was probably meant to be one with a role: "id", "start_id", ":type".
  static std::string NearRole(const std::string& name) {
    std::string upper;
    for (const char c : name) {
      if (c != ':' && c != ' ') upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    if (upper == "ID" || upper == "KEY") return name == "key" ? "key:ID(Label)" : "id:ID(Label)";
    for (const std::string& role : kRoles) {
      if (upper == role) return ":" + role;
    }
    if (upper == "START" || upper == "FROM" || upper == "SOURCE_ID") return ":START_ID";
    if (upper == "END" || upper == "TO" || upper == "TARGET_ID") return ":END_ID";
    return "";
  }

  static size_t CutAt(const std::string& text, size_t at) {
    while (at > 0 && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80) --at;
    return at;
  }

  // Columns of a file whose rows all have one label.
  void CheckAgainstLabel() {
    if (header_.labels >= 0 || header_.group.empty()) return;
    const graph::LabelSpec* label = ontology_.Label(header_.group);
    if (label == nullptr) return;
    for (const PropertyColumn& property : header_.properties) {
      const graph::PropertySpec* spec = label->Property(property.name);
      if (spec && property.type && !TypeFits(*property.type, spec->type)) {
        Fault(property.column, Text("expected the type ", graph::ValueTypeName(spec->type), " as the ontology gives for ",
                                    label->name, ".", property.name, ", found ", graph::ValueTypeName(*property.type)));
      }
    }
  }

  const CsvReader& record_;
  const graph::Ontology& ontology_;
  char delimiter_;
  std::vector<std::string>* faults_;
  ImportHeader header_;
  std::map<std::string, int> property_column_;
  struct OverrideColumn { int column; std::string name, companion; };
  std::vector<OverrideColumn> overrides_;
};

}  // namespace

bool TypeFits(graph::ValueType given, graph::ValueType known) {
  if (given == known) return true;
  return given.list == known.list && given.type == graph::Value::Type::kInteger &&
         known.type == graph::Value::Type::kFloat;
}

ImportHeader ParseImportHeader(const CsvReader& record, const graph::Ontology& ontology, char delimiter,
                               std::vector<std::string>* faults) {
  return HeaderParser(record, ontology, delimiter, faults).Parse();
}

}  // namespace liantu::io
