// SPDX-License-Identifier: Apache-2.0
// Two walks over a value, one for people and one for JSON.
#include "query/cells.h"

#include "io/json.h"

namespace liantu::query {

namespace {

// A name as it is written in a query: in back quotes where it has to be.
void AppendName(std::string& out, std::string_view name) {
  bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
  for (const char c : name) plain &= (c & 0x80) != 0 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (plain) {
    out += name;
    return;
  }
  out += '`';
  for (const char c : name) {
    if (c == '`') out += '`';
    out += c;
  }
  out += '`';
}

struct People {
  Context& context;
  std::string& out;

  void Properties(const std::vector<std::pair<graph::PropertyId, graph::Value>>& properties, bool space) {
    if (properties.empty()) return;
    out += space ? " {" : "{";
    bool first = true;
    for (const auto& [id, value] : properties) {
      if (!first) out += ", ";
      first = false;
      AppendName(out, context.view()->name(id));
      out += ": ";
      Write(query::Value::Of(value));
    }
    out += '}';
  }
  void Node(NodeId id) {
    out += '(';
    if (const graph::Node* node = context.TryGetNode(id)) {
      for (const graph::LabelId label : node->labels) {
        out += ':';
        AppendName(out, context.view()->name(label));
      }
      Properties(node->properties, !node->labels.empty());
    }
    out += ')';
  }
  void Relationship(EdgeId id) {
    out += "[:";
    if (const graph::Edge* edge = context.TryGetEdge(id)) {
      AppendName(out, context.view()->name(edge->type));
      Properties(edge->properties, true);
    }
    out += ']';
  }
  void Write(const Value& value) {
    switch (value.kind()) {
      case Kind::kList: {
        out += '[';
        bool first = true;
        for (const Value& item : value.list()) {
          if (!first) out += ", ";
          first = false;
          Write(item);
        }
        out += ']';
        return;
      }
      case Kind::kMap: {
        out += '{';
        bool first = true;
        for (const auto& [key, item] : value.map()) {
          if (!first) out += ", ";
          first = false;
          AppendName(out, key);
          out += ": ";
          Write(item);
        }
        out += '}';
        return;
      }
      case Kind::kNode: Node(value.node()); return;
      case Kind::kRelationship: Relationship(value.relationship()); return;
      case Kind::kPath: {
        const PathValue& path = value.path();
        Node(path.nodes[0]);
        for (size_t i = 0; i < path.edges.size(); ++i) {
          const graph::Edge* edge = context.TryGetEdge(path.edges[i]);
          const bool back = edge && edge->from != path.nodes[i];
          out += back ? "<-" : "-";
          Relationship(path.edges[i]);
          out += back ? "-" : "->";
          Node(path.nodes[i + 1]);
        }
        return;
      }
      default: out += ToLiteral(value); return;
    }
  }
};

struct Json {
  Context& context;
  std::string& out;

  void Key(std::string_view key, bool first = false) {
    if (!first) out += ',';
    io::AppendJsonString(out, key);
    out += ':';
  }
  void Properties(const std::vector<std::pair<graph::PropertyId, graph::Value>>& properties) {
    out += '{';
    bool first = true;
    for (const auto& [id, value] : properties) {
      Key(context.view()->name(id), first);
      first = false;
      io::AppendJson(out, value);
    }
    out += '}';
  }
  void Node(NodeId id) {
    out += "{\"id\":";
    io::AppendJsonString(out, ElementId(id));
    const graph::Node* node = context.TryGetNode(id);
    out += ",\"labels\":[";
    if (node) {
      for (size_t i = 0; i < node->labels.size(); ++i) {
        if (i > 0) out += ',';
        io::AppendJsonString(out, context.view()->name(node->labels[i]));
      }
    }
    out += "],\"properties\":";
    Properties(node ? node->properties : decltype(node->properties)());
    out += '}';
  }
  void Relationship(EdgeId id) {
    out += "{\"id\":";
    io::AppendJsonString(out, ElementId(id));
    const graph::Edge* edge = context.TryGetEdge(id);
    if (edge) {
      Key("type");
      io::AppendJsonString(out, context.view()->name(edge->type));
      Key("from");
      io::AppendJsonString(out, ElementId(edge->from));
      Key("to");
      io::AppendJsonString(out, ElementId(edge->to));
    }
    Key("properties");
    Properties(edge ? edge->properties : decltype(edge->properties)());
    out += '}';
  }
  template <class Items, class WriteItem>
  void Array(const Items& items, WriteItem write) {
    out += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) out += ',';
      first = false;
      write(item);
    }
    out += ']';
  }
  void Write(const Value& value) {
    switch (value.kind()) {
      case Kind::kNull: out += "null"; return;
      case Kind::kList: Array(value.list(), [&](const Value& item) { Write(item); }); return;
      case Kind::kMap: {
        out += '{';
        bool first = true;
        for (const auto& [key, item] : value.map()) {
          Key(key, first);
          first = false;
          Write(item);
        }
        out += '}';
        return;
      }
      case Kind::kNode: Node(value.node()); return;
      case Kind::kRelationship: Relationship(value.relationship()); return;
      case Kind::kPath:
        out += "{\"nodes\":";
        Array(value.path().nodes, [&](NodeId id) { Node(id); });
        out += ",\"relationships\":";
        Array(value.path().edges, [&](EdgeId id) { Relationship(id); });
        out += '}';
        return;
      default: {
        const auto storable = ToStorable(value);
        io::AppendJson(out, storable.ok() ? *storable : graph::Value());
        return;
      }
    }
  }
};

bool IsScalar(Kind kind) { return kind < Kind::kList; }

}  // namespace

std::string Readable(const Value& value, Context& context) {
  std::string out;
  People{context, out}.Write(value);
  return out;
}

std::string ToJson(const Value& value, Context& context) {
  std::string out;
  Json{context, out}.Write(value);
  return out;
}

io::Cell CellOf(const Value& value, Context& context) {
  if (value.is_null()) return {};
  if (IsScalar(value.kind())) {
    auto storable = ToStorable(value);
    if (storable.ok()) return io::Cell(*std::move(storable));
  }
  return io::Cell(graph::Value(Readable(value, context)), ToJson(value, context));
}

}  // namespace liantu::query
