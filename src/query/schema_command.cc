// SPDX-License-Identifier: Apache-2.0
// Making and dropping indexes and constraints. Inside a transaction they are only planned, and done when it commits; what is
// there already is looked at when one is made, what is written later by the graph (database.h).
#include <algorithm>

#include "query/operators_scalar.h"
#include "query/procedure.h"
#include "query/session.h"
#include "text/suggest.h"

namespace liantu::query {
namespace {

using Info = graph::Database::ConstraintInfo;
using Rule = SchemaCommand::Rule;

Status Refuse(std::string_view detail, std::string_view message) { return Failure(ErrorType::kSemanticError, detail, message); }

std::string NameOf(const graph::Database::IndexInfo& index) { return index.name.empty() ? IndexName(index.label, index.property) : index.name; }

// The types of stored values that fit, as bits by graph::Value::Type: each is asked with a value of the type.
Status TypesOf(const std::string& type, Context& context, Info& info) {
  const graph::Value samples[] = {graph::Value(true), graph::Value(1), graph::Value(0.5), graph::Value("x"), graph::Value(graph::Date{}),
                                  graph::Value(graph::LocalTime{}), graph::Value(graph::Time{}), graph::Value(graph::LocalDateTime{}),
                                  graph::Value(graph::DateTime{}), graph::Value(graph::Duration{}), graph::Value(graph::Point{})};
  for (const graph::Value& sample : samples) {
    const uint32_t bit = 1u << static_cast<unsigned>(sample.type());
    const Value value = Value::Of(sample);
    const Value fits = IsOfType(context, value, type), list_fits = IsOfType(context, Value::List({value}), type);
    LT_TRY(context.status());
    if (fits.boolean()) info.types |= bit;
    if (list_fits.boolean()) info.element_types |= bit;
  }
  if (info.types != 0 || info.element_types != 0) return {};
  return Refuse("UnsupportedConstraint", Text("no property can be ", type));
}

bool SameKind(const Info& a, const Info& b) {
  return a.edges == b.edges && a.of == b.of && a.property == b.property && a.unique == b.unique && a.exists == b.exists &&
         (a.types != 0 || a.element_types != 0) == (b.types != 0 || b.element_types != 0);
}

struct Present {
  std::vector<graph::Database::IndexInfo> indexes;
  std::vector<Info> constraints;
  bool Taken(const std::string& name) const {
    return std::any_of(indexes.begin(), indexes.end(), [&](const auto& i) { return NameOf(i) == name; }) ||
           std::any_of(constraints.begin(), constraints.end(), [&](const Info& c) { return c.name == name; });
  }
};

// `database` of these: null where nothing is done yet.
Status MakeIndex(const SchemaCommand& command, graph::Database* database, const Present& present, ChangeCounts& changes) {
  if (command.relationship) {
    return Refuse("UnsupportedIndex", Text("relationships have no property indexes here; index a property of the nodes of :", command.label, "'s ends"));
  }
  if (command.properties.size() != 1) {
    return Refuse("UnsupportedIndex", Text("an index has one property, found ", command.properties.size(), "; make one for each"));
  }
  if (!command.index_type.empty() && command.index_type != "RANGE" && command.index_type != "BTREE" && command.index_type != "TEXT") {
    return Refuse("UnsupportedIndex", Text("there are RANGE indexes here, found ", command.index_type, "; names are found with CALL liantu.find"));
  }
  const std::string& property = command.properties[0];
  for (const auto& index : present.indexes) {
    if (index.label != command.label || index.property != property) continue;
    if (command.if_not_exists) return {};
    return Refuse("IndexAlreadyExists", Text("there is an index on :", command.label, "(", property, ") already; IF NOT EXISTS passes over it"));
  }
  if (present.Taken(command.name.empty() ? IndexName(command.label, property) : command.name)) {
    if (command.if_not_exists) return {};
    return Refuse("IndexAlreadyExists", Text("the name ", command.name, " is taken by another index or constraint"));
  }
  if (database != nullptr) LT_TRY(database->CreateIndex(command.label, property, command.name));
  ++changes.indexes_added;
  return {};
}

Status DropIndex(const SchemaCommand& command, graph::Database* database, const Present& present, ChangeCounts& changes) {
  std::vector<std::string> names;
  for (const auto& index : present.indexes) {
    const std::string name = NameOf(index);
    names.push_back(name);
    const bool meant = command.name.empty() ? index.label == command.label && command.properties == std::vector<std::string>{index.property} : name == command.name;
    if (!meant) continue;
    if (index.unique) {
      return Refuse("IndexBelongsToConstraint", index.declared ? Text("index ", name, " belongs to a constraint; DROP CONSTRAINT `", name, "` drops both")
                                                               : Text("index ", name, " belongs to the store's ontology and cannot be dropped"));
    }
    if (database != nullptr) LT_TRY(database->DropIndex(index.label, index.property));
    ++changes.indexes_removed;
    return {};
  }
  if (command.if_exists) return {};
  return Refuse("IndexNotFound", Text("there is no index ", command.name, text::DidYouMean(command.name, names)));
}

Status MakeConstraint(const SchemaCommand& command, graph::Database* database, Context& context, const Present& present, ChangeCounts& changes) {
  if (command.properties.size() != 1) {
    return Refuse("UnsupportedConstraint", Text("a constraint has one property, found ", command.properties.size(), "; make one for each"));
  }
  Info wanted{.name = command.name, .edges = command.relationship, .of = command.label, .property = command.properties[0]};
  wanted.unique = command.rule == Rule::kUnique || command.rule == Rule::kKey;
  wanted.exists = command.rule == Rule::kExists || command.rule == Rule::kKey;
  wanted.type_text = command.value_type;
  if (wanted.unique && wanted.edges) {
    return Refuse("UnsupportedConstraint", "values can be unique within a label, not within a type of relationship");
  }
  if (command.rule == Rule::kType) LT_TRY(TypesOf(command.value_type, context, wanted));
  if (wanted.name.empty()) {
    const char* kind = command.rule == Rule::kUnique ? "unique" : command.rule == Rule::kKey ? "key" : command.rule == Rule::kExists ? "exists" : "type";
    wanted.name = Text("constraint_", wanted.of, "_", wanted.property, "_", kind);
  }
  for (const Info& there : present.constraints) {
    if (!SameKind(there, wanted)) continue;
    if (command.if_not_exists) return {};
    return Refuse("ConstraintAlreadyExists", Text("constraint ", there.name, " says this already; IF NOT EXISTS passes over it"));
  }
  for (const auto& index : present.indexes) {
    if (!wanted.unique || index.label != wanted.of || index.property != wanted.property) continue;
    if (index.unique && command.if_not_exists) return {};
    return Refuse(index.unique ? "ConstraintAlreadyExists" : "IndexAlreadyExists",
                  index.unique ? Text(index.declared ? "a constraint" : "the store's ontology", " says already that :", wanted.of, "(", wanted.property, ") is unique")
                               : Text("there is an index on :", wanted.of, "(", wanted.property, ") already; DROP INDEX `", NameOf(index), "` first, the constraint makes its own"));
  }
  if (present.Taken(wanted.name)) {
    if (command.if_not_exists) return {};
    return Refuse("ConstraintAlreadyExists", Text("the name ", wanted.name, " is taken by another index or constraint"));
  }
  const Status made = database != nullptr ? database->CreateConstraint(wanted) : Status();
  if (made.code() == Code::kConflict) return Failure(ErrorType::kConstraintValidationFailed, "ConstraintViolation", made.message());
  LT_TRY(made);
  ++changes.constraints_added;
  return {};
}

Status DropConstraint(const SchemaCommand& command, graph::Database* database, const Present& present, ChangeCounts& changes) {
  std::vector<std::string> names;
  for (const Info& there : present.constraints) names.push_back(there.name);
  if (std::find(names.begin(), names.end(), command.name) != names.end()) {
    if (database != nullptr) LT_TRY(database->DropConstraint(command.name));
    ++changes.constraints_removed;
    return {};
  }
  for (const auto& index : present.indexes) {
    if (!index.unique || NameOf(index) != command.name) continue;
    return Refuse("IndexBelongsToConstraint", Text("constraint ", command.name, " belongs to the store's ontology and cannot be dropped"));
  }
  if (command.if_exists) return {};
  return Refuse("ConstraintNotFound", Text("there is no constraint ", command.name, text::DidYouMean(command.name, names)));
}

}  // namespace

Status ChangeSchema(const Statement& statement, Context& context, ChangeCounts& changes, bool plan_only) {
  LT_ASSERT(context.database != nullptr);
  Present present;
  LT_ASSIGN(present.indexes, context.database->Indexes());
  LT_ASSIGN(present.constraints, context.database->Constraints());
  graph::Database* database = plan_only ? nullptr : context.database;
  switch (statement.kind) {
    case StatementKind::kCreateIndex: return MakeIndex(statement.schema, database, present, changes);
    case StatementKind::kDropIndex: return DropIndex(statement.schema, database, present, changes);
    case StatementKind::kCreateConstraint: return MakeConstraint(statement.schema, database, context, present, changes);
    case StatementKind::kDropConstraint: return DropConstraint(statement.schema, database, present, changes);
    case StatementKind::kQuery:
    case StatementKind::kShow: break;
  }
  LT_ASSERT(false);
}

Status ShowSchema(bool constraints, const graph::Database& database, const std::function<bool(const Value&)>& row) {
  LT_ASSIGN(const auto indexes, database.Indexes());
  LT_ASSIGN(const auto made, database.Constraints());
  const auto text = [](std::string s) { return Value::String(std::move(s)); };
  const auto texts = [](const std::string& s) { return Value::List({Value::String(s)}); };
  const auto quoted = [](const std::string& name) {
    std::string out = "`";
    for (const char c : name) out += c == '`' ? "``" : std::string(1, c);
    return out + "`";
  };
  int64_t id = 0;
  for (const auto& index : indexes) {
    ++id;
    const std::string name = NameOf(index);
    if (constraints && (!index.unique || index.declared)) continue;
    ValueMap map{{"id", Value::Integer(id)}, {"name", text(name)}, {"entityType", text("NODE")}, {"labelsOrTypes", texts(index.label)},
                 {"properties", texts(index.property)}};
    if (constraints) {
      map.emplace_back("type", text("UNIQUENESS"));
      map.emplace_back("ownedIndex", text(name));
    } else {
      map.emplace_back("state", text("ONLINE"));
      map.emplace_back("populationPercent", Value::Float(100));
      map.emplace_back("type", text("RANGE"));
      map.emplace_back("indexProvider", text("liantu"));
      if (index.unique) map.emplace_back("owningConstraint", text(name));
      map.emplace_back("createStatement", text(Text("CREATE INDEX ", quoted(name), " FOR (n:", quoted(index.label), ") ON (n.", quoted(index.property), ")")));
    }
    if (!row(Value::Map(std::move(map)))) return {};
  }
  for (const Info& c : made) {
    if (!constraints) break;
    ValueMap map{{"id", Value::Integer(++id)}, {"name", text(c.name)}, {"entityType", text(c.edges ? "RELATIONSHIP" : "NODE")},
                 {"labelsOrTypes", texts(c.of)}, {"properties", texts(c.property)}};
    const std::string entity = c.edges ? "RELATIONSHIP" : "NODE";
    const bool typed = c.types != 0 || c.element_types != 0;
    map.emplace_back("type", text(c.unique && c.exists ? entity + "_KEY" : c.unique ? "UNIQUENESS" : entity + (typed ? "_PROPERTY_TYPE" : "_PROPERTY_EXISTENCE")));
    if (c.unique) map.emplace_back("ownedIndex", text(c.name));
    if (typed) map.emplace_back("propertyType", text(c.type_text));
    const std::string what = c.unique && c.exists ? "IS NODE KEY" : c.unique ? "IS UNIQUE" : typed ? "IS :: " + c.type_text : "IS NOT NULL";
    map.emplace_back("createStatement", text(Text("CREATE CONSTRAINT ", quoted(c.name), " FOR ", c.edges ? "()-[n:" : "(n:", quoted(c.of), c.edges ? "]-()" : ")",
                                                  " REQUIRE n.", quoted(c.property), " ", what)));
    if (!row(Value::Map(std::move(map)))) return {};
  }
  return {};
}

}  // namespace liantu::query
