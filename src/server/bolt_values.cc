// SPDX-License-Identifier: Apache-2.0
// The structures of docs/bolt.md. Everything that comes in is checked here: ranges of dates, times and offsets, known zones and
// coordinate systems, the number of fields.
#include "server/bolt_values.h"

#include <cmath>
#include <unordered_map>

#include "graph/temporal.h"

namespace liantu::server {

namespace {

using query::Kind;
using query::Value;
using Token = PackToken;

enum Tag : uint8_t {
  kNode = 0x4E, kRelationship = 0x52, kUnbound = 0x72, kPath = 0x50, kDate = 0x44, kLocalTime = 0x74, kTime = 0x54,
  kLocalDateTime = 0x64, kDateTime = 0x49, kDateTimeZone = 0x69, kLegacyDateTime = 0x46, kLegacyDateTimeZone = 0x66,
  kDuration = 0x45, kPoint2D = 0x58, kPoint3D = 0x59
};

constexpr int64_t kMinSeconds = graph::kMinDays * 86400, kMaxSeconds = (graph::kMaxDays + 1) * 86400 - 1;

Status Refused(std::string what) { return Status(Code::kRejected, std::move(what)); }

class ValueReader {
 public:
  ValueReader(PackReader& reader, const ValueForms& forms, uint32_t& budget) : reader_(reader), forms_(forms), budget_(budget) {}

  Result<Value> Read(int depth) {
    if (budget_ == 0) return Refused(Text("a message of more than ", kMaxValues, " values"));
    --budget_;
    LT_ASSIGN(const Token token, reader_.Next());
    switch (token.kind) {
      case Token::Kind::kNull: return Value();
      case Token::Kind::kBoolean: return Value::Boolean(token.boolean);
      case Token::Kind::kInteger: return Value::Integer(token.integer);
      case Token::Kind::kFloat: return Value::Float(token.number);
      case Token::Kind::kString: return Value::String(std::string(token.text));
      case Token::Kind::kBytes: return Refused("byte arrays are not a type of the query language; send text or a list of integers");
      default: break;
    }
    if (depth >= kMaxValueDepth) return Refused(Text("a value nested more than ", kMaxValueDepth, " deep"));
    if (token.kind == Token::Kind::kList) {
      query::ValueList items;
      items.reserve(token.size);
      for (uint32_t i = 0; i < token.size; ++i) {
        LT_ASSIGN(Value item, Read(depth + 1));
        items.push_back(std::move(item));
      }
      return Value::List(std::move(items));
    }
    if (token.kind == Token::Kind::kMap) {
      query::ValueMap entries;
      entries.reserve(token.size);
      for (uint32_t i = 0; i < token.size; ++i) {
        LT_ASSIGN(const Token key, reader_.Next());
        if (key.kind != Token::Kind::kString) {
          return Status(Code::kInvalid, Text("malformed message at byte ", reader_.offset(), ": the key of a map is a ", PackKindName(key.kind)));
        }
        LT_ASSIGN(Value value, Read(depth + 1));
        entries.emplace_back(std::string(key.text), std::move(value));
      }
      return Value::Map(std::move(entries));
    }
    return Structure(token);
  }

 private:
  // The fields of a structure, which are scalars in all that a client may send.
  Status Integers(int64_t* fields, int count) {
    for (int i = 0; i < count; ++i) {
      LT_ASSIGN(const Token token, reader_.Next());
      if (token.kind != Token::Kind::kInteger) return Refused(Text("a structure with a ", PackKindName(token.kind), " where an integer was expected"));
      fields[i] = token.integer;
    }
    return {};
  }
  static Status Within(const char* what, int64_t value, int64_t min, int64_t max) {
    if (value >= min && value <= max) return {};
    return Refused(Text(what, ": expected ", min, " to ", max, ", found ", value));
  }
  Result<std::string> Zone() {
    LT_ASSIGN(const Token token, reader_.Next());
    if (token.kind != Token::Kind::kString) return Refused(Text("a time zone that is a ", PackKindName(token.kind)));
    return std::string(token.text);
  }

  Result<Value> Structure(const Token& head) {
    const auto fields = [&](uint32_t count) {
      return head.size == count ? Status() : Refused(Text("structure ", static_cast<int>(head.tag), ": expected ", count, " fields, found ", head.size));
    };
    int64_t f[4] = {};
    switch (head.tag) {
      case kDate:
        LT_TRY(fields(1));
        LT_TRY(Integers(f, 1));
        LT_TRY(Within("days of a date", f[0], graph::kMinDays, graph::kMaxDays));
        return Value::Of(graph::Date{f[0]});
      case kLocalTime:
        LT_TRY(fields(1));
        LT_TRY(Integers(f, 1));
        LT_TRY(Within("nanoseconds of a time", f[0], 0, graph::kNanosPerDay - 1));
        return Value::Of(graph::LocalTime{f[0]});
      case kTime:
        LT_TRY(fields(2));
        LT_TRY(Integers(f, 2));
        LT_TRY(Within("nanoseconds of a time", f[0], 0, graph::kNanosPerDay - 1));
        LT_TRY(Within("offset of a time", f[1], -graph::kMaxOffset, graph::kMaxOffset));
        return Value::Of(graph::Time{f[0], static_cast<int32_t>(f[1])});
      case kLocalDateTime:
        LT_TRY(fields(2));
        LT_TRY(Integers(f, 2));
        LT_TRY(Moment(f));
        return Value::Of(graph::LocalDateTime{f[0], static_cast<int32_t>(f[1])});
      case kDateTime: case kLegacyDateTime: {
        LT_TRY(Form(head.tag == kDateTime));
        LT_TRY(fields(3));
        LT_TRY(Integers(f, 3));
        LT_TRY(Moment(f));
        LT_TRY(Within("offset of a datetime", f[2], -graph::kMaxOffset, graph::kMaxOffset));
        const auto offset = static_cast<int32_t>(f[2]);
        return Value::Of(graph::DateTime{head.tag == kDateTime ? f[0] : f[0] - offset, static_cast<int32_t>(f[1]), offset, ""});
      }
      case kDateTimeZone: case kLegacyDateTimeZone: {
        const bool utc = head.tag == kDateTimeZone;
        LT_TRY(Form(utc));
        LT_TRY(fields(3));
        LT_TRY(Integers(f, 2));
        LT_TRY(Moment(f));
        LT_ASSIGN(std::string zone, Zone());
        const auto offset = utc ? graph::ZoneOffsetAt(zone, f[0]) : graph::ZoneOffsetOfLocal(zone, f[0]);
        if (!offset.ok()) return Refused(offset.status().message());
        return Value::Of(graph::DateTime{utc ? f[0] : f[0] - *offset, static_cast<int32_t>(f[1]), *offset, std::move(zone)});
      }
      case kDuration: {
        LT_TRY(fields(4));
        LT_TRY(Integers(f, 4));
        // Nanoseconds are kept below a second and never negative; the seconds make up for it.
        int64_t carry = f[3] / graph::kNanosPerSecond, nanos = f[3] % graph::kNanosPerSecond, seconds = 0;
        if (nanos < 0) nanos += graph::kNanosPerSecond, --carry;
        if (__builtin_add_overflow(f[2], carry, &seconds)) return Refused("a duration whose seconds do not fit 64 bits");
        return Value::Of(graph::Duration{f[0], f[1], seconds, static_cast<int32_t>(nanos)});
      }
      case kPoint2D: case kPoint3D: {
        const bool three = head.tag == kPoint3D;
        LT_TRY(fields(three ? 4 : 3));
        LT_TRY(Integers(f, 1));
        if (f[0] != (three ? 4979 : 4326) && f[0] != (three ? 9157 : 7203)) {
          return Refused(Text("a point of SRID ", f[0], "; known are 4326 and 7203 with two, 4979 and 9157 with three coordinates"));
        }
        double c[3] = {};
        for (int i = 0; i < (three ? 3 : 2); ++i) {
          LT_ASSIGN(const Token token, reader_.Next());
          if (token.kind != Token::Kind::kFloat && token.kind != Token::Kind::kInteger) return Refused(Text("a coordinate that is a ", PackKindName(token.kind)));
          c[i] = token.kind == Token::Kind::kFloat ? token.number : static_cast<double>(token.integer);
        }
        return Value::Of(graph::Point{static_cast<int32_t>(f[0]), c[0], c[1], c[2]});
      }
      case kNode: return Refused("a node cannot be a parameter; send its id or a property");
      case kRelationship: case kUnbound: return Refused("a relationship cannot be a parameter; send its id or a property");
      case kPath: return Refused("a path cannot be a parameter");
      default: return Refused(Text("structure ", static_cast<int>(head.tag), " is not known in this version of Bolt"));
    }
  }
  static Status Moment(const int64_t* fields) {
    LT_TRY(Within("seconds of a datetime", fields[0], kMinSeconds, kMaxSeconds));
    return Within("nanoseconds of a datetime", fields[1], 0, graph::kNanosPerSecond - 1);
  }
  Status Form(bool utc) const {
    if (utc == forms_.utc) return {};
    return Refused(utc ? "a datetime in UTC form, which this version of Bolt has only with patch_bolt utc" : "a datetime in the form of Bolt 4.4, but UTC was agreed");
  }

  PackReader& reader_;
  const ValueForms& forms_;
  uint32_t& budget_;
};

class ValueWriter {
 public:
  ValueWriter(PackWriter& out, query::Context& context, const ValueForms& forms) : out_(out), context_(context), forms_(forms) {}

  Status Write(const Value& value, int depth) {
    switch (value.kind()) {
      case Kind::kNull: out_.Null(); break;
      case Kind::kBoolean: out_.Boolean(value.boolean()); break;
      case Kind::kInteger: out_.Integer(value.integer()); break;
      case Kind::kFloat: out_.Float(value.real()); break;
      case Kind::kString: out_.String(value.string()); break;
      case Kind::kDate: Integers(kDate, {value.date().days}); break;
      case Kind::kLocalTime: Integers(kLocalTime, {value.local_time().nanos}); break;
      case Kind::kTime: Integers(kTime, {value.time().nanos, value.time().offset_s}); break;
      case Kind::kLocalDateTime: Integers(kLocalDateTime, {value.local_date_time().seconds, value.local_date_time().nanos}); break;
      case Kind::kDateTime: {
        const graph::DateTime& t = value.date_time();
        const int64_t seconds = forms_.utc ? t.seconds : t.seconds + t.offset_s;
        if (t.zone.empty()) {
          Integers(forms_.utc ? kDateTime : kLegacyDateTime, {seconds, t.nanos, t.offset_s});
        } else {
          out_.Structure(forms_.utc ? kDateTimeZone : kLegacyDateTimeZone, 3);
          out_.Integer(seconds);
          out_.Integer(t.nanos);
          out_.String(t.zone);
        }
        break;
      }
      case Kind::kDuration: Integers(kDuration, {value.duration().months, value.duration().days, value.duration().seconds, value.duration().nanos}); break;
      case Kind::kPoint: {
        const graph::Point& p = value.point();
        const bool three = p.srid == 4979 || p.srid == 9157;
        out_.Structure(three ? kPoint3D : kPoint2D, three ? 4 : 3);
        out_.Integer(p.srid);
        out_.Float(p.x);
        out_.Float(p.y);
        if (three) out_.Float(p.z);
        break;
      }
      case Kind::kList:
        if (depth >= kMaxWrittenDepth) return Refused(Text("a value nested more than ", kMaxWrittenDepth, " deep"));
        out_.List(value.list().size());
        for (const Value& item : value.list()) LT_TRY(Write(item, depth + 1));
        break;
      case Kind::kMap:
        if (depth >= kMaxWrittenDepth) return Refused(Text("a value nested more than ", kMaxWrittenDepth, " deep"));
        out_.Map(value.map().size());
        for (const auto& [key, item] : value.map()) {
          out_.String(key);
          LT_TRY(Write(item, depth + 1));
        }
        break;
      case Kind::kNode: return Node(value.node());
      case Kind::kRelationship: return Relationship(value.relationship(), /*bound=*/true);
      case Kind::kPath: return Path(value.path());
    }
    return {};
  }

 private:
  static constexpr int kMaxWrittenDepth = 1000;

  void Integers(uint8_t tag, std::initializer_list<int64_t> fields) {
    out_.Structure(tag, fields.size());
    for (const int64_t field : fields) out_.Integer(field);
  }

  Status Properties(const std::vector<std::pair<graph::PropertyId, graph::Value>>& properties) {
    out_.Map(properties.size());
    for (const auto& [id, value] : properties) {
      out_.String(context_.view()->name(id));
      LT_TRY(Write(Value::Of(value), 0));
    }
    return {};
  }

  Status Node(query::NodeId id) {
    const graph::Node* node = context_.TryGetNode(id);
    out_.Structure(kNode, forms_.element_ids ? 4 : 3);
    out_.Integer(static_cast<int64_t>(id.raw));
    if (node) {
      out_.List(node->labels.size());
      for (const graph::LabelId label : node->labels) out_.String(context_.view()->name(label));
      LT_TRY(Properties(node->properties));
    } else {
      out_.List(0);
      out_.Map(0);
    }
    if (forms_.element_ids) out_.String(query::ElementId(id));
    return {};
  }

  Status Relationship(query::EdgeId id, bool bound) {
    const graph::Edge* edge = context_.TryGetEdge(id);
    const query::NodeId from = edge ? edge->from : query::NodeId{}, to = edge ? edge->to : query::NodeId{};
    out_.Structure(bound ? kRelationship : kUnbound, (bound ? 5 : 3) + (forms_.element_ids ? (bound ? 3 : 1) : 0));
    out_.Integer(static_cast<int64_t>(id.raw));
    if (bound) {
      out_.Integer(static_cast<int64_t>(from.raw));
      out_.Integer(static_cast<int64_t>(to.raw));
    }
    out_.String(edge ? context_.view()->name(edge->type) : "");
    if (edge) {
      LT_TRY(Properties(edge->properties));
    } else {
      out_.Map(0);
    }
    if (forms_.element_ids) {
      out_.String(query::ElementId(id));
      if (bound) {
        out_.String(query::ElementId(from));
        out_.String(query::ElementId(to));
      }
    }
    return {};
  }

  // The different nodes, the different relationships without their ends, then for each step the relationship's number
  // (from 1, negative when walked against its direction) and the node's (from 0). The first node is number 0.
  Status Path(const query::PathValue& path) {
    std::vector<query::NodeId> nodes;
    std::vector<query::EdgeId> edges;
    std::unordered_map<uint64_t, int64_t> node_number, edge_number;
    const auto number_of = [](auto id, auto& numbers, auto& list) {
      const auto [it, fresh] = numbers.emplace(id.raw, static_cast<int64_t>(list.size()));
      if (fresh) list.push_back(id);
      return it->second;
    };
    std::vector<int64_t> indices;
    number_of(path.nodes[0], node_number, nodes);
    for (size_t i = 0; i < path.edges.size(); ++i) {
      const graph::Edge* edge = context_.TryGetEdge(path.edges[i]);
      const bool against = edge && edge->from != path.nodes[i];
      const int64_t number = number_of(path.edges[i], edge_number, edges) + 1;
      indices.push_back(against ? -number : number);
      indices.push_back(number_of(path.nodes[i + 1], node_number, nodes));
    }
    out_.Structure(kPath, 3);
    out_.List(nodes.size());
    for (const query::NodeId id : nodes) LT_TRY(Node(id));
    out_.List(edges.size());
    for (const query::EdgeId id : edges) LT_TRY(Relationship(id, /*bound=*/false));
    out_.List(indices.size());
    for (const int64_t index : indices) out_.Integer(index);
    return {};
  }

  PackWriter& out_;
  query::Context& context_;
  const ValueForms& forms_;
};

}  // namespace

Result<Value> ReadValue(PackReader& reader, const ValueForms& forms, uint32_t& budget) {
  return ValueReader(reader, forms, budget).Read(0);
}

Status WriteValue(PackWriter& out, const Value& value, query::Context& context, const ValueForms& forms) {
  return ValueWriter(out, context, forms).Write(value, 0);
}

}  // namespace liantu::server
