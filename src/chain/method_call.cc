// SPDX-License-Identifier: Apache-2.0
// Texts to arguments.
#include "chain/method_call.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace liantu::chain {

using analysis::Argument;
using analysis::ArgumentKind;
using analysis::Arguments;
using analysis::GroupColumn;
using analysis::Vertex;
using graph::Direction;
using graph::Neighbour;
using graph::Snapshot;
using graph::TypeId;

namespace {

// For each node the first node of `label` over `types`, followed upwards where `climb`.
Result<std::vector<NodeId>> Lead(Reader& reader, const std::vector<NodeId>& nodes, const std::vector<std::string>& types,
                                 const std::string& label, bool climb) {
  std::vector<TypeId> ids;
  for (const std::string& type : types) {
    if (const TypeId id = reader.view().type(type)) ids.push_back(id);
  }
  const graph::LabelId wanted = reader.view().label(label);
  std::vector<NodeId> at = nodes, found(nodes.size());
  if (ids.empty() || !wanted) return found;
  std::map<NodeId, NodeId> up;  // of places already climbed
  std::vector<size_t> open(nodes.size());
  for (size_t i = 0; i < open.size(); ++i) open[i] = i;
  for (int step = 0; step < (climb ? 6 : 1) && !open.empty(); ++step) {
    std::vector<NodeId> frontier;
    for (size_t i : open) frontier.push_back(at[i]);
    std::sort(frontier.begin(), frontier.end());
    frontier.erase(std::unique(frontier.begin(), frontier.end()), frontier.end());
    std::vector<Neighbour> first(frontier.size());
    LT_TRY(reader.view().ExpandMany(frontier, Direction::kOut, ids, [&](size_t i, const Neighbour& n) {
      if (!first[i].edge || n.edge < first[i].edge) first[i] = n;
      return true;
    }));
    std::vector<NodeId> ends;
    for (const Neighbour& n : first) ends.push_back(n.node);
    std::vector<NodeId> distinct = ends;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    LT_ASSIGN(const auto stored, reader.view().GetNodes(distinct));
    std::vector<char> good(distinct.size(), 0);
    for (size_t i = 0; i < distinct.size(); ++i) {
      good[i] = stored[i] && std::binary_search(stored[i]->labels.begin(), stored[i]->labels.end(), wanted);
    }
    std::vector<size_t> still;
    for (size_t i : open) {
      const size_t k = static_cast<size_t>(std::lower_bound(frontier.begin(), frontier.end(), at[i]) - frontier.begin());
      const NodeId next = ends[k];
      if (!next) continue;
      const size_t d = static_cast<size_t>(std::lower_bound(distinct.begin(), distinct.end(), next) - distinct.begin());
      if (good[d]) {
        found[i] = next;
      } else {
        at[i] = next;
        still.push_back(i);
      }
    }
    open = std::move(still);
  }
  return found;
}

// "#17" is the node of that id: nodes of a query may have no name.
std::optional<NodeId> AsId(std::string_view text) {
  NodeId id;
  if (text.size() < 2 || text[0] != '#') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), id.raw);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(id) : std::nullopt;
}

Result<Vertex> OneVertex(Reader& reader, const Snapshot& snapshot, const std::string& text) {
  if (const auto id = AsId(text)) {
    const Vertex v = snapshot.vertex(*id);
    if (v == graph::kNoVertex) return Status(Code::kInvalid, Text("the node ", text, " is not in the projection ", snapshot.projection().Describe()));
    return v;
  }
  LT_ASSIGN(const Entity entity, reader.Resolve(text, {}));
  const Vertex v = snapshot.vertex(entity.id);
  if (v == graph::kNoVertex) {
    return Status(Code::kInvalid, Text("'", entity.name, "' (", entity.label, ":", entity.key, ") is not in the projection ", snapshot.projection().Describe()));
  }
  return v;
}

// Missing values count as 0, and a warning says how many there were.
Result<std::vector<double>> NumbersOf(Reader& reader, const Snapshot& snapshot, const std::string& property,
                                      std::vector<std::string>& warnings) {
  const auto id = reader.view().property(property);
  if (!id) return Status(Code::kInvalid, Text("no node has a property '", property, "'"));
  std::vector<NodeId> nodes;
  for (Vertex v = 0; v < snapshot.vertex_count(); ++v) nodes.push_back(snapshot.node_id(v));
  LT_ASSIGN(const auto stored, reader.view().GetNodes(nodes));
  std::vector<double> numbers(nodes.size(), 0.0);
  size_t missing = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const graph::Value* value = stored[i] ? stored[i]->Property(id) : nullptr;
    const auto number = value ? value->number() : std::nullopt;
    if (!number) ++missing;
    numbers[i] = number.value_or(0.0);
  }
  if (missing > 0) warnings.push_back(Text("property '", property, "' is no number at ", missing, " of ", nodes.size(), " nodes; 0 was taken there"));
  return numbers;
}

// The names as groups in their order, -1 for "".
GroupColumn Numbered(const std::vector<std::string>& name_of) {
  GroupColumn column{.groups = analysis::Groups(name_of.size(), -1)};
  std::map<std::string, int32_t> numbers;
  for (const std::string& name : name_of) {
    if (!name.empty()) numbers.emplace(name, 0);
  }
  for (auto& [name, number] : numbers) {
    number = static_cast<int32_t>(column.names.size());
    column.names.push_back(name);
  }
  for (size_t i = 0; i < name_of.size(); ++i) {
    if (!name_of[i].empty()) column.groups[i] = numbers.at(name_of[i]);
  }
  return column;
}

// A group for each arc, by a property of its stored edge.
Result<GroupColumn> GroupArcs(Reader& reader, const Snapshot& snapshot, const std::string& property) {
  const auto id = reader.view().property(property);
  if (!id) return Status(Code::kInvalid, Text("no edge has a property '", property, "'"));
  std::vector<std::string> name_of(snapshot.arc_count());
  std::vector<graph::EdgeId> edges;
  for (uint32_t begin = 0; begin < name_of.size(); begin += static_cast<uint32_t>(edges.size())) {
    edges.clear();
    for (size_t arc = begin; arc < name_of.size() && edges.size() < 10'000; ++arc) edges.push_back(snapshot.edge_id(static_cast<uint32_t>(arc)));
    LT_ASSIGN(const auto stored, reader.view().GetEdges(edges));
    for (size_t i = 0; i < edges.size(); ++i) {
      const graph::Value* value = stored[i] ? stored[i]->Property(id) : nullptr;
      if (value) name_of[begin + i] = graph::ToText(*value);
    }
  }
  return Numbered(name_of);
}

Result<Arguments> ReadArguments(Reader& reader, const analysis::Method& method, const Snapshot& snapshot, const TextArguments& texts,
                                std::vector<std::string>& warnings) {
  Arguments arguments;
  for (const auto& [name, text] : texts) {
    const auto it = std::find_if(method.arguments.begin(), method.arguments.end(), [&n = name](const Argument& a) { return a.name == n; });
    if (it == method.arguments.end()) {
      arguments.Set(name, text);  // refused by the registry, which names the nearest
      continue;
    }
    switch (it->kind) {
      case ArgumentKind::kNode: {
        LT_ASSIGN(const Vertex v, OneVertex(reader, snapshot, text));
        arguments.Set(name, v);
        break;
      }
      case ArgumentKind::kNodes: {
        std::vector<Vertex> list;
        if (arguments.Has(name)) list = arguments.Nodes(name);
        LT_ASSIGN(const Vertex v, OneVertex(reader, snapshot, text));
        list.push_back(v);
        arguments.Set(name, std::move(list));
        break;
      }
      case ArgumentKind::kGroups: {
        LT_ASSIGN(GroupColumn groups, GroupVertices(reader, snapshot, text));
        arguments.Set(name, std::move(groups));
        break;
      }
      case ArgumentKind::kNumbers: {
        LT_ASSIGN(std::vector<double> numbers, NumbersOf(reader, snapshot, text, warnings));
        arguments.Set(name, std::move(numbers));
        break;
      }
      case ArgumentKind::kEdgeGroups: {
        LT_ASSIGN(GroupColumn groups, GroupArcs(reader, snapshot, text));
        arguments.Set(name, std::move(groups));
        break;
      }
      case ArgumentKind::kPattern:
        arguments.Set(name, analysis::PatternText{text, [&reader](std::string_view type) -> std::optional<TypeId> {
                        const TypeId id = reader.view().type(type);
                        return id ? std::optional(id) : std::nullopt;
                      }});
        break;
      default: {
        LT_ASSIGN(Arguments::Value value, analysis::ParseArgument(*it, text));
        arguments.Set(name, std::move(value));
      }
    }
  }
  return arguments;
}

}  // namespace

Result<GroupColumn> GroupVertices(Reader& reader, const Snapshot& snapshot, const std::string& by) {
  std::vector<NodeId> nodes;
  for (Vertex v = 0; v < snapshot.vertex_count(); ++v) nodes.push_back(snapshot.node_id(v));
  std::vector<std::string> name_of(nodes.size());
  const size_t colon = by.find(':');
  const std::string place_label = by == "province" ? "Province" : by == "city" ? "City" : by == "district" ? "District" : "";
  bool place = !place_label.empty();
  std::vector<NodeId> leads;
  if (place) {
    if (reader.view().label(place_label)) {
      LT_ASSIGN(leads, Lead(reader, nodes, {"LOCATED_IN", "PART_OF"}, place_label, true));
    }
    // Where nothing lies in such a place, the word may be a property like any other.
    place = std::any_of(leads.begin(), leads.end(), [](NodeId id) { return static_cast<bool>(id); }) || !reader.view().property(by);
    if (place && leads.empty() && !nodes.empty()) return Status(Code::kInvalid, Text("group by '", by, "': no node has the label '", place_label, "'"));
  }
  if (place || colon != std::string::npos) {
    if (!place) {
      const std::string type = by.substr(0, colon), label = by.substr(colon + 1);
      if (!reader.view().label(label)) return Status(Code::kInvalid, Text("group by '", by, "': no node has the label '", label, "'"));
      if (!reader.view().type(type)) return Status(Code::kInvalid, Text("group by '", by, "': no edge has the type '", type, "'"));
      LT_ASSIGN(leads, Lead(reader, nodes, {type}, label, false));
    }
    std::map<NodeId, std::string> names;
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (!leads[i]) continue;
      auto [it, fresh] = names.try_emplace(leads[i]);
      if (fresh) {
        LT_ASSIGN(const Entity e, reader.Describe(leads[i]));
        it->second = e.name;
      }
      name_of[i] = it->second;
    }
  } else {
    const auto property = reader.view().property(by);
    if (by != "label" && !property) {
      return Status(Code::kInvalid, Text("group by '", by, "': expected label, province, city, district, TYPE:Label or a property of nodes"));
    }
    LT_ASSIGN(const auto stored, reader.view().GetNodes(nodes));
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (!stored[i]) continue;
      if (by == "label") {
        if (!stored[i]->labels.empty()) name_of[i] = reader.view().name(stored[i]->labels[0]);
      } else if (const graph::Value* value = stored[i]->Property(property)) {
        name_of[i] = graph::ToText(*value);
      }
    }
  }
  return Numbered(name_of);
}

Result<MethodAnswer> CallMethod(Reader& reader, std::string_view method, const graph::Projection& projection,
                                const TextArguments& arguments, const Budget& budget) {
  MethodAnswer answer{.method = analysis::FindMethod(method)};
  if (!answer.method) {
    LT_ASSIGN(const graph::SnapshotPtr none, Snapshot::FromEdges(0, {}));
    return analysis::RunMethod(method, *none, {}, budget).status();  // its message names the nearest
  }
  LT_ASSIGN(answer.snapshot, reader.view().Snap(projection, budget));
  std::vector<std::string> warnings;
  LT_ASSIGN(Arguments values, ReadArguments(reader, *answer.method, *answer.snapshot, arguments, warnings));
  LT_ASSIGN(answer.table, analysis::RunMethod(method, *answer.snapshot, std::move(values), budget));
  auto& known = answer.table.header.warnings;
  known.insert(known.end(), warnings.begin(), warnings.end());
  return answer;
}

Result<std::vector<analysis::Contribution>> ExplainCall(Reader& reader, const MethodAnswer& answer, const TextArguments& arguments,
                                                        NodeId entity, const Budget& budget) {
  std::vector<std::string> warnings;  // told with the answer already
  LT_ASSIGN(Arguments values, ReadArguments(reader, *answer.method, *answer.snapshot, arguments, warnings));
  const Vertex v = answer.snapshot->vertex(entity);
  if (v == graph::kNoVertex) return Status(Code::kInvalid, "the entity is not in the projection");
  return analysis::ExplainMethod(answer.method->name, *answer.snapshot, std::move(values), v, budget);
}

}  // namespace liantu::chain
