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
#include "chain/leaders.h"
#include "chain/gaps.h"
#include "chain/linkage.h"
#include "chain/links.h"
#include "chain/matrix.h"
#include "chain/method_call.h"
#include "chain/parks.h"
#include "chain/profile.h"
#include "chain/risk.h"
#include "chain/systems.h"
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

Result<ParkFilter> ReadFilter(Reader& reader, const Options& options) {
  ParkFilterText text;
  for (const auto& [name, into] : {std::pair("city", &text.city), {"district", &text.district}, {"industry", &text.industry}, {"level", &text.level}, {"kind", &text.kind}, {"batch", &text.batch}}) {
    LT_ASSIGN(*into, options.String(name));
  }
  return ReadParkFilter(reader, text);
}

Status Parks(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.parks", in[1], {"city", "district", "industry", "level", "kind", "batch", "minShare"}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity asked, OneEntity(reader, in[0], kHostedLabels));
  ParksOptions wanted;
  LT_ASSIGN(wanted.filter, ReadFilter(reader, options));
  LT_ASSIGN(wanted.min_share, options.Number("minShare", 0));
  LT_ASSIGN(const ParksAnswer answer, FindParks(reader, asked, wanted, context.budget()));
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

Status PartnerParks(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.partnerParks", in[1], {"tiers", "city", "district", "industry", "level", "kind", "batch", "minShare"}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity asked, OneEntity(reader, in[0], kHostedLabels));
  ParksOptions wanted;
  LT_ASSIGN(const int64_t tiers, options.Integer("tiers", 1, 1, 6));
  wanted.partner_tiers = static_cast<int>(tiers);
  LT_ASSIGN(wanted.filter, ReadFilter(reader, options));
  LT_ASSIGN(wanted.min_share, options.Number("minShare", 0));
  LT_ASSIGN(const ParksAnswer answer, FindParks(reader, asked, wanted, context.budget()));
  for (const PartnerPark& p : answer.partners) {
    if (!row({Value::String(p.suppliers ? "supplier" : "customer"), Value::Integer(p.tier), OfEntity(p.park), OfEntity(p.district), OfEntity(p.city),
              OfEntities(p.companies), OfSources(p.sources)})) {
      break;
    }
  }
  return Status::Ok();
}

Status ParkList(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.parkList", in[0], {"city", "district", "industry", "level", "kind", "batch", "limit"}));
  LT_ASSIGN(const Lang lang, options.Language());
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 1000, 1, 1'000'000));
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const ParkFilter filter, ReadFilter(reader, options));
  LT_ASSIGN(const ParkListAnswer answer, ListParks(reader, filter, static_cast<size_t>(limit)));
  for (const ParkRow& p : answer.parks) {
    const bool more = row({OfEntity(p.park), OfEntity(p.district), OfEntity(p.city), OfText(p.level), OfText(p.kind), OfText(p.batch),
                           p.area_km2 ? Value::Float(*p.area_km2) : Value(), OfText(p.area_kind),
                           OfList(p.directions, [](const ParkDirection& d) { return OfEntity(d.industry); }),
                           p.match ? Value::String(DirectionMatchName(*p.match)) : Value(), OfCount(p.hosted), OfCount(p.planned), OfSources(p.sources)});
    if (!more) break;
  }
  return Status::Ok();
}

Status LeaderRows(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.leaders", in[1], {}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity asked, OneEntity(reader, in[0], {"Park", "City", "District", "Province", "Chain", "Cluster", "Segment", "Company"}));
  LT_ASSIGN(const LeadersAnswer answer, FindLeaders(reader, asked, context.budget()));
  for (const LeaderRow& l : answer.leaders) {
    for (const LeaderPresence& p : l.presence) {
      const bool more = row({OfEntity(l.company), Value::String(LeaderTieName(p.tie)), OfEntity(p.park), OfEntity(p.hosted), OfEntity(p.project),
                             OfList(l.leads, [](const Leadership& x) {
                               return Value::Map({{"leads", OfEntity(x.led)}, {"wording", OfText(x.wording)}, {"place", OfText(x.place)}, {"namedBy", OfText(x.named_by)}});
                             }),
                             OfCertainty(p.certainty), OfSources(p.sources.empty() ? l.leads_sources : p.sources)});
      if (!more) return Status::Ok();
    }
  }
  return Status::Ok();
}

Status Links(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.links", in[2], {"tiers", "chain", "product", "firm", "limit"}));
  LinksOptions asked{.segments = false};
  LT_ASSIGN(const int64_t tiers, options.Integer("tiers", 1, 1, 6));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 1000, 1, 1'000'000));
  LT_ASSIGN(asked.chain, options.String("chain"));
  LT_ASSIGN(asked.product, options.String("product"));
  const Value* firm = options.Get("firm");
  asked.firm_only = firm && firm->is_true();
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

Status PartnerRows(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.partners", in[1], {"tiers", "chain", "product", "firm", "limit"}));
  PartnersOptions asked;
  LT_ASSIGN(const int64_t tiers, options.Integer("tiers", 1, 1, 6));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 1000, 1, 1'000'000));
  LT_ASSIGN(asked.chain, options.String("chain"));
  LT_ASSIGN(asked.product, options.String("product"));
  const Value* firm = options.Get("firm");
  asked.firm_only = firm && firm->is_true();
  asked.tiers = static_cast<int>(tiers);
  asked.max_listed = static_cast<size_t>(limit);
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  std::vector<std::string> labels = kGroupLabels;
  labels.push_back("Product");
  LT_ASSIGN(const Entity who, OneEntity(reader, in[0], labels));
  LT_ASSIGN(const PartnersAnswer answer, FindPartners(reader, who, asked, context.budget()));
  for (const PartnerTie& p : answer.partners) {
    if (!row({Value::String(p.suppliers ? "supplier" : "customer"), Value::Integer(p.tier), OfEntity(p.partner), OfEntity(p.city),
              Value::String(TieStrengthName(p.strength)), OfCount(p.ties_total), OfList(p.ties, OfTie)})) {
      break;
    }
  }
  return Status::Ok();
}

Value OfComparison(const Comparison& c) {
  return Value::Map({{"observed", OfCount(c.observed)}, {"expected", Value::Float(c.expected)}, {"z", OfMeasure(c.z)}, {"lift", OfMeasure(c.ratio)}});
}

Status Pairs(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.pairs", in[1], {"chain", "within", "limit"}));
  LT_ASSIGN(const Lang lang, options.Language());
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 1000, 1, 1'000'000));
  LT_ASSIGN(const std::string within, options.String("within"));
  MatrixOptions asked{.max_listed = static_cast<size_t>(limit)};
  LT_ASSIGN(asked.chain, options.String("chain"));
  const auto by = ParseGroupBy(in[0].string());
  if (!by.ok()) return query::Failure(query::ErrorType::kArgumentError, "InvalidArgumentValue", Text("liantu.pairs: ", by.status().message()));
  asked.by = *by;
  Reader reader(*context.view(), lang);
  if (!within.empty()) {
    LT_ASSIGN(asked.within, reader.Resolve(within, {"Province", "City", "District"}));
  }
  LT_ASSIGN(const MatrixAnswer answer, FindMatrix(reader, asked, context.budget()));
  for (const MatrixPair& p : answer.pairs) {
    const Strength& s = p.strength;
    if (!row({OfEntity(answer.groups[p.a].entity), OfEntity(answer.groups[p.b].entity), OfCount(p.shared), OfCount(s.a_to_b), OfCount(s.b_to_a), OfCount(s.inside_a),
              OfCount(s.inside_b), OfMeasure(s.ei), OfMeasure(s.ei_expected), OfMeasure(s.undirected.z), Value::Boolean(s.too_few()), OfComparison(p.network),
              OfComparison(p.network_forward), OfComparison(p.network_backward)})) {
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
       OfList(answer.brokers.list, [](const Broker& broker) {
         ValueMap map;
         for (size_t r = 0; r < broker.roles.size(); ++r) map.emplace_back(analysis::BrokerageName(static_cast<analysis::Brokerage>(r)), Value::Integer(broker.roles[r]));
         return Value::Map({{"company", OfEntity(broker.company)}, {"roles", Value::Map(std::move(map))}, {"participation", OfMeasure(broker.participation)},
                            {"sources", OfSources(broker.sources)}});
       }),
       OfMeasure(answer.fragility.tie_cut), OfMeasure(answer.fragility.company_cut),
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

Status Pairings(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.pairings", in[2], {"limit"}));
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 20, 1, 1'000'000));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity a, OneEntity(reader, in[0], kGroupLabels));
  LT_ASSIGN(const Entity b, OneEntity(reader, in[1], kGroupLabels));
  LT_ASSIGN(const LinkageAnswer answer, FindLinkage(reader, a, b, {.max_listed = 1, .max_pairings = static_cast<size_t>(limit)}, context.budget()));
  LT_TRY(context.budget().Check());
  for (const Pairing& p : answer.pairings) {
    const bool more = row({OfEntity(p.supplier), OfEntity(p.customer), Value::Boolean(p.a_supplies), Value::Integer(p.score), OfList(p.reasons, [](const PairingEvidence& e) {
                             return Value::Map({{"reason", Value::String(PairingReasonName(e.reason))}, {"what", OfText(e.what)}, {"sources", OfSources(e.sources)}});
                           })});
    if (!more) break;
  }
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

Value OfNumber(const std::optional<double>& value) { return value ? Value::Float(*value) : Value(); }

Status SystemParts(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.systemParts", in[1], {}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity system, OneEntity(reader, in[0], {"IndustrialSystem", "ParkGroup", "Platform", "Policy"}));
  LT_ASSIGN(const SystemAnswer answer, FindSystem(reader, system));
  for (const SystemPart& p : answer.parts) {
    if (!row({OfEntity(p.entity), OfText(p.role), OfEntity(p.under), OfCertainty(p.certainty), OfText(p.note), OfSources(p.sources)})) break;
  }
  return Status::Ok();
}

Status SystemCounts(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.systemCounts", in[1], {}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity system, OneEntity(reader, in[0], {"IndustrialSystem", "ParkGroup", "Platform", "Policy", "Indicator"}));
  LT_ASSIGN(const SystemAnswer answer, FindSystem(reader, system));
  for (const SystemCount& c : answer.counts) {
    if (c.nameable && !row({Value::String(c.what), OfNumber(c.stated), OfText(c.unit), OfText(c.period), OfText(c.kind), OfCount(c.named), OfSources(c.sources)})) break;
  }
  return Status::Ok();
}

// Of all that the data has where `name` is null.
Result<TargetsAnswer> TargetsOf(Reader& reader, const Value& name) {
  std::optional<Entity> asked;
  if (!name.is_null()) {
    LT_ASSIGN(asked, OneEntity(reader, name, {"City", "District", "Province", "IndustrialSystem", "ParkGroup", "Park", "Cluster", "Company", "Policy", "Platform"}));
  }
  return FindTargets(reader, asked);
}

Status Targets(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.targets", in[1], {}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const TargetsAnswer answer, TargetsOf(reader, in[0]));
  for (const TargetRow& t : answer.targets) {
    const IndicatorRow& r = t.target;
    const bool more = row({OfEntity(r.indicator), OfEntities(r.of), OfText(r.metric), OfNumber(r.value), OfText(r.unit), OfText(r.period), OfText(r.kind),
                           OfList(t.results, [](const IndicatorRow& x) { return OfEntity(x.indicator); }), Value::String(OutcomeName(t.outcome)), OfSources(r.sources)});
    if (!more) break;
  }
  return Status::Ok();
}

Status Checks(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.checks", in[1], {}));
  LT_ASSIGN(const Lang lang, options.Language());
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const TargetsAnswer answer, TargetsOf(reader, in[0]));
  for (const Check& c : answer.checks) {
    if (!row({Value::String(CheckKindName(c.kind)), Value::Boolean(c.agrees), OfEntity(c.what), Value::String(c.text), OfSources(c.sources)})) break;
  }
  return Status::Ok();
}

Status Policies(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.policies", in[1], {"industry"}));
  LT_ASSIGN(const Lang lang, options.Language());
  LT_ASSIGN(const std::string industry, options.String("industry"));
  Reader reader(*context.view(), lang);
  PolicyQuestion question;
  if (!in[0].is_null()) {
    LT_ASSIGN(question.what, OneEntity(reader, in[0], {"City", "District", "Province", "Park", "ParkGroup", "Cluster"}));
  }
  if (!industry.empty()) {
    LT_ASSIGN(question.industry, reader.Resolve(industry, {"Industry"}));
  }
  LT_ASSIGN(const auto rows, FindPolicies(reader, question));
  for (const PolicyRow& p : rows) {
    const bool more = row({OfEntity(p.policy), OfText(p.kind), OfText(p.status), OfText(p.level), OfText(p.date), OfEntities(p.issuers),
                           OfList(p.supports, [](const PolicyLink& l) {
                             return Value::Map({{"what", OfEntity(l.what)}, {"reach", Value::String(PolicyReachName(l.reach))}, {"certainty", OfCertainty(l.certainty)}});
                           }),
                           OfEntities(p.supports_all), OfSources(p.sources)});
    if (!more) break;
  }
  return Status::Ok();
}

Status ProfileRows(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.profile", in[1], {"limit"}));
  LT_ASSIGN(const Lang lang, options.Language());
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 100, 1, 1'000'000));
  Reader reader(*context.view(), lang);
  LT_ASSIGN(const Entity entity, OneEntity(reader, in[0], {"Company", "Park", "City", "District", "Province", "Cluster", "Chain"}));
  LT_ASSIGN(const Profile profile, MakeProfile(reader, entity, {.max_listed = static_cast<size_t>(limit)}, context.budget()));
  for (const Figure& f : profile.figures) {
    if (!row({Value::String("figure"), Value::String(f.name), Value(), OfNumber(f.value), OfText(f.unit), Value(), Value::List({})})) return Status::Ok();
  }
  for (const IndicatorRow& r : profile.indicators) {
    if (!row({Value::String("indicator"), OfText(r.metric), OfEntity(r.indicator), OfNumber(r.value), OfText(r.unit), OfText(r.kind), OfSources(r.sources)})) return Status::Ok();
  }
  for (const ProfileList& list : profile.lists) {
    for (const ProfileItem& item : list.items) {
      const Value count = item.count ? Value::Float(static_cast<double>(*item.count)) : Value();
      if (!row({Value::String("list"), Value::String(list.name), OfEntity(item.entity), count, Value(), OfText(item.detail), OfSources(item.sources)})) return Status::Ok();
    }
  }
  return Status::Ok();
}

Status CompareRows(Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const Options options, Options::Read("liantu.compare", in[2], {"limit"}));
  LT_ASSIGN(const Lang lang, options.Language());
  LT_ASSIGN(const int64_t limit, options.Integer("limit", 100, 1, 1'000'000));
  Reader reader(*context.view(), lang);
  const std::vector<std::string> labels = {"Company", "Park", "City", "District", "Province", "Cluster", "Chain"};
  LT_ASSIGN(const Entity a, OneEntity(reader, in[0], labels));
  LT_ASSIGN(const Entity b, OneEntity(reader, in[1], labels));
  LT_ASSIGN(const CompareAnswer answer, Compare(reader, a, b, {.max_listed = static_cast<size_t>(limit)}, context.budget()));
  for (const FigurePair& f : answer.figures) {
    if (!row({Value::String(f.name), OfNumber(f.a), OfNumber(f.b), Value::List({}), Value::List({}), Value::List({})})) return Status::Ok();
  }
  for (const ListComparison& c : answer.lists) {
    if (!row({Value::String(c.name), Value::Float(static_cast<double>(c.a_total)), Value::Float(static_cast<double>(c.b_total)), OfEntities(c.both), OfEntities(c.a_only), OfEntities(c.b_only)})) return Status::Ok();
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

// Arguments as the commands take them: nodes by "#id", lists by repeating the name.
Status AddArgument(const std::string& name, const Value& value, TextArguments& out) {
  if (value.is_null()) return Status::Ok();
  if (value.kind() == Kind::kList) {
    for (const Value& item : value.list()) LT_TRY(AddArgument(name, item, out));
    return Status::Ok();
  }
  if (value.kind() == Kind::kNode) {
    out.emplace_back(name, Text("#", value.node().raw));
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

Result<MethodAnswer> AnswerOf(const graph::Database& database, const std::string& method, Context& context, const Value& on, const Value& with) {
  Reader reader(*context.view(), Lang::kZh);
  LT_ASSIGN(const graph::Projection projection, ReadProjection(context, database, on));
  TextArguments arguments;
  if (!with.is_null()) {
    for (const auto& [name, value] : with.map()) LT_TRY(AddArgument(name, value, arguments));
  }
  LT_ASSIGN(MethodAnswer answer, CallMethod(reader, method, projection, arguments, context.budget()));
  if (answer.table.header.partial) LT_TRY(context.budget().Check());
  return answer;
}

// The figures about the whole, which the rows of algo.METHOD do not have, and how they were made.
Status Figures(const graph::Database& database, Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const MethodAnswer answer, AnswerOf(database, in[0].string(), context, in[1], in[2]));
  for (const auto& [name, cell] : answer.table.summary) {
    if (!row({Value::String(name), OfCell(*answer.snapshot, cell)})) return Status::Ok();
  }
  const analysis::Header& h = answer.table.header;
  const std::pair<const char*, const std::string*> texts[] = {
      {"projection", &h.projection}, {"definition", &h.definition}, {"reference", &h.reference}, {"normalisation", &h.normalisation}, {"ties", &h.ties}};
  for (const auto& [name, text] : texts) {
    if (!row({Value::String(name), Value::String(*text)})) return Status::Ok();
  }
  for (const std::string& warning : h.warnings) {
    if (!row({Value::String("warning"), Value::String(warning)})) return Status::Ok();
  }
  return Status::Ok();
}

Status RunMethod(const graph::Database& database, const std::string& method, Context& context, const Inputs& in, const Sink& row) {
  LT_ASSIGN(const MethodAnswer answer, AnswerOf(database, method, context, in[0], in[1]));
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
  Field on = In("projection", "ANY", "as of the method's own procedure"), with = In("arguments", "MAP?", "as of the method's own procedure");
  on.has_default = with.has_default = true;
  registry.Replace({.name = "algo.figures", .inputs = {In("method", "STRING", "its name, without algo."), on, with},
                    .outputs = Out({{"name", "STRING"}, {"value", "ANY"}}), .help = "Figures of a method about the whole (modularity, E-I index, maximum flow …), its projection and definition",
                    .run = [&database](Context& context, const Inputs& in, const Sink& row) { return Figures(database, context, in, row); }});
  const char* lang = "{lang: 'zh' or 'en'}";
  const auto add = [&](const char* name, std::vector<Field> inputs, std::vector<Field> outputs, const char* help, auto run) {
    registry.Replace({.name = name, .inputs = std::move(inputs), .outputs = std::move(outputs), .help = help, .run = run});
  };
  add("liantu.find", {In("name", "STRING", "any form of a name: short, part, pinyin, traditional"), OptionsIn("{label, limit, fuzzy}")},
      Out({{"node", "NODE"}, {"matched", "STRING"}, {"rank", "INTEGER"}}), "Nodes by name, best match first", Find);
  add("liantu.parks", {In("who", "ANY", "a company, or a chain, cluster or segment (its leaders)"), OptionsIn("{city, district, industry, level, kind, batch, minShare}")},
      Out({{"company", "NODE"}, {"park", "NODE"}, {"kind", "STRING"}, {"hosted", "NODE"}, {"through", "LIST OF ANY"}, {"project", "NODE?"},
           {"district", "NODE?"}, {"city", "NODE?"}, {"level", "STRING?"}, {"directions", "LIST OF STRING"}, {"certainty", "STRING"},
           {"sources", "LIST OF MAP"}}),
      "Which parks host a company or the leaders of a chain or cluster", Parks);
  add("liantu.partnerParks", {In("who", "ANY", "a company, or a chain, cluster or segment (its leaders)"), OptionsIn("{tiers: 1, city, district, industry, level, kind, batch, minShare}")},
      Out({{"side", "STRING"}, {"tier", "INTEGER"}, {"park", "NODE"}, {"district", "NODE?"}, {"city", "NODE?"}, {"companies", "LIST OF NODE"}, {"sources", "LIST OF MAP"}}),
      "Parks that host its suppliers and customers, tier by tier", PartnerParks);
  add("liantu.parkList", {OptionsIn("{city, district, industry, level, kind, batch, limit}")},
      Out({{"park", "NODE"}, {"district", "NODE?"}, {"city", "NODE?"}, {"level", "STRING?"}, {"kind", "STRING?"}, {"batch", "STRING?"}, {"areaKm2", "FLOAT?"},
           {"areaKind", "STRING?"}, {"directions", "LIST OF NODE"}, {"match", "STRING?"}, {"hosted", "INTEGER"}, {"planned", "INTEGER"}, {"sources", "LIST OF MAP"}}),
      "Parks of a place, a direction, a level, a kind or a batch", ParkList);
  add("liantu.leaders", {In("what", "ANY", "a park, place, chain, cluster, segment or company"), OptionsIn(lang)},
      Out({{"company", "NODE"}, {"tie", "STRING"}, {"park", "NODE?"}, {"hosted", "NODE?"}, {"project", "NODE?"}, {"leads", "LIST OF MAP"}, {"certainty", "STRING"},
           {"sources", "LIST OF MAP"}}),
      "Chain leaders that stand in a park or place, or are named for a chain, cluster or segment", LeaderRows);
  add("liantu.links", {In("from", "ANY", "a place, cluster, chain, segment, park or company"), In("to", "ANY", "the other side"),
                       OptionsIn("{tiers, chain, product, firm, limit}")},
      Out({{"forward", "BOOLEAN"}, {"supplier", "NODE"}, {"customer", "NODE"}, {"tiers", "INTEGER"}, {"strength", "STRING"}, {"path", "PATH"},
           {"ties", "LIST OF MAP"}}),
      "Supply routes between two places, clusters, chains or companies, both ways", Links);
  add("liantu.partners", {In("who", "ANY", "a place, cluster, chain, segment, product, park or company"), OptionsIn("{tiers: 1, chain, product, firm, limit}")},
      Out({{"side", "STRING"}, {"tier", "INTEGER"}, {"company", "NODE"}, {"city", "NODE?"}, {"strength", "STRING"}, {"tieCount", "INTEGER"}, {"ties", "LIST OF MAP"}}),
      "Suppliers and customers, tier by tier", PartnerRows);
  add("liantu.pairs", {In("by", "STRING", "'city', 'district', 'cluster', 'park', 'chain' or 'province'"), OptionsIn("{chain, within, limit}")},
      Out({{"a", "NODE"}, {"b", "NODE"}, {"shared", "INTEGER"}, {"aToB", "INTEGER"}, {"bToA", "INTEGER"}, {"insideA", "INTEGER"}, {"insideB", "INTEGER"}, {"ei", "FLOAT?"},
           {"eiExpected", "FLOAT?"}, {"z", "FLOAT?"}, {"tooFew", "BOOLEAN"}, {"network", "MAP"}, {"forward", "MAP"}, {"backward", "MAP"}}),
      "How every two cities, districts, clusters, parks or chains are tied together", Pairs);
  add("liantu.linkage", {In("a", "ANY", "a place, cluster, chain, segment, park or company"), In("b", "ANY", "the other side"), OptionsIn("{limit}")},
      Out({{"a", "MAP"}, {"b", "MAP"}, {"shared", "INTEGER"}, {"aToB", "INTEGER"}, {"bToA", "INTEGER"}, {"insideA", "INTEGER"},
           {"insideB", "INTEGER"}, {"ei", "FLOAT?"}, {"eiExpected", "FLOAT?"}, {"z", "FLOAT?"}, {"tooFew", "BOOLEAN"}, {"ties", "LIST OF MAP"},
           {"bridges", "LIST OF MAP"}, {"brokers", "LIST OF MAP"}, {"tieCut", "FLOAT?"}, {"companyCut", "FLOAT?"}, {"parks", "LIST OF NODE"}, {"segments", "LIST OF NODE"}, {"agreements", "LIST OF NODE"},
           {"complements", "LIST OF MAP"}, {"complete", "BOOLEAN"}}),
      "How two groups of companies are tied together", Linkage);
  add("liantu.pairings", {In("a", "ANY", "a place, cluster, chain, segment, park or company"), In("b", "ANY", "the other side"), OptionsIn("{limit: 20}")},
      Out({{"supplier", "NODE"}, {"customer", "NODE"}, {"aSupplies", "BOOLEAN"}, {"score", "INTEGER"}, {"reasons", "LIST OF MAP"}}),
      "Companies of two groups that could be joined, with the reasons", Pairings);
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
  add("liantu.systemParts", {In("system", "ANY", "an industrial system, park group, platform or policy"), OptionsIn(lang)},
      Out({{"part", "NODE"}, {"role", "STRING?"}, {"under", "NODE?"}, {"certainty", "STRING"}, {"note", "STRING?"}, {"sources", "LIST OF MAP"}}),
      "Who belongs to an industrial system or a group of parks", SystemParts);
  add("liantu.systemCounts", {In("system", "ANY", "an industrial system, park group, platform, policy or indicator"), OptionsIn(lang)},
      Out({{"what", "STRING"}, {"stated", "FLOAT?"}, {"unit", "STRING?"}, {"period", "STRING?"}, {"kind", "STRING?"}, {"named", "INTEGER"}, {"sources", "LIST OF MAP"}}),
      "Members that a source counts, and how many of them the data can name", SystemCounts);
  add("liantu.targets", {In("of", "ANY", "a place, system, park, company or policy; null: everything"), OptionsIn(lang)},
      Out({{"target", "NODE"}, {"of", "LIST OF NODE"}, {"metric", "STRING?"}, {"value", "FLOAT?"}, {"unit", "STRING?"}, {"period", "STRING?"}, {"kind", "STRING?"},
           {"results", "LIST OF NODE"}, {"outcome", "STRING"}, {"sources", "LIST OF MAP"}}),
      "Targets and plans beside results of the same thing and metric", Targets);
  add("liantu.checks", {In("of", "ANY", "a place, system, park, company or policy; null: everything"), OptionsIn(lang)},
      Out({{"kind", "STRING"}, {"agrees", "BOOLEAN"}, {"what", "NODE"}, {"text", "STRING"}, {"sources", "LIST OF MAP"}}),
      "What sources say against each other", Checks);
  add("liantu.policies", {In("what", "ANY", "a place, park, park group or cluster; null: any"), OptionsIn("{industry}")},
      Out({{"policy", "NODE"}, {"kind", "STRING?"}, {"status", "STRING?"}, {"level", "STRING?"}, {"date", "STRING?"}, {"issuers", "LIST OF NODE"}, {"supports", "LIST OF MAP"},
           {"supportsAll", "LIST OF NODE"}, {"sources", "LIST OF MAP"}}),
      "Policies that support a place, a park, an industry, or an industry in a place", Policies);
  add("liantu.profile", {In("what", "ANY", "a company, park, place, cluster or chain"), OptionsIn("{limit: 100}")},
      Out({{"part", "STRING"}, {"name", "STRING"}, {"node", "NODE?"}, {"value", "FLOAT?"}, {"unit", "STRING?"}, {"detail", "STRING?"}, {"sources", "LIST OF MAP"}}),
      "A company, park, place, cluster or chain: figures, indicators and lists", ProfileRows);
  add("liantu.compare", {In("a", "ANY", "a company, park, place, cluster or chain"), In("b", "ANY", "another of the kind"), OptionsIn("{limit: 100}")},
      Out({{"name", "STRING"}, {"a", "FLOAT?"}, {"b", "FLOAT?"}, {"both", "LIST OF NODE"}, {"aOnly", "LIST OF NODE"}, {"bOnly", "LIST OF NODE"}}),
      "Two of a kind side by side", CompareRows);
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
