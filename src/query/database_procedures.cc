// SPDX-License-Identifier: Apache-2.0
// What drivers, browsers and tools ask a database about itself: db.*, dbms.*, apoc.meta.data and the rows of SHOW. Answers about
// properties come from a sample of each label's and type's entities, so that they cost little on a large graph.
#include <algorithm>
#include <map>
#include <set>

#include "query/procedure.h"

namespace liantu::query {
namespace {

constexpr size_t kSample = 1000;  // entities looked at for each label or type

using Rows = Procedure::RowSink;
using Inputs = std::vector<Value>;

Value Str(std::string text) { return Value::String(std::move(text)); }
Value Strings(const std::vector<std::string>& texts) {
  ValueList list;
  for (const std::string& text : texts) list.push_back(Str(text));
  return Value::List(std::move(list));
}

Field Out(const char* name, const char* type) {
  Field field{.name = name};
  auto parsed = ParseDeclaredType(type);
  LT_ASSERT(parsed.ok());
  field.type = *std::move(parsed);
  return field;
}
Field In(const char* name, const char* type, Value default_value) {
  Field field = Out(name, type);
  field.has_default = true;
  field.default_value = std::move(default_value);
  return field;
}

Result<std::vector<std::string>> LabelsInUse(const graph::ReadView& view) {
  std::vector<std::string> used;
  for (const std::string& name : view.label_names()) {
    LT_ASSIGN(const uint64_t count, view.NodeCount(view.label(name)));
    if (count > 0) used.push_back(name);
  }
  return used;
}

Result<std::vector<std::string>> TypesInUse(const graph::ReadView& view) {
  std::vector<std::string> used;
  for (const std::string& name : view.type_names()) {
    LT_ASSIGN(const uint64_t count, view.EdgeCount(view.type(name)));
    if (count > 0) used.push_back(name);
  }
  return used;
}

// What a value's type is called by tools.
std::string TypeName(const graph::Value& value) {
  using Type = graph::Value::Type;
  switch (value.type()) {
    case Type::kBoolean: return "Boolean";
    case Type::kInteger: return "Long";
    case Type::kFloat: return "Double";
    case Type::kString: return "String";
    case Type::kDate: return "Date";
    case Type::kLocalTime: return "LocalTime";
    case Type::kTime: return "Time";
    case Type::kLocalDateTime: return "LocalDateTime";
    case Type::kDateTime: return "DateTime";
    case Type::kDuration: return "Duration";
    case Type::kPoint: return "Point";
    case Type::kList: {
      const auto& list = *value.as<graph::Value::List>();
      return list.empty() ? "StringArray" : TypeName(list.front()) + "Array";
    }
    case Type::kNull: break;
  }
  return "Any";
}

struct PropertySample {
  std::set<std::string> types;
  size_t count = 0;
};
struct NodeSample {
  size_t nodes = 0;
  std::map<std::string, PropertySample> properties;
};
struct EdgeSample {
  size_t edges = 0;
  std::map<std::string, PropertySample> properties;
  std::set<std::pair<std::string, std::string>> ends;  // labels from, to
};

void Note(std::map<std::string, PropertySample>& into, const graph::ReadView& view,
          const std::vector<std::pair<graph::PropertyId, graph::Value>>& properties) {
  for (const auto& [id, value] : properties) {
    PropertySample& sample = into[view.name(id)];
    sample.types.insert(TypeName(value));
    ++sample.count;
  }
}

Result<std::vector<graph::Node>> SampleNodes(Context& context, graph::LabelId label) {
  std::vector<NodeId> ids;
  LT_TRY(context.view()->NodesWithLabel(label, {}, [&](NodeId id) {
    ids.push_back(id);
    return ids.size() < kSample && !context.Stop();
  }));
  LT_ASSIGN(auto loaded, context.view()->GetNodes(ids));
  std::vector<graph::Node> nodes;
  for (auto& node : loaded) {
    if (node) nodes.push_back(std::move(*node));
  }
  return nodes;
}

// Labels and, over the edges of the sampled nodes, types with the labels at their ends.
struct Schema {
  std::map<std::string, NodeSample> labels;
  std::map<std::string, EdgeSample> types;
};
Result<Schema> SampleSchema(Context& context) {
  const graph::ReadView& view = *context.view();
  Schema schema;
  LT_ASSIGN(const auto labels, LabelsInUse(view));
  std::vector<EdgeId> edges;
  std::map<uint32_t, size_t> seen;
  for (const std::string& name : labels) {
    LT_ASSIGN(const auto nodes, SampleNodes(context, view.label(name)));
    NodeSample& sample = schema.labels[name];
    for (const graph::Node& node : nodes) {
      if (context.Stop()) return context.status();
      ++sample.nodes;
      Note(sample.properties, view, node.properties);
      size_t taken = 0;
      LT_TRY(view.Expand(node.id, graph::Direction::kOut, {}, [&](const graph::Neighbour& n) {
        if (seen[n.type.raw]++ < kSample) edges.push_back(n.edge);
        return ++taken < 64;
      }));
    }
  }
  LT_ASSIGN(const auto loaded, view.GetEdges(edges));
  for (const auto& edge : loaded) {
    if (context.Stop()) return context.status();
    if (!edge) continue;
    EdgeSample& sample = schema.types[view.name(edge->type)];
    ++sample.edges;
    Note(sample.properties, view, edge->properties);
    const graph::Node* from = context.TryGetNode(edge->from);
    const graph::Node* to = context.TryGetNode(edge->to);
    if (from == nullptr || to == nullptr) continue;
    for (const graph::LabelId a : from->labels) {
      for (const graph::LabelId b : to->labels) sample.ends.emplace(view.name(a), view.name(b));
    }
  }
  return schema;
}

Status Names(const std::vector<std::string>& names, const Rows& row) {
  for (const std::string& name : names) {
    if (!row({Str(name)})) break;
  }
  return {};
}

Status Labels(Context& context, const Inputs&, const Rows& row) {
  LT_ASSIGN(const auto names, LabelsInUse(*context.view()));
  return Names(names, row);
}
Status Types(Context& context, const Inputs&, const Rows& row) {
  LT_ASSIGN(const auto names, TypesInUse(*context.view()));
  return Names(names, row);
}
Status Keys(Context& context, const Inputs&, const Rows& row) { return Names(context.view()->property_names(), row); }

Status NodeTypeProperties(Context& context, const Inputs&, const Rows& row) {
  LT_ASSIGN(const Schema schema, SampleSchema(context));
  for (const auto& [label, sample] : schema.labels) {
    for (const auto& [name, property] : sample.properties) {
      if (!row({Str(":`" + label + "`"), Strings({label}), Str(name), Strings({property.types.begin(), property.types.end()}),
                Value::Boolean(property.count == sample.nodes)})) {
        return {};
      }
    }
    if (sample.properties.empty() && !row({Str(":`" + label + "`"), Strings({label}), Value(), Value(), Value::Boolean(false)})) return {};
  }
  return {};
}

Status RelTypeProperties(Context& context, const Inputs&, const Rows& row) {
  LT_ASSIGN(const Schema schema, SampleSchema(context));
  for (const auto& [type, sample] : schema.types) {
    for (const auto& [name, property] : sample.properties) {
      if (!row({Str(":`" + type + "`"), Str(name), Strings({property.types.begin(), property.types.end()}),
                Value::Boolean(property.count == sample.edges)})) {
        return {};
      }
    }
    if (sample.properties.empty() && !row({Str(":`" + type + "`"), Value(), Value(), Value::Boolean(false)})) return {};
  }
  return {};
}

Status Visualization(Context& context, const Inputs&, const Rows& row) {
  LT_ASSIGN(const Schema schema, SampleSchema(context));
  ValueList nodes, edges;
  for (const auto& [label, sample] : schema.labels) nodes.push_back(Value::Map({{"name", Str(label)}}));
  for (const auto& [type, sample] : schema.types) {
    for (const auto& [from, to] : sample.ends) {
      edges.push_back(Value::Map({{"from", Str(from)}, {"name", Str(type)}, {"to", Str(to)}}));
    }
  }
  row({Value::List(std::move(nodes)), Value::List(std::move(edges))});
  return {};
}

// label, other, elementType, type, property: what graph-to-prompt libraries read the schema from.
Status MetaData(Context& context, const Inputs&, const Rows& row) {
  const auto upper = [](const std::set<std::string>& types) {
    if (types.size() != 1) return std::string("ANY");
    std::string name = *types.begin();
    if (name.ends_with("Array")) return std::string("LIST");
    if (name == "Long") return std::string("INTEGER");
    if (name == "Double") return std::string("FLOAT");
    std::string out;
    for (const char c : name) {
      if (c >= 'A' && c <= 'Z' && !out.empty()) out += '_';
      out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    return out;
  };
  LT_ASSIGN(const Schema schema, SampleSchema(context));
  for (const auto& [label, sample] : schema.labels) {
    for (const auto& [name, property] : sample.properties) {
      if (!row({Str(label), Strings({}), Str("node"), Str(upper(property.types)), Str(name)})) return {};
    }
    for (const auto& [type, edges] : schema.types) {
      std::vector<std::string> others;
      for (const auto& [from, to] : edges.ends) {
        if (from == label) others.push_back(to);
      }
      if (!others.empty() && !row({Str(label), Strings(others), Str("node"), Str("RELATIONSHIP"), Str(type)})) return {};
    }
  }
  for (const auto& [type, sample] : schema.types) {
    for (const auto& [name, property] : sample.properties) {
      if (!row({Str(type), Strings({}), Str("relationship"), Str(upper(property.types)), Str(name)})) return {};
    }
  }
  return {};
}

}  // namespace

void RegisterDatabaseProcedures(ProcedureRegistry& registry) {
  using Run = std::function<Status(Context&, const Inputs&, const Rows&)>;
  const auto add = [&](const char* name, std::vector<Field> inputs, std::vector<Field> outputs, const char* help, Run run) {
    registry.Replace({.name = name, .inputs = std::move(inputs), .outputs = std::move(outputs), .help = help, .run = std::move(run)});
  };
  add("db.labels", {}, {Out("label", "STRING")}, "Labels in use", Labels);
  add("db.relationshipTypes", {}, {Out("relationshipType", "STRING")}, "Relationship types in use", Types);
  add("db.propertyKeys", {}, {Out("propertyKey", "STRING")}, "Names of properties", Keys);
  add("db.ping", {}, {Out("success", "BOOLEAN")}, "True: the database answers", [](Context&, const Inputs&, const Rows& row) {
    row({Value::Boolean(true)});
    return Status::Ok();
  });
  add("db.schema.nodeTypeProperties", {},
      {Out("nodeType", "STRING"), Out("nodeLabels", "LIST OF STRING"), Out("propertyName", "STRING?"), Out("propertyTypes", "LIST? OF STRING"),
       Out("mandatory", "BOOLEAN")},
      "Properties of each label, from a sample of its nodes", NodeTypeProperties);
  add("db.schema.relTypeProperties", {},
      {Out("relType", "STRING"), Out("propertyName", "STRING?"), Out("propertyTypes", "LIST? OF STRING"), Out("mandatory", "BOOLEAN")},
      "Properties of each relationship type, from a sample", RelTypeProperties);
  add("db.schema.visualization", {}, {Out("nodes", "LIST OF MAP"), Out("relationships", "LIST OF MAP")},
      "Labels, and the types between them, from a sample", Visualization);
  add("apoc.meta.data", {In("config", "MAP", Value::Map({}))},
      {Out("label", "STRING"), Out("other", "LIST OF STRING"), Out("elementType", "STRING"), Out("type", "STRING"), Out("property", "STRING")},
      "Labels, types and properties as APOC tells them, from a sample", MetaData);
  add("dbms.components", {}, {Out("name", "STRING"), Out("versions", "LIST OF STRING"), Out("edition", "STRING")}, "Name and version of this program",
      [](Context&, const Inputs&, const Rows& row) {
        row({Str("liantu"), Strings({LIANTU_VERSION}), Str("community")});
        return Status::Ok();
      });
  const std::vector<Field> config = {Out("name", "STRING"), Out("description", "STRING"), Out("value", "STRING"), Out("dynamic", "BOOLEAN")};
  const Run nothing = [](Context&, const Inputs&, const Rows&) { return Status::Ok(); };
  add("dbms.clientConfig", {}, config, "Settings for clients: there are none", nothing);
  add("dbms.listConfig", {In("searchString", "STRING", Str(""))}, config, "Settings: there are none", nothing);
  add("dbms.showCurrentUser", {}, {Out("username", "STRING"), Out("roles", "LIST OF STRING"), Out("flags", "LIST OF STRING")}, "Who is asking",
      [](Context& context, const Inputs&, const Rows& row) {
        row({Str(context.user), Strings({}), Strings({})});
        return Status::Ok();
      });
  const ProcedureRegistry* all = &registry;
  add("dbms.procedures", {}, {Out("name", "STRING"), Out("signature", "STRING"), Out("description", "STRING"), Out("mode", "STRING")}, "All procedures",
      [all](Context&, const Inputs&, const Rows& row) {
        for (const Procedure* p : all->List()) {
          if (!row({Str(p->name), Str(Signature(*p)), Str(p->help), Str(p->writes ? "WRITE" : "READ")})) break;
        }
        return Status::Ok();
      });
  add("dbms.functions", {}, {Out("name", "STRING"), Out("signature", "STRING"), Out("description", "STRING")}, "All functions",
      [all](Context&, const Inputs&, const Rows& row) {
        for (const Function* f : all->ListFunctions()) {
          if (!row({Str(f->name), Str(f->signature), Str(f->help)})) return Status::Ok();
        }
        for (const Function& f : Functions()) {
          if (!row({Str(f.name), Str(f.signature), Str(f.help)})) return Status::Ok();
        }
        for (const AggregateKind& f : Aggregates()) {
          if (!row({Str(f.name), Str(f.signature), Str(f.help)})) return Status::Ok();
        }
        return Status::Ok();
      });
}

// ---- SHOW

Status ShowRows(SchemaCommand::Show show, const ProcedureRegistry& registry, Context& context, const std::function<bool(const Value&)>& row) {
  using Show = SchemaCommand::Show;
  switch (show) {
    case Show::kIndexes:
    case Show::kConstraints: {
      LT_ASSERT(context.database != nullptr);
      return ShowSchema(show == Show::kConstraints, *context.database, row);
    }
    case Show::kProcedures:
      for (const Procedure* p : registry.List()) {
        const auto describe = [](const std::vector<Field>& fields) {
          ValueList list;
          for (const Field& f : fields) {
            list.push_back(Value::Map({{"name", Str(f.name)}, {"type", Str(f.type.name)}, {"description", Str(f.help)}}));
          }
          return Value::List(std::move(list));
        };
        if (!row(Value::Map({{"name", Str(p->name)}, {"description", Str(p->help)}, {"mode", Str(p->writes ? "WRITE" : "READ")},
                             {"worksOnSystem", Value::Boolean(false)}, {"signature", Str(Signature(*p))},
                             {"argumentDescription", describe(p->inputs)}, {"returnDescription", describe(p->outputs)}}))) {
          break;
        }
      }
      return {};
    case Show::kFunctions: {
      std::map<std::string, Value> rows;
      const auto add = [&](const std::string& name, const char* category, const char* help, const char* signature, bool aggregating) {
        rows[name] = Value::Map({{"name", Str(name)}, {"category", Str(category)}, {"description", Str(help)}, {"signature", Str(signature)},
                                 {"isBuiltIn", Value::Boolean(true)}, {"aggregating", Value::Boolean(aggregating)}});
      };
      for (const Function& f : Functions()) {
        add(f.name, (f.result & kTemporalKinds) != 0 && f.result != kAnyKind ? "Temporal" : "Scalar", f.help, f.signature, false);
      }
      for (const Function* f : registry.ListFunctions()) add(f->name, "Scalar", f->help, f->signature, false);
      for (const AggregateKind& f : Aggregates()) add(f.name, "Aggregating", f.help, f.signature, true);
      for (const auto& [name, map] : rows) {
        if (!row(map)) break;
      }
      return {};
    }
    case Show::kDatabases:
      row(Value::Map({{"name", Str("liantu")}, {"type", Str("standard")}, {"aliases", Strings({"neo4j"})}, {"access", Str("read-write")},
                      {"address", Str("")}, {"role", Str("primary")}, {"writer", Value::Boolean(true)}, {"requestedStatus", Str("online")},
                      {"currentStatus", Str("online")}, {"statusMessage", Str("")}, {"default", Value::Boolean(true)},
                      {"home", Value::Boolean(true)}, {"constituents", Strings({})}}));
      return {};
    case Show::kUsers:
      row(Value::Map({{"user", Str(context.user)}, {"roles", Strings({})}, {"passwordChangeRequired", Value::Boolean(false)},
                      {"suspended", Value::Boolean(false)}}));
      return {};
    case Show::kTransactions:
    case Show::kSettings: return {};
  }
  LT_ASSERT(false);
}

std::string IndexName(std::string_view label, std::string_view property) { return Text("index_", label, "_", property); }

}  // namespace liantu::query
