// SPDX-License-Identifier: Apache-2.0
// Structs to rows.
#include "chain/procedures.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chain/card.h"
#include "chain/connect.h"
#include "chain/functions.h"
#include "chain/gaps.h"
#include "chain/linkage.h"
#include "chain/links.h"
#include "chain/method_call.h"
#include "chain/parks.h"
#include "chain/risk.h"
#include "graph/projection_json.h"
#include "query/cells.h"

namespace liantu::chain {

using query::Context;
using query::Field;
using query::Kind;
using query::Procedure;
using query::Value;
using query::ValueList;
using query::ValueMap;

namespace {

const std::vector<std::string> kGroupLabels = {"City", "District", "Province", "Cluster", "Chain", "Segment", "Park", "Company"};
const std::vector<std::string> kHostedLabels = {"Company", "Organization", "Chain", "Cluster", "Segment"};

Value OfText(const std::string& text) { return text.empty() ? Value() : Value::String(text); }
Value OfEntity(const Entity& entity) { return Value::Node(entity.id); }
Value OfEntity(const std::optional<Entity>& entity) { return entity ? Value::Node(entity->id) : Value(); }
Value OfCount(uint64_t count) { return Value::Integer(static_cast<int64_t>(count)); }
Value OfMeasure(const analysis::Measure& measure) { return measure.value ? Value::Float(*measure.value) : Value(); }
Value OfCertainty(graph::Certainty certainty) { return Value::String(graph::CertaintyName(certainty)); }

template <class List, class Turn>
Value OfList(const List& list, Turn&& turn) {
  ValueList out;
  for (const auto& item : list) out.push_back(turn(item));
  return Value::List(std::move(out));
}
Value OfEntities(const std::vector<Entity>& entities) {
  return OfList(entities, [](const Entity& e) { return OfEntity(e); });
}
Value OfTexts(const std::vector<std::string>& texts) {
  return OfList(texts, [](const std::string& t) { return Value::String(t); });
}
Value OfSources(const std::vector<Source>& sources) {
  return OfList(sources, [](const Source& s) {
    return Value::Map({{"document", Value::Node(s.document)}, {"title", OfText(s.title)}, {"publisher", OfText(s.publisher)},
                       {"date", OfText(s.date)}, {"where", OfText(s.where)}, {"locator", OfText(s.locator)},
                       {"certainty", OfCertainty(s.certainty)}});
  });
}

// The options map of a call: known names only, each of its kind.
class Options {
 public:
  static Result<Options> Read(std::string procedure, const Value& map, std::vector<std::string> known) {
    Options options{std::move(procedure), map};
    if (map.is_null()) return options;
    known.push_back("lang");
    for (const auto& [name, value] : map.map()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      std::sort(known.begin(), known.end());
      std::string list;
      for (const std::string& k : known) list += (list.empty() ? "" : ", ") + k;
      return options.Wrong(Text("has no option '", name, "'; it knows ", list));
    }
    return options;
  }
  Result<int64_t> Integer(std::string_view name, int64_t otherwise, int64_t min, int64_t max) const {
    const Value* v = Get(name);
    if (!v) return otherwise;
    if (v->kind() != Kind::kInteger || v->integer() < min || v->integer() > max) {
      return Wrong(Text("option ", name, ": expected an integer from ", min, " to ", max, ", found ", ToLiteral(*v)));
    }
    return v->integer();
  }
  Result<std::string> String(std::string_view name) const {
    const Value* v = Get(name);
    if (!v) return std::string();
    if (v->kind() != Kind::kString) return Wrong(Text("option ", name, ": expected a string, found ", ToLiteral(*v)));
    return v->string();
  }
  Result<double> Number(std::string_view name, double otherwise) const {
    const Value* v = Get(name);
    if (!v) return otherwise;
    if (!v->is_number()) return Wrong(Text("option ", name, ": expected a number, found ", ToLiteral(*v)));
    return v->number();
  }
  const Value* Get(std::string_view name) const {
    if (map_.is_null()) return nullptr;
    const Value* v = map_.Find(name);
    return v && !v->is_null() ? v : nullptr;
  }
  Result<Lang> Language() const {
    LT_ASSIGN(const std::string lang, String("lang"));
    if (!lang.empty() && lang != "zh" && lang != "en") return Wrong(Text("option lang: expected 'zh' or 'en', found '", lang, "'"));
    return lang == "en" ? Lang::kEn : Lang::kZh;
  }

 private:
  Options(std::string procedure, Value map) : procedure_(std::move(procedure)), map_(std::move(map)) {}
  Status Wrong(const std::string& message) const {
    return query::Failure(query::ErrorType::kArgumentError, "InvalidArgumentValue", Text(procedure_, " ", message));
  }
  std::string procedure_;
  Value map_;
};

// A node, or a text that names one.
Result<Entity> OneEntity(Reader& reader, const Value& value, const std::vector<std::string>& labels) {
  if (value.kind() == Kind::kNode) return reader.Describe(value.node());
  if (value.kind() == Kind::kString) return reader.Resolve(value.string(), labels);
  return query::Failure(query::ErrorType::kTypeError, "InvalidArgumentType",
                        Text("expected a node or a name, found ", ToLiteral(value)));
}

Value OfTie(const Tie& tie) {
  return Value::Map({{"relationship", Value::Relationship(tie.edge)}, {"supplier", OfEntity(tie.supplier)}, {"customer", OfEntity(tie.customer)},
                     {"supplierCity", OfEntity(tie.supplier_city)}, {"customerCity", OfEntity(tie.customer_city)},
                     {"product", OfText(tie.product)}, {"status", OfText(tie.status)},
                     {"year", tie.year ? Value::Integer(*tie.year) : Value()}, {"strength", Value::String(TieStrengthName(tie.strength))},
                     {"certainty", OfCertainty(tie.certainty)}, {"sources", OfSources(tie.sources)}});
}

// --- declarations

Field In(const char* name, const char* type, const char* help) { return {.name = name, .type = *query::ParseDeclaredType(type), .help = help}; }
Field OptionsIn(const char* help) {
  Field field = In("options", "MAP?", help);
  field.has_default = true;
  field.default_value = Value::Map({});
  return field;
}
std::vector<Field> Out(std::initializer_list<std::pair<const char*, const char*>> fields) {
  std::vector<Field> out;
  for (const auto& [name, type] : fields) out.push_back(In(name, type, ""));
  return out;
}

using Inputs = std::vector<Value>;
using Sink = Procedure::RowSink;

Status Find(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.find", in[1], {"label", "limit", "fuzzy"}));
  LT_ASSIGN(const std::string label, options.String("label"));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 10, 1, 100'000));
  std::vector<graph::LabelId> labels;
  if (!label.empty()) {
    labels.push_back(context.view()->label(label));
    if (!labels.back()) return Status::Ok();  // no node has it
  }
  const Value* fuzzy = options.Get("fuzzy");
  LT_ASSIGN(const auto hits, context.view()->Search(in[0].string(), labels, static_cast<size_t>(limit), fuzzy && fuzzy->is_true()));
  for (const graph::SearchHit& hit : hits) {
    if (!row({Value::Node(hit.node), Value::String(hit.matched), Value::Integer(hit.rank)})) break;
  }
  return Status::Ok();
}

Status Parks(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.parks", in[1], {}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity asked, OneEntity(reader, in[0], kHostedLabels));
  LT_ASSIGN(const ParksAnswer answer, FindParks(reader, asked));
  for (const Hosting& h : answer.hostings) {
    const bool more = row({OfEntity(h.company), OfEntity(h.park), Value::String(HostKindName(h.kind)), OfEntity(h.hosted),
                           OfList(h.through, [](const Ownership& o) {
                             return Value::Map({{"owner", OfEntity(o.owner)}, {"owned", OfEntity(o.owned)}, {"relation", OfText(o.relation)}});
                           }),
                           OfEntity(h.project), OfEntity(h.district), OfEntity(h.city), OfText(h.level), OfTexts(h.directions),
                           OfCertainty(h.certainty), OfSources(h.sources)});
    if (!more) break;
  }
  return Status::Ok();
}

Status Links(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.links", in[2], {"tiers", "chain", "limit"}));
  LinksOptions asked{.segments = false};
  LT_ASSIGN(const int64_t tiers, options.Integer("tiers", 1, 1, 6));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 1000, 1, 1'000'000));
  LT_ASSIGN(asked.chain, options.String("chain"));
  LT_ASSIGN(const Lang lang, options.Language());
  asked.tiers = static_cast<int>(tiers);
  asked.max_routes = static_cast<uint64_t>(limit);
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity from, OneEntity(reader, in[0], kGroupLabels));
  LT_ASSIGN(const Entity to, OneEntity(reader, in[1], kGroupLabels));
  LT_ASSIGN(const LinksAnswer answer, FindLinks(reader, from, to, asked, context.budget()));
  LT_TRY(context.budget().Check());
  for (const SupplyRoute& route : answer.routes) {
    if (route.ties.empty()) continue;
    query::PathValue path;
    path.nodes.push_back(route.ties.front().supplier.id);
    for (const Tie& tie : route.ties) {
      path.edges.push_back(tie.edge);
      path.nodes.push_back(tie.customer.id);
    }
    const Tie& first = route.ties.front();
    const Tie& last = route.ties.back();
    if (!row({Value::Boolean(route.forward), OfEntity(first.supplier), OfEntity(last.customer), OfCount(route.ties.size()),
              Value::String(TieStrengthName(route.strength)), Value::Path(std::move(path)), OfList(route.ties, OfTie)})) {
      break;
    }
  }
  return Status::Ok();
}

Status Linkage(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.linkage", in[2], {"limit"}));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 200, 1, 1'000'000));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity a, OneEntity(reader, in[0], kGroupLabels));
  LT_ASSIGN(const Entity b, OneEntity(reader, in[1], kGroupLabels));
  LT_ASSIGN(const LinkageAnswer answer, FindLinkage(reader, a, b, {.max_listed = static_cast<size_t>(limit)}, context.budget()));
  LT_TRY(context.budget().Check());
  const Strength& s = answer.strength;
  const auto side = [](const Group& group, const std::vector<NodeId>& only) {
    return Value::Map({{"entity", OfEntity(group.entity)}, {"membership", Value::String(MembershipName(group.membership))},
                       {"reason", OfText(group.reason)}, {"members", OfCount(group.members.size())}, {"own", OfCount(only.size())},
                       {"chains", OfEntities(group.chains)}, {"cities", OfEntities(group.cities)}});
  };
  row({side(answer.a, answer.parts.of(Part::kAOnly)), side(answer.b, answer.parts.of(Part::kBOnly)),
       OfCount(answer.parts.of(Part::kBoth).size()), OfCount(s.a_to_b), OfCount(s.b_to_a), OfCount(s.inside_a), OfCount(s.inside_b),
       OfMeasure(s.ei), OfMeasure(s.ei_expected), OfMeasure(s.undirected.z), Value::Boolean(s.too_few()),
       OfList(answer.ties, OfTie),
       OfList(answer.bridges, [](const Bridge& bridge) {
         return Value::Map({{"company", OfEntity(bridge.company)}, {"shared", Value::Boolean(bridge.shared)}, {"city", OfEntity(bridge.city)},
                            {"withA", OfCount(bridge.ties.with_a())}, {"withB", OfCount(bridge.ties.with_b())},
                            {"sources", OfSources(bridge.sources)}});
       }),
       OfList(answer.common.parks, [](const SharedPark& p) { return OfEntity(p.park); }),
       OfList(answer.common.segments, [](const SharedSegment& p) { return OfEntity(p.segment); }),
       OfList(answer.common.agreements, [](const AgreementLink& p) { return OfEntity(p.agreement); }),
       OfList(answer.cross.complements, [](const Complement& c) {
         return Value::Map({{"lacking", Value::String(c.a_lacks ? "a" : "b")}, {"segment", OfEntity(c.segment)}, {"companies", OfCount(c.companies)},
                            {"examples", OfEntities(c.examples)}});
       }),
       Value::Boolean(answer.complete)});
  return Status::Ok();
}

Status Path(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.path", in[2], {"k", "maxHops", "types", "hubPenalty"}));
  ConnectOptions asked;
  LT_ASSIGN(const int64_t k, options.Integer("k", 3, 1, 100));
  LT_ASSIGN(const int64_t hops, options.Integer("maxHops", 6, 1, 12));
  LT_ASSIGN(asked.hub_penalty, options.Number("hubPenalty", asked.hub_penalty));
  LT_ASSIGN(const Lang lang, options.Language());
  asked.k = static_cast<size_t>(k);
  asked.max_hops = static_cast<int>(hops);
  if (const Value* types = options.Get("types")) {
    const bool list = types->kind() == Kind::kList &&
                      std::all_of(types->list().begin(), types->list().end(), [](const Value& v) { return v.kind() == Kind::kString; });
    if (!list) {
      return query::Failure(query::ErrorType::kArgumentError, "InvalidArgumentValue",
                            Text("liantu.path option types: expected a list of strings, found ", ToLiteral(*types)));
    }
    for (const Value& type : types->list()) asked.types.push_back(type.string());
  }
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity from, OneEntity(reader, in[0], {}));
  LT_ASSIGN(const Entity to, OneEntity(reader, in[1], {}));
  LT_ASSIGN(const ConnectAnswer answer, FindConnections(reader, from, to, asked, context.budget()));
  LT_TRY(context.budget().Check());
  for (const Connection& connection : answer.connections) {
    query::PathValue path;
    ValueList steps;
    for (const Entity& entity : connection.entities) path.nodes.push_back(entity.id);
    for (const auto& edges : connection.steps) {
      path.edges.push_back(edges.front().edge);
      steps.push_back(OfList(edges, [](const ConnectionEdge& e) { return Value::Relationship(e.edge); }));
    }
    if (!row({Value::Path(std::move(path)), Value::Float(connection.cost), OfEntities(connection.entities), Value::List(std::move(steps))})) break;
  }
  return Status::Ok();
}

Status Within(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.within", in[1], {"label"}));
  LT_ASSIGN(std::string label, options.String("label"));
  LT_ASSIGN(const Lang lang, options.Language());
  if (label.empty()) label = "Company";
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity place, OneEntity(reader, in[0], {"City", "District", "Province"}));
  LT_ASSIGN(const auto nodes, reader.LocatedWithin(place.id, label));
  for (const NodeId node : nodes) {
    if (!row({Value::Node(node)})) break;
  }
  return Status::Ok();
}

Status Members(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.members", in[1], {}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity entity, OneEntity(reader, in[0], kGroupLabels));
  LT_ASSIGN(const Group group, MembersOf(reader, entity));
  const Value rule = Value::String(MembershipName(group.membership));
  for (const NodeId node : group.members) {
    if (!row({Value::Node(node), rule})) break;
  }
  return Status::Ok();
}

Status Gaps(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.gaps", in[2], {"limit"}));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 5, 1, 1000));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity place, OneEntity(reader, in[0], {"City", "District", "Province", "Cluster"}));
  LT_ASSIGN(const Entity chain, OneEntity(reader, in[1], {"Chain"}));
  LT_ASSIGN(const GapsAnswer answer, FindGaps(reader, place, chain, {.max_fillers = static_cast<size_t>(limit)}, context.budget()));
  for (const SegmentGap& gap : answer.gaps) {
    const bool more = row({OfEntity(gap.segment), Value::String(analysis::GapKindName(gap.kind)), OfEntities(gap.before), OfEntities(gap.after),
                           OfMeasure(gap.density), OfCount(gap.companies_elsewhere), OfList(gap.fillers, [](const Filler& f) {
                             return Value::Map({{"company", OfEntity(f.company)}, {"city", OfEntity(f.city)}, {"sources", OfSources(f.sources)},
                                                {"reasons", OfList(f.reasons, [](const FillReason& r) {
                                                   return Value::Map({{"reason", Value::String(ReasonName(r.kind))}, {"with", OfEntity(r.with)}, {"sources", OfSources(r.sources)}});
                                                 })}});
                           }),
                           OfSources(gap.sources)});
    if (!more) break;
  }
  return Status::Ok();
}

Status Risk(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.risk", in[1], {"threshold", "limit"}));
  RiskOptions asked;
  LT_ASSIGN(asked.threshold, options.Number("threshold", asked.threshold));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 1000, 1, 1'000'000));
  LT_ASSIGN(const Lang lang, options.Language());
  asked.max_listed = static_cast<size_t>(limit);
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity entity, OneEntity(reader, in[0], {"Company", "Organization", "City", "District", "Province", "Cluster", "Segment", "Park"}));
  LT_ASSIGN(const RiskAnswer answer, FindRisk(reader, entity, asked, context.budget()));
  for (const Failure& f : answer.failures) {
    if (!row({OfEntity(f.company), Value::Integer(f.round), Value::Float(f.lost_share), OfEntity(f.cause)})) break;
  }
  return Status::Ok();
}

Status WhyRows(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.why", in[1], {"property", "edges"}));
  LT_ASSIGN(const std::string property, options.String("property"));
  LT_ASSIGN(const int64_t edges, options.Integer("edges", 20, 0, 100'000));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity entity, OneEntity(reader, in[0], {}));
  LT_ASSIGN(const auto rows, Why(reader, entity.id, property, static_cast<uint64_t>(edges)));
  for (const WhyRow& w : rows) {
    if (!row({Value::String(w.subject), OfText(w.value), Value::Boolean(w.visible), OfText(w.certainty), OfText(w.valid_from), OfText(w.valid_to),
              Value::Integer(static_cast<int64_t>(w.batch.id.raw)), OfSources(w.sources)})) {
      break;
    }
  }
  return Status::Ok();
}

// --- algo.*

Result<graph::Projection> ReadProjection(Context& context, const graph::Database& database, const Value& value) {
  if (value.is_null()) return graph::Projection();
  if (value.kind() == Kind::kMap) return graph::ParseProjection(query::ToJson(value, context));
  if (value.kind() == Kind::kString) return database.StoredProjection(value.string());
  return query::Failure(query::ErrorType::kTypeError, "InvalidArgumentType",
                        Text("projection: expected a map, the name of a stored projection or null, found ", ToLiteral(value)));
}

// Arguments as the commands take them: entities by "Label:key", lists by repeating the name.
Status AddArgument(Reader& reader, const std::string& name, const Value& value, TextArguments& out) {
  if (value.is_null()) return Status::Ok();
  if (value.kind() == Kind::kList) {
    for (const Value& item : value.list()) LT_TRY(AddArgument(reader, name, item, out));
    return Status::Ok();
  }
  if (value.kind() == Kind::kNode) {
    LT_ASSIGN(const Entity entity, reader.Describe(value.node()));
    if (entity.key.empty()) {
      return query::Failure(query::ErrorType::kArgumentError, "InvalidArgumentValue", Text("argument ", name, ": the node has no key to name it by"));
    }
    out.emplace_back(name, Text(entity.label, ":", entity.key));
    return Status::Ok();
  }
  if (value.kind() >= Kind::kList) {
    return query::Failure(query::ErrorType::kTypeError, "InvalidArgumentType", Text("argument ", name, ": expected a scalar, a node or a list of these, found ", ToLiteral(value)));
  }
  out.emplace_back(name, ToText(value));
  return Status::Ok();
}

Value OfCell(const graph::Snapshot& g, const analysis::Cell& cell) {
  if (const auto* b = std::get_if<bool>(&cell)) return Value::Boolean(*b);
  if (const auto* i = std::get_if<int64_t>(&cell)) return Value::Integer(*i);
  if (const auto* d = std::get_if<double>(&cell)) return Value::Float(*d);
  if (const auto* t = std::get_if<std::string>(&cell)) return Value::String(*t);
  if (const auto* v = std::get_if<analysis::VertexCell>(&cell)) return v->vertex == graph::kNoVertex ? Value() : Value::Node(g.node_id(v->vertex));
  if (const auto* list = std::get_if<analysis::VertexList>(&cell)) {
    return OfList(list->vertices, [&](graph::Vertex v) { return Value::Node(g.node_id(v)); });
  }
  if (const auto* list = std::get_if<analysis::ArcList>(&cell)) {
    // Collapsed and estimated edges are not stored and have no id.
    return OfList(list->arcs, [&](uint32_t arc) { return g.edge_id(arc) ? Value::Relationship(g.edge_id(arc)) : Value(); });
  }
  return Value();  // missing
}

Status RunMethod(const graph::Database& database, const std::string& method, Context& context, const Inputs& in, const Sink& row) {
  Reader reader(*context.view(), Lang::kZh);
  LT_ASSIGN(const graph::Projection projection, ReadProjection(context, database, in[0]));
  TextArguments arguments;
  if (!in[1].is_null()) {
    for (const auto& [name, value] : in[1].map()) LT_TRY(AddArgument(reader, name, value, arguments));
  }
  LT_ASSIGN(const MethodAnswer answer, CallMethod(reader, method, projection, arguments, context.budget()));
  if (answer.table.header.partial) LT_TRY(context.budget().Check());
  for (size_t r = 0; r < answer.table.row_count(); ++r) {
    std::vector<Value> values;
    for (size_t c = 0; c < answer.table.columns.size(); ++c) values.push_back(OfCell(*answer.snapshot, answer.table.at(r, c)));
    if (!row(std::move(values))) break;
  }
  return Status::Ok();
}

}  // namespace

void RegisterProcedures(query::ProcedureRegistry& registry, const graph::Database& database) {
  RegisterFunctions(registry);
  for (const analysis::Method& method : analysis::Methods()) {
    Field projection = In("projection", "ANY", "a map, the name of a stored projection, or null: all economic ties");
    Field arguments = In("arguments", "MAP?", "the method's arguments by name");
    projection.has_default = arguments.has_default = true;
    std::vector<Field> columns;
    for (const analysis::Column& column : method.columns) columns.push_back(In(column.name.c_str(), "ANY", column.help.c_str()));
    registry.Replace({.name = "algo." + method.name, .inputs = {projection, arguments}, .outputs = std::move(columns), .help = method.help_en,
                      .run = [&database, name = method.name](Context& context, const Inputs& in, const Sink& row) {
                        return RunMethod(database, name, context, in, row);
                      }});
  }
  const char* lang = "{lang: 'zh' or 'en'}";
  const auto add = [&](const char* name, std::vector<Field> inputs, std::vector<Field> outputs, const char* help, auto run) {
    registry.Replace({.name = name, .inputs = std::move(inputs), .outputs = std::move(outputs), .help = help, .run = run});
  };
  add("liantu.find", {In("name", "STRING", "any form of a name: short, part, pinyin, traditional"), OptionsIn("{label, limit, fuzzy}")},
      Out({{"node", "NODE"}, {"matched", "STRING"}, {"rank", "INTEGER"}}), "Nodes by name, best match first", Find);
  add("liantu.parks", {In("who", "ANY", "a company, or a chain, cluster or segment (its leaders)"), OptionsIn(lang)},
      Out({{"company", "NODE"}, {"park", "NODE"}, {"kind", "STRING"}, {"hosted", "NODE"}, {"through", "LIST OF ANY"}, {"project", "NODE?"},
           {"district", "NODE?"}, {"city", "NODE?"}, {"level", "STRING?"}, {"directions", "LIST OF STRING"}, {"certainty", "STRING"},
           {"sources", "LIST OF MAP"}}),
      "Which parks host a company or the leaders of a chain or cluster", Parks);
  add("liantu.links", {In("from", "ANY", "a place, cluster, chain, segment, park or company"), In("to", "ANY", "the other side"),
                       OptionsIn("{tiers, chain, limit}")},
      Out({{"forward", "BOOLEAN"}, {"supplier", "NODE"}, {"customer", "NODE"}, {"tiers", "INTEGER"}, {"strength", "STRING"}, {"path", "PATH"},
           {"ties", "LIST OF MAP"}}),
      "Supply routes between two places, clusters, chains or companies, both ways", Links);
  add("liantu.linkage", {In("a", "ANY", "a place, cluster, chain, segment, park or company"), In("b", "ANY", "the other side"), OptionsIn("{limit}")},
      Out({{"a", "MAP"}, {"b", "MAP"}, {"shared", "INTEGER"}, {"aToB", "INTEGER"}, {"bToA", "INTEGER"}, {"insideA", "INTEGER"},
           {"insideB", "INTEGER"}, {"ei", "FLOAT?"}, {"eiExpected", "FLOAT?"}, {"z", "FLOAT?"}, {"tooFew", "BOOLEAN"}, {"ties", "LIST OF MAP"},
           {"bridges", "LIST OF MAP"}, {"parks", "LIST OF NODE"}, {"segments", "LIST OF NODE"}, {"agreements", "LIST OF NODE"},
           {"complements", "LIST OF MAP"}, {"complete", "BOOLEAN"}}),
      "How two groups of companies are tied together", Linkage);
  add("liantu.gaps", {In("place", "ANY", "a province, city, district or cluster"), In("chain", "ANY", "a chain"), OptionsIn("{limit}")},
      Out({{"segment", "NODE"}, {"kind", "STRING"}, {"before", "LIST OF NODE"}, {"after", "LIST OF NODE"}, {"density", "FLOAT?"},
           {"companiesElsewhere", "INTEGER"}, {"candidates", "LIST OF MAP"}, {"sources", "LIST OF MAP"}}),
      "Segments of a chain that a place lacks, and the companies that could fill them", Gaps);
  add("liantu.risk", {In("who", "ANY", "a company, or a place, cluster, segment or park (all its companies)"), OptionsIn("{threshold: 0.5, limit}")},
      Out({{"company", "NODE"}, {"round", "INTEGER"}, {"lostShare", "FLOAT"}, {"cause", "NODE?"}}),
      "Who loses so large a share of its known inputs, round by round, if somebody falls out", Risk);
  add("liantu.path", {In("from", "ANY", "any entity"), In("to", "ANY", "any entity"), OptionsIn("{k, maxHops, types, hubPenalty}")},
      Out({{"path", "PATH"}, {"cost", "FLOAT"}, {"nodes", "LIST OF NODE"}, {"steps", "LIST OF ANY"}}),
      "The k best readable connections between two entities", Path);
  add("liantu.within", {In("place", "ANY", "a province, city or district"), OptionsIn("{label: 'Company'}")}, Out({{"node", "NODE"}}),
      "Nodes of a label located in a place, below it, or in a park there", Within);
  add("liantu.members", {In("group", "ANY", "a place, cluster, chain, segment or park"), OptionsIn(lang)},
      Out({{"node", "NODE"}, {"membership", "STRING"}}), "The companies of a group, and the rule that makes them members", Members);
  add("liantu.why", {In("what", "ANY", "any entity"), OptionsIn("{property, edges}")},
      Out({{"subject", "STRING"}, {"value", "STRING?"}, {"visible", "BOOLEAN"}, {"certainty", "STRING?"}, {"validFrom", "STRING?"},
           {"validTo", "STRING?"}, {"batch", "INTEGER"}, {"sources", "LIST OF MAP"}}),
      "Every claim about an entity, who says so and since when", WhyRows);
}

}  // namespace liantu::chain
